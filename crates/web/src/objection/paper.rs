//! Print views of an objection: 受理/不予受理通知书 (F22), 复检通知书 (F23), 复检结论告知书 (F25), 异议处理决定书 (F26).

use crate::{
    Ctx, PageError, PageResult,
    components::{
        letter::{Letter, cite, letter, long_date},
        or_slash, shell,
    },
    testing::report::pdf_response,
};
use axum::{extract::Path, response::IntoResponse};
use hengjian_app::{
    AppError,
    objection::{
        paper::reinspection_task_pdf,
        view::{self, ObjectionView},
    },
};
use hengjian_domain::{
    code::Code,
    law,
    money::{in_words, yuan},
    objection::{ObjectionId, ObjectionKind, ObjectionOutcome, ObjectionState},
};
use jiff::civil::Date;
use maud::{Markup, html};

/// `GET /desk/objections/{id}/papers/{paper}`
pub async fn page(ctx: Ctx, Path((id, paper)): Path<(ObjectionId, String)>) -> PageResult {
    let view = ctx.view(move |work| view::objection(work, id)).await?;
    let objection = &view.objection;
    let (title, number, body, on): (&str, &str, Markup, Option<Date>) = match paper.as_str() {
        "admission" if objection.state == ObjectionState::Inadmissible => {
            ("异议不予受理通知书", &objection.number, refused(&view), objection.accepted_on)
        }
        "admission" => ("异议受理通知书", &objection.number, accepted(&view), objection.accepted_on),
        "reinspection" => ("复检通知书", &objection.reinspection_notice_number, reinspection(&view), None),
        "conclusion" => ("复检结论告知书", &objection.decision_number, conclusion(&view), objection.decided_on),
        "decision" => ("异议处理决定书", &objection.decision_number, decision(&view), objection.decided_on),
        _ => return Err(PageError::from(AppError::NotFound)),
    };
    if number.is_empty() {
        return Err(PageError::from(AppError::NotFound));
    }
    let sheet = Letter {
        agency: view.organisation.name.clone(),
        number: number.to_owned(),
        title: title.to_owned(),
        to: objection.applicant.clone(),
        body,
        on,
        slip: None,
    };
    let page = ctx.page(title).at("/desk/objections");
    Ok(shell::page(&page, letter(&sheet, &format!("/desk/objections/{id}"))).into_response())
}

/// `GET /desk/objections/{id}/reinspection-task.pdf`: F24.
pub async fn task_pdf(ctx: Ctx, Path(id): Path<ObjectionId>) -> PageResult {
    let bytes = ctx.view(move |work| reinspection_task_pdf(work, id)).await?;
    Ok(pdf_response(bytes, "inline; filename=\"reinspection-task.pdf\""))
}

/// What the paper is about, in one sentence.
fn opening(view: &ObjectionView) -> String {
    let objection = &view.objection;
    let report = view.report.as_ref().and_then(|report| report.report_number.clone()).unwrap_or_default();
    format!(
        "你单位对{}（检验报告编号：{}）的{}提出的书面异议，本局于{}收到",
        view.report.as_ref().map_or("产品", |report| report.product_name.as_str()),
        or_slash(&report),
        objection.kind.title(),
        long_date(objection.received_on)
    )
}

fn accepted(view: &ObjectionView) -> Markup {
    let next = if view.objection.kind == ObjectionKind::Conclusion {
        "本局将研究是否需要并且可以复检，另行书面通知。"
    } else {
        "本局将进行调查核实，并书面答复处理结果。"
    };
    html! {
        p { (opening(view)) "。经审查，决定受理" (cite(&[law::R18_36, law::R18_37])) "。" }
        p { (next) }
        p { "异议处理期间，不停止已经采取的停止销售等措施" (cite(&[law::LOC_OBJ_EFFECT])) "。" }
    }
}

fn refused(view: &ObjectionView) -> Markup {
    let until =
        view.window_until.map(|until| format!("提出异议的最后一日是{}。", long_date(until))).unwrap_or_default();
    html! {
        p { (opening(view)) "。经审查，决定不予受理" (cite(&[law::PQL_15, law::R18_36])) "。" }
        p { "理由：" (view.objection.decision_reason) "。" (until) }
        p { "收到通知书的日期、邮戳日等有其他凭据的，可以向本局提交，本局据实更正。" }
    }
}

fn reinspection(view: &ObjectionView) -> Markup {
    let objection = &view.objection;
    let backup = view.facts.backup.as_ref();
    html! {
        p { (opening(view)) "。经研究，决定组织复检" (cite(&[law::R18_37])) "。" }
        p { "一、复检项目：" (objection.items) "。检验方法和判定规则与初检一致" (cite(&[law::R18_42])) "。" }
        p { "二、办理手续：" (objection.formalities_text) "。" }
        p { "三、期限：请自收到本通知书之日起七日内办理复检手续，逾期没有办理的，视为放弃复检" (cite(&[law::R18_38])) "。"
            @if let Some(until) = objection.formalities_until_on { "最后一日是" (long_date(until)) "。" } }
        p { "四、费用：复检费用 " (yuan(objection.fee_fen)) " 元（大写：" (in_words(objection.fee_fen)) "）由申请人先行缴纳；复检结论与初检一致的由申请人承担，不一致的予以退还" (cite(&[law::R18_43])) "。" }
        @if let Some(sample) = backup { p { "五、备用样品：" (sample.number) "，封条 " (sample.seal_number) "，由" (sample.holder) "保管。隐匿、转移、变卖、损毁备用样品的，终止复检，以初检结论为最终结论" (cite(&[law::R18_40])) "。" } }
    }
}

fn conclusion(view: &ObjectionView) -> Markup {
    let objection = &view.objection;
    let same = objection.outcome == Some(ObjectionOutcome::SameResult);
    html! {
        p { (opening(view)) "，并已组织复检。现将复检结论告知如下" (cite(&[law::R18_42])) "。" }
        @if let (Some(first), Some(second)) = (&view.report, &view.second) {
            table { caption class="vh" { "初检和复检" }
                thead { tr { th scope="col" { "" span class="vh" { "次序" } } th scope="col" { "机构" } th scope="col" { "报告编号" } th scope="col" { "争议项目的结论" } } }
                tbody {
                    tr { th scope="row" { "初检" } td { (first.laboratory_name) } td { (or_slash(first.report_number.as_deref().unwrap_or_default())) } td { "不合格：" (objection.items) } }
                    tr { th scope="row" { "复检" } td { (second.laboratory_name) } td { (or_slash(second.report_number.as_deref().unwrap_or_default())) } td { (second.conclusion.map(Code::title).unwrap_or("/")) @if !second.failed_items.is_empty() { "：" (second.failed_items) } } }
                }
            }
        }
        p { "结论：" (objection.outcome.map(Code::title).unwrap_or("/")) "。" (objection.decision_reason) "。复检结论为最终结论。" }
        p { "复检费用由" (objection.cost_bearer) "承担" @if !same { "，已预缴的予以退还" } (cite(&[law::R18_43])) "。备用样品被破坏性使用的，由组织部门按价款支付" (cite(&[law::R18_37])) "。" }
    }
}

fn decision(view: &ObjectionView) -> Markup {
    let objection = &view.objection;
    let upheld = objection.outcome == Some(ObjectionOutcome::Upheld);
    let basis = if objection.state == ObjectionState::Terminated { law::R18_40 } else { law::R18_37 };
    let words = if objection.state == ObjectionState::Terminated {
        "终止复检，以初检结论为最终结论"
    } else {
        objection.outcome.map(Code::title).unwrap_or("/")
    };
    html! {
        p { (opening(view)) "。现已处理完毕，决定如下" (cite(&[basis])) "。" }
        @if !objection.investigation_text.is_empty() { p { "一、查明的事实和证据：" (objection.investigation_text) "。" } }
        p { "理由：" (objection.decision_reason) "。" }
        p { "结论：" (words) "。" @if upheld { "本次检验结果不作数，不计入统计，不公布，据此采取的措施另行解除。" } }
    }
}
