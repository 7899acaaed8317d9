//! The clock of a demonstration: a visitor moves it forward and sees terms run. Does not exist in real use.

use crate::{Access, Ctx, FormData, PageResult, Routes, components::clock::weekday};
use axum::response::{IntoResponse, Redirect};
use hengjian_app::demo;
use hengjian_domain::policy::Action;
use jiff::ToSpan;
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
                @let today = ctx.now().date();
                p { "现在是 " (ctx.now()) "（" (weekday(today)) "）。企业、人员、编号均为虚构。把时钟拨到以后的日子，可以看期限怎样走；拨过去就不能拨回来。" }
                div class="bar-row" {
                    @for (days, later) in [(1, "一天"), (7, "一周"), (30, "三十天")] {
                        @let day = today.saturating_add(i64::from(days).days());
                        form method="post" action="/desk/demonstration/clock" {
                            input type="hidden" name="csrf" value=(ctx.csrf());
                            input type="hidden" name="days" value=(days);
                            button class="btn" type="submit" { "拨到" (later) "后：" (day) "（" (weekday(day)) "）" }
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
    ctx.direct(move |app, _| demo::move_clock(app, days)).await?;
    Ok(Redirect::to("/desk").into_response())
}
