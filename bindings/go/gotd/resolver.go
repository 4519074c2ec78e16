package gotd

import (
	"context"

	"github.com/gotd/td/telegram/message/peer"
	"github.com/gotd/td/tg"

	"github.com/tgsession/tgsession/bindings/go"
)

// resolver asks the session first.
type resolver struct {
	session *tgsession.Session
	next    peer.Resolver
}

// Resolver finds usernames and phone numbers in the session, and asks next, gotd's own one, for those that are not there
// or were last seen too long ago.
func (p *Peers) Resolver(next peer.Resolver) peer.Resolver {
	return resolver{session: p.session, next: next}
}

// ResolveDomain implements peer.Resolver.
func (r resolver) ResolveDomain(ctx context.Context, domain string) (tg.InputPeerClass, error) {
	found, err := r.session.PeerByUsername(domain)
	if known, err := inputPeer(found, err); known != nil || err != nil {
		return known, err
	}
	return r.next.ResolveDomain(ctx, domain)
}

// ResolvePhone implements peer.Resolver.
func (r resolver) ResolvePhone(ctx context.Context, phone string) (tg.InputPeerClass, error) {
	found, err := r.session.PeerByPhoneNumber(phone)
	if known, err := inputPeer(found, err); known != nil || err != nil {
		return known, err
	}
	return r.next.ResolvePhone(ctx, phone)
}

// InputPeer finds a peer by its marked id; tgsession.ErrNotFound where the session does not know it.
func (p *Peers) InputPeer(id int64) (tg.InputPeerClass, error) {
	found, err := p.session.PeerByID(id)
	if err != nil {
		return nil, err
	}
	known, err := inputPeer(found, nil)
	if known == nil && err == nil {
		err = tgsession.ErrNotFound
	}
	return known, err
}

// inputPeer is gotd's form of a lookup's answer, nil where there is none.
func inputPeer(found tgsession.InputPeer, err error) (tg.InputPeerClass, error) {
	hash, ok, err := usable(found, err)
	if !ok {
		return nil, err
	}
	switch found.Type {
	case tgsession.PeerUser, tgsession.PeerBot:
		return &tg.InputPeerUser{UserID: found.BareID, AccessHash: hash}, nil
	case tgsession.PeerGroup:
		return &tg.InputPeerChat{ChatID: found.BareID}, nil
	}
	return &tg.InputPeerChannel{ChannelID: found.BareID, AccessHash: hash}, nil
}
