//! Pages of the administration: the entrance, and routes of accounts, organisations, parameters, calendar, journal and the
//! role matrix. One file per page.

mod accounts;
mod calendar;
mod journal;
mod organisations;
mod parameters;
mod roles;

use crate::{
    Access, Ctx, Routes,
    components::{
        shell::{self, title},
        table::{self, text},
    },
};
use hengjian_domain::policy::Action;
use maud::{Markup, html};

/// Address of the entrance.
const HOME: &str = "/desk/admin";

/// Routes of this area.
pub fn routes() -> Routes {
    const OWN: Access = Access::Action(Action::Own);
    const USERS: Access = Access::Action(Action::UserManage);
    const AUDITORS: Access = Access::Action(Action::AuditorManage);
    const UNITS: Access = Access::Action(Action::OrganisationManage);
    const JOURNAL: Access = Access::Action(Action::JournalRead);
    Routes::new()
        .get("/desk/admin", OWN, home_page)
        .get("/desk/admin/roles", OWN, roles::matrix_page)
        .get("/desk/admin/users", USERS, accounts::list_page)
        .get("/desk/admin/users/new", USERS, accounts::new_page)
        .post("/desk/admin/users/new", USERS, accounts::create)
        .get("/desk/admin/users/{id}", USERS, accounts::thing_page)
        .post("/desk/admin/users/{id}", USERS, accounts::change)
        .post("/desk/admin/users/{id}/active", USERS, accounts::set_active)
        .post("/desk/admin/users/{id}/password", USERS, accounts::reset)
        .post("/desk/admin/users/{id}/unlock", USERS, accounts::unlock)
        .post("/desk/admin/users/{id}/sessions", USERS, accounts::end_sessions)
        .get("/desk/admin/auditors", AUDITORS, accounts::list_page)
        .get("/desk/admin/auditors/new", AUDITORS, accounts::new_page)
        .post("/desk/admin/auditors/new", AUDITORS, accounts::create)
        .get("/desk/admin/auditors/{id}", AUDITORS, accounts::thing_page)
        .post("/desk/admin/auditors/{id}", AUDITORS, accounts::change)
        .post("/desk/admin/auditors/{id}/active", AUDITORS, accounts::set_active)
        .post("/desk/admin/auditors/{id}/password", AUDITORS, accounts::reset)
        .post("/desk/admin/auditors/{id}/unlock", AUDITORS, accounts::unlock)
        .post("/desk/admin/auditors/{id}/sessions", AUDITORS, accounts::end_sessions)
        .get("/desk/admin/organisations", UNITS, organisations::tree_page)
        .get("/desk/admin/organisations/new", UNITS, organisations::new_page)
        .post("/desk/admin/organisations/new", UNITS, organisations::create)
        .get("/desk/admin/organisations/authority", UNITS, organisations::authority_page)
        .post("/desk/admin/organisations/authority", UNITS, organisations::add_authority)
        .get("/desk/admin/organisations/{id}", UNITS, organisations::thing_page)
        .post("/desk/admin/organisations/{id}", UNITS, organisations::rename)
        .post("/desk/admin/organisations/{id}/close", UNITS, organisations::close)
        .post("/desk/admin/organisations/{id}/towns", UNITS, organisations::set_towns)
        .get("/desk/admin/parameters", UNITS, parameters::list_page)
        .post("/desk/admin/parameters", UNITS, parameters::set)
        .get("/desk/admin/calendar", UNITS, calendar::calendar_page)
        .post("/desk/admin/calendar", UNITS, calendar::add)
        .post("/desk/admin/calendar/remove", UNITS, calendar::remove)
        .get("/desk/admin/journal", JOURNAL, journal::journal_page)
        .post("/desk/admin/journal/check", JOURNAL, journal::check)
}

/// `GET /desk/admin`
async fn home_page(ctx: Ctx) -> Markup {
    let entries = [
        (Action::UserManage, "/desk/admin/users", "账号与岗位", "建立账号、授予岗位、停用、重发口令"),
        (Action::AuditorManage, "/desk/admin/auditors", "监察审计账号", "建立和停用监察审计账号"),
        (Action::OrganisationManage, "/desk/admin/organisations", "机构与辖区", "股室、市场监管所和乡镇、检验机构"),
        (Action::OrganisationManage, "/desk/admin/parameters", "参数", "法律留给约定的期限和本地做法"),
        (Action::OrganisationManage, "/desk/admin/calendar", "工作日历", "已公布的年份、本地放假日"),
        (Action::JournalRead, "/desk/admin/journal", "操作记录", "谁在什么时候办了什么；核对有没有改动"),
        (Action::Own, "/desk/admin/roles", "岗位与权限", "每个岗位能办什么，一张表看全"),
    ];
    let rows: Vec<Vec<Markup>> = entries
        .iter()
        .filter(|(action, ..)| ctx.may(*action))
        .map(|(_, address, name, what)| vec![html! { a href=(address) { (name) } }, html! { (what) }])
        .collect();
    let lead = "账号由安全管理员管，机构、参数和日历由系统管理员管，操作记录和审计账号由审计管理员管；三人互不兼任，也不办业务。";
    let body = html! {
        (title("管理", lead))
        (table::table("管理", &[text("名称"), text("内容")], &rows))
    };
    shell::page(&ctx.page("管理").at(HOME), body)
}

/// Frame of a page below the entrance.
fn page(ctx: &Ctx, name: &str, above: &[(&str, String)]) -> shell::Page {
    let mut page = ctx.page(name).at(HOME).crumb("管理", Some(HOME.into()));
    for (word, address) in above {
        page = page.crumb(*word, Some(address.clone()));
    }
    page.crumb(name, None)
}
