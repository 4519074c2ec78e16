//! One damaged file after the other, and what was found in each. Each program uses some of it.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;
use tgsession::ErrorCode;
use tgsession::session::{LoginOutcome, SalvageOptions, salvage};

use crate::damage::{self, Damage, KINDS};
use crate::random::Random;
use crate::sample::Sample;

/// A damaged copy of a sample.
pub struct Damaged {
    pub folder: TempDir,
    pub file: PathBuf,
    pub kind: Damage,
    pub percent: usize,
    /// The page with the key is as it was, wherever it is now.
    pub key_is_intact: bool,
}

impl Damaged {
    pub fn new(sample: &Sample, number: usize, random: &mut Random) -> Self {
        let (kind, percent) = (KINDS[number % KINDS.len()], 1 + random.below(50));
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let mut key_is_intact = false;
        for (name, mut bytes) in sample.files() {
            let page = (name == "account.session").then(|| damage::page_size(&bytes));
            let key_page = page.and_then(|size| key_page(&bytes, size, sample));
            if let Some(size) = page {
                damage::damage(&mut bytes, size, kind, percent, random);
                key_is_intact = key_page.is_some_and(|page| bytes.chunks_exact(size).any(|chunk| *chunk == *page));
            }
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let file = folder.path().join("account.session");
        Self { folder, file, kind, percent, key_is_intact }
    }

    fn snapshot(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap());
        entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
    }
}

fn key_page(bytes: &[u8], size: usize, sample: &Sample) -> Option<Vec<u8>> {
    let key = sample.key.as_bytes();
    bytes.chunks_exact(size).find(|page| page.windows(256).any(|window| window == key)).map(<[u8]>::to_vec)
}

/// What was found in a damaged file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Recovered {
    pub key: bool,
    pub wrong_key: bool,
    /// Another key, or none that is certain, was said to be doubtful.
    pub is_doubtful: bool,
    pub peers: usize,
    pub wrong_peers: usize,
    /// It did not end by itself.
    pub was_stopped: bool,
}

/// What `salvage` finds. The file does not change.
pub fn by_salvage(damaged: &Damaged, sample: &Sample) -> Recovered {
    let before = damaged.snapshot();
    let location = damaged.file.to_str().unwrap();
    // Where it may not choose a key it is asked for all but that.
    let without_key = SalvageOptions { auth_key_id: Some("none".to_owned()), ..SalvageOptions::default() };
    let salvaged = salvage(location, &SalvageOptions::default()).or_else(|error| match error.code() {
        ErrorCode::Incomplete => salvage(location, &without_key),
        _ => Err(error),
    });
    let after = damaged.snapshot();
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "files came or went");
    assert!(before == after, "the damaged file was changed");
    let salvaged = match salvaged {
        Ok(salvaged) => salvaged,
        Err(error) => {
            println!("{error}");
            return Recovered::default();
        }
    };
    let contents = salvaged.session.contents().unwrap();
    let key = contents.data.auth_key.as_ref();
    let of_sample = |id: &i64, hash: &Option<i64>| sample.peers.get(id).is_some_and(|known| same_hash(*known, *hash));
    let peers = contents.peers.iter().filter(|peer| of_sample(&peer.id, &peer.access_hash)).count();
    Recovered {
        key: key == Some(&sample.key),
        wrong_key: key.is_some_and(|key| *key != sample.key),
        is_doubtful: salvaged.report.login == LoginOutcome::Doubtful,
        peers,
        wrong_peers: contents.peers.len() - peers,
        was_stopped: false,
    }
}

// Telethon has no NULL there; which peers have none stands in a table of ours, which may be lost.
fn same_hash(known: Option<i64>, found: Option<i64>) -> bool {
    known.unwrap_or(0) == found.unwrap_or(0)
}
