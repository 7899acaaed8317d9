//! What the draw promises whatever the list and the seed (§6.4, §15): order, parts, growth, chance, loads. Seeds are
//! fixed, bounds are one in a million, and each statistical check is shown to find a planted fault.

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use verifiable_draw::{
    Invalid,
    assignment::{Assigner, Flag, Unit},
    candidates::{self, Candidate, Status, entity},
    line::{Algorithm, Digest, line_hash},
    people::{Conflict, ConflictKind, Member, Pool},
    statistics::inclusion as inclusion_of,
    tickets::{Drawing, Drawn, Drum, Method, Selection, Stratum, Ticketed, draw, key},
};

const SHA: Algorithm = Algorithm::Sha256;

fn seed(number: u64) -> Digest {
    line_hash(SHA, "test-seed", &[&number.to_string()]).expect("seed")
}
fn drum(number: u64) -> Drum {
    Drum::new(SHA, &seed(number), "PROPERTIES").expect("drum")
}
fn unit(uid: impl Into<String>, weight: u32) -> Candidate {
    let (reason, reference) = ("-".to_owned(), "-".to_owned());
    Candidate { uid: uid.into(), stratum: "S1".into(), weight, status: Status::In, reason, reference }
}
fn stratum(quota: usize, reserve: usize, cap: usize) -> Stratum {
    Stratum { id: "S1".into(), quota, reserve, cap }
}
fn order(number: u64, rows: &[Candidate], quota: usize, cap: usize) -> Vec<String> {
    let drawn = draw(&drum(number), &[stratum(quota, 0, cap)], rows).expect("draw");
    drawn.strata.into_iter().flat_map(|stratum| stratum.winners).map(|unit| unit.uid).collect()
}
/// Up to three units of each of up to forty entities.
fn list() -> impl Strategy<Value = Vec<Candidate>> {
    prop::collection::btree_set((0..40_u32, 0..3_u32), 1..80).prop_flat_map(|ids| {
        let weights = prop::collection::vec(1..=9_u32, ids.len());
        (Just(ids), weights).prop_map(|(ids, weights)| {
            ids.into_iter()
                .zip(weights)
                .map(|((firm, line), weight)| unit(format!("F{firm:02}/{line}"), weight))
                .collect()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// The order of arrival does not matter, and a full draw is a permutation of the list.
    #[test]
    fn order_independence_and_permutation(rows in list(), shuffled in any::<prop::sample::Index>(), number: u64, cap in 0..3_usize) {
        let mut other = rows.clone();
        other.rotate_left(shuffled.index(rows.len()));
        other.reverse();
        prop_assert_eq!(order(number, &rows, 7, cap), order(number, &other, 7, cap));
        let all: BTreeSet<String> = order(number, &rows, rows.len(), 0).into_iter().collect();
        prop_assert_eq!(all, rows.iter().map(|row| row.uid.clone()).collect::<BTreeSet<_>>());
    }

    /// §6.3 done slowly: sort all, drop what is over the cap, take the first. Memory stays at quota + reserve.
    #[test]
    fn the_pass_equals_the_definition(rows in list(), number: u64, keep in 0..30_usize, cap in 0..3_usize) {
        let drum = drum(number);
        let mut sorted: Vec<Ticketed> = rows.iter()
            .map(|row| Ticketed { key: None, ticket: drum.ticket(&row.uid, row.weight).expect("ticket"), uid: row.uid.clone() }).collect();
        let mut selection = Selection::new(keep, cap);
        for unit in &sorted {
            selection.offer(unit.clone());
            prop_assert!(selection.kept() <= keep);
        }
        sorted.sort();
        let mut of_entity: BTreeMap<String, usize> = BTreeMap::new();
        sorted.retain(|unit| {
            let count = of_entity.entry(entity(&unit.uid).to_owned()).or_default();
            *count += 1;
            cap == 0 || *count <= cap
        });
        sorted.truncate(keep);
        prop_assert_eq!(selection.into_order(), sorted);
    }

    /// Parts by entity merge to the whole.
    #[test]
    fn partition_and_merge(rows in list(), number: u64, parts in 1..8_usize, keep in 0..30_usize, cap in 0..3_usize) {
        let drum = drum(number);
        let mut whole = Selection::new(keep, cap);
        let mut pieces = vec![Selection::new(keep, cap); parts];
        for row in &rows {
            let unit = Ticketed { key: None, ticket: drum.ticket(&row.uid, row.weight).expect("ticket"), uid: row.uid.clone() };
            let part = entity(&row.uid).bytes().map(usize::from).sum::<usize>() % parts;
            pieces[part].offer(unit.clone());
            whole.offer(unit);
        }
        let mut merged = Selection::new(keep, cap);
        pieces.into_iter().rev().for_each(|piece| merged.merge(piece));
        prop_assert_eq!(merged.into_order(), whole.into_order());
    }

    /// A larger quota contains the smaller sample; without a cap a removed unit moves nobody else.
    #[test]
    fn monotone_extension_and_removal(rows in list(), number: u64, quota in 0..20_usize, more in 0..20_usize, cap in 0..3_usize, gone in any::<prop::sample::Index>()) {
        let (small, large) = (order(number, &rows, quota, cap), order(number, &rows, quota + more, cap));
        prop_assert_eq!(&small[..], &large[..small.len()]);
        let mut full = order(number, &rows, rows.len(), 0);
        let mut fewer = rows.clone();
        let removed = fewer.remove(gone.index(rows.len())).uid;
        full.retain(|uid| *uid != removed);
        prop_assert_eq!(order(number, &fewer, rows.len(), 0), full);
    }

    /// §15.6: a larger weight never gives a later ticket.
    #[test]
    fn weight_never_hurts(number: u64, firm in 0..1000_u32, weight in 1..64_u32) {
        let (drum, uid) = (drum(number), format!("F{firm}"));
        prop_assert!(drum.ticket(&uid, weight + 1).expect("ticket") <= drum.ticket(&uid, weight).expect("ticket"));
    }

    /// Quota, reserve and shortfall add up; excluded units are never drawn, designated ones use no quota.
    #[test]
    fn statuses_keep_their_place(mut rows in list(), number: u64, quota in 0..90_usize, reserve in 0..20_usize) {
        for (place, row) in rows.iter_mut().enumerate() {
            match place % 4 {
                1 => (row.status, row.weight, row.reason) = (Status::Excluded, 0, "E01".into()),
                2 => (row.status, row.weight, row.reason) = (Status::Must, 0, "M01".into()),
                _ => {}
            }
        }
        let of = |status| rows.iter().filter(|row| row.status == status).map(|row| row.uid.clone()).collect::<Vec<_>>();
        let Drawn { must, strata } = draw(&drum(number), &[stratum(quota, reserve, 0)], &rows).expect("draw");
        prop_assert_eq!(must, of(Status::Must));
        let (inside, result) = (of(Status::In), &strata[0]);
        prop_assert_eq!(result.winners.len(), quota.min(inside.len()));
        prop_assert_eq!(result.shortfall, quota - result.winners.len());
        prop_assert_eq!(result.reserves.len(), reserve.min(inside.len() - result.winners.len()));
        prop_assert!(result.winners.iter().chain(&result.reserves).all(|unit| inside.contains(&unit.uid)));
    }
}

fn member(number: usize, lead: bool) -> Member {
    let (org, skills, reason) = ("bureau".to_owned(), Vec::new(), "-".to_owned());
    Member { mid: format!("P{number:02}"), org, lead, cap: 0, skills, included: true, reason }
}
fn pool(members: Vec<Member>, conflicts: Vec<Conflict>) -> Pool {
    Pool { id: "inspector".into(), team: 2, lead: 1, members, conflicts }
}
fn units(count: usize) -> Vec<Unit> {
    (0..count).map(|number| Unit { uid: format!("F{number:03}"), need: "-".into() }).collect()
}
fn conflict(mid: usize, kind: ConflictKind, target: String) -> Conflict {
    Conflict { mid: format!("P{mid:02}"), kind, target, reason: "K01".into() }
}
fn loads_of(assignments: &[&[String]]) -> BTreeMap<String, u32> {
    let mut loads = BTreeMap::new();
    for mid in assignments.iter().flat_map(|team| team.iter()) {
        *loads.entry(mid.clone()).or_default() += 1;
    }
    loads
}

/// §15.7: loads differ by at most one where nothing interferes, over many seeds and sizes.
#[test]
fn loads_are_even_without_constraints() {
    for number in 0..200 {
        let count = usize::try_from(number % 9).expect("small") + 2;
        let pool = pool((0..count).map(|n| member(n, true)).collect(), Vec::new());
        let seed = seed(number);
        let mut assigner = Assigner::new(SHA, &seed, "PROPERTIES", &pool).expect("pool");
        assigner.assign(&units(17)).expect("teams");
        let loads: Vec<u32> = pool.members.iter().map(|member| assigner.load(&member.mid)).collect();
        let (least, most) = (loads.iter().min().expect("one"), loads.iter().max().expect("one"));
        assert!(most - least <= 1, "seed {number}, {count} people: {loads:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// No conflict is ever assigned, each team has its lead, and recusal and replacement keep the loads right.
    #[test]
    fn conflicts_leads_and_loads(
        number: u64, people in 2..9_usize, leads in 1..5_usize,
        with_units in prop::collection::btree_set((0..9_usize, 0..20_usize), 0..25),
        with_people in prop::collection::btree_set((0..9_usize, 0..9_usize), 0..4),
        changes in prop::collection::vec((any::<bool>(), any::<prop::sample::Index>()), 0..12),
    ) {
        let mut conflicts: Vec<Conflict> = with_units.iter().map(|(mid, uid)| conflict(*mid, ConflictKind::Unit, format!("F{uid:03}"))).collect();
        conflicts.extend(with_people.iter().filter(|(one, other)| one != other).map(|(one, other)| conflict(*one, ConflictKind::Member, format!("P{other:02}"))));
        conflicts.sort();
        let pool = pool((0..people).map(|n| member(n, n < leads)).collect(), conflicts.clone());
        let seed = seed(number);
        let mut assigner = Assigner::new(SHA, &seed, "PROPERTIES", &pool).expect("pool");
        let mut now = assigner.assign(&units(14)).expect("teams");
        let mut recused: BTreeSet<(String, String)> = BTreeSet::new();
        for (step, (recuse, index)) in changes.iter().enumerate() {
            let place = index.index(now.len());
            let old = now[place].clone();
            now[place] = match old.team.first() {
                Some(out) if *recuse => {
                    recused.insert((out.clone(), old.unit.uid.clone()));
                    assigner.recuse(&old, out).expect("recusal")
                }
                _ => assigner.replace(&old, &Unit { uid: format!("F{:03}", 14 + step), need: "-".into() }).expect("replacement"),
            };
        }
        for assignment in &now {
            let uid = &assignment.unit.uid;
            if assignment.team.is_empty() {
                prop_assert_eq!(&assignment.flags, &vec![Flag::Unassigned]);
                continue;
            }
            prop_assert_eq!(assignment.team.iter().collect::<BTreeSet<_>>().len(), 2);
            prop_assert!(pool.members.iter().any(|member| member.lead && member.mid == assignment.team[0]));
            for mid in &assignment.team {
                prop_assert!(!recused.contains(&(mid.clone(), uid.clone())));
                prop_assert!(!conflicts.iter().any(|found| found.mid == *mid && (found.target == *uid || assignment.team.contains(&found.target))));
            }
        }
        let teams: Vec<&[String]> = now.iter().map(|assignment| assignment.team.as_slice()).collect();
        let counted = loads_of(&teams);
        for member in &pool.members {
            prop_assert_eq!(assigner.load(&member.mid), counted.get(&member.mid).copied().unwrap_or(0));
        }
    }
}

/// §7: a cap is kept while somebody else is under theirs, and exceeded with a flag when nobody is.
#[test]
fn a_cap_is_exceeded_only_with_a_flag() {
    let mut members: Vec<Member> = (0..4).map(|n| member(n, true)).collect();
    members.iter_mut().for_each(|member| member.cap = 3);
    let (pool, seed) = (pool(members, Vec::new()), seed(1));
    let mut assigner = Assigner::new(SHA, &seed, "PROPERTIES", &pool).expect("pool");
    let teams = assigner.assign(&units(7)).expect("teams");
    let flagged = teams.iter().filter(|assignment| assignment.flags == [Flag::OverCap]).count();
    assert_eq!((teams.len(), flagged), (7, 1));
    assert!(teams.iter().take(6).all(|assignment| assignment.flags.is_empty()));
}

/// §7: skills, and a person who may not lead alone.
#[test]
fn need_and_lead_are_respected() {
    let mut members = vec![member(0, true), member(1, false), member(2, false)];
    members[0].skills = vec!["chem".into()];
    members[1].skills = vec!["wire".into()];
    let (pool, seed) = (pool(members, Vec::new()), seed(2));
    let needs = |need: &str| vec![Unit { uid: "F000".into(), need: need.into() }];
    let assign = |need: &str| {
        let mut assigner = Assigner::new(SHA, &seed, "PROPERTIES", &pool).expect("pool");
        assigner.assign(&needs(need)).expect("teams").remove(0)
    };
    assert_eq!(assign("chem").team, ["P00", "P02"]);
    assert_eq!(assign("wire").flags, [Flag::Unassigned]);
}

/// Malformed lists are refused, each for its reason.
#[test]
fn malformed_lists_are_refused() {
    let salt = seed(3);
    let root = |rows: &[Candidate]| candidates::root(SHA, &salt, rows).map(|root| root.count);
    assert_eq!(root(&[unit("A", 1), unit("B", 64)]), Ok(2));
    assert_eq!(root(&[unit("B", 1), unit("A", 1)]), Err(Invalid::Order("A".into())));
    assert_eq!(root(&[unit("A", 1), unit("A", 1)]), Err(Invalid::Order("A".into())));
    assert_eq!(root(&[unit("A", 0)]), Err(Invalid::Weight("A".into())));
    assert_eq!(root(&[unit("A", 65)]), Err(Invalid::Weight("A".into())));
    assert_eq!(root(&[unit("A|B", 1)]), Err(Invalid::Field("A|B".into())));
    let excluded = Candidate { status: Status::Excluded, weight: 0, ..unit("A", 1) };
    assert_eq!(root(&[excluded]), Err(Invalid::Reason("A".into())));
    let stranger = Candidate { stratum: "S2".into(), ..unit("A", 1) };
    assert_eq!(draw(&drum(0), &[stratum(1, 0, 0)], &[stranger]), Err(Invalid::Stratum("S2".into())));
    let bad = |change: fn(&mut Pool)| {
        let mut pool = pool(vec![member(0, true), member(1, true)], Vec::new());
        change(&mut pool);
        pool.check().expect_err("refused")
    };
    assert_eq!(bad(|pool| pool.members.reverse()), Invalid::Order("P00".into()));
    assert_eq!(bad(|pool| pool.members[1] = member(0, true)), Invalid::Order("P00".into()));
    assert_eq!(bad(|pool| pool.lead = 3), Invalid::Team("inspector".into()));
    assert_eq!(bad(|pool| pool.team = 0), Invalid::Team("inspector".into()));
    assert_eq!(bad(|pool| pool.members[0].included = false), Invalid::Reason("P00".into()));
}

fn chi_square(counts: &[u64], expected: f64) -> f64 {
    counts.iter().map(|count| (*count as f64 - expected).powi(2) / expected).sum()
}
/// One in a million on either side for 1 023 degrees of freedom.
const BINS_1024: std::ops::Range<f64> = 822.0..1253.0;
/// The same for 19 degrees of freedom.
const UNITS_20: std::ops::Range<f64> = 2.0..64.4;

/// §15.1: the first ten bits of tickets, and pairs of neighbours; a counter in place of the hash is found.
#[test]
fn tickets_are_uniform() {
    let drum = drum(4);
    let tickets: Vec<[u8; 32]> = (0..204_800).map(|n| drum.ticket(&format!("F{n}"), 1).expect("ticket").0).collect();
    let mut bits = vec![0_u64; 1024];
    let mut pairs = vec![0_u64; 1024];
    let mut counter = vec![0_u64; 1024];
    for (n, ticket) in tickets.iter().enumerate() {
        bits[usize::from(u16::from_be_bytes([ticket[0], ticket[1]]) >> 6)] += 1;
        let before = tickets[n.saturating_sub(1)];
        pairs[usize::from(before[31] >> 3) * 32 + usize::from(ticket[31] >> 3)] += 1;
        counter[n % 1024] += 1;
    }
    for (name, counts) in [("bits", &bits), ("pairs", &pairs)] {
        let found = chi_square(counts, 200.0);
        assert!(BINS_1024.contains(&found), "{name}: {found}");
    }
    assert!(!BINS_1024.contains(&chi_square(&counter, 200.0)), "too even to be chance");
}

/// Counts of being drawn, 5 of 20 with 20 000 seeds; the factor is that of sampling without replacement.
fn inclusion(winners: impl Fn(u64) -> Vec<String>) -> f64 {
    let mut counts = vec![0_u64; 20];
    for number in 0..20_000 {
        for uid in winners(number) {
            counts[uid[1..].parse::<usize>().expect("number")] += 1;
        }
    }
    chi_square(&counts, 5_000.0) / (1.0 - 0.25) * 19.0 / 20.0
}

/// §15.2: equal weights, equal chances; one ball more for one unit is found.
#[test]
fn equal_weights_have_equal_chances() {
    let mut rows: Vec<Candidate> = (0..20).map(|n| unit(format!("F{n:02}"), 1)).collect();
    let fair = inclusion(|number| order(number, &rows, 5, 0));
    assert!(UNITS_20.contains(&fair), "{fair}");
    rows[7].weight = 2;
    let bent = inclusion(|number| order(number, &rows, 5, 0));
    assert!(!UNITS_20.contains(&bent), "{bent}");
}

/// §15.3: first winner by w/Σw, and the published inclusion probabilities for quota 3, within 4.5 standard errors.
#[test]
fn weights_give_the_published_chances() {
    const WEIGHTS: [u32; 10] = [1, 1, 1, 1, 2, 2, 3, 3, 5, 8];
    let rows: Vec<Candidate> =
        WEIGHTS.iter().enumerate().map(|(n, weight)| unit(format!("F{n:02}"), *weight)).collect();
    let (mut first, mut inside) = ([0_u32; 10], [0_u32; 10]);
    let seeds = 30_000_u32;
    for number in 0..seeds {
        for (place, uid) in order(u64::from(number), &rows, 3, 0).iter().enumerate() {
            let index = uid[1..].parse::<usize>().expect("number");
            first[index] += u32::from(place == 0);
            inside[index] += 1;
        }
    }
    let near = |count: u32, p: f64| {
        let n = f64::from(seeds);
        (f64::from(count) / n - p).abs() <= 4.5 * (p * (1.0 - p) / n).sqrt()
    };
    for (n, weight) in WEIGHTS.iter().enumerate() {
        assert!(near(first[n], f64::from(*weight) / 27.0), "first of {n}: {}", first[n]);
        let p = match weight {
            1 => 0.1321,
            2 => 0.2528,
            3 => 0.3612,
            5 => 0.5365,
            _ => 0.7073,
        };
        assert!(near(inside[n], p), "inclusion of {n}: {}", inside[n]);
        assert!(!near(inside[n], p + 0.02), "the bound would not notice two per cent");
    }
}

/// One row of method `explog`, ordered; ids alone.
fn explog_order(number: u64, rows: &[Candidate], quota: usize) -> Vec<Ticketed> {
    let mut drawing = Drawing::new(drum(number), Method::Explog, &[stratum(quota, 0, 0)], &[]);
    rows.iter().for_each(|row| drawing.offer(&row.row()).expect("row"));
    drawing.orders().strata.remove(0)
}

/// §15.6: with all weights 1 both methods give the same order; the lazy logarithm gives the order of the exact one.
#[test]
fn weight_one_gives_one_order() {
    let rows: Vec<Candidate> = (0..400).map(|n| unit(format!("F{n:03}"), 1)).collect();
    for number in 0..40 {
        let uids: Vec<String> = explog_order(number, &rows, 60).into_iter().map(|unit| unit.uid).collect();
        assert_eq!(uids, order(number, &rows, 60, 0));
        let weighed: Vec<Candidate> = (0..400).map(|n| unit(format!("F{n:03}"), 1 + n * n * 20_011)).collect();
        let drum = drum(number);
        let mut exact: Vec<Ticketed> =
            weighed.iter().map(|row| drum.ticketed(Method::Explog, &row.uid, row.weight).expect("unit")).collect();
        exact.sort();
        exact.truncate(60);
        assert_eq!(explog_order(number, &weighed, 60), exact);
    }
}

/// §15.6: a larger weight never gives a larger key.
#[test]
fn weight_never_hurts_with_explog() {
    for n in 0..2000_u32 {
        let ticket = drum(9).ticket(&format!("F{n}"), 1).expect("ticket");
        let weights = [1, 2, 3, 64, 65, 1000, 1 << 20, u32::MAX];
        assert!(weights.windows(2).all(|pair| key(&ticket, pair[1]) <= key(&ticket, pair[0])));
    }
}

/// §15.3 for `explog`: the published inclusion probabilities, weights scaled, within 4.5 standard errors.
#[test]
fn explog_gives_the_published_chances() {
    let weights = [1_u32, 1, 1, 1, 2, 2, 3, 3, 5, 8];
    let rows: Vec<Candidate> =
        weights.iter().enumerate().map(|(n, weight)| unit(format!("F{n:02}"), weight * 100_003)).collect();
    let (mut inside, mut first, seeds) = ([0_u32; 10], [0_u32; 10], 30_000_u32);
    for number in 0..seeds {
        for (place, found) in explog_order(u64::from(number), &rows, 3).iter().enumerate() {
            let index = found.uid[1..].parse::<usize>().expect("number");
            inside[index] += 1;
            first[index] += u32::from(place == 0);
        }
    }
    let n = f64::from(seeds);
    let near = |count: u32, p: f64| (f64::from(count) / n - p).abs() <= 4.5 * (p * (1.0 - p) / n).sqrt();
    for (index, weight) in weights.iter().enumerate() {
        let p = [(1, 0.1321), (2, 0.2528), (3, 0.3612), (5, 0.5365), (8, 0.7073)]
            .iter()
            .find(|(w, _)| w == weight)
            .expect("weight")
            .1;
        assert!(near(inside[index], p) && near(first[index], f64::from(*weight) / 27.0), "{index}: {}", inside[index]);
        assert!(!near(inside[index], p + 0.02), "the bound would not notice two per cent");
    }
}

/// §15.4: Σ y/π is unbiased with both methods while the raw share, blown up to the list, is not.
#[test]
fn the_estimator_is_unbiased() {
    let weights: Vec<u32> = (0..60).map(|n| 1 + n % 6).collect();
    // The heavier a unit, the likelier it fails, as risk classes intend.
    let bad = |n: usize| weights[n] >= 5 || n.is_multiple_of(10);
    let truth = (0..60).filter(|n| bad(*n)).count() as f64;
    for method in [Method::Balls, Method::Explog] {
        let rows: Vec<Candidate> =
            weights.iter().enumerate().map(|(n, weight)| unit(format!("F{n:02}"), *weight)).collect();
        let (mut sum, mut squares, mut raw, seeds) = (0.0, 0.0, 0.0, 6000_u32);
        for number in 0..seeds {
            let mut drawing = Drawing::new(drum(u64::from(number)), method, &[stratum(16, 0, 0)], &[]);
            rows.iter().for_each(|row| drawing.offer(&row.row()).expect("row"));
            let order = drawing.orders().strata.remove(0);
            let (threshold, sample) = order.split_last().expect("sixteen");
            let index = |unit: &Ticketed| unit.uid[1..].parse::<usize>().expect("number");
            let found = sample.iter().map(index).filter(|n| bad(*n));
            let estimate: f64 = found.clone().map(|n| 1.0 / inclusion_of(method, weights[n], Some(threshold))).sum();
            sum += estimate;
            squares += estimate * estimate;
            raw += found.count() as f64 / 15.0 * 60.0;
        }
        let n = f64::from(seeds);
        let mean = sum / n;
        let error = ((squares / n - mean * mean) / n).sqrt();
        assert!((mean - truth).abs() < 4.5 * error, "{mean} ± {error} of {truth}");
        assert!((raw / n - truth).abs() > 20.0 * error, "the raw share is biased");
    }
    assert!((inclusion_of(Method::Balls, 3, None) - 1.0).abs() < f64::EPSILON);
}
