package gotd

import (
	"encoding/json"
	"errors"
	"reflect"

	"github.com/gotd/td/session"

	"github.com/tgsession/tgsession/bindings/go"
)

// ownName is the value beside the session in which stands what only gotd reads.
const ownName = "gotd.session"

// ownData is what of gotd's data no field of a session has, and for which login it is.
type ownData struct {
	LoginKeyID []byte
	DC         int32
	TestMode   bool
	Address    string

	Config    session.Config
	Addr      string
	AuthKeyID []byte
	Salt      int64
}

func newOwnData(key []byte, at place) ownData {
	return ownData{LoginKeyID: keyID(key), DC: at.dcID, TestMode: at.testMode, Address: at.address.String()}
}

// isOf says whether it was stored with this login: else another client has logged in since.
func (o *ownData) isOf(key []byte, at place) bool {
	login := newOwnData(key, at)
	of := ownData{LoginKeyID: o.LoginKeyID, DC: o.DC, TestMode: o.TestMode, Address: o.Address}
	return reflect.DeepEqual(login, of)
}

// readOwn is nil where there is none, or none that can be read: gotd requests all of it again.
func readOwn(s *tgsession.Session) (*ownData, error) {
	text, err := s.Value(ownName)
	if errors.Is(err, tgsession.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var read ownData
	if json.Unmarshal(text, &read) != nil {
		return nil, nil
	}
	return &read, nil
}

// writeOwn leaves it where no value can be kept: in a session that is only read, or over an engine without values.
func writeOwn(s *tgsession.Session, own ownData) error {
	text, err := json.Marshal(own)
	if err != nil {
		return err
	}
	err = s.SetValue(ownName, text)
	if errors.Is(err, tgsession.ErrUnsupported) || errors.Is(err, tgsession.ErrReadOnly) {
		return nil
	}
	return err
}
