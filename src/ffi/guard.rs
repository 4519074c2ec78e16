//! Around every fallible export: a panic becomes an error, and an error becomes a status and an object.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::error::tgs_error;
use super::scrub::scrubbed;
use super::status::tgs_status;
use crate::error::{Error, ErrorCode, Result};

/// Runs a fallible export through which a secret may pass: nothing of it stays behind.
pub fn guard_secret(error: *mut *mut tgs_error, body: impl FnOnce() -> Result<tgs_status>) -> tgs_status {
    scrubbed(|| guard(error, body))
}

/// Runs a fallible export. `error` receives NULL, or an object that the caller frees; it is never read.
pub fn guard(error: *mut *mut tgs_error, body: impl FnOnce() -> Result<tgs_status>) -> tgs_status {
    let result = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| Err(panicked()));
    let (status, object) = match result {
        Ok(status) => (status, std::ptr::null_mut()),
        Err(failure) => (failure.code().into(), tgs_error::into_raw(failure)),
    };
    if error.is_null() {
        // SAFETY: made above, or NULL.
        drop(unsafe { tgs_error::from_raw(object) });
    } else {
        // SAFETY: the caller passes NULL or a place for a pointer (`# Errors` in the header).
        unsafe { error.write(object) };
    }
    status
}

fn panicked() -> Error {
    Error::new(ErrorCode::Internal, "a defect in tgsession: the call panicked, and the session is unusable")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        let mut error = std::ptr::null_mut();
        let status = guard(&raw mut error, || panic!("on purpose"));
        assert_eq!(status, tgs_status::TGS_ERROR_INTERNAL);
        // SAFETY: the guard gave it.
        let object = unsafe { tgs_error::from_raw(error) }.unwrap();
        assert!(object.message().contains("panicked"));
    }

    #[test]
    fn success_stores_null_and_reads_nothing() {
        let mut error = std::ptr::without_provenance_mut(1);
        assert_eq!(guard(&raw mut error, || Ok(tgs_status::TGS_OK)), tgs_status::TGS_OK);
        assert!(error.is_null());
        assert_eq!(guard(std::ptr::null_mut(), || Err(panicked())), tgs_status::TGS_ERROR_INTERNAL);
    }
}
