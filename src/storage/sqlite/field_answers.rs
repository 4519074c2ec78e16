//! The fields that are in memory, each with its value or that it is absent.

use crate::model::{Field, FieldValue};
use crate::storage::Change;

/// A place for each field, in the order of [`Field::ALL`], which is that of their numbers.
#[derive(Default)]
pub struct FieldAnswers([Option<Option<FieldValue>>; Field::ALL.len()]);

impl FieldAnswers {
    /// What is known of a field.
    pub fn get(&self, field: Field) -> Option<&Option<FieldValue>> {
        self.0[field as usize].as_ref()
    }

    /// Keys are not kept in memory.
    pub fn put(&mut self, field: Field, value: &Option<FieldValue>) {
        if !matches!(value, Some(FieldValue::Key(_))) {
            self.0[field as usize] = Some(value.clone());
        }
    }

    /// How many are known.
    pub fn len(&self) -> usize {
        self.0.iter().flatten().count()
    }

    /// Takes what was written, and was read back before the commit. What is absent may become a default once there is a row.
    pub fn take(&mut self, changes: &[Change]) {
        for known in &mut self.0 {
            known.take_if(|value| value.is_none());
        }
        for (field, value) in changes {
            self.0[*field as usize] = None;
            if value.is_some() {
                self.put(*field, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AuthKey;

    #[test]
    fn each_field_has_a_place() {
        for (number, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field as usize, number);
        }
    }

    #[test]
    fn keys_are_not_kept() {
        let mut answers = FieldAnswers::default();
        answers.put(Field::AuthKey, &Some(FieldValue::Key(AuthKey::new(&[7; 256]).unwrap())));
        answers.put(Field::ApiId, &None);
        assert_eq!((answers.get(Field::AuthKey), answers.get(Field::ApiId), answers.len()), (None, Some(&None), 1));
    }

    #[test]
    fn what_was_written_is_known_and_what_was_absent_is_not() {
        let mut answers = FieldAnswers::default();
        let value = |number| Some(FieldValue::Integer(number));
        answers.put(Field::DcId, &value(2));
        answers.put(Field::UserId, &value(5));
        answers.put(Field::ApiId, &None);
        answers.take(&[(Field::UserId, value(6)), (Field::DcId, None)]);
        let known = [Field::DcId, Field::UserId, Field::ApiId].map(|field| answers.get(field).cloned());
        assert_eq!(known, [None, Some(value(6)), None]);
    }
}
