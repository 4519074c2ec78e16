// Command go is tgsession through its Go package, below the plan of make bench-all.
package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tgsession/tgsession/bindings/go"
)

func (p *plan) begin(s step) error {
	kind, rest, _ := strings.Cut(s.Operation, "_")
	switch {
	case kind == "known" || kind == "new":
		return p.beginBatches(s, kind, rest)
	case s.Operation == "create":
		p.call = func(number int64) error { return create(fmt.Sprintf("%s-%d.session", s.File, s.From+number)) }
		return nil
	case s.Operation == "open":
		p.call = func(int64) error { return openAndClose(s.File) }
		return nil
	}
	var err error
	if p.session, err = tgsession.Open(s.File); err != nil {
		return err
	}
	switch s.Operation {
	case "bulk":
		return p.beginBulk(s)
	case "field":
		p.call = func(int64) error { return field(p.session) }
	case "export":
		p.call = func(int64) error { return export(p.session) }
	default:
		return p.beginLookups(s)
	}
	return p.call(0)
}

func create(file string) error {
	session, err := tgsession.Open(file)
	if err != nil {
		return err
	}
	return session.Close()
}

func openAndClose(file string) error {
	session, err := tgsession.Open(file)
	if err != nil {
		return err
	}
	if err := field(session); err != nil {
		return err
	}
	return session.Close()
}

func field(session *tgsession.Session) error {
	userID, err := session.UserID()
	if err == nil && (userID == nil || *userID != 777) {
		return fmt.Errorf("the field is another one")
	}
	return err
}

func export(session *tgsession.Session) error {
	_, err := session.SessionString("pyrogram")
	return err
}

func logIn(session *tgsession.Session) error {
	key := make([]byte, tgsession.AuthKeyLen)
	for at := range key {
		key[at] = byte(at)
	}
	login := tgsession.SessionData{
		DCID: tgsession.Some(int32(2)), APIID: tgsession.Some(int32(5)), TestMode: tgsession.Some(false), AuthKey: key,
		UserID: tgsession.Some(int64(777)), IsBot: tgsession.Some(false),
	}
	fields := tgsession.FieldDCID | tgsession.FieldAPIID | tgsession.FieldTestMode | tgsession.FieldAuthKey |
		tgsession.FieldUserID | tgsession.FieldIsBot
	return session.SetData(login, fields)
}

func (p *plan) beginBulk(s step) error {
	peers, size := inventEach(s.Peers, 0, 1, everyNumber), min(s.Peers, bulk)
	p.call = func(number int64) error { return p.session.UpdatePeers(peers[number*size : (number+1)*size]) }
	return logIn(p.session)
}

func (p *plan) beginBatches(s step, kind, rest string) (err error) {
	size, err := strconv.ParseInt(rest, 10, 64)
	if err != nil {
		return err
	}
	if p.session, err = tgsession.Open(s.File); err != nil {
		return err
	}
	peers, count := inventEach(batches*size, 0, 1, s.Peers), int64(batches)
	if kind == "new" {
		peers, count = inventEach(s.Calls*size, newPeersFrom+s.From*size, 1, everyNumber), s.Calls
	}
	p.call = func(number int64) error {
		at := number % count * size
		return p.session.UpdatePeers(peers[at : at+size])
	}
	// As in a client that has been running: the session has brought these before.
	for number := int64(0); kind == "known" && number < count && err == nil; number++ {
		err = p.call(number)
	}
	return err
}

func (p *plan) beginLookups(s step) error {
	count := s.Calls
	if s.Operation == "by_id_hot" {
		count = hot
	}
	peers := inventEach(count, s.From*stride, stride, s.Peers)
	lookup, err := p.lookup(s.Operation)
	if err != nil {
		return err
	}
	p.call = func(number int64) error { return expect(lookup, &peers[number%count]) }
	if s.Operation != "by_id_hot" {
		// What the first lookup of an open file costs belongs to "open".
		first := invent(0)
		return expect(lookup, &first)
	}
	for number := int64(0); number < 4*count && err == nil; number++ {
		err = p.call(number)
	}
	return err
}

type lookup func(peer *tgsession.Peer) (tgsession.InputPeer, error)

func (p *plan) lookup(operation string) (lookup, error) {
	switch operation {
	case "by_id", "by_id_hot":
		return func(peer *tgsession.Peer) (tgsession.InputPeer, error) { return p.session.PeerByID(peer.ID) }, nil
	case "by_username":
		return func(peer *tgsession.Peer) (tgsession.InputPeer, error) {
			return p.session.PeerByUsername(peer.Usernames[0])
		}, nil
	case "by_phone":
		return func(peer *tgsession.Peer) (tgsession.InputPeer, error) {
			return p.session.PeerByPhoneNumber(*peer.PhoneNumber)
		}, nil
	default:
		return nil, fmt.Errorf("there is no operation %s", operation)
	}
}

func expect(lookup lookup, peer *tgsession.Peer) error {
	found, err := lookup(peer)
	if err == nil && *found.AccessHash != *peer.AccessHash {
		return fmt.Errorf("peer %d has another access hash", peer.ID)
	}
	return err
}
