package tgsession

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// openedEngine opens a session for the length of a test.
func openedEngine(t testing.TB, engine Engine, opts ...Option) *Session {
	t.Helper()
	session, err := OpenEngine(engine, opts...)
	must(t, err)
	t.Cleanup(func() { _ = session.Close() })
	return session
}

// bare has nothing but what is required.
type bare struct{ Engine }

func TestWhatAnEngineKeepsAnotherSessionFinds(t *testing.T) {
	for _, narrow := range []func(*MemoryEngine) Engine{
		func(e *MemoryEngine) Engine { return e },
		func(e *MemoryEngine) Engine { return bare{e} },
	} {
		place := NewMemoryStore()
		first := openedEngine(t, narrow(place.Engine("first")))
		states := []UpdateState{{ID: -1001777000301, Pts: Some(int64(0))}, {ID: 0, Seq: Some(int64(5))}}
		files := []SentFile{{MD5: [16]byte{1}, Size: 2, Type: SentPhoto, ID: -3, AccessHash: 4}}
		must(t, first.SetData(everyField(), allFields))
		must(t, first.UpdatePeers(people()))
		must(t, first.SetUpdateStates(states...))
		must(t, first.CacheSentFiles(files...))
		must(t, first.DeleteUpdateState(17))

		second := openedEngine(t, narrow(place.Engine("second")), UsernameExpiry(UsernameExpiryNever))
		equal(t, got(second.Format())(t), "custom")
		equal(t, dataOf(t, second), everyField())
		equal(t, collect(t, second.Peers()), people())
		equal(t, collect(t, second.PeersByID(777000101, 5)), people()[2:3])
		equal(t, got(second.PeerByUsername("@Anna_B"))(t).ID, int64(777000101))
		equal(t, got(second.PeerByPhoneNumber("+999 6611 0001"))(t).ID, int64(777000101))
		equal(t, got(second.UpdateStates())(t), states)
		equal(t, got(second.SentFiles())(t), files)
	}
}

func TestUsernamesOfAnEngineExpireIfItSaysSo(t *testing.T) {
	s := openedEngine(t, NewMemoryStore().Engine("expiring"))
	must(t, s.UpdatePeers(people()))
	_, err := s.PeerByUsername("anna")
	equal(t, err, ErrExpired)
}

func TestEveryCallOverAnEngine(t *testing.T) {
	calls := everyCall(nil)
	for name := range calls {
		inMemory := everyCall(opened(t, ":memory:"))[name]()
		inEngine := everyCall(openedEngine(t, NewMemoryStore().Engine(name)))[name]()
		if fmt.Sprintf("%T", inEngine) != fmt.Sprintf("%T", inMemory) || !errors.Is(inEngine, statusOf(inMemory)) {
			t.Errorf("%s: %v, in memory %v", name, inEngine, inMemory)
		}
	}
}

// statusOf is the error without its text.
func statusOf(err error) error {
	var failed *Error
	if errors.As(err, &failed) {
		return &Error{Status: failed.Status}
	}
	return err
}

func TestAnEngineWithoutRemoveCannotBeDeleted(t *testing.T) {
	s := openedEngine(t, bare{NewMemoryStore().Engine("bare")})
	fails(t, s.Delete(), ErrUnsupported)
	must(t, s.Save())
	place := NewMemoryStore()
	s = openedEngine(t, place.Engine("gone"))
	must(t, s.UpdatePeers(people()))
	must(t, s.Delete())
	equal(t, len(place.kept.peers), 0)
	fails(t, s.Save(), ErrClosed)
}

func TestAnEngineReadOnly(t *testing.T) {
	place := NewMemoryStore()
	_, err := OpenEngine(place.Engine("empty"), ReadOnly())
	fails(t, err, ErrFileNotFound)
	must(t, openedEngine(t, place.Engine("full")).SetDCID(Some(int32(4))))
	s := openedEngine(t, place.Engine("full"), ReadOnly())
	equal(t, *got(s.DCID())(t), int32(4))
	fails(t, s.SetDCID(nil), ErrReadOnly)
}

func TestNoEngine(t *testing.T) {
	_, err := OpenEngine(nil)
	fails(t, err, ErrInvalidArgument)
	_, err = OpenEngine(NewMemoryStore().Engine("a\x00b"))
	fails(t, err, ErrInvalidArgument)
	_, err = OpenEngine(NewMemoryStore().Engine("\xff"))
	fails(t, err, ErrInvalidArgument)
}

func TestAnEnginesErrorKeepsItsTextAndItsStatus(t *testing.T) {
	for _, one := range []struct {
		err, want error
		text      string
	}{
		{&Error{Status: StatusServer, Message: "the server is gone"}, ErrServer, ": the server is gone"},
		{&Error{Status: StatusDiskFull, Message: "no room"}, ErrDiskFull, ": no room"},
		{fmt.Errorf("%w: somebody else's", ErrLocked), ErrLocked, "TGS_ERROR_LOCKED: somebody else's"},
		{errors.New("a connection was reset"), ErrServer, ": a connection was reset"},
		{errors.New("NUL \x00 and \xff"), ErrServer, ": NUL  and \uFFFD"},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}, fs.ErrNotExist, "open x"},
		{fs.ErrPermission, ErrPermissionDenied, "permission denied"},
		{ErrNotFound, ErrServer, "TGS_NOT_FOUND"},
		{&Error{Status: 77, Message: "a new one"}, ErrServer, "a new one"},
	} {
		engine := FailingEngine{one.err}
		for name, call := range everyCall(openedEngine(t, engine)) {
			err := call()
			if callsNoEngine[name] {
				continue
			}
			fails(t, err, one.want)
			if !strings.Contains(err.Error(), one.text) || !strings.Contains(err.Error(), "'the engine failing'") {
				t.Errorf("%s: %q has no %q", name, err, one.text)
			}
		}
	}
}

var callsNoEngine = map[string]bool{"Format": true, "ChangeCount": true}

// hollow panics in each method: what it has inside is nil.
type hollow struct {
	Engine
	UsernameFinder
	PhoneFinder
	Saver
	Remover
	Transactor
	Leaser
	Destroyer
	ValueKeeper
}

func (hollow) Info() EngineInfo { return EngineInfo{Location: "the engine hollow"} }

func TestAPanicInAnEngineIsAnError(t *testing.T) {
	s := openedEngine(t, hollow{})
	for name, call := range everyCall(s) {
		err := call()
		if callsNoEngine[name] {
			continue
		}
		fails(t, err, ErrServer)
		if !strings.Contains(err.Error(), "its engine panicked: runtime error: invalid memory address") {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := OpenEngine(hollow{}, WithLease(0))
	fails(t, err, ErrServer)
	must(t, s.Close()) // Destroy panics too
}

type unspeakable struct{}

func (unspeakable) Error() string { panic("no text") }

func TestAPanicInAnErrorIsAnError(t *testing.T) {
	_, err := openedEngine(t, FailingEngine{unspeakable{}}).DCID()
	fails(t, err, ErrServer)
	equal(t, strings.Contains(err.Error(), "panicked: no text"), true)
}

// lying answers what no session may have.
type lying struct {
	bare
	peers []Peer
	data  SessionData
}

func (l lying) Peers([]int64) ([]Peer, error) { return l.peers, nil }
func (l lying) Data() (SessionData, error)    { return l.data, nil }

func TestWrongAnswersOfAnEngine(t *testing.T) {
	inside := bare{NewMemoryStore().Engine("lying")}
	for _, peer := range []Peer{{ID: 0}, {ID: 1, Type: 55}, {ID: 1, Name: Some("\xff")}, {ID: 1, Usernames: []string{"a\x00"}}} {
		s := openedEngine(t, lying{bare: inside, peers: []Peer{{ID: 2}, peer}})
		fails(t, walked(s.Peers()), ErrInvalidArgument)
	}
	for _, data := range []SessionData{{AuthKey: []byte{1}}, {TmpAuthKey: []byte{}}, {ServerAddress: Some("\x00")}} {
		s := openedEngine(t, lying{bare: inside, data: data})
		fails(t, last(s.DCID()), ErrInvalidArgument)
	}
}

// stubborn takes everything but the fields, which come last in a conversion.
type stubborn struct{ *MemoryEngine }

func (stubborn) SetData(SessionData, Field) error { return errors.New("not these") }

func TestAConversionThatFailsIsUndone(t *testing.T) {
	source := newFile(t)
	login(t, source)
	must(t, source.UpdatePeers(people()))
	place := NewMemoryStore()
	_, err := Convert(source, openedEngine(t, stubborn{place.Engine("stubborn")}))
	fails(t, err, ErrServer)
	equal(t, len(place.kept.peers), 0)
	got(Convert(source, openedEngine(t, place.Engine("obedient"))))(t)
	equal(t, len(place.kept.peers), 4)
}

// inward calls the session that it serves.
type inward struct {
	bare
	session **Session
}

func (i inward) UpdateStates() ([]UpdateState, error) { return nil, last((*i.session).DCID()) }

func TestAnEngineThatCallsItsOwnSession(t *testing.T) {
	var s *Session
	s = openedEngine(t, inward{bare{NewMemoryStore().Engine("inward")}, &s})
	fails(t, last(s.UpdateStates()), ErrInvalidArgument)
}

func TestGoroutinesOverAnEngine(t *testing.T) {
	s := openedEngine(t, NewMemoryStore().Engine("shared"))
	together(8, func(number int) {
		for round := range 20 {
			id := int64(number*100 + round + 1)
			if err := s.UpdatePeers([]Peer{{ID: id, Usernames: []string{fmt.Sprintf("u%d", id)}}}); err != nil {
				t.Error(err)
			}
			if peer, err := s.PeerByUsername(fmt.Sprintf("u%d", id)); err != nil || peer.ID != id {
				t.Errorf("%v, %v", peer, err)
			}
		}
	})
	equal(t, len(collect(t, s.Peers())), 160)
}

// waiting lets a call stay in the engine until it is told to go on.
type waiting struct {
	*MemoryEngine
	entered, goOn chan struct{}
}

func (w waiting) UpdateStates() ([]UpdateState, error) {
	close(w.entered)
	<-w.goOn
	return w.MemoryEngine.UpdateStates()
}

func TestClosingWhileACallIsInTheEngine(t *testing.T) {
	engine := waiting{NewMemoryStore().Engine("waiting"), make(chan struct{}), make(chan struct{})}
	must(t, openedEngine(t, engine.MemoryEngine.place.Engine("before")).SetUpdateStates(UpdateState{ID: 0, Pts: Some(int64(1))}))
	s := openedEngine(t, engine)
	type result struct {
		states []UpdateState
		err    error
	}
	done := make(chan result)
	go func() {
		states, err := s.UpdateStates()
		done <- result{states, err}
	}()
	<-engine.entered
	must(t, s.Close())
	fails(t, s.Save(), ErrClosed)
	equal(t, engine.destroyed, 0)
	close(engine.goOn)
	ended := <-done
	must(t, ended.err)
	equal(t, len(ended.states), 1)
	equal(t, engine.destroyed, 1)
}

func TestAnEngineIsDestroyedOnce(t *testing.T) {
	engine := NewMemoryStore().Engine("once")
	s := openedEngine(t, engine)
	equal(t, engine.destroyed, 0)
	must(t, s.Close())
	must(t, s.Close())
	equal(t, engine.destroyed, 1)
}

// forgetEngines opens sessions and drops them, and tries some that cannot be opened.
func forgetEngines(t *testing.T, count int, gone *atomic.Int32) {
	for range count {
		engine := NewMemoryStore().Engine("forgotten")
		runtime.AddCleanup(engine, func(int) { gone.Add(1) }, 0)
		got(OpenEngine(engine))(t)
		refused := NewMemoryStore().Engine("refused")
		runtime.AddCleanup(refused, func(int) { gone.Add(1) }, 0)
		_, err := OpenEngine(refused, MustExist())
		fails(t, err, ErrFileNotFound)
	}
}

func TestForgottenEnginesAreCollected(t *testing.T) {
	var gone atomic.Int32
	forgetEngines(t, 20, &gone)
	for deadline := time.Now().Add(20 * time.Second); gone.Load() < 40; {
		if time.Now().After(deadline) {
			t.Fatalf("only %d of 40 engines were collected", gone.Load())
		}
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
}
