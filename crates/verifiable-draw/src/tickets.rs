//! §6: tickets and order. A unit of weight w has w balls; its ticket is the smallest of them; smallest first.
//! One pass over the list, in any order, keeping no more than quota + reserve units of each stratum.

use crate::{
    Invalid,
    candidates::{Candidate, Status, entity},
    line::{Algorithm, Digest, PREFIX, Running, field},
};
use std::collections::{BTreeMap, BTreeSet};

/// The drum of one draw: seed and draw id are fixed, their part of every line is hashed once.
#[derive(Debug, Clone)]
pub struct Drum {
    begun: Running,
    beginning: String,
}

impl Drum {
    /// A drum.
    ///
    /// # Errors
    /// [`Invalid::Field`] for a draw id that is no field.
    pub fn new(algorithm: Algorithm, seed: &Digest, draw: &str) -> Result<Self, Invalid> {
        let beginning = format!("{PREFIX}ticket|{seed}|{}|", field(draw)?);
        Ok(Self { begun: algorithm.begin(&[beginning.as_bytes()]), beginning })
    }
    /// The line of ball `ball` (1 …) of a unit, as a company types it into a hash tool.
    ///
    /// # Errors
    /// [`Invalid::Field`].
    pub fn line(&self, uid: &str, ball: u32) -> Result<String, Invalid> {
        Ok(format!("{}{}|{ball}", self.beginning, field(uid)?))
    }
    /// The smallest ball of a unit.
    ///
    /// # Errors
    /// [`Invalid::Field`], [`Invalid::Weight`].
    pub fn ticket(&self, uid: &str, weight: u32) -> Result<Digest, Invalid> {
        let mut of_unit = self.begun.clone();
        of_unit.add(field(uid)?.as_bytes());
        of_unit.add(b"|");
        let balls = (1..=weight).map(|ball| {
            let mut of_ball = of_unit.clone();
            of_ball.add(ball.to_string().as_bytes());
            of_ball.finish()
        });
        balls.min().ok_or_else(|| Invalid::Weight(uid.to_owned()))
    }
}

/// How much of a stratum is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stratum {
    /// Id.
    pub id: String,
    /// Units to draw.
    pub quota: usize,
    /// Reserves after them.
    pub reserve: usize,
    /// Most units of one entity; 0: no limit.
    pub cap: usize,
}

/// A drawn unit with its ticket. The order is the draw's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticketed {
    /// Ticket.
    pub ticket: Digest,
    /// Unit.
    pub uid: String,
}

/// The first `keep` units of a stratum's order, whatever the order of arrival.
#[derive(Debug, Clone)]
pub struct Selection {
    keep: usize,
    cap: usize,
    best: BTreeSet<Ticketed>,
    /// Kept units of each entity; empty without a cap.
    by_entity: BTreeMap<String, BTreeSet<Ticketed>>,
}

impl Selection {
    /// Keeps `keep` units, at most `cap` of one entity (0: no limit).
    pub fn new(keep: usize, cap: usize) -> Self {
        Self { keep, cap, best: BTreeSet::new(), by_entity: BTreeMap::new() }
    }
    /// Offers a unit. What is dropped here stays dropped for good: `keep` units before it remain whatever follows,
    /// because a kept unit only ever gives way to a smaller one.
    pub fn offer(&mut self, unit: Ticketed) {
        if self.keep == 0 || (self.best.len() == self.keep && self.best.last().is_some_and(|last| unit > *last)) {
            return;
        }
        if self.cap > 0 {
            let own = self.by_entity.entry(entity(&unit.uid).to_owned()).or_default();
            own.insert(unit.clone());
            if own.len() > self.cap
                && let Some(largest) = own.pop_last()
            {
                if largest == unit {
                    return;
                }
                self.best.remove(&largest);
            }
        }
        self.best.insert(unit);
        if self.best.len() > self.keep
            && let Some(largest) = self.best.pop_last()
        {
            let key = entity(&largest.uid);
            if let Some(own) = self.by_entity.get_mut(key) {
                own.remove(&largest);
                if own.is_empty() {
                    self.by_entity.remove(key);
                }
            }
        }
    }
    /// Takes over what another part of the list has kept (§6.4; parts are made by entity).
    pub fn merge(&mut self, other: Self) {
        other.best.into_iter().for_each(|unit| self.offer(unit));
    }
    /// How many units are kept at the moment; never more than asked for.
    pub fn kept(&self) -> usize {
        self.best.len()
    }
    /// The units in the draw's order.
    pub fn into_order(self) -> Vec<Ticketed> {
        self.best.into_iter().collect()
    }
}

/// What was drawn in a stratum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StratumResult {
    /// Id.
    pub id: String,
    /// Quota minus winners; reported, never moved to another stratum.
    pub shortfall: usize,
    /// Winners in order.
    pub winners: Vec<Ticketed>,
    /// Reserves in order.
    pub reserves: Vec<Ticketed>,
}

/// What was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Designated units in list order.
    pub must: Vec<String>,
    /// Strata in the order asked for.
    pub strata: Vec<StratumResult>,
}

/// Draws: one pass over the rows, in any order.
///
/// # Errors
/// [`Invalid`] for a row of no stratum, or one that does not fit its status.
pub fn draw<'r>(
    drum: &Drum,
    strata: &[Stratum],
    rows: impl IntoIterator<Item = &'r Candidate>,
) -> Result<Drawn, Invalid> {
    let mut selections: BTreeMap<&str, Selection> = strata
        .iter()
        .map(|stratum| (stratum.id.as_str(), Selection::new(stratum.quota + stratum.reserve, stratum.cap)))
        .collect();
    let mut must = BTreeSet::new();
    for row in rows {
        row.check()?;
        let selection = selections.get_mut(row.stratum.as_str());
        let selection = selection.ok_or_else(|| Invalid::Stratum(row.stratum.clone()))?;
        match row.status {
            Status::In => {
                selection.offer(Ticketed { ticket: drum.ticket(&row.uid, row.weight)?, uid: row.uid.clone() });
            }
            Status::Must => {
                must.insert(row.uid.clone());
            }
            Status::Excluded => {}
        }
    }
    let results = strata.iter().map(|stratum| {
        let mut winners = selections.remove(stratum.id.as_str()).map(Selection::into_order).unwrap_or_default();
        let reserves = winners.split_off(stratum.quota.min(winners.len()));
        StratumResult { id: stratum.id.clone(), shortfall: stratum.quota - winners.len(), winners, reserves }
    });
    Ok(Drawn { strata: results.collect(), must: must.into_iter().collect() })
}
