//! 实施细则: sampling quantities, items, methods, limits, judging rule. Public before the first sampling.

use crate::{
    code_enum,
    ids::Id,
    laboratory::standard,
    law::{self, LegalBasis},
    match_key::match_key,
    organisation::OrganisationId,
    product::ProductCategoryId,
    refusal::Explain,
    time::Timestamp,
};

/// Id: A rule document (实施细则).
pub type RulesId = Id<SpotCheckRules>;
/// Id: A test item of a rule.
pub type RulesItemId = Id<RulesItem>;

code_enum! {
    /// State of a rule document.
    pub enum RulesState {
        /// 草拟.
        Draft = "DRAFT" => "草拟",
        /// 已公开.
        Published = "PUBLISHED" => "已公开",
        /// 已废止.
        Retired = "RETIRED" => "已废止",
    }
}

code_enum! {
    /// Importance of an item.
    pub enum ItemClass {
        /// A类.
        A = "A" => "A类",
        /// B类.
        B = "B" => "B类",
        /// 未分级.
        None = "NONE" => "未分级",
    }
}

code_enum! {
    /// How a value meets its limit (GB/T 8170).
    pub enum CompareMethod {
        /// 全数值比较.
        FullValue = "FULL_VALUE" => "全数值比较",
        /// 修约值比较.
        RoundedValue = "ROUNDED" => "修约值比较",
    }
}

/// A rule document (实施细则).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SpotCheckRules {
    /// Id.
    pub id: RulesId,
    /// Row version.
    pub version: i64,
    /// Authority that uses it.
    pub org_id: OrganisationId,
    /// Rule code.
    pub code: String,
    /// Edition or year.
    pub edition: String,
    /// Title.
    pub title: String,
    /// Product as the rule names it.
    pub product: String,
    /// Category it applies to.
    pub category_id: Option<ProductCategoryId>,
    /// Issuing body.
    pub issued_by: String,
    /// State.
    pub state: RulesState,
    /// When it became public.
    pub published_at_us: Option<Timestamp>,
    /// Where it is public.
    pub published_at_url: String,
    /// Where samples may be taken.
    pub sampling_place: String,
    /// Method of taking units.
    pub sampling_method: String,
    /// 抽样基数 below which nothing is taken, exact decimal.
    pub minimum_stock: Option<String>,
    /// Quantity of the test sample, exact decimal.
    pub test_quantity: Option<String>,
    /// Quantity of the backup sample, exact decimal.
    pub backup_quantity: Option<String>,
    /// Unit of the quantities.
    pub unit: String,
    /// Quantities as printed, when they are not plain numbers.
    pub quantity_text: String,
    /// Sealing, storage and transport.
    pub sealing: String,
    /// Judging rule as printed.
    pub judging_rule: String,
    /// 完整 or 部分, as known of the source.
    pub completeness: String,
    /// Where it was taken from.
    pub source: String,
    /// When entered.
    pub created_at_us: Timestamp,
}

/// A test item of a rule.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RulesItem {
    /// Id.
    pub id: RulesItemId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Rule.
    pub rules_id: RulesId,
    /// Order.
    pub seq: i64,
    /// Table of the rule it stands in.
    pub table_name: String,
    /// Item.
    pub name: String,
    /// Importance.
    pub class: ItemClass,
    /// Judging basis: standard and clause.
    pub standard: String,
    /// Method standards.
    pub method: String,
    /// Limit as `domain::judgement` reads it; `None`: none on file, the item is not judged.
    pub limit_text: Option<String>,
    /// Unit.
    pub unit: String,
    /// Rounding interval.
    pub interval: Option<String>,
    /// Comparison.
    pub compare: CompareMethod,
    /// Mandatory requirement.
    pub mandatory: bool,
    /// Can be re-inspected.
    pub retestable: bool,
    /// Tested on site.
    pub on_site: bool,
}

/// Where and when a rule became public: an address, or an attachment kept beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesNotice {
    /// Address; empty where the proof is an attachment.
    pub url: String,
    /// An attachment shows it.
    pub attached: bool,
    /// When.
    pub at: Timestamp,
}

/// Which of a rule's tables a batch is tested by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableChoice {
    /// The rule has one table, or none: every item counts.
    Whole,
    /// This table, and what stands in none.
    Table(String),
    /// The batch fits none of the tables, or two equally well: a person chooses. Names of the tables.
    Unclear(Vec<String>),
}

/// The table of a rule whose product or standard the batch names: a rule may have a table for each product
/// (车用汽油, 车用柴油) or each declared standard (执行GB/T 36944-2018). The longest name that fits wins.
pub fn table_for(items: &[RulesItem], product: &str, model: &str, declared: &str) -> TableChoice {
    let mut tables: Vec<&str> = Vec::new();
    for item in items.iter().filter(|item| !item.table_name.trim().is_empty()) {
        if !tables.contains(&item.table_name.as_str()) {
            tables.push(&item.table_name);
        }
    }
    if tables.len() < 2 {
        return TableChoice::Whole;
    }
    let said = format!("{}\n{}", match_key(product), match_key(model));
    let fit = |table: &str| table_words(table).map(|word| fit_of(word, &said, declared)).max().unwrap_or(0);
    let best = tables.iter().map(|table| fit(table)).max().unwrap_or(0);
    let mut fitting = tables.iter().filter(|table| fit(table) == best);
    match (best, fitting.next(), fitting.next()) {
        (1.., Some(table), None) => TableChoice::Table((*table).to_owned()),
        _ => TableChoice::Unclear(tables.iter().map(|table| (*table).to_owned()).collect()),
    }
}

/// The items of a table with those that stand in none.
pub fn items_of_choice(items: Vec<RulesItem>, choice: &TableChoice) -> Vec<RulesItem> {
    match choice {
        TableChoice::Table(table) => {
            items.into_iter().filter(|item| item.table_name.trim().is_empty() || item.table_name == *table).collect()
        }
        TableChoice::Whole | TableChoice::Unclear(_) => items,
    }
}

/// Parts of a cell that lists several products or standards.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', '；', ';', '，', ',', '\n']).map(str::trim).filter(|part| !part.is_empty())
}

/// Products and standards that the name of a table lists, without its number and what stands in brackets.
fn table_words(table: &str) -> impl Iterator<Item = &str> {
    let name = table.trim().trim_start_matches(|c: char| c.is_ascii_digit() || c == '表').trim();
    listed(name).map(|word| word.trim_start_matches("执行").split(['(', '（']).next().unwrap_or_default().trim())
}

/// How well a word fits: its length where the batch says it, nothing otherwise. A standard fits whatever its year.
fn fit_of(word: &str, said: &str, declared: &str) -> usize {
    let is_standard =
        word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.contains(|c: char| c.is_ascii_digit());
    let key = match_key(word);
    let fits = if is_standard {
        let (number, _) = standard(word);
        listed(declared).any(|cited| standard(cited).0 == number)
    } else {
        key.chars().count() >= 2 && said.contains(&key)
    };
    if fits { key.chars().count() } else { 0 }
}

impl SpotCheckRules {
    /// What still has to be filled in before it can be published, in words (regulations §2.2, R18 12).
    pub fn missing(&self, items: &[RulesItem]) -> Vec<String> {
        let mut missing = Vec::new();
        let plain = |value: &Option<String>| value.as_deref().is_some_and(|text| !text.trim().is_empty());
        let printed = !self.quantity_text.trim().is_empty();
        for (there, words) in [
            (!self.sampling_method.trim().is_empty(), "抽样方法"),
            (!items.is_empty(), "检验项目"),
            (items.iter().all(|item| !item.method.trim().is_empty()), "各项目的检验方法"),
            (!self.judging_rule.trim().is_empty(), "判定规则"),
            (plain(&self.minimum_stock) || printed, "最少抽样基数"),
            (plain(&self.test_quantity) || printed, "检验样品数量"),
            (plain(&self.backup_quantity) || printed, "备用样品数量"),
        ] {
            if !there {
                missing.push(words.to_owned());
            }
        }
        missing
    }
    /// Only a draft is edited.
    ///
    /// # Errors
    /// It is public or retired.
    pub fn must_be_draft(&self) -> Result<(), RulesRefused> {
        if self.state == RulesState::Draft { Ok(()) } else { Err(RulesRefused::NotDraft { state: self.state }) }
    }
    /// A draft with everything a rule needs.
    ///
    /// # Errors
    /// Not a draft, or something is missing.
    pub fn ready_to_publish(&self, items: &[RulesItem]) -> Result<(), RulesRefused> {
        self.must_be_draft()?;
        let missing = self.missing(items);
        if missing.is_empty() { Ok(()) } else { Err(RulesRefused::Incomplete { missing }) }
    }
    /// `Draft` → `Published`: 《暂行办法》第十二条, public before sampling begins.
    ///
    /// # Errors
    /// Not a complete draft, no proof, or a time that has not come.
    pub fn publish(self, items: &[RulesItem], notice: RulesNotice, now: Timestamp) -> Result<Self, RulesRefused> {
        self.ready_to_publish(items)?;
        if notice.at > now {
            return Err(RulesRefused::NotYet { at: notice.at });
        }
        if notice.url.trim().is_empty() && !notice.attached {
            return Err(RulesRefused::NoProof);
        }
        Ok(Self {
            state: RulesState::Published,
            published_at_us: Some(notice.at),
            published_at_url: notice.url.trim().to_owned(),
            ..self
        })
    }
    /// `Published` → `Retired`: no new task binds it; what runs keeps it.
    ///
    /// # Errors
    /// Not public, or no reason.
    pub fn retire(self, reason: &str) -> Result<Self, RulesRefused> {
        if self.state != RulesState::Published {
            return Err(RulesRefused::NotPublished { state: self.state });
        }
        if reason.trim().is_empty() {
            return Err(RulesRefused::ReasonMissing);
        }
        Ok(Self { state: RulesState::Retired, ..self })
    }
    /// A draft of the next edition with the same content; the public one stays as it is.
    ///
    /// # Errors
    /// A draft is simply edited.
    pub fn next_edition(&self, id: RulesId, edition: &str, now: Timestamp) -> Result<Self, RulesRefused> {
        if self.state == RulesState::Draft {
            return Err(RulesRefused::StillDraft);
        }
        Ok(Self {
            id,
            version: 1,
            edition: edition.trim().to_owned(),
            state: RulesState::Draft,
            published_at_us: None,
            published_at_url: String::new(),
            created_at_us: now,
            ..self.clone()
        })
    }
}

/// Why a rule is not changed or published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RulesRefused {
    /// A public or retired rule is not edited.
    NotDraft {
        /// Its state.
        state: RulesState,
    },
    /// Only a public rule is retired.
    NotPublished {
        /// Its state.
        state: RulesState,
    },
    /// A draft needs no new edition.
    StillDraft,
    /// Something is missing.
    Incomplete {
        /// What.
        missing: Vec<String>,
    },
    /// Neither address nor attachment.
    NoProof,
    /// The time of publication lies ahead.
    NotYet {
        /// That time.
        at: Timestamp,
    },
    /// No reason.
    ReasonMissing,
    /// The same code and edition exist.
    EditionTaken {
        /// Code.
        code: String,
        /// Edition.
        edition: String,
    },
}

impl Explain for RulesRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::NotDraft { .. } => "rules.not_draft",
            Self::NotPublished { .. } => "rules.not_published",
            Self::StillDraft => "rules.still_draft",
            Self::Incomplete { .. } => "rules.incomplete",
            Self::NoProof => "rules.no_proof",
            Self::NotYet { .. } => "rules.not_yet",
            Self::ReasonMissing => "rules.reason_missing",
            Self::EditionTaken { .. } => "rules.edition_taken",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::NotDraft { .. } => "不能修改实施细则".into(),
            Self::NotPublished { .. } | Self::ReasonMissing => "不能废止实施细则".into(),
            Self::StillDraft => "不必另立版本".into(),
            Self::Incomplete { .. } | Self::NoProof | Self::NotYet { .. } => "不能公开实施细则".into(),
            Self::EditionTaken { .. } => "不能登记这个版本".into(),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::NotDraft { state } | Self::NotPublished { state } => {
                format!("现在的状态是“{}”", crate::code::Code::title(*state))
            }
            Self::StillDraft => "这一版还在草拟".into(),
            Self::Incomplete { missing } => format!("还缺{}", missing.join("、")),
            Self::NoProof => "没有公开网址，也没有附公开的凭据".into(),
            Self::NotYet { at } => format!("公开时间 {at} 还没有到"),
            Self::ReasonMissing => "没有写理由".into(),
            Self::EditionTaken { code, edition } => format!("{code} 的“{edition}”已经登记"),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::NotDraft { .. } => "请另立新版本，在新版本上修改".into(),
            Self::NotPublished { .. } => "草拟的细则直接修改；已废止的不必再办".into(),
            Self::StillDraft => "请直接修改".into(),
            Self::Incomplete { .. } => "请补全后再公开".into(),
            Self::NoProof => "请填写网址，或上传公开页面的截图".into(),
            Self::NotYet { .. } => "公开以后再来登记".into(),
            Self::ReasonMissing => "请写明废止的理由".into(),
            Self::EditionTaken { .. } => "请换一个版本号，或打开已有的那一版".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        match self {
            Self::StillDraft | Self::EditionTaken { .. } => None,
            _ => Some(law::R18_12),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn rules() -> SpotCheckRules {
        let id = uuid::Uuid::from_u128(1);
        SpotCheckRules {
            id: Id::from_uuid(id),
            version: 1,
            org_id: Id::from_uuid(id),
            code: "虚构细则 01".into(),
            edition: "2021".into(),
            title: "电线电缆监督抽查实施细则（虚构）".into(),
            product: "电线电缆".into(),
            category_id: None,
            issued_by: "虚构单位".into(),
            state: RulesState::Draft,
            published_at_us: None,
            published_at_url: String::new(),
            sampling_place: "成品库".into(),
            sampling_method: "随机抽取".into(),
            minimum_stock: Some("10".into()),
            test_quantity: Some("1".into()),
            backup_quantity: Some("1".into()),
            unit: "卷".into(),
            quantity_text: String::new(),
            sealing: String::new(),
            judging_rule: "任一项不符合即判不合格".into(),
            completeness: "完整".into(),
            source: "测试".into(),
            created_at_us: Timestamp(0),
        }
    }
    fn item(method: &str) -> RulesItem {
        let id = uuid::Uuid::from_u128(2);
        RulesItem {
            id: Id::from_uuid(id),
            version: 1,
            org_id: Id::from_uuid(id),
            rules_id: Id::from_uuid(id),
            seq: 1,
            table_name: String::new(),
            name: "导体电阻".into(),
            class: ItemClass::A,
            standard: "GB/T 5023.2".into(),
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

    /// Real rules (充电器 2023, 复混肥料): one table for each product or declared standard; the batch tells which.
    #[test]
    fn r18_art12_a_batch_is_tested_by_the_table_of_its_product_or_standard() {
        let in_table = |table: &str| RulesItem { table_name: table.into(), ..item("GB/T 1") };
        let chargers = ["1 执行GB 4706.1-2005、GB 4706.18-2014", "2 执行GB/T 36944-2018", "3 执行QB/T 2947.1-2008"];
        let fertilisers = ["1 复混肥料、复合肥料", "2 掺混肥料", "3 有机-无机复混肥料"];
        let batteries = ["1 电池充电器", "2 锂离子蓄电池充电器", "4 电动自行车充电器(推标)"];
        for (tables, product, declared, expected) in [
            (&chargers[..], "电动自行车充电器", "GB/T 36944-2018", Some(chargers[1])),
            (&chargers, "电动自行车充电器", "GB 4706.18；Q/示例 1-2020", Some(chargers[0])),
            (&chargers, "电动自行车充电器", "/", None),
            (&fertilisers, "有机—无机复混肥料", "", Some(fertilisers[2])),
            (&fertilisers, "复合肥料", "", Some(fertilisers[0])),
            (&fertilisers, "尿素", "", None),
            (&batteries, "锂离子蓄电池充电器", "", Some(batteries[1])),
            (&batteries, "电动自行车充电器", "", Some(batteries[2])),
        ] {
            let items: Vec<RulesItem> = tables.iter().map(|table| in_table(table)).chain([item("GB/T 2")]).collect();
            let choice = table_for(&items, product, "48V", declared);
            let chosen = items_of_choice(items.clone(), &choice);
            match expected {
                Some(table) => {
                    assert_eq!(choice, TableChoice::Table(table.into()), "{product} {declared}");
                    assert_eq!(chosen.len(), 2, "its table and what stands in none: {product} {declared}");
                }
                None => {
                    assert!(matches!(&choice, TableChoice::Unclear(named) if named.len() == tables.len()));
                    assert_eq!(chosen.len(), items.len(), "nothing is left out in doubt: {product} {declared}");
                }
            }
        }
        assert_eq!(table_for(&[in_table("1 检验项目")], "水泥", "", ""), TableChoice::Whole);
    }

    /// R18 12 (regulations §2.2): everything is there, and it is public, before sampling.
    #[test]
    fn r18_art12_a_rule_is_complete_and_proved_public() {
        let now = Timestamp::at(date(2021, 5, 1), 9, 0);
        let there = RulesNotice { url: "https://example.org/1".into(), attached: false, at: now };
        let items = [item("GB/T 3048.4")];
        let published = rules().publish(&items, there.clone(), now).expect("complete");
        assert_eq!((published.state, published.published_at_us), (RulesState::Published, Some(now)));
        let cases: [(&str, SpotCheckRules, Vec<RulesItem>, RulesNotice); 8] = [
            (
                "rules.incomplete",
                SpotCheckRules { sampling_method: " ".into(), ..rules() },
                items.to_vec(),
                there.clone(),
            ),
            ("rules.incomplete", SpotCheckRules { minimum_stock: None, ..rules() }, items.to_vec(), there.clone()),
            (
                "rules.incomplete",
                SpotCheckRules { judging_rule: String::new(), ..rules() },
                items.to_vec(),
                there.clone(),
            ),
            ("rules.incomplete", rules(), vec![], there.clone()),
            ("rules.incomplete", rules(), vec![item("")], there.clone()),
            ("rules.no_proof", rules(), items.to_vec(), RulesNotice { url: " ".into(), ..there.clone() }),
            ("rules.not_yet", rules(), items.to_vec(), RulesNotice { at: now.plus_minutes(1), ..there.clone() }),
            ("rules.not_draft", published.clone(), items.to_vec(), there.clone()),
        ];
        for (code, rules, items, notice) in cases {
            assert_eq!(rules.publish(&items, notice, now).err().map(|refused| refused.code()), Some(code));
        }
        let printed = SpotCheckRules { minimum_stock: None, quantity_text: "见表 1".into(), ..rules() };
        assert_eq!(printed.missing(&items), Vec::<String>::new());
    }

    /// A public rule is not edited: the next edition is a draft of its own.
    #[test]
    fn a_public_rule_gets_a_new_edition() {
        let now = Timestamp::at(date(2021, 5, 1), 9, 0);
        assert_eq!(rules().next_edition(rules().id, "2022", now), Err(RulesRefused::StillDraft));
        let public = SpotCheckRules { state: RulesState::Published, published_at_us: Some(now), ..rules() };
        assert_eq!(public.must_be_draft().err().map(|refused| refused.code()), Some("rules.not_draft"));
        let next = public.next_edition(Id::from_uuid(uuid::Uuid::from_u128(9)), " 2022 ", now).expect("edition");
        assert_eq!((next.state, next.edition.as_str(), next.published_at_us), (RulesState::Draft, "2022", None));
        assert_eq!(rules().retire("旧").err().map(|refused| refused.code()), Some("rules.not_published"));
        assert_eq!(public.clone().retire(" ").err().map(|refused| refused.code()), Some("rules.reason_missing"));
        assert_eq!(public.retire("标准更新").map(|rules| rules.state), Ok(RulesState::Retired));
    }
}
