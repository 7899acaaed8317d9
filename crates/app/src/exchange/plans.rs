//! 抽查计划: a plan table of any office becomes a draft with its lines. What fits no column is kept beside the line; an amount
//! for several lines together is no line's budget. Products without a code get a temporary one (TMP-…), never an official one.

use super::pipeline::{Importer, Line, Run, Table, Taken};
use crate::{AppError, AppResult, Work, registers::products::temporary_code};
use hengjian_domain::{
    code::Code,
    exchange::{ImportRefused, ImportedThing, reading},
    match_key::match_key,
    organisation::Tier,
    plan::{PlanLine, PlanState, SamplingField, SpotCheckPlan},
    product::{ProductCategory, ProductCategoryId, TEMPORARY_TABLE},
};
use hengjian_sheets::Column;
use std::collections::HashMap;

const fn column(key: &'static str, title: &'static str, names: &'static [&'static str], help: &'static str) -> Column {
    Column { key, title, names, required: false, help }
}

const COLUMNS: &[Column] = &[
    column("seq", "序号", &["编号"], "可以不填，按表中次序"),
    column("group", "产品大类", &["产品类别", "类别", "大类", "产品种类", "商品类别"], "可以不填"),
    Column {
        key: "product",
        title: "产品名称",
        names: &[
            "抽检商品",
            "抽查产品",
            "抽检产品",
            "商品名称",
            "产品",
            "抽查产品名称",
            "产品品种",
            "抽查品种",
            "抽检品种",
            "监督抽查产品",
        ],
        required: true,
        help: "一行一种产品",
    },
    column("code", "产品代码", &["产品编码", "代码", "分类代码"], "官方产品分类代码；没有就不填，系统给临时代码"),
    column("field", "抽样领域", &["领域", "抽查领域", "环节", "抽样环节", "抽查环节"], "生产领域、流通领域、网络交易"),
    column("region", "抽查区域", &["区域", "抽样区域", "抽查地区", "地区"], "可以不填"),
    column(
        "quarters",
        "抽查季度",
        &["抽检时间", "抽查时间", "季度", "时间", "完成时间", "实施时间", "时间安排", "抽样时间"],
        "一季度、二季度……",
    ),
    column(
        "batches",
        "抽查批次",
        &["批次", "抽检组数", "组数", "批次数", "抽检批次", "抽样批次", "计划批次", "数量", "抽查数量"],
        "整数",
    ),
    column("enterprises", "企业数", &["抽查企业数", "企业家数", "家数", "抽查企业数量"], "整数，可以不填"),
    column("unit_cost", "单批费用", &["每批费用", "单价", "单批经费", "单批次费用"], "元；表头写明（万元）的按万元"),
    column("budget", "经费预算", &["预算", "经费", "预算金额", "预算经费", "抽查经费"], "元；表头写明（万元）的按万元"),
    column("section", "牵头股室", &["责任股室", "负责股室", "牵头科室", "责任科室", "牵头部门"], "可以不填"),
    column("laboratory", "承检机构", &["承检单位", "检验机构", "检测机构", "拟委托机构", "拟承检机构"], "可以不填"),
    column("focus", "抽查重点", &["重点", "重点项目", "专项"], "可以不填"),
    column("reason", "抽查理由", &["理由", "立项理由", "抽查依据"], "可以不填"),
    column("origin", "样品来源", &["取样方式", "样品获取方式"], "可以不填"),
    column("note", "备注", &["说明"], "可以不填"),
];

/// 抽查计划.
pub(super) struct Plans {
    own_tier: Tier,
    plan: Option<SpotCheckPlan>,
    new: bool,
    lines: Vec<PlanLine>,
    categories: HashMap<String, (ProductCategoryId, String)>,
    units: (String, String),
    field: Option<SamplingField>,
    /// What “同上” stands for, by column.
    above: HashMap<&'static str, String>,
    changed: bool,
    /// How often each product has come in this table.
    occurrences: HashMap<String, usize>,
}

impl Default for Plans {
    fn default() -> Self {
        Self {
            own_tier: Tier::County,
            plan: None,
            new: false,
            lines: Vec::new(),
            categories: HashMap::new(),
            units: (String::new(), String::new()),
            field: None,
            above: HashMap::new(),
            changed: false,
            occurrences: HashMap::new(),
        }
    }
}

impl Importer for Plans {
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn begin(&mut self, work: &mut Work<'_>, table: &Table<'_>, run: &mut Run) -> AppResult<()> {
        self.units = (table.remark("unit_cost"), table.remark("budget"));
        self.above.clear();
        if self.plan.is_none() {
            self.open(work, table, run)?;
        }
        self.field = table.titles.iter().chain([&table.request.title]).find_map(|title| field_of(title));
        if !table.has("batches") {
            table.note(run, "抽查批次", "", "表中没有批次这一列，各行批次按 0 登记，提交审批前须补齐");
        }
        if !table.has("field") && self.field.is_none() {
            table.note(run, "抽样领域", "", "表中没有抽样领域，各行按“生产领域”登记，请核对");
        }
        Ok(())
    }

    fn take(&mut self, work: &mut Work<'_>, line: &mut Line<'_>, run: &mut Run) -> AppResult<Taken> {
        let Some(plan) = self.plan.clone() else { return Err(AppError::fault("rows before a table began")) };
        let product = line.text("product");
        if reading::is_empty_mark(&product) {
            return Ok(line.reject("product", "没有产品名称"));
        }
        let fresh = self.read(work, line, run, &plan, product)?;
        // The same product may stand in several rows; the n-th of the table is the n-th of the plan.
        let key = format!("{}|{}", match_key(&fresh.product_name), fresh.field.code());
        let nth = self.occurrences.entry(key.clone()).or_default();
        let mut same = self
            .lines
            .iter()
            .filter(|known| format!("{}|{}", match_key(&known.product_name), known.field.code()) == key);
        let before = same.nth(*nth).cloned();
        *nth += 1;
        let taken = match before {
            None => {
                self.must_be_open(&plan, line.number())?;
                let mut made = fresh;
                made.seq = self.lines.iter().map(|line| line.seq).max().unwrap_or(0) + 1;
                work.insert(&mut made)?;
                run.made(work, ImportedThing::PlanLine, made.id, line.number())?;
                self.lines.push(made);
                Taken::Imported
            }
            Some(before) => {
                let mut merged = PlanLine { id: before.id, version: before.version, seq: before.seq, ..fresh };
                if merged == before {
                    return Ok(run.unchanged(ImportedThing::PlanLine, &before.id, line.number()));
                }
                self.must_be_open(&plan, line.number())?;
                work.save(&mut merged)?;
                run.changed(work, ImportedThing::PlanLine, merged.id, line.number(), merged.version, &before)?;
                if let Some(known) = self.lines.iter_mut().find(|known| known.id == merged.id) {
                    *known = merged;
                }
                Taken::Updated
            }
        };
        self.changed = true;
        Ok(taken)
    }

    fn finish(&mut self, work: &mut Work<'_>, run: &mut Run) -> AppResult<()> {
        let Some(plan) = self.plan.take() else { return Ok(()) };
        run.report.target_id = Some(plan.id.cast());
        let mut plan = plan;
        if self.changed && !self.new {
            // A scan that was acknowledged knew other lines.
            let before = plan.clone();
            plan = plan.lines_changed();
            work.save(&mut plan)?;
            run.changed(work, ImportedThing::Plan, plan.id, 0, plan.version, &before)?;
        }
        // A superior's plan is read and scanned, not handled here: it is nobody's next step.
        if self.changed && plan.tier == self.own_tier {
            crate::plan::refresh_plan(work, &plan)?;
        }
        Ok(())
    }
}

/// Title of the plan: said or in the table, else the name of the file when it names a plan, else by its year: the notice
/// that is approved and printed carries it.
fn title_of(table: &Table<'_>, this_year: i16) -> String {
    let stem = table.file_stem();
    let derived = || {
        let year = reading::year_in_title(&stem).unwrap_or_else(|| i64::from(this_year));
        format!("{year} 年产品质量监督抽查计划")
    };
    let of_file = || if stem.contains("计划") && stem.contains("抽查") { stem.clone() } else { derived() };
    table.said_title().unwrap_or_else(of_file)
}

impl Plans {
    fn must_be_open(&self, plan: &SpotCheckPlan, row: i64) -> AppResult<()> {
        if plan.edit().is_err() {
            return Err(
                ImportRefused::PlanNotDraft { title: plan.title.clone(), state: plan.state.title(), row }.into()
            );
        }
        Ok(())
    }

    /// The plan of this title, or a new draft.
    fn open(&mut self, work: &mut Work<'_>, table: &Table<'_>, run: &mut Run) -> AppResult<()> {
        let org_id = work.actor().org_id;
        self.own_tier = work.organisation(org_id)?.tier.unwrap_or(Tier::County);
        let title = title_of(table, work.today().year());
        let named = table.titles.iter().chain([&title]).find_map(|title| reading::authority_in_title(title));
        let tier =
            table.request.tier.or(named.and_then(|name| reading::tier_of_authority(&name))).unwrap_or(self.own_tier);
        let year = table
            .titles
            .iter()
            .chain([&title])
            .find_map(|title| reading::year_in_title(title))
            .unwrap_or_else(|| i64::from(work.today().year()));
        for category in work.tx.all_categories(org_id)? {
            self.categories.insert(category.name_key.clone(), (category.id, category.code.clone()));
        }
        let known = work.tx.plan_of_title(org_id, tier, &title)?;
        run.report.whole = vec![
            ("计划名称", title.clone()),
            ("年度", known.as_ref().map_or(year, |known| known.year).to_string()),
            ("级别", tier.title().to_owned()),
            (
                "写到哪里",
                known.as_ref().map_or_else(
                    || "新建一份计划草稿".to_owned(),
                    |known| format!("已有的同名计划（{}），只补上和改动不同的行", known.state.title()),
                ),
            ),
        ];
        if let Some(known) = known {
            self.lines = work.tx.lines_of_plan(known.id)?;
            self.plan = Some(known);
            return Ok(());
        }
        let mut plan = SpotCheckPlan {
            id: work.new_id(),
            version: 1,
            org_id,
            year,
            tier,
            title,
            state: PlanState::Draft,
            edition: 1,
            previous_id: None,
            adjustment_reason: String::new(),
            document_number: None,
            issued_on: None,
            goals: String::new(),
            body: String::new(),
            scan_acknowledged_at_us: None,
            scan_findings: String::new(),
            drafted_by: work.actor().user_id,
            approved_by: None,
            decided_at_us: None,
            decision_reason: String::new(),
            filed_on: None,
            filing_receipt: String::new(),
            created_at_us: work.now(),
        };
        work.insert(&mut plan)?;
        run.made(work, ImportedThing::Plan, plan.id, 0)?;
        self.new = true;
        self.plan = Some(plan);
        Ok(())
    }

    fn read(
        &mut self,
        work: &mut Work<'_>,
        line: &mut Line<'_>,
        run: &Run,
        plan: &SpotCheckPlan,
        product_name: String,
    ) -> AppResult<PlanLine> {
        let mut kept = Vec::new();
        let quarters = line.read("quarters", "季度应写作“一季度、二季度”之类", reading::quarters);
        if quarters.is_none() && !reading::is_empty_mark(line.raw("quarters")) {
            kept.push(format!("抽查时间：{}", line.text("quarters")));
        }
        let field = line.read("field", "抽样领域应为生产领域、流通领域或网络交易", field_of);
        let batches = line.read("batches", "批次应为整数", reading::count).unwrap_or(0);
        let enterprises = line.read("enterprises", "企业数应为整数", reading::count).unwrap_or(0);
        let units = self.units.clone();
        let unit_cost = line.read("unit_cost", "单批费用应为金额", |text| reading::amount_fen(text, &units.0));
        let budget_fen = self.budget(line, &units.1, &mut kept);
        let laboratory_name = self.same_as_above(line, "laboratory", &mut kept);
        let lead_section = self.same_as_above(line, "section", &mut kept);
        for (key, label) in [("origin", "样品来源"), ("note", "备注")] {
            let text = line.text(key);
            if !reading::is_empty_mark(&text) {
                kept.push(format!("{label}：{text}"));
            }
        }
        let group = line.text("group");
        let parent =
            if reading::is_empty_mark(&group) { None } else { Some(self.category(work, run, line, &group, None)?.0) };
        let given = line.text("code");
        let (category_id, code) = self.category(work, run, line, &product_name, parent)?;
        let product_code = if reading::is_empty_mark(&given) { code } else { given };
        Ok(PlanLine {
            id: work.new_id(),
            version: 1,
            org_id: plan.org_id,
            plan_id: plan.id,
            seq: 0,
            category_id: Some(category_id),
            product_code,
            product_name,
            field: field.or(self.field).unwrap_or(SamplingField::Production),
            region: line.text("region"),
            quarters: quarters.unwrap_or_default(),
            batches,
            enterprises,
            unit_cost_fen: unit_cost.unwrap_or(0),
            budget_fen: budget_fen.unwrap_or_else(|| unit_cost.map_or(0, |cost| cost.saturating_mul(batches))),
            lead_section,
            laboratory_name,
            focus: line.text("focus"),
            reason: line.text("reason"),
            source_text: kept.join("；"),
        })
    }

    fn budget(&self, line: &mut Line<'_>, unit: &str, kept: &mut Vec<String>) -> Option<i64> {
        let text = line.text("budget");
        if reading::is_empty_mark(&text) {
            return None;
        }
        if line.carried("budget") {
            kept.push("经费预算：与上一行合并".to_owned());
            return None;
        }
        let amount = reading::amount_fen(&text, unit);
        if amount.is_none() {
            kept.push(format!("经费预算：{text}"));
            line.flag("budget", "这不是一行的金额，照原文留在这一行的备查文字里，没有计入预算");
        }
        amount
    }

    /// “同上” says what the row above says; the words are kept.
    fn same_as_above(&mut self, line: &mut Line<'_>, key: &'static str, kept: &mut Vec<String>) -> String {
        let text = line.text(key);
        if matches!(text.as_str(), "同上" | "〃" | "″" | "\"") {
            let above = self.above.get(key).cloned().unwrap_or_default();
            let label = if key == "laboratory" { "承检机构" } else { "牵头股室" };
            kept.push(format!("{label}原文：{text}"));
            line.flag(
                key,
                if above.is_empty() {
                    "上面没有可以照抄的内容".to_owned()
                } else {
                    format!("按上一行的“{above}”登记，请核对")
                },
            );
            return above;
        }
        self.above.insert(key, text.clone());
        text
    }

    /// Category of a name; a temporary one is made where there is none (regulations §12).
    fn category(
        &mut self,
        work: &mut Work<'_>,
        run: &Run,
        line: &Line<'_>,
        name: &str,
        parent: Option<ProductCategoryId>,
    ) -> AppResult<(ProductCategoryId, String)> {
        let name_key = match_key(name);
        if let Some(known) = self.categories.get(&name_key) {
            return Ok(known.clone());
        }
        let id = work.new_id();
        let mut category = ProductCategory {
            id,
            version: 1,
            org_id: work.actor().org_id,
            code: temporary_code(work, id)?,
            name: name.to_owned(),
            name_key: name_key.clone(),
            parent_id: parent,
            level: if parent.is_some() { 2 } else { 1 },
            licensed: false,
            ccc: false,
            mandatory_standard: false,
            table_version: TEMPORARY_TABLE.to_owned(),
            valid_from_on: None,
            valid_until_on: None,
        };
        work.insert(&mut category)?;
        run.made(work, ImportedThing::ProductCategory, category.id, line.number())?;
        let known = (category.id, category.code);
        self.categories.insert(name_key, known.clone());
        Ok(known)
    }
}

fn field_of(text: &str) -> Option<SamplingField> {
    if text.contains("网络") || text.contains("电商") || text.contains("网购") {
        Some(SamplingField::Online)
    } else if text.contains("流通") || text.contains("销售") || text.contains("经营") {
        Some(SamplingField::Circulation)
    } else if text.contains("生产") {
        // 工业生产资料 and 生产企业 in a title say nothing about where samples are taken.
        (text.contains("生产领域") || text.contains("生产环节") || text.chars().count() <= 4)
            .then_some(SamplingField::Production)
    } else {
        None
    }
}
