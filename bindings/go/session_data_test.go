package tgsession

import (
	"math"
	"testing"
)

const allFields = FieldDCID | FieldServerAddress | FieldPort | FieldAPIID | FieldTestMode | FieldAuthKey | FieldDate |
	FieldUserID | FieldIsBot | FieldTakeoutID | FieldTmpAuthKey

// everyField has all of them.
func everyField() SessionData {
	return SessionData{
		DCID: Some(int32(4)), ServerAddress: Some("149.154.167.91"), Port: Some(uint16(math.MaxUint16)),
		APIID: Some(int32(12345)), TestMode: Some(false), AuthKey: key(1), Date: Some(int64(1700000000)),
		UserID: Some(int64(7770001234567)), IsBot: Some(true), TakeoutID: Some(int64(math.MaxInt64)), TmpAuthKey: key(2),
	}
}

// dataOf asks for one field after the other.
func dataOf(t *testing.T, s *Session) SessionData {
	t.Helper()
	return SessionData{
		DCID: got(s.DCID())(t), ServerAddress: got(s.ServerAddress())(t), Port: got(s.Port())(t),
		APIID: got(s.APIID())(t), TestMode: got(s.TestMode())(t), AuthKey: got(s.AuthKey())(t), Date: got(s.Date())(t),
		UserID: got(s.UserID())(t), IsBot: got(s.IsBot())(t), TakeoutID: got(s.TakeoutID())(t),
		TmpAuthKey: got(s.TmpAuthKey())(t),
	}
}

func TestSetData(t *testing.T) {
	for _, s := range []*Session{opened(t, ":memory:"), newFile(t, Format("telethon@8")), newFile(t, Format("kurigram@7"))} {
		must(t, s.SetData(everyField(), allFields))
		equal(t, dataOf(t, s), everyField())
		must(t, s.SetData(SessionData{DCID: Some(int32(5)), AuthKey: key(9)}, FieldDCID|FieldTestMode|FieldIsBot))
		want := everyField()
		want.DCID, want.TestMode, want.IsBot = Some(int32(5)), nil, nil
		equal(t, dataOf(t, s), want)
	}
}

func TestEachFieldAlone(t *testing.T) {
	s := opened(t, ":memory:")
	var want SessionData
	for field := Field(1); field <= allFields; field <<= 1 {
		must(t, s.SetData(everyField(), field))
		want.Assign(everyField(), field)
		equal(t, dataOf(t, s), want)
	}
	equal(t, want, everyField())
	for field := Field(1); field <= allFields; field <<= 1 {
		must(t, s.SetData(SessionData{}, field))
	}
	equal(t, dataOf(t, s), SessionData{})
}

func TestSetDataIsAllOrNothing(t *testing.T) {
	s := newFile(t, Format("telethon@8"))
	before := dataOf(t, s)
	for _, wrong := range []SessionData{
		{DCID: Some(int32(4)), UserID: Some(int64(0))},
		{DCID: Some(int32(4)), AuthKey: []byte{}},
		{DCID: Some(int32(4)), TmpAuthKey: make([]byte, 257)},
		{DCID: Some(int32(4)), ServerAddress: Some("a\x00b")},
		{DCID: Some(int32(4)), ServerAddress: Some("\xff")},
	} {
		fails(t, s.SetData(wrong, allFields), ErrInvalidArgument)
	}
	fails(t, s.SetData(everyField(), 0), ErrInvalidArgument)
	fails(t, s.SetData(everyField(), allFields+1), ErrInvalidArgument)
	equal(t, dataOf(t, s), before)
}
