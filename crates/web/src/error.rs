//! What a reader sees when something is not done: a refusal in one sentence each for why and what to do, a
//! message beside a field, or the number of a fault. Internal detail goes to the log, once.

use crate::{
    account,
    components::{form, shell},
    form::Kept,
    tried,
};
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
    /// A form of our own from before the present login, and the token of the present one.
    OldForm(Box<Kept>, String),
    /// A form that came when the login was over.
    LoginOver(Box<Kept>),
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
    /// The same where a page was only to be read and nothing was being saved; `None` when there is no difference.
    pub reading: Option<Refusal>,
}

impl Words {
    const fn new(status: StatusCode, refusal: Refusal) -> Self {
        Self { status, refusal, reading: None }
    }
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
    match error {
        AppError::Refused(refusal) => Words::new(StatusCode::CONFLICT, refusal),
        AppError::Fields(errors) => {
            let why = errors.iter().map(|error| error.message.clone()).collect::<Vec<_>>().join("；");
            let reading = plain("form.fields", "这一页没有打开", why.clone(), "请改正地址里的条件，或者从列表重新进入");
            Words {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                refusal: plain(
                    "form.fields",
                    "没有保存",
                    why,
                    "请用浏览器的“后退”回到表单，改正后再提交，填的内容还在",
                ),
                reading: Some(reading),
            }
        }
        AppError::NotAllowed(action) => {
            let why = format!("“{}”由{}办理", action.title(), action.role_titles());
            Words::new(
                StatusCode::FORBIDDEN,
                plain("not_allowed", "您的岗位不能办理这一项", why, "请由有此职责的同事办理；岗位有误请找安全管理员"),
            )
        }
        AppError::NotFound => Words::new(
            StatusCode::NOT_FOUND,
            plain(
                "not_found",
                "没有找到",
                "没有这条记录或者这个网址，也可能不在本单位的范围内",
                "请从列表进入，或核对网址。抽取结果公开前，抽中的单位和抽样任务不显示",
            ),
        ),
        AppError::Stale => Words::new(
            StatusCode::CONFLICT,
            plain("stale", "没有保存", "打开页面之后，别人已经改过这条记录", "请重新打开页面，看过新内容再办理"),
        ),
        AppError::SentBefore(_) => Words::new(
            StatusCode::CONFLICT,
            plain("sent_before", "这份表单已经提交过", "重复提交不会重复办理", "请从列表查看办理结果"),
        ),
        AppError::NotLoggedIn => Words::new(
            StatusCode::UNAUTHORIZED,
            plain("not_logged_in", "没有登录", "登录已到期或还没有登录", "请登录以后再办理"),
        ),
        AppError::CannotWrite(detail) => {
            tracing::error!(%detail, "cannot write");
            let why = "数据盘写不进去：空间已满、磁盘有故障，或者数据库正被别的程序占用。数据未改动";
            let free = "请管理员检查数据盘的剩余空间";
            Words {
                status: StatusCode::INSUFFICIENT_STORAGE,
                refusal: plain("cannot_write", "没有保存", why, &format!("{free}；腾出空间后再办理一次")),
                reading: Some(plain("cannot_write", "这一页没有打开", why, &format!("{free}，稍后再打开"))),
            }
        }
        AppError::Unreachable(detail) => {
            tracing::error!(%detail, "database server cannot be reached");
            let why = "连不上数据库服务器：它停了，或者正在重新启动。已经保存的不受影响，办到一半的不会留下一半";
            let wait = "请过一两分钟再试，本系统会自动接上；一直不行的请告诉管理员";
            let again = format!("{wait}。刚才提交的，先看一眼是否已经办成，没有再提交");
            Words {
                status: StatusCode::SERVICE_UNAVAILABLE,
                refusal: plain("unreachable", "没有办成", why, &again),
                reading: Some(plain("unreachable", "这一页暂时打不开", why, wait)),
            }
        }
        AppError::Fault(detail) => {
            let number = fault_number(&detail);
            tracing::error!(%number, %detail, "fault");
            let why = format!("编号 {number}，数据未改动");
            Words::new(StatusCode::INTERNAL_SERVER_ERROR, plain("fault", "系统出错", why, "请把编号告诉管理员"))
        }
    }
}

/// Where a refused page leads on to.
fn way_on(status: StatusCode, desk: bool) -> (&'static str, &'static str) {
    match (status, desk) {
        (StatusCode::UNAUTHORIZED, _) => ("/login", "登录"),
        (_, true) => ("/desk", "回到待办"),
        (_, false) => ("/", "查抽查结果"),
    }
}

fn refused_page(words: &Words, reading: bool, page: impl FnOnce(String) -> shell::Page) -> Response {
    let refusal = words.reading.as_ref().filter(|_| reading).unwrap_or(&words.refusal);
    let page = page(refusal.what.clone());
    let (address, onward) = way_on(words.status, page.door == shell::Door::Desk);
    let body = html! {
        (form::refusal_page(refusal))
        p class="gap-top" { a class="btn" href=(address) { (onward) } }
    };
    (words.status, shell::page(&page, body)).into_response()
}

/// What was refused, for [`framed`].
#[derive(Clone)]
struct Told(std::sync::Arc<Words>);

/// Puts a refusal into the frame of the person who is told, with the words for reading where nothing was being saved.
pub(crate) fn framed(mut response: Response, reading: bool, page: impl FnOnce(String) -> shell::Page) -> Response {
    match response.extensions_mut().remove::<Told>() {
        Some(Told(words)) => refused_page(&words, reading, page),
        None => response,
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let words = match self {
            Self::App(AppError::SentBefore(location)) if location.starts_with('/') => {
                return Redirect::to(&location).into_response();
            }
            Self::App(error) => words(error),
            Self::Forged => Words::new(
                StatusCode::FORBIDDEN,
                plain(
                    "forged",
                    "没有办理",
                    "这份表单不是从本系统当前的页面提交的，或者打开以后重新登录过",
                    "请用浏览器的“后退”回到表单抄下填的内容，刷新以后再提交",
                ),
            ),
            Self::LoginOver(kept) => return account::login_over(&kept),
            Self::OldForm(kept, csrf) => return account::old_form(&kept, &csrf),
        };
        let mut response = refused_page(&words, false, shell::Page::desk);
        response.extensions_mut().insert(Told(std::sync::Arc::new(words)));
        response
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
        let again = match error {
            AppError::Fields(fields) => Self { fields, refusal: None },
            AppError::Refused(_) | AppError::Stale => Self { fields: Vec::new(), refusal: Some(words(error).refusal) },
            other => return Err(PageError::App(other)),
        };
        tried::refused(&again.fields, again.refusal.as_ref());
        Ok(again)
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
    let again = Again::from_error(error)?;
    Ok((again.status(), render(&again)).into_response())
}
