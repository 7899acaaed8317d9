//! Two forms too long for the side of a case's page: F28 现场核查处置笔录 and the draft of F27 责令改正通知书.

use super::{
    acts::{intents, receipt_fields, window},
    read::{Desk, attachment},
};
use crate::{
    Ctx, PageResult,
    components::{
        clock,
        form::{Field, error_summary, hidden, refusal},
        letter::long_date,
        or_slash,
        shell::{self, section, title},
        thing::facts,
    },
    error::Again,
    objection::typed::Typed,
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::follow_up::{self, CaseView};
use hengjian_domain::{
    code::Code,
    enterprise::ProductRole,
    follow_up::{CaseId, CaseSource, CaseState},
    law,
    money::yuan,
    product::known_specification,
};
use maud::{Markup, html};

/// The act of each form, as its address names it.
pub const VERIFY: &str = "verify";
/// See above.
pub const DRAFT_ORDER: &str = "draft-order";

/// `GET /desk/cases/{id}/verification`
pub async fn verification_page(ctx: Ctx, Path(id): Path<CaseId>) -> PageResult {
    page(&ctx, id, CaseState::Verifying, VERIFY).await
}

/// `GET /desk/cases/{id}/order-draft`
pub async fn order_page(ctx: Ctx, Path(id): Path<CaseId>) -> PageResult {
    page(&ctx, id, CaseState::Stopped, DRAFT_ORDER).await
}

async fn page(ctx: &Ctx, id: CaseId, state: CaseState, act: &str) -> PageResult {
    let view = ctx.view(move |work| follow_up::view(work, id)).await?;
    if view.case.state != state {
        return Ok(Redirect::to(&format!("/desk/cases/{id}")).into_response());
    }
    Ok(draw(ctx, &view, act, Typed::fresh(&Again::default())).into_response())
}

/// The page of one of the two forms.
pub fn draw(ctx: &Ctx, view: &CaseView, act: &str, typed: Typed<'_>) -> Markup {
    let case = &view.case;
    let (heading, fields, button) = if act == VERIFY {
        ("现场核查处置笔录", verification(ctx, view, typed), "提交核查处置")
    } else {
        ("起草责令改正通知书", order(view, typed), "送分管局领导审批")
    };
    let file = attachment(act);
    let body = html! {
        (title(heading, &format!("{}　{}　{}", case.number, case.product_name, case.party_name)))
        (error_summary(&typed.errors()))
        @if let Some(refused) = &typed.again.refusal { (refusal(refused)) }
        form class="form" method="post" action=(format!("/desk/cases/{}/{}/{act}", case.id, Desk::Handle.word())) enctype="multipart/form-data" {
            (hidden(ctx.csrf(), &ctx.once(), case.version))
            (fields)
            (Field::file(file.as_str(), "附件", ".pdf,.jpg,.jpeg,.png,.xlsx").help("现场照片、票据、签过字的笔录；更多的可以随后补充").error(typed.again.of(&file)).render())
            p { button class="btn btn--main" type="submit" { (button) } "　" a href=(format!("/desk/cases/{}", case.id)) { "返回案件" } }
        }
    };
    let crumb = ctx.page(heading).at("/desk/cases").crumb("后处理", Some("/desk/cases".into()));
    let crumb = crumb.crumb(case.number.as_str(), Some(format!("/desk/cases/{}", case.id)));
    shell::page(&crumb.crumb(heading, None), body)
}

fn verification(ctx: &Ctx, view: &CaseView, typed: Typed<'_>) -> Markup {
    let case = &view.case;
    let today = ctx.now().date().to_string();
    let until = window(view);
    let made = if case.party_role == ProductRole::Producer { "生产数量" } else { "购进数量" };
    html! {
        (section("核查", html! { div class="fields" {
            (typed.date("verify_on", "核查日期", &today).required().width("c4").help(format!("不早于收到日 {}", case.received_on)).render())
            (typed.date("verify_stopped_on", "责令停止日期", &today).required().width("c4").help("告知停止生产、销售同一产品之日，不等结论最终").render())
            (typed.area("verify_text", "核查情况", "").required().help("到场人员和证件、地点、时间，生产销售和库存情况，采取的措施；至少十个字").render())
        } }))
        (section("数量和货值", html! { div class="fields" {
            (typed.text("verify_made", made, "").width("c4").help("写数字和单位，例如 50 卷").render())
            (typed.text("verify_sold", "已售数量", "").width("c4").render())
            (typed.text("verify_stock", "库存数量", "").width("c4").render())
            (typed.text("verify_value", "货值", "").unit("元").width("c4").help(format!("按标价；没有标价的按同类产品市场价（{}）", law::PQL_72.cited())).render())
            (typed.area("verify_supplier", if case.party_role == ProductRole::Producer { "销往何处" } else { "进货来源" }, "").help("销售者能说明来源的，影响处罚").render())
        } }))
        @if case.source != CaseSource::Refusal { (section("询问是否提出异议", html! {
            p { "当面询问并如实记录。无论怎么回答，十五日的权利都不缩短：回答“无”的，期限内仍可提出（" (law::R18_36.cited()) "）。" }
            @if let Some(until) = until { p { "当事人可在" (clock::day(until)) "及以前提出，按登记的收到日期推算。" } }
            @else if !case.is_served_elsewhere() { p { "本局的检验结果通知书还没有登记送达，十五日没有起算。送达在通知书上登记。" } }
            div class="fields" { (typed.select("verify_intent", "当事人的回答", intents(), "").required().width("c4").render()) }
        })) }
        @if case.is_served_elsewhere() && case.result_received_on.is_none() { (section("当事人什么时候收到检验结果", html! {
            p { "结果由" (or_slash(&case.organiser_name)) "组织的抽查得出，由其送达。请按送达回证登记哪天收到、谁送达、凭什么；最后一日由系统推算，不用填写。现在不知道的可以不填，查清后在案件页补登；没有登记，不能责令改正。" }
            div class="fields" { (receipt_fields(view, typed, false)) }
        })) }
    }
}

fn order(view: &CaseView, typed: Typed<'_>) -> Markup {
    let case = &view.case;
    html! {
        (section("核查结果", facts(&[
            ("核查日期", clock::iso(case.verified_on)),
            ("库存、已售", html! { (or_slash(case.quantity_stock.as_deref().unwrap_or_default())) "　" (or_slash(case.quantity_sold.as_deref().unwrap_or_default())) }),
            ("不合格项目", html! { (or_slash(&case.failed_items)) }),
        ])))
        (typed.area("order_text", "事实和改正要求", &default_order(view)).required().help("印在通知书“查明”之后").render())
        p class="note" { "下列内容由通知书自带：责令改正的依据（" (law::PQL_17.cited()) "、" (law::R18_46.cited()) "）、自送达起六十日的期限、七十五日内复查、复查合格前不得恢复生产销售（" (law::R18_49.cited()) "）、逾期的后果、复议和诉讼途径。" }
    }
}

/// A draft of the order's text from what the case knows.
fn default_order(view: &CaseView) -> String {
    let case = &view.case;
    let known = |label: &str, value: &str| {
        if value.trim().is_empty() || value.trim() == "/" { String::new() } else { format!("，{label}{value}") }
    };
    let did = if case.party_role == ProductRole::Producer { "生产" } else { "销售" };
    let organiser = if case.organiser_name.is_empty() { &view.organisation.name } else { &case.organiser_name };
    let mut quantities: Vec<String> = Vec::new();
    let made = if case.party_role == ProductRole::Producer { "生产" } else { "购进" };
    for (label, value) in [(made, &case.quantity_made), ("已售", &case.quantity_sold), ("库存", &case.quantity_stock)]
    {
        quantities.extend(value.iter().map(|value| format!("{label} {value}")));
    }
    quantities.extend(case.value_fen.map(|fen| format!("货值 {} 元", yuan(fen))));
    let found = match case.verified_on {
        Some(on) if !quantities.is_empty() => format!("{}核查：{}。", long_date(on), quantities.join("，")),
        _ => String::new(),
    };
    let identity = known("规格型号 ", known_specification(&case.model))
        + &known("生产日期或批号 ", &case.batch_text)
        + &known("标称生产者 ", &case.producer_name);
    let identity = match identity.strip_prefix('，') {
        Some(identity) => format!("（{identity}）"),
        None => String::new(),
    };
    let failed = known("不合格项目：", &case.failed_items);
    format!(
        "你单位{did}的{}{identity}在{organiser}组织的产品质量监督抽查（{}）中检验不合格（检验报告 {}{failed}）。{found}\n改正要求：查清同一产品的库存、已售数量和去向并作出处理；查明不合格的原因，消除原因后方可申请复查。",
        case.product_name,
        case.tier.title(),
        or_slash(&case.report_number),
    )
}
