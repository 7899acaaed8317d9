//! The page of one thing: facts, the acts that are open to me, those that are closed and why, clocks, timeline, files.

use crate::{components::technical_fold, tried};
use hengjian_domain::{law::LegalBasis, time::Timestamp};
use maud::{Markup, html};

/// Label and value pairs.
pub fn facts(pairs: &[(&str, Markup)]) -> Markup {
    html! { dl class="facts" { @for (label, value) in pairs { dt { (label) } dd { (value) } } } }
}

/// An act on a thing's page.
pub enum Act {
    /// Open: a form (or a link) to carry it out.
    Open(Markup),
    /// Closed: what, why, what to do, under which article.
    Closed {
        /// What cannot be done now.
        what: String,
        /// Why.
        why: String,
        /// What to do.
        next: String,
        /// Article.
        basis: Option<LegalBasis>,
    },
}

impl Act {
    /// A form behind a heading that unfolds; the fields are inside `body`, the button says `button`. The form that was
    /// tried and refused is unfolded, with the reason in it.
    pub fn form(heading: &str, action: &str, hidden: Markup, body: Markup, button: &str) -> Self {
        let refused = tried::refusal(action);
        Self::Open(html! {
            details open[tried::is(action)] { summary { (heading) }
                @if let Some(refused) = refused { p class="err" { svg class="i" aria-hidden="true" focusable="false" { use href="#x" {} } span { (refused.what) "：" (refused.why) "。" (refused.next) } } }
                form method="post" action=(action) enctype="multipart/form-data" { (hidden) (body) p { button class="btn" type="submit" { (button) } } }
            }
        })
    }
    /// One button without fields.
    pub fn button(words: &str, action: &str, hidden: Markup, main: bool) -> Self {
        let class = if main { "btn btn--main" } else { "btn" };
        Self::Open(
            html! { form method="post" action=(action) { (hidden) button class=(class) type="submit" { (words) } } },
        )
    }
    /// A link to a page where the act is done.
    pub fn link(words: &str, address: &str, main: bool) -> Self {
        let class = if main { "btn btn--main" } else { "btn" };
        Self::Open(html! { a class=(class) href=(address) { (words) } })
    }
}

impl From<hengjian_domain::refusal::Refusal> for Act {
    fn from(refusal: hengjian_domain::refusal::Refusal) -> Self {
        Self::Closed { what: refusal.what, why: refusal.why, next: refusal.next, basis: refusal.basis }
    }
}

/// Acts: open ones first, closed ones as sentences. Stands right of the facts on a wide screen.
pub fn acts(acts: &[Act]) -> Markup {
    let closed: Vec<_> = acts.iter().filter(|act| matches!(act, Act::Closed { .. })).collect();
    html! {
        @if acts.len() > closed.len() {
            section class="sec" { h2 { "现在能办" }
                ul class="acts-list" { @for act in acts { @if let Act::Open(markup) = act { li { (markup) } } } }
            }
        }
        @if !closed.is_empty() {
            section class="sec" { h2 { "现在不能办" }
                ul class="closed" { @for act in closed { @if let Act::Closed { what, why, next, basis } = act { li {
                    h3 { svg class="i" aria-hidden="true" focusable="false" { use href="#lock" {} } span { (what) } }
                    dl class="facts" { dt { "原因" } dd { (why) } dt { "怎么办" } dd { (next) } @if let Some(basis) = basis { dt { "依据" } dd { (basis.cited()) } } }
                } } } }
            }
        }
        @if acts.is_empty() { section class="sec" { h2 { "现在能办" } p class="sub" { "这里没有需要您办的事。" } } }
    }
}

/// Facts left, acts right; acts come first in reading order.
pub fn split(acts: Markup, body: Markup) -> Markup {
    html! { div class="split split--acts" { aside class="stick no-print" aria-label="办理" { (acts) } div { (body) } } }
}

/// A line of a timeline.
#[derive(Debug, Clone)]
pub struct Line {
    /// When.
    pub at: Timestamp,
    /// What, in one sentence.
    pub text: String,
    /// Who.
    pub who: String,
    /// Facts.
    pub facts: Vec<(String, String)>,
    /// Law in words.
    pub basis: String,
    /// For the technical fold: kind and number of the entry.
    pub technical: String,
    /// Draws the point as a failure.
    pub bad: bool,
}

/// 经过: newest first.
pub fn timeline(lines: &[Line]) -> Markup {
    html! {
        section class="sec" { h2 { "经过" }
            @if lines.is_empty() { p class="sub" { "还没有办理记录。" } }
            ol class="line" { @for line in lines {
                li class=[line.bad.then_some("bad-pt")] {
                    p class="day" { time datetime=(line.at.rfc3339()) { (line.at.date().month()) "月" (line.at.date().day()) "日" } small { (line.at.to_string().split(' ').next_back().unwrap_or_default()) } }
                    div {
                        h3 { (line.text) }
                        p class="sub" { (line.who) }
                        @let facts: Vec<_> = line.facts.iter().filter(|(_, value)| !value.trim().is_empty()).collect();
                        @if !facts.is_empty() { dl class="facts" { @for (label, value) in facts { dt { (label) } dd { (value) } } } }
                        @if !line.basis.is_empty() { p class="law" { (line.basis) } }
                        @if !line.technical.is_empty() { (technical_fold(&html! { p class="code note" { (line.technical) } })) }
                    }
                }
            } }
        }
    }
}

/// State of a stage on the strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageState {
    /// Behind us.
    Past,
    /// Here.
    Here,
    /// Begun before those in front of it are done.
    Begun,
    /// Not yet.
    Ahead,
}

impl StageState {
    /// Class of its place on the strip.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Past => "ok",
            Self::Here => "here",
            Self::Begun => "begun",
            Self::Ahead => "",
        }
    }
}

/// The eight stages of one batch: state and a word under each.
pub fn stages(states: &[(StageState, String); 8]) -> Markup {
    const NAMES: [&str; 8] = ["计划", "抽取", "抽样", "检验", "异议", "后处理", "公布", "统计"];
    let steps = NAMES.iter().zip(states).map(|(name, (state, words))| (*name, *state, words.clone()));
    stepper("八个阶段", "stepper", &steps.collect::<Vec<_>>())
}

/// Steps of one procedure: name, state, a word under each. Up to six.
pub fn steps(label: &str, steps: &[(&str, StageState, String)]) -> Markup {
    stepper(label, "stepper stepper--six", steps)
}

fn stepper(label: &str, class: &str, steps: &[(&str, StageState, String)]) -> Markup {
    html! {
        ol class=(class) aria-label=(label) { @for (name, state, words) in steps {
            li class=(state.class()) aria-current=[(*state == StageState::Here).then_some("step")] {
                b { (name) } small { (super::or_slash(words)) }
            }
        } }
    }
}

/// Attachments: purpose, name, link.
pub fn papers(files: &[(String, String, String)]) -> Markup {
    html! {
        @if !files.is_empty() {
            section class="sec" { h2 { "文件" } ul class="papers" {
                @for (purpose, name, address) in files { li { span { a href=(address) { (purpose) } small { (name) } } } }
            } }
        }
    }
}

/// A number with its n / N beside it.
pub fn stat(label: &str, value: &str, of: impl maud::Render, address: Option<&str>) -> Markup {
    html! { div { span class="sub" { (label) } b { @match address { Some(address) => a href=(address) { (value) }, None => (value) } } small { (of) } } }
}
