//! Whole draws, from the list to the verified file.

mod bundles;
mod fuzz;
mod support;
mod tampering;
