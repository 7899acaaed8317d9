//! The roster of a draw from the registers: every firm that has the product in the role of the field, in or out with
//! its reason and evidence; every sampler, fit or not and why. Nothing here decides who is drawn.

use crate::{AppResult, Work, no_repeat::RosterHistory};
use hengjian_domain::{
    actor::UserId,
    code::Code,
    draw::{Draw, DrawConflict, DrawMember, DrawPerson, ExclusionReason, MemberStatus, PersonReason, STRATUM, role_of},
    enterprise::{CreditClass, Enterprise, EnterpriseId, EnterpriseStatus},
    no_repeat::RosterAnswer,
    officer::{Officer, OfficerId, OfficerStatus, Recusal, RecusalKind},
    organisation::{Organisation, OrganisationId, OrganisationKind},
    plan::SpotCheckTask,
    product::ProductCategory,
    region,
};
use hengjian_store::Column;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use verifiable_draw::line::field;

/// A firm and what the registers say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judged {
    pub enterprise_id: EnterpriseId,
    pub uid: String,
    pub credit_class: CreditClass,
    pub weight: i64,
    pub status: MemberStatus,
    pub reason: String,
    pub reason_text: String,
    pub blocked_models: String,
}

/// The day by which certificates and conflicts are judged: the first day of sampling, never before today.
pub(super) fn day_of(work: &Work<'_>, task: &SpotCheckTask) -> Date {
    task.sampling_from_on.map_or(work.today(), |from| from.max(work.today()))
}

/// Balls of each credit risk class: parameters `draw.weight.A` …, 1 where none is set (DECISION: no ratio binds).
pub fn weights(work: &mut Work<'_>, org: OrganisationId) -> AppResult<Vec<(CreditClass, i64)>> {
    let most = i64::from(verifiable_draw::candidates::MOST_BALLS);
    let mut weights = Vec::new();
    for class in CreditClass::ALL {
        let set = work.tx.parameter(org, &format!("draw.weight.{}", class.code()))?;
        let weight = set.and_then(|text| text.trim().parse::<i64>().ok()).filter(|weight| (1..=most).contains(weight));
        weights.push((*class, weight.unwrap_or(1)));
    }
    Ok(weights)
}

/// Where firms are looked for, and how the roster was chosen, in words.
pub(super) fn area(task: &SpotCheckTask, owner: &Organisation) -> String {
    let scope = task.region_scope.trim();
    if !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_digit()) {
        scope.to_owned()
    } else {
        owner.region_code.clone()
    }
}

/// How the roster is chosen, for people.
pub(super) fn filters(work: &mut Work<'_>, task: &SpotCheckTask) -> AppResult<String> {
    let owner = work.organisation(task.org_id)?;
    let category: Option<ProductCategory> = match task.category_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let product = category.map_or_else(|| task.product_scope.clone(), |category| category.name);
    let role = role_of(task.field).title();
    Ok(format!("登记库中登记了“{product}”（含下级分类）的{role}单位；区域代码 {} 以内", area(task, &owner)))
}

/// Id in tickets: the unified social credit code; otherwise the number given by the bureau, or the register's own id.
fn uid_of(enterprise: &Enterprise) -> String {
    let code = enterprise.uscc.as_deref().filter(|_| enterprise.uscc_valid).map(|code| code.trim().to_uppercase());
    let given = code.or_else(|| enterprise.legacy_number.as_deref().map(|number| number.trim().to_owned()));
    let given = given.filter(|text| field(text).is_ok() && !text.contains('/'));
    given.unwrap_or_else(|| enterprise.id.to_string())
}

fn register_reason(
    enterprise: &Enterprise,
    area: &str,
    visited: &BTreeSet<EnterpriseId>,
) -> Option<(ExclusionReason, String)> {
    let place = enterprise.town_code.as_deref().unwrap_or(&enterprise.region_code);
    if !region::lies_in(place, area) {
        return Some((ExclusionReason::OutsideArea, format!("登记的地区代码 {place}，不在 {area} 以内")));
    }
    if enterprise.status != EnterpriseStatus::Active {
        return Some((ExclusionReason::Ceased, format!("登记库状态“{}”", enterprise.status.title())));
    }
    if visited.contains(&enterprise.id) {
        return Some((ExclusionReason::DrawnBefore, "本任务已经到过这家单位".to_owned()));
    }
    None
}

/// Every firm with the product, by id in tickets.
pub(super) fn evaluate(work: &mut Work<'_>, task: &SpotCheckTask) -> AppResult<Vec<Judged>> {
    let owner = work.organisation(task.org_id)?;
    let Some(category) = task.category_id else { return Ok(Vec::new()) };
    let (role, area) = (role_of(task.field), area(task, &owner));
    let firms = work.tx.firms_with_product(&owner.path, category, role)?;
    let mut models: BTreeMap<EnterpriseId, Vec<String>> = BTreeMap::new();
    for line in work.tx.roster_lines(&owner.path, category, role)? {
        let known = line.models.lines().map(str::trim).filter(|model| !model.is_empty()).map(str::to_owned);
        models.entry(line.enterprise_id).or_default().extend(known);
    }
    let visited: BTreeSet<EnterpriseId> = work.tx.firms_visited(task.id)?.into_iter().collect();
    let weights: BTreeMap<CreditClass, i64> = weights(work, task.org_id)?.into_iter().collect();

    let mut judged: BTreeMap<String, Judged> = BTreeMap::new();
    let mut asked = Vec::new();
    for firm in firms {
        let mut uid = uid_of(&firm);
        let mut reason = register_reason(&firm, &area, &visited);
        if judged.contains_key(&uid) {
            reason = Some((ExclusionReason::Duplicate, format!("与编号 {uid} 的单位重复登记")));
            uid = firm.id.to_string();
        }
        let (status, code, text) = match reason {
            Some((reason, evidence)) => {
                (MemberStatus::Excluded, reason.code(), format!("{}：{evidence}", reason.title()))
            }
            None => (MemberStatus::In, "-", String::new()),
        };
        let weight = if status == MemberStatus::In { weights.get(&firm.credit_class).copied().unwrap_or(1) } else { 0 };
        judged.insert(
            uid.clone(),
            Judged {
                enterprise_id: firm.id,
                uid: uid.clone(),
                credit_class: firm.credit_class,
                weight,
                status,
                reason: code.to_owned(),
                reason_text: text,
                blocked_models: String::new(),
            },
        );
        if status == MemberStatus::In {
            let models = models.remove(&firm.id).unwrap_or_default();
            asked.push((uid, firm, models));
        }
    }
    let answers = earlier_checks(work, task, &asked)?;
    for ((uid, ..), answer) in asked.iter().zip(answers) {
        let Some(row) = judged.get_mut(uid) else { continue };
        row.blocked_models = answer.for_samplers();
        if let RosterAnswer::Leaves { until, why, basis, arranged } = answer {
            let reason = if arranged { ExclusionReason::SuperiorScheduled } else { ExclusionReason::SixMonth };
            (row.status, row.weight) = (MemberStatus::Excluded, 0);
            row.reason = reason.code().to_owned();
            row.reason_text = format!("{}：{why}。{until} 及以前不得抽查（{}）", reason.title(), basis.cited());
        }
    }
    Ok(judged.into_values().collect())
}

/// The six-month question (R18 art. 8, regulations §10.7), answered in one place for plan, roster and visit: a firm
/// leaves only when the earlier checks cover all that could be sampled there; otherwise the models are named.
fn earlier_checks(
    work: &mut Work<'_>,
    task: &SpotCheckTask,
    firms: &[(String, Enterprise, Vec<String>)],
) -> AppResult<Vec<RosterAnswer>> {
    let day = day_of(work, task);
    let category: Option<ProductCategory> = match task.category_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let category = category.map_or_else(|| task.product_scope.clone(), |category| category.name);
    let history = RosterHistory::load(work, task.org_id, day)?;
    Ok(firms.iter().map(|(_, firm, models)| history.answer(firm, &category, &models.join("\n"), task.kind)).collect())
}

/// A sampler and what the register says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JudgedPerson {
    pub officer_id: OfficerId,
    pub mid: String,
    pub may_lead: bool,
    pub status: MemberStatus,
    pub reason: String,
    pub reason_text: String,
}

/// Whether a sampler is fit on a day, whoever is to be visited.
pub(super) fn unfit(officer: &Officer, task: &SpotCheckTask, day: Date) -> Option<(PersonReason, String)> {
    match officer.status {
        OfficerStatus::Available => {}
        OfficerStatus::Untrained => return Some((PersonReason::Untrained, officer.status.title().to_owned())),
        OfficerStatus::Leave | OfficerStatus::Left => {
            return Some((PersonReason::Leave, officer.status.title().to_owned()));
        }
    }
    if let Some(until) = officer.certificate_until_on.filter(|until| *until < day) {
        return Some((PersonReason::Untrained, format!("证件 {until} 到期")));
    }
    if officer.laboratory_id.is_some() && officer.laboratory_id == task.laboratory_id {
        return Some((PersonReason::Interest, "在本任务的承检机构任职，抽样与检验应当分离".to_owned()));
    }
    None
}

/// Whether a sampler has the certificate that one of a team needs: 执法证, or the letter of a sampling body.
pub(super) fn leads(work: &mut Work<'_>, officer: &Officer) -> AppResult<bool> {
    if officer.may_lead {
        return Ok(true);
    }
    let Some(unit) = officer.unit_id.filter(|_| !officer.certificate_number.trim().is_empty()) else {
        return Ok(false);
    };
    Ok(work.organisation(unit)?.kind == OrganisationKind::SamplingBody)
}

/// Every sampler of the authority, by staff number.
pub(super) fn people(work: &mut Work<'_>, task: &SpotCheckTask, operator: UserId) -> AppResult<Vec<JudgedPerson>> {
    let day = day_of(work, task);
    let officers: Vec<Officer> =
        work.tx.list("WHERE org_id = ?1 ORDER BY staff_number, id", &[task.org_id.to_value()])?;
    let mut people: BTreeMap<String, JudgedPerson> = BTreeMap::new();
    for officer in officers {
        let number = officer.staff_number.trim();
        let fits = field(number).is_ok() && !people.contains_key(number);
        let mid = if fits { number.to_owned() } else { officer.id.to_string() };
        let own =
            (officer.user_id == Some(operator)).then(|| (PersonReason::Interest, "是本次抽取的操作员".to_owned()));
        let (status, reason, reason_text) = match own.or_else(|| unfit(&officer, task, day)) {
            Some((reason, text)) => (MemberStatus::Excluded, reason.code(), format!("{}：{text}", reason.title())),
            None => (MemberStatus::In, "-", String::new()),
        };
        let may_lead = leads(work, &officer)?;
        let reason = reason.to_owned();
        let person = JudgedPerson { officer_id: officer.id, mid: mid.clone(), may_lead, status, reason, reason_text };
        people.insert(mid, person);
    }
    Ok(people.into_values().collect())
}

/// Makes the roster anew from the registers; what people entered stays where the registers still allow it.
pub(super) fn build(work: &mut Work<'_>, draw: &Draw, task: &SpotCheckTask) -> AppResult<Vec<DrawMember>> {
    let kept: BTreeMap<EnterpriseId, DrawMember> = members(work, draw)?
        .into_iter()
        .filter(|member| member.by_hand)
        .map(|member| (member.enterprise_id, member))
        .collect();
    let kept_people: BTreeMap<OfficerId, DrawPerson> = pool(work, draw)?
        .into_iter()
        .filter(|person| person.by_hand)
        .map(|person| (person.officer_id, person))
        .collect();
    work.tx.clear_roster(draw.id)?;
    let mut rows = Vec::new();
    for judged in evaluate(work, task)? {
        let mut row = DrawMember {
            id: work.new_id(),
            version: 1,
            org_id: draw.org_id,
            draw_id: draw.id,
            uid: judged.uid,
            enterprise_id: judged.enterprise_id,
            stratum: STRATUM.to_owned(),
            credit_class: judged.credit_class,
            weight: judged.weight,
            status: judged.status,
            reason: judged.reason,
            reason_text: judged.reason_text,
            by_hand: false,
            blocked_models: judged.blocked_models,
        };
        if let Some(old) = kept.get(&row.enterprise_id).filter(|_| row.status == MemberStatus::In) {
            (row.status, row.weight, row.by_hand) = (old.status, 0, true);
            (row.reason, row.reason_text) = (old.reason.clone(), old.reason_text.clone());
        }
        work.insert(&mut row)?;
        rows.push(row);
    }
    for judged in people(work, task, draw.prepared_by)? {
        let mut row = DrawPerson {
            id: work.new_id(),
            version: 1,
            org_id: draw.org_id,
            draw_id: draw.id,
            officer_id: judged.officer_id,
            mid: judged.mid,
            may_lead: judged.may_lead,
            status: judged.status,
            reason: judged.reason,
            reason_text: judged.reason_text,
            by_hand: false,
        };
        if let Some(old) = kept_people.get(&row.officer_id).filter(|_| row.status == MemberStatus::In) {
            (row.status, row.by_hand) = (old.status, true);
            (row.reason, row.reason_text) = (old.reason.clone(), old.reason_text.clone());
        }
        work.insert(&mut row)?;
    }
    Ok(rows)
}

/// Whether the registers still say what the roster says; asked before the freeze.
pub(super) fn is_current(work: &mut Work<'_>, draw: &Draw, task: &SpotCheckTask) -> AppResult<bool> {
    let (rows, now) = (members(work, draw)?, evaluate(work, task)?);
    let same = |row: &DrawMember, judged: &Judged| {
        let told = if row.by_hand {
            judged.status == MemberStatus::In
        } else {
            row.status == judged.status && row.reason == judged.reason && row.weight == judged.weight
        };
        row.uid == judged.uid && row.blocked_models == judged.blocked_models && told
    };
    let (pool, people) = (pool(work, draw)?, people(work, task, draw.prepared_by)?);
    let same_person = |row: &DrawPerson, judged: &JudgedPerson| {
        let told = if row.by_hand { judged.status == MemberStatus::In } else { row.reason == judged.reason };
        row.mid == judged.mid && row.officer_id == judged.officer_id && row.may_lead == judged.may_lead && told
    };
    Ok(rows.len() == now.len()
        && rows.iter().zip(&now).all(|(row, judged)| same(row, judged))
        && pool.len() == people.len()
        && pool.iter().zip(&people).all(|(row, judged)| same_person(row, judged)))
}

/// Roster by id in tickets.
pub(super) fn members(work: &mut Work<'_>, draw: &Draw) -> AppResult<Vec<DrawMember>> {
    Ok(work.tx.list("WHERE draw_id = ?1 ORDER BY uid", &[draw.id.to_value()])?)
}
/// Pool by staff number.
pub(super) fn pool(work: &mut Work<'_>, draw: &Draw) -> AppResult<Vec<DrawPerson>> {
    Ok(work.tx.list("WHERE draw_id = ?1 ORDER BY mid", &[draw.id.to_value()])?)
}

/// Conflicts in force on a day between samplers of the pool and firms of the roster, or among samplers.
pub(super) fn keep_conflicts(
    work: &mut Work<'_>,
    draw: &Draw,
    day: Date,
    members: &[DrawMember],
    pool: &[DrawPerson],
) -> AppResult<Vec<DrawConflict>> {
    let firms: BTreeMap<EnterpriseId, &str> =
        members.iter().map(|member| (member.enterprise_id, member.uid.as_str())).collect();
    let people: BTreeMap<OfficerId, &str> =
        pool.iter().map(|person| (person.officer_id, person.mid.as_str())).collect();
    let mut found = BTreeSet::new();
    for recusal in recusals(work, draw.org_id, day)? {
        let Some(mid) = people.get(&recusal.officer_id) else { continue };
        let (with_colleague, target) = match recusal.kind {
            RecusalKind::Enterprise => (false, recusal.enterprise_id.and_then(|id| firms.get(&id))),
            RecusalKind::Colleague => (true, recusal.colleague_id.and_then(|id| people.get(&id))),
        };
        if let Some(target) = target {
            found.insert(((*mid).to_owned(), with_colleague, (*target).to_owned()));
        }
    }
    let mut conflicts = Vec::new();
    for (mid, with_colleague, target) in found {
        let (id, org_id, draw_id) = (work.new_id(), draw.org_id, draw.id);
        let mut conflict = DrawConflict { id, version: 1, org_id, draw_id, mid, with_colleague, target };
        work.insert(&mut conflict)?;
        conflicts.push(conflict);
    }
    Ok(conflicts)
}

/// Recusals of an authority in force on a day.
pub(super) fn recusals(work: &mut Work<'_>, org: OrganisationId, day: Date) -> AppResult<Vec<Recusal>> {
    Ok(work.tx.list(
        "WHERE org_id = ?1 AND from_on <= ?2 AND (until_on IS NULL OR until_on >= ?2) ORDER BY id",
        &[org.to_value(), day.to_value()],
    )?)
}
