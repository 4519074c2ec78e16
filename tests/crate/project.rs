//! A project outside of the checkout, with the crate as it is packaged.

use tgsession::{Lookup, Options, Peer, Session};

fn main() -> tgsession::Result<()> {
    let location = std::env::args().nth(1).unwrap_or_else(|| ":memory:".to_owned());
    let session = Session::open(&location, &Options::default())?;
    session.update_peers(&[Peer { id: 777000900901, access_hash: Some(101), ..Peer::default() }])?;
    let found = session.peer_by_id(777000900901)?;
    assert!(matches!(found, Lookup::Found(peer) if peer.access_hash == Some(101)));
    session.save()
}
