//! Pages of the stage 异议: notices and their service, objections and re-inspection, the papers of both.

mod list;
mod notice;
mod notice_paper;
mod paper;
mod procedure;
mod procedure_acts;
mod register;
pub(crate) mod typed;

use crate::{Access, Routes, components::Tone};
use hengjian_domain::{
    objection::{NoticeState, ObjectionState},
    policy::Action,
};

/// Routes of this stage.
pub fn routes() -> Routes {
    let read = Access::Action(Action::ObjectionRead);
    let read_notice = Access::Action(Action::NoticeRead);
    let issue = Access::Action(Action::NoticeIssue);
    let serve = Access::Action(Action::NoticeServe);
    let register = Access::Action(Action::ObjectionRegister);
    Routes::new()
        .get("/desk/objections", read, list::objections_page)
        .get("/desk/notices", read_notice, list::notices_page)
        .get("/desk/notices/{id}", read_notice, notice::page)
        .get("/desk/notices/{id}/paper", read_notice, notice_paper::notice_page)
        .get("/desk/notices/{id}/notice.pdf", read_notice, notice_paper::notice_pdf)
        .get("/desk/notices/{id}/receipt", read_notice, notice_paper::receipt_page)
        .post("/desk/notices/{id}/issue/{act}", issue, notice::issue_act)
        .post("/desk/notices/{id}/serve/{act}", serve, notice::serve_act)
        .get("/desk/objections/new", register, register::page)
        .post("/desk/objections/new", register, register::create)
        .get("/desk/objections/{id}", read, procedure::page)
        .get("/desk/objections/{id}/papers/{paper}", read, paper::page)
        .get("/desk/objections/{id}/reinspection-task.pdf", read, paper::task_pdf)
        .post("/desk/objections/{id}/acts/{act}", Access::Action(Action::ObjectionHandle), procedure::act)
}

/// Mark of a notice's state.
fn notice_tone(state: NoticeState) -> Tone {
    match state {
        NoticeState::Draft | NoticeState::Issued | NoticeState::Sent => Tone::Waiting,
        NoticeState::Announced => Tone::Running,
        NoticeState::Served | NoticeState::DeemedServed => Tone::Done,
        NoticeState::Undeliverable => Tone::Bad,
        NoticeState::Withdrawn => Tone::Absent,
    }
}

/// Mark of an objection's state.
fn objection_tone(state: ObjectionState) -> Tone {
    use ObjectionState::*;
    match state {
        Submitted | ReinspectionReported => Tone::Waiting,
        Decided | CostSettled | Answered => Tone::Done,
        Terminated | Inadmissible => Tone::Bad,
        Abandoned | Withdrawn => Tone::Absent,
        _ => Tone::Running,
    }
}
