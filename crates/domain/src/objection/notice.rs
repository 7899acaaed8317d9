//! Rules of the result notice (R18 第三十五条) and of its service (《民事诉讼法》第八十七条 to 第九十五条).

use super::{
    Authorship, Notice, NoticeState, ObjectionRefused as Refused, RecipientCapacity, ServiceAttempt, ServiceMethod,
};
use crate::{
    calendar::Calendar,
    code::Code,
    deadline,
    enterprise::EnterpriseId,
    match_key::match_key,
    organisation::OrganisationId,
    plan::SamplingField,
    sampling::SamplingRecord,
    testing::{Inspection, InspectionConclusion, InspectionOrigin, InspectionPurpose, InspectionState},
};
use jiff::civil::Date;

/// Somebody who is told a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// As what.
    pub capacity: RecipientCapacity,
    /// Name; empty when the papers do not tell (a platform).
    pub name: String,
    /// Address.
    pub address: String,
    /// In the register, where known.
    pub enterprise_id: Option<EnterpriseId>,
}

/// Who is told a result, R18 第三十五条: the sampled party; also the labelled producer when sampled at a seller; also
/// platform and labelled producer when bought online. A conforming result is told too. Nobody is told here of a check
/// that another authority organises, of a 复检 (its applicant gets the final conclusion) or of a 复查 (its case does it).
pub fn recipients(inspection: &Inspection, record: Option<&SamplingRecord>) -> Vec<Recipient> {
    if inspection.purpose != InspectionPurpose::First || inspection.origin == InspectionOrigin::Superior {
        return Vec::new();
    }
    let producer_key = match_key(&inspection.producer_name);
    let producer_apart = !producer_key.is_empty() && producer_key != match_key(&inspection.sampled_name);
    let at_a_seller = record.map_or(producer_apart, |record| record.field != SamplingField::Production);
    let mut told = vec![Recipient {
        capacity: RecipientCapacity::SampledParty,
        name: inspection.sampled_name.clone(),
        address: inspection.sampled_address.clone(),
        enterprise_id: inspection.sampled_enterprise_id,
    }];
    if at_a_seller && producer_apart {
        told.push(Recipient {
            capacity: RecipientCapacity::LabelledProducer,
            name: inspection.producer_name.clone(),
            address: inspection.producer_address.clone(),
            enterprise_id: None,
        });
    }
    if record.is_some_and(|record| record.field == SamplingField::Online) {
        told.push(Recipient {
            capacity: RecipientCapacity::Platform,
            name: String::new(),
            address: String::new(),
            enterprise_id: None,
        });
    }
    told
}

/// What is filled in when a notice is issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticePaper {
    /// Recipient.
    pub recipient_name: String,
    /// Address of service.
    pub recipient_address: String,
    /// Where an objection may be handed in.
    pub where_text: String,
    /// Custody of the backup sample.
    pub backup_text: String,
    /// Station that serves it; `None`: the section itself.
    pub unit_id: Option<OrganisationId>,
    /// Day of the paper; it may have been given out on paper before it is entered here.
    pub issued_on: Date,
}

/// Methods that have to be tried before an announcement (《民事诉讼法》第九十五条: 其他方式无法送达): in person (also by
/// leaving it or through another authority), by post, and electronically where the recipient agreed to it.
pub fn untried_methods(attempts: &[ServiceAttempt], consented: bool) -> Vec<ServiceMethod> {
    use ServiceMethod::*;
    let failed = |methods: &[ServiceMethod]| {
        attempts.iter().any(|attempt| !attempt.succeeded && methods.contains(&attempt.method))
    };
    let mut untried = Vec::new();
    if !failed(&[InPerson, LeftWithWitness, Entrusted]) {
        untried.push(InPerson);
    }
    if !failed(&[Post]) {
        untried.push(Post);
    }
    if consented && !failed(&[Electronic]) {
        untried.push(Electronic);
    }
    untried
}

impl Notice {
    fn expect(&self, act: &'static str, states: &[NoticeState]) -> Result<(), Refused> {
        if states.contains(&self.state) { Ok(()) } else { Err(Refused::WrongState { act, state: self.state.title() }) }
    }
    /// Whether it counts for finality: a withdrawn notice does not.
    pub fn is_live(&self) -> bool {
        self.state != NoticeState::Withdrawn
    }
    /// Whether the recipient has it, in fact or in law.
    pub fn is_served(&self) -> bool {
        matches!(self.state, NoticeState::Served | NoticeState::DeemedServed)
    }
    /// What somebody calls it: 经营部（被抽样单位）.
    pub fn recipient_words(&self) -> String {
        let name = if self.recipient_name.is_empty() { "收件人待填" } else { &self.recipient_name };
        format!("{name}（{}）", self.capacity.title())
    }
    /// DRAFT → ISSUED (R18 第三十五条, 第三十六条). Its text states conclusion, failed items, right, place, fifteen days,
    /// the effect of silence and the custody of the backup sample; what is not fixed wording must be there.
    ///
    /// # Errors
    /// Wrong state, report not confirmed, a day to come or before the report was confirmed, a part is missing.
    pub fn issue(
        mut self,
        paper: NoticePaper,
        inspection: &Inspection,
        number: String,
        today: Date,
    ) -> Result<Self, Refused> {
        const ACT: &str = "出具检验结果通知书";
        self.expect(ACT, &[NoticeState::Draft])?;
        if inspection.state != InspectionState::Confirmed {
            return Err(Refused::NotConfirmed);
        }
        let on = paper.issued_on;
        if on > today {
            return Err(Refused::DateImpossible { act: ACT, why: format!("出具日期 {on} 在今天之后") });
        }
        if let Some(confirmed) = inspection.confirmed_on.filter(|confirmed| on < *confirmed) {
            let why = format!("出具日期 {on} 早于确认检验报告的日期 {confirmed}");
            return Err(Refused::DateImpossible { act: ACT, why });
        }
        let missing = |missing| Err(Refused::NoticeIncomplete { missing });
        if paper.recipient_name.trim().is_empty() {
            return missing("收件人");
        }
        if paper.recipient_address.trim().is_empty() {
            return missing("送达地址");
        }
        if paper.where_text.trim().is_empty() {
            return missing("异议的受理地点");
        }
        let failing = inspection.conclusion == Some(InspectionConclusion::Nonconforming);
        if failing && paper.backup_text.trim().is_empty() {
            return missing("备用样品的保管情况");
        }
        if inspection.conclusion.is_none() {
            return missing("检验结论");
        }
        if failing && inspection.failed_items.trim().is_empty() {
            return missing("不合格项目");
        }
        self.recipient_name = paper.recipient_name.trim().to_owned();
        self.recipient_address = paper.recipient_address.trim().to_owned();
        self.where_text = paper.where_text.trim().to_owned();
        self.backup_text = paper.backup_text.trim().to_owned();
        self.unit_id = paper.unit_id;
        self.number = Some(number);
        self.issued_on = Some(on);
        self.state = NoticeState::Issued;
        Ok(self)
    }
    /// Notes the recipient's prior consent to electronic service (《民事诉讼法》第九十条).
    ///
    /// # Errors
    /// Wrong state, no words.
    pub fn consent(mut self, text: &str) -> Result<Self, Refused> {
        use NoticeState::*;
        let act = "登记同意电子送达";
        self.expect(act, &[Draft, Issued, Sent, Undeliverable, Announced])?;
        if text.trim().is_empty() {
            return Err(Refused::ReasonMissing { act, missing: "同意的凭据和指定的系统" });
        }
        self.consent_text = text.trim().to_owned();
        Ok(self)
    }
    /// One attempt of service. A successful one: SERVED, and the recipient's fifteen days begin (R18 第三十六条). A
    /// failed one: SENT, or UNDELIVERABLE once nothing is left but an announcement. Somebody who turns up while an
    /// announcement runs may still be served.
    ///
    /// # Errors
    /// Wrong state, impossible date, missing proof, no consent to electronic service.
    pub fn serve(
        mut self,
        attempt: &ServiceAttempt,
        earlier: &[ServiceAttempt],
        today: Date,
        calendar: &Calendar,
    ) -> Result<Self, Refused> {
        use NoticeState::*;
        let act = "登记送达";
        self.expect(act, &[Issued, Sent, Undeliverable, Announced])?;
        if attempt.method == ServiceMethod::Announcement {
            let methods = untried_methods(earlier, !self.consent_text.is_empty());
            if !methods.is_empty() {
                return Err(Refused::MethodsUntried { methods: words(&methods) });
            }
            return Err(Refused::WrongState { act: "把公告登记为当场送达", state: self.state.title() });
        }
        if self.issued_on.is_some_and(|issued| attempt.on_date < issued) {
            return Err(Refused::DateImpossible { act, why: "送达日早于通知书的日期".into() });
        }
        if attempt.on_date > today {
            return Err(Refused::DateImpossible { act, why: "送达日在今天之后".into() });
        }
        if attempt.method == ServiceMethod::Electronic && self.consent_text.is_empty() {
            return Err(Refused::NoConsent);
        }
        let proof_of = match attempt.method {
            ServiceMethod::LeftWithWitness => "见证人和留置经过",
            ServiceMethod::Post => "邮寄单号或者回执",
            ServiceMethod::Electronic => "到达指定系统的凭据",
            _ => "送达回证或者未送达的经过",
        };
        if attempt.proof.trim().is_empty() {
            return Err(Refused::ReasonMissing { act, missing: proof_of });
        }
        if attempt.server.trim().is_empty() {
            return Err(Refused::ReasonMissing { act, missing: "送达人" });
        }
        let signed = matches!(attempt.method, ServiceMethod::InPerson | ServiceMethod::Post | ServiceMethod::Entrusted);
        if attempt.succeeded && signed && attempt.signer.trim().is_empty() {
            return Err(Refused::ReasonMissing { act, missing: "签收人及其与收件人的关系" });
        }
        if attempt.succeeded {
            self.method = Some(attempt.method);
            self.service_proof = [attempt.signer.trim(), attempt.proof.trim()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("；");
            return Ok(self.received(Served, attempt.on_date, calendar));
        }
        if self.state != Announced {
            let all: Vec<ServiceAttempt> = earlier.iter().chain([attempt]).cloned().collect();
            let exhausted = untried_methods(&all, !self.consent_text.is_empty()).is_empty();
            self.state = if exhausted { Undeliverable } else { Sent };
        }
        Ok(self)
    }
    /// UNDELIVERABLE → ANNOUNCED (《民事诉讼法》第九十五条): only after the other methods failed.
    ///
    /// # Errors
    /// Methods untried, wrong state, impossible date, no medium.
    pub fn announce(
        mut self,
        on: Date,
        medium: &str,
        attempts: &[ServiceAttempt],
        today: Date,
    ) -> Result<Self, Refused> {
        let act = "公告送达";
        self.expect(act, &[NoticeState::Issued, NoticeState::Sent, NoticeState::Undeliverable])?;
        let methods = untried_methods(attempts, !self.consent_text.is_empty());
        if !methods.is_empty() {
            return Err(Refused::MethodsUntried { methods: words(&methods) });
        }
        if on > today || attempts.iter().any(|attempt| attempt.on_date > on) {
            return Err(Refused::DateImpossible {
                act, why: "公告日应在其他方式送达之后，不晚于今天".into()
            });
        }
        if medium.trim().is_empty() {
            return Err(Refused::ReasonMissing { act, missing: "公告的载体和凭据" });
        }
        self.method = Some(ServiceMethod::Announcement);
        self.service_proof = medium.trim().to_owned();
        self.announced_on = Some(on);
        self.deemed_on = Some(deadline::deemed_served_on(on));
        self.state = NoticeState::Announced;
        Ok(self)
    }
    /// ANNOUNCED → DEEMED_SERVED on the thirtieth day; the fifteen days begin. `None` while it is not yet so.
    pub fn deem(self, today: Date, calendar: &Calendar) -> Option<Self> {
        let deemed = self.deemed_on.filter(|deemed| self.state == NoticeState::Announced && *deemed <= today)?;
        Some(self.received(NoticeState::DeemedServed, deemed, calendar))
    }
    fn received(mut self, state: NoticeState, on: Date, calendar: &Calendar) -> Self {
        self.state = state;
        self.served_on = Some(on);
        self.window_until_on = Some(deadline::OBJECTION.derive(on, calendar).due_party);
        self
    }
    /// The day of receipt was noted wrongly: the right is counted anew. Only for 更正.
    ///
    /// # Errors
    /// Not served, impossible date.
    pub fn correct_receipt(self, on: Date, today: Date, calendar: &Calendar) -> Result<Self, Refused> {
        let act = "更正收到日期";
        self.expect(act, &[NoticeState::Served])?;
        if on > today || self.issued_on.is_some_and(|issued| on < issued) {
            return Err(Refused::DateImpossible {
                act, why: "收到日应在通知书日期之后，不晚于今天".into()
            });
        }
        Ok(self.received(NoticeState::Served, on, calendar))
    }
    /// 撤回 of what nobody has been sent yet; the number stays used.
    ///
    /// # Errors
    /// Wrong state, no reason.
    pub fn withdraw(mut self, reason: &str) -> Result<Self, Refused> {
        let act = "撤回通知书";
        self.expect(act, &[NoticeState::Draft, NoticeState::Issued])?;
        if reason.trim().is_empty() {
            return Err(Refused::ReasonMissing { act, missing: "理由" });
        }
        self.withdrawn_reason = reason.trim().to_owned();
        self.state = NoticeState::Withdrawn;
        Ok(self)
    }
    /// The report was amended: this notice gives way to a new one (decision 报告更正重新告知). A served one keeps its
    /// state, it did happen; its right does not run any more.
    #[must_use]
    pub fn give_way(mut self) -> Self {
        if self.is_live() && !self.is_served() {
            self.withdrawn_reason = "检验报告已更正，重新告知".to_owned();
            self.state = NoticeState::Withdrawn;
        }
        self
    }
    /// The labelled producer confirms or denies that the product is his. A denial is a state, with proof: the product is
    /// then suspected to be forged, and liability stays with the seller until shown otherwise (regulations §2.7).
    ///
    /// # Errors
    /// Not the producer's notice, not yet issued, answered before, no proof.
    pub fn answer_authorship(mut self, answer: Authorship, text: &str) -> Result<Self, Refused> {
        use NoticeState::*;
        let act = "登记真伪答复";
        if self.capacity != RecipientCapacity::LabelledProducer {
            return Err(Refused::NotTheProducer);
        }
        self.expect(act, &[Issued, Sent, Served, Undeliverable, Announced, DeemedServed])?;
        if self.authorship != Authorship::Open {
            return Err(Refused::AlreadyAnswered { answer: self.authorship.title() });
        }
        if answer == Authorship::Open || text.trim().is_empty() {
            return Err(Refused::ReasonMissing { act, missing: "理由和证明材料" });
        }
        self.authorship = answer;
        self.authorship_text = text.trim().to_owned();
        Ok(self)
    }
}

fn words(methods: &[ServiceMethod]) -> String {
    methods.iter().map(|method| method.title()).collect::<Vec<_>>().join("、")
}
