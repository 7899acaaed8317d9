//! §15.9: whatever is bent, some check finds it — also when everything that can be recomputed has been recomputed.

use crate::support::{
    Witnessing, anchor, annex, closed, drawn, failed, keys, log_signer, report, report_of, reveal, rich, row, time,
    witness_signer,
};
use verifiable_draw::{
    bundle::{Bundle, List, no_parts},
    candidates::Status as InList,
    event::Act,
    line::{Algorithm, Digest},
    note::{Role, Signer},
    tickets::Method,
    verify::{Status, verify},
};

fn small() -> Bundle {
    closed(annex())
}
fn large() -> Bundle {
    closed(rich(Algorithm::Sha256, Method::Balls))
}
/// Changes a bundle, seals and anchors it anew with the real keys, and says which checks fail.
#[track_caller]
fn spoilt(mut bundle: Bundle, expected: &[&str], change: impl FnOnce(&mut Bundle)) {
    change(&mut bundle);
    anchor(&mut bundle, &Witnessing::default());
    assert_eq!(failed(&report(&bundle)), expected);
}
/// The same where the seed changes, and with it whatever chance makes of it.
#[track_caller]
fn reseeded(expected: &[&str], change: impl FnOnce(&mut Bundle)) {
    let mut bundle = small();
    change(&mut bundle);
    anchor(&mut bundle, &Witnessing::default());
    let found = failed(&report(&bundle));
    assert!(expected.iter().all(|id| found.contains(id)) && !found.contains(&"L1"), "{found:?}");
}
/// The same with the text of the file, nothing recomputed.
#[track_caller]
fn edited(bundle: &Bundle, what: &str, with: &str, expected: &[&str]) {
    let file = bundle.to_file();
    assert!(file.contains(what), "{what}");
    let report = report_of(file.replacen(what, with, 1).as_bytes());
    assert_eq!(failed(&report), expected, "{what} → {with}");
}

/// Every single bit of every byte, and every byte left out or doubled.
#[test]
fn every_single_byte() {
    let file = small().to_file().into_bytes();
    for at in 0..file.len() {
        for bit in [1, 0x20, 0x80] {
            let mut bytes = file.clone();
            bytes[at] ^= bit;
            assert_ne!(report_of(&bytes).status(), Status::Pass, "byte {at} bit {bit}");
        }
        let mut bytes = file.clone();
        bytes.remove(at);
        assert_ne!(report_of(&bytes).status(), Status::Pass, "byte {at} left out");
        bytes.insert(at, file[at]);
        bytes.insert(at, file[at]);
        assert_ne!(report_of(&bytes).status(), Status::Pass, "byte {at} doubled");
    }
}

/// F1: bytes that are not canonical, unknown and missing keys.
#[test]
fn form() {
    let bundle = small();
    let skipped_rest = |bytes: &[u8]| failed(&report_of(bytes));
    let file = bundle.to_file();
    for bytes in [file.trim_end().to_owned(), format!("{file}\n"), format!(" {file}"), file.replace(":[", ": [")] {
        assert_eq!(skipped_rest(bytes.as_bytes()), ["F1"]);
    }
    edited(&bundle, "\"events\":[]", "\"events\":{}", &["F1"]);
    edited(&bundle, "\"history\":[],", "", &["F1"]);
    edited(&bundle, "\"history\":[],", "\"history\":[],\"note\":1,", &["F1"]);
    edited(&bundle, "\"scope\":\"full\"", "\"scope\":\"some\"", &["F1"]);
    edited(&bundle, "\"shortfall\":0", "\"shortfall\":0,\"x\":1", &["F1"]);
    edited(&bundle, "\"role\":\"close\"", "\"role\":\"other\"", &["F1"]);
    edited(&large().to_public(), "\"type\":\"extend\"", "\"type\":\"recuse\"", &["F1"]);
}

/// C1 and C2: what a commitment may not say, and a digest that is not its own.
#[test]
fn commitment() {
    let bundle = small();
    for (what, with) in [
        ("\"attempt\":1", "\"attempt\":0"),
        ("\"attempt\":1", "\"attempt\":2"),
        ("\"min_bits\":48", "\"min_bits\":47"),
        ("\"team\":2", "\"team\":1"),
        ("\"lead\":1", "\"lead\":3"),
        ("\"alg\":\"sha256\"", "\"alg\":\"sha1\""),
        ("\"method\":\"balls\"", "\"method\":\"ball\""),
        ("\"count\":6,\"ex\":1", "\"count\":7,\"ex\":1"),
        ("\"eligible\":4", "\"eligible\":5"),
        ("\"EXAMPLE-1\",\"entropy\"", "\"EXAMPLE/1\",\"entropy\""),
        ("[\"R01\"]", "[\"R05\"]"),
        ("\"holder\":\"supervisor\"", "\"holder\":\"organiser\""),
        ("\"created\":\"2026-03-02T09:00:00+08:00\"", "\"created\":\"2026-03-02\""),
        ("psc-draw-commit/1", "psc-draw-commit/2"),
        ("\"extend\":[]", "\"extend\":[{\"max\":1,\"stratum\":\"S9\",\"trigger\":\"\"}]"),
    ] {
        edited(&bundle, what, with, &["C1"]);
    }
    let digest = bundle.commit.digest().to_string();
    let file = bundle.to_file().replace(
        &format!("\"digest\":\"{digest}\",\"events\""),
        &format!("\"digest\":\"{}\",\"events\"", "0".repeat(64)),
    );
    assert_eq!(failed(&report_of(file.as_bytes())), ["C2", "S1", "T1"]);
}

/// E1 and E2: bits, order, outcomes, secrets.
#[test]
fn entropy_and_secrets() {
    reseeded(&["E1", "E2", "D1"], |bundle| bundle.reveal.entropy[0].1 = "03,07".to_owned());
    reseeded(&["E1", "E2", "D1"], |bundle| bundle.reveal.entropy[0].0 = "kl9".to_owned());
    // A possible outcome that is not the real one gives another seed; only a person can see more (E3).
    reseeded(&["E2", "D1"], |bundle| {
        bundle.reveal.entropy[0].1 = crate::support::KL8.replace("79", "80");
    });
    reseeded(&["E2", "D1"], |bundle| bundle.reveal.secrets[0] = Digest([0x12; 32]));
    reseeded(&["E2", "D1"], |bundle| bundle.reveal.secrets.swap(0, 1));
    reseeded(&["E2", "D1"], |bundle| bundle.reveal.secrets.truncate(1));
    let again = |change: fn(&mut Bundle)| {
        let mut bundle = annex();
        change(&mut bundle);
        let List::Rows(rows) = bundle.candidates else { panic!("rows") };
        let mut reveal = reveal();
        reveal.entropy = bundle.reveal.entropy;
        failed(&report(&closed(drawn(bundle.commit, rows, bundle.people, reveal, Vec::new()))))
    };
    assert_eq!(again(|_| {}), [""; 0]);
    let late = again(|bundle| bundle.commit.created = time("2026-03-10T21:30:00+08:00"));
    assert_eq!(late, ["E1"], "created not before the event");
    assert_eq!(again(|bundle| bundle.commit.min_bits = 62), ["E1"]);
    let early_event = again(|bundle| bundle.commit.entropy[0].at = time("2026-03-02T09:30:00+08:00"));
    assert_eq!(early_event, ["T1"], "witnessed after the event");
}

/// L1 and L2: rows dropped, added, doubled, reordered, reweighed; salts; people. Recomputed or not.
#[test]
fn lists() {
    fn rows(bundle: &mut Bundle) -> &mut Vec<verifiable_draw::candidates::Candidate> {
        match &mut bundle.candidates {
            List::Rows(rows) => rows,
            List::Parts(_) => panic!("rows"),
        }
    }
    let list = ["L1"];
    spoilt(small(), &list, |bundle| drop(rows(bundle).remove(0)));
    spoilt(small(), &list, |bundle| rows(bundle).insert(0, row("91440232AAAAAAAA00", "S1", 1, InList::In, "-")));
    spoilt(small(), &list, |bundle| {
        let twice = rows(bundle)[2].clone();
        rows(bundle).insert(2, twice);
    });
    spoilt(small(), &list, |bundle| rows(bundle).swap(0, 1));
    spoilt(small(), &list, |bundle| rows(bundle)[0].weight = 2);
    spoilt(small(), &list, |bundle| rows(bundle)[0].weight = 65);
    spoilt(small(), &list, |bundle| rows(bundle)[3].reason = "E02".to_owned());
    spoilt(small(), &list, |bundle| rows(bundle)[3].reason = "E99".to_owned());
    spoilt(small(), &list, |bundle| rows(bundle)[0].stratum = "S2".to_owned());
    spoilt(small(), &list, |bundle| rows(bundle)[0].reference = "x".to_owned());
    spoilt(small(), &list, |bundle| bundle.reveal.salt_list = Digest([0; 32]));
    let people = ["L2"];
    spoilt(small(), &people, |bundle| drop(bundle.people[0].members.remove(0)));
    spoilt(small(), &people, |bundle| bundle.people[0].members[1].lead = true);
    spoilt(small(), &people, |bundle| drop(bundle.people[0].conflicts.remove(0)));
    spoilt(small(), &people, |bundle| bundle.people[0].members.reverse());
    spoilt(small(), &people, |bundle| bundle.reveal.salt_people = Some(Digest([0; 32])));
    spoilt(small(), &["F1"], |bundle| bundle.people[0].id = "lab".to_owned());
    // The insider recomputes everything from a list without the friend: only the logged digest does not move.
    let mut friend = annex();
    rows(&mut friend).remove(0);
    let List::Rows(fewer) = friend.candidates.clone() else { panic!("rows") };
    let mut commit = crate::support::commitment(
        "EXAMPLE-1",
        Algorithm::Sha256,
        Method::Balls,
        friend.commit.strata.clone(),
        &fewer,
        &friend.people,
    );
    commit.created = friend.commit.created.clone();
    let mut redrawn = drawn(commit, fewer, friend.people, reveal(), Vec::new());
    redrawn.anchors = small().anchors;
    assert_eq!(failed(&report(&redrawn)), ["T1"]);
}

/// D1: another winner, another order, another ticket, a hidden shortfall.
#[test]
fn results() {
    spoilt(small(), &["D1"], |bundle| bundle.result.drawn.strata[0].winners.swap(0, 1));
    spoilt(small(), &["D1"], |bundle| {
        let stratum = &mut bundle.result.drawn.strata[0];
        std::mem::swap(&mut stratum.winners[1], &mut stratum.reserves[0]);
    });
    spoilt(small(), &["D1"], |bundle| bundle.result.drawn.strata[0].winners[0].ticket = Digest([0; 32]));
    spoilt(small(), &["D1"], |bundle| bundle.result.drawn.strata[0].shortfall = 1);
    spoilt(small(), &["D1"], |bundle| bundle.result.drawn.must.clear());
    spoilt(small(), &["D1"], |bundle| bundle.result.drawn.strata.clear());
    spoilt(small(), &["E2", "D1"], |bundle| bundle.result.seed = Digest([0; 32]));
    spoilt(closed(rich(Algorithm::Sha256, Method::Explog)), &["D1"], |bundle| {
        bundle.result.drawn.strata[0].winners[0].key = Some(1);
    });
}

/// X1: events out of order, beyond the limits, for other reasons, at other times; a final list that does not follow.
#[test]
fn events() {
    let events = ["X1"];
    let spoil = |change: fn(&mut Bundle)| spoilt(large(), &events, change);
    spoil(|bundle| bundle.events[0].reason = "R02".to_owned());
    spoil(|bundle| bundle.events[1].reason = "R01".to_owned());
    spoil(|bundle| bundle.events[2].reason = "R01".to_owned());
    spoil(|bundle| bundle.events[1].at = time("2026-03-11T15:00:00+08:00"));
    spoil(|bundle| bundle.events.swap(0, 1));
    spoil(|bundle| drop(bundle.events.remove(0)));
    spoil(|bundle| {
        if let Act::Replace { out, .. } = &mut bundle.events[0].act {
            *out = "F00/C0x".to_owned();
        }
    });
    spoil(|bundle| {
        if let Act::Replace { into, .. } = &mut bundle.events[0].act {
            *into = "F15/C2".to_owned();
        }
    });
    spoil(|bundle| {
        if let Act::Extend { units, .. } = &mut bundle.events[1].act {
            units.reverse();
        }
    });
    spoil(|bundle| {
        if let Act::Extend { stratum, .. } = &mut bundle.events[1].act {
            *stratum = "S1".to_owned();
        }
    });
    spoil(|bundle| bundle.result.last[0].1.swap(0, 1));
    spoil(|bundle| drop(bundle.result.last.pop()));
    // The limits themselves, with everything recomputed.
    let limited = |change: fn(&mut Bundle)| {
        let mut bundle = rich(Algorithm::Sha256, Method::Balls);
        change(&mut bundle);
        failed(&report(&closed(bundle))).contains(&"X1")
    };
    assert!(!limited(|_| {}));
    assert!(limited(|bundle| bundle.commit.rules.extend[0].max = 1));
    assert!(limited(|bundle| bundle.commit.rules.extend.clear()));
    assert!(limited(|bundle| bundle.commit.strata[0].reserve = 0));
}

/// A1: another team, a missing row, another member after a recusal; anything at all in a public bundle.
#[test]
fn assignments() {
    let spoil = |change: fn(&mut Bundle)| spoilt(large(), &["A1"], change);
    spoil(|bundle| bundle.result.assignments[0].team.reverse());
    spoil(|bundle| drop(bundle.result.assignments.pop()));
    spoil(|bundle| bundle.result.assignments.swap(0, 1));
    spoil(|bundle| bundle.result.assignments[0].flags.push("over_cap".to_owned()));
    spoil(|bundle| {
        if let Act::Recuse { into, .. } = &mut bundle.events[2].act {
            *into = None;
        }
    });
    let mut public = large().to_public();
    public.result.assignments = large().result.assignments;
    anchor(&mut public, &Witnessing::default());
    assert!(failed(&report(&public)).contains(&"A1"));
}

/// H1: attempts hidden, unchained, unrevealed, for reasons of one's own.
#[test]
fn history() {
    let spoil = |change: fn(&mut Bundle)| spoilt(large(), &["H1"], change);
    spoil(|bundle| bundle.history.clear());
    spoil(|bundle| bundle.history[0].secrets[0] = Digest([0; 32]));
    spoil(|bundle| bundle.history[0].reason = "V05".to_owned());
    spoil(|bundle| bundle.history[0].at = time("2026-03-01T09:00:00+08:00"));
    spoil(|bundle| bundle.history[0].commit.plan.push('x'));
    spoil(|bundle| bundle.history[0].commit.draw = "RICH-2".to_owned());
    spoil(|bundle| bundle.history.extend(bundle.history.clone()));
    spoilt(small(), &["H1"], |bundle| bundle.history = large().history);
}

/// S1 and T1: an edited seal, a forked log, a moved entry, removed and late witnesses, a late close.
#[test]
fn seal_and_log() {
    let bundle = small();
    let seal = bundle.seal().to_string();
    edited(&bundle, &format!("\"seal\":\"{seal}\""), &format!("\"seal\":\"{}\"", "0".repeat(64)), &["S1"]);
    let anchored = |witnessing: Witnessing| {
        let mut bundle = annex();
        anchor(&mut bundle, &witnessing);
        failed(&report(&bundle))
    };
    let usual = Witnessing::default;
    assert_eq!(anchored(usual()), [""; 0]);
    assert_eq!(anchored(Witnessing { signers: vec![log_signer()], ..usual() }), ["T1"], "no witness");
    assert_eq!(anchored(Witnessing { signers: vec![witness_signer()], ..usual() }), ["T1"], "no log");
    assert_eq!(anchored(Witnessing { committed: "2026-03-10T21:30:00+08:00", ..usual() }), ["T1"], "witness too late");
    assert_eq!(anchored(Witnessing { closed: "2027-01-01T00:00:00+08:00", ..usual() }), ["T1"], "closed too late");
    assert_eq!(anchored(Witnessing { origin: "draws.example/fork", ..usual() }), ["T1"], "another origin");
    let own = Signer::new("own.example/w", Role::Witness, &[0x51; 32]).expect("signer");
    assert_eq!(
        anchored(Witnessing { signers: vec![log_signer(), own], ..usual() }),
        ["T1"],
        "the log witnesses itself"
    );
    let changed = |change: fn(&mut Bundle)| {
        let mut bundle = small();
        change(&mut bundle);
        failed(&report(&bundle))
    };
    type Change = fn(&mut Bundle);
    let changes: [Change; 13] = [
        |bundle| bundle.anchors.clear(),
        |bundle| drop(bundle.anchors.pop()),
        |bundle| bundle.anchors.reverse(),
        |bundle| bundle.anchors[0].index += 1,
        |bundle| bundle.anchors[0].entry.seq += 1,
        |bundle| bundle.anchors[0].proof.truncate(2),
        |bundle| bundle.anchors[1].consistency.push(Digest([0; 32])),
        |bundle| bundle.anchors[0].consistency.push(Digest([0; 32])),
        |bundle| drop(bundle.anchors[1].vkeys.pop()),
        |bundle| bundle.anchors[1].vkeys.swap(0, 1),
        |bundle| {
            let first = bundle.anchors[0].vkeys[0].clone();
            bundle.anchors[0].vkeys.push(first);
        },
        |bundle| {
            let line = bundle.anchors[0].checkpoint.lines().last().expect("line").to_owned() + "\n";
            bundle.anchors[0].checkpoint = bundle.anchors[0].checkpoint.replace(&line, "");
        },
        |bundle| bundle.anchors[1] = closed(rich(Algorithm::Sha256, Method::Balls)).anchors[1].clone(),
    ];
    for (place, change) in changes.into_iter().enumerate() {
        // The order of the keys says nothing.
        let expected: &[&str] = if place == 9 { &[] } else { &["T1"] };
        assert_eq!(changed(change), expected, "change {place}");
    }
    // A fork: the close stands in a log of the same keys that never held the commitment.
    let mut forked = small();
    let mut other = annex();
    other.commit.plan.push('x');
    let other = closed(other);
    forked.anchors[0] = other.anchors[0].clone();
    assert_eq!(failed(&report(&forked)), ["T1"]);
    let mut public = small().to_public();
    public.anchors = small().anchors;
    assert_eq!(failed(&report(&public)), [""; 0], "one close serves both scopes");
}

/// T2: without keys a skip, with one key short a failure.
#[test]
fn pinned_keys() {
    let file = small().to_file();
    let ended = |keys: &[String]| {
        let report = verify(file.as_bytes(), keys, &mut no_parts);
        (failed(&report), report.pinned)
    };
    assert_eq!((ended(&[]), ended(&keys())), ((vec![], false), (vec![], true)));
    assert_eq!(ended(&keys()[..1]), (vec!["T2"], false));
}

/// E1 with a real round of a beacon: nothing is left for the eye.
#[test]
fn a_beacon_proves_itself() {
    use verifiable_draw::entropy::{Kind, Source};
    let mut bundle = annex();
    let at = time("2023-09-15T11:00:03+00:00");
    bundle.commit.entropy = vec![Source { id: "b".into(), at, kind: Kind::Drand { round: 657_413 } }];
    bundle.commit.created = time("2023-09-01T09:00:00+08:00");
    let signature = "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b";
    let mut reveal = reveal();
    reveal.entropy = vec![("b".into(), signature.into())];
    let List::Rows(rows) = bundle.candidates else { panic!("rows") };
    let mut bundle = drawn(bundle.commit, rows, bundle.people, reveal, Vec::new());
    anchor(&mut bundle, &Witnessing { committed: "2023-09-02T09:00:00+08:00", ..Witnessing::default() });
    let good = report(&bundle);
    assert_eq!((failed(&good), good.checks.last().map(|check| check.verdict.word())), (vec![], Some("pass")));
    bundle.reveal.entropy[0].1 = signature.replacen('b', "9", 1);
    assert!(failed(&report(&bundle)).contains(&"E1"));
}
