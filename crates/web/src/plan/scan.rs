//! 冲突核对: what superior plans and earlier checks say about each product, to be seen and acknowledged.

use super::hidden;
use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::refusal,
        shell::{self, section},
        table,
        thing::{self, Act},
    },
    error::{Again, again},
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::plan::{
    drafting::{self, Finding},
    reading::{self, PlanView},
};
use hengjian_domain::{law, plan::PlanId, policy::Action, refusal::Refusal};
use maud::{Markup, html};

fn draw(ctx: &Ctx, view: &PlanView, findings: &[Finding], problems: &Again) -> Markup {
    let plan = &view.plan;
    let address = format!("/desk/plans/{}", plan.id);
    let rows: Vec<Vec<Markup>> = findings
        .iter()
        .map(|finding| vec![html! { (finding.seq) " " (finding.product) }, html! { (finding.words) }])
        .collect();
    let mut acts = Vec::new();
    if view.own && ctx.may(Action::PlanEdit) {
        acts.push(match plan.edit() {
            Ok(()) => Act::button("看过了，确认", &format!("{address}/scan"), hidden(ctx, plan.version), true),
            Err(refused) => Refusal::from(refused).into(),
        });
    }
    acts.push(Act::link("返回计划", &address, false));
    let body = html! {
        (shell::title("冲突核对", "逐行核对上级计划和近六个月的抽查。提示不挡提交，确认后随计划留存；以后改了产品要重新确认。"))
        @if let Some(words) = &problems.refusal { (refusal(words)) }
        (thing::split(thing::acts(&acts), html! {
            (section("现在的提示", html! {
                @if view.lines.is_empty() { (table::empty("计划里还没有产品，没有可以核对的", Some((address.as_str(), "返回计划")))) }
                @else if rows.is_empty() { p { "核对了 " (view.lines.len()) " 行产品，没有发现与上级计划或近六个月抽查的冲突。" } }
                @else { (table::table("提示", &[table::text("产品"), table::text("提示")], &rows)) }
                p class="law" { (law::SEED_3.cited()) "　" (law::R18_8.cited()) "　" (law::PQL_15.cited()) }
            }))
            @if let Some(at) = plan.scan_acknowledged_at_us { (section("已确认的", html! {
                p class="sub" { (at) }
                @if plan.scan_findings.is_empty() { p { "没有提示。" } } @else { p { (super::prose(&plan.scan_findings)) } }
            })) }
        }))
    };
    let page = ctx
        .page("冲突核对")
        .at("/desk/plans")
        .crumb("抽查计划", Some("/desk/plans".into()))
        .crumb(plan.title.clone(), Some(address.clone()))
        .crumb("冲突核对", None);
    shell::page(&page, body)
}

/// `GET /desk/plans/{id}/scan`
pub async fn scan_page(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let id: PlanId = super::id(&id)?;
    let (view, found) = ctx.view(move |work| Ok((reading::plan(work, id)?, drafting::scan(work, id)?))).await?;
    Ok(draw(&ctx, &view, &found, &Again::default()).into_response())
}

/// `POST /desk/plans/{id}/scan`
pub async fn acknowledge(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
    let id: PlanId = super::id(&id)?;
    let version = data.version();
    match ctx.act(move |work| drafting::acknowledge_scan(work, id, version)).await {
        Ok(()) => Ok(Redirect::to(&format!("/desk/plans/{id}")).into_response()),
        Err(error) => {
            let (view, found) = ctx.view(move |work| Ok((reading::plan(work, id)?, drafting::scan(work, id)?))).await?;
            again(error, |problems| draw(&ctx, &view, &found, problems))
        }
    }
}
