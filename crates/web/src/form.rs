//! Forms as sent: fields in order, files, and a reader that turns them into typed values with a message for
//! every field that cannot be read. Checks the session's token; nothing is decided here.

use crate::{PageError, context::Visitor};
use axum::{
    RequestExt,
    extract::{FromRequest, Multipart, Request},
    http::header,
};
use hengjian_app::{App, AppError, AppResult, FieldError};
use hengjian_domain::{code::Code, ids::Id, time::Timestamp};
use jiff::civil::Date;
use subtle::ConstantTimeEq;

/// Largest body of a request, bytes: one attachment and its form.
pub const BODY_LIMIT: usize = 24 * 1024 * 1024;
/// Most fields of one form.
const FIELD_LIMIT: usize = 20_000;

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
}

impl FromRequest<App> for FormData {
    type Rejection = PageError;
    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let expected = request.extensions().get::<Visitor>().and_then(Visitor::csrf);
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let form = if kind.starts_with("multipart/form-data") {
            read_multipart(request, app).await?
        } else {
            let body: axum::body::Bytes = request.extract().await.map_err(|_| too_large())?;
            let fields =
                form_urlencoded::parse(&body).take(FIELD_LIMIT).map(|(k, v)| (k.into_owned(), line_ends(&v))).collect();
            Self { fields, files: Vec::new() }
        };
        // Without a session there is nothing a forged form could use; the login form is such a form.
        if let Some(expected) = expected
            && !bool::from(form.get("csrf").as_bytes().ct_eq(expected.as_bytes()))
        {
            return Err(PageError::Forged);
        }
        Ok(form)
    }
}

/// Browsers send CR LF for every line end; one is kept, and a return alone never stands in a row or on a paper.
fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn too_large() -> PageError {
    AppError::field("file", format!("提交的内容超过 {} MB", BODY_LIMIT / 1024 / 1024)).into()
}

async fn read_multipart(request: Request, app: &App) -> Result<FormData, PageError> {
    let mut parts = Multipart::from_request(request, app).await.map_err(|_| PageError::Forged)?;
    let mut form = FormData::default();
    while let Some(part) = parts.next_field().await.map_err(|_| too_large())? {
        let field = part.name().unwrap_or_default().to_owned();
        let name = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|_| too_large())?;
        match name {
            Some(name) if !name.is_empty() => form.files.push(Upload { field, name, bytes: bytes.to_vec() }),
            Some(_) => {}
            None => form.fields.push((field, line_ends(&String::from_utf8_lossy(&bytes)))),
        }
        if form.fields.len() > FIELD_LIMIT {
            return Err(too_large());
        }
    }
    Ok(form)
}

impl Visitor {
    fn csrf(&self) -> Option<String> {
        self.login().map(|login| login.csrf.clone())
    }
}

impl FormData {
    /// A form that shows what is kept: values of a row before anybody has typed.
    pub fn of(pairs: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Self { fields: pairs.into_iter().map(|(field, value)| (field.to_owned(), value)).collect(), files: Vec::new() }
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
        Reader { form: self, errors: Vec::new() }
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
        self.errors.push(FieldError::new(field, message));
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

    /// HTML forms end lines with CR LF; the papers' font has no sign for CR.
    #[test]
    fn one_kind_of_line_end() {
        assert_eq!(line_ends("一\r\n二\r三\n四"), "一\n二\n三\n四");
    }
}
