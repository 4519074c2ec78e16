//! Connects to a server, and finds out whether there is a pooler in between.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, Error as ServerError, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::{Error, Result};
use crate::storage::loopback::is_loopback;
use crate::storage::sql::clients::tls::{Asked, Mode, Tls};
use crate::storage::url::Url;
use crate::token::token;

/// A setting without meaning. The server has it only if it received the options that we sent when we connected.
const MARK: &str = "tgsession.connection";

/// A server, and how to connect to it.
pub struct Server {
    config: Config,
    connector: MakeRustlsConnect,
    pub tls: Tls,
    // The pooler refused to pass on settings.
    is_pooler: AtomicBool,
}

/// A new connection.
pub struct Connected {
    pub client: Client,
    /// The backend is ours alone: its state is still there at the next call. Behind a transaction pooler it is not.
    pub own_backend: bool,
}

impl Server {
    /// Takes its parameters out of the URL; the rest is the driver's.
    pub fn new(url: &mut Url) -> Result<Self> {
        let asked = Asked::take(url)?;
        let text = url.for_driver();
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        let config = zeroize::Zeroizing::new(format!("postgresql://{rest}")).parse::<Config>();
        let mut config =
            config.map_err(|error| Error::invalid_argument(format!("'{}' is not understood: {error}", url.shown())))?;
        let tls = asked.decide(is_on_loopback(&config));
        config.ssl_mode(match tls.mode {
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            _ => SslMode::Require,
        });
        if config.get_application_name().is_none() {
            config.application_name("tgsession");
        }
        Ok(Self { config, connector: MakeRustlsConnect::new(tls.config()?), tls, is_pooler: AtomicBool::new(false) })
    }

    /// Connects. On a backend of our own, a statement waits for a lock for `busy_timeout`.
    pub async fn connect(&self, busy_timeout: Duration) -> Result<Connected, ServerError> {
        if !self.is_pooler.load(Ordering::Relaxed) {
            let mark = token();
            let settings = format!("-c {} -c {MARK}={mark}", lock_timeout(busy_timeout));
            let mut config = self.config.clone();
            config.options([self.config.get_options().unwrap_or_default(), &settings].join(" ").trim_start());
            match self.connect_with(&config).await {
                Ok(client) => {
                    let own_backend = marked(&client).await? == Some(mark);
                    return Ok(Connected { client, own_backend });
                }
                Err(error) if is_about_settings(&error) => {}
                Err(error) => return Err(error),
            }
        }
        let client = self.connect_with(&self.config).await?;
        self.is_pooler.store(true, Ordering::Relaxed);
        Ok(Connected { client, own_backend: false })
    }

    async fn connect_with(&self, config: &Config) -> Result<Client, ServerError> {
        loop {
            match config.connect(self.connector.clone()).await {
                // It was started a moment ago, and will take connections soon.
                Err(error) if error.code() == Some(&SqlState::CANNOT_CONNECT_NOW) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                connected => {
                    let (client, connection) = connected?;
                    tokio::spawn(connection);
                    return Ok(client);
                }
            }
        }
    }
}

// Where an address is given beside a name, the name is only what the certificate must say.
fn is_on_loopback(config: &Config) -> bool {
    let addresses = config.get_hostaddrs();
    if !addresses.is_empty() {
        return addresses.iter().all(|address| is_loopback(&address.to_string()));
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => is_loopback(name),
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

/// The setting that ends a wait for a lock.
pub fn lock_timeout(wait: Duration) -> String {
    format!("lock_timeout={}", wait.as_millis().max(1))
}

// A pooler passes on only settings that it knows. pgbouncer says 08P01 to others.
fn is_about_settings(refusal: &ServerError) -> bool {
    let class = |state: &SqlState| ["08", "0A", "22", "42"].iter().any(|class| state.code().starts_with(class));
    refusal.code().is_some_and(class)
}

async fn marked(client: &Client) -> Result<Option<String>, ServerError> {
    let answer = client.simple_query(&format!("SELECT current_setting('{MARK}', true)")).await?;
    Ok(answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    }))
}
