//! XLSX, XLS, CSV and HTML tables in, CSV and XLSX out. Every cell becomes text as it stands in the file: a code keeps
//! all its digits, a date becomes ISO. Knows no database and no stage; decides nothing about the content.

mod book;
mod error;
mod excel;
mod header;
mod html;
mod packed;
mod text;
mod write;

pub use book::{Book, Row, Rows};
pub use error::SheetError;
pub use header::{Column, Header, find_header, normalise};
pub use write::{CsvSheet, Template, XlsxSheet, csv_field, write_csv, write_template};
