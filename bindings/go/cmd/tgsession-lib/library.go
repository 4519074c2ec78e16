package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// library is the folder of an archive's files: below the user's cache, by the archive's sum, made if it is not there.
func library(archive, sum string) (string, error) {
	if sum == "" {
		var err error
		if sum, err = listedSum(archive); err != nil {
			return "", err
		}
	}
	sum = strings.ToLower(sum)
	if raw, err := hex.DecodeString(sum); err != nil || len(raw) != sha256.Size {
		return "", fmt.Errorf("%q is no SHA-256", sum)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	cache = filepath.Join(cache, "tgsession")
	folder := filepath.Join(cache, sum)
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	content, err := read(archive)
	if err != nil {
		return "", err
	}
	if found := sha256.Sum256(content); hex.EncodeToString(found[:]) != sum {
		return "", fmt.Errorf("%s has the SHA-256 %x, and not %s", archive, found, sum)
	}
	return folder, place(cache, folder, content)
}

// place unpacks beside the folder first: one that is there is whole, whoever else makes it at the same time.
func place(cache, folder string, content []byte) error {
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	unfinished, err := os.MkdirTemp(cache, "unfinished-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(unfinished)
	if err := os.Chmod(unfinished, 0o755); err != nil {
		return err
	}
	if err := unpack(content, unfinished); err != nil {
		return err
	}
	if err := staticAlone(unfinished); err != nil {
		return err
	}
	if err := os.Rename(unfinished, folder); err != nil {
		if _, there := os.Stat(folder); there != nil {
			return err
		}
	}
	return nil
}

// staticAlone puts the static library into a folder of its own: beside a shared one, the linker would take that.
func staticAlone(folder string) error {
	if err := os.Mkdir(filepath.Join(folder, "static"), 0o755); err != nil {
		return err
	}
	const name = "libtgsession.a"
	if err := os.Link(filepath.Join(folder, "lib", name), filepath.Join(folder, "static", name)); err != nil {
		return fmt.Errorf("there is no lib/%s in the archive: %w", name, err)
	}
	return nil
}

// listedSum is what SHA256SUMS beside an archive tells of it.
func listedSum(archive string) (string, error) {
	separator := strings.LastIndexAny(archive, `/`+string(filepath.Separator)) + 1
	sums, err := read(archive[:separator] + "SHA256SUMS")
	if err != nil {
		return "", fmt.Errorf("the archive's sum is not known: give -sha256: %w", err)
	}
	for line := range strings.Lines(string(sums)) {
		fields := strings.Fields(line)
		if len(fields) == 2 && path.Base(strings.TrimPrefix(fields[1], "*")) == archive[separator:] {
			return fields[0], nil
		}
	}
	return "", fmt.Errorf("SHA256SUMS does not name %s", archive[separator:])
}

// read reads a file, or gets what an https URL names.
func read(location string) ([]byte, error) {
	if !strings.HasPrefix(location, "https://") {
		return os.ReadFile(location)
	}
	answer, err := http.Get(location)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", location, answer.Status)
	}
	return io.ReadAll(answer.Body)
}
