//! 行政区划 and 节假日: reference data that everybody shares. Divisions missing in a newer table are kept, codes retire by hand.

use super::pipeline::{Importer, Line, Run, Table, Taken};
use crate::{AppResult, Work};
use hengjian_domain::{
    code::Code,
    exchange::{ImportedThing, reading},
    region::{self, DivisionLevel},
};
use hengjian_sheets::Column;
use hengjian_store::exchange::Division;
use std::collections::HashMap;

const fn column(
    key: &'static str,
    title: &'static str,
    names: &'static [&'static str],
    required: bool,
    help: &'static str,
) -> Column {
    Column { key, title, names, required, help }
}

const DIVISION_COLUMNS: &[Column] = &[
    column("code", "代码", &["区划代码", "行政区划代码", "统计用区划代码"], true, "6 位；乡镇 9 位或 12 位"),
    column("name", "名称", &["区划名称", "单位名称", "行政区划名称"], true, "全称"),
    column("level", "级别", &["层级"], false, "省级、地级、县级、乡级，可以不填"),
    column("parent", "上级代码", &["上级", "父级代码"], false, "可以不填"),
];

/// 行政区划.
#[derive(Default)]
pub(super) struct Divisions {
    known: HashMap<String, Division>,
    /// Row of this table by code.
    met: HashMap<String, i64>,
}

impl Importer for Divisions {
    fn columns(&self) -> &'static [Column] {
        DIVISION_COLUMNS
    }

    fn begin(&mut self, work: &mut Work<'_>, _table: &Table<'_>, _run: &mut Run) -> AppResult<()> {
        if self.known.is_empty() {
            self.known =
                work.tx.all_divisions()?.into_iter().map(|division| (division.code.clone(), division)).collect();
        }
        Ok(())
    }

    fn take(&mut self, work: &mut Work<'_>, line: &mut Line<'_>, run: &mut Run) -> AppResult<Taken> {
        let (code, name) = (line.text("code"), line.text("name"));
        let Some(shape) = region::level(&code) else {
            return Ok(line.reject("code", "区划代码应为 6 位、9 位或 12 位数字"));
        };
        if name.is_empty() {
            return Ok(line.reject("name", "没有名称"));
        }
        let level = line.text("level");
        let level = match level.as_str() {
            "" => shape,
            title => match DivisionLevel::from_title(title) {
                Some(level) => level,
                None => return Ok(line.reject("level", "级别应为省级、地级、县级或乡级")),
            },
        };
        let parent = line.text("parent");
        let parent_code = if parent.is_empty() { region::parent(&code).unwrap_or_default() } else { parent };
        if let Some(row) = self.met.get(&code) {
            let same_name = self.known.get(&code).is_some_and(|known| known.name == name);
            if !same_name {
                return Ok(line.reject("code", format!("代码与第 {row} 行重复，名称不同")));
            }
            line.flag("code", format!("代码与第 {row} 行重复，只按第 {row} 行登记"));
            return Ok(Taken::Unchanged);
        }
        self.met.insert(code.clone(), line.number());
        let division =
            Division { code: code.clone(), name, level: level.code().to_owned(), parent_code, retired: false };
        let taken = match self.known.get(&code) {
            Some(before) if *before == division => Taken::Unchanged,
            Some(before) => {
                let retired = if before.retired { "1" } else { "" };
                let old = [before.name.as_str(), &before.level, &before.parent_code, retired];
                run.changed(work, ImportedThing::Division, &code, line.number(), 1, &old)?;
                work.tx.put_division(&division)?;
                Taken::Updated
            }
            None => {
                run.made(work, ImportedThing::Division, &code, line.number())?;
                work.tx.put_division(&division)?;
                Taken::Imported
            }
        };
        self.known.insert(code, division);
        Ok(taken)
    }
}

const HOLIDAY_COLUMNS: &[Column] = &[
    column("date", "日期", &["day", "day_on"], true, "年-月-日"),
    column("kind", "类型", &["安排", "种类"], true, "放假或上班（holiday、workday 也认）"),
    column("name", "名称", &["节日", "说明", "备注"], false, "如“国庆节”“国庆节调休上班”"),
];

/// 节假日.
#[derive(Default)]
pub(super) struct Holidays {
    known: HashMap<String, (String, String)>,
    met: HashMap<String, i64>,
    source: String,
}

impl Importer for Holidays {
    fn columns(&self) -> &'static [Column] {
        HOLIDAY_COLUMNS
    }

    fn begin(&mut self, work: &mut Work<'_>, table: &Table<'_>, _run: &mut Run) -> AppResult<()> {
        self.source = format!("导入《{}》", table.request.file_name);
        if self.known.is_empty() {
            self.known = work.tx.calendar_days()?.into_iter().map(|(day, kind, name)| (day, (kind, name))).collect();
        }
        Ok(())
    }

    fn take(&mut self, work: &mut Work<'_>, line: &mut Line<'_>, run: &mut Run) -> AppResult<Taken> {
        let Some(day) = reading::day(line.raw("date")) else {
            return Ok(line.reject("date", "日期应为年-月-日"));
        };
        let kind = match line.raw("kind").to_lowercase().as_str() {
            "holiday" | "放假" | "休息" | "休" | "节假日" | "法定节假日" => "holiday",
            "workday" | "上班" | "班" | "调休上班" | "补班" | "工作日" => "workday",
            _ => return Ok(line.reject("kind", "类型应为放假或上班（holiday 或 workday）")),
        };
        let name = line.text("name");
        if name.contains(['\n', '"']) {
            return Ok(line.reject("name", "名称不能换行，也不能有引号"));
        }
        let key = day.to_string();
        if let Some(row) = self.met.get(&key) {
            return Ok(line.reject("date", format!("日期与第 {row} 行重复")));
        }
        self.met.insert(key.clone(), line.number());
        let fresh = (kind.to_owned(), name.clone());
        let taken = match self.known.get(&key) {
            Some(before) if *before == fresh => return Ok(Taken::Unchanged),
            Some(before) => {
                run.changed(work, ImportedThing::CalendarDay, &key, line.number(), 1, before)?;
                Taken::Updated
            }
            None => {
                run.made(work, ImportedThing::CalendarDay, &key, line.number())?;
                Taken::Imported
            }
        };
        work.tx.put_calendar_day(&key, kind, &name, &self.source)?;
        self.known.insert(key, fresh);
        Ok(taken)
    }
}
