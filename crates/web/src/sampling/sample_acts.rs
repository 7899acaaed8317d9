//! The acts on a sample: form → use case → its page again.

use super::{attachments, id, sample};
use crate::{Ctx, FormData, PageResult, error::again};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult, Work,
    sampling::{self, HandOver, Move, Proposal},
};
use hengjian_domain::{
    code::Code,
    sampling::{LossCause, SampleDisposalId, SampleId, SampleState},
};

fn address(id: SampleId) -> String {
    format!("/desk/samples/{id}")
}

async fn act(
    ctx: &Ctx,
    path: &str,
    form: FormData,
    run: impl FnOnce(&mut Work<'_>, SampleId, i64) -> AppResult<()> + Send + 'static,
) -> PageResult {
    let sample_id: SampleId = id(path)?;
    let (version, once) = (form.version(), form.once());
    let done = ctx
        .act(move |work| {
            work.once(&once, &address(sample_id))?;
            run(work, sample_id, version)
        })
        .await;
    match done {
        Ok(()) => Ok(Redirect::to(&address(sample_id)).into_response()),
        Err(error @ (AppError::Fields(_) | AppError::Refused(_) | AppError::Stale)) => {
            let view = ctx.view(move |work| sampling::sample_view(work, sample_id)).await?;
            again(error, |problems| sample::render(ctx, &view, &form, problems))
        }
        Err(error) => Err(error.into()),
    }
}
/// Fields carry the name of their form, because several forms of the page have the same one.
fn read(form: &FormData, step: &str, name: &str) -> String {
    form.get(&format!("{name}-{step}")).to_owned()
}

/// `POST /desk/samples/{id}/hand-over`
pub async fn hand_over(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let field = |name| read(&form, "hand-over", name);
    let how = HandOver {
        transport: field("transport"),
        place: field("place"),
        condition: field("condition"),
        seal_intact: !field("seal_intact").is_empty(),
        note: field("note"),
    };
    act(&ctx, &path, form, move |work, id, version| sampling::hand_over(work, id, version, how)).await
}

/// `POST /desk/samples/{id}/pass-on`
pub async fn pass_on(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let field = |name| read(&form, "pass-on", name);
    let state = SampleState::from_code(form.get("state"));
    let step = state.map(|state| Move {
        state,
        giver: field("giver"),
        taker: field("taker"),
        place: field("place"),
        condition: field("condition"),
        seal_intact: !field("seal_intact").is_empty(),
        note: field("note"),
    });
    act(&ctx, &path, form, move |work, id, version| match step {
        Some(step) => sampling::pass_on(work, id, version, &step),
        None => Err(AppError::field("state", "请选择登记为什么")),
    })
    .await
}

/// `POST /desk/samples/{id}/loss`
pub async fn report_loss(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (what, evidence) = (read(&form, "loss", "note"), read(&form, "loss", "evidence"));
    let file = attachments(&form, "picture", "灭失或者被动的情况").into_iter().next();
    act(&ctx, &path, form, move |work, id, version| sampling::report_loss(work, id, version, (&what, &evidence), file))
        .await
}

/// `POST /desk/samples/{id}/settle`
pub async fn settle(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (decision, cause) = (read(&form, "settle", "decision"), LossCause::from_code(form.get("cause")));
    act(&ctx, &path, form, move |work, id, version| sampling::settle_sample(work, id, version, &decision, cause)).await
}

/// `POST /desk/samples/{id}/loss-decision`
pub async fn decide_loss(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (void, reason) = (form.get("void").to_owned(), read(&form, "loss-decision", "reason"));
    act(&ctx, &path, form, move |work, id, version| match void.as_str() {
        "1" | "0" => sampling::decide_loss(work, id, version, void == "1", &reason),
        _ => Err(AppError::field("void", "请选择决定")),
    })
    .await
}

/// `POST /desk/samples/{id}/end`
pub async fn propose_end(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let target = SampleState::from_code(form.get("target"));
    let field = |name| read(&form, "end", name);
    let proposal =
        target.map(|target| Proposal { target, reason: field("reason"), taker: field("taker"), place: field("place") });
    act(&ctx, &path, form, move |work, id, version| match proposal {
        Some(proposal) => sampling::propose_end(work, id, version, proposal),
        None => Err(AppError::field("target", "请选择去向")),
    })
    .await
}

/// `POST /desk/samples/{id}/end/carry-out`
pub async fn carry_out_end(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (condition, note) = (read(&form, "carry-out", "condition"), read(&form, "carry-out", "note"));
    act(&ctx, &path, form, move |work, id, version| sampling::carry_out_end(work, id, version, &condition, &note)).await
}

/// `POST /desk/samples/{id}/end/{proposal}/decide`
pub async fn decide_end(ctx: Ctx, Path((path, proposal)): Path<(String, String)>, form: FormData) -> PageResult {
    let proposal: SampleDisposalId = id(&proposal)?;
    let (approve, reason) = (form.get("approve") == "1", read(&form, "decide", "reason"));
    act(&ctx, &path, form, move |work, _, version| {
        sampling::decide_end(work, proposal, version, approve, &reason).map(|_| ())
    })
    .await
}
