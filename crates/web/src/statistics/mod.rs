//! Pages of the stage 统计: figures with n / N beside every rate, and the rows behind each of them.

mod figures;
mod history;
mod rows;

use crate::{Access, Routes};
use hengjian_domain::policy::Action;

/// Routes of this stage.
pub fn routes() -> Routes {
    let read = Access::Action(Action::StatisticsRead);
    Routes::new()
        .get("/desk/statistics", read, figures::page)
        .get("/desk/statistics/rows/{figure}", read, rows::page)
        .get("/desk/statistics/history", read, history::page)
}
