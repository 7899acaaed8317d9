//! A possible industry-wide or regional risk seen in an alert or a failed report, and its report upward within the term of S5
//! (notice, part four). The report itself goes by paper or telephone; here it is put on record.

use super::label;
use crate::{
    AppError, AppResult, Event, FieldError, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::SubjectKind,
    code::Code,
    deadline::INDUSTRY_RISK,
    law,
    testing::{IndustryRisk, IndustryRiskId, Inspection, InspectionId, RiskScope},
};
use jiff::civil::Date;

/// 认定可能存在行业性、区域性风险: the duty to report it upward begins (S5).
///
/// # Errors
/// A message at a field, a refusal, or a fault.
pub fn raise_risk(
    work: &mut Work<'_>,
    id: InspectionId,
    version: i64,
    scope: RiskScope,
    grounds: &str,
) -> AppResult<IndustryRiskId> {
    let inspection: Inspection = work.load_own(id, version)?;
    if grounds.trim().is_empty() {
        return Err(AppError::field("risk_grounds", "请写明依据，例如同类产品近期连续不合格"));
    }
    let known = work.tx.risks_of_inspection(id)?;
    let finder = (work.actor().user_id, work.today());
    let mut risk = inspection.raise_risk(work.new_id(), finder, &known, scope, grounds)?;
    work.insert(&mut risk)?;
    let name = label(work, &inspection)?;
    let title = format!("上报可能的{}风险：{name}", scope.title());
    let about = About::new(inspection.org_id, SubjectKind::Inspection, id, &title);
    let proof = format!("认定可能存在{}风险", scope.title());
    work.start_duty(about, &INDUSTRY_RISK, risk.raised_on, &proof, Owner::role(Role::ResultManager))?;
    work.record(
        Event::new("testing.risk_raised", format!("{proof}：{name}"))
            .about(id)
            .fact("依据", risk.grounds)
            .basis(law::DECISION_INDUSTRY_RISK),
    );
    Ok(risk.id)
}

/// How a risk was reported upward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedUpward {
    /// To whom.
    pub to: String,
    /// When.
    pub on: Date,
    /// Number of the paper, or who confirmed the receipt.
    pub receipt: String,
}

/// 登记上报: the duty ends.
///
/// # Errors
/// Messages at fields, a refusal, stale, not found, or a fault.
pub fn report_risk(work: &mut Work<'_>, id: IndustryRiskId, version: i64, how: &ReportedUpward) -> AppResult<()> {
    let risk: IndustryRisk = work.load_own(id, version)?;
    let missing = [("risk_to", &how.to, "请填写上报给哪个部门"), ("risk_receipt", &how.receipt, "请填写文号或者回执")];
    let errors: Vec<FieldError> = missing
        .into_iter()
        .filter(|(_, text, _)| text.trim().is_empty())
        .map(|(field, _, message)| FieldError::new(field, message))
        .collect();
    if !errors.is_empty() {
        return Err(AppError::Fields(errors));
    }
    let today = work.today();
    let mut risk = risk.report(&how.to, how.on, &how.receipt, today)?;
    work.save(&mut risk)?;
    work.finish_duties(risk.inspection_id, Some(INDUSTRY_RISK.id))?;
    work.record(
        Event::new("testing.risk_reported", format!("可能的{}风险已上报{}", risk.scope.title(), risk.reported_to))
            .about(risk.inspection_id)
            .fact("上报日期", how.on.to_string())
            .fact("文号或者回执", risk.receipt)
            .basis(law::DECISION_INDUSTRY_RISK),
    );
    Ok(())
}
