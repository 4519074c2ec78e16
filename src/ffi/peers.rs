//! Peers: writing them and finding them.

use std::ffi::c_char;

use super::error::tgs_error;
use super::guard::guard;
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::text;
use crate::error::{Error, Result};
use crate::model::{FoundPeer, Peer, PeerType};
use crate::session::{Lookup, Session};

/// The type of a peer. Numbers are never reused.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum tgs_peer_type {
    /// Not told, in a peer that you write. What is read is then what the id's mark tells: user, group or channel.
    TGS_PEER_TYPE_UNKNOWN = 0,
    /// A person.
    TGS_PEER_TYPE_USER = 1,
    /// A bot.
    TGS_PEER_TYPE_BOT = 2,
    /// A basic group.
    TGS_PEER_TYPE_GROUP = 3,
    /// A broadcast channel.
    TGS_PEER_TYPE_CHANNEL = 4,
    /// A supergroup.
    TGS_PEER_TYPE_SUPERGROUP = 5,
    /// A supergroup with topics (Kurigram).
    TGS_PEER_TYPE_FORUM = 6,
    /// The direct messages of a channel, a monoforum (Kurigram).
    TGS_PEER_TYPE_DIRECT = 7,
    /// A community (Kurigram).
    TGS_PEER_TYPE_COMMUNITY = 8,
    /// A type that this library does not know yet: `type_name` tells it.
    TGS_PEER_TYPE_OTHER = 100,
}

/// All that is known of a peer. Set all of it to zero, then `size`, then what you know.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tgs_peer {
    /// sizeof(tgs_peer).
    pub size: usize,
    /// The marked id: a user's is positive, a basic group's -id, a channel's -1000000000000 - id. Never 0.
    pub id: i64,
    /// The whole signed range; only if has_access_hash.
    pub access_hash: i64,
    /// Absent and 0 are different things to a client.
    pub has_access_hash: bool,
    /// A tgs_peer_type; never TGS_PEER_TYPE_UNKNOWN where you read it.
    pub r#type: i32,
    /// The type's name, for TGS_PEER_TYPE_OTHER only; else NULL.
    pub type_name: *const c_char,
    /// username_count texts, the main one first. In any case, with or without "@".
    pub usernames: *const *const c_char,
    /// How many usernames.
    pub username_count: usize,
    /// With or without "+" and spaces; NULL for none.
    pub phone_number: *const c_char,
    /// The display name (Telethon); NULL for none.
    pub name: *const c_char,
    /// When the peer was last seen, in Unix seconds. 0: not known, or, when you write it, now.
    pub last_update_on: i64,
}

/// The answer of a lookup: as much as an InputPeer needs. It holds no pointers and is yours.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tgs_input_peer {
    /// The marked id.
    pub id: i64,
    /// The id without its mark, as Telegram's own methods take it.
    pub bare_id: i64,
    /// Only if has_access_hash.
    pub access_hash: i64,
    /// When the peer was last seen, in Unix seconds; 0 where the client keeps no time.
    pub last_update_on: i64,
    /// A tgs_peer_type, never TGS_PEER_TYPE_UNKNOWN.
    pub r#type: i32,
    /// Absent and 0 are different things to a client.
    pub has_access_hash: bool,
}

const TYPES: &[(tgs_peer_type, PeerType)] = &[
    (tgs_peer_type::TGS_PEER_TYPE_USER, PeerType::User),
    (tgs_peer_type::TGS_PEER_TYPE_BOT, PeerType::Bot),
    (tgs_peer_type::TGS_PEER_TYPE_GROUP, PeerType::Group),
    (tgs_peer_type::TGS_PEER_TYPE_CHANNEL, PeerType::Channel),
    (tgs_peer_type::TGS_PEER_TYPE_SUPERGROUP, PeerType::Supergroup),
    (tgs_peer_type::TGS_PEER_TYPE_FORUM, PeerType::Forum),
    (tgs_peer_type::TGS_PEER_TYPE_DIRECT, PeerType::Direct),
    (tgs_peer_type::TGS_PEER_TYPE_COMMUNITY, PeerType::Community),
];

/// The number of a type.
pub(super) fn type_number(peer_type: &PeerType) -> i32 {
    let known = TYPES.iter().find(|(_, known)| known == peer_type);
    known.map_or(tgs_peer_type::TGS_PEER_TYPE_OTHER, |(number, _)| *number) as i32
}

impl From<FoundPeer> for tgs_input_peer {
    fn from(found: FoundPeer) -> Self {
        Self {
            id: found.id,
            bare_id: found.bare_id(),
            access_hash: found.access_hash.unwrap_or(0),
            last_update_on: found.last_update_on.unwrap_or(0),
            r#type: type_number(&found.peer_type),
            has_access_hash: found.access_hash.is_some(),
        }
    }
}

impl tgs_peer {
    /// SAFETY: the pointers in it are NULL or as described at the fields.
    unsafe fn to_model(self) -> Result<Peer> {
        if self.id == 0 {
            return Err(Error::invalid_argument("a peer's id must not be 0"));
        }
        // SAFETY: as this function's.
        unsafe {
            let usernames = pointer::array(self.usernames, self.username_count, "usernames")?;
            let usernames = usernames.iter().map(|username| text::required(*username, "a username"));
            Ok(Peer {
                id: self.id,
                access_hash: self.has_access_hash.then_some(self.access_hash),
                peer_type: self.model_type()?,
                usernames: usernames.map(|username| username.map(str::to_owned)).collect::<Result<_>>()?,
                phone_number: text::optional(self.phone_number, "phone_number")?.map(str::to_owned),
                name: text::optional(self.name, "name")?.map(str::to_owned),
                last_update_on: (self.last_update_on != 0).then_some(self.last_update_on),
            })
        }
    }

    /// SAFETY: `type_name` is NULL or NUL-terminated.
    unsafe fn model_type(self) -> Result<Option<PeerType>> {
        if self.r#type == tgs_peer_type::TGS_PEER_TYPE_UNKNOWN as i32 {
            return Ok(None);
        }
        if self.r#type == tgs_peer_type::TGS_PEER_TYPE_OTHER as i32 {
            // SAFETY: as this function's.
            let name = unsafe { text::required(self.type_name, "type_name") }?;
            return Ok(Some(PeerType::from_name(name)));
        }
        let known = TYPES.iter().find(|(number, _)| *number as i32 == self.r#type);
        let out_of_range = || Error::invalid_argument(format!("there is no peer type {}", self.r#type));
        known.map(|(_, peer_type)| Some(peer_type.clone())).ok_or_else(out_of_range)
    }
}

// Which of thousands it was.
fn in_batch(index: usize, id: i64, error: &Error) -> Error {
    Error::new(error.code(), format!("peers[{index}] (id {id}): {error}"))
}

/// SAFETY: `peers` leads to `count` structs, each as large as its `size` says.
pub(super) unsafe fn to_model(peers: *const tgs_peer, count: usize) -> Result<Vec<Peer>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    pointer::check_array(peers, count, "peers")?;
    // A caller who was compiled with a later header has larger structs, whose tail is unknown here.
    // SAFETY: the first struct begins with its size.
    let stride = unsafe { (*peers).size };
    if stride < size_of::<tgs_peer>() || stride % align_of::<tgs_peer>() != 0 || stride > 4096 {
        return Err(Error::invalid_argument(format!("peers[0].size is {stride}, not sizeof(tgs_peer)")));
    }
    if count.checked_mul(stride).is_none_or(|bytes| isize::try_from(bytes).is_err()) {
        return Err(Error::invalid_argument(format!("peers cannot have {count} elements of {stride} bytes")));
    }
    let mut models = Vec::new(); // grows with what is read: a wrong count must not ask for all of the memory
    for index in 0..count {
        // SAFETY: inside the array, by its stride.
        let peer = unsafe { *peers.byte_add(index * stride) };
        if peer.size != stride {
            return Err(Error::invalid_argument(format!("peers[{index}].size is {}, not {stride}", peer.size)));
        }
        // SAFETY: as this function's.
        let model = unsafe { peer.to_model() };
        models.push(model.map_err(|error| in_batch(index, peer.id, &error))?);
    }
    Ok(models)
}

/// # Peers
///
/// Adds peers, or replaces those with the same ids, in one transaction: all of them, or none. Whatever a struct leaves
/// out is then unknown. A username that another peer had goes to the newest. A peer that this session wrote, that nobody
/// changed since and of which nothing new is told is not written again within 5 minutes: its last_update_on in the file
/// is then that much older.
///
/// @param peers     An array of structs, each with its `size` set. They and their texts stay yours.
/// @param count     How many; thousands in one call are best.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT (an id of 0, a type out of range, a text that is not UTF-8), _READ_ONLY,
/// _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_update_peers(
    session: *const tgs_session,
    peers: *const tgs_peer,
    count: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let session = session::of(session)?;
        // SAFETY: the caller's promise.
        session.update_peers(&unsafe { to_model(peers, count) }?)?;
        Ok(tgs_status::TGS_OK)
    })
}

fn find(
    session: *const tgs_session,
    peer: *mut tgs_input_peer,
    error: *mut *mut tgs_error,
    lookup: impl FnOnce(&Session) -> Result<Lookup>,
) -> tgs_status {
    guard(error, || {
        pointer::check_out(peer, "peer")?;
        match lookup(&*session::of(session)?)? {
            Lookup::NotFound => Ok(tgs_status::TGS_NOT_FOUND),
            Lookup::Expired => Ok(tgs_status::TGS_EXPIRED),
            Lookup::Found(found) => {
                // SAFETY: the exports ask for a place for the struct.
                unsafe { pointer::put(peer, found.into(), "peer") }?;
                Ok(tgs_status::TGS_OK)
            }
        }
    })
}

/// Finds a peer by its marked id.
///
/// @param peer      Receives the answer.
/// @return TGS_NOT_FOUND where nobody has that id.
///
/// Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_peer_by_id(
    session: *const tgs_session,
    id: i64,
    peer: *mut tgs_input_peer,
    error: *mut *mut tgs_error,
) -> tgs_status {
    find(session, peer, error, |session| session.peer_by_id(id))
}

/// Finds a peer by any of its usernames: in any case, with or without "@".
///
/// @param username  NUL-terminated UTF-8.
/// @param peer      Receives the answer.
/// @return TGS_NOT_FOUND where nobody has it; TGS_EXPIRED where its owner was last seen too long ago (8 hours in
///         Pyrogram's family; see tgs_options_set_username_expiry()): ask Telegram.
///
/// Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_peer_by_username(
    session: *const tgs_session,
    username: *const c_char,
    peer: *mut tgs_input_peer,
    error: *mut *mut tgs_error,
) -> tgs_status {
    // SAFETY: the caller's promise.
    find(session, peer, error, |session| session.peer_by_username(unsafe { text::required(username, "username") }?))
}

/// Finds a peer by its display name, written exactly as it is (Telethon). It searches all peers.
///
/// @param name      NUL-terminated UTF-8.
/// @param peer      Receives the answer: of several the one with the lowest id.
/// @return TGS_NOT_FOUND where nobody has it.
///
/// Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_peer_by_name(
    session: *const tgs_session,
    name: *const c_char,
    peer: *mut tgs_input_peer,
    error: *mut *mut tgs_error,
) -> tgs_status {
    // SAFETY: the caller's promise.
    find(session, peer, error, |session| session.peer_by_name(unsafe { text::required(name, "name") }?))
}

/// Finds a peer by its phone number: with or without "+" and spaces.
///
/// @param phone_number  NUL-terminated UTF-8.
/// @param peer          Receives the answer.
/// @return TGS_NOT_FOUND where nobody has it.
///
/// Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_peer_by_phone_number(
    session: *const tgs_session,
    phone_number: *const c_char,
    peer: *mut tgs_input_peer,
    error: *mut *mut tgs_error,
) -> tgs_status {
    find(session, peer, error, |session| {
        // SAFETY: the caller's promise.
        session.peer_by_phone_number(unsafe { text::required(phone_number, "phone_number") }?)
    })
}
