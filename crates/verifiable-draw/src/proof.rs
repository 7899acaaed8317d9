//! §8.3: the proof for one enterprise. Its line was in the committed list, its ticket follows from the seed, and on which
//! side of the last winner it lies.

use crate::{
    Invalid,
    bundle::{Bundle, List, Reveal, outcomes_value, read_outcome},
    candidates::{Leaves, Row, Status},
    canonical::Value,
    commit::Commitment,
    line::{Digest, PREFIX},
    merkle::{self, Subtrees, Tree},
    outcome::read_key,
    tickets::{Drum, Ticketed},
};

/// `format` of a proof.
pub const FORMAT: &str = "psc-draw-proof/1";

/// A line of the list with its place, and its ticket if it was in the drum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Text of the leaf.
    pub leaf: String,
    /// Place in the list, from 0.
    pub index: u64,
    /// Path of inclusion.
    pub path: Vec<Digest>,
    /// Ticket and, with `explog`, key.
    pub ticket: Option<(Digest, Option<u128>)>,
}

/// What the draw meant for a unit, before all events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Drawn.
    Drawn,
    /// In the drum and not drawn.
    NotDrawn,
    /// Excluded.
    Excluded,
    /// Designated.
    Designated,
}

impl Fate {
    const ALL: [Self; 4] = [Self::Drawn, Self::NotDrawn, Self::Excluded, Self::Designated];
    /// As written in a proof.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Drawn => "drawn",
            Self::NotDrawn => "not_drawn",
            Self::Excluded => "excluded",
            Self::Designated => "designated",
        }
    }
}

/// A proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Commitment.
    pub commit: Commitment,
    /// The unit.
    pub entity: Line,
    /// Secrets in the order of the commitment.
    pub secrets: Vec<Digest>,
    /// Outcomes in the order of the commitment.
    pub entropy: Vec<(String, String)>,
    /// The last winner of the unit's stratum; none when it has none.
    pub cutoff: Option<Line>,
    /// What the draw meant for the unit.
    pub outcome: Fate,
}

impl Line {
    fn new<S: Subtrees<Error = Invalid>>(
        row: &Row<'_>,
        index: u64,
        leaves: &mut Leaves,
        drum: &Drum,
        commit: &Commitment,
        tree: &S,
    ) -> Result<Self, Invalid> {
        let ticket = match row.status {
            Status::In => {
                drum.ticketed(commit.method, row.uid, row.weight).map(|unit| Some((unit.ticket, unit.key)))?
            }
            Status::Excluded | Status::Must => None,
        };
        let path = tree.inclusion(index, commit.candidates.root.count)?;
        Ok(Self { leaf: leaves.text(row)?.to_owned(), index, path, ticket })
    }
    fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let members = value.members_with("entity", &["index", "leaf", "path"], &["key", "ticket"])?;
        let key = value.get("key").map(|key| read_key(key.text("key")?)).transpose()?;
        let ticket = value.get("ticket").map(|ticket| Digest::parse(ticket.text("ticket")?)).transpose()?;
        if ticket.is_none() && key.is_some() {
            return Err(Invalid::shape("entity", "有 key 而无 ticket"));
        }
        Ok(Self {
            leaf: members.text("leaf")?.to_owned(),
            index: members.count("index")?,
            path: members.digests("path")?,
            ticket: ticket.map(|ticket| (ticket, key)),
        })
    }
    fn to_value(&self) -> Value<'static> {
        let fixed = [("index", self.index.into()), ("leaf", (&self.leaf).into()), ("path", Value::list(&self.path))];
        let ticket = self.ticket.map(|(ticket, _)| ("ticket", Value::from(ticket)));
        let key = self.ticket.and_then(|(_, key)| key).map(|key| ("key", Value::from(format!("{key:032x}"))));
        let mut members: Vec<_> = fixed.into_iter().chain(ticket).chain(key).collect();
        members.sort_by_key(|(key, _)| *key);
        Value::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
    /// The row that the leaf's text says.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn row(&self) -> Result<Row<'_>, Invalid> {
        let refuse = || Invalid::shape("leaf", "不是名录的一行");
        let text = self.leaf.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix("cand|")).ok_or_else(refuse)?;
        let fields: Vec<&str> = text.split('|').collect();
        let [salt, uid, stratum, weight, status, reason, reference] = fields.as_slice() else { return Err(refuse()) };
        Digest::parse(salt)?;
        let parsed: u32 = weight.parse().map_err(|_| refuse())?;
        if parsed.to_string() != *weight {
            return Err(refuse());
        }
        Ok(Row { uid, stratum, weight: parsed, status: Status::parse(status)?, reason, reference })
    }
    /// The line stands in the committed list, and its ticket follows from the seed.
    fn check(&self, commit: &Commitment, drum: &Drum) -> Result<(Row<'_>, Option<Ticketed>), Invalid> {
        let refuse = |why: &str| Invalid::shape("entity", why);
        let row = self.row()?;
        row.check_strictly(commit.method)?;
        let leaf = merkle::leaf(commit.algorithm, self.leaf.as_bytes());
        if !merkle::includes(commit.algorithm, &commit.candidates.root, self.index, leaf, &self.path) {
            return Err(refuse("这一行不在承诺的名录内"));
        }
        let ticketed = match row.status {
            Status::In => Some(drum.ticketed(commit.method, row.uid, row.weight)?),
            Status::Excluded | Status::Must => None,
        };
        if self.ticket != ticketed.as_ref().map(|unit| (unit.ticket, unit.key)) {
            return Err(refuse("票号不是由种子算出的"));
        }
        Ok((row, ticketed))
    }
}

impl Proof {
    /// The proof for a row, from stored subtree hashes. `cutoff` is the last winner of its stratum as drawn.
    ///
    /// # Errors
    /// [`Invalid`], and when a subtree is missing.
    pub fn new<S: Subtrees<Error = Invalid>>(
        commit: &Commitment,
        reveal: &Reveal,
        unit: (&Row<'_>, u64),
        cutoff: Option<(&Row<'_>, u64)>,
        tree: &S,
    ) -> Result<Self, Invalid> {
        let drum = Drum::new(commit.algorithm, &reveal.seed(commit)?, &commit.draw)?;
        let mut leaves = Leaves::new(commit.algorithm, &reveal.salt_list);
        let mut line = |(row, index): (&Row<'_>, u64)| Line::new(row, index, &mut leaves, &drum, commit, tree);
        let (entity, cutoff) = (line(unit)?, cutoff.map(&mut line).transpose()?);
        let ordered = |row: &Row<'_>| drum.ticketed(commit.method, row.uid, row.weight);
        let outcome = match (unit.0.status, &cutoff) {
            (Status::Excluded, _) => Fate::Excluded,
            (Status::Must, _) => Fate::Designated,
            (Status::In, None) => Fate::NotDrawn,
            (Status::In, Some(line)) if ordered(unit.0)? <= ordered(&line.row()?)? => Fate::Drawn,
            (Status::In, Some(_)) => Fate::NotDrawn,
        };
        let (secrets, entropy) = (reveal.secrets.clone(), reveal.entropy.clone());
        Ok(Self { commit: commit.clone(), entity, secrets, entropy, cutoff, outcome })
    }
    /// The proof for a unit of a bundle whose list is in it.
    ///
    /// # Errors
    /// [`Invalid::Unknown`] for a unit that is not in the list.
    pub fn of_bundle(bundle: &Bundle, uid: &str) -> Result<Self, Invalid> {
        let List::Rows(rows) = &bundle.candidates else {
            return Err(Invalid::shape("candidates", "名录在分卷文件里，请由存储的子树生成"));
        };
        let (commit, mut leaves) = (&bundle.commit, Leaves::new(bundle.commit.algorithm, &bundle.reveal.salt_list));
        let mut tree = Tree::new(commit.algorithm);
        for row in rows {
            tree.push(merkle::leaf(commit.algorithm, leaves.text(&row.row())?.as_bytes()));
        }
        let find = |uid: &str| {
            let place = rows.iter().position(|row| row.uid == uid).ok_or_else(|| Invalid::Unknown(uid.to_owned()))?;
            let row = rows.get(place).ok_or_else(|| Invalid::Unknown(uid.to_owned()))?;
            Ok::<_, Invalid>((row.row(), place as u64))
        };
        let (row, index) = find(uid)?;
        let stratum = bundle.result.drawn.strata.iter().find(|stratum| stratum.id == row.stratum);
        let cutoff = stratum.and_then(|stratum| stratum.winners.last()).map(|last| find(&last.uid)).transpose()?;
        let cutoff = cutoff.as_ref().map(|(row, index)| (row, *index));
        let mut proof = Self::new(commit, &bundle.reveal, (&row, index), cutoff, &tree)?;
        let drawn = stratum.is_some_and(|stratum| stratum.winners.iter().any(|winner| winner.uid == uid));
        if row.status == Status::In && !drawn {
            // With a cap, a unit before the last winner may have been passed over.
            proof.outcome = Fate::NotDrawn;
        }
        Ok(proof)
    }
    pub(crate) fn read(value: &Value<'_>, commit: Commitment) -> Result<Self, Invalid> {
        let keys = ["commit", "digest", "entity", "entropy", "format", "outcome", "secrets"];
        let members = value.members_with("proof", &keys, &["cutoff"])?;
        members.digest("digest")?;
        let word = members.text("outcome")?;
        let outcome = Fate::ALL.into_iter().find(|fate| fate.word() == word);
        Ok(Self {
            entity: Line::from_value(members.get("entity")?)?,
            secrets: members.digests("secrets")?,
            entropy: members.each("entropy", read_outcome)?,
            cutoff: value.get("cutoff").map(Line::from_value).transpose()?,
            outcome: outcome.ok_or_else(|| Invalid::Word(word.chars().take(40).collect()))?,
            commit,
        })
    }
    /// The proof as an object.
    pub fn to_value(&self) -> Value<'static> {
        let mut members = vec![
            ("format", FORMAT.into()),
            ("commit", self.commit.to_value()),
            ("digest", self.commit.digest().into()),
            ("entity", self.entity.to_value()),
            ("secrets", Value::list(&self.secrets)),
            ("entropy", outcomes_value(&self.entropy)),
            ("outcome", self.outcome.word().into()),
        ];
        members.extend(self.cutoff.as_ref().map(|cutoff| ("cutoff", cutoff.to_value())));
        members.sort_by_key(|(key, _)| *key);
        Value::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
    /// The bytes of the file: canonical text and a line end.
    pub fn to_file(&self) -> String {
        self.to_value().to_text() + "\n"
    }
    /// Check P1: line, ticket and side of the last winner. `Ok(false)` when the proof alone cannot tell, because the
    /// stratum has a cap and the unit may have been passed over.
    ///
    /// # Errors
    /// [`Invalid`] with the first thing that is wrong.
    pub fn check(&self, seed: &Digest) -> Result<bool, Invalid> {
        let refuse = |why: &str| Err(Invalid::shape("proof", why));
        let drum = Drum::new(self.commit.algorithm, seed, &self.commit.draw)?;
        let (row, own) = self.entity.check(&self.commit, &drum)?;
        let plan = self.commit.strata.iter().find(|plan| plan.id == row.stratum);
        let plan = plan.ok_or_else(|| Invalid::Stratum(row.stratum.to_owned()))?;
        let last = match &self.cutoff {
            None => None,
            Some(cutoff) => {
                let (last_row, last) = cutoff.check(&self.commit, &drum)?;
                if last_row.stratum != row.stratum || last.is_none() || plan.quota == 0 {
                    return refuse("最后一个中选单位不属于这个分层");
                }
                last
            }
        };
        let before = match (&own, &last) {
            (Some(own), Some(last)) => own <= last,
            (Some(_), None) if plan.quota > 0 => return refuse("缺少最后一个中选单位"),
            _ => false,
        };
        match (row.status, self.outcome) {
            (Status::Excluded, Fate::Excluded) | (Status::Must, Fate::Designated) => Ok(true),
            (Status::In, Fate::Drawn) if before => Ok(true),
            (Status::In, Fate::NotDrawn) if !before => Ok(true),
            (Status::In, Fate::NotDrawn) if plan.cap > 0 && own != last => Ok(false),
            _ => refuse("结论与票号不符"),
        }
    }
}
