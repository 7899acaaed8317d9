//! Tables by article; filled below.
