//! One draw, step by step: counts, reasons, samplers, what comes next and who does it. Never who was drawn.

use super::{kind_note, phase_tag};
use crate::{
    Ctx, FormData, PageError, PageResult,
    components::{
        Tone, clock,
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, title},
        table::{self, empty, number, text},
        tag, technical_fold,
        thing::{Act, StageState, acts, facts, split, stat, steps, timeline},
    },
    error::{Again, again},
    todo::timeline_lines,
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppResult, Work,
    draw::{self, DrawView},
};
use hengjian_domain::{
    code::Code,
    draw::{
        DesignationReason, Draw, DrawId, DrawPhase, DrawRefused, DrawVoid, ExclusionReason, Headcount, MemberStatus,
        PersonReason, ReplacementReason, VoidReason, phases::exclusion_basis,
    },
    policy::Action,
    refusal::Refusal,
    sampling::VisitOutcome,
    time::Timestamp,
};
use maud::{Markup, html};

/// `GET /desk/draws/{id}`
pub async fn page(ctx: Ctx, Path(id): Path<DrawId>) -> PageResult {
    let view = ctx.view(move |work| draw::draw_view(work, id)).await?;
    Ok(render(&ctx, &view, &Again::default()).into_response())
}

/// After an act: back to the page, or the page again with what was refused.
pub(super) async fn done(ctx: &Ctx, id: DrawId, outcome: AppResult<()>) -> PageResult {
    match outcome {
        Ok(()) => Ok(Redirect::to(&draw::address(id)).into_response()),
        Err(error) => {
            let view = read(ctx, move |work| draw::draw_view(work, id)).await?;
            again(error, |problems| render(ctx, &view, problems))
        }
    }
}

/// Reads under the permission that everybody has who may act on a draw.
pub(super) async fn read<T: Send + 'static>(
    ctx: &Ctx,
    run: impl FnOnce(&mut Work<'_>) -> AppResult<T> + Send + 'static,
) -> Result<T, PageError> {
    let (app, actor) = (ctx.app.clone(), ctx.actor().clone());
    Ok(crate::context::blocking(move || app.view(&actor, Action::DrawRead, run)).await?)
}

/// Words of a reason code, with its article.
pub(super) fn reason_words(code: &str) -> String {
    if let Some(reason) = ExclusionReason::from_code(code) {
        let basis = exclusion_basis(reason).map(|basis| format!("（{}）", basis.cited())).unwrap_or_default();
        return format!("{}{basis}", reason.title());
    }
    DesignationReason::from_code(code).map_or_else(|| "/".to_owned(), |reason| reason.title().to_owned())
}

fn day(at: Option<Timestamp>) -> String {
    at.map(|at| format!("{}月{}日", at.date().month(), at.date().day())).unwrap_or_default()
}

fn progress(view: &DrawView) -> Markup {
    let draw = &view.draw;
    let [operator, second, witness, dispatcher] = &view.people;
    let place = match draw.phase {
        DrawPhase::Draft => 0,
        DrawPhase::Frozen | DrawPhase::Committed => 2,
        DrawPhase::Drawn => 3,
        DrawPhase::Confirmed => 4,
        DrawPhase::Dispatched => 5,
        DrawPhase::Closed | DrawPhase::Revealed => 6,
        DrawPhase::Voided => 7,
    };
    let dated = |who: &str, at: Option<Timestamp>| {
        at.map_or_else(String::new, |_| format!("{who} {}", day(at)).trim().to_owned())
    };
    let words = [
        format!("{operator} {}", day(Some(draw.created_at_us))),
        dated(operator, draw.frozen_at_us),
        dated(second, draw.executed_at_us),
        dated(witness, draw.confirmed_at_us),
        dated(dispatcher, draw.dispatched_at_us),
        dated("", draw.closed_at_us),
    ];
    let reached = [
        true,
        draw.frozen_at_us.is_some(),
        draw.executed_at_us.is_some(),
        draw.confirmed_at_us.is_some(),
        draw.dispatched_at_us.is_some(),
        draw.closed_at_us.is_some(),
    ];
    let names = ["准备名录", "冻结名录", "执行抽取", "确认", "派发", "结束"];
    let list: Vec<_> = names
        .into_iter()
        .zip(words)
        .enumerate()
        .map(|(n, (name, words))| {
            let state = if n == place {
                StageState::Here
            } else if reached[n] {
                StageState::Past
            } else {
                StageState::Ahead
            };
            (name, state, words)
        })
        .collect();
    steps("抽取的六步", &list)
}

fn next_sentence(draw: &Draw) -> &'static str {
    match draw.phase {
        DrawPhase::Draft => "抽取操作员核对名录，确认无误后冻结。冻结以后不能再改。",
        DrawPhase::Frozen | DrawPhase::Committed => "等监督员核对名录并执行抽取。操作员不能执行自己准备的抽取。",
        DrawPhase::Drawn => "已经抽出，名单密封。等监督员按数量确认。",
        DrawPhase::Confirmed => "等派发员派发抽样任务。只有接手的派发员能看名单。",
        DrawPhase::Dispatched => "抽样任务已经派出。到了时间，小组只看到自己的任务。",
        DrawPhase::Closed | DrawPhase::Revealed => "这次抽取已经办完。",
        DrawPhase::Voided => "这次抽取已经作废，名单不再打开。记录保留。",
    }
}

/// The page, with what was refused on top.
fn render(ctx: &Ctx, view: &DrawView, problems: &Again) -> Markup {
    let draw = &view.draw;
    let heading = format!("{}　抽取", view.task.name);
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let (today, calendar) = (ctx.now().date(), ctx.app.calendar());
    let taking_part = view.pool.iter().filter(|line| line.person.status == MemberStatus::In).count();
    let roster = format!("{}/roster", draw::address(draw.id));
    let body = html! {
        p { (phase_tag(draw)) }
        (title(&heading, next_sentence(draw)))
        (kind_note(draw))
        div class="gap-top" { (error_summary(&errors)) @if let Some(refused) = &problems.refusal { (refusal(refused)) } }
        div class="gap-top" { (progress(view)) }
        div class="gap-top" { (split(acts(&acts_of(ctx, view)), html! {
            section class="sec" { h2 { "数量" }
                div class="stat-row" {
                    (stat("参加抽取", &firms(draw.count_in), "可能抽中", Some(&format!("{roster}?status=IN"))))
                    (stat("不参加", &firms(draw.count_excluded), "各有理由", Some(&format!("{roster}?status=EXCLUDED"))))
                    (stat("指定", &firms(draw.count_must), "不占抽取数量", None))
                    (stat("抽取", &firms(draw.quota), quota_words(draw), None))
                    (stat("候补", &firms(draw.reserve), "按次序，不得挑选", None))
                    (stat("抽样人员", &format!("{taking_part} 人"), "每次派 2 人", None))
                }
                @if draw.executed_at_us.is_some() { p { "抽中和指定共 " b { (draw.count_drawn) } " 家，分成 " (draw.count_drawn) " 个小组任务。" } }
            }
            (roster_section(view, &roster))
            (people_section(view))
            @if view.visits > 0 { (visits_section(ctx, view)) }
            (voids_section(view))
            (earlier_section(view))
            (clock::clocks(&view.clocks, today, &calendar))
            (timeline(&timeline_lines(view.timeline.clone())))
            (technical_fold(&html! { dl class="facts" {
                dt { "抽取编号" } dd class="code" { (draw.draw_name) }
                dt { "名录摘要" } dd class="code" { (or_slash(&draw.roster_digest)) }
            } }))
        })) }
    };
    let page = ctx.page(heading.as_str()).at("/desk/draws").crumb("随机抽取", Some("/desk/draws".into()));
    shell::page(&page.crumb(heading.as_str(), None), body)
}

fn firms(count: i64) -> String {
    format!("{count} 家")
}

fn quota_words(draw: &Draw) -> String {
    match draw.count_in {
        inside if inside > 0 && draw.quota >= inside => "全部抽取".to_owned(),
        inside => format!("从 {inside} 家里抽"),
    }
}

fn roster_section(view: &DrawView, roster: &str) -> Markup {
    let draw = &view.draw;
    let rows: Vec<Vec<Markup>> = view
        .counts
        .iter()
        .filter(|(status, ..)| *status == MemberStatus::Excluded)
        .map(|(_, reason, count)| {
            let address = format!("{roster}?status=EXCLUDED&reason={reason}");
            vec![html! { a href=(address) { (reason_words(reason)) } }, html! { (count) }]
        })
        .collect();
    let weighted = view.weights.iter().any(|(_, weight)| *weight != 1);
    let weights: Vec<String> =
        view.weights.iter().map(|(class, weight)| format!("{} {weight}", class.title())).collect();
    let by_hand: Vec<Vec<Markup>> = view
        .by_hand
        .iter()
        .map(|(member, firm)| {
            vec![html! { (firm.name) }, html! { (member.status.title()) }, html! { (member.reason_text) }]
        })
        .collect();
    html! {
        section class="sec" {
            div class="sec__head" { h2 { "名录" } a href=(roster) { "看全部名录" } }
            (facts(&[("怎么选的", html! { (draw.filters) }), ("抽取机会", html! {
                @if weighted { "按信用风险类别加权：" (weights.join("，")) } @else { "每家相等。按信用风险类别加权是参数，现在各类都是 1" }
            })]))
            @if rows.is_empty() { p class="sub" { "没有不参加的单位。" } }
            @else { (table::table("不参加的理由", &[text("不参加的理由"), number("家")], &rows)) }
            @if !by_hand.is_empty() { h3 class="gap-top" { "人工改动" } (table::table("人工改动", &[text("单位"), text("改为"), text("理由和材料")], &by_hand)) }
        }
    }
}

fn people_section(view: &DrawView) -> Markup {
    let rows: Vec<Vec<Markup>> = view
        .pool
        .iter()
        .map(|line| {
            let inside = line.person.status == MemberStatus::In;
            vec![
                html! { (line.officer.name) "　" span class="sub code" { (line.person.mid) } },
                html! { (or_slash(&line.officer.certificate_number)) },
                clock::iso(line.officer.certificate_until_on),
                html! { @if line.person.may_lead { "能带队" } @else { "/" } },
                html! { @if line.recusals > 0 { (line.recusals) " 项" } @else { "/" } },
                html! { @if inside { (tag(Tone::Done, "参加")) } @else { (tag(Tone::Absent, "不参加")) br; span class="sub" { (line.person.reason_text) } } },
            ]
        })
        .collect();
    let columns = [text("抽样人员"), text("证件"), text("证件有效期至"), text("带队"), text("回避"), text("是否参加")];
    html! {
        section class="sec" { h2 { "抽样人员" }
            p class="sub" { "每次抽样随机派 2 人，至少 1 人能带队；应当回避的、承检机构的人员不派。" }
            @if rows.is_empty() { (empty("登记库里没有抽样人员", Some(("/desk/registers/officers", "去登记")))) } @else { (table::table("抽样人员", &columns, &rows)) }
        }
    }
}

fn visits_section(ctx: &Ctx, view: &DrawView) -> Markup {
    let rows: Vec<Vec<Markup>> = view
        .settled
        .iter()
        .enumerate()
        .map(|(n, settled)| {
            let visit = &settled.visit;
            let outcome = visit.outcome.map_or("/", |outcome| outcome.title());
            let submitted = visit.submitted_at_us.map_or_else(|| "/".to_owned(), |at| at.date().to_string());
            vec![
                html! { @if ctx.may(Action::VisitRead) { a href=(format!("/desk/visits/{}", visit.id)) { "第 " (n + 1) " 次" } } @else { "第 " (n + 1) " 次" } },
                html! { (outcome) },
                html! { (submitted) },
                html! { @if settled.replaceable { (tag(Tone::Waiting, "可以递补")) } @else { "/" } },
            ]
        })
        .collect();
    html! {
        section class="sec" { h2 { "抽样进展" }
            div class="stat-row" {
                (stat("已提交结果", &format!("{} 次", view.settled.len()), format!("共派出 {} 次抽样", view.visits), None))
                (stat("还可递补", &format!("{} 家", view.reserves_left), "未用的候补", None))
            }
            @if rows.is_empty() { p class="sub" { "还没有提交结果的抽样。" } }
            @else { (table::table("已提交结果的抽样", &[text("抽样"), text("结果"), text("提交日期"), text("递补")], &rows)) }
        }
    }
}

fn earlier_section(view: &DrawView) -> Markup {
    html! {
        @if !view.earlier.is_empty() {
            section class="sec" { h2 { "本任务以前的抽取" }
                p class="sub" { "这是本任务第 " (view.attempt) " 次抽取。" }
                ul class="papers" { @for earlier in &view.earlier { li { span {
                    a href=(draw::address(earlier.id)) { (earlier.created_at_us.date()) " 开始的抽取" } " " (phase_tag(earlier))
                    @if !earlier.void_reason.is_empty() { small { (earlier.void_reason) } }
                } } } }
            }
        }
    }
}

/// Acts open to this person, and the ones that are closed with the rule's own words.
fn acts_of(ctx: &Ctx, view: &DrawView) -> Vec<Act> {
    let (draw, actor, base) = (&view.draw, ctx.actor(), draw::address(view.draw.id));
    let hidden = || hidden(ctx.csrf(), &ctx.once(), draw.version);
    let mut list = Vec::new();
    if let Some(pending) = view.pending_void() {
        void_decision(ctx, view, pending, &mut list);
        return list;
    }
    let mut offer = |open: Result<(), DrawRefused>, act: Vec<Act>| match open {
        Ok(()) => list.extend(act),
        Err(refused @ DrawRefused::WrongPhase { .. }) => drop(refused),
        Err(refused) => list.push(Refusal::from(refused).into()),
    };
    if ctx.may(Action::DrawPrepare) && draw.phase == DrawPhase::Draft {
        let count = Headcount { inside: draw.count_in, excluded: draw.count_excluded, must: draw.count_must };
        let people: Vec<_> = view.pool.iter().map(|line| line.person.clone()).collect();
        let freeze = draw.clone().freeze(actor, count, &people, String::new(), ctx.now()).map(|_| ());
        offer(freeze, vec![Act::button("冻结名录", &format!("{base}/freeze"), hidden(), true)]);
        let sizes = html! {
            (Field::text("quota", "抽取数量").required().unit("家").help("任务要求的批次数").value(draw.quota.to_string()).render())
            (Field::text("reserve", "候补数量").required().unit("家").help("不能抽样时依次递补，不得挑选").value(draw.reserve.to_string()).render())
        };
        if draw.edit(actor).is_ok() {
            list.push(Act::form("改抽取数量", &format!("{base}/size"), hidden(), sizes, "保存"));
            list.push(Act::link("改名录里的单位", &format!("{base}/roster"), false));
            list.push(Act::form("改抽样人员", &format!("{base}/person"), hidden(), person_fields(view), "保存"));
            let rebuild = html! { p class="sub" { "按登记库现在的内容重新生成。人工改动保留。" } };
            list.push(Act::form("重新生成名录", &format!("{base}/rebuild"), hidden(), rebuild, "重新生成"));
        }
        return list;
    }
    if ctx.may(Action::DrawExecute) {
        let check = html! { form method="post" action=(format!("{base}/execute")) {
            (hidden())
            p { "请核对名录、不参加的理由、人工改动和抽样人员。执行以后名单立即密封，谁也不能重来。" }
            (Field::checkbox("checked", "已核对，没有问题").render())
            p { button class="btn btn--main" type="submit" { "执行抽取" } }
        } };
        offer(draw.may_execute(actor, &view.pool_users), vec![Act::Open(check)]);
        let counts = html! { form method="post" action=(format!("{base}/confirm")) {
            (hidden())
            p { "抽中和指定共 " b { (draw.count_drawn) } " 家，每家 2 名抽样人员。名单不显示。" }
            p { button class="btn btn--main" type="submit" { "按数量确认" } }
        } };
        offer(draw.may_confirm(actor), vec![Act::Open(counts)]);
    }
    if ctx.may(Action::DrawDispatch) {
        let words = if draw.phase == DrawPhase::Confirmed { "查看名单并派发" } else { "再看名单" };
        let open = html! { form method="post" action=(format!("{base}/names")) {
            (crate::components::form::hidden(ctx.csrf(), "", 0))
            p { "每次查看都会留下记录。第一个打开名单的派发员负责到底，其他人从此不能看。" }
            p { button class=(if draw.phase == DrawPhase::Confirmed { "btn btn--main" } else { "btn" }) type="submit" { (words) } }
        } };
        offer(draw.may_read_names(actor), vec![Act::Open(open)]);
    }
    if ctx.may(Action::DrawReplace) && draw.phase == DrawPhase::Dispatched {
        follow_up_acts(view, &base, &hidden, &mut list);
    }
    if ctx.may(Action::DrawVoid) {
        let fields = html! {
            (Field::choice::<VoidReason>("reason", "作废理由").required().value(VoidReason::RosterWrong.code()).render())
            (Field::area("words", "事实和材料").required().help("由抽取作废批准人决定；决定以前这次抽取停在这一步。作废以后记录保留，名单不再打开").render())
        };
        let void = draw.propose_void(actor, "-", None);
        let act = Act::form("提出作废这次抽取", &format!("{base}/void"), hidden(), fields, "提出作废");
        match void {
            Ok(()) => list.push(act),
            Err(DrawRefused::WrongPhase { .. }) => {}
            Err(refused) => list.push(Refusal::from(refused).into()),
        }
    }
    list
}

/// The decision about a proposed void; for everybody else the reason why nothing of the draw goes on meanwhile.
fn void_decision(ctx: &Ctx, view: &DrawView, pending: &DrawVoid, list: &mut Vec<Act>) {
    if !ctx.may(Action::DrawVoidDecide) {
        let waiting = Draw::not_being_voided("继续这次抽取", Some(pending));
        list.extend(waiting.err().map(|refused| Refusal::from(refused).into()));
        return;
    }
    let may = pending.may_decide(ctx.actor()).and_then(|()| view.draw.clone().void(ctx.actor(), pending).map(|_| ()));
    match may {
        Ok(()) => {
            let fields = html! {
                input type="hidden" name="proposal" value=(pending.id);
                p { "理由：" (pending.reason.title()) "。" (pending.words) }
                (Field::select("decision", "决定", DECISIONS.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()).required().render())
                (Field::area("words", "决定的理由").help("不同意的必须写").render())
            };
            let hidden = hidden(ctx.csrf(), &ctx.once(), view.draw.version);
            let to = format!("{}/void/decide", draw::address(view.draw.id));
            list.push(Act::form("决定是否作废", &to, hidden, fields, "决定"));
        }
        Err(refused) => list.push(Refusal::from(refused).into()),
    }
}

/// The two decisions about a proposed void.
const DECISIONS: [(&str, &str); 2] = [("AGREED", "同意作废"), ("DECLINED", "不同意，抽取照常进行")];

/// Proposals to void the draw with what was decided; they stay.
fn voids_section(view: &DrawView) -> Markup {
    let rows: Vec<Vec<Markup>> = view
        .voids
        .iter()
        .map(|(proposal, by, decided)| {
            let at = proposal.decided_at_us.map(|at| at.date().to_string()).unwrap_or_default();
            vec![
                html! { (by) br; span class="sub" { (proposal.proposed_at_us.date()) } },
                html! { (proposal.reason.title()) br; span class="sub" { (proposal.words) } },
                html! { (proposal.state.title()) },
                html! { (or_slash(decided)) @if !at.is_empty() { br; span class="sub" { (at) } } },
                html! { (or_slash(&proposal.decision_words)) },
            ]
        })
        .collect();
    let columns = [text("提出"), text("理由"), text("决定"), text("决定的人"), text("决定的理由")];
    html! {
        @if !rows.is_empty() {
            section class="sec" { h2 { "作废" } (table::table("提出的作废和决定", &columns, &rows)) }
        }
    }
}

fn follow_up_acts(view: &DrawView, base: &str, hidden: &dyn Fn() -> Markup, list: &mut Vec<Act>) {
    let replaceable: Vec<_> = view.settled.iter().enumerate().filter(|(_, settled)| settled.replaceable).collect();
    let open = view.visits - view.settled.len();
    if !replaceable.is_empty() && view.reserves_left > 0 {
        let options = replaceable.iter().map(|(n, settled)| {
            let outcome = settled.visit.outcome.map_or("/", |outcome| outcome.title());
            (settled.visit.id.to_string(), format!("第 {} 次：{outcome}", n + 1))
        });
        let options: Vec<_> = options.collect();
        let first = options.first().map(|(value, _)| value.clone()).unwrap_or_default();
        let unable = replaceable.iter().any(|(_, settled)| settled.visit.outcome == Some(VisitOutcome::Unable));
        let reasons = [ReplacementReason::NotFound, ReplacementReason::NotMade];
        let reasons = reasons.iter().map(|reason| (reason.code().to_owned(), reason.title().to_owned())).collect();
        let fields = html! {
            (Field::select("visit", "哪一次抽样", options).value(first).render())
            @if unable { (Field::select("replace_reason", "没有抽到的原因", reasons).help("只在“转产停业搬迁注销等”时用").value(ReplacementReason::NotFound.code()).render()) }
            (Field::instant("release_at", "小组从何时可看").help("空着表示现在就可看").render())
        };
        list.push(Act::form("按次序递补一家", &format!("{base}/replace"), hidden(), fields, "递补"));
    }
    let left = replaceable.len().min(view.reserves_left);
    match view.draw.clone().close(open, 0, "", view.draw.created_at_us) {
        Ok(_) if left > 0 => {
            let fields = Field::area("close_reason", "不再递补的理由").required().render();
            list.push(Act::form("结束抽取", &format!("{base}/close"), hidden(), fields, "结束"));
        }
        Ok(_) => list.push(Act::button("结束抽取", &format!("{base}/close"), hidden(), true)),
        Err(refused) => list.push(Refusal::from(refused).into()),
    }
}

fn person_fields(view: &DrawView) -> Markup {
    let people = view.pool.iter().filter(|line| line.person.status == MemberStatus::In || line.person.by_hand);
    let people = people.map(|line| {
        let note = if line.person.by_hand { "（已改为不参加）" } else { "" };
        (line.person.id.to_string(), format!("{} {}{note}", line.officer.name, line.person.mid))
    });
    let reasons = [PersonReason::Leave, PersonReason::Untrained, PersonReason::Interest];
    let mut options: Vec<_> =
        reasons.iter().map(|reason| (reason.code().to_owned(), reason.title().to_owned())).collect();
    options.push(("RESTORE".to_owned(), "恢复参加".to_owned()));
    html! {
        (Field::select("person", "人员", people.collect()).required().render())
        (Field::select("reason", "改为", options).required().render())
        (Field::text("words", "理由").help("恢复参加的不填").render())
    }
}

/// `POST /desk/draws/{id}/rebuild`
pub async fn rebuild(ctx: Ctx, Path(id): Path<DrawId>, form: FormData) -> PageResult {
    let version = form.version();
    let outcome = ctx.act(move |work| draw::rebuild(work, id, version)).await;
    done(&ctx, id, outcome).await
}

/// `POST /desk/draws/{id}/size`
pub async fn size(ctx: Ctx, Path(id): Path<DrawId>, form: FormData) -> PageResult {
    let version = form.version();
    let mut reader = form.reader();
    let (quota, reserve) =
        (reader.integer("quota", "抽取数量", 0..=1_000_000), reader.integer("reserve", "候补数量", 0..=1_000_000));
    let outcome = match reader.finish() {
        Ok(()) => ctx.act(move |work| draw::size(work, id, version, quota, reserve)).await,
        Err(error) => Err(error),
    };
    done(&ctx, id, outcome).await
}

/// `POST /desk/draws/{id}/person`
pub async fn person(ctx: Ctx, Path(id): Path<DrawId>, form: FormData) -> PageResult {
    let (version, words) = (form.version(), form.get("words").to_owned());
    let mut reader = form.reader();
    let person = reader.id("person", "人员");
    let restore = form.get("reason") == "RESTORE";
    let reason: Option<PersonReason> = if restore { None } else { reader.code("reason", "改为什么") };
    let outcome = match (reader.finish(), person) {
        (Ok(()), Some(person)) => {
            ctx.act(move |work| draw::change_person(work, id, version, person, reason, &words)).await
        }
        (Ok(()), None) => Ok(()),
        (Err(error), _) => Err(error),
    };
    done(&ctx, id, outcome).await
}

/// `POST /desk/draws/{id}/freeze`
pub async fn freeze(ctx: Ctx, Path(id): Path<DrawId>, form: FormData) -> PageResult {
    let version = form.version();
    let outcome = ctx.act(move |work| draw::freeze(work, id, version)).await;
    done(&ctx, id, outcome).await
}

/// `POST /desk/draws/{id}/execute`
pub async fn execute(ctx: Ctx, Path(id): Path<DrawId>, form: FormData) -> PageResult {
    let version = form.version();
    let mut reader = form.reader();
    if !form.ticked("checked") {
        reader.error("checked", "请先核对名录，再勾选“已核对，没有问题”");
    }
    let outcome = match reader.finish() {
        Ok(()) => ctx.act(move |work| draw::execute(work, id, version)).await,
        Err(error) => Err(error),
    };
    done(&ctx, id, outcome).await
}

/// `POST /desk/draws/{id}/confirm`
pub async fn confirm(ctx: Ctx, Path(id): Path<DrawId>, form: FormData) -> PageResult {
    let version = form.version();
    let outcome = ctx.act(move |work| draw::confirm(work, id, version)).await;
    done(&ctx, id, outcome).await
}

/// `POST /desk/draws/{id}/void`
pub async fn void(ctx: Ctx, Path(id): Path<DrawId>, form: FormData) -> PageResult {
    let (version, once, words) = (form.version(), form.once(), form.get("words").to_owned());
    let mut reader = form.reader();
    let reason: Option<VoidReason> = reader.code("reason", "作废理由");
    let outcome = match (reader.finish(), reason) {
        (Ok(()), Some(reason)) => {
            ctx.act(move |work| draw::propose_void(work, id, version, &once, reason, &words)).await
        }
        (Ok(()), None) => Ok(()),
        (Err(error), _) => Err(error),
    };
    done(&ctx, id, outcome).await
}

/// `POST /desk/draws/{id}/void/decide`
pub async fn decide_void(ctx: Ctx, Path(id): Path<DrawId>, form: FormData) -> PageResult {
    let (version, words) = (form.version(), form.get("words").to_owned());
    let mut reader = form.reader();
    let proposal = reader.id("proposal", "提出的作废");
    let decision = form.get("decision").to_owned();
    if !DECISIONS.iter().any(|(code, _)| *code == decision) {
        reader.error("decision", "请选择决定");
    }
    let outcome = match (reader.finish(), proposal) {
        (Ok(()), Some(proposal)) => {
            let agreed = decision == DECISIONS[0].0;
            ctx.act(move |work| draw::decide_void(work, id, version, proposal, agreed, &words)).await
        }
        (Ok(()), None) => Ok(()),
        (Err(error), _) => Err(error),
    };
    done(&ctx, id, outcome).await
}

/// `POST /desk/draws/{id}/replace`
pub async fn replace(ctx: Ctx, Path(id): Path<DrawId>, form: FormData) -> PageResult {
    let (version, once) = (form.version(), form.once());
    let mut reader = form.reader();
    let visit = reader.id("visit", "哪一次抽样");
    let chosen = ReplacementReason::from_code(form.get("replace_reason"));
    let given = !form.get("release_at").is_empty();
    let release_at = if given { reader.instant("release_at", "可看时间") } else { None };
    let outcome = match (reader.finish(), visit) {
        (Ok(()), Some(visit)) => {
            ctx.act(move |work| draw::replace(work, id, version, &once, visit, chosen, release_at).map(|_| ())).await
        }
        (Ok(()), None) => Ok(()),
        (Err(error), _) => Err(error),
    };
    done(&ctx, id, outcome).await
}

/// `POST /desk/draws/{id}/close`
pub async fn close(ctx: Ctx, Path(id): Path<DrawId>, form: FormData) -> PageResult {
    let (version, reason) = (form.version(), form.get("close_reason").to_owned());
    let outcome = ctx.act(move |work| draw::close(work, id, version, &reason)).await;
    done(&ctx, id, outcome).await
}
