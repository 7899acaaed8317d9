//! Tables by article: notice, service, admission, re-inspection, finality of the outcome.

use super::*;
use crate::{
    calendar::Calendar,
    ids::Id,
    laboratory::Laboratory,
    organisation::Tier,
    refusal::Explain,
    sampling::{Sample, SampleKind, SampleState},
    testing::{Inspection, InspectionConclusion, InspectionOrigin, InspectionPurpose, InspectionState},
};

fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(n))
}
fn day(text: &str) -> Date {
    text.parse().expect("date")
}

fn report() -> Inspection {
    Inspection {
        id: id(1),
        version: 1,
        org_id: id(9),
        unit_id: None,
        laboratory_id: Some(id(70)),
        laboratory_name: "岭南检测所".into(),
        task_id: None,
        record_id: None,
        sample_id: None,
        rules_id: None,
        origin: InspectionOrigin::Here,
        purpose: InspectionPurpose::First,
        purpose_id: None,
        tier: Tier::County,
        organiser_name: "县局".into(),
        state: InspectionState::Confirmed,
        product_name: "电线".into(),
        trademark: "/".into(),
        model: "BV 2.5".into(),
        model_key: "bv25".into(),
        batch_text: "2021-06".into(),
        sampled_enterprise_id: Some(id(50)),
        sampled_name: "青石经营部".into(),
        sampled_address: "一路 1 号".into(),
        producer_name: "远山线缆厂".into(),
        producer_address: "二路 2 号".into(),
        sampled_on: None,
        received_on: None,
        licence_checked: true,
        licence_text: String::new(),
        licence_ok: true,
        receiver_id: None,
        tester_id: None,
        reviewer_id: None,
        signer_id: None,
        signatories_text: String::new(),
        report_number: Some("R1".into()),
        edition: 1,
        amends_id: None,
        conclusion: Some(InspectionConclusion::Nonconforming),
        severity: None,
        our_conclusion: None,
        conclusion_text: String::new(),
        failed_items: "导体电阻、绝缘厚度".into(),
        serious_quality_problem: false,
        excluded: false,
        issued_on: None,
        submitted_on: None,
        confirmed_by: None,
        confirmed_on: Some(day("2021-09-24")),
        alerted_at_us: None,
        reason: String::new(),
        created_at_us: Timestamp(0),
    }
}

fn notice(capacity: RecipientCapacity) -> Notice {
    Notice {
        id: id(2),
        version: 1,
        org_id: id(9),
        unit_id: None,
        inspection_id: id(1),
        number: Some("市监抽告〔2021〕1 号".into()),
        capacity,
        enterprise_id: None,
        recipient_name: "青石经营部".into(),
        recipient_address: "一路 1 号".into(),
        state: NoticeState::Issued,
        issued_on: Some(day("2021-09-16")),
        method: None,
        served_on: None,
        service_proof: String::new(),
        announced_on: None,
        deemed_on: None,
        window_until_on: None,
        where_text: "质量发展股".into(),
        backup_text: "检测所保管".into(),
        consent_text: String::new(),
        withdrawn_reason: String::new(),
        authorship: Authorship::Open,
        authorship_text: String::new(),
        created_at_us: Timestamp(0),
    }
}

fn attempt(method: ServiceMethod, on: &str, succeeded: bool) -> ServiceAttempt {
    ServiceAttempt {
        id: id(3),
        version: 1,
        org_id: id(9),
        subject_kind: SubjectKind::Notice,
        subject_id: id(2),
        method,
        on_date: day(on),
        succeeded,
        signer: "店长本人".into(),
        proof: "送达回证".into(),
        server: "盘溪禾、邓岭青".into(),
    }
}

fn objection(kind: ObjectionKind, received: &str) -> Objection {
    Objection {
        id: id(4),
        version: 1,
        org_id: id(9),
        unit_id: None,
        inspection_id: Some(id(1)),
        notice_id: Some(id(2)),
        case_id: None,
        applicant: "青石经营部".into(),
        capacity: RecipientCapacity::SampledParty,
        received_on: day(received),
        posted_on: None,
        channel: "当面提交".into(),
        kind,
        items: "导体电阻".into(),
        reasons: "自检合格".into(),
        no_paper_reason: String::new(),
        organiser_name: String::new(),
        relayed: false,
        relayed_on: None,
        relay_proof: String::new(),
        state: ObjectionState::Submitted,
        number: String::new(),
        accepted_on: None,
        investigation_text: String::new(),
        decision_reason: String::new(),
        decision_number: String::new(),
        outcome: None,
        decided_on: None,
        reinspection_notice_number: String::new(),
        formalities_text: String::new(),
        notified_on: None,
        notified_proof: String::new(),
        formalities_until_on: None,
        procedure_done_on: None,
        procedure_text: String::new(),
        laboratory_id: None,
        single_laboratory_evidence: String::new(),
        appointed_on: None,
        backup_sample_id: None,
        sample_verified_text: String::new(),
        reinspection_id: None,
        fee_fen: 0,
        cost_bearer: String::new(),
        cost_settled_on: None,
        cost_text: String::new(),
        answer_text: String::new(),
        answered_on: None,
        created_at_us: Timestamp(0),
    }
}

fn backup(state: SampleState) -> Sample {
    Sample {
        id: id(5),
        version: 1,
        org_id: id(9),
        unit_id: None,
        record_id: id(6),
        number: "S1/B1".into(),
        kind: SampleKind::Backup,
        state,
        quantity: "1 卷".into(),
        seal_number: "F2".into(),
        holder: "检测所".into(),
        place: "样品室".into(),
        free: true,
        expires_on: None,
        created_at_us: Timestamp(0),
    }
}

fn laboratory(n: u128, name: &str, single: bool) -> Laboratory {
    Laboratory {
        id: id(n),
        version: 1,
        org_id: id(9),
        organisation_id: None,
        name: name.into(),
        address: String::new(),
        accreditation_number: "CMA1".into(),
        accreditation_until_on: Some(day("2022-12-31")),
        single_in_province: single,
        note: String::new(),
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, ObjectionRefused>) -> &'static str {
    result.expect_err("refused").code()
}

/// Studying an objection to the conclusion, with the notice issued.
fn studying() -> Objection {
    let mut objection = objection(ObjectionKind::Conclusion, "2021-09-28");
    objection.state = ObjectionState::Studying;
    objection
}
fn possible(sample: Option<&Sample>) -> Possibility<'_> {
    Possibility { backup: sample, not_retestable: &[], reinspected_before: false, on: day("2021-09-29") }
}
fn in_state(state: ObjectionState) -> Objection {
    Objection {
        state,
        notified_on: Some(day("2021-09-24")),
        formalities_until_on: Some(day("2021-10-08")),
        backup_sample_id: Some(id(5)),
        ..studying()
    }
}

/// R18 第三十五条: who is told, by the field in which the sample was taken; conforming results too; nobody for a check that
/// is organised elsewhere, a 复检 or a 复查.
#[test]
fn r18_art35_recipients() {
    let capacities = |report: &Inspection| -> Vec<RecipientCapacity> {
        recipients(report, None).into_iter().map(|recipient| recipient.capacity).collect()
    };
    use RecipientCapacity::*;
    assert_eq!(capacities(&report()), [SampledParty, LabelledProducer], "sampled at a seller");
    let own = Inspection { producer_name: "青石经营部".into(), ..report() };
    assert_eq!(capacities(&own), [SampledParty], "sampled at the producer");
    let conforming = Inspection { conclusion: Some(InspectionConclusion::NoNonconformityFound), ..report() };
    assert_eq!(capacities(&conforming), [SampledParty, LabelledProducer], "a conforming result is told too");
    let unmarked = Inspection { producer_name: "/".into(), ..report() };
    assert_eq!(capacities(&unmarked), [SampledParty], "no producer on the label");
    for silent in [
        Inspection { origin: InspectionOrigin::Superior, ..report() },
        Inspection { purpose: InspectionPurpose::Reinspection, ..report() },
        Inspection { purpose: InspectionPurpose::Recheck, ..report() },
    ] {
        assert_eq!(capacities(&silent), []);
    }
}

/// R18 第三十五条, 第三十六条: what a notice must state before it gets a number.
#[test]
fn r18_art36_a_notice_is_whole() {
    let draft = Notice { state: NoticeState::Draft, number: None, ..notice(RecipientCapacity::SampledParty) };
    let paper = NoticePaper {
        recipient_name: "青石经营部".into(),
        recipient_address: "一路 1 号".into(),
        where_text: "质量发展股".into(),
        backup_text: "检测所保管".into(),
        unit_id: None,
        issued_on: day("2021-09-24"),
    };
    let issue = |paper: NoticePaper, report: &Inspection| {
        draft.clone().issue(paper, report, "市监抽告〔2021〕1 号".into(), day("2021-09-24"))
    };
    assert_eq!(issue(paper.clone(), &report()).map(|notice| notice.state), Ok(NoticeState::Issued));
    for broken in [
        NoticePaper { recipient_name: " ".into(), ..paper.clone() },
        NoticePaper { recipient_address: String::new(), ..paper.clone() },
        NoticePaper { where_text: String::new(), ..paper.clone() },
        NoticePaper { backup_text: String::new(), ..paper.clone() },
    ] {
        assert_eq!(code(issue(broken, &report())), "objection.notice_incomplete");
    }
    let submitted = Inspection { state: InspectionState::Submitted, ..report() };
    assert_eq!(code(issue(paper.clone(), &submitted)), "objection.not_confirmed");
    let unnamed = Inspection { failed_items: String::new(), ..report() };
    assert_eq!(code(issue(paper.clone(), &unnamed)), "objection.notice_incomplete");
    // Given out on paper before it was entered: never before the report was confirmed, never on a day to come.
    for (confirmed, issued, expected) in [
        ("2021-09-20", "2021-09-21", None),
        ("2021-09-20", "2021-09-19", Some("objection.date_impossible")),
        ("2021-09-20", "2021-09-25", Some("objection.date_impossible")),
    ] {
        let report = Inspection { confirmed_on: Some(day(confirmed)), ..report() };
        let result = issue(NoticePaper { issued_on: day(issued), ..paper.clone() }, &report);
        match expected {
            None => assert_eq!(result.map(|notice| notice.issued_on), Ok(Some(day(issued)))),
            Some(expected) => assert_eq!(code(result), expected, "{issued}"),
        }
    }
    let served = Notice { state: NoticeState::Served, ..draft.clone() };
    assert_eq!(code(served.issue(paper, &report(), String::new(), day("2021-09-24"))), "objection.wrong_state");
}

/// R18 第三十六条 with 《民法典》第二百零三条: the fifteen days begin with each recipient's own receipt (regulations §10.5).
#[test]
fn r18_art36_fifteen_days_per_recipient() {
    for (served, until) in [
        ("2021-09-16", "2021-10-08"),
        ("2021-09-22", "2021-10-08"),
        ("2021-09-23", "2021-10-08"),
        ("2021-09-24", "2021-10-09"),
        ("2021-09-25", "2021-10-11"),
        ("2021-09-27", "2021-10-12"),
    ] {
        let served = notice(RecipientCapacity::SampledParty)
            .serve(&attempt(ServiceMethod::InPerson, served, true), &[], day("2021-09-30"), Calendar::builtin())
            .expect("served");
        assert_eq!((served.state, served.window_until_on), (NoticeState::Served, Some(day(until))));
    }
}

/// 《民事诉讼法》第八十七条 to 第九十一条: proof, signer, consent, dates.
#[test]
fn cpl_art87_to_91_service_guards() {
    let serve =
        |notice: Notice, attempt: &ServiceAttempt| notice.serve(attempt, &[], day("2021-09-30"), Calendar::builtin());
    let party = || notice(RecipientCapacity::SampledParty);
    let good = attempt(ServiceMethod::InPerson, "2021-09-27", true);
    let expected = [
        (ServiceAttempt { on_date: day("2021-09-15"), ..good.clone() }, "objection.date_impossible"),
        (ServiceAttempt { on_date: day("2021-10-01"), ..good.clone() }, "objection.date_impossible"),
        (ServiceAttempt { proof: String::new(), ..good.clone() }, "objection.reason_missing"),
        (ServiceAttempt { server: " ".into(), ..good.clone() }, "objection.reason_missing"),
        (ServiceAttempt { signer: String::new(), ..good.clone() }, "objection.reason_missing"),
        (ServiceAttempt { method: ServiceMethod::Electronic, ..good.clone() }, "objection.no_consent"),
        (ServiceAttempt { method: ServiceMethod::Announcement, ..good.clone() }, "objection.methods_untried"),
    ];
    for (attempt, refused) in expected {
        assert_eq!(code(serve(party(), &attempt)), refused, "{attempt:?}");
    }
    let left = ServiceAttempt { method: ServiceMethod::LeftWithWitness, signer: String::new(), ..good.clone() };
    assert_eq!(serve(party(), &left).map(|notice| notice.state), Ok(NoticeState::Served), "留置 needs no signature");
    let agreed = party().consent("2021-08-20 书面同意，邮箱见确认书").expect("consent");
    let electronic = ServiceAttempt { method: ServiceMethod::Electronic, ..good };
    assert_eq!(serve(agreed, &electronic).map(|notice| notice.state), Ok(NoticeState::Served));
}

/// 《民事诉讼法》第九十五条: announcement only after the other methods failed, thirty days, then the fifteen.
#[test]
fn cpl_art95_announcement() {
    let (calendar, today) = (Calendar::builtin(), day("2021-08-17"));
    let issued = Notice { issued_on: Some(day("2021-08-02")), ..notice(RecipientCapacity::LabelledProducer) };
    assert_eq!(code(issued.clone().announce(today, "县局网站", &[], today)), "objection.methods_untried");
    let first = attempt(ServiceMethod::InPerson, "2021-08-03", false);
    let sent = issued.serve(&first, &[], today, calendar).expect("attempt");
    assert_eq!(sent.state, NoticeState::Sent);
    assert_eq!(
        code(sent.clone().announce(today, "县局网站", std::slice::from_ref(&first), today)),
        "objection.methods_untried"
    );
    let second = attempt(ServiceMethod::Post, "2021-08-10", false);
    let lost = sent.serve(&second, std::slice::from_ref(&first), today, calendar).expect("attempt");
    assert_eq!(lost.state, NoticeState::Undeliverable);
    let attempts = [first, second];
    assert_eq!(code(lost.clone().announce(today, " ", &attempts, today)), "objection.reason_missing");
    let announced = lost.announce(today, "县局网站", &attempts, today).expect("announced");
    assert_eq!(announced.deemed_on, Some(day("2021-09-16")));
    assert_eq!(announced.clone().deem(day("2021-09-15"), calendar), None);
    let deemed = announced.clone().deem(day("2021-09-20"), calendar).expect("deemed");
    assert_eq!(
        (deemed.state, deemed.served_on, deemed.window_until_on),
        (NoticeState::DeemedServed, Some(day("2021-09-16")), Some(day("2021-10-08")))
    );
    let turned_up = attempt(ServiceMethod::InPerson, "2021-08-30", true);
    let served = announced.serve(&turned_up, &attempts, day("2021-08-30"), calendar).expect("turned up");
    assert_eq!((served.state, served.served_on), (NoticeState::Served, Some(day("2021-08-30"))));
}

/// 《民事诉讼法》第九十五条 with 第九十条: who agreed to electronic service is also tried electronically first.
#[test]
fn cpl_art95_consent_adds_a_method() {
    let failed = [
        attempt(ServiceMethod::LeftWithWitness, "2021-09-20", false),
        attempt(ServiceMethod::Post, "2021-09-22", false),
    ];
    assert_eq!(untried_methods(&failed, false), []);
    assert_eq!(untried_methods(&failed, true), [ServiceMethod::Electronic]);
    assert_eq!(untried_methods(&[], false), [ServiceMethod::InPerson, ServiceMethod::Post]);
}

/// Regulations §2.7: only the labelled producer answers, with proof; a denial is a state.
#[test]
fn r18_art35_authorship() {
    let producer = || Notice { state: NoticeState::Served, ..notice(RecipientCapacity::LabelledProducer) };
    assert_eq!(
        code(notice(RecipientCapacity::SampledParty).answer_authorship(Authorship::Denied, "x")),
        "objection.not_the_producer"
    );
    assert_eq!(code(producer().answer_authorship(Authorship::Denied, " ")), "objection.reason_missing");
    let denied = producer().answer_authorship(Authorship::Denied, "包装、喷码与本厂不符，附对比照片").expect("denied");
    assert_eq!(denied.authorship, Authorship::Denied);
    assert_eq!(code(denied.answer_authorship(Authorship::Confirmed, "x")), "objection.already_answered");
}

/// R18 第三十六条, 《产品质量法》第十五条, decision 邮戳日: in time is what is filed by the party-friendly day (regulations §10.5:
/// report 09-24, served 09-27, the office's seven working days end 10-09, the objection of 10-11 must be accepted).
#[test]
fn r18_art36_admission() {
    let until = Some(day("2021-10-12"));
    for (received, posted, window, accepted) in [
        ("2021-10-11", None, until, true),
        ("2021-10-12", None, until, true),
        ("2021-10-13", None, until, false),
        ("2021-10-15", Some("2021-10-12"), until, true),
        ("2021-10-15", Some("2021-10-13"), until, false),
        ("2021-12-01", None, None, true),
    ] {
        let objection = || Objection { posted_on: posted.map(day), ..objection(ObjectionKind::Conclusion, received) };
        let case = format!("{received} {posted:?} {window:?}");
        let admitted = objection().accept(window, "1".into(), day("2021-10-15"));
        let refused = objection().refuse(InadmissibleGround::Late, window, "逾期", "1".into(), day("2021-10-15"));
        if accepted {
            assert_eq!(admitted.map(|objection| objection.state), Ok(ObjectionState::Accepted), "{case}");
            assert_eq!(code(refused), "objection.still_in_time", "{case}");
        } else {
            assert_eq!(code(admitted), "objection.too_late", "{case}");
            assert_eq!(refused.map(|objection| objection.state), Ok(ObjectionState::Inadmissible), "{case}");
        }
    }
    let entitled = objection(ObjectionKind::Process, "2021-10-11");
    let ground = InadmissibleGround::NotEntitled;
    assert_eq!(code(entitled.clone().refuse(ground, until, "x", "1".into(), day("2021-10-12"))), "objection.entitled");
    let stranger = Objection { notice_id: None, ..entitled };
    assert_eq!(
        code(stranger.clone().refuse(ground, None, " ", "1".into(), day("2021-10-12"))),
        "objection.reason_missing"
    );
    assert!(stranger.refuse(ground, None, "不是被抽样单位", "1".into(), day("2021-10-12")).is_ok());
}

/// R18 第三十六条: in writing, with reasons; contested items are failed items; dates are possible.
#[test]
fn r18_art36_what_is_handed_in() {
    let today = day("2021-10-12");
    let good = objection(ObjectionKind::Conclusion, "2021-10-11");
    assert_eq!(good.check(Some(&report()), today), Ok(()));
    for (broken, refused) in [
        (Objection { reasons: " ".into(), ..good.clone() }, "objection.reason_missing"),
        (Objection { channel: String::new(), ..good.clone() }, "objection.reason_missing"),
        (Objection { items: String::new(), ..good.clone() }, "objection.reason_missing"),
        (Objection { items: "导体电阻、标志".into(), ..good.clone() }, "objection.items_not_failed"),
        (Objection { received_on: day("2021-10-13"), ..good.clone() }, "objection.date_impossible"),
        (Objection { posted_on: Some(day("2021-10-12")), ..good.clone() }, "objection.date_impossible"),
    ] {
        assert_eq!(code(broken.check(Some(&report()), today)), refused, "{broken:?}");
    }
}

/// R18 第三十七条: process, authenticity and basis are investigated, the conclusion is studied.
#[test]
fn r18_art37_two_ways() {
    for (kind, state) in [
        (ObjectionKind::Process, ObjectionState::Investigating),
        (ObjectionKind::Authenticity, ObjectionState::Investigating),
        (ObjectionKind::Basis, ObjectionState::Investigating),
        (ObjectionKind::Conclusion, ObjectionState::Studying),
    ] {
        let accepted = Objection { state: ObjectionState::Accepted, ..objection(kind, "2021-09-28") };
        let begun = accepted.begin().expect("begun");
        assert_eq!(begun.state, state);
        let decided = begun.clone().decide_investigation(true, "事实", "理由", "1".into(), day("2021-09-29"));
        if kind == ObjectionKind::Conclusion {
            assert_eq!(code(decided), "objection.wrong_kind");
        } else {
            let decided = decided.expect("decided");
            assert_eq!((decided.state, decided.outcome), (ObjectionState::Decided, Some(ObjectionOutcome::Upheld)));
            assert_eq!(
                code(begun.decide_investigation(false, " ", "理由", "1".into(), day("2021-09-29"))),
                "objection.reason_missing"
            );
        }
    }
}

/// R18 第三十七条: no re-inspection only for reasons that the facts bear out; re-inspection only where possible, once.
#[test]
fn r18_art37_whether_to_test_again() {
    let (stored, lost) = (backup(SampleState::Stored), backup(SampleState::LostOrTampered));
    let spoilt = Sample { expires_on: Some(day("2021-09-28")), ..stored.clone() };
    let micro = ["导体电阻".to_owned()];
    let decline = |ground, possible| studying().decline_reinspection(ground, "理由", possible, "1".into());
    assert_eq!(code(decline(NoReinspectionGround::NoBackup, possible(Some(&stored)))), "objection.backup_exists");
    assert_eq!(code(decline(NoReinspectionGround::Expired, possible(Some(&stored)))), "objection.backup_exists");
    assert_eq!(code(decline(NoReinspectionGround::NotRetestable, possible(Some(&stored)))), "objection.retestable");
    for ground in [NoReinspectionGround::NoBackup, NoReinspectionGround::Expired] {
        for sample in [None, Some(&lost), Some(&spoilt)] {
            let declined = decline(ground, possible(sample)).expect("declined");
            assert_eq!(declined.outcome, Some(ObjectionOutcome::NoReinspection));
        }
    }
    let never = Possibility { not_retestable: &micro, ..possible(Some(&stored)) };
    assert!(decline(NoReinspectionGround::NotRetestable, never).is_ok());
    let issue =
        |possible| studying().issue_reinspection_notice(possible, "到质量发展股，预缴 800 元", 80_000, "1".into());
    assert_eq!(code(issue(never)), "objection.not_retestable");
    assert_eq!(code(issue(possible(Some(&lost)))), "objection.no_backup");
    assert_eq!(code(issue(possible(Some(&spoilt)))), "objection.no_backup");
    let again = Possibility { reinspected_before: true, ..possible(Some(&stored)) };
    assert_eq!(code(issue(again)), "objection.reinspected_before");
    assert_eq!(issue(possible(Some(&stored))).map(|objection| objection.backup_sample_id), Ok(Some(id(5))));
}

/// R18 第三十八条: seven calendar days from the applicant's receipt; then 视为放弃, never a day early.
#[test]
fn r18_art38_seven_days() {
    let calendar = Calendar::builtin();
    let issued = Objection { reinspection_notice_number: "1".into(), ..studying() };
    assert_eq!(
        code(studying().reinspection_notified(day("2021-09-24"), "签收", day("2021-09-24"), calendar)),
        "objection.reason_missing"
    );
    let notified =
        issued.reinspection_notified(day("2021-09-24"), "签收", day("2021-09-24"), calendar).expect("notified");
    assert_eq!(notified.formalities_until_on, Some(day("2021-10-08")), "10-01 is a holiday: the last day rolls");
    assert_eq!(notified.clone().abandon(day("2021-10-08")), None);
    let abandoned = notified.clone().abandon(day("2021-10-09")).expect("abandoned");
    assert_eq!(abandoned.state, ObjectionState::Abandoned);
    let done = notified.clone().formalities_done(day("2021-10-08"), "缴费凭证", day("2021-10-08"));
    assert_eq!(done.map(|objection| objection.state), Ok(ObjectionState::ProcedureDone));
    assert_eq!(
        code(notified.formalities_done(day("2021-10-09"), "缴费凭证", day("2021-10-09"))),
        "objection.formalities_late"
    );
    let entered_late = abandoned.formalities_done(day("2021-10-08"), "缴费凭证", day("2021-10-09")).expect("in time");
    assert_eq!((entered_late.state, entered_late.decided_on), (ObjectionState::ProcedureDone, None));
}

/// R18 第三十九条: another laboratory, unless it is the only one of the province with evidence; accredited.
#[test]
fn r18_art39_laboratory() {
    let first = report();
    let appoint = |laboratory: &Laboratory, uncovered: &[String], evidence: &str, on: &str| {
        in_state(ObjectionState::ProcedureDone).appoint(Appointment {
            laboratory,
            first: &first,
            uncovered,
            single_evidence: evidence,
            on: day(on),
        })
    };
    let other = laboratory(71, "粤北检验中心", false);
    let on = "2021-10-08";
    assert_eq!(appoint(&other, &[], "", on).map(|objection| objection.laboratory_id), Ok(Some(id(71))));
    for (laboratory, evidence) in [
        (laboratory(70, "岭南检测所", false), "省局名单"),
        (laboratory(70, "岭南检测所", true), " "),
        (laboratory(72, "岭南检测所", false), "省局名单"),
    ] {
        assert_eq!(code(appoint(&laboratory, &[], evidence, on)), "objection.same_laboratory", "{laboratory:?}");
    }
    let single = appoint(&laboratory(70, "岭南检测所", true), &[], "省局名单", on).expect("only one");
    assert_eq!(single.single_laboratory_evidence, "省局名单");
    assert_eq!(code(appoint(&other, &["导体电阻".to_owned()], "", on)), "objection.scope_missing");
    assert_eq!(code(appoint(&other, &[], "", "2023-01-01")), "objection.accreditation_ended");
}

/// R18 第四十条: the party tampered with the backup sample; decision 样品灭失: an office lost it.
#[test]
fn r18_art40_backup_gone() {
    for state in
        [ObjectionState::ReinspectionNotified, ObjectionState::LaboratoryAppointed, ObjectionState::SampleVerified]
    {
        let ended = in_state(state).terminate("封条被撕", "1".into(), day("2021-10-09")).expect("terminated");
        assert_eq!((ended.state, ended.outcome), (ObjectionState::Terminated, None));
        assert_eq!(code(in_state(state).terminate(" ", "1".into(), day("2021-10-09"))), "objection.reason_missing");
        let lost =
            in_state(state).backup_lost_by_office("库房进水，局领导决定", "1".into(), day("2021-10-09")).expect("lost");
        assert_eq!(lost.outcome, Some(ObjectionOutcome::Upheld));
    }
    assert_eq!(
        code(in_state(ObjectionState::ReinspectionReported).terminate("x", "1".into(), day("2021-10-09"))),
        "objection.wrong_state"
    );
}

/// R18 第四十一条: seal and form.
#[test]
fn r18_art41_sample_check() {
    for (seal, form) in [(false, true), (true, false)] {
        assert_eq!(
            code(in_state(ObjectionState::LaboratoryAppointed).verify_sample(seal, form, "照片")),
            "objection.sample_doubtful"
        );
    }
    assert!(in_state(ObjectionState::LaboratoryAppointed).verify_sample(true, true, "照片 3 张").is_ok());
}

/// R18 第四十二条 with decision 复检结论不同: the conclusion on the contested items decides, and only for them.
#[test]
fn r18_art42_final_conclusion() {
    use InspectionConclusion::*;
    let second = |conclusion, failed: &str| Inspection {
        id: id(8),
        conclusion: Some(conclusion),
        failed_items: failed.into(),
        ..report()
    };
    let tables = [
        ("导体电阻", second(NoNonconformityFound, ""), Some(ObjectionOutcome::DifferentResult), "绝缘厚度", false),
        (
            "导体电阻",
            second(Nonconforming, "导体电阻"),
            Some(ObjectionOutcome::SameResult),
            "绝缘厚度、导体电阻",
            false,
        ),
        ("导体电阻、绝缘厚度", second(NoNonconformityFound, ""), Some(ObjectionOutcome::DifferentResult), "", true),
        (
            "导体电阻、绝缘厚度",
            second(Nonconforming, "绝缘厚度"),
            Some(ObjectionOutcome::SameResult),
            "绝缘厚度",
            false,
        ),
        ("导体电阻", second(NotJudged, ""), None, "绝缘厚度", false),
    ];
    for (items, second, outcome, failed, overturned) in tables {
        assert_eq!(compare(items, &report(), &second), outcome, "{items}");
        let decided = Objection { items: items.into(), ..studying() };
        let stands = standing(&report(), Some((&decided, &second)));
        assert_eq!(
            (stands.failed_items.join("、"), stands.overturns(&report())),
            (failed.to_owned(), overturned),
            "{items}"
        );
    }
    let reported = || Objection { reinspection_id: Some(id(8)), ..in_state(ObjectionState::ReinspectionReported) };
    let same = Some(ObjectionOutcome::SameResult);
    let conclude =
        |computed, stated| reported().conclude(computed, stated, "两份报告一致", "1".into(), day("2021-10-20"));
    assert_eq!(code(conclude(None, ObjectionOutcome::SameResult)), "objection.not_judged");
    assert_eq!(code(conclude(same, ObjectionOutcome::DifferentResult)), "objection.outcome_differs");
    let decided = conclude(same, ObjectionOutcome::SameResult).expect("decided");
    assert_eq!(decided.cost_bearer, "申请人");
    assert_eq!(
        code(decided.clone().conclude(same, ObjectionOutcome::SameResult, "x", "2".into(), day("2021-10-21"))),
        "objection.wrong_state"
    );
    assert!(decided.settle_cost(day("2021-10-21"), "收据", day("2021-10-21")).is_ok());
    let different =
        conclude(Some(ObjectionOutcome::DifferentResult), ObjectionOutcome::DifferentResult).expect("decided");
    assert_eq!(different.cost_bearer, "组织监督抽查的部门");
}

/// R18 第四十三条: without a re-inspection there is no cost to settle.
#[test]
fn r18_art43_cost_needs_a_reinspection() {
    let decided = Objection { state: ObjectionState::Decided, ..studying() };
    assert_eq!(code(decided.settle_cost(day("2021-10-21"), "收据", day("2021-10-21"))), "objection.wrong_kind");
}

/// R18 第三十六条, notice part five: a check organised elsewhere is relayed with proof and answered there.
#[test]
fn r18_art36_organised_elsewhere() {
    let today = day("2021-10-12");
    let theirs = || Objection {
        relayed: true,
        organiser_name: "省局".into(),
        ..objection(ObjectionKind::Conclusion, "2021-10-11")
    };
    assert_eq!(code(theirs().accept(None, "1".into(), today)), "objection.organised_elsewhere");
    assert_eq!(
        code(theirs().refuse(InadmissibleGround::Late, Some(day("2021-10-01")), "x", "1".into(), today)),
        "objection.organised_elsewhere"
    );
    assert_eq!(
        code(objection(ObjectionKind::Conclusion, "2021-10-11").relay(today, "回执", today)),
        "objection.organised_here"
    );
    assert_eq!(code(theirs().relay(today, " ", today)), "objection.reason_missing");
    let relayed = theirs().relay(today, "EMS 单号", today).expect("relayed");
    assert!(relayed.is_open());
    let answered = relayed.answered(ObjectionOutcome::Dismissed, "省局函", today, today).expect("answered");
    assert_eq!((answered.state, answered.is_open()), (ObjectionState::Answered, false));
}

/// Regulations §2.8: every state and whether finality waits for it.
#[test]
fn open_and_ended_states() {
    use ObjectionState::*;
    let ended = [Inadmissible, Abandoned, Terminated, Decided, CostSettled, Answered, Withdrawn];
    for state in <ObjectionState as crate::code::Code>::ALL {
        assert_eq!(in_state(*state).is_open(), !ended.contains(state), "{state:?}");
    }
}

/// Every refusal says what, why and what next; its code belongs to the stage.
#[test]
fn refusals_answer() {
    use ObjectionRefused::*;
    let (until, filed) = (day("2021-10-12"), day("2021-10-13"));
    let all = [
        WrongState { act: "受理异议", state: "已受理" },
        NotConfirmed,
        NoticeIncomplete { missing: "收件人" },
        DateImpossible { act: "登记送达", why: "送达日在今天之后".into() },
        ReasonMissing { act: "登记异议", missing: "理由" },
        NoConsent,
        MethodsUntried { methods: "邮寄送达".into() },
        NotTheProducer,
        AlreadyAnswered { answer: "未答复" },
        TooLate { until, filed },
        StillInTime { until: Some(until), filed },
        StillInTime { until: None, filed },
        Entitled { applicant: "青石经营部".into() },
        ItemsNotFailed { items: "标志".into() },
        OrganisedElsewhere { act: "受理异议", organiser: "省局".into() },
        OrganisedHere,
        WrongKind { act: "作出复检结论", kind: "抽样过程" },
        NoBackup,
        BackupExists { number: "S1/B1".into() },
        NotRetestable { items: "菌落总数".into() },
        Retestable,
        ReinspectedBefore,
        FormalitiesLate { until, on: filed },
        SameLaboratory { name: "岭南检测所".into() },
        ScopeMissing { items: "导体电阻".into() },
        AccreditationEnded { until },
        SampleDoubtful,
        NotJudged,
        OutcomeDiffers { computed: "复检结论相同" },
    ];
    for refusal in all {
        assert!(refusal.code().starts_with("objection."), "{refusal:?}");
        assert!(refusal.what().starts_with("不能"), "{refusal:?}");
        assert!(!refusal.why().is_empty() && !refusal.next().is_empty(), "{refusal:?}");
        assert!(refusal.basis().is_none_or(|basis| basis.evidence().is_some()), "{refusal:?}");
    }
}

/// R18 第三十六条: one that came too late does not open a final result again, unless and until it is admitted.
#[test]
fn a_late_objection_holds_nothing_until_it_is_admitted() {
    use ObjectionState::*;
    let (last, before, after) = (Some(day("2021-10-09")), "2021-10-09", "2021-10-10");
    for (state, filed, until, holds) in [
        (Submitted, before, last, true),
        (Submitted, after, last, false),
        (Submitted, after, None, true),
        (Relayed, after, last, false),
        (Accepted, after, last, true),
        (Investigating, after, last, true),
        (Inadmissible, before, last, false),
        (Withdrawn, before, last, false),
    ] {
        let late = Objection { state, ..objection(ObjectionKind::Process, filed) };
        assert_eq!(late.holds_finality(until), holds, "{state:?} {filed}");
    }
}
