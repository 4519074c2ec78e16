package tgsession

// #include "shim.h"
import "C"

import "runtime"

// Counts is how many rows of each kind a session has.
type Counts struct {
	Peers int
	// Usernames are those of all peers together.
	Usernames    int
	UpdateStates int
	SentFiles    int
	// Values are those that a client keeps beside: [Session.SetValue].
	Values int
}

// Counts counts the rows of each kind, at one moment, without reading them.
func (s *Session) Counts() (Counts, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_counts(s.number())
	c := &answer.counts
	return Counts{
		Peers: int(c.peers), Usernames: int(c.usernames), UpdateStates: int(c.update_states), SentFiles: int(c.sent_files),
		Values: int(c.values),
	}, failure(answer.result)
}

// SetValue keeps a value of your own beside the session, or replaces it: salts, a configuration, a client's own state. No
// other client sees it. A name has 1 to 255 bytes, without white space at its ends and control characters; a value has
// 1048576 bytes at most, and may be a secret. It stays when another account logs in.
func (s *Session) SetValue(name string, value []byte) error {
	defer runtime.KeepAlive(s)
	return withText("the name", name, func(name *C.char) error {
		return failure(C.go_set_value(s.number(), name, bytes(value), C.size_t(len(value))))
	})
}

// Value reads a value. [ErrNotFound] says that there is none of that name.
func (s *Session) Value(name string) ([]byte, error) {
	defer runtime.KeepAlive(s)
	var answer C.go_bytes
	err := withText("the name", name, func(name *C.char) error {
		answer = C.go_get_value(s.number(), name)
		return failure(answer.result)
	})
	return takenBytes(answer, err)
}

// DeleteValue removes a value; it need not be there.
func (s *Session) DeleteValue(name string) error {
	defer runtime.KeepAlive(s)
	return withText("the name", name, func(name *C.char) error {
		return failure(C.go_delete_value(s.number(), name))
	})
}

// ValueNames are the names of the values, in ascending order.
func (s *Session) ValueNames() ([]string, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_list_values(s.number())
	if err := failure(answer.result); err != nil {
		return nil, err
	}
	return decoded[[]string](answer.text)
}
