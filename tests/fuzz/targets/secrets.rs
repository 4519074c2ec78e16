//! Messages hold no secret.

use tgsession::Error;

// Shorter pieces of a random text are found in a message by chance.
const PIECE: usize = 12;

/// Panics if a message repeats a piece of a text that may be a damaged session string.
pub fn check_message(error: &Error, text: &str) {
    let message = error.to_string();
    let characters: Vec<char> = text.chars().collect();
    for piece in characters.windows(PIECE) {
        let is_secret = piece.iter().all(char::is_ascii_alphanumeric) && piece.iter().any(char::is_ascii_digit);
        let piece: String = piece.iter().collect();
        assert!(!(is_secret && message.contains(&piece)), "a message repeats its input: {message}");
    }
}
