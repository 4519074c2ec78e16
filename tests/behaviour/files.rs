//! Sent files.

use tgsession::model::{SentFile, SentFileKey, SentFileType};

use crate::common::{sent_file, sent_files};
use crate::engines::each;

#[test]
fn files_are_kept_and_found_by_their_whole_key() {
    each(|engine| {
        let session = engine.open();
        assert!(session.contents().unwrap().sent_files.is_empty());
        assert_eq!(session.sent_file(&sent_files()[0].key).unwrap(), None);
        let mut unordered = sent_files();
        unordered.reverse();
        session.cache_sent_files(&unordered).unwrap();
        engine.now_and_later(session, |session| {
            assert_eq!(session.contents().unwrap().sent_files, sent_files());
            for file in sent_files() {
                assert_eq!(session.sent_file(&file.key).unwrap(), Some(file));
            }
            let unknown = SentFileKey { md5: [7; 16], size: 2, file_type: SentFileType::Photo };
            assert_eq!(session.sent_file(&unknown).unwrap(), None);
        });
    });
}

#[test]
fn a_file_is_replaced_by_its_key() {
    each(|engine| {
        let session = engine.open();
        session.cache_sent_files(&sent_files()).unwrap();
        session.cache_sent_files(&[]).unwrap();
        let newer = SentFile { id: 1, access_hash: 0, ..sent_file(7, 1, SentFileType::Photo) };
        session.cache_sent_files(&[SentFile { id: 2, ..newer.clone() }, newer.clone()]).unwrap();
        engine.now_and_later(session, |session| {
            assert_eq!(session.sent_file(&newer.key).unwrap().as_ref(), Some(&newer));
            assert_eq!(session.contents().unwrap().sent_files.len(), sent_files().len());
        });
    });
}
