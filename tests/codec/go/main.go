// Writes and reads session strings with the real Go libraries.
//
//	go run . make < ../cases.json > go.json
//	go run . files < ../cases.json > ../session_files/go.json
//	go run . cache > ../session_files/gogram_cache.json
//	go run . check < strings.json
//	go run . tdata < questions.json
//
// check: standard input is a JSON list of {"format", "string"}; standard output a JSON list of {"library", "format",
// "string", "fields"} or {…, "error"}, one for each library that reads the format: gotd/td reads Telethon's strings,
// gogram its own. Nothing is sent to a network.
package main

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/amarnathcjd/gogram/telegram"
	"github.com/gotd/td/session"
)

const (
	gogramVersion = "v1.6.11-0.20251216220425-d8aa810fd1e2"
	gotdVersion   = "v0.93.0"
)

type entry struct {
	Library string         `json:"library"`
	Version string         `json:"version,omitempty"`
	Format  string         `json:"format"`
	Fields  map[string]any `json:"fields,omitempty"`
	String  string         `json:"string,omitempty"`
	Error   string         `json:"error,omitempty"`
	Foreign bool           `json:"foreign,omitempty"`
	// Of a session file: its bytes, and gogram's key of its owner's own.
	File   []byte `json:"file,omitempty"`
	AESKey string `json:"aes_key,omitempty"`
}

type testCase struct {
	DCID          int    `json:"dc_id"`
	APIID         int32  `json:"api_id"`
	TestMode      bool   `json:"test_mode"`
	ServerAddress string `json:"server_address"`
	Port          int    `json:"port"`
	Key           string `json:"key"`
}

// inventedKey is 256 bytes that belong to nobody; "zero" has runs of zeros in it. The same as in make_strings.py.
func inventedKey(name string) []byte {
	var key []byte
	for part := range 8 {
		digest := sha256.Sum256(fmt.Appendf(nil, "tgsession %s %d", name, part))
		key = append(key, digest[:]...)
	}
	if name == "zero" {
		clear(key[64:164])
		clear(key[252:])
	}
	return key
}

// writeGogram: gogram's public Session writes no dc_id; a client that was given the string adds one, told by the
// address (4 for an address that gogram does not know).
func writeGogram(held testCase) (withoutDC, withDC string, dcID int, err error) {
	raw := telegram.Session{
		Key:      inventedKey(held.Key),
		Hostname: joinAddress(held),
		AppID:    held.APIID,
	}
	withoutDC = raw.Encode()
	client, err := offline(withoutDC, held.APIID)
	if err != nil {
		return "", "", 0, err
	}
	return withoutDC, client.ExportSession(), client.GetDC(), nil
}

func joinAddress(held testCase) string {
	return net.JoinHostPort(held.ServerAddress, strconv.Itoa(held.Port))
}

// keyID is the last 8 bytes of the key's SHA-1.
func keyID(key []byte) []byte {
	digest := sha1.Sum(key)
	return digest[12:20]
}

func offline(text string, appID int32) (*telegram.Client, error) {
	return telegram.NewClient(telegram.ClientConfig{
		AppID: appID, AppHash: "none", StringSession: text, MemorySession: true, NoPreconnect: true, NoUpdates: true,
		LogLevel: telegram.LogDisable, Session: filepath.Join(os.TempDir(), "none.session"),
	})
}

func makeStrings() (entries []entry, err error) {
	var cases []testCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		return nil, err
	}
	for _, held := range cases {
		short, full, dcID, err := writeGogram(held)
		if err != nil {
			return nil, err
		}
		fields := map[string]any{
			"api_id": held.APIID, "server_address": held.ServerAddress, "port": held.Port,
			"auth_key": hex.EncodeToString(inventedKey(held.Key)),
		}
		one := entry{Library: "gogram", Version: gogramVersion, Format: "gogram", Fields: fields, String: short, Foreign: true}
		entries = append(entries, one)
		one.Fields, one.String, one.Foreign = maps.Clone(fields), full, false
		one.Fields["dc_id"] = dcID
		entries = append(entries, one)
	}
	return entries, nil
}

func readGogram(text string) (map[string]any, error) {
	var held telegram.Session
	if err := held.Decode(text); err != nil {
		return nil, err
	}
	host, port, err := splitAddress(held.Hostname)
	fields := map[string]any{
		"server_address": host, "port": port, "api_id": held.AppID,
		"auth_key": hex.EncodeToString(held.Key), "auth_key_id": hex.EncodeToString(held.Hash),
	}
	return fields, err
}

func readGotd(text string) (map[string]any, error) {
	data, err := session.TelethonSession(text)
	if err != nil {
		return nil, err
	}
	host, port, err := splitAddress(data.Addr)
	return map[string]any{
		"dc_id": data.DC, "server_address": host, "port": port, "auth_key": hex.EncodeToString(data.AuthKey),
	}, err
}

func splitAddress(text string) (string, int, error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", 0, err
	}
	number, err := strconv.Atoi(port)
	return host, number, err
}

func check() (answers []entry, err error) {
	var asked []entry
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return nil, err
	}
	for _, one := range asked {
		if len(one.File) > 0 {
			if one.Fields, err = readFile(one); err != nil {
				one.Error = err.Error()
			}
			one.File = nil
			answers = append(answers, one)
			continue
		}
		var read func(string) (map[string]any, error)
		switch one.Format {
		case "telethon":
			one.Library, one.Version, read = "gotd/td", gotdVersion, readGotd
		case "gogram":
			one.Library, one.Version, read = "gogram", gogramVersion, readGogram
		default:
			continue
		}
		if one.Fields, err = read(one.String); err != nil {
			one.Error = err.Error()
		}
		answers = append(answers, one)
	}
	return answers, nil
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "tdata" {
		if err := checkTdata(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	tasks := map[string]func() ([]entry, error){"make": makeStrings, "files": makeFiles, "cache": makeCache, "check": check}
	if len(os.Args) != 2 || tasks[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: strings make|files|cache|check|tdata")
		os.Exit(2)
	}
	entries, err := tasks[os.Args[1]]()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	if err := out.Encode(entries); err != nil {
		os.Exit(1)
	}
}
