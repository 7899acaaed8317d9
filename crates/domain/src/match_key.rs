//! Keys for matching names, models and addresses that people write in many ways. The text itself is never changed:
//! the key lies beside it, with its version, and can be built again. A key is no identity: it proposes, a person decides.

use unicode_normalization::UnicodeNormalization;

/// Version of the rule below; kept beside stored keys so that they can be rebuilt.
pub const MATCH_VERSION: i64 = 1;

/// NFKC, lower case; spaces, hyphens, dots in the middle, quotes and brackets removed. Empty marks (`/`, `—`, `无`) give an empty key.
pub fn match_key(text: &str) -> String {
    let text = text.trim();
    // Han characters and ASCII are their own normal form; nearly every name is made of nothing else.
    if text.len() > LONGEST_EMPTY_MARK && text.chars().all(is_plain) {
        return text.chars().filter(|c| !is_noise(*c)).map(|c| c.to_ascii_lowercase()).collect();
    }
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let trimmed = folded.trim();
    if matches!(trimmed, "" | "/" | "\\" | "-" | "--" | "—" | "——" | "无" | "未标注" | "不详") {
        return String::new();
    }
    trimmed.chars().filter(|c| !is_noise(*c)).collect()
}

/// Bytes of the longest text that can be an empty mark.
const LONGEST_EMPTY_MARK: usize = 9;

fn is_plain(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{4E00}'..='\u{9FFF}')
}

fn is_noise(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '‐'
                | '‑'
                | '–'
                | '—'
                | '―'
                | '−'
                | '－'
                | '_'
                | '·'
                | '•'
                | '・'
                | '.'
                | '('
                | ')'
                | '（'
                | '）'
                | '['
                | ']'
                | '【'
                | '】'
                | '〔'
                | '〕'
                | '{'
                | '}'
                | '《'
                | '》'
                | '<'
                | '>'
                | '"'
                | '\''
                | '“'
                | '”'
                | '‘'
                | '’'
                | ','
                | '，'
                | '、'
                | ';'
                | '；'
                | ':'
                | '：'
        )
}

/// Overlapping pairs of characters of a text's key, in order and without repeats: the words of the search index.
/// A single character stands for itself.
pub fn bigrams(text: &str) -> Vec<String> {
    let characters: Vec<char> = match_key(text).chars().collect();
    let mut found = Vec::new();
    let mut push = |word: String| {
        if !found.contains(&word) {
            found.push(word);
        }
    };
    match characters.as_slice() {
        [] => {}
        [one] => push(one.to_string()),
        more => more.windows(2).for_each(|pair| push(pair.iter().collect())),
    }
    found
}

/// Text as kept: NFC, outer spaces gone, control characters and other signs that nobody sees out.
pub fn clean(text: &str) -> String {
    if text.chars().all(|c| is_plain(c) && !c.is_control()) {
        return text.trim().to_owned();
    }
    text.nfc().filter(|c| !crate::text::is_invisible(*c)).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_of_writing_one_name_meet() {
        for (a, b) in [
            ("韶关市（浈江）贸易有限公司", "韶关市(浈江) 贸易有限公司"),
            ("ＺＲ－ＢＶ　2.5mm²", "zr-bv 2.5mm2"),
            ("4kg/桶", "4KG/桶"),
            ("/", ""),
            ("韶关市(浈江)贸易有限公司ABC", "韶关市（浈江）贸易有限公司ａｂｃ"),
            ("　　　　无　", ""),
            ("          /", ""),
        ] {
            assert_eq!(match_key(a), match_key(b), "{a}");
        }
        assert_ne!(match_key("BV 2.5"), match_key("BV 1.5"));
    }

    #[test]
    fn words_of_the_search_index() {
        assert_eq!(bigrams("甲乙丙"), ["甲乙", "乙丙"]);
        assert_eq!(bigrams("甲"), ["甲"]);
        assert_eq!(bigrams("甲甲甲"), ["甲甲"]);
        assert!(bigrams("/").is_empty());
    }
}
