package tgsession

// #include "shim.h"
import "C"

import (
	"runtime"
	"slices"
	"unsafe"
)

// OpenBytes opens a session in bytes: a complete SQLite file of any client, or its JSON, as it is or compressed by gzip.
// It is in memory from then on, with its peers, and [Session.Bytes] gives it back. So an object store, a cache or an
// environment variable can hold a session.
func OpenBytes(content []byte, opts ...Option) (*Session, error) {
	return open(opts, func(options C.go_options) C.go_opened {
		return C.go_open_bytes(bytes(content), C.size_t(len(content)), options)
	})
}

// Bytes is the whole session as a complete SQLite file, which its client opens, and [OpenBytes]. Guard it like a
// password. The format is a layout as [Format] takes it, "" for the session's own; a session that is in no file becomes
// "pyrogram@3", one of Telethon's kind "telethon@7". Compressed by gzip it has about a third of the size.
//
// [ErrIncomplete] names the fields that the layout needs and the session does not tell.
func (s *Session) Bytes(format string, compress bool) ([]byte, error) {
	defer runtime.KeepAlive(s)
	var answer C.go_bytes
	err := withOptionalText("the format", filled(format), func(format *C.char) error {
		answer = C.go_to_bytes(s.number(), format, C.bool(compress))
		return failure(answer.result)
	})
	if err != nil {
		return nil, err
	}
	defer C.tgs_bytes_free(answer.bytes, answer.len)
	return slices.Clone(unsafe.Slice((*byte)(answer.bytes), answer.len)), nil
}

// ChangeCount is how often this Session has changed what it opened: whoever keeps it elsewhere, as bytes, keeps it anew
// when the number has grown. It starts at 0 with each open; calls that change nothing do not count.
func (s *Session) ChangeCount() (uint64, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_change_count(s.number())
	return uint64(answer.value), failure(answer.result)
}
