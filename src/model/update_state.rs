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

impl UpdateState {
    /// Whether it is the account's with all four numbers, or a channel's with its pts alone.
    pub fn is_simple(&self) -> bool {
        match self {
            Self { id: 0, pts, qts, date, seq } => pts.and(*qts).and(*date).and(*seq).is_some(),
            Self { pts, qts, date, seq, .. } => pts.is_some() && qts.or(*date).or(*seq).is_none(),
        }
    }
}
