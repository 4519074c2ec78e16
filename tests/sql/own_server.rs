//! Servers that are killed and come back: started here, ended by their process ids.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;
use tgsession::ErrorCode;
use tgsession::model::Peer;
use tgsession::session::{Options, Session};

use crate::common::{id, peer};

/// A server of this test's own, on a port that stays the same.
pub struct Server {
    name: &'static str,
    folder: TempDir,
    port: u16,
    pid: String,
    pub url: String,
}

impl Server {
    /// Starts it in a folder in which some files are already.
    pub fn start(name: &'static str, files: &[(&str, String)]) -> Self {
        let folder = TempDir::new().unwrap();
        // The server may run as another user.
        #[cfg(unix)]
        std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let data = folder.path().join("server");
        std::fs::create_dir(&data).unwrap();
        files.iter().for_each(|(name, text)| std::fs::write(data.join(name), text).unwrap());
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Self { name, folder, port, pid: String::new(), url: String::new() };
        server.again();
        server
    }

    fn again(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/servers/{}.sh", self.name));
        let folder = self.folder.path().join("server");
        // To a file: the server would keep a pipe open.
        let said = self.folder.path().join("said");
        let output = std::fs::File::create(&said).unwrap();
        let mut command = Command::new(script);
        let status = command.arg(&folder).env("TGS_PORT", self.port.to_string()).stdout(output).status().unwrap();
        assert!(status.success(), "{}", std::fs::read_to_string(folder.join("log")).unwrap_or_default());
        let line = std::fs::read_to_string(said).unwrap();
        let (pid, url) = line.trim().split_once(' ').unwrap();
        (self.pid, self.url) = (pid.to_owned(), url.to_owned());
    }

    fn kill(&self) {
        assert!(Command::new("kill").args(["-9", &self.pid]).status().unwrap().success());
        // Until the port is closed.
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            std::thread::yield_now();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-9", &self.pid]).status();
    }
}

/// A server dies in the middle of a batch, and comes back.
pub fn killed_and_back(name: &'static str) {
    const BATCH: i64 = 3_000;
    let mut server = Server::start(name, &[]);
    let location = format!("{}?session=a", server.url);
    let session = Session::open(&location, &Options::default()).unwrap();
    let batch = |turn: i64| -> Vec<Peer> {
        (1..=BATCH).map(|id| Peer { access_hash: Some(turn), ..peer(id, &[&format!("tgs_{turn}_{id}")]) }).collect()
    };
    session.update_peers(&batch(0)).unwrap();
    let (ended, mut acknowledged) = (AtomicBool::new(false), 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(700));
            server.kill();
            ended.store(true, Ordering::Release);
        });
        // It is killed in the middle of one of these.
        let error = loop {
            match session.update_peers(&batch(acknowledged + 1)) {
                Ok(()) => acknowledged += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(error.code(), ErrorCode::Server, "{error}");
        assert!(!error.to_string().contains("tgsession-test"), "{error}");
    });
    assert!(ended.load(Ordering::Acquire));
    assert_eq!(session.peer_by_id(1).unwrap_err().code(), ErrorCode::Server);
    server.again();
    // The next call works, and finds whole batches only.
    let peers = session.peers(None).unwrap();
    assert_eq!(peers.len() as i64, BATCH);
    let turn = peers[0].access_hash.unwrap();
    assert!(turn == acknowledged || turn == acknowledged + 1, "{turn} after {acknowledged}");
    assert!(peers.iter().all(|peer| peer.access_hash == Some(turn)), "a batch was written in part");
    session.update_peers(&[peer(1, &["tgs_back"])]).unwrap();
    assert_eq!(id(&session.peer_by_username("tgs_back").unwrap()), 1);
    // And so does the next after a server that was away between two calls.
    server.kill();
    server.again();
    session.update_peers(&[peer(1, &["tgs_again"])]).unwrap();
    assert_eq!(id(&session.peer_by_username("tgs_again").unwrap()), 1);
}

#[test]
fn postgresql_is_killed_in_the_middle_and_comes_back() {
    killed_and_back("postgresql");
}

#[test]
fn mariadb_is_killed_in_the_middle_and_comes_back() {
    killed_and_back("mariadb");
}
