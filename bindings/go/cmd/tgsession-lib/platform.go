package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

type platformArchive struct{ name, kind string }

// What GOOS and GOARCH are called in the names of archives.
var platforms = map[string]platformArchive{
	"linux/amd64":   {"linux-x86_64", "tar.gz"},
	"linux/arm64":   {"linux-aarch64", "tar.gz"},
	"darwin/amd64":  {"macos-x86_64", "tar.gz"},
	"darwin/arm64":  {"macos-aarch64", "tar.gz"},
	"windows/amd64": {"windows-x86_64", "zip"},
}

func platform() (platformArchive, error) {
	system := environment("GOOS", runtime.GOOS) + "/" + environment("GOARCH", runtime.GOARCH)
	archive, ok := platforms[system]
	if !ok {
		return archive, fmt.Errorf("there is no archive for %s: build the library with cargo, see the README", system)
	}
	if strings.HasPrefix(system, "linux/") && musl() {
		archive.name += "-musl"
	}
	return archive, nil
}

// musl tells whether the C compiler that cgo calls is for musl, as on Alpine.
func musl() bool {
	compiler := strings.Fields(environment("CC", "cc"))
	target, err := exec.Command(compiler[0], append(compiler[1:], "-dumpmachine")...).Output()
	return err == nil && strings.Contains(string(target), "musl")
}

func environment(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

// setting is what the shell has to hear. The static library lies alone in its folder, so that the linker finds no other.
func setting(folder string, shared bool) string {
	flags := "-L" + quoted(filepath.Join(folder, "static"))
	if shared {
		libraries := filepath.Join(folder, "lib")
		flags = "-L" + quoted(libraries)
		if runtime.GOOS != "windows" {
			flags += " -Wl,-rpath," + quoted(libraries)
		}
	}
	if runtime.GOOS == "windows" {
		return "$env:CGO_LDFLAGS = '" + strings.ReplaceAll(flags, "'", "''") + "'"
	}
	return "export CGO_LDFLAGS='" + strings.ReplaceAll(flags, "'", `'\''`) + "'"
}

// quoted is a path as Go splits its flags: at spaces, but for those in quotes. Backslashes stay as they are.
func quoted(path string) string {
	if strings.ContainsAny(path, " \t") {
		return `"` + path + `"`
	}
	return path
}
