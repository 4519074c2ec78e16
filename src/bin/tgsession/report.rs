//! The report of a conversion as text.

use std::fmt::Write;

use tgsession::session::{FieldReport, Outcome, Report, TableReport};

/// One line for each field and table, and a note that explains the rarer outcomes.
pub fn lines(report: &Report) -> Vec<String> {
    let fields = report.fields.iter().map(|field| (field.name, of_field(field)));
    let tables = report.tables.iter().map(|table| (table.name, of_table(table)));
    let rows: Vec<_> = fields.chain(tables).collect();
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut lines = vec![format!("{} to {}", report.source, report.target), String::new()];
    lines.extend(rows.iter().map(|(name, became)| format!("{name:<width$}  {became}")));
    if let Some(note) = note(report) {
        lines.extend([String::new(), note]);
    }
    lines
}

fn of_field(field: &FieldReport) -> String {
    match (field.outcome, field.from) {
        (outcome, Some(from)) => format!("{}, from {from}", name(outcome)),
        (outcome, None) => name(outcome).to_owned(),
    }
}

fn name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Kept => "kept",
        Outcome::Overridden => "overridden",
        Outcome::Derived => "derived",
        Outcome::KeptAside => "kept aside",
        Outcome::Missing => "-",
        Outcome::Unusable => "unusable: out of range",
        Outcome::LeftOut => "left out",
    }
}

fn of_table(table: &TableReport) -> String {
    let parts = [(table.kept, "kept"), (table.kept_aside, "kept aside"), (table.left_out, "left out")];
    let mut text = String::new();
    for (count, what) in parts.into_iter().filter(|(count, _)| *count > 0) {
        let comma = if text.is_empty() { "" } else { ", " };
        let _ = write!(text, "{comma}{count} {what}");
    }
    if table.derived > 0 {
        let _ = write!(text, " ({} of them derived)", table.derived);
    }
    text
}

fn note(report: &Report) -> Option<String> {
    let has = |outcome| report.fields.iter().any(|field| field.outcome == outcome);
    if has(Outcome::LeftOut) || report.tables.iter().any(|table| table.left_out > 0) {
        return Some("left out: a session string cannot hold it".to_owned());
    }
    let aside = has(Outcome::KeptAside) || report.tables.iter().any(|table| table.kept_aside > 0);
    let client = report.target.split('@').next().unwrap_or_default();
    aside.then(|| {
        format!("kept aside: {client}'s layout cannot hold it; it is kept in tables that only tgsession reads")
    })
}
