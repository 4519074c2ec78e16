package tgsession

// #include "shim.h"
import "C"

import (
	"fmt"
	"strings"
	"unsafe"
)

// batch is an array of tgs_peer with all its texts in one block of C memory: structs, then the usernames' pointers, then
// the texts. C may not see pointers into Go's memory inside it, and one allocation for each text would cost more than
// the rest of the call.
type batch struct {
	peers *C.tgs_peer
	count C.size_t
	// What of the block is still free.
	pointers []*C.char
	texts    []byte
}

// newBatch copies the peers. Free it.
func newBatch(peers []Peer) (*batch, error) {
	usernames, texts, err := measure(peers)
	if err != nil {
		return nil, err
	}
	b := &batch{count: C.size_t(len(peers))}
	if len(peers) == 0 {
		return b, nil
	}
	b.allocate(len(peers), usernames, texts)
	structs := unsafe.Slice(b.peers, len(peers))
	for i := range peers {
		b.put(&peers[i], &structs[i])
	}
	return b, nil
}

// measure counts the usernames and the bytes of all texts with their NULs.
func measure(peers []Peer) (usernames, texts int, err error) {
	for i := range peers {
		usernames += len(peers[i].Usernames)
		for text := range peers[i].texts {
			if strings.IndexByte(text, 0) >= 0 {
				return 0, 0, invalid(fmt.Sprintf("peer %d: a text has a NUL character in it", peers[i].ID))
			}
			texts += len(text) + 1
		}
	}
	return usernames, texts, nil
}

// texts walks over all texts of a peer.
func (p *Peer) texts(yield func(string) bool) {
	for _, username := range p.Usernames {
		if !yield(username) {
			return
		}
	}
	for _, text := range []*string{p.typeName(), p.PhoneNumber, p.Name} {
		if text != nil && !yield(*text) {
			return
		}
	}
}

func (p *Peer) typeName() *string { return filled(p.TypeName) }

// allocate makes the block, zeroed: Go's garbage collector reads a pointer before it is overwritten.
func (b *batch) allocate(peers, usernames, texts int) {
	structs := peers * C.sizeof_tgs_peer
	pointers := usernames * int(unsafe.Sizeof(uintptr(0)))
	size := structs + pointers + texts
	block := C.malloc(C.size_t(size)) // as cgo calls it, malloc never fails
	clear(unsafe.Slice((*byte)(block), size))
	b.peers = (*C.tgs_peer)(block)
	b.pointers = unsafe.Slice((**C.char)(unsafe.Add(block, structs)), usernames)
	b.texts = unsafe.Slice((*byte)(unsafe.Add(block, structs+pointers)), texts)
}

func (b *batch) put(peer *Peer, c *C.tgs_peer) {
	c.size = C.sizeof_tgs_peer
	c.id = C.int64_t(peer.ID)
	c._type = C.int32_t(peer.Type)
	c.type_name = b.text(peer.typeName())
	c.usernames, c.username_count = b.usernames(peer.Usernames)
	c.phone_number = b.text(peer.PhoneNumber)
	c.name = b.text(peer.Name)
	if peer.AccessHash != nil {
		c.access_hash, c.has_access_hash = C.int64_t(*peer.AccessHash), true
	}
	if peer.LastUpdateOn != nil {
		c.last_update_on = C.int64_t(*peer.LastUpdateOn)
	}
}

func (b *batch) usernames(usernames []string) (**C.char, C.size_t) {
	switch {
	case usernames == nil:
		return nil, 0
	case len(usernames) == 0: // none, which is no NULL
		return (**C.char)(unsafe.Pointer(b.peers)), 0
	}
	first := &b.pointers[0]
	for i := range usernames {
		b.pointers[i] = b.text(&usernames[i])
	}
	b.pointers = b.pointers[len(usernames):]
	return first, C.size_t(len(usernames))
}

// text copies a text into the block; its NUL is there already.
func (b *batch) text(text *string) *C.char {
	if text == nil {
		return nil
	}
	place := (*C.char)(unsafe.Pointer(&b.texts[0]))
	copy(b.texts, *text)
	b.texts = b.texts[len(*text)+1:]
	return place
}

func (b *batch) free() { C.free(unsafe.Pointer(b.peers)) }
