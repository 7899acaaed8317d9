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
    /// Word of a grouping, with the key of one of its groups.
    #[serde(default)]
    by: String,
    #[serde(default)]
    key: String,
    /// Test item.
    #[serde(default)]
    item: String,
    /// Id of a rule.
    #[serde(default)]
    pub(super) rule: String,
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
            group: grouping_from(&self.by).map(|grouping| (grouping, self.key.clone())),
            item: self.item.clone(),
        })
    }
    /// What the rows are narrowed to, in words.
    pub(super) fn words(&self) -> String {
        let mut words = Vec::new();
        if let Some(field) = SamplingField::from_code(&self.field) {
            words.push(field.title().to_owned());
        }
        if !self.product.trim().is_empty() {
            words.push(self.product.trim().to_owned());
        }
        if let Some(grouping) = grouping_from(&self.by) {
            words.push(key_words(grouping, &self.key));
        }
        if !self.item.is_empty() {
            words.push(self.item.clone());
        }
        if let Some(rule) = statistics::RULES_IN_TIME.iter().find(|rule| rule.id == self.rule) {
            words.push(rule.title.to_owned());
        }
        words.join("、")
    }
    /// Address of a page with the same cut.
    pub(super) fn address(&self, path: &str) -> Address {
        Address::new(path)
            .with("from", self.from.as_str())
            .with("until", self.until.as_str())
            .with("field", self.field.as_str())
            .with("product", self.product.as_str())
            .with("by", self.by.as_str())
            .with("key", self.key.as_str())
            .with("item", self.item.as_str())
            .with("rule", self.rule.as_str())
    }
    /// The figures again, without the group or item that a list of rows was narrowed to.
    pub(super) fn without_group(&self) -> Self {
        let nothing = String::new;
        Self { by: nothing(), key: nothing(), item: nothing(), rule: nothing(), page: nothing(), ..self.clone() }
    }
}

const GROUPINGS: &[(Grouping, &str, &str)] = &[
    (Grouping::Field, "field", "按抽样领域"),
    (Grouping::Product, "product", "按产品"),
    (Grouping::Station, "station", "按所"),
    (Grouping::Scale, "scale", "按企业规模"),
    (Grouping::Quarter, "quarter", "按季度"),
];

fn grouping_from(word: &str) -> Option<Grouping> {
    GROUPINGS.iter().find(|(_, known, _)| *known == word).map(|(grouping, ..)| *grouping)
}

/// Where a number leads: its rows under the same filter.
fn rows_address(cut: &Cut, figure: Figure) -> String {
    cut.address(&format!("/desk/statistics/rows/{}", figure_code(figure))).first()
}

/// A number that opens the rows it counts.
fn counted(cut: &Cut, figure: Figure, count: i64) -> Markup {
    html! { a href=(rows_address(cut, figure)) { (count) } }
}

/// A rate with its numerator and denominator, each of which opens its rows.
fn figure_stat(cut: &Cut, label: &str, counts: Counts, of: (Figure, Figure), unit: &str) -> Markup {
    let beside = html! {
        (counted(cut, of.0, counts.numerator)) " / " (counted(cut, of.1, counts.denominator)) " " (unit)
    };
    stat(label, &counts.rate_shown(RATE_DECIMALS), beside, None)
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
        (main_figures(&cut, &filter, &figures))
        @if figures.failed.denominator > 0 { (groups(&cut, &figures)) (items(&cut, &figures)) }
        @else { (empty("这段时间没有结论最终确定的批次，分组和项目不列。可以放宽日期", None)) }
        (section("按期办理", html! {
            @let rows = figures.in_time.iter().map(|(rule, counts)| {
                let cut = Cut { rule: rule.id.to_owned(), ..cut.clone() };
                vec![
                    html! { (rule.title) },
                    counted(&cut, Figure::Due(rule.id), counts.denominator),
                    counted(&cut, Figure::DoneInTime(rule.id), counts.numerator),
                    html! { (counts.rate_shown(RATE_DECIMALS)) },
                ]
            }).collect::<Vec<_>>();
            (table::table("按期办理", &[text("期限"), number("到期（件）"), number("按期办结（件）"), number("按期率")], &rows))
        }))
        p class="note" { "一个样品不合格不能证明整批产品的不合格比例；“未发现不合格”不是合格证明。" }
    };
    Ok(shell::page(&ctx.page("统计").at("/desk/statistics"), body).into_response())
}

fn main_figures(cut: &Cut, filter: &StatisticsFilter, figures: &Figures) -> Markup {
    use Figure::*;
    let change = percentage_points(figures.failed, figures.year_before, RATE_DECIMALS);
    let before = Cut {
        from: statistics::a_year_before(filter.from).to_string(),
        until: statistics::a_year_before(filter.until).to_string(),
        ..cut.clone()
    };
    html! {
        (section("主要数字", html! {
            div class="stat-row" {
                (figure_stat(cut, "抽查不合格率", figures.failed, (Failed, Batches), "批"))
                (figure_stat(cut, "严重不合格率", figures.serious, (Serious, Batches), "批"))
                (figure_stat(cut, "不合格企业比例", figures.enterprises_failed, (EnterprisesFailed, Enterprises), "家"))
                (figure_stat(cut, "计划完成率", figures.plan, (Sampled, Planned), "批"))
                (figure_stat(cut, "抽查覆盖率", figures.coverage, (Enterprises, OnFile), "家"))
            }
            p class="sub" {
                "上年同期不合格 " (counted(&before, Failed, figures.year_before.numerator)) " / "
                (counted(&before, Batches, figures.year_before.denominator)) " 批"
                @if let Some(change) = &change { "，同比 " (change) " 个百分点" } @else { "，没有可比的率" }
                "。"
            }
        }))
        (section("抽样与后处理", html! {
            div class="stat-row" {
                (figure_stat(cut, "拒检率", figures.refused, (Refused, Visits), "次"))
                (figure_stat(cut, "未抽到率", figures.not_sampled, (NotSampled, Visits), "次"))
                (figure_stat(cut, "异议率", figures.objections, (Objections, Failed), "件"))
                (figure_stat(cut, "复检改判率", figures.overturned, (Overturned, Reinspections), "件"))
                (figure_stat(cut, "后处理完成率", figures.cases_closed, (CasesClosed, Cases), "件"))
                (figure_stat(cut, "复查合格率", figures.rechecks_passed, (RechecksPassed, Rechecks), "次"))
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

fn groups(cut: &Cut, figures: &Figures) -> Markup {
    html! {
        @for (grouping, groups) in &figures.groups {
            @if let Some((_, word, heading)) = GROUPINGS.iter().find(|(known, ..)| known == grouping) {
                (section(heading, group_table(cut, *grouping, word, heading, groups)))
            }
        }
    }
}

fn group_table(cut: &Cut, grouping: Grouping, word: &str, caption: &str, groups: &[Group]) -> Markup {
    let total = Counts::total(groups.iter().map(|group| Counts::new(group.failed, group.batches)));
    let line = |name: Markup, cut: &Cut, counts: Counts| {
        vec![
            name,
            counted(cut, Figure::Batches, counts.denominator),
            counted(cut, Figure::Failed, counts.numerator),
            html! { (counts.rate_shown(RATE_DECIMALS)) },
            bar(counts),
        ]
    };
    let mut rows: Vec<Vec<Markup>> = groups
        .iter()
        .map(|group| {
            let one = Cut { by: word.to_owned(), key: group.key.clone(), ..cut.clone() };
            let words = key_words(grouping, &group.key);
            line(html! { (words) }, &one, Counts::new(group.failed, group.batches))
        })
        .collect();
    if groups.len() > 1 {
        rows.push(line(html! { b { "合计" } }, cut, total));
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

fn items(cut: &Cut, figures: &Figures) -> Markup {
    let rows: Vec<Vec<Markup>> = figures
        .items
        .iter()
        .map(|group| {
            let counts = Counts::new(group.failed, group.batches);
            let cut = Cut { item: group.key.clone(), ..cut.clone() };
            vec![
                html! { (group.key) },
                counted(&cut, Figure::ItemTested, counts.denominator),
                counted(&cut, Figure::ItemFailed, counts.numerator),
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
