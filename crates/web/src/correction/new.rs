//! Proposing a correction: which fact, the new value, reason and proof; what is never edited and which way leads there.

use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, section, title},
        table::{self, text},
        tag,
    },
    error::{Again, again},
    form::Upload,
    todo,
};
use axum::{
    extract::Query,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult,
    correction::{self, Proposal, Sheet},
};
use hengjian_domain::{
    clock::SubjectKind,
    code::Code,
    correction::{CorrectionId, Moves, ValueKind},
    ids::SubjectId,
};
use maud::{Markup, html};
use serde::Deserialize;

/// What the address names.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct About {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    id: String,
    /// Fact that is offered first.
    #[serde(default)]
    field: String,
}

impl About {
    fn thing(&self) -> AppResult<(SubjectKind, SubjectId)> {
        let kind = SubjectKind::from_code(&self.kind).ok_or(AppError::NotFound)?;
        Ok((kind, self.id.parse().map_err(|_| AppError::NotFound)?))
    }
}

/// `GET /desk/corrections/new?kind=…&id=…`
pub async fn page(ctx: Ctx, Query(about): Query<About>) -> PageResult {
    let (kind, id) = about.thing()?;
    let sheet = ctx.view(move |work| correction::sheet(work, kind, id)).await?;
    Ok(draw(&ctx, &sheet, &FormData::of([("field", about.field)]), &Again::default()).into_response())
}

fn moves(moves: Moves) -> &'static str {
    match moves {
        Moves::Nothing => "提交即更正",
        Moves::Deadline => "影响期限，由分管领导同意",
        Moves::Party => "影响当事人，由分管领导同意",
    }
}

fn written(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Date => "日期，例如 2021-09-30",
        ValueKind::OptionalDate => "日期，例如 2021-09-30；没有的不填",
        ValueKind::Instant => "日期和时间，例如 2021-09-30T09:00",
        ValueKind::Text => "文字",
        ValueKind::Quantity => "数量，例如 12.5",
        ValueKind::Enterprise => "登记库里的企业名称，或者统一社会信用代码",
    }
}

fn draw(ctx: &Ctx, sheet: &Sheet, form: &FormData, problems: &Again) -> Markup {
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let recorded: Vec<_> =
        sheet.facts.iter().filter_map(|(fact, value)| value.as_ref().map(|value| (*fact, value))).collect();
    let options: Vec<(String, String)> = recorded
        .iter()
        .map(|(fact, value)| (fact.field.to_owned(), format!("{}（现在是：{}）", fact.title, short(value))))
        .collect();
    let rows: Vec<Vec<Markup>> = recorded
        .iter()
        .map(|(fact, value)| {
            vec![
                html! { (fact.title) },
                html! { (or_slash(value)) },
                html! { (written(fact.value)) },
                html! { (fact.proof) },
                html! { (moves(fact.moves)) },
            ]
        })
        .collect();
    let missing: Vec<&str> =
        sheet.facts.iter().filter(|(_, value)| value.is_none()).map(|(fact, _)| fact.title).collect();
    let nothing = options.is_empty();
    let only = if options.len() == 1 {
        options.first().map_or("", |(field, _)| field.as_str()).to_owned()
    } else {
        String::new()
    };
    let chosen = if form.get("field").is_empty() { only } else { form.get("field").to_owned() };
    let back = todo::address(sheet.kind, sheet.id);
    let body = html! {
        (title(&format!("更正：{}", sheet.kind.title()), &sheet.title))
        (error_summary(&errors))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        @if !nothing {
            form class="form" method="post" action="/desk/corrections/new" enctype="multipart/form-data" {
                (hidden(ctx.csrf(), &ctx.once(), 0))
                input type="hidden" name="kind" value=(sheet.kind.code());
                input type="hidden" name="id" value=(sheet.id);
                (Field::select("field", "更正哪一项", options).required().value(chosen).error(problems.of("field")).render())
                (Field::area("new_value", "更正为").required().value(form.get("new_value")).error(problems.of("new_value")).help("写法见下表").render())
                (Field::area("reason", "理由").required().value(form.get("reason")).error(problems.of("reason")).render())
                (Field::area("proof", "证明材料").required().value(form.get("proof")).error(problems.of("proof")).help("写明凭据的名称、日期，原件扫描后上传").render())
                (Field::file("attachment", "附件", ".pdf,.jpg,.jpeg,.png").error(problems.of("attachment")).render())
                p { button class="btn btn--main" type="submit" { "提交更正" } a href=(back) { "返回" } }
            }
            (section("可以更正的内容", table::table("可以更正的内容", &[text("内容"), text("现在"), text("怎么写"), text("证明材料"), text("由谁决定")], &rows)))
        } @else {
            p { "这里没有可以更正的记录。" a href=(back) { "返回" } }
        }
        @if !missing.is_empty() && !nothing { p class="note" { "还没有记录的：" (missing.join("、")) "。请在这件事的页面上直接办理。" } }
        @if !sheet.frozen.is_empty() {
            (section("不改动的内容", html! { dl class="facts" { @for (what, way) in &sheet.frozen { dt { (what) } dd { (way) } } } }))
        }
        @if !sheet.earlier.is_empty() {
            (section("以前的更正", html! { ul { @for one in &sheet.earlier { li {
                a href=(format!("/desk/corrections/{}", one.id)) { (one.created_at_us.date()) "　" (one.field_title) } "　"
                (or_slash(&one.old_value)) " → " (or_slash(&one.new_value)) "　" (tag(super::tone(one.state), one.state.title()))
            } } } }))
        }
    };
    let page = ctx.page("更正").crumb(sheet.kind.title(), Some(back.clone()));
    shell::page(&page.crumb("更正", None), body)
}

/// The beginning of a long value.
fn short(value: &str) -> String {
    if value.is_empty() {
        return "空".to_owned();
    }
    let start: String = value.chars().take(24).collect();
    if start.len() < value.len() { format!("{start}…") } else { start }
}

/// `POST /desk/corrections/new`
pub async fn create(ctx: Ctx, form: FormData) -> PageResult {
    let about = About { kind: form.get("kind").to_owned(), id: form.get("id").to_owned(), field: String::new() };
    let (kind, id) = about.thing()?;
    let files: Vec<Upload> = form.files("attachment").into_iter().cloned().collect();
    let once = form.once();
    let made: AppResult<CorrectionId> = match read(&form, kind, id) {
        Ok(proposal) => {
            ctx.act(move |work| {
                let correction = correction::propose(work, proposal, &once)?;
                for file in &files {
                    work.keep_file(
                        (SubjectKind::Correction, correction),
                        "更正的证明",
                        "attachment",
                        &file.name,
                        &file.bytes,
                    )?;
                }
                Ok(correction)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(id) => Ok(Redirect::to(&format!("/desk/corrections/{id}")).into_response()),
        Err(error) => {
            let sheet = ctx.view(move |work| correction::sheet(work, kind, id)).await?;
            again(error, |problems| draw(&ctx, &sheet, &form, problems))
        }
    }
}

fn read(form: &FormData, kind: SubjectKind, id: SubjectId) -> AppResult<Proposal> {
    let mut read = form.reader();
    let field = form.get("field").to_owned();
    if field.is_empty() {
        read.error("field", "请选择更正哪一项");
    }
    let (reason, proof) = (read.required("reason", "理由"), read.required("proof", "证明材料"));
    read.finish()?;
    Ok(Proposal { kind, id, field, new_value: form.get("new_value").to_owned(), reason, proof })
}
