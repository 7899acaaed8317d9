//! 六个月不重复抽查: whether a product, a firm's range or a plan line meets an earlier or arranged check (《暂行办法》第八条,
//! 《产品质量法》第十五条, the county's notice part three). Pure answers over the rows of the history; how the words are read
//! is written down in `docs/legal/interpretations.md`. Answers what the rule says, never whether a row is true.

mod identity;
mod line;
mod roster;

pub use identity::{Key, ProductFacts};
pub use line::{LineFinding, LinePeriod, scan};
pub use roster::{BlockedModel, RosterAnswer, RosterFirm, roster};

use crate::{
    code::Code,
    code_enum,
    deadline::blocked_until,
    exchange::EarlierCheck,
    law::{self, LegalBasis},
    organisation::Tier,
    plan::TaskKind,
    testing::InspectionConclusion,
};
use identity::Hit;
use jiff::civil::Date;

code_enum! {
    /// Who organised the earlier check, seen from the authority that asks.
    pub enum Relation {
        /// The same authority.
        Same = "SAME" => "本局",
        /// An authority above it.
        Superior = "SUPERIOR" => "上级部门",
        /// An authority beside or below it, or above in another area.
        PeerOrLower = "PEER_OR_LOWER" => "同级、下级或者外地部门",
    }
}

/// The authority that asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Its level.
    pub tier: Tier,
    /// Names of the authorities above it, in any order.
    pub superiors: Vec<String>,
    /// Code of its area (GB/T 2260): its province is above it, also where the province's authority is not in our tree.
    pub region_code: String,
}

impl Authority {
    /// Relation of the organiser of a check. A level above ours is our superior unless its name says another place
    /// than every authority above us does.
    pub fn relation(&self, check: &EarlierCheck) -> Relation {
        if check.own {
            return Relation::Same;
        }
        if check.tier >= self.tier {
            return Relation::PeerOrLower;
        }
        let ours = |named: &str| {
            let province = crate::region::province_name(&self.region_code);
            let own_province = check.tier == Tier::Provincial && province.is_some_and(|own| named.starts_with(own));
            own_province || self.superiors.iter().any(|above| above.contains(named))
        };
        let elsewhere = check.tier != Tier::National
            && places(&check.organiser_name).last().is_some_and(|named| !self.superiors.is_empty() && !ours(named));
        if elsewhere { Relation::PeerOrLower } else { Relation::Superior }
    }
}

/// Names of provinces, cities and counties in the name of an authority: `广东省韶关市` of 广东省韶关市市场监督管理局.
fn places(name: &str) -> Vec<String> {
    const OFFICES: [&str; 8] =
        ["市场监督", "市场监管", "质量技术监督", "质监", "工商行政", "知识产权", "人民政府", "局"];
    let end = OFFICES.iter().filter_map(|office| name.find(office)).min().unwrap_or(name.len());
    let mut found = Vec::new();
    let mut word = String::new();
    for c in name[..end].chars() {
        word.push(c);
        if matches!(c, '省' | '市' | '区' | '州' | '盟' | '县') {
            // `市` alone (市局) names no place.
            if word.chars().count() > 1 {
                found.push(std::mem::take(&mut word));
            }
            word.clear();
        }
    }
    found
}

/// Answer for one product whose model is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Must not be checked now.
    Blocked {
        /// Last day of the block; the first free day is the day after.
        until: Date,
        /// The earlier check, in words.
        by: String,
        /// Which key met.
        key: Key,
        /// Article.
        basis: LegalBasis,
        /// “原则上”: a leader may lift it with a reason (the county's notice).
        may_be_lifted: bool,
        /// What else should be known.
        notices: Vec<String>,
    },
    /// A person decides; the reasons are kept.
    Doubtful {
        /// Why it cannot be answered.
        why: Vec<String>,
        /// What else should be known.
        notices: Vec<String>,
    },
    /// May be checked.
    Free {
        /// What should be known all the same.
        notices: Vec<String>,
    },
}

impl Answer {
    /// One sentence for a page: what and why.
    pub fn words(&self) -> String {
        match self {
            Self::Blocked { until, by, key, basis, may_be_lifted, .. } => {
                let lift = if *may_be_lifted {
                    "；原则上不得重复，确需抽查的由分管领导写明理由批准"
                } else {
                    ""
                };
                format!("{until} 及以前不得重复抽查：{by}，{}（{}）{lift}", key.title(), basis.text())
            }
            Self::Doubtful { why, .. } => format!("是否重复需要核实：{}", why.join("；")),
            Self::Free { notices } if notices.is_empty() => "六个月内没有同一产品的抽查".to_owned(),
            Self::Free { notices } => format!("可以抽查；{}", notices.join("；")),
        }
    }
}

/// What one row of the history says about a day.
enum Window {
    Outside,
    Inside { until: Date },
    Unknown { why: String },
}

/// A check blocks from its sampling through the same day of the sixth month (decision 抽查以抽样日计); an arranged one
/// six months around the first day of its period; one of which only the publication is known is doubtful until then.
fn window(check: &EarlierCheck, on: Date) -> Window {
    match (check.sampled_on, check.arranged_from_on, check.published_on) {
        (Some(sampled), _, _) if sampled <= on && on <= blocked_until(sampled) => {
            Window::Inside { until: blocked_until(sampled) }
        }
        (None, Some(arranged), _) if on <= blocked_until(arranged) && arranged <= blocked_until(on) => {
            Window::Inside { until: blocked_until(arranged) }
        }
        (None, None, Some(published)) if on <= blocked_until(published) => {
            Window::Unknown { why: format!("{}只知道公布日，不知道抽样日", described(check)) }
        }
        _ => Window::Outside,
    }
}

/// Whether a check was arranged and not yet carried out.
fn only_arranged(check: &EarlierCheck) -> bool {
    check.sampled_on.is_none() && check.arranged_from_on.is_some()
}

/// What the kind of the new check says (第八条: 跟踪抽查 of what failed and 应急抽查 are excepted).
enum Exception {
    None,
    Applies(&'static str),
    Unknown(&'static str),
}

fn exception(kind: TaskKind, check: &EarlierCheck) -> Exception {
    if only_arranged(check) {
        return Exception::None;
    }
    match (kind, check.conclusion) {
        (TaskKind::Routine | TaskKind::Special, _) => Exception::None,
        (TaskKind::Emergency, _) => Exception::Applies("应急抽查不受六个月限制，理由应记明"),
        (TaskKind::RiskMonitoring, _) => Exception::Applies("风险监测不是监督抽查，不受六个月限制"),
        (TaskKind::FollowUp, Some(InspectionConclusion::Nonconforming)) => {
            Exception::Applies("前次不合格，跟踪抽查不受六个月限制，理由应记明")
        }
        (TaskKind::FollowUp, Some(InspectionConclusion::NoNonconformityFound)) => Exception::None,
        (TaskKind::FollowUp, None | Some(InspectionConclusion::NotJudged)) => {
            Exception::Unknown("前次结论不明，跟踪抽查只对不合格产品例外")
        }
    }
}

/// `韶关市市场监督管理局（市抽）2021-05-10 抽样：内墙涂料 4kg/桶`.
fn described(check: &EarlierCheck) -> String {
    let organiser =
        if check.organiser_name.trim().is_empty() { "组织部门未注明" } else { check.organiser_name.trim() };
    let when = match (check.sampled_on, check.arranged_from_on, check.published_on) {
        (Some(day), _, _) => format!("{day} 抽样"),
        (None, Some(day), _) => format!("安排自 {day} 起抽样"),
        (None, None, Some(day)) => format!("{day} 公布"),
        (None, None, None) => "日期不明".to_owned(),
    };
    let mut product = check.product_name.trim().to_owned();
    if product.is_empty() {
        product = check.category.trim().to_owned();
    }
    product = crate::product::called(&product, &check.model);
    format!("{organiser}（{}）{when}：{}", check.tier.title(), product.trim())
}

/// Answers for one product on a day from the rows of the history (regulations §10.7). A certain block wins over a
/// doubt, a doubt over freedom; of several blocks the one that cannot be lifted, then the latest.
pub fn product<'a>(
    product: &ProductFacts,
    rows: impl IntoIterator<Item = &'a EarlierCheck>,
    authority: &Authority,
    kind: TaskKind,
    on: Date,
) -> Answer {
    let mut blocked: Option<(bool, Date, String, Key, LegalBasis)> = None;
    let (mut doubts, mut notices) = (Vec::new(), Vec::new());
    for check in rows {
        let window = window(check, on);
        if matches!(window, Window::Outside) {
            continue;
        }
        let hit = identity::meet(product, check);
        let relation = authority.relation(check);
        let (key, sure) = match &hit {
            Hit::Other => continue,
            Hit::OtherModel => {
                notices.push(format!("同一产品的另一规格型号已抽查，本型号不受限：{}", described(check)));
                continue;
            }
            Hit::NoFirm => {
                if relation != Relation::PeerOrLower {
                    notices.push(format!("未指明企业，请留意：{}", described(check)));
                }
                continue;
            }
            Hit::Perhaps(why) => (Key::EnterpriseModel, Err(why.clone())),
            Hit::Product => (Key::Product, Ok(())),
            Hit::EnterpriseModel { differing, unknown } => {
                let sure = match (relation, differing.is_empty()) {
                    (Relation::Same, false) => {
                        let what = differing.join("、");
                        notices.push(format!("规格型号相同而{what}不同，不是同一产品：{}", described(check)));
                        continue;
                    }
                    (Relation::Same, true) => Err(format!("{}没有记载", unknown.join("、"))),
                    _ => Ok(()),
                };
                (Key::EnterpriseModel, sure)
            }
        };
        if relation == Relation::PeerOrLower {
            notices.push(format!("{}的抽查不构成限制：{}", relation.title(), described(check)));
            continue;
        }
        let sure = match exception(kind, check) {
            Exception::Applies(why) => {
                notices.push(format!("{why}：{}", described(check)));
                continue;
            }
            Exception::Unknown(why) => sure.and(Err(why.to_owned())),
            Exception::None => sure,
        };
        match (window, sure) {
            (Window::Inside { until }, Ok(())) => {
                // 第八条 knows no lifting; only the notice's wider key and its arranged checks are “原则上”.
                let strict = key == Key::Product && !only_arranged(check);
                let basis = if strict { law::R18_8 } else { law::SEED_3 };
                let wins = blocked
                    .as_ref()
                    .is_none_or(|(other_strict, other_until, ..)| (*other_strict, *other_until) < (strict, until));
                if wins {
                    blocked = Some((strict, until, described(check), key, basis));
                }
            }
            (Window::Inside { .. }, Err(why)) => doubts.push(format!("{}，{why}", described(check))),
            (Window::Unknown { why }, Ok(())) => doubts.push(why),
            (Window::Unknown { why }, Err(more)) => doubts.push(format!("{why}，{more}")),
            (Window::Outside, _) => {}
        }
    }
    match blocked {
        Some((strict, until, by, key, basis)) => {
            notices.extend(doubts);
            Answer::Blocked { until, by, key, basis, may_be_lifted: !strict, notices }
        }
        None if doubts.is_empty() => Answer::Free { notices },
        None => Answer::Doubtful { why: doubts, notices },
    }
}

#[cfg(test)]
mod tests;
