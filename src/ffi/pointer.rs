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
    match count.checked_mul(size_of::<T>().max(1)) {
        Some(bytes) if isize::try_from(bytes).is_ok() => Ok(()),
        _ => Err(Error::invalid_argument(format!("{name} cannot have {count} elements"))),
    }
}

/// Writes an answer where the caller wants it.
///
/// # Safety
/// `out` is NULL or a place for a `T`.
pub unsafe fn put<T>(out: *mut T, value: T, name: &str) -> Result<()> {
    check_out(out, name)?;
    // SAFETY: not NULL and aligned, so a place for a T.
    unsafe { out.write(value) };
    Ok(())
}

/// Whether an answer can be written; asked before there is one that could be lost.
pub fn check_out<T>(out: *mut T, name: &str) -> Result<()> {
    if out.is_null() {
        return Err(Error::invalid_argument(format!("{name} is NULL: there is no place for the answer")));
    }
    if !out.is_aligned() {
        return Err(Error::invalid_argument(format!("{name} is not aligned")));
    }
    Ok(())
}

/// Writes as many values as there is room for, and how many there are.
///
/// # Safety
/// `out` has room for `capacity` values, `count` for a number, or they are NULL.
pub unsafe fn put_array<T: Copy>(
    values: &[T],
    out: *mut T,
    capacity: usize,
    count: *mut usize,
    name: &str,
) -> Result<()> {
    check_out(count, "count")?;
    if capacity > 0 {
        check_array(out, capacity, name)?;
        let fitting = values.len().min(capacity);
        // SAFETY: not NULL, with room for `capacity` values; nobody else has that place.
        unsafe { out.copy_from_nonoverlapping(values.as_ptr(), fitting) };
    }
    // SAFETY: as this function's.
    unsafe { put(count, values.len(), "count") }
}
