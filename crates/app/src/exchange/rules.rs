//! 实施细则 in three shapes of tables: the index (规则编号, 细则名称), sampling quantities, test items. Joined by 规则编号 in any
//! order; items or quantities that come before the index open an empty draft that the index fills.

use super::pipeline::{Importer, Line, Run, Table, Taken};
use crate::{AppResult, Work, registers::rules::check_limit};
use hengjian_domain::{
    exchange::{ImportedThing, ProblemSeverity, reading},
    match_key::match_key,
    rules::{CompareMethod, ItemClass, RulesId, RulesItem, RulesState, SpotCheckRules},
};
use hengjian_sheets::Column;
use std::collections::{HashMap, hash_map::Entry};

const fn column(key: &'static str, title: &'static str, names: &'static [&'static str], help: &'static str) -> Column {
    Column { key, title, names, required: false, help }
}

const COLUMNS: &[Column] = &[
    Column {
        key: "code",
        title: "规则编号",
        names: &["细则编号", "细则代码"],
        required: true,
        help: "三种表都要有，用来对上同一份细则",
    },
    column("edition", "版本年份", &["版本", "年份", "版次"], "目录表"),
    column("title", "细则名称", &["规则名称", "名称"], "目录表"),
    column("product", "产品", &["产品名称", "适用产品"], "目录表、抽样数量表"),
    column("issuer", "发布单位", &["发布机关", "制定单位"], "目录表"),
    column("completeness", "完整性", &[], "目录表：完整或部分"),
    column("note", "整理说明", &["说明"], "目录表"),
    column("source", "来源网址", &["来源", "网址"], "目录表"),
    column("judging", "判定规则", &["综合判定规则", "判定原则"], "目录表"),
    column("place", "抽样场所", &["抽样地点"], "目录表"),
    column("method_of_taking", "抽样方法", &[], "目录表"),
    column("sealing", "封样要求", &["样品处置", "封样及储运"], "目录表"),
    column("total", "抽样总量", &["抽样数量", "样品总量"], "抽样数量表"),
    column("test", "检验样品", &["检样", "检验样品数量"], "抽样数量表，如 2台"),
    column("backup", "备用样品", &["备样", "备用样品数量"], "抽样数量表"),
    column("remark", "备注", &[], "抽样数量表"),
    column("stock", "最低抽样基数", &["抽样基数"], "抽样数量表"),
    column("table", "表号", &[], "项目表"),
    column("table_name", "表名", &["适用类别"], "项目表"),
    column("seq", "序号", &[], "项目表"),
    column("item", "检验项目", &["项目", "项目名称"], "项目表"),
    column("class", "重要程度", &["重要程度分类", "项目类别", "A类/B类"], "项目表：A、B"),
    column("method", "检验方法", &["检测方法", "方法标准", "试验方法"], "项目表"),
    column("basis", "判定依据", &["依据标准", "执行标准", "依据"], "项目表"),
    column("limit", "限值", &["标准要求", "技术要求", "指标"], "项目表，如 ≥97.0；没有就不填"),
    column("unit", "单位", &["计量单位"], "项目表"),
    column("interval", "修约间隔", &[], "项目表"),
];

/// Which of the three tables it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Shape {
    #[default]
    Index,
    Quantities,
    Items,
}

/// 实施细则.
#[derive(Default)]
pub(super) struct RulesTables {
    shape: Shape,
    /// Items that were read without a limit.
    without_limit: usize,
    /// Items of each rule by what recognises them, as far as they were met.
    items: HashMap<RulesId, Vec<RulesItem>>,
    occurrences: HashMap<String, usize>,
}

impl Importer for RulesTables {
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn begin(&mut self, _work: &mut Work<'_>, table: &Table<'_>, _run: &mut Run) -> AppResult<()> {
        self.shape = if table.has("item") {
            Shape::Items
        } else if table.has("total") || table.has("test") || table.has("backup") {
            Shape::Quantities
        } else {
            Shape::Index
        };
        Ok(())
    }

    fn finish(&mut self, _work: &mut Work<'_>, run: &mut Run) -> AppResult<()> {
        if self.without_limit > 0 {
            let reason = format!(
                "{} 个检验项目没有读到限值：表里没有，或者不能自动判读。细则公开以前请在细则页补上，或由承检机构按判定依据判定",
                self.without_limit
            );
            run.problem(0, "限值", "", reason, ProblemSeverity::Flagged);
        }
        let mut tables: Vec<&str> = Vec::new();
        for items in self.items.values() {
            let mut of_rule: Vec<&str> = Vec::new();
            for item in items.iter().filter(|item| !item.table_name.is_empty()) {
                if !of_rule.contains(&item.table_name.as_str()) {
                    of_rule.push(&item.table_name);
                }
            }
            if of_rule.len() > 1 {
                tables.extend(of_rule);
            }
        }
        if !tables.is_empty() {
            tables.sort_unstable();
            let reason = "这些表各管一种产品或一个标准：检验时按样品的产品名称、型号和执行标准选表，认不出时列出全部项目，由人选定";
            run.problem(0, "表名", &tables.join("；"), reason.to_owned(), ProblemSeverity::Flagged);
        }
        Ok(())
    }

    fn take(&mut self, work: &mut Work<'_>, line: &mut Line<'_>, run: &mut Run) -> AppResult<Taken> {
        let code = line.text("code");
        if reading::is_empty_mark(&code) {
            return Ok(line.reject("code", "没有规则编号，不知道属于哪一份细则"));
        }
        match self.shape {
            Shape::Index => index(work, line, run, code),
            Shape::Quantities => quantities(work, line, run, &code),
            Shape::Items => self.item(work, line, run, &code),
        }
    }
}

fn empty_rule(work: &Work<'_>, code: &str) -> SpotCheckRules {
    SpotCheckRules {
        id: work.new_id(),
        version: 1,
        org_id: work.actor().org_id,
        code: code.to_owned(),
        edition: String::new(),
        title: format!("细则 {code}（名称待补）"),
        product: String::new(),
        category_id: None,
        issued_by: String::new(),
        state: RulesState::Draft,
        published_at_us: None,
        published_at_url: String::new(),
        sampling_place: String::new(),
        sampling_method: String::new(),
        minimum_stock: None,
        test_quantity: None,
        backup_quantity: None,
        unit: String::new(),
        quantity_text: String::new(),
        sealing: String::new(),
        judging_rule: String::new(),
        completeness: String::new(),
        source: String::new(),
        created_at_us: work.now(),
    }
}

fn index(work: &mut Work<'_>, line: &mut Line<'_>, run: &mut Run, code: String) -> AppResult<Taken> {
    let title = line.text("title");
    if reading::is_empty_mark(&title) {
        return Ok(line.reject("title", "没有细则名称"));
    }
    let edition = line.text("edition");
    let editions = work.tx.editions_of_rule(work.actor().org_id, &code)?;
    let known = editions.iter().find(|rule| rule.edition == edition).or_else(|| {
        // A rule that items opened before the index came.
        editions.iter().find(|rule| rule.edition.is_empty())
    });
    let before = known.cloned();
    let base = before.clone().unwrap_or_else(|| empty_rule(work, &code));
    let or = |text: String, old: &str| if reading::is_empty_mark(&text) { old.to_owned() } else { text };
    let mut source = line.text("source");
    let note = line.text("note");
    if !reading::is_empty_mark(&note) {
        source = format!("{source}；整理说明：{note}");
    }
    let mut rule = SpotCheckRules {
        edition,
        title,
        product: or(line.text("product"), &base.product),
        issued_by: or(line.text("issuer"), &base.issued_by),
        completeness: or(line.text("completeness"), &base.completeness),
        judging_rule: or(line.text("judging"), &base.judging_rule),
        sampling_place: or(line.text("place"), &base.sampling_place),
        sampling_method: or(line.text("method_of_taking"), &base.sampling_method),
        sealing: or(line.text("sealing"), &base.sealing),
        source: or(source, &base.source),
        ..base
    };
    rule.category_id = match rule.category_id {
        Some(category) => Some(category),
        None => work
            .tx
            .all_categories(rule.org_id)?
            .into_iter()
            .find(|known| known.name_key == match_key(&rule.product))
            .map(|known| known.id),
    };
    store_rule(work, line, run, before, rule)
}

/// Inserts, saves or leaves a rule. A published rule is not changed by a table.
fn store_rule(
    work: &mut Work<'_>,
    line: &mut Line<'_>,
    run: &mut Run,
    before: Option<SpotCheckRules>,
    mut rule: SpotCheckRules,
) -> AppResult<Taken> {
    let Some(before) = before else {
        work.insert(&mut rule)?;
        run.made(work, ImportedThing::Rules, rule.id, line.number())?;
        return Ok(Taken::Imported);
    };
    if rule == before {
        return Ok(run.unchanged(ImportedThing::Rules, &before.id, line.number()));
    }
    if before.state != RulesState::Draft {
        return Ok(line.reject("code", "这份细则已公开或废止，不能由表格改动；内容有变应另立版本"));
    }
    work.save(&mut rule)?;
    run.changed(work, ImportedThing::Rules, rule.id, line.number(), rule.version, &before)?;
    Ok(Taken::Updated)
}

/// The rule that a row of quantities or items belongs to; an empty draft where there is none.
fn rule_of(
    work: &mut Work<'_>,
    line: &mut Line<'_>,
    run: &Run,
    code: &str,
) -> AppResult<Result<SpotCheckRules, Taken>> {
    let mut editions = work.tx.editions_of_rule(work.actor().org_id, code)?;
    let edition = line.text("edition");
    if !edition.is_empty() {
        editions.retain(|rule| rule.edition == edition);
    }
    match editions.len() {
        0 => {
            let mut rule = SpotCheckRules { edition, ..empty_rule(work, code) };
            work.insert(&mut rule)?;
            run.made(work, ImportedThing::Rules, rule.id, line.number())?;
            line.flag("code", "还没有这个编号的细则，先立了一份空的草稿；请再导入细则目录补全名称");
            Ok(Ok(rule))
        }
        1 => Ok(Ok(editions.remove(0))),
        _ => Ok(Err(line.reject("code", "这个编号有几个版本，请在表中加一列“版本年份”"))),
    }
}

fn quantities(work: &mut Work<'_>, line: &mut Line<'_>, run: &mut Run, code: &str) -> AppResult<Taken> {
    let before = match rule_of(work, line, run, code)? {
        Ok(rule) => rule,
        Err(taken) => return Ok(taken),
    };
    let product = line.text("product");
    let mut said = Vec::new();
    for (key, label) in [
        ("total", "总量"),
        ("test", "检验样品"),
        ("backup", "备用样品"),
        ("stock", "抽样基数不少于"),
        ("remark", "备注："),
    ] {
        let text = line.text(key);
        if !reading::is_empty_mark(&text) {
            said.push(format!("{label}{}{text}", if key == "remark" { "" } else { " " }));
        }
    }
    if said.is_empty() {
        return Ok(line.reject("total", "没有抽样数量"));
    }
    let sentence = format!("{product}：{}", said.join("，"));
    let mut sentences: Vec<String> = before.quantity_text.lines().map(str::to_owned).collect();
    let begins = format!("{product}：");
    let fresh = !sentences.iter().any(|known| known.starts_with(&begins));
    match sentences.iter_mut().find(|known| known.starts_with(&begins)) {
        Some(known) => *known = sentence,
        None => sentences.push(sentence),
    }
    let mut rule = before.clone();
    // One product with plain numbers fills the fields that a sampling record is checked against; anything else stays text.
    let plain = reading::quantity(line.raw("test")).zip(reading::quantity(line.raw("backup")));
    let plain = plain.filter(|((_, test), (_, backup))| test == backup && sentences.len() == 1);
    match plain {
        Some(((test, unit), (backup, _))) => {
            (rule.test_quantity, rule.backup_quantity, rule.unit) = (Some(test), Some(backup), unit);
        }
        None => (rule.test_quantity, rule.backup_quantity) = (None, None),
    }
    if let Some((stock, _)) = reading::quantity(line.raw("stock")) {
        rule.minimum_stock = Some(stock);
    }
    rule.quantity_text = sentences.join("\n");
    let taken = store_rule(work, line, run, Some(before), rule)?;
    // A sentence that was not there before is a new row of the table, though it lies in its rule.
    Ok(if taken == Taken::Updated && fresh { Taken::Imported } else { taken })
}

/// Limit and unit of an item: the unit may stand behind the number. What cannot be judged is flagged and left out.
fn limit_of(line: &mut Line<'_>) -> (Option<String>, String) {
    let (text, unit) = (line.text("limit"), line.text("unit"));
    if reading::is_empty_mark(&text) {
        return (None, unit);
    }
    if check_limit(&text).is_ok() {
        return (Some(text), unit);
    }
    let number_ends = text.rfind(|c: char| c.is_ascii_digit()).map_or(text.len(), |at| at + 1);
    let (limit, rest) = text.split_at(number_ends);
    if !rest.trim().is_empty() && check_limit(limit.trim()).is_ok() && (unit.is_empty() || unit == rest.trim()) {
        return (Some(limit.trim().to_owned()), rest.trim().to_owned());
    }
    line.flag("limit", "限值不能自动判读，没有登记；请在细则页按“≥97.0”“15～25”这样的写法补上，或写进判定规则");
    (None, unit)
}

impl RulesTables {
    fn item(&mut self, work: &mut Work<'_>, line: &mut Line<'_>, run: &mut Run, code: &str) -> AppResult<Taken> {
        let name = line.text("item");
        if reading::is_empty_mark(&name) {
            return Ok(line.reject("item", "没有检验项目"));
        }
        let rule = match rule_of(work, line, run, code)? {
            Ok(rule) => rule,
            Err(taken) => return Ok(taken),
        };
        let known = match self.items.entry(rule.id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(work.tx.items_of_rule(rule.id)?),
        };
        // A table that has no names may have a column for the product.
        let named = Some(line.text("table_name")).filter(|name| !reading::is_empty_mark(name));
        let table_name = [line.text("table"), named.unwrap_or_else(|| line.text("product"))]
            .into_iter()
            .filter(|text| !reading::is_empty_mark(text))
            .collect::<Vec<_>>()
            .join(" ");
        let class = line.read("class", "重要程度应为 A 或 B", |text| match text.trim_end_matches('类') {
            "A" | "a" | "Ａ" => Some(ItemClass::A),
            "B" | "b" | "Ｂ" => Some(ItemClass::B),
            _ => None,
        });
        let (limit_text, unit) = limit_of(line);
        if limit_text.is_none() {
            self.without_limit += 1;
        }
        let option = |key: &str| Some(line.text(key)).filter(|text| !reading::is_empty_mark(text));
        // An item may stand twice in a table (two methods); the n-th of the file is the n-th of the rule.
        let nth = self.occurrences.entry(format!("{}|{table_name}|{name}", rule.id)).or_default();
        let before = known.iter().filter(|item| item.table_name == table_name && item.name == name).nth(*nth).cloned();
        *nth += 1;
        let mut item = RulesItem {
            id: work.new_id(),
            version: 1,
            org_id: rule.org_id,
            rules_id: rule.id,
            seq: known.iter().map(|item| item.seq).max().unwrap_or(0) + 1,
            table_name,
            name,
            class: class.unwrap_or(ItemClass::None),
            standard: line.text("basis"),
            method: line.text("method"),
            limit_text,
            unit,
            interval: option("interval"),
            compare: CompareMethod::FullValue,
            mandatory: false,
            retestable: true,
            on_site: false,
        };
        if let Some(before) = before {
            item = RulesItem {
                id: before.id,
                version: before.version,
                seq: before.seq,
                compare: before.compare,
                mandatory: before.mandatory,
                retestable: before.retestable,
                on_site: before.on_site,
                limit_text: item.limit_text.or(before.limit_text.clone()),
                interval: item.interval.or(before.interval.clone()),
                ..item
            };
            if item == before {
                return Ok(run.unchanged(ImportedThing::RulesItem, &before.id, line.number()));
            }
            if rule.state != RulesState::Draft {
                return Ok(line.reject("item", "这份细则已公开或废止，检验项目不能由表格改动"));
            }
            work.save(&mut item)?;
            run.changed(work, ImportedThing::RulesItem, item.id, line.number(), item.version, &before)?;
            if let Some(place) = known.iter_mut().find(|known| known.id == item.id) {
                *place = item;
            }
            return Ok(Taken::Updated);
        }
        if rule.state != RulesState::Draft {
            return Ok(line.reject("item", "这份细则已公开或废止，检验项目不能由表格改动"));
        }
        work.insert(&mut item)?;
        run.made(work, ImportedThing::RulesItem, item.id, line.number())?;
        known.push(item);
        Ok(Taken::Imported)
    }
}
