//! gob, the encoding of Go's package `encoding/gob`, as far as caches of peers use it: the types come first, then one value.
//!
//! From the package's documentation. A message is its length, a type's number and a value; a negative number defines that type.

use std::collections::HashMap;

/// Deeper than anything that is read here.
const DEEPEST: usize = 8;

const BOOL: i64 = 1;
const INT: i64 = 2;
const UINT: i64 = 3;
const FLOAT: i64 = 4;
const BYTES: i64 = 5;
const STRING: i64 = 6;
const COMPLEX: i64 = 7;
// What defines types has numbers of its own.
const WIRE_TYPE: i64 = 16;
const ARRAY_TYPE: i64 = 17;
const COMMON_TYPE: i64 = 18;
const SLICE_TYPE: i64 = 19;
const STRUCT_TYPE: i64 = 20;
const FIELD_TYPE: i64 = 21;
const FIELD_TYPES: i64 = 22;
const MAP_TYPE: i64 = 23;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GobValue {
    /// A signed number.
    Int(i64),
    /// A string.
    Text(String),
    /// A map.
    Pairs(Vec<(Self, Self)>),
    /// A slice or an array.
    List(Vec<Self>),
    /// A struct: the names and values of its fields that are not zero.
    Fields(Vec<(String, Self)>),
    /// What is of no use here.
    Other,
}

impl GobValue {
    /// The field of a struct.
    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        let Self::Fields(fields) = self else { return None };
        fields.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(super) fn int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }

    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

#[derive(Clone)]
enum GobType {
    Struct(Vec<(String, i64)>),
    Map(i64, i64),
    List(i64),
    Opaque,
}

/// Decodes the first value; `None` if the bytes are damaged, or have what is not read.
pub(super) fn decode(bytes: &[u8]) -> Option<GobValue> {
    let mut types = defining_types();
    let mut stream = Reader(bytes);
    loop {
        let len = usize::try_from(stream.uint()?).ok()?;
        let mut message = Reader(stream.take(len)?);
        match message.int()? {
            id if id < 0 => {
                let definition = message.value(WIRE_TYPE, &types, 0)?;
                types.insert(id.checked_neg()?, defined(&definition)?);
            }
            id => {
                // What is no struct has a zero in front.
                if !matches!(types.get(&id), Some(GobType::Struct(_))) && message.uint()? != 0 {
                    return None;
                }
                return message.value(id, &types, 0);
            }
        }
    }
}

fn defining_types() -> HashMap<i64, GobType> {
    let of =
        |fields: &[(&str, i64)]| GobType::Struct(fields.iter().map(|(name, id)| ((*name).to_owned(), *id)).collect());
    HashMap::from([
        (
            WIRE_TYPE,
            of(&[("ArrayT", ARRAY_TYPE), ("SliceT", SLICE_TYPE), ("StructT", STRUCT_TYPE), ("MapT", MAP_TYPE)]),
        ),
        (ARRAY_TYPE, of(&[("CommonType", COMMON_TYPE), ("Elem", INT), ("Len", INT)])),
        (COMMON_TYPE, of(&[("Name", STRING), ("Id", INT)])),
        (SLICE_TYPE, of(&[("CommonType", COMMON_TYPE), ("Elem", INT)])),
        (STRUCT_TYPE, of(&[("CommonType", COMMON_TYPE), ("Field", FIELD_TYPES)])),
        (FIELD_TYPE, of(&[("Name", STRING), ("Id", INT)])),
        (FIELD_TYPES, GobType::List(FIELD_TYPE)),
        (MAP_TYPE, of(&[("CommonType", COMMON_TYPE), ("Key", INT), ("Elem", INT)])),
        (BYTES, GobType::Opaque),
    ])
}

fn defined(definition: &GobValue) -> Option<GobType> {
    if let Some(structure) = definition.field("StructT") {
        let fields = match structure.field("Field") {
            Some(GobValue::List(fields)) => fields.as_slice(),
            _ => &[],
        };
        let named = |field: &GobValue| Some((field.field("Name")?.text()?.to_owned(), field.field("Id")?.int()?));
        return Some(GobType::Struct(fields.iter().map(named).collect::<Option<_>>()?));
    }
    if let Some(map) = definition.field("MapT") {
        return Some(GobType::Map(map.field("Key")?.int()?, map.field("Elem")?.int()?));
    }
    let list = definition.field("SliceT").or_else(|| definition.field("ArrayT"))?;
    list.field("Elem")?.int().map(GobType::List)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    /// One byte below 128, or the negated number of bytes that follow, big-endian.
    fn uint(&mut self) -> Option<u64> {
        let first = *self.take(1)?.first()?;
        if first < 128 {
            return Some(first.into());
        }
        let len = usize::from(first.wrapping_neg());
        if len > 8 {
            return None;
        }
        Some(self.take(len)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// The sign is the lowest bit.
    fn int(&mut self) -> Option<i64> {
        let number = self.uint()?;
        let half = i64::try_from(number >> 1).ok()?;
        Some(if number & 1 == 1 { !half } else { half })
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = usize::try_from(self.uint()?).ok()?;
        self.take(len)
    }

    // Every element takes a byte at least: that bounds their number before any is made.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.uint()?).ok().filter(|count| *count <= self.0.len())
    }

    fn value(&mut self, id: i64, types: &HashMap<i64, GobType>, depth: usize) -> Option<GobValue> {
        if depth > DEEPEST {
            return None;
        }
        match id {
            INT => return self.int().map(GobValue::Int),
            STRING => return Some(GobValue::Text(std::str::from_utf8(self.bytes()?).ok()?.to_owned())),
            BOOL | UINT | FLOAT => return self.uint().map(|_| GobValue::Other),
            COMPLEX => return self.uint().and_then(|_| self.uint()).map(|_| GobValue::Other),
            _ => {}
        }
        match types.get(&id)? {
            GobType::Opaque => self.bytes().map(|_| GobValue::Other),
            GobType::List(element) => {
                let count = self.count()?;
                (0..count).map(|_| self.value(*element, types, depth + 1)).collect::<Option<_>>().map(GobValue::List)
            }
            GobType::Map(key, element) => {
                let count = self.count()?;
                let mut pair = || Some((self.value(*key, types, depth + 1)?, self.value(*element, types, depth + 1)?));
                (0..count).map(|_| pair()).collect::<Option<_>>().map(GobValue::Pairs)
            }
            GobType::Struct(fields) => self.fields(fields, types, depth),
        }
    }

    /// Each field is named by how many come after the last one that was not zero; 0 ends them.
    fn fields(&mut self, fields: &[(String, i64)], types: &HashMap<i64, GobType>, depth: usize) -> Option<GobValue> {
        let mut found = Vec::new();
        let mut next = 0_usize;
        loop {
            let step = usize::try_from(self.uint()?).ok()?;
            if step == 0 {
                return Some(GobValue::Fields(found));
            }
            next = next.checked_add(step)?;
            let (name, id) = fields.get(next - 1)?;
            found.push((name.clone(), self.value(*id, types, depth + 1)?));
        }
    }
}
