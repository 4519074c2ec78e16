package gotd

import (
	"maps"
	"slices"
	"testing"

	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram/peers"
	"github.com/gotd/td/telegram/updates"
	"github.com/gotd/td/tg"

	"github.com/tgsession/tgsession/bindings/go"
)

// engine keeps a session in maps, with what is required of an engine and nothing else. It counts its writes of fields.
type engine struct {
	data   tgsession.SessionData
	writes int
	peers  map[int64]tgsession.Peer
	states map[int64]tgsession.UpdateState
	files  map[[3]any]tgsession.SentFile // by MD5, size and type
}

func newEngine() *engine {
	return &engine{
		peers:  map[int64]tgsession.Peer{},
		states: map[int64]tgsession.UpdateState{},
		files:  map[[3]any]tgsession.SentFile{},
	}
}

func (e *engine) Info() tgsession.EngineInfo {
	return tgsession.EngineInfo{Location: "maps", Persistent: true}
}

func (e *engine) Data() (tgsession.SessionData, error) { return e.data, nil }

func (e *engine) SetData(data tgsession.SessionData, which tgsession.Field) error {
	e.writes++
	e.data.Assign(data, which)
	return nil
}

func (e *engine) PutPeers(peers []tgsession.Peer) error {
	for _, peer := range peers {
		e.peers[peer.ID] = peer
	}
	return nil
}

func (e *engine) Peers(ids []int64) (found []tgsession.Peer, err error) {
	for _, id := range ids {
		if peer, ok := e.peers[id]; ok {
			found = append(found, peer)
		}
	}
	if ids == nil {
		found = slices.Collect(maps.Values(e.peers))
	}
	return found, nil
}

func (e *engine) UpdateStates() ([]tgsession.UpdateState, error) {
	return slices.Collect(maps.Values(e.states)), nil
}

func (e *engine) SetUpdateStates(states []tgsession.UpdateState) error {
	for _, state := range states {
		e.states[state.ID] = state
	}
	return nil
}

func (e *engine) DeleteUpdateState(id int64) error {
	delete(e.states, id)
	return nil
}

func (e *engine) SentFiles() ([]tgsession.SentFile, error) {
	return slices.Collect(maps.Values(e.files)), nil
}

func (e *engine) CacheSentFiles(files []tgsession.SentFile) error {
	for _, file := range files {
		e.files[[3]any{file.MD5, file.Size, file.Type}] = file
	}
	return nil
}

// gotd's storages know nothing of what is below the session.
func TestGotdOverAnEngine(t *testing.T) {
	kept := newEngine()
	s := got(tgsession.OpenEngine(kept))(t)
	storage, known, states := NewStorage(s, APIID(12345)), NewPeers(s), NewStates(s)
	loader := session.Loader{Storage: storage}
	_, err := loader.Load(background)
	fails(t, err, session.ErrNotFound)
	must(t, loader.Save(background, data(4, 1, option(4, "10.0.0.4", 5222))))
	equal(t, kept.writes, 1) // the key and its data centre in one
	must(t, storage.SetSelf(anna()))
	must(t, known.Learn(nil, []tg.ChatClass{news()}))
	must(t, states.SetState(background, account, updates.State{Pts: 5}))
	must(t, s.Close())

	s = got(tgsession.OpenEngine(kept))(t)
	defer s.Close()
	read := got((&session.Loader{Storage: NewStorage(s)}).Load(background))(t)
	equal(t, read.Addr, "10.0.0.4:5222")
	equal(t, read.AuthKey, key(1))
	value, found, err := NewPeers(s).Find(background, peers.Key{Prefix: channelKey, ID: 1777000301})
	must(t, err)
	equal(t, found, true)
	equal(t, value.AccessHash, int64(-1))
	state, found, err := NewStates(s).GetState(background, account)
	must(t, err)
	equal(t, found, true)
	equal(t, state.Pts, 5)
	equal(t, *got(s.UserID())(t), anna().ID)
}
