//! Use cases of the stage 统计: figures of regulations §8, each with the rows behind it. Reads only. Counts come from
//! the store, formulas from the domain; a figure is never typed in.

use crate::{AppResult, Work};
use hengjian_domain::{
    deadline::{self, DutyRule},
    statistics::Counts,
};
use hengjian_store::PageRequest;
pub use hengjian_store::statistics::{Figure, FigureRow, Group, Grouping, HistoryGroup, StatisticsFilter};

/// All figures of a period.
#[derive(Debug, Clone)]
pub struct Figures {
    /// 抽查不合格率: failed of batches.
    pub failed: Counts,
    /// 不合格企业比例.
    pub enterprises_failed: Counts,
    /// 严重不合格率.
    pub serious: Counts,
    /// 拒检率.
    pub refused: Counts,
    /// 未抽到率.
    pub not_sampled: Counts,
    /// 异议率: accepted objections of failed batches.
    pub objections: Counts,
    /// 复检改判率.
    pub overturned: Counts,
    /// 后处理完成率.
    pub cases_closed: Counts,
    /// 复查合格率.
    pub rechecks_passed: Counts,
    /// 计划完成率.
    pub plan: Counts,
    /// 抽查覆盖率: enterprises checked of those on file.
    pub coverage: Counts,
    /// 按期率, by rule.
    pub in_time: Vec<(&'static DutyRule, Counts)>,
    /// By field, product, station, scale, quarter.
    pub groups: Vec<(Grouping, Vec<Group>)>,
    /// Failing items.
    pub items: Vec<Group>,
    /// Same period a year before, for the difference in percentage points.
    pub year_before: Counts,
}

/// Most failing items shown.
const ITEM_LIMIT: usize = 20;

/// Figures of a period for the person's authority.
///
/// # Errors
/// A fault.
pub fn figures(work: &mut Work<'_>, filter: &StatisticsFilter) -> AppResult<Figures> {
    let today = work.today();
    let tx = &mut work.tx;
    let earlier =
        StatisticsFilter { from: a_year_before(filter.from), until: a_year_before(filter.until), ..filter.clone() };
    let mut share = |of: &StatisticsFilter, numerator, denominator| -> AppResult<Counts> {
        Ok(Counts::new(tx.figure_count(of, numerator, today)?, tx.figure_count(of, denominator, today)?))
    };
    let mut in_time = Vec::new();
    for rule in RULES_IN_TIME {
        in_time.push((*rule, share(filter, Figure::DoneInTime(rule.id), Figure::Due(rule.id))?));
    }
    let mut figures = Figures {
        failed: share(filter, Figure::Failed, Figure::Batches)?,
        enterprises_failed: share(filter, Figure::EnterprisesFailed, Figure::Enterprises)?,
        serious: share(filter, Figure::Serious, Figure::Batches)?,
        refused: share(filter, Figure::Refused, Figure::Visits)?,
        not_sampled: share(filter, Figure::NotSampled, Figure::Visits)?,
        objections: share(filter, Figure::Objections, Figure::Failed)?,
        overturned: share(filter, Figure::Overturned, Figure::Reinspections)?,
        cases_closed: share(filter, Figure::CasesClosed, Figure::Cases)?,
        rechecks_passed: share(filter, Figure::RechecksPassed, Figure::Rechecks)?,
        plan: share(filter, Figure::Sampled, Figure::Planned)?,
        coverage: share(filter, Figure::Enterprises, Figure::OnFile)?,
        in_time,
        groups: Vec::new(),
        items: Vec::new(),
        year_before: share(&earlier, Figure::Failed, Figure::Batches)?,
    };
    for grouping in [Grouping::Field, Grouping::Product, Grouping::Station, Grouping::Scale, Grouping::Quarter] {
        figures.groups.push((grouping, tx.batch_groups(filter, grouping)?));
    }
    figures.items = tx.item_groups(filter, ITEM_LIMIT)?;
    Ok(figures)
}

/// Duties of which it is counted how many were done in time (regulations §8).
pub const RULES_IN_TIME: &[&DutyRule] =
    &[&deadline::VERIFICATION, &deadline::OBJECTION_REPORT, &deadline::RESULT_NOTICE, &deadline::RECHECK];

/// The same day a year before.
pub fn a_year_before(date: jiff::civil::Date) -> jiff::civil::Date {
    use jiff::ToSpan as _;
    date.saturating_sub(1.years())
}

/// A page of the rows behind a figure.
///
/// # Errors
/// A fault.
pub fn rows(
    work: &mut Work<'_>,
    filter: &StatisticsFilter,
    figure: Figure,
    page: &PageRequest,
) -> AppResult<(i64, Vec<FigureRow>)> {
    let today = work.today();
    Ok((work.tx.figure_count(filter, figure, today)?, work.tx.figure_rows(filter, figure, today, page)?))
}

/// Imported results of earlier years and other authorities.
///
/// # Errors
/// A fault.
pub fn history(work: &mut Work<'_>) -> AppResult<Vec<HistoryGroup>> {
    let org = work.actor().org_id;
    Ok(work.tx.history_groups(org)?)
}
