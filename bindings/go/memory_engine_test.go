package tgsession

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// An engine in memory with every optional method, and one whose server cannot be reached. The names are exported for the
// tests of package tgsession_test.

// MemoryStore holds one session for several engines: each reads what the others wrote.
type MemoryStore struct {
	mutex  sync.Mutex
	kept   memory
	leases map[string]memoryLease
	holder *LeaseHolder // of every lease
}

type memory struct {
	data   SessionData
	peers  map[int64]Peer
	states map[int64]UpdateState
	files  map[sentFileKey]SentFile
	values map[string][]byte
}

type sentFileKey struct {
	md5  [16]byte
	size int64
	kind SentFileType
}

type memoryLease struct {
	Lease
	since, until time.Time
}

// MemoryEngine is an engine for one session.
type MemoryEngine struct {
	name      string
	place     *MemoryStore
	before    *memory // what Finish goes back to; nil outside of a transaction
	destroyed int
}

var _ interface {
	Engine
	UsernameFinder
	PhoneFinder
	PeerDeleter
	Saver
	Remover
	Transactor
	Leaser
	ValueKeeper
	Destroyer
} = (*MemoryEngine)(nil)

// NewMemoryStore is a place without a session.
func NewMemoryStore() *MemoryStore {
	return &MemoryStore{kept: emptyMemory(), leases: map[string]memoryLease{}}
}

// Engine is a new engine at this place.
func (p *MemoryStore) Engine(name string) *MemoryEngine { return &MemoryEngine{name: name, place: p} }

// Hold gives every lease to somebody on another machine.
func (p *MemoryStore) Hold(holder LeaseHolder) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.holder = &holder
}

// held is the leases now: the library's thread may be renewing one.
func (p *MemoryStore) held() map[string]memoryLease {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return maps.Clone(p.leases)
}

func emptyMemory() memory {
	return memory{
		peers: map[int64]Peer{}, states: map[int64]UpdateState{}, files: map[sentFileKey]SentFile{}, values: map[string][]byte{},
	}
}

// lock locks the place for one call; a transaction has locked it for all of its calls.
func (e *MemoryEngine) lock() (unlock func()) {
	if e.before != nil {
		return func() {}
	}
	e.place.mutex.Lock()
	return e.place.mutex.Unlock
}

func (e *MemoryEngine) Info() EngineInfo {
	return EngineInfo{Location: "the engine " + e.name, Persistent: true, UsernamesExpire: true}
}

func (e *MemoryEngine) Data() (SessionData, error) {
	defer e.lock()()
	return e.place.kept.data, nil
}

func (e *MemoryEngine) SetData(data SessionData, which Field) error {
	defer e.lock()()
	e.place.kept.data.Assign(data, which)
	return nil
}

func (e *MemoryEngine) PutPeers(peers []Peer) error {
	defer e.lock()()
	for _, peer := range peers {
		e.place.kept.peers[peer.ID] = peer
	}
	return nil
}

func (e *MemoryEngine) DeletePeers(ids []int64) error {
	defer e.lock()()
	maps.DeleteFunc(e.place.kept.peers, func(id int64, _ Peer) bool { return ids == nil || slices.Contains(ids, id) })
	return nil
}

func (e *MemoryEngine) Peers(ids []int64) ([]Peer, error) {
	return e.peers(func(peer Peer) bool { return ids == nil || slices.Contains(ids, peer.ID) })
}

func (e *MemoryEngine) PeersByUsername(usernames []string) ([]Peer, error) {
	return e.peers(func(peer Peer) bool {
		return slices.ContainsFunc(peer.Usernames, func(name string) bool { return slices.Contains(usernames, name) })
	})
}

func (e *MemoryEngine) PeersByPhoneNumber(phoneNumber string) ([]Peer, error) {
	return e.peers(func(peer Peer) bool { return peer.PhoneNumber != nil && *peer.PhoneNumber == phoneNumber })
}

func (e *MemoryEngine) peers(wanted func(Peer) bool) ([]Peer, error) {
	defer e.lock()()
	all := slices.Collect(maps.Values(e.place.kept.peers))
	return slices.DeleteFunc(all, func(peer Peer) bool { return !wanted(peer) }), nil
}

func (e *MemoryEngine) UpdateStates() ([]UpdateState, error) {
	defer e.lock()()
	return slices.Collect(maps.Values(e.place.kept.states)), nil
}

func (e *MemoryEngine) SetUpdateStates(states []UpdateState) error {
	defer e.lock()()
	for _, state := range states {
		e.place.kept.states[state.ID] = state
	}
	return nil
}

func (e *MemoryEngine) DeleteUpdateState(id int64) error {
	defer e.lock()()
	delete(e.place.kept.states, id)
	return nil
}

func (e *MemoryEngine) SentFiles() ([]SentFile, error) {
	defer e.lock()()
	return slices.Collect(maps.Values(e.place.kept.files)), nil
}

func (e *MemoryEngine) CacheSentFiles(files []SentFile) error {
	defer e.lock()()
	for _, file := range files {
		e.place.kept.files[sentFileKey{file.MD5, file.Size, file.Type}] = file
	}
	return nil
}

func (e *MemoryEngine) Values(names []string) (map[string][]byte, error) {
	defer e.lock()()
	found := maps.Clone(e.place.kept.values)
	maps.DeleteFunc(found, func(name string, _ []byte) bool { return names != nil && !slices.Contains(names, name) })
	return found, nil
}

func (e *MemoryEngine) SetValue(name string, value []byte) error {
	defer e.lock()()
	if value == nil {
		delete(e.place.kept.values, name)
	} else {
		e.place.kept.values[name] = value
	}
	return nil
}

func (e *MemoryEngine) Save() error { return nil }

func (e *MemoryEngine) Remove() error {
	defer e.lock()()
	e.place.kept = emptyMemory()
	return nil
}

func (e *MemoryEngine) Begin() error {
	e.place.mutex.Lock()
	now := e.place.kept
	e.before = &memory{
		now.data, maps.Clone(now.peers), maps.Clone(now.states), maps.Clone(now.files), maps.Clone(now.values),
	}
	return nil
}

func (e *MemoryEngine) Finish(keep bool) error {
	if !keep {
		e.place.kept = *e.before
	}
	e.before = nil
	e.place.mutex.Unlock()
	return nil
}

func (e *MemoryEngine) TakeLease(lease Lease) (*LeaseHolder, error) {
	defer e.lock()()
	if e.place.holder != nil {
		return e.place.holder, nil
	}
	now := time.Now()
	held, ok := e.place.leases[lease.KeyID]
	ok = ok && held.until.After(now)
	if ok && held.Token != lease.Token {
		return &LeaseHolder{Owner: held.Owner, Since: held.since.Unix()}, nil
	}
	if !ok {
		held = memoryLease{Lease: lease, since: now}
	}
	held.until = now.Add(time.Duration(lease.Seconds) * time.Second)
	e.place.leases[lease.KeyID] = held
	return nil, nil
}

func (e *MemoryEngine) ReleaseLease(keyID, token string) error {
	defer e.lock()()
	if e.place.leases[keyID].Token == token {
		delete(e.place.leases, keyID)
	}
	return nil
}

func (e *MemoryEngine) Destroy() {
	defer e.lock()()
	e.destroyed++
}

// FailingEngine fails in each method with the error that it is given.
type FailingEngine struct{ Err error }

func (e FailingEngine) Info() EngineInfo {
	return EngineInfo{Location: "the engine failing", Persistent: true, UsernamesExpire: true}
}

func (e FailingEngine) Data() (SessionData, error)               { return SessionData{}, e.Err }
func (e FailingEngine) SetData(SessionData, Field) error         { return e.Err }
func (e FailingEngine) PutPeers([]Peer) error                    { return e.Err }
func (e FailingEngine) Peers([]int64) ([]Peer, error)            { return nil, e.Err }
func (e FailingEngine) DeletePeers([]int64) error                { return e.Err }
func (e FailingEngine) PeersByUsername([]string) ([]Peer, error) { return nil, e.Err }

func (e FailingEngine) PeersByPhoneNumber(string) ([]Peer, error) { return nil, e.Err }

func (e FailingEngine) UpdateStates() ([]UpdateState, error)  { return nil, e.Err }
func (e FailingEngine) SetUpdateStates([]UpdateState) error   { return e.Err }
func (e FailingEngine) DeleteUpdateState(int64) error         { return e.Err }
func (e FailingEngine) SentFiles() ([]SentFile, error)        { return nil, e.Err }
func (e FailingEngine) CacheSentFiles([]SentFile) error       { return e.Err }
func (e FailingEngine) Save() error                           { return e.Err }
func (e FailingEngine) Remove() error                         { return e.Err }
func (e FailingEngine) Begin() error                          { return e.Err }
func (e FailingEngine) Finish(bool) error                     { return e.Err }
func (e FailingEngine) TakeLease(Lease) (*LeaseHolder, error) { return nil, e.Err }
func (e FailingEngine) ReleaseLease(string, string) error     { return e.Err }
func (e FailingEngine) SetValue(string, []byte) error         { return e.Err }

func (e FailingEngine) Values([]string) (map[string][]byte, error) { return nil, e.Err }
