//! The acts on an objection: what each form asks, and the use case it leads to. Closed acts are built from the rule's own refusal.

use super::typed::Typed;
use crate::{
    Ctx, FormData,
    components::{
        form::{Field, hidden},
        thing::Act,
    },
};
use hengjian_app::{
    AppError, AppResult, Work,
    objection::{procedure, reinspection, view::ObjectionView},
};
use hengjian_domain::{
    clock::SubjectKind,
    code::Code,
    laboratory::LaboratoryId,
    objection::{
        InadmissibleGround, NoReinspectionGround, Objection, ObjectionId, ObjectionKind, ObjectionOutcome,
        ObjectionRefused, ObjectionState,
    },
    policy::Action,
    refusal::Refusal,
};
use maud::{Markup, html};

/// A use case with what was read from the form.
pub type Run = Box<dyn FnOnce(&mut Work<'_>) -> AppResult<()> + Send>;

/// Reads an act's form.
///
/// # Errors
/// Messages at fields; not found for an act that does not exist.
pub fn read(act: &str, id: ObjectionId, form: &FormData) -> AppResult<Run> {
    let version = form.version();
    let mut read = form.reader();
    let missing = || AppError::fault("a checked field is missing");
    let text = |name: &str| form.get(name).to_owned();
    Ok(match act {
        "accept" => Box::new(move |work| procedure::accept(work, id, version)),
        "begin" => Box::new(move |work| procedure::begin(work, id, version)),
        "refuse" => {
            let ground = read.code::<InadmissibleGround>("refuse_ground", "不予受理的原因");
            let reason = read.required("refuse_reason", "理由");
            read.finish()?;
            let ground = ground.ok_or_else(missing)?;
            Box::new(move |work| procedure::refuse(work, id, version, ground, &reason))
        }
        "decide" => {
            let facts = read.required("decide_facts", "查明的事实和证据");
            let reason = read.required("decide_reason", "理由");
            let upheld = match form.get("decide_upheld") {
                "yes" => true,
                "no" => false,
                _ => {
                    read.error("decide_upheld", "请选择结论");
                    false
                }
            };
            read.finish()?;
            Box::new(move |work| procedure::decide(work, id, version, upheld, &facts, &reason))
        }
        "decline" => {
            let ground = read.code::<NoReinspectionGround>("decline_ground", "不予复检的原因");
            let reason = read.required("decline_reason", "理由");
            read.finish()?;
            let ground = ground.ok_or_else(missing)?;
            Box::new(move |work| reinspection::decline(work, id, version, ground, &reason))
        }
        "reinspection-notice" => {
            let words = read.required("formalities_text", "办理手续的地点和缴费方式");
            let fee = read.money("fee", "复检费用");
            read.finish()?;
            Box::new(move |work| reinspection::issue_notice(work, id, version, &words, fee))
        }
        "notified" => {
            let on = read.date("notified_on", "收到日期");
            let proof = read.required("notified_proof", "送达方式、签收人和凭据");
            read.finish()?;
            let on = on.ok_or_else(missing)?;
            Box::new(move |work| reinspection::notified(work, id, version, on, &proof))
        }
        "formalities" => {
            let on = read.date("formalities_on", "办理日期");
            let words = read.required("formalities_proof", "预缴费用和确认的凭据");
            read.finish()?;
            let on = on.ok_or_else(missing)?;
            Box::new(move |work| reinspection::formalities_done(work, id, version, on, &words))
        }
        "appoint" => {
            let laboratory = read.id::<hengjian_domain::laboratory::Laboratory>("laboratory", "复检机构");
            read.finish()?;
            let (laboratory, evidence): (LaboratoryId, String) =
                (laboratory.ok_or_else(missing)?, text("single_evidence"));
            Box::new(move |work| reinspection::appoint(work, id, version, laboratory, &evidence))
        }
        "verify" => {
            let (seal, matches) = (form.ticked("seal_intact"), form.ticked("form_matches"));
            let words = read.required("verify_text", "核对经过、照片和参加人");
            read.finish()?;
            Box::new(move |work| reinspection::verify_sample(work, id, version, seal, matches, &words))
        }
        "hand-over" => {
            let note = read.required("hand_over_note", "移交确认单和参加人");
            read.finish()?;
            Box::new(move |work| reinspection::hand_over(work, id, version, &note))
        }
        "conclude" => {
            let outcome = read.code::<ObjectionOutcome>("conclude_outcome", "复检结论");
            let reason = read.required("conclude_reason", "说明");
            read.finish()?;
            let outcome = outcome.ok_or_else(missing)?;
            Box::new(move |work| reinspection::conclude(work, id, version, outcome, &reason))
        }
        "cost" => {
            let on = read.date("cost_on", "结清日期");
            let words = read.required("cost_text", "缴退费和备用样品价款的凭据");
            read.finish()?;
            let on = on.ok_or_else(missing)?;
            Box::new(move |work| reinspection::settle_cost(work, id, version, on, &words))
        }
        "terminate" => {
            let words = read.required("terminate_facts", "事实和证据");
            read.finish()?;
            Box::new(move |work| reinspection::terminate(work, id, version, &words))
        }
        "lost" => {
            let words = read.required("lost_decision", "灭失经过和分管局领导的决定");
            read.finish()?;
            Box::new(move |work| reinspection::backup_lost_by_office(work, id, version, &words))
        }
        "take-back" => {
            let words = read.required("take_back_letter", "书面撤回");
            read.finish()?;
            Box::new(move |work| procedure::take_back(work, id, version, &words))
        }
        "relay" => {
            let on = read.date("relay_on", "转送日期");
            let proof = read.required("relay_proof", "转送的文号、单号或者回执");
            read.finish()?;
            let on = on.ok_or_else(missing)?;
            Box::new(move |work| procedure::relay(work, id, version, on, &proof))
        }
        "answer" => {
            let on = read.date("answer_on", "答复日期");
            let outcome = read.code::<ObjectionOutcome>("answer_outcome", "答复结果");
            let words = read.required("answer_text", "答复的内容和文号");
            read.finish()?;
            let (on, outcome) = (on.ok_or_else(missing)?, outcome.ok_or_else(missing)?);
            Box::new(move |work| procedure::record_answer(work, id, version, outcome, &words, on))
        }
        _ => return Err(AppError::NotFound),
    })
}

/// Puts an act on the page, or the reason why not. What belongs to another state is left out.
fn offer(list: &mut Vec<Act>, trial: Result<Objection, ObjectionRefused>, act: Act) {
    match trial {
        Ok(_) | Err(ObjectionRefused::ReasonMissing { .. }) => list.push(act),
        Err(ObjectionRefused::WrongState { .. } | ObjectionRefused::WrongKind { .. }) => {}
        Err(refused) => list.push(Refusal::from(refused).into()),
    }
}

fn attachment() -> Markup {
    Field::file("attachment", "附件", ".pdf,.jpg,.jpeg,.png").render()
}

/// Acts of the person on the page.
pub fn acts_of(ctx: &Ctx, view: &ObjectionView, typed: Typed<'_>) -> Vec<Act> {
    let mut list = Vec::new();
    if ctx.may(Action::ObjectionHandle) {
        if view.objection.relayed {
            relayed(ctx, view, typed, &mut list);
        } else {
            admission(ctx, view, typed, &mut list);
            if view.objection.kind == ObjectionKind::Conclusion {
                testing_again(ctx, view, typed, &mut list);
                ending(ctx, view, typed, &mut list);
            }
        }
        let words = typed.area("take_back_letter", "申请人的书面撤回", "").required().render();
        let act = form(ctx, view, typed, "take-back", "申请人撤回异议", html! { (words) (attachment()) }, "登记撤回");
        offer(&mut list, view.objection.clone().take_back("·", ctx.now().date()), act);
    }
    let correctable = matches!(view.objection.state, ObjectionState::Submitted | ObjectionState::Relayed);
    if ctx.may(Action::CorrectionPropose) && ctx.may(Action::ObjectionRegister) && correctable {
        let address = format!("/desk/corrections/new?kind={}&id={}", SubjectKind::Objection.code(), view.objection.id);
        list.push(Act::link("更正收到日期", &address, false));
    }
    list
}

fn form(
    ctx: &Ctx,
    view: &ObjectionView,
    typed: Typed<'_>,
    act: &str,
    heading: &str,
    body: Markup,
    button: &str,
) -> Act {
    let action = format!("/desk/objections/{}/acts/{act}", view.objection.id);
    typed.form(act, heading, &action, hidden(ctx.csrf(), &ctx.once(), view.objection.version), body, button)
}
fn button(ctx: &Ctx, view: &ObjectionView, act: &str, words: &str) -> Act {
    let action = format!("/desk/objections/{}/acts/{act}", view.objection.id);
    Act::button(words, &action, hidden(ctx.csrf(), &ctx.once(), view.objection.version), true)
}

fn relayed(ctx: &Ctx, view: &ObjectionView, typed: Typed<'_>, list: &mut Vec<Act>) {
    let (objection, today) = (&view.objection, ctx.now().date());
    let body = html! {
        (typed.date("relay_on", "转送日期", &today.to_string()).required().render())
        (typed.area("relay_proof", "转送的文号、单号或者回执", "").required().render())
        (attachment())
    };
    let heading = format!("转送{}", objection.organiser_name);
    offer(
        list,
        objection.clone().relay(today, "·", today),
        form(ctx, view, typed, "relay", &heading, body, "登记转送"),
    );
    let body = html! {
        (typed.date("answer_on", "答复日期", &today.to_string()).required().render())
        (typed.choice::<ObjectionOutcome>("answer_outcome", "答复结果", "").required().render())
        (typed.area("answer_text", "答复的内容和文号", "").required().render())
        (attachment())
    };
    let trial = objection.clone().answered(ObjectionOutcome::Dismissed, "·", today, today);
    offer(list, trial, form(ctx, view, typed, "answer", "登记组织方的答复", body, "登记答复"));
    if objection.state == ObjectionState::Submitted
        && let Err(refused) = objection.clone().accept(None, String::new(), today)
    {
        list.push(Refusal::from(refused).into());
    }
}

fn admission(ctx: &Ctx, view: &ObjectionView, typed: Typed<'_>, list: &mut Vec<Act>) {
    let (objection, today, window) = (&view.objection, ctx.now().date(), view.window_until);
    offer(list, objection.clone().accept(window, String::new(), today), button(ctx, view, "accept", "受理"));
    // One form for both reasons; the page says of each whether the facts bear it out.
    let trials: Vec<(InadmissibleGround, Result<Objection, ObjectionRefused>)> = InadmissibleGround::ALL
        .iter()
        .map(|ground| (*ground, objection.clone().refuse(*ground, window, "·", String::new(), today)))
        .collect();
    let grounds: Vec<(String, String)> = trials
        .iter()
        .filter(|(_, trial)| trial.is_ok())
        .map(|(ground, _)| (ground.code().to_owned(), ground.title().to_owned()))
        .collect();
    if grounds.is_empty() {
        if let Some((_, trial)) = trials.into_iter().next() {
            offer(list, trial, button(ctx, view, "refuse", "不予受理"));
        }
    } else {
        let body = html! {
            (typed.select("refuse_ground", "不予受理的原因", grounds, "").required().render())
            (typed.area("refuse_reason", "理由", "").required().render())
        };
        list.push(form(ctx, view, typed, "refuse", "不予受理", body, "出具不予受理通知书"));
    }
    let words = if objection.kind == ObjectionKind::Conclusion { "开始研究复检" } else { "开始调查" };
    offer(list, objection.clone().begin(), button(ctx, view, "begin", words));
    let options =
        vec![("yes".to_owned(), "异议成立，检验结果不作数".to_owned()), ("no".to_owned(), "异议不成立".to_owned())];
    let body = html! {
        (typed.area("decide_facts", "查明的事实和证据", "").required().render())
        (typed.select("decide_upheld", "结论", options, "").required().render())
        (typed.area("decide_reason", "理由", "").required().render())
        (attachment())
    };
    let trial = objection.clone().decide_investigation(false, "·", "·", String::new(), today);
    offer(list, trial, form(ctx, view, typed, "decide", "作出异议处理决定", body, "作出决定"));
}

fn testing_again(ctx: &Ctx, view: &ObjectionView, typed: Typed<'_>, list: &mut Vec<Act>) {
    let (objection, today, calendar) = (&view.objection, ctx.now().date(), ctx.app.calendar());
    let day = today.to_string();
    if objection.reinspection_notice_number.is_empty() {
        let body = html! {
            (typed.area("formalities_text", "办理手续的地点和缴费方式", "").required().render())
            (typed.text("fee", "复检费用", "").required().unit("元").help("由申请人先行缴纳").render())
        };
        let trial = objection.clone().issue_reinspection_notice(view.facts.possible(today), "·", 0, String::new());
        offer(list, trial, form(ctx, view, typed, "reinspection-notice", "出具复检通知书", body, "编号并出具"));
    } else {
        let body = html! {
            (typed.date("notified_on", "申请人收到日期", &day).required().render())
            (typed.area("notified_proof", "送达方式、签收人和凭据", "").required().render())
            (attachment())
        };
        let trial = objection.clone().reinspection_notified(today, "·", today, &calendar);
        offer(list, trial, form(ctx, view, typed, "notified", "登记复检通知送达", body, "登记"));
    }
    let body = html! {
        (typed.date("formalities_on", "办理日期", &day).required().render())
        (typed.area("formalities_proof", "预缴费用和确认的凭据", "").required().render())
        (attachment())
    };
    let on = objection.formalities_until_on.map_or(today, |until| until.min(today));
    let act = form(ctx, view, typed, "formalities", "登记复检手续", body, "登记");
    offer(list, objection.clone().formalities_done(on, "·", today), act);
    if objection.state == ObjectionState::ProcedureDone {
        let laboratories: Vec<(String, String)> = view
            .laboratories
            .iter()
            .map(|(laboratory, uncovered)| {
                let first = view.report.as_ref().is_some_and(|report| report.laboratory_id == Some(laboratory.id));
                let mut words = laboratory.name.clone();
                if first {
                    words.push_str("（初检机构）");
                }
                if !uncovered.is_empty() {
                    words.push_str(&format!("（资质不含 {}）", uncovered.join("、")));
                }
                (laboratory.id.to_string(), words)
            })
            .collect();
        let body = html! {
            (typed.select("laboratory", "复检机构", laboratories, "").required().help("不得是初检机构，资质应含争议项目").render())
            (typed.area("single_evidence", "省内仅此一家具备资质的证据", "").help("只在不得不用初检机构时填写").render())
        };
        list.push(form(ctx, view, typed, "appoint", "确定复检机构", body, "确定"));
    }
    let body = html! {
        (typed.tick("seal_intact", "封条完好").render())
        (typed.tick("form_matches", "与抽样单相符").render())
        (typed.area("verify_text", "核对经过、照片和参加人", "").required().render())
        (attachment())
    };
    let act = form(ctx, view, typed, "verify", "核对备用样品", body, "登记核对");
    offer(list, objection.clone().verify_sample(true, true, "·"), act);
    if objection.state == ObjectionState::SampleVerified {
        let body = html! {
            (typed.area("hand_over_note", "移交确认单和参加人", "").required().help("组织方、初检机构、复检机构确认，申请人可以到场").render())
            (attachment())
        };
        list.push(form(ctx, view, typed, "hand-over", "移交备用样品并交付复检", body, "移交"));
    }
}

fn ending(ctx: &Ctx, view: &ObjectionView, typed: Typed<'_>, list: &mut Vec<Act>) {
    let (objection, today) = (&view.objection, ctx.now().date());
    let outcomes = [ObjectionOutcome::SameResult, ObjectionOutcome::DifferentResult]
        .map(|outcome| (outcome.code().to_owned(), outcome.title().to_owned()))
        .to_vec();
    let computed = view.computed.map(Code::code).unwrap_or_default();
    let body = html! {
        (typed.select("conclude_outcome", "复检结论", outcomes, computed).required().help("按两份报告的争议项目比较得出；复检结论是最终结论").render())
        (typed.area("conclude_reason", "说明", "").required().render())
        (attachment())
    };
    let stated = view.computed.unwrap_or(ObjectionOutcome::SameResult);
    let trial = objection.clone().conclude(view.computed, stated, "·", String::new(), today);
    offer(list, trial, form(ctx, view, typed, "conclude", "作出复检结论并告知", body, "作出结论"));
    let body = html! {
        (typed.date("cost_on", "结清日期", &today.to_string()).required().render())
        (typed.area("cost_text", "缴退费和备用样品价款的凭据", "").required().help(format!("费用由{}承担；备用样品被破坏性使用的，由组织部门付价款", objection.cost_bearer)).render())
        (attachment())
    };
    let act = form(ctx, view, typed, "cost", "登记费用结清", body, "登记");
    offer(list, objection.clone().settle_cost(today, "·", today), act);
    let grounds: Vec<(String, String)> = NoReinspectionGround::ALL
        .iter()
        .filter(|ground| {
            objection.clone().decline_reinspection(**ground, "·", view.facts.possible(today), String::new()).is_ok()
        })
        .map(|ground| (ground.code().to_owned(), ground.title().to_owned()))
        .collect();
    if !grounds.is_empty() {
        let body = html! {
            (typed.select("decline_ground", "不予复检的原因", grounds, "").required().render())
            (typed.area("decline_reason", "理由", "").required().render())
            (attachment())
        };
        list.push(form(ctx, view, typed, "decline", "决定不予复检", body, "作出决定"));
    }
    let body = html! { (typed.area("terminate_facts", "当事人隐匿、转移、变卖、损毁备用样品的事实和证据", "").required().render()) (attachment()) };
    let act = form(ctx, view, typed, "terminate", "终止复检", body, "终止");
    offer(list, objection.clone().terminate("·", String::new(), today), act);
    let body = html! { (typed.area("lost_decision", "灭失经过和分管局领导的决定", "").required().help("属机构或者部门原因的，不据初检结论对当事人作不利处理").render()) (attachment()) };
    let act = form(ctx, view, typed, "lost", "备用样品因机构或部门原因灭失", body, "登记决定");
    offer(list, objection.clone().backup_lost_by_office("·", String::new(), today), act);
}
