// Command tgsession-lib fetches the C library for the Go package: cgo links what is there, and downloads nothing.
//
//	eval "$(go run github.com/tgsession/tgsession/bindings/go/cmd/tgsession-lib@v0.1.0)"
//	go build
//
// It unpacks a release archive into the user's cache and prints the CGO_LDFLAGS for it. Which archive: that of this
// version for the platform that Go builds for, or a path or URL. Its SHA-256 is that of -sha256, or stands in the file
// SHA256SUMS beside the archive; an archive of another sum is never unpacked.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "tgsession-lib:", err)
		os.Exit(1)
	}
}

func run() error {
	set := flag.String("set", "small", "which library: small (SQLite, memory, strings) or full (with MongoDB and SQL)")
	sum := flag.String("sha256", "", "the archive's SHA-256; without it, SHA256SUMS beside the archive tells")
	shared := flag.Bool("shared", false, "print the flags for the shared library, not for the static one")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: tgsession-lib [-set small|full] [-shared] [-sha256 SUM] [ARCHIVE]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() > 1 {
		flag.Usage()
		os.Exit(2)
	}
	archive := flag.Arg(0)
	if archive == "" {
		var err error
		if archive, err = released(*set); err != nil {
			return err
		}
	}
	folder, err := library(archive, *sum)
	if err != nil {
		return err
	}
	fmt.Println(setting(folder, *shared))
	return nil
}

// released is the URL of this version's archive for the platform that Go builds for.
func released(set string) (string, error) {
	info, ok := debug.ReadBuildInfo()
	version := strings.TrimPrefix(info.Main.Version, "v")
	if !ok || version == "" || version == "(devel)" || strings.ContainsAny(version, "+-") {
		return "", fmt.Errorf("this is no released version: name an archive")
	}
	platform, err := platform()
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("tgsession-%s-%s-%s.%s", version, platform.name, set, platform.kind)
	return "https://github.com/tgsession/tgsession/releases/download/v" + version + "/" + name, nil
}
