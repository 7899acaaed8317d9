//! Closed lists of values that are stored by a stable code and shown by a Chinese title.

/// An enum whose variants have a stable code (database, API, logs) and a Chinese title (pages, papers).
pub trait Code: Copy + Eq + Sized + 'static {
    /// All values, in the order in which a person would list them.
    const ALL: &'static [Self];
    /// Stable code; never shown on a staff page.
    fn code(self) -> &'static str;
    /// Chinese title.
    fn title(self) -> &'static str;
    /// Reads a code.
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.code() == code)
    }
    /// Reads a title as written in a table by a person.
    fn from_title(title: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.title() == title)
    }
}

/// Declares a [`Code`] enum: `code_enum! { /// doc  pub enum Tier { /// doc  County = "COUNTY" => "县抽", } }`.
#[macro_export]
macro_rules! code_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal => $title:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $code)] $variant),+ }
        impl $crate::code::Code for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn code(self) -> &'static str { match self { $(Self::$variant => $code),+ } }
            fn title(self) -> &'static str { match self { $(Self::$variant => $title),+ } }
        }
    };
}
