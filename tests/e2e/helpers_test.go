package e2e

import (
	"reflect"
	"testing"

	"github.com/tgsession/tgsession/bindings/go"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func got[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		must(t, err)
		return value
	}
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func formatOf(t *testing.T, path string) string {
	t.Helper()
	session := got(tgsession.Open(path, tgsession.ReadOnly()))(t)
	defer session.Close()
	return got(session.Format())(t)
}

// finds looks a username up in a file, with the plain binding.
func finds(t *testing.T, path, username string) tgsession.InputPeer {
	t.Helper()
	session := got(tgsession.Open(path, tgsession.ReadOnly()))(t)
	defer session.Close()
	return got(session.PeerByUsername(username))(t)
}
