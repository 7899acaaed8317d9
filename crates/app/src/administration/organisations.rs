//! The organisation tree: sections, stations with their towns, laboratories, sampling bodies. A town has one station; when it
//! moves, the enterprises of the town move with it.

use crate::{AppError, AppResult, Event, FieldError, Work, registers::enterprises::with_code};
use hengjian_domain::{
    actor::Role,
    administration::{kinds_below, read_towns, tier_of},
    code::Code,
    law,
    match_key::clean,
    organisation::{Organisation, OrganisationId, OrganisationKind, Tier, UnitUse},
};
use std::collections::HashMap;

/// What a person fills in of a unit.
#[derive(Debug, Clone, Default)]
pub struct UnitEntry {
    /// Node above; only when it is made.
    pub parent_id: Option<OrganisationId>,
    /// What it is; only when it is made.
    pub kind: Option<OrganisationKind>,
    /// Full name.
    pub name: String,
    /// Short name.
    pub short_name: String,
    /// GB/T 2260 code; for a regulator below.
    pub region_code: String,
    /// Towns of a station, codes in any order.
    pub towns: String,
}

/// A unit with its towns and the number of its accounts.
#[derive(Debug, Clone)]
pub struct UnitView {
    /// Row.
    pub unit: Organisation,
    /// Towns: code and, where imported, name.
    pub towns: Vec<(String, String)>,
    /// Units directly below.
    pub below: Vec<Organisation>,
    /// Node above.
    pub above: Option<Organisation>,
    /// What still lies with it.
    pub used: UnitUse,
}

/// The tree in the administrator's sight, with the towns of each, by name and code.
///
/// # Errors
/// A fault.
pub fn tree(work: &mut Work<'_>) -> AppResult<Vec<(Organisation, Vec<String>)>> {
    let path = work.actor().scope_path.clone();
    let mut towns: HashMap<OrganisationId, Vec<String>> = HashMap::new();
    for (code, name, owner) in work.tx.towns_below(&path)? {
        towns.entry(owner).or_default().push(with_code(&code, &name.unwrap_or_default()));
    }
    let units = work.tx.organisations_below(&path)?;
    let with_towns = |unit: Organisation| {
        let of_unit = towns.remove(&unit.id).unwrap_or_default();
        (unit, of_unit)
    };
    Ok(units.into_iter().map(with_towns).collect())
}

/// A unit in the administrator's sight.
fn load(work: &mut Work<'_>, id: OrganisationId) -> AppResult<Organisation> {
    let unit: Organisation = work.tx.get(&id)?.ok_or(AppError::NotFound)?;
    if unit.path.starts_with(&work.actor().scope_path) { Ok(unit) } else { Err(AppError::NotFound) }
}

/// A unit.
///
/// # Errors
/// [`AppError::NotFound`] outside the administrator's tree.
pub fn view(work: &mut Work<'_>, id: OrganisationId) -> AppResult<UnitView> {
    let unit = load(work, id)?;
    let above = match unit.parent_id {
        Some(parent) if parent != unit.id => load(work, parent).ok(),
        _ => None,
    };
    let names = work.tx.towns_in(hengjian_domain::region::prefix(&unit.region_code))?;
    let towns = work.tx.towns_of(id)?;
    let named = |code: String| {
        let name = names.iter().find(|(known, _)| *known == code).map(|(_, name)| name.clone()).unwrap_or_default();
        (code, name)
    };
    let mut below = work.tx.organisations_below(&unit.path)?;
    below.retain(|node| node.parent_id == Some(id));
    let used = use_of(work, &unit)?;
    Ok(UnitView { unit, towns: towns.into_iter().map(named).collect(), below, above, used })
}

fn use_of(work: &mut Work<'_>, unit: &Organisation) -> AppResult<UnitUse> {
    let authority = authority_of(work, unit)?.id;
    let [accounts, towns, enterprises, below] = work.tx.use_of_unit(unit, authority)?;
    Ok(UnitUse { duties: work.tx.open_duties_of_unit(unit.id)?, accounts, towns, enterprises, below })
}

fn names(entry: &UnitEntry) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if entry.name.trim().is_empty() {
        errors.push(FieldError::new("name", "请填写全称"));
    }
    if entry.short_name.trim().is_empty() {
        errors.push(FieldError::new("short_name", "请填写简称"));
    }
    errors
}

/// The administrator of one authority looks after that one's units; the tree below it has its own.
fn authority_of(work: &mut Work<'_>, unit: &Organisation) -> AppResult<Organisation> {
    match unit.kind {
        OrganisationKind::Regulator => Ok(unit.clone()),
        _ => {
            let parent = unit.parent_id.ok_or_else(|| AppError::fault("a unit without an authority"))?;
            work.organisation(parent)
        }
    }
}

/// Adds a unit below an authority.
///
/// # Errors
/// Messages beside fields, [`AppError::NotFound`], [`AppError::SentBefore`].
pub fn add(work: &mut Work<'_>, entry: UnitEntry, once: &str) -> AppResult<OrganisationId> {
    work.once(once, "/desk/admin/organisations")?;
    let mut errors = names(&entry);
    let parent = entry.parent_id.ok_or_else(|| AppError::field("parent_id", "请选择上级"))?;
    let parent = load(work, parent)?;
    let kind = entry.kind.filter(|kind| kinds_below(&parent).contains(kind));
    if kind.is_none() {
        let allowed = kinds_below(&parent).iter().map(|kind| kind.title()).collect::<Vec<_>>().join("、");
        let words = if allowed.is_empty() {
            format!("“{}”下面不再设单位，请选择市场监管部门作上级", parent.name)
        } else {
            format!("“{}”下面可以设{allowed}", parent.name)
        };
        errors.push(FieldError::new("kind", words));
    }
    let below = kind == Some(OrganisationKind::Regulator);
    let region_code = if below { entry.region_code.trim().to_owned() } else { parent.region_code.clone() };
    let tier = if below { tier_of(&region_code) } else { None };
    let lower = |tier: Option<Tier>| tier.is_some() && tier > parent.tier;
    if below && (!lower(tier) || !hengjian_domain::region::lies_in(&region_code, &parent.region_code)) {
        errors.push(FieldError::new(
            "region_code",
            format!("下级机关的区划代码应在 {} 以内，现在是“{region_code}”", parent.region_code),
        ));
    }
    let towns = match read_towns(&entry.towns, &region_code) {
        Ok(towns) => towns,
        Err(message) => {
            errors.push(FieldError::new("towns", message));
            Vec::new()
        }
    };
    if kind != Some(OrganisationKind::Station) && !towns.is_empty() {
        errors.push(FieldError::new("towns", "只有市场监管所有辖区乡镇"));
    }
    let taken = work.tx.organisations_below(&parent.path)?.into_iter().any(|node| node.name == clean(&entry.name));
    if taken {
        errors.push(FieldError::new("name", format!("已经有名为“{}”的单位", clean(&entry.name))));
    }
    let kind = match (errors.is_empty(), kind) {
        (true, Some(kind)) => kind,
        _ => return Err(AppError::Fields(errors)),
    };
    let id: OrganisationId = work.new_id();
    let mut unit = Organisation {
        id,
        version: 1,
        parent_id: Some(parent.id),
        path: format!("{}{id}/", parent.path),
        kind,
        tier,
        name: clean(&entry.name),
        short_name: clean(&entry.short_name),
        region_code,
        created_at_us: work.now(),
        closed_on: None,
    };
    work.insert(&mut unit)?;
    work.record(
        Event::new("admin.unit_added", format!("增设单位：{}", unit.name))
            .about(id)
            .fact("类别", unit.kind.title())
            .fact("上级", &parent.name),
    );
    if !towns.is_empty() {
        give_towns(work, &unit, &towns)?;
    }
    Ok(id)
}

/// Renames a unit.
///
/// # Errors
/// Messages beside fields, [`AppError::NotFound`], [`AppError::Stale`].
pub fn rename(work: &mut Work<'_>, id: OrganisationId, version: i64, entry: &UnitEntry) -> AppResult<()> {
    let mut unit = load(work, id)?;
    if unit.version != version {
        return Err(AppError::Stale);
    }
    let errors = names(entry);
    if !errors.is_empty() {
        return Err(AppError::Fields(errors));
    }
    let old = unit.name.clone();
    unit.name = clean(&entry.name);
    unit.short_name = clean(&entry.short_name);
    work.save(&mut unit)?;
    work.record(
        Event::new("admin.unit_renamed", format!("{old}改名为{}", unit.name)).about(id).fact("简称", &unit.short_name),
    );
    Ok(())
}

/// Sets the towns of a station. A town that was another station's moves here, with its enterprises; one left out is in nobody's
/// area, and its enterprises show up there.
///
/// # Errors
/// A message at `towns`, [`AppError::NotFound`], [`AppError::Stale`].
pub fn set_towns(work: &mut Work<'_>, id: OrganisationId, version: i64, towns: &str) -> AppResult<()> {
    let mut unit = load(work, id)?;
    if unit.version != version {
        return Err(AppError::Stale);
    }
    if unit.kind != OrganisationKind::Station {
        return Err(AppError::field("towns", "只有市场监管所有辖区乡镇"));
    }
    if !unit.is_open() {
        return Err(AppError::field("towns", "这个所已经撤销，不再有辖区"));
    }
    let towns = read_towns(towns, &unit.region_code).map_err(|message| AppError::field("towns", message))?;
    // The version grows, so that two administrators cannot overwrite each other's list.
    work.save(&mut unit)?;
    give_towns(work, &unit, &towns)
}

fn give_towns(work: &mut Work<'_>, unit: &Organisation, towns: &[String]) -> AppResult<()> {
    let authority = authority_of(work, unit)?;
    let before = work.tx.towns_of(unit.id)?;
    let mut event = Event::new("admin.towns", format!("{}的辖区乡镇：{}", unit.name, towns.join("、")))
        .about(unit.id)
        .basis(law::GB2260_CODE);
    let mut moved = 0;
    for town in before.iter().filter(|town| !towns.contains(town)) {
        work.tx.unset_town(town)?;
        moved += work.tx.move_town(authority.id, town, None)?;
        event = event.fact("不再负责", town);
    }
    for town in towns.iter().filter(|town| !before.contains(town)) {
        if let Some(other) = work.tx.station_of_town(town)? {
            event = event.fact(format!("{town} 原由"), work.organisation(other)?.name);
        }
        work.tx.set_town(town, unit.id)?;
        moved += work.tx.move_town(authority.id, town, Some(unit.id))?;
    }
    work.mark_changed();
    work.record(event.fact("随之改派的市场主体", format!("{moved} 家")));
    Ok(())
}

/// Closes a unit: its duties, towns, enterprises and people must be elsewhere first. It stays for its history.
///
/// # Errors
/// [`hengjian_domain::organisation::UnitRefused`] with the list, [`AppError::NotFound`], [`AppError::Stale`].
pub fn close(work: &mut Work<'_>, id: OrganisationId, version: i64, reason: &str) -> AppResult<()> {
    let unit = load(work, id)?;
    if unit.version != version {
        return Err(AppError::Stale);
    }
    let used = use_of(work, &unit)?;
    let mut unit = unit.close(&used, reason, work.today())?;
    work.save(&mut unit)?;
    work.record(
        Event::new("admin.unit_closed", format!("撤销单位：{}", unit.name)).about(id).fact("依据和去向", reason.trim()),
    );
    Ok(())
}

/// Where another authority stands to the own one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Above it.
    Superior,
    /// Beside it, below the same superior.
    Peer,
}

/// Own authority, the one above it, those beside it.
#[derive(Debug, Clone)]
pub struct Neighbours {
    /// Own.
    pub own: Organisation,
    /// Above, if entered.
    pub above: Option<Organisation>,
    /// Beside.
    pub peers: Vec<Organisation>,
    /// The superior has an administrator here who looks after its own tree.
    pub managed: bool,
}

/// Authorities above and beside the own one: names that transfers and reports go to. Their rows are none of its business.
///
/// # Errors
/// A fault.
pub fn neighbours(work: &mut Work<'_>) -> AppResult<Neighbours> {
    let own = work.organisation(work.actor().org_id)?;
    let above = own.parent_id.map(|above| work.organisation(above)).transpose()?;
    let (mut peers, mut managed) = (Vec::new(), false);
    if let Some(above) = &above {
        peers = work.tx.organisations_below(&above.path)?;
        let beside = |unit: &Organisation| {
            unit.kind == OrganisationKind::Regulator && unit.parent_id == Some(above.id) && unit.id != own.id
        };
        peers.retain(beside);
        managed = work.tx.active_in_with_role(above.id, Role::SystemAdministrator)? > 0;
    }
    Ok(Neighbours { own, above, peers, managed })
}

/// Enters an authority above or beside the own one.
///
/// # Errors
/// [`hengjian_domain::organisation::UnitRefused`], messages beside fields, [`AppError::SentBefore`].
pub fn add_authority(
    work: &mut Work<'_>,
    relation: Relation,
    entry: &UnitEntry,
    once: &str,
) -> AppResult<OrganisationId> {
    work.once(once, "/desk/admin/organisations")?;
    let Neighbours { own, above, peers, managed } = neighbours(work)?;
    let region = entry.region_code.trim().to_owned();
    let tier = tier_of(&region);
    let mut errors = names(entry);
    let name = clean(&entry.name);
    let id: OrganisationId = work.new_id();
    let (parent_id, path) = match relation {
        Relation::Superior => {
            own.may_add_superior(above.as_ref())?;
            if tier.is_none() || tier >= own.tier || !hengjian_domain::region::lies_in(&own.region_code, &region) {
                let words = format!("上级机关的区划代码应包含本机关的 {}，现在是“{region}”", own.region_code);
                errors.push(FieldError::new("region_code", words));
            }
            (None, format!("/{id}/"))
        }
        Relation::Peer => {
            let above = Organisation::may_add_peer(above.as_ref(), managed)?;
            let here = hengjian_domain::region::lies_in(&region, &above.region_code);
            if tier != own.tier || !here || region == own.region_code {
                let words =
                    format!("同级机关的区划代码应在 {} 以内、与本机关同级，现在是“{region}”", above.region_code);
                errors.push(FieldError::new("region_code", words));
            }
            (Some(above.id), format!("{}{id}/", above.path))
        }
    };
    let known = [Some(&own), above.as_ref()].into_iter().flatten().chain(&peers);
    for unit in known {
        if unit.name == name {
            errors.push(FieldError::new("name", format!("已经有名为“{name}”的机关")));
        } else if relation == Relation::Peer && unit.region_code == region && unit.id != own.id {
            errors.push(FieldError::new("region_code", format!("{region} 已经是“{}”", unit.name)));
        }
    }
    if !errors.is_empty() {
        return Err(AppError::Fields(errors));
    }
    let mut unit = Organisation {
        id,
        version: 1,
        parent_id,
        path,
        kind: OrganisationKind::Regulator,
        tier,
        name,
        short_name: clean(&entry.short_name),
        region_code: region,
        created_at_us: work.now(),
        closed_on: None,
    };
    work.insert(&mut unit)?;
    let words = match relation {
        Relation::Superior => {
            work.tx.move_subtree(&own.path, &format!("{}{}/", unit.path, own.id))?;
            let mut own = work.organisation(own.id)?;
            own.parent_id = Some(id);
            work.save(&mut own)?;
            "登记上级机关"
        }
        Relation::Peer => "登记同级机关",
    };
    let event = Event::new("admin.authority_added", format!("{words}：{}", unit.name)).about(id).about(own.id);
    work.record(event.fact("行政区划代码", &*unit.region_code));
    Ok(id)
}
