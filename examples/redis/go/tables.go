package redisengine

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/tgsession/tgsession/bindings/go"
)

// UpdateStates implements tgsession.Engine.
func (e *Engine) UpdateStates() (states []tgsession.UpdateState, err error) {
	rows, err := e.allHashes("states", "state:")
	for i := range rows {
		if r := &rows[i]; r.isThere() {
			states = append(states, tgsession.UpdateState{
				ID: r.must("id"), Pts: r.number("pts"), Qts: r.number("qts"), Date: r.number("date"), Seq: r.number("seq"),
			})
			if r.err != nil {
				return nil, r.err
			}
		}
	}
	return states, err
}

// SetUpdateStates implements tgsession.Engine.
func (e *Engine) SetUpdateStates(states []tgsession.UpdateState) error {
	var writes []write
	for _, state := range states {
		values := add(fields{}.add("id", state.ID), "pts", state.Pts)
		values = add(add(add(values, "qts", state.Qts), "date", state.Date), "seq", state.Seq)
		writes = append(writes, whole(e.key("state:", state.ID), values)...)
		writes = append(writes, write{"SADD", e.key("states"), state.ID})
	}
	return e.write(writes...)
}

// DeleteUpdateState implements tgsession.Engine.
func (e *Engine) DeleteUpdateState(id int64) error {
	return e.write(write{"DEL", e.key("state:", id)}, write{"SREM", e.key("states"), id})
}

// SentFiles implements tgsession.Engine.
func (e *Engine) SentFiles() (files []tgsession.SentFile, err error) {
	rows, err := e.allHashes("files", "file:")
	for i := range rows {
		if r := &rows[i]; r.isThere() {
			file := tgsession.SentFile{ID: r.must("id"), AccessHash: r.must("access_hash")}
			if !readName(r.values["file"], &file) {
				r.damaged("file")
			}
			if r.err != nil {
				return nil, r.err
			}
			files = append(files, file)
		}
	}
	return files, err
}

// CacheSentFiles implements tgsession.Engine.
func (e *Engine) CacheSentFiles(files []tgsession.SentFile) error {
	var writes []write
	for _, file := range files {
		name := nameOf(file)
		values := fields{}.add("file", name).add("id", file.ID).add("access_hash", file.AccessHash)
		writes = append(writes, whole(e.key("file:", name), values)...)
		writes = append(writes, write{"SADD", e.key("files"), name})
	}
	return e.write(writes...)
}

// nameOf is "0123456789abcdef0123456789abcdef:SIZE:TYPE".
func nameOf(file tgsession.SentFile) string {
	return fmt.Sprintf("%x:%d:%d", file.MD5, file.Size, file.Type)
}

func readName(name string, file *tgsession.SentFile) bool {
	parts := strings.Split(name, ":")
	if len(parts) != 3 || len(parts[0]) != 2*len(file.MD5) {
		return false
	}
	_, notHex := hex.Decode(file.MD5[:], []byte(parts[0]))
	size, noSize := strconv.ParseInt(parts[1], 10, 64)
	kind, noType := strconv.ParseInt(parts[2], 10, 32)
	file.Size, file.Type = size, tgsession.SentFileType(kind)
	return notHex == nil && noSize == nil && noType == nil
}

// Remove implements tgsession.Remover.
func (e *Engine) Remove() error { return e.together(e.removeAll) }

func (e *Engine) removeAll() error {
	if err := e.DeletePeers(nil); err != nil {
		return err
	}
	writes := []write{{"DEL", e.key("data")}, {"DEL", e.key("values")}}
	for set, kind := range map[string]string{"states": "state:", "files": "file:"} {
		members, err := e.members(e.key(set))
		if err != nil {
			return err
		}
		for _, key := range append(e.keysOf(kind, members), e.key(set)) {
			writes = append(writes, write{"DEL", key})
		}
	}
	// Not by e.write, which would create a new version.
	e.change.writes = append(append(e.change.writes, writes...), write{"DEL", e.key("version")})
	return nil
}
