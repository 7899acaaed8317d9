//! A list as a file to be saved: one function for each format, for the pages of every stage.

use crate::PageResult;
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use hengjian_app::table::{TableFormat, table_file};

/// A file to be saved by the browser. `name` is shown to the person; letters outside ASCII are sent encoded.
pub fn attachment(body: impl IntoResponse, media_type: &'static str, name: &str) -> Response {
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect();
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    let plain =
        if plain.trim_matches('.').is_empty() || plain.starts_with('.') { format!("file{plain}") } else { plain };
    let words = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    let disposition = HeaderValue::from_str(&words).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type)), (header::CONTENT_DISPOSITION, disposition)], body)
        .into_response()
}

fn table(
    format: TableFormat,
    ending: &str,
    name: &str,
    columns: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> PageResult {
    let bytes = table_file(format, name, columns, rows)?;
    Ok(attachment(bytes, format.media_type(), &format!("{name}.{ending}")))
}

/// A list as CSV. `name` names the file.
///
/// # Errors
/// A fault.
pub fn csv(name: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> PageResult {
    table(TableFormat::Csv, "csv", name, columns, rows)
}

/// A list as XLSX. `name` names file and sheet: at most 31 characters, none of `[]:*?/\`.
///
/// # Errors
/// A fault.
pub fn xlsx(name: &str, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> PageResult {
    table(TableFormat::Xlsx, "xlsx", name, columns, rows)
}
