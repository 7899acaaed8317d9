//! What was drawn. It is a function of the frozen roster and of the sealed random number, and is recomputed whenever
//! it is needed; what was written down at the draw must agree. Nothing of it leaves this folder except to the
//! dispatcher, and nothing goes into an event.

use super::roster;
use crate::{AppError, AppResult, Work};
use hengjian_domain::{
    code::Code,
    draw::{
        Draw, DrawConflict, DrawMember, DrawMemberId, DrawPerson, DrawPersonId, MemberStatus, PersonReason, STRATUM,
        TeamMember,
    },
    enterprise::EnterpriseId,
    officer::{Officer, OfficerId, RecusalKind},
    plan::SpotCheckTask,
    sampling::VisitId,
};
use hengjian_store::Column;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use verifiable_draw::{
    Invalid,
    assignment::{Assigner, Assignment, Unit},
    candidates::{self, Candidate, Status},
    line::{Algorithm, Digest, line_hash},
    people::{Conflict, ConflictKind, Member, Pool},
    tickets::{self, Drawn, Drum, Stratum},
};

const SHA: Algorithm = Algorithm::Sha256;
/// Pool of the samplers.
const INSPECTOR: &str = "inspector";
/// Least size of the sealed bytes; larger ones are filled up to the next power of two, so that a size says nothing.
const SEALED_SIZE: usize = 4096;

impl From<Invalid> for AppError {
    fn from(invalid: Invalid) -> Self {
        Self::fault(format!("draw: {invalid}"))
    }
}

/// A change after the draw, in order (verifiable-draw.md §8.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Change {
    /// A sampler leaves the team of a unit.
    Recuse(DrawMemberId, DrawPersonId),
    /// The next reserve takes the place of a unit.
    Replace(DrawMemberId, DrawMemberId),
}

/// The secret of a draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sealed {
    salt_list: String,
    salt_people: String,
    /// The 32 random bytes taken after the freeze; empty before.
    random: String,
    /// As drawn, in order.
    winners: Vec<DrawMemberId>,
    reserves: Vec<DrawMemberId>,
    teams: Vec<(DrawMemberId, Vec<DrawPersonId>)>,
    pub changes: Vec<Change>,
    pub visits: Vec<(VisitId, DrawMemberId)>,
}

impl Sealed {
    /// Salts of a freeze.
    pub fn begin(work: &Work<'_>) -> Self {
        Self {
            salt_list: hex::encode(work.random::<32>()),
            salt_people: hex::encode(work.random::<32>()),
            random: String::new(),
            winners: Vec::new(),
            reserves: Vec::new(),
            teams: Vec::new(),
            changes: Vec::new(),
            visits: Vec::new(),
        }
    }
    /// Opens the secret. The caller is an act that journals why.
    pub fn open(work: &mut Work<'_>, draw: &Draw) -> AppResult<Self> {
        let bytes = work.unseal(draw.id)?.ok_or_else(|| AppError::fault("the draw has no sealed part"))?;
        serde_json::from_slice(&bytes).map_err(|error| AppError::fault(error.to_string()))
    }
    /// Seals it again.
    pub fn close(&self, work: &mut Work<'_>, draw: &Draw) -> AppResult<()> {
        let mut bytes = serde_json::to_vec(self).map_err(|error| AppError::fault(error.to_string()))?;
        let size = bytes.len().next_power_of_two().max(SEALED_SIZE);
        bytes.resize(size, b' ');
        work.seal(draw.org_id, draw.id, &bytes)
    }
}

/// What was frozen.
pub(super) struct Frame {
    pub members: Vec<DrawMember>,
    pub pool: Vec<DrawPerson>,
    pub conflicts: Vec<DrawConflict>,
}

impl Frame {
    pub fn load(work: &mut Work<'_>, draw: &Draw) -> AppResult<Self> {
        let conflicts =
            work.tx.list("WHERE draw_id = ?1 ORDER BY mid, with_colleague DESC, target", &[draw.id.to_value()])?;
        Ok(Self { members: roster::members(work, draw)?, pool: roster::pool(work, draw)?, conflicts })
    }
    pub fn member(&self, id: DrawMemberId) -> AppResult<&DrawMember> {
        self.members.iter().find(|member| member.id == id).ok_or_else(|| AppError::fault("unit is not in the roster"))
    }
    fn of_uid(&self, uid: &str) -> AppResult<&DrawMember> {
        let place = self.members.binary_search_by(|member| member.uid.as_str().cmp(uid));
        place.ok().and_then(|place| self.members.get(place)).ok_or_else(|| AppError::fault("unit is not in the roster"))
    }
    fn person(&self, mid: &str) -> AppResult<&DrawPerson> {
        self.pool.iter().find(|person| person.mid == mid).ok_or_else(|| AppError::fault("person is not in the pool"))
    }
    fn candidates(&self) -> Vec<Candidate> {
        let candidate = |member: &DrawMember| Candidate {
            uid: member.uid.clone(),
            stratum: member.stratum.clone(),
            weight: u32::try_from(member.weight).unwrap_or(0),
            status: match member.status {
                MemberStatus::In => Status::In,
                MemberStatus::Excluded => Status::Excluded,
                MemberStatus::Must => Status::Must,
            },
            reason: member.reason.clone(),
            reference: "-".to_owned(),
        };
        self.members.iter().map(candidate).collect()
    }
    fn pool(&self) -> Pool {
        let member = |person: &DrawPerson| Member {
            mid: person.mid.clone(),
            org: person.org_id.to_string(),
            lead: person.may_lead,
            cap: 0,
            skills: Vec::new(),
            included: person.status == MemberStatus::In,
            reason: person.reason.clone(),
        };
        let conflict = |conflict: &DrawConflict| {
            let (kind, reason) = if conflict.with_colleague {
                (ConflictKind::Member, PersonReason::Colleague)
            } else {
                (ConflictKind::Unit, PersonReason::Interest)
            };
            let (mid, target, reason) = (conflict.mid.clone(), conflict.target.clone(), reason.code().to_owned());
            Conflict { mid, kind, target, reason }
        };
        Pool {
            id: INSPECTOR.to_owned(),
            team: hengjian_domain::draw::phases::TEAM,
            lead: 1,
            members: self.pool.iter().map(member).collect(),
            conflicts: self.conflicts.iter().map(conflict).collect(),
        }
    }
    /// Digest of everything that was frozen, as one line: quotas, roots and counts of roster, pool and conflicts.
    /// The commitment of the verifiable draw takes its place.
    pub fn digest(&self, draw: &Draw, sealed: &Sealed) -> AppResult<String> {
        let (salt_list, salt_people) = (Digest::parse(&sealed.salt_list)?, Digest::parse(&sealed.salt_people)?);
        let (rows, pool) = (self.candidates(), self.pool());
        let roots = [
            candidates::root(SHA, &salt_list, &rows)?,
            pool.members_root(SHA, &salt_people)?,
            pool.conflicts_root(SHA, &salt_people)?,
        ];
        let mut fields = vec![draw.draw_name.clone(), "balls".to_owned(), STRATUM.to_owned()];
        fields.extend([draw.quota.to_string(), draw.reserve.to_string()]);
        fields.extend(roots.iter().flat_map(|root| [root.root.to_string(), root.count.to_string()]));
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        Ok(line_hash(SHA, "interim-roster", &fields)?.to_string())
    }
}

/// What was drawn, and the teams after all changes.
pub(super) struct Outcome {
    pub drawn: Drawn,
    /// Units to be visited now, each with its team.
    pub active: Vec<Assignment>,
    as_drawn: Vec<Assignment>,
}

impl Outcome {
    fn stratum(&self) -> Option<&tickets::StratumResult> {
        self.drawn.strata.first()
    }
    /// Winners and designated units.
    pub fn count(&self) -> i64 {
        let winners = self.stratum().map_or(0, |stratum| stratum.winners.len());
        i64::try_from(winners + self.drawn.must.len()).unwrap_or(i64::MAX)
    }
    /// The reserve whose turn it is after `used` replacements.
    pub fn next_reserve(&self, used: usize) -> Option<&str> {
        self.stratum()?.reserves.get(used).map(|unit| unit.uid.as_str())
    }
}

fn size(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// Computes the draw anew: tickets, winners, teams, then every change.
pub(super) fn compute(draw: &Draw, frame: &Frame, sealed: &Sealed) -> AppResult<Outcome> {
    let seed = line_hash(SHA, "interim-seed", &[&draw.roster_digest, &sealed.random])?;
    let drum = Drum::new(SHA, &seed, &draw.draw_name)?;
    let stratum = Stratum { id: STRATUM.to_owned(), quota: size(draw.quota), reserve: size(draw.reserve), cap: 0 };
    let drawn = tickets::draw(&drum, &[stratum], &frame.candidates())?;
    let unit = |uid: &str| Unit { uid: uid.to_owned(), need: "-".to_owned() };
    let winners = drawn.strata.iter().flat_map(|stratum| stratum.winners.iter().map(|winner| unit(&winner.uid)));
    let units: Vec<Unit> = drawn.must.iter().map(|uid| unit(uid)).chain(winners).collect();
    let pool = frame.pool();
    let mut assigner = Assigner::new(SHA, &seed, &draw.draw_name, &pool)?;
    let as_drawn = assigner.assign(&units)?;
    let mut active = as_drawn.clone();
    for change in &sealed.changes {
        let (Change::Recuse(member, _) | Change::Replace(member, _)) = change;
        let uid = &frame.member(*member)?.uid;
        let place = active.iter_mut().find(|assignment| assignment.unit.uid == *uid);
        let place = place.ok_or_else(|| AppError::fault("a change concerns a unit that is not active"))?;
        *place = match change {
            Change::Recuse(_, person) => {
                let person = frame.pool.iter().find(|found| found.id == *person);
                let person = person.ok_or_else(|| AppError::fault("person is not in the pool"))?;
                assigner.recuse(place, &person.mid)?
            }
            Change::Replace(_, with) => assigner.replace(place, &unit(&frame.member(*with)?.uid))?,
        };
    }
    Ok(Outcome { drawn, active, as_drawn })
}

/// Writes down what was drawn, when it is drawn.
pub(super) fn write_down(frame: &Frame, sealed: &mut Sealed, outcome: &Outcome) -> AppResult<()> {
    let ids = |units: &[tickets::Ticketed]| {
        units.iter().map(|unit| Ok(frame.of_uid(&unit.uid)?.id)).collect::<AppResult<Vec<_>>>()
    };
    let stratum = outcome.stratum().ok_or_else(|| AppError::fault("no stratum"))?;
    (sealed.winners, sealed.reserves) = (ids(&stratum.winners)?, ids(&stratum.reserves)?);
    sealed.teams = teams(frame, &outcome.as_drawn)?;
    Ok(())
}

fn teams(frame: &Frame, assignments: &[Assignment]) -> AppResult<Vec<(DrawMemberId, Vec<DrawPersonId>)>> {
    let team = |assignment: &Assignment| {
        let people = assignment.team.iter().map(|mid| Ok(frame.person(mid)?.id)).collect::<AppResult<Vec<_>>>()?;
        Ok((frame.of_uid(&assignment.unit.uid)?.id, people))
    };
    assignments.iter().map(team).collect()
}

/// Recomputes and compares with what was written down. They differ only when somebody changed rows or secret.
pub(super) fn recompute(draw: &Draw, frame: &Frame, sealed: &Sealed) -> AppResult<Outcome> {
    if frame.digest(draw, sealed)? != draw.roster_digest {
        return Err(hengjian_domain::draw::DrawRefused::RosterChanged.into());
    }
    let outcome = compute(draw, frame, sealed)?;
    let mut again = sealed.clone();
    write_down(frame, &mut again, &outcome)?;
    if again == *sealed {
        Ok(outcome)
    } else {
        Err(AppError::fault("the draw does not recompute to what was written down"))
    }
}

/// Keys the samplers' random number, once, after the freeze.
pub(super) fn take_random(work: &Work<'_>, sealed: &mut Sealed) {
    sealed.random = hex::encode(work.random::<32>());
}

/// What the registers say about conflicts and people on a day.
pub(super) struct Facts {
    officers: BTreeMap<OfficerId, Officer>,
    leads: BTreeSet<OfficerId>,
    firms: BTreeSet<(OfficerId, EnterpriseId)>,
    colleagues: BTreeSet<(OfficerId, OfficerId)>,
}

impl Facts {
    pub fn load(work: &mut Work<'_>, draw: &Draw, frame: &Frame, day: Date) -> AppResult<Self> {
        let (mut officers, mut leads) = (BTreeMap::new(), BTreeSet::new());
        for person in &frame.pool {
            let officer: Officer =
                work.tx.get(&person.officer_id)?.ok_or_else(|| AppError::fault("officer is missing"))?;
            if person.may_lead {
                leads.insert(officer.id);
            }
            officers.insert(officer.id, officer);
        }
        let (mut firms, mut colleagues) = (BTreeSet::new(), BTreeSet::new());
        for recusal in roster::recusals(work, draw.org_id, day)? {
            match (recusal.kind, recusal.enterprise_id, recusal.colleague_id) {
                (RecusalKind::Enterprise, Some(firm), _) => {
                    firms.insert((recusal.officer_id, firm));
                }
                (RecusalKind::Colleague, _, Some(other)) => {
                    colleagues.extend([(recusal.officer_id, other), (other, recusal.officer_id)]);
                }
                _ => {}
            }
        }
        Ok(Self { officers, leads, firms, colleagues })
    }
    /// The team of a unit as the rules want to see it.
    pub fn team(&self, frame: &Frame, assignment: &Assignment, task: &SpotCheckTask) -> AppResult<Vec<TeamMember>> {
        let firm = frame.of_uid(&assignment.unit.uid)?.enterprise_id;
        let people: Vec<OfficerId> =
            assignment.team.iter().map(|mid| Ok(frame.person(mid)?.officer_id)).collect::<AppResult<_>>()?;
        let member = |id: &OfficerId| {
            let officer = self.officers.get(id).ok_or_else(|| AppError::fault("officer is missing"))?;
            let with_other = people.iter().any(|other| self.colleagues.contains(&(*id, *other)));
            Ok(TeamMember {
                officer_id: *id,
                may_lead: self.leads.contains(id),
                recused: with_other || self.firms.contains(&(*id, firm)),
                laboratory_staff: officer.laboratory_id.is_some() && officer.laboratory_id == task.laboratory_id,
                certificate_until_on: officer.certificate_until_on,
            })
        };
        people.iter().map(member).collect()
    }
    /// Somebody of a team who may not go any more: newly recused, on leave, certificate ended.
    fn unfit(
        &self,
        frame: &Frame,
        assignment: &Assignment,
        task: &SpotCheckTask,
        day: Date,
    ) -> AppResult<Option<String>> {
        let team = self.team(frame, assignment, task)?;
        let out = team.iter().rposition(|member| {
            let officer = self.officers.get(&member.officer_id);
            member.recused || officer.is_none_or(|officer| roster::unfit(officer, task, day).is_some())
        });
        Ok(out.and_then(|seat| assignment.team.get(seat).cloned()))
    }
}

/// Fills the seats of people who may not go any more since the freeze, each with the next in order. Says nothing to
/// anybody: neither that a seat was filled anew nor how many, since that would tell who is visited.
pub(super) fn refresh(
    draw: &Draw,
    task: &SpotCheckTask,
    frame: &Frame,
    sealed: &mut Sealed,
    facts: &Facts,
    day: Date,
) -> AppResult<Outcome> {
    let visited: BTreeSet<DrawMemberId> = sealed.visits.iter().map(|(_, member)| *member).collect();
    loop {
        let outcome = compute(draw, frame, sealed)?;
        let mut found = None;
        for assignment in &outcome.active {
            let member = frame.of_uid(&assignment.unit.uid)?.id;
            if visited.contains(&member) {
                continue;
            }
            if let Some(mid) = facts.unfit(frame, assignment, task, day)? {
                found = Some(Change::Recuse(member, frame.person(&mid)?.id));
                break;
            }
        }
        match found {
            Some(change) => sealed.changes.push(change),
            None => return Ok(outcome),
        }
    }
}

/// The unit of an assignment and its two officers; `None` when nobody could be assigned.
pub(super) fn pair<'f>(
    frame: &'f Frame,
    assignment: &Assignment,
) -> AppResult<Option<(&'f DrawMember, OfficerId, OfficerId)>> {
    let [lead, second] = assignment.team.as_slice() else { return Ok(None) };
    Ok(Some((frame.of_uid(&assignment.unit.uid)?, frame.person(lead)?.officer_id, frame.person(second)?.officer_id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hengjian_domain::{
        draw::{DrawKind, DrawPhase},
        enterprise::CreditClass,
        ids::Id,
        time::Timestamp,
    };
    use sha2::{Digest as _, Sha256};

    fn id<K>(number: u128) -> Id<K> {
        Id::from_uuid(uuid::Uuid::from_u128(number))
    }
    fn draw(quota: i64, reserve: i64) -> Draw {
        Draw {
            id: id(1),
            version: 1,
            org_id: id(2),
            task_id: id(3),
            draw_name: "0123456789ab".to_owned(),
            kind: DrawKind::Interim,
            phase: DrawPhase::Drawn,
            quota,
            reserve,
            count_in: 0,
            count_excluded: 0,
            count_must: 0,
            count_drawn: 0,
            filters: String::new(),
            roster_digest: "f".repeat(64),
            release_at_us: None,
            prepared_by: id(4),
            frozen_at_us: None,
            executed_by: None,
            executed_at_us: None,
            confirmed_by: None,
            confirmed_at_us: None,
            dispatcher_id: None,
            dispatched_at_us: None,
            closed_at_us: None,
            close_reason: String::new(),
            void_reason: String::new(),
            created_at_us: Timestamp(0),
        }
    }
    fn frame(firms: u128, people: u128) -> Frame {
        let member = |n: u128| DrawMember {
            id: id(100 + n),
            version: 1,
            org_id: id(2),
            draw_id: id(1),
            uid: format!("F{n:03}"),
            enterprise_id: id(1_000 + n),
            stratum: STRATUM.to_owned(),
            credit_class: CreditClass::A,
            weight: 1,
            status: MemberStatus::In,
            reason: "-".to_owned(),
            reason_text: String::new(),
            by_hand: false,
            blocked_models: String::new(),
        };
        let person = |n: u128| DrawPerson {
            id: id(10_000 + n),
            version: 1,
            org_id: id(2),
            draw_id: id(1),
            officer_id: id(20_000 + n),
            mid: format!("S{n}"),
            may_lead: true,
            status: MemberStatus::In,
            reason: "-".to_owned(),
            reason_text: String::new(),
            by_hand: false,
        };
        Frame {
            members: (0..firms).map(member).collect(),
            pool: (0..people).map(person).collect(),
            conflicts: Vec::new(),
        }
    }
    fn sealed(random: &str) -> Sealed {
        Sealed {
            salt_list: "3".repeat(64),
            salt_people: "4".repeat(64),
            random: random.to_owned(),
            winners: Vec::new(),
            reserves: Vec::new(),
            teams: Vec::new(),
            changes: Vec::new(),
            visits: Vec::new(),
        }
    }
    fn sha(line: &str) -> String {
        hex::encode(Sha256::digest(line.as_bytes()))
    }

    /// The order follows from the sealed random number with nothing but a hash tool and a sort.
    #[test]
    fn the_result_follows_from_the_sealed_number_alone() {
        let (draw, frame, sealed) = (draw(5, 3), frame(40, 4), sealed(&"ab".repeat(32)));
        let seed = sha(&format!("psc-draw/1/interim-seed|{}|{}", draw.roster_digest, sealed.random));
        let mut by_hand: Vec<(String, String)> = (0..40)
            .map(|n| (sha(&format!("psc-draw/1/ticket|{seed}|0123456789ab|F{n:03}|1")), format!("F{n:03}")))
            .collect();
        by_hand.sort();
        let outcome = compute(&draw, &frame, &sealed).expect("computed");
        let stratum = &outcome.drawn.strata[0];
        let found: Vec<&str> = stratum.winners.iter().chain(&stratum.reserves).map(|unit| unit.uid.as_str()).collect();
        assert_eq!(found, by_hand[..8].iter().map(|(_, uid)| uid.as_str()).collect::<Vec<_>>());
        assert_eq!((outcome.count(), outcome.next_reserve(0), outcome.next_reserve(3)), (5, Some(found[5]), None));
    }

    /// Recomputation gives what was written down, and notices a changed roster, secret or note.
    #[test]
    fn recomputation_notices_every_change() {
        let (mut draw, frame_now) = (draw(5, 3), frame(40, 4));
        let mut secret = sealed(&"ab".repeat(32));
        draw.roster_digest = frame_now.digest(&draw, &secret).expect("digest");
        let outcome = compute(&draw, &frame_now, &secret).expect("computed");
        write_down(&frame_now, &mut secret, &outcome).expect("written");
        let again = recompute(&draw, &frame_now, &secret).expect("the same");
        assert_eq!((again.active, again.drawn), (outcome.active, outcome.drawn));

        let mut changed = frame(40, 4);
        changed.members[7].status = MemberStatus::Excluded;
        (changed.members[7].weight, changed.members[7].reason) = (0, "E09".to_owned());
        assert!(matches!(recompute(&draw, &changed, &secret), Err(AppError::Refused(_))));
        assert!(matches!(recompute(&draw, &frame(40, 5), &secret), Err(AppError::Refused(_))));
        let more = Draw { quota: 6, ..draw.clone() };
        assert!(matches!(recompute(&more, &frame_now, &secret), Err(AppError::Refused(_))));
        let other = Sealed { random: "cd".repeat(32), ..secret.clone() };
        assert!(matches!(recompute(&draw, &frame_now, &other), Err(AppError::Fault(_))));
        let mut swapped = secret.clone();
        swapped.winners.swap(0, 1);
        assert!(matches!(recompute(&draw, &frame_now, &swapped), Err(AppError::Fault(_))));
    }

    /// §8.2: the reserve takes the place and the team; the ones before stay where they were.
    #[test]
    fn a_replacement_takes_the_place_and_the_team() {
        let (draw, frame, mut secret) = (draw(5, 3), frame(40, 4), sealed(&"ab".repeat(32)));
        let before = compute(&draw, &frame, &secret).expect("computed");
        let out = before.active[2].clone();
        let reserve = before.next_reserve(0).expect("reserve").to_owned();
        let change =
            Change::Replace(frame.of_uid(&out.unit.uid).expect("unit").id, frame.of_uid(&reserve).expect("reserve").id);
        secret.changes.push(change);
        let after = compute(&draw, &frame, &secret).expect("computed");
        assert_eq!((&after.active[2].unit.uid, &after.active[2].team), (&reserve, &out.team));
        for place in [0, 1, 3, 4] {
            assert_eq!(after.active[place], before.active[place]);
        }
        secret.changes.push(secret.changes[0].clone());
        assert!(compute(&draw, &frame, &secret).is_err(), "a unit that is gone cannot be replaced again");
    }
}
