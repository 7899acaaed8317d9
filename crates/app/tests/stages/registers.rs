//! Stories of the registers: entering and finding enterprises, categories, laboratories, people and rules.

use crate::support::{Bureau, on_each_database};
use hengjian_app::{
    AppError, AppResult, PageRequest,
    registers::{
        enterprises::{self, EnterpriseFilter, EnterpriseOrder, LineEntry, StationFilter},
        laboratories::{self, LaboratoryEntry},
        officers::{self, OfficerEntry, RecusalEntry},
        products,
        rules::{self, ItemEntry, RulesEntry},
        uncovered_items,
    },
};
use hengjian_domain::{
    actor::Role,
    clock::SubjectKind,
    enterprise::{
        CreditClass, Enterprise, EnterpriseEntry, EnterpriseId, EnterpriseKind, EnterpriseScale, EnterpriseStatus,
        ProductRole,
    },
    laboratory::LaboratoryId,
    officer::{Officer, OfficerStatus, RecusalKind},
    policy::Action,
    product::{CategoryEntry, ProductCategory, ProductCategoryId},
    rules::{RulesId, RulesState, SpotCheckRules},
};

const LIST: &PageRequest = &PageRequest { after: None, limit: 25 };

fn entry(name: &str, code: &str, town: &str) -> EnterpriseEntry {
    let check = enterprises::check_code(code);
    EnterpriseEntry {
        uscc: Some(check.normalised),
        uscc_valid: check.valid,
        name: name.to_owned(),
        kind: Some(EnterpriseKind::Enterprise),
        address: format!("{name}门前虚构路 1 号"),
        region_code: "440232".to_owned(),
        town_code: Some(town.to_owned()),
        scale: Some(EnterpriseScale::Unknown),
        credit_class: Some(CreditClass::B),
        status: Some(EnterpriseStatus::Active),
        ..EnterpriseEntry::default()
    }
}

fn enter(bureau: &Bureau, login: &str, entry: EnterpriseEntry, confirmed: bool) -> AppResult<EnterpriseId> {
    let actor = bureau.actor(login);
    bureau.app.act(&actor, Action::EnterpriseEdit, move |work| enterprises::enter(work, entry, confirmed, ""))
}

fn code_of<T: std::fmt::Debug>(result: AppResult<T>) -> String {
    match result {
        Err(AppError::Refused(refusal)) => refusal.code.to_owned(),
        Err(AppError::Fields(fields)) => fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>().join(" "),
        Err(AppError::NotFound) => "not found".to_owned(),
        Err(AppError::Stale) => "stale".to_owned(),
        Err(AppError::NotAllowed(_)) => "not allowed".to_owned(),
        Err(AppError::SentBefore(_)) => "sent before".to_owned(),
        other => format!("{other:?}"),
    }
}

fn found(bureau: &Bureau, login: &str, change: impl Fn(EnterpriseFilter) -> EnterpriseFilter) -> Vec<String> {
    let actor = bureau.actor(login);
    let filter = change(EnterpriseFilter::all(actor.org_id));
    let list = bureau.app.view(&actor, Action::RegisterRead, |work| enterprises::list(work, filter, LIST));
    list.expect("list").rows.into_iter().map(|row| row.name).collect()
}

/// regulations §10.1: an invalid code is kept and flagged; the town decides the station; a code is entered once.
#[test]
fn enterprises_are_entered_once_and_found_by_any_part_of_their_name() {
    on_each_database(|bureau| {
        let good = "91440232MA4TEA1K4X";
        let first = enter(bureau, "plan", entry("乳源青石建材有限公司", good, "440232100"), false).expect("entered");
        let bad = enter(bureau, "plan", entry("乳源白云电缆厂", "91440232MA4TEA1KOX", "440232104"), false);
        let bad = bad.expect("kept though its code is wrong");
        let plan = bureau.actor("plan");
        let read = |id: EnterpriseId| {
            bureau.app.view(&plan, Action::RegisterRead, |work| work.load::<Enterprise>(id)).expect("row")
        };
        assert_eq!((read(first).uscc_valid, read(first).unit_id), (true, Some(bureau.county.unit("station1"))));
        assert_eq!((read(bad).uscc_valid, read(bad).unit_id), (false, Some(bureau.county.unit("station2"))));
        assert_eq!(read(bad).uscc.as_deref(), Some("91440232MA4TEA1KOX"));

        let again = enter(bureau, "plan", entry("另一家企业", good, "440232100"), true);
        assert_eq!(code_of(again), "enterprise.code_taken");
        let alike = entry("乳源县青石建材有限公司", "92440232MA5QYX7N8J", "440232100");
        assert_eq!(code_of(enter(bureau, "plan", alike.clone(), false)), "enterprise.similar");
        enter(bureau, "plan", alike, true).expect("confirmed by a person");
        assert_eq!(
            code_of(enter(bureau, "plan", EnterpriseEntry::default(), false)),
            "name uscc kind address region_code"
        );
        assert_eq!(code_of(enter(bureau, "audit", entry("不能登记", "", "440232100"), false)), "not allowed");

        for (text, names) in [
            ("青石", vec!["乳源县青石建材有限公司", "乳源青石建材有限公司"]),
            ("电缆", vec!["乳源白云电缆厂"]),
            ("石建材有", vec!["乳源县青石建材有限公司", "乳源青石建材有限公司"]),
            ("乳", vec!["乳源县青石建材有限公司", "乳源白云电缆厂", "乳源青石建材有限公司"]),
            ("91440232ma4tea1k", vec!["乳源青石建材有限公司", "乳源白云电缆厂"]),
            ("没有这家", vec![]),
            ("100%_", vec![]),
        ] {
            let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            let mut shown = found(bureau, "plan", |filter| EnterpriseFilter { text: text.to_owned(), ..filter });
            names.sort();
            shown.sort();
            assert_eq!(shown, names, "{text}");
        }
        let credit = |class| move |filter| EnterpriseFilter { credit_class: Some(class), ..filter };
        assert_eq!(found(bureau, "plan", credit(CreditClass::B)).len(), 3);
        assert!(found(bureau, "plan", credit(CreditClass::D)).is_empty());
        let town = |filter| EnterpriseFilter { town: Some("440232104".to_owned()), ..filter };
        assert_eq!(found(bureau, "plan", town), ["乳源白云电缆厂"]);
        let newest = |filter| EnterpriseFilter { order: EnterpriseOrder::Newest, ..filter };
        assert_eq!(found(bureau, "plan", newest)[0], "乳源县青石建材有限公司");
    });
}

/// A station sees its own rows and those in nobody's area, never another station's; a superior one county at a time.
#[test]
fn a_station_sees_its_own_enterprises() {
    on_each_database(|bureau| {
        enter(bureau, "plan", entry("一所甲厂", "91440232MA4TEA1K4X", "440232100"), false).expect("first");
        let other = enter(bureau, "plan", entry("二所乙厂", "92440232MA5QYX7N8J", "440232104"), false).expect("second");
        let nowhere = EnterpriseEntry { town_code: None, ..entry("未划片丙厂", "93440232MA6DB2H03M", "") };
        enter(bureau, "plan", nowhere, false).expect("third");
        assert_eq!(found(bureau, "station1", |filter| filter), ["一所甲厂"]);
        let unassigned = |filter| EnterpriseFilter { station: StationFilter::Unassigned, ..filter };
        assert_eq!(found(bureau, "station1", unassigned), ["未划片丙厂"]);
        let station1 = bureau.actor("station1");
        let theirs = EnterpriseFilter {
            station: StationFilter::Of(bureau.county.unit("station2")),
            ..EnterpriseFilter::all(station1.org_id)
        };
        let asked = bureau.app.view(&station1, Action::RegisterRead, |work| enterprises::list(work, theirs, LIST));
        assert_eq!(code_of(asked), "not found");
        let opened = bureau.app.view(&station1, Action::RegisterRead, |work| work.load::<Enterprise>(other));
        assert_eq!(code_of(opened), "not found");
        let theirs = entry("二所丁厂", "91440232MA4TEA1K4X", "440232104");
        assert_eq!(
            code_of(enter(bureau, "station1", EnterpriseEntry { uscc: Some("x".into()), ..theirs }, false)),
            "town_code"
        );

        let superior = bureau.actor("superior");
        let county = EnterpriseFilter::all(bureau.county.unit("county"));
        let list =
            bureau.app.view(&superior, Action::RegisterRead, |work| enterprises::list(work, county.clone(), LIST));
        assert_eq!(list.expect("below").rows.len(), 3);
        let plan = bureau.actor("plan");
        let city = EnterpriseFilter::all(bureau.county.unit("city"));
        let above = bureau.app.view(&plan, Action::RegisterRead, |work| enterprises::list(work, city, LIST));
        assert_eq!(code_of(above), "not found");
    });
}

/// product.md: optimistic versions on every form; a form sent twice acts once; a renamed firm is found by its new name.
#[test]
fn changes_are_guarded_by_the_version() {
    on_each_database(|bureau| {
        let id = enter(bureau, "plan", entry("旧名称电线厂", "91440232MA4TEA1K4X", "440232100"), false).expect("first");
        enter(bureau, "plan", entry("别家电线厂", "92440232MA5QYX7N8J", "440232100"), false).expect("second");
        let plan = bureau.actor("plan");
        let change = |version: i64, entry: EnterpriseEntry| {
            bureau
                .app
                .act(&plan, Action::EnterpriseEdit, move |work| enterprises::change(work, id, version, entry, false))
        };
        change(1, entry("新招牌建材行", "91440232MA4TEA1K4X", "440232104")).expect("changed");
        assert_eq!(code_of(change(1, entry("又一个", "91440232MA4TEA1K4X", "440232104"))), "stale");
        assert_eq!(
            code_of(change(2, entry("新招牌建材行", "92440232MA5QYX7N8J", "440232104"))),
            "enterprise.code_taken"
        );
        let text = |text: &'static str| move |filter| EnterpriseFilter { text: text.to_owned(), ..filter };
        assert_eq!(found(bureau, "plan", text("招牌")), ["新招牌建材行"]);
        assert!(found(bureau, "plan", text("旧名")).is_empty());
        let twice = || {
            let entry = entry("两次提交的厂", "93440232MA6DB2H03M", "440232100");
            bureau.app.act(&plan, Action::EnterpriseEdit, move |work| enterprises::enter(work, entry, false, "token-e"))
        };
        twice().expect("first sending");
        assert_eq!(code_of(twice()), "sent before");
    });
}

/// Rows written by an import have no words yet; they are found all the same, and after the hourly work by their words.
#[test]
fn imported_names_are_found_at_once() {
    on_each_database(|bureau| {
        let id = enter(bureau, "plan", entry("模板企业", "91440232MA4TEA1K4X", "440232100"), false).expect("row");
        let plan = bureau.actor("plan");
        let made = bureau.app.act(&plan, Action::EnterpriseEdit, move |work| {
            let mut row: Enterprise = work.load(id)?;
            row.id = work.new_id();
            row.uscc = None;
            row.name = "成批导入的砖厂".to_owned();
            row.name_key = hengjian_domain::match_key::match_key(&row.name);
            work.insert(&mut row)?;
            work.record(hengjian_app::Event::new("test.imported", "导入").about(row.id));
            Ok(())
        });
        made.expect("imported");
        let text = |filter| EnterpriseFilter { text: "砖厂".to_owned(), ..filter };
        assert_eq!(found(bureau, "plan", text), ["成批导入的砖厂"], "found before its words are made");
        bureau.app.index_names().expect("index");
        assert_eq!(found(bureau, "plan", text), ["成批导入的砖厂"]);
        bureau.app.index_names().expect("running it twice changes nothing");
    });
}

/// The list stays cheap at a million rows: every filter and order finds an index, and nothing is sorted but a rare word's hits.
#[test]
fn every_filter_of_the_list_finds_an_index() {
    on_each_database(|bureau| {
        if !bureau.app.store().is_sqlite() {
            return;
        }
        for n in 0..3 {
            let name = format!("第{n}家建材厂");
            let number =
                EnterpriseEntry {
                    uscc: None, legacy_number: Some(format!("旧 {n}")), ..entry(&name, "", "440232100")
                };
            enter(bureau, "plan", number, true).expect("row");
        }
        let org = bureau.county.unit("county");
        let all = EnterpriseFilter::all(org);
        let station = StationFilter::Of(bureau.county.unit("station1"));
        let cases: Vec<(&str, EnterpriseFilter)> = vec![
            ("plain", all.clone()),
            ("newest", EnterpriseFilter { order: EnterpriseOrder::Newest, ..all.clone() }),
            ("one character", EnterpriseFilter { text: "第".into(), ..all.clone() }),
            ("part of a name", EnterpriseFilter { text: "建材".into(), ..all.clone() }),
            ("code", EnterpriseFilter { text: "914402".into(), ..all.clone() }),
            ("station", EnterpriseFilter { station, ..all.clone() }),
            ("nobody's area", EnterpriseFilter { station: StationFilter::Unassigned, ..all.clone() }),
            ("town", EnterpriseFilter { town: Some("440232100".into()), ..all.clone() }),
            ("credit", EnterpriseFilter { credit_class: Some(CreditClass::D), ..all.clone() }),
            ("status", EnterpriseFilter { status: Some(EnterpriseStatus::Deregistered), ..all.clone() }),
            (
                "all at once",
                EnterpriseFilter {
                    text: "建材".into(),
                    station,
                    town: Some("440232100".into()),
                    credit_class: Some(CreditClass::B),
                    status: Some(EnterpriseStatus::Active),
                    ..all.clone()
                },
            ),
        ];
        for (case, filter) in cases {
            for after in [None, Some(("1".to_owned(), "0".to_owned()))] {
                let page = PageRequest { after, limit: 25 };
                let steps = bureau
                    .app
                    .store()
                    .read(|tx| {
                        let query = tx.enterprise_page(&filter, &page)?;
                        query.plan::<Enterprise>(tx)
                    })
                    .expect("plan");
                let text = steps.join("\n");
                assert!(!text.contains("SCAN"), "{case}: {text}");
                assert!(
                    text.contains("USING INDEX enterprise_") || text.contains("USING COVERING INDEX"),
                    "{case}: {text}"
                );
                // A rare word's hits are few and may be sorted; codes are unique, so sorting ids within one sorts nothing.
                let few = text.contains("enterprise_word") || case == "code";
                assert!(few || !text.contains("TEMP B-TREE"), "{case}: {text}");
            }
        }
    });
}

fn category(bureau: &Bureau, name: &str, code: &str, table: &str) -> AppResult<ProductCategoryId> {
    let entry = CategoryEntry {
        code: code.to_owned(),
        name: name.to_owned(),
        table_version: table.to_owned(),
        ..CategoryEntry::default()
    };
    bureau.app.act(&bureau.actor("plan"), Action::RegisterEdit, move |work| products::enter(work, None, entry, ""))
}

/// DECISION 产品分类导入: temporary codes in order; an official one replaces them and then stays.
#[test]
fn categories_have_temporary_codes_until_the_table_comes() {
    on_each_database(|bureau| {
        let plan = bureau.actor("plan");
        let read = |id: ProductCategoryId| {
            bureau.app.view(&plan, Action::RegisterRead, |work| work.load::<ProductCategory>(id)).expect("row")
        };
        let (first, second) = (category(bureau, "电线电缆", "", ""), category(bureau, "水泥", "", ""));
        let (first, second) = (first.expect("first"), second.expect("second"));
        assert_eq!((read(first).code.as_str(), read(second).code.as_str()), ("TMP-01", "TMP-02"));
        assert_eq!(code_of(category(bureau, "自编", "1601", "")), "table_version");
        let change = |id: ProductCategoryId, version: i64, code: &str, table: &str| {
            let entry = CategoryEntry {
                code: code.to_owned(),
                name: "电线电缆".to_owned(),
                table_version: table.to_owned(),
                licensed: true,
                ..CategoryEntry::default()
            };
            bureau.app.act(&plan, Action::RegisterEdit, move |work| products::change(work, id, version, entry))
        };
        change(first, 1, "1601", "2021 年版").expect("official code");
        assert_eq!((read(first).code.as_str(), read(first).licensed), ("1601", true));
        assert_eq!(code_of(change(first, 2, "1602", "2021 年版")), "product.official");
        assert_eq!(code_of(change(second, 1, "1601", "2021 年版")), "product.code_taken");
        assert_eq!(code_of(change(second, 9, "", "")), "stale");

        let below = |parent: ProductCategoryId, name: &str| {
            let entry = CategoryEntry { name: name.to_owned(), ..CategoryEntry::default() };
            bureau.app.act(&plan, Action::RegisterEdit, move |work| products::enter(work, Some(parent), entry, ""))
        };
        let middle = below(first, "绝缘电线").expect("中类");
        let lowest = below(middle, "聚氯乙烯绝缘电线").expect("小类");
        assert_eq!(read(lowest).level, 3);
        assert_eq!(code_of(below(lowest, "再细分")), "product.too_deep");

        let firm = enter(bureau, "plan", entry("甲电缆厂", "91440232MA4TEA1K4X", "440232100"), false).expect("firm");
        let line = |login: &str| {
            let entry = LineEntry {
                category_id: first,
                role: ProductRole::Producer,
                models: " BV 2.5 \n\nBV 4 ".to_owned(),
                licence_number: None,
                licence_until_on: None,
            };
            bureau.app.act(&bureau.actor(login), Action::EnterpriseEdit, move |work| {
                enterprises::keep_line(work, firm, None, entry)
            })
        };
        assert_eq!(code_of(line("station2")), "not found");
        line("station1").expect("own station");
        assert_eq!(code_of(line("plan")), "enterprise.line_taken");
        let lines =
            bureau.app.view(&plan, Action::RegisterRead, |work| enterprises::product_lines(work, firm)).expect("lines");
        assert_eq!(lines[0].line.models, "BV 2.5\nBV 4");
        let (id, version) = (lines[0].line.id, lines[0].line.version);
        let remove = || {
            bureau.app.act(&plan, Action::EnterpriseEdit, move |work| enterprises::remove_line(work, firm, id, version))
        };
        remove().expect("removed");
        assert_eq!(code_of(remove()), "not found");
    });
}

fn laboratory(bureau: &Bureau) -> LaboratoryId {
    let entry = LaboratoryEntry {
        name: "虚构检测所".to_owned(),
        address: "虚构路 9 号".to_owned(),
        organisation_id: Some(bureau.county.unit("laboratory")),
        accreditation_number: "虚构 CMA 009".to_owned(),
        accreditation_until_on: Some("2024-12-31".parse().expect("date")),
        ..LaboratoryEntry::default()
    };
    let made =
        bureau.app.act(&bureau.actor("plan"), Action::RegisterEdit, move |work| laboratories::enter(work, entry, ""));
    made.expect("laboratory")
}

fn draft(bureau: &Bureau, code: &str) -> AppResult<RulesId> {
    let entry = RulesEntry {
        code: code.to_owned(),
        edition: "2021 年版".to_owned(),
        title: "电线电缆监督抽查实施细则（虚构）".to_owned(),
        product: "电线电缆".to_owned(),
        issued_by: "虚构单位".to_owned(),
        sampling_method: "随机抽取".to_owned(),
        minimum_stock: Some("10".to_owned()),
        test_quantity: Some("1".to_owned()),
        backup_quantity: Some("1".to_owned()),
        unit: "卷".to_owned(),
        judging_rule: "任一项不符合即判不合格".to_owned(),
        ..RulesEntry::default()
    };
    bureau.app.act(&bureau.actor("plan"), Action::RegisterEdit, move |work| rules::enter(work, entry, ""))
}

fn item(bureau: &Bureau, rules: RulesId, limit: &str) -> AppResult<()> {
    let entry = ItemEntry {
        name: "导体电阻".to_owned(),
        method: "GB/T 3048.4".to_owned(),
        limit_text: Some(limit.to_owned()),
        retestable: true,
        ..ItemEntry::default()
    };
    let plan = bureau.actor("plan");
    bureau.app.act(&plan, Action::RegisterEdit, move |work| rules::keep_item(work, rules, None, entry, ""))
}

/// PQL 19, R18 13: the question that every commission asks, on the register as it is kept.
#[test]
fn pql_art19_a_laboratory_covers_a_rule_or_not() {
    on_each_database(|bureau| {
        let (plan, lab, rules) = (bureau.actor("plan"), laboratory(bureau), draft(bureau, "虚构 01").expect("draft"));
        item(bureau, rules, "≤7.41").expect("item");
        let uncovered = |on: &str| {
            let on = on.parse().expect("date");
            bureau.app.view(&plan, Action::RegisterRead, |work| {
                let items = work.tx.rules_items(rules)?;
                uncovered_items(work, lab, &items, on)
            })
        };
        assert_eq!(uncovered("2021-09-24").expect("answer"), ["导体电阻（GB/T 3048.4）"]);
        let add = |text: &'static str| {
            bureau.app.act(&plan, Action::RegisterEdit, move |work| {
                let lines = laboratories::read_scope(text)?;
                laboratories::add_scope(work, lab, lines, "")
            })
        };
        assert_eq!(code_of(add("导体电阻 | GB/T 3048.4 | 2021-13-01")), "lines");
        add("导体电阻 | GB/T 3048.4-2007 | 2021-01-01 | 2021-12-31\n绝缘厚度").expect("scope");
        assert_eq!(code_of(add("导体 电阻 | GB/T 3048.4-2007")), "laboratory.line_taken");
        for (on, missing) in
            [("2021-09-24", 0), ("2021-12-31", 0), ("2022-01-01", 1), ("2025-01-01", 1), ("2020-12-31", 1)]
        {
            assert_eq!(uncovered(on).expect("answer").len(), missing, "{on}");
        }
        let same_node = LaboratoryEntry {
            name: "另一家".to_owned(),
            address: "/".to_owned(),
            organisation_id: Some(bureau.county.unit("laboratory")),
            accreditation_number: "虚构 CMA 010".to_owned(),
            accreditation_until_on: Some("2024-12-31".parse().expect("date")),
            ..LaboratoryEntry::default()
        };
        let unproved = LaboratoryEntry { single_in_province: true, organisation_id: None, ..same_node.clone() };
        for (entry, code) in [(same_node, "laboratory.node_taken"), (unproved, "laboratory.evidence_missing")] {
            let made = bureau.app.act(&plan, Action::RegisterEdit, move |work| laboratories::enter(work, entry, ""));
            assert_eq!(code_of(made), code);
        }
    });
}

/// R18 16 and DECISION 回避: people with certificates; recusals from firms and colleagues.
#[test]
fn people_have_numbers_certificates_and_recusals() {
    on_each_database(|bureau| {
        let plan = bureau.actor("plan");
        let make = |number: &str, change: fn(OfficerEntry) -> OfficerEntry| {
            let entry = change(OfficerEntry {
                name: format!("人员{number}"),
                staff_number: number.to_owned(),
                certificate_number: "虚构 001".to_owned(),
                certificate_until_on: Some("2023-01-01".parse().expect("date")),
                may_lead: true,
                status: Some(OfficerStatus::Available),
                ..OfficerEntry::default()
            });
            bureau.app.act(&plan, Action::RegisterEdit, move |work| officers::enter(work, entry, ""))
        };
        let first = make("S01", |entry| entry).expect("first");
        let second = make("S02", |entry| entry).expect("second");
        assert_eq!(code_of(make("S01", |entry| entry)), "officer.number_taken");
        assert_eq!(code_of(make("编号", |entry| entry)), "staff_number");
        let bare = |entry: OfficerEntry| OfficerEntry { certificate_number: String::new(), ..entry };
        assert_eq!(code_of(make("S03", bare)), "officer.leads_without_certificate");
        assert_eq!(
            code_of(make("S03", |entry| OfficerEntry { certificate_until_on: None, ..entry })),
            "certificate_until_on"
        );

        enter(bureau, "plan", entry("亲戚的电缆厂", "91440232MA4TEA1K4X", "440232100"), false).expect("firm");
        let recuse = |kind: RecusalKind, firm: &str, colleague| {
            let entry = RecusalEntry {
                kind,
                enterprise: firm.to_owned(),
                colleague_id: colleague,
                reason: "亲属".to_owned(),
                from_on: "2021-09-01".parse().expect("date"),
                until_on: None,
            };
            bureau.app.act(&plan, Action::RegisterEdit, move |work| officers::recuse(work, first, entry, ""))
        };
        recuse(RecusalKind::Enterprise, "亲戚的电缆厂", None).expect("by name");
        recuse(RecusalKind::Enterprise, "91440232ma4tea1k4x", None).expect("by code");
        assert_eq!(code_of(recuse(RecusalKind::Enterprise, "没有这家", None)), "enterprise");
        assert_eq!(code_of(recuse(RecusalKind::Colleague, "", None)), "colleague_id");
        assert_eq!(code_of(recuse(RecusalKind::Colleague, "", Some(first))), "officer.own_colleague");
        let mutual = recuse(RecusalKind::Colleague, "", Some(second)).expect("colleague");
        let seen = bureau.app.view(&plan, Action::RegisterRead, |work| officers::recusals(work, second)).expect("list");
        assert_eq!((seen.len(), seen[0].1.as_str()), (1, "人员S01"));
        let end = |officer, version| {
            let until = "2021-09-24".parse().expect("date");
            bureau.app.act(&plan, Action::RegisterEdit, move |work| {
                officers::end_recusal(work, officer, mutual, version, until)
            })
        };
        assert_eq!(code_of(end(second, 1)), "not found");
        end(first, 1).expect("ended");
        assert_eq!(code_of(end(first, 1)), "stale");
        let kept: Officer = bureau.app.view(&plan, Action::RegisterRead, |work| work.load(first)).expect("row");
        assert!(kept.may_go_out("2023-01-02".parse().expect("date")).is_err());
    });
}

/// R18 12 (regulations §2.2): complete, handed to the publisher, proved public; then never edited, only a new edition.
#[test]
fn r18_art12_a_rule_from_draft_to_publication() {
    on_each_database(|bureau| {
        let (plan, publish) = (bureau.actor("plan"), bureau.actor("publish"));
        let id = draft(bureau, "虚构 02").expect("draft");
        assert_eq!(code_of(draft(bureau, "虚构 02")), "rules.edition_taken");
        let open = |role: Role| {
            let clocks =
                bureau.app.view(&plan, Action::RegisterRead, |work| Ok(work.tx.clocks_of(id.cast())?)).expect("clocks");
            clocks
                .iter()
                .filter(|clock| {
                    clock.state == hengjian_domain::clock::ClockState::Open && clock.owner_role == Some(role)
                })
                .count()
        };
        assert_eq!((open(Role::PlanEditor), open(Role::Publisher)), (1, 0));
        let read =
            || bureau.app.view(&plan, Action::RegisterRead, |work| work.load::<SpotCheckRules>(id)).expect("row");
        let hand_over =
            |version: i64| bureau.app.act(&plan, Action::RegisterEdit, move |work| rules::hand_over(work, id, version));
        assert_eq!(code_of(hand_over(read().version)), "rules.incomplete");
        assert_eq!(code_of(item(bureau, id, "大概 7 左右")), "limit_text");
        item(bureau, id, "≤7.41").expect("item");
        assert_eq!(read().completeness, "完整");
        hand_over(read().version).expect("handed over");
        assert_eq!((open(Role::PlanEditor), open(Role::Publisher)), (0, 1));
        item(bureau, id, "≥97.0").expect("a change takes it back");
        assert_eq!((open(Role::PlanEditor), open(Role::Publisher)), (1, 0));

        let now = bureau.today();
        let say = |login: &str, url: &'static str, at: &str, proof: Option<rules::Proof>| {
            let (actor, version) = (bureau.actor(login), read().version);
            let at = hengjian_domain::time::Timestamp::parse(at).expect("instant");
            bureau
                .app
                .act(&actor, Action::TaskPublishRules, move |work| rules::publish(work, id, version, url, at, proof))
        };
        assert_eq!(code_of(say("plan", "https://example.org/1", "2021-09-20T09:00", None)), "not allowed");
        assert_eq!(code_of(say("publish", "example.org", "2021-09-20T09:00", None)), "url");
        assert_eq!(code_of(say("publish", "", "2021-09-20T09:00", None)), "rules.no_proof");
        assert_eq!(code_of(say("publish", "https://example.org/1", "2021-09-25T09:00", None)), "rules.not_yet");
        let proof = ("公开页面.pdf".to_owned(), b"%PDF-1.4 test".to_vec());
        say("publish", "", "2021-09-20T09:00", Some(proof)).expect("published");
        assert_eq!(read().state, RulesState::Published);
        assert_eq!((open(Role::PlanEditor), open(Role::Publisher), now), (0, 0, bureau.today()));
        assert_eq!(code_of(item(bureau, id, "≤7.41")), "rules.not_draft");

        // The proof is readable by whoever may read the rule, and by nobody else.
        let files =
            bureau.app.view(&plan, Action::RegisterRead, |work| Ok(work.tx.files_of(id.cast())?)).expect("files");
        assert_eq!((files.len(), files[0].subject_kind), (1, SubjectKind::Rules));
        let download = |login: &str| {
            let actor = bureau.actor(login);
            bureau.app.view(&actor, Action::Own, |work| work.readable_file(files[0].id)).map(|(_, bytes)| bytes.len())
        };
        assert_eq!(download("plan").expect("reader"), 13);
        for login in ["test", "system", "receive2"] {
            assert_eq!(code_of(download(login)), "not found", "{login}");
        }

        let edition = |name: &'static str| {
            bureau.app.act(&plan, Action::RegisterEdit, move |work| rules::next_edition(work, id, name, ""))
        };
        assert_eq!(code_of(edition("2021 年版")), "rules.edition_taken");
        let next = edition("2022 年版").expect("edition");
        let items = bureau.app.view(&plan, Action::RegisterRead, |work| Ok(work.tx.rules_items(next)?)).expect("items");
        assert_eq!(items.len(), 2);
        let retire = |reason: &'static str| {
            let version = read().version;
            bureau.app.act(&plan, Action::RegisterEdit, move |work| rules::retire(work, id, version, reason))
        };
        assert_eq!(code_of(retire("")), "rules.reason_missing");
        retire("标准更新").expect("retired");
        assert_eq!(code_of(bureau.app.act(&publish, Action::RegisterEdit, |_| Ok(()))), "not allowed");
    });
}
