//! Roles and what they may do, drawn from the policy table itself: nobody keeps a second list. Area by area, so that each table
//! is as wide as the roles that have to do with it.

use super::page;
use crate::{
    Ctx,
    components::shell::{self, section, title},
};
use hengjian_domain::{
    actor::Role,
    administration::{AREAS, area, grantable, place_titles},
    code::Code,
    policy::Action,
};
use maud::{Markup, html};

/// `GET /desk/admin/roles`
pub async fn matrix_page(ctx: Ctx) -> Markup {
    let mine = &ctx.actor().roles;
    let lead = "● 可以办。岗位之外还要看辖区和本单位；审批人不是编制人、抽样人不是检验人一类的规定，办理时逐件核对。";
    let body = html! {
        (title("岗位与权限", lead))
        (section("岗位", roles(mine)))
        @for (code, name) in AREAS {
            @let actions: Vec<Action> = Action::ALL.iter().copied().filter(|action| area(*action) == *code && *action != Action::Own).collect();
            @if !actions.is_empty() { (section(name, matrix(name, &actions, mine))) }
        }
    };
    shell::page(&page(&ctx, "岗位与权限", &[]), body)
}

fn roles(mine: &[Role]) -> Markup {
    let granted_by = |role: Role| {
        let security = grantable(&[Role::SecurityAdministrator]).contains(&role);
        if security { Role::SecurityAdministrator.title() } else { Role::AuditAdministrator.title() }
    };
    html! { div class="scroll" tabindex="0" role="region" aria-label="岗位" { table class="stack" {
        thead { tr { th scope="col" { "岗位" } th scope="col" { "设在" } th scope="col" { "由谁授予" } th scope="col" { "能办的事" } } }
        tbody { @for role in Role::ALL {
            @let actions: Vec<&str> = Action::ALL.iter().filter(|action| **action != Action::Own && action.roles().contains(role)).map(|action| action.title()).collect();
            tr {
                th scope="row" { (role.title()) @if mine.contains(role) { small class="sub" { "（本人）" } } }
                td data-l="设在" { span class="cell" { (place_titles(*role)) } }
                td data-l="由谁授予" { span class="cell" { (granted_by(*role)) } }
                td data-l="能办的事" { span class="cell" { details class="how" { summary { (actions.len()) " 项" } (actions.join("、")) } } }
            }
        } }
    } } }
}

fn matrix(name: &str, actions: &[Action], mine: &[Role]) -> Markup {
    let concerned: Vec<Role> =
        Role::ALL.iter().copied().filter(|role| actions.iter().any(|action| action.roles().contains(role))).collect();
    html! { div class="scroll" tabindex="0" role="region" aria-label=(name) { table class="grid" {
        caption class="vh" { (name) "：岗位与权限" }
        thead { tr { th scope="col" { "事项" } @for role in &concerned { th scope="col" { (role.title()) @if mine.contains(role) { small class="sub" { "（本人）" } } } } } }
        tbody { @for action in actions { tr {
            th scope="row" { (action.title()) }
            @for role in &concerned { td { @if action.roles().contains(role) { span aria-hidden="true" { "●" } span class="vh" { "可以" } } @else { span class="vh" { "不可以" } } } }
        } } }
    } } }
}
