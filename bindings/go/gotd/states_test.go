package gotd

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/gotd/td/telegram/updates"

	"github.com/tgsession/tgsession/bindings/go"
)

const account = 777000101

func TestStates(t *testing.T) {
	for _, format := range formats {
		states := NewStates(newFile(t, format))
		_, found, err := states.GetState(background, account)
		must(t, err)
		equal(t, found, false)
		fails(t, states.SetPts(background, account, 1), ErrNoState)
		fails(t, states.SetDateSeq(background, account, 1, 2), ErrNoState)
		must(t, states.SetState(background, account, updates.State{Pts: 1, Qts: 2, Date: 3, Seq: 4}))
		must(t, states.SetPts(background, account, 10))
		must(t, states.SetQts(background, account, 20))
		must(t, states.SetDate(background, account, 30))
		must(t, states.SetSeq(background, account, 40))
		state, found, err := states.GetState(background, account)
		must(t, err)
		equal(t, found, true)
		equal(t, state, updates.State{Pts: 10, Qts: 20, Date: 30, Seq: 40})
		must(t, states.SetDateSeq(background, account, 31, 41))
		state, _, _ = states.GetState(background, account)
		equal(t, state, updates.State{Pts: 10, Qts: 20, Date: 31, Seq: 41})
	}
}

func TestChannelsKeepTheirStates(t *testing.T) {
	s := newFile(t, "kurigram@7")
	states := NewStates(s)
	must(t, states.SetChannelPts(background, account, 1777000301, 5))
	must(t, states.SetChannelPts(background, account, 1777000302, 6))
	must(t, states.SetChannelPts(background, account, 1777000301, 7))
	must(t, states.SetState(background, account, updates.State{Pts: 1, Date: 2}))
	pts, found, err := states.GetChannelPts(background, account, 1777000301)
	must(t, err)
	equal(t, found, true)
	equal(t, pts, 7)
	_, found, _ = states.GetChannelPts(background, account, 5)
	equal(t, found, false)
	seen := map[int64]int{}
	must(t, states.ForEachChannels(background, account, func(_ context.Context, id int64, pts int) error {
		seen[id] = pts
		return nil
	}))
	equal(t, seen, map[int64]int{1777000301: 7, 1777000302: 6})
	equal(t, got(s.UpdateStates())(t)[0].ID, int64(-1001777000302)) // marked, as other clients read it
	stop := errors.New("stop")
	fails(t, states.ForEachChannels(background, account, func(context.Context, int64, int) error { return stop }), stop)
}

func TestWhatAnotherClientKnowsOfAStateStays(t *testing.T) {
	s := newFile(t, "kurigram@7")
	must(t, s.SetUpdateStates(tgsession.UpdateState{ID: -1001777000301, Date: tgsession.Some(int64(1700000000))}))
	must(t, NewStates(s).SetChannelPts(background, account, 1777000301, 5))
	state := got(s.UpdateStates())(t)[0]
	equal(t, *state.Date, int64(1700000000))
	equal(t, *state.Pts, int64(5))
}

func TestAnotherAccountsStatesAreRefused(t *testing.T) {
	s := newFile(t, "kurigram@7")
	must(t, s.SetUserID(tgsession.Some(int64(account))))
	states := NewStates(s)
	must(t, states.SetState(background, account, updates.State{}))
	if err := states.SetState(background, account+1, updates.State{}); err == nil {
		t.Fatal("it was written")
	}
}

func TestGoroutinesSetParts(t *testing.T) {
	states := NewStates(newFile(t, "kurigram@7"))
	must(t, states.SetState(background, account, updates.State{}))
	var group sync.WaitGroup
	for _, set := range []func(int) error{
		func(n int) error { return states.SetPts(background, account, n) },
		func(n int) error { return states.SetQts(background, account, n) },
		func(n int) error { return states.SetDateSeq(background, account, n, n) },
	} {
		group.Add(1)
		go func() {
			defer group.Done()
			for n := range 20 {
				if err := set(n); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	group.Wait()
	state, _, err := states.GetState(background, account)
	must(t, err)
	equal(t, state, updates.State{Pts: 19, Qts: 19, Date: 19, Seq: 19})
}
