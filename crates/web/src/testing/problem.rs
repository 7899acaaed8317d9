//! 问题报告 on a sample or an inspection, at any time.

use super::{
    acts::{EVIDENCE, files_of},
    messages,
};
use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        shell::{self, title},
    },
    error::{Again, again},
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError,
    testing::{self as stage, Problem, ProblemOn, view::readable},
};
use hengjian_domain::{sampling::Sample, testing::ProblemReportId};
use maud::{Markup, html};
use serde::Deserialize;

/// What it is about, as the link says.
#[derive(Debug, Default, Deserialize)]
pub struct About {
    #[serde(default)]
    inspection: String,
    #[serde(default)]
    sample: String,
}

impl About {
    fn of(form: &FormData) -> Self {
        Self { inspection: form.get("inspection").to_owned(), sample: form.get("sample").to_owned() }
    }
    fn on(&self) -> Result<ProblemOn, AppError> {
        match (self.inspection.parse(), self.sample.parse()) {
            (Ok(inspection), _) => Ok(ProblemOn::Inspection(inspection)),
            (_, Ok(sample)) => Ok(ProblemOn::Sample(sample)),
            _ => Err(AppError::NotFound),
        }
    }
    fn back(&self) -> String {
        if self.inspection.is_empty() {
            format!("/desk/samples/{}", self.sample)
        } else {
            format!("/desk/inspections/{}", self.inspection)
        }
    }
}

/// `GET /desk/problem-reports/{id}`: leads to the case that it opened, where it stands with its attachments.
pub async fn thing_page(ctx: Ctx, Path(id): Path<ProblemReportId>) -> PageResult {
    let report = ctx.view(move |work| stage::readable_problem(work, id)).await?;
    let case = report.case_id.ok_or(AppError::NotFound)?;
    Ok(Redirect::to(&format!("/desk/cases/{case}")).into_response())
}

/// `GET /desk/problem-reports/new?inspection=…` or `?sample=…`
pub async fn page(ctx: Ctx, Query(about): Query<About>) -> PageResult {
    let on = about.on()?;
    ctx.view(move |work| match on {
        ProblemOn::Inspection(id) => readable(work, id).map(|_| ()),
        ProblemOn::Sample(id) => work.load::<Sample>(id).map(|_| ()),
    })
    .await?;
    Ok(draw(&ctx, &about, &FormData::default(), &Again::default()).into_response())
}

/// `POST /desk/problem-reports/new`
pub async fn send(ctx: Ctx, form: FormData) -> PageResult {
    let about = About::of(&form);
    let (on, once, back) = (about.on()?, form.once(), about.back());
    let problem = Problem {
        what: form.get("what").to_owned(),
        evidence: form.get("evidence").to_owned(),
        urgent: form.ticked("urgent"),
        files: files_of(&form, "files"),
    };
    let place = back.clone();
    let done = ctx
        .act(move |work| {
            work.once(&once, &place)?;
            stage::report_problem(work, on, problem)
        })
        .await;
    match done {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(error) => again(error, |problems| draw(&ctx, &about, &form, problems)),
    }
}

fn draw(ctx: &Ctx, about: &About, form: &FormData, problems: &Again) -> Markup {
    let body = html! {
        (title("提交问题报告", "提交后立即启动核查。不计入不合格批次，不公布。"))
        (error_summary(&messages(problems)))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        form class="form" method="post" action="/desk/problem-reports/new" enctype="multipart/form-data" {
            (hidden(ctx.csrf(), &ctx.once(), 0))
            input type="hidden" name="inspection" value=(about.inspection);
            input type="hidden" name="sample" value=(about.sample);
            (Field::area("what", "发现的问题").required().value(form.get("what")).error(problems.of("what")).help("例如标识冒用、明显以次充好、存在安全隐患").render())
            (Field::area("evidence", "证据").required().value(form.get("evidence")).error(problems.of("evidence")).render())
            (Field::file("files", "照片或者文件", EVIDENCE).error(problems.of("files")).render())
            (Field::checkbox("urgent", "可能存在较高风险，请立即处理").ticked(form.ticked("urgent")).render())
            p { button class="btn btn--main" type="submit" { "提交问题报告" } a href=(about.back()) { "返回" } }
        }
    };
    let page = ctx.page("提交问题报告").at("/desk/inspections").crumb("检验", Some("/desk/inspections".into()));
    shell::page(&page.crumb("提交问题报告", None), body)
}
