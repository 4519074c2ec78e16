//! What a WebAssembly module has in place of a machine.

pub mod clock;
pub mod fs;
mod imports;
