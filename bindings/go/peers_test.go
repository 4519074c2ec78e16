package tgsession

import (
	"math"
	"testing"
	"time"
)

// people are peers with everything that a peer can have.
func people() []Peer {
	return []Peer{
		{ID: -1001777000301, AccessHash: Some(int64(math.MinInt64)), Type: PeerChannel,
			Usernames: []string{"news"}, Name: Some("News"), LastUpdateOn: Some(int64(1700000000))},
		{ID: -777000201, Type: PeerGroup, Name: Some("Книжный клуб"), LastUpdateOn: Some(int64(1700000001))},
		{ID: 777000101, AccessHash: Some(int64(0)), Type: PeerUser, Usernames: []string{"anna", "anna_b"},
			PhoneNumber: Some("99966110001"), Name: Some("Анна"), LastUpdateOn: Some(int64(1700000002))},
		{ID: 777000102, AccessHash: Some(int64(math.MaxInt64)), Type: PeerOther, TypeName: "guest",
			LastUpdateOn: Some(int64(1700000003))},
	}
}

func TestPeersComeBackAsTheyWere(t *testing.T) {
	for _, location := range []string{":memory:", t.TempDir() + "/peers.session"} {
		s := opened(t, location)
		must(t, s.UpdatePeers(people()))
		equal(t, collect(t, s.Peers()), people())
		equal(t, collect(t, s.PeersByID(777000101, 5, -777000201)), people()[1:3])
		equal(t, collect(t, s.PeersByID()), []Peer(nil))
	}
}

func TestLookups(t *testing.T) {
	s := opened(t, ":memory:", UsernameExpiry(UsernameExpiryNever))
	must(t, s.UpdatePeers(people()))
	anna := InputPeer{ID: 777000101, BareID: 777000101, AccessHash: Some(int64(0)), Type: PeerUser,
		LastUpdateOn: Some(int64(1700000002))}
	equal(t, got(s.PeerByID(777000101))(t), anna)
	equal(t, got(s.PeerByUsername("@Anna_B"))(t), anna)
	equal(t, got(s.PeerByPhoneNumber("+999 66 11 0001"))(t), anna)
	equal(t, got(s.PeerByName("Анна"))(t), anna)
	news := got(s.PeerByUsername("NEWS"))(t)
	equal(t, news.BareID, int64(1777000301))
	equal(t, *news.AccessHash, int64(math.MinInt64))
	equal(t, got(s.PeerByID(-777000201))(t).AccessHash, (*int64)(nil))
}

func TestLookupsThatFindNothing(t *testing.T) {
	s := opened(t, ":memory:")
	_, err := s.PeerByID(1)
	equal(t, err, ErrNotFound)
	_, err = s.PeerByUsername("nobody")
	equal(t, err, ErrNotFound)
	_, err = s.PeerByPhoneNumber("1")
	equal(t, err, ErrNotFound)
	_, err = s.PeerByName("nobody")
	equal(t, err, ErrNotFound)
}

func TestUsernamesExpire(t *testing.T) {
	s := opened(t, ":memory:", UsernameExpiry(60))
	old := Some(time.Now().Unix() - 3600)
	must(t, s.UpdatePeers([]Peer{{ID: 1, Usernames: []string{"old"}, LastUpdateOn: old}, {ID: 2, Usernames: []string{"new"}}}))
	_, err := s.PeerByUsername("old")
	equal(t, err, ErrExpired)
	equal(t, got(s.PeerByUsername("new"))(t).ID, int64(2))
	_, err = Open(":memory:", UsernameExpiry(-7))
	fails(t, err, ErrInvalidArgument)
}

func TestAWalkMayBeLeft(t *testing.T) {
	s := opened(t, ":memory:")
	must(t, s.UpdatePeers(people()))
	seen := 0
	for range s.Peers() {
		seen++
		must(t, s.UpdatePeers([]Peer{{ID: 5}})) // the session may be changed meanwhile
		break
	}
	equal(t, seen, 1)
	equal(t, len(collect(t, s.Peers())), 5)
}

func TestABatchIsAllOrNothing(t *testing.T) {
	s := newFile(t)
	fails(t, s.UpdatePeers([]Peer{{ID: 1}, {ID: 0}}), ErrInvalidArgument)
	fails(t, s.UpdatePeers([]Peer{{ID: 1}, {ID: 2, Type: 55}}), ErrInvalidArgument)
	fails(t, s.UpdatePeers([]Peer{{ID: 1}, {ID: 2, Name: Some("a\x00b")}}), ErrInvalidArgument)
	fails(t, s.UpdatePeers([]Peer{{ID: 1}, {ID: 2, Usernames: []string{"\xff\xfe"}}}), ErrInvalidArgument)
	equal(t, collect(t, s.Peers()), []Peer(nil))
	must(t, s.UpdatePeers(nil))
}
