//! Pages of the stage.

use crate::Routes;

/// Routes of this stage.
pub fn routes() -> Routes {
    Routes::new()
}
