//! Our own row of a peer, for what the client's row has no place for.

use rusqlite::{Connection, params};

use crate::model::{Peer, PeerType};
use crate::storage::sqlite::fault::Fault;
use crate::storage::sqlite::layout::Layout;

/// Whether it needs one.
pub fn has_more(layout: &Layout, peer: &Peer) -> bool {
    let table = &layout.peers;
    unknown_type(layout, peer).is_some()
        || (table.name.is_none() && peer.name.is_some())
        || (table.last_update_on.is_none() && peer.last_update_on.is_some())
        || (table.access_hash_not_null && peer.access_hash.is_none())
}

/// A type that the client does not know and that the id's mark does not tell.
fn unknown_type<'a>(layout: &Layout, peer: &'a Peer) -> Option<&'a PeerType> {
    let is_unknown = |own: &&PeerType| **own != PeerType::from_id(peer.id) && !layout.peer_types.contains(&own.name());
    peer.peer_type.as_ref().filter(is_unknown)
}

/// What stands in the client's column: the type, or the nearest one that the client knows.
pub fn client_type(layout: &Layout, peer: &Peer) -> PeerType {
    match unknown_type(layout, peer) {
        None => peer.effective_type(),
        Some(PeerType::Forum) => PeerType::Supergroup,
        Some(_) => PeerType::from_id(peer.id),
    }
}

/// Writes it, or removes one that is not needed any more.
pub fn write(conn: &Connection, layout: &Layout, peer: &Peer) -> Result<(), Fault> {
    if !has_more(layout, peer) {
        conn.prepare_cached("DELETE FROM tgsession_peers WHERE id = ?1")?.execute([peer.id])?;
        return Ok(());
    }
    let sql = "INSERT OR REPLACE INTO tgsession_peers (id, no_access_hash, type, stored_type, name, last_update_on) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let own_type = unknown_type(layout, peer).map(PeerType::name);
    let stored = client_type(layout, peer);
    let values = params![peer.id, peer.access_hash.is_none(), own_type, stored.name(), peer.name, peer.last_update_on];
    conn.prepare_cached(sql)?.execute(values)?;
    Ok(())
}
