//! Reading: the list of cases, the page of one with all its stages, the summary table (F35) and F27 as PDF. Changes nothing.

use super::{closing_facts, elsewhere, handling, not_final, opening::RECEIPT, order_facts, readable, told_by_notice};
use crate::{AppError, AppResult, PageRequest, TimelineLine, Work};
use hengjian_documents::{RectificationOrder, rectification_order};
use hengjian_domain::{
    actor::UserId,
    calendar::Calendar,
    clock::{Clock, ClockState},
    code::Code,
    enterprise::Enterprise,
    follow_up::{Case, CaseId, CaseRecheck, CaseState, ClosingFacts, OrderFacts, PenaltyState},
    laboratory::Laboratory,
    money::yuan_plain,
    objection::{Notice, Objection},
    organisation::{Organisation, OrganisationId},
    plan::SpotCheckTask,
    product::known_specification,
    publication::PublicationEntry,
    sampling::SamplingRecord,
    testing::{Inspection, ItemResult, ProblemReport},
};
use hengjian_store::{
    Query,
    account::Account,
    files::StoredFile,
    follow_up::{CaseFilter, known_cases},
};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Cases read at once for a table that leaves the house.
const BLOCK: i64 = 500;

/// What one office used of the joint five working days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Office.
    pub office: &'static str,
    /// From when.
    pub from: Date,
    /// Until when; `None` while it still has the case.
    pub until: Option<Date>,
    /// Working days used.
    pub days: i64,
}

/// The joint five working days of section and station (notice, part five).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shares {
    /// In order.
    pub parts: Vec<Share>,
    /// Sum.
    pub used: i64,
}

impl Shares {
    /// Counted from a case's own dates; whoever has the case now counts until `today`.
    fn of(case: &Case, today: Date, calendar: &Calendar) -> Self {
        let sent = case.dispatched_on.filter(|_| case.unit_id.is_some());
        Self::counted(
            case.received_on,
            [sent, case.accepted_on.filter(|_| sent.is_some()), case.verified_on],
            today,
            calendar,
        )
    }
    fn counted(received_on: Date, steps: [Option<Date>; 3], today: Date, calendar: &Calendar) -> Self {
        const OFFICES: [&str; 3] = ["质量发展股分派", "等所签收", "所核查处置"];
        let mut parts = Vec::new();
        let mut from = received_on;
        for (office, until) in OFFICES.into_iter().zip(steps) {
            let end = until.unwrap_or(today).max(from);
            parts.push(Share { office, from, until, days: calendar.working_days_between(from, end) });
            if until.is_none() {
                break;
            }
            from = end;
        }
        Self { used: parts.iter().map(|part| part.days).sum(), parts }
    }
}

/// Everything the page of one case shows.
#[derive(Debug, Clone)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// Handling authority.
    pub organisation: Organisation,
    /// Station that has it.
    pub station: Option<Organisation>,
    /// Who signed for it, who approved the order or the exemption, who closed it; empty where nobody has.
    pub handler: String,
    /// See above.
    pub approver: String,
    /// See above.
    pub closer: String,
    /// Party on file.
    pub enterprise: Option<Enterprise>,
    /// Report it rests on.
    pub inspection: Option<Inspection>,
    /// Its items.
    pub items: Vec<ItemResult>,
    /// Sampling record of the report.
    pub record: Option<SamplingRecord>,
    /// Task of the report.
    pub task: Option<SpotCheckTask>,
    /// Problem report it rests on.
    pub problem: Option<ProblemReport>,
    /// Notices of the result.
    pub notices: Vec<Notice>,
    /// Other cases of the same report, for example of the producer.
    pub siblings: Vec<Case>,
    /// Entry by which the result was or will be published.
    pub entry: Option<PublicationEntry>,
    /// Rechecks.
    pub rechecks: Vec<CaseRecheck>,
    /// Objections to the same result.
    pub objections: Vec<Objection>,
    /// Clocks.
    pub clocks: Vec<Clock>,
    /// Course.
    pub timeline: Vec<TimelineLine>,
    /// Attachments.
    pub files: Vec<StoredFile>,
    /// Why the result is not final; empty when it is.
    pub not_final: Vec<String>,
    /// What an order has to look at.
    pub order: OrderFacts,
    /// Report on which the order was given, where that is not the case's own any more.
    pub order_report: Option<Inspection>,
    /// Receipt and last day of the party, as our own notice tells them.
    pub told: Option<(Date, Date)>,
    /// What closing looks at.
    pub closing: ClosingFacts,
    /// The joint five working days.
    pub shares: Shares,
    /// Authority of the producer's place that was told, where it was.
    pub producer_notified: Option<String>,
    /// The station responsible for the party, as a proposal for dispatch.
    pub proposed_station: Option<Organisation>,
    /// Stations of the authority.
    pub stations: Vec<Organisation>,
    /// Laboratories that may test a recheck sample.
    pub laboratories: Vec<Laboratory>,
}

impl CaseView {
    /// Whether the case was handed down by a superior and this authority has not signed for it yet.
    pub fn receipt_owed(&self) -> bool {
        self.clocks.iter().any(|clock| clock.state == ClockState::Open && clock.title == RECEIPT)
    }
}

/// A case with all that belongs to it.
///
/// # Errors
/// Not found, or a fault.
pub fn view(work: &mut Work<'_>, id: CaseId) -> AppResult<CaseView> {
    let case = readable(work, id)?;
    let (today, calendar) = (work.today(), work.calendar().clone());
    let station = case.unit_id.map(|unit| work.organisation(unit)).transpose()?;
    let inspection: Option<Inspection> = case.inspection_id.map(|id| work.tx.get(&id)).transpose()?.flatten();
    let problem: Option<ProblemReport> = case.problem_report_id.map(|id| work.tx.get(&id)).transpose()?.flatten();
    let mut files = work.tx.files_of(id.cast())?;
    files.extend(crate::testing::problem_files(work, problem.as_slice())?);
    let record_id = inspection
        .as_ref()
        .and_then(|inspection| inspection.record_id)
        .or(problem.as_ref().and_then(|problem| problem.record_id));
    let record: Option<SamplingRecord> = record_id.map(|id| work.tx.get(&id)).transpose()?.flatten();
    let task_id = inspection
        .as_ref()
        .and_then(|inspection| inspection.task_id)
        .or(record.as_ref().and_then(|record| record.task_id));
    let mut siblings = match case.inspection_id {
        Some(inspection) => work.tx.cases_of_report(inspection)?,
        None => Vec::new(),
    };
    siblings.retain(|other| other.id != id);
    let objections = super::objections_of(work, &case)?;
    let stations = handling::stations(work)?;
    let proposed = handling::station_of(work, &case)?;
    let timeline = work.timeline(id)?;
    let approved_by = case.order_approved_by.or(case.exempt_approved_by);
    Ok(CaseView {
        organisation: work.organisation(case.org_id)?,
        station,
        handler: name_of(work, case.handler_id)?,
        approver: name_of(work, approved_by)?,
        closer: name_of(work, case.closed_by)?,
        enterprise: case.enterprise_id.map(|id| work.tx.get(&id)).transpose()?.flatten(),
        items: match case.inspection_id {
            Some(id) => work.tx.items_of_inspection(id)?,
            None => Vec::new(),
        },
        task: task_id.map(|id| work.tx.get(&id)).transpose()?.flatten(),
        notices: match case.inspection_id {
            Some(id) => work.tx.notices_of(id)?,
            None => Vec::new(),
        },
        entry: match case.inspection_id {
            Some(id) => work.tx.entry_of_report(id)?,
            None => None,
        },
        rechecks: work.tx.rechecks_of(id)?,
        clocks: work.tx.clocks_of(id.cast())?,
        files,
        not_final: not_final(work, &case)?,
        order: order_facts(work, &case)?,
        order_report: order_report(work, &case)?,
        told: told_by_notice(work, &case)?,
        closing: closing_facts(work, &case)?,
        shares: Shares::of(&case, today, &calendar),
        producer_notified: notified(&timeline),
        proposed_station: stations.iter().find(|station| Some(station.id) == proposed).cloned(),
        laboratories: work.tx.laboratories(case.org_id)?,
        inspection,
        record,
        problem,
        siblings,
        objections,
        timeline,
        stations,
        case,
    })
}

/// The authority told of the producer, from the journal's own words.
fn notified(timeline: &[TimelineLine]) -> Option<String> {
    let kind = format!("follow_up.{}", elsewhere::PRODUCER_NOTIFIED);
    let line = timeline.iter().find(|line| line.kind == kind)?;
    let content = line.content.as_ref()?;
    content.facts.iter().find(|(label, _)| label == "接收机关").map(|(_, to)| to.clone())
}

fn name_of(work: &mut Work<'_>, user: Option<UserId>) -> AppResult<String> {
    let account: Option<Account> = user.map(|user| work.tx.get(&user)).transpose()?.flatten();
    Ok(account.map(|account| account.name).unwrap_or_default())
}

/// A page of the list.
#[derive(Debug, Clone)]
pub struct CaseRows {
    /// Rows, one more than asked for when a next page exists.
    pub rows: Vec<CaseRow>,
    /// Bounded count.
    pub count: i64,
    /// Stations of the authority, for the filter.
    pub stations: Vec<Organisation>,
}

/// A line of the list.
#[derive(Debug, Clone)]
pub struct CaseRow {
    /// The case.
    pub case: Case,
    /// Station, short name; empty while none has it.
    pub station: String,
    /// The running duty that ends first.
    pub next: Option<Clock>,
}

/// The filter within the person's scope and knowledge.
fn known(work: &mut Work<'_>, filter: &CaseFilter) -> AppResult<Query> {
    let scope = work.scoped(Query::new(), true);
    let query = work.tx.case_query(filter, scope)?;
    Ok(known_cases(query, work.actor().user_id, crate::sampling::staff_of(work)))
}

/// The report that an order names, where it has been amended since.
fn order_report(work: &mut Work<'_>, case: &Case) -> AppResult<Option<Inspection>> {
    Ok(case.order_inspection_id.map(|id| work.tx.get(&id)).transpose()?.flatten())
}

/// Cases in the person's scope, newest first.
///
/// # Errors
/// A fault.
pub fn list(work: &mut Work<'_>, filter: &CaseFilter, page: &PageRequest) -> AppResult<CaseRows> {
    let query = known(work, filter)?;
    let count = query.bounded_count(&mut work.tx, "case_file")?;
    let cases: Vec<Case> = query.page("created_at_us", "id", true, true, page).records(&mut work.tx)?;
    let mut names = Names::default();
    let mut rows = Vec::with_capacity(cases.len());
    for case in cases {
        let next = work.tx.next_duty_of(case.id)?;
        rows.push(CaseRow { station: names.of(work, case.unit_id)?, next, case });
    }
    Ok(CaseRows { rows, count, stations: handling::stations(work)? })
}

/// Short names of stations, each read once.
#[derive(Debug, Default)]
struct Names(BTreeMap<OrganisationId, String>);

impl Names {
    fn of(&mut self, work: &mut Work<'_>, unit: Option<OrganisationId>) -> AppResult<String> {
        let Some(unit) = unit else { return Ok(String::new()) };
        if let Some(name) = self.0.get(&unit) {
            return Ok(name.clone());
        }
        let name = work.organisation(unit)?.short_name;
        self.0.insert(unit, name.clone());
        Ok(name)
    }
}

/// Columns of F35 不合格产品后处理情况汇总表.
pub const SUMMARY_COLUMNS: [&str; 30] = [
    "序号",
    "案号",
    "任务级别",
    "产品名称",
    "规格型号",
    "当事人",
    "标称生产者",
    "检验报告编号",
    "不合格项目",
    "收到日期",
    "核查日期",
    "责令停止日期",
    "责令改正文号",
    "责令改正日期",
    "改正期限",
    "库存数量",
    "已售数量",
    "货值（元）",
    "是否改正",
    "复查日期",
    "复查结果",
    "逐级上报日期",
    "省级公告日期",
    "立案处罚",
    "处罚案号",
    "移送机关",
    "结案日期",
    "所",
    "状态",
    "备注",
];

/// Hands the rows of F35 for a filter to `take`, in the order of the list. Read block by block and handed on one by one,
/// so that memory does not grow with the register.
///
/// # Errors
/// A fault, or what `take` answers.
pub fn summary(
    work: &mut Work<'_>,
    filter: &CaseFilter,
    mut take: impl FnMut([String; 30]) -> AppResult<()>,
) -> AppResult<()> {
    let mut count = 0;
    let mut names = Names::default();
    let mut page = PageRequest { after: None, limit: BLOCK };
    loop {
        let query = known(work, filter)?.page("created_at_us", "id", true, true, &page);
        let mut cases: Vec<Case> = query.records(&mut work.tx)?;
        let more = cases.len() > usize::try_from(BLOCK).unwrap_or(usize::MAX);
        if more {
            cases.pop();
        }
        for case in &cases {
            let rechecks = if case.order_on.is_some() { work.tx.rechecks_of(case.id)? } else { Vec::new() };
            let station = names.of(work, case.unit_id)?;
            count += 1;
            let newest = rechecks.iter().rfind(|recheck| !recheck.is_void());
            take(summary_row(count, case, newest, station))?;
        }
        match cases.last().filter(|_| more) {
            Some(last) => page.after = Some((last.created_at_us.0.to_string(), last.id.to_string())),
            None => return Ok(()),
        }
    }
}

fn summary_row(seq: usize, case: &Case, recheck: Option<&CaseRecheck>, station: String) -> [String; 30] {
    use CaseState::{Closed, Exempt, RecheckPassed, SecondRecheckPassed};
    let text = |text: &str| if text.trim().is_empty() { "/".to_owned() } else { text.trim().to_owned() };
    let day = |day: Option<Date>| day.map_or_else(|| "/".to_owned(), |day| day.to_string());
    let passed = recheck.and_then(|recheck| recheck.passed);
    let corrected = match case.state {
        Exempt => "免予整改",
        RecheckPassed | SecondRecheckPassed => "已改正",
        _ if passed == Some(true) => "已改正",
        _ if case.order_on.is_none() || case.state == Closed => "/",
        _ if case.rectified_on.is_some() => "已报告改正",
        _ => "未改正",
    };
    let result = match passed {
        Some(true) => "合格",
        Some(false) => "不合格",
        None if recheck.is_some() => "检验中",
        None => "/",
    };
    let remark = [&case.exempt_reason, &case.unprocessable_reason, &case.close_text];
    let remark: Vec<&str> = remark.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    let penalty = if case.penalty == PenaltyState::None { "/" } else { case.penalty.title() };
    [
        seq.to_string(),
        case.number.clone(),
        case.tier.title().to_owned(),
        text(&case.product_name),
        text(&case.model),
        text(&case.party_name),
        text(&case.producer_name),
        text(&case.report_number),
        text(&case.failed_items),
        case.received_on.to_string(),
        day(case.verified_on),
        day(case.stopped_on),
        text(case.order_number.as_deref().unwrap_or_default()),
        day(case.order_on),
        day(case.correct_by_on),
        text(case.quantity_stock.as_deref().unwrap_or_default()),
        text(case.quantity_sold.as_deref().unwrap_or_default()),
        case.value_fen.map_or_else(|| "/".to_owned(), yuan_plain),
        corrected.to_owned(),
        day(recheck.map(|recheck| recheck.sampled_on)),
        result.to_owned(),
        day(case.escalated_on),
        day(case.announced_on),
        penalty.to_owned(),
        text(&case.penalty_text),
        text(&case.transferred_to),
        day(case.closed_on),
        text(&station),
        case.standing().to_owned(),
        text(&remark.join("；")),
    ]
}

/// F27 责令改正通知书 as PDF, once it has a number.
///
/// # Errors
/// Not found, no order yet, characters the font lacks, or a fault.
pub fn order_pdf(work: &mut Work<'_>, id: CaseId) -> AppResult<Vec<u8>> {
    let case = readable(work, id)?;
    let named = order_report(work, &case)?;
    let (Some(number), Some(ordered_on), Some(recheck_until)) =
        (case.order_number.clone(), case.order_on, case.recheck_by_on)
    else {
        return Err(AppError::NotFound);
    };
    let order = RectificationOrder {
        agency: work.organisation(case.org_id)?.name,
        number,
        code: String::new(),
        party: case.party_name.clone(),
        product: [case.product_name.as_str(), known_specification(&case.model), case.batch_text.as_str()]
            .iter()
            .filter(|part| !part.is_empty() && **part != "/")
            .copied()
            .collect::<Vec<_>>()
            .join("　"),
        report_number: named
            .as_ref()
            .map_or(case.report_number, |report| report.report_number.clone().unwrap_or_default()),
        failed_items: named.map_or(case.failed_items, |report| report.failed_items),
        facts: case.order_text.clone(),
        ordered_on,
        rectify_until: case.correct_by_on,
        recheck_until,
        review_authority: "有管辖权的行政复议机关".to_owned(),
        court: "有管辖权的人民法院".to_owned(),
    };
    rectification_order(&order).map_err(crate::plan::paper::paper_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notice, part five: five working days jointly; each office's share adds up to the whole, rest days count for nobody.
    #[test]
    fn seed_part5_the_shares_of_the_offices_add_up() {
        let day = |text: &str| text.parse::<Date>().expect("date");
        let calendar = Calendar::builtin();
        let shares = |dispatched: Option<&str>, accepted: Option<&str>, verified: Option<&str>, today: &str| {
            let steps = [dispatched, accepted, verified].map(|date| date.map(day));
            Shares::counted(day("2021-09-24"), steps, day(today), calendar)
        };
        let days = |shares: Shares| (shares.parts.iter().map(|part| part.days).collect::<Vec<_>>(), shares.used);
        assert_eq!(days(shares(None, None, None, "2021-09-27")), (vec![2], 2));
        assert_eq!(days(shares(Some("2021-09-26"), None, None, "2021-09-28")), (vec![1, 2], 3));
        assert_eq!(
            days(shares(Some("2021-09-26"), Some("2021-09-27"), Some("2021-09-30"), "2021-10-20")),
            (vec![1, 1, 3], 5)
        );
    }
}
