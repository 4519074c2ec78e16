//! What the program makes is its user's only, under any umask, and a program that is killed leaves no draft.

use std::collections::BTreeSet;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tgsession::model::Peer;
use tgsession::session::{NewFile, Options, Session};

use crate::support::{Place, command};
use crate::watch::{Watch, assert_private};

/// A session in WAL mode whose client was killed: everything of it is in its WAL, which has no index.
fn killed(place: &Place) {
    place.session("killed.session");
    let (file, copy) = (place.path("killed.session"), place.path("copy"));
    let conn = rusqlite::Connection::open(&file).unwrap();
    let mode: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    conn.execute_batch("UPDATE sessions SET date = 1").unwrap();
    std::fs::copy(&file, &copy).unwrap();
    std::fs::copy(place.path("killed.session-wal"), place.path("copy-wal")).unwrap();
    drop(conn);
    std::fs::rename(copy, file).unwrap();
    std::fs::rename(place.path("copy-wal"), place.path("killed.session-wal")).unwrap();
}

fn under_umask(umask: &str, arguments: &[&str], temporary: &Path) -> Command {
    let plain = command(arguments);
    let mut command = Command::new("sh");
    command.args(["-c", &format!("umask {umask}; exec \"$@\""), "sh"]).arg(plain.get_program()).args(plain.get_args());
    command.env("TMPDIR", temporary);
    command
}

#[track_caller]
fn succeeds(command: &mut Command) {
    let ran = command.output().unwrap();
    assert!(ran.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

/// What the commands read. All of it is its owner's only.
fn make_sources(place: &Place) {
    killed(place);
    let folder = place.path("folder");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
    std::fs::copy(place.path("killed.session"), folder.join("a.session")).unwrap();
}

fn run_all(umask: &str, place: &Place, temporary: &Path) {
    let text = |name: &str| place.text(name);
    let (killed, folder) = (text("killed.session"), text("folder"));
    let mut commands: Vec<Vec<String>> = vec![
        vec!["inspect".into(), killed.clone()],
        vec!["peers".into(), killed.clone()],
        vec!["list".into(), folder.clone()],
        vec!["export".into(), killed.clone(), "--to".into(), "telethon".into()],
        vec!["convert".into(), folder, text("folders"), "--to".into(), "telethon".into()],
    ];
    for layout in NewFile::names() {
        commands.push(vec!["convert".into(), killed.clone(), text(&layout), "--to".into(), layout]);
    }
    for arguments in &commands {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        succeeds(&mut under_umask(umask, &arguments, temporary));
    }
    succeeds(&mut under_umask(umask, &["delete", &text("telethon@7"), "--yes"], temporary));
}

#[test]
fn everything_is_its_users_only_at_any_time() {
    for umask in ["0", "022"] {
        let (place, temporary) = (Place::new(), TempDir::new().unwrap());
        make_sources(&place);
        let here = place.path("");
        let watch = Watch::start(&[&here, temporary.path()]);
        run_all(umask, &place, temporary.path());
        let seen = watch.stop();
        assert_private(&seen, &format!("umask {umask}"));
        let names: BTreeSet<&str> = seen.iter().map(|seen| seen.path.file_name().unwrap().to_str().unwrap()).collect();
        assert!(names.contains("kurigram@7") && names.contains("folders"), "{names:?}");
        assert!(!names.iter().any(|name| name.starts_with(".tgsession")), "a draft was visible: {names:?}");
        assert!(!seen.iter().any(|seen| seen.path.starts_with(temporary.path())), "a temporary file: {seen:?}");
    }
}

#[test]
fn a_conversion_that_is_killed_leaves_a_whole_file_or_none() {
    let (place, temporary) = (Place::new(), TempDir::new().unwrap());
    let source = place.session("source.session");
    let peers: Vec<Peer> = (1..20_000).map(|id| Peer { id: 777_100_000 + id, ..Peer::default() }).collect();
    Session::open(&source, &Options::default()).unwrap().update_peers(&peers).unwrap();
    let target = place.text("target.session");
    let mut whole = 0;
    for round in 0..30 {
        let arguments = ["convert", &source, &target, "--to", "kurigram"];
        let mut child = under_umask("0", &arguments, temporary.path()).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(round * 20));
        child.kill().unwrap();
        child.wait().unwrap();
        let made = place.path("target.session").exists();
        assert_eq!(place.names(), if made { vec!["source.session", "target.session"] } else { vec!["source.session"] });
        assert_eq!(temporary.path().read_dir().unwrap().count(), 0);
        if made {
            whole += 1;
            let session = Session::open(&target, &Options::default()).unwrap();
            assert_eq!(session.peers(None).unwrap().len(), peers.len() + 2);
            drop(session);
            std::fs::remove_file(&target).unwrap();
        }
    }
    assert!(whole < 30, "no conversion was killed in time");
}
