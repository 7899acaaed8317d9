//! What upstream stages leave for a visit, and the way through it in short words. Holds no story.

use crate::support::Bureau;
use hengjian_app::{
    AppError, AppResult, Event, PageRequest,
    sampling::{self, Entry, NewVisit, SamplingFilter},
};
use hengjian_domain::{
    actor::UserId,
    enterprise::{CreditClass, Enterprise, EnterpriseKind, EnterpriseScale, EnterpriseStatus},
    ids::Id,
    laboratory::{Laboratory, LaboratoryId},
    match_key::match_key,
    officer::{Officer, OfficerId, OfficerStatus},
    organisation::Tier,
    plan::{PlanState, SamplingField, SpotCheckPlan, SpotCheckTask, TaskId, TaskKind, TaskState},
    policy::Action,
    rules::{CompareMethod, ItemClass, RulesItem, RulesState, SpotCheckRules},
    sampling::{
        Arrival, Evidence, OutcomeFacts, PHOTO_SLOTS, SamplingRecordId, Signing, UnableReason, VisitId, VisitOutcome,
        required_evidence,
    },
    time::Timestamp,
};

pub(super) const PARTY: &str = "云岫五金电线经营部";
pub(super) const RELEASE: &str = "2021-09-28T08:00";
pub(super) const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];

pub(super) fn when(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("time")
}

/// What upstream stages leave: task, rule, firm of station one, team, laboratory.
#[derive(Clone)]
pub(super) struct Upstream {
    pub(super) task: TaskId,
    pub(super) firm: Enterprise,
    pub(super) lead: OfficerId,
    pub(super) second: OfficerId,
}

pub(super) fn officer(work: &hengjian_app::Work<'_>, name: &str, user: Option<UserId>) -> Officer {
    Officer {
        id: work.new_id(),
        version: 1,
        org_id: work.actor().org_id,
        unit_id: None,
        user_id: user,
        name: name.into(),
        staff_number: name.into(),
        certificate_number: format!("粤执{name}"),
        certificate_until_on: Some("2022-12-31".parse().expect("date")),
        may_lead: true,
        skills: String::new(),
        laboratory_id: None,
        status: OfficerStatus::Available,
    }
}

pub(super) fn firm(
    work: &hengjian_app::Work<'_>,
    station: Id<hengjian_domain::organisation::Organisation>,
) -> Enterprise {
    Enterprise {
        id: work.new_id(),
        version: 1,
        org_id: work.actor().org_id,
        unit_id: Some(station),
        uscc: Some("92440232MA00H1029D".into()),
        uscc_valid: true,
        legacy_number: None,
        name: PARTY.into(),
        name_key: match_key(PARTY),
        kind: EnterpriseKind::SelfEmployed,
        address: "乳城镇虚构路 1 号".into(),
        address_key: match_key("乳城镇虚构路 1 号"),
        region_code: "440232".into(),
        town_code: None,
        legal_representative: Some("赵闻笙".into()),
        contact_name: None,
        contact_phone: None,
        scale: EnterpriseScale::Micro,
        staff_count: None,
        annual_revenue_fen: None,
        credit_class: CreditClass::Unclassified,
        status: EnterpriseStatus::Active,
        source: "测试".into(),
        created_at_us: work.now(),
    }
}

pub(super) fn rules(work: &hengjian_app::Work<'_>) -> SpotCheckRules {
    SpotCheckRules {
        id: work.new_id(),
        version: 1,
        org_id: work.actor().org_id,
        code: "虚构细则 1".into(),
        edition: "2021".into(),
        title: "电线电缆".into(),
        product: "电线电缆".into(),
        category_id: None,
        issued_by: "虚构".into(),
        state: RulesState::Published,
        published_at_us: Some(when("2021-09-01T09:00")),
        published_at_url: "https://example.test/".into(),
        sampling_place: "成品库、货架".into(),
        sampling_method: "随机".into(),
        minimum_stock: Some("10".into()),
        test_quantity: Some("2".into()),
        backup_quantity: Some("1".into()),
        unit: "卷".into(),
        quantity_text: String::new(),
        sealing: "常温，防潮".into(),
        judging_rule: "任一项不合格则不合格".into(),
        completeness: "完整".into(),
        source: "测试".into(),
        created_at_us: work.now(),
    }
}

pub(super) fn upstream(bureau: &Bureau, kind: TaskKind) -> Upstream {
    let actor = bureau.actor("plan");
    let (one, two) = (bureau.actor("sampler1").user_id, bureau.actor("sampler2").user_id);
    let (station, laboratory) = (bureau.county.unit("station1"), bureau.county.unit("laboratory"));
    let made = bureau.app.act(&actor, Action::PlanEdit, move |work| {
        let org_id = work.actor().org_id;
        let mut rules = rules(work);
        work.insert(&mut rules)?;
        let mut item = RulesItem {
            id: work.new_id(),
            version: 1,
            org_id,
            rules_id: rules.id,
            seq: 1,
            table_name: String::new(),
            name: "导体电阻".into(),
            class: ItemClass::A,
            standard: "虚构标准 5.1".into(),
            method: "虚构方法".into(),
            limit_text: Some("<=13.3".into()),
            unit: "Ω/km".into(),
            interval: None,
            compare: CompareMethod::FullValue,
            mandatory: true,
            retestable: true,
            on_site: false,
        };
        work.insert(&mut item)?;
        let mut laboratory = Laboratory {
            id: LaboratoryId::cast(work.new_id::<Laboratory>()),
            version: 1,
            org_id,
            organisation_id: Some(laboratory),
            name: "岭南质量检测所（演示）".into(),
            address: "韶关".into(),
            accreditation_number: "虚构 CMA".into(),
            accreditation_until_on: Some("2025-12-31".parse().expect("date")),
            single_in_province: false,
            note: String::new(),
        };
        work.insert(&mut laboratory)?;
        let mut plan = SpotCheckPlan {
            id: work.new_id(),
            version: 1,
            org_id,
            year: 2021,
            tier: Tier::County,
            title: "计划".into(),
            state: PlanState::Issued,
            edition: 1,
            previous_id: None,
            adjustment_reason: String::new(),
            document_number: Some("乳市场监管〔2021〕25 号".into()),
            issued_on: Some("2021-05-10".parse().expect("date")),
            goals: String::new(),
            body: String::new(),
            scan_acknowledged_at_us: None,
            scan_findings: String::new(),
            drafted_by: work.actor().user_id,
            approved_by: None,
            decided_at_us: None,
            decision_reason: String::new(),
            filed_on: None,
            filing_receipt: String::new(),
            created_at_us: work.now(),
        };
        work.insert(&mut plan)?;
        let mut task = SpotCheckTask {
            id: work.new_id(),
            version: 1,
            org_id,
            plan_id: plan.id,
            plan_line_id: None,
            number: "440232-2021-XC-003".into(),
            name: "电线电缆监督抽查".into(),
            kind,
            origin_tier: Tier::County,
            state: TaskState::Ready,
            state_before_suspension: None,
            category_id: None,
            rules_id: Some(rules.id),
            product_scope: "电线电缆".into(),
            region_scope: "440232".into(),
            field: SamplingField::Circulation,
            batches: 1,
            sampling_from_on: Some("2021-09-28".parse().expect("date")),
            sampling_until_on: Some("2021-10-31".parse().expect("date")),
            testing_until_on: Some("2021-11-30".parse().expect("date")),
            handling_until_on: None,
            division_of_work: "本局抽样".into(),
            sampling_body: String::new(),
            laboratory_id: Some(laboratory.id),
            agreement_number: "协议 1".into(),
            agreement_signed_on: Some("2021-06-01".parse().expect("date")),
            rules_published_at_us: Some(when("2021-09-01T09:00")),
            budget_fen: 0,
            summary: String::new(),
            drafted_by: work.actor().user_id,
            reason: String::new(),
            created_at_us: work.now(),
        };
        work.insert(&mut task)?;
        let mut firm = firm(work, station);
        work.insert(&mut firm)?;
        let (mut lead, mut second) = (officer(work, "甲", Some(one)), officer(work, "乙", Some(two)));
        work.insert(&mut lead)?;
        work.insert(&mut second)?;
        work.record(Event::new("test.fill", "测试").about(task.id));
        Ok(Upstream { task: task.id, firm, lead: lead.id, second: second.id })
    });
    made.expect("upstream rows")
}

pub(super) fn new_visit(bureau: &Bureau, up: &Upstream, blocked: &str) -> VisitId {
    let new = NewVisit {
        task_id: up.task,
        draw_id: Id::from_uuid(up.task.uuid()),
        enterprise_id: up.firm.id,
        blocked_models: blocked.into(),
        lead_officer_id: up.lead,
        second_officer_id: up.second,
        accompanying_user_id: Some(bureau.actor("station1").user_id),
        release_at: when(RELEASE),
        replaces_id: None,
    };
    bureau
        .app
        .act(&bureau.actor("dispatch"), Action::DrawDispatch, move |work| sampling::create_visit(work, new))
        .expect("visit")
}

pub(super) fn version(bureau: &Bureau, login: &str, id: VisitId) -> i64 {
    let view = bureau.app.view(&bureau.actor(login), Action::VisitRead, |work| sampling::visit_view(work, id));
    view.expect("visit").visit.version
}
/// An act of a sampler on the newest version of the visit.
pub(super) fn carry_out<T: Send + 'static>(
    bureau: &Bureau,
    login: &str,
    id: VisitId,
    run: impl FnOnce(&mut hengjian_app::Work<'_>, i64) -> AppResult<T> + Send + 'static,
) -> AppResult<T> {
    let version = version(bureau, "sampler1", id);
    bureau.app.act(&bureau.actor(login), Action::VisitCarryOut, move |work| run(work, version))
}
pub(super) fn review<T: Send + 'static>(
    bureau: &Bureau,
    id: VisitId,
    run: impl FnOnce(&mut hengjian_app::Work<'_>, i64) -> AppResult<T> + Send + 'static,
) -> AppResult<T> {
    let version = version(bureau, "result", id);
    bureau.app.act(&bureau.actor("result"), Action::VisitReview, move |work| run(work, version))
}
pub(super) fn refused<T: std::fmt::Debug>(result: AppResult<T>, code: &str) {
    match result {
        Err(AppError::Refused(refusal)) => assert_eq!(refusal.code, code, "{}", refusal.why),
        other => panic!("{code} expected, got {other:?}"),
    }
}
pub(super) fn not_found<T: std::fmt::Debug>(result: AppResult<T>) {
    assert!(matches!(result, Err(AppError::NotFound)), "{result:?}");
}

pub(super) fn arrival() -> Arrival {
    Arrival {
        lead_at: Some(when("2021-09-28T09:30")),
        second_at: Some(when("2021-09-28T09:32")),
        place: "店内".into(),
        ids_shown: true,
        identity_papers: "两人执法证".into(),
    }
}
/// Opened, notice taken, both arrived; the clock stands at six in the evening.
pub(super) fn arrived(bureau: &Bureau, id: VisitId) {
    bureau.at(RELEASE);
    carry_out(bureau, "sampler1", id, move |work, version| sampling::open_visit(work, id, version)).expect("open");
    let until = "2021-09-30".parse().expect("date");
    carry_out(bureau, "sampler1", id, move |work, version| sampling::issue_notice(work, id, version, until))
        .expect("notice");
    bureau.at("2021-09-28T18:00");
    carry_out(bureau, "sampler1", id, move |work, version| sampling::arrive(work, id, version, arrival()))
        .expect("arrive");
}

pub(super) const COMPLETE: &[(&str, &str)] = &[
    ("party_type", "销售"),
    ("producer_name", "岭禾线缆厂"),
    ("producer_confirmed", "未核实"),
    ("product_name", "软电缆"),
    ("trademark", "岭禾"),
    ("model", "RVV 2×1.5"),
    ("production_date", "2021-05-12"),
    ("standard", "GB/T 5023.5—2008"),
    ("marked_price", "84.00 元/卷"),
    ("place", "货架"),
    ("lot_size", "40"),
    ("random_method", "随机数表"),
    ("random_numbers", "7、19"),
    ("backup_custody", "被抽样单位"),
    ("test_seal", "FT-21-000713"),
    ("backup_seal", "FT-21-000714"),
    ("sampled_at", "2021-09-28T10:30"),
    ("unit_price", "84"),
];
pub(super) fn complete() -> Entry {
    Entry {
        cells: COMPLETE.iter().map(|(name, text)| (*name, (*text).to_owned())).collect(),
        slash_the_rest: true,
        photos: PHOTO_SLOTS[..8].iter().map(|slot| (*slot, "相机卡 1".to_owned())).collect(),
        files: Vec::new(),
    }
}
pub(super) fn save(bureau: &Bureau, login: &str, id: SamplingRecordId, entry: Entry) -> AppResult<usize> {
    let view = bureau.app.view(&bureau.actor("sampler1"), Action::VisitRead, |work| sampling::record_view(work, id));
    let version = view.expect("record").record.version;
    bureau.app.act(&bureau.actor(login), Action::VisitCarryOut, move |work| {
        sampling::save_record(work, id, version, entry).map(|problems| problems.len())
    })
}
pub(super) fn begun(bureau: &Bureau, visit: VisitId) -> SamplingRecordId {
    carry_out(bureau, "sampler1", visit, move |work, _| sampling::begin_record(work, visit, false)).expect("record")
}
pub(super) fn facts(outcome: VisitOutcome) -> OutcomeFacts {
    OutcomeFacts {
        outcome,
        text: "现场情况如记录".into(),
        witness: String::new(),
        unable_reason: Some(UnableReason::ClosedDown),
        found_stock: "3".into(),
        told_of_liability: true,
        superior_authority: "市局".into(),
        superior_sampled_on: Some("2021-06-01".parse().expect("date")),
        evidence: required_evidence(outcome)
            .iter()
            .map(|slot| Evidence { slot: (*slot).into(), words: "照片存相机卡 1".into() })
            .collect(),
    }
}
pub(super) fn outcome(bureau: &Bureau, id: VisitId, facts: OutcomeFacts) -> AppResult<()> {
    carry_out(bureau, "sampler1", id, move |work, version| {
        sampling::record_outcome(work, id, version, facts, Vec::new())
    })
}
pub(super) fn declare(bureau: &Bureau, login: &str, id: VisitId) -> AppResult<()> {
    carry_out(bureau, login, id, move |work, version| sampling::declare(work, id, version, None))
}
pub(super) fn sign(bureau: &Bureau, id: VisitId) -> AppResult<()> {
    let signing = Signing { party_signature: "赵闻笙，手写".into(), ..Signing::default() };
    carry_out(bureau, "sampler1", id, move |work, version| sampling::sign(work, id, version, signing))
}
pub(super) fn submit(bureau: &Bureau, id: VisitId, answer: &'static str, page: &'static str) -> AppResult<()> {
    carry_out(bureau, "sampler1", id, move |work, version| {
        sampling::submit(work, id, version, ("9月28日送达检测所", answer, page), Vec::new())
    })
}
pub(super) fn list(bureau: &Bureau, login: &str) -> sampling::VisitsPage {
    let page = PageRequest { after: None, limit: 25 };
    bureau
        .app
        .view(&bureau.actor(login), Action::VisitRead, |work| sampling::visits(work, &SamplingFilter::default(), &page))
        .expect("list")
}
/// Everything the journal of the county says, entry texts and contents.
pub(super) fn journal(bureau: &Bureau) -> String {
    let org = bureau.county.unit("county");
    let lines = bureau.app.store().read(|tx| tx.journal_page(org, i64::MAX, 10_000)).expect("journal");
    lines.into_iter().map(|line| format!("{} {:?}", line.kind, line.content)).collect()
}

/// A visit carried through to the submitted record with changes to the complete form.
pub(super) fn sampled(bureau: &Bureau, up: &Upstream, changes: &[(&'static str, &str)]) -> SamplingRecordId {
    let id = new_visit(bureau, up, "");
    arrived(bureau, id);
    let record = begun(bureau, id);
    let mut entry = complete();
    entry.cells.extend(changes.iter().map(|(name, text)| (*name, (*text).to_owned())));
    assert_eq!(save(bureau, "sampler1", record, entry).expect("saved"), 0);
    outcome(bureau, id, facts(VisitOutcome::Sampled)).expect("outcome");
    declare(bureau, "sampler1", id).expect("lead");
    declare(bureau, "sampler2", id).expect("second");
    sign(bureau, id).expect("sign");
    submit(bureau, id, "", "签字页存档").expect("submit");
    record
}
