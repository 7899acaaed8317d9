//! The page of one case: what it is, where it stands in the eight stages, who has it and until when, what can be done.

use super::{
    acts,
    course::{course, identity, joint_days, papers_of, parties_rights, results},
    long_forms,
    read::{self, Desk},
    tone,
};
use crate::{
    Ctx, FormData, PageResult,
    components::{
        Tone, clock,
        form::{error_summary, refusal},
        shell, tag,
        thing::{StageState, acts as acts_side, papers, split, stages, timeline},
    },
    error::{Again, again},
    form::Upload,
    objection::typed::Typed,
    todo::timeline_lines,
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::follow_up::{self, CaseView};
use hengjian_domain::{
    actor::Role,
    clock::{Clock, ClockKind, ClockState, SubjectKind},
    code::Code,
    deadline,
    follow_up::{Case, CaseId, CaseSource, CaseState},
    law,
    publication::EntryState,
    testing::InspectionOrigin,
};
use jiff::civil::Date;
use maud::{Markup, html};

/// `GET /desk/cases/{id}`
pub async fn page(ctx: Ctx, Path(id): Path<CaseId>) -> PageResult {
    let view = ctx.view(move |work| follow_up::view(work, id)).await?;
    Ok(draw(&ctx, &view, Typed::fresh(&Again::default())).into_response())
}

/// `POST /desk/cases/{id}/dispatch/{act}`
pub async fn dispatch_act(ctx: Ctx, Path((id, act)): Path<(CaseId, String)>, form: FormData) -> PageResult {
    run(ctx, Desk::Dispatch, id, act, form).await
}

/// `POST /desk/cases/{id}/handle/{act}`
pub async fn handle_act(ctx: Ctx, Path((id, act)): Path<(CaseId, String)>, form: FormData) -> PageResult {
    run(ctx, Desk::Handle, id, act, form).await
}

/// `POST /desk/cases/{id}/approve/{act}`
pub async fn approve_act(ctx: Ctx, Path((id, act)): Path<(CaseId, String)>, form: FormData) -> PageResult {
    run(ctx, Desk::Approve, id, act, form).await
}

/// `POST /desk/cases/{id}/report/{act}`
pub async fn report_act(ctx: Ctx, Path((id, act)): Path<(CaseId, String)>, form: FormData) -> PageResult {
    run(ctx, Desk::Report, id, act, form).await
}

/// `POST /desk/cases/{id}/close/{act}`
pub async fn close_act(ctx: Ctx, Path((id, act)): Path<(CaseId, String)>, form: FormData) -> PageResult {
    run(ctx, Desk::Close, id, act, form).await
}

async fn run(ctx: Ctx, desk: Desk, id: CaseId, act: String, form: FormData) -> PageResult {
    // The act of adding evidence keeps its files itself.
    let files: Vec<Upload> =
        if act == "attach" { Vec::new() } else { form.files(&read::attachment(&act)).into_iter().cloned().collect() };
    let (once, place, field) = (form.once(), format!("/desk/cases/{id}"), read::attachment(&act));
    let (today, found) = (ctx.now().date(), ctx.view(move |work| follow_up::view(work, id)).await?);
    let done = match read::read(desk, &act, &found.case, today, &form) {
        Ok(run) => {
            let place = place.clone();
            ctx.act(move |work| {
                work.once(&once, &place)?;
                run(work)?;
                for file in &files {
                    work.keep_file((SubjectKind::Case, id), "办理凭据", &field, &file.name, &file.bytes)?;
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
            let view = ctx.view(move |work| follow_up::view(work, id)).await?;
            again(error, |again| {
                let typed = Typed { form: Some(&form), act: &act, again };
                let long = match act.as_str() {
                    long_forms::VERIFY => view.case.state == CaseState::Verifying,
                    long_forms::DRAFT_ORDER => view.case.state == CaseState::Stopped,
                    _ => false,
                };
                if long { long_forms::draw(&ctx, &view, &act, typed) } else { draw(&ctx, &view, typed) }
            })
        }
    }
}

/// The running duty of the case that ends first. Telling the producer's place is the organiser's, about the result.
fn next_duty(view: &CaseView) -> Option<&Clock> {
    let running = |clock: &&Clock| clock.state == ClockState::Open && clock.kind == ClockKind::Duty;
    view.clocks
        .iter()
        .filter(running)
        .filter(|clock| clock.due_on().is_some() && clock.rule != deadline::OUT_OF_AREA.id)
        .min_by_key(|clock| (clock.due_on(), clock.rule != deadline::VERIFICATION.id))
}

fn tags(view: &CaseView, today: Date, calendar: &hengjian_domain::calendar::Calendar) -> Markup {
    let case = &view.case;
    let what = match case.source {
        CaseSource::OwnReport | CaseSource::Assigned if view.closing.overturned.is_some() => {
            tag(Tone::Absent, "原结果不再成立")
        }
        CaseSource::OwnReport | CaseSource::Assigned => tag(Tone::Bad, "不合格"),
        CaseSource::ProblemReport => tag(Tone::Waiting, "问题报告"),
        CaseSource::Refusal => tag(Tone::Bad, &case.failed_items),
    };
    html! {
        p { (what) "　" (tag(tone(case.state), case.standing()))
            @if let Some(duty) = next_duty(view) {
                @let (tone, words) = clock::left_words(duty, today, calendar);
                "　" (tag(tone, &format!("{}{words}", duty.title)))
            }
            @let judged = matches!(case.source, CaseSource::OwnReport | CaseSource::Assigned);
            @if judged && view.closing.overturned.is_none() {
                "　" @if view.not_final.is_empty() { (tag(Tone::Done, "结论已最终")) } @else { (tag(Tone::Running, "结论未最终")) }
            }
        }
    }
}

/// The organiser's duty towards the labelled producer's place, apart from the case's own state: it outlives the case.
fn organisers_duty(view: &CaseView, today: Date, calendar: &hengjian_domain::calendar::Calendar) -> Markup {
    let running = |clock: &&Clock| clock.state == ClockState::Open && clock.rule == deadline::OUT_OF_AREA.id;
    let Some(duty) = view.clocks.iter().find(running) else { return html! {} };
    let (tone, words) = clock::left_words(duty, today, calendar);
    html! { p { "另有组织方的一项，不影响本案办理：" (duty.title) "　" (tag(tone, &words)) "　由" (Role::ResultManager.title()) "办理（" (law::R18_44.cited()) "）。" (duty.proof) "。" } }
}

fn month_day(date: Date) -> String {
    format!("{}月{}日", date.month(), date.day())
}

/// Where the batch stands in the eight stages, as far as the linked rows tell.
fn strip(view: &CaseView) -> [(StageState, String); 8] {
    use StageState::{Ahead, Here, Past};
    let case = &view.case;
    let refusal = case.source == CaseSource::Refusal;
    let elsewhere = case.source == CaseSource::Assigned
        || view.inspection.as_ref().is_some_and(|report| report.origin == InspectionOrigin::Superior);
    let plan = match &view.task {
        Some(task) => task.number.clone(),
        None if elsewhere => format!("{}，上级组织", case.tier.title()),
        None => case.tier.title().to_owned(),
    };
    let drawn = if view.record.as_ref().is_some_and(|record| record.visit_id.is_some()) { "随机抽取" } else { "" };
    let sampled = view
        .record
        .as_ref()
        .and_then(|record| record.sampled_on)
        .or(view.inspection.as_ref().and_then(|report| report.sampled_on));
    let sampled = if refusal { case.failed_items.clone() } else { sampled.map(month_day).unwrap_or_default() };
    let tested = match &view.inspection {
        Some(report) => report
            .issued_on
            .or(report.confirmed_on)
            .map_or_else(|| report.state.title().to_owned(), |day| format!("{} 签发", month_day(day))),
        None if refusal => "没有样品".to_owned(),
        None => view.problem.as_ref().map_or_else(|| case.report_number.clone(), |_| "问题报告".to_owned()),
    };
    let until = view.notices.iter().filter_map(|notice| notice.window_until_on).max().or(case.partys_last_day());
    let open = view.objections.iter().any(hengjian_domain::objection::Objection::is_open);
    let objection = if matches!(case.state, CaseState::TransferPending | CaseState::Transferred) {
        (Past, "随案移送".to_owned())
    } else if open {
        // One that came too late runs beside a result that is final.
        let late = view.not_final.is_empty();
        (if late { Past } else { Here }, if late { "结论已最终，另收到逾期异议" } else { "异议办理中" }.to_owned())
    } else if refusal {
        (Past, String::new())
    } else if view.not_final.is_empty() {
        (Past, "结论已最终".to_owned())
    } else {
        (
            Here,
            until.map_or_else(
                || if case.is_served_elsewhere() { "待补登收到日期" } else { "等送达" }.to_owned(),
                |day| format!("可提至{}", month_day(day)),
            ),
        )
    };
    let follow_up = if case.state.is_terminal() { Past } else { Here };
    let live = view.entry.as_ref().is_some_and(|entry| entry.state == EntryState::Live);
    let published = match &view.entry {
        _ if elsewhere => "由上级公布".to_owned(),
        _ if refusal || case.source == CaseSource::ProblemReport => "不公布".to_owned(),
        Some(entry) if live => {
            entry.published_at_us.map_or_else(|| "已公布".to_owned(), |at| format!("{} 公布", month_day(at.date())))
        }
        Some(_) => "已入公布稿".to_owned(),
        None => "结论最终后".to_owned(),
    };
    let closed = case.state.is_terminal();
    [
        (Past, plan),
        (Past, drawn.to_owned()),
        (Past, sampled),
        (Past, tested),
        objection,
        (follow_up, case.standing().to_owned()),
        (if live { Past } else { Ahead }, published),
        (if closed { Past } else { Ahead }, if closed { "已计入" } else { "结案后" }.to_owned()),
    ]
}

/// Who has to act next, so that a reader without the duty knows whom to ask.
fn next_step(view: &CaseView, case: &Case) -> Markup {
    let Some(duty) = case.duty() else { return html! {} };
    let unit = view.station.as_ref().filter(|_| duty.at_station).map(|unit| unit.short_name.as_str());
    html! { p { "下一步：" (duty.title) "，由" (unit.unwrap_or(duty.role.title())) "办理（" (duty.basis.cited()) "）。" } }
}

fn draw(ctx: &Ctx, view: &CaseView, typed: Typed<'_>) -> Markup {
    let case = &view.case;
    let (today, calendar) = (ctx.now().date(), ctx.app.calendar());
    let heading = hengjian_domain::product::called(&case.product_name, &case.model);
    let station = view.station.as_ref().map_or("", |unit| unit.short_name.as_str());
    let mut lead = format!("{}　{}　{}", case.number, case.tier.title(), case.source.title());
    if !case.assigned_by.is_empty() && case.source == CaseSource::Assigned {
        lead.push_str(&format!("　{}交办", case.assigned_by));
    }
    if !view.handler.is_empty() {
        lead.push_str(&format!("　经办：{}（{station}）", view.handler));
    }
    let files: Vec<(String, String, String)> = view
        .files
        .iter()
        .map(|file| (file.purpose.clone(), file.name.clone(), format!("/desk/files/{}", file.id)))
        .collect();
    let body = html! {
        div class="title" { (tags(view, today, &calendar)) h1 { (heading) } p { (lead) } (next_step(view, case)) (organisers_duty(view, today, &calendar)) }
        @if let Some(why) = view.closing.overturned.filter(|_| !case.state.is_terminal()) {
            p { (tag(Tone::Waiting, "可以结案")) "　原结果不再成立：" (why.title()) "。" }
        }
        @if !case.return_reason.is_empty() && matches!(case.state, CaseState::Opened | CaseState::Stopped | CaseState::RecheckPassed | CaseState::SecondRecheckPassed | CaseState::Revoked) {
            p { (tag(Tone::Waiting, "曾被退回")) "　" (case.return_reason) }
        }
        (stages(&strip(view)))
        (error_summary(&typed.errors()))
        @if let Some(refused) = &typed.again.refusal { (refusal(refused)) }
        (split(
            html! {
                (acts_side(&acts::acts_of(ctx, view, typed)))
                (clock::clocks(&view.clocks, today, &calendar))
            },
            html! {
                (identity(view))
                (joint_days(view))
                (results(view))
                (parties_rights(view))
                (course(view))
                (papers_of(view))
                (papers(&files))
                (timeline(&timeline_lines(view.timeline.clone())))
            },
        ))
    };
    let page = ctx.page(heading.as_str()).at("/desk/cases").crumb("后处理", Some("/desk/cases".into()));
    shell::page(&page.crumb(case.number.as_str(), None), body)
}
