package tgsession

// #include "shim.h"
import "C"

import (
	"runtime"
	"slices"
	"unsafe"
)

// OpenBytes opens a session in bytes: a complete SQLite file of any client, or its JSON, as it is or compressed by gzip.
// It is then in memory, with its peers, and [Session.Bytes] returns it. So a session can be stored in an object store, a
// cache or an environment variable.
func OpenBytes(content []byte, opts ...Option) (*Session, error) {
	return open(opts, func(options C.go_options) C.go_opened {
		return C.go_open_bytes(bytes(content), C.size_t(len(content)), options)
	})
}

// Bytes is the whole session as a complete SQLite file, which its client opens, and [OpenBytes]. Guard it like a
// password. The format is a layout as [Format] takes it, "" for the session's own; a session that is in no file becomes
// "pyrogram@3", one of Telethon's kind "telethon@7". Compressed by gzip it has about a third of the size.
//
// [ErrIncomplete] names the fields that the layout needs and the session does not have.
func (s *Session) Bytes(format string, compress bool) ([]byte, error) {
	defer runtime.KeepAlive(s)
	var answer C.go_bytes
	err := withOptionalText("the format", filled(format), func(format *C.char) error {
		answer = C.go_to_bytes(s.number(), format, C.bool(compress))
		return failure(answer.result)
	})
	return takenBytes(answer, err)
}

// takenBytes copies bytes that the library gave, and frees the library's.
func takenBytes(answer C.go_bytes, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer C.tgs_bytes_free(answer.bytes, answer.len)
	return slices.Clone(unsafe.Slice((*byte)(answer.bytes), answer.len)), nil
}

// ChangeCount is the number of calls through this Session that changed it, starting at 0. If you store the bytes elsewhere,
// store them again when this grows. Calls that change nothing do not count.
func (s *Session) ChangeCount() (uint64, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_change_count(s.number())
	return uint64(answer.value), failure(answer.result)
}
