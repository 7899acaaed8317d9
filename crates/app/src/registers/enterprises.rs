//! Enterprises: enter, change, product lines, list, duplicates. The list is one authority's; a station officer sees the
//! station's own rows and those in nobody's area.

use super::{fields, register_of};
use crate::{App, AppError, AppResult, Event, Work};
use hengjian_domain::{
    code::Code,
    enterprise::{
        CreditClass, Enterprise, EnterpriseEntry, EnterpriseId, EnterpriseKind, EnterpriseProduct, EnterpriseProductId,
        EnterpriseRefused, EnterpriseScale, EnterpriseStatus, Lookalike, ProductRole, looks_like,
    },
    ids::Id,
    match_key::match_key,
    organisation::{OrganisationId, OrganisationKind},
    product::{ProductCategory, ProductCategoryId},
};
use hengjian_store::PageRequest;
pub use hengjian_store::enterprise::{EnterpriseFilter, EnterpriseOrder, StationFilter};
use jiff::civil::Date;

/// Rows of names made searchable in one transaction.
const INDEX_STEP: i64 = 2_000;

/// What a code turns out to be when it is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeCheck {
    /// As kept: upper case, half width.
    pub normalised: String,
    /// The check character fits.
    pub valid: bool,
    /// In words.
    pub message: String,
}

/// Looks at a 统一社会信用代码 (GB 32100; regulations §10.1). An invalid one is kept and flagged, never repaired.
pub fn check_code(text: &str) -> CodeCheck {
    let check = hengjian_domain::uscc::check(text);
    CodeCheck { normalised: check.normalised, valid: check.valid, message: check.message }
}

/// A page of the list.
#[derive(Debug, Clone)]
pub struct EnterpriseList {
    /// Rows, one more than asked for when there is a next page.
    pub rows: Vec<Enterprise>,
    /// Bounded count.
    pub count: i64,
    /// The filter as narrowed to the person's sight; it knows the sort key of a row.
    pub filter: EnterpriseFilter,
}

/// Narrows a filter to what the person may see: a station officer asks for the own station or for nobody's area.
///
/// # Errors
/// [`AppError::NotFound`] for a register or a station that is none of the person's business.
pub fn narrow(work: &mut Work<'_>, mut filter: EnterpriseFilter) -> AppResult<EnterpriseFilter> {
    filter.org = register_of(work, Some(filter.org))?;
    let actor = work.actor();
    if actor.unit_kind == OrganisationKind::Station {
        filter.station = match filter.station {
            StationFilter::Any => StationFilter::Of(actor.unit_id),
            StationFilter::Of(unit) if unit != actor.unit_id => return Err(AppError::NotFound),
            other => other,
        };
    }
    Ok(filter)
}

/// The list.
///
/// # Errors
/// [`AppError::NotFound`] for what is out of sight.
pub fn list(work: &mut Work<'_>, filter: EnterpriseFilter, page: &PageRequest) -> AppResult<EnterpriseList> {
    let filter = narrow(work, filter)?;
    let count = work.tx.enterprise_query(&filter)?.bounded_count(&mut work.tx, "enterprise")?;
    let query = work.tx.enterprise_page(&filter, page)?;
    let rows = query.records(&mut work.tx)?;
    Ok(EnterpriseList { rows, count, filter })
}

/// The station of an entry: the town's, else (as long as the town has none) the one chosen by hand.
fn station_of(work: &mut Work<'_>, entry: &EnterpriseEntry) -> AppResult<Option<OrganisationId>> {
    if let Some(town) = &entry.town_code {
        for code in [town.as_str(), town.get(..9).unwrap_or(town)] {
            if let Some(station) = work.tx.station_of_town(code)? {
                return Ok(Some(station));
            }
        }
    }
    let Some(chosen) = entry.station else { return Ok(None) };
    let station = work.organisation(chosen)?;
    let own = work.organisation(work.actor().org_id)?;
    if station.kind != OrganisationKind::Station || !station.is_open() || !station.path.starts_with(&own.path) {
        return Err(AppError::field("station", "请选择本局的市场监管所"));
    }
    Ok(Some(chosen))
}

/// Enterprises of the register that may be the one in the entry, most alike first.
///
/// # Errors
/// A fault.
pub fn lookalikes(
    work: &mut Work<'_>,
    entry: &EnterpriseEntry,
    except: Option<EnterpriseId>,
) -> AppResult<Vec<Lookalike>> {
    let org = work.actor().org_id;
    let (name_key, address_key) = (match_key(&entry.name), match_key(&entry.address));
    let rows = work.tx.possible_lookalikes(org, &name_key, &address_key)?;
    let mut found: Vec<Lookalike> = rows
        .iter()
        .filter(|row| Some(row.id) != except)
        .filter_map(|row| looks_like(row, &name_key, &address_key))
        .collect();
    found.sort_by_key(|other| (other.why != "名称相同", other.why == "地址相同", other.name.clone()));
    found.truncate(10);
    Ok(found)
}

/// Refuses the same code, and lookalikes nobody has looked at.
fn guard_duplicates(
    work: &mut Work<'_>,
    entry: &EnterpriseEntry,
    except: Option<EnterpriseId>,
    confirmed: bool,
) -> AppResult<()> {
    if let Some(code) = &entry.uscc
        && let Some(other) = work.tx.enterprise_by_code(work.actor().org_id, code)?
        && Some(other.id) != except
    {
        return Err(EnterpriseRefused::CodeTaken { code: code.clone(), name: other.name }.into());
    }
    if confirmed {
        return Ok(());
    }
    let others = lookalikes(work, entry, except)?;
    if others.is_empty() { Ok(()) } else { Err(EnterpriseRefused::Similar { others }.into()) }
}

fn note(work: &Work<'_>, event: Event, row: &Enterprise, confirmed: bool) -> Event {
    let code = row.uscc.clone().unwrap_or_default();
    let mut event = event
        .about(row.id)
        .fact("名称", &row.name)
        .fact("统一社会信用代码", if row.uscc_valid || code.is_empty() { code } else { format!("{code}（校验不符）") })
        .fact("地址", &row.address)
        .fact("信用分类", row.credit_class.title())
        .fact("状态", row.status.title());
    if confirmed {
        event = event.fact("重复核对", format!("{}确认不是同一家", work.actor().name));
    }
    event
}

/// Enters an enterprise.
///
/// # Errors
/// Messages beside fields, [`EnterpriseRefused`], [`AppError::SentBefore`].
pub fn enter(work: &mut Work<'_>, entry: EnterpriseEntry, confirmed: bool, once: &str) -> AppResult<EnterpriseId> {
    work.once(once, "/desk/registers/enterprises")?;
    fields(entry.problems())?;
    guard_duplicates(work, &entry, None, confirmed)?;
    let station = station_of(work, &entry)?;
    let blank = Enterprise {
        id: work.new_id(),
        version: 1,
        org_id: work.actor().org_id,
        unit_id: None,
        uscc: None,
        uscc_valid: false,
        legacy_number: None,
        name: String::new(),
        name_key: String::new(),
        kind: EnterpriseKind::Other,
        address: String::new(),
        address_key: String::new(),
        region_code: String::new(),
        town_code: None,
        legal_representative: None,
        contact_name: None,
        contact_phone: None,
        scale: EnterpriseScale::Unknown,
        staff_count: None,
        annual_revenue_fen: None,
        credit_class: CreditClass::Unclassified,
        status: EnterpriseStatus::Active,
        source: "手工登记".to_owned(),
        created_at_us: work.now(),
    };
    let mut row = entry.into_row(blank, station);
    work.must_see(&row).map_err(|_| AppError::field("town_code", "这个乡镇由别的所负责，请由那个所登记"))?;
    work.insert(&mut row)?;
    work.tx.index_name(row.org_id, row.id, &row.name, None)?;
    let event = note(work, Event::new("registers.enterprise_entered", format!("登记{}", row.name)), &row, confirmed);
    work.record(event);
    Ok(row.id)
}

/// Changes an enterprise.
///
/// # Errors
/// As [`enter`], and [`AppError::Stale`].
pub fn change(
    work: &mut Work<'_>,
    id: EnterpriseId,
    version: i64,
    entry: EnterpriseEntry,
    confirmed: bool,
) -> AppResult<()> {
    let old: Enterprise = work.load_version(id, version)?;
    fields(entry.problems())?;
    let moved = match_key(&entry.name) != old.name_key || match_key(&entry.address) != old.address_key;
    guard_duplicates(work, &entry, Some(id), confirmed || !moved)?;
    let station = station_of(work, &entry)?;
    let mut row = entry.into_row(old.clone(), station);
    work.save(&mut row)?;
    if row.name != old.name {
        work.tx.index_name(row.org_id, id, &row.name, Some(&old.name))?;
    }
    let mut event = note(
        work,
        Event::new("registers.enterprise_changed", format!("修改{}的登记", row.name)),
        &row,
        confirmed && moved,
    );
    for (label, before, after) in [
        ("原名称", &old.name, &row.name),
        ("原地址", &old.address, &row.address),
        ("原信用分类", &old.credit_class.title().to_owned(), &row.credit_class.title().to_owned()),
        ("原状态", &old.status.title().to_owned(), &row.status.title().to_owned()),
    ] {
        if before != after {
            event = event.fact(label, before);
        }
    }
    work.record(event);
    Ok(())
}

/// A product line with its category's name.
#[derive(Debug, Clone)]
pub struct ProductLine {
    /// Line.
    pub line: EnterpriseProduct,
    /// Category.
    pub category: ProductCategory,
}

/// Product lines of an enterprise the person sees.
///
/// # Errors
/// A fault.
pub fn product_lines(work: &mut Work<'_>, enterprise: EnterpriseId) -> AppResult<Vec<ProductLine>> {
    let mut found = Vec::new();
    for line in work.tx.product_lines(enterprise)? {
        let category: ProductCategory =
            work.tx.get(&line.category_id)?.ok_or_else(|| AppError::fault("a product line without its category"))?;
        found.push(ProductLine { line, category });
    }
    Ok(found)
}

/// What a person fills in of a product line.
#[derive(Debug, Clone)]
pub struct LineEntry {
    /// Category.
    pub category_id: ProductCategoryId,
    /// Producer or seller.
    pub role: ProductRole,
    /// Models, one a line.
    pub models: String,
    /// Licence or CCC number.
    pub licence_number: Option<String>,
    /// Last day of the licence.
    pub licence_until_on: Option<Date>,
}

/// Adds a product line, or changes the one of `line` (id and version).
///
/// # Errors
/// [`EnterpriseRefused::LineTaken`], [`AppError::Stale`], [`AppError::NotFound`].
pub fn keep_line(
    work: &mut Work<'_>,
    enterprise: EnterpriseId,
    line: Option<(EnterpriseProductId, i64)>,
    entry: LineEntry,
) -> AppResult<()> {
    let owner: Enterprise = work.load(enterprise)?;
    let category: ProductCategory = work.load(entry.category_id)?;
    let taken = work.tx.product_lines(enterprise)?.into_iter().any(|other| {
        other.category_id == entry.category_id && other.role == entry.role && line.is_none_or(|(id, _)| id != other.id)
    });
    if taken {
        return Err(EnterpriseRefused::LineTaken { product: category.name }.into());
    }
    let models = entry.models.lines().map(str::trim).filter(|model| !model.is_empty()).collect::<Vec<_>>().join("\n");
    let filled = |id: EnterpriseProductId, version: i64| EnterpriseProduct {
        id,
        version,
        org_id: owner.org_id,
        enterprise_id: enterprise,
        category_id: entry.category_id,
        role: entry.role,
        models: models.clone(),
        licence_number: entry.licence_number.clone(),
        licence_until_on: entry.licence_until_on,
    };
    let words = match line {
        Some((id, version)) => {
            let old: EnterpriseProduct = work.load_version(id, version)?;
            if old.enterprise_id != enterprise {
                return Err(AppError::NotFound);
            }
            work.save(&mut filled(id, version))?;
            "修改产品"
        }
        None => {
            let id = work.new_id();
            work.insert(&mut filled(id, 1))?;
            "登记产品"
        }
    };
    work.record(
        Event::new("registers.product_line", format!("{words}：{}（{}）", category.name, entry.role.title()))
            .about(enterprise)
            .fact("型号", if models.is_empty() { "/".to_owned() } else { models.replace('\n', "、") })
            .fact("许可证或认证编号", entry.licence_number.unwrap_or_else(|| "/".to_owned())),
    );
    Ok(())
}

/// Takes a product line out; what it said stays in the journal.
///
/// # Errors
/// [`AppError::Stale`], [`AppError::NotFound`].
pub fn remove_line(
    work: &mut Work<'_>,
    enterprise: EnterpriseId,
    line: EnterpriseProductId,
    version: i64,
) -> AppResult<()> {
    let _: Enterprise = work.load(enterprise)?;
    let line: EnterpriseProduct = work.load_version(line, version)?;
    if line.enterprise_id != enterprise {
        return Err(AppError::NotFound);
    }
    let category: ProductCategory = work.load(line.category_id)?;
    if !work.tx.delete_product_line(&line)? {
        return Err(AppError::Stale);
    }
    work.mark_changed();
    work.record(
        Event::new("registers.product_line_removed", format!("删除产品：{}（{}）", category.name, line.role.title()))
            .about(enterprise)
            .fact("型号", line.models.replace('\n', "、"))
            .fact("许可证或认证编号", line.licence_number.unwrap_or_default()),
    );
    Ok(())
}

/// Towns of an authority as imported, code and name, for the choice in the form.
///
/// # Errors
/// A fault.
pub fn towns(work: &mut Work<'_>, org: OrganisationId) -> AppResult<Vec<(String, String)>> {
    let org = work.organisation(org)?;
    let mut towns = work.tx.towns_in(hengjian_domain::region::prefix(&org.region_code))?;
    // Towns given to stations before the divisions were imported stand by their code alone.
    for (code, ..) in work.tx.towns_below(&org.path)? {
        if !towns.iter().any(|(known, _)| *known == code) {
            towns.push((code.clone(), code));
        }
    }
    towns.sort();
    Ok(towns)
}

/// Name and code of a division, for people; the code alone where no name was imported.
pub fn with_code(code: &str, name: &str) -> String {
    if name.is_empty() || name == code { code.to_owned() } else { format!("{name}（{code}）") }
}

/// The area of an authority and its towns: code, and name with code, for a choice.
///
/// # Errors
/// A fault.
pub fn divisions(work: &mut Work<'_>, org: OrganisationId) -> AppResult<Vec<(String, String)>> {
    let authority = work.organisation(org)?;
    let name = work.tx.division_name(&authority.region_code)?.unwrap_or_else(|| "本机关辖区".to_owned());
    let mut found = vec![(authority.region_code.clone(), with_code(&authority.region_code, &name))];
    found.extend(towns(work, org)?.into_iter().map(|(code, name)| {
        let words = with_code(&code, &name);
        (code, words)
    }));
    Ok(found)
}

/// Name and code of one division.
///
/// # Errors
/// A fault.
pub fn division(work: &mut Work<'_>, code: &str) -> AppResult<String> {
    Ok(with_code(code, &work.tx.division_name(code)?.unwrap_or_default()))
}

impl App {
    /// Makes the words by which imported enterprises are searched fast; runs with [`App::daily`]. Until then a search reads
    /// every name.
    ///
    /// # Errors
    /// A fault; what was made stands.
    pub fn index_names(&self) -> AppResult<()> {
        loop {
            let done = self.store.write(|tx| Ok::<_, AppError>(tx.index_new_names(INDEX_STEP)?))?;
            if done < usize::try_from(INDEX_STEP).unwrap_or(usize::MAX) {
                return Ok(());
            }
        }
    }
}

/// Name of a thing behind an id, for lists: the station's short name.
///
/// # Errors
/// A fault.
pub fn station_name(
    work: &mut Work<'_>,
    id: Option<Id<hengjian_domain::organisation::Organisation>>,
) -> AppResult<String> {
    Ok(match id {
        Some(id) => work.organisation(id)?.short_name,
        None => "未划片".to_owned(),
    })
}
