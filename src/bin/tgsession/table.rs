//! Aligned text for people.

use serde_json::Value;

use crate::date;
use crate::failure::Result;
use crate::output::Output;

const GAP: &str = "  ";
const ABSENT: &str = "-";
const KEY_DIGITS: usize = 64;

/// A column: its title, and whether its cells stand at its right, as numbers do.
pub type Column = (&'static str, bool);

/// Rows under titles. The last column is not padded: it may hold letters of any width.
pub fn table(out: &mut Output, columns: &[Column], rows: &[Vec<String>]) -> Result<()> {
    let titles: Vec<String> = columns.iter().map(|(title, _)| (*title).to_owned()).collect();
    let lines = || std::iter::once(&titles).chain(rows);
    let widths: Vec<usize> =
        (0..columns.len()).map(|column| lines().map(|row| width(row, column)).max().unwrap_or(0)).collect();
    for row in lines() {
        let cells = row.iter().zip(columns).zip(&widths).map(|((cell, (_, right)), width)| match right {
            true => format!("{cell:>width$}"),
            false => format!("{cell:<width$}"),
        });
        out.line(cells.collect::<Vec<_>>().join(GAP).trim_end())?;
    }
    Ok(())
}

fn width(row: &[String], column: usize) -> usize {
    row.get(column).map_or(0, |cell| cell.chars().count())
}

/// Names and their values, one a line; a value of several lines is indented.
pub fn pairs(out: &mut Output, rows: &[(String, String)]) -> Result<()> {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in rows {
        let value = value.replace('\n', &format!("\n{:width$}{GAP}", ""));
        out.line(format!("{name:<width$}{GAP}{value}").trim_end())?;
    }
    Ok(())
}

/// Every member of an object of JSON, but for some.
pub fn members(value: &Value, without: &[&str]) -> Vec<(String, String)> {
    let members = value.as_object().into_iter().flatten();
    let shown = members.filter(|(name, _)| !without.contains(&name.as_str()));
    shown.map(|(name, value)| (name.clone(), member(name, value))).collect()
}

fn member(name: &str, value: &Value) -> String {
    match value {
        Value::Null => ABSENT.to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) if name == "date" => number.as_i64().map_or_else(|| number.to_string(), date::both),
        Value::String(digits) if name == "auth_key" => chunks(digits),
        Value::String(text) => visible(text),
        Value::Array(values) if values.is_empty() => ABSENT.to_owned(),
        Value::Array(values) => values.iter().map(|value| member(name, value)).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn chunks(digits: &str) -> String {
    let chunks = digits.as_bytes().chunks(KEY_DIGITS).map(String::from_utf8_lossy);
    chunks.collect::<Vec<_>>().join("\n")
}

/// A value, or the sign for an absent one.
pub fn cell(value: Option<impl ToString>) -> String {
    value.map_or_else(|| ABSENT.to_owned(), |value| visible(&value.to_string()))
}

/// A text from elsewhere, made harmless: whoever chose it must not steer the terminal or turn the line around.
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

// Marks that are not seen and change how the rest is shown. The joiners (200C, 200D) belong to scripts and stay.
fn is_format(character: char) -> bool {
    matches!(character, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}c\u{9b}d\n"), "a\\u{1b}[2Jb\\u{202e}c\\u{9b}d\\u{a}");
        assert_eq!(visible("Ада 愛 ñ"), "Ада 愛 ñ");
    }
}
