package gotd

// A channel's marked id is this minus its bare id.
const channelMark = -1_000_000_000_000

func markedChannel(id int64) int64 { return channelMark - id }

func bareChannel(marked int64) int64 { return channelMark - marked }

func isChannel(marked int64) bool { return marked < channelMark }
