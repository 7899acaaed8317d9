//! What lies upstream of the stories of 检验, and the acts they tell, one line each.

use crate::support::Bureau;
use hengjian_app::{
    AppError, AppResult, Event, Work, testing as stage,
    testing::{Arrival, Assignment, Attached, TypedItem},
};
use hengjian_domain::{
    actor::Role,
    clock::{Clock, ClockState},
    enterprise::{CreditClass, Enterprise, EnterpriseKind, EnterpriseScale, EnterpriseStatus},
    laboratory::{Laboratory, LaboratoryScope},
    match_key::match_key,
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
    testing::{Confirmation, Inspection, InspectionId, InspectionPurpose, ItemEntry, ItemResult},
};

pub(super) const PNG: &[u8] = &[0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, 0];
pub(super) const PDF: &[u8] = b"%PDF-1.7 report";

/// What lies upstream of a test: a record with its samples, laboratories, a task with its rule.
#[derive(Clone)]
pub(crate) struct Upstream {
    pub(crate) record: SamplingRecord,
    pub(super) sample: Sample,
    pub(super) backup: Sample,
    pub(super) laboratory: Laboratory,
    pub(super) laboratory2: Laboratory,
    pub(super) outside: Laboratory,
}

/// How the upstream differs from the plain one.
#[derive(Clone, Copy, Default)]
pub(crate) struct Variation {
    pub(super) licensed: bool,
    pub(super) risk_monitoring: bool,
    /// Account of the first sampler; `None`: sampler1.
    pub(super) sampler: Option<&'static str>,
    /// Accreditation ended before.
    pub(super) accreditation_ended: bool,
}

pub(super) fn photo() -> Attached {
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

pub(super) fn assign(bureau: &Bureau, up: &Upstream, how: impl FnOnce(&mut Assignment)) -> AppResult<InspectionId> {
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

pub(super) fn inspection(bureau: &Bureau, id: InspectionId) -> Inspection {
    bureau.app.store().read(|tx| tx.get(&id)).expect("read").expect("inspection")
}
pub(super) fn items(bureau: &Bureau, id: InspectionId) -> Vec<ItemResult> {
    bureau.app.store().read(|tx| tx.items_of_inspection(id)).expect("items")
}
pub(super) fn open_steps(bureau: &Bureau, id: InspectionId) -> Vec<(Role, String, String)> {
    let clocks: Vec<Clock> = bureau.app.store().read(|tx| tx.clocks_of(id.cast())).expect("clocks");
    let open = clocks.into_iter().filter(|clock| clock.state == ClockState::Open);
    open.map(|clock| (clock.owner_role.expect("owner"), clock.rule, clock.title)).collect()
}
/// The roles that have something to do, by rule of the clock.
pub(super) fn waiting_for(bureau: &Bureau, id: InspectionId) -> Vec<(Role, String)> {
    let mut found: Vec<_> = open_steps(bureau, id).into_iter().map(|(role, rule, _)| (role, rule)).collect();
    found.sort_by(|a, b| a.1.cmp(&b.1));
    found
}
pub(super) fn as_person<T: Send + 'static>(
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
pub(super) fn refused<T: std::fmt::Debug>(result: AppResult<T>, code: &str) {
    match result {
        Err(AppError::Refused(refusal)) => {
            assert_eq!(refusal.code, code);
            assert!(!refusal.why.is_empty() && !refusal.next.is_empty());
        }
        other => panic!("{code} expected, {other:?} found"),
    }
}
#[track_caller]
pub(super) fn field<T: std::fmt::Debug>(result: AppResult<T>, name: &str) {
    match result {
        Err(AppError::Fields(errors)) => assert!(errors.iter().any(|error| error.field == name), "{errors:?}"),
        other => panic!("message at {name} expected, {other:?} found"),
    }
}

pub(super) fn arrival() -> Arrival {
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
pub(super) fn receive(bureau: &Bureau, id: InspectionId, how: impl FnOnce(&mut Arrival)) -> AppResult<()> {
    let mut arrival = arrival();
    how(&mut arrival);
    as_person(bureau, "receive", Action::InspectionReceive, id, move |work, version| {
        stage::receive(work, id, version, arrival)
    })
}
pub(super) fn begin(bureau: &Bureau, id: InspectionId, login: &str) -> AppResult<()> {
    as_person(bureau, login, Action::InspectionTest, id, move |work, version| stage::begin_testing(work, id, version))
}
/// Types values by item name; an empty value with a reason after `未检：`.
pub(super) fn type_values(bureau: &Bureau, id: InspectionId, login: &str, values: &[(&str, &str)]) -> AppResult<()> {
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
        stage::enter_items(work, id, version, typed, Vec::new()).map(|_| ())
    })
}
pub(super) fn complete(bureau: &Bureau, id: InspectionId, login: &str) -> AppResult<()> {
    as_person(bureau, login, Action::InspectionTest, id, move |work, version| stage::complete_items(work, id, version))
}
pub(super) fn review(bureau: &Bureau, id: InspectionId, login: &str) -> AppResult<()> {
    as_person(bureau, login, Action::InspectionReview, id, move |work, version| stage::review(work, id, version))
}
pub(super) fn sign(bureau: &Bureau, id: InspectionId, login: &str) -> AppResult<String> {
    as_person(bureau, login, Action::InspectionSign, id, move |work, version| stage::sign(work, id, version))
}
pub(super) fn submit(bureau: &Bureau, id: InspectionId) -> AppResult<()> {
    as_person(bureau, "sign", Action::InspectionSign, id, move |work, version| stage::submit(work, id, version, false))
}
pub(super) fn confirm(bureau: &Bureau, id: InspectionId, explanation: &str) -> AppResult<()> {
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
pub(super) fn submitted(bureau: &Bureau, up: &Upstream, values: &[(&str, &str)]) -> InspectionId {
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
pub(super) const GOOD: &[(&str, &str)] = &[("导体电阻", "12.8"), ("绝缘厚度", "0.58"), ("标志", "符合")];
pub(super) const BAD: &[(&str, &str)] = &[("导体电阻", "15.1"), ("绝缘厚度", "0.58"), ("标志", "未检：样品无标志可检")];
