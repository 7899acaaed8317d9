//! §4.4: the commitment. It fixes everything that could be bent later, before the randomness exists; its digest is all
//! that is published.

use crate::{
    Invalid,
    candidates::Totals,
    canonical::{Members, Value, normalised},
    entropy::{self, Source, time},
    line::{Algorithm, Digest, field, line_hash},
    merkle::Root,
    tickets::{Method, Stratum},
    times::Time,
};
use std::collections::BTreeSet;

/// `format` of a commitment.
pub const FORMAT: &str = "psc-draw-commit/1";
/// Reasons of Annex B for a replacement.
pub const REPLACEMENTS: [&str; 4] = ["R01", "R02", "R03", "R04"];

/// A commitment. The members are those of §4.4, under their names there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// Random short id, unique in the log; tells nothing.
    pub draw: String,
    /// Attempt, from 1.
    pub attempt: u64,
    /// Digest of the voided attempt before; none for the first.
    pub prev: Option<Digest>,
    /// Who draws.
    pub organiser: String,
    /// Under which plan.
    pub plan: String,
    /// When the commitment was made.
    pub created: Time,
    /// Hash of the draw.
    pub algorithm: Algorithm,
    /// How tickets become an order.
    pub method: Method,
    /// Strata in order.
    pub strata: Vec<StratumPlan>,
    /// The frozen list.
    pub candidates: ListFigures,
    /// Pools of people in order.
    pub pools: Vec<PoolPlan>,
    /// Hash of the people's salt.
    pub people_salt_hash: Digest,
    /// Holders of secrets in order, with the hash of each secret.
    pub secrets: Vec<(String, Digest)>,
    /// Public events in order.
    pub entropy: Vec<Source>,
    /// Bits they must count for.
    pub min_bits: u64,
    /// Rules for what happens after the draw.
    pub rules: Rules,
}

/// A stratum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StratumPlan {
    /// Id.
    pub id: String,
    /// Name.
    pub label: String,
    /// Units to draw.
    pub quota: u64,
    /// Reserves; also the largest number of replacements.
    pub reserve: u64,
    /// Skill its units need, or `-`.
    pub need: String,
    /// Most units of one entity; 0: no limit.
    pub cap: u64,
    /// Units that may be drawn.
    pub eligible: u64,
}

/// Figures of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListFigures {
    /// Root and count.
    pub root: Root,
    /// Units that may be drawn.
    pub inside: u64,
    /// Excluded units.
    pub excluded: u64,
    /// Designated units.
    pub must: u64,
    /// Hash of the list's salt.
    pub salt_hash: Digest,
}

/// A pool of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolPlan {
    /// Id.
    pub id: String,
    /// Seats of a team.
    pub team: u64,
    /// Seats, from the first, that need a member who may lead.
    pub lead: u64,
    /// Root of the members.
    pub members: Root,
    /// Root of the conflicts.
    pub conflicts: Root,
}

/// Rules for what happens after the draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Reasons for which a unit may be replaced.
    pub replace_reasons: Vec<String>,
    /// How far a stratum may be extended.
    pub extend: Vec<Extension>,
    /// By when everything is published.
    pub reveal_by: Time,
}

/// A rule of extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Stratum.
    pub stratum: String,
    /// Most units; rules of one stratum add up.
    pub max: u64,
    /// What must have happened, in words.
    pub trigger: String,
}

/// `T("salt-commit", "list", salt)`.
///
/// # Errors
/// [`Invalid::Field`], never in fact.
pub fn list_salt_hash(algorithm: Algorithm, salt: &Digest) -> Result<Digest, Invalid> {
    line_hash(algorithm, "salt-commit", &["list", &salt.to_string()])
}

/// `T("salt-commit", "people", salt)`.
///
/// # Errors
/// [`Invalid::Field`], never in fact.
pub fn people_salt_hash(algorithm: Algorithm, salt: &Digest) -> Result<Digest, Invalid> {
    line_hash(algorithm, "salt-commit", &["people", &salt.to_string()])
}

/// A draw id: 1 to 64 of `0-9 A-Z a-z . _ -`.
///
/// # Errors
/// [`Invalid::Field`].
pub fn draw_id(text: &str) -> Result<&str, Invalid> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let good = (1..=64).contains(&text.len()) && text.bytes().all(allowed);
    if good { Ok(text) } else { Err(Invalid::Field(text.chars().take(80).collect())) }
}

impl Commitment {
    /// Reads a commitment and checks its form ([`Self::check`]).
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let members = value.members("commit", &KEYS)?;
        if members.text("format")? != FORMAT {
            return Err(Invalid::shape("commit", "格式不是 psc-draw-commit/1"));
        }
        let list =
            members.get("candidates")?.members("candidates", &["count", "ex", "in", "must", "root", "salt_hash"])?;
        let rules = members.get("rules")?.members("rules", &["extend", "replace_reasons", "reveal_by"])?;
        let read = Self {
            draw: draw_id(members.text("draw")?)?.to_owned(),
            attempt: members.count("attempt")?,
            prev: match members.text("prev")? {
                "-" => None,
                digest => Some(Digest::parse(digest)?),
            },
            organiser: members.text("organiser")?.to_owned(),
            plan: members.text("plan")?.to_owned(),
            created: time(&members, "created")?,
            algorithm: Algorithm::parse(members.text("alg")?)?,
            method: Method::parse(members.text("method")?)?,
            strata: members.each("strata", StratumPlan::from_value)?,
            candidates: ListFigures {
                root: Root { root: list.digest("root")?, count: list.count("count")? },
                inside: list.count("in")?,
                excluded: list.count("ex")?,
                must: list.count("must")?,
                salt_hash: list.digest("salt_hash")?,
            },
            pools: members.each("pools", PoolPlan::from_value)?,
            people_salt_hash: members.digest("people_salt_hash")?,
            secrets: members.each("secrets", |secret| {
                let secret = secret.members("secrets", &["hash", "holder"])?;
                Ok((secret.field("holder")?.to_owned(), secret.digest("hash")?))
            })?,
            entropy: members.each("entropy", Source::from_value)?,
            min_bits: members.count("min_bits")?,
            rules: Rules {
                replace_reasons: rules.fields("replace_reasons")?,
                extend: rules.each("extend", Extension::from_value)?,
                reveal_by: time(&rules, "reveal_by")?,
            },
        };
        read.check()?;
        Ok(read)
    }
    /// What §4.4 asks of the form beside the kinds of values: ids unique, figures that fit together, codes of Annex B.
    /// Bits and order of events are not judged here ([`Self::check_entropy`]).
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn check(&self) -> Result<(), Invalid> {
        let refuse = |why: &str| Err(Invalid::shape("commit", why));
        draw_id(&self.draw)?;
        if self.attempt == 0 || (self.attempt == 1) != self.prev.is_none() {
            return refuse("attempt 与 prev 不符");
        }
        let ids: BTreeSet<&str> = self.strata.iter().map(|stratum| stratum.id.as_str()).collect();
        if ids.len() < self.strata.len() {
            return refuse("分层编号重复");
        }
        let list = &self.candidates;
        let eligible = self.strata.iter().fold(0, |sum: u64, stratum| sum.saturating_add(stratum.eligible));
        let all = list.inside.saturating_add(list.excluded).saturating_add(list.must);
        if list.root.count != all || list.inside != eligible {
            return refuse("名录的数目彼此不符");
        }
        let pools: BTreeSet<&str> = self.pools.iter().map(|pool| pool.id.as_str()).collect();
        let seats =
            |pool: &PoolPlan| pool.team > 0 && pool.lead <= pool.team && (pool.id != "inspector" || pool.team > 1);
        if pools.len() < self.pools.len() || !self.pools.iter().all(seats) {
            return refuse("人员库编号重复，或者小组人数不成立（抽样人员不得少于两名）");
        }
        let holders: BTreeSet<&str> = self.secrets.iter().map(|(holder, _)| holder.as_str()).collect();
        if !(1..=9).contains(&self.secrets.len()) || holders.len() < self.secrets.len() {
            return refuse("密数保管人应为 1 至 9 名，不得重复");
        }
        let sources: BTreeSet<&str> = self.entropy.iter().map(|source| source.id.as_str()).collect();
        if self.entropy.is_empty() || sources.len() < self.entropy.len() || self.min_bits < entropy::LEAST_BITS {
            return refuse("随机来源缺少或者编号重复，或者 min_bits 小于 48");
        }
        if !self.rules.replace_reasons.iter().all(|reason| REPLACEMENTS.contains(&reason.as_str())) {
            return refuse("替换理由不在附录 B");
        }
        if !self.rules.extend.iter().all(|rule| ids.contains(rule.stratum.as_str())) {
            return refuse("扩大规则的分层不存在");
        }
        Ok(())
    }
    /// §5.2.1 to 3.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn check_entropy(&self) -> Result<(), Invalid> {
        entropy::check_sources(&self.entropy, self.min_bits, &self.created)
    }
    /// Brings the free texts into normal form C, as a writer must before the digest is taken (§3.1).
    pub fn normalise(&mut self) {
        let labels = self.strata.iter_mut().map(|stratum| &mut stratum.label);
        let triggers = self.rules.extend.iter_mut().map(|rule| &mut rule.trigger);
        for text in labels.chain(triggers).chain([&mut self.organiser, &mut self.plan]) {
            *text = normalised(text);
        }
    }
    /// The commitment as an object.
    pub fn to_value(&self) -> Value<'static> {
        let list = &self.candidates;
        let rules = &self.rules;
        let prev = self.prev.map_or_else(|| Value::from("-"), Value::from);
        let secret =
            |(holder, hash): &(String, Digest)| Value::object([("holder", holder.into()), ("hash", hash.into())]);
        let extension = |rule: &Extension| {
            let trigger = (&rule.trigger).into();
            Value::object([("stratum", (&rule.stratum).into()), ("max", rule.max.into()), ("trigger", trigger)])
        };
        Value::object([
            ("format", FORMAT.into()),
            ("draw", (&self.draw).into()),
            ("attempt", self.attempt.into()),
            ("prev", prev),
            ("organiser", (&self.organiser).into()),
            ("plan", (&self.plan).into()),
            ("created", self.created.text().into()),
            ("alg", self.algorithm.word().into()),
            ("method", self.method.word().into()),
            ("strata", Value::list(self.strata.iter().map(StratumPlan::to_value))),
            (
                "candidates",
                Value::object([
                    ("root", list.root.root.into()),
                    ("count", list.root.count.into()),
                    ("in", list.inside.into()),
                    ("ex", list.excluded.into()),
                    ("must", list.must.into()),
                    ("salt_hash", list.salt_hash.into()),
                ]),
            ),
            ("pools", Value::list(self.pools.iter().map(PoolPlan::to_value))),
            ("people_salt_hash", self.people_salt_hash.into()),
            ("secrets", Value::list(self.secrets.iter().map(secret))),
            ("entropy", Value::list(self.entropy.iter().map(Source::to_value))),
            ("min_bits", self.min_bits.into()),
            (
                "rules",
                Value::object([
                    ("replace_reasons", Value::list(&rules.replace_reasons)),
                    ("extend", Value::list(rules.extend.iter().map(extension))),
                    ("reveal_by", rules.reveal_by.text().into()),
                ]),
            ),
        ])
    }
    /// `C = O("commit", commitment)`.
    pub fn digest(&self) -> Digest {
        self.to_value().hash(self.algorithm, "commit")
    }
    /// Quotas, reserves and caps as the draw takes them.
    pub fn drawing_strata(&self) -> Vec<Stratum> {
        let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let stratum = |plan: &StratumPlan| Stratum {
            id: plan.id.clone(),
            quota: size(plan.quota),
            reserve: size(plan.reserve),
            cap: size(plan.cap),
        };
        self.strata.iter().map(stratum).collect()
    }
    /// The most units that extensions may add to a stratum.
    pub fn most_added(&self, stratum: &str) -> u64 {
        let rules = self.rules.extend.iter().filter(|rule| rule.stratum == stratum);
        rules.fold(0, |sum, rule| sum.saturating_add(rule.max))
    }
    /// First difference between the figures of the list as committed and as found.
    ///
    /// # Errors
    /// [`Invalid::Shape`], [`Invalid::Stratum`].
    pub fn compare_list(&self, found: &Totals) -> Result<(), Invalid> {
        let list = &self.candidates;
        if list.root != found.root {
            return Err(Invalid::shape("candidates", "名录的根或者行数与承诺不符"));
        }
        if (list.inside, list.excluded, list.must) != (found.inside, found.excluded, found.must) {
            return Err(Invalid::shape("candidates", "参加、排除或者指定的数目与承诺不符"));
        }
        for stratum in &self.strata {
            if found.eligible.get(&stratum.id).copied().unwrap_or(0) != stratum.eligible {
                return Err(Invalid::Shape("candidates", format!("分层 {} 的单位数与承诺不符", stratum.id)));
            }
        }
        Ok(())
    }
    /// Every secret has the hash that was committed.
    ///
    /// # Errors
    /// [`Invalid::Shape`] with the holder.
    pub fn check_secrets(&self, secrets: &[Digest]) -> Result<(), Invalid> {
        if secrets.len() != self.secrets.len() {
            return Err(Invalid::shape("secrets", "密数的个数与承诺不符"));
        }
        for ((holder, hash), secret) in self.secrets.iter().zip(secrets) {
            if entropy::secret_hash(self.algorithm, &self.draw, holder, secret)? != *hash {
                return Err(Invalid::Shape("secrets", format!("{holder} 的密数与承诺不符")));
            }
        }
        Ok(())
    }
}

const KEYS: [&str; 17] = [
    "alg",
    "attempt",
    "candidates",
    "created",
    "draw",
    "entropy",
    "format",
    "method",
    "min_bits",
    "organiser",
    "people_salt_hash",
    "plan",
    "pools",
    "prev",
    "rules",
    "secrets",
    "strata",
];

impl StratumPlan {
    fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let members = value.members("strata", &["cap", "eligible", "id", "label", "need", "quota", "reserve"])?;
        Ok(Self {
            id: members.field("id")?.to_owned(),
            label: members.text("label")?.to_owned(),
            quota: members.count("quota")?,
            reserve: members.count("reserve")?,
            need: members.field("need")?.to_owned(),
            cap: members.count("cap")?,
            eligible: members.count("eligible")?,
        })
    }
    fn to_value(&self) -> Value<'static> {
        Value::object([
            ("id", (&self.id).into()),
            ("label", (&self.label).into()),
            ("quota", self.quota.into()),
            ("reserve", self.reserve.into()),
            ("need", (&self.need).into()),
            ("cap", self.cap.into()),
            ("eligible", self.eligible.into()),
        ])
    }
}

fn root_of(members: &Members<'_, '_>, key: &str) -> Result<Root, Invalid> {
    let root = members.get(key)?.members("pools", &["count", "root"])?;
    Ok(Root { root: root.digest("root")?, count: root.count("count")? })
}

fn root_value(root: &Root) -> Value<'static> {
    Value::object([("root", root.root.into()), ("count", root.count.into())])
}

impl PoolPlan {
    fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let members = value.members("pools", &["conflicts", "id", "lead", "members", "team"])?;
        Ok(Self {
            id: members.field("id")?.to_owned(),
            team: members.count("team")?,
            lead: members.count("lead")?,
            members: root_of(&members, "members")?,
            conflicts: root_of(&members, "conflicts")?,
        })
    }
    fn to_value(&self) -> Value<'static> {
        Value::object([
            ("id", (&self.id).into()),
            ("team", self.team.into()),
            ("lead", self.lead.into()),
            ("members", root_value(&self.members)),
            ("conflicts", root_value(&self.conflicts)),
        ])
    }
}

impl Extension {
    fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let members = value.members("extend", &["max", "stratum", "trigger"])?;
        Ok(Self {
            stratum: field(members.text("stratum")?)?.to_owned(),
            max: members.count("max")?,
            trigger: members.text("trigger")?.to_owned(),
        })
    }
}

/// §9.4: an attempt that was given up, with its secrets, so that everybody can compute whom it would have hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voided {
    /// Its commitment.
    pub commit: Commitment,
    /// `V01` to `V04`.
    pub reason: String,
    /// When it was given up.
    pub at: Time,
    /// Hash of the document.
    pub evidence: Digest,
    /// Its secrets.
    pub secrets: Vec<Digest>,
}

/// Reasons of Annex B for giving up an attempt.
pub const VOIDS: [&str; 4] = ["V01", "V02", "V03", "V04"];

impl Voided {
    /// Reads an entry of `history`.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let members = value.members("history", &["commit", "secrets", "void"])?;
        let void = members.get("void")?.members("void", &["at", "evidence", "reason"])?;
        Ok(Self {
            commit: Commitment::from_value(members.get("commit")?)?,
            reason: void.field("reason")?.to_owned(),
            at: time(&void, "at")?,
            evidence: void.digest("evidence")?,
            secrets: members.digests("secrets")?,
        })
    }
    /// As it stands in `history`.
    pub fn to_value(&self) -> Value<'static> {
        let void =
            [("reason", (&self.reason).into()), ("at", self.at.text().into()), ("evidence", self.evidence.into())];
        let secrets = Value::list(&self.secrets);
        Value::object([("commit", self.commit.to_value()), ("void", Value::object(void)), ("secrets", secrets)])
    }
}

/// Check H1: the history leads, attempt by attempt, to this commitment, with reasons and secrets of each.
///
/// # Errors
/// [`Invalid`] with the first thing that is wrong.
pub fn check_history(commit: &Commitment, history: &[Voided]) -> Result<(), Invalid> {
    let refuse = |why: String| Err(Invalid::Shape("history", why));
    if history.len() as u64 != commit.attempt - 1 {
        return refuse(format!("第 {} 次，却有 {} 次作废", commit.attempt, history.len()));
    }
    let (mut before, mut draws) = (None, BTreeSet::from([commit.draw.as_str()]));
    for (place, voided) in history.iter().enumerate() {
        let number = place as u64 + 1;
        if voided.commit.attempt != number || voided.commit.prev != before {
            return refuse(format!("第 {number} 次作废没有接上前一次"));
        }
        if !draws.insert(&voided.commit.draw) {
            return refuse(format!("抽取编号 {} 重复", voided.commit.draw));
        }
        if !VOIDS.contains(&voided.reason.as_str()) {
            return refuse(format!("作废理由 {} 不在附录 B", voided.reason));
        }
        if voided.at.seconds() < voided.commit.created.seconds() {
            return refuse(format!("第 {number} 次作废早于它的承诺"));
        }
        voided.commit.check_secrets(&voided.secrets)?;
        before = Some(voided.commit.digest());
    }
    if commit.prev == before { Ok(()) } else { refuse("prev 不是最后一次作废的摘要".to_owned()) }
}
