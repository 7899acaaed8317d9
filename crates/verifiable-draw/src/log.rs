//! §10: entries of the log, and the anchors that tie a bundle to it. The log's hash is SHA-256 whatever the draw's.

use crate::{
    Invalid,
    canonical::Value,
    commit::Commitment,
    entropy::time,
    line::{Algorithm, Digest, PREFIX, field},
    merkle::{self, Root, Subtrees},
    note::{Checkpoint, Note, Role, VerifierKey},
    times::Time,
};
use std::collections::BTreeSet;

/// Hash of the log.
pub const HASH: Algorithm = Algorithm::Sha256;

/// What an entry says beside `type`, `seq`, `at` and `actor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// `draw.commit`: a commitment under its draw id; perhaps the digest of an escrow (§4.3).
    Commit {
        /// Draw id.
        draw: String,
        /// `C`.
        digest: Digest,
        /// Digest of the escrow.
        escrow: Option<Digest>,
    },
    /// `draw.close`: the seals of the full and of the public bundle.
    Close {
        /// Draw id.
        draw: String,
        /// Seal of the full bundle.
        digest: Digest,
        /// Seal of the public bundle.
        public: Digest,
    },
    /// `draw.void`: an attempt is given up.
    Void {
        /// Draw id.
        draw: String,
        /// `C`.
        digest: Digest,
        /// `V01` to `V04`.
        reason: String,
    },
    /// Any other type: the salted hash of what lies elsewhere.
    Other {
        /// `access.view`, `task.release`, …
        kind: String,
        /// Salted hash.
        payload: Digest,
    },
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Place in the log, from 0.
    pub seq: u64,
    /// When.
    pub at: Time,
    /// Pseudonym of whoever did it.
    pub actor: String,
    /// What.
    pub content: Content,
}

impl Entry {
    /// Reads an entry.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let kind = value.get("type").and_then(Value::as_text).unwrap_or_default();
        let members = |more: &[&str], optional: &[&str]| {
            value.members_with("entry", &[&["actor", "at", "seq", "type"], more].concat(), optional)
        };
        let (members, content) = match kind {
            "draw.commit" => {
                let members = members(&["digest", "draw"], &["escrow"])?;
                let escrow = value.get("escrow").map(|escrow| Digest::parse(escrow.text("escrow")?)).transpose()?;
                let (draw, digest) = (members.field("draw")?.to_owned(), members.digest("digest")?);
                (members, Content::Commit { draw, digest, escrow })
            }
            "draw.close" => {
                let members = members(&["digest", "draw", "public"], &[])?;
                let (draw, digest) = (members.field("draw")?.to_owned(), members.digest("digest")?);
                (members, Content::Close { draw, digest, public: members.digest("public")? })
            }
            "draw.void" => {
                let members = members(&["digest", "draw", "reason"], &[])?;
                let (draw, digest) = (members.field("draw")?.to_owned(), members.digest("digest")?);
                (members, Content::Void { draw, digest, reason: members.field("reason")?.to_owned() })
            }
            other => {
                let members = members(&["payload"], &[])?;
                (members, Content::Other { kind: field(other)?.to_owned(), payload: members.digest("payload")? })
            }
        };
        let (at, actor) = (time(&members, "at")?, members.field("actor")?.to_owned());
        Ok(Self { seq: members.count("seq")?, at, actor, content })
    }
    /// The entry as an object.
    pub fn to_value(&self) -> Value<'static> {
        let (kind, more): (&str, Vec<(&str, Value<'static>)>) = match &self.content {
            Content::Commit { draw, digest, escrow } => {
                let escrow = escrow.map(|escrow| ("escrow", escrow.into()));
                let fixed = [("draw", draw.into()), ("digest", digest.into())];
                ("draw.commit", fixed.into_iter().chain(escrow).collect())
            }
            Content::Close { draw, digest, public } => {
                ("draw.close", vec![("draw", draw.into()), ("digest", digest.into()), ("public", public.into())])
            }
            Content::Void { draw, digest, reason } => {
                ("draw.void", vec![("draw", draw.into()), ("digest", digest.into()), ("reason", reason.into())])
            }
            Content::Other { kind, payload } => (kind, vec![("payload", payload.into())]),
        };
        let common = [
            ("type", kind.into()),
            ("seq", self.seq.into()),
            ("at", self.at.text().into()),
            ("actor", (&self.actor).into()),
        ];
        let mut members: Vec<_> = common.into_iter().chain(more).collect();
        members.sort_by_key(|(name, _)| *name);
        Value::Object(members.into_iter().map(|(key, value)| (key.to_owned().into(), value)).collect())
    }
    /// `psc-draw/1/log|` and the canonical object.
    pub fn text(&self) -> String {
        format!("{PREFIX}log|{}", self.to_value().to_text())
    }
    /// Reads the text of an entry, byte for byte.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let json = text.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix("log|"));
        let json = json.ok_or_else(|| Invalid::shape("entry", "不是日志条目"))?;
        Self::from_value(&Value::parse_canonical(json.as_bytes())?)
    }
    /// `SHA-256(0x00 ‖ text)`.
    pub fn leaf(&self) -> Digest {
        merkle::leaf(HASH, self.text().as_bytes())
    }
}

/// §10.4, at every start and before every signature: the tree must contain everything that was ever signed. Gives the
/// root that may be signed now; a smaller or different tree may not.
///
/// # Errors
/// [`Invalid::Shape`] when the tree is behind or different: read only, alarm.
pub fn root_to_sign<S: Subtrees>(tree: &S, count: u64, signed: &Root) -> Result<Root, S::Error> {
    if count < signed.count {
        return Err(Invalid::Shape("log", format!("日志只有 {count} 条，已签过 {} 条", signed.count)).into());
    }
    if tree.root(signed.count)? != *signed {
        return Err(Invalid::shape("log", "日志与已签的检查点不符").into());
    }
    tree.root(count)
}

/// What a witness, or `journal check`, asks before it believes a newer checkpoint of the same log.
///
/// # Errors
/// [`Invalid::Shape`].
pub fn check_growth(older: &Checkpoint, newer: &Checkpoint, proof: &[Digest]) -> Result<(), Invalid> {
    if older.origin != newer.origin {
        return Err(Invalid::shape("log", "不是同一日志"));
    }
    let good = merkle::is_consistent(HASH, &older.root, &newer.root, proof);
    if good { Ok(()) } else { Err(Invalid::shape("log", "新检查点没有包含旧检查点的全部条目")) }
}

/// Which end of a draw an anchor ties down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The commitment.
    Commit,
    /// The close.
    Close,
}

/// §10.3: proof that an entry stands in a witnessed log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Which end.
    pub role: End,
    /// The entry.
    pub entry: Entry,
    /// Its place.
    pub index: u64,
    /// Path of inclusion.
    pub proof: Vec<Digest>,
    /// Signed checkpoint.
    pub checkpoint: String,
    /// Consistency with the checkpoint of the commit anchor; empty in that one.
    pub consistency: Vec<Digest>,
    /// Keys of the log and its witnesses.
    pub vkeys: Vec<String>,
}

impl Anchor {
    /// Reads an anchor.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn from_value(value: &Value<'_>) -> Result<Self, Invalid> {
        let keys = ["checkpoint", "consistency", "entry", "index", "proof", "role", "type", "vkeys"];
        let members = value.members("anchors", &keys)?;
        if members.text("type")? != "tlog" {
            return Err(Invalid::shape("anchors", "不认识的锚定种类"));
        }
        Ok(Self {
            role: match members.text("role")? {
                "commit" => End::Commit,
                "close" => End::Close,
                other => return Err(Invalid::Word(other.chars().take(40).collect())),
            },
            entry: Entry::from_value(members.get("entry")?)?,
            index: members.count("index")?,
            proof: members.digests("proof")?,
            checkpoint: members.text("checkpoint")?.to_owned(),
            consistency: members.digests("consistency")?,
            vkeys: members.each("vkeys", |key| Ok(key.text("vkeys")?.to_owned()))?,
        })
    }
    /// As it stands in a bundle.
    pub fn to_value(&self) -> Value<'static> {
        let role = match self.role {
            End::Commit => "commit",
            End::Close => "close",
        };
        Value::object([
            ("type", "tlog".into()),
            ("role", role.into()),
            ("entry", self.entry.to_value()),
            ("index", self.index.into()),
            ("proof", Value::list(&self.proof)),
            ("checkpoint", (&self.checkpoint).into()),
            ("consistency", Value::list(&self.consistency)),
            ("vkeys", Value::list(&self.vkeys)),
        ])
    }
    /// Inclusion and signatures; gives the checkpoint, the keys and the earliest time a witness states.
    fn check(&self) -> Result<(Checkpoint, BTreeSet<VerifierKey>, u64), Invalid> {
        let refuse = |why: &str| Invalid::shape("anchors", why);
        let note = Note::parse(&self.checkpoint)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        let keys: Vec<VerifierKey> = self.vkeys.iter().map(|key| VerifierKey::parse(key)).collect::<Result<_, _>>()?;
        let unique: BTreeSet<VerifierKey> = keys.iter().cloned().collect();
        if unique.len() < keys.len() {
            return Err(refuse("密钥重复"));
        }
        let signed = note.verify_exactly(&keys)?;
        let logs: Vec<&VerifierKey> = keys.iter().filter(|key| key.role() == Role::Log).collect();
        if !logs.iter().any(|key| key.name() == checkpoint.origin) {
            return Err(refuse("检查点没有日志自己的签名"));
        }
        let outside = |place: &usize| keys.get(*place).is_some_and(|key| logs.iter().all(|log| log.key() != key.key()));
        let times = signed.iter().filter(|(place, _)| outside(place)).filter_map(|(_, time)| *time);
        let earliest = times.min().ok_or_else(|| refuse("没有见证人的签名"))?;
        if self.entry.seq != self.index {
            return Err(refuse("seq 与序号不符"));
        }
        if !merkle::includes(HASH, &checkpoint.root, self.index, self.entry.leaf(), &self.proof) {
            return Err(refuse("条目不在检查点内"));
        }
        Ok((checkpoint, unique, earliest))
    }
}

/// What T1 has established about both anchors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchored {
    /// The log.
    pub origin: String,
    /// Keys that signed both checkpoints.
    pub keys: BTreeSet<VerifierKey>,
}

/// Check T1. `seal` is the seal of this bundle, `full` says of which scope.
///
/// # Errors
/// [`Invalid`] with the first thing that is wrong.
pub fn check_anchors(
    anchors: &[Anchor],
    commit: &Commitment,
    digest: &Digest,
    seal: &Digest,
    full: bool,
) -> Result<Anchored, Invalid> {
    let refuse = |why: &str| Err(Invalid::shape("anchors", why));
    let [first, last] = anchors else { return refuse("应有承诺与关闭两个锚定") };
    if (first.role, last.role) != (End::Commit, End::Close) || !first.consistency.is_empty() {
        return refuse("应先承诺、后关闭，承诺的锚定不带一致性证明");
    }
    let committed = matches!(&first.entry.content, Content::Commit { draw, digest: found, .. } if *draw == commit.draw && found == digest);
    let closed = matches!(&last.entry.content, Content::Close { draw, digest: found, public } if *draw == commit.draw && (if full { found } else { public }) == seal);
    if !committed || !closed {
        return refuse("日志条目不是这次抽取的摘要或者封记");
    }
    let (old, keys, witnessed) = first.check()?;
    let (new, other_keys, closed_at) = last.check()?;
    if old.origin != new.origin || keys != other_keys {
        return refuse("两个锚定的日志或者密钥不同");
    }
    if first.index >= last.index || !merkle::is_consistent(HASH, &old.root, &new.root, &last.consistency) {
        return refuse("关闭时的日志没有包含承诺时的日志");
    }
    let seconds = |time: &Time| u64::try_from(time.seconds()).unwrap_or(0);
    let first_event = commit.entropy.iter().map(|source| seconds(&source.at)).min().unwrap_or(0);
    if witnessed >= first_event {
        return refuse("见证时间不早于第一个随机事件");
    }
    let due = &commit.rules.reveal_by;
    if last.entry.at.seconds() > due.seconds() || closed_at > seconds(due) {
        return refuse("关闭晚于 reveal_by");
    }
    Ok(Anchored { origin: old.origin, keys })
}
