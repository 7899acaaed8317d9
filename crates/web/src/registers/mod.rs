//! Pages of the registers (登记库): the entrance, and what their forms share. One file per page.

mod enterprise_form;
mod enterprises;
mod laboratories;
mod officers;
mod products;
mod public_rules;
mod rules;
mod rules_form;

use crate::{
    Access, Ctx, FormData, PageError, PageResult, Routes,
    components::{
        form::{error_summary, hidden, refusal},
        shell::{self, title},
        table,
    },
    error::Again,
};
use axum::response::IntoResponse;
use hengjian_app::{AppError, registers};
use hengjian_domain::{code::Code, policy::Action};
use maud::{Markup, html};

/// Address of the entrance.
pub(crate) const HOME: &str = "/desk/registers";

/// Routes of this area.
pub fn routes() -> Routes {
    const READ: Access = Access::Action(Action::RegisterRead);
    const ENTERPRISE: Access = Access::Action(Action::EnterpriseEdit);
    const EDIT: Access = Access::Action(Action::RegisterEdit);
    const PUBLISH: Access = Access::Action(Action::TaskPublishRules);
    Routes::new()
        .get("/rules", Access::Public, public_rules::list_page)
        .get("/rules/one", Access::Public, public_rules::one_page)
        .get("/desk/registers", READ, home_page)
        .get("/desk/registers/enterprises", READ, enterprises::list_page)
        .get("/desk/registers/enterprises/new", ENTERPRISE, enterprise_form::new_page)
        .post("/desk/registers/enterprises/new", ENTERPRISE, enterprise_form::create)
        .get("/desk/registers/enterprises/{id}", READ, enterprises::thing_page)
        .get("/desk/registers/enterprises/{id}/change", ENTERPRISE, enterprise_form::change_page)
        .post("/desk/registers/enterprises/{id}/change", ENTERPRISE, enterprise_form::change)
        .get("/desk/registers/enterprises/{id}/products/new", ENTERPRISE, enterprise_form::line_new_page)
        .post("/desk/registers/enterprises/{id}/products/new", ENTERPRISE, enterprise_form::line_create)
        .get("/desk/registers/enterprises/{id}/products/{line}", ENTERPRISE, enterprise_form::line_page)
        .post("/desk/registers/enterprises/{id}/products/{line}", ENTERPRISE, enterprise_form::line_change)
        .post("/desk/registers/enterprises/{id}/products/{line}/remove", ENTERPRISE, enterprise_form::line_remove)
        .get("/desk/registers/products", READ, products::list_page)
        .get("/desk/registers/products/new", EDIT, products::new_page)
        .post("/desk/registers/products/new", EDIT, products::create)
        .get("/desk/registers/products/{id}", READ, products::thing_page)
        .get("/desk/registers/products/{id}/change", EDIT, products::change_page)
        .post("/desk/registers/products/{id}/change", EDIT, products::change)
        .get("/desk/registers/laboratories", READ, laboratories::list_page)
        .get("/desk/registers/laboratories/new", EDIT, laboratories::new_page)
        .post("/desk/registers/laboratories/new", EDIT, laboratories::create)
        .get("/desk/registers/laboratories/{id}", READ, laboratories::thing_page)
        .get("/desk/registers/laboratories/{id}/change", EDIT, laboratories::change_page)
        .post("/desk/registers/laboratories/{id}/change", EDIT, laboratories::change)
        .get("/desk/registers/laboratories/{id}/scope", EDIT, laboratories::scope_page)
        .post("/desk/registers/laboratories/{id}/scope", EDIT, laboratories::scope_add)
        .get("/desk/registers/laboratories/{id}/scope/{line}", EDIT, laboratories::scope_line_page)
        .post("/desk/registers/laboratories/{id}/scope/{line}", EDIT, laboratories::scope_end)
        .get("/desk/registers/officers", READ, officers::list_page)
        .get("/desk/registers/officers/new", EDIT, officers::new_page)
        .post("/desk/registers/officers/new", EDIT, officers::create)
        .get("/desk/registers/officers/{id}", READ, officers::thing_page)
        .get("/desk/registers/officers/{id}/change", EDIT, officers::change_page)
        .post("/desk/registers/officers/{id}/change", EDIT, officers::change)
        .get("/desk/registers/officers/{id}/recusals/new", EDIT, officers::recusal_page)
        .post("/desk/registers/officers/{id}/recusals/new", EDIT, officers::recuse)
        .post("/desk/registers/officers/{id}/recusals/{recusal}/end", EDIT, officers::end_recusal)
        .get("/desk/registers/rules", READ, rules::list_page)
        .get("/desk/registers/rules/new", EDIT, rules_form::new_page)
        .post("/desk/registers/rules/new", EDIT, rules_form::create)
        .get("/desk/registers/rules/{id}", READ, rules::thing_page)
        .get("/desk/registers/rules/{id}/change", EDIT, rules_form::change_page)
        .post("/desk/registers/rules/{id}/change", EDIT, rules_form::change)
        .get("/desk/registers/rules/{id}/items/new", EDIT, rules_form::item_new_page)
        .post("/desk/registers/rules/{id}/items/new", EDIT, rules_form::item_create)
        .get("/desk/registers/rules/{id}/items/{item}", EDIT, rules_form::item_page)
        .post("/desk/registers/rules/{id}/items/{item}", EDIT, rules_form::item_change)
        .post("/desk/registers/rules/{id}/items/{item}/remove", EDIT, rules_form::item_remove)
        .post("/desk/registers/rules/{id}/hand-over", EDIT, rules::hand_over)
        .post("/desk/registers/rules/{id}/publish", PUBLISH, rules::publish)
        .post("/desk/registers/rules/{id}/retire", EDIT, rules::retire)
        .post("/desk/registers/rules/{id}/edition", EDIT, rules::next_edition)
}

/// `GET /desk/registers`
async fn home_page(ctx: Ctx) -> PageResult {
    let numbers = ctx.view(registers::overview).await?;
    let row = |address: &'static str, name: &str, what: &str, count: i64| {
        vec![html! { a href=(address) { (name) } }, html! { (what) }, html! { (table::count_words(count)) }]
    };
    let rows = [
        row(
            "/desk/registers/enterprises",
            "市场主体",
            "可以被抽样的生产者、销售者：信用代码、地址、负责所、产品、信用分类",
            numbers.enterprises,
        ),
        row("/desk/registers/products", "产品分类", "抽查产品的分类和代码表版本", numbers.categories),
        row("/desk/registers/laboratories", "检验机构", "资质认定、检验项目和方法、有效期", numbers.laboratories),
        row("/desk/registers/officers", "抽样人员", "证件、有效期、回避", numbers.officers),
        row("/desk/registers/rules", "实施细则", "抽样数量、检验项目、方法、限值、判定规则、公开情况", numbers.rules),
    ];
    let body = html! {
        (title("登记库", "计划、抽取、抽样和检验都从这里取数。"))
        (table::table("登记库", &[table::text("名称"), table::text("内容"), table::number("数量")], &rows))
    };
    Ok(shell::page(&ctx.page("登记库").at(HOME), body).into_response())
}

/// Frame of a page below the entrance.
fn page(ctx: &Ctx, name: &str, above: &[(&str, String)]) -> shell::Page {
    let mut page = ctx.page(name).at(HOME).crumb("登记库", Some(HOME.into()));
    for (word, address) in above {
        page = page.crumb(*word, Some(address.clone()));
    }
    page.crumb(name, None)
}

/// A page that is one form.
pub(crate) struct FormPage<'a> {
    /// Frame.
    pub page: shell::Page,
    /// Title.
    pub title: &'a str,
    /// One sentence under it.
    pub lead: &'a str,
    /// Where it is sent.
    pub action: String,
    /// Version of the row; 0 for a new one.
    pub version: i64,
    /// Words on the button.
    pub button: &'a str,
    /// Address of 返回.
    pub back: String,
}

impl FormPage<'_> {
    /// The page with its messages.
    pub(crate) fn render(self, ctx: &Ctx, problems: &Again, fields: Markup) -> Markup {
        let errors: Vec<(String, String)> =
            problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
        let body = html! {
            (title(self.title, self.lead))
            (error_summary(&errors))
            @if let Some(refused) = &problems.refusal { (refusal(refused)) }
            form class="form" method="post" action=(self.action) enctype="multipart/form-data" {
                (hidden(ctx.csrf(), &ctx.once(), self.version))
                (fields)
                p { button class="btn btn--main" type="submit" { (self.button) } a href=(self.back) { "返回，不保存" } }
            }
        };
        shell::page(&self.page, body)
    }
}

/// Choices of a closed list with 全部 first, for filters.
pub(crate) fn all_or<C: Code>() -> Vec<(String, String)> {
    let all = [(String::new(), "全部".to_owned())];
    all.into_iter().chain(C::ALL.iter().map(|code| (code.code().to_owned(), code.title().to_owned()))).collect()
}

/// The id in an address; one that is none is not found.
pub(crate) fn id<K>(text: &str) -> Result<hengjian_domain::ids::Id<K>, PageError> {
    text.parse().map_err(|_| AppError::NotFound.into())
}

/// An id chosen in a form, if one is.
pub(crate) fn chosen<K>(form: &FormData, field: &str) -> Option<hengjian_domain::ids::Id<K>> {
    form.get(field).parse().ok()
}

/// The value `1` of a ticked box, for [`FormData::of`].
pub(crate) fn tick(yes: bool) -> String {
    if yes { "1".to_owned() } else { String::new() }
}
