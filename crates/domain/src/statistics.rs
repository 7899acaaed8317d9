//! 统计: figures of regulations §8 over what the other stages have recorded. Last of the stages; writes nothing. Rates are
//! computed from whole numbers and rounded once, for display; never averaged, never made to add up to 100.

use crate::decimal::{Decimal, Interval, print};

/// Groups smaller than this show counts and no rate (decision 小样本不计率).
pub const SMALLEST_GROUP: i64 = 5;
/// Decimals of a rate unless the office sets others (decision 统计修约).
pub const RATE_DECIMALS: u32 = 1;
/// Printed where there is nothing to divide by.
pub const NO_RATE: &str = "—";

/// `numerator ÷ denominator × 100`, rounded once (a tie to the even digit), without the percent sign. `None` when the
/// denominator is zero or a count is negative.
pub fn rate(numerator: i64, denominator: i64, decimals: u32) -> Option<String> {
    if numerator < 0 || denominator <= 0 {
        return None;
    }
    Some(rounded_ratio(i128::from(numerator) * 100, i128::from(denominator), decimals))
}

/// [`rate`] with `%` for a page or paper: “—” for a zero denominator or for a group below [`SMALLEST_GROUP`].
pub fn rate_shown(numerator: i64, denominator: i64, decimals: u32) -> String {
    if is_suppressed(denominator) {
        return NO_RATE.to_owned();
    }
    rate(numerator, denominator, decimals).map_or_else(|| NO_RATE.to_owned(), |rate| format!("{rate}%"))
}

/// Whether a group is too small for a rate; its counts are still shown.
pub const fn is_suppressed(denominator: i64) -> bool {
    denominator < SMALLEST_GROUP
}

/// Counts of one group: a numerator and what it is counted among.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Of these …
    pub numerator: i64,
    /// … among these.
    pub denominator: i64,
}

impl Counts {
    /// A pair of counts.
    pub const fn new(numerator: i64, denominator: i64) -> Self {
        Self { numerator, denominator }
    }
    /// Total of groups: counts are added, rates are never averaged.
    pub fn total(groups: impl IntoIterator<Item = Self>) -> Self {
        groups.into_iter().fold(Self::default(), |total, group| Self {
            numerator: total.numerator.saturating_add(group.numerator),
            denominator: total.denominator.saturating_add(group.denominator),
        })
    }
    /// The rate as shown.
    pub fn rate_shown(self, decimals: u32) -> String {
        rate_shown(self.numerator, self.denominator, decimals)
    }
    /// `3 476 / 28 265` as it stands beside a rate.
    pub fn shown(self) -> String {
        format!("{} / {}", self.numerator, self.denominator)
    }
}

/// Whether an announcement seems to list its failures only: nothing in it passed, so it says nothing of how many were
/// tested and has no rate (regulations §8: a rate needs all batches tested). Counts of the whole announcement.
pub const fn lists_failures_only(whole: Counts) -> bool {
    whole.denominator > 0 && whole.numerator == whole.denominator
}

/// Year-on-year difference in percentage points (个百分点) with its sign, computed from the exact rates and rounded
/// once; `None` when one of the two has no rate.
pub fn percentage_points(now: Counts, before: Counts, decimals: u32) -> Option<String> {
    if now.denominator <= 0 || before.denominator <= 0 {
        return None;
    }
    let (n, d) = (i128::from(now.numerator), i128::from(now.denominator));
    let (m, e) = (i128::from(before.numerator), i128::from(before.denominator));
    let difference = rounded_ratio((n * e).checked_sub(m * d)?.checked_mul(100)?, d * e, decimals);
    let is_zero = difference.chars().all(|c| matches!(c, '0' | '.'));
    Some(if is_zero || difference.starts_with('-') { difference } else { format!("+{difference}") })
}

/// A fraction as text with so many decimals, a tie to the even digit. `denominator` is positive.
fn rounded_ratio(numerator: i128, denominator: i128, decimals: u32) -> String {
    let decimals = decimals.min(6);
    let scale = 10_i128.pow(decimals);
    let whole = numerator.div_euclid(denominator);
    // One more digit says whether the rest is less than a half, a half or more.
    let rest = numerator.rem_euclid(denominator);
    let scaled = rest * scale;
    let (digits, remainder) = (scaled / denominator, scaled % denominator);
    let guard = match (remainder * 2).cmp(&denominator) {
        _ if remainder == 0 => 0,
        std::cmp::Ordering::Less => 1,
        std::cmp::Ordering::Equal => 5,
        std::cmp::Ordering::Greater => 9,
    };
    let exact = ((whole * scale) + digits) * 10 + guard;
    let rounded = Decimal::try_from_i128_with_scale(exact, decimals + 1)
        .ok()
        .and_then(|value| Interval::of_decimals(decimals).round(value).ok());
    rounded.map_or_else(|| NO_RATE.to_owned(), print)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published figures of regulations §8.
    #[test]
    fn published_rates_come_out() {
        for (numerator, denominator, decimals, shown) in [
            (3_476, 28_265, 1, "12.3"),
            (379, 4_953, 2, "7.65"),
            (1, 24, 2, "4.17"),
            (1, 24, 0, "4"),
            (3_302, 26_472, 1, "12.5"),
            (16_021, 28_265, 1, "56.7"),
            (915, 1_000, 1, "91.5"),
            (0, 7, 1, "0.0"),
            (7, 7, 1, "100.0"),
        ] {
            assert_eq!(rate(numerator, denominator, decimals).as_deref(), Some(shown), "{numerator}/{denominator}");
        }
    }

    /// Regulations §8.1: once, half to even.
    #[test]
    fn a_tie_goes_to_the_even_digit() {
        for (numerator, denominator, decimals, shown) in [
            (1, 8, 0, "12"),
            (1, 8, 1, "12.5"),
            (3, 8, 0, "38"),
            (1, 400, 1, "0.2"),
            (3, 400, 1, "0.8"),
            (2_501, 1_000_000, 1, "0.3"),
            (1, 3, 2, "33.33"),
            (2, 3, 2, "66.67"),
        ] {
            assert_eq!(rate(numerator, denominator, decimals).as_deref(), Some(shown), "{numerator}/{denominator}");
        }
    }

    /// Regulations §8.5 and §8.7: no rate below five, a dash where there is nothing.
    #[test]
    fn small_and_empty_groups_have_no_rate() {
        assert_eq!(rate(0, 0, 1), None);
        assert_eq!(rate(-1, 5, 1), None);
        assert_eq!(rate_shown(0, 0, 1), "—");
        assert_eq!(rate_shown(1, 4, 1), "—");
        assert_eq!(rate_shown(1, 5, 1), "20.0%");
        assert_eq!(rate(1, 4, 1).as_deref(), Some("25.0"));
    }

    /// Regulations §8: a difference of rates is in percentage points and is not a difference of rounded rates.
    #[test]
    fn year_on_year_is_in_percentage_points() {
        for (now, before, shown) in [
            (Counts::new(123, 1_000), Counts::new(94, 1_000), Some("+2.9")),
            (Counts::new(94, 1_000), Counts::new(123, 1_000), Some("-2.9")),
            (Counts::new(5, 100), Counts::new(50, 1_000), Some("0.0")),
            (Counts::new(1_049, 10_000), Counts::new(1_041, 10_000), Some("+0.1")),
            (Counts::new(1, 10), Counts::new(0, 0), None),
        ] {
            assert_eq!(percentage_points(now, before, 1).as_deref(), shown, "{now:?} {before:?}");
        }
    }

    /// Regulations §8: an announcement of failures alone has no denominator.
    #[test]
    fn a_list_of_failures_has_no_rate() {
        for (whole, failures_only) in [
            (Counts::new(7, 7), true),
            (Counts::new(1, 1), true),
            (Counts::new(6, 7), false),
            (Counts::new(0, 7), false),
            (Counts::new(0, 0), false),
        ] {
            assert_eq!(lists_failures_only(whole), failures_only, "{whole:?}");
        }
    }

    /// Regulations §8.2 and §8.3: totals from counts; shares need not add to 100.
    #[test]
    fn totals_are_recomputed_from_counts() {
        let groups = [Counts::new(1, 10), Counts::new(9, 30)];
        assert_eq!(Counts::total(groups).rate_shown(1), "25.0%");
        assert_eq!(Counts::total(groups).shown(), "10 / 40");
        let shares = [(764, 1_000), (156, 1_000), (81, 1_000)].map(|(n, d)| rate(n, d, 1).expect("share"));
        assert_eq!(shares, ["76.4", "15.6", "8.1"]);
    }
}
