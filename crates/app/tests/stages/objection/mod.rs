//! Stories of the stage 异议: told, served, contested, tested again, final. The report behind them is written as rows.

mod second_opinion;

use crate::support::{Bureau, on_each_database};
use hengjian_app::{
    AppError, AppResult, Event, Work,
    objection::{
        self, finality,
        notices::{self, Attempt},
        procedure::{self, Received},
        reinspection, standing, view,
    },
    work_list,
};
use hengjian_domain::{
    clock::{ClockKind, ClockState},
    enterprise::{CreditClass, Enterprise, EnterpriseKind, EnterpriseScale, EnterpriseStatus},
    follow_up::{Case, CaseId},
    ids::Id,
    laboratory::{Laboratory, LaboratoryId, LaboratoryScope},
    match_key::match_key,
    objection::{
        Authorship, InadmissibleGround, NoReinspectionGround, Notice, NoticeId, NoticePaper, NoticeState, Objection,
        ObjectionId, ObjectionKind, ObjectionOutcome, ObjectionState, RecipientCapacity, ServiceMethod,
    },
    organisation::{OrganisationId, Tier},
    plan::SamplingField,
    policy::Action,
    rules::{CompareMethod, ItemClass},
    sampling::{
        CustodyStep, PurchaseBasis, RecordState, Sample, SampleId, SampleKind, SampleState, SamplingForm,
        SamplingRecord,
    },
    testing::{
        Inspection, InspectionConclusion, InspectionId, InspectionOrigin, InspectionPurpose, InspectionState,
        ItemResult, ItemVerdict,
    },
};
use jiff::civil::Date;

/// A confirmed failing report of a sample taken at a seller, with its two notices drafted.
pub(crate) struct Result {
    pub report: InspectionId,
    pub party: NoticeId,
    pub producer: NoticeId,
    pub backup: SampleId,
    pub second_laboratory: LaboratoryId,
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("date")
}
fn id<K>(work: &Work<'_>) -> Id<K> {
    work.new_id()
}

/// Acts as somebody.
pub(crate) fn act<T: Send + 'static>(
    bureau: &Bureau,
    login: &str,
    action: Action,
    run: impl FnOnce(&mut Work<'_>) -> AppResult<T> + Send + 'static,
) -> AppResult<T> {
    bureau.app.act(&bureau.actor(login), action, run)
}
fn notice(bureau: &Bureau, id: NoticeId) -> Notice {
    bureau.app.store().read(|tx| tx.get(&id)).expect("read").expect("notice")
}
fn objection_row(bureau: &Bureau, id: ObjectionId) -> Objection {
    bureau.app.store().read(|tx| tx.get(&id)).expect("read").expect("objection")
}
fn open_duties(bureau: &Bureau, login: &str) -> Vec<String> {
    let lines = bureau.app.view(&bureau.actor(login), Action::Own, work_list::work_list).expect("list");
    lines.into_iter().map(|line| line.title).collect()
}
fn refused<T: std::fmt::Debug>(result: AppResult<T>) -> &'static str {
    match result {
        Err(AppError::Refused(refusal)) => refusal.code,
        other => panic!("a refusal was expected: {other:?}"),
    }
}

fn laboratory(work: &mut Work<'_>, org: OrganisationId, unit: OrganisationId, name: &str) -> AppResult<LaboratoryId> {
    let mut row = Laboratory {
        id: id(work),
        version: 1,
        org_id: org,
        organisation_id: Some(unit),
        name: name.into(),
        address: "检验路 1 号".into(),
        accreditation_number: "CMA 虚构".into(),
        accreditation_until_on: Some(day("2023-12-31")),
        single_in_province: false,
        note: String::new(),
    };
    work.insert(&mut row)?;
    for item in ["导体电阻", "绝缘厚度"] {
        let mut scope = LaboratoryScope {
            id: id(work),
            version: 1,
            org_id: org,
            laboratory_id: row.id,
            item: item.into(),
            item_key: match_key(item),
            method: String::new(),
            valid_from_on: None,
            valid_until_on: None,
        };
        work.insert(&mut scope)?;
    }
    Ok(row.id)
}

/// Rows up to the confirmed report, then the stage's own beginning.
pub(crate) fn failing_report(bureau: &Bureau) -> Result {
    let (org, station) = (bureau.county.unit("county"), bureau.county.unit("station1"));
    let (first_unit, second_unit) = (bureau.county.unit("laboratory"), bureau.county.unit("laboratory2"));
    act(bureau, "result", Action::ReportConfirm, move |work| {
        let first = laboratory(work, org, first_unit, "岭南质量检测所（演示）")?;
        let second = laboratory(work, org, second_unit, "粤北产品检验中心（演示）")?;
        let mut party = Enterprise {
            id: id(work),
            version: 1,
            org_id: org,
            unit_id: Some(station),
            uscc: None,
            uscc_valid: false,
            legacy_number: None,
            name: "青石五金经营部（虚构）".into(),
            name_key: match_key("青石五金经营部（虚构）"),
            kind: EnterpriseKind::SelfEmployed,
            address: "乳城镇一路 1 号".into(),
            address_key: match_key("乳城镇一路 1 号"),
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
            source: "测试".into(),
            created_at_us: work.now(),
        };
        work.insert(&mut party)?;
        let mut record = SamplingRecord {
            id: id(work),
            version: 1,
            org_id: org,
            unit_id: Some(station),
            visit_id: None,
            task_id: None,
            number: "CY2021-0001".into(),
            state: RecordState::Accepted,
            enterprise_id: party.id,
            field: SamplingField::Circulation,
            category_id: None,
            product_name: "电线".into(),
            trademark: "远山".into(),
            model: "BV 2.5".into(),
            model_key: match_key("BV 2.5"),
            grade: "/".into(),
            production_date_text: "2021-06".into(),
            batch_code: "B1".into(),
            standard: "GB/T 5023.3".into(),
            producer_name: "远山线缆厂（虚构）".into(),
            producer_key: match_key("远山线缆厂（虚构）"),
            producer_uscc: "/".into(),
            producer_address: "外市二路 2 号".into(),
            producer_region: String::new(),
            lot_size: "42".into(),
            unit: "卷".into(),
            test_quantity: "1".into(),
            backup_quantity: "1".into(),
            purchase_basis: PurchaseBasis::MarkedPrice,
            unit_price_fen: 10_000,
            amount_fen: 10_000,
            random_method: "随机数表".into(),
            random_numbers: "7".into(),
            sampled_on: Some(day("2021-09-01")),
            form: SamplingForm::default(),
            party_signature: "店主".into(),
            refusal_to_sign: String::new(),
            signed_at_us: None,
            created_at_us: work.now(),
        };
        work.insert(&mut record)?;
        let sample = |id, kind, state, number: &str, seal: &str, now| Sample {
            id,
            version: 1,
            org_id: org,
            unit_id: Some(first_unit),
            record_id: record.id,
            number: number.into(),
            kind,
            state,
            quantity: "1 卷".into(),
            seal_number: seal.into(),
            holder: "岭南质量检测所（演示）".into(),
            place: "样品室".into(),
            free: kind == SampleKind::Backup,
            expires_on: None,
            created_at_us: now,
        };
        let now = work.now();
        let mut tested =
            sample(id(work), SampleKind::Inspection, SampleState::Consumed, "CY2021-0001/J1", "F0001", now);
        let mut backup = sample(id(work), SampleKind::Backup, SampleState::Stored, "CY2021-0001/B1", "F0002", now);
        work.insert(&mut tested)?;
        work.insert(&mut backup)?;
        let mut stored = CustodyStep {
            id: id(work),
            version: 1,
            org_id: org,
            sample_id: backup.id,
            at_us: now,
            state: SampleState::Stored,
            giver: "抽样人员".into(),
            taker: "样品管理员".into(),
            place: "样品室".into(),
            condition: "封条完好".into(),
            seal_intact: true,
            transport: "/".into(),
            note: String::new(),
        };
        work.insert(&mut stored)?;
        let mut report = Inspection {
            id: id(work),
            version: 1,
            org_id: org,
            unit_id: Some(first_unit),
            laboratory_id: Some(first),
            laboratory_name: "岭南质量检测所（演示）".into(),
            task_id: None,
            record_id: Some(record.id),
            sample_id: Some(tested.id),
            rules_id: None,
            origin: InspectionOrigin::Here,
            purpose: InspectionPurpose::First,
            purpose_id: None,
            tier: Tier::County,
            organiser_name: "乳源瑶族自治县市场监督管理局（演示）".into(),
            state: InspectionState::Confirmed,
            product_name: "电线".into(),
            trademark: "远山".into(),
            model: "BV 2.5".into(),
            model_key: match_key("BV 2.5"),
            batch_text: "2021-06".into(),
            sampled_enterprise_id: Some(party.id),
            sampled_name: party.name.clone(),
            sampled_address: party.address.clone(),
            producer_name: record.producer_name.clone(),
            producer_address: record.producer_address.clone(),
            sampled_on: record.sampled_on,
            received_on: Some(day("2021-09-03")),
            licence_checked: true,
            licence_text: "不适用".into(),
            licence_ok: true,
            receiver_id: None,
            tester_id: None,
            reviewer_id: None,
            signer_id: None,
            signatories_text: String::new(),
            report_number: Some("BG2021-0001".into()),
            edition: 1,
            amends_id: None,
            conclusion: Some(InspectionConclusion::Nonconforming),
            severity: None,
            our_conclusion: None,
            conclusion_text: "不合格".into(),
            failed_items: "导体电阻".into(),
            serious_quality_problem: false,
            excluded: false,
            issued_on: Some(day("2021-09-23")),
            submitted_on: Some(day("2021-09-24")),
            confirmed_by: None,
            confirmed_on: Some(day("2021-09-24")),
            alerted_at_us: None,
            reason: String::new(),
            created_at_us: now,
        };
        work.insert(&mut report)?;
        for (seq, (item, verdict)) in (1..).zip([("导体电阻", ItemVerdict::Fail), ("绝缘厚度", ItemVerdict::Pass)])
        {
            let mut item = ItemResult {
                id: id(work),
                version: 1,
                org_id: org,
                inspection_id: report.id,
                seq,
                item: item.into(),
                class: ItemClass::A,
                standard: "GB/T 5023.3".into(),
                method: "GB/T 3048.4".into(),
                unit: "Ω/km".into(),
                rule_limit: Some("<=7.41".into()),
                declared_limit: None,
                applied_limit: Some("<=7.41".into()),
                mandatory: true,
                compare: CompareMethod::FullValue,
                interval: None,
                value_text: Some("7.9".into()),
                not_tested_reason: String::new(),
                verdict,
                verdict_reason: String::new(),
                reported_verdict: None,
                overruled_verdict: None,
                overruled_reason: String::new(),
            };
            work.insert(&mut item)?;
        }
        work.record(Event::new("testing.confirmed", "确认检验报告").about(report.id));
        objection::draft_notices(work, &report)?;
        objection::draft_notices(work, &report)?;
        let drafted = work.tx.notices_of(report.id)?;
        let of = |capacity| {
            drafted.iter().find(|notice| notice.capacity == capacity).map(|notice| notice.id).ok_or(AppError::NotFound)
        };
        assert_eq!(drafted.len(), 2, "one notice per recipient, drafted once");
        Ok(Result {
            report: report.id,
            party: of(RecipientCapacity::SampledParty)?,
            producer: of(RecipientCapacity::LabelledProducer)?,
            backup: backup.id,
            second_laboratory: second,
        })
    })
    .expect("report")
}

fn paper(of: &Notice, unit: Option<OrganisationId>) -> NoticePaper {
    NoticePaper {
        recipient_name: of.recipient_name.clone(),
        recipient_address: of.recipient_address.clone(),
        where_text: "质量发展股，县城一路 9 号".into(),
        backup_text: "由岭南质量检测所（演示）保管".into(),
        unit_id: unit,
        issued_on: day("2021-09-24"),
    }
}
pub(crate) fn issue(bureau: &Bureau, id: NoticeId, unit: Option<OrganisationId>) {
    let row = notice(bureau, id);
    let (version, paper) = (row.version, NoticePaper { issued_on: bureau.today(), ..paper(&row, unit) });
    act(bureau, "result", Action::NoticeIssue, move |work| notices::issue(work, id, version, paper)).expect("issued");
}
pub(crate) fn attempt(method: ServiceMethod, on: &str, succeeded: bool) -> Attempt {
    Attempt {
        method,
        on: day(on),
        succeeded,
        signer: "店主本人".into(),
        proof: "送达回证".into(),
        server: "盘溪禾".into(),
    }
}
pub(crate) fn serve(bureau: &Bureau, login: &str, id: NoticeId, attempt: Attempt) -> AppResult<()> {
    let version = notice(bureau, id).version;
    act(bureau, login, Action::NoticeServe, move |work| notices::serve(work, id, version, attempt))
}
/// Both notices issued and served.
pub(crate) fn told(bureau: &Bureau, party_on: &str, producer_on: &str) -> Result {
    let result = failing_report(bureau);
    let station = bureau.county.unit("station1");
    issue(bureau, result.party, Some(station));
    issue(bureau, result.producer, None);
    let later = day(party_on).max(day(producer_on));
    bureau.on_day(&later.to_string());
    serve(bureau, "station1", result.party, attempt(ServiceMethod::InPerson, party_on, true)).expect("served");
    serve(bureau, "result", result.producer, attempt(ServiceMethod::Post, producer_on, true)).expect("served");
    result
}
pub(crate) fn received(notice: NoticeId, on: &str, kind: ObjectionKind) -> Received {
    Received {
        notice_id: Some(notice),
        inspection_id: None,
        case_id: None,
        applicant: String::new(),
        capacity: RecipientCapacity::SampledParty,
        received_on: day(on),
        posted_on: None,
        channel: "当面提交".into(),
        kind,
        items: if kind == ObjectionKind::Conclusion { "导体电阻".into() } else { String::new() },
        reasons: "同批自检合格".into(),
        papers: Vec::new(),
        no_paper_reason: "原件在上级，只有函件".into(),
    }
}
pub(crate) fn register(bureau: &Bureau, login: &str, received: Received) -> AppResult<ObjectionId> {
    act(bureau, login, Action::ObjectionRegister, move |work| procedure::register(work, received, ""))
}
pub(crate) fn handle(
    bureau: &Bureau,
    id: ObjectionId,
    run: impl FnOnce(&mut Work<'_>, ObjectionId, i64) -> AppResult<()> + Send + 'static,
) -> AppResult<()> {
    let version = objection_row(bureau, id).version;
    act(bureau, "result", Action::ObjectionHandle, move |work| run(work, id, version))
}
fn final_state(bureau: &Bureau, report: InspectionId) -> objection::Finality {
    bureau
        .app
        .view(&bureau.actor("result"), Action::ObjectionRead, |work| {
            let report: Inspection = work.tx.get(&report)?.ok_or(AppError::NotFound)?;
            finality(work, &report)
        })
        .expect("finality")
}

/// R18 第三十五条, 第三十六条: one notice per recipient, each with its own fifteen days; the serving station has the duty.
#[test]
fn every_recipient_is_told_and_has_fifteen_days() {
    on_each_database(|bureau| {
        let result = failing_report(bureau);
        let station = bureau.county.unit("station1");
        assert_eq!(open_duties(bureau, "result").iter().filter(|title| title.starts_with("出具并送达")).count(), 2);
        assert_eq!(final_state(bureau, result.report).open.len(), 2);

        // Only the result manager issues; a stale form and a station of another authority are refused.
        let row = notice(bureau, result.party);
        let (id, sheet) = (result.party, paper(&row, Some(station)));
        let by_station = {
            let sheet = sheet.clone();
            act(bureau, "station1", Action::NoticeIssue, move |work| notices::issue(work, id, 1, sheet))
        };
        assert!(matches!(by_station, Err(AppError::NotAllowed(Action::NoticeIssue))), "{by_station:?}");
        let stale = {
            let sheet = sheet.clone();
            act(bureau, "result", Action::NoticeIssue, move |work| notices::issue(work, id, 7, sheet))
        };
        assert!(matches!(stale, Err(AppError::Stale)), "{stale:?}");
        let laboratory = paper(&row, Some(bureau.county.unit("laboratory")));
        let strange = act(bureau, "result", Action::NoticeIssue, move |work| notices::issue(work, id, 1, laboratory));
        assert!(matches!(strange, Err(AppError::Fields(_))), "{strange:?}");

        issue(bureau, result.party, Some(station));
        issue(bureau, result.producer, None);
        let numbers = [notice(bureau, result.party).number, notice(bureau, result.producer).number];
        assert_eq!(numbers.map(|number| number.unwrap_or_default()), ["市监抽告〔2021〕1 号", "市监抽告〔2021〕2 号"]);
        assert!(open_duties(bureau, "station1").iter().any(|title| title.starts_with("送达检验结果通知书")));
        assert_eq!(open_duties(bureau, "result").len(), 1, "the other notice is served by the section");
        let elsewhere = serve(bureau, "station2", result.party, attempt(ServiceMethod::InPerson, "2021-09-24", true));
        assert!(matches!(elsewhere, Err(AppError::NotFound)), "{elsewhere:?}");

        bureau.on_day("2021-09-27");
        serve(bureau, "station1", result.party, attempt(ServiceMethod::InPerson, "2021-09-25", true)).expect("served");
        assert_eq!(notice(bureau, result.party).window_until_on, Some(day("2021-10-11")));
        assert_eq!(open_duties(bureau, "station1"), Vec::<String>::new());
        let half = final_state(bureau, result.report);
        assert_eq!((half.final_on, half.latest_right_on), (None, None), "the producer has not been served: {half:?}");
        serve(bureau, "result", result.producer, attempt(ServiceMethod::Post, "2021-09-27", true)).expect("served");

        bureau.on_day("2021-10-12");
        let waiting = final_state(bureau, result.report);
        assert_eq!((waiting.final_on, waiting.latest_right_on), (None, Some(day("2021-10-12"))));
        assert!(waiting.open.iter().any(|line| line.contains("10月12日及以前可提异议")), "{waiting:?}");
        bureau.on_day("2021-10-13");
        let done = final_state(bureau, result.report);
        assert_eq!((done.final_on, done.open.len()), (Some(day("2021-10-13")), 0), "{done:?}");
        bureau.app.daily().expect("daily");
        let rights: Vec<ClockState> = bureau
            .app
            .store()
            .read(|tx| tx.clocks_of(result.party.cast()))
            .expect("clocks")
            .into_iter()
            .filter(|clock| clock.kind == ClockKind::Right)
            .map(|clock| clock.state)
            .collect();
        assert_eq!(rights, [ClockState::Done]);
    });
}

/// Regulations §10.5: report 09-24, party served 09-27. The office's seven working days end 10-09; the objection of 10-11
/// must be accepted, that of 10-13 must not, and neither may be refused as the other.
#[test]
fn an_objection_in_time_is_accepted_whatever_the_office_has_counted() {
    on_each_database(|bureau| {
        let result = told(bureau, "2021-09-27", "2021-09-27");
        bureau.on_day("2021-10-11");
        let form = received(result.party, "2021-10-11", ObjectionKind::Conclusion);
        let twice = {
            let (bureau, form) = (bureau, form.clone());
            move || {
                let form = form.clone();
                act(bureau, "station1", Action::ObjectionRegister, move |work| {
                    procedure::register(work, form, "form-1")
                })
            }
        };
        let id = twice().expect("registered");
        assert!(matches!(twice(), Err(AppError::SentBefore(place)) if place == format!("/desk/objections/{id}")));
        assert!(open_duties(bureau, "result").iter().any(|title| title.starts_with("决定是否受理异议")));
        let late = handle(bureau, id, |work, id, version| {
            procedure::refuse(work, id, version, InadmissibleGround::Late, "已过七个工作日")
        });
        assert_eq!(refused(late), "objection.still_in_time");
        let stranger = handle(bureau, id, |work, id, version| {
            procedure::refuse(work, id, version, InadmissibleGround::NotEntitled, "不是当事人")
        });
        assert_eq!(refused(stranger), "objection.entitled");
        let by_station = act(bureau, "station1", Action::ObjectionHandle, move |work| procedure::accept(work, id, 1));
        assert!(matches!(by_station, Err(AppError::NotAllowed(_))), "{by_station:?}");
        handle(bureau, id, procedure::accept).expect("accepted");
        assert_eq!(objection_row(bureau, id).state, ObjectionState::Accepted);
        bureau.on_day("2021-10-13");
        assert!(final_state(bureau, result.report).final_on.is_none(), "an open objection holds finality up");

        let late = register(bureau, "result", received(result.producer, "2021-10-13", ObjectionKind::Process));
        let late = late.expect("always taken in");
        assert_eq!(refused(handle(bureau, late, procedure::accept)), "objection.too_late");
        let posted = Received {
            posted_on: Some(day("2021-10-12")),
            ..received(result.producer, "2021-10-13", ObjectionKind::Process)
        };
        let posted = register(bureau, "result", posted).expect("registered");
        handle(bureau, posted, procedure::accept).expect("the postmark counts");

        let strange = Received { items: "绝缘厚度".into(), ..form };
        assert_eq!(refused(register(bureau, "result", strange)), "objection.items_not_failed");
        let view =
            bureau.app.view(&bureau.actor("station2"), Action::ObjectionRead, move |work| view::objection(work, id));
        assert!(matches!(view, Err(AppError::NotFound)), "another station's objection");
    });
}

/// 《民事诉讼法》第九十五条: announced after the other methods failed, deemed served by the passing day, once.
#[test]
fn an_announcement_serves_after_thirty_days() {
    on_each_database(|bureau| {
        let result = failing_report(bureau);
        issue(bureau, result.producer, None);
        let announce = |on: &'static str| {
            let (id, version) = (result.producer, notice(bureau, result.producer).version);
            act(bureau, "result", Action::NoticeIssue, move |work| {
                notices::announce(work, id, version, day(on), "县局网站公告栏，截图存档")
            })
        };
        assert_eq!(refused(announce("2021-09-24")), "objection.methods_untried");
        let electronic =
            serve(bureau, "result", result.producer, attempt(ServiceMethod::Electronic, "2021-09-24", true));
        assert_eq!(refused(electronic), "objection.no_consent");
        bureau.on_day("2021-09-28");
        serve(bureau, "result", result.producer, attempt(ServiceMethod::InPerson, "2021-09-26", false)).expect("noted");
        serve(bureau, "result", result.producer, attempt(ServiceMethod::Post, "2021-09-28", false)).expect("noted");
        assert_eq!(notice(bureau, result.producer).state, NoticeState::Undeliverable);
        assert!(open_duties(bureau, "result").iter().any(|title| title.contains("办理公告送达")));
        announce("2021-09-28").expect("announced");
        bureau.on_day("2021-10-27");
        bureau.app.daily().expect("daily");
        assert_eq!(notice(bureau, result.producer).state, NoticeState::Announced);
        bureau.on_day("2021-10-29");
        bureau.app.daily().expect("daily");
        let deemed = notice(bureau, result.producer);
        assert_eq!((deemed.state, deemed.served_on), (NoticeState::DeemedServed, Some(day("2021-10-28"))));
        assert_eq!(deemed.window_until_on, Some(day("2021-11-12")));
        bureau.app.daily().expect("daily");
        assert_eq!(notice(bureau, result.producer), deemed, "the same day twice changes nothing");
    });
}

/// Regulations §2.7: the labelled producer denies the product; a notice that nobody was sent can be taken back.
#[test]
fn the_producer_denies_and_a_notice_is_taken_back() {
    on_each_database(|bureau| {
        let result = told(bureau, "2021-09-27", "2021-09-27");
        let (id, version) = (result.producer, notice(bureau, result.producer).version);
        act(bureau, "station1", Action::NoticeServe, move |work| {
            notices::answer_authorship(work, id, version, Authorship::Denied, "喷码与本厂不符，附照片")
        })
        .expect("denied");
        assert_eq!(notice(bureau, id).authorship, Authorship::Denied);
        let version = notice(bureau, id).version;
        let again = act(bureau, "result", Action::NoticeServe, move |work| {
            notices::answer_authorship(work, id, version, Authorship::Confirmed, "x")
        });
        assert_eq!(refused(again), "objection.already_answered");
        let served =
            act(bureau, "result", Action::NoticeIssue, move |work| notices::withdraw(work, id, version, "写错"));
        assert_eq!(refused(served), "objection.wrong_state");
    });
    on_each_database(|bureau| {
        let result = failing_report(bureau);
        issue(bureau, result.party, None);
        let (id, version) = (result.party, notice(bureau, result.party).version);
        let draft =
            act(bureau, "result", Action::NoticeIssue, move |work| notices::withdraw(work, id, version, "地址写错"));
        let draft = draft.expect("withdrawn");
        assert_eq!(
            (notice(bureau, id).state, notice(bureau, draft).state),
            (NoticeState::Withdrawn, NoticeState::Draft)
        );
        issue(bureau, draft, None);
        assert_eq!(
            notice(bureau, draft).number.as_deref(),
            Some("市监抽告〔2021〕2 号"),
            "a voided number is not used again"
        );
    });
}

/// Decision 报告更正重新告知: an amended report is told anew, with fifteen days of its own.
#[test]
fn an_amended_report_is_told_anew() {
    on_each_database(|bureau| {
        let result = told(bureau, "2021-09-27", "2021-09-27");
        bureau.on_day("2021-10-08");
        let old = result.report;
        let new = act(bureau, "result", Action::ReportConfirm, move |work| {
            let mut replaced: Inspection = work.tx.get(&old)?.ok_or(AppError::NotFound)?;
            let mut amended = Inspection {
                id: work.new_id(),
                edition: 2,
                amends_id: Some(old),
                report_number: Some("BG2021-0001-1".into()),
                confirmed_on: Some(work.today()),
                ..replaced.clone()
            };
            replaced.state = InspectionState::Replaced;
            work.save(&mut replaced)?;
            work.insert(&mut amended)?;
            objection::draft_notices(work, &amended)?;
            Ok(amended.id)
        })
        .expect("amended");
        bureau.on_day("2021-10-20");
        assert!(final_state(bureau, new).final_on.is_none(), "the old fifteen days do not make the new report final");
        let old_right = bureau.app.store().read(|tx| tx.clocks_of(result.party.cast())).expect("clocks");
        assert!(old_right.iter().all(|clock| clock.state != ClockState::Open));
        let gone = register(bureau, "result", received(result.party, "2021-10-20", ObjectionKind::Conclusion));
        assert!(matches!(gone, Err(AppError::Fields(_))), "{gone:?}");
    });
}

/// R18 第三十七条: an upheld objection voids the result, which then neither counts nor waits for anybody.
#[test]
fn an_upheld_objection_voids_the_result() {
    on_each_database(|bureau| {
        let result = told(bureau, "2021-09-27", "2021-09-27");
        let id = register(bureau, "result", received(result.party, "2021-09-27", ObjectionKind::Process))
            .expect("registered");
        handle(bureau, id, procedure::accept).expect("accepted");
        handle(bureau, id, procedure::begin).expect("begun");
        bureau.on_day("2021-09-30");
        let empty = handle(bureau, id, |work, id, version| procedure::decide(work, id, version, true, " ", "理由"));
        assert_eq!(refused(empty), "objection.reason_missing");
        handle(bureau, id, |work, id, version| {
            procedure::decide(work, id, version, true, "抽样时只有一名抽样人员在场，有监控录像", "不符合两人抽样的要求")
        })
        .expect("decided");
        let state = final_state(bureau, result.report);
        assert_eq!((state.final_on, state.open.len()), (Some(day("2021-09-30")), 0), "{state:?}");
        let report: Inspection = bureau.app.store().read(|tx| tx.get(&result.report)).expect("read").expect("report");
        assert!(report.excluded);
    });
}

/// An assigned case as the follow-up writes it.
pub(crate) fn assigned_case(bureau: &Bureau, received_on: &str) -> CaseId {
    let (org, station, on) = (bureau.county.unit("county"), bureau.county.unit("station1"), day(received_on));
    act(bureau, "result", Action::CaseOpen, move |work| {
        let mut case = case_row(work, org, station, on);
        work.insert(&mut case)?;
        work.record(Event::new("follow_up.opened", "立案").about(case.id));
        Ok(case.id)
    })
    .expect("case")
}

fn case_row(work: &Work<'_>, org: OrganisationId, station: OrganisationId, on: Date) -> Case {
    use hengjian_domain::{
        enterprise::ProductRole,
        follow_up::{CaseSource, CaseState, ObjectionIntent, PenaltyState},
    };
    Case {
        id: work.new_id(),
        version: 1,
        org_id: org,
        unit_id: Some(station),
        number: "H2021-0001".into(),
        source: CaseSource::Assigned,
        tier: Tier::Provincial,
        organiser_name: "省市场监督管理局（虚构）".into(),
        assigned_by: "市局".into(),
        external_number: "1".into(),
        inspection_id: None,
        problem_report_id: None,
        visit_id: None,
        enterprise_id: None,
        party_name: "青石五金经营部（虚构）".into(),
        party_address: "乳城镇一路 1 号".into(),
        party_role: ProductRole::Seller,
        product_name: "电线".into(),
        model: "BV 2.5".into(),
        batch_text: "2021-06".into(),
        producer_name: "远山线缆厂（虚构）".into(),
        report_number: "SJ-1".into(),
        failed_items: "导体电阻".into(),
        state: CaseState::Verifying,
        received_on: on,
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
        penalty: PenaltyState::None,
        penalty_text: String::new(),
        close_proposed_by: None,
        state_before_close: None,
        closed_by: None,
        closed_on: None,
        close_text: String::new(),
        return_reason: String::new(),
        created_at_us: work.now(),
    }
}

/// Notice, part five: the check is another authority's. The objection is relayed with proof, the answer recorded; the
/// seven working days run from the receipt of the report.
#[test]
fn a_check_organised_elsewhere_is_relayed() {
    on_each_database(|bureau| {
        let case = assigned_case(bureau, "2021-09-24");
        bureau.on_day("2021-09-28");
        let form = Received {
            notice_id: None,
            case_id: Some(case),
            applicant: "青石五金经营部（虚构）".into(),
            ..received(Id::from_uuid(Default::default()), "2021-09-28", ObjectionKind::Conclusion)
        };
        let id = register(bureau, "station1", form).expect("registered");
        let clock = bureau.app.store().read(|tx| tx.clocks_of(id.cast())).expect("clocks").remove(0);
        assert_eq!((clock.rule.as_str(), clock.due_strict_on), ("S2", Some(day("2021-10-09"))));
        assert_eq!(refused(handle(bureau, id, procedure::accept)), "objection.organised_elsewhere");
        let bare = handle(bureau, id, |work, id, version| procedure::relay(work, id, version, day("2021-09-28"), ""));
        assert_eq!(refused(bare), "objection.reason_missing");
        handle(bureau, id, |work, id, version| procedure::relay(work, id, version, day("2021-09-28"), "快递单号"))
            .expect("relayed");
        bureau.on_day("2021-10-15");
        handle(bureau, id, |work, id, version| {
            procedure::record_answer(
                work,
                id,
                version,
                ObjectionOutcome::DifferentResult,
                "省局复函",
                day("2021-10-15"),
            )
        })
        .expect("answered");
        assert_eq!(objection_row(bureau, id).state, ObjectionState::Answered);
        let closes = |title: &String| title.starts_with("结果不再成立，提请结案");
        assert!(open_duties(bureau, "station1").iter().any(closes), "the office that has the case closes it");
    });
}
