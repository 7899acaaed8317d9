//! Rows of `draw`: draws, rosters, pools. What was drawn is in no column of these tables.

use crate::{Column, Query, StoreError, Tx, Value, columns, record};
use hengjian_domain::{
    draw::{
        DesignationReason, Draw, DrawConflict, DrawId, DrawKind, DrawMember, DrawPerson, DrawPhase, DrawVoid,
        DrawVoidState, ExclusionReason, MemberStatus, PersonReason, VoidReason,
    },
    enterprise::{Enterprise, EnterpriseId, EnterpriseProduct, ProductRole},
    plan::TaskId,
    product::ProductCategoryId,
};

columns! { code: DrawPhase, DrawKind, MemberStatus, ExclusionReason, DesignationReason, PersonReason, VoidReason, DrawVoidState; }
record!(Draw in "draw": id, version, org_id, task_id, draw_name, kind, phase, quota, reserve, count_in, count_excluded, count_must, count_drawn, filters, roster_digest, release_at_us, prepared_by, frozen_at_us, executed_by, executed_at_us, confirmed_by, confirmed_at_us, dispatcher_id, dispatched_at_us, closed_at_us, close_reason, void_reason, created_at_us);
record!(DrawMember in "draw_member": id, version, org_id, draw_id, uid, enterprise_id, stratum, credit_class, weight, status, reason, reason_text, by_hand, blocked_models);
record!(DrawPerson in "draw_person": id, version, org_id, draw_id, officer_id, mid, may_lead, status, reason, reason_text, by_hand);
record!(DrawVoid in "draw_void": id, version, org_id, draw_id, reason, words, state, proposed_by, proposed_at_us, decided_by, decided_at_us, decision_words);
record!(DrawConflict in "draw_conflict": id, version, org_id, draw_id, mid, with_colleague, target);

/// What a roster page looks for.
#[derive(Debug, Clone, Default)]
pub struct RosterFilter {
    /// Statuses to show; empty: all.
    pub status: Option<MemberStatus>,
    /// Shows designated units among those that take part, for readers who may not tell them apart.
    pub must_counts_as_in: bool,
    /// Reason code.
    pub reason: Option<String>,
    /// match_key of a part of the name.
    pub name_key: Option<String>,
}

impl RosterFilter {
    fn query(&self, draw: DrawId) -> Query {
        let query = Query::new()
            .join("JOIN enterprise ON enterprise.id = draw_member.enterprise_id")
            .filter("draw_member.draw_id = ?", &[draw.to_value()])
            .filter_if("draw_member.reason = ?", self.reason.as_ref().map(Column::to_value))
            .filter_if("enterprise.name_key LIKE ?", self.name_key.as_ref().map(|key| Value::Text(format!("%{key}%"))));
        match self.status {
            Some(MemberStatus::In) if self.must_counts_as_in => {
                query.filter("draw_member.status IN ('IN', 'MUST')", &[])
            }
            status => query.filter_if("draw_member.status = ?", status.map(|status| status.to_value())),
        }
    }
    /// A page of a roster, by id in tickets, with the firms' names.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn page(
        &self,
        tx: &mut Tx<'_>,
        draw: DrawId,
        page: &crate::PageRequest,
    ) -> Result<Vec<(DrawMember, Enterprise)>, StoreError> {
        let query = self.query(draw).page("draw_member.uid", "draw_member.id", false, false, page);
        let members: Vec<DrawMember> = query.records(tx)?;
        let mut rows = Vec::with_capacity(members.len());
        for member in members {
            if let Some(enterprise) = tx.get(&member.enterprise_id)? {
                rows.push((member, enterprise));
            }
        }
        Ok(rows)
    }
    /// How many, bounded.
    ///
    /// # Errors
    /// The database refuses.
    pub fn count(&self, tx: &mut Tx<'_>, draw: DrawId) -> Result<i64, StoreError> {
        self.query(draw).bounded_count(tx, "draw_member")
    }
}

impl Tx<'_> {
    /// Firms of an authority and of those below it that make or sell a product, or one of the categories below it.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn firms_with_product(
        &mut self,
        path: &str,
        category: ProductCategoryId,
        role: ProductRole,
    ) -> Result<Vec<Enterprise>, StoreError> {
        self.list(
            "WHERE org_id IN (SELECT id FROM organisation WHERE path LIKE ?1)
               AND id IN (SELECT enterprise_id FROM enterprise_product WHERE role = ?2 AND category_id IN
                 (WITH RECURSIVE below(id) AS (SELECT id FROM product_category WHERE id = ?3
                    UNION ALL SELECT c.id FROM product_category c JOIN below ON c.parent_id = below.id)
                  SELECT id FROM below))
             ORDER BY created_at_us, id",
            &[Value::Text(format!("{path}%")), role.to_value(), category.to_value()],
        )
    }
    /// Their product lines.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn roster_lines(
        &mut self,
        path: &str,
        category: ProductCategoryId,
        role: ProductRole,
    ) -> Result<Vec<EnterpriseProduct>, StoreError> {
        self.list(
            "WHERE org_id IN (SELECT id FROM organisation WHERE path LIKE ?1) AND role = ?2 AND category_id IN
               (WITH RECURSIVE below(id) AS (SELECT id FROM product_category WHERE id = ?3
                  UNION ALL SELECT c.id FROM product_category c JOIN below ON c.parent_id = below.id)
                SELECT id FROM below)
             ORDER BY enterprise_id, id",
            &[Value::Text(format!("{path}%")), role.to_value(), category.to_value()],
        )
    }
    /// Whether a task has a draw that is neither ended nor voided.
    ///
    /// # Errors
    /// The database refuses.
    pub fn has_open_draw(&mut self, task: TaskId) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM draw WHERE task_id = ?1 AND phase NOT IN ('CLOSED', 'REVEALED', 'VOIDED')";
        Ok(self.integer(sql, &[task.to_value()])? > 0)
    }
    /// Visits of a draw: all, and those that have ended.
    ///
    /// # Errors
    /// The database refuses.
    pub fn visits_of_draw(&mut self, draw: DrawId) -> Result<(i64, i64), StoreError> {
        let all = self.integer("SELECT COUNT(*) FROM visit WHERE draw_id = ?1", &[draw.to_value()])?;
        let ended = "SELECT COUNT(*) FROM visit WHERE draw_id = ?1 AND outcome IS NOT NULL AND state IN ('SUBMITTED', 'ACCEPTED')";
        Ok((all, self.integer(ended, &[draw.to_value()])?))
    }
    /// Firms at which visits of a task have begun.
    ///
    /// # Errors
    /// The database refuses.
    pub fn firms_visited(&mut self, task: TaskId) -> Result<Vec<EnterpriseId>, StoreError> {
        let sql = "SELECT DISTINCT enterprise_id FROM visit WHERE task_id = ?1 AND enterprise_id IS NOT NULL";
        self.select(sql, &[task.to_value()])?.iter_mut().map(crate::Row::take).collect()
    }
    /// Proposals to void a draw, oldest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn voids_of(&mut self, draw: DrawId) -> Result<Vec<DrawVoid>, StoreError> {
        self.list("WHERE draw_id = ?1 ORDER BY proposed_at_us, id", &[draw.to_value()])
    }
    /// Characters of the longest list of blocked models in a roster: drawn and undrawn units alike.
    ///
    /// # Errors
    /// The database refuses.
    pub fn longest_blocked_models(&mut self, draw: DrawId) -> Result<i64, StoreError> {
        let sql = "SELECT COALESCE(MAX(LENGTH(blocked_models)), 0) FROM draw_member WHERE draw_id = ?1";
        self.integer(sql, &[draw.to_value()])
    }
    /// Removes a roster before it is made anew.
    ///
    /// # Errors
    /// The database refuses.
    pub fn clear_roster(&mut self, draw: DrawId) -> Result<(), StoreError> {
        let key = [draw.to_value()];
        self.execute("DELETE FROM draw_member WHERE draw_id = ?1", &key)?;
        self.execute("DELETE FROM draw_person WHERE draw_id = ?1", &key)?;
        self.execute("DELETE FROM draw_conflict WHERE draw_id = ?1", &key).map(|_| ())
    }
    /// Units of a roster by status and reason.
    ///
    /// # Errors
    /// The database refuses.
    pub fn roster_counts(&mut self, draw: DrawId) -> Result<Vec<(MemberStatus, String, i64)>, StoreError> {
        let sql = "SELECT status, reason, COUNT(*) FROM draw_member WHERE draw_id = ?1
                   GROUP BY status, reason ORDER BY status, reason";
        let rows = self.select(sql, &[draw.to_value()])?;
        rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?, row.take()?))).collect()
    }
}
