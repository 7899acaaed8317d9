//! A paper of the bureau in the look of GB/T 9704: head, number, title, addressee, body, signature with a dashed place for
//! the seal. Draws no seal and decides no words.

use hengjian_domain::law::LegalBasis;
use jiff::civil::Date;
use maud::{Markup, html};

/// A paper.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Authority that issues it, in the head and under the text.
    pub agency: String,
    /// 文号; empty while it has none.
    pub number: String,
    /// Title.
    pub title: String,
    /// Addressee; empty for forms without one.
    pub to: String,
    /// Text.
    pub body: Markup,
    /// Date under the text; `None` while it is a draft.
    pub on: Option<Date>,
    /// What is cut off and sent back.
    pub slip: Option<Markup>,
}

/// `2021年9月24日`.
pub fn long_date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// （《…》第…条）, with 条文待核 where that is due.
pub fn cite(bases: &[LegalBasis]) -> String {
    let cited: Vec<String> = bases.iter().map(|basis| basis.cited()).collect();
    format!("（{}）", cited.join("，"))
}

/// The paper, with a line to print it.
pub fn letter(letter: &Letter, back: &str) -> Markup {
    html! {
        p class="bar-row no-print" { a href=(back) { "返回" } span class="sub" { "用浏览器的打印功能打印本页；盖章后生效。" } }
        article class="letter" {
            p class="letter__head to" { (letter.agency) }
            p class="letter__number" { @if letter.number.is_empty() { "（草稿，尚未编号）" } @else { (letter.number) } }
            h1 class="letter__title" { (letter.title) }
            @if !letter.to.is_empty() { p class="to" { (letter.to) "：" } }
            (letter.body)
            div class="letter__sign" {
                p { (letter.agency) }
                p { @match letter.on { Some(date) => (long_date(date)), None => "　　年　　月　　日" } }
                span class="letter__seal" { "（盖章处）" }
            }
            @if let Some(slip) = &letter.slip { section class="letter__slip" { (slip) } }
        }
    }
}
