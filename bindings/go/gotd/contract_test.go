package gotd

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"testing"

	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram/peers"
	"github.com/gotd/td/telegram/updates"
	"github.com/gotd/td/tg"
)

// What gotd's own tests ask of its own storages (v0.93.0, MIT), asked of ours in every layout. They are in packages of
// gotd, which nobody can import, so they stand here in their order, with their values.

// As testStorage of session/session_test.go.
func TestContractOfSessionStorage(t *testing.T) {
	for _, format := range formats {
		loader := session.Loader{Storage: NewStorage(newFile(t, format))}
		_, err := loader.Load(background)
		fails(t, err, session.ErrNotFound)
		data := &session.Data{
			Config:    session.Config{},
			DC:        2,
			Addr:      "localhost:8080",
			AuthKey:   bytes.Repeat([]byte{'a'}, 256),
			AuthKeyID: []byte("gotd1337"),
			Salt:      10,
		}
		must(t, loader.Save(background, data))
		equal(t, got(loader.Load(background))(t), data)
	}
}

// As TestStorageMemory_Dump: what was stored is what is loaded, to the byte. Ours refuses what is no session of gotd's, and
// tells an address where gotd has told none.
func TestContractOfStoredBytes(t *testing.T) {
	storage := NewStorage(newFile(t, "kurigram@7"))
	stored := *data(2, 1, option(2, "10.0.0.2", 443), option(4, "10.0.0.4", 443))
	stored.Addr = "10.0.0.2:443"
	text := got(encode(stored))(t)
	must(t, storage.StoreSession(background, text))
	equal(t, string(got(storage.LoadSession(background))(t)), string(text))
}

// What only gotd reads belongs to the login that it was stored with, and survives the process.
func TestAnotherClientsLoginHasNothingOfTheLastOne(t *testing.T) {
	s := newFile(t, "kurigram@7")
	loader := session.Loader{Storage: NewStorage(s)}
	must(t, loader.Save(background, data(2, 1, option(2, "10.0.0.2", 443))))
	equal(t, got(loader.Load(background))(t).Salt, int64(10))
	equal(t, got((&session.Loader{Storage: NewStorage(s)}).Load(background))(t).Salt, int64(10))
	if value := got(s.Value(ownName))(t); bytes.Contains(value, []byte(base64.StdEncoding.EncodeToString(key(1))[:16])) {
		t.Fatalf("the key stands in %s", value)
	}
	must(t, s.SetAuthKey(key(9)))
	read := got(loader.Load(background))(t)
	equal(t, read.Salt, int64(0))
	equal(t, read.AuthKeyID, keyID(key(9)))
}

// As TestMemoryStorage of telegram/peers/memory_storage_test.go, with a phone number that has digits: in a session it is
// stored as its digits.
func TestContractOfPeerStorage(t *testing.T) {
	for _, format := range formats {
		k, v, phone := peers.Key{Prefix: userKey, ID: 1}, peers.Value{AccessHash: 10}, "99966110001"
		m := NewPeers(newFile(t, format))
		_, found, err := m.Find(background, k)
		must(t, err)
		equal(t, found, false)
		must(t, m.Save(background, k, v))
		v2, found, err := m.Find(background, k)
		must(t, err)
		equal(t, found, true)
		equal(t, v2, v)
		_, _, found, err = m.FindPhone(background, phone)
		must(t, err)
		equal(t, found, false)
		must(t, m.SavePhone(background, phone, k))
		k2, v2, found, err := m.FindPhone(background, phone)
		must(t, err)
		equal(t, found, true)
		equal(t, k2, k)
		equal(t, v2, v)
		hash, err := m.GetContactsHash(background)
		must(t, err)
		equal(t, hash, int64(0))
		must(t, m.SaveContactsHash(background, 1))
		equal(t, got(m.GetContactsHash(background))(t), int64(1))
	}
}

// As TestNoopCache of telegram/peers/storage_test.go: as a cache ours takes everything, nil too, and finds nothing.
func TestContractOfPeerCache(t *testing.T) {
	c := NewPeers(newFile(t, "kurigram@7"))
	must(t, c.SaveUsers(background, nil, anna()))
	must(t, c.SaveUserFulls(background, nil))
	must(t, c.SaveChats(background, nil, &tg.Chat{ID: 10}))
	must(t, c.SaveChatFulls(background, nil))
	must(t, c.SaveChannels(background, nil, news()))
	must(t, c.SaveChannelFulls(background, nil))
	for _, find := range []func() (bool, error){
		func() (bool, error) { _, ok, err := c.FindUser(background, anna().ID); return ok, err },
		func() (bool, error) { _, ok, err := c.FindUserFull(background, 1); return ok, err },
		func() (bool, error) { _, ok, err := c.FindChat(background, 10); return ok, err },
		func() (bool, error) { _, ok, err := c.FindChatFull(background, 1); return ok, err },
		func() (bool, error) { _, ok, err := c.FindChannel(background, news().ID); return ok, err },
		func() (bool, error) { _, ok, err := c.FindChannelFull(background, 1); return ok, err },
	} {
		equal(t, got(find())(t), false)
	}
}

// As gotd's updates.Manager uses its memStorage (telegram/updates/storage_mem.go), of which gotd tests no more.
func TestContractOfStateStorage(t *testing.T) {
	const user, channel, other = int64(123), int64(456), int64(789)
	for _, format := range formats {
		s := NewStates(newFile(t, format))
		_, found, err := s.GetState(background, user)
		must(t, err)
		equal(t, found, false)
		_, found, err = s.GetChannelPts(background, user, channel)
		must(t, err)
		equal(t, found, false)
		for _, set := range []error{
			s.SetPts(background, user, 1), s.SetQts(background, user, 1), s.SetDate(background, user, 1),
			s.SetSeq(background, user, 1), s.SetDateSeq(background, user, 1, 1),
		} {
			if set == nil {
				t.Fatal("a part of a state that is not there was set")
			}
		}
		state := updates.State{Pts: 1, Qts: 2, Date: 3, Seq: 4}
		must(t, s.SetState(background, user, state))
		read, found, err := s.GetState(background, user)
		must(t, err)
		equal(t, found, true)
		equal(t, read, state)
		must(t, s.SetState(background, user, updates.State{})) // all zero is a state
		read, found, err = s.GetState(background, user)
		must(t, err)
		equal(t, found, true)
		equal(t, read, updates.State{})
		must(t, errors.Join(
			s.SetPts(background, user, 10), s.SetQts(background, user, 20), s.SetDate(background, user, 30),
			s.SetSeq(background, user, 40),
		))
		read, _, _ = s.GetState(background, user)
		equal(t, read, updates.State{Pts: 10, Qts: 20, Date: 30, Seq: 40})
		must(t, s.SetDateSeq(background, user, 31, 41))
		read, _, _ = s.GetState(background, user)
		equal(t, read, updates.State{Pts: 10, Qts: 20, Date: 31, Seq: 41})
		must(t, s.SetChannelPts(background, user, channel, 5))
		must(t, s.SetChannelPts(background, user, other, 0))
		must(t, s.SetChannelPts(background, user, channel, 6))
		pts, found, err := s.GetChannelPts(background, user, channel)
		must(t, err)
		equal(t, found, true)
		equal(t, pts, 6)
		channels := map[int64]int{}
		must(t, s.ForEachChannels(background, user, func(_ context.Context, id int64, pts int) error {
			channels[id] = pts
			return nil
		}))
		equal(t, channels, map[int64]int{channel: 6, other: 0})
	}
}

// As memAccessHasher.
func TestContractOfChannelAccessHasher(t *testing.T) {
	for _, format := range formats {
		m := NewPeers(newFile(t, format))
		_, found, err := m.GetChannelAccessHash(background, 123, 456)
		must(t, err)
		equal(t, found, false)
		for _, hash := range []int64{5, 0, -1} {
			must(t, m.SetChannelAccessHash(background, 123, 456, hash))
			read, found, err := m.GetChannelAccessHash(background, 123, 456)
			must(t, err)
			equal(t, found, true)
			equal(t, read, hash)
		}
	}
}
