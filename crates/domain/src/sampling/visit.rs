//! Visits (regulations §2.4): who may know the name when, arrival, the eight outcomes, declaration, signature, review.

use super::{
    RecordState, SamplingRecord, SamplingRefused, UnableReason, Visit, VisitOutcome, VisitState, form::quantity,
};
use crate::{
    actor::UserId, code::Code, deadline, decimal, enterprise::EnterpriseId, plan::TaskKind, rules::SpotCheckRules,
    time::Timestamp,
};
use jiff::civil::Date;

/// What both samplers declare (R18 第十四条; notice, part seven).
pub const DECLARATION: &str =
    "我没有事先把抽查的消息告诉被抽样单位，没有收受被抽样单位的礼品、礼金或者其他好处，与被抽样单位没有利害关系。";

/// Who reads a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// First sampler.
    Lead,
    /// Second sampler.
    Second,
    /// Officer of the station who goes along.
    Accompanying,
    /// Staff of the organiser.
    Staff,
    /// Superior, audit, anybody else with the permission.
    Outside,
}

/// One piece of evidence: what it shows, and the file's name or where it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Evidence {
    /// Slot of [`required_evidence`].
    pub slot: String,
    /// File name, or a sentence where it is kept.
    pub words: String,
}

/// Both samplers' arrival.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// First sampler.
    pub lead_at: Option<Timestamp>,
    /// Second sampler.
    pub second_at: Option<Timestamp>,
    /// Where.
    pub place: String,
    /// Notice and identity papers were shown.
    pub ids_shown: bool,
    /// Which papers.
    pub identity_papers: String,
}

/// Outcome with its facts.
#[derive(Debug, Clone)]
pub struct OutcomeFacts {
    /// Which of the eight.
    pub outcome: VisitOutcome,
    /// What was found, in words.
    pub text: String,
    /// Witness, if invited.
    pub witness: String,
    /// For 转产停业 and the like.
    pub unable_reason: Option<UnableReason>,
    /// For too small a stock.
    pub found_stock: String,
    /// For a refusal: told of 《产品质量法》第五十六条.
    pub told_of_liability: bool,
    /// For a superior's check.
    pub superior_authority: String,
    /// For a superior's check.
    pub superior_sampled_on: Option<Date>,
    /// Evidence.
    pub evidence: Vec<Evidence>,
}

/// The party's signature or its refusal.
#[derive(Debug, Clone, Default)]
pub struct Signing {
    /// Name and method.
    pub party_signature: String,
    /// Reason noted.
    pub refusal_to_sign: String,
    /// Witness, or why none was invited.
    pub witness: String,
}

/// Evidence each outcome must have (regulations §2.4, forms F11–F13).
pub const fn required_evidence(outcome: VisitOutcome) -> &'static [&'static str] {
    match outcome {
        VisitOutcome::Sampled => &[],
        VisitOutcome::NotSampledStock => &["现场门头", "库存清点"],
        VisitOutcome::NotSampledNotForSale => &["现场门头", "不用于销售或者只用于出口的证明"],
        VisitOutcome::NotSampledMarked => &["现场门头", "标有“试制”“处理”“样品”字样的产品"],
        VisitOutcome::Unable => &["现场门头", "停业、转产、搬迁、注销的情况"],
        VisitOutcome::DuplicateSixMonth => &["上级抽样单或者检验报告"],
        VisitOutcome::Refused => &["拒绝、阻碍抽样的过程"],
        VisitOutcome::TerminatedIllegal => &["涉嫌违法的情况"],
    }
}

impl Visit {
    fn expect(&self, act: &'static str, states: &[VisitState]) -> Result<(), SamplingRefused> {
        if states.contains(&self.state) {
            Ok(())
        } else {
            Err(SamplingRefused::WrongState { act, state: self.state.title() })
        }
    }

    /// Whether both samplers have checked in: from then on the visit is no secret inside the bureau.
    pub const fn has_begun(&self) -> bool {
        !matches!(self.state, VisitState::Assigned | VisitState::Released)
    }
    /// Whether the visit is the person's business at all; anybody else is told that there is no such visit.
    pub fn known_to(&self, reader: Reader, draw_closed: bool) -> bool {
        match reader {
            Reader::Lead | Reader::Second | Reader::Accompanying => true,
            Reader::Staff => self.has_begun(),
            Reader::Outside => self.has_begun() && draw_closed,
        }
    }
    /// Whether the name may be shown to the person now (settled.md, “Who may know”): to team and accompanying officer
    /// after each has opened it, to staff after the visit has begun, to everybody else after the draw is closed.
    pub fn name_readable(&self, reader: Reader, draw_closed: bool) -> bool {
        let opened = match reader {
            Reader::Lead => self.papers.lead_opened_at_us.is_some(),
            Reader::Second => self.papers.second_opened_at_us.is_some(),
            Reader::Accompanying => self.papers.accompanying_opened_at_us.is_some(),
            Reader::Staff | Reader::Outside => false,
        };
        self.enterprise_id.is_some() && (opened || (self.has_begun() && self.known_to(reader, draw_closed)))
    }

    /// Whether a person of the visit may open the name now.
    ///
    /// # Errors
    /// Before the release, before the team, or the person is not of the visit.
    pub fn may_open(&self, reader: Reader, now: Timestamp) -> Result<(), SamplingRefused> {
        if now < self.release_at_us {
            return Err(SamplingRefused::NotReleased { from: self.release_at_us });
        }
        match reader {
            Reader::Lead | Reader::Second => Ok(()),
            Reader::Accompanying if self.enterprise_id.is_some() => Ok(()),
            Reader::Accompanying | Reader::Staff | Reader::Outside => Err(SamplingRefused::TeamFirst),
        }
    }
    /// ASSIGNED → RELEASED with the first opening; later openings only note who knew from when.
    ///
    /// # Errors
    /// See [`Self::may_open`].
    pub fn open(
        mut self,
        reader: Reader,
        now: Timestamp,
        enterprise_id: EnterpriseId,
        blocked_models: &str,
        accompanying: Option<UserId>,
    ) -> Result<Self, SamplingRefused> {
        self.may_open(reader, now)?;
        if self.enterprise_id.is_none() {
            self.enterprise_id = Some(enterprise_id);
            self.accompanying_user_id = accompanying;
            self.papers.blocked_models = blocked_models.to_owned();
            self.state = VisitState::Released;
        }
        let opened = match reader {
            Reader::Lead => &mut self.papers.lead_opened_at_us,
            Reader::Second => &mut self.papers.second_opened_at_us,
            _ => &mut self.papers.accompanying_opened_at_us,
        };
        opened.get_or_insert(now);
        Ok(self)
    }

    /// Whether a number for the notice F05 may be taken: none is in force.
    ///
    /// # Errors
    /// Wrong state, or a notice that still counts.
    pub fn may_issue_notice(&self, today: Date) -> Result<(), SamplingRefused> {
        self.expect("取通知书编号", &[VisitState::Released])?;
        match (&self.notice_number, self.notice_valid_until_on) {
            (Some(number), Some(until)) if until >= today => {
                Err(SamplingRefused::NoticeInForce { number: number.clone(), until })
            }
            _ => Ok(()),
        }
    }
    /// Puts the notice on the visit.
    ///
    /// # Errors
    /// See [`Self::may_issue_notice`]; a last day before the first.
    pub fn issue_notice(mut self, number: String, from: Date, until: Date) -> Result<Self, SamplingRefused> {
        self.may_issue_notice(from)?;
        if until < from {
            return Err(SamplingRefused::NoticeNotValid { from: Some(from), until: Some(until), on: until });
        }
        self.notice_number = Some(number);
        self.papers.notice_valid_from_on = Some(from);
        self.notice_valid_until_on = Some(until);
        Ok(self)
    }
    /// Takes the notice off: it was not used, its number stays void.
    ///
    /// # Errors
    /// Wrong state, or there is none.
    pub fn void_notice(mut self) -> Result<(Self, String), SamplingRefused> {
        self.expect("作废通知书", &[VisitState::Released])?;
        let number = self.notice_number.take().ok_or(SamplingRefused::NoticeMissing)?;
        self.notice_valid_until_on = None;
        self.papers.notice_valid_from_on = None;
        Ok((self, number))
    }
    /// Whether a day lies inside the notice.
    ///
    /// # Errors
    /// No notice, or another day.
    pub fn notice_covers(&self, on: Date) -> Result<(), SamplingRefused> {
        if self.notice_number.is_none() {
            return Err(SamplingRefused::NoticeMissing);
        }
        let (from, until) = (self.papers.notice_valid_from_on, self.notice_valid_until_on);
        match (from, until) {
            (Some(first), Some(last)) if first <= on && on <= last => Ok(()),
            _ => Err(SamplingRefused::NoticeNotValid { from, until, on }),
        }
    }

    /// RELEASED → ON_SITE (R18 第十六条, C07): two check-ins with time and place, notice and identity papers shown.
    ///
    /// # Errors
    /// What is missing or cannot be.
    pub fn arrive(mut self, arrival: Arrival, now: Timestamp) -> Result<Self, SamplingRefused> {
        self.expect("登记到场", &[VisitState::Released])?;
        let (Some(lead), Some(second)) = (arrival.lead_at, arrival.second_at) else {
            return Err(SamplingRefused::SamplersMissing);
        };
        for arrived in [lead, second] {
            if arrived < self.release_at_us {
                return Err(SamplingRefused::ArrivedTooEarly { release: self.release_at_us, arrived });
            }
            if arrived > now {
                return Err(SamplingRefused::InFuture { what: "到场时间", at: arrived });
            }
            self.notice_covers(arrived.date())?;
        }
        if !arrival.ids_shown || arrival.identity_papers.trim().is_empty() {
            return Err(SamplingRefused::IdentityNotShown);
        }
        if arrival.place.trim().is_empty() {
            return Err(SamplingRefused::FactsMissing { what: "到场地点" });
        }
        self.lead_arrived_at_us = Some(lead);
        self.second_arrived_at_us = Some(second);
        self.place = arrival.place.trim().to_owned();
        self.ids_shown = true;
        self.papers.identity_papers = arrival.identity_papers.trim().to_owned();
        self.state = VisitState::OnSite;
        Ok(self)
    }

    /// Whether a record may be begun or changed.
    ///
    /// # Errors
    /// Wrong state.
    pub fn may_record(&self) -> Result<(), SamplingRefused> {
        self.expect("填抽样单", &[VisitState::OnSite])
    }

    /// ON_SITE → RECORDED. `records` are those of the visit that are not void, each with its open messages;
    /// what SAMPLED asks of them is `form`'s business.
    ///
    /// # Errors
    /// The facts and evidence of regulations §2.4 that are missing.
    pub fn record_outcome(
        mut self,
        facts: OutcomeFacts,
        records: &[(String, Vec<super::FieldProblem>)],
        rules: Option<&SpotCheckRules>,
        kind: TaskKind,
        today: Date,
    ) -> Result<Self, SamplingRefused> {
        self.expect("登记抽样情况", &[VisitState::OnSite])?;
        if facts.outcome == VisitOutcome::Sampled {
            if records.is_empty() {
                return Err(SamplingRefused::NoRecord);
            }
            if let Some((number, problems)) = records.iter().find(|(_, problems)| !problems.is_empty()) {
                return Err(SamplingRefused::RecordIncomplete {
                    number: number.clone(),
                    first: problems.first().map(|problem| problem.message.clone()).unwrap_or_default(),
                    count: problems.len(),
                });
            }
        } else {
            if !records.is_empty() {
                let numbers = records.iter().map(|(number, _)| number.clone()).collect();
                return Err(SamplingRefused::RecordsExist { numbers });
            }
            facts.check(rules, kind, today)?;
        }
        self.outcome = Some(facts.outcome);
        self.outcome_text = facts.text.trim().to_owned();
        self.witness = facts.witness.trim().to_owned();
        self.papers.unable_reason = facts.unable_reason.filter(|_| facts.outcome == VisitOutcome::Unable);
        self.papers.found_stock = facts.found_stock.trim().to_owned();
        self.papers.told_of_liability = facts.told_of_liability;
        self.papers.superior_authority = facts.superior_authority.trim().to_owned();
        self.papers.superior_sampled_on = facts.superior_sampled_on;
        self.papers.evidence = facts.evidence;
        self.state = VisitState::Recorded;
        Ok(self)
    }
    /// RECORDED → ON_SITE: taken back before anybody has signed; declarations made on it fall away.
    ///
    /// # Errors
    /// Wrong state.
    pub fn take_back(mut self) -> Result<Self, SamplingRefused> {
        self.expect("撤回抽样情况", &[VisitState::Recorded])?;
        self.outcome = None;
        self.outcome_text = String::new();
        self.papers.evidence = Vec::new();
        self.papers.lead_declared_at_us = None;
        self.papers.second_declared_at_us = None;
        self.declaration = String::new();
        self.declared_at_us = None;
        self.state = VisitState::OnSite;
        Ok(self)
    }

    /// One sampler's declaration. `who` must be one of the team; whether it is the person is the caller's check.
    ///
    /// # Errors
    /// Wrong state.
    pub fn declare(mut self, who: Reader, at: Timestamp) -> Result<Self, SamplingRefused> {
        self.expect("声明", &[VisitState::Recorded])?;
        match who {
            Reader::Lead => self.papers.lead_declared_at_us = Some(at),
            Reader::Second => self.papers.second_declared_at_us = Some(at),
            _ => return Err(SamplingRefused::WrongState { act: "声明", state: self.state.title() }),
        }
        if self.papers.lead_declared_at_us.is_some() && self.papers.second_declared_at_us.is_some() {
            self.declaration = DECLARATION.to_owned();
            self.declared_at_us = Some(at);
        }
        Ok(self)
    }

    /// RECORDED → SIGNED (R18 第十九条): both samplers have declared, the party has signed or its refusal is noted.
    ///
    /// # Errors
    /// Who has not declared (`names` in team order), or what is missing of the party's side.
    pub fn sign(mut self, signing: &Signing, names: [&str; 2]) -> Result<Self, SamplingRefused> {
        self.expect("签字", &[VisitState::Recorded])?;
        let declared = [self.papers.lead_declared_at_us, self.papers.second_declared_at_us];
        let open: Vec<String> =
            names.iter().zip(declared).filter(|(_, at)| at.is_none()).map(|(name, _)| (*name).to_owned()).collect();
        if !open.is_empty() {
            return Err(SamplingRefused::NotDeclared { names: open });
        }
        match (signing.party_signature.trim(), signing.refusal_to_sign.trim()) {
            ("", "") => return Err(SamplingRefused::PartyNotSigned),
            ("", _) if signing.witness.trim().is_empty() => return Err(SamplingRefused::WitnessMissing),
            (signature, refusal) if !signature.is_empty() && !refusal.is_empty() => {
                return Err(SamplingRefused::SignedAndRefused);
            }
            (signature, refusal) => {
                self.papers.party_signature = signature.to_owned();
                self.papers.refusal_to_sign = refusal.to_owned();
            }
        }
        if !signing.witness.trim().is_empty() {
            self.witness = signing.witness.trim().to_owned();
        }
        self.state = VisitState::Signed;
        Ok(self)
    }

    /// SIGNED → SUBMITTED: hand-over planned where there are samples; after a return, the return is answered.
    ///
    /// # Errors
    /// What is missing.
    pub fn submit(mut self, plan: &str, answer: &str, at: Timestamp) -> Result<Self, SamplingRefused> {
        self.expect("提交", &[VisitState::Signed])?;
        if self.outcome == Some(VisitOutcome::Sampled) && plan.trim().is_empty() {
            return Err(SamplingRefused::HandOverPlanMissing);
        }
        if !self.review_reasons.is_empty() && answer.trim().is_empty() {
            return Err(SamplingRefused::AnswerMissing);
        }
        self.papers.hand_over_plan = plan.trim().to_owned();
        self.papers.answer = answer.trim().to_owned();
        self.submitted_at_us = Some(at);
        self.state = VisitState::Submitted;
        Ok(self)
    }
    /// SUBMITTED → ACCEPTED by somebody who was not there.
    ///
    /// # Errors
    /// Wrong state or one's own visit.
    pub fn accept(mut self, reader: Reader) -> Result<Self, SamplingRefused> {
        self.may_review("审核通过", reader)?;
        self.state = VisitState::Accepted;
        Ok(self)
    }
    /// SUBMITTED → SIGNED with reasons, one line a field. Nothing that was signed changes by it.
    ///
    /// # Errors
    /// Wrong state, one's own visit, no reason.
    pub fn send_back(mut self, reader: Reader, reasons: &str) -> Result<Self, SamplingRefused> {
        self.may_review("退回", reader)?;
        if reasons.trim().is_empty() {
            return Err(SamplingRefused::ReasonMissing { act: "退回" });
        }
        self.review_reasons = reasons.trim().to_owned();
        self.papers.answer = String::new();
        self.state = VisitState::Signed;
        Ok(self)
    }
    /// Whether a person may review.
    ///
    /// # Errors
    /// Wrong state or one's own visit.
    pub fn may_review(&self, act: &'static str, reader: Reader) -> Result<(), SamplingRefused> {
        self.expect(act, &[VisitState::Submitted])?;
        if matches!(reader, Reader::Lead | Reader::Second) { Err(SamplingRefused::OwnReview) } else { Ok(()) }
    }
}

impl OutcomeFacts {
    /// What each outcome without samples must say and show.
    fn check(&self, rules: Option<&SpotCheckRules>, kind: TaskKind, today: Date) -> Result<(), SamplingRefused> {
        let missing = |what| Err(SamplingRefused::FactsMissing { what });
        if self.text.trim().is_empty() {
            return missing("现场情况");
        }
        match self.outcome {
            VisitOutcome::NotSampledStock => self.check_stock(rules)?,
            VisitOutcome::Unable if self.unable_reason.is_none() => return missing("不能抽样的原因"),
            VisitOutcome::DuplicateSixMonth => self.check_superior(kind, today)?,
            VisitOutcome::Refused if !self.told_of_liability => {
                return missing("是否已告知拒绝抽查的法律责任（《产品质量法》第五十六条）");
            }
            _ => {}
        }
        let shown = |slot: &str| self.evidence.iter().any(|e| e.slot == slot && !e.words.trim().is_empty());
        let slots: Vec<&'static str> =
            required_evidence(self.outcome).iter().copied().filter(|slot| !shown(slot)).collect();
        if slots.is_empty() { Ok(()) } else { Err(SamplingRefused::EvidenceMissing { slots }) }
    }
    fn check_stock(&self, rules: Option<&SpotCheckRules>) -> Result<(), SamplingRefused> {
        let Some(found) = quantity(&self.found_stock) else {
            return Err(SamplingRefused::FactsMissing { what: "现场清点的数量（数字）" });
        };
        let minimum = rules.and_then(|rules| rules.minimum_stock.as_deref()).and_then(quantity);
        match minimum {
            Some(minimum) if found >= minimum => {
                Err(SamplingRefused::StockEnough { found: decimal::print(found), minimum: decimal::print(minimum) })
            }
            _ => Ok(()),
        }
    }
    fn check_superior(&self, kind: TaskKind, today: Date) -> Result<(), SamplingRefused> {
        if matches!(kind, TaskKind::Emergency | TaskKind::RiskMonitoring) {
            return Err(SamplingRefused::SixMonthDoesNotBind { kind: kind.title() });
        }
        if self.superior_authority.trim().is_empty() {
            return Err(SamplingRefused::FactsMissing { what: "组织抽查的上级部门" });
        }
        let Some(sampled_on) = self.superior_sampled_on else {
            return Err(SamplingRefused::FactsMissing { what: "上级抽样的日期" });
        };
        let until = deadline::blocked_until(sampled_on);
        if today > until { Err(SamplingRefused::SuperiorTooLongAgo { until }) } else { Ok(()) }
    }
}

impl SamplingRecord {
    fn expect(&self, act: &'static str, states: &[RecordState]) -> Result<(), SamplingRefused> {
        if states.contains(&self.state) {
            Ok(())
        } else {
            Err(SamplingRefused::WrongState { act, state: self.state.title() })
        }
    }
    /// Cells may be changed until the signature; after it only a correction does (R18 第十九条).
    ///
    /// # Errors
    /// Signed or void.
    pub fn edit(&self) -> Result<(), SamplingRefused> {
        match self.state {
            RecordState::Draft => Ok(()),
            RecordState::Voided => Err(SamplingRefused::WrongState { act: "修改", state: self.state.title() }),
            _ => Err(SamplingRefused::Signed { number: self.number.clone() }),
        }
    }
    /// DRAFT → SIGNED with the visit.
    ///
    /// # Errors
    /// Wrong state.
    pub fn sign(mut self, signing: &Signing, at: Timestamp) -> Result<Self, SamplingRefused> {
        self.expect("签字", &[RecordState::Draft])?;
        self.party_signature = signing.party_signature.trim().to_owned();
        self.refusal_to_sign = signing.refusal_to_sign.trim().to_owned();
        self.signed_at_us = Some(at);
        self.state = RecordState::Signed;
        Ok(self)
    }
    /// SIGNED or RETURNED → SUBMITTED with the visit; the signed page must be at hand.
    ///
    /// # Errors
    /// Wrong state or no signed page.
    pub fn submit(mut self) -> Result<Self, SamplingRefused> {
        self.expect("提交", &[RecordState::Signed, RecordState::Returned])?;
        if !self.has_photo(super::form::SIGNED_PAGE) {
            return Err(SamplingRefused::SignedPageMissing { number: self.number });
        }
        self.state = RecordState::Submitted;
        Ok(self)
    }
    /// SUBMITTED → RETURNED.
    ///
    /// # Errors
    /// Wrong state.
    pub fn send_back(mut self) -> Result<Self, SamplingRefused> {
        self.expect("退回", &[RecordState::Submitted])?;
        self.state = RecordState::Returned;
        Ok(self)
    }
    /// SUBMITTED → ACCEPTED.
    ///
    /// # Errors
    /// Wrong state.
    pub fn accept(mut self) -> Result<Self, SamplingRefused> {
        self.expect("审核通过", &[RecordState::Submitted])?;
        self.state = RecordState::Accepted;
        Ok(self)
    }
    /// DRAFT → VOIDED: a spoiled form keeps its number.
    ///
    /// # Errors
    /// Signed, or no reason.
    pub fn void(mut self, reason: &str) -> Result<Self, SamplingRefused> {
        self.edit()?;
        if reason.trim().is_empty() {
            return Err(SamplingRefused::ReasonMissing { act: "作废抽样单" });
        }
        self.state = RecordState::Voided;
        Ok(self)
    }
    /// Submitted or accepted → VOIDED because the laboratory rejected the sample in writing (R18 第二十九条).
    ///
    /// # Errors
    /// Wrong state, or no reason.
    pub fn void_rejected(mut self, reason: &str) -> Result<Self, SamplingRefused> {
        self.expect("作废抽样单", &[RecordState::Submitted, RecordState::Returned, RecordState::Accepted])?;
        if reason.trim().is_empty() {
            return Err(SamplingRefused::ReasonMissing { act: "作废抽样单" });
        }
        self.state = RecordState::Voided;
        Ok(self)
    }
}
