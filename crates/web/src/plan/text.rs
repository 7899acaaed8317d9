//! Form for title, goals and text of the notice.

use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        shell,
    },
    error::{Again, again},
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppResult,
    plan::{
        drafting::{self, PlanText},
        reading,
    },
};
use hengjian_domain::plan::{PlanId, SpotCheckPlan, default_body, default_goals};
use maud::{Markup, html};

fn form(ctx: &Ctx, plan: &SpotCheckPlan, text: &PlanText, version: i64, problems: &Again) -> Markup {
    let address = format!("/desk/plans/{}", plan.id);
    let body = html! {
        (shell::title("名称和正文", "印发时套入公文版式，附件表由产品生成。"))
        (error_summary(&problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect::<Vec<_>>()))
        @if let Some(words) = &problems.refusal { (refusal(words)) }
        form class="form" method="post" action=(format!("{address}/text")) {
            (hidden(ctx.csrf(), "", version))
            (Field::text("title", "计划名称").required().value(&text.title).help("印发件的标题为“关于印发 ××的通知”").error(problems.of("title")).render())
            (Field::area("goals", "目标").value(&text.goals).error(problems.of("goals")).render())
            (Field::area("body", "正文").value(&text.body).help("段落之间空一行；以“一、”开头的短段落排成小标题").error(problems.of("body")).render())
            p { button class="btn btn--main" type="submit" { "保存" } a href=(address) { "返回计划" } }
        }
    };
    let page = ctx
        .page("名称和正文")
        .at("/desk/plans")
        .crumb("抽查计划", Some("/desk/plans".into()))
        .crumb(plan.title.clone(), Some(format!("/desk/plans/{}", plan.id)))
        .crumb("名称和正文", None);
    shell::page(&page, body)
}

/// `GET /desk/plans/{id}/text`
pub async fn text_page(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let id: PlanId = super::id(&id)?;
    let view = ctx.view(move |work| reading::plan(work, id)).await?;
    let plan = &view.plan;
    let or = |text: &str, default: String| if text.trim().is_empty() { default } else { text.to_owned() };
    let text = PlanText {
        title: plan.title.clone(),
        goals: or(&plan.goals, default_goals(&view.lines)),
        body: or(&plan.body, default_body(plan.year, plan.tier, &view.lines)),
    };
    Ok(form(&ctx, plan, &text, plan.version, &Again::default()).into_response())
}

/// `POST /desk/plans/{id}/text`
pub async fn save_text(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
    let id: PlanId = super::id(&id)?;
    let version = data.version();
    let text = PlanText {
        title: data.get("title").to_owned(),
        goals: data.get("goals").replace("\r\n", "\n"),
        body: data.get("body").replace("\r\n", "\n"),
    };
    let read: AppResult<()> = {
        let mut reader = data.reader();
        reader.required("title", "计划名称");
        reader.finish()
    };
    let kept = text.clone();
    let saved = match read {
        Ok(()) => ctx.act(move |work| drafting::edit_text(work, id, version, text)).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(Redirect::to(&format!("/desk/plans/{id}")).into_response()),
        Err(error) => {
            let view = ctx.view(move |work| reading::plan(work, id)).await?;
            again(error, |problems| form(&ctx, &view.plan, &kept, version, problems))
        }
    }
}
