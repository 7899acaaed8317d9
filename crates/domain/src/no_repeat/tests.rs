//! Tables named after the articles; every case is data.

use super::*;
use crate::{ids::Id, match_key::match_key, time::Timestamp};

fn day(text: &str) -> Date {
    text.parse().expect("date")
}

fn county() -> Authority {
    Authority {
        tier: Tier::County,
        superiors: vec!["韶关市市场监督管理局".to_owned(), "广东省市场监督管理局".to_owned()],
        region_code: "440232".to_owned(),
    }
}

/// PQL 第十五条: the province is a superior also where only the city stands above us in the tree; another province is not.
#[test]
fn product_quality_law_art15_own_province_is_a_superior() {
    let below_the_city = Authority { superiors: vec!["韶关市市场监督管理局".to_owned()], ..county() };
    for (tier, name, relation) in [
        (Tier::Provincial, "广东省市场监督管理局", Relation::Superior),
        (Tier::Provincial, "湖南省市场监督管理局", Relation::PeerOrLower),
        (Tier::Provincial, "省市场监督管理局", Relation::Superior),
        (Tier::Municipal, "韶关市市场监督管理局", Relation::Superior),
        (Tier::Municipal, "深圳市市场监督管理局", Relation::PeerOrLower),
        (Tier::National, "国家市场监督管理总局", Relation::Superior),
    ] {
        let check = by(earlier("2021-05-10"), tier, name);
        assert_eq!(below_the_city.relation(&check), relation, "{name}");
    }
}

/// A product of 甲厂, sampled at 甲厂, model 4kg.
fn wanted() -> ProductFacts {
    ProductFacts {
        enterprise_key: match_key("甲涂料厂"),
        product_name: "内墙涂料".to_owned(),
        producer_name: "甲涂料厂".to_owned(),
        standard: "GB/T 9756-2018".to_owned(),
        trademark: "甲牌".to_owned(),
        model: "4kg/桶".to_owned(),
        ..ProductFacts::default()
    }
}

/// The same product in the history, sampled by us on a day.
fn earlier(sampled_on: &str) -> EarlierCheck {
    EarlierCheck {
        id: Id::from_uuid(uuid::Uuid::nil()),
        version: 1,
        org_id: Id::from_uuid(uuid::Uuid::nil()),
        tier: Tier::County,
        organiser_name: "乳源县市场监督管理局".to_owned(),
        own: true,
        enterprise_id: None,
        enterprise_name: "甲涂料厂".to_owned(),
        enterprise_key: match_key("甲涂料厂"),
        uscc: String::new(),
        category: String::new(),
        product_name: "内墙涂料".to_owned(),
        product_key: match_key("内墙涂料"),
        trademark: "甲牌".to_owned(),
        model: "4KG/桶".to_owned(),
        model_key: match_key("4kg/桶"),
        standard: "GB/T9756—2018".to_owned(),
        batch_text: String::new(),
        producer_name: "甲涂料厂".to_owned(),
        producer_key: match_key("甲涂料厂"),
        arranged_from_on: None,
        sampled_on: Some(day(sampled_on)),
        published_on: None,
        conclusion: Some(InspectionConclusion::NoNonconformityFound),
        failed_items: String::new(),
        source: "测试".to_owned(),
        record_id: None,
        created_at_us: Timestamp(0),
    }
}

fn by(mut check: EarlierCheck, tier: Tier, organiser: &str) -> EarlierCheck {
    (check.tier, check.own, check.organiser_name) = (tier, false, organiser.to_owned());
    check
}

fn with(mut check: EarlierCheck, change: impl FnOnce(&mut EarlierCheck)) -> EarlierCheck {
    change(&mut check);
    check.model_key = match_key(&check.model);
    check.product_key = match_key(&check.product_name);
    check.producer_key = match_key(&check.producer_name);
    check.enterprise_key = match_key(&check.enterprise_name);
    check
}

#[track_caller]
fn check(check: &EarlierCheck, kind: TaskKind, on: &str, expected: &str) {
    let answer = product(&wanted(), [check], &county(), kind, day(on));
    let found = match &answer {
        Answer::Blocked { until, may_be_lifted, basis, .. } => {
            format!("{} {until} {}", basis.source, if *may_be_lifted { "lift" } else { "firm" })
        }
        Answer::Doubtful { .. } => "doubtful".to_owned(),
        Answer::Free { notices } if notices.is_empty() => "free".to_owned(),
        Answer::Free { .. } => "notice".to_owned(),
    };
    assert_eq!(found, expected, "{}", answer.words());
    assert!(!answer.words().is_empty());
}

/// R18 第八条第一款 with the vectors of regulations §10.5: the last blocked and the first free day.
#[test]
fn r18_art8_same_authority_same_product() {
    for (sampled, last, first_free) in [
        ("2021-03-15", "2021-09-15", "2021-09-16"),
        ("2021-08-31", "2022-02-28", "2022-03-01"),
        ("2020-08-29", "2021-02-28", "2021-03-01"),
        ("2021-04-01", "2021-10-01", "2021-10-02"),
    ] {
        check(&earlier(sampled), TaskKind::Routine, last, &format!("R18 {last} firm"));
        check(&earlier(sampled), TaskKind::Special, sampled, &format!("R18 {last} firm"));
        check(&earlier(sampled), TaskKind::Routine, first_free, "free");
    }
    check(&earlier("2021-06-01"), TaskKind::Routine, "2021-05-31", "free");
}

/// R18 第八条第二款, 《产品质量法》第十五条: superiors block, peers and lower authorities do not.
#[test]
fn r18_art8_2_superior_peer_and_lower() {
    let row = || earlier("2021-05-10");
    for (tier, organiser, expected) in [
        (Tier::National, "国家市场监督管理总局", "R18 2021-11-10 firm"),
        (Tier::Provincial, "广东省市场监督管理局", "R18 2021-11-10 firm"),
        (Tier::Provincial, "省局", "R18 2021-11-10 firm"),
        (Tier::Municipal, "韶关市质量技术监督局", "R18 2021-11-10 firm"),
        (Tier::Municipal, "广东省韶关市市场监管局", "R18 2021-11-10 firm"),
        (Tier::Municipal, "", "R18 2021-11-10 firm"),
        (Tier::Municipal, "深圳市市场监督管理局", "notice"),
        (Tier::Provincial, "浙江省市场监督管理局", "notice"),
        (Tier::County, "翁源县市场监督管理局", "notice"),
    ] {
        check(&by(row(), tier, organiser), TaskKind::Routine, "2021-09-24", expected);
    }
}

/// ★S3: arranged and not yet sampled blocks every kind; a leader may lift it. Without a firm it warns.
#[test]
fn seed_part3_arranged_by_a_superior() {
    let arranged = |from: &str| {
        with(by(earlier("2021-01-01"), Tier::Municipal, "韶关市市场监督管理局"), |row| {
            row.sampled_on = None;
            row.arranged_from_on = Some(day(from));
            row.conclusion = None;
        })
    };
    for kind in [TaskKind::Routine, TaskKind::Special, TaskKind::Emergency, TaskKind::FollowUp] {
        check(&arranged("2021-10-01"), kind, "2021-09-24", "SEED 2022-04-01 lift");
    }
    check(&arranged("2021-10-01"), TaskKind::Routine, "2022-04-01", "SEED 2022-04-01 lift");
    check(&arranged("2021-10-01"), TaskKind::Routine, "2022-04-02", "free");
    check(&arranged("2021-10-01"), TaskKind::Routine, "2021-03-31", "free");
    let nobody = with(arranged("2021-10-01"), |row| {
        row.enterprise_name = String::new();
        row.producer_name = String::new();
        row.model = String::new();
    });
    check(&nobody, TaskKind::Routine, "2021-09-24", "notice");
}

/// R18 第八条: follow-up of what failed and emergency are excepted, follow-up of what passed is not.
#[test]
fn r18_art8_exceptions() {
    let concluded = |conclusion| with(earlier("2021-05-10"), |row| row.conclusion = conclusion);
    let failed = concluded(Some(InspectionConclusion::Nonconforming));
    let passed = concluded(Some(InspectionConclusion::NoNonconformityFound));
    check(&failed, TaskKind::FollowUp, "2021-09-24", "notice");
    check(&passed, TaskKind::FollowUp, "2021-09-24", "R18 2021-11-10 firm");
    check(&concluded(None), TaskKind::FollowUp, "2021-09-24", "doubtful");
    check(&passed, TaskKind::Emergency, "2021-09-24", "notice");
    check(&passed, TaskKind::RiskMonitoring, "2021-09-24", "notice");
    check(&failed, TaskKind::Routine, "2021-09-24", "R18 2021-11-10 firm");
}

/// Regulations §6: the four facts of “同一产品”; what is not known is not agreement.
#[test]
fn same_product_is_four_facts() {
    let row = |change: fn(&mut EarlierCheck)| with(earlier("2021-05-10"), change);
    let city = |row: EarlierCheck| by(row, Tier::Municipal, "韶关市市场监督管理局");
    type Change = fn(&mut EarlierCheck);
    let cases: [(Change, &str, &str); 10] = [
        (|row| row.model = "20kg/桶".to_owned(), "notice", "notice"),
        (|row| row.trademark = "乙牌".to_owned(), "notice", "SEED 2021-11-10 lift"),
        (|row| row.standard = "GB/T 9755-2014".to_owned(), "notice", "SEED 2021-11-10 lift"),
        (|row| row.trademark = String::new(), "doubtful", "SEED 2021-11-10 lift"),
        (|row| row.producer_name = String::new(), "doubtful", "SEED 2021-11-10 lift"),
        (|row| row.producer_name = "乙涂料厂".to_owned(), "free", "free"),
        (|row| row.model = String::new(), "doubtful", "doubtful"),
        (|row| row.model = "不详".to_owned(), "doubtful", "doubtful"),
        (|row| row.product_name = "木器漆".to_owned(), "doubtful", "doubtful"),
        // Sampled at a shop: the producer decides.
        (|row| row.enterprise_name = "某建材店".to_owned(), "R18 2021-11-10 firm", "R18 2021-11-10 firm"),
    ];
    for (change, same_authority, superior) in cases {
        check(&row(change), TaskKind::Routine, "2021-09-24", same_authority);
        check(&city(row(change)), TaskKind::Routine, "2021-09-24", superior);
    }
    let elsewhere = row(|row| {
        row.enterprise_name = "某建材店".to_owned();
        row.producer_name = String::new();
    });
    check(&elsewhere, TaskKind::Routine, "2021-09-24", "free");
}

/// Decision 抽查以抽样日计: of a row with its publication only, the day of sampling is not known.
#[test]
fn only_the_publication_is_known() {
    let published = |on: &str| {
        with(earlier("2021-01-01"), |row| {
            row.sampled_on = None;
            row.published_on = Some(day(on));
        })
    };
    check(&published("2021-05-10"), TaskKind::Routine, "2021-09-24", "doubtful");
    check(&published("2021-03-10"), TaskKind::Routine, "2021-09-24", "free");
}

/// Several rows: what cannot be lifted wins, then the latest; doubts stay visible.
#[test]
fn the_strictest_row_answers() {
    let arranged = with(by(earlier("2021-01-01"), Tier::Provincial, "广东省市场监督管理局"), |row| {
        row.sampled_on = None;
        row.arranged_from_on = Some(day("2021-10-01"));
    });
    let rows = [arranged, earlier("2021-05-10"), earlier("2021-07-01")];
    let answer = product(&wanted(), &rows, &county(), TaskKind::Routine, day("2021-09-24"));
    let Answer::Blocked { until, may_be_lifted, basis, .. } = answer else { panic!("{answer:?}") };
    assert_eq!((until, may_be_lifted, basis), (day("2022-01-01"), false, law::R18_8));
}

fn firm(models: &[&str]) -> RosterFirm {
    RosterFirm {
        id: Id::from_uuid(uuid::Uuid::nil()),
        name_key: match_key("甲涂料厂"),
        uscc: String::new(),
        category: "内墙涂料".to_owned(),
        models: models.iter().map(|model| (*model).to_owned()).collect(),
    }
}

/// Models on file, rows, expectation: `leaves UNTIL`, or blocked and doubtful counts.
#[track_caller]
fn check_roster(models: &[&str], rows: &[EarlierCheck], kind: TaskKind, expected: &str) -> RosterAnswer {
    let answer = roster(&firm(models), rows, &county(), kind, day("2021-09-24"));
    let found = match &answer {
        RosterAnswer::Leaves { until, basis, .. } => format!("leaves {until} {}", basis.source),
        RosterAnswer::Stays { blocked, doubts, notices } => {
            format!("{} blocked {} doubts {} notices", blocked.len(), doubts.len(), notices.len())
        }
    };
    assert_eq!(found, expected, "{answer:?}");
    answer
}

/// Regulations §10.7 row 4 and the issue: a firm leaves only when nothing is left to sample.
#[test]
fn r18_art8_a_firm_leaves_only_when_all_is_covered() {
    let model = |model: &str| with(earlier("2021-05-10"), |row| row.model = model.to_owned());
    let routine = TaskKind::Routine;
    // Some of the models: stays, the model is named.
    let stays = check_roster(&["4kg/桶", "20kg/桶"], &[model("4KG/桶")], routine, "1 blocked 0 doubts 0 notices");
    let words = stays.for_samplers();
    assert!(words.contains("4KG/桶") && words.contains("2021-11-10"), "{words}");
    // All of them: leaves until the first becomes free.
    let later = with(model("20kg/桶"), |row| row.sampled_on = Some(day("2021-07-01")));
    check_roster(&["4kg/桶", "20kg/桶"], &[model("4kg/桶"), later], routine, "leaves 2021-11-10 R18");
    // No model on file, but the earlier check names one: others may be sampled.
    check_roster(&[], &[model("4kg/桶")], routine, "1 blocked 0 doubts 0 notices");
    check_roster(&["/"], &[model("4kg/桶")], routine, "1 blocked 0 doubts 0 notices");
    // Nothing finer is known than the product itself.
    check_roster(&[], &[model("")], routine, "leaves 2021-11-10 R18");
    check_roster(&[], &[model("/")], routine, "leaves 2021-11-10 R18");
    // Models on file and none published: the samplers find out.
    check_roster(&["4kg/桶"], &[model("")], routine, "0 blocked 1 doubts 0 notices");
    // Six months are over, another category, another firm.
    let old = with(model("4kg/桶"), |row| row.sampled_on = Some(day("2021-03-01")));
    let other_product = with(model("5升"), |row| row.product_name = "木器漆".to_owned());
    let other_firm = with(model("4kg/桶"), |row| {
        row.enterprise_name = "乙店".to_owned();
        row.producer_name = "乙厂".to_owned();
    });
    check_roster(&["4kg/桶"], &[old, other_product, other_firm], routine, "0 blocked 0 doubts 0 notices");
}

/// A shop sells goods of many makers: one maker's product covers not the shop.
#[test]
fn r18_art8_a_shop_stays_while_other_makers_are_there() {
    let at_shop = |model: &str| {
        with(earlier("2021-05-10"), |row| {
            row.model = model.to_owned();
            row.producer_name = "乙涂料厂".to_owned();
        })
    };
    let answer = check_roster(&[], &[at_shop("")], TaskKind::Routine, "1 blocked 0 doubts 0 notices");
    assert!(answer.for_samplers().contains("乙涂料厂"), "{}", answer.for_samplers());
    check_roster(&["4kg/桶"], &[at_shop("4kg/桶")], TaskKind::Routine, "leaves 2021-11-10 R18");
    // A producer's product sampled at a shop binds the producer's roster line too.
    let sampled_elsewhere = with(earlier("2021-05-10"), |row| row.enterprise_name = "某建材店".to_owned());
    check_roster(&["4kg/桶"], &[sampled_elsewhere], TaskKind::Routine, "leaves 2021-11-10 R18");
}

/// Superior, arranged, peer, exceptions: as for one product.
#[test]
fn r18_art8_roster_by_organiser_and_kind() {
    let city = by(earlier("2021-05-10"), Tier::Municipal, "韶关市市场监督管理局");
    let peer = by(earlier("2021-05-10"), Tier::County, "翁源县市场监督管理局");
    let arranged = with(city.clone(), |row| {
        row.sampled_on = None;
        row.arranged_from_on = Some(day("2021-10-01"));
    });
    let nobody = with(arranged.clone(), |row| {
        row.enterprise_name = String::new();
        row.producer_name = String::new();
    });
    let failed = with(earlier("2021-05-10"), |row| row.conclusion = Some(InspectionConclusion::Nonconforming));
    let models = ["4kg/桶"];
    for (row, kind, expected) in [
        (&city, TaskKind::Routine, "leaves 2021-11-10 R18"),
        (&peer, TaskKind::Routine, "0 blocked 0 doubts 1 notices"),
        (&arranged, TaskKind::Emergency, "leaves 2022-04-01 SEED"),
        (&nobody, TaskKind::Routine, "0 blocked 0 doubts 1 notices"),
        (&failed, TaskKind::FollowUp, "0 blocked 0 doubts 1 notices"),
        (&city, TaskKind::Emergency, "0 blocked 0 doubts 1 notices"),
    ] {
        check_roster(&models, std::slice::from_ref(row), kind, expected);
    }
}

/// ★S3 and regulations §2.1: a plan line is warned of what reaches into its quarters.
#[test]
fn seed_part3_a_plan_line_is_scanned() {
    let period = LinePeriod::of_quarters(2021, "3,4").expect("period");
    assert_eq!((period.first, period.last), (day("2021-07-01"), day("2021-12-31")));
    let whole = LinePeriod::of_quarters(2021, "全年").expect("period");
    assert_eq!((whole.first, whole.last), (day("2021-01-01"), day("2021-12-31")));
    let city = |sampled: &str| by(earlier(sampled), Tier::Municipal, "韶关市市场监督管理局");
    let arranged = with(city("2021-01-01"), |row| {
        row.sampled_on = None;
        row.arranged_from_on = Some(day("2022-03-01"));
        row.enterprise_name = String::new();
        row.producer_name = String::new();
    });
    let rows = [
        city("2020-12-31"),
        city("2021-01-01"),
        city("2021-05-10"),
        arranged,
        by(earlier("2021-05-10"), Tier::County, "翁源县市场监督管理局"),
        with(city("2021-05-10"), |row| row.product_name = "电线".to_owned()),
    ];
    let findings = scan("合成树脂乳液内墙涂料", "", period, &rows, &county());
    let untils: Vec<String> = findings.iter().map(|finding| finding.until.to_string()).collect();
    assert_eq!(untils, ["2022-09-01", "2021-11-10", "2021-07-01"]);
    assert!(findings[0].arranged && findings[0].text.contains("未指明企业"), "{}", findings[0].text);
}
