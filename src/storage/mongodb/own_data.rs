//! Where we store what MongoStorage's layout cannot.
//!
//! For the session and for a peer it is in the document itself, under one key that no client uses: the server changes a
//! document atomically, and reads it in one request. MongoStorage sets and reads its own keys by name, so it neither
//! loses ours nor sees them; if it removes the session's document, our secrets in it are removed too. Everything else
//! is in collections of our own.

/// The key of our own part in a document of MongoStorage's.
pub const PART: &str = "tgsession";
/// The number of the layout of that part.
pub const VERSION: i64 = 1;
/// Sent files.
pub const SENT_FILES: &str = "tgsession_sent_files";
/// Values that a client keeps beside its session.
pub const VALUES: &str = "tgsession_values";
/// Leases on auth keys.
pub const LEASES: &str = "tgsession_leases";
