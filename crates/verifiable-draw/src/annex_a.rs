//! Annex A of the specification, value by value, as far as it concerns lists, tickets and people.

use crate::{
    assignment::{Assigner, Unit},
    candidates::{self, Candidate, Status},
    line::{Algorithm, Digest, line_hash},
    merkle,
    people::{Conflict, ConflictKind, Member, Pool},
    tickets::{Drum, Method, Stratum, draw},
};

const DRAW: &str = "EXAMPLE-1";
const SEED: &str = "f30e52f97ee15db2521b0410b6690d27b32447fcb5c3ef3cd11437e271169e6b";

fn bytes(byte: u8) -> Digest {
    Digest([byte; 32])
}
fn uid(number: u8) -> String {
    format!("91440232AAAAAAAA{number:02}")
}
fn seed() -> Digest {
    Digest::parse(SEED).expect("seed")
}

/// The annex's list, in the annex's order.
pub(crate) fn rows() -> Vec<Candidate> {
    let row = |number: u8, weight: u32, status: Status, reason: &str| Candidate {
        uid: uid(number),
        stratum: "S1".to_owned(),
        weight,
        status,
        reason: reason.to_owned(),
        reference: "-".to_owned(),
    };
    vec![
        row(1, 1, Status::In, "-"),
        row(2, 2, Status::In, "-"),
        row(3, 5, Status::In, "-"),
        row(4, 0, Status::Excluded, "E01"),
        row(5, 1, Status::In, "-"),
        row(6, 0, Status::Must, "M01"),
    ]
}

/// The annex's inspectors.
pub(crate) fn pool() -> Pool {
    let member = |mid: &str, org: &str, lead: bool, skills: &[&str]| Member {
        mid: mid.to_owned(),
        org: org.to_owned(),
        lead,
        cap: 0,
        skills: skills.iter().map(|skill| (*skill).to_owned()).collect(),
        included: true,
        reason: "-".to_owned(),
    };
    Pool {
        id: "inspector".to_owned(),
        team: 2,
        lead: 1,
        members: vec![
            member("P1", "bureau", true, &[]),
            member("P2", "bureau", false, &[]),
            member("P3", "station-1", true, &["chem"]),
        ],
        conflicts: vec![Conflict {
            mid: "P1".to_owned(),
            kind: ConflictKind::Unit,
            target: uid(3),
            reason: "K01".to_owned(),
        }],
    }
}

#[test]
fn salts_leaves_and_roots() {
    let first = &rows()[0];
    let salt = first.salt(Algorithm::Sha256, &bytes(0x33)).expect("salt");
    assert_eq!(salt.to_string(), "555c65890a5cb924bf0cceec0b1c10a60d4defc094ac523228ed8935fcda5889");
    let text = first.leaf_text(Algorithm::Sha256, &bytes(0x33)).expect("leaf");
    let leaf = merkle::leaf(Algorithm::Sha256, text.as_bytes());
    assert_eq!(leaf.to_string(), "8234be0781b34fdb9365b8e97993900299a423106afa413d6968f16b0a9d4e67");
    let root = candidates::root(Algorithm::Sha256, &bytes(0x33), &rows()).expect("root");
    assert_eq!(root.root.to_string(), "ed960131cbfdf1991a64a3d299307d865bce1a38a6e2c9a52171aee4f039c922");
    assert_eq!(root.count, 6);
    let members = pool().members_root(Algorithm::Sha256, &bytes(0x44)).expect("members");
    assert_eq!(members.root.to_string(), "106960b5cd0cfcafd8a55754eea80bf26472ddb53dbe36a8d7bdf2176aeb88de");
    let conflicts = pool().conflicts_root(Algorithm::Sha256, &bytes(0x44)).expect("conflicts");
    assert_eq!(conflicts.root.to_string(), "18409ba4371baea8753aff8ff5c79c2fc3bc17dc885a798a5ae07a081b978ef5");
}

/// The hashes above the tickets are line hashes too; the digest of the commitment is taken as printed.
#[test]
fn secret_entropy_and_seed_are_line_hashes() {
    let hash = |tag: &str, fields: &[&str]| line_hash(Algorithm::Sha256, tag, fields).expect("line").to_string();
    let (organiser, supervisor) = (bytes(0x11).to_string(), bytes(0x22).to_string());
    let secret = hash("secret", &[DRAW, "organiser", &organiser]);
    assert_eq!(secret, "a3fe0304b19cf855674517a07efa9a4202d0e72b1314e8b01b78c40128c25cc1");
    let entropy = hash("entropy", &["kl8", "03,07,11,15,19,23,27,31,35,39,43,47,51,55,59,63,67,71,75,79"]);
    assert_eq!(entropy, "acfc08378a7bc390096dd71ee193365333cbb4a9b586bddecbfaa44af2be2681");
    let commitment = "071f8c9d6bfc785d7dc59ed8673cbf2b470d5502906469491b0d65d0c7e3d3e7";
    assert_eq!(hash("seed", &[commitment, &organiser, &supervisor, &entropy]), SEED);
}

#[test]
fn ticket_lines_and_tickets() {
    let drum = Drum::new(Algorithm::Sha256, &seed(), DRAW).expect("drum");
    let line = drum.line(&uid(1), 1).expect("line");
    assert_eq!(line, format!("psc-draw/1/ticket|{SEED}|EXAMPLE-1|91440232AAAAAAAA01|1"));
    assert_eq!(Algorithm::Sha256.hash(&[line.as_bytes()]), drum.ticket(&uid(1), 1).expect("ticket"));
    for (number, weight, expected) in [
        (1, 1, "d1f42f879ddec3b10bed87b577e4746230bf8b8d155451d8a3c990eec42164fc"),
        (2, 2, "65fc72a5682cd5bffc49fa31f1d635a2a4df5bce8411185e4417e01441a0dcd5"),
        (3, 5, "27f98c3d5408bf467ee84d03db318425993561982ac899810b9bbd922476cb7d"),
        (5, 1, "08c5a2544e61e4b4b00cf592fb0ff104dbc982832e704c8283d1a537335bca39"),
    ] {
        assert_eq!(drum.ticket(&uid(number), weight).expect("ticket").to_string(), expected, "…{number:02}");
    }
}

/// Method `explog` with the same seed, and the line of …01 under SM3.
#[test]
fn explog_keys_and_sm3() {
    let drum = Drum::new(Algorithm::Sha256, &seed(), DRAW).expect("drum");
    for (number, weight, expected) in [
        (1, 1, "00000002799908f15ab43d2e00000000"),
        (2, 2, "000000005dd5ade98a5868e300000000"),
        (3, 5, "000000000c8a883db05cd20900000000"),
        (5, 1, "000000000ce092b010efc45500000000"),
    ] {
        let unit = drum.ticketed(Method::Explog, &uid(number), weight).expect("unit");
        assert_eq!(unit.key.map(|key| format!("{key:032x}")).as_deref(), Some(expected), "…{number:02}");
    }
    let line = drum.line(&uid(1), 1).expect("line");
    let sm3 = "f945ddf6123c8437de150e666f522ff4f49379638a17ee02baf3279cf0569cb5";
    assert_eq!(Algorithm::Sm3.hash(&[line.as_bytes()]).to_string(), sm3);
    let drum = Drum::new(Algorithm::Sm3, &seed(), DRAW).expect("drum");
    assert_eq!(drum.ticket(&uid(1), 1).expect("ticket").to_string(), sm3);
}

#[test]
fn winners_reserve_designated_and_teams() {
    let drum = Drum::new(Algorithm::Sha256, &seed(), DRAW).expect("drum");
    let stratum = Stratum { id: "S1".to_owned(), quota: 2, reserve: 1, cap: 0 };
    let drawn = draw(&drum, &[stratum], &rows()).expect("draw");
    let uids = |found: &[crate::tickets::Ticketed]| found.iter().map(|unit| unit.uid.clone()).collect::<Vec<_>>();
    assert_eq!(uids(&drawn.strata[0].winners), [uid(5), uid(3)]);
    assert_eq!(uids(&drawn.strata[0].reserves), [uid(2)]);
    assert_eq!((drawn.must.clone(), drawn.strata[0].shortfall), (vec![uid(6)], 0));

    let units: Vec<Unit> = drawn
        .must
        .into_iter()
        .chain(uids(&drawn.strata[0].winners))
        .map(|uid| Unit { uid, need: "-".to_owned() })
        .collect();
    let pool = pool();
    let teams = Assigner::new(Algorithm::Sha256, &seed(), DRAW, &pool).expect("pool").assign(&units).expect("teams");
    let found: Vec<(String, String)> =
        teams.iter().map(|assignment| (assignment.unit.uid.clone(), assignment.team.join(","))).collect();
    let expected = [(uid(3), "P3,P2"), (uid(6), "P1,P2"), (uid(5), "P1,P3")];
    assert_eq!(found, expected.map(|(uid, team)| (uid, team.to_owned())));
}
