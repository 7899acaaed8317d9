//! §8.1: the evidence bundle. One file, one way to write it; the record of evidence from which everything is recomputed.

use crate::{
    Invalid,
    candidates::{Candidate, Row},
    canonical::Value,
    commit::{Commitment, Voided},
    entropy,
    event::{Act, Event, Units},
    line::{Algorithm, Digest},
    log::Anchor,
    outcome::Outcome,
    people::Pool,
    teams::Teams,
    tickets::{Drawing, Drum, Orders},
};
use std::io::{BufRead, Read as _};

/// `format` of a bundle.
pub const FORMAT: &str = "psc-draw-bundle/1";
/// Keys that the seal does not cover.
const UNSEALED: [&str; 2] = ["anchors", "seal"];
/// Most bytes of one line of a parts file; a row has six fields of at most 200.
const LONGEST_LINE: u64 = 4096;

/// A bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// Full (with people) or public.
    pub full: bool,
    /// Commitment.
    pub commit: Commitment,
    /// The list.
    pub candidates: List,
    /// Pools with their rows, in the order of the commitment; empty in a public bundle.
    pub people: Vec<Pool>,
    /// What was secret until the reveal.
    pub reveal: Reveal,
    /// Events in time order; without recusals in a public bundle.
    pub events: Vec<Event>,
    /// Result.
    pub result: Outcome,
    /// Voided attempts, oldest first.
    pub history: Vec<Voided>,
    /// Commit anchor and close anchor.
    pub anchors: Vec<Anchor>,
}

/// The list of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum List {
    /// In the bundle.
    Rows(Vec<Candidate>),
    /// In files beside it.
    Parts(Vec<Part>),
}

/// A file with one canonical row a line, sorted through all parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// File name, without folders.
    pub file: String,
    /// Rows.
    pub count: u64,
    /// Hash of the bytes, with the draw's hash.
    pub digest: Digest,
}

/// What was secret until the reveal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reveal {
    /// Secrets in the order of the commitment.
    pub secrets: Vec<Digest>,
    /// Salt of the list.
    pub salt_list: Digest,
    /// Salt of the people; not in a public bundle.
    pub salt_people: Option<Digest>,
    /// Outcomes `(id, value)` in the order of the commitment.
    pub entropy: Vec<(String, String)>,
}

impl Reveal {
    /// The seed of a commitment with these secrets and outcomes (§5.4).
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn seed(&self, commit: &Commitment) -> Result<Digest, Invalid> {
        entropy::seed(commit.algorithm, &commit.digest(), &self.secrets, &self.entropy)
    }
}

/// Opens a parts file by its name; none when it is not there.
pub type OpenPart<'o> = dyn FnMut(&str) -> Option<Box<dyn BufRead>> + 'o;

/// For bundles without parts files.
pub fn no_parts(_: &str) -> Option<Box<dyn BufRead>> {
    None
}

/// Outcomes as they stand in bundles and proofs.
pub(crate) fn outcomes_value(outcomes: &[(String, String)]) -> Value<'static> {
    Value::list(outcomes.iter().map(|(id, value)| Value::object([("id", id.into()), ("value", value.into())])))
}
pub(crate) fn read_outcome(value: &Value<'_>) -> Result<(String, String), Invalid> {
    let outcome = value.members("entropy", &["id", "value"])?;
    Ok((outcome.field("id")?.to_owned(), outcome.field("value")?.to_owned()))
}

impl List {
    fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        if let Value::List(rows) = value {
            let rows = rows.iter().map(|row| Row::from_value(row).map(|row| row.to_candidate()));
            return Ok(Self::Rows(rows.collect::<Result<_, _>>()?));
        }
        let parts = value.members("candidates", &["parts"])?.each("parts", |part| {
            let part = part.members("parts", &["count", "digest", "file"])?;
            let file = part.text("file")?;
            let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
            if !(1..=200).contains(&file.len()) || !file.bytes().all(letter) || file.starts_with('.') {
                return Err(Invalid::Field(file.chars().take(80).collect()));
            }
            Ok(Part { file: file.to_owned(), count: part.count("count")?, digest: part.digest("digest")? })
        });
        Ok(Self::Parts(parts?))
    }
    fn to_value(&self) -> Value<'static> {
        match self {
            Self::Rows(rows) => Value::List(rows.iter().map(|row| row.row().to_value()).collect()),
            Self::Parts(parts) => {
                let part = |part: &Part| {
                    let (file, digest) = (Value::from(&part.file), Value::from(part.digest));
                    Value::object([("file", file), ("count", part.count.into()), ("digest", digest)])
                };
                Value::object([("parts", Value::list(parts.iter().map(part)))])
            }
        }
    }
    /// All rows in key order, one at a time, whatever the length of the list.
    ///
    /// # Errors
    /// [`Invalid::Shape`] for a part that is missing, is not canonical, or has another count or digest; and what
    /// `each` refuses.
    pub fn rows(
        &self,
        algorithm: Algorithm,
        open: &mut OpenPart<'_>,
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), Invalid>,
    ) -> Result<(), Invalid> {
        match self {
            Self::Rows(rows) => rows.iter().try_for_each(|row| each(&row.row())),
            Self::Parts(parts) => parts.iter().try_for_each(|part| part.rows(algorithm, open, each)),
        }
    }
}

/// One line of a parts file: the canonical row and a line end.
pub fn part_line(row: &Row<'_>) -> String {
    row.to_value().to_text() + "\n"
}

impl Part {
    fn rows(
        &self,
        algorithm: Algorithm,
        open: &mut OpenPart<'_>,
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), Invalid>,
    ) -> Result<(), Invalid> {
        let refuse = |why: &str| Invalid::Shape("parts", format!("{}：{why}", self.file));
        let mut reader = open(&self.file).ok_or_else(|| refuse("没有这个文件"))?;
        let (mut running, mut count, mut line) = (algorithm.begin(&[]), 0_u64, Vec::new());
        loop {
            line.clear();
            let read = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(|_| refuse("读不出"))?;
            if read == 0 {
                break;
            }
            running.add(&line);
            let text = line.strip_suffix(b"\n").ok_or_else(|| refuse("有一行过长或者未完"))?;
            let value = Value::parse_canonical(text).map_err(|error| refuse(&error.to_string()))?;
            each(&Row::from_value(&value)?)?;
            count += 1;
        }
        if count != self.count || running.finish() != self.digest {
            return Err(refuse("行数或者摘要与证据包不符"));
        }
        Ok(())
    }
}

impl Bundle {
    /// Reads a bundle; figures, order and hashes are for [`crate::verify`] to judge.
    ///
    /// # Errors
    /// [`Invalid`] for what does not have the shape of §8.1.
    pub fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let commit = value.get("commit").ok_or_else(|| Invalid::shape("bundle", "缺少 commit"))?;
        Self::read(value, Commitment::from_value(commit)?)
    }
    pub(crate) fn read(value: &Value<'_>, commit: Commitment) -> Result<Self, Invalid> {
        let full = match value.get("scope").and_then(Value::as_text) {
            Some("full") => true,
            Some("public") => false,
            _ => return Err(Invalid::shape("bundle", "scope 应为 full 或 public")),
        };
        let mut keys = vec![
            "anchors",
            "candidates",
            "commit",
            "digest",
            "events",
            "format",
            "history",
            "result",
            "reveal",
            "scope",
            "seal",
        ];
        keys.extend(full.then_some("people"));
        let members = value.members("bundle", &keys)?;
        if members.text("format")? != FORMAT {
            return Err(Invalid::shape("bundle", "格式不是 psc-draw-bundle/1"));
        }
        members.digest("digest")?;
        members.digest("seal")?;
        let people = if full { read_people(members.items("people")?, &commit)? } else { Vec::new() };
        let mut keys = vec!["entropy", "salt_list", "secrets"];
        keys.extend(full.then_some("salt_people"));
        let reveal = members.get("reveal")?.members("reveal", &keys)?;
        let reveal = Reveal {
            secrets: reveal.digests("secrets")?,
            salt_list: reveal.digest("salt_list")?,
            salt_people: if full { Some(reveal.digest("salt_people")?) } else { None },
            entropy: reveal.each("entropy", read_outcome)?,
        };
        let events = members.each("events", Event::from_value)?;
        if !full && events.iter().any(|event| matches!(event.act, Act::Recuse { .. })) {
            return Err(Invalid::shape("events", "公开的证据包不应有回避事件"));
        }
        Ok(Self {
            full,
            candidates: List::from_value(members.get("candidates")?)?,
            people,
            reveal,
            events,
            result: Outcome::from_value(members.get("result")?)?,
            history: members.each("history", Voided::from_value)?,
            anchors: members.each("anchors", Anchor::from_value)?,
            commit,
        })
    }
    /// The bundle as an object, with its digest and seal computed.
    pub fn to_value(&self) -> Value<'static> {
        let pool = |pool: &Pool| {
            let members = Value::list(pool.members.iter().map(crate::people::Member::to_value));
            let conflicts = Value::list(pool.conflicts.iter().map(crate::people::Conflict::to_value));
            Value::object([("pool", (&pool.id).into()), ("members", members), ("conflicts", conflicts)])
        };
        let mut reveal = vec![
            ("entropy", outcomes_value(&self.reveal.entropy)),
            ("salt_list", self.reveal.salt_list.into()),
            ("secrets", Value::list(&self.reveal.secrets)),
        ];
        reveal.extend(self.reveal.salt_people.map(|salt| ("salt_people", salt.into())));
        reveal.sort_by_key(|(key, _)| *key);
        let reveal = Value::Object(reveal.into_iter().map(|(key, value)| (key.into(), value)).collect());
        let mut members = vec![
            ("format", FORMAT.into()),
            ("scope", if self.full { "full" } else { "public" }.into()),
            ("commit", self.commit.to_value()),
            ("digest", self.commit.digest().into()),
            ("candidates", self.candidates.to_value()),
            ("reveal", reveal),
            ("events", Value::list(self.events.iter().map(Event::to_value))),
            ("result", self.result.to_value()),
            ("history", Value::list(self.history.iter().map(Voided::to_value))),
            ("anchors", Value::list(self.anchors.iter().map(Anchor::to_value))),
        ];
        members.extend(self.full.then(|| ("people", Value::list(self.people.iter().map(pool)))));
        members.sort_by_key(|(key, _)| *key);
        let value = Value::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect());
        let seal = seal(&value, self.commit.algorithm);
        let Value::Object(mut members) = value else { return value };
        let place = members.partition_point(|(key, _)| key.as_ref() < "seal");
        members.insert(place, ("seal".into(), seal.into()));
        Value::Object(members)
    }
    /// The bytes of the file: canonical text and a line end.
    pub fn to_file(&self) -> String {
        self.to_value().to_text() + "\n"
    }
    /// The seal of what stands in this bundle (§8.1).
    pub fn seal(&self) -> Digest {
        seal(&self.to_value(), self.commit.algorithm)
    }
    /// The public bundle of a full one: without people and everything about them.
    #[must_use]
    pub fn to_public(&self) -> Self {
        let mut public = Self { full: false, people: Vec::new(), ..self.clone() };
        public.reveal.salt_people = None;
        public.events.retain(|event| !matches!(event.act, Act::Recuse { .. }));
        public.result.assignments = Vec::new();
        public
    }
    /// Puts rows and people into the order of the specification, for files from elsewhere.
    pub fn sort(&mut self) {
        if let List::Rows(rows) = &mut self.candidates {
            rows.sort_by(|one, other| one.uid.cmp(&other.uid));
        }
        for pool in &mut self.people {
            pool.members.sort_by(|one, other| one.mid.cmp(&other.mid));
            pool.conflicts.sort_by(|one, other| {
                (&one.mid, one.kind.word(), &one.target).cmp(&(&other.mid, other.kind.word(), &other.target))
            });
        }
    }
}

/// `draw recompute` (issue 3): the result from `commit`, `candidates`, `people`, `reveal` and `events` of a bundle
/// alone, in any row order; other keys are not looked at and may be missing.
///
/// # Errors
/// [`Invalid`].
pub fn recompute(value: &Value<'_>, open: &mut OpenPart<'_>) -> Result<(Digest, Outcome), Invalid> {
    let part = |key: &str| value.get(key).ok_or_else(|| Invalid::Shape("bundle", format!("缺少 {key}")));
    let commit = Commitment::from_value(part("commit")?)?;
    let reveal = part("reveal")?.members_with("reveal", &["entropy", "secrets"], &["salt_list", "salt_people"])?;
    let (secrets, outcomes) = (reveal.digests("secrets")?, reveal.each("entropy", read_outcome)?);
    let digest = commit.digest();
    let seed = entropy::seed(commit.algorithm, &digest, &secrets, &outcomes)?;
    let candidates = List::from_value(part("candidates")?)?;
    let mut people = match value.get("people") {
        Some(people) => read_people(people.items("people")?, &commit)?,
        None => Vec::new(),
    };
    for pool in &mut people {
        pool.members.sort_by(|one, other| one.mid.cmp(&other.mid));
        pool.conflicts.sort();
    }
    let events = part("events")?.items("events")?.iter().map(Event::from_value).collect::<Result<Vec<_>, _>>()?;
    let mut drawing = drawing(&commit, &seed)?;
    candidates.rows(commit.algorithm, open, &mut |row| drawing.offer(row))?;
    let people = value.get("people").map(|_| people.as_slice());
    Ok((digest, outcome(&commit, &seed, &drawing.orders(), people, &events)?))
}

fn read_people(value: &[Value<'_>], commit: &Commitment) -> Result<Vec<Pool>, Invalid> {
    if value.len() != commit.pools.len() {
        return Err(Invalid::shape("people", "人员库的个数与承诺不符"));
    }
    let pool = |(plan, value): (&crate::commit::PoolPlan, &Value<'_>)| {
        let rows = value.members("people", &["conflicts", "members", "pool"])?;
        if rows.text("pool")? != plan.id {
            return Err(Invalid::shape("people", "人员库的次序与承诺不符"));
        }
        let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let (team, lead) = (size(plan.team), size(plan.lead));
        let mut pool = Pool { id: plan.id.clone(), team, lead, members: Vec::new(), conflicts: Vec::new() };
        pool.read_rows(rows.items("members")?, rows.items("conflicts")?)?;
        Ok(pool)
    };
    commit.pools.iter().zip(value).map(pool).collect()
}

/// The seal of a bundle: its hash without `seal` and `anchors`.
pub(crate) fn seal(value: &Value<'_>, algorithm: Algorithm) -> Digest {
    value.hash_without(algorithm, "bundle", &UNSEALED)
}

/// A draw of this commitment, ready for rows.
///
/// # Errors
/// [`Invalid`].
pub fn drawing(commit: &Commitment, seed: &Digest) -> Result<Drawing, Invalid> {
    let more = commit.strata.iter().map(|plan| usize::try_from(commit.most_added(&plan.id)).unwrap_or(usize::MAX));
    let drum = Drum::new(commit.algorithm, seed, &commit.draw)?;
    Ok(Drawing::new(drum, commit.method, &commit.drawing_strata(), &more.collect::<Vec<_>>()))
}

/// The result of a draw from its orders, people and events. Without people the assignments are empty and recusals are
/// passed over, as in a public bundle.
///
/// # Errors
/// [`Invalid`] for an event that does not follow.
pub fn outcome(
    commit: &Commitment,
    seed: &Digest,
    orders: &Orders,
    people: Option<&[Pool]>,
    events: &[Event],
) -> Result<Outcome, Invalid> {
    let mut units = Units::new(commit, orders)?;
    let pools = people.unwrap_or_default();
    let mut teams = Teams::new(commit.algorithm, seed, &commit.draw, pools, &units.to_assign())?;
    for event in events {
        let changed = units.apply(event)?;
        if people.is_some() || !matches!(event.act, Act::Recuse { .. }) {
            teams.apply(event, &changed)?;
        }
    }
    let drawn = orders.drawn(&commit.drawing_strata());
    Ok(Outcome { seed: *seed, drawn, assignments: teams.rows().to_vec(), last: units.active() })
}
