//! F36 样品退还、处置单: what became of a sample after every right had ended, who approved it, who received it.

use crate::{
    DocumentError,
    forms::{BY_HAND, Form, Section, cited},
};
use hengjian_domain::law::LegalBasis;
use jiff::civil::Date;

/// An approved end of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleEnd {
    /// Authority that organises the check.
    pub agency: String,
    /// Number of the sample.
    pub sample_number: String,
    /// 检验样品, 备用样品, 复查样品.
    pub kind: String,
    /// Product with its known specification.
    pub product: String,
    /// Quantity of the sample.
    pub quantity: String,
    /// Seal.
    pub seal: String,
    /// Number of the sampling record.
    pub record_number: String,
    /// Number of the report; empty without one.
    pub report_number: String,
    /// 无偿提供 or 付费购买.
    pub obtained: String,
    /// What is known about the result: its conclusion, or why there is none.
    pub result: String,
    /// 已退还, 已处置 or 已解封.
    pub target: String,
    /// To whom it goes, or who destroys it.
    pub taker: String,
    /// Where.
    pub place: String,
    /// Why and how.
    pub reason: String,
    /// Who proposed, when.
    pub proposed: String,
    /// Who approved, when, with what remark.
    pub approved: String,
    /// Day on which it was carried out; `None`: not yet.
    pub carried_out_on: Option<Date>,
    /// Condition and course when it was carried out; empty before.
    pub course: String,
    /// Articles it stands on.
    pub bases: Vec<LegalBasis>,
    /// Day of the approval.
    pub dated: Date,
}

/// The form, for print page and PDF.
pub fn sample_end_form(end: &SampleEnd) -> Form {
    let by_hand_unless = |text: String| if text.is_empty() { BY_HAND.to_owned() } else { text };
    let day = end.carried_out_on.map(|day| day.to_string()).unwrap_or_default();
    Form {
        agency: end.agency.clone(),
        title: "样品退还、处置单".to_owned(),
        number: end.sample_number.clone(),
        code: String::new(),
        sections: vec![
            Section {
                title: "样品",
                cells: vec![
                    ("产品", end.product.clone(), 8),
                    ("样品种类", end.kind.clone(), 4),
                    ("数量", end.quantity.clone(), 4),
                    ("封条编号", end.seal.clone(), 4),
                    ("取得方式", end.obtained.clone(), 4),
                    ("抽样单编号", end.record_number.clone(), 6),
                    ("检验报告编号", end.report_number.clone(), 6),
                    ("检验结论", end.result.clone(), 12),
                ],
            },
            Section {
                title: "去向",
                cells: vec![
                    ("退还、处置或者解封", end.target.clone(), 6),
                    ("办理日期", by_hand_unless(day), 6),
                    ("交给谁、由谁销毁", end.taker.clone(), 6),
                    ("地点", end.place.clone(), 6),
                    ("理由和方式", end.reason.clone(), 12),
                    ("办理经过", by_hand_unless(end.course.clone()), 12),
                    ("依据", cited(&end.bases), 12),
                ],
            },
            Section {
                title: "审批",
                cells: vec![("申请", end.proposed.clone(), 6), ("批准", end.approved.clone(), 6)],
            },
        ],
        signatures: vec![
            ("接收人（签名、日期）", String::new()),
            ("经办人（签名、日期）", String::new()),
            ("见证人（签名、日期）", String::new()),
        ],
        dated: end.dated,
        note: "本单一式两份，组织部门和接收样品的单位各一份。退还的，由接收人签收；销毁的，由经办人和见证人签名。"
            .to_owned(),
    }
}

/// Makes F36.
///
/// # Errors
/// Characters the font lacks, or a fault.
pub fn sample_end(end: &SampleEnd) -> Result<Vec<u8>, DocumentError> {
    sample_end_form(end).render()
}
