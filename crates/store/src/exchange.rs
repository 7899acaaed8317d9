//! Rows of `exchange`. Hand-written queries stand beside the records.

use crate::{Column, PageRequest, Query, Record, StoreError, Tx, Value, columns, record};
use hengjian_domain::{
    code::Code,
    enterprise::{Enterprise, EnterpriseProduct},
    exchange::{
        EarlierCheck, Import, ImportId, ImportKind, ImportProblem, ImportState, ImportedRow, ImportedThing,
        ProblemSeverity,
    },
    ids::SubjectId,
    organisation::OrganisationId,
    product::ProductCategory,
};
use std::sync::OnceLock;

columns! { code: ImportKind, ImportState, ImportedThing, ProblemSeverity; }
record!(Import in "import_run": id, version, org_id, kind, file_name, file_digest, row_digest, state, rows, imported, updated, unchanged, flagged, rejected, skipped_headers, unknown_columns, mapping, target_id, by_name, at_us);
record!(EarlierCheck in "earlier_check": id, version, org_id, tier, organiser_name, own, enterprise_id, enterprise_name, enterprise_key, uscc, category, product_name, product_key, trademark, model, model_key, standard, batch_text, producer_name, producer_key, arranged_from_on, sampled_on, published_on, conclusion, failed_items, source, record_id, created_at_us);

/// A division as the register keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Code of [`hengjian_domain::region::DivisionLevel`].
    pub level: String,
    /// Code above; empty for a province.
    pub parent_code: String,
    /// No longer in use.
    pub retired: bool,
}

/// Where a kind of thing lies and what may stand on it. `kept`: rows of the same import do not count.
struct Place {
    table: &'static str,
    key: &'static str,
    versioned: bool,
    referred: &'static [Reference],
}
struct Reference {
    table: &'static str,
    column: &'static str,
    words: &'static str,
    own: Option<ImportedThing>,
}

const fn by(table: &'static str, column: &'static str, words: &'static str) -> Reference {
    Reference { table, column, words, own: None }
}
const fn by_others(table: &'static str, column: &'static str, words: &'static str, own: ImportedThing) -> Reference {
    Reference { table, column, words, own: Some(own) }
}

macro_rules! refs {
    ($($reference:expr),* $(,)?) => { const { &[$($reference),*] } };
}

fn place(thing: ImportedThing) -> Place {
    use ImportedThing::*;
    let plain = |table, referred| Place { table, key: "id", versioned: true, referred };
    match thing {
        Plan => plain(
            "plan",
            refs![
                by("task", "plan_id", "抽查任务"),
                by("plan_snapshot", "plan_id", "审批记录"),
                by_others("plan_line", "plan_id", "另外添加的计划行", PlanLine),
            ],
        ),
        PlanLine => plain("plan_line", refs![by("task", "plan_line_id", "抽查任务")]),
        Enterprise => plain(
            "enterprise",
            refs![
                by_others("enterprise_product", "enterprise_id", "企业产品", EnterpriseProduct),
                by("draw_member", "enterprise_id", "抽取名录"),
                by("visit", "enterprise_id", "抽样任务"),
                by("sampling_record", "enterprise_id", "抽样单"),
                by("inspection", "sampled_enterprise_id", "检验报告"),
                by("notice", "enterprise_id", "结果通知"),
                by("case_file", "enterprise_id", "后处理案"),
                by("recusal", "enterprise_id", "回避登记"),
                by("earlier_check", "enterprise_id", "抽查结果"),
            ],
        ),
        EnterpriseProduct => plain("enterprise_product", refs![]),
        ProductCategory => plain(
            "product_category",
            refs![
                by_others("enterprise_product", "category_id", "企业产品", EnterpriseProduct),
                by_others("plan_line", "category_id", "计划行", PlanLine),
                by("task", "category_id", "抽查任务"),
                by("rules", "category_id", "实施细则"),
                by("sampling_record", "category_id", "抽样单"),
                by_others("product_category", "parent_id", "下级分类", ProductCategory),
            ],
        ),
        Division => Place {
            table: "division",
            key: "code",
            versioned: false,
            referred: refs![
                by("organisation_town", "division_code", "市场监管所辖区"),
                by("enterprise", "town_code", "市场主体"),
                by("enterprise", "region_code", "市场主体"),
            ],
        },
        CalendarDay => Place { table: "calendar_day", key: "day_on", versioned: false, referred: refs![] },
        Rules => plain(
            "rules",
            refs![
                by_others("rules_item", "rules_id", "检验项目", RulesItem),
                by("task", "rules_id", "抽查任务"),
                by("inspection", "rules_id", "检验报告"),
            ],
        ),
        RulesItem => plain("rules_item", refs![]),
        EarlierCheck => plain("earlier_check", refs![]),
        Case => plain("case_file", refs![by("case_recheck", "case_id", "复查")]),
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Things in the order in which they can be taken away: what refers to another comes before it.
pub const UNDO_ORDER: [ImportedThing; 11] = [
    ImportedThing::PlanLine,
    ImportedThing::Plan,
    ImportedThing::EnterpriseProduct,
    ImportedThing::EarlierCheck,
    ImportedThing::Case,
    ImportedThing::Enterprise,
    ImportedThing::RulesItem,
    ImportedThing::Rules,
    ImportedThing::ProductCategory,
    ImportedThing::Division,
    ImportedThing::CalendarDay,
];

impl Tx<'_> {
    /// Notes what an import wrote. A thing touched twice keeps what it was before the first time.
    ///
    /// # Errors
    /// The database refuses.
    pub fn note_imported(&mut self, row: &ImportedRow) -> Result<(), StoreError> {
        let sql = "INSERT INTO imported_row (import_id, thing, subject, row, version_after, before)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                   ON CONFLICT (import_id, thing, subject) DO UPDATE SET version_after = excluded.version_after";
        let values = [
            row.import_id.to_value(),
            row.thing.to_value(),
            text(&row.subject),
            Value::Int(row.row),
            Value::Int(row.version_after),
            row.before.to_value(),
        ];
        self.execute(sql, &values).map(|_| ())
    }
    /// Row of the sheet that wrote a thing in this import, if one did.
    ///
    /// # Errors
    /// The database refuses.
    pub fn imported_at(
        &mut self,
        import: ImportId,
        thing: ImportedThing,
        subject: &str,
    ) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT row FROM imported_row WHERE import_id = ?1 AND thing = ?2 AND subject = ?3";
        self.value(sql, &[import.to_value(), thing.to_value(), text(subject)])
    }
    /// Things that an import changed, with what they were before.
    ///
    /// # Errors
    /// The database refuses.
    pub fn imported_changes(&mut self, import: ImportId, thing: ImportedThing) -> Result<Vec<ImportedRow>, StoreError> {
        let sql = "SELECT subject, row, version_after, before FROM imported_row
                   WHERE import_id = ?1 AND thing = ?2 AND before IS NOT NULL";
        self.select(sql, &[import.to_value(), thing.to_value()])?
            .into_iter()
            .map(|mut row| {
                Ok(ImportedRow {
                    import_id: import,
                    thing,
                    subject: row.take()?,
                    row: row.take()?,
                    version_after: row.take()?,
                    before: row.take()?,
                })
            })
            .collect()
    }
    /// Things of one kind that an import made, oldest row first, at most `limit`.
    ///
    /// # Errors
    /// The database refuses.
    pub fn imported_subjects(
        &mut self,
        import: ImportId,
        thing: ImportedThing,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT subject FROM imported_row WHERE import_id = ?1 AND thing = ?2 AND before IS NULL ORDER BY row, subject LIMIT ?3";
        self.select(sql, &[import.to_value(), thing.to_value(), Value::Int(limit)])?
            .iter_mut()
            .map(crate::Row::take)
            .collect()
    }
    /// How many things of a kind an import made or changed.
    ///
    /// # Errors
    /// The database refuses.
    pub fn imported_count(&mut self, import: ImportId, thing: ImportedThing) -> Result<i64, StoreError> {
        self.integer(
            "SELECT COUNT(*) FROM imported_row WHERE import_id = ?1 AND thing = ?2",
            &[import.to_value(), thing.to_value()],
        )
    }
    /// What stands on the things that an import made: words and how many.
    ///
    /// # Errors
    /// The database refuses.
    pub fn built_on_import(
        &mut self,
        import: ImportId,
        thing: ImportedThing,
    ) -> Result<Option<(&'static str, i64)>, StoreError> {
        for reference in place(thing).referred {
            let mut parameters = vec![import.to_value(), thing.to_value()];
            let mut sql = format!(
                "SELECT COUNT(*) FROM imported_row r JOIN {table} x ON x.{column} = r.subject
                 WHERE r.import_id = ?1 AND r.thing = ?2 AND r.before IS NULL",
                table = reference.table,
                column = reference.column
            );
            if let Some(own) = reference.own {
                parameters.push(own.to_value());
                sql.push_str(" AND NOT EXISTS (SELECT 1 FROM imported_row o WHERE o.import_id = ?1 AND o.thing = ?3 AND o.subject = x.id)");
            }
            let count = self.integer(&sql, &parameters)?;
            if count > 0 {
                return Ok(Some((reference.words, count)));
            }
        }
        Ok(None)
    }
    /// How many of an import's things were changed or taken away since.
    ///
    /// # Errors
    /// The database refuses.
    pub fn changed_since_import(&mut self, import: ImportId, thing: ImportedThing) -> Result<i64, StoreError> {
        let Place { table, key, versioned, .. } = place(thing);
        let moved = if versioned { "t.version IS NULL OR t.version <> r.version_after" } else { "t.name IS NULL" };
        let sql = format!(
            "SELECT COUNT(*) FROM imported_row r LEFT JOIN {table} t ON t.{key} = r.subject
             WHERE r.import_id = ?1 AND r.thing = ?2 AND ({moved})"
        );
        self.integer(&sql, &[import.to_value(), thing.to_value()])
    }
    /// Whether two imports wrote the same thing.
    ///
    /// # Errors
    /// The database refuses.
    pub fn imports_overlap(&mut self, import: ImportId, later: ImportId) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM imported_row a JOIN imported_row b
                   ON b.import_id = ?2 AND b.thing = a.thing AND b.subject = a.subject WHERE a.import_id = ?1";
        Ok(self.integer(sql, &[import.to_value(), later.to_value()])? > 0)
    }
    /// Takes away what an import made new.
    ///
    /// # Errors
    /// The database refuses.
    pub fn remove_imported(&mut self, import: ImportId, thing: ImportedThing) -> Result<u64, StoreError> {
        const MADE: &str = "(SELECT subject FROM imported_row WHERE import_id = ?1 AND thing = ?2 AND before IS NULL)";
        let parameters = [import.to_value(), thing.to_value()];
        match thing {
            ImportedThing::EarlierCheck => {
                self.execute(&format!("DELETE FROM import_key WHERE subject IN {MADE}"), &parameters)?;
            }
            ImportedThing::Case | ImportedThing::Plan => {
                self.execute(&format!("DELETE FROM clock WHERE subject_id IN {MADE}"), &parameters)?;
                let void =
                    format!("UPDATE number_use SET state = 'VOID', reason = '撤销导入' WHERE subject_id IN {MADE}");
                self.execute(&void, &parameters)?;
            }
            _ => {}
        }
        let Place { table, key, .. } = place(thing);
        self.execute(&format!("DELETE FROM {table} WHERE {key} IN {MADE}"), &parameters)
    }
    /// Ids of imports of the same authority that were applied after one, newest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn imports_after(&mut self, import: &Import) -> Result<Vec<Import>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND state = 'APPLIED' AND (at_us, id) > (?2, ?3) ORDER BY at_us DESC, id DESC",
            &[import.org_id.to_value(), import.at_us.to_value(), import.id.to_value()],
        )
    }

    /// Keeps a problem.
    ///
    /// # Errors
    /// The database refuses.
    pub fn insert_import_problem(
        &mut self,
        import: ImportId,
        seq: i64,
        problem: &ImportProblem,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO import_problem (import_id, seq, row, column_name, value, reason, severity) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let values = [
            import.to_value(),
            Value::Int(seq),
            Value::Int(problem.row),
            text(&problem.column),
            text(&problem.value),
            text(&problem.reason),
            problem.severity.to_value(),
        ];
        self.execute(sql, &values).map(|_| ())
    }
    /// Number of the problems of an import.
    ///
    /// # Errors
    /// The database refuses.
    pub fn import_problem_count(&mut self, import: ImportId) -> Result<i64, StoreError> {
        self.integer("SELECT COUNT(*) FROM import_problem WHERE import_id = ?1", &[import.to_value()])
    }
    /// Problems of an import after a number, in the order of the table, with their numbers.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn import_problems(
        &mut self,
        import: ImportId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(i64, ImportProblem)>, StoreError> {
        let sql = "SELECT seq, row, column_name, value, reason, severity FROM import_problem
                   WHERE import_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
        self.select(sql, &[import.to_value(), Value::Int(after), Value::Int(limit)])?
            .into_iter()
            .map(|mut row| {
                let seq = row.take()?;
                Ok((
                    seq,
                    ImportProblem {
                        row: row.take()?,
                        column: row.take()?,
                        value: row.take()?,
                        reason: row.take()?,
                        severity: row.take()?,
                    },
                ))
            })
            .collect()
    }
    /// Imports of an authority, newest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn imports(&mut self, query: Query, page: &PageRequest) -> Result<Vec<Import>, StoreError> {
        query.page("import_run.at_us", "import_run.id", true, true, page).records(self)
    }

    /// Thing that a recognised row became before.
    ///
    /// # Errors
    /// The database refuses.
    pub fn import_key(&mut self, org: OrganisationId, key: &str) -> Result<Option<SubjectId>, StoreError> {
        self.value("SELECT subject FROM import_key WHERE org_id = ?1 AND key = ?2", &[org.to_value(), text(key)])
    }
    /// Keeps the key of a row that is new.
    ///
    /// # Errors
    /// The key exists.
    pub fn set_import_key(&mut self, org: OrganisationId, key: &str, subject: SubjectId) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO import_key (org_id, key, subject) VALUES (?1, ?2, ?3)",
            &[org.to_value(), text(key), subject.to_value()],
        )
        .map(|_| ())
    }

    /// The enterprise with a code.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn enterprise_with_code(&mut self, org: OrganisationId, uscc: &str) -> Result<Option<Enterprise>, StoreError> {
        self.find("WHERE org_id = ?1 AND uscc = ?2", &[org.to_value(), text(uscc)])
    }
    /// Inserts an enterprise unless the authority has one with its code; tells whether it did. One statement for the usual
    /// case of an import, where a look first and an insert after it would go down the same index twice.
    ///
    /// # Errors
    /// The database refuses.
    pub fn insert_enterprise_if_new(&mut self, enterprise: &mut Enterprise) -> Result<bool, StoreError> {
        static STATEMENT: OnceLock<String> = OnceLock::new();
        let sql = STATEMENT.get_or_init(|| {
            let columns = <Enterprise as Record>::COLUMNS;
            let places = (1..=columns.len()).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
            format!(
                "INSERT INTO enterprise ({}) VALUES ({places}) ON CONFLICT (org_id, uscc) DO NOTHING",
                columns.join(", ")
            )
        });
        enterprise.version = 1;
        Ok(self.execute(sql, &enterprise.values())? == 1)
    }
    /// Whether the authority has an enterprise without code.
    ///
    /// # Errors
    /// The database refuses.
    pub fn has_enterprise_without_code(&mut self, org: OrganisationId) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM enterprise WHERE org_id = ?1 AND uscc IS NULL LIMIT 1) AS bounded";
        Ok(self.integer(sql, &[org.to_value()])? > 0)
    }
    /// Enterprises of a name, by its key.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn enterprises_named(&mut self, org: OrganisationId, name_key: &str) -> Result<Vec<Enterprise>, StoreError> {
        self.list("WHERE org_id = ?1 AND name_key = ?2 ORDER BY id LIMIT 20", &[org.to_value(), text(name_key)])
    }
    /// Product lines of an enterprise.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn product_lines_of(&mut self, enterprise: &impl Column) -> Result<Vec<EnterpriseProduct>, StoreError> {
        self.list("WHERE enterprise_id = ?1 ORDER BY id", &[enterprise.to_value()])
    }
    /// All product categories of an authority, oldest table first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn all_categories(&mut self, org: OrganisationId) -> Result<Vec<ProductCategory>, StoreError> {
        self.list("WHERE org_id = ?1 ORDER BY table_version, code", &[org.to_value()])
    }

    /// All divisions.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn all_divisions(&mut self) -> Result<Vec<Division>, StoreError> {
        self.select("SELECT code, name, level, parent_code, retired FROM division ORDER BY code", &[])?
            .into_iter()
            .map(|mut row| {
                Ok(Division {
                    code: row.take()?,
                    name: row.take()?,
                    level: row.take()?,
                    parent_code: row.take()?,
                    retired: row.take()?,
                })
            })
            .collect()
    }
    /// Makes or overwrites a division.
    ///
    /// # Errors
    /// The database refuses.
    pub fn put_division(&mut self, division: &Division) -> Result<(), StoreError> {
        let sql = "INSERT INTO division (code, name, level, parent_code, retired) VALUES (?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level,
                   parent_code = excluded.parent_code, retired = excluded.retired";
        let values = [
            text(&division.code),
            text(&division.name),
            text(&division.level),
            text(&division.parent_code),
            division.retired.to_value(),
        ];
        self.execute(sql, &values).map(|_| ())
    }
    /// Towns of the units of the tree: code and unit.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn all_towns(&mut self) -> Result<Vec<(String, OrganisationId)>, StoreError> {
        self.select("SELECT division_code, organisation_id FROM organisation_town ORDER BY division_code", &[])?
            .into_iter()
            .map(|mut row| Ok((row.take()?, row.take()?)))
            .collect()
    }
    /// Makes or overwrites an exception day of the calendar.
    ///
    /// # Errors
    /// The database refuses.
    pub fn put_calendar_day(&mut self, day_on: &str, kind: &str, name: &str, source: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO calendar_day (day_on, kind, name, source) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (day_on) DO UPDATE SET kind = excluded.kind, name = excluded.name, source = excluded.source";
        self.execute(sql, &[text(day_on), text(kind), text(name), text(source)]).map(|_| ())
    }

    /// Checks of another source that may be the same batch: same product, model and producer.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn checks_like(&mut self, check: &EarlierCheck) -> Result<Vec<EarlierCheck>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND producer_key = ?2 AND model_key = ?3 AND product_key = ?4 ORDER BY id LIMIT 50",
            &[check.org_id.to_value(), text(&check.producer_key), text(&check.model_key), text(&check.product_key)],
        )
    }
    /// First active accounts that hold one of the roles, county accounts before others, oldest first.
    ///
    /// # Errors
    /// The database refuses.
    pub fn accounts_with_roles(
        &mut self,
        roles: &[hengjian_domain::actor::Role],
    ) -> Result<Option<String>, StoreError> {
        let places = (1..=roles.len()).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT u.login FROM user_account u JOIN user_role r ON r.user_id = u.id JOIN organisation o ON o.id = u.org_id
             WHERE u.active = 1 AND r.role IN ({places})
             ORDER BY CASE o.tier WHEN 'COUNTY' THEN 0 ELSE 1 END, u.created_at_us, u.login LIMIT 1"
        );
        let roles: Vec<Value> = roles.iter().map(|role| text(role.code())).collect();
        self.value(&sql, &roles)
    }
    /// Number of accounts.
    ///
    /// # Errors
    /// The database refuses.
    pub fn account_count(&mut self) -> Result<i64, StoreError> {
        self.integer("SELECT COUNT(*) FROM user_account", &[])
    }
    /// Puts a record back as it was, over what stands there at `version`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it moved on.
    pub fn put_back<R: Record>(&mut self, mut record: R, version: i64) -> Result<(), StoreError> {
        record.set_version(version);
        self.update(&mut record)
    }
}

/// What an import reads of plans and rules.
impl Tx<'_> {
    /// The newest plan of a title that was not cancelled.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn plan_of_title(
        &mut self,
        org: OrganisationId,
        tier: hengjian_domain::organisation::Tier,
        title: &str,
    ) -> Result<Option<hengjian_domain::plan::SpotCheckPlan>, StoreError> {
        self.find(
            "WHERE org_id = ?1 AND tier = ?2 AND title = ?3 AND state <> 'CANCELLED' ORDER BY created_at_us DESC, id DESC LIMIT 1",
            &[org.to_value(), tier.to_value(), text(title)],
        )
    }
    /// Lines of a plan in their order.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn lines_of_plan(
        &mut self,
        plan: hengjian_domain::plan::PlanId,
    ) -> Result<Vec<hengjian_domain::plan::PlanLine>, StoreError> {
        self.list("WHERE plan_id = ?1 ORDER BY seq, id", &[plan.to_value()])
    }
    /// Editions of a rule, newest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn editions_of_rule(
        &mut self,
        org: OrganisationId,
        code: &str,
    ) -> Result<Vec<hengjian_domain::rules::SpotCheckRules>, StoreError> {
        self.list("WHERE org_id = ?1 AND code = ?2 ORDER BY edition DESC", &[org.to_value(), text(code)])
    }
    /// Items of a rule in their order.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn items_of_rule(
        &mut self,
        rules: hengjian_domain::rules::RulesId,
    ) -> Result<Vec<hengjian_domain::rules::RulesItem>, StoreError> {
        self.list("WHERE rules_id = ?1 ORDER BY seq, id", &[rules.to_value()])
    }
}
