//! Officers and samplers with certificates and recusals. The draw reads them; whom it sends is the draw's business.

use super::fields;
use crate::{AppError, AppResult, Event, Work};
use hengjian_domain::{
    actor::UserId,
    code::Code,
    enterprise::{Enterprise, EnterpriseId},
    laboratory::{Laboratory, LaboratoryId},
    law,
    match_key::{clean, match_key},
    officer::{Officer, OfficerId, OfficerRefused, OfficerStatus, Recusal, RecusalId, RecusalKind},
    organisation::{OrganisationId, OrganisationKind},
};
use hengjian_store::{account::Account, enterprise::EnterpriseFilter};
use jiff::civil::Date;

/// What a person fills in of an officer.
#[derive(Debug, Clone, Default)]
pub struct OfficerEntry {
    /// Name.
    pub name: String,
    /// Staff number, the person's name in the draw.
    pub staff_number: String,
    /// Section, station or sampling body.
    pub unit_id: Option<OrganisationId>,
    /// Account.
    pub user_id: Option<UserId>,
    /// 执法证 or letter of authority.
    pub certificate_number: String,
    /// Its last day.
    pub certificate_until_on: Option<Date>,
    /// Holds an enforcement certificate.
    pub may_lead: bool,
    /// Skill codes separated by spaces.
    pub skills: String,
    /// Employer, when laboratory staff.
    pub laboratory_id: Option<LaboratoryId>,
    /// Status.
    pub status: Option<OfficerStatus>,
}

fn check(work: &mut Work<'_>, entry: &OfficerEntry, except: Option<OfficerId>) -> AppResult<()> {
    let mut problems = Vec::new();
    for (value, field, label) in [(&entry.name, "name", "姓名"), (&entry.staff_number, "staff_number", "编号")] {
        if value.trim().is_empty() {
            problems.push((field, format!("请填写{label}")));
        }
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !entry.staff_number.trim().chars().all(plain) || entry.staff_number.trim().len() > 18 {
        problems
            .push(("staff_number", format!("编号应为不超过 18 位的字母、数字和横线，现在是“{}”", entry.staff_number)));
    }
    if entry.status.is_none() {
        problems.push(("status", "请选择状态".to_owned()));
    }
    if !entry.certificate_number.trim().is_empty() && entry.certificate_until_on.is_none() {
        problems.push(("certificate_until_on", "请填写证件有效期".to_owned()));
    }
    fields(problems)?;
    if entry.may_lead && entry.certificate_number.trim().is_empty() {
        return Err(OfficerRefused::LeadsWithoutCertificate.into());
    }
    let org = work.actor().org_id;
    if let Some(other) = work.tx.officer_by_number(org, entry.staff_number.trim())?
        && Some(other.id) != except
    {
        return Err(OfficerRefused::NumberTaken { number: other.staff_number, name: other.name }.into());
    }
    if let Some(unit) = entry.unit_id {
        let unit = work.organisation(unit)?;
        if !work.can_see(unit.id, None)? || unit.kind == OrganisationKind::Laboratory {
            return Err(AppError::field("unit_id", "请选择本局的股室、所或抽样机构"));
        }
    }
    if let Some(user) = entry.user_id {
        let _: Account = work.load(user)?;
        let other =
            work.tx.officers(org)?.into_iter().find(|other| other.user_id == Some(user) && Some(other.id) != except);
        if let Some(other) = other {
            return Err(OfficerRefused::AccountTaken { name: other.name }.into());
        }
    }
    if let Some(laboratory) = entry.laboratory_id {
        let _: Laboratory = work.load(laboratory)?;
    }
    Ok(())
}

fn filled(entry: OfficerEntry, row: Officer) -> Officer {
    Officer {
        unit_id: entry.unit_id,
        user_id: entry.user_id,
        name: clean(&entry.name),
        staff_number: entry.staff_number.trim().to_owned(),
        certificate_number: clean(&entry.certificate_number),
        certificate_until_on: entry.certificate_until_on,
        may_lead: entry.may_lead,
        skills: entry.skills.split_whitespace().collect::<Vec<_>>().join(" "),
        laboratory_id: entry.laboratory_id,
        status: entry.status.unwrap_or(row.status),
        ..row
    }
}

fn note(work: &mut Work<'_>, kind: &str, words: &str, row: &Officer) {
    let until = row.certificate_until_on.map_or_else(|| "/".to_owned(), |day| day.to_string());
    work.record(
        Event::new(kind, format!("{words}：{}（{}）", row.name, row.staff_number))
            .about(row.id)
            .fact("证件号", &row.certificate_number)
            .fact("有效期至", until)
            .fact("可带队", if row.may_lead { "是" } else { "否" })
            .fact("状态", row.status.title())
            .basis(law::R18_16),
    );
}

/// Enters a person.
///
/// # Errors
/// Messages beside fields, [`OfficerRefused`], [`AppError::SentBefore`].
pub fn enter(work: &mut Work<'_>, entry: OfficerEntry, once: &str) -> AppResult<OfficerId> {
    work.once(once, "/desk/registers/officers")?;
    check(work, &entry, None)?;
    let blank = Officer {
        id: work.new_id(),
        version: 1,
        org_id: work.actor().org_id,
        unit_id: None,
        user_id: None,
        name: String::new(),
        staff_number: String::new(),
        certificate_number: String::new(),
        certificate_until_on: None,
        may_lead: false,
        skills: String::new(),
        laboratory_id: None,
        status: OfficerStatus::Untrained,
    };
    let mut row = filled(entry, blank);
    work.insert(&mut row)?;
    note(work, "registers.officer_entered", "登记抽样人员", &row);
    Ok(row.id)
}

/// Changes a person.
///
/// # Errors
/// As [`enter`], and [`AppError::Stale`].
pub fn change(work: &mut Work<'_>, id: OfficerId, version: i64, entry: OfficerEntry) -> AppResult<()> {
    let old: Officer = work.load_version(id, version)?;
    check(work, &entry, Some(id))?;
    let mut row = filled(entry, old);
    work.save(&mut row)?;
    note(work, "registers.officer_changed", "修改抽样人员", &row);
    Ok(())
}

/// A recusal as filled in.
#[derive(Debug, Clone)]
pub struct RecusalEntry {
    /// From whom.
    pub kind: RecusalKind,
    /// Code or full name of the enterprise.
    pub enterprise: String,
    /// Colleague.
    pub colleague_id: Option<OfficerId>,
    /// Reason.
    pub reason: String,
    /// First day.
    pub from_on: Date,
    /// Last day.
    pub until_on: Option<Date>,
}

/// The enterprise that a code or a full name means.
fn enterprise_meant(work: &mut Work<'_>, text: &str) -> AppResult<EnterpriseId> {
    let org = work.actor().org_id;
    let code = super::enterprises::check_code(text).normalised;
    if let Some(found) = work.tx.enterprise_by_code(org, &code)? {
        return Ok(found.id);
    }
    let filter = EnterpriseFilter { text: text.to_owned(), ..EnterpriseFilter::all(org) };
    let page = crate::PageRequest { after: None, limit: 20 };
    let rows: Vec<Enterprise> = work.tx.enterprise_page(&filter, &page)?.records(&mut work.tx)?;
    let key = match_key(text);
    let mut same = rows.iter().filter(|row| row.name_key == key);
    match (same.next(), same.next()) {
        (Some(one), None) => Ok(one.id),
        (Some(_), Some(_)) => Err(AppError::field("enterprise", "有几家同名，请填统一社会信用代码")),
        _ => Err(AppError::field("enterprise", format!("登记库里没有“{text}”。请填统一社会信用代码或完整名称"))),
    }
}

/// Declares a recusal (回避).
///
/// # Errors
/// Messages beside fields, [`OfficerRefused::OwnColleague`], [`AppError::SentBefore`].
pub fn recuse(work: &mut Work<'_>, id: OfficerId, entry: RecusalEntry, once: &str) -> AppResult<RecusalId> {
    work.once(once, &format!("/desk/registers/officers/{id}"))?;
    let officer: Officer = work.load(id)?;
    if entry.reason.trim().is_empty() {
        return Err(AppError::field("reason", "请写明回避的事由"));
    }
    if entry.until_on.is_some_and(|last| last < entry.from_on) {
        return Err(AppError::field("until_on", "最后一日早于起始日"));
    }
    let (enterprise_id, colleague_id, from_whom) = match entry.kind {
        RecusalKind::Enterprise => {
            if entry.enterprise.trim().is_empty() {
                return Err(AppError::field("enterprise", "请填写回避的企业"));
            }
            let enterprise: Enterprise = {
                let id = enterprise_meant(work, entry.enterprise.trim())?;
                work.load(id)?
            };
            (Some(enterprise.id), None, enterprise.name)
        }
        RecusalKind::Colleague => {
            let colleague =
                entry.colleague_id.ok_or_else(|| AppError::field("colleague_id", "请选择不得同组的同事"))?;
            if colleague == id {
                return Err(OfficerRefused::OwnColleague.into());
            }
            let colleague: Officer = work.load(colleague)?;
            (None, Some(colleague.id), colleague.name)
        }
    };
    let mut row = Recusal {
        id: work.new_id(),
        version: 1,
        org_id: officer.org_id,
        officer_id: id,
        kind: entry.kind,
        enterprise_id,
        colleague_id,
        reason: clean(&entry.reason),
        from_on: entry.from_on,
        until_on: entry.until_on,
    };
    work.insert(&mut row)?;
    work.record(
        Event::new("registers.recused", format!("{}登记回避：{from_whom}", officer.name))
            .about(id)
            .fact("类别", row.kind.title())
            .fact("事由", &row.reason)
            .basis(law::DECISION_RECUSAL),
    );
    Ok(row.id)
}

/// Ends a recusal on a day.
///
/// # Errors
/// [`AppError::Stale`], [`AppError::NotFound`], a message at `until`.
pub fn end_recusal(work: &mut Work<'_>, id: OfficerId, recusal: RecusalId, version: i64, until: Date) -> AppResult<()> {
    let officer: Officer = work.load(id)?;
    let mut row: Recusal = work.load_version(recusal, version)?;
    if row.officer_id != id {
        return Err(AppError::NotFound);
    }
    if until < row.from_on {
        return Err(AppError::field("until", "最后一日早于起始日"));
    }
    row.until_on = Some(until);
    work.save(&mut row)?;
    work.record(
        Event::new("registers.recusal_ended", format!("{}的回避到 {until} 为止", officer.name))
            .about(id)
            .fact("事由", &row.reason)
            .basis(law::DECISION_RECUSAL),
    );
    Ok(())
}

/// A recusal with the name of whom it concerns.
///
/// # Errors
/// A fault.
pub fn recusals(work: &mut Work<'_>, id: OfficerId) -> AppResult<Vec<(Recusal, String)>> {
    let mut found = Vec::new();
    for recusal in work.tx.recusals_of(id)? {
        // A colleague's declaration against this person is shown from this side.
        let whom = if recusal.officer_id == id { recusal.colleague_id } else { Some(recusal.officer_id) };
        let name = match (recusal.enterprise_id, whom) {
            (Some(enterprise), _) => work.tx.get::<Enterprise>(&enterprise)?.map(|row| row.name),
            (None, Some(colleague)) => work.tx.get::<Officer>(&colleague)?.map(|row| row.name),
            (None, None) => None,
        };
        found.push((recusal, name.unwrap_or_default()));
    }
    Ok(found)
}
