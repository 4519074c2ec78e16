package tgsession

// #include "shim.h"
import "C"

import (
	"runtime"
)

// Session is an open session. Any goroutine may use it; each call is atomic.
type Session struct {
	// The library never reuses a number, so a call on a closed session is an error and nothing worse.
	handle  C.uintptr_t
	cleanup runtime.Cleanup
}

// Open opens a session: a path, ":memory:" (nothing is kept), or a session string. Opening an
// existing file writes nothing. If there is no file at the path, a new one is created, unless the options forbid it.
func Open(location string, opts ...Option) (*Session, error) {
	return openText("the location", location, opts, func(text *C.char, options C.go_options) C.go_opened {
		return C.go_open(text, options)
	})
}

// OpenString opens a session string of any format, in memory. White space, quotes, padding and the alphabet are
// corrected; a text that is damaged is [ErrBadSessionString], with a message that says what is wrong.
func OpenString(text string, opts ...Option) (*Session, error) {
	return openText("the text", text, opts, func(text *C.char, options C.go_options) C.go_opened {
		return C.go_open_string(text, options)
	})
}

// ListSessions returns the names of the sessions in a store that keeps many, in ascending order. The location is a URL
// without a session's name: "mongodb://host/", "postgresql://host/database" (mysql, mariadb likewise), "sqlite:///file".
func ListSessions(location string) ([]string, error) {
	if err := loaded(); err != nil {
		return nil, err
	}
	var answer C.go_texts
	err := withText("the location", location, func(location *C.char) error {
		answer = C.go_list_sessions(location)
		return failure(answer.result)
	})
	if err != nil {
		return nil, err
	}
	return decoded[[]string](answer.text)
}

func openText(name, text string, opts []Option, opener func(*C.char, C.go_options) C.go_opened) (session *Session, err error) {
	err = withText(name, text, func(text *C.char) error {
		session, err = open(opts, func(options C.go_options) C.go_opened { return opener(text, options) })
		return err
	})
	return session, err
}

func open(opts []Option, opener func(C.go_options) C.go_opened) (*Session, error) {
	if err := loaded(); err != nil {
		return nil, err
	}
	var session *Session
	err := withOptions(opts, func(options C.go_options) error {
		opened := opener(options)
		if err := failure(opened.result); err != nil {
			return err
		}
		session = newSession(opened.session)
		return nil
	})
	return session, err
}

func newSession(handle C.uintptr_t) *Session {
	session := &Session{handle: handle}
	session.cleanup = runtime.AddCleanup(session, func(handle C.uintptr_t) { C.go_close(handle) }, handle)
	return session
}

// number is the handle, or 0, which the library refuses with a message.
func (s *Session) number() C.uintptr_t {
	if s == nil {
		return 0
	}
	return s.handle
}

// Save makes everything that was written survive a loss of power. What a call wrote survives a killed process without.
func (s *Session) Save() error {
	defer runtime.KeepAlive(s)
	return failure(C.go_save(s.number()))
}

// Close closes the session. Calls in progress complete, later ones fail with [ErrClosed]. It may be
// called more than once. The error is always nil; it is there for io.Closer.
func (s *Session) Close() error {
	if s == nil || s.handle == 0 {
		return nil
	}
	s.cleanup.Stop()
	C.go_close(s.handle)
	runtime.KeepAlive(s)
	return nil
}

// ChangePassphrase encrypts the session's file anew with another passphrase, in one transaction. Only an encrypted file has
// one; any other session is copied by [Convert] into a new file that is.
func (s *Session) ChangePassphrase(passphrase string) error {
	defer runtime.KeepAlive(s)
	return withText("the passphrase", passphrase, func(text *C.char) error {
		return failure(C.go_change_passphrase(s.number(), text))
	})
}

// ChangeEncryptionKey does the same with a key of 32 bytes.
func (s *Session) ChangeEncryptionKey(key []byte) error {
	defer runtime.KeepAlive(s)
	copied := C.CBytes(key)
	defer wipe((*C.char)(copied), len(key))
	return failure(C.go_change_encryption_key(s.number(), (*C.uint8_t)(copied), C.size_t(len(key))))
}

// Delete deletes the session and everything that belongs to it. Every later call but Close fails with [ErrClosed].
func (s *Session) Delete() error {
	defer runtime.KeepAlive(s)
	return failure(C.go_delete(s.number()))
}

// Format is the layout of the session and its version, like "kurigram@7", "telethon@8" or "memory".
func (s *Session) Format() (string, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_format(s.number())
	if err := failure(answer.result); err != nil {
		return "", err
	}
	return taken(answer.value), nil
}
