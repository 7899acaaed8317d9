//! Money in fen (分), as integers. Reads yuan as people write them, prints them as papers do. Never a float.

use crate::code_enum;

code_enum! {
    /// Why an amount cannot be read.
    pub enum MoneyError {
        /// Nothing but digits, separators and one point may stand there.
        NotANumber = "NOT_A_NUMBER" => "不是金额",
        /// More than two decimals.
        TooPrecise = "TOO_PRECISE" => "金额至多两位小数",
        /// Beyond what a budget can be.
        TooLarge = "TOO_LARGE" => "金额过大",
    }
}

/// Yuan with at most two decimals, thousands separators allowed, to fen.
///
/// # Errors
/// [`MoneyError`]; nothing is rounded.
pub fn parse_yuan(text: &str) -> Result<i64, MoneyError> {
    let plain: String =
        text.trim().chars().filter(|c| !matches!(c, ',' | '，' | ' ' | '\u{2009}' | '¥' | '￥')).collect();
    let plain = plain.strip_suffix('元').unwrap_or(&plain);
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, plain),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let numeric = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !numeric(whole) || !numeric(fraction) || digits.ends_with('.') {
        return Err(MoneyError::NotANumber);
    }
    if fraction.trim_end_matches('0').len() > 2 {
        return Err(MoneyError::TooPrecise);
    }
    if whole.len() > 13 {
        return Err(MoneyError::TooLarge);
    }
    let cents: String = fraction.chars().chain("00".chars()).take(2).collect();
    let fen = format!("{whole}{cents}").parse::<i64>().map_err(|_| MoneyError::TooLarge)?;
    Ok(if negative { -fen } else { fen })
}

/// `44 650.00` with thin spaces between thousands.
pub fn yuan(fen: i64) -> String {
    let (sign, fen) = (if fen < 0 { "-" } else { "" }, fen.unsigned_abs());
    let whole = (fen / 100).to_string();
    let mut grouped = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            grouped.push('\u{2009}');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{:02}", fen % 100)
}

/// Without separators, for form fields and tables that a program reads: `44650.00`.
pub fn yuan_plain(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
}

/// Amount in words (大写), for settlement papers: `肆万肆仟陆佰伍拾元整`. Regulations §10.6.
pub fn in_words(fen: i64) -> String {
    const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
    const UNITS: [&str; 4] = ["", "拾", "佰", "仟"];
    const GROUPS: [&str; 5] = ["", "万", "亿", "万亿", "亿亿"];
    let digit = |value: u64| DIGITS[(value % 10) as usize];
    let sign = if fen < 0 { "负" } else { "" };
    let amount = fen.unsigned_abs();
    let (whole, jiao, cents) = (amount / 100, amount / 10 % 10, amount % 10);
    let groups: Vec<u64> = (0..5).map(|n| whole / 10_u64.pow(4 * n) % 10_000).collect();
    let mut words = String::new();
    let mut gap = false;
    for (place, group) in groups.iter().enumerate().rev() {
        if *group == 0 {
            gap = !words.is_empty();
            continue;
        }
        for unit in (0..4).rev() {
            let value = group / 10_u64.pow(unit) % 10;
            if value == 0 {
                gap = gap || !words.is_empty();
                continue;
            }
            if gap {
                words.push('零');
                gap = false;
            }
            words.push_str(digit(value));
            words.push_str(UNITS[unit as usize]);
        }
        words.push_str(GROUPS[place]);
        gap = false;
    }
    if words.is_empty() && (jiao, cents) == (0, 0) {
        return "零元整".to_owned();
    }
    let mut text = if words.is_empty() { String::new() } else { format!("{words}元") };
    match (jiao, cents) {
        (0, 0) => text.push('整'),
        (0, cents) => {
            if !words.is_empty() {
                text.push('零');
            }
            text.push_str(&format!("{}分", digit(cents)));
        }
        (jiao, 0) => text.push_str(&format!("{}角整", digit(jiao))),
        (jiao, cents) => text.push_str(&format!("{}角{}分", digit(jiao), digit(cents))),
    }
    format!("{sign}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_read_exactly_or_not_at_all() {
        for (text, fen) in [
            ("44650", Ok(4_465_000)),
            ("44,650.5", Ok(4_465_050)),
            ("¥ 0.07元", Ok(7)),
            ("-3.20", Ok(-320)),
            ("1.100", Ok(110)),
            ("1.105", Err(MoneyError::TooPrecise)),
            ("约200", Err(MoneyError::NotANumber)),
            ("", Err(MoneyError::NotANumber)),
            ("1.", Err(MoneyError::NotANumber)),
            ("1e3", Err(MoneyError::NotANumber)),
            ("99999999999999", Err(MoneyError::TooLarge)),
        ] {
            assert_eq!(parse_yuan(text), fen, "{text}");
        }
        assert_eq!(yuan(4_465_000), "44\u{2009}650.00");
        assert_eq!(yuan(-7), "-0.07");
        assert_eq!(yuan_plain(123_456_789), "1234567.89");
    }

    #[test]
    fn amounts_in_words_as_papers_write_them() {
        for (fen, words) in [
            (0, "零元整"),
            (7, "柒分"),
            (4_465_000, "肆万肆仟陆佰伍拾元整"),
            (100_000_000, "壹佰万元整"),
            (100_010_005, "壹佰万零壹佰元零伍分"),
            (1_000_000_100, "壹仟万零壹元整"),
            (12_030, "壹佰贰拾元叁角整"),
            (10_000_000_000, "壹亿元整"),
        ] {
            assert_eq!(in_words(fen), words, "{fen}");
        }
    }
}
