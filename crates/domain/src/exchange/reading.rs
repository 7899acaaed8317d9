//! Reading what people write in tables: dates, quarters, conclusions, levels, amounts. What cannot be read for certain is
//! `None`; nothing is guessed and nothing repaired.

use crate::{
    decimal::half_width,
    enterprise::{CreditClass, EnterpriseKind, EnterpriseScale, EnterpriseStatus},
    money,
    organisation::Tier,
    testing::InspectionConclusion,
};
use jiff::civil::Date;

/// Half-width, without white space, lower case.
fn plain(text: &str) -> String {
    half_width(text).chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// The official “not applicable” (`/`, `—`, `无` …) or nothing at all.
pub fn is_empty_mark(text: &str) -> bool {
    if text.trim().len() > 9 {
        return false;
    }
    matches!(plain(text).as_str(), "" | "/" | "\\" | "-" | "--" | "—" | "——" | "无" | "n/a" | "na")
}

/// A whole day: `2025-08-27`, `2025/8/27`, `2025.8.27`, `2025年8月27日`, `20250827`, each also with a time behind it.
pub fn day(text: &str) -> Option<Date> {
    let text = half_width(text);
    let text = text.trim();
    // A time of day behind the date: after a space or the T of ISO.
    let text = text.split([' ', 'T']).next().unwrap_or_default();
    let text = text.strip_suffix('日').or_else(|| text.strip_suffix('号')).unwrap_or(text);
    let parts: Vec<&str> = if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        vec![&text[..4], &text[4..6], &text[6..]]
    } else {
        text.split(['-', '/', '.', '年', '月']).collect()
    };
    let [year, month, day] = parts.as_slice() else { return None };
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Quarters as `1,2`: 一季度、二季度, 第三季度, Q4, 1-3季度, 上半年, 全年, months.
pub fn quarters(text: &str) -> Option<String> {
    let text = plain(text);
    let mut found = [false; 4];
    let mut set = |from: usize, to: usize| -> Option<()> {
        (1..=4).contains(&from).then_some(())?;
        (from..=4).contains(&to).then_some(())?;
        found[from - 1..to].fill(true);
        Some(())
    };
    match text.as_str() {
        "全年" | "1-12月" | "每季度" | "各季度" | "四个季度" => set(1, 4)?,
        "上半年" => set(1, 2)?,
        "下半年" => set(3, 4)?,
        _ => {
            for part in text.split(['、', ',', ';', '和', '及', '/']).filter(|part| !part.is_empty()) {
                let month = part.ends_with('月') || part.ends_with("月份");
                let mut numbers = part
                    .split(['-', '~', '至', '到', '—'])
                    .map(|piece| number_of(piece.trim_end_matches("月份").trim_end_matches('月')));
                let from = numbers.next()??;
                let to = numbers.next().map_or(Some(from), |to| to)?;
                if month { set(from.div_ceil(3), to.div_ceil(3))? } else { set(from, to)? }
            }
        }
    }
    let list: Vec<String> = (1..=4).filter(|n| found[n - 1]).map(|n| n.to_string()).collect();
    (!list.is_empty()).then(|| list.join(","))
}

/// A number from 1 to 12 in digits or Chinese, with the words around it.
fn number_of(text: &str) -> Option<usize> {
    let core = text.trim_start_matches('第').trim_start_matches('q');
    let core = core.strip_suffix("季度").or_else(|| core.strip_suffix('季')).unwrap_or(core);
    const WORDS: [&str; 12] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
    match WORDS.iter().position(|word| *word == core) {
        Some(place) => Some(place + 1),
        None => core.parse().ok().filter(|number| (1..=12).contains(number)),
    }
}

/// A whole number of 0 or more, also with what is counted behind it: `60`, `60组`, `10 批次`.
pub fn count(text: &str) -> Option<i64> {
    let text = plain(text);
    let core = ["批次", "组", "批", "家", "个", "户", "人"]
        .iter()
        .find_map(|unit| text.strip_suffix(unit))
        .unwrap_or(&text)
        .replace(',', "");
    (!core.is_empty() && core.bytes().all(|byte| byte.is_ascii_digit())).then(|| core.parse().ok())?
}

/// An amount in fen; `unit` is what the heading says in brackets. A bare number under a heading without unit is yuan.
pub fn amount_fen(text: &str, unit: &str) -> Option<i64> {
    let text = plain(text);
    let (number, ten_thousand) = match text.strip_suffix("万元").or_else(|| text.strip_suffix('万')) {
        Some(number) => (number.to_owned(), true),
        None => (text, plain(unit).contains('万')),
    };
    if !ten_thousand {
        return money::parse_yuan(&number).ok();
    }
    // Moved by four places as text, so that nothing is rounded.
    let number = number.trim_end_matches('元').replace(',', "");
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let moved: String = fraction.chars().chain("0000".chars()).take(4.max(fraction.len())).collect();
    let (more, rest) = moved.split_at_checked(4)?;
    money::parse_yuan(format!("{whole}{more}.{rest}").trim_end_matches('.')).ok()
}

/// Conclusion of an inspection as announcements write it.
pub fn conclusion(text: &str) -> Option<InspectionConclusion> {
    use InspectionConclusion::{NoNonconformityFound, Nonconforming, NotJudged};
    let text = plain(text);
    let text = text.trim_matches(['。', '.', '“', '”', '"']);
    Some(match text {
        "合格"
        | "未发现不合格"
        | "所检项目未发现不合格"
        | "所检项目未检出不合格"
        | "p"
        | "pass"
        | "符合"
        | "符合要求"
        | "符合标准"
        | "通过"
        | "√"
        | "所检项目合格"
        | "所检项目符合标准要求"
        | "监督抽查合格" => NoNonconformityFound,
        "不合格"
        | "f"
        | "fail"
        | "不符合"
        | "不符合要求"
        | "不符合标准"
        | "未通过"
        | "×"
        | "严重不合格"
        | "一般不合格"
        | "所检项目不合格"
        | "复检不合格"
        | "监督抽查不合格" => Nonconforming,
        "未判定" | "不判定" | "未作判定" | "不作判定" => NotJudged,
        _ => return None,
    })
}

/// Conclusion that a title gives to all rows below it: `（不合格产品）`.
pub fn conclusion_of_title(title: &str) -> Option<InspectionConclusion> {
    let title = plain(title);
    if title.contains("不合格") {
        Some(InspectionConclusion::Nonconforming)
    } else if title.contains("合格") || title.contains("未发现") {
        Some(InspectionConclusion::NoNonconformityFound)
    } else {
        None
    }
}

/// Level of a check as tables write it.
pub fn tier(text: &str) -> Option<Tier> {
    Some(match plain(text).trim_end_matches("监督抽查").trim_end_matches("抽查") {
        "国家级" | "国家" | "国抽" | "国" | "总局" | "national" => Tier::National,
        "省级" | "省" | "省抽" | "自治区级" | "直辖市级" | "provincial" => Tier::Provincial,
        "市级" | "市" | "市抽" | "地市级" | "地级" | "州级" | "municipal" => Tier::Municipal,
        "县级" | "县" | "县抽" | "区级" | "区县级" | "县/区级" | "区/县级" | "县(区)级" | "县区级" | "区抽"
        | "county" => Tier::County,
        _ => return None,
    })
}

/// Level of an authority by its name: 总局 is national, the last of 省, 市, 县 in the name of a place decides.
pub fn tier_of_authority(name: &str) -> Option<Tier> {
    let name = plain(name);
    let place = name.find("市场监").or_else(|| name.find("质量技术监督")).or_else(|| name.find("工商"))?;
    let place = &name[..place];
    if name.contains("总局") || place.ends_with("国家") {
        return Some(Tier::National);
    }
    const MUNICIPALITIES: [&str; 4] = ["北京市", "天津市", "上海市", "重庆市"];
    if MUNICIPALITIES.contains(&place) || place.ends_with('省') {
        return Some(Tier::Provincial);
    }
    let last = place.chars().next_back()?;
    Some(match last {
        '区' if place.ends_with("自治区") => Tier::Provincial,
        '县' | '区' | '旗' => Tier::County,
        '市' | '州' | '盟' => Tier::Municipal,
        _ => return None,
    })
}

/// The authority that a title begins with: `深圳市市场监督管理局2019年……` → `深圳市市场监督管理局`.
pub fn authority_in_title(title: &str) -> Option<String> {
    let title = half_width(title);
    let title = title.trim();
    let end = ["监督管理总局", "监督管理局", "质量技术监督局"]
        .iter()
        .find_map(|word| Some(title.find(word)? + word.len()))?;
    let name = &title[..end];
    (name.chars().count() <= 30 && tier_of_authority(name).is_some()).then(|| name.to_owned())
}

/// The year that a title names.
pub fn year_in_title(title: &str) -> Option<i64> {
    let characters: Vec<char> = half_width(title).chars().collect();
    characters.windows(5).find_map(|window| {
        let year: String = window[..4].iter().collect();
        let year: i64 = year.bytes().all(|byte| byte.is_ascii_digit()).then(|| year.parse().ok())??;
        ((2000..=2100).contains(&year) && window[4] == '年').then_some(year)
    })
}

/// What an enterprise is, by the words of the register; any other words are an enterprise.
pub fn enterprise_kind(text: &str, name: &str, uscc: &str) -> EnterpriseKind {
    let text = plain(text);
    if text.contains("个体") || (text.is_empty() && uscc.starts_with("92")) {
        EnterpriseKind::SelfEmployed
    } else if text.contains("专业合作") || (text.is_empty() && (uscc.starts_with("93") || name.contains("专业合作社")))
    {
        EnterpriseKind::Cooperative
    } else if ["机关", "事业", "社团", "民办非企业", "其他"].iter().any(|word| text.contains(word)) {
        EnterpriseKind::Other
    } else {
        EnterpriseKind::Enterprise
    }
}

/// Size class.
pub fn scale(text: &str) -> Option<EnterpriseScale> {
    Some(match plain(text).trim_end_matches("企业").trim_end_matches('型') {
        "大" | "large" => EnterpriseScale::Large,
        "中" | "medium" => EnterpriseScale::Medium,
        "小" | "small" => EnterpriseScale::Small,
        "微" | "micro" => EnterpriseScale::Micro,
        "未登记" | "不详" => EnterpriseScale::Unknown,
        _ => return None,
    })
}

/// Whether it can be visited.
pub fn status(text: &str) -> Option<EnterpriseStatus> {
    let text = plain(text);
    let is = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    Some(if is(&["存续", "在营", "在业", "开业", "正常", "经营中", "active"]) {
        EnterpriseStatus::Active
    } else if is(&["停业", "歇业", "停产", "suspended"]) {
        EnterpriseStatus::Suspended
    } else if is(&["迁出", "搬迁", "迁移", "moved"]) {
        EnterpriseStatus::Moved
    } else if is(&["注销", "吊销", "撤销", "deregistered"]) {
        EnterpriseStatus::Deregistered
    } else {
        return None;
    })
}

/// Credit risk class.
pub fn credit_class(text: &str) -> Option<CreditClass> {
    let text = plain(text);
    Some(match text.trim_end_matches('类').trim_end_matches('级') {
        "a" => CreditClass::A,
        "b" => CreditClass::B,
        "c" => CreditClass::C,
        "d" => CreditClass::D,
        "na" | "未分" | "未评" | "未评定" | "未分类" => CreditClass::Unclassified,
        _ => return None,
    })
}

/// A quantity with its unit, when it is one plain number: `2台`, `4L` → (`2`, `台`).
pub fn quantity(text: &str) -> Option<(String, String)> {
    let text = half_width(text);
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = unit.trim();
    let whole = !number.is_empty()
        && !number.starts_with('.')
        && !number.ends_with('.')
        && number.matches('.').count() <= 1
        && !unit.is_empty()
        && unit.chars().all(char::is_alphabetic);
    whole.then(|| (number.to_owned(), unit.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_read_whole_or_not_at_all() {
        for (text, expected) in [
            ("2025-08-27", Some(date(2025, 8, 27))),
            ("2025/8/27", Some(date(2025, 8, 27))),
            ("２０２５．8．27", Some(date(2025, 8, 27))),
            ("2025年8月27日", Some(date(2025, 8, 27))),
            ("20250827", Some(date(2025, 8, 27))),
            ("2025-08-27 00:00", Some(date(2025, 8, 27))),
            ("2017-06", None),
            ("2025-02-30", None),
            ("25-08-27", None),
            ("", None),
            ("2025年8月", None),
        ] {
            assert_eq!(day(text), expected, "{text}");
        }
    }

    #[test]
    fn quarters_as_plans_write_them() {
        for (text, expected) in [
            ("一季度、二季度", Some("1,2")),
            ("第三季度", Some("3")),
            ("Q1,Q4", Some("1,4")),
            ("1-3季度", Some("1,2,3")),
            ("上半年", Some("1,2")),
            ("全年", Some("1,2,3,4")),
            ("5月", Some("2")),
            ("3-7月", Some("1,2,3")),
            ("2", Some("2")),
            ("五季度", None),
            ("待定", None),
            ("", None),
        ] {
            assert_eq!(quarters(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn counts_and_amounts() {
        for (text, expected) in [
            ("60", Some(60)),
            ("60组", Some(60)),
            ("1,200 批次", Some(1200)),
            ("约60", None),
            ("-3", None),
            ("1.5", None),
            ("", None),
        ] {
            assert_eq!(count(text), expected, "{text}");
        }
        for (text, unit, expected) in [
            ("4465", "", Some(446_500)),
            ("4,465.50元", "", Some(446_550)),
            ("3", "万元", Some(3_000_000)),
            ("0.35", "万元", Some(350_000)),
            ("1.23456万", "", Some(1_234_560)),
            ("1.2345678", "万元", None),
            ("合计约20万元(购样及检验费)", "", None),
        ] {
            assert_eq!(amount_fen(text, unit), expected, "{text} {unit}");
        }
    }

    #[test]
    fn conclusions_as_announcements_write_them() {
        use InspectionConclusion::{NoNonconformityFound, Nonconforming};
        for (text, expected) in [
            ("合格", Some(NoNonconformityFound)),
            (" P ", Some(NoNonconformityFound)),
            ("符合", Some(NoNonconformityFound)),
            ("未发现不合格", Some(NoNonconformityFound)),
            ("F", Some(Nonconforming)),
            ("不 合 格", Some(Nonconforming)),
            ("/", None),
            ("基本合格", None),
        ] {
            assert_eq!(conclusion(text), expected, "{text}");
        }
        assert_eq!(conclusion_of_title("（不合格产品）"), Some(Nonconforming));
        assert_eq!(conclusion_of_title("（合格产品）"), Some(NoNonconformityFound));
        assert_eq!(conclusion_of_title("结果汇总表"), None);
    }

    #[test]
    fn levels_and_authorities() {
        for (text, expected) in [
            ("国家级", Some(Tier::National)),
            ("省抽", Some(Tier::Provincial)),
            ("市级", Some(Tier::Municipal)),
            ("县/区级", Some(Tier::County)),
            ("乡级", None),
        ] {
            assert_eq!(tier(text), expected, "{text}");
        }
        for (name, expected) in [
            ("国家市场监督管理总局", Some(Tier::National)),
            ("广东省质量技术监督局", Some(Tier::Provincial)),
            ("浙江省质量技术监督局(湖州部分)", Some(Tier::Provincial)),
            ("重庆市市场监督管理局", Some(Tier::Provincial)),
            ("重庆市綦江区市场监督管理局", Some(Tier::County)),
            ("深圳市市场监督管理局", Some(Tier::Municipal)),
            ("乳源瑶族自治县市场监督管理局", Some(Tier::County)),
            ("广西壮族自治区市场监督管理局", Some(Tier::Provincial)),
            ("某协会", None),
        ] {
            assert_eq!(tier_of_authority(name), expected, "{name}");
        }
        assert_eq!(
            authority_in_title("深圳市市场监督管理局2019年产品质量监督抽查结果汇总表").as_deref(),
            Some("深圳市市场监督管理局")
        );
        assert_eq!(authority_in_title("2017年烧结砖产品监督抽查结果汇总表"), None);
        assert_eq!(year_in_title("株洲市2025年第一批计划"), Some(2025));
        assert_eq!(year_in_title("计划12345年"), None);
    }

    #[test]
    fn words_of_the_register() {
        assert_eq!(enterprise_kind("个体工商户", "", ""), EnterpriseKind::SelfEmployed);
        assert_eq!(enterprise_kind("", "某某养殖农民专业合作社", ""), EnterpriseKind::Cooperative);
        assert_eq!(enterprise_kind("集体分支机构(非法人)", "始兴县马市供销合作社", "91"), EnterpriseKind::Enterprise);
        assert_eq!(credit_class("Ａ类"), Some(CreditClass::A));
        assert_eq!(credit_class("优"), None);
        assert_eq!(status("存续（在营、开业、在册）"), Some(EnterpriseStatus::Active));
        assert_eq!(status("吊销，未注销"), Some(EnterpriseStatus::Deregistered));
        assert_eq!(scale("小型企业"), Some(EnterpriseScale::Small));
        assert_eq!(quantity("2台"), Some(("2".to_owned(), "台".to_owned())));
        assert_eq!(quantity("≥2台"), None);
        assert_eq!(quantity("4L(kg)"), None);
    }
}
