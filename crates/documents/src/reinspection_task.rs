//! F24 复检任务书 with 复检样品确认书: what the re-inspection laboratory is asked for, by when, on which sample, and who has
//! seen that the sample is the one (R18 第四十一条, 第四十二条).

use crate::{
    DocumentError,
    forms::{BY_HAND, Form, Section},
};
use jiff::civil::Date;

/// The letter to the re-inspection laboratory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReinspectionTask {
    /// Authority that organises the re-inspection.
    pub agency: String,
    /// Number of the 复检通知书 it carries out.
    pub number: String,
    /// Applicant with its capacity.
    pub applicant: String,
    /// First report: number and laboratory.
    pub first_report: String,
    /// First laboratory.
    pub first_laboratory: String,
    /// Re-inspection laboratory.
    pub laboratory: String,
    /// Its address.
    pub laboratory_address: String,
    /// Number of its certificate of accreditation.
    pub accreditation: String,
    /// Why it may be the first laboratory; empty where it is another one.
    pub single_laboratory: String,
    /// Product with trademark, model, batch.
    pub product: String,
    /// Labelled producer.
    pub producer: String,
    /// Disputed items: name, requirement, method.
    pub items: Vec<(String, String, String)>,
    /// By when the report is due, in words.
    pub due: String,
    /// Number of the sampling record.
    pub record_number: String,
    /// Number of the backup sample.
    pub sample_number: String,
    /// Its quantity.
    pub quantity: String,
    /// Its seal.
    pub seal: String,
    /// Who kept it and where.
    pub custody: String,
    /// What was found on seal and form; empty before it was looked at.
    pub verified: String,
    /// Day of the letter.
    pub dated: Date,
}

/// Makes F24.
///
/// # Errors
/// Characters the font lacks, or a fault.
pub fn reinspection_task(task: &ReinspectionTask) -> Result<Vec<u8>, DocumentError> {
    let by_hand = |text: &str| if text.trim().is_empty() { BY_HAND.to_owned() } else { text.to_owned() };
    let mut items: Vec<(&'static str, String, i64)> = Vec::new();
    for (item, requirement, method) in &task.items {
        items.extend([("项目", item.clone(), 4), ("要求", requirement.clone(), 4), ("方法", method.clone(), 4)]);
    }
    items.push(("要求", "只检上列有异议的项目，检验方法和判定规则与初检一致。".to_owned(), 12));
    Form {
        agency: task.agency.clone(),
        title: "产品质量监督抽查复检任务书".to_owned(),
        number: task.number.clone(),
        code: String::new(),
        sections: vec![
            Section {
                title: "任务",
                cells: vec![
                    ("复检机构", task.laboratory.clone(), 6),
                    ("资质认定证书", task.accreditation.clone(), 6),
                    ("地址", task.laboratory_address.clone(), 12),
                    ("复检申请人", task.applicant.clone(), 6),
                    ("初检机构", task.first_laboratory.clone(), 6),
                    ("初检报告", task.first_report.clone(), 6),
                    ("完成期限", task.due.clone(), 6),
                    ("省内仅此一家的证据", task.single_laboratory.clone(), 12),
                ],
            },
            Section {
                title: "样品",
                cells: vec![
                    ("产品", task.product.clone(), 12),
                    ("标称生产者", task.producer.clone(), 6),
                    ("抽样单编号", task.record_number.clone(), 6),
                    ("备用样品编号", task.sample_number.clone(), 6),
                    ("数量", task.quantity.clone(), 3),
                    ("封条编号", task.seal.clone(), 3),
                    ("保管", task.custody.clone(), 12),
                ],
            },
            Section { title: "项目", cells: items },
            Section {
                title: "样品确认",
                cells: vec![
                    ("封条和外观", by_hand(&task.verified), 12),
                    ("与抽样单是否相符", "□ 相符　　□ 不符（写明）".to_owned(), 6),
                    ("照片或录像", "□ 已拍摄　　份数：".to_owned(), 6),
                    ("不符之处", BY_HAND.to_owned(), 12),
                ],
            },
        ],
        signatures: vec![
            ("组织部门（盖章）", task.agency.clone()),
            ("初检机构（签字）", task.first_laboratory.clone()),
            ("复检机构（签字、盖章）", task.laboratory.clone()),
            ("申请人（到场的签字）", task.applicant.clone()),
        ],
        dated: task.dated,
        note: "复检样品确认在移交时填写。复检机构应当查验备用样品的外观、封条和与抽样单的一致性，并拍照或者录像；有异常的书面告知组织部门，不得检验。本任务书一式三份：组织部门、初检机构、复检机构各一份。"
            .to_owned(),
    }
    .render()
}
