//! Peers: writing them and finding them.

use std::ffi::c_char;

use super::error::tgs_error;
use super::guard::guard;
use super::pointer::{self, SizedStruct};
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::text;
use crate::error::{Error, Result};
use crate::model::{FoundPeer, PartialPeer, Peer, PeerType};
use crate::session::{Lookup, Session};

/// The type of a peer. Numbers are never reused.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum tgs_peer_type {
    /// Unknown, in a peer that you write. It is read as what the marked id tells: user, group or channel.
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
    /// A type that this library does not know: see `type_name`.
    TGS_PEER_TYPE_OTHER = 100,
}

/// All that is known about a peer. Set the struct to zero, then `size`, then what you know.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tgs_peer {
    /// sizeof(tgs_peer).
    pub size: usize,
    /// The marked id: a user's id, a basic group's -id, a channel's or supergroup's -1000000000000 - id. Never 0.
    pub id: i64,
    /// Any number of 64 bits; valid if has_access_hash.
    pub access_hash: i64,
    /// Whether access_hash is known. To a client, absent and 0 differ.
    pub has_access_hash: bool,
    /// A tgs_peer_type; never TGS_PEER_TYPE_UNKNOWN in a peer that you read.
    pub r#type: i32,
    /// The name of the type if it is TGS_PEER_TYPE_OTHER; else NULL.
    pub type_name: *const c_char,
    /// username_count texts, the main one first, in any case, with or without "@". NULL for none; to tgs_merge_peers()
    /// NULL means that they are not told.
    pub usernames: *const *const c_char,
    /// How many usernames.
    pub username_count: usize,
    /// With or without "+" and spaces; NULL for none.
    pub phone_number: *const c_char,
    /// The display name (Telethon); NULL for none.
    pub name: *const c_char,
    /// When the peer was last updated, in Unix seconds. 0 means unknown; in a peer that you write it means now.
    pub last_update_on: i64,
}

// SAFETY: `size` comes first; numbers, pointers and booleans may be zero.
unsafe impl SizedStruct for tgs_peer {
    const NAME: &'static str = "tgs_peer";
}

/// The answer of a lookup: as much as Telegram's InputPeer needs. It has no pointers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tgs_input_peer {
    /// sizeof(tgs_input_peer).
    pub size: usize,
    /// The marked id.
    pub id: i64,
    /// The id without its mark, as Telegram's methods take it.
    pub bare_id: i64,
    /// Valid if has_access_hash.
    pub access_hash: i64,
    /// When the peer was last updated, in Unix seconds; 0 if the session's client stores no time.
    pub last_update_on: i64,
    /// A tgs_peer_type, TGS_PEER_TYPE_UNKNOWN only if nobody was found.
    pub r#type: i32,
    /// Whether access_hash is known. To a client, absent and 0 differ.
    pub has_access_hash: bool,
}

// SAFETY: `size` comes first; numbers and booleans may be zero.
unsafe impl SizedStruct for tgs_input_peer {
    const NAME: &'static str = "tgs_input_peer";
}

impl tgs_input_peer {
    const NOBODY: Self = Self {
        size: size_of::<Self>(),
        id: 0,
        bare_id: 0,
        access_hash: 0,
        last_update_on: 0,
        r#type: tgs_peer_type::TGS_PEER_TYPE_UNKNOWN as i32,
        has_access_hash: false,
    };
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

/// The type with a number of its own.
pub(super) fn known_type(number: i32) -> Result<PeerType> {
    let known = TYPES.iter().find(|(known, _)| *known as i32 == number);
    let out_of_range = || Error::invalid_argument(format!("there is no peer type {number}"));
    known.map(|(_, peer_type)| peer_type.clone()).ok_or_else(out_of_range)
}

impl From<FoundPeer> for tgs_input_peer {
    fn from(found: FoundPeer) -> Self {
        Self {
            size: size_of::<Self>(),
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
            Ok(Peer {
                id: self.id,
                access_hash: self.has_access_hash.then_some(self.access_hash),
                peer_type: self.model_type()?,
                usernames: self.model_usernames()?,
                phone_number: text::optional(self.phone_number, "phone_number")?.map(str::to_owned),
                name: text::optional(self.name, "name")?.map(str::to_owned),
                last_update_on: (self.last_update_on != 0).then_some(self.last_update_on),
            })
        }
    }

    /// What is told of a peer: here no array of usernames and an empty one differ.
    ///
    /// SAFETY: as `to_model`.
    unsafe fn to_partial(self) -> Result<PartialPeer> {
        // SAFETY: as this function's.
        let Peer { id, access_hash, peer_type, usernames, phone_number, name, last_update_on } =
            unsafe { self.to_model() }?;
        let usernames = (!self.usernames.is_null()).then_some(usernames);
        Ok(PartialPeer { id, access_hash, peer_type, usernames, phone_number, name, last_update_on })
    }

    /// SAFETY: `usernames` is NULL or leads to `username_count` texts.
    unsafe fn model_usernames(self) -> Result<Vec<String>> {
        // SAFETY: as this function's.
        let usernames = unsafe { pointer::array(self.usernames, self.username_count, "usernames") }?;
        // SAFETY: as this function's.
        let owned = |username: &*const c_char| unsafe { text::required(*username, "a username") }.map(str::to_owned);
        usernames.iter().map(owned).collect()
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
        known_type(self.r#type).map(Some)
    }
}

// A batch may have thousands: the message says which one.
fn in_batch(index: usize, id: i64, error: &Error) -> Error {
    Error::new(error.code(), format!("peers[{index}] (id {id}): {error}"))
}

/// SAFETY: `peers` leads to `count` structs, each as large as its `size` says.
pub(super) unsafe fn to_model(peers: *const tgs_peer, count: usize) -> Result<Vec<Peer>> {
    // SAFETY: as this function's.
    unsafe { each(peers, count, |peer| peer.to_model()) }
}

const USUAL_BATCH: usize = 1_000;

/// SAFETY: as `to_model`.
unsafe fn each<T>(peers: *const tgs_peer, count: usize, convert: impl Fn(tgs_peer) -> Result<T>) -> Result<Vec<T>> {
    // Of more it grows with what is read: a wrong count must not ask for all of the memory.
    let mut models = Vec::with_capacity(count.min(USUAL_BATCH));
    // SAFETY: as this function's.
    for (index, peer) in unsafe { pointer::sized_array(peers, count, "peers") }?.enumerate() {
        let peer = peer?;
        models.push(convert(peer).map_err(|error| in_batch(index, peer.id, &error))?);
    }
    Ok(models)
}

/// # Peers
///
/// A peer is a user, a group or a channel that the account has seen. Telegram's methods take an access hash with the id
/// of a peer; a session remembers both. Write the peers of each update in one batch, and look a peer up before you call
/// a method.
///
/// ```c
/// tgs_peer peers[] = {{.size = sizeof(tgs_peer), .id = 777000101, .access_hash = 5, .has_access_hash = true}};
/// tgs_input_peer found = {.size = sizeof found};
/// tgs_update_peers(session, peers, 1, &error);
/// if (tgs_get_peer_by_id(session, 777000101, &found, &error) == TGS_OK)
///     printf("%lld\n", (long long)found.access_hash);
/// ```
///
/// ---
///
/// Adds peers, or replaces those with the same ids, in one transaction: all of them, or none. What a struct leaves out
/// becomes unknown. A username belongs to the peer that was updated last. If a peer is equal to what this session wrote
/// within the last 5 minutes, and nobody else has changed it, it is not written again: its last_update_on stays as it
/// was.
///
/// @param[in,out] session The session to change.
/// @param[in] peers An array of structs, each with its `size` set.
/// @param[in] count How many. Thousands in one call are faster than many calls.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT if an id is 0, a type is unknown or a text is not UTF-8 (the message
///     names the peer); TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_update_peers(
    session: *mut tgs_session,
    peers: *const tgs_peer,
    count: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let session = session::from_handle(session)?;
        // SAFETY: the caller's promise.
        session.update_peers(&unsafe { to_model(peers, count) }?)?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Merges peers: changes what their structs tell, and leaves the rest as the session has it. All of it is one
/// transaction: all of them, or none. So a "min" user or a forbidden channel loses nothing by it. A peer that is new is
/// added as tgs_update_peers() adds it.
///
/// A struct leaves out: the access hash by has_access_hash = false, the type by TGS_PEER_TYPE_UNKNOWN, the usernames by
/// NULL, phone_number and name by NULL. It says that the peer has none: of usernames by any other pointer with a
/// username_count of 0, of phone_number and name by an empty text. A username that is told is taken from any other peer;
/// one that stays is taken from nobody. last_update_on is written always, and 0 means now. Of several structs with one
/// id the later one is merged into what the earlier one left. What this session has merged within the last 5 minutes,
/// and nobody else has changed, is not written again.
///
/// In an engine of your own (tgs_open_engine()) the library reads the peers, then calls `put_peers`: without `begin`,
/// what another process writes between the two is lost.
///
/// ```c
/// const char *const none[1] = {NULL};
/// tgs_peer peers[] = {{.size = sizeof(tgs_peer), .id = 777000101, .name = "Anna"},
///                     {.size = sizeof(tgs_peer), .id = -1001777000301, .usernames = none, .username_count = 0}};
/// tgs_merge_peers(session, peers, 2, &error);
/// ```
///
/// @param[in,out] session The session to change.
/// @param[in] peers An array of structs, each with its `size` set.
/// @param[in] count How many. Thousands in one call are faster than many calls.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT if an id is 0, a type is unknown or a text is not UTF-8 (the message
///     names the peer); TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_merge_peers(
    session: *mut tgs_session,
    peers: *const tgs_peer,
    count: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let session = session::from_handle(session)?;
        // SAFETY: the caller's promise.
        session.merge_peers(&unsafe { each(peers, count, |peer| peer.to_partial()) }?)?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Deletes peers: their usernames too, and whatever is kept for them beside the client's own tables. All of it is one
/// transaction: all of them, or none. Update states and sent files stay.
///
/// @param[in,out] session The session to change.
/// @param[in] ids The marked ids of the peers. An id that no peer has is ignored.
/// @param[in] count How many ids. With 0, nothing is deleted.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT if `ids` is NULL with a count; TGS_ERROR_UNSUPPORTED if the session is in
///     an engine of your own without `delete_peers`; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or
///     TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_delete_peers(
    session: *mut tgs_session,
    ids: *const i64,
    count: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let session = session::from_handle(session)?;
        // SAFETY: the caller's promise.
        session.delete_peers(unsafe { pointer::array(ids, count, "ids") }?)?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Deletes all peers, as tgs_delete_peers() deletes some. The login, the update states and the sent files stay.
///
/// @param[in,out] session The session to change.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_UNSUPPORTED if the session is in an engine of your own without `delete_peers`;
///     TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_delete_all_peers(session: *mut tgs_session, error: *mut *mut tgs_error) -> tgs_status {
    guard(error, || {
        session::from_handle(session)?.delete_all_peers()?;
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
        // SAFETY: the exports ask for a place for the struct.
        unsafe { pointer::check_sized_out(peer, "peer") }?;
        match lookup(&*session::from_handle(session)?)? {
            Lookup::NotFound => Ok(tgs_status::TGS_NOT_FOUND),
            Lookup::Expired => Ok(tgs_status::TGS_EXPIRED),
            Lookup::Found(found) => {
                // SAFETY: the exports ask for a place for the struct.
                unsafe { pointer::put_sized(peer, &found.into(), "peer") }?;
                Ok(tgs_status::TGS_OK)
            }
        }
    })
}

/// Finds a peer by its marked id.
///
/// @param[in] session The session.
/// @param[in] id The marked id.
/// @param[in,out] peer Receives the answer. Set its `size` before the call.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if no peer has it; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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

/// Finds many peers by their marked ids, in one call and at one moment.
///
/// @param[in] session The session.
/// @param[in] ids The marked ids, in any order; an id may be there more than once.
/// @param[in] count How many ids, and how many structs.
/// @param[in,out] peers An array of `count` structs, of which the first one's `size` is set before the call. Each
///     receives the answer for the id at its place; where no peer has that id, the struct's id is 0.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK, also if no peer was found; TGS_ERROR_INVALID_ARGUMENT if an array is NULL with a count, or the size is
///     not set; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_peers(
    session: *const tgs_session,
    ids: *const i64,
    count: usize,
    peers: *mut tgs_input_peer,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        // SAFETY: the caller's promise.
        unsafe { pointer::check_each_out(peers, count, "peers") }?;
        let session = session::from_handle(session)?;
        // SAFETY: the caller's promise.
        let found = session.peers_by_ids(unsafe { pointer::array(ids, count, "ids") }?)?;
        let answers: Vec<tgs_input_peer> =
            found.into_iter().map(|found| found.map_or(tgs_input_peer::NOBODY, tgs_input_peer::from)).collect();
        // SAFETY: the caller's promise.
        unsafe { pointer::put_each(&answers, peers, count, "peers") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Finds a peer by one of its usernames.
///
/// @param[in] session The session.
/// @param[in] username In any case, with or without "@".
/// @param[in,out] peer Receives the answer. Set its `size` before the call.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if no peer has it; TGS_EXPIRED if the peer was updated too long ago (8 hours in
///     the Pyrogram family; see tgs_options_set_username_expiry()): ask Telegram who has it; TGS_ERROR_LOCKED,
///     TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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

/// Finds a peer by its display name (Telethon). It reads all peers.
///
/// @param[in] session The session.
/// @param[in] name The name, exactly as it is written.
/// @param[in,out] peer Receives the answer. Set its `size` before the call. If several peers have the name, it is
///     the one with the lowest id.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if no peer has it; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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

/// Finds a peer by its phone number.
///
/// @param[in] session The session.
/// @param[in] phone_number With or without "+" and spaces.
/// @param[in,out] peer Receives the answer. Set its `size` before the call.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if no peer has it; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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
