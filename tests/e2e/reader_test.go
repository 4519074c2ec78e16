package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// checkFromCpp lets a C++ program find, in a file that it shares with the Python client, what that client learned: among
// all peers, and by id, usernames and phone number.
func checkFromCpp(t *testing.T, path string, learned []learnedPeer) {
	t.Helper()
	if len(learned) < 2 {
		t.Fatalf("the client learned only %d peers", len(learned))
	}
	all := cppReads(t, path, "all")
	for _, peer := range learned {
		id := strconv.FormatInt(peer.ID, 10)
		found := []string{id, strconv.FormatInt(peer.AccessHash, 10), peer.Type}
		equal(t, row(all, id), append(append(found, peer.PhoneNumber), peer.Usernames...))
		equal(t, cppReads(t, path, "id", id), [][]string{found})
		for _, username := range peer.Usernames {
			equal(t, cppReads(t, path, "username", username), [][]string{found})
		}
		if peer.PhoneNumber != "" {
			equal(t, cppReads(t, path, "phone_number", peer.PhoneNumber), [][]string{found})
		}
	}
	t.Logf("C++ finds in %s: %v", formatOf(t, path), all)
}

// cppReads is what the program says: a list of its lines' words.
func cppReads(t *testing.T, path string, arguments ...string) (lines [][]string) {
	t.Helper()
	reader := os.Getenv("TGS_CPP_READER")
	if reader == "" {
		t.Fatal("$TGS_CPP_READER does not tell where the C++ program is: make test-go compiles it")
	}
	program := exec.Command(reader, append([]string{path}, arguments...)...)
	var output, complaints bytes.Buffer
	program.Stdout, program.Stderr = &output, &complaints
	if err := program.Run(); err != nil {
		t.Fatalf("reader %v: %v: %s", arguments, err, complaints.String())
	}
	for line := range strings.Lines(output.String()) {
		lines = append(lines, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	return lines
}

func row(lines [][]string, id string) []string {
	for _, line := range lines {
		if line[0] == id {
			return line
		}
	}
	return nil
}
