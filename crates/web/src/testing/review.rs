//! 审核: every item with its automatic verdict, the reviewer's own beside it with a reason, then the second signature or
//! the way back.

use super::{called, conclusion_tag, messages, requirement, ruler, verdict_tag};
use crate::{
    Ctx, FormData, PageError, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, section, title},
    },
    error::{Again, again},
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult,
    testing::{
        self as stage, Overruling, item_field,
        view::{InspectionView, inspection_view},
    },
};
use hengjian_domain::{
    code::Code,
    refusal::Refusal,
    testing::{InspectionId, ItemResult, ItemVerdict},
};
use maud::{Markup, html};

/// `GET /desk/inspections/{id}/review`
pub async fn page(ctx: Ctx, Path(id): Path<InspectionId>) -> PageResult {
    let view = ctx.view(move |work| inspection_view(work, id)).await?;
    let open = view.inspection.may_review(ctx.actor(), &view.samplers);
    let problems = Again { fields: Vec::new(), refusal: open.err().map(Refusal::from) };
    Ok(draw(&ctx, &view, &FormData::default(), &problems).into_response())
}

fn read_rulings(form: &FormData) -> AppResult<Vec<Overruling>> {
    let broken = || AppError::field("row", "表格不完整。请重新打开页面再填");
    let mut rulings = Vec::new();
    for line in form.all("row") {
        let mut parts = line.split(' ');
        let (seq, id, version) = (parts.next(), parts.next(), parts.next());
        let seq: i64 = seq.and_then(|seq| seq.parse().ok()).ok_or_else(broken)?;
        rulings.push(Overruling {
            id: id.and_then(|id| id.parse().ok()).ok_or_else(broken)?,
            version: version.and_then(|version| version.parse().ok()).ok_or_else(broken)?,
            verdict: ItemVerdict::from_code(form.get(&item_field("overrule", seq))),
            reason: form.get(&item_field("why", seq)).to_owned(),
        });
    }
    Ok(rulings)
}

/// `POST /desk/inspections/{id}/review`: keeps the overrulings, and passes the review when asked to.
pub async fn save(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let (version, once, pass) = (form.version(), form.once(), form.get("act") == "pass");
    let done = match read_rulings(&form) {
        Ok(rulings) => {
            ctx.act(move |work| {
                work.once(&once, &format!("/desk/inspections/{id}"))?;
                stage::overrule(work, id, version, &rulings)?;
                if pass { stage::review(work, id, version) } else { Ok(()) }
            })
            .await
        }
        Err(error) => Err(error),
    };
    let place = if pass { format!("/desk/inspections/{id}") } else { format!("/desk/inspections/{id}/review") };
    answer(&ctx, id, &form, done, &place).await
}

/// `POST /desk/inspections/{id}/send-back`
pub async fn send_back(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let (version, once, reason) = (form.version(), form.once(), form.get("back_reason").to_owned());
    let done = ctx
        .act(move |work| {
            work.once(&once, &format!("/desk/inspections/{id}"))?;
            stage::send_back(work, id, version, &reason)
        })
        .await;
    answer(&ctx, id, &form, done, &format!("/desk/inspections/{id}")).await
}

async fn answer(ctx: &Ctx, id: InspectionId, form: &FormData, done: AppResult<()>, place: &str) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(place).into_response()),
        Err(error) => {
            let view = ctx.view(move |work| inspection_view(work, id)).await.map_err(PageError::from)?;
            again(error, |problems| draw(ctx, &view, form, problems))
        }
    }
}

fn draw(ctx: &Ctx, view: &InspectionView, form: &FormData, problems: &Again) -> Markup {
    let one = &view.inspection;
    let sample = view.sample.as_ref().map(|sample| sample.number.as_str());
    let base = format!("/desk/inspections/{}", one.id);
    let body = html! {
        (title("审核检验结果", &format!("{}　{}　主检 {}", called(one, sample), one.product_name, or_slash(&view.people.tester))))
        (error_summary(&messages(problems)))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        p { (conclusion_tag(one)) "　" (one.conclusion_text) }
        form method="post" action=(format!("{base}/review")) {
            (hidden(ctx.csrf(), &ctx.once(), one.version))
            @for item in &view.items { (row(item, form)) }
            p class="bar-row" {
                button class="btn" type="submit" name="act" value="save" { "只保存改判" }
                button class="btn btn--main" type="submit" name="act" value="pass" { "审核通过" }
                a href=(base) { "返回" }
            }
        }
        (section("退回检验", html! {
            form class="form" method="post" action=(format!("{base}/send-back")) {
                (hidden(ctx.csrf(), &ctx.once(), one.version))
                (Field::area("back_reason", "退回理由").required().value(form.get("back_reason")).error(problems.of("back_reason")).render())
                p { button class="btn btn--stop" type="submit" { "退回" } }
            }
        }))
    };
    let page = ctx.page("审核检验结果").at("/desk/inspections").crumb("检验", Some("/desk/inspections".into()));
    shell::page(&page.crumb(called(one, sample), Some(base.clone())).crumb("审核", None), body)
}

fn row(item: &ItemResult, form: &FormData) -> Markup {
    let (overrule, why) = (item_field("overrule", item.seq), item_field("why", item.seq));
    let sent = !form.get("version").is_empty();
    let verdict = if sent { form.get(&overrule) } else { item.overruled_verdict.map_or("", Code::code) };
    let reason = if sent { form.get(&why) } else { &item.overruled_reason };
    let open = item.value_text.is_some() && item.applied_limit.is_some();
    let choices = [ItemVerdict::Pass, ItemVerdict::Fail]
        .into_iter()
        .filter(|choice| *choice != item.verdict)
        .map(|choice| (choice.code().to_owned(), choice.title().to_owned()))
        .collect();
    html! {
        section class="sec" {
            h2 { (item.seq) "　" (item.item) "　" small class="sub" { (item.class.title()) } }
            input type="hidden" name="row" value=(format!("{} {} {}", item.seq, item.id, item.version));
            p { "要求 " (requirement(item)) "　实测 " b { @match &item.value_text { Some(value) => (value), None => "未检" } } "　自动判定　" (verdict_tag(item.verdict)) }
            @if !item.verdict_reason.is_empty() { p class="sub" { (item.verdict_reason) } }
            div class="weigh-box gap-top" { (ruler(item)) }
            @if open {
                div class="fields gap-top" {
                    (Field::select(overrule.as_str(), "改判", choices).any("不改判").value(verdict).width("c4").render())
                    (Field::text(why.as_str(), "改判理由").value(reason).width("c8").render())
                }
            } @else { p class="note" { "没有实测值或者没有限值的项目不能改判，报告里写明。" } }
        }
    }
}
