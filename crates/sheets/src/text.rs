//! CSV and its relatives: UTF-8 with or without mark, UTF-16 with mark, GB18030; comma, semicolon or tab. Streams.

use crate::{Row, SheetError};
use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

/// How much text is looked at to find the separator.
const SAMPLE: usize = 64 * 1024;
/// Cells of a row beyond this are not read: no table of ours is that wide.
const WIDEST: usize = 1024;

/// What a text file is written in, found by reading it once.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    encoding: &'static Encoding,
    /// Bytes of the byte order mark.
    skip: u64,
    /// First part of the text.
    pub(crate) head: String,
    /// Some of it is in no encoding we know.
    pub(crate) undecodable: bool,
}

impl Layout {
    pub(crate) fn of(path: &Path) -> Result<Self, SheetError> {
        let mut file = File::open(path)?;
        let mut buffer = vec![0_u8; 256 * 1024];
        let mut filled = read_some(&mut file, &mut buffer, 0)?;
        let (encoding, skip) = match Encoding::for_bom(&buffer[..filled]) {
            Some((encoding, skip)) => (encoding, skip as u64),
            None => (UTF_8, 0),
        };
        let begin = buffer[..filled.min(SAMPLE)].to_vec();
        let mut layout = Self { encoding, skip, head: String::new(), undecodable: false };
        if encoding == UTF_8 {
            // Valid to the last byte, or it is something else. A character may lie across two pieces.
            loop {
                let valid = Encoding::utf8_valid_up_to(&buffer[..filled]);
                let rest = filled - valid;
                if rest >= 4 || (rest > 0 && filled < buffer.len()) {
                    layout.encoding = GB18030;
                    break;
                }
                if filled < buffer.len() {
                    break;
                }
                buffer.copy_within(valid..filled, 0);
                filled = read_some(&mut file, &mut buffer, rest)?;
            }
        }
        let mut head = String::with_capacity(begin.len() * 2);
        let mut decoder = layout.encoding.new_decoder_with_bom_removal();
        let (result, _, replaced) = decoder.decode_to_string(&begin, &mut head, false);
        debug_assert_eq!(result, CoderResult::InputEmpty, "a head of {SAMPLE} bytes fits its buffer");
        layout.undecodable = replaced && layout.encoding != UTF_8;
        layout.head = head;
        Ok(layout)
    }

    /// The whole text.
    pub(crate) fn read_all(&self, path: &Path) -> Result<String, SheetError> {
        let bytes = std::fs::read(path)?;
        // A page says itself what it is written in; valid UTF-8 wins over what it says.
        let declared = (self.encoding == GB18030).then(|| declared_encoding(&self.head)).flatten();
        Ok(declared.unwrap_or(self.encoding).decode_with_bom_removal(&bytes).0.into_owned())
    }

    fn reader(&self, path: &Path) -> Result<Box<dyn Read + Send>, SheetError> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(self.skip))?;
        Ok(if self.encoding == UTF_8 {
            Box::new(file)
        } else {
            Box::new(Decoding {
                file,
                decoder: self.encoding.new_decoder_without_bom_handling(),
                input: vec![0; 64 * 1024],
                held: 0..0,
                text: vec![0; 256 * 1024],
                ready: 0..0,
                ended: false,
            })
        })
    }
}

fn declared_encoding(head: &str) -> Option<&'static Encoding> {
    let (_, rest) = head.split_once("charset=")?;
    let label: String = rest
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    Encoding::for_label(label.as_bytes()).filter(|found| *found != UTF_8 && *found != UTF_16LE && *found != UTF_16BE)
}

fn read_some(file: &mut File, buffer: &mut [u8], from: usize) -> Result<usize, SheetError> {
    let mut filled = from;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

/// Bytes of another encoding as UTF-8, piece by piece.
struct Decoding {
    file: File,
    decoder: Decoder,
    input: Vec<u8>,
    held: std::ops::Range<usize>,
    text: Vec<u8>,
    ready: std::ops::Range<usize>,
    ended: bool,
}

impl Read for Decoding {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.ready.is_empty() {
            if self.held.is_empty() {
                if self.ended {
                    return Ok(0);
                }
                let n = self.file.read(&mut self.input)?;
                self.held = 0..n;
                self.ended = n == 0;
            }
            let (_, read, written, _) =
                self.decoder.decode_to_utf8(&self.input[self.held.clone()], &mut self.text, self.ended);
            self.held.start += read;
            self.ready = 0..written;
            if self.ended && written == 0 {
                return Ok(0);
            }
        }
        let n = out.len().min(self.ready.len());
        out[..n].copy_from_slice(&self.text[self.ready.start..self.ready.start + n]);
        self.ready.start += n;
        Ok(n)
    }
}

/// The separator that most lines have; a comma when in doubt.
fn separator(head: &str) -> u8 {
    let mut lines_with = [0_usize; 3];
    let mut count = [0_usize; 3];
    let candidates = [b',', b'\t', b';'];
    for line in head.lines().filter(|line| !line.trim().is_empty()).take(40) {
        let mut quoted = false;
        let mut here = [0_usize; 3];
        for byte in line.bytes() {
            match byte {
                b'"' => quoted = !quoted,
                _ if quoted => {}
                _ => {
                    if let Some(n) = candidates.iter().position(|c| *c == byte) {
                        here[n] += 1;
                    }
                }
            }
        }
        for n in 0..3 {
            lines_with[n] += usize::from(here[n] > 0);
            count[n] += here[n];
        }
    }
    let best = (0..3).max_by_key(|n| (lines_with[*n], count[*n], 3 - n)).unwrap_or(0);
    candidates[best]
}

/// Rows of a text file.
pub(crate) struct TextRows {
    reader: csv::Reader<Box<dyn Read + Send>>,
    record: csv::ByteRecord,
    /// Line ends inside quoted cells so far: they make lines, not rows.
    inner_lines: u64,
}

impl TextRows {
    pub(crate) fn open(path: &Path, layout: &Layout) -> Result<Self, SheetError> {
        // Ending every row at its line feed alone, the last one too, keeps the count of lines exact; a carriage return
        // before it is taken off below. Files of old machines have carriage returns only.
        let old = layout.head.contains('\r') && !layout.head.contains('\n');
        let terminator = if old { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .terminator(terminator)
            .delimiter(separator(&layout.head))
            .buffer_capacity(256 * 1024)
            .from_reader(Box::new(layout.reader(path)?.chain(&b"\n"[..])) as Box<dyn Read + Send>);
        Ok(Self { reader, record: csv::ByteRecord::new(), inner_lines: 0 })
    }

    pub(crate) fn next_into(&mut self, row: &mut Row) -> Result<bool, SheetError> {
        let last = row.number;
        if !self.reader.read_byte_record(&mut self.record)? {
            return Ok(false);
        }
        self.inner_lines += self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let line = self.reader.position().line();
        row.number = line.saturating_sub(1 + self.inner_lines).max(last + 1);
        row.carried.clear();
        row.doubtful.clear();
        let width = self.record.len().min(WIDEST);
        row.cells.truncate(width);
        for (n, field) in self.record.iter().take(width).enumerate() {
            let field = if n + 1 == width { field.strip_suffix(b"\r").unwrap_or(field) } else { field };
            let text = String::from_utf8_lossy(field);
            let text = unwrap_text_formula(&text);
            match row.cells.get_mut(n) {
                Some(cell) => {
                    cell.clear();
                    cell.push_str(text);
                }
                None => row.cells.push(text.to_owned()),
            }
        }
        Ok(true)
    }
}

/// `="0123"` and `'=…` are ways to keep a text a text in a CSV file; the text is what is inside.
fn unwrap_text_formula(text: &str) -> &str {
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return inner;
    }
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t']) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Book;

    fn rows_of(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("table");
        std::fs::write(&path, bytes).expect("file");
        let mut book = Book::open(&path).expect("a table");
        let mut rows = book.rows(0).expect("rows");
        let (mut row, mut all) = (Row::default(), Vec::new());
        while rows.next_into(&mut row).expect("row") {
            all.push((row.number, row.cells.clone()));
        }
        all
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "企业名称,代码\n韶关市甲厂,914402811919712044\n";
        let mut marked = vec![0xEF, 0xBB, 0xBF];
        marked.extend(text.bytes());
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let expected = [
            (1, vec!["企业名称".to_owned(), "代码".to_owned()]),
            (2, vec!["韶关市甲厂".to_owned(), "914402811919712044".to_owned()]),
        ];
        for bytes in [text.as_bytes().to_vec(), marked, GB18030.encode(text).0.into_owned(), utf16] {
            assert_eq!(rows_of(&bytes), expected);
        }
    }

    /// A character that lies across two pieces of the first reading is no sign of another encoding.
    #[test]
    fn long_files_are_decoded_as_one_text() {
        for shift in 0..4 {
            let mut text = "x".repeat(shift);
            text.push_str(&"字,号\n".repeat(60_000));
            for bytes in [text.as_bytes().to_vec(), GB18030.encode(&text).0.into_owned()] {
                let rows = rows_of(&bytes);
                assert_eq!(rows.len(), 60_000);
                assert!(rows[1..].iter().all(|(_, cells)| *cells == ["字", "号"]), "shift {shift}");
            }
        }
    }

    #[test]
    fn separators_are_found_outside_quotes() {
        for (text, cells) in [
            ("a;b;c\n1;2,5;3\n", vec!["1", "2,5", "3"]),
            ("a\tb\n1,2\t3\n", vec!["1,2", "3"]),
            ("a,b\n\"1;2;3\",4\n", vec!["1;2;3", "4"]),
        ] {
            assert_eq!(rows_of(text.as_bytes())[1].1, cells, "{text}");
        }
    }

    /// Numbers are those a table program shows: blank rows count, line ends inside a cell do not.
    #[test]
    fn row_numbers_are_those_of_the_sheet() {
        for text in ["a,b\n\n\"x\ny\",2\n3,4\n", "a,b\n\n\"x\ny\",2\n3,4", "a,b\r\n\r\n\"x\ny\",2\r\n3,\"4\"\r\n"] {
            let rows = rows_of(text.as_bytes());
            let filled = rows.iter().filter(|(_, cells)| cells.len() > 1);
            assert_eq!(filled.map(|(number, _)| *number).collect::<Vec<_>>(), [1, 3, 4], "{text:?}");
            assert_eq!(rows.last().expect("rows").1, ["3", "4"]);
        }
        assert_eq!(rows_of(b"a,b\r1,2\r").len(), 2, "old machines");
    }

    #[test]
    fn protected_text_is_read_as_the_text() {
        let rows = rows_of("\"=\"\"00123\"\"\",'=1+1,'x\n".as_bytes());
        assert_eq!(rows[0].1, ["00123", "=1+1", "'x"]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("table");
        std::fs::write(&path, b"").expect("file");
        assert!(matches!(Book::open(&path), Err(SheetError::Empty)));
        std::fs::write(&path, b"%PDF-1.4\0\0\0").expect("file");
        assert!(matches!(Book::open(&path), Err(SheetError::NotATable)));
        std::fs::write(&path, b"PK\x03\x04 broken").expect("file");
        assert!(matches!(Book::open(&path), Err(SheetError::Damaged(_))));
        assert!(matches!(Book::open(&folder.path().join("none")), Err(SheetError::Io(_))));
    }
}
