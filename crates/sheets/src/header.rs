//! Finding the header row: below title rows, with words broken by spaces or line ends, in full-width letters, with units
//! and remarks in brackets, under any of a column's known names. Never guesses by similarity.

use crate::Row;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// Rows looked at to find the header.
const SEARCH: usize = 50;

/// A column that a kind of table can have.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Key for the program.
    pub key: &'static str,
    /// Title on our own templates and in messages.
    pub title: &'static str,
    /// Other names found in real tables.
    pub names: &'static [&'static str],
    /// A table without it is not of this kind.
    pub required: bool,
    /// What to write, for the template.
    pub help: &'static str,
}

/// Where the columns of a table are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// Row of the header, from 1.
    pub row: u64,
    /// For each column of the kind: its place in the table.
    pub places: Vec<Option<usize>>,
    /// Heading of every place as it stands there, spaces and line ends squeezed.
    pub headings: Vec<String>,
    /// Headings that belong to no column of the kind.
    pub unknown: Vec<String>,
    /// Text of the rows above.
    pub titles: Vec<String>,
}

/// A heading or name as it is compared: NFKC, lower case, without spaces, marks and invisible characters.
pub fn normalise(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| is_kept(*c)).collect()
}

fn is_kept(c: char) -> bool {
    !(c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '*' | '★'
                | '※'
                | ':'
                | '、'
                | ','
                | '。'
                | '.'
                | '/'
                | '\\'
                | '-'
                | '_'
                | '—'
                | '|'
                | '"'
                | '\''
                | '“'
                | '”'
                | '\u{200b}'..='\u{200f}' | '\u{feff}'
        ))
}

/// What is outside and what is inside of brackets.
fn split_brackets(text: &str) -> (String, String) {
    let (mut outside, mut inside, mut depth) = (String::new(), String::new(), 0_usize);
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '【' | '〔' => depth += 1,
            ')' | '）' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            c if depth == 0 => outside.push(c),
            c => inside.push(c),
        }
    }
    (outside, inside)
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Finds the header among the first rows of a table. `None` when no row names all required columns.
pub fn find_header(rows: &[Row], columns: &[Column]) -> Option<Header> {
    let mut names: HashMap<String, usize> = HashMap::new();
    for (n, column) in columns.iter().enumerate() {
        for name in [column.title, column.key].into_iter().chain(column.names.iter().copied()) {
            names.entry(normalise(name)).or_insert(n);
        }
    }
    let mut best: Option<(usize, Header)> = None;
    for (n, row) in rows.iter().take(SEARCH).enumerate() {
        let Some((found, mut header)) = read_as_header(row, columns, &names) else { continue };
        if best.as_ref().is_none_or(|(most, _)| found > *most) {
            header.titles = rows[..n].iter().filter(|row| !row.is_blank()).map(title_text).collect();
            best = Some((found, header));
        }
    }
    best.map(|(_, header)| header)
}

fn title_text(row: &Row) -> String {
    row.cells.iter().map(|cell| squeeze(cell)).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ")
}

fn read_as_header(row: &Row, columns: &[Column], names: &HashMap<String, usize>) -> Option<(usize, Header)> {
    let mut header = Header { row: row.number, places: vec![None; columns.len()], ..Header::default() };
    for (place, cell) in row.cells.iter().enumerate() {
        let heading = squeeze(cell);
        let column = column_of(&heading, names).filter(|column| header.places[*column].is_none());
        match column {
            Some(column) => header.places[column] = Some(place),
            None if heading.is_empty() => {}
            None => header.unknown.push(heading.clone()),
        }
        header.headings.push(heading);
    }
    let found = header.places.iter().flatten().count();
    let filled = header.headings.iter().filter(|heading| !heading.is_empty()).count();
    let complete = columns.iter().zip(&header.places).all(|(column, place)| !column.required || place.is_some());
    (complete && found >= filled.min(2) && found > 0).then_some((found, header))
}

fn column_of(heading: &str, names: &HashMap<String, usize>) -> Option<usize> {
    if heading.is_empty() || heading.len() > 120 {
        return None;
    }
    let known = |text: &str| names.get(&normalise(text)).copied();
    let (outside, inside) = split_brackets(heading);
    known(heading).or_else(|| if normalise(&outside).is_empty() { known(&inside) } else { known(&outside) })
}

impl Header {
    /// Whether a later row says the same as the header again (a page break of a printed table).
    pub fn repeats(&self, row: &Row) -> bool {
        let mut same = 0;
        let mut places = self.places.iter().flatten().peekable();
        if places.peek().is_none() {
            return false;
        }
        for place in places {
            let (cell, heading) = (row.cell(*place), &self.headings[*place]);
            if cell.trim().is_empty() {
                continue;
            }
            // Most rows differ in the first letter already.
            if cell.trim_start().chars().next() != heading.chars().next() || normalise(cell) != normalise(heading) {
                return false;
            }
            same += 1;
        }
        same >= self.places.iter().flatten().count().min(2)
    }
    /// What stands in brackets in a column's heading: its unit (`万元`), or nothing.
    pub fn remark(&self, column: usize) -> String {
        let place = self.places.get(column).copied().flatten();
        place.map(|place| split_brackets(&self.headings[place]).1.trim().to_owned()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn column(key: &'static str, title: &'static str, names: &'static [&'static str], required: bool) -> Column {
        Column { key, title, names, required, help: "" }
    }
    const COLUMNS: &[Column] = &[
        column("name", "产品名称", &["样品名称"], true),
        column("model", "规格型号", &["型号规格"], false),
        column("batch", "生产日期或批号", &["生产日期/批号"], false),
        column("verdict", "检验结论", &["抽查结果"], false),
        column("budget", "经费预算", &[], false),
    ];

    fn rows(table: &[&[&str]]) -> Vec<Row> {
        let row = |(n, cells): (usize, &&[&str])| Row {
            number: n as u64 + 1,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
            ..Row::default()
        };
        table.iter().enumerate().map(row).collect()
    }

    #[test]
    fn the_header_is_found_below_title_rows() {
        let rows = rows(&[
            &["深圳市市场监督管理局汇总表"],
            &["（不合格产品）"],
            &[],
            &["序号", "产品\n名称", "（型号规格）", "生产日期 ／批号", "检 验 结 论", "经费预算（万元）", "抽样人"],
            &["1", "制动液", "1L", "/", "合格", "3", ""],
        ]);
        let header = find_header(&rows, COLUMNS).expect("header");
        assert_eq!(header.row, 4);
        assert_eq!(header.places, [Some(1), Some(2), Some(3), Some(4), Some(5)]);
        assert_eq!(header.unknown, ["序号", "抽样人"]);
        assert_eq!(header.titles, ["深圳市市场监督管理局汇总表", "（不合格产品）"]);
        assert_eq!(header.remark(4), "万元");
        assert_eq!(header.remark(1), "型号规格");
    }

    #[test]
    fn a_repeated_header_is_recognised_and_a_data_row_is_not() {
        let rows = rows(&[&["产品名称", "规格型号"], &["产品 名称", "规格型号"], &["产品甲", "规格型号"], &["", ""]]);
        let header = find_header(&rows, COLUMNS).expect("header");
        assert_eq!(rows.iter().map(|row| header.repeats(row)).collect::<Vec<_>>(), [true, true, false, false]);
    }

    #[test]
    fn a_table_without_the_required_column_has_no_header() {
        assert_eq!(find_header(&rows(&[&["规格型号", "检验结论"], &["1L", "合格"]]), COLUMNS), None);
        assert_eq!(find_header(&rows(&[&["年度", "合计"]]), COLUMNS), None);
    }

    #[test]
    fn the_second_column_of_a_name_is_unknown() {
        let header = find_header(&rows(&[&["产品名称", "样品名称", "规格型号"]]), COLUMNS).expect("header");
        assert_eq!(header.unknown, ["样品名称"]);
    }
}
