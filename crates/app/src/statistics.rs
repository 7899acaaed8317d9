//! Use cases of the stage 统计: figures of regulations §8, each with the rows behind it. Reads only. Counts come from
//! the store, formulas from the domain; a figure is never typed in.

use crate::{AppResult, Work};
use hengjian_domain::{deadline, statistics::Counts};
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
    /// 按期率, by rule: title and share.
    pub in_time: Vec<(&'static str, Counts)>,
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
    let mut count = |figure| tx.figure_count(filter, figure);
    let serious = count(Figure::Serious)?;
    let (visits, refused, not_sampled) = (count(Figure::Visits)?, count(Figure::Refused)?, count(Figure::NotSampled)?);
    let (objections, reinspections, overturned) =
        (count(Figure::Objections)?, count(Figure::Reinspections)?, count(Figure::Overturned)?);
    let (cases, closed) = (count(Figure::Cases)?, count(Figure::CasesClosed)?);
    let (rechecks, passed) = (count(Figure::Rechecks)?, count(Figure::RechecksPassed)?);
    let (batches, failed) = tx.batch_counts(filter)?;
    let (enterprises, enterprises_failed) = tx.enterprise_counts(filter)?;
    let (planned, sampled) = tx.plan_completion(filter)?;
    let on_file = tx.enterprises_on_file(filter.org_id)?;
    let earlier =
        StatisticsFilter { from: a_year_before(filter.from), until: a_year_before(filter.until), ..filter.clone() };
    let (before, before_failed) = tx.batch_counts(&earlier)?;
    let mut in_time = Vec::new();
    for rule in [&deadline::VERIFICATION, &deadline::OBJECTION_REPORT, &deadline::RESULT_NOTICE, &deadline::RECHECK] {
        let (due, done) = tx.duties_in_time(filter, rule.id, today)?;
        in_time.push((rule.title, Counts::new(done, due)));
    }
    let mut groups = Vec::new();
    for grouping in [Grouping::Field, Grouping::Product, Grouping::Station, Grouping::Scale, Grouping::Quarter] {
        groups.push((grouping, tx.batch_groups(filter, grouping)?));
    }
    let share = Counts::new;
    Ok(Figures {
        failed: share(failed, batches),
        enterprises_failed: share(enterprises_failed, enterprises),
        serious: share(serious, batches),
        refused: share(refused, visits),
        not_sampled: share(not_sampled, visits),
        objections: share(objections, failed),
        overturned: share(overturned, reinspections),
        cases_closed: share(closed, cases),
        rechecks_passed: share(passed, rechecks),
        plan: share(sampled, planned),
        coverage: share(enterprises, on_file),
        in_time,
        groups,
        items: tx.item_groups(filter, ITEM_LIMIT)?,
        year_before: share(before_failed, before),
    })
}

fn a_year_before(date: jiff::civil::Date) -> jiff::civil::Date {
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
    Ok((work.tx.figure_count(filter, figure)?, work.tx.figure_rows(filter, figure, page)?))
}

/// Imported results of earlier years and other authorities.
///
/// # Errors
/// A fault.
pub fn history(work: &mut Work<'_>) -> AppResult<Vec<HistoryGroup>> {
    let org = work.actor().org_id;
    Ok(work.tx.history_groups(org)?)
}
