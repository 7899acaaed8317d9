//! 工作日历: which day is a working day, and counting in working days in constant time. The announced days arrive
//! as values (the national list lies in `law/calendar/holidays.csv`; an office adds its local days). Never guesses a
//! year that is not announced: there the week decides, and the answer says that it is provisional.

use jiff::{ToSpan, civil::Date};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::OnceLock;

crate::code_enum! {
    /// What an announcement says of a day that differs from the plain week.
    pub enum AnnouncedKind {
        /// A day of a holiday block, its week-end days included.
        Holiday = "holiday" => "放假",
        /// A week-end day on which people work (调休).
        Workday = "workday" => "调休上班",
    }
}

/// One announced day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedDay {
    /// The day.
    pub date: Date,
    /// Holiday or make-up working day.
    pub kind: AnnouncedKind,
    /// Name of the holiday, for example `国庆节`.
    pub name: String,
}

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// Announced as part of a holiday block, with the name of the holiday.
    Holiday(&'a str),
    /// Announced as a working day on a week-end, with its name.
    MakeUpWorkday(&'a str),
    /// Monday to Friday, nothing announced.
    Weekday,
    /// Saturday or Sunday, nothing announced.
    Weekend,
}

/// Why a list of days cannot be used; the row counts data rows from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalendarError {
    /// There is no row at all.
    Empty,
    /// The first line is not `date,kind,name`.
    Header(String),
    /// A row has not three fields, or its date or kind cannot be read.
    Row(usize, String),
    /// The same day stands twice in one list.
    Twice(Date),
    /// The years span more than 400 years.
    TooLong,
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("日历没有任何一天"),
            Self::Header(found) => write!(f, "日历首行应为 date,kind,name，现为“{found}”"),
            Self::Row(row, found) => write!(f, "日历第{row}行无法读取：“{found}”"),
            Self::Twice(date) => write!(f, "日历中 {date} 出现两次"),
            Self::TooLong => f.write_str("日历的年份跨度超过四百年"),
        }
    }
}

impl std::error::Error for CalendarError {}

/// Announced days with their version, ready for counting.
#[derive(Debug, Clone)]
pub struct Calendar {
    version: String,
    announced: BTreeMap<i64, (AnnouncedKind, String)>,
    known_years: BTreeSet<i16>,
    /// First day of the tables, as days since 1970-01-01.
    start: i64,
    /// `working[i]`: working days among the first `i` days of the table.
    working: Vec<u32>,
    /// `unknown[i]`: days of years not announced among the first `i` days of the table.
    unknown: Vec<u32>,
    /// Position in the table of its k-th working day, counted from 0.
    nth: Vec<u32>,
}

const NATIONAL: &str = include_str!("../../../law/calendar/holidays.csv");

/// Days since 1970-01-01.
fn day_number(date: Date) -> i64 {
    // The span of two civil dates is at most 7.4 million days and always fits.
    date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24
}

fn date_of(day: i64) -> Option<Date> {
    let days = i32::try_from(day).ok()?;
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// Monday to Friday? 1970-01-01 was a Thursday.
fn is_weekday(day: i64) -> bool {
    (day + 3).rem_euclid(7) < 5
}

/// Number of Mondays to Fridays from Monday 1969-12-29 through `day` (negative before it).
fn weekdays_through(day: i64) -> i64 {
    let since_monday = day + 3;
    5 * since_monday.div_euclid(7) + (since_monday.rem_euclid(7) + 1).min(5)
}

/// The day on which [`weekdays_through`] first reaches `count`.
fn weekday_number(count: i64) -> i64 {
    7 * (count - 1).div_euclid(5) + (count - 1).rem_euclid(5) - 3
}

impl Calendar {
    /// A calendar of announced days. Every year in which a day is announced counts as known as a whole.
    ///
    /// # Errors
    /// No day, a day twice, more than 400 years.
    pub fn new(days: Vec<AnnouncedDay>, version: impl Into<String>) -> Result<Self, CalendarError> {
        let known: BTreeSet<i16> = days.iter().map(|day| day.date.year()).collect();
        let mut announced = BTreeMap::new();
        insert(&mut announced, days)?;
        Self::build(announced, known, version.into())
    }

    /// Reads `date,kind,name` with a header line; kinds are `holiday` and `workday`.
    ///
    /// # Errors
    /// The first row that cannot be read.
    pub fn parse_days(text: &str) -> Result<Vec<AnnouncedDay>, CalendarError> {
        let mut lines = text.trim_start_matches('\u{feff}').lines().map(|line| line.trim_end_matches('\r'));
        let header = lines.next().unwrap_or_default();
        if header != "date,kind,name" {
            return Err(CalendarError::Header(header.to_owned()));
        }
        let mut days = Vec::new();
        for (index, line) in lines.enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let bad = || CalendarError::Row(index + 1, line.to_owned());
            let mut fields = line.splitn(3, ',');
            let (Some(date), Some(kind), Some(name)) = (fields.next(), fields.next(), fields.next()) else {
                return Err(bad());
            };
            let date = date.trim().parse().map_err(|_| bad())?;
            let kind = <AnnouncedKind as crate::code::Code>::from_code(kind.trim()).ok_or_else(bad)?;
            days.push(AnnouncedDay { date, kind, name: name.trim().to_owned() });
        }
        Ok(days)
    }

    /// A calendar from the text of a file as [`Self::parse_days`] reads it.
    ///
    /// # Errors
    /// As [`Self::parse_days`] and [`Self::new`].
    pub fn parse_csv(text: &str, version: impl Into<String>) -> Result<Self, CalendarError> {
        Self::new(Self::parse_days(text)?, version)
    }

    /// The national arrangements 2018–2026 that come with the program.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Calendar> = OnceLock::new();
        // The list is part of the program and a test reads it; an empty calendar knows no year and says so.
        BUILTIN
            .get_or_init(|| Self::parse_csv(NATIONAL, "全国放假安排 2018–2026").unwrap_or_else(|_| Self::unannounced()))
    }

    /// A calendar without any announced day: the week alone, every answer provisional.
    pub fn unannounced() -> Self {
        Self {
            version: "未载入放假安排".to_owned(),
            announced: BTreeMap::new(),
            known_years: BTreeSet::new(),
            start: 0,
            working: vec![0],
            unknown: vec![0],
            nth: Vec::new(),
        }
    }

    /// The same calendar with later announcements added or corrected; their years become known.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn extended(&self, days: Vec<AnnouncedDay>, version: impl Into<String>) -> Result<Self, CalendarError> {
        let mut known = self.known_years.clone();
        known.extend(days.iter().map(|day| day.date.year()));
        let mut announced = self.announced.clone();
        insert(&mut announced, days)?;
        Self::build(announced, known, version.into())
    }

    /// The same calendar with days of one region on top (HOL 第四条). They win over the national day and make no year
    /// known. The version names both.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_overlay(&self, days: Vec<AnnouncedDay>, name: &str) -> Result<Self, CalendarError> {
        let mut announced = self.announced.clone();
        insert(&mut announced, days)?;
        Self::build(announced, self.known_years.clone(), format!("{}；本地日历：{name}", self.version))
    }

    fn build(
        announced: BTreeMap<i64, (AnnouncedKind, String)>,
        known_years: BTreeSet<i16>,
        version: String,
    ) -> Result<Self, CalendarError> {
        let years = announced.keys().filter_map(|day| date_of(*day)).map(Date::year);
        let (Some(first), Some(last)) = (years.clone().min(), years.max()) else { return Err(CalendarError::Empty) };
        if i32::from(last) - i32::from(first) > 400 {
            return Err(CalendarError::TooLong);
        }
        let mut calendar =
            Self { version, announced, known_years, start: 0, working: vec![0], unknown: vec![0], nth: Vec::new() };
        calendar.start = day_number(Date::constant(first, 1, 1));
        let (mut working, mut unknown) = (0, 0);
        for year in first..=last {
            let known = calendar.known_years.contains(&year);
            let begin = day_number(Date::constant(year, 1, 1));
            for day in begin..=day_number(Date::constant(year, 12, 31)) {
                let works = match calendar.announced.get(&day) {
                    Some((kind, _)) => *kind == AnnouncedKind::Workday,
                    None => is_weekday(day),
                };
                if works {
                    // At most 401 years fit.
                    calendar.nth.push((day - calendar.start) as u32);
                    working += 1;
                }
                unknown += u32::from(!known);
                calendar.working.push(working);
                calendar.unknown.push(unknown);
            }
        }
        Ok(calendar)
    }

    /// Names the lists this calendar was made of; stored with every deadline.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Years with a published arrangement, ascending.
    pub fn known_years(&self) -> impl Iterator<Item = i16> {
        self.known_years.iter().copied()
    }

    /// True when the arrangement of this day's year is published.
    pub fn is_known(&self, date: Date) -> bool {
        self.known_years.contains(&date.year())
    }

    /// True when every day from `first` through `last` lies in a known year. An empty span is known.
    pub fn knows_all(&self, first: Date, last: Date) -> bool {
        let (first, last) = (day_number(first) - self.start, day_number(last) - self.start);
        if first > last {
            return true;
        }
        let end = self.unknown.len() as i64 - 1;
        if first < 0 || last >= end {
            return false;
        }
        self.unknown[last as usize + 1] == self.unknown[first as usize]
    }

    /// What a day is.
    pub fn kind_of_day(&self, date: Date) -> DayKind<'_> {
        let day = day_number(date);
        match self.announced.get(&day) {
            Some((AnnouncedKind::Holiday, name)) => DayKind::Holiday(name),
            Some((AnnouncedKind::Workday, name)) => DayKind::MakeUpWorkday(name),
            None if is_weekday(day) => DayKind::Weekday,
            None => DayKind::Weekend,
        }
    }

    /// Announced as working day, or Monday to Friday with nothing announced.
    pub fn is_working_day(&self, date: Date) -> bool {
        matches!(self.kind_of_day(date), DayKind::MakeUpWorkday(_) | DayKind::Weekday)
    }

    /// Part of an announced holiday block, the week-end days inside it included.
    pub fn is_holiday_block_day(&self, date: Date) -> bool {
        matches!(self.kind_of_day(date), DayKind::Holiday(_))
    }

    /// The announced days from `first` through `last`, in order of date.
    pub fn announced_between(&self, first: Date, last: Date) -> impl Iterator<Item = (Date, AnnouncedKind, &str)> {
        let (first, last) = (day_number(first), day_number(last));
        let span = if first <= last { first..last + 1 } else { first..first };
        self.announced.range(span).filter_map(|(day, (kind, name))| Some((date_of(*day)?, *kind, name.as_str())))
    }

    /// The n-th working day after `from`; `from` itself is not counted. A negative n counts back from the day before
    /// `from`; 0 gives the last working day on or before `from`. `None` outside the years -9999 to 9999.
    pub fn add_working_days(&self, from: Date, n: i64) -> Option<Date> {
        let reached = self.rank(day_number(from));
        // Counting back, `from` itself does not count either.
        let reached = if n < 0 { self.rank(day_number(from) - 1) + 1 } else { reached };
        date_of(self.select(reached.checked_add(n)?)?)
    }

    /// Number of working days after `from` through `to`; negative when `to` lies before `from`.
    pub fn working_days_between(&self, from: Date, to: Date) -> i64 {
        self.rank(day_number(to)) - self.rank(day_number(from))
    }

    /// Working days through `day`, counted from the same origin as [`weekdays_through`].
    fn rank(&self, day: i64) -> i64 {
        let table = self.working.len() as i64 - 1;
        let before = weekdays_through(self.start - 1);
        let position = day - self.start;
        if position < 0 {
            weekdays_through(day)
        } else if position < table {
            before + i64::from(self.working[position as usize + 1])
        } else {
            before + self.nth.len() as i64 + weekdays_through(day) - weekdays_through(self.start + table - 1)
        }
    }

    /// The day that is the `rank`-th working day.
    fn select(&self, rank: i64) -> Option<i64> {
        // All dates together have fewer working days than this.
        if rank.abs() > 10_000_000 {
            return None;
        }
        let before = weekdays_through(self.start - 1);
        let inside = self.nth.len() as i64;
        if rank <= before {
            Some(weekday_number(rank))
        } else if rank <= before + inside {
            self.nth.get((rank - before - 1) as usize).map(|position| self.start + i64::from(*position))
        } else {
            let end = self.start + self.working.len() as i64 - 2;
            Some(weekday_number(rank - before - inside + weekdays_through(end)))
        }
    }

    /// The first day on or after `date` that is in no announced holiday block. `None` past the year 9999.
    pub fn first_after_holiday_block(&self, date: Date) -> Option<Date> {
        let mut day = date;
        while self.is_holiday_block_day(day) {
            day = day.checked_add(1.day()).ok()?;
        }
        Some(day)
    }

    /// The first working day on or after `date`. `None` past the year 9999.
    pub fn first_working_day_from(&self, date: Date) -> Option<Date> {
        if self.is_working_day(date) { Some(date) } else { self.add_working_days(date, 1) }
    }
}

fn insert(
    announced: &mut BTreeMap<i64, (AnnouncedKind, String)>,
    days: Vec<AnnouncedDay>,
) -> Result<(), CalendarError> {
    let mut seen = BTreeSet::new();
    for day in days {
        if !seen.insert(day.date) {
            return Err(CalendarError::Twice(day.date));
        }
        announced.insert(day_number(day.date), (day.kind, day.name));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    /// Working days of each year as published (regulations 3.3), counted there by another program.
    #[test]
    fn working_days_of_each_announced_year() {
        let calendar = Calendar::builtin();
        let expected = [
            (2018, 250),
            (2019, 250),
            (2020, 249),
            (2021, 250),
            (2022, 249),
            (2023, 249),
            (2024, 251),
            (2025, 248),
            (2026, 248),
        ];
        assert_eq!(calendar.known_years().collect::<Vec<_>>(), expected.map(|(year, _)| year));
        for (year, count) in expected {
            assert_eq!(calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)), count, "{year}");
        }
        assert_eq!(calendar.announced_between(date(2018, 1, 1), date(2026, 12, 31)).count(), 322);
    }

    #[test]
    fn kinds_of_the_autumn_2021() {
        let calendar = Calendar::builtin();
        for (day, kind) in [
            (date(2021, 9, 17), "week"),
            (date(2021, 9, 18), "makeup"),
            (date(2021, 9, 19), "holiday"),
            (date(2021, 9, 21), "holiday"),
            (date(2021, 9, 22), "week"),
            (date(2021, 9, 25), "weekend"),
            (date(2021, 9, 26), "makeup"),
            (date(2021, 10, 1), "holiday"),
            (date(2021, 10, 7), "holiday"),
            (date(2021, 10, 8), "week"),
            (date(2021, 10, 9), "makeup"),
            (date(2021, 10, 10), "weekend"),
        ] {
            let found = match calendar.kind_of_day(day) {
                DayKind::Holiday(_) => "holiday",
                DayKind::MakeUpWorkday(_) => "makeup",
                DayKind::Weekday => "week",
                DayKind::Weekend => "weekend",
            };
            assert_eq!(found, kind, "{day}");
            assert_eq!(calendar.is_working_day(day), kind == "week" || kind == "makeup", "{day}");
            assert_eq!(calendar.is_holiday_block_day(day), kind == "holiday", "{day}");
        }
    }

    /// 2020: the Spring Festival was prolonged to 02-02 and the make-up day 02-01 cancelled.
    #[test]
    fn spring_festival_2020_was_prolonged() {
        let calendar = Calendar::builtin();
        assert!(calendar.is_holiday_block_day(date(2020, 2, 2)));
        assert!(!calendar.is_working_day(date(2020, 2, 1)));
        assert!(calendar.is_working_day(date(2020, 2, 3)));
    }

    /// HOL 第四条: a local holiday wins, names itself in the version and makes no year known.
    #[test]
    fn hol_art4_local_days_lie_on_top() {
        let local =
            |day| vec![AnnouncedDay { date: day, kind: AnnouncedKind::Holiday, name: "本地节日".to_owned() }];
        let base = Calendar::builtin();
        let here = base.with_overlay(local(date(2023, 11, 28)), "甲县").expect("overlay");
        assert!(base.is_working_day(date(2023, 11, 28)) && !here.is_working_day(date(2023, 11, 28)));
        assert_eq!(here.add_working_days(date(2023, 11, 27), 1), Some(date(2023, 11, 29)));
        assert_eq!(here.version(), "全国放假安排 2018–2026；本地日历：甲县");
        let later = base.with_overlay(local(date(2027, 3, 3)), "甲县").expect("overlay");
        assert!(!later.is_known(date(2027, 3, 3)) && !later.knows_all(date(2026, 12, 31), date(2027, 1, 1)));
        assert!(!later.is_working_day(date(2027, 3, 3)));
        let extended = base.extended(local(date(2027, 3, 3)), "至 2027").expect("extension");
        assert!(extended.knows_all(date(2018, 1, 1), date(2027, 12, 31)));
        let gap = base.extended(local(date(2029, 3, 3)), "缺 2027、2028").expect("extension");
        assert!(!gap.knows_all(date(2026, 12, 31), date(2029, 1, 1)));
        assert!(gap.knows_all(date(2029, 1, 1), date(2029, 12, 31)));
    }

    #[test]
    fn a_list_that_cannot_be_read_says_where() {
        let read = |text: &str| Calendar::parse_csv(text, "x").map(|_| ()).map_err(|e| e.to_string());
        assert_eq!(read("date,kind,name\n"), Err("日历没有任何一天".to_owned()));
        assert_eq!(read("day\n"), Err("日历首行应为 date,kind,name，现为“day”".to_owned()));
        assert_eq!(
            read("date,kind,name\n2021-02-30,holiday,x"),
            Err("日历第1行无法读取：“2021-02-30,holiday,x”".to_owned())
        );
        assert_eq!(read("date,kind,name\n2021-10-01,rest,x"), Err("日历第1行无法读取：“2021-10-01,rest,x”".to_owned()));
        assert_eq!(
            read("date,kind,name\n2021-10-01,holiday,x\n2021-10-01,workday,x"),
            Err("日历中 2021-10-01 出现两次".to_owned())
        );
        assert_eq!(read("\u{feff}date,kind,name\r\n2021-10-01,holiday,国庆节\r\n"), Ok(()));
    }

    /// The same count, day by day: the definition that the tables must agree with.
    fn naive(calendar: &Calendar, from: Date, n: i64) -> Date {
        let (mut day, mut left) = (from, n.abs());
        while left > 0 {
            day = day.checked_add(n.signum().days()).expect("in range");
            left -= i64::from(calendar.is_working_day(day));
        }
        day
    }

    proptest! {
        /// Constant time equals day by day, inside the tables, across both ends and far outside.
        #[test]
        fn counting_equals_walking(offset in -4000i64..9000, n in 1i64..900, back in any::<bool>()) {
            let calendar = Calendar::builtin();
            let from = date_of(day_number(date(2018, 1, 1)) + offset).expect("date");
            let n = if back { -n } else { n };
            let reached = calendar.add_working_days(from, n).expect("in range");
            prop_assert_eq!(reached, naive(calendar, from, n));
            prop_assert!(calendar.is_working_day(reached));
            if n > 0 {
                prop_assert_eq!(calendar.working_days_between(from, reached), n);
            }
            let known = (2018..=2026).contains(&from.year()) && (2018..=2026).contains(&reached.year());
            let (first, last) = (from.min(reached), from.max(reached));
            prop_assert_eq!(calendar.knows_all(first, last), known);
        }

        #[test]
        fn the_week_alone_counts_the_same(offset in -900_000i64..900_000, n in 1i64..400) {
            let calendar = Calendar::unannounced();
            let from = date_of(offset).expect("date");
            prop_assert_eq!(calendar.add_working_days(from, n), Some(naive(&calendar, from, n)));
        }
    }
}
