//! 待办: what I must do, by when, counted how. The desk's first page.

use crate::{
    Access, Ctx, PageResult, Routes,
    components::{
        Tone, clock,
        shell::{self, title},
        table::empty,
        thing::Line,
    },
};
use axum::response::IntoResponse;
use hengjian_app::TimelineLine;
use hengjian_app::work_list;
use hengjian_domain::{
    calendar::Calendar,
    clock::{Clock, SubjectKind},
    ids::SubjectId,
    policy::Action,
};
use jiff::civil::Date;
use maud::{Markup, html};

/// Routes of this area.
pub fn routes() -> Routes {
    Routes::new().get("/desk", Access::Action(Action::Own), work_list_page).get(
        "/desk/style",
        Access::Action(Action::Own),
        style_page,
    )
}

/// Address of the page of a thing.
pub fn address(kind: SubjectKind, id: SubjectId) -> String {
    format!("{}/{id}", list_of(kind))
}

const fn folder(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Plan => "plans",
        SubjectKind::Task => "tasks",
        SubjectKind::Draw => "draws",
        SubjectKind::Visit => "visits",
        SubjectKind::Sample => "samples",
        SubjectKind::Inspection => "inspections",
        SubjectKind::ProblemReport => "problem-reports",
        SubjectKind::Notice => "notices",
        SubjectKind::Objection => "objections",
        SubjectKind::Case => "cases",
        SubjectKind::Publication => "publications",
        SubjectKind::Enterprise => "registers/enterprises",
        SubjectKind::ProductCategory => "registers/products",
        SubjectKind::Laboratory => "registers/laboratories",
        SubjectKind::Officer => "registers/officers",
        SubjectKind::Rules => "registers/rules",
        SubjectKind::Import => "import/runs",
        SubjectKind::Correction => "corrections",
        SubjectKind::User => "admin/users",
        SubjectKind::Organisation => "admin/organisations",
    }
}

/// The thing whose page, or a page below it, lies at a path: of those that not everybody in the house may read.
pub(crate) fn thing_at(path: &str) -> Option<(SubjectKind, SubjectId)> {
    const KINDS: [SubjectKind; 11] = [
        SubjectKind::Plan,
        SubjectKind::Task,
        SubjectKind::Draw,
        SubjectKind::Visit,
        SubjectKind::Sample,
        SubjectKind::Inspection,
        SubjectKind::Notice,
        SubjectKind::Objection,
        SubjectKind::Case,
        SubjectKind::Publication,
        SubjectKind::Enterprise,
    ];
    let (kind, rest) = KINDS.iter().find_map(|kind| Some((*kind, path.strip_prefix(list_of(*kind).as_str())?)))?;
    let id = rest.strip_prefix('/')?.split(['/', '?', '#']).next()?.parse().ok()?;
    Some((kind, id))
}

/// Address of the list of a kind.
pub(crate) fn list_of(kind: SubjectKind) -> String {
    format!("/desk/{}", folder(kind))
}

/// Timeline of a thing as the component wants it.
pub fn timeline_lines(lines: Vec<TimelineLine>) -> Vec<Line> {
    lines
        .into_iter()
        .map(|line| {
            let technical = format!("{} 第 {} 条 {}", line.kind, line.seq, line.leaf.get(..16).unwrap_or_default());
            match line.content {
                Some(content) => Line {
                    at: line.at,
                    text: content.text,
                    who: format!("{}　{}", content.unit, content.actor),
                    facts: content.facts,
                    basis: content.basis,
                    technical,
                    bad: line.kind.starts_with("refused."),
                },
                None => Line {
                    at: line.at,
                    text: "内容已按保存期限删除".to_owned(),
                    who: String::new(),
                    facts: Vec::new(),
                    basis: String::new(),
                    technical,
                    bad: false,
                },
            }
        })
        .collect()
}

fn task_line(line: &Clock, about: &str, today: Date, calendar: &Calendar) -> Markup {
    let (tone, words) = clock::left_words(line, today, calendar);
    html! {
        li {
            div class="when" {
                strong class=(match tone { Tone::Bad => "bad", Tone::Waiting => "warn", _ => "" }) { (words) }
                @if let Some(due) = line.due_on() { span class="sub" { @if today > due { "应于" (clock::day(due)) "办结" } @else { (clock::day(due)) "及以前" } } }
            }
            div {
                h3 { a href=(address(line.subject_kind, line.subject_id)) { (line.title) } }
                @if !about.is_empty() { p { (about) } }
                p class="sub" { (hengjian_domain::code::Code::title(line.subject_kind)) "　" (line.trigger_on) " 起" }
                @if !line.steps.is_empty() {
                    details class="how" { summary { "怎么算的、依据什么" } ol class="steps" { @for step in line.steps.lines() { li { (step) } } } }
                }
            }
            div class="act" { a class="btn" href=(address(line.subject_kind, line.subject_id)) { "去办理" } }
        }
    }
}

/// So many lines alike in a row are all shown; of more only the first, the others folded behind it.
const FOLD_FROM: usize = 3;

/// The same step due on the same day: a batch of papers, samples or visits.
fn alike(a: &Clock, b: &Clock) -> bool {
    let step = |line: &Clock| (line.subject_kind, line.rule.clone(), line.due_on());
    let words = |line: &Clock| line.title.split('：').next().unwrap_or_default().to_owned();
    step(a) == step(b) && words(a) == words(b)
}

/// Lines in their order, those alike behind the first of them.
fn runs<'a>(lines: &[&'a Clock]) -> Vec<Vec<&'a Clock>> {
    let mut runs: Vec<Vec<&Clock>> = Vec::new();
    for line in lines {
        match runs.iter_mut().find(|run| run.first().is_some_and(|first| alike(first, line))) {
            Some(run) => run.push(line),
            None => runs.push(vec![line]),
        }
    }
    runs
}

/// `GET /desk`
pub async fn work_list_page(ctx: Ctx) -> PageResult {
    let (lines, about) = ctx
        .view(|work| {
            let lines = work_list::work_list(work)?;
            let about = work_list::about(work, &lines)?;
            Ok((lines, about))
        })
        .await?;
    let (today, calendar) = (ctx.now().date(), ctx.app.calendar());
    let page = ctx.page("待办").at("/desk");
    let overdue: Vec<&Clock> = lines.iter().filter(|line| line.is_overdue(today)).collect();
    let due: Vec<&Clock> = lines.iter().filter(|line| !line.is_overdue(today) && line.due_on().is_some()).collect();
    let open: Vec<&Clock> = lines.iter().filter(|line| line.due_on().is_none()).collect();
    let one = |line: &Clock| task_line(line, about.get(&line.subject_id).map_or("", String::as_str), today, &calendar);
    let group = |heading: String, bad: bool, lines: &[&Clock]| {
        html! { @if !lines.is_empty() {
            section class=(if bad { "sec sec--bad" } else { "sec" }) { h2 { (heading) } ul class="tasks" {
                @for run in runs(lines) {
                    @let (shown, folded) = run.split_at(if run.len() > FOLD_FROM { 1 } else { run.len() });
                    @for line in shown { (one(line)) }
                    @if !folded.is_empty() { li class="more" { details {
                        summary { "同样的事，同一天到期，还有 " (folded.len()) " 件" }
                        ul class="tasks" { @for line in folded { (one(line)) } }
                    } } }
                }
            } }
        } }
    };
    let lead = format!(
        "{}年{}月{}日 {}。{} 件已超期，{} 件有期限，{} 件没有期限。",
        today.year(),
        today.month(),
        today.day(),
        clock::weekday(today),
        overdue.len(),
        due.len(),
        open.len()
    );
    let body = html! {
        (title("待办", &lead))
        @if lines.is_empty() { (empty("现在没有等您办的事。有新的任务会出现在这里", None)) }
        (group(format!("已超期 {}", overdue.len()), true, &overdue))
        (group(format!("有期限 {}", due.len()), false, &due))
        (group(format!("下一步 {}", open.len()), false, &open))
        @if lines.len() >= work_list::WORK_LIST_LIMIT { p class="note" { "只列出最早的 " (work_list::WORK_LIST_LIMIT) " 件。" } }
        (crate::demonstration::clock_form(&ctx))
    };
    Ok(shell::page(&page, body).into_response())
}

/// `GET /desk/style`
pub async fn style_page(ctx: Ctx) -> PageResult {
    Ok(shell::page(&ctx.page("样式"), crate::components::gallery::gallery()).into_response())
}
