//! Support for journey tests: the built binary, started and ended, and a small HTTP client that behaves as a browser
//! does (cookies, forms with the page's token). Knows nothing of the program's inside and decides nothing.

pub mod client;
pub mod office;
pub mod page;

pub use client::{Answer, Client};
pub use office::Person;

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

/// The binary, built beside the tests.
///
/// # Panics
/// When it has not been built.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("path of the test");
    let folder = test.parent().and_then(Path::parent).expect("target/release/deps/…");
    let binary = folder.join("hengjian");
    assert!(
        binary.is_file(),
        "{} has not been built; run `cargo build --release` (the journeys use the program as it is shipped)",
        binary.display()
    );
    binary
}

/// A command of the binary that has ended.
#[derive(Debug)]
pub struct Ran {
    /// Exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs a command of the binary to its end.
///
/// # Panics
/// When it cannot be started.
pub fn run(arguments: &[&str]) -> Ran {
    let output = Command::new(binary()).args(arguments).stdin(Stdio::null()).output().expect("the binary starts");
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// An account as `demo` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// Login name.
    pub login: String,
    /// Password.
    pub password: String,
    /// Roles, in Chinese.
    pub roles: Vec<String>,
}

/// A running service. Killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Kept open so that the program can go on printing.
    output: BufReader<ChildStdout>,
    /// `127.0.0.1:port`.
    pub address: String,
    /// Accounts it printed.
    pub accounts: Vec<Printed>,
    /// One-time code it printed.
    pub code: Option<String>,
}

impl Server {
    /// `hengjian demo` on a folder.
    pub fn demo(data: &Path) -> Self {
        let mut command = Command::new(binary());
        command.args(["demo", "--port", "0", "--data"]).arg(data);
        Self::start(command, "地址 ")
    }

    /// `hengjian serve` on a folder where somebody can log in already.
    pub fn serve(data: &Path) -> Self {
        let mut command = Command::new(binary());
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        Self::start(command, "地址 ")
    }

    /// `hengjian serve` on a new folder: waits for the one-time code too.
    pub fn first_start(data: &Path) -> Self {
        let mut command = Command::new(binary());
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        Self::start(command, "首次启动")
    }

    /// Starts a command and reads what it prints up to a line that begins with `last`.
    ///
    /// # Panics
    /// When it ends before it prints that line.
    pub fn start(mut command: Command, last: &str) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the binary starts");
        let mut output = BufReader::new(child.stdout.take().expect("output"));
        let (mut address, mut accounts, mut code) = (String::new(), Vec::new(), None);
        loop {
            let mut line = String::new();
            if output.read_line(&mut line).expect("output") == 0 {
                panic!("the program ended before it printed “{last}”: {:?}", child.wait());
            }
            let line = line.trim();
            if let Some(found) = line.strip_prefix("地址 http://") {
                address = found.to_owned();
            } else if let Some(rest) = line.strip_prefix("账号 ") {
                accounts.extend(printed(rest));
            } else if let Some((_, found)) = line.split_once("一次性代码 ") {
                code = Some(found.to_owned());
            }
            if line.starts_with(last) {
                break;
            }
        }
        Self { child, output, address, accounts, code }
    }

    /// Process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: no time for a last word.
    ///
    /// # Panics
    /// When it cannot be waited for.
    pub fn kill(&mut self) -> ExitStatus {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.child.kill();
        self.child.wait().expect("end of the program")
    }

    /// Ends it and returns what it printed after the lines read at its start.
    ///
    /// # Panics
    /// When its output cannot be read.
    pub fn end(mut self) -> String {
        self.kill();
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).expect("output");
        rest
    }

    /// A client without a session.
    pub fn client(&self) -> Client {
        Client::new(&self.address)
    }

    /// A client logged in as a printed account.
    ///
    /// # Panics
    /// When the account does not exist or is refused.
    pub fn client_of(&self, login: &str) -> Client {
        let account = self.accounts.iter().find(|account| account.login == login);
        let account = account.unwrap_or_else(|| panic!("no account {login}"));
        let mut client = self.client();
        let answer = client.log_in(&account.login, &account.password);
        assert_eq!((answer.status, answer.location()), (303, Some("/desk")), "login of {login}: {}", answer.text());
        client
    }

    /// First printed account of each role, by the role's Chinese title.
    pub fn account_by_role(&self) -> BTreeMap<String, Printed> {
        let mut found = BTreeMap::new();
        for account in &self.accounts {
            for role in &account.roles {
                found.entry(role.clone()).or_insert_with(|| account.clone());
            }
        }
        found
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// `login 口令 password role、role, name`
fn printed(line: &str) -> Option<Printed> {
    let (login, rest) = line.split_once(" 口令 ")?;
    let (password, rest) = rest.split_once(' ')?;
    let (roles, _name) = rest.split_once(", ")?;
    let roles = roles.split('、').map(str::to_owned).collect();
    Some(Printed { login: login.to_owned(), password: password.to_owned(), roles })
}

/// Copies a data folder: everything in it, so that a test can break the copy.
///
/// # Panics
/// When a file cannot be copied.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("folder");
    for entry in std::fs::read_dir(from).expect("folder") {
        let entry = entry.expect("entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copy");
        }
    }
}

/// Numbers that look random and come again with the same seed (SplitMix64).
#[derive(Debug, Clone)]
pub struct Dice(pub u64);

impl Dice {
    /// The next number.
    pub fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.throw() % end
    }
    /// A UUID.
    pub fn uuid(&mut self) -> String {
        let (a, b) = (self.throw(), self.throw());
        format!(
            "{:08x}-{:04x}-7{:03x}-8{:03x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xFFFF,
            a & 0xFFF,
            (b >> 52) & 0xFFF,
            b & 0xFFFF_FFFF_FFFF
        )
    }
}
