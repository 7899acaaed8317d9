//! The day a result becomes final for every recipient: noted once, and the duty to publish begins (D18).
//! Decides nothing: whether it is final is the stage 异议's answer.

use crate::{
    AppResult, Event, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::SubjectKind,
    code::Code,
    deadline, law,
    objection::{Objection, ObjectionOutcome},
    publication::{FinalResult, effective},
    testing::InspectionOrigin,
};
use hengjian_store::Column;

/// Notes every result that has become final, in order of confirmation. Running it again changes nothing.
///
/// # Errors
/// A fault.
pub fn daily(work: &mut Work<'_>) -> AppResult<()> {
    let org = work.actor().org_id;
    for inspection in work.tx.reports_not_final(org)? {
        let Some(final_on) = crate::objection::finality(work, &inspection)?.final_on else { continue };
        let Some(first) = inspection.conclusion else { continue };
        let objections: Vec<Objection> =
            work.tx.list("WHERE inspection_id = ?1 ORDER BY received_on, id", &[inspection.id.to_value()])?;
        let decided = objections.iter().rev().find_map(|objection| match objection.outcome {
            Some(outcome @ (ObjectionOutcome::SameResult | ObjectionOutcome::DifferentResult)) => {
                Some((outcome, objection.items.as_str()))
            }
            _ => None,
        });
        let stands = effective(first, &inspection.failed_items, decided);
        let mut result = FinalResult {
            id: work.new_id(),
            version: 1,
            org_id: inspection.org_id,
            inspection_id: inspection.id,
            final_on,
            conclusion: stands.conclusion,
            failed_items: stands.failed_items,
            remark: stands.remark.to_owned(),
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
