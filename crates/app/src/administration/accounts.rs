//! Accounts and their roles. Who may grant what is `domain::administration`'s; here it is looked up, saved and journalled. A
//! one-time password is made here, shown once by the page and kept only as its hash.

use crate::{
    App, AppError, AppResult, Event, FieldError, Work,
    account::{check_login, hash_password},
};
use hengjian_domain::{
    actor::{Actor, Role, UserId},
    administration::{AccountRefused, check_roles, grantable, must_be_mine, must_not_be_own},
    code::Code,
    law,
    match_key::clean,
    organisation::{Organisation, OrganisationId, OrganisationKind},
    policy::Action,
    time::Timestamp,
};
use hengjian_store::account::{Account, AccountLine, Session};

/// Hours for which a one-time password may be used.
pub const ONE_TIME_HOURS: i64 = 72;
/// Characters of one-time passwords: none that look alike.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";

/// What a person fills in of an account.
#[derive(Debug, Clone, Default)]
pub struct AccountEntry {
    /// Login name; only when it is made.
    pub login: String,
    /// Name of the person.
    pub name: String,
    /// Unit.
    pub unit_id: Option<OrganisationId>,
    /// Roles.
    pub roles: Vec<Role>,
}

/// An account with all the page shows.
#[derive(Debug, Clone)]
pub struct AccountView {
    /// Row.
    pub account: Account,
    /// Roles.
    pub roles: Vec<Role>,
    /// Unit.
    pub unit: Organisation,
    /// Sessions, newest first.
    pub sessions: Vec<Session>,
    /// Open duties in this person's name.
    pub duties: i64,
}

/// Accounts the administrator looks after: those of the own organisation and below whose roles are the administrator's to grant.
///
/// # Errors
/// A fault.
pub fn list(work: &mut Work<'_>) -> AppResult<Vec<AccountLine>> {
    let actor = work.actor();
    let mine = grantable(&actor.roles);
    let mut lines = work.tx.accounts_below(&actor.scope_path)?;
    lines.retain(|line| line.roles.iter().all(|role| mine.contains(role)));
    Ok(lines)
}

/// Loads an account that is the administrator's to look after.
fn load(work: &mut Work<'_>, id: UserId) -> AppResult<(Account, Vec<Role>)> {
    let account: Account = work.load(id)?;
    let roles = work.tx.roles_of(id)?;
    // The other administrator's accounts are none of this one's business.
    must_be_mine(work.actor(), &roles).map_err(|_| AppError::NotFound)?;
    Ok((account, roles))
}

fn load_version(work: &mut Work<'_>, id: UserId, version: i64) -> AppResult<(Account, Vec<Role>)> {
    let (account, roles) = load(work, id)?;
    if account.version == version { Ok((account, roles)) } else { Err(AppError::Stale) }
}

/// An account.
///
/// # Errors
/// [`AppError::NotFound`] for accounts that are another administrator's.
pub fn view(work: &mut Work<'_>, id: UserId) -> AppResult<AccountView> {
    let (account, mut roles) = load(work, id)?;
    roles.sort();
    let unit = work.organisation(account.unit_id)?;
    let (sessions, duties) = (work.tx.sessions_of(id)?, work.tx.duties_of(id)?);
    Ok(AccountView { account, roles, unit, sessions, duties })
}

/// Units in which the administrator may make accounts.
///
/// # Errors
/// A fault.
pub fn units(work: &mut Work<'_>) -> AppResult<Vec<Organisation>> {
    let path = work.actor().scope_path.clone();
    let mut units = work.tx.organisations_below(&path)?;
    units.retain(Organisation::is_open);
    Ok(units)
}

/// The unit of an entry, and the organisation whose log and rows the person's are: sections and stations belong to their
/// authority, every other unit is its own.
fn place(work: &mut Work<'_>, unit: Option<OrganisationId>) -> AppResult<(Organisation, OrganisationId)> {
    let missing = || AppError::field("unit_id", "请选择单位");
    let unit = work.tx.get::<Organisation>(&unit.ok_or_else(missing)?)?.ok_or_else(missing)?;
    if !unit.path.starts_with(&work.actor().scope_path) || !unit.is_open() {
        return Err(missing());
    }
    let org = match unit.kind {
        OrganisationKind::Section | OrganisationKind::Station => unit.parent_id.ok_or_else(missing)?,
        _ => unit.id,
    };
    Ok((unit, org))
}

fn titles(roles: &[Role]) -> String {
    roles.iter().map(|role| role.title()).collect::<Vec<_>>().join("、")
}

fn distinct(mut roles: Vec<Role>) -> Vec<Role> {
    roles.sort();
    roles.dedup();
    roles
}

/// Somebody must remain who can grant roles: the last active security administrator keeps the account.
fn keep_one(work: &mut Work<'_>, account: &Account, before: &[Role], after: &[Role]) -> AppResult<()> {
    let role = Role::SecurityAdministrator;
    let leaves = account.active && before.contains(&role) && !after.contains(&role);
    let path = work.actor().scope_path.clone();
    if leaves && work.tx.active_with_role(&path, role)? <= 1 {
        return Err(AccountRefused::LastOne { role }.into());
    }
    Ok(())
}

impl App {
    /// A password of sixteen characters in four groups, and its hash. Made before the act: hashing takes time and must not
    /// hold the writer.
    fn one_time_password(&self) -> AppResult<(String, String)> {
        let mut bytes = [0_u8; 32];
        self.edge.random(&mut bytes);
        let (choice, salt) = bytes.split_at(16);
        let letters: Vec<char> = choice.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
        let password = letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-");
        let salt: [u8; 16] = salt.try_into().map_err(|_| AppError::fault("sixteen bytes of salt"))?;
        let hash = hash_password(&password, &salt)?;
        Ok((password, hash))
    }

    /// Makes an account with a one-time password, which is returned once.
    ///
    /// # Errors
    /// Messages beside fields, [`AccountRefused`], [`AppError::SentBefore`].
    pub fn make_account(
        &self,
        actor: &Actor,
        action: Action,
        entry: AccountEntry,
        once: String,
        list: &'static str,
    ) -> AppResult<(UserId, String)> {
        let (password, hash) = self.one_time_password()?;
        let id = self.act(actor, action, move |work| {
            work.once(&once, list)?;
            let mut errors = Vec::new();
            if let Err(message) = check_login(&entry.login) {
                errors.push(FieldError::new("login", message));
            }
            if entry.name.trim().is_empty() {
                errors.push(FieldError::new("name", "请填写姓名"));
            }
            if !errors.is_empty() {
                return Err(AppError::Fields(errors));
            }
            let (unit, org) = place(work, entry.unit_id)?;
            let roles = distinct(entry.roles);
            check_roles(work.actor(), None, &[], &roles, &unit)?;
            let mut account = work.new_account(org, unit.id, entry.login.trim(), &clean(&entry.name), Some(hash))?;
            account.password_until_us = work.now().plus_minutes(ONE_TIME_HOURS * 60);
            work.save(&mut account)?;
            work.tx.set_roles(account.id, &roles)?;
            work.record(
                Event::new("admin.account_made", format!("建立账号：{}", account.name))
                    .about(account.id)
                    .fact("登录名", &account.login)
                    .fact("单位", &unit.name)
                    .fact("岗位", titles(&roles))
                    .basis(law::DECISION_SEPARATION),
            );
            Ok(account.id)
        })?;
        Ok((id, password))
    }

    /// Gives an account a new one-time password and ends its sessions; the password is returned once.
    ///
    /// # Errors
    /// [`AccountRefused`], [`AppError::NotFound`], [`AppError::Stale`].
    pub fn reset_password(&self, actor: &Actor, action: Action, id: UserId, version: i64) -> AppResult<String> {
        let (password, hash) = self.one_time_password()?;
        self.act(actor, action, move |work| {
            let (mut account, _) = load_version(work, id, version)?;
            must_not_be_own(work.actor(), Some(id))?;
            if !account.active {
                return Err(AccountRefused::Inactive.into());
            }
            account.password_hash = Some(hash);
            account.password_until_us = work.now().plus_minutes(ONE_TIME_HOURS * 60);
            account.failed_logins = 0;
            account.locked_until_us = Timestamp(0);
            work.save(&mut account)?;
            work.tx.end_sessions_of(id)?;
            work.record(
                Event::new("admin.password_reset", format!("重发{}的一次性口令", account.name))
                    .about(id)
                    .fact("可用到", account.password_until_us.to_string()),
            );
            Ok(())
        })?;
        Ok(password)
    }
}

/// Changes name, unit and roles; the person logs in anew.
///
/// # Errors
/// Messages beside fields, [`AccountRefused`], [`AppError::NotFound`], [`AppError::Stale`].
pub fn change(work: &mut Work<'_>, id: UserId, version: i64, entry: AccountEntry) -> AppResult<()> {
    let (mut account, before) = load_version(work, id, version)?;
    if entry.name.trim().is_empty() {
        return Err(AppError::field("name", "请填写姓名"));
    }
    let (unit, org) = place(work, entry.unit_id)?;
    let after = distinct(entry.roles);
    check_roles(work.actor(), Some(id), &before, &after, &unit)?;
    keep_one(work, &account, &before, &after)?;
    let (old_name, old_unit) = (account.name.clone(), account.unit_id);
    account.name = clean(&entry.name);
    account.org_id = org;
    account.unit_id = unit.id;
    work.save(&mut account)?;
    work.tx.set_roles(id, &after)?;
    work.tx.end_sessions_of(id)?;
    let mut event = Event::new("admin.account_changed", format!("修改账号：{}", account.name))
        .about(id)
        .fact("单位", &unit.name)
        .fact("岗位", titles(&after))
        .basis(law::DECISION_SEPARATION);
    if old_name != account.name {
        event = event.fact("原姓名", old_name);
    }
    if old_unit != unit.id {
        event = event.fact("原单位", work.organisation(old_unit)?.name);
    }
    if distinct(before.clone()) != after {
        event = event.fact("原岗位", titles(&before));
    }
    work.record(event);
    Ok(())
}

/// Switches an account off or on. Duties in the person's name go back to the role, so that none is lost.
///
/// # Errors
/// [`AccountRefused`], [`AppError::NotFound`], [`AppError::Stale`].
pub fn set_active(work: &mut Work<'_>, id: UserId, version: i64, active: bool) -> AppResult<()> {
    let (mut account, roles) = load_version(work, id, version)?;
    must_not_be_own(work.actor(), Some(id))?;
    if !active {
        keep_one(work, &account, &roles, &[])?;
    }
    account.active = active;
    work.save(&mut account)?;
    let mut event = Event::new(
        if active { "admin.account_on" } else { "admin.account_off" },
        format!("{}账号：{}", if active { "启用" } else { "停用" }, account.name),
    )
    .about(id);
    if !active {
        work.tx.end_sessions_of(id)?;
        let released = work.tx.release_duties_of(id)?;
        event = event.fact("交回岗位的待办", format!("{released} 件"));
    }
    work.record(event);
    Ok(())
}

/// Unlocks an account after too many wrong passwords.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Stale`].
pub fn unlock(work: &mut Work<'_>, id: UserId, version: i64) -> AppResult<()> {
    let (mut account, _) = load_version(work, id, version)?;
    account.failed_logins = 0;
    account.locked_until_us = Timestamp(0);
    work.save(&mut account)?;
    work.record(Event::new("admin.account_unlocked", format!("解锁账号：{}", account.name)).about(id));
    Ok(())
}

/// Ends all sessions of an account.
///
/// # Errors
/// [`AppError::NotFound`].
pub fn end_sessions(work: &mut Work<'_>, id: UserId) -> AppResult<()> {
    let (account, _) = load(work, id)?;
    let count = work.tx.sessions_of(id)?.len();
    work.tx.end_sessions_of(id)?;
    work.mark_changed();
    work.record(
        Event::new("admin.sessions_ended", format!("结束{}的登录", account.name))
            .about(id)
            .fact("个数", count.to_string()),
    );
    Ok(())
}
