//! Taking a whole import back, while nothing was built on it and nobody changed what it brought. What it made goes away, what
//! it changed is put back as it was; the journal keeps both acts.

use crate::{AppError, AppResult, Event, Work};
use hengjian_domain::{
    code::Code,
    enterprise::{Enterprise, EnterpriseProduct},
    exchange::{EarlierCheck, Import, ImportId, ImportKind, ImportRefused, ImportState, ImportedRow, ImportedThing},
    plan::{PlanLine, SpotCheckPlan},
    product::ProductCategory,
    rules::{RulesItem, SpotCheckRules},
};
use hengjian_store::exchange::{Division, UNDO_ORDER};

/// Takes an import back. `work.action` must be the one that importing its kind asks for.
///
/// # Errors
/// Not found, stale version, not allowed for this kind, or the refusal that says what was built on it.
pub fn undo(work: &mut Work<'_>, id: ImportId, version: i64) -> AppResult<ImportKind> {
    let mut import: Import = work.load_version(id, version)?;
    let action = super::action_of(import.kind);
    if !action.allowed_to(work.actor()) {
        return Err(AppError::NotAllowed(action));
    }
    if import.org_id != work.actor().org_id {
        return Err(AppError::NotFound);
    }
    may_undo(work, &import)?;
    let mut taken = 0;
    for thing in UNDO_ORDER {
        for row in work.tx.imported_changes(id, thing)? {
            put_back(work, row)?;
            taken += 1;
        }
        taken += i64::try_from(work.tx.remove_imported(id, thing)?).unwrap_or(0);
    }
    import.state = ImportState::Undone;
    work.save(&mut import)?;
    let mut event = Event::new("exchange.undo", format!("撤销导入{}《{}》", import.kind.title(), import.file_name))
        .about(id)
        .fact("恢复或移除", format!("{taken} 条"))
        .public("file", import.file_digest.clone());
    if let Some(target) = import.target_id {
        event = event.about(target);
    }
    work.record(event);
    Ok(import.kind)
}

/// Whether it can be taken back; the page asks the same and shows the reason.
///
/// # Errors
/// The refusal.
pub(super) fn may_undo(work: &mut Work<'_>, import: &Import) -> AppResult<()> {
    if import.state == ImportState::Undone {
        return Err(ImportRefused::UndoneAlready.into());
    }
    for later in work.tx.imports_after(import)? {
        if later.kind == import.kind && work.tx.imports_overlap(import.id, later.id)? {
            return Err(ImportRefused::LaterImport { file_name: later.file_name, at: later.at_us }.into());
        }
    }
    for thing in UNDO_ORDER {
        if work.tx.imported_count(import.id, thing)? == 0 {
            continue;
        }
        if let Some((by, count)) = work.tx.built_on_import(import.id, thing)? {
            return Err(ImportRefused::BuiltOn { thing: thing.title(), by, count }.into());
        }
        let count = work.tx.changed_since_import(import.id, thing)?;
        if count > 0 {
            return Err(ImportRefused::ChangedSince { thing: thing.title(), count }.into());
        }
    }
    Ok(())
}

fn put_back(work: &mut Work<'_>, row: ImportedRow) -> AppResult<()> {
    fn of<T: serde::de::DeserializeOwned>(row: &ImportedRow) -> AppResult<T> {
        let before = row.before.as_deref().unwrap_or_default();
        serde_json::from_str(before).map_err(|error| AppError::fault(format!("imported row {}: {error}", row.subject)))
    }
    let version = row.version_after;
    work.mark_changed();
    match row.thing {
        ImportedThing::Plan => work.tx.put_back::<SpotCheckPlan>(of(&row)?, version)?,
        ImportedThing::PlanLine => work.tx.put_back::<PlanLine>(of(&row)?, version)?,
        ImportedThing::Enterprise => work.tx.put_back::<Enterprise>(of(&row)?, version)?,
        ImportedThing::EnterpriseProduct => work.tx.put_back::<EnterpriseProduct>(of(&row)?, version)?,
        ImportedThing::ProductCategory => work.tx.put_back::<ProductCategory>(of(&row)?, version)?,
        ImportedThing::Rules => work.tx.put_back::<SpotCheckRules>(of(&row)?, version)?,
        ImportedThing::RulesItem => work.tx.put_back::<RulesItem>(of(&row)?, version)?,
        ImportedThing::EarlierCheck => work.tx.put_back::<EarlierCheck>(of(&row)?, version)?,
        ImportedThing::Division => {
            let [name, level, parent_code, retired]: [String; 4] = of(&row)?;
            work.tx.put_division(&Division { code: row.subject, name, level, parent_code, retired: retired == "1" })?;
        }
        ImportedThing::CalendarDay => {
            let (kind, name): (String, String) = of(&row)?;
            work.tx.put_calendar_day(&row.subject, &kind, &name, "撤销导入后恢复")?;
        }
        // Cases are only ever made by an import, never changed.
        ImportedThing::Case => {}
    }
    Ok(())
}
