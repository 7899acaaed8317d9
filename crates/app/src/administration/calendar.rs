//! Days of this region on top of the national calendar (HOL 第四条: minority areas may set days of their own). Empty until an
//! administrator enters one with the paper that decides it. Running terms are counted anew, a party's never ends earlier.

use super::recount;
use crate::{App, AppError, AppResult, Event, FieldError, Work};
use hengjian_domain::{actor::Actor, calendar::AnnouncedKind, code::Code, law, match_key::clean, policy::Action};
use jiff::civil::Date;

/// A day of this region.
#[derive(Debug, Clone)]
pub struct LocalDay {
    /// The day.
    pub on: Option<Date>,
    /// Day off, or worked.
    pub kind: Option<AnnouncedKind>,
    /// Name of the festival.
    pub name: String,
    /// The paper that decides it.
    pub source: String,
}

/// A change of the days of this region.
#[derive(Debug, Clone)]
pub enum CalendarChange {
    /// A new day.
    Add(LocalDay),
    /// A day taken out.
    Remove(Date),
}

impl App {
    /// Enters a day of this region; the calendar counts with it from then on, and every running term that depends on it is
    /// counted anew. Returns what moved.
    ///
    /// # Errors
    /// Messages beside fields, [`AppError::SentBefore`].
    pub fn add_local_day(&self, actor: &Actor, day: LocalDay, once: String) -> AppResult<Vec<String>> {
        self.change_calendar(actor, CalendarChange::Add(day), once)
    }
    /// Takes a day of this region out.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn remove_local_day(&self, actor: &Actor, on: Date) -> AppResult<Vec<String>> {
        self.change_calendar(actor, CalendarChange::Remove(on), String::new())
    }
    /// Carries a change out. Returns which terms moved.
    ///
    /// # Errors
    /// As [`Self::add_local_day`] and [`Self::remove_local_day`].
    pub fn change_calendar(&self, actor: &Actor, change: CalendarChange, once: String) -> AppResult<Vec<String>> {
        let moved = self.act(actor, Action::OrganisationManage, move |work| {
            work.once(&once, "/desk/admin/calendar")?;
            change_days(work, &change)
        })?;
        self.reload_calendar()?;
        Ok(moved)
    }
    /// Which terms the change would move, by doing it and taking it back.
    ///
    /// # Errors
    /// As [`Self::change_calendar`].
    pub fn preview_calendar(&self, actor: &Actor, change: CalendarChange) -> AppResult<Vec<String>> {
        self.rehearse(actor, Action::OrganisationManage, move |work| change_days(work, &change))
    }
}

fn change_days(work: &mut Work<'_>, change: &CalendarChange) -> AppResult<Vec<String>> {
    match change {
        CalendarChange::Add(day) => add(work, day)?,
        CalendarChange::Remove(on) => {
            if !work.tx.delete_local_day(*on)? {
                return Err(AppError::NotFound);
            }
            work.mark_changed();
            work.record(Event::new("admin.local_day_removed", format!("本地日历删去 {on}")).about(work.actor().org_id));
        }
    }
    let new = App::calendar_as_stored(&mut work.tx)?;
    recount::recount_region(work, &new)
}

fn add(work: &mut Work<'_>, day: &LocalDay) -> AppResult<()> {
    let mut errors = Vec::new();
    for (value, field, label) in [(&day.name, "name", "名称"), (&day.source, "source", "依据的文件")] {
        if value.trim().is_empty() {
            errors.push(FieldError::new(field, format!("请填写{label}")));
        } else if value.contains([',', '\n']) {
            errors.push(FieldError::new(field, format!("{label}里不要有英文逗号和换行")));
        }
    }
    let (Some(on), Some(kind), true) = (day.on, day.kind, errors.is_empty()) else {
        if day.on.is_none() {
            errors.push(FieldError::new("on", "请填写日期"));
        }
        if day.kind.is_none() {
            errors.push(FieldError::new("kind", "请选择放假或上班"));
        }
        return Err(AppError::Fields(errors));
    };
    if !work.tx.insert_local_day(on, kind.code(), &clean(&day.name), &clean(&day.source))? {
        return Err(AppError::field("on", format!("{on} 已经录过")));
    }
    work.mark_changed();
    work.record(
        Event::new("admin.local_day", format!("本地日历增加 {on}（{}）：{}", kind.title(), clean(&day.name)))
            .about(work.actor().org_id)
            .fact("依据", clean(&day.source))
            .basis(law::HOL_4),
    );
    Ok(())
}
