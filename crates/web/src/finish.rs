//! The last pass over every page before it is sent: a link whose page would not open for the person becomes words, and
//! 条文待核 becomes a quiet mark that explains itself. Knows our own markup only; changes no word, decides nothing.

use crate::{components::unread_mark, context::blocking, server, todo};
use axum::{
    body::{Body, to_bytes},
    http::header,
    response::{IntoResponse, Response},
};
use hengjian_app::{App, AppError, account::LoggedIn};
use hengjian_domain::{clock::SubjectKind, ids::SubjectId, policy::Action};
use std::sync::Arc;

/// How [`hengjian_domain::law::LegalBasis::cited`] marks an article whose text was not read in full.
const MARK: &str = "（条文待核）";
/// Elements whose content is text and nothing else.
const PLAIN: [&str; 3] = ["textarea", "option", "title"];

/// A page as it is sent to a person; what is no page is sent as it is.
pub(crate) async fn finished(
    response: Response,
    app: Option<App>,
    login: Option<Arc<LoggedIn>>,
    path: &str,
) -> Response {
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let page = match to_bytes(body, usize::MAX).await.map(|bytes| String::from_utf8(bytes.to_vec())) {
        Ok(Ok(page)) => page,
        _ => return crate::PageError::from(AppError::fault("a page that is no text")).into_response(),
    };
    let closed = match (app, &login) {
        (Some(app), Some(login)) => closed_things(app, Arc::clone(login), path, &page).await,
        _ => Vec::new(),
    };
    let finished = finish(&page, |to| match &login {
        Some(login) => {
            server::opens(&login.actor, to) && todo::thing_at(to).is_none_or(|thing| !closed.contains(&thing))
        }
        None => true,
    });
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(finished))
}

/// Things that a page links to and that would not open for the person. The list of a kind shows what opens anyway.
async fn closed_things(app: App, login: Arc<LoggedIn>, path: &str, page: &str) -> Vec<(SubjectKind, SubjectId)> {
    let here = path.split('?').next().unwrap_or_default();
    let own = todo::thing_at(here);
    let mut linked: Vec<(SubjectKind, SubjectId)> = Vec::new();
    for rest in page.split(" href=\"").skip(1) {
        let Some(thing) = todo::thing_at(rest.split('"').next().unwrap_or_default()) else { continue };
        if Some(thing) != own && todo::list_of(thing.0) != here && !linked.contains(&thing) {
            linked.push(thing);
        }
    }
    if linked.is_empty() {
        return linked;
    }
    let asked = blocking(move || app.view(&login.actor, Action::Own, |work| work.closed_of(&linked))).await;
    asked.unwrap_or_else(|error| {
        // A link too many is better than no page.
        tracing::warn!(?error, "links could not be judged");
        Vec::new()
    })
}

fn finish(body: &str, opens: impl Fn(&str) -> bool) -> String {
    let mark = unread_mark().into_string();
    let mut out = String::with_capacity(body.len() + 64);
    let mut closed = Closed::No;
    let mut rest = body;
    while let Some(at) = rest.find(['<', '（']) {
        let (text, tail) = rest.split_at(at);
        closed.put(&mut out, text);
        if let Some(after) = tail.strip_prefix(MARK) {
            closed.put(&mut out, &mark);
            rest = after;
        } else if tail.starts_with('<') {
            let end = tail.find('>').map_or(tail.len(), |end| end + 1);
            let (tag, after) = tail.split_at(end);
            rest = after;
            if tag.starts_with("<a ") && href(tag).is_some_and(|to| !opens(&to)) {
                // A button that leads nowhere is left out whole; a name stays a name.
                closed = if tag.contains("class=\"btn") { Closed::Whole } else { Closed::Link };
                closed.put(&mut out, "<span>");
            } else if tag == "</a>" && closed != Closed::No {
                closed.put(&mut out, "</span>");
                closed = Closed::No;
            } else {
                closed.put(&mut out, tag);
                if let Some(name) = PLAIN.iter().find(|name| tag[1..].starts_with(**name)) {
                    let end = rest.find(&format!("</{name}")).unwrap_or(rest.len());
                    closed.put(&mut out, &rest[..end]);
                    rest = &rest[end..];
                }
            }
        } else {
            closed.put(&mut out, "（");
            rest = &tail["（".len()..];
        }
    }
    closed.put(&mut out, rest);
    out
}

/// Whether we are inside a link that does not open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closed {
    No,
    Link,
    Whole,
}

impl Closed {
    fn put(self, out: &mut String, text: &str) {
        if self != Self::Whole {
            out.push_str(text);
        }
    }
}

fn href(tag: &str) -> Option<String> {
    let (_, rest) = tag.split_once(" href=\"")?;
    rest.split_once('"').map(|(address, _)| address.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_quiet_in_text_and_left_alone_in_fields() {
        let seen = |body: &str| finish(body, |_| true);
        let page = seen("<p>《办法》第八条（条文待核）、（其他）</p>");
        assert!(page.contains("<small class=\"unread\" title=") && page.contains("（其他）"), "{page}");
        for kept in [
            "<textarea name=\"a\">（条文待核）</textarea>",
            "<option value=\"1\">甲（条文待核）</option>",
            "<p title=\"（条文待核）\">甲</p>",
        ] {
            assert_eq!(seen(kept), kept);
        }
    }

    #[test]
    fn links_that_do_not_open_are_words() {
        let seen = |body: &str| finish(body, |to| !to.starts_with("/desk/cases"));
        assert_eq!(seen("<a class=\"code\" href=\"/desk/cases/1\">甲 <b>乙</b></a>丙"), "<span>甲 <b>乙</b></span>丙");
        assert_eq!(seen("甲<a class=\"btn\" href=\"/desk/cases?a=1&amp;b=2\">后处理</a>乙"), "甲乙");
        for open in ["<a href=\"/desk/visits?state=A&amp;page=b\">甲</a>", "<a href=\"#part-1\">甲</a>", "<b>甲</b>"]
        {
            assert_eq!(seen(open), open);
        }
    }

    #[test]
    fn things_are_known_by_their_addresses() {
        let id = "017c15be-d380-7d3d-bb70-36b9adb19016";
        for (path, kind) in [
            (format!("/desk/cases/{id}"), Some(SubjectKind::Case)),
            (format!("/desk/registers/enterprises/{id}/change"), Some(SubjectKind::Enterprise)),
            ("/desk/cases".to_owned(), None),
            ("/desk/cases/new".to_owned(), None),
            (format!("/desk/registers/officers/{id}"), None),
        ] {
            assert_eq!(todo::thing_at(&path).map(|(kind, _)| kind), kind, "{path}");
        }
    }
}
