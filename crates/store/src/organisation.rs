//! Rows of the organisation tree and of the towns that belong to stations.

use crate::{Column, StoreError, Tx, Value, columns, record};
use hengjian_domain::{
    actor::Role,
    organisation::{Organisation, OrganisationId, OrganisationKind, Tier},
};
use jiff::civil::Date;

columns! { code: OrganisationKind, Tier, Role; }
record!(Organisation in "organisation": id, version, parent_id, path, kind, tier, name, short_name, region_code, created_at_us, closed_on);

impl Tx<'_> {
    /// The nodes below a path, the node itself first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn organisations_below(&mut self, path: &str) -> Result<Vec<Organisation>, StoreError> {
        self.list("WHERE path LIKE ?1 ORDER BY path", &[Value::Text(format!("{path}%"))])
    }
    /// Moves a subtree: every path below `from`, the node's own too, then begins with `to`.
    ///
    /// # Errors
    /// The database refuses.
    pub fn move_subtree(&mut self, from: &str, to: &str) -> Result<(), StoreError> {
        let sql = "UPDATE organisation SET path = ?2 || SUBSTR(path, ?3), version = version + 1 WHERE path LIKE ?1";
        let after = i64::try_from(from.len() + 1).unwrap_or(i64::MAX);
        let values = [Value::Text(format!("{from}%")), Value::Text(to.to_owned()), Value::Int(after)];
        self.execute(sql, &values).map(|_| ())
    }
    /// What still lies with a unit: titles of its open duties, and of its people's, with their number.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn open_duties_of_unit(&mut self, unit: OrganisationId) -> Result<Vec<(String, i64)>, StoreError> {
        let sql = "SELECT title, COUNT(*) FROM clock WHERE state = 'OPEN' AND kind = 'DUTY' AND (unit_id = ?1
                     OR owner_user_id IN (SELECT id FROM user_account WHERE unit_id = ?1))
                   GROUP BY title ORDER BY title";
        let rows = self.select(sql, &[unit.to_value()])?;
        rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?))).collect()
    }
    /// Active accounts of a unit, towns, enterprises on its list, units below it.
    ///
    /// # Errors
    /// The database refuses.
    pub fn use_of_unit(&mut self, unit: &Organisation, authority: OrganisationId) -> Result<[i64; 4], StoreError> {
        let id = unit.id.to_value();
        let one = std::slice::from_ref(&id);
        Ok([
            self.integer("SELECT COUNT(*) FROM user_account WHERE unit_id = ?1 AND active = 1", one)?,
            self.integer("SELECT COUNT(*) FROM organisation_town WHERE organisation_id = ?1", one)?,
            self.integer(
                "SELECT COUNT(*) FROM enterprise WHERE org_id = ?1 AND unit_id = ?2",
                &[authority.to_value(), id.clone()],
            )?,
            self.integer("SELECT COUNT(*) FROM organisation WHERE parent_id = ?1 AND closed_on IS NULL", one)?,
        ])
    }
    /// The station (or other unit) responsible for a town; the longest known prefix of the code wins.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn station_of_town(&mut self, division_code: &str) -> Result<Option<OrganisationId>, StoreError> {
        self.value(
            "SELECT organisation_id FROM organisation_town WHERE division_code = ?1",
            &[Value::Text(division_code.to_owned())],
        )
    }
    /// Towns of a unit.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn towns_of(&mut self, unit: OrganisationId) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT division_code FROM organisation_town WHERE organisation_id = ?1 ORDER BY division_code";
        self.select(sql, &[unit.to_value()])?.iter_mut().map(crate::Row::take).collect()
    }
    /// Gives a town to a unit; a town has one unit.
    ///
    /// # Errors
    /// The database refuses.
    pub fn set_town(&mut self, division_code: &str, unit: OrganisationId) -> Result<(), StoreError> {
        let town = Value::Text(division_code.to_owned());
        self.execute("DELETE FROM organisation_town WHERE division_code = ?1", std::slice::from_ref(&town))?;
        self.execute(
            "INSERT INTO organisation_town (division_code, organisation_id) VALUES (?1, ?2)",
            &[town, unit.to_value()],
        )
        .map(|_| ())
    }
    /// A parameter of an organisation.
    ///
    /// # Errors
    /// The database refuses.
    pub fn parameter(&mut self, org: OrganisationId, name: &str) -> Result<Option<String>, StoreError> {
        self.value(
            "SELECT value FROM parameter WHERE org_id = ?1 AND name = ?2",
            &[org.to_value(), Value::Text(name.to_owned())],
        )
    }
    /// Sets a parameter.
    ///
    /// # Errors
    /// The database refuses.
    pub fn set_parameter(&mut self, org: OrganisationId, name: &str, value: &str) -> Result<(), StoreError> {
        let key = [org.to_value(), Value::Text(name.to_owned())];
        self.execute("DELETE FROM parameter WHERE org_id = ?1 AND name = ?2", &key)?;
        let [org, name] = key;
        self.execute(
            "INSERT INTO parameter (org_id, name, value) VALUES (?1, ?2, ?3)",
            &[org, name, Value::Text(value.to_owned())],
        )
        .map(|_| ())
    }
    /// Announced days entered on top of the national calendar the program carries: date, kind, name.
    ///
    /// # Errors
    /// The database refuses.
    pub fn calendar_days(&mut self) -> Result<Vec<(String, String, String)>, StoreError> {
        let sql = "SELECT day_on, kind, name FROM calendar_day WHERE local = 0 ORDER BY day_on";
        let rows = self.select(sql, &[])?;
        rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?, row.take()?))).collect()
    }
    /// Days of this region only: date, kind, name, where they are decided.
    ///
    /// # Errors
    /// The database refuses.
    pub fn local_days(&mut self) -> Result<Vec<(String, String, String, String)>, StoreError> {
        let sql = "SELECT day_on, kind, name, source FROM calendar_day WHERE local = 1 ORDER BY day_on";
        let rows = self.select(sql, &[])?;
        rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?, row.take()?, row.take()?))).collect()
    }
    /// Keeps a day of this region; `false` when the day is on a list already.
    ///
    /// # Errors
    /// The database refuses.
    pub fn insert_local_day(&mut self, day: Date, kind: &str, name: &str, source: &str) -> Result<bool, StoreError> {
        let sql = "INSERT INTO calendar_day (day_on, kind, name, source, local) VALUES (?1, ?2, ?3, ?4, 1)
                   ON CONFLICT (day_on) DO NOTHING";
        let text = |text: &str| Value::Text(text.to_owned());
        Ok(self.execute(sql, &[day.to_value(), text(kind), text(name), text(source)])? == 1)
    }
    /// Takes a day of this region out; `false` when there was none.
    ///
    /// # Errors
    /// The database refuses.
    pub fn delete_local_day(&mut self, day: Date) -> Result<bool, StoreError> {
        Ok(self.execute("DELETE FROM calendar_day WHERE day_on = ?1 AND local = 1", &[day.to_value()])? == 1)
    }
    /// Parameters set in an organisation: name, value.
    ///
    /// # Errors
    /// The database refuses.
    pub fn parameters(&mut self, org: OrganisationId) -> Result<Vec<(String, String)>, StoreError> {
        let rows =
            self.select("SELECT name, value FROM parameter WHERE org_id = ?1 ORDER BY name", &[org.to_value()])?;
        rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?))).collect()
    }
    /// Takes a town away from its unit.
    ///
    /// # Errors
    /// The database refuses.
    pub fn unset_town(&mut self, division_code: &str) -> Result<(), StoreError> {
        let town = [Value::Text(division_code.to_owned())];
        self.execute("DELETE FROM organisation_town WHERE division_code = ?1", &town).map(|_| ())
    }
    /// All towns of the units below a path: code, name where it was imported, unit.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn towns_below(&mut self, path: &str) -> Result<Vec<(String, Option<String>, OrganisationId)>, StoreError> {
        let sql = "SELECT t.division_code, d.name, t.organisation_id FROM organisation_town t
                   JOIN organisation o ON o.id = t.organisation_id LEFT JOIN division d ON d.code = t.division_code
                   WHERE o.path LIKE ?1 ORDER BY t.division_code";
        let rows = self.select(sql, &[Value::Text(format!("{path}%"))])?;
        rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?, row.take()?))).collect()
    }
    /// Name of a division, if it was imported.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn division_name(&mut self, code: &str) -> Result<Option<String>, StoreError> {
        let rows = self.select("SELECT name FROM division WHERE code = ?1", &[Value::Text(code.to_owned())])?;
        rows.into_iter().next().map(|mut row| row.take()).transpose()
    }
    /// Towns below a prefix of their codes, code and name, in the order of the codes.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn towns_in(&mut self, prefix: &str) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT code, name FROM division WHERE level = 'TOWN' AND retired = 0 AND code > ?1 AND code < ?2
                   ORDER BY code LIMIT 500";
        let rows = self.select(sql, &[Value::Text(prefix.to_owned()), Value::Text(format!("{prefix}:"))])?;
        rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?))).collect()
    }
}
