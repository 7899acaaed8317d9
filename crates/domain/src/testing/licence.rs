//! 证书核查 before testing (R18 第三十条): production licence or compulsory certification of the product, answered by a
//! person, judged here. Asks no register of the state; what the person read is kept word by word.

use super::TestingRefused;
use crate::{code_enum, match_key::match_key};
use jiff::civil::Date;

code_enum! {
    /// Which certificate a product needs.
    pub enum LicenceKind {
        /// None.
        NotRequired = "NOT_REQUIRED" => "不需要证书",
        /// 生产许可证 (LIC 第二条).
        Production = "PRODUCTION" => "工业产品生产许可证",
        /// 强制性产品认证.
        Compulsory = "COMPULSORY" => "强制性产品认证",
    }
}

/// What the person found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceAnswer {
    /// Which certificate.
    pub kind: LicenceKind,
    /// Its number; empty: there is none.
    pub number: String,
    /// Holder.
    pub holder: String,
    /// Why the holder is somebody else than the labelled producer (委托加工 …); empty: nothing explains it.
    pub holder_reason: String,
    /// Scope as written on the certificate.
    pub scope: String,
    /// The scope covers the sample's model.
    pub covers_model: bool,
    /// First day.
    pub valid_from_on: Option<Date>,
    /// Last day.
    pub valid_until_on: Option<Date>,
    /// Production date on the label.
    pub produced_on: Option<Date>,
}

/// Outcome of the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceFinding {
    /// What was found, for the report and for the file.
    pub text: String,
    /// Why the product fails; empty when it passes.
    pub failures: Vec<String>,
}

impl LicenceFinding {
    /// Whether testing may begin.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

/// R18 第三十条, LIC 第二条、第五条、第三十四条: number, holder = producer, scope covers the model, valid on the production date.
///
/// # Errors
/// [`TestingRefused::LicenceUnanswered`] when the product needs a certificate and nobody looked.
pub fn judge_licence(
    required: bool,
    producer: &str,
    answer: Option<&LicenceAnswer>,
) -> Result<LicenceFinding, TestingRefused> {
    let Some(answer) = answer.filter(|answer| answer.kind != LicenceKind::NotRequired) else {
        return if required {
            Err(TestingRefused::LicenceUnanswered)
        } else {
            Ok(LicenceFinding { text: "不适用".to_owned(), failures: Vec::new() })
        };
    };
    let kind = crate::code::Code::title(answer.kind);
    let number = answer.number.trim();
    if number.is_empty() {
        let failure = format!("没有{kind}");
        return Ok(LicenceFinding { text: failure.clone(), failures: vec![failure] });
    }
    let mut failures = Vec::new();
    let holder = answer.holder.trim();
    let same = match_key(holder) == match_key(producer);
    if !same && answer.holder_reason.trim().is_empty() {
        failures.push(format!("持证人“{holder}”不是标称生产者“{producer}”"));
    }
    if !answer.covers_model {
        failures.push("证书范围不含所抽型号".to_owned());
    }
    match (answer.produced_on, answer.valid_from_on, answer.valid_until_on) {
        (None, _, _) => failures.push("生产日期不明，不能判断证书当时是否有效".to_owned()),
        (_, None, _) | (_, _, None) => failures.push("证书有效期不明".to_owned()),
        (Some(made), Some(from), Some(until)) if made < from || made > until => {
            failures.push(format!("生产日期 {made} 不在证书有效期 {from} 至 {until} 内"));
        }
        _ => {}
    }
    let day = |date: Option<Date>| date.map_or_else(|| "/".to_owned(), |date| date.to_string());
    let mut text = format!(
        "{kind} {number}，持证人{holder}，范围：{}，有效期 {} 至 {}，生产日期 {}",
        answer.scope.trim(),
        day(answer.valid_from_on),
        day(answer.valid_until_on),
        day(answer.produced_on),
    );
    if !same && !answer.holder_reason.trim().is_empty() {
        text.push_str(&format!("；持证人与标称生产者不同：{}", answer.holder_reason.trim()));
    }
    if !failures.is_empty() {
        text.push_str(&format!("。未通过：{}", failures.join("；")));
    }
    Ok(LicenceFinding { text, failures })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(change: impl FnOnce(&mut LicenceAnswer)) -> LicenceAnswer {
        let mut answer = LicenceAnswer {
            kind: LicenceKind::Production,
            number: "（粤）XK00-000-00000".into(),
            holder: "溪石线缆厂".into(),
            holder_reason: String::new(),
            scope: "额定电压450/750V及以下电缆".into(),
            covers_model: true,
            valid_from_on: Some("2018-03-01".parse().expect("date")),
            valid_until_on: Some("2023-02-28".parse().expect("date")),
            produced_on: Some("2021-08-01".parse().expect("date")),
        };
        change(&mut answer);
        answer
    }
    #[track_caller]
    fn check(required: bool, answer: Option<LicenceAnswer>, expected: &str) {
        let found = match judge_licence(required, "溪石线缆厂", answer.as_ref()) {
            Ok(finding) if finding.passed() => "通过".to_owned(),
            Ok(finding) => finding.failures.join("；"),
            Err(refused) => format!("{refused:?}"),
        };
        assert_eq!(found, expected);
    }
    type Change = fn(&mut LicenceAnswer);

    /// R18 第三十条 with LIC 第二条: the gate is answered for every product that needs a certificate.
    #[test]
    fn r18_art30_licence_gate() {
        check(false, None, "通过");
        check(true, None, "LicenceUnanswered");
        check(true, Some(answer(|a| a.kind = LicenceKind::NotRequired)), "LicenceUnanswered");
        let rows: &[(Change, &str)] = &[
            (|_| {}, "通过"),
            (|a| a.number = " ".into(), "没有工业产品生产许可证"),
            (|a| a.holder = "别家厂".into(), "持证人“别家厂”不是标称生产者“溪石线缆厂”"),
            (
                |a| {
                    a.holder = "别家厂".into();
                    a.holder_reason = "委托加工，标注委托方".into();
                },
                "通过",
            ),
            (|a| a.holder = "溪石 线缆厂".into(), "通过"),
            (|a| a.covers_model = false, "证书范围不含所抽型号"),
            (|a| a.produced_on = None, "生产日期不明，不能判断证书当时是否有效"),
            (|a| a.valid_until_on = None, "证书有效期不明"),
            (|a| a.produced_on = "2018-03-01".parse().ok(), "通过"),
            (|a| a.produced_on = "2023-02-28".parse().ok(), "通过"),
            (
                |a| a.produced_on = "2018-02-28".parse().ok(),
                "生产日期 2018-02-28 不在证书有效期 2018-03-01 至 2023-02-28 内",
            ),
            (
                |a| a.produced_on = "2023-03-01".parse().ok(),
                "生产日期 2023-03-01 不在证书有效期 2018-03-01 至 2023-02-28 内",
            ),
        ];
        for (change, expected) in rows {
            check(true, Some(answer(change)), expected);
        }
    }
}
