package tgsession

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const elsewhere = "bot 2 on another machine"

// keyID is what leases call the key of login.
func keyID(t *testing.T, s *Session) string {
	t.Helper()
	return *got(s.Inspect(false))(t).AuthKeyID
}

func TestALeaseOnAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "leased.session")
	s := opened(t, path, WithLease("bot 1", 5*time.Second))
	login(t, s)
	_, err := Open(path, WithLease("bot 2", 0))
	fails(t, err, ErrInUse)
	equal(t, strings.Contains(err.Error(), "bot 1"), true)
	opened(t, path, ReadOnly(), WithLease("", 0)) // takes none
	_, err = OpenBytes(got(s.Bytes("", false))(t), WithLease("", 0))
	fails(t, err, ErrInUse)
	must(t, s.Close())
	opened(t, path, WithLease("bot 2", 0))
}

func TestLeasesThatCannotBe(t *testing.T) {
	for _, option := range []Option{
		WithLease("", time.Second), WithLease("", time.Nanosecond), WithLease("", 25*time.Hour),
		WithLease("", 1<<63-1), WithLease("a\x00b", 0), WithLease("\xff", 0), WithLease("a\nb", 0),
	} {
		_, err := Open(":memory:", option)
		fails(t, err, ErrInvalidArgument)
	}
	opened(t, ":memory:", WithLease("", 2001*time.Millisecond)) // rounded up
}

func TestALeaseThatAnotherMachineHolds(t *testing.T) {
	place := NewMemoryPlace()
	login(t, openedEngine(t, place.Engine("before")))
	id := keyID(t, openedEngine(t, place.Engine("asking")))
	place.Hold(id, elsewhere, 1700000000)
	_, err := OpenEngine(place.Engine("leased"), WithLease("bot 1", 0))
	fails(t, err, ErrInUse)
	for _, part := range []string{"'the engine leased'", elsewhere, "2023-11-14"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in %q", part, err)
		}
	}
	equal(t, place.leases[id].Owner, elsewhere)
}

func TestALeaseInAnEngineIsGivenBack(t *testing.T) {
	place := NewMemoryPlace()
	s := openedEngine(t, place.Engine("leased"), WithLease("bot 1", 0))
	login(t, s)
	lease := place.leases[keyID(t, s)]
	equal(t, lease.Owner, "bot 1")
	equal(t, lease.Seconds, uint32(30))
	must(t, s.Close())
	equal(t, len(place.leases), 0)
}

// The library renews from a thread of its own, which Go has not made.
func TestALeaseThatIsLost(t *testing.T) {
	place := NewMemoryPlace()
	s := openedEngine(t, place.Engine("slept"), WithLease("bot 1", 3*time.Second))
	login(t, s)
	place.Hold(keyID(t, s), elsewhere, 1700000000)
	for deadline := time.Now().Add(30 * time.Second); ; {
		_, err := s.DCID()
		if err != nil {
			fails(t, err, ErrInUse)
			equal(t, strings.Contains(err.Error(), elsewhere), true)
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the lease was never missed")
		}
		time.Sleep(20 * time.Millisecond)
	}
	fails(t, s.SetDCID(nil), ErrInUse)
	must(t, s.Close())
	equal(t, len(place.leases), 1) // it stays with its holder
}
