//! Use cases beside the stages.
