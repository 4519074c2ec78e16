package tgsession

// #include "shim.h"
import "C"

import (
	"runtime"
	"unsafe"
)

// AuthKeyLen is the number of bytes in an auth key.
const AuthKeyLen = C.TGS_AUTH_KEY_LEN

// value is a field's answer: nil where it is absent.
func value[T any](result C.go_result, present T) (*T, error) {
	switch err := failure(result); err {
	case nil:
		return &present, nil
	case ErrNotFound:
		return nil, nil
	default:
		return nil, err
	}
}

// argument is a field's value and whether it is present.
func argument[T any](field *T) (C.bool, T) {
	if field == nil {
		var zero T
		return false, zero
	}
	return true, *field
}

// DCID is the account's home data centre: 1 to 5, 203, others possible.
func (s *Session) DCID() (*int32, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_dc_id(s.number())
	return value(answer.result, int32(answer.value))
}

// SetDCID sets the data centre; nil makes it absent.
func (s *Session) SetDCID(dcID *int32) error {
	defer runtime.KeepAlive(s)
	present, number := argument(dcID)
	return failure(C.go_set_dc_id(s.number(), present, C.int32_t(number)))
}

// ServerAddress is the address of the data centre. Most clients store none: see [DefaultServerAddress].
func (s *Session) ServerAddress() (*string, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_server_address(s.number())
	return value(answer.result, taken(answer.value))
}

// SetServerAddress sets the address, IPv4 or IPv6 as text; nil makes it absent.
func (s *Session) SetServerAddress(address *string) error {
	defer runtime.KeepAlive(s)
	return withOptionalText("the server address", address, func(text *C.char) error {
		return failure(C.go_set_server_address(s.number(), text))
	})
}

// Port is the TCP port of the data centre.
func (s *Session) Port() (*uint16, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_port(s.number())
	return value(answer.result, uint16(answer.value))
}

// SetPort sets the port; nil makes it absent.
func (s *Session) SetPort(port *uint16) error {
	defer runtime.KeepAlive(s)
	present, number := argument(port)
	return failure(C.go_set_port(s.number(), present, C.uint16_t(number)))
}

// APIID is the application's id.
func (s *Session) APIID() (*int32, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_api_id(s.number())
	return value(answer.result, int32(answer.value))
}

// SetAPIID sets the application's id; nil makes it absent.
func (s *Session) SetAPIID(apiID *int32) error {
	defer runtime.KeepAlive(s)
	present, number := argument(apiID)
	return failure(C.go_set_api_id(s.number(), present, C.int32_t(number)))
}

// TestMode reports whether the auth key belongs to Telegram's test servers.
func (s *Session) TestMode() (*bool, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_test_mode(s.number())
	return value(answer.result, bool(answer.value))
}

// SetTestMode sets whether the key belongs to the test servers; nil makes it absent.
func (s *Session) SetTestMode(testMode *bool) error {
	defer runtime.KeepAlive(s)
	present, flag := argument(testMode)
	return failure(C.go_set_test_mode(s.number(), present, C.bool(flag)))
}

// Date is when the session was last saved, in Unix seconds.
func (s *Session) Date() (*int64, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_date(s.number())
	return value(answer.result, int64(answer.value))
}

// SetDate sets when the session was last saved; nil makes it absent.
func (s *Session) SetDate(date *int64) error {
	defer runtime.KeepAlive(s)
	present, number := argument(date)
	return failure(C.go_set_date(s.number(), present, C.int64_t(number)))
}

// UserID is the account's own id. Nil means unknown; never invent one.
func (s *Session) UserID() (*int64, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_user_id(s.number())
	return value(answer.result, int64(answer.value))
}

// SetUserID sets the account's own id; nil makes it absent.
func (s *Session) SetUserID(userID *int64) error {
	defer runtime.KeepAlive(s)
	present, number := argument(userID)
	return failure(C.go_set_user_id(s.number(), present, C.int64_t(number)))
}

// IsBot reports whether the account is a bot. Nil means unknown.
func (s *Session) IsBot() (*bool, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_is_bot(s.number())
	return value(answer.result, bool(answer.value))
}

// SetIsBot sets whether the account is a bot; nil makes it absent.
func (s *Session) SetIsBot(isBot *bool) error {
	defer runtime.KeepAlive(s)
	present, flag := argument(isBot)
	return failure(C.go_set_is_bot(s.number(), present, C.bool(flag)))
}

// TakeoutID is the id of the takeout in progress (Telethon).
func (s *Session) TakeoutID() (*int64, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_takeout_id(s.number())
	return value(answer.result, int64(answer.value))
}

// SetTakeoutID sets the takeout; nil makes it absent.
func (s *Session) SetTakeoutID(takeoutID *int64) error {
	defer runtime.KeepAlive(s)
	present, number := argument(takeoutID)
	return failure(C.go_set_takeout_id(s.number(), present, C.int64_t(number)))
}

// AuthKey is the secret of the login; nil if nobody is logged in. Clear it after use.
func (s *Session) AuthKey() ([]byte, error) {
	return s.key(func(place *C.uint8_t, room C.size_t) C.go_result {
		return C.go_get_auth_key(s.number(), place, room)
	})
}

// SetAuthKey sets the auth key, of [AuthKeyLen] bytes; nil makes it absent.
func (s *Session) SetAuthKey(key []byte) error {
	defer runtime.KeepAlive(s)
	return failure(C.go_set_auth_key(s.number(), bytes(key), C.size_t(len(key))))
}

// TmpAuthKey is the temporary key of perfect forward secrecy (Telethon 8). Clear it after use.
func (s *Session) TmpAuthKey() ([]byte, error) {
	return s.key(func(place *C.uint8_t, room C.size_t) C.go_result {
		return C.go_get_tmp_auth_key(s.number(), place, room)
	})
}

// SetTmpAuthKey sets the temporary key, of [AuthKeyLen] bytes; nil makes it absent.
func (s *Session) SetTmpAuthKey(key []byte) error {
	defer runtime.KeepAlive(s)
	return failure(C.go_set_tmp_auth_key(s.number(), bytes(key), C.size_t(len(key))))
}

func (s *Session) key(get func(*C.uint8_t, C.size_t) C.go_result) ([]byte, error) {
	defer runtime.KeepAlive(s)
	key := make([]byte, AuthKeyLen)
	switch err := failure(get(bytes(key), AuthKeyLen)); err {
	case nil:
		return key, nil
	case ErrNotFound:
		return nil, nil
	default:
		return nil, err
	}
}

// bytes is nil for nil alone: an empty slice is a wrong length, not an absent key.
func bytes(slice []byte) *C.uint8_t {
	return (*C.uint8_t)(unsafe.SliceData(slice))
}

// DefaultServerAddress is the address of a data centre, for a session that stores none. It fails with [ErrNotFound] for an
// unknown data centre.
func DefaultServerAddress(dcID int32, testMode bool) (address string, port uint16, err error) {
	if err := loaded(); err != nil {
		return "", 0, err
	}
	answer := C.go_default_server_address(C.int32_t(dcID), C.bool(testMode))
	return taken(answer.address), uint16(answer.port), failure(answer.result)
}
