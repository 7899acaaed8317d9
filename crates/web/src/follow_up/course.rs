//! Sections of a case's page: identity, the joint five working days, test results, notices and objections, what was done.

use super::{acts::window, read::RESULT_RECEIPT};
use crate::components::{
    Tone, clock, or_slash,
    shell::section,
    table::{self, number, text},
    tag,
    thing::facts,
};
use crate::testing::item_table;
use hengjian_app::follow_up::CaseView;
use hengjian_domain::{
    code::Code,
    deadline::second_recheck_window,
    enterprise::ProductRole,
    follow_up::{CaseSource, ObjectionIntent, PenaltyState},
    law,
    money::yuan,
    testing::{InspectionConclusion, ItemVerdict},
};
use maud::{Markup, html};

/// Working days of the joint duty (notice, part five).
const JOINT_DAYS: i64 = 5;

/// Product, party and producer side by side.
pub fn identity(view: &CaseView) -> Markup {
    let case = &view.case;
    let record = view.record.as_ref();
    let line = |label: &'static str, value: &str| (label, html! { (or_slash(value)) });
    let mut product = vec![line("规格型号", &case.model), line("日期批号", &case.batch_text)];
    if let Some(report) = &view.inspection {
        product.insert(0, line("商标", &report.trademark));
    }
    if let Some(record) = record {
        product.push(line("执行标准", &record.standard));
        product.push(line("抽样基数", &format!("{} {}", record.lot_size, record.unit)));
    }
    let why = match case.source {
        CaseSource::Refusal => "事由",
        CaseSource::ProblemReport => "问题",
        CaseSource::OwnReport | CaseSource::Assigned => "不合格项目",
    };
    product.push(line(why, &case.failed_items));
    let mut party = vec![(
        "名称",
        html! { @match case.enterprise_id {
            Some(id) => a href=(format!("/desk/registers/enterprises/{id}")) { (case.party_name) },
            None => (case.party_name),
        } },
    )];
    if let Some(code) = view.enterprise.as_ref().and_then(|enterprise| enterprise.uscc.as_ref()) {
        party.push(("信用代码", html! { span class="code" { (code) } }));
    }
    party.push(line("地址", &case.party_address));
    party.push(line("负责的所", view.station.as_ref().map_or("", |unit| unit.name.as_str())));
    let mut producer = vec![line("名称", &case.producer_name)];
    if let Some(address) = view
        .inspection
        .as_ref()
        .map(|report| &report.producer_address)
        .or(record.map(|record| &record.producer_address))
    {
        producer.push(line("地址", address));
    }
    for other in &view.siblings {
        producer.push((
            "同一报告",
            html! { a href=(format!("/desk/cases/{}", other.id)) { (other.party_name) } "　" (other.standing()) },
        ));
    }
    if let Some(to) = &view.producer_notified {
        producer.push(line("已通报", to));
    }
    let mut origin = vec![line(
        "组织机关",
        if case.organiser_name.is_empty() { &view.organisation.name } else { &case.organiser_name },
    )];
    if case.source == CaseSource::Assigned {
        origin.push(line("交办机关", &case.assigned_by));
        origin.push(line("交办编号", &case.external_number));
    }
    origin.push((
        "检验报告",
        html! { @match &view.inspection {
            Some(report) => a class="code" href=(format!("/desk/inspections/{}", report.id)) { (or_slash(&case.report_number)) },
            None => (or_slash(&case.report_number)),
        } },
    ));
    origin.push(("收到日期", clock::iso(Some(case.received_on))));
    html! {
        section class="sec" { h2 { "是什么、谁的、在哪里" }
            div class="cols" {
                div { h3 { "产品" } (facts(&product)) }
                div { h3 { "当事人（" (case.party_role.title()) "）" } (facts(&party)) }
                div { h3 { "标称生产者" } (facts(&producer)) h3 { "来源" } (facts(&origin)) }
            }
        }
    }
}

/// The five working days of section and station together, and what each has used.
pub fn joint_days(view: &CaseView) -> Markup {
    let columns = [text("环节"), text("从"), text("到"), number("用去工作日")];
    let rows: Vec<Vec<Markup>> = view
        .shares
        .parts
        .iter()
        .map(|part| {
            vec![
                html! { (part.office) },
                clock::iso(Some(part.from)),
                html! { @match part.until { Some(day) => (clock::iso(Some(day))), None => "现在" } },
                html! { (part.days) },
            ]
        })
        .collect();
    let over = view.shares.used > JOINT_DAYS;
    html! {
        section class="sec" {
            div class="sec__head" { h2 { "共同的五个工作日" }
                p class="sub" { @if over { (tag(Tone::Bad, &format!("共用去 {} 个，超过 {JOINT_DAYS} 个", view.shares.used))) } @else { "共用去 " (view.shares.used) " 个，限 " (JOINT_DAYS) " 个" } }
            }
            (table::table("核查处置用去的工作日", &columns, &rows))
            p class="note" { "自收到次日起算，退回、移送不停（" (law::SEED_5.text()) "）。" }
        }
    }
}

/// Items of the linked report, or of the problem report.
pub fn results(view: &CaseView) -> Markup {
    if let Some(problem) = &view.problem {
        return section(
            "问题报告",
            facts(&[
                ("发现的问题", html! { (problem.what) }),
                ("证据", html! { (or_slash(&problem.evidence)) }),
                ("报告人", html! { (problem.reported_by) "　" (clock::iso(Some(problem.reported_on))) }),
            ]),
        );
    }
    let Some(report) = &view.inspection else { return html! {} };
    let failed = view.items.iter().filter(|item| item.final_verdict() == ItemVerdict::Fail).count();
    html! {
        section class="sec" {
            div class="sec__head" { h2 { "检验结果" }
                p class="sub" {
                    @if view.items.is_empty() { (report.laboratory_name) } @else { (view.items.len()) " 项，" (failed) " 项不合格　" (report.laboratory_name) }
                    @if let Some(severity) = report.severity { "　" (severity.title()) "不合格" }
                }
            }
            @if view.items.is_empty() {
                (facts(&[
                    ("结论", html! { (report.conclusion.map(InspectionConclusion::title).unwrap_or("/")) }),
                    ("不合格项目", html! { (or_slash(&report.failed_items)) }),
                    ("报告签发", clock::iso(report.issued_on)),
                ]))
            } @else { (item_table(&view.items)) }
        }
    }
}

/// Notices with each recipient's own right, and the objections.
pub fn parties_rights(view: &CaseView) -> Markup {
    let case = &view.case;
    if view.notices.is_empty() && view.objections.is_empty() && case.inspection_id.is_none() {
        return html! { @if case.source == CaseSource::Assigned {
            (section("异议", html! { p class="sub" { "抽查由" (or_slash(&case.organiser_name)) "组织，异议向组织机关提出，本局代收转送。还没有收到异议。" }
                @if !view.not_final.is_empty() { ul { @for line in &view.not_final { li { (line) } } } }
                (partys_receipt(view)) }))
        } };
    }
    let columns = [text("收件人"), text("状态"), text("收到"), text("可提异议至")];
    let rows: Vec<Vec<Markup>> = view
        .notices
        .iter()
        .map(|notice| {
            vec![
                html! { a href=(format!("/desk/notices/{}", notice.id)) { (notice.recipient_words()) } },
                html! { (notice.state.title()) },
                clock::iso(notice.served_on.or(notice.deemed_on)),
                html! { @match notice.window_until_on { Some(day) => (clock::day(day)), None => "收到后起算" } },
            ]
        })
        .collect();
    html! {
        section class="sec" { h2 { "结果告知和异议" }
            @if !rows.is_empty() { (table::table("检验结果通知书", &columns, &rows)) }
            @if view.objections.is_empty() { p class="sub" { "没有收到异议。" } }
            @else { ul { @for objection in &view.objections { li {
                a href=(format!("/desk/objections/{}", objection.id)) { (objection.applicant) "：" (objection.kind.title()) } "　" (objection.state.title())
                @if let Some(outcome) = objection.outcome { "　" (outcome.title()) }
            } } } }
            @if !view.not_final.is_empty() {
                p { "结论还没有最终确定：" }
                ul { @for line in &view.not_final { li { (line) } } }
            }
            (partys_receipt(view))
        }
    }
}

/// When the party received a result that another authority served, or the way to note it.
fn partys_receipt(view: &CaseView) -> Markup {
    let case = &view.case;
    if !case.is_served_elsewhere() {
        return html! {};
    }
    match case.result_received_on {
        Some(on) => facts(&[
            ("当事人收到结果", clock::iso(Some(on))),
            (
                "送达",
                html! { (or_slash(&case.result_served_by)) "　" (case.result_service_method.map(Code::title).unwrap_or("/")) "　" (or_slash(&case.result_service_proof)) },
            ),
            ("可提异议至", html! { @match case.partys_last_day() { Some(day) => (clock::day(day)), None => "/" } }),
        ]),
        None if case.state.is_terminal() => html! {},
        None => html! {
            @if let Some(day) = case.objection_open_until_on { p class="note" { "以前只登记了最后一日 " (clock::iso(Some(day))) "，没有收到日期和凭据，不作为十五日的依据。" } }
            p { a href=(format!("#act-{RESULT_RECEIPT}")) { "补登当事人收到日期" } "：写明哪天收到、谁送达、凭什么。最后一日由系统推算。" }
        },
    }
}

/// What was found, ordered, put right, rechecked and decided, as far as it has come.
pub fn course(view: &CaseView) -> Markup {
    html! { (verified(view)) (ordered(view)) (rechecked(view)) (elsewhere(view)) (ended(view)) }
}

fn verified(view: &CaseView) -> Markup {
    let case = &view.case;
    let Some(on) = case.verified_on else { return html! {} };
    let amount = |value: &Option<String>| html! { (or_slash(value.as_deref().unwrap_or_default())) };
    let made = if case.party_role == ProductRole::Producer { "生产数量" } else { "购进数量" };
    let supplier = if case.party_role == ProductRole::Producer { "销往何处" } else { "进货来源" };
    section(
        "核查处置",
        html! {
            (facts(&[
                ("核查日期", clock::iso(Some(on))),
                ("责令停止", html! { (clock::iso(case.stopped_on)) "　停止生产、销售同一产品" }),
                ("情况", html! { (case.verification_text) }),
                (made, amount(&case.quantity_made)),
                ("已售数量", amount(&case.quantity_sold)),
                ("库存数量", amount(&case.quantity_stock)),
                ("货值", html! { @match case.value_fen { Some(fen) => { (yuan(fen)) " 元" }, None => "/" } }),
                (supplier, html! { (or_slash(&case.supplier_text)) }),
                ("异议意向", html! { (case.objection_intent.title()) @match window(view) {
                    Some(day) if case.objection_intent == ObjectionIntent::Undecided => { "，仍可在 " (clock::day(day)) " 及以前提出" }
                    Some(day) => { "　可提异议至 " (clock::day(day)) }
                    None => {}
                } }),
                ("报告执法二股", clock::iso(case.reported_to_enforcement_on)),
            ]))
            p class="note" { "询问的回答不缩短当事人的十五日（" (law::PQL_15.text()) "）。" }
        },
    )
}

fn ordered(view: &CaseView) -> Markup {
    let case = &view.case;
    if case.order_text.is_empty() {
        return html! {};
    }
    let mut pairs = vec![
        (
            "依据的报告",
            html! { @match &view.order_report {
                Some(report) => { a class="code" href=(format!("/desk/inspections/{}", report.id)) { (or_slash(report.report_number.as_deref().unwrap_or_default())) } "　已更正，请核对通知书是否仍然相符" },
                None => (or_slash(&case.report_number)),
            } },
        ),
        ("文号", html! { (or_slash(case.order_number.as_deref().unwrap_or("待批准后编号"))) }),
        ("内容", html! { @for line in case.order_text.lines() { (line) br; } }),
    ];
    if case.order_on.is_some() {
        pairs.push(("批准", html! { (or_slash(&view.approver)) "　" (clock::iso(case.order_on)) }));
        pairs.push(("送达", html! { @match case.order_served_on { Some(on) => { (clock::iso(Some(on))) "　" (case.order_service_proof) }, None => "还没有送达，改正期没有起算" } }));
        pairs.push(("改正期限", html! { @match case.correct_by_on { Some(day) => { (clock::day(day)) "　送达之日起六十日" }, None => "/" } }));
        pairs.push(("复查期限", html! { @match case.recheck_by_on { Some(day) => { (clock::day(day)) "　责令之日起七十五日" }, None => "/" } }));
    }
    if !case.rectification_text.is_empty() {
        pairs.push(("整改报告", html! { (case.rectification_text) }));
        pairs.push(("整改完成", clock::iso(case.rectified_on)));
        pairs.push(("申请复查", clock::iso(case.recheck_applied_on)));
    }
    html! {
        (section("责令改正和整改", facts(&pairs)))
        p class="note" { "复查合格以前，除制作复查样品外不得恢复生产、销售同一产品（" (law::R18_49.text()) "）。" }
    }
}

fn rechecked(view: &CaseView) -> Markup {
    if view.rechecks.is_empty() {
        return html! {};
    }
    let columns = [text("复查"), text("抽样"), text("样品"), text("报告"), text("结果")];
    let rows: Vec<Vec<Markup>> = view
        .rechecks
        .iter()
        .map(|recheck| {
            let name = match recheck.seq {
                1 => "第一次",
                2 => "第二次",
                _ => "整顿后",
            };
            vec![
                html! { (name) },
                clock::iso(Some(recheck.sampled_on)),
                html! { (recheck.sample_text) @if !recheck.reason.is_empty() { br; span class="sub" { @if recheck.seq != 1 { "不在期间内：" } (recheck.reason) } } },
                html! { @match recheck.inspection_id {
                    Some(id) => a href=(format!("/desk/inspections/{id}")) { (if recheck.report_number.is_empty() { "检验中" } else { &recheck.report_number }) },
                    None => (or_slash(&recheck.report_number)),
                } },
                match recheck.passed {
                    None if recheck.is_void() => tag(Tone::Bad, "没有结果"),
                    Some(true) => tag(Tone::Done, "合格"),
                    Some(false) => tag(Tone::Bad, "不合格"),
                    None => tag(Tone::Running, "待结果"),
                },
            ]
        })
        .collect();
    section(
        "复查",
        html! {
            (table::table("复查", &columns, &rows))
            p class="note" { "复查样品由当事人无偿提供（" (law::R18_49.text()) "）。" }
        },
    )
}

/// Upward and sideways: the ladder of PQL 第十七条, transfer.
fn elsewhere(view: &CaseView) -> Markup {
    let case = &view.case;
    let mut pairs: Vec<(&str, Markup)> = Vec::new();
    if case.escalated_on.is_some() {
        pairs.push(("逐级上报", clock::iso(case.escalated_on)));
        pairs.push((
            "省级公告",
            html! { @match case.announced_on { Some(on) => (clock::iso(Some(on))), None => "还没有公告" } },
        ));
    }
    if let Some(window) = case.announced_on.map(second_recheck_window) {
        pairs.push(("第二次复查", html! { (clock::day(window.strict_from)) " 至 " (clock::day(window.strict_until)) "（" (law::R18_48.text()) "）" }));
    }
    if !case.transferred_to.is_empty() {
        pairs.push(("移送", html! { (case.transferred_to) "　" (clock::iso(case.transferred_on)) }));
        pairs.push((
            "回执",
            html! { @match case.transfer_receipt_on { Some(on) => (clock::iso(Some(on))), None => "还没有收到" } },
        ));
    }
    html! { @if !pairs.is_empty() { (section("上报和移送", facts(&pairs))) } }
}

fn ended(view: &CaseView) -> Markup {
    let case = &view.case;
    let mut pairs: Vec<(&str, Markup)> = Vec::new();
    if !case.exempt_reason.is_empty() {
        pairs.push(("免予整改", html! { (case.exempt_reason) }));
    }
    if case.penalty != PenaltyState::None {
        pairs.push(("立案处罚", html! { (case.penalty.title()) "　" (case.penalty_text) }));
    }
    if !case.close_text.is_empty() {
        pairs.push(("处理结果", html! { (case.close_text) }));
    }
    if case.closed_on.is_some() {
        pairs.push(("结案", html! { (view.closer) "　" (clock::iso(case.closed_on)) }));
    }
    html! { @if !pairs.is_empty() { (section("处罚和结案", facts(&pairs))) } }
}

/// Papers that can be printed.
pub fn papers_of(view: &CaseView) -> Markup {
    let case = &view.case;
    let base = format!("/desk/cases/{}/papers", case.id);
    let mut links: Vec<(&str, &str, String)> = Vec::new();
    if case.verified_on.is_some() {
        links.push(("verification", "现场核查处置笔录", String::new()));
    }
    if !case.order_text.is_empty() {
        links.push(("order", "责令改正通知书", case.order_number.clone().unwrap_or_else(|| "草稿".to_owned())));
    }
    if !case.transferred_to.is_empty() {
        links.push(("transfer", "案件移送函", case.transferred_to.clone()));
    }
    let outside = case.party_role != ProductRole::Producer && !or_slash(&case.producer_name).eq("/");
    if outside && view.siblings.is_empty() && case.inspection_id.is_some() {
        links.push(("notification", "异地通报函", view.producer_notified.clone().unwrap_or_default()));
    }
    html! {
        @if !links.is_empty() {
            (section("文书", html! { ul class="papers" {
                @for (paper, words, note) in &links {
                    li {
                        span { a href=(format!("{base}/{paper}")) { (words) } small { (note) } }
                        @if *paper == "order" && case.order_number.is_some() { a class="keep" href=(format!("/desk/cases/{}/order.pdf", case.id)) aria-label="责令改正通知书 PDF" { "PDF" } }
                    }
                }
            } }))
        }
    }
}
