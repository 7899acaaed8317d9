//! Rows of accounts, roles and sessions. Holds password hashes and digests of session tokens, never the
//! things themselves.

use crate::{Column, Row, StoreError, Tx, Value, record};
use hengjian_domain::{
    actor::{Role, UserId},
    organisation::OrganisationId,
    time::Timestamp,
};
use std::collections::BTreeMap;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Id.
    pub id: UserId,
    /// Row version.
    pub version: i64,
    /// Name typed at the login page.
    pub login: String,
    /// Name of the person.
    pub name: String,
    /// Random name for the journal.
    pub pseudonym: String,
    /// Owning organisation.
    pub org_id: OrganisationId,
    /// Node below which the person sees rows.
    pub unit_id: OrganisationId,
    /// Argon2id in PHC form; `None` until the person has set a password.
    pub password_hash: Option<String>,
    /// May log in.
    pub active: bool,
    /// Wrong passwords since the last right one.
    pub failed_logins: i64,
    /// No login before this instant.
    pub locked_until_us: Timestamp,
    /// When made.
    pub created_at_us: Timestamp,
    /// 0: the person's own password; else a one-time one, good until then.
    pub password_until_us: Timestamp,
}
record!(Account in "user_account": id, version, login, name, pseudonym, org_id, unit_id, password_hash, active, failed_logins, locked_until_us, created_at_us, password_until_us);

/// An account in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLine {
    /// Id.
    pub id: UserId,
    /// Name typed at the login page.
    pub login: String,
    /// Name of the person.
    pub name: String,
    /// May log in.
    pub active: bool,
    /// No login before this instant.
    pub locked_until: Timestamp,
    /// One-time password good until then; 0 for the person's own.
    pub password_until: Timestamp,
    /// Unit.
    pub unit: String,
    /// Roles in the order of the policy table.
    pub roles: Vec<Role>,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie's token, hex.
    pub digest: String,
    /// Whose.
    pub user_id: UserId,
    /// Token that forms of this session carry.
    pub csrf: String,
    /// Begun.
    pub created_at_us: Timestamp,
    /// Last seen, to the minute.
    pub seen_at_us: Timestamp,
    /// Absolute end.
    pub expires_at_us: Timestamp,
    /// Browser as it named itself, shortened.
    pub device: String,
}

const SESSION_COLUMNS: &str = "digest, user_id, csrf, created_at_us, seen_at_us, expires_at_us, device";

fn read_session(row: &mut Row) -> Result<Session, StoreError> {
    Ok(Session {
        digest: row.take()?,
        user_id: row.take()?,
        csrf: row.take()?,
        created_at_us: row.take()?,
        seen_at_us: row.take()?,
        expires_at_us: row.take()?,
        device: row.take()?,
    })
}

impl Tx<'_> {
    /// The account of a login name.
    ///
    /// # Errors
    /// The row cannot be read.
    pub fn account_by_login(&mut self, login: &str) -> Result<Option<Account>, StoreError> {
        self.find("WHERE login = ?1", &[Value::Text(login.to_owned())])
    }
    /// Whether anybody can log in at all; `false` is a first start.
    ///
    /// # Errors
    /// The database refuses.
    pub fn has_accounts(&mut self) -> Result<bool, StoreError> {
        Ok(self.integer("SELECT COUNT(*) FROM (SELECT 1 AS one FROM user_account LIMIT 1) AS first", &[])? > 0)
    }
    /// Roles of an account, in the order of the list.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn roles_of(&mut self, user: UserId) -> Result<Vec<Role>, StoreError> {
        let rows = self.select("SELECT role FROM user_role WHERE user_id = ?1 ORDER BY role", &[user.to_value()])?;
        rows.into_iter().map(|mut row| row.take()).collect()
    }
    /// Replaces the roles of an account.
    ///
    /// # Errors
    /// The database refuses.
    pub fn set_roles(&mut self, user: UserId, roles: &[Role]) -> Result<(), StoreError> {
        self.execute("DELETE FROM user_role WHERE user_id = ?1", &[user.to_value()])?;
        for role in roles {
            self.execute("INSERT INTO user_role (user_id, role) VALUES (?1, ?2)", &[user.to_value(), role.to_value()])?;
        }
        Ok(())
    }
    /// Users holding a role in an organisation: id, name, unit.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn users_with_role(
        &mut self,
        org: OrganisationId,
        role: Role,
    ) -> Result<Vec<(UserId, String, OrganisationId)>, StoreError> {
        let sql = "SELECT u.id, u.name, u.unit_id FROM user_role r JOIN user_account u ON u.id = r.user_id
                   WHERE r.role = ?1 AND u.org_id = ?2 AND u.active = 1 ORDER BY u.login";
        let rows = self.select(sql, &[role.to_value(), org.to_value()])?;
        rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?, row.take()?))).collect()
    }
    /// Keeps a new session.
    ///
    /// # Errors
    /// The database refuses.
    pub fn insert_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let sql = "INSERT INTO user_session (digest, user_id, csrf, created_at_us, seen_at_us, expires_at_us, device)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let values = [
            session.digest.to_value(),
            session.user_id.to_value(),
            session.csrf.to_value(),
            session.created_at_us.to_value(),
            session.seen_at_us.to_value(),
            session.expires_at_us.to_value(),
            session.device.to_value(),
        ];
        self.execute(sql, &values).map(|_| ())
    }
    /// A session by the digest of its token.
    ///
    /// # Errors
    /// The row cannot be read.
    pub fn session(&mut self, digest: &str) -> Result<Option<Session>, StoreError> {
        let sql = format!("SELECT {SESSION_COLUMNS} FROM user_session WHERE digest = ?1");
        self.select(&sql, &[Value::Text(digest.to_owned())])?.first_mut().map(read_session).transpose()
    }
    /// Sessions of a user, newest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn sessions_of(&mut self, user: UserId) -> Result<Vec<Session>, StoreError> {
        let sql = format!("SELECT {SESSION_COLUMNS} FROM user_session WHERE user_id = ?1 ORDER BY created_at_us DESC");
        self.select(&sql, &[user.to_value()])?.iter_mut().map(read_session).collect()
    }
    /// Notes that a session was used.
    ///
    /// # Errors
    /// The database refuses.
    pub fn touch_session(&mut self, digest: &str, seen: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "UPDATE user_session SET seen_at_us = ?2 WHERE digest = ?1",
            &[Value::Text(digest.to_owned()), seen.to_value()],
        )
        .map(|_| ())
    }
    /// Active accounts of an organisation tree that hold a role.
    ///
    /// # Errors
    /// The database refuses.
    pub fn active_with_role(&mut self, path: &str, role: Role) -> Result<i64, StoreError> {
        let sql = "SELECT COUNT(*) FROM user_role r JOIN user_account u ON u.id = r.user_id
                   JOIN organisation o ON o.id = u.org_id WHERE r.role = ?1 AND u.active = 1 AND o.path LIKE ?2";
        self.integer(sql, &[role.to_value(), Value::Text(format!("{path}%"))])
    }
    /// Active holders of a role in one organisation, without those below it.
    ///
    /// # Errors
    /// The database refuses.
    pub fn active_in_with_role(&mut self, org: OrganisationId, role: Role) -> Result<i64, StoreError> {
        let sql = "SELECT COUNT(*) FROM user_role r JOIN user_account u ON u.id = r.user_id
                   WHERE r.role = ?1 AND u.active = 1 AND u.org_id = ?2";
        self.integer(sql, &[role.to_value(), org.to_value()])
    }
    /// Accounts of an organisation tree with their unit's name and their roles, by unit and login.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn accounts_below(&mut self, path: &str) -> Result<Vec<AccountLine>, StoreError> {
        let mut roles: BTreeMap<UserId, Vec<Role>> = BTreeMap::new();
        let sql = "SELECT r.user_id, r.role FROM user_role r JOIN user_account u ON u.id = r.user_id
                   JOIN organisation o ON o.id = u.org_id WHERE o.path LIKE ?1";
        let below = [Value::Text(format!("{path}%"))];
        for mut row in self.select(sql, &below)? {
            roles.entry(row.take()?).or_default().push(row.take()?);
        }
        let sql = "SELECT u.id, u.login, u.name, u.active, u.locked_until_us, u.password_until_us, o.name
                   FROM user_account u JOIN organisation o ON o.id = u.unit_id JOIN organisation w ON w.id = u.org_id
                   WHERE w.path LIKE ?1 ORDER BY o.path, u.login";
        let rows = self.select(sql, &below)?;
        rows.into_iter()
            .map(|mut row| {
                let id: UserId = row.take()?;
                let mut held = roles.remove(&id).unwrap_or_default();
                held.sort();
                Ok(AccountLine {
                    id,
                    login: row.take()?,
                    name: row.take()?,
                    active: row.take()?,
                    locked_until: row.take()?,
                    password_until: row.take()?,
                    unit: row.take()?,
                    roles: held,
                })
            })
            .collect()
    }
    /// Takes a person's name off open duties, which then belong to the role; returns how many.
    ///
    /// # Errors
    /// The database refuses.
    pub fn release_duties_of(&mut self, user: UserId) -> Result<u64, StoreError> {
        self.execute(
            "UPDATE clock SET owner_user_id = NULL, version = version + 1 WHERE owner_user_id = ?1 AND state = 'OPEN'",
            &[user.to_value()],
        )
    }
    /// Open duties that name a person.
    ///
    /// # Errors
    /// The database refuses.
    pub fn duties_of(&mut self, user: UserId) -> Result<i64, StoreError> {
        self.integer("SELECT COUNT(*) FROM clock WHERE owner_user_id = ?1 AND state = 'OPEN'", &[user.to_value()])
    }
    /// Moves the terms of all sessions, for a demonstration whose clock is moved: nobody is logged out by it.
    ///
    /// # Errors
    /// The database.
    pub fn move_sessions(&mut self, microseconds: i64) -> Result<(), StoreError> {
        let sql = "UPDATE user_session SET seen_at_us = seen_at_us + ?1, expires_at_us = expires_at_us + ?1";
        self.execute(sql, &[microseconds.to_value()]).map(|_| ())
    }
    /// Ends the sessions of a user that were begun at other instants than `keep`; returns how many.
    ///
    /// # Errors
    /// The database refuses.
    pub fn end_other_sessions(&mut self, user: UserId, keep: &str) -> Result<u64, StoreError> {
        self.execute(
            "DELETE FROM user_session WHERE user_id = ?1 AND digest <> ?2",
            &[user.to_value(), Value::Text(keep.to_owned())],
        )
    }
    /// Whether the one-time code of the first start waits to be spent.
    ///
    /// # Errors
    /// The database refuses.
    pub fn setup_code_waits(&mut self) -> Result<bool, StoreError> {
        Ok(self.integer("SELECT COUNT(*) FROM setup_code", &[])? > 0)
    }
    /// Ends a session.
    ///
    /// # Errors
    /// The database refuses.
    pub fn end_session(&mut self, digest: &str) -> Result<(), StoreError> {
        self.execute("DELETE FROM user_session WHERE digest = ?1", &[Value::Text(digest.to_owned())]).map(|_| ())
    }
    /// Ends all sessions of a user: after a change of password, roles or activity.
    ///
    /// # Errors
    /// The database refuses.
    pub fn end_sessions_of(&mut self, user: UserId) -> Result<(), StoreError> {
        self.execute("DELETE FROM user_session WHERE user_id = ?1", &[user.to_value()]).map(|_| ())
    }
    /// Keeps the digest of the one-time code of the first start.
    ///
    /// # Errors
    /// The database refuses.
    pub fn set_setup_code(&mut self, digest: &str, at: Timestamp) -> Result<(), StoreError> {
        self.execute("DELETE FROM setup_code", &[])?;
        self.execute(
            "INSERT INTO setup_code (digest, created_at_us) VALUES (?1, ?2)",
            &[Value::Text(digest.to_owned()), at.to_value()],
        )
        .map(|_| ())
    }
    /// Spends the one-time code; `false` when it is not the one that was given out.
    ///
    /// # Errors
    /// The database refuses.
    pub fn spend_setup_code(&mut self, digest: &str) -> Result<bool, StoreError> {
        Ok(self.execute("DELETE FROM setup_code WHERE digest = ?1", &[Value::Text(digest.to_owned())])? == 1)
    }
    /// Spends the token of a rendered form; `Some(location)` when it was spent before.
    ///
    /// # Errors
    /// The database refuses.
    pub fn spend_form_token(
        &mut self,
        token: &str,
        at: Timestamp,
        location: &str,
    ) -> Result<Option<String>, StoreError> {
        let before = self.value("SELECT location FROM form_once WHERE token = ?1", &[Value::Text(token.to_owned())])?;
        if before.is_none() {
            self.execute(
                "INSERT INTO form_once (token, at_us, location) VALUES (?1, ?2, ?3)",
                &[Value::Text(token.to_owned()), at.to_value(), Value::Text(location.to_owned())],
            )?;
        }
        Ok(before)
    }
}
