package tgsession

import (
	"strings"
	"testing"
)

const (
	recipient = "age1j9xgd6rqa7vyvj3svcqs8fs94d7pv24pr5qhman7vtmxflwfcumq2fd49f"
	identity  = "AGE-SECRET-KEY-14U7D8KWEENWG4JKJVJXRXNH9890TAWKH8L4RQ8XQ482SEQZZ6VXSHK7D8P"
	stranger  = "AGE-SECRET-KEY-1ZQJ5HAVYLKZ83Q6R2AQWZLHFW7ZUDCT62WRWTT85D79LK9CHZKVS5ZQ02F"
)

func TestAgeFilesComeBack(t *testing.T) {
	s := newFile(t, Format("kurigram@7"))
	login(t, s)
	must(t, s.UpdatePeers(people()))
	sealed := got(s.AgeRecipients("", recipient))(t)
	equal(t, strings.HasPrefix(string(sealed), "age-encryption.org/v1\n"), true)
	again := got(OpenAgeIdentity(sealed, "# mine\n"+identity+"\n"))(t)
	equal(t, got(again.AuthKey())(t), key(9))
	equal(t, collect(t, again.Peers()), collect(t, s.Peers()))
	must(t, again.Close())

	closed := got(s.AgePassphrase("telethon@8", "correct horse"))(t)
	again = got(OpenAgePassphrase(closed, "correct horse", ReadOnly()))(t)
	equal(t, got(again.Format())(t), "telethon@8")
	fails(t, again.SetUserID(Some[int64](5)), ErrReadOnly)
	must(t, again.Close())
}

func TestAgeFilesThatDoNotOpen(t *testing.T) {
	s := newFile(t)
	login(t, s)
	sealed := got(s.AgeRecipients("", recipient))(t)
	_, err := OpenAgeIdentity(sealed, stranger)
	fails(t, err, ErrWrongKey)
	_, err = OpenAgePassphrase(sealed, "a secret")
	fails(t, err, ErrWrongKey)
	equal(t, strings.Contains(err.Error(), "a secret"), false)
	_, err = OpenBytes(sealed)
	fails(t, err, ErrWrongKey)
	_, err = OpenAgeIdentity(sealed[:len(sealed)-1], identity)
	fails(t, err, ErrCorrupt)
	_, err = OpenAgeIdentity(nil, identity)
	fails(t, err, ErrNotASession)
}

func TestWhatEncryptsNothing(t *testing.T) {
	s := newFile(t)
	login(t, s)
	_, err := s.AgeRecipients("", recipient, identity)
	fails(t, err, ErrInvalidArgument)
	equal(t, strings.Contains(err.Error(), "recipient 2"), true)
	equal(t, strings.Contains(err.Error(), identity[20:40]), false)
	for _, refused := range []func() ([]byte, error){
		func() ([]byte, error) { return s.AgeRecipients("") },
		func() ([]byte, error) { return s.AgeRecipients("", "a\x00b") },
		func() ([]byte, error) { return s.AgePassphrase("", "") },
		func() ([]byte, error) { return s.AgePassphrase("", "a\x00b") },
		func() ([]byte, error) { return s.AgePassphrase("tdlib@1", "secret") },
	} {
		_, err := refused()
		fails(t, err, ErrInvalidArgument)
	}
}
