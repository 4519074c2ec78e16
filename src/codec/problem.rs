//! What is wrong with a text that a codec claims.

use std::fmt;

use super::remains::Rival;

/// Why a codec refuses a text. Its message follows "looks like a … session string" and never holds any of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// Characters are missing or too many.
    Length { got: usize, expected: usize },
    /// The unused bits of the last character are set, which no encoder does.
    LastCharacter,
    /// The bytes end before the layout does.
    EndsEarly,
    /// A whole string, and something after it.
    Surplus,
    /// The same text twice.
    Twice,
    /// It is intact, and can also be what is left of a longer string.
    Uncertain { rival: Rival, format: &'static str },
    /// It is an intact string of another format.
    Or { problem: Box<Problem>, title: &'static str, format: &'static str },
    /// A value that the format's client never writes: "its data centre is 0".
    Value(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { got, expected } if got < expected => {
                write!(f, ", {} short ({got} of {expected})", characters(expected - got))
            }
            Self::Length { got, expected } => {
                write!(f, ", {} too long ({got} instead of {expected})", characters(got - expected))
            }
            Self::LastCharacter => {
                f.write_str(", but it was cut or changed: no client writes its last character there")
            }
            Self::EndsEarly => f.write_str(", but its end is missing"),
            Self::Surplus => f.write_str(", but something follows after its end"),
            Self::Twice => f.write_str(", but it stands there twice"),
            Self::Uncertain { rival: Rival { title, lost: 0 }, format } => {
                write!(f, ", but also like what is left of {title} one that lost characters: {}", remedy(format))
            }
            Self::Uncertain { rival: Rival { title, lost }, format } => {
                let lost = characters(*lost);
                write!(f, ", but also like {title} one that lost {lost} in a row: {}", remedy(format))
            }
            Self::Or { problem, title, format } => {
                write!(f, "{problem}, but also like {title} one: {}", remedy(format))
            }
            Self::Value(what) => write!(f, ", but {what}"),
        }
    }
}

fn remedy(format: &str) -> String {
    format!("if it is intact, name {format} as the format that is expected (--from {format})")
}

fn characters(count: usize) -> String {
    format!("{count} character{}", if count == 1 { "" } else { "s" })
}

/// A value that the format's client never writes.
pub(super) fn value(what: impl Into<String>) -> Problem {
    Problem::Value(what.into())
}
