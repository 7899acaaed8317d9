//! Download of attachments. Who may read the thing a file belongs to may read the file; the type is the one found in the bytes,
//! and nothing but pictures and PDF is shown in the browser.

use crate::{Access, Ctx, PageError, PageResult, Routes};
use axum::{
    extract::Path,
    http::{HeaderValue, header},
    response::IntoResponse,
};
use hengjian_app::{AppError, StoredFileId};
use hengjian_domain::policy::Action;

/// Routes of this area.
pub fn routes() -> Routes {
    Routes::new().get("/desk/files/{id}", Access::Action(Action::Own), download)
}

/// `attachment; filename*=UTF-8''…` (RFC 6266): every byte outside the plain set is percent-encoded.
fn disposition(media_type: &str, name: &str) -> String {
    let shown = matches!(media_type, "application/pdf" | "image/jpeg" | "image/png");
    let encoded: String = name.bytes().fold(String::new(), |text, byte| {
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if plain { format!("{text}{}", char::from(byte)) } else { format!("{text}%{byte:02X}") }
    });
    format!("{}; filename*=UTF-8''{encoded}", if shown { "inline" } else { "attachment" })
}

/// `GET /desk/files/{id}`
pub async fn download(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let id: StoredFileId = id.parse().map_err(|_| PageError::from(AppError::NotFound))?;
    let (file, bytes) = ctx.view(move |work| work.readable_file(id)).await?;
    let media_type =
        if file.media_type == "text/plain" { "text/plain; charset=utf-8".to_owned() } else { file.media_type.clone() };
    let mut response = bytes.into_response();
    let mut set = |name, text: &str| {
        let value = HeaderValue::from_str(text).map_err(|error| AppError::fault(error.to_string()))?;
        response.headers_mut().insert(name, value);
        Ok::<_, AppError>(())
    };
    set(header::CONTENT_TYPE, &media_type)?;
    set(header::CONTENT_DISPOSITION, &disposition(&file.media_type, &file.name))?;
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff")?;
    set(header::CACHE_CONTROL, "private, no-store")?;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name cannot break out of its header, and nothing that could be a page is shown as one.
    #[test]
    fn names_are_encoded_and_only_pictures_and_pdf_are_shown() {
        for (media_type, name, expected) in [
            ("application/pdf", "a b.pdf", "inline; filename*=UTF-8''a%20b.pdf"),
            ("image/png", "甲.png", "inline; filename*=UTF-8''%E7%94%B2.png"),
            ("text/plain", "x\"\r\n.txt", "attachment; filename*=UTF-8''x%22%0D%0A.txt"),
        ] {
            assert_eq!(disposition(media_type, name), expected);
        }
    }
}
