//! Memory: what input can make the library take, and what comes of an allocation that fails.

use std::path::Path;

use flate2::{Compress, Compression, FlushCompress};
use tgsession::session::{ByteOptions, Options, Session};
use tgsession::{ErrorCode, Result};

use crate::child;
use crate::operations::{Mode, OPERATIONS, fill, open};

const MEGABYTE: usize = 1 << 20;

/// A gzip of many times the same block, after a first one.
fn gzip(first: &[u8], block: &[u8], times: usize) -> Vec<u8> {
    let packed = |bytes: &[u8]| {
        let mut packed = Vec::with_capacity(bytes.len() + 1_000);
        // A full flush ends at a whole byte, and nothing later refers to what was before.
        Compress::new(Compression::best(), false).compress_vec(bytes, &mut packed, FlushCompress::Full).unwrap();
        packed
    };
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    bytes.extend(packed(first));
    let block = packed(block);
    (0..times).for_each(|_| bytes.extend(&block));
    bytes
}

fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

/// Opens bytes that are refused, and tells by how much the peak of memory has grown.
fn grown_by(bytes: &[u8], max_bytes: u64, expected: ErrorCode) -> usize {
    let before = peak();
    let refused = Session::open_bytes(bytes, &Options { max_bytes, ..Options::default() }).map(drop).unwrap_err();
    assert_eq!(refused.code(), expected, "{refused}");
    peak() - before
}

#[test]
fn hostile_input_takes_no_more_than_is_allowed() {
    child::run("read_bombs");
}

pub fn read_bombs(_: &Path) {
    const DEFAULT: u64 = 256 << 20;
    let zeros = vec![0; MEGABYTE];
    let image = |promise: bool| {
        let mut head = b"SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20\0\0\0\x01".to_vec();
        head.extend(u32::to_be_bytes(1 << 19)); // pages of 4096 bytes: 2 GB
        head.resize(92, 0);
        head.extend(u32::to_be_bytes(u32::from(promise)));
        head.resize(4096, 0);
        head
    };
    let many = 1_500;
    // Each is about a megabyte, and stands for one and a half gigabytes.
    let took = grown_by(&gzip(&zeros, &zeros, many), DEFAULT, ErrorCode::NotASession);
    assert!(took < 8 * MEGABYTE, "{took}");
    let took = grown_by(&gzip(&image(true), &zeros, many), DEFAULT, ErrorCode::Unsupported);
    assert!(took < 8 * MEGABYTE, "{took}");
    let took = grown_by(&gzip(b"{", &vec![b'['; MEGABYTE], many), DEFAULT, ErrorCode::Unsupported);
    assert!(took < 64 * MEGABYTE, "{took}");
    let took = grown_by(&gzip(&image(false), &zeros, many), 16 << 20, ErrorCode::Unsupported);
    assert!(took < 48 * MEGABYTE, "{took}");
    let took = grown_by(&[b"{\"a\":", "[".repeat(10 * MEGABYTE).as_bytes()].concat(), DEFAULT, ErrorCode::NotASession);
    assert!(took < 32 * MEGABYTE, "{took}");
    let huge = vec![0; 300 * MEGABYTE];
    assert!(grown_by(&huge, DEFAULT, ErrorCode::NotASession) < 8 * MEGABYTE);
    println!("peak {}", peak());
}

/// The values in a file too: a small file can hold a large value.
#[test]
fn a_value_that_is_too_large_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.session");
    fill(&file, Mode::Rollback);
    let conn = rusqlite::Connection::open(&file).unwrap();
    conn.execute_batch("UPDATE sessions SET auth_key = zeroblob(3000000)").unwrap();
    drop(conn);
    let limited = Options { max_bytes: 1_000_000, ..Options::default() };
    let session = Session::open(file.to_str().unwrap(), &limited).unwrap();
    assert_eq!(session.data().unwrap_err().code(), ErrorCode::Unsupported);
    let text = "A".repeat(100_000);
    assert_eq!(Session::open_string(&text, &limited).err().unwrap().code(), ErrorCode::BadSessionString);
}

type Operation = (&'static str, fn(&Path, &[u8], &[u8]) -> Result<()>);

// On a file, its bytes, and its bytes packed.
const ALLOCATING: &[Operation] = &[
    ("open_bytes", |_, bytes, _| Session::open_bytes(bytes, &Options::default()).map(drop)),
    ("open_packed", |_, _, packed| Session::open_bytes(packed, &Options::default()).map(drop)),
    ("open", |file, _, _| open(file, Mode::Rollback).map(drop)),
    ("update_peers", |file, _, _| (OPERATIONS[1].run)(&open(file, Mode::Rollback)?)),
    ("to_bytes", |file, _, _| open(file, Mode::Rollback)?.to_bytes(ByteOptions::default()).map(drop)),
    ("read_all", |file, _, _| open(file, Mode::Rollback)?.contents().map(drop)),
];

/// The first, the second, … allocation of so many bytes or more fails, each in a process of its own.
#[test]
fn failed_allocations_of_large_things_end_no_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.session");
    fill(&file, Mode::Rollback);
    let session = open(&file, Mode::Rollback).unwrap();
    let peers: Vec<_> = (1..8_000).map(|id| crate::common::peer(id, &[&format!("tgs_{id}")])).collect();
    session.update_peers(&peers).unwrap();
    let packed = session.to_bytes(ByteOptions { compress: true, ..ByteOptions::default() }).unwrap();
    std::fs::write(file.with_extension("gz"), &packed).unwrap();
    drop(session);
    let least: usize = std::env::var("TGS_MALLOC_SIZE").map_or(262_144, |size| size.parse().unwrap());
    let most: usize = std::env::var("TGS_MALLOC_TRIES").map_or(12, |number| number.parse().unwrap());
    let (mut tried, mut aborted) = (0, Vec::new());
    for (name, _) in ALLOCATING {
        for n in 1..=most {
            let status = child::run_with_malloc(name, &file, n, least);
            match status {
                child::Ended::NothingFailed => break,
                child::Ended::Well => {}
                child::Ended::Aborted => aborted.push(format!("{name} {n}")),
            }
            tried += 1;
        }
    }
    println!("{tried} failed allocations of {least} bytes or more, {} processes aborted: {aborted:?}", aborted.len());
    assert!(tried >= 5, "nothing was tried");
    assert!(aborted.is_empty() || least < 262_144, "{aborted:?}");
}

/// In the child: one operation, of which one allocation fails.
pub fn allocate(file: &Path) {
    let variable = |name: &str| std::env::var(name).unwrap();
    let (_, run) = ALLOCATING.iter().find(|(name, _)| *name == variable("TGS_OPERATION")).unwrap();
    let arm = format!("/tgs-malloc/arm {} {}", variable("TGS_MALLOC_N"), variable("TGS_MALLOC_LEAST"));
    let (bytes, packed) = (std::fs::read(file).unwrap(), std::fs::read(file.with_extension("gz")).unwrap());
    std::fs::remove_file(arm).unwrap();
    let answer = run(file, &bytes, &packed);
    if std::fs::remove_file("/tgs-malloc/disarm").is_err() {
        println!("nothing failed");
        answer.unwrap();
    }
    // The next one works.
    run(file, &bytes, &packed).unwrap();
}
