//! Registers of the demonstration: invented firms with codes that check, real product names, rules whose items are real
//! and whose limits are marked 虚构. Nobody and nothing in it exists.

use super::story::{Story, date};
use crate::{
    AppResult,
    registers::{
        enterprises::{self, LineEntry},
        laboratories::{self, LaboratoryEntry, ScopeEntry},
        officers::{self, OfficerEntry},
        products,
        rules::{self, ItemEntry, RulesEntry},
    },
};
use hengjian_domain::{
    enterprise::{
        CreditClass, EnterpriseEntry, EnterpriseId, EnterpriseKind, EnterpriseScale, EnterpriseStatus, ProductRole,
    },
    exchange::ImportKind,
    laboratory::LaboratoryId,
    officer::OfficerStatus,
    policy::Action,
    product::{CategoryEntry, ProductCategoryId},
    rules::{CompareMethod, ItemClass, RulesId, SpotCheckRules},
    time::Timestamp,
    uscc,
};
use std::collections::BTreeMap;

/// What the year needs of the registers.
pub(super) struct Registers {
    pub products: BTreeMap<&'static str, ProductCategoryId>,
    pub laboratory: LaboratoryId,
    pub second_laboratory: LaboratoryId,
    pub cable_rules: RulesId,
    pub stove_rules: RulesId,
    pub coolant_rules: RulesId,
}

/// Product groups and products by name; codes are temporary until the county gets the official table (regulations §12).
const PRODUCTS: &[(&str, &[&str])] = &[
    ("建筑和装饰装修材料", &["电线电缆", "水泥"]),
    ("轻工产品", &["家用燃气灶"]),
    ("机动车及其配件", &["机动车发动机冷却液"]),
    ("车用燃油", &["车用柴油"]),
];

/// Towns: code and name as in addresses.
const TOWNS: [(&str, &str); 8] = [
    ("440232100", "乳城镇"),
    ("440232104", "桂头镇"),
    ("440232109", "大桥镇"),
    ("440232103", "一六镇"),
    ("440232106", "洛阳镇"),
    ("440232113", "必背镇"),
    ("440232112", "游溪镇"),
    ("440232111", "东坪镇"),
];
/// First words of invented shop names.
const SHOPS: [&str; 14] =
    ["云岫", "溪桥", "竹影", "听泉", "晴川", "望岳", "松月", "石泉", "青禾", "岭尾", "半亩", "鹿鸣", "疏篱", "拾光"];
/// What the shops sell: product, words in the name, models, how many shops.
const TRADES: [(&str, &str, &str, usize); 4] = [
    ("电线电缆", "五金电线经营部", "RVV 2×1.5\nBV 2.5", 14),
    ("家用燃气灶", "厨具店", "JZT-4.2B", 9),
    ("机动车发动机冷却液", "汽车养护中心", "LEC-Ⅱ -25℃", 6),
    ("车用柴油", "加油站", "0号（Ⅵ）", 4),
];

/// An invented code whose check characters fit.
fn invented_code(prefix: &str, number: usize) -> String {
    let body = format!("{prefix}440232MA9D{number:04}");
    let whole = |inner: char| {
        let seventeen = format!("{body}{inner}");
        let check = uscc::check(&format!("{seventeen}0")).expected.unwrap_or('0');
        format!("{seventeen}{check}")
    };
    let fits = |inner: &char| uscc::remarks(&whole(*inner)).is_empty();
    "0123456789X".chars().find(fits).map_or_else(|| whole('0'), whole)
}

/// The county and its towns, by their statistical codes.
const DIVISIONS: &str = "代码,名称,级别,上级代码
440000,广东省,省级,
440200,韶关市,地级,440000
440232,乳源瑶族自治县,县级,440200
440232100,乳城镇,乡级,440232
440232103,一六镇,乡级,440232
440232104,桂头镇,乡级,440232
440232106,洛阳镇,乡级,440232
440232108,大布镇,乡级,440232
440232109,大桥镇,乡级,440232
440232111,东坪镇,乡级,440232
440232112,游溪镇,乡级,440232
440232113,必背镇,乡级,440232
440232450,天井山林场,乡级,440232
440232451,乳阳林场,乡级,440232
";

/// The administrator imports the divisions, so that pages name towns.
fn import_divisions(story: &Story<'_>) -> AppResult<()> {
    let staged = story.app.stage_upload(DIVISIONS.as_bytes())?;
    let request = story.app.staged_request(ImportKind::Divisions, &staged, "行政区划.csv")?;
    story.app.import(&story.person("system")?, request).map(|_| ())
}

/// Fills every register.
pub(super) fn fill(story: &Story<'_>) -> AppResult<Registers> {
    import_divisions(story)?;
    story.at("2021-01-11", 9, 0)?;
    let mut ids = BTreeMap::new();
    for (group, names) in PRODUCTS {
        let group_entry = category(group);
        let parent =
            story.act("plan", Action::RegisterEdit, move |work| products::enter(work, None, group_entry, ""))?;
        for name in *names {
            let entry = category(name);
            let id =
                story.act("plan", Action::RegisterEdit, move |work| products::enter(work, Some(parent), entry, ""))?;
            ids.insert(*name, id);
        }
    }
    story.at("2021-01-18", 9, 0)?;
    let mut shop = 0;
    for (product, words, models, count) in TRADES {
        for n in 0..count {
            shop += 1;
            let (town, town_name) = TOWNS[(n * 3 + count) % TOWNS.len()];
            let name = format!("乳源瑶族自治县{town_name}{}{words}", SHOPS[(n + count) % SHOPS.len()]);
            enter_shop(story, shop, name, town, town_name, (product, ids[product], models))?;
        }
    }
    let laboratory = enter_laboratory(story, "laboratory", "虚构 CMA 2100001")?;
    let second_laboratory = enter_laboratory(story, "laboratory2", "虚构 CMA 2100002")?;
    for (n, login) in ["sampler1", "sampler2", "sampler3"].into_iter().enumerate() {
        let person = story.person(login)?;
        let entry = OfficerEntry {
            name: person.name.clone(),
            staff_number: login.to_owned(),
            unit_id: None,
            user_id: Some(person.user_id),
            certificate_number: format!("虚构执法证 {:03}", n + 1),
            certificate_until_on: Some(date("2025-12-31")?),
            may_lead: true,
            skills: String::new(),
            laboratory_id: None,
            status: Some(OfficerStatus::Available),
        };
        story.act("plan", Action::RegisterEdit, move |work| officers::enter(work, entry, "").map(|_| ()))?;
    }
    story.at("2021-03-01", 9, 0)?;
    let cable_rules = enter_rules(story, ids["电线电缆"], &CABLE)?;
    let stove_rules = enter_rules(story, ids["家用燃气灶"], &STOVE)?;
    let coolant_rules = enter_rules(story, ids["机动车发动机冷却液"], &COOLANT)?;
    Ok(Registers { products: ids, laboratory, second_laboratory, cable_rules, stove_rules, coolant_rules })
}

fn category(name: &str) -> CategoryEntry {
    CategoryEntry {
        code: String::new(),
        name: name.to_owned(),
        licensed: false,
        ccc: name == "电线电缆",
        mandatory_standard: matches!(name, "家用燃气灶" | "车用柴油" | "水泥"),
        table_version: "临时 2021".to_owned(),
        valid_from_on: None,
        valid_until_on: None,
    }
}

fn enter_shop(
    story: &Story<'_>,
    number: usize,
    name: String,
    town: &'static str,
    town_name: &str,
    (product, category_id, models): (&str, ProductCategoryId, &'static str),
) -> AppResult<EnterpriseId> {
    let classes = [CreditClass::A, CreditClass::B, CreditClass::B, CreditClass::C, CreditClass::Unclassified];
    let firm = product == "车用柴油";
    let entry = EnterpriseEntry {
        uscc: Some(invented_code(if firm { "91" } else { "92" }, number)),
        uscc_valid: true,
        legacy_number: None,
        name,
        kind: Some(if firm { EnterpriseKind::Enterprise } else { EnterpriseKind::SelfEmployed }),
        address: format!("乳源瑶族自治县{town_name}虚构路 {number} 号"),
        region_code: "440232".to_owned(),
        town_code: Some(town.to_owned()),
        station: None,
        legal_representative: None,
        contact_name: None,
        contact_phone: None,
        scale: Some(if firm { EnterpriseScale::Small } else { EnterpriseScale::Micro }),
        staff_count: None,
        annual_revenue_fen: None,
        credit_class: Some(classes[number % classes.len()]),
        // One shop of the county has closed: the roster says so.
        status: Some(if number == 3 { EnterpriseStatus::Deregistered } else { EnterpriseStatus::Active }),
    };
    story.act("plan", Action::EnterpriseEdit, move |work| {
        let id = enterprises::enter(work, entry, true, "")?;
        let line = LineEntry {
            category_id,
            role: ProductRole::Seller,
            models: models.to_owned(),
            licence_number: None,
            licence_until_on: None,
        };
        enterprises::keep_line(work, id, None, line)?;
        Ok(id)
    })
}

fn enter_laboratory(story: &Story<'_>, key: &str, accreditation: &str) -> AppResult<LaboratoryId> {
    let organisation = story.county.unit(key);
    let name = story.rows::<hengjian_domain::organisation::Organisation>(
        "WHERE id = ?1",
        &[hengjian_store::Column::to_value(&organisation)],
    )?;
    let entry = LaboratoryEntry {
        name: name.into_iter().next().map(|unit| unit.name).unwrap_or_default(),
        address: "韶关市虚构路 1 号".to_owned(),
        organisation_id: Some(organisation),
        accreditation_number: accreditation.to_owned(),
        accreditation_until_on: Some(date("2025-12-31")?),
        single_in_province: false,
        note: String::new(),
    };
    let scope: Vec<ScopeEntry> = [&CABLE, &STOVE, &COOLANT]
        .into_iter()
        .flat_map(|rule| rule.items)
        .map(|item| ScopeEntry {
            item: item.name.to_owned(),
            method: item.method.to_owned(),
            valid_from_on: None,
            valid_until_on: None,
        })
        .collect();
    story.act("plan", Action::RegisterEdit, move |work| {
        let id = laboratories::enter(work, entry, "")?;
        laboratories::add_scope(work, id, scope, "")?;
        Ok(id)
    })
}

/// An item of a demonstration rule.
struct Item {
    name: &'static str,
    class: ItemClass,
    standard: &'static str,
    method: &'static str,
    limit: Option<&'static str>,
    unit: &'static str,
}

/// A demonstration rule.
struct Rule {
    code: &'static str,
    product: &'static str,
    unit: &'static str,
    quantities: [&'static str; 3],
    items: &'static [Item],
}

const CABLE: Rule = Rule {
    code: "YS-2021-01",
    product: "电线电缆",
    unit: "卷",
    quantities: ["10", "2", "1"],
    items: &[
        Item {
            name: "导体电阻（20 ℃）",
            class: ItemClass::A,
            standard: "GB/T 5023.5—2008（限值虚构）",
            method: "GB/T 3048.4",
            limit: Some("≤13.3"),
            unit: "Ω/km",
        },
        Item {
            name: "绝缘厚度（平均值）",
            class: ItemClass::B,
            standard: "GB/T 5023.5—2008（限值虚构）",
            method: "GB/T 5023.2",
            limit: Some("≥0.7"),
            unit: "mm",
        },
        Item {
            name: "绝缘最薄处厚度",
            class: ItemClass::A,
            standard: "GB/T 5023.5—2008（限值虚构）",
            method: "GB/T 5023.2",
            limit: Some("≥0.53"),
            unit: "mm",
        },
        Item {
            name: "护套厚度（平均值）",
            class: ItemClass::B,
            standard: "GB/T 5023.5—2008（限值虚构）",
            method: "GB/T 5023.2",
            limit: Some("≥0.8"),
            unit: "mm",
        },
        Item {
            name: "标志内容",
            class: ItemClass::B,
            standard: "GB/T 5023.5—2008",
            method: "GB/T 5023.2",
            limit: None,
            unit: "",
        },
    ],
};
const STOVE: Rule = Rule {
    code: "YS-2021-02",
    product: "家用燃气灶",
    unit: "台",
    quantities: ["2", "1", "1"],
    items: &[
        Item {
            name: "气密性",
            class: ItemClass::A,
            standard: "GB 16410—2020（限值虚构）",
            method: "GB 16410",
            limit: Some("≤0.07"),
            unit: "L/h",
        },
        Item {
            name: "热负荷偏差",
            class: ItemClass::B,
            standard: "GB 16410—2020（限值虚构）",
            method: "GB 16410",
            limit: Some("0±10"),
            unit: "%",
        },
        Item {
            name: "熄火保护装置闭阀时间",
            class: ItemClass::A,
            standard: "GB 16410—2020（限值虚构）",
            method: "GB 16410",
            limit: Some("≤60"),
            unit: "s",
        },
    ],
};
const COOLANT: Rule = Rule {
    code: "YS-2021-03",
    product: "机动车发动机冷却液",
    unit: "桶",
    quantities: ["4", "2", "1"],
    items: &[
        Item {
            name: "冰点",
            class: ItemClass::A,
            standard: "GB 29743（限值虚构）",
            method: "SH/T 0090",
            limit: Some("≤-25.0"),
            unit: "℃",
        },
        Item {
            name: "沸点",
            class: ItemClass::B,
            standard: "GB 29743（限值虚构）",
            method: "SH/T 0089",
            limit: Some("≥106.0"),
            unit: "℃",
        },
    ],
};

fn enter_rules(story: &Story<'_>, category: ProductCategoryId, rule: &'static Rule) -> AppResult<RulesId> {
    let [minimum, test, backup] = rule.quantities;
    let entry = RulesEntry {
        code: rule.code.to_owned(),
        edition: "2021".to_owned(),
        title: format!("2021年{}产品质量县级监督抽查实施细则（演示）", rule.product),
        product: rule.product.to_owned(),
        category_id: Some(category),
        issued_by: "乳源瑶族自治县市场监督管理局（演示）".to_owned(),
        sampling_place: "成品库、货架、柜台".to_owned(),
        sampling_method: "在待销产品中随机抽取，用随机数确定抽取的包装".to_owned(),
        minimum_stock: Some(minimum.to_owned()),
        test_quantity: Some(test.to_owned()),
        backup_quantity: Some(backup.to_owned()),
        unit: rule.unit.to_owned(),
        quantity_text: format!("抽样基数不少于 {minimum} {0}，检验样品 {test} {0}，备用样品 {backup} {0}", rule.unit),
        sealing: "检验样品和备用样品分别封样，常温、防潮".to_owned(),
        judging_rule:
            "所检项目全部合格的，判为所检项目未发现不合格；任一项不合格的，判为不合格；A类项目不合格的，判为严重不合格"
                .to_owned(),
        source: "演示，限值虚构".to_owned(),
    };
    let id = story.act("plan", Action::RegisterEdit, move |work| {
        let id = rules::enter(work, entry, "")?;
        for item in rule.items {
            let entry = ItemEntry {
                seq: None,
                table_name: String::new(),
                name: item.name.to_owned(),
                class: Some(item.class),
                standard: item.standard.to_owned(),
                method: item.method.to_owned(),
                limit_text: item.limit.map(str::to_owned),
                unit: item.unit.to_owned(),
                interval: None,
                compare: Some(CompareMethod::FullValue),
                mandatory: true,
                retestable: true,
                on_site: false,
            };
            rules::keep_item(work, id, None, entry, "")?;
        }
        Ok(id)
    })?;
    story.on::<SpotCheckRules, _>("plan", Action::RegisterEdit, id, move |work, version| {
        rules::hand_over(work, id, version)
    })?;
    let at = Timestamp::at(date("2021-03-01")?, 8, 30);
    story.on::<SpotCheckRules, _>("publish", Action::TaskPublishRules, id, move |work, version| {
        rules::publish(work, id, version, "https://www.example.invalid/rules", at, None)
    })?;
    Ok(id)
}
