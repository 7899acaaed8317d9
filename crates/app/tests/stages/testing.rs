//! 检验: from receipt to the confirmed report, with each guard on the way, on both databases. Limits are 虚构.

use crate::support::{Bureau, on_each_database};
use hengjian_app::{
    AppError, AppResult, Event, PageRequest, Work, testing as stage,
    testing::{
        AddedItem, Arrival, Assignment, Attached, OutsideReport, Overruling, PrintedIdentity, Problem, ProblemOn,
        RegisterAs, TypedItem, view,
    },
};
use hengjian_domain::{
    actor::{Actor, Role},
    clock::{Clock, ClockState},
    code::Code,
    enterprise::{CreditClass, Enterprise, EnterpriseKind, EnterpriseScale, EnterpriseStatus},
    follow_up::Case,
    laboratory::{Laboratory, LaboratoryScope},
    match_key::match_key,
    objection::Notice,
    officer::{Officer, OfficerStatus},
    organisation::Tier,
    plan::{SamplingField, SpotCheckTask, TaskKind, TaskState},
    policy::Action,
    product::ProductCategory,
    rules::{CompareMethod, ItemClass, RulesItem},
    sampling::{
        PurchaseBasis, RecordState, Sample, SampleKind, SampleState, SamplingForm, SamplingRecord, Visit, VisitOutcome,
        VisitState,
    },
    testing::{
        Confirmation, Inspection, InspectionConclusion, InspectionId, InspectionOrigin, InspectionPurpose,
        InspectionState, ItemEntry, ItemResult, ItemVerdict, LicenceAnswer, LicenceKind, PrintedReport, Severity,
    },
};

use hengjian_store::Column as _;

const PNG: &[u8] = &[0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, 0];
const PDF: &[u8] = b"%PDF-1.7 report";

/// What lies upstream of a test: a record with its samples, laboratories, a task with its rule.
#[derive(Clone)]
pub(crate) struct Upstream {
    pub(crate) record: SamplingRecord,
    sample: Sample,
    backup: Sample,
    laboratory: Laboratory,
    laboratory2: Laboratory,
    outside: Laboratory,
}

/// How the upstream differs from the plain one.
#[derive(Clone, Copy, Default)]
pub(crate) struct Variation {
    licensed: bool,
    risk_monitoring: bool,
    /// Account of the first sampler; `None`: sampler1.
    sampler: Option<&'static str>,
    /// Accreditation ended before.
    accreditation_ended: bool,
}

fn photo() -> Attached {
    Attached { name: "封条.png".into(), bytes: PNG.to_vec() }
}

pub(crate) fn upstream(bureau: &Bureau, how: Variation) -> Upstream {
    let (county, lab, lab2) =
        (bureau.county.unit("county"), bureau.county.unit("laboratory"), bureau.county.unit("laboratory2"));
    let station = bureau.county.unit("station1");
    let sampler = bureau.actor(how.sampler.unwrap_or("sampler1"));
    let second = bureau.actor("sampler2");
    bureau
        .app
        .act(&bureau.actor("result"), Action::ReportConfirm, move |work| {
            let laboratory = |work: &mut Work<'_>, unit, name: &str| -> AppResult<Laboratory> {
                let until = if how.accreditation_ended { "2021-09-01" } else { "2024-06-30" };
                let mut row = Laboratory {
                    id: work.new_id(),
                    version: 1,
                    org_id: county,
                    organisation_id: unit,
                    name: name.into(),
                    address: "虚构路1号".into(),
                    accreditation_number: "虚构-CMA-001".into(),
                    accreditation_until_on: until.parse().ok(),
                    single_in_province: false,
                    note: String::new(),
                };
                work.insert(&mut row)?;
                for item in ["导体电阻", "绝缘厚度", "标志"] {
                    let mut scope = LaboratoryScope {
                        id: work.new_id(),
                        version: 1,
                        org_id: county,
                        laboratory_id: row.id,
                        item: item.into(),
                        item_key: match_key(item),
                        method: String::new(),
                        valid_from_on: None,
                        valid_until_on: None,
                    };
                    work.insert(&mut scope)?;
                }
                Ok(row)
            };
            let first = laboratory(work, Some(lab), "岭南质量检测所（演示）")?;
            let other = laboratory(work, Some(lab2), "粤北产品检验中心（演示）")?;
            let outside = laboratory(work, None, "远山检测站（虚构）")?;
            let mut category = ProductCategory {
                id: work.new_id(),
                version: 1,
                org_id: county,
                code: "TMP-1".into(),
                name: "电线电缆".into(),
                name_key: match_key("电线电缆"),
                parent_id: None,
                level: 1,
                licensed: how.licensed,
                ccc: false,
                mandatory_standard: true,
                table_version: "虚构".into(),
                valid_from_on: None,
                valid_until_on: None,
            };
            work.insert(&mut category)?;
            let rules_id = work.new_id();
            let items = [
                ("导体电阻", ItemClass::A, Some("≤13.3"), "Ω/km"),
                ("绝缘厚度", ItemClass::B, Some("≥0.53"), "mm"),
                ("标志", ItemClass::None, None, ""),
            ];
            for (seq, (name, class, limit, unit)) in (1..).zip(items) {
                let mut item = RulesItem {
                    id: work.new_id(),
                    version: 1,
                    org_id: county,
                    rules_id,
                    seq,
                    table_name: String::new(),
                    name: name.into(),
                    class,
                    standard: "虚构标准第1条".into(),
                    method: "虚构方法".into(),
                    limit_text: limit.map(str::to_owned),
                    unit: unit.into(),
                    interval: None,
                    compare: CompareMethod::FullValue,
                    mandatory: true,
                    retestable: true,
                    on_site: false,
                };
                work.insert(&mut item)?;
            }
            let kind = if how.risk_monitoring { TaskKind::RiskMonitoring } else { TaskKind::Routine };
            let mut task = SpotCheckTask {
                id: work.new_id(),
                version: 1,
                org_id: county,
                plan_id: work.new_id(),
                plan_line_id: None,
                number: "任务2021-1".into(),
                name: "电线电缆监督抽查".into(),
                kind,
                origin_tier: Tier::County,
                state: TaskState::Closed,
                state_before_suspension: None,
                category_id: Some(category.id),
                rules_id: Some(rules_id),
                product_scope: "电线电缆".into(),
                region_scope: "440232".into(),
                field: SamplingField::Circulation,
                batches: 1,
                sampling_from_on: None,
                sampling_until_on: None,
                testing_until_on: None,
                handling_until_on: None,
                division_of_work: "/".into(),
                sampling_body: String::new(),
                laboratory_id: Some(first.id),
                agreement_number: "协1".into(),
                agreement_signed_on: None,
                rules_published_at_us: None,
                budget_fen: 0,
                summary: String::new(),
                drafted_by: work.actor().user_id,
                reason: String::new(),
                created_at_us: work.now(),
            };
            work.insert(&mut task)?;
            let mut officers = Vec::new();
            for actor in [sampler, second] {
                let mut officer = Officer {
                    id: work.new_id(),
                    version: 1,
                    org_id: county,
                    unit_id: None,
                    user_id: Some(actor.user_id),
                    name: actor.name.clone(),
                    staff_number: format!("Y{}", officers.len()),
                    certificate_number: "虚构".into(),
                    certificate_until_on: None,
                    may_lead: true,
                    skills: String::new(),
                    laboratory_id: None,
                    status: OfficerStatus::Available,
                };
                work.insert(&mut officer)?;
                officers.push(officer.id);
            }
            let name = "河畔五金店（虚构）";
            let mut party = Enterprise {
                id: work.new_id(),
                version: 1,
                org_id: county,
                unit_id: Some(station),
                uscc: None,
                uscc_valid: false,
                legacy_number: None,
                name: name.into(),
                name_key: match_key(name),
                kind: EnterpriseKind::SelfEmployed,
                address: "河畔街1号".into(),
                address_key: String::new(),
                region_code: "440232".into(),
                town_code: None,
                legal_representative: None,
                contact_name: None,
                contact_phone: None,
                scale: EnterpriseScale::Micro,
                staff_count: None,
                annual_revenue_fen: None,
                credit_class: CreditClass::Unclassified,
                status: EnterpriseStatus::Active,
                source: "手工登记".into(),
                created_at_us: work.now(),
            };
            work.insert(&mut party)?;
            let mut visit = Visit {
                id: work.new_id(),
                version: 1,
                org_id: county,
                unit_id: Some(station),
                task_id: task.id,
                draw_id: work.new_id(),
                team_key: "a".into(),
                papers: Default::default(),
                replaces_id: None,
                enterprise_id: Some(party.id),
                lead_officer_id: officers[0],
                second_officer_id: officers[1],
                accompanying_user_id: None,
                release_at_us: work.now(),
                state: VisitState::Accepted,
                outcome: Some(VisitOutcome::Sampled),
                notice_number: None,
                notice_valid_until_on: None,
                lead_arrived_at_us: None,
                second_arrived_at_us: None,
                place: String::new(),
                ids_shown: true,
                outcome_text: String::new(),
                witness: String::new(),
                declaration: String::new(),
                declared_at_us: None,
                review_reasons: String::new(),
                submitted_at_us: None,
                created_at_us: work.now(),
            };
            work.insert(&mut visit)?;
            let mut record = SamplingRecord {
                id: work.new_id(),
                version: 1,
                org_id: county,
                unit_id: Some(station),
                visit_id: Some(visit.id),
                task_id: Some(task.id),
                number: "抽2021-0001".into(),
                state: RecordState::Accepted,
                enterprise_id: party.id,
                field: SamplingField::Circulation,
                category_id: Some(category.id),
                product_name: "电线电缆".into(),
                trademark: "溪石".into(),
                model: "BV 2.5".into(),
                model_key: match_key("BV 2.5"),
                grade: "/".into(),
                production_date_text: "2021-08-01".into(),
                batch_code: "B1".into(),
                standard: "虚构标准".into(),
                producer_name: "溪石线缆厂（虚构）".into(),
                producer_key: match_key("溪石线缆厂（虚构）"),
                producer_uscc: "/".into(),
                producer_address: "溪石镇".into(),
                producer_region: String::new(),
                lot_size: "42".into(),
                unit: "卷".into(),
                test_quantity: "1".into(),
                backup_quantity: "1".into(),
                purchase_basis: PurchaseBasis::MarkedPrice,
                unit_price_fen: 10_000,
                amount_fen: 10_000,
                random_method: "随机数表".into(),
                random_numbers: "3、17".into(),
                sampled_on: "2021-09-20".parse().ok(),
                form: SamplingForm::default(),
                party_signature: "店主签字".into(),
                refusal_to_sign: String::new(),
                signed_at_us: None,
                created_at_us: work.now(),
            };
            work.insert(&mut record)?;
            let sample = |work: &mut Work<'_>, suffix: &str, kind, state, unit_id| -> AppResult<Sample> {
                let mut row = Sample {
                    id: work.new_id(),
                    version: 1,
                    org_id: county,
                    unit_id,
                    record_id: record.id,
                    number: format!("{}/{suffix}", record.number),
                    kind,
                    state,
                    quantity: "1 卷".into(),
                    seal_number: format!("封{suffix}"),
                    holder: "承运人".into(),
                    place: "在途".into(),
                    free: false,
                    expires_on: None,
                    created_at_us: work.now(),
                };
                work.insert(&mut row)?;
                Ok(row)
            };
            let tested = sample(work, "J1", SampleKind::Inspection, SampleState::InTransit, Some(lab))?;
            let backup = sample(work, "B1", SampleKind::Backup, SampleState::ReinspectionTransferred, Some(lab))?;
            work.record(Event::new("test.upstream", "测试前置"));
            Ok(Upstream { record, sample: tested, backup, laboratory: first, laboratory2: other, outside })
        })
        .expect("upstream")
}

fn assign(bureau: &Bureau, up: &Upstream, how: impl FnOnce(&mut Assignment)) -> AppResult<InspectionId> {
    let mut assignment = Assignment {
        purpose: InspectionPurpose::First,
        purpose_id: None,
        laboratory_id: up.laboratory.id,
        items: Vec::new(),
    };
    how(&mut assignment);
    let (record, mut sample) = (up.record.clone(), up.sample.clone());
    if assignment.purpose == InspectionPurpose::Reinspection {
        sample = up.backup.clone();
    }
    bureau.app.act(&bureau.actor("result"), Action::VisitReview, move |work| {
        stage::assign(work, &record, &sample, assignment)
    })
}

fn inspection(bureau: &Bureau, id: InspectionId) -> Inspection {
    bureau.app.store().read(|tx| tx.get(&id)).expect("read").expect("inspection")
}
fn items(bureau: &Bureau, id: InspectionId) -> Vec<ItemResult> {
    bureau.app.store().read(|tx| tx.items_of_inspection(id)).expect("items")
}
fn open_steps(bureau: &Bureau, id: InspectionId) -> Vec<(Role, String, String)> {
    let clocks: Vec<Clock> = bureau.app.store().read(|tx| tx.clocks_of(id.cast())).expect("clocks");
    let open = clocks.into_iter().filter(|clock| clock.state == ClockState::Open);
    open.map(|clock| (clock.owner_role.expect("owner"), clock.rule, clock.title)).collect()
}
/// The roles that have something to do, by rule of the clock.
fn waiting_for(bureau: &Bureau, id: InspectionId) -> Vec<(Role, String)> {
    let mut found: Vec<_> = open_steps(bureau, id).into_iter().map(|(role, rule, _)| (role, rule)).collect();
    found.sort_by(|a, b| a.1.cmp(&b.1));
    found
}
fn as_person<T: Send + 'static>(
    bureau: &Bureau,
    login: &str,
    action: Action,
    id: InspectionId,
    run: impl FnOnce(&mut Work<'_>, i64) -> AppResult<T> + Send + 'static,
) -> AppResult<T> {
    let version = inspection(bureau, id).version;
    bureau.app.act(&bureau.actor(login), action, move |work| run(work, version))
}
#[track_caller]
fn refused<T: std::fmt::Debug>(result: AppResult<T>, code: &str) {
    match result {
        Err(AppError::Refused(refusal)) => {
            assert_eq!(refusal.code, code);
            assert!(!refusal.why.is_empty() && !refusal.next.is_empty());
        }
        other => panic!("{code} expected, {other:?} found"),
    }
}
#[track_caller]
fn field<T: std::fmt::Debug>(result: AppResult<T>, name: &str) {
    match result {
        Err(AppError::Fields(errors)) => assert!(errors.iter().any(|error| error.field == name), "{errors:?}"),
        other => panic!("message at {name} expected, {other:?} found"),
    }
}

fn arrival() -> Arrival {
    Arrival {
        received_on: "2021-09-24".parse().expect("date"),
        seal_intact: true,
        matches_record: true,
        condition: "外包装完好".into(),
        place: "样品室".into(),
        note: String::new(),
        licence: None,
        photos: vec![photo()],
    }
}
fn receive(bureau: &Bureau, id: InspectionId, how: impl FnOnce(&mut Arrival)) -> AppResult<()> {
    let mut arrival = arrival();
    how(&mut arrival);
    as_person(bureau, "receive", Action::InspectionReceive, id, move |work, version| {
        stage::receive(work, id, version, arrival)
    })
}
fn begin(bureau: &Bureau, id: InspectionId, login: &str) -> AppResult<()> {
    as_person(bureau, login, Action::InspectionTest, id, move |work, version| stage::begin_testing(work, id, version))
}
/// Types values by item name; an empty value with a reason after `未检：`.
fn type_values(bureau: &Bureau, id: InspectionId, login: &str, values: &[(&str, &str)]) -> AppResult<()> {
    let typed: Vec<TypedItem> = items(bureau, id)
        .into_iter()
        .filter_map(|row| {
            let (_, text) = values.iter().find(|(item, _)| *item == row.item)?;
            let (value, reason) = match text.strip_prefix("未检：") {
                Some(reason) => ("", reason),
                None => (*text, ""),
            };
            let entry = ItemEntry { value: value.into(), not_tested_reason: reason.into(), ..ItemEntry::default() };
            Some(TypedItem { id: row.id, version: row.version, entry })
        })
        .collect();
    as_person(bureau, login, Action::InspectionTest, id, move |work, version| {
        stage::enter_items(work, id, version, typed, Vec::new())
    })
}
fn complete(bureau: &Bureau, id: InspectionId, login: &str) -> AppResult<()> {
    as_person(bureau, login, Action::InspectionTest, id, move |work, version| stage::complete_items(work, id, version))
}
fn review(bureau: &Bureau, id: InspectionId, login: &str) -> AppResult<()> {
    as_person(bureau, login, Action::InspectionReview, id, move |work, version| stage::review(work, id, version))
}
fn sign(bureau: &Bureau, id: InspectionId, login: &str) -> AppResult<String> {
    as_person(bureau, login, Action::InspectionSign, id, move |work, version| stage::sign(work, id, version))
}
fn submit(bureau: &Bureau, id: InspectionId) -> AppResult<()> {
    as_person(bureau, "sign", Action::InspectionSign, id, move |work, version| stage::submit(work, id, version, false))
}
fn confirm(bureau: &Bureau, id: InspectionId, explanation: &str) -> AppResult<()> {
    let answer = Confirmation {
        identity_checked: true,
        conclusion_checked: true,
        explanation: explanation.into(),
        serious_quality_problem: false,
    };
    as_person(bureau, "result", Action::ReportConfirm, id, move |work, version| {
        stage::confirm(work, id, version, &answer)
    })
}
/// A report in state 已报送 with these values.
fn submitted(bureau: &Bureau, up: &Upstream, values: &[(&str, &str)]) -> InspectionId {
    let id = assign(bureau, up, |_| {}).expect("assigned");
    receive(bureau, id, |_| {}).expect("received");
    begin(bureau, id, "test").expect("begun");
    type_values(bureau, id, "test", values).expect("typed");
    complete(bureau, id, "test").expect("completed");
    review(bureau, id, "review").expect("reviewed");
    sign(bureau, id, "sign").expect("signed");
    submit(bureau, id).expect("submitted");
    id
}
const GOOD: &[(&str, &str)] = &[("导体电阻", "12.8"), ("绝缘厚度", "0.58"), ("标志", "符合")];
const BAD: &[(&str, &str)] = &[("导体电阻", "15.1"), ("绝缘厚度", "0.58"), ("标志", "未检：样品无标志可检")];

/// The whole way: who has something to do at each step, what the report says, what the sample does.
#[test]
fn from_receipt_to_the_submitted_report() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        assert_eq!(waiting_for(bureau, id), [(Role::LabReceiver, "-".into())]);
        assert_eq!(items(bureau, id).len(), 3);
        refused(assign(bureau, &up, |_| {}), "testing.already_assigned");
        refused(begin(bureau, id, "test"), "testing.wrong_state");

        receive(bureau, id, |_| {}).expect("received");
        let clocks: Vec<Clock> = bureau.app.store().read(|tx| tx.clocks_of(id.cast())).expect("clocks");
        let term = clocks.iter().find(|clock| clock.rule == "D09").expect("D09");
        assert_eq!(term.unit_id, Some(bureau.county.unit("laboratory")));
        assert!(term.due_strict_on > Some(bureau.today()) && !term.steps.is_empty());
        assert_eq!(waiting_for(bureau, id), [(Role::Tester, "-".into()), (Role::Tester, "D09".into())]);
        begin(bureau, id, "test").expect("begun");
        let sample: Sample = bureau.app.store().read(|tx| tx.get(&up.sample.id)).expect("read").expect("sample");
        assert_eq!(sample.state, SampleState::UnderTest);

        type_values(bureau, id, "test", &[("导体电阻", "15.1")]).expect("partly typed");
        refused(complete(bureau, id, "test"), "testing.items_missing");
        refused(review(bureau, id, "review"), "testing.wrong_state");
        type_values(bureau, id, "test", BAD).expect("typed");
        let rows = items(bureau, id);
        assert_eq!(
            rows.iter().map(|row| row.verdict).collect::<Vec<_>>(),
            [ItemVerdict::Fail, ItemVerdict::Pass, ItemVerdict::NotJudged]
        );
        complete(bureau, id, "test").expect("completed");
        assert_eq!(waiting_for(bureau, id)[0], (Role::LabReviewer, "-".into()));
        review(bureau, id, "review").expect("reviewed");
        assert_eq!(waiting_for(bureau, id)[0], (Role::LabSigner, "-".into()));
        let number = sign(bureau, id, "sign").expect("signed");
        assert_eq!(number, "监抽2021-0001");
        assert!(waiting_for(bureau, id).contains(&(Role::LabSigner, "S4".into())), "the same-day alert is a duty");
        submit(bureau, id).expect("submitted");
        assert_eq!(waiting_for(bureau, id), [(Role::ResultManager, "-".into())]);
        assert!(open_steps(bureau, id)[0].2.starts_with("预警："));

        let report = inspection(bureau, id);
        assert_eq!(report.conclusion, Some(InspectionConclusion::Nonconforming));
        assert_eq!(report.severity, Some(Severity::Serious));
        assert_eq!(report.failed_items, "导体电阻");
        assert!(report.conclusion_text.contains("标志"), "the item without verdict is named");
        assert!(report.alerted_at_us.is_some());
        assert_eq!(report.batch_text, "2021-08-01，批号 B1");
        let log = bureau.actor("test").org_id;
        assert!(bureau.app.store().read(|tx| tx.verify_journal(log)).expect("journal") > 5);
    });
}

/// Confirmation of a failed report drafts the notices and opens the case; twice is refused.
#[test]
fn confirmation_of_a_failed_report() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = submitted(bureau, &up, BAD);
        let unchecked = as_person(bureau, "result", Action::ReportConfirm, id, move |work, version| {
            stage::confirm(work, id, version, &Confirmation::default())
        });
        refused(unchecked, "testing.checks_missing");
        confirm(bureau, id, "").expect("confirmed");
        assert_eq!(inspection(bureau, id).state, InspectionState::Confirmed);
        assert_eq!(open_steps(bureau, id), []);
        let (notices, cases): (Vec<Notice>, Vec<Case>) = followed(bureau, id);
        assert_eq!((notices.len(), cases.len()), (2, 1), "party and labelled producer are told; one case");
        refused(confirm(bureau, id, ""), "testing.wrong_state");
        amended_to_conforming(bureau, id);
    });
}

/// Notices and cases of a report.
fn followed(bureau: &Bureau, id: InspectionId) -> (Vec<Notice>, Vec<Case>) {
    bureau
        .app
        .store()
        .read(|tx| {
            let notices = tx.list("WHERE inspection_id = ?1", &[id.to_value()])?;
            Ok::<_, hengjian_store::StoreError>((notices, tx.list("WHERE inspection_id = ?1", &[id.to_value()])?))
        })
        .expect("what followed")
}
/// The amended report no longer fails: new notices for the new edition, the case of the old one does not stay open unnoticed.
fn amended_to_conforming(bureau: &Bureau, old: InspectionId) {
    let new = as_person(bureau, "sign", Action::InspectionSign, old, move |work, version| {
        stage::amend(work, old, version, "导体电阻录入有误")
    })
    .expect("amended");
    type_values(bureau, new, "test", &[("导体电阻", "12.9")]).expect("typed");
    complete(bureau, new, "test").expect("completed");
    review(bureau, new, "review").expect("reviewed");
    sign(bureau, new, "sign").expect("signed");
    submit(bureau, new).expect("submitted");
    confirm(bureau, new, "").expect("confirmed");
    assert_eq!(inspection(bureau, old).state, InspectionState::Replaced);
    let (notices, cases) = followed(bureau, new);
    assert_eq!((notices.len(), cases.len()), (2, 0), "everybody is told again, no case of its own");
}

/// A conforming report is told too, and opens no case.
#[test]
fn confirmation_of_a_conforming_report() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = submitted(bureau, &up, GOOD);
        assert!(inspection(bureau, id).alerted_at_us.is_none());
        confirm(bureau, id, "").expect("confirmed");
        let (notices, cases) = followed(bureau, id);
        assert_eq!((notices.len(), cases.len()), (2, 0));
    });
}

/// Decision 风险监测只作线索: confirmed, nothing follows, so it needs no other stage.
#[test]
fn risk_monitoring_is_a_lead_only() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { risk_monitoring: true, ..Variation::default() });
        let id = submitted(bureau, &up, BAD);
        confirm(bureau, id, "").expect("confirmed");
        let report = inspection(bureau, id);
        assert_eq!((report.state, report.confirmed_on), (InspectionState::Confirmed, Some(bureau.today())));
        assert_eq!(open_steps(bureau, id), []);
    });
}

/// Identity differs from the sampling record when that was corrected after the sample was given away.
#[test]
fn identity_is_compared_with_the_sampling_record() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { risk_monitoring: true, ..Variation::default() });
        let id = submitted(bureau, &up, GOOD);
        let record = up.record.id;
        bureau
            .app
            .act(&bureau.actor("result"), Action::ReportConfirm, move |work| {
                let mut row: SamplingRecord = work.load(record)?;
                row.model = "BV 4".into();
                work.save(&mut row)?;
                work.record(Event::new("test.changed", "更正型号").about(record));
                Ok(())
            })
            .expect("changed");
        refused(confirm(bureau, id, ""), "testing.identity_differs");
        let seen = bureau
            .app
            .view(&bureau.actor("result"), Action::InspectionRead, move |work| view::inspection_view(work, id))
            .expect("view");
        assert_eq!(seen.differences.len(), 1);
        confirm(bureau, id, "抽样单型号已更正，报告按标签").expect("explained");
    });
}

/// R18 第二十九条: broken seal, other sample, no photograph, a day that cannot be; then the written rejection.
#[test]
fn receipt_and_rejection() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        refused(receive(bureau, id, |arrival| arrival.seal_intact = false), "testing.sample_irregular");
        refused(receive(bureau, id, |arrival| arrival.matches_record = false), "testing.sample_irregular");
        field(receive(bureau, id, |arrival| arrival.photos.clear()), "photos");
        field(receive(bureau, id, |arrival| arrival.received_on = "2021-09-19".parse().expect("date")), "received_on");
        field(receive(bureau, id, |arrival| arrival.received_on = "2021-09-25".parse().expect("date")), "received_on");
        let reject = |reason: &'static str| {
            as_person(bureau, "receive", Action::InspectionReceive, id, move |work, version| {
                stage::reject(work, id, version, reason, "封条破损", &[photo()])
            })
        };
        refused(reject(" "), "testing.reason_missing");
        reject("封条破损，样品外露").expect("rejected");
        let sample: Sample = bureau.app.store().read(|tx| tx.get(&up.sample.id)).expect("read").expect("sample");
        assert_eq!((inspection(bureau, id).state, sample.state), (InspectionState::Rejected, SampleState::Rejected));
        assert_eq!(waiting_for(bureau, id), [(Role::ResultManager, "-".into())]);
        let decide = |text: &'static str| {
            as_person(bureau, "result", Action::ReportConfirm, id, move |work, version| {
                stage::decide_stopped(work, id, version, text)
            })
        };
        refused(decide(""), "testing.reason_missing");
        decide("安排重新抽样").expect("decided");
        assert_eq!(open_steps(bureau, id), []);
        refused(decide("再定"), "testing.wrong_state");
    });
}

/// R18 第三十条: a licensed product is not received without an answer; a failing gate leads to the end of the test.
#[test]
fn licence_gate() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { licensed: true, ..Variation::default() });
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        refused(receive(bureau, id, |_| {}), "testing.licence_unanswered");
        let answer = |until: &str| LicenceAnswer {
            kind: LicenceKind::Production,
            number: "（虚构）XK00-000-00000".into(),
            holder: "溪石线缆厂（虚构）".into(),
            holder_reason: String::new(),
            scope: "电线电缆".into(),
            covers_model: true,
            valid_from_on: "2016-01-01".parse().ok(),
            valid_until_on: until.parse().ok(),
            produced_on: "2021-08-01".parse().ok(),
        };
        let ended = answer("2020-12-31");
        receive(bureau, id, move |arrival| arrival.licence = Some(ended)).expect("received");
        assert_eq!(waiting_for(bureau, id)[0], (Role::LabReceiver, "-".into()));
        refused(begin(bureau, id, "test"), "testing.licence_failed");
        let good = answer("2022-12-31");
        as_person(bureau, "receive", Action::InspectionReceive, id, move |work, version| {
            stage::answer_licence(work, id, version, Some(good))
        })
        .expect("answered again");
        begin(bureau, id, "test").expect("begun");
        let terminate = |reason: &'static str, evidence: &'static str| {
            as_person(bureau, "receive", Action::InspectionReceive, id, move |work, version| {
                stage::terminate(work, id, version, reason, evidence, &[])
            })
        };
        refused(terminate("冒用许可证编号", ""), "testing.evidence_missing");
        terminate("冒用许可证编号", "证书查询截图").expect("terminated");
        let reports = bureau.app.store().read(|tx| tx.problem_reports_of(Some(id), None)).expect("reports");
        assert!(reports.len() == 1 && reports[0].urgent && reports[0].case_id.is_some(), "it opens a case of its own");
        assert_eq!(inspection(bureau, id).state, InspectionState::TerminatedIllegal);
        assert_eq!(waiting_for(bureau, id), [(Role::ResultManager, "-".into())]);
    });
}

/// R18 第九条: the tester is not one of the samplers; decision 报告三级签发: three people.
#[test]
fn separation_of_duties() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { sampler: Some("test"), ..Variation::default() });
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        receive(bureau, id, |_| {}).expect("received");
        refused(begin(bureau, id, "test"), "testing.sampler_tests");
        give_roles(bureau, "review", &[Role::Tester, Role::LabReviewer, Role::LabSigner]);
        give_roles(bureau, "sign", &[Role::LabReviewer, Role::LabSigner]);
        begin(bureau, id, "review").expect("another person tests");
        refused(type_values_as(bureau, id, "test"), "testing.not_the_tester");
        type_values(bureau, id, "review", GOOD).expect("typed");
        complete(bureau, id, "review").expect("completed");
        refused(review(bureau, id, "review"), "testing.same_person");
        review(bureau, id, "sign").expect("reviewed");
        refused(sign(bureau, id, "review"), "testing.same_person");
        refused(sign(bureau, id, "sign"), "testing.same_person");
        give_roles(bureau, "receive", &[Role::LabSigner]);
        sign(bureau, id, "receive").expect("a third person signs");
    });
}
fn type_values_as(bureau: &Bureau, id: InspectionId, login: &str) -> AppResult<()> {
    type_values(bureau, id, login, GOOD)
}
fn give_roles(bureau: &Bureau, login: &str, roles: &'static [Role]) {
    let user = bureau.actor(login).user_id;
    bureau
        .app
        .act(&bureau.actor("security"), Action::UserManage, move |work| {
            work.mark_changed();
            work.tx.set_roles(user, roles)?;
            work.record(Event::new("test.roles", "换岗位").about(user));
            Ok(())
        })
        .expect("roles");
}

/// Decision 改判自动结论 and 撤回, 退回 on the way.
#[test]
fn overruling_and_sending_back() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        receive(bureau, id, |_| {}).expect("received");
        begin(bureau, id, "test").expect("begun");
        type_values(bureau, id, "test", &[("导体电阻", "<14"), ("绝缘厚度", "0.52"), ("标志", "符合")]).expect("typed");
        complete(bureau, id, "test").expect("completed");
        as_person(bureau, "test", Action::InspectionTest, id, move |work, version| stage::take_back(work, id, version))
            .expect("taken back");
        complete(bureau, id, "test").expect("completed");
        refused(review(bureau, id, "review"), "testing.undecided");
        let overrule = |item: &str, verdict: Option<ItemVerdict>, reason: &'static str| {
            let row = items(bureau, id).into_iter().find(|row| row.item == item).expect("row");
            let ruling = Overruling { id: row.id, version: row.version, verdict, reason: reason.into() };
            as_person(bureau, "review", Action::InspectionReview, id, move |work, version| {
                stage::overrule(work, id, version, &[ruling])
            })
        };
        refused(overrule("标志", Some(ItemVerdict::Pass), "看过"), "testing.overrule_impossible");
        refused(overrule("绝缘厚度", Some(ItemVerdict::Fail), "看过"), "testing.overrule_same");
        refused(overrule("绝缘厚度", Some(ItemVerdict::Pass), ""), "testing.reason_missing");
        overrule("导体电阻", Some(ItemVerdict::Pass), "原始记录为12.9，录入有误").expect("overruled");
        let row = items(bureau, id).into_iter().find(|row| row.item == "导体电阻").expect("row");
        assert_eq!((row.verdict, row.final_verdict()), (ItemVerdict::Undecided, ItemVerdict::Pass));
        let back = |reason: &'static str| {
            as_person(bureau, "review", Action::InspectionReview, id, move |work, version| {
                stage::send_back(work, id, version, reason)
            })
        };
        refused(back(""), "testing.reason_missing");
        back("补录实测值").expect("sent back");
        type_values(bureau, id, "test", &[("导体电阻", "12.9")]).expect("typed again");
        let row = items(bureau, id).into_iter().find(|row| row.item == "导体电阻").expect("row");
        assert_eq!((row.overruled_verdict, row.verdict), (None, ItemVerdict::Pass));
        complete(bureau, id, "test").expect("completed");
        review(bureau, id, "review").expect("reviewed");
        let report = inspection(bureau, id);
        assert_eq!((report.severity, report.failed_items.as_str()), (Some(Severity::General), "绝缘厚度"));
    });
}

/// 《产品质量法》第十九条: no signature on an ended certificate.
#[test]
fn no_signature_without_accreditation() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { accreditation_ended: true, ..Variation::default() });
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        receive(bureau, id, |_| {}).expect("received");
        begin(bureau, id, "test").expect("begun");
        type_values(bureau, id, "test", GOOD).expect("typed");
        complete(bureau, id, "test").expect("completed");
        review(bureau, id, "review").expect("reviewed");
        refused(sign(bureau, id, "sign"), "testing.accreditation_invalid");
        assert_eq!(inspection(bureau, id).report_number, None, "no number is spent on a refusal");
    });
}

/// Decision 报告更正重新告知: a new edition that names the old one; the original stays readable.
#[test]
fn an_amended_report_is_a_new_edition() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { risk_monitoring: true, ..Variation::default() });
        let old = submitted(bureau, &up, BAD);
        as_person(bureau, "result", Action::ReportConfirm, old, move |work, version| {
            stage::ask_amendment(work, old, version, "单位与原始记录不符")
        })
        .expect("asked");
        assert!(waiting_for(bureau, old).contains(&(Role::LabSigner, "-".into())));
        let new = as_person(bureau, "sign", Action::InspectionSign, old, move |work, version| {
            stage::amend(work, old, version, "单位与原始记录不符")
        })
        .expect("amended");
        assert_eq!(open_steps(bureau, old), []);
        assert_eq!(inspection(bureau, old).state, InspectionState::Amending);
        assert_eq!(waiting_for(bureau, new), [(Role::Tester, "-".into())]);
        type_values(bureau, new, "test", &[("导体电阻", "13.1")]).expect("typed");
        complete(bureau, new, "test").expect("completed");
        review(bureau, new, "review").expect("reviewed");
        assert_eq!(sign(bureau, new, "sign").expect("signed"), "监抽2021-0001-更1");
        submit(bureau, new).expect("submitted");
        confirm(bureau, new, "").expect("confirmed");
        let (before, after) = (inspection(bureau, old), inspection(bureau, new));
        assert_eq!((before.state, after.state), (InspectionState::Replaced, InspectionState::Confirmed));
        assert_eq!(before.conclusion, Some(InspectionConclusion::Nonconforming));
        assert_eq!(items(bureau, old)[0].value_text.as_deref(), Some("15.1"));
        assert_eq!((after.edition, after.amends_id), (2, Some(old)));
        assert_eq!(after.conclusion, Some(InspectionConclusion::NoNonconformityFound));
    });
}

fn outside(up: &Upstream, target: RegisterAs) -> OutsideReport {
    OutsideReport {
        target,
        superior: false,
        tier: Tier::County,
        organiser_name: "县局".into(),
        laboratory_name: up.outside.name.clone(),
        identity: PrintedIdentity {
            product_name: "电线电缆".into(),
            trademark: "溪石".into(),
            model: "BV 2.5".into(),
            batch_text: "2021-08-01".into(),
            sampled_name: "河畔五金店（虚构）".into(),
            sampled_address: "河畔街1号".into(),
            producer_name: "溪石线缆厂（虚构）".into(),
            producer_address: "溪石镇".into(),
            sampled_on: "2021-09-20".parse().ok(),
        },
        printed: PrintedReport {
            number: "W2021-88".into(),
            signatories: "主检甲、审核乙、批准丙".into(),
            conclusion: InspectionConclusion::NoNonconformityFound,
            severity: None,
            conclusion_text: "所检项目未发现不合格".into(),
            failed_items: String::new(),
            issued_on: "2021-09-22".parse().expect("date"),
            received_on: "2021-09-24".parse().expect("date"),
        },
        amendment_reason: String::new(),
        file: Some(Attached { name: "报告.pdf".into(), bytes: PDF.to_vec() }),
        items: Vec::new(),
    }
}
fn register(bureau: &Bureau, report: OutsideReport) -> AppResult<InspectionId> {
    bureau.app.act(&bureau.actor("result"), Action::ReportRegister, move |work| stage::register_report(work, report))
}
fn typed_item(limit: &str, value: &str) -> AddedItem {
    AddedItem {
        item: "导体电阻".into(),
        class: ItemClass::A,
        standard: "虚构标准".into(),
        method: "虚构方法".into(),
        unit: "Ω/km".into(),
        limit: limit.into(),
        mandatory: true,
        compare: CompareMethod::FullValue,
        entry: ItemEntry { value: value.into(), reported_verdict: Some(ItemVerdict::Pass), ..ItemEntry::default() },
    }
}

/// settled.md “Stages”: a laboratory without accounts; the paper with its digest; our judgement beside theirs.
#[test]
fn a_report_made_in_the_laboratory_s_own_system() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { risk_monitoring: true, ..Variation::default() });
        let laboratory = up.outside.id;
        let id = assign(bureau, &up, move |assignment| assignment.laboratory_id = laboratory).expect("assigned");
        assert_eq!(waiting_for(bureau, id), [(Role::ResultManager, "D09".into())]);
        let target = RegisterAs::Assigned(id, inspection(bureau, id).version);
        let without = OutsideReport { file: None, ..outside(&up, target) };
        field(register(bureau, without), "file");
        let picture = Attached { name: "报告.pdf".into(), bytes: PNG.to_vec() };
        field(register(bureau, OutsideReport { file: Some(picture), ..outside(&up, target) }), "file");
        let mut early = outside(&up, target);
        early.printed.issued_on = "2021-09-25".parse().expect("date");
        field(register(bureau, early), "issued_on");
        assert_eq!(register(bureau, outside(&up, target)).expect("registered"), id);
        let report = inspection(bureau, id);
        assert_eq!((report.origin, report.state), (InspectionOrigin::Outside, InspectionState::Submitted));
        assert_eq!((report.our_conclusion, report.tester_id), (None, None));
        let files = bureau.app.store().read(|tx| tx.files_of(id.cast())).expect("files");
        assert_eq!((files.len(), files[0].digest.len(), files[0].media_type.as_str()), (1, 64, "application/pdf"));

        let rows = items(bureau, id);
        let typed = vec![TypedItem {
            id: rows[0].id,
            version: rows[0].version,
            entry: ItemEntry {
                value: "15.1".into(),
                reported_verdict: Some(ItemVerdict::Pass),
                ..ItemEntry::default()
            },
        }];
        as_person(bureau, "result", Action::ReportRegister, id, move |work, version| {
            stage::type_items(work, id, version, typed, Vec::new())
        })
        .expect("typed");
        let report = inspection(bureau, id);
        assert_eq!(report.conclusion, Some(InspectionConclusion::NoNonconformityFound));
        assert_eq!(report.our_conclusion, Some(InspectionConclusion::Nonconforming));
        refused(confirm(bureau, id, ""), "testing.conclusion_differs");
        confirm(bureau, id, "机构复核后维持，差异已记录").expect("confirmed");
        let same_number = OutsideReport { laboratory_name: up.outside.name.clone(), ..outside(&up, RegisterAs::New) };
        refused(register(bureau, same_number), "testing.number_used");

        let mut amended = outside(&up, RegisterAs::Amends(id, inspection(bureau, id).version));
        refused(register(bureau, amended.clone()), "testing.reason_missing");
        amended.amendment_reason = "机构更正了单位".into();
        amended.printed.number = "W2021-88-1".into();
        let new = register(bureau, amended).expect("new edition");
        assert_eq!((inspection(bureau, new).amends_id, inspection(bureau, new).edition), (Some(id), 2));
        assert_eq!(inspection(bureau, id).state, InspectionState::Amending);
    });
}

/// A superior's check: registered without task, sample or items; confirmed; never ours to publish; no notice of ours.
#[test]
fn a_superior_s_report() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let superior = OutsideReport {
            superior: true,
            tier: Tier::Provincial,
            organiser_name: "省局（虚构）".into(),
            items: vec![typed_item("≤13.3", "12.1"), typed_item("", "1")],
            ..outside(&up, RegisterAs::New)
        };
        let id = register(bureau, superior).expect("registered");
        let report = inspection(bureau, id);
        assert_eq!((report.origin, report.tier), (InspectionOrigin::Superior, Tier::Provincial));
        assert_eq!(report.sampled_enterprise_id, Some(up.record.enterprise_id), "the party is found by its name");
        assert_eq!(report.our_conclusion, Some(InspectionConclusion::NoNonconformityFound));
        assert!(!report.is_ours_to_publish());
        confirm(bureau, id, "").expect("a conforming superior report needs no other stage");
        let station = |login: &str| {
            bureau.app.view(&bureau.actor(login), Action::InspectionRead, move |work| view::readable(work, id))
        };
        assert!(station("station1").is_ok(), "the party's station reads the confirmed report");
    });
}

/// Other laboratories and stations do not find the row; laboratory staff do not see the party before the signature.
#[test]
fn who_finds_and_who_reads_what() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        let version = inspection(bureau, id).version;
        let foreign = bureau.app.act(&bureau.actor("receive2"), Action::InspectionReceive, move |work| {
            stage::receive(work, id, version, arrival())
        });
        assert!(matches!(foreign, Err(AppError::NotFound)), "{foreign:?}");
        let wrong_role = bureau.app.act(&bureau.actor("test"), Action::InspectionReceive, move |work| {
            stage::receive(work, id, version, arrival())
        });
        assert!(matches!(wrong_role, Err(AppError::NotAllowed(Action::InspectionReceive))), "{wrong_role:?}");
        let stale = bureau.app.act(&bureau.actor("receive"), Action::InspectionReceive, move |work| {
            stage::receive(work, id, version - 1, arrival())
        });
        assert!(matches!(stale, Err(AppError::Stale)), "{stale:?}");
        let seen = |who: &Actor| {
            bureau.app.view(who, Action::InspectionRead, move |work| {
                let filter = view::InspectionFilter { text: "河畔".into(), ..Default::default() };
                let all = view::InspectionFilter::default();
                let page = PageRequest { after: None, limit: 25 };
                let found = view::inspections(work, &filter, &page)?.1;
                Ok((view::inspections(work, &all, &page)?.1, found, view::inspection_view(work, id).is_ok()))
            })
        };
        for (login, expected) in [
            ("result", (1, 1, true)),
            ("receive", (1, 0, true)),
            ("receive2", (0, 0, false)),
            ("station1", (0, 0, false)),
            ("station2", (0, 0, false)),
            ("superior", (1, 1, true)),
        ] {
            assert_eq!(seen(&bureau.actor(login)).expect("view"), expected, "{login}");
        }
        let hidden = |login: &str| {
            let view = bureau
                .app
                .view(&bureau.actor(login), Action::InspectionRead, move |work| view::inspection_view(work, id));
            view.expect("view").party_hidden
        };
        assert!(hidden("test") && !hidden("result"));
        for clock in open_steps(bureau, id) {
            assert!(!clock.2.contains("河畔"), "work lists of the laboratory do not name the party");
        }
    });
}

/// R18 第三十九条: the first laboratory does not re-inspect; the items asked for are those of the first report.
#[test]
fn reinspection_goes_to_another_laboratory() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        submitted(bureau, &up, BAD);
        let again = |laboratory, items: Vec<String>| {
            assign(bureau, &up, move |assignment| {
                assignment.purpose = InspectionPurpose::Reinspection;
                assignment.laboratory_id = laboratory;
                assignment.items = items;
            })
        };
        refused(again(up.laboratory.id, vec![]), "testing.same_laboratory");
        refused(again(up.laboratory2.id, vec!["没有的项目".into()]), "testing.items_unknown");
        let id = again(up.laboratory2.id, vec!["导体电阻".into()]).expect("assigned");
        let rows = items(bureau, id);
        assert_eq!((rows.len(), rows[0].item.as_str(), rows[0].value_text.as_deref()), (1, "导体电阻", None));
        let sample: Sample = bureau.app.store().read(|tx| tx.get(&up.backup.id)).expect("read").expect("sample");
        assert_eq!(sample.unit_id, Some(bureau.county.unit("laboratory2")), "from now on it is theirs to see");
        let version = inspection(bureau, id).version;
        bureau
            .app
            .act(&bureau.actor("receive2"), Action::InspectionReceive, move |work| {
                stage::receive(work, id, version, arrival())
            })
            .expect("received");
        assert!(waiting_for(bureau, id).contains(&(Role::Tester, "D08".into())));
    });
}

/// R18 第三十一条 and 问题报告: what cannot be tested is reported with evidence.
#[test]
fn untestable_and_problem_report() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        receive(bureau, id, |_| {}).expect("received");
        begin(bureau, id, "test").expect("begun");
        let empty = bureau.app.act(&bureau.actor("test"), Action::ProblemReport, move |work| {
            stage::report_problem(work, ProblemOn::Inspection(id), Problem::default())
        });
        field(empty, "what");
        let problem =
            Problem { what: "电缆受潮".into(), evidence: "照片".into(), urgent: true, files: vec![photo()] };
        let opened = bureau.app.act(&bureau.actor("test"), Action::ProblemReport, move |work| {
            stage::report_problem(work, ProblemOn::Inspection(id), problem)
        });
        let case = opened.expect("a case is opened");
        let reports = bureau.app.store().read(|tx| tx.problem_reports_of(Some(id), None)).expect("reports");
        assert_eq!((reports.len(), reports[0].case_id), (1, Some(case)));
        let other = Problem { what: "x".into(), evidence: "y".into(), ..Problem::default() };
        let foreign = bureau.app.act(&bureau.actor("test2"), Action::ProblemReport, move |work| {
            stage::report_problem(work, ProblemOn::Inspection(id), other)
        });
        assert!(matches!(foreign, Err(AppError::NotFound)), "{foreign:?}");
        as_person(bureau, "test", Action::InspectionTest, id, move |work, version| {
            stage::untestable(work, id, version, "样品受潮", "照片2张", &[photo()])
        })
        .expect("untestable");
        assert_eq!(waiting_for(bureau, id), [(Role::ResultManager, "-".into())]);
        assert_eq!(InspectionState::Untestable.title(), inspection(bureau, id).state.title());
    });
}
