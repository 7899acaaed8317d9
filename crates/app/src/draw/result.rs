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
    loop {
        let outcome = compute(draw, frame, sealed)?;
        let mut found = None;
        for assignment in &outcome.active {
            let visited = sealed
                .visits
                .iter()
                .any(|(_, member)| frame.member(*member).is_ok_and(|member| member.uid == assignment.unit.uid));
            if visited {
                continue;
            }
            if let Some(mid) = facts.unfit(frame, assignment, task, day)? {
                found = Some(Change::Recuse(frame.of_uid(&assignment.unit.uid)?.id, frame.person(&mid)?.id));
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
