//! The container of every file: `TDF$`, the program's version, the content, and an MD5 over them.

use md5::{Digest, Md5};
use zeroize::Zeroizing;

use super::Fault;

const MAGIC: &[u8; 4] = b"TDF$";
const HEADER: usize = 8;
const DIGEST: usize = 16;

/// The version of the program that wrote a file, and the content.
pub fn open_container(file: &[u8]) -> Result<(u32, &[u8]), Fault> {
    if file.is_empty() {
        return Err(Fault::damage("it is empty (0 bytes)"));
    }
    if !file.starts_with(MAGIC) {
        return Err(Fault::damage("it does not begin with TDF$"));
    }
    let cut = || Fault::damage("it is cut off");
    let (head, rest) = file.split_at_checked(HEADER).ok_or_else(cut)?;
    let (content, found) = rest.split_at_checked(rest.len().checked_sub(DIGEST).ok_or_else(cut)?).ok_or_else(cut)?;
    let version: [u8; 4] = head[4..].try_into().map_err(|_| cut())?;
    if digest(content, version).as_slice() != found {
        return Err(Fault::damage("its MD5 does not match: it was changed or cut off"));
    }
    Ok((u32::from_le_bytes(version), content))
}

/// A file with this content.
pub fn pack_container(content: &[u8], version: u32) -> Zeroizing<Vec<u8>> {
    let version = version.to_le_bytes();
    [MAGIC.as_slice(), &version, content, &digest(content, version)].concat().into()
}

fn digest(content: &[u8], version: [u8; 4]) -> [u8; DIGEST] {
    let len = u32::try_from(content.len()).unwrap_or(u32::MAX).to_le_bytes();
    Md5::new().chain_update(content).chain_update(len).chain_update(version).chain_update(MAGIC).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_change_is_damage() {
        let file = pack_container(b"content", 3_004_000);
        assert_eq!(open_container(&file), Ok((3_004_000, b"content".as_slice())));
        for at in 0..file.len() {
            let mut changed = file.to_vec();
            changed[at] ^= 1;
            assert!(matches!(open_container(&changed), Err(Fault::Damage(_))), "{at}");
            assert!(matches!(open_container(&file[..at]), Err(Fault::Damage(_))), "{at}");
        }
    }
}
