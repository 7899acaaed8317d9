//! Benchmarks with floors: ours against a bare reference that does the same, as a ratio of CPU times.
//! Prints PASS, FAIL or UNRESOLVED for each; never gates anything.

mod cpu;
mod noise;
mod program;
mod ratio;

pub use noise::work;
pub use ratio::{Floor, Outcome, Round};

/// One comparison. To add one, write a module here and a line in `BENCHES`.
pub struct Bench {
    /// Short name, as given on the command line.
    name: &'static str,
    /// What is compared with what.
    about: &'static str,
    /// What the ratio must keep.
    floor: Floor,
    /// Runs all rounds, ours and the reference in turn; an error says why it could not be measured.
    run: fn() -> Result<Vec<Round>, String>,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "noise",
        about: "the same work on both sides: what this machine can tell apart at all",
        floor: Floor::AtMost(1.1),
        run: noise::rounds,
    },
    Bench {
        name: "import",
        about: "a table of 1 000 000 enterprises, read, checked, written and journalled, against csv and SQLite alone on the same table",
        floor: Floor::AtMost(2.5),
        run: program::import,
    },
    Bench {
        name: "workdays",
        about: "2000 working days ahead against 5 ahead: the same work whatever the distance",
        floor: Floor::AtMost(1.2),
        run: program::workdays,
    },
    Bench {
        name: "list",
        about: "list page of 100 000 enterprises with filter and count, against a bare axum and SQLite handler",
        floor: Floor::AtMost(4.0),
        run: program::list,
    },
    Bench {
        name: "list-long",
        about: "the same list page of 1 000 000 enterprises, against that of 100 000",
        floor: Floor::AtMost(1.5),
        run: program::long_list,
    },
];

/// Runs the benches whose name contains the filter, and prints one line for each.
pub fn run(filter: Option<&str>) {
    println!("two threads at once: {}", cpu::two_threads());
    let mut counts = [0_u32; 3];
    for bench in BENCHES.iter().filter(|bench| filter.is_none_or(|filter| bench.name.contains(filter))) {
        println!("== {}: {}", bench.name, bench.about);
        let outcome = match (bench.run)() {
            Ok(rounds) => ratio::judge(&rounds, bench.floor),
            Err(reason) => Outcome::Unresolved(reason),
        };
        counts[outcome.index()] += 1;
        println!("{:<10} {} (floor: {})", outcome.word(), outcome.figures(), bench.floor);
    }
    println!("bench: {} PASS, {} FAIL, {} UNRESOLVED", counts[0], counts[1], counts[2]);
}
