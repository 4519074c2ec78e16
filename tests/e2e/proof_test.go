// Package e2e proves that clients of several languages share one login, against gotd's test server on the loopback
// interface: a key that gotd made and logged in with serves Python clients, and what one learns the others find, in Python,
// Go and C++.
package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/gotd/td/tg"

	"github.com/tgsession/tgsession/bindings/go"
)

// checkOutcome compares what a Python client said with what gotd put into the file, and with whom it had to learn.
func checkOutcome(t *testing.T, c client, said outcome, keyID string, learned []learnedPeer) {
	t.Helper()
	t.Logf("%s %s started without a login: %+v", c.library, said.Version, said)
	equal(t, said.KeyID, keyID)
	equal(t, said.Me, int64(selfID))
	equal(t, said.Country, "NL")
	equal(t, said.News, int64(newsHash))
	equal(t, said.Anna, int64(annaHash))
	equal(t, said.Learned, learned)
}

// checkLearned reads, with the plain binding, what only the Python client was told.
func checkLearned(t *testing.T, path string) {
	t.Helper()
	peer := finds(t, path, "tgs_learned")
	equal(t, peer.ID, int64(learnedID))
	equal(t, *peer.AccessHash, int64(learnedHash))
	t.Logf("Go finds @tgs_learned in %s: id %d, access hash %d", formatOf(t, path), peer.ID, *peer.AccessHash)
}

func converted(t *testing.T, path, format string) string {
	t.Helper()
	target := filepath.Join(t.TempDir(), "converted.session")
	from := got(tgsession.Open(path, tgsession.ReadOnly()))(t)
	defer from.Close()
	to := got(tgsession.Open(target, tgsession.Format(format)))(t)
	defer to.Close()
	got(tgsession.Convert(from, to))(t)
	return target
}

func TestOneLoginForGotdKurigramAndTelethon(t *testing.T) {
	s := startServer(t)
	path := filepath.Join(t.TempDir(), "shared.session")
	keyID := login(t, s, path, "kurigram@7")
	t.Logf("gotd logged in, in a %s file, with key %s", formatOf(t, path), keyID)

	said := kurigram.start(t, s, path)
	checkOutcome(t, kurigram, said, keyID, kurigram.learned)
	s.checkRequests(t, keyID, tg.HelpGetNearestDCRequestTypeID)
	checkLearned(t, path)
	checkFromCpp(t, path, said.Learned)
	again(t, s, path, keyID)

	other := converted(t, path, "telethon@8")
	checkLearned(t, other)
	checkFromCpp(t, other, said.Learned)
	said = telethon.start(t, s, other)
	checkOutcome(t, telethon, said, keyID, telethon.learned)
	// Telethon has stored the same peers again; the data that its layout cannot hold is still there.
	checkFromCpp(t, other, kurigram.learned)
	s.checkRequests(t, keyID, tg.HelpGetNearestDCRequestTypeID, tg.UsersGetUsersRequestTypeID)
	again(t, s, other, keyID)
}

// A Pyrogram 3 file has no place for an address: Pyrogram is told in its own table of data centres where to go, and gotd
// finds the address where tgsession keeps it aside, even after Pyrogram has used the file.
func TestOneLoginForGotdAndPyrogram(t *testing.T) {
	s := startServer(t)
	path := filepath.Join(t.TempDir(), "shared.session")
	keyID := login(t, s, path, "pyrogram@3")
	t.Logf("gotd logged in, in a %s file, with key %s", formatOf(t, path), keyID)

	said := pyrogram.start(t, s, path)
	checkOutcome(t, pyrogram, said, keyID, pyrogram.learned)
	s.checkRequests(t, keyID, tg.HelpGetNearestDCRequestTypeID)
	equal(t, formatOf(t, path), "pyrogram@3")
	checkLearned(t, path)
	checkFromCpp(t, path, said.Learned)
	again(t, s, path, keyID)
}

// The other direction: what a Python client's file says, after Telethon learned from it alone.
func TestWhatTelethonLearnsGotdsFileHas(t *testing.T) {
	s := startServer(t)
	path := filepath.Join(t.TempDir(), "telethon.session")
	keyID := login(t, s, path, "telethon@8")
	said := telethon.start(t, s, path)
	checkOutcome(t, telethon, said, keyID, telethon.learned)
	checkLearned(t, path)
	checkFromCpp(t, path, said.Learned)
	back := converted(t, path, "kurigram@7")
	checkLearned(t, back)
	checkFromCpp(t, back, said.Learned)
	// Kurigram need not ask Telegram: it finds the peers that Telethon stored.
	checkOutcome(t, kurigram, kurigram.start(t, s, back), keyID, telethon.learned)
}

// The server is no yes-man: a key that it did not make, or that nobody logged in with, is answered nothing.
func TestAStrangeKeyIsRefused(t *testing.T) {
	s := startServer(t)
	path := filepath.Join(t.TempDir(), "strange.session")
	keyID := login(t, s, path, "telethon@8")
	s.mutex.Lock()
	clear(s.logins)
	s.mutex.Unlock()
	s.answer(telethon.answers(t))
	if _, err := telethon.try(t, s, path); err == nil || !strings.Contains(err.Error(), "not registered in the system") {
		t.Fatalf("Telethon was not refused: %v", err)
	}
	for _, request := range s.requests() {
		equal(t, request.keyID, keyID)
		equal(t, request.answered, request.id == tg.HelpGetConfigRequestTypeID)
	}
}
