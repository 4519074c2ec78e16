//! A normalized text and its bytes, as the codecs see it.

use zeroize::Zeroizing;

use super::base64_text;
use super::normalize::Normalized;
use super::problem::Problem;

/// A text of URL-safe base64 without padding, after a prefix that is not base64 (Telethon's `1`, gogram's `1BvE`).
pub(super) struct Candidate<'a> {
    text: &'a str,
    prefix: &'static str,
    padding: usize,
    bytes: Zeroizing<Vec<u8>>,
    clean: bool,
}

impl<'a> Candidate<'a> {
    /// `None` where the text does not begin with the prefix or holds foreign characters.
    pub(super) fn new(normalized: &'a Normalized, prefix: &'static str) -> Option<Self> {
        let text = normalized.text();
        let (bytes, clean) = base64_text::decode_url_safe(text.strip_prefix(prefix)?)?;
        Some(Self { text, prefix, padding: normalized.padding(), bytes, clean })
    }

    /// As many whole bytes as the text holds behind the prefix.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The characters behind the prefix.
    pub(super) fn payload(&self) -> &str {
        self.text.strip_prefix(self.prefix).unwrap_or_default()
    }

    /// The length of the text with its prefix and without padding.
    pub(super) fn chars(&self) -> usize {
        self.text.len()
    }

    /// Checks the number of bytes and that the last character is one that an encoder writes.
    pub(super) fn expect_bytes(&self, expected: usize) -> Result<(), Problem> {
        self.expect(expected, false)
    }

    /// The same for a format that ends with `=` signs, which are counted in the message.
    pub(super) fn expect_padded_bytes(&self, expected: usize) -> Result<(), Problem> {
        self.expect(expected, true)
    }

    fn expect(&self, expected: usize, padded: bool) -> Result<(), Problem> {
        let chars = self.prefix.len() + (expected * 4).div_ceil(3);
        if self.chars() != chars {
            return Err(self.length_problem(chars, if padded { (3 - expected % 3) % 3 } else { 0 }));
        }
        self.expect_clean_end()
    }

    fn length_problem(&self, chars: usize, padding: usize) -> Problem {
        let got = self.chars() + self.padding.min(padding);
        let expected = chars + padding;
        if got == expected { Problem::LastCharacter } else { Problem::Length { got, expected } }
    }

    /// Checks that the last character is one that an encoder writes.
    pub(super) fn expect_clean_end(&self) -> Result<(), Problem> {
        if self.clean { Ok(()) } else { Err(Problem::LastCharacter) }
    }
}
