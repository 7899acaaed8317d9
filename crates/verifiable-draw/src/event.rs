//! §8.2: what happens after the draw — replacement, extension, recusal — and which units are to be sampled then. Nobody
//! chooses: behind the last unit taken from a stratum's order stands the next one.

use crate::{
    Invalid,
    assignment::Unit,
    candidates::entity,
    canonical::Value,
    commit::Commitment,
    entropy::time,
    line::Digest,
    tickets::{Orders, Ticketed},
    times::Time,
};
use std::collections::BTreeMap;

/// Reason of Annex B for an extension.
pub const EXTENSION: &str = "X01";
/// Reasons of Annex B for a recusal.
pub const RECUSALS: [&str; 4] = ["L01", "L02", "K01", "K02"];

/// An event after the draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub act: Act,
    /// Code of Annex B.
    pub reason: String,
    /// Hash of the stored document.
    pub evidence: Digest,
    /// When.
    pub at: Time,
}

/// Kinds of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// A unit could not be sampled; the next one takes its place.
    Replace {
        /// Stratum.
        stratum: String,
        /// Unit that is left out.
        out: String,
        /// Unit at the pointer.
        into: String,
    },
    /// More units of a stratum, by a rule of the commitment.
    Extend {
        /// Stratum.
        stratum: String,
        /// The next units.
        units: Vec<String>,
    },
    /// A member may not go to a unit after all.
    Recuse {
        /// Pool.
        pool: String,
        /// Unit.
        uid: String,
        /// Member that leaves.
        out: String,
        /// Member that takes the seat; none when nobody may.
        into: Option<String>,
    },
}

impl Event {
    /// Reads an event.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let named = value.get("type").and_then(Value::as_text).unwrap_or_default();
        let members =
            |more: &[&str]| value.members("events", &[&["at", "evidence", "in", "reason", "type"], more].concat());
        let (members, act) = match named {
            "replace" => {
                let members = members(&["out", "stratum"])?;
                let text = |key| members.field(key).map(str::to_owned);
                (members, Act::Replace { stratum: text("stratum")?, out: text("out")?, into: text("in")? })
            }
            "extend" => {
                let members = members(&["add", "stratum"])?;
                let units = members.fields("in")?;
                if units.is_empty() || members.count("add")? != units.len() as u64 {
                    return Err(Invalid::shape("events", "add 应为新增单位的个数，至少 1"));
                }
                (members, Act::Extend { stratum: members.field("stratum")?.to_owned(), units })
            }
            "recuse" => {
                let members = members(&["out", "pool", "uid"])?;
                let text = |key| members.field(key).map(str::to_owned);
                let into = Some(text("in")?).filter(|into| into != "-");
                (members, Act::Recuse { pool: text("pool")?, uid: text("uid")?, out: text("out")?, into })
            }
            other => return Err(Invalid::Word(other.chars().take(40).collect())),
        };
        let (reason, evidence) = (members.field("reason")?.to_owned(), members.digest("evidence")?);
        Ok(Self { act, reason, evidence, at: time(&members, "at")? })
    }
    /// As it stands in a bundle.
    pub fn to_value(&self) -> Value<'static> {
        let common =
            [("reason", Value::from(&self.reason)), ("evidence", self.evidence.into()), ("at", self.at.text().into())];
        let [reason, evidence, at] = common;
        match &self.act {
            Act::Replace { stratum, out, into } => Value::object([
                ("type", "replace".into()),
                ("stratum", stratum.into()),
                ("out", out.into()),
                ("in", into.into()),
                reason,
                evidence,
                at,
            ]),
            Act::Extend { stratum, units } => Value::object([
                ("type", "extend".into()),
                ("stratum", stratum.into()),
                ("add", units.len().into()),
                ("in", Value::list(units)),
                reason,
                evidence,
                at,
            ]),
            Act::Recuse { pool, uid, out, into } => Value::object([
                ("type", "recuse".into()),
                ("pool", pool.into()),
                ("uid", uid.into()),
                ("out", out.into()),
                ("in", into.as_deref().unwrap_or("-").into()),
                reason,
                evidence,
                at,
            ]),
        }
    }
}

/// A stratum after the draw.
#[derive(Debug, Clone)]
struct Stratum {
    need: String,
    order: Vec<Ticketed>,
    /// Place in the order behind the last unit taken.
    pointer: usize,
    replacements_left: u64,
    additions_left: u64,
    active: Vec<String>,
}

/// Which units are to be sampled, event by event.
#[derive(Debug, Clone)]
pub struct Units<'c> {
    commit: &'c Commitment,
    strata: Vec<Stratum>,
    must: Vec<Unit>,
    last: Option<i64>,
}

impl<'c> Units<'c> {
    /// As drawn.
    ///
    /// # Errors
    /// [`Invalid::Stratum`] for a designated unit of no stratum.
    pub fn new(commit: &'c Commitment, orders: &Orders) -> Result<Self, Invalid> {
        let stratum = |(plan, order): (&crate::commit::StratumPlan, &Vec<Ticketed>)| {
            let pointer = usize::try_from(plan.quota).unwrap_or(usize::MAX).min(order.len());
            let winners = order.iter().take(pointer).map(|unit| unit.uid.clone());
            Stratum {
                need: plan.need.clone(),
                pointer,
                replacements_left: plan.reserve,
                additions_left: commit.most_added(&plan.id),
                active: winners.collect(),
                order: order.clone(),
            }
        };
        let needs: BTreeMap<&str, &str> =
            commit.strata.iter().map(|plan| (plan.id.as_str(), plan.need.as_str())).collect();
        let must = orders.must.iter().map(|(uid, stratum)| {
            let need = needs.get(stratum.as_str()).ok_or_else(|| Invalid::Stratum(stratum.clone()))?;
            Ok(Unit { uid: uid.clone(), need: (*need).to_owned() })
        });
        let must = must.collect::<Result<_, Invalid>>()?;
        Ok(Self { commit, strata: commit.strata.iter().zip(&orders.strata).map(stratum).collect(), must, last: None })
    }
    /// All designated units and winners: those who need a team before the first event (§7).
    pub fn to_assign(&self) -> Vec<Unit> {
        let winners = self
            .strata
            .iter()
            .flat_map(|stratum| stratum.active.iter().map(|uid| Unit { uid: uid.clone(), need: stratum.need.clone() }));
        self.must.iter().cloned().chain(winners).collect()
    }
    /// The next `count` units of a stratum, for whoever writes an event; fewer when the order ends.
    ///
    /// # Errors
    /// [`Invalid::Stratum`].
    pub fn next(&self, stratum: &str, count: usize) -> Result<Vec<String>, Invalid> {
        let place = self.place(stratum)?;
        let waiting = self.strata.get(place).map(|found| found.order.iter().skip(found.pointer).take(count));
        Ok(waiting.into_iter().flatten().map(|unit| unit.uid.clone()).collect())
    }
    /// Ticket and key of the first unit that was not taken; none when all were (§13).
    ///
    /// # Errors
    /// [`Invalid::Stratum`].
    pub fn threshold(&self, stratum: &str) -> Result<Option<&Ticketed>, Invalid> {
        let place = self.place(stratum)?;
        Ok(self.strata.get(place).and_then(|found| found.order.get(found.pointer)))
    }
    /// Units to be sampled at present, by stratum in the order of the commitment; designated units are not in it.
    pub fn active(&self) -> Vec<(String, Vec<String>)> {
        let ids = self.commit.strata.iter().map(|plan| plan.id.clone());
        ids.zip(self.strata.iter().map(|stratum| stratum.active.clone())).collect()
    }
    fn place(&self, stratum: &str) -> Result<usize, Invalid> {
        let place = self.commit.strata.iter().position(|plan| plan.id == stratum);
        place.ok_or_else(|| Invalid::Stratum(stratum.to_owned()))
    }
    /// An event. Gives the units that now need a team: one for a replacement, all that were added for an extension.
    ///
    /// # Errors
    /// [`Invalid`] when the event does not follow the order, the limits, the reasons or the time; nothing has changed
    /// then.
    pub fn apply(&mut self, event: &Event) -> Result<Vec<Unit>, Invalid> {
        let refuse = |why: String| Err(Invalid::Shape("events", why));
        if self.last.is_some_and(|last| event.at.seconds() < last) {
            return refuse(format!("{} 早于前一事件", event.at));
        }
        let allowed = match &event.act {
            Act::Replace { .. } => self.commit.rules.replace_reasons.contains(&event.reason),
            Act::Extend { .. } => event.reason == EXTENSION,
            Act::Recuse { .. } => RECUSALS.contains(&event.reason.as_str()),
        };
        if !allowed {
            return refuse(format!("不允许的理由 {}", event.reason));
        }
        let units = match &event.act {
            Act::Replace { stratum, out, into } => {
                let found = self.stratum(stratum)?;
                let place = found.active.iter().position(|uid| uid == out);
                let next = found.order.get(found.pointer);
                match (place.and_then(|place| found.active.get_mut(place)), next) {
                    (None, _) => return refuse(format!("{out} 不在待抽单位中")),
                    (_, Some(next)) if next.uid != *into => return refuse(format!("顺位的下一单位不是 {into}")),
                    (_, None) => return refuse(format!("分层 {stratum} 已无顺位单位")),
                    _ if found.replacements_left == 0 => return refuse(format!("分层 {stratum} 的备选已用完")),
                    (Some(place), Some(_)) => into.clone_into(place),
                }
                found.pointer += 1;
                found.replacements_left -= 1;
                vec![Unit { uid: into.clone(), need: found.need.clone() }]
            }
            Act::Extend { stratum, units } => {
                let found = self.stratum(stratum)?;
                let next = found.order.iter().skip(found.pointer).take(units.len()).map(|unit| &unit.uid);
                if !next.eq(units.iter()) {
                    return refuse("新增单位不是顺位的下几个".to_owned());
                }
                let Some(left) = found.additions_left.checked_sub(units.len() as u64) else {
                    return refuse(format!("分层 {stratum} 的扩大超过承诺的上限"));
                };
                found.additions_left = left;
                found.pointer += units.len();
                found.active.extend(units.iter().cloned());
                units.iter().map(|uid| Unit { uid: uid.clone(), need: found.need.clone() }).collect()
            }
            Act::Recuse { uid, .. } => {
                let active = self.strata.iter().any(|stratum| stratum.active.contains(uid));
                if !active && !self.must.iter().any(|unit| unit.uid == *uid) {
                    return refuse(format!("{uid}（{}）不在待抽单位中", entity(uid)));
                }
                Vec::new()
            }
        };
        self.last = Some(event.at.seconds());
        Ok(units)
    }
    fn stratum(&mut self, id: &str) -> Result<&mut Stratum, Invalid> {
        let place = self.place(id)?;
        self.strata.get_mut(place).ok_or_else(|| Invalid::Stratum(id.to_owned()))
    }
}
