//! Figures over what the other stages have recorded. Reads only.
