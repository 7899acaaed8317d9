//! Acts on a task: each reads its fields, calls its use case, and shows the same page with the refusal when it is refused.

use super::task::draw;
use crate::{Ctx, FormData, PageResult, error::again};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult, Work,
    plan::{
        reading,
        task::{self, Commission, Publication},
    },
};
use hengjian_domain::plan::TaskId;

async fn carry_out(
    ctx: Ctx,
    id: &str,
    act: AppResult<impl FnOnce(&mut Work<'_>, TaskId) -> AppResult<()> + Send + 'static>,
) -> PageResult {
    let id: TaskId = super::id(id)?;
    let done = match act {
        Ok(act) => ctx.act(move |work| act(work, id)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/desk/tasks/{id}")).into_response()),
        Err(error @ (AppError::Refused(_) | AppError::Fields(_) | AppError::Stale)) => {
            let view = ctx.view(move |work| reading::task(work, id)).await?;
            again(error, |problems| draw(&ctx, &view, problems))
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /desk/tasks/{id}/rules`
pub async fn bind_rules(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
    let version = data.version();
    let mut reader = data.reader();
    let rules = reader.id("rules_id", "实施细则");
    let read = reader.finish().and_then(|()| rules.ok_or(AppError::NotFound));
    carry_out(ctx, &id, read.map(|rules| move |work: &mut Work<'_>, id| task::bind_rules(work, id, version, rules)))
        .await
}
/// `POST /desk/tasks/{id}/publish`
pub async fn publish_rules(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
    let version = data.version();
    let mut reader = data.reader();
    let at = if data.get("published_at").is_empty() { None } else { reader.instant("published_at", "公开时间") };
    let proof = data.file("proof").map(|file| (file.name.clone(), file.bytes.clone()));
    let publication = Publication { url: data.get("url").to_owned(), at, proof };
    let act =
        reader.finish().map(|()| move |work: &mut Work<'_>, id| task::publish_rules_at(work, id, version, publication));
    carry_out(ctx, &id, act).await
}
/// `POST /desk/tasks/{id}/commission`
pub async fn commission(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
    let version = data.version();
    let mut reader = data.reader();
    let signed_on = reader.optional_date("signed_on", "签订日期");
    let commission = Commission {
        laboratory_id: reader.optional_id("laboratory_id", "承检机构"),
        agreement_number: data.get("agreement_number").to_owned(),
        signed_on,
        no_conflict: data.ticked("no_conflict"),
    };
    let act = reader.finish().map(|()| move |work: &mut Work<'_>, id| task::commission(work, id, version, commission));
    carry_out(ctx, &id, act).await
}
/// `POST /desk/tasks/{id}/resume`
pub async fn resume(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
    let version = data.version();
    carry_out(ctx, &id, Ok(move |work: &mut Work<'_>, id| task::resume(work, id, version))).await
}
/// `POST /desk/tasks/{id}/confirm`
pub async fn confirm_results(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
    let version = data.version();
    carry_out(ctx, &id, Ok(move |work: &mut Work<'_>, id| task::confirm_results(work, id, version))).await
}

macro_rules! acts_with_words {
    ($($(#[$meta:meta])* $name:ident = $field:literal, $use_case:path;)+) => {$(
        $(#[$meta])*
        pub async fn $name(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
            let (version, words) = (data.version(), data.get($field).to_owned());
            carry_out(ctx, &id, Ok(move |work: &mut Work<'_>, id| $use_case(work, id, version, &words))).await
        }
    )+};
}
acts_with_words! {
    /// `POST /desk/tasks/{id}/suspend`
    suspend = "suspend_reason", task::suspend;
    /// `POST /desk/tasks/{id}/cancel`
    cancel = "cancel_reason", task::cancel;
    /// `POST /desk/tasks/{id}/write-off`
    write_off = "write_off_reason", task::write_off;
    /// `POST /desk/tasks/{id}/close`
    close = "summary", task::close;
}
