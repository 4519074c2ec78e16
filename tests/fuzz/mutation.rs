//! Changes samples by chance, the same way for the same number.

/// Numbers that look random (xorshift).
pub struct Mutator(u64);

const MOST_CHANGES: usize = 6;
// Numbers at which lengths and counts overflow.
const EDGES: [u8; 6] = [0, 1, 0x7f, 0x80, 0xff, b'='];

impl Mutator {
    pub fn new(number: u64) -> Self {
        let mut mutator = Self((number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mutator.next();
        mutator
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }

    // What matters in a file is often near its beginning.
    fn place(&mut self, len: usize) -> usize {
        let end = if self.below(2) == 0 { len.min(120) } else { len };
        self.below(end)
    }

    /// One of the samples, with some changes.
    pub fn change(&mut self, samples: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = samples[self.below(samples.len())].clone();
        for _ in 0..=self.below(MOST_CHANGES) {
            self.change_once(&mut bytes, samples);
        }
        bytes
    }

    fn change_once(&mut self, bytes: &mut Vec<u8>, samples: &[Vec<u8>]) {
        let at = self.place(bytes.len());
        let len = self.below(64).min(bytes.len() - at);
        match self.below(8) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
            1 if !bytes.is_empty() => bytes[at] = EDGES[self.below(EDGES.len())],
            2 if !bytes.is_empty() => bytes[at] = self.next().to_le_bytes()[0],
            3 => drop(bytes.drain(at..at + len)),
            4 => {
                let copy = bytes[at..at + len].to_vec();
                let to = self.place(bytes.len());
                bytes.splice(to..to, copy);
            }
            5 => bytes.truncate(at),
            6 => {
                let other = &samples[self.below(samples.len())];
                let from = self.below(other.len());
                let piece = &other[from..(from + len).min(other.len())];
                let end = (at + piece.len()).min(bytes.len());
                bytes.splice(at..end, piece.iter().copied());
            }
            _ => {
                let random = self.next().to_be_bytes();
                let end = (at + 4).min(bytes.len());
                bytes.splice(at..end, random[..4].iter().copied());
            }
        }
    }
}
