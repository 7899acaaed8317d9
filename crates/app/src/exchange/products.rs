//! 产品分类: the code table as the county is given it (`code,name,parent`). Read whole, because a parent may stand below its
//! children; duplicates, orphans and circles are not taken. Codes are never invented here.

use super::pipeline::{Importer, Line, Run, Table, Taken};
use crate::{AppResult, Work};
use hengjian_domain::{
    exchange::{ImportedThing, ProblemSeverity, reading},
    match_key::match_key,
    product::{ProductCategory, ProductCategoryId},
};
use hengjian_sheets::Column;
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};

const fn column(key: &'static str, title: &'static str, names: &'static [&'static str], help: &'static str) -> Column {
    Column { key, title, names, required: false, help }
}

const COLUMNS: &[Column] = &[
    Column {
        key: "code",
        title: "代码",
        names: &["产品代码", "分类代码", "编码"],
        required: true,
        help: "官方产品分类代码",
    },
    Column {
        key: "name",
        title: "名称",
        names: &["产品名称", "分类名称", "类别名称"],
        required: true,
        help: "分类名称",
    },
    column("parent", "上级代码", &["父级代码", "上级", "上级分类代码"], "大类不填"),
    column("level", "级别", &["层级"], "大类、中类、小类，可以不填"),
    column("table", "版本", &["分类表版本", "table_version"], "分类表的版本；不填时用导入时写的标题，都没有则为“现行”"),
    column("valid_from", "启用日期", &["生效日期"], "日期"),
    column("valid_to", "停用日期", &["失效日期", "valid_until"], "日期"),
    column("flags", "标志", &["备注"], "许可、CCC、强标，几个用顿号隔开"),
];

struct Staged {
    row: i64,
    code: String,
    name: String,
    parent: String,
    table: String,
    from: Option<Date>,
    until: Option<Date>,
    flags: String,
    flagged: bool,
}

/// 产品分类.
#[derive(Default)]
pub(super) struct Products {
    staged: Vec<Staged>,
    rows: HashMap<(String, String), i64>,
    table: String,
}

impl Importer for Products {
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn begin(&mut self, _work: &mut Work<'_>, table: &Table<'_>, _run: &mut Run) -> AppResult<()> {
        let title = table.request.title.trim();
        self.table = if title.is_empty() { "现行".to_owned() } else { title.to_owned() };
        Ok(())
    }

    fn take(&mut self, _work: &mut Work<'_>, line: &mut Line<'_>, _run: &mut Run) -> AppResult<Taken> {
        let (code, name) = (line.text("code"), line.text("name"));
        if reading::is_empty_mark(&code) {
            return Ok(line.reject("code", "没有代码"));
        }
        if reading::is_empty_mark(&name) {
            return Ok(line.reject("name", "没有名称"));
        }
        let table = line.text("table");
        let table = if table.is_empty() { self.table.clone() } else { table };
        let key = (table.clone(), code.clone());
        if let Some(row) = self.rows.get(&key) {
            return Ok(line.reject("code", format!("代码与第 {row} 行重复")));
        }
        self.rows.insert(key, line.number());
        let parent = line.text("parent");
        let staged = Staged {
            row: line.number(),
            code,
            name,
            parent: if reading::is_empty_mark(&parent) { String::new() } else { parent },
            table,
            from: line.read("valid_from", "启用日期应为日期", reading::day),
            until: line.read("valid_to", "停用日期应为日期", reading::day),
            flags: line.text("flags"),
            flagged: line.flagged,
        };
        self.staged.push(staged);
        Ok(Taken::Later)
    }

    fn finish(&mut self, work: &mut Work<'_>, run: &mut Run) -> AppResult<()> {
        let org = work.actor().org_id;
        let mut known: HashMap<(String, String), ProductCategory> = HashMap::new();
        for category in work.tx.all_categories(org)? {
            known.insert((category.table_version.clone(), category.code.clone()), category);
        }
        let staged: HashSet<(String, String)> =
            self.staged.iter().map(|row| (row.table.clone(), row.code.clone())).collect();
        let mut waiting = std::mem::take(&mut self.staged);
        // Parents first. What never gets its turn has no parent or lies in a circle.
        loop {
            let before = waiting.len();
            let mut later = Vec::new();
            for row in waiting {
                let parent = (row.table.clone(), row.parent.clone());
                let ready = row.parent.is_empty() || self.done(&parent, &known, &staged);
                if ready { self.put(work, run, row, &mut known)? } else { later.push(row) }
            }
            waiting = later;
            if waiting.is_empty() || waiting.len() == before {
                break;
            }
        }
        for row in waiting {
            let reason = if staged.contains(&(row.table.clone(), row.parent.clone())) {
                "上级代码绕回到自己，或者上级没有导入"
            } else {
                "表里和登记库里都没有这个上级代码"
            };
            run.problem(row.row.unsigned_abs(), "上级代码", &row.parent, reason.to_owned(), ProblemSeverity::Rejected);
            run.count(Taken::Rejected, false);
        }
        Ok(())
    }
}

impl Products {
    /// Whether a parent can be pointed at: settled in this run, or in the register and not to come.
    fn done(
        &self,
        parent: &(String, String),
        known: &HashMap<(String, String), ProductCategory>,
        staged: &HashSet<(String, String)>,
    ) -> bool {
        known.contains_key(parent) && (!staged.contains(parent) || self.rows.get(parent) == Some(&0))
    }

    fn put(
        &mut self,
        work: &mut Work<'_>,
        run: &mut Run,
        row: Staged,
        known: &mut HashMap<(String, String), ProductCategory>,
    ) -> AppResult<()> {
        let parent = known.get(&(row.table.clone(), row.parent.clone()));
        let parent_id: Option<ProductCategoryId> =
            if row.parent.is_empty() { None } else { parent.map(|parent| parent.id) };
        let level = if row.parent.is_empty() { 1 } else { parent.map_or(1, |parent| parent.level) + 1 };
        let key = (row.table.clone(), row.code.clone());
        let flag = |words: &[&str]| words.iter().any(|word| row.flags.to_lowercase().contains(word));
        let mut category = ProductCategory {
            id: work.new_id(),
            version: 1,
            org_id: work.actor().org_id,
            code: row.code,
            name_key: match_key(&row.name),
            name: row.name,
            parent_id,
            level,
            licensed: flag(&["许可", "licen"]),
            ccc: flag(&["ccc", "3c", "强制性认证", "强制认证"]),
            mandatory_standard: flag(&["强标", "强制性标准"]),
            table_version: row.table,
            valid_from_on: row.from,
            valid_until_on: row.until,
        };
        let taken = match known.get(&key).cloned() {
            None => {
                work.insert(&mut category)?;
                run.made(work, ImportedThing::ProductCategory, category.id, row.row)?;
                Taken::Imported
            }
            Some(before) => {
                category.id = before.id;
                category.version = before.version;
                if category == before {
                    Taken::Unchanged
                } else {
                    work.save(&mut category)?;
                    run.changed(work, ImportedThing::ProductCategory, category.id, row.row, category.version, &before)?;
                    Taken::Updated
                }
            }
        };
        run.count(taken, row.flagged);
        // Settled: children may point at it now.
        self.rows.insert(key.clone(), 0);
        known.insert(key, category);
        Ok(())
    }
}
