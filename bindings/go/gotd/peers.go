package gotd

import (
	"context"
	"errors"
	"fmt"
	"sync"
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
	mutex        sync.Mutex // to change a part of a peer is to read and to write it
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

// NewPeers keeps peers in a session, which stays the caller's to close.
func NewPeers(session *tgsession.Session) *Peers { return &Peers{session: session} }

// Learn writes the users and chats of an answer or an update, all in one transaction. Those that say too little, gotd's
// min and empty ones, are left out.
func (p *Peers) Learn(users []tg.UserClass, chats []tg.ChatClass) error {
	var seen []tgsession.Peer
	for _, user := range users {
		if peer, ok := fromUser(user); ok {
			seen = append(seen, peer)
		}
	}
	for _, chat := range chats {
		if peer, ok := fromChat(chat); ok {
			seen = append(seen, peer)
		}
	}
	if len(seen) == 0 {
		return nil
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.session.UpdatePeers(seen)
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

func classes[Class any, T any](values []T) []Class {
	all := make([]Class, len(values))
	for i, value := range values {
		all[i] = any(value).(Class)
	}
	return all
}

// Save implements peers.Storage: an access hash, and nothing else of the peer changes.
func (p *Peers) Save(_ context.Context, key peers.Key, value peers.Value) error {
	id, err := markedID(key)
	if err != nil {
		return err
	}
	return p.change(id, func(peer *tgsession.Peer) bool {
		same := peer.AccessHash != nil && *peer.AccessHash == value.AccessHash
		peer.AccessHash = &value.AccessHash
		return !same
	})
}

// Find implements peers.Storage.
func (p *Peers) Find(_ context.Context, key peers.Key) (peers.Value, bool, error) {
	id, err := markedID(key)
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
	return p.change(id, func(peer *tgsession.Peer) bool {
		same := peer.PhoneNumber != nil && *peer.PhoneNumber == phone
		peer.PhoneNumber = &phone
		return !same
	})
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

// change reads a whole peer, or begins a new one, and writes it if the change says so.
func (p *Peers) change(id int64, change func(*tgsession.Peer) bool) error {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	peer := tgsession.Peer{ID: id}
	for found, err := range p.session.PeersByID(id) {
		if err != nil {
			return err
		}
		peer = found
	}
	if !change(&peer) {
		return nil
	}
	peer.LastUpdateOn = nil // now
	return p.session.UpdatePeers([]tgsession.Peer{peer})
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

func markedID(key peers.Key) (int64, error) {
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
