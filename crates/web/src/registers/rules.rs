//! The rule library: list, and the page of one rule with its items, publication and editions.

use super::{all_or, id, page};
use crate::{
    Ctx, FormData, PageResult,
    components::{
        Tone, clock,
        form::{Field, hidden, refusal},
        or_slash,
        shell::{self, section, title},
        table::{self, empty, number, text},
        tag,
        thing::{Act, acts, facts, papers, split, timeline},
    },
    error::{Again, again},
    todo::timeline_lines,
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect},
};
use hengjian_app::{AppResult, StoredFile, TimelineLine, Work, registers::rules};
use hengjian_domain::{
    clock::{Clock, ClockState},
    code::Code,
    match_key::match_key,
    policy::Action,
    product::ProductCategory,
    refusal::Refusal,
    rules::{RulesId, RulesItem, RulesState, SpotCheckRules},
};
use maud::{Markup, html};
use serde::Deserialize;

const LIST: &str = "/desk/registers/rules";

/// Filter of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    text: String,
    #[serde(default)]
    state: String,
}

pub(super) fn state_tag(state: RulesState) -> Markup {
    let tone = match state {
        RulesState::Draft => Tone::Running,
        RulesState::Published => Tone::Done,
        RulesState::Retired => Tone::Absent,
    };
    tag(tone, state.title())
}

/// `GET /desk/registers/rules`
pub async fn list_page(ctx: Ctx, Query(filter): Query<Filter>) -> PageResult {
    let rows = ctx
        .view(|work| {
            let org = work.actor().org_id;
            Ok(work.tx.rule_library(org)?)
        })
        .await?;
    let key = match_key(&filter.text);
    let state = RulesState::from_code(&filter.state);
    let shown: Vec<&SpotCheckRules> = rows
        .iter()
        .filter(|row| state.is_none_or(|state| row.state == state))
        .filter(|row| [&row.title, &row.product, &row.code].iter().any(|text| match_key(text).contains(&key)))
        .collect();
    let cells: Vec<Vec<Markup>> = shown
        .iter()
        .map(|row| {
            vec![
                html! { a class="name" href=(format!("{LIST}/{}", row.id)) { (row.title) } },
                html! { (row.edition) },
                html! { (row.product) },
                state_tag(row.state),
                html! { (row.published_at_us.map_or_else(|| "/".to_owned(), |at| at.date().to_string())) },
                html! { (or_slash(&row.completeness)) },
            ]
        })
        .collect();
    let body = html! {
        (title("实施细则", "抽样前必须公开。公开之后不再修改，改动另立版本。"))
        (table::filter(LIST, html! {
            div class="wide" { (Field::text("text", "名称、产品或编号").value(filter.text.as_str()).render()) }
            (Field::select("state", "状态", all_or::<RulesState>()).value(filter.state.as_str()).render())
        }))
        (table::bar(i64::try_from(shown.len()).unwrap_or(0), html! { @if ctx.may(Action::RegisterEdit) { a class="btn btn--main" href=(format!("{LIST}/new")) { "登记实施细则" } } }))
        @if shown.is_empty() { (empty("没有符合条件的实施细则。可以登记，也可以导入", None)) }
        @else { (table::table("实施细则", &[text("名称"), text("版本"), text("产品"), text("状态"), text("公开日期"), text("完整程度")], &cells)) }
    };
    Ok(shell::page(&page(&ctx, "实施细则", &[]), body).into_response())
}

/// A rule with all its page shows.
struct Whole {
    row: SpotCheckRules,
    items: Vec<RulesItem>,
    category: Option<ProductCategory>,
    clocks: Vec<Clock>,
    files: Vec<StoredFile>,
    course: Vec<TimelineLine>,
}

fn whole(work: &mut Work<'_>, id: RulesId) -> AppResult<Whole> {
    let row: SpotCheckRules = work.load(id)?;
    Ok(Whole {
        items: work.tx.rules_items(id)?,
        category: row.category_id.map(|category| work.load(category)).transpose()?,
        clocks: work.tx.clocks_of(id.cast())?,
        files: work.tx.files_of(id.cast())?,
        course: work.timeline(id)?,
        row,
    })
}

/// `GET /desk/registers/rules/{id}`
pub async fn thing_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let rules = id(&path)?;
    let whole = ctx.view(move |work| whole(work, rules)).await?;
    Ok(drawn(&ctx, &whole, &FormData::default(), &Again::default()).into_response())
}

/// What the person may do with the rule now, and what not and why.
fn open_acts(ctx: &Ctx, whole: &Whole, form: &FormData, problems: &Again) -> Vec<Act> {
    let (row, base) = (&whole.row, format!("{LIST}/{}", whole.row.id));
    let mut list = Vec::new();
    let ready = row.ready_to_publish(&whole.items);
    let with_publisher = whole.clocks.iter().any(|clock| {
        clock.state == ClockState::Open && clock.owner_role == Some(hengjian_domain::actor::Role::Publisher)
    });
    if ctx.may(Action::RegisterEdit) {
        match row.state {
            RulesState::Draft => {
                list.push(Act::link("修改细则", &format!("{base}/change"), ready.is_err()));
                list.push(Act::link("增加检验项目", &format!("{base}/items/new"), false));
                match &ready {
                    Ok(()) if with_publisher => {}
                    Ok(()) => list.push(Act::button(
                        "送办公室公开",
                        &format!("{base}/hand-over"),
                        hidden(ctx.csrf(), "", row.version),
                        true,
                    )),
                    Err(refused) => list.push(Refusal::from(refused.clone()).into()),
                }
            }
            RulesState::Published | RulesState::Retired => {
                list.push(Act::form(
                    "另立新版本",
                    &format!("{base}/edition"),
                    hidden(ctx.csrf(), &ctx.once(), 0),
                    Field::text("edition", "新版本")
                        .required()
                        .value(form.get("edition"))
                        .error(problems.of("edition"))
                        .help("例如 2022 年版")
                        .render(),
                    "另立版本",
                ));
                if row.state == RulesState::Published {
                    list.push(Act::form(
                        "废止",
                        &format!("{base}/retire"),
                        hidden(ctx.csrf(), "", row.version),
                        Field::area("reason", "理由")
                            .required()
                            .value(form.get("reason"))
                            .error(problems.of("reason"))
                            .help("已绑定的任务不受影响")
                            .render(),
                        "废止这一版",
                    ));
                }
                if let Err(refused) = row.must_be_draft() {
                    list.push(Refusal::from(refused).into());
                }
            }
        }
    }
    if ctx.may(Action::TaskPublishRules) && row.state == RulesState::Draft {
        match ready {
            Ok(()) => list.push(Act::form(
                "登记公开",
                &format!("{base}/publish"),
                hidden(ctx.csrf(), "", row.version),
                html! {
                    (Field::text("url", "公开网址").value(form.get("url")).error(problems.of("url")).help("没有网址的上传公开页面的截图").render())
                    (Field::instant("at", "公开时间").required().value(if form.get("at").is_empty() { ctx.now().form_value() } else { form.get("at").to_owned() }).error(problems.of("at")).render())
                    (Field::file("proof", "公开凭据", "application/pdf,image/png,image/jpeg").error(problems.of("proof")).render())
                },
                "登记公开",
            )),
            Err(refused) => list.push(Refusal::from(refused).into()),
        }
    }
    list
}

fn drawn(ctx: &Ctx, whole: &Whole, form: &FormData, problems: &Again) -> Markup {
    let row = &whole.row;
    let quantity = |value: &Option<String>| {
        value.as_ref().map_or_else(|| "/".to_owned(), |number| format!("{number} {}", row.unit))
    };
    let body = html! {
        (title(&row.title, &format!("{}　{}", row.code, row.edition)))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        (split(acts(&open_acts(ctx, whole, form, problems)), html! {
            (section("基本情况", facts(&[
                ("状态", html! { (state_tag(row.state)) @if row.state == RulesState::Draft { "　" (or_slash(&row.completeness)) } }),
                ("公开时间", html! { (row.published_at_us.map_or_else(|| "/".to_owned(), |at| at.to_string())) }),
                ("公开网址", html! { @if row.published_at_url.is_empty() { "/" } @else { a href=(row.published_at_url) rel="noopener noreferrer" { (row.published_at_url) } } }),
                ("产品", html! { (row.product) @if let Some(category) = &whole.category { "　" a href=(format!("/desk/registers/products/{}", category.id)) { (category.name) } } }),
                ("制定单位", html! { (row.issued_by) }),
                ("来源", html! { (or_slash(&row.source)) }),
            ])))
            (section("抽样", facts(&[
                ("抽样地点", html! { span class="pre" { (or_slash(&row.sampling_place)) } }),
                ("抽样方法", html! { span class="pre" { (or_slash(&row.sampling_method)) } }),
                ("最少抽样基数", html! { (quantity(&row.minimum_stock)) }),
                ("检验样品", html! { (quantity(&row.test_quantity)) }),
                ("备用样品", html! { (quantity(&row.backup_quantity)) }),
                ("数量原文", html! { span class="pre" { (or_slash(&row.quantity_text)) } }),
                ("封样、储运", html! { span class="pre" { (or_slash(&row.sealing)) } }),
            ])))
            (section("检验项目", items(ctx, whole)))
            (section("判定规则", html! { p class="pre" { (or_slash(&row.judging_rule)) } }))
            @if whole.clocks.iter().any(|clock| clock.state == ClockState::Open) {
                (section("下一步", html! { div class="clocks" { @for open in whole.clocks.iter().filter(|clock| clock.state == ClockState::Open) { (clock::clock(open, ctx.now().date(), &ctx.app.calendar())) } } }))
            }
            (papers(&whole.files.iter().map(|file| (file.purpose.clone(), file.name.clone(), format!("/desk/files/{}", file.id))).collect::<Vec<_>>()))
            (timeline(&timeline_lines(whole.course.clone())))
        }))
    };
    shell::page(&page(ctx, &row.title, &[("实施细则", LIST.into())]), body)
}

fn items(ctx: &Ctx, whole: &Whole) -> Markup {
    if whole.items.is_empty() {
        return empty("还没有检验项目。没有检验项目的细则不能公开", None);
    }
    let edit = ctx.may(Action::RegisterEdit) && whole.row.state == RulesState::Draft;
    let cells: Vec<Vec<Markup>> = whole
        .items
        .iter()
        .map(|item| {
            let address = format!("{LIST}/{}/items/{}", whole.row.id, item.id);
            let marks = [
                (item.mandatory, "强制性"),
                (!item.retestable, "不可复检"),
                (item.on_site, "现场检验"),
            ];
            let words: Vec<&str> = marks.iter().filter(|(on, _)| *on).map(|(_, word)| *word).collect();
            let mut cells = vec![
                html! { (item.name) @if !item.table_name.is_empty() { small class="sub" { "　" (item.table_name) } } },
                html! { (item.seq) },
                html! { (item.class.title()) },
                html! { (or_slash(&item.standard)) },
                html! { (or_slash(&item.method)) },
                html! {
                    @match &item.limit_text { Some(limit) => { (limit) " " (item.unit) }, None => span class="dim" { "没有限值，不判定" } }
                    small class="sub" { "　" (item.compare.title()) @if let Some(interval) = &item.interval { "，修约间隔 " (interval) } }
                },
                html! { (or_slash(&words.join("、"))) },
            ];
            if edit {
                cells.push(html! { div class="row-acts" {
                    a href=(address) { "修改" span class="vh" { (item.name) } }
                    form method="post" action=(format!("{address}/remove")) { (hidden(ctx.csrf(), "", item.version)) button class="linkish" type="submit" { "删除" span class="vh" { (item.name) } } }
                } });
            }
            cells
        })
        .collect();
    let mut columns =
        vec![text("检验项目"), number("序"), text("分类"), text("依据"), text("方法"), text("限值"), text("性质")];
    if edit {
        columns.push(text("办理"));
    }
    table::table("检验项目", &columns, &cells)
}

/// Answers an act on the page: back to the page, or the page again with what is wrong.
async fn answer(ctx: &Ctx, rules: RulesId, done: AppResult<RulesId>, form: &FormData) -> PageResult {
    match done {
        Ok(id) => Ok(Redirect::to(&format!("{LIST}/{id}")).into_response()),
        Err(error) => {
            let whole = ctx.view(move |work| whole(work, rules)).await?;
            again(error, |problems| drawn(ctx, &whole, form, problems))
        }
    }
}

/// `POST /desk/registers/rules/{id}/hand-over`
pub async fn hand_over(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (rules, version) = (id(&path)?, form.version());
    let done = ctx.act(move |work| rules::hand_over(work, rules, version)).await;
    answer(&ctx, rules, done.map(|()| rules), &form).await
}

/// `POST /desk/registers/rules/{id}/publish`
pub async fn publish(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (rules, version, url) = (id(&path)?, form.version(), form.get("url").to_owned());
    let mut reader = form.reader();
    let at = reader.instant("at", "公开时间");
    let proof = form.file("proof").map(|file| (file.name.clone(), file.bytes.clone()));
    let done = match (reader.finish(), at) {
        (Ok(()), Some(at)) => ctx.act(move |work| rules::publish(work, rules, version, &url, at, proof)).await,
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(hengjian_app::AppError::field("at", "请填写公开时间")),
    };
    answer(&ctx, rules, done.map(|()| rules), &form).await
}

/// `POST /desk/registers/rules/{id}/retire`
pub async fn retire(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (rules, version, reason) = (id(&path)?, form.version(), form.get("reason").to_owned());
    let done = ctx.act(move |work| rules::retire(work, rules, version, &reason)).await;
    answer(&ctx, rules, done.map(|()| rules), &form).await
}

/// `POST /desk/registers/rules/{id}/edition`
pub async fn next_edition(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (rules, edition, once) = (id(&path)?, form.get("edition").to_owned(), form.once());
    let done = ctx.act(move |work| rules::next_edition(work, rules, &edition, &once)).await;
    answer(&ctx, rules, done, &form).await
}
