package tgsession_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tgsession/tgsession/bindings/go"
)

// check ends an example that fails.
func check(err error) {
	if err != nil {
		panic(err)
	}
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func Example() {
	folder := must(os.MkdirTemp("", "tgsession"))
	defer os.RemoveAll(folder)

	session, err := tgsession.Open(filepath.Join(folder, "my_account.session"))
	if err != nil {
		panic(err)
	}
	defer session.Close()

	check(session.UpdatePeers([]tgsession.Peer{{
		ID:         -1001777000301,
		AccessHash: tgsession.Some(int64(-1)),
		Type:       tgsession.PeerChannel,
		Usernames:  []string{"news"},
	}}))
	peer := must(session.PeerByUsername("@News"))
	fmt.Println(peer.BareID, *peer.AccessHash, peer.Type)
	// Output: 1777000301 -1 channel
}

func ExampleOpen() {
	_, err := tgsession.Open("/no/such/folder/my_account.session", tgsession.MustExist())
	fmt.Println(errors.Is(err, tgsession.ErrFileNotFound), errors.Is(err, os.ErrNotExist))
	// Output: true true
}

func ExampleSession_DCID() {
	session := must(tgsession.Open(":memory:"))
	defer session.Close()

	fmt.Println(must(session.UserID()) == nil)
	check(session.SetUserID(tgsession.Some(int64(7770001234567))))
	fmt.Println(*must(session.UserID()))
	// Output:
	// true
	// 7770001234567
}

func ExampleSession_Peers() {
	session := must(tgsession.Open(":memory:"))
	defer session.Close()
	check(session.UpdatePeers([]tgsession.Peer{
		{ID: 777000101, Type: tgsession.PeerUser, Usernames: []string{"anna", "anna_b"}},
		{ID: -777000201, Type: tgsession.PeerGroup, Name: tgsession.Some("Book club")},
	}))

	for peer, err := range session.Peers() {
		check(err)
		fmt.Println(peer.ID, peer.Type, peer.Usernames)
	}
	// Output:
	// -777000201 group []
	// 777000101 user [anna anna_b]
}

func ExampleSession_PeerByUsername() {
	session := must(tgsession.Open(":memory:"))
	defer session.Close()

	_, err := session.PeerByUsername("nobody")
	switch {
	case errors.Is(err, tgsession.ErrNotFound):
		fmt.Println("ask Telegram: nobody is known by that name")
	case errors.Is(err, tgsession.ErrExpired):
		fmt.Println("ask Telegram: it was too long ago")
	}
	// Output: ask Telegram: nobody is known by that name
}

func ExampleOpenBytes() {
	session := must(tgsession.Open(":memory:"))
	defer session.Close()
	login := tgsession.SessionData{DCID: tgsession.Some(int32(2)), AuthKey: make([]byte, tgsession.AuthKeyLen)}
	check(session.SetData(login, tgsession.FieldDCID|tgsession.FieldAuthKey))

	stored := must(session.Bytes("telethon@7", true)) // into an object store, and back
	again := must(tgsession.OpenBytes(stored))
	defer again.Close()
	fmt.Println(must(again.Format()), *must(again.DCID()), *must(again.ServerAddress()))
	// Output: telethon@7 2 149.154.167.51
}

func ExampleConvert() {
	folder := must(os.MkdirTemp("", "tgsession"))
	defer os.RemoveAll(folder)
	telethon := must(tgsession.Open(filepath.Join(folder, "telethon.session"), tgsession.Format("telethon@8")))
	defer telethon.Close()
	check(telethon.SetDCID(tgsession.Some(int32(2))))
	check(telethon.SetAuthKey(make([]byte, tgsession.AuthKeyLen)))

	pyrogram := must(tgsession.Open(filepath.Join(folder, "pyrogram.session")))
	defer pyrogram.Close()
	_, err := tgsession.Convert(telethon, pyrogram)
	fmt.Println(errors.Is(err, tgsession.ErrIncomplete))

	known := []string{"user_id=777000101", "is_bot=false", "api_id=12345", "test_mode=false"}
	report := must(tgsession.Convert(telethon, pyrogram, known...))
	fmt.Println(report.Source, "to", report.Target)
	// Output:
	// true
	// telethon@8 to pyrogram@3
}
