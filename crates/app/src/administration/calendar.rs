//! Days of this region on top of the national calendar (HOL 第四条: minority areas may set days of their own). Empty until an
//! administrator enters one with the paper that decides it. Terms already counted keep their days.

use crate::{App, AppError, AppResult, Event, FieldError};
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

impl App {
    /// Enters a day of this region; the calendar counts with it from then on.
    ///
    /// # Errors
    /// Messages beside fields, [`AppError::SentBefore`].
    pub fn add_local_day(&self, actor: &Actor, day: LocalDay, once: String) -> AppResult<()> {
        self.act(actor, Action::OrganisationManage, move |work| {
            work.once(&once, "/desk/admin/calendar")?;
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
        })?;
        self.reload_calendar()
    }

    /// Takes a day of this region out.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn remove_local_day(&self, actor: &Actor, on: Date) -> AppResult<()> {
        self.act(actor, Action::OrganisationManage, move |work| {
            if !work.tx.delete_local_day(on)? {
                return Err(AppError::NotFound);
            }
            work.mark_changed();
            work.record(Event::new("admin.local_day_removed", format!("本地日历删去 {on}")).about(work.actor().org_id));
            Ok(())
        })?;
        self.reload_calendar()
    }
}
