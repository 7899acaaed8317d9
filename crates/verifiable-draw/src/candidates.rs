//! §4.1: the candidate list. Frozen, sorted strictly by id; excluded units stay in it with their reason.

use crate::{
    Invalid,
    line::{Algorithm, Digest, PREFIX, field, line_hash},
    merkle,
};

/// Largest weight of method `balls`.
pub const MOST_BALLS: u32 = 64;

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
}

/// One sampling unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Id: unified social credit code, or code/product; the part before the first `/` is the entity.
    pub uid: String,
    /// Id of its stratum.
    pub stratum: String,
    /// Balls in the drum; 0 unless `in`.
    pub weight: u32,
    /// Whether it may be drawn.
    pub status: Status,
    /// `-` for `in`, a code for the others.
    pub reason: String,
    /// `-`, or the hash of the record kept outside the list.
    pub reference: String,
}

/// The part of an id before the first `/`.
pub fn entity(uid: &str) -> &str {
    uid.split_once('/').map_or(uid, |(entity, _)| entity)
}

impl Candidate {
    /// Weight and reason fit the status.
    ///
    /// # Errors
    /// [`Invalid::Weight`], [`Invalid::Reason`].
    pub fn check(&self) -> Result<(), Invalid> {
        let (weights, dash) = match self.status {
            Status::In => (1..=MOST_BALLS, true),
            Status::Excluded | Status::Must => (0..=0, false),
        };
        if !weights.contains(&self.weight) {
            return Err(Invalid::Weight(self.uid.clone()));
        }
        if (self.reason == "-") != dash {
            return Err(Invalid::Reason(self.uid.clone()));
        }
        Ok(())
    }
    /// `T("cand-salt", salt_list, uid)`: hides the leaf before the reveal, needs no storage.
    ///
    /// # Errors
    /// [`Invalid::Field`].
    pub fn salt(&self, algorithm: Algorithm, salt_list: &Digest) -> Result<Digest, Invalid> {
        line_hash(algorithm, "cand-salt", &[&salt_list.to_string(), &self.uid])
    }
    /// The leaf's text.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn leaf_text(&self, algorithm: Algorithm, salt_list: &Digest) -> Result<String, Invalid> {
        self.check()?;
        let salt = self.salt(algorithm, salt_list)?;
        let (uid, stratum) = (field(&self.uid)?, field(&self.stratum)?);
        let (reason, reference) = (field(&self.reason)?, field(&self.reference)?);
        let (weight, status) = (self.weight, self.status.word());
        Ok(format!("{PREFIX}cand|{salt}|{uid}|{stratum}|{weight}|{status}|{reason}|{reference}"))
    }
}

/// Root of a sorted list, one row after the other.
///
/// # Errors
/// [`Invalid::Order`] for a row that is not above the one before, and what [`Candidate::leaf_text`] refuses.
pub fn root<'r>(
    algorithm: Algorithm,
    salt_list: &Digest,
    rows: impl IntoIterator<Item = &'r Candidate>,
) -> Result<merkle::Root, Invalid> {
    let mut builder = merkle::Builder::new(algorithm);
    let mut before: Option<&str> = None;
    for row in rows {
        if before.is_some_and(|before| before >= row.uid.as_str()) {
            return Err(Invalid::Order(row.uid.clone()));
        }
        before = Some(&row.uid);
        builder.add(row.leaf_text(algorithm, salt_list)?.as_bytes());
    }
    Ok(builder.root())
}
