//! Default text of the plan notice, made from its lines; the drafter changes it freely. Article numbers are left out:
//! what is cited by its number on a paper has been read, or says so.

use super::{PlanLine, batch_total, budget_total};
use crate::{money::yuan_plain, organisation::Tier};

/// The lines' focus tags (else their products), each once, in order, at most eight.
fn focus_words(lines: &[PlanLine]) -> String {
    let mut found: Vec<&str> = Vec::new();
    for line in lines {
        let tag = if line.focus.trim().is_empty() { line.product_name.trim() } else { line.focus.trim() };
        if !tag.is_empty() && !found.contains(&tag) {
            found.push(tag);
        }
    }
    let more = if found.len() > 8 { "等产品" } else { "" };
    found.truncate(8);
    format!("{}{more}", found.join("、"))
}

const fn area(tier: Tier) -> &'static str {
    match tier {
        Tier::National => "全国",
        Tier::Provincial => "我省",
        Tier::Municipal => "我市",
        Tier::County => "我县",
    }
}

/// Goals in one sentence.
pub fn default_goals(lines: &[PlanLine]) -> String {
    let focus = focus_words(lines);
    if focus.is_empty() {
        return String::new();
    }
    format!("以{focus}为重点，及时发现和处置不合格产品，督促生产者、销售者落实产品质量主体责任，守住产品质量安全底线。")
}

/// Text of the notice: paragraphs parted by blank lines, headings begin with 一、 to 七、.
pub fn default_body(year: i64, tier: Tier, lines: &[PlanLine]) -> String {
    let area = area(tier);
    let paragraphs = [
        format!(
            "为加强产品质量监督管理，保障人身、财产安全，根据《中华人民共和国产品质量法》《产品质量监督抽查管理暂行办法》等规定，结合{area}实际，制定 {year} 年产品质量监督抽查计划（见附件），现印发给你们，请认真组织实施。"
        ),
        "一、抽查安排".to_owned(),
        format!(
            "全年安排抽查产品 {} 项 {} 批次，经费预算 {} 元，从本级财政预算列支，不得向被抽样者收取检验费用。",
            lines.len(),
            batch_total(lines),
            yuan_plain(budget_total(lines)).trim_end_matches(".00")
        ),
        "二、统一要求".to_owned(),
        "抽查计划、产品代码、抽查规范、工作程序、信息归集和结果处理与上级监督抽查保持统一。".to_owned(),
        "三、随机抽取".to_owned(),
        "实行“双随机、一公开”，随机抽取被抽样者，随机选派抽样人员。与上级抽查在时间、企业和产品上错开，原则上六个月内不重复抽查同一企业同一规格型号的产品。".to_owned(),
        "四、抽样和检验".to_owned(),
        "抽样前公开实施细则。承检机构按实施细则检验，及时报送检验报告；发现风险较高的产品，立即报告。".to_owned(),
        "五、结果处理".to_owned(),
        "对不合格产品，有关股室和市场监管所在收到报告后五个工作日内核查处置；被抽样者有异议的，七个工作日内报送。责令改正、复查、上报和移送依法办理。".to_owned(),
        "六、信息公布".to_owned(),
        "定期公布本级监督抽查结果和不合格率。上级组织的监督抽查结果由上级公布。".to_owned(),
        "七、工作纪律".to_owned(),
        "不得事先通知被抽样者，不得擅自公布抽查结果，不得收受礼品礼金，不得利用抽查结果从事有偿活动。".to_owned(),
    ];
    paragraphs.join("\n\n")
}
