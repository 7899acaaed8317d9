//! 三员分立: who may make which account and grant which role, and how the organisation tree may grow. Settled: system
//! administrator for operation and parameters, security administrator for accounts and roles, audit administrator for
//! the journal and auditor accounts; one person holds one of them. No business rule lives here.

use crate::{
    actor::{Actor, Role, UserId},
    code::Code,
    law::{self, LegalBasis},
    organisation::{Organisation, OrganisationKind, Tier},
    policy::Action,
    refusal::Explain,
    region,
};
use Role::*;

/// Kinds of units in which a role has its place.
pub const fn places(role: Role) -> &'static [OrganisationKind] {
    use OrganisationKind::*;
    match role {
        LabReceiver | Tester | LabReviewer | LabSigner => &[Laboratory],
        StationOfficer => &[Station],
        Sampler => &[Regulator, Section, Station, SamplingBody, Laboratory],
        _ => &[Regulator, Section],
    }
}

/// Titles of the kinds of units in which a role has its place.
pub fn place_titles(role: Role) -> String {
    places(role).iter().map(|kind| kind.title()).collect::<Vec<_>>().join("、")
}

/// The roles a person with these roles may give and take away: the audit administrator auditors, the security
/// administrator all others.
pub fn grantable(granter: &[Role]) -> Vec<Role> {
    let auditors = granter.contains(&AuditAdministrator);
    let others = granter.contains(&SecurityAdministrator);
    let mine = |role: Role| if role == Auditor { auditors } else { others };
    Role::ALL.iter().copied().filter(|role| mine(*role)).collect()
}

/// Checks a set of roles as it will stand after the change.
///
/// # Errors
/// The first rule that says no.
pub fn check_roles(
    granter: &Actor,
    holder: Option<UserId>,
    before: &[Role],
    after: &[Role],
    unit: &Organisation,
) -> Result<(), AccountRefused> {
    must_not_be_own(granter, holder)?;
    if after.is_empty() {
        return Err(AccountRefused::NoRole);
    }
    let grantable = grantable(&granter.roles);
    if let Some(role) = before.iter().chain(after).copied().find(|role| !grantable.contains(role)) {
        return Err(AccountRefused::NotYours { role });
    }
    let alone = |role: &&Role| role.is_administrator() || **role == Auditor;
    if let Some(role) = after.iter().find(alone)
        && after.len() > 1
    {
        let other = after.iter().copied().find(|other| other != role).unwrap_or(*role);
        return Err(AccountRefused::Apart { role: *role, other });
    }
    match after.iter().copied().find(|role| !places(*role).contains(&unit.kind)) {
        Some(role) => Err(AccountRefused::WrongPlace { role, unit: unit.name.clone() }),
        None => Ok(()),
    }
}

/// Nobody changes the own account here: the second pair of eyes is another person's.
///
/// # Errors
/// It is the own account.
pub fn must_not_be_own(granter: &Actor, holder: Option<UserId>) -> Result<(), AccountRefused> {
    if holder == Some(granter.user_id) { Err(AccountRefused::Own) } else { Ok(()) }
}

/// Whether an account with these roles is the person's to look after.
///
/// # Errors
/// It is the other administrator's.
pub fn must_be_mine(granter: &Actor, roles: &[Role]) -> Result<(), AccountRefused> {
    let grantable = grantable(&granter.roles);
    match roles.iter().copied().find(|role| !grantable.contains(role)) {
        Some(role) => Err(AccountRefused::NotYours { role }),
        None => Ok(()),
    }
}

/// Why an account is not made or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountRefused {
    /// The own account.
    Own,
    /// No role at all: such an account is deactivated instead.
    NoRole,
    /// Another administrator grants this role.
    NotYours {
        /// Which.
        role: Role,
    },
    /// A role that stands alone together with another.
    Apart {
        /// The role that stands alone.
        role: Role,
        /// The other one.
        other: Role,
    },
    /// The role has no place in that unit.
    WrongPlace {
        /// Which.
        role: Role,
        /// Unit.
        unit: String,
    },
    /// Somebody must remain who can grant roles.
    LastOne {
        /// Which.
        role: Role,
    },
    /// The account is switched off.
    Inactive,
}

impl Explain for AccountRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::Own => "account.own",
            Self::NoRole => "account.no_role",
            Self::NotYours { .. } => "account.not_yours",
            Self::Apart { .. } => "account.apart",
            Self::WrongPlace { .. } => "account.wrong_place",
            Self::LastOne { .. } => "account.last_one",
            Self::Inactive => "account.inactive",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::Own | Self::Inactive => "不能改这个账号".into(),
            Self::NoRole | Self::NotYours { .. } | Self::Apart { .. } | Self::WrongPlace { .. } => {
                "不能这样授予岗位".into()
            }
            Self::LastOne { .. } => "不能停用或改岗".into(),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::Own => "这是本人的账号".into(),
            Self::NoRole => "没有选任何岗位".into(),
            Self::NotYours { role: Auditor } => "监察审计账号由审计管理员管理".into(),
            Self::NotYours { role } => format!("“{}”由安全管理员授予", role.title()),
            Self::Apart { role, other } => format!("“{}”不能同时担任“{}”", role.title(), other.title()),
            Self::WrongPlace { role, unit } => {
                format!("“{}”设在{}，“{unit}”不是", role.title(), place_titles(*role))
            }
            Self::LastOne { role } => format!("这是最后一名在用的{}", role.title()),
            Self::Inactive => "账号已停用".into(),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::Own => "请由另一名管理员办理；改口令在“我的账号”".into(),
            Self::NoRole => "请至少选一个岗位；不再使用的账号请停用".into(),
            Self::NotYours { .. } => "请由那一位管理员办理".into(),
            Self::Apart { .. } => "请另立账号，由另一个人担任".into(),
            Self::WrongPlace { .. } => "请换一个单位，或换一个岗位".into(),
            Self::LastOne { .. } => "请先让另一个人担任这个岗位".into(),
            Self::Inactive => "请先启用账号".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        match self {
            Self::NoRole | Self::Inactive => None,
            _ => Some(law::DECISION_SEPARATION),
        }
    }
}

/// Kinds of units that may stand directly below a node.
pub fn kinds_below(parent: &Organisation) -> &'static [OrganisationKind] {
    use OrganisationKind::*;
    if !parent.is_open() {
        return &[];
    }
    match parent.kind {
        Regulator if parent.tier == Some(Tier::County) => &[Section, Station, Laboratory, SamplingBody],
        Regulator => &[Regulator, Section, Laboratory, SamplingBody],
        _ => &[],
    }
}

/// Level of an authority by the shape of its division code.
pub fn tier_of(region_code: &str) -> Option<Tier> {
    if region_code == "100000" {
        return Some(Tier::National);
    }
    match region::level(region_code)? {
        region::DivisionLevel::Province => Some(Tier::Provincial),
        region::DivisionLevel::Prefecture => Some(Tier::Municipal),
        region::DivisionLevel::County => Some(Tier::County),
        region::DivisionLevel::Town => None,
    }
}

/// Reads the towns of a station, one code a line or parted by spaces; what stands behind a code as its name is not read.
///
/// # Errors
/// Codes that are no town codes or lie outside the authority's area, in words.
pub fn read_towns(text: &str, region_code: &str) -> Result<Vec<String>, String> {
    let mut towns = Vec::new();
    let words = text.lines().flat_map(|line| {
        let mut named = false;
        let words = line.split(|c: char| c.is_whitespace() || matches!(c, '、' | '，' | ',' | '；' | ';'));
        words.filter(move |word| {
            let is_name = named && !word.contains(|c: char| c.is_ascii_alphanumeric());
            named |= !word.is_empty();
            !is_name
        })
    });
    for code in words {
        if code.is_empty() || towns.iter().any(|town| town == code) {
            continue;
        }
        if region::level(code) != Some(region::DivisionLevel::Town) {
            return Err(format!("乡镇代码应为 9 位或 12 位数字，现在是“{code}”"));
        }
        if !region::lies_in(code, region_code) {
            return Err(format!("{code} 不在本机关的区划 {region_code} 以内"));
        }
        towns.push(code.to_owned());
    }
    Ok(towns)
}

/// Areas of the policy table with their titles, in the order of the menu; the part of an action's code before the dot.
pub const AREAS: &[(&str, &str)] = &[
    ("account", "本人"),
    ("register", "登记库"),
    ("plan", "计划"),
    ("draw", "抽取"),
    ("sampling", "抽样"),
    ("testing", "检验"),
    ("objection", "异议复检"),
    ("follow_up", "后处理"),
    ("publication", "公布"),
    ("statistics", "统计"),
    ("correction", "更正"),
    ("import", "导入"),
    ("admin", "管理"),
];

/// Area of an action.
pub fn area(action: Action) -> &'static str {
    action.code().split('.').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ids::Id, time::Timestamp};

    fn id<K>(n: u128) -> Id<K> {
        Id::from_uuid(uuid::Uuid::from_u128(n))
    }
    fn unit(kind: OrganisationKind, tier: Option<Tier>) -> Organisation {
        Organisation {
            id: id(1),
            version: 1,
            parent_id: None,
            path: "/1/".into(),
            kind,
            tier,
            name: "虚构单位".into(),
            short_name: "虚构".into(),
            region_code: "440232".into(),
            created_at_us: Timestamp(0),
            closed_on: None,
        }
    }
    fn granter(role: Role) -> Actor {
        Actor {
            user_id: id(9),
            name: "甲".into(),
            pseudonym: "0".into(),
            org_id: id(1),
            scope_path: "/1/".into(),
            unit_id: id(1),
            unit_name: "虚构单位".into(),
            unit_kind: OrganisationKind::Regulator,
            unit_tier: Some(Tier::County),
            roles: vec![role],
        }
    }

    /// DECISION 职责分离 (settled: Who may know and do): the three administrators stand alone, auditors are the audit
    /// administrator's, nobody grants to himself.
    #[test]
    fn decision_separation_of_the_three_administrators() {
        use OrganisationKind::*;
        let cases: &[(Role, &[Role], &[Role], OrganisationKind, Option<&str>)] = &[
            (SecurityAdministrator, &[], &[PlanEditor, ResultManager], Section, None),
            (SecurityAdministrator, &[], &[SystemAdministrator], Regulator, None),
            (SecurityAdministrator, &[], &[AuditAdministrator], Regulator, None),
            (SecurityAdministrator, &[], &[SystemAdministrator, AuditAdministrator], Regulator, Some("account.apart")),
            (SecurityAdministrator, &[], &[SystemAdministrator, PlanEditor], Regulator, Some("account.apart")),
            (SecurityAdministrator, &[], &[PlanEditor, SecurityAdministrator], Regulator, Some("account.apart")),
            (SecurityAdministrator, &[], &[Auditor], Regulator, Some("account.not_yours")),
            (SecurityAdministrator, &[Auditor], &[PlanEditor], Regulator, Some("account.not_yours")),
            (AuditAdministrator, &[], &[Auditor], Regulator, None),
            (AuditAdministrator, &[], &[Auditor, PlanEditor], Regulator, Some("account.not_yours")),
            (AuditAdministrator, &[PlanEditor], &[Auditor], Regulator, Some("account.not_yours")),
            (SystemAdministrator, &[], &[PlanEditor], Regulator, Some("account.not_yours")),
            (PlanApprover, &[], &[PlanEditor], Regulator, Some("account.not_yours")),
            (SecurityAdministrator, &[], &[], Regulator, Some("account.no_role")),
            (SecurityAdministrator, &[], &[StationOfficer], Station, None),
            (SecurityAdministrator, &[], &[StationOfficer], Section, Some("account.wrong_place")),
            (SecurityAdministrator, &[], &[Tester], Section, Some("account.wrong_place")),
            (SecurityAdministrator, &[], &[Tester, LabReceiver], Laboratory, None),
            (SecurityAdministrator, &[], &[PlanApprover], Laboratory, Some("account.wrong_place")),
            (SecurityAdministrator, &[], &[SecurityAdministrator], Station, Some("account.wrong_place")),
            (SecurityAdministrator, &[], &[Sampler], SamplingBody, None),
        ];
        for (who, before, after, kind, code) in cases {
            let answer = check_roles(&granter(*who), None, before, after, &unit(*kind, None)).err();
            assert_eq!(answer.map(|refused| refused.code()), *code, "{who:?} {before:?} {after:?} {kind:?}");
        }
        let own = check_roles(
            &granter(SecurityAdministrator),
            Some(id(9)),
            &[SecurityAdministrator],
            &[PlanEditor],
            &unit(Regulator, None),
        );
        assert_eq!(own, Err(AccountRefused::Own));
    }

    /// Every role has exactly one administrator who grants it, and a place.
    #[test]
    fn every_role_can_be_granted_by_one_administrator() {
        for role in Role::ALL {
            let administrators = [SystemAdministrator, SecurityAdministrator, AuditAdministrator];
            let count = administrators.iter().filter(|who| grantable(&[**who]).contains(role)).count();
            assert_eq!(count, 1, "{role:?}");
            assert!(!places(*role).is_empty());
        }
        for action in Action::ALL {
            assert!(AREAS.iter().any(|(code, _)| *code == area(*action)), "{action:?}");
        }
    }

    /// regulations §10.3, GB/T 2260: towns lie in the authority's division.
    #[test]
    fn gb2260_towns_of_a_station() {
        assert_eq!(
            read_towns("440232100\n 440232111、440232100", "440232"),
            Ok(vec!["440232100".into(), "440232111".into()])
        );
        assert_eq!(read_towns("440232100　乳城镇\n440232111 游溪镇", "440232").map(|towns| towns.len()), Ok(2));
        assert!(read_towns("乳城镇", "440232").is_err());
        assert_eq!(read_towns(" \n", "440232"), Ok(vec![]));
        assert!(read_towns("44023210", "440232").is_err());
        assert!(read_towns("440233100", "440232").is_err());
        for (code, tier) in [
            ("100000", Some(Tier::National)),
            ("440000", Some(Tier::Provincial)),
            ("440200", Some(Tier::Municipal)),
            ("440232", Some(Tier::County)),
            ("44023", None),
            ("440232100", None),
        ] {
            assert_eq!(tier_of(code), tier, "{code}");
        }
    }
}
