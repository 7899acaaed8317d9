//! Forms as sent: fields in order, files, and a reader that turns them into typed values with a message for
//! every field that cannot be read. Checks the session's token and holds every text to the bound of its field
//! ([`Bound::of`]), whether the handler reads it or not; nothing else is decided here.

use crate::{PageError, context::Visitor};
use axum::{
    RequestExt,
    extract::{FromRequest, Multipart, Request},
    http::header,
};
use hengjian_app::{App, AppError, AppResult, FieldError};
use hengjian_domain::{
    code::Code,
    ids::Id,
    text::{Bound, is_invisible, receive},
    time::Timestamp,
};
use jiff::civil::Date;
use subtle::ConstantTimeEq;

/// Largest body of a request, bytes: one attachment and its form.
pub const BODY_LIMIT: usize = 24 * 1024 * 1024;
/// Most fields of one form.
const FIELD_LIMIT: usize = 20_000;
/// Most characters of the name of a file.
const FILE_NAME_LIMIT: usize = 200;

/// A file of a form.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Field.
    pub field: String,
    /// Name as the browser gave it.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// A form as sent, token checked.
#[derive(Debug, Clone, Default)]
pub struct FormData {
    fields: Vec<(String, String)>,
    files: Vec<Upload>,
    /// Whether files were chosen, which this form does not have any more.
    had_files: bool,
    /// Texts that no row takes as they came.
    unbounded: Vec<FieldError>,
}

impl FromRequest<App> for FormData {
    type Rejection = PageError;
    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let visitor = request.extensions().get::<Visitor>().cloned();
        let (path, own_page) = (request.uri().path().to_owned(), sent_by_own_page(&request));
        let form = Self::unchecked(request, app).await?;
        // Without a session there is nothing a forged form could use; the login form is such a form.
        if let Some(expected) = visitor.as_ref().and_then(Visitor::csrf)
            && !bool::from(form.get("csrf").as_bytes().ct_eq(expected.as_bytes()))
        {
            // A page of ours from before the present login: nothing is done, nothing that was typed is lost.
            // Whose it was the old token says: a form of somebody else's is not shown.
            let user = visitor.as_ref().and_then(Visitor::login).map(|login| login.actor.user_id);
            let own = user.is_some_and(|user| app.form_token_is_of(form.get("csrf"), user));
            return Err(if own_page && own {
                PageError::OldForm(Box::new(Kept::new(path, form)), expected)
            } else {
                PageError::Forged
            });
        }
        if let Some(visitor) = visitor {
            visitor.note_unbounded(&form.unbounded);
        }
        crate::tried::sent(&path, &form);
        Ok(form)
    }
}

/// A form that was not acted upon and where it was sent.
#[derive(Debug)]
pub struct Kept {
    /// Path it was sent to.
    pub path: String,
    /// What was typed.
    pub form: FormData,
    /// Token it was sent with: says whose it is.
    pub token: String,
}

impl Kept {
    /// A form as it came.
    pub fn new(path: String, form: FormData) -> Self {
        let token = form.get("csrf").to_owned();
        Self { path, form, token }
    }
}

/// Whether the browser itself says that one of our own pages sent the form.
fn sent_by_own_page(request: &Request) -> bool {
    request.headers().get("sec-fetch-site").is_some_and(|site| site.as_bytes() == b"same-origin")
}

fn too_large() -> PageError {
    AppError::field("file", format!("提交的内容超过 {} MB", BODY_LIMIT / 1024 / 1024)).into()
}

async fn read_multipart(request: Request, app: &App) -> Result<FormData, PageError> {
    let mut parts = Multipart::from_request(request, app).await.map_err(|_| broken_off())?;
    let mut form = FormData::default();
    while let Some(part) = parts.next_field().await.map_err(|error| unreadable(&error))? {
        let field = part.name().unwrap_or_default().to_owned();
        let name = part.file_name().map(file_name);
        let bytes = part.bytes().await.map_err(|error| unreadable(&error))?;
        match name {
            Some(name) if !name.is_empty() => form.files.push(Upload { field, name, bytes: bytes.to_vec() }),
            Some(_) => {}
            None => form.take(field, &String::from_utf8_lossy(&bytes)),
        }
        if form.fields.len() > FIELD_LIMIT {
            return Err(too_large());
        }
    }
    Ok(form)
}

fn broken_off() -> PageError {
    AppError::field("file", "提交的内容不完整，请重新打开页面再提交").into()
}
fn unreadable(error: &axum::extract::multipart::MultipartError) -> PageError {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { broken_off() }
}

/// Name of a file as it is kept: without folders and signs that nobody sees; a longer one keeps its end.
fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: Vec<char> = last.chars().filter(|sign| !is_invisible(*sign) && *sign != '\n').collect();
    seen[seen.len().saturating_sub(FILE_NAME_LIMIT)..].iter().collect::<String>().trim().to_owned()
}

impl Visitor {
    fn csrf(&self) -> Option<String> {
        self.login().map(|login| login.csrf.clone())
    }
}

impl FormData {
    /// A form that shows what is kept: values of a row before anybody has typed.
    pub fn of(pairs: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let fields = pairs.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
        Self { fields, ..Self::default() }
    }
    /// A form as sent, whoever sent it. Only for pages that act on nothing.
    ///
    /// # Errors
    /// The body is too large or breaks off.
    pub(crate) async fn unchecked(request: Request, app: &App) -> Result<Self, PageError> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            return read_multipart(request, app).await;
        }
        let body: axum::body::Bytes = request.extract().await.map_err(|_| too_large())?;
        let mut form = Self::default();
        for (field, value) in form_urlencoded::parse(&body).take(FIELD_LIMIT) {
            form.take(field.into_owned(), &value);
        }
        Ok(form)
    }
    /// Takes a field, held to its bound.
    fn take(&mut self, field: String, value: &str) {
        let received = receive(Bound::of(&field), value);
        if let Some(problem) = received.problem {
            self.unbounded.push(FieldError::new(field.as_str(), problem));
        }
        self.fields.push((field, received.text));
    }
    /// Nothing, when every text keeps to its bound. Handlers that act through [`crate::Ctx::act`] or finish a
    /// [`Reader`] need not ask.
    ///
    /// # Errors
    /// A message for each field that does not.
    pub fn bounded(&self) -> AppResult<()> {
        if self.unbounded.is_empty() { Ok(()) } else { Err(AppError::Fields(self.unbounded.clone())) }
    }
    /// All fields as sent, in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(field, value)| (field.as_str(), value.as_str()))
    }
    /// Whether a file was chosen anywhere on the form.
    pub fn has_files(&self) -> bool {
        self.had_files || !self.files.is_empty()
    }
    /// A form kept over a login.
    pub fn kept<'f>(fields: impl Iterator<Item = (&'f str, &'f str)>, had_files: bool) -> Self {
        let fields = fields.map(|(field, value)| (field.to_owned(), value.to_owned())).collect();
        Self { fields, had_files, ..Self::default() }
    }
    /// Value of a field as typed, trimmed; empty when absent.
    pub fn get(&self, field: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == field).map_or("", |(_, value)| value.trim())
    }
    /// Whether a field was sent at all, empty or not.
    pub fn has(&self, field: &str) -> bool {
        self.fields.iter().any(|(key, _)| key == field)
    }
    /// All values of a field, in order, trimmed.
    pub fn all(&self, field: &str) -> Vec<&str> {
        self.fields.iter().filter(|(key, _)| key == field).map(|(_, value)| value.trim()).collect()
    }
    /// Whether a check box is ticked.
    pub fn ticked(&self, field: &str) -> bool {
        !self.get(field).is_empty()
    }
    /// The uploaded file of a field, if one was chosen.
    pub fn file(&self, field: &str) -> Option<&Upload> {
        self.files.iter().find(|file| file.field == field)
    }
    /// All uploaded files of a field.
    pub fn files(&self, field: &str) -> Vec<&Upload> {
        self.files.iter().filter(|file| file.field == field).collect()
    }
    /// Version of the row when the form was opened.
    pub fn version(&self) -> i64 {
        self.get("version").parse().unwrap_or(0)
    }
    /// Token that a form spends.
    pub fn once(&self) -> String {
        self.get("once").to_owned()
    }
    /// Reads typed values; collect first, then [`Reader::finish`].
    pub fn reader(&self) -> Reader<'_> {
        Reader { form: self, errors: self.unbounded.clone() }
    }
}

/// Reads fields and collects messages, so that a person sees all of them at once.
#[derive(Debug)]
pub struct Reader<'f> {
    form: &'f FormData,
    errors: Vec<FieldError>,
}

impl Reader<'_> {
    fn wrong(&mut self, field: &str, message: String) {
        // A text beyond its bound is said to be that, not to be no number or date.
        if !self.form.unbounded.iter().any(|error| error.field == field) {
            self.errors.push(FieldError::new(field, message));
        }
    }
    /// Text that must be there.
    pub fn required(&mut self, field: &str, label: &str) -> String {
        let value = self.form.get(field).to_owned();
        if value.is_empty() {
            self.wrong(field, format!("请填写{label}"));
        }
        value
    }
    /// Text that may be absent.
    pub fn optional(&mut self, field: &str) -> Option<String> {
        Some(self.form.get(field).to_owned()).filter(|value| !value.is_empty())
    }
    /// A whole number that must be there.
    pub fn integer(&mut self, field: &str, label: &str, range: std::ops::RangeInclusive<i64>) -> i64 {
        let value = self.form.get(field);
        match value.parse::<i64>() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                let shown = if value.is_empty() { "空的".to_owned() } else { format!("“{value}”") };
                self.wrong(field, format!("{label}应为 {} 至 {} 的整数，现在是{shown}", range.start(), range.end()));
                *range.start()
            }
        }
    }
    /// Money in yuan with at most two decimals, as fen.
    pub fn money(&mut self, field: &str, label: &str) -> i64 {
        let value = self.form.get(field).replace([',', '，', ' '], "");
        match hengjian_domain::money::parse_yuan(&value) {
            Ok(fen) if fen >= 0 => fen,
            _ => {
                self.wrong(field, format!("{label}应为金额（元，至多两位小数），现在是“{value}”"));
                0
            }
        }
    }
    /// A date that must be there.
    pub fn date(&mut self, field: &str, label: &str) -> Option<Date> {
        let date = self.optional_date(field, label);
        if date.is_none() && self.form.get(field).is_empty() {
            self.wrong(field, format!("请填写{label}"));
        }
        date
    }
    /// A date that may be absent.
    pub fn optional_date(&mut self, field: &str, label: &str) -> Option<Date> {
        let value = self.form.get(field);
        if value.is_empty() {
            return None;
        }
        let date = value.replace(['/', '.'], "-").parse::<Date>().ok();
        if date.is_none() {
            self.wrong(field, format!("{label}应为日期，例如 2021-09-30，现在是“{value}”"));
        }
        date
    }
    /// Date and time that must be there.
    pub fn instant(&mut self, field: &str, label: &str) -> Option<Timestamp> {
        let value = self.form.get(field);
        let at = Timestamp::parse(value);
        if at.is_none() {
            self.wrong(field, format!("{label}应为日期和时间，例如 2021-09-30T09:00，现在是“{value}”"));
        }
        at
    }
    /// One of a closed list, by its code.
    pub fn code<C: Code>(&mut self, field: &str, label: &str) -> Option<C> {
        let code = C::from_code(self.form.get(field));
        if code.is_none() {
            self.wrong(field, format!("请选择{label}"));
        }
        code
    }
    /// Id of a thing chosen from a list.
    pub fn id<K>(&mut self, field: &str, label: &str) -> Option<Id<K>> {
        let id = self.form.get(field).parse().ok();
        if id.is_none() {
            self.wrong(field, format!("请选择{label}"));
        }
        id
    }
    /// Id of a thing that need not be chosen; something that is no id at all is said, not dropped.
    pub fn optional_id<K>(&mut self, field: &str, label: &str) -> Option<Id<K>> {
        let value = self.form.get(field);
        if value.is_empty() {
            return None;
        }
        let id = value.parse().ok();
        if id.is_none() {
            self.wrong(field, format!("没有选到{label}，请重新选择"));
        }
        id
    }
    /// Adds a message of the handler's own.
    pub fn error(&mut self, field: &str, message: impl Into<String>) {
        self.wrong(field, message.into());
    }
    /// All messages, or nothing.
    ///
    /// # Errors
    /// The messages.
    pub fn finish(self) -> AppResult<()> {
        if self.errors.is_empty() { Ok(()) } else { Err(AppError::Fields(self.errors)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_name_and_no_folder() {
        assert_eq!(file_name("C:\\计划\\计划.xlsx"), "计划.xlsx");
        assert_eq!(file_name("../../计划\u{202E}xslx.exe"), "计划xslx.exe");
        let long = file_name(&format!("{}.xlsx", "长".repeat(300)));
        assert!(long.chars().count() == FILE_NAME_LIMIT && long.ends_with(".xlsx"));
    }

    /// Every field is held to its bound when it comes in; a reader says so in place of any other message.
    #[test]
    fn no_field_is_taken_without_a_bound() {
        let mut form = FormData::default();
        form.take("name".to_owned(), &"长".repeat(201));
        form.take("staff_count".to_owned(), &"9".repeat(501));
        form.take("reason".to_owned(), "一\r\n二");
        assert_eq!(form.get("reason"), "一\n二");
        let mut reader = form.reader();
        reader.integer("staff_count", "人数", 0..=9);
        let Err(AppError::Fields(errors)) = reader.finish() else { panic!("taken") };
        let told: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(told, ["最多 200 个字，现在是 201 个，要删去 1 个", "最多 500 个字，现在是 501 个，要删去 1 个"]);
        assert!(form.bounded().is_err());
    }

    /// A field of several lines must have a bound that lets lines through: the names in the source are read.
    #[test]
    fn fields_of_several_lines_may_have_several_lines() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut names = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("folder") {
                let path = entry.expect("entry").path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let source = std::fs::read_to_string(&path).expect("source");
                let found = source.split("area(\"").skip(1).filter_map(|rest| rest.split_once('"'));
                names.extend(found.map(|(name, _)| name.to_owned()));
            }
        }
        names.retain(|name| name.chars().all(|sign| sign.is_ascii_lowercase() || sign == '_'));
        assert!(names.len() > 60, "{names:?}");
        let cells = hengjian_domain::sampling::cells();
        names.extend(
            cells
                .filter(|cell| cell.kind == hengjian_domain::sampling::CellKind::Area)
                .map(|cell| cell.name.to_owned()),
        );
        let narrow: Vec<&String> = names.iter().filter(|name| !Bound::of(name).has_lines()).collect();
        assert!(narrow.is_empty(), "{narrow:?}");
    }
}
