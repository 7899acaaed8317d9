//! From an address to its division, its town and the station responsible. Only names of the imported divisions are
//! recognised; an address that names none keeps its division unknown.

use crate::{AppResult, Work};
use hengjian_domain::{
    organisation::OrganisationId,
    region::{self, DivisionLevel},
};
use std::collections::HashMap;

/// Longest name of a division, in characters.
const LONGEST: usize = 15;

/// Divisions and stations as they are while a table is read.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Codes of each name; several for 市辖区 and the like.
    by_name: HashMap<String, Vec<String>>,
    /// Names without 省, 市: only for columns that hold nothing else.
    short: HashMap<String, Vec<String>>,
    /// Towns of the person's own area: name and code.
    own_towns: Vec<(String, String)>,
    own_region: String,
    stations: HashMap<String, OrganisationId>,
}

/// What an address tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) region: String,
    pub(super) town: Option<String>,
}

/// The division that an address names, as a code; empty where it names none that is on file.
///
/// # Errors
/// A fault.
pub(crate) fn division_of(work: &mut Work<'_>, address: &str) -> AppResult<String> {
    if address.trim().is_empty() {
        return Ok(String::new());
    }
    Ok(Places::load(work)?.find(address.trim(), "", "", "").region)
}

impl Places {
    pub(super) fn load(work: &mut Work<'_>) -> AppResult<Self> {
        let org = work.actor().org_id;
        let mut places = Self { own_region: work.organisation(org)?.region_code, ..Self::default() };
        for division in work.tx.all_divisions()? {
            places.add(&division.code, &division.name);
        }
        for (town, unit) in work.tx.all_towns()? {
            if work.can_see(unit, None)? {
                places.stations.insert(town, unit);
            }
        }
        Ok(places)
    }

    fn add(&mut self, code: &str, name: &str) {
        if name == "市辖区" || name == "县" || name.contains("直辖县级") {
            return;
        }
        let mut put = |map: bool, name: String| {
            let map = if map { &mut self.by_name } else { &mut self.short };
            let codes = map.entry(name).or_default();
            if !codes.iter().any(|known| known == code) {
                codes.push(code.to_owned());
            }
        };
        put(true, name.to_owned());
        if let Some(place) = name.strip_suffix("自治县") {
            // 乳源瑶族自治县 is 乳源县 in daily use.
            put(true, format!("{}县", place.chars().take(2).collect::<String>()));
        }
        for ending in ["特别行政区", "自治区", "自治州", "省", "市", "地区", "盟"] {
            if let Some(place) = name.strip_suffix(ending).filter(|place| place.chars().count() >= 2) {
                let ethnic = ["壮族", "回族", "维吾尔"].iter().find_map(|word| place.strip_suffix(word));
                put(false, ethnic.unwrap_or(place).to_owned());
                break;
            }
        }
        if region::level(code) == Some(DivisionLevel::Town) && region::lies_in(code, &self.own_region) {
            self.own_towns.push((name.to_owned(), code.to_owned()));
        }
    }

    /// The station responsible for a town.
    pub(super) fn station(&self, town: &str) -> Option<OrganisationId> {
        // Stations are given towns by 9 digits; 12 digits add the village.
        self.stations.get(town).or_else(|| self.stations.get(town.get(..9)?)).copied()
    }

    /// The division whose name is the whole text, inside of `area`. A name that several have says nothing.
    fn named(&self, text: &str, area: &str) -> Option<String> {
        [&self.by_name, &self.short].into_iter().find_map(|names| {
            let codes = names.get(text)?;
            let mut codes = codes.iter().filter(|code| area.is_empty() || region::lies_in(code, area));
            let first = codes.next()?;
            codes.next().is_none().then(|| first.clone())
        })
    }

    /// Reads an address with what the columns for province and area say.
    pub(super) fn find(&self, address: &str, province: &str, area: &str, town: &str) -> Found {
        if self.by_name.is_empty() {
            return Found::default();
        }
        let mut at = String::new();
        for text in [province, area] {
            if let Some(code) = self.named(text.trim(), &at) {
                at = code;
            }
        }
        let at = self.walk(address, at);
        let town_code = self.town(address, town, &at);
        let region = match (region::level(&at), &town_code) {
            (_, Some(town)) => town.get(..6).unwrap_or_default().to_owned(),
            (Some(DivisionLevel::Town), None) => at.get(..6).unwrap_or_default().to_owned(),
            (Some(_), None) => at,
            (None, None) => String::new(),
        };
        Found { region, town: town_code }
    }

    /// Follows the names at the beginning of an address downwards.
    fn walk(&self, address: &str, mut at: String) -> String {
        let mut rest = address.trim_start_matches("中国");
        loop {
            let mut ends: Vec<usize> = rest.char_indices().map(|(n, _)| n).skip(1).take(LONGEST).collect();
            if rest.chars().count() <= LONGEST {
                ends.push(rest.len());
            }
            let step = ends.iter().rev().filter(|end| **end > 3).find_map(|end| {
                let codes = self.by_name.get(&rest[..*end])?;
                // A town's name alone may be any town's in the country.
                let mut inside = codes.iter().filter(|code| match at.as_str() {
                    "" => region::level(code) != Some(DivisionLevel::Town),
                    at => region::lies_in(code, at),
                });
                let first = inside.next()?;
                let alone = inside.next().is_none();
                alone.then(|| (*end, first.clone()))
            });
            match step {
                Some((end, code)) => {
                    rest = &rest[end..];
                    at = code;
                }
                None => return at,
            }
        }
    }

    /// The town: by its own column, as the end of the walk, or named anywhere in an address of the own area.
    fn town(&self, address: &str, column: &str, at: &str) -> Option<String> {
        let own = at.is_empty() || region::lies_in(at, &self.own_region) || region::lies_in(&self.own_region, at);
        if !column.is_empty() && own {
            let exact = self.own_towns.iter().find(|(name, code)| name == column || code == column);
            if let Some((_, code)) = exact {
                return Some(code.clone());
            }
        }
        if region::level(at) == Some(DivisionLevel::Town) {
            return Some(at.to_owned());
        }
        if !own || self.own_region.is_empty() {
            return None;
        }
        let mut named = self.own_towns.iter().filter(|(name, _)| address.contains(name.as_str()));
        let first = named.next()?;
        named.next().is_none().then(|| first.1.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        let mut places = Places { own_region: "440232".to_owned(), ..Places::default() };
        for (code, name) in [
            ("440000", "广东省"),
            ("440200", "韶关市"),
            ("440204", "浈江区"),
            ("440232", "乳源瑶族自治县"),
            ("440232100", "乳城镇"),
            ("440232109", "大桥镇"),
            ("320000", "江苏省"),
            ("320100", "南京市"),
            ("320106", "鼓楼区"),
            ("350000", "福建省"),
            ("350100", "福州市"),
            ("350102", "鼓楼区"),
            ("350102001", "大桥镇"),
            ("460000", "海南省"),
            ("469005", "文昌市"),
        ] {
            places.add(code, name);
        }
        places
    }

    #[test]
    fn addresses_lead_to_their_division() {
        let places = places();
        for (address, province, area, region, town) in [
            ("广东省韶关市乳源瑶族自治县乳城镇鹰峰路", "", "", "440232", Some("440232100")),
            ("乳源县大桥镇老街", "", "", "440232", Some("440232109")),
            ("韶关市浈江区解放路158号", "广东", "韶关", "440204", None),
            ("大桥镇老街", "", "", "440232", Some("440232109")),
            ("鼓楼区中山路", "", "", "", None),
            ("鼓楼区中山路", "江苏", "南京", "320106", None),
            ("福建省福州市鼓楼区大桥镇", "", "", "350102", Some("350102001")),
            ("文昌市龙楼镇", "海南", "省直辖县", "469005", None),
            ("某地", "", "", "", None),
        ] {
            let found = places.find(address, province, area, "");
            assert_eq!((found.region.as_str(), found.town.as_deref()), (region, town), "{address}");
        }
        assert_eq!(places.find("沙坪路", "", "", "乳城镇").town.as_deref(), Some("440232100"));
    }
}
