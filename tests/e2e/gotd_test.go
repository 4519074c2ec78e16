package e2e

import (
	"context"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/auth"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/telegram/updates"
	"github.com/gotd/td/tg"

	"github.com/tgsession/tgsession/bindings/go"
	"github.com/tgsession/tgsession/bindings/go/gotd"
)

// users is a vector, as users.getUsers answers.
type users []*tg.User

func (u users) Encode(b *bin.Buffer) error {
	b.PutVectorHeader(len(u))
	for _, user := range u {
		if err := user.Encode(b); err != nil {
			return err
		}
	}
	return nil
}

// gotdAnswers are the answers in gotd's layer.
func gotdAnswers() map[uint32]bin.Encoder {
	return map[uint32]bin.Encoder{
		tg.UsersGetUsersRequestTypeID:           users{self()},
		tg.ContactsResolveUsernameRequestTypeID: resolved(),
		tg.UpdatesGetStateRequestTypeID:         &tg.UpdatesState{Pts: 1001, Qts: 5, Date: 1700000000, Seq: 77},
	}
}

// withGotd runs a gotd client whose session is in the file.
func withGotd(
	t *testing.T, s *server, path string, list func(*gotd.Storage) (dcs.List, error),
	run func(ctx context.Context, client *telegram.Client, storage *gotd.Storage, session *tgsession.Session) error,
) {
	t.Helper()
	session := got(tgsession.Open(path))(t)
	defer session.Close()
	storage := gotd.NewStorage(session, gotd.APIID(apiID))
	client := telegram.NewClient(apiID, apiHash, telegram.Options{
		PublicKeys:     s.cluster.Keys(),
		Resolver:       s.cluster.Resolver(),
		DC:             dcID,
		DCList:         got(list(storage))(t),
		SessionStorage: storage,
		NoUpdates:      true,
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	must(t, client.Run(ctx, func(ctx context.Context) error { return run(ctx, client, storage, session) }))
}

// login makes a file of the layout, and lets gotd make an auth key, log in and learn peers there.
func login(t *testing.T, s *server, path, format string) (keyID string) {
	t.Helper()
	must(t, got(tgsession.Open(path, tgsession.Format(format)))(t).Close())
	s.answer(gotdAnswers())
	withGotd(t, s, path, func(*gotd.Storage) (dcs.List, error) { return s.cluster.List(), nil },
		func(ctx context.Context, client *telegram.Client, storage *gotd.Storage, session *tgsession.Session) error {
			return errors.Join(signIn(ctx, client, storage), learn(ctx, client, session))
		})
	return stored(t, path)
}

func signIn(ctx context.Context, client *telegram.Client, storage *gotd.Storage) error {
	code := auth.CodeAuthenticatorFunc(func(context.Context, *tg.AuthSentCode) (string, error) { return loginCode, nil })
	flow := auth.NewFlow(auth.Constant(phone, "", code), auth.SendCodeOptions{})
	if err := client.Auth().IfNecessary(ctx, flow); err != nil {
		return err
	}
	self, err := client.Self(ctx)
	if err != nil {
		return err
	}
	return storage.SetSelf(self)
}

// learn writes what gotd was answered into the session.
func learn(ctx context.Context, client *telegram.Client, session *tgsession.Session) error {
	answer, err := client.API().ContactsResolveUsername(ctx, "tgs_news")
	if err != nil {
		return err
	}
	state, err := client.API().UpdatesGetState(ctx)
	if err != nil {
		return err
	}
	known := updates.State{Pts: state.Pts, Qts: state.Qts, Date: state.Date, Seq: state.Seq}
	states := gotd.NewStates(session)
	return errors.Join(
		gotd.NewPeers(session).Learn(answer.Users, answer.Chats),
		states.SetState(ctx, selfID, known),
		states.SetChannelPts(ctx, selfID, newsID, 42),
	)
}

// again starts gotd from a file without a login, with nothing but what is in the file, the address too.
func again(t *testing.T, s *server, path, keyID string) {
	t.Helper()
	s.answer(gotdAnswers())
	withGotd(t, s, path, (*gotd.Storage).DCList,
		func(ctx context.Context, client *telegram.Client, _ *gotd.Storage, _ *tgsession.Session) error {
			self, err := client.Self(ctx)
			if err == nil && self.ID != selfID {
				t.Errorf("gotd is %d", self.ID)
			}
			return err
		})
	t.Logf("gotd started again from %s", formatOf(t, path))
	s.checkRequests(t, keyID, tg.UsersGetUsersRequestTypeID)
}

// stored is the id of the auth key in a file, as gotd sees it.
func stored(t *testing.T, path string) string {
	t.Helper()
	file := got(tgsession.Open(path, tgsession.ReadOnly()))(t)
	defer file.Close()
	loader := session.Loader{Storage: gotd.NewStorage(file)}
	return hex.EncodeToString(got(loader.Load(context.Background()))(t).AuthKeyID)
}
