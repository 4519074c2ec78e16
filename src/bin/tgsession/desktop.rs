//! `--account` and `--passcode-file`: what is read of a folder of Telegram Desktop.

use std::path::{Path, PathBuf};

use tgsession::ErrorCode;
use tgsession::session::{Passcode, tdata_accounts};

use crate::failure::{Failure, Result};
use crate::passphrase::{is_standard_input, line_in};

/// The account and the passcode of Telegram Desktop's tdata.
#[derive(clap::Args, Default)]
pub struct Desktop {
    /// The account of Telegram Desktop's tdata: its index there, from 0, or its user id
    ///
    /// Without it the account is read that Telegram Desktop shows.
    #[arg(long, value_name = "N")]
    account: Option<i64>,
    #[command(flatten)]
    passcode: PasscodeFile,
}

/// The passcode of Telegram Desktop's tdata.
#[derive(clap::Args, Default)]
pub struct PasscodeFile {
    /// The file with the passcode of Telegram Desktop's tdata, or - for standard input
    ///
    /// The passcode is the file's text without the line end after it, in UTF-8.
    #[arg(long, value_name = "FILE")]
    passcode_file: Option<PathBuf>,
}

impl PasscodeFile {
    /// The passcode; absent if no file was named.
    pub fn passcode(&self) -> Result<Option<Passcode>> {
        self.passcode_file.as_deref().map(read).transpose()
    }
}

/// Reads a passcode.
pub fn read(path: &Path) -> Result<Passcode> {
    let line = line_in(path)?;
    let text = std::str::from_utf8(&line).map_err(|_| Failure::Failed("the passcode is not UTF-8".to_owned()))?;
    Ok(Passcode::new(text))
}

/// The accounts of Telegram Desktop's folder.
pub struct Accounts {
    /// As Telegram Desktop counts them.
    pub indexes: Vec<i64>,
    /// The passcode, if the folder needs it: others beside it have none.
    pub passcode: Option<Passcode>,
}

/// The accounts of the folder of Telegram Desktop that a path leads to; absent if it leads to none. A passcode is tried where one is
/// needed.
pub fn accounts_in(path: &Path, passcode: Option<&Passcode>) -> tgsession::Result<Option<Accounts>> {
    let (found, passcode) = match tdata_accounts(path, None) {
        Err(error) if error.code() == ErrorCode::WrongKey && passcode.is_some() => {
            (tdata_accounts(path, passcode), passcode.cloned())
        }
        found => (found, None),
    };
    Ok(found?.map(|indexes| Accounts { indexes, passcode }))
}

impl Desktop {
    /// The account; absent if none was named.
    pub fn account(&self) -> Option<i64> {
        self.account
    }

    /// The passcode; absent if no file was named.
    pub fn passcode(&self) -> Result<Option<Passcode>> {
        self.passcode.passcode()
    }

    /// Whether the passcode comes from standard input.
    pub fn is_on_standard_input(&self) -> bool {
        self.passcode.passcode_file.as_deref().is_some_and(is_standard_input)
    }
}
