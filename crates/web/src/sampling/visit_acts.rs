//! The acts on a visit: form → use case → the page again, with what was typed where it was not taken.

use super::{attachments, id, visit};
use crate::{Ctx, FormData, PageResult, error::again};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult, Work,
    sampling::{self, Attachment},
};
use hengjian_domain::{
    code::Code,
    sampling::{
        Arrival, Evidence, OutcomeFacts, SECTIONS, SIGNED_PAGE, Signing, UnableReason, VisitId, VisitOutcome,
        required_evidence,
    },
};

fn address(id: VisitId) -> String {
    format!("/desk/visits/{id}")
}

/// Carries an act out; refused, the page comes back with the words and everything typed.
async fn act(
    ctx: &Ctx,
    path: &str,
    form: FormData,
    run: impl FnOnce(&mut Work<'_>, VisitId, i64) -> AppResult<()> + Send + 'static,
) -> PageResult {
    let visit_id: VisitId = id(path)?;
    let (version, once) = (form.version(), form.once());
    let done = ctx
        .act(move |work| {
            work.once(&once, &address(visit_id))?;
            run(work, visit_id, version)
        })
        .await;
    match done {
        Ok(()) => Ok(Redirect::to(&address(visit_id)).into_response()),
        Err(error) => failed(ctx, visit_id, &form, error).await,
    }
}
async fn failed(ctx: &Ctx, visit_id: VisitId, form: &FormData, error: AppError) -> PageResult {
    if !matches!(error, AppError::Fields(_) | AppError::Refused(_) | AppError::Stale) {
        return Err(error.into());
    }
    let view = ctx.view(move |work| sampling::visit_view(work, visit_id)).await?;
    again(error, |problems| visit::render(ctx, &view, form, form.get("outcome"), problems))
}

/// `POST /desk/visits/{id}/open`
pub async fn open(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    act(&ctx, &path, form, sampling::open_visit).await
}

/// `POST /desk/visits/{id}/notice`
pub async fn issue_notice(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let mut reader = form.reader();
    let until = reader.date("until", "有效期");
    match (reader.finish(), until) {
        (Ok(()), Some(until)) => {
            act(&ctx, &path, form, move |work, id, version| sampling::issue_notice(work, id, version, until)).await
        }
        (Err(error), _) => failed(&ctx, id(&path)?, &form, error).await,
        (Ok(()), None) => Err(AppError::field("until", "请填写有效期").into()),
    }
}

/// `POST /desk/visits/{id}/notice/void`
pub async fn void_notice(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let reason = form.get("reason").to_owned();
    act(&ctx, &path, form, move |work, id, version| sampling::void_notice(work, id, version, &reason)).await
}

/// `POST /desk/visits/{id}/arrive`
pub async fn arrive(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let mut reader = form.reader();
    let arrival = Arrival {
        lead_at: if form.get("lead_at").is_empty() { None } else { reader.instant("lead_at", "到场时间") },
        second_at: if form.get("second_at").is_empty() { None } else { reader.instant("second_at", "到场时间") },
        place: form.get("place").to_owned(),
        ids_shown: form.ticked("ids_shown"),
        identity_papers: form.get("identity_papers").to_owned(),
    };
    if let Err(error) = reader.finish() {
        return failed(&ctx, id(&path)?, &form, error).await;
    }
    act(&ctx, &path, form, move |work, id, version| sampling::arrive(work, id, version, arrival)).await
}

/// `POST /desk/visits/{id}/records`
pub async fn begin_record(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let visit_id: VisitId = id(&path)?;
    let (same, once) = (form.ticked("same"), form.once());
    let begun = ctx
        .act(move |work| {
            work.once(&once, &address(visit_id))?;
            sampling::begin_record(work, visit_id, same)
        })
        .await;
    match begun {
        Ok(record) => Ok(Redirect::to(&format!("/desk/records/{record}/edit")).into_response()),
        Err(error) => failed(&ctx, visit_id, &form, error).await,
    }
}

/// `POST /desk/visits/{id}/outcome`
pub async fn record_outcome(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let mut reader = form.reader();
    let Some(outcome) = reader.code::<VisitOutcome>("outcome", "抽样情况") else {
        return Err(AppError::field("outcome", "请选择抽样情况").into());
    };
    let superior_sampled_on = reader.optional_date("superior_sampled_on", "上级抽样日期");
    if let Err(error) = reader.finish() {
        return failed(&ctx, id(&path)?, &form, error).await;
    }
    let mut files: Vec<Attachment> = Vec::new();
    let mut evidence = Vec::new();
    for (n, slot) in required_evidence(outcome).iter().enumerate() {
        files.extend(attachments(&form, &format!("evidence_{n}"), slot));
        let words = form.get(&format!("evidence_text_{n}")).to_owned();
        evidence.push(Evidence { slot: (*slot).to_owned(), words });
    }
    let facts = OutcomeFacts {
        outcome,
        text: form.get("text").to_owned(),
        witness: form.get("witness").to_owned(),
        unable_reason: UnableReason::from_code(form.get("unable_reason")),
        found_stock: form.get("found_stock").to_owned(),
        told_of_liability: form.ticked("told_of_liability"),
        superior_authority: form.get("superior_authority").to_owned(),
        superior_sampled_on,
        evidence,
    };
    act(&ctx, &path, form, move |work, id, version| sampling::record_outcome(work, id, version, facts, files)).await
}

/// `POST /desk/visits/{id}/take-back`
pub async fn take_back(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    act(&ctx, &path, form, sampling::take_back_outcome).await
}

/// `POST /desk/visits/{id}/declare`
pub async fn declare(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let paper = attachments(&form, "paper", "抽样人员声明").into_iter().next();
    if form.get("step") == "declare-paper" && paper.is_none() {
        let missing = AppError::field("paper", "请选择本人签名的声明");
        return failed(&ctx, id(&path)?, &form, missing).await;
    }
    act(&ctx, &path, form, move |work, id, version| sampling::declare(work, id, version, paper)).await
}

/// `POST /desk/visits/{id}/sign`
pub async fn sign(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let signing = Signing {
        party_signature: form.get("party_signature").to_owned(),
        refusal_to_sign: form.get("refusal_to_sign").to_owned(),
        witness: form.get("witness").to_owned(),
    };
    act(&ctx, &path, form, move |work, id, version| sampling::sign(work, id, version, signing)).await
}

/// `POST /desk/visits/{id}/submit`
pub async fn submit(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let texts = [form.get("plan").to_owned(), form.get("answer").to_owned(), form.get("signed_page_text").to_owned()];
    let files = attachments(&form, "signed_page", SIGNED_PAGE);
    act(&ctx, &path, form, move |work, id, version| {
        sampling::submit(work, id, version, (&texts[0], &texts[1], &texts[2]), files)
    })
    .await
}

/// `POST /desk/visits/{id}/accept`
pub async fn accept(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    act(&ctx, &path, form, sampling::accept).await
}

/// `POST /desk/visits/{id}/send-back`
pub async fn send_back(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let mut reasons: Vec<(String, String)> = SECTIONS
        .iter()
        .enumerate()
        .map(|(n, part)| (part.title.to_owned(), form.get(&format!("reason_{n}")).to_owned()))
        .collect();
    reasons.push(("到场、情况、证据、签字".to_owned(), form.get("reason_visit").to_owned()));
    reasons.retain(|(_, reason)| !reason.is_empty());
    act(&ctx, &path, form, move |work, id, version| sampling::send_back(work, id, version, &reasons)).await
}
