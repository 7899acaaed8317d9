//! Deadlines: how long, from what, counted how, and the derivation that can be printed.
//!
//! Two clocks, two types: a [`RightRule`] counts a party's right (missed: the right ends), a [`DutyRule`] an
//! office's duty (missed: a line turns red). An office's working days never shorten a party's calendar days.
//! Regulations §3. Nothing here reads a clock: the trigger day and the calendar arrive as values.

use crate::{
    calendar::{Calendar, DayKind},
    law::{self, LegalBasis},
};
use jiff::{ToSpan, civil::Date};

/// Length of a term; the three units do not mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Calendar days (公历日).
    CalendarDays(i64),
    /// Working days (工作日).
    WorkingDays(i64),
    /// Months; ends on the same day of the month, or its last day (《民法典》第二百零二条).
    Months(i64),
}

impl Length {
    /// In words: `15 日`, `5 个工作日`, `6 个月`.
    pub fn words(self) -> String {
        match self {
            Self::CalendarDays(n) => format!("{n} 日"),
            Self::WorkingDays(n) => format!("{n} 个工作日"),
            Self::Months(n) => format!("{n} 个月"),
        }
    }
    /// The same unit with another number.
    #[must_use]
    pub const fn of(self, n: i64) -> Self {
        match self {
            Self::CalendarDays(_) => Self::CalendarDays(n),
            Self::WorkingDays(_) => Self::WorkingDays(n),
            Self::Months(_) => Self::Months(n),
        }
    }
}

/// What a derivation calls the length in its steps.
const LENGTH_SAID: &str = "期间：";

/// The length that the steps of a derivation name, where it is of the unit of `like`.
pub fn length_said(steps: &str, like: Length) -> Option<Length> {
    let line = steps.lines().find_map(|line| line.strip_prefix(LENGTH_SAID))?;
    let words = line.split('（').next().unwrap_or(line);
    let length = like.of(words.split(' ').next()?.parse().ok()?);
    (length.words() == words).then_some(length)
}

/// What happens when the last day is no working day (regulations §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Roll {
    /// H: an office's day rolls over an announced holiday block only, a party's over every non-working day.
    LastDay,
    /// N: a window or a blackout does not roll.
    None,
}

/// Why a term cannot be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadlineError {
    /// The length is negative.
    Negative,
    /// The last day lies beyond the year 9999.
    BeyondTheCalendar,
}

/// The three last days of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Before any roll.
    pub raw: Date,
    /// Rolled over announced holiday blocks only: binds the office.
    pub strict: Date,
    /// Rolled over every non-working day: an act done by then is in time.
    pub party: Date,
    /// A day that had to be looked at lies outside the announced calendar.
    pub provisional: bool,
}

/// Counts a term. The trigger day is day 0 and not counted (《民法典》第二百零一条); only the last day may
/// roll (第二百零三条), days off inside a term add nothing. Working days never need a roll.
///
/// # Errors
/// [`DeadlineError`].
pub fn count(trigger: Date, length: Length, calendar: &Calendar) -> Result<Counted, DeadlineError> {
    let beyond = DeadlineError::BeyondTheCalendar;
    let raw = match length {
        Length::CalendarDays(n) | Length::WorkingDays(n) | Length::Months(n) if n < 0 => {
            return Err(DeadlineError::Negative);
        }
        Length::CalendarDays(n) if n > 4_000_000 => return Err(beyond),
        Length::Months(n) if n > 120_000 => return Err(beyond),
        Length::CalendarDays(n) => trigger.checked_add(n.days()).map_err(|_| beyond)?,
        Length::Months(n) => trigger.checked_add(n.months()).map_err(|_| beyond)?,
        Length::WorkingDays(n) => {
            let due = if n == 0 { Some(trigger) } else { calendar.add_working_days(trigger, n) }.ok_or(beyond)?;
            let provisional = !calendar.knows_all(trigger.checked_add(1.day()).map_err(|_| beyond)?, due);
            return Ok(Counted { raw: due, strict: due, party: due, provisional });
        }
    };
    let strict = calendar.first_after_holiday_block(raw).ok_or(beyond)?;
    let party = calendar.first_working_day_from(raw).ok_or(beyond)?;
    Ok(Counted { raw, strict, party, provisional: !calendar.knows_all(raw, party.max(strict)) })
}

/// A term that has been counted, with everything needed to print how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    /// Rule, for example `D03`.
    pub rule_id: &'static str,
    /// What the term is for, in words.
    pub title: &'static str,
    /// Day 0.
    pub trigger_on: Date,
    /// Length.
    pub length: Length,
    /// Before any roll.
    pub due_raw: Date,
    /// Last day for an office.
    pub due_strict: Date,
    /// Last day for a party.
    pub due_party: Date,
    /// Counted beyond the announced calendar.
    pub provisional: bool,
    /// Calendar used.
    pub calendar_version: String,
    /// Article or decision.
    pub basis: LegalBasis,
    steps: Vec<String>,
}

impl Derivation {
    /// The counting, one sentence a step, as printed on pages and papers.
    pub fn steps(&self) -> &[String] {
        &self.steps
    }
}

/// A party's right or duty towards the office: its last day is the friendly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RightRule {
    /// Id of regulations §3.1.
    pub id: &'static str,
    /// What may be done.
    pub title: &'static str,
    /// What sets it running, in words.
    pub trigger: &'static str,
    /// Length.
    pub length: Length,
    /// Article.
    pub basis: LegalBasis,
}

/// An office's duty: its last day is the strict one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DutyRule {
    /// Id of regulations §3.1.
    pub id: &'static str,
    /// What has to be done.
    pub title: &'static str,
    /// What sets it running, in words.
    pub trigger: &'static str,
    /// Length.
    pub length: Length,
    /// Whether the last day may roll.
    pub roll: Roll,
    /// Article.
    pub basis: LegalBasis,
}

impl RightRule {
    /// Counts the right from its trigger. A term beyond the year 9999 ends with it.
    pub fn derive(&self, trigger_on: Date, calendar: &Calendar) -> Derivation {
        derive(self.id, self.title, self.trigger, trigger_on, self.length, Roll::LastDay, self.basis, calendar, true)
    }
}

impl DutyRule {
    /// Counts the duty from its trigger. A term beyond the year 9999 ends with it.
    pub fn derive(&self, trigger_on: Date, calendar: &Calendar) -> Derivation {
        derive(self.id, self.title, self.trigger, trigger_on, self.length, self.roll, self.basis, calendar, false)
    }
    /// The same duty with a length that an administrator has set (values of regulations marked as parameters).
    #[must_use]
    pub const fn with_length(mut self, length: Length) -> Self {
        self.length = length;
        self
    }
}

#[expect(clippy::too_many_arguments, reason = "one private function behind the two typed rules")]
fn derive(
    rule_id: &'static str,
    title: &'static str,
    trigger: &str,
    trigger_on: Date,
    length: Length,
    roll: Roll,
    basis: LegalBasis,
    calendar: &Calendar,
    party: bool,
) -> Derivation {
    let end = Counted { raw: Date::MAX, strict: Date::MAX, party: Date::MAX, provisional: true };
    let mut counted = count(trigger_on, length, calendar).unwrap_or(end);
    if roll == Roll::None {
        (counted.strict, counted.party) = (counted.raw, counted.raw);
    }
    let mut steps = vec![
        format!("{trigger}：{}，当日不计（{}）", day_words(trigger_on, calendar), law::CIV_201.text()),
        format!("{LENGTH_SAID}{}（{}）", length.words(), basis.cited()),
    ];
    match length {
        Length::WorkingDays(_) => steps.extend(working_day_steps(trigger_on, counted.raw, calendar)),
        Length::CalendarDays(n) => steps.push(format!("自次日起数 {n} 日，到 {}", day_words(counted.raw, calendar))),
        Length::Months(n) => {
            steps.push(format!("满 {n} 个月，到 {}（{}）", day_words(counted.raw, calendar), law::CIV_202.text()));
        }
    }
    if !matches!(length, Length::WorkingDays(_)) {
        if party && counted.party != counted.raw {
            steps.push(format!(
                "末日不是工作日，顺延到 {}（{}）",
                day_words(counted.party, calendar),
                law::CIV_203.text()
            ));
        }
        if !party && counted.strict != counted.raw {
            steps.push(format!(
                "末日在法定节假日内，顺延到 {}（{}）",
                day_words(counted.strict, calendar),
                law::CIV_203.text()
            ));
        }
        if !party && counted.strict == counted.raw && counted.party != counted.raw {
            steps.push(format!("末日是休息日而非法定节假日，本局期限不顺延（{}）", law::DECISION_LAST_DAY.text()));
        }
    }
    if counted.provisional {
        steps.push(format!(
            "其中有年份的放假安排尚未公布，只按周末推算，公布后重算（{}）",
            law::DECISION_UNKNOWN_YEAR.text()
        ));
    }
    steps.push(format!("日历：{}", calendar.version()));
    Derivation {
        rule_id,
        title,
        trigger_on,
        length,
        due_raw: counted.raw,
        due_strict: counted.strict,
        due_party: counted.party,
        provisional: counted.provisional,
        calendar_version: calendar.version().to_owned(),
        basis,
        steps,
    }
}

/// `2021-09-26（周日，补班）`.
pub fn day_words(date: Date, calendar: &Calendar) -> String {
    const WEEK: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    let weekday = WEEK[date.weekday().to_monday_zero_offset() as usize];
    match calendar.kind_of_day(date) {
        DayKind::Holiday(name) => format!("{date}（{weekday}，{name}）"),
        DayKind::MakeUpWorkday(_) => format!("{date}（{weekday}，补班）"),
        DayKind::Weekend => format!("{date}（{weekday}，休息）"),
        DayKind::Weekday => format!("{date}（{weekday}）"),
    }
}

/// The working days themselves while they are few, otherwise their end alone.
fn working_day_steps(trigger_on: Date, due: Date, calendar: &Calendar) -> Vec<String> {
    let total = calendar.working_days_between(trigger_on, due);
    let mut steps = Vec::new();
    if (1..=20).contains(&total) {
        let days: Vec<String> = (1..=total)
            .filter_map(|n| calendar.add_working_days(trigger_on, n))
            .map(|day| {
                let make_up = matches!(calendar.kind_of_day(day), DayKind::MakeUpWorkday(_));
                format!("{:02}-{:02}{}", day.month(), day.day(), if make_up { "补班" } else { "" })
            })
            .collect();
        steps.push(format!("自次日起数工作日：{}", days.join("、")));
    }
    steps.push(format!("到 {}", day_words(due, calendar)));
    steps
}

macro_rules! rules {
    ($kind:ident, $list:ident, $list_doc:literal: $($(#[$meta:meta])+ $name:ident = $id:literal, $title:literal, $trigger:literal, $length:expr, $basis:expr $(, $field:ident: $value:expr)?;)+) => {
        $($(#[$meta])+ pub const $name: $kind = $kind { id: $id, title: $title, trigger: $trigger, length: $length, basis: $basis $(, $field: $value)? };)+
        #[doc = $list_doc]
        pub const $list: &[$kind] = &[$($name),+];
    };
}

rules! { RightRule, RIGHTS, "Rights and duties of parties, regulations §3.1.":
    /// D03: written objection, per recipient, from proof of service (R18 第三十六条; 《产品质量法》第十五条).
    OBJECTION = "D03", "提出书面异议", "收到书面检验结论", Length::CalendarDays(15), law::PQL_15;
    /// D06: the applicant completes the re-inspection formalities (R18 第三十八条).
    REINSPECTION_FORMALITIES = "D06", "办理复检手续", "收到复检通知", Length::CalendarDays(7), law::R18_38;
    /// D12: the party corrects, counted from service of the order (R18 第四十六条; decision 六十日自送达起算).
    RECTIFICATION = "D12", "改正", "责令改正通知书送达", Length::CalendarDays(60), law::R18_46;
    /// D30: application for administrative reconsideration, printed on orders (《行政复议法》第二十条).
    RECONSIDERATION = "D30", "申请行政复议", "知道行政行为", Length::CalendarDays(60), law::ARL_20;
    /// D30: administrative litigation, printed on orders (《行政诉讼法》第四十六条).
    LITIGATION = "D30L", "提起行政诉讼", "知道行政行为", Length::Months(6), law::ALL_46;
}

rules! { DutyRule, DUTIES, "Duties of offices, regulations §3.1.":
    /// S1: verification and disposal, joint duty of section and station (notice, part five).
    VERIFICATION = "S1", "核查处置", "收到不合格或问题报告", Length::WorkingDays(5), law::SEED_5, roll: Roll::LastDay;
    /// S2: existing objection to enforcement and re-inspection to the organiser (notice, part five). Never shortens D03.
    OBJECTION_REPORT = "S2", "报告异议并申请复检", "收到不合格或问题报告", Length::WorkingDays(7), law::SEED_5, roll: Roll::LastDay;
    /// S4: report of possibly higher risk: the same or the next day (notice, part four; decision 24 hours).
    RISK_ALERT = "S4", "报告高风险产品", "发现可能存在较高风险", Length::CalendarDays(1), law::DECISION_RISK_ALERT, roll: Roll::LastDay;
    /// S5: possible industry-wide risk upward.
    INDUSTRY_RISK = "S5", "上报行业性风险", "发现可能存在行业性风险", Length::WorkingDays(3), law::DECISION_INDUSTRY_RISK, roll: Roll::LastDay;
    /// S6: disposal result upward.
    DISPOSAL_REPORT = "S6", "报送处置结果", "处置完毕", Length::WorkingDays(5), law::DECISION_DISPOSAL_REPORT, roll: Roll::LastDay;
    /// D05: accept or refuse an objection; the length is a parameter.
    OBJECTION_ACCEPTANCE = "D05", "决定是否受理异议", "收到异议", Length::WorkingDays(3), law::LOC_OBJ_ACCEPTANCE, roll: Roll::LastDay;
    /// D07: appoint the re-inspection laboratory (R18 第三十九条).
    REINSPECTION_APPOINTMENT = "D07", "确定复检机构", "复检手续办理完毕", Length::CalendarDays(10), law::R18_39, roll: Roll::LastDay;
    /// D08: re-inspection report; the length is a parameter.
    REINSPECTION_REPORT = "D08", "出具复检报告", "复检机构收到备用样品", Length::CalendarDays(20), law::DECISION_LAB_TERM, roll: Roll::LastDay;
    /// D09: test report; the length is a parameter.
    TEST_REPORT = "D09", "出具检验报告", "机构收到样品", Length::WorkingDays(20), law::DECISION_LAB_TERM, roll: Roll::LastDay;
    /// D10: notice of the result (R18 第三十五条 “及时”; decision five working days).
    RESULT_NOTICE = "D10", "送达检验结果通知书", "确认检验报告", Length::WorkingDays(5), law::DECISION_RESULT_NOTICE, roll: Roll::LastDay;
    /// D13: organise the recheck, from the day of the order (R18 第四十七条).
    RECHECK = "D13", "组织复查", "责令改正之日", Length::CalendarDays(75), law::R18_47, roll: Roll::LastDay;
    /// D14: second recheck, before day 90 from the province's announcement (R18 第四十八条). Not before day 61:
    /// [`second_recheck_window`]. A window does not roll.
    SECOND_RECHECK = "D14", "组织第二次复查（公告六十日后九十日前）", "省级公告", Length::CalendarDays(89), law::R18_48, roll: Roll::None;
    /// D16: return conforming free samples after all rights have ended.
    SAMPLE_RETURN = "D16", "退还样品", "全部异议期满", Length::WorkingDays(10), law::DECISION_SAMPLE_RETURN, roll: Roll::LastDay;
    /// D17: notify the same-level authority of the producer's place.
    OUT_OF_AREA = "D17", "通报异地同级部门", "发现生产者在异地", Length::WorkingDays(5), law::DECISION_OUT_OF_AREA, roll: Roll::LastDay;
    /// D20: enforcement decides whether it files, from the clue.
    FILING = "D20", "决定是否立案", "发现线索或者收到材料", Length::WorkingDays(15), law::APP_FILING, roll: Roll::LastDay;
    /// D18: publish what must be public (《政府信息公开条例》第二十六条).
    PUBLICATION = "D18", "公布抽查结果", "结果形成", Length::WorkingDays(20), law::OGI_26, roll: Roll::LastDay;
    /// A case that waits for finality: three working days after the last party's right has ended.
    AFTER_FINALITY = "W1", "异议期满后决定责令改正", "全部收件人的异议期届满", Length::WorkingDays(3), law::DECISION_WAITING_STOPPED, roll: Roll::LastDay;
    /// Reminder while a case lies with the superior.
    ESCALATION_REMINDER = "W2", "催问上级办理情况", "上报", Length::WorkingDays(20), law::DECISION_WAITING_ESCALATED, roll: Roll::LastDay;
    /// The result manager reviews a submitted sampling record.
    RECORD_REVIEW = "V1", "审核抽样单", "提交抽样单", Length::WorkingDays(2), law::DECISION_RECORD_REVIEW, roll: Roll::LastDay;
    /// Receipt of a transfer.
    TRANSFER_RECEIPT = "W3", "收回移送回执", "移送", Length::WorkingDays(10), law::DECISION_WAITING_TRANSFERRED, roll: Roll::LastDay;
}

/// Length of the rule with this id, for its unit: a parameter may change the number of days, never what is counted.
pub fn length_of(rule: &str) -> Option<Length> {
    let right = RIGHTS.iter().find(|known| known.id == rule).map(|known| known.length);
    right.or_else(|| DUTIES.iter().find(|known| known.id == rule).map(|known| known.length))
}

/// D04: days after an announcement of service until it counts as served (《民事诉讼法》第九十五条).
pub const ANNOUNCEMENT_DAYS: i64 = 30;
/// D01, D02, ★S3: months for which the same product is not checked again (R18 第八条).
pub const NO_REPEAT_MONTHS: i64 = 6;

/// The day on which a service by announcement counts as done (《民事诉讼法》第九十五条). Does not roll.
pub fn deemed_served_on(announced_on: Date) -> Date {
    announced_on.saturating_add(ANNOUNCEMENT_DAYS.days())
}

/// Last day of the no-repeat blackout after a check, inclusive; the first free day is the day after. Ends on the
/// corresponding day or the month's last (《民法典》第二百零二条), no roll (regulations §3.2(5)).
pub fn blocked_until(checked_on: Date) -> Date {
    checked_on.saturating_add(NO_REPEAT_MONTHS.months())
}

/// Window of the second recheck after the province's announcement (R18 第四十八条).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondRecheckWindow {
    /// First day, strictly read (六十日后).
    pub strict_from: Date,
    /// Last day, strictly read (九十日前).
    pub strict_until: Date,
    /// First day accepted.
    pub accepted_from: Date,
    /// Last day accepted.
    pub accepted_until: Date,
}

/// R18 第四十八条: after day 60 and before day 90 from the announcement.
pub fn second_recheck_window(announced_on: Date) -> SecondRecheckWindow {
    let day = |n: i64| announced_on.saturating_add(n.days());
    SecondRecheckWindow { strict_from: day(61), strict_until: day(89), accepted_from: day(60), accepted_until: day(90) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("date")
    }

    /// Trigger, expected raw, strict and party days.
    #[track_caller]
    fn check(length: Length, trigger: &str, raw: &str, strict: &str, party: &str) {
        let counted = count(day(trigger), length, Calendar::builtin()).expect("countable");
        let expected = Counted { raw: day(raw), strict: day(strict), party: day(party), provisional: false };
        assert_eq!(counted, expected, "{length:?} from {trigger}");
    }

    /// Notice, part five: 5 and 7 working days across National Day 2021 (regulations §10.5).
    #[test]
    fn seed_part5_working_days_of_autumn_2021() {
        for (n, trigger, due) in [
            (5, "2021-09-24", "2021-09-30"),
            (7, "2021-09-24", "2021-10-09"),
            (5, "2021-09-28", "2021-10-11"),
            (7, "2021-09-28", "2021-10-13"),
            (5, "2021-09-30", "2021-10-13"),
            (7, "2021-09-30", "2021-10-15"),
            (5, "2021-10-07", "2021-10-13"),
            (20, "2021-09-15", "2021-10-19"),
        ] {
            check(Length::WorkingDays(n), trigger, due, due, due);
        }
    }

    /// 《产品质量法》第十五条 with 《民法典》第二百零三条: fifteen calendar days (regulations §10.5).
    #[test]
    fn product_quality_law_art15_fifteen_days() {
        let days = Length::CalendarDays(15);
        check(days, "2021-09-16", "2021-10-01", "2021-10-08", "2021-10-08");
        check(days, "2021-09-22", "2021-10-07", "2021-10-08", "2021-10-08");
        check(days, "2021-09-23", "2021-10-08", "2021-10-08", "2021-10-08");
        check(days, "2021-09-24", "2021-10-09", "2021-10-09", "2021-10-09");
        check(days, "2021-09-25", "2021-10-10", "2021-10-10", "2021-10-11");
    }

    /// 《民事诉讼法》第九十五条: thirty days, then the fifteen.
    #[test]
    fn civil_procedure_law_art95_deemed_service_then_objection() {
        let deemed = deemed_served_on(day("2021-08-17"));
        assert_eq!(deemed, day("2021-09-16"));
        assert_eq!(OBJECTION.derive(deemed, Calendar::builtin()).due_party, day("2021-10-08"));
    }

    /// R18 第三十八条, 第三十九条, 第四十六条, 第四十七条 (regulations §10.5).
    #[test]
    fn r18_art38_39_46_47_last_days() {
        check(Length::CalendarDays(7), "2021-09-24", "2021-10-01", "2021-10-08", "2021-10-08");
        check(Length::CalendarDays(10), "2021-09-24", "2021-10-04", "2021-10-08", "2021-10-08");
        check(Length::CalendarDays(60), "2021-08-02", "2021-10-01", "2021-10-08", "2021-10-08");
        check(Length::CalendarDays(75), "2021-08-02", "2021-10-16", "2021-10-16", "2021-10-18");
        check(Length::CalendarDays(60), "2021-07-21", "2021-09-19", "2021-09-22", "2021-09-22");
    }

    /// R18 第四十八条: window after the province's announcement.
    #[test]
    fn r18_art48_second_recheck_window() {
        let window = second_recheck_window(day("2021-07-30"));
        assert_eq!((window.strict_from, window.strict_until), (day("2021-09-29"), day("2021-10-27")));
        assert_eq!((window.accepted_from, window.accepted_until), (day("2021-09-28"), day("2021-10-28")));
    }

    /// R18 第八条 with 《民法典》第二百零二条: six months end on the same day or the month's last; no roll.
    #[test]
    fn r18_art8_six_months() {
        for (checked, until) in [
            ("2021-03-15", "2021-09-15"),
            ("2021-08-31", "2022-02-28"),
            ("2020-08-29", "2021-02-28"),
            ("2021-04-01", "2021-10-01"),
        ] {
            assert_eq!(blocked_until(day(checked)), day(until), "{checked}");
        }
    }

    /// An office's seven working days end before the party's fifteen calendar days: the right stays (regulations §10.5).
    #[test]
    fn the_offices_term_never_shortens_the_partys_right() {
        let calendar = Calendar::builtin();
        let duty = OBJECTION_REPORT.derive(day("2021-09-24"), calendar);
        let right = OBJECTION.derive(day("2021-09-27"), calendar);
        assert_eq!((duty.due_strict, right.due_party), (day("2021-10-09"), day("2021-10-12")));
    }

    /// The length a duty was counted with can be read back from its steps, in its own unit alone.
    #[test]
    fn a_derivation_names_its_length() {
        let on = day("2021-09-24");
        for rule in [VERIFICATION, TEST_REPORT.with_length(Length::WorkingDays(33)), RECHECK] {
            let steps = rule.derive(on, Calendar::builtin()).steps().join("\n");
            assert_eq!(length_said(&steps, rule.length), Some(rule.length), "{steps}");
            assert_eq!(length_said(&steps, Length::Months(1)), None, "{steps}");
        }
        assert_eq!(length_said("", Length::Months(1)), None);
    }

    /// 《民法典》第二百零一条 and decision 未公布的年份: a derivation says day 0, the days, the roll and the calendar.
    #[test]
    fn a_derivation_can_be_read_aloud() {
        let calendar = Calendar::builtin();
        let steps = VERIFICATION.derive(day("2021-09-24"), calendar).steps().join("\n");
        assert!(
            steps.contains("09-26补班") && steps.contains("2021-09-30（周四）") && steps.contains("当日不计"),
            "{steps}"
        );
        let steps = OBJECTION.derive(day("2021-09-16"), calendar).steps().join("\n");
        assert!(steps.contains("顺延到 2021-10-08") && steps.contains("第二百零三条"), "{steps}");
        let late = VERIFICATION.derive(day("2026-12-30"), calendar);
        assert!(late.provisional && late.steps().iter().any(|step| step.contains("尚未公布")));
    }

    #[test]
    fn what_cannot_be_counted_is_said() {
        let calendar = Calendar::builtin();
        assert_eq!(count(day("2021-01-01"), Length::CalendarDays(-1), calendar), Err(DeadlineError::Negative));
        assert_eq!(count(day("9999-12-30"), Length::CalendarDays(5), calendar), Err(DeadlineError::BeyondTheCalendar));
        assert_eq!(count(day("9999-12-30"), Length::WorkingDays(5), calendar), Err(DeadlineError::BeyondTheCalendar));
        assert_eq!(count(day("9999-06-30"), Length::Months(12), calendar), Err(DeadlineError::BeyondTheCalendar));
    }

    /// Ids are unique and every rule stands on an article that pages can cite.
    #[test]
    fn every_rule_has_its_own_id() {
        let mut ids: Vec<&str> = RIGHTS.iter().map(|rule| rule.id).chain(DUTIES.iter().map(|rule| rule.id)).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
        assert!(
            RIGHTS
                .iter()
                .map(|rule| rule.basis)
                .chain(DUTIES.iter().map(|rule| rule.basis))
                .all(|basis| basis.evidence().is_some())
        );
    }
}
