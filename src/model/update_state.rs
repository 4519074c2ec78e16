//! Update states: how far the account, and each channel, has read Telegram's updates.

/// How far updates were read. Absent (no state), NULL (`None`) and 0 are three different things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UpdateState {
    /// 0 for the account, else the marked id of a channel.
    pub id: i64,
    /// The position in the channel's or the account's events.
    pub pts: Option<i64>,
    /// The position in secret chats' events.
    pub qts: Option<i64>,
    /// Unix seconds.
    pub date: Option<i64>,
    /// The number of the last updates container.
    pub seq: Option<i64>,
}
