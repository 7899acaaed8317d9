//! Pages of a list: a token is the last row's sort key and id, bound to the filter that made it. Never a page number:
//! the cost of a page does not depend on how far one has turned.

use crate::PageError;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hengjian_app::{AppError, PageRequest};
use sha2::{Digest, Sha256};

/// Rows of a page.
pub const ROWS: i64 = 25;
/// Version of the token's form.
const VERSION: &str = "1";
/// Parts of a token; cannot occur in keys, which are text without control characters.
const SEPARATOR: char = '\u{1f}';

/// The filter of a list as it stands in its address, in a fixed order: the link base and what tokens are bound to.
#[derive(Debug, Clone)]
pub struct Address {
    path: String,
    pairs: Vec<(&'static str, String)>,
}

impl Address {
    /// A list's path.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), pairs: Vec::new() }
    }
    /// A filter; empty values are left out. Sort order counts as a filter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.pairs.push((name, value));
        }
        self
    }
    /// Address of the first page.
    pub fn first(&self) -> String {
        self.link(None)
    }
    /// The same filter at another path, for downloads of the list.
    pub fn at(&self, path: &str) -> String {
        Self { path: path.to_owned(), pairs: self.pairs.clone() }.first()
    }
    /// Whether nothing is filtered.
    pub fn is_plain(&self) -> bool {
        self.pairs.is_empty()
    }
    fn link(&self, token: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.pairs {
            query.append_pair(name, value);
        }
        if let Some(token) = token {
            query.append_pair("page", token);
        }
        let query = query.finish();
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }
    fn digest(&self) -> String {
        hex::encode(&Sha256::digest(self.link(None).as_bytes())[..6])
    }
    /// Reads the page asked for; an empty token is the first page.
    ///
    /// # Errors
    /// 422 for a token that is none of ours or belongs to another filter.
    pub fn request(&self, token: &str) -> Result<PageRequest, PageError> {
        if token.is_empty() {
            return Ok(PageRequest { after: None, limit: ROWS });
        }
        let wrong = || AppError::field("page", "翻页地址不对，或者条件已经改过。请从第一页看起");
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| wrong())?;
        let text = String::from_utf8(bytes).map_err(|_| wrong())?;
        let parts: Vec<&str> = text.split(SEPARATOR).collect();
        match parts.as_slice() {
            [VERSION, digest, key, id] if *digest == self.digest() => {
                Ok(PageRequest { after: Some(((*key).to_owned(), (*id).to_owned())), limit: ROWS })
            }
            _ => Err(wrong().into()),
        }
    }
    /// Cuts the extra row that [`hengjian_app::PageRequest`] reads and gives the address of the next page, if there is one.
    pub fn next<R>(
        &self,
        rows: &mut Vec<R>,
        request: &PageRequest,
        key: impl Fn(&R) -> (String, String),
    ) -> Option<String> {
        let limit = usize::try_from(request.limit).unwrap_or(0);
        if rows.len() <= limit {
            return None;
        }
        rows.truncate(limit);
        let (key, id) = key(rows.last()?);
        let token = URL_SAFE_NO_PAD.encode([VERSION, &self.digest(), &key, &id].join(&SEPARATOR.to_string()));
        Some(self.link(Some(&token)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// settled.md: a token is bound to its filter; a bad one is refused.
    #[test]
    fn a_token_belongs_to_its_filter() {
        let address = Address::new("/desk/x").with("state", "OPEN").with("text", "").with("sort", "名称");
        let first = address.request("").expect("first");
        assert_eq!(first.after, None);
        let mut rows: Vec<(String, String)> = (0..26).map(|n| (format!("键{n}"), format!("id{n}"))).collect();
        let next = address.next(&mut rows, &first, Clone::clone).expect("a next page");
        assert_eq!(rows.len(), 25);
        let token = next.split("page=").nth(1).expect("token");
        let read = address.request(token).expect("its own token");
        assert_eq!(read.after, Some(("键24".to_owned(), "id24".to_owned())));
        assert!(Address::new("/desk/x").with("state", "DONE").request(token).is_err());
        assert!(address.request("!!").is_err() && address.request("AAAA").is_err());
        let mut few = rows[..3].to_vec();
        assert_eq!(address.next(&mut few, &first, Clone::clone), None);
    }
}
