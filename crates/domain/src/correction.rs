//! 更正: putting a recorded fact right. The old value stays in sight; a second person agrees where rights move.
//! Here: which facts can be put right, what is never edited and which way leads there, and who decides.

use crate::{
    actor::{Actor, UserId},
    clock::SubjectKind,
    code::Code,
    code_enum,
    ids::{Id, SubjectId},
    law::{self, LegalBasis},
    organisation::OrganisationId,
    refusal::Explain,
    time::Timestamp,
};
use jiff::civil::Date;

/// Id: One corrected fact.
pub type CorrectionId = Id<Correction>;

code_enum! {
    /// State of a correction.
    pub enum CorrectionState {
        /// 待同意.
        Proposed = "PROPOSED" => "待同意",
        /// 已更正.
        Done = "DONE" => "已更正",
        /// 未同意.
        Refused = "REFUSED" => "未同意",
        /// 已撤回.
        TakenBack = "TAKEN_BACK" => "已撤回",
    }
}

/// One corrected fact.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Correction {
    /// Id.
    pub id: CorrectionId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Station of the thing.
    pub unit_id: Option<OrganisationId>,
    /// Kind of the thing.
    pub subject_kind: SubjectKind,
    /// Thing.
    pub subject_id: SubjectId,
    /// Field.
    pub field: String,
    /// Field in Chinese.
    pub field_title: String,
    /// Old value.
    pub old_value: String,
    /// New value.
    pub new_value: String,
    /// Why.
    pub reason: String,
    /// Proof.
    pub proof: String,
    /// Moves a deadline, a party or a published fact.
    pub needs_second: bool,
    /// State.
    pub state: CorrectionState,
    /// What was computed anew, in words.
    pub effects: String,
    /// Who.
    pub proposed_by: UserId,
    /// Second person.
    pub decided_by: Option<UserId>,
    /// Why it was not agreed to.
    pub decision_reason: String,
    /// When.
    pub created_at_us: Timestamp,
}

/// How a value is written and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// A date.
    Date,
    /// A date that may be taken away.
    OptionalDate,
    /// Date and time.
    Instant,
    /// Words.
    Text,
    /// A quantity, an exact decimal that is not negative.
    Quantity,
    /// An enterprise of the register, by USCC or exact name.
    Enterprise,
}

/// What a correction moves; more than nothing asks for a second person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moves {
    /// Nothing else.
    Nothing,
    /// A deadline.
    Deadline,
    /// Who is concerned.
    Party,
}

/// A recorded fact that can be put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// Kind of the thing.
    pub kind: SubjectKind,
    /// Field.
    pub field: &'static str,
    /// In Chinese.
    pub title: &'static str,
    /// How it is written.
    pub value: ValueKind,
    /// What it moves.
    pub moves: Moves,
    /// What the proof has to be, in words.
    pub proof: &'static str,
}

impl Fact {
    /// Whether a second person has to agree (product.md §2.5).
    pub const fn needs_second(&self) -> bool {
        !matches!(self.moves, Moves::Nothing)
    }
}

const fn fact(
    kind: SubjectKind,
    field: &'static str,
    title: &'static str,
    value: ValueKind,
    moves: Moves,
    proof: &'static str,
) -> Fact {
    Fact { kind, field, title, value, moves, proof }
}

/// R18 第十九条: a sampling record is put right with the party's confirmation.
const CONFIRMED: &str = "被抽样单位确认更正的签名或者盖章";

/// Everything that can be put right by this act.
pub const FACTS: &[Fact] = &[
    fact(SubjectKind::Plan, "filed_on", "备案日期", ValueKind::Date, Moves::Nothing, "备案回执"),
    fact(SubjectKind::Plan, "filing_receipt", "备案回执", ValueKind::Text, Moves::Nothing, "备案回执"),
    fact(
        SubjectKind::Visit,
        "lead_arrived_at",
        "组长到场时间",
        ValueKind::Instant,
        Moves::Nothing,
        "现场照片或者定位记录",
    ),
    fact(
        SubjectKind::Visit,
        "second_arrived_at",
        "组员到场时间",
        ValueKind::Instant,
        Moves::Nothing,
        "现场照片或者定位记录",
    ),
    fact(SubjectKind::Visit, "place", "到场地点", ValueKind::Text, Moves::Nothing, "现场照片或者定位记录"),
    fact(SubjectKind::Visit, "witness", "见证人", ValueKind::Text, Moves::Nothing, "见证人的签名或者说明"),
    fact(SubjectKind::Sample, "product_name", "抽样单：产品名称", ValueKind::Text, Moves::Nothing, CONFIRMED),
    fact(SubjectKind::Sample, "trademark", "抽样单：商标", ValueKind::Text, Moves::Nothing, CONFIRMED),
    fact(SubjectKind::Sample, "model", "抽样单：规格型号", ValueKind::Text, Moves::Nothing, CONFIRMED),
    fact(SubjectKind::Sample, "grade", "抽样单：等级", ValueKind::Text, Moves::Nothing, CONFIRMED),
    fact(SubjectKind::Sample, "production_date_text", "抽样单：生产日期", ValueKind::Text, Moves::Nothing, CONFIRMED),
    fact(SubjectKind::Sample, "batch_code", "抽样单：批号", ValueKind::Text, Moves::Nothing, CONFIRMED),
    fact(SubjectKind::Sample, "standard", "抽样单：标注执行标准", ValueKind::Text, Moves::Nothing, CONFIRMED),
    fact(SubjectKind::Sample, "lot_size", "抽样单：抽样基数", ValueKind::Quantity, Moves::Nothing, CONFIRMED),
    fact(SubjectKind::Sample, "producer_name", "抽样单：标称生产者", ValueKind::Text, Moves::Party, CONFIRMED),
    fact(SubjectKind::Sample, "producer_address", "抽样单：标称生产者地址", ValueKind::Text, Moves::Party, CONFIRMED),
    fact(SubjectKind::Sample, "custody_note", "最近一次移交的备注", ValueKind::Text, Moves::Nothing, "移交双方的说明"),
    fact(SubjectKind::Notice, "served_on", "收到日期", ValueKind::Date, Moves::Deadline, "送达回证、邮寄回执"),
    fact(SubjectKind::Objection, "received_on", "收到日期", ValueKind::Date, Moves::Deadline, "收文登记、签收记录"),
    fact(SubjectKind::Objection, "posted_on", "邮戳日", ValueKind::OptionalDate, Moves::Deadline, "信封邮戳照片"),
    fact(SubjectKind::Case, "received_on", "收到日期", ValueKind::Date, Moves::Deadline, "收文登记、签收记录"),
    fact(
        SubjectKind::Case,
        "result_received_on",
        "当事人收到检验结果日期",
        ValueKind::Date,
        Moves::Deadline,
        "送达机关的回证、邮寄回执",
    ),
    fact(
        SubjectKind::Case,
        "result_service_proof",
        "当事人收到检验结果的凭据",
        ValueKind::Text,
        Moves::Nothing,
        "送达机关的函件",
    ),
    fact(SubjectKind::Case, "order_on", "责令改正日期", ValueKind::Date, Moves::Deadline, "责令改正通知书"),
    fact(SubjectKind::Case, "order_served_on", "责令改正通知书送达日期", ValueKind::Date, Moves::Deadline, "送达回证"),
    fact(SubjectKind::Case, "quantity_made", "生产或者购进数量", ValueKind::Quantity, Moves::Nothing, "台账、进货票据"),
    fact(SubjectKind::Case, "quantity_sold", "已售数量", ValueKind::Quantity, Moves::Nothing, "销售票据、台账"),
    fact(SubjectKind::Case, "quantity_stock", "库存数量", ValueKind::Quantity, Moves::Nothing, "现场核查笔录、照片"),
    fact(SubjectKind::Case, "verification_text", "核查处置笔录", ValueKind::Text, Moves::Nothing, "当事人确认的笔录"),
    fact(SubjectKind::Case, "enterprise_id", "当事人", ValueKind::Enterprise, Moves::Party, "营业执照、登记信息"),
];

/// What is never edited: kind of thing, what, which way leads there.
pub const FROZEN: &[(SubjectKind, &str, &str)] = &[
    (SubjectKind::Inspection, "已签发的检验报告", "请检验机构出具更正报告；原报告保留，并重新告知收件人"),
    (SubjectKind::Sample, "封样数量、封条号和封样签字", "封样不改动；封条有误的，由双方到场重新封样并记入样品流转"),
    (SubjectKind::Notice, "通知书的文字", "没有发出的请撤回重拟；已送达的，报告更正后另发通知书"),
    (SubjectKind::Publication, "已公布的内容", "请在公布稿的条目上办理更正，原内容和更正一并公开"),
    (SubjectKind::Draw, "抽取名单和结果", "抽取不更改；有误的作废后重新抽取"),
    (SubjectKind::Case, "已送达的责令改正通知书文字", "请另发通知书，载明替代的文号"),
];

/// Facts of a kind of thing.
pub fn facts_of(kind: SubjectKind) -> impl Iterator<Item = &'static Fact> {
    FACTS.iter().filter(move |fact| fact.kind == kind)
}
/// One fact.
pub fn fact_named(kind: SubjectKind, field: &str) -> Option<&'static Fact> {
    facts_of(kind).find(|fact| fact.field == field)
}
/// What is never edited of a kind of thing.
pub fn frozen_of(kind: SubjectKind) -> impl Iterator<Item = (&'static str, &'static str)> {
    FROZEN.iter().filter(move |(frozen, ..)| *frozen == kind).map(|(_, what, way)| (*what, *way))
}

impl ValueKind {
    /// Reads a value and gives the form in which it is kept; the error says what is expected. An enterprise is looked up
    /// by the caller, here it is only words.
    ///
    /// # Errors
    /// What is wrong, for the field.
    pub fn read(self, text: &str) -> Result<String, String> {
        let text = text.trim();
        let date = |text: &str| {
            text.replace(['/', '.'], "-")
                .parse::<Date>()
                .map(|date| date.to_string())
                .map_err(|_| format!("应为日期，例如 2021-09-30，现在是“{text}”"))
        };
        match self {
            Self::OptionalDate if text.is_empty() => Ok(String::new()),
            _ if text.is_empty() => Err("请填写更正后的内容".to_owned()),
            Self::Date | Self::OptionalDate => date(text),
            Self::Instant => Timestamp::parse(text)
                .map(Timestamp::form_value)
                .ok_or_else(|| format!("应为日期和时间，例如 2021-09-30T09:00，现在是“{text}”")),
            Self::Quantity => match crate::decimal::parse(text) {
                Ok(number) if !text.starts_with('-') => Ok(number.to_string()),
                _ => Err(format!("应为不小于零的数，现在是“{text}”")),
            },
            Self::Text | Self::Enterprise => Ok(text.to_owned()),
        }
    }
}

/// Why a correction is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CorrectionRefused {
    /// There is no such fact, or it is one of those that are never edited.
    NotCorrectable {
        /// What.
        what: String,
        /// Which way leads there.
        way: String,
    },
    /// The fact is not recorded yet.
    NotRecorded {
        /// Its title.
        title: &'static str,
    },
    /// Nothing would change.
    SameValue {
        /// Its title.
        title: &'static str,
    },
    /// Reason or proof is missing.
    Missing {
        /// What.
        what: &'static str,
    },
    /// Somebody has proposed a correction of the same fact.
    Pending {
        /// Its title.
        title: &'static str,
    },
    /// The value cannot be.
    Impossible {
        /// Why.
        why: String,
    },
    /// The second person is the first.
    SamePerson,
    /// Only the proposer takes it back.
    NotProposer,
    /// Decided already.
    WrongState {
        /// What was asked.
        act: &'static str,
        /// Present state.
        state: &'static str,
    },
    /// The fact has changed since it was proposed.
    ChangedSince {
        /// Its title.
        title: String,
        /// What it is now.
        now: String,
    },
}

impl Explain for CorrectionRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::NotCorrectable { .. } => "correction.not_correctable",
            Self::NotRecorded { .. } => "correction.not_recorded",
            Self::SameValue { .. } => "correction.same_value",
            Self::Missing { .. } => "correction.missing",
            Self::Pending { .. } => "correction.pending",
            Self::Impossible { .. } => "correction.impossible",
            Self::SamePerson => "correction.same_person",
            Self::NotProposer => "correction.not_proposer",
            Self::WrongState { .. } => "correction.wrong_state",
            Self::ChangedSince { .. } => "correction.changed_since",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::NotCorrectable { what, .. } => format!("不能更正{what}"),
            Self::SamePerson => "不能同意更正".into(),
            Self::WrongState { act, .. } => format!("不能{act}"),
            Self::NotProposer => "不能撤回更正".into(),
            Self::ChangedSince { .. } => "不能办理这次更正".into(),
            _ => "不能提出更正".into(),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::NotCorrectable { .. } => "已签发、已封样、已送达或者已公布的内容不改动".into(),
            Self::NotRecorded { title } => format!("“{title}”还没有记录"),
            Self::SameValue { title } => format!("“{title}”更正前后一样"),
            Self::Missing { what } => format!("没有写{what}"),
            Self::Pending { title } => format!("“{title}”已有一件更正等待同意"),
            Self::Impossible { why } => why.clone(),
            Self::SamePerson => "提出更正的就是本人".into(),
            Self::NotProposer => "这件更正是别人提出的".into(),
            Self::WrongState { state, .. } => format!("这件更正{state}"),
            Self::ChangedSince { title, now } => format!("“{title}”在提出之后变成了“{now}”"),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::NotCorrectable { way, .. } => way.clone(),
            Self::NotRecorded { .. } => "请在这件事的页面上直接办理".into(),
            Self::SameValue { .. } | Self::Missing { .. } | Self::Impossible { .. } => "请改正后再提交".into(),
            Self::Pending { .. } => "请先等那一件办完，或者由提出人撤回".into(),
            Self::SamePerson => "请由另一位分管领导办理".into(),
            Self::NotProposer => "请由提出人撤回，或者由分管领导不同意".into(),
            Self::WrongState { .. } => "需要再改的，请另提一件更正".into(),
            Self::ChangedSince { .. } => "请不同意这一件，按现在的内容重新提出".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        Some(law::DECISION_CORRECTION)
    }
}

impl Correction {
    /// What is asked of every correction: a reason, a proof, a change.
    ///
    /// # Errors
    /// One of them is missing.
    pub fn check(&self, fact: &'static Fact) -> Result<(), CorrectionRefused> {
        if self.reason.trim().is_empty() {
            return Err(CorrectionRefused::Missing { what: "更正的理由" });
        }
        if self.proof.trim().is_empty() {
            return Err(CorrectionRefused::Missing { what: "证明材料" });
        }
        if self.old_value == self.new_value {
            return Err(CorrectionRefused::SameValue { title: fact.title });
        }
        Ok(())
    }
    fn waiting(&self, act: &'static str) -> Result<(), CorrectionRefused> {
        if self.state == CorrectionState::Proposed {
            Ok(())
        } else {
            Err(CorrectionRefused::WrongState { act, state: self.state.title() })
        }
    }
    /// A second person agrees.
    ///
    /// # Errors
    /// Same person, decided already.
    pub fn agree(mut self, by: &Actor) -> Result<Self, CorrectionRefused> {
        self.waiting("同意更正")?;
        if by.user_id == self.proposed_by {
            return Err(CorrectionRefused::SamePerson);
        }
        self.decided_by = Some(by.user_id);
        self.state = CorrectionState::Done;
        Ok(self)
    }
    /// A second person does not agree, with a reason.
    ///
    /// # Errors
    /// Same person, decided already, no reason.
    pub fn refuse(mut self, by: &Actor, reason: &str) -> Result<Self, CorrectionRefused> {
        self.waiting("不同意更正")?;
        if by.user_id == self.proposed_by {
            return Err(CorrectionRefused::SamePerson);
        }
        if reason.trim().is_empty() {
            return Err(CorrectionRefused::Missing { what: "不同意的理由" });
        }
        self.decided_by = Some(by.user_id);
        self.decision_reason = reason.trim().to_owned();
        self.state = CorrectionState::Refused;
        Ok(self)
    }
    /// 撤回 by the proposer, before anybody has decided.
    ///
    /// # Errors
    /// Another person, decided already.
    pub fn take_back(mut self, by: &Actor) -> Result<Self, CorrectionRefused> {
        self.waiting("撤回更正")?;
        if by.user_id != self.proposed_by {
            return Err(CorrectionRefused::NotProposer);
        }
        self.state = CorrectionState::TakenBack;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        actor::Role,
        organisation::{OrganisationKind, Tier},
    };

    fn id<K>(n: u128) -> Id<K> {
        Id::from_uuid(uuid::Uuid::from_u128(n))
    }
    fn person(n: u128) -> Actor {
        Actor {
            user_id: id(n),
            name: "某人".into(),
            pseudonym: "p".into(),
            org_id: id(9),
            scope_path: "/9/".into(),
            unit_id: id(9),
            unit_name: "县局".into(),
            unit_kind: OrganisationKind::Regulator,
            unit_tier: Some(Tier::County),
            roles: vec![Role::PlanApprover],
        }
    }
    fn correction() -> Correction {
        Correction {
            id: id(1),
            version: 1,
            org_id: id(9),
            unit_id: None,
            subject_kind: SubjectKind::Notice,
            subject_id: id(2),
            field: "served_on".into(),
            field_title: "收到日期".into(),
            old_value: "2021-09-27".into(),
            new_value: "2021-09-28".into(),
            reason: "回证日期看错".into(),
            proof: "送达回证".into(),
            needs_second: true,
            state: CorrectionState::Proposed,
            effects: String::new(),
            proposed_by: id(3),
            decided_by: None,
            decision_reason: String::new(),
            created_at_us: Timestamp(0),
        }
    }

    /// product.md §2.5: deadlines and parties need a second person; plain facts do not.
    #[test]
    fn decision_correction_second_person() {
        let second: Vec<String> = FACTS
            .iter()
            .filter(|fact| fact.needs_second())
            .map(|fact| format!("{}.{}", fact.kind.code(), fact.field))
            .collect();
        assert_eq!(
            second,
            [
                "SAMPLE.producer_name",
                "SAMPLE.producer_address",
                "NOTICE.served_on",
                "OBJECTION.received_on",
                "OBJECTION.posted_on",
                "CASE.received_on",
                "CASE.result_received_on",
                "CASE.order_on",
                "CASE.order_served_on",
                "CASE.enterprise_id",
            ]
        );
        assert_eq!(correction().agree(&person(3)), Err(CorrectionRefused::SamePerson));
        assert_eq!(correction().refuse(&person(3), "x"), Err(CorrectionRefused::SamePerson));
        let agreed = correction().agree(&person(4)).expect("agreed");
        assert_eq!((agreed.state, agreed.decided_by), (CorrectionState::Done, Some(id(4))));
        assert!(matches!(agreed.agree(&person(5)), Err(CorrectionRefused::WrongState { .. })));
        assert!(matches!(correction().refuse(&person(4), " "), Err(CorrectionRefused::Missing { .. })));
        assert!(correction().refuse(&person(4), "凭据不足").is_ok());
        assert_eq!(correction().take_back(&person(4)), Err(CorrectionRefused::NotProposer));
        assert_eq!(correction().take_back(&person(3)).map(|back| back.state), Ok(CorrectionState::TakenBack));
    }

    /// product.md §2.5: old, new, reason, proof.
    #[test]
    fn decision_correction_what_is_asked() {
        let fact = fact_named(SubjectKind::Notice, "served_on").expect("fact");
        assert_eq!(correction().check(fact), Ok(()));
        for broken in [
            Correction { reason: " ".into(), ..correction() },
            Correction { proof: String::new(), ..correction() },
            Correction { new_value: "2021-09-27".into(), ..correction() },
        ] {
            assert!(broken.check(fact).is_err(), "{broken:?}");
        }
    }

    #[test]
    fn values_are_read_by_kind() {
        let good = [
            (ValueKind::Date, " 2021/09/30 ", "2021-09-30"),
            (ValueKind::OptionalDate, "", ""),
            (ValueKind::Instant, "2021-09-30T09:05", "2021-09-30T09:05"),
            (ValueKind::Quantity, "12.50", "12.50"),
            (ValueKind::Text, " 远山 ", "远山"),
        ];
        for (kind, text, kept) in good {
            assert_eq!(kind.read(text), Ok(kept.to_owned()), "{kind:?} {text}");
        }
        for (kind, text) in [
            (ValueKind::Date, "2021-02-30"),
            (ValueKind::Date, ""),
            (ValueKind::Instant, "昨天"),
            (ValueKind::Quantity, "-1"),
            (ValueKind::Quantity, "约200"),
            (ValueKind::Text, "  "),
        ] {
            assert!(kind.read(text).is_err(), "{kind:?} {text}");
        }
    }

    /// A field is named once per kind; what is frozen names its way.
    #[test]
    fn the_registry_is_sound() {
        for (n, fact) in FACTS.iter().enumerate() {
            assert!(FACTS.iter().skip(n + 1).all(|other| (other.kind, other.field) != (fact.kind, fact.field)));
        }
        assert!(FROZEN.iter().all(|(_, what, way)| !what.is_empty() && !way.is_empty()));
        assert!(
            frozen_of(SubjectKind::Inspection).next().is_some() && facts_of(SubjectKind::Inspection).next().is_none()
        );
    }

    #[test]
    fn refusals_answer() {
        let all = [
            CorrectionRefused::NotCorrectable {
                what: "已签发的检验报告".into(), way: "请检验机构出具更正报告".into()
            },
            CorrectionRefused::NotRecorded { title: "收到日期" },
            CorrectionRefused::SameValue { title: "收到日期" },
            CorrectionRefused::Missing { what: "证明材料" },
            CorrectionRefused::Pending { title: "收到日期" },
            CorrectionRefused::Impossible { why: "日期在今天之后".into() },
            CorrectionRefused::SamePerson,
            CorrectionRefused::NotProposer,
            CorrectionRefused::WrongState { act: "同意更正", state: "已更正" },
            CorrectionRefused::ChangedSince { title: "收到日期".into(), now: "2021-09-28".into() },
        ];
        for refusal in all {
            assert!(refusal.code().starts_with("correction.") && refusal.what().starts_with("不能"), "{refusal:?}");
            assert!(!refusal.why().is_empty() && !refusal.next().is_empty(), "{refusal:?}");
        }
    }
}
