//! Item results from a table (XLSX, XLS, CSV, HTML): the header is found, rows are matched to the items of the inspection,
//! each is judged as if it had been typed. First a preview, then a second act that goes through the same doors as typing.
//! Repairs nothing: what does not fit is listed with row, column, value and reason, and left out.

use super::{
    enter_items,
    laboratory::{AddedItem, TypedItem},
    type_items,
    view::readable,
};
use crate::{App, AppError, AppResult, Event, Work};
use hengjian_domain::{
    code::Code,
    exchange::{ImportProblem, ProblemSeverity, reading::is_empty_mark},
    judgement::Limit,
    match_key::{clean, match_key},
    rules::{CompareMethod, ItemClass},
    testing::{Inspection, InspectionId, ItemEntry, ItemResult, ItemResultId, ItemVerdict},
};
use hengjian_sheets::{Book, Column, Header, Row, SheetError, Template, find_header, write_template};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Largest table of item results, bytes.
pub const TABLE_LIMIT: usize = 5 * 1024 * 1024;
/// Most rows of results.
const ROW_LIMIT: usize = 1_000;
/// Rows looked at before the header is decided.
const HEAD_ROWS: usize = 50;
/// Longest text of a cell that is taken, characters.
const CELL_LIMIT: usize = 200;
/// Form field that messages about the file stand at.
const FIELD: &str = "table";

const fn column(
    key: &'static str,
    title: &'static str,
    names: &'static [&'static str],
    required: bool,
    help: &'static str,
) -> Column {
    Column { key, title, names, required, help }
}

/// Columns of a table of item results, with the names under which laboratories print them.
pub const ITEM_COLUMNS: &[Column] = &[
    column(
        "item",
        "检验项目",
        &["项目", "项目名称", "检测项目", "检验项目名称", "检测项目名称", "检验参数", "检测参数", "参数"],
        true,
        "与检验依据里的项目名称一致；空格、括号、全角半角不要紧",
    ),
    column(
        "method",
        "检验方法",
        &["检测方法", "试验方法", "方法", "方法标准", "检验方法标准", "检测依据"],
        false,
        "可以不填；填了的与检验依据核对",
    ),
    column("unit", "单位", &["计量单位", "结果单位"], false, "可以不填；填了的须与检验依据相同，不换算"),
    column(
        "limit",
        "标准要求",
        &["要求", "技术要求", "指标要求", "标准值", "标准规定", "标准限值", "限值", "指标", "技术指标", "规定值"],
        false,
        "可以不填；检验依据里有限值的按检验依据判定",
    ),
    column(
        "value",
        "检验结果",
        &["实测值", "实测", "实测结果", "检测结果", "检验值", "检测值", "测定值", "测试结果", "结果", "检验数据"],
        true,
        "照原始记录填写，不修约，例如 0.35、<0.01、未检出、符合",
    ),
    column(
        "verdict",
        "单项判定",
        &["判定", "单项结论", "单项评价", "判定结果", "单项判定结果", "评定", "结论"],
        false,
        "可以不填；填“合格”或“不合格”，与本系统的判定并列显示",
    ),
];

/// Which of the two doors the results go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemForm {
    /// The tester's results.
    Tester,
    /// Results of a report made elsewhere.
    Typed,
}

/// One row as it stands in the table, by the order of [`ITEM_COLUMNS`].
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cells {
    row: i64,
    texts: Vec<String>,
    headings: Vec<String>,
    doubtful: bool,
}

impl Cells {
    fn place(key: &str) -> usize {
        ITEM_COLUMNS.iter().position(|column| column.key == key).unwrap_or_default()
    }
    fn get(&self, key: &str) -> &str {
        self.texts.get(Self::place(key)).map_or("", String::as_str)
    }
    fn problem(&self, key: &str, reason: String, severity: ProblemSeverity) -> ImportProblem {
        let column = self.headings.get(Self::place(key)).filter(|heading| !heading.is_empty());
        let column = column.cloned().unwrap_or_else(|| ITEM_COLUMNS[Self::place(key)].title.to_owned());
        let value = self.get(key).chars().take(CELL_LIMIT).collect();
        ImportProblem { row: self.row, column, value, reason, severity }
    }
}

/// A table of item results as read; nothing is matched yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemTable {
    rows: Vec<Cells>,
    /// Heading and the column it was taken for.
    pub mapping: Vec<(String, String)>,
    /// Headings that belong to no column.
    pub unknown_columns: Vec<String>,
    /// Header rows that came again.
    pub skipped_headers: usize,
    /// SHA-256 of the file.
    pub digest: String,
}

/// Checks and keeps an uploaded table until it is confirmed; returns what names it there. A file that is no table of item
/// results is refused at once.
///
/// # Errors
/// A message at `table`, or a fault.
pub fn stage_items(app: &App, bytes: &[u8]) -> AppResult<String> {
    if bytes.is_empty() {
        return Err(AppError::field(FIELD, "请选择文件；选过的文件是空的"));
    }
    if bytes.len() > TABLE_LIMIT {
        let limit = TABLE_LIMIT / 1024 / 1024;
        return Err(AppError::field(FIELD, format!("项目结果表超过 {limit} MB。请只保留项目结果这一张表再上传")));
    }
    let staged = app.stage_upload(bytes)?;
    staged_items(app, &staged)?;
    Ok(staged)
}

/// The table that was kept under a name.
///
/// # Errors
/// A message at `table` when it is gone or is no table of item results.
pub fn staged_items(app: &App, staged: &str) -> AppResult<ItemTable> {
    let path =
        app.staged_file(staged).ok_or_else(|| AppError::field(FIELD, "预览过的文件已经不在了。请重新选择文件"))?;
    read_items(&path)
}

fn unreadable(error: &SheetError) -> AppError {
    AppError::field(FIELD, error.to_string())
}

fn read_items(path: &Path) -> AppResult<ItemTable> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(&SheetError::Io(error)))?;
    let mut table = ItemTable { digest: hex::encode(Sha256::digest(&bytes)), ..ItemTable::default() };
    let mut book = Book::open(path).map_err(|error| unreadable(&error))?;
    let mut found = false;
    for number in 0..book.names().len() {
        found |= read_sheet(&mut book, number, &mut table)?;
    }
    if !found {
        let words = "没有找到表头：要有“检验项目”和“检验结果”（或者“实测值”）两列。可以下载模板，照模板填";
        return Err(AppError::field(FIELD, words));
    }
    Ok(table)
}

fn read_sheet(book: &mut Book, number: usize, table: &mut ItemTable) -> AppResult<bool> {
    let undecodable = book.undecodable();
    let mut rows = book.rows(number).map_err(|error| unreadable(&error))?;
    let (mut head, mut row) = (Vec::new(), Row::default());
    while head.len() < HEAD_ROWS && rows.next_into(&mut row).map_err(|error| unreadable(&error))? {
        head.push(row.clone());
    }
    let Some(header) = find_header(&head, ITEM_COLUMNS) else { return Ok(false) };
    note_mapping(table, &header);
    let mut early = head.into_iter().filter(|row| row.number > header.row);
    loop {
        match early.next() {
            Some(next) => row = next,
            None if rows.next_into(&mut row).map_err(|error| unreadable(&error))? => {}
            None => return Ok(true),
        }
        if header.repeats(&row) {
            table.skipped_headers += 1;
            continue;
        }
        let cells = cells_of(&row, &header, undecodable);
        let ends = match_key(cells.get("item")) == "以下空白";
        if ends || cells.texts.iter().all(String::is_empty) {
            continue;
        }
        if table.rows.len() >= ROW_LIMIT {
            let words = format!("项目结果超过 {ROW_LIMIT} 行，不像是一份报告的项目表。请核对文件");
            return Err(AppError::field(FIELD, words));
        }
        table.rows.push(cells);
    }
}

fn cells_of(row: &Row, header: &Header, undecodable: bool) -> Cells {
    let text = |place: &Option<usize>| place.map(|place| clean(row.cell(place))).unwrap_or_default();
    let heading = |place: &Option<usize>| place.and_then(|place| header.headings.get(place)).cloned();
    let value = header.places.get(Cells::place("value")).copied().flatten();
    let broken = undecodable && header.places.iter().flatten().any(|place| row.cell(*place).contains('\u{FFFD}'));
    Cells {
        row: i64::try_from(row.number).unwrap_or(i64::MAX),
        texts: header.places.iter().map(text).collect(),
        headings: header.places.iter().map(|place| heading(place).unwrap_or_default()).collect(),
        doubtful: broken || value.is_some_and(|value| row.doubtful.contains(&value)),
    }
}

fn note_mapping(table: &mut ItemTable, header: &Header) {
    for (column, place) in ITEM_COLUMNS.iter().zip(&header.places) {
        if let Some(heading) = place.and_then(|place| header.headings.get(place)) {
            let pair = (heading.clone(), column.title.to_owned());
            if !table.mapping.contains(&pair) {
                table.mapping.push(pair);
            }
        }
    }
    for heading in &header.unknown {
        if !table.unknown_columns.contains(heading) {
            table.unknown_columns.push(heading.clone());
        }
    }
}

/// What becomes of one row that is taken.
#[derive(Debug, Clone)]
pub struct ItemLine {
    /// Row of the table.
    pub row: i64,
    /// Item as the table names it.
    pub named: String,
    /// The item as it will stand, judged.
    pub item: ItemResult,
    /// Value on file until now.
    pub before: Option<String>,
    /// An item that the inspection does not have yet.
    pub new: bool,
    /// Verdict of the table.
    pub theirs: Option<ItemVerdict>,
}

impl ItemLine {
    /// The table's verdict is not ours.
    pub fn differs(&self) -> bool {
        self.theirs.is_some_and(|theirs| theirs != self.item.final_verdict())
    }
    /// The row changes nothing.
    pub fn same(&self) -> bool {
        !self.new && self.before == self.item.value_text
    }
}

/// What a table would do.
#[derive(Debug, Clone)]
pub struct ItemPreview {
    /// The inspection.
    pub inspection: Inspection,
    /// Rows that are taken.
    pub lines: Vec<ItemLine>,
    /// What a person should look at; rejected rows are not taken.
    pub problems: Vec<ImportProblem>,
    /// Items of the inspection that the table says nothing about and that have no result yet.
    pub missing: Vec<String>,
    /// The table.
    pub table: ItemTable,
}

/// Matches a table to an inspection and judges every row; writes nothing.
///
/// # Errors
/// A refusal when no results may be entered now, not found, or a fault.
pub fn preview_items(
    work: &mut Work<'_>,
    id: InspectionId,
    form: ItemForm,
    table: ItemTable,
) -> AppResult<ItemPreview> {
    let inspection = readable(work, id)?;
    let items = work.tx.items_of_inspection(id)?;
    match form {
        ItemForm::Tester => inspection.may_enter(work.actor())?,
        ItemForm::Typed => inspection.may_type_items(items.iter().filter(|item| item.answered()).count())?,
    }
    let may_add = form == ItemForm::Typed || inspection.rules_id.is_none();
    let mut preview = ItemPreview { inspection, lines: Vec::new(), problems: Vec::new(), missing: Vec::new(), table };
    for cells in preview.table.rows.clone() {
        let taken = take_row(work, &preview, &items, &cells, may_add);
        match taken {
            Ok((line, remarks)) => {
                preview.lines.push(line);
                preview.problems.extend(remarks);
            }
            Err(problem) => preview.problems.push(problem),
        }
    }
    let told = |item: &&ItemResult| !item.answered() && !preview.lines.iter().any(|line| line.item.id == item.id);
    preview.missing = items.iter().filter(told).map(|item| item.item.clone()).collect();
    Ok(preview)
}

/// Why a row cannot be taken as it stands: the column, and what is wrong.
fn unusable(cells: &Cells) -> Option<(&'static str, String)> {
    if match_key(cells.get("item")).is_empty() {
        return Some(("item", "没有写检验项目".to_owned()));
    }
    if let Some(long) = ITEM_COLUMNS.iter().find(|column| cells.get(column.key).chars().count() > CELL_LIMIT) {
        return Some((long.key, format!("超过 {CELL_LIMIT} 字")));
    }
    let value = cells.get("value");
    let reason = if is_empty_mark(value) {
        "没有检验结果。未检的项目请在录入页写明理由"
    } else if cells.doubtful {
        "这一格的数字超过 15 位，或者有无法识别的字符，可能已经不是原来的数值"
    } else if is_date(value) {
        "这一格在表里是日期，不是检验结果。请把该列设为文本后重填"
    } else {
        return None;
    };
    Some(("value", reason.to_owned()))
}

/// The item that a row names, by name and, among several of one name, by method.
fn find_item<'i>(cells: &Cells, items: &'i [ItemResult]) -> Result<Option<&'i ItemResult>, &'static str> {
    let (key, method) = (match_key(cells.get("item")), match_key(cells.get("method")));
    let matching: Vec<&ItemResult> = items.iter().filter(|item| match_key(&item.item) == key).collect();
    let by_method: Vec<&ItemResult> =
        matching.iter().copied().filter(|item| match_key(&item.method) == method).collect();
    match (matching.as_slice(), by_method.as_slice()) {
        ([], _) => Ok(None),
        ([one], _) | (_, [one]) => Ok(Some(*one)),
        _ => Err("检验依据里有几个同名的项目，请在表里写明检验方法"),
    }
}

fn take_row(
    work: &Work<'_>,
    preview: &ItemPreview,
    items: &[ItemResult],
    cells: &Cells,
    may_add: bool,
) -> Result<(ItemLine, Vec<ImportProblem>), ImportProblem> {
    let reject = |key, reason: String| cells.problem(key, reason, ProblemSeverity::Rejected);
    if let Some((key, reason)) = unusable(cells) {
        return Err(reject(key, reason));
    }
    let found = find_item(cells, items).map_err(|reason| reject("item", reason.to_owned()))?;
    let same = |line: &&ItemLine| match found {
        Some(item) => line.item.id == item.id,
        None => match_key(&line.item.item) == match_key(cells.get("item")),
    };
    if let Some(first) = preview.lines.iter().find(same) {
        let words = format!("与第 {} 行是同一个项目，只采用第 {} 行", first.row, first.row);
        return Err(reject("item", words));
    }
    let theirs = verdict_of(cells.get("verdict"));
    let mut remarks = Vec::new();
    if theirs.is_none() && !is_empty_mark(cells.get("verdict")) {
        let words = "看不出是合格还是不合格，这一格没有采用".to_owned();
        remarks.push(cells.problem("verdict", words, ProblemSeverity::Flagged));
    }
    let named = cells.get("item").to_owned();
    let Some(item) = found else {
        if !may_add {
            return Err(reject("item", "检验依据里没有这个项目".to_owned()));
        }
        let item = added_row(work, &preview.inspection, cells, theirs);
        return Ok((ItemLine { row: cells.row, named, item, before: None, new: true, theirs }, remarks));
    };
    let unit = cells.get("unit");
    if !is_empty_mark(unit) && unit_key(unit) != unit_key(&item.unit) {
        let wanted = if item.unit.is_empty() { "没有单位" } else { item.unit.as_str() };
        return Err(reject("unit", format!("检验依据的单位是“{wanted}”，本系统不换算。请换算后重填")));
    }
    compare_with_rule(cells, item, &mut remarks);
    let before = item.value_text.clone();
    match item.clone().enter(&entry_of(cells, item, theirs)) {
        Ok(item) => Ok((ItemLine { row: cells.row, named, item, before, new: false, theirs }, remarks)),
        Err(_) => Err(reject("value", "已登记的产品明示值不能判读，请先在录入页改正".to_owned())),
    }
}

fn entry_of(cells: &Cells, item: &ItemResult, theirs: Option<ItemVerdict>) -> ItemEntry {
    ItemEntry {
        value: cells.get("value").to_owned(),
        declared_limit: item.declared_limit.clone().unwrap_or_default(),
        not_tested_reason: String::new(),
        reported_verdict: theirs.or(item.reported_verdict),
    }
}

/// Method and limit of the table beside those of the rule: told, not taken.
fn compare_with_rule(cells: &Cells, item: &ItemResult, remarks: &mut Vec<ImportProblem>) {
    let mut flag = |key, reason| remarks.push(cells.problem(key, reason, ProblemSeverity::Flagged));
    let method = cells.get("method");
    if !is_empty_mark(method) && !item.method.is_empty() && match_key(method) != match_key(&item.method) {
        flag("method", format!("检验依据的方法是“{}”，以检验依据为准", item.method));
    }
    let limit = cells.get("limit");
    if is_empty_mark(limit) {
        return;
    }
    match item.requirement() {
        "/" => flag("limit", "检验依据没有登记这个项目的限值，表里的要求没有采用，不作判定".to_owned()),
        ours if !same_limit(limit, ours) => flag("limit", format!("检验依据的要求是“{ours}”，按检验依据判定")),
        _ => {}
    }
}

fn same_limit(theirs: &str, ours: &str) -> bool {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>().replace('＜', "<").replace('＞', ">");
    squeezed(theirs) == squeezed(ours)
        || matches!((Limit::parse(&squeezed(theirs)), Limit::parse(&squeezed(ours))), (Ok(a), Ok(b)) if a.same_as(&b))
}

/// Units are the same letters in the same case: `mg` is not `Mg`. Signs that look alike are one.
fn unit_key(text: &str) -> String {
    let letter = |c: char| match c {
        '／' => '/',
        '％' => '%',
        '\u{2126}' => '\u{3a9}',
        '\u{b5}' => '\u{3bc}',
        '⋅' | '・' => '·',
        other => other,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(letter).collect()
}

/// `2021-09-30`: what a table program makes of `9-30`.
fn is_date(text: &str) -> bool {
    text.len() >= 10 && text.get(..10).is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
}

/// A verdict as laboratories print it.
fn verdict_of(text: &str) -> Option<ItemVerdict> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    match plain.as_str() {
        "合格" | "符合" | "符合要求" | "通过" | "p" | "pass" | "√" => Some(ItemVerdict::Pass),
        "不合格" | "不符合" | "不符合要求" | "不通过" | "f" | "fail" | "×" => Some(ItemVerdict::Fail),
        _ => None,
    }
}

/// An item that the inspection does not have: as the table has it, judged by the table's own limit.
fn added_row(work: &Work<'_>, inspection: &Inspection, cells: &Cells, theirs: Option<ItemVerdict>) -> ItemResult {
    let text = |key: &str| Some(cells.get(key)).filter(|text| !is_empty_mark(text)).unwrap_or_default().to_owned();
    ItemResult {
        id: work.new_id(),
        version: 1,
        org_id: inspection.org_id,
        inspection_id: inspection.id,
        seq: 0,
        item: text("item"),
        class: ItemClass::None,
        standard: String::new(),
        method: text("method"),
        unit: text("unit"),
        rule_limit: Some(text("limit")).filter(|limit| !limit.is_empty()),
        declared_limit: None,
        applied_limit: None,
        mandatory: false,
        compare: CompareMethod::FullValue,
        interval: None,
        value_text: Some(cells.get("value").to_owned()),
        not_tested_reason: String::new(),
        verdict: ItemVerdict::NotJudged,
        verdict_reason: String::new(),
        reported_verdict: theirs,
        overruled_verdict: None,
        overruled_reason: String::new(),
    }
    .judged()
}

/// Saves what the preview showed. `seen` are the items and versions of the preview: what was typed since is not overwritten.
///
/// # Errors
/// A message, a refusal, stale, or a fault.
pub fn save_table(
    work: &mut Work<'_>,
    id: InspectionId,
    version: i64,
    form: ItemForm,
    (file_name, table): (&str, ItemTable),
    seen: &[(ItemResultId, i64)],
) -> AppResult<()> {
    let preview = preview_items(work, id, form, table)?;
    let (mut typed, mut added) = (Vec::new(), Vec::new());
    for line in &preview.lines {
        let entry = ItemEntry {
            value: line.item.value_text.clone().unwrap_or_default(),
            declared_limit: line.item.declared_limit.clone().unwrap_or_default(),
            not_tested_reason: String::new(),
            reported_verdict: line.item.reported_verdict,
        };
        if line.new {
            added.push(AddedItem {
                item: line.item.item.clone(),
                class: line.item.class,
                standard: String::new(),
                method: line.item.method.clone(),
                unit: line.item.unit.clone(),
                limit: line.item.rule_limit.clone().unwrap_or_default(),
                mandatory: false,
                compare: line.item.compare,
                entry,
            });
        } else {
            let version = seen.iter().find(|(id, _)| *id == line.item.id).map(|(_, version)| *version);
            let version = version.ok_or(AppError::Stale)?;
            typed.push(TypedItem { id: line.item.id, version, entry });
        }
    }
    if typed.is_empty() && added.is_empty() {
        return Err(AppError::field(FIELD, "表里没有可以采用的行"));
    }
    let rejected = preview.problems.iter().filter(|problem| problem.severity == ProblemSeverity::Rejected).count();
    let taken = preview.lines.len();
    match form {
        ItemForm::Tester => {
            enter_items(work, id, version, typed, added)?;
        }
        ItemForm::Typed => type_items(work, id, version, typed, added)?,
    }
    work.mark_changed();
    work.record(
        Event::new("testing.items_table", format!("从表格录入检验结果：采用 {taken} 行，没有采用 {rejected} 行"))
            .about(id)
            .fact("文件", clean(file_name))
            .public("file", preview.table.digest),
    );
    Ok(())
}

/// The table to be filled in: the items of an inspection with method, unit and limit, or only the heads.
///
/// # Errors
/// Not found, or a fault.
pub fn items_template(work: &mut Work<'_>, id: Option<InspectionId>) -> AppResult<Vec<u8>> {
    let items = match id {
        Some(id) => {
            readable(work, id)?;
            work.tx.items_of_inspection(id)?
        }
        None => Vec::new(),
    };
    let row = |item: &ItemResult| {
        let limit = Some(item.requirement()).filter(|limit| *limit != "/").unwrap_or_default();
        let value = item.value_text.clone().unwrap_or_default();
        let theirs = item.reported_verdict.map(Code::title).unwrap_or_default();
        let cells = [item.item.as_str(), &item.method, &item.unit, limit, &value, theirs];
        cells.map(str::to_owned).to_vec()
    };
    let rows: Vec<Vec<String>> = items.iter().map(row).collect();
    write_template(&Template { name: "项目结果", columns: ITEM_COLUMNS, rows: &rows })
        .map_err(|error| AppError::fault(format!("template: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Never by similarity: a verdict that is not clearly one is none.
    #[test]
    fn verdicts_as_laboratories_print_them() {
        let table = [
            ("合格", Some(ItemVerdict::Pass)),
            (" 符 合 ", Some(ItemVerdict::Pass)),
            ("P", Some(ItemVerdict::Pass)),
            ("不合格", Some(ItemVerdict::Fail)),
            ("F", Some(ItemVerdict::Fail)),
            ("/", None),
            ("合格？", None),
            ("基本合格", None),
        ];
        for (text, expected) in table {
            assert_eq!(verdict_of(text), expected, "{text}");
        }
    }

    #[test]
    fn limits_and_units_are_compared_as_they_are() {
        assert!(same_limit("≤ 13.3", "≤13.3") && same_limit("<=13.3", "≤13.3") && same_limit("不得检出", "不得检出"));
        assert!(!same_limit("≤133", "≤13.3") && !same_limit("<13.3", "≤13.3") && !same_limit("≤13.30", "≤13.3"));
        assert_eq!(unit_key("mg ／kg"), unit_key("mg/kg"));
        assert_ne!(unit_key("Mg"), unit_key("mg"));
        assert!(is_date("2021-09-30") && is_date("2021-09-30T00:00:00") && !is_date("9-30") && !is_date("0.35"));
    }
}
