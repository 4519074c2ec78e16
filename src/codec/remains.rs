//! Whether an intact text can also be what is left of a longer string of another layout.
//!
//! No format but gogram's has a checksum. A string that lost some characters in a row, wherever, has the length of
//! another layout at times, and is read there with a key that is shifted. The fields around the key decide: a layout
//! says which values its first and its last bytes can have. The text is laid over it with a gap of unknown bits at every
//! place in turn; where every known bit fits, the text can be such a remainder, and nothing in it tells.

use super::candidate::Candidate;
use super::fields;

/// What a byte can be.
#[derive(Clone, Copy)]
pub(super) enum Fits {
    Any,
    /// From one value to another.
    Range(u8, u8),
    /// A data centre that holds accounts.
    KnownDc,
    /// A character of a server's name or address.
    Host,
}

pub(super) const ZERO: Fits = Fits::Range(0, 0);
pub(super) const BOOLEAN: Fits = Fits::Range(0, 1);

impl Fits {
    fn holds(self, byte: u8) -> bool {
        match self {
            Self::Any => true,
            Self::Range(first, last) => (first..=last).contains(&byte),
            Self::KnownDc => fields::is_known_dc(byte.into()),
            Self::Host => fields::is_host(&[byte]),
        }
    }
}

/// A longer string, as far as it limits its bytes.
pub(super) struct Whole<'a> {
    /// How many bytes it has.
    pub(super) bytes: usize,
    /// What its first bytes can be.
    pub(super) front: &'a [Fits],
    /// What the bytes can be that begin so many before its end.
    pub(super) back: (usize, &'a [Fits]),
    /// Losing characters from this byte on does no harm: the key is read from the right place.
    pub(super) key_end: usize,
}

/// A longer string that a text can be what is left of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rival {
    pub(super) title: &'static str,
    /// How many characters it lost.
    pub(super) lost: usize,
}

/// More characters are not lost by accident in the middle of a string.
pub(super) const MOST_LOST: usize = 64;
const BITS: usize = 6;

/// The longer string, if the text can be what is left of it.
pub(super) fn rival(candidate: &Candidate, title: &'static str, whole: &Whole) -> Option<Rival> {
    let text = candidate.payload();
    let chars = (whole.bytes * 4).div_ceil(3);
    let lost = chars.checked_sub(text.len()).filter(|lost| (1..=MOST_LOST).contains(lost))?;
    let values = zeroize::Zeroizing::new(text.bytes().map(value).collect::<Vec<u8>>());
    // The gap begins before the end of the key, and before the end of the first byte that does not fit.
    let own = candidate.bytes().iter().zip(whole.front).position(|(byte, fits)| !fits.holds(*byte));
    let end = own.map_or(whole.bytes, |at| at + 1).min(whole.key_end);
    let places = 0..=text.len().min((end * 8).saturating_sub(1) / BITS);
    places.into_iter().any(|at| Gap { values: &values, at, lost }.fits(whole)).then_some(Rival { title, lost })
}

// The text with a gap in it.
struct Gap<'a> {
    values: &'a [u8],
    at: usize,
    lost: usize,
}

impl Gap<'_> {
    fn fits(&self, whole: &Whole) -> bool {
        let (from_end, back) = whole.back;
        let first_of_back = whole.bytes.saturating_sub(from_end);
        let front = || whole.front.iter().enumerate().all(|(at, fits)| self.byte_fits(at, *fits));
        let back = || back.iter().enumerate().all(|(at, fits)| self.byte_fits(first_of_back + at, *fits));
        // The bits that the last character has more are zeros.
        let rest = || (whole.bytes * 8..(self.values.len() + self.lost) * BITS).all(|bit| self.bit(bit) != Some(1));
        front() && back() && rest()
    }

    fn byte_fits(&self, at: usize, fits: Fits) -> bool {
        let (mut value, mut known) = (0, 0);
        for bit in at * 8..at * 8 + 8 {
            let found = self.bit(bit);
            value = value << 1 | found.unwrap_or(0);
            known = known << 1 | u8::from(found.is_some());
        }
        match known {
            0 => true,
            u8::MAX => fits.holds(value),
            _ => (0..=u8::MAX).any(|byte| byte & known == value && fits.holds(byte)),
        }
    }

    // A bit of the longer string; none in the gap.
    fn bit(&self, bit: usize) -> Option<u8> {
        let at = bit / BITS;
        let at = if at < self.at { at } else { at.checked_sub(self.lost).filter(|at| *at >= self.at)? };
        Some(self.values.get(at)? >> (BITS - 1 - bit % BITS) & 1)
    }
}

// Of a character of the URL-safe alphabet.
fn value(character: u8) -> u8 {
    match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'-' => 62,
        _ => 63,
    }
}
