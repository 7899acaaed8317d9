//! Use cases beside the stages: tables coming in with preview and undo, and the history of earlier checks. A table is read
//! row by row, each row decided on its own, all of them applied in one transaction with one journal entry.
//! Nothing is repaired silently: what is taken with a doubt is flagged, what is not taken is listed with its reason.

mod assignments;
mod enterprises;
pub mod export;
mod pipeline;
mod places;
mod plans;
mod products;
mod reading;
mod reference;
mod results;
mod rules;
mod undo;
mod upload;

pub use pipeline::{Report, Request, columns_of};
pub(crate) use places::division_of;
pub use reading::{RunList, RunView, run, runs};
pub use results::{note_own_check, own_check_corrected};
pub use undo::undo;

use crate::{App, AppError, AppResult, Event, Work};
use hengjian_domain::{
    actor::Actor,
    exchange::{ImportId, ImportKind, ImportRefused},
    organisation::{Organisation, OrganisationKind, Tier},
    policy::Action,
};

crate::refusals!(ImportRefused);

/// Name of an authority that was made by an import into an empty data folder; the first start gives it its own.
pub const UNNAMED_AUTHORITY: &str = "本机关（首次启动时填写名称）";

/// Permission that an import of a kind needs.
pub const fn action_of(kind: ImportKind) -> Action {
    match kind {
        ImportKind::Plan | ImportKind::Enterprises | ImportKind::Rules | ImportKind::Results | ImportKind::Products => {
            Action::ImportBusiness
        }
        ImportKind::Assignments => Action::ImportAssignments,
        ImportKind::Divisions | ImportKind::Holidays => Action::ImportReference,
    }
}

impl App {
    /// Imports a table: everything in one transaction, or nothing. With holidays the running terms are counted anew in the
    /// same transaction, and the calendar is read again.
    ///
    /// # Errors
    /// A message at `file` when it cannot be read; a refusal when it is refused as a whole.
    pub fn import(&self, actor: &Actor, request: Request) -> AppResult<Report> {
        let kind = request.kind;
        let report = self.act(actor, action_of(kind), move |work| run_and_recount(work, &request))?;
        if kind == ImportKind::Holidays {
            self.reload_calendar()?;
        }
        Ok(report)
    }
    /// What [`Self::import`] would do, with the same figures, because it does the same and takes it back.
    ///
    /// # Errors
    /// As [`Self::import`].
    pub fn preview_import(&self, actor: &Actor, request: Request) -> AppResult<Report> {
        self.rehearse(actor, action_of(request.kind), move |work| run_and_recount(work, &request))
    }
    /// Takes an import back, see [`undo`]; with holidays as [`Self::import`].
    ///
    /// # Errors
    /// As [`undo`].
    pub fn undo_import(&self, actor: &Actor, id: ImportId, version: i64) -> AppResult<()> {
        let actions = [Action::ImportBusiness, Action::ImportAssignments, Action::ImportReference];
        let action = actions.into_iter().find(|action| action.allowed_to(actor)).unwrap_or(Action::ImportBusiness);
        let kind = self.act(actor, action, move |work| {
            let kind = undo(work, id, version)?;
            recount_after(work, kind)?;
            Ok(kind)
        })?;
        if kind == ImportKind::Holidays {
            self.reload_calendar()?;
        }
        Ok(())
    }
    /// Who imports when no account is named: the first account of the county that may. In a folder without any account
    /// the installation itself, for an authority that gets its name at the first start.
    ///
    /// # Errors
    /// A refusal when there are accounts and none of them may.
    pub fn default_importer(&self, kind: ImportKind) -> AppResult<Actor> {
        let action = action_of(kind);
        let found = self.store.read(|tx| {
            let login = tx.accounts_with_roles(action.roles())?;
            Ok::<_, AppError>((login, tx.account_count()?))
        })?;
        match found {
            (Some(login), _) => self.actor_named(&login),
            (None, 0) => self.installation_importer(action),
            (None, _) => Err(ImportRefused::NoImporter { kind, roles: action.role_titles() }.into()),
        }
    }

    /// The installation itself: for the authority without name, which the import makes where there is none yet.
    fn installation_importer(&self, action: Action) -> AppResult<Actor> {
        let existing: Option<Organisation> =
            self.store.read(|tx| tx.find("WHERE kind = 'REGULATOR' ORDER BY path LIMIT 1", &[]))?;
        let org_id = existing.map_or_else(|| self.edge_id(), |organisation| organisation.id);
        Ok(Actor { roles: action.roles().to_vec(), ..self.installer(org_id) })
    }
}

fn run_and_recount(work: &mut Work<'_>, request: &Request) -> AppResult<Report> {
    let report = pipeline::run(work, request)?;
    recount_after(work, request.kind)?;
    Ok(report)
}

/// Running terms counted anew with the holidays that were just imported or taken back.
fn recount_after(work: &mut Work<'_>, kind: ImportKind) -> AppResult<()> {
    if kind == ImportKind::Holidays {
        crate::administration::recount::recount_country(work)?;
    }
    Ok(())
}

/// Makes the authority of an empty data folder, in the same transaction as what is imported into it.
fn found_authority(work: &mut Work<'_>) -> AppResult<()> {
    let id = work.actor().org_id;
    if work.tx.get::<Organisation>(&id)?.is_some() {
        return Ok(());
    }
    work.insert(&mut Organisation {
        id,
        version: 1,
        parent_id: None,
        path: format!("/{id}/"),
        kind: OrganisationKind::Regulator,
        tier: Some(Tier::County),
        name: UNNAMED_AUTHORITY.to_owned(),
        short_name: "本机关".to_owned(),
        region_code: String::new(),
        created_at_us: work.now(),
        closed_on: None,
    })?;
    work.record(Event::new("account.founded", "安装程序为导入建立本机关，名称待首次启动时填写").about(id));
    Ok(())
}
