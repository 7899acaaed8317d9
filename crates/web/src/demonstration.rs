//! The clock of a demonstration: a visitor moves it forward and sees terms run. Does not exist in real use.

use crate::{Access, Ctx, FormData, PageResult, Routes, context::blocking};
use axum::response::{IntoResponse, Redirect};
use hengjian_app::demo;
use hengjian_domain::policy::Action;
use maud::{Markup, html};

/// Routes of this area.
pub fn routes() -> Routes {
    Routes::new().post("/desk/demonstration/clock", Access::Action(Action::Own), move_clock)
}

/// Buttons for the work list of a demonstration.
pub fn clock_form(ctx: &Ctx) -> Markup {
    html! {
        @if ctx.app.demonstration {
            section class="sec no-print" { h2 { "演示时钟" }
                p { "现在是 " (ctx.now()) "。企业、人员、编号均为虚构，往前拨时钟可以看期限怎样走。" }
                div class="bar-row" {
                    @for (days, words) in [(1, "往前一天"), (7, "往前一周"), (30, "往前三十天")] {
                        form method="post" action="/desk/demonstration/clock" {
                            input type="hidden" name="csrf" value=(ctx.csrf());
                            input type="hidden" name="days" value=(days);
                            button class="btn" type="submit" { (words) }
                        }
                    }
                }
            }
        }
    }
}

/// `POST /desk/demonstration/clock`
pub async fn move_clock(ctx: Ctx, form: FormData) -> PageResult {
    let mut reader = form.reader();
    let days = reader.integer("days", "天数", 1..=366);
    reader.finish()?;
    let app = ctx.app.clone();
    blocking(move || demo::move_clock(&app, days)).await?;
    Ok(Redirect::to("/desk").into_response())
}
