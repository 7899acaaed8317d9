//! What a reader sees when something is not done: a refusal in one sentence each for why and what to do, a
//! message beside a field, or the number of a fault. Internal detail goes to the log, once.

use crate::components::{form, shell};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use hengjian_app::{AppError, FieldError};
use hengjian_domain::refusal::Refusal;
use maud::{Markup, html};
use std::sync::atomic::{AtomicU32, Ordering};

/// A page or the reason why there is none.
pub type PageResult = Result<Response, PageError>;

/// Why a page is not shown.
#[derive(Debug)]
pub enum PageError {
    /// A use case's answer.
    App(AppError),
    /// The form did not come from our own page or is from an ended session.
    Forged,
}

impl From<AppError> for PageError {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

/// Status and words of a refusal.
pub struct Words {
    /// HTTP status.
    pub status: StatusCode,
    /// In words.
    pub refusal: Refusal,
}

/// Number that a user can read out and the log carries.
fn fault_number(detail: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let digest = detail.bytes().fold(count, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    format!("{:04X}-{count}", digest & 0xFFFF)
}

fn plain(code: &'static str, what: &str, why: impl Into<String>, next: &str) -> Refusal {
    Refusal { code, what: what.to_owned(), why: why.into(), next: next.to_owned(), basis: None }
}

/// The same words for page, API and command.
pub fn words(error: AppError) -> Words {
    let (status, refusal) = match error {
        AppError::Refused(refusal) => (StatusCode::CONFLICT, refusal),
        AppError::Fields(errors) => {
            let why = errors.iter().map(|error| error.message.clone()).collect::<Vec<_>>().join("；");
            (StatusCode::UNPROCESSABLE_ENTITY, plain("form.fields", "没有保存", why, "请返回改正后再提交"))
        }
        AppError::NotAllowed(action) => {
            let why = format!("“{}”由{}办理", action.title(), action.role_titles());
            (
                StatusCode::FORBIDDEN,
                plain("not_allowed", "您的岗位不能办理这一项", why, "请由有此职责的同事办理；岗位有误请找安全管理员"),
            )
        }
        AppError::NotFound => (
            StatusCode::NOT_FOUND,
            plain("not_found", "没有找到", "没有这条记录，或者不在本单位的范围内", "请从列表进入，或核对地址"),
        ),
        AppError::Stale => (
            StatusCode::CONFLICT,
            plain("stale", "没有保存", "打开页面之后，别人已经改过这条记录", "请重新打开页面，看过新内容再办理"),
        ),
        AppError::SentBefore(_) => (
            StatusCode::CONFLICT,
            plain("sent_before", "这份表单已经提交过", "重复提交不会重复办理", "请从列表查看办理结果"),
        ),
        AppError::NotLoggedIn => (
            StatusCode::UNAUTHORIZED,
            plain("not_logged_in", "没有登录", "登录已过期或还没有登录", "请重新登录，再办理一次"),
        ),
        AppError::CannotWrite(detail) => {
            tracing::error!(%detail, "cannot write");
            (
                StatusCode::INSUFFICIENT_STORAGE,
                plain(
                    "cannot_write",
                    "没有保存",
                    "数据盘写不进去：空间已满、磁盘有故障，或者数据库正被别的程序占用。数据未改动",
                    "请管理员检查数据盘的剩余空间；腾出空间后再办理一次",
                ),
            )
        }
        AppError::Fault(detail) => {
            let number = fault_number(&detail);
            tracing::error!(%number, %detail, "fault");
            let why = format!("编号 {number}，数据未改动");
            (StatusCode::INTERNAL_SERVER_ERROR, plain("fault", "系统出错", why, "请把编号告诉管理员"))
        }
    };
    Words { status, refusal }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let words = match self {
            Self::App(AppError::SentBefore(location)) if location.starts_with('/') => {
                return Redirect::to(&location).into_response();
            }
            Self::App(error) => words(error),
            Self::Forged => Words {
                status: StatusCode::FORBIDDEN,
                refusal: plain("forged", "没有办理", "这份表单不是从本系统当前的页面提交的", "请重新打开页面再提交"),
            },
        };
        let body = html! {
            div class="wrap" {
                (form::refusal(&words.refusal))
                p { a href="/desk" { "回到待办" } }
            }
        };
        let page = shell::Page::desk(words.refusal.what.clone());
        (words.status, shell::page(&page, body)).into_response()
    }
}

/// What a form page shows when it is rendered again with the input kept.
#[derive(Debug, Default)]
pub struct Again {
    /// Messages beside fields.
    pub fields: Vec<FieldError>,
    /// Refusal of the act.
    pub refusal: Option<Refusal>,
}

impl Again {
    /// What of an error a form page can show, for pages that have to read before they can be rendered again.
    ///
    /// # Errors
    /// Errors that a form page cannot show.
    pub fn from_error(error: AppError) -> Result<Self, PageError> {
        match error {
            AppError::Fields(fields) => Ok(Self { fields, refusal: None }),
            AppError::Refused(_) | AppError::Stale => {
                Ok(Self { fields: Vec::new(), refusal: Some(words(error).refusal) })
            }
            other => Err(PageError::App(other)),
        }
    }
    /// Status of the page: 422 for fields, 409 for a refusal.
    pub fn status(&self) -> StatusCode {
        if self.refusal.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
    /// Message of a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }
}

/// Renders the form again for messages and refusals; everything else becomes an error page.
///
/// # Errors
/// Errors that a form page cannot show.
pub fn again(error: AppError, render: impl FnOnce(&Again) -> Markup) -> PageResult {
    let (status, again) = match error {
        AppError::Fields(fields) => (StatusCode::UNPROCESSABLE_ENTITY, Again { fields, refusal: None }),
        AppError::Refused(_) | AppError::Stale => {
            let words = words(error);
            (words.status, Again { fields: Vec::new(), refusal: Some(words.refusal) })
        }
        other => return Err(PageError::App(other)),
    };
    Ok((status, render(&again)).into_response())
}
