//! 信息公布: entries with the guards of regulations §7. After `objection` is final, before `statistics`.

use crate::{
    actor::{Actor, UserId},
    code::Code,
    code_enum,
    ids::Id,
    law,
    law::LegalBasis,
    organisation::OrganisationId,
    refusal::Explain,
    testing::{InspectionConclusion, InspectionId},
    time::Timestamp,
};
use jiff::civil::Date;

/// Id: A publication of results.
pub type PublicationId = Id<Publication>;
/// Id: One published batch.
pub type PublicationEntryId = Id<PublicationEntry>;

code_enum! {
    /// State of a publication.
    pub enum PublicationState {
        /// 草拟.
        Draft = "DRAFT" => "草拟",
        /// 待业务审核.
        Ready = "READY" => "待业务审核",
        /// 待保密审查.
        BusinessReviewed = "BUSINESS_REVIEWED" => "待保密审查",
        /// 待批准.
        SecrecyReviewed = "SECRECY_REVIEWED" => "待批准",
        /// 待发布.
        Approved = "APPROVED" => "待发布",
        /// 已发布.
        Published = "PUBLISHED" => "已发布",
        /// 已撤下.
        Withdrawn = "WITHDRAWN" => "已撤下",
        /// 已退回.
        Returned = "RETURNED" => "已退回",
    }
}

code_enum! {
    /// State of a public entry.
    pub enum EntryState {
        /// 未发布.
        Draft = "DRAFT" => "未发布",
        /// 有效.
        Live = "LIVE" => "有效",
        /// 已更正.
        Corrected = "CORRECTED" => "已更正",
        /// 已撤下.
        Withdrawn = "WITHDRAWN" => "已撤下",
    }
}

/// A publication of results.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Publication {
    /// Id.
    pub id: PublicationId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Random code of its public address.
    pub public_code: String,
    /// Title.
    pub title: String,
    /// Number.
    pub document_number: Option<String>,
    /// Period.
    pub period: String,
    /// Accompanying text.
    pub body: String,
    /// State.
    pub state: PublicationState,
    /// Drafter.
    pub drafted_by: UserId,
    /// Business reviewer.
    pub business_by: Option<UserId>,
    /// Secrecy reviewer.
    pub secrecy_by: Option<UserId>,
    /// Approver.
    pub approved_by: Option<UserId>,
    /// When published.
    pub published_at_us: Option<Timestamp>,
    /// Digest of the frozen entries.
    pub snapshot_digest: String,
    /// Reason of return or withdrawal.
    pub reason: String,
    /// When drafted.
    pub created_at_us: Timestamp,
}

/// One published batch.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PublicationEntry {
    /// Id.
    pub id: PublicationEntryId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Publication.
    pub publication_id: PublicationId,
    /// Report.
    pub inspection_id: InspectionId,
    /// Random code of its public address.
    pub public_code: String,
    /// Order.
    pub seq: i64,
    /// State.
    pub state: EntryState,
    /// 产品种类.
    pub category: String,
    /// 产品名称.
    pub product_name: String,
    /// 规格型号.
    pub model: String,
    /// 商标.
    pub trademark: String,
    /// 生产日期/批号.
    pub batch_text: String,
    /// 受检单位.
    pub sampled_name: String,
    /// 受检单位地址.
    pub sampled_address: String,
    /// 标称生产单位.
    pub producer_name: String,
    /// 标称生产单位地址.
    pub producer_address: String,
    /// 电商平台.
    pub platform: String,
    /// 检验结论.
    pub conclusion: InspectionConclusion,
    /// 不合格项目.
    pub failed_items: String,
    /// 承检机构.
    pub laboratory_name: String,
    /// 备注.
    pub remark: String,
    /// Bigrams of the searchable fields.
    pub search_text: String,
    /// Entry it corrects.
    pub corrects_id: Option<PublicationEntryId>,
    /// Why corrected or withdrawn.
    pub correction_reason: String,
    /// When it became visible.
    pub published_at_us: Option<Timestamp>,
}

impl PublicationEntry {
    /// What stays in sight of a withdrawn entry: the product, the day and the reason, nobody's name and no result.
    #[must_use]
    pub fn withheld(self) -> Self {
        Self {
            trademark: String::new(),
            batch_text: String::new(),
            sampled_name: String::new(),
            sampled_address: String::new(),
            producer_name: String::new(),
            producer_address: String::new(),
            platform: String::new(),
            failed_items: String::new(),
            laboratory_name: String::new(),
            remark: String::new(),
            search_text: String::new(),
            ..self
        }
    }
}

/// Id: A final result.
pub type FinalResultId = Id<FinalResult>;

/// A result from the day on which it was final for every recipient (regulations §2.7): what may be published and what
/// the statistics count. Written once, when the last right has ended; the report it came from keeps its own words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FinalResult {
    /// Id.
    pub id: FinalResultId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Report.
    pub inspection_id: InspectionId,
    /// First day on which nobody can object any more.
    pub final_on: Date,
    /// Conclusion after re-inspection.
    pub conclusion: InspectionConclusion,
    /// Items that still fail.
    pub failed_items: String,
    /// Remark for the published table.
    pub remark: String,
}

/// What the guards of regulations §7.3 look at, gathered for one report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFacts {
    /// The check was organised by the publishing authority itself.
    pub own_organiser: bool,
    /// Risk monitoring: leads only.
    pub risk_monitoring: bool,
    /// The report is confirmed and stands (not replaced, not voided by a decision).
    pub stands: bool,
    /// Why the result is not final yet, one sentence each; empty when it is.
    pub open: Vec<String>,
    /// It is in another publication that is live or on its way.
    pub published_elsewhere: bool,
}

/// Why a publication does not move on. Order = precedence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicationRefused {
    /// The act does not exist in this state.
    WrongState {
        /// What was asked.
        act: &'static str,
        /// Where it is.
        state: &'static str,
    },
    /// Nothing to publish.
    NoEntries,
    /// A superior's or another authority's result.
    NotOwn {
        /// Entry.
        seq: i64,
    },
    /// Risk monitoring is never published.
    RiskMonitoring {
        /// Entry.
        seq: i64,
    },
    /// The report was replaced or voided.
    DoesNotStand {
        /// Entry.
        seq: i64,
    },
    /// Not final for every recipient.
    NotFinal {
        /// Entry.
        seq: i64,
        /// What stands open.
        open: Vec<String>,
    },
    /// It is published already or in another draft.
    Twice {
        /// Entry.
        seq: i64,
    },
    /// A field of the county's minimum set is blank.
    FieldBlank {
        /// Entry.
        seq: i64,
        /// Which.
        fields: Vec<&'static str>,
    },
    /// The same person has another part in it.
    SamePerson {
        /// What was asked.
        act: &'static str,
        /// The other part.
        other: &'static str,
    },
    /// A reason is required.
    ReasonMissing {
        /// For what.
        act: &'static str,
    },
    /// The secrecy reviewer did not confirm every question.
    ReviewIncomplete,
}

impl Explain for PublicationRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::WrongState { .. } => "publication.wrong_state",
            Self::NoEntries => "publication.no_entries",
            Self::NotOwn { .. } => "publication.not_own",
            Self::RiskMonitoring { .. } => "publication.risk_monitoring",
            Self::DoesNotStand { .. } => "publication.does_not_stand",
            Self::NotFinal { .. } => "publication.not_final",
            Self::Twice { .. } => "publication.twice",
            Self::FieldBlank { .. } => "publication.field_blank",
            Self::SamePerson { .. } => "publication.same_person",
            Self::ReasonMissing { .. } => "publication.reason_missing",
            Self::ReviewIncomplete => "publication.review_incomplete",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::WrongState { act, .. } | Self::SamePerson { act, .. } | Self::ReasonMissing { act } => {
                format!("不能{act}")
            }
            Self::NoEntries => "不能提交审核".into(),
            Self::ReviewIncomplete => "保密审查没有通过".into(),
            Self::NotOwn { seq }
            | Self::RiskMonitoring { seq }
            | Self::DoesNotStand { seq }
            | Self::NotFinal { seq, .. }
            | Self::Twice { seq }
            | Self::FieldBlank { seq, .. } => format!("第 {seq} 条不能公布"),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::WrongState { state, .. } => format!("现在的状态是“{state}”"),
            Self::NoEntries => "还没有选入任何批次".into(),
            Self::NotOwn { .. } => "不是本局组织的抽查，谁组织谁公布".into(),
            Self::RiskMonitoring { .. } => "风险监测的结果只作线索".into(),
            Self::DoesNotStand { .. } => "检验报告已被替代，或者异议成立、结果不再有效".into(),
            Self::NotFinal { open, .. } => format!("结论还没有最终确定：{}", open.join("；")),
            Self::Twice { .. } => "这一批已经公布，或者在另一份公布稿里".into(),
            Self::FieldBlank { fields, .. } => format!("缺{}", fields.join("、")),
            Self::SamePerson { other, .. } => format!("您已经是这份公布稿的{other}"),
            Self::ReasonMissing { .. } => "没有写理由".into(),
            Self::ReviewIncomplete => "有审查项没有确认".into(),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::WrongState { .. } => "请看本页列出的可办事项".into(),
            Self::NoEntries => "请从“可公布的批次”里选入".into(),
            Self::NotOwn { .. } => "请移出这一条，需要时在说明里链接组织方的公布页".into(),
            Self::RiskMonitoring { .. } | Self::DoesNotStand { .. } | Self::Twice { .. } => "请移出这一条".into(),
            Self::NotFinal { .. } => "请等全部收件人异议期满或异议办结，或先移出这一条".into(),
            Self::FieldBlank { .. } => "请补填；标签上没有标注的填“/”并在备注写明".into(),
            Self::SamePerson { .. } => "请由另一位同事办理".into(),
            Self::ReasonMissing { .. } => "请写明理由".into(),
            Self::ReviewIncomplete => "请逐项确认；有问题的退回起草人".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        Some(match self {
            Self::WrongState { .. } | Self::NoEntries => return None,
            Self::NotOwn { .. } => law::R18_10,
            Self::RiskMonitoring { .. } => law::DECISION_RISK_MONITORING,
            Self::DoesNotStand { .. } | Self::NotFinal { .. } | Self::Twice { .. } => law::DECISION_PUBLICATION_EMBARGO,
            Self::FieldBlank { .. } => law::SEED_6,
            Self::SamePerson { .. } => law::DECISION_PUBLICATION_ROLES,
            Self::ReasonMissing { .. } => law::DECISION_PUBLICATION_CORRECTION,
            Self::ReviewIncomplete => law::OGI_15,
        })
    }
}

/// What a published text may hold that belongs to a person (regulations §7.4): a long run of digits as in telephone
/// and identity numbers, or words that introduce a person. The reviewer decides; this only points.
pub fn personal_hints(text: &str) -> Vec<String> {
    let mut hints = Vec::new();
    let mut run = String::new();
    for c in text.chars().chain(std::iter::once(' ')) {
        let in_number = c.is_ascii_digit() || (c == 'X' && run.len() == 17);
        if in_number {
            run.push(c);
            continue;
        }
        let lone = !run.is_empty() && !c.is_ascii_alphabetic();
        if lone && (run.len() == 11 && run.starts_with('1') || run.len() == 18 && !run.starts_with('9')) {
            hints.push(format!("像是电话或证件号：{run}"));
        }
        run.clear();
    }
    for word in ["联系人", "法定代表人", "经营者", "身份证", "电话", "手机"] {
        if text.contains(word) {
            hints.push(format!("有“{word}”"));
        }
    }
    hints
}

/// Surname and 某, for a natural person in a published text (regulations §7.4).
pub fn masked_name(name: &str) -> String {
    name.trim().chars().next().map(|surname| format!("{surname}某")).unwrap_or_default()
}

impl PublicationEntry {
    /// Fields of the county's minimum set that are blank; `/` counts as filled (notice, part six).
    pub fn blank_fields(&self) -> Vec<&'static str> {
        let failed = self.conclusion == InspectionConclusion::Nonconforming;
        [
            ("生产企业名称", self.producer_name.trim().is_empty()),
            ("生产企业地址", self.producer_address.trim().is_empty()),
            ("产品名称", self.product_name.trim().is_empty()),
            ("规格型号", self.model.trim().is_empty()),
            ("生产日期/批号", self.batch_text.trim().is_empty()),
            ("不合格项目", failed && self.failed_items.trim().is_empty()),
        ]
        .into_iter()
        .filter_map(|(field, blank)| blank.then_some(field))
        .collect()
    }
    /// Columns of the published table, in order (regulations §7.1).
    pub const COLUMNS: [&'static str; 15] = [
        "序号",
        "产品种类",
        "产品名称",
        "规格型号",
        "商标",
        "生产日期/批号",
        "受检单位",
        "受检单位地址",
        "标称生产单位",
        "标称生产单位地址",
        "电商平台",
        "检验结论",
        "不合格项目",
        "承检机构",
        "备注",
    ];
    /// Cells of the published table; an empty cell is `/`.
    pub fn cells(&self) -> [String; 15] {
        let cell = |text: &str| if text.trim().is_empty() { "/".to_owned() } else { text.to_owned() };
        [
            self.seq.to_string(),
            cell(&self.category),
            cell(&self.product_name),
            cell(&self.model),
            cell(&self.trademark),
            cell(&self.batch_text),
            cell(&self.sampled_name),
            cell(&self.sampled_address),
            cell(&self.producer_name),
            cell(&self.producer_address),
            cell(&self.platform),
            self.conclusion.title().to_owned(),
            cell(&self.failed_items),
            cell(&self.laboratory_name),
            cell(&self.remark),
        ]
    }
}

/// Guards of regulations §7.3, entry by entry in their order of precedence.
///
/// # Errors
/// The first entry that may not be published.
pub fn check_entries(entries: &[(PublicationEntry, EntryFacts)]) -> Result<(), PublicationRefused> {
    use PublicationRefused::*;
    if entries.is_empty() {
        return Err(NoEntries);
    }
    for (entry, facts) in entries {
        let seq = entry.seq;
        if !facts.own_organiser {
            return Err(NotOwn { seq });
        }
        if facts.risk_monitoring {
            return Err(RiskMonitoring { seq });
        }
        if !facts.stands {
            return Err(DoesNotStand { seq });
        }
        if !facts.open.is_empty() {
            return Err(NotFinal { seq, open: facts.open.clone() });
        }
        if facts.published_elsewhere {
            return Err(Twice { seq });
        }
        let fields = entry.blank_fields();
        if !fields.is_empty() {
            return Err(FieldBlank { seq, fields });
        }
    }
    Ok(())
}

impl Publication {
    fn expect(&self, act: &'static str, states: &[PublicationState]) -> Result<(), PublicationRefused> {
        if states.contains(&self.state) {
            Ok(())
        } else {
            Err(PublicationRefused::WrongState { act, state: self.state.title() })
        }
    }
    /// Refuses a person who already has one of the named parts.
    fn other_than(
        by: &Actor,
        act: &'static str,
        parts: [(&'static str, Option<UserId>); 3],
    ) -> Result<(), PublicationRefused> {
        match parts.into_iter().find(|(_, person)| *person == Some(by.user_id)) {
            Some((other, _)) => Err(PublicationRefused::SamePerson { act, other }),
            None => Ok(()),
        }
    }
    /// Text and entries may be changed.
    ///
    /// # Errors
    /// Wrong state.
    pub fn edit(&self) -> Result<(), PublicationRefused> {
        self.expect("修改公布稿", &[PublicationState::Draft, PublicationState::Returned])
    }
    /// DRAFT → READY: every guard of regulations §7.3 holds.
    ///
    /// # Errors
    /// Wrong state or the first entry that may not be published.
    pub fn submit(mut self, entries: &[(PublicationEntry, EntryFacts)]) -> Result<Self, PublicationRefused> {
        self.expect("提交审核", &[PublicationState::Draft, PublicationState::Returned])?;
        check_entries(entries)?;
        self.state = PublicationState::Ready;
        (self.business_by, self.secrecy_by, self.approved_by) = (None, None, None);
        Ok(self)
    }
    /// 撤回: the drafter takes back what nobody has reviewed.
    ///
    /// # Errors
    /// Wrong state.
    pub fn take_back(mut self) -> Result<Self, PublicationRefused> {
        self.expect("撤回", &[PublicationState::Ready])?;
        self.state = PublicationState::Draft;
        Ok(self)
    }
    /// READY → BUSINESS_REVIEWED; the drafter may do it (settled.md).
    ///
    /// # Errors
    /// Wrong state.
    pub fn review_business(mut self, by: &Actor) -> Result<Self, PublicationRefused> {
        self.expect("业务审核", &[PublicationState::Ready])?;
        self.business_by = Some(by.user_id);
        self.state = PublicationState::BusinessReviewed;
        Ok(self)
    }
    /// BUSINESS_REVIEWED → SECRECY_REVIEWED by a second person who has answered every question (OGI 第十四条, 第十五条).
    ///
    /// # Errors
    /// Wrong state, same person, a question left open.
    pub fn review_secrecy(mut self, by: &Actor, confirmed: bool) -> Result<Self, PublicationRefused> {
        const ACT: &str = "保密审查";
        self.expect(ACT, &[PublicationState::BusinessReviewed])?;
        Self::other_than(by, ACT, [("起草人", Some(self.drafted_by)), ("业务审核人", self.business_by), ("", None)])?;
        if !confirmed {
            return Err(PublicationRefused::ReviewIncomplete);
        }
        self.secrecy_by = Some(by.user_id);
        self.state = PublicationState::SecrecyReviewed;
        Ok(self)
    }
    /// SECRECY_REVIEWED → APPROVED by a third.
    ///
    /// # Errors
    /// Wrong state or same person.
    pub fn approve(mut self, by: &Actor) -> Result<Self, PublicationRefused> {
        const ACT: &str = "批准公布";
        self.expect(ACT, &[PublicationState::SecrecyReviewed])?;
        let parts =
            [("起草人", Some(self.drafted_by)), ("业务审核人", self.business_by), ("保密审查人", self.secrecy_by)];
        Self::other_than(by, ACT, parts)?;
        self.approved_by = Some(by.user_id);
        self.state = PublicationState::Approved;
        Ok(self)
    }
    /// APPROVED → PUBLISHED: the guards are looked at once more, the entries are frozen under a digest.
    ///
    /// # Errors
    /// Wrong state, or an entry that may no longer be published.
    pub fn publish(
        mut self,
        entries: &[(PublicationEntry, EntryFacts)],
        digest: String,
        at: Timestamp,
    ) -> Result<Self, PublicationRefused> {
        self.expect("发布", &[PublicationState::Approved])?;
        check_entries(entries)?;
        self.state = PublicationState::Published;
        self.snapshot_digest = digest;
        self.published_at_us = Some(at);
        Ok(self)
    }
    /// Any review step → RETURNED with a reason.
    ///
    /// # Errors
    /// Wrong state or no reason.
    pub fn send_back(mut self, reason: &str) -> Result<Self, PublicationRefused> {
        use PublicationState::*;
        self.expect("退回", &[Ready, BusinessReviewed, SecrecyReviewed, Approved])?;
        if reason.trim().is_empty() {
            return Err(PublicationRefused::ReasonMissing { act: "退回" });
        }
        self.state = Returned;
        self.reason = reason.trim().to_owned();
        Ok(self)
    }
    /// PUBLISHED → WITHDRAWN with a reason; the page stays and says so.
    ///
    /// # Errors
    /// Wrong state or no reason.
    pub fn withdraw(mut self, reason: &str) -> Result<Self, PublicationRefused> {
        self.expect("撤下", &[PublicationState::Published])?;
        if reason.trim().is_empty() {
            return Err(PublicationRefused::ReasonMissing { act: "撤下" });
        }
        self.state = PublicationState::Withdrawn;
        self.reason = reason.trim().to_owned();
        Ok(self)
    }
    /// Whether a published entry may be corrected: a new row that names the old one, both stay in sight.
    ///
    /// # Errors
    /// Not published, entry not live, no reason.
    pub fn correct(&self, entry: &PublicationEntry, reason: &str) -> Result<(), PublicationRefused> {
        const ACT: &str = "更正已公布的条目";
        self.expect(ACT, &[PublicationState::Published])?;
        if entry.state != EntryState::Live {
            return Err(PublicationRefused::WrongState { act: ACT, state: entry.state.title() });
        }
        if reason.trim().is_empty() { Err(PublicationRefused::ReasonMissing { act: ACT }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::OrganisationKind;

    fn id<K>(n: u128) -> Id<K> {
        Id::from_uuid(uuid::Uuid::from_u128(n))
    }
    fn person(n: u128) -> Actor {
        Actor {
            user_id: id(n),
            name: String::new(),
            pseudonym: String::new(),
            org_id: id(1),
            scope_path: String::new(),
            unit_id: id(1),
            unit_name: String::new(),
            unit_kind: OrganisationKind::Regulator,
            unit_tier: None,
            roles: Vec::new(),
        }
    }
    fn entry() -> PublicationEntry {
        PublicationEntry {
            id: id(5),
            version: 1,
            org_id: id(1),
            publication_id: id(4),
            inspection_id: id(6),
            public_code: String::new(),
            seq: 3,
            state: EntryState::Draft,
            category: "电线电缆".into(),
            product_name: "聚氯乙烯绝缘软电缆".into(),
            model: "RVV 2×1.5".into(),
            trademark: "/".into(),
            batch_text: "2021-05-12".into(),
            sampled_name: "甲店".into(),
            sampled_address: "乙镇".into(),
            producer_name: "丙厂".into(),
            producer_address: "丁市".into(),
            platform: String::new(),
            conclusion: InspectionConclusion::Nonconforming,
            failed_items: "导体电阻".into(),
            laboratory_name: "戊所".into(),
            remark: String::new(),
            search_text: String::new(),
            corrects_id: None,
            correction_reason: String::new(),
            published_at_us: None,
        }
    }
    fn facts() -> EntryFacts {
        EntryFacts { own_organiser: true, stands: true, ..EntryFacts::default() }
    }
    fn draft() -> Publication {
        Publication {
            id: id(4),
            version: 1,
            org_id: id(1),
            public_code: String::new(),
            title: String::new(),
            document_number: None,
            period: String::new(),
            body: String::new(),
            state: PublicationState::Draft,
            drafted_by: id(10),
            business_by: None,
            secrecy_by: None,
            approved_by: None,
            published_at_us: None,
            snapshot_digest: String::new(),
            reason: String::new(),
            created_at_us: Timestamp(0),
        }
    }
    #[track_caller]
    fn refused(change: impl FnOnce(&mut PublicationEntry, &mut EntryFacts), code: &str) {
        let (mut entry, mut facts) = (entry(), facts());
        change(&mut entry, &mut facts);
        let found = draft().submit(&[(entry, facts)]).map(|_| "taken").map_err(|refused| refused.code());
        let found = found.unwrap_or_else(|code| code);
        assert_eq!(found, code);
    }

    /// Regulations §7.3 and R18 第十条, in the order of precedence.
    #[test]
    fn r18_art10_and_embargo_guards() {
        refused(|_, _| {}, "taken");
        refused(|_, facts| facts.own_organiser = false, "publication.not_own");
        refused(|_, facts| (facts.own_organiser, facts.risk_monitoring) = (false, true), "publication.not_own");
        refused(|_, facts| facts.risk_monitoring = true, "publication.risk_monitoring");
        refused(|_, facts| facts.stands = false, "publication.does_not_stand");
        refused(|_, facts| facts.open = vec!["丙厂 10月12日前可提异议".into()], "publication.not_final");
        refused(|_, facts| facts.published_elsewhere = true, "publication.twice");
        assert_eq!(draft().submit(&[]).map_err(|refused| refused.code()).err(), Some("publication.no_entries"));
    }

    /// Notice, part six: any of the six blank is refused, `/` is not blank; the failed item is needed for a failure only.
    #[test]
    fn seed_part6_minimum_fields() {
        refused(|entry, _| entry.producer_name.clear(), "publication.field_blank");
        refused(|entry, _| entry.producer_address.clear(), "publication.field_blank");
        refused(|entry, _| entry.product_name = "  ".into(), "publication.field_blank");
        refused(|entry, _| entry.model.clear(), "publication.field_blank");
        refused(|entry, _| entry.batch_text.clear(), "publication.field_blank");
        refused(|entry, _| entry.failed_items.clear(), "publication.field_blank");
        refused(|entry, _| entry.model = "/".into(), "taken");
        let passed = |entry: &mut PublicationEntry, _: &mut EntryFacts| {
            entry.failed_items.clear();
            entry.conclusion = InspectionConclusion::NoNonconformityFound;
        };
        refused(passed, "taken");
    }

    /// settled.md: drafter may be business reviewer, the other three differ (OGI 第十四条, 第十五条).
    #[test]
    fn three_different_people_review() {
        let code = |result: Result<Publication, PublicationRefused>| result.map(|p| p.state).map_err(|r| r.code());
        let ready = draft().submit(&[(entry(), facts())]).expect("ready");
        let reviewed = ready.clone().review_business(&person(10)).expect("the drafter may");
        assert_eq!(code(reviewed.clone().review_secrecy(&person(10), true)), Err("publication.same_person"));
        let other = ready.review_business(&person(11)).expect("reviewed");
        assert_eq!(code(other.clone().review_secrecy(&person(11), true)), Err("publication.same_person"));
        assert_eq!(code(other.clone().review_secrecy(&person(12), false)), Err("publication.review_incomplete"));
        let secret = other.review_secrecy(&person(12), true).expect("reviewed");
        for same in [10, 11, 12] {
            assert_eq!(code(secret.clone().approve(&person(same))), Err("publication.same_person"), "{same}");
        }
        let approved = secret.approve(&person(13)).expect("approved");
        let late = (entry(), EntryFacts { open: vec!["异议未办结".into()], ..facts() });
        assert_eq!(code(approved.clone().publish(&[late], String::new(), Timestamp(1))), Err("publication.not_final"));
        let live = approved.publish(&[(entry(), facts())], "d".into(), Timestamp(1)).expect("published");
        assert_eq!(code(live.clone().withdraw(" ")), Err("publication.reason_missing"));
        assert_eq!(code(live.clone().send_back("x")), Err("publication.wrong_state"));
        assert_eq!(code(live.withdraw("决定改变")), Ok(PublicationState::Withdrawn));
    }

    /// Regulations §7.4: what looks like a person's number or name is pointed at; codes of firms and batches are not.
    #[test]
    fn regulations_7_4_personal_data_is_pointed_at() {
        let number = format!("1{}", "3800000000");
        assert_eq!(personal_hints(&format!("电话{number}")).len(), 2);
        assert!(personal_hints("91440232MA4TEA1K4X 2021-05-12 批号 20210512001").is_empty());
        assert_eq!(personal_hints("440232190001010018 住").len(), 1);
        assert_eq!(masked_name("凌知远"), "凌某");
    }
}
