//! F07 产品质量监督抽查抽样单: the record as signed, on one sheet.

use crate::{
    DocumentError,
    forms::{Form, Section},
};
use hengjian_domain::{code::Code, money, sampling::SamplingRecord};
use jiff::civil::Date;

/// The sampling record with what lies in other registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplingRecordPaper {
    /// Authority that organises the check.
    pub agency: String,
    /// Address behind the QR code; empty for none.
    pub code: String,
    /// Record.
    pub record: SamplingRecord,
    /// Task kind.
    pub task_kind: String,
    /// Sampled party.
    pub party_name: String,
    /// Its code.
    pub party_uscc: String,
    /// Its address.
    pub party_address: String,
    /// Its region code.
    pub party_region: String,
    /// Product code.
    pub product_code: String,
    /// Seal numbers: test sample, backup sample.
    pub seals: String,
    /// Sampling body.
    pub sampling_body: String,
    /// First sampler.
    pub lead_sampler: String,
    /// Second sampler.
    pub second_sampler: String,
    /// Witness, when the party did not sign.
    pub witness: String,
    /// Date of the record.
    pub dated: Date,
}

/// Makes F07.
///
/// # Errors
/// Characters the font lacks, or a fault.
pub fn sampling_record(paper: &SamplingRecordPaper) -> Result<Vec<u8>, DocumentError> {
    let (record, form) = (&paper.record, &paper.record.form);
    let with_unit = |number: &str| if number.is_empty() { String::new() } else { format!("{number} {}", record.unit) };
    let yuan = |fen: i64| if fen == 0 { String::new() } else { format!("{} 元", money::yuan_plain(fen)) };
    let party_signature = if record.refusal_to_sign.is_empty() {
        record.party_signature.clone()
    } else {
        format!("拒绝签字：{}　见证：{}", record.refusal_to_sign, paper.witness)
    };
    let sections = vec![
        Section {
            title: "任务",
            cells: vec![
                ("任务来源", form.task_source.clone(), 6),
                ("抽查种类", paper.task_kind.clone(), 3),
                ("抽查领域", record.field.title().to_owned(), 3),
            ],
        },
        Section {
            title: "被抽样单位",
            cells: vec![
                ("名称", paper.party_name.clone(), 6),
                ("统一社会信用代码", paper.party_uscc.clone(), 6),
                ("地址", paper.party_address.clone(), 8),
                ("区划代码", paper.party_region.clone(), 4),
                ("法定代表人", form.party_representative.clone(), 4),
                ("联系人", form.party_contact.clone(), 4),
                ("电话", form.party_phone.clone(), 4),
                ("类型", form.party_type.clone(), 3),
                ("规模", form.party_scale.clone(), 3),
                ("从业人员", form.party_staff.clone(), 3),
                ("年销售额", form.party_sales.clone(), 3),
                ("许可证", form.party_licence.clone(), 12),
            ],
        },
        Section {
            title: "标称生产者",
            cells: vec![
                ("名称", record.producer_name.clone(), 6),
                ("统一社会信用代码", record.producer_uscc.clone(), 6),
                ("地址", record.producer_address.clone(), 8),
                ("区划代码", record.producer_region.clone(), 4),
                ("电话", form.producer_phone.clone(), 4),
                ("是否确认", form.producer_confirmed.clone(), 4),
                ("进口商或委托方", form.importer.clone(), 4),
            ],
        },
        Section {
            title: "产品",
            cells: vec![
                ("产品名称", record.product_name.clone(), 6),
                ("产品代码", paper.product_code.clone(), 3),
                ("商标", record.trademark.clone(), 3),
                ("规格型号", record.model.clone(), 6),
                ("等级", record.grade.clone(), 3),
                ("批号", record.batch_code.clone(), 3),
                ("生产日期", record.production_date_text.clone(), 4),
                ("标注执行标准", record.standard.clone(), 8),
                ("许可或认证编号", form.product_licence.clone(), 8),
                ("条码", form.gtin.clone(), 4),
                ("抽样基数", with_unit(&record.lot_size), 4),
                ("进销货", form.purchase_history.clone(), 8),
            ],
        },
        Section {
            title: "抽样",
            cells: vec![
                ("抽样地点", form.place.clone(), 4),
                ("抽样方法", record.random_method.clone(), 4),
                ("随机数", record.random_numbers.clone(), 4),
                ("检验样品数量", with_unit(&record.test_quantity), 4),
                ("备用样品数量", with_unit(&record.backup_quantity), 4),
                ("包装件数", form.packages.clone(), 4),
                ("包装状态", form.package_state.clone(), 4),
                ("封条编号", paper.seals.clone(), 8),
                ("贮存运输要求", form.storage.clone(), 8),
                ("备用样品保存", form.backup_custody.clone(), 4),
                ("样品费用", record.purchase_basis.title().to_owned(), 3),
                ("单价", yuan(record.unit_price_fen), 3),
                ("金额", yuan(record.amount_fen), 3),
                ("发票", form.invoice.clone(), 3),
                ("付款", form.payment.clone(), 4),
                ("抽样日期", record.sampled_on.map(|on| on.to_string()).unwrap_or_default(), 4),
                ("位置", form.position.clone(), 4),
                ("备注", form.remark.clone(), 12),
            ],
        },
    ];
    Form {
        agency: paper.agency.clone(),
        title: "产品质量监督抽查抽样单".to_owned(),
        number: record.number.clone(),
        code: paper.code.clone(),
        sections,
        signatures: vec![
            ("被抽样单位（签字、盖章）", party_signature),
            ("抽样人员（签字）", format!("{}　{}", paper.lead_sampler, paper.second_sampler)),
            ("抽样单位（盖章）", paper.sampling_body.clone()),
        ],
        dated: paper.dated,
        note: "本单一式四份：组织部门、被抽样单位、承检机构、标称生产者所在地部门各一份。更正处须经被抽样单位确认。"
            .to_owned(),
    }
    .render()
}
