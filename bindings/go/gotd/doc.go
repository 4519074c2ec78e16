// Package gotd lets a gotd client keep its session in any session that tgsession opens, so that a Python client finds
// what gotd learned, and the other way round.
//
//	session, err := tgsession.Open("my_account.session", tgsession.Format("kurigram@7"))
//	...
//	storage := gotd.NewStorage(session, gotd.APIID(apiID))
//	peers := gotd.NewPeers(session)
//	client := telegram.NewClient(apiID, apiHash, telegram.Options{SessionStorage: storage})
//
// After the login, tell the storage who it is: Pyrogram and its forks take a session without a user id for an empty
// one, and overwrite its key.
//
//	self, err := client.Self(ctx)
//	...
//	err = storage.SetSelf(self)
//
// [Storage] is gotd's session.Storage, [States] its updates.StateStorage, [Peers] its peers.Storage, peers.Cache and
// updates.ChannelAccessHasher. A session belongs to one account.
package gotd
