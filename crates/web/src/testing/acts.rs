//! The short acts on an inspection's page. What is closed is closed by the domain's own refusal, so that page and act
//! say the same words.

use super::{
    inspection::answer,
    receive::{licence_fields, read_licence},
};
use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, hidden},
        thing::Act,
    },
    error::Again,
};
use axum::extract::Path;
use hengjian_app::{
    AppResult, Work,
    testing::{
        self as stage, Attached,
        view::{InspectionView, attached},
    },
};
use hengjian_domain::{
    law::LegalBasis,
    policy::Action,
    refusal::Refusal,
    testing::{Confirmation, Inspection, InspectionId, InspectionOrigin, InspectionState, TestingRefused},
};
use maud::{Markup, html};

/// Files that evidence may be.
pub(super) const EVIDENCE: &str = ".pdf,.jpg,.jpeg,.png";

/// An uploaded file of each kind that a field holds.
pub(super) fn files_of(form: &FormData, field: &str) -> Vec<Attached> {
    form.files(field).into_iter().map(|file| attached(&file.name, &file.bytes)).collect()
}

/// A page's acts as they are being drawn.
pub(super) struct Draft<'a> {
    pub(super) ctx: &'a Ctx,
    pub(super) view: &'a InspectionView,
    pub(super) form: &'a FormData,
    pub(super) problems: &'a Again,
}

impl Draft<'_> {
    pub(super) fn one(&self) -> &Inspection {
        &self.view.inspection
    }
    pub(super) fn address(&self, act: &str) -> String {
        format!("/desk/inspections/{}/{act}", self.one().id)
    }
    fn hidden(&self) -> Markup {
        hidden(self.ctx.csrf(), &self.ctx.once(), self.one().version)
    }
    fn area(&self, name: &str, label: &str) -> Markup {
        Field::area(name, label).required().value(self.form.get(name)).error(self.problems.of(name)).render()
    }
    fn files(&self, name: &str, label: &str) -> Markup {
        Field::file(name, label, EVIDENCE).error(self.problems.of(name)).render()
    }
    fn tick(&self, name: &str, label: &str) -> Markup {
        Field::checkbox(name, label).ticked(self.form.ticked(name)).render()
    }
    fn button(&self, words: &str, act: &str, main: bool) -> Act {
        Act::button(words, &self.address(act), self.hidden(), main)
    }
    pub(super) fn form(&self, heading: &str, act: &str, body: Markup, button: &str) -> Act {
        Act::form(heading, &self.address(act), self.hidden(), body, button)
    }
}

fn closed<T>(result: Result<T, TestingRefused>) -> Option<Act> {
    result.err().map(|refused| Refusal::from(refused).into())
}

/// Acts of this person on this inspection.
pub(super) fn acts_of(ctx: &Ctx, view: &InspectionView, form: &FormData, problems: &Again) -> Vec<Act> {
    let draft = Draft { ctx, view, form, problems };
    let one = draft.one();
    let mut acts = Vec::new();
    if one.unit_id == Some(ctx.actor().unit_id) {
        if ctx.may(Action::InspectionReceive) {
            acts.extend(receiver(&draft));
        }
        if ctx.may(Action::InspectionTest) {
            acts.extend(tester(&draft));
        }
        if ctx.may(Action::InspectionReview) {
            acts.extend(reviewer(&draft));
        }
        if ctx.may(Action::InspectionSign) {
            acts.extend(signer(&draft));
        }
    }
    if one.org_id == ctx.actor().org_id {
        if ctx.may(Action::ReportConfirm) {
            acts.extend(organiser(&draft));
            acts.extend(super::risk::acts(&draft));
        }
        if ctx.may(Action::ReportRegister) {
            acts.extend(registrar(&draft));
        }
    }
    if ctx.may(Action::ProblemReport) {
        acts.push(Act::link("提交问题报告", &format!("/desk/problem-reports/new?inspection={}", one.id), false));
    }
    acts
}

fn receiver(draft: &Draft<'_>) -> Vec<Act> {
    match draft.one().state {
        InspectionState::Assigned => vec![Act::link("接收或者拒收样品", &draft.address("receive"), true)],
        InspectionState::Accepted => {
            let fields = licence_fields(draft.form, draft.problems, draft.view.licence_required);
            vec![draft.form("重新核查证书", "licence", fields, "保存核查结果"), terminate_form(draft)]
        }
        InspectionState::Testing => vec![terminate_form(draft)],
        _ => Vec::new(),
    }
}

fn terminate_form(draft: &Draft<'_>) -> Act {
    let body = html! {
        (draft.area("terminate_reason", "终止理由"))
        (draft.area("terminate_evidence", "证据"))
        (draft.files("terminate_files", "证据文件"))
    };
    draft.form("终止检验并报告组织部门", "terminate", body, "终止检验")
}

fn tester(draft: &Draft<'_>) -> Vec<Act> {
    let (one, actor) = (draft.one(), draft.ctx.actor());
    let mine = one.tester_id == Some(actor.user_id);
    match one.state {
        InspectionState::Accepted => match closed(one.clone().begin_testing(actor, &draft.view.samplers)) {
            Some(closed) => vec![closed],
            None => vec![draft.button("开始检验，由我主检", "begin", true)],
        },
        InspectionState::Testing if mine => {
            let body = html! {
                (draft.area("untestable_reason", "无法检验的理由"))
                (draft.area("untestable_evidence", "证据"))
                (draft.files("untestable_files", "证据文件"))
            };
            vec![
                Act::link("录入检验结果", &draft.address("items"), true),
                draft.form("登记无法检验", "untestable", body, "登记无法检验"),
            ]
        }
        InspectionState::Testing => match closed(one.clone().begin_testing(actor, &draft.view.samplers)) {
            Some(closed) => vec![closed],
            None => vec![draft.button("改由我主检", "begin", false)],
        },
        InspectionState::ItemsDone if mine => vec![draft.button("撤回，继续检验", "take-back", false)],
        _ => Vec::new(),
    }
}

fn reviewer(draft: &Draft<'_>) -> Vec<Act> {
    if draft.one().state != InspectionState::ItemsDone {
        return Vec::new();
    }
    match closed(draft.one().may_review(draft.ctx.actor(), &draft.view.samplers)) {
        Some(closed) => vec![closed],
        None => vec![Act::link("审核检验结果", &draft.address("review"), true)],
    }
}

fn signer(draft: &Draft<'_>) -> Vec<Act> {
    let (one, view) = (draft.one(), draft.view);
    match one.state {
        InspectionState::Reviewed => {
            let mut acts = Vec::new();
            let probe = view.laboratory.as_ref().map(|laboratory| {
                let (actor, today) = (draft.ctx.actor(), draft.ctx.now().date());
                one.clone().sign(actor, today, &view.items, laboratory, &view.scope)
            });
            match probe.and_then(closed) {
                Some(closed) => acts.push(closed),
                None => acts.push(draft.button("批准并签发报告", "sign", true)),
            }
            let body = draft.area("return_reason", "退回理由");
            acts.push(draft.form("退回检验", "return", body, "退回"));
            acts
        }
        InspectionState::Signed => {
            let body = draft.tick("higher_risk", "产品可能存在较高风险，请组织部门立即处理");
            let mut acts = vec![Act::Open(html! {
                form method="post" action=(draft.address("submit")) {
                    (draft.hidden()) (body)
                    p { button class="btn btn--main" type="submit" { "报送组织部门" } }
                }
            })];
            if one.is_nonconforming() {
                acts.push(note("不合格报告当日报送", "报送即向组织部门预警", hengjian_domain::law::SEED_4));
            }
            acts
        }
        InspectionState::Submitted | InspectionState::Confirmed if one.origin == InspectionOrigin::Here => {
            let body = html! {
                p class="hint" { "原报告保留不改。更正后的报告重新录入、审核、签发，编号里写明所更正的报告。" }
                (draft.area("amend_reason", "更正理由"))
            };
            vec![draft.form("更正报告", "amend", body, "开始更正")]
        }
        _ => Vec::new(),
    }
}

/// A sentence among the acts: what is bound to happen.
fn note(what: &str, words: &str, basis: LegalBasis) -> Act {
    Act::Open(html! { p class="sub" { (what) "：" (words) "（" (basis.cited()) "）" } })
}

fn organiser(draft: &Draft<'_>) -> Vec<Act> {
    let (one, view) = (draft.one(), draft.view);
    match one.state {
        InspectionState::Submitted => vec![confirm_form(draft), amendment_form(draft)],
        InspectionState::Confirmed => vec![amendment_form(draft)],
        InspectionState::Rejected | InspectionState::Untestable | InspectionState::TerminatedIllegal
            if one.confirmed_on.is_none() =>
        {
            let body = html! {
                p class="hint" { "例如重新抽样、核销这一批、移交执法二股。" }
                (draft.area("decision", "处理决定"))
            };
            vec![draft.form("登记处理决定", "decide", body, "登记")]
        }
        _ if one.is_open() && one.unit_id.is_some() => {
            let waiting = TestingRefused::WrongState {
                act: "确认报告",
                state: hengjian_domain::code::Code::title(view.inspection.state),
            };
            vec![Refusal::from(waiting).into()]
        }
        _ => Vec::new(),
    }
}

fn confirm_form(draft: &Draft<'_>) -> Act {
    let (one, view) = (draft.one(), draft.view);
    let differs = one.our_conclusion.is_some() && one.our_conclusion != one.conclusion;
    let explain = !view.differences.is_empty() || differs;
    Act::Open(html! {
        form method="post" action=(draft.address("confirm")) {
            (draft.hidden())
            h3 { "确认报告" }
            (draft.tick("identity_checked", "已核对样品身份与抽样单"))
            (draft.tick("conclusion_checked", "已核对检验结论与各项目"))
            @if one.is_nonconforming() { (draft.tick("serious", "属于严重质量问题（《产品质量法》第十七条第二款）")) }
            @if explain { p class="hint" { "报告与抽样单不同，或者报告结论与按项目判定不同，须说明。" } }
            (Field::area("explanation", "不同之处的说明").value(draft.form.get("explanation")).error(draft.problems.of("explanation")).render())
            p { button class="btn btn--main" type="submit" { "确认报告" } }
        }
    })
}

fn amendment_form(draft: &Draft<'_>) -> Act {
    let body = draft.area("amendment_reason", "要求更正的理由");
    draft.form("要求机构更正报告", "ask-amendment", body, "发出要求")
}

fn registrar(draft: &Draft<'_>) -> Vec<Act> {
    let one = draft.one();
    let mut acts = Vec::new();
    if matches!(one.state, InspectionState::Assigned | InspectionState::Accepted | InspectionState::Testing) {
        let main = one.unit_id.is_none();
        acts.push(Act::link("登记机构自有系统出具的报告", &draft.address("register"), main));
    }
    if one.origin != InspectionOrigin::Here {
        let answered = draft.view.items.iter().filter(|item| item.answered()).count();
        if one.may_type_items(answered).is_ok() {
            acts.push(Act::link("补录项目结果", &draft.address("typed"), false));
        }
        if matches!(one.state, InspectionState::Submitted | InspectionState::Confirmed) {
            acts.push(Act::link("登记更正后的报告", &draft.address("register"), false));
        }
    }
    acts
}

/// Carries out an act of the page: the form's token is spent, the row's version is the form's.
async fn run<T: Send + 'static>(
    ctx: &Ctx,
    id: InspectionId,
    form: &FormData,
    act: impl FnOnce(&mut Work<'_>, i64) -> AppResult<T> + Send + 'static,
) -> PageResult {
    let (version, once) = (form.version(), form.once());
    let done = ctx
        .act(move |work| {
            work.once(&once, &format!("/desk/inspections/{id}"))?;
            act(work, version)
        })
        .await;
    answer(ctx, id, form, done).await
}

/// `POST /desk/inspections/{id}/licence`
pub async fn licence(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    match read_licence(&form) {
        Ok(found) => run(&ctx, id, &form, move |work, version| stage::answer_licence(work, id, version, found)).await,
        Err(error) => answer::<()>(&ctx, id, &form, Err(error)).await,
    }
}

/// `POST /desk/inspections/{id}/terminate`
pub async fn terminate(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let (reason, evidence) = (form.get("terminate_reason").to_owned(), form.get("terminate_evidence").to_owned());
    let files = files_of(&form, "terminate_files");
    run(&ctx, id, &form, move |work, version| stage::terminate(work, id, version, &reason, &evidence, &files)).await
}

/// `POST /desk/inspections/{id}/begin`
pub async fn begin(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    run(&ctx, id, &form, move |work, version| stage::begin_testing(work, id, version)).await
}

/// `POST /desk/inspections/{id}/take-back`
pub async fn take_back(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    run(&ctx, id, &form, move |work, version| stage::take_back(work, id, version)).await
}

/// `POST /desk/inspections/{id}/untestable`
pub async fn untestable(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let (reason, evidence) = (form.get("untestable_reason").to_owned(), form.get("untestable_evidence").to_owned());
    let files = files_of(&form, "untestable_files");
    run(&ctx, id, &form, move |work, version| stage::untestable(work, id, version, &reason, &evidence, &files)).await
}

/// `POST /desk/inspections/{id}/return`
pub async fn send_back(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let reason = form.get("return_reason").to_owned();
    run(&ctx, id, &form, move |work, version| stage::send_back(work, id, version, &reason)).await
}

/// `POST /desk/inspections/{id}/sign`
pub async fn sign(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    run(&ctx, id, &form, move |work, version| stage::sign(work, id, version)).await
}

/// `POST /desk/inspections/{id}/submit`
pub async fn submit(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let higher_risk = form.ticked("higher_risk");
    run(&ctx, id, &form, move |work, version| stage::submit(work, id, version, higher_risk)).await
}

/// `POST /desk/inspections/{id}/amend`: leads to the new edition.
pub async fn amend(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let (version, once, reason) = (form.version(), form.once(), form.get("amend_reason").to_owned());
    let done = ctx
        .act(move |work| {
            work.once(&once, &format!("/desk/inspections/{id}"))?;
            stage::amend(work, id, version, &reason)
        })
        .await;
    let place = done.as_ref().map_or(id, |new| *new);
    answer(&ctx, place, &form, done).await
}

/// `POST /desk/inspections/{id}/confirm`
pub async fn confirm(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let confirmation = Confirmation {
        identity_checked: form.ticked("identity_checked"),
        conclusion_checked: form.ticked("conclusion_checked"),
        explanation: form.get("explanation").to_owned(),
        serious_quality_problem: form.ticked("serious"),
    };
    run(&ctx, id, &form, move |work, version| stage::confirm(work, id, version, &confirmation)).await
}

/// `POST /desk/inspections/{id}/ask-amendment`
pub async fn ask_amendment(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let reason = form.get("amendment_reason").to_owned();
    run(&ctx, id, &form, move |work, version| stage::ask_amendment(work, id, version, &reason)).await
}

/// `POST /desk/inspections/{id}/decide`
pub async fn decide(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let decision = form.get("decision").to_owned();
    run(&ctx, id, &form, move |work, version| stage::decide_stopped(work, id, version, &decision)).await
}
