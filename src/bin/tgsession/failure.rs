//! How a command fails: its message on standard error and its exit status. No message holds a secret.

use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;
use tgsession::codec::looks_like_session_string;
use tgsession::redact;

use crate::visible::visible;

const FAILED: u8 = 1;
const WRONG_USE: u8 = 2;

/// Why a command ends early.
pub enum Failure {
    /// Something did not work.
    Failed(String),
    /// The command was used wrongly.
    WrongUse(String),
    /// The reader of the output closed the pipe, as `head` does.
    ClosedPipe,
}

pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// Prints the message and returns the exit status.
    pub fn exit(self) -> ExitCode {
        match self {
            Self::ClosedPipe => ExitCode::SUCCESS,
            Self::Failed(message) => {
                // A file name may contain escape sequences, which the terminal would execute.
                let lines: Vec<String> = redact::message(message).lines().map(visible).collect();
                eprintln!("tgsession: {}", lines.join("\n"));
                ExitCode::from(FAILED)
            }
            Self::WrongUse(message) => say_wrong_use(&redact::message(message)),
        }
    }
}

impl From<tgsession::Error> for Failure {
    fn from(error: tgsession::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::Failed(format!("cannot write the output: {error}")),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        io::Error::from(error).into()
    }
}

/// Prints clap's message, `--help` included. clap repeats the argument that it rejects, so the message is replaced if an
/// argument may be a secret.
pub fn wrong_use(error: &clap::Error) -> ExitCode {
    let is_secret = |argument: std::ffi::OsString| may_be_secret(&argument.to_string_lossy());
    if error.use_stderr() && std::env::args_os().skip(1).any(is_secret) {
        let hidden = "an argument looks like a session string, a key or a password where none is expected, or a damaged one; it is not repeated here";
        return say_wrong_use(about_secret(error).unwrap_or(hidden));
    }
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { WRONG_USE } else { 0 })
}

// In clap's own form.
fn say_wrong_use(message: &str) -> ExitCode {
    eprintln!("error: {message}\n\nFor more information, try '--help'.");
    ExitCode::from(WRONG_USE)
}

fn about_secret(error: &clap::Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::MissingRequiredArgument => Some("an option is missing"),
        ErrorKind::InvalidSubcommand => Some("the first argument is a command, not a session"),
        _ => None,
    }
}

fn may_be_secret(argument: &str) -> bool {
    let value = argument.split_once('=').map_or("", |(_, value)| value);
    let is_secret = |text: &str| looks_like_session_string(text) || redact::has_secret(text);
    argument.contains("://") || is_secret(argument) || is_secret(value)
}
