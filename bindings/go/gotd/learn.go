package gotd

import (
	"slices"
	"strings"

	"github.com/gotd/td/tg"

	"github.com/tgsession/tgsession/bindings/go"
)

// fromUser is what a session keeps of a user, or false for one that says too little.
func fromUser(class tg.UserClass) (tgsession.Peer, bool) {
	user, ok := class.(*tg.User)
	if !ok || user.Min { // the access hash of a min user works only where it was seen
		return tgsession.Peer{}, false
	}
	peer := tgsession.Peer{
		ID:          user.ID,
		Type:        tgsession.PeerUser,
		Usernames:   usernames(user.Username, user.Usernames),
		PhoneNumber: filled(user.Phone),
		Name:        filled(strings.TrimSpace(user.FirstName + " " + user.LastName)),
	}
	if hash, ok := user.GetAccessHash(); ok {
		peer.AccessHash = &hash
	}
	if user.Bot {
		peer.Type = tgsession.PeerBot
	}
	return peer, true
}

// fromChat is the same for groups and channels.
func fromChat(class tg.ChatClass) (tgsession.Peer, bool) {
	switch chat := class.(type) {
	case *tg.Chat:
		return group(chat.ID, chat.Title), true
	case *tg.ChatForbidden:
		return group(chat.ID, chat.Title), true
	case *tg.Channel:
		return channel(chat)
	case *tg.ChannelForbidden:
		return tgsession.Peer{
			ID:         markedChannel(chat.ID),
			AccessHash: &chat.AccessHash,
			Type:       channelType(chat.Broadcast),
			Name:       filled(chat.Title),
		}, true
	}
	return tgsession.Peer{}, false
}

// group has the access hash 0, as the Python clients write it: basic groups need none.
func group(id int64, title string) tgsession.Peer {
	return tgsession.Peer{
		ID: -id, AccessHash: tgsession.Some(int64(0)), Type: tgsession.PeerGroup, Name: filled(title),
	}
}

func channel(channel *tg.Channel) (tgsession.Peer, bool) {
	hash, ok := channel.GetAccessHash()
	if !ok || channel.Min {
		return tgsession.Peer{}, false
	}
	return tgsession.Peer{
		ID:         markedChannel(channel.ID),
		AccessHash: &hash,
		Type:       channelType(channel.Broadcast),
		Usernames:  usernames(channel.Username, channel.Usernames),
		Name:       filled(channel.Title),
	}, true
}

// channelType tells no forum: Pyrogram 2 refuses a peer of a type that it does not know, and to its forks a forum is a
// supergroup in all that matters to a session.
func channelType(broadcast bool) tgsession.PeerType {
	if broadcast {
		return tgsession.PeerChannel
	}
	return tgsession.PeerSupergroup
}

// usernames are the main one and the active ones of those that were bought.
func usernames(first string, others []tg.Username) []string {
	var names []string
	if first != "" {
		names = append(names, first)
	}
	for _, other := range others {
		if other.Active && !slices.Contains(names, other.Username) {
			names = append(names, other.Username)
		}
	}
	return names
}

func filled(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
