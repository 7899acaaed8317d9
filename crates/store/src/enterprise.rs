//! Rows of `enterprise` and the words of their names. The list is read by one index, whatever is filtered: it stays
//! cheap at a million rows. Hand-written queries stand beside the records.

use crate::{Column, PageRequest, Query, StoreError, Tx, Value, columns, record};
use hengjian_domain::{
    code::Code,
    enterprise::{
        CreditClass, Enterprise, EnterpriseId, EnterpriseKind, EnterpriseProduct, EnterpriseScale, EnterpriseStatus,
        ProductRole,
    },
    match_key::{MATCH_VERSION, bigrams, match_key},
    organisation::OrganisationId,
};

columns! { code: EnterpriseKind, EnterpriseScale, EnterpriseStatus, CreditClass, ProductRole; }
record!(Enterprise in "enterprise": id, version, org_id, unit_id, uscc, uscc_valid, legacy_number, name, name_key, kind, address, address_key, region_code, town_code, legal_representative, contact_name, contact_phone, scale, staff_count, annual_revenue_fen, credit_class, status, source, created_at_us);
record!(EnterpriseProduct in "enterprise_product": id, version, org_id, enterprise_id, category_id, role, models, licence_number, licence_until_on);

/// A word that more rows have than this does not lead a search.
const RARE: i64 = 1_000;
/// Rows looked at for likeness under one word.
const LOOKALIKE_ROWS: i64 = 200;

/// Which station's rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StationFilter {
    /// All.
    #[default]
    Any,
    /// Those that lie in no station's area.
    Unassigned,
    /// Those of one station.
    Of(OrganisationId),
}

/// Order of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EnterpriseOrder {
    /// By name.
    #[default]
    Name,
    /// Newest first; only without a filter.
    Newest,
}

/// What the list of enterprises is asked for. Always one authority's register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterpriseFilter {
    /// Whose register.
    pub org: OrganisationId,
    /// Part of a name, or the beginning of a code.
    pub text: String,
    /// Station.
    pub station: StationFilter,
    /// Town.
    pub town: Option<String>,
    /// Credit class.
    pub credit_class: Option<CreditClass>,
    /// Status.
    pub status: Option<EnterpriseStatus>,
    /// Order.
    pub order: EnterpriseOrder,
}

impl EnterpriseFilter {
    /// Everything of one register.
    pub fn all(org: OrganisationId) -> Self {
        Self {
            org,
            text: String::new(),
            station: StationFilter::Any,
            town: None,
            credit_class: None,
            status: None,
            order: EnterpriseOrder::Name,
        }
    }
    /// Order that is really used: the newest first only where nothing is filtered, a code's order when codes are asked for.
    fn sort(&self) -> Sort {
        if self.code_prefix().is_some() {
            return Sort::Code;
        }
        let plain = Self { order: self.order, ..Self::all(self.org) } == *self;
        if plain && self.order == EnterpriseOrder::Newest { Sort::Newest } else { Sort::Name }
    }
    /// The text as the beginning of a code: six or more letters and digits, a digit among them.
    fn code_prefix(&self) -> Option<String> {
        let text = match_key(&self.text).to_uppercase();
        let plain = text.len() >= 6 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (plain && text.bytes().any(|byte| byte.is_ascii_digit())).then_some(text)
    }
    /// The sort key of a row, for the address of the next page.
    pub fn key_of(&self, row: &Enterprise) -> String {
        match self.sort() {
            Sort::Code => row.uscc.clone().unwrap_or_default(),
            Sort::Newest => row.created_at_us.0.to_string(),
            Sort::Name => row.name_key.clone(),
        }
    }
}

enum Sort {
    Name,
    Newest,
    Code,
}

/// First text after all that begin with `prefix`, as far as names and codes go.
fn after(prefix: &str) -> String {
    format!("{prefix}\u{10FFFD}")
}

/// A pattern for LIKE … ESCAPE '!' that finds the text anywhere.
fn anywhere(text: &str) -> String {
    let escaped: String =
        text.chars().flat_map(|c| matches!(c, '%' | '_' | '!').then_some('!').into_iter().chain([c])).collect();
    format!("%{escaped}%")
}

impl Tx<'_> {
    /// The statement of a list of enterprises, without its page.
    ///
    /// # Errors
    /// The database refuses.
    pub fn enterprise_query(&mut self, filter: &EnterpriseFilter) -> Result<Query, StoreError> {
        let key = match_key(&filter.text);
        let mut query = Query::new();
        if filter.code_prefix().is_none() && !key.is_empty() {
            let words = bigrams(&key);
            if key.chars().count() < 2 {
                query = query
                    .filter("name_key >= ? AND name_key < ?", &[Value::Text(key.clone()), Value::Text(after(&key))]);
            } else {
                let (word, count) = self.rarest_word(filter.org, &words)?;
                // Rows of an import whose words are not made yet would be missed by the word.
                if count <= RARE && !self.has_wordless_names()? {
                    query = query.driven_by("enterprise_word CROSS JOIN").filter(
                        "enterprise_word.owner_id = ? AND enterprise_word.word = ? AND enterprise.id = enterprise_word.enterprise_id",
                        &[filter.org.to_value(), Value::Text(word)],
                    );
                }
                query = query.filter("name_key LIKE ? ESCAPE '!'", &[Value::Text(anywhere(&key))]);
            }
        }
        query = query.filter("org_id = ?", &[filter.org.to_value()]);
        if let Some(code) = filter.code_prefix() {
            query = query.filter("uscc >= ? AND uscc < ?", &[Value::Text(code.clone()), Value::Text(after(&code))]);
        }
        query = match filter.station {
            StationFilter::Any => query,
            StationFilter::Unassigned => query.filter("unit_id IS NULL", &[]),
            StationFilter::Of(unit) => query.filter("unit_id = ?", &[unit.to_value()]),
        };
        Ok(query
            .filter_if("town_code = ?", filter.town.clone().map(Value::Text))
            .filter_if("credit_class = ?", filter.credit_class.map(|class| Value::Text(class.code().to_owned())))
            .filter_if("status = ?", filter.status.map(|status| Value::Text(status.code().to_owned()))))
    }
    /// The same with its order and page.
    ///
    /// # Errors
    /// The database refuses.
    pub fn enterprise_page(&mut self, filter: &EnterpriseFilter, page: &PageRequest) -> Result<Query, StoreError> {
        let query = self.enterprise_query(filter)?;
        Ok(match filter.sort() {
            Sort::Name => query.page("name_key", "id", false, false, page),
            Sort::Newest => query.page("created_at_us", "id", true, true, page),
            Sort::Code => query.page("uscc", "id", false, false, page),
        })
    }
    /// The word that fewest rows have, and how many (counted to [`RARE`] + 1).
    fn rarest_word(&mut self, org: OrganisationId, words: &[String]) -> Result<(String, i64), StoreError> {
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM enterprise_word WHERE owner_id = ?1 AND word = ?2 LIMIT {}) AS bounded",
            RARE + 1
        );
        let mut rarest = (String::new(), RARE + 1);
        for word in words.iter().take(12) {
            let count = self.integer(&sql, &[org.to_value(), Value::Text(word.clone())])?;
            if count < rarest.1 {
                rarest = (word.clone(), count);
            }
        }
        Ok(rarest)
    }

    /// Rows that may be the same enterprise: same key of name or address, or sharing the rarest words of the name.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn possible_lookalikes(
        &mut self,
        org: OrganisationId,
        name_key: &str,
        address_key: &str,
    ) -> Result<Vec<Enterprise>, StoreError> {
        let key = |text: &str| [org.to_value(), Value::Text(text.to_owned())];
        let mut rows: Vec<Enterprise> =
            self.list("WHERE org_id = ?1 AND name_key = ?2 ORDER BY id LIMIT 20", &key(name_key))?;
        if !address_key.is_empty() {
            rows.extend(self.list("WHERE org_id = ?1 AND address_key = ?2 ORDER BY id LIMIT 20", &key(address_key))?);
        }
        // A name that is four fifths the same shares nearly all its words, so one of the four rarest is among them.
        let mut counted = Vec::new();
        for word in bigrams(name_key) {
            let (word, count) = self.rarest_word(org, std::slice::from_ref(&word))?;
            if !word.is_empty() && count > 0 {
                counted.push((count, word));
            }
        }
        counted.sort();
        for (_, word) in counted.into_iter().take(4) {
            let [org, word] = key(&word);
            rows.extend(self.list(
                "WHERE id IN (SELECT enterprise_id FROM enterprise_word WHERE owner_id = ?1 AND word = ?2 LIMIT ?3)",
                &[org, word, Value::Int(LOOKALIKE_ROWS)],
            )?);
        }
        rows.sort_by_key(|row| row.id);
        rows.dedup_by_key(|row| row.id);
        Ok(rows)
    }
    /// The enterprise of a code.
    ///
    /// # Errors
    /// The row cannot be read.
    pub fn enterprise_by_code(&mut self, org: OrganisationId, code: &str) -> Result<Option<Enterprise>, StoreError> {
        self.find("WHERE org_id = ?1 AND uscc = ?2", &[org.to_value(), Value::Text(code.to_owned())])
    }
    /// Product lines of an enterprise.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn product_lines(&mut self, enterprise: EnterpriseId) -> Result<Vec<EnterpriseProduct>, StoreError> {
        self.list("WHERE enterprise_id = ?1 ORDER BY id", &[enterprise.to_value()])
    }

    /// Makes the words of an enterprise; `old_name` takes those of its former name away.
    ///
    /// # Errors
    /// The database refuses.
    pub fn index_name(
        &mut self,
        org: OrganisationId,
        id: EnterpriseId,
        name: &str,
        old_name: Option<&str>,
    ) -> Result<(), StoreError> {
        for word in old_name.map(bigrams).unwrap_or_default() {
            self.execute(
                "DELETE FROM enterprise_word WHERE owner_id = ?1 AND word = ?2 AND enterprise_id = ?3",
                &[org.to_value(), Value::Text(word), id.to_value()],
            )?;
        }
        for word in bigrams(name) {
            self.execute(
                "INSERT INTO enterprise_word (owner_id, word, enterprise_id) VALUES (?1, ?2, ?3)
                 ON CONFLICT (owner_id, word, enterprise_id) DO NOTHING",
                &[org.to_value(), Value::Text(word), id.to_value()],
            )?;
        }
        self.execute(
            "UPDATE enterprise SET words_version = ?2 WHERE id = ?1",
            &[id.to_value(), Value::Int(MATCH_VERSION)],
        )
        .map(|_| ())
    }
    fn has_wordless_names(&mut self) -> Result<bool, StoreError> {
        Ok(!self.select("SELECT id FROM enterprise WHERE words_version = 0 LIMIT 1", &[])?.is_empty())
    }
    /// Makes the words of up to `limit` enterprises that have none yet (after an import); returns how many there were.
    ///
    /// # Errors
    /// The database refuses.
    pub fn index_new_names(&mut self, limit: i64) -> Result<usize, StoreError> {
        let sql = "SELECT id, org_id, name FROM enterprise WHERE words_version = 0 ORDER BY id LIMIT ?1";
        let rows = self.select(sql, &[Value::Int(limit)])?;
        let count = rows.len();
        for mut row in rows {
            let (id, org, name): (EnterpriseId, OrganisationId, String) = (row.take()?, row.take()?, row.take()?);
            self.index_name(org, id, &name, None)?;
        }
        Ok(count)
    }
    /// Gives the enterprises of a town to a station; returns how many moved.
    ///
    /// # Errors
    /// The database refuses.
    pub fn move_town(
        &mut self,
        org: OrganisationId,
        town: &str,
        station: Option<OrganisationId>,
    ) -> Result<u64, StoreError> {
        self.execute(
            "UPDATE enterprise SET unit_id = ?3, version = version + 1
             WHERE org_id = ?1 AND town_code >= ?2 AND town_code < ?4",
            &[org.to_value(), Value::Text(town.to_owned()), station.to_value(), Value::Text(format!("{town}:"))],
        )
    }
}
