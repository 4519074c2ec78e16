//! Files of 25 real client versions (tests/fixtures): each is read as its own library reads it, stays as it is, and
//! survives the conversion into every layout and session string. Made by tests/oracle/generate.py.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "common/agreement.rs"]
mod agreement;
#[path = "fixtures_test/fixture.rs"]
mod fixture;
#[path = "fixtures_test/known.rs"]
mod known;
#[path = "fixtures_test/matrix.rs"]
mod matrix;
#[path = "common/neutral.rs"]
mod neutral;
#[path = "fixtures_test/opening.rs"]
mod opening;
#[path = "fixtures_test/strings.rs"]
mod strings;
