//! What MongoStorage's layout has no place for.
//!
//! Of a session and of a peer it stands in the document itself, under one key that no client uses: a document is what
//! the server changes wholly or not at all, and what it finds in one go. MongoStorage sets its own keys one by one and
//! asks for them by name, so it neither loses ours nor meets them; where it removes the session's document, the secrets
//! in there are gone with it. What belongs to no document of its stands in collections of our own.

/// The key of our own part in a document of MongoStorage's.
pub const PART: &str = "tgsession";
/// The number of the layout of that part.
pub const VERSION: i64 = 1;
/// Sent files.
pub const SENT_FILES: &str = "tgsession_sent_files";
/// Leases on auth keys.
pub const LEASES: &str = "tgsession_leases";
