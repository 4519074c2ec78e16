//! Auth keys in the file that are not the session's own.

use crate::model::Finding;
use crate::storage::sqlite::salvage::{Files, Place, candidates};

/// Tells of keys that were removed or replaced and are still there.
pub fn others(files: &Files<'_>) -> Option<Finding> {
    let found = candidates(*files);
    let has_own = found.iter().any(|candidate| candidate.place == Place::Table);
    let others = found.iter().filter(|candidate| candidate.place.is_past()).count();
    let message = format!("auth keys that were removed or replaced are still in the file ({others})");
    let remedy =
        "copy the session into a new file with `tgsession doctor LOCATION --salvage TARGET`, and delete this one";
    (has_own && others > 0).then(|| Finding::warning("residue", message, remedy))
}
