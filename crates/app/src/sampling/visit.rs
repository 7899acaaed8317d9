//! The visit from its opening to its review. Journal entries of this file name no party and no place: until the draw
//! is closed those are read by team and bureau only, and the journal has other readers.

use super::{
    SealedName, record,
    who::{Seen, own_visit, see, team},
};
use crate::{
    AppError, AppResult, Event, StoredFile, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::{Role, UserId},
    clock::SubjectKind,
    code::Code,
    deadline,
    enterprise::Enterprise,
    law,
    match_key::match_key,
    officer::Officer,
    plan::SpotCheckTask,
    rules::SpotCheckRules,
    sampling::{
        Arrival, BACKUP_AT_PARTY, CustodyFacts, Evidence, OutcomeFacts, PurchaseBasis, Reader, RecordState,
        SIGNED_PAGE, Sample, SampleKind, SampleState, SamplingRecord, SamplingRefused, Signing, Visit, VisitId,
        VisitOutcome,
    },
};
use jiff::civil::Date;

/// A file that comes with a form: what it shows, its name, its bytes, and the field for messages.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// What it shows.
    pub slot: String,
    /// Form field.
    pub field: String,
    /// File name.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

fn about<'t>(visit: &Visit, title: &'t str) -> About<'t> {
    About::new(visit.org_id, SubjectKind::Visit, visit.id, title)
}
fn sampler(user: Option<UserId>) -> Owner {
    Owner { role: Role::Sampler, unit: None, user }
}
/// The step of the visit that comes next; the ones before are done.
fn next_step(work: &mut Work<'_>, visit: &Visit, title: &str, lead: &Officer) -> AppResult<()> {
    work.finish_duties(visit.id, Some("-"))?;
    work.start_step(about(visit, title), sampler(lead.user_id)).map(|_| ())
}

pub(super) fn task_of(work: &mut Work<'_>, visit: &Visit) -> AppResult<SpotCheckTask> {
    work.tx.get(&visit.task_id)?.ok_or_else(|| AppError::fault(format!("task {} is missing", visit.task_id)))
}
pub(super) fn rules_of(work: &mut Work<'_>, task: &SpotCheckTask) -> AppResult<Option<SpotCheckRules>> {
    Ok(match task.rules_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    })
}

/// Opens the sealed name: the first opening of the team at or after the release time unseals it, every person's first
/// opening is noted (C01).
///
/// # Errors
/// Before the release, or the visit is none of the person's business.
pub fn open_visit(work: &mut Work<'_>, id: VisitId, version: i64) -> AppResult<()> {
    let Seen { visit, team, reader, .. } = see(work, id)?;
    visit.may_open(reader, work.now())?;
    if visit.version != version {
        return Err(AppError::Stale);
    }
    let first = visit.enterprise_id.is_none();
    let secret = match visit.enterprise_id {
        Some(enterprise_id) => SealedName {
            enterprise_id,
            blocked_models: visit.papers.blocked_models.clone(),
            accompanying_user_id: visit.accompanying_user_id,
        },
        None => {
            let bytes = work.unseal(visit.id)?.ok_or_else(|| AppError::fault("the visit has no sealed name"))?;
            serde_json::from_slice(&bytes).map_err(|error| AppError::fault(error.to_string()))?
        }
    };
    // Visits handed over before the officer was sealed too carry the officer in the row.
    let accompanying = secret.accompanying_user_id.or(visit.accompanying_user_id);
    let mut visit = visit.open(reader, work.now(), secret.enterprise_id, &secret.blocked_models, accompanying)?;
    work.save(&mut visit)?;
    if first {
        next_step(work, &visit, "取通知书编号，到现场抽样", &team.lead)?;
        if let Some(officer) = visit.accompanying_user_id {
            work.start_step(about(&visit, "打开名单，陪同抽样"), Owner::user(Role::StationOfficer, officer))?;
        }
    }
    work.record(
        Event::new("access.view", if first { "抽样组打开抽样名单" } else { "打开抽样名单" })
            .about(visit.id)
            .basis(law::DECISION_DRAW_RELEASE),
    );
    Ok(())
}

/// Takes a number for the notice F05, valid from today to `until`.
///
/// # Errors
/// Not opened, a notice in force, a last day before today.
pub fn issue_notice(work: &mut Work<'_>, id: VisitId, version: i64, until: Date) -> AppResult<()> {
    let Seen { visit, .. } = own_visit(work, id, version)?;
    let today = work.today();
    visit.may_issue_notice(today)?;
    if let Some(expired) = visit.notice_number.clone() {
        work.tx.void_number(visit.org_id, NOTICE_BOOK, &expired, "有效期满，未使用")?;
    }
    let prefix = match work.tx.parameter(visit.org_id, "sampling_notice_prefix")? {
        Some(prefix) => prefix,
        None => format!("{}抽通", work.organisation(visit.org_id)?.short_name),
    };
    let year = today.year();
    let number = super::take_number(work, visit.org_id, NOTICE_BOOK, year, visit.id.cast(), |n| {
        format!("{prefix}〔{year}〕{n} 号")
    })?;
    let mut visit = visit.issue_notice(number.clone(), today, until)?;
    work.save(&mut visit)?;
    work.record(
        Event::new("sampling.notice_issued", "取监督抽查通知书编号")
            .about(visit.id)
            .fact("编号", number)
            .fact("有效期", format!("{today} 至 {until}"))
            .basis(law::R18_16),
    );
    Ok(())
}
/// Book of the notices F05.
const NOTICE_BOOK: &str = "sampling_notice";

/// Voids a notice that was not used; its number is never given out again.
///
/// # Errors
/// Wrong state, no notice, no reason.
pub fn void_notice(work: &mut Work<'_>, id: VisitId, version: i64, reason: &str) -> AppResult<()> {
    let Seen { visit, .. } = own_visit(work, id, version)?;
    if reason.trim().is_empty() {
        return Err(SamplingRefused::ReasonMissing { act: "作废通知书" }.into());
    }
    drop_notice(work, visit, reason.trim())
}
pub(super) fn drop_notice(work: &mut Work<'_>, visit: Visit, reason: &str) -> AppResult<()> {
    let (mut visit, number) = visit.void_notice()?;
    work.tx.void_number(visit.org_id, NOTICE_BOOK, &number, reason)?;
    work.save(&mut visit)?;
    work.record(
        Event::new("sampling.notice_voided", "通知书未使用，编号作废")
            .about(visit.id)
            .fact("编号", number)
            .fact("原因", reason)
            .basis(law::DECISION_NUMBERING),
    );
    Ok(())
}

/// Both samplers have checked in.
///
/// # Errors
/// Fewer than two, no valid notice, papers not shown, a certificate that had expired.
pub fn arrive(work: &mut Work<'_>, id: VisitId, version: i64, arrival: Arrival) -> AppResult<()> {
    let Seen { visit, team, .. } = own_visit(work, id, version)?;
    let times = [(&team.lead, arrival.lead_at), (&team.second, arrival.second_at)];
    for (officer, at) in times {
        if let (Some(until), Some(at)) = (officer.certificate_until_on, at)
            && at.date() > until
        {
            return Err(SamplingRefused::CertificateExpired { name: officer.name.clone(), until }.into());
        }
    }
    let mut visit = visit.arrive(arrival, work.now())?;
    let enterprise: Enterprise = enterprise_of(work, &visit)?;
    visit.unit_id = enterprise.unit_id;
    work.save(&mut visit)?;
    next_step(work, &visit, "登记抽样情况，填抽样单", &team.lead)?;
    let mut event = Event::new("sampling.arrived", "两名抽样人员到场，出示通知书和证件").about(visit.id);
    for (officer, at) in [(&team.lead, visit.lead_arrived_at_us), (&team.second, visit.second_arrived_at_us)] {
        event = event.fact(&officer.name, at.map(|at| at.to_string()).unwrap_or_default());
    }
    work.record(event.fact("通知书", visit.notice_number.clone().unwrap_or_default()).basis(law::R18_16));
    crate::plan::sampling_begun(work, visit.task_id)
}

pub(super) fn enterprise_of(work: &mut Work<'_>, visit: &Visit) -> AppResult<Enterprise> {
    let id = visit.enterprise_id.ok_or(AppError::NotFound)?;
    work.tx.get(&id)?.ok_or_else(|| AppError::fault(format!("enterprise {id} is missing")))
}

/// Records which of the eight outcomes it was, with its own evidence.
///
/// # Errors
/// Facts or evidence missing; for SAMPLED an incomplete record or a product that the six-month rule blocks.
pub fn record_outcome(
    work: &mut Work<'_>,
    id: VisitId,
    version: i64,
    mut facts: OutcomeFacts,
    files: Vec<Attachment>,
) -> AppResult<()> {
    let Seen { visit, team, .. } = own_visit(work, id, version)?;
    let task = task_of(work, &visit)?;
    let rules = rules_of(work, &task)?;
    for file in files {
        let kept = keep(work, &visit, &file)?;
        facts.evidence.retain(|evidence| evidence.slot != file.slot);
        facts.evidence.push(Evidence { slot: file.slot, words: format!("文件 {}", kept.name) });
    }
    let mut records = Vec::new();
    let forms = open_records(work, &visit)?;
    if let Some((first, second)) = same_product_twice(&forms) {
        let why = format!("抽样单 {first} 和 {second} 是同一产品");
        return Err(SamplingRefused::SixMonth { why }.into());
    }
    for record in forms {
        if facts.outcome == VisitOutcome::Sampled
            && let Some(why) = record::six_month_block(work, &task, &record)?
        {
            return Err(SamplingRefused::SixMonth { why }.into());
        }
        let problems = record::all_problems(work, &visit, &task, rules.as_ref(), &record)?;
        records.push((record.number.clone(), problems));
    }
    let outcome = facts.outcome;
    let mut visit = visit.record_outcome(facts, &records, rules.as_ref(), task.kind, work.today())?;
    work.save(&mut visit)?;
    work.finish_duties(visit.id, Some("-"))?;
    for officer in [&team.lead, &team.second] {
        let owner = officer.user_id.or(team.lead.user_id).or(team.second.user_id);
        work.start_step(about(&visit, &declare_step(officer)), sampler(owner))?;
    }
    let basis = match outcome {
        VisitOutcome::Sampled => law::R18_17,
        VisitOutcome::NotSampledStock => law::R18_18_1,
        VisitOutcome::NotSampledNotForSale => law::R18_18_2,
        VisitOutcome::NotSampledMarked => law::R18_18_3,
        VisitOutcome::Unable => law::R18_20,
        VisitOutcome::DuplicateSixMonth => law::R18_8,
        VisitOutcome::Refused => law::R18_21,
        VisitOutcome::TerminatedIllegal => law::R18_17,
    };
    work.record(
        Event::new("sampling.outcome", format!("登记抽样情况：{}", outcome.title())).about(visit.id).basis(basis),
    );
    Ok(())
}
/// Two forms of one visit about one product would be two checks of it on one day (R18 第八条).
fn same_product_twice(forms: &[SamplingRecord]) -> Option<(String, String)> {
    let key = |form: &SamplingRecord| {
        let other = [match_key(&form.trademark), match_key(&form.standard)];
        (form.producer_key.clone(), form.model_key.clone(), other)
    };
    let pairs =
        forms.iter().enumerate().flat_map(|(n, first)| forms[n + 1..].iter().map(move |second| (first, second)));
    pairs
        .into_iter()
        .find(|(first, second)| !first.model_key.is_empty() && key(first) == key(second))
        .map(|(first, second)| (first.number.clone(), second.number.clone()))
}
fn declare_step(officer: &Officer) -> String {
    format!("{}核对记录并声明", officer.name)
}
/// Records of a visit that are not void.
pub(super) fn open_records(work: &mut Work<'_>, visit: &Visit) -> AppResult<Vec<SamplingRecord>> {
    let mut records = work.tx.records_of_visit(visit.id)?;
    records.retain(|record| record.state != RecordState::Voided);
    Ok(records)
}
fn keep(work: &mut Work<'_>, visit: &Visit, file: &Attachment) -> AppResult<StoredFile> {
    work.keep_file((SubjectKind::Visit, visit.id), &file.slot, &file.field, &file.name, &file.bytes)
}

/// Takes the outcome back before anybody has signed.
///
/// # Errors
/// Wrong state.
pub fn take_back_outcome(work: &mut Work<'_>, id: VisitId, version: i64) -> AppResult<()> {
    let Seen { visit, team, .. } = own_visit(work, id, version)?;
    let mut visit = visit.take_back()?;
    work.save(&mut visit)?;
    next_step(work, &visit, "登记抽样情况，填抽样单", &team.lead)?;
    work.record(Event::new("sampling.outcome_taken_back", "撤回抽样情况，尚未签字").about(visit.id));
    Ok(())
}

/// A sampler's own declaration: no notice given, nothing accepted, no interest. For a colleague without an account the
/// signed paper is kept instead.
///
/// # Errors
/// Wrong state, or somebody else's declaration.
pub fn declare(work: &mut Work<'_>, id: VisitId, version: i64, paper: Option<Attachment>) -> AppResult<()> {
    let Seen { visit, team, reader, .. } = own_visit(work, id, version)?;
    let who = match (&paper, reader) {
        (None, own) => own,
        (Some(_), Reader::Lead) => Reader::Second,
        (Some(_), _) => Reader::Lead,
    };
    let officer = team.officer(who).ok_or(AppError::NotFound)?.clone();
    if paper.is_some() && officer.user_id.is_some() {
        return Err(SamplingRefused::DeclaresForOther { name: officer.name }.into());
    }
    if let Some(paper) = &paper {
        keep(work, &visit, paper)?;
    }
    let mut visit = visit.declare(who, work.now())?;
    work.save(&mut visit)?;
    work.finish_step(visit.id, &declare_step(&officer))?;
    if visit.declared_at_us.is_some() {
        next_step(work, &visit, "请被抽样单位签字", &team.lead)?;
    }
    work.record(
        Event::new("sampling.declared", format!("{}声明没有通风报信、没有收受好处、没有利害关系", officer.name))
            .about(visit.id)
            .basis(law::SEED_7),
    );
    Ok(())
}

/// The party signs, or its refusal is noted. From here on nothing is edited: samples are sealed, the record is history.
///
/// # Errors
/// A missing declaration or signature, a seal that was used before.
pub fn sign(work: &mut Work<'_>, id: VisitId, version: i64, signing: Signing) -> AppResult<()> {
    let Seen { visit, team, .. } = own_visit(work, id, version)?;
    let mut visit = visit.sign(&signing, [&team.lead.name, &team.second.name])?;
    work.save(&mut visit)?;
    next_step(work, &visit, "提交抽样单", &team.lead)?;
    let refused = signing.party_signature.trim().is_empty();
    work.record(
        Event::new(
            "sampling.signed",
            if refused {
                "被抽样单位拒绝签字，已注明情况"
            } else {
                "抽样人员和被抽样单位签字"
            },
        )
        .about(visit.id)
        .basis(law::R18_19),
    );
    if visit.outcome == Some(VisitOutcome::Sampled) {
        for record in open_records(work, &visit)? {
            let mut record = record.sign(&signing, work.now())?;
            work.save(&mut record)?;
            seal_samples(work, &visit, &record, team.lead.user_id)?;
            crate::exchange::note_own_check(work, &record)?;
        }
    }
    if matches!(visit.outcome, Some(VisitOutcome::Refused | VisitOutcome::TerminatedIllegal)) {
        crate::follow_up::open_for_visit(work, &visit)?;
    }
    Ok(())
}

/// Test and backup sample of a signed record, each with its own seal (R18 第二十二、二十三条).
fn seal_samples(work: &mut Work<'_>, visit: &Visit, record: &SamplingRecord, lead: Option<UserId>) -> AppResult<()> {
    let held = record.form.backup_custody == BACKUP_AT_PARTY;
    let free = record.purchase_basis == PurchaseBasis::Free;
    let online = record.field == hengjian_domain::plan::SamplingField::Online;
    let units = [
        (SampleKind::Inspection, "J1", &record.test_quantity, &record.form.test_seal, free),
        (SampleKind::Backup, "B1", &record.backup_quantity, &record.form.backup_seal, free || !online),
    ];
    for (kind, suffix, quantity, seal, free) in units {
        if work.tx.seal_is_used(seal, record.id)? {
            return Err(SamplingRefused::SealUsed { seal: seal.clone() }.into());
        }
        let mut sample = Sample {
            id: work.new_id(),
            version: 1,
            org_id: record.org_id,
            unit_id: None,
            record_id: record.id,
            number: format!("{}/{suffix}", record.number),
            kind,
            state: SampleState::Sealed,
            quantity: format!("{quantity} {}", record.unit),
            seal_number: seal.clone(),
            holder: record.form.samplers.clone(),
            place: record.form.party_name.clone(),
            free,
            expires_on: None,
            created_at_us: work.now(),
        };
        work.insert(&mut sample)?;
        let sealed = CustodyFacts {
            giver: &record.form.party_name,
            taker: &record.form.samplers,
            place: &visit.place,
            condition: "双方签字封样",
            seal_intact: true,
            transport: "",
            note: "",
        };
        super::sample::note_step(work, &sample, &sealed)?;
        work.record(
            Event::new("sampling.sealed", format!("{}封样", kind.title()))
                .about(sample.id)
                .about(record.id)
                .about(visit.id)
                .fact("样品编号", &sample.number)
                .fact("封条", seal)
                .basis(law::R18_23),
        );
        if kind == SampleKind::Backup && held {
            let left = CustodyFacts {
                giver: &record.form.samplers,
                taker: &record.form.party_name,
                condition: "封条完整，已告知不得隐匿、转移、变卖、损毁",
                ..sealed
            };
            super::sample::take_step(work, sample, SampleState::HeldAtParty, &left)?;
        } else {
            let title = format!("把{}移交承检机构", kind.title());
            work.start_step(About::new(sample.org_id, SubjectKind::Sample, sample.id, &title), sampler(lead))?;
        }
    }
    Ok(())
}

/// Submits visit and records for review.
///
/// # Errors
/// No hand-over plan, no signed page, a return that is not answered.
pub fn submit(
    work: &mut Work<'_>,
    id: VisitId,
    version: i64,
    (plan, answer, signed_page): (&str, &str, &str),
    files: Vec<Attachment>,
) -> AppResult<()> {
    let Seen { visit, .. } = own_visit(work, id, version)?;
    let answered = !visit.review_reasons.is_empty();
    let mut visit = visit.submit(plan, answer, work.now())?;
    let mut pages: Vec<String> = Vec::new();
    for file in &files {
        pages.push(format!("文件 {}", keep(work, &visit, file)?.name));
    }
    let shown = if pages.is_empty() { signed_page.to_owned() } else { pages.join("、") };
    if visit.outcome == Some(VisitOutcome::Sampled) {
        for mut record in open_records(work, &visit)? {
            // The picture of the signed page is evidence beside the form, not a cell that was signed.
            if !shown.trim().is_empty() {
                record.note_photo(SIGNED_PAGE, &shown);
            }
            let mut record = record.submit()?;
            work.save(&mut record)?;
        }
    }
    work.save(&mut visit)?;
    work.finish_duties(visit.id, Some("-"))?;
    work.start_duty(
        about(&visit, "审核抽样单"),
        &deadline::RECORD_REVIEW,
        work.today(),
        "抽样组提交",
        Owner::role(Role::ResultManager),
    )?;
    let words = if answered { "答复退回意见，重新提交" } else { "提交抽样单" };
    work.record(Event::new("sampling.submitted", words).about(visit.id).basis(law::DECISION_RECORD_REVIEW));
    Ok(())
}

/// The review says yes: the batch counts.
///
/// # Errors
/// Wrong state, or the reviewer was there.
pub fn accept(work: &mut Work<'_>, id: VisitId, version: i64) -> AppResult<()> {
    let (visit, reader) = for_review(work, id, version)?;
    let mut visit = visit.accept(reader)?;
    for record in open_records(work, &visit)? {
        let mut record = record.accept()?;
        work.save(&mut record)?;
    }
    work.save(&mut visit)?;
    work.finish_duties(visit.id, None)?;
    work.record(Event::new("sampling.accepted", "抽样单审核通过").about(visit.id).basis(law::DECISION_RECORD_REVIEW));
    crate::plan::advance_task(work, visit.task_id)
}

/// The review says no, with a reason for each field; what was signed stays as it is.
///
/// # Errors
/// Wrong state, the reviewer was there, no reason.
pub fn send_back(work: &mut Work<'_>, id: VisitId, version: i64, reasons: &[(String, String)]) -> AppResult<()> {
    let (visit, reader) = for_review(work, id, version)?;
    let lines: Vec<String> = reasons
        .iter()
        .filter(|(_, reason)| !reason.trim().is_empty())
        .map(|(field, reason)| format!("{field}：{}", reason.trim()))
        .collect();
    let mut visit = visit.send_back(reader, &lines.join("\n"))?;
    for record in open_records(work, &visit)? {
        let mut record = record.send_back()?;
        work.save(&mut record)?;
    }
    work.save(&mut visit)?;
    work.finish_duties(visit.id, None)?;
    let team = team(work, &visit)?;
    next_step(work, &visit, "答复退回意见，重新提交", &team.lead)?;
    work.record(
        Event::new("sampling.returned", "抽样单退回")
            .about(visit.id)
            .fact("退回的栏", reasons.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>().join("、"))
            .basis(law::DECISION_RECORD_REVIEW),
    );
    Ok(())
}

fn for_review(work: &mut Work<'_>, id: VisitId, version: i64) -> AppResult<(Visit, Reader)> {
    let seen = see(work, id)?;
    if seen.visit.version != version {
        return Err(AppError::Stale);
    }
    Ok((seen.visit, seen.reader))
}
