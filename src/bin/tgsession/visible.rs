//! Text from files and servers, made safe to print on a terminal.

/// Escapes every character that would move the cursor, change colours or reverse the direction of the line.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_format(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

// Invisible characters that change how the others are displayed. The joiners (200C, 200D) are part of scripts and stay.
fn is_format(character: char) -> bool {
    matches!(character, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c\u{9b}d\n"), "a\\u{1b}[2Jb\\u{202e}c\\u{9b}d\\u{a}");
        assert_eq!(visible("Ада 愛 ñ"), "Ада 愛 ñ");
    }
}
