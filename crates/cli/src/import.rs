//! `hengjian import`: a table into the data folder through the same use case as the page. Prints counts and problems.

use crate::{Outcome, data};

/// Options of `import`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    data: data::DataOptions,
}

/// Reads the file and applies it.
pub(crate) fn run(_options: &Options) -> Outcome {
    Err("尚未接通".to_owned())
}
