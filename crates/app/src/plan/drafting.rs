//! Making and changing a draft.
