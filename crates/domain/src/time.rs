//! Instants and dates. An instant is UTC; every date of the business is a date in Asia/Shanghai
//! (《民法典》第二百零三条: the day ends at 24:00 local time). Nothing here reads a clock.

use jiff::{civil::Date, tz};
use std::fmt;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Timestamp(pub i64);

/// Asia/Shanghai has kept UTC+8 without summer time since 1991-09-15; all instants here are later.
fn shanghai() -> tz::TimeZone {
    tz::TimeZone::fixed(tz::offset(8))
}

impl Timestamp {
    /// From microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// The business date on which this instant falls.
    pub fn date(self) -> Date {
        self.zoned().date()
    }
    /// Midnight at the beginning of a business date.
    pub fn start_of(date: Date) -> Self {
        Self::at(date, 0, 0)
    }
    /// A wall-clock time of a business date; hour 0–23, minute 0–59 (out of range is cut to the range).
    pub fn at(date: Date, hour: i8, minute: i8) -> Self {
        let civil = date.at(hour.clamp(0, 23), minute.clamp(0, 59), 0, 0);
        let micros = shanghai().to_timestamp(civil).map_or(0, |t| t.as_microsecond());
        Self(micros)
    }
    /// RFC 3339 with the offset of Asia/Shanghai, seconds.
    pub fn rfc3339(self) -> String {
        let zoned = self.zoned();
        format!("{}T{:02}:{:02}:{:02}+08:00", zoned.date(), zoned.hour(), zoned.minute(), zoned.second())
    }
    /// Reads `2026-03-10T21:15:00+08:00`, `…Z` or the `2026-03-10T21:15` of a form field (taken as Asia/Shanghai).
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(instant) = text.parse::<jiff::Timestamp>() {
            return Some(Self(instant.as_microsecond()));
        }
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        shanghai().to_timestamp(civil).ok().map(|t| Self(t.as_microsecond()))
    }
    /// `2026-03-10T21:15`, the value of a `datetime-local` field.
    pub fn form_value(self) -> String {
        let zoned = self.zoned();
        format!("{}T{:02}:{:02}", zoned.date(), zoned.hour(), zoned.minute())
    }
    /// Whether the whole minute of this instant is over. A form field has no seconds: 10:42 typed at 10:42:30 means now.
    pub const fn is_past(self, now: Self) -> bool {
        self.plus_minutes(1).0 <= now.0
    }
    /// This instant moved by a number of minutes (negative: earlier).
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0 + minutes * 60_000_000)
    }
    fn zoned(self) -> jiff::Zoned {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(shanghai())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zoned = self.zoned();
        write!(f, "{} {:02}:{:02}", zoned.date(), zoned.hour(), zoned.minute())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// 《民法典》第二百零三条: 24:00 in Shanghai is 16:00 UTC of the day before.
    #[test]
    fn civil_code_art203_the_day_ends_in_shanghai() {
        let last = Timestamp::parse("2021-09-30T15:59:59Z").expect("instant");
        assert_eq!(last.date(), date(2021, 9, 30));
        assert_eq!(Timestamp(last.0 + 1_000_000).date(), date(2021, 10, 1));
        assert_eq!(Timestamp::start_of(date(2021, 10, 1)), Timestamp(last.0 + 1_000_000));
    }

    #[test]
    fn a_minute_is_past_when_it_is_over() {
        let typed = Timestamp::at(date(2026, 3, 10), 10, 42);
        for (seconds, past) in [(-1, false), (0, false), (30, false), (59, false), (60, true), (61, true)] {
            assert_eq!(typed.is_past(Timestamp(typed.0 + seconds * 1_000_000)), past, "{seconds}");
        }
    }

    #[test]
    fn text_forms_agree() {
        let at = Timestamp::at(date(2026, 3, 10), 21, 15);
        assert_eq!(at.rfc3339(), "2026-03-10T21:15:00+08:00");
        assert_eq!(at.to_string(), "2026-03-10 21:15");
        assert_eq!(Timestamp::parse(&at.rfc3339()), Some(at));
        assert_eq!(Timestamp::parse(&at.form_value()), Some(at));
    }
}
