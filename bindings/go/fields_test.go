package tgsession

import (
	"math"
	"testing"
)

// roundTrip writes a value, the next one, and nothing, and reads each back.
func roundTrip[T any](t *testing.T, name string, set func(*T) error, get func() (*T, error), values ...T) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		for _, value := range values {
			must(t, set(&value))
			equal(t, got(get())(t), &value)
		}
		must(t, set(nil))
		equal(t, got(get())(t), (*T)(nil))
	})
}

func TestFields(t *testing.T) {
	s := opened(t, ":memory:")
	roundTrip(t, "dc_id", s.SetDCID, s.DCID, 1, 203)
	roundTrip(t, "server_address", s.SetServerAddress, s.ServerAddress, "149.154.167.51", "2001:67c:4e8:f002::a")
	roundTrip(t, "port", s.SetPort, s.Port, 80, math.MaxUint16)
	roundTrip(t, "api_id", s.SetAPIID, s.APIID, 1, math.MaxInt32)
	roundTrip(t, "test_mode", s.SetTestMode, s.TestMode, true, false)
	roundTrip(t, "date", s.SetDate, s.Date, 1700000000, 1<<40)
	roundTrip(t, "user_id", s.SetUserID, s.UserID, 1, 7770001234567)
	roundTrip(t, "is_bot", s.SetIsBot, s.IsBot, true, false)
	roundTrip(t, "takeout_id", s.SetTakeoutID, s.TakeoutID, 1, math.MaxInt64)
}

func TestFieldsOfAFile(t *testing.T) {
	for _, format := range []string{"pyrogram@3", "kurigram@7", "telethon@8"} {
		s := newFile(t, Format(format))
		roundTrip(t, format+" user_id", s.SetUserID, s.UserID, 7770001234567)
		roundTrip(t, format+" api_id", s.SetAPIID, s.APIID, 12345)
		roundTrip(t, format+" server_address", s.SetServerAddress, s.ServerAddress, "127.0.0.1")
	}
}

func TestKeys(t *testing.T) {
	s := newFile(t, Format("telethon@8"))
	for _, field := range []struct {
		set func([]byte) error
		get func() ([]byte, error)
	}{{s.SetAuthKey, s.AuthKey}, {s.SetTmpAuthKey, s.TmpAuthKey}} {
		equal(t, got(field.get())(t), []byte(nil))
		must(t, field.set(key(3)))
		equal(t, got(field.get())(t), key(3))
		for _, length := range []int{0, 1, 255, 257, 1 << 20} {
			fails(t, field.set(make([]byte, length)), ErrInvalidArgument)
		}
		equal(t, got(field.get())(t), key(3))
		must(t, field.set(nil))
		equal(t, got(field.get())(t), []byte(nil))
	}
}

func TestDefaultServerAddress(t *testing.T) {
	address, port, err := DefaultServerAddress(2, false)
	must(t, err)
	equal(t, address, "149.154.167.51")
	equal(t, port, uint16(443))
	_, _, err = DefaultServerAddress(99, true)
	fails(t, err, ErrNotFound)
}
