//! A county in a box: invented people, enterprises and a year in progress, built through the same use cases as
//! real work. Exists only in a demonstration; nobody in it is real.

mod registers;
mod story;
mod visits;
mod year;

use crate::{App, AppError, AppResult, Event, account};
use hengjian_domain::{
    actor::Role,
    code::Code,
    organisation::{Organisation, OrganisationId, OrganisationKind, Tier},
    time::Timestamp,
};
use hengjian_store::{Tx, demonstration::Demonstration};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// Password of every demonstration account.
pub const PASSWORD: &str = "Demo-2021-hengjian";

/// An account of the demonstration.
#[derive(Debug, Clone, Copy)]
pub struct DemoAccount {
    /// Login name.
    pub login: &'static str,
    /// Invented name.
    pub name: &'static str,
    /// Unit: key of [`UNITS`].
    pub unit: &'static str,
    /// Roles.
    pub roles: &'static [Role],
}

impl DemoAccount {
    /// Roles in words.
    pub fn roles_text(&self) -> String {
        self.roles.iter().map(|role| role.title()).collect::<Vec<_>>().join("、")
    }
}

const fn account(login: &'static str, name: &'static str, unit: &'static str, roles: &'static [Role]) -> DemoAccount {
    DemoAccount { login, name, unit, roles }
}

/// Accounts, one for each duty and some people with two.
pub const ACCOUNTS: &[DemoAccount] = &[
    account("plan", "凌知远", "quality", &[Role::PlanEditor]),
    account("leader", "云怀谷", "county", &[Role::PlanApprover]),
    account("draw", "闻溪亭", "quality", &[Role::DrawOperator]),
    account("witness", "石映泉", "county", &[Role::DrawWitness]),
    account("dispatch", "蓝疏桐", "quality", &[Role::Dispatcher]),
    account("sampler1", "岳听松", "quality", &[Role::Sampler]),
    account("sampler2", "江晚舟", "quality", &[Role::Sampler]),
    account("sampler3", "桑若野", "quality", &[Role::Sampler]),
    account("receive", "温砚秋", "laboratory", &[Role::LabReceiver]),
    account("test", "严竹影", "laboratory", &[Role::Tester]),
    account("review", "柏青岚", "laboratory", &[Role::LabReviewer]),
    account("sign", "顾长汀", "laboratory", &[Role::LabSigner]),
    account("result", "冯见微", "quality", &[Role::ResultManager]),
    account("station1", "盘溪禾", "station1", &[Role::StationOfficer]),
    account("station2", "邓岭青", "station2", &[Role::StationOfficer]),
    account("enforce", "赵归棠", "enforcement", &[Role::EnforcementOfficer]),
    account("publish", "许南枝", "office", &[Role::Publisher]),
    account("secrecy", "沈不言", "office", &[Role::SecrecyReviewer]),
    account("superior", "韩照野", "city", &[Role::SuperiorViewer]),
    account("assign", "陆行舟", "city", &[Role::SuperiorCoordinator]),
    account("receive2", "尹素笺", "laboratory2", &[Role::LabReceiver]),
    account("test2", "叶怀瑾", "laboratory2", &[Role::Tester]),
    account("review2", "聂望舒", "laboratory2", &[Role::LabReviewer]),
    account("sign2", "俞在野", "laboratory2", &[Role::LabSigner]),
    account("station3", "骆山桥", "station3", &[Role::StationOfficer]),
    account("audit", "钟明渊", "county", &[Role::Auditor]),
    account("system", "管云起", "county", &[Role::SystemAdministrator]),
    account("security", "安守静", "county", &[Role::SecurityAdministrator]),
    account("audit-admin", "史照壁", "county", &[Role::AuditAdministrator]),
    account("void", "裴静川", "county", &[Role::VoidApprover]),
];

/// A unit of the demonstration: key, name, short name, what it is, key of the unit above, towns.
struct DemoUnit {
    key: &'static str,
    name: &'static str,
    short_name: &'static str,
    kind: OrganisationKind,
    tier: Option<Tier>,
    region_code: &'static str,
    above: Option<&'static str>,
    towns: &'static [&'static str],
}

/// Bureau structure as in the notice; towns by their statistical codes. The unit above comes first.
const UNITS: &[DemoUnit] = &[
    unit(
        "city",
        "韶关市市场监督管理局（演示）",
        "市局",
        OrganisationKind::Regulator,
        Some(Tier::Municipal),
        "440200",
        None,
        &[],
    ),
    unit(
        "county",
        "乳源瑶族自治县市场监督管理局（演示）",
        "县局",
        OrganisationKind::Regulator,
        Some(Tier::County),
        "440232",
        Some("city"),
        &[],
    ),
    unit("quality", "质量发展股", "质量发展股", OrganisationKind::Section, None, "440232", Some("county"), &[]),
    unit("enforcement", "执法二股", "执法二股", OrganisationKind::Section, None, "440232", Some("county"), &[]),
    unit("office", "办公室", "办公室", OrganisationKind::Section, None, "440232", Some("county"), &[]),
    unit(
        "station1",
        "乳城市场监管所",
        "乳城所",
        OrganisationKind::Station,
        None,
        "440232",
        Some("county"),
        &["440232100", "440232111", "440232112"],
    ),
    unit(
        "station2",
        "桂头市场监管所",
        "桂头所",
        OrganisationKind::Station,
        None,
        "440232",
        Some("county"),
        &["440232104", "440232103", "440232113"],
    ),
    unit(
        "station3",
        "大桥市场监管所",
        "大桥所",
        OrganisationKind::Station,
        None,
        "440232",
        Some("county"),
        &["440232106", "440232108", "440232109", "440232450", "440232451"],
    ),
    unit(
        "laboratory",
        "岭南质量检测所（演示）",
        "检测所",
        OrganisationKind::Laboratory,
        None,
        "440200",
        Some("city"),
        &[],
    ),
    unit(
        "laboratory2",
        "粤北产品检验中心（演示）",
        "检验中心",
        OrganisationKind::Laboratory,
        None,
        "440200",
        Some("city"),
        &[],
    ),
];

#[expect(clippy::too_many_arguments, reason = "a row of a table")]
const fn unit(
    key: &'static str,
    name: &'static str,
    short_name: &'static str,
    kind: OrganisationKind,
    tier: Option<Tier>,
    region_code: &'static str,
    above: Option<&'static str>,
    towns: &'static [&'static str],
) -> DemoUnit {
    DemoUnit { key, name, short_name, kind, tier, region_code, above, towns }
}

/// Makes organisations, towns and accounts in an empty database. Every account has [`PASSWORD`]; one hash serves
/// all, so that a test does not spend seconds on it.
///
/// # Errors
/// A fault, or the database is not empty.
pub fn found_county(app: &App) -> AppResult<County> {
    let mut salt = [0_u8; 16];
    app.edge().random(&mut salt);
    let hash = account::hash_password(PASSWORD, &salt)?;
    let ids: BTreeMap<&'static str, OrganisationId> = UNITS.iter().map(|unit| (unit.key, app.edge_id())).collect();
    let county = County { units: ids };
    let made = county.clone();
    let installer = app.installer(made.unit("county"));
    app.write_as(&installer, move |work| {
        let now = work.now();
        work.tx.mark_demonstration(now)?;
        let mut paths: BTreeMap<&str, String> = BTreeMap::new();
        for unit in UNITS {
            let id = made.unit(unit.key);
            let above = unit.above.and_then(|key| paths.get(key).cloned()).unwrap_or_else(|| "/".to_owned());
            let path = format!("{above}{id}/");
            work.insert(&mut Organisation {
                id,
                version: 1,
                parent_id: unit.above.map(|key| made.unit(key)),
                path: path.clone(),
                kind: unit.kind,
                tier: unit.tier,
                name: unit.name.to_owned(),
                short_name: unit.short_name.to_owned(),
                region_code: unit.region_code.to_owned(),
                created_at_us: work.now(),
                closed_on: None,
            })?;
            paths.insert(unit.key, path);
            for town in unit.towns {
                work.tx.set_town(town, id)?;
            }
        }
        for account in ACCOUNTS {
            let unit = made.unit(account.unit);
            let own_log = matches!(account.unit, "city" | "laboratory" | "laboratory2");
            let org = if own_log { unit } else { made.unit("county") };
            let made_account = work.new_account(org, unit, account.login, account.name, Some(hash.clone()))?;
            work.tx.set_roles(made_account.id, account.roles)?;
        }
        work.record(Event::new("demo.founded", "建立演示县局、所、机构和账号").about(made.unit("county")));
        Ok(())
    })?;
    Ok(county)
}

/// The organisations of the demonstration by their keys.
#[derive(Debug, Clone)]
pub struct County {
    units: BTreeMap<&'static str, OrganisationId>,
}

impl County {
    /// Id of a unit: `city county quality enforcement office station1 station2 station3 laboratory laboratory2`.
    ///
    /// # Panics
    /// For a key that is not in the list above, a mistake of the caller.
    pub fn unit(&self, key: &str) -> OrganisationId {
        self.units[key]
    }
}

/// A day in microseconds.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;
/// First working day of the demonstration.
const BEGUN: jiff::civil::Date = jiff::civil::date(2021, 1, 4);
/// The day on which a visitor finds it.
const STANDS: jiff::civil::Date = jiff::civil::date(2021, 9, 28);

/// Whether an embedded database is marked as a demonstration; a file that is no database is none.
pub fn is_demonstration(database: &Path) -> bool {
    hengjian_store::demonstration::is_marked(database).unwrap_or(false)
}

/// Builds the demonstration in an empty data folder, the same for the same seed; a folder that has one is left alone.
/// `open` opens the folder with the edge it is given. Returns the instant at which the demonstration's clock stands.
///
/// # Errors
/// In words for the console.
pub fn build_if_empty(
    folder: &Path,
    seed: u64,
    open: impl Fn(Arc<dyn crate::Edge>) -> Result<App, String>,
) -> Result<Timestamp, String> {
    let edge = Arc::new(crate::SeededEdge::new(Timestamp::at(BEGUN, 9, 0), seed));
    let app = open(edge.clone())?;
    let unreadable = |error: AppError| format!("{} 不能读取：{error:?}", folder.display());
    let (mark, taken) =
        app.store().read(|tx| Ok::<_, AppError>((tx.demonstration()?, tx.has_accounts()?))).map_err(unreadable)?;
    match mark {
        Some(Demonstration { stands: Some(stands) }) => return Ok(stands),
        Some(Demonstration { stands: None }) => {
            return Err(format!("{} 里的演示数据没有建成。请删除这个文件夹后重试", folder.display()));
        }
        // Its accounts have a password that everybody can read: they must never get into an office's own data.
        None if taken => {
            return Err(format!("{} 里已有别的数据，演示不用它，数据未改动。请换一个空文件夹", folder.display()));
        }
        None => {}
    }
    let built = build(&app, &edge);
    built.map_err(|error| format!("演示数据没有建成：{error:?}。请删除 {} 后重试", folder.display()))?;
    let stands = Timestamp::at(STANDS, 9, 0);
    app.store().write(move |tx| keep_clock(tx, stands)).map_err(unreadable)?;
    Ok(stands)
}

/// County, registers, and the year up to the day on which a visitor finds it.
fn build(app: &App, edge: &crate::SeededEdge) -> AppResult<()> {
    let county = found_county(app)?;
    let story = story::Story { app, edge, county: &county };
    let registers = registers::fill(&story)?;
    year::tell(&story, &registers)
}

/// Notes where the demonstration's clock stands, so that the next start goes on from there. Data without the mark of a
/// demonstration has no such clock.
fn keep_clock(tx: &mut Tx<'_>, now: Timestamp) -> AppResult<()> {
    if tx.keep_demonstration_clock(now)? { Ok(()) } else { Err(AppError::NotFound) }
}

/// Moves the demonstration's clock forward and does what the passing days bring.
///
/// # Errors
/// [`AppError::NotFound`] outside a demonstration; a fault.
pub fn move_clock(app: &App, days: i64) -> AppResult<Timestamp> {
    if !app.demonstration || !(1..=366).contains(&days) {
        return Err(AppError::NotFound);
    }
    for _ in 0..days {
        if app.store().read(|tx| tx.demonstration())?.is_none() || !app.edge().move_clock(24 * 60) {
            return Err(AppError::NotFound);
        }
        let now = app.edge().now();
        app.store().write(move |tx| {
            keep_clock(tx, now)?;
            Ok::<_, AppError>(tx.move_sessions(DAY)?)
        })?;
        app.daily()?;
    }
    Ok(app.edge().now())
}
