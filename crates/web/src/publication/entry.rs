//! The words of one entry: changed in a draft, corrected after release (the old version stays in sight).

use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        shell::{self, title},
        thing::facts,
    },
    error::{Again, again},
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::publication::{self, EntryWords};
use hengjian_domain::{
    code::Code,
    publication::{EntryState, PublicationEntry, PublicationEntryId, PublicationId},
};
use maud::{Markup, html};

fn words_of(entry: &PublicationEntry) -> EntryWords {
    EntryWords {
        category: entry.category.clone(),
        model: entry.model.clone(),
        batch_text: entry.batch_text.clone(),
        sampled_name: entry.sampled_name.clone(),
        sampled_address: entry.sampled_address.clone(),
        producer_address: entry.producer_address.clone(),
        remark: entry.remark.clone(),
    }
}

fn draw(ctx: &Ctx, entry: &PublicationEntry, words: &EntryWords, reason: &str, problems: &Again) -> Markup {
    let released = entry.state != EntryState::Draft;
    let heading = if released { "更正已公布的条目" } else { "修改条目" };
    let lead = if released {
        "原来的内容保留在公众页面上，并注明更正理由。"
    } else {
        "标签上没有标注的填“/”，并在备注写明。"
    };
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let field =
        |name: &str, label: &str, value: &str| Field::text(name, label).value(value).error(problems.of(name)).render();
    let body = html! {
        (title(heading, lead))
        (error_summary(&errors))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        (facts(&[
            ("产品", html! { (entry.product_name) }),
            ("标称生产单位", html! { (entry.producer_name) }),
            ("检验结论", html! { (entry.conclusion.title()) }),
        ]))
        form class="form narrow" method="post" action=(format!("/desk/publications/{}/entries/{}", entry.publication_id, entry.id)) {
            (hidden(ctx.csrf(), "", entry.version))
            (field("category", "产品种类", &words.category))
            (field("model", "规格型号", &words.model))
            (field("batch_text", "生产日期/批号", &words.batch_text))
            (field("sampled_name", "受检单位", &words.sampled_name))
            (field("sampled_address", "受检单位地址", &words.sampled_address))
            (field("producer_address", "标称生产单位地址", &words.producer_address))
            (field("remark", "备注", &words.remark))
            @if released { (Field::area("reason", "更正理由（公众可见）").required().value(reason).error(problems.of("reason")).render()) }
            p { button class="btn btn--main" type="submit" { @if released { "更正" } @else { "保存" } } }
        }
    };
    let back = format!("/desk/publications/{}", entry.publication_id);
    let page = ctx.page(heading).at("/desk/publications").crumb("信息公布", Some("/desk/publications".into()));
    shell::page(&page.crumb("公布稿", Some(back)).crumb(heading, None), body)
}

async fn load(ctx: &Ctx, id: PublicationId, entry: PublicationEntryId) -> Result<PublicationEntry, crate::PageError> {
    let found: PublicationEntry = ctx.view(move |work| work.load(entry)).await?;
    if found.publication_id == id { Ok(found) } else { Err(hengjian_app::AppError::NotFound.into()) }
}

/// `GET /desk/publications/{id}/entries/{entry}`
pub async fn page(ctx: Ctx, Path((id, entry)): Path<(PublicationId, PublicationEntryId)>) -> PageResult {
    let entry = load(&ctx, id, entry).await?;
    Ok(draw(&ctx, &entry, &words_of(&entry), "", &Again::default()).into_response())
}

/// `POST /desk/publications/{id}/entries/{entry}`
pub async fn save(
    ctx: Ctx,
    Path((id, entry_id)): Path<(PublicationId, PublicationEntryId)>,
    form: FormData,
) -> PageResult {
    let entry = load(&ctx, id, entry_id).await?;
    let get = |field: &str| form.get(field).to_owned();
    let words = EntryWords {
        category: get("category"),
        model: get("model"),
        batch_text: get("batch_text"),
        sampled_name: get("sampled_name"),
        sampled_address: get("sampled_address"),
        producer_address: get("producer_address"),
        remark: get("remark"),
    };
    let (kept, version, reason, released) =
        (words.clone(), form.version(), get("reason"), entry.state != EntryState::Draft);
    let given = reason.clone();
    let outcome = ctx
        .act(move |work| {
            if released {
                publication::correct_entry(work, id, entry_id, version, words, &given).map(|_| ())
            } else {
                publication::edit_entry(work, id, entry_id, version, words)
            }
        })
        .await;
    match outcome {
        Ok(()) => Ok(Redirect::to(&format!("/desk/publications/{id}")).into_response()),
        Err(error) => again(error, |problems| draw(&ctx, &entry, &kept, &reason, problems)),
    }
}
