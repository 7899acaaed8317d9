//! Everything the pages are made of: pure functions from plain values to markup. No request, no database, no
//! rule. The page `/desk/style` shows every component in every state.

pub mod clock;
pub mod form;
pub mod gallery;
pub mod letter;
pub mod shell;
pub mod table;
pub mod thing;
pub mod weigh;

use maud::{Markup, html};

/// How a state word is marked; the mark survives a photocopy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// ● done, passed.
    Done,
    /// ○ running.
    Running,
    /// ▲ waits for you, due soon.
    Waiting,
    /// ■ stopped, failed, overdue.
    Bad,
    /// – does not apply.
    Absent,
}

/// A state word with its mark: `tag(Tone::Bad, "不合格")`.
pub fn tag(tone: Tone, word: &str) -> Markup {
    let class = match tone {
        Tone::Done => "tag tag--done",
        Tone::Running => "tag",
        Tone::Waiting => "tag tag--soon",
        Tone::Bad => "tag tag--bad",
        Tone::Absent => "tag tag--none",
    };
    html! { span class=(class) { (word) } }
}

/// 条文待核 as a quiet mark with its explanation; [`crate::finish`] puts it wherever an article is cited with that mark.
pub fn unread_mark() -> Markup {
    html! { small class="unread" title="这一条的原文还没有逐字核对。引用之前，请对照公布的正式文本" { "条文待核" } }
}

/// A fold for what only a technician reads; the only place where digests may stand on a staff page.
pub fn technical_fold(body: &Markup) -> Markup {
    html! { details class="technical how" { summary { "技术细节" } (body) } }
}

/// A number that was `/` on paper when there is none.
pub fn or_slash(text: &str) -> &str {
    if text.is_empty() { "/" } else { text }
}
