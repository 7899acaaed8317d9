//! Enterprises: the list with its filters, and the page of one.

use super::{all_or, id, page};
use crate::{
    Ctx, PageResult,
    components::{
        Tone, clock,
        form::Field,
        form::hidden,
        or_slash,
        shell::{self, section, title},
        table::{self, empty, text},
        tag,
        thing::{Act, acts, facts, papers, split, timeline},
    },
    paging::Address,
    todo::timeline_lines,
};
use axum::{
    extract::{Path, Query},
    response::IntoResponse,
};
use hengjian_app::registers::enterprises::{EnterpriseFilter, EnterpriseOrder, StationFilter};
use hengjian_app::registers::{self, enterprises};
use hengjian_domain::{
    code::Code,
    enterprise::{CreditClass, Enterprise, EnterpriseStatus},
    money,
    organisation::{Organisation, OrganisationKind},
    policy::Action,
};
use maud::{Markup, html};
use serde::Deserialize;

/// Filter of the list as it stands in the address.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct Filter {
    #[serde(default)]
    text: String,
    #[serde(default)]
    station: String,
    #[serde(default)]
    town: String,
    #[serde(default)]
    credit: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    org: String,
    #[serde(default)]
    page: String,
}

impl Filter {
    fn address(&self) -> Address {
        Address::new("/desk/registers/enterprises")
            .with("text", self.text.as_str())
            .with("station", self.station.as_str())
            .with("town", self.town.as_str())
            .with("credit", self.credit.as_str())
            .with("status", self.status.as_str())
            .with("sort", self.sort.as_str())
            .with("org", self.org.as_str())
    }
}

/// Tone of a status.
pub(super) fn status_tag(status: EnterpriseStatus) -> Markup {
    let tone = match status {
        EnterpriseStatus::Active => Tone::Done,
        EnterpriseStatus::Suspended | EnterpriseStatus::Moved => Tone::Waiting,
        EnterpriseStatus::Deregistered => Tone::Absent,
    };
    tag(tone, status.title())
}

/// The code, flagged when its check character does not fit.
fn code_of(row: &Enterprise) -> Markup {
    html! {
        @match (&row.uscc, &row.legacy_number) {
            (Some(code), _) => { span class="code" { (code) } @if !row.uscc_valid { " " (tag(Tone::Bad, "校验不符")) } },
            (None, Some(number)) => { "原注册号 " span class="code" { (number) } },
            (None, None) => "/",
        }
    }
}

/// `GET /desk/registers/enterprises`
pub async fn list_page(ctx: Ctx, Query(filter): Query<Filter>) -> PageResult {
    let address = filter.address();
    let request = address.request(&filter.page)?;
    let (asked, wanted) = (filter.clone(), request.clone());
    let (mut list, stations, towns, registers) = ctx
        .view(move |work| {
            let org = registers::register_of(work, asked.org.parse().ok())?;
            let station = match asked.station.as_str() {
                "" => StationFilter::Any,
                "none" => StationFilter::Unassigned,
                unit => unit.parse().map_or(StationFilter::Any, StationFilter::Of),
            };
            let list = enterprises::list(
                work,
                EnterpriseFilter {
                    text: asked.text.clone(),
                    station,
                    town: Some(asked.town.clone()).filter(|town| !town.is_empty()),
                    credit_class: CreditClass::from_code(&asked.credit),
                    status: EnterpriseStatus::from_code(&asked.status),
                    order: if asked.sort == "new" { EnterpriseOrder::Newest } else { EnterpriseOrder::Name },
                    ..EnterpriseFilter::all(org)
                },
                &wanted,
            )?;
            let stations = registers::units_of(work, org, &[OrganisationKind::Station])?;
            Ok((list, stations, enterprises::towns(work, org)?, registers::registers_in_sight(work)?))
        })
        .await?;
    let narrowed = list.filter.clone();
    let next = address.next(&mut list.rows, &request, |row| (narrowed.key_of(row), row.id.to_string()));
    let at_station = ctx.actor().unit_kind == OrganisationKind::Station;
    let body = html! {
        (title("市场主体", if at_station { "本所辖区内的市场主体；还没有划片的可以按“未划片”查。" } else { "可以被抽样的生产者和销售者。" }))
        (table::filter("/desk/registers/enterprises", filters(&filter, at_station, &stations, &towns, &registers)))
        (table::bar(list.count, html! {
            @if address.is_plain() { a href="/desk/registers/enterprises?sort=new" { "最近登记的在前" } }
            @else if filter.sort == "new" { a href="/desk/registers/enterprises" { "按名称排列" } }
            @if ctx.may(Action::EnterpriseEdit) { a class="btn btn--main" href="/desk/registers/enterprises/new" { "登记市场主体" } }
        }))
        @if list.rows.is_empty() { (nothing(&ctx, &address)) }
        @else { (rows(&list.rows, &stations)) }
        (table::pager(&address.first(), next.as_deref(), filter.page.is_empty()))
    };
    Ok(shell::page(&page(&ctx, "市场主体", &[]), body).into_response())
}

fn nothing(ctx: &Ctx, address: &Address) -> Markup {
    if !address.is_plain() {
        return empty(
            "没有符合条件的市场主体。可以只填名称中的两三个字，或清除条件",
            Some(("/desk/registers/enterprises", "清除条件")),
        );
    }
    if ctx.may(Action::EnterpriseEdit) {
        empty(
            "还没有登记市场主体。可以逐家登记，也可以导入名录",
            Some(("/desk/registers/enterprises/new", "登记第一家")),
        )
    } else {
        empty("还没有登记市场主体。由计划编制人或所里登记", None)
    }
}

fn filters(
    filter: &Filter,
    at_station: bool,
    stations: &[Organisation],
    towns: &[(String, String)],
    registers: &[Organisation],
) -> Markup {
    let mut choice = vec![(String::new(), if at_station { "本所" } else { "全部" }.to_owned())];
    choice.push(("none".to_owned(), "未划片".to_owned()));
    if !at_station {
        choice.extend(stations.iter().map(|unit| (unit.id.to_string(), unit.short_name.clone())));
    }
    let mut town_choice = vec![(String::new(), "全部".to_owned())];
    town_choice.extend(towns.iter().map(|(code, name)| (code.clone(), enterprises::with_code(code, name))));
    let register_choice = registers
        .iter()
        .enumerate()
        .map(|(n, org)| (if n == 0 { String::new() } else { org.id.to_string() }, org.short_name.clone()))
        .collect();
    html! {
        div class="wide" { (Field::text("text", "名称或信用代码").value(filter.text.as_str()).render()) }
        @if registers.len() > 1 { (Field::select("org", "机关", register_choice).value(filter.org.as_str()).render()) }
        (Field::select("station", "负责所", choice).value(filter.station.as_str()).render())
        (Field::select("town", "乡镇", town_choice).value(filter.town.as_str()).render())
        (Field::select("credit", "信用分类", all_or::<CreditClass>()).value(filter.credit.as_str()).render())
        (Field::select("status", "状态", all_or::<EnterpriseStatus>()).value(filter.status.as_str()).render())
    }
}

fn rows(rows: &[Enterprise], stations: &[Organisation]) -> Markup {
    let station = |row: &Enterprise| {
        let name = row.unit_id.and_then(|unit| stations.iter().find(|station| station.id == unit));
        name.map_or_else(|| "未划片".to_owned(), |station| station.short_name.clone())
    };
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            vec![
                html! { a class="name" href=(format!("/desk/registers/enterprises/{}", row.id)) { (row.name) } },
                code_of(row),
                html! { (station(row)) },
                html! { (row.credit_class.title()) },
                status_tag(row.status),
                html! { (row.address) },
            ]
        })
        .collect();
    let columns =
        [text("名称"), text("统一社会信用代码"), text("负责所"), text("信用分类"), text("状态"), text("生产经营地址")];
    table::table("市场主体", &columns, &cells)
}

/// `GET /desk/registers/enterprises/{id}`
pub async fn thing_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let enterprise = id(&path)?;
    let (row, lines, station, files, course, (region, town)) = ctx
        .view(move |work| {
            let row: Enterprise = work.load(enterprise)?;
            let station = enterprises::station_name(work, row.unit_id)?;
            let lines = enterprises::product_lines(work, enterprise)?;
            let files = work.tx.files_of(enterprise.cast())?;
            let town = row.town_code.as_deref().map(|code| enterprises::division(work, code)).transpose()?;
            let divisions = (enterprises::division(work, &row.region_code)?, town);
            Ok((row, lines, station, files, work.timeline(enterprise)?, divisions))
        })
        .await?;
    let base = format!("/desk/registers/enterprises/{}", row.id);
    let edit = ctx.may(Action::EnterpriseEdit);
    let contact = edit || ctx.may(Action::VisitCarryOut) || ctx.may(Action::CaseReport);
    let mut open = Vec::new();
    if edit {
        open.push(Act::link("修改登记", &format!("{base}/change"), lines.is_empty()));
        open.push(Act::link("登记产品", &format!("{base}/products/new"), !lines.is_empty()));
    }
    let check = row.uscc.as_deref().map(enterprises::check_code);
    let number = |value: Option<i64>, unit: &str| value.map_or_else(|| "/".to_owned(), |n| format!("{n} {unit}"));
    let personal = |value: &Option<String>| {
        let shown = or_slash(value.as_deref().unwrap_or_default()).to_owned();
        if contact {
            html! { (shown) }
        } else {
            html! { span class="dim" { "只对登记、抽样和执法人员显示" } }
        }
    };
    let product_rows: Vec<Vec<Markup>> = lines
        .iter()
        .map(|line| {
            let address = format!("{base}/products/{}", line.line.id);
            vec![
                html! { a href=(format!("/desk/registers/products/{}", line.category.id)) { (line.category.name) } },
                html! { (line.line.role.title()) },
                html! { span class="pre" { (or_slash(&line.line.models)) } },
                html! { (or_slash(line.line.licence_number.as_deref().unwrap_or_default())) },
                html! { (clock::iso(line.line.licence_until_on)) @if line.line.licence_until_on.is_some_and(|last| last < ctx.now().date()) { " " (tag(Tone::Bad, "已过期")) } },
                html! { @if edit {
                    div class="row-acts" {
                        a href=(address) { "修改" span class="vh" { (line.category.name) } }
                        form method="post" action=(format!("{address}/remove")) { (hidden(ctx.csrf(), "", line.line.version)) button class="linkish" type="submit" { "删除" span class="vh" { (line.category.name) } } }
                    }
                } @else { "/" } },
            ]
        })
        .collect();
    let body = html! {
        (title(&row.name, &format!("{}　{}", row.kind.title(), station)))
        (split(acts(&open), html! {
            @if let Some(check) = check.as_ref().filter(|check| !check.valid) {
                p class="flash flash--bad" { "信用代码校验不符：" (check.message) "。请核对营业执照；核对之前按原样保留。" }
            }
            (section("登记事项", facts(&[
                ("统一社会信用代码", html! { (code_of(&row)) @if let Some(check) = check.as_ref().filter(|check| check.valid && !check.message.is_empty()) { " " small class="sub" { (check.message) } } }),
                ("原注册号", html! { (or_slash(row.legacy_number.as_deref().unwrap_or_default())) }),
                ("状态", status_tag(row.status)),
                ("信用分类", html! { (row.credit_class.title()) }),
                ("生产经营地址", html! { (row.address) }),
                ("行政区划", html! { (region) @if let Some(town) = &town { "　" (town) } }),
                ("负责所", html! { (station) }),
                ("法定代表人或经营者", personal(&row.legal_representative)),
                ("联系人", personal(&row.contact_name)),
                ("联系电话", personal(&row.contact_phone)),
                ("规模", html! { (row.scale.title()) }),
                ("从业人员", html! { (number(row.staff_count, "人")) }),
                ("年营业收入", html! { (row.annual_revenue_fen.map_or_else(|| "/".to_owned(), |fen| format!("{} 元", money::yuan(fen)))) }),
                ("来源", html! { (row.source) "　" (row.created_at_us.date()) }),
            ])))
            (section("产品", html! {
                @if product_rows.is_empty() { (empty("还没有登记产品。抽取名录按产品生成，没有产品的不会进入名录", None)) }
                @else { (table::table("产品", &[text("产品分类"), text("环节"), text("型号"), text("许可证或认证编号"), text("有效期至"), text("办理")], &product_rows)) }
            }))
            (papers(&files.iter().map(|file| (file.purpose.clone(), file.name.clone(), format!("/desk/files/{}", file.id))).collect::<Vec<_>>()))
            (timeline(&timeline_lines(course)))
        }))
    };
    Ok(shell::page(&page(&ctx, &row.name, &[("市场主体", "/desk/registers/enterprises".into())]), body).into_response())
}
