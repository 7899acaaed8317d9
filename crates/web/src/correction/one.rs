//! One correction: old and new value side by side, reason, proof, what is computed anew; agree, refuse, take back.

use super::tone;
use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, section, title},
        tag,
        thing::{Act, acts, facts, papers, split, timeline},
    },
    error::{Again, again},
    todo::{self, timeline_lines},
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult,
    correction::{self, View},
};
use hengjian_domain::{
    code::Code,
    correction::{CorrectionId, CorrectionRefused, CorrectionState},
    law,
    policy::Action,
    refusal::Refusal,
};
use maud::{Markup, html};

/// `GET /desk/corrections/{id}`
pub async fn page(ctx: Ctx, Path(id): Path<CorrectionId>) -> PageResult {
    let view = ctx.view(move |work| correction::view(work, id)).await?;
    Ok(draw(&ctx, &view, "", &Again::default()).into_response())
}

/// `POST /desk/corrections/{id}/agree`
pub async fn agree(ctx: Ctx, Path(id): Path<CorrectionId>, form: FormData) -> PageResult {
    let version = form.version();
    let done = ctx.act(move |work| correction::agree(work, id, version)).await;
    answer(ctx, id, "", done).await
}

/// `POST /desk/corrections/{id}/refuse`
pub async fn refuse(ctx: Ctx, Path(id): Path<CorrectionId>, form: FormData) -> PageResult {
    let (version, reason) = (form.version(), form.get("reason").to_owned());
    let words = reason.clone();
    let done = if reason.is_empty() {
        Err(AppError::field("reason", "请填写不同意的理由"))
    } else {
        ctx.act(move |work| correction::refuse(work, id, version, &reason)).await
    };
    answer(ctx, id, &words, done).await
}

/// `POST /desk/corrections/{id}/take-back`
pub async fn take_back(ctx: Ctx, Path(id): Path<CorrectionId>, form: FormData) -> PageResult {
    let version = form.version();
    let done = ctx.act(move |work| correction::take_back(work, id, version)).await;
    answer(ctx, id, "", done).await
}

async fn answer(ctx: Ctx, id: CorrectionId, reason: &str, done: AppResult<()>) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/desk/corrections/{id}")).into_response()),
        Err(error) => {
            let view = ctx.view(move |work| correction::view(work, id)).await?;
            again(error, |problems| draw(&ctx, &view, reason, problems))
        }
    }
}

fn draw(ctx: &Ctx, view: &View, reason: &str, problems: &Again) -> Markup {
    let one = &view.correction;
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let effects = match one.state {
        CorrectionState::Proposed => "同意之后重新计算",
        _ => "已重新计算",
    };
    let body = html! {
        p { (tag(tone(one.state), one.state.title())) }
        (title(&format!("更正“{}”", one.field_title), if view.title.is_empty() { one.subject_kind.title() } else { &view.title }))
        (error_summary(&errors))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        (split(acts(&acts_of(ctx, view, reason, problems)), html! {
            (section("更正", facts(&[
                ("哪件事", html! { a href=(todo::address(one.subject_kind, one.subject_id)) { (one.subject_kind.title()) } }),
                ("内容", html! { (one.field_title) }),
                ("原来", html! { (or_slash(&one.old_value)) }),
                ("更正为", html! { strong { (or_slash(&one.new_value)) } }),
                ("理由", html! { (one.reason) }),
                ("证明材料", html! { (one.proof) }),
                ("提出", html! { (view.proposer) "　" (one.created_at_us) }),
                ("决定", html! { @if one.needs_second { (or_slash(&view.decider)) } @else { "不影响期限和当事人，提交即更正" } }),
                ("不同意的理由", html! { (or_slash(&one.decision_reason)) }),
            ])))
            @if !one.effects.is_empty() { (section(effects, html! { ul { @for line in one.effects.lines() { li { (line) } } } p class="law" { (law::DECISION_CORRECTION.text()) } })) }
            (papers(&view.files.iter().map(|file| (file.purpose.clone(), file.name.clone(), format!("/desk/files/{}", file.id))).collect::<Vec<_>>()))
            (timeline(&timeline_lines(view.timeline.clone())))
        }))
    };
    let page = ctx.page("更正").crumb("更正", Some("/desk/corrections".into()));
    shell::page(&page.crumb(one.field_title.as_str(), None), body)
}

fn acts_of(ctx: &Ctx, view: &View, reason: &str, problems: &Again) -> Vec<Act> {
    let one = &view.correction;
    let base = format!("/desk/corrections/{}", one.id);
    let hidden = || hidden(ctx.csrf(), "", one.version);
    let mut list = Vec::new();
    if ctx.may(Action::CorrectionAgree) {
        match one.clone().agree(ctx.actor()) {
            Ok(_) => {
                list.push(Act::button("同意更正", &format!("{base}/agree"), hidden(), true));
                let field = Field::area("reason", "不同意的理由").required().value(reason).error(problems.of("reason"));
                list.push(Act::form("不同意", &format!("{base}/refuse"), hidden(), field.render(), "不同意"));
            }
            Err(CorrectionRefused::WrongState { .. }) => {}
            Err(refused) => list.push(Refusal::from(refused).into()),
        }
    }
    if one.clone().take_back(ctx.actor()).is_ok() && ctx.may(Action::CorrectionPropose) {
        list.push(Act::button("撤回更正", &format!("{base}/take-back"), hidden(), false));
    }
    list
}
