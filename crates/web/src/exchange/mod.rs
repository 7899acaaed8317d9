//! 导入: choose a kind and a file, look at what it would do, confirm; the run with its problems and its undo; templates.
//! [`export`] turns a list of any stage into a download.

pub mod export;
mod list;
mod run;
mod upload;

pub(crate) use upload::{PROBLEM_COLUMNS, mapping_table, problem_rows};

use crate::{Access, Ctx, Routes, components::shell};
use hengjian_app::exchange::action_of;
use hengjian_domain::{code::Code, exchange::ImportKind, policy::Action};

/// Routes of this area. Each group of kinds has its own permission, so each has its own address.
pub fn routes() -> Routes {
    let routes = Routes::new()
        .get("/desk/import", Access::Action(Action::ImportRead), list::page)
        .get("/desk/import/new/{kind}", Access::Action(Action::ImportRead), upload::page)
        .get("/desk/import/templates/{file}", Access::Action(Action::ImportRead), upload::template)
        .get("/desk/import/runs/{id}", Access::Action(Action::ImportRead), run::page)
        .get("/desk/import/runs/{id}/problems.csv", Access::Action(Action::ImportRead), run::problems);
    routes
        .post("/desk/import/business/preview", Access::Action(Action::ImportBusiness), upload::preview)
        .post("/desk/import/business", Access::Action(Action::ImportBusiness), upload::confirm)
        .post("/desk/import/business/undo/{id}", Access::Action(Action::ImportBusiness), run::undo)
        .post("/desk/import/assignments/preview", Access::Action(Action::ImportAssignments), upload::preview)
        .post("/desk/import/assignments", Access::Action(Action::ImportAssignments), upload::confirm)
        .post("/desk/import/assignments/undo/{id}", Access::Action(Action::ImportAssignments), run::undo)
        .post("/desk/import/reference/preview", Access::Action(Action::ImportReference), upload::preview)
        .post("/desk/import/reference", Access::Action(Action::ImportReference), upload::confirm)
        .post("/desk/import/reference/undo/{id}", Access::Action(Action::ImportReference), run::undo)
}

/// Where forms of a kind are sent.
fn base_of(kind: ImportKind) -> &'static str {
    match action_of(kind) {
        Action::ImportAssignments => "/desk/import/assignments",
        Action::ImportReference => "/desk/import/reference",
        _ => "/desk/import/business",
    }
}

/// What a kind is for, in one sentence.
fn purpose(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Plan => "一张计划表成为一份计划草稿，逐行可改",
        ImportKind::Enterprises => "企业、个体工商户名单，随机抽取从这里取",
        ImportKind::Divisions => "省、市、县、乡镇的名称和代码，用来找负责的市场监管所",
        ImportKind::Rules => "细则目录、抽样数量、检验项目三种表，按规则编号对上",
        ImportKind::Assignments => "上级或外地交办的不合格案件，期限从收到之日起算",
        ImportKind::Results => "各级公布过的抽查结果，用来避免半年内重复抽查",
        ImportKind::Holidays => "国务院办公厅公布的放假和调休，用来数工作日",
        ImportKind::Products => "官方产品分类与代码表",
    }
}

fn frame(ctx: &Ctx, title: &str) -> shell::Page {
    ctx.page(title).at("/desk/import").crumb("导入", Some("/desk/import".to_owned()))
}

/// Kinds that the person may import.
fn allowed(ctx: &Ctx) -> Vec<ImportKind> {
    ImportKind::ALL.iter().copied().filter(|kind| ctx.may(action_of(*kind))).collect()
}
