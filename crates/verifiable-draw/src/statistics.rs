//! §13: what may be said of a market from such a draw. The only place with floating numbers; nothing here decides who is
//! drawn.

use crate::tickets::{Method, Ticketed};

/// Inclusion probability of a unit of this weight, given the first unit of its stratum that was not drawn; 1 when all
/// were. Between 0 and 1.
pub fn inclusion(method: Method, weight: u32, threshold: Option<&Ticketed>) -> f64 {
    let Some(threshold) = threshold else { return 1.0 };
    let weight = f64::from(weight);
    match (method, threshold.key) {
        (Method::Explog, Some(key)) => -(-weight * (key as f64 / 2_f64.powi(96)) * std::f64::consts::LN_2).exp_m1(),
        _ => {
            let ticket = threshold.ticket.0.iter().rev().fold(0.0, |sum, byte| (sum + f64::from(*byte)) / 256.0);
            let tau = ticket + 2_f64.powi(-256);
            -(weight * (-tau).ln_1p()).exp_m1()
        }
    }
}
