package main

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"strconv"

	"github.com/gotd/td/session/tdesktop"
)

type tdataQuestion struct {
	Folder   string `json:"folder"`
	Passcode string `json:"passcode"`
}

type tdataAnswer struct {
	Library  string         `json:"library"`
	Folder   string         `json:"folder"`
	Accounts []tdataAccount `json:"accounts,omitempty"`
	Error    string         `json:"error,omitempty"`
}

type tdataAccount struct {
	Index    uint32            `json:"index"`
	UserID   uint64            `json:"user_id"`
	DCID     int               `json:"dc_id"`
	TestMode bool              `json:"test_mode"`
	Keys     map[string]string `json:"keys"`
}

// checkTdata reads folders of Telegram Desktop: the questions and answers are those of tests/tdata/ask.py.
func checkTdata() error {
	var asked []tdataQuestion
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return err
	}
	answers := make([]tdataAnswer, 0, len(asked))
	for _, one := range asked {
		answer := tdataAnswer{Library: "gotd/td " + gotdVersion, Folder: one.Folder}
		accounts, err := tdesktop.Read(one.Folder, []byte(one.Passcode))
		if err != nil {
			answer.Error = err.Error()
		}
		for _, account := range accounts {
			answer.Accounts = append(answer.Accounts, readTdata(account))
		}
		answers = append(answers, answer)
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}

func readTdata(account tdesktop.Account) tdataAccount {
	keys := map[string]string{}
	for id, key := range account.Authorization.Keys {
		keys[strconv.Itoa(id)] = hex.EncodeToString(key[:])
	}
	return tdataAccount{
		Index: account.IDx, UserID: account.Authorization.UserID, DCID: account.Authorization.MainDC,
		TestMode: account.Config.Environment.Test(), Keys: keys,
	}
}
