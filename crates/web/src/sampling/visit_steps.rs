//! The form of the step a visit stands at. One step, one form, one filled button.

use super::{PICTURES, kept};
use crate::{
    Ctx, FormData,
    components::{
        form::{Field, hidden},
        shell::section,
    },
    error::Again,
};
use hengjian_app::sampling::VisitView;
use hengjian_domain::{
    code::Code,
    policy::Action,
    sampling::{DECLARATION, Reader, SECTIONS, UnableReason, VisitOutcome, VisitState, required_evidence},
};
use maud::{Markup, html};

/// Outcomes without a sample, in the order in which they are offered.
const WITHOUT_SAMPLE: [VisitOutcome; 7] = [
    VisitOutcome::NotSampledStock,
    VisitOutcome::NotSampledNotForSale,
    VisitOutcome::NotSampledMarked,
    VisitOutcome::Unable,
    VisitOutcome::DuplicateSixMonth,
    VisitOutcome::Refused,
    VisitOutcome::TerminatedIllegal,
];

/// What the person does next, if it is the person's turn.
pub(super) fn current(ctx: &Ctx, view: &VisitView, form: &FormData, outcome: &str, problems: &Again) -> Option<Markup> {
    let own = matches!(view.reader, Reader::Lead | Reader::Second) && ctx.may(Action::VisitCarryOut);
    let step = Step { ctx, view, form, problems };
    Some(match view.visit.state {
        VisitState::Released if own && view.visit.notice_number.is_none() => step.notice(),
        VisitState::Released if own => step.arrival(),
        VisitState::OnSite if own => match VisitOutcome::from_code(outcome) {
            Some(outcome) if WITHOUT_SAMPLE.contains(&outcome) => step.outcome(outcome),
            _ => step.on_site(),
        },
        VisitState::Recorded if own && view.visit.declared_at_us.is_none() => step.declaration(),
        VisitState::Recorded if own => step.signature(),
        VisitState::Signed if own => step.submission(),
        VisitState::Submitted if !own && ctx.may(Action::VisitReview) => step.review(),
        _ => return None,
    })
}

struct Step<'p> {
    ctx: &'p Ctx,
    view: &'p VisitView,
    form: &'p FormData,
    problems: &'p Again,
}

impl Step<'_> {
    fn action(&self, act: &str) -> String {
        format!("/desk/visits/{}/{act}", self.view.visit.id)
    }
    fn hidden(&self, step: &str) -> Markup {
        html! {
            (hidden(self.ctx.csrf(), &self.ctx.once(), self.view.visit.version))
            input type="hidden" name="step" value=(step);
        }
    }
    /// A form with one main button.
    fn form(&self, heading: &str, act: &str, fields: Markup, button: &str) -> Markup {
        section(
            heading,
            html! {
                form class="form" method="post" action=(self.action(act)) enctype="multipart/form-data" {
                    (self.hidden(act))
                    (fields)
                    p { button class="btn btn--main" type="submit" { (button) } }
                }
            },
        )
    }
    fn kept<'t>(&'t self, act: &str, field: &str, standing: &'t str) -> &'t str {
        kept(self.form, act, field, standing)
    }

    fn notice(&self) -> Markup {
        let today = self.ctx.now().date().to_string();
        self.form(
            "取通知书编号",
            "notice",
            html! {
                p { "编号从通知书号簿依次取用，今天起有效。没有用上的，当晚自动作废，编号不再使用。" }
                (Field::date("until", "有效至").required().value(self.kept("notice", "until", &today)).error(self.problems.of("until")).render())
            },
            "取编号",
        )
    }

    fn arrival(&self) -> Markup {
        let now = self.ctx.now().form_value();
        let [lead, second] = [&self.view.team.lead.name, &self.view.team.second.name];
        let time = |field: &'static str, name: &str| {
            Field::instant(field, format!("{name}到场时间"))
                .required()
                .width("c6")
                .value(self.kept("arrive", field, &now))
                .error(self.problems.of(field))
                .render()
        };
        self.form(
            "登记到场",
            "arrive",
            html! {
                div class="fields" {
                    (time("lead_at", lead))
                    (time("second_at", second))
                    (Field::text("place", "到场地点").required().width("c6").value(self.kept("arrive", "place", self.view.party.as_ref().map_or("", |party| &party.address))).error(self.problems.of("place")).render())
                    (Field::text("identity_papers", "出示的证件").required().width("c6").value(self.kept("arrive", "identity_papers", "")).error(self.problems.of("identity_papers")).help("例如两人的执法证；受委托机构还要出示授权委托书复印件").render())
                }
                (Field::checkbox("ids_shown", "已向被抽样单位出示监督抽查通知书和证件，告知抽查范围和抽样方法").ticked(self.form.get("step") == "arrive" && self.form.ticked("ids_shown")).render())
            },
            "登记到场",
        )
    }

    /// Choice between sampling and the outcomes without a sample.
    fn on_site(&self) -> Markup {
        let base = format!("/desk/visits/{}", self.view.visit.id);
        let ready =
            !self.view.records.is_empty() && self.view.records.iter().all(|(_, problems, _)| problems.is_empty());
        let begin = |words: &str, same: bool, main: bool| {
            html! {
                form class="inline-form" method="post" action=(self.action("records")) {
                    (self.hidden("records"))
                    @if same { input type="hidden" name="same" value="1"; }
                    button class=(if main { "btn btn--main" } else { "btn" }) type="submit" { (words) }
                }
            }
        };
        html! {
            (section("抽到样品", html! {
                @for (record, problems, _) in &self.view.records {
                    p class="bar-row" {
                        a href=(format!("/desk/records/{}/edit", record.id)) { "填写抽样单 " (record.number) }
                        @if problems.is_empty() { span class="sub" { "已填好" } } @else { span class="warn" { (problems.len()) " 处没有填好" } }
                    }
                }
                div class="bar-row" {
                    (begin(if self.view.records.is_empty() { "开抽样单" } else { "再开一张抽样单" }, false, self.view.records.is_empty()))
                    (begin("开抽样单，产品和生产者同本单位上一张", true, false))
                }
                @if !self.view.records.is_empty() {
                    form class="form" method="post" action=(self.action("outcome")) {
                        (self.hidden("outcome"))
                        input type="hidden" name="outcome" value=(VisitOutcome::Sampled.code());
                        p { button class=(if ready { "btn btn--main" } else { "btn" }) type="submit" { "抽样单已填好，登记为已抽样" } }
                    }
                }
            }))
            (section("没有抽到样品", html! {
                p { "选一种情况，填写事实和证据。" }
                ul class="plain" { @for outcome in WITHOUT_SAMPLE { li { a href=(format!("{base}?outcome={}", outcome.code())) { (outcome.title()) } } } }
            }))
        }
    }

    fn outcome(&self, outcome: VisitOutcome) -> Markup {
        let kept = |field: &'static str| self.kept("outcome", field, "");
        let field = |name: &'static str, label: &'static str| {
            Field::text(name, label).width("c6").value(kept(name)).error(self.problems.of(name))
        };
        let help = match outcome {
            VisitOutcome::Refused => "写明人员、言行，涉及样品价格的写明双方的价格",
            VisitOutcome::TerminatedIllegal => "写明涉嫌违法的事实：无照、无证、未获强制认证或者其他",
            _ => "写明现场看到的情况",
        };
        let fields = html! {
            input type="hidden" name="outcome" value=(outcome.code());
            (Field::area("text", "现场情况").required().value(kept("text")).error(self.problems.of("text")).help(help).render())
            div class="fields" {
                @if outcome == VisitOutcome::NotSampledStock {
                    (field("found_stock", "现场清点的待销数量").required().unit(self.view.rules.as_ref().map_or("", |rules| rules.unit.as_str())).render())
                }
                @if outcome == VisitOutcome::Unable {
                    (Field::choice::<UnableReason>("unable_reason", "不能抽样的原因").required().width("c6").value(kept("unable_reason")).error(self.problems.of("unable_reason")).render())
                }
                @if outcome == VisitOutcome::DuplicateSixMonth {
                    (field("superior_authority", "组织抽查的上级部门").required().render())
                    (Field::date("superior_sampled_on", "上级抽样日期").required().width("c6").value(kept("superior_sampled_on")).error(self.problems.of("superior_sampled_on")).render())
                }
                (field("witness", "见证人").help("姓名和身份；没有邀请的不填").render())
            }
            @if outcome == VisitOutcome::Refused {
                (Field::checkbox("told_of_liability", "已告知拒绝接受监督检查的法律责任（《产品质量法》第五十六条）").ticked(!kept("told_of_liability").is_empty()).render())
            }
            @for (n, slot) in required_evidence(outcome).iter().enumerate() {
                @let (file, words) = (format!("evidence_{n}"), format!("evidence_text_{n}"));
                div class="fields" {
                    (Field::file(file.as_str(), format!("证据：{slot}"), PICTURES).width("c6").error(self.problems.of(&file)).render())
                    (Field::text(words.as_str(), format!("{slot}：没有上传的，写明存放处")).width("c6").value(kept_dynamic(self.form, &words)).render())
                }
            }
            @if matches!(outcome, VisitOutcome::Refused | VisitOutcome::TerminatedIllegal) {
                p class="note" { "签字后转交执法，同时报告组织部门。" @if outcome == VisitOutcome::Refused { "拒绝抽样的不递补。" } }
            }
            p { a href=(format!("/desk/visits/{}", self.view.visit.id)) { "改选其他情况" } }
        };
        self.form(outcome.title(), "outcome", fields, "登记")
    }

    fn declaration(&self) -> Markup {
        let papers = &self.view.visit.papers;
        let (mine, other, other_done) = match self.view.reader {
            Reader::Lead => (papers.lead_declared_at_us, &self.view.team.second, papers.second_declared_at_us),
            _ => (papers.second_declared_at_us, &self.view.team.lead, papers.lead_declared_at_us),
        };
        section(
            "两名抽样人员声明",
            html! {
                p { (DECLARATION) }
                @match mine {
                    Some(at) => p class="sub" { "您已于 " (at) " 声明。" },
                    None => form class="form" method="post" action=(self.action("declare")) {
                        (self.hidden("declare"))
                        p { button class="btn btn--main" type="submit" { "我已核对记录，作出声明" } }
                    },
                }
                @match (other_done, other.user_id) {
                    (Some(at), _) => p class="sub" { (other.name) "已于 " (at) " 声明。" },
                    (None, Some(_)) => p class="sub" { "还要由" (other.name) "本人登录声明。" },
                    (None, None) => form class="form" method="post" action=(self.action("declare")) enctype="multipart/form-data" {
                        (self.hidden("declare-paper"))
                        (Field::file("paper", format!("{}签名的声明", other.name), PICTURES).required().error(self.problems.of("paper")).help("没有账号的抽样人员，上传本人签名的声明").render())
                        p { button class="btn" type="submit" { "上传" } }
                    },
                }
            },
        )
    }

    fn signature(&self) -> Markup {
        let field = |name: &'static str, label: &'static str, help: &'static str| {
            Field::text(name, label)
                .value(self.kept("sign", name, ""))
                .help(help)
                .error(self.problems.of(name))
                .render()
        };
        self.form(
            "被抽样单位签字",
            "sign",
            html! {
                p { "签字之后抽样单不再修改，样品编号随即生成。" }
                (field("party_signature", "签字人和方式", "例如：经营者手写签名；加盖公章"))
                (field("refusal_to_sign", "拒绝签字的原因", "没有拒绝的不填；现场无人的写明情况"))
                (field("witness", "见证人", "拒绝签字的必填：姓名和身份，或者没有邀请的原因"))
            },
            "登记签字",
        )
    }

    fn submission(&self) -> Markup {
        let (visit, papers) = (&self.view.visit, &self.view.visit.papers);
        let sampled = visit.outcome == Some(VisitOutcome::Sampled);
        let fields = html! {
            @if !visit.review_reasons.is_empty() {
                div class="flash flash--soon" { p { "退回意见" } p class="pre" { (visit.review_reasons) } }
                (Field::area("answer", "答复").required().value(self.kept("submit", "answer", &papers.answer)).error(self.problems.of("answer")).help("逐项答复。要改抽样单的内容，用“更正”，由被抽样单位确认").render())
            }
            @if sampled {
                (Field::text("plan", "样品怎样移交检验机构").required().value(self.kept("submit", "plan", &papers.hand_over_plan)).error(self.problems.of("plan")).help("承运方式、送达日期和地址，例如：9月28日自送，检测所收样室").render())
                div class="fields" {
                    (Field::file("signed_page", "抽样单签字页", PICTURES).width("c6").error(self.problems.of("signed_page")).render())
                    (Field::text("signed_page_text", "签字页没有上传的，写明存放处").width("c6").value(self.kept("submit", "signed_page_text", "")).render())
                }
            }
        };
        self.form("提交审核", "submit", fields, "提交")
    }

    fn review(&self) -> Markup {
        let visit = &self.view.visit;
        html! {
            (section("审核", html! {
                p { "核对抽样单、证据和签字。通过之后这一批计入任务；有问题的按栏写明理由退回。" }
                form class="form" method="post" action=(self.action("accept")) {
                    (self.hidden("accept"))
                    p { button class="btn btn--main" type="submit" { "审核通过" } }
                }
                details class="how" open[self.form.get("step") == "send-back"] {
                    summary { "退回" }
                    form class="form" method="post" action=(self.action("send-back")) {
                        (self.hidden("send-back"))
                        @if visit.outcome == Some(VisitOutcome::Sampled) {
                            @for (n, part) in SECTIONS.iter().enumerate() {
                                @let field = format!("reason_{n}");
                                (Field::text(field.as_str(), part.title).value(kept_dynamic(self.form, &field)).render())
                            }
                        }
                        (Field::area("reason_visit", "到场、情况、证据、签字").value(self.kept("send-back", "reason_visit", "")).error(self.problems.of("reason_visit")).help("写明哪一栏、为什么").render())
                        p { button class="btn" type="submit" { "退回抽样组" } }
                    }
                }
            }))
        }
    }
}

/// A field whose name is counted.
fn kept_dynamic<'t>(form: &'t FormData, field: &str) -> &'t str {
    form.get(field)
}
