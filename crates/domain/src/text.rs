//! 文字的界限: how long a text may be and which signs it may hold, decided in one place for forms, tables and commands.
//! Changes nothing but what nobody can see; shortens nothing.

use unicode_normalization::UnicodeNormalization;

/// Bound of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// 名称、标题, one line.
    Name,
    /// 地址、地点, one line.
    Address,
    /// Anything else of one line.
    Short,
    /// 网址, one line.
    Link,
    /// 理由、经过、说明, several lines.
    Long,
    /// 正文, or a pasted table: several lines, with tabs.
    Document,
}

/// Before the name of a field that a page keeps for a person who has to log in again.
pub const KEPT: &str = "kept-";

/// Fields of several lines that are a whole document.
const DOCUMENTS: &[&str] = &["body", "lines", "towns"];
/// Fields of several lines, by their last word.
const LONG: &[&str] = &[
    "answer",
    "decision",
    "evidence",
    "explanation",
    "facts",
    "focus",
    "goals",
    "grounds",
    "items",
    "letter",
    "medium",
    "method",
    "models",
    "new_value",
    "note",
    "opinion",
    "product_scope",
    "proof",
    "reason",
    "reasons",
    "reason_visit",
    "remark",
    "rule",
    "sample",
    "sampling_place",
    "sealing",
    "summary",
    "supplier",
    "text",
    "what",
    "work",
    "words",
];
/// Fields of one line that hold a name.
const NAMES: &[&str] = &[
    "name",
    "title",
    "applicant",
    "enterprise",
    "organisation",
    "organiser",
    "laboratory",
    "representative",
    "signer",
];
/// Fields of one line that hold an address.
const ADDRESSES: &[&str] = &["address", "place"];
/// Fields of one line that hold an address of the web.
const LINKS: &[&str] = &["url", "next", "resume"];

impl Bound {
    /// Bound of a field of a form, by its name.
    pub fn of(field: &str) -> Self {
        let field = field.strip_prefix(KEPT).unwrap_or(field);
        let ends = |words: &[&str]| {
            words
                .iter()
                .any(|word| field.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with(['_', '-'])))
        };
        if ends(DOCUMENTS) {
            Self::Document
        } else if ends(LONG)
            || LONG.iter().any(|word| field.strip_prefix(word).is_some_and(|rest| rest.starts_with('-')))
        {
            Self::Long
        } else if ends(NAMES) {
            Self::Name
        } else if ends(ADDRESSES) {
            Self::Address
        } else if ends(LINKS) {
            Self::Link
        } else {
            Self::Short
        }
    }
    /// Most characters.
    pub const fn most(self) -> usize {
        match self {
            Self::Name => 200,
            Self::Address => 300,
            Self::Short => 500,
            Self::Link => 2_000,
            Self::Long => 4_000,
            Self::Document => 60_000,
        }
    }
    /// Whether it may have more than one line.
    pub const fn has_lines(self) -> bool {
        matches!(self, Self::Long | Self::Document)
    }
}

/// A text as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// NFC, one kind of line end, without the signs that nobody can see.
    pub text: String,
    /// Why it cannot be taken as it came, in words for the field.
    pub problem: Option<String>,
}

/// Signs that are not seen and turn, join or split what is: direction marks, zero-width signs, soft hyphens, control signs.
pub fn is_invisible(sign: char) -> bool {
    (sign.is_control() && sign != '\n')
        || matches!(sign, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(sign, '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
        || matches!(sign, '\u{E0000}'..='\u{E007F}')
}

/// Takes a text at the border.
pub fn receive(bound: Bound, text: &str) -> Received {
    let lines = if text.contains(['\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n")
    } else {
        text.to_owned()
    };
    let keeps_tabs = bound == Bound::Document;
    let (mut seen, mut unseen, mut broken) = (String::with_capacity(lines.len()), 0_usize, 0_usize);
    for sign in lines.nfc() {
        match sign {
            '\t' => seen.push(if keeps_tabs { '\t' } else { ' ' }),
            '\u{FFFD}' => broken += 1,
            sign if is_invisible(sign) => unseen += 1,
            sign => seen.push(sign),
        }
    }
    let problem = problem(bound, &seen, unseen, broken);
    Received { text: seen, problem }
}

fn problem(bound: Bound, text: &str, unseen: usize, broken: usize) -> Option<String> {
    let (count, most) = (text.trim().chars().count(), bound.most());
    if count > most {
        return Some(format!("最多 {most} 个字，现在是 {count} 个，要删去 {} 个", count - most));
    }
    if broken > 0 {
        return Some(format!("有 {broken} 个字认不出来，已经去掉。请补上再提交"));
    }
    if unseen > 0 {
        return Some(format!("有 {unseen} 个看不见的符号，已经去掉。请核对后再提交"));
    }
    (!bound.has_lines() && text.trim().contains('\n')).then(|| "只能填一行，现在有换行".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_by_name_of_the_field() {
        for (field, bound) in [
            ("name", Bound::Name),
            ("party_name", Bound::Name),
            ("legal_representative", Bound::Name),
            ("recipient_address", Bound::Address),
            ("place-hand-over", Bound::Short),
            ("number", Bound::Short),
            ("url", Bound::Link),
            ("reason", Bound::Long),
            ("order_back_reason", Bound::Long),
            ("reason_visit", Bound::Long),
            ("sampling_place", Bound::Long),
            ("body", Bound::Document),
            ("anything", Bound::Short),
        ] {
            assert_eq!(Bound::of(field), bound, "{field}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_and_told() {
        for bound in [Bound::Name, Bound::Address, Bound::Short, Bound::Link, Bound::Long, Bound::Document] {
            let (full, over) = ("字".repeat(bound.most()), "字".repeat(bound.most() + 3));
            assert_eq!(receive(bound, &full), Received { text: full, problem: None });
            let told = receive(bound, &over).problem.expect("too long");
            for number in [bound.most(), bound.most() + 3, 3] {
                assert!(told.contains(&number.to_string()), "{told}");
            }
        }
    }

    #[test]
    fn what_nobody_sees_is_taken_out_and_told() {
        for sign in
            ['\0', '\u{7}', '\u{1B}', '\u{7F}', '\u{200B}', '\u{200E}', '\u{202E}', '\u{2066}', '\u{FEFF}', '\u{AD}']
        {
            let received = receive(Bound::Long, &format!("甲{sign}乙"));
            assert_eq!(received.text, "甲乙", "{sign:?}");
            assert!(received.problem.is_some_and(|words| words.contains("1 个看不见的符号")), "{sign:?}");
        }
        assert!(receive(Bound::Name, "甲\u{FFFD}").problem.is_some());
    }

    /// HTML forms end lines with CR LF; the papers' font has no sign for CR.
    #[test]
    fn one_kind_of_line_end_and_lines_only_where_they_belong() {
        assert_eq!(receive(Bound::Long, "一\r\n二\r三\n四\u{2028}五").text, "一\n二\n三\n四\n五");
        assert_eq!(receive(Bound::Long, "一\n二").problem, None);
        assert_eq!(receive(Bound::Name, "一\n").problem, None, "outer line ends are trimmed anyway");
        assert!(receive(Bound::Name, "一\n二").problem.is_some());
        assert_eq!(receive(Bound::Name, "一\t二").text, "一 二");
        assert_eq!(receive(Bound::Document, "一\t二").text, "一\t二");
        assert_eq!(receive(Bound::Name, "e\u{301}").text, "é");
    }
}
