//! Runs typst on an embedded template with embedded fonts: no package, no network, no clock, no file of the machine.
//! The same data give the same bytes: the only date is the one in the data.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{LazyLock, Mutex, PoisonError, mpsc},
};
use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// Noto Serif CJK SC, cut to GB 2312; made by `fonts/make.py`.
const FONT: &[u8] = include_bytes!("../fonts/NotoSerifCJKsc-GB2312.otf");
const COMMON: &str = include_str!("../templates/common.typ");

/// Why there is no paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentError {
    /// Characters that the embedded font does not have.
    MissingCharacters(String),
    /// A fault of ours: the template does not fit the data, or the standard is not met.
    Template(String),
}

impl std::fmt::Display for DocumentError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::MissingCharacters(characters) => write!(f, "字库里没有这些字：{characters}"),
            Self::Template(detail) => f.write_str(detail),
        }
    }
}
impl std::error::Error for DocumentError {}

/// A form's layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Template {
    /// Official letter with an annex (GB/T 9704).
    Letter,
    /// A notice to one addressee, with a slip.
    Notice,
    /// A form of labelled cells.
    Form,
    /// A test report with its cover.
    Report,
}

impl Template {
    const fn source(self) -> &'static str {
        match self {
            Self::Letter => include_str!("../templates/letter.typ"),
            Self::Notice => include_str!("../templates/notice.typ"),
            Self::Form => include_str!("../templates/form.typ"),
            Self::Report => include_str!("../templates/report.typ"),
        }
    }
}

/// A value as a template reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Data {
    Text(String),
    Number(i64),
    List(Vec<Data>),
    Map(Vec<(&'static str, Data)>),
}

impl From<&str> for Data {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<&String> for Data {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}
impl From<String> for Data {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<i64> for Data {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
impl<T: Into<Data>> FromIterator<T> for Data {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}
impl From<jiff::civil::Date> for Data {
    fn from(date: jiff::civil::Date) -> Self {
        Self::Map(vec![
            ("year", i64::from(date.year()).into()),
            ("month", i64::from(date.month()).into()),
            ("day", i64::from(date.day()).into()),
        ])
    }
}

impl Data {
    fn json(&self, out: &mut String) {
        match self {
            Self::Text(text) => quote(text, out),
            Self::Number(number) => out.push_str(&number.to_string()),
            Self::List(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    item.json(out);
                }
                out.push(']');
            }
            Self::Map(pairs) => {
                out.push('{');
                for (place, (key, value)) in pairs.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    quote(key, out);
                    out.push(':');
                    value.json(out);
                }
                out.push('}');
            }
        }
    }
    fn characters(&self, found: &mut Vec<char>) {
        match self {
            Self::Text(text) => found.extend(text.chars()),
            Self::Number(_) => {}
            Self::List(items) => items.iter().for_each(|item| item.characters(found)),
            Self::Map(pairs) => pairs.iter().for_each(|(_, value)| value.characters(found)),
        }
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if u32::from(c) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

struct Fonts {
    book: LazyHash<FontBook>,
    font: Option<Font>,
}
static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let font = Font::new(Bytes::new(FONT), 0);
    Fonts { book: LazyHash::new(FontBook::from_fonts(font.as_ref())), font }
});
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(<Library as LibraryExt>::default()));

/// Characters of the data that the font lacks, each once, in order. Line ends are layout, not characters.
fn missing_characters(data: &Data) -> String {
    let Some(font) = &FONTS.font else { return String::new() };
    let coverage = &font.info().coverage;
    let mut characters = Vec::new();
    data.characters(&mut characters);
    let mut missing = String::new();
    for c in characters {
        if c != '\n' && !coverage.contains(u32::from(c)) && !missing.contains(c) {
            missing.push(c);
        }
    }
    missing
}

/// The few files a template can see.
struct Paper {
    main: Source,
    common: Source,
    data: (FileId, Bytes),
    code: Option<(FileId, Bytes)>,
}

fn file_id(path: &str) -> Result<FileId, DocumentError> {
    let path = VirtualPath::new(path).map_err(|error| DocumentError::Template(format!("{error:?}")))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Paper {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }
    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }
    fn main(&self) -> FileId {
        self.main.id()
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        [&self.main, &self.common].into_iter().find(|source| source.id() == id).cloned().ok_or(FileError::AccessDenied)
    }
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let files = [Some(&self.data), self.code.as_ref()];
        let found = files.into_iter().flatten().find(|(file, _)| *file == id);
        found.map(|(_, bytes)| bytes.clone()).ok_or(FileError::AccessDenied)
    }
    fn font(&self, index: usize) -> Option<Font> {
        if index == 0 { FONTS.font.clone() } else { None }
    }
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Makes the paper: PDF/A-2b. `name` identifies it (its number or title); `code` is what its QR code says, empty for none.
pub(crate) fn render(template: Template, name: &str, code: &str, data: &Data) -> Result<Vec<u8>, DocumentError> {
    let missing = missing_characters(data);
    if !missing.is_empty() {
        return Err(DocumentError::MissingCharacters(missing));
    }
    let mut json = String::new();
    data.json(&mut json);
    let paper = Paper {
        main: Source::new(file_id("main.typ")?, template.source().to_owned()),
        common: Source::new(file_id("common.typ")?, COMMON.to_owned()),
        data: (file_id("data.json")?, Bytes::from_string(json)),
        code: if code.is_empty() { None } else { Some((file_id("code.svg")?, Bytes::from_string(qr_code(code)?))) },
    };
    press(paper, name)
}

/// A paper to be made and who waits for it.
type Order = (Paper, String, mpsc::SyncSender<Result<Vec<u8>, DocumentError>>);

/// The one thread that makes papers. On the threads of the web server every one of them would keep the memory of the
/// largest paper that it ever made; here one does.
static PRESS: LazyLock<Option<Mutex<mpsc::Sender<Order>>>> = LazyLock::new(|| {
    let (orders, waiting) = mpsc::channel::<Order>();
    let run = move || {
        for (paper, name, reply) in waiting {
            let made = catch_unwind(AssertUnwindSafe(|| compile(&paper, &name)));
            // Without this the memory of a server grows with every paper.
            comemo::evict(2);
            let made = made.unwrap_or_else(|_| Err(DocumentError::Template("the typesetter panicked".to_owned())));
            // Whoever asked may have gone away.
            let _ = reply.send(made);
        }
    };
    std::thread::Builder::new().name("papers".to_owned()).spawn(run).ok().map(|_| Mutex::new(orders))
});

fn press(paper: Paper, name: &str) -> Result<Vec<u8>, DocumentError> {
    let gone = || DocumentError::Template("the thread of the papers has ended".to_owned());
    let Some(orders) = &*PRESS else { return compile(&paper, name) };
    let (reply, made) = mpsc::sync_channel(1);
    let sent = orders.lock().unwrap_or_else(PoisonError::into_inner).send((paper, name.to_owned(), reply));
    sent.map_err(|_| gone())?;
    made.recv().map_err(|_| gone())?
}

fn compile(paper: &Paper, name: &str) -> Result<Vec<u8>, DocumentError> {
    let document = typst::compile::<PagedDocument>(paper).output.map_err(|errors| diagnosed(&errors))?;
    let standards = PdfStandards::new(&[PdfStandard::A_2b])
        .map_err(|error| DocumentError::Template(error.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(name.to_owned()),
        creator: Smart::Custom(Some("Hengjian".to_owned())),
        timestamp: None,
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| diagnosed(&errors))
}

fn diagnosed<'e>(errors: impl IntoIterator<Item = &'e SourceDiagnostic>) -> DocumentError {
    let words: Vec<String> = errors.into_iter().map(|error| error.message.to_string()).collect();
    DocumentError::Template(words.join("; "))
}

fn qr_code(text: &str) -> Result<String, DocumentError> {
    let code = qrcode::QrCode::new(text.as_bytes()).map_err(|error| DocumentError::Template(error.to_string()))?;
    Ok(code.render::<qrcode::render::svg::Color<'_>>().quiet_zone(false).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_are_quoted() {
        let mut out = String::new();
        Data::Map(vec![("a", Data::from("x\"\\\n")), ("b", [1_i64, 2].into_iter().collect())]).json(&mut out);
        assert_eq!(out, r#"{"a":"x\"\\\u000a","b":[1,2]}"#);
    }

    /// A character outside the font is named, never printed as an empty box.
    #[test]
    fn characters_outside_the_font_are_named() {
        let data = Data::Map(vec![("a", ["〔2021〕25 号\n—“甲”㎡", "㙟𠮷㙟"].into_iter().collect())]);
        assert_eq!(missing_characters(&data), "㙟𠮷");
    }
}
