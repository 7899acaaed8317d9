//! Accounts: first start, login, sessions, passwords, users and their roles.
//! Passwords are kept as argon2id; sessions and one-time codes as digests. Never writes a password to a log.

use crate::{App, AppError, AppResult, Event, FieldError, Scoped, Work};
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier, password_hash::SaltString};
use hengjian_domain::{
    actor::{Actor, Role, UserId},
    organisation::{Organisation, OrganisationId},
    policy::Action,
    time::Timestamp,
};
use hengjian_store::account::{Account, Session};
use sha2::{Digest, Sha256};
use std::sync::{Mutex, PoisonError};
use subtle::ConstantTimeEq;

/// Minutes without a request after which a session ends.
pub const IDLE_MINUTES: i64 = 30;
/// Minutes after which a session ends in any case.
pub const SESSION_MINUTES: i64 = 10 * 60;
/// Wrong passwords in a row that lock an account.
pub const LOCK_AFTER: i64 = 5;
/// Minutes for which it stays locked.
pub const LOCK_MINUTES: i64 = 15;
/// Fewest characters of a password.
pub const PASSWORD_LENGTH: usize = 10;

/// One password is checked at a time: argon2id takes 19 MiB and must not starve the machine.
static PASSWORD_WORK: Mutex<()> = Mutex::new(());

/// A session that has just begun or been recognised.
#[derive(Debug, Clone)]
pub struct LoggedIn {
    /// Who.
    pub actor: Actor,
    /// Token of the session's forms.
    pub csrf: String,
    /// Digest of the session, to end it.
    pub digest: String,
    /// The password is a one-time one and has to be changed before anything else.
    pub must_change_password: bool,
}

/// Why a login fails; the page says the same for an unknown name and a wrong password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginRefused {
    /// Unknown name, wrong password, inactive account.
    Wrong,
    /// The one-time password was not used in time.
    Over {
        /// Its last instant.
        until: Timestamp,
    },
    /// Too many wrong passwords.
    Locked {
        /// Open again from then on.
        until: Timestamp,
    },
}

impl hengjian_domain::refusal::Explain for LoginRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::Wrong => "account.wrong",
            Self::Over { .. } => "account.password_over",
            Self::Locked { .. } => "account.locked",
        }
    }
    fn what(&self) -> String {
        "没有登录".to_owned()
    }
    fn why(&self) -> String {
        match self {
            Self::Wrong => "登录名或口令不对，或者账号已停用".to_owned(),
            Self::Over { until } => format!("一次性口令只能用到 {until}"),
            Self::Locked { until } => format!("连续 {LOCK_AFTER} 次口令不对，账号锁定到 {until}"),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::Wrong => "请核对后再试；忘记口令请找安全管理员重置".to_owned(),
            Self::Over { .. } => "请找安全管理员重发一次性口令".to_owned(),
            Self::Locked { .. } => "请到时再试，或请安全管理员解锁".to_owned(),
        }
    }
    fn basis(&self) -> Option<hengjian_domain::law::LegalBasis> {
        None
    }
}

crate::refusals!(LoginRefused);

impl Scoped for Account {
    fn org_id(&self) -> OrganisationId {
        self.org_id
    }
}

/// SHA-256 of a token, hex.
pub fn digest_of(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Argon2id hash of a password in PHC form.
///
/// # Errors
/// A fault of the library.
pub fn hash_password(password: &str, salt: &[u8; 16]) -> AppResult<String> {
    let _one_at_a_time = PASSWORD_WORK.lock().unwrap_or_else(PoisonError::into_inner);
    let fault = |error: argon2::password_hash::Error| AppError::fault(error.to_string());
    let salt = SaltString::encode_b64(salt).map_err(fault)?;
    Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(fault)?.to_string())
}

fn password_fits(password: &str, hash: Option<&str>) -> bool {
    let _one_at_a_time = PASSWORD_WORK.lock().unwrap_or_else(PoisonError::into_inner);
    // Without an account the same work is done, so that the time does not tell which names exist.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b4dWRWJTmaaJObG";
    let parsed = PasswordHash::new(hash.unwrap_or(NOBODY));
    let fits = parsed.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    fits && hash.is_some()
}

/// Rules for a login name: what can be typed on any keyboard.
///
/// # Errors
/// The message for the field `login`.
pub fn check_login(login: &str) -> Result<(), String> {
    let login = login.trim();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    if (2..=32).contains(&login.len()) && login.chars().all(plain) {
        Ok(())
    } else {
        Err(format!("登录名应为 2 至 32 个小写字母、数字、点、横线，现在是“{login}”"))
    }
}

/// Rules for a new password.
///
/// # Errors
/// A message at the field `password`.
pub fn check_new_password(password: &str) -> AppResult<()> {
    if password.chars().count() < PASSWORD_LENGTH {
        return Err(AppError::field(
            "password",
            format!("口令至少 {PASSWORD_LENGTH} 个字符，现在是 {} 个", password.chars().count()),
        ));
    }
    let kinds = [
        password.chars().any(|c| c.is_ascii_lowercase()),
        password.chars().any(|c| c.is_ascii_uppercase()),
        password.chars().any(|c| c.is_ascii_digit()),
        password.chars().any(|c| !c.is_ascii_alphanumeric()),
    ];
    if kinds.iter().filter(|found| **found).count() < 2 {
        return Err(AppError::field("password", "口令至少含字母、数字、符号中的两种"));
    }
    Ok(())
}

impl App {
    /// The person behind an account, with roles and place in the tree.
    ///
    /// # Errors
    /// A fault when the account's organisation is missing.
    pub fn actor_of(&self, account: &Account) -> AppResult<Actor> {
        self.store.read(|tx| {
            let unit: Organisation =
                tx.get(&account.unit_id)?.ok_or_else(|| AppError::fault("the account's unit is missing"))?;
            // A section sees what its authority sees; a station or laboratory sees its own.
            let node: Organisation = if unit.kind == hengjian_domain::organisation::OrganisationKind::Section {
                tx.get(&account.org_id)?.ok_or_else(|| AppError::fault("the account's organisation is missing"))?
            } else {
                unit.clone()
            };
            Ok(Actor {
                user_id: account.id,
                name: account.name.clone(),
                pseudonym: account.pseudonym.clone(),
                org_id: account.org_id,
                scope_path: node.path,
                unit_id: node.id,
                unit_name: unit.name,
                unit_kind: node.kind,
                unit_tier: node.tier,
                roles: tx.roles_of(account.id)?,
            })
        })
    }

    /// The actor of a login name, for commands run on the machine itself (`import --as`).
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an unknown or inactive account.
    pub fn actor_named(&self, login: &str) -> AppResult<Actor> {
        let login = login.to_owned();
        let account = self.store.read(|tx| Ok::<_, AppError>(tx.account_by_login(&login)?))?;
        let account = account.filter(|account| account.active).ok_or(AppError::NotFound)?;
        self.actor_of(&account)
    }

    /// Login. Counts wrong passwords and locks; a right one begins a session and returns its token.
    ///
    /// # Errors
    /// [`LoginRefused`] as a refusal.
    pub fn log_in(&self, login: &str, password: &str, device: &str) -> AppResult<(String, LoggedIn)> {
        let now = self.edge.now();
        let name = login.trim().to_owned();
        let account = self.store.read(|tx| Ok::<_, AppError>(tx.account_by_login(&name)?))?;
        if let Some(account) = &account
            && account.locked_until_us > now
        {
            return Err(LoginRefused::Locked { until: account.locked_until_us }.into());
        }
        let hash =
            account.as_ref().filter(|account| account.active).and_then(|account| account.password_hash.as_deref());
        let fits = password_fits(password, hash);
        let Some(mut account) = account else { return Err(LoginRefused::Wrong.into()) };
        if !fits {
            account.failed_logins += 1;
            let locked = account.failed_logins >= LOCK_AFTER;
            if locked {
                account.failed_logins = 0;
                account.locked_until_us = now.plus_minutes(LOCK_MINUTES);
            }
            let until = account.locked_until_us;
            let actor = self.actor_of(&account)?;
            self.write_as(&actor, move |work| {
                work.save(&mut account)?;
                work.record(Event::new("account.login_failed", "登录口令不对").about(account.id));
                Ok(())
            })?;
            return Err(if locked { LoginRefused::Locked { until } } else { LoginRefused::Wrong }.into());
        }
        if account.password_until_us.0 > 0 && now > account.password_until_us {
            return Err(LoginRefused::Over { until: account.password_until_us }.into());
        }
        self.begin_session(account, device)
    }

    /// A token of forms that says whose it is to who has the key: eight random bytes and a seal over them and the person.
    fn form_token(&self, user: UserId, random: [u8; 8]) -> String {
        let sealed = |text: &[u8]| Sha256::new().chain_update(self.seal_key.as_slice()).chain_update(text).finalize();
        let inner = sealed(&[b"form token ".as_slice(), user.to_string().as_bytes(), random.as_slice()].concat());
        let seal = sealed(&inner);
        format!("{}{}", hex::encode(random), hex::encode(&seal[..8]))
    }
    /// Whether a token of a form was made for a person, in whatever session.
    pub fn form_token_is_of(&self, token: &str, user: UserId) -> bool {
        let mut random = [0_u8; 8];
        let read = token.get(..16).is_some_and(|head| hex::decode_to_slice(head, &mut random).is_ok());
        read && bool::from(self.form_token(user, random).as_bytes().ct_eq(token.as_bytes()))
    }

    /// Begins a session of an account whose holder has been recognised.
    fn begin_session(&self, mut account: Account, device: &str) -> AppResult<(String, LoggedIn)> {
        let actor = self.actor_of(&account)?;
        let device: String = device.chars().take(160).collect();
        let person = actor.clone();
        let must_change_password = account.password_until_us.0 > 0;
        let (token, csrf) = self.write_as(&actor, move |work| {
            let token = hex::encode(work.random::<32>());
            let session = Session {
                digest: digest_of(&token),
                user_id: account.id,
                csrf: work.app().form_token(account.id, work.random()),
                created_at_us: work.now(),
                seen_at_us: work.now(),
                expires_at_us: work.now().plus_minutes(SESSION_MINUTES),
                device,
            };
            work.tx.insert_session(&session)?;
            account.failed_logins = 0;
            work.save(&mut account)?;
            work.record(Event::new("account.login", "登录").about(account.id));
            Ok((token, session.csrf))
        })?;
        let digest = digest_of(&token);
        Ok((token, LoggedIn { actor: person, csrf, digest, must_change_password }))
    }

    /// Recognises a session by its token; notes its use once a minute.
    ///
    /// # Errors
    /// [`AppError::NotLoggedIn`] when it is unknown, idle for too long or over.
    pub fn session(&self, token: &str) -> AppResult<LoggedIn> {
        let (digest, now) = (digest_of(token), self.edge.now());
        let found = self.store.read(|tx| {
            let Some(session) = tx.session(&digest)? else { return Ok::<_, AppError>(None) };
            let account: Option<Account> = tx.get(&session.user_id)?;
            Ok(account.map(|account| (session, account)))
        })?;
        let (session, account) = found.ok_or(AppError::NotLoggedIn)?;
        let over = now > session.expires_at_us || now > session.seen_at_us.plus_minutes(IDLE_MINUTES);
        if over || !account.active {
            return Err(AppError::NotLoggedIn);
        }
        if now > session.seen_at_us.plus_minutes(1) {
            let digest = digest.clone();
            // A full disk must not look like an ended session: the person can still read.
            if let Err(error) = self.store.write(move |tx| Ok::<_, AppError>(tx.touch_session(&digest, now)?)) {
                tracing::warn!(?error, "use of a session could not be noted");
            }
        }
        let must_change_password = account.password_until_us.0 > 0;
        Ok(LoggedIn { actor: self.actor_of(&account)?, csrf: session.csrf, digest, must_change_password })
    }

    /// Ends a session.
    ///
    /// # Errors
    /// A fault.
    pub fn log_out(&self, who: &LoggedIn) -> AppResult<()> {
        let digest = who.digest.clone();
        self.write_as(&who.actor, move |work| {
            work.tx.end_session(&digest)?;
            work.record(Event::new("account.logout", "退出登录").about(work.actor().user_id));
            Ok(())
        })
    }

    /// Makes the one-time code of the first start, if there is no account yet. Printed to the console only.
    ///
    /// # Errors
    /// A fault.
    pub fn first_start_code(&self) -> AppResult<Option<String>> {
        let now = self.edge.now();
        let mut bytes = [0_u8; 10];
        self.edge.random(&mut bytes);
        let code = hex::encode(bytes);
        let digest = digest_of(&code);
        self.store.write(move |tx| {
            if tx.has_accounts()? {
                return Ok::<_, AppError>(None);
            }
            tx.set_setup_code(&digest, now)?;
            Ok(Some(code))
        })
    }

    /// Whether the program waits for its first start.
    ///
    /// # Errors
    /// A fault.
    pub fn awaits_first_start(&self) -> AppResult<bool> {
        self.store.read(|tx| Ok(tx.setup_code_waits()?))
    }

    /// First start: spends the code, makes the authority and its first account. One person holds one administrator role (三员分立): the first account is the security administrator, who makes the others.
    ///
    /// # Errors
    /// Messages at the fields, or at `code` when it is not the one printed.
    pub fn first_start(&self, setup: FirstStart) -> AppResult<()> {
        let mut errors = Vec::new();
        if setup.organisation.trim().is_empty() {
            errors.push(FieldError::new("organisation", "请填写本机关全称"));
        }
        let tier = hengjian_domain::administration::tier_of(setup.region_code.trim());
        if tier.is_none() {
            errors.push(FieldError::new(
                "region_code",
                format!("行政区划代码应为 6 位数字（GB/T 2260），现在是“{}”", setup.region_code),
            ));
        }
        if let Err(message) = check_login(&setup.login) {
            errors.push(FieldError::new("login", message));
        }
        if setup.name.trim().is_empty() {
            errors.push(FieldError::new("name", "请填写姓名"));
        }
        if let Err(AppError::Fields(problems)) = check_new_password(&setup.password) {
            errors.extend(problems);
        }
        if !errors.is_empty() {
            return Err(AppError::Fields(errors));
        }
        let mut salt = [0_u8; 16];
        self.edge.random(&mut salt);
        let hash = hash_password(&setup.password, &salt)?;
        // An import into the empty folder has made the authority already; here it gets its name.
        let unnamed: Option<Organisation> = self
            .store
            .read(|tx| tx.find("WHERE kind = 'REGULATOR' AND region_code = '' ORDER BY path LIMIT 1", &[]))?;
        let org_id = unnamed.as_ref().map_or_else(|| self.edge_id(), |organisation| organisation.id);
        let actor = self.installer(org_id);
        self.write_as(&actor, move |work| {
            if !work.tx.spend_setup_code(&digest_of(setup.code.trim()))? {
                return Err(AppError::field("code", "一次性代码不对。请看启动程序的窗口里打印的代码"));
            }
            let kind = hengjian_domain::organisation::OrganisationKind::Regulator;
            let mut org = Organisation {
                id: org_id,
                version: unnamed.as_ref().map_or(1, |organisation| organisation.version),
                parent_id: None,
                path: format!("/{org_id}/"),
                kind,
                tier,
                name: setup.organisation.trim().to_owned(),
                short_name: setup.organisation.trim().to_owned(),
                region_code: setup.region_code.trim().to_owned(),
                created_at_us: unnamed.as_ref().map_or_else(|| work.now(), |organisation| organisation.created_at_us),
                closed_on: None,
            };
            if unnamed.is_some() {
                work.save(&mut org)?
            } else {
                work.insert(&mut org)?
            }
            let account = work.new_account(org_id, org_id, setup.login.trim(), setup.name.trim(), Some(hash))?;
            work.tx.set_roles(account.id, &[Role::SecurityAdministrator])?;
            work.record(
                Event::new("account.first_start", "首次启动：建立本机关和安全管理员").about(org_id).about(account.id),
            );
            Ok(())
        })
    }

    /// Writes in the name of a person for acts of the account itself, which every role may do.
    pub(crate) fn write_as<T: Send + 'static>(
        &self,
        actor: &Actor,
        run: impl FnOnce(&mut Work<'_>) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        let (app, person) = (self.clone(), actor.clone());
        self.store.write(move |tx| {
            let mut work = Work::new(&app, tx.reborrow(), &person, Action::Own);
            let value = run(&mut work)?;
            work.finish()?;
            Ok(value)
        })
    }

    pub(crate) fn edge_id<K>(&self) -> hengjian_domain::ids::Id<K> {
        let mut random = [0_u8; 10];
        self.edge.random(&mut random);
        let millis = u64::try_from(self.edge.now().0 / 1_000).unwrap_or(0);
        hengjian_domain::ids::Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// The installation itself as actor: first start and building the demonstration. Holds no role.
    pub fn installer(&self, org_id: OrganisationId) -> Actor {
        Actor {
            user_id: hengjian_domain::ids::Id::from_uuid(uuid::Uuid::nil()),
            name: "安装程序".to_owned(),
            pseudonym: "0000000000000000".to_owned(),
            org_id,
            scope_path: format!("/{org_id}/"),
            unit_id: org_id,
            unit_name: "安装程序".to_owned(),
            unit_kind: hengjian_domain::organisation::OrganisationKind::Regulator,
            unit_tier: Some(hengjian_domain::organisation::Tier::County),
            roles: Vec::new(),
        }
    }
}

/// What the first start asks.
#[derive(Debug, Clone, Default)]
pub struct FirstStart {
    /// One-time code from the console.
    pub code: String,
    /// Full name of the authority.
    pub organisation: String,
    /// GB/T 2260 code.
    pub region_code: String,
    /// Login name of the first administrator.
    pub login: String,
    /// Name of that person.
    pub name: String,
    /// Password.
    pub password: String,
}

impl Work<'_> {
    /// Inserts an account; the caller sets roles and journals.
    ///
    /// # Errors
    /// A message at `login` when the name is taken.
    pub fn new_account(
        &mut self,
        org_id: OrganisationId,
        unit_id: OrganisationId,
        login: &str,
        name: &str,
        password_hash: Option<String>,
    ) -> AppResult<Account> {
        if self.tx.account_by_login(login)?.is_some() {
            return Err(AppError::field("login", format!("登录名 {login} 已经有人用了")));
        }
        let mut account = Account {
            id: self.new_id(),
            version: 1,
            login: login.to_owned(),
            name: name.to_owned(),
            pseudonym: hex::encode(self.random::<8>()),
            org_id,
            unit_id,
            password_hash,
            active: true,
            failed_logins: 0,
            locked_until_us: Timestamp(0),
            created_at_us: self.now(),
            password_until_us: Timestamp(0),
        };
        self.insert(&mut account)?;
        Ok(account)
    }
}

/// Account of the person, for the own-account page.
///
/// # Errors
/// A fault.
pub fn own_sessions(work: &mut Work<'_>, user: UserId) -> AppResult<Vec<Session>> {
    Ok(work.tx.sessions_of(user)?)
}

impl App {
    /// Ends one of the person's own sessions, named by its beginning, or all but the present one.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such session.
    pub fn end_own_sessions(&self, who: &LoggedIn, begun: Option<Timestamp>) -> AppResult<()> {
        let (user, present) = (who.actor.user_id, who.digest.clone());
        self.write_as(&who.actor, move |work| {
            let ended = match begun {
                None => work.tx.end_other_sessions(user, &present)?,
                Some(begun) => {
                    let found = work.tx.sessions_of(user)?.into_iter().find(|session| session.created_at_us == begun);
                    let session = found.filter(|session| session.digest != present).ok_or(AppError::NotFound)?;
                    work.tx.end_session(&session.digest)?;
                    1
                }
            };
            work.record(
                Event::new("account.sessions_ended", "结束本人的其他登录").about(user).fact("个数", ended.to_string()),
            );
            Ok(())
        })
    }

    /// Changes the person's own password; all sessions end.
    ///
    /// # Errors
    /// Messages at `current` or `password`.
    pub fn change_password(&self, who: &LoggedIn, current: &str, new: &str) -> AppResult<()> {
        check_new_password(new)?;
        if new == current {
            return Err(AppError::field("password", "新口令和现在的口令一样。请换一个"));
        }
        let id = who.actor.user_id;
        let account: Account = self.store.read(|tx| tx.get(&id))?.ok_or(AppError::NotFound)?;
        if !password_fits(current, account.password_hash.as_deref()) {
            return Err(AppError::field("current", "现在的口令不对"));
        }
        let mut salt = [0_u8; 16];
        self.edge.random(&mut salt);
        let hash = hash_password(new, &salt)?;
        self.write_as(&who.actor, move |work| {
            let mut account = account;
            account.password_hash = Some(hash);
            account.password_until_us = Timestamp(0);
            work.save(&mut account)?;
            work.tx.end_sessions_of(account.id)?;
            work.record(Event::new("account.password", "修改口令").about(account.id));
            Ok(())
        })
    }
}
