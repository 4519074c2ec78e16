//! Samples that every test program uses. Each program uses some of them.
#![allow(dead_code)]

pub mod new_databases;

use std::collections::BTreeMap;

use tgsession::model::{
    AuthKey, Contents, Field, FieldValue, Peer, PeerType, SentFile, SentFileKey, SentFileType, SessionData,
    StoredValue, UpdateState,
};
use tgsession::session::Lookup;

/// Unix seconds of a time long ago.
pub const LONG_AGO: i64 = 1_700_000_000;

pub const CHANNEL: i64 = -1_001_777_000_303;
pub const MONOFORUM: i64 = -3_000_000_000_007;

/// A key that differs from those of other seeds in every byte.
pub fn key(seed: u8) -> AuthKey {
    let bytes: Vec<u8> = (0..=255).map(|index: u8| index.wrapping_mul(7).wrapping_add(seed) ^ 0x5a).collect();
    AuthKey::new(&bytes).unwrap()
}

/// How many slices of 16 bytes of some bytes are a piece of the key.
pub fn pieces(bytes: &[u8], key: &AuthKey) -> usize {
    let mut begins = vec![false; 1 << 16];
    for piece in key.as_bytes().windows(16) {
        begins[usize::from(piece[0]) << 8 | usize::from(piece[1])] = true;
    }
    let is_piece = |slice: &&[u8]| {
        begins[usize::from(slice[0]) << 8 | usize::from(slice[1])]
            && key.as_bytes().windows(16).any(|piece| piece == *slice)
    };
    bytes.windows(16).filter(is_piece).count()
}

/// Unix seconds now.
pub fn now() -> i64 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_secs().try_into().unwrap()
}

/// Every field filled.
pub fn full_data() -> SessionData {
    SessionData {
        dc_id: Some(4),
        server_address: Some("149.154.167.92".into()),
        port: Some(443),
        api_id: Some(12_345),
        test_mode: Some(false),
        auth_key: Some(key(1)),
        date: Some(LONG_AGO),
        user_id: Some(7_770_001_234_567),
        is_bot: Some(false),
        takeout_id: Some(-77),
        tmp_auth_key: Some(key(2)),
        unusable: vec![],
    }
}

/// The values of fields as changes.
pub fn changes(data: &SessionData) -> Vec<(Field, Option<FieldValue>)> {
    Field::ALL.map(|field| (field, data.get(field))).into()
}

/// A peer as most tests need it.
pub fn peer(id: i64, usernames: &[&str]) -> Peer {
    Peer {
        id,
        access_hash: Some(id ^ 0x1234_5678_9abc),
        usernames: usernames.iter().map(|&name| name.into()).collect(),
        ..Peer::default()
    }
}

/// A peer that was seen at a time.
pub fn seen(id: i64, usernames: &[&str], last_update_on: i64) -> Peer {
    Peer { last_update_on: Some(last_update_on), ..peer(id, usernames) }
}

/// Peers of every type, with every kind of value, in ascending order of their ids.
pub fn peers() -> Vec<Peer> {
    let typed = |id, peer_type, access_hash| Peer {
        id,
        access_hash,
        peer_type: Some(peer_type),
        last_update_on: Some(LONG_AGO - id % 1000),
        ..Peer::default()
    };
    let other = || PeerType::Other("planète".into());
    let with_names = |peer: Peer, names: &[&str]| Peer { usernames: names.iter().map(|&n| n.into()).collect(), ..peer };
    let mut peers = vec![
        with_names(typed(7_770_001_234_567, PeerType::User, Some(i64::MIN)), &["tgs_ada"]),
        with_names(
            typed(101, PeerType::Bot, Some(i64::MAX)),
            &["tgs_one", "tgs_two", "tgs_three", "tgs_four", "tgs_five"],
        ),
        Peer {
            phone_number: Some("9996610001".into()),
            name: Some("Ada L. 🎉 ’x’".into()),
            ..typed(102, PeerType::User, Some(-1))
        },
        typed(103, other(), Some(5)),
        typed(-5, PeerType::Group, None),
        typed(-6, PeerType::Group, Some(0)),
        with_names(typed(CHANNEL, PeerType::Channel, Some(1)), &["tgs_channel", "tgs_channel_two"]),
        with_names(typed(CHANNEL - 1, PeerType::Supergroup, Some(2)), &["tgs_super"]),
        typed(CHANNEL - 2, PeerType::Forum, Some(3)),
        typed(CHANNEL - 3, PeerType::Community, Some(4)),
        typed(CHANNEL - 4, PeerType::Channel, None),
        typed(MONOFORUM, PeerType::Direct, Some(6)),
        typed(MONOFORUM - 1, other(), Some(0)),
    ];
    peers.sort_by_key(|peer| peer.id);
    peers
}

/// Update states with every mixture of absent, NULL and 0, in ascending order of their ids.
pub fn states() -> Vec<UpdateState> {
    vec![
        UpdateState { id: MONOFORUM, pts: Some(9), ..UpdateState::default() },
        UpdateState { id: CHANNEL - 1, ..UpdateState::default() },
        UpdateState { id: CHANNEL, pts: Some(0), qts: None, date: Some(0), seq: None },
        UpdateState { id: 0, pts: Some(i64::from(i32::MAX)), qts: Some(0), date: Some(LONG_AGO), seq: Some(1) },
    ]
}

/// A sent file.
pub fn sent_file(seed: u8, size: i64, file_type: SentFileType) -> SentFile {
    SentFile { key: SentFileKey { md5: [seed; 16], size, file_type }, id: i64::MIN, access_hash: i64::MAX - size }
}

/// Sent files, in ascending order of their keys.
pub fn sent_files() -> Vec<SentFile> {
    vec![
        sent_file(0, 0, SentFileType::Document),
        sent_file(7, 1, SentFileType::Document),
        sent_file(7, 1, SentFileType::Photo),
        sent_file(7, 5_000_000_000, SentFileType::Photo),
    ]
}

/// Values that a client keeps beside, an empty one among them.
pub fn values() -> BTreeMap<String, StoredValue> {
    let every_byte: Vec<u8> = (0..=255).collect();
    let values: [(&str, &[u8]); 3] = [("config", b"{\"layer\": 200}"), ("salts 4", &every_byte), ("Ключ", b"")];
    values.into_iter().map(|(name, bytes)| (name.to_owned(), StoredValue::new(bytes).unwrap())).collect()
}

/// Everything filled.
pub fn full_contents() -> Contents {
    Contents { data: full_data(), peers: peers(), update_states: states(), sent_files: sent_files(), values: values() }
}

/// The id that a lookup found; 0 for nobody.
pub fn id(lookup: &Lookup) -> i64 {
    match lookup {
        Lookup::Found(found) => found.id,
        Lookup::NotFound => 0,
        Lookup::Expired => panic!("expired"),
    }
}

/// The URL of a server that `tests/servers/run` has started.
pub fn server(variable: &str) -> String {
    let name = variable.trim_start_matches("TGS_").to_ascii_lowercase();
    let how = format!(
        "{variable} names no server: run `make test-rust`, or `tests/servers/run {name} -- cargo test --features sql`"
    );
    std::env::var(variable).expect(&how)
}
