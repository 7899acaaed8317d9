//! A publication at the desk: list, draft, what may be included, three reviews, release. Shows the guards of every
//! entry before anybody presses a button.

use super::{conclusion_tag, tone};
use crate::{
    Ctx, FormData, PageError, PageResult,
    components::{
        Tone, clock,
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, title},
        table::{self, empty, number, text},
        tag,
        thing::{Act, acts, facts, split, timeline},
    },
    error::{Again, again},
    paging::Address,
    todo::timeline_lines,
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppResult, TimelineLine, Work,
    publication::{self, Head, Whole},
};
use hengjian_domain::{
    clock::Clock,
    code::Code,
    policy::Action,
    publication::{
        EntryState, FinalResult, PublicationEntryId, PublicationId, PublicationRefused, PublicationState,
        check_entries, personal_hints,
    },
    refusal::Refusal,
    testing::{Inspection, InspectionId},
};
use maud::{Markup, html};
use serde::Deserialize;

/// Filter of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: String,
}

/// `GET /desk/publications`
pub async fn list_page(ctx: Ctx, Query(filter): Query<Filter>) -> PageResult {
    let address = Address::new("/desk/publications").with("state", filter.state.as_str());
    let request = address.request(&filter.page)?;
    let state = publication::state_from(&filter.state);
    let page = request.clone();
    let (mut rows, waiting) =
        ctx.view(move |work| Ok((publication::list(work, state, &page)?, publication::offer(work)?.len()))).await?;
    let next = address.next(&mut rows, &request, |row| (row.created_at_us.0.to_string(), row.id.to_string()));
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            vec![
                html! { a href=(format!("/desk/publications/{}", row.id)) { (row.title) } },
                tag(tone(row.state), row.state.title()),
                html! { (or_slash(&row.period)) },
                html! { (or_slash(row.document_number.as_deref().unwrap_or_default())) },
                html! { (row.published_at_us.map_or_else(|| "/".to_owned(), |at| at.date().to_string())) },
            ]
        })
        .collect();
    let lead = format!("{waiting} 批结果已最终确定、还没有选入公布稿。");
    let states = Field::choice::<PublicationState>("state", "状态").any("全部").value(filter.state.as_str()).render();
    let body = html! {
        (title("信息公布", &lead))
        (table::filter("/desk/publications", states))
        div class="bar-row" { span class="sub" { "新的在前" } span class="end" {
            @if ctx.may(Action::PublicationDraft) { a class="btn btn--main" href="/desk/publications/new" { "起草公布稿" } }
        } }
        @if cells.is_empty() { (empty("没有公布稿。结果最终确定之后由办公室起草", None)) }
        @else { (table::table("公布稿", &[text("标题"), text("状态"), text("期间"), text("文号"), text("发布日期")], &cells)) }
        (table::pager(&address.first(), next.as_deref(), filter.page.is_empty()))
    };
    Ok(shell::page(&ctx.page("信息公布").at("/desk/publications"), body).into_response())
}

fn head_fields(head: &Head, problems: &Again) -> Markup {
    html! {
        (Field::text("title", "公布标题").required().value(&head.title).error(problems.of("title")).render())
        (Field::text("period", "抽查期间").value(&head.period).help("例如 2021年第三季度").error(problems.of("period")).render())
        (Field::text("document_number", "文号").value(head.document_number.as_deref().unwrap_or_default()).help("没有文号的不填").error(problems.of("document_number")).render())
        (Field::area("body", "公布说明").value(&head.body).help("依据、期间、范围、主要不合格项目、处理情况、消费提示。各段之间空一行").error(problems.of("body")).render())
    }
}

fn read_head(form: &FormData) -> Head {
    let optional = |field: &str| Some(form.get(field).to_owned()).filter(|value| !value.is_empty());
    Head {
        title: form.get("title").to_owned(),
        document_number: optional("document_number"),
        period: form.get("period").to_owned(),
        body: form.get("body").to_owned(),
    }
}

fn new_form(ctx: &Ctx, head: &Head, problems: &Again) -> Markup {
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let page = ctx.page("起草公布稿").at("/desk/publications").crumb("信息公布", Some("/desk/publications".into()));
    let body = html! {
        (title("起草公布稿", "先写标题和说明，再选入批次。"))
        (error_summary(&errors))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        form class="form narrow" method="post" action="/desk/publications/new" {
            (hidden(ctx.csrf(), &ctx.once(), 0))
            (head_fields(head, problems))
            p { button class="btn btn--main" type="submit" { "建立公布稿" } }
        }
    };
    shell::page(&page.crumb("起草公布稿", None), body)
}

/// `GET /desk/publications/new`
pub async fn new_page(ctx: Ctx) -> Markup {
    let year = ctx.now().date().year();
    let head = Head {
        title: format!("{year}年产品质量监督抽查结果"),
        body: "根据《中华人民共和国产品质量法》和《产品质量监督抽查管理暂行办法》，本局组织了产品质量监督抽查，现将结果公布如下。\n\n\
               对抽查不合格的产品，已责令停止生产、销售，并依法处理。\n\n\
               结果只对所抽的样品批次负责，不代表同一企业其他产品的质量，也不是对产品的推荐。"
            .to_owned(),
        ..Head::default()
    };
    new_form(&ctx, &head, &Again::default())
}

/// `POST /desk/publications/new`
pub async fn create(ctx: Ctx, form: FormData) -> PageResult {
    let (head, once) = (read_head(&form), form.once());
    let kept = head.clone();
    let made = ctx
        .act(move |work| {
            work.once(&once, "/desk/publications")?;
            publication::create(work, head)
        })
        .await;
    match made {
        Ok(id) => Ok(Redirect::to(&format!("/desk/publications/{id}")).into_response()),
        Err(error) => again(error, |problems| new_form(&ctx, &kept, problems)),
    }
}

/// Everything the page of one publication shows.
struct View {
    whole: Whole,
    offered: Vec<(FinalResult, Inspection)>,
    clocks: Vec<Clock>,
    lines: Vec<TimelineLine>,
}

fn load(work: &mut Work<'_>, id: PublicationId, may_draft: bool) -> AppResult<View> {
    let whole = publication::whole(work, id)?;
    let drafting = matches!(whole.publication.state, PublicationState::Draft | PublicationState::Returned);
    let offered = if drafting && may_draft { publication::offer(work)? } else { Vec::new() };
    Ok(View { offered, clocks: work.tx.clocks_of(id.cast())?, lines: work.timeline(id)?, whole })
}

async fn show(ctx: &Ctx, id: PublicationId, problems: &Again) -> Result<Markup, PageError> {
    let may_draft = ctx.may(Action::PublicationDraft);
    let view = ctx.view(move |work| load(work, id, may_draft)).await?;
    Ok(draw(ctx, &view, problems))
}

/// `GET /desk/publications/{id}`
pub async fn page(ctx: Ctx, Path(id): Path<PublicationId>) -> PageResult {
    Ok(show(&ctx, id, &Again::default()).await?.into_response())
}

fn draw(ctx: &Ctx, view: &View, problems: &Again) -> Markup {
    let publication = &view.whole.publication;
    let (batches, failed) = publication::counts(&view.whole.entries);
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let number = publication.document_number.as_deref().unwrap_or_default();
    let published = publication.published_at_us.map_or_else(|| "/".to_owned(), |at| at.to_string());
    let (today, calendar) = (ctx.now().date(), ctx.app.calendar());
    let body = html! {
        p { (tag(tone(publication.state), publication.state.title())) }
        (title(&publication.title, &format!("{batches} 批，其中不合格 {failed} 批。")))
        (error_summary(&errors))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        (split(acts(&acts_of(ctx, view)), html! {
            section class="sec" { h2 { "公布稿" }
                (facts(&[
                    ("抽查期间", html! { (or_slash(&publication.period)) }),
                    ("文号", html! { (or_slash(number)) }),
                    ("发布时间", html! { (published) }),
                    ("退回或撤下理由", html! { (or_slash(&publication.reason)) }),
                ]))
                div class="prose" { @for paragraph in publication.body.split("\n\n").filter(|text| !text.trim().is_empty()) { p { (paragraph) } } }
                @if publication.state == PublicationState::Published { p { a href=(format!("/announcements/{}", publication.public_code)) { "公众看到的页面" } } }
            }
            (entries(ctx, view))
            (offered(ctx, view))
            (clock::clocks(&view.clocks, today, &calendar))
            (timeline(&timeline_lines(view.lines.clone())))
        }))
    };
    let page = ctx.page(publication.title.as_str()).at("/desk/publications");
    shell::page(
        &page.crumb("信息公布", Some("/desk/publications".into())).crumb(publication.title.as_str(), None),
        body,
    )
}

/// The entries, each with what the guards say of it.
fn entries(ctx: &Ctx, view: &View) -> Markup {
    let publication = &view.whole.publication;
    let base = format!("/desk/publications/{}", publication.id);
    let drafting = publication.edit().is_ok() && ctx.may(Action::PublicationDraft);
    let live = publication.state == PublicationState::Published && ctx.may(Action::PublicationDraft);
    let rows: Vec<Vec<Markup>> = view
        .whole
        .entries
        .iter()
        .map(|(entry, facts)| {
            let refused = check_entries(&[(entry.clone(), facts.clone())]).err().map(Refusal::from);
            let hints = personal_hints(&entry.cells().join("　"));
            let released = entry.state != EntryState::Draft;
            let change = drafting || (live && entry.state == EntryState::Live);
            vec![
                html! {
                    a href=(format!("/desk/inspections/{}", entry.inspection_id)) { (entry.product_name) }
                    span class="sub" { "　" (or_slash(&entry.model)) }
                },
                html! { (or_slash(&entry.sampled_name)) },
                html! { (or_slash(&entry.producer_name)) },
                html! { (conclusion_tag(entry.conclusion)) @if !entry.failed_items.is_empty() { br; span class="sub" { (entry.failed_items) } } },
                html! {
                    @if released { (tag(if entry.state == EntryState::Live { Tone::Done } else { Tone::Absent }, entry.state.title())) }
                    @else if let Some(refused) = &refused { (tag(Tone::Bad, "不能公布")) br; span class="sub" { (refused.why) } }
                    @else { (tag(Tone::Done, "可以公布")) }
                    @if !released && entry.corrects_id.is_some() { br; span class="sub" { "更正已公布的结果：" (entry.correction_reason) } }
                    @for hint in &hints { br; span class="sub warn" { (hint) } }
                    @if !entry.remark.is_empty() { br; span class="sub" { (entry.remark) } }
                },
                html! { div class="row-acts" {
                    @if change { a href=(format!("{base}/entries/{}", entry.id)) { @if drafting { "修改" } @else { "更正" } } }
                    @if !released { a href=(format!("{base}/entries/{}/mask", entry.id)) { "遮蔽" span class="vh" { "第 " (entry.seq) " 条" } } }
                    @if drafting {
                        form method="post" action=(format!("{base}/remove")) {
                            (hidden(ctx.csrf(), "", publication.version))
                            input type="hidden" name="entry" value=(entry.id);
                            button class="linkish" type="submit" { "移出" span class="vh" { "第 " (entry.seq) " 条" } }
                        }
                    }
                } },
            ]
        })
        .collect();
    let columns = [text("产品"), text("受检单位"), text("标称生产单位"), text("结论"), text("能否公布"), text("办理")];
    html! {
        section class="sec" { h2 { "批次" }
            @if rows.is_empty() { (empty("还没有选入批次", None)) } @else { (table::table("批次", &columns, &rows)) }
        }
    }
}

/// Final results that may be included.
fn offered(ctx: &Ctx, view: &View) -> Markup {
    let publication = &view.whole.publication;
    if publication.edit().is_err() || !ctx.may(Action::PublicationDraft) {
        return html! {};
    }
    let rows: Vec<Vec<Markup>> = view
        .offered
        .iter()
        .map(|(result, inspection)| {
            let name = format!("report-{}", inspection.id);
            vec![
                html! { label class="opt" for=(name) { input type="checkbox" id=(name) name="report" value=(inspection.id) checked; span { (inspection.product_name) "　" (or_slash(&inspection.model)) } } },
                html! { (or_slash(&inspection.sampled_name)) },
                conclusion_tag(result.conclusion),
                html! { (result.final_on) },
            ]
        })
        .collect();
    let columns = [text("产品"), text("受检单位"), text("最终结论"), number("确定之日")];
    html! {
        section class="sec" { h2 { "可以选入的批次" }
            @if rows.is_empty() { (empty("没有等待公布的最终结果。全部收件人异议期满后自动出现在这里", None)) }
            @else {
                form method="post" action=(format!("/desk/publications/{}/include", publication.id)) {
                    (hidden(ctx.csrf(), &ctx.once(), publication.version))
                    (table::table("可以选入的批次", &columns, &rows))
                    p { button class="btn" type="submit" { "选入勾选的批次" } }
                }
            }
        }
    }
}

fn reason(label: &str) -> Markup {
    Field::area("reason", label).required().render()
}

/// Acts open to this person, and the ones that are closed with the rule's own words.
fn acts_of(ctx: &Ctx, view: &View) -> Vec<Act> {
    let publication = &view.whole.publication;
    let (base, actor) = (format!("/desk/publications/{}", publication.id), ctx.actor());
    let hidden = || hidden(ctx.csrf(), &ctx.once(), publication.version);
    let mut list = Vec::new();
    let mut offer = |open: Result<(), PublicationRefused>, act: Act| match open {
        Ok(()) => list.push(act),
        Err(refused @ PublicationRefused::WrongState { .. }) => drop(refused),
        Err(refused) => list.push(Refusal::from(refused).into()),
    };
    if ctx.may(Action::PublicationDraft) {
        let submitted = publication.clone().submit(&view.whole.entries).map(|_| ());
        offer(submitted, Act::button("提交审核", &format!("{base}/submit"), hidden(), true));
        let head = Head {
            title: publication.title.clone(),
            document_number: publication.document_number.clone(),
            period: publication.period.clone(),
            body: publication.body.clone(),
        };
        let form = Act::form(
            "修改标题和说明",
            &format!("{base}/head"),
            hidden(),
            head_fields(&head, &Again::default()),
            "保存",
        );
        offer(publication.edit(), form);
        let taken = publication.clone().take_back().map(|_| ());
        offer(taken, Act::button("撤回", &format!("{base}/take-back"), hidden(), false));
        let released = publication.clone().publish(&view.whole.entries, String::new(), ctx.now()).map(|_| ());
        offer(released, Act::button("发布", &format!("{base}/publish"), hidden(), true));
    }
    let back =
        |step: &str| Act::form("退回起草人", &format!("{base}/back/{step}"), hidden(), reason("退回理由"), "退回");
    let can_return = |state: PublicationState| {
        if publication.state == state {
            Ok(())
        } else {
            Err(PublicationRefused::WrongState { act: "退回", state: publication.state.title() })
        }
    };
    if ctx.may(Action::PublicationBusinessReview) {
        let reviewed = publication.clone().review_business(actor).map(|_| ());
        offer(reviewed, Act::button("业务审核通过", &format!("{base}/business"), hidden(), true));
        offer(can_return(PublicationState::Ready), back("business"));
    }
    if ctx.may(Action::PublicationSecrecyReview) {
        let reviewed = publication.clone().review_secrecy(actor, true).map(|_| ());
        let questions = html! {
            (Field::checkbox("no_secret", "没有国家秘密、工作秘密").render())
            (Field::checkbox("no_trade_secret", "没有商业秘密（配方、销售数据、价格）").render())
            (Field::checkbox("no_person", "没有不应公开的个人信息（姓名已遮蔽，没有电话、证件、住址）").render())
            (Field::checkbox("channel", "公布渠道和用语合适").render())
        };
        offer(reviewed, Act::form("保密审查", &format!("{base}/secrecy"), hidden(), questions, "审查通过"));
        offer(can_return(PublicationState::BusinessReviewed), back("secrecy"));
    }
    if ctx.may(Action::PublicationApprove) {
        let approved = publication.clone().approve(actor).map(|_| ());
        offer(approved, Act::button("批准公布", &format!("{base}/approve"), hidden(), true));
        offer(can_return(PublicationState::SecrecyReviewed), back("approve"));
        let withdrawn = publication.clone().withdraw("-").map(|_| ());
        offer(
            withdrawn,
            Act::form("撤下", &format!("{base}/withdraw"), hidden(), reason("撤下理由（公众可见）"), "撤下"),
        );
    }
    list
}

/// After an act: back to the page, or the page again with what was refused.
async fn done(ctx: &Ctx, id: PublicationId, outcome: AppResult<()>) -> PageResult {
    match outcome {
        Ok(()) => Ok(Redirect::to(&format!("/desk/publications/{id}")).into_response()),
        Err(error) => {
            let drawn = show_after(ctx, id).await?;
            again(error, |problems| draw(ctx, &drawn, problems))
        }
    }
}

async fn show_after(ctx: &Ctx, id: PublicationId) -> Result<View, PageError> {
    let may_draft = ctx.may(Action::PublicationDraft);
    // The reading permission holds for everybody who may act on a publication.
    let (app, actor) = (ctx.app.clone(), ctx.actor().clone());
    let view =
        crate::context::blocking(move || app.view(&actor, Action::PublicationRead, |work| load(work, id, may_draft)));
    Ok(view.await?)
}

/// `POST /desk/publications/{id}/head`
pub async fn edit(ctx: Ctx, Path(id): Path<PublicationId>, form: FormData) -> PageResult {
    let (version, head) = (form.version(), read_head(&form));
    let outcome = ctx.act(move |work| publication::edit(work, id, version, head)).await;
    done(&ctx, id, outcome).await
}

/// `POST /desk/publications/{id}/include`
pub async fn include(ctx: Ctx, Path(id): Path<PublicationId>, form: FormData) -> PageResult {
    let (version, once) = (form.version(), form.once());
    let reports: Option<Vec<InspectionId>> = form.all("report").iter().map(|id| id.parse().ok()).collect();
    let outcome = match reports {
        Some(reports) => {
            ctx.act(move |work| {
                work.once(&once, &format!("/desk/publications/{id}"))?;
                publication::include(work, id, version, &reports)
            })
            .await
        }
        None => Err(hengjian_app::AppError::field("report", "没有选到批次，请重新勾选")),
    };
    done(&ctx, id, outcome).await
}

/// `POST /desk/publications/{id}/remove`
pub async fn remove(ctx: Ctx, Path(id): Path<PublicationId>, form: FormData) -> PageResult {
    let version = form.version();
    let mut reader = form.reader();
    let entry: Option<PublicationEntryId> = reader.id("entry", "批次");
    reader.finish()?;
    let outcome = match entry {
        Some(entry) => ctx.act(move |work| publication::remove(work, id, version, entry)).await,
        None => Ok(()),
    };
    done(&ctx, id, outcome).await
}

macro_rules! plain_acts {
    ($($(#[$meta:meta])+ $name:ident;)+) => {$(
        $(#[$meta])+
        pub async fn $name(ctx: Ctx, Path(id): Path<PublicationId>, form: FormData) -> PageResult {
            let version = form.version();
            let outcome = ctx.act(move |work| publication::$name(work, id, version)).await;
            done(&ctx, id, outcome).await
        }
    )+};
}

plain_acts! {
    /// `POST /desk/publications/{id}/submit`
    submit;
    /// `POST /desk/publications/{id}/take-back`
    take_back;
    /// `POST /desk/publications/{id}/business`
    review_business;
    /// `POST /desk/publications/{id}/approve`
    approve;
    /// `POST /desk/publications/{id}/publish`
    publish;
}

/// `POST /desk/publications/{id}/secrecy`
pub async fn review_secrecy(ctx: Ctx, Path(id): Path<PublicationId>, form: FormData) -> PageResult {
    let version = form.version();
    let confirmed =
        ["no_secret", "no_trade_secret", "no_person", "channel"].iter().all(|question| form.ticked(question));
    let outcome = ctx.act(move |work| publication::review_secrecy(work, id, version, confirmed)).await;
    done(&ctx, id, outcome).await
}

/// `POST /desk/publications/{id}/back/…`
pub async fn send_back(ctx: Ctx, Path(id): Path<PublicationId>, form: FormData) -> PageResult {
    let (version, reason) = (form.version(), form.get("reason").to_owned());
    let outcome = ctx.act(move |work| publication::send_back(work, id, version, &reason)).await;
    done(&ctx, id, outcome).await
}

/// `POST /desk/publications/{id}/withdraw`
pub async fn withdraw(ctx: Ctx, Path(id): Path<PublicationId>, form: FormData) -> PageResult {
    let (version, reason) = (form.version(), form.get("reason").to_owned());
    let outcome = ctx.act(move |work| publication::withdraw(work, id, version, &reason)).await;
    done(&ctx, id, outcome).await
}
