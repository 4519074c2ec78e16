//! Damaged files: what is taken from them, and what is never made up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod damage;
mod damaged_files;
mod hostile;
mod random;
mod sample;
mod short_run;
mod states;
