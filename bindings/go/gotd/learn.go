package gotd

import (
	"slices"
	"strings"

	"github.com/gotd/td/tg"

	"github.com/tgsession/tgsession/bindings/go"
)

// told is what a user or chat tells of itself. What it does not tell stays as the session has it.
type told struct {
	peer tgsession.Peer
	min  bool
}

// fromUser leaves out the access hash that is not there, and the phone number, which most users hide.
func fromUser(user *tg.User) told {
	peer := tgsession.Peer{
		ID:          user.ID,
		Type:        tgsession.PeerUser,
		Usernames:   usernames(user.Username, user.Usernames),
		PhoneNumber: filled(user.Phone),
		Name:        tgsession.Some(strings.TrimSpace(user.FirstName + " " + user.LastName)),
	}
	if hash, ok := user.GetAccessHash(); ok && !user.Min { // that of a min user works only where it was seen
		peer.AccessHash = &hash
	}
	if user.Bot {
		peer.Type = tgsession.PeerBot
	}
	return told{peer, user.Min}
}

// fromChat is the same for groups and channels, or false for one that says nothing. A forbidden channel tells no usernames.
func fromChat(class tg.ChatClass) (told, bool) {
	switch chat := class.(type) {
	case *tg.Chat:
		return told{peer: group(chat.ID, chat.Title)}, true
	case *tg.ChatForbidden:
		return told{peer: group(chat.ID, chat.Title)}, true
	case *tg.Channel:
		return told{channel(chat), chat.Min}, true
	case *tg.ChannelForbidden:
		return told{peer: tgsession.Peer{
			ID:         markedChannel(chat.ID),
			AccessHash: &chat.AccessHash,
			Type:       channelType(chat.Broadcast),
			Name:       filled(chat.Title),
		}}, true
	}
	return told{}, false
}

// group has the access hash 0, as the Python clients write it: basic groups need none.
func group(id int64, title string) tgsession.Peer {
	return tgsession.Peer{
		ID: -id, AccessHash: tgsession.Some(int64(0)), Type: tgsession.PeerGroup, Name: filled(title),
	}
}

func channel(channel *tg.Channel) tgsession.Peer {
	peer := tgsession.Peer{
		ID:        markedChannel(channel.ID),
		Type:      channelType(channel.Broadcast),
		Usernames: usernames(channel.Username, channel.Usernames),
		Name:      filled(channel.Title),
	}
	if hash, ok := channel.GetAccessHash(); ok && !channel.Min {
		peer.AccessHash = &hash
	}
	return peer
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
	names := []string{} // none, which is not the same as not told
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
