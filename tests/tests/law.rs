//! `law/` and the constants that rules cite say the same: every basis resolves, no quotation stands on a text that
//! was not read, nothing uncertain is a constant.

use hengjian_domain::law::{self, Evidence, LegalBasis};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    code: String,
    title: String,
    version: String,
    /// A standard whose day of effect was not read has none.
    in_force_from: Option<String>,
    evidence: String,
    note: Option<String>,
    #[serde(default)]
    article: Vec<Article>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Article {
    article: String,
    says: String,
    quotation: Option<String>,
    evidence: String,
    #[serde(default)]
    rules: Vec<String>,
    note: Option<String>,
}

fn sources() -> BTreeMap<String, Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../law");
    let mut sources = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("law") {
        let path = entry.expect("entry").path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        let source: Source = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(path.file_stem().and_then(|name| name.to_str()), Some(source.code.as_str()), "file name and code");
        sources.insert(source.code.clone(), source);
    }
    sources
}

/// style.md §2: an article number is never written from memory; every constant resolves in `law/` with its evidence.
#[test]
fn every_legal_basis_resolves() {
    let sources = sources();
    assert!(law::ALL.len() > 150, "the list of constants is not empty");
    for basis in law::ALL {
        let source = sources.get(basis.source).unwrap_or_else(|| panic!("no source {}", basis.source));
        let article = source.article.iter().find(|article| article.article == basis.article);
        let article = article.unwrap_or_else(|| panic!("{} has no {}", basis.source, basis.article));
        assert_eq!(basis.evidence().map(Evidence::tag), Some(article.evidence.as_str()), "{basis}");
    }
    let unknown = LegalBasis::new("PQL", "第九百条");
    assert_eq!(unknown.evidence(), None, "what is not in the list has no evidence");
}

/// settled.md, law: a quotation only on V; M-med and M-lo are parameters, never constants; every entry says something.
#[test]
fn what_was_not_read_is_not_quoted() {
    for (code, source) in sources() {
        assert!(!source.version.is_empty() && !source.title.is_empty(), "{code}");
        let dated = source.in_force_from.as_ref().is_none_or(|day| day.len() == 10);
        assert!(dated, "{code}: in_force_from {:?}", source.in_force_from);
        assert!(["V", "P", "M-hi", "M-med", "M-lo"].contains(&source.evidence.as_str()), "{code}");
        assert!(source.note.as_deref() != Some(""), "{code}: an empty note");
        for article in &source.article {
            let place = format!("{code} {}", article.article);
            assert!(!article.says.trim().is_empty(), "{place} says nothing");
            assert!(
                ["V", "P", "M-hi", "M-med", "M-lo"].contains(&article.evidence.as_str()),
                "{place}: {}",
                article.evidence
            );
            assert!(article.quotation.is_none() || article.evidence == "V", "{place} is quoted without being read");
            assert!(article.note.as_deref() != Some(""), "{place}: an empty note");
            assert!(article.rules.iter().all(|rule| !rule.trim().is_empty()), "{place}: an empty rule");
        }
    }
}

/// Titles on pages are those of `law/`.
#[test]
fn titles_are_those_of_the_sources() {
    let listed: BTreeMap<String, String> = sources().into_values().map(|source| (source.code, source.title)).collect();
    let known: BTreeMap<String, String> =
        law::SOURCES.iter().map(|(code, title)| ((*code).to_owned(), (*title).to_owned())).collect();
    assert_eq!(known, listed);
}
