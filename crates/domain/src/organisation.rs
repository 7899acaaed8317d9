//! The organisation tree: authorities, their sections and stations, laboratories.
//! Visibility is own ∪ below; a path such as `/city/county/station/` makes that one comparison.

use crate::{code_enum, ids::Id, law::LegalBasis, refusal::Explain, time::Timestamp};
use jiff::civil::Date;

/// Id of an organisation or of one of its units.
pub type OrganisationId = Id<Organisation>;

code_enum! {
    /// What a node of the tree is.
    pub enum OrganisationKind {
        /// Market regulator (市场监督管理局).
        Regulator = "REGULATOR" => "市场监管部门",
        /// Section inside a regulator (股室).
        Section = "SECTION" => "股室",
        /// Station responsible for towns (市场监管所).
        Station = "STATION" => "市场监管所",
        /// Testing laboratory (检验机构).
        Laboratory = "LABORATORY" => "检验机构",
        /// Body that samples on commission (抽样机构).
        SamplingBody = "SAMPLING_BODY" => "抽样机构",
    }
}

code_enum! {
    /// Level of a spot check or of an authority.
    pub enum Tier {
        /// 国家.
        National = "NATIONAL" => "国抽",
        /// 省.
        Provincial = "PROVINCIAL" => "省抽",
        /// 市.
        Municipal = "MUNICIPAL" => "市抽",
        /// 县.
        County = "COUNTY" => "县抽",
    }
}

/// A node of the organisation tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Id.
    pub id: OrganisationId,
    /// Row version.
    pub version: i64,
    /// Node above, if any.
    pub parent_id: Option<OrganisationId>,
    /// `/…/…/` of ids from the root to this node, both ends with a slash.
    pub path: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// Level, for regulators.
    pub tier: Option<Tier>,
    /// Full name.
    pub name: String,
    /// Short name for tables.
    pub short_name: String,
    /// GB/T 2260 code of its area.
    pub region_code: String,
    /// When entered.
    pub created_at_us: Timestamp,
    /// Day on which it was closed; a closed unit stays for its history and takes nothing new.
    pub closed_on: Option<Date>,
}

impl Organisation {
    /// Whether it works: not closed.
    pub const fn is_open(&self) -> bool {
        self.closed_on.is_none()
    }
}

/// What still lies with a unit that is to be closed, in words, each with its number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnitUse {
    /// Titles of open duties.
    pub duties: Vec<(String, i64)>,
    /// Active accounts.
    pub accounts: i64,
    /// Towns of its area.
    pub towns: i64,
    /// Enterprises on its list.
    pub enterprises: i64,
    /// Units below it.
    pub below: i64,
}

impl UnitUse {
    fn open(&self) -> Vec<String> {
        let duties = self.duties.iter().map(|(title, count)| format!("{title} {count} 项"));
        let others = [
            ("辖区乡镇", self.towns, "个"),
            ("登记的市场主体", self.enterprises, "家"),
            ("在用账号", self.accounts, "个"),
            ("下设单位", self.below, "个"),
        ];
        let others = others.iter().filter(|(_, count, _)| *count > 0);
        duties.chain(others.map(|(what, count, unit)| format!("{what} {count} {unit}"))).collect()
    }
}

impl Organisation {
    /// Whether the unit can be closed: no authority, nothing left that lies with it.
    ///
    /// # Errors
    /// [`UnitRefused`].
    pub fn may_close(&self, used: &UnitUse) -> Result<(), UnitRefused> {
        if self.kind == OrganisationKind::Regulator {
            return Err(UnitRefused::Authority);
        }
        if let Some(on) = self.closed_on {
            return Err(UnitRefused::ClosedBefore { on });
        }
        let open = used.open();
        if open.is_empty() { Ok(()) } else { Err(UnitRefused::InUse { open }) }
    }
    /// Closes it.
    ///
    /// # Errors
    /// [`UnitRefused`].
    pub fn close(mut self, used: &UnitUse, reason: &str, on: Date) -> Result<Self, UnitRefused> {
        self.may_close(used)?;
        if reason.trim().is_empty() {
            return Err(UnitRefused::ReasonMissing);
        }
        self.closed_on = Some(on);
        Ok(self)
    }
    /// Whether this authority can enter the one above it: there is none yet.
    ///
    /// # Errors
    /// [`UnitRefused`].
    pub fn may_add_superior(&self, above: Option<&Self>) -> Result<(), UnitRefused> {
        match above {
            Some(above) => Err(UnitRefused::HasSuperior { name: above.name.clone() }),
            None => Ok(()),
        }
    }
    /// Whether this authority can enter another of its level below the same superior: there is one, and it has no
    /// administrator here who looks after its own tree.
    ///
    /// # Errors
    /// [`UnitRefused`].
    pub fn may_add_peer<'o>(above: Option<&'o Self>, managed: bool) -> Result<&'o Self, UnitRefused> {
        let above = above.ok_or(UnitRefused::NoSuperior)?;
        if managed { Err(UnitRefused::Managed { name: above.name.clone() }) } else { Ok(above) }
    }
}

/// Why a unit is not closed, or an authority not entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitRefused {
    /// An authority is no unit.
    Authority,
    /// It was closed before.
    ClosedBefore {
        /// When.
        on: Date,
    },
    /// Something still lies with it.
    InUse {
        /// What, in words.
        open: Vec<String>,
    },
    /// No reason.
    ReasonMissing,
    /// There is a superior already.
    HasSuperior {
        /// Which.
        name: String,
    },
    /// There is no superior yet.
    NoSuperior,
    /// The superior has an administrator of its own.
    Managed {
        /// Which.
        name: String,
    },
}

impl Explain for UnitRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::Authority => "unit.authority",
            Self::ClosedBefore { .. } => "unit.closed_before",
            Self::InUse { .. } => "unit.in_use",
            Self::ReasonMissing => "unit.reason_missing",
            Self::HasSuperior { .. } => "unit.has_superior",
            Self::NoSuperior => "unit.no_superior",
            Self::Managed { .. } => "unit.managed",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::Authority | Self::ClosedBefore { .. } | Self::InUse { .. } | Self::ReasonMissing => {
                "不能撤销这个单位".into()
            }
            Self::HasSuperior { .. } => "不能登记上级机关".into(),
            Self::NoSuperior | Self::Managed { .. } => "不能登记同级机关".into(),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::Authority => "这是机关，不是股室、所或者机构".into(),
            Self::ClosedBefore { on } => format!("已于 {on} 撤销"),
            Self::InUse { open } => format!("还有没有移交的：{}", open.join("、")),
            Self::ReasonMissing => "没有写明撤销的依据和去向".into(),
            Self::HasSuperior { name } => format!("已经登记了上级机关“{name}”"),
            Self::NoSuperior => "还没有登记上级机关".into(),
            Self::Managed { name } => format!("“{name}”有自己的系统管理员"),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::Authority => "请选择要撤销的股室、所或者机构".into(),
            Self::ClosedBefore { .. } => "请看这个单位的经过".into(),
            Self::InUse { .. } => {
                "请先把待办移交给接手的单位，把乡镇划给接手的所（市场主体随之改派），停用或者改派账号".into()
            }
            Self::ReasonMissing => "请写明文件和并入的单位".into(),
            Self::HasSuperior { .. } => "请打开那个机关；名称有变的，请由它的管理员改名".into(),
            Self::NoSuperior => "请先登记上级机关".into(),
            Self::Managed { .. } => "请由那位管理员登记".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{refusal::Refusal, time::Timestamp};
    use jiff::civil::date;

    fn unit(kind: OrganisationKind) -> Organisation {
        let id = |number| Id::from_uuid(uuid::Uuid::from_u128(number));
        Organisation {
            id: id(2),
            version: 1,
            parent_id: Some(id(1)),
            path: "/1/2/".into(),
            kind,
            tier: None,
            name: "虚构所".into(),
            short_name: "虚构".into(),
            region_code: "440232".into(),
            created_at_us: Timestamp(0),
            closed_on: None,
        }
    }

    /// A unit is closed when nothing lies with it any more; the refusal lists what does.
    #[test]
    fn a_unit_is_closed_empty() {
        let on = date(2021, 9, 24);
        let close = |kind, used: &UnitUse, reason| {
            unit(kind).close(used, reason, on).map_or_else(|refused| refused.code(), |_| "ok")
        };
        let empty = UnitUse::default();
        assert_eq!(close(OrganisationKind::Station, &empty, "并入二所"), "ok");
        assert_eq!(close(OrganisationKind::Station, &empty, " "), "unit.reason_missing");
        assert_eq!(close(OrganisationKind::Regulator, &empty, "x"), "unit.authority");
        let used = [
            UnitUse { duties: vec![("核查处置".into(), 2)], ..UnitUse::default() },
            UnitUse { accounts: 1, ..UnitUse::default() },
            UnitUse { towns: 1, ..UnitUse::default() },
            UnitUse { enterprises: 1, ..UnitUse::default() },
            UnitUse { below: 1, ..UnitUse::default() },
        ];
        for used in &used {
            assert_eq!(close(OrganisationKind::Station, used, "x"), "unit.in_use", "{used:?}");
        }
        let both = UnitUse { duties: vec![("核查处置".into(), 2)], towns: 3, ..UnitUse::default() };
        let refused = unit(OrganisationKind::Station).may_close(&both).expect_err("in use");
        assert_eq!(refused.why(), "还有没有移交的：核查处置 2 项、辖区乡镇 3 个");
        let closed = unit(OrganisationKind::Section).close(&empty, "x", on).expect("closed");
        assert!(!closed.is_open());
        assert_eq!(closed.may_close(&empty).expect_err("again").code(), "unit.closed_before");
    }

    /// One superior; peers stand below it, and its own administrator enters them where there is one.
    #[test]
    fn authorities_above_and_beside() {
        let (own, above) = (unit(OrganisationKind::Regulator), unit(OrganisationKind::Regulator));
        assert_eq!(own.may_add_superior(None), Ok(()));
        assert_eq!(own.may_add_superior(Some(&above)).expect_err("one").code(), "unit.has_superior");
        assert_eq!(Organisation::may_add_peer(None, false).expect_err("none").code(), "unit.no_superior");
        assert_eq!(Organisation::may_add_peer(Some(&above), true).expect_err("managed").code(), "unit.managed");
        assert!(Organisation::may_add_peer(Some(&above), false).is_ok());
    }

    /// Every refusal says what, why and what to do.
    #[test]
    fn refusals_are_sentences() {
        let all = [
            UnitRefused::Authority,
            UnitRefused::ClosedBefore { on: date(2021, 9, 24) },
            UnitRefused::InUse { open: vec!["核查处置 2 项".into()] },
            UnitRefused::ReasonMissing,
            UnitRefused::HasSuperior { name: "市局".into() },
            UnitRefused::NoSuperior,
            UnitRefused::Managed { name: "市局".into() },
        ];
        for refused in all {
            let Refusal { what, why, next, .. } = refused.into();
            assert!(what.starts_with("不能") && !why.is_empty() && next.starts_with('请'), "{what} {why} {next}");
        }
    }
}
