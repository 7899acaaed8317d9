//! The day a result becomes final for every recipient: noted once, and the duty to publish begins (D18).
//! Decides nothing: whether it is final is the stage 异议's answer.

use crate::{
    AppResult, Event, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role, clock::SubjectKind, code::Code, deadline, law, publication::FinalResult, testing::InspectionOrigin,
};

/// Notes every result that has become final, in order of confirmation. Running it again changes nothing.
///
/// # Errors
/// A fault.
pub fn daily(work: &mut Work<'_>) -> AppResult<()> {
    let org = work.actor().org_id;
    for inspection in work.tx.reports_not_final(org)? {
        let Some(final_on) = crate::objection::finality(work, &inspection)?.final_on else { continue };
        let standing = crate::objection::standing(work, &inspection)?;
        let Some(conclusion) = standing.conclusion.filter(|_| !standing.voided) else { continue };
        let remark = match (standing.reinspection_id, standing.overturns(&inspection)) {
            (None, _) => "",
            (Some(_), true) => "复检结论不同",
            (Some(_), false) => "复检维持",
        };
        let mut result = FinalResult {
            id: work.new_id(),
            version: 1,
            org_id: inspection.org_id,
            inspection_id: inspection.id,
            final_on,
            conclusion,
            failed_items: standing.failed_items.join("、"),
            remark: remark.to_owned(),
        };
        work.insert(&mut result)?;
        // A superior's result is the superior's to publish; it counts for our follow-up only.
        if inspection.origin != InspectionOrigin::Superior {
            let about = About::new(org, SubjectKind::Inspection, inspection.id, "公布抽查结果");
            let proof = "全部收件人异议期满或异议办结";
            work.start_duty(about, &deadline::PUBLICATION, final_on, proof, Owner::role(Role::Publisher))?;
        }
        work.record(
            Event::new("publication.final", format!("结果最终确定：{}", result.conclusion.title()))
                .about(inspection.id)
                .fact("确定之日", final_on.to_string())
                .basis(law::DECISION_FINAL),
        );
    }
    Ok(())
}
