//! The page of a visit: what is next for the team, step by step; for the bureau the course and the review.

use super::{file_lines, frame, id, record_tag, sample_tag, visit_steps, visit_tag};
use crate::{
    Ctx, FormData, PageResult,
    components::{
        clock,
        form::{error_summary, refusal},
        or_slash,
        shell::{self, section, title},
        table::{self, text},
        thing::{Act, acts, facts, papers, split, timeline},
    },
    error::Again,
    todo::timeline_lines,
};
use axum::{
    extract::{Path, Query},
    response::IntoResponse,
};
use hengjian_app::sampling::{self, VisitView};
use hengjian_domain::{
    code::Code,
    refusal::Refusal,
    sampling::{Reader, VisitId, VisitOutcome, VisitState},
};
use maud::{Markup, html};
use serde::Deserialize;

/// Which outcome's form is shown.
#[derive(Debug, Default, Deserialize)]
pub struct Shown {
    #[serde(default)]
    pub(super) outcome: String,
}

/// `GET /desk/visits/{id}`
pub async fn thing_page(ctx: Ctx, Path(path): Path<String>, Query(shown): Query<Shown>) -> PageResult {
    let visit: VisitId = id(&path)?;
    let view = ctx.view(move |work| sampling::visit_view(work, visit)).await?;
    Ok(render(&ctx, &view, &FormData::default(), &shown.outcome, &Again::default()).into_response())
}

/// The page, with what was typed where a form came back.
pub(super) fn render(ctx: &Ctx, view: &VisitView, form: &FormData, outcome: &str, problems: &Again) -> Markup {
    let name = view.party.as_ref().map_or("抽样任务", |party| party.name.as_str());
    let page = frame(ctx, name, &[]);
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let lead = format!(
        "{}　{}　抽样人员：{}、{}",
        view.task.number, view.task.name, view.team.lead.name, view.team.second.name
    );
    let current = visit_steps::current(ctx, view, form, outcome, problems);
    let body = html! {
        (title(name, &lead))
        (error_summary(&errors))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        @if view.party.is_none() { (sealed(ctx, view)) } @else {
            (split(acts(&side_acts(ctx, view, current.is_some())), html! {
                (steps(view))
                @if let Some(current) = &current { div id="now" { (current) } }
                (about(view))
                (records(view))
                @if let Some(done) = outcome_facts(view) { (done) }
                (papers(&file_lines(&view.files)))
                (clock::clocks(&view.clocks, ctx.now().date(), &ctx.app.calendar()))
                (timeline(&timeline_lines(view.timeline.clone())))
            }))
        }
    };
    shell::page(&page, body)
}

/// What is shown while the name is sealed for this person: the release time and, from then on, one button.
fn sealed(ctx: &Ctx, view: &VisitView) -> Markup {
    let visit = &view.visit;
    html! {
        @match visit.may_open(view.reader, ctx.now()) {
            Ok(()) => {
                (section("打开名单", html! {
                    p { "打开之后才知道到哪一家抽样。打开的人和时间会记下来；到场之前不得告诉其他人。" }
                    form class="form" method="post" action=(format!("/desk/visits/{}/open", visit.id)) {
                        (crate::components::form::hidden(ctx.csrf(), "", visit.version))
                        p { button class="btn btn--main" type="submit" { "打开抽样任务" } }
                    }
                }))
            },
            Err(refused) => (refusal(&Refusal::from(refused))),
        }
        (section("任务", facts(&[
            ("放行时间", html! { (visit.release_at_us) }),
            ("抽样产品", html! { (view.task.product_scope) }),
            ("状态", visit_tag(visit.state)),
        ])))
    }
}

const STEPS: [&str; 6] = ["通知书和到场", "抽样情况", "声明", "签字", "提交", "审核"];
/// Where the visit is among the steps.
fn step_of(view: &VisitView) -> usize {
    match view.visit.state {
        VisitState::Assigned | VisitState::Released => 0,
        VisitState::OnSite => 1,
        VisitState::Recorded if view.visit.declared_at_us.is_none() => 2,
        VisitState::Recorded => 3,
        VisitState::Signed => 4,
        VisitState::Submitted => 5,
        VisitState::Accepted => 6,
    }
}

/// The six steps in order, with where we are.
fn steps(view: &VisitView) -> Markup {
    let here = step_of(view);
    html! {
        ol class="stepper stepper--six" aria-label="办理顺序" { @for (n, name) in STEPS.iter().enumerate() {
            li class=(match n.cmp(&here) { std::cmp::Ordering::Less => "ok", std::cmp::Ordering::Equal => "here", std::cmp::Ordering::Greater => "" }) aria-current=[(n == here).then_some("step")] {
                b { (name) } small { @if n < here { "已办" } @else if n == here { "现在" } @else { "/" } }
            }
        } }
    }
}

/// Small acts beside the main form.
fn side_acts(ctx: &Ctx, view: &VisitView, has_step: bool) -> Vec<Act> {
    let base = format!("/desk/visits/{}", view.visit.id);
    let own = matches!(view.reader, Reader::Lead | Reader::Second);
    let mut open = Vec::new();
    if has_step {
        open.push(Act::link(STEPS.get(step_of(view)).copied().unwrap_or("办理"), "#now", false));
    }
    if own && view.visit.notice_number.is_some() {
        open.push(Act::link("打印通知书", &format!("{base}/notice"), false));
    }
    if own && view.visit.state == VisitState::Released && view.visit.notice_number.is_some() {
        let reason = crate::components::form::Field::text("reason", "作废原因").required().render();
        let hidden = crate::components::form::hidden(ctx.csrf(), "", view.visit.version);
        open.push(Act::form("作废通知书", &format!("{base}/notice/void"), hidden, reason, "作废"));
    }
    if own && view.visit.state == VisitState::Recorded {
        let hidden = crate::components::form::hidden(ctx.csrf(), "", view.visit.version);
        open.push(Act::button("撤回抽样情况，重新登记", &format!("{base}/take-back"), hidden, false));
    }
    for (record, ..) in &view.records {
        open.push(Act::link(
            &format!("打印抽样单 {}", short(&record.number)),
            &format!("/desk/records/{}/print", record.id),
            false,
        ));
    }
    if !own
        && ctx.may(hengjian_domain::policy::Action::VisitReview)
        && let Err(refused) = view.visit.may_review("审核", view.reader)
    {
        open.push(Refusal::from(refused).into());
    }
    open
}

/// The running number at the end of a record number.
pub(super) fn short(number: &str) -> &str {
    number.rsplit('-').next().unwrap_or(number)
}

fn about(view: &VisitView) -> Markup {
    let (visit, papers) = (&view.visit, &view.visit.papers);
    let arrived = |at: Option<hengjian_domain::time::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let party = view.party.as_ref();
    section(
        "任务和到场",
        facts(&[
            ("状态", visit_tag(visit.state)),
            (
                "被抽样单位",
                html! { @if let Some(party) = party { (party.name) "　" span class="code" { (or_slash(party.uscc.as_deref().unwrap_or_default())) } } },
            ),
            ("地址", html! { (or_slash(party.map_or("", |party| &party.address))) }),
            ("抽样产品", html! { (view.task.product_scope) }),
            ("不得抽的型号", html! { span class="pre" { (or_slash(papers.blocked_models.trim())) } }),
            (
                "通知书",
                html! { (or_slash(visit.notice_number.as_deref().unwrap_or_default())) @if let Some(until) = visit.notice_valid_until_on { "　有效至 " (clock::iso(Some(until))) } },
            ),
            (
                "到场",
                html! { @if visit.has_begun() { (arrived(visit.lead_arrived_at_us)) "、" (arrived(visit.second_arrived_at_us)) "　" (visit.place) } @else { "/" } },
            ),
            ("出示证件", html! { (or_slash(&papers.identity_papers)) }),
        ]),
    )
}

fn records(view: &VisitView) -> Markup {
    if view.records.is_empty() && view.voided.is_empty() {
        return html! {};
    }
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    for (record, problems, samples) in &view.records {
        rows.push(vec![
            html! { a href=(format!("/desk/records/{}", record.id)) { (record.number) } },
            html! { (or_slash(&record.product_name)) "　" (record.model) },
            record_tag(record.state),
            html! { @if problems.is_empty() { "/" } @else { span class="warn" { (problems.len()) " 处没有填好" } } },
            html! { @if samples.is_empty() { "/" } @for sample in samples { a href=(format!("/desk/samples/{}", sample.id)) { (sample.kind.title()) } " " (sample_tag(sample.state)) " " } },
        ]);
    }
    for record in &view.voided {
        rows.push(vec![
            html! { a href=(format!("/desk/records/{}", record.id)) { (record.number) } },
            html! { (or_slash(&record.product_name)) },
            record_tag(record.state),
            html! { "/" },
            html! { "/" },
        ]);
    }
    let columns = [text("抽样单编号"), text("产品和型号"), text("状态"), text("待改"), text("样品")];
    section("抽样单", table::table("抽样单", &columns, &rows))
}

/// The outcome as recorded, with its evidence, declaration and signature.
fn outcome_facts(view: &VisitView) -> Option<Markup> {
    let (visit, papers) = (&view.visit, &view.visit.papers);
    let outcome = visit.outcome?;
    let mut pairs: Vec<(&str, Markup)> = vec![("抽样情况", html! { (outcome.title()) })];
    if outcome != VisitOutcome::Sampled {
        pairs.push(("现场情况", html! { span class="pre" { (or_slash(&visit.outcome_text)) } }));
    }
    if let Some(reason) = papers.unable_reason {
        pairs.push(("原因", html! { (reason.title()) }));
    }
    if outcome == VisitOutcome::NotSampledStock {
        pairs.push(("现场数量", html! { (papers.found_stock) }));
    }
    if outcome == VisitOutcome::DuplicateSixMonth {
        pairs.push(("上级抽查", html! { (papers.superior_authority) "　" (clock::iso(papers.superior_sampled_on)) }));
    }
    if outcome == VisitOutcome::Refused {
        pairs.push(("告知法律责任", html! { @if papers.told_of_liability { "已告知" } @else { "没有告知" } }));
    }
    for evidence in &papers.evidence {
        pairs.push(("证据", html! { (evidence.slot) "：" (evidence.words) }));
    }
    pairs.push((
        "声明",
        html! { @if let Some(at) = visit.declared_at_us { "两名抽样人员已声明　" (at) } @else { "还没有全部声明" } },
    ));
    let party = if papers.refusal_to_sign.is_empty() {
        papers.party_signature.clone()
    } else {
        format!("拒绝签字：{}", papers.refusal_to_sign)
    };
    pairs.push(("被抽样单位签字", html! { (or_slash(&party)) }));
    pairs.push(("见证人", html! { (or_slash(&visit.witness)) }));
    pairs.push(("样品移交", html! { (or_slash(&papers.hand_over_plan)) }));
    if !visit.review_reasons.is_empty() {
        pairs.push(("退回意见", html! { span class="pre" { (visit.review_reasons) } }));
        pairs.push(("答复", html! { span class="pre" { (or_slash(&papers.answer)) } }));
    }
    Some(section("抽样情况", facts(&pairs)))
}
