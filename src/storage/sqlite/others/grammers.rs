//! The database of grammers-session 0.8 to 0.11.
//!
//! From `storages/sqlite.rs` of these. `peer_info` has marked ids, `channel_state` bare ones. No row in `dc_home` stands for data
//! centre 2. An absent row of `dc_option` stands for the built-in address.

use std::net::{IpAddr, SocketAddr};

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::{Gathered, channel_id};
use crate::model::{DEFAULT_DC_ID, DcEndpoint, Format, IdKind, Peer, PeerType, UpdateState, id_kind};
use crate::storage::sqlite::fault::Fault;
use crate::storage::sqlite::schema::Schema;
use crate::storage::sqlite::value;

pub(super) const IS_SELF: i64 = 1;
pub(super) const IS_BOT: i64 = 2;
pub(super) const MEGAGROUP: i64 = 4;
pub(super) const BROADCAST: i64 = 8;
const GIGAGROUP: i64 = 12;
pub(super) const COMMUNITY: i64 = 16;

pub fn format(conn: &Connection) -> Result<Format, Fault> {
    let version = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(Format { name: "grammers", version: Some(version) })
}

pub fn read(conn: &Connection, schema: &Schema) -> Result<Gathered, Fault> {
    let mut found = Gathered::default();
    let mut homes = conn.prepare("SELECT dc_id FROM dc_home LIMIT 1")?;
    let home = homes.query_map([], |row| row.get(0))?.next().transpose()?;
    found.home = Some(home.filter(|home| *home > 0).unwrap_or(DEFAULT_DC_ID));
    dcs(conn, &mut found)?;
    if schema.has_all("peer_info", &["peer_id", "hash", "subtype"]) {
        peers(conn, &mut found)?;
    }
    if schema.has_all("update_state", &["pts", "qts", "date", "seq"]) {
        state(conn, &mut found)?;
    }
    if schema.has_all("channel_state", &["peer_id", "pts"]) {
        channels(conn, &mut found)?;
    }
    Ok(found)
}

fn dcs(conn: &Connection, found: &mut Gathered) -> Result<(), Fault> {
    let mut statement = conn.prepare("SELECT dc_id, ipv4, ipv6, auth_key FROM dc_option ORDER BY dc_id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i32 = row.get(0)?;
        let addresses = [value::filled_text(row.get_ref(1)?), value::filled_text(row.get_ref(2)?)];
        for address in addresses.into_iter().flatten() {
            match address.parse::<SocketAddr>() {
                // An IPv4 address in the form of IPv6 fills the place of one that is not known.
                Ok(address) if matches!(address.ip(), IpAddr::V6(v6) if v6.to_ipv4().is_some()) => {}
                Ok(address) => found.add_endpoint(id, endpoint(address)),
                Err(_) => found.remarks.push(format!("an address of data centre {id} cannot be read")),
            }
        }
        match row.get_ref(3)? {
            ValueRef::Null | ValueRef::Blob([]) => {}
            ValueRef::Blob(key) => found.add_key(id, key),
            _ => found.add_key(id, &[]),
        }
    }
    Ok(())
}

fn endpoint(address: SocketAddr) -> DcEndpoint {
    DcEndpoint { server_address: address.ip().to_string(), port: address.port(), is_media_only: false }
}

fn peers(conn: &Connection, found: &mut Gathered) -> Result<(), Fault> {
    let mut statement = conn.prepare("SELECT peer_id, hash, subtype FROM peer_info ORDER BY peer_id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, hash): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
        let subtype: i64 = row.get::<_, Option<i64>>(2)?.unwrap_or_default();
        let kind = id_kind(id);
        if kind == IdKind::User && subtype & IS_SELF != 0 && found.contents.data.user_id.is_none() {
            found.contents.data.user_id = Some(id);
            found.contents.data.is_bot = Some(subtype & IS_BOT != 0);
        }
        // A group has no access hash: 0.8 writes none, and 0.11 writes 0.
        let access_hash = hash.filter(|_| kind != IdKind::Chat);
        found.contents.peers.push(Peer { id, access_hash, peer_type: peer_type(kind, subtype), ..Peer::default() });
    }
    Ok(())
}

fn peer_type(kind: IdKind, subtype: i64) -> Option<PeerType> {
    match (kind, subtype) {
        (IdKind::User, subtype) if subtype & IS_BOT != 0 => Some(PeerType::Bot),
        (IdKind::User, _) => Some(PeerType::User),
        (IdKind::Chat, _) => Some(PeerType::Group),
        (IdKind::Channel, MEGAGROUP | GIGAGROUP) => Some(PeerType::Supergroup),
        (IdKind::Channel, BROADCAST) => Some(PeerType::Channel),
        (IdKind::Channel, COMMUNITY) => Some(PeerType::Community),
        (IdKind::Channel, _) => None,
    }
}

fn state(conn: &Connection, found: &mut Gathered) -> Result<(), Fault> {
    let mut statement = conn.prepare("SELECT pts, qts, date, seq FROM update_state LIMIT 1")?;
    let mut rows = statement.query([])?;
    if let Some(row) = rows.next()? {
        let state = UpdateState { id: 0, pts: row.get(0)?, qts: row.get(1)?, date: row.get(2)?, seq: row.get(3)? };
        found.contents.update_states.push(state);
    }
    Ok(())
}

fn channels(conn: &Connection, found: &mut Gathered) -> Result<(), Fault> {
    let mut statement = conn.prepare("SELECT peer_id, pts FROM channel_state")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some(id) = channel_id(row.get(0)?) else { continue };
        found.contents.update_states.push(UpdateState { id, pts: row.get(1)?, ..UpdateState::default() });
    }
    Ok(())
}
