//! PostgreSQL. All statements of a call are sent at once, and so a transaction costs one round trip.
//!
//! Nothing is left on a connection between two calls, neither a prepared statement nor a setting: behind a pooler the next
//! call may reach another connection, where somebody else's statement of the same name would run instead.

use std::pin::Pin;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::runtime::Runtime;
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls::{Mode, Tls};
use super::{Connector, Waits};
use crate::error::{Error, ErrorCode, Result};
use crate::storage::sql::client::{Client, Scope, Step};
use crate::storage::sql::dialect::Batch;
use crate::storage::sql::fault::Fault;
use crate::storage::sql::value::{Row, Value};
use crate::storage::url::Url;

/// A server, and how to get in.
pub struct PostgreSql {
    config: Config,
    tls: MakeRustlsConnect,
}

/// A connection. It is driven by whoever calls: nothing happens in between, and there is no thread.
struct Reach {
    runtime: Runtime,
    client: tokio_postgres::Client,
    waits: Waits,
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Vec<tokio_postgres::Row>, tokio_postgres::Error>> + 'a>>;
type Parameters<'a> = Vec<(Box<dyn ToSql + Sync + 'a>, Type)>;

impl PostgreSql {
    /// Takes its parameters out of the URL; the rest is the driver's.
    pub fn new(url: &mut Url) -> Result<Self> {
        let tls = Tls::take(url)?;
        let text = url.for_driver();
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        let config = zeroize::Zeroizing::new(format!("postgresql://{rest}")).parse::<Config>();
        let mut config =
            config.map_err(|error| Error::invalid_argument(format!("'{}' is not understood: {error}", url.shown())))?;
        config.ssl_mode(match tls.mode {
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            _ => SslMode::Require,
        });
        if config.get_application_name().is_none() {
            config.application_name("tgsession");
        }
        Ok(Self { config, tls: MakeRustlsConnect::new(tls.config()?) })
    }
}

impl Connector for PostgreSql {
    fn connect(&self, waits: &Waits) -> Result<Box<dyn Client>, Fault> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let runtime =
            runtime.map_err(|error| Fault::Lost(format!("there is no more room for connections: {error}")))?;
        let client = runtime.block_on(within(waits.connect, async {
            loop {
                match self.config.connect(self.tls.clone()).await {
                    // It was started a moment ago, and will take connections soon.
                    Err(error) if error.code() == Some(&SqlState::CANNOT_CONNECT_NOW) => {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                    connected => {
                        let (client, connection) = connected.map_err(|error| fault(&error))?;
                        tokio::spawn(connection);
                        return Ok(client);
                    }
                }
            }
        }))?;
        Ok(Box::new(Reach { runtime, client, waits: *waits }))
    }
}

async fn within<T>(wait: Duration, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let silent = |_| Fault::Silent(format!("the server gave no answer within {} seconds", wait.as_secs()));
    tokio::time::timeout(wait, work).await.map_err(silent)?
}

impl Client for Reach {
    fn run(&mut self, scope: Scope, steps: &[Step<'_>]) -> Result<Vec<Vec<Row>>, Fault> {
        let Self { runtime, client, waits } = self;
        let client = &*client;
        runtime.block_on(within(waits.answer, async {
            let parameters: Vec<Parameters<'_>> = steps.iter().map(parameters).collect();
            let (before, after) = scope.around(Batch::Arrays);
            let opening = before.first().map(|begin| format!("{begin}; {}", lock_timeout(waits.lock)));
            let opening = opening.as_deref();
            let asked = steps.iter().zip(&parameters).map(|(step, parameters)| -> Answer<'_> {
                match step {
                    Step::Plain { sql } => plain(client, sql),
                    Step::Run { sql, .. } | Step::Upsert { sql, .. } => Box::pin(async move {
                        let parameters = parameters.iter().map(|(value, of)| (value.as_ref(), of.clone()));
                        client.query_typed(sql, &parameters.collect::<Vec<_>>()).await
                    }),
                }
            });
            let around = |sql| plain(client, sql);
            let all = opening.map(around).into_iter().chain(asked).chain(after.map(around));
            // Whatever follows a failed step of a transaction fails too, and its end rolls it back.
            let mut answers = join_all(all).await.into_iter().skip(usize::from(opening.is_some()));
            let mut rows = Vec::with_capacity(steps.len());
            for _ in steps {
                let answer = answers.next().unwrap_or(Ok(Vec::new())).map_err(|error| fault(&error))?;
                rows.push(answer.iter().map(row_of).collect::<Result<_, _>>()?);
            }
            for rest in answers {
                rest.map_err(|error| fault(&error))?;
            }
            Ok(rows)
        }))
    }
}

fn plain<'a>(client: &'a tokio_postgres::Client, sql: &'a str) -> Answer<'a> {
    Box::pin(async move { client.batch_execute(sql).await.map(|()| Vec::new()) })
}

fn lock_timeout(wait: Duration) -> String {
    format!("SET LOCAL lock_timeout = {}", wait.as_millis().max(1))
}

fn parameters<'a>(step: &'a Step<'_>) -> Parameters<'a> {
    match step {
        Step::Plain { .. } => Vec::new(),
        Step::Run { values, .. } => values.iter().map(|value| (Box::new(value) as _, type_of(value))).collect(),
        Step::Upsert { session, rows, .. } => {
            let columns = rows.first().map_or(0, Vec::len);
            let arrays = (0..columns).map(|index| Column { rows, index });
            let arrays = arrays.map(|column| (Box::new(column) as _, column.array_type()));
            std::iter::once((Box::new(*session) as _, Type::TEXT)).chain(arrays).collect()
        }
    }
}

// Where nothing is known the server is left to find out.
fn type_of(value: &Value) -> Type {
    match value {
        Value::Null => Type::UNKNOWN,
        Value::Integer(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Bytes(_) => Type::BYTEA,
        Value::Integers(_) => Type::INT8_ARRAY,
        Value::Texts(_) => Type::TEXT_ARRAY,
    }
}

/// One column of many rows, sent as an array.
#[derive(Clone, Copy, Debug)]
struct Column<'a> {
    rows: &'a [Row],
    index: usize,
}

impl Column<'_> {
    fn values(&self) -> impl Iterator<Item = &Value> {
        self.rows.iter().map(|row| &row[self.index])
    }

    fn array_type(&self) -> Type {
        match self.values().find(|value| **value != Value::Null) {
            Some(Value::Integer(_)) => Type::INT8_ARRAY,
            Some(Value::Bytes(_)) => Type::BYTEA_ARRAY,
            Some(_) => Type::TEXT_ARRAY,
            None => Type::UNKNOWN,
        }
    }
}

type Encoded = Result<IsNull, Box<dyn std::error::Error + Sync + Send>>;

impl ToSql for Column<'_> {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Encoded {
        if *of == Type::UNKNOWN {
            // `unnest` fills it up with NULLs beside the arrays of the other columns.
            return Ok(IsNull::Yes);
        }
        self.values().collect::<Vec<_>>().to_sql(of, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl ToSql for Value {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Encoded {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) => number.to_sql(of, out),
            Self::Text(text) => text.to_sql(of, out),
            Self::Bytes(bytes) => bytes.as_slice().to_sql(of, out),
            Self::Integers(numbers) => numbers.to_sql(of, out),
            Self::Texts(texts) => texts.to_sql(of, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn row_of(row: &tokio_postgres::Row) -> Result<Row, Fault> {
    let value = |(index, column): (usize, &tokio_postgres::Column)| -> Result<Value, tokio_postgres::Error> {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(index)?.into(),
            Type::INT4 => row.try_get::<_, Option<i32>>(index)?.map(i64::from).into(),
            Type::INT2 => row.try_get::<_, Option<i16>>(index)?.map(i64::from).into(),
            Type::BYTEA => row.try_get::<_, Option<&[u8]>>(index)?.into(),
            _ => row.try_get::<_, Option<&str>>(index)?.into(),
        })
    };
    let values = row.columns().iter().enumerate().map(value).collect::<Result<_, _>>();
    values.map_err(|error| Fault::Damaged(format!("a column is of an unexpected type: {error}")))
}

// The server's message names things, and shows no values; its detail does.
fn fault(error: &tokio_postgres::Error) -> Fault {
    let Some(refusal) = error.as_db_error() else {
        let mut cause = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(deeper) = source {
            cause = format!("{cause}: {deeper}");
            source = deeper.source();
        }
        return Fault::Lost(cause);
    };
    let cause = format!("the server says: {}", refusal.message());
    let state = refusal.code();
    match *state {
        SqlState::T_R_DEADLOCK_DETECTED | SqlState::T_R_SERIALIZATION_FAILURE => Fault::Deadlock(cause),
        SqlState::LOCK_NOT_AVAILABLE => Fault::Refused(ErrorCode::Locked, cause),
        SqlState::UNDEFINED_TABLE | SqlState::UNDEFINED_COLUMN => Fault::NoTable(cause),
        SqlState::INSUFFICIENT_PRIVILEGE => Fault::Refused(ErrorCode::PermissionDenied, cause),
        SqlState::READ_ONLY_SQL_TRANSACTION => Fault::Refused(ErrorCode::ReadOnly, cause),
        SqlState::DISK_FULL => Fault::Refused(ErrorCode::DiskFull, cause),
        // A server that ends, or ends this connection.
        _ if state.code().starts_with("57P") || state.code().starts_with("08") => Fault::Lost(cause),
        _ => Fault::Refused(ErrorCode::Server, cause),
    }
}
