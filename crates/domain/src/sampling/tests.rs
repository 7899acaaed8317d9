//! Rules of the sampling as tables, named after the article.

use super::*;
use crate::{
    code::Code,
    ids::Id,
    plan::TaskKind,
    refusal::Explain,
    rules::{RulesState, SpotCheckRules},
    testing::InspectionConclusion,
};
use jiff::civil::date;

const DAY: Date = date(2021, 9, 28);

fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(n))
}
fn at(hour: i8, minute: i8) -> Timestamp {
    Timestamp::at(DAY, hour, minute)
}

fn assigned() -> Visit {
    Visit {
        id: id(1),
        version: 1,
        org_id: id(2),
        unit_id: None,
        task_id: id(3),
        draw_id: id(4),
        team_key: "k".into(),
        replaces_id: None,
        enterprise_id: None,
        lead_officer_id: id(5),
        second_officer_id: id(6),
        accompanying_user_id: None,
        release_at_us: at(8, 0),
        state: VisitState::Assigned,
        outcome: None,
        notice_number: None,
        notice_valid_until_on: None,
        lead_arrived_at_us: None,
        second_arrived_at_us: None,
        place: String::new(),
        ids_shown: false,
        outcome_text: String::new(),
        witness: String::new(),
        declaration: String::new(),
        declared_at_us: None,
        review_reasons: String::new(),
        submitted_at_us: None,
        papers: VisitPapers::default(),
        created_at_us: at(7, 0),
    }
}
fn released() -> Visit {
    let visit = assigned().open(Reader::Lead, at(8, 0), id(9), "", Some(id(8))).expect("open");
    visit.issue_notice("乳抽通〔2021〕1 号".into(), DAY, date(2021, 9, 30)).expect("notice")
}
fn arrival() -> Arrival {
    Arrival {
        lead_at: Some(at(9, 30)),
        second_at: Some(at(9, 31)),
        place: "门店".into(),
        ids_shown: true,
        identity_papers: "执法证".into(),
    }
}
fn on_site() -> Visit {
    released().arrive(arrival(), at(18, 0)).expect("arrive")
}
fn rules() -> SpotCheckRules {
    SpotCheckRules {
        id: id(7),
        version: 1,
        org_id: id(2),
        code: "细则1".into(),
        edition: "2021".into(),
        title: "电线电缆".into(),
        product: "电线电缆".into(),
        category_id: None,
        issued_by: "省局".into(),
        state: RulesState::Published,
        published_at_us: Some(at(0, 0)),
        published_at_url: "https://example.test/".into(),
        sampling_place: "成品库".into(),
        sampling_method: "随机".into(),
        minimum_stock: Some("10".into()),
        test_quantity: Some("2".into()),
        backup_quantity: Some("1".into()),
        unit: "卷".into(),
        quantity_text: String::new(),
        sealing: "常温".into(),
        judging_rule: "任一不合格".into(),
        completeness: "完整".into(),
        source: "测试".into(),
        created_at_us: at(0, 0),
    }
}
fn record() -> SamplingRecord {
    let mut record = SamplingRecord {
        id: id(20),
        version: 1,
        org_id: id(2),
        unit_id: None,
        visit_id: Some(id(1)),
        task_id: Some(id(3)),
        number: "440232-2021-XC-003-0001".into(),
        state: RecordState::Draft,
        enterprise_id: id(9),
        field: SamplingField::Circulation,
        category_id: None,
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
        unit: String::new(),
        test_quantity: String::new(),
        backup_quantity: String::new(),
        purchase_basis: PurchaseBasis::MarkedPrice,
        unit_price_fen: 0,
        amount_fen: 0,
        random_method: String::new(),
        random_numbers: String::new(),
        sampled_on: None,
        form: SamplingForm {
            task_number: "440232-2021-XC-003".into(),
            task_source: "县抽".into(),
            task_kind: "计划抽查".into(),
            notice_number: "乳抽通〔2021〕1 号".into(),
            product_code: "TMP-01".into(),
            samplers: "甲（1）、乙（2）".into(),
            sampling_body: "县局".into(),
            ..SamplingForm::default()
        },
        party_signature: String::new(),
        refusal_to_sign: String::new(),
        signed_at_us: None,
        created_at_us: at(9, 0),
    };
    for cell in cells().filter(|cell| matches!(cell.kind, CellKind::Text | CellKind::Area)) {
        record.fill(cell.name, "/").expect("slash");
    }
    for (name, text) in COMPLETE {
        record.fill(name, text).expect(name);
    }
    for slot in PHOTO_SLOTS {
        record.note_photo(slot, "相机卡 1");
    }
    record
}
const COMPLETE: &[(&str, &str)] = &[
    ("party_name", "某五金店"),
    ("field", "流通领域"),
    ("party_uscc", "92440232MA00H1029D"),
    ("party_address", "某镇某街"),
    ("party_region", "440232"),
    ("party_type", "销售"),
    ("party_scale", "微型"),
    ("producer_name", "某线缆公司"),
    ("producer_confirmed", "未核实"),
    ("product_name", "软电缆"),
    ("trademark", "岭禾"),
    ("model", "RVV 2×1.5 mm²"),
    ("production_date", "2021-05-12"),
    ("standard", "GB/T 5023.5—2008"),
    ("marked_price", "84.00 元/卷"),
    ("place", "货架"),
    ("lot_size", "40"),
    ("unit", "卷"),
    ("random_method", "随机数表"),
    ("random_numbers", "7、19、33"),
    ("test_quantity", "2"),
    ("backup_quantity", "1"),
    ("backup_custody", "被抽样单位"),
    ("test_seal", "FT-1"),
    ("backup_seal", "FT-2"),
    ("sampled_at", "2021-09-28T10:30"),
    ("purchase_basis", "按标价购买"),
    ("unit_price", "84"),
];
fn facts(outcome: VisitOutcome) -> OutcomeFacts {
    OutcomeFacts {
        outcome,
        text: "现场情况".into(),
        witness: String::new(),
        unable_reason: Some(UnableReason::ClosedDown),
        found_stock: "3".into(),
        told_of_liability: true,
        superior_authority: "市局".into(),
        superior_sampled_on: Some(date(2021, 6, 1)),
        evidence: required_evidence(outcome)
            .iter()
            .map(|slot| Evidence { slot: (*slot).into(), words: "照片 1".into() })
            .collect(),
    }
}
fn code<T: std::fmt::Debug>(result: Result<T, SamplingRefused>) -> &'static str {
    result.expect_err("refused").code()
}

/// settled.md “Who may know”, C01: before the release nobody, from then on team and accompanying officer, each after
/// opening; staff after the visit has begun; everybody else after the close of the draw.
#[test]
fn c01_who_knows_the_name_when() {
    use Reader::*;
    let before = assigned();
    for reader in [Lead, Second, Accompanying, Staff, Outside] {
        assert!(!before.name_readable(reader, false), "{reader:?}");
        assert_eq!(
            code(before.clone().open(reader, at(7, 59), id(9), "", Some(id(8)))),
            "sampling.not_released",
            "{reader:?}"
        );
    }
    for reader in [Staff, Outside] {
        assert!(!before.known_to(reader, false));
        assert_eq!(code(before.clone().open(reader, at(8, 0), id(9), "", Some(id(8)))), "sampling.team_first");
    }
    assert_eq!(code(before.clone().open(Accompanying, at(8, 0), id(9), "", Some(id(8)))), "sampling.team_first");
    let opened = before.open(Lead, at(8, 0), id(9), "BV 2.5", Some(id(8))).expect("open");
    assert_eq!((opened.state, opened.papers.blocked_models.as_str()), (VisitState::Released, "BV 2.5"));
    let table = [(Lead, true), (Second, false), (Accompanying, false), (Staff, false), (Outside, false)];
    for (reader, readable) in table {
        assert_eq!(opened.name_readable(reader, false), readable, "released, {reader:?}");
    }
    let begun = on_site();
    let table = [(Lead, true), (Second, true), (Accompanying, true), (Staff, true), (Outside, false)];
    for (reader, readable) in table {
        assert_eq!(begun.name_readable(reader, false), readable, "on site, {reader:?}");
    }
    assert!(begun.name_readable(Outside, true));
    let second = opened.open(Second, at(8, 5), id(9), "", Some(id(8))).expect("second");
    assert!(second.name_readable(Second, false));
    assert_eq!(second.papers.lead_opened_at_us, Some(at(8, 0)), "the first opening stands");
}

/// R18 art. 16, C07: two samplers, each with a time, notice in force, papers shown.
#[test]
fn r18_art16_arrival() {
    let table: &[(&str, fn(&mut Arrival))] = &[
        ("sampling.samplers_missing", |a| a.second_at = None),
        ("sampling.samplers_missing", |a| a.lead_at = None),
        ("sampling.arrived_too_early", |a| a.lead_at = Some(at(7, 30))),
        ("sampling.in_future", |a| a.second_at = Some(at(19, 0))),
        ("sampling.identity_not_shown", |a| a.ids_shown = false),
        ("sampling.identity_not_shown", |a| a.identity_papers = " ".into()),
        ("sampling.facts_missing", |a| a.place = String::new()),
    ];
    for (expected, change) in table {
        let mut arrival = arrival();
        change(&mut arrival);
        assert_eq!(code(released().arrive(arrival, at(18, 0))), *expected);
    }
    let without = assigned().open(Reader::Lead, at(8, 0), id(9), "", Some(id(8))).expect("open");
    assert_eq!(code(without.clone().arrive(arrival(), at(18, 0))), "sampling.notice_missing");
    assert_eq!(code(assigned().arrive(arrival(), at(18, 0))), "sampling.wrong_state");
    let later = without.issue_notice("2 号".into(), date(2021, 9, 29), date(2021, 9, 29)).expect("notice");
    assert_eq!(code(later.arrive(arrival(), at(18, 0))), "sampling.notice_not_valid");
    assert_eq!(code(released().issue_notice("3 号".into(), DAY, DAY)), "sampling.notice_in_force");
    let (voided, number) = released().void_notice().expect("void");
    assert_eq!(number, "乳抽通〔2021〕1 号");
    assert!(voided.issue_notice("3 号".into(), DAY, DAY).is_ok());
    assert_eq!(on_site().state, VisitState::OnSite);
}

/// Regulations §2.4: each of the eight outcomes asks for its own facts and evidence (R18 arts. 8, 17, 18, 20, 21).
#[test]
fn r18_art17_to_21_outcomes_with_their_evidence() {
    use VisitOutcome::*;
    let complete = [("1".to_owned(), Vec::new())];
    for outcome in
        [NotSampledStock, NotSampledNotForSale, NotSampledMarked, Unable, DuplicateSixMonth, Refused, TerminatedIllegal]
    {
        let record = |facts: OutcomeFacts| on_site().record_outcome(facts, &[], Some(&rules()), TaskKind::Routine, DAY);
        let done = record(facts(outcome)).expect("outcome");
        assert_eq!((done.state, done.outcome), (VisitState::Recorded, Some(outcome)));
        let bare = OutcomeFacts { evidence: Vec::new(), ..facts(outcome) };
        let SamplingRefused::EvidenceMissing { slots } = record(bare).expect_err("evidence") else {
            panic!("{outcome:?}")
        };
        assert_eq!(slots, required_evidence(outcome));
        assert_eq!(code(record(OutcomeFacts { text: String::new(), ..facts(outcome) })), "sampling.facts_missing");
        let with_record = on_site().record_outcome(facts(outcome), &complete, Some(&rules()), TaskKind::Routine, DAY);
        assert_eq!(code(with_record), "sampling.records_exist", "C15: {outcome:?} carries no sample");
    }
    let table: &[(&str, VisitOutcome, TaskKind, fn(&mut OutcomeFacts))] = &[
        ("sampling.stock_enough", NotSampledStock, TaskKind::Routine, |f| f.found_stock = "10".into()),
        ("sampling.facts_missing", NotSampledStock, TaskKind::Routine, |f| f.found_stock = "若干".into()),
        ("sampling.facts_missing", Unable, TaskKind::Routine, |f| f.unable_reason = None),
        ("sampling.facts_missing", Refused, TaskKind::Routine, |f| f.told_of_liability = false),
        ("sampling.facts_missing", DuplicateSixMonth, TaskKind::Routine, |f| f.superior_authority = String::new()),
        ("sampling.facts_missing", DuplicateSixMonth, TaskKind::Routine, |f| f.superior_sampled_on = None),
        ("sampling.superior_too_long_ago", DuplicateSixMonth, TaskKind::Routine, |f| {
            f.superior_sampled_on = Some(date(2021, 3, 27));
        }),
        ("sampling.six_month_does_not_bind", DuplicateSixMonth, TaskKind::Emergency, |_| {}),
    ];
    for (expected, outcome, kind, change) in table {
        let mut facts = facts(*outcome);
        change(&mut facts);
        let result = on_site().record_outcome(facts, &[], Some(&rules()), *kind, DAY);
        assert_eq!(code(result), *expected, "{outcome:?}");
    }
    let mut edge = facts(DuplicateSixMonth);
    edge.superior_sampled_on = Some(date(2021, 3, 28));
    assert!(on_site().record_outcome(edge, &[], None, TaskKind::Routine, DAY).is_ok(), "the last day of six months");
    assert_eq!(code(on_site().record_outcome(facts(Sampled), &[], None, TaskKind::Routine, DAY)), "sampling.no_record");
    let open = [("1".to_owned(), vec![FieldProblem { field: "model", message: "请填写".into(), basis: None }])];
    let incomplete = on_site().record_outcome(facts(Sampled), &open, None, TaskKind::Routine, DAY);
    assert_eq!(code(incomplete), "sampling.record_incomplete");
    assert!(on_site().record_outcome(facts(Sampled), &complete, None, TaskKind::Routine, DAY).is_ok());
}

/// R18 arts. 17–19, 22, 23, PQL art. 15, GB/T 10111 (C06, C09, C15, C20): what a complete form is.
#[test]
fn r18_art19_the_form() {
    let quantities = RuleQuantities::from(&rules());
    let problems = |record: &SamplingRecord| record.problems(&quantities, &on_site(), at(18, 0));
    assert_eq!(problems(&record()), Vec::new());
    assert_eq!(record().amount_fen, 16_800, "two coils at 84 yuan; the backup is free at first");
    let table: &[(&str, &str, &str)] = &[
        ("lot_size", "9.99", "lot_size"),
        ("lot_size", "约40", "lot_size"),
        ("lot_size", "/", "lot_size"),
        ("test_quantity", "2.001", "test_quantity"),
        ("backup_quantity", "1.5", "backup_quantity"),
        ("test_quantity", "0", "test_quantity"),
        ("unit", "米", "unit"),
        ("backup_seal", "FT-1", "backup_seal"),
        ("random_numbers", "7、7、8", "random_numbers"),
        ("random_numbers", "7、41", "random_numbers"),
        ("random_numbers", "0、3", "random_numbers"),
        ("random_numbers", "任选", "random_numbers"),
        ("random_numbers", "/", "random_numbers"),
        ("random_method", "经营者挑选", "random_method"),
        ("production_date", "2021-09-29", "production_date"),
        ("production_date", "2021年10月", "production_date"),
        ("sampled_at", "2021-09-28T09:30", "sampled_at"),
        ("sampled_at", "2021-09-28T18:01", "sampled_at"),
        ("sampled_at", "", "sampled_at"),
        ("party_name", "/", "party_name"),
        ("trademark", "", "trademark"),
        ("marked_price", "/", "marked_price"),
        ("purchase_basis", "按市场价购买", "purchase_basis"),
        ("purchase_basis", "无偿提供", "payment"),
        ("unit_price", "0", "unit_price"),
    ];
    for (cell, text, field) in table {
        let mut record = record();
        record.fill(cell, text).expect(cell);
        let found = problems(&record);
        assert!(found.iter().any(|problem| problem.field == *field), "{cell} = {text}: {found:?}");
    }
    let fine: &[(&str, &str)] = &[
        ("lot_size", "10"),
        ("test_quantity", "2.0"),
        ("production_date", "2021-09-28"),
        ("production_date", "2021年9月"),
        ("production_date", "批号内"),
        ("trademark", "/"),
        ("random_numbers", "1，40"),
    ];
    for (cell, text) in fine {
        let mut record = record();
        record.fill(cell, text).expect(cell);
        // `1，40` needs the full lot; a lot of ten needs small numbers.
        if *cell == "lot_size" {
            record.fill("random_numbers", "1、10").expect("numbers");
        }
        assert_eq!(problems(&record), Vec::new(), "{cell} = {text}");
    }
    for slot in PHOTO_SLOTS {
        let mut record = record();
        record.form.photos.retain(|line| !line.starts_with(slot));
        let missing = problems(&record).iter().any(|problem| problem.field == "photos");
        assert_eq!(missing, slot != SIGNED_PAGE, "{slot}");
    }
    let late = on_site();
    let outside = Visit { notice_valid_until_on: Some(date(2021, 9, 27)), ..late };
    assert!(record().problems(&quantities, &outside, at(18, 0)).iter().any(|problem| problem.field == "sampled_at"));
}

/// Every blank cell is a message, and `/` is enough where nothing is to be said.
#[test]
fn r18_art19_no_cell_is_blank() {
    let quantities = RuleQuantities::default();
    for cell in cells()
        .filter(|cell| !matches!(cell.kind, CellKind::Given | CellKind::Field | CellKind::Basis | CellKind::Money))
    {
        let mut record = record();
        record.fill(cell.name, "").expect(cell.name);
        if cell.name == "producer_region" {
            continue; // Unknown is kept empty and printed as `/`.
        }
        let found = record.problems(&quantities, &on_site(), at(18, 0));
        assert!(found.iter().any(|problem| problem.field == cell.name), "{}", cell.name);
    }
    let numbers: Vec<u8> = cells().map(|cell| cell.number).collect();
    let expected: Vec<u8> = (1..=u8::try_from(numbers.len()).expect("count")).collect();
    assert_eq!(numbers, expected, "paper numbers run without gap");
}

/// R18 arts. 22 and 27: what is paid. Exact, to the fen.
#[test]
fn r18_art22_amount() {
    for (field, basis, price, test, backup, fen) in [
        ("流通领域", "按标价购买", "84", "2", "1", 16_800),
        ("网络交易", "按标价购买", "84", "2", "1", 25_200),
        ("流通领域", "无偿提供", "84", "2", "1", 0),
        ("生产领域", "按市场价购买", "3.33", "0.5", "1", 167),
    ] {
        let mut record = record();
        for (name, text) in [
            ("field", field),
            ("purchase_basis", basis),
            ("unit_price", price),
            ("test_quantity", test),
            ("backup_quantity", backup),
        ] {
            record.fill(name, text).expect(name);
        }
        assert_eq!(record.amount_fen, fen, "{field} {basis}");
    }
    let mut record = record();
    assert!(record.fill("unit_price", "八十四").is_err());
    assert_eq!(record.unit_price_fen, 8_400, "what cannot be read changes nothing");
}

/// R18 art. 19 and the notice, part seven: both declare for themselves, the party signs or its refusal is noted.
#[test]
fn r18_art19_declaration_and_signature() {
    let recorded =
        on_site().record_outcome(facts(VisitOutcome::Refused), &[], None, TaskKind::Routine, DAY).expect("outcome");
    let names = ["甲", "乙"];
    let signed = Signing { party_signature: "店主手写".into(), ..Signing::default() };
    let one = recorded.clone().declare(Reader::Lead, at(11, 0)).expect("lead");
    assert_eq!(
        one.clone().sign(&signed, names).expect_err("second"),
        SamplingRefused::NotDeclared { names: vec!["乙".into()] }
    );
    assert!(one.declared_at_us.is_none());
    assert!(recorded.declare(Reader::Staff, at(11, 0)).is_err());
    let both = one.declare(Reader::Second, at(11, 1)).expect("second");
    assert_eq!(both.declaration, DECLARATION);
    let refusal = |reason: &str, witness: &str| Signing {
        party_signature: String::new(),
        refusal_to_sign: reason.into(),
        witness: witness.into(),
    };
    assert_eq!(code(both.clone().sign(&refusal("", ""), names)), "sampling.party_not_signed");
    assert_eq!(code(both.clone().sign(&refusal("不肯签", ""), names)), "sampling.witness_missing");
    let twice = Signing { refusal_to_sign: "不肯签".into(), ..signed.clone() };
    assert_eq!(code(both.clone().sign(&twice, names)), "sampling.signed_and_refused");
    assert!(both.clone().sign(&refusal("不肯签", "村干部"), names).is_ok());
    let done = both.clone().sign(&signed, names).expect("sign");
    assert_eq!(done.state, VisitState::Signed);
    assert_eq!(code(done.clone().take_back()), "sampling.wrong_state");
    let back = both.take_back().expect("take back");
    assert!(back.papers.lead_declared_at_us.is_none() && back.declared_at_us.is_none());
    let record = record().sign(&signed, at(12, 0)).expect("sign");
    assert_eq!(code(record.edit()), "sampling.signed");
    assert_eq!(code(record.clone().void("写错")), "sampling.signed");
    assert!(record.submit().is_ok());
}

/// Decision 抽样单审核: somebody who was not there, reasons on return, an answer before it comes again.
#[test]
fn decision_review_of_the_record() {
    let signed = Visit { state: VisitState::Signed, outcome: Some(VisitOutcome::Sampled), ..on_site() };
    assert_eq!(code(signed.clone().submit("", "", at(13, 0))), "sampling.hand_over_plan_missing");
    let submitted = signed.submit("当日送达", "", at(13, 0)).expect("submit");
    for own in [Reader::Lead, Reader::Second] {
        assert_eq!(code(submitted.clone().accept(own)), "sampling.own_review");
    }
    assert_eq!(code(submitted.clone().send_back(Reader::Staff, " ")), "sampling.reason_missing");
    let returned = submitted.clone().send_back(Reader::Staff, "批号：与照片不符").expect("back");
    assert_eq!(code(returned.clone().submit("当日送达", "", at(14, 0))), "sampling.answer_missing");
    assert!(returned.submit("当日送达", "已更正", at(14, 0)).is_ok());
    assert_eq!(submitted.accept(Reader::Staff).expect("accept").state, VisitState::Accepted);
}

fn sample(kind: SampleKind, state: SampleState) -> Sample {
    Sample {
        id: id(30),
        version: 1,
        org_id: id(2),
        unit_id: None,
        record_id: id(20),
        number: "1/J1".into(),
        kind,
        state,
        quantity: "2 卷".into(),
        seal_number: "FT-1".into(),
        holder: "甲".into(),
        place: "门店".into(),
        free: kind != SampleKind::Inspection,
        expires_on: None,
        created_at_us: at(12, 0),
    }
}
fn custody() -> CustodyFacts<'static> {
    CustodyFacts {
        giver: "甲",
        taker: "乙",
        place: "县城",
        condition: "完好",
        seal_intact: true,
        transport: "自送",
        note: "说明",
    }
}

/// Regulations §2.5: the whole matrix of steps, written by hand: for each state where test sample (J), backup (B) and
/// recheck sample (F) may go.
#[test]
fn regulations_2_5_every_step_of_a_sample() {
    use SampleState::*;
    let table: &[(SampleState, &str, &[SampleState])] = &[
        (Sealed, "JBF", &[HeldAtParty, InTransit, LostOrTampered]),
        (HeldAtParty, "JF", &[InTransit, LostOrTampered]),
        (HeldAtParty, "B", &[InTransit, ReinspectionRequested, LostOrTampered]),
        (InTransit, "JF", &[Received, Rejected, Retained, LostOrTampered]),
        (InTransit, "B", &[Received, Rejected, LostOrTampered]),
        (Received, "JF", &[Stored, UnderTest, Retained, LostOrTampered]),
        (Received, "B", &[Stored, LostOrTampered]),
        (Stored, "JF", &[UnderTest, Retained, LostOrTampered]),
        (Stored, "B", &[ReinspectionRequested, LostOrTampered]),
        (UnderTest, "JBF", &[Consumed, Retained, LostOrTampered]),
        (ReinspectionRequested, "B", &[ReinspectionTransferred, Stored, HeldAtParty, LostOrTampered]),
        // No test or recheck sample comes here; lost may be reported from anywhere.
        (ReinspectionRequested, "JF", &[LostOrTampered]),
        (ReinspectionTransferred, "JF", &[LostOrTampered]),
        (ReinspectionTransferred, "B", &[UnderTest, Retained, LostOrTampered]),
        (Retained, "JBF", &[Consumed, LostOrTampered]),
        (Rejected, "JBF", &[LostOrTampered]),
        (Consumed, "JBF", &[]),
        (Returned, "JBF", &[]),
        (Disposed, "JBF", &[]),
        (ReleasedInPlace, "JBF", &[]),
        (LostOrTampered, "JBF", &[]),
    ];
    for (letter, kind) in [('J', SampleKind::Inspection), ('B', SampleKind::Backup), ('F', SampleKind::Recheck)] {
        for from in SampleState::ALL {
            let allowed: Vec<SampleState> = table
                .iter()
                .filter(|(state, letters, _)| state == from && letters.contains(letter))
                .flat_map(|(_, _, to)| to.iter().copied())
                .collect();
            for to in SampleState::ALL {
                let result = sample(kind, *from).step(*to, &custody());
                assert_eq!(result.is_ok(), allowed.contains(to), "{letter} {from:?} → {to:?}: {result:?}");
            }
        }
    }
    let moved = sample(SampleKind::Inspection, Sealed).step(InTransit, &custody()).expect("step");
    assert_eq!((moved.holder.as_str(), moved.place.as_str()), ("乙", "县城"));
}

/// R18 arts. 23, 24, 29: what a hand-over notes, and a broken seal.
#[test]
fn r18_art24_custody_facts() {
    use SampleState::*;
    let go = |to, facts: CustodyFacts<'_>| sample(SampleKind::Inspection, Sealed).step(to, &facts);
    let table: &[(&str, CustodyFacts<'_>)] = &[
        ("sampling.step_incomplete", CustodyFacts { giver: " ", ..custody() }),
        ("sampling.step_incomplete", CustodyFacts { taker: "", ..custody() }),
        ("sampling.step_incomplete", CustodyFacts { place: "", ..custody() }),
        ("sampling.step_incomplete", CustodyFacts { condition: "", ..custody() }),
        ("sampling.step_incomplete", CustodyFacts { transport: "", ..custody() }),
        ("sampling.seal_broken", CustodyFacts { seal_intact: false, ..custody() }),
    ];
    for (expected, facts) in table {
        assert_eq!(code(go(InTransit, *facts)), *expected);
    }
    let in_transit = || sample(SampleKind::Inspection, InTransit);
    let broken = CustodyFacts { seal_intact: false, ..custody() };
    assert_eq!(code(in_transit().step(Received, &broken)), "sampling.seal_broken");
    assert!(in_transit().step(Rejected, &broken).is_ok(), "a broken seal is a reason to reject");
    let silent = CustodyFacts { note: "", ..broken };
    assert_eq!(code(in_transit().step(Rejected, &silent)), "sampling.step_incomplete", "a rejection is in writing");
    let opened = CustodyFacts { seal_intact: false, ..custody() };
    assert!(sample(SampleKind::Inspection, UnderTest).step(Retained, &opened).is_ok(), "the test opens the seal");
}

/// Decision 盲样检验, R18 art. 29: the sample administrator compares with the record, the others know after the signature.
#[test]
fn c27_who_of_a_laboratory_reads_the_party() {
    let table = [(true, false, true), (true, true, true), (false, false, false), (false, true, true)];
    for (receives, signed, reads) in table {
        assert_eq!(laboratory_reads_party(receives, signed), reads);
    }
    for state in SampleState::ALL {
        let step = CustodyStep {
            id: id(60),
            version: 1,
            org_id: id(2),
            sample_id: id(30),
            at_us: at(12, 0),
            state: *state,
            giver: "某五金店".into(),
            taker: "某五金店".into(),
            place: "某五金店仓库".into(),
            condition: "某五金店封存完好".into(),
            seal_intact: true,
            transport: "某五金店自送".into(),
            note: "某五金店".into(),
        };
        let shown = format!("{:?}", step.without_party());
        let inside = matches!(
            state,
            SampleState::Received
                | SampleState::Rejected
                | SampleState::Stored
                | SampleState::UnderTest
                | SampleState::Consumed
                | SampleState::Retained
                | SampleState::Disposed
        );
        assert_eq!(shown.contains("某五金店"), inside, "{state:?}");
    }
}

/// R18 art. 34: the end of a sample, after every right has ended.
#[test]
fn r18_art34_the_end_of_a_sample() {
    use SampleState::*;
    let ground = |conclusion, final_on: Option<Date>| DisposalGround {
        record_voided: false,
        untested: false,
        final_on,
        open: vec!["经营部 10月12日及以前可提异议".into()],
        conclusion,
    };
    let pass = Some(InspectionConclusion::NoNonconformityFound);
    let fail = Some(InspectionConclusion::Nonconforming);
    let final_today = Some(DAY);
    let table = [
        (Stored, true, Returned, pass, final_today, None),
        (Stored, true, Returned, pass, None, Some("sampling.not_final")),
        (Stored, true, Returned, pass, Some(date(2021, 9, 29)), Some("sampling.not_final")),
        (Stored, true, Returned, fail, final_today, Some("sampling.not_conforming")),
        (Stored, false, Returned, pass, final_today, Some("sampling.not_free")),
        (Stored, false, Disposed, pass, final_today, None),
        (Stored, true, Disposed, pass, final_today, Some("sampling.must_go_back")),
        (Stored, true, Disposed, fail, final_today, None),
        (HeldAtParty, true, ReleasedInPlace, pass, final_today, None),
        (HeldAtParty, true, ReleasedInPlace, pass, None, Some("sampling.not_final")),
        (HeldAtParty, true, Disposed, fail, final_today, Some("sampling.step")),
        (UnderTest, true, Disposed, fail, final_today, None),
        (Sealed, true, Returned, pass, final_today, None),
        (InTransit, true, Disposed, fail, final_today, Some("sampling.step")),
        (Stored, true, Returned, None, final_today, Some("sampling.not_conforming")),
        (Stored, true, Disposed, None, final_today, None),
    ];
    for (state, free, target, conclusion, final_on, expected) in table {
        let sample = Sample { free, ..sample(SampleKind::Backup, state) };
        let result = sample.may_end(target, &ground(conclusion, final_on), DAY);
        assert_eq!(result.err().map(|refused| refused.code()), expected, "{state:?} → {target:?}");
    }
    let voided = DisposalGround { record_voided: true, ..ground(None, None) };
    assert!(sample(SampleKind::Backup, Stored).may_end(Returned, &voided, DAY).is_ok());
    // What could not be tested goes back, or is disposed of where it is spoilt; what was paid for never goes back.
    let untested = DisposalGround { untested: true, ..ground(None, final_today) };
    let backup = sample(SampleKind::Backup, Stored);
    for target in [Returned, Disposed] {
        assert!(backup.may_end(target, &untested, DAY).is_ok(), "{target:?}");
    }
    let bought = Sample { free: false, ..sample(SampleKind::Inspection, HeldAtParty) };
    assert_eq!(code(bought.may_end(Returned, &untested, DAY)), "sampling.not_free");
    assert!(bought.may_end(Disposed, &untested, DAY).is_ok(), "a test sample left with the party has its way out");
    let proposal = SampleDisposal {
        id: id(40),
        version: 1,
        org_id: id(2),
        sample_id: id(30),
        target: Returned,
        reason: "异议期满".into(),
        taker: "某五金店".into(),
        place: "门店".into(),
        state: DisposalState::Proposed,
        proposed_by: id(50),
        proposed_by_name: "丙".into(),
        proposed_at_us: at(12, 0),
        decided_by: None,
        decided_at_us: None,
        decision_reason: String::new(),
    };
    assert_eq!(code(sample(SampleKind::Backup, Stored).end(&proposal, &custody())), "sampling.needs_approval");
    assert_eq!(code(proposal.clone().decide(id(50), true, "", at(13, 0))), "sampling.same_person");
    assert_eq!(code(proposal.clone().decide(id(51), false, "", at(13, 0))), "sampling.reason_missing");
    let approved = proposal.decide(id(51), true, "", at(13, 0)).expect("approve");
    assert_eq!(code(approved.clone().decide(id(51), true, "", at(13, 0))), "sampling.wrong_state");
    assert_eq!(sample(SampleKind::Backup, Stored).end(&approved, &custody()).expect("end").state, Returned);
}
