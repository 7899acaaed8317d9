//! F05 监督抽查通知书, F18 检验结果通知书, F27 责令改正通知书: notices to one addressee. Periods are handed in as counted
//! dates; nothing is counted here.

use crate::{
    DocumentError,
    forms::{BY_HAND, Notice, Table, day},
};
use hengjian_domain::law;
use jiff::civil::Date;

/// F05: shown to the sampled party before anything is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpotCheckNotice {
    /// Authority that organises the check.
    pub agency: String,
    /// Number of the notice.
    pub number: String,
    /// Address behind the QR code; empty for none.
    pub code: String,
    /// Sampled party.
    pub party_name: String,
    /// Its code.
    pub party_uscc: String,
    /// Its address.
    pub party_address: String,
    /// Products to be sampled.
    pub products: String,
    /// Task, number and name.
    pub task: String,
    /// Who samples.
    pub sampling_body: String,
    /// Samplers: name and number of the certificate or letter, at least two.
    pub samplers: Vec<(String, String)>,
    /// First day of the notice.
    pub valid_from: Date,
    /// Last day.
    pub valid_until: Date,
    /// Telephone for complaints.
    pub complaint_phone: String,
    /// Date of the notice.
    pub dated: Date,
}

/// Makes F05.
///
/// # Errors
/// Characters the font lacks, or a fault.
pub fn spot_check_notice(notice: &SpotCheckNotice) -> Result<Vec<u8>, DocumentError> {
    let samplers = notice.samplers.iter().map(|(name, number)| vec![name.clone(), number.clone()]).collect();
    Notice {
        agency: notice.agency.clone(),
        title: "产品质量监督抽查通知书".to_owned(),
        number: notice.number.clone(),
        code: notice.code.clone(),
        addressee: notice.party_name.clone(),
        opening: vec!["根据产品质量监督抽查计划，现派下列人员对你单位的产品进行监督抽查，请予配合。".to_owned()],
        facts: vec![
            ("统一社会信用代码", notice.party_uscc.clone()),
            ("任务", notice.task.clone()),
            ("地址", notice.party_address.clone()),
            ("抽样单位", notice.sampling_body.clone()),
            ("抽查产品", notice.products.clone()),
            ("有效期", format!("{}至{}", day(notice.valid_from), day(notice.valid_until))),
        ],
        tables: vec![Table {
            caption: "抽样人员（不少于两人）".to_owned(),
            head: vec![("姓名", 1), ("执法证号或授权委托书编号", 2)],
            rows: samplers,
        }],
        closing: vec![
            "一、抽样人员应当出示本通知书和身份证件；受委托机构的人员另出示授权委托书复印件。抽样人员少于两人，或者不出示通知书和证件的，你单位可以要求补正。".to_owned(),
            "二、样品由抽样人员在待销产品中随机抽取。检验样品付费购买，不收取任何抽样和检验费用。".to_owned(),
            "三、请如实提供营业执照、生产许可或者认证证书、产品标准和进销货资料。拒绝、阻碍监督抽查的，依法处理。".to_owned(),
            format!("四、对抽样过程或者抽样人员有意见的，可以向本机关反映。电话：{}", or_slash(&notice.complaint_phone)),
        ],
        bases: vec![law::PQL_15, law::PQL_16, law::R18_16, law::R18_22],
        dated: notice.dated,
        slip: Some((
            "回执",
            vec![
                ("被抽样单位", notice.party_name.clone()),
                ("通知书编号", notice.number.clone()),
                ("签收人（签名、盖章）", BY_HAND.to_owned()),
                ("签收日期", "　　　年　　月　　日".to_owned()),
            ],
        )),
        note: "本通知书一式两份，被抽样单位和组织部门各一份。".to_owned(),
    }
    .render()
}

fn or_slash(text: &str) -> &str {
    if text.trim().is_empty() { "/" } else { text }
}

/// F18: result, rights and duties, for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultNotice {
    /// Authority that organises the check.
    pub agency: String,
    /// Number of the notice.
    pub number: String,
    /// Address behind the QR code; empty for none.
    pub code: String,
    /// Recipient.
    pub recipient: String,
    /// 被抽样者, 标称生产者, 电子商务平台经营者.
    pub capacity: String,
    /// Product.
    pub product_name: String,
    /// Trademark.
    pub trademark: String,
    /// Model.
    pub model: String,
    /// Production date or batch.
    pub batch: String,
    /// Sampled party.
    pub sampled_party: String,
    /// Labelled producer.
    pub producer: String,
    /// Number of the sampling record.
    pub record_number: String,
    /// Day of sampling.
    pub sampled_on: String,
    /// Report number.
    pub report_number: String,
    /// Laboratory.
    pub laboratory: String,
    /// Conclusion as on the report.
    pub conclusion: String,
    /// Whether the conclusion is 不合格.
    pub nonconforming: bool,
    /// Failed items: item, requirement, measured value.
    pub failed_items: Vec<(String, String, String)>,
    /// Authority that takes objections, with its address.
    pub objection_authority: String,
    /// Where the backup sample is.
    pub backup_custody: String,
    /// Asks the labelled producer whether the product is its own.
    pub asks_authorship: bool,
    /// Date of the notice.
    pub dated: Date,
}

/// Makes F18.
///
/// # Errors
/// Characters the font lacks, or a fault.
pub fn result_notice(notice: &ResultNotice) -> Result<Vec<u8>, DocumentError> {
    let mut closing = Vec::new();
    if notice.nonconforming {
        closing.push(
            "一、不合格产品的生产者、销售者应当立即停止生产、销售同一产品，并配合核查处置。经复查合格前不得恢复。"
                .to_owned(),
        );
    } else {
        closing.push("一、本结果只对所抽样品批次负责，不得用于产品推荐、评比。".to_owned());
    }
    closing.push(format!(
        "二、对检验结论有异议的，自收到本通知书之日起十五日内，向{}书面提出异议处理申请，并附有关材料。备用样品存放：{}。期满未提出的，视为无异议。",
        or_slash(&notice.objection_authority),
        or_slash(&notice.backup_custody)
    ));
    if notice.asks_authorship {
        closing.push("三、请标称生产者在回执中确认该产品是否由本单位生产；否认的，请写明理由并附证明。".to_owned());
    }
    let mut slip = vec![
        ("收件单位", notice.recipient.clone()),
        ("通知书编号", notice.number.clone()),
        ("签收人（签名、盖章）", BY_HAND.to_owned()),
        ("签收日期", "　　　年　　月　　日".to_owned()),
    ];
    if notice.asks_authorship {
        slip.push(("是否本单位生产", "□ 是　　□ 否".to_owned()));
        slip.push(("理由和证明", BY_HAND.to_owned()));
    }
    let failed: Vec<Vec<String>> = notice
        .failed_items
        .iter()
        .map(|(item, wanted, measured)| vec![item.clone(), wanted.clone(), measured.clone()])
        .collect();
    let tables = if failed.is_empty() {
        Vec::new()
    } else {
        vec![Table {
            caption: "不合格项目".to_owned(),
            head: vec![("检验项目", 2), ("技术要求", 2), ("检验结果", 2)],
            rows: failed,
        }]
    };
    let mut bases = vec![law::PQL_15, law::R18_35, law::R18_36];
    if notice.nonconforming {
        bases.push(law::R18_45);
    }
    Notice {
        agency: notice.agency.clone(),
        title: "产品质量监督抽查检验结果通知书".to_owned(),
        number: notice.number.clone(),
        code: notice.code.clone(),
        addressee: format!("{}（{}）", notice.recipient, notice.capacity),
        opening: vec![format!(
            "经监督抽查，下列产品的检验结论为：{}。现将结果和你单位的权利、义务告知如下。",
            notice.conclusion
        )],
        facts: vec![
            ("产品名称", notice.product_name.clone()),
            ("商标", notice.trademark.clone()),
            ("规格型号", notice.model.clone()),
            ("生产日期或批号", notice.batch.clone()),
            ("被抽样者", notice.sampled_party.clone()),
            ("标称生产者", notice.producer.clone()),
            ("抽样单编号", notice.record_number.clone()),
            ("抽样日期", notice.sampled_on.clone()),
            ("检验报告编号", notice.report_number.clone()),
            ("承检机构", notice.laboratory.clone()),
        ],
        tables,
        closing,
        bases,
        dated: notice.dated,
        slip: Some(("回执", slip)),
        note: String::new(),
    }
    .render()
}

/// F27: the order to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RectificationOrder {
    /// Authority that handles the result.
    pub agency: String,
    /// 文书编号.
    pub number: String,
    /// Address behind the QR code; empty for none.
    pub code: String,
    /// Party.
    pub party: String,
    /// Product with its identity, in one line.
    pub product: String,
    /// Report number.
    pub report_number: String,
    /// Failed items.
    pub failed_items: String,
    /// Facts found.
    pub facts: String,
    /// Date of the order.
    pub ordered_on: Date,
    /// Last day to put right; `None` before service, from which the sixty days run.
    pub rectify_until: Option<Date>,
    /// Last day of the re-check (75 days).
    pub recheck_until: Date,
    /// Authority for administrative review.
    pub review_authority: String,
    /// Court.
    pub court: String,
}

/// Makes F27.
///
/// # Errors
/// Characters the font lacks, or a fault.
pub fn rectification_order(order: &RectificationOrder) -> Result<Vec<u8>, DocumentError> {
    let until = order
        .rectify_until
        .map_or_else(|| "自本通知书送达之日起六十日".to_owned(), |until| format!("至{}", day(until)));
    Notice {
        agency: order.agency.clone(),
        title: "责令改正通知书".to_owned(),
        number: order.number.clone(),
        code: order.code.clone(),
        addressee: order.party.clone(),
        opening: vec![
            format!("经产品质量监督抽查，你单位下列产品不合格。查明：{}", or_slash(&order.facts)),
            format!("现责令你单位改正，改正期限{until}。"),
        ],
        facts: vec![
            ("产品", order.product.clone()),
            ("检验报告编号", order.report_number.clone()),
            ("不合格项目", order.failed_items.clone()),
            ("责令日期", day(order.ordered_on)),
            ("改正期限", order.rectify_until.map_or(until, |until| format!("{}（六十日）", day(until)))),
            ("复查期限", format!("{}（七十五日）", day(order.recheck_until))),
        ],
        tables: Vec::new(),
        closing: vec![
            "一、立即停止生产、销售同一产品，清点库存，查明已销售产品的数量和去向。".to_owned(),
            "二、查明原因，落实责任，采取改正措施，改正后书面报告并申请复查。复查所需样品由你单位无偿提供。".to_owned(),
            "三、经复查合格前，不得恢复生产、销售同一产品；制作复查样品的除外。".to_owned(),
            "四、逾期不改正或者复查不合格的，逐级上报，由省级市场监督管理部门向社会公告，并依法处理。".to_owned(),
            format!(
                "五、不服本通知书的，可以自收到之日起六十日内向{}申请行政复议，也可以自收到之日起六个月内向{}提起行政诉讼。",
                or_slash(&order.review_authority),
                or_slash(&order.court)
            ),
        ],
        bases: vec![law::PQL_17, law::R18_46, law::R18_47, law::R18_49],
        dated: order.ordered_on,
        slip: Some((
            "送达回证",
            vec![
                ("受送达人", order.party.clone()),
                ("文书编号", order.number.clone()),
                ("收件人（签名、盖章）", BY_HAND.to_owned()),
                ("收到日期", "　　　年　　月　　日".to_owned()),
                ("送达人（两人）", BY_HAND.to_owned()),
                ("送达方式和地点", BY_HAND.to_owned()),
            ],
        )),
        note: "本通知书一式两份，当事人和本机关各一份。".to_owned(),
    }
    .render()
}
