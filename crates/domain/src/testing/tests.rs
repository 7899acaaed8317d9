//! The rules of the stage as tables: one `check` a rule, rows in the order in which refusals take precedence.

use super::{
    Confirmation, Consequence, Inspection, InspectionConclusion, InspectionId, InspectionOrigin, InspectionPurpose,
    InspectionState, ItemEntry, ItemProblem, ItemResult, ItemVerdict, LicenceFinding, PrintedReport, Receipt,
    SamplerOf, Severity, TestingRefused, amended_number, reinspection_laboratory, select_items, summarise,
};
use crate::{
    actor::{Actor, Role, UserId},
    code::Code,
    ids::Id,
    laboratory::{Laboratory, LaboratoryScope},
    organisation::{OrganisationKind, Tier},
    plan::{SamplingField, TaskKind},
    refusal::Explain,
    rules::{CompareMethod, ItemClass},
    sampling::{PurchaseBasis, RecordState, SampleState, SamplingForm, SamplingRecord},
    time::Timestamp,
};
use InspectionState::*;

fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(n))
}
fn date(text: &str) -> jiff::civil::Date {
    text.parse().expect("date")
}
fn person(n: u128, name: &str) -> Actor {
    Actor {
        user_id: id(n),
        name: name.into(),
        pseudonym: format!("p{n}"),
        org_id: id(9),
        scope_path: "/9/".into(),
        unit_id: id(9),
        unit_name: "检测所".into(),
        unit_kind: OrganisationKind::Laboratory,
        unit_tier: None,
        roles: vec![Role::Tester, Role::LabReviewer, Role::LabSigner],
    }
}
fn inspection(state: InspectionState) -> Inspection {
    Inspection {
        id: id(1),
        version: 1,
        org_id: id(8),
        unit_id: Some(id(9)),
        laboratory_id: Some(id(7)),
        laboratory_name: "检测所".into(),
        task_id: None,
        record_id: Some(id(5)),
        sample_id: Some(id(6)),
        rules_id: None,
        origin: InspectionOrigin::Here,
        purpose: InspectionPurpose::First,
        purpose_id: None,
        tier: Tier::County,
        organiser_name: "县局".into(),
        state,
        product_name: "电线电缆".into(),
        trademark: "溪石".into(),
        model: "BV 2.5".into(),
        model_key: "bv25".into(),
        batch_text: "2021-08-01".into(),
        sampled_enterprise_id: None,
        sampled_name: "河畔五金店".into(),
        sampled_address: "河畔街1号".into(),
        producer_name: "溪石线缆厂".into(),
        producer_address: "/".into(),
        sampled_on: Some(date("2021-09-01")),
        received_on: Some(date("2021-09-03")),
        licence_checked: true,
        licence_text: "不适用".into(),
        licence_ok: true,
        receiver_id: Some(id(20)),
        tester_id: Some(id(21)),
        reviewer_id: Some(id(22)),
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
        created_at_us: Timestamp(0),
    }
}
fn item(name: &str, class: ItemClass, limit: Option<&str>, value: Option<&str>) -> ItemResult {
    let row = ItemResult {
        id: id(100),
        version: 1,
        org_id: id(8),
        inspection_id: id(1),
        seq: 1,
        item: name.into(),
        class,
        standard: "虚构标准".into(),
        method: "虚构方法".into(),
        unit: "Ω/km".into(),
        rule_limit: limit.map(str::to_owned),
        declared_limit: None,
        applied_limit: None,
        mandatory: true,
        compare: CompareMethod::FullValue,
        interval: None,
        value_text: None,
        not_tested_reason: String::new(),
        verdict: ItemVerdict::NotJudged,
        verdict_reason: String::new(),
        reported_verdict: None,
        overruled_verdict: None,
        overruled_reason: String::new(),
    };
    row.enter(&ItemEntry { value: value.unwrap_or_default().into(), ..ItemEntry::default() }).expect("entry")
}
fn code<T>(result: Result<T, TestingRefused>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(refused) => refused.code(),
    }
}

/// R18 第二十九条: state, seal, match, state of the sample → answer.
#[test]
fn r18_art29_receipt() {
    let receipt =
        |seal_intact, matches_record| Receipt { received_on: date("2021-09-03"), seal_intact, matches_record };
    let licence = || LicenceFinding { text: "不适用".into(), failures: vec![] };
    let rows = [
        (Testing, SampleState::InTransit, true, true, "testing.wrong_state"),
        (Assigned, SampleState::Sealed, false, false, "testing.sample_elsewhere"),
        (Assigned, SampleState::LostOrTampered, true, true, "testing.sample_elsewhere"),
        (Assigned, SampleState::InTransit, false, false, "testing.sample_irregular"),
        (Assigned, SampleState::InTransit, true, false, "testing.sample_irregular"),
        (Assigned, SampleState::InTransit, true, true, "ok"),
        (Assigned, SampleState::Received, true, true, "ok"),
        (Assigned, SampleState::ReinspectionTransferred, true, true, "ok"),
    ];
    for (state, sample, seal, matches, expected) in rows {
        let result = inspection(state).receive(&person(20, "收"), receipt(seal, matches), sample, licence());
        assert_eq!(code(result), expected, "{state:?} {sample:?} {seal} {matches}");
    }
    let failed = LicenceFinding { text: "没有证".into(), failures: vec!["没有证".into()] };
    let received = inspection(Assigned).receive(&person(20, "收"), receipt(true, true), SampleState::InTransit, failed);
    let received = received.expect("a failing gate does not stop the receipt");
    assert!(received.licence_checked && !received.licence_ok);
    assert_eq!(code(received.begin_testing(&person(21, "检"), &[])), "testing.licence_failed");
    assert_eq!(code(inspection(Assigned).reject(&person(20, "收"), date("2021-09-03"), " ")), "testing.reason_missing");
    let rejected = inspection(Assigned).reject(&person(20, "收"), date("2021-09-03"), "封条破损").expect("rejection");
    assert_eq!((rejected.state, rejected.reason.as_str()), (Rejected, "封条破损"));
}

/// R18 第三十条 (LIC 第二条): nothing is tested before the gate is answered, and what fails it is not tested.
#[test]
fn r18_art30_no_test_before_the_gate() {
    let mut open = inspection(Accepted);
    open.licence_checked = false;
    open.licence_ok = false;
    assert_eq!(code(open.begin_testing(&person(21, "检"), &[])), "testing.licence_unanswered");
    for (state, expected) in [(Accepted, "ok"), (Testing, "ok"), (Signed, "testing.wrong_state")] {
        assert_eq!(code(inspection(state).terminate("无证生产", "截图")), expected);
    }
    assert_eq!(code(inspection(Accepted).terminate("", "截图")), "testing.reason_missing");
    assert_eq!(code(inspection(Accepted).terminate("无证生产", " ")), "testing.evidence_missing");
    assert_eq!(inspection(Accepted).terminate("无证生产", "截图").expect("stop").state, TerminatedIllegal);
}

/// R18 第九条: samplers of the sample neither test nor review.
#[test]
fn r18_art9_samplers_do_not_test() {
    let sampler = |user: Option<u128>, name: &str, laboratory: Option<u128>| SamplerOf {
        user_id: user.map(id),
        name: name.into(),
        laboratory_id: laboratory.map(id),
    };
    let rows = [
        (sampler(Some(21), "别名", None), "testing.sampler_tests"),
        (sampler(Some(50), "严竹影", Some(7)), "ok"),
        (sampler(None, "严竹影", Some(7)), "testing.sampler_tests"),
        (sampler(None, "严竹影", Some(70)), "ok"),
        (sampler(None, "岳听松", Some(7)), "ok"),
    ];
    for (sampler, expected) in rows {
        let by = person(21, "严竹影");
        let result = inspection(Accepted).begin_testing(&by, std::slice::from_ref(&sampler));
        assert_eq!(code(result), expected, "{sampler:?}");
        let mut waiting = inspection(ItemsDone);
        waiting.tester_id = Some(id(99));
        assert_eq!(code(waiting.may_review(&by, &[sampler])), expected);
    }
}

/// R18 第三十一条: every item has a value or a reason; only the 主检 hands in.
#[test]
fn r18_art31_every_item_is_answered() {
    let tester = person(21, "检");
    let mut untested = item("甲", ItemClass::A, Some("≤1"), None);
    assert_eq!(code(inspection(Testing).complete(&person(30, "他"), &[])), "testing.not_the_tester");
    assert_eq!(code(inspection(Testing).complete(&tester, &[])), "testing.no_items");
    assert_eq!(code(inspection(Testing).complete(&tester, std::slice::from_ref(&untested))), "testing.items_missing");
    let entry = ItemEntry { not_tested_reason: "样品量不足".into(), ..ItemEntry::default() };
    untested = untested.enter(&entry).expect("reason");
    let done = inspection(Testing).complete(&tester, &[untested]).expect("done");
    assert_eq!((done.state, done.conclusion), (ItemsDone, Some(InspectionConclusion::NotJudged)));
    let both = ItemEntry { value: "1".into(), not_tested_reason: "x".into(), ..ItemEntry::default() };
    assert_eq!(item("甲", ItemClass::A, None, None).enter(&both), Err(ItemProblem::ValueAndReason));
    let unreadable = ItemEntry { declared_limit: "大概1".into(), ..ItemEntry::default() };
    assert!(matches!(
        item("甲", ItemClass::A, None, None).enter(&unreadable),
        Err(ItemProblem::DeclaredLimit(words)) if words.contains("大概1")
    ));
    assert_eq!(code(inspection(Testing).untestable(&tester, "受潮", "")), "testing.evidence_missing");
    assert_eq!(inspection(Testing).untestable(&tester, "受潮", "照片").expect("end").state, Untestable);
}

/// Decision 明示值判定 on the row: rule limit, declared limit, value → applied limit and verdict.
#[test]
fn decision_declared_value_on_the_row() {
    let rows = [
        (Some("≤13.3"), "", "15.1", Some("≤13.3"), ItemVerdict::Fail),
        (Some("≤13.3"), "", "13.3", Some("≤13.3"), ItemVerdict::Pass),
        (Some("≤13.3"), "≤12.0", "12.5", Some("≤12.0"), ItemVerdict::Fail),
        (Some("≤13.3"), "≤14.0", "13.5", Some("≤13.3"), ItemVerdict::Fail),
        (None, "≤14.0", "13.5", Some("≤14.0"), ItemVerdict::Pass),
        (None, "", "13.5", None, ItemVerdict::NotJudged),
        (Some("≤13.3"), "", "", Some("≤13.3"), ItemVerdict::NotJudged),
        (Some("≤13.3"), "", "<14", Some("≤13.3"), ItemVerdict::Undecided),
        (Some("≥0.53"), "", "约0.6", Some("≥0.53"), ItemVerdict::Undecided),
    ];
    for (rule, declared, value, applied, verdict) in rows {
        let entry = ItemEntry { value: value.into(), declared_limit: declared.into(), ..ItemEntry::default() };
        let row = item("导体电阻", ItemClass::A, rule, None).enter(&entry).expect("entry");
        assert_eq!((row.applied_limit.as_deref(), row.verdict), (applied, verdict), "{rule:?} {declared} {value}");
        assert!(value.is_empty() || !row.verdict_reason.is_empty());
    }
}

/// Decision 无限值不判定: an item without a limit is named and is never a pass; the report never says 合格.
#[test]
fn decision_not_judged_is_never_a_pass() {
    let pass = item("甲", ItemClass::B, Some("≤1"), Some("0.5"));
    let open = item("乙", ItemClass::A, None, Some("0.5"));
    let fail_b = item("丙", ItemClass::B, Some("≤1"), Some("1.5"));
    let fail_a = item("丁", ItemClass::A, Some("≤1"), Some("1.5"));
    assert!(open.remark().contains("不作判定"));
    let rows: [(&[&ItemResult], InspectionConclusion, Option<Severity>); 5] = [
        (&[&open], InspectionConclusion::NotJudged, None),
        (&[&pass], InspectionConclusion::NoNonconformityFound, None),
        (&[&pass, &open], InspectionConclusion::NoNonconformityFound, None),
        (&[&pass, &fail_b], InspectionConclusion::Nonconforming, Some(Severity::General)),
        (&[&fail_b, &fail_a], InspectionConclusion::Nonconforming, Some(Severity::Serious)),
    ];
    for (items, conclusion, severity) in rows {
        let items: Vec<ItemResult> = items.iter().map(|item| (*item).clone()).collect();
        let summary = summarise(&items);
        assert_eq!((summary.conclusion, summary.severity), (conclusion, severity));
        assert!(!summary.text.starts_with("合格"));
        let named = items.iter().any(|item| item.final_verdict() == ItemVerdict::NotJudged);
        assert_eq!(summary.text.contains('乙'), named, "{}", summary.text);
    }
}

/// Decision 改判自动结论: by another than the tester, with a reason, never on an item without limit; both verdicts stay.
#[test]
fn decision_overruling() {
    let failing = || item("甲", ItemClass::A, Some("≤1"), Some("1.5"));
    let without_limit = || item("乙", ItemClass::A, None, Some("1.5"));
    let rows: [(ItemResult, u128, Option<ItemVerdict>, &str, &str); 8] = [
        (failing(), 21, Some(ItemVerdict::Pass), "复测合格", "testing.overruled_by_tester"),
        (item("丙", ItemClass::A, Some("≤1"), None), 22, Some(ItemVerdict::Pass), "x", "testing.overrule_impossible"),
        (without_limit(), 22, Some(ItemVerdict::Pass), "x", "testing.overrule_impossible"),
        (failing(), 22, Some(ItemVerdict::NotJudged), "x", "testing.overrule_impossible"),
        (failing(), 22, Some(ItemVerdict::Fail), "x", "testing.overrule_same"),
        (failing(), 22, Some(ItemVerdict::Pass), " ", "testing.reason_missing"),
        (failing(), 22, Some(ItemVerdict::Pass), "仪器校准后复测为0.9", "ok"),
        (failing(), 22, None, "", "ok"),
    ];
    for (row, by, verdict, reason, expected) in rows {
        let result = row.overrule(&inspection(ItemsDone), id::<crate::actor::User>(by), verdict, reason);
        assert_eq!(code(result), expected);
    }
    let by: UserId = id(22);
    let kept = failing().overrule(&inspection(ItemsDone), by, Some(ItemVerdict::Pass), "复测").expect("overruled");
    assert_eq!((kept.verdict, kept.final_verdict()), (ItemVerdict::Fail, ItemVerdict::Pass));
    assert_eq!(summarise(std::slice::from_ref(&kept)).conclusion, InspectionConclusion::NoNonconformityFound);
    let same = ItemEntry { value: "1.5".into(), ..ItemEntry::default() };
    assert!(kept.clone().enter(&same).expect("same value").overruled_verdict.is_some());
    let other = ItemEntry { value: "1.6".into(), ..ItemEntry::default() };
    assert_eq!(kept.enter(&other).expect("new value").overruled_verdict, None);
}

/// R18 第三十二条 and decision 报告三级签发: tester, reviewer and signer are three people.
#[test]
fn r18_art32_three_signatures() {
    let items = [item("甲", ItemClass::A, Some("≤1"), Some("0.5"))];
    let undecided = [item("甲", ItemClass::A, Some("≤1"), Some("<2"))];
    let laboratory = laboratory(Some("2021-12-31"));
    let scope = [scope("甲", None, None)];
    assert_eq!(code(inspection(ItemsDone).review(&person(21, "检"), &[], &items)), "testing.same_person");
    assert_eq!(code(inspection(ItemsDone).review(&person(22, "审"), &[], &undecided)), "testing.undecided");
    assert_eq!(code(inspection(ItemsDone).review(&person(22, "审"), &[], &items)), "ok");
    let sign = |by, state| inspection(state).sign(&by, date("2021-09-20"), &items, &laboratory, &scope);
    assert_eq!(code(sign(person(23, "批"), ItemsDone)), "testing.wrong_state");
    assert_eq!(code(sign(person(21, "检"), Reviewed)), "testing.same_person");
    assert_eq!(code(sign(person(22, "审"), Reviewed)), "testing.same_person");
    let signed = sign(person(23, "批"), Reviewed).expect("signed");
    assert_eq!((signed.state, signed.issued_on), (Signed, Some(date("2021-09-20"))));
    assert_eq!(signed.conclusion, Some(InspectionConclusion::NoNonconformityFound));
    assert_eq!(code(inspection(ItemsDone).send_back(&person(21, "检"), "漏项")), "testing.same_person");
    assert_eq!(code(inspection(ItemsDone).send_back(&person(22, "审"), "")), "testing.reason_missing");
    assert_eq!(inspection(Reviewed).send_back(&person(23, "批"), "漏项").expect("back").reviewer_id, None);
    assert_eq!(code(inspection(ItemsDone).take_back(&person(22, "审"))), "testing.not_the_tester");
    assert_eq!(inspection(ItemsDone).take_back(&person(21, "检")).expect("back").state, Testing);
}

fn laboratory(until: Option<&str>) -> Laboratory {
    Laboratory {
        id: id(7),
        version: 1,
        org_id: id(8),
        organisation_id: Some(id(9)),
        name: "检测所".into(),
        address: "/".into(),
        accreditation_number: "虚构-CMA-001".into(),
        accreditation_until_on: until.map(date),
        single_in_province: false,
        note: String::new(),
    }
}
fn scope(item: &str, from: Option<&str>, until: Option<&str>) -> LaboratoryScope {
    LaboratoryScope {
        id: id(70),
        version: 1,
        org_id: id(8),
        laboratory_id: id(7),
        item: item.into(),
        item_key: crate::match_key::match_key(item),
        method: String::new(),
        valid_from_on: from.map(date),
        valid_until_on: until.map(date),
    }
}

/// 《产品质量法》第十九条: certificate and scope on the very day of signature, both edges.
#[test]
fn product_quality_law_art19_accreditation() {
    let rows = [
        (None, scope("甲", None, None), "testing.accreditation_invalid"),
        (Some("2021-09-19"), scope("甲", None, None), "testing.accreditation_invalid"),
        (Some("2021-09-20"), scope("甲", None, None), "ok"),
        (Some("2021-12-31"), scope("乙", None, None), "testing.scope_missing"),
        (Some("2021-12-31"), scope("甲", Some("2021-09-21"), None), "testing.scope_missing"),
        (Some("2021-12-31"), scope("甲", None, Some("2021-09-19")), "testing.scope_missing"),
        (Some("2021-12-31"), scope("甲", Some("2021-09-20"), Some("2021-09-20")), "ok"),
    ];
    let items = [item("甲", ItemClass::A, Some("≤1"), Some("0.5")), item("丙", ItemClass::A, Some("≤1"), None)];
    for (until, line, expected) in rows {
        let found = super::accredited(&laboratory(until), &[line], &items, date("2021-09-20"));
        assert_eq!(code(found), expected, "{until:?}");
    }
}

/// Notice, part four; R18 第三十三条: a failure or a higher risk alerts on the same day, a plain report does not.
#[test]
fn notice_part4_same_day_alert() {
    use InspectionConclusion::{NoNonconformityFound, Nonconforming};
    for (conclusion, risk, alerted) in
        [(Nonconforming, false, true), (NoNonconformityFound, true, true), (NoNonconformityFound, false, false)]
    {
        let mut signed = inspection(Signed);
        signed.conclusion = Some(conclusion);
        let at = Timestamp::at(date("2021-09-20"), 16, 0);
        let submitted = signed.submit(at, risk).expect("submitted");
        assert_eq!((submitted.alerted_at_us.is_some(), submitted.submitted_on), (alerted, Some(date("2021-09-20"))));
    }
    assert_eq!(code(inspection(Reviewed).submit(Timestamp(0), false)), "testing.wrong_state");
}

fn record() -> SamplingRecord {
    SamplingRecord {
        id: id(5),
        version: 1,
        org_id: id(8),
        unit_id: None,
        visit_id: None,
        task_id: None,
        number: "抽2021-1".into(),
        state: RecordState::Accepted,
        enterprise_id: id(4),
        field: SamplingField::Circulation,
        category_id: None,
        product_name: "电线电缆".into(),
        trademark: "溪石".into(),
        model: "BV-2.5".into(),
        model_key: "bv25".into(),
        grade: "/".into(),
        production_date_text: "2021-08-01".into(),
        batch_code: "/".into(),
        standard: "/".into(),
        producer_name: "溪石线缆厂".into(),
        producer_key: String::new(),
        producer_uscc: "/".into(),
        producer_address: "/".into(),
        producer_region: String::new(),
        lot_size: "42".into(),
        unit: "卷".into(),
        test_quantity: "1".into(),
        backup_quantity: "1".into(),
        purchase_basis: PurchaseBasis::MarkedPrice,
        unit_price_fen: 100,
        amount_fen: 100,
        random_method: String::new(),
        random_numbers: String::new(),
        sampled_on: Some(date("2021-09-01")),
        form: SamplingForm::default(),
        party_signature: String::new(),
        refusal_to_sign: String::new(),
        signed_at_us: None,
        created_at_us: Timestamp(0),
    }
}

/// Regulations §2.6, SUBMITTED → CONFIRMED: identity and conclusion are checked; what differs is explained.
#[test]
fn section_2_6_confirmation() {
    let answer = |identity_checked, conclusion_checked, explanation: &str| Confirmation {
        identity_checked,
        conclusion_checked,
        explanation: explanation.into(),
        serious_quality_problem: true,
    };
    let mut other_model = record();
    other_model.model = "BV 4".into();
    let mut other_day = record();
    other_day.sampled_on = Some(date("2021-09-02"));
    let disputed = |state| {
        let mut one = inspection(state);
        one.origin = InspectionOrigin::Outside;
        one.conclusion = Some(InspectionConclusion::NoNonconformityFound);
        one.our_conclusion = Some(InspectionConclusion::Nonconforming);
        one
    };
    let rows = [
        (inspection(Signed), record(), answer(true, true, ""), "testing.wrong_state"),
        (inspection(Submitted), record(), answer(false, true, ""), "testing.checks_missing"),
        (inspection(Submitted), record(), answer(true, false, ""), "testing.checks_missing"),
        (inspection(Submitted), other_model.clone(), answer(true, true, ""), "testing.identity_differs"),
        (inspection(Submitted), other_day, answer(true, true, " "), "testing.identity_differs"),
        (disputed(Submitted), record(), answer(true, true, ""), "testing.conclusion_differs"),
        (inspection(Submitted), other_model, answer(true, true, "标签印刷写法不同"), "ok"),
        (disputed(Submitted), record(), answer(true, true, "机构已说明所用限值"), "ok"),
        (inspection(Submitted), record(), answer(true, true, ""), "ok"),
    ];
    for (one, record, answer, expected) in rows {
        assert_eq!(code(one.confirm(id(40), date("2021-09-22"), Some(&record), &answer)), expected);
    }
    let confirmed = inspection(Submitted)
        .confirm(id(40), date("2021-09-22"), None, &answer(true, true, ""))
        .expect("without a sampling record");
    assert!(!confirmed.serious_quality_problem, "only a failed report can be a serious quality problem");
}

/// What follows from a confirmed report (regulations §2.6, §5 C02, C33).
#[test]
fn what_follows_from_a_report() {
    use Consequence::{LeadOnly, Notices, Recheck, Reinspection, Superior};
    let fail = Some(InspectionConclusion::Nonconforming);
    let found = Some(InspectionConclusion::NoNonconformityFound);
    let rows = [
        (InspectionPurpose::First, InspectionOrigin::Here, None, fail, Notices { nonconforming: true }),
        (InspectionPurpose::First, InspectionOrigin::Outside, None, found, Notices { nonconforming: false }),
        (InspectionPurpose::First, InspectionOrigin::Superior, None, fail, Superior { nonconforming: true }),
        (InspectionPurpose::First, InspectionOrigin::Here, Some(TaskKind::RiskMonitoring), fail, LeadOnly),
        (
            InspectionPurpose::First,
            InspectionOrigin::Here,
            Some(TaskKind::FollowUp),
            fail,
            Notices { nonconforming: true },
        ),
        (InspectionPurpose::Reinspection, InspectionOrigin::Here, None, fail, Reinspection),
        (InspectionPurpose::Recheck, InspectionOrigin::Outside, None, fail, Recheck),
    ];
    for (purpose, origin, task, conclusion, expected) in rows {
        let one = Inspection { purpose, origin, conclusion, ..inspection(Confirmed) };
        assert_eq!(one.consequence(task), expected);
        let ours = origin != InspectionOrigin::Superior && purpose == InspectionPurpose::First;
        assert_eq!(one.is_ours_to_publish(), ours);
    }
}

/// Decision 报告更正重新告知: the original is kept as it was; the new edition names it and starts unsigned.
#[test]
fn decision_report_amended() {
    for (state, expected) in
        [(Submitted, "ok"), (Confirmed, "ok"), (Signed, "testing.wrong_state"), (Amending, "testing.wrong_state")]
    {
        assert_eq!(code(inspection(state).amend(id(2), "单位写错", Timestamp(1))), expected);
    }
    assert_eq!(code(inspection(Confirmed).amend(id(2), " ", Timestamp(1))), "testing.reason_missing");
    let mut original = inspection(Confirmed);
    original.report_number = Some("监抽2021-0001".into());
    original.conclusion = Some(InspectionConclusion::Nonconforming);
    let new: InspectionId = id(2);
    let (old, next) = original.clone().amend(new, "单位写错", Timestamp(1)).expect("amended");
    assert_eq!(Inspection { state: Confirmed, ..old.clone() }, original);
    assert_eq!((next.amends_id, next.edition, next.state), (Some(old.id), 2, Testing));
    assert_eq!((next.conclusion, next.report_number, next.reviewer_id), (None, None, None));
    assert_eq!(old.clone().replaced().expect("replaced").state, Replaced);
    assert_eq!(old.clone().stands().expect("stands").state, Submitted, "it was never confirmed");
    let confirmed = Inspection { confirmed_on: Some(date("2021-09-22")), ..old };
    assert_eq!(confirmed.stands().expect("stands").state, Confirmed);
    assert_eq!(code(inspection(Confirmed).stands()), "testing.wrong_state");
    for (before, edition, number) in
        [("监抽2021-0001", 2, "监抽2021-0001-更1"), ("监抽2021-0001-更1", 3, "监抽2021-0001-更2")]
    {
        assert_eq!(amended_number(before, edition), number);
    }
}

/// settled.md “Stages”: a report made elsewhere is registered without our signatures; a missing item table blocks nothing.
#[test]
fn reports_made_elsewhere() {
    let printed = PrintedReport {
        number: "W-1".into(),
        signatories: "甲、乙、丙".into(),
        conclusion: InspectionConclusion::Nonconforming,
        severity: Some(Severity::General),
        conclusion_text: String::new(),
        failed_items: "导体电阻".into(),
        issued_on: date("2021-09-10"),
        received_on: date("2021-09-12"),
    };
    for state in InspectionState::ALL {
        let expected = if matches!(state, Assigned | Accepted | Testing) { "ok" } else { "testing.wrong_state" };
        assert_eq!(code(inspection(*state).register(printed.clone())), expected, "{state:?}");
    }
    let registered = inspection(Assigned).register(printed).expect("registered");
    assert_eq!((registered.origin, registered.state), (InspectionOrigin::Outside, Submitted));
    assert_eq!(registered.conclusion_text, "不合格");
    let registered = registered.judged_by_us(&[item("甲", ItemClass::A, Some("≤1"), None)]);
    assert_eq!(registered.our_conclusion, None, "rows that nobody typed are no judgement");
    let answer = Confirmation { identity_checked: true, conclusion_checked: true, ..Confirmation::default() };
    assert_eq!(code(registered.clone().confirm(id(40), date("2021-09-12"), None, &answer)), "ok");
    assert_eq!(code(registered.may_type_items(0)), "ok");
    let confirmed = Inspection { state: Confirmed, ..registered };
    assert_eq!(code(confirmed.may_type_items(0)), "ok");
    assert_eq!(code(confirmed.may_type_items(3)), "testing.wrong_state");
    assert_eq!(code(inspection(Submitted).may_type_items(0)), "testing.wrong_origin");
}

/// R18 第三十九条: another laboratory re-inspects, except where the province has one alone.
#[test]
fn r18_art39_other_laboratory() {
    let mut chosen = laboratory(None);
    assert_eq!(code(reinspection_laboratory(Some(id(7)), &chosen)), "testing.same_laboratory");
    assert_eq!(code(reinspection_laboratory(Some(id(70)), &chosen)), "ok");
    chosen.single_in_province = true;
    assert_eq!(code(reinspection_laboratory(Some(id(7)), &chosen)), "ok");
}

#[test]
fn items_are_chosen_by_name() {
    let all = ["导体电阻".to_owned(), "绝缘厚度".to_owned()];
    let chosen = |wanted: &[&str]| {
        let wanted: Vec<String> = wanted.iter().map(|&name| name.to_owned()).collect();
        select_items(&all, |name| name, &wanted).map(|chosen| chosen.len())
    };
    assert_eq!(chosen(&[]), Ok(2));
    assert_eq!(chosen(&["绝缘 厚度"]), Ok(1));
    assert_eq!(chosen(&["标志"]), Err(TestingRefused::ItemsUnknown { items: vec!["标志".into()] }));
}

/// Decision of the organiser on what cannot be tested: once, in words.
#[test]
fn stopped_inspections_get_a_decision() {
    let by = person(40, "股");
    for state in [Rejected, Untestable, TerminatedIllegal] {
        let decided = inspection(state).decide_stopped(&by, date("2021-09-10"), "重新抽样").expect("decision");
        assert_eq!(decided.state, state);
        assert_eq!(code(decided.decide_stopped(&by, date("2021-09-11"), "再定")), "testing.wrong_state");
    }
    assert_eq!(code(inspection(Rejected).decide_stopped(&by, date("2021-09-10"), "")), "testing.reason_missing");
    assert_eq!(code(inspection(Testing).decide_stopped(&by, date("2021-09-10"), "x")), "testing.wrong_state");
}

/// Decision 样品灭失: a test without a result ends; a re-inspection ends as long as nobody has signed it.
#[test]
fn a_lost_sample_ends_what_has_no_result() {
    use InspectionPurpose::*;
    use InspectionState::*;
    let by = person(1, "甲").user_id;
    let on = date("2021-09-24");
    for state in InspectionState::ALL {
        for purpose in InspectionPurpose::ALL {
            let test = Inspection { purpose: *purpose, ..inspection(*state) };
            let ends = match state {
                Assigned | Accepted | Testing => true,
                ItemsDone | Reviewed => *purpose == Reinspection,
                _ => false,
            };
            let ended = test.sample_lost(by, on, "核销");
            assert_eq!(ended.is_some(), ends, "{state:?} {purpose:?}");
            assert!(ended.is_none_or(|ended| ended.state == Untestable && ended.confirmed_on == Some(on)));
        }
    }
}
