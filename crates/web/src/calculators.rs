//! 计算器: the rule calculators of the command line as pages, for everybody and at the desk. They work by GET, so that an
//! address can be passed on; the answers are those of `hengjian_app::calculators`. Nothing is stored.

use crate::{
    Access, Ctx, PageResult, Routes,
    components::{Tone, form::Field, shell, tag, thing::facts, weigh::weigh},
    context::PublicCtx,
};
use axum::{
    extract::{Path, RawQuery},
    response::IntoResponse,
};
use hengjian_app::{
    AppError,
    calculators::{Calculator, Explained, Input, InputError, InputKind, Mark},
};
use hengjian_domain::{calendar::Calendar, code::Code, policy::Action};
use maud::{Markup, html};

/// Longest value that is looked at, characters; a longer one is cut, no calculator has a use for it.
const LONGEST_VALUE: usize = 200;
const PUBLIC: &str = "/calculators";
const DESK: &str = "/desk/calculators";

/// Routes of this area.
pub fn routes() -> Routes {
    Routes::new()
        .get("/calculators", Access::Public, public_list)
        .get("/calculators/{name}", Access::Public, public_page)
        .get("/desk/calculators", Access::Action(Action::Own), desk_list)
        .get("/desk/calculators/{name}", Access::Action(Action::Own), desk_page)
}

async fn public_list(ctx: PublicCtx) -> PageResult {
    Ok(shell::page(&ctx.page("计算器").at(PUBLIC), list(PUBLIC)).into_response())
}

async fn desk_list(ctx: Ctx) -> PageResult {
    let page = ctx.page("计算器").crumb("待办", Some("/desk".to_owned())).crumb("计算器", None);
    Ok(shell::page(&page, list(DESK)).into_response())
}

async fn public_page(ctx: PublicCtx, Path(name): Path<String>, RawQuery(query): RawQuery) -> PageResult {
    let calculator = Calculator::from_code(&name).ok_or(AppError::NotFound)?;
    let page = ctx
        .page(calculator.title())
        .at(PUBLIC)
        .crumb("计算器", Some(PUBLIC.to_owned()))
        .crumb(calculator.title(), None);
    let body = calculator_page(calculator, PUBLIC, query.as_deref(), &ctx.app.calendar());
    Ok(shell::page(&page, body).into_response())
}

async fn desk_page(ctx: Ctx, Path(name): Path<String>, RawQuery(query): RawQuery) -> PageResult {
    let calculator = Calculator::from_code(&name).ok_or(AppError::NotFound)?;
    let page = ctx
        .page(calculator.title())
        .crumb("待办", Some("/desk".to_owned()))
        .crumb("计算器", Some(DESK.to_owned()))
        .crumb(calculator.title(), None);
    let body = calculator_page(calculator, DESK, query.as_deref(), &ctx.app.calendar());
    Ok(shell::page(&page, body).into_response())
}

fn list(base: &str) -> Markup {
    html! {
        (shell::title("计算器", "代码校验、期限推算、修约和判定。结果附推导过程，网址可以转给别人。"))
        (links(base, None))
    }
}

/// All calculators but the one that is open.
fn links(base: &str, open: Option<Calculator>) -> Markup {
    html! {
        ul class="papers" {
            @for calculator in Calculator::ALL.iter().filter(|one| Some(**one) != open) {
                li { span { a href=(format!("{base}/{}", calculator.code())) { (calculator.title()) } small { (calculator.lead()) } } }
            }
        }
    }
}

/// The form with what was typed, and below it the answer when anything was.
fn calculator_page(calculator: Calculator, base: &str, query: Option<&str>, calendar: &Calendar) -> Markup {
    let typed = typed(calculator, query.unwrap_or_default());
    let values: Vec<&str> = typed.iter().map(String::as_str).collect();
    let asked = values.iter().zip(calculator.inputs()).any(|(value, input)| !value.is_empty() && !is_choice(input));
    let answer = asked.then(|| calculator.explained(&values, calendar));
    let error = answer.as_ref().and_then(|answer| answer.as_ref().err());
    html! {
        (shell::title(calculator.title(), calculator.lead()))
        form method="get" action=(format!("{base}/{}", calculator.code())) {
            div class="fields" {
                @for (input, value) in calculator.inputs().iter().zip(&typed) { (field(input, value, error)) }
            }
            p class="bar-row" {
                button class="btn btn--main" type="submit" { "计算" }
                a href=(example(calculator, base)) { "填入示例" }
            }
        }
        @if let Some(Ok(explained)) = &answer { (result(explained, weighed(calculator, &values, explained))) }
        (shell::section("其他计算器", links(base, Some(calculator))))
    }
}

fn is_choice(input: &Input) -> bool {
    matches!(input.kind, InputKind::Choice(_))
}

/// Values of the inputs in their order; a choice that was not made is its first.
fn typed(calculator: Calculator, query: &str) -> Vec<String> {
    let given: Vec<(String, String)> =
        form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let value = |input: &Input| {
        let found = given.iter().find(|(name, _)| name == input.name).map(|(_, value)| value.trim());
        match (found.unwrap_or_default(), input.kind) {
            ("", InputKind::Choice(choices)) => choices.first().map_or("", |(value, _)| value).to_owned(),
            (text, _) => text.chars().take(LONGEST_VALUE).collect(),
        }
    };
    calculator.inputs().iter().map(value).collect()
}

fn field(input: &Input, value: &str, error: Option<&InputError>) -> Markup {
    let field = match input.kind {
        InputKind::Text => Field::text(input.name, input.label),
        InputKind::Date => Field::date(input.name, input.label),
        InputKind::Choice(choices) => {
            let options = choices.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect();
            Field::select(input.name, input.label, options)
        }
    };
    let message = error.filter(|error| error.column == input.name).map(|error| error.message.as_str());
    field.required().width("c4").value(value).help(input.help).error(message).render()
}

fn example(calculator: Calculator, base: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for input in calculator.inputs() {
        query.append_pair(input.name, input.example);
    }
    format!("{base}/{}?{}", calculator.code(), query.finish())
}

/// Limit against value on the graduated rule, where the calculator judges one.
fn weighed(calculator: Calculator, values: &[&str], explained: &Explained) -> Markup {
    match (calculator, values) {
        (Calculator::Judge, [value, limit, ..]) => weigh(limit, value, explained.mark == Mark::Bad),
        _ => html! {},
    }
}

fn result(explained: &Explained, drawing: Markup) -> Markup {
    let pairs: Vec<(&str, Markup)> = explained.facts.iter().map(|(label, value)| (*label, html! { (value) })).collect();
    let law =
        html! { p class="law" { (explained.basis.iter().map(|basis| basis.cited()).collect::<Vec<_>>().join("、")) } };
    html! {
        (shell::section("结果", html! {
            @match explained.mark {
                Mark::Good => p { (tag(Tone::Done, &explained.answer)) },
                Mark::Bad => p { (tag(Tone::Bad, &explained.answer)) },
                Mark::Plain => p { strong { (explained.answer) } },
            }
            (drawing)
            (facts(&pairs))
            @if explained.steps.is_empty() { div class="cols" { (law) } }
        }))
        @if !explained.steps.is_empty() { (shell::section("怎么算的", html! {
            div class="cols cols--wide" {
                @for (heading, steps) in &explained.steps {
                    div {
                        @if explained.steps.len() > 1 { h3 { (heading) } }
                        ol class="steps" { @for step in steps { li { (step) } } }
                    }
                }
            }
            div class="cols" { (law) }
        })) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every calculator answers its own example on its page, in words.
    #[test]
    fn every_example_is_answered() {
        for calculator in Calculator::ALL {
            let address = example(*calculator, PUBLIC);
            let query = address.split_once('?').map(|(_, query)| query);
            let page = calculator_page(*calculator, PUBLIC, query, Calendar::builtin()).into_string();
            assert!(page.contains("结果") && page.contains("class=\"law\""), "{address}: {page}");
            assert!(!page.contains("class=\"err\""), "{address}: {page}");
        }
    }

    /// A value that cannot be used has its message beside its field and is kept; nothing typed, nothing answered.
    #[test]
    fn a_wrong_value_is_said_beside_its_field() {
        let page = |query| calculator_page(Calculator::Deadline, DESK, query, Calendar::builtin()).into_string();
        let wrong = page(Some("trigger=2021-09-16&length=many&unit=months"));
        assert!(wrong.contains("id=\"length-error\"") && wrong.contains("value=\"many\""), "{wrong}");
        assert!(!wrong.contains("怎么算"));
        assert!(!page(None).contains("class=\"err\"") && !page(Some("unit=months")).contains("class=\"err\""));
        let right = page(Some("trigger=2021-09-25&length=15&unit=calendar_days"));
        assert!(right.contains("2021-10-10") && right.contains("2021-10-11") && right.contains("当日不计"), "{right}");
        let hostile = page(Some("trigger=%3Cscript%3E&length=%FF%00&unit=\"><b>"));
        assert!(!hostile.contains("<script>") && !hostile.contains("<b>\""), "{hostile}");
    }
}
