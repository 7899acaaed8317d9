//! Testing laboratories (检验机构) with their accredited scope: item × method × validity. Answers whether a laboratory may
//! test what a rule asks on a given day (PQL 19, R18 13); never chooses a laboratory.

use crate::{
    ids::Id,
    law::{self, LegalBasis},
    match_key::match_key,
    organisation::OrganisationId,
    refusal::Explain,
    rules::RulesItem,
};
use jiff::civil::Date;

/// Id: A testing laboratory.
pub type LaboratoryId = Id<Laboratory>;
/// Id: One accredited item and method.
pub type LaboratoryScopeId = Id<LaboratoryScope>;

/// A testing laboratory.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Laboratory {
    /// Id.
    pub id: LaboratoryId,
    /// Row version.
    pub version: i64,
    /// Authority whose register this is.
    pub org_id: OrganisationId,
    /// Node of the organisation tree whose accounts belong to it.
    pub organisation_id: Option<OrganisationId>,
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// CMA number.
    pub accreditation_number: String,
    /// Last day of the accreditation.
    pub accreditation_until_on: Option<Date>,
    /// Only qualified laboratory of the province for its field, with evidence.
    pub single_in_province: bool,
    /// Remark.
    pub note: String,
}

/// One accredited item and method.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LaboratoryScope {
    /// Id.
    pub id: LaboratoryScopeId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Laboratory.
    pub laboratory_id: LaboratoryId,
    /// Test item.
    pub item: String,
    /// match_key of the item.
    pub item_key: String,
    /// Method standard; empty: any method of the item.
    pub method: String,
    /// First day.
    pub valid_from_on: Option<Date>,
    /// Last day.
    pub valid_until_on: Option<Date>,
}

/// A standard as cited: key of its number, and its year where one is named.
pub(crate) fn standard(text: &str) -> (String, Option<String>) {
    let text = text.trim();
    let dash = |c: char| matches!(c, '-' | '—' | '–' | '－' | '―' | '‐');
    if let Some((number, year)) = text.rsplit_once(dash)
        && year.len() == 4
        && year.bytes().all(|byte| byte.is_ascii_digit())
    {
        return (match_key(number), Some(year.to_owned()));
    }
    (match_key(text), None)
}

/// Whether an accredited method is the one asked for. A side that names no year stands for every edition.
fn same_method(accredited: &str, asked: &str) -> bool {
    let ((number, year), (asked_number, asked_year)) = (standard(accredited), standard(asked));
    number == asked_number && (year.is_none() || asked_year.is_none() || year == asked_year)
}

impl LaboratoryScope {
    /// Whether the line counts on a day.
    pub fn in_force(&self, on: Date) -> bool {
        self.valid_from_on.is_none_or(|first| first <= on) && self.valid_until_on.is_none_or(|last| on <= last)
    }
}

impl Laboratory {
    /// Whether the accreditation as a whole counts on a day. Without a last day on file it does not: nobody has seen one.
    pub fn accredited(&self, on: Date) -> bool {
        !self.accreditation_number.trim().is_empty() && self.accreditation_until_on.is_some_and(|last| on <= last)
    }
}

/// 《产品质量法》第十九条、《暂行办法》第十三条: items of a rule, with the method, that a laboratory may not test on a day.
/// Several methods of an item (、；, or a new line between them) must all be accredited; of methods joined by 或 one is enough.
pub fn uncovered(laboratory: &Laboratory, scope: &[LaboratoryScope], items: &[RulesItem], on: Date) -> Vec<String> {
    let named = |item: &RulesItem, method: &str| {
        if method.is_empty() { item.name.clone() } else { format!("{}（{method}）", item.name) }
    };
    if !laboratory.accredited(on) {
        return items.iter().map(|item| named(item, item.method.trim())).collect();
    }
    let mut missing = Vec::new();
    for item in items {
        let key = match_key(&item.name);
        let lines: Vec<&LaboratoryScope> =
            scope.iter().filter(|line| line.item_key == key && line.in_force(on)).collect();
        let covers = |method: &str| {
            lines.iter().any(|line| {
                line.method.trim().is_empty() || method.split('或').any(|one| same_method(&line.method, one))
            })
        };
        let methods: Vec<&str> = item
            .method
            .split(['、', '；', ';', '，', ',', '\n'])
            .map(str::trim)
            .filter(|method| !method.is_empty())
            .collect();
        if methods.is_empty() && lines.is_empty() {
            missing.push(named(item, ""));
        }
        missing.extend(methods.into_iter().filter(|method| !covers(method)).map(|method| named(item, method)));
    }
    missing
}

/// Why a laboratory is not entered or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaboratoryRefused {
    /// The only qualified laboratory of the province without saying how that is known.
    EvidenceMissing,
    /// The same item and method is in the scope on the same days.
    LineTaken {
        /// Item and method.
        line: String,
    },
    /// The node of the organisation tree belongs to another laboratory of the register.
    NodeTaken {
        /// That laboratory.
        name: String,
    },
}

impl Explain for LaboratoryRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::EvidenceMissing => "laboratory.evidence_missing",
            Self::LineTaken { .. } => "laboratory.line_taken",
            Self::NodeTaken { .. } => "laboratory.node_taken",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::EvidenceMissing => "不能登记为省内唯一".into(),
            Self::LineTaken { .. } => "不能重复登记资质项目".into(),
            Self::NodeTaken { .. } => "不能对应这个机构账号".into(),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::EvidenceMissing => "没有写明凭什么认定省内仅此一家具备资质".into(),
            Self::LineTaken { line } => format!("“{line}”已经在资质范围里"),
            Self::NodeTaken { name } => format!("这个机构已经对应“{name}”"),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::EvidenceMissing => "请在备注里写明查询途径和日期，再勾选".into(),
            Self::LineTaken { .. } => "请先停用原来的一条，或改填不同的方法".into(),
            Self::NodeTaken { .. } => "请选择另一个机构，或先在那一家取消对应".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        match self {
            Self::EvidenceMissing => Some(law::R18_39),
            Self::LineTaken { .. } => Some(law::PQL_19),
            Self::NodeTaken { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{CompareMethod, ItemClass};
    use jiff::civil::date;

    fn id<K>(n: u128) -> Id<K> {
        Id::from_uuid(uuid::Uuid::from_u128(n))
    }
    fn laboratory(until: Option<Date>) -> Laboratory {
        Laboratory {
            id: id(1),
            version: 1,
            org_id: id(2),
            organisation_id: None,
            name: "虚构检测所".into(),
            address: "/".into(),
            accreditation_number: "虚构 CMA 001".into(),
            accreditation_until_on: until,
            single_in_province: false,
            note: String::new(),
        }
    }
    fn line(item: &str, method: &str, until: Option<Date>) -> LaboratoryScope {
        LaboratoryScope {
            id: id(3),
            version: 1,
            org_id: id(2),
            laboratory_id: id(1),
            item: item.into(),
            item_key: match_key(item),
            method: method.into(),
            valid_from_on: None,
            valid_until_on: until,
        }
    }
    fn item(name: &str, method: &str) -> RulesItem {
        RulesItem {
            id: id(4),
            version: 1,
            org_id: id(2),
            rules_id: id(5),
            seq: 1,
            table_name: String::new(),
            name: name.into(),
            class: ItemClass::A,
            standard: String::new(),
            method: method.into(),
            limit_text: None,
            unit: String::new(),
            interval: None,
            compare: CompareMethod::FullValue,
            mandatory: true,
            retestable: true,
            on_site: false,
        }
    }

    /// PQL 19, R18 13 (regulations §2.2, C17): the scope covers every item and method on the signing day.
    #[test]
    fn pql_art19_scope_covers_every_item_and_method_on_the_day() {
        let on = date(2021, 5, 10);
        let good = Some(date(2024, 1, 1));
        let resistance = item("导体电阻", "GB/T 3048.4—2007");
        let two = item("绝缘厚度", "GB/T 2951.11-2008、GB/T 5023.2-2008");
        let either = item("绝缘厚度", "GB/T 2951.11 或 GB/T 5023.2");
        let cases: [(&str, Option<Date>, Vec<LaboratoryScope>, &RulesItem, &[&str]); 11] = [
            ("covered", good, vec![line("导体 电阻", "GB/T 3048.4-2007", good)], &resistance, &[]),
            ("any method", good, vec![line("导体电阻", "", None)], &resistance, &[]),
            ("no year in the scope", good, vec![line("导体电阻", "GB/T 3048.4", None)], &resistance, &[]),
            (
                "other edition",
                good,
                vec![line("导体电阻", "GB/T 3048.4-1994", None)],
                &resistance,
                &["导体电阻（GB/T 3048.4—2007）"],
            ),
            (
                "other item",
                good,
                vec![line("绝缘厚度", "GB/T 3048.4-2007", None)],
                &resistance,
                &["导体电阻（GB/T 3048.4—2007）"],
            ),
            (
                "line ended",
                good,
                vec![line("导体电阻", "", Some(date(2021, 5, 9)))],
                &resistance,
                &["导体电阻（GB/T 3048.4—2007）"],
            ),
            ("last day counts", Some(on), vec![line("导体电阻", "", Some(on))], &resistance, &[]),
            (
                "accreditation ended",
                Some(date(2021, 5, 9)),
                vec![line("导体电阻", "", None)],
                &resistance,
                &["导体电阻（GB/T 3048.4—2007）"],
            ),
            (
                "no last day on file",
                None,
                vec![line("导体电阻", "", None)],
                &resistance,
                &["导体电阻（GB/T 3048.4—2007）"],
            ),
            ("one of two", good, vec![line("绝缘厚度", "GB/T 2951.11", None)], &two, &["绝缘厚度（GB/T 5023.2-2008）"]),
            ("one is enough", good, vec![line("绝缘厚度", "GB/T 5023.2", None)], &either, &[]),
        ];
        for (case, until, scope, item, missing) in cases {
            assert_eq!(uncovered(&laboratory(until), &scope, std::slice::from_ref(item), on), missing, "{case}");
        }
        let bare = item("外观", "");
        assert_eq!(uncovered(&laboratory(good), &[], &[bare], on), ["外观"]);
    }
}
