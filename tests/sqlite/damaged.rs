//! Damaged files: what was acknowledged is there afterwards, or the write was refused.

use tgsession::ErrorCode;
use tgsession::model::{Field, FieldValue, Peer};

use crate::common::{id, peer};
use crate::harness::{Harness, create, raw, try_open};

/// TGS_DAMAGED_FILES is another number of files.
fn files() -> u64 {
    std::env::var("TGS_DAMAGED_FILES").map_or(300, |number| number.parse().unwrap())
}

/// Random numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

fn damage(bytes: &mut [u8], dice: &mut Dice) {
    let page_size = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    let pages = bytes.len() / page_size;
    for _ in 0..=dice.roll(3) {
        // Not the first page, without which nothing is read.
        let at = (1 + dice.roll(pages - 1)) * page_size;
        match dice.roll(6) {
            0 => bytes[at..at + page_size].fill(0),
            1 => (0..8).for_each(|_| bytes[at + dice.roll(page_size)] = u8::try_from(dice.roll(256)).unwrap()),
            // The header of a page of a tree, and where its cells are.
            2 => bytes[at + dice.roll(12)] = u8::try_from(dice.roll(256)).unwrap(),
            3 => bytes[at + 8 + dice.roll(64)] ^= 1 << dice.roll(8),
            4 => {
                let from = (1 + dice.roll(pages - 1)) * page_size;
                bytes.copy_within(from..from + page_size, at);
            }
            // The list of free pages, in the header of the file.
            _ => bytes[32 + dice.roll(8)] = u8::try_from(dice.roll(pages + 1) % 256).unwrap(),
        }
    }
}

fn original(layout: &str) -> Vec<u8> {
    let harness = Harness::new();
    let session = create(&harness.file, layout);
    let peers: Vec<Peer> = (1..=1_500).map(|id| peer(id, &[&format!("tgs_{id}")])).collect();
    session.set(&crate::common::changes(&crate::common::full_data())).unwrap();
    session.update_peers(&peers).unwrap();
    drop(session);
    raw(&harness.file).execute_batch("DELETE FROM peers WHERE id > 1200").unwrap();
    std::fs::read(&harness.file).unwrap()
}

#[test]
fn what_is_acknowledged_is_there() {
    let mut dice = Dice(15);
    let (mut acknowledged, mut refused, mut lost) = (0, 0, Vec::new());
    for (layout, number) in
        ["pyrogram@3", "kurigram@7"].into_iter().flat_map(|layout| (0..files() / 2).map(move |n| (layout, n)))
    {
        static ORIGINALS: std::sync::Mutex<Vec<(String, Vec<u8>)>> = std::sync::Mutex::new(Vec::new());
        let mut originals = ORIGINALS.lock().unwrap();
        if !originals.iter().any(|(name, _)| name == layout) {
            originals.push((layout.into(), original(layout)));
        }
        let mut bytes = originals.iter().find(|(name, _)| name == layout).unwrap().1.clone();
        damage(&mut bytes, &mut dice);
        let harness = Harness::new();
        std::fs::write(&harness.file, &bytes).unwrap();
        let new: Vec<Peer> = (0..40)
            .map(|n| {
                let id = 1 + i64::try_from(dice.roll(2_400)).unwrap();
                peer(id, &[&format!("tgs_new_{n}_{id}")])
            })
            .collect();
        let api_id = 1 + i64::try_from(dice.roll(1_000)).unwrap();
        let Ok(session) = try_open(&harness.file, false) else { continue };
        let set = session.set(&[(Field::ApiId, Some(FieldValue::Integer(api_id)))]);
        let written = session.update_peers(&new);
        for answer in [&set, &written] {
            match answer {
                Ok(()) => acknowledged += 1,
                Err(error) => {
                    refused += 1;
                    assert_eq!(error.code(), ErrorCode::Corrupt, "{error}");
                }
            }
        }
        drop(session);
        let found = || -> tgsession::Result<bool> {
            let session = try_open(&harness.file, false)?;
            let is_set = set.is_err() || session.get(Field::ApiId)? == Some(FieldValue::Integer(api_id));
            let mut last = std::collections::BTreeMap::new();
            last.extend(new.iter().map(|peer| (peer.id, &peer.usernames[0])));
            let mut are_found = true;
            for (peer, name) in last.iter().filter(|_| written.is_ok()) {
                are_found &= id(&session.peer_by_id(*peer)?) == *peer;
                are_found &= id(&session.peer_by_username(name)?) == *peer;
            }
            Ok(is_set && are_found)
        };
        match found() {
            Ok(true) => {}
            other => lost.push(format!("{layout} {number}: {other:?} set {} written {}", set.is_ok(), written.is_ok())),
        }
    }
    println!("{acknowledged} acknowledged, {refused} refused, {} lost", lost.len());
    assert!(lost.is_empty(), "{} lost:\n{}", lost.len(), lost.join("\n"));
}
