//! Use cases of the stage 后处理: cases until they are closed; 复查 = recheck. Opening is in `opening`, the station's and
//! the section's acts in `handling`, the ladder of PQL 第十七条 in `ladder`, what a passing day brings in `daily`.

mod daily;
mod handling;
mod ladder;
mod opening;

pub use daily::daily;
pub use handling::{
    RecheckSampling, accept, apply_recheck, approve_order, close, decide_exemption, dispatch, draft_order,
    note_penalty, propose_close, propose_exemption, recheck_result, refuse_close, report_objection, report_upward,
    return_order, sample_recheck, send_back, serve_order, take_back, transfer, transfer_receipt, verify,
};
pub use hengjian_store::follow_up::CaseFilter;
pub use ladder::{LaterRecheck, announce, escalate, second_recheck, third_recheck, third_result};
pub use opening::{
    NewAssignment, objection_ended, open_assigned, open_for_problem, open_for_report, open_for_visit, recheck_reported,
};

use crate::{
    AppResult, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    clock::{Clock, ClockKind, ClockState, SubjectKind},
    deadline,
    follow_up::{Case, CaseId, CaseRecheck, CaseRefused, CaseState, ClosingFacts},
    ids::SubjectId,
    objection::Objection,
    organisation::Organisation,
    testing::Inspection,
};
use hengjian_store::{PageRequest, Query};

crate::refusals!(CaseRefused);

/// Everything the page of one case shows.
#[derive(Debug, Clone)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// Station that has it.
    pub station: Option<Organisation>,
    /// Report it rests on.
    pub inspection: Option<Inspection>,
    /// Rechecks.
    pub rechecks: Vec<CaseRecheck>,
    /// Objections to the same result.
    pub objections: Vec<Objection>,
    /// Clocks.
    pub clocks: Vec<Clock>,
    /// Why an order cannot be drafted yet; empty when the result is final.
    pub not_final: Vec<String>,
    /// What closing looks at.
    pub closing: ClosingFacts,
    /// The station responsible for the party, as a proposal for dispatch.
    pub proposed_station: Option<Organisation>,
    /// Stations of the authority.
    pub stations: Vec<Organisation>,
}

/// A case with all that belongs to it.
///
/// # Errors
/// Not found, or a fault.
pub fn view(work: &mut Work<'_>, id: CaseId) -> AppResult<CaseView> {
    let case: Case = work.load(id)?;
    let station = case.unit_id.map(|unit| work.organisation(unit)).transpose()?;
    let inspection: Option<Inspection> = match case.inspection_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let objections = match case.inspection_id {
        Some(id) => work.tx.objections_of(id)?,
        None => work.tx.objections_of_case(id)?,
    };
    let (not_final, closing) = (not_final(work, &case)?, closing_facts(work, &case)?);
    let stations = handling::stations(work)?;
    let proposed = handling::station_of(work, &case)?;
    let proposed_station = stations.iter().find(|station| Some(station.id) == proposed).cloned();
    Ok(CaseView {
        station,
        inspection,
        rechecks: work.tx.rechecks_of(id)?,
        objections,
        clocks: work.tx.clocks_of(id.cast())?,
        not_final,
        closing,
        proposed_station,
        stations,
        case,
    })
}

/// Cases in the person's scope, newest first, with their bounded count.
///
/// # Errors
/// A fault.
pub fn list(work: &mut Work<'_>, filter: &CaseFilter, page: &PageRequest) -> AppResult<(i64, Vec<Case>)> {
    let query = filter.query(work.scoped(Query::new(), true));
    let count = query.bounded_count(&mut work.tx, "case_file")?;
    Ok((count, query.page("created_at_us", "id", true, true, page).records(&mut work.tx)?))
}

/// Why the result behind a case is not final; empty when it is, or when the office orders at once (decision 责令时点).
fn not_final(work: &mut Work<'_>, case: &Case) -> AppResult<Vec<String>> {
    let at_once = work.tx.parameter(case.org_id, "order_timing")?.is_some_and(|value| value == "IMMEDIATE");
    if at_once {
        return Ok(Vec::new());
    }
    let inspection: Option<Inspection> = match case.inspection_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let mut open = match inspection {
        Some(inspection) => crate::objection::finality(work, &inspection)?.open,
        None => Vec::new(),
    };
    for objection in work.tx.objections_of_case(case.id)? {
        let words = format!("{}的异议没有办结", objection.applicant);
        if objection.is_open() && !open.iter().any(|line| line.contains(&objection.applicant)) {
            open.push(words);
        }
    }
    if let Some(until) =
        case.objection_open_until_on.filter(|until| *until >= work.today() && case.inspection_id.is_none())
    {
        open.push(format!("当事人 {}月{}日前仍可提出异议", until.month(), until.day()));
    }
    Ok(open)
}

fn closing_facts(work: &mut Work<'_>, case: &Case) -> AppResult<ClosingFacts> {
    let inspection: Option<Inspection> = match case.inspection_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let overturned = match inspection {
        Some(inspection) => crate::objection::standing(work, &inspection)?.overturns(&inspection),
        None => {
            use hengjian_domain::objection::ObjectionOutcome::{DifferentResult, Upheld};
            let answered = work.tx.objections_of_case(case.id)?;
            answered.iter().any(|objection| matches!(objection.outcome, Some(DifferentResult | Upheld)))
        }
    };
    Ok(ClosingFacts { overturned })
}

/// Saves a case and gives its next step to whoever has it (settled.md: every state that is not terminal has an owner).
/// A running term of the same owner already stands in the work list, so it gets no second line.
fn save(work: &mut Work<'_>, case: &mut Case) -> AppResult<()> {
    work.save(case)?;
    set_step(work, case)
}

fn set_step(work: &mut Work<'_>, case: &Case) -> AppResult<()> {
    work.finish_duties(case.id, Some("-"))?;
    let Some(duty) = case.state.duty() else {
        for kind in [ClockKind::Duty, ClockKind::Right] {
            work.close_clocks(case.id.cast(), kind, None, ClockState::Done)?;
        }
        return Ok(());
    };
    let running = work.tx.clocks_of(case.id.cast())?;
    let has_term = running.iter().any(|clock| {
        clock.state == ClockState::Open
            && clock.kind == ClockKind::Duty
            && clock.owner_role == Some(duty.role)
            && clock.rule != deadline::OBJECTION_REPORT.id
    });
    if !has_term {
        let about = About::new(case.org_id, SubjectKind::Case, case.id, duty.title);
        let owner = match case.unit_id.filter(|_| duty.at_station) {
            Some(unit) => Owner::unit(duty.role, unit),
            None => Owner::role(duty.role),
        };
        work.start_step(about, owner)?;
    }
    Ok(())
}

/// Moves the running duties of some rules to another owner; their terms run on unchanged.
fn hand_over(work: &mut Work<'_>, case: SubjectId, rules: &[&str], owner: Owner) -> AppResult<()> {
    for mut clock in work.tx.clocks_of(case)? {
        if clock.state == ClockState::Open && rules.contains(&clock.rule.as_str()) {
            (clock.owner_role, clock.unit_id, clock.owner_user_id) = (Some(owner.role), owner.unit, owner.user);
            work.save(&mut clock)?;
        }
    }
    Ok(())
}

/// States for a filter.
pub fn state_from(code: &str) -> Option<CaseState> {
    hengjian_domain::code::Code::from_code(code)
}
