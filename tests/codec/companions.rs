//! Files beside another client's own: gogram's cache of peers, and the account of Telegram for Android.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;
use tgsession::codec::{decode_android_user, decode_gogram_cache};
use tgsession::model::Peer;
use tgsession::session::{Options, Session};

use crate::other_clients::{caches, files};

const USER: i64 = 777_000_123;

fn bytes_of(format: &str) -> Vec<u8> {
    files().into_iter().find(|file| file.format == format && file.key.is_none()).unwrap().bytes
}

fn open(path: &Path) -> Session {
    Session::open(path.to_str().unwrap(), &Options { read_only: true, ..Options::default() }).unwrap()
}

fn remarks(session: &Session) -> String {
    session.leftovers().unwrap().remarks.join("\n")
}

#[test]
fn what_gogram_wrote_into_its_cache_is_read() {
    let caches = caches();
    let cache = decode_gogram_cache(&caches[0]).unwrap();
    let peer = |id, hash, name: Option<&str>| Peer {
        id,
        access_hash: Some(hash),
        usernames: name.map(str::to_owned).into_iter().collect(),
        ..Peer::default()
    };
    let expected = [
        peer(-1_002_147_483_648, i64::MIN, None),
        peer(-1_000_777_000_301, 123, Some("tgs_news")),
        peer(777_000_101, -5_512_345_678_901_234_567, Some("tgsuser")),
        peer(USER, i64::MAX, None),
    ];
    assert_eq!((cache.owner, cache.peers.as_slice()), (Some(USER), &expected[..]));
    let empty = decode_gogram_cache(&caches[1]).unwrap();
    assert_eq!((empty.owner, empty.peers.len()), (None, 0));
}

#[test]
fn a_damaged_cache_is_refused_or_right_about_its_shape() {
    let whole = &caches()[0];
    for len in 0..whole.len() {
        assert!(decode_gogram_cache(&whole[..len]).is_none(), "{len}");
    }
    for at in 0..whole.len() {
        for change in [0x01, 0x15, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= change;
            let Some(cache) = decode_gogram_cache(&bytes) else { continue };
            assert!(cache.peers.len() <= 4 && cache.owner.is_none_or(|id| id > 0), "byte {at}");
        }
    }
    // Types that lead to themselves, and a number of elements that no bytes are there for.
    let itself = b"\x0a\xff\x81\x02\x01\x01\x02\xff\x82\x00\x00\x06\xff\x82\x00\x01\x01\x01";
    assert!(decode_gogram_cache(itself).is_none());
    assert!(decode_gogram_cache(&[0xf8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).is_none());
}

#[test]
fn the_only_cache_beside_the_only_session_is_its_own() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("session.dat");
    fs::write(&path, bytes_of("gogram")).unwrap();
    assert_eq!((open(&path).counts().unwrap().peers, open(&path).data().unwrap().user_id), (0, None));
    let cache = folder.path().join("cache_777000123.db");
    fs::write(&cache, &caches()[0]).unwrap();
    let session = open(&path);
    assert_eq!((session.counts().unwrap().peers, session.data().unwrap().user_id), (4, Some(USER)));
    assert!(remarks(&session).contains("4 peers, and user_id, are from cache_777000123.db"));

    fs::write(&cache, &caches()[0][..50]).unwrap();
    let session = open(&path);
    assert!(session.counts().unwrap().peers == 0 && remarks(&session).contains("damaged"), "{}", remarks(&session));

    fs::write(&cache, &caches()[0]).unwrap();
    fs::write(folder.path().join("other.dat"), bytes_of("gogram")).unwrap();
    let session = open(&path);
    assert_eq!((session.counts().unwrap().peers, session.data().unwrap().user_id), (0, None));
    assert!(remarks(&session).contains("may be another one's"), "{}", remarks(&session));

    fs::write(folder.path().join("cache.db"), &caches()[1]).unwrap();
    assert!(remarks(&open(&path)).contains("there are several"));
}

#[cfg(unix)]
#[test]
fn a_link_is_no_cache() {
    let folder = TempDir::new().unwrap();
    let outside = TempDir::new().unwrap();
    let (path, real) = (folder.path().join("session.dat"), outside.path().join("cache.db"));
    fs::write(&path, bytes_of("gogram")).unwrap();
    fs::write(&real, &caches()[0]).unwrap();
    std::os::unix::fs::symlink(&real, folder.path().join("cache.db")).unwrap();
    assert_eq!(open(&path).counts().unwrap().peers, 0);
}

fn android_xml() -> String {
    files().into_iter().find_map(|file| file.xml).unwrap()
}

#[test]
fn the_account_of_android_is_read_where_the_application_has_it() {
    let base = TempDir::new().unwrap();
    let (flat, files, further) =
        (base.path().join("flat"), base.path().join("files"), base.path().join("files/account1"));
    let prefs = base.path().join("shared_prefs");
    for folder in [&flat, &files, &further, &prefs] {
        fs::create_dir(folder).unwrap();
    }
    let tgnet = bytes_of("android");
    let paths = [flat.join("tgnet.dat"), files.join("tgnet.dat"), further.join("tgnet.dat")];
    let xmls = [flat.join("userconfing.xml"), prefs.join("userconfing.xml"), prefs.join("userconfig1.xml")];
    for (path, xml) in paths.iter().zip(&xmls) {
        fs::write(path, &tgnet).unwrap();
        let session = open(path);
        assert_eq!(session.data().unwrap().user_id, None);
        assert!(remarks(&session).contains("userconfing.xml"), "{}", remarks(&session));
        fs::write(xml, android_xml()).unwrap();
        let session = open(path);
        assert_eq!(session.data().unwrap().user_id, Some(USER), "{}", xml.display());
        assert_eq!(remarks(&session), "");
        fs::write(xml, "<map />").unwrap();
        assert!(remarks(&open(path)).contains("not told"));
    }
}

fn xml(words: &[u32], id: i64) -> String {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).chain(id.to_le_bytes()).collect();
    let text = STANDARD.encode(bytes);
    let (first, rest) = text.split_at(8);
    format!("<map>\n    <string name=\"user\">{first}&#10;{rest}&#10;    </string>\n</map>")
}

#[test]
fn the_account_of_android_is_told_by_each_constructor() {
    const BOT: u32 = 1 << 14;
    for (words, is_bot) in [
        (&[0xd3bc_4b7a][..], None),
        (&[0x3ff6_ecb0, 0], Some(false)),
        (&[0x3ff6_ecb0, BOT], Some(true)),
        (&[0x8f97_c628, 1 << 10, 0], Some(false)),
        (&[0x3177_4388, BOT, 7], Some(true)),
    ] {
        let user = decode_android_user(&xml(words, USER)).unwrap();
        assert_eq!((user.user_id, user.is_bot), (USER, is_bot), "{words:x?}");
        assert!(decode_android_user(&xml(words, 0)).is_none());
    }
    assert!(decode_android_user(&xml(&[0x1234_5678, 0], USER)).is_none());
    let whole = android_xml();
    for (len, _) in whole.char_indices() {
        if let Some(user) = decode_android_user(&whole[..len]) {
            assert_eq!(user.user_id, USER);
        }
    }
}
