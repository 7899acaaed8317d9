//! From an address to its division, its town and the station responsible. Only names of the imported divisions are
//! recognised; what the address does not say is presumed from the enterprise's own name, and both that and an address
//! that leads to no county are told as a doubt for a person to look at.

use crate::{AppResult, Work};
use hengjian_domain::{
    organisation::OrganisationId,
    region::{self, DivisionLevel},
};
use std::collections::{HashMap, HashSet};

/// Longest name of a division, in characters.
const LONGEST: usize = 15;

/// Divisions and stations as they are while a table is read.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Codes of each name; several for 市辖区 and the like.
    by_name: HashMap<String, Vec<String>>,
    /// Names without 省, 市: only for columns that hold nothing else.
    short: HashMap<String, Vec<String>>,
    /// County names without 自治县, 县, 市, 区 and their codes: for the names of enterprises only.
    county_stems: Vec<(String, String)>,
    /// Prefectures and provinces that have counties on file.
    divided: HashSet<String>,
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
    /// How sure the county is.
    pub(super) certainty: Certainty,
}

/// Whether the county of an enterprise was read, presumed or not found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Certainty {
    /// Its columns or its address name it, or no divisions are on file to ask.
    #[default]
    Read,
    /// Only the name of the enterprise tells it, or a town's name that two counties have.
    Presumed,
    /// Nothing tells it: the division above stands, or none.
    Unknown,
}

/// The division that an address names, as a code; empty where it names none that is on file.
///
/// # Errors
/// A fault.
pub(crate) fn division_of(work: &mut Work<'_>, address: &str) -> AppResult<String> {
    if address.trim().is_empty() {
        return Ok(String::new());
    }
    let found = Places::load(work)?.find(&Written { address: address.trim(), ..Written::default() });
    Ok(if found.certainty == Certainty::Presumed { String::new() } else { found.region })
}

/// What a row says about where an enterprise is; empty where the table has no such column.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Written<'t> {
    pub(super) address: &'t str,
    pub(super) province: &'t str,
    pub(super) area: &'t str,
    pub(super) town: &'t str,
    /// Name of the enterprise, asked last.
    pub(super) name: &'t str,
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
        match region::level(code) {
            Some(DivisionLevel::Town) if region::lies_in(code, &self.own_region) => {
                self.own_towns.push((name.to_owned(), code.to_owned()));
            }
            Some(DivisionLevel::County) => {
                let stem = match name.strip_suffix("自治县") {
                    Some(place) => place.chars().take(2).collect(),
                    None => name.strip_suffix(['县', '市', '区', '旗']).unwrap_or_default().to_owned(),
                };
                if stem.chars().count() >= 2 {
                    self.county_stems.push((stem, code.to_owned()));
                }
                self.divided.extend(region::parent(code));
                self.divided.insert(format!("{}0000", &code[..2]));
            }
            _ => {}
        }
    }

    /// Name of a division with its code, for a remark.
    pub(super) fn words(&self, code: &str) -> String {
        let named = self.by_name.iter().filter(|(_, codes)| codes.iter().any(|known| known == code));
        // 乳源县 beside 乳源瑶族自治县: the longer is the official one.
        let name = named.map(|(name, _)| name.as_str()).max_by_key(|name| name.len()).unwrap_or_default();
        crate::registers::enterprises::with_code(code, name)
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

    /// Reads an address with what the columns for province and area say, and asks the enterprise's name last.
    pub(super) fn find(&self, written: &Written<'_>) -> Found {
        if self.by_name.is_empty() {
            return Found::default();
        }
        let mut at = String::new();
        for text in [written.province, written.area] {
            if let Some(code) = self.named(text.trim(), &at) {
                at = code;
            }
        }
        let above = at.clone();
        let mut at = self.walk(written.address, at);
        if !is_county(&at) {
            at = self.anywhere(written.address, &at).unwrap_or(at);
        }
        let town = self.town(written.address, written.town, &at);
        let mut certainty = Certainty::Read;
        let mut region = match &town {
            Some(town) => {
                if !is_county(&at) && written.town.is_empty() && self.is_shared(town, &above) {
                    certainty = Certainty::Presumed;
                }
                town.get(..6).unwrap_or_default().to_owned()
            }
            None if region::level(&at) == Some(DivisionLevel::Town) => at.get(..6).unwrap_or_default().to_owned(),
            None => at,
        };
        if !is_county(&region) && (region.is_empty() || self.divided.contains(&region)) {
            match self.presumed(written.name, &region) {
                Some(county) => (region, certainty) = (county, Certainty::Presumed),
                None => certainty = Certainty::Unknown,
            }
        }
        Found { region, town, certainty }
    }

    /// Whether a town's name is that of another county's town in the same area too.
    fn is_shared(&self, town: &str, area: &str) -> bool {
        let own = self.own_towns.iter().find(|(_, code)| code == town).map(|(name, _)| name);
        let codes = own.and_then(|name| self.by_name.get(name)).map(Vec::as_slice).unwrap_or_default();
        !area.is_empty() && codes.iter().any(|code| code.get(..6) != town.get(..6) && region::lies_in(code, area))
    }

    /// The county that is named by its whole name anywhere in a text, inside of `area`: the own one before others, and
    /// of others only a single one.
    fn anywhere(&self, text: &str, area: &str) -> Option<String> {
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let mut found: Vec<&String> = Vec::new();
        for (n, from) in starts.iter().enumerate() {
            // Shorter names (城区, 矿区) are parts of other words.
            for to in starts.iter().skip(n + 3).take(LONGEST) {
                let codes = self.by_name.get(&text[*from..*to]).map(Vec::as_slice).unwrap_or_default();
                let fits = |code: &&String| is_county(code) && (area.is_empty() || region::lies_in(code, area));
                for code in codes.iter().filter(fits) {
                    if !found.contains(&code) {
                        found.push(code);
                    }
                }
            }
        }
        let own = found.iter().find(|code| region::lies_in(code, &self.own_region));
        match (own, found.as_slice()) {
            (Some(code), _) => Some((*code).clone()),
            (None, [code]) => Some((*code).clone()),
            _ => None,
        }
    }

    /// The county that an enterprise's name tells: by a whole name, else without its ending (乳源石油分公司) where the area
    /// above is known or the county is the own one.
    fn presumed(&self, name: &str, area: &str) -> Option<String> {
        let walked = self.walk(name, area.to_owned());
        if is_county(&walked) {
            return Some(walked);
        }
        if let Some(code) = self.anywhere(name, area) {
            return Some(code);
        }
        let near = if area.is_empty() { self.own_region.as_str() } else { area };
        let fits = |code: &str| region::lies_in(code, near) && region::level(near) != Some(DivisionLevel::Province);
        let mut named = self.county_stems.iter().filter(|(stem, code)| fits(code) && name.contains(stem.as_str()));
        let first = named.next()?;
        named.next().is_none().then(|| first.1.clone())
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

/// Whether a code is a county's.
fn is_county(code: &str) -> bool {
    region::level(code) == Some(DivisionLevel::County)
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
            let found = places.find(&Written { address, province, area, ..Written::default() });
            assert_eq!((found.region.as_str(), found.town.as_deref()), (region, town), "{address}");
        }
        let found = places.find(&Written { address: "沙坪路", town: "乳城镇", ..Written::default() });
        assert_eq!(found.town.as_deref(), Some("440232100"));
    }

    /// A county's firms whose address names the street alone are not left with the city, and nothing is presumed silently.
    #[test]
    fn a_county_is_read_presumed_or_said_to_be_unknown() {
        let mut places = places();
        places.add("440224", "仁化县");
        places.add("440224100", "大桥镇");
        for (address, name, area, region, certainty) in [
            ("乳源瑶族自治县乳城镇", "", "韶关", "440232", Certainty::Read),
            ("韶关市区往乳源县方向", "", "韶关", "440232", Certainty::Read),
            ("解放二路", "乳源瑶族自治县农业生产资料公司", "韶关", "440232", Certainty::Presumed),
            ("县城南水路", "示例石油有限公司乳源分公司", "韶关", "440232", Certainty::Presumed),
            ("鹰峰中路", "示例石油有限公司乳源分公司", "", "440232", Certainty::Presumed),
            ("解放路", "仁化示例水泥厂", "韶关", "440224", Certainty::Presumed),
            // Two counties of the city have a town of this name.
            ("大桥镇老街", "示例商店", "韶关", "440232", Certainty::Presumed),
            ("解放路", "示例商店", "韶关", "440200", Certainty::Unknown),
            ("解放路", "示例商店", "", "", Certainty::Unknown),
            ("文昌市龙楼镇", "", "", "469005", Certainty::Read),
        ] {
            let province = if area.is_empty() { "" } else { "广东" };
            let found = places.find(&Written { address, province, area, name, town: "" });
            assert_eq!((found.region.as_str(), found.certainty), (region, certainty), "{address} {name} {area}");
        }
    }
}
