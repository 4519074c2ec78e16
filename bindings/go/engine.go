package tgsession

// #include "shim.h"
import "C"

import (
	"runtime/cgo"
)

// Engine is your own storage engine. Lookups, expiry, conversion and session strings work over it. It stores what it is
// given and returns it unchanged; the library applies the rules (who has a username, which peer is newest, what is
// absent).
//
// A method either succeeds completely, or fails and changes nothing. It may keep its arguments. The library calls one
// method at a time, from any goroutine. A method must not call the Session that it serves.
//
// An error becomes the one of the call, with its text and the place, so it must hold no secret. It has the status of the
// [*Error] in it, if there is one (fmt.Errorf("%w: the disk failed", ErrIO)), else [StatusServer]; errors of package fs
// that this package knows have theirs. A panic becomes an error too.
//
// [UsernameFinder], [PhoneFinder], [PeerDeleter], [Saver], [Remover], [Transactor], [Leaser], [ValueKeeper] and [Destroyer]
// are what an engine may have beside.
type Engine interface {
	// Info describes the engine. It is called once, when the session is opened.
	Info() EngineInfo
	// Data reads the fields.
	Data() (SessionData, error)
	// SetData writes the fields in which; those that are absent in data become absent. See [SessionData.Assign].
	SetData(data SessionData, which Field) error
	// PutPeers replaces peers by their ids.
	PutPeers(peers []Peer) error
	// Peers reads the peers with these ids, in any order; all peers if ids is nil.
	Peers(ids []int64) ([]Peer, error)
	// UpdateStates reads the update states, in any order.
	UpdateStates() ([]UpdateState, error)
	// SetUpdateStates replaces update states by their ids.
	SetUpdateStates(states []UpdateState) error
	// DeleteUpdateState removes an update state; it need not be there.
	DeleteUpdateState(id int64) error
	// SentFiles reads the sent files, in any order.
	SentFiles() ([]SentFile, error)
	// CacheSentFiles replaces sent files by their MD5, size and type.
	CacheSentFiles(files []SentFile) error
}

// EngineInfo is where and what an engine is.
type EngineInfo struct {
	// Location is where the session is, as errors name it, like "redis://host/0 my_account". It must hold no secret.
	Location string
	// Persistent says that what was written is still there when the session is opened again.
	Persistent bool
	// UsernamesExpire says that usernames expire, as in the Pyrogram family.
	UsernamesExpire bool
}

// UsernameFinder is an engine with an index of usernames. Without it they are found by reading all peers.
type UsernameFinder interface {
	// PeersByUsername reads every peer that has one of these usernames.
	PeersByUsername(usernames []string) ([]Peer, error)
}

// PhoneFinder is an engine with an index of phone numbers. Without it they are found by reading all peers.
type PhoneFinder interface {
	// PeersByPhoneNumber reads every peer that has this phone number.
	PeersByPhoneNumber(phoneNumber string) ([]Peer, error)
}

// PeerDeleter is an engine that can delete peers. Without it [Session.DeletePeers] and [Session.DeleteAllPeers] fail with
// [ErrUnsupported].
type PeerDeleter interface {
	// DeletePeers deletes the peers with these ids, if they exist; all peers if ids is nil.
	DeletePeers(ids []int64) error
}

// Saver is an engine that must act to make writes survive a loss of power.
type Saver interface {
	Save() error
}

// Remover is an engine that can remove the session and all that belongs to it. Without it [Session.Delete] fails with
// [ErrUnsupported].
type Remover interface {
	Remove() error
}

// Transactor is an engine that can combine several calls into one transaction. Without it a conversion that fails half-way leaves
// peers without a login.
type Transactor interface {
	// Begin begins a transaction.
	Begin() error
	// Finish commits the transaction, or rolls it back.
	Finish(keep bool) error
}

// Leaser is an engine that keeps leases on auth keys for all machines. Without it they hold on this machine only.
type Leaser interface {
	// TakeLease takes the lease if it is free or expired, or renews it if its token holds it. If somebody else holds it,
	// TakeLease changes nothing and returns the holder. It must be atomic across machines.
	TakeLease(lease Lease) (*LeaseHolder, error)
	// ReleaseLease releases a lease, if the token holds it.
	ReleaseLease(keyID, token string) error
}

// ValueKeeper is an engine that keeps values beside its session. Without it [Session.SetValue] fails with [ErrUnsupported].
// A value may be a secret.
type ValueKeeper interface {
	// Values reads the values with these names, by their names; all values if names is nil.
	Values(names []string) (map[string][]byte, error)
	// SetValue sets a value; it removes it if value is nil. One without bytes is not nil.
	SetValue(name string, value []byte) error
}

// Lease is a lease on an auth key.
type Lease struct {
	// KeyID is that of the auth key.
	KeyID string
	// Token identifies its holder.
	Token string
	// Owner is the text that others are shown.
	Owner string
	// Seconds is how long it lasts if nobody renews it.
	Seconds uint32
}

// LeaseHolder is who holds a lease.
type LeaseHolder struct {
	// Owner is what was given when the lease was taken.
	Owner string
	// Since is when that was, in Unix seconds.
	Since int64
}

// Destroyer is an engine that is told when its session is closed and no call is in progress.
type Destroyer interface {
	// Destroy is called once, after the last call.
	Destroy()
}

// OpenEngine opens a session in a storage engine of your own: one value for each session. Options for files
// are ignored.
func OpenEngine(engine Engine, opts ...Option) (*Session, error) {
	if engine == nil {
		return nil, invalid("there is no engine")
	}
	info := engine.Info()
	handle := cgo.NewHandle(engine) // the library's once it is open: goEngineDestroy deletes it
	opener := func(location *C.char, options C.go_options) C.go_opened {
		return C.go_open_engine(C.uintptr_t(handle), location, info.flags(), abilities(engine), options)
	}
	session, err := openText("the engine's location", info.Location, opts, opener)
	if err != nil {
		handle.Delete()
	}
	return session, err
}

func (i EngineInfo) flags() (flags C.uint32_t) {
	if i.Persistent {
		flags |= C.TGS_ENGINE_PERSISTENT
	}
	if i.UsernamesExpire {
		flags |= C.TGS_ENGINE_USERNAMES_EXPIRE
	}
	return flags
}

func abilities(engine Engine) C.go_abilities {
	return C.go_abilities{
		finds_usernames:     is[UsernameFinder](engine),
		finds_phone_numbers: is[PhoneFinder](engine),
		saves:               is[Saver](engine),
		removes:             is[Remover](engine),
		has_transactions:    is[Transactor](engine),
		has_leases:          is[Leaser](engine),
		deletes_peers:       is[PeerDeleter](engine),
		keeps_values:        is[ValueKeeper](engine),
	}
}

func is[Ability any](engine Engine) C.bool {
	_, can := engine.(Ability)
	return C.bool(can)
}
