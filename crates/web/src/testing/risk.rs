//! 行业性、区域性风险 on an inspection's page: found in an alert or a failed report, reported upward within S5.

use super::{acts::Draft, inspection::answer};
use crate::{
    Ctx, FormData, PageResult,
    components::{
        Tone, clock,
        form::{Field, hidden},
        or_slash,
        shell::section,
        tag,
        thing::Act,
    },
};
use axum::extract::Path;
use hengjian_app::{
    AppError, AppResult,
    testing::{self as stage, ReportedUpward},
};
use hengjian_domain::{
    code::Code,
    testing::{IndustryRisk, IndustryRiskId, InspectionId, RiskScope},
};
use maud::{Markup, html};

/// The finding, or the report upward of one that waits.
pub(super) fn acts(draft: &Draft<'_>) -> Option<Act> {
    let (view, problems, form) = (draft.view, draft.problems, draft.form);
    if let Some(open) = view.risks.iter().find(|risk| risk.reported_on.is_none()) {
        let today = draft.ctx.now().date().to_string();
        let day = if form.get("risk_on").is_empty() { today.as_str() } else { form.get("risk_on") };
        let body = html! {
            p class="hint" { (open.raised_on) " 认定可能存在" (open.scope.title()) "风险，三个工作日内上报。" }
            (Field::text("risk_to", "上报给").required().value(form.get("risk_to")).error(problems.of("risk_to")).help("例如市局产品质量监管科").render())
            (Field::date("risk_on", "上报日期").required().value(day).error(problems.of("risk_on")).render())
            (Field::text("risk_receipt", "文号或者回执").required().value(form.get("risk_receipt")).error(problems.of("risk_receipt")).render())
        };
        let secret = hidden(draft.ctx.csrf(), &draft.ctx.once(), open.version);
        let address = draft.address(&format!("risk/{}", open.id));
        return Some(Act::form("登记风险上报", &address, secret, body, "登记上报"));
    }
    draft.one().may_raise_risk(&view.risks).ok()?;
    let body = html! {
        p class="hint" { "同类产品、同一地区可能普遍存在同样的问题时认定。认定之日起三个工作日内上报上级。" }
        (Field::choice::<RiskScope>("risk_scope", "风险范围").required().value(form.get("risk_scope")).error(problems.of("risk_scope")).render())
        (Field::area("risk_grounds", "认定依据").required().value(form.get("risk_grounds")).error(problems.of("risk_grounds")).render())
    };
    Some(draft.form("认定可能存在行业性、区域性风险", "risk", body, "认定，开始计时"))
}

/// What was found and reported.
pub(super) fn part(risks: &[IndustryRisk]) -> Markup {
    if risks.is_empty() {
        return html! {};
    }
    section(
        "行业性、区域性风险",
        html! { ul { @for risk in risks { li {
            @match risk.reported_on {
                Some(on) => { (tag(Tone::Done, "已上报")) "　" (risk.scope.title()) "风险，" (risk.raised_on) " 认定，" (clock::iso(Some(on))) " 上报" (risk.reported_to) "，" (or_slash(&risk.receipt)) },
                None => { (tag(Tone::Waiting, "待上报")) "　" (risk.scope.title()) "风险，" (risk.raised_on) " 认定" },
            }
            br; span class="sub" { "依据：" (risk.grounds) }
        } } } },
    )
}

/// `POST /desk/inspections/{id}/risk`
pub async fn raise(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let (version, once) = (form.version(), form.once());
    let (scope, grounds) = (RiskScope::from_code(form.get("risk_scope")), form.get("risk_grounds").to_owned());
    let done: AppResult<()> = match scope {
        Some(scope) => {
            ctx.act(move |work| {
                work.once(&once, &format!("/desk/inspections/{id}"))?;
                stage::raise_risk(work, id, version, scope, &grounds).map(|_| ())
            })
            .await
        }
        None => Err(AppError::field("risk_scope", "请选择风险范围")),
    };
    answer(&ctx, id, &form, done).await
}

/// `POST /desk/inspections/{id}/risk/{risk}`
pub async fn report(ctx: Ctx, Path((id, risk)): Path<(InspectionId, IndustryRiskId)>, form: FormData) -> PageResult {
    let (version, once) = (form.version(), form.once());
    let mut reader = form.reader();
    let to = reader.required("risk_to", "上报给哪个部门");
    let on = reader.date("risk_on", "上报日期");
    let receipt = reader.required("risk_receipt", "文号或者回执");
    let done = match (reader.finish(), on) {
        (Ok(()), Some(on)) => {
            ctx.act(move |work| {
                work.once(&once, &format!("/desk/inspections/{id}"))?;
                stage::report_risk(work, risk, version, &ReportedUpward { to, on, receipt })
            })
            .await
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(AppError::field("risk_on", "请填写上报日期")),
    };
    answer(&ctx, id, &form, done).await
}
