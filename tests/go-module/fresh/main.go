// A project outside of the checkout: a session with gotd's storage, beside another SQLite in the same program.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"

	_ "github.com/mattn/go-sqlite3"

	"github.com/tgsession/tgsession/bindings/go"
	"github.com/tgsession/tgsession/bindings/go/gotd"
)

func main() {
	session, err := tgsession.Open(os.Args[1])
	check(err)
	channel := tgsession.Peer{ID: -1001777000904, AccessHash: tgsession.Some(int64(-104)), Type: tgsession.PeerChannel}
	check(session.UpdatePeers([]tgsession.Peer{channel}))
	hash, found, err := gotd.NewPeers(session).GetChannelAccessHash(context.Background(), 0, 1777000904)
	if check(err); !found || hash != -104 {
		log.Fatalf("gotd's storage found %d, %v", hash, found)
	}
	check(session.Close())

	// mattn's SQLite, which is a copy of its own, reads the same file once it is closed.
	database, err := sql.Open("sqlite3", os.Args[1])
	check(err)
	var version string
	check(database.QueryRow("SELECT access_hash, sqlite_version() FROM peers WHERE id = -1001777000904").Scan(&hash, &version))
	check(database.Close())
	if hash != -104 {
		log.Fatalf("mattn's SQLite read %d", hash)
	}
	fmt.Println("tgsession", tgsession.Version(), "beside SQLite", version)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
