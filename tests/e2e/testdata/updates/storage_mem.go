// Package e2e is gotd's own package telegram/updates/internal/e2e, with this file in the place of its storage_mem.go:
// suite_test.go adds gotd's files when it builds it.
package e2e

import (
	"context"
	"fmt"
	"os"

	"github.com/gotd/td/telegram/updates"

	"github.com/tgsession/tgsession/bindings/go"
	"github.com/tgsession/tgsession/bindings/go/gotd"
)

// firstChannel is what gotd's server adds to. It numbers from 0, and there is no channel 0: neither Telegram nor any client
// has a marked id for it.
const firstChannel = 1777000301

// session is the one of the test that runs.
var session *tgsession.Session

// newMemStorage has the name by which gotd's test calls its own.
func newMemStorage() updates.StateStorage {
	must(session.Close())
	opened, err := tgsession.Open(os.Getenv("TGS_SESSION"), tgsession.Format(os.Getenv("TGS_FORMAT")))
	must(err)
	session = opened
	return states{gotd.NewStates(session)}
}

// newMemAccessHasher likewise.
func newMemAccessHasher() updates.ChannelAccessHasher { return hashes{gotd.NewPeers(session)} }

// must ends the program: gotd's manager logs what a storage could not do, and goes on.
func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("the storage failed: %v", err))
	}
}

type states struct{ own updates.StateStorage }

func (s states) GetState(ctx context.Context, user int64) (updates.State, bool, error) {
	state, found, err := s.own.GetState(ctx, user)
	must(err)
	return state, found, nil
}

func (s states) SetState(ctx context.Context, user int64, state updates.State) error {
	must(s.own.SetState(ctx, user, state))
	return nil
}

func (s states) SetPts(ctx context.Context, user int64, pts int) error {
	must(s.own.SetPts(ctx, user, pts))
	return nil
}

func (s states) SetQts(ctx context.Context, user int64, qts int) error {
	must(s.own.SetQts(ctx, user, qts))
	return nil
}

func (s states) SetDate(ctx context.Context, user int64, date int) error {
	must(s.own.SetDate(ctx, user, date))
	return nil
}

func (s states) SetSeq(ctx context.Context, user int64, seq int) error {
	must(s.own.SetSeq(ctx, user, seq))
	return nil
}

func (s states) SetDateSeq(ctx context.Context, user int64, date, seq int) error {
	must(s.own.SetDateSeq(ctx, user, date, seq))
	return nil
}

func (s states) GetChannelPts(ctx context.Context, user, channel int64) (int, bool, error) {
	pts, found, err := s.own.GetChannelPts(ctx, user, firstChannel+channel)
	must(err)
	return pts, found, nil
}

func (s states) SetChannelPts(ctx context.Context, user, channel int64, pts int) error {
	must(s.own.SetChannelPts(ctx, user, firstChannel+channel, pts))
	return nil
}

func (s states) ForEachChannels(ctx context.Context, user int64, f func(context.Context, int64, int) error) error {
	must(s.own.ForEachChannels(ctx, user, func(ctx context.Context, channel int64, pts int) error {
		return f(ctx, channel-firstChannel, pts)
	}))
	return nil
}

type hashes struct{ own updates.ChannelAccessHasher }

func (h hashes) SetChannelAccessHash(ctx context.Context, user, channel, hash int64) error {
	must(h.own.SetChannelAccessHash(ctx, user, firstChannel+channel, hash))
	return nil
}

func (h hashes) GetChannelAccessHash(ctx context.Context, user, channel int64) (int64, bool, error) {
	hash, found, err := h.own.GetChannelAccessHash(ctx, user, firstChannel+channel)
	must(err)
	return hash, found, nil
}
