//! Lists: table, filter bar, pager, empty state. Sorting, filtering and paging are the address's business.

use maud::{Markup, html};

/// Head of a column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Words.
    pub title: &'static str,
    /// Numbers stand right.
    pub number: bool,
}

/// A text column.
pub const fn text(title: &'static str) -> Column {
    Column { title, number: false }
}
/// A number column.
pub const fn number(title: &'static str) -> Column {
    Column { title, number: true }
}

/// A table whose rows become labelled blocks on a phone. The first cell names the row.
pub fn table(caption: &str, columns: &[Column], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(caption) {
            table class="stack" {
                caption class="vh" { (caption) }
                thead { tr { @for column in columns { th scope="col" class=[column.number.then_some("num")] { (column.title) } } } }
                tbody { @for row in rows { tr {
                    @for (n, cell) in row.iter().enumerate() {
                        @let column = columns.get(n).copied().unwrap_or(text(""));
                        @if n == 0 { th scope="row" { (cell) } }
                        @else { td class=[column.number.then_some("num")] data-l=(column.title) { span class="cell" { (cell) } } }
                    }
                } } }
            }
        }
    }
}

/// An empty list says why it is empty and links the next act.
pub fn empty(why: &str, next: Option<(&str, &str)>) -> Markup {
    html! { div class="empty" { p class="why" { (why) } @if let Some((address, words)) = next { ul { li { a href=(address) { (words) } } } } } }
}

/// Filter bar: a GET form with the fields given, a button and a link that clears.
pub fn filter(action: &str, fields: Markup) -> Markup {
    html! {
        form class="filter" method="get" action=(action) role="search" {
            (fields)
            div class="acts" { button class="btn" type="submit" { "查询" } a href=(action) { "清除条件" } }
        }
    }
}

/// Bounded count in words.
pub fn count_words(count: i64) -> String {
    if count > 1_000 { "1 000 条以上".to_owned() } else { format!("{count} 条") }
}

/// Line above a list: count on the left, links (export, new) on the right.
pub fn bar(count: i64, links: Markup) -> Markup {
    html! { div class="bar-row" { span class="sub" { "共 " (count_words(count)) } span class="end" { (links) } } }
}

/// Next page and back to the first.
pub fn pager(first: &str, next: Option<&str>, on_first: bool) -> Markup {
    html! {
        @if next.is_some() || !on_first {
            nav class="pager" aria-label="翻页" {
                @if !on_first { a href=(first) { "回到第一页" } }
                @if let Some(next) = next { a class="btn" href=(next) rel="next" { "下一页" } }
            }
        }
    }
}
