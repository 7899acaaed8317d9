//! The page of a task: scheme, rule, commission, how far its batches are, and what I can do.

use super::{due_now, hidden, is_untimely, page::others, prose, span, strip::stages, task_tone};
use crate::{
    Ctx, PageResult,
    components::{
        clock,
        form::{Field, error_summary, refusal},
        or_slash,
        shell::{self, section},
        table, tag,
        thing::{self, Act},
    },
    error::Again,
    todo::timeline_lines,
};
use axum::{extract::Path, response::IntoResponse};
use hengjian_app::plan::reading::{self, TaskView};
use hengjian_domain::{
    code::Code,
    money::yuan,
    plan::{PlanRefused, TaskId, TaskState},
    policy::Action,
    refusal::Refusal,
    rules::RulesState,
};
use maud::{Markup, html};

/// `GET /desk/tasks/{id}`
pub async fn task_page(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let id: TaskId = super::id(&id)?;
    let view = ctx.view(move |work| reading::task(work, id)).await?;
    Ok(draw(&ctx, &view, &Again::default()).into_response())
}

/// The page; `problems` of an act that was not done stand at its top.
pub(super) fn draw(ctx: &Ctx, view: &TaskView, problems: &Again) -> Markup {
    let task = &view.task;
    let body = html! {
        (shell::title(&task.name, &format!("{}　{}　{}", task.number, task.origin_tier.title(), task.kind.title())))
        (error_summary(&problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect::<Vec<_>>()))
        @if let Some(words) = &problems.refusal { (refusal(words)) }
        (thing::stages(&stages(view)))
        (thing::split(thing::acts(&acts(ctx, view)), html! {
            (due_now(ctx, &view.clocks))
            (section("方案", scheme(view)))
            (section("实施细则", rules(view)))
            (section("委托检验", commission(view)))
            @if task.has_been_sampled() { (section("进度", progress(view))) }
            @if !task.summary.is_empty() { (section("工作总结", html! { p { (prose(&task.summary)) } })) }
            (thing::timeline(&timeline_lines(view.timeline.clone())))
        }))
    };
    let page = ctx
        .page(task.name.clone())
        .at("/desk/plans")
        .crumb("抽查计划", Some("/desk/plans".into()))
        .crumb(view.plan.title.clone(), Some(format!("/desk/plans/{}", view.plan.id)))
        .crumb(task.number.clone(), None);
    shell::page(&page, body)
}

fn scheme(view: &TaskView) -> Markup {
    let task = &view.task;
    let mut pairs = vec![
        ("状态", tag(task_tone(task.state), task.state.title())),
        (
            "计划",
            html! { a href=(format!("/desk/plans/{}", view.plan.id)) { (view.plan.title) } @if let Some(line) = &view.line { "　第 " (line.seq) " 行" } },
        ),
        ("产品范围", prose(&task.product_scope)),
        ("领域", html! { (task.field.title()) }),
        ("区域", html! { (or_slash(&view.area)) }),
        ("批次", html! { (task.batches) }),
        ("经费", html! { (yuan(task.budget_fen)) " 元" }),
        ("抽样", span(task.sampling_from_on, task.sampling_until_on)),
        ("检验截止", clock::iso(task.testing_until_on)),
        ("处理截止", clock::iso(task.handling_until_on)),
        ("分工", prose(&task.division_of_work)),
        ("抽样单位", html! { @if task.sampling_body.is_empty() { "本局自行抽样" } @else { (task.sampling_body) } }),
        ("编制人", html! { (view.drafter) }),
    ];
    if !task.reason.is_empty() {
        pairs.push(("暂停或取消理由", prose(&task.reason)));
    }
    thing::facts(&pairs)
}

fn rules(view: &TaskView) -> Markup {
    let Some(rules) = &view.rules else { return html! { p class="sub" { "还没有绑定。" } } };
    let rows: Vec<Vec<Markup>> = view
        .items
        .iter()
        .map(|item| {
            vec![
                html! { (item.name) },
                html! { (or_slash(&item.standard)) },
                html! { (or_slash(&item.method)) },
                html! { (item.limit_text.as_deref().unwrap_or("/")) },
            ]
        })
        .collect();
    let at = view.task.rules_published_at_us.or(rules.published_at_us);
    html! {
        (thing::facts(&[
            ("细则", html! { a href=(format!("/desk/registers/rules/{}", rules.id)) { (rules.code) " " (rules.title) } }),
            ("公开", html! { @match at {
                Some(at) if rules.state == RulesState::Published => { (at) "　" (rules.published_at_url) },
                _ => "还没有公开",
            } }),
        ]))
        @if !rows.is_empty() { details { summary { "检验项目 " (rows.len()) " 项" }
            (table::table("检验项目", &[table::text("项目"), table::text("标准"), table::text("方法"), table::text("限值")], &rows))
        } }
    }
}

fn commission(view: &TaskView) -> Markup {
    let task = &view.task;
    match &view.laboratory {
        None => html! { p class="sub" { "还没有登记。" } },
        Some(laboratory) => thing::facts(&[
            (
                "承检机构",
                html! { a href=(format!("/desk/registers/laboratories/{}", laboratory.id)) { (laboratory.name) } },
            ),
            (
                "委托协议",
                html! { (or_slash(&task.agreement_number)) "　" (clock::iso(task.agreement_signed_on)) " 签订" },
            ),
        ]),
    }
}

fn progress(view: &TaskView) -> Markup {
    let (progress, planned) = (&view.progress, view.task.batches);
    let of = |part: i64, whole: i64, unit: &str| format!("{part} / {whole} {unit}");
    html! { div class="stat-row" {
        (thing::stat("已抽样", &progress.sampled.to_string(), of(progress.sampled, planned, "批"), None))
        (thing::stat("未抽到", &progress.unsampled.to_string(), of(progress.unsampled, progress.visits, "次"), None))
        (thing::stat("已确认报告", &progress.reports_confirmed.to_string(), of(progress.reports_confirmed, progress.sampled, "份"), None))
        (thing::stat("未结后处理", &progress.cases_open.to_string(), of(progress.cases_open, progress.cases, "件"), None))
    } }
}

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

fn acts(ctx: &Ctx, view: &TaskView) -> Vec<Act> {
    let task = &view.task;
    if !view.own {
        return Vec::new();
    }
    let address = |act: &str| format!("/desk/tasks/{}/{act}", task.id);
    let (version, now, today) = (task.version, ctx.now(), ctx.now().date());
    let area = |name: &'static str, label: &'static str| Field::area(name, label).required().render();
    let mut offer = Offer { ctx, acts: Vec::new() };

    offer.add(Action::TaskEdit, task.clone().edit().map(drop), |_| {
        Act::link("修改方案", &address("scheme"), task.state == TaskState::Draft)
    });
    offer.add(Action::TaskEdit, task.scheme_is_whole(), |ctx| {
        if view.rules_to_bind.is_empty() {
            return Act::Closed {
                what: "方案还不能定稿".to_owned(),
                why: "登记库里还没有可用的实施细则".to_owned(),
                next: "请先在登记库登记这类产品的实施细则".to_owned(),
                basis: Some(hengjian_domain::law::R18_12),
            };
        }
        let options = view
            .rules_to_bind
            .iter()
            .map(|rules| (rules.id.to_string(), format!("{} {}（{}）", rules.code, rules.title, rules.state.title())))
            .collect();
        let chosen = task.rules_id.map(|id| id.to_string()).unwrap_or_default();
        let field = Field::select("rules_id", "实施细则", options).required().value(chosen).render();
        Act::form("方案定稿，绑定细则", &address("rules"), hidden(ctx, version), field, "定稿")
    });
    let public = view.rules.as_ref().is_some_and(|rules| rules.state == RulesState::Published);
    let ready_to_publish =
        if task.state == TaskState::RulesReady { Ok(()) } else { untimely("登记细则公开", task.state) };
    offer.add(Action::TaskPublishRules, ready_to_publish, |ctx| {
        if public {
            return Act::button("登记细则公开", &address("publish"), hidden(ctx, version), true);
        }
        let fields = html! {
            (Field::text("url", "公开的网址").help("http:// 或 https:// 开头；没有网址的上传公开凭据").render())
            (Field::instant("published_at", "公开时间").value(now.form_value()).render())
            (Field::file("proof", "公开凭据", ".pdf,.jpg,.jpeg,.png").render())
        };
        Act::form("登记细则公开", &address("publish"), hidden(ctx, version), fields, "登记公开")
    });
    let commission = task.clone().commission(
        Some(hengjian_domain::ids::Id::from_uuid(task.id.uuid())),
        "1",
        Some(today),
        true,
        Vec::new(),
        today,
    );
    offer.add(Action::TaskCommission, commission.map(drop), |ctx| {
        let laboratories = view.laboratories.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
        let fields = html! {
            (Field::select("laboratory_id", "承检机构", laboratories).required().render())
            (Field::text("agreement_number", "委托协议编号").required().render())
            (Field::date("signed_on", "签订日期").required().value(today.to_string()).render())
            (Field::checkbox("no_conflict", "机构已书面声明：抽查期间与被抽样者没有同类产品的有偿服务和委托检验").render())
        };
        Act::form("登记委托", &address("commission"), hidden(ctx, version), fields, "登记委托")
    });
    offer.add(
        Action::DrawPrepare,
        if task.state == TaskState::Commissioned { Ok(()) } else { untimely("准备抽取", task.state) },
        |ctx| {
            let hidden = html! { (hidden(ctx, 0)) input type="hidden" name="task" value=(task.id); };
            Act::button("准备随机抽取", "/desk/draws/new", hidden, true)
        },
    );
    offer.add(Action::TaskClose, task.clone().write_off(&view.progress, "理由").map(drop), |ctx| {
        Act::form(
            "结束抽样",
            &address("write-off"),
            hidden(ctx, version),
            area("write_off_reason", "未抽够的理由"),
            "核销余下批次",
        )
    });
    offer.add(Action::TaskClose, task.clone().confirm_results(&view.progress).map(drop), |ctx| {
        Act::button("完成结果确认", &address("confirm"), hidden(ctx, version), true)
    });
    offer.add(Action::TaskClose, task.clone().close(&view.progress, "总结").map(drop), |ctx| {
        Act::form("办结任务", &address("close"), hidden(ctx, version), area("summary", "工作总结"), "办结任务")
    });
    let before = task.state_before_suspension.map_or("", Code::title);
    offer.add(Action::TaskSuspend, task.clone().resume().map(drop), |ctx| {
        Act::button(&format!("恢复到“{before}”"), &address("resume"), hidden(ctx, version), true)
    });
    offer.add(Action::TaskSuspend, task.clone().suspend("理由").map(drop), |ctx| {
        Act::form("暂停", &address("suspend"), hidden(ctx, version), area("suspend_reason", "暂停理由"), "暂停任务")
    });
    offer.add(Action::TaskSuspend, task.clone().cancel("理由").map(drop), |ctx| {
        Act::form("取消任务", &address("cancel"), hidden(ctx, version), area("cancel_reason", "取消理由"), "取消任务")
    });
    if task.state == TaskState::RulesReady && !public {
        let refused = view.rules.as_ref().map(|rules| task.clone().publish_rules(rules, now).map(drop));
        if let Some(Err(refused)) = refused.filter(|_| !ctx.may(Action::TaskPublishRules)) {
            offer.acts.push(Refusal::from(refused).into());
        }
    }
    offer.acts.extend(others(ctx, &view.clocks));
    offer.acts
}

fn untimely(act: &'static str, state: TaskState) -> Result<(), PlanRefused> {
    Err(PlanRefused::WrongState { act, state: state.title() })
}
