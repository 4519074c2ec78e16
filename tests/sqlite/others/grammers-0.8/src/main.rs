//! Makes a session with the storage of grammers-session 0.8. All that is in it is invented.
use grammers_session::{defs::*, storages::SqliteSession, Session};
fn key(seed: usize) -> [u8; 256] {
    std::array::from_fn(|i| ((seed * 31 + i * 7) % 251) as u8)
}
fn main() {
    let s = SqliteSession::open(std::env::args().nth(1).unwrap()).unwrap();
    s.set_home_dc_id(4);
    for (id, ip, seed) in
        [(4, "149.154.167.91:443", Some(1)), (2, "149.154.167.41:443", Some(2)), (1, "149.154.175.53:443", None)]
    {
        let ipv6 = format!("[2001:67c:4e8:f004::a]:443").parse().unwrap();
        s.set_dc_option(&DcOption { id, ipv4: ip.parse().unwrap(), ipv6, auth_key: seed.map(key) });
    }
    let auth = |hash| Some(PeerAuth::from_hash(hash));
    for peer in [
        PeerInfo::User { id: 777000900901, auth: auth(9), bot: Some(false), is_self: Some(true) },
        PeerInfo::User { id: 777000900903, auth: auth(-1), bot: Some(true), is_self: Some(false) },
        PeerInfo::User { id: 777000900902, auth: auth(i64::MIN), bot: Some(false), is_self: Some(false) },
        PeerInfo::Chat { id: 55 },
        PeerInfo::Channel { id: 1777000904, auth: auth(1234567890123456789), kind: Some(ChannelKind::Megagroup) },
        PeerInfo::Channel { id: 1777000905, auth: auth(6), kind: Some(ChannelKind::Broadcast) },
        PeerInfo::Channel { id: 1777000906, auth: None, kind: None },
    ] {
        s.cache_peer(&peer);
    }
    s.set_update_state(UpdateState::All(UpdatesState {
        pts: 10,
        qts: 0,
        date: 1650000000,
        seq: 3,
        channels: vec![ChannelState { id: 1777000904, pts: 77 }],
    }));
}
