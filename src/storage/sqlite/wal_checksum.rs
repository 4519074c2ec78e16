//! The checksum of a write-ahead log (SQLite's fileformat2.html, "Checksum Algorithm").

/// Continues the two sums over these bytes, as words of the order that the log's header names.
pub fn checksum(sums: (u32, u32), bytes: &[u8], is_big_endian: bool) -> (u32, u32) {
    let words = bytes.as_chunks::<4>().0.iter();
    let mut words = words.map(|word| if is_big_endian { u32::from_be_bytes(*word) } else { u32::from_le_bytes(*word) });
    let (mut first, mut second) = sums;
    while let (Some(one), Some(two)) = (words.next(), words.next()) {
        first = first.wrapping_add(one).wrapping_add(second);
        second = second.wrapping_add(two).wrapping_add(first);
    }
    (first, second)
}
