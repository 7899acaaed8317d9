//! Pages beside the stages.

use crate::Routes;

/// Routes of this area.
pub fn routes() -> Routes {
    Routes::new()
}
