//! The roster question: a firm and a category, no model. The firm leaves the roster only when the earlier checks cover
//! all that could be sampled there; otherwise it stays and the blocked models are named to the samplers.

use super::{
    Authority, Exception, Relation, Window, described, exception,
    identity::{Agreement, Fact, products_agree, same_party},
    only_arranged, window,
};
use crate::{
    code::Code,
    enterprise::{Enterprise, EnterpriseId},
    exchange::EarlierCheck,
    law::{self, LegalBasis},
    match_key::match_key,
    plan::TaskKind,
};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A firm of a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterFirm {
    /// Id.
    pub id: EnterpriseId,
    /// match_key of its name.
    pub name_key: String,
    /// Its code, empty when unknown.
    pub uscc: String,
    /// Category that is to be drawn.
    pub category: String,
    /// Its models of that category on file, as written; empty when none is known.
    pub models: Vec<String>,
}

impl RosterFirm {
    /// From the register; `models` one a line, as the register keeps them.
    pub fn new(enterprise: &Enterprise, category: &str, models: &str) -> Self {
        Self {
            id: enterprise.id,
            name_key: enterprise.name_key.clone(),
            uscc: enterprise.uscc.clone().unwrap_or_default(),
            category: category.to_owned(),
            models: models.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        }
    }
}

/// A model that must not be sampled there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedModel {
    /// Model (with producer and trademark where known), as the sampler reads it at the shelf.
    pub model: String,
    /// Last day of the block.
    pub until: Date,
    /// The earlier check, in words.
    pub by: String,
    /// Article.
    pub basis: LegalBasis,
    /// A leader may lift it with a reason.
    pub may_be_lifted: bool,
}

/// Whether a firm stays in a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RosterAnswer {
    /// Nothing is left that could be sampled there.
    Leaves {
        /// Last day of the block of the first model that becomes free.
        until: Date,
        /// Why, in words.
        why: String,
        /// Article.
        basis: LegalBasis,
        /// Blocked by arranged checks of a superior only: a leader may lift it with a reason.
        arranged: bool,
    },
    /// Stays in.
    Stays {
        /// Models the samplers must leave alone.
        blocked: Vec<BlockedModel>,
        /// What the samplers must clear up on site.
        doubts: Vec<String>,
        /// What should be known.
        notices: Vec<String>,
    },
}

impl RosterAnswer {
    /// What the samplers read: blocked models and what has to be cleared up, one a line; empty when nothing.
    pub fn for_samplers(&self) -> String {
        let Self::Stays { blocked, doubts, .. } = self else { return String::new() };
        let models =
            blocked.iter().map(|model| format!("{}：{} 及以前不得抽样，{}", model.model, model.until, model.by));
        models.chain(doubts.iter().map(|doubt| format!("现场核对：{doubt}"))).collect::<Vec<_>>().join("\n")
    }
}

/// Answers for one firm (regulations §10.7). A model counts as covered when firm, category and model agree: at this
/// point nothing finer is on file.
pub fn roster<'a>(
    firm: &RosterFirm,
    rows: impl IntoIterator<Item = &'a EarlierCheck>,
    authority: &Authority,
    kind: TaskKind,
    on: Date,
) -> RosterAnswer {
    let on_file: BTreeMap<String, &str> =
        firm.models.iter().map(|model| (match_key(model), model.as_str())).filter(|(key, _)| !key.is_empty()).collect();
    let mut covered: BTreeMap<String, BlockedModel> = BTreeMap::new();
    let mut others: Vec<BlockedModel> = Vec::new();
    let mut whole: Option<BlockedModel> = None;
    let (mut doubts, mut notices) = (Vec::new(), Vec::new());
    for check in rows {
        let Some(here) = concerns(firm, check) else { continue };
        let window = window(check, on);
        if matches!(window, Window::Outside) {
            continue;
        }
        let relation = authority.relation(check);
        if here == Here::NoFirm {
            if relation != Relation::PeerOrLower {
                notices.push(format!("未指明企业，请留意：{}", described(check)));
            }
            continue;
        }
        if relation == Relation::PeerOrLower {
            notices.push(format!("{}的抽查不构成限制：{}", relation.title(), described(check)));
            continue;
        }
        match exception(kind, check) {
            Exception::Applies(why) => {
                notices.push(format!("{why}：{}", described(check)));
                continue;
            }
            Exception::Unknown(why) => {
                doubts.push(format!("{}，{why}", described(check)));
                continue;
            }
            Exception::None => {}
        }
        let until = match window {
            Window::Inside { until } => until,
            Window::Unknown { why } => {
                doubts.push(why);
                continue;
            }
            Window::Outside => continue,
        };
        if here == Here::OtherName {
            doubts.push(format!("{}，是否属于“{}”需核对", described(check), firm.category));
            continue;
        }
        let block = BlockedModel {
            model: shelf_words(firm, check),
            until,
            by: described(check),
            basis: if only_arranged(check) { law::SEED_3 } else { law::R18_8 },
            may_be_lifted: only_arranged(check),
        };
        let foreign = !check.producer_key.is_empty() && check.producer_key != firm.name_key;
        match Fact::of(&check.model) {
            Fact::Is(key) if on_file.contains_key(&key) => stronger(covered.entry(key), block),
            Fact::Is(_) => others.push(block),
            Fact::Nothing | Fact::Unknown if on_file.is_empty() && !foreign => {
                if whole.as_ref().is_none_or(|other| rank(other) < rank(&block)) {
                    whole = Some(block);
                }
            }
            Fact::Nothing | Fact::Unknown if foreign && on_file.is_empty() => others.push(block),
            Fact::Nothing | Fact::Unknown => {
                doubts.push(format!("{}，前次没有记载规格型号", described(check)));
            }
        }
    }
    if let Some(block) = whole {
        let why = format!("档案和前次抽查都没有比产品更细的记载，视为全部已抽查：{}", block.by);
        return RosterAnswer::Leaves { until: block.until, why, basis: block.basis, arranged: block.may_be_lifted };
    }
    let all_covered = !on_file.is_empty() && on_file.keys().all(|key| covered.contains_key(key));
    if let (true, Some(first)) = (all_covered, covered.values().min_by_key(|block| block.until)) {
        let models = on_file.values().copied().collect::<Vec<_>>().join("、");
        let why = format!("在档的规格型号（{models}）均已抽查：{}", first.by);
        let arranged = covered.values().any(|block| block.may_be_lifted);
        let basis = if arranged { law::SEED_3 } else { law::R18_8 };
        return RosterAnswer::Leaves { until: first.until, why, basis, arranged };
    }
    let blocked = covered.into_values().chain(others).collect();
    RosterAnswer::Stays { blocked, doubts, notices }
}

/// How a row concerns a firm and a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Here {
    /// Firm and category agree.
    Yes,
    /// The firm, but a product whose name says something else.
    OtherName,
    /// The category, no firm named.
    NoFirm,
}

fn concerns(firm: &RosterFirm, check: &EarlierCheck) -> Option<Here> {
    let named = products_agree(&[&firm.category], &[&check.product_name, &check.category]);
    let party = same_party(Some(firm.id), &firm.uscc, &firm.name_key, check);
    let producer = !firm.name_key.is_empty() && check.producer_key == firm.name_key;
    if party == Agreement::Same || producer {
        let model_on_file = firm.models.iter().any(|model| {
            let key = match_key(model);
            !key.is_empty() && key == check.model_key
        });
        return match named {
            Agreement::Same => Some(Here::Yes),
            // Another product of the firm is no doubt; another name of the same model is.
            Agreement::Different => model_on_file.then_some(Here::OtherName),
            Agreement::Unknown => Some(Here::OtherName),
        };
    }
    let no_firm = check.enterprise_id.is_none()
        && check.uscc.trim().is_empty()
        && check.enterprise_key.is_empty()
        && check.producer_key.is_empty();
    (no_firm && named == Agreement::Same).then_some(Here::NoFirm)
}

fn rank(block: &BlockedModel) -> (bool, Date) {
    (!block.may_be_lifted, block.until)
}

/// Of two blocks of one model keeps the one that cannot be lifted, then the later.
fn stronger(entry: std::collections::btree_map::Entry<'_, String, BlockedModel>, block: BlockedModel) {
    entry
        .and_modify(|kept| {
            if rank(kept) < rank(&block) {
                *kept = block.clone();
            }
        })
        .or_insert(block);
}

/// What the sampler looks for at the shelf.
fn shelf_words(firm: &RosterFirm, check: &EarlierCheck) -> String {
    let mut words = vec![check.product_name.trim().to_owned()];
    if let Fact::Is(_) = Fact::of(&check.model) {
        words.push(check.model.trim().to_owned());
    }
    if let Fact::Is(_) = Fact::of(&check.trademark) {
        words.push(format!("商标“{}”", check.trademark.trim()));
    }
    if !check.producer_key.is_empty() && check.producer_key != firm.name_key {
        words.push(format!("生产者 {}", check.producer_name.trim()));
    }
    words.retain(|word| !word.is_empty());
    words.join(" ")
}
