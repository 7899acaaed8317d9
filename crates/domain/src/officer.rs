//! Samplers and officers (抽样人员) with certificates and recusals: who may be sent out on a day. Never picks anybody.

use crate::{
    actor::UserId,
    code_enum,
    enterprise::EnterpriseId,
    ids::Id,
    laboratory::LaboratoryId,
    law::{self, LegalBasis},
    organisation::OrganisationId,
    refusal::Explain,
};
use jiff::civil::Date;

/// Id: A person who may be assigned to a visit.
pub type OfficerId = Id<Officer>;
/// Id: A declared conflict of interest (回避).
pub type RecusalId = Id<Recusal>;

code_enum! {
    /// Whether the person can be assigned.
    pub enum OfficerStatus {
        /// 在岗.
        Available = "AVAILABLE" => "在岗",
        /// 休假.
        Leave = "LEAVE" => "休假",
        /// 未培训.
        Untrained = "UNTRAINED" => "未培训",
        /// 离岗.
        Left = "LEFT" => "离岗",
    }
}

code_enum! {
    /// Whom a recusal concerns.
    pub enum RecusalKind {
        /// 回避企业.
        Enterprise = "ENTERPRISE" => "回避企业",
        /// 不得同组.
        Colleague = "COLLEAGUE" => "不得同组",
    }
}

/// A person who may be assigned to a visit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Officer {
    /// Id.
    pub id: OfficerId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Section, station or sampling body.
    pub unit_id: Option<OrganisationId>,
    /// Account, if the person has one.
    pub user_id: Option<UserId>,
    /// Name.
    pub name: String,
    /// Staff number; member id of the draw.
    pub staff_number: String,
    /// 执法证 or letter of authority.
    pub certificate_number: String,
    /// Last day of the certificate; expiry blocks dispatch.
    pub certificate_until_on: Option<Date>,
    /// Holds an enforcement certificate.
    pub may_lead: bool,
    /// Skill codes separated by spaces.
    pub skills: String,
    /// Employer, when laboratory staff (抽检分离).
    pub laboratory_id: Option<LaboratoryId>,
    /// Status.
    pub status: OfficerStatus,
}

/// A declared conflict of interest (回避).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Recusal {
    /// Id.
    pub id: RecusalId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Who recuses.
    pub officer_id: OfficerId,
    /// From whom.
    pub kind: RecusalKind,
    /// Enterprise.
    pub enterprise_id: Option<EnterpriseId>,
    /// Colleague.
    pub colleague_id: Option<OfficerId>,
    /// Reason.
    pub reason: String,
    /// First day.
    pub from_on: Date,
    /// Last day.
    pub until_on: Option<Date>,
}

/// Days before the end of a certificate from which the register asks for its renewal.
pub const CERTIFICATE_NOTICE_DAYS: i32 = 60;

impl Officer {
    /// 《暂行办法》第十六条: whoever is sent out shows an identity card or certificate, so an expired one keeps the person at home.
    ///
    /// # Errors
    /// Not on duty, or the certificate is missing or over on that day.
    pub fn may_go_out(&self, on: Date) -> Result<(), OfficerRefused> {
        if self.status != OfficerStatus::Available {
            return Err(OfficerRefused::NotAvailable { name: self.name.clone(), status: self.status });
        }
        if self.certificate_number.trim().is_empty() {
            return Err(OfficerRefused::NoCertificate { name: self.name.clone() });
        }
        match self.certificate_until_on {
            Some(last) if on > last => Err(OfficerRefused::CertificateOver { name: self.name.clone(), last }),
            _ => Ok(()),
        }
    }
}

impl Recusal {
    /// Whether it keeps the person away on a day.
    pub fn in_force(&self, on: Date) -> bool {
        self.from_on <= on && self.until_on.is_none_or(|last| on <= last)
    }
}

/// Why a person is not entered, or not sent out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfficerRefused {
    /// On leave, untrained, gone.
    NotAvailable {
        /// Who.
        name: String,
        /// What the register says.
        status: OfficerStatus,
    },
    /// No certificate on file.
    NoCertificate {
        /// Who.
        name: String,
    },
    /// The certificate is over.
    CertificateOver {
        /// Who.
        name: String,
        /// Its last day.
        last: Date,
    },
    /// A team leader without an enforcement certificate.
    LeadsWithoutCertificate,
    /// The staff number is another person's.
    NumberTaken {
        /// The number.
        number: String,
        /// Whose it is.
        name: String,
    },
    /// The account is another person's.
    AccountTaken {
        /// Whose it is.
        name: String,
    },
    /// A person cannot be kept apart from himself.
    OwnColleague,
}

impl Explain for OfficerRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAvailable { .. } => "officer.not_available",
            Self::NoCertificate { .. } => "officer.no_certificate",
            Self::CertificateOver { .. } => "officer.certificate_over",
            Self::LeadsWithoutCertificate => "officer.leads_without_certificate",
            Self::NumberTaken { .. } => "officer.number_taken",
            Self::AccountTaken { .. } => "officer.account_taken",
            Self::OwnColleague => "officer.own_colleague",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::NotAvailable { name, .. } | Self::NoCertificate { name } | Self::CertificateOver { name, .. } => {
                format!("不能派{name}去抽样")
            }
            Self::LeadsWithoutCertificate => "不能登记为可带队".into(),
            Self::NumberTaken { .. } | Self::AccountTaken { .. } => "不能登记这名人员".into(),
            Self::OwnColleague => "不能登记回避".into(),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::NotAvailable { status, .. } => format!("登记的状态是“{}”", crate::code::Code::title(*status)),
            Self::NoCertificate { .. } => "没有登记证件号".into(),
            Self::CertificateOver { last, .. } => format!("证件有效期到 {last}"),
            Self::LeadsWithoutCertificate => "没有填写执法证号".into(),
            Self::NumberTaken { number, name } => format!("编号 {number} 是{name}的"),
            Self::AccountTaken { name } => format!("这个账号已对应{name}"),
            Self::OwnColleague => "不得同组的同事就是本人".into(),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::NotAvailable { .. } => "请改派别人，或在登记库更新状态".into(),
            Self::NoCertificate { .. } | Self::CertificateOver { .. } => "请在登记库更新证件，或改派别人".into(),
            Self::LeadsWithoutCertificate => "请填写执法证号和有效期，或不勾选可带队".into(),
            Self::NumberTaken { .. } => "请核对编号".into(),
            Self::AccountTaken { .. } => "请选择另一个账号".into(),
            Self::OwnColleague => "请选择另一名同事".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        match self {
            Self::NumberTaken { .. } | Self::AccountTaken { .. } => None,
            Self::OwnColleague => Some(law::DECISION_RECUSAL),
            _ => Some(law::R18_16),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn officer(status: OfficerStatus, number: &str, until: Option<Date>) -> Officer {
        let id = uuid::Uuid::from_u128(7);
        Officer {
            id: Id::from_uuid(id),
            version: 1,
            org_id: Id::from_uuid(id),
            unit_id: None,
            user_id: None,
            name: "甲".into(),
            staff_number: "S01".into(),
            certificate_number: number.into(),
            certificate_until_on: until,
            may_lead: true,
            skills: String::new(),
            laboratory_id: None,
            status,
        }
    }

    /// R18 16: papers are shown at the visit; the last day of a certificate still counts.
    #[test]
    fn r18_art16_an_expired_certificate_keeps_a_person_at_home() {
        let on = date(2021, 9, 28);
        for (status, number, until, code) in [
            (OfficerStatus::Available, "虚构 001", None, None),
            (OfficerStatus::Available, "虚构 001", Some(on), None),
            (OfficerStatus::Available, "虚构 001", Some(date(2021, 9, 27)), Some("officer.certificate_over")),
            (OfficerStatus::Available, " ", None, Some("officer.no_certificate")),
            (OfficerStatus::Leave, "虚构 001", None, Some("officer.not_available")),
            (OfficerStatus::Left, "", None, Some("officer.not_available")),
        ] {
            let answer = officer(status, number, until).may_go_out(on).err();
            assert_eq!(answer.map(|refused| refused.code()), code, "{status:?} {number} {until:?}");
        }
    }
}
