//! SQLCipher itself, as others have it: with OpenSSL's cryptography, in Python's package `sqlcipher3-wheels`.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tgsession::model::{Field, FieldValue};
use tgsession::session::Lookup;

use crate::common::{self, id, peer};
use crate::harness::{Harness, RAW, passphrase, raw_key};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/encrypted/tool.py");

/// A process of SQLCipher's that has a file open.
struct Tool {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Tool {
    /// `key` is what `PRAGMA key` takes, in SQL.
    fn open(harness: &Harness, key: &str) -> Self {
        let python = std::env::var("TGS_SQLCIPHER_PYTHON").expect("run `make test-encrypted`");
        let mut process = Command::new(python)
            .args([SCRIPT, harness.location()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut tool = Self { process, input, output };
        tool.run(&format!("PRAGMA key = {key}"));
        let version = tool.run("PRAGMA cipher_version");
        assert!(version.contains('4'), "{version}");
        tool
    }

    /// Runs one statement, on one line; its rows as JSON.
    fn run(&mut self, sql: &str) -> String {
        writeln!(self.input, "{}", sql.replace('\n', " ")).unwrap();
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        answer.trim_end().to_owned()
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn raw_in_sql() -> String {
    format!("\"x'{}'\"", RAW.map(|byte| format!("{byte:02x}")).concat())
}

#[test]
#[ignore = "needs SQLCipher: make test-encrypted"]
fn sqlcipher_and_we_open_and_write_one_file_at_once() {
    let passphrase_in_sql = "'it''s a \"secret\" ключ'";
    let cases = [(raw_key(), raw_in_sql()), (passphrase("it's a \"secret\" ключ"), passphrase_in_sql.to_owned())];
    for (key, in_sql) in cases {
        for wal in [false, true] {
            let harness = Harness::full(wal, &key);
            let mut tool = Tool::open(&harness, &in_sql);
            assert_eq!(tool.run("PRAGMA journal_mode"), if wal { "[[\"wal\"]]" } else { "[[\"delete\"]]" });
            assert_eq!(tool.run("PRAGMA cipher_integrity_check"), "[]");
            assert_eq!(tool.run("PRAGMA integrity_check"), "[[\"ok\"]]");
            let session = harness.open(&key);
            for turn in 1..20 {
                session.update_peers(&[peer(turn, &["tgs_turn"])]).unwrap();
                assert_eq!(tool.run("SELECT id FROM peers WHERE username = 'tgs_turn'"), format!("[[{turn}]]"));
                assert_eq!(tool.run(&format!("UPDATE sessions SET user_id = {turn}")), "[]");
                assert_eq!(session.get(Field::UserId).unwrap(), Some(FieldValue::Integer(turn)));
            }
            harness.check_unreadable();
        }
    }
}

#[test]
#[ignore = "needs SQLCipher: make test-encrypted"]
fn we_open_what_sqlcipher_made() {
    for mode in ["DELETE", "WAL"] {
        let harness = Harness::new();
        let mut tool = Tool::open(&harness, "'a secret'");
        tool.run(&format!("PRAGMA journal_mode = {mode}"));
        let plain = Harness::new();
        drop(tgsession::Session::open(plain.location(), &tgsession::Options::default()).unwrap());
        let schema: Vec<String> = {
            let conn = rusqlite::Connection::open(&plain.file).unwrap();
            let mut statement = conn.prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        for sql in &schema {
            assert_eq!(tool.run(sql), "[]", "{sql}");
        }
        tool.run("INSERT INTO version VALUES (3)");
        let key: String = common::key(1).as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let login = format!("INSERT INTO sessions VALUES (2, 12345, 0, x'{key}', 0, 777, 0)");
        assert_eq!(tool.run(&login), "[]");
        let session = harness.open(&passphrase("a secret"));
        assert_eq!(session.data().unwrap().auth_key, Some(common::key(1)), "{mode}");
        session.update_peers(&[peer(5, &["tgs_five"])]).unwrap();
        assert_eq!(tool.run("SELECT username FROM peers"), "[[\"tgs_five\"]]");
        // With another key, by each of us in turn.
        if mode == "DELETE" {
            tool.run("PRAGMA rekey = 'another'");
            drop(tool);
            drop(session);
            let session = harness.open(&passphrase("another"));
            session.change_encryption_key(&raw_key()).unwrap();
            let mut tool = Tool::open(&harness, &raw_in_sql());
            assert_eq!(tool.run("SELECT username FROM peers"), "[[\"tgs_five\"]]");
            assert_eq!(tool.run("PRAGMA cipher_integrity_check"), "[]");
            assert!(matches!(session.peer_by_id(5).unwrap(), Lookup::Found(_)));
            assert_eq!(id(&session.peer_by_username("tgs_five").unwrap()), 5);
        }
    }
}
