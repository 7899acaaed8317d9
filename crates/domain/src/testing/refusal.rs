//! Why an act of the stage 检验 is not done, with its facts and in words. Decides nothing.

use crate::{law, law::LegalBasis, refusal::Explain};
use jiff::civil::Date;

/// Why an inspection or report does not move on. Order = precedence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestingRefused {
    /// The act does not exist in this state.
    WrongState {
        /// What was asked.
        act: &'static str,
        /// Where the inspection is.
        state: &'static str,
    },
    /// The sample is being tested for the same purpose already.
    AlreadyAssigned {
        /// Sample number.
        sample: String,
    },
    /// The re-inspection laboratory is the first one.
    SameLaboratory {
        /// Its name.
        name: String,
    },
    /// Named items that the rule does not have.
    ItemsUnknown {
        /// Items.
        items: Vec<String>,
    },
    /// The act belongs to reports made here, or to reports made elsewhere.
    WrongOrigin {
        /// What was asked.
        act: &'static str,
        /// Where the report is made.
        origin: &'static str,
    },
    /// The sample cannot be received: it is not on its way and not at the laboratory.
    SampleElsewhere {
        /// State of the sample.
        state: &'static str,
    },
    /// Seal broken or the sample is not the one of the record: only a rejection is possible.
    SampleIrregular {
        /// What is wrong.
        what: &'static str,
    },
    /// A reason is required.
    ReasonMissing {
        /// For what.
        act: &'static str,
    },
    /// Evidence is required.
    EvidenceMissing {
        /// For what.
        act: &'static str,
    },
    /// A product under licence or compulsory certification whose gate was not answered.
    LicenceUnanswered,
    /// The gate was answered, and the product fails it.
    LicenceFailed {
        /// What fails.
        reasons: String,
    },
    /// Who took the sample does not test or review it.
    SamplerTests {
        /// What was asked.
        act: &'static str,
        /// Name of the sampler.
        name: String,
    },
    /// Only the 主检 enters results.
    NotTheTester {
        /// What was asked.
        act: &'static str,
    },
    /// Items without value and without a reason for not testing them.
    ItemsMissing {
        /// Items.
        items: Vec<String>,
    },
    /// A report without a single item.
    NoItems,
    /// Values that neither meet nor miss their limit.
    Undecided {
        /// Items, parted by 、.
        items: String,
    },
    /// The tester overrules the own automatic verdict.
    OverruledByTester,
    /// An item that has no limit on file, or was not tested, cannot be given a verdict.
    OverruleImpossible {
        /// Item.
        item: String,
        /// Why.
        why: &'static str,
    },
    /// The overruling verdict is the automatic one.
    OverruleSame {
        /// Item.
        item: String,
    },
    /// Three different people sign a report.
    SamePerson {
        /// What was asked.
        act: &'static str,
        /// What the person has done before.
        before: &'static str,
    },
    /// The laboratory's accreditation is not valid on the day.
    AccreditationInvalid {
        /// Laboratory.
        name: String,
        /// Last day, if known.
        until: Option<Date>,
        /// Day of the act.
        on: Date,
    },
    /// The accreditation does not cover an item on the day.
    ScopeMissing {
        /// Items.
        items: Vec<String>,
    },
    /// A report with this number is registered already.
    NumberUsed {
        /// Number.
        number: String,
    },
    /// What has to be checked before confirming was not ticked.
    ChecksMissing,
    /// Identity data differ from the sampling record and nobody said why.
    IdentityDiffers {
        /// Field, report, sampling record.
        differences: Vec<Difference>,
    },
    /// A risk is found only in an alert or a confirmed failure.
    RiskWithoutGround {
        /// Where the report is.
        state: &'static str,
    },
    /// An earlier finding still waits for its report upward.
    RiskOpen {
        /// Since when.
        raised_on: Date,
    },
    /// The day of the report upward cannot be.
    RiskDay {
        /// As entered.
        on: Date,
        /// Day of the finding.
        raised_on: Date,
        /// Today.
        today: Date,
    },
    /// The reported conclusion and ours differ and nobody said which stands.
    ConclusionDiffers {
        /// As reported.
        reported: &'static str,
        /// Ours.
        ours: &'static str,
    },
}

/// One field in which a report and its sampling record say different things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Field.
    pub field: &'static str,
    /// As in the report.
    pub report: String,
    /// As in the sampling record.
    pub record: String,
}

impl Explain for TestingRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::WrongState { .. } => "testing.wrong_state",
            Self::AlreadyAssigned { .. } => "testing.already_assigned",
            Self::SameLaboratory { .. } => "testing.same_laboratory",
            Self::ItemsUnknown { .. } => "testing.items_unknown",
            Self::WrongOrigin { .. } => "testing.wrong_origin",
            Self::SampleElsewhere { .. } => "testing.sample_elsewhere",
            Self::SampleIrregular { .. } => "testing.sample_irregular",
            Self::ReasonMissing { .. } => "testing.reason_missing",
            Self::EvidenceMissing { .. } => "testing.evidence_missing",
            Self::LicenceUnanswered => "testing.licence_unanswered",
            Self::LicenceFailed { .. } => "testing.licence_failed",
            Self::SamplerTests { .. } => "testing.sampler_tests",
            Self::NotTheTester { .. } => "testing.not_the_tester",
            Self::ItemsMissing { .. } => "testing.items_missing",
            Self::NoItems => "testing.no_items",
            Self::Undecided { .. } => "testing.undecided",
            Self::OverruledByTester => "testing.overruled_by_tester",
            Self::OverruleImpossible { .. } => "testing.overrule_impossible",
            Self::OverruleSame { .. } => "testing.overrule_same",
            Self::SamePerson { .. } => "testing.same_person",
            Self::AccreditationInvalid { .. } => "testing.accreditation_invalid",
            Self::ScopeMissing { .. } => "testing.scope_missing",
            Self::NumberUsed { .. } => "testing.number_used",
            Self::ChecksMissing => "testing.checks_missing",
            Self::IdentityDiffers { .. } => "testing.identity_differs",
            Self::ConclusionDiffers { .. } => "testing.conclusion_differs",
            Self::RiskWithoutGround { .. } => "testing.risk_without_ground",
            Self::RiskOpen { .. } => "testing.risk_open",
            Self::RiskDay { .. } => "testing.risk_day",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::WrongState { act, .. }
            | Self::WrongOrigin { act, .. }
            | Self::ReasonMissing { act }
            | Self::EvidenceMissing { act }
            | Self::SamplerTests { act, .. }
            | Self::NotTheTester { act }
            | Self::SamePerson { act, .. } => format!("不能{act}"),
            Self::AlreadyAssigned { .. } | Self::SameLaboratory { .. } | Self::ItemsUnknown { .. } => {
                "不能交付检验".into()
            }
            Self::SampleElsewhere { .. } | Self::SampleIrregular { .. } => "不能接收样品".into(),
            Self::LicenceUnanswered | Self::LicenceFailed { .. } => "不能开始检验".into(),
            Self::ItemsMissing { .. } | Self::NoItems => "不能提交审核".into(),
            Self::Undecided { .. } => "不能通过审核".into(),
            Self::OverruledByTester | Self::OverruleImpossible { .. } | Self::OverruleSame { .. } => "不能改判".into(),
            Self::AccreditationInvalid { .. } | Self::ScopeMissing { .. } => "不能签发报告".into(),
            Self::NumberUsed { .. } => "不能登记报告".into(),
            Self::ChecksMissing | Self::IdentityDiffers { .. } | Self::ConclusionDiffers { .. } => {
                "不能确认报告".into()
            }
            Self::RiskWithoutGround { .. } | Self::RiskOpen { .. } => "不能认定行业性或者区域性风险".into(),
            Self::RiskDay { .. } => "不能登记上报".into(),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::WrongState { state, .. } => format!("现在的状态是“{state}”"),
            Self::AlreadyAssigned { sample } => format!("样品 {sample} 已经在办同一用途的检验"),
            Self::SameLaboratory { name } => format!("{name}就是初检机构"),
            Self::ItemsUnknown { items } => format!("检验依据里没有这些项目：{}", items.join("、")),
            Self::WrongOrigin { origin, .. } => format!("这份报告是“{origin}”"),
            Self::SampleElsewhere { state } => format!("样品现在的状态是“{state}”"),
            Self::SampleIrregular { what } => (*what).to_owned(),
            Self::ReasonMissing { .. } => "没有写理由".into(),
            Self::EvidenceMissing { .. } => "没有写明或附上证据".into(),
            Self::LicenceUnanswered => "产品实行生产许可或者强制认证，还没有核查证书".into(),
            Self::LicenceFailed { reasons } => format!("证书核查没有通过：{reasons}"),
            Self::SamplerTests { name, .. } => format!("{name}是这件样品的抽样人员"),
            Self::NotTheTester { .. } => "主检是另一位检验人员".into(),
            Self::ItemsMissing { items } => format!("这些项目既没有实测值也没有未检理由：{}", items.join("、")),
            Self::NoItems => "报告没有检验项目".into(),
            Self::Undecided { items } => format!("这些项目还没有判定：{items}"),
            Self::OverruledByTester => "改判人就是主检".into(),
            Self::OverruleImpossible { item, why } => format!("{item}{why}"),
            Self::OverruleSame { item } => format!("{item}的改判与自动判定相同"),
            Self::SamePerson { before, .. } => format!("同一人已经是这份报告的{before}"),
            Self::AccreditationInvalid { name, until: Some(until), on } => {
                format!("{name}的资质认定到 {until} 为止，签发日是 {on}")
            }
            Self::AccreditationInvalid { name, until: None, .. } => format!("{name}没有登记资质认定证书或者有效期"),
            Self::ScopeMissing { items } => format!("签发日资质附表不含：{}", items.join("、")),
            Self::NumberUsed { number } => format!("这家机构的报告 {number} 已经登记"),
            Self::ChecksMissing => "还没有核对样品身份和检验结论".into(),
            Self::IdentityDiffers { differences } => {
                let list = differences
                    .iter()
                    .map(|one| format!("{}：报告“{}”，抽样单“{}”", one.field, one.report, one.record));
                list.collect::<Vec<_>>().join("；")
            }
            Self::ConclusionDiffers { reported, ours } => {
                format!("报告的结论是“{reported}”，按已录项目判定是“{ours}”")
            }
            Self::RiskWithoutGround { state } => format!("这份报告没有当日预警，也不是已确认的不合格报告（{state}）"),
            Self::RiskOpen { raised_on } => format!("{raised_on} 已经认定，还没有上报"),
            Self::RiskDay { on, raised_on, today } => {
                format!("上报日期 {on} 不在认定日 {raised_on} 和今天 {today} 之间")
            }
        }
    }
    fn next(&self) -> String {
        match self {
            Self::WrongState { .. } => "请先办完上一步，或看本页列出的可办事项".into(),
            Self::AlreadyAssigned { .. } => "请打开原来的检验办理".into(),
            Self::SameLaboratory { .. } => "请换一家机构；省内只有一家有资质的，先在登记库注明并附证明".into(),
            Self::ItemsUnknown { .. } => "请核对项目名称，或补全实施细则".into(),
            Self::WrongOrigin { .. } => "请按报告的来源办理：本系统出具的逐级签发，外来的登记原件".into(),
            Self::SampleElsewhere { .. } => "请先登记样品交接，再接收".into(),
            Self::SampleIrregular { .. } => "请书面拒收，写明理由，由组织部门决定是否重新抽样".into(),
            Self::ReasonMissing { .. } => "请写明理由".into(),
            Self::EvidenceMissing { .. } => "请写明证据，能附照片的附上".into(),
            Self::LicenceUnanswered => "请样品管理员核查证书编号、持证人、范围和有效期".into(),
            Self::LicenceFailed { .. } => "请样品管理员终止检验并报告组织部门".into(),
            Self::SamplerTests { .. } => "请换一位没有参加抽样的检验人员办理".into(),
            Self::NotTheTester { .. } => "请由主检办理，或先改由您主检".into(),
            Self::ItemsMissing { .. } => "请补录实测值，确实未检的写明理由".into(),
            Self::NoItems => "请先添加检验项目".into(),
            Self::Undecided { .. } => "请退回复测，或由审核人写明理由改判".into(),
            Self::OverruledByTester => "请由主检以外的审核人改判".into(),
            Self::OverruleImpossible { .. } => "请在报告备注里说明，不作合格处理".into(),
            Self::OverruleSame { .. } => "不改判的项目请留空".into(),
            Self::SamePerson { .. } => "请由第三个人办理：主检、审核、批准是三个不同的人".into(),
            Self::AccreditationInvalid { .. } => "请在登记库更新资质认定证书；已失效的不能出具报告".into(),
            Self::ScopeMissing { .. } => "请在登记库补录资质附表，或把这些项目列为未检".into(),
            Self::NumberUsed { .. } => "请核对报告编号；更正后的报告请从原报告页登记".into(),
            Self::ChecksMissing => "请核对后勾选两项".into(),
            Self::IdentityDiffers { .. } => "请要求机构更正报告，或写明不同之处的原因".into(),
            Self::ConclusionDiffers { .. } => "请与机构核实，写明核实情况再确认".into(),
            Self::RiskWithoutGround { .. } => "请等机构预警，或者确认不合格报告之后再认定".into(),
            Self::RiskOpen { .. } => "请先登记上报情况".into(),
            Self::RiskDay { .. } => "请核对日期".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        Some(match self {
            Self::WrongState { .. } | Self::AlreadyAssigned { .. } | Self::WrongOrigin { .. } => return None,
            Self::SameLaboratory { .. } => law::R18_39,
            Self::ItemsUnknown { .. } | Self::ItemsMissing { .. } | Self::NoItems => law::R18_31,
            Self::SampleElsewhere { .. } | Self::SampleIrregular { .. } => law::R18_29,
            Self::ReasonMissing { .. } | Self::EvidenceMissing { .. } => law::R18_31,
            Self::LicenceUnanswered | Self::LicenceFailed { .. } => law::R18_30,
            Self::SamplerTests { .. } => law::R18_9,
            Self::NotTheTester { .. } | Self::SamePerson { .. } => law::DECISION_THREE_SIGNATURES,
            Self::Undecided { .. } | Self::OverruledByTester | Self::OverruleSame { .. } => {
                law::DECISION_VERDICT_OVERRULED
            }
            Self::OverruleImpossible { .. } => law::DECISION_NOT_JUDGED,
            Self::AccreditationInvalid { .. } | Self::ScopeMissing { .. } => law::PQL_19,
            Self::NumberUsed { .. } => law::DECISION_NUMBERING,
            Self::ChecksMissing | Self::IdentityDiffers { .. } | Self::ConclusionDiffers { .. } => law::R18_32,
            Self::RiskWithoutGround { .. } => law::SEED_4,
            Self::RiskOpen { .. } | Self::RiskDay { .. } => law::DECISION_INDUSTRY_RISK,
        })
    }
}
