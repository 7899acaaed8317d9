//! §4.2: a pool of people who may be assigned, and their conflicts of interest (回避).

use crate::{
    Invalid,
    canonical::Value,
    line::{Algorithm, Digest, PREFIX, field, line_hash},
    merkle,
};

/// One member of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Staff number.
    pub mid: String,
    /// Organisation.
    pub org: String,
    /// May lead (执法证).
    pub lead: bool,
    /// Largest number of tasks; 0: no limit.
    pub cap: u32,
    /// Sorted skill codes; none: any.
    pub skills: Vec<String>,
    /// Takes part.
    pub included: bool,
    /// `-`, or why not.
    pub reason: String,
}

/// Whom a conflict concerns. `u` sorts after `m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConflictKind {
    /// `m`: another member, in both directions.
    Member,
    /// `u`: a unit, or an entity and then all its units.
    Unit,
}

impl ConflictKind {
    /// As written in rows and leaves.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Member => "m",
            Self::Unit => "u",
        }
    }
}

/// A declared conflict of interest. The order is that of the list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// Staff number.
    pub mid: String,
    /// With what.
    pub kind: ConflictKind,
    /// A uid, an entity or another staff number.
    pub target: String,
    /// Code.
    pub reason: String,
}

/// A pool: who may be assigned and how many go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Id: `inspector`, `lab`, …
    pub id: String,
    /// Seats of a team.
    pub team: usize,
    /// Seats, from the first, that need a member who may lead.
    pub lead: usize,
    /// Members, strictly by staff number.
    pub members: Vec<Member>,
    /// Conflicts, strictly by member, kind, target.
    pub conflicts: Vec<Conflict>,
}

impl Member {
    /// Reads `[mid, org, lead, cap, skills, status, reason]`; `lead` is 0 or 1.
    ///
    /// # Errors
    /// [`Invalid::Shape`], [`Invalid::Word`].
    pub fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let [mid, org, lead, cap, skills, status, reason] = value.items("member")? else {
            return Err(Invalid::shape("member", "一行应有七项"));
        };
        let skills = skills.items("skills")?.iter().map(|skill| Ok(field(skill.text("skill")?)?.to_owned()));
        Ok(Self {
            mid: mid.text("mid")?.to_owned(),
            org: org.text("org")?.to_owned(),
            lead: match lead.count("lead")? {
                0 => false,
                1 => true,
                _ => return Err(Invalid::shape("lead", "应为 0 或 1")),
            },
            cap: u32::try_from(cap.count("cap")?).map_err(|_| Invalid::shape("cap", "过大"))?,
            skills: skills.collect::<Result<_, Invalid>>()?,
            included: match status.text("status")? {
                "in" => true,
                "ex" => false,
                other => return Err(Invalid::Word(other.to_owned())),
            },
            reason: reason.text("reason")?.to_owned(),
        })
    }
    /// `[mid, org, lead, cap, skills, status, reason]`.
    pub fn to_value(&self) -> Value<'static> {
        let (lead, cap) = (Value::Integer(i64::from(self.lead)), Value::Integer(i64::from(self.cap)));
        let status = Value::from(if self.included { "in" } else { "ex" });
        let skills = Value::list(&self.skills);
        Value::List(vec![(&self.mid).into(), (&self.org).into(), lead, cap, skills, status, (&self.reason).into()])
    }
    /// The leaf's text.
    ///
    /// # Errors
    /// [`Invalid::Field`].
    pub fn leaf_text(&self, algorithm: Algorithm, salt_people: &Digest, pool: &str) -> Result<String, Invalid> {
        let salt = line_hash(algorithm, "member-salt", &[&salt_people.to_string(), pool, &self.mid])?;
        let skills = if self.skills.is_empty() { "*".to_owned() } else { self.skills.join(",") };
        let (mid, org, skills) = (field(&self.mid)?, field(&self.org)?, field(&skills)?);
        let (lead, cap, reason) = (u8::from(self.lead), self.cap, field(&self.reason)?);
        let status = if self.included { "in" } else { "ex" };
        Ok(format!("{PREFIX}member|{salt}|{pool}|{mid}|{org}|{lead}|{cap}|{skills}|{status}|{reason}"))
    }
}

impl Conflict {
    /// Reads `[mid, kind, target, reason]`.
    ///
    /// # Errors
    /// [`Invalid::Shape`], [`Invalid::Word`].
    pub fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let [mid, kind, target, reason] = value.items("conflict")? else {
            return Err(Invalid::shape("conflict", "一行应有四项"));
        };
        let kind = match kind.text("kind")? {
            "m" => ConflictKind::Member,
            "u" => ConflictKind::Unit,
            other => return Err(Invalid::Word(other.to_owned())),
        };
        let text = |value: &Value<'_>, name| value.text(name).map(str::to_owned);
        Ok(Self { mid: text(mid, "mid")?, kind, target: text(target, "target")?, reason: text(reason, "reason")? })
    }
    /// `[mid, kind, target, reason]`.
    pub fn to_value(&self) -> Value<'static> {
        Value::list([self.mid.as_str(), self.kind.word(), &self.target, &self.reason])
    }
    /// The leaf's text.
    ///
    /// # Errors
    /// [`Invalid::Field`].
    pub fn leaf_text(&self, algorithm: Algorithm, salt_people: &Digest, pool: &str) -> Result<String, Invalid> {
        let kind = self.kind.word();
        let salted = [&salt_people.to_string(), pool, &self.mid, kind, &self.target];
        let salt = line_hash(algorithm, "conflict-salt", &salted)?;
        let (mid, target, reason) = (field(&self.mid)?, field(&self.target)?, field(&self.reason)?);
        Ok(format!("{PREFIX}conflict|{salt}|{pool}|{mid}|{kind}|{target}|{reason}"))
    }
}

impl Pool {
    /// Reads rows of members and of conflicts.
    ///
    /// # Errors
    /// [`Invalid::Shape`], [`Invalid::Word`].
    pub fn read_rows(&mut self, members: &[Value<'_>], conflicts: &[Value<'_>]) -> Result<(), Invalid> {
        self.members = members.iter().map(Member::from_value).collect::<Result<_, _>>()?;
        self.conflicts = conflicts.iter().map(Conflict::from_value).collect::<Result<_, _>>()?;
        Ok(())
    }
    /// Seats make sense, rows are strictly ascending and well formed.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn check(&self) -> Result<(), Invalid> {
        field(&self.id)?;
        if self.team == 0 || self.lead > self.team {
            return Err(Invalid::Team(self.id.clone()));
        }
        for pair in self.members.windows(2) {
            if let [before, after] = pair
                && before.mid >= after.mid
            {
                return Err(Invalid::Order(after.mid.clone()));
            }
        }
        for pair in self.conflicts.windows(2) {
            if let [before, after] = pair
                && (&before.mid, before.kind, &before.target) >= (&after.mid, after.kind, &after.target)
            {
                return Err(Invalid::Order(after.mid.clone()));
            }
        }
        for member in &self.members {
            if member.included != (member.reason == "-") {
                return Err(Invalid::Reason(member.mid.clone()));
            }
            // Joined with commas in the leaf, where * stands for none: another reading must not be possible.
            let ambiguous = |skill: &String| skill == "*" || skill.contains(',');
            let sorted = member.skills.iter().zip(member.skills.iter().skip(1)).all(|(one, other)| one < other);
            if member.skills.iter().any(ambiguous) || !sorted {
                return Err(Invalid::Field(member.skills.join(",")));
            }
        }
        Ok(())
    }
    /// Root of the members.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn members_root(&self, algorithm: Algorithm, salt_people: &Digest) -> Result<merkle::Root, Invalid> {
        self.check()?;
        let mut builder = merkle::Builder::new(algorithm);
        for member in &self.members {
            builder.add(member.leaf_text(algorithm, salt_people, &self.id)?.as_bytes());
        }
        Ok(builder.root())
    }
    /// Root of the conflicts.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn conflicts_root(&self, algorithm: Algorithm, salt_people: &Digest) -> Result<merkle::Root, Invalid> {
        self.check()?;
        let mut builder = merkle::Builder::new(algorithm);
        for conflict in &self.conflicts {
            builder.add(conflict.leaf_text(algorithm, salt_people, &self.id)?.as_bytes());
        }
        Ok(builder.root())
    }
}
