//! §8.1, `result`: what was drawn, who goes, and what is to be sampled after all events.

use crate::{
    Invalid,
    canonical::Value,
    line::Digest,
    tickets::{Drawn, StratumResult, Ticketed},
};

/// The result of a draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Seed.
    pub seed: Digest,
    /// Designated units, winners and reserves, as drawn.
    pub drawn: Drawn,
    /// Teams; a later row for the same pool and unit supersedes. Empty in a public bundle.
    pub assignments: Vec<TeamRow>,
    /// Units of each stratum after all events.
    pub last: Vec<(String, Vec<String>)>,
}

/// A team for a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamRow {
    /// Pool.
    pub pool: String,
    /// Unit.
    pub uid: String,
    /// Staff numbers in seat order.
    pub team: Vec<String>,
    /// `over_cap`, `unassigned`, `inherited`, `recused`.
    pub flags: Vec<String>,
}

impl Ticketed {
    /// `{"uid","ticket"[,"key"]}`.
    pub fn to_value(&self) -> Value<'static> {
        let (uid, ticket) = (("uid", Value::from(&self.uid)), ("ticket", Value::from(self.ticket)));
        match self.key {
            None => Value::object([uid, ticket]),
            Some(key) => Value::object([uid, ticket, ("key", format!("{key:032x}").into())]),
        }
    }
    fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let members = value.members_with("strata", &["ticket", "uid"], &["key"])?;
        let key = value.get("key").map(|key| read_key(key.text("key")?)).transpose()?;
        Ok(Self { key, ticket: members.digest("ticket")?, uid: members.field("uid")?.to_owned() })
    }
}

/// Reads a key: 32 lower-case hex digits.
pub(crate) fn read_key(text: &str) -> Result<u128, Invalid> {
    let digits = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let key = u128::from_str_radix(text, 16).ok().filter(|_| digits);
    key.ok_or_else(|| Invalid::Digest(text.chars().take(40).collect()))
}

impl Outcome {
    /// Reads a result.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let members = value.members("result", &["assignments", "final", "must", "seed", "strata"])?;
        let strata = members.each("strata", |stratum| {
            let stratum = stratum.members("strata", &["id", "reserves", "shortfall", "winners"])?;
            let shortfall = usize::try_from(stratum.count("shortfall")?);
            Ok(StratumResult {
                id: stratum.field("id")?.to_owned(),
                shortfall: shortfall.map_err(|_| Invalid::shape("shortfall", "过大"))?,
                winners: stratum.each("winners", Ticketed::from_value)?,
                reserves: stratum.each("reserves", Ticketed::from_value)?,
            })
        })?;
        let assignments = members.each("assignments", |row| {
            let row = row.members("assignments", &["flags", "pool", "team", "uid"])?;
            let text = |key| row.field(key).map(str::to_owned);
            Ok(TeamRow {
                pool: text("pool")?,
                uid: text("uid")?,
                team: row.fields("team")?,
                flags: row.fields("flags")?,
            })
        })?;
        let last = members.each("final", |stratum| {
            let stratum = stratum.members("final", &["stratum", "units"])?;
            Ok((stratum.field("stratum")?.to_owned(), stratum.fields("units")?))
        })?;
        let drawn = Drawn { must: members.fields("must")?, strata };
        Ok(Self { seed: members.digest("seed")?, drawn, assignments, last })
    }
    /// As it stands in a bundle.
    pub fn to_value(&self) -> Value<'static> {
        let units = |units: &[Ticketed]| Value::list(units.iter().map(Ticketed::to_value));
        let strata = self.drawn.strata.iter().map(|stratum| {
            Value::object([
                ("id", (&stratum.id).into()),
                ("shortfall", stratum.shortfall.into()),
                ("winners", units(&stratum.winners)),
                ("reserves", units(&stratum.reserves)),
            ])
        });
        let assignments = self.assignments.iter().map(|row| {
            Value::object([
                ("pool", (&row.pool).into()),
                ("uid", (&row.uid).into()),
                ("team", Value::list(&row.team)),
                ("flags", Value::list(&row.flags)),
            ])
        });
        let last = self
            .last
            .iter()
            .map(|(stratum, units)| Value::object([("stratum", stratum.into()), ("units", Value::list(units))]));
        Value::object([
            ("seed", self.seed.into()),
            ("must", Value::list(&self.drawn.must)),
            ("strata", Value::list(strata)),
            ("assignments", Value::list(assignments)),
            ("final", Value::list(last)),
        ])
    }
}
