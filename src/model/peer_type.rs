//! The types of peers, as the Pyrogram family names them.

use super::marked_id::{IdKind, id_kind};

/// The type of a peer. `forum`, `direct` and `community` are Kurigram's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PeerType {
    /// A person.
    User,
    /// A bot.
    Bot,
    /// A basic group.
    Group,
    /// A broadcast channel.
    Channel,
    /// A supergroup.
    Supergroup,
    /// A supergroup with topics.
    Forum,
    /// The direct messages of a channel (a monoforum).
    Direct,
    /// A community.
    Community,
    /// A type that this library does not know yet: kept as it is.
    Other(String),
}

const NAMES: &[(&str, PeerType)] = &[
    ("user", PeerType::User),
    ("bot", PeerType::Bot),
    ("group", PeerType::Group),
    ("channel", PeerType::Channel),
    ("supergroup", PeerType::Supergroup),
    ("forum", PeerType::Forum),
    ("direct", PeerType::Direct),
    ("community", PeerType::Community),
];

impl PeerType {
    /// The type with a name; an unknown name is kept.
    pub fn from_name(name: &str) -> Self {
        let known = NAMES.iter().find(|(known, _)| *known == name);
        known.map_or_else(|| Self::Other(name.to_owned()), |(_, peer_type)| peer_type.clone())
    }

    /// The name that clients write.
    pub fn name(&self) -> &str {
        if let Self::Other(name) = self {
            return name;
        }
        NAMES.iter().find(|(_, known)| known == self).map_or("", |(name, _)| name)
    }

    /// What a marked id alone tells: user, group or channel.
    pub fn from_id(id: i64) -> Self {
        match id_kind(id) {
            IdKind::User => Self::User,
            IdKind::Chat => Self::Group,
            IdKind::Channel => Self::Channel,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for (name, peer_type) in NAMES {
            assert_eq!(PeerType::from_name(name), *peer_type);
            assert_eq!(peer_type.name(), *name);
        }
        assert_eq!(PeerType::from_name("planet").name(), "planet");
    }
}
