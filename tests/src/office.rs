//! People of an office before their screens: each opens pages, follows links, fills in what a form shows and presses its
//! button. A field, a choice or a button that is not on the page cannot be used, so a way that only exists in an address is
//! found out.

use crate::{
    client::{Answer, Client, FORM, encode},
    page::{self, Form, Kind},
};

/// Parts the pieces of a form with files; nothing we send contains it.
const BOUNDARY: &str = "----hengjian-journey-7d1f0c52";

/// Somebody at a screen.
#[derive(Debug)]
pub struct Person {
    client: Client,
    /// Who it is, for messages.
    pub who: String,
    path: String,
    page: Answer,
}

impl Person {
    /// A visitor without a session.
    pub fn visitor(address: &str) -> Self {
        Self {
            client: Client::new(address),
            who: "visitor".to_owned(),
            path: String::new(),
            page: Answer { status: 0, headers: Vec::new(), body: Vec::new() },
        }
    }

    /// Somebody who has logged in.
    ///
    /// # Panics
    /// The login is refused.
    pub fn logged_in(address: &str, login: &str, password: &str) -> Self {
        let mut person = Self::visitor(address);
        login.clone_into(&mut person.who);
        person.open("/login").form("/login").fill("login", login).fill("password", password).send();
        person
    }

    /// Goes on at another address of the same service.
    pub fn move_to(&mut self, address: &str) {
        self.client.move_to(address);
    }

    /// Opens a page.
    ///
    /// # Panics
    /// It does not open.
    pub fn open(&mut self, path: &str) -> &mut Self {
        let answer = self.client.get(path);
        self.take(answer, path);
        assert_eq!(self.page.status, 200, "{} opens {path}: {}", self.who, self.words());
        self
    }

    /// Downloads a file.
    ///
    /// # Panics
    /// There is none.
    pub fn download(&mut self, path: &str) -> Vec<u8> {
        let answer = self.client.get(path);
        assert_eq!(answer.status, 200, "{} downloads {path}", self.who);
        answer.body
    }

    /// Where the person is.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is read on the page.
    pub fn words(&self) -> String {
        page::words(&self.page.text())
    }

    /// Demands words on the page.
    ///
    /// # Panics
    /// They are not there.
    #[track_caller]
    pub fn reads(&mut self, words: &str) -> &mut Self {
        let text = self.words();
        assert!(text.contains(words), "{} does not read “{words}” on {}: {text}", self.who, self.path);
        self
    }

    /// Addresses of the links whose words contain these.
    pub fn links(&self, words: &str) -> Vec<String> {
        let all = page::links(&self.page.text()).into_iter();
        all.filter(|(_, said)| said.contains(words)).map(|(address, _)| address).collect()
    }

    /// Links whose addresses begin so: address and words, each address once.
    pub fn links_to(&self, beginning: &str) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = Vec::new();
        for (address, words) in page::links(&self.page.text()) {
            if address.starts_with(beginning) && !found.iter().any(|(known, _)| *known == address) {
                found.push((address, words));
            }
        }
        found
    }

    /// Addresses of the things that the page links of one kind, for example `/desk/cases/`.
    pub fn things(&self, kind: &str) -> Vec<String> {
        let is_id = |address: &String| address[kind.len()..].len() == 36 && !address[kind.len()..].contains(['/', '?']);
        self.links_to(kind).into_iter().map(|(address, _)| address).filter(is_id).collect()
    }

    /// Follows the first link whose words contain these.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn follow(&mut self, words: &str) -> &mut Self {
        let Some(address) = self.links(words).into_iter().next() else {
            panic!("{} finds no link “{words}” on {}: {}", self.who, self.path, self.words())
        };
        self.open(&address)
    }

    /// Whether a form whose address ends so is on the page.
    pub fn has_form(&self, ending: &str) -> bool {
        page::forms(&self.page.text()).iter().any(|form| form.action.ends_with(ending))
    }

    /// The form whose address ends so.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn form(&mut self, ending: &str) -> Filling<'_> {
        self.form_with(ending, "")
    }

    /// The form that goes to the page's own address.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn form_here(&mut self) -> Filling<'_> {
        let path = self.path.clone();
        self.form(&path)
    }

    /// The same as [`Person::form`], with these words on one of its buttons.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn form_with(&mut self, ending: &str, words: &str) -> Filling<'_> {
        let says = |form: &Form| form.buttons.iter().any(|(_, _, said)| said.contains(words));
        let found = page::forms(&self.page.text()).into_iter().find(|form| form.action.ends_with(ending) && says(form));
        let Some(form) = found else {
            panic!("{} finds no form “{ending}” {words} on {}: {}", self.who, self.path, self.words())
        };
        Filling { person: self, form, files: Vec::new() }
    }

    fn take(&mut self, answer: Answer, path: &str) {
        self.page = answer;
        path.clone_into(&mut self.path);
        while self.page.status == 303 {
            self.path = self.page.location().unwrap_or_default().to_owned();
            self.page = self.client.get(&self.path);
        }
        assert!(self.page.status < 500, "{} is led to {}: {}", self.who, self.path, self.words());
    }
}

/// A form that is being filled in.
#[derive(Debug)]
#[must_use = "a form that is not sent does nothing"]
pub struct Filling<'p> {
    person: &'p mut Person,
    form: Form,
    files: Vec<(String, String, Vec<u8>)>,
}

impl Filling<'_> {
    #[track_caller]
    fn field(&mut self, name: &str) -> &mut page::Field {
        let names: Vec<String> = self.form.fields.iter().map(|field| field.name.clone()).collect();
        let found = self.form.fields.iter_mut().find(|field| field.name == name);
        found.unwrap_or_else(|| panic!("no field “{name}” in {}, only {names:?}", self.form.action))
    }

    /// What stands in a field.
    ///
    /// # Panics
    /// There is no such field.
    #[track_caller]
    pub fn standing(&mut self, name: &str) -> String {
        self.field(name).value.clone()
    }

    /// Values of the fields of a name: what a group of boxes offers.
    pub fn values(&self, name: &str) -> Vec<String> {
        self.form.fields.iter().filter(|field| field.name == name).map(|field| field.value.clone()).collect()
    }

    /// Names of the fields that begin so.
    pub fn names(&self, beginning: &str) -> Vec<String> {
        let names = self.form.fields.iter().map(|field| field.name.clone());
        names.filter(|name| name.starts_with(beginning)).collect()
    }

    /// Types into a field.
    ///
    /// # Panics
    /// There is no such field.
    #[track_caller]
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        let field = self.field(name);
        assert_eq!(field.kind, Kind::Typed, "“{name}” is not typed");
        value.clone_into(&mut field.value);
        self
    }

    /// Types into several fields.
    ///
    /// # Panics
    /// There is no such field.
    #[track_caller]
    pub fn fill_all(mut self, values: &[(&str, &str)]) -> Self {
        for (name, value) in values {
            self = self.fill(name, value);
        }
        self
    }

    /// Chooses of a list what contains these words.
    ///
    /// # Panics
    /// The list does not offer it.
    #[track_caller]
    pub fn choose(mut self, name: &str, words: &str) -> Self {
        let field = self.field(name);
        let Kind::List(options) = &field.kind else { panic!("“{name}” is no list") };
        let offered = options.iter().find(|(_, said)| said.contains(words));
        field.value = offered.unwrap_or_else(|| panic!("“{name}” does not offer “{words}”: {options:?}")).0.clone();
        self
    }

    /// Ticks a box, or one of the boxes of a name by its value.
    ///
    /// # Panics
    /// There is no such box.
    #[track_caller]
    pub fn tick(mut self, name: &str, value: &str) -> Self {
        let found = self.form.fields.iter_mut().find(|field| field.name == name && field.value == value);
        let field = found.unwrap_or_else(|| panic!("no box “{name}” = “{value}” in {}", self.form.action));
        field.kind = Kind::Ticked(true);
        self
    }

    /// Chooses a file.
    ///
    /// # Panics
    /// There is no such field, or the form takes no files.
    #[track_caller]
    pub fn attach(mut self, name: &str, file: &str, bytes: &[u8]) -> Self {
        assert!(self.form.multipart && self.field(name).kind == Kind::File, "“{name}” takes no file");
        self.files.push((name.to_owned(), file.to_owned(), bytes.to_vec()));
        self
    }

    /// Presses the button whose words contain these; the office takes it and shows the next page.
    ///
    /// # Panics
    /// There is no such button, or it is refused.
    #[track_caller]
    pub fn press(self, words: &str) {
        self.submit(Some(words), &[303]);
    }

    /// Presses the first button.
    ///
    /// # Panics
    /// It is refused.
    #[track_caller]
    pub fn send(self) {
        self.submit(None, &[303]);
    }

    /// Presses the first button of a form whose answer is itself the page.
    ///
    /// # Panics
    /// It is refused.
    #[track_caller]
    pub fn send_for_page(self) {
        self.submit(None, &[200]);
    }

    /// Presses the first button and is refused; what is said stands on the page.
    ///
    /// # Panics
    /// It is taken.
    #[track_caller]
    pub fn refused(self) {
        self.submit(None, &[409, 422]);
    }

    #[track_caller]
    fn submit(self, words: Option<&str>, expected: &[u16]) {
        let Self { person, form, files } = self;
        let button = form.buttons.iter().find(|(_, _, said)| words.is_none_or(|words| said.contains(words)));
        assert!(button.is_some(), "no button {words:?} in {}: {:?}", form.action, form.buttons);
        let sent = form.sent(button);
        let (media_type, body) = if form.multipart {
            (format!("multipart/form-data; boundary={BOUNDARY}"), multipart(&form, &sent, &files))
        } else {
            let fields: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            (FORM.to_owned(), encode(&fields).into_bytes())
        };
        let answer = person.client.post_body(&form.action, &media_type, body);
        if !expected.contains(&answer.status) {
            let said = page::words(&answer.text());
            panic!("{} is answered {} by {} to {sent:?}: {said}", person.who, answer.status, form.action);
        }
        person.take(answer, &form.action);
    }
}

fn multipart(form: &Form, sent: &[(String, String)], files: &[(String, String, Vec<u8>)]) -> Vec<u8> {
    let mut body = Vec::new();
    let mut part = |head: String, content: &[u8]| {
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").into_bytes());
        body.extend(content);
        body.extend(b"\r\n");
    };
    for (name, value) in sent {
        part(format!("name=\"{name}\""), value.as_bytes());
    }
    let unused = form.fields.iter().filter(|field| field.kind == Kind::File);
    for field in unused.filter(|field| !files.iter().any(|(name, ..)| *name == field.name)) {
        part(format!("name=\"{}\"; filename=\"\"", field.name), b"");
    }
    for (name, file, content) in files {
        part(format!("name=\"{name}\"; filename=\"{file}\""), content);
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    body
}
