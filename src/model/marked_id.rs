//! Marked ids: one number that tells a user, a basic group and a channel apart.
//!
//! Pyrogram's and Telethon's families agree: a user is positive, a basic group is `-id`, a channel or
//! supergroup is `-1000000000000 - id`; a monoforum lies below the channels (`pyrogram.utils`).

const CHANNEL_MARK: i64 = -1_000_000_000_000;

/// What a marked id can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdKind {
    /// A user or a bot.
    User,
    /// A basic group.
    Chat,
    /// A channel, a supergroup or one of their kinds.
    Channel,
}

/// What a marked id names; 0 names nothing and counts as a user here, as clients count it.
pub fn id_kind(id: i64) -> IdKind {
    match id {
        0.. => IdKind::User,
        id if id < CHANNEL_MARK => IdKind::Channel,
        _ => IdKind::Chat,
    }
}

/// The id without its mark, as Telegram's own methods take it.
pub fn bare_id(id: i64) -> i64 {
    match id_kind(id) {
        IdKind::User => id,
        IdKind::Chat => -id,
        IdKind::Channel => CHANNEL_MARK.wrapping_sub(id),
    }
}

/// Marks the bare id of a channel.
pub fn mark_channel(bare: i64) -> i64 {
    CHANNEL_MARK.wrapping_sub(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_told_apart() {
        assert_eq!((id_kind(5), bare_id(5)), (IdKind::User, 5));
        assert_eq!((id_kind(-5), bare_id(-5)), (IdKind::Chat, 5));
        assert_eq!((id_kind(-1_000_000_000_005), bare_id(-1_000_000_000_005)), (IdKind::Channel, 5));
        assert_eq!(mark_channel(5), -1_000_000_000_005);
        assert_eq!(id_kind(-3_000_000_000_007), IdKind::Channel);
    }

    #[test]
    fn no_id_overflows() {
        for id in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX] {
            let _ = (id_kind(id), bare_id(id), mark_channel(id));
        }
    }
}
