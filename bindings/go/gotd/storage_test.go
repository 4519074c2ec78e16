package gotd

import (
	"context"
	"strings"
	"testing"

	"github.com/gotd/td/session"
	"github.com/gotd/td/tg"

	"github.com/tgsession/tgsession/bindings/go"
)

var background = context.Background()

func key(first byte) []byte {
	key := make([]byte, 256)
	for i := range key {
		key[i] = first + byte(i)
	}
	return key
}

// data is what gotd stores when it has connected to a data centre.
func data(dc int, first byte, options ...tg.DCOption) *session.Data {
	return &session.Data{
		Config:    session.Config{ThisDC: dc, DCOptions: options},
		DC:        dc,
		AuthKey:   key(first),
		AuthKeyID: keyID(key(first)),
		Salt:      10,
	}
}

func option(dc int, host string, port int) tg.DCOption {
	return tg.DCOption{ID: dc, IPAddress: host, Port: port}
}

func place4(t *testing.T, s *tgsession.Session) (host string, port uint16) {
	t.Helper()
	address, number := got(s.ServerAddress())(t), got(s.Port())(t)
	if address == nil || number == nil {
		return "", 0
	}
	return *address, *number
}

func TestWhatGotdStoresItLoads(t *testing.T) {
	for _, format := range formats {
		s := newFile(t, format)
		loader := session.Loader{Storage: NewStorage(s, APIID(12345))}
		_, err := loader.Load(background)
		fails(t, err, session.ErrNotFound)
		must(t, loader.Save(background, data(4, 1, option(2, "10.0.0.2", 443), option(4, "10.0.0.4", 5222))))
		read := got(loader.Load(background))(t)
		equal(t, read.DC, 4)
		equal(t, read.Addr, "10.0.0.4:5222")
		equal(t, read.AuthKey, key(1))
		equal(t, read.AuthKeyID, keyID(key(1)))
		equal(t, *got(s.APIID())(t), int32(12345))
		equal(t, got(s.Format())(t), format)
	}
}

func TestGotdLoadsWhatAnotherClientWrote(t *testing.T) {
	for _, format := range formats {
		s := newFile(t, format)
		must(t, s.SetDCID(tgsession.Some(int32(2))))
		must(t, s.SetTestMode(tgsession.Some(true)))
		must(t, s.SetServerAddress(nil))
		must(t, s.SetPort(nil))
		must(t, s.SetAuthKey(key(7)))
		read := got((&session.Loader{Storage: NewStorage(s)}).Load(background))(t)
		equal(t, read.DC, 2)
		equal(t, read.Config.TestMode, true)
		equal(t, read.AuthKey, key(7))
		if read.Addr == "" {
			t.Fatalf("%s: no address", format)
		}
	}
}

func TestAMigrationTakesTheNewAddress(t *testing.T) {
	s := newFile(t, "kurigram@7")
	loader := session.Loader{Storage: NewStorage(s)}
	options := []tg.DCOption{
		{ID: 4, IPAddress: "10.0.0.41", Port: 443, MediaOnly: true},
		{ID: 4, IPAddress: "10.0.0.42", Port: 443, CDN: true},
		{ID: 4, IPAddress: "10.0.0.43", Port: 443, TCPObfuscatedOnly: true},
		option(4, "2001:db8::4", 443),
		option(2, "10.0.0.2", 443),
		option(4, "10.0.0.4", 443),
	}
	must(t, loader.Save(background, data(2, 1, options...)))
	moved := got(loader.Load(background))(t)
	moved.DC, moved.Config.DCOptions = 4, options // as gotd does: Addr stays that of the data centre before
	moved.AuthKey, moved.AuthKeyID = key(9), keyID(key(9))
	must(t, loader.Save(background, moved))
	host, port := place4(t, s)
	equal(t, host, "10.0.0.4")
	equal(t, port, uint16(443))
	equal(t, *got(s.DCID())(t), int32(4))
	equal(t, got(s.AuthKey())(t), key(9))
}

func TestAnAddressThatIsStillRightStays(t *testing.T) {
	s := newFile(t, "telethon@8")
	loader := session.Loader{Storage: NewStorage(s)}
	must(t, loader.Save(background, data(2, 1, option(2, "10.0.0.22", 443))))
	must(t, loader.Save(background, data(2, 1, option(2, "10.0.0.21", 443), option(2, "10.0.0.22", 443))))
	host, _ := place4(t, s)
	equal(t, host, "10.0.0.22")
	must(t, loader.Save(background, data(2, 1))) // nobody tells
	host, _ = place4(t, s)
	equal(t, host, "10.0.0.22")
}

func TestWhatDidNotChangeIsNotWritten(t *testing.T) {
	path := t.TempDir() + "/same.session"
	file := got(tgsession.Open(path))(t)
	must(t, (&session.Loader{Storage: NewStorage(file, APIID(5))}).Save(background, data(2, 1)))
	must(t, file.Close())
	file = got(tgsession.Open(path, tgsession.ReadOnly()))(t)
	defer file.Close()
	loader := session.Loader{Storage: NewStorage(file, APIID(5))}
	must(t, loader.Save(background, data(2, 1)))
	fails(t, loader.Save(background, data(4, 1)), tgsession.ErrReadOnly)
}

func TestSetSelf(t *testing.T) {
	for _, format := range formats {
		s := newFile(t, format)
		self := &tg.User{ID: 7770001234567, Bot: true, Username: "my_bot", FirstName: "My"}
		self.SetAccessHash(-5)
		must(t, NewStorage(s).SetSelf(self))
		equal(t, *got(s.UserID())(t), int64(7770001234567))
		equal(t, *got(s.IsBot())(t), true)
		equal(t, *got(s.PeerByUsername("my_bot"))(t).AccessHash, int64(-5))
	}
}

func TestWhatIsNotGotdsIsRefusedWithoutShowingIt(t *testing.T) {
	s := newFile(t, "pyrogram@3")
	storage := NewStorage(s)
	good := string(got(encode(*data(2, 1)))(t))
	for _, text := range []string{
		"", "{", "null", `{"Version":2}`, `{"Version":1,"Data":{"AuthKey":"c2VjcmV0"}}`,
		strings.Replace(good, `"AuthKeyID":"`, `"AuthKeyID":"AA`, 1), `{"Version":1,"Data":{"AuthKey":"c2VjcmV0!"}}`,
	} {
		err := storage.StoreSession(background, []byte(text))
		if err == nil || strings.Contains(err.Error(), "c2Vj") {
			t.Errorf("%.60q: %v", text, err)
		}
	}
	equal(t, got(s.AuthKey())(t), []byte(nil))
	must(t, storage.StoreSession(background, []byte(good)))
}

func TestDCList(t *testing.T) {
	s := newFile(t, "pyrogram@3")
	storage := NewStorage(s)
	must(t, (&session.Loader{Storage: storage}).Save(background, data(2, 1, option(2, "127.0.0.1", 4443))))
	list := got(storage.DCList())(t)
	equal(t, list.Options, []tg.DCOption{option(2, "127.0.0.1", 4443)})
	equal(t, list.Test, false)
}

func TestAClosedSession(t *testing.T) {
	s := newFile(t, "pyrogram@3")
	must(t, s.Close())
	_, err := NewStorage(s).LoadSession(background)
	fails(t, err, tgsession.ErrClosed)
	fails(t, NewStorage(s).StoreSession(background, got(encode(*data(2, 1)))(t)), tgsession.ErrClosed)
}
