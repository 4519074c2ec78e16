//! Servers: one pool of connections for all sessions of the process that are on the same server.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use mongodb::bson::{Document, doc};
use mongodb::options::{ClientOptions, ServerAddress, Tls, TlsOptions, WriteConcern};
use mongodb::{Client, Database};
use tokio::runtime::Runtime;

use super::fault::Fault;
use super::target::Address;
use crate::error::{Error, ErrorCode, Result};
use crate::storage::loopback::is_loopback;

/// A server, or a set of them, and the connections to it.
pub struct Server {
    client: Client,
    write_concern: Option<WriteConcern>,
    has_transactions: OnceLock<bool>,
    // The URL does not ask for it.
    tls_is_default: bool,
}

// Dropped with its last session.
type Servers = Vec<(Address, Weak<Server>)>;

static SERVERS: Mutex<Servers> = Mutex::new(Vec::new());

/// The runtime of the driver's tasks for all servers. They mostly wait, so two threads are enough.
pub fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    let start = || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).thread_name("tgsession-mongodb").enable_all().build().ok()
    };
    let failed = || Error::new(ErrorCode::Io, "cannot start the threads for MongoDB");
    RUNTIME.get_or_init(start).as_ref().ok_or_else(failed)
}

impl Server {
    /// The server at an address. Nothing is sent yet.
    pub async fn get(address: &Address) -> Result<Arc<Self>> {
        if let Some(known) = known(&servers(), address) {
            return Ok(known);
        }
        // Not under the lock: mongodb+srv:// asks the DNS.
        let made = Arc::new(Self::connect(address).await?);
        let mut servers = servers();
        if let Some(known) = known(&servers, address) {
            return Ok(known);
        }
        servers.retain(|(_, server)| server.strong_count() > 0);
        servers.push((address.clone(), Arc::downgrade(&made)));
        Ok(made)
    }

    async fn connect(address: &Address) -> Result<Self> {
        let parsed = tokio::time::timeout(address.busy_timeout, ClientOptions::parse(address.url.as_str())).await;
        let parsed = parsed.map_err(|_| Fault::Timeout(address.busy_timeout).on(&address.shown, "look up"))?;
        let mut options = parsed.map_err(|error| unusable(address, &error))?;
        options.server_selection_timeout.get_or_insert(address.busy_timeout);
        options.app_name.get_or_insert_with(|| "tgsession".to_owned());
        let tls_is_default = options.tls.is_none() && !options.hosts.iter().all(is_this_machine);
        if tls_is_default {
            // An auth key crosses no network in clear.
            options.tls = Some(Tls::Enabled(TlsOptions::default()));
        }
        let write_concern = options.write_concern.clone();
        let client = Client::with_options(options).map_err(|error| unusable(address, &error))?;
        Ok(Self { client, write_concern, has_transactions: OnceLock::new(), tls_is_default })
    }

    /// An error, with the remedy where no server was found that does what nobody asked for.
    pub fn explained(&self, error: Error) -> Error {
        if !(self.tls_is_default && error.to_string().contains("Server selection timeout")) {
            return error;
        }
        let remedy = "a server that is not on this machine needs TLS and a certificate of its name by default; in the URL, \
                      tlsCAFile=FILE names the certificates to trust, and tls=false sends everything in clear";
        Error::new(error.code(), format!("{error}: {remedy}"))
    }

    /// The driver's client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// A database of it.
    pub fn database(&self, name: &str) -> Database {
        self.client.database(name)
    }

    /// The URL's write concern.
    pub fn write_concern(&self) -> Option<&WriteConcern> {
        self.write_concern.as_ref()
    }

    /// Whether it has transactions: a replica set or a sharded cluster has.
    pub async fn has_transactions(&self) -> std::result::Result<bool, Fault> {
        if let Some(known) = self.has_transactions.get() {
            return Ok(*known);
        }
        let hello = self.hello().await?;
        let is_set = hello.contains_key("setName") || hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid");
        let known = is_set && hello.contains_key("logicalSessionTimeoutMinutes");
        Ok(*self.has_transactions.get_or_init(|| known))
    }

    /// The server's description of itself, which includes its time.
    pub async fn hello(&self) -> std::result::Result<Document, Fault> {
        Ok(self.database("admin").run_command(doc! { "hello": 1 }).await?)
    }
}

fn is_this_machine(address: &ServerAddress) -> bool {
    match address {
        ServerAddress::Tcp { host, .. } => is_loopback(host),
        #[cfg(unix)]
        ServerAddress::Unix { .. } => true,
        _ => false,
    }
}

fn servers() -> MutexGuard<'static, Servers> {
    SERVERS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn known(servers: &Servers, address: &Address) -> Option<Arc<Server>> {
    servers.iter().find(|(known, _)| known == address)?.1.upgrade()
}

// The driver's message may repeat a piece of the URL.
fn unusable(address: &Address, error: &mongodb::error::Error) -> Error {
    use mongodb::error::ErrorKind;
    let (code, action) = match error.kind.as_ref() {
        ErrorKind::InvalidArgument { .. } => (ErrorCode::InvalidArgument, "use"),
        ErrorKind::DnsResolve { .. } => (ErrorCode::Server, "look up"),
        _ => (ErrorCode::Server, "prepare connections to"),
    };
    let (cause, secrets) = (error.kind.to_string(), address.secrets());
    let cause = if secrets.iter().any(|secret| cause.contains(secret.as_str())) {
        "a part of the URL that may hold a secret is malformed".to_owned()
    } else {
        cause
    };
    Error::new(code, format!("cannot {action} '{}': {cause}", address.shown))
}
