//! Why a file is no table that can be read, in words for the person who sent it.

use std::fmt;

/// A file that cannot be read.
#[derive(Debug)]
pub enum SheetError {
    /// The file cannot be opened or read from disk.
    Io(std::io::Error),
    /// Nothing in it.
    Empty,
    /// Not a workbook, not a page with a table, not text.
    NotATable,
    /// A part of the workbook unpacks to so much that it cannot be a table.
    TooLarge {
        /// Size of that part.
        megabytes: u64,
    },
    /// A damaged workbook; carries the reader's words for the log.
    Damaged(String),
}

impl fmt::Display for SheetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) if error.kind() == std::io::ErrorKind::NotFound => f.write_str("没有这个文件。请核对路径"),
            Self::Io(error) => write!(f, "文件读不出来：{error}"),
            Self::Empty => f.write_str("文件是空的。请重新选择文件"),
            Self::NotATable => f.write_str("文件里没有表格。只收 XLSX、XLS、CSV 和含表格的 HTML"),
            Self::TooLarge { megabytes } => {
                write!(
                    f,
                    "工作簿里有一部分展开后有 {megabytes} MB，不像是表格，没有打开。请用表格软件另存为 CSV 后再试"
                )
            }
            // The reader's own words are English and help nobody at a desk; the log has them.
            Self::Damaged(words) if words.is_ascii() => {
                f.write_str("工作簿已损坏，读不下去。请用表格软件打开另存后再试")
            }
            Self::Damaged(words) => write!(f, "工作簿已损坏，读不下去（{words}）。请用表格软件打开另存后再试"),
        }
    }
}
impl std::error::Error for SheetError {}

impl From<std::io::Error> for SheetError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}
impl From<csv::Error> for SheetError {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => Self::Io(error),
            other => Self::Damaged(format!("{other:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readers_english_stays_in_the_log() {
        let words = |error: SheetError| error.to_string();
        let foreign = words(SheetError::Damaged("Zip error: invalid Zip archive".to_owned()));
        assert!(!foreign.contains("Zip"), "{foreign}");
        assert!(words(SheetError::Damaged("单元格次序混乱".to_owned())).contains("单元格次序混乱"));
    }
}
