//! Parameters: meaning, value, default and basis of each, in one form.

use super::page;
use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, error_summary, hidden},
        shell::{self, title},
    },
    error::{Again, again},
};
use axum::response::{IntoResponse, Redirect};
use hengjian_app::administration::parameters::{self, ParameterView};
use hengjian_domain::parameter::{self, ParameterKind};
use maud::{Markup, html};

fn field(view: &ParameterView, form: &FormData, problems: &Again) -> Markup {
    let parameter = view.parameter;
    let typed = form.get(parameter.name);
    let value = if typed.is_empty() { view.value.clone() } else { typed.to_owned() };
    let default = parameter.words(parameter.default);
    let from =
        if view.set { format!("本机关设定，默认是 {default}") } else { "现在是默认值".to_owned() };
    let help = format!("{}。{from}", parameter.meaning);
    let field = match parameter.kind {
        ParameterKind::Integer(..) => Field::text(parameter.name, parameter.title).unit(parameter.unit),
        ParameterKind::Choice(values) => {
            let options = values.iter().map(|(code, title)| ((*code).to_owned(), (*title).to_owned())).collect();
            Field::select(parameter.name, parameter.title, options)
        }
        ParameterKind::Words(_) => Field::text(parameter.name, parameter.title),
    };
    html! { div class="c6" {
        (field.value(value).help(help).error(problems.of(parameter.name)).render())
        p class="law" { (parameter.basis.cited()) "　" (parameter.note) }
    } }
}

fn drawn(ctx: &Ctx, views: &[ParameterView], form: &FormData, problems: &Again) -> Markup {
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let body = html! {
        (title("参数", "法律留给约定的期限、条文还没有核实的数值和本地做法。新值只用于之后开始的事项，已经在算的期限不变。"))
        (error_summary(&errors))
        form class="form" method="post" action="/desk/admin/parameters" {
            (hidden(ctx.csrf(), "", 0))
            div class="fields" { @for view in views { (field(view, form, problems)) } }
            p { button class="btn btn--main" type="submit" { "保存参数" } }
        }
    };
    shell::page(&page(ctx, "参数", &[]), body)
}

/// `GET /desk/admin/parameters`
pub async fn list_page(ctx: Ctx) -> PageResult {
    let views = ctx.view(parameters::list).await?;
    Ok(drawn(&ctx, &views, &FormData::default(), &Again::default()).into_response())
}

/// `POST /desk/admin/parameters`
pub async fn set(ctx: Ctx, form: FormData) -> PageResult {
    let values: Vec<(String, String)> = parameter::ALL
        .iter()
        .map(|parameter| (parameter.name.to_owned(), form.get(parameter.name).to_owned()))
        .collect();
    let done = ctx
        .act(move |work| {
            let changed = parameters::set(work, &values)?;
            // Nothing changed is no act and leaves no entry.
            Ok(changed)
        })
        .await;
    match done {
        Ok(_) => Ok(Redirect::to("/desk/admin/parameters").into_response()),
        Err(error) => {
            let views = ctx.view(parameters::list).await?;
            again(error, |problems| drawn(&ctx, &views, &form, problems))
        }
    }
}
