package tgsession

// #include "shim.h"
import "C"

import (
	"runtime"
	"unsafe"
)

// UpdateState is the position up to which updates were processed. No state, a state with an absent value, and 0 are three different things.
type UpdateState struct {
	// ID is 0 for the account, else the marked id of a channel.
	ID int64
	// Pts is nil where it is not known; likewise the others.
	Pts *int64
	// Qts is the position in secret chats' events.
	Qts *int64
	// Date is in Unix seconds.
	Date *int64
	// Seq is the number of the last updates container.
	Seq *int64
}

// UpdateStates reads the update states, in ascending order of their ids.
func (s *Session) UpdateStates() ([]UpdateState, error) {
	defer runtime.KeepAlive(s)
	all, err := readAll(func(place *C.tgs_update_state, room C.size_t) C.go_count {
		return C.go_get_update_states(s.number(), place, room)
	})
	states := make([]UpdateState, len(all))
	for i := range all {
		states[i] = newUpdateState(&all[i])
	}
	return states, err
}

// UpdateState reads one update state: 0 is the account's, else the marked id of a channel. [ErrNotFound] if there is
// none.
func (s *Session) UpdateState(id int64) (UpdateState, error) {
	defer runtime.KeepAlive(s)
	answer := C.go_get_update_state(s.number(), C.int64_t(id))
	if err := failure(answer.result); err != nil {
		return UpdateState{}, err
	}
	return newUpdateState(&answer.state), nil
}

// SetUpdateStates adds update states, or replaces those with the same ids, in one transaction.
func (s *Session) SetUpdateStates(states ...UpdateState) error {
	defer runtime.KeepAlive(s)
	all := structs(states, (*UpdateState).put)
	return failure(C.go_set_update_states(s.number(), unsafe.SliceData(all), C.size_t(len(all))))
}

// DeleteUpdateState removes an update state; it need not be there.
func (s *Session) DeleteUpdateState(id int64) error {
	defer runtime.KeepAlive(s)
	return failure(C.go_delete_update_state(s.number(), C.int64_t(id)))
}

// few is an initial capacity that is usually enough, so that one call is enough.
const few = 32

// readAll calls again with a larger array until it is large enough: rows may be added between two calls.
func readAll[T any](read func(*T, C.size_t) C.go_count) ([]T, error) {
	all := make([]T, few)
	for {
		answer := read(unsafe.SliceData(all), C.size_t(len(all)))
		if err := failure(answer.result); err != nil {
			return nil, err
		}
		if int(answer.count) <= len(all) {
			return all[:answer.count], nil
		}
		all = make([]T, answer.count)
	}
}

func newUpdateState(c *C.tgs_update_state) UpdateState {
	return UpdateState{
		ID:   int64(c.id),
		Pts:  optional(c.has_pts, c.pts),
		Qts:  optional(c.has_qts, c.qts),
		Date: optional(c.has_date, c.date),
		Seq:  optional(c.has_seq, c.seq),
	}
}

func (s *UpdateState) put(c *C.tgs_update_state) {
	c.size = C.sizeof_tgs_update_state
	c.id = C.int64_t(s.ID)
	c.pts, c.has_pts = position(s.Pts)
	c.qts, c.has_qts = position(s.Qts)
	c.date, c.has_date = position(s.Date)
	c.seq, c.has_seq = position(s.Seq)
}

func position(number *int64) (C.int64_t, C.bool) {
	present, known := argument(number)
	return C.int64_t(known), present
}
