//! The C interface: pointers in, pointers out, and nothing of SQL. One file a noun.
//!
//! Only this module, `wiping_memory`, `storage::sqlite::cipher` and `host::web::imports` hold unsafe code. Handles are numbers that look like pointers (`handle`): a closed or invented
//! one is an error, never undefined behaviour. The order of the modules is the order of the header's sections.
#![allow(unsafe_code)]
#![allow(non_camel_case_types)] // C's names
#![allow(rustdoc::broken_intra_doc_links)] // Doxygen's @param[in] is no link

mod fork;
mod guard;
mod handle;
mod panic;
mod pointer;
mod scrub;
mod text;
mod views;

// Public, in the order in which one learns the interface (the blank lines keep rustfmt from sorting them).
pub mod version;

pub mod status;

pub mod error;

pub mod strings;

pub mod options;

pub mod session;

pub mod fields;

pub mod session_data;

pub mod peers;

pub mod prune;

pub mod compact;

pub mod peer_iter;

pub mod update_states;

pub mod sent_files;

pub mod values;

pub mod data_centers;

pub mod counts;

pub mod conversion;

pub mod report;

pub mod bytes;

pub mod encryption;

pub mod age;

pub mod answer;

pub mod engine;

#[cfg(target_family = "wasm")]
pub mod web;
