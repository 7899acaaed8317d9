//! Takes a Rust file apart into code and string literals, so that a check on code is not fooled by a comment
//! and a check on words is not fooled by a name. Not a parser: it knows literals, comments and brackets.

use std::ops::Range;

/// A string literal.
pub struct Literal {
    /// Line on which it begins, from 1.
    pub line: usize,
    /// Byte offset in the code at which it stood.
    pub at: usize,
    /// What stands between its quotes, escapes as written.
    pub text: String,
}

/// A Rust file taken apart.
pub struct Parts {
    /// The code with comments, character literals and strings left out; line breaks kept.
    pub code: String,
    /// The string literals in order.
    pub literals: Vec<Literal>,
}

/// Takes a Rust file apart.
pub fn parts(source: &str) -> Parts {
    let bytes = source.as_bytes();
    let mut parts = Parts { code: String::with_capacity(source.len()), literals: Vec::new() };
    let mut line = 1;
    let mut at = 0;
    while at < bytes.len() {
        let rest = &source[at..];
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some((open, length)) = string(rest, parts.code.as_bytes().last().copied()) {
            let close = length - open.close;
            parts.literals.push(Literal {
                line,
                at: parts.code.len(),
                text: rest.get(open.open..close).unwrap_or_default().to_owned(),
            });
            parts.code.push_str("\"\"");
            length
        } else if let Some(length) = character(rest) {
            parts.code.push(' ');
            length
        } else {
            let character = rest.chars().next().unwrap_or(' ');
            parts.code.push(character);
            line += usize::from(character == '\n');
            at += character.len_utf8();
            continue;
        };
        let breaks = rest[..skipped].matches('\n').count();
        parts.code.extend(std::iter::repeat_n('\n', breaks));
        line += breaks;
        at += skipped;
    }
    parts
}

impl Parts {
    /// Line, from 1, of an offset in the code.
    pub fn line_of(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }

    /// Lines on which a piece of code stands as a word of its own: not preceded by a letter, digit or `_`.
    pub fn lines_with(&self, needle: &str) -> Vec<usize> {
        self.offsets(needle).map(|at| self.line_of(at)).collect()
    }

    /// Offsets of the same.
    pub fn offsets<'a>(&'a self, needle: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.code.match_indices(needle).map(|(at, _)| at).filter(|at| {
            let before = self.code[..*at].chars().next_back();
            !before.is_some_and(|character| character.is_alphanumeric() || character == '_')
        })
    }

    /// What follows each occurrence of `start` up to the bracket that closes the first bracket after it.
    pub fn blocks(&self, start: &str) -> Vec<Range<usize>> {
        self.offsets(start).map(|at| at..self.closing(at + start.len().saturating_sub(1))).collect()
    }

    fn closing(&self, from: usize) -> usize {
        let mut depth = 0_usize;
        for (offset, character) in self.code[from..].char_indices() {
            match character {
                '(' | '{' | '[' => depth += 1,
                ')' | '}' | ']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return from + offset + 1;
                    }
                }
                ';' if depth == 0 => return from + offset + 1,
                _ => {}
            }
        }
        self.code.len()
    }

    /// The modules under `#[cfg(test)]`.
    pub fn test_modules(&self) -> Vec<Range<usize>> {
        const MARK: &str = "#[cfg(test)]";
        self.code.match_indices(MARK).map(|(at, _)| at..self.closing(at + MARK.len())).collect()
    }
}

struct Quotes {
    open: usize,
    close: usize,
}

fn block_comment(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while at < bytes.len() {
        match &bytes[at..bytes.len().min(at + 2)] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// A string literal at the beginning of the rest: the lengths of its quotes and of the whole.
fn string(rest: &str, before: Option<u8>) -> Option<(Quotes, usize)> {
    let within_word = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let prefix = rest.bytes().take_while(|byte| matches!(byte, b'b' | b'c' | b'r')).count();
    if prefix > 2 || (prefix > 0 && within_word) {
        return None;
    }
    let raw = rest[..prefix].contains('r');
    let hashes = if raw { rest[prefix..].bytes().take_while(|byte| *byte == b'#').count() } else { 0 };
    let open = prefix + hashes + 1;
    if rest.as_bytes().get(open - 1) != Some(&b'"') {
        return None;
    }
    if raw {
        let end = format!("\"{}", "#".repeat(hashes));
        let length = rest[open..].find(&end).map_or(rest.len(), |found| open + found + end.len());
        return Some((Quotes { open, close: end.len() }, length));
    }
    let mut escaped = false;
    for (offset, byte) in rest.bytes().enumerate().skip(open) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some((Quotes { open, close: 1 }, offset + 1)),
            _ => {}
        }
    }
    Some((Quotes { open, close: 0 }, rest.len()))
}

/// A character literal at the beginning of the rest; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    let first = inner.chars().next()?;
    if first == '\\' {
        return inner.get(2..)?.find('\'').map(|found| found + 4);
    }
    inner[first.len_utf8()..].starts_with('\'').then(|| first.len_utf8() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_words_are_told_apart() {
        let source = "fn f<'a>(x: &'a str) { // sleep(\n /* a /* b */ \" */ let c = '\"'; let d = '\\''; \
                      g(\"one \\\" sleep(\", r#\"two \" here\"#);\n}";
        let parts = parts(source);
        let words: Vec<_> = parts.literals.iter().map(|literal| literal.text.as_str()).collect();
        assert_eq!(words, ["one \\\" sleep(", "two \" here"]);
        assert_eq!(parts.literals[0].line, 2);
        assert!(!parts.code.contains("sleep") && !parts.code.contains("two"));
        assert_eq!(parts.code.matches('\n').count(), source.matches('\n').count());
    }

    #[test]
    fn a_test_module_ends_at_its_bracket() {
        let parts = parts("fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { \"}\"; }\n}\nfn c() {}");
        let modules = parts.test_modules();
        assert_eq!(modules.len(), 1);
        let inside = &parts.code[modules[0].clone()];
        assert!(inside.contains("fn b") && !inside.contains("fn c"));
    }

    #[test]
    fn a_word_within_a_word_is_another_word() {
        assert_eq!(parts("asleep(1);\nthread::sleep(2);").lines_with("sleep("), [2]);
    }
}
