//! Reports made elsewhere: a laboratory's own system, a superior's check. The paper is kept as it came; our judgement
//! stands beside theirs; our three signatures are not asked. A missing item table never blocks what follows.

use super::{
    Attached, end_duties,
    laboratory::{AddedItem, TypedItem, begin_amendment, save_items},
    next_step, sample_of,
};
use crate::{AppError, AppResult, Event, Work, files::sniff};
use hengjian_domain::{
    clock::SubjectKind,
    code::Code,
    law,
    match_key::match_key,
    organisation::Tier,
    testing::{
        Inspection, InspectionId, InspectionOrigin, InspectionPurpose, InspectionState, PrintedReport, TestingRefused,
    },
};
use jiff::civil::Date;

/// Which row the report goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisterAs {
    /// A check that is not in this system: a new row.
    New,
    /// The sample that was given to this laboratory: its row, with its version.
    Assigned(InspectionId, i64),
    /// A new edition of a registered report: the old row, with its version.
    Amends(InspectionId, i64),
}

/// Identity data as printed in the report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrintedIdentity {
    /// Product.
    pub product_name: String,
    /// Trademark.
    pub trademark: String,
    /// Model.
    pub model: String,
    /// Production date or batch.
    pub batch_text: String,
    /// Sampled party.
    pub sampled_name: String,
    /// Its address.
    pub sampled_address: String,
    /// Labelled producer.
    pub producer_name: String,
    /// Its address.
    pub producer_address: String,
    /// Day of sampling.
    pub sampled_on: Option<Date>,
}

/// A report made elsewhere as it is put on file.
#[derive(Debug, Clone)]
pub struct OutsideReport {
    /// Where it goes.
    pub target: RegisterAs,
    /// Superior's check or own check tested elsewhere.
    pub superior: bool,
    /// Level of the check.
    pub tier: Tier,
    /// Organiser of the check; for own checks the own authority.
    pub organiser_name: String,
    /// Laboratory as printed.
    pub laboratory_name: String,
    /// Identity as printed.
    pub identity: PrintedIdentity,
    /// Number, signatories, conclusion.
    pub printed: PrintedReport,
    /// Why the old edition is amended; empty otherwise.
    pub amendment_reason: String,
    /// The PDF.
    pub file: Option<Attached>,
    /// Items typed from it.
    pub items: Vec<AddedItem>,
}

/// 登记外来检验报告.
///
/// # Errors
/// Messages at fields, a refusal, or a fault.
pub fn register_report(work: &mut Work<'_>, report: OutsideReport) -> AppResult<InspectionId> {
    let file = report.file.as_ref().ok_or_else(|| AppError::field("file", "请选择报告原件（PDF）"))?;
    if sniff(&file.bytes) != Some("application/pdf") {
        return Err(AppError::field("file", "报告原件应是 PDF 文件，这个文件的内容不是 PDF"));
    }
    check_dates(work, &report)?;
    let mut inspection = match report.target {
        RegisterAs::New => new_row(work, &report)?,
        RegisterAs::Assigned(id, version) => work.load_own(id, version)?,
        RegisterAs::Amends(id, version) => {
            let old: Inspection = work.load_own(id, version)?;
            if old.origin == InspectionOrigin::Here {
                let refused =
                    TestingRefused::WrongOrigin { act: "登记更正后的报告", origin: old.origin.title() };
                return Err(refused.into());
            }
            begin_amendment(work, old, &report.amendment_reason)?.1
        }
    };
    with_identity(&mut inspection, &report);
    let inspection = inspection.register(report.printed.clone())?;
    let number = report.printed.number.trim().to_owned();
    if let Some(other) = work.tx.report_by_number(inspection.org_id, &inspection.laboratory_name, &number)?
        && other.id != inspection.id
        && Some(other.id) != inspection.amends_id
    {
        return Err(TestingRefused::NumberUsed { number }.into());
    }
    let mut inspection = inspection;
    if report.target == RegisterAs::New {
        work.insert(&mut inspection)?;
    } else {
        work.save(&mut inspection)?;
    }
    let kept =
        work.keep_file((SubjectKind::Inspection, inspection.id), "检验报告原件", "file", &file.name, &file.bytes)?;
    if !report.items.is_empty() {
        save_items(work, &inspection, Vec::new(), report.items)?;
        let items = work.tx.items_of_inspection(inspection.id)?;
        inspection = inspection.judged_by_us(&items);
        work.save(&mut inspection)?;
    }
    if inspection.is_nonconforming() {
        inspection.alerted_at_us = Some(work.now());
        work.save(&mut inspection)?;
    }
    end_duties(work, inspection.id)?;
    next_step(work, &inspection)?;
    work.record(
        Event::new("testing.registered", format!("登记{}出具的报告 {number}", inspection.laboratory_name))
            .about(inspection.id)
            .fact("来源", inspection.origin.title())
            .fact("报告结论", inspection.conclusion_text.clone())
            .fact("签字人", inspection.signatories_text.clone())
            .fact("原件", format!("{}（{} 字节）", kept.name, kept.size))
            .public("file", kept.digest)
            .basis(law::R18_33),
    );
    Ok(inspection.id)
}

fn check_dates(work: &Work<'_>, report: &OutsideReport) -> AppResult<()> {
    let (issued, received, today) = (report.printed.issued_on, report.printed.received_on, work.today());
    if received > today {
        return Err(AppError::field("received_on", format!("收到日期 {received} 还没有到")));
    }
    if issued > received {
        return Err(AppError::field("issued_on", format!("签发日期 {issued} 晚于收到日期 {received}，请核对")));
    }
    match report.identity.sampled_on {
        Some(sampled) if sampled > issued => {
            Err(AppError::field("sampled_on", format!("抽样日期 {sampled} 晚于签发日期 {issued}，请核对")))
        }
        _ => Ok(()),
    }
}

fn new_row(work: &mut Work<'_>, report: &OutsideReport) -> AppResult<Inspection> {
    let (identity, actor) = (&report.identity, work.actor());
    let origin = if report.superior { InspectionOrigin::Superior } else { InspectionOrigin::Outside };
    let party = work.tx.enterprise_by_name(actor.org_id, &match_key(&identity.sampled_name))?;
    Ok(Inspection {
        id: work.new_id(),
        version: 1,
        org_id: actor.org_id,
        unit_id: None,
        laboratory_id: None,
        laboratory_name: String::new(),
        task_id: None,
        record_id: None,
        sample_id: None,
        rules_id: None,
        origin,
        purpose: InspectionPurpose::First,
        purpose_id: None,
        tier: report.tier,
        organiser_name: report.organiser_name.trim().to_owned(),
        state: InspectionState::Assigned,
        product_name: String::new(),
        trademark: String::new(),
        model: String::new(),
        model_key: String::new(),
        batch_text: String::new(),
        sampled_enterprise_id: party,
        sampled_name: String::new(),
        sampled_address: String::new(),
        producer_name: String::new(),
        producer_address: String::new(),
        sampled_on: None,
        received_on: None,
        licence_checked: false,
        licence_text: String::new(),
        licence_ok: false,
        receiver_id: None,
        tester_id: None,
        reviewer_id: None,
        signer_id: None,
        signatories_text: String::new(),
        report_number: None,
        edition: 1,
        amends_id: None,
        conclusion: None,
        severity: None,
        our_conclusion: None,
        conclusion_text: String::new(),
        failed_items: String::new(),
        serious_quality_problem: false,
        excluded: false,
        issued_on: None,
        submitted_on: None,
        confirmed_by: None,
        confirmed_on: None,
        alerted_at_us: None,
        reason: String::new(),
        created_at_us: work.now(),
    })
}

/// Takes the identity as printed; confirmation compares it with the sampling record.
fn with_identity(inspection: &mut Inspection, report: &OutsideReport) {
    let identity = &report.identity;
    let text = |text: &str| text.trim().to_owned();
    inspection.product_name = text(&identity.product_name);
    inspection.trademark = text(&identity.trademark);
    inspection.model = text(&identity.model);
    inspection.model_key = match_key(&identity.model);
    inspection.batch_text = text(&identity.batch_text);
    inspection.sampled_name = text(&identity.sampled_name);
    inspection.sampled_address = text(&identity.sampled_address);
    inspection.producer_name = text(&identity.producer_name);
    inspection.producer_address = text(&identity.producer_address);
    inspection.sampled_on = identity.sampled_on;
    if inspection.laboratory_id.is_none() {
        inspection.laboratory_name = text(&report.laboratory_name);
    }
}

/// Item results typed from an outside report, before or after it is confirmed; our judgement is made anew.
///
/// # Errors
/// Messages at fields, a refusal, or a fault.
pub fn type_items(
    work: &mut Work<'_>,
    id: InspectionId,
    version: i64,
    typed: Vec<TypedItem>,
    added: Vec<AddedItem>,
) -> AppResult<()> {
    let inspection: Inspection = work.load_own(id, version)?;
    let on_file = work.tx.items_of_inspection(id)?.iter().filter(|item| item.answered()).count();
    inspection.may_type_items(on_file)?;
    let changed = save_items(work, &inspection, typed, added)?;
    if changed.is_empty() {
        return Ok(());
    }
    let items = work.tx.items_of_inspection(id)?;
    let mut inspection = inspection.judged_by_us(&items);
    work.save(&mut inspection)?;
    let ours = inspection.our_conclusion.map_or("未作判定", Code::title);
    work.record(
        Event::new("testing.items_typed", format!("补录 {} 项检验结果", changed.len()))
            .about(id)
            .fact("项目", changed.join("；"))
            .fact("按已录项目判定", ours),
    );
    Ok(())
}

/// What the registration form of an assigned sample or a new edition begins with.
///
/// # Errors
/// [`AppError::NotFound`], or a fault.
pub fn registration_of(work: &mut Work<'_>, id: InspectionId) -> AppResult<(Inspection, Option<String>)> {
    let inspection: Inspection = work.load(id)?;
    let sample = sample_of(work, &inspection)?.map(|sample| sample.number);
    Ok((inspection, sample))
}
