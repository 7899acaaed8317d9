//! Pages of the stage 后处理: the list with its summary table, a case's whole life on one page, its forms and papers.

mod acts;
mod case;
mod course;
mod list;
mod long_forms;
mod open;
mod paper;
mod read;

use crate::{Access, Routes, components::Tone};
use hengjian_domain::{follow_up::CaseState, policy::Action};

/// Routes of this stage.
pub fn routes() -> Routes {
    let cases = Access::Action(Action::CaseRead);
    let open = Access::Action(Action::CaseOpen);
    let handle = Access::Action(Action::CaseHandle);
    Routes::new()
        .get("/desk/cases", cases, list::page)
        .get("/desk/cases/summary.csv", cases, list::summary_csv)
        .get("/desk/cases/summary.xlsx", cases, list::summary_xlsx)
        .get("/desk/cases/new", open, open::page)
        .post("/desk/cases/new", open, open::create)
        .get("/desk/cases/{id}", cases, case::page)
        .get("/desk/cases/{id}/verification", handle, long_forms::verification_page)
        .get("/desk/cases/{id}/order-draft", handle, long_forms::order_page)
        .get("/desk/cases/{id}/papers/{paper}", cases, paper::page)
        .get("/desk/cases/{id}/order.pdf", cases, paper::order_pdf)
        .post("/desk/cases/{id}/dispatch/{act}", Access::Action(Action::CaseDispatch), case::dispatch_act)
        .post("/desk/cases/{id}/handle/{act}", handle, case::handle_act)
        .post("/desk/cases/{id}/approve/{act}", Access::Action(Action::CaseApprove), case::approve_act)
        .post("/desk/cases/{id}/report/{act}", Access::Action(Action::CaseReport), case::report_act)
        .post("/desk/cases/{id}/close/{act}", Access::Action(Action::CaseClose), case::close_act)
}

/// Mark of a case's state.
fn tone(state: CaseState) -> Tone {
    use CaseState::*;
    match state {
        Opened | Dispatched | OrderDrafted | ExemptProposed | CloseProposed | SecondRecheckDue => Tone::Waiting,
        RecheckFailed | Overdue | SuspendedBusiness | Revoked => Tone::Bad,
        RecheckPassed | SecondRecheckPassed | Closed => Tone::Done,
        Transferred | Exempt => Tone::Absent,
        _ => Tone::Running,
    }
}
