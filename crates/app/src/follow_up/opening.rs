//! How a case comes to be: a failed or problem report, a refusal, a row handed down from elsewhere. The five and seven working days start with receipt (notice, part five).

use super::{save, set_step};
use crate::{
    AppError, AppResult, Event, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::SubjectKind,
    code::Code,
    deadline,
    enterprise::{Enterprise, ProductRole},
    follow_up::{Case, CaseId, CaseRefused, CaseSource, CaseState, ObjectionIntent, PenaltyState},
    law,
    match_key::match_key,
    organisation::{Organisation, OrganisationId, OrganisationKind, Tier},
    plan::{SamplingField, SpotCheckTask},
    region,
    sampling::{SamplingRecord, Visit, VisitId},
    testing::{Inspection, InspectionConclusion, InspectionOrigin, ProblemReport},
};
use hengjian_store::follow_up::AssignedAlready;
use jiff::civil::Date;

/// A case handed down by a superior or a peer county, as a row of its table.
#[derive(Debug, Clone)]
pub struct NewAssignment {
    /// Authority below that handles it; `None`: the own one.
    pub receiver: Option<OrganisationId>,
    /// Level of the check.
    pub tier: Tier,
    /// Authority that organised the check.
    pub organiser_name: String,
    /// Authority that hands the case down.
    pub assigned_by: String,
    /// Its number there.
    pub external_number: String,
    /// Day on which this office received it: sets the clocks running.
    pub received_on: Date,
    /// Sampled party.
    pub party_name: String,
    /// Its address.
    pub party_address: String,
    /// USCC where given.
    pub party_uscc: String,
    /// Product.
    pub product_name: String,
    /// Trademark.
    pub trademark: String,
    /// Model.
    pub model: String,
    /// Batch or production date as written.
    pub batch_text: String,
    /// Labelled producer.
    pub producer_name: String,
    /// Report number.
    pub report_number: String,
    /// Failed items as written.
    pub failed_items: String,
}

/// Facts a case begins with; everything else is empty until somebody finds it out.
struct Beginning {
    org_id: OrganisationId,
    source: CaseSource,
    tier: Tier,
    organiser_name: String,
    assigned_by: String,
    external_number: String,
    inspection: Option<Inspection>,
    problem_report: Option<ProblemReport>,
    visit_id: Option<VisitId>,
    enterprise: Option<Enterprise>,
    party_name: String,
    party_address: String,
    party_role: ProductRole,
    product_name: String,
    model: String,
    batch_text: String,
    producer_name: String,
    report_number: String,
    failed_items: String,
    received_on: Date,
    proof: String,
    penalty: PenaltyState,
}

fn open(work: &mut Work<'_>, from: Beginning) -> AppResult<Case> {
    let authority = work.organisation(from.org_id)?;
    let id: CaseId = work.new_id();
    let year = from.received_on.year();
    let region = authority.region_code;
    // A laboratory's problem report opens it too: the number is always the authority's own.
    let number =
        work.next_number_of(from.org_id, "CASE", year, id.cast(), move |n| format!("{region}-{year}-H-{n:04}"))?;
    let mut case = Case {
        id,
        version: 1,
        org_id: from.org_id,
        unit_id: None,
        number,
        source: from.source,
        tier: from.tier,
        organiser_name: from.organiser_name,
        assigned_by: from.assigned_by,
        external_number: from.external_number,
        inspection_id: from.inspection.as_ref().map(|inspection| inspection.id),
        problem_report_id: from.problem_report.as_ref().map(|report| report.id),
        visit_id: from.visit_id,
        enterprise_id: from.enterprise.as_ref().map(|enterprise| enterprise.id),
        party_name: from.party_name,
        party_address: from.party_address,
        party_role: from.party_role,
        product_name: from.product_name,
        model: from.model,
        batch_text: from.batch_text,
        producer_name: from.producer_name,
        report_number: from.report_number,
        failed_items: from.failed_items.clone(),
        state: CaseState::Opened,
        received_on: from.received_on,
        dispatched_on: None,
        accepted_on: None,
        handler_id: None,
        verified_on: None,
        verification_text: String::new(),
        stopped_on: None,
        quantity_made: None,
        quantity_sold: None,
        quantity_stock: None,
        value_fen: None,
        supplier_text: String::new(),
        objection_intent: ObjectionIntent::NotAsked,
        result_received_on: None,
        result_served_by: String::new(),
        result_service_method: None,
        result_service_proof: String::new(),
        objection_open_until_on: None,
        reported_to_enforcement_on: None,
        order_number: None,
        order_text: String::new(),
        order_inspection_id: None,
        order_on: None,
        order_served_on: None,
        order_service_proof: String::new(),
        order_approved_by: None,
        correct_by_on: None,
        recheck_by_on: None,
        rectification_text: String::new(),
        rectified_on: None,
        recheck_applied_on: None,
        announced_on: None,
        escalated_on: None,
        transferred_to: String::new(),
        transferred_on: None,
        transfer_receipt_on: None,
        exempt_reason: String::new(),
        exempt_approved_by: None,
        unprocessable_reason: String::new(),
        penalty: from.penalty,
        penalty_text: if from.penalty == PenaltyState::Clue {
            format!("{}，移交执法", from.failed_items)
        } else {
            String::new()
        },
        close_proposed_by: None,
        state_before_close: None,
        closed_by: None,
        closed_on: None,
        close_text: String::new(),
        return_reason: String::new(),
        created_at_us: work.now(),
    };
    work.insert(&mut case)?;
    // A refusal is no report of a failed or problem batch: enforcement decides whether it files, within its own term.
    let terms: &[_] = match case.source {
        CaseSource::Refusal => &[],
        _ => &[&deadline::VERIFICATION, &deadline::OBJECTION_REPORT],
    };
    for rule in terms.iter().copied() {
        let about = About::new(case.org_id, SubjectKind::Case, case.id, rule.title);
        work.start_duty(about, rule, case.received_on, &from.proof, Owner::role(Role::ResultManager))?;
    }
    set_step(work, &case)?;
    work.record(
        Event::new("follow_up.opened", format!("立后处理案：{}", case.source.title()))
            .about(case.id)
            .fact("案号", &case.number)
            .fact("产品", &case.product_name)
            .fact("收到日", case.received_on.to_string())
            .basis(law::SEED_5),
    );
    Ok(case)
}

/// A confirmed failed report opens its case, and one for the labelled producer where that lies in this area: separate
/// cases of one result (regulations §2.9). A producer elsewhere is notified (R18 第四十四条), one of whom nobody knows where
/// it lies is looked for: a duty of its own in both cases, so that nobody falls off. Risk monitoring and conforming
/// reports open none. The amended edition of a report whose cases have ended opens none again.
///
/// # Errors
/// A fault.
pub fn open_for_report(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<Vec<CaseId>> {
    if inspection.conclusion != Some(InspectionConclusion::Nonconforming) || is_handled(work, inspection)? {
        return Ok(Vec::new());
    }
    let record = record_of(work, inspection)?;
    let sampled: Option<Enterprise> = match inspection.sampled_enterprise_id {
        Some(id) => work.tx.get(&id)?,
        None => work.tx.enterprise_of_party(inspection.org_id, "", &inspection.sampled_name)?,
    };
    let apart = match_key(&inspection.sampled_name) != match_key(&inspection.producer_name);
    let at_seller = record.as_ref().map_or(apart, |record| record.field != SamplingField::Production);
    let role = if at_seller { ProductRole::Seller } else { ProductRole::Producer };
    let party = (inspection.sampled_name.as_str(), inspection.sampled_address.as_str(), role);
    let beginning = of_report(work, inspection, sampled, party);
    let first = open(work, beginning)?;
    let mut opened = vec![first.id];
    let nameless = matches!(inspection.producer_name.trim(), "" | "/");
    if !at_seller || !apart || nameless {
        return Ok(opened);
    }
    let producer_uscc = record.as_ref().map(|record| record.producer_uscc.clone()).unwrap_or_default();
    let producer = work.tx.enterprise_of_party(inspection.org_id, &producer_uscc, &inspection.producer_name)?;
    let here = lies_here(work, inspection, record.as_ref(), producer.as_ref())?;
    if here == Some(true) {
        opened.push(open_for_producer(work, inspection, producer)?.id);
        return Ok(opened);
    }
    let (title, proof) = match here {
        Some(_) => ("通报标称生产者所在地同级部门", format!("标称生产者 {} 不在本局辖区", inspection.producer_name)),
        None => ("判明标称生产者所在地：在本局辖区的立案，在外地的通报", undecided_place(inspection, record.as_ref())),
    };
    let about = About::new(inspection.org_id, SubjectKind::Case, first.id, title);
    let owner = Owner::role(Role::ResultManager);
    work.start_duty(about, &deadline::OUT_OF_AREA, first.received_on, &proof, owner)?;
    Ok(opened)
}

/// Whether the result has cases already, of this edition or of an earlier failing one: those run on, or have ended.
fn is_handled(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<bool> {
    if !work.tx.cases_of_report(inspection.id)?.is_empty() {
        return Ok(true);
    }
    for edition in crate::testing::earlier_editions(work, inspection)? {
        if !edition.is_nonconforming() {
            return Ok(false);
        }
        if !work.tx.cases_of_report(edition.id)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn record_of(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<Option<SamplingRecord>> {
    Ok(inspection.record_id.map(|id| work.tx.get(&id)).transpose()?.flatten())
}

/// The case of the labelled producer of a report.
pub(super) fn open_for_producer(
    work: &mut Work<'_>,
    inspection: &Inspection,
    producer: Option<Enterprise>,
) -> AppResult<Case> {
    let party = (inspection.producer_name.as_str(), inspection.producer_address.as_str(), ProductRole::Producer);
    let beginning = of_report(work, inspection, producer, party);
    open(work, beginning)
}

fn of_report(
    work: &Work<'_>,
    inspection: &Inspection,
    enterprise: Option<Enterprise>,
    (name, address, role): (&str, &str, ProductRole),
) -> Beginning {
    let superior = inspection.origin == InspectionOrigin::Superior;
    Beginning {
        org_id: inspection.org_id,
        source: if superior { CaseSource::Assigned } else { CaseSource::OwnReport },
        tier: inspection.tier,
        organiser_name: inspection.organiser_name.clone(),
        assigned_by: if superior { inspection.organiser_name.clone() } else { String::new() },
        external_number: String::new(),
        inspection: Some(inspection.clone()),
        problem_report: None,
        visit_id: None,
        enterprise,
        party_name: name.to_owned(),
        party_address: address.to_owned(),
        party_role: role,
        product_name: inspection.product_name.clone(),
        model: inspection.model.clone(),
        batch_text: inspection.batch_text.clone(),
        producer_name: inspection.producer_name.clone(),
        report_number: inspection.report_number.clone().unwrap_or_default(),
        failed_items: inspection.failed_items.clone(),
        received_on: inspection.submitted_on.or(inspection.confirmed_on).unwrap_or_else(|| work.today()),
        proof: format!("检验报告 {}", inspection.report_number.as_deref().unwrap_or("/")),
        penalty: PenaltyState::None,
    }
}

/// Whether the labelled producer lies in the authority's area: by the register, else by the division of the sampling
/// record, else by the address on record or report. `None`: nothing tells.
fn lies_here(
    work: &mut Work<'_>,
    inspection: &Inspection,
    record: Option<&SamplingRecord>,
    producer: Option<&Enterprise>,
) -> AppResult<Option<bool>> {
    let authority = work.organisation(inspection.org_id)?;
    let told = |code: &str| region::known_to_lie_in(code.trim(), &authority.region_code);
    let registered = producer.and_then(|producer| told(&producer.region_code));
    if let Some(known) = registered.or_else(|| record.and_then(|record| told(&record.producer_region))) {
        return Ok(Some(known));
    }
    let of_record = record.map(|record| record.producer_address.clone()).unwrap_or_default();
    for address in [of_record, inspection.producer_address.clone()] {
        if let Some(known) = told(&crate::exchange::division_of(work, &address)?) {
            return Ok(Some(known));
        }
        // Without imported divisions the names still tell: the area's own, or that of another province or city.
        let area = authority.name.split("市场监督管理局").next().unwrap_or_default();
        if area.chars().count() >= 3 && address.contains(area) {
            return Ok(Some(true));
        }
        let mut above = Vec::new();
        let mut parent = authority.parent_id;
        while let Some(id) = parent {
            let organisation = work.organisation(id)?;
            above.push(organisation.name.split("市场监督管理局").next().unwrap_or_default().to_owned());
            parent = organisation.parent_id;
        }
        if region::named_elsewhere(&address, &authority.region_code, area, &above) {
            return Ok(Some(false));
        }
    }
    Ok(None)
}

/// Why nobody can say where the labelled producer lies, with the address that is written.
fn undecided_place(inspection: &Inspection, record: Option<&SamplingRecord>) -> String {
    let of_record = record.map(|record| record.producer_address.trim()).filter(|address| !address.is_empty());
    match of_record.unwrap_or(inspection.producer_address.trim()) {
        "" | "/" => format!("标称生产者 {} 没有登记，也没有写地址", inspection.producer_name),
        address => {
            format!("标称生产者 {} 的地址写作“{address}”，看不出是否在本局辖区", inspection.producer_name)
        }
    }
}

/// A problem report opens verification and its clock like a failure; it never counts as a failed batch.
///
/// # Errors
/// A fault.
pub fn open_for_problem(work: &mut Work<'_>, report: &ProblemReport) -> AppResult<CaseId> {
    let inspection: Option<Inspection> = match report.inspection_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let record: Option<SamplingRecord> = match report.record_id.or(inspection.as_ref().and_then(|one| one.record_id)) {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let enterprise: Option<Enterprise> = match record.as_ref().map(|record| record.enterprise_id) {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let (party_name, party_address) = match (&enterprise, &inspection) {
        (Some(enterprise), _) => (enterprise.name.clone(), enterprise.address.clone()),
        (None, Some(inspection)) => (inspection.sampled_name.clone(), inspection.sampled_address.clone()),
        (None, None) => return Err(AppError::fault("a problem report without sample and report")),
    };
    let product = |from_record: fn(&SamplingRecord) -> &String, from_report: fn(&Inspection) -> &String| {
        record.as_ref().map(from_record).or(inspection.as_ref().map(from_report)).cloned().unwrap_or_default()
    };
    let at_seller = record.as_ref().is_some_and(|record| record.field != SamplingField::Production);
    let beginning = Beginning {
        org_id: report.org_id,
        source: CaseSource::ProblemReport,
        tier: inspection.as_ref().map_or(Tier::County, |inspection| inspection.tier),
        organiser_name: String::new(),
        visit_id: record.as_ref().and_then(|record| record.visit_id),
        assigned_by: report.reported_by.clone(),
        external_number: String::new(),
        enterprise,
        party_name,
        party_address,
        party_role: if at_seller { ProductRole::Seller } else { ProductRole::Producer },
        product_name: product(|record| &record.product_name, |inspection| &inspection.product_name),
        model: product(|record| &record.model, |inspection| &inspection.model),
        batch_text: product(|record| &record.batch_code, |inspection| &inspection.batch_text),
        producer_name: product(|record| &record.producer_name, |inspection| &inspection.producer_name),
        report_number: String::new(),
        failed_items: report.what.clone(),
        received_on: report.reported_on,
        proof: format!("问题报告：{}", report.what),
        penalty: PenaltyState::None,
        // The report itself stays unjudged: a problem is no failed batch.
        inspection: None,
        problem_report: Some(report.clone()),
    };
    Ok(open(work, beginning)?.id)
}

/// A refusal to be sampled, or a visit stopped for an illegal state, goes to enforcement (R18 第二十一条, 第十七条).
///
/// # Errors
/// A fault.
pub fn open_for_visit(work: &mut Work<'_>, visit: &Visit) -> AppResult<CaseId> {
    let enterprise: Option<Enterprise> = match visit.enterprise_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let task: SpotCheckTask =
        work.tx.get(&visit.task_id)?.ok_or_else(|| AppError::fault("a visit without its task"))?;
    let named = enterprise.as_ref().map(|enterprise| (enterprise.name.clone(), enterprise.address.clone()));
    let (party_name, party_address) = named.unwrap_or_default();
    let at_seller = task.field != SamplingField::Production;
    let outcome = visit.outcome.map_or("抽样未完成", Code::title);
    let received_on = visit.submitted_at_us.map_or_else(|| work.today(), |at| at.date());
    let beginning = Beginning {
        org_id: visit.org_id,
        source: CaseSource::Refusal,
        tier: task.origin_tier,
        organiser_name: String::new(),
        assigned_by: String::new(),
        external_number: visit.notice_number.clone().unwrap_or_default(),
        inspection: None,
        problem_report: None,
        visit_id: Some(visit.id),
        enterprise,
        party_name,
        party_address,
        party_role: if at_seller { ProductRole::Seller } else { ProductRole::Producer },
        product_name: task.product_scope.clone(),
        model: String::new(),
        batch_text: String::new(),
        producer_name: String::new(),
        report_number: String::new(),
        failed_items: outcome.to_owned(),
        received_on,
        proof: format!("{outcome}：{}", visit.outcome_text),
        penalty: PenaltyState::Clue,
    };
    Ok(open(work, beginning)?.id)
}

/// Authorities below the person's own, to which it hands cases down; empty for a county.
///
/// # Errors
/// A fault.
pub fn receivers(work: &mut Work<'_>) -> AppResult<Vec<Organisation>> {
    let own = work.organisation(work.actor().org_id)?;
    let mut below = work.tx.organisations_below(&own.path)?;
    below.retain(|unit| unit.kind == OrganisationKind::Regulator && unit.id != own.id);
    Ok(below)
}

/// Whose register a case goes to. A superior names the authority below that handles it; the own register is no place for
/// what another authority has to do.
fn receiver(own: OrganisationId, below: &[Organisation], named: Option<OrganisationId>) -> AppResult<OrganisationId> {
    match named {
        Some(named) if named == own && below.is_empty() => Ok(own),
        Some(named) if below.iter().any(|unit| unit.id == named) => Ok(named),
        None if below.is_empty() => Ok(own),
        _ => Err(AppError::field("receiver", "请选择承办的下级机关")),
    }
}

/// Step of an authority to which a case was handed down: its own logged receipt.
pub(super) const RECEIPT: &str = "签收上级交办案件";

/// Logs the receipt when it is still owed: by the act of that name, and by whatever the receiver does first.
pub(super) fn note_receipt(work: &mut Work<'_>, case: &Case) -> AppResult<bool> {
    if work.actor().org_id != case.org_id || !work.finish_step(case.id, RECEIPT)? {
        return Ok(false);
    }
    work.record(
        Event::new("follow_up.received", "签收上级交办案件")
            .about(case.id)
            .fact("交办机关", &*case.assigned_by)
            .fact("编号", &*case.external_number)
            .basis(law::R18_44),
    );
    Ok(true)
}

/// The receiving authority signs for a case that was handed down to it.
///
/// # Errors
/// Stale, nothing to sign for.
pub fn receive(work: &mut Work<'_>, id: CaseId, version: i64) -> AppResult<()> {
    let mut case: Case = work.load_own(id, version)?;
    if !note_receipt(work, &case)? {
        return Err(CaseRefused::WrongState { act: RECEIPT, state: case.state.title() }.into());
    }
    save(work, &mut case)
}

/// A case that was handed down, entered by hand; see [`open_assigned_among`].
///
/// # Errors
/// A message where the receiver is none, or a fault.
pub fn open_assigned(work: &mut Work<'_>, new: NewAssignment) -> AppResult<Option<CaseId>> {
    let below = receivers(work)?;
    open_assigned_among(work, new, &below)
}

/// A row of an assignment table, whose receiver is among the authorities below; `None` when the same case is in the receiver's register already: same number of the
/// superior (where it gives none, same organiser and report), party, product and batch.
///
/// # Errors
/// A message where the receiver is none, or a fault.
pub(crate) fn open_assigned_among(
    work: &mut Work<'_>,
    new: NewAssignment,
    below: &[Organisation],
) -> AppResult<Option<CaseId>> {
    let org_id = receiver(work.actor().org_id, below, new.receiver)?;
    let same = AssignedAlready {
        external_number: &new.external_number,
        organiser: &new.organiser_name,
        report_number: &new.report_number,
        party: &new.party_name,
        product: &new.product_name,
        batch: &new.batch_text,
    };
    if work.tx.is_assigned_already(org_id, &same)? {
        return Ok(None);
    }
    let enterprise = work.tx.enterprise_of_party(org_id, &new.party_uscc, &new.party_name)?;
    let is_producer = new.party_name.trim() == new.producer_name.trim();
    let beginning = Beginning {
        org_id,
        source: CaseSource::Assigned,
        tier: new.tier,
        organiser_name: new.organiser_name,
        proof: format!("{} 交办，{} 收到", new.assigned_by, new.received_on),
        assigned_by: new.assigned_by,
        external_number: new.external_number,
        inspection: None,
        problem_report: None,
        visit_id: None,
        enterprise,
        party_name: new.party_name,
        party_address: new.party_address,
        party_role: if is_producer { ProductRole::Producer } else { ProductRole::Seller },
        product_name: new.product_name,
        model: new.model,
        batch_text: new.batch_text,
        producer_name: new.producer_name,
        report_number: new.report_number,
        failed_items: new.failed_items,
        received_on: new.received_on,
        penalty: PenaltyState::None,
    };
    let case = open(work, beginning)?;
    if org_id != work.actor().org_id {
        let about = About::new(org_id, SubjectKind::Case, case.id, RECEIPT);
        work.start_step(about, Owner::role(Role::ResultManager))?;
    }
    Ok(Some(case.id))
}
