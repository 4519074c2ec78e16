//! What of a session another client's whole file holds. What it has no place for is not written, and the report says so.

use std::net::IpAddr;

use crate::model::{
    Contents, DataCenter, DcEndpoint, Field, FileFormat, IdKind, Peer, PeerType, SessionData, UpdateState,
    default_address, id_kind,
};

/// A part of a session, which a format holds.
pub(super) struct Part {
    /// Its fields.
    pub(super) fields: Vec<Field>,
    /// The rest of it, but the peers. The data are whole: encoders work out addresses of them.
    pub(super) contents: Contents,
}

impl Part {
    /// The fields that a format has a place for.
    pub(super) fn fields_of_file(format: FileFormat) -> &'static [Field] {
        use Field::{ApiId, AuthKey, DcId, IsBot, Port, ServerAddress, TestMode, TmpAuthKey, UserId};
        match format {
            FileFormat::Gotd => &[DcId, ServerAddress, Port, TestMode, AuthKey],
            FileFormat::StoreSession => &[DcId, ServerAddress, Port, AuthKey],
            FileFormat::Tdata => &[DcId, AuthKey, UserId, TestMode],
            FileFormat::Mtcute => &[DcId, ServerAddress, Port, TestMode, AuthKey, UserId, IsBot, TmpAuthKey],
            FileFormat::GrammersSqlite | FileFormat::Grammers => &[DcId, ServerAddress, Port, AuthKey, UserId, IsBot],
            // The data centre is told by the address.
            FileFormat::Gogram => &[ServerAddress, Port, AuthKey, ApiId],
        }
    }

    /// The part of some contents that a file of a format holds. The peers are not among them: see `part_pages`.
    pub(super) fn of_file(format: FileFormat, contents: &Contents) -> Self {
        let mut part = Contents::from(contents.data.clone());
        part.update_states = states_in(format, &contents.update_states);
        for data_center in contents.data_centers() {
            if let Some(kept) = data_center_in(format, &data_center, &contents.data) {
                // It was in the contents, and has no more now.
                let _ = part.put_data_center(&kept);
            }
        }
        let mut fields = Self::fields_of_file(format).to_vec();
        fields.retain(|field| has_place(format, *field, &part));
        // teleproto writes it there, and takes what is not there for false.
        if format == FileFormat::StoreSession && part.data.test_mode == Some(true) {
            fields.push(Field::TestMode);
        }
        Self { fields, contents: part }
    }
}

/// Whether a field is written, which a format has a place for.
fn has_place(format: FileFormat, field: Field, part: &Contents) -> bool {
    let data = &part.data;
    match (format, field) {
        // One place for both of them.
        (FileFormat::Mtcute, Field::UserId | Field::IsBot) => data.user_id.zip(data.is_bot).is_some(),
        // A temporary key without its end is none.
        (FileFormat::Mtcute, Field::TmpAuthKey) => home(part).is_some_and(|home| home.tmp_expires_at.is_some()),
        (FileFormat::Grammers | FileFormat::GrammersSqlite, Field::IsBot) => data.user_id.is_some(),
        _ => true,
    }
}

fn home(contents: &Contents) -> Option<DataCenter> {
    contents.data_centers().into_iter().find(|data_center| Some(data_center.id) == contents.data.dc_id)
}

/// What is written of a peer; none where the client cannot use it.
pub(super) fn peer_in(format: FileFormat, peer: &Peer) -> Option<Peer> {
    let is_chat = id_kind(peer.id) == IdKind::Chat;
    // Groups have no access hash, and nothing else is reached without.
    let access_hash = peer.access_hash.filter(|_| !is_chat);
    let is_reached = is_chat || access_hash.is_some();
    let peer_type = if format == FileFormat::GrammersSqlite { grammers_type(peer) } else { None };
    let peer = Peer { access_hash, peer_type, ..peer.clone() };
    match format {
        FileFormat::StoreSession if is_reached => {
            Some(Peer { usernames: peer.usernames.into_iter().take(1).collect(), ..peer })
        }
        FileFormat::Mtcute if is_reached => Some(Peer { name: None, ..peer }),
        FileFormat::GrammersSqlite => {
            Some(Peer { id: peer.id, access_hash, peer_type: peer.peer_type, ..Peer::default() })
        }
        _ => None,
    }
}

/// The nearest type that grammers knows.
fn grammers_type(peer: &Peer) -> Option<PeerType> {
    match peer.peer_type.clone()? {
        PeerType::Forum => Some(PeerType::Supergroup),
        PeerType::Direct => Some(PeerType::Channel),
        PeerType::Other(_) => None,
        known => Some(known),
    }
}

/// What is written of update states.
fn states_in(format: FileFormat, states: &[UpdateState]) -> Vec<UpdateState> {
    let fits: fn(i64) -> bool = match format {
        FileFormat::Mtcute | FileFormat::Grammers => |number| i32::try_from(number).is_ok(),
        FileFormat::GrammersSqlite => |_| true,
        _ => return Vec::new(),
    };
    // mtcute has a channel's without a sign.
    let fits_channel: fn(i64) -> bool =
        if format == FileFormat::Mtcute { |number| u32::try_from(number).is_ok() } else { fits };
    let simple = |state: &UpdateState| match *state {
        UpdateState { id: 0, pts: Some(pts), qts: Some(qts), date: Some(date), seq: Some(seq) } => {
            [pts, qts, date, seq].into_iter().all(fits).then_some(*state)
        }
        UpdateState { id, pts: Some(pts), .. } if id != 0 && fits_channel(pts) => {
            Some(UpdateState { id, pts: Some(pts), ..UpdateState::default() })
        }
        _ => None,
    };
    let mut kept: Vec<UpdateState> = states.iter().filter_map(simple).collect();
    // Channels stand within the account's state there.
    if format == FileFormat::Grammers && kept.iter().all(|state| state.id != 0) {
        kept.clear();
    }
    kept
}

/// What is written of a data centre; none where nothing is. The home one's keys and first address are fields.
fn data_center_in(format: FileFormat, data_center: &DataCenter, data: &SessionData) -> Option<DataCenter> {
    let DataCenter { id, auth_key, tmp_auth_key, tmp_expires_at, addresses } = data_center.clone();
    let is_home = Some(id) == data.dc_id;
    let kept = match format {
        FileFormat::Gogram => return None,
        FileFormat::Gotd => DataCenter { id, addresses: by_ip(&addresses), ..DataCenter::default() },
        FileFormat::Tdata | FileFormat::StoreSession => {
            DataCenter { id, auth_key: auth_key.filter(|_| !is_home), ..DataCenter::default() }
        }
        FileFormat::Mtcute => {
            // The home one has its end with the key in the fields.
            let has_tmp =
                tmp_expires_at.is_some() && if is_home { data.tmp_auth_key.is_some() } else { tmp_auth_key.is_some() };
            let media = by_ip(&addresses).into_iter().filter(|endpoint| is_home && endpoint.is_media_only);
            DataCenter {
                id,
                auth_key,
                tmp_auth_key: tmp_auth_key.filter(|_| has_tmp),
                tmp_expires_at: tmp_expires_at.filter(|_| has_tmp),
                addresses: media.take(1).collect(),
            }
        }
        FileFormat::Grammers | FileFormat::GrammersSqlite => {
            let addresses = of_each_family(format, &addresses, data, is_home);
            // It must be reached somewhere.
            let is_known = !addresses.is_empty() || default_address(id, data.test_mode == Some(true)).is_some();
            DataCenter { id, auth_key: auth_key.filter(|_| is_known), addresses, ..DataCenter::default() }
        }
    };
    (kept != DataCenter { id, ..DataCenter::default() }).then_some(kept)
}

fn by_ip(addresses: &[DcEndpoint]) -> Vec<DcEndpoint> {
    addresses.iter().filter(|endpoint| endpoint.server_address.parse::<IpAddr>().is_ok()).cloned().collect()
}

/// One address of each family; in the older layout of grammers both have one port.
fn of_each_family(format: FileFormat, addresses: &[DcEndpoint], data: &SessionData, is_home: bool) -> Vec<DcEndpoint> {
    let first = data.server_address.clone().zip(data.port).filter(|_| is_home);
    let first = first.map(|(server_address, port)| DcEndpoint { server_address, port, is_media_only: false });
    let mut usable = by_ip(&first.into_iter().chain(addresses.iter().cloned()).collect::<Vec<_>>());
    usable.retain(|endpoint| !endpoint.is_media_only);
    if let (FileFormat::Grammers, Some(port)) = (format, usable.first().map(|first| first.port)) {
        usable.retain(|endpoint| endpoint.port == port);
    }
    let of_family = |is_ipv6| usable.iter().find(move |endpoint| endpoint.is_ipv6() == is_ipv6).cloned();
    [of_family(false), of_family(true)].into_iter().flatten().collect()
}
