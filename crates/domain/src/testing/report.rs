//! What the organiser does with a report: registration of reports made elsewhere, confirmation, amendment, and what
//! follows from a confirmed report. Serves no notice and opens no case itself.

use super::{
    Difference, Inspection, InspectionConclusion, InspectionId, InspectionOrigin, InspectionPurpose, InspectionState,
    ItemResult, Severity, TestingRefused, our_summary, stages::reason_of,
};
use crate::{actor::UserId, code::Code, match_key::match_key, plan::TaskKind, sampling::SamplingRecord};
use jiff::civil::Date;

/// Facts of a report made elsewhere, as printed on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedReport {
    /// Its number.
    pub number: String,
    /// Signatories as printed.
    pub signatories: String,
    /// Conclusion.
    pub conclusion: InspectionConclusion,
    /// Severity, where printed.
    pub severity: Option<Severity>,
    /// Wording of the conclusion.
    pub conclusion_text: String,
    /// Failed items as printed, parted by 、.
    pub failed_items: String,
    /// Day of issue.
    pub issued_on: Date,
    /// Day on which it arrived here.
    pub received_on: Date,
}

/// What the result manager answers when confirming.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Confirmation {
    /// Identity data were compared with the sampling record.
    pub identity_checked: bool,
    /// The conclusion was checked against the items.
    pub conclusion_checked: bool,
    /// Why identity or conclusion differ; empty when they do not.
    pub explanation: String,
    /// Authority's flag 严重质量问题 (《产品质量法》第十七条第二款).
    pub serious_quality_problem: bool,
}

/// What follows from a confirmed report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// First report of a spot check of our own: notices to the recipients; a failure opens a case.
    Notices {
        /// The report fails.
        nonconforming: bool,
    },
    /// A superior's result: the superior notifies and publishes; a failure in our area opens a case here.
    Superior {
        /// The report fails.
        nonconforming: bool,
    },
    /// Risk monitoring: a lead, nothing else.
    LeadOnly,
    /// Goes back to the objection.
    Reinspection,
    /// Goes back to the case.
    Recheck,
}

impl Inspection {
    /// A report made elsewhere is put on file: an assigned sample whose laboratory works in a system of its own, or a
    /// row that was made for it. Our three signatures are not asked.
    ///
    /// # Errors
    /// Wrong state.
    pub fn register(mut self, printed: PrintedReport) -> Result<Self, TestingRefused> {
        use InspectionState::*;
        self.expect("登记外来报告", &[Assigned, Accepted, Testing])?;
        if self.origin == InspectionOrigin::Here {
            self.origin = InspectionOrigin::Outside;
        }
        self.state = Submitted;
        self.report_number = Some(printed.number);
        self.signatories_text = printed.signatories;
        self.conclusion = Some(printed.conclusion);
        self.severity = printed.severity.filter(|_| printed.conclusion == InspectionConclusion::Nonconforming);
        self.conclusion_text = if printed.conclusion_text.trim().is_empty() {
            printed.conclusion.title().to_owned()
        } else {
            printed.conclusion_text.trim().to_owned()
        };
        self.failed_items = printed.failed_items;
        self.issued_on = Some(printed.issued_on);
        self.submitted_on = Some(printed.received_on);
        self.received_on = self.received_on.or(Some(printed.received_on));
        Ok(self)
    }
    /// Whether item results of an outside report may be typed: until it is confirmed, and later only while none is on file.
    ///
    /// # Errors
    /// Wrong origin or state.
    pub fn may_type_items(&self, on_file: usize) -> Result<(), TestingRefused> {
        const ACT: &str = "补录项目结果";
        if self.origin == InspectionOrigin::Here {
            return Err(TestingRefused::WrongOrigin { act: ACT, origin: self.origin.title() });
        }
        let later = self.state == InspectionState::Confirmed && on_file == 0;
        if later { Ok(()) } else { self.expect(ACT, &[InspectionState::Submitted]) }
    }
    /// Our judgement beside the one reported; none while no item is on file.
    #[must_use]
    pub fn judged_by_us(mut self, items: &[ItemResult]) -> Self {
        self.our_conclusion = our_summary(self.origin, items).map(|summary| summary.conclusion);
        self
    }
    /// Where report and sampling record say different things.
    pub fn differences(&self, record: &SamplingRecord) -> Vec<Difference> {
        let pairs = [
            ("产品名称", &self.product_name, &record.product_name),
            ("商标", &self.trademark, &record.trademark),
            ("规格型号", &self.model, &record.model),
            ("标称生产者", &self.producer_name, &record.producer_name),
        ];
        let differ = pairs.into_iter().filter(|(_, report, record)| match_key(report) != match_key(record));
        let mut found: Vec<Difference> = differ
            .map(|(field, report, record)| Difference { field, report: report.clone(), record: record.clone() })
            .collect();
        if self.sampled_on != record.sampled_on {
            let day = |date: Option<Date>| date.map_or_else(|| "/".to_owned(), |date| date.to_string());
            found.push(Difference {
                field: "抽样日期", report: day(self.sampled_on), record: day(record.sampled_on)
            });
        }
        found
    }
    /// 已报送 → 已确认: identity data and conclusion were checked; what differs is explained.
    ///
    /// # Errors
    /// Wrong state, checks missing, differences without a word.
    pub fn confirm(
        mut self,
        by: UserId,
        on: Date,
        record: Option<&SamplingRecord>,
        answer: &Confirmation,
    ) -> Result<Self, TestingRefused> {
        self.expect("确认报告", &[InspectionState::Submitted])?;
        if !answer.identity_checked || !answer.conclusion_checked {
            return Err(TestingRefused::ChecksMissing);
        }
        if answer.explanation.trim().is_empty() {
            let differences = record.map(|record| self.differences(record)).unwrap_or_default();
            if !differences.is_empty() {
                return Err(TestingRefused::IdentityDiffers { differences });
            }
            if let (Some(reported), Some(ours)) = (self.conclusion, self.our_conclusion)
                && reported != ours
            {
                return Err(TestingRefused::ConclusionDiffers { reported: reported.title(), ours: ours.title() });
            }
        }
        self.state = InspectionState::Confirmed;
        self.confirmed_by = Some(by);
        self.confirmed_on = Some(on);
        self.serious_quality_problem = answer.serious_quality_problem && self.is_nonconforming();
        Ok(self)
    }
    /// Whether the organiser may ask the laboratory to amend its report.
    ///
    /// # Errors
    /// Wrong state or no reason.
    pub fn ask_amendment(&self, reason: &str) -> Result<String, TestingRefused> {
        const ACT: &str = "要求更正报告";
        self.expect(ACT, &[InspectionState::Submitted, InspectionState::Confirmed])?;
        reason_of(ACT, reason)
    }
    /// 已报送 or 已确认 → 更正中, and the new edition that names this one. Nothing of the original is changed.
    ///
    /// # Errors
    /// Wrong state or no reason.
    pub fn amend(
        mut self,
        new: InspectionId,
        reason: &str,
        at: crate::time::Timestamp,
    ) -> Result<(Self, Self), TestingRefused> {
        const ACT: &str = "更正报告";
        self.expect(ACT, &[InspectionState::Submitted, InspectionState::Confirmed])?;
        let reason = reason_of(ACT, reason)?;
        let here = self.origin == InspectionOrigin::Here;
        let next = Self {
            id: new,
            version: 1,
            state: if here { InspectionState::Testing } else { InspectionState::Assigned },
            edition: self.edition + 1,
            amends_id: Some(self.id),
            report_number: None,
            reviewer_id: None,
            signer_id: None,
            signatories_text: String::new(),
            conclusion: None,
            severity: None,
            our_conclusion: None,
            conclusion_text: String::new(),
            failed_items: String::new(),
            serious_quality_problem: false,
            issued_on: None,
            submitted_on: None,
            confirmed_by: None,
            confirmed_on: None,
            alerted_at_us: None,
            reason: reason.clone(),
            created_at_us: at,
            ..self.clone()
        };
        self.state = InspectionState::Amending;
        Ok((self, next))
    }
    /// 更正中 → 已被替代, when the new edition is confirmed.
    ///
    /// # Errors
    /// Wrong state.
    pub fn replaced(mut self) -> Result<Self, TestingRefused> {
        self.expect("以新报告替代", &[InspectionState::Amending])?;
        self.state = InspectionState::Replaced;
        Ok(self)
    }
    /// 更正中 → what it was before: the new edition could not be made (sample gone, unlawful), so this report stands.
    ///
    /// # Errors
    /// Wrong state.
    pub fn stands(mut self) -> Result<Self, TestingRefused> {
        self.expect("恢复原报告", &[InspectionState::Amending])?;
        let confirmed = self.confirmed_on.is_some();
        self.state = if confirmed { InspectionState::Confirmed } else { InspectionState::Submitted };
        Ok(self)
    }
    /// What follows from this report once it is confirmed.
    pub fn consequence(&self, task: Option<TaskKind>) -> Consequence {
        let nonconforming = self.is_nonconforming();
        match self.purpose {
            InspectionPurpose::Reinspection => Consequence::Reinspection,
            InspectionPurpose::Recheck => Consequence::Recheck,
            InspectionPurpose::First if task == Some(TaskKind::RiskMonitoring) => Consequence::LeadOnly,
            InspectionPurpose::First if self.origin == InspectionOrigin::Superior => {
                Consequence::Superior { nonconforming }
            }
            InspectionPurpose::First => Consequence::Notices { nonconforming },
        }
    }
    /// Whether our authority may ever publish it: a superior's result is the superior's to publish (notice, part seven (二)).
    pub fn is_ours_to_publish(&self) -> bool {
        self.origin != InspectionOrigin::Superior && self.purpose == InspectionPurpose::First && !self.excluded
    }
}

/// Number of an amended report: the first number with 更 and a running number, so that it names what it replaces.
pub fn amended_number(before: &str, edition: i64) -> String {
    let first = before.rsplit_once("-更").map_or(before, |(first, _)| first);
    format!("{first}-更{}", edition - 1)
}
