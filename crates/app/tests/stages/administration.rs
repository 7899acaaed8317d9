//! Stories of this stage.
