//! Whole draws: Annex A to the byte, both hashes, both methods, full and public, parts files, proofs, recomputation.

use crate::support::{anchor, annex, closed, failed, keys, report, report_of, rich};
use std::io::Cursor;
use verifiable_draw::{
    bundle::{Bundle, List, Part, no_parts, part_line, recompute},
    candidates::{Pass, Row},
    canonical::Value,
    line::Algorithm,
    log::{self, Content},
    merkle::{Builder, Root, Subtrees, Tree},
    note::Checkpoint,
    proof::{Fate, Proof},
    tickets::{Drum, Method, Ticketed},
    verify::{Status, Verdict, verify},
};

const IDS: [&str; 15] = ["F1", "C1", "C2", "E1", "E2", "L1", "L2", "D1", "X1", "A1", "H1", "S1", "T1", "T2", "E3"];

/// Annex A: digest of the commitment, outcomes, seed, winners, teams — from the rows alone.
#[test]
fn annex_a_from_rows_to_teams() {
    let bundle = annex();
    assert_eq!(bundle.commit.digest().to_string(), "071f8c9d6bfc785d7dc59ed8673cbf2b470d5502906469491b0d65d0c7e3d3e7");
    let result = &bundle.result;
    assert_eq!(result.seed.to_string(), "f30e52f97ee15db2521b0410b6690d27b32447fcb5c3ef3cd11437e271169e6b");
    let uids = |units: &[Ticketed]| units.iter().map(|unit| unit.uid[16..].to_owned()).collect::<Vec<_>>();
    assert_eq!(uids(&result.drawn.strata[0].winners), ["05", "03"]);
    assert_eq!(uids(&result.drawn.strata[0].reserves), ["02"]);
    let teams: Vec<_> = result.assignments.iter().map(|row| (&row.uid[16..], row.team.join(","))).collect();
    let expected = [("03", "P3,P2"), ("06", "P1,P2"), ("05", "P1,P3")];
    assert_eq!(teams, expected.map(|(uid, team)| (uid, team.to_owned())));
}

/// Every check id has a bundle that passes it; E3 is for the eye, T2 needs keys, L2 needs people.
#[test]
fn whole_draws_pass_every_check() {
    for algorithm in [Algorithm::Sha256, Algorithm::Sm3] {
        for method in [Method::Balls, Method::Explog] {
            for bundle in [closed(annex()), closed(rich(algorithm, method))] {
                let full = report(&bundle);
                assert_eq!(full.checks.iter().map(|check| check.id).collect::<Vec<_>>(), IDS);
                assert_eq!((failed(&full), full.pinned), (vec![], true), "{full:?}");
                let skipped = |report: &verifiable_draw::verify::Report| {
                    let skips = report.checks.iter().filter(|check| check.verdict == Verdict::Skip);
                    skips.map(|check| check.id).collect::<Vec<_>>()
                };
                assert_eq!((skipped(&full), full.words()), (vec!["E3"], "核验通过 (verified)"));
                let public = bundle.to_public();
                assert!(!public.to_file().contains("P0") && public.seal() != bundle.seal());
                assert_eq!((failed(&report(&public)), skipped(&report(&public))), (vec![], vec!["L2", "E3"]));
                let unpinned = verify(bundle.to_file().as_bytes(), &[], &mut no_parts);
                assert_eq!((unpinned.status().code(), skipped(&unpinned)), (0, vec!["T2", "E3"]));
                assert!(!unpinned.words().contains("verified") && unpinned.words().contains("log key not pinned"));
                let value = Value::parse(bundle.to_file().trim_end().as_bytes()).expect("json").into_owned();
                assert_eq!(Bundle::from_value(&value).as_ref(), Ok(&bundle), "read back as written");
            }
        }
    }
}

/// The report as promised to `verify --json`, and files that are none of ours.
#[test]
fn reports_and_unreadable_files() {
    let report = report(&closed(annex()));
    let json = report.to_value().to_text();
    let begins = r#"{"checks":[{"id":"F1","message":"#;
    let ends = r#""draw":"EXAMPLE-1","format":"psc-draw-bundle/1","pinned":true,"status":"pass"}"#;
    assert!(json.starts_with(begins) && json.ends_with(ends), "{json}");
    for bytes in [&b""[..], b"\n", b"{}", b"[]", b"\xff", b"{\"format\":\"psc-draw-commit/1\"}\n", b"{\"format\":1}"] {
        let report = report_of(bytes);
        assert_eq!((report.status(), report.status().code()), (Status::Unreadable, 2));
    }
}

/// A list in parts files gives the same result as one in the bundle; parts are checked line by line.
#[test]
fn parts_files_are_read_in_order() {
    let mut bundle = rich(Algorithm::Sha256, Method::Balls);
    let List::Rows(rows) = bundle.candidates.clone() else { panic!("rows") };
    let files: Vec<(String, String)> = rows
        .chunks(20)
        .enumerate()
        .map(|(n, rows)| (format!("RICH-2.{n}.rows"), rows.iter().map(|row| part_line(&row.row())).collect()))
        .collect();
    let part = |(file, text): &(String, String)| Part {
        file: file.clone(),
        count: text.lines().count() as u64,
        digest: Algorithm::Sha256.hash(&[text.as_bytes()]),
    };
    bundle.candidates = List::Parts(files.iter().map(part).collect());
    let bundle = closed(bundle);
    let check = |bundle: &Bundle, files: &[(String, String)]| {
        let mut open = |name: &str| -> Option<Box<dyn std::io::BufRead>> {
            let (_, text) = files.iter().find(|(file, _)| file == name)?;
            Some(Box::new(Cursor::new(text.clone().into_bytes())))
        };
        failed(&verify(bundle.to_file().as_bytes(), &keys(), &mut open))
    };
    assert_eq!(check(&bundle, &files), [""; 0]);
    assert_eq!(check(&bundle, &files[..2]), ["L1"], "a part is missing");
    type Spoil = fn(&str) -> String;
    let spoils: [Spoil; 7] = [
        |text| text.replacen("\"in\"", "\"ex\"", 1),
        |text| text.replacen('[', "[ ", 1),
        |text| text.trim_end().to_owned(),
        |text| text.lines().skip(1).map(|line| format!("{line}\n")).collect(),
        |text| format!("{text}{}\n", text.lines().last().expect("line")),
        |text| format!("{text}[\"{}\"]\n", "x".repeat(5000)),
        |text| format!("{text}\n"),
    ];
    for spoil in spoils {
        let mut spoiled = files.clone();
        spoiled[1].1 = spoil(&spoiled[1].1);
        assert_eq!(check(&bundle, &spoiled), ["L1"], "{}", spoiled[1].1);
        // Even when the bundle is rewritten to fit the spoiled file, the root does not.
        let mut rewritten = bundle.clone();
        rewritten.candidates = List::Parts(spoiled.iter().map(part).collect());
        assert!(check(&closed(rewritten), &spoiled).contains(&"L1"));
    }
    let mut swapped = bundle.clone();
    swapped.candidates = List::Parts(files.iter().rev().map(part).collect());
    assert_eq!(check(&closed(swapped), &files), ["L1"]);
    for name in ["../a", "a/b", ".a", "", "a\\b", "a b"] {
        let mut bad = bundle.clone();
        bad.candidates = List::Parts(vec![Part { file: name.to_owned(), ..part(&files[0]) }]);
        assert_eq!(check(&bad, &files), ["F1"], "{name}");
    }
}

/// `recompute` needs five keys and no order; its answer is that of the bundle.
#[test]
fn recomputation_in_any_row_order() {
    for method in [Method::Balls, Method::Explog] {
        let bundle = rich(Algorithm::Sm3, method);
        let mut shuffled = bundle.clone();
        if let List::Rows(rows) = &mut shuffled.candidates {
            rows.reverse();
        }
        shuffled.people.iter_mut().for_each(|pool| pool.members.reverse());
        let file = shuffled.to_file();
        let Value::Object(members) = Value::parse(file.trim_end().as_bytes()).expect("json") else { panic!("object") };
        let used = ["candidates", "commit", "events", "people", "reveal"];
        let fewer = Value::Object(members.into_iter().filter(|(key, _)| used.contains(&key.as_ref())).collect());
        let (digest, outcome) = recompute(&fewer, &mut no_parts).expect("recomputed");
        assert_eq!((digest, outcome), (bundle.commit.digest(), bundle.result));
    }
}

/// §8.3: every unit of a draw gets a proof, the right outcome, and it verifies; every single changed letter is found.
#[test]
fn proofs_for_every_unit() {
    for (algorithm, method) in [(Algorithm::Sha256, Method::Balls), (Algorithm::Sm3, Method::Explog)] {
        let bundle = rich(algorithm, method);
        let List::Rows(rows) = &bundle.candidates else { panic!("rows") };
        let mut fates = Vec::new();
        for row in rows {
            let proof = Proof::of_bundle(&bundle, &row.uid).expect("proof");
            let found = report_of(proof.to_file().as_bytes());
            assert_eq!(failed(&found), [""; 0], "{found:?}");
            assert_eq!(proof.entity.row().map(|found| found.uid.to_owned()), Ok(row.uid.clone()));
            assert_eq!(
                found.checks.iter().map(|check| check.id).collect::<Vec<_>>(),
                ["F1", "C1", "C2", "E1", "E2", "P1", "T2", "E3"]
            );
            fates.push(proof.outcome);
            for other in [Fate::Drawn, Fate::NotDrawn, Fate::Excluded, Fate::Designated] {
                let lie = Proof { outcome: other, ..proof.clone() };
                let capped = proof.outcome == Fate::Drawn && other == Fate::NotDrawn && row.stratum == "S1";
                let refused = failed(&report_of(lie.to_file().as_bytes())) == ["P1"];
                assert!(refused || other == proof.outcome || capped, "{} {other:?}", row.uid);
            }
        }
        let count = |fate| fates.iter().filter(|found| **found == fate).count();
        assert_eq!((count(Fate::Drawn), count(Fate::Excluded), count(Fate::Designated)), (9, 4, 4));
    }
    let proof = Proof::of_bundle(&annex(), "91440232AAAAAAAA01").expect("proof");
    let file = proof.to_file();
    for at in 0..file.len() {
        let mut bytes = file.clone().into_bytes();
        bytes[at] ^= 1;
        assert_ne!(report_of(&bytes).status(), Status::Pass, "byte {at}");
    }
}

/// §14: a proof of a list of a million, from stored subtrees, is below 4 kB without and 8 kB with its commitment.
#[test]
fn a_proof_is_small() {
    let bundle = rich(Algorithm::Sha256, Method::Explog);
    let Proof { mut entity, cutoff, .. } = Proof::of_bundle(&bundle, "F00/C0").expect("proof");
    entity.path = vec![entity.path[0]; 20];
    let mut big = Proof::of_bundle(&bundle, "F00/C0").expect("proof");
    big.commit.strata = (0..12).map(|_| bundle.commit.strata[0].clone()).collect();
    (big.entity, big.cutoff) = (entity.clone(), cutoff.map(|_| entity));
    let (whole, commit) = (big.to_file().len(), big.commit.to_value().to_text().len());
    assert!(whole < 8_000 && whole - commit < 4_000, "{whole} {commit}");
}

/// §15.11 and §10.4: a log restored from an old copy, or changed, signs nothing; a grown one does.
#[test]
fn a_smaller_or_different_tree_is_not_signed() {
    let leaf = |n: u32| verifiable_draw::merkle::leaf(log::HASH, &n.to_be_bytes());
    let tree_of = |count: u32| {
        let mut tree = Tree::new(log::HASH);
        (0..count).for_each(|n| tree.push(leaf(n)));
        tree
    };
    let signed = tree_of(50).root(50).expect("root");
    for count in [50, 51, 80] {
        let tree = tree_of(count);
        let root = log::root_to_sign(&tree, tree.count(), &signed).expect("may sign");
        let proof = tree.consistency(50, tree.count()).expect("proof");
        let checkpoint = |root: Root| Checkpoint { origin: "l".into(), root, extensions: vec![] };
        assert_eq!(log::check_growth(&checkpoint(signed), &checkpoint(root), &proof), Ok(()));
        let elsewhere = Checkpoint { origin: "m".into(), ..checkpoint(root) };
        assert!(log::check_growth(&checkpoint(signed), &elsewhere, &proof).is_err());
    }
    let tree = tree_of(49);
    assert!(log::root_to_sign(&tree, 49, &signed).is_err());
    let mut changed = tree_of(49);
    (0..9).for_each(|_| changed.push(leaf(7)));
    assert!(log::root_to_sign(&changed, changed.count(), &signed).is_err());
    let entry = &closed(annex()).anchors[0].entry;
    assert!(matches!(&entry.content, Content::Commit { draw, .. } if draw == "EXAMPLE-1"));
    assert!(entry.text().starts_with("psc-draw/1/log|{\"actor\":\"a7\",\"at\":"));
}

/// §6.4 and §14: two threads over two parts of a list give the root and the draw of one pass.
#[test]
fn two_threads_and_one_pass_agree() {
    let bundle = rich(Algorithm::Sha256, Method::Balls);
    let (commit, seed) = (&bundle.commit, bundle.result.seed);
    let ids: Vec<String> = (0..5000).map(|n| format!("F{:05}/{}", n / 2, n % 2)).collect();
    let rows: Vec<Row<'_>> = ids
        .iter()
        .enumerate()
        .map(|(n, uid)| Row {
            uid,
            stratum: if n % 3 == 0 { "S1" } else { "S2" },
            weight: 1 + n as u32 % 4,
            ..first_row()
        })
        .collect();
    let run = |rows: &[Row<'_>]| {
        let mut pass = Pass::new(commit.algorithm, commit.method, &bundle.reveal.salt_list);
        let mut drawing = verifiable_draw::bundle::drawing(commit, &seed).expect("drawing");
        for row in rows {
            pass.add(row).expect("row");
            drawing.offer(row).expect("row");
        }
        (pass, drawing)
    };
    let (whole, drawn) = run(&rows);
    let (one, two) = rows.split_at(2048);
    let ((mut pass, mut drawing), (pass_2, drawing_2)) = std::thread::scope(|scope| {
        let second = scope.spawn(|| run(two));
        (run(one), second.join().expect("thread"))
    });
    pass.append(pass_2).expect("meets");
    drawing.merge(drawing_2);
    assert_eq!(pass.totals(), whole.totals());
    assert_eq!(drawing.orders(), drawn.orders());
    let mut builder = Builder::new(commit.algorithm);
    builder.add(b"x");
    assert_eq!(builder.root().count, 1);
}

fn first_row() -> Row<'static> {
    use verifiable_draw::candidates::Status;
    Row { uid: "", stratum: "", weight: 1, status: Status::In, reason: "-", reference: "-" }
}

/// A second anchoring of the same bundle under other keys is consistent, but not with the keys that the reader knows.
#[test]
fn other_keys_are_not_the_known_ones() {
    use crate::support::{Witnessing, witness_signer};
    use verifiable_draw::note::{Role, Signer};
    let mut bundle = annex();
    let forged = Signer::new("draws.example/log", Role::Log, &[0x99; 32]).expect("signer");
    anchor(&mut bundle, &Witnessing { signers: vec![forged, witness_signer()], ..Witnessing::default() });
    assert_eq!(failed(&report(&bundle)), ["T2"]);
    let unpinned = verify(bundle.to_file().as_bytes(), &[], &mut no_parts);
    assert_eq!((failed(&unpinned), unpinned.pinned), (vec![], false));
    let nonsense = verify(bundle.to_file().as_bytes(), &["x".to_owned()], &mut no_parts);
    assert_eq!(failed(&nonsense), ["T2"]);
    assert!(Drum::new(Algorithm::Sha256, &bundle.result.seed, "a b").is_err());
}
