//! What a session is and holds, in a form that is safe to paste: the auth key is shown on request only.

use std::fmt::{self, Write};

use serde::Serialize;

use super::data_centers::kept_data_centers;
use super::{Session, counts_of};
use crate::error::Result;
use crate::model::{AuthKey, DataCenter, ForeignTable, Leftovers, OtherLogin};
use crate::storage::Storage;

/// A description of a session. As JSON, absent values are null.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// `pyrogram`, `kurigram`, `pyrofork`, `telethon`, `memory`, or a session string's format.
    pub format: &'static str,
    /// The number of the layout.
    pub version: Option<i64>,
    /// See [`crate::model::SessionData`], as the next ones.
    pub dc_id: Option<i32>,
    /// IPv4 or IPv6.
    pub server_address: Option<String>,
    /// TCP port.
    pub port: Option<u16>,
    /// The application's id.
    pub api_id: Option<i32>,
    /// Whether the key belongs to the test servers.
    pub test_mode: Option<bool>,
    /// The key in hexadecimal digits; there only after [`Inspection::with_secrets`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_key: Option<Secret>,
    /// The last 8 bytes of the key's SHA-1 in hexadecimal digits.
    pub auth_key_id: Option<String>,
    /// The account's own id.
    pub user_id: Option<i64>,
    /// Whether the account is a bot.
    pub is_bot: Option<bool>,
    /// Unix seconds of the last save.
    pub date: Option<i64>,
    /// The takeout that is under way.
    pub takeout_id: Option<i64>,
    /// How many peers there are.
    pub peers: usize,
    /// How many usernames they have.
    pub usernames: usize,
    /// How many update states there are.
    pub update_states: usize,
    /// How many sent files there are.
    pub sent_files: usize,
    /// Other programs' tables in the session's file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub foreign_tables: Vec<ForeignTable>,
    /// Logins that are not read: further rows of the table of logins, other accounts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_logins: Vec<OtherLogin>,
    /// Keys of the same login for other data centres.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_keys: Vec<OtherLogin>,
    /// What its owner should know of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// The data centres of which something is known beside the fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data_centers: Vec<DataCenterSummary>,
    /// How many values a client keeps beside.
    pub values: usize,
}

/// What is known of a data centre, without its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataCenterSummary {
    /// Its id.
    pub dc_id: i32,
    /// The last 8 bytes of the SHA-1 of its key in hexadecimal digits; absent if there is none beside the fields.
    pub auth_key_id: Option<String>,
    /// Whether there is a temporary key.
    pub has_tmp_auth_key: bool,
    /// Where it is reached.
    pub addresses: Vec<String>,
}

impl From<&DataCenter> for DataCenterSummary {
    fn from(data_center: &DataCenter) -> Self {
        Self {
            dc_id: data_center.id,
            auth_key_id: data_center.auth_key.as_ref().map(AuthKey::id_hex),
            has_tmp_auth_key: data_center.tmp_auth_key.is_some(),
            addresses: data_center.addresses.iter().map(ToString::to_string).collect(),
        }
    }
}

impl fmt::Display for DataCenterSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.dc_id)?;
        self.auth_key_id.as_ref().map_or(Ok(()), |id| write!(f, ", key {id}"))?;
        if self.has_tmp_auth_key {
            f.write_str(", a temporary key")?;
        }
        self.addresses.iter().try_for_each(|address| write!(f, ", {address}"))
    }
}

/// A text that is wiped when it is dropped and not shown by `Debug`.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Inspection {
    pub(super) fn read(storage: &mut dyn Storage) -> Result<Self> {
        let format = storage.format()?;
        let counts = counts_of(storage)?;
        let data = storage.data()?;
        let data_centers = kept_data_centers(storage)?;
        let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let Leftovers { foreign_tables, other_logins, other_keys, remarks } = storage.leftovers()?;
        Ok(Self {
            format: format.name,
            version: format.version,
            dc_id: data.dc_id,
            server_address: data.server_address,
            port: data.port,
            api_id: data.api_id,
            test_mode: data.test_mode,
            auth_key: None,
            auth_key_id: data.auth_key.as_ref().map(AuthKey::id_hex),
            user_id: data.user_id,
            is_bot: data.is_bot,
            date: data.date,
            takeout_id: data.takeout_id,
            peers: count(counts.peers),
            usernames: count(counts.usernames),
            update_states: count(counts.update_states),
            sent_files: count(counts.sent_files),
            foreign_tables,
            other_logins,
            other_keys,
            remarks,
            data_centers: data_centers.iter().map(DataCenterSummary::from).collect(),
            values: count(counts.values),
        })
    }

    /// Adds the auth key.
    pub fn with_secrets(mut self, session: &Session) -> Result<Self> {
        self.auth_key = session.data()?.auth_key.as_ref().map(hex);
        Ok(self)
    }
}

fn hex(key: &AuthKey) -> Secret {
    let mut text = String::with_capacity(key.as_bytes().len() * 2);
    for byte in key.as_bytes() {
        let _ = write!(text, "{byte:02x}");
    }
    Secret(text)
}
