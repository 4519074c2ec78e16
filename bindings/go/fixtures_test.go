package tgsession

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// oracle is what a real client says about the file that it made.
type oracle struct {
	Read struct {
		Session struct {
			DCID    *int32  `json:"dc_id"`
			AuthKey *string `json:"auth_key"`
		} `json:"session"`
		Peers []struct {
			ID         int64  `json:"id"`
			AccessHash *int64 `json:"access_hash"`
		} `json:"peers"`
	} `json:"read"`
}

// Every client's own file opens, as that client reads it, and is not changed by that.
func TestRealClientsFiles(t *testing.T) {
	files := got(filepath.Glob("../../tests/fixtures/*/account.session"))(t)
	if len(files) < 10 {
		t.Fatalf("only %d fixtures were found", len(files))
	}
	for _, file := range files {
		client := filepath.Base(filepath.Dir(file))
		t.Run(client, func(t *testing.T) {
			var told oracle
			must(t, json.Unmarshal(got(os.ReadFile(file[:len(file)-len(".session")]+".json"))(t), &told))
			path := fixture(t, client, "account")
			before := got(os.ReadFile(path))(t)
			compare(t, opened(t, path), told)
			equal(t, string(got(os.ReadFile(path))(t)) == string(before), true)
		})
	}
}

func compare(t *testing.T, s *Session, told oracle) {
	t.Helper()
	if dcID := told.Read.Session.DCID; dcID != nil { // Telethon 0.15 has an address alone
		equal(t, *got(s.DCID())(t), *dcID)
	}
	equal(t, hex.EncodeToString(got(s.AuthKey())(t)), *told.Read.Session.AuthKey)
	if len(told.Read.Peers) == 0 {
		t.Fatal("the client told no peers")
	}
	for _, peer := range told.Read.Peers {
		equal(t, got(s.PeerByID(peer.ID))(t).AccessHash, peer.AccessHash)
	}
}
