//! §6: tickets and order. A unit of weight w has w balls; its ticket is the smallest of them; smallest first. Weights
//! above 64 use a logarithm in whole numbers instead. One pass over the list, in any order, keeping no more of each
//! stratum than may be needed.

use crate::{
    Invalid,
    candidates::{Candidate, MOST_BALLS, Row, Status, entity},
    line::{Algorithm, Digest, PREFIX, Running, field},
    ticket_block::Block,
};
use std::collections::{BTreeMap, BTreeSet};

/// How tickets become an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// §6.1: the smallest of as many balls as the weight says.
    #[default]
    Balls,
    /// §6.2: one ticket, and a logarithm divided by the weight.
    Explog,
}

impl Method {
    /// As written in a commitment.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Balls => "balls",
            Self::Explog => "explog",
        }
    }
    /// Reads the word.
    ///
    /// # Errors
    /// [`Invalid::Word`].
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        let found = [Self::Balls, Self::Explog].into_iter().find(|method| method.word() == word);
        found.ok_or_else(|| Invalid::Word(word.to_owned()))
    }
    /// Largest weight.
    pub const fn most_weight(self) -> u32 {
        match self {
            Self::Balls => MOST_BALLS,
            Self::Explog => u32::MAX,
        }
    }
}

/// §6.2: −log2 of `(2^64 − x)/2^64` in units of 2^-64, by the recurrence of the specification and no other.
pub const fn logarithm(x: u64) -> u128 {
    let y = (1_u128 << 64) - x as u128;
    if y == 1 << 64 {
        return 0;
    }
    let exponent = y.ilog2();
    let mut mantissa = y << (63 - exponent);
    let mut fraction = 0_u64;
    let mut step = 0;
    while step < 64 {
        mantissa = (mantissa * mantissa) >> 63;
        fraction <<= 1;
        if mantissa >= 1 << 64 {
            fraction |= 1;
            mantissa >>= 1;
        }
        step += 1;
    }
    (64 << 64) - (((exponent as u128) << 64) | fraction as u128)
}

/// §6.2: the key of a unit of weight `weight` (at least 1) with this ticket; below 2^102.
pub fn key(ticket: &Digest, weight: u32) -> u128 {
    (logarithm(first_eight(ticket)) << 32) / u128::from(weight.max(1))
}

fn first_eight(ticket: &Digest) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = ticket.0;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// Whether the key of this ticket must be above `worst`: −log2(1−u) is at least u·log2 e, so that the logarithm itself
/// is taken only for those who may enter. Never true for a key that is not above.
fn surely_above(ticket: &Digest, weight: u32, worst: u128) -> bool {
    /// log2 e in units of 2^-32, rounded down.
    const SLOPE: u128 = 6_196_328_018;
    let least = ((u128::from(first_eight(ticket)) * SLOPE) >> 32).saturating_sub(8) << 32;
    worst.checked_add(1).and_then(|bound| bound.checked_mul(u128::from(weight))).is_some_and(|bound| least >= bound)
}

/// The drum of one draw: seed and draw id are fixed, their part of every line is hashed once.
#[derive(Debug, Clone)]
pub struct Drum {
    begun: Running,
    beginning: String,
    /// Lines short enough for one last block, with SHA-256.
    block: Option<Block>,
}

impl Drum {
    /// A drum.
    ///
    /// # Errors
    /// [`Invalid::Field`] for a draw id that is no field.
    pub fn new(algorithm: Algorithm, seed: &Digest, draw: &str) -> Result<Self, Invalid> {
        let beginning = format!("{PREFIX}ticket|{seed}|{}|", field(draw)?);
        let block = (algorithm == Algorithm::Sha256).then(|| Block::new(beginning.as_bytes())).flatten();
        Ok(Self { begun: algorithm.begin(&[beginning.as_bytes()]), beginning, block })
    }
    /// The line of ball `ball` (1 …) of a unit, as a company types it into a hash tool.
    ///
    /// # Errors
    /// [`Invalid::Field`].
    pub fn line(&self, uid: &str, ball: u32) -> Result<String, Invalid> {
        Ok(format!("{}{}|{ball}", self.beginning, field(uid)?))
    }
    /// The number of one ball; the unit's id is a field.
    fn ball(&self, uid: &str, ball: u32) -> Digest {
        if let Some(ticket) = self.block.as_ref().and_then(|block| block.hash(uid.as_bytes(), ball)) {
            return ticket;
        }
        let mut of_ball = self.begun.clone();
        of_ball.add(uid.as_bytes());
        of_ball.add(format!("|{ball}").as_bytes());
        of_ball.finish()
    }
    /// The smallest ball of a unit.
    ///
    /// # Errors
    /// [`Invalid::Field`], [`Invalid::Weight`].
    pub fn ticket(&self, uid: &str, weight: u32) -> Result<Digest, Invalid> {
        let uid = field(uid)?;
        (1..=weight).map(|ball| self.ball(uid, ball)).min().ok_or_else(|| Invalid::Weight(uid.to_owned()))
    }
    /// A unit of the drum with what orders it.
    ///
    /// # Errors
    /// [`Invalid::Field`], [`Invalid::Weight`].
    pub fn ticketed(&self, method: Method, uid: &str, weight: u32) -> Result<Ticketed, Invalid> {
        if !(1..=method.most_weight()).contains(&weight) {
            return Err(Invalid::Weight(uid.to_owned()));
        }
        Ok(match method {
            Method::Balls => Ticketed { key: None, ticket: self.ticket(uid, weight)?, uid: uid.to_owned() },
            Method::Explog => {
                let ticket = self.ticket(uid, 1)?;
                Ticketed { key: Some(key(&ticket, weight)), ticket, uid: uid.to_owned() }
            }
        })
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

/// A drawn unit with its ticket. The order is the draw's: key (of `explog`), ticket, id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticketed {
    /// Key, with method `explog` only; written as 32 hex digits.
    pub key: Option<u128>,
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
    /// Key and ticket of the last unit once `keep` are kept: whoever is beyond cannot enter.
    worst: Option<(Option<u128>, Digest)>,
}

impl Selection {
    /// Keeps `keep` units, at most `cap` of one entity (0: no limit).
    pub fn new(keep: usize, cap: usize) -> Self {
        Self { keep, cap, best: BTreeSet::new(), by_entity: BTreeMap::new(), worst: None }
    }
    /// Whether a unit with this key and ticket may be kept; a quick look before anything is copied.
    pub fn may_enter(&self, key: Option<u128>, ticket: &Digest) -> bool {
        self.keep > 0 && self.worst.is_none_or(|(worst_key, worst)| (key, *ticket) <= (worst_key, worst))
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
        let full = self.best.len() == self.keep;
        self.worst = self.best.last().filter(|_| full).map(|last| (last.key, last.ticket));
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

/// The order of every stratum, as far as it was asked for, and the designated units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orders {
    /// Designated units with their stratum, in list order.
    pub must: Vec<(String, String)>,
    /// For each stratum in the order asked for, its first units: quota, reserve and what extensions may take.
    pub strata: Vec<Vec<Ticketed>>,
}

impl Orders {
    /// Splits each order into winners, reserves and the rest, which is not part of a result (§6.3).
    pub fn drawn(&self, strata: &[Stratum]) -> Drawn {
        let results = strata.iter().zip(&self.strata).map(|(stratum, order)| {
            let (winners, rest) = order.split_at(stratum.quota.min(order.len()));
            let reserves = rest.iter().take(stratum.reserve).cloned().collect();
            let shortfall = stratum.quota - winners.len();
            StratumResult { id: stratum.id.clone(), shortfall, winners: winners.to_vec(), reserves }
        });
        Drawn { must: self.must.iter().map(|(uid, _)| uid.clone()).collect(), strata: results.collect() }
    }
}

/// A draw under way: rows go in, in any order; parts of a list, made by entity, may be drawn apart and merged.
#[derive(Debug, Clone)]
pub struct Drawing {
    drum: Drum,
    method: Method,
    places: BTreeMap<String, usize>,
    selections: Vec<Selection>,
    must: BTreeMap<String, String>,
}

impl Drawing {
    /// Before the first row. `more` is what rules of extension may take beyond quota and reserve, by stratum; a
    /// missing entry is 0.
    pub fn new(drum: Drum, method: Method, strata: &[Stratum], more: &[usize]) -> Self {
        let more = more.iter().copied().chain(std::iter::repeat(0));
        let keep = |stratum: &Stratum, more: usize| stratum.quota.saturating_add(stratum.reserve).saturating_add(more);
        let selections =
            strata.iter().zip(more).map(|(stratum, more)| Selection::new(keep(stratum, more), stratum.cap));
        let places = strata.iter().enumerate().map(|(place, stratum)| (stratum.id.clone(), place));
        Self { drum, method, selections: selections.collect(), places: places.collect(), must: BTreeMap::new() }
    }
    /// A row. Excluded units are only looked at.
    ///
    /// # Errors
    /// [`Invalid`] for a row of no stratum, or one that does not fit its status.
    pub fn offer(&mut self, row: &Row<'_>) -> Result<(), Invalid> {
        row.check(self.method)?;
        let selection = self.places.get(row.stratum).and_then(|place| self.selections.get_mut(*place));
        let selection = selection.ok_or_else(|| Invalid::Stratum(row.stratum.to_owned()))?;
        match row.status {
            Status::In => {
                let balls = if self.method == Method::Balls { row.weight } else { 1 };
                let ticket = self.drum.ticket(row.uid, balls)?;
                let key = match (self.method, selection.worst) {
                    (Method::Balls, _) => None,
                    (Method::Explog, Some((Some(worst), _))) if surely_above(&ticket, row.weight, worst) => {
                        return Ok(());
                    }
                    (Method::Explog, _) => Some(key(&ticket, row.weight)),
                };
                if selection.may_enter(key, &ticket) {
                    selection.offer(Ticketed { key, ticket, uid: row.uid.to_owned() });
                }
            }
            Status::Must => {
                self.must.insert(row.uid.to_owned(), row.stratum.to_owned());
            }
            Status::Excluded => {}
        }
        Ok(())
    }
    /// Takes over a part that was drawn apart, for the same strata.
    pub fn merge(&mut self, other: Self) {
        self.selections.iter_mut().zip(other.selections).for_each(|(own, other)| own.merge(other));
        self.must.extend(other.must);
    }
    /// After the last row.
    pub fn orders(self) -> Orders {
        let strata = self.selections.into_iter().map(Selection::into_order).collect();
        Orders { must: self.must.into_iter().collect(), strata }
    }
}

/// Draws with method `balls`: one pass over the rows, in any order.
///
/// # Errors
/// [`Invalid`] for a row of no stratum, or one that does not fit its status.
pub fn draw<'r>(
    drum: &Drum,
    strata: &[Stratum],
    rows: impl IntoIterator<Item = &'r Candidate>,
) -> Result<Drawn, Invalid> {
    let mut drawing = Drawing::new(drum.clone(), Method::Balls, strata, &[]);
    for row in rows {
        drawing.offer(&row.row())?;
    }
    Ok(drawing.orders().drawn(strata))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Annex A: edge values of the logarithm; it never falls as `x` rises.
    #[test]
    fn the_logarithm_of_annex_a() {
        for (x, expected) in [
            (0, 0),
            (1, 2),
            (0x0123_4567_89ab_cdef, 0x1a5_26e7_e003_cbfe),
            (0x8000_0000_0000_0000, 1 << 64),
            (u64::MAX, 0x40_0000_0000_0000_0000),
        ] {
            assert_eq!(logarithm(x), expected, "{x:x}");
        }
        let steps = (0..64).flat_map(|bit| [(1_u64 << bit) - 1, 1 << bit, (1 << bit) + 1]);
        let mut xs: Vec<u64> = steps.chain((0..4096).map(|n| n * 0x000f_ffff_ffff_fff1)).collect();
        xs.extend(xs.clone().iter().map(|x| u64::MAX - x));
        xs.sort_unstable();
        assert!(xs.windows(2).all(|pair| logarithm(pair[0]) <= logarithm(pair[1])));
    }

    /// The quick bound never drops a unit whose key is not above the worst, and drops most of the others.
    #[test]
    fn the_quick_bound_is_a_bound() {
        let drum = Drum::new(Algorithm::Sha256, &Digest([7; 32]), "BOUND").expect("drum");
        let (mut above, mut dropped) = (0, 0);
        for n in 0..20_000_u32 {
            let (one, other) = (drum.ticket(&format!("A{n}"), 1), drum.ticket(&format!("B{n}"), 1));
            let (one, other) = (one.expect("ticket"), other.expect("ticket"));
            let weight = 1 << (n % 32);
            let (own, worst) = (key(&one, weight), key(&other, 1 << (n % 7)));
            assert!(!surely_above(&one, weight, own));
            assert!(own > worst || !surely_above(&one, weight, worst));
            above += u32::from(own > worst);
            dropped += u32::from(surely_above(&one, weight, worst));
        }
        assert!(dropped * 10 > above * 7, "{dropped} of {above}");
    }

    /// The single block and the running hash give the same numbers, at every length of draw id and unit id.
    #[test]
    fn the_single_block_is_the_hash_of_the_line() {
        for draw in 1..=64 {
            let drum = Drum::new(Algorithm::Sha256, &Digest([0x5a; 32]), &"D".repeat(draw)).expect("drum");
            for uid in (1..=40).chain([199, 200]).map(|length| "u".repeat(length)) {
                for ball in [1, 9, 10, 64, 100, 4_000_000_000] {
                    let line = drum.line(&uid, ball).expect("line");
                    assert_eq!(drum.ball(&uid, ball), Algorithm::Sha256.hash(&[line.as_bytes()]), "{line}");
                }
            }
        }
    }
}
