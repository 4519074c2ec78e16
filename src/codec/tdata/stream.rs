//! Qt's QDataStream, as far as these files use it: big-endian numbers and byte arrays with their length in front.

use zeroize::Zeroizing;

use super::Fault;

const NULL: u32 = u32::MAX;

/// Reads values from the front of some bytes.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub fn raw(&mut self, len: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or_else(|| Fault::damage("what is in it ends early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        self.raw(N)?.try_into().map_err(|_| Fault::damage("what is in it ends early"))
    }

    pub fn u32(&mut self) -> Result<u32, Fault> {
        self.array().map(u32::from_be_bytes)
    }

    pub fn i32(&mut self) -> Result<i32, Fault> {
        self.array().map(i32::from_be_bytes)
    }

    pub fn u64(&mut self) -> Result<u64, Fault> {
        self.array().map(u64::from_be_bytes)
    }

    /// A byte array; an absent one is empty.
    pub fn bytes(&mut self) -> Result<&'a [u8], Fault> {
        match self.u32()? {
            NULL => Ok(&[]),
            len => self.raw(usize::try_from(len).unwrap_or(usize::MAX)),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Appends a byte array.
pub fn put_bytes(out: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
    out.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// Appends a number.
pub fn put_i32(out: &mut Zeroizing<Vec<u8>>, number: i32) {
    out.extend(number.to_be_bytes());
}
