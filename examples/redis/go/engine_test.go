package redisengine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/tgsession/tgsession/bindings/go"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func got[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return value
	}
}

func equal(t testing.TB, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func fails(t testing.TB, err, want error, parts ...string) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Fatalf("%q is not in %q", part, err)
		}
	}
}

func opened(t *testing.T, s *server, name string, opts ...tgsession.Option) *tgsession.Session {
	t.Helper()
	session := got(Open(s.options(), name, opts...))(t)
	t.Cleanup(func() { _ = session.Close() })
	return session
}

// some are four peers: one with all, one with none of what may be absent.
func some() []tgsession.Peer {
	return []tgsession.Peer{
		{ID: -1001777000301, AccessHash: tgsession.Some(int64(math.MinInt64)), Type: tgsession.PeerChannel,
			Usernames: []string{"news"}, LastUpdateOn: tgsession.Some(int64(1700000000))},
		{ID: -777, Type: tgsession.PeerGroup, LastUpdateOn: tgsession.Some(int64(1700000001))},
		{ID: 777000101, AccessHash: tgsession.Some(int64(0)), Type: tgsession.PeerUser, Usernames: []string{"anna", "anna_b"},
			PhoneNumber: tgsession.Some("99966110001"), Name: tgsession.Some("Anna Ж"), LastUpdateOn: tgsession.Some(int64(1700000002))},
		{ID: 777000102, Type: tgsession.PeerOther, TypeName: "galaxy", LastUpdateOn: tgsession.Some(int64(1700000003))},
	}
}

func peersIn(t *testing.T, session *tgsession.Session) (all []tgsession.Peer) {
	t.Helper()
	for peer, err := range session.Peers() {
		must(t, err)
		all = append(all, peer)
	}
	return all
}

const loginFields = tgsession.FieldDCID | tgsession.FieldAuthKey | tgsession.FieldUserID | tgsession.FieldIsBot |
	tgsession.FieldAPIID | tgsession.FieldTestMode

// login has a key that nobody else has: leases are the whole machine's.
func login(t *testing.T, session *tgsession.Session) tgsession.SessionData {
	t.Helper()
	key := make([]byte, tgsession.AuthKeyLen)
	got(rand.Read(key))(t)
	key[0], key[1] = 0, '\n'
	data := tgsession.SessionData{
		DCID: tgsession.Some(int32(4)), AuthKey: key, UserID: tgsession.Some(int64(777000101)),
		IsBot: tgsession.Some(false), APIID: tgsession.Some(int32(12345)), TestMode: tgsession.Some(true),
	}
	must(t, session.SetData(data, loginFields))
	return data
}

func TestASessionComesBack(t *testing.T) {
	s := newServer(t)
	for _, name := range []string{"my_account", "a b:c*{d}%7D", "Ж\x01"} {
		first := opened(t, s, name)
		data := login(t, first)
		states := []tgsession.UpdateState{{ID: -1001777000301}, {ID: 0, Pts: tgsession.Some(int64(0)), Seq: tgsession.Some(int64(5))}}
		files := []tgsession.SentFile{{MD5: [16]byte{0, 255}, Size: 5, Type: tgsession.SentPhoto, ID: -1, AccessHash: math.MaxInt64}}
		must(t, first.UpdatePeers(some()))
		must(t, first.SetUpdateStates(states...))
		must(t, first.CacheSentFiles(files...))

		second := opened(t, s, name, tgsession.UsernameExpiry(tgsession.UsernameExpiryNever))
		equal(t, got(second.AuthKey())(t), data.AuthKey)
		equal(t, *got(second.IsBot())(t), false)
		equal(t, got(second.Port())(t), (*uint16)(nil))
		equal(t, peersIn(t, second), some())
		equal(t, got(second.PeerByUsername("@Anna_B"))(t).ID, int64(777000101))
		equal(t, got(second.PeerByPhoneNumber("+99966110001"))(t).ID, int64(777000101))
		equal(t, got(second.UpdateStates())(t), states)
		equal(t, got(second.SentFiles())(t), files)
	}
}

// What ../README.md tells, as the engines in other languages read it.
func TestTheLayout(t *testing.T) {
	s := newServer(t)
	session := opened(t, s, "a}%")
	data := login(t, session)
	must(t, session.UpdatePeers(some()[2:3]))
	must(t, session.SetUpdateStates(tgsession.UpdateState{ID: 0, Pts: tgsession.Some(int64(7))}))
	must(t, session.CacheSentFiles(tgsession.SentFile{MD5: [16]byte{1}, Size: 2, Type: tgsession.SentPhoto, ID: 3, AccessHash: 4}))
	must(t, session.SetValue("salts", []byte("\x00\r\n")))
	must(t, session.SetValue("empty", nil))
	const prefix, file = "tgsession:{a%7D%25}:", "01000000000000000000000000000000:2:1"
	keys := s.keys(t)
	slices.Sort(keys)
	equal(t, keys, []string{
		prefix + "data", prefix + "file:" + file, prefix + "files", prefix + "peer:777000101", prefix + "peers",
		prefix + "phone:99966110001", prefix + "state:0", prefix + "states", prefix + "username:anna",
		prefix + "username:anna_b", prefix + "values", prefix + "version",
	})
	equal(t, s.hash(t, prefix+"data"), map[string]string{
		"dc_id": "4", "auth_key": string(data.AuthKey), "user_id": "777000101", "is_bot": "0", "api_id": "12345", "test_mode": "1",
	})
	equal(t, s.hash(t, prefix+"peer:777000101"), map[string]string{
		"id": "777000101", "access_hash": "0", "type": decimal(int64(tgsession.PeerUser)), "usernames": "anna\x00anna_b",
		"phone_number": "99966110001", "name": "Anna Ж", "last_update_on": "1700000002",
	})
	equal(t, s.hash(t, prefix+"state:0"), map[string]string{"id": "0", "pts": "7"})
	equal(t, s.hash(t, prefix+"file:"+file), map[string]string{"file": file, "id": "3", "access_hash": "4"})
	equal(t, s.hash(t, prefix+"values"), map[string]string{"salts": "\x00\r\n", "empty": ""})
	must(t, session.Delete())
	equal(t, len(s.keys(t)), 0)
}

func TestPeersAreDeleted(t *testing.T) {
	s := newServer(t)
	client := s.client()
	defer client.Close()
	const prefix = "tgsession:{deleted}:"
	session := opened(t, s, "deleted")
	data := login(t, session)
	must(t, session.UpdatePeers(some()))
	must(t, client.SAdd(context.Background(), prefix+"peers", 505).Err()) // an id of which there is no more
	before := got(client.Get(context.Background(), prefix+"version").Int())(t)
	must(t, session.DeletePeers(777000101, 404, -777))
	equal(t, got(client.Get(context.Background(), prefix+"version").Int())(t), before+1)
	for _, username := range []string{"anna", "anna_b"} {
		_, err := session.PeerByUsername(username)
		fails(t, err, tgsession.ErrNotFound)
	}
	_, err := session.PeerByPhoneNumber("99966110001")
	fails(t, err, tgsession.ErrNotFound)
	equal(t, len(peersIn(t, session)), 2)
	equal(t, got(session.Counts())(t).Peers, 2)
	must(t, session.DeleteAllPeers())
	_, err = session.PeerByUsername("news")
	fails(t, err, tgsession.ErrNotFound)
	keys := s.keys(t)
	slices.Sort(keys)
	equal(t, keys, []string{prefix + "data", prefix + "version"})
	equal(t, got(session.AuthKey())(t), data.AuthKey)
	must(t, session.UpdatePeers(some()))
	equal(t, len(peersIn(t, session)), 4)
}

// someValues are one of each byte, one without bytes, and one with an odd name.
func someValues() map[string][]byte {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return map[string][]byte{"salts": all, "empty": {}, "a b:{c}%7D Ключ": []byte("\r\n\x00")}
}

func keep(t *testing.T, session *tgsession.Session, values map[string][]byte) {
	t.Helper()
	for name, value := range values {
		must(t, session.SetValue(name, value))
	}
}

func valuesIn(t *testing.T, session *tgsession.Session) map[string][]byte {
	t.Helper()
	values := map[string][]byte{}
	for _, name := range got(session.ValueNames())(t) {
		values[name] = append([]byte{}, got(session.Value(name))(t)...)
	}
	return values
}

func TestValues(t *testing.T) {
	s := newServer(t)
	session, other := opened(t, s, "valued"), opened(t, s, "valued")
	equal(t, len(valuesIn(t, session)), 0)
	keep(t, session, someValues())
	equal(t, valuesIn(t, other), someValues())
	equal(t, got(other.Counts())(t).Values, 3)
	must(t, session.SetValue("salts", []byte("new")))
	equal(t, got(other.Value("salts"))(t), []byte("new"))
	must(t, session.DeleteValue("salts"))
	must(t, session.DeleteValue("nobody's"))
	equal(t, got(other.ValueNames())(t), []string{"a b:{c}%7D Ключ", "empty"})
	_, err := other.Value("salts")
	fails(t, err, tgsession.ErrNotFound)
	must(t, session.Delete())
	equal(t, len(s.keys(t)), 0)

	client := s.client()
	defer client.Close()
	must(t, client.Set(context.Background(), "tgsession:{valued}:values", "text", 0).Err())
	err = other.SetValue("salts", []byte("a secret"))
	fails(t, err, tgsession.ErrServer, "WRONGTYPE")
	equal(t, strings.Contains(err.Error(), "a secret"), false)
	_, err = other.Value("salts")
	fails(t, err, tgsession.ErrServer, "WRONGTYPE")
	_, err = other.ValueNames()
	fails(t, err, tgsession.ErrServer, "WRONGTYPE")
}

// What the engine in C writes this one reads, and the other way round.
func TestGoAndCShareOneStore(t *testing.T) {
	s := newServer(t)
	folder := t.TempDir()
	source := got(tgsession.Open(folder + "/source.session"))(t)
	data := login(t, source)
	must(t, source.UpdatePeers(some()))
	keep(t, source, someValues())
	must(t, source.Close())
	s.runC(t, "from_c", "import", folder+"/source.session")
	fromC := opened(t, s, "from_c")
	equal(t, got(fromC.AuthKey())(t), data.AuthKey)
	equal(t, len(peersIn(t, fromC)), 4)
	equal(t, valuesIn(t, fromC), someValues())

	fromGo := opened(t, s, "from_go")
	got(tgsession.Convert(fromC, fromGo))(t)
	must(t, fromGo.DeletePeers(777000101))
	s.runC(t, "from_go", "export", folder+"/target.session")
	target := got(tgsession.Open(folder + "/target.session"))(t)
	defer target.Close()
	equal(t, got(target.AuthKey())(t), data.AuthKey)
	equal(t, len(peersIn(t, target)), 3)
	equal(t, valuesIn(t, target), someValues())
}

func TestAUsernameMoves(t *testing.T) {
	s := newServer(t)
	session := opened(t, s, "moving")
	must(t, session.UpdatePeers(some()))
	must(t, session.UpdatePeers([]tgsession.Peer{{ID: 5, Usernames: []string{"anna"}}, {ID: 777000101}}))
	equal(t, got(session.PeerByUsername("anna"))(t).ID, int64(5))
	_, err := session.PeerByUsername("anna_b")
	fails(t, err, tgsession.ErrNotFound)
	_, err = session.PeerByPhoneNumber("99966110001")
	fails(t, err, tgsession.ErrNotFound)
	keys := strings.Join(s.keys(t), " ")
	equal(t, strings.Contains(keys, "anna_b") || strings.Contains(keys, "phone:"), false)
}

func TestAConversionIntoRedisAndBack(t *testing.T) {
	s := newServer(t)
	source := got(tgsession.Open(t.TempDir() + "/source.session"))(t)
	defer source.Close()
	data := login(t, source)
	must(t, source.UpdatePeers(some()))
	keep(t, source, someValues())
	kept := opened(t, s, "converted")
	got(tgsession.Convert(source, kept))(t)
	again := got(tgsession.OpenBytes(got(kept.Bytes("pyrogram@3", true))(t)))(t)
	defer again.Close()
	equal(t, got(again.AuthKey())(t), data.AuthKey)
	equal(t, len(peersIn(t, again)), 4)
	equal(t, valuesIn(t, again), someValues())
}

func TestWhoWritesMeanwhileIsNotOverwritten(t *testing.T) {
	s := newServer(t)
	engine := got(New(s.options(), "contested"))(t)
	defer engine.Destroy()
	must(t, engine.Begin())
	must(t, engine.PutPeers(some()))
	must(t, opened(t, s, "contested").SetDCID(tgsession.Some(int32(2))))
	fails(t, engine.Finish(true), tgsession.ErrLocked)
	equal(t, len(got(engine.Peers(nil))(t)), 0)
	// A transaction that only reads fails too: its reads were not of one state.
	must(t, engine.Begin())
	must(t, opened(t, s, "contested").Delete())
	fails(t, engine.Finish(true), tgsession.ErrLocked)
	must(t, engine.Begin())
	must(t, engine.PutPeers(some()))
	must(t, engine.Finish(false))
	equal(t, len(got(engine.Peers(nil))(t)), 0)
	// Deletions and values are gathered with the others.
	must(t, engine.PutPeers(some()))
	for _, keep := range []bool{false, true} {
		must(t, engine.Begin())
		must(t, engine.DeletePeers([]int64{777000101}))
		must(t, engine.SetValue("salts", []byte{1}))
		equal(t, len(got(engine.Peers(nil))(t)), 4)
		equal(t, len(got(engine.Values(nil))(t)), 0)
		must(t, engine.Finish(keep))
	}
	equal(t, len(got(engine.Peers(nil))(t)), 3)
	equal(t, got(engine.Values([]string{"salts", "none"}))(t), map[string][]byte{"salts": {1}})
	must(t, engine.Begin())
	must(t, engine.DeletePeers(nil))
	must(t, opened(t, s, "contested").DeleteValue("salts"))
	fails(t, engine.Finish(true), tgsession.ErrLocked)
	equal(t, len(got(engine.Peers(nil))(t)), 3)
}

func TestGoroutines(t *testing.T) {
	s := newServer(t)
	session := opened(t, s, "shared")
	var group sync.WaitGroup
	for number := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for round := range 10 {
				id := int64(number*100 + round + 1)
				if err := session.UpdatePeers([]tgsession.Peer{{ID: id, Usernames: []string{fmt.Sprint("u", id)}}}); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	group.Wait()
	equal(t, len(peersIn(t, session)), 80)
}

func TestAServerThatRestarts(t *testing.T) {
	s := newServer(t)
	session := opened(t, s, "restarted")
	must(t, session.UpdatePeers(some()))
	s.kill()
	back := make(chan struct{})
	go func() {
		defer close(back)
		time.Sleep(300 * time.Millisecond)
		s.start(t)
	}()
	equal(t, peersIn(t, session), some())
	<-back
	s.kill()
	s.start(t)
	must(t, session.UpdatePeers([]tgsession.Peer{{ID: 5}})) // a change of several calls, and the first since
	equal(t, len(peersIn(t, session)), 5)
}

func TestAServerThatIsAway(t *testing.T) {
	s := newServer(t)
	s.kill()
	session := opened(t, s, "away")
	_, err := session.DCID()
	fails(t, err, tgsession.ErrServer, "redis://"+s.address+"/0 away")
	fails(t, session.UpdatePeers(some()), tgsession.ErrServer)
}

func TestAWrongPassword(t *testing.T) {
	s := newServer(t)
	client := s.client()
	defer client.Close()
	must(t, client.ConfigSet(context.Background(), "requirepass", "pa55word").Err())
	session := got(Open(redis.Options{Addr: s.address, Password: "wr0ng"}, "guarded"))(t)
	defer session.Close()
	_, err := session.DCID()
	fails(t, err, tgsession.ErrServer, "WRONGPASS")
	equal(t, strings.Contains(err.Error(), "wr0ng"), false)
	_, err = Open(s.options(), "")
	fails(t, err, tgsession.ErrInvalidArgument)
}

func TestDamage(t *testing.T) {
	s := newServer(t)
	client := s.client()
	defer client.Close()
	session := opened(t, s, "damaged")
	must(t, session.UpdatePeers(some()))
	for key, field := range map[string]string{"data": "dc_id", "peer:777000101": "access_hash"} {
		must(t, client.HSet(context.Background(), "tgsession:{damaged}:"+key, field, "much").Err())
	}
	_, err := session.DCID()
	fails(t, err, tgsession.ErrCorrupt, "dc_id")
	_, err = session.PeerByID(777000101)
	fails(t, err, tgsession.ErrCorrupt, "access_hash")
}

func TestALease(t *testing.T) {
	s := newServer(t)
	session := opened(t, s, "leased", tgsession.WithLease(30*time.Second), tgsession.LeaseOwner("bot 1 of 2"))
	login(t, session)
	client := s.client()
	defer client.Close()
	id := *got(session.Inspect(false))(t).AuthKeyID
	value := got(client.Get(context.Background(), "tgsession:lease:"+id).Result())(t)
	equal(t, strings.HasSuffix(value, " bot 1 of 2"), true)
	equal(t, got(client.PTTL(context.Background(), "tgsession:lease:"+id).Result())(t) > 20*time.Second, true)
	must(t, session.Close())
	equal(t, got(client.Exists(context.Background(), "tgsession:lease:"+id).Result())(t), int64(0))

	engine := got(New(s.options(), "another machine"))(t)
	defer engine.Destroy()
	lease := tgsession.Lease{KeyID: id, Token: "T", Owner: "bot 2 of 2", Seconds: 30}
	for range 2 { // taken, and renewed
		equal(t, got(engine.TakeLease(lease))(t), (*tgsession.LeaseHolder)(nil))
	}
	must(t, engine.ReleaseLease(id, "not T"))
	_, err := Open(s.options(), "leased", tgsession.WithLease(0))
	fails(t, err, tgsession.ErrInUse, "bot 2 of 2")
	must(t, engine.ReleaseLease(id, "T"))
	opened(t, s, "leased", tgsession.WithLease(0))
	equal(t, slices.Sorted(maps.Keys(s.hash(t, "tgsession:{leased}:data")))[0], "api_id")
}
