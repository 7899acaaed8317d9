//! Limits and readings as people write them, as sets of values. Reads; judges nothing.

use crate::decimal::{self, Decimal, DecimalError};

const ABSENT_LIMITS: &[&str] = &["不得检出", "不应检出", "不得含有", "不得使用", "未检出"];
const CONFORMING_LIMITS: &[&str] =
    &["符合", "应符合", "符合要求", "应符合要求", "符合规定", "应符合规定", "符合标准要求", "合格", "应合格", "无异常"];
const NOT_DETECTED: &[&str] = &["未检出", "不得检出", "ND", "N.D.", "nd", "n.d.", "无"];
const DETECTED: &[&str] = &["检出", "有检出", "阳性", "阳性（检出）"];
const CONFORMS: &[&str] = &["符合", "符合要求", "符合规定", "符合标准要求", "合格", "通过", "无异常"];
const CONFORMS_NOT: &[&str] = &["不符合", "不符合要求", "不符合规定", "不符合标准要求", "不合格", "未通过", "异常"];

/// One end of a set of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    pub(super) value: Decimal,
    pub(super) included: bool,
}

/// A set of values without gaps; an absent end is open to infinity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    pub(super) low: Option<End>,
    pub(super) high: Option<End>,
}

impl Span {
    pub(super) fn exactly(value: Decimal) -> Self {
        let end = Some(End { value, included: true });
        Self { low: end, high: end }
    }
    pub(super) fn is_empty(self) -> bool {
        matches!((self.low, self.high), (Some(low), Some(high))
            if low.value > high.value || (low.value == high.value && !(low.included && high.included)))
    }
    /// Values that lie in both.
    pub(super) fn and(self, other: Self) -> Self {
        let tighter = |a: Option<End>, b: Option<End>, a_wins: fn(Decimal, Decimal) -> bool| match (a, b) {
            (Some(a), Some(b)) if a.value == b.value => Some(End { included: a.included && b.included, ..a }),
            (Some(a), Some(b)) => Some(if a_wins(a.value, b.value) { a } else { b }),
            (a, b) => a.or(b),
        };
        Self { low: tighter(self.low, other.low, |a, b| a > b), high: tighter(self.high, other.high, |a, b| a < b) }
    }
    /// Whether all values of `other` lie in this one.
    pub(super) fn covers(self, other: Self) -> bool {
        other.is_empty() || self.and(other) == other
    }
    /// Decimals of the more exact end.
    pub(super) fn decimals(self) -> u32 {
        [self.low, self.high].into_iter().flatten().map(|end| end.value.scale()).max().unwrap_or(0)
    }
    /// As a limit is written.
    pub(super) fn text(self) -> String {
        let number = |end: End| decimal::print(end.value);
        match (self.low, self.high) {
            (None, None) => String::new(),
            (Some(low), None) => format!("{}{}", if low.included { "≥" } else { ">" }, number(low)),
            (None, Some(high)) => format!("{}{}", if high.included { "≤" } else { "<" }, number(high)),
            (Some(low), Some(high)) => {
                let (open, close) = (if low.included { '[' } else { '(' }, if high.included { ']' } else { ')' });
                format!("{open}{},{}{close}", number(low), number(high))
            }
        }
    }
}

/// A limit that can be judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    pub(super) text: String,
    pub(super) kind: LimitKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LimitKind {
    Values { span: Span, decimals: u32 },
    Absent,
    Conforming,
}

/// Why a limit or a reading cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JudgementError {
    /// Nothing there.
    Empty(&'static str),
    /// No form that is known.
    Unreadable(&'static str, String),
    /// A number in it cannot be read exactly.
    Number(&'static str, String, DecimalError),
    /// No value can satisfy it.
    UpsideDown(String),
}

impl JudgementError {
    /// In words, with what is expected.
    pub fn words(&self) -> String {
        use crate::code::Code;
        match self {
            Self::Empty(what) => format!("没有{what}"),
            Self::Unreadable(what, text) => {
                let example = if *what == "限值" {
                    "≥97.0、<0.5、10.0±0.1、[9.9,10.1)、5.0~9.0、不得检出、符合"
                } else {
                    "0.35、<0.01、15.5(−)、未检出、符合"
                };
                format!("{what}“{text}”不能自动判读，可以写作 {example}")
            }
            Self::Number(what, text, error) => format!("{what}“{text}”：{}", error.title()),
            Self::UpsideDown(text) => format!("限值“{text}”没有任何数值能满足，请核对上下限"),
        }
    }
}

pub(super) const LIMIT: &str = "限值";
pub(super) const VALUE: &str = "数值";

impl Limit {
    /// Reads a limit as written in rules and standards.
    ///
    /// # Errors
    /// [`JudgementError`].
    pub fn parse(text: &str) -> Result<Self, JudgementError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(JudgementError::Empty(LIMIT));
        }
        let limit = |kind| Ok(Self { text: text.to_owned(), kind });
        if ABSENT_LIMITS.contains(&text) {
            return limit(LimitKind::Absent);
        }
        if CONFORMING_LIMITS.contains(&text) {
            return limit(LimitKind::Conforming);
        }
        let plain = plain(text);
        let (span, decimals) = tolerance(&plain)
            .or_else(|| bracketed(&plain))
            .or_else(|| comparisons(&plain))
            .or_else(|| range(&plain))
            .ok_or_else(|| JudgementError::Unreadable(LIMIT, text.to_owned()))?
            .map_err(|error| match error {
                DecimalError::TooManyDigits | DecimalError::Exponent => {
                    JudgementError::Number(LIMIT, text.to_owned(), error)
                }
                _ => JudgementError::Unreadable(LIMIT, text.to_owned()),
            })?;
        if span.is_empty() {
            return Err(JudgementError::UpsideDown(text.to_owned()));
        }
        limit(LimitKind::Values { span, decimals })
    }
    /// Whether two limits judge alike, however they are written. Digits count: they decide what is rounded to.
    pub fn same_as(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }
    /// Whether it can be met by numbers.
    pub fn is_numeric(&self) -> bool {
        matches!(self.kind, LimitKind::Values { .. })
    }
    /// Lower and upper end of the allowed values, for drawing; `None` for a limit in words.
    pub fn ends(&self) -> Option<(Option<Decimal>, Option<Decimal>)> {
        match self.kind {
            LimitKind::Values { span, .. } => Some((span.low.map(|end| end.value), span.high.map(|end| end.value))),
            LimitKind::Absent | LimitKind::Conforming => None,
        }
    }
}

type Parsed = Option<Result<(Span, u32), DecimalError>>;

/// Half-width, no spaces, one spelling for every sign and word of comparison.
fn plain(text: &str) -> String {
    let mut plain: String = decimal::half_width(text).chars().filter(|c| !c.is_whitespace()).collect();
    for (spelling, sign) in [
        ("大于或等于", "≥"),
        ("大于等于", "≥"),
        ("小于或等于", "≤"),
        ("小于等于", "≤"),
        ("不小于", "≥"),
        ("不少于", "≥"),
        ("不低于", "≥"),
        ("不大于", "≤"),
        ("不超过", "≤"),
        ("不高于", "≤"),
        ("不多于", "≤"),
        ("大于", ">"),
        ("小于", "<"),
        (">=", "≥"),
        ("=>", "≥"),
        ("⩾", "≥"),
        ("≧", "≥"),
        ("<=", "≤"),
        ("=<", "≤"),
        ("⩽", "≤"),
        ("≦", "≤"),
        ("+/-", "±"),
    ] {
        plain = plain.replace(spelling, sign);
    }
    plain
}

/// `10.0±0.1`, ends included unless it says otherwise.
fn tolerance(plain: &str) -> Parsed {
    let (middle, rest) = plain.split_once('±')?;
    let (width, included) = ["(不含端值)", "(不含端点)", "不含端值", "不含端点"]
        .iter()
        .find_map(|words| rest.strip_suffix(words).map(|width| (width, false)))
        .unwrap_or((rest, true));
    Some((|| {
        let (middle, width) = (decimal::parse(middle)?, decimal::parse(width)?);
        if width.is_sign_negative() && !width.is_zero() {
            return Err(DecimalError::NotANumber);
        }
        let end = |value| Some(End { value, included });
        let span = Span { low: end(decimal::add(middle, -width)?), high: end(decimal::add(middle, width)?) };
        Ok((span, span.decimals()))
    })())
}

/// `[9.9,10.1)`.
fn bracketed(plain: &str) -> Parsed {
    let low_included = plain.starts_with('[');
    let high_included = plain.ends_with(']');
    let inner = plain.strip_prefix(['[', '('])?.strip_suffix([']', ')'])?;
    let (low, high) = inner.split_once([',', ';', '、'])?;
    Some((|| {
        let low = End { value: decimal::parse(low)?, included: low_included };
        let high = End { value: decimal::parse(high)?, included: high_included };
        let span = Span { low: Some(low), high: Some(high) };
        Ok((span, span.decimals()))
    })())
}

/// `≥97.0`, `≥5.0且≤9.0`, `5.0≤x≤9.0` without the letter is not read.
fn comparisons(plain: &str) -> Parsed {
    if !plain.starts_with(['≥', '≤', '>', '<']) {
        return None;
    }
    Some(plain.split(['且', ',', ';', '、']).try_fold((Span::default(), 0), |(span, decimals), part| {
        let mut rest = part.chars();
        let sign = rest.next();
        let value = decimal::parse(rest.as_str())?;
        let end = |included| Some(End { value, included });
        let next = match sign {
            Some('≥') => Span { low: end(true), high: None },
            Some('>') => Span { low: end(false), high: None },
            Some('≤') => Span { low: None, high: end(true) },
            Some('<') => Span { low: None, high: end(false) },
            _ => return Err(DecimalError::NotANumber),
        };
        Ok((span.and(next), decimals.max(value.scale())))
    }))
}

/// `5.0~9.0`, `5.0-9.0`, `5.0至9.0`; with a hyphen only between two unsigned numbers.
fn range(plain: &str) -> Parsed {
    let (low, high) = plain.split_once(['~', '∼', '至', '-', '—', '―'])?;
    if plain.contains(['-', '—', '―']) && !(low.starts_with(digit) && high.starts_with(digit)) {
        // A minus sign may be meant; only ~ and 至 leave no doubt.
        if !plain.contains(['~', '∼', '至']) {
            return None;
        }
        let (low, high) = plain.split_once(['~', '∼', '至'])?;
        return Some(ends(low, high));
    }
    Some(ends(low, high))
}

fn digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn ends(low: &str, high: &str) -> Result<(Span, u32), DecimalError> {
    let end = |text| decimal::parse(text).map(|value| Some(End { value, included: true }));
    let span = Span { low: end(low)?, high: end(high)? };
    Ok((span, span.decimals()))
}

/// A result as a laboratory reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub(super) text: String,
    pub(super) kind: ReadingKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadingKind {
    /// A number.
    Exact(Decimal),
    /// `<0.01`, `15.5(+)`: some value of these.
    Within(Span),
    Absent,
    Present,
    Conforms,
    ConformsNot,
}

impl Reading {
    /// Reads a reported value: a number, `<0.01`, a number with (+) or (−), or a word.
    ///
    /// # Errors
    /// [`JudgementError`].
    pub fn parse(text: &str) -> Result<Self, JudgementError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(JudgementError::Empty(VALUE));
        }
        let words = [
            (NOT_DETECTED, ReadingKind::Absent),
            (DETECTED, ReadingKind::Present),
            (CONFORMS, ReadingKind::Conforms),
            (CONFORMS_NOT, ReadingKind::ConformsNot),
        ];
        let kind = match words.iter().find(|(known, _)| known.contains(&text)) {
            Some((_, kind)) => *kind,
            None => Self::number(&plain(text)).map_err(|error| match error {
                DecimalError::TooManyDigits | DecimalError::Exponent => {
                    JudgementError::Number(VALUE, text.to_owned(), error)
                }
                _ => JudgementError::Unreadable(VALUE, text.to_owned()),
            })?,
        };
        Ok(Self { text: text.to_owned(), kind })
    }
    /// As reported.
    pub fn text(&self) -> &str {
        &self.text
    }
    /// The number to draw it at: the value itself, or the known end of `<0.01`; `None` for a result in words.
    pub fn position(&self) -> Option<Decimal> {
        match self.kind {
            ReadingKind::Exact(value) => Some(value),
            ReadingKind::Within(span) => span.high.or(span.low).map(|end| end.value),
            _ => None,
        }
    }

    fn number(plain: &str) -> Result<ReadingKind, DecimalError> {
        if let Some(Ok((span, _))) = comparisons(plain) {
            return if plain.contains(['且', ',', ';', '、']) {
                Err(DecimalError::NotANumber)
            } else {
                Ok(ReadingKind::Within(span))
            };
        }
        if let Some(number) = plain.strip_suffix("(+)") {
            // Was rounded down: the value lies above, by less than half of the last digit or just by it.
            let value = decimal::parse(number)?;
            let high = End { value: decimal::add(value, half_of_last_digit(value)?)?, included: true };
            return Ok(ReadingKind::Within(Span { low: Some(End { value, included: false }), high: Some(high) }));
        }
        if let Some(number) = plain.strip_suffix("(-)") {
            let value = decimal::parse(number)?;
            let low = End { value: decimal::add(value, -half_of_last_digit(value)?)?, included: true };
            return Ok(ReadingKind::Within(Span { low: Some(low), high: Some(End { value, included: false }) }));
        }
        decimal::parse(plain).map(ReadingKind::Exact)
    }
}

fn half_of_last_digit(value: Decimal) -> Result<Decimal, DecimalError> {
    Decimal::try_from_i128_with_scale(5, value.scale() + 1).map_err(|_| DecimalError::TooManyDigits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_an_error() {
        for limit in [
            "",
            " ",
            "abc",
            "97.0",
            "≥",
            "≥abc",
            "10.0±",
            "10.0±-0.1",
            "[9.9]",
            "[9.9,10.1",
            "-5-3",
            "1e3",
            "≥1e3",
            "≥.5",
        ] {
            assert!(Limit::parse(limit).is_err(), "{limit}");
        }
        for limit in ["[10,9]", "(10,10)", "9~5", "≥5且≤4"] {
            assert!(matches!(Limit::parse(limit), Err(JudgementError::UpsideDown(_))), "{limit}");
        }
        for value in ["", "abc", "1e3", "<", "<abc", "5~6", "0.35mg", "1,000", "≥1且≤2", "0.5(*)"] {
            assert!(Reading::parse(value).is_err(), "{value}");
        }
        let error = Limit::parse("表2").expect_err("no limit");
        assert!(error.words().contains("表2") && error.words().contains("≥97.0"), "{}", error.words());
    }
}
