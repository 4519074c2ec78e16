package tgsession

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

func TestBytesComeBack(t *testing.T) {
	for _, s := range []*Session{
		opened(t, ":memory:"), newFile(t), newFile(t, Format("kurigram@7")), newFile(t, Format("telethon@8")),
		openedEngine(t, NewMemoryStore().Engine("in bytes")),
	} {
		login(t, s)
		must(t, s.UpdatePeers(people()))
		whole, packed := got(s.Bytes("", false))(t), got(s.Bytes("", true))(t)
		equal(t, string(whole[:15]), "SQLite format 3")
		equal(t, len(packed) < len(whole)/2, true)
		for _, content := range [][]byte{whole, packed} {
			again := got(OpenBytes(content))(t)
			equal(t, got(again.AuthKey())(t), key(9))
			equal(t, collect(t, again.Peers()), collect(t, s.Peers()))
			must(t, again.Close())
		}
	}
}

func TestBytesOfAnotherLayout(t *testing.T) {
	s := newFile(t)
	login(t, s)
	again := got(OpenBytes(got(s.Bytes("telethon@8", false))(t)))(t)
	defer again.Close()
	equal(t, got(again.Format())(t), "telethon@8")
	path := filepath.Join(t.TempDir(), "written.session")
	must(t, os.WriteFile(path, got(again.Bytes("", false))(t), 0o600))
	equal(t, got(opened(t, path).AuthKey())(t), key(9))

	_, err := s.Bytes("tdlib@1", false)
	fails(t, err, ErrInvalidArgument)
	stranger := newFile(t, Format("telethon@8"))
	must(t, stranger.SetAuthKey(key(1)))
	_, err = stranger.Bytes("pyrogram@3", false)
	fails(t, err, ErrIncomplete)
}

func TestBytesThatRealClientsWrote(t *testing.T) {
	for _, client := range []string{"kurigram-2.2.26", "pyrogram-2.0.106", "telethon-1.45.0"} {
		path := fixture(t, client, "account")
		var told oracle
		answers := filepath.Join("..", "..", "tests", "fixtures", client, "account.json")
		must(t, json.Unmarshal(got(os.ReadFile(answers))(t), &told))
		s := got(OpenBytes(got(os.ReadFile(path))(t)))(t)
		compare(t, s, told)
		must(t, s.Close())
	}
}

func TestBytesThatAreNoSession(t *testing.T) {
	s := newFile(t)
	login(t, s)
	must(t, s.UpdatePeers(people()))
	whole, packed := got(s.Bytes("", false))(t), got(s.Bytes("", true))(t)
	for _, content := range [][]byte{nil, {}, {0}, []byte("no session at all"), make([]byte, 4096)} {
		_, err := OpenBytes(content)
		fails(t, err, ErrNotASession)
	}
	_, err := OpenBytes(packed[:len(packed)/2])
	fails(t, err, ErrCorrupt)
	if half, err := OpenBytes(whole[:len(whole)/2]); err == nil {
		fails(t, walked(half.Peers()), ErrCorrupt)
		must(t, half.Close())
	}
}

func TestChangesAreCounted(t *testing.T) {
	s := opened(t, ":memory:")
	count := func() uint64 { return got(s.ChangeCount())(t) }
	equal(t, count(), uint64(0))
	must(t, s.SetDCID(Some(int32(2))))
	changed := count()
	equal(t, changed > 0, true)
	got(s.DCID())(t)
	equal(t, count(), changed)
	must(t, s.UpdatePeers(people()))
	equal(t, count() > changed, true)
}
