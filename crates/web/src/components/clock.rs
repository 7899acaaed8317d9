//! Clocks in words and on the graduated rule: a long tick is a day that counts, a short one a day that does not,
//! the triangle is today, the double tick the last day. An office's duty and a party's right are never mixed.

use crate::components::{Tone, tag};
use hengjian_domain::{
    calendar::Calendar,
    clock::{Clock, ClockKind, ClockState},
    deadline::{self, Length},
};
use jiff::{ToSpan, civil::Date};
use maud::{Markup, html};

/// Most days drawn on a rule; longer terms show their last days.
const RULE_DAYS: usize = 21;

/// `9月30日（周四）`.
pub fn day(date: Date) -> Markup {
    html! { time datetime=(date) { (date.month()) "月" (date.day()) "日" } "（" (weekday(date)) "）" }
}

/// 周一 … 周日.
pub fn weekday(date: Date) -> &'static str {
    ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
        [usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())]
}

/// `2021-09-30` in tables, `/` when absent.
pub fn iso(date: Option<Date>) -> Markup {
    html! { @match date { Some(date) => time datetime=(date) { (date) }, None => "/" } }
}

/// Whether a clock counts working days; the unit is its rule's (regulations §3.2), whoever has the clock.
fn counts_working_days(clock: &Clock) -> bool {
    matches!(deadline::length_of(&clock.rule), Some(Length::WorkingDays(_)))
}

/// Time left in words with its tone, in the unit of the rule: 还剩 2 个工作日, 今天到期, 已超 3 日.
pub fn left_words(clock: &Clock, today: Date, calendar: &Calendar) -> (Tone, String) {
    let Some(due) = clock.due_on() else { return (Tone::Running, "没有限期".to_owned()) };
    if clock.state != ClockState::Open {
        let done = clock.done_on.unwrap_or(due);
        return if done > due {
            (Tone::Bad, "逾期办结".to_owned())
        } else {
            (Tone::Done, "按期办结".to_owned())
        };
    }
    let (unit, between) = if counts_working_days(clock) {
        ("个工作日", calendar.working_days_between(today.min(due), today.max(due)))
    } else {
        ("日", days(today.min(due), today.max(due)))
    };
    if today > due {
        (Tone::Bad, format!("已超 {between} {unit}"))
    } else if today == due {
        (Tone::Waiting, "今天到期".to_owned())
    } else {
        (if between <= 2 { Tone::Waiting } else { Tone::Running }, format!("还剩 {between} {unit}"))
    }
}

fn days(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

/// A clock with its words, its rule and its derivation.
pub fn clock(clock: &Clock, today: Date, calendar: &Calendar) -> Markup {
    let (tone, words) = left_words(clock, today, calendar);
    let whose = match clock.kind {
        ClockKind::Duty => "本局",
        ClockKind::Right => "企业权利",
    };
    html! {
        div class="clock" {
            h3 { (whose) "　" (clock.title) }
            p class="left" {
                (tag(tone, &words))
                @if let Some(due) = clock.due_on() {
                    small { @if clock.state == ClockState::Open && today > due { "应于" (day(due)) "办结" } @else { (day(due)) "及以前" } @if clock.provisional { "，暂定：放假安排尚未公布" } }
                }
            }
            @if let (Some(due), ClockState::Open) = (clock.due_on(), clock.state) { (rule(clock, due, today, calendar)) }
            @if !clock.steps.is_empty() {
                details class="how" { summary { "怎么算的、依据什么" }
                    ol class="steps" { @for step in clock.steps.lines() { li { (step) } } }
                    @if !clock.proof.is_empty() { p class="sub" { "起算凭据：" (clock.proof) } }
                }
            }
        }
    }
}

/// Clocks of a thing: the running ones in sight, the ended ones folded.
pub fn clocks(clocks: &[Clock], today: Date, calendar: &Calendar) -> Markup {
    let (open, ended): (Vec<&Clock>, Vec<&Clock>) = clocks
        .iter()
        .filter(|one| one.due_on().is_some() || one.state == ClockState::Open)
        .partition(|one| one.state == ClockState::Open);
    html! {
        @if !open.is_empty() || !ended.is_empty() {
            section class="sec" { h2 { "期限" }
                @if open.is_empty() { p class="sub" { "现在没有在走的期限。" } }
                div class="clocks" { @for one in open { (clock(one, today, calendar)) } }
                @if !ended.is_empty() {
                    details class="how" { summary { "已经办完的 " (ended.len()) " 项" }
                        ul { @for one in ended { li {
                            (one.title) "　" (one.trigger_on) " 起"
                            @if let Some(due) = one.due_on() { "，" (due) " 及以前应办结" }
                            @if let Some(done) = one.done_on { "，" (done) (hengjian_domain::code::Code::title(one.state)) }
                        } } }
                    }
                }
            }
        }
    }
}

fn rule(clock: &Clock, due: Date, today: Date, calendar: &Calendar) -> Markup {
    let last = due.max(today);
    let mut dates: Vec<Date> = Vec::new();
    let mut date = clock
        .trigger_on
        .max(last.checked_sub(i64::try_from(RULE_DAYS).unwrap_or(21).days()).unwrap_or(clock.trigger_on));
    while date <= last && dates.len() <= RULE_DAYS + 1 {
        dates.push(date);
        match date.tomorrow() {
            Ok(next) => date = next,
            Err(_) => break,
        }
    }
    let counts_all = !counts_working_days(clock);
    html! {
        ol class="rule" role="list" aria-label=(format!("从 {} 到 {}", clock.trigger_on, due)) {
            @for date in dates {
                @let counts = counts_all || calendar.is_working_day(date);
                @let marks = [(!counts, "off"), (date < today, "past"), (date == today, "now"), (date == due, "due"), (date > due, "late")];
                @let classes = marks.iter().filter(|(applies, _)| *applies).map(|(_, class)| *class).collect::<Vec<_>>();
                li class=(classes.join(" ")) {
                    span class="n" { @if date == clock.trigger_on { "起" } @else if date == due { "末" } @else if counts { (maud::PreEscaped("&#8203;")) } @else { "·" } }
                    span class="d" { (date.month()) "/" (date.day()) br; @if date == today { "今天" } @else if counts { (weekday(date)) } @else { "不计" } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hengjian_domain::{clock::SubjectKind, ids::Id, time::Timestamp};

    fn day(text: &str) -> Date {
        text.parse().expect("date")
    }
    fn running(kind: ClockKind, rule: &str, due: &str) -> Clock {
        let id = uuid::Uuid::from_u128(1);
        Clock {
            id: Id::from_uuid(id),
            version: 1,
            org_id: Id::from_uuid(id),
            unit_id: None,
            subject_kind: SubjectKind::Case,
            subject_id: Id::from_uuid(id),
            kind,
            rule: rule.into(),
            title: String::new(),
            trigger_on: day("2021-09-24"),
            proof: String::new(),
            due_strict_on: Some(day(due)),
            due_party_on: Some(day(due)),
            provisional: false,
            calendar_version: String::new(),
            steps: String::new(),
            owner_role: None,
            owner_user_id: None,
            state: ClockState::Open,
            done_on: None,
            opened_at_us: Timestamp(0),
        }
    }

    /// Regulations §3.1: S and D05, D09, D10, D17 count working days; D03, D06, D07, D08, D12, D13, D14 calendar days,
    /// although D07, D08, D13 and D14 are duties of the office.
    #[test]
    fn the_unit_is_the_rules() {
        let calendar = Calendar::builtin();
        let words = |kind, rule, today| left_words(&running(kind, rule, "2021-10-11"), day(today), calendar).1;
        for rule in ["S1", "S2", "S6", "D05", "D09", "D10", "D17", "W1", "W2", "W3"] {
            assert_eq!(words(ClockKind::Duty, rule, "2021-09-29"), "还剩 4 个工作日", "{rule}");
        }
        for rule in ["D07", "D08", "D13", "D14"] {
            assert_eq!(words(ClockKind::Duty, rule, "2021-09-29"), "还剩 12 日", "{rule}");
            assert_eq!(words(ClockKind::Duty, rule, "2021-10-14"), "已超 3 日", "{rule}");
        }
        for rule in ["D03", "D06", "D12"] {
            assert_eq!(words(ClockKind::Right, rule, "2021-09-29"), "还剩 12 日", "{rule}");
        }
        let ruler = clock(&running(ClockKind::Duty, "D13", "2021-10-11"), day("2021-09-29"), calendar).into_string();
        assert!(!ruler.contains("不计"), "every calendar day counts: {ruler}");
        let ruler = clock(&running(ClockKind::Duty, "S1", "2021-10-11"), day("2021-09-29"), calendar).into_string();
        assert!(ruler.contains("不计"));
    }
}
