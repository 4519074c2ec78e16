package tgsession

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// handlesOf counts this process's open files under a folder.
func handlesOf(t *testing.T, folder string) int {
	t.Helper()
	count := 0
	for _, entry := range got(os.ReadDir("/proc/self/fd"))(t) {
		target, err := os.Readlink("/proc/self/fd/" + entry.Name())
		if err == nil && strings.HasPrefix(target, folder) {
			count++
		}
	}
	return count
}

// forget opens sessions, reads from them, and drops them.
func forget(t *testing.T, folder string, count int) {
	for range count {
		session, err := Open(filepath.Join(folder, "forgotten.session"))
		must(t, err)
		if _, err = session.DCID(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAForgottenSessionIsClosed(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("open files are counted in /proc")
	}
	folder := got(filepath.EvalSymlinks(t.TempDir()))(t)
	forget(t, folder, 50)
	for deadline := time.Now().Add(20 * time.Second); handlesOf(t, folder) > 0; {
		if time.Now().After(deadline) {
			t.Fatalf("%d files are still open", handlesOf(t, folder))
		}
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
}

func TestASessionInUseIsNotCollected(t *testing.T) {
	folder := got(filepath.EvalSymlinks(t.TempDir()))(t)
	s := opened(t, filepath.Join(folder, "used.session"))
	for range 20 {
		runtime.GC()
		_ = got(s.DCID())(t)
	}
	equal(t, handlesOf(t, folder) > 0, true)
	must(t, s.Close())
	equal(t, handlesOf(t, folder), 0)
}
