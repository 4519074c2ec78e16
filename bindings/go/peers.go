package tgsession

// #include "shim.h"
import "C"

import (
	"runtime"
	"strconv"
	"unsafe"
)

// PeerType is the type of a peer. The numbers are those of tgs_peer_type.
type PeerType int32

// The types of peers.
const (
	// PeerUnknown, in a peer that you write, derives the type from the marked id: user, group or channel.
	PeerUnknown    PeerType = C.TGS_PEER_TYPE_UNKNOWN
	PeerUser       PeerType = C.TGS_PEER_TYPE_USER
	PeerBot        PeerType = C.TGS_PEER_TYPE_BOT
	PeerGroup      PeerType = C.TGS_PEER_TYPE_GROUP
	PeerChannel    PeerType = C.TGS_PEER_TYPE_CHANNEL
	PeerSupergroup PeerType = C.TGS_PEER_TYPE_SUPERGROUP
	PeerForum      PeerType = C.TGS_PEER_TYPE_FORUM
	PeerDirect     PeerType = C.TGS_PEER_TYPE_DIRECT
	PeerCommunity  PeerType = C.TGS_PEER_TYPE_COMMUNITY
	// PeerOther is a type that the library does not know yet: the peer's TypeName names it.
	PeerOther PeerType = C.TGS_PEER_TYPE_OTHER
)

var peerTypeNames = map[PeerType]string{
	PeerUnknown:    "unknown",
	PeerUser:       "user",
	PeerBot:        "bot",
	PeerGroup:      "group",
	PeerChannel:    "channel",
	PeerSupergroup: "supergroup",
	PeerForum:      "forum",
	PeerDirect:     "direct",
	PeerCommunity:  "community",
	PeerOther:      "other",
}

// String is the name of the type, like "supergroup".
func (t PeerType) String() string {
	if name, known := peerTypeNames[t]; known {
		return name
	}
	return "PeerType(" + strconv.Itoa(int(t)) + ")"
}

// Peer is all that is known of a peer.
type Peer struct {
	// ID is marked: a user's is positive, a basic group's -id, a channel's -1000000000000 - id. Never 0.
	ID int64
	// AccessHash has the whole signed range. Absent and 0 are different things to a client.
	AccessHash *int64
	Type       PeerType
	// TypeName is the type's name, for PeerOther only.
	TypeName string
	// Usernames has the main one first. In any case, with or without "@". To [Session.MergePeers] nil is not told, and an
	// empty slice is none.
	Usernames []string
	// PhoneNumber may have "+" and spaces.
	PhoneNumber *string
	// Name is the display name (Telethon).
	Name *string
	// LastUpdateOn is when the peer was last seen, in Unix seconds; nil, when you write it, is now.
	LastUpdateOn *int64
}

// InputPeer is the answer of a lookup: as much as Telegram's InputPeer needs.
type InputPeer struct {
	// ID is the marked id.
	ID int64
	// BareID is the id without its mark, as Telegram's own methods take it.
	BareID int64
	// AccessHash may be absent, which is not the same as 0.
	AccessHash *int64
	// Type is never PeerUnknown.
	Type PeerType
	// LastUpdateOn is when the peer was last seen, in Unix seconds; nil if the client stores no time.
	LastUpdateOn *int64
}

// UpdatePeers adds peers, or replaces those with the same ids, in one transaction: all of them, or none. A value that
// is left out becomes unknown. A username moves to the peer that was seen last. Pass thousands in one call.
func (s *Session) UpdatePeers(peers []Peer) error {
	defer runtime.KeepAlive(s)
	batch, err := newBatch(peers)
	if err != nil {
		return err
	}
	defer batch.free()
	return failure(C.go_update_peers(s.number(), batch.peers, batch.count))
}

// MergePeers changes what is told of peers, and leaves the rest as the session has it, in one transaction: all of them, or
// none. Not told is an AccessHash, PhoneNumber or Name of nil, Usernames of nil, and PeerUnknown; an empty PhoneNumber or
// Name, and Usernames that are empty but not nil, say that there is none. So a "min" user or a forbidden channel loses
// nothing. A username that is told moves, and LastUpdateOn is written always.
func (s *Session) MergePeers(peers []Peer) error {
	defer runtime.KeepAlive(s)
	batch, err := newBatch(peers)
	if err != nil {
		return err
	}
	defer batch.free()
	return failure(C.go_merge_peers(s.number(), batch.peers, batch.count))
}

// DeletePeers deletes the peers with these marked ids, in one transaction. An id that no peer has is ignored.
func (s *Session) DeletePeers(ids ...int64) error {
	defer runtime.KeepAlive(s)
	return failure(C.go_delete_peers(s.number(), (*C.int64_t)(unsafe.SliceData(ids)), C.size_t(len(ids))))
}

// DeleteAllPeers deletes all peers. The login, the update states and the sent files stay.
func (s *Session) DeleteAllPeers() error {
	defer runtime.KeepAlive(s)
	return failure(C.go_delete_all_peers(s.number()))
}

// Prune says which peers a session can do without. One of SeenBefore and KeepNewest has to be there.
type Prune struct {
	// SeenBefore, in Unix seconds: peers that were last seen before are deleted; nil: their age does not matter. One whose
	// time is not known is never too old.
	SeenBefore *int64
	// KeepNewest is how many stay of the peers that were seen last; nil: their number does not matter. One whose time is not
	// known counts as older than all others.
	KeepNewest *int64
	// Type limits what is counted and deleted to peers of one type; PeerUnknown does not.
	Type PeerType
}

// PrunePeers deletes the peers that were last seen long ago, and the oldest of too many, in one transaction, and tells how
// many. The account itself, update states and sent files stay. The file does not become smaller: the next peers take the
// place, or [Session.Compact] gives it back.
func (s *Session) PrunePeers(prune Prune) (removed uint64, err error) {
	defer runtime.KeepAlive(s)
	seenBefore, keepNewest := C.int64_t(0), C.int64_t(-1)
	if prune.SeenBefore != nil {
		seenBefore = C.int64_t(*prune.SeenBefore)
	}
	if prune.KeepNewest != nil {
		keepNewest = C.int64_t(*prune.KeepNewest)
	}
	var number C.uint64_t
	err = failure(C.go_prune_peers(s.number(), seenBefore, C.int32_t(prune.Type), keepNewest, &number))
	return uint64(number), err
}

// Compact gives the room in the session's SQLite file that nothing is in back to the file system, and tells how many bytes: about
// maxBytes in one call, or all of it with 0. Call it until it tells 0. A file without incremental auto_vacuum can only be
// written anew as a whole, while other programs wait; that is [ErrUnsupported] where it takes more than maxBytes.
func (s *Session) Compact(maxBytes int64) (freed int64, err error) {
	defer runtime.KeepAlive(s)
	var number C.int64_t
	err = failure(C.go_compact(s.number(), C.int64_t(maxBytes), &number))
	return int64(number), err
}

// InputPeers finds many peers by their marked ids in one call, each at the place of its id; nil where no peer has it.
func (s *Session) InputPeers(ids ...int64) ([]*InputPeer, error) {
	defer runtime.KeepAlive(s)
	found := make([]C.tgs_input_peer, len(ids))
	first := (*C.int64_t)(unsafe.SliceData(ids))
	if err := failure(C.go_get_peers(s.number(), first, C.size_t(len(ids)), unsafe.SliceData(found))); err != nil {
		return nil, err
	}
	peers := make([]*InputPeer, len(ids))
	for i := range found {
		if found[i].id != 0 {
			peer := newInputPeer(&found[i])
			peers[i] = &peer
		}
	}
	return peers, nil
}

// PeerByID finds a peer by its marked id. [ErrNotFound] if no peer has it.
func (s *Session) PeerByID(id int64) (InputPeer, error) {
	defer runtime.KeepAlive(s)
	return found(C.go_get_peer_by_id(s.number(), C.int64_t(id)))
}

// PeerByUsername finds a peer by any of its usernames, in any case, with or without "@". [ErrNotFound] if no peer has
// it, [ErrExpired] if its owner was last seen too long ago: then ask Telegram.
func (s *Session) PeerByUsername(username string) (InputPeer, error) {
	return s.peerByText("the username", username, func(text *C.char) C.go_found {
		return C.go_get_peer_by_username(s.number(), text)
	})
}

// PeerByPhoneNumber finds a peer by its phone number, with or without "+" and spaces. [ErrNotFound] if no peer has it.
func (s *Session) PeerByPhoneNumber(phoneNumber string) (InputPeer, error) {
	return s.peerByText("the phone number", phoneNumber, func(text *C.char) C.go_found {
		return C.go_get_peer_by_phone_number(s.number(), text)
	})
}

// PeerByName finds a peer by its display name, written exactly as it is (Telethon); of several the one with the lowest
// id. It searches all peers. [ErrNotFound] if no peer has it.
func (s *Session) PeerByName(name string) (InputPeer, error) {
	return s.peerByText("the name", name, func(text *C.char) C.go_found {
		return C.go_get_peer_by_name(s.number(), text)
	})
}

func (s *Session) peerByText(name, text string, lookup func(*C.char) C.go_found) (peer InputPeer, err error) {
	defer runtime.KeepAlive(s)
	err = withText(name, text, func(text *C.char) error {
		peer, err = found(lookup(text))
		return err
	})
	return peer, err
}

func found(answer C.go_found) (InputPeer, error) {
	if err := failure(answer.result); err != nil {
		return InputPeer{}, err
	}
	return newInputPeer(&answer.peer), nil
}

func newInputPeer(peer *C.tgs_input_peer) InputPeer {
	return InputPeer{
		ID:           int64(peer.id),
		BareID:       int64(peer.bare_id),
		AccessHash:   optional(peer.has_access_hash, peer.access_hash),
		Type:         PeerType(peer._type),
		LastUpdateOn: optional(C.bool(peer.last_update_on != 0), peer.last_update_on),
	}
}

func optional(present C.bool, number C.int64_t) *int64 {
	if !present {
		return nil
	}
	return Some(int64(number))
}
