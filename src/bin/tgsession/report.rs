//! The report of a conversion as text.

use std::fmt::Write;

use tgsession::session::{FieldReport, Outcome, Report, TableReport};

use crate::visible::visible;

/// One line for each field and table, and a note that explains the rarer outcomes.
pub fn lines(report: &Report) -> Vec<String> {
    let fields = report.fields.iter().map(|field| (field.name, of_field(field)));
    let tables = report.tables.iter().map(|table| (table.name, of_table(table)));
    let rows: Vec<_> = fields.chain(tables).collect();
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut lines = vec![format!("{} to {}", report.source, report.target), String::new()];
    lines.extend(rows.iter().map(|(name, became)| format!("{name:<width$}  {became}")));
    lines.extend(beside(report));
    if let Some(note) = note(report) {
        lines.extend([String::new(), note]);
    }
    lines
}

fn of_field(field: &FieldReport) -> String {
    let mut text = match (field.outcome, &field.from) {
        (Outcome::Given, Some(by)) => format!("given, by {}", visible(by)),
        (outcome, Some(from)) => format!("{}, from {from}", name(outcome)),
        (outcome, None) => name(outcome).to_owned(),
    };
    if let Some(by) = &field.contradicted_by {
        let _ = write!(text, "; {} has another value, which was not taken", visible(by));
    }
    text
}

/// What stands beside the session and is no part of it, a line each.
fn beside(report: &Report) -> Vec<String> {
    let tables = report
        .foreign_tables
        .iter()
        .map(|told| format!("table of another program: {}: {}", visible(&told.table.to_string()), name(told.outcome)));
    let logins =
        report.other_logins.iter().map(|told| format!("another login: {}: {}", told.login, name(told.outcome)));
    let keys =
        report.other_keys.iter().map(|told| format!("another key of it: {}: {}", told.login, name(told.outcome)));
    let remarks = report.remarks.iter().map(|remark| format!("remark: {}", visible(remark)));
    let lines: Vec<String> = tables.chain(logins).chain(keys).chain(remarks).collect();
    if lines.is_empty() { lines } else { [vec![String::new()], lines].concat() }
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
        Outcome::Given => "given",
        Outcome::LeftBehind => "left behind",
        Outcome::TakenAlong => "taken along",
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
        return Some("left out: the target has no place for it".to_owned());
    }
    let aside = has(Outcome::KeptAside) || report.tables.iter().any(|table| table.kept_aside > 0);
    let client = report.target.split('@').next().unwrap_or_default();
    aside.then(|| {
        format!("kept aside: {client}'s layout cannot hold it; it is kept in tables that only tgsession reads")
    })
}
