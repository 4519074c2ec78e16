//! MySQL and MariaDB. All statements of a call are one text, and so a transaction costs one round trip.
//!
//! Every text and every key stands in it as hexadecimal digits: nothing in a value can be taken for SQL.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

use mysql::consts::{ColumnFlags, ColumnType};
use mysql::prelude::Queryable;
use mysql::{Conn, DriverError, Opts, OptsBuilder, SslOpts};
use zeroize::Zeroizing;

use super::tls::{Asked, Mode, Tls};
use super::{Connector, Waits};
use crate::error::{Error, ErrorCode, Result};
use crate::storage::loopback::is_loopback;
use crate::storage::sql::client::{Client, Scope, Step};
use crate::storage::sql::dialect::Batch;
use crate::storage::sql::fault::Fault;
use crate::storage::sql::value::{Row, Value};
use crate::storage::url::Url;

/// A server, and how to get in.
pub struct MySql {
    opts: Opts,
    tls: Tls,
    // Found out at the first connection, where TLS is only preferred.
    without_tls: AtomicBool,
}

struct MySqlClient(Conn);

// Servers take packets of 16 MiB and more; a text is sent long before.
const TEXT: usize = 1 << 20;
const ROWS: usize = 1_000;

impl MySql {
    /// Takes its parameters out of the URL; the rest is the driver's.
    pub fn new(url: &mut Url) -> Result<Self> {
        let asked = Asked::take(url)?;
        // It is always this one.
        url.take("charset")?;
        if url.path()?.is_empty() {
            return Err(Error::invalid_argument(format!("'{}' names no database", url.shown())));
        }
        let text = url.for_driver();
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        let opts = Opts::from_url(&Zeroizing::new(format!("mysql://{rest}"))).map_err(|error| {
            let cause = match error {
                mysql::UrlError::UnknownParameter(name) => format!("there is no parameter {name}"),
                _ => "it is not of the form mysql://user:password@host:port/database".to_owned(),
            };
            Error::invalid_argument(format!("'{}' is not understood: {cause}", url.shown()))
        })?;
        let tls = asked.decide(is_loopback(&opts.get_ip_or_hostname()));
        if tls.verifies() {
            // Says early and clearly what is wrong with the certificates.
            tls.config()?;
        }
        // More than one provider may be built in; rustls would not know which one to take.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self { opts, without_tls: AtomicBool::new(tls.mode == Mode::Disable), tls })
    }

    fn open(&self, waits: &Waits, encrypted: bool) -> mysql::Result<Conn> {
        let lock = format!("innodb_lock_wait_timeout = {}", waits.busy_timeout.as_secs().max(1));
        let session =
            format!("SET NAMES utf8mb4, SESSION {lock}, SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO'");
        let opts = OptsBuilder::from_opts(self.opts.clone())
            .prefer_socket(false)
            .tcp_connect_timeout(Some(waits.connect))
            .read_timeout(Some(waits.answer))
            .write_timeout(Some(waits.answer))
            .max_allowed_packet(Some(1 << 30))
            .init(vec![session, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED".to_owned()])
            .ssl_opts(encrypted.then(|| {
                SslOpts::default()
                    .with_root_cert_path(self.tls.roots.clone())
                    .with_danger_accept_invalid_certs(!self.tls.verifies())
                    .with_danger_skip_domain_validation(self.tls.mode != Mode::VerifyFull)
            }));
        Conn::new(opts)
    }
}

impl Connector for MySql {
    fn connect(&self, waits: &Waits) -> Result<Box<dyn Client>, Fault> {
        let encrypted = !self.without_tls.load(Ordering::Relaxed);
        let connected = match self.open(waits, encrypted) {
            Err(mysql::Error::DriverError(DriverError::TlsNotSupported)) if self.tls.mode == Mode::Prefer => {
                self.without_tls.store(true, Ordering::Relaxed);
                self.open(waits, false)
            }
            other => other,
        };
        let connected = connected.map_err(|error| match fault(&error) {
            Fault::Lost(cause) => Fault::Lost(self.tls.explained(cause)),
            other => other,
        })?;
        Ok(Box::new(MySqlClient(connected)))
    }
}

impl Client for MySqlClient {
    fn run(&mut self, scope: Scope, steps: &[Step<'_>]) -> Result<Vec<Vec<Row>>, Fault> {
        let (before, after) = scope.around(Batch::Rows);
        let mut answers: Vec<Vec<Row>> = steps.iter().map(|_| Vec::new()).collect();
        let mut text = Text::default();
        before.iter().for_each(|sql| text.push(None, sql));
        for (index, step) in steps.iter().enumerate() {
            match step {
                Step::Plain { sql } => text.push(Some(index), sql),
                Step::Run { sql, values } => text.push(Some(index), &filled(sql, values)),
                Step::Upsert { sql, session, rows } => {
                    for rows in rows.chunks(ROWS) {
                        text.push(Some(index), &with_rows(sql, session, rows));
                        if text.sql.len() > TEXT {
                            self.send(&mut text, &mut answers)?;
                        }
                    }
                }
            }
        }
        after.iter().for_each(|sql| text.push(None, sql));
        self.send(&mut text, &mut answers)?;
        Ok(answers)
    }
}

/// Statements that are sent together, and the step that each answer belongs to.
#[derive(Default)]
struct Text {
    sql: Zeroizing<String>,
    of_step: Vec<Option<usize>>,
}

impl Text {
    fn push(&mut self, step: Option<usize>, sql: &str) {
        if !self.sql.is_empty() {
            self.sql.push(';');
        }
        self.sql.push_str(sql);
        self.of_step.push(step);
    }
}

impl MySqlClient {
    fn send(&mut self, text: &mut Text, answers: &mut [Vec<Row>]) -> Result<(), Fault> {
        let Text { sql, of_step } = std::mem::take(text);
        if sql.is_empty() {
            return Ok(());
        }
        let mut result = self.0.query_iter(sql.as_str()).map_err(|error| fault(&error))?;
        for step in of_step {
            let Some(rows) = result.iter() else { break };
            for row in rows {
                let row = row.map_err(|error| fault(&error))?;
                if let Some(step) = step {
                    answers[step].push(row_of(row)?);
                }
            }
        }
        Ok(())
    }
}

/// A statement with its values in the places of `?1`, `?2`.
fn filled(sql: &str, values: &[Value]) -> Zeroizing<String> {
    let mut pieces = sql.split('?');
    let mut text = Zeroizing::new(pieces.next().unwrap_or_default().to_owned());
    for piece in pieces {
        let digits = piece.find(|character: char| !character.is_ascii_digit()).unwrap_or(piece.len());
        let number: usize = piece[..digits].parse().unwrap_or_default();
        write_value(&mut text, values.get(number.wrapping_sub(1)).unwrap_or(&Value::Null));
        text.push_str(&piece[digits..]);
    }
    text
}

/// A statement with rows in the place of its `?`.
fn with_rows(sql: &str, session: &str, rows: &[Row]) -> Zeroizing<String> {
    let (head, tail) = sql.split_once('?').unwrap_or((sql, ""));
    let mut first = String::new();
    write_hex(&mut first, "_utf8mb4 x'", session.as_bytes());
    let mut text = Zeroizing::new(String::with_capacity(sql.len() + rows.len() * (first.len() + 128)));
    text.push_str(head);
    for (index, row) in rows.iter().enumerate() {
        text.push_str(if index == 0 { "(" } else { ",(" });
        text.push_str(&first);
        for value in row {
            text.push(',');
            write_value(&mut text, value);
        }
        text.push(')');
    }
    text.push_str(tail);
    text
}

fn write_value(text: &mut String, value: &Value) {
    match value {
        Value::Null => text.push_str("NULL"),
        // A String takes whatever is written to it.
        Value::Integer(number) => drop(write!(text, "{number}")),
        Value::Text(value) => write_hex(text, "_utf8mb4 x'", value.as_bytes()),
        Value::Bytes(bytes) => write_hex(text, "_binary x'", bytes),
        Value::Integers(numbers) => write_list(text, numbers.iter().map(|number| Value::Integer(*number))),
        Value::Texts(texts) => write_list(text, texts.iter().map(|value| value.as_str().into())),
    }
}

fn write_list(text: &mut String, values: impl Iterator<Item = Value>) {
    for (index, value) in values.enumerate() {
        text.push(if index == 0 { '(' } else { ',' });
        write_value(text, &value);
    }
    text.push(')');
}

fn write_hex(text: &mut String, before: &str, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    text.push_str(before);
    text.reserve(bytes.len() * 2 + 1);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text.push('\'');
}

// Answers to texts are texts; the column says what they are.
fn row_of(row: mysql::Row) -> Result<Row, Fault> {
    let columns = row.columns();
    let value = |(value, column): (mysql::Value, &mysql::Column)| {
        let bytes = match value {
            mysql::Value::NULL => return Ok(Value::Null),
            mysql::Value::Int(number) => return Ok(Value::Integer(number)),
            mysql::Value::Bytes(bytes) => Zeroizing::new(bytes),
            _ => return Err(Fault::Damaged("a column is of an unexpected type".to_owned())),
        };
        // 63 is the character set of what is none: the column holds bytes.
        let is_text = column.character_set() != 63;
        match column.column_type() {
            ColumnType::MYSQL_TYPE_TINY
            | ColumnType::MYSQL_TYPE_SHORT
            | ColumnType::MYSQL_TYPE_INT24
            | ColumnType::MYSQL_TYPE_LONG
            | ColumnType::MYSQL_TYPE_LONGLONG => number(&bytes, column),
            _ if is_text => Ok(Value::Text(String::from_utf8_lossy(&bytes).into_owned())),
            _ => Ok(Value::Bytes(bytes)),
        }
    };
    row.unwrap().into_iter().zip(columns.iter()).map(value).collect()
}

fn number(bytes: &[u8], column: &mysql::Column) -> Result<Value, Fault> {
    let text = std::str::from_utf8(bytes).ok();
    let number = if column.flags().contains(ColumnFlags::UNSIGNED_FLAG) {
        text.and_then(|text| text.parse::<u64>().ok()).and_then(|number| number.try_into().ok())
    } else {
        text.and_then(|text| text.parse().ok())
    };
    number.map(Value::Integer).ok_or_else(|| Fault::Damaged("a number is out of range".to_owned()))
}

fn fault(error: &mysql::Error) -> Fault {
    let mysql::Error::MySqlError(refusal) = error else {
        let silent = |error: &std::io::Error| {
            matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
        };
        return match error {
            mysql::Error::IoError(error) if silent(error) => {
                Fault::Silent("the server gave no answer in time".to_owned())
            }
            error => Fault::Lost(error.to_string()),
        };
    };
    // A syntax error shows the text, and that may have a key in it.
    let message = if refusal.code == 1064 { "syntax error" } else { refusal.message.as_str() };
    let cause = format!("the server says: {message}");
    match refusal.code {
        1213 | 1020 => Fault::Deadlock(cause),
        1205 => Fault::Refused(ErrorCode::Locked, cause),
        1146 | 1054 => Fault::NoTable(cause),
        1044 | 1142 | 1143 => Fault::Refused(ErrorCode::PermissionDenied, cause),
        1290 | 1792 | 1836 => Fault::Refused(ErrorCode::ReadOnly, cause),
        1021 | 1114 => Fault::Refused(ErrorCode::DiskFull, cause),
        // The server shuts down, or has too many connections.
        1053 | 1077 | 1079 | 1927 => Fault::Lost(cause),
        _ => Fault::Refused(ErrorCode::Server, cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_as_digits() {
        let values = ["'; DROP".into(), Value::Integers(vec![1, -2]), Value::Null, Value::Texts(vec!["a".into()])];
        let text = filled("a = ?1 AND b IN ?2 AND c = ?3 AND d NOT IN ?4 OR a = ?1", &values);
        let quoted = "_utf8mb4 x'273b2044524f50'";
        let expected =
            format!("a = {quoted} AND b IN (1,-2) AND c = NULL AND d NOT IN (_utf8mb4 x'61') OR a = {quoted}");
        assert_eq!(*text, expected);
        let rows = vec![vec![1.into(), Value::Null], vec![2.into(), [255_u8].as_slice().into()]];
        let text = with_rows("INSERT INTO t VALUES ? END", "s", &rows);
        let s = "_utf8mb4 x'73'";
        assert_eq!(*text, format!("INSERT INTO t VALUES ({s},1,NULL),({s},2,_binary x'ff') END"));
    }
}
