//! §3.3: times as RFC 3339 writes them, with seconds and an explicit offset. Only their order matters here.

use crate::Invalid;
use std::{cmp::Ordering, fmt};

/// A time as it was written, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time {
    text: String,
    seconds: i64,
}

impl Time {
    /// Reads `2026-03-10T21:15:00+08:00`; the offset may be `Z`. Fractions, leap seconds, small letters and the offset
    /// `-00:00` (“unknown” in RFC 3339) are refused.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let seconds =
            seconds(text).ok_or_else(|| Invalid::shape("time", format!("不是带时区、到秒的时间：{text:.40}")))?;
        Ok(Self { text: text.to_owned(), seconds })
    }
    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }
    /// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
    pub const fn seconds(&self) -> i64 {
        self.seconds
    }
}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
/// By what is said first, so that the order agrees with equality.
impl Ord for Time {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.seconds, &self.text).cmp(&(other.seconds, &other.text))
    }
}
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn seconds(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = bytes.get(from..to)?;
        digits.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
    };
    let signs = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !signs.iter().all(|(place, sign)| bytes.get(*place) == Some(sign)) {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_of_month = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days_of_month).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let offset = match bytes.get(19..)? {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (number(20, 22)?, number(23, 25)?);
            let size = hours * 3600 + minutes * 60;
            if hours > 23 || minutes > 59 || (*sign == b'-' && size == 0) {
                return None;
            }
            if *sign == b'-' { -size } else { size }
        }
        _ => return None,
    };
    // Days since 1970-01-01, counted from March so that the leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = days + (month * 153 + 2) / 5 + day - 1 - 719_468;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second - offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times_and_refusals() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59+00:00", 951_868_799),
            ("2023-08-23T23:09:27+08:00", 1_692_803_367),
            ("2026-03-10T21:15:00+08:00", 1_773_148_500),
            ("2026-03-10T13:15:00Z", 1_773_148_500),
            ("1969-12-31T19:00:00-05:00", 0),
            ("0000-03-01T00:00:00Z", -62_162_035_200),
        ] {
            assert_eq!(Time::parse(text).map(|time| time.seconds()), Ok(seconds), "{text}");
        }
        for bad in [
            "",
            "2026-03-10",
            "2026-03-10T21:15:00",
            "2026-03-10T21:15+08:00",
            "2026-03-10T21:15:00.5+08:00",
            "2026-03-10t21:15:00+08:00",
            "2026-03-10T21:15:00z",
            "2026-03-10T21:15:60+08:00",
            "2026-02-29T00:00:00Z",
            "2026-03-10T24:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-03-10T21:15:00-00:00",
            "2026-03-10T21:15:00+0800",
            "2026-03-10T21:15:00+24:00",
            "2026-03-10 21:15:00Z",
            "２026-03-10T21:15:00Z",
            "+026-03-10T21:15:00Z",
            "2026-03-10T21:15:00+08:00 ",
        ] {
            assert!(Time::parse(bad).is_err(), "{bad}");
        }
        let (here, utc) = ("2026-03-10T21:15:00+08:00", "2026-03-10T13:15:01Z");
        assert!(Time::parse(here).expect("time") < Time::parse(utc).expect("time"));
    }
}
