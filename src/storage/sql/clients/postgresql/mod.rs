//! PostgreSQL. All statements of a call are sent at once, and so a transaction costs one round trip.
//!
//! Short statements are prepared if the connection's backend is ours alone. A transaction pooler gives each call
//! another backend: prepared statements and settings of the last call are gone there, and another client's statement of
//! the same name would run instead.

mod server;
mod values;

use std::collections::HashMap;
use std::pin::Pin;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::runtime::Runtime;
use tokio_postgres::Statement;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::{Connector, Waits};
use crate::error::{ErrorCode, Result};
use crate::storage::sql::client::{Client, Scope, Step};
use crate::storage::sql::dialect::Batch;
use crate::storage::sql::fault::Fault;
use crate::storage::sql::value::{Row, Value};
use crate::storage::url::Url;
use server::{Connected, Server, lock_timeout};
use values::{Parameters, parameters, row_of};

/// Where connections to one server come from.
pub struct PostgreSql(Server);

/// A connection. It works only during a call, on the thread of the caller.
struct Connection {
    runtime: Runtime,
    client: tokio_postgres::Client,
    /// The prepared ones, if the backend is ours alone.
    statements: Option<HashMap<String, Statement>>,
    waits: Waits,
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Vec<tokio_postgres::Row>, tokio_postgres::Error>> + 'a>>;

impl PostgreSql {
    /// Takes its parameters out of the URL.
    pub fn new(url: &mut Url) -> Result<Self> {
        Server::new(url).map(Self)
    }
}

impl PostgreSql {
    fn explained(&self, fault: Fault) -> Fault {
        match fault {
            Fault::Lost(cause) => Fault::Lost(self.0.tls.explained(cause)),
            other => other,
        }
    }
}

impl Connector for PostgreSql {
    fn connect(&self, waits: &Waits) -> Result<Box<dyn Client>, Fault> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let runtime =
            runtime.map_err(|error| Fault::Lost(format!("there is no more room for connections: {error}")))?;
        let connected =
            async { self.0.connect(waits.busy_timeout).await.map_err(|error| self.explained(fault(&error))) };
        let Connected { client, own_backend } = runtime.block_on(within(waits.connect, connected))?;
        Ok(Box::new(Connection { runtime, client, statements: own_backend.then(HashMap::new), waits: *waits }))
    }
}

async fn within<T>(wait: Duration, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let silent = |_| Fault::Silent(format!("the server gave no answer within {} seconds", wait.as_secs()));
    tokio::time::timeout(wait, work).await.map_err(silent)?
}

impl Client for Connection {
    fn run(&mut self, scope: Scope, steps: &[Step<'_>]) -> Result<Vec<Vec<Row>>, Fault> {
        let Self { runtime, client, statements, waits } = self;
        let client = &*client;
        runtime.block_on(within(waits.answer, async {
            if let Some(statements) = statements {
                prepare(client, statements, steps).await?;
            }
            let parameters: Vec<Parameters<'_>> = steps.iter().map(parameters).collect();
            let (before, after) = scope.around(Batch::Arrays);
            let opening = before.first().map(|begin| match statements {
                Some(_) => (*begin).to_owned(),
                None => format!("{begin}; SET LOCAL {}", lock_timeout(waits.busy_timeout)),
            });
            let asked = steps.iter().zip(&parameters).map(|(step, parameters)| -> Answer<'_> {
                let prepared = step_to_prepare(step).and_then(|sql| statements.as_ref()?.get(sql));
                match (step, prepared) {
                    (Step::Plain { sql }, _) => plain(client, sql),
                    (_, Some(statement)) => Box::pin(async move {
                        let values: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(|(value, _)| &**value).collect();
                        client.query(statement, &values).await
                    }),
                    (Step::Run { sql, .. } | Step::Upsert { sql, .. }, None) => Box::pin(async move {
                        let values = parameters.iter().map(|(value, of)| (&**value, of.clone()));
                        client.query_typed(sql, &values.collect::<Vec<_>>()).await
                    }),
                }
            });
            let around = |sql| plain(client, sql);
            let all = opening.as_deref().map(around).into_iter().chain(asked).chain(after.map(around));
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

// The server hashes lists of nine and more.
const LONG: usize = 9;

/// The statement of a step, where it is one that is worth preparing. From the sixth time on the server has one plan for
/// all values of a prepared statement, and that compares each row with each value of a list; with the values at hand it
/// hashes a long one.
fn step_to_prepare<'a>(step: &Step<'a>) -> Option<&'a str> {
    let is_long = |value: &Value| match value {
        Value::Integers(numbers) => numbers.len() >= LONG,
        Value::Texts(texts) => texts.len() >= LONG,
        _ => false,
    };
    match step {
        Step::Run { sql, values } if !values.iter().any(is_long) => Some(sql),
        Step::Upsert { sql, .. } => Some(sql),
        Step::Run { .. } | Step::Plain { .. } => None,
    }
}

async fn prepare(
    client: &tokio_postgres::Client,
    statements: &mut HashMap<String, Statement>,
    steps: &[Step<'_>],
) -> Result<(), Fault> {
    let mut missing: Vec<&str> = steps.iter().filter_map(step_to_prepare).collect();
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
