//! The invented peers of every language, as `benches/all/README.md` has the rule, in the types of grammers; and its clock.

use grammers_session::types::{PeerAuth, PeerInfo};

pub const STRIDE: i64 = 7919;
pub const HOT: i64 = 64;
pub const BATCHES: i64 = 5;
pub const NEW_PEERS_FROM: i64 = 100_000_000;
pub const BULK: i64 = 10_000;

pub fn invent(count: i64, first: i64, stride: i64, modulus: i64) -> Vec<PeerInfo> {
    (0..count).map(|at| peer((first + at * stride) % modulus)).collect()
}

fn peer(number: i64) -> PeerInfo {
    let id = 777_000_000_000 + number;
    PeerInfo::User { id, auth: Some(PeerAuth::from_hash(-id * 1_000_003)), bot: Some(false), is_self: Some(false) }
}

/// What this process took of the processor: the first number of `/proc/self/schedstat`, in nanoseconds; 0 where there is none.
/// The program has one thread.
pub fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse::<f64>().ok()).unwrap_or_default() / 1e9
}
