//! The real libraries, driven by tests/oracle/oracle.py. Each test program uses some of it.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A process with one library, which answers many requests.
pub struct Oracle {
    key: &'static str,
    process: Process,
}

/// A process of the oracle. It is killed when it is dropped.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    pub fn start(key: &'static str) -> Self {
        Self { key, process: Process::start(key, "serve", Path::new("-")) }
    }

    /// The library's answer, or the last line of its traceback.
    pub fn try_ask(&mut self, verb: &str, file: &Path, input: &Value) -> Result<Value, String> {
        self.process.say(&json!({"verb": verb, "file": file.to_str().unwrap(), "input": input}));
        let answer = self.process.hear().unwrap_or_else(|| panic!("{}: its process ended at {verb}", self.key));
        match answer["failed"].as_str() {
            Some(traceback) => Err(traceback.trim().lines().last().unwrap_or_default().to_owned()),
            None => Ok(answer),
        }
    }

    pub fn ask(&mut self, verb: &str, file: &Path, input: &Value) -> Value {
        self.try_ask(verb, file, input).unwrap_or_else(|failure| panic!("{}: {verb} failed: {failure}", self.key))
    }
}

impl Process {
    /// Starts it. `hold` and `churn` import their library, and wait for their one line of input.
    pub fn start(key: &str, verb: &str, file: &Path) -> Self {
        let installed = folder().join(key).join(".stamp");
        assert!(
            installed.exists(),
            "{key} is not installed: run `python3 tests/oracle/install.py`, which takes minutes"
        );
        let mut child = Command::new("python3")
            .args([&oracle(), Path::new(key), Path::new(verb), file])
            .env("TGS_ORACLE_DIR", folder())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the live tests need python3");
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output }
    }

    pub fn say(&mut self, line: &Value) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// The next line of its output; `None` when it has ended.
    pub fn hear(&mut self) -> Option<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        (!line.is_empty()).then(|| serde_json::from_str(&line).unwrap())
    }

    /// The line that `hold` waits for.
    #[allow(dead_code)] // the programs that never let a library hold
    pub fn close(&mut self) -> Option<Value> {
        writeln!(self.input.as_mut().unwrap(), "close").unwrap();
        self.hear()
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = (self.child.kill(), self.child.wait());
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn oracle() -> PathBuf {
    root().join("tests/oracle/oracle.py")
}

fn folder() -> PathBuf {
    std::env::var_os("TGS_ORACLE_DIR").map_or_else(|| root().join("target/oracle"), PathBuf::from)
}

/// The data from which the fixture `account` of a library was made.
pub fn account(key: &str) -> Value {
    let file = root().join("tests/fixtures").join(key).join("account.json");
    let made: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    made["put_in"].clone()
}
