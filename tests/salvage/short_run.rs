//! A short run of the measurement, with what must hold for every file.

use crate::damage::Damage;
use crate::damaged_files::{Damaged, by_salvage};
use crate::random::Random;
use crate::sample::Sample;

/// So many files in a short run: as many as a test has time for.
const FILES: usize = 60;

#[test]
fn the_key_comes_back_if_its_page_is_intact_and_never_a_wrong_one() {
    let mut random = Random(20_261_128);
    let (mut intact, mut found, mut all) = (0, 0, 0);
    for number in 0..FILES {
        let sample = Sample::new(number, &mut random);
        let damaged = Damaged::new(&sample, number, &mut random);
        let recovered = by_salvage(&damaged, &sample);
        let what = format!("file {number}: {}, {:?} {} %", sample.layout, damaged.kind, damaged.percent);
        assert!(recovered.key || !damaged.key_is_intact, "{what}: the key was not found: {recovered:?}");
        assert!(!recovered.wrong_key || damaged.kind == Damage::Torn, "{what}: a wrong key");
        assert!(recovered.wrong_peers == 0 || damaged.kind == Damage::Torn, "{what}: {recovered:?}");
        intact += usize::from(damaged.key_is_intact);
        found += recovered.peers;
        all += sample.peers.len();
    }
    assert!(intact > FILES / 2, "{intact}");
    // At 25 % of the pages on average, more than half of which are not of peers.
    assert!(found > all / 2, "{found} of {all} peers");
    println!("{intact} intact key pages; {found} of {all} peers");
}
