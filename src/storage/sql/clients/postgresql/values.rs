//! Values on their way to PostgreSQL and back.

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::storage::sql::client::Step;
use crate::storage::sql::fault::Fault;
use crate::storage::sql::value::{Row, Value};

/// The values of a statement. Each has the type that is sent to the server if the statement is not prepared.
pub type Parameters<'a> = Vec<(Box<dyn ToSql + Sync + 'a>, Type)>;

/// The values of a step.
pub fn parameters<'a>(step: &'a Step<'_>) -> Parameters<'a> {
    match step {
        Step::Plain { .. } => Vec::new(),
        Step::Run { values, .. } => values.iter().map(|value| (Box::new(value) as _, type_of(value))).collect(),
        Step::Upsert { session, rows, .. } => {
            let columns = rows.first().map_or(0, Vec::len);
            let arrays = (0..columns).map(|index| Column { rows, index });
            let arrays = arrays.map(|column| (Box::new(column) as _, column.array_type()));
            std::iter::once((Box::new(*session) as _, Type::TEXT)).chain(arrays).collect()
        }
    }
}

// Where nothing is known the server is left to find out.
fn type_of(value: &Value) -> Type {
    match value {
        Value::Null => Type::UNKNOWN,
        Value::Integer(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Bytes(_) => Type::BYTEA,
        Value::Integers(_) => Type::INT8_ARRAY,
        Value::Texts(_) => Type::TEXT_ARRAY,
    }
}

/// One column of many rows, sent as an array.
#[derive(Clone, Copy, Debug)]
struct Column<'a> {
    rows: &'a [Row],
    index: usize,
}

impl Column<'_> {
    fn values(&self) -> impl Iterator<Item = &Value> {
        self.rows.iter().map(|row| &row[self.index])
    }

    fn array_type(&self) -> Type {
        match self.values().find(|value| **value != Value::Null) {
            Some(Value::Integer(_)) => Type::INT8_ARRAY,
            Some(Value::Bytes(_)) => Type::BYTEA_ARRAY,
            Some(_) => Type::TEXT_ARRAY,
            None => Type::UNKNOWN,
        }
    }
}

type Encoded = Result<IsNull, Box<dyn std::error::Error + Sync + Send>>;

impl ToSql for Column<'_> {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Encoded {
        if *of == Type::UNKNOWN {
            // `unnest` fills it up with NULLs beside the arrays of the other columns.
            return Ok(IsNull::Yes);
        }
        self.values().collect::<Vec<_>>().to_sql(of, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl ToSql for Value {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Encoded {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) if *of == Type::INT4 => i32::try_from(*number)?.to_sql(of, out),
            Self::Integer(number) if *of == Type::INT2 => i16::try_from(*number)?.to_sql(of, out),
            Self::Integer(number) => number.to_sql(of, out),
            Self::Text(text) => text.to_sql(of, out),
            Self::Bytes(bytes) => bytes.as_slice().to_sql(of, out),
            Self::Integers(numbers) => numbers.to_sql(of, out),
            Self::Texts(texts) => texts.to_sql(of, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A row of an answer.
pub fn row_of(row: &tokio_postgres::Row) -> Result<Row, Fault> {
    let value = |(index, column): (usize, &tokio_postgres::Column)| -> Result<Value, tokio_postgres::Error> {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(index)?.into(),
            Type::INT4 => row.try_get::<_, Option<i32>>(index)?.map(i64::from).into(),
            Type::INT2 => row.try_get::<_, Option<i16>>(index)?.map(i64::from).into(),
            Type::BYTEA => row.try_get::<_, Option<&[u8]>>(index)?.into(),
            _ => row.try_get::<_, Option<&str>>(index)?.into(),
        })
    };
    let values = row.columns().iter().enumerate().map(value).collect::<Result<_, _>>();
    values.map_err(|error| Fault::Damaged(format!("a column is of an unexpected type: {error}")))
}
