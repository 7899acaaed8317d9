//! §7 and §8.2: who goes where. Load first and hash second, hard cases first; greedy, so that a person can follow it
//! by hand. Replacement keeps a team where it may stay, a late recusal fills one seat anew.

use crate::{
    Invalid,
    candidates::entity,
    line::{Algorithm, Digest, line_hash},
    people::{Conflict, ConflictKind, Member, Pool},
};
use std::collections::{BTreeMap, BTreeSet};

/// A unit that needs a team.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    /// Id.
    pub uid: String,
    /// Skill code its stratum needs, or `-`.
    pub need: String,
}

/// Remark on a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// Somebody has more tasks than their cap.
    OverCap,
    /// Nobody could be assigned; the team is empty.
    Unassigned,
    /// Taken over with the place of a replaced unit.
    Inherited,
    /// A seat was filled anew after a recusal.
    Recused,
}

impl Flag {
    /// As written in a result.
    pub const fn word(self) -> &'static str {
        match self {
            Self::OverCap => "over_cap",
            Self::Unassigned => "unassigned",
            Self::Inherited => "inherited",
            Self::Recused => "recused",
        }
    }
}

/// A team for a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Unit.
    pub unit: Unit,
    /// Staff numbers in seat order; empty when unassigned.
    pub team: Vec<String>,
    /// Remarks.
    pub flags: Vec<Flag>,
}

/// Assigns the people of one pool and remembers their loads.
#[derive(Debug, Clone)]
pub struct Assigner<'p> {
    algorithm: Algorithm,
    seed: String,
    draw: &'p str,
    pool: &'p Pool,
    loads: BTreeMap<&'p str, u32>,
    /// (member, unit or entity or other member), both directions for members.
    conflicts: BTreeSet<(String, String)>,
    colleagues: BTreeSet<(&'p str, &'p str)>,
}

impl<'p> Assigner<'p> {
    /// Nobody has a task yet.
    ///
    /// # Errors
    /// [`Invalid`] for a pool that is not well formed.
    pub fn new(algorithm: Algorithm, seed: &Digest, draw: &'p str, pool: &'p Pool) -> Result<Self, Invalid> {
        pool.check()?;
        let of = |kind: ConflictKind| pool.conflicts.iter().filter(move |conflict: &&Conflict| conflict.kind == kind);
        let conflicts = of(ConflictKind::Unit).map(|found| (found.mid.clone(), found.target.clone())).collect();
        let pairs = of(ConflictKind::Member).map(|found| (found.mid.as_str(), found.target.as_str()));
        let colleagues = pairs.flat_map(|(one, other)| [(one, other), (other, one)]).collect();
        let loads = pool.members.iter().map(|member| (member.mid.as_str(), 0)).collect();
        Ok(Self { algorithm, seed: seed.to_string(), draw, pool, loads, conflicts, colleagues })
    }

    /// Tasks of a member at present.
    pub fn load(&self, mid: &str) -> u32 {
        self.loads.get(mid).copied().unwrap_or(0)
    }

    /// Teams for a batch of units, in the order in which they were processed.
    ///
    /// # Errors
    /// [`Invalid::Field`].
    pub fn assign(&mut self, units: &[Unit]) -> Result<Vec<Assignment>, Invalid> {
        let mut queue = Vec::with_capacity(units.len());
        for unit in units {
            let eligible = self.pool.members.iter().filter(|member| self.eligible(member, unit)).count();
            let order = line_hash(self.algorithm, "unit-order", &[&self.seed, self.draw, &self.pool.id, &unit.uid])?;
            queue.push((eligible, order, unit));
        }
        queue.sort_unstable();
        queue.into_iter().map(|(_, _, unit)| self.pick(unit)).collect()
    }

    /// §8.2 `replace`: the next unit takes the place of one that could not be sampled.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn replace(&mut self, out: &Assignment, unit: &Unit) -> Result<Assignment, Invalid> {
        self.change_loads(&out.team, false);
        let team = out.team.iter().map(|mid| self.member(mid)).collect::<Result<Vec<_>, _>>()?;
        if team.is_empty() || !team.iter().all(|member| self.eligible(member, unit)) {
            return self.pick(unit);
        }
        self.change_loads(&out.team, true);
        Ok(Assignment { unit: unit.clone(), team: out.team.clone(), flags: vec![Flag::Inherited] })
    }

    /// §8.2 `recuse`: a member leaves the team of a unit and is in conflict with it from now on.
    ///
    /// # Errors
    /// [`Invalid::Unknown`] when the member is not in that team.
    pub fn recuse(&mut self, current: &Assignment, out: &str) -> Result<Assignment, Invalid> {
        let unit = &current.unit;
        let unknown = || Invalid::Unknown(out.to_owned());
        let seat = current.team.iter().position(|mid| mid == out).ok_or_else(unknown)?;
        self.conflicts.insert((out.to_owned(), unit.uid.clone()));
        self.change_loads(&current.team[seat..=seat], false);
        let mut team = current.team.clone();
        team.remove(seat);
        match self.best_for(seat, unit, &team)? {
            Some((member, over_cap)) => {
                self.change_loads(std::slice::from_ref(&member.mid), true);
                team.insert(seat, member.mid.clone());
                let mut flags = vec![Flag::Recused];
                flags.extend(over_cap.then_some(Flag::OverCap));
                Ok(Assignment { unit: unit.clone(), team, flags })
            }
            None => {
                self.change_loads(&team, false);
                Ok(Assignment { unit: unit.clone(), team: Vec::new(), flags: vec![Flag::Unassigned] })
            }
        }
    }

    fn member(&self, mid: &str) -> Result<&'p Member, Invalid> {
        self.pool.members.iter().find(|member| member.mid == mid).ok_or_else(|| Invalid::Unknown(mid.to_owned()))
    }

    fn eligible(&self, member: &Member, unit: &Unit) -> bool {
        let able = unit.need == "-" || member.skills.is_empty() || member.skills.contains(&unit.need);
        let free = |target: &str| !self.conflicts.contains(&(member.mid.clone(), target.to_owned()));
        member.included && able && free(&unit.uid) && free(entity(&unit.uid))
    }

    /// The member for a seat beside the team so far, and whether that one is over the cap.
    fn best_for(&self, seat: usize, unit: &Unit, team: &[String]) -> Result<Option<(&'p Member, bool)>, Invalid> {
        let allowed = |member: &&Member| {
            let together =
                team.iter().all(|mid| *mid != member.mid && !self.colleagues.contains(&(&member.mid, mid.as_str())));
            self.eligible(member, unit) && together && (seat >= self.pool.lead || member.lead)
        };
        let under_cap = |member: &Member| member.cap == 0 || self.load(&member.mid) < member.cap;
        let mut best: Option<(bool, u32, Digest, &'p Member)> = None;
        for member in self.pool.members.iter().filter(allowed) {
            let fields = [&self.seed, self.draw, &self.pool.id, &unit.uid, &member.mid];
            let hash = line_hash(self.algorithm, "assign", &fields)?;
            let candidate = (!under_cap(member), self.load(&member.mid), hash, member);
            let key = |found: &(bool, u32, Digest, &Member)| (found.0, found.1, found.2);
            if best.as_ref().is_none_or(|best| key(&candidate) < key(best)) {
                best = Some(candidate);
            }
        }
        Ok(best.map(|(over_cap, _, _, member)| (member, over_cap)))
    }

    fn pick(&mut self, unit: &Unit) -> Result<Assignment, Invalid> {
        let (mut team, mut flags) = (Vec::new(), Vec::new());
        for seat in 0..self.pool.team {
            let Some((member, over_cap)) = self.best_for(seat, unit, &team)? else {
                return Ok(Assignment { unit: unit.clone(), team: Vec::new(), flags: vec![Flag::Unassigned] });
            };
            if over_cap {
                flags = vec![Flag::OverCap];
            }
            team.push(member.mid.clone());
        }
        self.change_loads(&team, true);
        Ok(Assignment { unit: unit.clone(), team, flags })
    }

    fn change_loads(&mut self, team: &[String], more: bool) {
        for mid in team {
            if let Some(load) = self.loads.get_mut(mid.as_str()) {
                *load = if more { *load + 1 } else { load.saturating_sub(1) };
            }
        }
    }
}
