//! Our own row of a peer, for what the client's row has no place for.

use rusqlite::{Connection, params};

use crate::model::{Peer, PeerType};
use crate::storage::sqlite::fault::{Fault, check_written};
use crate::storage::sqlite::layout::Layout;
use crate::storage::stored_type::{stored_type, unknown_type};

/// Whether it needs one.
pub fn has_more(layout: &Layout, peer: &Peer) -> bool {
    let table = &layout.peers;
    unknown_type(peer, layout.peer_types).is_some()
        || (table.name.is_none() && peer.name.is_some())
        || (table.phone_number.is_none() && peer.phone_number.is_some())
        || (table.last_update_on.is_none() && peer.last_update_on.is_some())
        || (table.access_hash_not_null && peer.access_hash.is_none())
        || table.sql.is_some_and(|sql| (sql.needs_own_row)(peer))
}

/// The type in the client's column.
pub fn client_type(layout: &Layout, peer: &Peer) -> PeerType {
    stored_type(peer, layout.peer_types)
}

/// Writes it, or removes one that is not needed any more.
pub fn write(conn: &Connection, layout: &Layout, peer: &Peer) -> Result<(), Fault> {
    if !has_more(layout, peer) {
        conn.prepare_cached("DELETE FROM tgsession_peers WHERE id = ?1")?.execute([peer.id])?;
        return Ok(());
    }
    let sql = "INSERT OR REPLACE INTO tgsession_peers (id, no_access_hash, type, stored_type, name, last_update_on, phone_number) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let own_type = unknown_type(peer, layout.peer_types).map(PeerType::name);
    let stored = client_type(layout, peer);
    // What the client has a column for stands there alone.
    let name = peer.name.as_ref().filter(|_| layout.peers.name.is_none());
    let last_update_on = peer.last_update_on.filter(|_| layout.peers.last_update_on.is_none());
    let phone_number = peer.phone_number.as_ref().filter(|_| layout.peers.phone_number.is_none());
    let values =
        params![peer.id, peer.access_hash.is_none(), own_type, stored.name(), name, last_update_on, phone_number];
    check_written(conn.prepare_cached(sql)?.execute(values)?)
}
