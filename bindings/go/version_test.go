package tgsession

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestVersion(t *testing.T) {
	if parts := strings.Split(Version(), "."); len(parts) != 3 {
		t.Fatalf("%q is no version", Version())
	}
	must(t, loaded())
}

// The program runs again with another library before ours, as after a careless update.
func TestALibraryOfAnotherVersionIsRefused(t *testing.T) {
	if os.Getenv("TGSESSION_OTHER_VERSION") != "" {
		_, err := Open(":memory:")
		fails(t, err, ErrUnsupported)
		for _, number := range []string{"version 2 ", "version 4711"} {
			if !strings.Contains(err.Error(), number) {
				t.Fatalf("%q is not in %q", number, err)
			}
		}
		return
	}
	other := filepath.Join(t.TempDir(), "other.so")
	compiler := exec.Command("cc", "-shared", "-fPIC", "-x", "c", "-o", other, "-")
	compiler.Stdin = strings.NewReader("unsigned tgs_abi_version(void) { return 4711; }")
	if output, err := compiler.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	again.Env = append(os.Environ(), "TGSESSION_OTHER_VERSION=1", "LD_PRELOAD="+other)
	if output, err := again.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
}
