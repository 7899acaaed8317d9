//! 遮蔽 of one entry: what the public will see of every field, what was taken out and why, and the form for whose turn it is.

use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, section, title},
        table::{self, text},
    },
    error::{Again, again},
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError,
    publication::{self, Mask},
};
use hengjian_domain::{
    code::Code,
    law,
    policy::Action,
    publication::{
        EntryState, MaskKind, PublicField, Publication, PublicationEntry, PublicationEntryId, PublicationId,
        PublicationMask, PublicationState,
    },
};
use maud::{Markup, html};

/// In place of what was taken out, for who has no part in publishing.
const NOT_TOLD: &str = "（起草、审核和批准人可见）";

struct View {
    publication: Publication,
    entry: PublicationEntry,
    masks: Vec<PublicationMask>,
}

/// Word in the address of the step whose turn it is for this person.
fn step(ctx: &Ctx, view: &View) -> Option<&'static str> {
    let (step, action) = match view.publication.state {
        PublicationState::Draft | PublicationState::Returned => ("draft", Action::PublicationDraft),
        PublicationState::Ready => ("business", Action::PublicationBusinessReview),
        PublicationState::BusinessReviewed => ("secrecy", Action::PublicationSecrecyReview),
        _ => return None,
    };
    (ctx.may(action) && view.entry.state == EntryState::Draft).then_some(step)
}

async fn load(ctx: &Ctx, id: PublicationId, entry: PublicationEntryId) -> Result<View, crate::PageError> {
    let (app, actor) = (ctx.app.clone(), ctx.actor().clone());
    // The reading permission holds for everybody who may mask.
    let view = crate::context::blocking(move || {
        app.view(&actor, Action::PublicationRead, |work| {
            let entry: PublicationEntry = work.load(entry)?;
            if entry.publication_id != id {
                return Err(AppError::NotFound);
            }
            let masks = publication::masks_of(work, &entry)?;
            Ok(View { publication: work.load(id)?, entry, masks })
        })
    });
    Ok(view.await?)
}

/// Whether the person takes part in what this authority publishes; nobody else reads what was taken out, or why.
fn takes_part(ctx: &Ctx, view: &View) -> bool {
    use Action::*;
    let parts = [PublicationDraft, PublicationBusinessReview, PublicationSecrecyReview, PublicationApprove];
    ctx.actor().org_id == view.entry.org_id && parts.into_iter().any(|action| ctx.may(action))
}

fn draw(ctx: &Ctx, view: &View, form: &FormData, problems: &Again) -> Markup {
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let base = format!("/desk/publications/{}", view.publication.id);
    let fields: Vec<PublicField> =
        PublicField::ALL.iter().copied().filter(|field| !field.of(&view.entry).is_empty()).collect();
    let rows: Vec<Vec<Markup>> = fields
        .iter()
        .map(|field| vec![html! { (field.title()) }, html! { (or_slash(field.of(&view.entry))) }])
        .collect();
    let told = takes_part(ctx, view);
    let masks: Vec<Vec<Markup>> = view
        .masks
        .iter()
        .map(|mask| {
            vec![
                html! { (mask.field.title()) },
                html! { @if told { (mask.part) } @else { (NOT_TOLD) } },
                html! { (mask.kind.title()) },
                html! { @if told { (mask.reason) } @else { (NOT_TOLD) } },
                html! { (mask.created_at_us) },
            ]
        })
        .collect();
    let options = fields.iter().map(|field| (field.code().to_owned(), field.title().to_owned())).collect();
    let body = html! {
        (title("遮蔽", &format!("第 {} 条　{}", view.entry.seq, view.entry.product_name)))
        (error_summary(&errors))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        @if let Some(step) = step(ctx, view) {
            form class="form narrow" method="post" action=(format!("{base}/entries/{}/mask/{step}", view.entry.id)) {
                (hidden(ctx.csrf(), "", view.publication.version))
                (Field::select("field", "遮蔽哪一项", options).required().value(form.get("field")).error(problems.of("field")).render())
                (Field::text("part", "要遮蔽的文字").value(form.get("part")).error(problems.of("part")).help("照原文填写，不填的遮蔽整项").render())
                (Field::choice::<MaskKind>("kind", "是什么").required().value(form.get("kind")).error(problems.of("kind")).render())
                (Field::area("reason", "理由").required().value(form.get("reason")).error(problems.of("reason")).help("公众看不到理由").render())
                p { button class="btn btn--main" type="submit" { "遮蔽" } a href=(base) { "返回公布稿" } }
            }
            p class="law" { (law::OGI_15.text()) }
        } @else { p { "现在不能遮蔽：起草时由起草人、审核时由审核人办理。" a href=(base) { "返回公布稿" } } }
        (section("公众看到的内容", table::table("公众看到的内容", &[text("内容"), text("公布为")], &rows)))
        @if !masks.is_empty() {
            (section("已经遮蔽的", html! {
                (table::table("已经遮蔽的", &[text("内容"), text("原来的文字"), text("是什么"), text("理由"), text("时间")], &masks))
                p class="sub" { "遮蔽得不对的，移出这一条再选入。" }
            }))
        }
    };
    let page = ctx.page("遮蔽").at("/desk/publications").crumb("信息公布", Some("/desk/publications".into()));
    shell::page(&page.crumb("公布稿", Some(base.clone())).crumb("遮蔽", None), body)
}

/// `GET /desk/publications/{id}/entries/{entry}/mask`
pub async fn page(ctx: Ctx, Path((id, entry)): Path<(PublicationId, PublicationEntryId)>) -> PageResult {
    let view = load(&ctx, id, entry).await?;
    Ok(draw(&ctx, &view, &FormData::default(), &Again::default()).into_response())
}

/// `POST /desk/publications/{id}/entries/{entry}/mask/…`
pub async fn save(
    ctx: Ctx,
    Path((id, entry)): Path<(PublicationId, PublicationEntryId)>,
    form: FormData,
) -> PageResult {
    let version = form.version();
    let mut read = form.reader();
    let field = PublicField::from_code(form.get("field"));
    if field.is_none() {
        read.error("field", "请选择遮蔽哪一项");
    }
    let kind = MaskKind::from_code(form.get("kind"));
    if kind.is_none() {
        read.error("kind", "请选择是什么");
    }
    let reason = read.required("reason", "理由");
    let part = form.get("part").to_owned();
    let outcome = match (read.finish(), field.zip(kind)) {
        (Ok(()), Some((field, kind))) => {
            let what = Mask { field, kind, part, reason };
            ctx.act(move |work| publication::mask(work, id, version, entry, what)).await
        }
        (Ok(()), None) => Err(AppError::field("field", "请选择遮蔽哪一项")),
        (Err(error), _) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(Redirect::to(&format!("/desk/publications/{id}/entries/{entry}/mask")).into_response()),
        Err(error) => {
            let view = load(&ctx, id, entry).await?;
            again(error, |problems| draw(&ctx, &view, &form, problems))
        }
    }
}
