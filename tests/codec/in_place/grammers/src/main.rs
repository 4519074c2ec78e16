//! The real storage of grammers-session on one file: reads questions as a JSON list from standard input, and answers each. A question
//! names the file and what to do: `write` what it is given, then tell all that grammers finds.
use std::io::Read;

use grammers_session::{storages::SqliteSession, types::*, Session};
use serde_json::{json, Map, Value};

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

fn hex(key: &[u8]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn key(hex: &str) -> [u8; 256] {
    std::array::from_fn(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
}

fn peer_id(marked: i64) -> PeerId {
    match marked {
        0 => PeerId::self_user(),
        1.. => PeerId::user_unchecked(marked),
        -1_000_000_000_000..0 => PeerId::chat_unchecked(-marked),
        _ => PeerId::channel_unchecked(-1_000_000_000_000 - marked),
    }
}

async fn write(session: &SqliteSession, told: &Value) {
    if let Some(home) = told["home"].as_i64() {
        session.set_home_dc_id(home as i32).await.unwrap();
    }
    for dc in list(&told["dcs"]) {
        let option = session.dc_option(number(&dc["id"]) as i32).unwrap().unwrap();
        let auth_key = dc["key"].as_str().map(key);
        session.set_dc_option(&DcOption { auth_key, ..option }).await.unwrap();
    }
    for user in list(&told["users"]) {
        let auth = user["hash"].as_i64().map(PeerAuth::from_hash);
        let (bot, is_self) = (user["bot"].as_bool(), user["self"].as_bool());
        session.cache_peer(PeerInfo::User { id: number(&user["id"]), auth, bot, is_self }).await.unwrap();
    }
    if let [pts, qts, date, seq] = list(&told["state"]) {
        let (pts, date, seq) = (number(pts) as i32, number(date) as i32, number(seq) as i32);
        session.set_update_state(UpdateState::Primary { pts, date, seq }).await.unwrap();
        session.set_update_state(UpdateState::Secondary { qts: number(qts) as i32 }).await.unwrap();
    }
    for channel in list(&told["channels"]) {
        let (id, pts) = (number(&channel[0]), number(&channel[1]) as i32);
        session.set_update_state(UpdateState::Channel { id, pts }).await.unwrap();
    }
}

fn told(peer: PeerInfo) -> Value {
    match peer {
        PeerInfo::User { id, auth, bot, is_self } => {
            json!({"id": id, "hash": auth.map(|auth| auth.hash()), "bot": bot, "self": is_self})
        }
        PeerInfo::Chat { id } => json!({"id": id}),
        PeerInfo::Channel { id, auth, kind } => {
            json!({"id": id, "hash": auth.map(|auth| auth.hash()), "kind": kind.map(|kind| format!("{kind:?}"))})
        }
    }
}

async fn read(session: &SqliteSession, asked: &Value) -> Value {
    let (mut dcs, mut peers) = (Map::new(), Map::new());
    for id in list(&asked["dcs"]) {
        let dc = session.dc_option(number(id) as i32).unwrap().unwrap();
        let key = dc.auth_key.map(|key| hex(&key));
        dcs.insert(id.to_string(), json!({"v4": dc.ipv4.to_string(), "v6": dc.ipv6.to_string(), "key": key}));
    }
    for id in list(&asked["peers"]) {
        peers.insert(id.to_string(), session.peer(peer_id(number(id))).await.unwrap().map_or(Value::Null, told));
    }
    let state = session.updates_state().await.unwrap();
    let channels: Vec<_> = state.channels.iter().map(|channel| json!([channel.id, channel.pts])).collect();
    json!({
        "home": session.home_dc_id().unwrap(), "dcs": dcs, "peers": peers,
        "state": [state.pts, state.qts, state.date, state.seq], "channels": channels,
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut questions = String::new();
    std::io::stdin().read_to_string(&mut questions).unwrap();
    let mut answers = Vec::new();
    for question in list(&serde_json::from_str(&questions).unwrap()) {
        let file = question["file"].as_str().unwrap();
        let session = SqliteSession::open(file).await.unwrap();
        write(&session, &question["write"]).await;
        drop(session);
        let session = SqliteSession::open(file).await.unwrap();
        answers.push(read(&session, question).await);
    }
    println!("{}", Value::from(answers));
}
