//! The page of a plan: what it is, what I can do with it now, its products, tasks, editions and course.

use super::{due_now, hidden, is_untimely, plan_tone, prose, span, task_tone};
use crate::{
    Ctx, PageResult,
    components::{
        clock,
        form::{Field, error_summary, refusal},
        shell::{self, section},
        table, tag,
        thing::{self, Act},
    },
    error::Again,
    todo::timeline_lines,
};
use axum::{extract::Path, response::IntoResponse};
use hengjian_app::plan::reading::{self, PlanView};
use hengjian_domain::{
    actor::Role,
    clock::ClockState,
    code::Code,
    money::yuan,
    plan::{PlanId, PlanLine, PlanRefused, PlanState, SpotCheckPlan, TaskState, batch_total, budget_total},
    policy::Action,
    refusal::Refusal,
};
use maud::{Markup, html};

/// `GET /desk/plans/{id}`
pub async fn plan_page(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let id: PlanId = super::id(&id)?;
    let view = ctx.view(move |work| reading::plan(work, id)).await?;
    Ok(draw(&ctx, &view, &Again::default()).into_response())
}

/// The page; `problems` of an act that was not done stand at its top.
pub(super) fn draw(ctx: &Ctx, view: &PlanView, problems: &Again) -> Markup {
    let plan = &view.plan;
    let edition = if view.editions.len() > 1 { format!("第 {} 版", plan.edition) } else { String::new() };
    let body = html! {
        (shell::title(&plan.title, &format!("{}　{}　{edition}", view.organiser.name, plan.tier.title())))
        (error_summary(&problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect::<Vec<_>>()))
        @if let Some(words) = &problems.refusal { (refusal(words)) }
        (thing::split(thing::acts(&acts(ctx, view)), html! {
            (section("基本情况", facts(view)))
            (due_now(ctx, &view.clocks))
            (lines(ctx, view))
            (tasks(ctx, view))
            (section("正文", text(plan)))
            (thing::papers(&papers(plan)))
            (editions(view))
            (thing::timeline(&timeline_lines(view.timeline.clone())))
        }))
    };
    let page = ctx
        .page(plan.title.clone())
        .at("/desk/plans")
        .crumb("抽查计划", Some("/desk/plans".into()))
        .crumb(plan.title.clone(), None);
    shell::page(&page, body)
}

/// What the notice will say; in sight for the one who approves it.
fn text(plan: &SpotCheckPlan) -> Markup {
    if plan.body.trim().is_empty() {
        let next = if plan.edit().is_ok() {
            "请用“按产品重写正文”生成，或者在“修改名称和正文”里写。"
        } else {
            ""
        };
        return html! { p { "还没有写正文。" (next) } };
    }
    html! {
        details open[plan.state == PlanState::InReview] { summary { "目标和正文" }
            @if !plan.goals.trim().is_empty() { p { (prose(&plan.goals)) } }
            @for part in plan.body.split("\n\n").filter(|part| !part.trim().is_empty()) { p { (prose(part)) } }
        }
    }
}

/// The notice as PDF and to print: a preview until it is issued.
fn papers(plan: &SpotCheckPlan) -> [(String, String, String); 2] {
    let at = |what: &str| format!("/desk/plans/{}/{what}", plan.id);
    let (pdf, print, note) = if plan.issued_on.is_some() {
        ("印发件", "打印页", "")
    } else {
        ("预览", "预览打印页", "，印有“草稿”")
    };
    [
        (pdf.into(), format!("PDF，含附件{note}"), at("plan.pdf")),
        (print.into(), format!("网页，按公文版式{note}"), at("print")),
    ]
}

fn facts(view: &PlanView) -> Markup {
    let plan = &view.plan;
    let mut pairs = vec![
        ("状态", tag(plan_tone(plan.state), plan.state.title())),
        ("年度", html! { (plan.year) " 年" }),
        ("批次", html! { (batch_total(&view.lines)) }),
        ("预算", html! { (yuan(budget_total(&view.lines))) " 元" }),
        ("编制人", html! { (view.drafter) }),
    ];
    if !view.approver.is_empty() {
        pairs.push(("批准人", html! { (view.approver) @if let Some(at) = plan.decided_at_us { "　" (at.date()) } }));
    }
    if let Some(number) = &plan.document_number {
        pairs.push(("文号", html! { (number) "　" (clock::iso(plan.issued_on)) " 印发" }));
    }
    if plan.state.is_in_force() || plan.filed_on.is_some() {
        pairs.push((
            "备案",
            match plan.filed_on {
                Some(on) => html! { (on) "　回执 " (plan.filing_receipt) },
                None => html! { "还没有登记。备案是义务，不影响开展任务" },
            },
        ));
    }
    if !plan.adjustment_reason.is_empty() {
        pairs.push(("调整理由", prose(&plan.adjustment_reason)));
    }
    if !plan.decision_reason.is_empty() {
        let label = if plan.state == PlanState::Cancelled { "取消理由" } else { "退回理由" };
        pairs.push((label, prose(&plan.decision_reason)));
    }
    pairs.push((
        "冲突核对",
        match plan.scan_acknowledged_at_us {
            Some(at) if plan.scan_findings.is_empty() => html! { (at) " 已确认，没有提示" },
            Some(at) => html! { (at) " 已确认" br; (prose(&plan.scan_findings)) },
            None => html! { "还没有确认 " a href=(format!("/desk/plans/{}/scan", plan.id)) { "打开冲突核对" } },
        },
    ));
    thing::facts(&pairs)
}

fn lines(ctx: &Ctx, view: &PlanView) -> Markup {
    let plan = &view.plan;
    let open = view.own && ctx.may(Action::PlanEdit) && plan.edit().is_ok();
    let mut columns = vec![
        table::text("产品"),
        table::text("代码"),
        table::text("领域"),
        table::text("季度"),
        table::number("批次"),
        table::number("单批（元）"),
        table::number("预算（元）"),
        table::text("拟承检机构"),
    ];
    if open {
        columns.push(table::text("次序"));
    }
    let row = |line: &PlanLine| {
        let address = format!("/desk/plans/{}/lines/{}", plan.id, line.id);
        let mut cells = vec![
            html! {
                (line.seq) " " @if open { a href=(address) { (line.product_name) } } @else { (line.product_name) }
                @if !line.focus.is_empty() { br; span class="sub" { (line.focus) } }
                @if let Err(refused) = line.check() { br; span class="bad" { (hengjian_domain::refusal::Explain::why(&refused)) } }
            },
            html! { (crate::components::or_slash(&line.product_code)) },
            html! { (line.field.title()) },
            html! { (line.quarter_words()) },
            html! { (line.batches) },
            html! { @if line.unit_cost_fen > 0 { (yuan(line.unit_cost_fen)) } @else { "/" } },
            html! { (yuan(line.budget_fen)) },
            html! { (crate::components::or_slash(&line.laboratory_name)) },
        ];
        if open {
            let hidden = crate::components::form::hidden(ctx.csrf(), "", line.version);
            let button = |act: &str, words: &str| {
                html! {
                    form method="post" action=(format!("{address}/{act}")) {
                        (hidden) button class="linkish" type="submit" { (words) span class="vh" { " " (line.product_name) } }
                    }
                }
            };
            cells.push(html! { div class="moves" {
                @if line.seq > 1 { (button("up", "上移")) }
                @if view.lines.last().is_some_and(|last| last.id != line.id) { (button("down", "下移")) }
            } });
        }
        cells
    };
    let mut rows: Vec<Vec<Markup>> = view.lines.iter().map(row).collect();
    let mut total = vec![
        html! { "合计" },
        html! { "/" },
        html! { "/" },
        html! { "/" },
        html! { (batch_total(&view.lines)) },
        html! { "/" },
        html! { (yuan(budget_total(&view.lines))) },
        html! { "/" },
    ];
    if open {
        total.push(html! { "/" });
    }
    rows.push(total);
    let add = format!("/desk/plans/{}/lines/new", plan.id);
    section(
        "抽查产品",
        html! {
            @if view.lines.is_empty() {
                (table::empty("计划里还没有产品。可以逐行添加、复制以前的计划，或者导入计划表", open.then_some((add.as_str(), "添加产品"))))
            } @else {
                (table::table("抽查产品", &columns, &rows))
                @if open { p class="bar-row" { a class="btn" href=(add) { "添加产品" } } }
            }
        },
    )
}

fn tasks(ctx: &Ctx, view: &PlanView) -> Markup {
    if view.tasks.is_empty() && !view.plan.state.is_in_force() {
        return html! {};
    }
    let columns =
        [table::text("任务"), table::text("编号"), table::text("状态"), table::number("批次"), table::text("抽样")];
    let rows: Vec<Vec<Markup>> = view
        .tasks
        .iter()
        .map(|task| {
            vec![
                html! { a href=(format!("/desk/tasks/{}", task.id)) { (task.name) } },
                html! { span class="code" { (task.number) } },
                tag(task_tone(task.state), task.state.title()),
                html! { (task.batches) },
                span(task.sampling_from_on, task.sampling_until_on),
            ]
        })
        .collect();
    let may = view.own && ctx.may(Action::TaskEdit) && view.plan.allows_tasks(view.latest_in_force).is_ok();
    let free = |line: &&PlanLine| {
        !view.tasks.iter().any(|task| task.plan_line_id == Some(line.id) && task.state != TaskState::Cancelled)
    };
    let address = |line: &PlanLine| format!("/desk/plans/{}/tasks/new?line={}", view.plan.id, line.id);
    section(
        "任务",
        html! {
            @if rows.is_empty() { p class="sub" { "还没有任务。" } } @else { (table::table("任务", &columns, &rows)) }
            @if may {
                @let waiting: Vec<&PlanLine> = view.lines.iter().filter(free).collect();
                @if !waiting.is_empty() {
                    h3 { "还没有任务的产品" }
                    ul class="papers" { @for line in waiting { li { span { (line.product_name) small { (line.quarter_words()) "　" (line.batches) " 批" } } a href=(address(line)) { "建立任务" } } } }
                }
            }
        },
    )
}

fn editions(view: &PlanView) -> Markup {
    let plan = &view.plan;
    let changes = format!("/desk/plans/{}/changes", plan.id);
    html! {
        @if view.editions.len() > 1 || !view.snapshots.is_empty() { (section("版本", html! {
            @if view.editions.len() > 1 { ul class="papers" { @for edition in &view.editions { li {
                span { @if edition.id == plan.id { "第 " (edition.edition) " 版（本页）" } @else { a href=(format!("/desk/plans/{}", edition.id)) { "第 " (edition.edition) " 版" } }
                    small { (edition.state.title()) "　" (edition.document_number.as_deref().unwrap_or("没有文号")) } }
                @if edition.id == plan.id && plan.previous_id.is_some() { a href=(changes) { "与上一版比较" } }
            } } } }
            @if !view.snapshots.is_empty() { details { summary { "各次办理时的内容" } ul class="papers" { @for snapshot in &view.snapshots { li {
                span { (snapshot.event) small { (snapshot.at_us) } }
                a href=(format!("{changes}?snapshot={}", snapshot.id)) { "与现在比较" }
            } } } } }
        })) }
    }
}

/// An act with its probe: closed acts say why in the rule's own words; what is not due at all is left out.
struct Offer<'c> {
    ctx: &'c Ctx,
    acts: Vec<Act>,
}

impl Offer<'_> {
    fn add(&mut self, action: Action, probe: Result<(), PlanRefused>, open: impl FnOnce(&Ctx) -> Act) {
        if !self.ctx.may(action) {
            return;
        }
        match probe.map_err(Refusal::from) {
            Ok(()) => self.acts.push(open(self.ctx)),
            Err(refusal) if is_untimely(&refusal) => {}
            Err(refusal) => self.acts.push(refusal.into()),
        }
    }
}

/// What the person can do with the plan now, and what not, and why.
fn acts(ctx: &Ctx, view: &PlanView) -> Vec<Act> {
    let plan = &view.plan;
    if !view.own {
        return Vec::new();
    }
    let address = |act: &str| format!("/desk/plans/{}/{act}", plan.id);
    let version = plan.version;
    let (now, today) = (ctx.now(), ctx.now().date());
    let reason = |name: &'static str, label: &'static str| Field::area(name, label).required().render();
    let mut offer = Offer { ctx, acts: Vec::new() };
    let some = "理由";

    let submit = plan.clone().submit(&view.lines).map(drop);
    offer.add(Action::PlanEdit, submit, |ctx| Act::button("提交审批", &address("submit"), hidden(ctx, version), true));
    offer.add(Action::PlanEdit, plan.clone().take_up().map(drop), |ctx| {
        Act::button("重新编制", &address("take-up"), hidden(ctx, version), true)
    });
    offer.add(Action::PlanEdit, plan.edit(), |_| {
        Act::link("冲突核对", &address("scan"), plan.scan_acknowledged_at_us.is_none() && !view.lines.is_empty())
    });
    offer.add(Action::PlanEdit, plan.edit(), |_| Act::link("修改名称和正文", &address("text"), false));
    offer.add(Action::PlanEdit, plan.edit(), |ctx| {
        Act::button("按产品重写正文", &address("text/default"), hidden(ctx, version), false)
    });
    let earlier: Vec<(String, String)> = view
        .earlier
        .iter()
        .filter(|other| other.id != plan.id)
        .map(|other| (other.id.to_string(), format!("{}（{}）", other.title, other.state.title())))
        .collect();
    if !earlier.is_empty() {
        offer.add(Action::PlanEdit, plan.edit(), |ctx| {
            let fields = Field::select("copy_from", "来自", earlier).required().render();
            Act::form("复制以前的产品", &address("copy"), hidden(ctx, version), fields, "复制到本计划")
        });
    }
    offer.add(Action::PlanEdit, plan.clone().take_back().map(drop), |ctx| {
        Act::button("撤回", &address("take-back"), hidden(ctx, version), false)
    });
    offer.add(Action::PlanApprove, plan.clone().approve(ctx.actor(), now).map(drop), |ctx| {
        let fields = Field::area("opinion", "意见").help("可以不填").render();
        Act::form("批准", &address("approve"), hidden(ctx, version), fields, "批准")
    });
    offer.add(Action::PlanApprove, plan.clone().send_back(ctx.actor(), some, now).map(drop), |ctx| {
        Act::form("退回", &address("return"), hidden(ctx, version), reason("return_reason", "退回理由"), "退回修改")
    });
    offer.add(Action::PlanIssue, plan.clone().issue("文〔2000〕1号", today, today).map(drop), |ctx| {
        let fields = html! {
            (Field::text("number", "文号").required().help("例如 乳市场监管〔2021〕25 号").render())
            (Field::date("issued_on", "印发日期").required().value(today.to_string()).render())
        };
        Act::form("印发", &address("issue"), hidden(ctx, version), fields, "印发")
    });
    offer.add(Action::PlanFile, plan.clone().file(today, "1", today).map(drop), |ctx| {
        let fields = html! {
            (Field::date("filed_on", "回执日期").required().value(today.to_string()).render())
            (Field::text("receipt", "回执编号").required().render())
        };
        Act::form("登记备案", &address("file"), hidden(ctx, version), fields, "登记备案")
    });
    offer.add(Action::PlanEdit, plan.clone().complete(&view.tasks).map(drop), |ctx| {
        Act::button("办结计划", &address("complete"), hidden(ctx, version), true)
    });
    offer.add(Action::PlanEdit, plan.clone().archive().map(drop), |ctx| {
        Act::button("归档", &address("archive"), hidden(ctx, version), true)
    });
    let standing = view.editions.iter().filter(|edition| edition.state != PlanState::Cancelled);
    let latest = standing.map(|edition| edition.edition).max().unwrap_or(plan.edition);
    offer.add(Action::PlanEdit, plan.adjust(some, latest, ctx.actor(), now).map(drop), |ctx| {
        Act::form(
            "调整计划",
            &address("adjust"),
            hidden(ctx, version),
            reason("adjust_reason", "调整理由"),
            "建立新版草稿",
        )
    });
    offer.add(Action::PlanApprove, plan.clone().cancel(&view.tasks, some, now).map(drop), |ctx| {
        Act::form("取消计划", &address("cancel"), hidden(ctx, version), reason("cancel_reason", "取消理由"), "取消计划")
    });
    offer.acts.extend(others(ctx, &view.clocks));
    offer.acts
}

/// Steps that wait for somebody else: named with whose they are.
pub(super) fn others(ctx: &Ctx, clocks: &[hengjian_domain::clock::Clock]) -> Vec<Act> {
    let waiting = clocks.iter().filter(|clock| clock.state == ClockState::Open);
    let foreign =
        waiting.filter_map(|clock| Some((clock, clock.owner_role?))).filter(|(_, role)| !ctx.actor().has(*role));
    foreign
        .map(|(clock, role): (_, Role)| Act::Closed {
            what: clock.title.clone(),
            why: format!("由{}办理", role.title()),
            next: "已列入其待办".to_owned(),
            basis: None,
        })
        .collect()
}
