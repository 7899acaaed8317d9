//! The rows of the history that can matter for the no-repeat rule: by day for a whole roster or plan, by firm for one
//! product. A rough net; the rule itself is `hengjian_domain::no_repeat`.

use crate::{Column, StoreError, Tx, Value};
use hengjian_domain::{enterprise::EnterpriseId, exchange::EarlierCheck, organisation::OrganisationId};
use jiff::{ToSpan, civil::Date};

/// Days around a period within which a check can reach into it: six months and the shortness of February.
const REACH_DAYS: i64 = 190;

/// How a firm is recognised in the history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FirmKeys {
    /// Id in the register.
    pub enterprise_id: Option<EnterpriseId>,
    /// match_key of its name; empty when unknown.
    pub enterprise_key: String,
    /// Its code; empty when unknown.
    pub uscc: String,
    /// match_key of the labelled producer; empty when unknown.
    pub producer_key: String,
}

impl Tx<'_> {
    /// Checks in an authority's register that reach into the days from `first` to `last`.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn checks_around(
        &mut self,
        org: OrganisationId,
        first: Date,
        last: Date,
    ) -> Result<Vec<EarlierCheck>, StoreError> {
        let (from, until) = reach(first, last);
        let bounds = [org.to_value(), from.to_value(), until.to_value()];
        let mut rows: Vec<EarlierCheck> =
            self.list("WHERE org_id = ?1 AND sampled_on >= ?2 AND sampled_on <= ?3 ORDER BY sampled_on, id", &bounds)?;
        rows.extend(self.list::<EarlierCheck>(
            "WHERE org_id = ?1 AND arranged_from_on >= ?2 AND arranged_from_on <= ?3 AND sampled_on IS NULL ORDER BY arranged_from_on, id",
            &bounds,
        )?);
        rows.extend(self.list::<EarlierCheck>(
            "WHERE org_id = ?1 AND published_on >= ?2 AND sampled_on IS NULL AND arranged_from_on IS NULL ORDER BY published_on, id",
            &bounds[..2],
        )?);
        Ok(rows)
    }

    /// Checks of a firm (as sampled party or as producer), of any day, and arranged checks around a day that name no firm.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn checks_of_firm(
        &mut self,
        org: OrganisationId,
        firm: &FirmKeys,
        on: Date,
    ) -> Result<Vec<EarlierCheck>, StoreError> {
        let mut rows: Vec<EarlierCheck> = Vec::new();
        let mut take = |more: Vec<EarlierCheck>| {
            for row in more {
                if !rows.iter().any(|known| known.id == row.id) {
                    rows.push(row);
                }
            }
        };
        for key in [&firm.enterprise_key, &firm.producer_key] {
            if !key.is_empty() {
                let values = [org.to_value(), Value::Text(key.clone())];
                take(self.list("WHERE org_id = ?1 AND enterprise_key = ?2 ORDER BY id", &values)?);
                take(self.list("WHERE org_id = ?1 AND producer_key = ?2 ORDER BY id", &values)?);
            }
        }
        if !firm.uscc.is_empty() {
            let values = [org.to_value(), Value::Text(firm.uscc.clone())];
            take(self.list("WHERE org_id = ?1 AND uscc = ?2 ORDER BY id", &values)?);
        }
        if let Some(id) = firm.enterprise_id {
            let values = [org.to_value(), id.to_value()];
            take(self.list("WHERE org_id = ?1 AND enterprise_id = ?2 ORDER BY id", &values)?);
        }
        let (from, until) = reach(on, on);
        take(self.list(
            "WHERE org_id = ?1 AND arranged_from_on >= ?2 AND arranged_from_on <= ?3 AND sampled_on IS NULL AND enterprise_key = '' AND producer_key = '' ORDER BY id",
            &[org.to_value(), from.to_value(), until.to_value()],
        )?);
        Ok(rows)
    }
}

fn reach(first: Date, last: Date) -> (Date, Date) {
    (first.saturating_sub(REACH_DAYS.days()), last.saturating_add(REACH_DAYS.days()))
}
