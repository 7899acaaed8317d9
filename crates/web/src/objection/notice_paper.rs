//! Print views of a notice: 检验结果通知书 (F18) with the producer's slip (F20), and 送达回证 (F19).

use crate::{
    Ctx, PageResult,
    components::{
        letter::{Letter, cite, letter, long_date},
        or_slash, shell,
    },
    testing::report::pdf_response,
};
use axum::{extract::Path, response::IntoResponse};
use hengjian_app::objection::{
    paper,
    view::{self, NoticeView},
};
use hengjian_domain::{
    code::Code,
    law,
    objection::{NoticeId, RecipientCapacity},
    testing::{InspectionConclusion, ItemVerdict},
};
use maud::{Markup, html};

/// `GET /desk/notices/{id}/paper`
pub async fn notice_page(ctx: Ctx, Path(id): Path<NoticeId>) -> PageResult {
    let view = ctx.view(move |work| view::notice(work, id)).await?;
    let paper = Letter {
        agency: view.organisation.name.clone(),
        number: view.notice.number.clone().unwrap_or_default(),
        title: "检验结果通知书".to_owned(),
        to: view.notice.recipient_name.clone(),
        body: text_of(&view),
        on: view.notice.issued_on,
        slip: (view.notice.capacity == RecipientCapacity::LabelledProducer).then(slip),
    };
    let page = ctx.page("检验结果通知书").at("/desk/objections");
    Ok(shell::page(&page, letter(&paper, &format!("/desk/notices/{id}"))).into_response())
}

/// `GET /desk/notices/{id}/notice.pdf`: F18.
pub async fn notice_pdf(ctx: Ctx, Path(id): Path<NoticeId>) -> PageResult {
    let bytes = ctx.view(move |work| paper::notice_pdf(work, id)).await?;
    Ok(pdf_response(bytes, "inline; filename=\"result-notice.pdf\""))
}

/// What R18 第三十五条 and 第三十六条 want said: conclusion, failed items, right, place, fifteen days, silence, backup sample.
fn text_of(view: &NoticeView) -> Markup {
    let (notice, report) = (&view.notice, &view.report);
    let fails = report.conclusion == Some(InspectionConclusion::Nonconforming);
    let sampled = report.sampled_on.map_or_else(String::new, |day| format!("{}在", long_date(day)));
    let role = match notice.capacity {
        RecipientCapacity::SampledParty => "你单位处抽取样品",
        RecipientCapacity::LabelledProducer => "销售者处抽取标称你单位生产的样品",
        RecipientCapacity::Platform => "你单位平台上购买样品",
    };
    let rows = [
        ("产品名称", report.product_name.clone()),
        ("商标", report.trademark.clone()),
        ("规格型号", report.model.clone()),
        ("生产日期或批号", report.batch_text.clone()),
        ("被抽样单位", report.sampled_name.clone()),
        ("标称生产者", report.producer_name.clone()),
        ("检验机构", report.laboratory_name.clone()),
        ("检验报告编号", report.report_number.clone().unwrap_or_default()),
    ];
    html! {
        p { "在产品质量监督抽查（" (report.tier.title()) "）中，本局" (sampled) (role) "并委托检验。现将检验结果告知如下" (cite(&[law::R18_35])) "：" }
        table { caption class="vh" { "产品" } tbody { @for (label, value) in &rows { tr { th scope="row" { (label) } td { (or_slash(value)) } } } } }
        h2 { "一、检验结论" }
        @if fails {
            p { "不合格。不合格项目：" (report.failed_items) "。" }
            @let failed: Vec<_> = view.items.iter().filter(|item| item.overruled_verdict.unwrap_or(item.verdict) == ItemVerdict::Fail || item.reported_verdict == Some(ItemVerdict::Fail)).collect();
            @if !failed.is_empty() {
                table { caption class="vh" { "不合格项目" }
                    thead { tr { th scope="col" { "检验项目" } th scope="col" { "要求" } th scope="col" { "实测值" } th scope="col" { "检验方法" } } }
                    tbody { @for item in failed { tr { th scope="row" { (item.item) } td { (or_slash(&item.applied_limit.as_deref().unwrap_or_default().replace("<=", "≤").replace(">=", "≥"))) "　" (item.unit) } td { (or_slash(item.value_text.as_deref().unwrap_or_default())) } td { (or_slash(&item.method)) } } } }
                }
            }
        } @else {
            p { (report.conclusion.map(Code::title).unwrap_or("未作判定")) "。结果只对所抽的这一批样品负责。" }
        }
        @if fails {
            h2 { "二、应当立即办理的事项" }
            p { "收到本通知书后，应当立即停止生产、销售同一产品，清查库存和已售出的产品" (cite(&[law::R18_45])) "。提出异议不停止上述措施的执行。" }
        }
        h2 { @if fails { "三、提出异议的权利" } @else { "二、提出异议的权利" } }
        p { "对检验结果有异议的，自收到本通知书之日起十五日内（收到当日不计；末日不是工作日的，顺延至下一个工作日；邮寄的以邮戳日为准），向" (notice.where_text) "书面提出，写明事实和理由，附营业执照复印件和有关材料" (cite(&[law::PQL_15, law::R18_36])) "。" }
        p { "期满没有提出的，视为对检验结果没有异议。" }
        h2 { @if fails { "四、备用样品" } @else { "三、备用样品" } }
        p { @if notice.backup_text.is_empty() { "备用样品按规定保管，异议期满后按规定退还或者处置。" } @else { (notice.backup_text) "。封存在被抽样单位的，不得隐匿、转移、变卖、损毁" (cite(&[law::R18_24])) "。" } }
        @if notice.capacity == RecipientCapacity::LabelledProducer { p { "请填写后附的产品真伪确认书并盖章寄回。" } }
    }
}

fn slip() -> Markup {
    html! {
        h2 { "产品真伪确认书" }
        table { caption class="vh" { "产品真伪确认书" } tbody {
            tr { th scope="row" { "上述产品" } td { "□ 是本企业生产　　□ 不是本企业生产" } }
            tr { th scope="row" { "理由" } td { "　" } }
            tr { th scope="row" { "证明材料" } td { "　" } }
            tr { th scope="row" { "签名、盖章、日期" } td { "　" } }
        } }
    }
}

/// `GET /desk/notices/{id}/receipt`
pub async fn receipt_page(ctx: Ctx, Path(id): Path<NoticeId>) -> PageResult {
    let view = ctx.view(move |work| view::notice(work, id)).await?;
    let notice = &view.notice;
    let empty = usize::from(view.attempts.is_empty()) * 2;
    let body = html! {
        table { caption class="vh" { "送达回证" } tbody {
            tr { th scope="row" { "送达文书" } td { "检验结果通知书　" (or_slash(notice.number.as_deref().unwrap_or_default())) } }
            tr { th scope="row" { "受送达人" } td { (or_slash(&notice.recipient_name)) "（" (notice.capacity.title()) "）" } }
            tr { th scope="row" { "送达地址" } td { (or_slash(&notice.recipient_address)) } }
        } }
        div class="scroll" tabindex="0" role="region" aria-label="送达经过" { table { caption class="vh" { "送达经过" }
            thead { tr { th scope="col" { "日期" } th scope="col" { "方式" } th scope="col" { "结果" } th scope="col" { "签收人及关系" } th scope="col" { "凭据、见证人或经过" } th scope="col" { "送达人" } } }
            tbody {
                @for attempt in &view.attempts { tr { td { (attempt.on_date) } td { (attempt.method.title()) } td { @if attempt.succeeded { "已送达" } @else { "没有送达" } } td { (or_slash(&attempt.signer)) } td { (attempt.proof) } td { (attempt.server) } } }
                @for _ in 0..empty { tr { td { "　年　月　日" } td { "　" } td { "　" } td { "　" } td { "　" } td { "　" } } }
            }
        } }
        @if let (Some(announced), Some(deemed)) = (notice.announced_on, notice.deemed_on) {
            p { "公告送达：" (notice.service_proof) "，公告日 " (long_date(announced)) "，" (long_date(deemed)) "视为送达" (cite(&[law::CPL_95])) "。" }
        }
        p { "收到日期：" @match notice.served_on { Some(day) => (long_date(day)), None => "　　年　　月　　日" } "。送达必须有送达回证" (cite(&[law::CPL_87])) "。" }
    };
    let paper = Letter {
        agency: view.organisation.name.clone(),
        number: notice.number.clone().unwrap_or_default(),
        title: "送达回证".to_owned(),
        to: String::new(),
        body,
        on: notice.served_on,
        slip: None,
    };
    Ok(shell::page(&ctx.page("送达回证").at("/desk/objections"), letter(&paper, &format!("/desk/notices/{id}")))
        .into_response())
}
