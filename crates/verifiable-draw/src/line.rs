//! §3.1: every hash is taken over one line of printable text, so that a company can check it with any hash tool.

use crate::Invalid;
use sha2::{Digest as _, Sha256};
use sm3::Sm3;
use std::fmt;

/// Beginning of every line; separates this specification from all other uses of the hash.
pub const PREFIX: &str = "psc-draw/1/";

/// 32 bytes of a hash. Order is that of the bytes, which is that of the big-endian number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Reads 64 lower-case hex digits.
    ///
    /// # Errors
    /// [`Invalid::Digest`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut bytes = [0_u8; 32];
        let lower = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        match hex::decode_to_slice(text, &mut bytes) {
            Ok(()) if lower => Ok(Self(bytes)),
            _ => Err(Invalid::Digest(text.to_owned())),
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0_u8; 64];
        hex::encode_to_slice(self.0, &mut digits).map_err(|_| fmt::Error)?;
        f.write_str(std::str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The hash of a draw; one draw uses one throughout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Algorithm {
    /// SHA-256, the default.
    #[default]
    Sha256,
    /// SM3 (GB/T 32905).
    Sm3,
}

impl Algorithm {
    /// As written in a commitment.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sm3 => "sm3",
        }
    }
    /// Reads the word.
    ///
    /// # Errors
    /// [`Invalid::Word`].
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        let found = [Self::Sha256, Self::Sm3].into_iter().find(|algorithm| algorithm.word() == word);
        found.ok_or_else(|| Invalid::Word(word.to_owned()))
    }
    /// Hash of the pieces one after the other.
    pub fn hash(self, pieces: &[&[u8]]) -> Digest {
        self.begin(pieces).finish()
    }
    /// A hash begun with some pieces; clone it to go on from there several times.
    pub fn begin(self, pieces: &[&[u8]]) -> Running {
        let mut running = match self {
            Self::Sha256 => Running::Sha256(Sha256::new()),
            Self::Sm3 => Running::Sm3(Sm3::new()),
        };
        pieces.iter().for_each(|piece| running.add(piece));
        running
    }
}

/// A hash that has been begun. Blocks that are full are already worked in, so a clone does not repeat them.
#[derive(Debug, Clone)]
pub enum Running {
    /// With SHA-256.
    Sha256(Sha256),
    /// With SM3.
    Sm3(Sm3),
}

impl Running {
    /// Goes on.
    pub fn add(&mut self, piece: &[u8]) {
        match self {
            Self::Sha256(state) => state.update(piece),
            Self::Sm3(state) => state.update(piece),
        }
    }
    /// The hash.
    pub fn finish(self) -> Digest {
        match self {
            Self::Sha256(state) => Digest(state.finalize().into()),
            Self::Sm3(state) => Digest(state.finalize().into()),
        }
    }
}

/// A field: 1 to 200 bytes of `0-9 A-Z a-z . _ : / + , * -`. The separator cannot occur in it.
///
/// # Errors
/// [`Invalid::Field`].
pub fn field(text: &str) -> Result<&str, Invalid> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:/+,*-".contains(&byte);
    if (1..=200).contains(&text.len()) && text.bytes().all(allowed) {
        Ok(text)
    } else {
        Err(Invalid::Field(text.chars().take(80).collect()))
    }
}

/// An optional field: `-` when there is nothing.
pub fn or_dash(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}

/// The line `psc-draw/1/tag|f1|…|fn`.
///
/// # Errors
/// [`Invalid::Field`].
pub fn line(tag: &str, fields: &[&str]) -> Result<String, Invalid> {
    let mut line = format!("{PREFIX}{}", field(tag)?);
    for text in fields {
        line.push('|');
        line.push_str(field(text)?);
    }
    Ok(line)
}

/// `T(tag, f1, …, fn)`: the hash of the line.
///
/// # Errors
/// [`Invalid::Field`].
pub fn line_hash(algorithm: Algorithm, tag: &str, fields: &[&str]) -> Result<Digest, Invalid> {
    Ok(algorithm.hash(&[line(tag, fields)?.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// §3.1: the separator, control characters, letters beyond ASCII and an empty field are refused.
    #[test]
    fn a_field_cannot_be_two() {
        for good in ["-", "0", "91440232MA4W1234XY/C2641", "03,07+08", "a:b_c.d*", &"x".repeat(200)] {
            assert_eq!(field(good), Ok(good));
        }
        for bad in ["", "a|b", "a b", "é", "公司", "a\n", "a\0", "\"", &"x".repeat(201)] {
            assert!(matches!(field(bad), Err(Invalid::Field(_))), "{bad:?}");
        }
        assert_eq!(line("ticket", &["a", "1"]).as_deref(), Ok("psc-draw/1/ticket|a|1"));
        assert!(line("tick|et", &[]).is_err() && line("ticket", &["a|1"]).is_err());
    }

    #[test]
    fn a_digest_is_read_back_only_as_it_is_written() {
        let digest = line_hash(Algorithm::Sha256, "a", &["b"]).expect("line");
        assert_eq!(Digest::parse(&digest.to_string()), Ok(digest));
        let text = digest.to_string();
        for bad in [text.to_uppercase(), text[1..].to_owned(), format!("{text}0"), text.replace(&text[..1], "g")] {
            assert!(Digest::parse(&bad).is_err(), "{bad}");
        }
    }

    /// A clone of a begun hash goes on exactly as one hash over everything.
    #[test]
    fn a_begun_hash_goes_on() {
        for length in [0, 1, 63, 64, 65, 200] {
            let begun = Algorithm::Sha256.begin(&[&vec![b'a'; length]]);
            let mut first = begun.clone();
            first.add(b"b");
            assert_eq!(first.finish(), Algorithm::Sha256.hash(&[&vec![b'a'; length], b"b"]));
            assert_eq!(begun.finish(), Algorithm::Sha256.hash(&[&vec![b'a'; length]]));
        }
    }
}
