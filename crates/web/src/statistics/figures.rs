//! `/desk/statistics`: the figures of a period. Rates are rounded once, small groups show counts alone, every number
//! that has rows links to them.

use super::rows::figure_code;
use crate::{
    Ctx, PageResult,
    components::{
        form::Field,
        shell::{self, section, title},
        table::{self, empty, number, text},
        thing::stat,
    },
    paging::Address,
};
use axum::{extract::Query, response::IntoResponse};
use hengjian_app::{
    AppError, AppResult,
    statistics::{self, Figure, Figures, Group, Grouping, StatisticsFilter},
};
use hengjian_domain::{
    actor::Actor,
    code::Code,
    enterprise::EnterpriseScale,
    plan::SamplingField,
    statistics::{Counts, RATE_DECIMALS, percentage_points},
};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

/// Period and cut as they stand in the address.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Cut {
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    field: String,
    #[serde(default)]
    product: String,
    /// Page of a list of rows.
    #[serde(default)]
    pub(super) page: String,
}

impl Cut {
    /// The filter; without dates the current year.
    pub(super) fn filter(&self, actor: &Actor, today: Date) -> AppResult<StatisticsFilter> {
        let read = |text: &str, field: &str, otherwise: Date| {
            if text.is_empty() {
                return Ok(otherwise);
            }
            let wrong = || AppError::field(field, format!("日期应写成 2021-09-30，现在是“{text}”"));
            text.parse::<Date>().map_err(|_| wrong())
        };
        let from = read(&self.from, "from", Date::new(today.year(), 1, 1).unwrap_or(today))?;
        let until = read(&self.until, "until", Date::new(today.year(), 12, 31).unwrap_or(today))?;
        if from > until {
            return Err(AppError::field("until", "截止日不能早于起始日"));
        }
        Ok(StatisticsFilter {
            org_id: actor.org_id,
            from,
            until,
            field: SamplingField::from_code(&self.field),
            product: self.product.trim().to_owned(),
        })
    }
    /// Address of a page with the same cut.
    pub(super) fn address(&self, path: &str) -> Address {
        Address::new(path)
            .with("from", self.from.as_str())
            .with("until", self.until.as_str())
            .with("field", self.field.as_str())
            .with("product", self.product.as_str())
    }
}

fn rows_address(cut: &Cut, figure: Figure) -> String {
    cut.address(&format!("/desk/statistics/rows/{}", figure_code(figure))).first()
}

fn figure_stat(cut: &Cut, label: &str, counts: Counts, figure: Option<Figure>, unit: &str) -> Markup {
    let address = figure.map(|figure| rows_address(cut, figure));
    stat(label, &counts.rate_shown(RATE_DECIMALS), &format!("{} {unit}", counts.shown()), address.as_deref())
}

/// `GET /desk/statistics`
pub async fn page(ctx: Ctx, Query(cut): Query<Cut>) -> PageResult {
    let filter = cut.filter(ctx.actor(), ctx.now().date())?;
    let asked = filter.clone();
    let figures = ctx.view(move |work| statistics::figures(work, &asked)).await?;
    let lead = format!("抽样日期 {} 至 {}，本局组织、结论最终确定的批次。", filter.from, filter.until);
    let fields = html! {
        (Field::date("from", "抽样日期自").value(filter.from.to_string()).render())
        (Field::date("until", "至").value(filter.until.to_string()).render())
        (Field::choice::<SamplingField>("field", "抽样领域").any("全部").value(cut.field.as_str()).render())
        (Field::text("product", "产品").value(cut.product.as_str()).render())
    };
    let body = html! {
        (title("统计", &lead))
        (table::filter("/desk/statistics", fields))
        div class="bar-row" { span class="sub" { "率只修约一次，" (RATE_DECIMALS) " 位小数；少于 5 批的只列数" } span class="end" { a href="/desk/statistics/history" { "已导入的历史结果" } } }
        (main_figures(&cut, &figures))
        @if figures.failed.denominator > 0 { (groups(&cut, &figures)) (items(&figures)) }
        @else { (empty("这段时间没有结论最终确定的批次，分组和项目不列。可以放宽日期", None)) }
        (section("按期办理", html! {
            @let rows = figures.in_time.iter().map(|(rule, counts)| vec![html! { (rule) }, html! { (counts.denominator) }, html! { (counts.numerator) }, html! { (counts.rate_shown(RATE_DECIMALS)) }]).collect::<Vec<_>>();
            (table::table("按期办理", &[text("期限"), number("到期（件）"), number("按期办结（件）"), number("按期率")], &rows))
        }))
        p class="note" { "一个样品不合格不能证明整批产品的不合格比例；“未发现不合格”不是合格证明。" }
    };
    Ok(shell::page(&ctx.page("统计").at("/desk/statistics"), body).into_response())
}

fn main_figures(cut: &Cut, figures: &Figures) -> Markup {
    let change = percentage_points(figures.failed, figures.year_before, RATE_DECIMALS);
    let before = figures.year_before;
    html! {
        (section("主要数字", html! {
            div class="stat-row" {
                (figure_stat(cut, "抽查不合格率", figures.failed, Some(Figure::Failed), "批"))
                (figure_stat(cut, "严重不合格率", figures.serious, Some(Figure::Serious), "批"))
                (figure_stat(cut, "不合格企业比例", figures.enterprises_failed, None, "家"))
                (figure_stat(cut, "计划完成率", figures.plan, None, "批"))
                (figure_stat(cut, "抽查覆盖率", figures.coverage, None, "家"))
            }
            p class="sub" {
                "全部批次：" a href=(rows_address(cut, Figure::Batches)) { (figures.failed.denominator) " 批" }
                "。上年同期 " (before.shown()) " 批"
                @if let Some(change) = &change { "，同比 " (change) " 个百分点" } @else { "，没有可比的率" }
                "。"
            }
        }))
        (section("抽样与后处理", html! {
            div class="stat-row" {
                (figure_stat(cut, "拒检率", figures.refused, Some(Figure::Refused), "次"))
                (figure_stat(cut, "未抽到率", figures.not_sampled, Some(Figure::NotSampled), "次"))
                (figure_stat(cut, "异议率", figures.objections, Some(Figure::Objections), "件"))
                (figure_stat(cut, "复检改判率", figures.overturned, Some(Figure::Overturned), "件"))
                (figure_stat(cut, "后处理完成率", figures.cases_closed, Some(Figure::CasesClosed), "件"))
                (figure_stat(cut, "复查合格率", figures.rechecks_passed, Some(Figure::RechecksPassed), "次"))
            }
            p class="sub" {
                a href=(rows_address(cut, Figure::Visits)) { "全部抽样 " (figures.refused.denominator) " 次" } "　"
                a href=(rows_address(cut, Figure::Cases)) { "全部后处理 " (figures.cases_closed.denominator) " 件" }
            }
        }))
    }
}

/// Words of a group's key.
fn key_words(grouping: Grouping, key: &str) -> String {
    let known = match grouping {
        Grouping::Field => SamplingField::from_code(key).map(|field| field.title().to_owned()),
        Grouping::Scale => EnterpriseScale::from_code(key).map(|scale| scale.title().to_owned()),
        Grouping::Quarter => key.split_once('-').map(|(year, quarter)| format!("{year}年第{quarter}季度")),
        Grouping::Product | Grouping::Station => None,
    };
    match known {
        Some(words) => words,
        None if key.is_empty() => "未登记".to_owned(),
        None => key.to_owned(),
    }
}

/// Where a group's number leads: the same figures cut to that group, where the cut exists.
fn group_address(cut: &Cut, grouping: Grouping, key: &str) -> Option<String> {
    let narrowed = match grouping {
        Grouping::Field if !key.is_empty() => Cut { field: key.to_owned(), ..cut.clone() },
        Grouping::Product => Cut { product: key.to_owned(), ..cut.clone() },
        _ => return None,
    };
    Some(rows_address(&narrowed, Figure::Batches))
}

fn groups(cut: &Cut, figures: &Figures) -> Markup {
    html! {
        @for (grouping, groups) in &figures.groups {
            @let heading = match grouping { Grouping::Field => "按抽样领域", Grouping::Product => "按产品", Grouping::Station => "按所", Grouping::Scale => "按企业规模", Grouping::Quarter => "按季度" };
            (section(heading, group_table(cut, *grouping, heading, groups)))
        }
    }
}

fn group_table(cut: &Cut, grouping: Grouping, caption: &str, groups: &[Group]) -> Markup {
    let total = Counts::total(groups.iter().map(|group| Counts::new(group.failed, group.batches)));
    let line = |name: Markup, counts: Counts| {
        vec![
            name,
            html! { (counts.denominator) },
            html! { (counts.numerator) },
            html! { (counts.rate_shown(RATE_DECIMALS)) },
            bar(counts),
        ]
    };
    let mut rows: Vec<Vec<Markup>> = groups
        .iter()
        .map(|group| {
            let words = key_words(grouping, &group.key);
            let name = match group_address(cut, grouping, &group.key) {
                Some(address) => html! { a href=(address) { (words) } },
                None => html! { (words) },
            };
            line(name, Counts::new(group.failed, group.batches))
        })
        .collect();
    if groups.len() > 1 {
        rows.push(line(html! { b { "合计" } }, total));
    }
    let columns = [text("分组"), number("批次"), number("不合格"), number("不合格率"), text("图示")];
    html! {
        (table::table(caption, &columns, &rows))
    }
}

/// A bar as long as the rate; says nothing that the table does not.
fn bar(counts: Counts) -> Markup {
    let suppressed = counts.denominator < hengjian_domain::statistics::SMALLEST_GROUP;
    let per_mille = if counts.denominator > 0 { counts.numerator * 1_000 / counts.denominator } else { 0 };
    html! {
        @if suppressed { span class="sub" { "批次太少" } }
        @else {
            svg class="ratebar" width="160" height="12" aria-hidden="true" focusable="false" {
                line x1="0" x2="160" y1="6" y2="6" class="k-line2" stroke-width="2" {}
                line x1="0" x2=(per_mille * 160 / 1_000) y1="6" y2="6" class="k-bad" stroke-width="6" {}
            }
        }
    }
}

fn items(figures: &Figures) -> Markup {
    let rows: Vec<Vec<Markup>> = figures
        .items
        .iter()
        .map(|group| {
            let counts = Counts::new(group.failed, group.batches);
            vec![
                html! { (group.key) },
                html! { (counts.denominator) },
                html! { (counts.numerator) },
                html! { (counts.rate_shown(RATE_DECIMALS)) },
            ]
        })
        .collect();
    let columns = [text("检验项目"), number("检验批次"), number("不合格"), number("项目不合格率")];
    section(
        "主要不合格项目",
        html! {
            @if rows.is_empty() { (empty("没有不合格项目", None)) } @else { (table::table("主要不合格项目", &columns, &rows)) }
        },
    )
}
