//! grammers-session's `SqliteSession`, below the plan of `make bench-all` (`benches/all/README.md` has the protocol). It knows no
//! usernames and no phone numbers, and commits each peer for itself.

mod peers;

use std::io::{BufRead, Write};
use std::time::Instant;

use grammers_session::Session;
use grammers_session::storages::SqliteSession;
use grammers_session::types::PeerInfo;
use peers::{BATCHES, BULK, HOT, NEW_PEERS_FROM, STRIDE};
use serde::Deserialize;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[derive(Deserialize)]
struct Step {
    step: String,
    operation: String,
    file: String,
    peers: i64,
    from: i64,
    calls: i64,
}

impl Step {
    /// How many peers a batch of the operation has.
    fn batch(&self) -> i64 {
        self.operation.rsplit('_').next().and_then(|last| last.parse().ok()).unwrap_or(self.peers.min(BULK))
    }
}

/// What `begin` makes for the calls of `run`.
#[derive(Default)]
struct Begun {
    session: Option<SqliteSession>,
    peers: Vec<PeerInfo>,
}

impl Begun {
    fn session(&self) -> &SqliteSession {
        self.session.as_ref().expect("begin opened it")
    }
}

async fn open(file: &str) -> Result<SqliteSession> {
    Ok(SqliteSession::open(file).await?)
}

fn field(session: &SqliteSession) -> Result<()> {
    let home = session.dc_option(session.home_dc_id()?)?;
    home.and_then(|home| home.auth_key).map(|_| ()).ok_or_else(|| "there is no auth key".into())
}

async fn log_in(session: &SqliteSession) -> Result<()> {
    session.set_home_dc_id(2).await?;
    let mut home = session.dc_option(2)?.ok_or("grammers does not know data centre 2")?;
    home.auth_key = Some(std::array::from_fn(|at| at as u8));
    Ok(session.set_dc_option(&home).await?)
}

async fn cache(session: &SqliteSession, peers: &[PeerInfo]) -> Result<()> {
    for peer in peers {
        session.cache_peer(peer.clone()).await?;
    }
    Ok(())
}

async fn look_up(session: &SqliteSession, expected: &PeerInfo) -> Result<()> {
    let found = session.peer(expected.id()).await?.ok_or("a peer is missing")?;
    if found.auth() == expected.auth() { Ok(()) } else { Err("a peer has another access hash".into()) }
}

async fn begin(step: &Step) -> Result<Begun> {
    let peers = match step.operation.as_str() {
        "bulk" => peers::invent(step.peers, 0, 1, i64::MAX),
        "known_50" | "known_200" => peers::invent(BATCHES * step.batch(), 0, 1, step.peers),
        "new_200" => peers::invent(step.calls * step.batch(), NEW_PEERS_FROM + step.from * step.batch(), 1, i64::MAX),
        "by_id" => peers::invent(step.calls, step.from * STRIDE, STRIDE, step.peers),
        "by_id_hot" => peers::invent(HOT, 0, STRIDE, step.peers),
        "create" | "open" => return Ok(Begun::default()),
        "field" => Vec::new(),
        other => return Err(format!("there is no operation {other}").into()),
    };
    let session = open(&step.file).await?;
    match step.operation.as_str() {
        "bulk" => log_in(&session).await?,
        "known_50" | "known_200" => cache(&session, &peers).await?,
        "by_id" | "by_id_hot" => look_up(&session, &peers[0]).await?,
        _ => {}
    }
    Ok(Begun { session: Some(session), peers })
}

async fn call(step: &Step, begun: &Begun, number: i64) -> Result<()> {
    let at = number as usize;
    match step.operation.as_str() {
        "create" => open(&format!("{}-{}.session", step.file, step.from + number)).await.map(drop),
        "open" => field(&open(&step.file).await?),
        "field" => field(begun.session()),
        "by_id" | "by_id_hot" => look_up(begun.session(), &begun.peers[at % begun.peers.len()]).await,
        _ => {
            let batch = step.batch() as usize;
            let first = at * batch % begun.peers.len();
            cache(begun.session(), &begun.peers[first..first + batch]).await
        }
    }
}

async fn run(step: &Step, begun: &Begun) -> Result<String> {
    let (cpu, start) = (peers::processor_seconds(), Instant::now());
    for number in 0..step.calls {
        call(step, begun, number).await?;
    }
    let (seconds, cpu) = (start.elapsed().as_secs_f64(), peers::processor_seconds() - cpu);
    Ok(format!("{{\"seconds\": {seconds:.9}, \"cpu\": {cpu:.9}}}"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{{\"version\": \"0.11.0\"}}")?;
    let mut begun = Begun::default();
    for line in std::io::stdin().lock().lines() {
        let step: Step = serde_json::from_str(&line?)?;
        match step.step.as_str() {
            "begin" => begun = begin(&step).await?,
            "end" => begun = Begun::default(),
            _ => {
                writeln!(out, "{}", run(&step, &begun).await?)?;
                continue;
            }
        }
        writeln!(out, "{{}}")?;
    }
    Ok(())
}
