//! The acts on a case, office by office. What is closed is built from the rule's own refusal, so that page and act agree.

use super::read::{Desk, RESULT_RECEIPT, attachment};
use crate::{
    Ctx,
    components::{
        clock,
        form::{Field, hidden},
        thing::Act,
    },
    objection::typed::Typed,
};
use hengjian_app::follow_up::CaseView;
use hengjian_domain::{
    actor::UserId,
    clock::{Clock, ClockState, SubjectKind},
    code::Code,
    deadline,
    deadline::second_recheck_window,
    follow_up::{Case, CaseRecheck, CaseRefused, CaseState, ObjectionIntent, PenaltyState},
    law,
    objection::{Notice, NoticeState, ServiceMethod},
    organisation::OrganisationId,
    policy::Action,
    refusal::Refusal,
};
use jiff::civil::Date;
use maud::{Markup, html};

/// Kinds of file a form takes.
const KINDS: &str = ".pdf,.jpg,.jpeg,.png,.xlsx";
/// Stands in a trial for what the person has not typed yet.
const TYPED: &str = "·";

/// The acts of one person on one case, as they are put together.
struct Offer<'a> {
    ctx: &'a Ctx,
    view: &'a CaseView,
    typed: Typed<'a>,
    today: Date,
    list: Vec<Act>,
}

impl Offer<'_> {
    fn case(&self) -> Case {
        self.view.case.clone()
    }
    fn action(&self, desk: Desk, act: &str) -> String {
        format!("/desk/cases/{}/{}/{act}", self.view.case.id, desk.word())
    }
    fn hidden(&self) -> Markup {
        hidden(self.ctx.csrf(), &self.ctx.once(), self.view.case.version)
    }
    fn form(&self, desk: Desk, act: &str, heading: &str, body: Markup, button: &str) -> Act {
        let file = attachment(act);
        let error = self.typed.again.of(&file);
        let body = html! { (body) (Field::file(file.as_str(), "附件", KINDS).error(error).render()) };
        self.typed.form(act, heading, &self.action(desk, act), self.hidden(), body, button)
    }
    fn plain(&self, desk: Desk, act: &str, heading: &str, body: Markup, button: &str) -> Act {
        self.typed.form(act, heading, &self.action(desk, act), self.hidden(), body, button)
    }
    fn button(&self, desk: Desk, act: &str, words: &str) -> Act {
        Act::button(words, &self.action(desk, act), self.hidden(), true)
    }
    /// Puts an act on the page, or the reason why not. What belongs to another state is left out.
    fn offer(&mut self, trial: Result<Case, CaseRefused>, act: Act) {
        match trial {
            Ok(_) | Err(CaseRefused::Incomplete { .. }) => self.list.push(act),
            Err(CaseRefused::WrongState { .. }) => {}
            Err(refused) => self.list.push(Refusal::from(refused).into()),
        }
    }
    fn runs(&self, rule: &str) -> bool {
        self.view.clocks.iter().any(|clock| clock.state == ClockState::Open && clock.rule == rule)
    }
    fn recheck(&self, seq: i64) -> CaseRecheck {
        // Only a trial: the day is one that would do, the texts are typed later.
        let case = &self.view.case;
        let served = case.order_served_on.or(case.order_on).unwrap_or(self.today);
        let sampled_on = match (seq, case.announced_on.map(second_recheck_window)) {
            (2, Some(window)) => self.today.clamp(window.accepted_from, window.accepted_until).min(self.today),
            _ => self.today.max(served),
        };
        CaseRecheck {
            id: case.id.cast(),
            version: 1,
            org_id: case.org_id,
            case_id: case.id,
            seq,
            sampled_on,
            sample_text: TYPED.to_owned(),
            inspection_id: None,
            report_number: TYPED.to_owned(),
            passed: Some(true),
            result_on: None,
            reason: String::new(),
        }
    }
}

fn yes_no(yes: &str, no: &str) -> Vec<(String, String)> {
    vec![("yes".to_owned(), yes.to_owned()), ("no".to_owned(), no.to_owned())]
}

/// The three answers a party can give.
pub fn intents() -> Vec<(String, String)> {
    let answers = [ObjectionIntent::Yes, ObjectionIntent::No, ObjectionIntent::Undecided];
    answers.map(|answer| (answer.code().to_owned(), answer.title().to_owned())).to_vec()
}

/// The party's last day to object as far as it is known: by the notice served on it, else by the recorded receipt.
pub fn window(view: &CaseView) -> Option<Date> {
    view.told.map(|(_, last)| last).or(view.case.partys_last_day())
}

/// When and how the party received a result that another authority served; the last day is counted from it.
pub fn receipt_fields(view: &CaseView, typed: Typed<'_>, required: bool) -> Markup {
    let methods = ServiceMethod::ALL.iter().map(|method| (method.code().to_owned(), method.title().to_owned()));
    let asked = |field: Field| if required { field.required() } else { field };
    html! {
        (asked(typed.date("told_on", "当事人收到检验结果的日期", "")).width("c4").help("按送达回证填写；公告送达的填视为送达之日。最后一日由系统推算").render())
        (asked(typed.text("told_by", "送达的机关", &view.case.organiser_name)).width("c4").render())
        (asked(typed.select("told_method", "送达方式", methods.collect(), "").any("请选择")).width("c4").render())
        (asked(typed.text("told_proof", "送达凭据", "")).help("文号、单号或者回证，并附扫描件").render())
    }
}

/// The receipt of the result, at the desk of whoever has the case.
fn result_receipt(offer: &mut Offer<'_>, desk: Desk) {
    let case = &offer.view.case;
    if !case.is_served_elsewhere() || case.result_received_on.is_some() || case.state.is_terminal() {
        return;
    }
    let file = attachment(RESULT_RECEIPT);
    let body = html! {
        (receipt_fields(offer.view, offer.typed, true))
        (Field::file(file.as_str(), "附件", KINDS).error(offer.typed.again.of(&file)).render())
    };
    let waited_for = case.state == CaseState::Stopped || offer.typed.act == RESULT_RECEIPT;
    let action = offer.action(desk, RESULT_RECEIPT);
    let (words, button) = ("补登当事人收到日期", "登记收到日期");
    let act = offer.typed.folded(RESULT_RECEIPT, waited_for, words, &action, offer.hidden(), body, button);
    offer.list.push(act);
}

/// The ways to put right what was recorded: the day of receipt moves the party's days, so a second person agrees.
fn corrections(offer: &mut Offer<'_>) {
    let (case, actor) = (&offer.view.case, offer.ctx.actor());
    let address = |kind: SubjectKind, id: String, field: &str| {
        format!("/desk/corrections/new?kind={}&id={id}&field={field}", kind.code())
    };
    let may = |kind| hengjian_app::correction::may_propose(actor, kind);
    let mut links = Vec::new();
    if may(SubjectKind::Case) && case.result_received_on.is_some() {
        let place = address(SubjectKind::Case, case.id.to_string(), "result_received_on");
        links.push(("更正当事人收到日期", place));
    }
    let own = |notice: &&Notice| {
        notice.state == NoticeState::Served && notice.recipient_name.trim() == case.party_name.trim()
    };
    if let Some(notice) = offer.view.notices.iter().find(own).filter(|_| may(SubjectKind::Notice)) {
        links.push(("更正当事人收到日期", address(SubjectKind::Notice, notice.id.to_string(), "served_on")));
    }
    if may(SubjectKind::Case) {
        links.push(("更正登记有误的内容", address(SubjectKind::Case, case.id.to_string(), "")));
    }
    offer.list.extend(links.iter().map(|(words, place)| Act::link(words, place, false)));
}

/// When the joint working days of section and station end, said where the station signs for the case.
fn joint_deadline(offer: &Offer<'_>) -> Markup {
    let running = |clock: &&Clock| clock.state == ClockState::Open && clock.rule == deadline::VERIFICATION.id;
    let Some(term) = offer.view.clocks.iter().find(running) else { return html! {} };
    let Some(due) = term.due_on() else { return html! {} };
    let (_, left) = clock::left_words(term, offer.today, &offer.ctx.app.calendar());
    html! { p { "核查处置应在 " strong { (clock::day(due)) } " 及以前办完，" (left) "。自 " (clock::day(term.trigger_on)) " 收到次日起算，质量发展股和所共同的五个工作日，签收不重新起算（" (law::SEED_5.text()) "）。" } }
}

/// Acts of the person on the page.
pub fn acts_of(ctx: &Ctx, view: &CaseView, typed: Typed<'_>) -> Vec<Act> {
    let mut offer = Offer { ctx, view, typed, today: ctx.now().date(), list: Vec::new() };
    if ctx.may(Action::CaseDispatch) {
        dispatching(&mut offer);
    }
    if ctx.may(Action::CaseHandle) && view.case.state != CaseState::Opened {
        receiving(&mut offer);
        ordering(&mut offer);
        rechecking(&mut offer);
        ending(&mut offer);
    }
    if ctx.may(Action::CaseApprove) {
        approving(&mut offer);
    }
    if ctx.may(Action::CaseClose) {
        closing(&mut offer);
    }
    if ctx.may(Action::CaseReport) {
        reporting(&mut offer);
    }
    corrections(&mut offer);
    offer.list
}

fn dispatching(offer: &mut Offer<'_>) {
    let (view, typed, today) = (offer.view, offer.typed, offer.today);
    let stations: Vec<(String, String)> =
        view.stations.iter().map(|unit| (unit.id.to_string(), unit.name.clone())).collect();
    let proposed = view.proposed_station.as_ref().map(|unit| unit.id.to_string()).unwrap_or_default();
    let help = match &view.proposed_station {
        Some(unit) => format!("按登记的地址推荐{}", unit.name),
        None => "登记库里没有这个单位的辖区，请按地址选择".to_owned(),
    };
    let body =
        html! { (typed.select("dispatch_station", "负责的所", stations, &proposed).required().help(help).render()) };
    let any: Option<OrganisationId> = view.stations.first().map(|unit| unit.id);
    if view.receipt_owed() {
        let act = offer.button(Desk::Dispatch, "receive", "签收上级交办案件");
        offer.list.push(act);
    }
    let act = offer.plain(Desk::Dispatch, "send", "分派到所", body, "分派");
    offer.offer(offer.case().dispatch(any, today), act);
    let act = offer.button(Desk::Dispatch, "take-back", "撤回分派");
    offer.offer(offer.case().take_back(), act);
    let body = html! {
        (typed.text("transfer_to", "接收机关", "").required().help("当事人所在地的同级市场监督管理部门，或者有管辖权的机关").render())
        (typed.area("transfer_reason", "移送理由", "").required().render())
    };
    let act = offer.form(Desk::Dispatch, "transfer", "移送", body, "移送");
    offer.offer(offer.case().transfer(TYPED, today), act);
    let body = html! {
        (typed.date("receipt_on", "回执日期", &today.to_string()).required().render())
        (typed.select("receipt_taken", "对方", yes_no("已接收", "不接收，退回本局"), "").required().help("退回的回到待分派，核查处置仍自收到报告起算").render())
    };
    let act = offer.form(Desk::Dispatch, "receipt", "登记移送回执", body, "登记");
    offer.offer(offer.case().transfer_receipt(today, true), act);
    producer_place(offer);
    // Closed where the result fell, or a refusal whose penalty is answered: while the case lies with the section nothing
    // else ends it.
    let at_section = matches!(view.case.state, CaseState::Opened | CaseState::TransferPending);
    if at_section && view.case.may_close(view.closing) {
        proposing(offer, Desk::Dispatch);
    }
    if at_section || !offer.ctx.may(Action::CaseHandle) {
        result_receipt(offer, Desk::Dispatch);
    }
}

/// The three ways in which the duty towards the labelled producer's place ends.
fn producer_place(offer: &mut Offer<'_>) {
    let (view, typed) = (offer.view, offer.typed);
    if !offer.runs(deadline::OUT_OF_AREA.id) {
        return;
    }
    let producer = &view.case.producer_name;
    let body = html! {
        (typed.text("notify_to", "接收机关", "").required().help(format!("标称生产者 {producer} 所在地的同级部门")).render())
        (typed.text("notify_proof", "发函文号、单号或者回执", "").required().render())
    };
    let act = offer.form(Desk::Dispatch, "notify", "通报标称生产者所在地", body, "登记通报");
    offer.list.push(act);
    let body = html! { (typed.text("producer_here", "怎么知道在本局辖区", "").required().help(format!("给标称生产者 {producer} 另立一案，期限同样自收到报告起算")).render()) };
    let act = offer.form(Desk::Dispatch, "producer-here", "标称生产者在本局辖区，立案", body, "立案");
    offer.list.push(act);
    let body = html! { (typed.area("not_told_reason", "不通报的理由", "").required().help("例如标称生产者查无此企业、已由上级通报、原结果不再成立").render()) };
    let act = offer.form(Desk::Dispatch, "not-told", "不需要通报", body, "登记理由");
    offer.list.push(act);
}

fn receiving(offer: &mut Offer<'_>) {
    let (view, typed, today) = (offer.view, offer.typed, offer.today);
    let me: UserId = offer.ctx.actor().user_id;
    let action = offer.action(Desk::Handle, "accept");
    let act = Act::Open(html! {
        form method="post" action=(action) { (offer.hidden()) (joint_deadline(offer)) button class="btn btn--main" type="submit" { "签收" } }
    });
    offer.offer(offer.case().accept(me, today), act);
    let body = html! { (typed.area("back_reason", "退回理由", "").required().help("不在辖区、材料不全等；退回后期限不停").render()) };
    let act = offer.plain(Desk::Handle, "send-back", "退回质量发展股", body, "退回");
    offer.offer(offer.case().send_back(TYPED), act);
    if view.case.state == CaseState::Verifying {
        offer.list.push(Act::link("填写现场核查处置笔录", &format!("/desk/cases/{}/verification", view.case.id), true));
    }
    if view.case.state != CaseState::TransferPending {
        result_receipt(offer, Desk::Handle);
    }
    let owed = offer.runs(deadline::OBJECTION_REPORT.id);
    if owed || (view.case.reported_to_enforcement_on.is_some() && !view.not_final.is_empty()) {
        let asked = if view.case.objection_intent == ObjectionIntent::NotAsked {
            ""
        } else {
            view.case.objection_intent.code()
        };
        let body = html! {
            (typed.select("report_intent", "当事人是否提出异议", intents(), asked).required().render())
            p class="note" { "怎么回答都不缩短当事人的十五日（" (law::PQL_15.text()) "）。" }
        };
        let heading = if owed { "向执法二股报告异议情况" } else { "当事人改了回答，重新报告" };
        let act = offer.form(Desk::Handle, "report-objection", heading, body, "报告");
        offer.offer(offer.case().report_objection(ObjectionIntent::No, today), act);
    }
}

fn ordering(offer: &mut Offer<'_>) {
    let (view, typed, today) = (offer.view, offer.typed, offer.today);
    let act = Act::link("起草责令改正通知书", &format!("/desk/cases/{}/order-draft", view.case.id), true);
    offer.offer(offer.case().draft_order(TYPED, &view.order), act);
    let body = html! {
        (typed.area("exempt_reason", "理由、证明和承诺", "").required().help("已停产转产、注销、搬迁或者不可抗力，附证明；承诺不再生产、销售同一产品").render())
    };
    let act = offer.form(Desk::Handle, "propose-exemption", "提请免予整改", body, "提请");
    offer.offer(offer.case().propose_exemption(TYPED), act);
    let body = html! {
        (typed.date("served_on", "送达日期", &today.to_string()).required().help("六十日改正期从这一天起算").render())
        (typed.area("served_proof", "送达方式、签收人和凭据", "").required().render())
    };
    let term = Case::correction_term(today, &offer.ctx.app.calendar());
    let act = offer.form(Desk::Handle, "serve-order", "登记责令改正通知书送达", body, "登记送达");
    offer.offer(offer.case().serve_order(TYPED, &term, today), act);
    let day = today.to_string();
    let body = html! {
        (typed.area("rectify_text", "整改报告", "").required().help("原因、责任、措施、库存和已售产品的处理").render())
        (typed.date("rectified_on", "整改完成日期", &day).required().render())
        (typed.date("applied_on", "复查申请日期", &day).required().render())
    };
    let act = offer.form(Desk::Handle, "apply-recheck", "登记整改报告和复查申请", body, "登记");
    offer.offer(offer.case().apply_recheck(TYPED, today, today), act);
}

fn rechecking(offer: &mut Offer<'_>) {
    let (view, typed, today) = (offer.view, offer.typed, offer.today);
    let day = today.to_string();
    let mut laboratories = vec![(String::new(), "报告由外来机构出具".to_owned())];
    if view.record.is_some() {
        laboratories.extend(view.laboratories.iter().map(|one| (one.id.to_string(), one.name.clone())));
    }
    let body = html! {
        (typed.date("recheck_on", "抽样日期", &day).required().render())
        (typed.area("recheck_sample", "抽样单号、样品和封条", "").required().help("复查样品无偿；按同一实施细则，检验全部项目").render())
        (typed.select("laboratory", "检验机构", laboratories, "").help("选登记的机构，样品直接派到它的待办，报告确认后自动登记结果").render())
        (typed.text("seal_number", "复查样品封条号", "").help("派给登记的机构时填写").render())
    };
    let act = offer.form(Desk::Handle, "sample-recheck", "登记复查抽样", body, "登记抽样");
    offer.offer(offer.case().sample_recheck(&offer.recheck(1), today), act);
    let here = view.rechecks.iter().any(|recheck| recheck.passed.is_none() && recheck.inspection_id.is_some());
    if !here {
        let body = html! {
            (typed.select("result_passed", "复查结果", yes_no("合格", "不合格"), "").required().render())
            (typed.text("report_number", "复查检验报告编号", "").required().render())
        };
        let act = offer.form(Desk::Handle, "recheck-result", "登记复查结果", body, "登记结果");
        offer.offer(offer.case().recheck_result(true, TYPED), act);
    }
    let window = view.case.announced_on.map(second_recheck_window);
    let help = window.map_or_else(String::new, |window| {
        format!("公告六十日后九十日前：{} 至 {}", window.accepted_from, window.accepted_until)
    });
    let body = html! {
        (typed.date("second_on", "抽样日期", &day).required().help(help).render())
        (typed.area("second_sample", "抽样单号、样品和封条", "").required().help("复查样品无偿").render())
        (typed.text("second_report", "复查检验报告编号", "").required().render())
        (typed.select("second_passed", "复查结果", yes_no("合格", "不合格，责令停业、限期整顿"), "").required().render())
        (typed.area("second_reason", "不在期间内的理由", "").help("在期间内抽样的不填").render())
    };
    let act = offer.form(Desk::Handle, "second-recheck", "登记第二次复查", body, "登记");
    let trial = offer.case().second_recheck(&offer.recheck(2), today);
    if let (CaseState::Announced, Err(CaseRefused::OutsideWindow { .. })) = (view.case.state, &trial) {
        offer.offer(trial, act);
    } else {
        // Once the window is open, a day outside of it is a matter of the reason, asked in the form.
        let open = matches!(view.case.state, CaseState::Announced | CaseState::SecondRecheckDue);
        if open {
            offer.list.push(act);
        }
    }
}

/// 提请结案, at the desk of the office that has the case.
fn proposing(offer: &mut Offer<'_>, desk: Desk) {
    let (view, typed) = (offer.view, offer.typed);
    let passed = view.rechecks.last().filter(|recheck| recheck.passed == Some(true));
    let default = match (view.closing.overturned, passed) {
        (Some(why), _) => format!("{}，不作后处理", why.title()),
        (None, Some(recheck)) => format!("已改正，复查合格（报告 {}）", recheck.report_number),
        (None, None) => String::new(),
    };
    let body = html! { (typed.area("close_text", "处理结果", &default).required().help("结案由执法二股确认，经办人和提请人不能结自己的案").render()) };
    let act = offer.form(desk, "propose-close", "提请结案", body, "提请");
    let me = offer.ctx.actor().clone();
    offer.offer(offer.case().propose_close(&me, TYPED, view.closing), act);
}

fn ending(offer: &mut Offer<'_>) {
    let (view, typed) = (offer.view, offer.typed);
    if view.case.state != CaseState::TransferPending {
        proposing(offer, Desk::Handle);
    }
    if !view.case.state.is_terminal() {
        let body = html! { (typed.text("attach_purpose", "材料名称", "").required().help("现场照片、进销货票据、承诺书等").render()) };
        let act = offer.form(Desk::Handle, "attach", "补充材料", body, "上传");
        offer.list.push(act);
    }
    let open_objection = !view.case.state.is_terminal() && offer.ctx.may(Action::ObjectionRegister);
    if open_objection {
        let own = view.notices.iter().find(|notice| notice.is_live() && notice.recipient_name == view.case.party_name);
        let address = match own {
            Some(notice) => format!("/desk/objections/new?notice={}", notice.id),
            None => format!("/desk/objections/new?case={}", view.case.id),
        };
        offer.list.push(Act::link("代收异议申请", &address, false));
    }
}

fn approving(offer: &mut Offer<'_>) {
    let (typed, today) = (offer.typed, offer.today);
    let term = deadline::RECHECK.derive(today, &offer.ctx.app.calendar());
    let me = offer.ctx.actor().clone();
    let act = offer.button(Desk::Approve, "order", "批准责令改正通知书");
    offer.offer(offer.case().approve_order(&me, &offer.view.order, String::new(), today, &term), act);
    let body = html! { (typed.area("order_back_reason", "退回理由", "").required().render()) };
    let act = offer.plain(Desk::Approve, "return-order", "退回重写", body, "退回");
    offer.offer(offer.case().return_order(TYPED), act);
    let act = offer.button(Desk::Approve, "exempt", "同意免予整改");
    offer.offer(offer.case().decide_exemption(&me, true), act);
    let body = html! { (typed.area("not_exempt_reason", "不同意的理由", "").required().render()) };
    let act = offer.plain(Desk::Approve, "not-exempt", "不同意免予整改", body, "不同意");
    if offer.view.case.handler_id != Some(me.user_id) {
        offer.offer(offer.case().decide_exemption(&me, false), act);
    }
}

fn closing(offer: &mut Offer<'_>) {
    let (typed, today) = (offer.typed, offer.today);
    let me = offer.ctx.actor().clone();
    let act = offer.button(Desk::Close, "confirm", "确认结案");
    offer.offer(offer.case().close(&me, today), act);
    let body = html! { (typed.area("close_back_reason", "退回理由", "").required().render()) };
    let act = offer.plain(Desk::Close, "refuse", "退回，不予结案", body, "退回");
    offer.offer(offer.case().refuse_close(TYPED), act);
}

fn reporting(offer: &mut Offer<'_>) {
    let (view, typed, today) = (offer.view, offer.typed, offer.today);
    let (case, day) = (&view.case, today.to_string());
    let body = html! { (typed.text("escalate_to", "报送机关和文号", "").required().help("逐级上报到省局，由省局公告").render()) };
    let act = offer.form(Desk::Report, "escalate", "逐级上报", body, "上报");
    offer.offer(offer.case().escalate(today), act);
    let body = html! {
        (typed.date("announced_on", "公告日期", &day).required().help("省级公告之日；第二次复查在六十日后九十日前").render())
        (typed.text("announced_medium", "公告文号和媒介", "").required().render())
    };
    let act = offer.form(Desk::Report, "announce", "登记省级公告", body, "登记公告");
    offer.offer(offer.case().announce(today, today), act);
    if offer.runs(deadline::ESCALATION_REMINDER.id) {
        let body =
            html! { (typed.area("remind_proof", "方式和答复", "").required().help("每二十个工作日催问一次").render()) };
        let act = offer.form(Desk::Report, "remind", "催问上级", body, "登记催问");
        offer.list.push(act);
    }
    let body = html! {
        (typed.date("third_on", "抽样日期", &day).required().render())
        (typed.area("third_sample", "抽样单号、样品和封条", "").required().render())
    };
    let act = offer.form(Desk::Report, "third-recheck", "整顿期满，登记复查抽样", body, "登记");
    offer.offer(offer.case().third_recheck(&offer.recheck(3), today), act);
    let body = html! {
        (typed.select("third_passed", "复查结果", yes_no("合格", "不合格，提请吊销营业执照"), "").required().render())
        (typed.text("third_report", "检验报告编号和决定", "").required().render())
    };
    let act = offer.form(Desk::Report, "third-result", "登记整顿后复查结果", body, "登记");
    offer.offer(offer.case().third_result(true, TYPED), act);
    if offer.runs(deadline::DISPOSAL_REPORT.id) {
        let body =
            html! { (typed.text("to", "报送机关和方式", "").required().help("处置结果报市局产品质量监管科").render()) };
        let act = offer.form(Desk::Report, "upward", "报送处置结果", body, "登记报送");
        offer.list.push(act);
    }
    let body = html! {
        (typed.choice::<PenaltyState>("penalty", "立案处罚情况", case.penalty.code()).required().render())
        (typed.area("penalty_text", "案号、日期或不予立案的理由", &case.penalty_text).required().render())
    };
    let act = offer.form(Desk::Report, "penalty", "登记立案处罚情况", body, "登记");
    offer.offer(offer.case().note_penalty(case.penalty, TYPED), act);
}
