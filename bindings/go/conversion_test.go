package tgsession

import (
	"encoding/json"
	"strings"
	"testing"
)

// login fills what every format asks for.
func login(t testing.TB, s *Session) {
	t.Helper()
	must(t, s.SetDCID(Some(int32(4))))
	must(t, s.SetAuthKey(key(9)))
	must(t, s.SetAPIID(Some(int32(12345))))
	must(t, s.SetUserID(Some(int64(7770001234567))))
	must(t, s.SetIsBot(Some(false)))
	must(t, s.SetTestMode(Some(false)))
}

func TestSessionStringsComeBack(t *testing.T) {
	s := opened(t, ":memory:")
	login(t, s)
	for _, format := range []string{"pyrogram", "telethon", "gramjs", "mtcute", "mtkruto", "gogram"} {
		text, report, err := s.ExportSessionString(format)
		must(t, err)
		equal(t, report.Target != "", true)
		equal(t, got(s.SessionString(format))(t), text)
		again, err := OpenString(" '" + text + "'\n")
		must(t, err)
		equal(t, got(again.AuthKey())(t), key(9))
		equal(t, *got(again.DCID())(t), int32(4))
		equal(t, got(Diagnose(text))(t).Intact, true)
		must(t, again.Close())
	}
	_, _, err := s.ExportSessionString("tdlib")
	fails(t, err, ErrInvalidArgument)
}

func TestADamagedStringIsRefusedWithoutShowingIt(t *testing.T) {
	s := opened(t, ":memory:")
	login(t, s)
	text, _, err := s.ExportSessionString("telethon")
	must(t, err)
	_, err = OpenString(text[:len(text)-11])
	fails(t, err, ErrBadSessionString)
	if !strings.Contains(err.Error(), "11 characters short") || strings.Contains(err.Error(), text[10:40]) {
		t.Fatal(err)
	}
	diagnosis := got(Diagnose(text[:len(text)-11]))(t)
	equal(t, diagnosis.Intact, false)
	equal(t, *diagnosis.Format, "telethon")
}

func TestConvert(t *testing.T) {
	source, target := newFile(t), newFile(t, Format("telethon@8"))
	login(t, source)
	must(t, source.UpdatePeers(people()[:3]))
	report := got(Convert(source, target))(t)
	equal(t, report.Source, "pyrogram@3")
	equal(t, report.Target, "telethon@8")
	equal(t, got(target.AuthKey())(t), key(9))
	equal(t, len(collect(t, target.Peers())), 3)
	equal(t, len(report.Fields) > 5 && len(report.Tables) > 0, true)
}

func TestAnUnknownValueIsNamedAndMayBeGiven(t *testing.T) {
	source, target := newFile(t, Format("telethon@8")), newFile(t)
	must(t, source.SetDCID(Some(int32(2))))
	must(t, source.SetAuthKey(key(5)))
	_, err := Convert(source, target)
	fails(t, err, ErrIncomplete)
	if !strings.Contains(err.Error(), "user_id") {
		t.Fatal(err)
	}
	_, err = Convert(source, target, "user_id=55", "is_bot=true", "api_id=12345", "test_mode=false")
	must(t, err)
	equal(t, *got(target.UserID())(t), int64(55))
	_, err = Convert(source, target, "user_id=\x00")
	fails(t, err, ErrInvalidArgument)
}

func TestInspect(t *testing.T) {
	s := newFile(t)
	login(t, s)
	description := got(s.Inspect(false))(t)
	equal(t, description.Format, "pyrogram")
	equal(t, *description.Version, int64(3))
	equal(t, len(*description.AuthKeyID), 16)
	equal(t, description.AuthKey, (*string)(nil))
	equal(t, len(*got(s.Inspect(true))(t).AuthKey), 2*AuthKeyLen)
}

// The types here have each member that the library writes, and no other.
func TestReportsAreTheLibrarys(t *testing.T) {
	s := newFile(t)
	login(t, s)
	must(t, s.UpdatePeers(people()))
	export := got(s.export("telethon", true))(t)
	text := taken(export.text)
	sameMembers(t, got(decoded[json.RawMessage](export.report))(t), &Report{})
	inspection := got(s.inspect(true))(t)
	sameMembers(t, got(decoded[json.RawMessage](inspection.text))(t), &Description{})
	diagnosis := got(diagnose(text))(t)
	sameMembers(t, got(decoded[json.RawMessage](diagnosis.text))(t), &Diagnosis{})
}

func sameMembers(t *testing.T, answer json.RawMessage, value any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(answer)))
	decoder.DisallowUnknownFields() // at any depth
	must(t, decoder.Decode(value))
	equal(t, members(t, got(json.Marshal(value))(t)), members(t, answer))
}

func members(t *testing.T, text []byte) map[string]bool {
	t.Helper()
	var object map[string]any
	must(t, json.Unmarshal(text, &object))
	names := map[string]bool{}
	for name := range object {
		names[name] = true
	}
	return names
}

func TestWhatStandsBesideASessionIsNamed(t *testing.T) {
	web := `{"dc": "4", "dc4_auth_key": "` + strings.Repeat("07", 256) + `", "dc2_auth_key": "08"}`
	s, err := OpenBytes([]byte(web))
	must(t, err)
	defer s.Close()
	described := got(s.Inspect(false))(t)
	equal(t, len(described.OtherKeys), 1)
	equal(t, described.OtherKeys[0], OtherLogin{DCID: Some(int64(2))})
	_, report, err := s.ExportSessionString("telethon")
	must(t, err)
	equal(t, report.OtherKeys, []OtherLogin{{DCID: Some(int64(2)), Outcome: "left_behind"}})
	equal(t, len(report.ForeignTables)+len(report.OtherLogins), 0)
}
