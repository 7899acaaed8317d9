//! Acts on a plan: each reads its fields, calls its use case, and shows the same page with the refusal when it is refused.

use super::page::draw;
use crate::{Ctx, FormData, PageResult, error::again};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult, Work,
    plan::{deciding, drafting, editions, reading},
};
use hengjian_domain::plan::PlanId;

/// Carries an act out and returns to the plan, or shows why not.
async fn carry_out(
    ctx: Ctx,
    id: &str,
    act: AppResult<impl FnOnce(&mut Work<'_>, PlanId) -> AppResult<PlanId> + Send + 'static>,
) -> PageResult {
    let id: PlanId = super::id(id)?;
    let done = match act {
        Ok(act) => ctx.act(move |work| act(work, id)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(to) => Ok(Redirect::to(&format!("/desk/plans/{to}")).into_response()),
        Err(error @ (AppError::Refused(_) | AppError::Fields(_) | AppError::Stale)) => {
            let view = ctx.view(move |work| reading::plan(work, id)).await?;
            again(error, |problems| draw(&ctx, &view, problems))
        }
        Err(other) => Err(other.into()),
    }
}

macro_rules! plain_acts {
    ($($(#[$meta:meta])* $name:ident = $use_case:path;)+) => {$(
        $(#[$meta])*
        pub async fn $name(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
            let version = data.version();
            carry_out(ctx, &id, Ok(move |work: &mut Work<'_>, id| $use_case(work, id, version).map(|()| id))).await
        }
    )+};
}
plain_acts! {
    /// `POST /desk/plans/{id}/submit`
    submit = deciding::submit;
    /// `POST /desk/plans/{id}/take-back`
    take_back = deciding::take_back;
    /// `POST /desk/plans/{id}/take-up`
    take_up = deciding::take_up;
    /// `POST /desk/plans/{id}/complete`
    complete = deciding::complete;
    /// `POST /desk/plans/{id}/archive`
    archive = deciding::archive;
    /// `POST /desk/plans/{id}/text/default`
    write_default_text = drafting::write_default_text;
}

macro_rules! acts_with_words {
    ($($(#[$meta:meta])* $name:ident = $field:literal, $use_case:path;)+) => {$(
        $(#[$meta])*
        pub async fn $name(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
            let (version, words) = (data.version(), data.get($field).to_owned());
            carry_out(ctx, &id, Ok(move |work: &mut Work<'_>, id| $use_case(work, id, version, &words).map(|()| id))).await
        }
    )+};
}
acts_with_words! {
    /// `POST /desk/plans/{id}/approve`
    approve = "opinion", deciding::approve;
    /// `POST /desk/plans/{id}/return`
    send_back = "return_reason", deciding::send_back;
    /// `POST /desk/plans/{id}/cancel`
    cancel = "cancel_reason", deciding::cancel;
}

/// `POST /desk/plans/{id}/issue`
pub async fn issue(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
    let version = data.version();
    let mut reader = data.reader();
    let (number, on) = (reader.required("number", "文号"), reader.date("issued_on", "印发日期"));
    let read = reader.finish().and_then(|()| on.ok_or_else(|| AppError::fault("a date was read and is none")));
    let act =
        read.map(|on| move |work: &mut Work<'_>, id| deciding::issue(work, id, version, &number, on).map(|()| id));
    carry_out(ctx, &id, act).await
}
/// `POST /desk/plans/{id}/file`
pub async fn file(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
    let version = data.version();
    let mut reader = data.reader();
    let (on, receipt) = (reader.date("filed_on", "回执日期"), reader.required("receipt", "回执编号"));
    let read = reader.finish().and_then(|()| on.ok_or_else(|| AppError::fault("a date was read and is none")));
    let act =
        read.map(|on| move |work: &mut Work<'_>, id| deciding::file(work, id, version, on, &receipt).map(|()| id));
    carry_out(ctx, &id, act).await
}
/// `POST /desk/plans/{id}/adjust`
pub async fn adjust(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
    let (version, reason, token) = (data.version(), data.get("adjust_reason").to_owned(), data.once());
    carry_out(ctx, &id, Ok(move |work: &mut Work<'_>, id| editions::adjust(work, id, version, &reason, &token))).await
}
/// `POST /desk/plans/{id}/copy`
pub async fn copy_lines(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
    let (version, token) = (data.version(), data.once());
    let mut reader = data.reader();
    let from: Option<PlanId> = reader.id("copy_from", "要复制的计划");
    let read = reader.finish().and_then(|()| from.ok_or(AppError::NotFound));
    let act = read
        .map(|from| move |work: &mut Work<'_>, id| drafting::copy_lines(work, id, version, from, &token).map(|()| id));
    carry_out(ctx, &id, act).await
}
