//! 信息公布: entries with the guards of regulations §7. After `objection` is final, before `statistics`.

mod mask;

pub use mask::{MaskKind, PublicField, PublicationMask, PublicationMaskId};

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
    /// Final result it was taken from.
    pub result_id: Option<FinalResultId>,
    /// Version of that result.
    pub result_version: i64,
}

impl PublicationEntry {
    /// Whether it says what this final result says: another result, or another state of it, needs a new entry.
    pub fn says(&self, result: &FinalResult) -> bool {
        self.result_id == Some(result.id) && self.result_version == result.version
    }
    /// What stays in sight of a withdrawn entry: the product, the conclusion, the day and the reason, nobody's name and
    /// nothing that failed.
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
/// the statistics count. Written when the last right has ended, raised in version when a later decision changes it, taken
/// away when it is open again; the report it came from keeps its own words.
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
    /// A first report; re-inspections and rechecks are not published by themselves.
    pub first_report: bool,
    /// The report is confirmed and stands (not replaced, not voided by a decision).
    pub stands: bool,
    /// Why the result is not final yet, one sentence each; empty when it is.
    pub open: Vec<String>,
    /// It is in another publication that is live or on its way.
    pub published_elsewhere: bool,
    /// What the final result says now, when the entry was taken from another one.
    pub changed: Option<(InspectionConclusion, String)>,
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
    /// A re-inspection or a recheck.
    NotFirst {
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
    /// The final result has changed since the entry was taken from it.
    Changed {
        /// Entry.
        seq: i64,
        /// Product.
        product: String,
        /// What the result is now.
        conclusion: &'static str,
        /// What fails now.
        failed_items: String,
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
    /// The words to be masked do not stand in the field.
    NothingToMask {
        /// Field.
        field: &'static str,
        /// What it says.
        text: String,
    },
}

impl Explain for PublicationRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::WrongState { .. } => "publication.wrong_state",
            Self::NoEntries => "publication.no_entries",
            Self::NotOwn { .. } => "publication.not_own",
            Self::RiskMonitoring { .. } => "publication.risk_monitoring",
            Self::NotFirst { .. } => "publication.not_first",
            Self::DoesNotStand { .. } => "publication.does_not_stand",
            Self::NotFinal { .. } => "publication.not_final",
            Self::Twice { .. } => "publication.twice",
            Self::Changed { .. } => "publication.changed",
            Self::FieldBlank { .. } => "publication.field_blank",
            Self::SamePerson { .. } => "publication.same_person",
            Self::ReasonMissing { .. } => "publication.reason_missing",
            Self::ReviewIncomplete => "publication.review_incomplete",
            Self::NothingToMask { .. } => "publication.nothing_to_mask",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::WrongState { act, .. } | Self::SamePerson { act, .. } | Self::ReasonMissing { act } => {
                format!("不能{act}")
            }
            Self::NoEntries => "不能提交审核".into(),
            Self::ReviewIncomplete => "保密审查没有通过".into(),
            Self::NothingToMask { .. } => "不能遮蔽".into(),
            Self::NotOwn { seq }
            | Self::RiskMonitoring { seq }
            | Self::NotFirst { seq }
            | Self::DoesNotStand { seq }
            | Self::Changed { seq, .. }
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
            Self::NotFirst { .. } => "这是复检或者复查的报告，结论已经并入第一次检验的结果".into(),
            Self::DoesNotStand { .. } => "检验报告正在更正、已被替代，或者异议成立、结果不再有效".into(),
            Self::NotFinal { open, .. } => format!("结论还没有最终确定：{}", open.join("；")),
            Self::Twice { .. } => "这一批已经公布，或者在另一份公布稿里".into(),
            Self::Changed { product, conclusion, failed_items, .. } => {
                let items = if failed_items.is_empty() {
                    String::new()
                } else {
                    format!("，不合格项目是{failed_items}")
                };
                format!("“{product}”的结果在选入之后重新确定，现在的结论是“{conclusion}”{items}")
            }
            Self::NothingToMask { field, text } => format!("“{field}”里没有要遮蔽的文字，现在是“{text}”"),
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
            Self::RiskMonitoring { .. } | Self::NotFirst { .. } | Self::DoesNotStand { .. } | Self::Twice { .. } => {
                "请移出这一条".into()
            }
            Self::Changed { .. } => "请移出这一条，再按现在的结果重新选入；已在审核的先退回起草人".into(),
            Self::NothingToMask { .. } => "请照原文填写要遮蔽的文字；不填的遮蔽整项".into(),
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
            Self::NotFirst { .. }
            | Self::DoesNotStand { .. }
            | Self::NotFinal { .. }
            | Self::Twice { .. }
            | Self::Changed { .. } => law::DECISION_PUBLICATION_EMBARGO,
            Self::FieldBlank { .. } => law::SEED_6,
            Self::SamePerson { .. } => law::DECISION_PUBLICATION_ROLES,
            Self::ReasonMissing { act: "遮蔽" } => law::OGI_15,
            Self::ReasonMissing { .. } => law::DECISION_PUBLICATION_CORRECTION,
            Self::ReviewIncomplete | Self::NothingToMask { .. } => law::OGI_15,
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

/// Guards of regulations §7.3 on one entry in their order of precedence; asked when it is taken in, when the draft is
/// submitted and at the moment of publishing.
///
/// # Errors
/// The first guard that does not hold.
pub fn check_result(entry: &PublicationEntry, facts: &EntryFacts) -> Result<(), PublicationRefused> {
    use PublicationRefused::*;
    let seq = entry.seq;
    if !facts.own_organiser {
        return Err(NotOwn { seq });
    }
    if facts.risk_monitoring {
        return Err(RiskMonitoring { seq });
    }
    if !facts.first_report {
        return Err(NotFirst { seq });
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
    match &facts.changed {
        Some((conclusion, failed_items)) => Err(Changed {
            seq,
            product: entry.product_name.clone(),
            conclusion: conclusion.title(),
            failed_items: failed_items.clone(),
        }),
        None => Ok(()),
    }
}

/// [`check_result`] of every entry, and that the county's minimum set of fields is filled.
///
/// # Errors
/// The first entry that may not be published.
pub fn check_entries(entries: &[(PublicationEntry, EntryFacts)]) -> Result<(), PublicationRefused> {
    if entries.is_empty() {
        return Err(PublicationRefused::NoEntries);
    }
    for (entry, facts) in entries {
        check_result(entry, facts)?;
        let fields = entry.blank_fields();
        if !fields.is_empty() {
            return Err(PublicationRefused::FieldBlank { seq: entry.seq, fields });
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
    /// A printed field may be masked: by the drafter while it is drafted, by each reviewer while it is theirs to review
    /// (OGI 第十四条, 第十五条). `mine`: the states in which this person's part lies.
    ///
    /// # Errors
    /// Wrong state or no reason.
    pub fn mask(&self, mine: &[PublicationState], reason: &str) -> Result<(), PublicationRefused> {
        self.expect("遮蔽", mine)?;
        if reason.trim().is_empty() { Err(PublicationRefused::ReasonMissing { act: "遮蔽" }) } else { Ok(()) }
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
mod tests;
