//! The way of every table: open → find the header → decide row by row → keep what was done. Knows no kind; each kind is
//! an [`Importer`] that knows its columns and one row.

use super::{assignments, enterprises, plans, products, reference, results, rules};
use crate::{AppError, AppResult, Event, Work};
use hengjian_domain::{
    code::Code,
    exchange::{
        Import, ImportId, ImportKind, ImportProblem, ImportRefused, ImportState, ImportedRow, ImportedThing,
        ProblemSeverity,
    },
    ids::SubjectId,
    match_key::clean,
    organisation::Tier,
    text::{Bound, is_invisible, receive},
};
use hengjian_sheets::{Book, Column, Header, Row, find_header};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::{collections::HashMap, io::Read, path::PathBuf};

/// Rows looked at before the header is decided; those after it are not lost.
const HEAD_ROWS: usize = 50;
/// Characters of a cell quoted in a problem.
const QUOTED: usize = 200;

/// What is to be imported.
#[derive(Debug, Clone)]
pub struct Request {
    /// Kind of table.
    pub kind: ImportKind,
    /// Where the file lies.
    pub file: PathBuf,
    /// Its name as the sender calls it.
    pub file_name: String,
    /// Title of the plan or announcement, where the file has none or another is wanted.
    pub title: String,
    /// Day on which the office received the cases, where the table has no such column.
    pub received_on: Option<Date>,
    /// Level of the plan or announcement, where the table does not say.
    pub tier: Option<Tier>,
    /// Authority below to which the cases go, by name, where the table does not say.
    pub receiver: String,
    /// Token of the form, spent by the import.
    pub once: String,
}

impl Request {
    /// A request with nothing but a file.
    pub fn new(kind: ImportKind, file: PathBuf) -> Self {
        let file_name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self {
            kind,
            file,
            file_name,
            title: String::new(),
            received_on: None,
            tier: None,
            receiver: String::new(),
            once: String::new(),
        }
    }
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Import, also of a preview (where nothing of that id is kept).
    pub import_id: Option<ImportId>,
    /// Data rows: imported + updated + unchanged + rejected.
    pub rows: i64,
    /// New.
    pub imported: i64,
    /// Changed.
    pub updated: i64,
    /// Same as before.
    pub unchanged: i64,
    /// Taken with a remark; part of the three above.
    pub flagged: i64,
    /// Not taken.
    pub rejected: i64,
    /// Header rows that came again.
    pub skipped_headers: i64,
    /// Headings that belong to no column.
    pub unknown_columns: Vec<String>,
    /// Heading and the column it was taken for.
    pub mapping: Vec<(String, String)>,
    /// What a person should look at.
    pub problems: Vec<ImportProblem>,
    /// What the table was taken for as a whole, as words and values: title, year, level, new or already there.
    pub whole: Vec<(&'static str, String)>,
    /// Plan that was made or filled.
    pub target_id: Option<SubjectId>,
    /// First data rows as read, for the preview: values in the order of the mapping.
    pub sample: Vec<Vec<String>>,
    /// SHA-256 of the file.
    pub file_digest: String,
    /// SHA-256 of the rows.
    pub row_digest: String,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    Imported,
    Updated,
    Unchanged,
    Rejected,
    /// Decided when the whole table is known; the importer counts it in `finish`.
    Later,
}

/// A kind of table.
pub(super) trait Importer {
    /// Its columns.
    fn columns(&self) -> &'static [Column];
    /// A table begins.
    fn begin(&mut self, _work: &mut Work<'_>, _table: &Table<'_>, _run: &mut Run) -> AppResult<()> {
        Ok(())
    }
    /// Decides one row and writes it.
    fn take(&mut self, work: &mut Work<'_>, line: &mut Line<'_>, run: &mut Run) -> AppResult<Taken>;
    /// All rows have been seen.
    fn finish(&mut self, _work: &mut Work<'_>, _run: &mut Run) -> AppResult<()> {
        Ok(())
    }
}

/// The table that begins.
pub(super) struct Table<'t> {
    pub(super) request: &'t Request,
    pub(super) header: &'t Header,
    pub(super) columns: &'static [Column],
    /// Text above the header and before the table.
    pub(super) titles: Vec<String>,
}

impl Table<'_> {
    /// Whether the table has a column.
    pub(super) fn has(&self, key: &str) -> bool {
        place(self.columns, self.header, key).is_some()
    }
    /// What stands in brackets in the heading of a column.
    pub(super) fn remark(&self, key: &str) -> String {
        index(self.columns, key).map(|column| self.header.remark(column)).unwrap_or_default()
    }
    /// Heading of a column as it stands there.
    pub(super) fn heading(&self, key: &str) -> String {
        place(self.columns, self.header, key)
            .and_then(|place| self.header.headings.get(place))
            .cloned()
            .unwrap_or_default()
    }
    /// Title by which the table is known: as asked for, else its first line, else the name of the file.
    pub(super) fn title(&self) -> String {
        self.said_title().unwrap_or_else(|| self.file_stem())
    }
    /// Title as asked for, else the table's first line.
    pub(super) fn said_title(&self) -> Option<String> {
        let asked = clean(&self.request.title);
        let first = || self.titles.iter().map(|title| clean(title)).find(|title| title.chars().count() >= 4);
        if asked.is_empty() { first() } else { Some(asked) }
    }
    /// Name of the file without its ending.
    pub(super) fn file_stem(&self) -> String {
        let name = self.request.file_name.as_str();
        clean(name.rsplit_once('.').map_or(name, |(stem, _)| stem))
    }
    /// A remark about the table as a whole, at row 0; no row is flagged by it.
    pub(super) fn note(&self, run: &mut Run, column: &str, value: &str, reason: impl Into<String>) {
        run.problem(0, column, value, reason.into(), ProblemSeverity::Flagged);
    }
}

fn index(columns: &[Column], key: &str) -> Option<usize> {
    columns.iter().position(|column| column.key == key)
}
fn place(columns: &[Column], header: &Header, key: &str) -> Option<usize> {
    index(columns, key).and_then(|column| header.places.get(column).copied().flatten())
}

/// One data row under its header.
pub(super) struct Line<'t> {
    row: &'t Row,
    header: &'t Header,
    columns: &'static [Column],
    problems: &'t mut Vec<ImportProblem>,
    pub(super) flagged: bool,
}

impl Line<'_> {
    /// Number in the sheet, from 1.
    pub(super) fn number(&self) -> i64 {
        i64::try_from(self.row.number).unwrap_or(i64::MAX)
    }
    /// Text of a column as it stands there, outer spaces gone; empty when the table has no such column.
    pub(super) fn raw(&self, key: &str) -> &str {
        place(self.columns, self.header, key).map_or("", |place| self.row.cell(place).trim())
    }
    /// Text of a column as it is kept: NFC, no control characters.
    pub(super) fn text(&self, key: &str) -> String {
        clean(self.raw(key))
    }
    /// Whether the text was carried down from a merged cell.
    pub(super) fn carried(&self, key: &str) -> bool {
        place(self.columns, self.header, key).is_some_and(|place| self.row.carried.contains(&place))
    }
    fn problem(&mut self, key: &str, reason: String, severity: ProblemSeverity) {
        let column = match place(self.columns, self.header, key).and_then(|place| self.header.headings.get(place)) {
            Some(heading) => heading.clone(),
            None => index(self.columns, key).map(|n| self.columns[n].title.to_owned()).unwrap_or_default(),
        };
        let value = self.raw(key).chars().take(QUOTED).collect();
        self.problems.push(ImportProblem { row: self.number(), column, value, reason, severity });
    }
    /// The row is taken, and a person should look at this cell.
    pub(super) fn flag(&mut self, key: &str, reason: impl Into<String>) {
        self.flagged = true;
        self.problem(key, reason.into(), ProblemSeverity::Flagged);
    }
    /// The row is not taken.
    pub(super) fn reject(&mut self, key: &str, reason: impl Into<String>) -> Taken {
        self.problem(key, reason.into(), ProblemSeverity::Rejected);
        Taken::Rejected
    }
    /// A value read from a column; what cannot be read is flagged and left out. Empty marks are no value.
    pub(super) fn read<T>(&mut self, key: &str, expected: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let raw = self.raw(key);
        if hengjian_domain::exchange::reading::is_empty_mark(raw) {
            return None;
        }
        let value = read(raw);
        if value.is_none() {
            self.flag(key, format!("{expected}，这一格没有登记"));
        }
        value
    }
}

/// The import as it goes: what was written and what was found.
pub(super) struct Run {
    pub(super) id: ImportId,
    pub(super) report: Report,
    /// By 64 bits of their ids: rows that met a thing and left it as it was.
    seen: HashMap<u64, i64>,
}

impl Run {
    pub(super) fn problem(&mut self, row: u64, column: &str, value: &str, reason: String, severity: ProblemSeverity) {
        let row = i64::try_from(row).unwrap_or(i64::MAX);
        let value = value.chars().take(QUOTED).collect();
        self.report.problems.push(ImportProblem { row, column: column.to_owned(), value, reason, severity });
    }
    /// Notes a new thing.
    pub(super) fn made(
        &self,
        work: &mut Work<'_>,
        thing: ImportedThing,
        subject: impl ToString,
        row: i64,
    ) -> AppResult<()> {
        self.made_at(work, thing, subject, row, 1)
    }
    /// Notes a new thing whose making took more than one save.
    pub(super) fn made_at(
        &self,
        work: &mut Work<'_>,
        thing: ImportedThing,
        subject: impl ToString,
        row: i64,
        version_after: i64,
    ) -> AppResult<()> {
        let subject = subject.to_string();
        work.mark_changed();
        Ok(work.tx.note_imported(&ImportedRow {
            import_id: self.id,
            thing,
            subject,
            row,
            version_after,
            before: None,
        })?)
    }
    /// Notes a changed thing and what it was before.
    pub(super) fn changed(
        &self,
        work: &mut Work<'_>,
        thing: ImportedThing,
        subject: impl ToString,
        row: i64,
        version_after: i64,
        before: &impl serde::Serialize,
    ) -> AppResult<()> {
        let before = serde_json::to_string(before).map_err(|error| AppError::fault(error.to_string()))?;
        let subject = subject.to_string();
        work.mark_changed();
        Ok(work.tx.note_imported(&ImportedRow {
            import_id: self.id,
            thing,
            subject,
            row,
            version_after,
            before: Some(before),
        })?)
    }
    /// Row of this table that met the thing before, if one did.
    pub(super) fn met(
        &self,
        work: &mut Work<'_>,
        thing: ImportedThing,
        subject: &impl ToString,
    ) -> AppResult<Option<i64>> {
        let subject = subject.to_string();
        match self.seen.get(&short(thing, &subject)) {
            Some(row) => Ok(Some(*row)),
            None => Ok(work.tx.imported_at(self.id, thing, &subject)?),
        }
    }
    /// Notes that a row met a thing and left it as it was.
    pub(super) fn unchanged(&mut self, thing: ImportedThing, subject: &impl ToString, row: i64) -> Taken {
        self.seen.entry(short(thing, &subject.to_string())).or_insert(row);
        Taken::Unchanged
    }
    /// Counts a row.
    pub(super) fn count(&mut self, taken: Taken, flagged: bool) {
        let report = &mut self.report;
        match taken {
            Taken::Imported => report.imported += 1,
            Taken::Updated => report.updated += 1,
            Taken::Unchanged => report.unchanged += 1,
            Taken::Rejected => report.rejected += 1,
            Taken::Later => return,
        }
        report.rows += 1;
        if flagged && taken != Taken::Rejected {
            report.flagged += 1;
        }
    }
}

fn short(thing: ImportedThing, subject: &str) -> u64 {
    let digest = Sha256::new().chain_update(thing.code()).chain_update([0]).chain_update(subject).finalize();
    u64::from_be_bytes(digest[..8].try_into().unwrap_or_default())
}

fn importer_of(kind: ImportKind) -> Box<dyn Importer> {
    match kind {
        ImportKind::Plan => Box::<plans::Plans>::default(),
        ImportKind::Enterprises => Box::<enterprises::Enterprises>::default(),
        ImportKind::Divisions => Box::<reference::Divisions>::default(),
        ImportKind::Rules => Box::<rules::RulesTables>::default(),
        ImportKind::Assignments => Box::<assignments::Assignments>::default(),
        ImportKind::Results => Box::<results::Results>::default(),
        ImportKind::Holidays => Box::<reference::Holidays>::default(),
        ImportKind::Products => Box::<products::Products>::default(),
    }
}

/// Columns of a kind, for templates and for the page that explains them.
pub fn columns_of(kind: ImportKind) -> &'static [Column] {
    importer_of(kind).columns()
}

fn unreadable(error: &hengjian_sheets::SheetError) -> AppError {
    AppError::field("file", error.to_string())
}

fn digest_of_file(request: &Request) -> AppResult<String> {
    let read = |error: std::io::Error| unreadable(&hengjian_sheets::SheetError::Io(error));
    let mut file = std::fs::File::open(&request.file).map_err(read)?;
    let (mut digest, mut buffer) = (Sha256::new(), vec![0_u8; 256 * 1024]);
    loop {
        match file.read(&mut buffer).map_err(read)? {
            0 => return Ok(hex::encode(digest.finalize())),
            n => digest.update(&buffer[..n]),
        }
    }
}

/// Reads the file and applies it; the transaction is the caller's.
pub(super) fn run(work: &mut Work<'_>, request: &Request) -> AppResult<Report> {
    let id: ImportId = work.new_id();
    work.once(&request.once, &format!("/desk/import/runs/{id}"))?;
    if let Some(problem) = receive(Bound::Name, &request.title).problem {
        return Err(AppError::field("title", problem));
    }
    super::found_authority(work)?;
    let mut run = Run { id, report: Report::default(), seen: HashMap::new() };
    run.report.import_id = Some(id);
    run.report.file_digest = digest_of_file(request)?;
    let mut importer = importer_of(request.kind);
    let mut rows_digest = Sha256::new();
    let mut book = Book::open(&request.file).map_err(|error| unreadable(&error))?;
    let mut found = false;
    for table in 0..book.names().len() {
        found |= read_table(work, request, &mut book, table, &mut *importer, &mut run, &mut rows_digest)?;
    }
    if !found {
        return Err(no_header(request, importer.columns(), &mut book).into());
    }
    importer.finish(work, &mut run)?;
    run.report.row_digest = hex::encode(rows_digest.finalize());
    keep(work, request, run)
}

fn no_header(request: &Request, columns: &[Column], book: &mut Book) -> ImportRefused {
    let required: Vec<String> =
        columns.iter().filter(|column| column.required).map(|column| format!("“{}”", column.title)).collect();
    let mut row = Row::default();
    let mut begins = String::new();
    if let Ok(mut rows) = book.rows(0) {
        while begins.is_empty() && matches!(rows.next_into(&mut row), Ok(true)) {
            let filled = row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
            begins = filled.take(6).collect::<Vec<_>>().join(" ").chars().take(60).collect();
        }
    }
    ImportRefused::NoHeader { kind: request.kind, required: required.join("、"), begins }
}

fn read_table(
    work: &mut Work<'_>,
    request: &Request,
    book: &mut Book,
    number: usize,
    importer: &mut dyn Importer,
    run: &mut Run,
    digest: &mut Sha256,
) -> AppResult<bool> {
    let columns = importer.columns();
    let mut titles = book.headings(number).to_vec();
    let undecodable = book.undecodable();
    let mut rows = book.rows(number).map_err(|error| unreadable(&error))?;
    let mut head = Vec::new();
    let mut row = Row::default();
    while head.len() < HEAD_ROWS && rows.next_into(&mut row).map_err(|error| unreadable(&error))? {
        head.push(row.clone());
    }
    let Some(header) = find_header(&head, columns) else { return Ok(false) };
    titles.extend(header.titles.iter().cloned());
    note_mapping(run, &header, columns);
    importer.begin(work, &Table { request, header: &header, columns, titles }, run)?;
    let mut early = head.into_iter().filter(|row| row.number > header.row);
    loop {
        match early.next() {
            Some(next) => row = next,
            None => {
                if !rows.next_into(&mut row).map_err(|error| unreadable(&error))? {
                    return Ok(true);
                }
            }
        }
        if row.is_blank() {
            continue;
        }
        if header.repeats(&row) {
            run.report.skipped_headers += 1;
            continue;
        }
        take_row(work, importer, &header, columns, &row, undecodable, run, digest)?;
    }
}

#[expect(clippy::too_many_arguments, reason = "one row with everything it meets")]
fn take_row(
    work: &mut Work<'_>,
    importer: &mut dyn Importer,
    header: &Header,
    columns: &'static [Column],
    row: &Row,
    undecodable: bool,
    run: &mut Run,
    digest: &mut Sha256,
) -> AppResult<()> {
    for place in header.places.iter().flatten() {
        digest.update(row.cell(*place).as_bytes());
        digest.update([0x1F]);
    }
    digest.update([0x1E]);
    if run.report.sample.len() < 5 {
        let cells = header.places.iter().flatten().map(|place| row.cell(*place).trim().chars().take(QUOTED).collect());
        run.report.sample.push(cells.collect());
    }
    let mut problems = std::mem::take(&mut run.report.problems);
    let mut line = Line { row, header, columns, problems: &mut problems, flagged: false };
    if !row.doubtful.is_empty() || undecodable {
        look_at_cells(&mut line, undecodable);
    }
    let taken = match (totals(&line), bounded(&mut line)) {
        (Some(key), _) => line.reject(key, "合计行不是数据，没有导入"),
        (None, Some((key, reason))) => line.reject(key, reason),
        (None, None) => importer.take(work, &mut line, run)?,
    };
    let flagged = line.flagged;
    problems.append(&mut run.report.problems);
    run.report.problems = problems;
    run.count(taken, flagged);
    Ok(())
}

/// What the file format itself may have spoilt.
fn look_at_cells(line: &mut Line<'_>, undecodable: bool) {
    for (column, place) in line.columns.iter().zip(&line.header.places) {
        let Some(place) = place else { continue };
        if line.row.doubtful.contains(place) {
            line.flag(
                column.key,
                "这一格是数字格式且超过 15 位，表格软件已经丢掉了末尾的数字，请与原件核对；该列应设为文本",
            );
        } else if undecodable && line.row.cell(*place).contains('\u{FFFD}') {
            line.flag(column.key, "有无法识别的字符，请把文件另存为 UTF-8 后再导入");
        }
    }
}

/// Bound of a column: names and addresses as on the forms, everything else as a text of several lines.
fn bound_of(key: &str) -> Bound {
    match Bound::of(key) {
        bound @ (Bound::Name | Bound::Address) => bound,
        _ if matches!(key, "producer" | "party" | "product") => Bound::Name,
        _ => Bound::Long,
    }
}

/// Holds the cells of a row to their bounds: signs that nobody sees are left out and flagged, the first cell that is too
/// long is returned with its reason.
fn bounded(line: &mut Line<'_>) -> Option<(&'static str, String)> {
    for (column, place) in line.columns.iter().zip(&line.header.places) {
        let Some(place) = place else { continue };
        let cell = line.row.cell(*place).trim();
        if cell.is_ascii() && cell.len() <= Bound::Name.most() && !cell.bytes().any(|byte| byte.is_ascii_control()) {
            continue;
        }
        let most = bound_of(column.key).most();
        if cell.len() > most {
            let count = cell.chars().count();
            if count > most {
                return Some((column.key, format!("最多 {most} 个字，这一格有 {count} 个")));
            }
        }
        let unseen = cell.chars().filter(|sign| is_invisible(*sign) && !matches!(sign, '\r' | '\t')).count();
        if unseen > 0 {
            line.flag(column.key, format!("有 {unseen} 个看不见的符号，登记时已经去掉"));
        }
    }
    None
}

/// The column in which a row says that it is a sum: one of its first three.
fn totals(line: &Line<'_>) -> Option<&'static str> {
    let is_total = |text: &str| {
        // Hardly any cell begins like that.
        if !text.trim_start().starts_with(['合', '总', '小', '共']) {
            return false;
        }
        let word: String = text.chars().filter(|c| !c.is_whitespace()).take(4).collect();
        matches!(word.trim_end_matches(['：', ':']), "合计" | "总计" | "小计" | "共计")
    };
    let place = (0..line.row.cells.len()).filter(|place| line.header.places.contains(&Some(*place)));
    let place = place.take(3).find(|place| is_total(line.row.cell(*place)))?;
    let column = line.header.places.iter().position(|known| *known == Some(place))?;
    Some(line.columns[column].key)
}

fn note_mapping(run: &mut Run, header: &Header, columns: &[Column]) {
    for (column, place) in columns.iter().zip(&header.places) {
        if let Some(heading) = place.and_then(|place| header.headings.get(place)) {
            let pair = (heading.clone(), column.title.to_owned());
            if !run.report.mapping.contains(&pair) {
                run.report.mapping.push(pair);
            }
        }
    }
    for heading in &header.unknown {
        if !run.report.unknown_columns.contains(heading) {
            run.report.unknown_columns.push(heading.clone());
        }
    }
}

/// Keeps the import itself: its figures, its problems, its journal entry.
fn keep(work: &mut Work<'_>, request: &Request, run: Run) -> AppResult<Report> {
    let report = run.report;
    let lines =
        |pairs: &[(String, String)]| pairs.iter().map(|(a, b)| format!("{a}\t{b}")).collect::<Vec<_>>().join("\n");
    let mut import = Import {
        id: run.id,
        version: 1,
        org_id: work.actor().org_id,
        kind: request.kind,
        file_name: request.file_name.clone(),
        file_digest: report.file_digest.clone(),
        row_digest: report.row_digest.clone(),
        state: ImportState::Applied,
        rows: report.rows,
        imported: report.imported,
        updated: report.updated,
        unchanged: report.unchanged,
        flagged: report.flagged,
        rejected: report.rejected,
        skipped_headers: report.skipped_headers,
        unknown_columns: report.unknown_columns.join("\n"),
        mapping: lines(&report.mapping),
        target_id: report.target_id,
        by_name: work.actor().name.clone(),
        at_us: work.now(),
    };
    work.insert(&mut import)?;
    for (seq, problem) in (1_i64..).zip(&report.problems) {
        work.tx.insert_import_problem(run.id, seq, problem)?;
    }
    let sentence = format!("导入{}《{}》{} 行", request.kind.title(), request.file_name, report.rows);
    let mut event = Event::new("exchange.import", sentence)
        .about(run.id)
        .fact("新增", report.imported.to_string())
        .fact("更新", report.updated.to_string())
        .fact("未变", report.unchanged.to_string())
        .fact("待核对", report.flagged.to_string())
        .fact("未导入", report.rejected.to_string())
        .public("file", report.file_digest.clone())
        .public("rows", report.row_digest.clone());
    if let Some(target) = report.target_id {
        event = event.about(target);
    }
    work.record(event);
    Ok(report)
}
