// Command proxy VERSION BINDINGS OUT makes a module proxy in the folder OUT, with the Go modules of this checkout as Go
// itself would pack them.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

const path = "github.com/tgsession/tgsession/bindings/go"

func main() {
	version, bindings, out := os.Args[1], os.Args[2], os.Args[3]
	for _, below := range []string{"", "gotd"} {
		if err := pack(module.Version{Path: filepath.Join(path, below), Version: version}, filepath.Join(bindings, below), out); err != nil {
			fmt.Fprintln(os.Stderr, "proxy:", err)
			os.Exit(1)
		}
	}
}

func pack(m module.Version, folder, out string) error {
	versions := filepath.Join(out, filepath.FromSlash(m.Path), "@v")
	if err := os.MkdirAll(versions, 0o755); err != nil {
		return err
	}
	mod, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"list": []byte(m.Version + "\n"), m.Version + ".info": fmt.Appendf(nil, `{"Version":%q}`, m.Version), m.Version + ".mod": mod,
	} {
		if err := os.WriteFile(filepath.Join(versions, name), content, 0o644); err != nil {
			return err
		}
	}
	packed, err := os.Create(filepath.Join(versions, m.Version+".zip"))
	if err != nil {
		return err
	}
	defer packed.Close()
	if err := zip.CreateFromDir(packed, m, folder); err != nil {
		return err
	}
	return packed.Sync()
}
