//! A short run of the fuzz targets on real samples, changed by chance. `make fuzz` runs them for long; what it finds is kept in
//! `found/TARGET` and runs here for ever.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod mutation;
mod samples;
mod targets;

use std::panic::catch_unwind;
use std::path::Path;

use mutation::Mutator;

// The slowest target takes some milliseconds for one input, and ten times as long without optimization.
const RUNS: u64 = if cfg!(debug_assertions) { 300 } else { 3_000 };

/// Runs a target on its samples as they are, then changed. The changes are the same in every run.
fn fuzz(target: &str) {
    let samples = samples::of(target);
    assert!(!samples.is_empty());
    if let Some(folder) = std::env::var_os("TGS_FUZZ_SAMPLES") {
        samples::store(&samples, &Path::new(&folder).join(target));
    }
    samples.iter().for_each(|sample| run(target, sample));
    for number in 0..runs() {
        run(target, &Mutator::new(number).change(&samples));
    }
}

fn runs() -> u64 {
    std::env::var("TGS_FUZZ_RUNS").map_or(RUNS, |text| text.parse().expect("TGS_FUZZ_RUNS is a number"))
}

/// Stores an input at which a target panics, for the next time.
fn run(target: &str, input: &[u8]) {
    if let Err(panic) = catch_unwind(|| targets::run(target, input)) {
        let file = std::env::temp_dir().join(format!("tgsession-fuzz-{target}"));
        std::fs::write(&file, input).unwrap();
        eprintln!("fuzz: the input is in {}; move it to tests/fuzz/found/{target}/", file.display());
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn strings() {
    fuzz("strings");
}

#[test]
fn json() {
    fuzz("json");
}

#[test]
fn binary() {
    fuzz("binary");
}

#[test]
fn images() {
    fuzz("images");
}

#[test]
fn calls() {
    fuzz("calls");
}
