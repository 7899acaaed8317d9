//! `hengjian calc`: the rule calculators, CSV in and CSV out. The rules are the domain's; this file reads and writes.

use crate::Outcome;

/// Which calculator.
#[derive(Debug, Clone, Copy, clap::Subcommand)]
pub(crate) enum Calculator {
    /// 统一社会信用代码校验：列 code
    Uscc,
}

/// Reads standard input, writes standard output.
pub(crate) fn run(_calculator: Calculator) -> Outcome {
    Err("尚未接通".to_owned())
}
