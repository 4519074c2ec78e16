package tgsession

import (
	"errors"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// key is an invented auth key.
func key(first byte) []byte {
	key := make([]byte, AuthKeyLen)
	for i := range key {
		key[i] = first + byte(i)
	}
	return key
}

// opened opens a session for the length of a test.
func opened(t testing.TB, location string, opts ...Option) *Session {
	t.Helper()
	session, err := Open(location, opts...)
	must(t, err)
	t.Cleanup(func() { _ = session.Close() })
	return session
}

// newFile opens a new file.
func newFile(t testing.TB, opts ...Option) *Session {
	t.Helper()
	return opened(t, filepath.Join(t.TempDir(), "new.session"), opts...)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// got unwraps an answer that must not fail.
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

func collect(t testing.TB, walk iter.Seq2[Peer, error]) []Peer {
	t.Helper()
	var peers []Peer
	for peer, err := range walk {
		must(t, err)
		peers = append(peers, peer)
	}
	return peers
}

// fixture copies a file that a real client made, with its journal.
func fixture(t testing.TB, client, name string) string {
	t.Helper()
	folder := filepath.Join("..", "..", "tests", "fixtures", client)
	files, err := filepath.Glob(filepath.Join(folder, name+".session*"))
	must(t, err)
	if len(files) == 0 {
		t.Fatalf("no %s in %s", name, folder)
	}
	target := t.TempDir()
	for _, file := range files {
		content, err := os.ReadFile(file)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(target, filepath.Base(file)), content, 0o600))
	}
	return filepath.Join(target, name+".session")
}
