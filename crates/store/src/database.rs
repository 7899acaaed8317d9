//! The two databases behind one face. The only file that knows the drivers.
//!
//! SQLite: one writer thread; each act is a savepoint, many acts share one commit, and nobody is told
//! “done” before that commit has been written to disk. Readers use their own connections (WAL).
//! PostgreSQL: one connection and one transaction per act, from a small pool.

use crate::{Column, Row, StoreError, Value, ahead::Ahead};
use std::{
    cell::Cell,
    collections::{BTreeSet, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, mpsc},
    time::Duration,
};

/// Acts that may share one commit.
const GROUP_LIMIT: usize = 128;
/// Idle readers or PostgreSQL connections kept.
const POOL_LIMIT: usize = 8;
/// An idle connection that does not answer within this time is given up.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// How long a writer in another process may hold SQLite's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// A database, shared by all threads of the program.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

enum Inner {
    Lite { path: PathBuf, writer: Mutex<mpsc::Sender<Job>>, readers: Mutex<Vec<rusqlite::Connection>> },
    Postgres { url: String, clients: Mutex<Vec<postgres::Client>> },
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_sqlite() { "Store(SQLite)" } else { "Store(PostgreSQL)" })
    }
}

/// An act as the writer thread sees it: run it, get back the function that reports its outcome.
type Job = Box<dyn FnOnce(&rusqlite::Connection) -> Reply + Send>;
type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// One transaction, for reading or writing.
pub struct Tx<'a> {
    connection: Connection<'a>,
    /// Belongs to a use case; see [`watch_statements`].
    of_work: bool,
    /// Answers read ahead; see [`Tx::read_ahead`].
    pub(crate) ahead: Option<Ahead>,
}

/// Statements that use cases have run on this thread: tests ask whether a page costs a bounded number of them.
pub fn statements_run() -> u64 {
    STATEMENTS.get()
}

thread_local! {
    static STATEMENTS: Cell<u64> = const { Cell::new(0) };
}

/// Texts of the statements that use cases have run, once somebody watches.
static WATCHED: OnceLock<Mutex<BTreeSet<String>>> = OnceLock::new();

/// From now on the texts of the statements that use cases run are kept: tests ask afterwards which of them find no index.
/// Never called by the program.
pub fn watch_statements() {
    WATCHED.get_or_init(Mutex::default);
}
/// The texts so far.
pub fn watched_statements() -> Vec<String> {
    let texts = WATCHED.get().map(|texts| texts.lock().unwrap_or_else(PoisonError::into_inner).clone());
    texts.into_iter().flatten().collect()
}

enum Connection<'a> {
    Lite(&'a rusqlite::Connection),
    Postgres(&'a mut dyn PostgresRun),
}

/// What a transaction needs of a PostgreSQL client; a trait so that `Tx` has one lifetime.
trait PostgresRun {
    fn run(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, postgres::Error>;
    fn fetch(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<postgres::Row>, postgres::Error>;
    fn batch(&mut self, sql: &str) -> Result<(), postgres::Error>;
}

impl Store {
    /// Opens (and creates) an SQLite file.
    ///
    /// # Errors
    /// The file cannot be opened or is not a database.
    pub fn open_sqlite(path: &Path) -> Result<Self, StoreError> {
        let connection = open_lite(path, false)?;
        let (writer, jobs) = mpsc::channel();
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || writer_loop(&connection, &jobs))
            .map_err(|error| StoreError::Database(error.to_string()))?;
        let inner = Inner::Lite { path: path.to_owned(), writer: Mutex::new(writer), readers: Mutex::new(Vec::new()) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Connects to PostgreSQL; `url` as libpq understands it.
    ///
    /// # Errors
    /// The server cannot be reached or refuses.
    pub fn connect_postgres(url: &str) -> Result<Self, StoreError> {
        let client = postgres::Client::connect(url, postgres::NoTls)?;
        Ok(Self { inner: Arc::new(Inner::Postgres { url: url.to_owned(), clients: Mutex::new(vec![client]) }) })
    }

    /// Makes an empty database on a PostgreSQL server and connects to it: for tests and for setting up an office.
    /// `server` is the address of any database of that server; `name` may hold lower-case letters, digits and `_`.
    ///
    /// # Errors
    /// The name is not plain, or the server refuses.
    pub fn create_postgres(server: &str, name: &str) -> Result<Self, StoreError> {
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            return Err(StoreError::Database(format!("{name:?} is no name for a database")));
        }
        let mut client = postgres::Client::connect(server, postgres::NoTls)?;
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"))?;
        let (head, _) =
            server.rsplit_once('/').ok_or_else(|| StoreError::Database("no database in the address".to_owned()))?;
        Self::connect_postgres(&format!("{head}/{name}"))
    }

    /// Whether this is the embedded database.
    pub fn is_sqlite(&self) -> bool {
        matches!(*self.inner, Inner::Lite { .. })
    }

    /// Runs one act: everything `act` writes is kept if it returns `Ok`, nothing otherwise. Blocks until
    /// the commit is on disk; call it from a thread that may wait.
    ///
    /// # Errors
    /// The act's own error, or the failed commit.
    pub fn write<T, E>(&self, act: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &*self.inner {
            Inner::Lite { writer, .. } => {
                let (outcome, wait) = mpsc::sync_channel(1);
                let job: Job = Box::new(move |connection| {
                    let result = in_savepoint(connection, act);
                    Box::new(move |committed| {
                        let result = match committed {
                            Ok(()) => result,
                            Err(error) => result.and_then(|_| Err(E::from(error))),
                        };
                        // The caller may have gone away; the act stands all the same.
                        let _ = outcome.send(result);
                    })
                });
                let gone = || StoreError::Database("the writer has stopped".to_owned());
                lock(writer).send(job).map_err(|_| gone())?;
                wait.recv().map_err(|_| gone())?
            }
            Inner::Postgres { .. } => self.with_client(|client| {
                let mut transaction = client.transaction().map_err(StoreError::from)?;
                let value =
                    act(&mut Tx { connection: Connection::Postgres(&mut transaction), of_work: false, ahead: None })?;
                transaction.commit().map_err(StoreError::from)?;
                Ok(value)
            }),
        }
    }

    /// Runs reads on one consistent snapshot. Writing in it is refused by the database.
    ///
    /// # Errors
    /// The closure's own error, or no connection can be had.
    pub fn read<T, E: From<StoreError>>(&self, view: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        match &*self.inner {
            Inner::Lite { path, readers, .. } => {
                let idle = lock(readers).pop();
                let connection = match idle {
                    Some(connection) => connection,
                    None => open_lite(path, true)?,
                };
                connection.execute_batch("BEGIN").map_err(StoreError::from)?;
                let result = view(&mut Tx { connection: Connection::Lite(&connection), of_work: false, ahead: None });
                connection.execute_batch("ROLLBACK").map_err(StoreError::from)?;
                let mut readers = lock(readers);
                if readers.len() < POOL_LIMIT {
                    readers.push(connection);
                }
                result
            }
            Inner::Postgres { .. } => self.with_client(|client| {
                let mut transaction = client
                    .build_transaction()
                    .read_only(true)
                    .isolation_level(postgres::IsolationLevel::RepeatableRead)
                    .start()
                    .map_err(StoreError::from)?;
                let result =
                    view(&mut Tx { connection: Connection::Postgres(&mut transaction), of_work: false, ahead: None });
                transaction.rollback().map_err(StoreError::from)?;
                result
            }),
        }
    }

    /// Copies an SQLite database to a file while serving; PostgreSQL has its own tools.
    ///
    /// # Errors
    /// The copy cannot be written.
    pub fn copy_to(&self, target: &Path) -> Result<(), StoreError> {
        let Inner::Lite { path, .. } = &*self.inner else {
            return Err(StoreError::Database("copying is for the embedded database".to_owned()));
        };
        open_lite(path, true)?.backup("main", target, None)?;
        Ok(())
    }

    fn with_client<T, E: From<StoreError>>(
        &self,
        run: impl FnOnce(&mut postgres::Client) -> Result<T, E>,
    ) -> Result<T, E> {
        let Inner::Postgres { url, clients } = &*self.inner else {
            return Err(E::from(StoreError::Database("not a PostgreSQL store".to_owned())));
        };
        // The server may have been started again since a connection was last used: only one that answers is used.
        let mut idle = lock(clients).pop();
        while idle.as_mut().is_some_and(|client| client.is_valid(ANSWERS_WITHIN).is_err()) {
            idle = lock(clients).pop();
        }
        let mut client = match idle {
            Some(client) => client,
            None => postgres::Client::connect(url, postgres::NoTls).map_err(StoreError::from)?,
        };
        let result = run(&mut client);
        let mut clients = lock(clients);
        if clients.len() < POOL_LIMIT && !client.is_closed() {
            clients.push(client);
        }
        result
    }
}

/// A lock whose holder panicked still guards plain lists; their content stays valid.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn open_lite(path: &Path, read_only: bool) -> Result<rusqlite::Connection, StoreError> {
    let connection = rusqlite::Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(256);
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -16000; PRAGMA mmap_size = 268435456;",
    )?;
    if read_only {
        connection.execute_batch("PRAGMA query_only = ON")?;
    }
    Ok(connection)
}

/// Takes acts until the program ends; all that are waiting share one commit.
fn writer_loop(connection: &rusqlite::Connection, jobs: &mpsc::Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let begun = connection.execute_batch("BEGIN IMMEDIATE").map_err(StoreError::from);
        if let Err(error) = begun {
            // Run nothing: report the fault through an act that cannot write.
            first(connection)(Err(error));
            continue;
        }
        let mut replies = vec![first(connection)];
        while replies.len() < GROUP_LIMIT {
            match jobs.try_recv() {
                Ok(job) => replies.push(job(connection)),
                Err(_) => break,
            }
        }
        let committed = connection.execute_batch("COMMIT").map_err(StoreError::from);
        if committed.is_err() {
            // A failed commit may leave the transaction open; the acts are gone either way.
            let _ = connection.execute_batch("ROLLBACK");
        }
        for reply in replies {
            reply(match &committed {
                Ok(()) => Ok(()),
                Err(StoreError::CannotWrite(words)) => Err(StoreError::CannotWrite(words.clone())),
                // Without a transaction there was none left to commit: the disk gave out under an act of the group.
                Err(error) if connection.is_autocommit() => Err(StoreError::CannotWrite(error.to_string())),
                Err(error) => Err(StoreError::Database(error.to_string())),
            });
        }
    }
}

fn in_savepoint<T, E: From<StoreError>>(
    connection: &rusqlite::Connection,
    act: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    if connection.is_autocommit() {
        return Err(E::from(StoreError::CannotWrite("the database is locked or its disk is full".to_owned())));
    }
    connection.execute_batch("SAVEPOINT act").map_err(StoreError::from)?;
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        act(&mut Tx { connection: Connection::Lite(connection), of_work: false, ahead: None })
    }));
    let result = outcome.unwrap_or_else(|_| Err(E::from(StoreError::Database("an act panicked".to_owned()))));
    let end = if result.is_ok() { "RELEASE act" } else { "ROLLBACK TO act; RELEASE act" };
    connection.execute_batch(end).map_err(StoreError::from)?;
    result
}

impl Tx<'_> {
    /// The same transaction for a shorter time, so that a unit of work can own it.
    pub fn reborrow(&mut self) -> Tx<'_> {
        let connection = match &mut self.connection {
            Connection::Lite(connection) => Connection::Lite(connection),
            Connection::Postgres(client) => Connection::Postgres(&mut **client),
        };
        Tx { connection, of_work: true, ahead: None }
    }

    fn note(&self, sql: &str) {
        STATEMENTS.set(STATEMENTS.get().wrapping_add(1));
        if let Some(texts) = WATCHED.get().filter(|_| self.of_work) {
            texts.lock().unwrap_or_else(PoisonError::into_inner).insert(sql.to_owned());
        }
    }

    /// SQLite's plan of a statement, one step a line, whatever its parameters will be.
    ///
    /// # Errors
    /// The database refuses; PostgreSQL has no such statement.
    pub fn plan_of(&mut self, sql: &str) -> Result<Vec<String>, StoreError> {
        let sql = format!("EXPLAIN QUERY PLAN {sql}");
        let count = match &self.connection {
            Connection::Lite(connection) => connection.prepare_cached(&sql)?.parameter_count(),
            Connection::Postgres(_) => return Err(StoreError::Database("no plan of PostgreSQL is read".to_owned())),
        };
        let rows = self.select(&sql, &vec![Value::Null; count])?;
        rows.into_iter()
            .map(|mut row| {
                let _: (i64, i64, i64) = (row.take()?, row.take()?, row.take()?);
                row.take()
            })
            .collect()
    }

    /// Runs one statement; returns the number of rows it touched. Parameters are `?1`, `?2` … on both databases.
    ///
    /// # Errors
    /// The database refuses.
    pub fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, StoreError> {
        self.note(sql);
        match &mut self.connection {
            Connection::Lite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                Ok(statement.execute(rusqlite::params_from_iter(parameters))? as u64)
            }
            Connection::Postgres(client) => Ok(client.run(&numbered(sql), parameters)?),
        }
    }

    /// Rows of a statement.
    ///
    /// # Errors
    /// The database refuses.
    pub fn select(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        self.each::<StoreError>(sql, parameters, |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Hands rows one by one to `take`, without collecting them (SQLite streams; PostgreSQL fetches first).
    ///
    /// # Errors
    /// The database refuses, or `take` does.
    pub fn each<E: From<StoreError>>(
        &mut self,
        sql: &str,
        parameters: &[Value],
        mut take: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        self.note(sql);
        match &mut self.connection {
            Connection::Lite(connection) => {
                let mut statement = connection.prepare_cached(sql).map_err(StoreError::from)?;
                let columns = statement.column_count();
                let mut rows = statement.query(rusqlite::params_from_iter(parameters)).map_err(StoreError::from)?;
                while let Some(row) = rows.next().map_err(StoreError::from)? {
                    let values = (0..columns).map(|n| lite_value(row, n)).collect::<Result<_, _>>()?;
                    take(Row::new(values))?;
                }
                Ok(())
            }
            Connection::Postgres(client) => {
                for row in client.fetch(&numbered(sql), parameters).map_err(StoreError::from)? {
                    let values = (0..row.len()).map(|n| postgres_value(&row, n)).collect::<Result<_, _>>()?;
                    take(Row::new(values))?;
                }
                Ok(())
            }
        }
    }

    /// One value of one row, if there is a row.
    ///
    /// # Errors
    /// The database refuses or the value has another type.
    pub fn value<T: Column>(&mut self, sql: &str, parameters: &[Value]) -> Result<Option<T>, StoreError> {
        self.select(sql, parameters)?.first_mut().map(Row::take).transpose()
    }

    /// A count or sum; no row and NULL are 0.
    ///
    /// # Errors
    /// The database refuses.
    pub fn integer(&mut self, sql: &str, parameters: &[Value]) -> Result<i64, StoreError> {
        Ok(self.value::<Option<i64>>(sql, parameters)?.flatten().unwrap_or(0))
    }

    /// Several statements without parameters: migrations only.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.connection {
            Connection::Lite(connection) => Ok(connection.execute_batch(sql)?),
            Connection::Postgres(client) => Ok(client.batch(&postgres_schema(sql))?),
        }
    }

    /// Whether this transaction runs on SQLite; for the few statements that cannot be shared.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.connection, Connection::Lite(_))
    }
}

/// `?1` of our statements is `$1` in PostgreSQL. No statement of ours has a question mark in a literal.
fn numbered(sql: &str) -> String {
    sql.replace('?', "$")
}

/// The schema is written once; PostgreSQL calls bytes BYTEA and must be told to sort text by code point.
fn postgres_schema(sql: &str) -> String {
    sql.replace(" BLOB", " BYTEA").replace(" TEXT", " TEXT COLLATE \"C\"")
}

fn lite_value(row: &rusqlite::Row<'_>, column: usize) -> Result<Value, StoreError> {
    use rusqlite::types::ValueRef;
    Ok(match row.get_ref(column)? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Real(_) => {
            return Err(StoreError::Unreadable {
                column: format!("no. {}", column + 1),
                reason: "a floating number".to_owned(),
            });
        }
    })
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn postgres_value(row: &postgres::Row, column: usize) -> Result<Value, StoreError> {
    use postgres::types::Type;
    let kind = row.columns()[column].type_().clone();
    let value = match kind {
        Type::INT8 => row.try_get::<_, Option<i64>>(column)?.map(Value::Int),
        Type::INT4 => row.try_get::<_, Option<i32>>(column)?.map(|n| Value::Int(i64::from(n))),
        Type::BOOL => row.try_get::<_, Option<bool>>(column)?.map(|b| Value::Int(i64::from(b))),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(column)?.map(Value::Bytes),
        Type::TEXT | Type::VARCHAR | Type::NAME | Type::BPCHAR => {
            row.try_get::<_, Option<String>>(column)?.map(Value::Text)
        }
        other => {
            let reason = format!("PostgreSQL type {other}; cast to BIGINT or TEXT");
            return Err(StoreError::Unreadable { column: row.columns()[column].name().to_owned(), reason });
        }
    };
    Ok(value.unwrap_or(Value::Null))
}

impl postgres::types::ToSql for Value {
    fn to_sql(
        &self,
        kind: &postgres::types::Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<postgres::types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
        use postgres::types::Type;
        match (self, kind) {
            (Self::Null, _) => Ok(postgres::types::IsNull::Yes),
            (Self::Int(number), &Type::INT4) => i32::try_from(*number)?.to_sql(kind, out),
            (Self::Int(number), &Type::BOOL) => (*number != 0).to_sql(kind, out),
            (Self::Int(number), _) => number.to_sql(kind, out),
            (Self::Text(text), _) => text.to_sql(kind, out),
            (Self::Bytes(bytes), _) => bytes.to_sql(kind, out),
        }
    }
    fn accepts(_: &postgres::types::Type) -> bool {
        true
    }
    postgres::types::to_sql_checked!();
}

/// Prepared statements are kept per transaction only: PostgreSQL clients come from a pool.
impl PostgresRun for postgres::Transaction<'_> {
    fn run(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, postgres::Error> {
        let parameters: Vec<&(dyn postgres::types::ToSql + Sync)> = parameters.iter().map(|value| value as _).collect();
        self.execute(sql, &parameters)
    }
    fn fetch(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<postgres::Row>, postgres::Error> {
        let parameters: Vec<&(dyn postgres::types::ToSql + Sync)> = parameters.iter().map(|value| value as _).collect();
        self.query(sql, &parameters)
    }
    fn batch(&mut self, sql: &str) -> Result<(), postgres::Error> {
        self.batch_execute(sql)
    }
}

/// Column names of every table, for the test that both databases have the same schema.
///
/// # Errors
/// The database refuses.
pub fn schema_of(tx: &mut Tx<'_>) -> Result<HashMap<String, Vec<String>>, StoreError> {
    let sql = if tx.is_sqlite() {
        "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
    } else {
        "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 2"
    };
    let mut schema: HashMap<String, Vec<String>> = HashMap::new();
    for mut row in tx.select(sql, &[])? {
        let table = row.take()?;
        schema.entry(table).or_default().push(row.take()?);
    }
    for columns in schema.values_mut() {
        columns.sort();
    }
    Ok(schema)
}

/// Every row of every table as text, sorted, cells parted by a unit separator: for the tests that look for secrets
/// where none may be. Bytes are shown as far as they are text.
///
/// # Errors
/// The database refuses.
pub fn contents_of(tx: &mut Tx<'_>) -> Result<std::collections::BTreeMap<String, Vec<String>>, StoreError> {
    let mut tables = std::collections::BTreeMap::new();
    for (table, columns) in schema_of(tx)? {
        let mut rows = Vec::new();
        for mut row in tx.select(&format!("SELECT {} FROM {table}", columns.join(", ")), &[])? {
            let mut cells = Vec::with_capacity(columns.len());
            for _ in &columns {
                cells.push(match row.take::<Value>()? {
                    Value::Null => String::new(),
                    Value::Int(number) => number.to_string(),
                    Value::Text(text) => text,
                    Value::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                });
            }
            rows.push(cells.join("\u{1f}"));
        }
        rows.sort();
        tables.insert(table, rows);
    }
    Ok(tables)
}
