// ferretdb ADDRESS DATA [CERTIFICATE KEY]: a server of MongoDB's protocol for the tests, with its data in SQLite files in
// the folder DATA, or in the PostgreSQL database of that URL. With a certificate and its key it takes TLS connections
// only. It reports nothing to anybody: embedded, FerretDB has no telemetry.
package main

import (
	"context"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	if len(os.Args) != 3 && len(os.Args) != 5 {
		log.Fatal("usage: ferretdb ADDRESS DATA [CERTIFICATE KEY]")
	}
	listener := ferretdb.ListenerConfig{TCP: os.Args[1]}
	if len(os.Args) == 5 {
		listener = ferretdb.ListenerConfig{TLS: os.Args[1], TLSCertFile: os.Args[3], TLSKeyFile: os.Args[4]}
	}
	config := &ferretdb.Config{
		Listener:  listener,
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
		Handler:   "sqlite",
		SQLiteURL: "file:" + os.Args[2] + "/",
	}
	if strings.HasPrefix(os.Args[2], "postgresql://") {
		config.Handler, config.PostgreSQLURL = "postgresql", os.Args[2]
	}
	server, err := ferretdb.New(config)
	if err != nil {
		log.Fatal(err)
	}
	ended, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := server.Run(ended); err != nil {
		log.Fatal(err)
	}
}
