//! Rows of `publication`. Hand-written queries stand beside the records.

use crate::{Column, PageRequest, Query, StoreError, Tx, Value, columns, record};
use hengjian_domain::{
    match_key::{bigrams, match_key},
    organisation::OrganisationId,
    publication::{
        EntryState, FinalResult, MaskKind, PublicField, Publication, PublicationEntry, PublicationEntryId,
        PublicationId, PublicationMask, PublicationState,
    },
    testing::{Inspection, InspectionId},
};

columns! { code: PublicationState, EntryState, PublicField, MaskKind; }
record!(Publication in "publication": id, version, org_id, public_code, title, document_number, period, body, state, drafted_by, business_by, secrecy_by, approved_by, published_at_us, snapshot_digest, reason, created_at_us);
record!(PublicationEntry in "publication_entry": id, version, org_id, publication_id, inspection_id, public_code, seq, state, category, product_name, model, trademark, batch_text, sampled_name, sampled_address, producer_name, producer_address, platform, conclusion, failed_items, laboratory_name, remark, search_text, corrects_id, correction_reason, published_at_us, result_id, result_version);
record!(PublicationMask in "publication_mask": id, version, org_id, entry_id, field, kind, part, reason, masked_by, created_at_us);
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
        self.execute("DELETE FROM publication_mask WHERE entry_id = ?1", &[entry.id.to_value()])?;
        let sql = "DELETE FROM publication_entry WHERE id = ?1 AND state = 'DRAFT'";
        self.execute(sql, &[entry.id.to_value()]).map(|_| ())
    }
    /// Entries of a report that are live or on their way, in publications that were not withdrawn.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn standing_entries_of(&mut self, inspection: InspectionId) -> Result<Vec<PublicationEntry>, StoreError> {
        self.list(
            "WHERE inspection_id = ?1 AND state IN ('DRAFT', 'LIVE') AND EXISTS (SELECT 1 FROM publication p
             WHERE p.id = publication_entry.publication_id AND p.state <> 'WITHDRAWN') ORDER BY id",
            &[inspection.to_value()],
        )
    }
    /// The newest entry by which a report became public, whatever became of it.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn last_public_entry_of(&mut self, inspection: InspectionId) -> Result<Option<PublicationEntry>, StoreError> {
        self.find(
            "WHERE inspection_id = ?1 AND published_at_us IS NOT NULL ORDER BY published_at_us DESC, id DESC LIMIT 1",
            &[inspection.to_value()],
        )
    }
    /// The released entry that corrects another.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn correction_of(&mut self, entry: PublicationEntryId) -> Result<Option<PublicationEntry>, StoreError> {
        self.find("WHERE corrects_id = ?1 AND published_at_us IS NOT NULL ORDER BY id LIMIT 1", &[entry.to_value()])
    }
    /// What was masked of an entry, in order.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn masks_of(&mut self, entry: PublicationEntryId) -> Result<Vec<PublicationMask>, StoreError> {
        self.list("WHERE entry_id = ?1 ORDER BY created_at_us, id", &[entry.to_value()])
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
    /// Final results that a later decision, a longer right or a late objection may have moved: a rough net, the stage 异议
    /// answers.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn results_in_doubt(&mut self, org: OrganisationId) -> Result<Vec<FinalResult>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND EXISTS (SELECT 1 FROM inspection i WHERE i.id = final_result.inspection_id
             AND i.state = 'CONFIRMED') AND (EXISTS (SELECT 1 FROM notice n WHERE n.inspection_id = final_result.inspection_id
             AND n.state <> 'WITHDRAWN' AND (n.window_until_on IS NULL OR n.window_until_on >= final_result.final_on))
             OR EXISTS (SELECT 1 FROM objection o WHERE o.inspection_id = final_result.inspection_id
             AND (o.decided_on IS NULL OR o.decided_on > final_result.final_on))) ORDER BY id",
            &[org.to_value()],
        )
    }
    /// Keeps another day and remark of a final result that says the same: its version, which entries go by, stays.
    ///
    /// # Errors
    /// The database refuses, or the row has changed.
    pub fn move_final_day(&mut self, result: &FinalResult) -> Result<(), StoreError> {
        let sql = "UPDATE final_result SET final_on = ?3, remark = ?4 WHERE id = ?1 AND version = ?2";
        let values = [
            result.id.to_value(),
            Value::Int(result.version),
            result.final_on.to_value(),
            Value::Text(result.remark.clone()),
        ];
        match self.execute(sql, &values)? {
            1 => Ok(()),
            _ => Err(StoreError::Stale { table: "final_result" }),
        }
    }
    /// Takes away a final result that is open again.
    ///
    /// # Errors
    /// The database refuses.
    pub fn delete_final_result(&mut self, result: &FinalResult) -> Result<(), StoreError> {
        let key = [result.id.to_value(), Value::Int(result.version)];
        match self.execute("DELETE FROM final_result WHERE id = ?1 AND version = ?2", &key)? {
            1 => Ok(()),
            _ => Err(StoreError::Stale { table: "final_result" }),
        }
    }
    /// Final results of own checks that are in no publication, and those whose public entry says something else.
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
                 WHERE e.inspection_id = final_result.inspection_id AND p.state <> 'WITHDRAWN' AND (e.state = 'DRAFT'
                 OR (e.state = 'LIVE' AND e.result_id = final_result.id AND e.result_version = final_result.version)))",
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
