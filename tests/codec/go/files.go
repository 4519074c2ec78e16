package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/amarnathcjd/gogram/telegram"
	"github.com/gotd/td/session"
	"github.com/gotd/td/tg"
)

// ownKey is what an owner of a gogram session may choose: 16, 24 or 32 characters.
const ownKey = "tgsession's own key of 32 bytes!"

// makeFiles: what each library writes into its session file.
func makeFiles() (entries []entry, err error) {
	var cases []testCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		return nil, err
	}
	for _, held := range cases {
		gotd, err := inFile(func(path string) error { return writeGotdFile(path, held) })
		if err != nil {
			return nil, err
		}
		fields := map[string]any{
			"server_address": held.ServerAddress, "port": held.Port, "auth_key": hex.EncodeToString(inventedKey(held.Key)),
			"dc_id": held.DCID, "test_mode": held.TestMode,
		}
		entries = append(entries, entry{Library: "gotd/td", Version: gotdVersion, Format: "gotd", Fields: fields, File: gotd})
		gogram, err := inFile(func(path string) error { return writeGogramFile(path, held, "") })
		if err != nil {
			return nil, err
		}
		fields = map[string]any{
			"server_address": held.ServerAddress, "port": held.Port, "auth_key": hex.EncodeToString(inventedKey(held.Key)),
			"api_id": held.APIID,
		}
		entries = append(entries, entry{Library: "gogram", Version: gogramVersion, Format: "gogram", Fields: fields, File: gogram})
	}
	last := entries[len(entries)-1]
	last.AESKey = ownKey
	last.File, err = inFile(func(path string) error { return writeGogramFile(path, cases[len(cases)-1], ownKey) })
	return append(entries, last), err
}

// inFile gives what is written into a file.
func inFile(write func(path string) error) ([]byte, error) {
	folder, err := os.MkdirTemp("", "session-files")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "x.session")
	if err := write(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

func writeGotdFile(path string, held testCase) error {
	key := inventedKey(held.Key)
	data := session.Data{
		DC: held.DCID, Addr: joinAddress(held), AuthKey: key, AuthKeyID: keyID(key), Salt: 7,
		Config: session.Config{
			ThisDC: held.DCID, TestMode: held.TestMode,
			DCOptions: []tg.DCOption{
				{ID: 2, IPAddress: "149.154.167.51", Port: 443},
				{ID: 2, IPAddress: "2001:67c:4e8:f002::a", Port: 443, Ipv6: true},
				{ID: 4, IPAddress: "149.154.165.96", Port: 443, MediaOnly: true},
				{ID: 203, IPAddress: "91.105.192.100", Port: 443, CDN: true},
			},
		},
	}
	loader := session.Loader{Storage: &session.FileStorage{Path: path}}
	return loader.Save(context.Background(), &data)
}

func writeGogramFile(path string, held testCase, aesKey string) error {
	client, err := telegram.NewClient(telegram.ClientConfig{
		AppID: held.APIID, AppHash: "none", NoPreconnect: true, NoUpdates: true, LogLevel: telegram.LogDisable,
		Session: path, SessionAESKey: aesKey,
	})
	if err != nil {
		return err
	}
	raw := telegram.Session{Key: inventedKey(held.Key), Hash: keyID(inventedKey(held.Key)), Hostname: joinAddress(held), AppID: held.APIID}
	return client.ImportRawSession(&raw)
}

// readFile reads a file as its library does when a client starts.
func readFile(asked entry) (map[string]any, error) {
	var fields map[string]any
	_, err := inFile(func(path string) (err error) {
		if err := os.WriteFile(path, asked.File, 0o600); err != nil {
			return err
		}
		if asked.Format == "gotd" {
			fields, err = readGotdFile(path)
		} else {
			fields, err = readGogramFile(path, asked.AESKey)
		}
		return err
	})
	return fields, err
}

func readGotdFile(path string) (map[string]any, error) {
	loader := session.Loader{Storage: &session.FileStorage{Path: path}}
	data, err := loader.Load(context.Background())
	if err != nil {
		return nil, err
	}
	host, port, err := splitAddress(data.Addr)
	return map[string]any{
		"dc_id": data.DC, "server_address": host, "port": port, "auth_key": hex.EncodeToString(data.AuthKey),
		"auth_key_id": hex.EncodeToString(data.AuthKeyID), "test_mode": data.Config.TestMode,
	}, err
}

func readGogramFile(path, aesKey string) (map[string]any, error) {
	client, err := telegram.NewClient(telegram.ClientConfig{
		AppID: 1, AppHash: "none", NoPreconnect: true, NoUpdates: true, LogLevel: telegram.LogDisable, Session: path, SessionAESKey: aesKey,
	})
	if err != nil {
		return nil, err
	}
	return readGogram(client.ExportSession())
}
