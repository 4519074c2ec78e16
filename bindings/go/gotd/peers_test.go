package gotd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/telegram/peers"
	"github.com/gotd/td/tg"

	"github.com/tgsession/tgsession/bindings/go"
)

func anna() *tg.User {
	user := &tg.User{ID: 777000101, FirstName: "Anna", LastName: "B", Username: "Tgs_Anna", Phone: "99966110001",
		Usernames: []tg.Username{{Username: "tgs_anna_b", Active: true}, {Username: "tgs_sold"}}}
	user.SetAccessHash(5)
	return user
}

func news() *tg.Channel {
	channel := &tg.Channel{ID: 1777000301, Broadcast: true, Title: "News", Username: "tgs_news"}
	channel.SetAccessHash(-1)
	return channel
}

func forum() *tg.Channel {
	channel := &tg.Channel{ID: 1777000303, Megagroup: true, Forum: true, Title: "Forum"}
	channel.SetAccessHash(3)
	return channel
}

func TestLearn(t *testing.T) {
	for _, format := range formats {
		s := newFile(t, format)
		must(t, NewPeers(s).Learn([]tg.UserClass{anna(), &tg.UserEmpty{ID: 3}}, []tg.ChatClass{
			news(), &tg.Chat{ID: 777000201, Title: "Group"}, &tg.ChannelForbidden{ID: 1777000302, AccessHash: 9},
			forum(),
		}))
		equal(t, got(s.PeerByUsername("tgs_anna"))(t).ID, int64(777000101))
		equal(t, got(s.PeerByUsername("tgs_anna_b"))(t).ID, int64(777000101))
		equal(t, got(s.PeerByPhoneNumber("99966110001"))(t).ID, int64(777000101))
		equal(t, *got(s.PeerByID(-1001777000301))(t).AccessHash, int64(-1))
		equal(t, got(s.PeerByID(-777000201))(t).Type, tgsession.PeerGroup)
		equal(t, *got(s.PeerByID(-1001777000302))(t).AccessHash, int64(9))
		if kind := got(s.PeerByID(-1001777000303))(t).Type; format != "telethon@8" { // which keeps no types
			equal(t, kind, tgsession.PeerSupergroup)
		}
		_, err := s.PeerByUsername("tgs_sold")
		fails(t, err, tgsession.ErrNotFound)
		_, err = s.PeerByID(3)
		fails(t, err, tgsession.ErrNotFound)
	}
}

func TestMinPeersAreLeftOut(t *testing.T) {
	s := newFile(t, "pyrogram@3")
	user, channel := anna(), news()
	user.Min, channel.Min = true, true
	must(t, NewPeers(s).Learn([]tg.UserClass{user}, []tg.ChatClass{channel, &tg.Channel{ID: 5}}))
	equal(t, got(s.Inspect(false))(t).Peers, 0)
}

func TestWhatCannotBeStoredKeepsNobodyElseOut(t *testing.T) {
	s := newFile(t, "kurigram@7")
	bad, nobody := anna(), anna()
	bad.ID, bad.FirstName, nobody.ID = 777000102, "A\x00", 0
	zero := &tg.Channel{Title: "Zero"}
	zero.SetAccessHash(1)
	err := NewPeers(s).Learn([]tg.UserClass{anna(), bad, nobody}, []tg.ChatClass{zero, news(), forum()})
	fails(t, err, tgsession.ErrInvalidArgument)
	if !strings.Contains(err.Error(), "777000102") {
		t.Fatal(err)
	}
	equal(t, got(s.Counts())(t).Peers, 3)
	must(t, NewPeers(s).Learn([]tg.UserClass{nobody}, []tg.ChatClass{zero}))
}

// Unchecked, the channel 0 would be a basic group, and the user -1001777000301 a channel.
func TestAnIdThatNobodyHasIsNobodyElses(t *testing.T) {
	p := NewPeers(newFile(t, "kurigram@7"))
	must(t, p.SaveChannels(background, news()))
	for _, key := range []peers.Key{
		{Prefix: channelKey}, {Prefix: channelKey, ID: -5}, {Prefix: userKey, ID: -1001777000301}, {Prefix: chatKey, ID: -5},
	} {
		fails(t, p.Save(background, key, peers.Value{AccessHash: 7}), errNoSuchID)
		fails(t, p.SavePhone(background, "99966110001", key), errNoSuchID)
		_, found, err := p.Find(background, key)
		must(t, err)
		equal(t, found, false)
	}
	fails(t, p.SetChannelAccessHash(background, account, 0, 7), errNoSuchID)
	equal(t, got(p.session.Counts())(t).Peers, 1)
}

func TestASavedHashLeavesTheRest(t *testing.T) {
	s := newFile(t, "telethon@8")
	p := NewPeers(s)
	must(t, p.SaveUsers(background, anna()))
	must(t, p.Save(background, peers.Key{Prefix: userKey, ID: 777000101}, peers.Value{AccessHash: 6}))
	must(t, p.SavePhone(background, "99966110002", peers.Key{Prefix: userKey, ID: 777000101}))
	for peer, err := range s.Peers() {
		must(t, err)
		equal(t, *peer.AccessHash, int64(6))
		equal(t, *peer.PhoneNumber, "99966110002")
		equal(t, *peer.Name, "Anna B")
		equal(t, peer.Usernames[0], "tgs_anna")
	}
}

func TestFind(t *testing.T) {
	p := NewPeers(newFile(t, "pyrogram@3"))
	for _, prefix := range []string{userKey, chatKey, channelKey} {
		key := peers.Key{Prefix: prefix, ID: 55}
		_, found, err := p.Find(background, key)
		must(t, err)
		equal(t, found, false)
		must(t, p.Save(background, key, peers.Value{AccessHash: 7}))
		value, found, err := p.Find(background, key)
		must(t, err)
		equal(t, found, true)
		equal(t, value.AccessHash, int64(7))
		must(t, p.SavePhone(background, "99966110001", key))
		found2, _, found, err := p.FindPhone(background, "99966110001")
		must(t, err)
		equal(t, found, true)
		equal(t, found2.ID, int64(55))
	}
	_, _, err := p.Find(background, peers.Key{Prefix: "cats_", ID: 1})
	equal(t, err != nil, true)
	_, _, found, err := p.FindPhone(background, "1")
	must(t, err)
	equal(t, found, false)
}

// gotd's manager writes with keys whose prefixes it does not export.
func TestGotdsManagerUsesIt(t *testing.T) {
	s := newFile(t, "kurigram@7")
	p := NewPeers(s)
	server := &recorder{}
	manager := peers.Options{Storage: p, Cache: p}.Build(tg.NewClient(server))
	chat := &tg.Chat{ID: 777000201, Title: "Group"}
	must(t, manager.Apply(background, []tg.UserClass{anna()}, []tg.ChatClass{news(), chat}))
	equal(t, got(s.PeerByUsername("tgs_anna_b"))(t).BareID, int64(777000101))
	equal(t, got(s.PeerByUsername("tgs_news"))(t).Type, tgsession.PeerChannel)
	equal(t, got(s.PeerByID(-777000201))(t).Type, tgsession.PeerGroup)
	must(t, s.UpdatePeers([]tgsession.Peer{{ID: 55, AccessHash: tgsession.Some(int64(-9)), Type: tgsession.PeerUser}}))
	_, err := manager.ResolveUserID(background, 55) // uses the hash that another client stored
	fails(t, err, errNobody)
	equal(t, server.asked, []tg.InputUserClass{&tg.InputUser{UserID: 55, AccessHash: -9}})
}

func TestChannelAccessHashes(t *testing.T) {
	p := NewPeers(newFile(t, "pyrogram@3"))
	_, found, err := p.GetChannelAccessHash(background, account, 1777000301)
	must(t, err)
	equal(t, found, false)
	must(t, p.SetChannelAccessHash(background, account, 1777000301, -1))
	hash, found, err := p.GetChannelAccessHash(background, account, 1777000301)
	must(t, err)
	equal(t, found, true)
	equal(t, hash, int64(-1))
}

func TestContactsHash(t *testing.T) {
	p := NewPeers(newFile(t, "pyrogram@3"))
	must(t, p.SaveContactsHash(background, 9))
	equal(t, got(p.GetContactsHash(background))(t), int64(9))
}

// recorder is a server that keeps whom it was asked for, and answers nothing.
type recorder struct{ asked []tg.InputUserClass }

func (r *recorder) Invoke(_ context.Context, input bin.Encoder, _ bin.Decoder) error {
	if request, ok := input.(*tg.UsersGetUsersRequest); ok {
		r.asked = append(r.asked, request.ID...)
	}
	return errNobody
}

// nobody resolves nothing.
type nobody struct{}

var errNobody = errors.New("nobody answers")

func (nobody) ResolveDomain(context.Context, string) (tg.InputPeerClass, error) {
	return nil, errNobody
}
func (nobody) ResolvePhone(context.Context, string) (tg.InputPeerClass, error) { return nil, errNobody }

func TestResolver(t *testing.T) {
	p := NewPeers(newFile(t, "kurigram@7"))
	must(t, p.Learn([]tg.UserClass{anna()}, []tg.ChatClass{news(), &tg.Chat{ID: 777000201}}))
	resolver := p.Resolver(nobody{})
	user := &tg.InputPeerUser{UserID: 777000101, AccessHash: 5}
	equal(t, got(resolver.ResolveDomain(background, "tgs_anna"))(t), tg.InputPeerClass(user))
	equal(t, got(resolver.ResolvePhone(background, "+99966110001"))(t), tg.InputPeerClass(user))
	channel := &tg.InputPeerChannel{ChannelID: 1777000301, AccessHash: -1}
	equal(t, got(resolver.ResolveDomain(background, "tgs_news"))(t), tg.InputPeerClass(channel))
	equal(t, got(p.InputPeer(-777000201))(t), tg.InputPeerClass(&tg.InputPeerChat{ChatID: 777000201}))
	_, err := resolver.ResolveDomain(background, "tgs_nobody")
	fails(t, err, errNobody)
	_, err = resolver.ResolvePhone(background, "1")
	fails(t, err, errNobody)
	_, err = p.InputPeer(1)
	fails(t, err, tgsession.ErrNotFound)
}

func whole(t *testing.T, s *tgsession.Session, id int64) tgsession.Peer {
	t.Helper()
	for peer, err := range s.PeersByID(id) {
		must(t, err)
		peer.LastUpdateOn = nil
		return peer
	}
	t.Fatalf("nobody has the id %d", id)
	return tgsession.Peer{}
}

func TestAMinUserLosesNothing(t *testing.T) {
	for _, format := range formats {
		s := newFile(t, format)
		p := NewPeers(s)
		min := &tg.User{ID: anna().ID, Min: true, FirstName: "My", LastName: "Anna"}
		min.SetAccessHash(99) // of use in one message only
		must(t, p.Learn([]tg.UserClass{min}, nil))
		equal(t, got(s.Inspect(false))(t).Peers, 0)
		must(t, p.Learn([]tg.UserClass{anna()}, nil))
		full := whole(t, s, anna().ID)
		for range 3 {
			must(t, p.Learn([]tg.UserClass{min}, nil))
			equal(t, whole(t, s, anna().ID), full)
			must(t, p.SaveUsers(background, anna(), min))
			equal(t, whole(t, s, anna().ID), full)
		}
		// Of one that is known without a hash it is the best that there is.
		must(t, s.MergePeers([]tgsession.Peer{{ID: 5, PhoneNumber: tgsession.Some("99966110005")}}))
		must(t, p.Learn([]tg.UserClass{&tg.User{ID: 5, Min: true, FirstName: "Five", Username: "tgs_five"}}, nil))
		five := whole(t, s, 5)
		equal(t, *five.Name, "Five")
		equal(t, *five.PhoneNumber, "99966110005")
		equal(t, five.AccessHash, (*int64)(nil))
		equal(t, five.Usernames, []string{"tgs_five"})
	}
}

func TestAForbiddenChannelKeepsItsUsernames(t *testing.T) {
	for _, format := range formats {
		s := newFile(t, format)
		p := NewPeers(s)
		must(t, p.Learn(nil, []tg.ChatClass{news(), &tg.Chat{ID: 777000201, Title: "Group"}}))
		must(t, p.Learn(nil, []tg.ChatClass{
			&tg.ChannelForbidden{ID: news().ID, Broadcast: true, AccessHash: -1, Title: "News"},
			&tg.ChatForbidden{ID: 777000201, Title: "Group"},
		}))
		equal(t, got(s.PeerByUsername("tgs_news"))(t).ID, int64(-1001777000301))
		channel := whole(t, s, -1001777000301)
		equal(t, *channel.AccessHash, int64(-1))
		equal(t, *channel.Name, "News")
		equal(t, *whole(t, s, -777000201).AccessHash, int64(0))
	}
}

func TestAChannelThatTellsNoHashKeepsIt(t *testing.T) {
	s := newFile(t, "kurigram@7")
	p := NewPeers(s)
	must(t, p.Learn(nil, []tg.ChatClass{news()}))
	left := &tg.Channel{ID: news().ID, Broadcast: true, Left: true, Title: "Olds", Username: "tgs_olds"}
	must(t, p.Learn(nil, []tg.ChatClass{left}))
	channel := whole(t, s, -1001777000301)
	equal(t, *channel.AccessHash, int64(-1))
	equal(t, *channel.Name, "Olds")
	equal(t, channel.Usernames, []string{"tgs_olds"})
}

func TestAHiddenPhoneNumberStaysAndAUsernameThatIsGoneGoes(t *testing.T) {
	s := newFile(t, "telethon@8")
	p := NewPeers(s)
	must(t, p.Learn([]tg.UserClass{anna()}, nil))
	user := &tg.User{ID: anna().ID, FirstName: "Anna"}
	user.SetAccessHash(6)
	must(t, p.Learn([]tg.UserClass{user}, nil))
	read := whole(t, s, anna().ID)
	equal(t, *read.PhoneNumber, "99966110001")
	equal(t, *read.AccessHash, int64(6))
	equal(t, *read.Name, "Anna")
	equal(t, len(read.Usernames), 0)
}

// Each writes its own part of one peer at the same time; none is lost.
func TestGoroutinesSavePartsOfAPeer(t *testing.T) {
	s := newFile(t, "kurigram@7")
	p := NewPeers(s)
	must(t, p.SaveUsers(background, anna()))
	key := peers.Key{Prefix: userKey, ID: anna().ID}
	var group sync.WaitGroup
	for _, save := range []func(int64) error{
		func(n int64) error { return p.Save(background, key, peers.Value{AccessHash: n}) },
		func(n int64) error { return p.SavePhone(background, fmt.Sprint(99966110000+n), key) },
		func(n int64) error {
			return s.MergePeers([]tgsession.Peer{{ID: anna().ID, Name: tgsession.Some(fmt.Sprint("Anna ", n))}})
		},
	} {
		group.Add(1)
		go func() {
			defer group.Done()
			for n := range int64(20) {
				if err := save(n); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	group.Wait()
	read := whole(t, s, anna().ID)
	equal(t, []any{*read.AccessHash, *read.PhoneNumber, *read.Name}, []any{int64(19), "99966110019", "Anna 19"})
	equal(t, read.Usernames, []string{"tgs_anna", "tgs_anna_b"})
}
