package gotd

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/gotd/td/telegram/updates"

	"github.com/tgsession/tgsession/bindings/go"
)

// States is how far gotd's update manager has read, in the update states of a session.
//
// Setting the account's state leaves those of the channels, which other clients wrote too: a position that is old only
// means that gotd asks for the difference.
type States struct {
	session *tgsession.Session
	mutex   sync.Mutex // to change a state is to read and to write it
}

var _ updates.StateStorage = (*States)(nil)

// ErrNoState means that a part of a state was to be set that does not exist.
var ErrNoState = errors.New("gotd: the account has no update state yet")

// NewStates keeps update states in a session, which stays the caller's to close.
func NewStates(session *tgsession.Session) *States { return &States{session: session} }

// GetState is the account's state, if it was ever set.
func (s *States) GetState(_ context.Context, userID int64) (updates.State, bool, error) {
	state, err := s.state(userID, 0)
	if err != nil || state == nil || state.Pts == nil || state.Date == nil {
		return updates.State{}, false, err
	}
	return updates.State{
		Pts: known(state.Pts), Qts: known(state.Qts), Date: known(state.Date), Seq: known(state.Seq),
	}, true, nil
}

// SetState sets the account's whole state.
func (s *States) SetState(_ context.Context, userID int64, state updates.State) error {
	return s.change(userID, 0, false, func(stored *tgsession.UpdateState) {
		stored.Pts, stored.Qts = number(state.Pts), number(state.Qts)
		stored.Date, stored.Seq = number(state.Date), number(state.Seq)
	})
}

// SetPts sets a part of the account's state, which must be there; likewise the others.
func (s *States) SetPts(_ context.Context, userID int64, pts int) error {
	return s.change(userID, 0, true, func(stored *tgsession.UpdateState) { stored.Pts = number(pts) })
}

// SetQts sets the position in secret chats' events.
func (s *States) SetQts(_ context.Context, userID int64, qts int) error {
	return s.change(userID, 0, true, func(stored *tgsession.UpdateState) { stored.Qts = number(qts) })
}

// SetDate sets the date.
func (s *States) SetDate(_ context.Context, userID int64, date int) error {
	return s.change(userID, 0, true, func(stored *tgsession.UpdateState) { stored.Date = number(date) })
}

// SetSeq sets the number of the last container.
func (s *States) SetSeq(_ context.Context, userID int64, seq int) error {
	return s.change(userID, 0, true, func(stored *tgsession.UpdateState) { stored.Seq = number(seq) })
}

// SetDateSeq sets both.
func (s *States) SetDateSeq(_ context.Context, userID int64, date, seq int) error {
	return s.change(userID, 0, true, func(stored *tgsession.UpdateState) {
		stored.Date, stored.Seq = number(date), number(seq)
	})
}

// GetChannelPts is the position in a channel, by its bare id.
func (s *States) GetChannelPts(_ context.Context, userID, channelID int64) (int, bool, error) {
	state, err := s.state(userID, markedChannel(channelID))
	if err != nil || state == nil || state.Pts == nil {
		return 0, false, err
	}
	return known(state.Pts), true, nil
}

// SetChannelPts sets the position in a channel.
func (s *States) SetChannelPts(_ context.Context, userID, channelID int64, pts int) error {
	return s.change(userID, markedChannel(channelID), false, func(stored *tgsession.UpdateState) {
		stored.Pts = number(pts)
	})
}

// ForEachChannels calls with each channel whose position is known.
func (s *States) ForEachChannels(
	ctx context.Context, userID int64, f func(ctx context.Context, channelID int64, pts int) error,
) error {
	states, err := s.all(userID)
	if err != nil {
		return err
	}
	for _, state := range states {
		if !isChannel(state.ID) || state.Pts == nil {
			continue
		}
		if err := f(ctx, bareChannel(state.ID), known(state.Pts)); err != nil {
			return err
		}
	}
	return nil
}

// all are the states, if the session is that account's.
func (s *States) all(userID int64) ([]tgsession.UpdateState, error) {
	owner, err := s.session.UserID()
	if err != nil {
		return nil, err
	}
	if owner != nil && *owner != userID {
		return nil, fmt.Errorf("gotd: the session belongs to account %d, not to %d", *owner, userID)
	}
	return s.session.UpdateStates()
}

func (s *States) state(userID, id int64) (*tgsession.UpdateState, error) {
	states, err := s.all(userID)
	for i := range states {
		if states[i].ID == id {
			return &states[i], nil
		}
	}
	return nil, err
}

func (s *States) change(userID, id int64, mustExist bool, change func(*tgsession.UpdateState)) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	state, err := s.state(userID, id)
	if err != nil {
		return err
	}
	if state == nil {
		if mustExist {
			return ErrNoState
		}
		state = &tgsession.UpdateState{ID: id}
	}
	change(state)
	return s.session.SetUpdateStates(*state)
}

func number(n int) *int64 { return tgsession.Some(int64(n)) }

func known(n *int64) int {
	if n == nil {
		return 0
	}
	return int(*n)
}
