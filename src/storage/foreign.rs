//! The rows of other programs' tables, on their way from one file into another.

use zeroize::Zeroize;

/// A table of another program, with all that it holds. It may hold secrets: its values are wiped when it is dropped.
#[derive(Debug)]
pub struct ForeignRows {
    pub name: String,
    /// The statement that makes it.
    pub sql: String,
    /// The statements that make its indexes.
    pub indexes: Vec<String>,
    /// The columns that are stored and not computed.
    pub columns: Vec<String>,
    /// One row after the other, a cell for each column.
    pub cells: Vec<Cell>,
}

/// One value. A text may be in any encoding.
#[derive(Debug, PartialEq)]
pub enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

impl Drop for Cell {
    fn drop(&mut self) {
        if let Self::Text(bytes) | Self::Blob(bytes) = self {
            bytes.zeroize();
        }
    }
}
