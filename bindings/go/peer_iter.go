package tgsession

// #include "shim.h"
import "C"

import (
	"iter"
	"runtime"
	"unsafe"
)

// Peers iterates over complete peers, in ascending order of their ids, as they are at the beginning. An error ends it.
func (s *Session) Peers() iter.Seq2[Peer, error] {
	return func(yield func(Peer, error) bool) {
		s.walk(C.go_peer_iter_new(s.number(), nil, 0), yield)
	}
}

// PeersByID iterates over those peers with these marked ids that the session has.
func (s *Session) PeersByID(ids ...int64) iter.Seq2[Peer, error] {
	return func(yield func(Peer, error) bool) {
		// NULL would be all peers.
		wanted := append(make([]int64, 0, len(ids)+1), ids...)
		first := (*C.int64_t)(unsafe.SliceData(wanted))
		s.walk(C.go_peer_iter_new(s.number(), first, C.size_t(len(ids))), yield)
	}
}

func (s *Session) walk(begun C.go_iter, yield func(Peer, error) bool) {
	runtime.KeepAlive(s)
	if err := failure(begun.result); err != nil {
		yield(Peer{}, err)
		return
	}
	defer C.go_peer_iter_free(begun.iter)
	for {
		next := C.go_peer_iter_next(begun.iter)
		switch err := failure(next.result); {
		case err == ErrNotFound:
			return
		case err != nil:
			yield(Peer{}, err)
			return
		case !yield(newPeer(next.peer), nil):
			return
		}
	}
}

// newPeer copies what the iterator shows.
func newPeer(c *C.tgs_peer) Peer {
	peer := Peer{
		ID:           int64(c.id),
		AccessHash:   optional(c.has_access_hash, c.access_hash),
		Type:         PeerType(c._type),
		PhoneNumber:  copied(c.phone_number),
		Name:         copied(c.name),
		LastUpdateOn: optional(C.bool(c.last_update_on != 0), c.last_update_on),
	}
	if c.type_name != nil {
		peer.TypeName = C.GoString(c.type_name)
	}
	for _, username := range unsafe.Slice(c.usernames, c.username_count) {
		peer.Usernames = append(peer.Usernames, C.GoString(username))
	}
	return peer
}
