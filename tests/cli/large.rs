//! Conversions of many peers: in little memory, whole or not at all, and with the content of a small one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;
use tgsession::model::Peer;
use tgsession::session::{ByteOptions, ConvertOptions, NewFile, Options, Session, convert_with};

use crate::dump::dump;
use crate::support::{Place, anna, command, run};

/// More than are converted in memory.
const MANY: i64 = 25_010;

const OF_ANOTHER_PROGRAM: &str = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
    INSERT INTO notes VALUES (7, 'seven'), (9, NULL); CREATE INDEX by_text ON notes (text)";

fn peers(count: i64) -> Vec<Peer> {
    let one = |number: i64| Peer {
        id: 777_100_000 + number,
        access_hash: Some(number * 0x1234_5678_9abc),
        usernames: vec![format!("tgs_{number}")],
        name: Some(format!("Peer {number}")),
        last_update_on: Some(1_700_000_000 + number),
        ..Peer::default()
    };
    (1..=count).map(one).collect()
}

/// A session with so many peers more.
fn source(place: &Place, name: &str, count: i64) -> String {
    let source = place.session(name);
    let session = Session::open(&source, &Options::default()).unwrap();
    session.delete_all_peers().unwrap();
    session.update_peers(&[Peer { last_update_on: Some(1_700_000_000), ..anna() }]).unwrap();
    for page in peers(count).chunks(10_000) {
        session.update_peers(page).unwrap();
    }
    source
}

fn dump_of(file: &str) -> Vec<String> {
    dump(&Connection::open(file).unwrap())
}

/// What the same conversion makes in memory.
fn in_memory(source: &str, layout: &str, keep_foreign_tables: bool) -> Vec<String> {
    let source = Session::open(source, &Options { read_only: true, ..Options::default() }).unwrap();
    let target = Session::new_in_bytes(NewFile::named(layout).unwrap(), "in memory", None).unwrap();
    convert_with(&source, &target, &ConvertOptions { keep_foreign_tables, ..ConvertOptions::default() }).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), target.to_bytes(ByteOptions::default()).unwrap()).unwrap();
    dump_of(file.path().to_str().unwrap())
}

#[test]
fn the_content_is_that_of_a_conversion_in_memory() {
    let place = Place::new();
    let source = source(&place, "source.session", MANY);
    Connection::open(&source).unwrap().execute_batch(OF_ANOTHER_PROGRAM).unwrap();
    for layout in NewFile::names() {
        let target = place.text(&layout);
        run(&["convert", &source, &target, "--to", &layout, "--keep-foreign-tables"]).ok();
        let made = dump_of(&target);
        assert!(made == in_memory(&source, &layout, true), "{layout}");
        assert!(made.iter().any(|line| line.contains("seven")), "{layout}");
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(Session::open(&target, &Options::default()).unwrap().counts().unwrap().peers, MANY as u64 + 1);
        fs::remove_file(&target).unwrap();
        assert_eq!(place.names(), ["source.session"], "{layout}");
    }
}

#[test]
fn a_folder_of_large_and_small_sessions_is_converted() {
    let place = Place::new();
    fs::create_dir(place.path("in")).unwrap();
    for (name, count) in [("in/a.session", MANY), ("in/b.session", MANY + 5), ("in/c.session", 3)] {
        source(&place, name, count);
    }
    let out = run(&["convert", &place.text("in"), &place.text("out"), "--to", "kurigram@7"]).ok();
    assert!(out.contains("3 of 3 sessions"), "{out}");
    let mut made: Vec<_> = fs::read_dir(place.path("out")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    made.sort();
    assert_eq!(made, ["a.session", "b.session", "c.session"]);
    for name in ["a.session", "b.session", "c.session"] {
        let (source, made) = (place.text(&format!("in/{name}")), place.text(&format!("out/{name}")));
        assert!(dump_of(&made) == in_memory(&source, "kurigram@7", false), "{name}");
    }
}

#[cfg(feature = "sqlcipher")]
#[test]
fn a_large_encrypted_file_is_made_and_read() {
    use tgsession::EncryptionKey;

    let place = Place::new();
    let source = source(&place, "source.session", MANY);
    fs::write(place.path("passphrase"), "correct horse").unwrap();
    let (there, back, passphrase) = (place.text("there"), place.text("back"), place.text("passphrase"));
    run(&["convert", &source, &there, "--to", "pyrogram@3", "--to-passphrase-file", &passphrase]).ok();
    let key = EncryptionKey::from_passphrase("correct horse").unwrap();
    let options = Options { encryption_key: Some(key), read_only: true, ..Options::default() };
    let (made, plain) =
        (Session::open(&there, &options).unwrap(), Session::open(&source, &Options::default()).unwrap());
    assert_eq!(made.contents().unwrap(), plain.contents().unwrap());
    drop((made, plain));
    let bytes = fs::read(&there).unwrap();
    assert!(!bytes.windows(7).any(|window| window == b"tgs_777" || window == b"CREATE "));
    run(&["convert", &there, &back, "--to", "pyrogram@3", "--passphrase-file", &passphrase]).ok();
    assert!(dump_of(&back) == in_memory(&source, "pyrogram@3", false));
    assert_eq!(place.names(), ["back", "passphrase", "source.session", "there"]);
}

/// The most memory that a process has had, in KiB, and how it ended.
fn peak(mut child: Child) -> u64 {
    let path = format!("/proc/{}/status", child.id());
    let mut most = 0;
    loop {
        let status = fs::read_to_string(&path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = line.map_or(most, |line| line.trim().trim_end_matches(" kB").parse().unwrap());
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            return most;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn memory_does_not_grow_with_the_peers() {
    let place = Place::new();
    let sources = [MANY, 200_000].map(|count| (count, source(&place, &format!("{count}.session"), count)));
    // gotd's file has no peers.
    for format in ["kurigram@7", "mtcute", "grammers-sqlite", "gotd"] {
        let peaks = sources.each_ref().map(|(count, source)| {
            let target = place.text("target");
            let mut convert = command(&["convert", source, &target, "--to", format, "--json"]);
            let peak = peak(convert.stdout(Stdio::null()).spawn().unwrap());
            if format != "gotd" {
                let made = Session::open(&target, &Options::default()).unwrap();
                assert_eq!(made.counts().unwrap().peers, *count as u64 + 1, "{format}");
            }
            fs::remove_file(&target).unwrap();
            peak
        });
        println!("{format}: peaks in KiB: {peaks:?}");
        assert!(peaks[1] < 40 * 1024 && peaks[1] < peaks[0] + 4 * 1024, "{format}: KiB: {peaks:?}");
    }
}

#[test]
fn a_large_file_of_another_client_has_what_it_keeps() {
    let place = Place::new();
    let source = source(&place, "source.session", MANY);
    let peers = Session::open(&source, &Options::default()).unwrap().peers(None).unwrap();
    for (format, has_usernames) in [("mtcute", true), ("grammers-sqlite", false)] {
        let target = place.text("target");
        let report = run(&["convert", &source, &target, "--to", format, "--json"]).ok();
        let report: Value = serde_json::from_str(&report).unwrap();
        let table = |name| report["tables"].as_array().unwrap().iter().find(|table| table["name"] == name).unwrap();
        assert_eq!(
            (&table("peers")["kept"], &table("peers")["left_out"]),
            (&peers.len().into(), &0.into()),
            "{report}"
        );
        let usernames = table("usernames");
        let which = if has_usernames { "kept" } else { "left_out" };
        assert_eq!(usernames[which], peers.iter().map(|peer| peer.usernames.len()).sum::<usize>(), "{report}");
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o7777, 0o600);
        let made = Session::open(&target, &Options::default()).unwrap().peers(None).unwrap();
        let expected = peers.iter().map(|peer| (peer.id, peer.access_hash, has_usernames.then_some(&peer.usernames)));
        let found = made.iter().map(|peer| (peer.id, peer.access_hash, has_usernames.then_some(&peer.usernames)));
        assert!(expected.eq(found), "{format}");
        fs::remove_file(&target).unwrap();
        assert_eq!(place.names(), ["source.session"], "{format}");
    }
}

fn drafts(place: &Place) -> usize {
    place.names().iter().filter(|name| name.starts_with(".tgsession-")).count()
}

#[test]
fn one_that_is_killed_leaves_a_draft_at_most_and_the_next_one_removes_it() {
    let place = Place::new();
    let source = source(&place, "source.session", 60_000);
    let target = place.text("target.session");
    let arguments = ["convert", &source, &target, "--to", "kurigram@7"];
    let (mut left, mut whole) = (0, 0);
    for round in 0..12 {
        let mut child = command(&arguments).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(30 + round * 130));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(drafts(&place) <= 1, "the one before was removed: {:?}", place.names());
        assert!(place.names().iter().all(|name| !name.ends_with("-journal") && !name.ends_with("-wal")));
        left += drafts(&place);
        if Path::new(&target).exists() {
            assert_eq!(Session::open(&target, &Options::default()).unwrap().counts().unwrap().peers, 60_001);
            fs::remove_file(&target).unwrap();
            whole += 1;
        }
    }
    assert!(left > 0, "none was killed in the middle; {whole} were whole");
    run(&arguments).ok();
    assert_eq!(place.names(), ["source.session", "target.session"]);
}

#[test]
fn one_that_finds_no_room_leaves_nothing() {
    let place = Place::new();
    let source = source(&place, "source.session", MANY);
    let plain = command(&["convert", &source, &place.text("target.session"), "--to", "kurigram@7"]);
    // Files grow no larger than half a megabyte; the signal that would kill the program becomes an error of the write.
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 1000; exec \"$@\"", "sh"])
        .arg(plain.get_program())
        .args(plain.get_args());
    let ran = limited.output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains("target.session") && !said.contains(".tgsession-"), "{said}");
    assert_eq!(place.names(), ["source.session"]);
}
