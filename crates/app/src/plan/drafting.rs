//! Making and changing a draft: a plan, its text, its lines, and the scan for conflicts with other checks.

use super::refresh_plan;
use crate::{AppError, AppResult, Event, Work};
use hengjian_domain::{
    ids::Id,
    law,
    money::yuan,
    organisation::Tier,
    plan::{
        PlanId, PlanLine, PlanLineId, PlanRefused, PlanState, SamplingField, SpotCheckPlan, default_body, default_goals,
    },
    product::{ProductCategory, ProductCategoryId},
};

/// A plan of an authority's own level, for an act. What was imported from a superior is read and scanned, not handled.
pub(super) fn load_plan(work: &mut Work<'_>, act: &'static str, id: PlanId, version: i64) -> AppResult<SpotCheckPlan> {
    let plan: SpotCheckPlan = work.load_own(id, version)?;
    let level = work.organisation(plan.org_id)?.tier;
    if level.is_some_and(|level| level != plan.tier) {
        return Err(PlanRefused::SuperiorPlan { act, tier: plan.tier }.into());
    }
    Ok(plan)
}

/// Creates a draft of this authority's level, empty or with the lines of an earlier plan.
///
/// # Errors
/// Not found, sent before, or a fault.
pub fn create(
    work: &mut Work<'_>,
    year: i64,
    title: &str,
    copy_from: Option<PlanId>,
    token: &str,
) -> AppResult<PlanId> {
    let id: PlanId = work.new_id();
    work.once(token, &format!("/desk/plans/{id}"))?;
    let (org_id, drafted_by) = (work.actor().org_id, work.actor().user_id);
    let tier = work.organisation(org_id)?.tier.unwrap_or(Tier::County);
    let mut plan = SpotCheckPlan {
        id,
        version: 1,
        org_id,
        year,
        tier,
        title: title.trim().to_owned(),
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
        drafted_by,
        approved_by: None,
        decided_at_us: None,
        decision_reason: String::new(),
        filed_on: None,
        filing_receipt: String::new(),
        created_at_us: work.now(),
    };
    let mut event = Event::new("plan.created", format!("建立 {year} 年{}计划草稿", tier_title(tier))).about(id);
    if let Some(from) = copy_from {
        let source: SpotCheckPlan = work.load(from)?;
        work.must_own(source.org_id)?;
        plan.goals.clone_from(&source.goals);
        let lines = work.tx.plan_lines(from)?;
        work.insert(&mut plan)?;
        super::editions::copy_lines(work, &lines, &plan)?;
        event = event.fact("复制自", source.title).fact("产品", format!("{} 行", lines.len()));
    } else {
        work.insert(&mut plan)?;
    }
    work.record(event.basis(law::R18_11));
    refresh_plan(work, &plan)?;
    Ok(id)
}

fn tier_title(tier: Tier) -> &'static str {
    hengjian_domain::code::Code::title(tier)
}

/// Title, goals and text of the notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanText {
    /// Title.
    pub title: String,
    /// Goals.
    pub goals: String,
    /// Paragraphs, parted by blank lines.
    pub body: String,
}

/// Changes the text. The scan stands: text has no products.
///
/// # Errors
/// Wrong state, stale version.
pub fn edit_text(work: &mut Work<'_>, id: PlanId, version: i64, text: PlanText) -> AppResult<()> {
    let plan = load_plan(work, "修改计划内容", id, version)?;
    plan.edit()?;
    let mut plan = SpotCheckPlan { title: text.title, goals: text.goals, body: text.body, ..plan }.text_changed();
    work.save(&mut plan)?;
    work.record(Event::new("plan.text_changed", "修改计划正文").about(id).fact("名称", plan.title.clone()));
    refresh_plan(work, &plan)
}

/// Writes goals and text anew from the lines.
///
/// # Errors
/// Wrong state, stale version.
pub fn write_default_text(work: &mut Work<'_>, id: PlanId, version: i64) -> AppResult<()> {
    let plan: SpotCheckPlan = work.load(id)?;
    let lines = work.tx.plan_lines(id)?;
    let (goals, body) = (default_goals(&lines), default_body(plan.year, plan.tier, &lines));
    edit_text(work, id, version, PlanText { title: plan.title, goals, body })
}

/// A line as filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineInput {
    /// Category of the register, if chosen.
    pub category_id: Option<ProductCategoryId>,
    /// Product code; the category's when empty.
    pub product_code: String,
    /// Product; the category's name when empty.
    pub product_name: String,
    /// Field.
    pub field: SamplingField,
    /// Target region.
    pub region: String,
    /// Quarters, 1 to 4.
    pub quarters: Vec<u8>,
    /// Batches.
    pub batches: i64,
    /// Enterprises, 0 when not fixed.
    pub enterprises: i64,
    /// Cost of a batch, fen.
    pub unit_cost_fen: i64,
    /// Budget where no cost of a batch is known, fen.
    pub budget_fen: i64,
    /// Lead section.
    pub lead_section: String,
    /// Proposed laboratory.
    pub laboratory_name: String,
    /// Focus tag.
    pub focus: String,
    /// Why this product.
    pub reason: String,
}

fn fill(work: &mut Work<'_>, line: PlanLine, input: LineInput) -> AppResult<PlanLine> {
    let category: Option<ProductCategory> = input.category_id.map(|id| work.load(id)).transpose()?;
    let or_category = |typed: String, of: fn(&ProductCategory) -> &String| {
        if typed.is_empty() {
            category.as_ref().map(|category| of(category).clone()).unwrap_or_default()
        } else {
            typed
        }
    };
    let mut errors = Vec::new();
    let product_name = or_category(input.product_name, |category| &category.name);
    let product_code = or_category(input.product_code, |category| &category.code);
    if product_name.is_empty() {
        errors.push(crate::FieldError::new("product_name", "请填写产品名称，或者选一个产品分类"));
    }
    if product_code.is_empty() {
        errors.push(crate::FieldError::new("product_code", "请填写产品代码；没有官方代码时用 TMP- 开头的临时代码"));
    }
    if !errors.is_empty() {
        return Err(AppError::Fields(errors));
    }
    let quarters = input.quarters.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
    let mut line = PlanLine {
        category_id: input.category_id,
        product_code,
        product_name,
        field: input.field,
        region: input.region,
        quarters,
        batches: input.batches,
        enterprises: input.enterprises,
        unit_cost_fen: input.unit_cost_fen,
        budget_fen: input.budget_fen,
        lead_section: input.lead_section,
        laboratory_name: input.laboratory_name,
        focus: input.focus,
        reason: input.reason,
        ..line
    };
    if line.unit_cost_fen > 0 {
        line.budget_fen = line.computed_budget_fen();
    }
    Ok(line)
}

/// The draft to which a line belongs, checked for change.
fn open_plan_of(work: &mut Work<'_>, line: &PlanLine) -> AppResult<SpotCheckPlan> {
    let plan: SpotCheckPlan = work.load(line.plan_id)?;
    let version = plan.version;
    let plan = load_plan(work, "修改计划内容", plan.id, version)?;
    plan.edit()?;
    Ok(plan)
}

/// Saves the plan after a change of its lines: the scan no longer stands.
fn lines_changed(work: &mut Work<'_>, plan: SpotCheckPlan, event: Event) -> AppResult<()> {
    let mut plan = plan.lines_changed();
    work.save(&mut plan)?;
    work.record(event.about(plan.id));
    refresh_plan(work, &plan)
}

fn line_event(kind: &str, words: &str, line: &PlanLine) -> Event {
    Event::new(kind, format!("{words}第 {} 行 {}", line.seq, line.product_name))
        .fact("批次", line.batches.to_string())
        .fact("预算（元）", yuan(line.budget_fen))
}

/// Adds a line at the end.
///
/// # Errors
/// Wrong state, stale version, missing fields, sent before.
pub fn add_line(
    work: &mut Work<'_>,
    plan: PlanId,
    version: i64,
    input: LineInput,
    token: &str,
) -> AppResult<PlanLineId> {
    work.once(token, &format!("/desk/plans/{plan}"))?;
    let plan = load_plan(work, "修改计划内容", plan, version)?;
    plan.edit()?;
    let seq = work.tx.plan_lines(plan.id)?.iter().map(|line| line.seq).max().unwrap_or(0) + 1;
    let empty = PlanLine {
        id: work.new_id(),
        version: 1,
        org_id: plan.org_id,
        plan_id: plan.id,
        seq,
        category_id: None,
        product_code: String::new(),
        product_name: String::new(),
        field: input.field,
        region: String::new(),
        quarters: String::new(),
        batches: 0,
        enterprises: 0,
        unit_cost_fen: 0,
        budget_fen: 0,
        lead_section: String::new(),
        laboratory_name: String::new(),
        focus: String::new(),
        reason: String::new(),
        source_text: String::new(),
    };
    let mut line = fill(work, empty, input)?;
    work.insert(&mut line)?;
    lines_changed(work, plan, line_event("plan.line_added", "添加", &line))?;
    Ok(line.id)
}

/// Changes a line.
///
/// # Errors
/// Wrong state, stale version, missing fields.
pub fn edit_line(work: &mut Work<'_>, id: PlanLineId, version: i64, input: LineInput) -> AppResult<PlanId> {
    let before: PlanLine = work.load_own(id, version)?;
    let plan = open_plan_of(work, &before)?;
    let mut line = fill(work, before.clone(), input)?;
    work.save(&mut line)?;
    let mut event = line_event("plan.line_changed", "修改", &line);
    for change in hengjian_domain::plan::difference(std::slice::from_ref(&before), std::slice::from_ref(&line)) {
        for (field, old, new) in change.changes.into_iter().filter(|(_, old, new)| !old.is_empty() && !new.is_empty()) {
            event = event.fact(field, format!("{old} → {new}"));
        }
    }
    let id = plan.id;
    lines_changed(work, plan, event)?;
    Ok(id)
}

/// Deletes a line of a draft; those below move up.
///
/// # Errors
/// Wrong state, stale version.
pub fn delete_line(work: &mut Work<'_>, id: PlanLineId, version: i64) -> AppResult<PlanId> {
    let line: PlanLine = work.load_own(id, version)?;
    let plan = open_plan_of(work, &line)?;
    work.tx.delete_plan_line(&line)?;
    work.mark_changed();
    for (place, mut other) in (1_i64..).zip(work.tx.plan_lines(plan.id)?) {
        if other.seq != place {
            other.seq = place;
            work.save(&mut other)?;
        }
    }
    let id = plan.id;
    lines_changed(work, plan, line_event("plan.line_deleted", "删除", &line))?;
    Ok(id)
}

/// Moves a line one place up or down.
///
/// # Errors
/// Wrong state, stale version.
pub fn move_line(work: &mut Work<'_>, id: PlanLineId, version: i64, up: bool) -> AppResult<PlanId> {
    let line: PlanLine = work.load_own(id, version)?;
    let plan = open_plan_of(work, &line)?;
    let lines = work.tx.plan_lines(plan.id)?;
    let place = lines.iter().position(|other| other.id == line.id).unwrap_or(0);
    let neighbour = if up { place.checked_sub(1) } else { Some(place + 1) };
    let Some(mut other) = neighbour.and_then(|place| lines.get(place).cloned()) else { return Ok(plan.id) };
    let mut moved = line.clone();
    std::mem::swap(&mut moved.seq, &mut other.seq);
    work.save(&mut moved)?;
    work.save(&mut other)?;
    let words = format!("{} 移到第 {} 行", moved.product_name, moved.seq);
    let mut plan = plan.text_changed();
    work.save(&mut plan)?;
    work.record(Event::new("plan.line_moved", words).about(plan.id));
    refresh_plan(work, &plan)?;
    Ok(plan.id)
}

/// Adds the lines of an earlier plan at the end of a draft.
///
/// # Errors
/// Wrong state, stale version, not found.
pub fn copy_lines(work: &mut Work<'_>, id: PlanId, version: i64, from: PlanId, token: &str) -> AppResult<()> {
    work.once(token, &format!("/desk/plans/{id}"))?;
    let plan = load_plan(work, "修改计划内容", id, version)?;
    plan.edit()?;
    let source: SpotCheckPlan = work.load(from)?;
    work.must_own(source.org_id)?;
    let last = work.tx.plan_lines(id)?.iter().map(|line| line.seq).max().unwrap_or(0);
    let mut lines = work.tx.plan_lines(from)?;
    for (place, line) in (1_i64..).zip(&mut lines) {
        line.seq = last + place;
    }
    super::editions::copy_lines(work, &lines, &plan)?;
    let event = Event::new("plan.lines_copied", format!("复制 {} 行产品", lines.len())).fact("来自", source.title);
    lines_changed(work, plan, event)
}

/// What the conflict scan found for a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Line.
    pub seq: i64,
    /// Product.
    pub product: String,
    /// In words.
    pub words: String,
}

/// Scans every line against superior plans and earlier checks (R18 art. 8, PQL art. 15, seed part three).
///
/// # Errors
/// Not found, or a fault.
pub fn scan(work: &mut Work<'_>, id: Id<SpotCheckPlan>) -> AppResult<Vec<Finding>> {
    let plan: SpotCheckPlan = work.load(id)?;
    let lines = work.tx.plan_lines(plan.id)?;
    let earlier = crate::no_repeat::scan_lines(work, &lines, plan.year)?;
    let mut found = Vec::new();
    for (line, checks) in lines.iter().zip(earlier) {
        let planned = work.tx.superior_lines(line, plan.year)?;
        let planned = planned.into_iter().map(|(superior, other)| {
            let (title, product) = (superior.title, &other.product_name);
            format!("{title}也安排了{product}（{}，{} 批）", other.quarter_words(), other.batches)
        });
        let words = planned.chain(checks.into_iter().map(|check| check.text));
        found.extend(words.map(|words| Finding { seq: line.seq, product: line.product_name.clone(), words }));
    }
    Ok(found)
}

/// What a scan found, as it is kept with the plan.
pub(super) fn scan_words(found: &[Finding]) -> String {
    let words = found.iter().map(|finding| format!("第 {} 行 {}：{}", finding.seq, finding.product, finding.words));
    words.collect::<Vec<_>>().join("\n")
}

/// Acknowledges the scan: it is run again now, and what it finds is kept with the plan.
///
/// # Errors
/// Wrong state, stale version.
pub fn acknowledge_scan(work: &mut Work<'_>, id: PlanId, version: i64) -> AppResult<()> {
    let plan = load_plan(work, "确认冲突核对", id, version)?;
    let found = scan(work, id)?;
    let words = scan_words(&found);
    let mut plan = plan.acknowledge_scan(words.clone(), work.now())?;
    work.save(&mut plan)?;
    let mut event = Event::new("plan.scan_acknowledged", format!("确认冲突核对，{} 处提示", found.len()))
        .about(id)
        .basis(law::SEED_3);
    if !words.is_empty() {
        event = event.fact("提示", words);
    }
    work.record(event);
    refresh_plan(work, &plan)
}
