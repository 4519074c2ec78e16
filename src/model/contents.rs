//! Everything that a session holds. A conversion copies it from one store to another.

use std::collections::BTreeMap;

use super::data_center::{DataCenter, DcEndpoint, id_of_value, is_reserved, value_name};
use super::{Peer, SentFile, SessionData, StoredValue, UpdateState};
use crate::error::Result;

/// Everything in a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// The fields.
    pub data: SessionData,
    /// The peers, in ascending order of their ids.
    pub peers: Vec<Peer>,
    /// The update states, in ascending order of their ids.
    pub update_states: Vec<UpdateState>,
    /// The sent files, in ascending order of their keys.
    pub sent_files: Vec<SentFile>,
    /// The values that a client keeps beside, by their names, and the data centres beside the home one, each in a value
    /// with a reserved name.
    pub values: BTreeMap<String, StoredValue>,
}

impl Contents {
    /// The data centres beside the home one, and what the home one has beside the fields, in ascending order of their ids. One
    /// whose value is damaged is not among them.
    pub fn data_centers(&self) -> Vec<DataCenter> {
        let kept = self.values.iter().filter_map(|(name, value)| DataCenter::from_value(id_of_value(name)?, value));
        let mut found: Vec<DataCenter> = kept.collect();
        found.sort_by_key(|data_center| data_center.id);
        found
    }

    /// A data centre without what stands in the fields: the home one's keys and first address.
    pub fn beside_fields(&self, mut data_center: DataCenter) -> DataCenter {
        if Some(data_center.id) == self.data.dc_id {
            let data = &self.data;
            let is_first = |endpoint: &DcEndpoint| {
                Some(&endpoint.server_address) == data.server_address.as_ref() && Some(endpoint.port) == data.port
            };
            data_center.addresses.retain(|endpoint| !is_first(endpoint));
            (data_center.auth_key, data_center.tmp_auth_key) = (None, None);
        }
        data_center
    }

    /// Adds a data centre, or replaces it.
    pub fn put_data_center(&mut self, data_center: &DataCenter) -> Result<()> {
        self.values.insert(value_name(data_center.id), data_center.to_value()?);
        Ok(())
    }

    /// How many of the values are a client's own.
    pub fn own_values(&self) -> usize {
        self.values.keys().filter(|name| !is_reserved(name)).count()
    }
}

impl From<SessionData> for Contents {
    fn from(data: SessionData) -> Self {
        Self { data, ..Self::default() }
    }
}
