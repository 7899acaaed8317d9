//! 抽样单 F07: its cells in the order of the paper, how each is read, and what a complete form is.
//! Page, print and guard all use this one table, so a cell cannot be on one of them and not on the others.

use super::{PurchaseBasis, SamplingRecord, SamplingRefused, Visit};
use crate::{
    code::Code, decimal, law, law::LegalBasis, match_key, money, plan::SamplingField, rules::SpotCheckRules,
    time::Timestamp,
};
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

/// Photos a record must have (regulations §2.4, R18 第十九条).
pub const PHOTO_SLOTS: [&str; 9] = [
    "门头和营业执照",
    "抽样场所",
    "贮存环境",
    "产品标识（正面、背面）",
    "库存",
    "抽样过程",
    "检验样品封样",
    "备用样品封样",
    SIGNED_PAGE,
];
/// The photo that can only be taken after the signature.
pub const SIGNED_PAGE: &str = "抽样单签字页";
/// Ways of making random numbers (GB/T 10111).
pub const RANDOM_METHODS: [&str; 4] = ["计算机", "随机数表", "骰子", "扑克牌"];
/// Where the backup sample is kept.
pub const BACKUP_AT_PARTY: &str = "被抽样单位";
/// The other place.
pub const BACKUP_AT_LABORATORY: &str = "承检机构";

/// How a cell is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Text as on the label or licence; `/` where there is none.
    Text,
    /// Text that must say something: `/` is no answer.
    Must,
    /// Brought along by the program; not typed.
    Given,
    /// Exact decimal.
    Quantity,
    /// Yuan.
    Money,
    /// Date and time.
    Instant,
    /// One of the words.
    Choice(&'static [&'static str]),
    /// 生产领域, 流通领域, 网络交易.
    Field,
    /// How paid.
    Basis,
    /// Several lines.
    Area,
}

/// A cell of the form.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    /// Number on the paper.
    pub number: u8,
    /// Name in forms and messages.
    pub name: &'static str,
    /// Label on the paper.
    pub label: &'static str,
    /// How it is filled in.
    pub kind: CellKind,
    /// Hint below it.
    pub hint: &'static str,
}

/// A section of the form.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// Heading.
    pub title: &'static str,
    /// Cells.
    pub cells: &'static [Cell],
}

const fn cell(number: u8, name: &'static str, label: &'static str, kind: CellKind, hint: &'static str) -> Cell {
    Cell { number, name, label, kind, hint }
}

use CellKind::{Area, Basis, Choice, Field, Given, Instant, Money, Must, Quantity, Text};

/// The whole form in the order of the paper.
pub const SECTIONS: &[Section] = &[
    Section {
        title: "一、任务",
        cells: &[
            cell(1, "task_number", "任务编号", Given, ""),
            cell(2, "task_source", "任务来源", Given, ""),
            cell(3, "task_kind", "任务类别", Given, ""),
            cell(4, "notice_number", "监督抽查通知书", Given, ""),
        ],
    },
    Section {
        title: "二、被抽样单位",
        cells: &[
            cell(5, "party_name", "名称（按营业执照）", Must, ""),
            cell(6, "field", "环节", Field, ""),
            cell(7, "party_uscc", "统一社会信用代码", Must, "照营业执照抄录"),
            cell(8, "party_address", "地址", Must, ""),
            cell(9, "party_region", "行政区划代码", Must, ""),
            cell(10, "party_representative", "法定代表人或者经营者", Text, ""),
            cell(11, "party_contact", "联系人", Text, ""),
            cell(12, "party_phone", "联系电话", Text, ""),
            cell(13, "party_type", "单位类型", Choice(&["生产", "销售", "网店"]), ""),
            cell(14, "party_scale", "企业规模", Choice(&["大型", "中型", "小型", "微型", "不详"]), ""),
            cell(15, "party_staff", "从业人数", Text, ""),
            cell(16, "party_sales", "年销售额", Text, ""),
            cell(17, "party_licence", "许可证件编号", Text, ""),
        ],
    },
    Section {
        title: "三、标称生产者",
        cells: &[
            cell(18, "producer_name", "名称", Must, "照产品标识抄录；标识没有的填“未标注”"),
            cell(19, "producer_uscc", "统一社会信用代码", Text, ""),
            cell(20, "producer_address", "地址", Text, ""),
            cell(21, "producer_region", "行政区划代码", Text, "不知道的填“/”"),
            cell(22, "producer_phone", "联系电话", Text, ""),
            cell(23, "producer_confirmed", "是否已向标称生产者核实", Choice(&["未核实", "是其生产", "否认生产"]), ""),
            cell(24, "importer", "进口商、代理商或者委托方", Text, ""),
        ],
    },
    Section {
        title: "四、产品",
        cells: &[
            cell(25, "product_name", "产品名称", Must, "照标识原样"),
            cell(26, "product_code", "产品代码", Given, ""),
            cell(27, "trademark", "商标", Text, "只有图形的填“图形商标”"),
            cell(28, "model", "规格型号", Must, "照标识原样"),
            cell(29, "grade", "等级", Text, ""),
            cell(30, "production_date", "生产日期", Must, "照标识原样；没有的填“未标注”"),
            cell(31, "batch_code", "批号", Text, ""),
            cell(32, "standard", "标注执行标准", Text, ""),
            cell(33, "product_licence", "许可证或者 CCC 编号和有效期", Text, ""),
            cell(34, "gtin", "商品条码", Text, ""),
            cell(35, "marked_price", "标价和单位", Text, "没有标价的填“/”"),
            cell(36, "purchase_history", "进货日期、进货量和销售量", Text, "流通领域填写"),
        ],
    },
    Section {
        title: "五、抽样",
        cells: &[
            cell(37, "place", "抽样地点", Choice(&["成品库", "货架", "柜台", "仓库", "网店", "其他"]), ""),
            cell(38, "lot_size", "抽样基数", Quantity, ""),
            cell(39, "unit", "计量单位", Must, ""),
            cell(40, "random_method", "随机数产生方法", Choice(&RANDOM_METHODS), "按 GB/T 10111"),
            cell(41, "random_numbers", "随机数", Must, "产品编号 1 至抽样基数，用顿号分开"),
            cell(42, "test_quantity", "检验样品数量", Quantity, ""),
            cell(43, "backup_quantity", "备用样品数量", Quantity, ""),
            cell(44, "packages", "包装总件数", Text, ""),
            cell(45, "package_state", "包装状态", Text, ""),
            cell(46, "storage", "贮存和运输要求", Text, ""),
            cell(47, "backup_custody", "备用样品封存于", Choice(&[BACKUP_AT_PARTY, BACKUP_AT_LABORATORY]), ""),
            cell(48, "test_seal", "检验样品封条号", Must, ""),
            cell(49, "backup_seal", "备用样品封条号", Must, "与检验样品分别封样"),
            cell(50, "sampled_at", "抽样时间", Instant, ""),
            cell(51, "position", "定位", Text, ""),
        ],
    },
    Section {
        title: "六、样品费用",
        cells: &[
            cell(52, "purchase_basis", "取得方式", Basis, "检验样品付费购买；检验不破坏样品、不影响质量的可以无偿"),
            cell(53, "unit_price", "单价（元）", Money, "无偿的填 0"),
            cell(54, "amount", "应付金额", Given, "按单价乘数量计算"),
            cell(55, "invoice", "发票", Text, ""),
            cell(56, "payment", "付款方式，或者无偿的理由", Text, ""),
        ],
    },
    Section {
        title: "七、备注和人员",
        cells: &[
            cell(57, "remark", "备注", Area, "空栏填“/”"),
            cell(58, "samplers", "抽样人员和证件号", Given, ""),
            cell(59, "sampling_body", "抽样单位", Given, ""),
        ],
    },
];

/// All cells in order.
pub fn cells() -> impl Iterator<Item = &'static Cell> {
    SECTIONS.iter().flat_map(|section| section.cells)
}

/// A message beside a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// Cell.
    pub field: &'static str,
    /// What is wrong and what is expected.
    pub message: String,
    /// Article, where the message stands on one.
    pub basis: Option<LegalBasis>,
}

/// Quantities the rule allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleQuantities {
    /// 抽样基数 below which nothing is taken.
    pub minimum_stock: Option<Decimal>,
    /// Largest test sample.
    pub test: Option<Decimal>,
    /// Largest backup sample.
    pub backup: Option<Decimal>,
    /// Unit of all three; empty: as on the label.
    pub unit: String,
}

impl From<&SpotCheckRules> for RuleQuantities {
    fn from(rules: &SpotCheckRules) -> Self {
        let read = |text: &Option<String>| text.as_deref().and_then(quantity);
        Self {
            minimum_stock: read(&rules.minimum_stock),
            test: read(&rules.test_quantity),
            backup: read(&rules.backup_quantity),
            unit: rules.unit.trim().to_owned(),
        }
    }
}

/// A positive exact decimal as people write it; `None` for everything else. Nothing is rounded.
pub fn quantity(text: &str) -> Option<Decimal> {
    decimal::parse(text).ok().filter(|value| *value > Decimal::ZERO)
}

/// Empty, or only a mark that says there is nothing.
pub fn blank(text: &str) -> bool {
    matches!(text.trim(), "" | "/")
}

/// A production date that can be read as a day (month only: its first day). Batch codes and other texts give `None`.
pub fn production_day(text: &str) -> Option<Date> {
    let text = text.trim();
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    if !parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let number = |part: &str| part.parse::<i16>().ok();
    let small = |part: &str| part.parse::<i8>().ok();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => Date::new(number(year)?, small(month)?, small(day)?).ok(),
        [year, month] if year.len() == 4 => Date::new(number(year)?, small(month)?, 1).ok(),
        [whole] if whole.len() == 8 => Date::new(number(&whole[..4])?, small(&whole[4..6])?, small(&whole[6..])?).ok(),
        _ => None,
    }
}

impl SamplingRecord {
    /// Text of a cell as it stands on the paper; empty when not filled in.
    pub fn cell(&self, name: &str) -> String {
        match name {
            "field" => self.field.title().to_owned(),
            "producer_region" if self.producer_region.is_empty() => "/".to_owned(),
            "purchase_basis" => self.purchase_basis.title().to_owned(),
            "unit_price" => money::yuan_plain(self.unit_price_fen),
            "amount" => money::yuan_plain(self.amount_fen),
            "sampled_at" => self.form.sampled_at.map(|at| at.to_string()).unwrap_or_default(),
            other => self.text(other).cloned().unwrap_or_default(),
        }
    }
    fn text(&self, name: &str) -> Option<&String> {
        // One list for reading and writing: the writing one borrows mutably, so the reading one repeats the names.
        Some(match name {
            "product_name" => &self.product_name,
            "trademark" => &self.trademark,
            "model" => &self.model,
            "grade" => &self.grade,
            "production_date" => &self.production_date_text,
            "batch_code" => &self.batch_code,
            "standard" => &self.standard,
            "producer_name" => &self.producer_name,
            "producer_uscc" => &self.producer_uscc,
            "producer_address" => &self.producer_address,
            "producer_region" => &self.producer_region,
            "lot_size" => &self.lot_size,
            "unit" => &self.unit,
            "test_quantity" => &self.test_quantity,
            "backup_quantity" => &self.backup_quantity,
            "random_method" => &self.random_method,
            "random_numbers" => &self.random_numbers,
            "task_number" => &self.form.task_number,
            "task_source" => &self.form.task_source,
            "task_kind" => &self.form.task_kind,
            "notice_number" => &self.form.notice_number,
            "party_name" => &self.form.party_name,
            "party_uscc" => &self.form.party_uscc,
            "party_address" => &self.form.party_address,
            "party_region" => &self.form.party_region,
            "party_type" => &self.form.party_type,
            "party_scale" => &self.form.party_scale,
            "party_staff" => &self.form.party_staff,
            "party_sales" => &self.form.party_sales,
            "party_representative" => &self.form.party_representative,
            "party_contact" => &self.form.party_contact,
            "party_phone" => &self.form.party_phone,
            "party_licence" => &self.form.party_licence,
            "producer_phone" => &self.form.producer_phone,
            "producer_confirmed" => &self.form.producer_confirmed,
            "importer" => &self.form.importer,
            "product_licence" => &self.form.product_licence,
            "gtin" => &self.form.gtin,
            "product_code" => &self.form.product_code,
            "marked_price" => &self.form.marked_price,
            "purchase_history" => &self.form.purchase_history,
            "place" => &self.form.place,
            "packages" => &self.form.packages,
            "package_state" => &self.form.package_state,
            "storage" => &self.form.storage,
            "backup_custody" => &self.form.backup_custody,
            "test_seal" => &self.form.test_seal,
            "backup_seal" => &self.form.backup_seal,
            "position" => &self.form.position,
            "invoice" => &self.form.invoice,
            "payment" => &self.form.payment,
            "remark" => &self.form.remark,
            "samplers" => &self.form.samplers,
            "sampling_body" => &self.form.sampling_body,
            _ => return None,
        })
    }
    fn text_mut(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "product_name" => &mut self.product_name,
            "trademark" => &mut self.trademark,
            "model" => &mut self.model,
            "grade" => &mut self.grade,
            "production_date" => &mut self.production_date_text,
            "batch_code" => &mut self.batch_code,
            "standard" => &mut self.standard,
            "producer_name" => &mut self.producer_name,
            "producer_uscc" => &mut self.producer_uscc,
            "producer_address" => &mut self.producer_address,
            "producer_region" => &mut self.producer_region,
            "lot_size" => &mut self.lot_size,
            "unit" => &mut self.unit,
            "test_quantity" => &mut self.test_quantity,
            "backup_quantity" => &mut self.backup_quantity,
            "random_method" => &mut self.random_method,
            "random_numbers" => &mut self.random_numbers,
            "party_name" => &mut self.form.party_name,
            "party_uscc" => &mut self.form.party_uscc,
            "party_address" => &mut self.form.party_address,
            "party_region" => &mut self.form.party_region,
            "party_type" => &mut self.form.party_type,
            "party_scale" => &mut self.form.party_scale,
            "party_staff" => &mut self.form.party_staff,
            "party_sales" => &mut self.form.party_sales,
            "party_representative" => &mut self.form.party_representative,
            "party_contact" => &mut self.form.party_contact,
            "party_phone" => &mut self.form.party_phone,
            "party_licence" => &mut self.form.party_licence,
            "producer_phone" => &mut self.form.producer_phone,
            "producer_confirmed" => &mut self.form.producer_confirmed,
            "importer" => &mut self.form.importer,
            "product_licence" => &mut self.form.product_licence,
            "gtin" => &mut self.form.gtin,
            "marked_price" => &mut self.form.marked_price,
            "purchase_history" => &mut self.form.purchase_history,
            "place" => &mut self.form.place,
            "packages" => &mut self.form.packages,
            "package_state" => &mut self.form.package_state,
            "storage" => &mut self.form.storage,
            "backup_custody" => &mut self.form.backup_custody,
            "test_seal" => &mut self.form.test_seal,
            "backup_seal" => &mut self.form.backup_seal,
            "position" => &mut self.form.position,
            "invoice" => &mut self.form.invoice,
            "payment" => &mut self.form.payment,
            "remark" => &mut self.form.remark,
            _ => return None,
        })
    }

    /// Writes what was typed into a cell. Text is kept as typed; only money, time and closed lists are read.
    /// Cells that are not typed are left alone.
    ///
    /// # Errors
    /// The signature stands, or the text cannot be read; nothing is changed then.
    pub fn fill(&mut self, name: &'static str, typed: &str) -> Result<(), FieldProblem> {
        let typed = match_key::clean(typed);
        let wrong = |message: String| Err(FieldProblem { field: name, message, basis: None });
        match name {
            "field" => match SamplingField::from_title(&typed).or_else(|| SamplingField::from_code(&typed)) {
                Some(field) => self.field = field,
                None => return wrong("请选择环节".to_owned()),
            },
            "purchase_basis" => match PurchaseBasis::from_title(&typed).or_else(|| PurchaseBasis::from_code(&typed)) {
                Some(basis) => self.purchase_basis = basis,
                None => return wrong("请选择取得方式".to_owned()),
            },
            "unit_price" if typed.is_empty() => self.unit_price_fen = 0,
            "unit_price" => match money::parse_yuan(&typed) {
                Ok(fen) if fen >= 0 => self.unit_price_fen = fen,
                _ => return wrong(format!("单价应为金额（元，至多两位小数），现在是“{typed}”")),
            },
            "sampled_at" if typed.is_empty() => {
                self.form.sampled_at = None;
                self.sampled_on = None;
            }
            "sampled_at" => match Timestamp::parse(&typed.replace(' ', "T")) {
                Some(at) => {
                    self.form.sampled_at = Some(at);
                    self.sampled_on = Some(at.date());
                }
                None => return wrong(format!("抽样时间应为日期和时间，例如 2021-09-28T10:30，现在是“{typed}”")),
            },
            "producer_region" => self.producer_region = if blank(&typed) { String::new() } else { typed },
            other => {
                if let Some(text) = self.text_mut(other) {
                    *text = typed;
                }
            }
        }
        self.model_key = match_key::match_key(&self.model);
        self.producer_key = match_key::match_key(&self.producer_name);
        self.amount_fen = self.computed_amount();
        Ok(())
    }
    /// Price × what is paid for: the test sample; online both are bought (R18 第二十二、二十七条). Rounded to the fen, half up.
    fn computed_amount(&self) -> i64 {
        if self.purchase_basis == PurchaseBasis::Free {
            return 0;
        }
        let test = quantity(&self.test_quantity).unwrap_or_default();
        let backup = match self.field {
            SamplingField::Online => quantity(&self.backup_quantity).unwrap_or_default(),
            SamplingField::Production | SamplingField::Circulation => Decimal::ZERO,
        };
        let amount = Decimal::from(self.unit_price_fen).checked_mul(test + backup).unwrap_or_default();
        let whole = amount.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        i64::try_from(whole).unwrap_or(0)
    }

    /// Whether a photo slot is filled: a line that begins with the slot.
    pub fn has_photo(&self, slot: &str) -> bool {
        self.form.photos.iter().any(|line| line.strip_prefix(slot).is_some_and(|rest| rest.starts_with('：')))
    }
    /// Fills a photo slot with a file's name or the place where the picture is kept.
    pub fn note_photo(&mut self, slot: &str, words: &str) {
        let words = match_key::clean(words);
        if words.is_empty() {
            return;
        }
        self.form.photos.retain(|line| !line.starts_with(&format!("{slot}：")));
        self.form.photos.push(format!("{slot}：{words}"));
    }

    /// Everything that is not yet as SAMPLED asks it (regulations §2.4, §5): no cell blank, quantities within the rule,
    /// two different seals, random numbers, times inside notice and visit, photos.
    pub fn problems(&self, rules: &RuleQuantities, visit: &Visit, now: Timestamp) -> Vec<FieldProblem> {
        let mut found = Vec::new();
        for cell in cells() {
            let value = self.cell(cell.name);
            let value = value.trim();
            let message = match cell.kind {
                Text | Area if value.is_empty() => Some(format!("请填写{}；没有的填“/”", cell.label)),
                _ if value.is_empty() => Some(format!("请填写{}", cell.label)),
                Must | Choice(_) | Quantity | Instant if value == "/" => Some(format!("{}不能填“/”", cell.label)),
                Choice(words) if !words.contains(&value) => Some(format!("{}应为{}之一", cell.label, words.join("、"))),
                Quantity if quantity(value).is_none() => Some(format!("{}应为大于零的数，现在是“{value}”", cell.label)),
                _ => None,
            };
            if let Some(message) = message {
                found.push(FieldProblem { field: cell.name, message, basis: None });
            }
        }
        self.quantity_problems(rules, &mut found);
        self.price_problems(&mut found);
        self.time_problems(visit, now, &mut found);
        self.random_problems(&mut found);
        let seals = (self.form.test_seal.trim(), self.form.backup_seal.trim());
        if !seals.0.is_empty() && seals.0 == seals.1 {
            found.push(problem("backup_seal", "检验样品和备用样品应当分别封样，封条号不能相同", law::R18_23));
        }
        for slot in PHOTO_SLOTS.iter().filter(|slot| **slot != SIGNED_PAGE && !self.has_photo(slot)) {
            found.push(problem("photos", &format!("缺照片：{slot}"), law::R18_19));
        }
        found
    }
    fn quantity_problems(&self, rules: &RuleQuantities, found: &mut Vec<FieldProblem>) {
        let (lot, test, backup) =
            (quantity(&self.lot_size), quantity(&self.test_quantity), quantity(&self.backup_quantity));
        if !rules.unit.is_empty() && !self.unit.trim().is_empty() && self.unit.trim() != rules.unit {
            found.push(problem("unit", &format!("细则按“{}”计，请用同一单位", rules.unit), law::R18_12));
        }
        let unit = self.unit.trim();
        if let (Some(lot), Some(minimum)) = (lot, rules.minimum_stock)
            && lot < minimum
        {
            let words = format!("细则要求抽样基数不少于 {minimum} {unit}，现在是 {lot}；数量不足的不得抽样");
            found.push(problem("lot_size", &words, law::R18_18_1));
        }
        let limits =
            [("test_quantity", "检验样品", test, rules.test), ("backup_quantity", "备用样品", backup, rules.backup)];
        for (field, label, taken, limit) in limits {
            if let (Some(taken), Some(limit)) = (taken, limit)
                && taken > limit
            {
                found.push(problem(field, &format!("{label}不得多于 {limit} {unit}，现在是“{taken}”"), law::PQL_15));
            }
        }
        if let (Some(lot), Some(test), Some(backup)) = (lot, test, backup)
            && test + backup > lot
        {
            found.push(problem("lot_size", "抽样基数少于所抽样品", law::R18_17));
        }
    }
    fn price_problems(&self, found: &mut Vec<FieldProblem>) {
        let priced = !blank(&self.form.marked_price);
        match self.purchase_basis {
            PurchaseBasis::Free => {
                if blank(&self.form.payment) {
                    found.push(problem(
                        "payment",
                        "无偿取得检验样品的，请写明理由（检验不破坏样品、不影响质量）",
                        law::R18_22,
                    ));
                }
                if self.unit_price_fen != 0 {
                    found.push(problem("unit_price", "无偿取得的，单价填 0", law::R18_22));
                }
            }
            PurchaseBasis::MarkedPrice | PurchaseBasis::MarketPrice if self.unit_price_fen <= 0 => {
                found.push(problem("unit_price", "请填写样品单价", law::R18_22));
            }
            PurchaseBasis::MarkedPrice if !priced => {
                found.push(problem("marked_price", "按标价购买的，请填写标价", law::R18_22));
            }
            PurchaseBasis::MarketPrice if priced => {
                found.push(problem("purchase_basis", "有标价的按标价购买", law::R18_22));
            }
            _ => {}
        }
    }
    fn time_problems(&self, visit: &Visit, now: Timestamp, found: &mut Vec<FieldProblem>) {
        let Some(at) = self.form.sampled_at else { return };
        let arrived = visit.lead_arrived_at_us.max(visit.second_arrived_at_us);
        if at > now {
            found.push(problem("sampled_at", "抽样时间还没有到", law::R18_19));
        } else if arrived.is_some_and(|arrived| at < arrived) {
            found.push(problem("sampled_at", "抽样时间早于两名抽样人员到场的时间", law::R18_16));
        } else if let Err(SamplingRefused::NoticeNotValid { .. } | SamplingRefused::NoticeMissing) =
            visit.notice_covers(at.date())
        {
            found.push(problem("sampled_at", "抽样日期不在通知书有效期内", law::R18_16));
        }
        if let Some(made) = production_day(&self.production_date_text)
            && made > at.date()
        {
            found.push(problem("production_date", "生产日期晚于抽样日期，请核对标识", law::R18_19));
        }
    }
    fn random_problems(&self, found: &mut Vec<FieldProblem>) {
        let text = self.random_numbers.trim();
        if blank(text) {
            return;
        }
        let parts: Vec<&str> =
            text.split(['、', ',', '，', ' ', ';', '；']).map(str::trim).filter(|part| !part.is_empty()).collect();
        let numbers: Vec<u64> = parts.iter().filter_map(|part| part.parse().ok()).collect();
        if numbers.len() != parts.len() || numbers.is_empty() {
            found.push(problem("random_numbers", "随机数应为整数，用顿号分开，例如 7、19、33", law::GB10111_RANDOM));
            return;
        }
        let distinct: std::collections::BTreeSet<u64> = numbers.iter().copied().collect();
        if distinct.len() != numbers.len() {
            found.push(problem("random_numbers", "随机数有重复，重复的应当重取", law::GB10111_RANDOM));
        }
        if let Some(lot) = quantity(&self.lot_size)
            && numbers.iter().any(|number| *number == 0 || Decimal::from(*number) > lot.ceil())
        {
            found.push(problem("random_numbers", "随机数应在 1 至抽样基数之间", law::GB10111_RANDOM));
        }
    }
}

fn problem(field: &'static str, message: &str, basis: LegalBasis) -> FieldProblem {
    FieldProblem { field, message: message.to_owned(), basis: Some(basis) }
}
