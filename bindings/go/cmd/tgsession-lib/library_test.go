package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type file struct{ name, content, link string }

var whole = []file{
	{name: "tgsession-1/lib/libtgsession.so.0", content: "shared"},
	{name: "tgsession-1/lib/libtgsession.so", link: "libtgsession.so.0"},
	{name: "tgsession-1/lib/libtgsession.a", content: "static"},
}

func tarOf(t *testing.T, files []file) []byte {
	t.Helper()
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	archive := tar.NewWriter(packed)
	for _, f := range files {
		header := &tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.content)), Typeflag: tar.TypeReg}
		if f.link != "" {
			header.Typeflag, header.Linkname = tar.TypeSymlink, f.link
		}
		must(t, archive.WriteHeader(header))
		_, err := archive.Write([]byte(f.content))
		must(t, err)
	}
	must(t, archive.Close())
	must(t, packed.Close())
	return out.Bytes()
}

func zipOf(t *testing.T, files []file) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, f := range files {
		if f.link != "" {
			continue
		}
		w, err := archive.Create(f.name)
		must(t, err)
		_, err = w.Write([]byte(f.content))
		must(t, err)
	}
	must(t, archive.Close())
	return out.Bytes()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// stored writes an archive into a folder of its own, with a cache of its own, and tells its sum.
func stored(t *testing.T, content []byte) (path, sum string) {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	path = filepath.Join(t.TempDir(), "archive")
	must(t, os.WriteFile(path, content, 0o600))
	return path, fmt.Sprintf("%x", sha256.Sum256(content))
}

func TestAnArchiveIsUnpackedOnce(t *testing.T) {
	for _, content := range [][]byte{tarOf(t, whole), zipOf(t, whole)} {
		path, sum := stored(t, content)
		folder, err := library(path, sum)
		must(t, err)
		for name, text := range map[string]string{"static/libtgsession.a": "static", "lib/libtgsession.so.0": "shared"} {
			if read, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(read) != text {
				t.Errorf("%s: %q, %v", name, read, err)
			}
		}
		must(t, os.Remove(path))
		again, err := library(path, strings.ToUpper(sum))
		must(t, err)
		if again != folder {
			t.Errorf("%s, and then %s", folder, again)
		}
	}
}

func TestTheSumStandsBesideTheArchive(t *testing.T) {
	path, sum := stored(t, tarOf(t, whole))
	if _, err := library(path, ""); err == nil {
		t.Error("an archive of no known sum was taken")
	}
	sums := filepath.Join(filepath.Dir(path), "SHA256SUMS")
	must(t, os.WriteFile(sums, []byte(strings.Repeat("0", 64)+"  another\n"+sum+"  archive\n"), 0o600))
	_, err := library(path, "")
	must(t, err)
}

func TestWhatIsNotTheArchiveIsRefused(t *testing.T) {
	outside := []file{{name: "tgsession-1/../../outside", content: "x"}}
	for name, content := range map[string][]byte{
		"a name that leads out":         tarOf(t, append(outside, whole...)),
		"a name that leads out, in zip": zipOf(t, append(outside, whole...)),
		"a link that leads out":         tarOf(t, append([]file{{name: "tgsession-1/lib", link: "../../outside"}}, whole...)),
		"no static library":             tarOf(t, whole[:2]),
		"no archive":                    []byte("no archive"),
	} {
		path, sum := stored(t, content)
		if _, err := library(path, sum); err == nil {
			t.Errorf("%s was taken", name)
		}
		left, err := filepath.Glob(filepath.Join(os.Getenv("XDG_CACHE_HOME"), "tgsession", "*"))
		if must(t, err); len(left) != 0 {
			t.Errorf("%s left %v", name, left)
		}
	}
	path, sum := stored(t, tarOf(t, whole))
	for _, wrong := range []string{strings.Repeat("0", 64), sum[:63], "../" + sum} {
		if _, err := library(path, wrong); err == nil {
			t.Errorf("%q was taken for %s", wrong, sum)
		}
	}
}

func TestPathsWithSpacesStayOne(t *testing.T) {
	want := `export CGO_LDFLAGS='-L"/a b/it'\''s/static"'`
	if got := setting("/a b/it's", false); got != want {
		t.Errorf("%s, and not %s", got, want)
	}
}
