//! The same calls on grammers' own storage in memory and on sessions of several clients: the same answers, at once and after
//! the session was opened again.
#![allow(clippy::unwrap_used)]

use grammers_session::storages::MemorySession;
use grammers_session::types::{
    ChannelKind, ChannelState, DcOption, PeerAuth, PeerId, PeerInfo, UpdateState, UpdatesState,
};
use grammers_session::{Session, SessionData};
use tgsession::{AuthKey, DcEndpoint, Field, FieldValue, NewFile, Options, Peer};
use tgsession_grammers::AnySession;

const LAYOUTS: [&str; 5] = ["pyrogram@3", "kurigram@7", "pyrofork@4", "telethon@8", "telethon@10"];
const CHANNELS: [i64; 3] = [1_777_000_301, 5, 997_852_516_352];

/// A session's file, opened again and again.
struct Place {
    folder: tempfile::TempDir,
    layout: &'static str,
}

impl Place {
    fn new(layout: &'static str) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), layout }
    }

    async fn open(&self) -> AnySession {
        let path = self.folder.path().join("account.session");
        let new_file = NewFile::named(self.layout).unwrap();
        AnySession::open(path.to_str().unwrap(), Options { new_file, ..Options::default() }).await.unwrap()
    }
}

fn option(id: i32, last: u8, key: Option<u8>) -> DcOption {
    let known = SessionData::default().dc_options.remove(&id);
    let ipv6 = known.map_or_else(|| "[2001:db8::1]:443".parse().unwrap(), |known| known.ipv6);
    let ipv4 = format!("149.154.167.{last}:443").parse().unwrap();
    DcOption { id, ipv4, ipv6, auth_key: key.map(|seed| std::array::from_fn(|at| (at as u8).wrapping_mul(7) ^ seed)) }
}

fn user(id: i64, hash: Option<i64>, bot: Option<bool>, is_self: Option<bool>) -> PeerInfo {
    PeerInfo::User { id, auth: hash.map(PeerAuth::from_hash), bot, is_self }
}

fn channel(id: i64, hash: Option<i64>, kind: Option<ChannelKind>) -> PeerInfo {
    PeerInfo::Channel { id, auth: hash.map(PeerAuth::from_hash), kind }
}

/// What grammers' own storage in a file returns for what it was not told: not a bot, not the account.
fn told(info: Option<PeerInfo>) -> Option<PeerInfo> {
    Some(match info? {
        PeerInfo::User { id, auth, bot, is_self } => {
            user(id, auth.map(PeerAuth::hash), Some(bot.unwrap_or(false)), Some(is_self.unwrap_or(false)))
        }
        other => other,
    })
}

/// Telethon has no types: that a channel is a broadcast is no more than its id says.
fn by_its_id(info: Option<PeerInfo>) -> Option<PeerInfo> {
    Some(match info? {
        PeerInfo::Channel { id, auth, kind: Some(ChannelKind::Broadcast) } => {
            PeerInfo::Channel { id, auth, kind: None }
        }
        other => other,
    })
}

async fn peer<S: Session<Error: std::fmt::Debug>>(session: &S, id: PeerId, has_types: bool) -> Option<PeerInfo> {
    let info = told(session.peer(id).await.unwrap());
    if has_types { info } else { by_its_id(info) }
}

fn in_order(mut state: UpdatesState) -> UpdatesState {
    state.channels.sort_by_key(|channel| channel.id);
    state
}

/// Everything that can be asked.
async fn compare(ours: &AnySession, theirs: &MemorySession, context: &str) {
    assert_eq!(ours.home_dc_id().unwrap(), theirs.home_dc_id().unwrap(), "{context}");
    for id in [-1, 0, 1, 2, 3, 4, 5, 203] {
        assert_eq!(ours.dc_option(id).unwrap(), theirs.dc_option(id).unwrap(), "{context}: data centre {id}");
    }
    let users = [1, 777_000_101, 777_000_102, 777_000_103, 0xff_ffff_ffff].map(PeerId::user);
    let chats = [1, 7_777, 999_999_999_999].map(PeerId::chat);
    let channels = CHANNELS.map(PeerId::channel);
    for id in users.into_iter().chain(chats).chain(channels).flatten() {
        let has_types = !context.starts_with("telethon");
        assert_eq!(peer(ours, id, has_types).await, peer(theirs, id, has_types).await, "{context}: peer {id}");
    }
    let (ours, theirs) = (ours.updates_state().await.unwrap(), theirs.updates_state().await.unwrap());
    assert_eq!(in_order(ours), in_order(theirs), "{context}: states");
}

#[derive(Clone)]
enum Step {
    Home(i32),
    Option(Box<DcOption>),
    Peers(Vec<PeerInfo>),
    State(fn() -> UpdateState),
}

async fn take<S: Session<Error: std::fmt::Debug>>(session: &S, step: Step) {
    match step {
        Step::Home(id) => session.set_home_dc_id(id).await.unwrap(),
        Step::Option(option) => session.set_dc_option(&option).await.unwrap(),
        Step::Peers(peers) => session.cache_peers(peers).await.unwrap(),
        Step::State(state) => session.set_update_state(state()).await.unwrap(),
    }
}

fn steps() -> Vec<Step> {
    let [supergroup, broadcast, other] = CHANNELS;
    vec![
        Step::Option(option(2, 41, Some(1)).into()),
        Step::Option(option(4, 92, Some(2)).into()),
        // The login is on another data centre: its key becomes the session's.
        Step::Home(4),
        Step::Peers(vec![
            user(777_000_101, Some(i64::MIN), Some(false), Some(true)),
            user(777_000_102, Some(0), Some(true), None),
        ]),
        Step::Peers(vec![PeerInfo::Chat { id: 7_777 }, channel(supergroup, Some(-1), Some(ChannelKind::Megagroup))]),
        Step::Peers(vec![
            channel(broadcast, Some(5), Some(ChannelKind::Broadcast)),
            channel(other, None, Some(ChannelKind::Gigagroup)),
        ]),
        // What is not told stays; of two in a batch both count.
        Step::Peers(vec![
            user(777_000_101, None, None, None),
            user(777_000_102, Some(6), None, None),
            user(777_000_102, None, None, None),
        ]),
        Step::Peers(vec![channel(other, Some(9), None), channel(supergroup, None, Some(ChannelKind::Community))]),
        Step::Option(option(203, 100, Some(3)).into()),
        Step::Option(option(4, 91, Some(4)).into()),
        Step::State(|| UpdateState::Primary { pts: 10, date: 1_700_000_000, seq: 3 }),
        Step::State(|| UpdateState::Secondary { qts: 7 }),
        Step::State(|| UpdateState::Channel { id: CHANNELS[0], pts: 5 }),
        Step::State(|| UpdateState::Channel { id: CHANNELS[1], pts: 6 }),
        Step::State(|| UpdateState::Channel { id: CHANNELS[0], pts: 8 }),
        Step::State(|| {
            let channels = vec![ChannelState { id: CHANNELS[1], pts: 60 }];
            UpdateState::All(UpdatesState { pts: 11, qts: 12, date: 13, seq: 14, channels })
        }),
        Step::Home(2),
        Step::Option(option(4, 91, None).into()),
        Step::Home(203),
    ]
}

#[tokio::test]
async fn they_answer_the_same_in_every_layout() {
    for layout in LAYOUTS {
        let place = Place::new(layout);
        let theirs = MemorySession::default();
        let new = place.open().await;
        // A new file of Kurigram's names an address, which is not grammers' own.
        if new.session().data().unwrap().server_address.is_none() {
            compare(&new, &theirs, &format!("{layout}, new")).await;
        }
        drop(new);
        for (number, step) in steps().into_iter().enumerate() {
            let ours = place.open().await;
            take(&ours, step.clone()).await;
            take(&theirs, step).await;
            compare(&ours, &theirs, &format!("{layout}, step {number}")).await;
            drop(ours);
            compare(&place.open().await, &theirs, &format!("{layout}, step {number}, opened again")).await;
        }
    }
}

#[tokio::test]
async fn a_login_of_another_client_is_grammers_own() {
    let session = tgsession::Session::open(":memory:", &Options::default()).unwrap();
    let key = AuthKey::new(&[7; 256]).unwrap();
    let text = |text: &str| Some(FieldValue::Text(text.to_owned()));
    session
        .set(&[
            (Field::DcId, Some(FieldValue::Integer(4))),
            (Field::AuthKey, Some(FieldValue::Key(key))),
            (Field::ServerAddress, text("149.154.167.91")),
            (Field::Port, Some(FieldValue::Integer(443))),
            (Field::UserId, Some(FieldValue::Integer(777_000_101))),
            (Field::IsBot, Some(FieldValue::Integer(1))),
        ])
        .unwrap();
    let ours = AnySession::new(session).unwrap();
    let home = ours.dc_option(ours.home_dc_id().unwrap()).unwrap().unwrap();
    assert_eq!((home.id, home.ipv4.to_string().as_str(), home.auth_key), (4, "149.154.167.91:443", Some([7; 256])));
    let own = Some(user(777_000_101, None, Some(true), Some(true)));
    assert_eq!(ours.peer(PeerId::self_user()).await.unwrap(), own);
    assert_eq!(ours.peer(PeerId::user(777_000_102).unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn other_clients_find_the_keys_of_all_data_centres_and_what_they_know_stays() {
    let ours = AnySession::open(":memory:", Options::default()).await.unwrap();
    ours.set_dc_option(&option(2, 41, Some(1))).await.unwrap();
    ours.set_dc_option(&option(4, 92, Some(2))).await.unwrap();
    let session = ours.session();
    let mut found = session.data_center(4).unwrap().unwrap();
    assert_eq!(found.auth_key.as_ref().map(|key| *key.as_bytes()), option(4, 92, Some(2)).auth_key);
    assert_eq!((found.addresses.len(), found.addresses[0].to_string().as_str()), (2, "149.154.167.92:443"));
    let media = DcEndpoint { server_address: "149.154.167.43".to_owned(), port: 80, is_media_only: true };
    found.addresses.push(media.clone());
    found.tmp_auth_key = Some(AuthKey::new(&[9; 256]).unwrap());
    session.set_data_center(&found).unwrap();
    ours.set_dc_option(&option(4, 91, Some(2))).await.unwrap();
    let kept = session.data_center(4).unwrap().unwrap();
    assert_eq!((kept.addresses.last(), kept.tmp_auth_key), (Some(&media), found.tmp_auth_key));
    ours.set_dc_option(&option(4, 91, Some(3))).await.unwrap();
    assert_eq!(session.data_center(4).unwrap().unwrap().tmp_auth_key, None);
    assert_eq!(session.value_names().unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn what_an_older_version_wrote_is_read_and_moves_with_the_next_change() {
    let session = tgsession::Session::open(":memory:", &Options::default()).unwrap();
    session.set(&[(Field::DcId, Some(FieldValue::Integer(2)))]).unwrap();
    let key = option(4, 92, Some(2)).auth_key.unwrap();
    let old = [b"149.154.167.92:443\n[2001:67c:4e8:f004::a]:443\n".as_slice(), &key].concat();
    session.set_value("grammers dc 4", &old).unwrap();
    session.set_value("salts", b"1").unwrap();
    let ours = AnySession::new(session).unwrap();
    assert_eq!(ours.dc_option(4).unwrap().unwrap().auth_key, Some(key));
    ours.set_dc_option(&option(2, 41, Some(1))).await.unwrap();
    let session = ours.session();
    assert_eq!(session.value_names().unwrap(), ["salts"]);
    assert_eq!(session.data_center(4).unwrap().unwrap().auth_key, AuthKey::new(&key).ok());

    let damaged = tgsession::Session::open(":memory:", &Options::default()).unwrap();
    damaged.set_value("grammers dc 4", &old[..old.len() - 1]).unwrap();
    assert!(AnySession::new(damaged).err().unwrap().to_string().contains("grammers dc 4"));
}

#[tokio::test]
async fn what_other_clients_know_of_a_peer_stays() {
    let ours = AnySession::open(":memory:", Options::default()).await.unwrap();
    let before = Peer {
        id: 777_000_101,
        access_hash: Some(1),
        usernames: vec!["tgs_anna".to_owned()],
        phone_number: Some("99966110001".to_owned()),
        name: Some("Anna".to_owned()),
        ..Peer::default()
    };
    ours.session().update_peers(std::slice::from_ref(&before)).unwrap();
    ours.cache_peer(user(777_000_101, Some(2), None, None)).await.unwrap();
    let after = ours.session().peers(None).unwrap().remove(0);
    assert_eq!(
        (after.access_hash, after.usernames, after.phone_number, after.name),
        (Some(2), before.usernames, before.phone_number, before.name)
    );
}

#[tokio::test]
async fn both_take_all_of_the_other() {
    let theirs = MemorySession::default();
    for step in steps() {
        take(&theirs, step).await;
    }
    let place = Place::new("pyrogram@3");
    let ours = place.open().await;
    let data = SessionData {
        home_dc: theirs.home_dc_id().unwrap(),
        dc_options: [1, 2, 3, 4, 5, 203].into_iter().map(|id| (id, theirs.dc_option(id).unwrap().unwrap())).collect(),
        updates_state: theirs.updates_state().await.unwrap(),
        ..SessionData::default()
    };
    data.import_to(&ours).await.unwrap();
    drop(ours);
    let ours = place.open().await;
    assert_eq!(ours.home_dc_id().unwrap(), 203);
    for id in [1, 2, 3, 4, 5, 203] {
        assert_eq!(ours.dc_option(id).unwrap(), theirs.dc_option(id).unwrap());
    }
}

#[tokio::test]
async fn a_failure_is_an_error_and_no_panic() {
    let place = Place::new("telethon@8");
    drop(place.open().await);
    let path = place.folder.path().join("account.session");
    let options = Options { read_only: true, ..Options::default() };
    let ours = AnySession::open(path.to_str().unwrap(), options).await.unwrap();
    let refused = ours.set_dc_option(&option(4, 91, Some(1))).await.unwrap_err();
    assert_eq!(refused.code(), tgsession::ErrorCode::ReadOnly);
    assert!(refused.to_string().contains("account.session"), "{refused}");
}
