//! Receipt of a sample with the licence gate, and the written rejection. One page, two forms: what was seen decides which.

use super::{acts::files_of, messages};
use crate::{
    Ctx, FormData, PageError, PageResult,
    components::{
        clock,
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, section, title},
        thing::facts,
    },
    error::{Again, again},
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppResult,
    testing::{
        self as stage, Arrival,
        view::{InspectionView, inspection_view},
    },
};
use hengjian_domain::testing::{InspectionId, LicenceAnswer, LicenceKind};
use maud::{Markup, html};

/// Fields of the licence gate (R18 第三十条).
pub(super) fn licence_fields(form: &FormData, problems: &Again, required: bool) -> Markup {
    let text = |name: &'static str, label: &'static str| {
        Field::text(name, label).value(form.get(name)).error(problems.of(name))
    };
    let day = |name: &'static str, label: &'static str| {
        Field::date(name, label).value(form.get(name)).error(problems.of(name)).width("c4")
    };
    let kind = if form.get("licence_kind").is_empty() {
        if required { "PRODUCTION" } else { "NOT_REQUIRED" }
    } else {
        form.get("licence_kind")
    };
    html! {
        div class="fields" {
            (Field::choice::<LicenceKind>("licence_kind", "应有的证书").required().value(kind).error(problems.of("licence_kind")).width("c4").render())
            (text("licence_number", "证书编号").help("没有证书的留空").width("c4").render())
            (text("licence_holder", "持证人").width("c4").render())
            (text("licence_scope", "证书范围").width("c8").render())
            (text("licence_holder_reason", "持证人不是标称生产者的原因").help("例如委托加工").width("c4").render())
            (day("licence_from", "有效期自").render())
            (day("licence_until", "有效期至").render())
            (day("licence_produced", "标签上的生产日期").render())
            (Field::checkbox("licence_covers", "证书范围包含所抽型号").ticked(form.ticked("licence_covers")).width("c8").render())
        }
    }
}

/// Reads them; `None` when no certificate is needed.
///
/// # Errors
/// Messages at fields.
pub(super) fn read_licence(form: &FormData) -> AppResult<Option<LicenceAnswer>> {
    let mut reader = form.reader();
    let kind = reader.code::<LicenceKind>("licence_kind", "应有的证书");
    let valid_from_on = reader.optional_date("licence_from", "有效期自");
    let valid_until_on = reader.optional_date("licence_until", "有效期至");
    let produced_on = reader.optional_date("licence_produced", "生产日期");
    let Some(kind) = kind.filter(|kind| *kind != LicenceKind::NotRequired) else {
        reader.finish()?;
        return Ok(None);
    };
    let number = form.get("licence_number").to_owned();
    if !number.is_empty() && form.get("licence_holder").is_empty() {
        reader.error("licence_holder", "请填写持证人");
    }
    reader.finish()?;
    Ok(Some(LicenceAnswer {
        kind,
        number,
        holder: form.get("licence_holder").to_owned(),
        holder_reason: form.get("licence_holder_reason").to_owned(),
        scope: form.get("licence_scope").to_owned(),
        covers_model: form.ticked("licence_covers"),
        valid_from_on,
        valid_until_on,
        produced_on,
    }))
}

/// `GET /desk/inspections/{id}/receive`
pub async fn page(ctx: Ctx, Path(id): Path<InspectionId>) -> PageResult {
    let view = ctx.view(move |work| inspection_view(work, id)).await?;
    Ok(draw(&ctx, &view, &FormData::default(), &Again::default()).into_response())
}

async fn once_more(ctx: &Ctx, id: InspectionId, form: &FormData, done: AppResult<()>) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/desk/inspections/{id}")).into_response()),
        Err(error) => {
            let view = ctx.view(move |work| inspection_view(work, id)).await.map_err(PageError::from)?;
            again(error, |problems| draw(ctx, &view, form, problems))
        }
    }
}

fn read_arrival(form: &FormData) -> AppResult<Arrival> {
    let mut reader = form.reader();
    let received_on = reader.date("received_on", "到样日期");
    let condition = reader.required("condition", "外观和包装");
    let place = reader.required("place", "存放地点");
    reader.finish()?;
    let received_on = received_on.ok_or_else(|| hengjian_app::AppError::field("received_on", "请填写到样日期"))?;
    Ok(Arrival {
        received_on,
        seal_intact: form.ticked("seal_intact"),
        matches_record: form.ticked("matches_record"),
        condition,
        place,
        note: form.get("note").to_owned(),
        licence: read_licence(form)?,
        photos: files_of(form, "photos"),
    })
}

/// `POST /desk/inspections/{id}/receive`
pub async fn receive(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let (version, once) = (form.version(), form.once());
    let done = match read_arrival(&form) {
        Ok(arrival) => {
            ctx.act(move |work| {
                work.once(&once, &format!("/desk/inspections/{id}"))?;
                stage::receive(work, id, version, arrival)
            })
            .await
        }
        Err(error) => Err(error),
    };
    once_more(&ctx, id, &form, done).await
}

/// `POST /desk/inspections/{id}/reject`
pub async fn reject(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let (version, once) = (form.version(), form.once());
    let (reason, condition) = (form.get("reject_reason").to_owned(), form.get("reject_condition").to_owned());
    let photos = files_of(&form, "reject_photos");
    let done = ctx
        .act(move |work| {
            work.once(&once, &format!("/desk/inspections/{id}"))?;
            stage::reject(work, id, version, &reason, &condition, &photos)
        })
        .await;
    once_more(&ctx, id, &form, done).await
}

fn draw(ctx: &Ctx, view: &InspectionView, form: &FormData, problems: &Again) -> Markup {
    let one = &view.inspection;
    let number = view.sample.as_ref().map_or("", |sample| sample.number.as_str());
    let seal = view.sample.as_ref().map_or("", |sample| sample.seal_number.as_str());
    let quantity = view.sample.as_ref().map_or("", |sample| sample.quantity.as_str());
    let heading = format!("接收样品 {number}");
    let day = if form.get("received_on").is_empty() {
        ctx.now().date().to_string()
    } else {
        form.get("received_on").to_owned()
    };
    let field = |name: &'static str, label: &'static str| {
        Field::text(name, label).required().value(form.get(name)).error(problems.of(name))
    };
    let base = format!("/desk/inspections/{}", one.id);
    let body = html! {
           (title(&heading, "先看封条和外观，再与抽样单核对。封条不完整或者样品不符的，书面拒收。"))
           (error_summary(&messages(problems)))
           @if let Some(refused) = &problems.refusal { (refusal(refused)) }
           (section("抽样单上的样品", facts(&[
               ("产品", html! { (one.product_name) "　" (or_slash(&one.model)) }),
               ("商标", html! { (or_slash(&one.trademark)) }),
               ("生产日期或批号", html! { (or_slash(&one.batch_text)) }),
               ("标称生产者", html! { (or_slash(&one.producer_name)) }),
               ("数量", html! { (or_slash(quantity)) }),
               ("封条号", html! { span class="code" { (or_slash(seal)) } }),
               ("抽样日期", clock::iso(one.sampled_on)),
           ])))
           form method="post" action=(format!("{base}/receive")) enctype="multipart/form-data" {
               (hidden(ctx.csrf(), &ctx.once(), one.version))
               section class="sec" { h2 { "接收" }
    div class="form" {
                   div class="fields" {
                       (Field::date("received_on", "到样日期").required().value(day).error(problems.of("received_on")).width("c4").render())
                       (field("place", "存放地点").width("c8").render())
                       (field("condition", "外观和包装").help("例如外包装完好，无受潮").render())
                   }
                   (Field::checkbox("seal_intact", "封条完整，编号与抽样单一致").ticked(form.ticked("seal_intact")).render())
                   (Field::checkbox("matches_record", "样品名称、型号、数量与抽样单一致").ticked(form.ticked("matches_record")).render())
                   (Field::file("photos", "外观和封条照片", ".jpg,.jpeg,.png").required().error(problems.of("photos")).render())
                   (Field::area("note", "备注").value(form.get("note")).render())
               } }
               section class="sec" { h2 { "证书核查" }
                   @if view.licence_required { p { "这类产品实行生产许可或者强制性认证，接收时必须核查。" } }
                   @else { p class="sub" { "产品分类没有标明需要证书。发现应有证书的，照实核查。" } }
                   div class="form gap-top" { (licence_fields(form, problems, view.licence_required)) }
               }
               p class="bar-row" { button class="btn btn--main" type="submit" { "接收样品" } }
           }
           section class="sec" { h2 { "拒收" }
               form class="form" method="post" action=(format!("{base}/reject")) enctype="multipart/form-data" {
                   (hidden(ctx.csrf(), &ctx.once(), one.version))
                   (Field::area("reject_reason", "拒收理由").required().value(form.get("reject_reason")).error(problems.of("reject_reason")).help("写入书面拒收单，报组织部门决定是否重新抽样").render())
                   (Field::text("reject_condition", "样品状态").required().value(form.get("reject_condition")).error(problems.of("reject_condition")).render())
                   (Field::file("reject_photos", "照片", ".jpg,.jpeg,.png").render())
                   p { button class="btn btn--stop" type="submit" { "拒收样品" } }
               }
           }
       };
    let page = ctx.page(heading.as_str()).at("/desk/inspections").crumb("检验", Some("/desk/inspections".into()));
    shell::page(&page.crumb(format!("检验样品 {number}"), Some(base)).crumb("接收样品", None), body)
}
