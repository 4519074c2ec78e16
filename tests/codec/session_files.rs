//! Whole files of other clients: what the real libraries wrote (`session_files/*.json`), and damaged ones.

use std::path::Path;

use tempfile::TempDir;
use tgsession::codec::{BinaryFile, decode_binary, recognize_binary};
use tgsession::model::{AuthKey, Contents, DataCenter, Field, FileFormat};
use tgsession::session::{ConvertOptions, DatabaseKey, Options, Session, export_file};
use tgsession::{ErrorCode, Result};

use crate::other_clients::{File, files};
use crate::samples::data;

fn open(bytes: &[u8], key: Option<&str>) -> Result<Session> {
    let database_key = key.map(|key| DatabaseKey::new(key.as_bytes()).unwrap());
    Session::open_bytes(bytes, &Options { database_key, ..Options::default() })
}

fn read(file: &File) -> Contents {
    let session = open(&file.bytes, file.key.as_deref()).unwrap_or_else(|error| panic!("{}: {error}", file.title));
    assert_eq!(session.format().unwrap().name, file.format, "{}", file.title);
    session.contents().unwrap()
}

#[test]
fn what_the_real_libraries_wrote_is_read() {
    for file in files() {
        let contents = read(&file);
        let expected = data(&file.fields);
        for field in Field::ALL.into_iter().filter(|field| !file.fields[field.name()].is_null()) {
            assert_eq!(contents.data.get(field), expected.get(field), "{}: {}", field.name(), file.title);
        }
        if let Some(id) = file.other_key["dc_id"].as_i64() {
            let other = contents.data_centers().into_iter().find(|dc| i64::from(dc.id) == id).unwrap();
            let key = data(&serde_json::json!({"auth_key": file.other_key["auth_key"]})).auth_key;
            assert_eq!((other.auth_key, other.addresses.len()), (key, 1), "{}", file.title);
        }
    }
}

#[test]
fn addresses_of_other_data_centres_are_read() {
    let gotd = files().into_iter().find(|file| file.format == "gotd").unwrap();
    let found = read(&gotd).data_centers();
    let ids: Vec<i32> = found.iter().map(|dc| dc.id).collect();
    assert_eq!(ids, [2, 4], "a CDN is no data centre of an account");
    assert!(found[0].addresses[1].is_ipv6() && found[1].addresses[0].is_media_only);
}

#[test]
fn the_public_key_of_gogram_is_remarked() {
    for file in files().into_iter().filter(|file| file.format == "gogram") {
        let session = open(&file.bytes, file.key.as_deref()).unwrap();
        let remarks = session.leftovers().unwrap().remarks;
        assert_eq!(
            remarks.iter().any(|remark| remark.contains("whoever can read")),
            file.key.is_none(),
            "{}",
            file.title
        );
    }
}

#[test]
fn a_key_of_ones_own_is_needed_and_told_from_another() {
    let own = files().into_iter().find(|file| file.key.is_some()).unwrap();
    assert!(open(&own.bytes, None).is_err());
    let wrong = open(&own.bytes, Some("0123456789abcdef")).map(drop).unwrap_err();
    assert_eq!(wrong.code(), ErrorCode::WrongKey, "{wrong}");
}

/// The others are folders.
fn is_file(format: &FileFormat) -> bool {
    ![FileFormat::StoreSession, FileFormat::Tdata].contains(format)
}

fn export(source: &Session, format: FileFormat, path: &Path) -> Result<()> {
    export_file(source, format, path, &ConvertOptions::default()).map(drop)
}

#[test]
fn each_is_written_and_read_again() {
    let folder = TempDir::new().unwrap();
    for (at, file) in files().into_iter().enumerate() {
        let source = open(&file.bytes, file.key.as_deref()).unwrap();
        let contents = source.contents().unwrap();
        for format in FileFormat::ALL.into_iter().filter(is_file) {
            let path = folder.path().join(format!("{at}-{}", format.name()));
            if let Err(error) = export(&source, format, &path) {
                // gogram does not tell the data centre of an address that nobody knows.
                assert!(error.code() == ErrorCode::Incomplete && !path.exists(), "{}: {error}", file.title);
                continue;
            }
            assert!(export(&source, format, &path).unwrap_err().to_string().contains("already exists"));
            let copy = Session::open(path.to_str().unwrap(), &Options::default()).unwrap();
            assert_eq!(copy.format().unwrap().name, format.name().trim_end_matches("-sqlite"));
            let found = copy.contents().unwrap();
            assert_eq!(found.data.auth_key, contents.data.auth_key, "{} to {}", file.title, format.name());
            // A table with a place for each family is tried in the older one first.
            let is_ipv6 = contents.data.server_address.as_deref().is_some_and(|address| address.contains(':'));
            if contents.data.server_address.is_some() && !(is_ipv6 && format == FileFormat::GrammersSqlite) {
                assert_eq!(
                    found.data.server_address,
                    contents.data.server_address,
                    "{} to {}",
                    file.title,
                    format.name()
                );
                assert_eq!(found.data.port, contents.data.port, "{} to {}", file.title, format.name());
            }
            if format == FileFormat::Grammers {
                let keys = |contents: &Contents| {
                    let keyed = contents.data_centers().into_iter().filter_map(|dc| Some((dc.id, dc.auth_key?)));
                    keyed.collect::<Vec<(i32, AuthKey)>>()
                };
                assert_eq!(keys(&found), keys(&contents), "{}", file.title);
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_new_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let source = open(&files()[0].bytes, None).unwrap();
    for format in FileFormat::ALL.into_iter().filter(is_file) {
        let path = folder.path().join(format.name());
        export(&source, format, &path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{}", format.name());
        let missing = folder.path().join("none").join(format.name());
        assert_eq!(export(&source, format, &missing).unwrap_err().code(), ErrorCode::FileNotFound);
    }
}

#[test]
fn a_session_without_a_key_is_written_nowhere() {
    let folder = TempDir::new().unwrap();
    let source = Session::open(":memory:", &Options::default()).unwrap();
    for format in FileFormat::ALL.into_iter().filter(is_file) {
        let path = folder.path().join(format.name());
        let refused = export(&source, format, &path).unwrap_err();
        assert!(refused.code() == ErrorCode::Incomplete && refused.to_string().contains("auth_key"), "{refused}");
        assert!(!path.exists());
    }
}

/// One file of each kind.
fn samples() -> Vec<File> {
    let mut found: Vec<File> = Vec::new();
    for file in files().into_iter().filter(|file| file.key.is_none()) {
        if found.iter().all(|known| known.format != file.format) {
            found.push(file);
        }
    }
    found
}

#[test]
fn what_is_cut_off_is_refused() {
    for file in samples() {
        for len in 0..file.bytes.len() {
            // gogram's padding may end anywhere only by chance; what is left of a file must never give a key.
            let opened = open(&file.bytes[..len], None);
            assert!(opened.is_err(), "{} of {}: {}", len, file.bytes.len(), file.title);
        }
    }
}

#[test]
fn a_byte_that_changed_gives_no_other_key() {
    for file in samples() {
        let right = read(&file);
        let keys = |contents: &Contents| {
            let others = contents.data_centers().into_iter().filter_map(|dc: DataCenter| dc.auth_key);
            contents.data.auth_key.clone().into_iter().chain(others).collect::<Vec<AuthKey>>()
        };
        let has_checksum = ["gotd", "gogram"].contains(&file.format.as_str());
        for at in 0..file.bytes.len() {
            let mut bytes = file.bytes.clone();
            bytes[at] ^= 0x15;
            let Ok(session) = open(&bytes, None) else { continue };
            let found = keys(&session.contents().unwrap());
            if has_checksum {
                assert!(found.iter().all(|key| keys(&right).contains(key)), "byte {at}: {}", file.title);
            }
        }
    }
}

#[test]
fn each_data_centre_of_grammers_has_its_own_order() {
    // 0.8 opened a file of 0.7 and saved it: data centre 4 as it was, 2 anew.
    let dc = |id: u8, octets: [u8; 4]| {
        let head: [u32; 3] = [0x756d_16b6, 1, id.into()];
        let words = head.into_iter().flat_map(u32::to_le_bytes);
        words.chain(octets).chain(443_u32.to_le_bytes()).collect::<Vec<u8>>()
    };
    let vector = [0xa73e_b8ce_u32, 0, 0x1cb5_c415, 2].map(u32::to_le_bytes).concat();
    let file = [vector, dc(4, [149, 154, 167, 91]), dc(2, [51, 167, 154, 149])].concat();
    let contents = decode_binary(BinaryFile::Grammers, &file, None, "x").unwrap().contents;
    let addresses = contents.data_centers().into_iter().map(|dc| (dc.id, dc.addresses[0].server_address.clone()));
    assert_eq!(addresses.collect::<Vec<_>>(), [(2, "149.154.167.51".to_owned()), (4, "149.154.167.91".to_owned())]);
}

#[test]
fn a_number_that_a_file_names_makes_no_work() {
    let head = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    // A list of 4 billion data centres.
    let grammers = head(&[0xa73e_b8ce, 0, 0x1cb5_c415, u32::MAX]);
    let refused = decode_binary(BinaryFile::Grammers, &grammers, None, "x").unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Corrupt, "{refused}");
    let tgnet = head(&[16, 2, 0xbc79_9737, 0xbc79_9737, 0x7fff_ffff]);
    assert_eq!(recognize_binary(&tgnet, 20), Some(BinaryFile::Tgnet));
    assert_eq!(decode_binary(BinaryFile::Tgnet, &tgnet, None, "x").unwrap_err().code(), ErrorCode::Corrupt);
}
