//! New files: whole, private, and one only.

use std::os::unix::fs::PermissionsExt;

use tgsession::session::{NewFile, Options, Session};

use crate::common::{full_data, peer};
use crate::harness::{Harness, create, open, raw, sql, value};

#[test]
fn a_new_file_is_its_owners_only_and_alone() {
    for layout in NewFile::names() {
        let harness = Harness::new();
        let session = create(&harness.file, &layout);
        assert_eq!(session.format().unwrap().to_string(), layout);
        assert_eq!(std::fs::metadata(&harness.file).unwrap().permissions().mode() & 0o777, 0o600);
        session.update_peers(&[peer(5, &["tgs_one"])]).unwrap();
        session.save().unwrap();
        drop(session);
        assert_eq!(harness.names(), ["account.session"]);
        assert_eq!(value::<String>(&harness.file, "PRAGMA integrity_check"), "ok");
        assert_eq!(
            value::<i64>(&harness.file, "SELECT count(*) FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'"),
            0
        );
    }
}

#[test]
fn a_new_file_is_a_wal_file_if_that_is_wanted() {
    for layout in NewFile::names() {
        for wal in [false, true] {
            let harness = Harness::new();
            let options = Options { new_file: NewFile::named(&layout).unwrap(), wal, ..Options::default() };
            let open =
                |wal| Session::open(harness.file.to_str().unwrap(), &Options { wal, ..options.clone() }).unwrap();
            drop(open(wal));
            assert_eq!(harness.names(), ["account.session"]);
            let mode = || value::<String>(&harness.file, "PRAGMA journal_mode");
            assert_eq!(mode(), if wal { "wal" } else { "delete" }, "{layout}");
            // One that is there keeps its mode.
            open(!wal).update_peers(&[peer(5, &["tgs_one"])]).unwrap();
            assert_eq!(mode(), if wal { "wal" } else { "delete" }, "{layout}");
        }
    }
}

#[test]
fn a_name_without_a_version_means_the_newest() {
    for (name, expected) in [
        ("pyrogram", "pyrogram@3"),
        ("kurigram", "kurigram@7"),
        ("pyrofork", "pyrofork@4"),
        ("telethon", "telethon@8"),
        ("mtcute", "mtcute@2"),
        ("grammers", "grammers@1"),
    ] {
        let harness = Harness::new();
        assert_eq!(create(&harness.file, name).format().unwrap().to_string(), expected);
    }
    for wrong in ["", "pyrogram@", "pyrogram@2", "pyrogram@x", "Pyrogram", "mtcute@1", "telethon@9"] {
        assert!(NewFile::named(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn of_many_that_make_a_file_at_once_one_makes_it_and_all_open_it() {
    for _ in 0..5 {
        let harness = Harness::new();
        let barrier = std::sync::Barrier::new(8);
        let sessions: Vec<Session> = std::thread::scope(|scope| {
            let open = |index: u32| {
                barrier.wait();
                create(&harness.file, if index.is_multiple_of(2) { "pyrogram@3" } else { "telethon@8" })
            };
            let threads: Vec<_> = (0..8).map(|index| scope.spawn(move || open(index))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let formats: Vec<_> = sessions.iter().map(|session| session.format().unwrap()).collect();
        assert!(formats.iter().all(|format| *format == formats[0]), "{formats:?}");
        sessions[7].update_peers(&[peer(5, &[])]).unwrap();
        assert_eq!(sessions[0].peers(None).unwrap().len(), 1);
        drop(sessions);
        assert_eq!(harness.names(), ["account.session"]);
    }
}

#[test]
fn writing_leaves_mode_version_journal_and_free_pages() {
    for layout in NewFile::names() {
        for mode in ["delete", "wal"] {
            let harness = Harness::full(&layout);
            let version = match layout.as_str() {
                "mtcute@2" => "SELECT version FROM mtcute_migrations WHERE repo = 'peers'",
                "grammers@1" => "PRAGMA user_version",
                layout if layout.starts_with("telethon") => "SELECT version FROM version",
                _ => "SELECT number FROM version",
            };
            sql(
                &harness.file,
                &format!(
                    "PRAGMA journal_mode = {mode}; CREATE TABLE x (y); \
                INSERT INTO x WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT zeroblob(900) FROM n; \
                DROP TABLE x"
                ),
            );
            std::fs::set_permissions(&harness.file, std::fs::Permissions::from_mode(0o640)).unwrap();
            let facts = || {
                let free = value::<i64>(&harness.file, "PRAGMA freelist_count");
                let version = value::<i64>(&harness.file, version);
                (free > 50, version, value::<String>(&harness.file, "PRAGMA journal_mode"))
            };
            let before = facts();
            assert!(before.0 && before.2 == mode);
            let session = open(&harness.file);
            session.set(&crate::common::changes(&full_data())).unwrap();
            session.update_peers(&[peer(5, &["tgs_one", "tgs_two"])]).unwrap();
            session.save().unwrap();
            drop(session);
            assert_eq!(facts(), before, "{layout}");
            assert_eq!(std::fs::metadata(&harness.file).unwrap().permissions().mode() & 0o777, 0o640);
            assert_eq!(harness.names(), ["account.session"], "{layout} {mode}");
        }
    }
}

/// A process that is killed while it deletes a session may leave the WAL or the journal.
#[test]
fn what_a_deleted_session_left_is_no_part_of_a_new_one() {
    for mode in ["WAL", "DELETE"] {
        let harness = Harness::full("pyrogram@3");
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
        let conn = raw(&harness.file);
        conn.execute_batch("PRAGMA cache_size = 5; BEGIN; UPDATE sessions SET api_id = 5").unwrap();
        if mode == "WAL" {
            conn.execute_batch("COMMIT").unwrap();
        } else {
            // Enough to be written into the file before it is committed.
            let rows: String =
                (900_000..903_000).map(|id| format!("INSERT INTO peers (id, type) VALUES ({id}, 'user');")).collect();
            conn.execute_batch(&rows).unwrap();
        }
        let left = ["-wal", "-journal"].map(|suffix| harness.folder.path().join(format!("account.session{suffix}")));
        assert!(left.iter().any(|path| std::fs::metadata(path).is_ok_and(|metadata| metadata.len() > 0)), "{mode}");
        let kept = tempfile::TempDir::new().unwrap();
        for path in left.iter().filter(|path| path.exists()) {
            std::fs::copy(path, kept.path().join(path.file_name().unwrap())).unwrap();
        }
        drop(conn);
        let new = Harness::new();
        for path in std::fs::read_dir(kept.path()).unwrap().map(|entry| entry.unwrap().path()) {
            std::fs::copy(&path, new.folder.path().join(path.file_name().unwrap())).unwrap();
        }
        let session = create(&new.file, "pyrogram@3");
        assert_eq!(session.data().unwrap().auth_key, None, "{mode}");
        assert!(session.peers(None).unwrap().is_empty(), "{mode}");
        drop(session);
        assert_eq!(value::<String>(&new.file, "PRAGMA integrity_check"), "ok");
    }
}
