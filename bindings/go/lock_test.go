package tgsession

import (
	"bufio"
	"os/exec"
	"testing"
)

// holder is another program, a Python one, that holds a write lock until its input ends.
const holder = `
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
`

// lock lets another program hold the write lock until unlock is called.
func lock(t *testing.T, path string) (unlock func()) {
	t.Helper()
	program := exec.Command("python3", "-c", holder, path)
	input := got(program.StdinPipe())(t)
	output := got(program.StdoutPipe())(t)
	must(t, program.Start())
	unlock = func() {
		_ = input.Close()
		_ = program.Wait()
	}
	t.Cleanup(unlock)
	equal(t, got(bufio.NewReader(output).ReadString('\n'))(t), "locked\n")
	return unlock
}
