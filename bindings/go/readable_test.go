package tgsession

import (
	"fmt"
	"strings"
	"testing"
)

func TestStructsAreReadable(t *testing.T) {
	key := []byte(strings.Repeat("\xab", AuthKeyLen))
	session := got(Open(":memory:"))(t)
	defer session.Close()
	must(t, session.SetData(SessionData{DCID: Some(int32(2)), AuthKey: key}, FieldDCID|FieldAuthKey))
	for _, one := range []struct {
		value any
		want  string
	}{
		{Peer{}, "{ID:0 Type:unknown}"},
		{&Peer{ID: -5, AccessHash: Some(int64(-7)), Type: PeerBot, Usernames: []string{"anna", "b"}, Name: Some("A \"B\"")},
			`{ID:-5 AccessHash:-7 Type:bot Usernames:["anna" "b"] Name:"A \"B\""}`},
		{[]Peer{{ID: 1, Usernames: []string{}}}, "[{ID:1 Type:unknown Usernames:[]}]"},
		{InputPeer{ID: 1, BareID: 1, Type: PeerUser, LastUpdateOn: Some(int64(5))}, "{ID:1 BareID:1 Type:user LastUpdateOn:5}"},
		{UpdateState{ID: 0, Pts: Some(int64(5))}, "{ID:0 Pts:5}"},
		{SessionData{DCID: Some(int32(2)), AuthKey: key, TmpAuthKey: key}, "{DCID:2 AuthKey:(hidden) TmpAuthKey:(hidden)}"},
		{Report{Source: "a", Fields: []FieldReport{{Name: "dc_id", Outcome: "kept"}}},
			`{Source:"a" Fields:[{Name:"dc_id" Outcome:"kept"}]}`},
		{&Diagnosis{Kind: "session_string", Fields: &DiagnosisFields{Port: Some(uint16(443))}},
			`{Kind:"session_string" Intact:false Fields:{Port:443}}`},
	} {
		for _, verb := range []string{"%v", "%+v", "%s"} {
			equal(t, fmt.Sprintf(verb, one.value), one.want)
		}
	}
	for _, secret := range []bool{false, true} {
		shown := fmt.Sprintf("%+v", got(session.Inspect(secret))(t))
		for _, bad := range []string{"0xc0", "abab"} {
			if strings.Contains(shown, bad) {
				t.Errorf("%q is in %s", bad, shown)
			}
		}
		if !strings.Contains(shown, "DCID:2") {
			t.Errorf("the data centre is not in %s", shown)
		}
	}
}
