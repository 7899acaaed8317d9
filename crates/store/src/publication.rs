//! Rows of `publication`. Hand-written queries stand beside the records.

use crate::{Column, PageRequest, Query, StoreError, Tx, Value, columns, record};
use hengjian_domain::{
    match_key::{bigrams, match_key},
    organisation::OrganisationId,
    publication::{EntryState, FinalResult, Publication, PublicationEntry, PublicationId, PublicationState},
    testing::{Inspection, InspectionId},
};

columns! { code: PublicationState, EntryState; }
record!(Publication in "publication": id, version, org_id, public_code, title, document_number, period, body, state, drafted_by, business_by, secrecy_by, approved_by, published_at_us, snapshot_digest, reason, created_at_us);
record!(PublicationEntry in "publication_entry": id, version, org_id, publication_id, inspection_id, public_code, seq, state, category, product_name, model, trademark, batch_text, sampled_name, sampled_address, producer_name, producer_address, platform, conclusion, failed_items, laboratory_name, remark, search_text, corrects_id, correction_reason, published_at_us);
record!(FinalResult in "final_result": id, version, org_id, inspection_id, final_on, conclusion, failed_items, remark);

/// Filter of the public search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublicFilter {
    /// Words as typed.
    pub text: String,
    /// Code of a conclusion; empty: all.
    pub conclusion: String,
}

impl Tx<'_> {
    /// Entries of a publication in their order, corrections after what they correct.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn entries_of(&mut self, publication: PublicationId) -> Result<Vec<PublicationEntry>, StoreError> {
        self.list("WHERE publication_id = ?1 ORDER BY seq, published_at_us, id", &[publication.to_value()])
    }
    /// Takes an entry out of a draft; what was ever public stays.
    ///
    /// # Errors
    /// The database refuses.
    pub fn remove_draft_entry(&mut self, entry: &PublicationEntry) -> Result<(), StoreError> {
        let sql = "DELETE FROM publication_entry WHERE id = ?1 AND state = 'DRAFT'";
        self.execute(sql, &[entry.id.to_value()]).map(|_| ())
    }
    /// Whether a report is in another publication that is live or on its way.
    ///
    /// # Errors
    /// The database refuses.
    pub fn is_published_elsewhere(
        &mut self,
        inspection: InspectionId,
        except: PublicationId,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM publication_entry e JOIN publication p ON p.id = e.publication_id
                   WHERE e.inspection_id = ?1 AND e.publication_id <> ?2 AND p.state <> 'WITHDRAWN'
                   AND e.state IN ('DRAFT', 'LIVE')";
        Ok(self.integer(sql, &[inspection.to_value(), except.to_value()])? > 0)
    }
    /// Confirmed first reports of an authority that have no final result yet.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn reports_not_final(&mut self, org: OrganisationId) -> Result<Vec<Inspection>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND purpose = 'FIRST' AND state = 'CONFIRMED' AND excluded = 0 AND conclusion IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM final_result f WHERE f.inspection_id = inspection.id)
             ORDER BY confirmed_on, id",
            &[org.to_value()],
        )
    }
    /// Final results of own checks that are in no publication, oldest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn results_to_publish(&mut self, org: OrganisationId, limit: i64) -> Result<Vec<FinalResult>, StoreError> {
        Query::new()
            .join("JOIN inspection i ON i.id = final_result.inspection_id")
            .filter("final_result.org_id = ?", &[org.to_value()])
            .filter("i.origin <> 'SUPERIOR' AND i.excluded = 0 AND i.state = 'CONFIRMED'", &[])
            .filter(
                "NOT EXISTS (SELECT 1 FROM publication_entry e JOIN publication p ON p.id = e.publication_id
                 WHERE e.inspection_id = final_result.inspection_id AND p.state <> 'WITHDRAWN' AND e.state IN ('DRAFT', 'LIVE'))",
                &[],
            )
            .page("final_result.final_on", "final_result.id", false, false, &PageRequest { after: None, limit })
            .records(self)
    }
    /// The final result of a report, if it is final.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn final_result_of(&mut self, inspection: InspectionId) -> Result<Option<FinalResult>, StoreError> {
        self.find("WHERE inspection_id = ?1", &[inspection.to_value()])
    }
    /// Makes an entry findable by its words.
    ///
    /// # Errors
    /// The database refuses.
    pub fn index_entry(&mut self, entry: &PublicationEntry) -> Result<(), StoreError> {
        let at = entry.published_at_us.map_or(0, |at| at.0);
        for word in bigrams(&entry.search_text) {
            self.execute(
                "INSERT INTO publication_word (word, published_at_us, entry_id) VALUES (?1, ?2, ?3)
                 ON CONFLICT (word, published_at_us, entry_id) DO NOTHING",
                &[Value::Text(word), Value::Int(at), entry.id.to_value()],
            )?;
        }
        Ok(())
    }
    /// Takes an entry out of the search.
    ///
    /// # Errors
    /// The database refuses.
    pub fn unindex_entry(&mut self, entry: &PublicationEntry) -> Result<(), StoreError> {
        let at = entry.published_at_us.map_or(0, |at| at.0);
        for word in bigrams(&entry.search_text) {
            self.execute(
                "DELETE FROM publication_word WHERE word = ?1 AND published_at_us = ?2 AND entry_id = ?3",
                &[Value::Text(word), Value::Int(at), entry.id.to_value()],
            )?;
        }
        Ok(())
    }
    /// Visible entries, newest first; with words, those that hold them all.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn public_entries(
        &mut self,
        filter: &PublicFilter,
        page: &PageRequest,
    ) -> Result<(i64, Vec<PublicationEntry>), StoreError> {
        let parts: Vec<String> = filter
            .text
            .split_whitespace()
            .map(|part| match_key(part).replace('%', ""))
            .filter(|part| !part.is_empty())
            .collect();
        let mut query = Query::new();
        // One pair of characters leads through the index; what is left is checked on its hits.
        let longest = parts.iter().max_by_key(|part| part.chars().count());
        if let Some(word) = longest.and_then(|part| bigrams(part).pop()).filter(|word| word.chars().count() == 2) {
            query = query
                .join("JOIN publication_word w ON w.entry_id = publication_entry.id")
                .filter("w.word = ?", &[Value::Text(word)]);
        }
        query = query.filter("publication_entry.state = 'LIVE'", &[]);
        if parts.is_empty() && !filter.text.trim().is_empty() {
            query = query.filter("1 = 0", &[]);
        }
        for part in parts {
            query = query.filter("publication_entry.search_text LIKE ?", &[Value::Text(format!("%{part}%"))]);
        }
        let conclusion = Some(filter.conclusion.clone()).filter(|code| !code.is_empty()).map(Value::Text);
        query = query.filter_if("publication_entry.conclusion = ?", conclusion);
        let count = query.bounded_count(self, "publication_entry")?;
        let rows =
            query.page("publication_entry.published_at_us", "publication_entry.id", true, true, page).records(self)?;
        Ok((count, rows))
    }
    /// A publication by its public code, if it is or was public.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn public_publication(&mut self, code: &str) -> Result<Option<Publication>, StoreError> {
        self.find("WHERE public_code = ?1 AND state IN ('PUBLISHED', 'WITHDRAWN')", &[Value::Text(code.to_owned())])
    }
    /// An entry by its public code, if it is or was public.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn public_entry(&mut self, code: &str) -> Result<Option<PublicationEntry>, StoreError> {
        self.find(
            "WHERE public_code = ?1 AND state IN ('LIVE', 'CORRECTED', 'WITHDRAWN')",
            &[Value::Text(code.to_owned())],
        )
    }
    /// Publications that are or were public, newest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn public_publications(&mut self, page: &PageRequest) -> Result<Vec<Publication>, StoreError> {
        Query::new()
            .filter("state IN ('PUBLISHED', 'WITHDRAWN')", &[])
            .page("published_at_us", "id", true, true, page)
            .records(self)
    }
}
