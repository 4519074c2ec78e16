//! Which peers a session can do without.

use super::peer::Peer;
use super::peer_type::PeerType;

/// Says which peers to remove: those that were last seen too long ago, and the oldest of too many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prune {
    /// Unix seconds: peers that were last seen before this time are removed. One whose time is not known stays.
    pub seen_before: Option<i64>,
    /// How many of the peers that were seen last stay. One whose time is not known counts as older than all others; of
    /// peers that are equally old, those with the lower ids stay.
    pub keep_newest: Option<usize>,
    /// Only peers of this type are counted and removed.
    pub peer_type: Option<PeerType>,
    /// A peer that stays: the account itself.
    pub spared: Option<i64>,
}

/// What pruning looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerAge {
    /// The marked id.
    pub id: i64,
    /// Stored, or told by the id's mark.
    pub peer_type: PeerType,
    /// See [`Peer::last_update_on`].
    pub last_update_on: Option<i64>,
}

impl From<&Peer> for PeerAge {
    fn from(peer: &Peer) -> Self {
        Self { id: peer.id, peer_type: peer.effective_type(), last_update_on: peer.last_update_on }
    }
}

impl Prune {
    /// The ids of the peers to remove.
    pub fn chosen(&self, ages: impl IntoIterator<Item = PeerAge>) -> Vec<i64> {
        let is_looked_at = |age: &PeerAge| self.peer_type.as_ref().is_none_or(|only| *only == age.peer_type);
        let mut ages: Vec<(Option<i64>, i64)> =
            ages.into_iter().filter(is_looked_at).map(|age| (age.last_update_on, age.id)).collect();
        ages.sort_unstable_by_key(|(seen, id)| (std::cmp::Reverse(*seen), *id));
        let is_old = |seen: Option<i64>| seen.zip(self.seen_before).is_some_and(|(seen, limit)| seen < limit);
        let is_beyond = |place: usize| self.keep_newest.is_some_and(|keep| place >= keep);
        let chosen = ages.into_iter().enumerate().filter(|(place, (seen, _))| is_old(*seen) || is_beyond(*place));
        chosen.map(|(_, (_, id))| id).filter(|id| Some(*id) != self.spared).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ages() -> Vec<PeerAge> {
        let rows = [(1, Some(10)), (2, Some(30)), (-1_000_000_000_003, Some(20)), (4, None), (-5, Some(20))];
        rows.map(|(id, last_update_on)| PeerAge { id, peer_type: PeerType::from_id(id), last_update_on }).into()
    }

    #[test]
    fn the_rules_choose_by_age_number_and_type() {
        let chosen = |prune: Prune| prune.chosen(ages());
        assert!(chosen(Prune::default()).is_empty());
        assert_eq!(chosen(Prune { seen_before: Some(20), ..Prune::default() }), [1]);
        assert_eq!(chosen(Prune { keep_newest: Some(2), ..Prune::default() }), [-5, 1, 4]);
        assert_eq!(
            chosen(Prune { keep_newest: Some(9), seen_before: Some(30), ..Prune::default() }),
            [-1_000_000_000_003, -5, 1]
        );
        let users = Some(PeerType::User);
        let none = Some(0);
        assert_eq!(chosen(Prune { keep_newest: none, peer_type: users, spared: Some(4), ..Prune::default() }), [2, 1]);
    }
}
