//! The passport of a sample: what it is, the chain from hand to hand, what may happen to it now.

use super::{PICTURES, file_lines, frame, id, kept, sample_tag};
use crate::{
    Ctx, FormData, PageResult,
    components::{
        clock,
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, section, title},
        table::{self, text},
        thing::{Act, acts, facts, papers, split, timeline},
    },
    error::Again,
    todo::timeline_lines,
};
use axum::{extract::Path, response::IntoResponse};
use hengjian_app::sampling::{self, SampleView};
use hengjian_domain::{
    code::Code,
    policy::Action,
    product::called,
    refusal::Refusal,
    sampling::{DisposalState, LossCause, SampleId, SampleKind, SampleState},
};
use maud::{Markup, html};

/// `GET /desk/samples/{id}`
pub async fn thing_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let sample: SampleId = id(&path)?;
    let view = ctx.view(move |work| sampling::sample_view(work, sample)).await?;
    Ok(render(&ctx, &view, &FormData::default(), &Again::default()).into_response())
}

pub(super) fn render(ctx: &Ctx, view: &SampleView, form: &FormData, problems: &Again) -> Markup {
    let (sample, record) = (&view.sample, &view.record);
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let chain: Vec<Vec<Markup>> = view
        .chain
        .iter()
        .map(|step| {
            vec![
                html! { time datetime=(step.at_us.rfc3339()) { (step.at_us) } },
                sample_tag(step.state),
                html! { (or_slash(&step.giver)) },
                html! { (or_slash(&step.taker)) },
                html! { (or_slash(&step.place)) },
                html! { @if step.state.is_opened() { "已启封" } @else if step.seal_intact { "完整" } @else { span class="bad" { "不完整" } } "　" (step.condition) },
                html! { (or_slash(&step.transport)) },
                html! { (or_slash(&step.note)) },
            ]
        })
        .collect();
    let columns = [
        text("时间"),
        text("状态"),
        text("移交"),
        text("接收"),
        text("地点"),
        text("封条和包装"),
        text("运送"),
        text("说明"),
    ];
    let body = html! {
        (title(&format!("{}　{}", sample.kind.title(), sample.number), &format!("{}　{}", called(&record.product_name, &record.model), sample.quantity)))
        (error_summary(&errors))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        (split(acts(&open_acts(ctx, view, form, problems)), html! {
            (section("现在", facts(&[
                ("状态", sample_tag(sample.state)),
                ("在谁手里", html! { (or_slash(&sample.holder)) }),
                ("在哪里", html! { (or_slash(&sample.place)) }),
                ("封条", html! { span class="code" { (sample.seal_number) } }),
                ("取得", html! { @if sample.free { "无偿提供" } @else { "付费购买" } }),
                ("抽样单", html! { @if view.party_hidden { (record.number) "　" span class="sub" { "报告签发后可以打开" } } @else { a href=(format!("/desk/records/{}", record.id)) { (record.number) } } }),
                ("检验", html! { @match &view.inspection { Some(inspection) => a href=(format!("/desk/inspections/{}", inspection.id)) { (inspection.state.title()) }, None => "/" } }),
                ("保质期", clock::iso(sample.expires_on)),
            ])))
            (section("流转", html! {
                @if view.party_hidden { p class="sub" { "报告签发前，检验、审核、批准人员不看被抽样单位的名称和地址；样品管理员按抽样单核对样品。" } }
                (table::table("样品流转", &columns, &chain))
            }))
            @if !view.disposals.is_empty() { (disposals(view)) }
            (papers(&file_lines(&view.files)))
            (clock::clocks(&view.clocks, ctx.now().date(), &ctx.app.calendar()))
            (timeline(&timeline_lines(view.timeline.clone())))
        }))
    };
    let page = frame(ctx, &sample.number, &[("样品", "/desk/samples".to_owned())]);
    shell::page(&page, body)
}

fn disposals(view: &SampleView) -> Markup {
    let rows: Vec<Vec<Markup>> = view
        .disposals
        .iter()
        .map(|disposal| {
            vec![
                html! { (disposal.target.title()) },
                html! { (disposal.reason) },
                html! { (disposal.proposed_by_name) "　" (disposal.proposed_at_us) },
                html! { (disposal.state.title()) },
                html! { (or_slash(&disposal.decision_reason)) },
                html! { @if disposal.state == DisposalState::Approved && !view.party_hidden {
                    @let paper = format!("/desk/samples/{}/end/{}/paper", view.sample.id, disposal.id);
                    a href=(paper) { "样品退还、处置单" } "　" a href=(format!("{paper}.pdf")) { "PDF" }
                } @else { "/" } },
            ]
        })
        .collect();
    let columns = [text("去向"), text("理由"), text("申请"), text("状态"), text("意见"), text("文书")];
    section("退还和处置", table::table("退还和处置", &columns, &rows))
}

/// Acts by what the domain allows; those that are closed say why.
fn open_acts(ctx: &Ctx, view: &SampleView, form: &FormData, problems: &Again) -> Vec<Act> {
    let sample = &view.sample;
    let base = format!("/desk/samples/{}", sample.id);
    let secret = |step: &str| {
        html! { (hidden(ctx.csrf(), &ctx.once(), sample.version)) input type="hidden" name="step" value=(step); }
    };
    let input = |step: &str, name: &'static str, label: &'static str, standing: &str| {
        // The same name stands in several forms of the page; ids must differ.
        Field::text(format!("{name}-{step}"), label)
            .value(kept(form, step, &format!("{name}-{step}"), standing))
            .error(problems.of(name))
            .render()
    };
    let seal = |step: &str| {
        Field::checkbox(format!("seal_intact-{step}"), "封条完整")
            .ticked(form.get("step") != step || form.ticked(&format!("seal_intact-{step}")))
            .render()
    };
    let mut list = Vec::new();
    let handles = view.own || ctx.may(Action::SampleMove) && !ctx.may(Action::VisitCarryOut);
    let leaves = matches!(sample.state, SampleState::Sealed | SampleState::HeldAtParty);
    if ctx.may(Action::SampleMove) && handles && leaves {
        match sample.may_be_handed_over(&view.record) {
            Ok(()) => list.push(Act::form(
                "移交承检机构",
                &format!("{base}/hand-over"),
                secret("hand-over"),
                html! {
                    (input("hand-over", "transport", "承运人和单号，或者自送人", ""))
                    (input("hand-over", "place", "移交地点", &sample.place))
                    (input("hand-over", "condition", "包装和封条状态", "完好"))
                    (seal("hand-over"))
                    (input("hand-over", "note", "说明", ""))
                },
                "登记移交",
            )),
            Err(refused) => list.push(Refusal::from(refused).into()),
        }
    }
    let by_hand = sample.next_by_hand();
    // Who has the sample in hand enters what becomes of it there.
    let in_hand = sample.unit_id.is_none_or(|holder| holder == ctx.actor().unit_id);
    if ctx.may(Action::SampleMove) && handles && in_hand && !by_hand.is_empty() {
        let options: Vec<(String, String)> =
            by_hand.iter().map(|state| (state.code().to_owned(), state.title().to_owned())).collect();
        let first = if let [(only, _)] = options.as_slice() { only.clone() } else { String::new() };
        let opened = sample.state.is_opened();
        let (place, condition) = if sample.state == SampleState::InTransit {
            (ctx.actor().unit_name.as_str(), "完好")
        } else {
            (sample.place.as_str(), if opened { "已启封" } else { "完好" })
        };
        list.push(Act::form(
            "登记流转",
            &format!("{base}/pass-on"),
            secret("pass-on"),
            html! {
                (Field::select("state", "登记为", options).value(kept(form, "pass-on", "state", &first)).error(problems.of("state")).render())
                (input("pass-on", "giver", "移交人", &sample.holder))
                (input("pass-on", "taker", "接收人", &format!("{} {}", ctx.actor().unit_name, ctx.actor().name)))
                (input("pass-on", "place", "地点", place))
                (input("pass-on", "condition", if opened { "样品状态" } else { "包装和封条状态" }, condition))
                @if opened { input type="hidden" name="seal_intact-pass-on" value="1"; } @else { (seal("pass-on")) }
                (input("pass-on", "note", "说明", ""))
            },
            "登记",
        ));
    }
    if ctx.may(Action::SampleMove) && handles && !sample.state.is_end() {
        list.push(Act::form(
            "登记灭失或者被动",
            &format!("{base}/loss"),
            secret("loss"),
            html! {
                (input("loss", "note", "经过和责任人", ""))
                (Field::file("picture", "照片或者文件", PICTURES).render())
                (input("loss", "evidence", "没有上传的，写明证据存放处", ""))
            },
            "登记",
        ));
    }
    if ctx.may(Action::VisitReview) && view.awaits_decision {
        let rejected = sample.state == SampleState::Rejected;
        let note = match (rejected, sample.kind) {
            (true, SampleKind::Inspection) => "决定之后抽样单作废，这一批不计入任务。",
            (false, SampleKind::Inspection) => {
                "还没有检验结论的，决定之后这一批核销。责任在机构或者本局的，同时上报分管领导。"
            }
            _ => "写明经过和处理。责任在机构或者本局的，同时上报分管领导，决定前初检结论不得用于对当事人不利的处理。",
        };
        list.push(Act::form(
            "对拒收或者灭失作出决定",
            &format!("{base}/settle"),
            secret("settle"),
            html! {
                @if !rejected {
                    (Field::choice::<LossCause>("cause", "由谁承担责任").required().value(kept(form, "settle", "cause", "")).error(problems.of("cause")).render())
                }
                (input("settle", "decision", "决定", ""))
                p class="note" { (note) }
            },
            "登记决定",
        ));
    }
    if ctx.may(Action::SampleDisposeApprove) && view.awaits_leader {
        let choices = vec![
            ("1".to_owned(), "初检结论作废，不得使用".to_owned()),
            ("0".to_owned(), "不影响初检结论，或者还没有结论".to_owned()),
        ];
        list.push(Act::form(
            "样品灭失：决定初检结论能否使用",
            &format!("{base}/loss-decision"),
            secret("loss-decision"),
            html! {
                (Field::select("void", "决定", choices).required().value(kept(form, "loss-decision", "void", "")).error(problems.of("void")).render())
                (input("loss-decision", "reason", "理由", ""))
                p class="note" { "因机构或者部门原因灭失的，不得据初检结论对当事人不利处理。" }
            },
            "登记决定",
        ));
    }
    end_acts(ctx, view, &mut list, (&secret, &input));
    list
}

/// Hidden fields of a form by its step.
type Secret<'f> = &'f dyn Fn(&str) -> Markup;
/// A text field by step, name, label and standing value.
type Input<'f> = &'f dyn Fn(&str, &'static str, &'static str, &str) -> Markup;

fn end_acts(ctx: &Ctx, view: &SampleView, list: &mut Vec<Act>, (secret, input): (Secret<'_>, Input<'_>)) {
    let sample = &view.sample;
    let base = format!("/desk/samples/{}", sample.id);
    let proposed = view.disposals.iter().find(|disposal| disposal.state == DisposalState::Proposed);
    let approved = view.disposals.iter().any(|disposal| disposal.state == DisposalState::Approved);
    if let Some(disposal) = proposed.filter(|_| ctx.may(Action::SampleDisposeApprove)) {
        let address = format!("{base}/end/{}/decide", disposal.id);
        let version = hidden(ctx.csrf(), &ctx.once(), disposal.version);
        let heading = format!("批准把样品登记为“{}”", disposal.target.title());
        let body = html! {
            p { (disposal.reason) }
            (Field::select("approve", "意见", vec![("1".into(), "批准".into()), ("0".into(), "不批准".into())]).value("1").render())
            (input("decide", "reason", "理由", ""))
        };
        list.push(Act::form(&heading, &address, version, body, "登记意见"));
    }
    if sample.state.is_end() {
        return;
    }
    if approved && sampling::may_carry_out(ctx.actor(), sample) {
        let body = html! { (input("carry-out", "condition", "包装和封条状态", "完好")) (input("carry-out", "note", "经过，例如收件人签名、销毁方式", "")) };
        list.push(Act::form(
            "办理已批准的退还、处置或者解封",
            &format!("{base}/end/carry-out"),
            secret("carry-out"),
            body,
            "登记办理",
        ));
    } else if proposed.is_none() && !approved && ctx.may(Action::SampleDispose) {
        let ends = [SampleState::Returned, SampleState::Disposed, SampleState::ReleasedInPlace];
        let mut closed = None;
        let mut fits: Vec<(String, String)> = Vec::new();
        for end in ends {
            match sample.may_end(end, &view.ground, ctx.now().date()) {
                Ok(()) => fits.push((end.code().to_owned(), end.title().to_owned())),
                Err(refused) => closed = Some(refused),
            }
        }
        if let Some((first, _)) = fits.first().cloned() {
            let body = html! {
                (Field::select("target", "去向", fits).value(first).render())
                (input("end", "reason", "理由", ""))
                (input("end", "taker", "交给谁、由谁销毁", &view.record.form.party_name))
                (input("end", "place", "地点", &sample.place))
            };
            list.push(Act::form("申请退还、处置或者解封", &format!("{base}/end"), secret("end"), body, "提出申请"));
        } else if let Some(refused) = closed {
            list.push(Refusal::from(refused).into());
        }
    }
}
