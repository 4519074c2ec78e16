//! Files of age (<https://c2sp.org/age>), whole in memory. All of the cryptography is the crate's; what a hostile file may
//! cost is bounded here.

use std::borrow::Cow;
use std::io::{Read, Write};

use age::armor::ArmoredReader;
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient, scrypt, x25519};
use zeroize::Zeroizing;

use crate::error::{Error, ErrorCode, Result};

const LOCATION: &str = "the given age file";
const FIRST_LINE: &[u8] = b"age-encryption.org/v1\n";
const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const LAST_LINE: &[u8] = b"\n--- ";
const SECRET_KEY: &str = "AGE-SECRET-KEY-";
// What the tool writes: about a second, and 256 MB.
const WORK_FACTOR: u8 = 18;
// A gigabyte. The tool allows 22, and takes 4 for it; no program writes that unless it is told to.
const MAX_WORK_FACTOR: u8 = 20;
// scrypt's memory for a work factor of 0.
const WORK_BYTES: usize = 1024;
// The crate's parser takes time that grows with the square of it.
const MAX_HEADER: usize = 128 << 10;
// Each is about 100 bytes of the header.
const MAX_RECIPIENTS: usize = 500;

/// Encrypts bytes with a passphrase.
pub fn encrypt_with_passphrase(plain: &[u8], passphrase: &str) -> Result<Vec<u8>> {
    let mut recipient = scrypt::Recipient::new(secret(passphrase)?);
    reserve_work(WORK_FACTOR)?;
    recipient.set_work_factor(WORK_FACTOR);
    encrypt(plain, &[&recipient])
}

/// Encrypts bytes so that each of the recipients can decrypt them.
pub fn encrypt_to(plain: &[u8], recipients: &[&str]) -> Result<Vec<u8>> {
    if recipients.is_empty() {
        return Err(Error::invalid_argument("there is no recipient: without one nobody could decrypt it"));
    }
    if recipients.len() > MAX_RECIPIENTS {
        let message = format!("{} recipients are too many: {MAX_RECIPIENTS} at most", recipients.len());
        return Err(Error::invalid_argument(message));
    }
    let parsed = recipients.iter().enumerate().map(|(at, text)| recipient(at + 1, text));
    let parsed = parsed.collect::<Result<Vec<_>>>()?;
    encrypt(plain, &parsed.iter().map(|one| one as &dyn Recipient).collect::<Vec<_>>())
}

/// Decrypts a file that has a passphrase, to at most `max_bytes`.
pub fn decrypt_with_passphrase(bytes: &[u8], passphrase: &str, max_bytes: u64) -> Result<Zeroizing<Vec<u8>>> {
    let passphrase = secret(passphrase)?;
    let bytes = unarmored(bytes)?;
    let decryptor = opened(&bytes)?;
    if !decryptor.is_scrypt() {
        return Err(wrong_key(
            "it is encrypted to recipients, not with a passphrase: give the identity of one of them",
        ));
    }
    // What is no number is refused below.
    let work_factor = work_factor(&bytes).unwrap_or(0);
    if work_factor > MAX_WORK_FACTOR {
        return Err(too_much_work(work_factor));
    }
    reserve_work(work_factor)?;
    let mut identity = scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    decrypt(decryptor, &[&identity], &bytes, max_bytes, "the passphrase is not its own")
}

/// Decrypts a file that is encrypted to recipients, to at most `max_bytes`. `identities` is the text of an identity file.
pub fn decrypt_with_identities(bytes: &[u8], identities: &str, max_bytes: u64) -> Result<Zeroizing<Vec<u8>>> {
    let identities = parse_identities(identities)?;
    let bytes = unarmored(bytes)?;
    let decryptor = opened(&bytes)?;
    if decryptor.is_scrypt() {
        return Err(wrong_key("it is encrypted with a passphrase, not to recipients: give the passphrase"));
    }
    let identities: Vec<_> = identities.iter().map(|one| one as &dyn Identity).collect();
    decrypt(decryptor, &identities, &bytes, max_bytes, "none of the identities is one of its recipients'")
}

fn secret(passphrase: &str) -> Result<SecretString> {
    if passphrase.is_empty() {
        return Err(Error::invalid_argument("the passphrase is empty"));
    }
    Ok(SecretString::from(passphrase.to_owned()))
}

// The number counts from 1: it is for people. The text is not repeated, since it may be a secret that stands there by mistake.
fn recipient(number: usize, text: &str) -> Result<x25519::Recipient> {
    let text = text.trim();
    let begins = |prefix: &str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    text.parse().map_err(|_| {
        let cause = if begins("AGE-SECRET-KEY-") || begins("AGE-PLUGIN-") {
            "is an identity, which is a secret: give the recipient that belongs to it (age-keygen -y tells it)"
        } else if begins("ssh-") {
            "is an SSH key: only age's own recipients are taken (age1…, as age-keygen makes them)"
        } else if begins("age1") {
            "is damaged or of a plugin: only age's own recipients are taken (age1… and 58 characters)"
        } else {
            "is not one of age's (age1…, as age-keygen makes them)"
        };
        Error::invalid_argument(format!("recipient {number} {cause}"))
    })
}

fn parse_identities(text: &str) -> Result<Vec<x25519::Identity>> {
    if text.as_bytes().starts_with(FIRST_LINE) || text.trim_start().as_bytes().starts_with(ARMOR) {
        return Err(Error::invalid_argument("the identity file is itself encrypted: decrypt it first (age -d)"));
    }
    let is_entry = |line: &str| !line.is_empty() && !line.starts_with('#');
    let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| is_entry(line));
    let identities = lines.map(|(at, line)| {
        line.parse::<x25519::Identity>().map_err(|_| {
            let (kind, number) =
                (if line.starts_with(SECRET_KEY) { "a damaged identity" } else { "no identity" }, at + 1);
            let remedy = "only age's own are read (AGE-SECRET-KEY-1…), not those of SSH and of plugins";
            Error::invalid_argument(format!("line {number} of the identity is {kind} of age's: {remedy}"))
        })
    });
    match identities.collect::<Result<Vec<_>>>()? {
        none if none.is_empty() => Err(Error::invalid_argument("the identity is empty: AGE-SECRET-KEY-1… is missing")),
        some => Ok(some),
    }
}

fn encrypt(plain: &[u8], recipients: &[&dyn Recipient]) -> Result<Vec<u8>> {
    let failed = |cause: &dyn std::fmt::Display| Error::new(ErrorCode::Internal, format!("cannot encrypt: {cause}"));
    // 16 bytes for each 64 KiB.
    let most = plain.len() + plain.len() / 1_000 + MAX_HEADER;
    let mut sealed = Vec::new();
    sealed.try_reserve_exact(most).map_err(|_| Error::out_of_memory(LOCATION, most))?;
    let encryptor = Encryptor::with_recipients(recipients.iter().copied()).map_err(|_| failed(&"its header"))?;
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(|error| failed(&error))?;
    writer.write_all(plain).and_then(|()| writer.finish()).map_err(|error| failed(&error))?;
    Ok(sealed)
}

fn unarmored(bytes: &[u8]) -> Result<Cow<'_, [u8]>> {
    // Pasted text often has a line too many.
    let text = bytes.trim_ascii();
    if !text.starts_with(ARMOR) {
        return Ok(bytes.into());
    }
    let mut bare = Vec::new();
    bare.try_reserve_exact(text.len()).map_err(|_| Error::out_of_memory(LOCATION, text.len()))?;
    let read = ArmoredReader::new(text).read_to_end(&mut bare);
    read.map_err(|error| Error::corrupt(LOCATION, format!("its armor is not intact ({error})")))?;
    Ok(bare.into())
}

fn opened(bytes: &[u8]) -> Result<Decryptor<&[u8]>> {
    if !bytes.starts_with(FIRST_LINE) {
        return Err(match bytes.strip_prefix(b"age-encryption.org/v") {
            Some(version) if version.first().is_some_and(u8::is_ascii_digit) && !FIRST_LINE.starts_with(bytes) => {
                Error::new(ErrorCode::UnknownVersion, format!("'{LOCATION}' is of a version of age that is not known"))
            }
            _ if FIRST_LINE.starts_with(bytes) && !bytes.is_empty() => Error::corrupt(LOCATION, "it is cut off"),
            _ => Error::not_a_session(LOCATION, "it is not encrypted with age"),
        });
    }
    let head = &bytes[..bytes.len().min(MAX_HEADER)];
    if !head.windows(LAST_LINE.len()).any(|part| part == LAST_LINE) {
        let cause = format!("its header does not end within {} bytes", head.len());
        return Err(Error::corrupt(LOCATION, cause));
    }
    Decryptor::new_buffered(bytes).map_err(|error| fault(&error, ""))
}

/// The work factor that the header asks for: its second line is then `-> scrypt SALT FACTOR`.
fn work_factor(bytes: &[u8]) -> Option<u8> {
    let line = bytes.split(|byte| *byte == b'\n').nth(1)?;
    let factor = std::str::from_utf8(line).ok()?.rsplit(' ').next()?;
    Some(factor.parse::<u64>().ok()?.try_into().unwrap_or(u8::MAX))
}

// scrypt takes its memory in a way that ends the process where there is none.
fn reserve_work(work_factor: u8) -> Result<()> {
    let len = WORK_BYTES << work_factor;
    Vec::<u8>::new().try_reserve_exact(len).map_err(|_| Error::out_of_memory(LOCATION, len))
}

fn decrypt(
    decryptor: Decryptor<&[u8]>,
    identities: &[&dyn Identity],
    bytes: &[u8],
    max_bytes: u64,
    other_key: &str,
) -> Result<Zeroizing<Vec<u8>>> {
    let reader = decryptor.decrypt(identities.iter().copied()).map_err(|error| fault(&error, other_key))?;
    // No more than that comes out, so it never moves in memory.
    let room = bytes.len().min(usize::try_from(max_bytes.saturating_add(1)).unwrap_or(usize::MAX));
    let mut plain = Zeroizing::new(Vec::new());
    plain.try_reserve_exact(room).map_err(|_| Error::out_of_memory(LOCATION, room))?;
    let read = reader.take(max_bytes.saturating_add(1)).read_to_end(&mut plain);
    read.map_err(|error| Error::corrupt(LOCATION, format!("a part of it was changed or is missing ({error})")))?;
    if plain.len().try_into().unwrap_or(u64::MAX) > max_bytes {
        return Err(Error::too_large(LOCATION, max_bytes));
    }
    Ok(plain)
}

fn fault(error: &DecryptError, other_key: &str) -> Error {
    match error {
        DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed | DecryptError::DecryptionFailed => {
            wrong_key(other_key)
        }
        DecryptError::ExcessiveWork { required, .. } => too_much_work(*required),
        DecryptError::InvalidMac => Error::corrupt(LOCATION, "its header was changed"),
        DecryptError::InvalidHeader | DecryptError::UnknownFormat => {
            Error::corrupt(LOCATION, "its header is not intact")
        }
        DecryptError::Io(error) => Error::corrupt(LOCATION, error),
    }
}

fn wrong_key(cause: &str) -> Error {
    Error::wrong_key(LOCATION, cause)
}

fn too_much_work(work_factor: u8) -> Error {
    let message = format!(
        "cannot decrypt {LOCATION}: its scrypt work factor is {work_factor}, and {MAX_WORK_FACTOR} (1 GB of memory) is \
         allowed: if it is trusted, decrypt it with age"
    );
    Error::new(ErrorCode::Unsupported, message)
}
