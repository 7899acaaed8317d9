//! 商品条码 (GB 12904, GTIN of 8, 12, 13 or 14 digits): the check digit. A barcode identifies a package, it proves no
//! producer.

use crate::decimal::half_width;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GtinCheck {
    /// Outer spaces gone, half-width.
    pub normalised: String,
    /// Length, digits and check digit fit.
    pub valid: bool,
    /// Check digit that the other digits ask for; `None` when they cannot be computed with.
    pub expected: Option<char>,
    /// Why, in Chinese.
    pub message: String,
}

/// Checks a barcode (regulations §10.2): from the right, before the check digit, weights 3, 1, 3, 1 …
pub fn check(code: &str) -> GtinCheck {
    let normalised = half_width(code);
    let invalid = |expected, message| GtinCheck { normalised: normalised.clone(), valid: false, expected, message };
    if let Some((n, c)) = normalised.chars().enumerate().find(|(_, c)| !c.is_ascii_digit()) {
        return invalid(None, format!("第 {} 位“{c}”不是数字", n + 1));
    }
    let length = normalised.len();
    if !matches!(length, 8 | 12 | 13 | 14) {
        return invalid(None, format!("应为 8、12、13 或 14 位，现在是 {length} 位"));
    }
    let digits: Vec<u32> = normalised.chars().rev().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 =
        digits.iter().skip(1).enumerate().map(|(n, digit)| digit * if n.is_multiple_of(2) { 3 } else { 1 }).sum();
    let check_digit = (10 - sum % 10) % 10;
    let expected = char::from_digit(check_digit, 10);
    let actual = digits.first().copied().unwrap_or_default();
    if actual != check_digit {
        let message =
            format!("第 {length} 位校验码应为 {check_digit}，现在是 {actual}：条码有一位有误，请重新扫描或核对");
        return invalid(expected, message);
    }
    GtinCheck {
        normalised, valid: true, expected, message: "校验相符；条码只标识包装，不证明生产者".to_owned()
    }
}

/// How the check digit is computed, one sentence a step; empty for a code that cannot be computed with.
pub fn derivation(code: &str) -> Vec<String> {
    let found = check(code);
    let Some(expected) = found.expected else { return Vec::new() };
    let digits: Vec<u32> = found.normalised.chars().rev().filter_map(|c| c.to_digit(10)).collect();
    let weight = |n: usize| if n.is_multiple_of(2) { 3 } else { 1 };
    let body = digits.iter().skip(1).enumerate();
    let products: Vec<String> = body.clone().map(|(n, digit)| format!("{digit}×{}", weight(n))).collect();
    let sum: u32 = body.map(|(n, digit)| digit * weight(n)).sum();
    vec![
        format!("条码：{}（{} 位）", found.normalised, digits.len()),
        format!("自校验码左边一位起向左，依次乘以 3、1、3、1……后相加：{} = {sum}", products.join(" + ")),
        format!("10 − {sum} 的个位数，再取个位，得 {expected}；末位是 {}", digits.first().copied().unwrap_or_default()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every vector of regulations §10.2.
    #[test]
    fn gb12904_vectors() {
        for (code, valid, expected) in [
            ("6901234567892", true, Some('2')),
            ("6924402320013", true, Some('3')),
            ("69012341", true, Some('1')),
            ("16901234567899", true, Some('9')),
            (" ６９０１２３４５６７８９２ ", true, Some('2')),
            ("6901234567891", false, Some('2')),
            ("690123456789", false, Some('7')),
            ("69012345678", false, None),
            ("69012345678X2", false, None),
            ("", false, None),
        ] {
            let found = check(code);
            assert_eq!((found.valid, found.expected), (valid, expected), "{code}: {}", found.message);
        }
        assert!(check("69012345678").message.contains("11 位"));
        assert!(check("6901234567891").message.contains("应为 2"));
    }
}
