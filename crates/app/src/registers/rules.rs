//! The rule library (实施细则): drafts, items, publication, editions. A public rule is never edited; R18 12 wants it public
//! before the first sampling, so a complete draft is handed to the publisher as a duty.

use super::fields;
use crate::{
    AppError, AppResult, Event, PublicView, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::SubjectKind,
    code::Code,
    decimal::Interval,
    law,
    match_key::clean,
    product::{ProductCategory, ProductCategoryId},
    rules::{
        CompareMethod, ItemClass, RulesId, RulesItem, RulesItemId, RulesNotice, RulesRefused, RulesState,
        SpotCheckRules,
    },
    time::Timestamp,
};
use hengjian_store::PageRequest;

/// Step of the editor while a rule is drafted.
const DRAFTING: &str = "补全实施细则并送公开";
/// Step of the publisher.
const PUBLISHING: &str = "公开实施细则";

/// What a person fills in of a rule.
#[derive(Debug, Clone, Default)]
pub struct RulesEntry {
    /// Code.
    pub code: String,
    /// Edition.
    pub edition: String,
    /// Title.
    pub title: String,
    /// Product.
    pub product: String,
    /// Category.
    pub category_id: Option<ProductCategoryId>,
    /// Issuing body.
    pub issued_by: String,
    /// Where samples may be taken.
    pub sampling_place: String,
    /// Method of taking units.
    pub sampling_method: String,
    /// 抽样基数.
    pub minimum_stock: Option<String>,
    /// Quantity of the test sample.
    pub test_quantity: Option<String>,
    /// Quantity of the backup sample.
    pub backup_quantity: Option<String>,
    /// Unit.
    pub unit: String,
    /// Quantities as printed.
    pub quantity_text: String,
    /// Sealing, storage, transport.
    pub sealing: String,
    /// Judging rule.
    pub judging_rule: String,
    /// Where it was taken from.
    pub source: String,
}

fn check(work: &mut Work<'_>, entry: &RulesEntry) -> AppResult<()> {
    let mut problems = Vec::new();
    for (value, field, label) in [
        (&entry.code, "code", "细则编号"),
        (&entry.edition, "edition", "版本"),
        (&entry.title, "title", "名称"),
        (&entry.product, "product", "产品"),
        (&entry.issued_by, "issued_by", "制定单位"),
    ] {
        if value.trim().is_empty() {
            problems.push((field, format!("请填写{label}")));
        }
    }
    for (value, field, label) in [
        (&entry.minimum_stock, "minimum_stock", "最少抽样基数"),
        (&entry.test_quantity, "test_quantity", "检验样品数量"),
        (&entry.backup_quantity, "backup_quantity", "备用样品数量"),
    ] {
        if let Some(text) = value
            && !is_quantity(text)
        {
            problems.push((field, format!("{label}应为数字，现在是“{text}”；不是单个数字的写在“数量原文”里")));
        }
    }
    let quantities = [&entry.minimum_stock, &entry.test_quantity, &entry.backup_quantity];
    if quantities.iter().any(|value| value.is_some()) && entry.unit.trim().is_empty() {
        problems.push(("unit", "请填写数量的单位".to_owned()));
    }
    fields(problems)?;
    if let Some(category) = entry.category_id {
        let _: ProductCategory = work.load(category)?;
    }
    Ok(())
}

/// A plain, non-negative decimal.
fn is_quantity(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        None => digits(text),
        Some((whole, rest)) => digits(whole) && digits(rest),
    }
}

fn filled(entry: RulesEntry, row: SpotCheckRules, items: &[RulesItem]) -> SpotCheckRules {
    let row = SpotCheckRules {
        code: clean(&entry.code),
        edition: clean(&entry.edition),
        title: clean(&entry.title),
        product: clean(&entry.product),
        category_id: entry.category_id,
        issued_by: clean(&entry.issued_by),
        sampling_place: clean(&entry.sampling_place),
        sampling_method: clean(&entry.sampling_method),
        minimum_stock: entry.minimum_stock,
        test_quantity: entry.test_quantity,
        backup_quantity: entry.backup_quantity,
        unit: clean(&entry.unit),
        quantity_text: clean(&entry.quantity_text),
        sealing: clean(&entry.sealing),
        judging_rule: clean(&entry.judging_rule),
        source: clean(&entry.source),
        ..row
    };
    completed(row, items)
}

/// 完整 or 部分, by what is there.
fn completed(row: SpotCheckRules, items: &[RulesItem]) -> SpotCheckRules {
    let completeness = if row.missing(items).is_empty() { "完整" } else { "部分" };
    SpotCheckRules { completeness: completeness.to_owned(), ..row }
}

fn edition_free(work: &mut Work<'_>, row: &SpotCheckRules) -> AppResult<()> {
    match work.tx.rules_edition(row.org_id, &row.code, &row.edition)? {
        Some(other) if other.id != row.id => {
            Err(RulesRefused::EditionTaken { code: other.code, edition: other.edition }.into())
        }
        _ => Ok(()),
    }
}

/// The draft is with its editor: whoever had it before has it no longer.
fn with_editor(work: &mut Work<'_>, row: &SpotCheckRules) -> AppResult<()> {
    let open: Vec<_> = work.tx.clocks_of(row.id.cast())?;
    let already = open.iter().any(|clock| {
        clock.state == hengjian_domain::clock::ClockState::Open && clock.owner_role == Some(Role::PlanEditor)
    });
    if !already {
        work.finish_duties(row.id, None)?;
        let about = About::new(row.org_id, SubjectKind::Rules, row.id, DRAFTING);
        work.start_step(about, Owner::role(Role::PlanEditor))?;
    }
    Ok(())
}

/// Enters a draft.
///
/// # Errors
/// Messages beside fields, [`RulesRefused::EditionTaken`], [`AppError::SentBefore`].
pub fn enter(work: &mut Work<'_>, entry: RulesEntry, once: &str) -> AppResult<RulesId> {
    work.once(once, "/desk/registers/rules")?;
    check(work, &entry)?;
    let blank = SpotCheckRules {
        id: work.new_id(),
        version: 1,
        org_id: work.actor().org_id,
        code: String::new(),
        edition: String::new(),
        title: String::new(),
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
    };
    let mut row = filled(entry, blank, &[]);
    edition_free(work, &row)?;
    work.insert(&mut row)?;
    with_editor(work, &row)?;
    work.record(
        Event::new("registers.rules_entered", format!("登记实施细则：{}（{}）", row.title, row.edition))
            .about(row.id)
            .fact("编号", &row.code)
            .fact("制定单位", &row.issued_by)
            .fact("来源", &row.source),
    );
    Ok(row.id)
}

/// Changes a draft; it goes back to the editor's work list.
///
/// # Errors
/// As [`enter`], [`RulesRefused::NotDraft`], [`AppError::Stale`].
pub fn change(work: &mut Work<'_>, id: RulesId, version: i64, entry: RulesEntry) -> AppResult<()> {
    let old: SpotCheckRules = work.load_version(id, version)?;
    old.must_be_draft()?;
    check(work, &entry)?;
    let items = work.tx.rules_items(id)?;
    let mut row = filled(entry, old, &items);
    edition_free(work, &row)?;
    work.save(&mut row)?;
    with_editor(work, &row)?;
    work.record(
        Event::new("registers.rules_changed", format!("修改实施细则：{}", row.title))
            .about(id)
            .fact("版本", &row.edition)
            .fact("完整程度", &row.completeness),
    );
    Ok(())
}

/// An item as filled in.
#[derive(Debug, Clone, Default)]
pub struct ItemEntry {
    /// Order; `None`: at the end.
    pub seq: Option<i64>,
    /// Table of the rule it stands in.
    pub table_name: String,
    /// Item.
    pub name: String,
    /// Importance.
    pub class: Option<ItemClass>,
    /// Judging basis.
    pub standard: String,
    /// Method standards.
    pub method: String,
    /// Limit; `None`: none on file, the item is not judged.
    pub limit_text: Option<String>,
    /// Unit.
    pub unit: String,
    /// Rounding interval.
    pub interval: Option<String>,
    /// Comparison; `None`: by full value, the default of GB/T 8170.
    pub compare: Option<CompareMethod>,
    /// Mandatory requirement.
    pub mandatory: bool,
    /// Can be re-inspected.
    pub retestable: bool,
    /// Tested on site.
    pub on_site: bool,
}

fn check_item(entry: &ItemEntry) -> AppResult<()> {
    let mut problems = Vec::new();
    if entry.name.trim().is_empty() {
        problems.push(("name", "请填写检验项目".to_owned()));
    }
    if entry.method.trim().is_empty() {
        problems.push(("method", "请填写检验方法".to_owned()));
    }
    if let Some(limit) = &entry.limit_text
        && let Err(message) = check_limit(limit)
    {
        problems.push(("limit_text", message));
    }
    if let Some(interval) = &entry.interval
        && let Err(error) = Interval::parse(interval)
    {
        problems.push(("interval", format!("{}，现在是“{interval}”", error.title())));
    }
    fields(problems)
}

/// Adds an item to a draft, or changes the one of `item` (id and version).
///
/// # Errors
/// Messages beside fields, [`RulesRefused::NotDraft`], [`AppError::Stale`], [`AppError::NotFound`].
pub fn keep_item(
    work: &mut Work<'_>,
    id: RulesId,
    item: Option<(RulesItemId, i64)>,
    entry: ItemEntry,
    once: &str,
) -> AppResult<()> {
    work.once(once, &format!("/desk/registers/rules/{id}"))?;
    let rules: SpotCheckRules = work.load(id)?;
    rules.must_be_draft()?;
    check_item(&entry)?;
    let items = work.tx.rules_items(id)?;
    let old = match item {
        Some((item, version)) => {
            let old: RulesItem = work.load_version(item, version)?;
            if old.rules_id != id {
                return Err(AppError::NotFound);
            }
            Some(old)
        }
        None => None,
    };
    let last = items.iter().map(|item| item.seq).max().unwrap_or(0);
    let mut row = RulesItem {
        id: old.as_ref().map_or_else(|| work.new_id(), |old| old.id),
        version: old.as_ref().map_or(1, |old| old.version),
        org_id: rules.org_id,
        rules_id: id,
        seq: entry.seq.or(old.as_ref().map(|old| old.seq)).unwrap_or(last + 1),
        table_name: clean(&entry.table_name),
        name: clean(&entry.name),
        class: entry.class.unwrap_or(ItemClass::None),
        standard: clean(&entry.standard),
        method: clean(&entry.method),
        limit_text: entry.limit_text.map(|limit| clean(&limit)),
        unit: clean(&entry.unit),
        interval: entry.interval,
        compare: entry.compare.unwrap_or(CompareMethod::FullValue),
        mandatory: entry.mandatory,
        retestable: entry.retestable,
        on_site: entry.on_site,
    };
    if old.is_some() {
        work.save(&mut row)?;
    } else {
        work.insert(&mut row)?;
    }
    note_completeness(work, rules)?;
    let words = if old.is_some() { "修改检验项目" } else { "增加检验项目" };
    work.record(
        Event::new("registers.rules_item", format!("{words}：{}", row.name))
            .about(id)
            .fact("分类", row.class.title())
            .fact("依据", &row.standard)
            .fact("方法", &row.method)
            .fact("限值", row.limit_text.clone().unwrap_or_else(|| "没有限值，不判定".to_owned()))
            .fact("比较方法", row.compare.title()),
    );
    Ok(())
}

/// Takes an item out of a draft.
///
/// # Errors
/// [`RulesRefused::NotDraft`], [`AppError::Stale`], [`AppError::NotFound`].
pub fn remove_item(work: &mut Work<'_>, id: RulesId, item: RulesItemId, version: i64) -> AppResult<()> {
    let rules: SpotCheckRules = work.load(id)?;
    rules.must_be_draft()?;
    let item: RulesItem = work.load_version(item, version)?;
    if item.rules_id != id {
        return Err(AppError::NotFound);
    }
    if !work.tx.delete_rules_item(&item)? {
        return Err(AppError::Stale);
    }
    note_completeness(work, rules)?;
    work.record(
        Event::new("registers.rules_item_removed", format!("删除检验项目：{}", item.name))
            .about(id)
            .fact("方法", &item.method)
            .fact("限值", item.limit_text.unwrap_or_default()),
    );
    Ok(())
}

/// After a change of items: completeness anew, the draft back with its editor.
fn note_completeness(work: &mut Work<'_>, rules: SpotCheckRules) -> AppResult<()> {
    let items = work.tx.rules_items(rules.id)?;
    let mut row = completed(rules, &items);
    work.save(&mut row)?;
    with_editor(work, &row)
}

/// Hands a complete draft to the publisher.
///
/// # Errors
/// [`RulesRefused`], [`AppError::Stale`].
pub fn hand_over(work: &mut Work<'_>, id: RulesId, version: i64) -> AppResult<()> {
    let mut row: SpotCheckRules = work.load_version(id, version)?;
    let items = work.tx.rules_items(id)?;
    row.ready_to_publish(&items)?;
    work.finish_duties(id, None)?;
    let about = About::new(row.org_id, SubjectKind::Rules, id, PUBLISHING);
    work.start_step(about, Owner::role(Role::Publisher))?;
    work.save(&mut row)?;
    work.record(Event::new("registers.rules_handed_over", format!("{}送公开", row.title)).about(id).basis(law::R18_12));
    Ok(())
}

/// An uploaded proof: name and bytes.
pub type Proof = (String, Vec<u8>);

/// Registers that a rule is public: where and since when.
///
/// # Errors
/// [`RulesRefused`], [`AppError::Stale`], messages beside fields.
pub fn publish(
    work: &mut Work<'_>,
    id: RulesId,
    version: i64,
    url: &str,
    at: Timestamp,
    proof: Option<Proof>,
) -> AppResult<()> {
    let row: SpotCheckRules = work.load_version(id, version)?;
    let url = url.trim().to_owned();
    let readable = url.is_empty() || url.starts_with("http://") || url.starts_with("https://");
    if !readable {
        return Err(AppError::field("url", format!("网址应以 http:// 或 https:// 开头，现在是“{url}”")));
    }
    let items = work.tx.rules_items(id)?;
    let attached = proof.is_some();
    let now = work.now();
    let mut row = row.publish(&items, RulesNotice { url, attached, at }, now)?;
    if let Some((name, bytes)) = proof {
        work.keep_file((SubjectKind::Rules, id), "实施细则公开凭据", "proof", &name, &bytes)?;
    }
    work.save(&mut row)?;
    work.finish_duties(id, None)?;
    work.record(
        Event::new("registers.rules_published", format!("公开实施细则：{}（{}）", row.title, row.edition))
            .about(id)
            .fact("网址", &row.published_at_url)
            .fact("公开时间", at.to_string())
            .basis(law::R18_12),
    );
    Ok(())
}

/// Retires a public rule.
///
/// # Errors
/// [`RulesRefused`], [`AppError::Stale`].
pub fn retire(work: &mut Work<'_>, id: RulesId, version: i64, reason: &str) -> AppResult<()> {
    let row: SpotCheckRules = work.load_version(id, version)?;
    let mut row = row.retire(reason)?;
    work.save(&mut row)?;
    work.record(
        Event::new("registers.rules_retired", format!("废止实施细则：{}（{}）", row.title, row.edition))
            .about(id)
            .fact("理由", reason.trim()),
    );
    Ok(())
}

/// Begins the next edition as a draft with the same content.
///
/// # Errors
/// [`RulesRefused`], [`AppError::SentBefore`], a message at `edition`.
pub fn next_edition(work: &mut Work<'_>, id: RulesId, edition: &str, once: &str) -> AppResult<RulesId> {
    work.once(once, &format!("/desk/registers/rules/{id}"))?;
    let row: SpotCheckRules = work.load(id)?;
    if edition.trim().is_empty() {
        return Err(AppError::field("edition", "请填写新版本"));
    }
    let mut next = row.next_edition(work.new_id(), edition, work.now())?;
    edition_free(work, &next)?;
    work.insert(&mut next)?;
    for mut item in work.tx.rules_items(id)? {
        item.id = work.new_id();
        item.rules_id = next.id;
        work.insert(&mut item)?;
    }
    with_editor(work, &next)?;
    work.record(
        Event::new("registers.rules_edition", format!("{}另立版本 {}", next.title, next.edition))
            .about(next.id)
            .about(id)
            .fact("原版本", row.edition),
    );
    Ok(next.id)
}

/// Whether a limit can be judged by the program; the message says what is expected.
///
/// # Errors
/// The message.
pub fn check_limit(text: &str) -> Result<(), String> {
    hengjian_domain::judgement::Limit::parse(text)
        .map(|_| ())
        .map_err(|error| format!("{}；不能自动判读的留空，并在判定规则里写明", error.words()))
}

/// Rules in force that are public, newest first.
///
/// # Errors
/// A fault.
pub fn public_list(view: &mut PublicView<'_>, page: &PageRequest) -> AppResult<Vec<SpotCheckRules>> {
    Ok(view.tx.public_rules(page)?)
}

/// A public rule with its items.
///
/// # Errors
/// [`AppError::NotFound`].
pub fn public_rule(
    view: &mut PublicView<'_>,
    code: &str,
    edition: &str,
) -> AppResult<(SpotCheckRules, Vec<RulesItem>)> {
    let rule = view.tx.public_rule(code, edition)?.ok_or(AppError::NotFound)?;
    let items = view.tx.rules_items(rule.id)?;
    Ok((rule, items))
}
