//! The calculators of command and page: one place for their columns, their answers and the words of their derivation.
//! Pure: the calendar arrives as a value, nothing is read or written.

mod explained;

pub use explained::{Explained, Mark};

use hengjian_domain::{
    calendar::Calendar,
    code::Code,
    code_enum,
    deadline::{self, Counted, DeadlineError, Length},
    decimal::{self, Interval, half_width},
    gtin,
    judgement::{Limit, Reading, judge},
    rules::CompareMethod,
    testing::ItemVerdict,
    uscc,
};
use jiff::civil::Date;

/// Most working days that `workdays` counts.
pub const MOST_WORKDAYS: i64 = 36_500;
/// Longest term that `deadline` counts, in its unit.
pub const LONGEST_TERM: i64 = 4_000_000;

code_enum! {
    /// Which calculator. The code is its name on the command line and in addresses.
    pub enum Calculator {
        /// 统一社会信用代码.
        Uscc = "uscc" => "统一社会信用代码校验",
        /// 商品条码.
        Gtin = "gtin" => "商品条码校验",
        /// 工作日.
        Workdays = "workdays" => "工作日推算",
        /// 期限.
        Deadline = "deadline" => "期限推算",
        /// 修约.
        Round = "round" => "数值修约",
        /// 判定.
        Judge = "judge" => "极限数值判定",
    }
}

/// How a field of a calculator is typed on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// One line.
    Text,
    /// A date.
    Date,
    /// One of these: value and words.
    Choice(&'static [(&'static str, &'static str)]),
}

/// An input column of the command, a field of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input {
    /// Column.
    pub name: &'static str,
    /// Words.
    pub label: &'static str,
    /// How it is typed.
    pub kind: InputKind,
    /// A sentence under the field.
    pub help: &'static str,
    /// An example that works.
    pub example: &'static str,
}

const fn input(
    name: &'static str,
    label: &'static str,
    kind: InputKind,
    help: &'static str,
    example: &'static str,
) -> Input {
    Input { name, label, kind, help, example }
}

const UNITS: InputKind =
    InputKind::Choice(&[("calendar_days", "日（公历日）"), ("working_days", "工作日"), ("months", "月")]);
const MODES: InputKind = InputKind::Choice(&[("full", "全数值比较"), ("rounded", "修约值比较")]);

impl Calculator {
    /// Its columns, in the order of [`Self::row`].
    pub const fn inputs(self) -> &'static [Input] {
        use InputKind::{Date, Text};
        match self {
            Self::Uscc => {
                const {
                    &[input("code", "统一社会信用代码", Text, "18 位，照证照填写，不要自行改字", "91440232MA4TEA1K4X")]
                }
            }
            Self::Gtin => const { &[input("code", "商品条码", Text, "8、12、13 或 14 位数字", "6901234567892")] },
            Self::Workdays => {
                const {
                    &[
                        input("from", "起算日", Date, "当日不计，自次日起数", "2021-09-24"),
                        input("days", "工作日数", Text, "1 至 36500", "5"),
                    ]
                }
            }
            Self::Deadline => {
                const {
                    &[
                        input("trigger", "起算日", Date, "收到、送达等事实发生的那一天，当日不计", "2021-09-16"),
                        input("length", "期间", Text, "整数", "15"),
                        input("unit", "单位", UNITS, "", "calendar_days"),
                    ]
                }
            }
            Self::Round => {
                const {
                    &[
                        input("value", "数值", Text, "普通小数", "60.25"),
                        input("interval", "修约间隔", Text, "1、2 或 5 乘以 10 的整数次幂，例如 0.1、0.5、20", "0.5"),
                    ]
                }
            }
            Self::Judge => {
                const {
                    &[
                        input("value", "检验结果", Text, "例如 0.35、<0.01、15.5(−)、未检出", "96.96"),
                        input("limit", "限值", Text, "例如 ≥97.0、<0.5、10.0±0.1、[9.9,10.1)、不得检出", "≥97.0"),
                        input("mode", "比较方法", MODES, "标准没有说明时用全数值比较", "full"),
                    ]
                }
            }
        }
    }
    /// Columns that the command adds before `error`.
    pub const fn added(self) -> &'static [&'static str] {
        match self {
            Self::Uscc | Self::Gtin => &["verdict", "expected", "message"],
            Self::Workdays => &["due", "provisional"],
            Self::Deadline => &["due_raw", "due_strict", "due_party", "provisional"],
            Self::Round => &["rounded"],
            Self::Judge => &["verdict", "message"],
        }
    }
    /// One sentence on what it does.
    pub const fn lead(self) -> &'static str {
        match self {
            Self::Uscc => "校验 18 位代码，说明错在哪一位。",
            Self::Gtin => "校验条码的末位。条码只标识包装，不证明生产者。",
            Self::Workdays => "自起算日次日起数若干个工作日，调休上班日计入，节假日不计。",
            Self::Deadline => "推算期限的末日：遇节假日怎样顺延，部门和当事人各按哪一天。",
            Self::Round => "按 GB/T 8170 一次修约到给定的间隔。",
            Self::Judge => "按 GB/T 8170 把检验结果与限值比较，说明理由。",
        }
    }
    /// Computes the added columns from the values of [`Self::inputs`]; missing values count as empty.
    ///
    /// # Errors
    /// The first value that cannot be used.
    pub fn row(self, values: &[&str], calendar: &Calendar) -> Result<Vec<String>, InputError> {
        let value = |place: usize| values.get(place).copied().unwrap_or_default();
        let verdict = |valid: bool| if valid { "valid" } else { "invalid" }.to_owned();
        let expected = |expected: Option<char>| expected.map(String::from).unwrap_or_default();
        match self {
            Self::Uscc => {
                let found = uscc::check(value(0));
                Ok(vec![verdict(found.valid), expected(found.expected), found.message])
            }
            Self::Gtin => {
                let found = gtin::check(value(0));
                Ok(vec![verdict(found.valid), expected(found.expected), found.message])
            }
            Self::Workdays => {
                let counted = term(Term::working_days(value(0), value(1))?, "days", calendar)?;
                Ok(vec![counted.raw.to_string(), counted.provisional.to_string()])
            }
            Self::Deadline => {
                let counted = term(Term::of_unit(value(0), value(1), value(2))?, "length", calendar)?;
                let dates = [counted.raw, counted.strict, counted.party].map(|date| date.to_string());
                Ok(dates.into_iter().chain([counted.provisional.to_string()]).collect())
            }
            Self::Round => {
                let (value, interval) = rounding(value(0), value(1))?;
                let rounded = interval.round(value).map_err(|error| InputError::new("value", error.title()))?;
                Ok(vec![decimal::print(rounded)])
            }
            Self::Judge => {
                let (reading, limit, compare) = comparison(value(0), value(1), value(2))?;
                let judged = judge(&reading, &limit, compare);
                let verdict = match judged.verdict {
                    ItemVerdict::Pass => "pass",
                    ItemVerdict::Fail => "fail",
                    ItemVerdict::Undecided | ItemVerdict::NotJudged => "undecided",
                };
                Ok(vec![verdict.to_owned(), judged.message])
            }
        }
    }
}

/// A value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError {
    /// Its column.
    pub column: &'static str,
    /// What is wrong and what is expected.
    pub message: String,
}

impl InputError {
    fn new(column: &'static str, message: impl Into<String>) -> Self {
        Self { column, message: message.into() }
    }
    /// As it stands in the column `error`.
    pub fn words(&self) -> String {
        format!("{}：{}", self.column, self.message)
    }
}

#[derive(Debug, Clone, Copy)]
struct Term {
    trigger: Date,
    length: Length,
}

impl Term {
    fn working_days(from: &str, days: &str) -> Result<Self, InputError> {
        let trigger = date("from", from)?;
        let length = Length::WorkingDays(whole("days", days, 1, MOST_WORKDAYS)?);
        Ok(Self { trigger, length })
    }
    fn of_unit(trigger: &str, length: &str, unit: &str) -> Result<Self, InputError> {
        let trigger = date("trigger", trigger)?;
        let length = whole("length", length, 0, LONGEST_TERM)?;
        let length = match unit.trim() {
            "calendar_days" => Length::CalendarDays(length),
            "working_days" => Length::WorkingDays(length),
            "months" => Length::Months(length),
            other => {
                let message = format!("应为 calendar_days、working_days 或 months，现在是“{other}”");
                return Err(InputError::new("unit", message));
            }
        };
        Ok(Self { trigger, length })
    }
}

fn term(term: Term, column: &'static str, calendar: &Calendar) -> Result<Counted, InputError> {
    deadline::count(term.trigger, term.length, calendar).map_err(|error| {
        InputError::new(
            column,
            match error {
                DeadlineError::Negative => "期间不能是负数",
                DeadlineError::BeyondTheCalendar => "末日超出公元 9999 年，无法推算",
            },
        )
    })
}

/// Exactly `YYYY-MM-DD`.
fn date(column: &'static str, text: &str) -> Result<Date, InputError> {
    let plain = text.trim();
    let shaped = plain.len() == 10
        && plain
            .bytes()
            .enumerate()
            .all(|(n, byte)| if n == 4 || n == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    let parsed = if shaped { plain.parse::<Date>().ok() } else { None };
    parsed.ok_or_else(|| InputError::new(column, format!("应为存在的日期，写作 2021-09-30，现在是“{plain}”")))
}

fn whole(column: &'static str, text: &str, least: i64, most: i64) -> Result<i64, InputError> {
    let plain = half_width(text);
    let digits = !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { plain.parse::<i64>().ok() } else { None };
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| InputError::new(column, format!("应为 {least} 至 {most} 的整数，现在是“{}”", text.trim())))
}

fn rounding(value: &str, interval: &str) -> Result<(decimal::Decimal, Interval), InputError> {
    let number = decimal::parse(value)
        .map_err(|error| InputError::new("value", format!("{}，现在是“{}”", error.title(), value.trim())))?;
    let interval = Interval::parse(interval)
        .map_err(|error| InputError::new("interval", format!("{}，现在是“{}”", error.title(), interval.trim())))?;
    Ok((number, interval))
}

fn comparison(value: &str, limit: &str, mode: &str) -> Result<(Reading, Limit, CompareMethod), InputError> {
    let reading = Reading::parse(value).map_err(|error| InputError::new("value", error.words()))?;
    let limit = Limit::parse(limit).map_err(|error| InputError::new("limit", error.words()))?;
    let compare = match mode.trim() {
        "full" => CompareMethod::FullValue,
        "rounded" => CompareMethod::RoundedValue,
        other => return Err(InputError::new("mode", format!("应为 full 或 rounded，现在是“{other}”"))),
    };
    Ok((reading, limit, compare))
}
