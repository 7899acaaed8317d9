//! Rules of the objection procedure and of the re-inspection (R18 第三十六条 to 第四十三条).

use super::{Objection, ObjectionKind, ObjectionOutcome, ObjectionRefused as Refused, ObjectionState};
use crate::{
    calendar::Calendar,
    code::Code,
    code_enum, deadline,
    laboratory::Laboratory,
    match_key::match_key,
    sampling::{Sample, SampleState},
    testing::{Inspection, InspectionConclusion, InspectionId},
};
use ObjectionState::*;
use jiff::civil::Date;

code_enum! {
    /// Why an objection is not admitted; nothing else is a reason.
    pub enum InadmissibleGround {
        /// 超过期限.
        Late = "LATE" => "超过期限提出",
        /// 不是当事人.
        NotEntitled = "NOT_ENTITLED" => "申请人不是有权提出异议的当事人",
    }
}

code_enum! {
    /// Why there is no re-inspection (R18 第三十七条: 需要且可以复检).
    pub enum NoReinspectionGround {
        /// 没有备用样品.
        NoBackup = "NO_BACKUP" => "没有可用的备用样品",
        /// 备用样品超过保质期.
        Expired = "EXPIRED" => "备用样品超过保质期",
        /// 细则规定不能复检.
        NotRetestable = "NOT_RETESTABLE" => "细则规定的不能复检项目",
        /// 异议不涉及结论.
        Unaffected = "UNAFFECTED" => "异议事项不影响检验结论",
        /// 经研究不需要复检.
        NotNeeded = "NOT_NEEDED" => "经研究不需要复检",
    }
}

/// Contested items as a list; they are kept parted by 、.
pub fn split_items(items: &str) -> Vec<&str> {
    items.split(['、', '；', ';', '\n']).map(str::trim).filter(|item| !item.is_empty()).collect()
}

fn same_item(a: &str, b: &str) -> bool {
    match_key(a) == match_key(b)
}

/// Whether the conclusion on the contested items is the same (decision 复检结论不同: the conclusion, not the numbers).
/// `None` while the re-inspection judges nothing.
pub fn compare(items: &str, first: &Inspection, second: &Inspection) -> Option<ObjectionOutcome> {
    let failed = split_items(&first.failed_items);
    let contested = split_items(items);
    let first_fails = contested.iter().any(|item| failed.iter().any(|fail| same_item(item, fail)));
    let second_fails = match second.conclusion? {
        InspectionConclusion::Nonconforming => true,
        InspectionConclusion::NoNonconformityFound => false,
        InspectionConclusion::NotJudged => return None,
    };
    Some(if first_fails == second_fails { ObjectionOutcome::SameResult } else { ObjectionOutcome::DifferentResult })
}

/// What stands after objections and re-inspection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Conclusion that counts.
    pub conclusion: Option<InspectionConclusion>,
    /// Items that fail in the end.
    pub failed_items: Vec<String>,
    /// The result was voided: it neither counts nor is published.
    pub voided: bool,
    /// Report of the re-inspection whose conclusion is the final one.
    pub reinspection_id: Option<InspectionId>,
}

impl Standing {
    /// Whether a failing first result no longer stands: voided, or nothing fails any more. A contested item that passes
    /// does not save a batch that fails on another.
    pub fn overturns(&self, first: &Inspection) -> bool {
        let failed = first.conclusion == Some(InspectionConclusion::Nonconforming);
        self.voided || (failed && self.conclusion != Some(InspectionConclusion::Nonconforming))
    }
}

/// The result that counts: for contested items the re-inspection's, for all others the first report's (R18 第四十二条).
/// `reinspection` is the decided objection with its report, if there is one.
pub fn standing(first: &Inspection, reinspection: Option<(&Objection, &Inspection)>) -> Standing {
    let mut failed: Vec<String> = split_items(&first.failed_items).into_iter().map(str::to_owned).collect();
    let mut conclusion = first.conclusion;
    if let Some((objection, second)) = reinspection {
        let contested = split_items(&objection.items);
        failed.retain(|fail| !contested.iter().any(|item| same_item(item, fail)));
        failed.extend(split_items(&second.failed_items).into_iter().map(str::to_owned));
        let fails = !failed.is_empty() || second.conclusion == Some(InspectionConclusion::Nonconforming);
        conclusion =
            Some(if fails { InspectionConclusion::Nonconforming } else { InspectionConclusion::NoNonconformityFound });
    }
    Standing {
        conclusion,
        failed_items: failed,
        voided: first.excluded,
        reinspection_id: reinspection.map(|(_, second)| second.id),
    }
}

/// What the organiser decides when it names the re-inspection laboratory.
#[derive(Debug, Clone, Copy)]
pub struct Appointment<'a> {
    /// Chosen laboratory.
    pub laboratory: &'a Laboratory,
    /// First report.
    pub first: &'a Inspection,
    /// Contested items that its accreditation does not cover on that day.
    pub uncovered: &'a [String],
    /// Evidence that it is the only one of the province.
    pub single_evidence: &'a str,
    /// Day.
    pub on: Date,
}

/// The facts on which a re-inspection is possible or not.
#[derive(Debug, Clone, Copy)]
pub struct Possibility<'a> {
    /// Backup sample of the contested report.
    pub backup: Option<&'a Sample>,
    /// Contested items that the rule says cannot be tested again.
    pub not_retestable: &'a [String],
    /// Another objection has had the same result re-inspected.
    pub reinspected_before: bool,
    /// The day of the question.
    pub on: Date,
}

impl Possibility<'_> {
    fn usable(&self) -> Option<&Sample> {
        self.backup.filter(|sample| is_usable(sample, self.on))
    }
}

impl Objection {
    fn expect(&self, act: &'static str, states: &[ObjectionState]) -> Result<(), Refused> {
        if states.contains(&self.state) { Ok(()) } else { Err(Refused::WrongState { act, state: self.state.title() }) }
    }
    fn ours(&self, act: &'static str) -> Result<(), Refused> {
        if self.relayed {
            Err(Refused::OrganisedElsewhere { act, organiser: self.organiser_name.clone() })
        } else {
            Ok(())
        }
    }
    fn is_about_conclusion(&self, act: &'static str, wanted: bool) -> Result<(), Refused> {
        if (self.kind == ObjectionKind::Conclusion) == wanted {
            Ok(())
        } else {
            Err(Refused::WrongKind { act, kind: self.kind.title() })
        }
    }
    fn words(act: &'static str, missing: &'static str, text: &str) -> Result<String, Refused> {
        let text = text.trim();
        if text.is_empty() { Err(Refused::ReasonMissing { act, missing }) } else { Ok(text.to_owned()) }
    }
    fn not_after(act: &'static str, on: Date, today: Date) -> Result<(), Refused> {
        if on > today { Err(Refused::DateImpossible { act, why: format!("{on} 在今天之后") }) } else { Ok(()) }
    }
    /// Day of filing: the postmark where there is one (decision 邮戳日, after 《民事诉讼法》第八十五条).
    pub fn filed_on(&self) -> Date {
        self.posted_on.unwrap_or(self.received_on)
    }
    /// Whether the procedure still runs; finality waits for it.
    pub fn is_open(&self) -> bool {
        !matches!(self.state, Inadmissible | Abandoned | Terminated | Decided | CostSettled | Answered | Withdrawn)
    }
    /// Whether it was filed by the party-friendly last day. Without service no term runs, so it is in time. What the
    /// party answered when the station asked (有, 无, 未定) plays no part here (R18 第三十六条).
    pub fn is_in_time(&self, window_until: Option<Date>) -> bool {
        window_until.is_none_or(|until| self.filed_on() <= until)
    }
    /// Whether it keeps its result from being final: any that runs, but one handed in after the last day only once it has
    /// been admitted (R18 第三十六条). `until`: the applicant's last day.
    pub fn holds_finality(&self, until: Option<Date>) -> bool {
        let pending = matches!(self.state, Submitted | Relayed);
        self.is_open() && (!pending || self.is_in_time(until))
    }
    /// What is handed in: in writing, with reasons; contested items are failed items of the report.
    ///
    /// # Errors
    /// No reasons, impossible dates, items that did not fail.
    pub fn check(&self, report: Option<&Inspection>, today: Date) -> Result<(), Refused> {
        let act = "登记异议";
        Self::words(act, "事实和理由", &self.reasons)?;
        Self::words(act, "收到的途径", &self.channel)?;
        Self::not_after(act, self.received_on, today)?;
        if self.posted_on.is_some_and(|posted| posted > self.received_on) {
            return Err(Refused::DateImpossible { act, why: "邮戳日在收到日之后".into() });
        }
        if self.kind == ObjectionKind::Conclusion {
            Self::words(act, "有异议的项目", &self.items)?;
            let failed = report.map_or_else(Vec::new, |report| split_items(&report.failed_items));
            let strange: Vec<&str> = split_items(&self.items)
                .into_iter()
                .filter(|item| report.is_some() && !failed.iter().any(|fail| same_item(item, fail)))
                .collect();
            if !strange.is_empty() {
                return Err(Refused::ItemsNotFailed { items: strange.join("、") });
            }
        }
        Ok(())
    }
    /// SUBMITTED → INADMISSIBLE, with a written reason, only when really late by the party-friendly date or handed in by
    /// somebody who was not told the result (R18 第三十六条; 《产品质量法》第十五条).
    ///
    /// # Errors
    /// In time, entitled, no reason, not ours, wrong state.
    pub fn refuse(
        mut self,
        ground: InadmissibleGround,
        window_until: Option<Date>,
        reason: &str,
        number: String,
        on: Date,
    ) -> Result<Self, Refused> {
        let act = "作出不予受理";
        self.ours(act)?;
        self.expect(act, &[Submitted])?;
        match ground {
            InadmissibleGround::Late if self.is_in_time(window_until) => {
                return Err(Refused::StillInTime { until: window_until, filed: self.filed_on() });
            }
            InadmissibleGround::NotEntitled if self.notice_id.is_some() => {
                return Err(Refused::Entitled { applicant: self.applicant });
            }
            InadmissibleGround::Late | InadmissibleGround::NotEntitled => {}
        }
        self.decision_reason = format!("{}：{}", ground.title(), Self::words(act, "理由", reason)?);
        self.number = number;
        self.accepted_on = Some(on);
        self.decided_on = Some(on);
        self.state = Inadmissible;
        Ok(self)
    }
    /// SUBMITTED → ACCEPTED (D05).
    ///
    /// # Errors
    /// Late, not ours, wrong state.
    pub fn accept(mut self, window_until: Option<Date>, number: String, on: Date) -> Result<Self, Refused> {
        let act = "受理异议";
        self.ours(act)?;
        self.expect(act, &[Submitted])?;
        if let Some(until) = window_until.filter(|_| !self.is_in_time(window_until)) {
            return Err(Refused::TooLate { until, filed: self.filed_on() });
        }
        self.number = number;
        self.accepted_on = Some(on);
        self.state = Accepted;
        Ok(self)
    }
    /// ACCEPTED → INVESTIGATING or, for the conclusion, STUDYING (R18 第三十七条).
    ///
    /// # Errors
    /// Wrong state.
    pub fn begin(mut self) -> Result<Self, Refused> {
        self.expect("开始办理", &[Accepted])?;
        self.state = if self.kind == ObjectionKind::Conclusion { Studying } else { Investigating };
        Ok(self)
    }
    /// INVESTIGATING → DECIDED: upheld (the result is voided) or dismissed, in writing (R18 第三十七条).
    ///
    /// # Errors
    /// Wrong kind or state, no facts, no reasons.
    pub fn decide_investigation(
        mut self,
        upheld: bool,
        facts: &str,
        reason: &str,
        number: String,
        on: Date,
    ) -> Result<Self, Refused> {
        let act = "作出异议处理决定";
        self.is_about_conclusion(act, false)?;
        self.expect(act, &[Investigating])?;
        self.investigation_text = Self::words(act, "查明的事实和证据", facts)?;
        self.decision_reason = Self::words(act, "理由", reason)?;
        self.outcome = Some(if upheld { ObjectionOutcome::Upheld } else { ObjectionOutcome::Dismissed });
        Ok(self.decided(number, on))
    }
    /// STUDYING → DECIDED without re-inspection: not needed or not possible, with reasons that the facts bear out. Where the
    /// re-inspection laboratory could not use the sample, the same decision ends RECHECK_TESTING.
    ///
    /// # Errors
    /// The facts say otherwise, no reasons, wrong kind or state.
    pub fn decline_reinspection(
        mut self,
        ground: NoReinspectionGround,
        reason: &str,
        possible: Possibility<'_>,
        number: String,
    ) -> Result<Self, Refused> {
        let act = "决定不予复检";
        self.is_about_conclusion(act, true)?;
        self.expect(act, &[Studying, ReinspectionTesting])?;
        let no_sample = matches!(ground, NoReinspectionGround::NoBackup | NoReinspectionGround::Expired);
        if self.state == ReinspectionTesting && !no_sample {
            return Err(Refused::WrongState { act, state: self.state.title() });
        }
        match (ground, possible.usable()) {
            (NoReinspectionGround::NoBackup | NoReinspectionGround::Expired, Some(sample)) => {
                return Err(Refused::BackupExists { number: sample.number.clone() });
            }
            (NoReinspectionGround::NotRetestable, _) if possible.not_retestable.is_empty() => {
                return Err(Refused::Retestable);
            }
            _ => {}
        }
        self.decision_reason = format!("{}：{}", ground.title(), Self::words(act, "理由", reason)?);
        self.outcome = Some(ObjectionOutcome::NoReinspection);
        Ok(self.decided(number, possible.on))
    }
    /// STUDYING: the 复检通知书 is issued; it is served next (R18 第三十七条, 第三十八条).
    ///
    /// # Errors
    /// No usable backup sample, items that cannot be tested again, re-inspected before, no place, wrong kind or state.
    pub fn issue_reinspection_notice(
        mut self,
        possible: Possibility<'_>,
        formalities: &str,
        fee_fen: i64,
        number: String,
    ) -> Result<Self, Refused> {
        let act = "出具复检通知书";
        self.is_about_conclusion(act, true)?;
        self.expect(act, &[Studying])?;
        if possible.reinspected_before {
            return Err(Refused::ReinspectedBefore);
        }
        let backup = possible.usable().ok_or(Refused::NoBackup)?.id;
        if !possible.not_retestable.is_empty() {
            return Err(Refused::NotRetestable { items: possible.not_retestable.join("、") });
        }
        self.backup_sample_id = Some(backup);
        self.formalities_text = Self::words(act, "办理手续的地点和缴费方式", formalities)?;
        self.fee_fen = fee_fen;
        self.reinspection_notice_number = number;
        Ok(self)
    }
    /// STUDYING → RECHECK_NOTIFIED: the applicant has the 复检通知书; seven calendar days begin (D06, R18 第三十八条).
    ///
    /// # Errors
    /// Not issued, impossible date, no proof.
    pub fn reinspection_notified(
        mut self,
        on: Date,
        proof: &str,
        today: Date,
        calendar: &Calendar,
    ) -> Result<Self, Refused> {
        let act = "登记复检通知送达";
        self.expect(act, &[Studying])?;
        if self.reinspection_notice_number.is_empty() {
            return Err(Refused::ReasonMissing { act, missing: "复检通知书，请先出具" });
        }
        Self::not_after(act, on, today)?;
        self.notified_proof = Self::words(act, "送达方式、签收人和凭据", proof)?;
        self.notified_on = Some(on);
        self.formalities_until_on = Some(deadline::REINSPECTION_FORMALITIES.derive(on, calendar).due_party);
        self.state = ReinspectionNotified;
        Ok(self)
    }
    /// RECHECK_NOTIFIED → ABANDONED when the seven days have passed without formalities (R18 第三十八条). `None` while it
    /// is not so.
    pub fn abandon(mut self, today: Date) -> Option<Self> {
        let until = self.formalities_until_on.filter(|_| self.state == ReinspectionNotified)?;
        if today <= until {
            return None;
        }
        self.decided_on = Some(today);
        self.state = Abandoned;
        Some(self)
    }
    /// RECHECK_NOTIFIED → PROCEDURE_DONE within the seven days. What was done in time but entered late counts, also when
    /// the night has taken it for abandoned.
    ///
    /// # Errors
    /// Too late, impossible date, no proof, wrong state.
    pub fn formalities_done(mut self, on: Date, text: &str, today: Date) -> Result<Self, Refused> {
        let act = "登记复检手续";
        self.expect(act, &[ReinspectionNotified, Abandoned])?;
        Self::not_after(act, on, today)?;
        if self.notified_on.is_some_and(|notified| on < notified) {
            return Err(Refused::DateImpossible { act, why: "办理日早于收到复检通知的日期".into() });
        }
        if let Some(until) = self.formalities_until_on.filter(|until| on > *until) {
            return Err(Refused::FormalitiesLate { until, on });
        }
        self.procedure_text = Self::words(act, "预缴费用和确认的凭据", text)?;
        self.procedure_done_on = Some(on);
        self.decided_on = None;
        self.state = ProcedureDone;
        Ok(self)
    }
    /// PROCEDURE_DONE → LAB_APPOINTED (D07, R18 第三十九条): not the first laboratory unless it is the only one of the
    /// province, with evidence; accredited for the contested items on that day.
    ///
    /// # Errors
    /// First laboratory, items not covered, accreditation ended, wrong state.
    pub fn appoint(mut self, appointment: Appointment<'_>) -> Result<Self, Refused> {
        self.expect("确定复检机构", &[ProcedureDone])?;
        let Appointment { laboratory, first, uncovered, single_evidence, on } = appointment;
        let same = first.laboratory_id == Some(laboratory.id) || same_item(&first.laboratory_name, &laboratory.name);
        let evidence = single_evidence.trim();
        if same && (!laboratory.single_in_province || evidence.is_empty()) {
            return Err(Refused::SameLaboratory { name: laboratory.name.clone() });
        }
        if let Some(until) = laboratory.accreditation_until_on.filter(|until| *until < on) {
            return Err(Refused::AccreditationEnded { until });
        }
        if !uncovered.is_empty() {
            return Err(Refused::ScopeMissing { items: uncovered.join("、") });
        }
        self.laboratory_id = Some(laboratory.id);
        self.single_laboratory_evidence = if same { evidence.to_owned() } else { String::new() };
        self.appointed_on = Some(on);
        self.state = LaboratoryAppointed;
        Ok(self)
    }
    /// LAB_APPOINTED → SAMPLE_VERIFIED (R18 第四十一条): seal whole, sample fits the form, with pictures.
    ///
    /// # Errors
    /// Seal or form doubtful, nothing written, wrong state.
    pub fn verify_sample(mut self, seal_intact: bool, form_matches: bool, text: &str) -> Result<Self, Refused> {
        let act = "登记备用样品核对";
        self.expect(act, &[LaboratoryAppointed])?;
        if !seal_intact || !form_matches {
            return Err(Refused::SampleDoubtful);
        }
        self.sample_verified_text = Self::words(act, "核对经过、照片和参加人", text)?;
        self.state = SampleVerified;
        Ok(self)
    }
    /// SAMPLE_VERIFIED → RECHECK_TESTING: the sample is handed over and the items assigned.
    ///
    /// # Errors
    /// Wrong state.
    pub fn hand_over(mut self, reinspection: InspectionId) -> Result<Self, Refused> {
        self.expect("移交备用样品", &[SampleVerified])?;
        self.reinspection_id = Some(reinspection);
        self.state = ReinspectionTesting;
        Ok(self)
    }
    /// RECHECK_TESTING → RECHECK_REPORTED with the confirmed report.
    ///
    /// # Errors
    /// Wrong state.
    pub fn reported(mut self) -> Result<Self, Refused> {
        self.expect("接收复检报告", &[ReinspectionTesting, ReinspectionReported])?;
        self.state = ReinspectionReported;
        Ok(self)
    }
    /// RECHECK_REPORTED → DECIDED: final, once (R18 第四十二条). The outcome follows from the two reports.
    ///
    /// # Errors
    /// Nothing judged, another outcome stated, no reasons, wrong state.
    pub fn conclude(
        mut self,
        computed: Option<ObjectionOutcome>,
        stated: ObjectionOutcome,
        reason: &str,
        number: String,
        on: Date,
    ) -> Result<Self, Refused> {
        let act = "作出复检结论";
        self.expect(act, &[ReinspectionReported])?;
        let computed = computed.ok_or(Refused::NotJudged)?;
        if computed != stated {
            return Err(Refused::OutcomeDiffers { computed: computed.title() });
        }
        self.decision_reason = Self::words(act, "说明", reason)?;
        self.outcome = Some(computed);
        self.cost_bearer =
            if computed == ObjectionOutcome::SameResult { "申请人" } else { "组织监督抽查的部门" }.to_owned();
        Ok(self.decided(number, on))
    }
    /// DECIDED → COST_SETTLED (R18 第四十三条, 第三十七条): same result, the applicant bears it; different, the organiser
    /// refunds; a backup sample that was used up is paid by the organiser.
    ///
    /// # Errors
    /// No re-inspection, impossible date, no receipt.
    pub fn settle_cost(mut self, on: Date, text: &str, today: Date) -> Result<Self, Refused> {
        let act = "登记费用结清";
        self.expect(act, &[Decided])?;
        if self.reinspection_id.is_none() {
            return Err(Refused::WrongKind { act, kind: "没有复检的事项" });
        }
        Self::not_after(act, on, today)?;
        self.cost_text = Self::words(act, "缴退费和备用样品价款的凭据", text)?;
        self.cost_settled_on = Some(on);
        self.state = CostSettled;
        Ok(self)
    }
    /// → TERMINATED (R18 第四十条): the party hid, moved, sold or damaged the backup sample; the first conclusion is final.
    ///
    /// # Errors
    /// Wrong state, no facts.
    pub fn terminate(mut self, facts: &str, number: String, on: Date) -> Result<Self, Refused> {
        let act = "终止复检";
        self.is_about_conclusion(act, true)?;
        self.expect(
            act,
            &[
                Accepted,
                Studying,
                ReinspectionNotified,
                ProcedureDone,
                LaboratoryAppointed,
                SampleVerified,
                ReinspectionTesting,
            ],
        )?;
        self.decision_reason = Self::words(act, "当事人动过备用样品的事实和证据", facts)?;
        self.decision_number = number;
        self.decided_on = Some(on);
        self.state = Terminated;
        Ok(self)
    }
    /// The backup sample was lost or spoilt by the laboratory or an office: the first result may not be used against the
    /// party; the head in charge has decided so (decision 样品灭失). The result is voided.
    ///
    /// # Errors
    /// Wrong state, no decision.
    pub fn backup_lost_by_office(mut self, decision: &str, number: String, on: Date) -> Result<Self, Refused> {
        let act = "因样品灭失作出决定";
        self.is_about_conclusion(act, true)?;
        self.expect(
            act,
            &[Studying, ReinspectionNotified, ProcedureDone, LaboratoryAppointed, SampleVerified, ReinspectionTesting],
        )?;
        self.decision_reason = Self::words(act, "灭失经过和分管局领导的决定", decision)?;
        self.outcome = Some(ObjectionOutcome::Upheld);
        Ok(self.decided(number, on))
    }
    /// The applicant takes it back, in writing.
    ///
    /// # Errors
    /// Wrong state, no letter.
    pub fn take_back(mut self, letter: &str, on: Date) -> Result<Self, Refused> {
        let act = "登记申请人撤回";
        self.expect(
            act,
            &[
                Submitted,
                Accepted,
                Investigating,
                Studying,
                ReinspectionNotified,
                ProcedureDone,
                LaboratoryAppointed,
                SampleVerified,
            ],
        )?;
        self.decision_reason = Self::words(act, "申请人的书面撤回", letter)?;
        self.decided_on = Some(on);
        self.state = Withdrawn;
        Ok(self)
    }
    /// SUBMITTED → relayed to the organiser elsewhere, with proof (notice, part five).
    ///
    /// # Errors
    /// Our own check, no proof, wrong state.
    pub fn relay(mut self, on: Date, proof: &str, today: Date) -> Result<Self, Refused> {
        let act = "转送组织方";
        if !self.relayed {
            return Err(Refused::OrganisedHere);
        }
        self.expect(act, &[Submitted])?;
        Self::not_after(act, on, today)?;
        if on < self.received_on {
            return Err(Refused::DateImpossible { act, why: "转送日早于收到日".into() });
        }
        self.relay_proof = Self::words(act, "转送的文号、单号或者回执", proof)?;
        self.relayed_on = Some(on);
        self.state = Relayed;
        Ok(self)
    }
    /// The organiser's answer is recorded, not decided here.
    ///
    /// # Errors
    /// Not relayed, no words.
    pub fn answered(mut self, outcome: ObjectionOutcome, text: &str, on: Date, today: Date) -> Result<Self, Refused> {
        let act = "登记组织方答复";
        self.expect(act, &[Relayed])?;
        Self::not_after(act, on, today)?;
        if self.relayed_on.is_some_and(|relayed| on < relayed) {
            return Err(Refused::DateImpossible { act, why: "答复日早于转送日".into() });
        }
        self.answer_text = Self::words(act, "答复的内容和文号", text)?;
        self.outcome = Some(outcome);
        self.answered_on = Some(on);
        self.decided_on = Some(on);
        self.state = Answered;
        Ok(self)
    }
    /// The day of receipt or the postmark was noted wrongly. Only for 更正, and only before it is decided whether to admit it.
    ///
    /// # Errors
    /// Decided already, impossible date.
    pub fn correct_receipt(mut self, received_on: Date, posted_on: Option<Date>, today: Date) -> Result<Self, Refused> {
        let act = "更正收到日期";
        self.expect(act, &[Submitted, Relayed])?;
        Self::not_after(act, received_on, today)?;
        if posted_on.is_some_and(|posted| posted > received_on) {
            return Err(Refused::DateImpossible { act, why: "邮戳日在收到日之后".into() });
        }
        self.received_on = received_on;
        self.posted_on = posted_on;
        Ok(self)
    }
    fn decided(mut self, number: String, on: Date) -> Self {
        self.decision_number = number;
        self.decided_on = Some(on);
        self.state = Decided;
        self
    }
}

/// Whether a backup sample can still be tested.
fn is_usable(sample: &Sample, on: Date) -> bool {
    use SampleState as S;
    let there = matches!(
        sample.state,
        S::Sealed | S::HeldAtParty | S::InTransit | S::Received | S::Stored | S::Retained | S::ReinspectionRequested
    );
    there && sample.expires_on.is_none_or(|until| until >= on)
}
