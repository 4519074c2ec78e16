package tgsession

import (
	"crypto/rand"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var elsewhere = LeaseHolder{Owner: "bot 2 on another machine", Since: 1700000000}

// newKey logs in with a key that nobody else has: leases are the whole machine's. It answers the key's id.
func newKey(t *testing.T, s *Session) string {
	t.Helper()
	login(t, s)
	random := make([]byte, AuthKeyLen)
	got(rand.Read(random))(t)
	must(t, s.SetAuthKey(random))
	return *got(s.Inspect(false))(t).AuthKeyID
}

// leased opens a session without a login, which has a lease as soon as it has a key.
func leased(t *testing.T, place *MemoryStore) *Session {
	t.Helper()
	return openedEngine(t, place.Engine("leased"), WithLease(3*time.Second), LeaseOwner("bot 1"))
}

func TestALeaseOnAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "leased.session")
	newKey(t, opened(t, path))
	s := opened(t, path, WithLease(5*time.Second), LeaseOwner("bot 1"))
	_, err := Open(path, WithLease(0))
	fails(t, err, ErrInUse)
	equal(t, strings.Contains(err.Error(), "bot 1"), true)
	opened(t, path, ReadOnly(), WithLease(0)) // takes none
	_, err = OpenBytes(got(s.Bytes("", false))(t), WithLease(0))
	fails(t, err, ErrInUse)
	must(t, s.Close())
	opened(t, path, WithLease(0))
}

func TestLeasesThatCannotBe(t *testing.T) {
	for _, lease := range []Option{
		WithLease(time.Second), WithLease(time.Nanosecond), WithLease(25 * time.Hour), WithLease(1<<63 - 1),
	} {
		_, err := Open(":memory:", lease)
		fails(t, err, ErrInvalidArgument)
	}
	for _, owner := range []string{"", "a\nb"} {
		_, err := Open(":memory:", WithLease(0), LeaseOwner(owner))
		fails(t, err, ErrInvalidArgument)
	}
	opened(t, ":memory:", WithLease(2001*time.Millisecond)) // rounded up
}

func TestALeaseThatAnotherMachineHolds(t *testing.T) {
	place := NewMemoryStore()
	newKey(t, openedEngine(t, place.Engine("before")))
	place.Hold(elsewhere)
	_, err := OpenEngine(place.Engine("leased"), WithLease(0))
	fails(t, err, ErrInUse)
	for _, part := range []string{"'the engine leased'", elsewhere.Owner, "2023-11-14"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in %q", part, err)
		}
	}
}

func TestALeaseInAnEngineIsGivenBack(t *testing.T) {
	place := NewMemoryStore()
	s := leased(t, place)
	id := newKey(t, s)
	lease := place.held()[id]
	equal(t, lease.Owner, "bot 1")
	equal(t, lease.Seconds, uint32(3))
	must(t, s.Close())
	equal(t, len(place.held()), 0)
}

// The library renews from a thread of its own, which Go has not made.
func TestALeaseThatIsLost(t *testing.T) {
	place := NewMemoryStore()
	s := leased(t, place)
	newKey(t, s)
	place.Hold(elsewhere)
	err := untilRefused(t, s)
	fails(t, err, ErrInUse)
	equal(t, strings.Contains(err.Error(), elsewhere.Owner), true)
	fails(t, s.SetDCID(nil), ErrInUse)
}

func untilRefused(t *testing.T, s *Session) error {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if _, err := s.DCID(); err != nil {
			return err
		}
	}
	t.Fatal("the lease was never missed")
	return nil
}
