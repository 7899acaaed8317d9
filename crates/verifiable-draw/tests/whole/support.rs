//! Whole draws for the tests: the one of Annex A and richer ones, closed, logged and witnessed.

use verifiable_draw::{
    bundle::{self, Bundle, List, Reveal, no_parts},
    candidates::{Candidate, Pass, Status},
    commit::{
        Commitment, Extension, ListFigures, PoolPlan, Rules, StratumPlan, Voided, list_salt_hash, people_salt_hash,
    },
    entropy::{Game, Kind, Source, secret_hash},
    event::{Act, Event, Units},
    line::{Algorithm, Digest, line_hash},
    log::{Anchor, Content, End, Entry, HASH},
    merkle::{Subtrees, Tree},
    note::{Checkpoint, Role, Signer},
    people::{Conflict, ConflictKind, Member, Pool},
    teams::Teams,
    tickets::Method,
    times::Time,
    verify::{Report, Verdict, verify},
};

pub const KL8: &str = "03,07,11,15,19,23,27,31,35,39,43,47,51,55,59,63,67,71,75,79";
pub const SECRETS: [Digest; 2] = [Digest([0x11; 32]), Digest([0x22; 32])];
pub const SALT_LIST: Digest = Digest([0x33; 32]);
pub const SALT_PEOPLE: Digest = Digest([0x44; 32]);

pub fn time(text: &str) -> Time {
    Time::parse(text).expect("time")
}
pub fn row(uid: &str, stratum: &str, weight: u32, status: Status, reason: &str) -> Candidate {
    let (uid, stratum, reason) = (uid.to_owned(), stratum.to_owned(), reason.to_owned());
    Candidate { uid, stratum, weight, status, reason, reference: "-".to_owned() }
}
fn member(mid: &str, org: &str, lead: bool, skills: &[&str]) -> Member {
    let skills = skills.iter().map(|skill| (*skill).to_owned()).collect();
    let (mid, org, reason) = (mid.to_owned(), org.to_owned(), "-".to_owned());
    Member { mid, org, lead, cap: 0, skills, included: true, reason }
}
fn conflict(mid: &str, kind: ConflictKind, target: &str, reason: &str) -> Conflict {
    Conflict { mid: mid.to_owned(), kind, target: target.to_owned(), reason: reason.to_owned() }
}
fn stratum(id: &str, label: &str, quota: u64, reserve: u64, cap: u64) -> StratumPlan {
    let (id, label, need) = (id.to_owned(), label.to_owned(), "-".to_owned());
    StratumPlan { id, label, quota, reserve, need, cap, eligible: 0 }
}
/// Kuaile 8 of Annex A.
pub fn kl8() -> Source {
    let kind = Kind::Lottery { game: Game::Kl8, issue: "2026059".to_owned() };
    Source { id: "kl8".to_owned(), at: time("2026-03-10T21:30:00+08:00"), kind }
}

/// A commitment over these rows and pools; all figures are computed.
pub fn commitment(
    draw: &str,
    algorithm: Algorithm,
    method: Method,
    mut strata: Vec<StratumPlan>,
    rows: &[Candidate],
    pools: &[Pool],
) -> Commitment {
    let mut pass = Pass::new(algorithm, method, &SALT_LIST);
    for row in rows {
        pass.add(&row.row()).expect("row");
    }
    let totals = pass.totals();
    for stratum in &mut strata {
        stratum.eligible = totals.eligible.get(&stratum.id).copied().unwrap_or(0);
    }
    let plan = |pool: &Pool| PoolPlan {
        id: pool.id.clone(),
        team: pool.team as u64,
        lead: pool.lead as u64,
        members: pool.members_root(algorithm, &SALT_PEOPLE).expect("members"),
        conflicts: pool.conflicts_root(algorithm, &SALT_PEOPLE).expect("conflicts"),
    };
    let holders = ["organiser", "supervisor"].into_iter().zip(SECRETS);
    let secrets = holders
        .map(|(holder, secret)| (holder.to_owned(), secret_hash(algorithm, draw, holder, &secret).expect("secret")));
    Commitment {
        draw: draw.to_owned(),
        attempt: 1,
        prev: None,
        organiser: "示例市场监督管理局".to_owned(),
        plan: "2026年示例计划".to_owned(),
        created: time("2026-03-02T09:00:00+08:00"),
        algorithm,
        method,
        strata,
        candidates: ListFigures {
            root: totals.root,
            inside: totals.inside,
            excluded: totals.excluded,
            must: totals.must,
            salt_hash: list_salt_hash(algorithm, &SALT_LIST).expect("hash"),
        },
        pools: pools.iter().map(plan).collect(),
        people_salt_hash: people_salt_hash(algorithm, &SALT_PEOPLE).expect("hash"),
        secrets: secrets.collect(),
        entropy: vec![kl8()],
        min_bits: 48,
        rules: Rules {
            replace_reasons: vec!["R01".to_owned()],
            extend: Vec::new(),
            reveal_by: time("2026-12-31T23:59:59+08:00"),
        },
    }
}

pub fn reveal() -> Reveal {
    let entropy = vec![("kl8".to_owned(), KL8.to_owned())];
    Reveal { secrets: SECRETS.to_vec(), salt_list: SALT_LIST, salt_people: Some(SALT_PEOPLE), entropy }
}

/// The result of these parts, not yet anchored.
pub fn drawn(
    commit: Commitment,
    rows: Vec<Candidate>,
    people: Vec<Pool>,
    reveal: Reveal,
    events: Vec<Event>,
) -> Bundle {
    let seed = reveal.seed(&commit).expect("seed");
    let mut drawing = bundle::drawing(&commit, &seed).expect("drawing");
    rows.iter().for_each(|row| drawing.offer(&row.row()).expect("row"));
    let result = bundle::outcome(&commit, &seed, &drawing.orders(), Some(&people), &events).expect("outcome");
    let candidates = List::Rows(rows);
    let (history, anchors) = (Vec::new(), Vec::new());
    Bundle { full: true, commit, candidates, people, reveal, events, result, history, anchors }
}

pub fn log_signer() -> Signer {
    Signer::new("draws.example/log", Role::Log, &[0x51; 32]).expect("log")
}
pub fn witness_signer() -> Signer {
    Signer::new("witness.example/w1", Role::Witness, &[0x52; 32]).expect("witness")
}
pub fn keys() -> Vec<String> {
    [log_signer(), witness_signer()].map(|signer| signer.public().to_string()).to_vec()
}

/// When and by whom the two checkpoints are signed.
pub struct Witnessing {
    pub signers: Vec<Signer>,
    pub origin: &'static str,
    pub committed: &'static str,
    pub closed: &'static str,
}

impl Default for Witnessing {
    fn default() -> Self {
        Self {
            signers: vec![log_signer(), witness_signer()],
            origin: "draws.example/log",
            committed: "2026-03-02T10:00:00+08:00",
            closed: "2026-04-20T10:00:00+08:00",
        }
    }
}

/// Logs commitment and close of a bundle among other entries and attaches both anchors.
pub fn anchor(bundle: &mut Bundle, witnessing: &Witnessing) {
    let (seal, public) = (bundle.seal(), bundle.to_public().seal());
    let (full_seal, draw) = (if bundle.full { seal } else { Digest([1; 32]) }, bundle.commit.draw.clone());
    let payload = Digest([0x66; 32]);
    let mut tree = Tree::new(HASH);
    let mut add = |content: Content, at: &str| {
        let entry = Entry { seq: tree.count(), at: time(at), actor: "a7".to_owned(), content };
        assert_eq!(Entry::parse(&entry.text()), Ok(entry.clone()));
        tree.push(entry.leaf());
        entry
    };
    let other = || Content::Other { kind: "access.view".to_owned(), payload };
    (0..3).for_each(|_| drop(add(other(), "2026-03-01T08:00:00+08:00")));
    let content = Content::Commit { draw: draw.clone(), digest: bundle.commit.digest(), escrow: None };
    let commit = add(content, "2026-03-02T09:59:00+08:00");
    (0..2).for_each(|_| drop(add(other(), "2026-03-02T09:59:30+08:00")));
    let old_count = 6;
    (0..5).for_each(|_| drop(add(other(), "2026-03-20T08:00:00+08:00")));
    let close = add(Content::Close { draw, digest: full_seal, public }, witnessing.closed);
    let vkeys: Vec<String> = witnessing.signers.iter().map(|signer| signer.public().to_string()).collect();
    let make = |role, entry: &Entry, count: u64, at: &str, consistency| {
        let origin = witnessing.origin.to_owned();
        let checkpoint = Checkpoint { origin, root: tree.root(count).expect("root"), extensions: Vec::new() };
        let (text, seconds) = (checkpoint.to_text(), u64::try_from(time(at).seconds()).expect("after 1970"));
        let lines: Vec<String> = witnessing.signers.iter().map(|signer| signer.line(&text, seconds)).collect();
        Anchor {
            role,
            entry: entry.clone(),
            index: entry.seq,
            proof: tree.inclusion(entry.seq, count).expect("path"),
            checkpoint: checkpoint.signed(&lines),
            consistency,
            vkeys: vkeys.clone(),
        }
    };
    let consistency = tree.consistency(old_count, tree.count()).expect("proof");
    bundle.anchors = vec![
        make(End::Commit, &commit, old_count, witnessing.committed, Vec::new()),
        make(End::Close, &close, tree.count(), witnessing.closed, consistency),
    ];
}

/// Annex A, whole.
pub fn annex() -> Bundle {
    let uid = |number: u8| format!("91440232AAAAAAAA{number:02}");
    let rows = vec![
        row(&uid(1), "S1", 1, Status::In, "-"),
        row(&uid(2), "S1", 2, Status::In, "-"),
        row(&uid(3), "S1", 5, Status::In, "-"),
        row(&uid(4), "S1", 0, Status::Excluded, "E01"),
        row(&uid(5), "S1", 1, Status::In, "-"),
        row(&uid(6), "S1", 0, Status::Must, "M01"),
    ];
    let pool = Pool {
        id: "inspector".to_owned(),
        team: 2,
        lead: 1,
        members: vec![
            member("P1", "bureau", true, &[]),
            member("P2", "bureau", false, &[]),
            member("P3", "station-1", true, &["chem"]),
        ],
        conflicts: vec![conflict("P1", ConflictKind::Unit, &uid(3), "K01")],
    };
    let strata = vec![stratum("S1", "危险化学品", 2, 1, 0)];
    let commit = commitment("EXAMPLE-1", Algorithm::Sha256, Method::Balls, strata, &rows, std::slice::from_ref(&pool));
    drawn(commit, rows, vec![pool], reveal(), Vec::new())
}

/// A draw with two strata, a cap, two pools, all kinds of events and one voided attempt.
pub fn rich(algorithm: Algorithm, method: Method) -> Bundle {
    let number = |n: u32| {
        let hash = line_hash(Algorithm::Sha256, "rows", &[&n.to_string()]).expect("line");
        u32::from(hash.0[0])
    };
    let weight = |n: u32| if method == Method::Balls { number(n) % 9 + 1 } else { (number(n) + 1) * 70_001 };
    let rows: Vec<Candidate> = (0..48)
        .map(|n| {
            let (uid, stratum) = (format!("F{:02}/C{}", n / 3, n % 3), if n % 2 == 0 { "S1" } else { "S2" });
            match n % 11 {
                7 => row(&uid, stratum, 0, Status::Excluded, "E08"),
                9 => row(&uid, stratum, 0, Status::Must, "M03"),
                _ => row(&uid, stratum, weight(n), Status::In, "-"),
            }
        })
        .collect();
    let mids: Vec<String> = (0..7).map(|n| format!("P{n}")).collect();
    let pools = vec![
        Pool {
            id: "inspector".to_owned(),
            team: 2,
            lead: 1,
            members: mids.iter().enumerate().map(|(n, mid)| member(mid, "bureau", n % 2 == 0, &[])).collect(),
            conflicts: vec![
                conflict("P0", ConflictKind::Member, "P1", "K02"),
                conflict("P2", ConflictKind::Unit, "F03", "K01"),
            ],
        },
        Pool {
            id: "lab".to_owned(),
            team: 1,
            lead: 0,
            members: vec![member("L1", "lab-1", false, &[]), member("L2", "lab-2", false, &["chem", "wire"])],
            conflicts: Vec::new(),
        },
    ];
    let strata = vec![stratum("S1", "电线电缆", 5, 3, 2), stratum("S2", "儿童用品", 4, 2, 0)];
    let mut commit = commitment("RICH-2", algorithm, method, strata, &rows, &pools);
    let rule = Extension { stratum: "S2".to_owned(), max: 3, trigger: "首轮不合格超过三成".to_owned() };
    commit.rules.extend = vec![rule];
    let dice = Kind::Dice { sides: 10, count: 5, witnesses: 2 };
    commit.entropy.push(Source { id: "dice".to_owned(), at: time("2026-03-10T20:00:00+08:00"), kind: dice });
    let mut voided = commit.clone();
    voided.draw = "RICH-1".to_owned();
    for ((holder, hash), secret) in voided.secrets.iter_mut().zip(SECRETS) {
        *hash = secret_hash(algorithm, "RICH-1", holder, &secret).expect("secret");
    }
    (commit.attempt, commit.prev) = (2, Some(voided.digest()));
    let mut reveal = reveal();
    reveal.entropy.push(("dice".to_owned(), "90210".to_owned()));
    let events = events(&commit, &rows, &pools, &reveal);
    let mut bundle = drawn(commit, rows, pools, reveal, events);
    let (at, evidence, secrets) = (time("2026-03-05T09:00:00+08:00"), Digest([0x77; 32]), SECRETS.to_vec());
    bundle.history = vec![Voided { commit: voided, reason: "V02".to_owned(), at, evidence, secrets }];
    bundle
}

/// Replacement, extension, recusal, replacement: each written with what the next in line is.
fn events(commit: &Commitment, rows: &[Candidate], pools: &[Pool], reveal: &Reveal) -> Vec<Event> {
    let seed = reveal.seed(commit).expect("seed");
    let mut drawing = bundle::drawing(commit, &seed).expect("drawing");
    rows.iter().for_each(|row| drawing.offer(&row.row()).expect("row"));
    let mut units = Units::new(commit, &drawing.orders()).expect("units");
    let mut teams = Teams::new(commit.algorithm, &seed, &commit.draw, pools, &units.to_assign()).expect("teams");
    let mut events = Vec::new();
    for step in 0..4 {
        let active = units.active();
        let (s1, s2) = (active[0].1[1].clone(), active[1].1[0].clone());
        let next = |stratum: &str, count| units.next(stratum, count).expect("next");
        let (act, reason) = match step {
            0 => (Act::Replace { stratum: "S1".into(), out: s1, into: next("S1", 1)[0].clone() }, "R01"),
            1 => (Act::Extend { stratum: "S2".into(), units: next("S2", 2) }, "X01"),
            2 => {
                let out = teams.team("inspector", &s2).expect("team")[1].clone();
                let into = teams.next_for_recusal("inspector", &s2, &out).expect("next");
                (Act::Recuse { pool: "inspector".into(), uid: s2, out, into }, "K01")
            }
            _ => (Act::Replace { stratum: "S2".into(), out: s2, into: next("S2", 1)[0].clone() }, "R01"),
        };
        let at = time(&format!("2026-03-{:02}T15:00:00+08:00", 12 + step));
        let event = Event { act, reason: reason.to_owned(), evidence: Digest([0x70 + step; 32]), at };
        let changed = units.apply(&event).expect("event");
        teams.apply(&event, &changed).expect("teams");
        events.push(event);
    }
    events
}

/// Closed and anchored as usual.
pub fn closed(mut bundle: Bundle) -> Bundle {
    anchor(&mut bundle, &Witnessing::default());
    bundle
}

pub fn report_of(bytes: &[u8]) -> Report {
    verify(bytes, &keys(), &mut no_parts)
}
pub fn report(bundle: &Bundle) -> Report {
    report_of(bundle.to_file().as_bytes())
}
/// Ids of the checks that failed.
pub fn failed(report: &Report) -> Vec<&'static str> {
    report.checks.iter().filter(|check| check.verdict == Verdict::Fail).map(|check| check.id).collect()
}
