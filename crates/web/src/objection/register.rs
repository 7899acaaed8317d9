//! Registration of an objection as it came in (F21, 代录): channel, day of receipt, postmark, reasons, attachments.

use super::typed::Typed;
use crate::{
    Ctx, FormData, PageResult,
    components::{
        Tone,
        form::{Field, error_summary, hidden, refusal},
        shell::{self, title},
        tag,
    },
    error::{Again, again},
};
use axum::{
    extract::Query,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult, PageRequest, Work,
    objection::{
        procedure::{self, Received},
        view::{self, Filter},
    },
};
use hengjian_domain::{
    code::Code,
    follow_up::{Case, CaseId},
    objection::{Notice, NoticeId, ObjectionId, ObjectionKind, RecipientCapacity},
    testing::{Inspection, InspectionId},
};
use maud::{Markup, html};
use serde::Deserialize;

/// What the address names.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct About {
    #[serde(default)]
    notice: String,
    #[serde(default)]
    case: String,
    #[serde(default)]
    inspection: String,
}

/// What the form is drawn from.
struct Sheet {
    notices: Vec<(Notice, Inspection)>,
    notice: Option<(Notice, Inspection)>,
    case: Option<Case>,
    inspection: Option<InspectionId>,
}

fn load(work: &mut Work<'_>, about: &About) -> AppResult<Sheet> {
    let page = PageRequest { after: None, limit: 100 };
    let mut notices = view::notices(work, &Filter::default(), &page)?.rows;
    notices.retain(|(notice, _)| notice.is_live() && notice.number.is_some());
    let asked: Option<NoticeId> = about.notice.parse().ok();
    let notice = match asked {
        Some(id) => {
            let notice: Notice = work.load(id)?;
            let report: Inspection = work.tx.get(&notice.inspection_id)?.ok_or(AppError::NotFound)?;
            Some((notice, report))
        }
        None => None,
    };
    let case: Option<CaseId> = about.case.parse().ok();
    Ok(Sheet {
        notices,
        notice,
        case: case.map(|id| work.load(id)).transpose()?,
        inspection: about.inspection.parse().ok(),
    })
}

fn draw(ctx: &Ctx, sheet: &Sheet, typed: Typed<'_>) -> Markup {
    let chosen = sheet.notice.as_ref().map(|(notice, _)| notice.id.to_string()).unwrap_or_default();
    let mut notices: Vec<(String, String)> = vec![(String::new(), "没有本局的通知书".to_owned())];
    let own = sheet.notice.iter().filter(|(one, _)| !sheet.notices.iter().any(|(other, _)| other.id == one.id));
    for (notice, report) in own.chain(&sheet.notices) {
        let number = notice.number.clone().unwrap_or_else(|| "未编号".to_owned());
        notices
            .push((notice.id.to_string(), format!("{number}　{}　{}", notice.recipient_words(), report.product_name)));
    }
    let failed = sheet
        .notice
        .as_ref()
        .map(|(_, report)| report.failed_items.clone())
        .or_else(|| sheet.case.as_ref().map(|case| case.failed_items.clone()))
        .unwrap_or_default();
    let applicant = sheet
        .notice
        .as_ref()
        .map(|(notice, _)| notice.recipient_name.clone())
        .or_else(|| sheet.case.as_ref().map(|case| case.party_name.clone()))
        .unwrap_or_default();
    let capacity = sheet.notice.as_ref().map_or(RecipientCapacity::SampledParty, |(notice, _)| notice.capacity);
    let window = sheet.notice.as_ref().and_then(|(notice, _)| notice.window_until_on);
    let window = window.or(sheet.case.as_ref().and_then(Case::partys_last_day));
    let today = ctx.now().date().to_string();
    let channels = ["当面提交", "邮寄", "电子邮件", "传真", "上级部门转来", "所里代收"]
        .map(|channel| (channel.to_owned(), channel.to_owned()))
        .to_vec();
    let body = html! {
        (title("登记异议", "收到就登记，是否受理另行决定。以收到日期起算本局的受理时限，邮寄的以邮戳日判断是否在期限内。"))
        (error_summary(&typed.errors()))
        @if let Some(refused) = &typed.again.refusal { (refusal(refused)) }
        @if let Some(until) = window {
            @if ctx.now().date() > until { p { (tag(Tone::Waiting, "期限已过")) "　这个收件人的期限到" (crate::components::clock::day(until)) "为止。今天收到的仍要登记，并作出是否受理的决定；受理以前，已经最终的结论、已经结案和公布的结果不变。邮寄的请填邮戳日。" } }
            @else { p { "这个收件人可在" (crate::components::clock::day(until)) "及以前提出异议。" } }
        }
        @if let Some(case) = &sheet.case { p { "后处理案 " a href=(format!("/desk/cases/{}", case.id)) { (case.number) } "，由" (case.organiser_name) "组织抽查。" } }
        form class="form" method="post" action="/desk/objections/new" enctype="multipart/form-data" {
            (hidden(ctx.csrf(), &ctx.once(), 0))
            @if let Some(case) = &sheet.case { input type="hidden" name="case" value=(case.id); }
            @if let Some(inspection) = sheet.inspection { input type="hidden" name="inspection" value=(inspection); }
            (typed.select("notice", "针对的通知书", notices, &chosen).help("对上级抽查结果的异议，从后处理案进入登记").render())
            (typed.text("applicant", "申请人", &applicant).required().render())
            (typed.choice::<RecipientCapacity>("capacity", "申请人身份", capacity.code()).required().render())
            (typed.date("received_on", "收到日期", &today).required().render())
            (typed.select("channel", "收到的途径", channels, "当面提交").required().render())
            (typed.date("posted_on", "邮戳日", "").help("邮寄的填写；以邮戳日作为提出日").render())
            (typed.choice::<ObjectionKind>("kind", "异议事项", "").required().help("抽样过程、真实性、依据走调查；检验结论走复检").render())
            (typed.text("items", "有异议的项目", &failed).help("对检验结论有异议的填写，用顿号分开，只能是报告里的不合格项目").render())
            (typed.area("reasons", "事实和理由", "").required().render())
            (Field::file("attachment", "异议申请书和材料", ".pdf,.jpg,.jpeg,.png").error(typed.again.of("attachment")).help("异议应当书面提出，附申请书的扫描件或者照片").render())
            (typed.text("no_paper_reason", "没有申请书扫描件的原因", "").help("附了扫描件的不填。例如上级只转来函件，原件在上级").render())
            p { button class="btn btn--main" type="submit" { "登记" } a href="/desk/objections" { "返回" } }
        }
    };
    let page = ctx.page("登记异议").at("/desk/objections").crumb("异议", Some("/desk/objections".into()));
    shell::page(&page.crumb("登记异议", None), body)
}

/// `GET /desk/objections/new`
pub async fn page(ctx: Ctx, Query(about): Query<About>) -> PageResult {
    let sheet = ctx.view(move |work| load(work, &about)).await?;
    Ok(draw(&ctx, &sheet, Typed::fresh(&Again::default())).into_response())
}

fn read(form: &FormData) -> AppResult<Received> {
    let mut read = form.reader();
    let (received_on, posted_on) = (read.date("received_on", "收到日期"), read.optional_date("posted_on", "邮戳日"));
    let kind = read.code::<ObjectionKind>("kind", "异议事项");
    let capacity = read.code::<RecipientCapacity>("capacity", "申请人身份");
    let applicant = read.required("applicant", "申请人");
    let channel = read.required("channel", "收到的途径");
    let reasons = read.required("reasons", "事实和理由");
    if form.files("attachment").is_empty() && form.get("no_paper_reason").is_empty() {
        read.error("attachment", "请附异议申请书的扫描件或者照片；没有的，在下面写明原因");
    }
    read.finish()?;
    let missing = || AppError::fault("a checked field is missing");
    let kind = kind.ok_or_else(missing)?;
    Ok(Received {
        notice_id: form.get("notice").parse().ok(),
        inspection_id: form.get("inspection").parse().ok(),
        case_id: form.get("case").parse().ok(),
        applicant,
        capacity: capacity.ok_or_else(missing)?,
        received_on: received_on.ok_or_else(missing)?,
        posted_on,
        channel,
        kind,
        items: if kind == ObjectionKind::Conclusion { form.get("items").to_owned() } else { String::new() },
        reasons,
        papers: form.files("attachment").into_iter().map(|file| (file.name.clone(), file.bytes.clone())).collect(),
        no_paper_reason: form.get("no_paper_reason").to_owned(),
    })
}

/// `POST /desk/objections/new`
pub async fn create(ctx: Ctx, form: FormData) -> PageResult {
    let once = form.once();
    let made: AppResult<ObjectionId> = match read(&form) {
        Ok(received) => ctx.act(move |work| procedure::register(work, received, &once)).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(id) => Ok(Redirect::to(&format!("/desk/objections/{id}")).into_response()),
        Err(error) => {
            let about = About {
                notice: form.get("notice").to_owned(),
                case: form.get("case").to_owned(),
                inspection: form.get("inspection").to_owned(),
            };
            let sheet = ctx.view(move |work| load(work, &about)).await?;
            again(error, |again| draw(&ctx, &sheet, Typed { form: Some(&form), act: "", again }))
        }
    }
}
