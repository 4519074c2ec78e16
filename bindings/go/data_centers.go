package tgsession

// #include "shim.h"
import "C"

import (
	"runtime"
	"strings"
	"unsafe"
)

// DataCenter is what a login has at a data centre. Nil means absent.
type DataCenter struct {
	// ID is 1 to 5, 203, others possible.
	ID int32
	// AuthKey has [AuthKeyLen] bytes, and so has TmpAuthKey, the temporary key of perfect forward secrecy. Print neither.
	AuthKey    []byte
	TmpAuthKey []byte
	// TmpExpiresAt is in Unix seconds: after it the temporary key is not valid any more.
	TmpExpiresAt *int64
	// Addresses are in the order in which they are tried: 64 at most.
	Addresses []DCAddress
}

// DCAddress is where a data centre is reached. Whether it is a test server, [Session.TestMode] tells.
type DCAddress struct {
	// ServerAddress is an IPv4 or IPv6 address, without brackets.
	ServerAddress string
	Port          uint16
	// IsMediaOnly says that it serves files only.
	IsMediaOnly bool
}

// SetDC replaces what is known of a data centre. Of the home data centre, the keys that are given are written to the
// fields, and those that are absent stay there. Data centres are in every engine, are copied by a conversion, and go when
// the auth key changes to one that none of them has: it is another login then.
func (s *Session) SetDC(dc DataCenter) error {
	defer runtime.KeepAlive(s)
	if err := checkKeys(dc.AuthKey, dc.TmpAuthKey); err != nil {
		return err
	}
	addresses, err := newAddresses(dc.Addresses)
	if err != nil {
		return err
	}
	defer C.free(unsafe.Pointer(addresses))
	c := C.tgs_dc{dc_id: C.int32_t(dc.ID), addresses: addresses, address_count: C.size_t(len(dc.Addresses))}
	fill(&c.tmp_expires_at, &c.has_tmp_expires_at, dc.TmpExpiresAt)
	return failure(C.go_set_dc(s.number(), c, bytes(dc.AuthKey), bytes(dc.TmpAuthKey)))
}

// DC reads what is known of a data centre. Of the home data centre, the keys and the first address are those of the
// fields. [ErrNotFound] says that nothing is known.
func (s *Session) DC(id int32) (DataCenter, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_dc(s.number(), C.int32_t(id))
	if err := failure(answer.result); err != nil {
		return DataCenter{}, err
	}
	defer C.tgs_dc_free(answer.dc)
	return newDataCenter(answer.dc), nil
}

// DeleteDC removes what is known of a data centre; nothing need be known. The fields of the home data centre stay.
func (s *Session) DeleteDC(id int32) error {
	defer runtime.KeepAlive(s)
	return failure(C.go_delete_dc(s.number(), C.int32_t(id)))
}

// DCIDs are the ids of the data centres of which something is known, in ascending order: the home one's too.
func (s *Session) DCIDs() ([]int32, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_list_dcs(s.number())
	if err := failure(answer.result); err != nil {
		return nil, err
	}
	return decoded[[]int32](answer.text)
}

// newDataCenter copies what the library shows.
func newDataCenter(c *C.tgs_dc) DataCenter {
	dc := DataCenter{
		ID: int32(c.dc_id), AuthKey: copiedKey(c.auth_key), TmpAuthKey: copiedKey(c.tmp_auth_key),
		TmpExpiresAt: optional(c.has_tmp_expires_at, c.tmp_expires_at),
	}
	for _, address := range unsafe.Slice(c.addresses, c.address_count) {
		dc.Addresses = append(dc.Addresses, DCAddress{
			ServerAddress: C.GoString(address.server_address), Port: uint16(address.port), IsMediaOnly: bool(address.is_media_only),
		})
	}
	return dc
}

// newAddresses copies addresses into one block of C memory: structs, then their texts, each with a NUL. Free it.
func newAddresses(addresses []DCAddress) (*C.tgs_dc_address, error) {
	if len(addresses) == 0 {
		return nil, nil
	}
	length := len(addresses) * C.sizeof_tgs_dc_address
	for i := range addresses {
		if strings.IndexByte(addresses[i].ServerAddress, 0) >= 0 {
			return nil, invalid("the address of a data centre has a NUL character in it")
		}
		length += len(addresses[i].ServerAddress) + 1
	}
	block := C.malloc(C.size_t(length)) // as cgo calls it, malloc never fails
	memory := unsafe.Slice((*byte)(block), length)
	clear(memory) // Go's garbage collector reads a pointer before it is overwritten
	structs := unsafe.Slice((*C.tgs_dc_address)(block), len(addresses))
	texts := memory[len(addresses)*C.sizeof_tgs_dc_address:]
	for i, address := range addresses {
		structs[i] = C.tgs_dc_address{
			size: C.sizeof_tgs_dc_address, server_address: (*C.char)(unsafe.Pointer(&texts[0])),
			port: C.uint16_t(address.Port), is_media_only: C.bool(address.IsMediaOnly),
		}
		texts = texts[copy(texts, address.ServerAddress)+1:]
	}
	return &structs[0], nil
}
