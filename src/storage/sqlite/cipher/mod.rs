//! Encryption at rest: files in SQLCipher 4's format, with its defaults, which every SQLCipher 4 opens.

#[cfg(feature = "sqlcipher")]
mod handle;
mod key;
/// cbindgen:ignore
#[cfg(feature = "sqlcipher")]
mod provider;

pub use key::EncryptionKey;

use rusqlite::Connection;

// What each page keeps for its IV and its HMAC.
const RESERVED: i64 = 80;
// As many bytes as tell a text from what is encrypted, and how many values they have at least. Of as many random ones it is
// about 83; one in 10 million has fewer than 64.
const HEAD: usize = 100;
const DISTINCT: usize = 64;
const SMALLEST_PAGE: u64 = 512;
// The first ones tell enough.
const MOST: usize = 20;

/// Encrypts and decrypts all that a connection writes and reads from now on. Before its first use.
pub fn unlock(conn: &Connection, key: Option<&EncryptionKey>) -> rusqlite::Result<()> {
    match key {
        #[cfg(feature = "sqlcipher")]
        Some(key) => handle::set_key(conn, key),
        _ => {
            let _ = conn; // of builds without SQLCipher
            Ok(())
        }
    }
}

/// Encrypts the whole file anew, in one transaction. Whether it has been committed, only opening it again tells.
#[cfg(feature = "sqlcipher")]
pub fn change_key(conn: &Connection, key: &EncryptionKey) -> rusqlite::Result<()> {
    handle::change_key(conn, key)
}

/// Encrypts the whole file anew, in one transaction.
#[cfg(not(feature = "sqlcipher"))]
pub fn change_key(_: &Connection, _: &EncryptionKey) -> rusqlite::Result<()> {
    Ok(()) // there are no keys
}

/// How many bytes at the end of each page hold no content.
pub fn reserved(conn: &Connection) -> i64 {
    // Other builds of SQLite answer nothing.
    let status = conn.query_row("PRAGMA main.cipher_status", [], |row| row.get::<_, String>(0));
    if status.is_ok_and(|status| status == "1") { RESERVED } else { 0 }
}

/// What is wrong with the pages of an encrypted file, in SQLCipher's words: those that nobody with the key has written.
pub fn damaged_pages(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare("PRAGMA main.cipher_integrity_check")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.take(MOST).collect()
}

/// Whether a file may be an encrypted one, by its first bytes and its length: whole pages of random bytes.
pub fn may_be_encrypted(head: &[u8], len: u64) -> bool {
    let Some(head) = head.get(..HEAD) else { return false };
    let mut seen = [false; 256];
    head.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    let is_no_text = std::str::from_utf8(head).is_err_and(|error| error.error_len().is_some());
    let distinct = seen.iter().filter(|seen| **seen).count();
    cfg!(feature = "sqlcipher") && len.is_multiple_of(SMALLEST_PAGE) && is_no_text && distinct >= DISTINCT
}

#[cfg(all(test, feature = "sqlcipher"))]
mod tests {
    use super::*;

    #[test]
    fn random_pages_are_told_from_other_files() {
        let mut random = [0; HEAD];
        getrandom::fill(&mut random).unwrap();
        assert!(may_be_encrypted(&random, 4096));
        assert!(!may_be_encrypted(&random, 4097));
        assert!(!may_be_encrypted(&random[..99], 4096));
        let ascending: Vec<u8> = (0..100).collect();
        for other in [[0; HEAD].as_slice(), &[b'{'; HEAD], &ascending] {
            assert!(!may_be_encrypted(other, 4096));
        }
    }
}
