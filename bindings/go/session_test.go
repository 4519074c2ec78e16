package tgsession

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var _ io.Closer = (*Session)(nil)

func TestANewFileIsItsOwners(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.session")
	session := opened(t, path)
	equal(t, got(session.Format())(t), "pyrogram@3")
	equal(t, got(os.Stat(path))(t).Mode().Perm(), fs.FileMode(0o600))
}

func TestAFormatIsChosen(t *testing.T) {
	for _, format := range []string{"pyrogram@3", "kurigram@7", "kurigram@6", "pyrofork@4", "telethon@7", "telethon@8"} {
		equal(t, got(newFile(t, Format(format)).Format())(t), format)
	}
	_, err := Open(filepath.Join(t.TempDir(), "x.session"), Format("tdlib@1"))
	fails(t, err, ErrInvalidArgument)
}

func TestANewFileInWALMode(t *testing.T) {
	for _, options := range [][]Option{nil, {WAL()}} {
		path := filepath.Join(t.TempDir(), "wal.session")
		must(t, opened(t, path, options...).SetDCID(Some(int32(4))))
		_, err := os.Stat(path + "-wal")
		equal(t, err == nil, options != nil)
	}
}

func TestWhatIsNotThereIsNotMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "no.session")
	for _, option := range []Option{MustExist(), ReadOnly()} {
		_, err := Open(path, option)
		fails(t, err, ErrFileNotFound)
		fails(t, err, fs.ErrNotExist)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("the file was made")
	}
}

func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "read.session")
	must(t, opened(t, path).SetUserID(Some(int64(7))))
	session := opened(t, path, ReadOnly())
	equal(t, *got(session.UserID())(t), int64(7))
	fails(t, session.SetUserID(nil), ErrReadOnly)
	fails(t, session.UpdatePeers([]Peer{{ID: 1}}), ErrReadOnly)
	fails(t, session.Delete(), ErrReadOnly)
}

func TestWhatWasWrittenIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept.session")
	first := opened(t, path)
	must(t, first.SetAuthKey(key(1)))
	must(t, first.Save())
	must(t, first.Close())
	equal(t, got(opened(t, path).AuthKey())(t), key(1))
}

func TestDelete(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gone.session")
	session := opened(t, path)
	must(t, session.Delete())
	if files := got(os.ReadDir(filepath.Dir(path)))(t); len(files) != 0 {
		t.Fatalf("%v is left", files)
	}
	_, err := session.DCID()
	fails(t, err, ErrClosed)
}

func TestAClosedSessionRefusesEveryCall(t *testing.T) {
	session := opened(t, ":memory:")
	must(t, session.Close())
	must(t, session.Close())
	for name, call := range everyCall(session) {
		if err := call(); !errors.Is(err, ErrClosed) || !errors.Is(err, fs.ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALockIsWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "locked.session")
	session := opened(t, path, BusyTimeout(100*time.Millisecond))
	unlock := lock(t, path)
	begin := time.Now()
	err := session.SetUserID(Some(int64(1)))
	fails(t, err, ErrLocked)
	if waited := time.Since(begin); waited < 90*time.Millisecond || waited > 4*time.Second {
		t.Fatalf("it waited %v", waited)
	}
	unlock()
	must(t, session.SetUserID(Some(int64(1))))
}

func TestNoSession(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text.session")
	must(t, os.WriteFile(text, []byte("no session at all, but a text of some length\n"), 0o600))
	for location, want := range map[string]error{
		text:                  ErrNotASession,
		folder:                nil,
		"":                    nil,
		"nothing://host/name": ErrUnsupported,
	} {
		session, err := Open(location)
		if err == nil {
			_ = session.Close()
			t.Errorf("%q was opened", location)
		}
		if want != nil {
			fails(t, err, want)
		}
	}
}

func TestAPlaceThatKeepsOneSessionListsNone(t *testing.T) {
	for _, location := range []string{":memory:", filepath.Join(t.TempDir(), "one.session"), "nothing://host/"} {
		_, err := ListSessions(location)
		fails(t, err, ErrUnsupported)
	}
}
