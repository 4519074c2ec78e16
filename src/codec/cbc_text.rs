//! AES in CBC mode with PKCS #7 padding, as gogram and WTelegramClient encrypt their files.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use zeroize::Zeroizing;

const BLOCK: usize = 16;

/// Decrypts the whole; `None` where the padding is wrong, as with another key, or the key has none of AES' lengths.
pub(super) fn decrypt(key: &[u8], iv: &[u8], bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(bytes.to_vec());
    let len = match key.len() {
        16 => cbc::Decryptor::<Aes128>::new_from_slices(key, iv).ok()?.decrypt_padded::<Pkcs7>(&mut text).ok()?.len(),
        24 => cbc::Decryptor::<Aes192>::new_from_slices(key, iv).ok()?.decrypt_padded::<Pkcs7>(&mut text).ok()?.len(),
        32 => cbc::Decryptor::<Aes256>::new_from_slices(key, iv).ok()?.decrypt_padded::<Pkcs7>(&mut text).ok()?.len(),
        _ => return None,
    };
    text.truncate(len);
    Some(text)
}

/// Encrypts with a key of 16 bytes.
pub(super) fn encrypt_128(key: &[u8; BLOCK], iv: &[u8; BLOCK], text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; (text.len() / BLOCK + 1) * BLOCK]);
    bytes[..text.len()].copy_from_slice(text);
    let encryptor = cbc::Encryptor::<Aes128>::new(key.into(), iv.into());
    encryptor.encrypt_padded::<Pkcs7>(&mut bytes, text.len()).ok()?;
    Some(bytes)
}
