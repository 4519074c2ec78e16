//! A process that may open no more files: every call says so, and works once there are files to be had.

use std::fs::File;
use std::path::Path;

use tgsession::session::{LeaseOptions, Options, Session, convert};
use tgsession::{Error, ErrorCode, Result};

use crate::child;
use crate::operations::{Mode, OPERATIONS, contents, fill, open};

#[test]
fn too_many_open_files_are_called_so() {
    child::run("run_out_of_descriptors");
}

/// Runs something with so many descriptors left.
fn with_left<T>(left: usize, run: impl FnOnce() -> T) -> T {
    let mut taken: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    taken.truncate(taken.len() - left);
    run()
}

fn is_named(error: &Error) -> bool {
    let message = error.to_string();
    error.code() == ErrorCode::Io && message.contains("too many open files") && message.contains("ulimit -n")
}

pub fn run_out_of_descriptors(folder: &Path) {
    for mode in [Mode::Rollback, Mode::Wal] {
        let file = folder.join(format!("{mode:?}"));
        fill(&file, mode);
        let before = contents(&open(&file, mode).unwrap()).unwrap();
        let read_only = || Options { read_only: true, ..Options::default() };
        let lease = || Options { lease: Some(LeaseOptions::new(None, None).unwrap()), ..Options::default() };
        let path = file.to_str().unwrap();
        let new = folder.join(format!("{mode:?}.new"));
        let source = Session::open(":memory:", &Options::default()).unwrap();
        for left in 0..10 {
            let calls: [(&str, &dyn Fn() -> Result<()>); 5] = [
                ("open and read", &|| contents(&open(&file, mode)?).map(|read| assert!(read == before))),
                ("open read-only", &|| {
                    contents(&Session::open(path, &read_only())?).map(|read| assert!(read == before))
                }),
                ("open with a lease", &|| Session::open(path, &lease()).map(drop)),
                ("create", &|| {
                    let created = open(&new, mode).and_then(|session| convert(&source, &session, &[]).map(drop));
                    let _ = std::fs::remove_file(&new);
                    created
                }),
                ("write", &|| {
                    let session = open(&file, mode)?;
                    (OPERATIONS[0].run)(&session)?;
                    session.save()
                }),
            ];
            for (name, call) in calls {
                if let Err(error) = with_left(left, call) {
                    assert!(is_named(&error), "{mode:?} {name} with {left} left: {:?} {error}", error.code());
                }
                assert!(left > 0 || with_left(left, call).is_err(), "{name} needs no file");
                call().unwrap();
            }
            let session = open(&file, mode).unwrap();
            for operation in OPERATIONS {
                if let Err(error) = with_left(left, || (operation.run)(&session)) {
                    assert!(is_named(&error), "{mode:?} {} with {left} left: {error}", operation.name);
                }
                (operation.run)(&session).unwrap();
            }
            drop(session);
            fill(&folder.join("again"), mode);
            std::fs::rename(folder.join("again"), &file).unwrap();
        }
    }
}
