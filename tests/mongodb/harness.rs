//! Servers of a test's own, raw documents, and the real library.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use mongodb::Client;
use mongodb::bson::{Document, doc};
use serde_json::Value;
use tempfile::TempDir;
use tgsession::session::{Options, Session, UsernameExpiry};
use tokio::runtime::Runtime;

use crate::mongodb_server::{new_name, server};
use crate::oracle::{Oracle, account};

pub const LIBRARY: &str = "pyrofork-2.3.69-mongodb";

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// A unique session name on the server of all tests.
pub struct Place {
    pub name: String,
    pub location: String,
}

impl Place {
    pub fn new() -> Self {
        let name = new_name();
        Self { location: format!("{}{name}", server()), name }
    }

    /// As the oracle is told it.
    pub fn file(&self) -> PathBuf {
        Path::new("/").join(format!("{}.session", self.name))
    }

    pub fn open(&self) -> Session {
        open(&self.location)
    }

    /// A collection's documents as they are, in the order of their `_id`s.
    pub fn documents(&self, collection: &str) -> Vec<Document> {
        RUNTIME.block_on(async {
            let client = Client::with_uri_str(server()).await.unwrap();
            let collection = client.database(&self.name).collection::<Document>(collection);
            let mut cursor = collection.find(doc! {}).sort(doc! { "_id": 1 }).await.unwrap();
            let mut documents = Vec::new();
            while cursor.advance().await.unwrap() {
                documents.push(cursor.deserialize_current().unwrap());
            }
            documents
        })
    }

    /// Runs a command as any other program could.
    pub fn command(&self, command: Document) -> Document {
        RUNTIME.block_on(async {
            let client = Client::with_uri_str(server()).await.unwrap();
            client.database(&self.name).run_command(command).await.unwrap()
        })
    }
}

pub fn open(location: &str) -> Session {
    let options = Options { username_expiry: UsernameExpiry::Never, ..Options::default() };
    Session::open(location, &options).unwrap_or_else(|error| panic!("{error}"))
}

/// With a shorter time-out, for tests that wait for it.
pub fn impatient() -> Options {
    Options { busy_timeout: Duration::from_millis(300), ..Options::default() }
}

pub fn library() -> Oracle {
    Oracle::start(LIBRARY)
}

/// The fullest account that Pyrofork can hold.
pub fn full_account() -> Value {
    let mut account = account("pyrofork-2.3.69");
    account["via"] = "client".into();
    // What no TL object says.
    account["peers"].as_array_mut().unwrap().retain(|peer| peer["id"] != -777_000_202);
    account
}

/// A server of a test's own, which may be killed and started again.
pub struct OwnServer {
    child: Child,
    pub port: u16,
    folder: TempDir,
    tls: Vec<PathBuf>,
}

impl OwnServer {
    pub fn start() -> Self {
        Self::start_with(tempfile::tempdir().unwrap(), Vec::new())
    }

    /// With the certificate and the key of a server that takes TLS connections only.
    pub fn start_with(folder: TempDir, tls: Vec<PathBuf>) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = run(port, folder.path(), &tls);
        Self { child, port, folder, tls }
    }

    pub fn location(&self, name: &str) -> String {
        format!("mongodb://127.0.0.1:{}/{name}", self.port)
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again on the same port, with its data.
    pub fn restart(&mut self) {
        self.child = run(self.port, self.folder.path(), &self.tls);
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        let _ = (self.child.kill(), self.child.wait());
    }
}

fn run(port: u16, folder: &Path, tls: &[PathBuf]) -> Child {
    server(); // starting that one has built the program
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/servers/ferretdb");
    let mut command = Command::new(program);
    command.arg(format!("127.0.0.1:{port}")).arg(folder).args(tls);
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}
