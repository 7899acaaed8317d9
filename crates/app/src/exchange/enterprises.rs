//! 市场主体: the register of who may be sampled. Recognised by code, else by name and address; an invalid code is kept as it
//! stands and flagged; products are linked to the product table, never invented.

use super::{
    pipeline::{Importer, Line, Run, Table, Taken},
    places::{Certainty, Places, Written},
};
use crate::{AppResult, Work};
use hengjian_domain::{
    enterprise::{
        CreditClass, Enterprise, EnterpriseId, EnterpriseProduct, EnterpriseScale, EnterpriseStatus, ProductRole,
    },
    exchange::{ImportedThing, reading},
    match_key::match_key,
    product::ProductCategoryId,
    region::{self, DivisionLevel},
    uscc,
};
use hengjian_sheets::Column;
use std::collections::HashMap;

const fn column(key: &'static str, title: &'static str, names: &'static [&'static str], help: &'static str) -> Column {
    Column { key, title, names, required: false, help }
}

const COLUMNS: &[Column] = &[
    Column {
        key: "name",
        title: "企业名称",
        names: &[
            "单位名称",
            "市场主体名称",
            "名称",
            "主体名称",
            "字号名称",
            "经营者名称",
            "企业(单位)名称",
            "生产企业名称",
            "经营单位名称",
            "监管对象名称",
        ],
        required: true,
        help: "营业执照上的全称",
    },
    column("seq", "序号", &["编号"], "可以不填"),
    column(
        "uscc",
        "统一社会信用代码",
        &["社会信用代码", "信用代码", "统一信用代码", "统一社会信用代码/注册号", "信用代码/注册号", "代码"],
        "18 位；校验不符的照录并标记",
    ),
    column("legacy", "工商注册号", &["注册号", "营业执照注册号"], "15 位旧注册号，有才填"),
    column("kind", "企业类型", &["主体类型", "市场主体类型", "类型"], "企业、个体工商户、农民专业合作社"),
    column(
        "address",
        "地址",
        &[
            "注册地址",
            "住所",
            "经营地址",
            "生产地址",
            "住所(经营场所)",
            "经营场所",
            "单位地址",
            "详细地址",
            "生产经营地址",
            "企业地址",
        ],
        "写到镇、村或路名，用来找负责的市场监管所",
    ),
    column("region", "行政区划代码", &["区划代码", "所属区划代码"], "6 位，可以不填"),
    column("province", "省份", &["省", "所在省"], "可以不填"),
    column("area", "地区", &["城市", "地市", "市", "所在市"], "可以不填"),
    column("town", "乡镇", &["所属乡镇", "镇街", "街道", "乡镇街道", "所属镇", "所在乡镇"], "可以不填"),
    column("representative", "法定代表人", &["法人", "负责人", "法定代表人/负责人", "经营者", "法人代表"], "可以不填"),
    column("contact", "联系人", &["联系人姓名"], "可以不填"),
    column("phone", "联系电话", &["电话", "手机", "联系方式"], "可以不填"),
    column("scale", "企业规模", &["规模"], "大型、中型、小型、微型"),
    column("staff", "从业人数", &["从业人员", "人数", "职工人数"], "整数"),
    column("revenue", "年营业收入", &["营业收入", "年销售额", "年产值"], "元；表头写明（万元）的按万元"),
    column("credit", "信用风险分类", &["信用等级", "信用分类", "风险等级", "信用风险等级"], "A、B、C、D"),
    column("status", "经营状态", &["登记状态", "状态", "经营状况", "企业状态"], "在营、停业、搬迁、注销"),
    column(
        "products",
        "主要产品",
        &["产品", "生产产品", "经营产品", "产品名称", "产品类别", "销售产品"],
        "产品分类表里的名称，几个用顿号隔开",
    ),
    column("role", "经营环节", &["环节", "领域", "生产/销售", "企业性质"], "生产、销售、网络平台"),
    column("model", "产品型号", &["规格型号", "型号"], "只有一个产品时填"),
    column("licence", "许可证编号", &["生产许可证编号", "许可证号", "证书编号"], "只有一个产品时填"),
    column("licence_until", "许可证有效期至", &["有效期至", "证书有效期"], "日期"),
];

/// 市场主体.
#[derive(Default)]
pub(super) struct Enterprises {
    places: Option<Places>,
    categories: HashMap<String, ProductCategoryId>,
    revenue_unit: String,
    has_code: bool,
    /// The register has enterprises without code, which only name and address can tell.
    some_without_code: bool,
    source: String,
    /// What the heading of the product column itself says about the role.
    role: Option<ProductRole>,
}

impl Importer for Enterprises {
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn begin(&mut self, work: &mut Work<'_>, table: &Table<'_>, _run: &mut Run) -> AppResult<()> {
        if self.places.is_none() {
            self.places = Some(Places::load(work)?);
            let org = work.actor().org_id;
            self.some_without_code = work.tx.has_enterprise_without_code(org)?;
            self.categories =
                work.tx.all_categories(org)?.into_iter().map(|category| (category.name_key, category.id)).collect();
        }
        self.revenue_unit = table.remark("revenue");
        self.has_code = table.has("uscc");
        self.source = format!("导入《{}》", table.request.file_name);
        let heading = table.heading("products");
        self.role = (heading.contains("销售") || heading.contains("经营")).then_some(ProductRole::Seller);
        Ok(())
    }

    fn take(&mut self, work: &mut Work<'_>, line: &mut Line<'_>, run: &mut Run) -> AppResult<Taken> {
        let name = line.text("name");
        if reading::is_empty_mark(&name) {
            return Ok(line.reject("name", "没有企业名称"));
        }
        let (fresh, certainty) = self.read(work, line, name);
        let status = line.read("status", "经营状态应为在营、停业、搬迁、注销", reading::status);
        let mut fresh = Enterprise { status: status.unwrap_or(EnterpriseStatus::Active), ..fresh };
        let (taken, id) = match self.find_or_insert(work, &mut fresh)? {
            None => {
                self.doubt(line, &fresh.region_code, certainty);
                run.made(work, ImportedThing::Enterprise, fresh.id, line.number())?;
                (Taken::Imported, fresh.id)
            }
            Some(before) => {
                // A division that is on file is not put in doubt by a table that does not tell it.
                let has_county = region::level(&before.region_code) == Some(DivisionLevel::County);
                let says_nothing = certainty == Certainty::Unknown && fresh.address.is_empty();
                if certainty != Certainty::Read && (has_county || says_nothing) {
                    fresh.region_code.clone_from(&before.region_code);
                } else {
                    self.doubt(line, &fresh.region_code, certainty);
                }
                let mut merged = merge(&before, fresh);
                merged.status = status.unwrap_or(merged.status);
                let met = run.met(work, ImportedThing::Enterprise, &before.id)?;
                if merged == before {
                    if met.is_none() {
                        run.unchanged(ImportedThing::Enterprise, &before.id, line.number());
                    }
                    (Taken::Unchanged, before.id)
                } else if let Some(row) = met {
                    let reason = format!("第 {row} 行已有同一主体（信用代码或者名称和地址相同），内容不同，本行没有取");
                    return Ok(line.reject("name", reason));
                } else {
                    work.save(&mut merged)?;
                    run.changed(work, ImportedThing::Enterprise, merged.id, line.number(), merged.version, &before)?;
                    (Taken::Updated, merged.id)
                }
            }
        };
        let products = self.products(work, line, run, id)?;
        Ok(if products && taken == Taken::Unchanged { Taken::Updated } else { taken })
    }
}

/// The register's row with what the table says on top; an empty cell takes nothing away.
fn merge(before: &Enterprise, fresh: Enterprise) -> Enterprise {
    let mut merged = before.clone();
    merged.name = fresh.name;
    merged.name_key = fresh.name_key;
    if fresh.uscc.is_some() {
        merged.uscc = fresh.uscc;
        merged.uscc_valid = fresh.uscc_valid;
    }
    if !fresh.address.is_empty() {
        merged.address = fresh.address;
        merged.address_key = fresh.address_key;
    }
    if !fresh.region_code.is_empty() {
        merged.region_code = fresh.region_code;
    }
    if fresh.town_code.is_some() {
        merged.town_code = fresh.town_code;
        merged.unit_id = fresh.unit_id.or(merged.unit_id);
    }
    merged.legacy_number = fresh.legacy_number.or(merged.legacy_number);
    merged.legal_representative = fresh.legal_representative.or(merged.legal_representative);
    merged.contact_name = fresh.contact_name.or(merged.contact_name);
    merged.contact_phone = fresh.contact_phone.or(merged.contact_phone);
    merged.staff_count = fresh.staff_count.or(merged.staff_count);
    merged.annual_revenue_fen = fresh.annual_revenue_fen.or(merged.annual_revenue_fen);
    if fresh.scale != EnterpriseScale::Unknown {
        merged.scale = fresh.scale;
    }
    if fresh.credit_class != CreditClass::Unclassified {
        merged.credit_class = fresh.credit_class;
    }
    merged
}

impl Enterprises {
    /// The enterprise that the row is about; `None` when it is new, and then it has been inserted.
    fn find_or_insert(&mut self, work: &mut Work<'_>, fresh: &mut Enterprise) -> AppResult<Option<Enterprise>> {
        // Without a code on one side, name and address tell who it is; two codes are two enterprises.
        if fresh.uscc.is_none() || self.some_without_code {
            if let Some(uscc) = &fresh.uscc
                && let Some(known) = work.tx.enterprise_with_code(fresh.org_id, uscc)?
            {
                return Ok(Some(known));
            }
            let named = work.tx.enterprises_named(fresh.org_id, &fresh.name_key)?;
            let known = named
                .into_iter()
                .find(|known| (known.uscc.is_none() || fresh.uscc.is_none()) && known.address_key == fresh.address_key);
            if known.is_some() {
                return Ok(known);
            }
        }
        self.some_without_code |= fresh.uscc.is_none();
        work.mark_changed();
        if work.tx.insert_enterprise_if_new(fresh)? {
            return Ok(None);
        }
        let uscc = fresh.uscc.clone().unwrap_or_default();
        Ok(work.tx.enterprise_with_code(fresh.org_id, &uscc)?)
    }

    /// Says where the division of a row is not certain.
    fn doubt(&self, line: &mut Line<'_>, region: &str, certainty: Certainty) {
        let words = self.places.as_ref().map(|places| places.words(region)).unwrap_or_default();
        match certainty {
            Certainty::Read => {}
            Certainty::Presumed => line.flag(
                "address",
                format!("地址没有写明县（市、区），按名称推定为{words}，待核对；不对的请在登记里改正"),
            ),
            Certainty::Unknown if region.is_empty() => {
                line.flag("address", "看不出在哪个行政区，行政区划未登记，待核对；补上以前，按辖区抽取时不在名单里")
            }
            Certainty::Unknown => {
                line.flag("address", format!("只看得出在{words}，县（市、区）待核对；补上以前，按辖区抽取时不在名单里"))
            }
        }
    }

    /// What the row says, and how sure its division is.
    fn read(&self, work: &Work<'_>, line: &mut Line<'_>, name: String) -> (Enterprise, Certainty) {
        let (mut code, mut valid) = (None, false);
        if !reading::is_empty_mark(line.raw("uscc")) {
            let check = uscc::check(line.raw("uscc"));
            valid = check.valid;
            if !check.valid {
                line.flag("uscc", format!("统一社会信用代码无效，照原样登记：{}", check.message));
            } else if check.normalised != line.raw("uscc") {
                line.flag("uscc", "代码里有小写或全角字符，按大写半角登记，校验相符");
            }
            code = Some(check.normalised);
        } else if self.has_code {
            line.flag("uscc", "没有统一社会信用代码，只能凭名称和地址识别");
        }
        let address = line.text("address");
        let option = |key: &str| Some(line.text(key)).filter(|text| !reading::is_empty_mark(text));
        let (legacy_number, legal_representative) = (option("legacy"), option("representative"));
        let (contact_name, contact_phone) = (option("contact"), option("phone"));
        let written = Written {
            address: &address,
            province: line.raw("province"),
            area: line.raw("area"),
            town: line.raw("town"),
            name: &name,
        };
        let place = self.places.as_ref().map(|places| places.find(&written)).unwrap_or_default();
        let given = line.read("region", "行政区划代码应为 6 位数字", |text| {
            (region::level(text).is_some() && text.len() == 6).then(|| text.to_owned())
        });
        let certainty = if given.is_some() { Certainty::Read } else { place.certainty };
        let unit = &self.revenue_unit;
        let kind = reading::enterprise_kind(line.raw("kind"), &name, code.as_deref().unwrap_or_default());
        let enterprise = Enterprise {
            id: work.new_id(),
            version: 1,
            org_id: work.actor().org_id,
            unit_id: place.town.as_deref().and_then(|town| self.places.as_ref()?.station(town)),
            uscc: code,
            uscc_valid: valid,
            legacy_number,
            name_key: match_key(&name),
            name,
            kind,
            address_key: match_key(&address),
            address,
            region_code: given.unwrap_or(place.region),
            town_code: place.town,
            legal_representative,
            contact_name,
            contact_phone,
            scale: line
                .read("scale", "企业规模应为大型、中型、小型、微型", reading::scale)
                .unwrap_or(EnterpriseScale::Unknown),
            staff_count: line.read("staff", "从业人数应为整数", reading::count),
            annual_revenue_fen: line
                .read("revenue", "年营业收入应为金额", |text| reading::amount_fen(text, unit)),
            credit_class: line
                .read("credit", "信用风险分类应为 A、B、C、D", reading::credit_class)
                .unwrap_or(CreditClass::Unclassified),
            status: EnterpriseStatus::Active,
            source: self.source.clone(),
            created_at_us: work.now(),
        };
        (enterprise, certainty)
    }

    /// Product lines of the row; returns whether any was new.
    fn products(
        &self,
        work: &mut Work<'_>,
        line: &mut Line<'_>,
        run: &Run,
        enterprise: EnterpriseId,
    ) -> AppResult<bool> {
        let text = line.text("products");
        if reading::is_empty_mark(&text) {
            return Ok(false);
        }
        let role = match line.raw("role") {
            "" => self.role.unwrap_or(ProductRole::Producer),
            text if text.contains("平台") => ProductRole::Platform,
            text if text.contains("销售") || text.contains("经营") || text.contains("流通") => {
                ProductRole::Seller
            }
            _ => ProductRole::Producer,
        };
        let names: Vec<&str> =
            text.split(['、', '，', ',', '；', ';', '\n']).map(str::trim).filter(|name| !name.is_empty()).collect();
        let mut known = work.tx.product_lines_of(&enterprise)?;
        let mut any = false;
        for name in &names {
            let Some(category_id) = self.categories.get(&match_key(name)).copied() else {
                line.flag(
                    "products",
                    format!("产品分类表里没有“{name}”，没有登记这个产品；请先导入产品分类或抽查计划"),
                );
                continue;
            };
            if known.iter().any(|product| product.category_id == category_id && product.role == role) {
                continue;
            }
            let alone = names.len() == 1;
            let only = |key: &str| Some(line.text(key)).filter(|text| alone && !reading::is_empty_mark(text));
            let (models, licence_number) = (only("model").unwrap_or_default(), only("licence"));
            let licence_until_on =
                if alone { line.read("licence_until", "有效期应为日期", reading::day) } else { None };
            let mut product = EnterpriseProduct {
                id: work.new_id(),
                version: 1,
                org_id: work.actor().org_id,
                enterprise_id: enterprise,
                category_id,
                role,
                models,
                licence_number,
                licence_until_on,
            };
            work.insert(&mut product)?;
            run.made(work, ImportedThing::EnterpriseProduct, product.id, line.number())?;
            known.push(product);
            any = true;
        }
        Ok(any)
    }
}
