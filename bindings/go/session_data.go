package tgsession

// #include "shim.h"
import "C"

import (
	"fmt"
	"runtime"
	"unsafe"
)

// SessionData has the fields of a session; each getter documents its field. Nil means absent.
type SessionData struct {
	DCID          *int32
	ServerAddress *string
	Port          *uint16
	APIID         *int32
	TestMode      *bool
	// AuthKey has [AuthKeyLen] bytes, and so has TmpAuthKey. Print neither.
	AuthKey    []byte
	Date       *int64
	UserID     *int64
	IsBot      *bool
	TakeoutID  *int64
	TmpAuthKey []byte
}

// Field names a field of [SessionData], or several: FieldDCID|FieldAuthKey. The numbers are those of tgs_field.
type Field uint32

// The fields.
const (
	FieldDCID          Field = C.TGS_FIELD_DC_ID
	FieldServerAddress Field = C.TGS_FIELD_SERVER_ADDRESS
	FieldPort          Field = C.TGS_FIELD_PORT
	FieldAPIID         Field = C.TGS_FIELD_API_ID
	FieldTestMode      Field = C.TGS_FIELD_TEST_MODE
	FieldAuthKey       Field = C.TGS_FIELD_AUTH_KEY
	FieldDate          Field = C.TGS_FIELD_DATE
	FieldUserID        Field = C.TGS_FIELD_USER_ID
	FieldIsBot         Field = C.TGS_FIELD_IS_BOT
	FieldTakeoutID     Field = C.TGS_FIELD_TAKEOUT_ID
	FieldTmpAuthKey    Field = C.TGS_FIELD_TMP_AUTH_KEY
)

// SetData sets several fields in one transaction: all of them, or none. Those in which become what they are in data,
// absent ones too; the others stay as they are.
func (s *Session) SetData(data SessionData, which Field) error {
	defer runtime.KeepAlive(s)
	return data.pass(func(c C.tgs_session_data, address *C.char) C.go_result {
		return C.go_set_session_data(s.number(), C.uint32_t(which), c, address, bytes(data.AuthKey), bytes(data.TmpAuthKey))
	})
}

// SessionData reads all fields at once, as they are at one moment.
func (s *Session) SessionData() (SessionData, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_session_data(s.number())
	if err := failure(answer.result); err != nil {
		return SessionData{}, err
	}
	defer C.tgs_session_data_free(answer.data)
	return newSessionData(answer.data), nil
}

// Assign sets the fields in which to what they are in from, absent ones too. It is what an [Engine]'s SetData does.
func (d *SessionData) Assign(from SessionData, which Field) {
	assign(&d.DCID, from.DCID, which&FieldDCID)
	assign(&d.ServerAddress, from.ServerAddress, which&FieldServerAddress)
	assign(&d.Port, from.Port, which&FieldPort)
	assign(&d.APIID, from.APIID, which&FieldAPIID)
	assign(&d.TestMode, from.TestMode, which&FieldTestMode)
	assign(&d.AuthKey, from.AuthKey, which&FieldAuthKey)
	assign(&d.Date, from.Date, which&FieldDate)
	assign(&d.UserID, from.UserID, which&FieldUserID)
	assign(&d.IsBot, from.IsBot, which&FieldIsBot)
	assign(&d.TakeoutID, from.TakeoutID, which&FieldTakeoutID)
	assign(&d.TmpAuthKey, from.TmpAuthKey, which&FieldTmpAuthKey)
}

func assign[T any](place *T, value T, wanted Field) {
	if wanted != 0 {
		*place = value
	}
}

// pass calls with the struct and the address for C. The keys are not copied: the call passes them beside the struct.
func (d *SessionData) pass(call func(C.tgs_session_data, *C.char) C.go_result) error {
	if err := checkKeys(d.AuthKey, d.TmpAuthKey); err != nil {
		return err
	}
	return withOptionalText("the server address", d.ServerAddress, func(address *C.char) error {
		return failure(call(d.c(), address))
	})
}

// C takes no length of a key.
func checkKeys(authKey, tmpAuthKey []byte) error {
	for name, key := range map[string][]byte{"auth_key": authKey, "tmp_auth_key": tmpAuthKey} {
		if key != nil && len(key) != AuthKeyLen {
			return invalid(fmt.Sprintf("%s has %d bytes instead of %d", name, len(key), AuthKeyLen))
		}
	}
	return nil
}

// c is the struct without its pointers.
func (d *SessionData) c() (c C.tgs_session_data) {
	fill(&c.dc_id, &c.has_dc_id, d.DCID)
	fill(&c.port, &c.has_port, d.Port)
	fill(&c.api_id, &c.has_api_id, d.APIID)
	fill(&c.date, &c.has_date, d.Date)
	fill(&c.user_id, &c.has_user_id, d.UserID)
	fill(&c.takeout_id, &c.has_takeout_id, d.TakeoutID)
	raise(&c.test_mode, &c.has_test_mode, d.TestMode)
	raise(&c.is_bot, &c.has_is_bot, d.IsBot)
	return c
}

// newSessionData copies what the library shows.
func newSessionData(c *C.tgs_session_data) SessionData {
	return SessionData{
		DCID:          shown[int32](c.has_dc_id, c.dc_id),
		ServerAddress: copied(c.server_address),
		Port:          shown[uint16](c.has_port, c.port),
		APIID:         shown[int32](c.has_api_id, c.api_id),
		TestMode:      flag(c.has_test_mode, c.test_mode),
		AuthKey:       copiedKey(c.auth_key),
		Date:          optional(c.has_date, c.date),
		UserID:        optional(c.has_user_id, c.user_id),
		IsBot:         flag(c.has_is_bot, c.is_bot),
		TakeoutID:     optional(c.has_takeout_id, c.takeout_id),
		TmpAuthKey:    copiedKey(c.tmp_auth_key),
	}
}

type integer interface{ ~int32 | ~int64 | ~uint16 }

func fill[To, From integer](place *To, has *C.bool, number *From) {
	if number != nil {
		*place, *has = To(*number), true
	}
}

func raise(place, has *C.bool, flag *bool) {
	if flag != nil {
		*place, *has = C.bool(*flag), true
	}
}

func shown[To, From integer](has C.bool, number From) *To {
	if !has {
		return nil
	}
	return Some(To(number))
}

func flag(has, value C.bool) *bool {
	if !has {
		return nil
	}
	return Some(bool(value))
}

func copiedKey(key *C.uint8_t) []byte {
	if key == nil {
		return nil
	}
	return C.GoBytes(unsafe.Pointer(key), AuthKeyLen)
}
