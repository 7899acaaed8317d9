//! The bench that must always pass: the same work on both sides. Where it does not, the machine is too busy and no
//! other line means anything.

use super::{Round, cpu};
use std::hint::black_box;
use std::process::Command;

/// Five rounds of the same command against itself.
pub fn rounds() -> Result<Vec<Round>, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let measure = || cpu::of_command(Command::new(&program).args(["bench-work", "600000000"]));
    (0..5).map(|_| Ok(Round { ours: measure()?, reference: measure()? })).collect()
}

/// A fixed piece of work that uses neither memory nor the system.
pub fn work(steps: u64) -> u64 {
    (0..steps).fold(1, |state: u64, step| black_box(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(step)))
}
