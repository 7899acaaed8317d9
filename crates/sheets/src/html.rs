//! Tables of web pages as they are published: unclosed cells, nested tags, entities, several tables. Own reader, because
//! only rows and cells are wanted and the markup is often broken (docs/decisions: HTML tables). Runs nothing, fetches nothing.

use crate::Row;

/// A table that lies in memory as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LoadedTable {
    pub(crate) name: String,
    /// Text that stood before it on the page, newest last.
    pub(crate) headings: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// Rows or columns one cell may span; a page that says more is broken.
const SPAN_LIMIT: usize = 1000;
/// Lines of text before a table that may be its title.
const HEADINGS: usize = 6;

/// Whether a text is a page: tags where a CSV file would have cells.
pub(crate) fn looks_like_html(head: &str) -> bool {
    let begin = head.trim_start_matches('\u{feff}').trim_start();
    let lower: String = begin.chars().take(4096).flat_map(char::to_lowercase).collect();
    begin.starts_with('<')
        && ["<html", "<table", "<!doctype html", "<body", "<div", "<meta"].iter().any(|tag| lower.contains(tag))
}

/// A table being read, with the row and cell that are open.
#[derive(Default)]
struct Open {
    table: LoadedTable,
    row: Option<Vec<String>>,
    cell: Option<String>,
    span: (usize, usize),
    /// By column: rows still covered by a cell above, and its text.
    above: Vec<(usize, String)>,
    carried: Vec<usize>,
}

impl Open {
    fn end_cell(&mut self) {
        let Some(text) = self.cell.take() else { return };
        let text = squeeze(&text);
        let row = self.row.get_or_insert_default();
        take_from_above(&mut self.above, &mut self.carried, row);
        let (down, across) = self.span;
        for n in 0..across {
            let place = row.len();
            if self.above.len() <= place {
                self.above.resize(place + 1, (0, String::new()));
            }
            // A cell over several columns stands in the first; over several rows it stands in each.
            let text = if n == 0 { text.clone() } else { String::new() };
            self.above[place] = (down - 1, text.clone());
            row.push(text);
        }
    }
    fn end_row(&mut self) {
        self.end_cell();
        let Some(mut row) = self.row.take() else { return };
        take_from_above(&mut self.above, &mut self.carried, &mut row);
        let number = self.table.rows.len() as u64 + 1;
        let carried = std::mem::take(&mut self.carried);
        self.table.rows.push(Row { number, cells: row, carried, doubtful: Vec::new() });
    }
}

fn take_from_above(above: &mut [(usize, String)], carried: &mut Vec<usize>, row: &mut Vec<String>) {
    while let Some((left, text)) = above.get_mut(row.len()).filter(|(left, _)| *left > 0) {
        *left -= 1;
        if !text.is_empty() {
            carried.push(row.len());
        }
        row.push(text.clone());
    }
}

/// All tables of a page that have rows, in the order in which they end; a table inside a cell is a table of its own.
pub(crate) fn tables(page: &str) -> Vec<LoadedTable> {
    let mut done = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut before: Vec<String> = Vec::new();
    let mut loose = String::new();
    let mut rest = page;
    while !rest.is_empty() {
        let Some(at) = rest.find('<') else {
            text(rest, &mut open, &mut loose);
            break;
        };
        text(&rest[..at], &mut open, &mut loose);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some((tag, after)) = tag(rest) else {
            // A lone `<` is text.
            text("<", &mut open, &mut loose);
            rest = &rest[1..];
            continue;
        };
        rest = after;
        match (tag.closing, tag.name.as_str()) {
            (false, "script" | "style" | "noscript") => rest = skip_element(rest, &tag.name),
            (false, "table") => {
                end_line(&mut loose, &mut before);
                let headings = if open.is_empty() { std::mem::take(&mut before) } else { Vec::new() };
                open.push(Open { table: LoadedTable { headings, ..LoadedTable::default() }, ..Open::default() });
            }
            (true, "table") => close_table(&mut open, &mut done),
            (closing, "tr") => {
                if let Some(table) = open.last_mut() {
                    table.end_row();
                    if !closing {
                        table.row = Some(Vec::new());
                    }
                }
            }
            (closing, "td" | "th") => {
                if let Some(table) = open.last_mut() {
                    table.end_cell();
                    if !closing {
                        table.span = (tag.number("rowspan"), tag.number("colspan"));
                        table.cell = Some(String::new());
                    }
                }
            }
            (_, "br" | "p" | "div" | "li" | "h1" | "h2" | "h3" | "h4" | "title" | "caption" | "center") => {
                match open.last_mut().and_then(|table| table.cell.as_mut()) {
                    Some(cell) => cell.push(' '),
                    None => end_line(&mut loose, &mut before),
                }
            }
            _ => {}
        }
    }
    while !open.is_empty() {
        close_table(&mut open, &mut done);
    }
    done
}

fn close_table(open: &mut Vec<Open>, done: &mut Vec<LoadedTable>) {
    if let Some(mut table) = open.pop() {
        table.end_row();
        if table.table.rows.iter().any(|row| !row.is_blank()) {
            done.push(table.table);
        }
    }
}

fn end_line(loose: &mut String, before: &mut Vec<String>) {
    let line = squeeze(&std::mem::take(loose));
    if !line.is_empty() {
        before.push(line);
        if before.len() > HEADINGS {
            before.remove(0);
        }
    }
}

fn text(piece: &str, open: &mut [Open], loose: &mut String) {
    match open.last_mut() {
        Some(table) => {
            if let Some(cell) = &mut table.cell {
                unescape(piece, cell);
            }
        }
        None => unescape(piece, loose),
    }
}

struct Tag<'p> {
    name: String,
    closing: bool,
    attributes: &'p str,
}

impl Tag<'_> {
    /// A span: at least 1.
    fn number(&self, attribute: &str) -> usize {
        let lower = self.attributes.to_ascii_lowercase();
        let found = lower.split_once(attribute).and_then(|(_, rest)| rest.trim_start().strip_prefix('='));
        let digits: String = found
            .unwrap_or("")
            .trim_start()
            .trim_start_matches(['"', '\''])
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().unwrap_or(1).clamp(1, SPAN_LIMIT)
    }
}

/// A tag at the beginning of `rest` and what follows it; a `>` inside quotes does not end it.
fn tag(rest: &str) -> Option<(Tag<'_>, &str)> {
    let body = rest.strip_prefix('<')?;
    let (closing, body) = body.strip_prefix('/').map_or((false, body), |body| (true, body));
    if !body.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
        return None;
    }
    let mut quote = None;
    let mut end = None;
    for (n, byte) in body.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => {
                end = Some(n);
                break;
            }
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    // An unclosed quote must not swallow the page.
    let end = end.or_else(|| body.find('>'))?;
    let inner = &body[..end];
    let name_end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let name = inner[..name_end].to_ascii_lowercase();
    Some((Tag { name, closing, attributes: &inner[name_end..] }, &body[end + 1..]))
}

fn skip_element<'p>(rest: &'p str, name: &str) -> &'p str {
    let close = format!("</{name}");
    let bytes = rest.as_bytes();
    let found = bytes.windows(close.len()).position(|window| window.eq_ignore_ascii_case(close.as_bytes()));
    found.map_or("", |at| rest[at..].split_once('>').map_or("", |(_, after)| after))
}

/// Runs of white space as one space, none at the ends.
fn squeeze(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

const ENTITIES: &[(&str, char)] = &[
    ("nbsp", ' '),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("middot", '·'),
    ("times", '×'),
    ("deg", '°'),
    ("plusmn", '±'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("mdash", '—'),
    ("ndash", '–'),
    ("hellip", '…'),
    ("le", '≤'),
    ("ge", '≥'),
    ("phi", 'φ'),
    ("Phi", 'Φ'),
    ("micro", 'µ'),
    ("mu", 'μ'),
    ("sup2", '²'),
    ("sup3", '³'),
    ("ensp", ' '),
    ("emsp", ' '),
    ("copy", '©'),
    ("reg", '®'),
];

fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name_end = rest[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '#').map_or(rest.len(), |n| n + 1);
        match character(&rest[1..name_end]) {
            Some(c) => {
                out.push(c);
                rest = rest[name_end..].strip_prefix(';').unwrap_or(&rest[name_end..]);
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    ENTITIES.iter().find(|(entity, _)| *entity == name).map(|(_, c)| *c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(page: &str) -> Vec<Vec<Vec<String>>> {
        tables(page).into_iter().map(|table| table.rows.into_iter().map(|row| row.cells).collect()).collect()
    }

    #[test]
    fn broken_markup_still_gives_rows_and_cells() {
        for (page, expected) in [
            ("<table><tr><td>一<td>二<tr><td>三<td>四</table>", vec![vec!["一", "二"], vec!["三", "四"]]),
            ("<TABLE><TR><TH>生产日期<BR>或批号</TH></TR>", vec![vec!["生产日期 或批号"]]),
            (
                "<table><tr><td><p><b>粗&nbsp;体</b></p></td><td>1&lt;2 &#215; &#x4E2D; A&B</td></tr></table>",
                vec![vec!["粗 体", "1<2 × 中 A&B"]],
            ),
            ("<table><tr><td title=\"a>b\">x</td></tr></table>", vec![vec!["x"]]),
            (
                "<table><!-- <tr><td>no</td></tr> --><script>var a='<td>no</td>'</script><tr><td>a < b</td></tr></table>",
                vec![vec!["a < b"]],
            ),
            ("<table><tr><td rowspan=2>甲<td>1<tr><td>2</table>", vec![vec!["甲", "1"], vec!["甲", "2"]]),
            ("<table><tr><td colspan='2'>标题<tr><td>1<td>2</table>", vec![vec!["标题", ""], vec!["1", "2"]]),
        ] {
            assert_eq!(cells(page), [expected], "{page}");
        }
    }

    #[test]
    fn nested_and_several_tables_are_tables_of_their_own() {
        let page = "<h1>标题一</h1><table><tr><td><table><tr><td>内</td></tr></table></td></tr></table><p>标题二</p><table><tr><td>外</td></tr></table>";
        let found = tables(page);
        assert_eq!(found.len(), 2, "the frame around the inner table has no text of its own");
        assert_eq!(found[0].rows[0].cells, ["内"]);
        assert_eq!(found[1].rows[0].cells, ["外"]);
        assert_eq!(found[1].headings, ["标题二"]);
    }

    #[test]
    fn carried_cells_say_so() {
        let found = tables("<table><tr><td rowspan=3>甲<td>1<tr><td>2<tr><td>3</table>");
        assert_eq!(found[0].rows[2].carried, [0]);
        assert!(found[0].rows[0].carried.is_empty());
    }

    #[test]
    fn a_page_is_told_from_a_list() {
        assert!(looks_like_html("\u{feff} <!DOCTYPE html><html>"));
        assert!(looks_like_html("<div><table>"));
        assert!(!looks_like_html("名称,限值\n甲,<0.5\n"));
        assert!(!looks_like_html("<0.5,table\n"));
    }
}
