package e2e

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tgsession/tgsession/bindings/go"
)

// What gotd's own test of its update manager does (telegram/updates/internal/e2e): 6 messages in a group and 6 in each of
// two channels, of which some updates are lost. They are in the places that testdata/updates gives them.
const (
	suiteRuns     = 8
	suiteMessages = 6
	suiteChannel  = -1001777000301 // and the one below
)

const (
	neighbourBatch = 20
	neighbourPause = 20 * time.Millisecond
)

// suite is that test, built with our storages in the place of gotd's. Its files are read where Go has downloaded them.
func suite(t *testing.T) (program string) {
	t.Helper()
	folder := t.TempDir()
	module := strings.TrimSpace(goCommand(t, "list", "-m", "-f", "{{.Dir}}", "github.com/gotd/td"))
	place := got(filepath.Abs("testdata/updates"))(t)
	replace := map[string]string{}
	for _, file := range got(filepath.Glob(filepath.Join(module, "telegram/updates/internal/e2e/*.go")))(t) {
		replace[filepath.Join(place, filepath.Base(file))] = file
	}
	storage, manager := filepath.Join(place, "storage_mem.go"), filepath.Join(place, "manager_test.go")
	if replace[storage] == "" || replace[manager] == "" {
		t.Fatalf("gotd's test has no longer the files that it had: %v", replace)
	}
	delete(replace, storage) // ours stands there
	replace[manager] = settling(t, replace[manager], folder)
	overlay := filepath.Join(folder, "overlay.json")
	must(t, os.WriteFile(overlay, got(json.Marshal(map[string]any{"Replace": replace}))(t), 0o600))
	program = filepath.Join(folder, "suite")
	goCommand(t, "test", "-c", "-race", "-overlay", overlay, "-o", program, "./testdata/updates")
	return program
}

// settling is gotd's test with its one call that stops the manager replaced: see settle.
func settling(t *testing.T, path, folder string) (changed string) {
	t.Helper()
	const stop = "defer t.Log(\"Updates generator stopped\")\n\n\t\tdefer cancel()\n"
	source := string(got(os.ReadFile(path))(t))
	if strings.Count(source, stop) != 1 {
		t.Fatalf("gotd's test stops its manager in another way than it did: %s", path)
	}
	changed = filepath.Join(folder, "manager_test.go")
	source = strings.Replace(source, stop, strings.Replace(stop, "cancel()", "settle(s, h, cancel)", 1), 1)
	must(t, os.WriteFile(changed, []byte(source), 0o600))
	return changed
}

func goCommand(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.Command("go", arguments...)
	var complaints strings.Builder
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s%s", arguments[0], err, output, complaints.String())
	}
	return string(output)
}

// runSuite runs it several times on the same session.
func runSuite(t *testing.T, program, session string, more ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, program, "-test.v", "-test.run", "^TestE2E$", "-test.count", strconv.Itoa(suiteRuns))
	command.Dir = t.TempDir()
	command.Env = slices.Concat(os.Environ(), []string{"TGS_SESSION=" + session}, more)
	output, err := command.CombinedOutput()
	passed := strings.Count(string(output), "--- PASS: TestE2E ")
	if err != nil || passed != suiteRuns {
		t.Fatalf("gotd's test passed %d times of %d: %v\n%s", passed, suiteRuns, err, output)
	}
}

// checkSuite looks into the session for what gotd's manager left there.
func checkSuite(t *testing.T, path string) {
	t.Helper()
	session := got(tgsession.Open(path, tgsession.ReadOnly()))(t)
	defer session.Close()
	account := got(session.UpdateState(0))(t)
	equal(t, *account.Pts, int64(suiteMessages))
	for n := range int64(2) {
		equal(t, *got(session.UpdateState(suiteChannel - n))(t).Pts, int64(suiteMessages))
		equal(t, *got(session.PeerByID(suiteChannel - n))(t).AccessHash, 2*n)
	}
	equal(t, len(got(session.UpdateStates())(t)), 3)
}

func TestGotdsUpdateManagerOnOurStorages(t *testing.T) {
	program := suite(t)
	for _, format := range []string{"pyrogram@3", "kurigram@7", "telethon@8"} {
		t.Run(format, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "suite.session")
			runSuite(t, program, path, "TGS_FORMAT="+format)
			equal(t, formatOf(t, path), format)
			checkSuite(t, path)
		})
	}
	t.Run("memory", func(t *testing.T) {
		left := filepath.Join(t.TempDir(), "left.session")
		runSuite(t, program, ":memory:", "TGS_COPY="+left)
		checkSuite(t, left)
	})
	t.Run("while another process writes peers", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "suite.session")
		must(t, got(tgsession.Open(path, tgsession.Format("kurigram@7")))(t).Close())
		stop := neighbour(t, path)
		runSuite(t, program, path)
		checkNeighbour(t, path, stop())
		checkSuite(t, path)
	})
}

// neighbour writes peers from this process, in batches as a client that learns them: users whom gotd does not know, and
// what gotd's channels are called. The function that stops it tells how many batches there were.
func neighbour(t *testing.T, path string) (stop func() int) {
	t.Helper()
	file := got(tgsession.Open(path))(t)
	done, written := make(chan struct{}), make(chan int)
	go func() {
		batches := 0
		defer func() { written <- batches }()
		for ; ; batches++ {
			select {
			case <-done:
				return
			case <-time.After(neighbourPause):
			}
			if err := file.MergePeers(neighboursPeers(batches)); err != nil {
				t.Errorf("the neighbour's batch %d: %v", batches, err)
				return
			}
		}
	}()
	stop = sync.OnceValue(func() int {
		close(done)
		defer file.Close()
		return <-written
	})
	t.Cleanup(func() { stop() })
	return stop
}

func neighboursPeers(batch int) (peers []tgsession.Peer) {
	for n := range int64(2) {
		peers = append(peers, tgsession.Peer{ID: suiteChannel - n, Name: tgsession.Some("Channel")})
	}
	for n := range neighbourBatch {
		id := int64(annaID + batch*neighbourBatch + n)
		peers = append(peers, tgsession.Peer{ID: id, AccessHash: &id, Type: tgsession.PeerUser})
	}
	return peers
}

func checkNeighbour(t *testing.T, path string, batches int) {
	t.Helper()
	file := got(tgsession.Open(path, tgsession.ReadOnly()))(t)
	defer file.Close()
	if batches == 0 {
		t.Fatal("the neighbour has written nothing")
	}
	equal(t, got(file.Counts())(t).Peers, batches*neighbourBatch+2)
	t.Logf("another process wrote %d peers meanwhile", batches*neighbourBatch)
}
