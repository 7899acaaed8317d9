//! Testing laboratories with their accredited scope, and the question every commission asks: may this laboratory test all
//! of this on that day?

use super::fields;
use crate::{AppError, AppResult, Event, Work};
use hengjian_domain::{
    laboratory::{Laboratory, LaboratoryId, LaboratoryRefused, LaboratoryScope, LaboratoryScopeId, uncovered},
    law,
    match_key::{clean, match_key},
    organisation::{OrganisationId, OrganisationKind},
    rules::RulesItem,
};
use jiff::civil::Date;

/// 《产品质量法》第十九条、《暂行办法》第十三条: items (with their method) that the laboratory may not test on a day; empty when
/// its scope covers everything.
///
/// # Errors
/// [`AppError::NotFound`] for a laboratory that is not in the person's register.
pub fn uncovered_items(
    work: &mut Work<'_>,
    laboratory: LaboratoryId,
    items: &[RulesItem],
    on: Date,
) -> AppResult<Vec<String>> {
    let laboratory: Laboratory = work.load(laboratory)?;
    let scope = work.tx.scope_of(laboratory.id)?;
    Ok(uncovered(&laboratory, &scope, items, on))
}

/// What a person fills in of a laboratory.
#[derive(Debug, Clone, Default)]
pub struct LaboratoryEntry {
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// Node of the organisation tree whose accounts work there.
    pub organisation_id: Option<OrganisationId>,
    /// CMA number.
    pub accreditation_number: String,
    /// Last day of the accreditation.
    pub accreditation_until_on: Option<Date>,
    /// Only qualified laboratory of the province.
    pub single_in_province: bool,
    /// Remark, and the evidence for the line above.
    pub note: String,
}

fn check(work: &mut Work<'_>, entry: &LaboratoryEntry, except: Option<LaboratoryId>) -> AppResult<()> {
    let mut problems = Vec::new();
    for (value, field, label) in [
        (&entry.name, "name", "名称"),
        (&entry.address, "address", "地址"),
        (&entry.accreditation_number, "accreditation_number", "资质认定（CMA）证书编号"),
    ] {
        if value.trim().is_empty() {
            problems.push((field, format!("请填写{label}")));
        }
    }
    if entry.accreditation_until_on.is_none() {
        problems.push(("accreditation_until_on", "请填写资质有效期".to_owned()));
    }
    fields(problems)?;
    if entry.single_in_province && entry.note.trim().is_empty() {
        return Err(LaboratoryRefused::EvidenceMissing.into());
    }
    if let Some(node) = entry.organisation_id {
        let organisation = work.organisation(node)?;
        if organisation.kind != OrganisationKind::Laboratory {
            return Err(AppError::field("organisation_id", "请选择检验机构"));
        }
        let other = work
            .tx
            .laboratories(work.actor().org_id)?
            .into_iter()
            .find(|other| other.organisation_id == Some(node) && Some(other.id) != except);
        if let Some(other) = other {
            return Err(LaboratoryRefused::NodeTaken { name: other.name }.into());
        }
    }
    Ok(())
}

fn filled(entry: LaboratoryEntry, row: Laboratory) -> Laboratory {
    Laboratory {
        organisation_id: entry.organisation_id,
        name: clean(&entry.name),
        address: clean(&entry.address),
        accreditation_number: clean(&entry.accreditation_number),
        accreditation_until_on: entry.accreditation_until_on,
        single_in_province: entry.single_in_province,
        note: clean(&entry.note),
        ..row
    }
}

fn note(work: &mut Work<'_>, kind: &str, words: &str, row: &Laboratory) {
    let until = row.accreditation_until_on.map_or_else(|| "/".to_owned(), |day| day.to_string());
    work.record(
        Event::new(kind, format!("{words}：{}", row.name))
            .about(row.id)
            .fact("资质证书编号", &row.accreditation_number)
            .fact("有效期至", until)
            .fact("省内唯一", if row.single_in_province { "是" } else { "否" })
            .basis(law::PQL_19),
    );
}

/// Enters a laboratory.
///
/// # Errors
/// Messages beside fields, [`LaboratoryRefused`], [`AppError::SentBefore`].
pub fn enter(work: &mut Work<'_>, entry: LaboratoryEntry, once: &str) -> AppResult<LaboratoryId> {
    work.once(once, "/desk/registers/laboratories")?;
    check(work, &entry, None)?;
    let blank = Laboratory {
        id: work.new_id(),
        version: 1,
        org_id: work.actor().org_id,
        organisation_id: None,
        name: String::new(),
        address: String::new(),
        accreditation_number: String::new(),
        accreditation_until_on: None,
        single_in_province: false,
        note: String::new(),
    };
    let mut row = filled(entry, blank);
    work.insert(&mut row)?;
    note(work, "registers.laboratory_entered", "登记检验机构", &row);
    Ok(row.id)
}

/// Changes a laboratory.
///
/// # Errors
/// As [`enter`], and [`AppError::Stale`].
pub fn change(work: &mut Work<'_>, id: LaboratoryId, version: i64, entry: LaboratoryEntry) -> AppResult<()> {
    let old: Laboratory = work.load_version(id, version)?;
    check(work, &entry, Some(id))?;
    let mut row = filled(entry, old);
    work.save(&mut row)?;
    note(work, "registers.laboratory_changed", "修改检验机构", &row);
    Ok(())
}

/// A line of scope as filled in.
#[derive(Debug, Clone, Default)]
pub struct ScopeEntry {
    /// Item.
    pub item: String,
    /// Method standard; empty: any method of the item.
    pub method: String,
    /// First day.
    pub valid_from_on: Option<Date>,
    /// Last day.
    pub valid_until_on: Option<Date>,
}

/// Reads pasted lines: item, method, first and last day, parted by tabs or vertical bars; the last three may be missing.
///
/// # Errors
/// The first line that cannot be read, at the field `lines`.
pub fn read_scope(text: &str) -> AppResult<Vec<ScopeEntry>> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut cells = line.split(['\t', '|', '｜']).map(str::trim);
        let item = cells.next().unwrap_or_default().to_owned();
        let method = cells.next().unwrap_or_default().to_owned();
        let mut day = |label: &str| -> AppResult<Option<Date>> {
            match cells.next().unwrap_or_default() {
                "" | "/" => Ok(None),
                text => text.replace(['/', '.'], "-").parse().map(Some).map_err(|_| {
                    AppError::field(
                        "lines",
                        format!("第 {} 行的{label}应为日期，例如 2024-12-31，现在是“{text}”", number + 1),
                    )
                }),
            }
        };
        let (valid_from_on, valid_until_on) = (day("起")?, day("止")?);
        if match_key(&item).is_empty() {
            return Err(AppError::field("lines", format!("第 {} 行没有检验项目", number + 1)));
        }
        if let (Some(first), Some(last)) = (valid_from_on, valid_until_on)
            && last < first
        {
            return Err(AppError::field("lines", format!("第 {} 行的止期 {last} 早于起期 {first}", number + 1)));
        }
        found.push(ScopeEntry { item, method, valid_from_on, valid_until_on });
    }
    if found.is_empty() { Err(AppError::field("lines", "请至少填一行检验项目")) } else { Ok(found) }
}

/// Adds lines to a laboratory's scope; all or none.
///
/// # Errors
/// [`LaboratoryRefused::LineTaken`], [`AppError::SentBefore`], [`AppError::NotFound`].
pub fn add_scope(work: &mut Work<'_>, id: LaboratoryId, lines: Vec<ScopeEntry>, once: &str) -> AppResult<()> {
    work.once(once, &format!("/desk/registers/laboratories/{id}"))?;
    let laboratory: Laboratory = work.load(id)?;
    let today = work.today();
    let mut known = work.tx.scope_of(id)?;
    known.retain(|line| line.valid_until_on.is_none_or(|last| last >= today));
    let mut event =
        Event::new("registers.scope_added", format!("登记{}的资质项目 {} 项", laboratory.name, lines.len()))
            .about(id)
            .basis(law::PQL_19);
    for line in lines {
        let key = match_key(&line.item);
        let method = clean(&line.method);
        let same = |old: &LaboratoryScope| old.item_key == key && match_key(&old.method) == match_key(&method);
        let words = if method.is_empty() { line.item.clone() } else { format!("{}（{method}）", line.item) };
        if known.iter().any(same) {
            return Err(LaboratoryRefused::LineTaken { line: words }.into());
        }
        let mut row = LaboratoryScope {
            id: work.new_id(),
            version: 1,
            org_id: laboratory.org_id,
            laboratory_id: id,
            item: clean(&line.item),
            item_key: key,
            method,
            valid_from_on: line.valid_from_on,
            valid_until_on: line.valid_until_on,
        };
        work.insert(&mut row)?;
        known.push(row);
        event = event.fact("项目", words);
    }
    work.record(event);
    Ok(())
}

/// Ends a line of scope: its last day is set; what was commissioned before keeps standing on it.
///
/// # Errors
/// [`AppError::Stale`], [`AppError::NotFound`], a message at `until`.
pub fn end_scope(
    work: &mut Work<'_>,
    id: LaboratoryId,
    line: LaboratoryScopeId,
    version: i64,
    until: Date,
) -> AppResult<()> {
    let laboratory: Laboratory = work.load(id)?;
    let mut row: LaboratoryScope = work.load_version(line, version)?;
    if row.laboratory_id != id {
        return Err(AppError::NotFound);
    }
    if row.valid_from_on.is_some_and(|first| until < first) {
        return Err(AppError::field("until", "最后一日早于起期"));
    }
    row.valid_until_on = Some(until);
    work.save(&mut row)?;
    work.record(
        Event::new("registers.scope_ended", format!("{}的资质项目“{}”有效期至 {until}", laboratory.name, row.item))
            .about(id)
            .fact("方法", &row.method)
            .basis(law::PQL_19),
    );
    Ok(())
}

/// Laboratories of the organisation tree that the register may point to.
///
/// # Errors
/// A fault.
pub fn nodes(work: &mut Work<'_>) -> AppResult<Vec<hengjian_domain::organisation::Organisation>> {
    Ok(work.tx.list("WHERE kind = 'LABORATORY' AND closed_on IS NULL ORDER BY name LIMIT 500", &[])?)
}
