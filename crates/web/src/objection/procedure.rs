//! The page of one objection: where it stands, what is contested, what decides, acts, clocks, course.

use super::{objection_tone, procedure_acts, typed::Typed};
use crate::{
    Ctx, FormData, PageResult,
    components::{
        Tone, clock,
        form::{error_summary, refusal},
        or_slash,
        shell::{self, section, title},
        tag,
        thing::{StageState, acts, facts, papers, split, timeline},
    },
    error::{Again, again},
    form::Upload,
    todo::timeline_lines,
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::objection::view::{self, ObjectionView};
use hengjian_domain::{
    clock::SubjectKind,
    code::Code,
    law,
    money::yuan,
    objection::{Objection, ObjectionId, ObjectionKind, ObjectionState},
};
use maud::{Markup, html};

/// `GET /desk/objections/{id}`
pub async fn page(ctx: Ctx, Path(id): Path<ObjectionId>) -> PageResult {
    let view = ctx.view(move |work| view::objection(work, id)).await?;
    Ok(draw(&ctx, &view, Typed::fresh(&Again::default())).into_response())
}

/// `POST /desk/objections/{id}/acts/{act}`
pub async fn act(ctx: Ctx, Path((id, act)): Path<(ObjectionId, String)>, form: FormData) -> PageResult {
    let files: Vec<Upload> = form.files("attachment").into_iter().cloned().collect();
    let (once, place) = (form.once(), format!("/desk/objections/{id}"));
    let done = match procedure_acts::read(&act, id, &form) {
        Ok(run) => {
            let place = place.clone();
            ctx.act(move |work| {
                work.once(&once, &place)?;
                run(work)?;
                for file in &files {
                    work.keep_file((SubjectKind::Objection, id), "办理凭据", "attachment", &file.name, &file.bytes)?;
                }
                Ok(())
            })
            .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&place).into_response()),
        Err(error) => {
            let view = ctx.view(move |work| view::objection(work, id)).await?;
            again(error, |again| draw(&ctx, &view, Typed { form: Some(&form), act: &act, again }))
        }
    }
}

/// Steps of the procedure and where this one stands.
fn strip(objection: &Objection) -> Markup {
    use ObjectionState::*;
    let steps: &[(&str, &[ObjectionState])] = if objection.relayed {
        &[("收到", &[Submitted]), ("转送组织方", &[Relayed]), ("登记答复", &[Answered])]
    } else if objection.kind == ObjectionKind::Conclusion {
        &[
            ("收到", &[Submitted]),
            ("受理", &[Accepted]),
            ("研究复检", &[Studying]),
            ("办理手续", &[ReinspectionNotified]),
            ("确定机构", &[ProcedureDone]),
            ("移交备样", &[LaboratoryAppointed, SampleVerified]),
            ("复检", &[ReinspectionTesting, ReinspectionReported]),
            ("结论和费用", &[Decided, CostSettled]),
        ]
    } else {
        &[("收到", &[Submitted]), ("受理", &[Accepted]), ("调查", &[Investigating]), ("决定", &[Decided])]
    };
    let here = steps.iter().position(|(_, states)| states.contains(&objection.state));
    let Some(here) = here else { return html! {} };
    html! {
        ol class="stepper" aria-label="办理进度" {
            @for (n, (words, _)) in steps.iter().enumerate() {
                @let state = if n < here { StageState::Past } else if n == here { StageState::Here } else { StageState::Ahead };
                li class=(state.class()) aria-current=[(state == StageState::Here).then_some("step")] {
                    b { (words) } @if n == here { small { (objection.state.title()) } }
                }
            }
        }
    }
}

fn draw(ctx: &Ctx, view: &ObjectionView, typed: Typed<'_>) -> Markup {
    let objection = &view.objection;
    let (today, calendar) = (ctx.now().date(), ctx.app.calendar());
    let lead = match &view.report {
        Some(report) => format!(
            "{}　{}　报告 {}",
            report.product_name,
            or_slash(&report.model),
            or_slash(report.report_number.as_deref().unwrap_or_default())
        ),
        None => format!("由{}组织的抽查", or_slash(&objection.organiser_name)),
    };
    let window = match view.window_until {
        Some(until) => {
            let in_time = objection.is_in_time(Some(until));
            html! { (clock::day(until)) @if in_time { "，在期限内提出" } @else { "，超过期限提出" } }
        }
        None if objection.notice_id.is_some() => html! { "收件人还没有收到通知书，十五日没有起算" },
        None => html! { "/" },
    };
    let body = html! {
        p { (tag(objection_tone(objection.state), objection.state.title())) @if let Some(outcome) = objection.outcome { "　" (outcome.title()) } }
        (title(&format!("{}的异议：{}", objection.applicant, objection.kind.title()), &lead))
        (strip(objection))
        (error_summary(&typed.errors()))
        @if let Some(refused) = &typed.again.refusal { (refusal(refused)) }
        (split(acts(&procedure_acts::acts_of(ctx, view, typed)), html! {
            (section("申请", facts(&[
                ("申请人", html! { (objection.applicant) "　" (objection.capacity.title()) }),
                ("收到", html! { (clock::iso(Some(objection.received_on))) "　" (objection.channel) }),
                ("邮戳日", clock::iso(objection.posted_on)),
                ("可提异议至", window),
                ("有异议的项目", html! { (or_slash(&objection.items)) }),
                ("事实和理由", html! { (objection.reasons) }),
                ("通知书", html! { @match &view.notice { Some(notice) => a href=(format!("/desk/notices/{}", notice.id)) { (or_slash(notice.number.as_deref().unwrap_or_default())) }, None => "/" } }),
                ("检验报告", html! { @match &view.report { Some(report) => a href=(format!("/desk/inspections/{}", report.id)) { (or_slash(report.report_number.as_deref().unwrap_or_default())) }, None => "/" } }),
                ("后处理案", html! { @if view.cases.is_empty() { "/" } @for case in &view.cases { a href=(format!("/desk/cases/{}", case.id)) { (case.number) } "　" (case.party_name) "　" (case.standing()) br; } }),
                ("申请书", html! { @if objection.no_paper_reason.is_empty() { "见附件" } @else { "没有扫描件：" (objection.no_paper_reason) } }),
            ])))
            @if objection.is_open() && !objection.is_in_time(view.window_until) { p { (tag(Tone::Waiting, "超过期限")) "　受理以前不影响已经最终的结论。" } }
            p class="note" { "异议不停止责令停售、改正和立案（" (law::LOC_OBJ_EFFECT.text()) "）。" }
            @if objection.relayed { (elsewhere(objection)) } @else { (course(view)) }
            (clock::clocks(&view.clocks, today, &calendar))
            (paper_links(objection))
            (papers(&view.files.iter().map(|file| (file.purpose.clone(), file.name.clone(), format!("/desk/files/{}", file.id))).collect::<Vec<_>>()))
            (timeline(&timeline_lines(view.timeline.clone())))
        }))
    };
    let page = ctx.page("异议和复检").at("/desk/objections").crumb("异议", Some("/desk/objections".into()));
    shell::page(&page.crumb(objection.applicant.as_str(), None), body)
}

fn elsewhere(objection: &Objection) -> Markup {
    section(
        "组织方",
        facts(&[
            ("组织方", html! { (or_slash(&objection.organiser_name)) }),
            ("转送日期", clock::iso(objection.relayed_on)),
            ("转送凭据", html! { (or_slash(&objection.relay_proof)) }),
            ("答复日期", clock::iso(objection.answered_on)),
            ("答复", html! { (or_slash(&objection.answer_text)) }),
        ]),
    )
}

/// What was found and decided, only as far as it has come.
fn course(view: &ObjectionView) -> Markup {
    let objection = &view.objection;
    let mut pairs: Vec<(&str, Markup)> = Vec::new();
    let mut add = |label: &'static str, text: &str| {
        if !text.is_empty() {
            pairs.push((label, html! { (text) }));
        }
    };
    add("受理文号", &objection.number);
    add("查明的事实", &objection.investigation_text);
    if objection.kind == ObjectionKind::Conclusion {
        let backup = view.facts.backup.as_ref().map_or_else(
            || "没有备用样品".to_owned(),
            |sample| format!("{}　{}　由{}保管", sample.number, sample.state.title(), sample.holder),
        );
        add("备用样品", &backup);
        add("不能复检的项目", &view.facts.not_retestable.join("、"));
    }
    add("复检通知书", &objection.reinspection_notice_number);
    add(
        "复检费用",
        &if objection.fee_fen > 0 {
            format!("{} 元，由申请人先行缴纳", yuan(objection.fee_fen))
        } else {
            String::new()
        },
    );
    add(
        "复检通知送达",
        &objection.notified_on.map(|on| format!("{on}　{}", objection.notified_proof)).unwrap_or_default(),
    );
    add(
        "复检手续",
        &objection.procedure_done_on.map(|on| format!("{on}　{}", objection.procedure_text)).unwrap_or_default(),
    );
    add("复检机构", view.laboratory.as_ref().map_or("", |laboratory| laboratory.name.as_str()));
    add("省内仅此一家的证据", &objection.single_laboratory_evidence);
    add("备用样品核对", &objection.sample_verified_text);
    add("决定文号", &objection.decision_number);
    add("理由", &objection.decision_reason);
    add("费用承担", &objection.cost_bearer);
    add("费用结清", &objection.cost_settled_on.map(|on| format!("{on}　{}", objection.cost_text)).unwrap_or_default());
    html! {
        @if !pairs.is_empty() { (section("办理", facts(&pairs))) }
        @if let (Some(first), Some(second)) = (&view.report, &view.second) {
            (section("两份报告", facts(&[
                ("初检", html! { (first.laboratory_name) "　" (first.conclusion.map(Code::title).unwrap_or("/")) "　" (or_slash(&first.failed_items)) }),
                ("复检", html! { a href=(format!("/desk/inspections/{}", second.id)) { (second.laboratory_name) } "　" (second.state.title()) "　" (second.conclusion.map(Code::title).unwrap_or("/")) "　" (or_slash(&second.failed_items)) }),
                ("比较争议项目", html! { (view.computed.map(Code::title).unwrap_or("复检报告还没有结论")) }),
            ])))
        }
    }
}

fn paper_links(objection: &Objection) -> Markup {
    let base = format!("/desk/objections/{}/papers", objection.id);
    let refused = objection.state == ObjectionState::Inadmissible;
    let reinspected = objection.reinspection_id.is_some() && !objection.decision_number.is_empty();
    let links = [
        (
            !objection.number.is_empty(),
            "admission",
            if refused { "异议不予受理通知书" } else { "异议受理通知书" },
            &objection.number,
        ),
        (
            !objection.reinspection_notice_number.is_empty(),
            "reinspection",
            "复检通知书",
            &objection.reinspection_notice_number,
        ),
        (reinspected, "conclusion", "复检结论告知书", &objection.decision_number),
        (
            !reinspected && !objection.decision_number.is_empty(),
            "decision",
            "异议处理决定书",
            &objection.decision_number,
        ),
    ];
    html! {
        @if links.iter().any(|(there, ..)| *there) {
            (section("文书", html! { ul class="papers" {
                @for (_, paper, words, number) in links.iter().filter(|(there, ..)| *there) {
                    li { span { a href=(format!("{base}/{paper}")) { (words) } small { (number) } } }
                }
                @if objection.appointed_on.is_some() && objection.backup_sample_id.is_some() {
                    li { span { a href=(format!("/desk/objections/{}/reinspection-task.pdf", objection.id)) { "复检任务书和样品确认书" } small { "PDF" } } }
                }
            } }))
        }
    }
}
