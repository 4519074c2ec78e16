package e2e

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/gotd/td/bin"
)

// client is a real Python client, as tests/oracle installs it.
type client struct {
	library string
	script  string
	learned []learnedPeer
}

var (
	kurigram = client{"kurigram-2.2.26", "pyrogram_family.py", learnedBy("supergroup", "tgs_room", "tgs_room_two")}
	// Pyrogram keeps one username, and Telethon no types.
	pyrogram = client{"pyrogram-2.0.106", "pyrogram_family.py", learnedBy("supergroup", "tgs_room")}
	telethon = client{"telethon-1.45.0", "telethon_client.py", learnedBy("channel", "tgs_room")}
)

// outcome is what a client says after its run.
type outcome struct {
	Version string `json:"version"`
	Me      int64  `json:"me"`
	Country string `json:"country"`
	KeyID   string `json:"key_id"`
	// Access hashes that it found in the file, without a request.
	News int64 `json:"news"`
	Anna int64 `json:"anna"`
	// Answers of the server, which it has in its file since then.
	Learned []learnedPeer `json:"learned"`
}

// learnedPeer is a peer as the client's own lookups find it.
type learnedPeer struct {
	ID          int64    `json:"id"`
	AccessHash  int64    `json:"access_hash"`
	Type        string   `json:"type"`
	Usernames   []string `json:"usernames"`
	PhoneNumber string   `json:"phone_number"`
}

// answers are encoded by the client's own code: gotd's layer is older than the clients'.
func (c client) answers(t *testing.T) map[uint32]bin.Encoder {
	t.Helper()
	var encoded map[string]string
	must(t, c.run(t, &encoded, "answers"))
	answers := map[uint32]bin.Encoder{}
	for id, text := range encoded {
		number := got(strconv.ParseUint(id, 10, 32))(t)
		answers[uint32(number)] = raw(got(hex.DecodeString(text))(t))
	}
	return answers
}

// start starts the client from a session file, on the server, and lets it ask.
func (c client) start(t *testing.T, s *server, path string) outcome {
	t.Helper()
	s.answer(c.answers(t))
	return got(c.try(t, s, path))(t)
}

func (c client) try(t *testing.T, s *server, path string) (said outcome, err error) {
	t.Helper()
	address := s.address()
	err = c.run(t, &said, "run", path, address.IPAddress, strconv.Itoa(address.Port))
	return said, err
}

func (c client) run(t *testing.T, said any, arguments ...string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	script := got(filepath.Abs(filepath.Join("clients", c.script)))(t)
	program := exec.CommandContext(ctx, "python3", append([]string{script}, arguments...)...)
	program.Dir = t.TempDir()
	program.Env = append(os.Environ(), "PYTHONPATH="+c.folder(t), "PYTHONDONTWRITEBYTECODE=1")
	var output, complaints bytes.Buffer
	program.Stdout, program.Stderr = &output, &complaints
	if err := program.Run(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s%s", c.library, arguments[0], err, output.String(), complaints.String())
	}
	return json.Unmarshal(output.Bytes(), said)
}

func (c client) folder(t *testing.T) string {
	t.Helper()
	oracle := os.Getenv("TGS_ORACLE_DIR")
	if oracle == "" {
		oracle = filepath.Join("..", "..", "target", "oracle")
	}
	folder := got(filepath.Abs(filepath.Join(oracle, c.library)))(t)
	if _, err := os.Stat(folder); errors.Is(err, os.ErrNotExist) {
		t.Fatalf("%s is not installed: python3 tests/oracle/install.py %[1]s", c.library)
	}
	return folder
}
