//! Repairs what pasting does to a session string: white space, quotes, invisible characters, padding, alphabet, and text
//! around it.

use zeroize::Zeroizing;

/// No session string is longer; a longer text is not even copied.
pub(super) const MAX_LEN: usize = 16 * 1024;

const QUOTES: &[char] =
    &['"', '\'', '`', '´', '‘', '’', '‚', '‛', '“', '”', '„', '‟', '«', '»', '‹', '›', '′', '″', '＂', '＇'];

/// Something that was repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repair {
    WhiteSpace,
    Quotes,
    Invisible,
    Surroundings,
}

impl Repair {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::WhiteSpace => "white space removed",
            Self::Quotes => "quotes removed",
            Self::Invisible => "invisible characters removed",
            Self::Surroundings => "text around it removed",
        }
    }
}

/// Why a text cannot be base64 at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotBase64 {
    Empty,
    TooLong,
    /// How many characters are not base64, and how many there are in all.
    Foreign(usize, usize),
    /// An `=` before the end.
    InnerPadding,
    /// `+` or `/` together with `-` or `_`.
    TwoAlphabets,
}

impl NotBase64 {
    pub(super) fn message(self) -> String {
        match self {
            Self::Empty => "it is empty".to_owned(),
            Self::TooLong => format!("it is longer than any ({MAX_LEN} bytes)"),
            Self::Foreign(1, all) => format!("1 of its {all} characters occurs in none"),
            Self::Foreign(count, all) => format!("{count} of its {all} characters occur in none"),
            Self::InnerPadding => "it has a '=' before its end".to_owned(),
            Self::TwoAlphabets => "it mixes the two base64 alphabets".to_owned(),
        }
    }
}

/// A normalized text: URL-safe base64 without padding.
pub(super) struct Normalized {
    text: Zeroizing<String>,
    padding: usize,
    standard: bool,
    url_safe: bool,
    repairs: Vec<Repair>,
}

impl Normalized {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// How many `=` stood at its end.
    pub(super) fn padding(&self) -> usize {
        self.padding
    }

    /// Whether it has characters of the standard alphabet (`+`, `/`).
    pub(super) fn is_standard(&self) -> bool {
        self.standard
    }

    /// Whether it has characters of the URL-safe alphabet (`-`, `_`).
    pub(super) fn is_url_safe(&self) -> bool {
        self.url_safe
    }

    /// Whether the same text stands twice in it.
    pub(super) fn is_twice(&self) -> bool {
        let half = self.text.len() / 2;
        self.text.get(..half) == self.text.get(half..)
    }

    pub(super) fn repairs(&self) -> &[Repair] {
        &self.repairs
    }
}

/// Normalizes a text, or tells why it cannot be base64.
pub(super) fn normalize(text: &str) -> Result<Normalized, NotBase64> {
    if text.len() > MAX_LEN {
        return Err(NotBase64::TooLong);
    }
    let mut repairs = Vec::new();
    let kept = strip(text, &mut repairs);
    match base64(kept, repairs) {
        Err(why) => {
            let run = only_run(text).ok_or(why)?;
            base64(Zeroizing::new(run.to_owned()), vec![Repair::Surroundings])
        }
        normalized => normalized,
    }
}

// So long is no word, address or hash of a message, and every session string that lost no more than a part.
const LONG_RUN: usize = 200;
const PIECE: usize = 16;
const AFTER: &[char] = &['<', '*', ')', ']', '}', '|', ',', ';', '.'];

/// The session string in a text, which has one run of base64 that is long enough and no other that could be a piece of a
/// string: `NAME=…`, YAML, markup, a whole message. `=` signs at its end belong to it.
fn only_run(text: &str) -> Option<&str> {
    let is_part = |run: &&str| run.len() >= LONG_RUN || is_piece(run);
    let mut parts = text.split(|character| !is_base64(character)).filter(is_part);
    let run = parts.next().filter(|run| run.len() >= LONG_RUN && parts.next().is_none())?;
    let start = text.find(run)?;
    let rest = &text[start + run.len()..];
    let after = rest.trim_start_matches('=');
    let ends = |next: char| next.is_whitespace() || QUOTES.contains(&next) || AFTER.contains(&next);
    after.chars().next().is_none_or(ends).then(|| &text[start..text.len() - after.len()])
}

// Random characters, and no name or word.
fn is_piece(run: &str) -> bool {
    let has = |class: fn(&u8) -> bool| run.as_bytes().iter().any(class);
    run.len() >= PIECE && has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)
}

fn base64(mut kept: Zeroizing<String>, repairs: Vec<Repair>) -> Result<Normalized, NotBase64> {
    let padding = take_padding(&mut kept);
    if kept.is_empty() {
        return Err(NotBase64::Empty);
    }
    let standard = kept.contains(['+', '/']);
    let url_safe = kept.contains(['-', '_']);
    check(&kept, standard && url_safe)?;
    to_url_safe(&mut kept);
    Ok(Normalized { text: kept, padding, standard, url_safe, repairs })
}

/// The text without white space and invisible characters anywhere and without quotes around it.
pub(super) fn strip(text: &str, repairs: &mut Vec<Repair>) -> Zeroizing<String> {
    let mut kept = Zeroizing::new(String::with_capacity(text.len()));
    for character in text.chars() {
        match repair_for(character) {
            None => kept.push(character),
            Some(repair) if !repairs.contains(&repair) => repairs.push(repair),
            Some(_) => {}
        }
    }
    let bare = kept.trim_matches(QUOTES);
    if bare.len() < kept.len() {
        repairs.push(Repair::Quotes);
        return Zeroizing::new(bare.to_owned());
    }
    kept
}

fn repair_for(character: char) -> Option<Repair> {
    match character {
        '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => Some(Repair::Invisible),
        '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => Some(Repair::Invisible),
        _ if character.is_whitespace() => Some(Repair::WhiteSpace),
        _ => None,
    }
}

fn take_padding(text: &mut String) -> usize {
    let bare = text.trim_end_matches('=').len();
    let padding = text.len() - bare;
    text.truncate(bare);
    padding
}

fn check(text: &str, two_alphabets: bool) -> Result<(), NotBase64> {
    let foreign = text.chars().filter(|character| !is_base64(*character) && *character != '=').count();
    match foreign {
        0 if text.contains('=') => Err(NotBase64::InnerPadding),
        0 if two_alphabets => Err(NotBase64::TwoAlphabets),
        0 => Ok(()),
        _ => Err(NotBase64::Foreign(foreign, text.chars().count())),
    }
}

/// Whether a character is of one of the two alphabets.
pub(super) fn is_base64(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '-' | '_')
}

fn to_url_safe(text: &mut Zeroizing<String>) {
    if !text.contains(['+', '/']) {
        return;
    }
    let mut changed = Zeroizing::new(String::with_capacity(text.len()));
    changed.extend(text.chars().map(|character| match character {
        '+' => '-',
        '/' => '_',
        other => other,
    }));
    *text = changed;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_texts_are_mended() {
        for text in
            ["ab-_c", " ab-\r\n_c\t", "“ab-_c”", "'ab-_c='", "\u{feff}ab\u{200b}-_c==", "ab+/c", "«\u{a0}ab-_c»"]
        {
            assert_eq!(
                normalize(text).map(|normalized| normalized.text().to_owned()),
                Ok("ab-_c".to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn text_around_a_string_is_removed() {
        let string = "aB-9".repeat(80);
        for text in [
            format!("export STRING_SESSION={string}"),
            format!("STRING_SESSION: \"{string}==\"  # mine"),
            format!("**YOUR SESSION**\n\n`{string}`\n\nGenerated by @SomeStringBot, https://example.org"),
            format!("<code>{string}</code>"),
            format!("b'{string}'"),
        ] {
            let normalized = normalize(&text).unwrap();
            assert_eq!((normalized.text(), normalized.repairs()), (&string[..], &[Repair::Surroundings][..]), "{text}");
        }
        // Two of them, or one that broke.
        for text in
            [format!("{string} or: {string}"), format!("{}*{}", &string[..20], &string[20..]), format!("{string}=A")]
        {
            assert!(normalize(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for (text, why) in [
            ("", NotBase64::Empty),
            (" '==' ", NotBase64::Empty),
            ("ab=c", NotBase64::InnerPadding),
            ("a+b-c", NotBase64::TwoAlphabets),
            ("ab.cé", NotBase64::Foreign(2, 5)),
        ] {
            assert_eq!(normalize(text).err(), Some(why), "{text}");
        }
        assert_eq!(normalize(&"a".repeat(MAX_LEN + 1)).err(), Some(NotBase64::TooLong));
    }
}
