//! Codes of administrative divisions: GB/T 2260 (6 digits), towns of the statistics bureau (9 or 12 digits). Codes are
//! data that an administrator imports; this file only knows their shape and which lies below which.

use crate::code_enum;

code_enum! {
    /// Level of a division.
    pub enum DivisionLevel {
        /// Province and the like.
        Province = "PROVINCE" => "省级",
        /// Prefecture.
        Prefecture = "PREFECTURE" => "地级",
        /// County.
        County = "COUNTY" => "县级",
        /// Town, township, street, farm.
        Town = "TOWN" => "乡级",
    }
}

/// The level that a code's shape tells; `None` when it is no division code.
pub fn level(code: &str) -> Option<DivisionLevel> {
    if !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match code.len() {
        6 if code.ends_with("0000") => Some(DivisionLevel::Province),
        6 if code.ends_with("00") => Some(DivisionLevel::Prefecture),
        6 => Some(DivisionLevel::County),
        9 | 12 => Some(DivisionLevel::Town),
        _ => None,
    }
}

/// The part of a code that all divisions below it share: `44` of 440000, `4402` of 440200, the whole of a county's or town's.
pub fn prefix(code: &str) -> &str {
    match level(code) {
        Some(DivisionLevel::Province) => &code[..2],
        Some(DivisionLevel::Prefecture) => &code[..4],
        _ => code,
    }
}

/// Whether `code` is `area` or lies in it.
pub fn lies_in(code: &str, area: &str) -> bool {
    !area.is_empty() && code.starts_with(prefix(area))
}

/// Whether a code lies in an area; `None` where it does not tell: no code, or a division above the area.
pub fn known_to_lie_in(code: &str, area: &str) -> Option<bool> {
    level(code)?;
    if lies_in(code, area) {
        return Some(true);
    }
    if lies_in(area, code) { None } else { Some(false) }
}

/// Code of the division one level above, by its shape.
pub fn parent(code: &str) -> Option<String> {
    match level(code)? {
        DivisionLevel::Province => None,
        DivisionLevel::Prefecture => Some(format!("{}0000", &code[..2])),
        DivisionLevel::County => Some(format!("{}00", &code[..4])),
        DivisionLevel::Town => Some(code[..6].to_owned()),
    }
}

/// Provinces by the first two digits of a code (GB/T 2260), short names.
const PROVINCES: [(&str, &str); 34] = [
    ("11", "北京"),
    ("12", "天津"),
    ("13", "河北"),
    ("14", "山西"),
    ("15", "内蒙古"),
    ("21", "辽宁"),
    ("22", "吉林"),
    ("23", "黑龙江"),
    ("31", "上海"),
    ("32", "江苏"),
    ("33", "浙江"),
    ("34", "安徽"),
    ("35", "福建"),
    ("36", "江西"),
    ("37", "山东"),
    ("41", "河南"),
    ("42", "湖北"),
    ("43", "湖南"),
    ("44", "广东"),
    ("45", "广西"),
    ("46", "海南"),
    ("50", "重庆"),
    ("51", "四川"),
    ("52", "贵州"),
    ("53", "云南"),
    ("54", "西藏"),
    ("61", "陕西"),
    ("62", "甘肃"),
    ("63", "青海"),
    ("64", "宁夏"),
    ("65", "新疆"),
    ("71", "台湾"),
    ("81", "香港"),
    ("82", "澳门"),
];

/// Short name of the province in which a code lies: 广东 of 440232.
pub fn province_name(code: &str) -> Option<&'static str> {
    PROVINCES.iter().find(|(prefix, _)| code.starts_with(prefix)).map(|(_, name)| *name)
}

/// Whether an address begins with the name of another province or another city than the area's: 广东省佛山市…,
/// 佛山市… for 乳源瑶族自治县 of 韶关市. `above`: names of what the area lies in, without “市场监督管理局”. Says nothing
/// where the address begins with neither.
pub fn named_elsewhere(address: &str, area_code: &str, area: &str, above: &[String]) -> bool {
    let mut rest = address.trim();
    let own_province = province_name(area_code).unwrap_or_default();
    // 北京路, 河南路: a province's name alone is also a street's; it counts with its ending or before a city's name.
    let endings = ["壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "特别行政区", "省", "市"];
    let begun = PROVINCES.iter().map(|(_, name)| *name).find(|name| rest.starts_with(name));
    if let Some(name) = begun {
        let after = &rest[name.len()..];
        let ending = endings.iter().find_map(|ending| after.strip_prefix(ending));
        match (name == own_province, ending) {
            (false, Some(_)) => return true,
            (true, _) => rest = ending.unwrap_or(after),
            (false, None) => {}
        }
    }
    // A city's name has two to five signs before 市, none of them of a street; 市场, 市区, 市政 are no city's.
    let Some(end) = rest.find('市') else { return false };
    let (city, after) = (&rest[..end], &rest[end + '市'.len_utf8()..]);
    let plausible = (2..=5).contains(&city.chars().count())
        && city.chars().all(|sign| sign.is_alphabetic() && !"路街道巷村镇乡里号农贸菜超".contains(sign))
        && !after.starts_with(['场', '区', '政', '辖', '郊', '民', '容', '中']);
    let ours = |name: &str| name.contains(city) || city.contains(name.trim_end_matches(['市', '县', '区']));
    let known = above.iter().any(|name| name.contains('市'));
    plausible && known && !ours(area) && !above.iter().filter(|name| !name.is_empty()).any(|name| ours(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R18 第四十四条: only an address that says so lies elsewhere; streets and markets of our own do not.
    #[test]
    fn r18_art44_where_a_producer_is() {
        let above = ["韶关市".to_owned(), "广东省".to_owned()];
        for (address, elsewhere) in [
            ("佛山市南海区某路 8 号", true),
            ("广东省佛山市某路 8 号", true),
            ("广东佛山市某路 8 号", true),
            ("浙江省永康市某路 8 号", true),
            ("浙江杭州市某路 8 号", true),
            ("北京市朝阳区某路", true),
            ("内蒙古自治区赤峰市", true),
            ("广西壮族自治区柳州市", true),
            ("韶关市乳源瑶族自治县", false),
            ("广东省韶关市乳源瑶族自治县", false),
            ("北京路 12 号", false),
            ("河南路农贸市场 3 号", false),
            ("农贸市场 3 号", false),
            ("南门市场", false),
            ("鹰峰路农贸市场", false),
            ("市区南环路 1 号", false),
            ("乳城镇鹰峰西路", false),
            ("", false),
        ] {
            assert_eq!(named_elsewhere(address, "440232", "乳源瑶族自治县", &above), elsewhere, "{address}");
        }
    }

    /// GB/T 2260: 440232 lies in 440200 and 440000; 440233 does not lie in 440232.
    #[test]
    fn gb2260_codes_tell_what_lies_below() {
        assert_eq!(level("440232"), Some(DivisionLevel::County));
        assert_eq!(level("440232100"), Some(DivisionLevel::Town));
        assert_eq!(level("44023"), None);
        assert_eq!(level("44023X"), None);
        for (code, area, inside) in [
            ("440232", "440200", true),
            ("440232100", "440232", true),
            ("440232", "440000", true),
            ("440233", "440232", false),
            ("450232", "440000", false),
            ("440232", "", false),
        ] {
            assert_eq!(lies_in(code, area), inside, "{code} in {area}");
        }
        for (code, known) in [
            ("440232", Some(true)),
            ("440232100", Some(true)),
            ("440233", Some(false)),
            ("320000", Some(false)),
            ("440200", None),
            ("440000", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(known_to_lie_in(code, "440232"), known, "{code}");
        }
        assert_eq!(parent("440232100").as_deref(), Some("440232"));
        assert_eq!(parent("440232").as_deref(), Some("440200"));
        assert_eq!(parent("440200").as_deref(), Some("440000"));
        assert_eq!(parent("440000"), None);
        assert_eq!(province_name("440232"), Some("广东"));
        assert_eq!(province_name("990000"), None);
    }
}
