//! TL, Telegram's serialization, as far as session strings use it: little-endian numbers, and byte strings with
//! their length in front, padded with zeros to a multiple of 4.

use zeroize::Zeroizing;

use super::problem::Problem;

/// Reads values from the front of some bytes; every method refuses to read past the end.
pub(super) struct TlReader<'a>(&'a [u8]);

impl<'a> TlReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn chunk<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let (chunk, rest) = self.0.split_first_chunk::<N>().ok_or(Problem::EndsEarly)?;
        self.0 = rest;
        Ok(*chunk)
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], Problem> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(Problem::EndsEarly)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, Problem> {
        self.chunk::<1>().map(|[byte]| byte)
    }

    pub(super) fn int(&mut self) -> Result<i32, Problem> {
        self.chunk().map(i32::from_le_bytes)
    }

    pub(super) fn long(&mut self) -> Result<i64, Problem> {
        self.chunk().map(i64::from_le_bytes)
    }

    /// A byte string and its padding.
    pub(super) fn bytes(&mut self) -> Result<&'a [u8], Problem> {
        let (len, head) = match self.byte()? {
            254 => {
                let [a, b, c] = self.chunk()?;
                (usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16, 4)
            }
            len => (usize::from(len), 1),
        };
        let taken = self.take(len)?;
        self.take(padding(head + len))?;
        Ok(taken)
    }

    /// So many bytes as they are.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        self.chunk()
    }

    /// So many bytes without a length in front.
    pub(super) fn raw(&mut self, len: usize) -> Result<&'a [u8], Problem> {
        self.take(len)
    }

    /// How many bytes are left.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Refuses bytes that are left.
    pub(super) fn end(self) -> Result<(), Problem> {
        if self.is_empty() { Ok(()) } else { Err(Problem::Surplus) }
    }
}

/// Appends a byte string and its padding.
pub(super) fn write_bytes(out: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
    let start = out.len();
    let [a, b, c, ..] = bytes.len().to_le_bytes();
    if bytes.len() < 254 {
        out.push(a);
    } else {
        out.extend([254, a, b, c]);
    }
    out.extend(bytes);
    let end = out.len() + padding(out.len() - start);
    out.resize(end, 0);
}

fn padding(len: usize) -> usize {
    len.next_multiple_of(4) - len
}
