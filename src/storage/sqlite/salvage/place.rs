//! Where a row was found, and what that says about it.

use serde::Serialize;

use super::wal::Age;

/// Where a row was found. The earlier a place stands here, the more its rows are believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In its table, as the last transaction left it.
    Table,
    /// In a page that no intact table leads to, or in one that is damaged itself.
    LostPage,
    /// In a transaction that did not end, or behind a damaged frame of the WAL.
    Uncommitted,
    /// In a version of a page that a later one has replaced.
    OlderPage,
    /// In a free page, or between the rows of a page: it was removed.
    FreePage,
}

impl Place {
    /// The place of a row in a version of a page that is not the current one.
    pub fn of_age(age: Age) -> Option<Self> {
        match age {
            Age::Current => None,
            Age::Uncommitted => Some(Self::Uncommitted),
            Age::Older => Some(Self::OlderPage),
        }
    }

    /// Whether the row may have been removed or replaced since.
    pub fn is_past(self) -> bool {
        matches!(self, Self::OlderPage | Self::FreePage)
    }
}
