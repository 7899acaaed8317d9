//! 文号 of official papers (GB/T 9704; regulations §10.6): 机关代字〔年份〕序号 号. Reads what people type, prints it one way.

use std::fmt;

/// A document number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentNumber {
    /// 机关代字, one to twelve Chinese characters.
    pub agency: String,
    /// Year, 1900 to 2099.
    pub year: i16,
    /// Number of the year, 1 to 99 999.
    pub number: u32,
}

/// The text is no 文号.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADocumentNumber;

impl DocumentNumber {
    /// Reads a number; `[]`, `【】`, `()` and `（）` are taken for `〔〕`, full-width digits for half-width ones.
    ///
    /// # Errors
    /// The text is no 文号.
    pub fn parse(text: &str) -> Result<Self, NotADocumentNumber> {
        use unicode_normalization::UnicodeNormalization;
        let plain: String = text
            .nfkc()
            .filter(|c| !c.is_whitespace())
            .map(|c| match c {
                '[' | '【' | '(' => '〔',
                ']' | '】' | ')' => '〕',
                other => other,
            })
            .collect();
        let (agency, rest) = plain.split_once('〔').ok_or(NotADocumentNumber)?;
        let (year, rest) = rest.split_once('〕').ok_or(NotADocumentNumber)?;
        let number = rest.strip_suffix('号').ok_or(NotADocumentNumber)?;
        let is_han = |c: char| ('\u{4e00}'..='\u{9fa5}').contains(&c);
        let digits =
            |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if !(1..=12).contains(&agency.chars().count()) || !agency.chars().all(is_han) || year.len() != 4 {
            return Err(NotADocumentNumber);
        }
        if !digits(year, 4) || !(year.starts_with("19") || year.starts_with("20")) || !digits(number, 5) {
            return Err(NotADocumentNumber);
        }
        let number = number.parse().map_err(|_| NotADocumentNumber)?;
        if number == 0 {
            return Err(NotADocumentNumber);
        }
        Ok(Self { agency: agency.to_owned(), year: year.parse().map_err(|_| NotADocumentNumber)?, number })
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}〔{}〕{} 号", self.agency, self.year, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GB/T 9704 发文字号: six-corner brackets, full year, no leading zero.
    #[test]
    fn gb9704_numbers_are_read_and_printed_one_way() {
        for text in
            ["乳市场监管〔2021〕25号", "乳市场监管[2021]25 号", "乳市场监管【２０２１】025号", "乳市场监管（2021）25号"]
        {
            let read = DocumentNumber::parse(text).map(|number| number.to_string());
            assert_eq!(read, Ok("乳市场监管〔2021〕25 号".to_owned()), "{text}");
        }
        for text in [
            "",
            "乳市场监管2021年25号",
            "〔2021〕25号",
            "乳市场监管〔21〕25号",
            "乳市场监管〔2021〕号",
            "乳市场监管〔2021〕0号",
            "abc〔2021〕1号",
            "乳市场监管〔1821〕1号",
        ] {
            assert_eq!(DocumentNumber::parse(text), Err(NotADocumentNumber), "{text}");
        }
    }
}
