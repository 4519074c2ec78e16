//! Records: the rows of SQLite's file format, decoded from bytes that may be anything.

use std::ops::Range;

use rusqlite::types::ValueRef;
use zeroize::Zeroizing;

// SQLite's own limit is 32,767 columns; a client's table has 9.
const MOST_COLUMNS: usize = 64;

/// One decoded row.
pub struct Row {
    /// The key of the row in a table that has row ids.
    pub rowid: Option<i64>,
    // It may hold an auth key.
    payload: Zeroizing<Vec<u8>>,
    columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq)]
enum Column {
    Null,
    Integer(i64),
    Real(f64),
    Text(Range<usize>),
    Blob(Range<usize>),
}

impl Row {
    /// Decodes a record. `None` unless it fills its payload exactly.
    pub fn decode(rowid: Option<i64>, payload: Zeroizing<Vec<u8>>) -> Option<Self> {
        let columns = columns(&payload)?;
        Some(Self { rowid, payload, columns })
    }

    /// How many columns the record has.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// A value as it is stored; NULL beyond the record's end, as SQLite reads a column that was added later.
    pub fn stored(&self, column: usize) -> ValueRef<'_> {
        let bytes = |range: &Range<usize>| self.payload.get(range.clone()).unwrap_or_default();
        match self.columns.get(column) {
            None | Some(Column::Null) => ValueRef::Null,
            Some(Column::Integer(number)) => ValueRef::Integer(*number),
            Some(Column::Real(number)) => ValueRef::Real(*number),
            Some(Column::Text(range)) => ValueRef::Text(bytes(range)),
            Some(Column::Blob(range)) => ValueRef::Blob(bytes(range)),
        }
    }

    /// The last value, if it is an integer: an entry of an index ends with the id of its row.
    pub fn last_integer(&self) -> Option<i64> {
        match self.columns.last() {
            Some(Column::Integer(number)) => Some(*number),
            _ => None,
        }
    }
}

fn columns(payload: &[u8]) -> Option<Vec<Column>> {
    let (header_len, mut at) = varint(payload)?;
    let header_len = usize::try_from(header_len).ok().filter(|len| *len >= at && *len <= payload.len())?;
    let mut value_at = header_len;
    let mut columns = Vec::new();
    while at < header_len {
        let (serial, len) = varint(payload.get(at..header_len)?)?;
        at += len;
        let end = value_at.checked_add(serial_len(serial)?)?;
        columns.push(column(serial, payload.get(value_at..end)?, value_at)?);
        value_at = end;
        if columns.len() > MOST_COLUMNS {
            return None;
        }
    }
    (at == header_len && value_at == payload.len() && !columns.is_empty()).then_some(columns)
}

/// How many bytes a value of a serial type takes.
pub fn serial_len(serial: u64) -> Option<usize> {
    match serial {
        0 | 8 | 9 => Some(0),
        1..=4 => usize::try_from(serial).ok(),
        5 => Some(6),
        6 | 7 => Some(8),
        10 | 11 => None, // reserved
        12.. => usize::try_from((serial - 12) / 2).ok(),
    }
}

fn column(serial: u64, bytes: &[u8], at: usize) -> Option<Column> {
    Some(match serial {
        0 => Column::Null,
        1..=6 => Column::Integer(integer(bytes)),
        7 => Column::Real(f64::from_be_bytes(bytes.try_into().ok()?)),
        8 => Column::Integer(0),
        9 => Column::Integer(1),
        _ if serial.is_multiple_of(2) => Column::Blob(at..at + bytes.len()),
        _ => Column::Text(at..at + bytes.len()),
    })
}

// Big-endian, with a sign.
fn integer(bytes: &[u8]) -> i64 {
    let start = if bytes.first().is_some_and(|first| *first >= 0x80) { -1 } else { 0 };
    bytes.iter().fold(start, |number, byte| (number << 8) | i64::from(*byte))
}

/// SQLite's number of 1 to 9 bytes, and how many it takes.
pub fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut number = 0_u64;
    for (at, byte) in bytes.iter().take(9).enumerate() {
        if at == 8 {
            return Some(((number << 8) | u64::from(*byte), 9));
        }
        number = (number << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, at + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(payload: &[u8]) -> Option<Row> {
        Row::decode(Some(7), Zeroizing::new(payload.to_vec()))
    }

    #[test]
    fn every_serial_type_is_read() {
        let header = [9, 0, 1, 2, 8, 9, 17, 14, 7];
        let values = [[0xff].as_slice(), &[0x80, 0], b"hi", &[5], &1.5_f64.to_be_bytes()].concat();
        let row = row(&[header.as_slice(), &values].concat()).unwrap();
        let expected = [
            ValueRef::Null,
            ValueRef::Integer(-1),
            ValueRef::Integer(-32_768),
            ValueRef::Integer(0),
            ValueRef::Integer(1),
            ValueRef::Text(b"hi"),
            ValueRef::Blob(&[5]),
            ValueRef::Real(1.5),
            ValueRef::Null, // beyond the end
        ];
        for (column, value) in expected.into_iter().enumerate() {
            assert_eq!(row.stored(column), value, "column {column}");
        }
        assert_eq!(row.len(), 8);
    }

    #[test]
    fn what_does_not_fill_its_payload_is_no_record() {
        assert!(row(&[2, 1, 5]).is_some());
        for bad in [&[][..], &[1], &[2, 1], &[2, 1, 5, 6], &[9, 1, 5], &[2, 10], &[2, 0xff], &[0, 1]] {
            assert!(row(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn varints_have_up_to_nine_bytes() {
        assert_eq!(varint(&[0x7f]), Some((127, 1)));
        assert_eq!(varint(&[0x81, 0]), Some((128, 2)));
        assert_eq!(varint(&[0xff; 9]), Some((u64::MAX, 9)));
        assert_eq!(varint(&[0xff; 8]), None);
    }
}
