package main

import (
	"context"
	"errors"
	"log"
	"maps"
	"slices"

	"github.com/gotd/td/telegram"
	gotdpeers "github.com/gotd/td/telegram/peers"
	"github.com/gotd/td/telegram/updates"
	"github.com/gotd/td/tg"

	"github.com/tgsession/tgsession/bindings/go"
	"github.com/tgsession/tgsession/bindings/go/gotd"
)

func lookup() error {
{{ bindings/go/README.md 1 }}
	log.Print(peer.ID)
	return nil
}

func inBytes() error {
	fresh, err := tgsession.Open("my_account.session")
	if err != nil {
		return err
	}
	defer fresh.Close()
	stored, err := fresh.Bytes("", false)
	if err != nil {
		return err
	}
	return again(stored, 0)
}

func again(stored []byte, before uint64) error {
{{ bindings/go/README.md 2 }}
	if err != nil {
		return err
	}
	return session.Close()
}

// shelf keeps what it is given.
type shelf struct {
	data  tgsession.SessionData
	peers map[int64]tgsession.Peer
}

func (s *shelf) Info() tgsession.EngineInfo           { return tgsession.EngineInfo{Location: "a shelf"} }
func (s *shelf) Data() (tgsession.SessionData, error) { return s.data, nil }
func (s *shelf) SetData(data tgsession.SessionData, which tgsession.Field) error {
	s.data.Assign(data, which)
	return nil
}
func (s *shelf) PutPeers(peers []tgsession.Peer) error {
	for _, peer := range peers {
		s.peers[peer.ID] = peer
	}
	return nil
}
func (s *shelf) Peers(ids []int64) ([]tgsession.Peer, error) {
	kept := slices.Collect(maps.Values(s.peers))
	return slices.DeleteFunc(kept, func(peer tgsession.Peer) bool { return ids != nil && !slices.Contains(ids, peer.ID) }), nil
}
func (s *shelf) UpdateStates() ([]tgsession.UpdateState, error)    { return nil, nil }
func (s *shelf) SetUpdateStates(_ []tgsession.UpdateState) error { return nil }
func (s *shelf) DeleteUpdateState(_ int64) error                 { return nil }
func (s *shelf) SentFiles() ([]tgsession.SentFile, error)        { return nil, nil }
func (s *shelf) CacheSentFiles(_ []tgsession.SentFile) error     { return nil }

// engine is over a client, whatever that is.
type engine struct{ *shelf }

func ownEngine() error {
	client := &shelf{peers: map[int64]tgsession.Peer{}}
{{ bindings/go/README.md 3 }}
	if err != nil {
		return err
	}
	if err := session.UpdatePeers([]tgsession.Peer{{ID: 777000101}}); err != nil {
		return err
	}
	_, err = session.PeerByID(777000101)
	return errors.Join(err, session.Close())
}

func forGotd() error {
	const apiID, apiHash = 12345, "0123456789abcdef0123456789abcdef"
	handler := tg.NewUpdateDispatcher()
	session, err := tgsession.Open("my_account.session")
	if err != nil {
		return err
	}
	defer session.Close()
{{ bindings/go/README.md 4 }}
	_, _ = manager, gaps
	_, _, err = states.GetState(context.Background(), 7770001234567)
	return err
}

func main() {
	for _, run := range []func() error{lookup, inBytes, ownEngine, forGotd} {
		if err := run(); err != nil {
			log.Fatal(err)
		}
	}
}
