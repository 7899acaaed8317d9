//! A calculator's answer with its derivation in words, for the page. The figures are those of the command's row.

use super::{Calculator, InputError, Term, comparison, rounding, term};
use hengjian_domain::{
    calendar::Calendar,
    deadline::{DutyRule, RightRule, Roll},
    decimal, gtin,
    judgement::{self, judge},
    law::{self, LegalBasis},
    testing::ItemVerdict,
    uscc,
};
use std::cmp::Ordering;

/// How a page marks the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Fits, passes.
    Good,
    /// Does not.
    Bad,
    /// Open, or nothing to judge.
    Plain,
}

/// An answer in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The answer in a word or a number.
    pub answer: String,
    /// Its mark.
    pub mark: Mark,
    /// Label and value.
    pub facts: Vec<(&'static str, String)>,
    /// How it was found, headings with their steps.
    pub steps: Vec<(&'static str, Vec<String>)>,
    /// What it stands on.
    pub basis: Vec<LegalBasis>,
}

impl Calculator {
    /// Computes and explains.
    ///
    /// # Errors
    /// The first value that cannot be used.
    pub fn explained(self, values: &[&str], calendar: &Calendar) -> Result<Explained, InputError> {
        let value = |place: usize| values.get(place).copied().unwrap_or_default();
        match self {
            Self::Uscc => {
                let found = uscc::check(value(0));
                let basis = vec![law::GB32100_CHECK, law::GB11714_CHECK];
                Ok(code(found.valid, found.expected, found.message, uscc::derivation(value(0)), basis))
            }
            Self::Gtin => {
                let found = gtin::check(value(0));
                let basis = vec![law::GB12904_CHECK];
                Ok(code(found.valid, found.expected, found.message, gtin::derivation(value(0)), basis))
            }
            Self::Workdays => days(Term::working_days(value(0), value(1))?, "days", calendar, false),
            Self::Deadline => days(Term::of_unit(value(0), value(1), value(2))?, "length", calendar, true),
            Self::Round => round(value(0), value(1)),
            Self::Judge => {
                let (reading, limit, compare) = comparison(value(0), value(1), value(2))?;
                let judged = judge(&reading, &limit, compare);
                let mark = match judged.verdict {
                    ItemVerdict::Pass => Mark::Good,
                    ItemVerdict::Fail => Mark::Bad,
                    ItemVerdict::Undecided | ItemVerdict::NotJudged => Mark::Plain,
                };
                Ok(Explained {
                    answer: hengjian_domain::code::Code::title(judged.verdict).to_owned(),
                    mark,
                    facts: vec![("理由", judged.message)],
                    steps: Vec::new(),
                    basis: vec![judgement::basis(compare), law::GB8170_ROUNDING],
                })
            }
        }
    }
}

fn code(valid: bool, expected: Option<char>, message: String, steps: Vec<String>, basis: Vec<LegalBasis>) -> Explained {
    let mut facts = vec![("说明", message)];
    if let Some(expected) = expected {
        facts.push(("应有校验码", expected.to_string()));
    }
    let (answer, mark) = if valid { ("有效", Mark::Good) } else { ("无效", Mark::Bad) };
    let steps = if steps.is_empty() { Vec::new() } else { vec![("推导", steps)] };
    Explained { answer: answer.to_owned(), mark, facts, steps, basis }
}

fn days(given: Term, column: &'static str, calendar: &Calendar, three: bool) -> Result<Explained, InputError> {
    let counted = term(given, column, calendar)?;
    let (title, trigger, basis) = ("期限推算", "起算日", law::CIV_200);
    let (length, roll) = (given.length, Roll::LastDay);
    let duty = DutyRule { id: "", title, trigger, length, roll, basis }.derive(given.trigger, calendar);
    let right = RightRule { id: "", title, trigger, length, basis }.derive(given.trigger, calendar);
    let day = |date| hengjian_domain::deadline::day_words(date, calendar);
    let same = counted.raw == counted.strict && counted.raw == counted.party;
    let mut facts = Vec::new();
    let mut steps = Vec::new();
    if three && !same {
        facts.push(("未顺延的末日", day(counted.raw)));
        facts.push(("部门办理期限", day(counted.strict)));
        facts.push(("当事人权利期限", day(counted.party)));
        steps.push(("部门办理期限", duty.steps().to_vec()));
        steps.push(("当事人权利期限", right.steps().to_vec()));
    } else {
        facts.push(("末日", day(counted.raw)));
        steps.push(("推导", duty.steps().to_vec()));
    }
    if counted.provisional {
        facts.push(("暂定", "所涉年份的放假安排尚未公布，按周一至周五推算，公布后应重算".to_owned()));
    }
    let answer = if three && !same {
        format!("部门 {}，当事人 {}", counted.strict, counted.party)
    } else {
        counted.raw.to_string()
    };
    let basis = vec![law::CIV_201, law::CIV_202, law::CIV_203, law::DECISION_LAST_DAY];
    Ok(Explained { answer, mark: Mark::Plain, facts, steps, basis })
}

fn round(value: &str, interval: &str) -> Result<Explained, InputError> {
    let (number, interval) = rounding(value, interval)?;
    let too_long =
        |error| InputError { column: "value", message: hengjian_domain::code::Code::title(error).to_owned() };
    let rounded = interval.round(number).map_err(too_long)?;
    let (below, above) = interval.neighbours(number).map_err(too_long)?;
    let print = decimal::print;
    let mut steps = vec![format!("修约间隔 {}，结果是它的整数倍，写 {} 位小数", interval.text(), interval.decimals())];
    if below == above {
        steps.push(format!("{} 本身就是整数倍，不变", print(number)));
    } else {
        steps.push(format!("{} 在相邻的两个整数倍 {} 和 {} 之间", print(number), print(below), print(above)));
        let side = decimal::add(number, -below)
            .and_then(|to_below| decimal::add(above, -number).map(|to_above| to_below.cmp(&to_above)))
            .map_err(too_long)?;
        steps.push(match side {
            Ordering::Less => format!("离 {} 较近，舍", print(below)),
            Ordering::Greater => format!("离 {} 较近，进", print(above)),
            Ordering::Equal => format!("正好在正中，取间隔的偶数倍 {}（五后为零看奇偶）", print(rounded)),
        });
    }
    Ok(Explained {
        answer: print(rounded),
        mark: Mark::Plain,
        facts: vec![("修约值", print(rounded)), ("原值", print(number))],
        steps: vec![("推导", steps)],
        basis: vec![law::GB8170_ROUNDING],
    })
}
