//! A new database of grammers-session 0.8 and later.

use rusqlite::{Connection, params};

use super::grammers::addresses::Addresses;
use super::grammers::{BROADCAST, COMMUNITY, IS_BOT, IS_SELF, MEGAGROUP};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Contents, DataCenter, Peer, PeerType, bare_id};
use crate::storage::sqlite::fault::Fault;

const TABLES: &str = "
CREATE TABLE dc_home (dc_id INTEGER NOT NULL, PRIMARY KEY(dc_id));
CREATE TABLE dc_option (dc_id INTEGER NOT NULL, ipv4 TEXT NOT NULL, ipv6 TEXT NOT NULL, auth_key BLOB, PRIMARY KEY (dc_id));
CREATE TABLE peer_info (peer_id INTEGER NOT NULL, hash INTEGER, subtype INTEGER, PRIMARY KEY (peer_id));
CREATE TABLE update_state (pts INTEGER NOT NULL, qts INTEGER NOT NULL, date INTEGER NOT NULL, seq INTEGER NOT NULL);
CREATE TABLE channel_state (peer_id INTEGER NOT NULL, pts INTEGER NOT NULL, PRIMARY KEY (peer_id));
PRAGMA user_version = 1;";

pub fn write(conn: &Connection, contents: &Contents, dcs: &[DataCenter]) -> Result<(), Fault> {
    conn.execute_batch(TABLES)?;
    conn.execute("INSERT INTO dc_home VALUES (?1)", [contents.data.dc_id])?;
    for dc in dcs {
        let (v4, v6) = addresses(dc, contents.data.test_mode == Some(true))?;
        let key = dc.auth_key.as_ref().map(|key| key.as_bytes().as_slice());
        conn.execute("INSERT INTO dc_option VALUES (?1, ?2, ?3, ?4)", params![dc.id, v4, v6, key])?;
    }
    let mut statement = conn.prepare("INSERT OR REPLACE INTO peer_info VALUES (?1, ?2, ?3)")?;
    let own = contents.data.user_id;
    let own_bit = if contents.data.is_bot == Some(true) { IS_SELF | IS_BOT } else { IS_SELF };
    for peer in contents.peers.iter().filter(|peer| Some(peer.id) != own) {
        statement.execute(params![peer.id, peer.access_hash, subtype(peer)])?;
    }
    if let Some(own) = own {
        let hash = contents.peers.iter().find(|peer| peer.id == own).and_then(|peer| peer.access_hash);
        statement.execute(params![own, hash, own_bit])?;
    }
    states(conn, contents)
}

fn states(conn: &Connection, contents: &Contents) -> Result<(), Fault> {
    for state in &contents.update_states {
        match (state.id, state.pts, state.qts, state.date, state.seq) {
            (0, Some(pts), Some(qts), Some(date), Some(seq)) => {
                conn.execute("INSERT INTO update_state VALUES (?1, ?2, ?3, ?4)", [pts, qts, date, seq])?;
            }
            (0, ..) | (_, None, ..) => {}
            (id, Some(pts), ..) => {
                conn.execute("INSERT INTO channel_state VALUES (?1, ?2)", [bare_id(id), pts])?;
            }
        }
    }
    Ok(())
}

fn subtype(peer: &Peer) -> Option<i64> {
    match peer.peer_type.as_ref()? {
        PeerType::Bot => Some(IS_BOT),
        PeerType::Supergroup | PeerType::Forum => Some(MEGAGROUP),
        PeerType::Channel | PeerType::Direct => Some(BROADCAST),
        PeerType::Community => Some(COMMUNITY),
        PeerType::User | PeerType::Group | PeerType::Other(_) => None,
    }
}

/// Both have to be there.
fn addresses(dc: &DataCenter, test_mode: bool) -> Result<(String, String)> {
    let found = Addresses::of(dc.id, &dc.addresses, test_mode).ok_or_else(|| {
        let message = format!("a grammers session cannot hold data centre {} without an IP address", dc.id);
        Error::new(ErrorCode::Incomplete, message)
    })?;
    Ok((found.v4.to_string(), found.v6.to_string()))
}
