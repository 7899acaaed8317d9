//! The office of the journey: a data folder that is new, the program on it, everybody at a screen. Starts and stops the
//! program, runs its commands, makes the county. Checks nothing of the business.

use hengjian_journeys::{Person, Server, binary, run};
use jiff::{ToSpan, civil::Date};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

/// Name of the authority.
pub const COUNTY: &str = "乳源瑶族自治县市场监督管理局";
/// The two laboratories. 虚构.
pub const LABORATORIES: [&str; 2] = ["岭南质量检测所（虚构）", "粤北产品检验中心（虚构）"];
const PASSWORD: &str = "Zhenshi-2021-shuru";

/// Login, invented name, words of the unit, role.
const PEOPLE: &[(&str, &str, &str, &str)] = &[
    ("system", "管云起", COUNTY, "SYSTEM_ADMINISTRATOR"),
    ("plan", "凌知远", "质量发展股", "PLAN_EDITOR"),
    ("leader", "云怀谷", COUNTY, "PLAN_APPROVER"),
    ("draw", "闻溪亭", "质量发展股", "DRAW_OPERATOR"),
    ("witness", "石映泉", COUNTY, "DRAW_WITNESS"),
    ("dispatch", "蓝疏桐", "质量发展股", "DISPATCHER"),
    ("sampler1", "岳听松", "质量发展股", "SAMPLER"),
    ("sampler2", "江晚舟", "质量发展股", "SAMPLER"),
    ("receive", "温砚秋", "岭南质量检测所", "LAB_RECEIVER"),
    ("test", "严竹影", "岭南质量检测所", "TESTER"),
    ("review", "柏青岚", "岭南质量检测所", "LAB_REVIEWER"),
    ("sign", "顾长汀", "岭南质量检测所", "LAB_SIGNER"),
    ("receive2", "尹素笺", "粤北产品检验中心", "LAB_RECEIVER"),
    ("test2", "叶怀瑾", "粤北产品检验中心", "TESTER"),
    ("review2", "聂望舒", "粤北产品检验中心", "LAB_REVIEWER"),
    ("sign2", "俞在野", "粤北产品检验中心", "LAB_SIGNER"),
    ("result", "冯见微", "质量发展股", "RESULT_MANAGER"),
    ("station", "盘溪禾", "乳城市场监管所", "STATION_OFFICER"),
    ("enforce", "赵归棠", "执法二股", "ENFORCEMENT_OFFICER"),
    ("publish", "许南枝", "办公室", "PUBLISHER"),
    ("secrecy", "沈不言", "办公室", "SECRECY_REVIEWER"),
];

/// Name, short name, kind, towns by their statistical codes.
const UNITS: &[(&str, &str, &str, &str)] = &[
    ("质量发展股", "质量发展股", "股室", ""),
    ("执法二股", "执法二股", "股室", ""),
    ("办公室", "办公室", "股室", ""),
    ("乳城市场监管所", "乳城所", "市场监管所", "440232100\n440232111\n440232112"),
    ("桂头市场监管所", "桂头所", "市场监管所", "440232104\n440232103\n440232113"),
    ("大桥市场监管所", "大桥所", "市场监管所", "440232106\n440232108\n440232109"),
    (LABORATORIES[0], "检测所", "检验机构", ""),
    (LABORATORIES[1], "检验中心", "检验机构", ""),
];

/// The office.
pub struct Office {
    folder: tempfile::TempDir,
    server: Server,
    people: BTreeMap<String, Person>,
}

impl Office {
    /// First start on a new folder: the printed code makes the security administrator, who makes the system administrator.
    pub fn found() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let server = Server::first_start(&folder.path().join("data"));
        let code = server.code.clone().expect("a code");
        let mut visitor = Person::visitor(&server.address);
        visitor
            .open("/setup")
            .form("/setup")
            .fill_all(&[("code", &code), ("organisation", COUNTY), ("region_code", "440232")])
            .fill_all(&[("login", "security"), ("name", "安守静"), ("password", PASSWORD)])
            .send();
        assert_eq!(visitor.path(), "/login");
        let security = Person::logged_in(&server.address, "security", PASSWORD);
        let mut office = Self { folder, server, people: BTreeMap::from([("security".to_owned(), security)]) };
        office.employ("system");
        office
    }

    /// The units of the authority; the divisions must be there.
    pub fn set_up_units(&mut self) {
        let system = self.person("system");
        for (name, short_name, kind, towns) in UNITS {
            system
                .open("/desk/admin/organisations/new")
                .form("/organisations/new")
                .choose("parent_id", COUNTY)
                .choose("kind", kind)
                .fill_all(&[("name", name), ("short_name", short_name), ("towns", towns)])
                .send();
        }
    }

    /// Everybody else gets an account.
    pub fn set_up_people(&mut self) {
        for (login, ..) in &PEOPLE[1..] {
            self.employ(login);
        }
    }

    /// The security administrator makes the account and hands over the one-time password; the person changes it.
    fn employ(&mut self, login: &str) {
        let (_, name, unit, role) = PEOPLE.iter().find(|person| person.0 == login).expect("a person of the list");
        let security = self.person("security");
        let page = security.open("/desk/admin/users/new").form("/users/new");
        let filled = page.fill("login", login).fill("name", name).choose("unit_id", unit).tick("role", role);
        filled.send_for_page();
        let words = security.words();
        let (_, after) = words.rsplit_once("一次性口令 ").expect("the password is shown");
        let one_time = after.split(' ').next().expect("a word").to_owned();
        let mut person = Person::logged_in(&self.server.address, login, &one_time);
        assert_eq!(person.path(), "/desk/account", "first of all the password is changed");
        person.form("/account/password").fill("current", &one_time).fill("password", PASSWORD).send();
        self.people.insert(login.to_owned(), Person::logged_in(&self.server.address, login, PASSWORD));
    }

    /// Somebody at the screen.
    #[track_caller]
    pub fn person(&mut self, login: &str) -> &mut Person {
        self.people.get_mut(login).unwrap_or_else(|| panic!("nobody is called {login}"))
    }

    /// Name of somebody.
    pub fn name_of(login: &str) -> &'static str {
        PEOPLE.iter().find(|person| person.0 == login).expect("a person of the list").1
    }

    /// Somebody without an account.
    pub fn visitor(&self) -> Person {
        Person::visitor(&self.server.address)
    }

    /// Today in the program, as its forms propose it.
    pub fn today(&mut self) -> Date {
        let proposed =
            self.person("result").open("/desk/objections/new").form("/objections/new").standing("received_on");
        proposed.parse().expect("a date")
    }

    /// A day before or after today, as dates are typed.
    pub fn day(&mut self, days: i32) -> String {
        (self.today() + days.days()).to_string()
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A table of the journey's own.
    pub fn table(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("table");
        path
    }

    /// `hengjian import` while the service runs: rows, imported, updated, unchanged, flagged, rejected.
    #[track_caller]
    pub fn import(&self, kind: &str, file: &Path, more: &[&str]) -> [i64; 6] {
        import_into(&self.data(), kind, file, more)
    }

    /// The same of a file in a data folder of somebody else.
    #[track_caller]
    pub fn read_elsewhere(&self, kind: &str, name: &str, bytes: &[u8]) -> [i64; 6] {
        let file = self.folder.path().join(name);
        std::fs::write(&file, bytes).expect("file");
        import_into(&self.folder.path().join("elsewhere").join(name), kind, &file, &[])
    }

    /// Days have to pass. The service is stopped and the same folder goes on under the program's own movable clock, which
    /// stands at the present instant; nothing else of the program differs.
    pub fn let_days_pass(&mut self) {
        self.server.kill();
        let now = self.folder.path().join("now");
        std::fs::write(&now, "").expect("file");
        let written = std::fs::metadata(&now).and_then(|file| file.modified()).expect("the present instant");
        let instant = written.duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_micros();
        // No act of the program does this; only whoever writes into the database itself.
        let database = rusqlite::Connection::open(self.data().join("hengjian.sqlite")).expect("database");
        let mark = "INSERT INTO demonstration (id, begun_at_us, stands_at_us) VALUES (1, ?1, ?1)";
        database.execute(mark, [i64::try_from(instant).expect("microseconds")]).expect("mark");
        drop(database);
        let mut command = Command::new(binary());
        command.args(["demo", "--port", "0", "--data"]).arg(self.data());
        self.server = Server::start(command, "地址 ");
        for person in self.people.values_mut() {
            person.move_to(&self.server.address);
        }
    }

    /// Moves the clock forward.
    pub fn pass(&mut self, days: u8) {
        for _ in 0..days / 7 {
            self.person("result").open("/desk").form_with("/demonstration/clock", "一周后").send();
        }
        for _ in 0..days % 7 {
            self.person("result").open("/desk").form_with("/demonstration/clock", "一天后").send();
        }
    }

    /// Ends the service and lets the program check its own journal.
    pub fn journal_is_consistent(mut self) {
        self.server.kill();
        let data = self.data().display().to_string();
        let ran = run(&["journal", "verify", "--data", &data]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    }
}

#[track_caller]
fn import_into(data: &Path, kind: &str, file: &Path, more: &[&str]) -> [i64; 6] {
    let (file, data) = (file.display().to_string(), data.display().to_string());
    let ran = run(&[&["import", kind, &file, "--data", &data, "--json"], more].concat());
    assert_eq!(ran.code, 0, "{kind} {file}: {}", ran.err);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let figures = ["rows", "imported", "updated", "unchanged", "flagged", "rejected"];
    figures.map(|key| report[key].as_i64().expect("a number"))
}
