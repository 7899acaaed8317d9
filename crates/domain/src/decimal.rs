//! Exact decimals as a laboratory reports them: read without rounding, rounded once by GB/T 8170. Never a float,
//! never a negative zero, never an exponent.

use crate::code_enum;
pub use rust_decimal::Decimal;
use std::cmp::Ordering;

/// Most decimals a number may have; more is an error, not a rounding.
pub const MAXIMUM_DECIMALS: u32 = Decimal::MAX_SCALE;

code_enum! {
    /// Why a text is no number we can compute with. The title is the sentence shown.
    pub enum DecimalError {
        /// Nothing there.
        Empty = "EMPTY" => "没有数值",
        /// Something else than digits and one point.
        NotANumber = "NOT_A_NUMBER" => "不是十进制数",
        /// `1e3`.
        Exponent = "EXPONENT" => "不接受科学计数法，请写成普通小数",
        /// The point has no digit before or behind it.
        BarePoint = "BARE_POINT" => "小数点前后都要有数字",
        /// More digits than can be computed with exactly.
        TooManyDigits = "TOO_MANY_DIGITS" => "位数太多，不能精确计算（至多 28 位）",
    }
}

/// Full-width digits, points and signs as half-width; the minus sign U+2212 as hyphen. Outer spaces gone.
pub fn half_width(text: &str) -> String {
    let fold = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{2212}' | '\u{2013}' => '-',
        '\u{3000}' => ' ',
        other => other,
    };
    text.chars().map(fold).collect::<String>().trim().to_owned()
}

/// Reads a plain decimal: an optional sign, digits, optionally a point and digits. Trailing zeros are kept, they
/// say how exact the number is.
///
/// # Errors
/// [`DecimalError`]; nothing is ever rounded.
pub fn parse(text: &str) -> Result<Decimal, DecimalError> {
    let plain = half_width(text);
    let unsigned = plain.strip_prefix(['+', '-']).unwrap_or(&plain);
    if unsigned.is_empty() {
        return Err(if plain.is_empty() { DecimalError::Empty } else { DecimalError::NotANumber });
    }
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !fraction.is_none_or(digits) {
        let exponent = unsigned.starts_with(|c: char| c.is_ascii_digit())
            && unsigned.contains(['e', 'E'])
            && unsigned.chars().all(|c| c.is_ascii_digit() || "eE.+-".contains(c));
        return Err(if exponent { DecimalError::Exponent } else { DecimalError::NotANumber });
    }
    if whole.is_empty() || fraction.is_some_and(str::is_empty) {
        return Err(DecimalError::BarePoint);
    }
    let fraction = fraction.unwrap_or_default();
    let scale = u32::try_from(fraction.len()).map_err(|_| DecimalError::TooManyDigits)?;
    let significant = format!("{whole}{fraction}");
    let significant = significant.trim_start_matches('0');
    let mantissa =
        if significant.is_empty() { 0 } else { significant.parse().map_err(|_| DecimalError::TooManyDigits)? };
    from_parts(if plain.starts_with('-') { -mantissa } else { mantissa }, scale)
}

/// As text, with all its decimals.
pub fn print(value: Decimal) -> String {
    positive_zero(value).to_string()
}

/// `a + b` with the decimals of the more exact of the two.
///
/// # Errors
/// [`DecimalError::TooManyDigits`] when the sum cannot be kept exactly.
pub fn add(a: Decimal, b: Decimal) -> Result<Decimal, DecimalError> {
    let scale = a.scale().max(b.scale());
    let scaled = |value: Decimal| times_power_of_ten(value.mantissa(), scale - value.scale());
    let sum = scaled(a)?.checked_add(scaled(b)?).ok_or(DecimalError::TooManyDigits)?;
    from_parts(sum, scale)
}

fn from_parts(mantissa: i128, scale: u32) -> Result<Decimal, DecimalError> {
    Decimal::try_from_i128_with_scale(mantissa, scale).map(positive_zero).map_err(|_| DecimalError::TooManyDigits)
}

fn positive_zero(mut value: Decimal) -> Decimal {
    if value.is_zero() {
        value.set_sign_positive(true);
    }
    value
}

fn times_power_of_ten(mantissa: i128, power: u32) -> Result<i128, DecimalError> {
    if mantissa == 0 {
        return Ok(0);
    }
    10_i128.checked_pow(power).and_then(|ten| mantissa.checked_mul(ten)).ok_or(DecimalError::TooManyDigits)
}

code_enum! {
    /// Why a text is no rounding interval. The title is the sentence shown.
    pub enum IntervalError {
        /// Not a number at all.
        NotANumber = "NOT_A_NUMBER" => "修约间隔不是十进制数",
        /// Another number than 1, 2 or 5 with a power of ten.
        NotAllowed = "NOT_ALLOWED" => "修约间隔应为 1、2 或 5 乘以 10 的整数次幂，例如 0.1、0.5、20、1000",
    }
}

/// A rounding interval of GB/T 8170: 1, 2 or 5 × 10ⁿ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    unit: i128,
    exponent: i32,
}

impl Interval {
    /// Reads `0.1`, `0.50`, `20`.
    ///
    /// # Errors
    /// [`IntervalError`].
    pub fn parse(text: &str) -> Result<Self, IntervalError> {
        let value = parse(text).map_err(|_| IntervalError::NotANumber)?;
        let mut unit = value.mantissa();
        let mut exponent = -i32::try_from(value.scale()).map_err(|_| IntervalError::NotAllowed)?;
        if unit <= 0 {
            return Err(IntervalError::NotAllowed);
        }
        while unit % 10 == 0 {
            unit /= 10;
            exponent += 1;
        }
        if matches!(unit, 1 | 2 | 5) { Ok(Self { unit, exponent }) } else { Err(IntervalError::NotAllowed) }
    }
    /// Rounding to a number of decimals.
    pub fn of_decimals(decimals: u32) -> Self {
        Self { unit: 1, exponent: -i32::try_from(decimals.min(MAXIMUM_DECIMALS)).unwrap_or(0) }
    }
    /// Decimals that a value rounded with this interval is written with.
    pub fn decimals(self) -> u32 {
        u32::try_from(-self.exponent).unwrap_or(0)
    }
    /// As text: `0.1`, `0.5`, `1000`.
    pub fn text(self) -> String {
        let digit = self.unit.to_string();
        if self.exponent < 0 {
            let places = usize::try_from(self.decimals()).unwrap_or(0);
            format!("0.{digit:0>places$}")
        } else {
            format!("{digit}{}", "0".repeat(usize::try_from(self.exponent).unwrap_or(0)))
        }
    }
    /// GB/T 8170 修约规则: to the nearest multiple; a value exactly between two goes to the even one. Rounds once,
    /// negative values by their absolute value.
    ///
    /// # Errors
    /// [`DecimalError::TooManyDigits`] when the result cannot be kept exactly.
    pub fn round(self, value: Decimal) -> Result<Decimal, DecimalError> {
        self.toward(value, Tie::Even)
    }
    /// The multiples of the interval on both sides of a value (both the value itself when it is one).
    ///
    /// # Errors
    /// [`DecimalError::TooManyDigits`] when they cannot be kept exactly.
    pub fn neighbours(self, value: Decimal) -> Result<(Decimal, Decimal), DecimalError> {
        Ok((self.toward(value, Tie::Floor)?, self.toward(value, Tie::Ceiling)?))
    }
    /// What values a hair below `value` are rounded to: a tie goes down.
    pub(crate) fn round_from_below(self, value: Decimal) -> Result<Decimal, DecimalError> {
        self.toward(value, Tie::Down)
    }
    /// What values a hair above `value` are rounded to: a tie goes up.
    pub(crate) fn round_from_above(self, value: Decimal) -> Result<Decimal, DecimalError> {
        self.toward(value, Tie::Up)
    }

    fn toward(self, value: Decimal, tie: Tie) -> Result<Decimal, DecimalError> {
        // value = mantissa × 10^-scale = quotient × unit × 10^exponent
        let shift = self.exponent + i32::try_from(value.scale()).unwrap_or(0);
        let power = shift.unsigned_abs();
        let (numerator, denominator) = if shift < 0 {
            (times_power_of_ten(value.mantissa(), power)?, Some(self.unit))
        } else {
            (value.mantissa(), 10_i128.checked_pow(power).and_then(|ten| ten.checked_mul(self.unit)))
        };
        let quotient = match denominator {
            Some(denominator) => {
                let (whole, rest) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
                match (rest.cmp(&(denominator - rest)), tie) {
                    (_, Tie::Floor) => whole,
                    (_, Tie::Ceiling) => whole + i128::from(rest != 0),
                    (Ordering::Less, _) | (Ordering::Equal, Tie::Down) => whole,
                    (Ordering::Greater, _) | (Ordering::Equal, Tie::Up) => whole + 1,
                    (Ordering::Equal, Tie::Even) => whole + whole.rem_euclid(2),
                }
            }
            // The interval is far beyond anything a decimal can hold.
            None => match tie {
                Tie::Floor => -i128::from(numerator < 0),
                Tie::Ceiling => i128::from(numerator > 0),
                Tie::Even | Tie::Down | Tie::Up => 0,
            },
        };
        let units = quotient.checked_mul(self.unit).ok_or(DecimalError::TooManyDigits)?;
        let zeros = u32::try_from(self.exponent).unwrap_or(0);
        from_parts(times_power_of_ten(units, zeros)?, self.decimals())
    }
}

/// Where a value goes that lies between two multiples: a tie alone, or every value (floor, ceiling).
#[derive(Debug, Clone, Copy)]
enum Tie {
    Even,
    Down,
    Up,
    Floor,
    Ceiling,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every case of GB/T 8170-2008 in regulations §10.4: value, interval, result as written.
    #[test]
    fn gb8170_rounding_vectors() {
        for (value, interval, rounded) in [
            ("12.1498", "0.1", "12.1"),
            ("12.1498", "1", "12"),
            ("1268", "100", "1300"),
            ("10.5002", "1", "11"),
            ("1.050", "0.1", "1.0"),
            ("0.35", "0.1", "0.4"),
            ("2500", "1000", "2000"),
            ("3500", "1000", "4000"),
            ("-0.0365", "0.001", "-0.036"),
            ("28.175", "0.01", "28.18"),
            ("60.25", "0.5", "60.0"),
            ("60.38", "0.5", "60.5"),
            ("-60.75", "0.5", "-61.0"),
            ("830", "20", "840"),
            ("842", "20", "840"),
            ("-930", "20", "-920"),
            ("15.4546", "1", "15"),
        ] {
            check(value, interval, rounded);
        }
    }

    /// What the interval implies: digits, no negative zero, no exponent.
    #[test]
    fn a_rounded_value_has_the_digits_of_its_interval() {
        for (value, interval, rounded) in [
            ("-0.04", "0.1", "0.0"),
            ("-0", "1", "0"),
            ("7", "0.01", "7.00"),
            ("0", "1000", "0"),
            ("499", "1000", "0"),
            ("500", "1000", "0"),
            ("-1500", "1000", "-2000"),
            ("0.1", "0.20", "0.0"),
            ("0.3", "0.2", "0.4"),
            ("0.5", "0.2", "0.4"),
            ("１２．１５", "０．１", "12.2"),
            ("−0.25", "0.1", "-0.2"),
            ("+1.5", "1.0", "2"),
            ("0.0000000000000000000000000001", "10000000000000000000000000000", "0"),
            ("79228162514264337593543950334", "10", "79228162514264337593543950330"),
        ] {
            check(value, interval, rounded);
        }
    }

    #[track_caller]
    fn check(value: &str, interval: &str, rounded: &str) {
        let interval = Interval::parse(interval).expect("interval");
        let result = interval.round(parse(value).expect("value")).expect("rounds");
        assert_eq!(print(result), rounded, "{value} to {}", interval.text());
    }

    #[test]
    fn what_is_no_number_is_said() {
        use DecimalError::*;
        for (text, error) in [
            ("", Empty),
            ("　", Empty),
            ("abc", NotANumber),
            ("-", NotANumber),
            ("1,000", NotANumber),
            ("1_000", NotANumber),
            ("1 000", NotANumber),
            ("--1", NotANumber),
            ("1.2.3", NotANumber),
            ("NaN", NotANumber),
            ("inf", NotANumber),
            ("0x10", NotANumber),
            ("1e3", Exponent),
            ("1.5E-2", Exponent),
            (".5", BarePoint),
            ("5.", BarePoint),
            (".", BarePoint),
            ("100000000000000000000000000000", TooManyDigits),
            ("0.00000000000000000000000000001", TooManyDigits),
            ("99999999999999999999999999999999999999999999999999", TooManyDigits),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
        for text in ["0", "-1", "0.25", "3", "15", "1e2", "", "25"] {
            assert!(Interval::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_keep_their_digits() {
        for (text, printed) in
            [("97.00", "97.00"), ("007.10", "7.10"), ("-0.00", "0.00"), ("+3", "3"), ("０．３５", "0.35")]
        {
            assert_eq!(print(parse(text).expect("number")), printed, "{text}");
        }
        let sum = add(parse("10").expect("a"), parse("-0.10").expect("b")).expect("sum");
        assert_eq!(print(sum), "9.90");
        assert!(add(parse("79228162514264337593543950335").expect("a"), parse("0.1").expect("b")).is_err());
    }

    proptest! {
        /// A rounded value is a multiple of the interval, at most half an interval away, and stays when rounded again.
        #[test]
        fn rounding_is_near_and_stable(
            mantissa in -1_000_000_000_000_i64..1_000_000_000_000,
            scale in 0_u32..9,
            unit in prop::sample::select(vec![1_i64, 2, 5]),
            exponent in -4_i32..4,
        ) {
            let interval = Interval { unit: i128::from(unit), exponent };
            let value = Decimal::new(mantissa, scale);
            let rounded = interval.round(value).expect("rounds");
            let step = Decimal::from_str_exact(&interval.text()).expect("step");
            prop_assert!((rounded % step).is_zero());
            prop_assert!((rounded - value).abs() * Decimal::TWO <= step);
            prop_assert_eq!(interval.round(rounded).expect("rounds"), rounded);
            prop_assert_eq!(interval.round(-value).expect("rounds"), -rounded);
            prop_assert_eq!(rounded.scale(), interval.decimals());
            prop_assert!(interval.round_from_below(value).expect("rounds") <= rounded);
            prop_assert!(interval.round_from_above(value).expect("rounds") >= rounded);
            let (below, above) = interval.neighbours(value).expect("neighbours");
            prop_assert!(below <= value && value <= above && (rounded == below || rounded == above));
            prop_assert!(above - below == step || (above == below && below == value));
        }
    }
}
