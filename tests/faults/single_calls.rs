//! Each single call on a file fails in turn, or is cut short. What was acknowledged is there, what was not is not there
//! in part, the file is intact, and the same operation works the next time.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tgsession::model::Contents;
use tgsession::session::{Session, convert};
use tgsession::{ErrorCode, Result};

use crate::child;
use crate::fault::{EIO, EMFILE, ENOSPC, Fault};
use crate::operations::{Mode, OPERATIONS, Operation, contents, fill, open};

// In WAL mode SQLite tries for ten seconds to get a lock that fails, or that it could not give back.
const ALL_BUT_LOCKS: &str = ",open,read,write,sync,truncate,unlink,rename,chmod,map,close,";
const LOCKS: &str = ",lock,unlock,";
const ONCE: &[Fault] = &[
    Fault { kinds: ALL_BUT_LOCKS, ..Fault::once(EIO) },
    Fault { kinds: ",open,", ..Fault::once(EMFILE) },
    Fault { kinds: ",write,", cut: true, ..Fault::once(ENOSPC) },
    Fault { kinds: LOCKS, ..Fault::once(EIO) },
];
const STICKY: &[Fault] = &[
    Fault { kinds: ALL_BUT_LOCKS, sticky: true, ..Fault::once(EIO) },
    Fault { kinds: ",open,", sticky: true, ..Fault::once(EMFILE) },
    Fault { kinds: ",write,", sticky: true, cut: true, ..Fault::once(ENOSPC) },
    Fault { kinds: ",unlink,", sticky: true, ..Fault::once(EIO) },
    Fault { kinds: LOCKS, sticky: true, ..Fault::once(EIO) },
];
const MODES: [Mode; 2] = [Mode::Rollback, Mode::Wal];

#[test]
fn a_call_that_fails_once_breaks_no_promise() {
    child::run("each_call_fails_once");
}

#[test]
fn calls_that_keep_failing_break_no_promise() {
    child::run("calls_keep_failing");
}

pub fn each_call_fails_once(folder: &Path) {
    run_all(folder, ONCE);
}

pub fn calls_keep_failing(folder: &Path) {
    run_all(folder, STICKY);
}

/// What went wrong, and how often something was tried.
#[derive(Default)]
struct Found {
    tried: usize,
    wrong: Vec<String>,
}

impl Found {
    fn check(&mut self, what: &str, is_right: bool, cause: impl FnOnce() -> String) {
        if !is_right {
            self.wrong.push(format!("{what}: {}", cause()));
        }
    }
}

fn run_all(folder: &Path, faults: &[Fault]) {
    let mut found = Found::default();
    for mode in MODES {
        let template = folder.join(format!("{mode:?}.template"));
        fill(&template, mode);
        for fault in faults.iter().filter(|fault| matches!(mode, Mode::Rollback) || fault.kinds != LOCKS) {
            for operation in OPERATIONS {
                of_open_session(&mut found, &template, mode, *fault, operation);
            }
            closing(&mut found, &template, mode, *fault);
            opening(&mut found, &template, mode, *fault);
            deleting(&mut found, &template, mode, *fault);
            creating(&mut found, folder, mode, *fault);
            converting(&mut found, &template, mode, *fault);
        }
    }
    assert!(found.wrong.is_empty(), "{} of {} tries:\n{}", found.wrong.len(), found.tried, found.wrong.join("\n"));
    println!("{} tries", found.tried);
}

/// A copy in a new folder, and what is in it.
fn fresh(template: &Path) -> PathBuf {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder = template.with_file_name(number.to_string());
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("a.session");
    if template.exists() {
        std::fs::copy(template, &file).unwrap();
    }
    file
}

fn names(file: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(file.parent().unwrap()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn is_intact(file: &Path) -> bool {
    let checked = Connection::open(file)
        .and_then(|conn| conn.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)));
    checked.is_ok_and(|answer| answer == "ok")
}

fn stored(file: &Path, mode: Mode) -> Result<Contents> {
    contents(&open(file, mode)?)
}

/// Lets the first, the second, … call of `run` fail until there are no more. `setup` is before it; `check` gets what it
/// made and the answer.
fn at_every_call<S, T>(
    found: &mut Found,
    what: &str,
    fault: Fault,
    setup: impl Fn() -> S,
    run: impl Fn(&mut S) -> Result<T>,
    check: impl Fn(&mut Found, &str, S, Result<T>),
) {
    for n in 1.. {
        let mut made = setup();
        let (answer, fired) = fault.during(n, || run(&mut made));
        let Some(fired) = fired else { return };
        let what = format!("{what}, call {n} ({fired}) with error {} {:?}", fault.error, (fault.sticky, fault.cut));
        found.tried += 1;
        if let Err(error) = &answer {
            // Of one call that fails once, SQLite does not tell the cause.
            let is_named = error.to_string().contains("too many open files") || fault.error != EMFILE || !fault.sticky;
            let is_named = is_named && error.code() != ErrorCode::ReadOnly && error.code() != ErrorCode::NotASession;
            found.check(&what, is_named, || format!("it is called {:?}: {error}", error.code()));
            let is_disk_full = error.code() == ErrorCode::DiskFull || fault.error != ENOSPC;
            found.check(&what, is_disk_full, || format!("it is called {:?}: {error}", error.code()));
        }
        check(found, &what, made, answer);
    }
}

fn of_open_session(found: &mut Found, template: &Path, mode: Mode, fault: Fault, operation: &Operation) {
    let before = stored(&fresh(template), mode).unwrap();
    let after = {
        let session = open(&fresh(template), mode).unwrap();
        (operation.run)(&session).unwrap();
        contents(&session).unwrap()
    };
    let setup = || {
        let file = fresh(template);
        let session = open(&file, mode).unwrap();
        (file, session)
    };
    let what = format!("{mode:?} {}", operation.name);
    at_every_call(
        found,
        &what,
        fault,
        setup,
        |(_, session)| (operation.run)(session),
        |found, what, made, answer| {
            let (file, session) = made;
            // Of two calls the first may be done.
            let is_one_call = operation.name != "set_and_save";
            let seen = stored(&file, mode);
            let is_right = match (&answer, &seen) {
                (Ok(()), Ok(seen)) => *seen == after,
                (Err(_), Ok(seen)) => *seen == before || (!is_one_call && *seen == after),
                (_, Err(_)) => false,
            };
            found.check(what, is_right, || match seen {
                Ok(seen) if seen == after => format!("it is done, and answered {answer:?}"),
                Ok(seen) if seen == before => format!("it is not done, and answered {answer:?}"),
                Ok(_) => format!("a part of it is done, and it answered {answer:?}"),
                Err(error) => format!("cannot be read: {error}"),
            });
            let same = contents(&session);
            found.check(what, same.as_ref().is_ok_and(|same| Some(same) == stored(&file, mode).ok().as_ref()), || {
                format!("the session itself reads something else: {:?}", same.err())
            });
            let again = (operation.run)(&session);
            found.check(what, again.is_ok(), || format!("again: {again:?}"));
            drop(session);
            found.check(what, stored(&file, mode).is_ok_and(|now| now == after), || "again, and it is not done".into());
            found.check(what, is_intact(&file), || "the file is damaged".into());
        },
    );
}

fn closing(found: &mut Found, template: &Path, mode: Mode, fault: Fault) {
    let setup = || {
        let file = fresh(template);
        let session = open(&file, mode).unwrap();
        (OPERATIONS[1].run)(&session).unwrap();
        (file, contents(&session).unwrap(), Some(session))
    };
    let close = |made: &mut (PathBuf, Contents, Option<Session>)| {
        made.2.take();
        Ok(())
    };
    at_every_call(found, &format!("{mode:?} close"), fault, setup, close, |found, what, (file, after, _), _| {
        found.check(what, stored(&file, mode).is_ok_and(|now| now == after), || "something is lost".into());
        found.check(what, is_intact(&file), || "the file is damaged".into());
    });
}

fn opening(found: &mut Found, template: &Path, mode: Mode, fault: Fault) {
    let before = stored(&fresh(template), mode).unwrap();
    let what = format!("{mode:?} open");
    let run = |file: &mut PathBuf| open(file, mode);
    at_every_call(
        found,
        &what,
        fault,
        || fresh(template),
        run,
        |found, what, file, answer| {
            if let Ok(session) = &answer {
                let (seen, written) = (contents(session), (OPERATIONS[0].run)(session));
                found.check(what, seen.is_ok_and(|seen| seen == before), || {
                    "it was opened, and reads something else".into()
                });
                found.check(what, written.is_ok(), || format!("it was opened, and cannot be written: {written:?}"));
            } else {
                let again = open(&file, mode);
                found.check(what, again.is_ok(), || format!("again: {:?}", again.err()));
            }
            drop(answer);
            found.check(what, is_intact(&file), || "the file is damaged".into());
        },
    );
}

fn deleting(found: &mut Found, template: &Path, mode: Mode, fault: Fault) {
    let setup = || {
        let file = fresh(template);
        let session = open(&file, mode).unwrap();
        (OPERATIONS[0].run)(&session).unwrap();
        (file, session)
    };
    let what = format!("{mode:?} delete");
    at_every_call(
        found,
        &what,
        fault,
        setup,
        |(_, session)| session.delete(),
        |found, what, (file, session), answer| {
            if answer.is_err() {
                let again = session.delete();
                found.check(what, again.is_ok(), || format!("again: {again:?}"));
            }
            let later = session.contents();
            found
                .check(what, later.is_err_and(|error| error.code() == ErrorCode::Closed), || "it answers still".into());
            drop(session);
            found.check(what, names(&file).is_empty(), || format!("{:?} is left", names(&file)));
        },
    );
}

fn creating(found: &mut Found, folder: &Path, mode: Mode, fault: Fault) {
    let nothing = folder.join("nothing");
    let run = |file: &mut PathBuf| open(file, mode);
    at_every_call(
        found,
        &format!("{mode:?} create"),
        fault,
        || fresh(&nothing),
        run,
        |found, what, file, answer| {
            let session = answer.or_else(|_| open(&file, mode));
            let written = session.and_then(|session| (OPERATIONS[1].run)(&session));
            found.check(what, written.is_ok(), || format!("again: {written:?}"));
            found.check(what, is_intact(&file), || "the file is damaged".into());
            // Where nothing can be removed, nothing is.
            let left: Vec<_> = names(&file).into_iter().filter(|name| name.starts_with(".tgsession-")).collect();
            found.check(what, left.is_empty() || what.contains("(unlink") || fault.sticky, || {
                format!("{left:?} is left")
            });
        },
    );
}

fn converting(found: &mut Found, template: &Path, mode: Mode, fault: Fault) {
    let nothing = template.with_file_name("nothing");
    let source = open(&fresh(template), mode).unwrap();
    let before = contents(&source).unwrap();
    let empty = stored(&fresh(&nothing), mode).unwrap();
    let run = |file: &mut PathBuf| convert(&source, &open(file, mode)?, &[]);
    at_every_call(
        found,
        &format!("{mode:?} convert"),
        fault,
        || fresh(&nothing),
        run,
        |found, what, file, answer| {
            if let Err(error) = &answer {
                let is_empty = !file.exists() || stored(&file, mode).is_ok_and(|there| there == empty);
                found.check(what, is_empty, || format!("something is there, and it answered {error}"));
                let again = open(&file, mode).and_then(|target| convert(&source, &target, &[]));
                found.check(what, again.is_ok(), || format!("again: {again:?}"));
            }
            found.check(what, stored(&file, mode).is_ok_and(|now| now == before), || "something is lost".into());
            found.check(what, is_intact(&file), || "the file is damaged".into());
        },
    );
}
