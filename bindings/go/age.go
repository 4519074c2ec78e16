package tgsession

// #include "shim.h"
import "C"

import (
	"runtime"
)

// OpenAgePassphrase opens a session in an age file (https://age-encryption.org) that has a passphrase: what
// [Session.AgePassphrase] or any age tool made, also with armor. It is then in memory. Another passphrase is
// [ErrWrongKey]. It takes about a second and 256 MB of memory.
func OpenAgePassphrase(content []byte, passphrase string, opts ...Option) (*Session, error) {
	return openText("the passphrase", passphrase, opts, func(secret *C.char, options C.go_options) C.go_opened {
		return C.go_open_age(bytes(content), C.size_t(len(content)), secret, nil, options)
	})
}

// OpenAgeIdentity opens a session in an age file that is encrypted to recipients. The identity is the text of an identity
// file: AGE-SECRET-KEY-1… lines and comments. If none of them is that of a recipient, it is [ErrWrongKey].
func OpenAgeIdentity(content []byte, identity string, opts ...Option) (*Session, error) {
	return openText("the identity", identity, opts, func(secret *C.char, options C.go_options) C.go_opened {
		return C.go_open_age(bytes(content), C.size_t(len(content)), nil, secret, options)
	})
}

// AgePassphrase is the whole session as an age file with a passphrase. After `age -d` its client opens it. The format is
// that of [Session.Bytes].
func (s *Session) AgePassphrase(format, passphrase string) (file []byte, err error) {
	err = withText("the passphrase", passphrase, func(secret *C.char) error {
		file, err = s.age(format, secret, &texts{})
		return err
	})
	return file, err
}

// AgeRecipients is the whole session as an age file that each of the recipients (age1…) can decrypt. What is no recipient
// of age's own is [ErrInvalidArgument], with its number in the message, from 1.
func (s *Session) AgeRecipients(format string, recipients ...string) ([]byte, error) {
	texts, err := newTexts("a recipient", recipients)
	if err != nil {
		return nil, err
	}
	defer texts.free()
	return s.age(format, nil, texts)
}

func (s *Session) age(format string, passphrase *C.char, recipients *texts) ([]byte, error) {
	defer runtime.KeepAlive(s)
	var answer C.go_bytes
	err := withOptionalText("the format", filled(format), func(format *C.char) error {
		answer = C.go_to_age(s.number(), format, passphrase, recipients.first, recipients.count)
		return failure(answer.result)
	})
	return takenBytes(answer, err)
}
