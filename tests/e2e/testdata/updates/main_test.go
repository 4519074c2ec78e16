package e2e

import (
	"os"
	"testing"
	"time"

	"github.com/tgsession/tgsession/bindings/go"
)

// TestMain leaves a session that was in memory in a file, where it can be looked at.
func TestMain(m *testing.M) {
	code := m.Run()
	if path := os.Getenv("TGS_COPY"); path != "" {
		file, err := tgsession.Open(path)
		must(err)
		_, err = tgsession.Convert(session, file)
		must(err)
		must(file.Close())
	}
	must(session.Close())
	os.Exit(code)
}

// settle is what gotd's test does when it has queued its last update: it stops the manager. But it stops it at once, and the
// manager drops what it has in its queues: with gotd's own storages too one run of twenty fails by that. So the manager
// may first handle what it has; what it did not get after that time, gotd's test finds missing.
func settle(s *server, h *handler, cancel func()) {
	defer cancel()
	for limit := time.Now().Add(10 * time.Second); time.Now().Before(limit); time.Sleep(time.Millisecond) {
		if sent, handled := s.count(), h.count(); sent == handled {
			return
		}
	}
}

func (s *server) count() int {
	s.mux.Lock()
	defer s.mux.Unlock()
	return s.messages.count()
}

func (h *handler) count() int {
	h.mux.Lock()
	defer h.mux.Unlock()
	return h.messages.count()
}

func (m *messageDatabase) count() int {
	count := len(m.common) + len(m.secret)
	for _, messages := range m.channels {
		count += len(messages)
	}
	return count
}
