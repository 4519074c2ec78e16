//! Peers: what grammers knows of them, and what other clients have beside it, which stays.

use std::collections::BTreeMap;

use grammers_session::types::{ChannelKind, PeerAuth, PeerId, PeerInfo, PeerKind};
use tgsession::{Change, Field, FieldValue, Peer, PeerType, Result, Session};

// No other client has this type.
const GIGAGROUP: &str = "gigagroup";

/// Finds a peer; the account itself by its own id.
pub fn find(session: &Session, id: PeerId) -> Result<Option<PeerInfo>> {
    let own = session.get(Field::UserId)?;
    let own = if let Some(FieldValue::Integer(own)) = own { Some(own) } else { None };
    let Some(marked) = id.bot_api_dialog_id().or(own) else { return Ok(None) };
    let found = session.peers(Some(&[marked]))?.pop();
    match found {
        Some(peer) => Ok(info(&peer, own)),
        // Other clients do not always have a row for the account.
        None if Some(marked) == own => {
            let bot = session.get(Field::IsBot)?.map(|bot| bot == FieldValue::Integer(1));
            Ok(Some(PeerInfo::User { id: marked, auth: None, bot, is_self: Some(true) }))
        }
        None => Ok(None),
    }
}

/// Adds peers, or what is new of them: what is not told stays. One write.
pub fn cache(session: &Session, new: &[PeerInfo]) -> Result<()> {
    let marked = |info: &PeerInfo| info.id().bot_api_dialog_id().unwrap_or_default();
    let ids: Vec<i64> = new.iter().map(marked).collect();
    let stored = session.peers(Some(&ids))?;
    let mut peers: BTreeMap<i64, Peer> = stored.into_iter().map(|peer| (peer.id, peer)).collect();
    for info in new {
        let id = marked(info);
        merge(peers.entry(id).or_insert_with(|| Peer { id, ..Peer::default() }), info);
    }
    let peers: Vec<Peer> = peers.into_values().map(|peer| Peer { last_update_on: None, ..peer }).collect();
    session.update_peers(&peers)?;
    new.iter().try_for_each(|info| note_own(session, info))
}

fn merge(peer: &mut Peer, info: &PeerInfo) {
    let auth = if let PeerInfo::Chat { .. } = info { None } else { info.auth() };
    peer.access_hash = auth.map(PeerAuth::hash).or(peer.access_hash);
    let told = match info {
        PeerInfo::User { bot, .. } => bot.map(|bot| if bot { PeerType::Bot } else { PeerType::User }),
        PeerInfo::Chat { .. } => Some(PeerType::Group),
        PeerInfo::Channel { kind, .. } => kind.map(|kind| match kind {
            ChannelKind::Broadcast => PeerType::Channel,
            // More is known of it already.
            ChannelKind::Megagroup if peer.peer_type == Some(PeerType::Forum) => PeerType::Forum,
            ChannelKind::Megagroup => PeerType::Supergroup,
            ChannelKind::Gigagroup => PeerType::Other(GIGAGROUP.to_owned()),
            ChannelKind::Community => PeerType::Community,
        }),
    };
    peer.peer_type = told.or_else(|| peer.peer_type.take());
}

/// The account's own peer tells who it is.
fn note_own(session: &Session, info: &PeerInfo) -> Result<()> {
    let PeerInfo::User { id, bot, is_self: Some(true), .. } = info else { return Ok(()) };
    let mut changes: Vec<Change> = vec![(Field::UserId, Some(FieldValue::Integer(*id)))];
    changes.extend(bot.map(|bot| (Field::IsBot, Some(FieldValue::Integer(bot.into())))));
    session.set(&changes)
}

/// `None` for an id that grammers has no place for.
fn info(peer: &Peer, own: Option<i64>) -> Option<PeerInfo> {
    let id = PeerId::from_bot_api_dialog_id(peer.id)?;
    let bare = id.bare_id()?;
    let auth = peer.access_hash.map(PeerAuth::from_hash);
    Some(match id.kind() {
        PeerKind::User => {
            let bot = peer.peer_type.as_ref().map(|told| *told == PeerType::Bot);
            PeerInfo::User { id: bare, auth, bot, is_self: own.map(|own| own == bare) }
        }
        PeerKind::Chat => PeerInfo::Chat { id: bare },
        PeerKind::Channel => PeerInfo::Channel { id: bare, auth, kind: peer.peer_type.as_ref().and_then(kind) },
    })
}

fn kind(told: &PeerType) -> Option<ChannelKind> {
    match told {
        PeerType::Channel => Some(ChannelKind::Broadcast),
        PeerType::Supergroup | PeerType::Forum | PeerType::Direct => Some(ChannelKind::Megagroup),
        PeerType::Community => Some(ChannelKind::Community),
        PeerType::Other(name) if name == GIGAGROUP => Some(ChannelKind::Gigagroup),
        _ => None,
    }
}
