//! Support for journey tests.
