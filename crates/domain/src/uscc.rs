//! 统一社会信用代码 (GB 32100-2015): check, and say in words which character is wrong. A code is never repaired: O stays
//! O, an invalid one is kept as received.

use crate::{code::Code, decimal::half_width};

/// Characters of a code, in the order of their values; I, O, S, V and Z do not occur.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 3^(i-1) mod 31.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// Weights of the organisation code inside, GB 11714.
const INNER_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
/// Provinces of GB/T 2260 by their first two digits; 10 is the national registration office.
const PROVINCES: [&str; 35] = [
    "10", "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43",
    "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
];

crate::code_enum! {
    /// What the check cannot decide but a person should see; the code stays valid.
    pub enum UsccRemark {
        /// GB 11714 check character inside does not fit.
        Inner = "INNER" => "第 9 至 17 位的组织机构代码自身校验不符，请与证照核对",
        /// Characters 3 to 8 are no known division.
        Region = "REGION" => "第 3 至 8 位不是现行行政区划代码（可能是已停用的代码），请与证照核对",
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsccCheck {
    /// Outer spaces gone, half-width, upper case; nothing else changed.
    pub normalised: String,
    /// Length, characters and check character fit.
    pub valid: bool,
    /// Check character that the first seventeen ask for; `None` when they cannot be computed with.
    pub expected: Option<char>,
    /// Why, in Chinese.
    pub message: String,
}

/// Checks a code by GB 32100-2015 (regulations §10.1).
pub fn check(code: &str) -> UsccCheck {
    let normalised = half_width(code).to_uppercase();
    let invalid = |expected, message| UsccCheck { normalised: normalised.clone(), valid: false, expected, message };
    let length = normalised.chars().count();
    if length != 18 {
        let old = length == 15 && normalised.bytes().all(|byte| byte.is_ascii_digit());
        let hint = if old {
            "；15 位数字可能是旧的工商注册号，应另行登记，不能当作信用代码"
        } else {
            ""
        };
        return invalid(None, format!("应为 18 位，现在是 {length} 位{hint}"));
    }
    let wrong: Vec<String> = normalised
        .chars()
        .enumerate()
        .filter(|(_, c)| value(*c).is_none())
        .map(|(n, c)| wrong_character(n + 1, c))
        .collect();
    if !wrong.is_empty() {
        return invalid(None, wrong.join("；"));
    }
    let values: Vec<u32> = normalised.chars().filter_map(value).collect();
    let expected = outer(&values);
    let actual = normalised.chars().next_back().unwrap_or_default();
    if actual != expected {
        let hint = transposed(&values).map_or_else(String::new, |(at, a, b)| {
            format!("；若第 {at}、{} 位的 {a}{b} 本是 {b}{a}，校验就相符", at + 1)
        });
        let message =
            format!("第 18 位校验码应为 {expected}，现在是 {actual}：前 17 位或校验码有误，请与证照核对{hint}");
        return invalid(Some(expected), message);
    }
    let remarks: Vec<&str> = remarks(&normalised).into_iter().map(Code::title).collect();
    let message =
        if remarks.is_empty() { "校验相符".to_owned() } else { format!("校验相符；{}", remarks.join("；")) };
    UsccCheck { normalised, valid: true, expected: Some(expected), message }
}

/// What a person should look at although the check character fits. Expects a normalised code of 18 characters.
pub fn remarks(normalised: &str) -> Vec<UsccRemark> {
    let characters: Vec<char> = normalised.chars().collect();
    let mut remarks = Vec::new();
    if inner(&characters) == Some(false) {
        remarks.push(UsccRemark::Inner);
    }
    if !region_known(&characters) {
        remarks.push(UsccRemark::Region);
    }
    remarks
}

/// How the check character is computed, one sentence a step; empty for a code that cannot be computed with.
pub fn derivation(code: &str) -> Vec<String> {
    let normalised = half_width(code).to_uppercase();
    let values: Vec<u32> = normalised.chars().filter_map(value).collect();
    if values.len() != 18 || normalised.chars().count() != 18 {
        return Vec::new();
    }
    let products: Vec<String> = values.iter().zip(WEIGHTS).map(|(value, weight)| format!("{value}×{weight}")).collect();
    let sum: u32 = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    let place = (31 - sum % 31) % 31;
    vec![
        format!("代码：{normalised}"),
        format!("前 17 位的代码字符数值乘以加权因子后相加：{} = {sum}", products.join(" + ")),
        format!("{sum} 除以 31 余 {}；31 − {} 再对 31 取余得 {place}", sum % 31, sum % 31),
        format!(
            "数值 {place} 对应的字符是 {}，第 18 位是 {}",
            outer(&values),
            normalised.chars().last().unwrap_or_default()
        ),
    ]
}

fn region_known(characters: &[char]) -> bool {
    let region: String = characters.iter().skip(2).take(6).collect();
    region.bytes().all(|byte| byte.is_ascii_digit()) && PROVINCES.iter().any(|province| region.starts_with(province))
}

fn value(c: char) -> Option<u32> {
    let byte = u8::try_from(c).ok()?;
    ALPHABET.iter().position(|known| *known == byte).and_then(|place| u32::try_from(place).ok())
}

/// The check character: (31 − Σ vᵢ·wᵢ mod 31) mod 31.
fn outer(values: &[u32]) -> char {
    let sum: u32 = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    char::from(ALPHABET[((31 - sum % 31) % 31) as usize])
}

/// GB 11714: whether character 17 checks characters 9 to 16; `None` when there are too few.
fn inner(characters: &[char]) -> Option<bool> {
    let body = characters.get(8..16)?;
    let sum: u32 = body.iter().zip(INNER_WEIGHTS).map(|(c, weight)| c.to_digit(36).unwrap_or(0) * weight).sum();
    let expected = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10)?,
    };
    characters.get(16).map(|actual| *actual == expected)
}

fn wrong_character(place: usize, c: char) -> String {
    let meant = match c {
        'O' => "，是否为数字 0",
        'I' => "，是否为数字 1",
        'Z' => "，是否为数字 2",
        'S' => "，是否为数字 5",
        'V' => "，是否为字母 U 或 Y",
        _ => "",
    };
    match c {
        'I' | 'O' | 'S' | 'V' | 'Z' => format!("第 {place} 位是字母 {c}，代码不使用 I、O、S、V、Z，请核对{meant}"),
        c if c.is_whitespace() => format!("第 {place} 位是空格"),
        c => format!("第 {place} 位“{c}”不是数字或大写字母"),
    }
}

/// The only two neighbours whose exchange makes both checks and the province fit: place of the first, and the two characters as they stand.
fn transposed(values: &[u32]) -> Option<(usize, char, char)> {
    let character = |value: u32| char::from(ALPHABET[(value % 31) as usize]);
    let fits = |at: &usize| {
        let mut swapped = values.to_vec();
        swapped.swap(*at, at + 1);
        let characters: Vec<char> = swapped.iter().map(|value| character(*value)).collect();
        swapped != values
            && characters.last() == Some(&outer(&swapped))
            && inner(&characters) == Some(true)
            && region_known(&characters)
    };
    let mut found = (0..17).filter(fits);
    match (found.next(), found.next()) {
        (Some(at), None) => Some((at + 1, character(values[at]), character(values[at + 1]))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every vector of regulations §10.1.
    #[test]
    fn gb32100_vectors() {
        for (code, valid, expected, words) in [
            ("914403001922038216", true, Some('6'), "校验相符"),
            ("91440232MA4TEA1K4X", true, Some('X'), "校验相符"),
            ("92440232MA5QYX7N8J", true, Some('J'), "校验相符"),
            ("93440232MA6DB2H03M", true, Some('M'), "校验相符"),
            ("914403001922038215", false, Some('6'), "第 18 位校验码应为 6，现在是 5"),
            ("914403001922083216", false, Some('X'), "第 14、15 位的 83 本是 38"),
            ("92440223MA5QYX7N8J", false, Some('H'), "第 7、8 位的 23 本是 32"),
            ("91440232MA4TEA1KOX", false, None, "第 17 位是字母 O"),
            ("91440232MA4TEA1K4Z", false, None, "第 18 位是字母 Z"),
            ("9144023MA4TEA1K4X", false, None, "应为 18 位，现在是 17 位"),
        ] {
            let found = check(code);
            assert_eq!((found.valid, found.expected), (valid, expected), "{code}: {}", found.message);
            assert!(found.message.contains(words), "{code}: {}", found.message);
        }
    }

    /// Trim, full-width and lower case are normalised; O is not turned into 0; a 15-digit number stays what it is.
    #[test]
    fn gb32100_normalisation() {
        assert!(derivation("91440232MA4TEA1K4X").join("").contains("= 2482") && derivation("9144").is_empty());
        let found = check(" ９１４４０２３２ma4tea1k4x　");
        assert_eq!((found.normalised.as_str(), found.valid), ("91440232MA4TEA1K4X", true));
        assert!(!check("91440232MA4TEA1K 4X").valid);
        assert!(check("440232000012345").message.contains("工商注册号"));
        assert!(check("").message.contains("0 位"));
        assert!(check("中文中文中文中文中文中文中文中文中文").message.contains("第 1 位“中”"));
    }

    /// Inner check (GB 11714) and unknown divisions are remarks, not faults.
    #[test]
    fn gb11714_and_region_only_remark() {
        let with_check = |body: &str| {
            let values: Vec<u32> = body.chars().filter_map(value).collect();
            format!("{body}{}", outer(&values))
        };
        let inner_wrong = check(&with_check("91440232MA4TEA1K5"));
        assert!(inner_wrong.valid && inner_wrong.message.contains("组织机构代码"), "{inner_wrong:?}");
        for body in ["91990232MA4TEA1K4", "9144A232MA4TEA1K4"] {
            let unknown = check(&with_check(body));
            assert!(unknown.valid && unknown.message.contains("行政区划"), "{unknown:?}");
        }
    }
}
