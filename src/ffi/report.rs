//! Lists, reports and descriptions as structs: for who reads no JSON.

use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use super::error::tgs_error;
use super::guard::guard_secret;
use super::handle::Handles;
use super::panic::guard_or;
use super::pointer::{self, SizedStruct};
use super::scrub::scrubbed;
use super::status::tgs_status;
use super::text;
use crate::error::{Error, Result};

/// A report that is read entry by entry: from tgs_report_new() until tgs_report_free().
pub struct tgs_report {
    _opaque: [u8; 0],
}

/// One entry of a report.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tgs_report_entry {
    /// sizeof(tgs_report_entry).
    pub size: usize,
    /// What it is about: a session, a field, a table, a member. Never NULL.
    pub subject: *const c_char,
    /// What became of a field or a table: "kept", "derived" and so on; NULL where nothing can become of it.
    pub outcome: *const c_char,
    /// The value of a member as text, or what a field was derived from; NULL for absent.
    pub detail: *const c_char,
    /// How many rows of a table, or the value of a member that is a number, or 1 for true and 0 for false. Valid if
    /// has_number.
    pub number: i64,
    /// Whether there is a number.
    pub has_number: bool,
}

// SAFETY: `size` comes first; numbers, pointers and booleans may be zero.
unsafe impl SizedStruct for tgs_report_entry {
    const NAME: &'static str = "tgs_report_entry";
}

/// An entry. It may be about a secret, which tgs_inspect() was asked for.
#[derive(Debug, Default, PartialEq)]
struct Entry {
    subject: String,
    outcome: Option<String>,
    detail: Option<Zeroizing<String>>,
    number: Option<i64>,
}

/// A struct for C, and the texts to which it points.
struct EntryView {
    entry: tgs_report_entry,
    texts: Vec<CString>,
}

// SAFETY: its pointers lead into its own texts, which nobody changes.
unsafe impl Send for EntryView {}

impl EntryView {
    fn new(entry: &Entry) -> Result<Self> {
        let mut texts = Vec::new();
        let mut keep = |text: Option<&str>| -> Result<*const c_char> {
            let Some(text) = text else { return Ok(ptr::null()) };
            let text = text::to_c(text)?;
            let pointer = text.as_ptr(); // a CString's text does not move with it
            texts.push(text);
            Ok(pointer)
        };
        let entry = tgs_report_entry {
            size: size_of::<tgs_report_entry>(),
            subject: keep(Some(entry.subject.as_str()))?,
            outcome: keep(entry.outcome.as_deref())?,
            detail: keep(entry.detail.as_ref().map(|text| text.as_str()))?,
            number: entry.number.unwrap_or(0),
            has_number: entry.number.is_some(),
        };
        Ok(Self { entry, texts })
    }
}

impl Drop for EntryView {
    fn drop(&mut self) {
        self.texts.drain(..).for_each(|text| text.into_bytes().zeroize());
    }
}

struct ReportIter {
    rest: std::vec::IntoIter<Entry>,
    // The caller may read it until the next call.
    current: Option<EntryView>,
}

static REPORTS: Handles<Mutex<ReportIter>> = Handles::new("tgs_report");

/// For a fork: see `fork`.
#[cfg(unix)]
pub(super) fn freeze() -> Box<dyn std::any::Any> {
    REPORTS.freeze()
}

/// The entries of what the library gave as JSON.
fn entries(json: &str) -> Result<Vec<Entry>> {
    // The parser's message may repeat the text.
    let not_ours = |_| Error::invalid_argument("json is no JSON that this library gave");
    let mut value: Value = serde_json::from_str(json).map_err(not_ours)?;
    let mut entries = Vec::new();
    match &value {
        Value::Array(names) => names.iter().for_each(|name| entries.push(named(name))),
        Value::Object(members) => add_members("", members, &mut entries),
        _ => return Err(Error::invalid_argument("json is no list and no object")),
    }
    wipe(&mut value);
    Ok(entries)
}

fn named(name: &Value) -> Entry {
    Entry { subject: plain(name).unwrap_or_default(), ..Entry::default() }
}

fn add_members(path: &str, members: &Map<String, Value>, entries: &mut Vec<Entry>) {
    for (name, value) in members {
        let subject = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match (subject.as_str(), value) {
            ("fields", Value::Array(fields)) => entries.extend(fields.iter().map(field)),
            ("tables", Value::Array(tables)) => tables.iter().for_each(|table| add_table(table, entries)),
            (_, Value::Array(values)) => entries.extend(values.iter().map(|value| member(&subject, value))),
            (_, Value::Object(members)) => add_members(&subject, members, entries),
            _ => entries.push(member(&subject, value)),
        }
    }
}

fn member(subject: &str, value: &Value) -> Entry {
    let number = value.as_i64().or_else(|| value.as_bool().map(i64::from));
    Entry { subject: subject.to_owned(), detail: plain(value).map(Zeroizing::new), number, ..Entry::default() }
}

/// A field of a conversion's report.
fn field(field: &Value) -> Entry {
    let text = |name: &str| field.get(name).and_then(plain);
    let subject = text("name").unwrap_or_default();
    Entry { subject, outcome: text("outcome"), detail: text("from").map(Zeroizing::new), number: None }
}

/// A table of a conversion's report: an entry for each thing that became of rows of it.
fn add_table(table: &Value, entries: &mut Vec<Entry>) {
    let subject = table.get("name").and_then(plain).unwrap_or_default();
    for (outcome, rows) in table.as_object().into_iter().flatten() {
        if let Some(rows) = rows.as_i64().filter(|rows| *rows != 0) {
            let outcome = Some(outcome.clone());
            entries.push(Entry { subject: subject.clone(), outcome, number: Some(rows), ..Entry::default() });
        }
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        _ => {}
    }
}

/// # Reports without JSON
///
/// Lists, reports and descriptions are given as JSON: the names of tgs_list_sessions() and tgs_list_values(), the
/// reports of tgs_convert() and tgs_export_session_string(), the descriptions of tgs_inspect() and tgs_diagnose(). A
/// program without a reader of JSON reads any of them as a row of structs:
///
/// - a list: an entry for each name, which is the `subject`;
/// - a report: "source" and "target" with their formats as `detail`; each field with its `outcome`, and as `detail` what
///   a derived one was derived from; each table with an `outcome` and the `number` of rows that came to it, once for
///   each outcome that has rows;
/// - a description: each member with its value as `detail`, and as `number` if it is one. The members of an object in it
///   are called "fields.dc_id", and each value of a list is an entry of the same `subject`.
///
/// ```c
/// char *json = NULL;
/// tgs_report *report = NULL;
/// const tgs_report_entry *entry = NULL;
/// if (tgs_inspect(session, false, &json, &error) == TGS_OK && tgs_report_new(json, &report, &error) == TGS_OK)
///     while (tgs_report_next(report, &entry, &error) == TGS_OK) printf("%s\n", entry->subject);
/// tgs_report_free(report);
/// tgs_string_free(json);
/// ```
///
/// ---
///
/// Makes a report of JSON that this library gave.
///
/// @param[in] json The JSON. You may free it after the call.
/// @param[out] report Receives the report, before its first entry. Free it with tgs_report_free().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT if it is none.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_report_new(
    json: *const c_char,
    report: *mut *mut tgs_report,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(report, "report")?;
        // SAFETY: the caller's promise.
        let entries = entries(unsafe { text::required(json, "json") }?)?;
        let iter = ReportIter { rest: entries.into_iter(), current: None };
        // SAFETY: the caller's promise.
        unsafe { pointer::put(report, REPORTS.insert(Mutex::new(iter)), "report") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Moves to the next entry. One thread at a time may use a report.
///
/// @param[in,out] report The report.
/// @param[out] entry Receives a pointer to a struct that belongs to the report. It and its texts are valid until the
///     next call with this report.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND after the last entry.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_report_next(
    report: *mut tgs_report,
    entry: *mut *const tgs_report_entry,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(entry, "entry")?;
        let report = REPORTS.get(report)?;
        let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
        report.current = report.rest.next().map(|entry| EntryView::new(&entry)).transpose()?;
        let Some(current) = &report.current else { return Ok(tgs_status::TGS_NOT_FOUND) };
        // SAFETY: the caller's promise.
        unsafe { pointer::put(entry, &raw const current.entry, "entry") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Overwrites and frees a report.
///
/// @param[in] report The report. NULL, and a report that was freed, are ignored.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_report_free(report: *mut tgs_report) {
    guard_or((), || scrubbed(|| REPORTS.remove(report)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(subject: &str, outcome: Option<&str>, detail: Option<&str>, number: Option<i64>) -> Entry {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Entry { subject: subject.to_owned(), outcome: text(outcome), detail: text(detail).map(Zeroizing::new), number }
    }

    #[test]
    fn each_kind_of_json_is_read() {
        assert_eq!(entries(r#"["a", "b two"]"#).unwrap()[1], entry("b two", None, None, None));
        let report = r#"{"source": "memory", "target": "telethon@7", "fields": [
            {"name": "dc_id", "outcome": "kept"}, {"name": "port", "outcome": "derived", "from": "dc_id"}],
            "tables": [{"name": "peers", "kept": 2, "kept_aside": 1, "derived": 0, "left_out": 0}]}"#;
        let expected = [
            entry("source", None, Some("memory"), None),
            entry("target", None, Some("telethon@7"), None),
            entry("dc_id", Some("kept"), None, None),
            entry("port", Some("derived"), Some("dc_id"), None),
            entry("peers", Some("kept"), None, Some(2)),
            entry("peers", Some("kept_aside"), None, Some(1)),
        ];
        assert_eq!(entries(report).unwrap(), expected);
        let diagnosis = r#"{"format": null, "intact": true, "mended": ["a", "b"], "fields": {"dc_id": 2}}"#;
        let expected = [
            entry("format", None, None, None),
            entry("intact", None, Some("true"), Some(1)),
            entry("mended", None, Some("a"), None),
            entry("mended", None, Some("b"), None),
            entry("fields.dc_id", None, Some("2"), Some(2)),
        ];
        assert_eq!(entries(diagnosis).unwrap(), expected);
    }

    #[test]
    fn what_is_no_json_is_not_repeated() {
        for text in ["", "a secret", "{\"a secret", "\"a secret\"", "5"] {
            let error = entries(text).unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
