//! A program beside the tests, which knows a real library: it is asked in JSON.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a command of the shell answers on its standard output.
pub fn ask(command: &str, questions: &[Value]) -> Vec<Value> {
    let mut shell = Command::new("sh");
    let mut child = shell
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut input = child.stdin.take().unwrap();
    input.write_all(Value::from(questions).to_string().as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{command} failed: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
