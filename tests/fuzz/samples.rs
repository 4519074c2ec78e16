//! What a target starts from: the strings and files that real clients wrote, and what a fuzzer found before.

use std::fs;
use std::io::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// The samples of a target.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut samples = match target {
        "strings" => strings(&tests.join("codec/strings.json")),
        "json" => files(&tests.join("fixtures"), |bytes| bytes.starts_with(b"{")),
        "binary" => binary(&tests),
        "images" => images(&tests.join("fixtures")),
        _ => (0..=255).map(|first: u8| (0..=255).map(|at: u8| at.wrapping_mul(first | 1) ^ first).collect()).collect(),
    };
    samples.extend(files(&tests.join("fuzz/found").join(target), |_| true));
    samples
}

/// Writes samples into a folder, a file each, for libFuzzer.
pub fn store(samples: &[Vec<u8>], folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for (number, sample) in samples.iter().enumerate() {
        fs::write(folder.join(format!("sample-{number}")), sample).unwrap();
    }
}

fn strings(file: &Path) -> Vec<Vec<u8>> {
    let entries: Vec<Value> = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    entries.iter().map(|entry| entry["string"].as_str().unwrap().into()).collect()
}

fn binary(tests: &Path) -> Vec<Vec<u8>> {
    let of_makers = ["go", "grammers", "android"].into_iter().flat_map(|maker| {
        let file = tests.join(format!("codec/session_files/{maker}.json"));
        let entries: Vec<Value> = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        entries.into_iter().map(|entry| STANDARD.decode(entry["file"].as_str().unwrap()).unwrap())
    });
    of_makers.chain(files(&tests.join("tdata/folders"), |bytes| bytes.starts_with(b"TDF$"))).collect()
}

fn images(fixtures: &Path) -> Vec<Vec<u8>> {
    let mut images = files(fixtures, |bytes| bytes.starts_with(b"SQLite format 3\0"));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&images[0]).unwrap();
    images.push(gzip.finish().unwrap());
    images
}

/// The session files below a folder whose bytes are as wanted.
fn files(folder: &Path, wanted: fn(&[u8]) -> bool) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|extension| extension == "session") {
                found.extend(fs::read(&path).ok().filter(|bytes| wanted(bytes)));
            }
        }
    }
    found
}
