//! Batches on a replica set: one transaction each.
//!
//! FerretDB 1 has no transactions. Between it and the engine stands a server that says it is a replica set's primary, keeps
//! the writes of a transaction back until it is committed, forgets them when it is aborted, and can be told to fail.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use mongodb::bson::{Bson, Document, doc};
use tgsession::ErrorCode;
use tgsession::session::{Session, convert};

use crate::common::{changes, full_contents, full_data, peers, states};
use crate::harness::{Place, open};
use crate::mongodb_server::server;

const OP_MSG: i32 = 2013;

#[derive(Default)]
struct Seen {
    /// What was sent within transactions, by name.
    commands: Vec<String>,
    /// What is kept back until the commit.
    pending: Vec<Document>,
    /// How many more commands of transactions are done before one fails.
    until_failure: Option<usize>,
}

/// The server in between.
struct ReplicaSet {
    address: String,
    seen: Arc<Mutex<Seen>>,
}

impl ReplicaSet {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Arc::<Mutex<Seen>>::default();
        let (me, shared) = (address.clone(), Arc::clone(&seen));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (me, seen) = (me.clone(), Arc::clone(&shared));
                std::thread::spawn(move || serve(client.unwrap(), &me, &seen));
            }
        });
        Self { address, seen }
    }

    fn open(&self, place: &Place) -> Session {
        open(&format!("mongodb://{}/{}?replicaSet=tgs&remove_peers=true", self.address, place.name))
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap().commands)
    }

    fn fail_after(&self, commands: usize) {
        self.seen.lock().unwrap().until_failure = Some(commands);
    }
}

fn serve(mut client: TcpStream, me: &str, seen: &Mutex<Seen>) {
    let host = server().trim_start_matches("mongodb://").trim_end_matches('/').to_owned();
    let mut upstream = TcpStream::connect(host).unwrap();
    while let Some((id, command)) = receive(&mut client) {
        let answer = answer(&command, &mut upstream, me, seen);
        if send(&mut client, id, &answer).is_err() {
            return;
        }
    }
}

fn answer(command: &Document, upstream: &mut TcpStream, me: &str, seen: &Mutex<Seen>) -> Document {
    let name = command.keys().next().unwrap().clone();
    if ["hello", "isMaster", "ismaster"].contains(&name.as_str()) {
        let mut answer = ask(upstream, command);
        answer.extend(doc! {
            "setName": "tgs", "setVersion": 1, "hosts": [me], "me": me, "primary": me,
            "isWritablePrimary": true, "ismaster": true, "secondary": false, "logicalSessionTimeoutMinutes": 30,
        });
        return answer;
    }
    if !command.contains_key("autocommit") {
        return ask(upstream, command);
    }
    let mut seen = seen.lock().unwrap();
    let starts = command.get_bool("startTransaction").unwrap_or(false);
    seen.commands.push(if starts { format!("start {name}") } else { name.clone() });
    if starts {
        seen.pending.clear();
    }
    match name.as_str() {
        "commitTransaction" => {
            for kept in std::mem::take(&mut seen.pending) {
                let answer = ask(upstream, &kept);
                assert!(
                    answer.get("ok").and_then(Bson::as_f64) == Some(1.0) && !answer.contains_key("writeErrors"),
                    "{answer}"
                );
            }
        }
        "abortTransaction" => seen.pending.clear(),
        "find" => return ask(upstream, command),
        _ => {
            assert!(!command.contains_key("writeConcern"), "a transaction has it at its end: {command}");
            if seen.until_failure == Some(0) {
                seen.until_failure = None;
                return doc! { "ok": 0.0, "errmsg": "no space left", "code": 14_031, "codeName": "OutOfDiskSpace" };
            }
            seen.until_failure = seen.until_failure.map(|left| left - 1);
            seen.pending.push(command.clone());
            return doc! { "ok": 1.0, "n": 1_000_000 };
        }
    }
    doc! { "ok": 1.0 }
}

fn ask(upstream: &mut TcpStream, command: &Document) -> Document {
    let mut plain = command.clone();
    for word in ["startTransaction", "autocommit", "txnNumber", "readConcern"] {
        plain.remove(word);
    }
    send(upstream, 1, &plain).unwrap();
    receive(upstream).unwrap().1
}

/// The id and the body of the next message; `None` when the connection is closed.
fn receive(stream: &mut TcpStream) -> Option<(i32, Document)> {
    let mut header = [0; 16];
    stream.read_exact(&mut header).ok()?;
    let word = |at: usize| i32::from_le_bytes(header[at..at + 4].try_into().unwrap());
    let mut rest = vec![0; usize::try_from(word(0)).unwrap() - 16];
    stream.read_exact(&mut rest).ok()?;
    // The flags and the kind of the one section stand before the document.
    let body = if word(12) == OP_MSG { &rest[5..] } else { panic!("a message of another kind: {}", word(12)) };
    Some((word(4), Document::from_reader(body).unwrap()))
}

fn send(stream: &mut TcpStream, answered: i32, document: &Document) -> std::io::Result<()> {
    let body = mongodb::bson::serialize_to_vec(document).unwrap();
    let length = i32::try_from(body.len() + 21).unwrap();
    let mut message: Vec<u8> = [length, 1, answered, OP_MSG, 0].into_iter().flat_map(i32::to_le_bytes).collect();
    message.push(0);
    message.extend(body);
    stream.write_all(&message)
}

#[test]
fn a_batch_is_one_transaction_and_all_of_it_or_nothing_is_there() {
    let (set, place) = (ReplicaSet::start(), Place::new());
    let session = set.open(&place);
    session.update_peers(&peers()).unwrap();
    let transaction = ["start update", "delete", "update", "commitTransaction"];
    assert_eq!(set.take(), transaction);
    let before = session.contents().unwrap();
    assert_eq!(before.peers.len(), peers().len());
    assert!(set.take().iter().all(|name| ["start find", "find", "abortTransaction"].contains(&name.as_str())));
    let mut batch = peers();
    for peer in &mut batch {
        peer.access_hash = Some(77);
        peer.usernames.truncate(1);
    }
    for done in 0..2 {
        set.fail_after(done);
        let error = session.update_peers(&batch).unwrap_err();
        assert_eq!(error.code(), ErrorCode::DiskFull, "{error}");
        assert_eq!(set.take().last().unwrap(), "abortTransaction");
        assert_eq!(session.contents().unwrap(), before, "after {done} commands");
        set.take();
    }
    session.update_peers(&batch).unwrap();
    assert_eq!(set.take(), ["start update", "delete", "commitTransaction"]);
    assert!(session.peers(None).unwrap().iter().all(|peer| peer.access_hash == Some(77)));
}

#[test]
fn what_one_document_holds_needs_no_transaction() {
    let (set, place) = (ReplicaSet::start(), Place::new());
    let session = set.open(&place);
    session.set(&changes(&full_data())).unwrap();
    session.set_update_states(&states()[..1]).unwrap();
    assert!(set.take().is_empty());
    assert_eq!(session.data().unwrap(), full_data());
    session.set_update_states(&states()).unwrap();
    assert_eq!(set.take(), ["start update", "commitTransaction"]);
}

#[test]
fn a_conversion_is_one_transaction_with_the_key_at_its_end() {
    let (set, place) = (ReplicaSet::start(), Place::new());
    let source = Session::open(":memory:", &Default::default()).unwrap();
    source.set(&changes(&full_data())).unwrap();
    source.update_peers(&peers()).unwrap();
    source.set_update_states(&full_contents().update_states).unwrap();
    let target = set.open(&place);
    set.fail_after(3);
    assert_eq!(convert(&source, &target, &[]).unwrap_err().code(), ErrorCode::DiskFull);
    assert!(target.peers(None).unwrap().is_empty() && target.data().unwrap().auth_key.is_none());
    set.take();
    convert(&source, &target, &[]).unwrap();
    assert_eq!(target.contents().unwrap().data, full_data());
    assert_eq!(target.peers(None).unwrap().len(), peers().len());
    let sent = set.take();
    assert_eq!(sent.iter().filter(|name| *name == "commitTransaction").count(), 1, "{sent:?}");
}
