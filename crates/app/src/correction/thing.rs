//! The things whose facts can be put right: reading a value, changing it, and what has to be counted again because of it.

use crate::{AppError, AppResult, Scoped, Work, sampling};
use hengjian_domain::{
    actor::Actor,
    clock::{ClockKind, ClockState, SubjectKind},
    code::Code,
    correction::{CorrectionRefused, Fact, ValueKind},
    deadline::{self, DUTIES, Derivation, RIGHTS},
    enterprise::Enterprise,
    follow_up::Case,
    ids::SubjectId,
    match_key::match_key,
    objection::{Notice, NoticeState, Objection, RecipientCapacity},
    organisation::OrganisationId,
    plan::SpotCheckPlan,
    policy::Action,
    sampling::{CustodyStep, RecordState, Sample, SamplingRecord, Visit},
    testing::{Inspection, InspectionState},
    time::Timestamp,
};
use jiff::civil::Date;

/// A thing as loaded for a correction.
pub enum Thing {
    /// 抽查计划.
    Plan(Box<SpotCheckPlan>),
    /// 抽样.
    Visit(Box<Visit>),
    /// 样品 with its 抽样单 and its last hand-over.
    Sample(Box<(Sample, SamplingRecord, Option<CustodyStep>)>),
    /// 结果通知.
    Notice(Box<Notice>),
    /// 异议.
    Objection(Box<Objection>),
    /// 后处理.
    Case(Box<Case>),
}

/// Who may put right what: the people who may record it.
fn needed(kind: SubjectKind) -> &'static [Action] {
    match kind {
        SubjectKind::Plan => &[Action::PlanEdit, Action::PlanFile],
        SubjectKind::Visit | SubjectKind::Sample => &[Action::VisitReview],
        SubjectKind::Notice => &[Action::NoticeServe],
        SubjectKind::Objection => &[Action::ObjectionRegister],
        _ => &[Action::CaseHandle, Action::CaseDispatch, Action::CaseReport],
    }
}

/// Whether a person may propose corrections of such a thing: pages offer the act to nobody else.
pub fn may_propose(actor: &Actor, kind: SubjectKind) -> bool {
    Action::CorrectionPropose.allowed_to(actor) && needed(kind).iter().any(|action| action.allowed_to(actor))
}

impl Thing {
    /// Loads it in the person's scope. Proposing asks for the permission to record such a fact; agreeing does not.
    pub fn load(work: &mut Work<'_>, kind: SubjectKind, id: SubjectId) -> AppResult<Self> {
        if work.action() == Action::CorrectionPropose && !may_propose(work.actor(), kind) {
            return Err(AppError::NotAllowed(*needed(kind).first().ok_or(AppError::NotFound)?));
        }
        Ok(match kind {
            SubjectKind::Plan => Self::Plan(Box::new(work.load(id.cast::<SpotCheckPlan>())?)),
            SubjectKind::Visit => {
                sampling::may_read_visit(work, id.cast())?;
                Self::Visit(Box::new(work.load(id.cast::<Visit>())?))
            }
            SubjectKind::Sample => {
                sampling::may_read_sample(work, id.cast())?;
                let sample: Sample = work.load(id.cast::<Sample>())?;
                let record: SamplingRecord =
                    work.tx.get(&sample.record_id)?.ok_or_else(|| AppError::fault("sampling record is gone"))?;
                let step = work.tx.last_custody_step(sample.id)?;
                Self::Sample(Box::new((sample, record, step)))
            }
            SubjectKind::Notice => Self::Notice(Box::new(work.load(id.cast::<Notice>())?)),
            SubjectKind::Objection => Self::Objection(Box::new(work.load(id.cast::<Objection>())?)),
            SubjectKind::Case => Self::Case(Box::new(crate::follow_up::readable(work, id.cast())?)),
            _ => return Err(AppError::NotFound),
        })
    }
    fn scoped(&self) -> &dyn Scoped {
        match self {
            Self::Plan(row) => &**row,
            Self::Visit(row) => &**row,
            Self::Sample(rows) => &rows.0,
            Self::Notice(row) => &**row,
            Self::Objection(row) => &**row,
            Self::Case(row) => &**row,
        }
    }
    /// Owner.
    pub fn org_id(&self) -> OrganisationId {
        self.scoped().org_id()
    }
    /// Unit that has it in hand.
    pub fn unit_id(&self) -> Option<OrganisationId> {
        self.scoped().unit_id()
    }
    /// What it is called.
    pub fn title(&self) -> String {
        match self {
            Self::Plan(plan) => plan.title.clone(),
            Self::Visit(visit) => format!("抽样　{}", visit.notice_number.as_deref().unwrap_or(&visit.place)),
            Self::Sample(rows) => format!("样品 {}　{}", rows.0.number, rows.1.product_name),
            Self::Notice(notice) => format!("检验结果通知书　{}", notice.recipient_words()),
            Self::Objection(objection) => objection_words(objection),
            Self::Case(case) => format!("{}　{}　{}", case.number, case.party_name, case.product_name),
        }
    }
    /// Present value of a field as it is kept; `None` while it is not recorded.
    pub fn value(&self, field: &str) -> Option<String> {
        let date = |date: Option<Date>| date.map(|date| date.to_string());
        let instant = |at: Option<Timestamp>| at.map(Timestamp::form_value);
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        match (self, field) {
            (Self::Plan(plan), "filed_on") => date(plan.filed_on),
            (Self::Plan(plan), "filing_receipt") => text(&plan.filing_receipt),
            (Self::Visit(visit), "lead_arrived_at") => instant(visit.lead_arrived_at_us),
            (Self::Visit(visit), "second_arrived_at") => instant(visit.second_arrived_at_us),
            (Self::Visit(visit), "place") => text(&visit.place),
            (Self::Visit(visit), "witness") => text(&visit.witness),
            (Self::Sample(rows), "custody_note") => rows.2.as_ref().map(|step| step.note.clone()),
            (Self::Sample(rows), _) => record_value(&rows.1, field),
            (Self::Notice(notice), "served_on") if notice.state == NoticeState::Served => date(notice.served_on),
            (Self::Objection(objection), "received_on") => date(Some(objection.received_on)),
            (Self::Objection(objection), "posted_on") => Some(date(objection.posted_on).unwrap_or_default()),
            (Self::Case(case), "received_on") => date(Some(case.received_on)),
            (Self::Case(case), "result_received_on") => date(case.result_received_on),
            (Self::Case(case), "result_service_proof") => text(&case.result_service_proof),
            (Self::Case(case), "order_on") => date(case.order_on),
            (Self::Case(case), "order_served_on") => date(case.order_served_on),
            (Self::Case(case), "quantity_made") => case.quantity_made.clone(),
            (Self::Case(case), "quantity_sold") => case.quantity_sold.clone(),
            (Self::Case(case), "quantity_stock") => case.quantity_stock.clone(),
            (Self::Case(case), "verification_text") => text(&case.verification_text),
            (Self::Case(case), "enterprise_id") => text(&case.party_name),
            _ => None,
        }
    }
}

/// Which objection: the same applicant may hand in several to one result.
pub(crate) fn objection_words(objection: &Objection) -> String {
    let number = if objection.number.is_empty() { String::new() } else { format!("，{}", objection.number) };
    format!("{}的异议：{}（{} 收到{number}）", objection.applicant, objection.kind.title(), objection.received_on)
}

/// A field of the sampling record once it is submitted; before that it is simply filled in.
fn record_value(record: &SamplingRecord, field: &str) -> Option<String> {
    if matches!(record.state, RecordState::Draft | RecordState::Returned | RecordState::Voided) {
        return None;
    }
    let value = match field {
        "product_name" => &record.product_name,
        "trademark" => &record.trademark,
        "model" => &record.model,
        "grade" => &record.grade,
        "production_date_text" => &record.production_date_text,
        "batch_code" => &record.batch_code,
        "standard" => &record.standard,
        "lot_size" => &record.lot_size,
        "producer_name" => &record.producer_name,
        "producer_address" => &record.producer_address,
        _ => return None,
    };
    Some(value.clone())
}

/// A clock that has to be counted again.
pub struct Recount {
    subject: SubjectId,
    rule: &'static str,
    trigger_on: Date,
}

/// A change that has been thought through but not yet written.
pub struct Change {
    /// The thing with its new value.
    pub thing: Thing,
    /// Clocks that depend on it.
    recounts: Vec<Recount>,
    /// Rows beside it that carry the same fact.
    copies: Vec<Inspection>,
    /// Notices not yet issued that are addressed to a corrected producer.
    drafts: Vec<Notice>,
    /// What else the reader has to know.
    notes: Vec<String>,
}

fn impossible(why: impl Into<String>) -> AppError {
    CorrectionRefused::Impossible { why: why.into() }.into()
}
fn the_date(text: &str) -> AppResult<Date> {
    text.parse().map_err(|_| AppError::fault(format!("a checked date cannot be read: {text}")))
}

/// Changes a value and says what depends on it. Returns the value as it is kept, too.
pub fn change(work: &mut Work<'_>, thing: Thing, fact: &'static Fact, new: &str) -> AppResult<(String, Change)> {
    let today = work.today();
    if fact.value == ValueKind::Date && the_date(new)? > today {
        return Err(impossible(format!("{}在今天之后", fact.title)));
    }
    let mut change = Change { thing, recounts: Vec::new(), copies: Vec::new(), drafts: Vec::new(), notes: Vec::new() };
    let mut kept = new.to_owned();
    let recount = |subject: SubjectId, rule: &'static str, trigger_on: Date| Recount { subject, rule, trigger_on };
    match &mut change.thing {
        Thing::Plan(plan) => match fact.field {
            "filed_on" => plan.filed_on = Some(the_date(new)?),
            _ => plan.filing_receipt = new.to_owned(),
        },
        Thing::Visit(visit) => {
            let instant = Timestamp::parse(new);
            if instant.is_some_and(|at| at > work.now()) {
                return Err(impossible(format!("{}在现在之后", fact.title)));
            }
            match fact.field {
                "lead_arrived_at" => visit.lead_arrived_at_us = instant,
                "second_arrived_at" => visit.second_arrived_at_us = instant,
                "place" => visit.place = new.to_owned(),
                _ => visit.witness = new.to_owned(),
            }
        }
        Thing::Sample(rows) => {
            let (_, record, step) = &mut **rows;
            if fact.field == "custody_note" {
                if let Some(step) = step {
                    step.note = new.to_owned();
                }
            } else {
                let copies = work.tx.inspections_copying(record.id)?;
                for inspection in &copies {
                    if work.tx.public_entry_of(inspection.id)?.is_some() {
                        let what = format!("{}，这批结果已经公布", fact.title);
                        let way = "请在公布稿的条目上办理更正，原内容和更正一并公开".to_owned();
                        return Err(CorrectionRefused::NotCorrectable { what, way }.into());
                    }
                }
                set_record(record, fact.field, new);
                copy_on(work, record, fact, copies, &mut change.copies, &mut change.drafts, &mut change.notes)?;
            }
        }
        Thing::Notice(notice) => {
            **notice = (**notice).clone().correct_receipt(the_date(new)?, today, work.calendar())?;
            let served = the_date(new)?;
            change.recounts.push(recount(notice.id.cast(), deadline::OBJECTION.id, served));
            if let Some(latest) = latest_window(work, notice)? {
                for case in work.tx.cases_waiting_for(notice.inspection_id)? {
                    change.recounts.push(recount(case.id.cast(), deadline::AFTER_FINALITY.id, latest));
                }
            }
            let until = notice.window_until_on;
            for objection in work.tx.objections_of(notice.inspection_id)? {
                if objection.notice_id == Some(notice.id) && !objection.is_in_time(until) {
                    change
                        .notes
                        .push(format!("{}的异议按更正后的日期超过期限，已作的决定不因此改变", objection.applicant));
                }
            }
        }
        Thing::Objection(objection) => {
            let (received, posted) = match fact.field {
                "received_on" => (the_date(new)?, objection.posted_on),
                _ if new.is_empty() => (objection.received_on, None),
                _ => (objection.received_on, Some(the_date(new)?)),
            };
            **objection = (**objection).clone().correct_receipt(received, posted, today)?;
            change.recounts.push(recount(objection.id.cast(), deadline::OBJECTION_ACCEPTANCE.id, received));
            if fact.field == "posted_on" {
                change.notes.push(format!("提出日按 {} 计算", objection.filed_on()));
            }
        }
        Thing::Case(case) => kept = change_case(work, case, fact, new, &mut change.recounts, &mut change.notes)?,
    }
    Ok((kept, change))
}

fn change_case(
    work: &mut Work<'_>,
    case: &mut Case,
    fact: &'static Fact,
    new: &str,
    recounts: &mut Vec<Recount>,
    notes: &mut Vec<String>,
) -> AppResult<String> {
    let subject: SubjectId = case.id.cast();
    let mut recount = |subject: SubjectId, rule: &'static str, trigger_on: Date| {
        recounts.push(Recount { subject, rule, trigger_on });
    };
    match fact.field {
        "received_on" => {
            let on = the_date(new)?;
            let first_act = case.dispatched_on.into_iter().chain(case.verified_on).chain(case.stopped_on).min();
            if first_act.is_some_and(|act| act < on) {
                return Err(impossible("收到日期晚于已经办理的分派、核查或者停售"));
            }
            case.received_on = on;
            recount(subject, deadline::VERIFICATION.id, on);
            recount(subject, deadline::OBJECTION_REPORT.id, on);
            for objection in work.tx.objections_of_case(case.id)? {
                recount(objection.id.cast(), deadline::OBJECTION_REPORT.id, on);
            }
        }
        "result_received_on" => {
            let on = the_date(new)?;
            let until = deadline::OBJECTION.derive(on, work.calendar()).due_party;
            (case.result_received_on, case.objection_open_until_on) = (Some(on), Some(until));
            recount(subject, deadline::OBJECTION.id, on);
            recount(subject, deadline::AFTER_FINALITY.id, until);
            if let Some(ordered) = case.order_on.filter(|ordered| *ordered <= until) {
                notes.push(format!(
                    "责令改正 {ordered} 作出时当事人的期限没有届满（最后一日 {until}），请分管局领导决定如何处理"
                ));
            }
        }
        "result_service_proof" => case.result_service_proof = new.to_owned(),
        "order_on" => {
            let on = the_date(new)?;
            if case.order_served_on.is_some_and(|served| served < on) {
                return Err(impossible("责令改正日期晚于送达日期"));
            }
            case.order_on = Some(on);
            case.recheck_by_on = Some(deadline::RECHECK.derive(on, work.calendar()).due_strict);
            recount(subject, deadline::RECHECK.id, on);
        }
        "order_served_on" => {
            let on = the_date(new)?;
            if case.order_on.is_some_and(|ordered| on < ordered) {
                return Err(impossible("送达日期早于责令改正日期"));
            }
            case.order_served_on = Some(on);
            case.correct_by_on = Some(deadline::RECTIFICATION.derive(on, work.calendar()).due_party);
            recount(subject, deadline::RECTIFICATION.id, on);
        }
        "quantity_made" => case.quantity_made = Some(new.to_owned()),
        "quantity_sold" => case.quantity_sold = Some(new.to_owned()),
        "quantity_stock" => case.quantity_stock = Some(new.to_owned()),
        "verification_text" => case.verification_text = new.to_owned(),
        _ => {
            let party = enterprise(work, case.org_id, new)?;
            if party.unit_id != case.unit_id {
                let station = match party.unit_id {
                    Some(unit) => work.organisation(unit)?.name,
                    None => "质量发展股".to_owned(),
                };
                notes.push(format!("更正后的当事人归{station}管辖，请重新分派"));
            }
            case.enterprise_id = Some(party.id);
            case.party_name.clone_from(&party.name);
            case.party_address.clone_from(&party.address);
            return Ok(match &party.uscc {
                Some(uscc) => format!("{}（{uscc}）", party.name),
                None => party.name,
            });
        }
    }
    Ok(new.to_owned())
}

/// The enterprise meant: by USCC where one is given, also in the form “name（USCC）”, otherwise by its name.
fn enterprise(work: &mut Work<'_>, org: OrganisationId, text: &str) -> AppResult<Enterprise> {
    let inner = text.strip_suffix('）').and_then(|text| text.rsplit_once('（')).map(|(_, uscc)| uscc.trim());
    let is_code = |text: &str| text.len() == 18 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let code = inner.filter(|uscc| is_code(uscc)).or_else(|| is_code(text).then_some(text));
    let key = if code.is_some() { String::new() } else { match_key(text) };
    let mut found = work.tx.enterprises_known_as(org, code.unwrap_or_default(), &key)?;
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => Err(AppError::field("new_value", "登记库里有同名的市场主体。请填统一社会信用代码")),
        (None, _) => Err(AppError::field("new_value", "登记库里没有这个市场主体。请先登记，再来更正")),
    }
}

/// The last day on which anybody may still object, when every recipient has been served.
fn latest_window(work: &mut Work<'_>, corrected: &Notice) -> AppResult<Option<Date>> {
    let mut notices = work.tx.notices_of(corrected.inspection_id)?;
    notices.retain(Notice::is_live);
    let mut latest = None;
    for notice in &notices {
        let notice = if notice.id == corrected.id { corrected } else { notice };
        let Some(until) = notice.window_until_on else { return Ok(None) };
        latest = latest.max(Some(until));
    }
    Ok(latest)
}

fn set_record(record: &mut SamplingRecord, field: &str, new: &str) {
    let new = new.to_owned();
    match field {
        "product_name" => record.product_name = new,
        "trademark" => record.trademark = new,
        "model" => {
            record.model_key = match_key(&new);
            record.model = new;
        }
        "grade" => record.grade = new,
        "production_date_text" => record.production_date_text = new,
        "batch_code" => record.batch_code = new,
        "standard" => record.standard = new,
        "lot_size" => record.lot_size = new,
        "producer_address" => record.producer_address = new,
        _ => {
            record.producer_key = match_key(&new);
            record.producer_name = new;
        }
    }
}

/// A report that is not signed yet takes the corrected words over; a signed one stays as it is and says so.
fn copy_on(
    work: &mut Work<'_>,
    record: &SamplingRecord,
    fact: &'static Fact,
    inspections: Vec<Inspection>,
    copies: &mut Vec<Inspection>,
    drafts: &mut Vec<Notice>,
    notes: &mut Vec<String>,
) -> AppResult<()> {
    use InspectionState::{Accepted, Assigned, ItemsDone, Reviewed, Testing};
    for mut inspection in inspections {
        if matches!(inspection.state, Assigned | Accepted | Testing | ItemsDone | Reviewed) {
            inspection.product_name.clone_from(&record.product_name);
            inspection.trademark.clone_from(&record.trademark);
            inspection.model.clone_from(&record.model);
            inspection.model_key.clone_from(&record.model_key);
            inspection.producer_name.clone_from(&record.producer_name);
            inspection.producer_address.clone_from(&record.producer_address);
            notes.push(format!("{}的检验任务按更正后的内容办理", inspection.laboratory_name));
            copies.push(inspection);
            continue;
        }
        if matches!(inspection.state, InspectionState::Rejected | InspectionState::Replaced) {
            continue;
        }
        if let Some(number) = &inspection.report_number {
            notes.push(format!("检验报告 {number} 已签发，不改动；请检验机构出具更正报告"));
        }
        if matches!(fact.field, "producer_name" | "producer_address") {
            for notice in work.tx.notices_of(inspection.id)? {
                if notice.capacity != RecipientCapacity::LabelledProducer || !notice.is_live() {
                    continue;
                }
                if notice.state == NoticeState::Draft {
                    let mut notice = notice;
                    notice.recipient_name.clone_from(&record.producer_name);
                    notice.recipient_address.clone_from(&record.producer_address);
                    notes.push("标称生产者的通知书草稿改为更正后的收件人".to_owned());
                    drafts.push(notice);
                } else {
                    let number = notice.number.as_deref().unwrap_or_default();
                    notes.push(format!("通知书 {number} 已经出具，收件人不改动；报告更正后另发通知书"));
                }
            }
        }
    }
    Ok(())
}

/// The rule with this id counted from a day; the lengths that an administrator has set are used.
fn derive(work: &mut Work<'_>, org: OrganisationId, rule: &str, on: Date) -> AppResult<Option<Derivation>> {
    if let Some(right) = RIGHTS.iter().find(|right| right.id == rule) {
        return Ok(Some(right.derive(on, work.calendar())));
    }
    let Some(mut duty) = DUTIES.iter().find(|duty| duty.id == rule).copied() else { return Ok(None) };
    if rule == deadline::OBJECTION_ACCEPTANCE.id {
        duty = crate::objection::procedure::acceptance_rule(work, org)?;
    }
    Ok(Some(duty.derive(on, work.calendar())))
}

/// What would be computed anew, in words; nothing is written.
pub fn preview(work: &mut Work<'_>, change: &Change) -> AppResult<Vec<String>> {
    let mut lines = recount_all(work, change, false)?;
    lines.extend(change.notes.iter().cloned());
    Ok(lines)
}

/// Writes the change, computes every dependent clock anew and says so.
pub fn carry_out(work: &mut Work<'_>, mut change: Change) -> AppResult<Vec<String>> {
    let mut lines = recount_all(work, &change, true)?;
    match &mut change.thing {
        Thing::Plan(row) => work.save(&mut **row)?,
        Thing::Visit(row) => work.save(&mut **row)?,
        Thing::Sample(rows) => {
            work.save(&mut rows.1)?;
            if crate::exchange::own_check_corrected(work, &rows.1)? {
                lines.push("不重复抽查的记录按更正后的内容更新".to_owned());
            }
            if let Some(step) = &mut rows.2 {
                work.save(step)?;
            }
        }
        Thing::Notice(row) => {
            // The successful attempt on the 送达回证 carries the same day.
            if let Some(day) = row.served_on {
                for mut attempt in work.tx.notice_attempts_of(row.id.cast())? {
                    if attempt.succeeded && attempt.on_date != day {
                        attempt.on_date = day;
                        work.save(&mut attempt)?;
                    }
                }
            }
            work.save(&mut **row)?;
        }
        Thing::Objection(row) => work.save(&mut **row)?,
        Thing::Case(row) => work.save(&mut **row)?,
    }
    for copy in &mut change.copies {
        work.save(copy)?;
    }
    for draft in &mut change.drafts {
        work.save(draft)?;
    }
    lines.append(&mut change.notes);
    Ok(lines)
}

/// Counts the dependent clocks again. A right that had ended runs again when its new last day has not passed; a duty
/// that was done stays done, its last day is put right. Cancelled clocks are left alone.
fn recount_all(work: &mut Work<'_>, change: &Change, write: bool) -> AppResult<Vec<String>> {
    let (org, today) = (change.thing.org_id(), work.today());
    let mut lines = Vec::new();
    for recount in &change.recounts {
        let Some(derivation) = derive(work, org, recount.rule, recount.trigger_on)? else { continue };
        for mut clock in work.tx.clocks_of(recount.subject)? {
            if clock.rule != recount.rule || clock.state == ClockState::Void {
                continue;
            }
            let before = clock.due_on();
            clock.trigger_on = recount.trigger_on;
            clock.due_strict_on = Some(derivation.due_strict);
            clock.due_party_on = Some(derivation.due_party);
            clock.provisional = derivation.provisional;
            derivation.calendar_version.clone_into(&mut clock.calendar_version);
            clock.steps = derivation.steps().join("\n");
            clock.proof = format!("{}（已更正）", clock.proof.trim_end_matches("（已更正）"));
            let after = clock.due_on();
            if clock.kind == ClockKind::Right {
                let runs = after.is_some_and(|due| due >= today);
                let lapsed = clock.state == ClockState::Done && clock.done_on == before;
                if runs && lapsed {
                    clock.state = ClockState::Open;
                    clock.done_on = None;
                }
            }
            let day = |day: Option<Date>| day.map_or_else(|| "/".to_owned(), |day| day.to_string());
            lines.push(format!("{} {}：{} → {}", clock.kind.title(), clock.title, day(before), day(after)));
            if write {
                work.save(&mut clock)?;
            }
        }
    }
    Ok(lines)
}
