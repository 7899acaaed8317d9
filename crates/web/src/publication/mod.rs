//! Pages of the stage 公布: drafts and their reviews at the desk, released results for everybody.

mod desk;
mod entry;
mod mask;
mod public;

use crate::{Access, Routes};
use hengjian_domain::policy::Action;

/// Routes of this stage.
pub fn routes() -> Routes {
    let read = Access::Action(Action::PublicationRead);
    let draft = Access::Action(Action::PublicationDraft);
    Routes::new()
        .get("/desk/publications", read, desk::list_page)
        .get("/desk/publications/new", draft, desk::new_page)
        .post("/desk/publications/new", draft, desk::create)
        .get("/desk/publications/{id}", read, desk::page)
        .post("/desk/publications/{id}/head", draft, desk::edit)
        .post("/desk/publications/{id}/include", draft, desk::include)
        .post("/desk/publications/{id}/remove", draft, desk::remove)
        .post("/desk/publications/{id}/submit", draft, desk::submit)
        .post("/desk/publications/{id}/take-back", draft, desk::take_back)
        .post("/desk/publications/{id}/publish", draft, desk::publish)
        .post(
            "/desk/publications/{id}/business",
            Access::Action(Action::PublicationBusinessReview),
            desk::review_business,
        )
        .post("/desk/publications/{id}/secrecy", Access::Action(Action::PublicationSecrecyReview), desk::review_secrecy)
        .post("/desk/publications/{id}/approve", Access::Action(Action::PublicationApprove), desk::approve)
        .post("/desk/publications/{id}/withdraw", Access::Action(Action::PublicationApprove), desk::withdraw)
        .post(
            "/desk/publications/{id}/back/business",
            Access::Action(Action::PublicationBusinessReview),
            desk::send_back,
        )
        .post("/desk/publications/{id}/back/secrecy", Access::Action(Action::PublicationSecrecyReview), desk::send_back)
        .post("/desk/publications/{id}/back/approve", Access::Action(Action::PublicationApprove), desk::send_back)
        .get("/desk/publications/{id}/entries/{entry}", draft, entry::page)
        .post("/desk/publications/{id}/entries/{entry}", draft, entry::save)
        .get("/desk/publications/{id}/entries/{entry}/mask", read, mask::page)
        .post("/desk/publications/{id}/entries/{entry}/mask/draft", draft, mask::save)
        .post(
            "/desk/publications/{id}/entries/{entry}/mask/business",
            Access::Action(Action::PublicationBusinessReview),
            mask::save,
        )
        .post(
            "/desk/publications/{id}/entries/{entry}/mask/secrecy",
            Access::Action(Action::PublicationSecrecyReview),
            mask::save,
        )
        .get("/", Access::Public, public::search_page)
        .get("/announcements", Access::Public, public::announcements_page)
        .get("/announcements/{code}", Access::Public, public::announcement_page)
        .get("/announcements/{code}/{file}", Access::Public, public::download)
        .get("/results/{code}", Access::Public, public::result_page)
        .get("/about", Access::Public, public::about_page)
}

/// Mark of a publication's state.
fn tone(state: hengjian_domain::publication::PublicationState) -> crate::components::Tone {
    use crate::components::Tone;
    use hengjian_domain::publication::PublicationState::*;
    match state {
        Draft => Tone::Running,
        Ready | BusinessReviewed | SecrecyReviewed | Approved => Tone::Waiting,
        Published => Tone::Done,
        Withdrawn | Returned => Tone::Bad,
    }
}

/// Mark of a conclusion.
fn conclusion_tag(conclusion: hengjian_domain::testing::InspectionConclusion) -> maud::Markup {
    use crate::components::{Tone, tag};
    use hengjian_domain::{code::Code, testing::InspectionConclusion::*};
    let tone = match conclusion {
        NoNonconformityFound => Tone::Done,
        Nonconforming => Tone::Bad,
        NotJudged => Tone::Absent,
    };
    tag(tone, conclusion.title())
}
