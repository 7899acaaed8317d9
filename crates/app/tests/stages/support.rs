//! A county of the demonstration on a fresh database, with a clock that stands where a test puts it.
//! SQLite always; PostgreSQL too where `HENGJIAN_TEST_POSTGRES` names a server (each test its own database).

use hengjian_app::{
    App, Edge as _, SeededEdge,
    demo::{County, found_county},
};
use hengjian_domain::{actor::Actor, time::Timestamp};
use hengjian_store::{Store, migrate::migrate};
use jiff::civil::Date;
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// One county.
pub struct Bureau {
    pub app: App,
    pub county: County,
    edge: Arc<SeededEdge>,
    folder: tempfile::TempDir,
}

impl Bureau {
    fn on(store: Store, folder: tempfile::TempDir) -> Self {
        migrate(&store).expect("migrations");
        let edge = Arc::new(SeededEdge::new(Timestamp::at("2021-09-24".parse().expect("date"), 9, 0), 7));
        let app = App::new(store, edge.clone(), folder.path(), true).expect("program");
        let county = found_county(&app).expect("county");
        Self { app, county, edge, folder }
    }
    /// A person of the demonstration by login name.
    pub fn actor(&self, login: &str) -> Actor {
        self.app.actor_named(login).expect("account")
    }
    /// Moves the clock to nine o'clock of a day.
    pub fn on_day(&self, day: &str) {
        self.edge.set(Timestamp::at(day.parse::<Date>().expect("date"), 9, 0));
    }
    /// Moves the clock to a time of a day, `2021-09-28T08:00`.
    pub fn at(&self, time: &str) {
        self.edge.set(Timestamp::parse(time).expect("time"));
    }
    /// The database's file and its write-ahead log as they lie on the disk; `None` on PostgreSQL.
    pub fn files(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let file = self.folder.path().join("test.sqlite");
        let log = std::fs::read(file.with_extension("sqlite-wal")).unwrap_or_default();
        file.exists().then(|| (std::fs::read(&file).expect("database file"), log))
    }
    /// The present business date.
    pub fn today(&self) -> Date {
        self.edge.now().date()
    }
}

/// Runs a story on every database there is.
pub fn on_each_database(story: impl Fn(&Bureau)) {
    crate::indexes::watch();
    let folder = tempfile::tempdir().expect("folder");
    let store = Store::open_sqlite(&folder.path().join("test.sqlite")).expect("SQLite");
    let bureau = Bureau::on(store, folder);
    story(&bureau);
    crate::indexes::check(bureau.app.store());
    if let Ok(server) = std::env::var("HENGJIAN_TEST_POSTGRES") {
        let folder = tempfile::tempdir().expect("folder");
        let store = fresh_postgres(&server, folder.path());
        story(&Bureau::on(store, folder));
    } else {
        assert!(std::env::var("CI").is_err(), "HENGJIAN_TEST_POSTGRES must name a server in CI");
    }
}

/// A database of its own; the name carries that of the folder, because process numbers come again on a server that stays.
fn fresh_postgres(server: &str, folder: &Path) -> Store {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let random: String = folder.to_string_lossy().chars().rev().take(6).filter(char::is_ascii_alphanumeric).collect();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("stages_{}_{count}_{}", std::process::id(), random.to_ascii_lowercase());
    Store::create_postgres(server, &name).expect("PostgreSQL database")
}
