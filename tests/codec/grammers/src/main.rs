//! Writes session files with old versions of the real grammers-session, as JSON. The keys are invented, as in ../go/main.go.
#![allow(deprecated)]

use base64::{engine::general_purpose::STANDARD, Engine};
use serde_json::{json, Value};
use session8::Session;

fn key(seed: u8) -> [u8; 256] {
    std::array::from_fn(|at| (at as u8).wrapping_mul(seed).wrapping_add(seed))
}

fn entry(version: &str, file: &[u8], address: &str, user: Option<i64>) -> Value {
    json!({
        "library": "grammers-session", "version": version, "format": "grammers", "file": STANDARD.encode(file),
        "fields": {
            "dc_id": 4, "server_address": address, "port": 443, "auth_key": hex(&key(5)), "user_id": user,
            "is_bot": user.map(|_| false),
        },
        "other_key": {"dc_id": 2, "auth_key": hex(&key(3))},
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

macro_rules! old {
    ($module:ident) => {{
        let session = $module::Session::new();
        session.insert_dc(2, "149.154.167.51:443".parse().unwrap(), key(3));
        session.insert_dc(4, "149.154.167.91:443".parse().unwrap(), key(5));
        session.set_user(777000123, 4, false);
        session.set_state($module::UpdateState { pts: 11, qts: 12, date: 1_700_000_000, seq: 14, channels: vec![] });
        session.save()
    }};
}

fn ipv6() -> Vec<u8> {
    let session = session7::Session::new();
    session.insert_dc(2, "[2001:67c:4e8:f002::a]:443".parse().unwrap(), key(3));
    session.insert_dc(4, "[2001:67c:4e8:f004::a]:443".parse().unwrap(), key(5));
    session.set_user(777000123, 4, false);
    session.save()
}

fn turned() -> Vec<u8> {
    let session = session8::storages::TlSession::new();
    for (id, seed) in [(2, 3), (4, 5)] {
        let option = session.dc_option(id).unwrap();
        session.set_dc_option(&session8::defs::DcOption { auth_key: Some(key(seed)), ..option });
    }
    session.set_home_dc_id(4);
    session.save()
}

fn main() {
    let entries = [
        entry("0.5.2", &old!(session5), "149.154.167.91", Some(777000123)),
        entry("0.7.0", &old!(session7), "149.154.167.91", Some(777000123)),
        entry("0.7.0", &ipv6(), "2001:67c:4e8:f004::a", Some(777000123)),
        entry("0.8.0", &turned(), "149.154.167.92", None),
    ];
    println!("{}", serde_json::to_string_pretty(&entries).unwrap());
}
