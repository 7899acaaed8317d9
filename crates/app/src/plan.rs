//! Use cases of the stage; see the domain file of the same name for its rules.
