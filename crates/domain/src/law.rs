//! What a rule stands on. The texts and their dates lie in `law/`; a test resolves every basis there.

/// One article of one source, as cited by a rule, a deadline or a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LegalBasis {
    /// Code of the source in `law/`, for example `PQL` or `R18`.
    pub source: &'static str,
    /// Article as written in Chinese, for example `第十五条`.
    pub article: &'static str,
}

impl LegalBasis {
    /// A basis; the pair must exist in `law/` (checked by a test).
    pub const fn new(source: &'static str, article: &'static str) -> Self {
        Self { source, article }
    }
}
