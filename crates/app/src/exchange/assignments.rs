//! 交办案件: cases handed down by 国/省/市 or a peer county. The day on which this office received them sets the clocks running,
//! so a row without it is not taken. Whether a case is here already is decided by the follow-up stage.

use super::pipeline::{Importer, Line, Run, Table, Taken};
use crate::{AppResult, Work, follow_up};
use hengjian_domain::{
    deadline,
    exchange::{ImportRefused, ImportedThing, reading},
    follow_up::Case,
    match_key::{clean, match_key},
    organisation::{Organisation, OrganisationId, Tier},
};
use hengjian_sheets::Column;
use jiff::civil::Date;

const fn column(key: &'static str, title: &'static str, names: &'static [&'static str], help: &'static str) -> Column {
    Column { key, title, names, required: false, help }
}

const COLUMNS: &[Column] = &[
    column("seq", "序号", &[], "可以不填"),
    column("number", "交办编号", &["案件编号", "编号", "任务编号", "移送编号"], "上级的编号"),
    column(
        "received",
        "收到日期",
        &["接收日期", "签收日期", "收到时间", "接收时间"],
        "本局收到的日期，期限从这天起算；整张表同一天时可在导入时填",
    ),
    column(
        "receiver",
        "承办单位",
        &["承办机关", "接收单位", "接收机关", "办理单位", "承接单位", "属地单位", "承办县区局"],
        "上级导入时必填：承办的下级机关，全称或简称；本局自己导入时可以不填",
    ),
    column("tier", "抽查级别", &["级别", "抽查层级"], "国家级、省级、市级、县级"),
    column("organiser", "组织单位", &["抽查组织单位", "公布机关", "组织抽查部门", "组织机关"], "组织抽查的部门"),
    column("assigned_by", "交办单位", &["交办机关", "移送单位", "下达单位"], "不填时与组织单位相同"),
    Column {
        key: "party",
        title: "被抽样单位",
        names: &[
            "受检单位",
            "受检单位名称",
            "被抽查单位",
            "被抽样企业名称",
            "企业名称",
            "当事人",
            "不合格企业名称",
            "被抽样生产者、销售者",
            "单位名称",
        ],
        required: true,
        help: "全称",
    },
    column("address", "地址", &["被抽样单位地址", "受检单位地址", "企业地址", "单位地址", "住所"], "可以不填"),
    column("uscc", "统一社会信用代码", &["被抽样单位信用代码", "信用代码"], "18 位"),
    Column {
        key: "product",
        title: "产品名称",
        names: &["样品名称", "不合格产品", "不合格产品名称"],
        required: true,
        help: "一行一个批次",
    },
    column("trademark", "商标", &["标称商标"], "没有写 /"),
    column("model", "规格型号", &["型号规格", "规格", "型号"], "没有写 /"),
    column("batch", "生产日期或批号", &["生产日期/批号", "生产日期", "批号"], "照标签写"),
    column("producer", "标称生产者", &["标称生产企业", "标称生产单位", "生产企业名称", "生产企业"], "可以不填"),
    column("report", "检验报告编号", &["报告编号", "报告号"], "可以不填"),
    column("failed", "不合格项目", &["主要不合格项目", "不合格情况"], "照报告写"),
    column("note", "备注", &[], "可以不填"),
];

/// 交办案件.
#[derive(Default)]
pub(super) struct Assignments {
    received_on: Option<Date>,
    tier: Option<Tier>,
    /// Receiver of the whole table, by name.
    receiver: String,
    own: Option<Organisation>,
    below: Vec<Organisation>,
}

impl Assignments {
    /// Whose register a row goes to, or why that is unclear.
    fn receiver(&self, named: &str) -> Result<Option<OrganisationId>, String> {
        let named = if reading::is_empty_mark(named) { self.receiver.as_str() } else { named };
        let is = |unit: &&Organisation| {
            [&unit.name, &unit.short_name].iter().any(|name| match_key(name) == match_key(named))
        };
        if reading::is_empty_mark(named) {
            return if self.below.is_empty() {
                Ok(None)
            } else {
                Err("没有承办单位，不知道交给哪个下级机关".to_owned())
            };
        }
        if self.below.is_empty() {
            let own = self.own.as_ref().filter(is).is_some();
            return if own { Ok(None) } else { Err("承办单位不是本局".to_owned()) };
        }
        match self.below.iter().filter(is).map(|unit| unit.id).collect::<Vec<_>>().as_slice() {
            [only] => Ok(Some(*only)),
            [] => Err("承办单位不是本机关的下级机关".to_owned()),
            _ => Err("有几个下级机关叫这个名称，请写全称".to_owned()),
        }
    }
}

impl Importer for Assignments {
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn begin(&mut self, work: &mut Work<'_>, table: &Table<'_>, _run: &mut Run) -> AppResult<()> {
        self.receiver = clean(&table.request.receiver);
        self.own = work.tx.get(&work.actor().org_id)?;
        self.below = if self.own.is_some() { follow_up::receivers(work)? } else { Vec::new() };
        self.received_on = table.request.received_on;
        if self.received_on.is_none() && !table.has("received") {
            return Err(ImportRefused::NoReceivedDay.into());
        }
        let named = table.titles.iter().chain([&table.title()]).find_map(|title| reading::authority_in_title(title));
        self.tier = table.request.tier.or(named.and_then(|name| reading::tier_of_authority(&name)));
        Ok(())
    }

    fn take(&mut self, work: &mut Work<'_>, line: &mut Line<'_>, run: &mut Run) -> AppResult<Taken> {
        for (key, words) in [("party", "没有被抽样单位"), ("product", "没有产品名称")] {
            if reading::is_empty_mark(line.raw(key)) {
                return Ok(line.reject(key, words));
            }
        }
        let receiver = match self.receiver(line.raw("receiver")) {
            Ok(receiver) => receiver,
            Err(words) => return Ok(line.reject("receiver", words)),
        };
        let received =
            if reading::is_empty_mark(line.raw("received")) { None } else { Some(reading::day(line.raw("received"))) };
        let received_on = match (received, self.received_on) {
            (Some(Some(day)), _) | (None, Some(day)) => day,
            (Some(None), _) => return Ok(line.reject("received", "收到日期应为完整的日期，期限从这天起算")),
            (None, None) => return Ok(line.reject("received", "没有收到日期，期限从这天起算")),
        };
        if received_on > work.today() {
            return Ok(line.reject("received", "收到日期晚于今天"));
        }
        let due = deadline::VERIFICATION.derive(received_on, work.calendar()).due_strict;
        if due < work.today() {
            line.flag("received", format!("收到日期 {received_on}：核查处置应在 {due} 前办完，立案时已经超期"));
        }
        let organiser_name = line.text("organiser");
        let tier = match line.raw("tier") {
            "" => reading::tier_of_authority(&organiser_name).or(self.tier),
            text => reading::tier(text),
        };
        let Some(tier) = tier else {
            return Ok(line.reject("tier", "抽查级别应为国家级、省级、市级或县级；表里没有时请写明组织单位"));
        };
        let assigned_by = line.text("assigned_by");
        if !reading::is_empty_mark(line.raw("uscc")) {
            let check = hengjian_domain::uscc::check(line.raw("uscc"));
            if !check.valid {
                line.flag("uscc", format!("统一社会信用代码无效，照原样登记：{}", check.message));
            }
        }
        let case = follow_up::NewAssignment {
            receiver,
            tier,
            assigned_by: if assigned_by.is_empty() { organiser_name.clone() } else { assigned_by },
            organiser_name,
            external_number: line.text("number"),
            received_on,
            party_name: line.text("party"),
            party_address: line.text("address"),
            party_uscc: line.text("uscc"),
            product_name: line.text("product"),
            trademark: line.text("trademark"),
            model: line.text("model"),
            batch_text: line.text("batch"),
            producer_name: line.text("producer"),
            report_number: line.text("report"),
            failed_items: line.text("failed"),
        };
        let Some(id) = follow_up::open_assigned_among(work, case, &self.below)? else { return Ok(Taken::Unchanged) };
        let opened: Option<Case> = work.tx.get(&id)?;
        run.made_at(work, ImportedThing::Case, id, line.number(), opened.map_or(1, |case| case.version))?;
        Ok(Taken::Imported)
    }
}
