//! Pointers of the caller: arrays that are read, and places where answers are written.

use crate::error::{Error, Result};

/// An array of `count` values; NULL with a count of 0 is an empty one.
///
/// # Safety
/// `values` is NULL or leads to `count` values that stay unchanged for `'a`.
pub unsafe fn array<'a, T>(values: *const T, count: usize, name: &str) -> Result<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    check_array(values, count, name)?;
    // SAFETY: not NULL, aligned, of a possible size, so it leads to `count` values.
    Ok(unsafe { std::slice::from_raw_parts(values, count) })
}

/// Whether a pointer can be that of an array.
pub fn check_array<T>(values: *const T, count: usize, name: &str) -> Result<()> {
    if values.is_null() {
        return Err(Error::invalid_argument(format!("{name} is NULL, with a count of {count}")));
    }
    if !values.is_aligned() {
        return Err(Error::invalid_argument(format!("{name} is not aligned")));
    }
    check_bytes(count, size_of::<T>().max(1), name)
}

fn check_bytes(count: usize, stride: usize, name: &str) -> Result<()> {
    match count.checked_mul(stride) {
        Some(bytes) if isize::try_from(bytes).is_ok() => Ok(()),
        _ => Err(Error::invalid_argument(format!("{name} cannot have {count} elements"))),
    }
}

/// Writes an answer to the caller's place.
///
/// # Safety
/// `out` is NULL or a place for a `T`.
pub unsafe fn put<T>(out: *mut T, value: T, name: &str) -> Result<()> {
    check_out(out, name)?;
    // SAFETY: not NULL and aligned, so a place for a T.
    unsafe { out.write(value) };
    Ok(())
}

/// Whether an answer can be written. It is checked before there is one that could be lost.
pub fn check_out<T>(out: *mut T, name: &str) -> Result<()> {
    if out.is_null() {
        return Err(Error::invalid_argument(format!("{name} is NULL: the answer needs a place")));
    }
    if !out.is_aligned() {
        return Err(Error::invalid_argument(format!("{name} is not aligned")));
    }
    Ok(())
}

/// A struct of the header that may get further members. Its first member, `size`, is its size in the caller's header.
///
/// # Safety
/// `repr(C)`, `size: usize` comes first, and all bytes zero is a value: each other member is then absent.
pub unsafe trait SizedStruct: Copy {
    /// Its name in the header.
    const NAME: &'static str;
    /// Its size in the first header that has it. Once a member is added this becomes a number.
    const FIRST_SIZE: usize = size_of::<Self>();
}

// A size that was never set may be any number: this keeps it from being taken for a place to write to.
const LARGEST_STRUCT: usize = 4096;

/// The size that a caller has set in a struct, which is perhaps an `element` of an array.
///
/// # Safety
/// `place` is NULL or leads to a struct that begins with its size.
unsafe fn size_at<T: SizedStruct>(place: *const T, name: &str, element: &str) -> Result<usize> {
    if place.is_null() {
        return Err(Error::invalid_argument(format!("{name}{element} is NULL, not a {}", T::NAME)));
    }
    if !place.is_aligned() {
        return Err(Error::invalid_argument(format!("{name}{element} is not aligned")));
    }
    // SAFETY: not NULL and aligned, so a struct that begins with its size.
    let size = unsafe { place.cast::<usize>().read() };
    if !(T::FIRST_SIZE..=LARGEST_STRUCT).contains(&size) || !size.is_multiple_of(align_of::<T>()) {
        let message = format!("{name}{element}.size is {size}: set it to sizeof({}) before the call", T::NAME);
        return Err(Error::invalid_argument(message));
    }
    Ok(size)
}

/// Reads a struct of the caller's: what a shorter one lacks is absent, and of a longer one the rest is not read.
///
/// # Safety
/// `place` is NULL or leads to a struct as large as its `size` says.
pub unsafe fn read_sized<T: SizedStruct>(place: *const T, name: &str) -> Result<T> {
    // SAFETY: as this function's.
    unsafe { Ok(copy_sized(place, size_at(place, name, "")?)) }
}

/// SAFETY: `place` leads to `size` bytes.
unsafe fn copy_sized<T: SizedStruct>(place: *const T, size: usize) -> T {
    let mut copy = std::mem::MaybeUninit::<T>::zeroed();
    let shared = size.min(size_of::<T>());
    // SAFETY: both have so many bytes; all bytes zero is a value.
    unsafe {
        place.cast::<u8>().copy_to_nonoverlapping(copy.as_mut_ptr().cast(), shared);
        copy.assume_init()
    }
}

/// Whether a struct can be written. It is checked before there is an answer that could be lost.
///
/// # Safety
/// As [`put_sized`].
pub unsafe fn check_sized_out<T: SizedStruct>(out: *mut T, name: &str) -> Result<()> {
    check_out(out, name)?;
    // SAFETY: as this function's.
    unsafe { size_at(out, name, "") }.map(drop)
}

/// Writes a struct to the caller's place: no more of it than its `size` says. What a longer one has besides becomes
/// zero.
///
/// # Safety
/// `out` is NULL or leads to a struct as large as its `size` says.
pub unsafe fn put_sized<T: SizedStruct>(out: *mut T, value: &T, name: &str) -> Result<()> {
    check_out(out, name)?;
    // SAFETY: as this function's.
    unsafe {
        let size = size_at(out, name, "")?;
        write_sized(out, value, size);
    }
    Ok(())
}

/// SAFETY: `out` is a place for `size` bytes.
unsafe fn write_sized<T: SizedStruct>(out: *mut T, value: &T, size: usize) {
    let shared = size.min(size_of::<T>());
    // SAFETY: both have `shared` bytes, and `out` the rest of `size`.
    unsafe {
        std::ptr::from_ref(value).cast::<u8>().copy_to_nonoverlapping(out.cast(), shared);
        out.cast::<u8>().add(shared).write_bytes(0, size - shared);
        out.cast::<usize>().write(size);
    }
}

/// Reads an array of structs that lie as far apart as the first one's `size` says.
///
/// # Safety
/// `values` is NULL or leads to `count` structs, each as large as its `size` says, that stay unchanged for `'a`.
pub unsafe fn sized_array<'a, T: SizedStruct + 'a>(
    values: *const T,
    count: usize,
    name: &'a str,
) -> Result<impl Iterator<Item = Result<T>> + 'a> {
    // SAFETY: as this function's.
    let stride = unsafe { stride(values, count, name) }?;
    Ok((0..count).map(move |index| {
        // SAFETY: inside the array.
        let place = unsafe { values.byte_add(index * stride) };
        // SAFETY: as this function's.
        let size = unsafe { place.cast::<usize>().read() };
        if size != stride {
            return Err(Error::invalid_argument(format!("{name}[{index}].size is {size}, not {stride} as the first")));
        }
        // SAFETY: as this function's.
        Ok(unsafe { copy_sized(place, stride) })
    }))
}

/// How far apart the structs of an array lie.
///
/// # Safety
/// `values` is NULL or leads to `count` structs, of which the first begins with its size.
unsafe fn stride<T: SizedStruct>(values: *const T, count: usize, name: &str) -> Result<usize> {
    if count == 0 {
        return Ok(0);
    }
    if values.is_null() {
        return Err(Error::invalid_argument(format!("{name} is NULL, with a count of {count}")));
    }
    // SAFETY: as this function's.
    let stride = unsafe { size_at(values, name, "[0]") }?;
    check_bytes(count, stride, name)?;
    Ok(stride)
}

/// Writes as many structs as there is room for, and how many there are. They lie as far apart as the first one's `size`
/// says.
///
/// # Safety
/// `out` is NULL or has room for `capacity` structs, of which the first begins with its size; `count` is NULL or a
/// place for a number.
pub unsafe fn put_sized_array<T: SizedStruct>(
    values: &[T],
    out: *mut T,
    capacity: usize,
    count: *mut usize,
    name: &str,
) -> Result<()> {
    check_out(count, "count")?;
    // SAFETY: as this function's.
    unsafe {
        put_each(values, out, capacity, name)?;
        put(count, values.len(), "count")
    }
}

/// Writes as many structs as there is room for. They lie as far apart as the first one's `size` says.
///
/// # Safety
/// `out` is NULL or has room for `capacity` structs, of which the first begins with its size.
pub unsafe fn put_each<T: SizedStruct>(values: &[T], out: *mut T, capacity: usize, name: &str) -> Result<()> {
    // SAFETY: as this function's.
    let stride = unsafe { stride(out, capacity, name) }?;
    for (index, value) in values.iter().take(capacity).enumerate() {
        // SAFETY: within the room; nobody else has that place.
        unsafe { write_sized(out.byte_add(index * stride), value, stride) };
    }
    Ok(())
}

/// Whether so many structs can be written. It is checked before there is an answer that could be lost.
///
/// # Safety
/// As [`put_each`].
pub unsafe fn check_each_out<T: SizedStruct>(out: *mut T, capacity: usize, name: &str) -> Result<()> {
    // SAFETY: as this function's.
    unsafe { stride(out, capacity, name) }.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The library's struct, which got `added` later, between an older caller's and a newer one's.
    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Now {
        size: usize,
        id: i64,
        added: i64,
    }

    // SAFETY: as the trait asks.
    unsafe impl SizedStruct for Now {
        const NAME: &'static str = "now";
        const FIRST_SIZE: usize = size_of::<[i64; 2]>();
    }

    const VALUE: Now = Now { size: size_of::<Now>(), id: 5, added: 6 };
    const UNTOUCHED: i64 = 0x5555;

    /// Words of a caller whose struct has `words` of them, two structs and what lies behind them.
    fn memory(words: i64) -> Vec<i64> {
        let mut memory = vec![UNTOUCHED; 2 * usize::try_from(words).unwrap() + 1];
        memory[0] = words * 8;
        memory
    }

    #[test]
    fn no_more_is_written_than_the_caller_has() {
        for (words, expected) in [(2, vec![16, 5]), (3, vec![24, 5, 6]), (5, vec![40, 5, 6, 0, 0])] {
            let mut memory = memory(words);
            // SAFETY: as large as its size says.
            unsafe { put_sized(memory.as_mut_ptr().cast::<Now>(), &VALUE, "now") }.unwrap();
            assert_eq!(memory[..expected.len()], expected);
            assert!(memory[expected.len()..].iter().all(|word| *word == UNTOUCHED), "{memory:?}");
        }
    }

    #[test]
    fn an_array_has_the_callers_stride() {
        for (words, expected) in [(2, vec![16, 5, 16, 5]), (4, vec![32, 5, 6, 0, 32, 5, 6, 0])] {
            let (mut memory, mut count) = (memory(words), 0);
            let out = memory.as_mut_ptr().cast::<Now>();
            // SAFETY: room for two.
            unsafe { put_sized_array(&[VALUE; 3], out, 2, &raw mut count, "nows") }.unwrap();
            assert_eq!((&memory[..expected.len()], count), (&expected[..], 3));
            assert_eq!(memory[expected.len()..], [UNTOUCHED]);
            // SAFETY: two structs, as large as they say.
            let read = unsafe { sized_array(out, 2, "nows") }.unwrap().collect::<Result<Vec<Now>>>().unwrap();
            assert!(read.iter().all(|now| now.id == 5 && now.added == if words == 2 { 0 } else { 6 }), "{read:?}");
        }
    }

    #[test]
    fn what_a_shorter_struct_lacks_is_zero() {
        for (words, added) in [(2, 0), (3, UNTOUCHED), (4, UNTOUCHED)] {
            let memory = memory(words);
            // SAFETY: as large as its size says.
            let read = unsafe { read_sized(memory.as_ptr().cast::<Now>(), "now") }.unwrap();
            assert_eq!((read.id, read.added), (UNTOUCHED, added));
        }
    }

    #[test]
    fn a_size_that_cannot_be_is_refused() {
        for size in [0, 8, 15, 17, 4104, i64::MAX, -1] {
            let mut memory = [size, UNTOUCHED, UNTOUCHED];
            let out = memory.as_mut_ptr().cast::<Now>();
            // SAFETY: refused before more is read or written than the size.
            let refused = unsafe { [put_sized(out, &VALUE, "now"), read_sized(out, "now").map(drop)] };
            for error in refused.map(Result::unwrap_err) {
                let message = error.to_string();
                assert!(message.contains("now.size is ") && message.contains("sizeof(now)"), "{message}");
            }
            assert_eq!(memory, [size, UNTOUCHED, UNTOUCHED]);
        }
        let memory = [16, UNTOUCHED, 24, UNTOUCHED];
        // SAFETY: two structs that begin with their size.
        let error = unsafe { sized_array(memory.as_ptr().cast::<Now>(), 2, "nows") }.unwrap().nth(1).unwrap();
        assert!(error.unwrap_err().to_string().contains("nows[1].size is 24, not 16"));
    }
}
