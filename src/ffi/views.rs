//! Values of the library as structs for C, together with what those point to.

use std::ffi::{CString, c_char};
use std::ptr;

use super::peers::{tgs_peer, type_number};
use super::session_data::tgs_session_data;
use super::text;
use crate::error::Result;
use crate::model::{AuthKey, Peer, PeerType, SessionData};

/// A struct for C, and the texts to which it points.
pub struct PeerView {
    pub peer: tgs_peer,
    #[allow(dead_code, reason = "the struct points into them")]
    texts: Vec<CString>,
    #[allow(dead_code, reason = "the struct points into them")]
    usernames: Vec<*const c_char>,
}

// SAFETY: its pointers lead into its own texts, which nobody changes.
unsafe impl Send for PeerView {}

impl PeerView {
    pub fn new(peer: &Peer) -> Result<Self> {
        let mut texts = Vec::new();
        let mut keep = |text: &str| -> Result<*const c_char> {
            let text = text::to_c(text)?;
            let pointer = text.as_ptr(); // a CString's text does not move with it
            texts.push(text);
            Ok(pointer)
        };
        let usernames = peer.usernames.iter().map(|username| keep(username)).collect::<Result<Vec<_>>>()?;
        let mut optional = |text: Option<&str>| text.map_or(Ok(ptr::null()), &mut keep);
        // Not every engine can keep "not told": each answers as its lookups do.
        let peer_type = peer.effective_type();
        let shown = tgs_peer {
            size: size_of::<tgs_peer>(),
            id: peer.id,
            access_hash: peer.access_hash.unwrap_or(0),
            has_access_hash: peer.access_hash.is_some(),
            r#type: type_number(&peer_type),
            type_name: optional(match &peer_type {
                PeerType::Other(name) => Some(name),
                _ => None,
            })?,
            usernames: if usernames.is_empty() { ptr::null() } else { usernames.as_ptr() },
            username_count: usernames.len(),
            phone_number: optional(peer.phone_number.as_deref())?,
            name: optional(peer.name.as_deref())?,
            last_update_on: peer.last_update_on.unwrap_or(0),
        };
        Ok(Self { peer: shown, texts, usernames })
    }
}

/// Structs for C, and what they point to.
pub struct PeerViews {
    pub structs: Vec<tgs_peer>,
    _texts: Vec<PeerView>,
}

impl PeerViews {
    pub fn new(peers: &[Peer]) -> Result<Self> {
        let texts = peers.iter().map(PeerView::new).collect::<Result<Vec<_>>>()?;
        Ok(Self { structs: texts.iter().map(|shown| shown.peer).collect(), _texts: texts })
    }
}

/// A struct for C, and the text to which it points; it points into the data too.
pub struct SessionDataView<'a> {
    pub data: tgs_session_data,
    pub server_address: Option<CString>,
    _keys: std::marker::PhantomData<&'a SessionData>,
}

impl<'a> SessionDataView<'a> {
    pub fn new(data: &'a SessionData) -> Result<Self> {
        let server_address = data.server_address.as_deref().map(text::to_c).transpose()?;
        let key = |key: &'a Option<AuthKey>| key.as_ref().map_or(ptr::null(), |key| key.as_bytes().as_ptr());
        let shown = tgs_session_data {
            size: size_of::<tgs_session_data>(),
            dc_id: data.dc_id.unwrap_or(0),
            api_id: data.api_id.unwrap_or(0),
            server_address: server_address.as_ref().map_or(ptr::null(), |text| text.as_ptr()),
            auth_key: key(&data.auth_key),
            tmp_auth_key: key(&data.tmp_auth_key),
            date: data.date.unwrap_or(0),
            user_id: data.user_id.unwrap_or(0),
            takeout_id: data.takeout_id.unwrap_or(0),
            port: data.port.unwrap_or(0),
            test_mode: data.test_mode.unwrap_or(false),
            is_bot: data.is_bot.unwrap_or(false),
            has_dc_id: data.dc_id.is_some(),
            has_port: data.port.is_some(),
            has_api_id: data.api_id.is_some(),
            has_test_mode: data.test_mode.is_some(),
            has_date: data.date.is_some(),
            has_user_id: data.user_id.is_some(),
            has_is_bot: data.is_bot.is_some(),
            has_takeout_id: data.takeout_id.is_some(),
        };
        Ok(Self { data: shown, server_address, _keys: std::marker::PhantomData })
    }
}
