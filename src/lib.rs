//! One library that opens, keeps and converts the session of any Telegram client.
//!
//! ```
//! use tgsession::{Lookup, Options, Peer, Session, StringFormat};
//!
//! # fn main() -> tgsession::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("my_account.session");
//! # let path = path.to_str().unwrap();
//! # let session = Session::open(path, &Options::default())?;
//! # session.update_peers(&[Peer {
//! #     id: 777000,
//! #     access_hash: Some(42),
//! #     usernames: vec!["durov".to_owned()],
//! #     ..Peer::default()
//! # }])?;
//! # drop(session);
//! // A path (here "my_account.session"), ":memory:", a session string or the URL of a store:
//! // its shape tells which client's it is, and it stays that client's.
//! let session = Session::open(path, &Options::default())?;
//! if let Lookup::Found(peer) = session.peer_by_username("@durov")? {
//!     println!("peer {} has the access hash {:?}", peer.id, peer.access_hash);
//!     # assert_eq!((peer.id, peer.access_hash), (777000, Some(42)));
//! }
//!
//! // Into another client's file: `convert`. Into a string, with a report of what it could not hold:
//! match session.export(StringFormat::Pyrogram) {
//!     Ok((text, _report)) => println!("a login of {} characters: guard it like a password", text.len()),
//!     Err(error) => println!("{error}"), // names what is missing, never a secret
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Sessions of Pyrogram's family, Telethon, GramJS, mtcute, MTKruto and gogram are known; the
//! [README](https://github.com/tgsession/tgsession#readme) has the table. What is documented here is the interface; the
//! modules that are not are the library's own, and change without notice.
//!
//! # Features
//!
//! | feature | adds |
//! | --- | --- |
//! | none | SQLite, memory, bytes, session strings, an [`Engine`] of your own |
//! | `age` | [`Session::to_age`] and [`Session::open_age`]: a session as a file of age |
//! | `mongodb` | `mongodb://` locations, shared with Pyrofork's MongoStorage |
//! | `sql` | `postgresql://`, `mysql://` and `sqlite:///` locations, shared with Telethon's AlchemySession |
//! | `sqlcipher` | encrypted files, by [`Options::encryption_key`]; the crate's SQLite is SQLCipher then |
//! | `cli` | the command `tgsession` |
//! | `wasm` | for `wasm32-unknown-unknown`: the module of `bindings/web`, with `--cfg getrandom_backend="custom"` in `RUSTFLAGS` |
//! | `wiping-allocator` | a global allocator for the whole program, which overwrites memory before it frees it |
//!
//! # SQLite
//!
//! The crate brings its own SQLite, compiled by `libsqlite3-sys`. The release archives and the checkout compile it with the
//! `LIBSQLITE3_FLAGS` of the repository's `.cargo/config.toml`: `-DHAVE_FDATASYNC=1` makes each commit cheaper on Linux, and
//! the others make opening cheaper. A crate cannot set that for the build of another: put it into the `[env]` table of your
//! project's own file. All works without.
//!
//! # Encrypted files
//!
//! With the feature `sqlcipher`, SQLCipher's cryptography is that of the crates `aes`, `hmac`, `pbkdf2` and `sha2` if
//! `LIBSQLITE3_FLAGS` has `-DSQLCIPHER_CRYPTO_CUSTOM=tgsession_sqlcipher_setup`, as the release archives and the checkout do:
//! `-DSQLCIPHER_OMIT_DEFAULT_LOGGING -DSQLCIPHER_OMIT_LOG_DEVICE -DSQLCIPHER_OMIT_DLLMAIN` should stand beside it. Put them into
//! the `[env]` table of your project's `.cargo/config.toml`, too. Without that flag SQLCipher takes OpenSSL's `libcrypto`, which must be installed with
//! its headers (on macOS it takes the system's own cryptography). On Windows, `libsqlite3-sys` wants `OPENSSL_LIB_DIR` and
//! `OPENSSL_INCLUDE_DIR` to name folders in either case; with the flag any folder does.
//!
//! # Secrets in memory
//!
//! What holds an auth key or a session string in this crate is overwritten when it is dropped, and so is all memory of
//! SQLite (if a session is opened before anything else in the program uses `rusqlite`). Buffers inside of other crates, like
//! a compressor's, age's or a database driver's, are overwritten only with the feature `wiping-allocator`. The libraries for C
//! have it. A crate that others depend on should leave that choice to the program.
//!
//! # Inside
//!
//! A call goes straight down through these rooms and its answer straight up: `ffi`, the C interface, which knows pointers
//! and nothing of SQL; `session`, what a handle is: an engine, its policy and the conversions; `storage`, the trait
//! `Storage` and the engines, one room each; `codec`, session strings and other bytes, one room per format; `model`, what a
//! session holds, without I/O; `redact`, what of a location may be shown; `clock`, the time as sessions keep it; `budget`,
//! how long a call may wait; `host`, the machine's files and clock, or what a WebAssembly module has in their place; `error`,
//! the error and its numbered codes.

#[cfg(all(panic = "abort", not(target_family = "wasm")))]
compile_error!("the C interface turns panics into errors: build with panic = \"unwind\"");

#[cfg(all(target_family = "wasm", not(feature = "wasm")))]
compile_error!("a WebAssembly module gets its clock and its random numbers by the feature `wasm`");

mod budget;

// The library's own command, tests and C interface reach into these.
#[doc(hidden)]
pub mod clock;
#[doc(hidden)]
pub mod codec;
#[doc(hidden)]
pub mod error;
#[doc(hidden)]
pub mod ffi;
mod host;
#[doc(hidden)]
pub mod model;
#[doc(hidden)]
pub mod redact;
#[doc(hidden)]
pub mod session;
#[doc(hidden)]
pub mod storage;
mod token;
mod wiping_memory;

pub use error::{Error, ErrorCode, Result};
pub use model::{
    AuthKey, Contents, Counts, DataCenter, DcEndpoint, ExpectedFormat, Field, FieldValue, Finding, Format, FoundPeer,
    PartialPeer, Peer, PeerType, SentFile, SentFileKey, SentFileType, SessionData, Severity, StoredValue, StringFormat,
    UpdateState,
};
pub use session::{
    AgeKey, AgeLock, ByteOptions, Candidate, EncryptionKey, Examination, FieldReport, Inspection, LeaseOptions,
    LoginOutcome, Lookup, NewFile, Options, Outcome, PageCounts, Place, Report, SalvageMethod, SalvageOptions,
    SalvageReport, Salvaged, Session, TableCounts, TableReport, UsernameExpiry, convert, examine, examine_string,
    examine_with, list, salvage,
};
pub use storage::{Change, Engine, Holder, Leases, Lessee};
