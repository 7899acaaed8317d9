//! How fast a pass is, printed for whoever asks (`--no-capture`), on few enough units for CI; the only thing that is
//! asserted is that memory does not follow the list: the selection keeps what may be drawn and nothing else.

use std::time::Instant;
use verifiable_draw::{
    candidates::{Pass, Row, Status},
    line::{Algorithm, Digest},
    tickets::{Drawing, Drum, Method, Stratum},
};

const UNITS: u32 = 200_000;

#[test]
#[expect(clippy::disallowed_macros, reason = "the figures are for whoever asks")]
fn a_pass_in_little_memory() {
    let ids: Vec<String> = (0..UNITS).map(|n| format!("91440232MA{n:08}")).collect();
    let stratum = Stratum { id: "S1".into(), quota: 900, reserve: 100, cap: 0 };
    #[expect(clippy::disallowed_methods, reason = "a measurement needs a clock; nothing is decided by it")]
    let now = Instant::now;
    for (algorithm, name) in [(Algorithm::Sha256, "sha256"), (Algorithm::Sm3, "sm3")] {
        for (method, weight) in [(Method::Balls, 1), (Method::Balls, 2), (Method::Explog, 1), (Method::Explog, 7_000)] {
            let drum = Drum::new(algorithm, &Digest([7; 32]), "SPEED-1").expect("drum");
            let mut drawing = Drawing::new(drum, method, std::slice::from_ref(&stratum), &[]);
            let begun = now();
            for uid in &ids {
                let row = Row { uid, stratum: "S1", weight, status: Status::In, reason: "-", reference: "-" };
                drawing.offer(&row).expect("row");
            }
            let rate = f64::from(UNITS) / (now() - begun).as_secs_f64();
            println!("{name} {} weight {weight}: {rate:.0} units/s", method.word());
            assert_eq!(drawing.orders().strata[0].len(), 1000);
        }
        let mut pass = Pass::new(algorithm, Method::Balls, &Digest([3; 32]));
        let begun = now();
        for uid in &ids {
            let row = Row { uid, stratum: "S1", weight: 1, status: Status::In, reason: "-", reference: "-" };
            pass.add(&row).expect("row");
        }
        println!("{name} salted leaves with nodes: {:.0}/s", f64::from(UNITS) / (now() - begun).as_secs_f64());
        assert_eq!(pass.totals().root.count, u64::from(UNITS));
    }
}
