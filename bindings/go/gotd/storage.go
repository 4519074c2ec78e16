package gotd

import (
	"bytes"
	"context"
	"net/netip"
	"reflect"
	"sync"

	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/tg"

	"github.com/tgsession/tgsession/bindings/go"
)

// Storage is gotd's session in a tgsession session: data centre, address, test mode and auth key.
//
// Gotd's Config and Salt, which no other client reads, are a value beside the session, for as long as the login is the same.
type Storage struct {
	session *tgsession.Session
	apiID   *int32
	mutex   sync.Mutex // gotd stores from several connections
	own     *ownData   // nil until it is read or stored
}

var _ session.Storage = (*Storage)(nil)

// StorageOption says what a storage adds to what gotd tells.
type StorageOption func(*Storage)

// APIID is the application's id, which goes into the session together with a key.
func APIID(id int) StorageOption {
	return func(s *Storage) { s.apiID = tgsession.Some(int32(id)) }
}

// NewStorage keeps gotd's session in a session, which stays the caller's to close.
func NewStorage(session *tgsession.Session, options ...StorageOption) *Storage {
	storage := &Storage{session: session}
	for _, option := range options {
		option(storage)
	}
	return storage
}

// LoadSession is gotd's JSON of the session; session.ErrNotFound where nobody is logged in.
func (s *Storage) LoadSession(context.Context) ([]byte, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	data, err := s.load()
	if err != nil {
		return nil, err
	}
	return encode(data)
}

// StoreSession writes what changed of gotd's JSON.
func (s *Storage) StoreSession(_ context.Context, text []byte) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	data, err := decode(text)
	if err != nil {
		return err
	}
	return s.store(data)
}

// SetSelf writes who is logged in: the account's id, whether it is a bot, and its peer. Call it after each login.
func (s *Storage) SetSelf(self *tg.User) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	who := tgsession.SessionData{UserID: &self.ID, IsBot: &self.Bot}
	if err := s.session.SetData(who, tgsession.FieldUserID|tgsession.FieldIsBot); err != nil {
		return err
	}
	return NewPeers(s.session).Learn([]tg.UserClass{self}, nil)
}

// DCList is where the session's data centre answers, for telegram.Options. Without it gotd asks Telegram's own servers,
// whatever address the session has.
func (s *Storage) DCList() (dcs.List, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	place, err := s.placeNow()
	return dcs.List{Options: place.data(nil).Config.DCOptions, Test: place.testMode}, err
}

func (s *Storage) load() (session.Data, error) {
	key, err := s.session.AuthKey()
	if err != nil {
		return session.Data{}, err
	}
	if key == nil {
		return session.Data{}, session.ErrNotFound
	}
	place, err := s.placeNow()
	if err != nil {
		return session.Data{}, err
	}
	data := place.data(key)
	own, err := s.ownNow()
	if err != nil {
		return session.Data{}, err
	}
	if own != nil && own.isOf(key, place) {
		data.Config, data.Salt, data.AuthKeyID = own.Config, own.Salt, own.AuthKeyID
		if own.Addr != "" {
			data.Addr = own.Addr
		}
	}
	return data, nil
}

func (s *Storage) ownNow() (*ownData, error) {
	var err error
	if s.own == nil {
		s.own, err = readOwn(s.session)
	}
	return s.own, err
}

func (s *Storage) store(data session.Data) error {
	now, err := s.placeNow()
	if err != nil {
		return err
	}
	key, err := s.session.AuthKey()
	if err != nil {
		return err
	}
	wanted := place{dcID: int32(data.DC), testMode: data.Config.TestMode}
	wanted.address = address(data, now.address)
	if !wanted.address.IsValid() && wanted.dcID == now.dcID {
		wanted.address = now.address
	}
	apiID, err := s.session.APIID()
	if err != nil {
		return err
	}
	same := bytes.Equal(key, data.AuthKey) && wanted == now
	if !same || s.apiID != nil && (apiID == nil || *apiID != *s.apiID) {
		if err := s.write(wanted, data.AuthKey); err != nil {
			return err
		}
	}
	own := newOwnData(data.AuthKey, wanted)
	own.Config, own.Addr, own.AuthKeyID, own.Salt = data.Config, data.Addr, data.AuthKeyID, data.Salt
	if last, err := s.ownNow(); err != nil || last != nil && reflect.DeepEqual(*last, own) {
		return err
	}
	s.own = &own
	return writeOwn(s.session, own)
}

// write is one transaction: a key never stands beside another data centre than its own.
func (s *Storage) write(wanted place, key []byte) error {
	data := tgsession.SessionData{DCID: &wanted.dcID, TestMode: &wanted.testMode, AuthKey: key, APIID: s.apiID}
	which := tgsession.FieldDCID | tgsession.FieldTestMode | tgsession.FieldAuthKey |
		tgsession.FieldServerAddress | tgsession.FieldPort
	if s.apiID != nil {
		which |= tgsession.FieldAPIID
	}
	if wanted.address.IsValid() {
		data.ServerAddress = tgsession.Some(wanted.address.Addr().String())
		data.Port = tgsession.Some(wanted.address.Port())
	}
	return s.session.SetData(data, which)
}

// place is where a key is valid.
type place struct {
	dcID     int32
	testMode bool
	address  netip.AddrPort // invalid where the session stores none
}

func (s *Storage) placeNow() (place, error) {
	dcID, err := s.session.DCID()
	if err != nil {
		return place{}, err
	}
	testMode, err := s.session.TestMode()
	if err != nil {
		return place{}, err
	}
	address, err := s.address()
	found := place{address: address}
	if dcID != nil {
		found.dcID = *dcID
	}
	if testMode != nil {
		found.testMode = *testMode
	}
	return found, err
}

func (s *Storage) address() (netip.AddrPort, error) {
	host, err := s.session.ServerAddress()
	if err != nil || host == nil {
		return netip.AddrPort{}, err
	}
	port, err := s.session.Port()
	if err != nil || port == nil {
		return netip.AddrPort{}, err
	}
	address, err := netip.ParseAddr(*host)
	if err != nil {
		return netip.AddrPort{}, nil // no address that gotd could use
	}
	return netip.AddrPortFrom(address, *port), nil
}

// data is what gotd reads. A session that stores no address gets the one that clients use for its data centre.
func (p place) data(key []byte) session.Data {
	data := session.Data{DC: int(p.dcID), AuthKey: key, AuthKeyID: keyID(key)}
	data.Config = session.Config{ThisDC: int(p.dcID), TestMode: p.testMode}
	address := p.address
	if !address.IsValid() {
		address = p.defaultAddress()
	}
	if address.IsValid() {
		data.Addr = address.String()
		data.Config.DCOptions = []tg.DCOption{{
			ID:        int(p.dcID),
			IPAddress: address.Addr().String(),
			Port:      int(address.Port()),
			Ipv6:      address.Addr().Is6(),
		}}
	}
	return data
}

func (p place) defaultAddress() netip.AddrPort {
	host, port, err := tgsession.DefaultServerAddress(p.dcID, p.testMode)
	if err != nil {
		return netip.AddrPort{}
	}
	address, _ := netip.ParseAddr(host)
	return netip.AddrPortFrom(address, port)
}
