//! The encrypted parts: AES-256 in IGE mode, with the key derivation of MTProto 1 and a SHA-1 over the whole text.

use aes::Aes256;
use aes::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

use super::local_key::{LOCAL_KEY_LEN, LocalKey};

const BLOCK: usize = 16;
const MSG_KEY: usize = 16;
const SIZE: usize = 4;

/// Why a part does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOpened {
    /// The SHA-1 does not match: another key, or a changed byte.
    Key,
    /// The length cannot be.
    Length,
}

/// Decrypts a part.
pub fn decrypt(part: &[u8], key: &LocalKey) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let (msg_key, text) = part.split_at_checked(MSG_KEY).ok_or(NotOpened::Length)?;
    if text.is_empty() || !text.len().is_multiple_of(BLOCK) {
        return Err(NotOpened::Length);
    }
    let mut text = Zeroizing::new(text.to_vec());
    let (aes_key, iv) = derive(key, msg_key);
    ige_decrypt(&aes_key, &iv, &mut text);
    if &Sha1::digest(&*text)[..MSG_KEY] != msg_key {
        return Err(NotOpened::Key);
    }
    let size = text.first_chunk::<SIZE>().map_or(0, |size| u32::from_le_bytes(*size));
    let size = usize::try_from(size).map_err(|_| NotOpened::Length)?;
    if !(SIZE..=text.len()).contains(&size) || size + BLOCK <= text.len() {
        return Err(NotOpened::Length);
    }
    Ok(Zeroizing::new(text[SIZE..size].to_vec()))
}

/// Encrypts data into a part. `padding` are random bytes, which fill the last block.
pub fn encrypt(data: &[u8], key: &LocalKey, padding: [u8; BLOCK]) -> Zeroizing<Vec<u8>> {
    let size = data.len() + SIZE;
    let mut text = Zeroizing::new(Vec::with_capacity(size.next_multiple_of(BLOCK)));
    text.extend(u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes());
    text.extend_from_slice(data);
    text.extend_from_slice(&padding[..size.next_multiple_of(BLOCK) - size]);
    let digest = Sha1::digest(&*text);
    let (aes_key, iv) = derive(key, &digest[..MSG_KEY]);
    ige_encrypt(&aes_key, &iv, &mut text);
    let mut part = Zeroizing::new(Vec::with_capacity(MSG_KEY + text.len()));
    part.extend_from_slice(&digest[..MSG_KEY]);
    part.extend_from_slice(&text);
    part
}

type Derived = (Zeroizing<[u8; 32]>, Zeroizing<[u8; 32]>);

// Of MTProto 1, with x = 8 in both directions.
fn derive(key: &LocalKey, msg_key: &[u8]) -> Derived {
    let k: &[u8; LOCAL_KEY_LEN] = key.as_bytes();
    let sha1 = |parts: [&[u8]; 3]| {
        let mut hash = Sha1::new();
        parts.iter().for_each(|part| hash.update(part));
        Zeroizing::new(<[u8; 20]>::from(hash.finalize()))
    };
    let a = sha1([msg_key, &k[8..40], &[]]);
    let b = sha1([&k[40..56], msg_key, &k[56..72]]);
    let c = sha1([&k[72..104], msg_key, &[]]);
    let d = sha1([msg_key, &k[104..136], &[]]);
    let (mut aes_key, mut iv) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 32]));
    aes_key[..8].copy_from_slice(&a[..8]);
    aes_key[8..20].copy_from_slice(&b[8..20]);
    aes_key[20..].copy_from_slice(&c[4..16]);
    iv[..12].copy_from_slice(&a[8..20]);
    iv[12..20].copy_from_slice(&b[..8]);
    iv[20..24].copy_from_slice(&c[16..20]);
    iv[24..].copy_from_slice(&d[..8]);
    (aes_key, iv)
}

fn xor(block: &mut [u8], other: &[u8]) {
    block.iter_mut().zip(other).for_each(|(byte, other)| *byte ^= other);
}

// The text has whole blocks. The IV begins with the cipher block before the first one, and ends with the plain one.
fn ige_decrypt(key: &[u8; 32], iv: &[u8; 32], text: &mut [u8]) {
    let cipher = Aes256::new(key.into());
    let (mut before, mut plain) = ([0; BLOCK], Zeroizing::new([0; BLOCK]));
    before.copy_from_slice(&iv[..BLOCK]);
    plain.copy_from_slice(&iv[BLOCK..]);
    for chunk in text.chunks_exact_mut(BLOCK) {
        let mut block = Block::<Aes256>::default();
        block.copy_from_slice(chunk);
        let encrypted: [u8; BLOCK] = block.into();
        xor(&mut block, &*plain);
        cipher.decrypt_block(&mut block);
        xor(&mut block, &before);
        chunk.copy_from_slice(&block);
        plain.copy_from_slice(&block);
        before = encrypted;
    }
}

fn ige_encrypt(key: &[u8; 32], iv: &[u8; 32], text: &mut [u8]) {
    let cipher = Aes256::new(key.into());
    let (mut before, mut plain) = ([0; BLOCK], Zeroizing::new([0; BLOCK]));
    before.copy_from_slice(&iv[..BLOCK]);
    plain.copy_from_slice(&iv[BLOCK..]);
    for chunk in text.chunks_exact_mut(BLOCK) {
        let mut block = Block::<Aes256>::default();
        block.copy_from_slice(chunk);
        xor(&mut block, &before);
        cipher.encrypt_block(&mut block);
        xor(&mut block, &*plain);
        plain.copy_from_slice(chunk);
        chunk.copy_from_slice(&block);
        before = block.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_opens_with_its_key_alone() {
        let (key, other) = (LocalKey::new([7; LOCAL_KEY_LEN]), LocalKey::new([8; LOCAL_KEY_LEN]));
        for len in [0, 1, 11, 12, 13, 256, 1000] {
            let data = vec![3; len];
            let part = encrypt(&data, &key, [9; BLOCK]);
            assert_eq!(decrypt(&part, &key).unwrap().as_slice(), data);
            assert_eq!(decrypt(&part, &other), Err(NotOpened::Key));
            assert_eq!(decrypt(&part[..part.len() - 1], &key), Err(NotOpened::Length));
        }
        assert_eq!(decrypt(&[0; 16], &key), Err(NotOpened::Length));
    }
}
