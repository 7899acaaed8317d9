//! §15.12: thousands of broken inputs for the parser and for the verifier. Bounded and seeded, so that a run repeats;
//! `DRAW_FUZZ_INPUTS`, set when this is compiled, is the number for a long run. Nothing may panic, and nothing broken may pass.

use crate::support::{annex, closed, keys, rich};
use verifiable_draw::{
    bundle::{Bundle, no_parts, recompute},
    canonical::Value,
    line::{Algorithm, line_hash},
    log::Entry,
    note::{Checkpoint, Note, VerifierKey},
    proof::Proof,
    tickets::Method,
    verify::{Status, verify},
};

/// Numbers from a seed, each the hash of its place.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 += 1;
        let hash = line_hash(Algorithm::Sha256, "fuzz", &[&self.0.to_string()]).expect("line");
        u64::from_be_bytes(*hash.0.first_chunk().expect("eight"))
    }
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).expect("small")
    }
}

fn inputs() -> u64 {
    option_env!("DRAW_FUZZ_INPUTS").and_then(|count| count.parse().ok()).unwrap_or(4_000)
}

/// Bytes changed, cut, doubled, moved, and replaced by what breaks parsers.
fn mangled(dice: &mut Dice, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    const PIECES: [&[u8]; 14] = [
        b"null",
        b"\"",
        b"\\ud800",
        b"[[[[[[[[[[[[[[[[[[",
        b"{\"a\":{\"a\":",
        b"9007199254740992",
        b"-",
        b"1e9",
        b"\xff",
        b"\0",
        b"9007199254740991",
        b"\n",
        b"\"a\":1,\"a\":1,",
        b"\xf0\x9f\x98\x82",
    ];
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(3) {
        let (at, length) = (dice.below(bytes.len()), dice.below(40));
        let end = (at + length).min(bytes.len());
        match dice.below(6) {
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => drop(bytes.splice(at..at, PIECES[dice.below(PIECES.len())].iter().copied())),
            3 => bytes.truncate(at.max(1)),
            4 => {
                let from = dice.below(other.len());
                let piece = other[from..(from + length).min(other.len())].to_vec();
                drop(bytes.splice(at..end, piece));
            }
            _ => {
                let piece = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, piece));
            }
        }
        if bytes.is_empty() {
            bytes.push(b'{');
        }
    }
    bytes
}

/// A value somewhere in a tree is replaced, removed, doubled or swapped, so that the text stays canonical.
fn bent(dice: &mut Dice, value: &mut Value<'static>) {
    match value {
        Value::List(items) if !items.is_empty() && dice.below(5) > 0 => {
            let at = dice.below(items.len());
            match dice.below(7) {
                0 => drop(items.remove(at)),
                1 => items.insert(at, items[at].clone()),
                2 => items.reverse(),
                _ => bent(dice, &mut items[at]),
            }
        }
        Value::Object(members) if !members.is_empty() && dice.below(8) > 0 => {
            let at = dice.below(members.len());
            if dice.below(30) == 0 {
                members.remove(at);
            } else {
                bent(dice, &mut members[at].1);
            }
        }
        Value::Integer(number) => {
            const EDGES: [i64; 7] = [0, 1, -1, 2, 4_294_967_296, 9_007_199_254_740_991, -9_007_199_254_740_991];
            *number = if dice.below(2) == 0 { EDGES[dice.below(EDGES.len())] } else { *number + 1 };
        }
        Value::Text(text) => {
            const WORDS: [&str; 9] = ["-", "", "in", "ex", "must", "extend", "S1", "|", "市"];
            let changed = match dice.below(3) {
                0 => WORDS[dice.below(WORDS.len())].to_owned(),
                1 => text.chars().rev().collect(),
                _ => text.replacen(['0', '1', '2', 'a'], "3", 1),
            };
            *text = changed.into();
        }
        other => {
            *other = [Value::Bool(true), Value::List(vec![]), Value::Object(vec![]), Value::Integer(7)][dice.below(4)]
                .clone()
        }
    }
}

fn corpus() -> Vec<String> {
    let bundles: Vec<Bundle> = [
        annex(),
        rich(Algorithm::Sha256, Method::Balls),
        rich(Algorithm::Sm3, Method::Explog),
        rich(Algorithm::Sha256, Method::Explog).to_public(),
    ]
    .map(closed)
    .to_vec();
    let proofs = [("91440232AAAAAAAA01", 0), ("F00/C0", 1), ("F15/C2", 2)];
    let proofs = proofs.map(|(uid, place)| Proof::of_bundle(&bundles[place], uid).expect("proof").to_file());
    bundles.iter().map(Bundle::to_file).chain(proofs).collect()
}

/// Whether nothing that the seal covers has changed; the order of keys in an anchor, say, may have.
fn same_content(value: &Value<'_>, original: &str) -> bool {
    let original = Value::parse(original.trim_end().as_bytes()).expect("corpus");
    let sealed = |value: &Value<'_>| value.hash_without(Algorithm::Sha256, "test", &["anchors"]);
    sealed(value) == sealed(&original)
}

/// Broken bytes: what does not read as the same value must not pass, and nothing panics on the way.
#[test]
fn broken_bytes_never_pass() {
    let (corpus, keys, mut dice) = (corpus(), keys(), Dice(0));
    let mut unreadable = 0;
    for _ in 0..inputs() {
        let (one, other) = (&corpus[dice.below(corpus.len())], &corpus[dice.below(corpus.len())]);
        let bytes = mangled(&mut dice, one.as_bytes(), other.as_bytes());
        let report = verify(&bytes, &keys, &mut no_parts);
        unreadable += u64::from(report.status() == Status::Unreadable);
        assert!(report.status() != Status::Pass || bytes == one.as_bytes(), "{}", String::from_utf8_lossy(&bytes));
        if let Ok(value) = Value::parse(&bytes) {
            let text = value.to_text();
            assert_eq!(Value::parse_canonical(text.as_bytes()).as_ref(), Ok(&value), "J is stable");
        }
    }
    assert!(unreadable > 0 && unreadable < inputs(), "both kinds of answers were met");
}

/// Broken contents in canonical bytes: the checks behind the parser are reached, and nothing panics.
#[test]
fn bent_contents_never_pass() {
    let (corpus, keys, mut dice) = (corpus(), keys(), Dice(1 << 40));
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..inputs() {
        let one = &corpus[dice.below(corpus.len())];
        let mut value = Value::parse(one.trim_end().as_bytes()).expect("corpus").into_owned();
        for _ in 0..=dice.below(2) {
            bent(&mut dice, &mut value);
        }
        let text = value.to_text() + "\n";
        let report = verify(text.as_bytes(), &keys, &mut no_parts);
        // A proof may take another unit's word for the side it lies on only where a cap leaves that open.
        let open_word = report.format.starts_with("psc-draw-proof") && report.status() == Status::Pass;
        assert!(report.status() != Status::Pass || same_content(&value, one) || open_word, "{text}");
        reached.extend(crate::support::failed(&report));
        drop(recompute(&value, &mut no_parts));
    }
    for id in ["F1", "C1", "C2", "E1", "E2", "L1", "L2", "D1", "X1", "A1", "H1", "S1", "T1", "P1"] {
        assert!(reached.contains(id), "{id} was never reached: {reached:?}");
    }
}

/// The smaller readers: notes, checkpoints, keys, entries, lines.
#[test]
fn small_readers_never_panic() {
    let bundle = closed(annex());
    let anchor = &bundle.anchors[0];
    let texts = [
        anchor.checkpoint.clone(),
        anchor.vkeys[0].clone(),
        anchor.entry.text(),
        annex().commit.created.text().to_owned(),
    ];
    let mut dice = Dice(1 << 50);
    for _ in 0..inputs() {
        let (one, other) = (&texts[dice.below(texts.len())], &texts[dice.below(texts.len())]);
        let bytes = mangled(&mut dice, one.as_bytes(), other.as_bytes());
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(note) = Note::parse(&text) {
            drop(Checkpoint::parse(note.text()).map(|checkpoint| assert_eq!(checkpoint.to_text(), note.text())));
        }
        drop(VerifierKey::parse(&text).map(|key| assert_eq!(key.to_string(), text)));
        drop(Entry::parse(&text).map(|entry| assert_eq!(entry.text(), text)));
        drop(verifiable_draw::times::Time::parse(&text));
    }
}
