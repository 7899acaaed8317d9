//! The plan as the notice that is sent out: the same content for the print page and the PDF.

use crate::{
    AppError, AppResult, Work,
    table::{TableFormat, TableWriter},
};
use hengjian_documents::DocumentError;
pub use hengjian_documents::{PlanNotice, PlanNoticeLine};
use hengjian_domain::{
    code::Code,
    money::yuan_plain,
    organisation::Organisation,
    plan::{PlanId, PlanLine, PlanState, SpotCheckPlan, batch_total, budget_total, default_body},
    refusal::Refusal,
};

/// Those to whom a plan goes when nothing else is said.
const ADDRESSEES: &str = "局机关各股室，各市场监管所，各承检机构";

/// Content of the notice.
///
/// # Errors
/// Not found, or a fault.
pub fn notice(work: &mut Work<'_>, id: PlanId) -> AppResult<PlanNotice> {
    let plan: SpotCheckPlan = work.load(id)?;
    let lines = work.tx.plan_lines(id)?;
    let agency = work.organisation(plan.org_id)?;
    let superior: Option<Organisation> = match agency.parent_id {
        Some(parent) => work.tx.get(&parent)?,
        None => None,
    };
    let body = if plan.body.trim().is_empty() { default_body(plan.year, plan.tier, &lines) } else { plan.body.clone() };
    let mut paragraphs: Vec<String> =
        body.split("\n\n").map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
    if !plan.goals.trim().is_empty() {
        paragraphs.insert(1.min(paragraphs.len()), plan.goals.trim().to_owned());
    }
    let subject = if plan.title.starts_with("关于") {
        plan.title.clone()
    } else {
        format!("关于印发 {}的通知", plan.title.trim())
    };
    let edition = if plan.edition > 1 { format!("（第 {} 版）", plan.edition) } else { String::new() };
    Ok(PlanNotice {
        number: plan.document_number.clone().unwrap_or_default(),
        title: format!("{}\n{subject}", agency.name),
        addressees: ADDRESSEES.to_owned(),
        paragraphs,
        annex_title: format!("{} 年产品质量监督抽查计划表{edition}", plan.year),
        lines: lines.iter().map(row).collect(),
        total_batches: batch_total(&lines).to_string(),
        total_budget: yuan_plain(budget_total(&lines)),
        dated: plan.issued_on.unwrap_or_else(|| plan.created_at_us.date()),
        issued: plan.issued_on.is_some(),
        draft_words: match plan.state {
            PlanState::Draft => format!("草稿　第 {} 版", plan.edition),
            state => format!("草稿（{}）　第 {} 版", state.title(), plan.edition),
        },
        copies: superior.map(|superior| superior.name).unwrap_or_default(),
        printed_by: format!("{}办公室", agency.name),
        agency: agency.name,
    })
}

fn row(line: &PlanLine) -> PlanNoticeLine {
    let unless_zero = |number: i64, text: String| if number == 0 { String::new() } else { text };
    let both = [line.focus.trim(), line.reason.trim()];
    PlanNoticeLine {
        seq: line.seq.to_string(),
        code: line.product_code.clone(),
        product: line.product_name.clone(),
        field: line.field.title().to_owned(),
        region: line.region.clone(),
        quarters: line.quarter_words(),
        batches: line.batches.to_string(),
        enterprises: unless_zero(line.enterprises, line.enterprises.to_string()),
        unit_cost: unless_zero(line.unit_cost_fen, yuan_plain(line.unit_cost_fen)),
        budget: unless_zero(line.budget_fen, yuan_plain(line.budget_fen)),
        section: line.lead_section.clone(),
        laboratory: line.laboratory_name.clone(),
        focus: both.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("；"),
    }
}

/// Columns of the annex as a table file; an import of plans reads them back.
const TABLE_COLUMNS: [&str; 14] = [
    "序号",
    "产品代码",
    "产品名称",
    "抽查领域",
    "抽查区域",
    "抽查季度",
    "抽查批次",
    "企业数",
    "单批费用（元）",
    "经费预算（元）",
    "牵头股室",
    "承检机构",
    "抽查重点",
    "抽查理由",
];

/// The annex as a table file, with the name for the download: the lines in order, cells as the import takes them.
///
/// # Errors
/// Not found, or a fault.
pub fn table(work: &mut Work<'_>, id: PlanId, format: TableFormat) -> AppResult<(String, std::fs::File)> {
    let plan: SpotCheckPlan = work.load(id)?;
    let mut table = TableWriter::new(format, "抽查计划表", &TABLE_COLUMNS)?;
    for line in work.tx.plan_lines(id)? {
        let printed = row(&line);
        table.push([
            printed.seq,
            printed.code,
            printed.product,
            printed.field,
            printed.region,
            printed.quarters,
            printed.batches,
            printed.enterprises,
            printed.unit_cost,
            printed.budget,
            printed.section,
            printed.laboratory,
            line.focus,
            line.reason,
        ])?;
    }
    Ok((format!("{} 年产品质量监督抽查计划表", plan.year), table.finish()?))
}

/// The notice as PDF, with the name for the download.
///
/// # Errors
/// Not found, characters the font lacks, or a fault.
pub fn pdf(work: &mut Work<'_>, id: PlanId) -> AppResult<(String, Vec<u8>)> {
    let notice = notice(work, id)?;
    let name = if notice.number.is_empty() { notice.annex_title.clone() } else { notice.number.clone() };
    let bytes = hengjian_documents::plan_notice(&notice).map_err(paper_error)?;
    Ok((name, bytes))
}

/// A character that cannot be printed is an answer to the person; everything else is ours.
pub(crate) fn paper_error(error: DocumentError) -> AppError {
    match error {
        DocumentError::MissingCharacters(characters) => AppError::Refused(Refusal {
            code: "document.missing_characters",
            what: "不能生成 PDF".to_owned(),
            why: format!("字库里没有这些字：{}", characters.chars().map(String::from).collect::<Vec<_>>().join("、")),
            next: "请核对这些字；确系人名、地名用字的，先用打印页打印".to_owned(),
            basis: None,
        }),
        DocumentError::Template(detail) => AppError::fault(detail),
    }
}
