//! Registration of a report made elsewhere: the paper as it came, what is printed on it, items if there is time for them.

use super::{
    called,
    entry::{read_added, spare_row},
    messages,
    sheet::{TABLES, preview_address, staged_of},
};
use crate::{
    Ctx, FormData, PageError, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        shell::{self, section, title},
    },
    error::{Again, again},
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult,
    testing::{self as stage, OutsideReport, PrintedIdentity, RegisterAs, sheet::ItemForm, view::attached},
};
use hengjian_domain::{
    code::Code,
    organisation::Tier,
    testing::{Inspection, InspectionConclusion, InspectionId, InspectionOrigin, PrintedReport, Severity},
};
use maud::{Markup, html};

/// Item rows on the form; more can be typed afterwards.
const ITEM_ROWS: i64 = 3;

/// `GET /desk/inspections/register`
pub async fn new_page(ctx: Ctx) -> Markup {
    draw(&ctx, None, &FormData::default(), &Again::default())
}

/// `GET /desk/inspections/{id}/register`
pub async fn of_page(ctx: Ctx, Path(id): Path<InspectionId>) -> PageResult {
    let (inspection, sample) = ctx.view(move |work| stage::registration_of(work, id)).await?;
    Ok(draw(&ctx, Some((&inspection, sample.as_deref())), &FormData::default(), &Again::default()).into_response())
}

/// `POST /desk/inspections/register`
pub async fn register_new(ctx: Ctx, form: FormData) -> PageResult {
    let done = send(&ctx, &form, RegisterAs::New, "/desk/inspections".to_owned()).await;
    match done {
        Ok(place) => Ok(Redirect::to(&place).into_response()),
        Err(error) => again(error, |problems| draw(&ctx, None, &form, problems)),
    }
}

/// `POST /desk/inspections/{id}/register`
pub async fn register_of(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let (inspection, sample) = ctx.view(move |work| stage::registration_of(work, id)).await.map_err(PageError::from)?;
    let target = if inspection.report_number.is_some() {
        RegisterAs::Amends(id, form.version())
    } else {
        RegisterAs::Assigned(id, form.version())
    };
    match send(&ctx, &form, target, format!("/desk/inspections/{id}")).await {
        Ok(place) => Ok(Redirect::to(&place).into_response()),
        Err(error) => again(error, |problems| draw(&ctx, Some((&inspection, sample.as_deref())), &form, problems)),
    }
}

/// Registers the report; returns where that leads: to the report, or to the preview of its table of items, which is read
/// before the report is registered and saved by an act of its own.
async fn send(ctx: &Ctx, form: &FormData, target: RegisterAs, place: String) -> AppResult<String> {
    let report = read(form, target)?;
    let staged = staged_of(ctx, form).await?;
    let once = form.once();
    let id: InspectionId = ctx
        .act(move |work| {
            work.once(&once, &place)?;
            stage::register_report(work, report)
        })
        .await?;
    Ok(match staged {
        Some((staged, name)) => preview_address(id, ItemForm::Typed, &staged, &name),
        None => format!("/desk/inspections/{id}"),
    })
}

fn read(form: &FormData, target: RegisterAs) -> AppResult<OutsideReport> {
    let mut reader = form.reader();
    let new = target == RegisterAs::New;
    let superior = new && form.get("origin") == InspectionOrigin::Superior.code();
    let tier = if new { reader.code::<Tier>("tier", "抽查级别") } else { Some(Tier::County) };
    let organiser_name = if new { reader.required("organiser_name", "组织部门") } else { String::new() };
    let laboratory_name = if new { reader.required("laboratory_name", "检验机构") } else { String::new() };
    let number = reader.required("number", "报告编号");
    let signatories = reader.required("signatories", "签字人");
    let conclusion = reader.code::<InspectionConclusion>("conclusion", "报告结论");
    let issued_on = reader.date("issued_on", "签发日期");
    let received_on = reader.date("received_on", "收到日期");
    let identity = PrintedIdentity {
        product_name: reader.required("product_name", "产品名称"),
        trademark: form.get("trademark").to_owned(),
        model: form.get("model").to_owned(),
        batch_text: form.get("batch_text").to_owned(),
        sampled_name: reader.required("sampled_name", "受检单位"),
        sampled_address: form.get("sampled_address").to_owned(),
        producer_name: form.get("producer_name").to_owned(),
        producer_address: form.get("producer_address").to_owned(),
        sampled_on: reader.optional_date("sampled_on", "抽样日期"),
    };
    let failed_items = form.get("failed_items").to_owned();
    if conclusion == Some(InspectionConclusion::Nonconforming) && failed_items.is_empty() {
        reader.error("failed_items", "结论不合格的报告，请填写不合格项目");
    }
    reader.finish()?;
    let missing = || AppError::field("number", "表格不完整。请重新打开页面再填");
    let (Some(tier), Some(conclusion), Some(issued_on), Some(received_on)) = (tier, conclusion, issued_on, received_on)
    else {
        return Err(missing());
    };
    Ok(OutsideReport {
        target,
        superior,
        tier,
        organiser_name,
        laboratory_name,
        identity,
        printed: PrintedReport {
            number,
            signatories,
            conclusion,
            severity: Severity::from_code(form.get("severity")),
            conclusion_text: form.get("conclusion_text").to_owned(),
            failed_items,
            issued_on,
            received_on,
        },
        amendment_reason: form.get("amendment_reason").to_owned(),
        file: form.file("file").map(|file| attached(&file.name, &file.bytes)),
        items: read_added(form),
    })
}

fn draw(ctx: &Ctx, of: Option<(&Inspection, Option<&str>)>, form: &FormData, problems: &Again) -> Markup {
    let sent = !form.get("csrf").is_empty();
    let one = of.map(|(inspection, _)| inspection);
    let on_file = |name: &str| -> String {
        let text = |read: fn(&Inspection) -> String| one.map(read).unwrap_or_default();
        match name {
            "product_name" => text(|one| one.product_name.clone()),
            "trademark" => text(|one| one.trademark.clone()),
            "model" => text(|one| one.model.clone()),
            "batch_text" => text(|one| one.batch_text.clone()),
            "sampled_name" => text(|one| one.sampled_name.clone()),
            "sampled_address" => text(|one| one.sampled_address.clone()),
            "producer_name" => text(|one| one.producer_name.clone()),
            "producer_address" => text(|one| one.producer_address.clone()),
            "sampled_on" => text(|one| one.sampled_on.map(|day| day.to_string()).unwrap_or_default()),
            "signatories" => text(|one| one.signatories_text.clone()),
            "received_on" => ctx.now().date().to_string(),
            _ => String::new(),
        }
    };
    let value = |name: &str| if sent { form.get(name).to_owned() } else { on_file(name) };
    let text = |name: &'static str, label: &'static str| {
        Field::text(name, label).value(value(name)).error(problems.of(name)).width("c6")
    };
    let amends = one.is_some_and(|one| one.report_number.is_some());
    let action = one.map_or_else(
        || "/desk/inspections/register".to_owned(),
        |one| format!("/desk/inspections/{}/register", one.id),
    );
    let template = one.map_or_else(
        || "/desk/inspections/items-template.xlsx".to_owned(),
        |one| format!("/desk/inspections/{}/typed/template.xlsx", one.id),
    );
    let heading = if amends { "登记更正后的报告" } else { "登记外来检验报告" };
    let lead = match of {
        Some((one, sample)) => format!("{}　{}", called(one, sample), one.laboratory_name),
        None => "机构自有系统出具的报告，或者上级抽查的报告。按报告所印填写，原件一并保存。".to_owned(),
    };
    let origins = [InspectionOrigin::Outside, InspectionOrigin::Superior]
        .map(|origin| (origin.code().to_owned(), origin.title().to_owned()));
    let body = html! {
        (title(heading, &lead))
        (error_summary(&messages(problems)))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        form method="post" action=(action) enctype="multipart/form-data" {
            (hidden(ctx.csrf(), &ctx.once(), one.map_or(0, |one| one.version)))
            @if one.is_none() {
                (section("抽查", html! { div class="fields" {
                    (Field::select("origin", "来源", origins.to_vec()).required().value(if sent { form.get("origin") } else { "SUPERIOR" }).width("c4").render())
                    (Field::choice::<Tier>("tier", "抽查级别").required().value(value("tier")).error(problems.of("tier")).width("c4").render())
                    (text("organiser_name", "组织部门").required().width("c4").render())
                    (text("laboratory_name", "检验机构").required().render())
                } }))
            }
            (section("报告", html! { div class="fields" {
                (Field::file("file", "报告原件", ".pdf").required().error(problems.of("file")).help("PDF，不超过 20 MB").render())
                (text("number", "报告编号").required().render())
                (text("signatories", "签字人").required().help("照报告所印，例如主检、审核、批准的姓名").render())
                (Field::date("issued_on", "签发日期").required().value(value("issued_on")).error(problems.of("issued_on")).width("c6").render())
                (Field::date("received_on", "收到日期").required().value(value("received_on")).error(problems.of("received_on")).help("决定各项期限从哪天起算").width("c6").render())
                (Field::choice::<InspectionConclusion>("conclusion", "报告结论").required().value(value("conclusion")).error(problems.of("conclusion")).width("c6").render())
                (Field::choice::<Severity>("severity", "不合格程度").any("报告没有写").value(value("severity")).width("c6").render())
                (Field::area("conclusion_text", "结论原文").value(value("conclusion_text")).render())
                (text("failed_items", "不合格项目").help("几项之间用顿号").width("").render())
                @if amends { (Field::area("amendment_reason", "更正理由").required().value(value("amendment_reason")).error(problems.of("amendment_reason")).render()) }
            } }))
            (section("报告所印的样品", html! { div class="fields" {
                (text("product_name", "产品名称").required().render())
                (text("trademark", "商标").render())
                (text("model", "规格型号").render())
                (text("batch_text", "生产日期或批号").render())
                (text("sampled_name", "受检单位").required().render())
                (text("sampled_address", "受检单位地址").render())
                (text("producer_name", "标称生产者").render())
                (text("producer_address", "标称生产者地址").render())
                (Field::date("sampled_on", "抽样日期").value(value("sampled_on")).error(problems.of("sampled_on")).width("c6").render())
            } }))
            @if !amends {
                section class="sec" { h2 { "项目结果" }
                    p class="sub" { "可以先不填，登记后随时补录。缺项目表不影响结果告知和后处理。" }
                    (Field::file("table", "项目结果表", TABLES).error(problems.of("table")).help("XLSX、CSV 等，不超过 5 MB。登记报告以后先预览，确认后才保存").render())
                    p { a href=(template) { "下载项目结果模板" } }
                    @if one.is_none() { @for seq in 1..=ITEM_ROWS { (spare_row(seq, true, form, problems)) } }
                }
            }
            p class="bar-row" { button class="btn btn--main" type="submit" { "登记报告" } a href="/desk/inspections" { "返回" } }
        }
    };
    let page = ctx.page(heading).at("/desk/inspections").crumb("检验", Some("/desk/inspections".into()));
    shell::page(&page.crumb(heading, None), body)
}
