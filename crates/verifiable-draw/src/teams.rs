//! §7 and §8.2 over all pools: who goes where, from the draw through every event, as rows of the result.

use crate::{
    Invalid,
    assignment::{Assigner, Assignment, Unit},
    event::{Act, Event},
    line::{Algorithm, Digest},
    outcome::TeamRow,
    people::Pool,
};
use std::collections::BTreeMap;

/// Teams of all pools.
#[derive(Debug, Clone)]
pub struct Teams<'p> {
    pools: &'p [Pool],
    assigners: Vec<Assigner<'p>>,
    /// The team of a unit at present, by place of the pool and unit.
    current: BTreeMap<(usize, String), Assignment>,
    rows: Vec<TeamRow>,
}

impl<'p> Teams<'p> {
    /// Assigns all units that were drawn or designated, pool by pool.
    ///
    /// # Errors
    /// [`Invalid`] for a pool that is not well formed.
    pub fn new(
        algorithm: Algorithm,
        seed: &Digest,
        draw: &'p str,
        pools: &'p [Pool],
        units: &[Unit],
    ) -> Result<Self, Invalid> {
        let assigners =
            pools.iter().map(|pool| Assigner::new(algorithm, seed, draw, pool)).collect::<Result<_, _>>()?;
        let mut teams = Self { pools, assigners, current: BTreeMap::new(), rows: Vec::new() };
        teams.assign(units)?;
        Ok(teams)
    }
    /// One batch, pool by pool, each in its unit order.
    fn assign(&mut self, units: &[Unit]) -> Result<(), Invalid> {
        for place in 0..self.assigners.len() {
            let found = self.assigners.get_mut(place).map_or_else(|| Ok(Vec::new()), |pool| pool.assign(units))?;
            found.into_iter().for_each(|assignment| self.record(place, assignment));
        }
        Ok(())
    }
    fn record(&mut self, place: usize, assignment: Assignment) {
        let pool = self.pools.get(place).map(|pool| pool.id.clone()).unwrap_or_default();
        let flags = assignment.flags.iter().map(|flag| flag.word().to_owned()).collect();
        let (uid, team) = (assignment.unit.uid.clone(), assignment.team.clone());
        self.rows.push(TeamRow { pool, uid: uid.clone(), team, flags });
        self.current.insert((place, uid), assignment);
    }
    /// An event that the units have accepted; `units` is what [`crate::event::Units::apply`] gave.
    ///
    /// # Errors
    /// [`Invalid::Unknown`] for a recusal of somebody who is not in the team, [`Invalid::Shape`] when another member
    /// takes the seat.
    pub fn apply(&mut self, event: &Event, units: &[Unit]) -> Result<(), Invalid> {
        match &event.act {
            Act::Replace { out, .. } => {
                for place in 0..self.assigners.len() {
                    let gone = self.current.remove(&(place, out.clone()));
                    let gone = gone.ok_or_else(|| Invalid::Unknown(out.clone()))?;
                    for unit in units {
                        let assigner = self.assigners.get_mut(place).ok_or_else(|| Invalid::Unknown(out.clone()))?;
                        let team = assigner.replace(&gone, unit)?;
                        self.record(place, team);
                    }
                }
            }
            Act::Extend { .. } => self.assign(units)?,
            Act::Recuse { pool, uid, out, into } => {
                let (place, found) = self.recuse(pool, uid, out)?;
                let taken = seat_taken(self.current.get(&(place, uid.clone())), &found);
                if taken != *into {
                    let named = taken.as_deref().unwrap_or("-");
                    return Err(Invalid::Shape("events", format!("回避后应由 {named} 接替")));
                }
                self.record(place, found);
            }
        }
        Ok(())
    }
    /// Who takes the seat when `out` is recused; none when nobody may. Changes nothing.
    ///
    /// # Errors
    /// [`Invalid::Unknown`].
    pub fn next_for_recusal(&self, pool: &str, uid: &str, out: &str) -> Result<Option<String>, Invalid> {
        let (place, found) = self.clone().recuse(pool, uid, out)?;
        Ok(seat_taken(self.current.get(&(place, uid.to_owned())), &found))
    }
    fn recuse(&mut self, pool: &str, uid: &str, out: &str) -> Result<(usize, Assignment), Invalid> {
        let place = self.pools.iter().position(|found| found.id == pool);
        let place = place.ok_or_else(|| Invalid::Unknown(pool.to_owned()))?;
        let unknown = || Invalid::Unknown(uid.to_owned());
        let current = self.current.get(&(place, uid.to_owned())).ok_or_else(unknown)?;
        Ok((place, self.assigners.get_mut(place).ok_or_else(unknown)?.recuse(current, out)?))
    }
    /// All rows so far, in the order of §8.1.
    pub fn rows(&self) -> &[TeamRow] {
        &self.rows
    }
    /// The team of a unit at present; none when the pool does not know the unit.
    pub fn team(&self, pool: &str, uid: &str) -> Option<&[String]> {
        let place = self.pools.iter().position(|found| found.id == pool)?;
        self.current.get(&(place, uid.to_owned())).map(|found| found.team.as_slice())
    }
    /// Tasks of a member at present.
    pub fn load(&self, pool: &str, mid: &str) -> u32 {
        let place = self.pools.iter().position(|found| found.id == pool);
        place.and_then(|place| self.assigners.get(place)).map_or(0, |assigner| assigner.load(mid))
    }
}

/// The member of the new team that was not in the old one.
fn seat_taken(before: Option<&Assignment>, after: &Assignment) -> Option<String> {
    let old = before.map(|before| before.team.as_slice()).unwrap_or_default();
    after.team.iter().find(|mid| !old.contains(mid)).cloned()
}
