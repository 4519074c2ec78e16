//! Tables and lists, aligned with spaces.

use serde_json::Value;

use crate::date;
use crate::failure::Result;
use crate::output::Output;
use crate::visible::visible;

const GAP: &str = "  ";
const ABSENT: &str = "-";
const KEY_DIGITS: usize = 64;

/// A column: its title, and whether its cells are right-aligned, as numbers are.
pub type Column = (&'static str, bool);

/// Prints rows under titles. The last column is not padded: its letters may have any width.
pub fn table(out: &mut Output, columns: &[Column], rows: &[Vec<String>]) -> Result<()> {
    let mut widths = Widths::of_titles(columns);
    rows.iter().for_each(|row| widths.see(row));
    widths.titles(out)?;
    rows.iter().try_for_each(|row| widths.line(out, row))
}

/// How wide the columns of a table are. Whoever prints more rows than there is memory for shows it all of them first, and
/// prints them then, one by one.
pub struct Widths<'a> {
    columns: &'a [Column],
    widths: Vec<usize>,
}

impl<'a> Widths<'a> {
    /// Wide enough for the titles.
    pub fn of_titles(columns: &'a [Column]) -> Self {
        Self { columns, widths: columns.iter().map(|(title, _)| title.chars().count()).collect() }
    }

    /// Makes room for a row.
    pub fn see(&mut self, row: &[String]) {
        for (width, cell) in self.widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }

    /// Prints the titles.
    pub fn titles(&self, out: &mut Output) -> Result<()> {
        let titles: Vec<String> = self.columns.iter().map(|(title, _)| (*title).to_owned()).collect();
        self.line(out, &titles)
    }

    /// Prints a row.
    pub fn line(&self, out: &mut Output, row: &[String]) -> Result<()> {
        let cells = row.iter().zip(self.columns).zip(&self.widths).map(|((cell, (_, right)), width)| match right {
            true => format!("{cell:>width$}"),
            false => format!("{cell:<width$}"),
        });
        out.line(cells.collect::<Vec<_>>().join(GAP).trim_end())
    }
}

/// Prints names and values, one pair a line. The further lines of a value are indented.
pub fn pairs(out: &mut Output, rows: &[(String, String)]) -> Result<()> {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in rows {
        let value = value.replace('\n', &format!("\n{:width$}{GAP}", ""));
        out.line(format!("{name:<width$}{GAP}{value}").trim_end())?;
    }
    Ok(())
}

/// The members of a JSON object, except those in `without`.
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

/// A value as a cell, or "-" if it is absent.
pub fn cell(value: Option<impl ToString>) -> String {
    value.map_or_else(|| ABSENT.to_owned(), |value| visible(&value.to_string()))
}
