//! §4.1: the candidate list. Frozen, sorted strictly by id; excluded units stay in it with their reason.

use crate::{
    Invalid,
    canonical::Value,
    line::{Algorithm, Digest, PREFIX, Running, field, line_hash},
    merkle,
    tickets::Method,
};
use std::{collections::BTreeMap, fmt::Write as _};

/// Largest weight of method `balls`.
pub const MOST_BALLS: u32 = 64;
/// Reasons of Annex B for an excluded unit.
pub const EXCLUSIONS: [&str; 10] = ["E01", "E02", "E03", "E04", "E05", "E06", "E07", "E08", "E09", "E10"];
/// Reasons of Annex B for a designated unit.
pub const DESIGNATIONS: [&str; 3] = ["M01", "M02", "M03"];

/// Whether a unit may be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// May be drawn.
    In,
    /// Excluded, with a reason.
    Excluded,
    /// Designated, not random; uses no quota and is counted openly.
    Must,
}

impl Status {
    /// As written in rows and leaves.
    pub const fn word(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Excluded => "ex",
            Self::Must => "must",
        }
    }
    /// Reads the word.
    ///
    /// # Errors
    /// [`Invalid::Word`].
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        let found = [Self::In, Self::Excluded, Self::Must].into_iter().find(|status| status.word() == word);
        found.ok_or_else(|| Invalid::Word(word.to_owned()))
    }
}

/// One sampling unit, owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Id: unified social credit code, or code/product; the part before the first `/` is the entity.
    pub uid: String,
    /// Id of its stratum.
    pub stratum: String,
    /// Balls in the drum, or weight of `explog`; 0 unless `in`.
    pub weight: u32,
    /// Whether it may be drawn.
    pub status: Status,
    /// `-` for `in`, a code for the others.
    pub reason: String,
    /// `-`, or the hash of the record kept outside the list.
    pub reference: String,
}

/// One sampling unit, borrowed from wherever the list comes from. See [`Candidate`] for the members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the members are those of Candidate")]
pub struct Row<'r> {
    pub uid: &'r str,
    pub stratum: &'r str,
    pub weight: u32,
    pub status: Status,
    pub reason: &'r str,
    pub reference: &'r str,
}

/// The part of an id before the first `/`.
pub fn entity(uid: &str) -> &str {
    uid.split_once('/').map_or(uid, |(entity, _)| entity)
}

/// `H("psc-draw/1/ref|" + salt + "|" + J(record))`: binds what is kept outside the list (§4.1).
pub fn reference(algorithm: Algorithm, salt: &Digest, record: &Value<'_>) -> Digest {
    let mut running = algorithm.begin(&[PREFIX.as_bytes(), b"ref|", salt.to_string().as_bytes(), b"|"]);
    record.emit(&mut |piece| running.add(piece));
    running.finish()
}

impl<'r> Row<'r> {
    /// Reads `[uid, stratum, weight, status, reason, ref]`.
    ///
    /// # Errors
    /// [`Invalid::Shape`], [`Invalid::Word`].
    pub fn from_value(value: &'r Value<'_>) -> Result<Self, Invalid> {
        let [uid, stratum, weight, status, reason, reference] = value.items("candidate")? else {
            return Err(Invalid::shape("candidate", "一行应有六项"));
        };
        let weight = u32::try_from(weight.count("weight")?).map_err(|_| Invalid::shape("weight", "过大"))?;
        Ok(Self {
            uid: uid.text("uid")?,
            stratum: stratum.text("stratum")?,
            weight,
            status: Status::parse(status.text("status")?)?,
            reason: reason.text("reason")?,
            reference: reference.text("ref")?,
        })
    }
    /// `[uid, stratum, weight, status, reason, ref]`.
    pub fn to_value(&self) -> Value<'static> {
        let weight = Value::Integer(i64::from(self.weight));
        let texts = [self.uid, self.stratum, self.status.word(), self.reason, self.reference].map(Value::from);
        let [uid, stratum, status, reason, reference] = texts;
        Value::List(vec![uid, stratum, weight, status, reason, reference])
    }
    /// A copy that owns its texts.
    pub fn to_candidate(&self) -> Candidate {
        Candidate {
            uid: self.uid.to_owned(),
            stratum: self.stratum.to_owned(),
            weight: self.weight,
            status: self.status,
            reason: self.reason.to_owned(),
            reference: self.reference.to_owned(),
        }
    }
    /// Weight and reason fit the status; the weight fits the method.
    ///
    /// # Errors
    /// [`Invalid::Weight`], [`Invalid::Reason`].
    pub fn check(&self, method: Method) -> Result<(), Invalid> {
        let (weights, dash) = match self.status {
            Status::In => (1..=method.most_weight(), true),
            Status::Excluded | Status::Must => (0..=0, false),
        };
        if !weights.contains(&self.weight) {
            return Err(Invalid::Weight(self.uid.to_owned()));
        }
        if (self.reason == "-") != dash {
            return Err(Invalid::Reason(self.uid.to_owned()));
        }
        Ok(())
    }
    /// [`Self::check`], and what a commitment also asks for: the reason is a code of Annex B, the reference a hash.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn check_strictly(&self, method: Method) -> Result<(), Invalid> {
        self.check(method)?;
        let known = match self.status {
            Status::In => true,
            Status::Excluded => EXCLUSIONS.contains(&self.reason),
            Status::Must => DESIGNATIONS.contains(&self.reason),
        };
        if !known {
            return Err(Invalid::Reason(self.uid.to_owned()));
        }
        if self.reference == "-" { Ok(()) } else { Digest::parse(self.reference).map(|_| ()) }
    }
}

impl Candidate {
    /// The same unit, borrowed.
    pub fn row(&self) -> Row<'_> {
        Row {
            uid: &self.uid,
            stratum: &self.stratum,
            weight: self.weight,
            status: self.status,
            reason: &self.reason,
            reference: &self.reference,
        }
    }
    /// Weight and reason fit the status, with the weights of method `balls`.
    ///
    /// # Errors
    /// [`Invalid::Weight`], [`Invalid::Reason`].
    pub fn check(&self) -> Result<(), Invalid> {
        self.row().check(Method::Balls)
    }
    /// `T("cand-salt", salt_list, uid)`: hides the leaf before the reveal, needs no storage.
    ///
    /// # Errors
    /// [`Invalid::Field`].
    pub fn salt(&self, algorithm: Algorithm, salt_list: &Digest) -> Result<Digest, Invalid> {
        line_hash(algorithm, "cand-salt", &[&salt_list.to_string(), &self.uid])
    }
    /// The leaf's text; the weight is not judged, because it depends on the method.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn leaf_text(&self, algorithm: Algorithm, salt_list: &Digest) -> Result<String, Invalid> {
        Leaves::new(algorithm, salt_list).text(&self.row()).map(str::to_owned)
    }
}

/// Writes leaves of one list; the fixed beginning of the salts' lines is hashed once.
#[derive(Debug, Clone)]
pub struct Leaves {
    salts: Running,
    text: String,
}

impl Leaves {
    /// For a list with this salt.
    pub fn new(algorithm: Algorithm, salt_list: &Digest) -> Self {
        let salts = algorithm.begin(&[PREFIX.as_bytes(), b"cand-salt|", salt_list.to_string().as_bytes(), b"|"]);
        Self { salts, text: String::new() }
    }
    /// `psc-draw/1/cand|salt|uid|stratum|weight|status|reason|ref`, valid until the next one is written.
    ///
    /// # Errors
    /// [`Invalid::Field`].
    pub fn text(&mut self, row: &Row<'_>) -> Result<&str, Invalid> {
        let mut salt = self.salts.clone();
        salt.add(field(row.uid)?.as_bytes());
        let (salt, weight, status) = (salt.finish(), row.weight, row.status.word());
        let (stratum, reason, reference) = (field(row.stratum)?, field(row.reason)?, field(row.reference)?);
        self.text.clear();
        let uid = row.uid;
        write!(self.text, "{PREFIX}cand|{salt}|{uid}|{stratum}|{weight}|{status}|{reason}|{reference}")
            .map_err(|_| Invalid::Field(uid.to_owned()))?;
        Ok(&self.text)
    }
}

/// What a pass over a list has found: the figures that a commitment states (§4.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// Root and number of rows.
    pub root: merkle::Root,
    /// Units that may be drawn.
    pub inside: u64,
    /// Excluded units.
    pub excluded: u64,
    /// Designated units.
    pub must: u64,
    /// Units that may be drawn, by stratum.
    pub eligible: BTreeMap<String, u64>,
    /// Excluded and designated units by reason.
    pub reasons: BTreeMap<String, u64>,
}

/// One pass over a list in key order, with memory that does not grow with it.
#[derive(Debug, Clone)]
pub struct Pass {
    method: Method,
    algorithm: Algorithm,
    leaves: Leaves,
    builder: merkle::Builder,
    first: Option<String>,
    last: String,
    counts: [u64; 3],
    eligible: BTreeMap<String, u64>,
    reasons: BTreeMap<String, u64>,
}

impl Pass {
    /// Before the first row.
    pub fn new(algorithm: Algorithm, method: Method, salt_list: &Digest) -> Self {
        Self {
            method,
            algorithm,
            leaves: Leaves::new(algorithm, salt_list),
            builder: merkle::Builder::new(algorithm),
            first: None,
            last: String::new(),
            counts: [0; 3],
            eligible: BTreeMap::new(),
            reasons: BTreeMap::new(),
        }
    }
    /// The next row; gives its leaf's hash, for those who keep a [`merkle::Tree`].
    ///
    /// # Errors
    /// [`Invalid::Order`] for a row that is not above the one before, and what [`Row::check_strictly`] refuses.
    pub fn add(&mut self, row: &Row<'_>) -> Result<Digest, Invalid> {
        row.check_strictly(self.method)?;
        if self.first.is_some() && self.last.as_str() >= row.uid {
            return Err(Invalid::Order(row.uid.to_owned()));
        }
        let leaf = merkle::leaf(self.algorithm, self.leaves.text(row)?.as_bytes());
        self.builder.add_leaf(leaf);
        if self.first.is_none() {
            self.first = Some(row.uid.to_owned());
        }
        self.last.clear();
        self.last.push_str(row.uid);
        let [inside, excluded, must] = &mut self.counts;
        match row.status {
            Status::In => {
                *inside += 1;
                add_one(&mut self.eligible, row.stratum);
            }
            Status::Excluded => *excluded += 1,
            Status::Must => *must += 1,
        }
        if row.status != Status::In {
            add_one(&mut self.reasons, row.reason);
        }
        Ok(leaf)
    }
    /// Takes over the rows that follow, passed over apart. Parts of 2^k rows always meet ([`merkle::Builder::append`]).
    ///
    /// # Errors
    /// [`Invalid::Order`], [`Invalid::Shape`].
    pub fn append(&mut self, following: Self) -> Result<(), Invalid> {
        let Some(first) = following.first else { return Ok(()) };
        if self.first.is_some() && self.last >= first {
            return Err(Invalid::Order(first));
        }
        self.builder.append(following.builder)?;
        self.first.get_or_insert(first);
        self.last = following.last;
        self.counts.iter_mut().zip(following.counts).for_each(|(count, more)| *count += more);
        for (sum, more) in [(&mut self.eligible, following.eligible), (&mut self.reasons, following.reasons)] {
            more.into_iter().for_each(|(key, count)| *sum.entry(key).or_default() += count);
        }
        Ok(())
    }
    /// After the last row.
    pub fn totals(self) -> Totals {
        let [inside, excluded, must] = self.counts;
        let (eligible, reasons) = (self.eligible, self.reasons);
        Totals { root: self.builder.root(), inside, excluded, must, eligible, reasons }
    }
}

fn add_one(counts: &mut BTreeMap<String, u64>, key: &str) {
    if let Some(count) = counts.get_mut(key) {
        *count += 1;
    } else {
        counts.insert(key.to_owned(), 1);
    }
}

/// Root of a sorted list with the weights of method `balls`, one row after the other.
///
/// # Errors
/// [`Invalid::Order`] for a row that is not above the one before, and what [`Candidate::check`] and
/// [`Candidate::leaf_text`] refuse.
pub fn root<'r>(
    algorithm: Algorithm,
    salt_list: &Digest,
    rows: impl IntoIterator<Item = &'r Candidate>,
) -> Result<merkle::Root, Invalid> {
    let (mut builder, mut leaves) = (merkle::Builder::new(algorithm), Leaves::new(algorithm, salt_list));
    let mut before: Option<&str> = None;
    for row in rows {
        if before.is_some_and(|before| before >= row.uid.as_str()) {
            return Err(Invalid::Order(row.uid.clone()));
        }
        before = Some(&row.uid);
        row.check()?;
        builder.add(leaves.text(&row.row())?.as_bytes());
    }
    Ok(builder.root())
}
