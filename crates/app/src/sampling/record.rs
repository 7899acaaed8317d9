//! 抽样单 F07 while it is being filled in: begun with what is known, saved as often as one likes, checked as a whole.

use super::{
    visit::{Attachment, enterprise_of, rules_of, task_of},
    who::{Seen, Team, own},
};
use crate::{AppError, AppResult, Event, FieldError, Work};
use hengjian_domain::{
    clock::SubjectKind,
    code::Code,
    enterprise::{Enterprise, EnterpriseProduct, EnterpriseScale},
    law,
    no_repeat::Answer,
    plan::{SamplingField, SpotCheckTask},
    product::ProductCategory,
    rules::SpotCheckRules,
    sampling::{
        CellKind, FieldProblem, PHOTO_SLOTS, PurchaseBasis, RecordState, RuleQuantities, SamplingForm, SamplingRecord,
        SamplingRecordId, Visit, VisitId, blank, cells,
    },
};
use hengjian_store::Column;

/// Cells that “same as last product here” takes over: product and producer, nothing of this sampling.
const SAME_PRODUCT: &[&str] = &[
    "producer_name",
    "producer_uscc",
    "producer_address",
    "producer_region",
    "producer_phone",
    "producer_confirmed",
    "importer",
    "product_name",
    "trademark",
    "grade",
    "standard",
    "product_licence",
    "place",
    "package_state",
    "storage",
];

/// What was typed into a form.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Cell and text as typed.
    pub cells: Vec<(&'static str, String)>,
    /// Write `/` into every optional cell that is empty.
    pub slash_the_rest: bool,
    /// Photo slot and where it is kept.
    pub photos: Vec<(&'static str, String)>,
    /// Pictures.
    pub files: Vec<Attachment>,
}

/// Begins a form with its number and what task, rule and register already know.
///
/// # Errors
/// Wrong state of the visit.
pub fn begin_record(work: &mut Work<'_>, visit: VisitId, same_as_last: bool) -> AppResult<SamplingRecordId> {
    let Seen { visit, team, .. } = own(work, visit)?;
    visit.may_record()?;
    let task = task_of(work, &visit)?;
    let enterprise = enterprise_of(work, &visit)?;
    let id = work.new_id();
    let book = format!("sampling_record {}", task.number);
    let year = work.today().year();
    let number = super::take_number(work, visit.org_id, &book, year, SamplingRecordId::cast(id), |n| {
        format!("{}-{n:04}", task.number)
    })?;
    let mut record = known_at_begin(work, &visit, &team, &task, &enterprise, (id, number))?;
    if same_as_last && let Some(last) = work.tx.last_record_at(enterprise.id, task.category_id)? {
        for name in SAME_PRODUCT {
            let _ = record.fill(name, &last.cell(name));
        }
    }
    work.insert(&mut record)?;
    work.record(
        Event::new("sampling.record_begun", "开抽样单").about(visit.id).about(record.id).fact("编号", &record.number),
    );
    Ok(record.id)
}

fn known_at_begin(
    work: &mut Work<'_>,
    visit: &Visit,
    team: &Team,
    task: &SpotCheckTask,
    enterprise: &Enterprise,
    (id, number): (SamplingRecordId, String),
) -> AppResult<SamplingRecord> {
    let rules = rules_of(work, task)?;
    let category: Option<ProductCategory> = match task.category_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let line: Option<EnterpriseProduct> = match task.category_id {
        Some(category) => work.tx.find(
            "WHERE enterprise_id = ?1 AND category_id = ?2 ORDER BY id LIMIT 1",
            &[enterprise.id.to_value(), category.to_value()],
        )?,
        None => None,
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let rule = |pick: fn(&SpotCheckRules) -> Option<String>| rules.as_ref().and_then(pick).unwrap_or_default();
    let licence = line.as_ref().and_then(|line| line.licence_number.clone()).map(|number| {
        match line.as_ref().and_then(|line| line.licence_until_on) {
            Some(until) => format!("{number}，有效至 {until}"),
            None => number,
        }
    });
    let own_product = task.field == SamplingField::Production;
    let sampling_body = if task.sampling_body.trim().is_empty() {
        work.organisation(visit.org_id)?.name
    } else {
        task.sampling_body.clone()
    };
    let form = SamplingForm {
        task_number: task.number.clone(),
        task_source: format!("{}，{}", task.origin_tier.title(), task.name),
        task_kind: task.kind.title().to_owned(),
        notice_number: visit.notice_number.clone().unwrap_or_default(),
        party_name: enterprise.name.clone(),
        party_uscc: text(&enterprise.uscc),
        party_address: enterprise.address.clone(),
        party_region: enterprise.region_code.clone(),
        party_type: match task.field {
            SamplingField::Production => "生产",
            SamplingField::Circulation => "销售",
            SamplingField::Online => "网店",
        }
        .to_owned(),
        party_scale: if enterprise.scale == EnterpriseScale::Unknown { "不详" } else { enterprise.scale.title() }
            .to_owned(),
        party_staff: enterprise.staff_count.map(|count| count.to_string()).unwrap_or_default(),
        party_sales: enterprise
            .annual_revenue_fen
            .map(|fen| format!("{} 元", hengjian_domain::money::yuan_plain(fen)))
            .unwrap_or_default(),
        party_representative: text(&enterprise.legal_representative),
        party_contact: text(&enterprise.contact_name),
        party_phone: text(&enterprise.contact_phone),
        producer_confirmed: if own_product { "是其生产" } else { "未核实" }.to_owned(),
        product_licence: licence.unwrap_or_default(),
        product_code: category.as_ref().map_or_else(|| "/".to_owned(), |category| category.code.clone()),
        storage: rule(|rules| Some(rules.sealing.clone())),
        samplers: format!(
            "{}（{}）、{}（{}）",
            team.lead.name, team.lead.certificate_number, team.second.name, team.second.certificate_number
        ),
        sampling_body,
        ..SamplingForm::default()
    };
    let mut record = SamplingRecord {
        id,
        version: 1,
        org_id: visit.org_id,
        unit_id: enterprise.unit_id,
        visit_id: Some(visit.id),
        task_id: Some(task.id),
        number,
        state: RecordState::Draft,
        enterprise_id: enterprise.id,
        field: task.field,
        category_id: task.category_id,
        product_name: String::new(),
        trademark: String::new(),
        model: String::new(),
        model_key: String::new(),
        grade: String::new(),
        production_date_text: String::new(),
        batch_code: String::new(),
        standard: String::new(),
        producer_name: String::new(),
        producer_key: String::new(),
        producer_uscc: String::new(),
        producer_address: String::new(),
        producer_region: String::new(),
        lot_size: String::new(),
        unit: rule(|rules| Some(rules.unit.clone())),
        test_quantity: rule(|rules| rules.test_quantity.clone()),
        backup_quantity: rule(|rules| rules.backup_quantity.clone()),
        purchase_basis: PurchaseBasis::MarkedPrice,
        unit_price_fen: 0,
        amount_fen: 0,
        random_method: String::new(),
        random_numbers: String::new(),
        sampled_on: None,
        form,
        party_signature: String::new(),
        refusal_to_sign: String::new(),
        signed_at_us: None,
        created_at_us: work.now(),
    };
    if own_product {
        let own = [
            ("producer_name", enterprise.name.clone()),
            ("producer_uscc", text(&enterprise.uscc)),
            ("producer_address", enterprise.address.clone()),
            ("producer_region", enterprise.region_code.clone()),
        ];
        for (name, value) in own {
            let _ = record.fill(name, &value);
        }
    }
    Ok(record)
}

/// A draft of the team, for changing.
fn own_draft(work: &mut Work<'_>, id: SamplingRecordId, version: i64) -> AppResult<(SamplingRecord, Visit)> {
    let record: SamplingRecord = work.tx.get(&id)?.ok_or(AppError::NotFound)?;
    let seen = own(work, record.visit_id.ok_or(AppError::NotFound)?)?;
    record.edit()?;
    if record.version != version {
        return Err(AppError::Stale);
    }
    seen.visit.may_record()?;
    Ok((record, seen.visit))
}

/// Saves what was typed; an incomplete form may be saved, text that cannot be read may not. Returns what is still open.
///
/// # Errors
/// Signed before, or messages at fields.
pub fn save_record(
    work: &mut Work<'_>,
    id: SamplingRecordId,
    version: i64,
    entry: Entry,
) -> AppResult<Vec<FieldProblem>> {
    let (mut record, visit) = own_draft(work, id, version)?;
    let mut errors = Vec::new();
    for (name, typed) in &entry.cells {
        if let Err(problem) = record.fill(name, typed) {
            errors.push(FieldError::new(problem.field, problem.message));
        }
    }
    if !errors.is_empty() {
        return Err(AppError::Fields(errors));
    }
    if entry.slash_the_rest {
        for cell in cells().filter(|cell| matches!(cell.kind, CellKind::Text | CellKind::Area)) {
            if record.cell(cell.name).trim().is_empty() {
                let _ = record.fill(cell.name, "/");
            }
        }
    }
    for (slot, words) in &entry.photos {
        record.note_photo(slot, words);
    }
    for file in &entry.files {
        let purpose = format!("{}（抽样单 {}）", file.slot, record.number);
        let kept = work.keep_file((SubjectKind::Visit, visit.id), &purpose, &file.field, &file.name, &file.bytes)?;
        if PHOTO_SLOTS.contains(&file.slot.as_str()) {
            record.note_photo(&file.slot, &format!("文件 {}", kept.name));
        }
    }
    work.save(&mut record)?;
    work.record(
        Event::new("sampling.record_saved", "暂存抽样单").about(visit.id).about(record.id).fact("编号", &record.number),
    );
    let task = task_of(work, &visit)?;
    let rules = rules_of(work, &task)?;
    all_problems(work, &visit, &task, rules.as_ref(), &record)
}

/// Voids a spoiled form; its number stays void.
///
/// # Errors
/// Signed, or no reason.
pub fn void_record(work: &mut Work<'_>, id: SamplingRecordId, version: i64, reason: &str) -> AppResult<VisitId> {
    let (record, visit) = own_draft(work, id, version)?;
    let mut record = record.void(reason)?;
    work.save(&mut record)?;
    let book = format!("sampling_record {}", record.form.task_number);
    work.tx.void_number(record.org_id, &book, &record.number, reason.trim())?;
    work.record(
        Event::new("sampling.record_voided", "抽样单作废，编号保留")
            .about(visit.id)
            .about(record.id)
            .fact("编号", &record.number)
            .fact("原因", reason.trim())
            .basis(law::DECISION_NUMBERING),
    );
    Ok(visit.id)
}

/// Everything that is not as a signed form must be: the form's own rules, seals used elsewhere, the six-month rule.
pub(super) fn all_problems(
    work: &mut Work<'_>,
    visit: &Visit,
    task: &SpotCheckTask,
    rules: Option<&SpotCheckRules>,
    record: &SamplingRecord,
) -> AppResult<Vec<FieldProblem>> {
    let quantities = rules.map(RuleQuantities::from).unwrap_or_default();
    let mut problems = record.problems(&quantities, visit, work.now());
    for (field, seal) in [("test_seal", &record.form.test_seal), ("backup_seal", &record.form.backup_seal)] {
        if !blank(seal) && work.tx.seal_is_used(seal, record.id)? {
            let message = format!("封条 {seal} 已经用过，请核对");
            problems.push(FieldProblem { field, message, basis: Some(law::R18_23) });
        }
    }
    match six_month_answer(work, task, record)? {
        Some(answer @ Answer::Blocked { .. }) => {
            problems.push(FieldProblem { field: "model", message: answer.words(), basis: Some(law::R18_8) });
        }
        // A person decides, and the reason is kept on the form.
        Some(answer @ Answer::Doubtful { .. }) if blank(&record.form.remark) => {
            let message = format!("{}。请在备注里写明怎样核实的", answer.words());
            problems.push(FieldProblem { field: "remark", message, basis: Some(law::R18_8) });
        }
        _ => {}
    }
    Ok(problems)
}

/// Whether the six-month rule blocks this exact product today (R18 第八条); which kinds of task are free of it is that
/// rule's business.
pub(super) fn six_month_block(
    work: &mut Work<'_>,
    task: &SpotCheckTask,
    record: &SamplingRecord,
) -> AppResult<Option<String>> {
    let answer = six_month_answer(work, task, record)?;
    Ok(answer.filter(|answer| matches!(answer, Answer::Blocked { .. })).map(|answer| answer.words()))
}
fn six_month_answer(work: &mut Work<'_>, task: &SpotCheckTask, record: &SamplingRecord) -> AppResult<Option<Answer>> {
    if blank(&record.model) {
        return Ok(None);
    }
    let on = record.sampled_on.unwrap_or(work.today());
    crate::no_repeat::record_answer(work, record, task.kind, on).map(Some)
}
