//! Pages of 更正: what was put right, proposing, agreeing. Other pages link to `/desk/corrections/new?kind=…&id=…`.

mod list;
mod new;
mod one;

use crate::{Access, Routes, components::Tone};
use hengjian_domain::{correction::CorrectionState, policy::Action};

/// Routes of this area.
pub fn routes() -> Routes {
    let read = Access::Action(Action::CorrectionRead);
    let propose = Access::Action(Action::CorrectionPropose);
    let agree = Access::Action(Action::CorrectionAgree);
    Routes::new()
        .get("/desk/corrections", read, list::page)
        .get("/desk/corrections/new", propose, new::page)
        .post("/desk/corrections/new", propose, new::create)
        .get("/desk/corrections/{id}", read, one::page)
        .post("/desk/corrections/{id}/agree", agree, one::agree)
        .post("/desk/corrections/{id}/refuse", agree, one::refuse)
        .post("/desk/corrections/{id}/take-back", propose, one::take_back)
}

/// Mark of a correction's state.
fn tone(state: CorrectionState) -> Tone {
    match state {
        CorrectionState::Proposed => Tone::Waiting,
        CorrectionState::Done => Tone::Done,
        CorrectionState::Refused => Tone::Bad,
        CorrectionState::TakenBack => Tone::Absent,
    }
}
