//! The six-month rule over the history of a county: roster, product, plan line.

use crate::support::{Bureau, on_each_database};
use hengjian_app::{Event, Work, no_repeat};
use hengjian_domain::{
    enterprise::{CreditClass, Enterprise, EnterpriseKind, EnterpriseScale, EnterpriseStatus},
    exchange::EarlierCheck,
    law,
    match_key::match_key,
    no_repeat::{Answer, ProductFacts, RosterAnswer},
    organisation::Tier,
    plan::{PlanLine, SamplingField, TaskKind},
    policy::Action,
};
use jiff::civil::Date;

const ON: &str = "2021-09-24";

fn day(text: &str) -> Date {
    text.parse().expect("date")
}

fn firm(work: &Work<'_>, name: &str, uscc: Option<&str>) -> Enterprise {
    Enterprise {
        id: work.new_id(),
        version: 0,
        org_id: work.actor().org_id,
        unit_id: None,
        uscc: uscc.map(str::to_owned),
        uscc_valid: true,
        legacy_number: None,
        name: name.to_owned(),
        name_key: match_key(name),
        kind: EnterpriseKind::Enterprise,
        address: "虚构路1号".to_owned(),
        address_key: match_key("虚构路1号"),
        region_code: "440232".to_owned(),
        town_code: None,
        legal_representative: None,
        contact_name: None,
        contact_phone: None,
        scale: EnterpriseScale::Small,
        staff_count: None,
        annual_revenue_fen: None,
        credit_class: CreditClass::Unclassified,
        status: EnterpriseStatus::Active,
        source: "测试".to_owned(),
        created_at_us: work.now(),
    }
}

/// An earlier check by the city: firm, producer, model, sampled or arranged.
fn city_check(
    work: &Work<'_>,
    firm: &str,
    uscc: &str,
    model: &str,
    sampled: Option<&str>,
    arranged: Option<&str>,
) -> EarlierCheck {
    EarlierCheck {
        id: work.new_id(),
        version: 0,
        org_id: work.actor().org_id,
        tier: Tier::Municipal,
        organiser_name: "市局".to_owned(),
        own: false,
        enterprise_id: None,
        enterprise_name: firm.to_owned(),
        enterprise_key: match_key(firm),
        uscc: uscc.to_owned(),
        category: "内墙涂料".to_owned(),
        product_name: "内墙涂料".to_owned(),
        product_key: match_key("内墙涂料"),
        trademark: "甲牌".to_owned(),
        model: model.to_owned(),
        model_key: match_key(model),
        standard: "GB/T 9756-2018".to_owned(),
        batch_text: String::new(),
        producer_name: firm.to_owned(),
        producer_key: match_key(firm),
        arranged_from_on: arranged.map(day),
        sampled_on: sampled.map(day),
        published_on: None,
        conclusion: None,
        failed_items: String::new(),
        source: "测试".to_owned(),
        record_id: None,
        created_at_us: work.now(),
    }
}

fn fill(bureau: &Bureau) -> [Enterprise; 3] {
    let system = bureau.actor("plan");
    bureau
        .app
        .act(&system, Action::PlanEdit, |work| {
            let firms = [
                firm(work, "甲涂料厂", Some("91440232MA4TEA1K4X")),
                firm(work, "乙涂料厂", None),
                firm(work, "丙涂料厂", None),
            ];
            for mut one in firms.clone() {
                work.insert(&mut one)?;
            }
            for mut row in [
                // By code under an older name, by name, arranged without a firm, too old.
                city_check(work, "甲涂料旧厂", "91440232MA4TEA1K4X", "4kg/桶", Some("2021-05-10"), None),
                city_check(work, "乙涂料厂", "", "4kg/桶", Some("2021-06-01"), None),
                city_check(work, "", "", "", None, Some("2021-11-01")),
                city_check(work, "丙涂料厂", "", "4kg/桶", Some("2021-03-01"), None),
            ] {
                work.insert(&mut row)?;
            }
            work.record(Event::new("test.fill", "测试").about(work.actor().org_id));
            Ok(firms)
        })
        .expect("rows")
}

/// R18 第八条, regulations §10.7: the roster as a whole and firm by firm give the same answers.
#[test]
fn r18_art8_roster_over_the_history() {
    on_each_database(|bureau| {
        let firms = fill(bureau);
        bureau
            .app
            .view(&bureau.actor("draw"), Action::DrawRead, |work| {
                let history = no_repeat::RosterHistory::load(work, work.actor().org_id, day(ON))?;
                for (firm, models, kind, expected) in [
                    (&firms[0], "4kg/桶", TaskKind::Routine, "leaves 2021-11-10"),
                    (&firms[0], "4kg/桶\n20kg/桶", TaskKind::Routine, "stays 1"),
                    (&firms[1], "4KG/桶", TaskKind::Special, "leaves 2021-12-01"),
                    (&firms[1], "4KG/桶", TaskKind::Emergency, "stays 0"),
                    (&firms[2], "4kg/桶", TaskKind::Routine, "stays 0"),
                ] {
                    let answer = history.answer(firm, "内墙涂料", models, kind);
                    let found = match &answer {
                        RosterAnswer::Leaves { until, basis, .. } => {
                            assert_eq!(*basis, law::R18_8);
                            format!("leaves {until}")
                        }
                        RosterAnswer::Stays { blocked, notices, .. } => {
                            assert!(notices.iter().any(|notice| notice.contains("未指明企业")), "{notices:?}");
                            format!("stays {}", blocked.len())
                        }
                    };
                    assert_eq!(found, expected, "{} {models}", firm.name);
                    let single = no_repeat::roster_answer(work, firm, "内墙涂料", models, kind, day(ON))?;
                    assert_eq!(single, answer);
                }
                Ok(())
            })
            .expect("view");
    });
}

/// R18 第八条第二款 at the visit: the product that was found on the shelf.
#[test]
fn r18_art8_2_product_over_the_history() {
    on_each_database(|bureau| {
        let firms = fill(bureau);
        bureau
            .app
            .view(&bureau.actor("draw"), Action::DrawRead, |work| {
                let facts = ProductFacts {
                    enterprise_id: Some(firms[1].id),
                    enterprise_key: firms[1].name_key.clone(),
                    product_name: "内墙涂料".to_owned(),
                    producer_name: "乙涂料厂".to_owned(),
                    standard: "GB/T 9756-2018".to_owned(),
                    trademark: "甲牌".to_owned(),
                    model: "4kg/桶".to_owned(),
                    ..ProductFacts::default()
                };
                let org = work.actor().org_id;
                let blocked = no_repeat::product_answer(work, org, &facts, TaskKind::Routine, day(ON))?;
                assert!(matches!(blocked, Answer::Blocked { until, .. } if until == day("2021-12-01")), "{blocked:?}");
                let free = no_repeat::product_answer(work, org, &facts, TaskKind::Routine, day("2021-12-02"))?;
                assert!(matches!(free, Answer::Free { .. }), "{free:?}");
                let other = ProductFacts { model: "20kg/桶".to_owned(), ..facts };
                let answer = no_repeat::product_answer(work, org, &other, TaskKind::Routine, day(ON))?;
                assert!(matches!(answer, Answer::Free { .. }), "{answer:?}");
                Ok(())
            })
            .expect("view");
    });
}

/// ★S3: the scan of a plan line against the checks of the city.
#[test]
fn seed_part3_plan_line_over_the_history() {
    on_each_database(|bureau| {
        fill(bureau);
        bureau
            .app
            .view(&bureau.actor("plan"), Action::PlanRead, |work| {
                let line = |quarters: &str, product: &str| PlanLine {
                    id: work.new_id(),
                    version: 0,
                    org_id: work.actor().org_id,
                    plan_id: work.new_id(),
                    seq: 1,
                    category_id: None,
                    product_code: String::new(),
                    product_name: product.to_owned(),
                    field: SamplingField::Production,
                    region: String::new(),
                    quarters: quarters.to_owned(),
                    batches: 1,
                    enterprises: 0,
                    unit_cost_fen: 0,
                    budget_fen: 0,
                    lead_section: String::new(),
                    laboratory_name: String::new(),
                    focus: String::new(),
                    reason: String::new(),
                    source_text: String::new(),
                };
                let lines = [line("4", "内墙涂料"), line("1", "内墙涂料"), line("4", "电线电缆")];
                let counts: Vec<usize> = no_repeat::scan_lines(work, &lines, 2021)?.iter().map(Vec::len).collect();
                assert_eq!(counts, [3, 1, 0]);
                let found = no_repeat::scan_line(work, &lines[0], 2021)?;
                assert!(found[0].arranged && found[0].text.contains("未指明企业"), "{found:?}");
                Ok(())
            })
            .expect("view");
    });
}
