package gotd

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/gotd/td/telegram/peers"
	"github.com/gotd/td/telegram/updates"
	"github.com/gotd/td/tg"

	"github.com/tgsession/tgsession/bindings/go"
)

// Peers are the peers of a session, for gotd's peers.Manager (as its Storage and as its Cache) and for its
// updates.Manager (as its ChannelAccessHasher), and for callers of [Peers.Learn], which takes Telegram's answers.
//
// As a Cache it takes the users and channels with their names and numbers, and finds none: a session holds a part of
// them only. The hash of the contact list is kept in memory; gotd requests the list again in the next run.
type Peers struct {
	peers.NoopCache
	session      *tgsession.Session
	contactsHash atomic.Int64
}

var (
	_ peers.Storage               = (*Peers)(nil)
	_ peers.Cache                 = (*Peers)(nil)
	_ updates.ChannelAccessHasher = (*Peers)(nil)
)

// The prefixes of gotd's keys, which it does not export.
const (
	userKey    = "users_"
	chatKey    = "chats_"
	channelKey = "channel_"
)

// errNoSuchID is no error of a lookup, which finds nobody.
var errNoSuchID = errors.New("gotd: an id is positive")

// NewPeers keeps peers in a session, which stays the caller's to close.
func NewPeers(session *tgsession.Session) *Peers { return &Peers{session: session} }

// Learn merges the users and chats of an answer or an update, all in one transaction: what they do not tell stays, so a
// forbidden channel keeps its usernames. If one cannot be stored, because its name has a NUL in it, the others are, and the
// error names it. Ids are positive: what has another is nobody and left out. Those without an access hash of their own,
// gotd's min ones among them, are nobody that could be called: they are left out, unless the session knows them. Of a peer
// whose hash it knows, a min one changes nothing, for its name may be what others call it.
func (p *Peers) Learn(users []tg.UserClass, chats []tg.ChatClass) error {
	var all []told
	for _, class := range users {
		if user, ok := class.(*tg.User); ok && user != nil && user.ID > 0 {
			all = append(all, fromUser(user))
		}
	}
	for _, chat := range chats {
		if one, ok := fromChat(chat); ok && chat.GetID() > 0 {
			all = append(all, one)
		}
	}
	seen, err := p.knownOrWithHash(all)
	if err != nil || len(seen) == 0 {
		return err
	}
	return p.merge(seen)
}

// merge splits a batch that is refused until only what cannot be stored is left out; the error names it.
func (p *Peers) merge(peers []tgsession.Peer) error {
	err := p.session.MergePeers(peers)
	if len(peers) < 2 || !errors.Is(err, tgsession.ErrInvalidArgument) {
		return err
	}
	half := len(peers) / 2
	return errors.Join(p.merge(peers[:half]), p.merge(peers[half:]))
}

// knownOrWithHash leaves out what says too little.
func (p *Peers) knownOrWithHash(all []told) ([]tgsession.Peer, error) {
	var hashless []int64
	for _, one := range all {
		if one.peer.AccessHash == nil {
			hashless = append(hashless, one.peer.ID)
		}
	}
	known, err := p.session.InputPeers(hashless...)
	if err != nil {
		return nil, err
	}
	var peers []tgsession.Peer
	for _, one := range all {
		if one.peer.AccessHash == nil {
			var stored *tgsession.InputPeer
			stored, known = known[0], known[1:]
			if stored == nil || one.min && stored.AccessHash != nil {
				continue
			}
		}
		peers = append(peers, one.peer)
	}
	return peers, nil
}

// SaveUsers implements peers.Cache.
func (p *Peers) SaveUsers(_ context.Context, users ...*tg.User) error {
	return p.Learn(classes[tg.UserClass](users), nil)
}

// SaveChats implements peers.Cache.
func (p *Peers) SaveChats(_ context.Context, chats ...*tg.Chat) error {
	return p.Learn(nil, classes[tg.ChatClass](chats))
}

// SaveChannels implements peers.Cache.
func (p *Peers) SaveChannels(_ context.Context, channels ...*tg.Channel) error {
	return p.Learn(nil, classes[tg.ChatClass](channels))
}

// classes leaves out nil, which gotd's own caches take too.
func classes[Class any, T any](values []*T) []Class {
	all := make([]Class, 0, len(values))
	for _, value := range values {
		if value != nil {
			all = append(all, any(value).(Class))
		}
	}
	return all
}

// Save implements peers.Storage: an access hash, and nothing else of the peer changes.
func (p *Peers) Save(_ context.Context, key peers.Key, value peers.Value) error {
	id, err := markedID(key)
	if err != nil {
		return err
	}
	return p.session.MergePeers([]tgsession.Peer{{ID: id, AccessHash: &value.AccessHash}})
}

// Find implements peers.Storage.
func (p *Peers) Find(_ context.Context, key peers.Key) (peers.Value, bool, error) {
	id, err := markedID(key)
	if errors.Is(err, errNoSuchID) {
		return peers.Value{}, false, nil
	}
	if err != nil {
		return peers.Value{}, false, err
	}
	hash, found, err := usable(p.session.PeerByID(id))
	return peers.Value{AccessHash: hash}, found, err
}

// SavePhone implements peers.Storage: a phone number, and nothing else of the peer changes.
func (p *Peers) SavePhone(_ context.Context, phone string, key peers.Key) error {
	id, err := markedID(key)
	if err != nil {
		return err
	}
	return p.session.MergePeers([]tgsession.Peer{{ID: id, PhoneNumber: filled(phone)}})
}

// FindPhone implements peers.Storage.
func (p *Peers) FindPhone(_ context.Context, phone string) (peers.Key, peers.Value, bool, error) {
	peer, err := p.session.PeerByPhoneNumber(phone)
	hash, found, err := usable(peer, err)
	if !found {
		return peers.Key{}, peers.Value{}, false, err
	}
	return keyOf(peer), peers.Value{AccessHash: hash}, true, nil
}

// GetContactsHash implements peers.Storage.
func (p *Peers) GetContactsHash(context.Context) (int64, error) { return p.contactsHash.Load(), nil }

// SaveContactsHash implements peers.Storage.
func (p *Peers) SaveContactsHash(_ context.Context, hash int64) error {
	p.contactsHash.Store(hash)
	return nil
}

// SetChannelAccessHash implements updates.ChannelAccessHasher.
func (p *Peers) SetChannelAccessHash(ctx context.Context, _, channelID, accessHash int64) error {
	return p.Save(ctx, peers.Key{Prefix: channelKey, ID: channelID}, peers.Value{AccessHash: accessHash})
}

// GetChannelAccessHash implements updates.ChannelAccessHasher.
func (p *Peers) GetChannelAccessHash(ctx context.Context, _, channelID int64) (int64, bool, error) {
	value, found, err := p.Find(ctx, peers.Key{Prefix: channelKey, ID: channelID})
	return value.AccessHash, found, err
}

// usable is the access hash of a lookup's answer. A peer without one is of no use to gotd, a basic group excepted.
func usable(peer tgsession.InputPeer, err error) (hash int64, found bool, failed error) {
	switch {
	case errors.Is(err, tgsession.ErrNotFound), errors.Is(err, tgsession.ErrExpired):
		return 0, false, nil
	case err != nil:
		return 0, false, err
	case peer.AccessHash != nil:
		return *peer.AccessHash, true, nil
	}
	return 0, peer.Type == tgsession.PeerGroup, nil
}

// markedID fails for an id that Telegram gives to nobody: marked, it would be somebody else.
func markedID(key peers.Key) (int64, error) {
	if key.ID <= 0 {
		return 0, fmt.Errorf("%w: %s%d", errNoSuchID, key.Prefix, key.ID)
	}
	switch key.Prefix {
	case userKey:
		return key.ID, nil
	case chatKey:
		return -key.ID, nil
	case channelKey:
		return markedChannel(key.ID), nil
	}
	return 0, fmt.Errorf("gotd: nobody knows keys like %q", key.Prefix)
}

func keyOf(peer tgsession.InputPeer) peers.Key {
	switch peer.Type {
	case tgsession.PeerUser, tgsession.PeerBot:
		return peers.Key{Prefix: userKey, ID: peer.BareID}
	case tgsession.PeerGroup:
		return peers.Key{Prefix: chatKey, ID: peer.BareID}
	}
	return peers.Key{Prefix: channelKey, ID: peer.BareID}
}
