//! PostgreSQL. All statements of a call are sent at once, and so a transaction costs one round trip.

use std::collections::HashMap;
use std::pin::Pin;

use futures_util::future::join_all;
use tokio::runtime::Runtime;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Config, Statement};
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
    statements: HashMap<String, Statement>,
    waits: Waits,
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Vec<tokio_postgres::Row>, tokio_postgres::Error>> + 'a>>;
type Parameters<'a> = Vec<Box<dyn ToSql + Sync + 'a>>;

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
        let lock_timeout = format!("SET lock_timeout = {}", waits.lock.as_millis().max(1));
        let client = runtime.block_on(within(waits.connect, async {
            let client = loop {
                match self.config.connect(self.tls.clone()).await {
                    // It was started a moment ago, and will take connections soon.
                    Err(error) if error.code() == Some(&SqlState::CANNOT_CONNECT_NOW) => {
                        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    }
                    connected => {
                        let (client, connection) = connected.map_err(|error| fault(&error))?;
                        tokio::spawn(connection);
                        break client;
                    }
                }
            };
            client.batch_execute(&lock_timeout).await.map_err(|error| fault(&error))?;
            Ok(client)
        }))?;
        Ok(Box::new(Reach { runtime, client, statements: HashMap::new(), waits: *waits }))
    }
}

async fn within<T>(wait: std::time::Duration, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let silent = |_| Fault::Silent(format!("the server gave no answer within {} seconds", wait.as_secs()));
    tokio::time::timeout(wait, work).await.map_err(silent)?
}

impl Client for Reach {
    fn run(&mut self, scope: Scope, steps: &[Step<'_>]) -> Result<Vec<Vec<Row>>, Fault> {
        let Self { runtime, client, statements, waits } = self;
        let client = &*client;
        runtime.block_on(within(waits.answer, async {
            prepare(client, statements, steps).await?;
            let parameters: Vec<Parameters<'_>> = steps.iter().map(parameters).collect();
            let (before, after) = scope.around(Batch::Arrays);
            // In one message.
            let opening = before.iter().copied().chain(planning(scope, steps)).collect::<Vec<_>>().join("; ");
            let opening = Some(opening.as_str()).filter(|opening| !opening.is_empty());
            let asked = steps.iter().zip(&parameters).map(|(step, parameters)| -> Answer<'_> {
                match step {
                    Step::Plain { sql } => plain(client, sql),
                    Step::Run { sql, .. } | Step::Upsert { sql, .. } => {
                        let statement = &statements[*sql];
                        Box::pin(async move {
                            let parameters: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(AsRef::as_ref).collect();
                            client.query(statement, &parameters).await
                        })
                    }
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

// A plan that the server makes once for all values compares each row with each value of a list; it makes such a plan when
// a statement is run for the sixth time. With the values at hand it hashes them. (PostgreSQL 12 and later.)
const PLAN_WITH_THE_VALUES: &str = "SET LOCAL plan_cache_mode = force_custom_plan";
// The server hashes lists of nine and more.
const LONG: usize = 9;

/// How the server is to plan the steps of a transaction.
fn planning(scope: Scope, steps: &[Step<'_>]) -> Option<&'static str> {
    let is_long = |value: &Value| match value {
        Value::Integers(numbers) => numbers.len() >= LONG,
        Value::Texts(texts) => texts.len() >= LONG,
        _ => false,
    };
    let has_long = |step: &Step<'_>| matches!(step, Step::Run { values, .. } if values.iter().any(is_long));
    (scope != Scope::Single && steps.iter().any(has_long)).then_some(PLAN_WITH_THE_VALUES)
}

async fn prepare(
    client: &tokio_postgres::Client,
    statements: &mut HashMap<String, Statement>,
    steps: &[Step<'_>],
) -> Result<(), Fault> {
    let mut missing: Vec<&str> = steps.iter().filter_map(Step::prepared).collect();
    missing.retain(|sql| !statements.contains_key(*sql));
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        return Ok(());
    }
    let prepared = join_all(missing.iter().map(|sql| client.prepare(sql))).await;
    for (sql, statement) in missing.into_iter().zip(prepared) {
        statements.insert(sql.to_owned(), statement.map_err(|error| fault(&error))?);
    }
    Ok(())
}

fn parameters<'a>(step: &'a Step<'_>) -> Parameters<'a> {
    match step {
        Step::Plain { .. } => Vec::new(),
        Step::Run { values, .. } => values.iter().map(|value| Box::new(value) as Box<dyn ToSql + Sync>).collect(),
        Step::Upsert { session, rows, .. } => {
            let columns = rows.first().map_or(0, Vec::len);
            let arrays = (0..columns).map(|index| Box::new(Array { rows, index }) as Box<dyn ToSql + Sync>);
            std::iter::once(Box::new(*session) as Box<dyn ToSql + Sync>).chain(arrays).collect()
        }
    }
}

/// One column of many rows.
#[derive(Debug)]
struct Array<'a> {
    rows: &'a [Row],
    index: usize,
}

type Encoded = Result<IsNull, Box<dyn std::error::Error + Sync + Send>>;

impl ToSql for Array<'_> {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Encoded {
        self.rows.iter().map(|row| &row[self.index]).collect::<Vec<_>>().to_sql(of, out)
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
            Self::Integer(number) if *of == Type::INT4 => i32::try_from(*number)?.to_sql(of, out),
            Self::Integer(number) if *of == Type::INT2 => i16::try_from(*number)?.to_sql(of, out),
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
