//! Imports as pages show them: the list, one run with its problems and whether it can be taken back.

use super::undo::may_undo;
use crate::{AppError, AppResult, PageRequest, TimelineLine, Work};
use hengjian_domain::{
    code::Code,
    exchange::{Import, ImportId, ImportKind, ImportProblem},
    refusal::Refusal,
};
use hengjian_store::{Query, Value};

/// A page of the list of imports.
#[derive(Debug)]
pub struct RunList {
    /// Rows; one more than the page holds when there is a next page.
    pub rows: Vec<Import>,
    /// Exact up to 1 000.
    pub count: i64,
}

/// One import.
#[derive(Debug)]
pub struct RunView {
    /// The import.
    pub import: Import,
    /// Problems of this page with their numbers; one more than the page holds when there are more.
    pub problems: Vec<(i64, ImportProblem)>,
    /// Number of all problems, on this page and elsewhere.
    pub places: i64,
    /// Why it cannot be taken back; `None` when it can.
    pub undo_refused: Option<Refusal>,
    /// What happened.
    pub timeline: Vec<TimelineLine>,
}

/// Imports in the person's scope, newest first.
///
/// # Errors
/// A fault.
pub fn runs(work: &mut Work<'_>, kind: Option<ImportKind>, page: &PageRequest) -> AppResult<RunList> {
    let kind = kind.map(|kind| Value::Text(kind.code().to_owned()));
    let query = work.scoped(Query::new(), false).filter_if("kind = ?", kind);
    let count = query.bounded_count(&mut work.tx, "import_run")?;
    Ok(RunList { rows: work.tx.imports(query, page)?, count })
}

/// One import with its problems after a number.
///
/// # Errors
/// Not found, or a fault.
pub fn run(work: &mut Work<'_>, id: ImportId, after: i64, limit: i64) -> AppResult<RunView> {
    let import: Import = work.load(id)?;
    let problems = work.tx.import_problems(id, after, limit + 1)?;
    let places = work.tx.import_problem_count(id)?;
    let undo_refused = match may_undo(work, &import) {
        Ok(()) => None,
        Err(AppError::Refused(refusal)) => Some(refusal),
        Err(other) => return Err(other),
    };
    let timeline = work.timeline(id)?;
    Ok(RunView { import, problems, places, undo_refused, timeline })
}
