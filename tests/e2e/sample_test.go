package e2e

import "github.com/gotd/td/tg"

// Everything here is invented.
const (
	apiID     = 12345
	apiHash   = "0123456789abcdef0123456789abcdef"
	phone     = "+99966119999"
	loginCode = "22222"

	selfID   = 7770001234567
	selfHash = 2829611664124752829

	newsID   = 1777000301
	newsHash = -1
	newsMark = -1000000000000 - newsID

	annaID   = 777000101
	annaHash = 6149554607595376846

	// Peers that a Python client stored and gotd never saw.
	learnedID   = 777000103
	learnedHash = -9223372036854775808

	roomHash = 9223372036854775807
	roomMark = -1000000000000 - 1777000303
)

// learnedBy is what a Python client finds after it was told of a user and a supergroup, as far as it keeps that.
func learnedBy(roomType string, roomUsernames ...string) []learnedPeer {
	return []learnedPeer{
		{ID: learnedID, AccessHash: learnedHash, Type: "user", Usernames: []string{"tgs_learned"}, PhoneNumber: "99966110003"},
		{ID: roomMark, AccessHash: roomHash, Type: roomType, Usernames: roomUsernames},
	}
}

func self() *tg.User {
	user := &tg.User{Self: true, ID: selfID, FirstName: "Me", Username: "tgs_me", Phone: "99966119999"}
	user.SetAccessHash(selfHash)
	return user
}

// resolved is what gotd is answered to a username: a channel and a user.
func resolved() *tg.ContactsResolvedPeer {
	news := &tg.Channel{Broadcast: true, ID: newsID, Title: "News", Username: "tgs_news", Photo: &tg.ChatPhotoEmpty{}}
	news.SetAccessHash(newsHash)
	anna := &tg.User{ID: annaID, FirstName: "Anna", Username: "tgs_anna", Phone: "99966110001"}
	anna.SetAccessHash(annaHash)
	return &tg.ContactsResolvedPeer{
		Peer:  &tg.PeerChannel{ChannelID: newsID},
		Chats: []tg.ChatClass{news},
		Users: []tg.UserClass{anna},
	}
}
