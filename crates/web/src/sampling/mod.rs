//! Pages of the stage 抽样: visits, the form F07, samples.

mod end_paper;
mod notice;
mod record;
mod record_form;
mod sample;
mod sample_acts;
mod samples;
mod visit;
mod visit_acts;
mod visit_steps;
mod visits;

use crate::{
    Access, Ctx, FormData, PageError, Routes,
    components::{Tone, shell, tag},
};
use hengjian_app::{AppError, StoredFile, sampling::Attachment};
use hengjian_domain::{
    code::Code,
    ids::Id,
    policy::Action,
    sampling::{RecordState, SampleState, VisitState},
};
use maud::Markup;

/// Routes of this stage.
pub fn routes() -> Routes {
    let read = Access::Action(Action::VisitRead);
    let carry_out = Access::Action(Action::VisitCarryOut);
    let review = Access::Action(Action::VisitReview);
    let (sample, moves) = (Access::Action(Action::SampleRead), Access::Action(Action::SampleMove));
    let (dispose, approve) = (Access::Action(Action::SampleDispose), Access::Action(Action::SampleDisposeApprove));
    Routes::new()
        .get("/desk/visits", read, visits::list_page)
        .get("/desk/visits/{id}", read, visit::thing_page)
        .post("/desk/visits/{id}/open", read, visit_acts::open)
        .get("/desk/visits/{id}/notice", carry_out, notice::print_page)
        .post("/desk/visits/{id}/notice", carry_out, visit_acts::issue_notice)
        .post("/desk/visits/{id}/notice/void", carry_out, visit_acts::void_notice)
        .post("/desk/visits/{id}/arrive", carry_out, visit_acts::arrive)
        .post("/desk/visits/{id}/records", carry_out, visit_acts::begin_record)
        .post("/desk/visits/{id}/outcome", carry_out, visit_acts::record_outcome)
        .post("/desk/visits/{id}/take-back", carry_out, visit_acts::take_back)
        .post("/desk/visits/{id}/declare", carry_out, visit_acts::declare)
        .post("/desk/visits/{id}/sign", carry_out, visit_acts::sign)
        .post("/desk/visits/{id}/submit", carry_out, visit_acts::submit)
        .post("/desk/visits/{id}/accept", review, visit_acts::accept)
        .post("/desk/visits/{id}/send-back", review, visit_acts::send_back)
        .get("/desk/records/{id}", sample, record::thing_page)
        .get("/desk/records/{id}/print", sample, record::print_page)
        .get("/desk/records/{id}/edit", carry_out, record_form::edit_page)
        .post("/desk/records/{id}/edit", carry_out, record_form::save)
        .post("/desk/records/{id}/void", carry_out, record_form::void)
        .get("/desk/samples", sample, samples::list_page)
        .get("/desk/samples/{id}", sample, sample::thing_page)
        .post("/desk/samples/{id}/hand-over", moves, sample_acts::hand_over)
        .post("/desk/samples/{id}/pass-on", moves, sample_acts::pass_on)
        .post("/desk/samples/{id}/loss", moves, sample_acts::report_loss)
        .post("/desk/samples/{id}/settle", review, sample_acts::settle)
        .post("/desk/samples/{id}/loss-decision", approve, sample_acts::decide_loss)
        .post("/desk/samples/{id}/end", dispose, sample_acts::propose_end)
        .post("/desk/samples/{id}/end/carry-out", moves, sample_acts::carry_out_end)
        .get("/desk/samples/{id}/end/{proposal}/paper", sample, end_paper::page)
        .get("/desk/samples/{id}/end/{proposal}/paper.pdf", sample, end_paper::pdf)
        .post("/desk/samples/{id}/end/{proposal}/decide", approve, sample_acts::decide_end)
}

/// Id of an address; anything else is no such thing.
fn id<K>(text: &str) -> Result<Id<K>, PageError> {
    text.parse().map_err(|_| PageError::from(AppError::NotFound))
}
/// The frame of a page of this stage.
fn frame(ctx: &Ctx, title: &str, places: &[(&str, String)]) -> shell::Page {
    // A laboratory reads records and samples, not visits: no way leads it to a page that would not open.
    let visits = ctx.may(hengjian_domain::policy::Action::VisitRead);
    let mut page = ctx.page(title).at(if visits { "/desk/visits" } else { "/desk/inspections" });
    page = if visits {
        page.crumb("抽样", Some("/desk/visits".to_owned()))
    } else {
        page.crumb("检验", Some("/desk/inspections".to_owned()))
    };
    for (words, address) in places.iter().filter(|(_, address)| visits || !address.starts_with("/desk/visits")) {
        page = page.crumb(*words, Some(address.clone()));
    }
    page.crumb(title, None)
}
/// What was typed, or what stands there when this form was not the one that was sent.
fn kept<'t>(form: &'t FormData, step: &str, field: &str, standing: &'t str) -> &'t str {
    if form.get("step") == step { form.get(field) } else { standing }
}
fn visit_tag(state: VisitState) -> Markup {
    let tone = match state {
        VisitState::Assigned => Tone::Absent,
        VisitState::Released | VisitState::OnSite | VisitState::Recorded | VisitState::Signed => Tone::Running,
        VisitState::Submitted => Tone::Waiting,
        VisitState::Accepted => Tone::Done,
    };
    tag(tone, state.title())
}
fn record_tag(state: RecordState) -> Markup {
    let tone = match state {
        RecordState::Draft | RecordState::Signed => Tone::Running,
        RecordState::Submitted | RecordState::Returned => Tone::Waiting,
        RecordState::Accepted => Tone::Done,
        RecordState::Voided => Tone::Absent,
    };
    tag(tone, state.title())
}
fn sample_tag(state: SampleState) -> Markup {
    let tone = match state {
        SampleState::Rejected | SampleState::LostOrTampered => Tone::Bad,
        SampleState::ReinspectionRequested => Tone::Waiting,
        SampleState::Returned | SampleState::Disposed | SampleState::ReleasedInPlace | SampleState::Consumed => {
            Tone::Done
        }
        _ => Tone::Running,
    };
    tag(tone, state.title())
}
/// Files as the component wants them.
fn file_lines(files: &[StoredFile]) -> Vec<(String, String, String)> {
    files.iter().map(|file| (file.purpose.clone(), file.name.clone(), format!("/desk/files/{}", file.id))).collect()
}
/// Uploaded files of a field as attachments that show `slot`.
fn attachments(form: &FormData, field: &str, slot: &str) -> Vec<Attachment> {
    form.files(field)
        .into_iter()
        .map(|file| Attachment {
            slot: slot.to_owned(),
            field: field.to_owned(),
            name: file.name.clone(),
            bytes: file.bytes.clone(),
        })
        .collect()
}
/// What pictures and scans may be.
const PICTURES: &str = "image/jpeg,image/png,application/pdf";
