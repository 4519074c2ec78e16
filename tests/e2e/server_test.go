package e2e

import (
	"context"
	"encoding/hex"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
	"github.com/gotd/td/tgtest"
	"github.com/gotd/td/tgtest/cluster"
)

const dcID = 2

// What clients send besides requests, and want no answer to.
const msgsAck = 0x62d6b459

// server is gotd's test server on the loopback interface, as one data centre. It knows who is logged in by the auth key,
// answers nobody else, and remembers what was asked under which key.
type server struct {
	cluster *cluster.Cluster
	mutex   sync.Mutex
	answers map[uint32]bin.Encoder
	logins  map[[8]byte]bool
	asked   []request
}

type request struct {
	keyID    string
	id       uint32
	answered bool
}

// raw is an answer that a client's own code encoded, in the client's own layer.
type raw []byte

func (r raw) Encode(b *bin.Buffer) error {
	b.Put(r)
	return nil
}

// startServer serves until the test ends.
func startServer(t *testing.T) *server {
	t.Helper()
	s := &server{
		cluster: cluster.NewCluster(cluster.Options{}),
		logins:  map[[8]byte]bool{},
	}
	s.cluster.Dispatch(dcID, "loopback").Fallback(s)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.cluster.Up(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Error("the server does not end")
		}
	})
	select {
	case <-s.cluster.Ready():
	case err := <-ended:
		t.Fatal(err)
	}
	return s
}

// address is where it listens.
func (s *server) address() tg.DCOption { return s.cluster.List().Options[0] }

// answer sets what logged-in clients are answered from now on, and forgets what was asked.
func (s *server) answer(answers map[uint32]bin.Encoder) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.answers = answers
	s.asked = nil
}

// requests is what was asked since.
func (s *server) requests() []request {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]request(nil), s.asked...)
}

// OnMessage implements tgtest.Handler.
func (s *server) OnMessage(out *tgtest.Server, req *tgtest.Request) error {
	id, err := req.Buf.PeekID()
	if err != nil {
		return err
	}
	switch id {
	case msgsAck:
		return nil
	case tg.HelpGetConfigRequestTypeID:
		s.note(req, id, true)
		return s.cluster.Common().OnMessage(out, req)
	case tg.AuthSendCodeRequestTypeID:
		s.note(req, id, true)
		return out.SendResult(req, &tg.AuthSentCode{Type: &tg.AuthSentCodeTypeApp{Length: 5}, PhoneCodeHash: "hash"})
	case tg.AuthSignInRequestTypeID:
		s.note(req, id, true)
		return s.signIn(out, req)
	}
	answer, err := s.find(req, id)
	s.note(req, id, err == nil)
	if err != nil {
		return err
	}
	return out.SendResult(req, answer)
}

// signIn asks for the code: a client that does not know it is not logged in.
func (s *server) signIn(out *tgtest.Server, req *tgtest.Request) error {
	var signIn tg.AuthSignInRequest
	if err := signIn.Decode(req.Buf); err != nil {
		return err
	}
	if signIn.PhoneCode != loginCode {
		return tgerr.New(400, "PHONE_CODE_INVALID")
	}
	s.mutex.Lock()
	s.logins[req.Session.AuthKey.ID] = true
	s.mutex.Unlock()
	return out.SendResult(req, &tg.AuthAuthorization{User: self()})
}

func (s *server) find(req *tgtest.Request, id uint32) (bin.Encoder, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if !s.logins[req.Session.AuthKey.ID] {
		return nil, tgerr.New(401, "AUTH_KEY_UNREGISTERED")
	}
	if answer, ok := s.answers[id]; ok {
		return answer, nil
	}
	return nil, tgerr.New(400, "METHOD_NOT_SERVED")
}

func (s *server) note(req *tgtest.Request, id uint32, answered bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	key := hex.EncodeToString(req.Session.AuthKey.ID[:])
	s.asked = append(s.asked, request{keyID: key, id: id, answered: answered})
}

// checkRequests fails if anybody asked under another key, logged in, or was not answered a request that it needs.
func (s *server) checkRequests(t *testing.T, keyID string, needed ...uint32) {
	t.Helper()
	answered := map[uint32]bool{}
	for _, request := range s.requests() {
		if request.keyID != keyID {
			t.Errorf("%#x was asked under the key %s, not %s", request.id, request.keyID, keyID)
		}
		if request.id == tg.AuthSendCodeRequestTypeID || request.id == tg.AuthSignInRequestTypeID {
			t.Error("the client logged in again")
		}
		answered[request.id] = answered[request.id] || request.answered
		t.Logf("  asked under key %s: %s, answered: %v", request.keyID, name(request.id), request.answered)
	}
	for _, id := range needed {
		if !answered[id] {
			t.Errorf("%s was not answered", name(id))
		}
	}
}

// name is the TL name of a request, where gotd's layer has it.
func name(id uint32) string {
	if known, ok := tg.TypesMap()[id]; ok {
		return known
	}
	return fmt.Sprintf("%#x", id)
}
