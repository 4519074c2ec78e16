package gotd

import (
	"errors"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/tgsession/tgsession/bindings/go"
)

func newFile(t *testing.T, format string) *tgsession.Session {
	t.Helper()
	session, err := tgsession.Open(filepath.Join(t.TempDir(), "new.session"), tgsession.Format(format))
	must(t, err)
	t.Cleanup(func() { _ = session.Close() })
	return session
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func got[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return value
	}
}

func equal(t testing.TB, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func fails(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
}

// formats are one layout of each family, and what stores nothing.
var formats = []string{"pyrogram@3", "kurigram@7", "telethon@8"}
