//! 监督抽查通知书 F05 to print: by the team alone, from the release on.

use super::{frame, id};
use crate::{
    Ctx, PageResult,
    components::{clock, or_slash, shell},
};
use axum::{extract::Path, response::IntoResponse};
use hengjian_app::sampling;
use hengjian_domain::{law, sampling::VisitId};
use maud::html;

/// `GET /desk/visits/{id}/notice`
pub async fn print_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let visit: VisitId = id(&path)?;
    let (view, organiser) = ctx.view(move |work| sampling::notice_view(work, visit)).await?;
    let number = view.visit.notice_number.clone().unwrap_or_default();
    let party = view.party.as_ref();
    let officers = [&view.team.lead, &view.team.second];
    let body = html! {
        p class="no-print bar-row" { a href=(format!("/desk/visits/{visit}")) { "回到抽样任务" } span class="sub" { "用浏览器的打印功能打印，一家一份" } }
        article class="sheet" {
            header { p { "F05　" (organiser) } h1 { "产品质量监督抽查通知书" } p { span class="code" { (number) } } }
            table {
                caption { "通知事项" }
                tbody {
                    tr { th scope="row" { "被抽样单位" } td { (party.map_or("", |party| party.name.as_str())) } }
                    tr { th scope="row" { "统一社会信用代码" } td { (or_slash(party.and_then(|party| party.uscc.as_deref()).unwrap_or_default())) } }
                    tr { th scope="row" { "地址" } td { (or_slash(party.map_or("", |party| &party.address))) } }
                    tr { th scope="row" { "任务" } td { (view.task.number) "　" (view.task.name) } }
                    tr { th scope="row" { "抽查产品" } td { (view.task.product_scope) } }
                    tr { th scope="row" { "抽样单位" } td { @if view.task.sampling_body.is_empty() { (organiser) } @else { (view.task.sampling_body) } } }
                    tr { th scope="row" { "抽样人员和证件号" } td { @for (n, officer) in officers.iter().enumerate() { @if n > 0 { "、" } (officer.name) "（" (or_slash(&officer.certificate_number)) "）" } } }
                    tr { th scope="row" { "有效期" } td { (clock::iso(view.visit.papers.notice_valid_from_on)) " 至 " (clock::iso(view.visit.notice_valid_until_on)) } }
                }
            }
            p { "依据" (law::PQL_15.cited()) "、" (law::R18_16.cited()) "，对上述产品实施监督抽查。" }
            ul class="plain" {
                li { "抽样人员不少于两名，应当出示本通知书和证件，告知抽查范围和抽样方法。" }
                li { "生产者、销售者应当配合，如实提供材料，不得拒绝、阻碍（" (law::PQL_16.cited()) "、" (law::R18_7.cited()) "）。" }
                li { "样品由抽样人员在待销产品中随机抽取。检验样品付费购买，检验不破坏样品、不影响质量的除外；备用样品先行无偿提供（" (law::R18_22.cited()) "）。不收取检验费。" }
                li { "对抽样过程有意见的，可以在抽样单备注栏写明，或者向组织部门反映。" }
            }
            table {
                caption { "回执" }
                tbody {
                    tr { th scope="row" { "收到人（签字、盖章）" } td { "　" } }
                    tr { th scope="row" { "收到日期" } td { "　　　年　　月　　日" } }
                }
            }
            p class="seal" { "盖章处" }
        }
    };
    let page = frame(&ctx, "打印通知书", &[("抽样任务", format!("/desk/visits/{visit}"))]);
    Ok(shell::page(&page, body).into_response())
}
