//! 抽查结果: what checks of every level found, as announced, and our own sampling as it happens. Feeds the no-repeat rule, the
//! plan's scan and the history statistics. A row without a number of its own is recognised by all it says.

use super::pipeline::{Importer, Line, Run, Table, Taken};
use crate::{AppResult, Work};
use hengjian_domain::{
    enterprise::Enterprise,
    exchange::{EarlierCheck, ImportedThing, reading},
    match_key::match_key,
    organisation::Tier,
    sampling::SamplingRecord,
    testing::InspectionConclusion,
    uscc,
};
use hengjian_sheets::Column;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

const fn column(key: &'static str, title: &'static str, names: &'static [&'static str], help: &'static str) -> Column {
    Column { key, title, names, required: false, help }
}

const COLUMNS: &[Column] = &[
    column(
        "number",
        "记录号",
        &["记录编号", "抽样单编号", "报告编号", "检验报告编号", "样品编号"],
        "有才填；同一记录号再次导入时更新原记录",
    ),
    column("seq", "序号", &["编号"], "可以不填"),
    column("tier", "抽查级别", &["级别", "抽查层级", "任务级别"], "国家级、省级、市级、县级"),
    column(
        "organiser",
        "公布机关",
        &["组织单位", "抽查组织单位", "公布单位", "组织抽查部门", "发布机关", "组织机关"],
        "组织抽查的市场监管部门",
    ),
    column("published", "公布日期", &["发布日期", "公告日期", "公示日期"], "日期"),
    column("title", "抽查名称", &["公告名称", "任务名称", "抽查批次名称", "公告标题"], "可以不填"),
    column("category", "产品种类", &["产品类别", "产品大类", "产品分类", "种类"], "可以不填"),
    Column {
        key: "product",
        title: "产品名称",
        names: &["样品名称", "被抽查产品名称", "产品具体名称", "商品名称", "抽查产品名称", "被抽样产品名称"],
        required: true,
        help: "一行一个批次",
    },
    column("trademark", "商标", &["标称商标", "注册商标"], "没有写 /"),
    column("model", "规格型号", &["型号规格", "规格", "型号", "规格/型号", "规格等级", "型号/规格"], "没有写 /"),
    column(
        "batch",
        "生产日期或批号",
        &[
            "生产日期/批号",
            "生产日期",
            "批号",
            "生产日期/货号",
            "生产日期/批货号",
            "生产日期(批号)",
            "生产批号",
            "批次",
        ],
        "照标签写",
    ),
    column("standard", "执行标准", &["产品标准", "明示标准", "检验/判定依据", "判定依据", "检验依据"], "可以不填"),
    column(
        "party",
        "被抽样单位",
        &[
            "受检单位",
            "受检单位名称",
            "被抽查单位",
            "被抽样企业名称",
            "被抽样单位名称",
            "被抽查企业",
            "销售企业",
            "销售单位",
            "被抽样生产者、销售者",
            "抽样单位",
            "经销企业",
            "被抽检单位",
            "被抽样者",
        ],
        "可以不填",
    ),
    column(
        "party_uscc",
        "被抽样单位信用代码",
        &["被抽样企业统一社会信用代码", "统一社会信用代码", "受检单位统一社会信用代码"],
        "18 位",
    ),
    column(
        "party_address",
        "被抽样单位地址",
        &["受检单位地址", "被抽样企业地址", "被抽查单位地址", "被抽样单位所在地", "被抽样企业所在地", "受检单位所在地"],
        "可以不填",
    ),
    column(
        "producer",
        "标称生产者",
        &[
            "标称生产企业",
            "标称生产单位",
            "生产企业名称",
            "生产企业",
            "生产单位",
            "标称生产企业名称",
            "生产者",
            "生产厂家",
            "制造商",
        ],
        "标签上的生产者",
    ),
    column(
        "producer_address",
        "标称生产者地址",
        &[
            "标称生产企业地址",
            "标称生产单位地址",
            "标称生产单位所在地",
            "生产企业所在地",
            "所在地",
            "标称生产企业所在地",
        ],
        "可以不填",
    ),
    column("sampled", "抽样日期", &["抽查时间", "监督抽查时间", "抽样时间", "采样日期", "抽查日期"], "日期"),
    column(
        "conclusion",
        "检验结论",
        &["抽查结果", "综合判定", "检验结果", "结论", "判定结果", "结果判定", "检测结果", "检验结果判定", "抽检结果"],
        "合格、不合格（P、F、符合、不符合也认）",
    ),
    column(
        "failed",
        "不合格项目",
        &["主要不合格项目", "不合格情况", "不合格项目(名称)", "不合格项", "不符合项目"],
        "没有写 /",
    ),
    column("reinspection", "复检情况", &["复检结果", "异议复检情况"], "可以不填"),
    column("laboratory", "承检机构", &["检验机构", "承检单位", "检验单位", "检测机构"], "可以不填"),
    column("platform", "电商平台", &["电商平台名称", "网络交易平台", "平台名称", "平台"], "网络抽样才填"),
    column("field", "抽样领域", &["样品来源", "抽样环节"], "可以不填"),
    column("note", "备注", &["说明"], "可以不填"),
    column("url", "来源网址", &["网址", "公告网址"], "可以不填"),
    column("attachment", "附件网址", &["附件"], "可以不填"),
];

/// 抽查结果.
#[derive(Default)]
pub(super) struct Results {
    own_name: String,
    title: String,
    organiser: String,
    tier: Option<Tier>,
    assumed: bool,
    conclusion: Option<InspectionConclusion>,
    has_conclusion: bool,
    occurrences: HashMap<[u8; 32], u32>,
}

impl Importer for Results {
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn begin(&mut self, work: &mut Work<'_>, table: &Table<'_>, run: &mut Run) -> AppResult<()> {
        let org = work.actor().org_id;
        self.own_name = work.organisation(org)?.name;
        self.title = table.title();
        let named = table.titles.iter().chain([&self.title]).find_map(|title| reading::authority_in_title(title));
        self.organiser = named.unwrap_or_default();
        self.tier = table.request.tier.or_else(|| reading::tier_of_authority(&self.organiser));
        self.has_conclusion = table.has("conclusion");
        self.conclusion = table.titles.iter().rev().find_map(|title| reading::conclusion_of_title(title));
        self.assumed = self.tier.is_none() && !table.has("tier") && !table.has("organiser");
        if self.assumed {
            table.note(
                run,
                "抽查级别",
                &self.title,
                "表中没有抽查级别和公布机关，按“市抽”登记；级别不对时请撤销，在导入页选好级别再导入",
            );
        }
        Ok(())
    }

    fn take(&mut self, work: &mut Work<'_>, line: &mut Line<'_>, run: &mut Run) -> AppResult<Taken> {
        let product = line.text("product");
        if reading::is_empty_mark(&product) {
            return Ok(line.reject("product", "没有产品名称"));
        }
        let conclusion = match self.conclusion(line) {
            Ok(conclusion) => conclusion,
            Err(taken) => return Ok(taken),
        };
        let Some(fresh) = self.read(work, line, product, conclusion)? else { return Ok(Taken::Rejected) };
        let key = self.key(line, &fresh);
        let org = fresh.org_id;
        let known = match work.tx.import_key(org, &key)? {
            Some(subject) => work.tx.get::<EarlierCheck>(&subject.cast::<EarlierCheck>())?,
            None => None,
        };
        if work.tx.checks_like(&fresh)?.iter().any(|other| same_batch(other, &fresh)) {
            line.flag("product", "另有别的来源的同一产品、型号、生产者和批号的记录，可能是同一批次重复登记");
        }
        let Some(before) = known else {
            let mut check = fresh;
            work.insert(&mut check)?;
            work.tx.set_import_key(org, &key, check.id.cast())?;
            run.made(work, ImportedThing::EarlierCheck, check.id, line.number())?;
            return Ok(Taken::Imported);
        };
        let mut merged =
            EarlierCheck { id: before.id, version: before.version, created_at_us: before.created_at_us, ..fresh };
        // The register may have learnt who the party is since; an import takes no link away.
        merged.enterprise_id = merged.enterprise_id.or(before.enterprise_id);
        if merged == before {
            return Ok(run.unchanged(ImportedThing::EarlierCheck, &before.id, line.number()));
        }
        if let Some(row) = run.met(work, ImportedThing::EarlierCheck, &before.id)? {
            return Ok(line.reject("number", format!("第 {row} 行已有同一记录号，内容不同，本行没有取")));
        }
        work.save(&mut merged)?;
        run.changed(work, ImportedThing::EarlierCheck, merged.id, line.number(), merged.version, &before)?;
        Ok(Taken::Updated)
    }
}

/// The same batch known from elsewhere. Without a batch there is nothing to tell one batch from another.
fn same_batch(other: &EarlierCheck, check: &EarlierCheck) -> bool {
    let batch = match_key(&check.batch_text);
    !batch.is_empty() && other.source != check.source && !other.own && match_key(&other.batch_text) == batch
}

impl Results {
    fn conclusion(&self, line: &mut Line<'_>) -> Result<Option<InspectionConclusion>, Taken> {
        let failed = !reading::is_empty_mark(line.raw("failed"));
        let raw = line.raw("conclusion");
        let read = if reading::is_empty_mark(raw) { None } else { Some(reading::conclusion(raw)) };
        match read {
            Some(Some(conclusion)) => {
                if failed && conclusion == InspectionConclusion::NoNonconformityFound {
                    line.flag("failed", "结论是合格，却列有不合格项目，照原样登记");
                }
                Ok(Some(conclusion))
            }
            Some(None) => {
                Err(line.reject("conclusion", "结论看不懂：应为合格、不合格、未发现不合格、P、F、符合、不符合"))
            }
            // A list of failures has no column for it: the failed items or the title say it.
            None if failed => Ok(Some(InspectionConclusion::Nonconforming)),
            None if !self.has_conclusion && self.conclusion.is_some() => Ok(self.conclusion),
            None => {
                line.flag("conclusion", "没有检验结论，登记为未知，不计入合格率");
                Ok(None)
            }
        }
    }

    fn read(
        &self,
        work: &mut Work<'_>,
        line: &mut Line<'_>,
        product_name: String,
        conclusion: Option<InspectionConclusion>,
    ) -> AppResult<Option<EarlierCheck>> {
        let organiser = line.text("organiser");
        let organiser_name = if organiser.is_empty() { self.organiser.clone() } else { organiser };
        let tier = match line.raw("tier") {
            "" => reading::tier_of_authority(&organiser_name).or(self.tier),
            text => {
                let tier = reading::tier(text);
                if tier.is_none() {
                    line.reject("tier", "抽查级别应为国家级、省级、市级或县级");
                    return Ok(None);
                }
                tier
            }
        };
        let tier = match tier {
            Some(tier) => tier,
            None if self.assumed => Tier::Municipal,
            None => {
                line.reject("tier", "没有抽查级别，从公布机关的名称也看不出来");
                return Ok(None);
            }
        };
        let published = line.text("published");
        let published_on = line.read("published", "公布日期不是完整的日期，原文留在来源里", reading::day);
        let sampled_on = line.read("sampled", "抽样日期应为完整的日期", reading::day);
        let party = line.text("party");
        let mut code = String::new();
        if !reading::is_empty_mark(line.raw("party_uscc")) {
            let check = uscc::check(line.raw("party_uscc"));
            if !check.valid {
                line.flag("party_uscc", format!("信用代码无效，照原样登记：{}", check.message));
            }
            code = check.normalised;
        }
        let enterprise = self.party(work, &party, &code)?;
        let producer_name = line.text("producer");
        let model = line.text("model");
        let category = line.text("category");
        Ok(Some(EarlierCheck {
            id: work.new_id(),
            version: 1,
            org_id: work.actor().org_id,
            tier,
            own: !self.own_name.is_empty() && organiser_name == self.own_name,
            organiser_name,
            enterprise_id: enterprise.map(|enterprise| enterprise.id),
            enterprise_key: match_key(&party),
            enterprise_name: if reading::is_empty_mark(&party) { String::new() } else { party },
            uscc: code,
            category,
            product_key: match_key(&product_name),
            product_name,
            trademark: line.text("trademark"),
            model_key: match_key(&model),
            model,
            standard: line.text("standard"),
            batch_text: line.text("batch"),
            producer_key: match_key(&producer_name),
            producer_name,
            arranged_from_on: None,
            sampled_on,
            published_on,
            conclusion,
            failed_items: line.text("failed"),
            source: self.source(line, &published, published_on),
            record_id: None,
            created_at_us: work.now(),
        }))
    }

    fn source(&self, line: &Line<'_>, published: &str, published_on: Option<Date>) -> String {
        let title = line.text("title");
        let mut parts = vec![if title.is_empty() { self.title.clone() } else { title }];
        if published_on.is_none() && !reading::is_empty_mark(published) {
            parts.push(format!("公布日期：{published}"));
        }
        for (key, label) in [
            ("number", "记录号："),
            ("party_address", "被抽样单位地址："),
            ("producer_address", "生产者地址："),
            ("platform", "电商平台："),
            ("laboratory", "承检机构："),
            ("field", "抽样领域："),
            ("reinspection", "复检："),
            ("note", "备注："),
            ("url", ""),
            ("attachment", "附件："),
        ] {
            let text = line.text(key);
            if !reading::is_empty_mark(&text) {
                parts.push(format!("{label}{text}"));
            }
        }
        parts.join("；")
    }

    fn party(&self, work: &mut Work<'_>, name: &str, code: &str) -> AppResult<Option<Enterprise>> {
        let org = work.actor().org_id;
        if !code.is_empty()
            && let Some(known) = work.tx.enterprise_with_code(org, code)?
        {
            return Ok(Some(known));
        }
        let key = match_key(name);
        if key.is_empty() {
            return Ok(None);
        }
        // A name that two enterprises have names neither.
        let mut named = work.tx.enterprises_named(org, &key)?;
        Ok(if named.len() == 1 { named.pop() } else { None })
    }

    /// The row's own number, or all that it says; the second row that says the same is another batch.
    fn key(&mut self, line: &Line<'_>, check: &EarlierCheck) -> String {
        let number = line.text("number");
        if !reading::is_empty_mark(&number) {
            let digest = Sha256::new()
                .chain_update("number|")
                .chain_update(&check.organiser_name)
                .chain_update([0])
                .chain_update(number);
            return hex::encode(digest.finalize());
        }
        let mut digest = Sha256::new().chain_update("row");
        let conclusion = check.conclusion.map_or("", hengjian_domain::code::Code::code);
        for part in [
            &check.organiser_name,
            &check.enterprise_name,
            &check.product_name,
            &check.trademark,
            &check.model,
            &check.batch_text,
            &check.producer_name,
            &check.failed_items,
            &check.source,
        ] {
            digest.update([0]);
            digest.update(part);
        }
        digest.update(conclusion);
        digest.update(check.sampled_on.map(|day| day.to_string()).unwrap_or_default());
        let digest: [u8; 32] = digest.finalize().into();
        let nth = self.occurrences.entry(digest).or_default();
        *nth += 1;
        hex::encode(Sha256::new().chain_update(digest).chain_update(nth.to_be_bytes()).finalize())
    }
}

/// A signed sampling record of our own enters the history that the no-repeat rule reads. Noting it twice changes nothing.
///
/// # Errors
/// A fault.
pub fn note_own_check(work: &mut Work<'_>, record: &SamplingRecord) -> AppResult<()> {
    let key = format!("record|{}", record.id);
    if work.tx.import_key(record.org_id, &key)?.is_some() {
        return Ok(());
    }
    let organiser = work.organisation(record.org_id)?;
    let enterprise: Option<Enterprise> = work.tx.get(&record.enterprise_id)?;
    let (name, code) =
        enterprise.map(|enterprise| (enterprise.name, enterprise.uscc.unwrap_or_default())).unwrap_or_default();
    let mut check = EarlierCheck {
        id: work.new_id(),
        version: 1,
        org_id: record.org_id,
        tier: organiser.tier.unwrap_or(Tier::County),
        organiser_name: organiser.name,
        own: true,
        enterprise_id: Some(record.enterprise_id),
        enterprise_key: match_key(&name),
        enterprise_name: name,
        uscc: code,
        category: String::new(),
        product_name: record.product_name.clone(),
        product_key: match_key(&record.product_name),
        trademark: record.trademark.clone(),
        model: record.model.clone(),
        model_key: record.model_key.clone(),
        standard: record.standard.clone(),
        batch_text: batch_of(record),
        producer_name: record.producer_name.clone(),
        producer_key: record.producer_key.clone(),
        arranged_from_on: None,
        sampled_on: record.sampled_on,
        published_on: None,
        conclusion: None,
        failed_items: String::new(),
        source: format!("抽样单 {}", record.number),
        record_id: Some(record.id),
        created_at_us: work.now(),
    };
    work.insert(&mut check)?;
    Ok(work.tx.set_import_key(record.org_id, &key, check.id.cast())?)
}

fn batch_of(record: &SamplingRecord) -> String {
    let batch: Vec<&str> = [record.production_date_text.as_str(), record.batch_code.as_str()]
        .into_iter()
        .filter(|text| !reading::is_empty_mark(text))
        .collect();
    batch.join("/")
}

/// A sampling record was put right: what the no-repeat rule remembers of it says the same. `false` where nothing changed.
///
/// # Errors
/// A fault.
pub fn own_check_corrected(work: &mut Work<'_>, record: &SamplingRecord) -> AppResult<bool> {
    let Some(id) = work.tx.import_key(record.org_id, &format!("record|{}", record.id))? else { return Ok(false) };
    let Some(before) = work.tx.get::<EarlierCheck>(&id.cast::<EarlierCheck>())? else { return Ok(false) };
    let mut check = EarlierCheck {
        product_name: record.product_name.clone(),
        product_key: match_key(&record.product_name),
        trademark: record.trademark.clone(),
        model: record.model.clone(),
        model_key: record.model_key.clone(),
        standard: record.standard.clone(),
        batch_text: batch_of(record),
        producer_name: record.producer_name.clone(),
        producer_key: record.producer_key.clone(),
        ..before.clone()
    };
    if check == before {
        return Ok(false);
    }
    work.save(&mut check)?;
    Ok(true)
}
