package tgsession

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestNoSessionAtAll(t *testing.T) {
	for _, session := range []*Session{nil, {}} {
		for name, call := range everyCall(session) {
			if err := call(); !errors.Is(err, ErrInvalidArgument) {
				t.Errorf("%s: %v", name, err)
			}
		}
		must(t, session.Close())
	}
	_, err := Convert(opened(t, ":memory:"), nil)
	fails(t, err, ErrInvalidArgument)
}

func TestNilOptionsAreIgnored(t *testing.T) {
	opened(t, ":memory:", nil, Format(""), nil)
}

func TestTextsThatCCannotHave(t *testing.T) {
	s := opened(t, ":memory:")
	for _, text := range []string{"\x00", "a\x00b", "\xff", "a\xc3", "\xed\xa0\x80"} {
		for name, call := range map[string]func() error{
			"Open":              func() error { return last(Open(text)) },
			"OpenString":        func() error { return last(OpenString(text)) },
			"Format":            func() error { return last(Open(":memory:", Format(text))) },
			"SetServerAddress":  func() error { return s.SetServerAddress(&text) },
			"PeerByUsername":    func() error { return last(s.PeerByUsername(text)) },
			"PeerByName":        func() error { return last(s.PeerByName(text)) },
			"LeaseOwner":        func() error { return last(Open(":memory:", WithLease(0), LeaseOwner(text))) },
			"PeerByPhoneNumber": func() error { return last(s.PeerByPhoneNumber(text)) },
			"Export":            func() error { _, _, err := s.ExportSessionString(text); return err },
			"SessionString":     func() error { return last(s.SessionString(text)) },
			"Bytes":             func() error { return last(s.Bytes(text, false)) },
			"SetDC": func() error {
				return s.SetDC(DataCenter{ID: 4, Addresses: []DCAddress{{ServerAddress: text, Port: 443}}})
			},
			"ListSessions": func() error { return last(ListSessions(text)) },
			"Convert":      func() error { return last(Convert(s, s, text)) },
			"Diagnose":     func() error { return last(Diagnose(text)) },
			"username":     func() error { return s.UpdatePeers([]Peer{{ID: 1, Usernames: []string{text}}}) },
			"phone number": func() error { return s.UpdatePeers([]Peer{{ID: 1, PhoneNumber: &text}}) },
			"name":         func() error { return s.UpdatePeers([]Peer{{ID: 1, Name: &text}}) },
			"type":         func() error { return s.UpdatePeers([]Peer{{ID: 1, Type: PeerOther, TypeName: text}}) },
		} {
			if err := call(); !errors.Is(err, ErrInvalidArgument) {
				t.Errorf("%s of %q: %v", name, text, err)
			}
		}
	}
}

func TestAHugeBatch(t *testing.T) {
	const count = 100_000
	peers := make([]Peer, count)
	for i := range peers {
		peers[i] = Peer{
			ID:          int64(i + 1),
			AccessHash:  Some(int64(-i)),
			Usernames:   []string{fmt.Sprintf("user_%d", i), fmt.Sprintf("also_%d", i)},
			PhoneNumber: Some(fmt.Sprint(99900000000 + i)),
		}
	}
	s := newFile(t)
	must(t, s.UpdatePeers(peers))
	equal(t, got(s.PeerByUsername("user_99999"))(t).ID, int64(count))
	equal(t, len(collect(t, s.Peers())), count)
}

func TestALongText(t *testing.T) {
	long := strings.Repeat("ж", 1<<20)
	s := newFile(t, Format("telethon@8"))
	must(t, s.UpdatePeers([]Peer{{ID: 1, Name: &long}}))
	equal(t, *collect(t, s.Peers())[0].Name == long, true)
	_, err := OpenString(long)
	fails(t, err, ErrBadSessionString)
}
