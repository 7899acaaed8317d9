//! §3.1: the one way to write a value. RFC 8785 restricted to objects, arrays, strings, booleans and integers below
//! 2^53; whatever could be written in two ways, or read differently by two programs, is refused.

use crate::{
    Invalid,
    line::{Algorithm, Digest, PREFIX, field},
};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization as _;

/// Most bytes of one text; longer lists go into parts files.
pub const MOST_BYTES: usize = 64 << 20;
/// Most values in one text: bounds memory whatever the text.
pub const MOST_VALUES: usize = 8_000_000;
/// Most objects and arrays inside one another.
pub const MOST_DEPTH: usize = 16;
/// Integers are below this in absolute value.
const LIMIT: u64 = 1 << 53;

/// A value. Keys of an object are sorted and unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'t> {
    /// `true` or `false`.
    Bool(bool),
    /// An integer below 2^53 in absolute value.
    Integer(i64),
    /// Text.
    Text(Cow<'t, str>),
    /// An array.
    List(Vec<Self>),
    /// An object.
    Object(Vec<(Cow<'t, str>, Self)>),
}

impl<'t> Value<'t> {
    /// Reads a text, canonical or not.
    ///
    /// # Errors
    /// [`Invalid::Json`] for what the subset refuses and for what is too long, too deep or too much.
    pub fn parse(bytes: &'t [u8]) -> Result<Self, Invalid> {
        if bytes.len() > MOST_BYTES {
            return Err(Invalid::Json(MOST_BYTES, "文件过大"));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| Invalid::Json(error.valid_up_to(), "不是 UTF-8"))?;
        let mut parser = Parser { text, at: 0, values: 0 };
        let value = parser.value(0)?;
        parser.space();
        if parser.at < text.len() {
            return Err(parser.refuse("末尾有多余内容"));
        }
        Ok(value)
    }
    /// Reads a text that must be canonical.
    ///
    /// # Errors
    /// As [`Self::parse`], and [`Invalid::Json`] with the first byte that differs from the canonical text.
    pub fn parse_canonical(bytes: &'t [u8]) -> Result<Self, Invalid> {
        let value = Self::parse(bytes)?;
        match value.first_difference(bytes) {
            None => Ok(value),
            Some(at) => Err(Invalid::Json(at, "不是规范写法")),
        }
    }
    /// Where `bytes` cease to be the canonical text of this value.
    pub fn first_difference(&self, bytes: &[u8]) -> Option<usize> {
        let (mut at, mut different) = (0_usize, None);
        self.emit(&mut |piece| {
            if different.is_none() {
                let rest = bytes.get(at..).unwrap_or_default();
                let same = piece.iter().zip(rest).take_while(|(one, other)| one == other).count();
                at += same;
                different = (same < piece.len()).then_some(at);
            }
        });
        different.or_else(|| (at < bytes.len()).then_some(at))
    }
    /// The canonical text, piece by piece.
    pub fn emit(&self, out: &mut dyn FnMut(&[u8])) {
        match self {
            Self::Bool(value) => out(if *value { b"true" } else { b"false" }),
            Self::Integer(value) => out(value.to_string().as_bytes()),
            Self::Text(text) => emit_text(text, out),
            Self::List(items) => {
                for (place, item) in items.iter().enumerate() {
                    out(if place == 0 { b"[" } else { b"," });
                    item.emit(out);
                }
                out(if items.is_empty() { b"[]" } else { b"]" });
            }
            Self::Object(members) => emit_members(members.iter(), out),
        }
    }
    /// `J(value)`: the canonical text.
    pub fn to_text(&self) -> String {
        let mut text = Vec::new();
        self.emit(&mut |piece| text.extend_from_slice(piece));
        String::from_utf8(text).unwrap_or_default()
    }
    /// `O(tag, value)`: the hash of the value under a tag.
    pub fn hash(&self, algorithm: Algorithm, tag: &str) -> Digest {
        self.hash_without(algorithm, tag, &[])
    }
    /// `O(tag, value without some of its keys)`.
    pub fn hash_without(&self, algorithm: Algorithm, tag: &str, keys: &[&str]) -> Digest {
        let mut running = algorithm.begin(&[PREFIX.as_bytes(), tag.as_bytes(), b"|"]);
        match self {
            Self::Object(members) => {
                let kept = members.iter().filter(|(key, _)| !keys.contains(&key.as_ref()));
                emit_members(kept, &mut |piece| running.add(piece));
            }
            other => other.emit(&mut |piece| running.add(piece)),
        }
        running.finish()
    }
    /// A copy that owns its texts.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Bool(value) => Value::Bool(value),
            Self::Integer(value) => Value::Integer(value),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
            Self::Object(members) => {
                let owned = members.into_iter().map(|(key, value)| (Cow::Owned(key.into_owned()), value.into_owned()));
                Value::Object(owned.collect())
            }
        }
    }
    /// An object of the given members, in any order.
    pub fn object<const N: usize>(members: [(&'static str, Self); N]) -> Self {
        let mut members: Vec<_> = members.into_iter().map(|(key, value)| (Cow::Borrowed(key), value)).collect();
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self::Object(members)
    }
    /// An array.
    pub fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
    /// The member of an object, if it is one and has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        let place = members.binary_search_by(|(found, _)| found.as_ref().cmp(key)).ok()?;
        members.get(place).map(|(_, value)| value)
    }
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
    /// The items of an array called `name`.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn items(&self, name: &'static str) -> Result<&[Self], Invalid> {
        if let Self::List(items) = self { Ok(items) } else { Err(Invalid::shape(name, "应为数组")) }
    }
    /// The integer called `name`, not negative.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn count(&self, name: &'static str) -> Result<u64, Invalid> {
        let Self::Integer(value) = self else { return Err(Invalid::shape(name, "应为整数")) };
        u64::try_from(*value).map_err(|_| Invalid::shape(name, "不得为负"))
    }
    /// The text called `name`.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn text(&self, name: &'static str) -> Result<&str, Invalid> {
        self.as_text().ok_or_else(|| Invalid::shape(name, "应为文字"))
    }
    /// The members of an object called `name` that has exactly these keys.
    ///
    /// # Errors
    /// [`Invalid::Shape`] for another kind of value, a missing or an unknown key.
    pub fn members<'v>(&'v self, name: &'static str, keys: &[&str]) -> Result<Members<'v, 't>, Invalid> {
        self.members_with(name, keys, &[])
    }
    /// As [`Self::members`]; keys in `optional` may be missing.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn members_with<'v>(
        &'v self,
        name: &'static str,
        keys: &[&str],
        optional: &[&str],
    ) -> Result<Members<'v, 't>, Invalid> {
        let Self::Object(members) = self else { return Err(Invalid::shape(name, "应为对象")) };
        for (key, _) in members {
            if !keys.contains(&key.as_ref()) && !optional.contains(&key.as_ref()) {
                return Err(Invalid::Shape(name, format!("有不认识的键 {key}")));
            }
        }
        for key in keys {
            if self.get(key).is_none() {
                return Err(Invalid::Shape(name, format!("缺少 {key}")));
            }
        }
        Ok(Members { name, value: self })
    }
}

/// Text in Unicode normal form C, as writers must put it (§3.1).
pub fn normalised(text: &str) -> String {
    text.nfc().collect()
}

fn emit_members<'m, 't: 'm>(members: impl Iterator<Item = &'m (Cow<'t, str>, Value<'t>)>, out: &mut dyn FnMut(&[u8])) {
    out(b"{");
    for (place, (key, value)) in members.enumerate() {
        if place > 0 {
            out(b",");
        }
        emit_text(key, out);
        out(b":");
        value.emit(out);
    }
    out(b"}");
}

fn emit_text(text: &str, out: &mut dyn FnMut(&[u8])) {
    let bytes = text.as_bytes();
    let mut begun = 0;
    out(b"\"");
    for (at, byte) in bytes.iter().enumerate() {
        let plain = *byte >= 0x20 && *byte != b'"' && *byte != b'\\';
        if plain {
            continue;
        }
        out(bytes.get(begun..at).unwrap_or_default());
        begun = at + 1;
        match byte {
            0x08 => out(b"\\b"),
            b'\t' => out(b"\\t"),
            b'\n' => out(b"\\n"),
            0x0c => out(b"\\f"),
            b'\r' => out(b"\\r"),
            b'"' => out(b"\\\""),
            b'\\' => out(b"\\\\"),
            control => out(format!("\\u{control:04x}").as_bytes()),
        }
    }
    out(bytes.get(begun..).unwrap_or_default());
    out(b"\"");
}

impl From<&str> for Value<'_> {
    fn from(text: &str) -> Self {
        Self::Text(Cow::Owned(text.to_owned()))
    }
}
impl From<&String> for Value<'_> {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}
impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}
impl From<Digest> for Value<'_> {
    fn from(digest: Digest) -> Self {
        Self::from(digest.to_string())
    }
}
impl From<&Digest> for Value<'_> {
    fn from(digest: &Digest) -> Self {
        Self::from(digest.to_string())
    }
}
impl From<u64> for Value<'_> {
    fn from(count: u64) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }
}
impl From<usize> for Value<'_> {
    fn from(count: usize) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

/// The members of an object whose keys have been checked.
#[derive(Debug, Clone, Copy)]
pub struct Members<'v, 't> {
    name: &'static str,
    value: &'v Value<'t>,
}

impl<'v, 't> Members<'v, 't> {
    /// The value of a key.
    ///
    /// # Errors
    /// [`Invalid::Shape`], as for all that follow.
    pub fn get(&self, key: &str) -> Result<&'v Value<'t>, Invalid> {
        self.value.get(key).ok_or_else(|| Invalid::Shape(self.name, format!("缺少 {key}")))
    }
    /// Text.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn text(&self, key: &str) -> Result<&'v str, Invalid> {
        self.get(key)?.as_text().ok_or_else(|| Invalid::Shape(self.name, format!("{key} 应为文字")))
    }
    /// Text that may stand in a line.
    ///
    /// # Errors
    /// [`Invalid::Shape`], [`Invalid::Field`].
    pub fn field(&self, key: &str) -> Result<&'v str, Invalid> {
        field(self.text(key)?)
    }
    /// A hash.
    ///
    /// # Errors
    /// [`Invalid::Shape`], [`Invalid::Digest`].
    pub fn digest(&self, key: &str) -> Result<Digest, Invalid> {
        Digest::parse(self.text(key)?)
    }
    /// An integer, not negative.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn count(&self, key: &str) -> Result<u64, Invalid> {
        self.get(key)?.count(self.name)
    }
    /// An array.
    ///
    /// # Errors
    /// [`Invalid::Shape`].
    pub fn items(&self, key: &str) -> Result<&'v [Value<'t>], Invalid> {
        self.get(key)?.items(self.name)
    }
    /// An array, each item read by `read`.
    ///
    /// # Errors
    /// [`Invalid::Shape`] and what `read` refuses.
    pub fn each<T>(&self, key: &str, read: impl FnMut(&'v Value<'t>) -> Result<T, Invalid>) -> Result<Vec<T>, Invalid> {
        self.items(key)?.iter().map(read).collect()
    }
    /// An array of hashes.
    ///
    /// # Errors
    /// [`Invalid::Shape`], [`Invalid::Digest`].
    pub fn digests(&self, key: &str) -> Result<Vec<Digest>, Invalid> {
        self.each(key, |item| Digest::parse(item.text(self.name)?))
    }
    /// An array of texts that may stand in lines.
    ///
    /// # Errors
    /// [`Invalid::Shape`], [`Invalid::Field`].
    pub fn fields(&self, key: &str) -> Result<Vec<String>, Invalid> {
        self.each(key, |item| Ok(field(item.text(self.name)?)?.to_owned()))
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    values: usize,
}

impl<'t> Parser<'t> {
    const fn refuse(&self, why: &'static str) -> Invalid {
        Invalid::Json(self.at, why)
    }
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }
    /// Whether the next sign is this one; if so it is taken.
    fn take(&mut self, sign: u8) -> bool {
        let there = self.peek() == Some(sign);
        self.at += usize::from(there);
        there
    }
    fn value(&mut self, depth: usize) -> Result<Value<'t>, Invalid> {
        self.values += 1;
        if self.values > MOST_VALUES {
            return Err(self.refuse("内容过多"));
        }
        self.space();
        match self.peek() {
            Some(b'{' | b'[') if depth >= MOST_DEPTH => Err(self.refuse("嵌套过深")),
            Some(b'{') => self.members(depth),
            Some(b'[') => self.items(depth),
            Some(b'"') => Ok(Value::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.integer(),
            Some(b't') => self.word("true", true),
            Some(b'f') => self.word("false", false),
            Some(b'n') => Err(self.refuse("不允许 null")),
            _ => Err(self.refuse("不是 JSON")),
        }
    }
    fn word(&mut self, word: &str, value: bool) -> Result<Value<'t>, Invalid> {
        if self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            self.at += word.len();
            return Ok(Value::Bool(value));
        }
        Err(self.refuse("不是 JSON"))
    }
    fn items(&mut self, depth: usize) -> Result<Value<'t>, Invalid> {
        let mut items = Vec::new();
        self.at += 1;
        self.space();
        if self.take(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.take(b']') {
                return Ok(Value::List(items));
            }
            if !self.take(b',') {
                return Err(self.refuse("数组未完"));
            }
        }
    }
    fn members(&mut self, depth: usize) -> Result<Value<'t>, Invalid> {
        let mut members: Vec<(Cow<'t, str>, Value<'t>)> = Vec::new();
        self.at += 1;
        self.space();
        if self.take(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.refuse("应为键"));
            }
            let key = self.string()?;
            let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            if key.is_empty() || !key.bytes().all(letter) {
                return Err(self.refuse("键含不允许的字符"));
            }
            self.space();
            if !self.take(b':') {
                return Err(self.refuse("应为冒号"));
            }
            let value = self.value(depth + 1)?;
            members.push((key, value));
            self.space();
            if self.take(b'}') {
                break;
            }
            if !self.take(b',') {
                return Err(self.refuse("对象未完"));
            }
        }
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        if members.windows(2).any(|pair| matches!(pair, [(one, _), (other, _)] if one == other)) {
            return Err(self.refuse("键重复"));
        }
        Ok(Value::Object(members))
    }
    fn integer(&mut self) -> Result<Value<'t>, Invalid> {
        let negative = self.take(b'-');
        let begun = self.at;
        let mut value = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            value = value * 10 + u64::from(digit - b'0');
            self.at += 1;
            if value >= LIMIT {
                return Err(self.refuse("整数过大"));
            }
        }
        let zeros = self.text.as_bytes().get(begun) == Some(&b'0') && (self.at - begun > 1 || negative);
        if self.at == begun || zeros || matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return Err(self.refuse("只允许没有前导零、小数和指数的整数"));
        }
        let value = i64::try_from(value).map_err(|_| self.refuse("整数过大"))?;
        Ok(Value::Integer(if negative { -value } else { value }))
    }
    /// A string. It is borrowed from the text as long as nothing in it is escaped.
    fn string(&mut self) -> Result<Cow<'t, str>, Invalid> {
        self.at += 1;
        let text = self.text;
        let mut begun = self.at;
        let mut owned: Option<String> = None;
        loop {
            match self.peek() {
                None => return Err(self.refuse("文字未完")),
                Some(0..=0x1f) => return Err(self.refuse("文字含控制字符")),
                Some(b'"') => {
                    let last = text.get(begun..self.at).unwrap_or_default();
                    self.at += 1;
                    return Ok(match owned {
                        None => Cow::Borrowed(last),
                        Some(before) => Cow::Owned(before + last),
                    });
                }
                Some(b'\\') => {
                    let before = text.get(begun..self.at).unwrap_or_default();
                    self.at += 1;
                    let sign = self.escape()?;
                    let owned = owned.get_or_insert_default();
                    owned.push_str(before);
                    owned.push(sign);
                    begun = self.at;
                }
                Some(_) => self.at += 1,
            }
        }
    }
    fn escape(&mut self) -> Result<char, Invalid> {
        let sign = self.peek().ok_or_else(|| self.refuse("文字未完"))?;
        self.at += 1;
        Ok(match sign {
            b'"' | b'\\' | b'/' => char::from(sign),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut code = self.hex4()?;
                if (0xd800..0xdc00).contains(&code) && self.take(b'\\') && self.take(b'u') {
                    let low = self.hex4()?;
                    if !(0xdc00..0xe000).contains(&low) {
                        return Err(self.refuse("单独的代理项"));
                    }
                    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                }
                char::from_u32(code).ok_or_else(|| self.refuse("单独的代理项"))?
            }
            _ => return Err(self.refuse("不认识的转义")),
        })
    }
    fn hex4(&mut self) -> Result<u32, Invalid> {
        let digits = self.text.get(self.at..self.at + 4).unwrap_or_default();
        if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(self.refuse("不认识的转义"));
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| self.refuse("不认识的转义"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        Value::parse(text.as_bytes()).map_or_else(|error| format!("refused: {error}"), |value| value.to_text())
    }

    /// RFC 8785 §3.2.2.2 and §3.2.3: the escapes of its example string, and keys by their code units.
    #[test]
    fn rfc8785_strings_and_order() {
        let given = r#"{"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[true , false],"a_1":-7}"#;
        let expected = "{\"a_1\":-7,\"literals\":[true,false],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";
        assert_eq!(canonical(given), expected);
        assert_eq!(canonical(expected), expected);
        assert_eq!(canonical(r#""\b\t\n\f\r\u001f\u007f\ud83d\ude02""#), "\"\\b\\t\\n\\f\\r\\u001f\u{7f}😂\"");
        assert_eq!(canonical(" [ ] "), "[]");
        assert_eq!(canonical("{}"), "{}");
    }

    /// §3.1: every refusal, each with a text that is one step beside an accepted one.
    #[test]
    fn refusals() {
        for good in ["0", "-1", "9007199254740991", "-9007199254740991", "\"\"", "true", "{\"a\":{\"a\":1}}"] {
            assert_eq!(canonical(good), good);
        }
        for bad in [
            "",
            "null",
            "[null]",
            "tru",
            "1.0",
            "1e3",
            "1E3",
            "01",
            "-0",
            "-",
            "+1",
            ".5",
            "9007199254740992",
            "-9007199254740992",
            "99999999999999999999999",
            "[1,]",
            "[1 2]",
            "[",
            "{",
            "{\"a\":1,}",
            "{\"a\"}",
            "{a:1}",
            "{\"a\":1,\"a\":1}",
            "{\"A\":1}",
            "{\"\":1}",
            "{\"a-b\":1}",
            "{\"é\":1}",
            "\"",
            "\"\\",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud800\\u0041\"",
            "\"\\ud800\\n\"",
            "\"\\u12\"",
            "\"\\u+123\"",
            "\"\n\"",
            "1 1",
            "[]]",
            "\u{feff}1",
            "'a'",
            "NaN",
        ] {
            assert!(canonical(bad).starts_with("refused"), "{bad:?} → {}", canonical(bad));
        }
        assert!(Value::parse(b"\"\xff\"").is_err() && Value::parse(b"\"\xed\xa0\x80\"").is_err());
        assert_eq!(canonical("{\"a\":1,\"\\u0061\":2}"), "refused: 第 18 字节：键重复");
    }

    /// Depth, number of values and length are bounded before memory is.
    #[test]
    fn depth_and_size_are_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Value::parse(nested(MOST_DEPTH).as_bytes()).is_ok());
        assert!(Value::parse(nested(MOST_DEPTH + 1).as_bytes()).is_err());
        assert!(Value::parse(nested(1_000_000).as_bytes()).is_err());
        let many = |count: usize| format!("[{}0]", "0,".repeat(count - 2));
        assert!(Value::parse(many(MOST_VALUES).as_bytes()).is_ok());
        assert!(Value::parse(many(MOST_VALUES + 1).as_bytes()).is_err());
        assert!(Value::parse(&vec![b' '; MOST_BYTES + 1]).is_err());
    }

    /// Only the canonical bytes are canonical.
    #[test]
    fn one_byte_string_for_one_content() {
        for bad in
            ["[ 1]", "[1] ", "[1]\n", "{\"b\":1,\"a\":1}", "\"\\u0041\"", "\"\\/\"", "\"\\u000A\"", "\"\\u000a\""]
        {
            assert!(Value::parse(bad.as_bytes()).is_ok() && Value::parse_canonical(bad.as_bytes()).is_err(), "{bad}");
        }
        let text = "{\"a\":[1,\"\\n市\"],\"b\":{}}";
        let value = Value::parse_canonical(text.as_bytes()).expect("canonical");
        assert_eq!(value.first_difference(b"{\"a\":[1,"), Some(8));
        assert_eq!(value.first_difference(format!("{text}x").as_bytes()), Some(text.len()));
        assert_eq!(normalised("e\u{301}"), "\u{e9}");
    }

    /// `O` is the hash of prefix, tag and canonical text.
    #[test]
    fn the_object_hash_is_over_the_canonical_text() {
        let value = Value::object([("b", Value::from("x")), ("a", Value::from(1_u64))]);
        let by_hand = Algorithm::Sha256.hash(&[b"psc-draw/1/test|{\"a\":1,\"b\":\"x\"}"]);
        assert_eq!(value.hash(Algorithm::Sha256, "test"), by_hand);
    }
}
