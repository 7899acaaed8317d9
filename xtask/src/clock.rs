//! The one place of the task runner that reads a clock. Nothing here decides anything for the product.

use std::time::Instant;

/// Now, for durations only.
#[expect(clippy::disallowed_methods, reason = "the task runner measures how long its steps take")]
pub fn now() -> Instant {
    Instant::now()
}
