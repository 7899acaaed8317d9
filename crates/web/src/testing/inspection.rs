//! One inspection: what it is, how far it is, what I can do now, its items on the rule, its signatures, its editions.

use super::{acts::acts_of, called, conclusion_tag, item_table, messages, state_tone};
use crate::{
    Ctx, FormData, PageError, PageResult,
    components::{
        Tone, clock,
        form::{error_summary, refusal},
        or_slash,
        shell::{self, section, title},
        table::empty,
        tag, technical_fold,
        thing::{StageState, acts, facts, papers, split, stages, timeline},
    },
    error::{Again, again},
    todo::timeline_lines,
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppResult,
    testing::view::{InspectionView, inspection_view},
};
use hengjian_domain::{
    code::Code,
    follow_up::Case,
    objection::Notice,
    plan::TaskKind,
    policy::Action,
    product,
    testing::{Inspection, InspectionId, InspectionOrigin, InspectionState},
};
use maud::{Markup, html};

/// `GET /desk/inspections/{id}`
pub async fn page(ctx: Ctx, Path(id): Path<InspectionId>) -> PageResult {
    let view = ctx.view(move |work| inspection_view(work, id)).await?;
    Ok(draw(&ctx, &view, &FormData::default(), &Again::default()).into_response())
}

/// Where an act of the page leads: back to the page, or the page again with what was typed and why it was not done.
pub(super) async fn answer<T>(ctx: &Ctx, id: InspectionId, form: &FormData, result: AppResult<T>) -> PageResult {
    match result {
        Ok(_) => Ok(Redirect::to(&format!("/desk/inspections/{id}")).into_response()),
        Err(error) => {
            let view = ctx.view(move |work| inspection_view(work, id)).await.map_err(PageError::from)?;
            again(error, |problems| draw(ctx, &view, form, problems))
        }
    }
}

fn draw(ctx: &Ctx, view: &InspectionView, form: &FormData, problems: &Again) -> Markup {
    let one = &view.inspection;
    let sample = view.sample.as_ref().map(|sample| sample.number.as_str());
    let heading = called(one, sample);
    let (today, calendar) = (ctx.now().date(), ctx.app.calendar());
    let files: Vec<(String, String, String)> = view
        .files
        .iter()
        .map(|file| (file.purpose.clone(), file.name.clone(), format!("/desk/files/{}", file.id)))
        .collect();
    let body = html! {
        p { (tag(state_tone(one.state), one.state.title())) @if one.alerted_at_us.is_some() { "　" (tag(Tone::Bad, "已预警")) } }
        (title(&heading, &format!("{}　{}", product::called(&one.product_name, &one.model), one.purpose.title())))
        (error_summary(&messages(problems)))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        (stages(&eight(view)))
        (split(acts(&acts_of(ctx, view, form, problems)), html! {
            (result(view))
            (section("检验项目", html! {
                @if view.items.is_empty() { (empty(no_items(one), None)) } @else { (item_table(&view.items)) }
            }))
            (identity(view))
            (laboratory_part(view))
            (editions(view))
            (super::risk::part(&view.risks))
            (problem_reports(view))
            (afterwards(ctx, view))
            (clock::clocks(&view.clocks, today, &calendar))
            (papers(&files))
            @if !view.files.is_empty() { (technical_fold(&html! {
                ul { @for file in &view.files { li class="code note" { (file.name) "　SHA-256 " (file.digest) } } }
            })) }
            (timeline(&timeline_lines(view.timeline.clone())))
        }))
    };
    let page = ctx.page(heading.as_str()).at("/desk/inspections").crumb("检验", Some("/desk/inspections".into()));
    shell::page(&page.crumb(heading.as_str(), None), body)
}

fn no_items(one: &Inspection) -> &'static str {
    if one.origin == InspectionOrigin::Here {
        "检验依据里没有项目。录入结果时可以添加"
    } else {
        "没有录入项目结果。缺项目表不影响后处理，可以随时补录"
    }
}

/// The batch's eight stages as seen from here.
fn eight(view: &InspectionView) -> [(StageState, String); 8] {
    let one = &view.inspection;
    let ahead = || (StageState::Ahead, String::new());
    let past = |words: String| (StageState::Past, words);
    let number = view.task.as_ref().map(|task| task.number.clone()).unwrap_or_default();
    let sampled = one.sampled_on.map(|day| day.to_string()).unwrap_or_default();
    let here = if one.state == InspectionState::Confirmed { StageState::Past } else { StageState::Here };
    [
        past(number),
        past(String::new()),
        past(sampled),
        (here, one.state.title().to_owned()),
        told(view),
        view.cases.last().map_or_else(ahead, |case| {
            let state = if case.state.is_terminal() { StageState::Past } else { StageState::Ahead };
            (state, case.state.title().to_owned())
        }),
        ahead(),
        ahead(),
    ]
}

/// How far the recipients have been told.
fn told(view: &InspectionView) -> (StageState, String) {
    let served = view.notices.iter().filter(|notice| notice.is_served()).count();
    match view.notices.len() {
        0 => (StageState::Ahead, String::new()),
        all if served == all => (StageState::Past, format!("已送达 {served} 份")),
        all => (StageState::Here, format!("已送达 {served} / {all} 份")),
    }
}

/// Where the result goes from here: those who are told, and the case it led to.
fn afterwards(ctx: &Ctx, view: &InspectionView) -> Markup {
    let notices: &[Notice] = if ctx.may(Action::NoticeRead) { &view.notices } else { &[] };
    let cases: &[Case] = if ctx.may(Action::CaseRead) { &view.cases } else { &[] };
    html! { @if !notices.is_empty() || !cases.is_empty() {
        (section("告知和后处理", html! { ul class="papers" {
            @for notice in notices { li {
                span { "检验结果通知书" small { (notice.recipient_words()) "　" (notice.state.title()) } }
                a href=(format!("/desk/notices/{}", notice.id)) { "打开" span class="vh" { "：" (notice.recipient_words()) } }
            } }
            @for case in cases { li {
                span { "后处理 " (case.number) small { (case.party_name) "　" (case.state.title()) } }
                a href=(format!("/desk/cases/{}", case.id)) { "打开" span class="vh" { "：" (case.number) } }
            } }
        } }))
    } }
}

fn result(view: &InspectionView) -> Markup {
    let one = &view.inspection;
    if one.conclusion.is_none() && one.reason.is_empty() {
        return html! {};
    }
    let risk = view.task.as_ref().is_some_and(|task| task.kind == TaskKind::RiskMonitoring);
    let signed = one.issued_on.is_some();
    section(
        "结论",
        html! {
            @if one.conclusion.is_some() {
                p { (conclusion_tag(one)) @if !signed { "　" span class="sub" { "自动判定，签发前可能变化" } } }
                p { (one.conclusion_text) }
            }
            @if let Some(ours) = one.our_conclusion {
                @let same = Some(ours) == one.conclusion;
                p { "按已录项目判定：" (tag(if same { Tone::Done } else { Tone::Bad }, ours.title())) @if !same { "　与报告结论不同" } }
            }
            @if one.serious_quality_problem { p { (tag(Tone::Bad, "严重质量问题")) } }
            @if risk { p class="sub" { "风险监测：结果只作线索，不发结果通知，不立案，不公布。" } }
            @if one.origin == InspectionOrigin::Superior { p class="sub" { "上级抽查：结果由" (one.organiser_name) "公布，本局不得公布。" } }
            @if !one.reason.is_empty() { (facts(&[(if one.amends_id.is_some() { "更正理由" } else { "理由" }, html! { (one.reason) })])) }
            @if signed && !view.party_hidden && one.origin == InspectionOrigin::Here { p { a href=(format!("/desk/inspections/{}/report", one.id)) { "查看和打印检验报告" } "　" a href=(format!("/desk/inspections/{}/report.pdf", one.id)) { "PDF" } } }
        },
    )
}

fn identity(view: &InspectionView) -> Markup {
    let one = &view.inspection;
    let hidden = html! { span class="sub" { "报告签发或者确认后显示" } };
    let party = |text: &str| {
        if view.party_hidden {
            hidden.clone()
        } else {
            html! { (or_slash(text)) }
        }
    };
    let mut pairs = vec![
        ("产品名称", html! { (one.product_name) }),
        ("商标", html! { (or_slash(&one.trademark)) }),
        ("规格型号", html! { (or_slash(&one.model)) }),
        ("生产日期或批号", html! { (or_slash(&one.batch_text)) }),
        (
            "标称生产者",
            if view.producer_hidden {
                hidden.clone()
            } else {
                html! { (or_slash(&one.producer_name)) }
            },
        ),
        ("受检单位", party(&one.sampled_name)),
        ("受检单位地址", party(&one.sampled_address)),
        ("组织部门", html! { (one.organiser_name) "　" (one.tier.title()) }),
        ("抽样日期", clock::iso(one.sampled_on)),
    ];
    if let (Some(record), false) = (&view.record, view.party_hidden) {
        pairs.push(("抽样单", html! { span class="code" { (record.number) } }));
    }
    if let Some(sample) = &view.sample {
        pairs.push((
            "样品",
            html! { a href=(format!("/desk/samples/{}", sample.id)) { span class="code" { (sample.number) } } "　" (sample.state.title()) "　封条 " span class="code" { (sample.seal_number) } },
        ));
    }
    if let Some(task) = &view.task {
        pairs.push(("任务", html! { (task.name) "　" span class="code" { (task.number) } }));
    }
    html! {
        (section("样品", facts(&pairs)))
        @if !view.differences.is_empty() {
            (section("报告与抽样单不同之处", html! {
                dl class="facts" { @for one in &view.differences { dt { (one.field) } dd { "报告“" (one.report) "”，抽样单“" (one.record) "”" } } }
            }))
        }
    }
}

fn laboratory_part(view: &InspectionView) -> Markup {
    let (one, people) = (&view.inspection, &view.people);
    let mut pairs = vec![("检验机构", html! { (or_slash(&one.laboratory_name)) })];
    if let Some(laboratory) = &view.laboratory {
        pairs.push((
            "资质认定",
            html! { span class="code" { (or_slash(&laboratory.accreditation_number)) } "　有效期至 " (clock::iso(laboratory.accreditation_until_on)) },
        ));
    }
    pairs.push(("到样日期", clock::iso(one.received_on)));
    if one.origin == InspectionOrigin::Here {
        pairs.push((
            "证书核查",
            html! { @if one.licence_checked { (tag(if one.licence_ok { Tone::Done } else { Tone::Bad }, if one.licence_ok { "通过" } else { "未通过" })) "　" (one.licence_text) } @else if view.licence_required { "待核查：产品实行生产许可或者强制认证" } @else { "/" } },
        ));
        pairs.push(("接收", html! { (or_slash(&people.receiver)) }));
        pairs.push(("主检", html! { (or_slash(&people.tester)) }));
        pairs.push(("审核", html! { (or_slash(&people.reviewer)) }));
        pairs.push(("批准", html! { (or_slash(&people.signer)) }));
    } else {
        pairs.push(("签字人", html! { (or_slash(&one.signatories_text)) }));
    }
    pairs.push((
        "报告编号",
        html! { span class="code" { (or_slash(one.report_number.as_deref().unwrap_or_default())) } },
    ));
    pairs.push(("签发日期", clock::iso(one.issued_on)));
    pairs.push(("报送日期", clock::iso(one.submitted_on)));
    pairs.push((
        "确认",
        html! { (or_slash(&people.confirmer)) @if one.confirmed_on.is_some() { "　" (clock::iso(one.confirmed_on)) } },
    ));
    section("检验和签发", facts(&pairs))
}

fn editions(view: &InspectionView) -> Markup {
    let link = |one: &Inspection, words: &str| {
        html! { li { (words) " " a class="code" href=(format!("/desk/inspections/{}", one.id)) { (one.report_number.as_deref().unwrap_or("签发中")) } "　第 " (one.edition) " 版　" (one.state.title()) } }
    };
    html! { @if view.earlier.is_some() || view.later.is_some() {
        (section("报告版本", html! { ul {
            @if let Some(earlier) = &view.earlier { (link(earlier, "本报告更正")) }
            @if let Some(later) = &view.later { (link(later, "更正后的报告")) }
        } }))
    } }
}

fn problem_reports(view: &InspectionView) -> Markup {
    html! { @if !view.problems.is_empty() {
        (section("问题报告", html! { ul { @for report in &view.problems { li {
            @if report.urgent { (tag(Tone::Bad, "风险较高")) "　" }
            (report.reported_on) "　" (report.reported_by) "：" (report.what) "　证据：" (report.evidence)
            @for file in view.problem_files.iter().filter(|file| file.subject_id == report.id.cast()) {
                "　" a href=(format!("/desk/files/{}", file.id)) { "附件 " (file.name) }
            }
            @if let Some(case) = report.case_id { "　" a href=(format!("/desk/cases/{case}")) { "后处理" } }
        } } }
        p class="note" { "问题报告只启动核查，不计入不合格批次，不公布。" } }))
    } }
}
