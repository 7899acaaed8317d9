//! Product categories with the versions of their code table. `DECISION` 产品分类导入: a category without an official code
//! gets a temporary one; an official code is never invented and never changed.

use super::fields;
use crate::{AppError, AppResult, Event, Work};
use hengjian_domain::{
    match_key::{clean, match_key},
    product::{CategoryEntry, ProductCategory, ProductCategoryId, ProductRefused, TEMPORARY_PREFIX, TEMPORARY_TABLE},
};
use hengjian_store::Column as _;

/// Enters a category below `parent` (none: a 大类).
///
/// # Errors
/// Messages beside fields, [`ProductRefused`], [`AppError::SentBefore`].
pub fn enter(
    work: &mut Work<'_>,
    parent: Option<ProductCategoryId>,
    entry: CategoryEntry,
    once: &str,
) -> AppResult<ProductCategoryId> {
    work.once(once, "/desk/registers/products")?;
    fields(entry.problems())?;
    let above: Option<ProductCategory> = parent.map(|id| work.load(id)).transpose()?;
    let level = above.as_ref().map_or(1, |above| above.level + 1);
    if let Some(above) = above.filter(|_| level > 3) {
        return Err(ProductRefused::TooDeep { parent: above.name }.into());
    }
    let id = work.new_id();
    let (code, table_version) = official_or_temporary(work, id, &entry)?;
    let mut row = ProductCategory {
        id,
        version: 1,
        org_id: work.actor().org_id,
        code,
        name: clean(&entry.name),
        name_key: match_key(&entry.name),
        parent_id: parent,
        level,
        licensed: entry.licensed,
        ccc: entry.ccc,
        mandatory_standard: entry.mandatory_standard,
        table_version,
        valid_from_on: entry.valid_from_on,
        valid_until_on: entry.valid_until_on,
    };
    work.insert(&mut row)?;
    note(work, "registers.category_entered", "登记产品分类", &row);
    Ok(id)
}

/// Changes a category. One that has a temporary code may be given its official one; its id, and with it every plan and
/// enterprise that names it, stays.
///
/// # Errors
/// As [`enter`], and [`AppError::Stale`].
pub fn change(work: &mut Work<'_>, id: ProductCategoryId, version: i64, entry: CategoryEntry) -> AppResult<()> {
    let old: ProductCategory = work.load_version(id, version)?;
    let keeps_temporary = old.is_temporary() && (entry.code.is_empty() || entry.code == old.code);
    let checked = if keeps_temporary {
        CategoryEntry { code: String::new(), table_version: String::new(), ..entry.clone() }
    } else {
        entry.clone()
    };
    fields(checked.problems())?;
    let (code, table_version) = if keeps_temporary {
        (old.code.clone(), old.table_version.clone())
    } else if !old.is_temporary() {
        if entry.code != old.code || entry.table_version.trim() != old.table_version {
            return Err(ProductRefused::Official { code: old.code }.into());
        }
        (old.code.clone(), old.table_version.clone())
    } else {
        official_or_temporary(work, id, &entry)?
    };
    let was = old.code.clone();
    let mut row = ProductCategory {
        code,
        table_version,
        name: clean(&entry.name),
        name_key: match_key(&entry.name),
        licensed: entry.licensed,
        ccc: entry.ccc,
        mandatory_standard: entry.mandatory_standard,
        valid_from_on: entry.valid_from_on,
        valid_until_on: entry.valid_until_on,
        ..old
    };
    work.save(&mut row)?;
    let words = if row.code == was { "修改产品分类" } else { "换用正式代码" };
    note(work, "registers.category_changed", words, &row);
    Ok(())
}

fn official_or_temporary(
    work: &mut Work<'_>,
    id: ProductCategoryId,
    entry: &CategoryEntry,
) -> AppResult<(String, String)> {
    let org = work.actor().org_id;
    if entry.code.is_empty() {
        return Ok((temporary_code(work, id)?, TEMPORARY_TABLE.to_owned()));
    }
    let table_version = clean(&entry.table_version);
    match work.tx.category_by_code(org, &table_version, &entry.code)? {
        Some(other) if other.id != id => {
            Err(ProductRefused::CodeTaken { code: entry.code.clone(), name: other.name }.into())
        }
        _ => Ok((entry.code.clone(), table_version)),
    }
}

/// The next code of a category without an official one, the same series for pages and imports. A number that a table
/// brought along is passed over.
///
/// # Errors
/// A fault of the store.
pub(crate) fn temporary_code(work: &mut Work<'_>, id: ProductCategoryId) -> AppResult<String> {
    let org = work.actor().org_id;
    loop {
        let code =
            work.next_number("产品分类暂用代码", 0, id.cast(), |n| format!("{TEMPORARY_PREFIX}{n:02}"))?;
        if work.tx.category_by_code(org, TEMPORARY_TABLE, &code)?.is_none() {
            return Ok(code);
        }
    }
}

fn note(work: &mut Work<'_>, kind: &str, words: &str, row: &ProductCategory) {
    let yes_no = |yes: bool| if yes { "是" } else { "否" };
    work.record(
        Event::new(kind, format!("{words}：{}", row.name))
            .about(row.id)
            .fact("代码", &row.code)
            .fact("代码表", &row.table_version)
            .fact("生产许可", yes_no(row.licensed))
            .fact("强制认证", yes_no(row.ccc))
            .fact("强制性标准", yes_no(row.mandatory_standard)),
    );
}

/// Names of the categories above one, the highest first.
///
/// # Errors
/// A fault.
pub fn names_above(work: &mut Work<'_>, category: &ProductCategory) -> AppResult<Vec<(ProductCategoryId, String)>> {
    let mut names = Vec::new();
    let mut above = category.parent_id;
    while let Some(id) = above {
        let parent: ProductCategory =
            work.tx.get(&id)?.ok_or_else(|| AppError::fault("a category without the one above it"))?;
        above = parent.parent_id.filter(|_| names.len() < 3);
        names.insert(0, (id, parent.name));
    }
    Ok(names)
}

/// How many enterprises of the register have the category.
///
/// # Errors
/// A fault.
pub fn enterprises_with(work: &mut Work<'_>, id: ProductCategoryId) -> AppResult<i64> {
    let query = hengjian_store::Query::new().filter("category_id = ?", &[id.to_value()]);
    Ok(query.bounded_count(&mut work.tx, "enterprise_product")?)
}
