//! The roster of a draw: every firm with the product, in or out, why, with what evidence. The same page before and after
//! the draw, to the byte: nothing on it tells who was drawn.

use super::{kind_note, page::reason_words};
use crate::{
    Ctx, FormData, PageError, PageResult,
    components::{
        Tone,
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, section, title},
        table::{self, empty, number, text},
        tag,
    },
    error::{Again, again},
    paging::Address,
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    PageRequest,
    draw::{self, MemberChange, RosterFilter},
};
use hengjian_domain::{
    code::Code,
    draw::{DesignationReason, Draw, DrawId, DrawMember, ExclusionReason, MemberStatus},
    enterprise::Enterprise,
    match_key::match_key,
    plan::SpotCheckTask,
    policy::Action,
};
use maud::{Markup, html};
use serde::Deserialize;

/// Filter of the roster.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct Filter {
    #[serde(default)]
    status: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    page: String,
}

struct Loaded {
    draw: Draw,
    task: SpotCheckTask,
    rows: Vec<(DrawMember, Enterprise)>,
    count: i64,
    next: Option<String>,
    address: Address,
}

async fn load(ctx: &Ctx, id: DrawId, filter: &Filter) -> Result<Loaded, PageError> {
    let address = Address::new(format!("{}/roster", draw::address(id)))
        .with("status", filter.status.as_str())
        .with("reason", filter.reason.as_str())
        .with("name", filter.name.trim());
    let request = address.request(&filter.page)?;
    let wanted = RosterFilter {
        status: MemberStatus::from_code(&filter.status),
        reason: Some(filter.reason.clone()).filter(|reason| !reason.is_empty()),
        name_key: Some(match_key(filter.name.trim())).filter(|key| !key.is_empty()),
        must_counts_as_in: false,
    };
    let page: PageRequest = request.clone();
    let (draw, mut rows, count, task) = super::page::read(ctx, move |work| {
        let (draw, rows, count) = draw::roster_page(work, id, wanted, &page)?;
        let task: SpotCheckTask = work.load(draw.task_id)?;
        Ok((draw, rows, count, task))
    })
    .await?;
    let next = address.next(&mut rows, &request, |(member, _)| (member.uid.clone(), member.id.to_string()));
    Ok(Loaded { draw, task, rows, count, next, address })
}

/// `GET /desk/draws/{id}/roster`
pub async fn page(ctx: Ctx, Path(id): Path<DrawId>, Query(filter): Query<Filter>) -> PageResult {
    let loaded = load(&ctx, id, &filter).await?;
    Ok(render(&ctx, &loaded, &filter, &Again::default(), None).into_response())
}

fn render(ctx: &Ctx, loaded: &Loaded, filter: &Filter, problems: &Again, typed: Option<&FormData>) -> Markup {
    let (draw, base) = (&loaded.draw, draw::address(loaded.draw.id));
    let editing = ctx.may(Action::DrawPrepare) && draw.edit(ctx.actor()).is_ok();
    let chosen = typed.map(|form| form.get("member")).unwrap_or_default();
    let cells: Vec<Vec<Markup>> =
        loaded.rows.iter().map(|(member, firm)| row(member, firm, editing, chosen == member.id.to_string())).collect();
    let reasons =
        ExclusionReason::ALL.iter().map(|reason| (reason.code().to_owned(), reason.title().to_owned())).collect();
    let fields = html! {
        (Field::choice::<MemberStatus>("status", "是否参加").value(filter.status.as_str()).render())
        (Field::select("reason", "不参加的理由", reasons).value(filter.reason.as_str()).render())
        (Field::text("name", "名称").value(filter.name.as_str()).render())
    };
    let columns = [
        text("单位"),
        text("编号"),
        text("地址"),
        text("信用风险"),
        number("机会"),
        text("是否参加"),
        text("不得抽的型号"),
    ];
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let plain = loaded.address.is_plain();
    let list = html! {
        @if cells.is_empty() {
            @if plain { (empty("登记库里没有登记这类产品的单位", Some(("/desk/registers/enterprises", "去登记市场主体")))) }
            @else { (empty("没有符合条件的单位", Some((&format!("{base}/roster"), "清除条件")))) }
        } @else { (table::table("名录", &columns, &cells)) }
    };
    let body = html! {
        (title("抽取名录", &format!("{}　参加 {} 家，不参加 {} 家。", loaded.task.name, draw.count_in + draw.count_must, draw.count_excluded)))
        (kind_note(draw))
        div class="gap-top" { (error_summary(&errors)) @if let Some(refused) = &problems.refusal { (refusal(refused)) } }
        (table::filter(&format!("{base}/roster"), fields))
        (table::bar(loaded.count, html! { a href=(base) { "回到这次抽取" } }))
        @if editing && !cells.is_empty() {
            form method="post" action=(format!("{base}/member")) {
                (hidden(ctx.csrf(), "", draw.version))
                (list)
                (change_section(loaded, problems, typed))
            }
        } @else { (list) }
        (table::pager(&loaded.address.first(), loaded.next.as_deref(), filter.page.is_empty()))
    };
    let heading = format!("{}　抽取", loaded.task.name);
    let page = ctx.page("抽取名录").at("/desk/draws").crumb("随机抽取", Some("/desk/draws".into()));
    shell::page(&page.crumb(heading, Some(base)).crumb("名录", None), body)
}

fn row(member: &DrawMember, firm: &Enterprise, editing: bool, chosen: bool) -> Vec<Markup> {
    let choice = format!("member-{}", member.id);
    vec![
        html! {
            @if editing { label class="opt" for=(choice) { input type="radio" id=(choice) name="member" value=(member.id) checked[chosen]; span { (firm.name) } } }
            @else { (firm.name) }
        },
        html! { span class="code" { (member.uid) } },
        html! { (or_slash(&firm.address)) },
        html! { (member.credit_class.title()) },
        html! { @if member.weight > 0 { (member.weight) } @else { "/" } },
        html! {
            (tag(match member.status { MemberStatus::In => Tone::Done, MemberStatus::Excluded => Tone::Absent, MemberStatus::Must => Tone::Waiting }, member.status.title()))
            @if member.status != MemberStatus::In { br; span class="sub" { (or_slash(&member.reason_text)) } @if member.reason_text.is_empty() { (reason_words(&member.reason)) } }
        },
        html! { @if member.blocked_models.is_empty() { "/" } @else { ul { @for model in member.blocked_models.lines() { li { (model) } } } } },
    ]
}

fn change_section(loaded: &Loaded, problems: &Again, typed: Option<&FormData>) -> Markup {
    let value = |field: &str| typed.map(|form| form.get(field).to_owned()).unwrap_or_default();
    let excluding =
        ExclusionReason::BY_HAND.iter().map(|reason| (reason.code().to_owned(), format!("不参加：{}", reason.title())));
    let mut options: Vec<(String, String)> = excluding.collect();
    let designating = Draw::may_designate(&loaded.task);
    if designating.is_ok() {
        let must =
            DesignationReason::ALL.iter().map(|reason| (reason.code().to_owned(), format!("指定：{}", reason.title())));
        options.extend(must);
    }
    options.push(("RESTORE".to_owned(), "恢复为参加抽取".to_owned()));
    section(
        "改动选中的单位",
        html! {
            @if let Err(refused) = designating { p class="sub" { (hengjian_domain::refusal::Explain::why(&refused)) "，所以不能指定。" } }
            div class="fields" {
                (Field::select("change", "改为", options).required().width("c4").value(value("change")).error(problems.of("change")).render())
                (Field::text("evidence", "理由和材料").width("c8").value(value("evidence")).error(problems.of("evidence")).help("写明事实和材料名称。监督员抽取之前会看到。恢复参加的不填").render())
            }
            p { button class="btn" type="submit" { "保存改动" } }
        },
    )
}

/// `POST /desk/draws/{id}/member`
pub async fn change(ctx: Ctx, Path(id): Path<DrawId>, form: FormData) -> PageResult {
    let (version, evidence) = (form.version(), form.get("evidence").to_owned());
    let mut reader = form.reader();
    let member = form.get("member").parse().ok();
    if member.is_none() {
        reader.error("change", "请先在名录里选中一家单位");
    }
    let given = form.get("change");
    let change = match (ExclusionReason::from_code(given), DesignationReason::from_code(given)) {
        (Some(reason), _) => Some(MemberChange::Exclude(reason)),
        (_, Some(reason)) => Some(MemberChange::Designate(reason)),
        _ => (given == "RESTORE").then_some(MemberChange::Restore),
    };
    if change.is_none() {
        reader.error("change", "请选择改为什么");
    }
    let outcome = match (reader.finish(), member, change) {
        (Ok(()), Some(member), Some(change)) => {
            ctx.act(move |work| draw::change_member(work, id, version, member, change, &evidence)).await
        }
        (Err(error), ..) => Err(error),
        _ => Ok(()),
    };
    match outcome {
        Ok(()) => Ok(Redirect::to(&format!("{}/roster", draw::address(id))).into_response()),
        Err(error) => {
            let filter = Filter::default();
            let loaded = load(&ctx, id, &filter).await?;
            again(error, |problems| render(&ctx, &loaded, &filter, problems, Some(&form)))
        }
    }
}
