//! §12: the checks, by their ids, in their order. Works on bytes alone: no clock, no network, no trust in what the file
//! says about itself.

use crate::{
    Invalid,
    bundle::{self, Bundle, OpenPart},
    candidates::Pass,
    canonical::Value,
    commit::{Commitment, check_history, list_salt_hash, people_salt_hash},
    event::Units,
    line::Digest,
    log::{Anchored, check_anchors},
    note::VerifierKey,
    proof::{self, Proof},
    teams::Teams,
    tickets::Orders,
};
use std::collections::BTreeSet;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Holds.
    Pass,
    /// Does not hold.
    Fail,
    /// Could not be checked; the message says why. Shown in yellow, never in green.
    Skip,
}

impl Verdict {
    /// As written in a report.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Skip => "skip",
        }
    }
}

/// How a verification ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nothing failed; perhaps something was skipped.
    Pass,
    /// Something failed.
    Fail,
    /// Not a bundle or a proof at all.
    Unreadable,
}

impl Status {
    /// As written in a report.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unreadable => "unreadable",
        }
    }
    /// Exit status of a command.
    pub const fn code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
            Self::Unreadable => 2,
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Id of §12, or P1 of §1.
    pub id: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// In words.
    pub message: String,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// `format` of the file, if it has one of ours.
    pub format: String,
    /// Draw id, as far as it could be read.
    pub draw: String,
    /// Whether the keys of the log were compared with keys from elsewhere.
    pub pinned: bool,
    /// Checks in the order of §12.
    pub checks: Vec<Check>,
    unreadable: bool,
}

impl Report {
    fn new(format: &str) -> Self {
        Self { format: format.to_owned(), draw: String::new(), pinned: false, checks: Vec::new(), unreadable: false }
    }
    fn add(&mut self, id: &'static str, verdict: Verdict, message: impl Into<String>) {
        self.checks.push(Check { id, verdict, message: message.into() });
    }
    /// Passes with these words, or fails with the refusal.
    fn judge<T>(&mut self, id: &'static str, result: Result<T, Invalid>, words: &str) -> Option<T> {
        match result {
            Ok(value) => {
                self.add(id, Verdict::Pass, words);
                Some(value)
            }
            Err(refusal) => {
                self.add(id, Verdict::Fail, refusal.to_string());
                None
            }
        }
    }
    fn skip_all(&mut self, ids: &[&'static str], because: &str) {
        ids.iter().for_each(|id| self.add(id, Verdict::Skip, format!("未核验：{because} 未通过")));
    }
    /// The whole.
    pub fn status(&self) -> Status {
        if self.unreadable {
            Status::Unreadable
        } else if self.checks.iter().any(|check| check.verdict == Verdict::Fail) {
            Status::Fail
        } else {
            Status::Pass
        }
    }
    /// The one sentence a tool may print. Without pinned keys it does not say “verified”.
    pub fn words(&self) -> &'static str {
        match (self.status(), self.pinned) {
            (Status::Pass, true) => "核验通过 (verified)",
            (Status::Pass, false) => "前后一致，未核对日志公钥 (consistent, log key not pinned)",
            (Status::Fail, _) => "核验未通过 (failed)",
            (Status::Unreadable, _) => "不是可读的证据包或者证明 (unreadable)",
        }
    }
    /// `{format, draw, status, pinned, checks: [{id, status, message}]}`.
    pub fn to_value(&self) -> Value<'static> {
        let checks = self.checks.iter().map(|check| {
            let (status, message) = (check.verdict.word().into(), (&check.message).into());
            Value::object([("id", check.id.into()), ("status", status), ("message", message)])
        });
        Value::object([
            ("format", (&self.format).into()),
            ("draw", (&self.draw).into()),
            ("status", self.status().word().into()),
            ("pinned", Value::Bool(self.pinned)),
            ("checks", Value::list(checks)),
        ])
    }
}

/// Verifies a bundle or a per-entity proof, recognised by its `format`. `keys` are log and witness keys that the reader
/// got by other means; `open` opens parts files.
pub fn verify(bytes: &[u8], keys: &[String], open: &mut OpenPart<'_>) -> Report {
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let value = match Value::parse(text) {
        Ok(value) => value,
        Err(refusal) => return unreadable("", &refusal.to_string()),
    };
    let format = value.get("format").and_then(Value::as_text).unwrap_or_default();
    let mut report = Report::new(format);
    if !matches!(format, bundle::FORMAT | proof::FORMAT) {
        return unreadable(&format.chars().take(80).collect::<String>(), "不认识的格式");
    }
    let ids: &[&'static str] = if format == bundle::FORMAT { &BUNDLE } else { &PROOF };
    let (first, rest) = ids.split_first().unwrap_or((&"F1", &[]));
    if let Some(at) = value.first_difference(text).or_else(|| (text.len() == bytes.len()).then_some(bytes.len())) {
        report.add(first, Verdict::Fail, format!("第 {at} 字节起不是规范写法（应为规范 JSON 加一个换行）"));
        report.skip_all(rest, first);
        return report;
    }
    let commit = value.get("commit").ok_or_else(|| Invalid::shape("bundle", "缺少 commit"));
    let commit = commit.and_then(Commitment::from_value);
    report.draw = commit.as_ref().map(|commit| commit.draw.clone()).unwrap_or_default();
    if format == bundle::FORMAT {
        check_bundle(&mut report, &value, commit, keys, open);
    } else {
        check_proof(&mut report, &value, commit);
    }
    report
}

const BUNDLE: [&str; 15] = ["F1", "C1", "C2", "E1", "E2", "L1", "L2", "D1", "X1", "A1", "H1", "S1", "T1", "T2", "E3"];
const PROOF: [&str; 8] = ["F1", "C1", "C2", "E1", "E2", "P1", "T2", "E3"];

fn unreadable(format: &str, why: &str) -> Report {
    let mut report = Report::new(format);
    report.unreadable = true;
    report.add("F1", Verdict::Fail, why);
    report
}

/// F1 and C1 together: both are read before the others begin.
fn check_form<T>(
    report: &mut Report,
    commit: Result<Commitment, Invalid>,
    read: impl FnOnce(Commitment) -> Result<T, Invalid>,
    rest: &[&'static str],
) -> Option<T> {
    let commit = match commit {
        Ok(commit) => commit,
        Err(refusal) => {
            report.add("F1", Verdict::Pass, "规范写法");
            report.add("C1", Verdict::Fail, refusal.to_string());
            report.skip_all(rest, "C1");
            return None;
        }
    };
    let read = report.judge("F1", read(commit), "规范写法，键和格式齐全");
    report.add("C1", Verdict::Pass, "承诺的格式成立");
    if read.is_none() {
        report.skip_all(rest, "F1");
    }
    read
}

/// C2: the stated digest is that of the commitment as it stands.
fn check_digest(value: &Value<'_>, commit: &Commitment) -> Result<Digest, Invalid> {
    let stated = Digest::parse(value.get("digest").and_then(Value::as_text).unwrap_or_default())?;
    let found = value.get("commit").map(|found| found.hash(commit.algorithm, "commit"));
    if found == Some(stated) { Ok(stated) } else { Err(Invalid::shape("digest", "摘要与承诺不符")) }
}

/// E1: rules of the sources, and an outcome for each of them in order.
fn check_outcomes(commit: &Commitment, outcomes: &[(String, String)]) -> Result<(), Invalid> {
    commit.check_entropy()?;
    if !commit.entropy.iter().map(|source| &source.id).eq(outcomes.iter().map(|(id, _)| id)) {
        return Err(Invalid::shape("entropy", "结果与承诺的来源不一一对应"));
    }
    commit.entropy.iter().zip(outcomes).try_for_each(|(source, (_, value))| source.check_outcome(value))
}

/// E3: what only a person can compare.
fn compare_by_eye(report: &mut Report, commit: &Commitment, outcomes: &[(String, String)]) {
    let pairs = commit.entropy.iter().zip(outcomes).filter(|(source, _)| !source.proves_itself());
    let seen: Vec<String> = pairs.map(|(source, (_, value))| format!("{} = {value}", source.label())).collect();
    if seen.is_empty() {
        report.add("E3", Verdict::Pass, "来源都能自证");
    } else {
        report.add("E3", Verdict::Skip, format!("请与官方公布的结果核对：{}", seen.join("；")));
    }
}

fn check_bundle(
    report: &mut Report,
    value: &Value<'_>,
    commit: Result<Commitment, Invalid>,
    keys: &[String],
    open: &mut OpenPart<'_>,
) {
    let (_, rest) = BUNDLE.split_at(2);
    let Some(bundle) = check_form(report, commit, |commit| Bundle::read(value, commit), rest) else { return };
    let (commit, reveal, result) = (&bundle.commit, &bundle.reveal, &bundle.result);
    let digest = report.judge("C2", check_digest(value, commit), "摘要与承诺一致");
    report.judge("E1", check_outcomes(commit, &reveal.entropy), "随机来源和结果成立");
    let seed = reveal.seed(commit);
    let secrets =
        commit.check_secrets(&reveal.secrets).and(seed.clone()).and_then(|seed| same_seed(&seed, &result.seed));
    report.judge("E2", secrets, "密数与承诺一致，种子由此得出");
    let seed = seed.unwrap_or(result.seed);
    let orders = report.judge("L1", check_list(&bundle, &seed, open), "名录与承诺一致");
    let people = if bundle.full {
        report.judge("L2", check_people(&bundle), "人员和回避与承诺一致").is_some()
    } else {
        report.add("L2", Verdict::Skip, "公开的证据包不含人员；人员由承诺中的根约束");
        true
    };
    match &orders {
        None => report.skip_all(&["D1", "X1", "A1"], "L1"),
        Some(orders) => {
            report.judge("D1", check_drawn(&bundle, &seed, orders), "中选、备选和票号都能重新算出");
            let units = check_events(&bundle, orders);
            let followed = units.is_ok();
            report.judge("X1", units, "事件按顺位、上限和理由进行");
            match (people, followed) {
                (false, _) => report.skip_all(&["A1"], "L2"),
                (_, false) => report.skip_all(&["A1"], "X1"),
                _ => {
                    report.judge("A1", check_teams(&bundle, &seed, orders), "分派能重新算出（公开的证据包应为空）");
                }
            }
        }
    }
    report.judge("H1", check_history(commit, &bundle.history), "作废的各次都在、前后相接、密数公开");
    let seal = bundle::seal(value, commit.algorithm);
    let stated = value.get("seal").and_then(Value::as_text).unwrap_or_default();
    let sealed = if stated == seal.to_string() { Ok(()) } else { Err(Invalid::shape("seal", "封记与内容不符")) };
    report.judge("S1", sealed, "封记与内容一致");
    let digest = digest.unwrap_or_else(|| commit.digest());
    let anchors = check_anchors(&bundle.anchors, commit, &digest, &seal, bundle.full);
    let anchored = report.judge("T1", anchors, "两个锚定成立，见证早于随机事件");
    check_keys(report, anchored.as_ref(), keys);
    compare_by_eye(report, commit, &reveal.entropy);
}

fn same_seed(found: &Digest, stated: &Digest) -> Result<(), Invalid> {
    if found == stated {
        Ok(())
    } else {
        Err(Invalid::shape("seed", "种子不是由承诺、密数和结果算出的"))
    }
}

/// L1, and in the same pass the order of every stratum.
fn check_list(bundle: &Bundle, seed: &Digest, open: &mut OpenPart<'_>) -> Result<Orders, Invalid> {
    let commit = &bundle.commit;
    if list_salt_hash(commit.algorithm, &bundle.reveal.salt_list)? != commit.candidates.salt_hash {
        return Err(Invalid::shape("salt_list", "名录的盐与承诺不符"));
    }
    let mut pass = Pass::new(commit.algorithm, commit.method, &bundle.reveal.salt_list);
    let mut drawing = bundle::drawing(commit, seed)?;
    bundle.candidates.rows(commit.algorithm, open, &mut |row| {
        pass.add(row)?;
        drawing.offer(row)
    })?;
    commit.compare_list(&pass.totals())?;
    Ok(drawing.orders())
}

/// L2 of a full bundle.
fn check_people(bundle: &Bundle) -> Result<(), Invalid> {
    let commit = &bundle.commit;
    let salt = bundle.reveal.salt_people.ok_or_else(|| Invalid::shape("salt_people", "缺少"))?;
    if people_salt_hash(commit.algorithm, &salt)? != commit.people_salt_hash {
        return Err(Invalid::shape("salt_people", "人员的盐与承诺不符"));
    }
    for (plan, pool) in commit.pools.iter().zip(&bundle.people) {
        let found = (pool.members_root(commit.algorithm, &salt)?, pool.conflicts_root(commit.algorithm, &salt)?);
        if found != (plan.members, plan.conflicts) {
            return Err(Invalid::Shape("people", format!("{} 的根或者行数与承诺不符", plan.id)));
        }
    }
    Ok(())
}

/// D1.
fn check_drawn(bundle: &Bundle, seed: &Digest, orders: &Orders) -> Result<(), Invalid> {
    same_seed(seed, &bundle.result.seed)?;
    let (found, stated) = (orders.drawn(&bundle.commit.drawing_strata()), &bundle.result.drawn);
    if found.must != stated.must {
        return Err(Invalid::shape("must", "指定的单位与名录不符"));
    }
    let wrong = found.strata.iter().zip(&stated.strata).find(|(found, stated)| found != stated);
    match wrong {
        Some((found, _)) => Err(Invalid::Shape("strata", format!("分层 {} 的结果不能重新算出", found.id))),
        None if found.strata.len() != stated.strata.len() => Err(Invalid::shape("strata", "分层的个数不符")),
        None => Ok(()),
    }
}

/// X1.
fn check_events(bundle: &Bundle, orders: &Orders) -> Result<(), Invalid> {
    let mut units = Units::new(&bundle.commit, orders)?;
    bundle.events.iter().try_for_each(|event| units.apply(event).map(|_| ()))?;
    let same = units.active() == bundle.result.last;
    if same { Ok(()) } else { Err(Invalid::shape("final", "最后的名单与事件不符")) }
}

/// A1.
fn check_teams(bundle: &Bundle, seed: &Digest, orders: &Orders) -> Result<(), Invalid> {
    let commit = &bundle.commit;
    let stated = &bundle.result.assignments;
    let mut units = Units::new(commit, orders)?;
    let mut teams = Teams::new(commit.algorithm, seed, &commit.draw, &bundle.people, &units.to_assign())?;
    for event in &bundle.events {
        let changed = units.apply(event)?;
        teams.apply(event, &changed)?;
    }
    let wrong = teams.rows().iter().zip(stated).find(|(found, stated)| found != stated);
    match wrong {
        Some((found, _)) => {
            Err(Invalid::Shape("assignments", format!("{}（{}）的分派不能重新算出", found.uid, found.pool)))
        }
        None if teams.rows().len() != stated.len() => Err(Invalid::shape("assignments", "分派的行数不符")),
        None => Ok(()),
    }
}

/// T2: every key that signed is one that the reader knows from elsewhere.
fn check_keys(report: &mut Report, anchored: Option<&Anchored>, keys: &[String]) {
    let Some(anchored) = anchored else {
        report.skip_all(&["T2"], "T1");
        return;
    };
    if keys.is_empty() {
        report.add("T2", Verdict::Skip, "没有给出日志公钥，只能说前后一致");
        return;
    }
    let known: Result<BTreeSet<VerifierKey>, Invalid> = keys.iter().map(|key| VerifierKey::parse(key)).collect();
    let known = known.and_then(|known| match anchored.keys.difference(&known).next() {
        Some(stranger) => Err(Invalid::Shape("vkeys", format!("{} 不在给出的公钥中", stranger.name()))),
        None => Ok(()),
    });
    report.pinned = report.judge("T2", known, "日志和见证人的公钥与给出的一致").is_some();
}

fn check_proof(report: &mut Report, value: &Value<'_>, commit: Result<Commitment, Invalid>) {
    let (_, rest) = PROOF.split_at(2);
    let Some(proof) = check_form(report, commit, |commit| Proof::read(value, commit), rest) else { return };
    let commit = &proof.commit;
    let digest = report.judge("C2", check_digest(value, commit), "摘要与承诺一致");
    let outcomes = report.judge("E1", check_outcomes(commit, &proof.entropy), "随机来源和结果成立");
    let digest = digest.unwrap_or_else(|| commit.digest());
    let seed = crate::entropy::seed(commit.algorithm, &digest, &proof.secrets, &proof.entropy);
    let seed = report.judge("E2", commit.check_secrets(&proof.secrets).and(seed), "密数与承诺一致，种子由此得出");
    match (seed, outcomes) {
        (Some(seed), Some(())) => match proof.check(&seed) {
            Ok(true) => report.add("P1", Verdict::Pass, "这一行在承诺的名录内，票号由种子算出，结论相符"),
            Ok(false) => {
                let words = "票号先于最后一个中选单位，因每家上限未抽中；要核对须用公开的证据包";
                report.add("P1", Verdict::Skip, words);
            }
            Err(refusal) => report.add("P1", Verdict::Fail, refusal.to_string()),
        },
        _ => report.skip_all(&["P1"], "E1 或者 E2"),
    }
    report.add("T2", Verdict::Skip, format!("证明不带日志；请把摘要 {digest} 与公布的核对"));
    compare_by_eye(report, commit, &proof.entropy);
}
