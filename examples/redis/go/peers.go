package redisengine

import (
	"strconv"
	"strings"

	"github.com/tgsession/tgsession/bindings/go"
)

// Usernames stand in one field, with this between them: no text of tgsession has one.
const between = "\x00"

// Peers implements tgsession.Engine.
func (e *Engine) Peers(ids []int64) ([]tgsession.Peer, error) {
	if ids == nil {
		return peersOf(e.allHashes("peers", "peer:"))
	}
	return peersOf(e.hashes(e.peerKeys(ids)))
}

// PeersByUsername implements tgsession.UsernameFinder.
func (e *Engine) PeersByUsername(usernames []string) ([]tgsession.Peer, error) {
	return e.indexed(e.keysOf("username:", usernames))
}

// PeersByPhoneNumber implements tgsession.PhoneFinder.
func (e *Engine) PeersByPhoneNumber(phoneNumber string) ([]tgsession.Peer, error) {
	return e.indexed([]string{e.key("phone:", phoneNumber)})
}

// PutPeers implements tgsession.Engine.
func (e *Engine) PutPeers(peers []tgsession.Peer) error {
	ids := make([]int64, len(peers))
	for i, peer := range peers {
		ids[i] = peer.ID
	}
	writes, err := e.unindexing(e.peerKeys(ids))
	if err != nil {
		return err
	}
	for _, peer := range peers {
		writes = append(writes, whole(e.key("peer:", peer.ID), fieldsOfPeer(peer))...)
		writes = append(writes, write{"SADD", e.key("peers"), peer.ID})
		writes = append(writes, e.indexing("SADD", peer)...)
	}
	return e.write(writes...)
}

// DeletePeers implements tgsession.PeerDeleter. It is one change: a peer that another client adds meanwhile must not lose its id.
func (e *Engine) DeletePeers(ids []int64) error {
	return e.together(func() error { return e.deletePeers(ids) })
}

func (e *Engine) deletePeers(ids []int64) error {
	members, err := e.membersOf(ids)
	if err != nil {
		return err
	}
	writes, err := e.unindexing(e.keysOf("peer:", members))
	if err != nil {
		return err
	}
	for _, id := range members {
		writes = append(writes, write{"DEL", e.key("peer:", id)}, write{"SREM", e.key("peers"), id})
	}
	return e.write(writes...)
}

// unindexing takes the peers with these keys, as they are, out of the sets by which they are found.
func (e *Engine) unindexing(keys []string) (writes []write, err error) {
	peers, err := peersOf(e.hashes(keys))
	for _, peer := range peers {
		writes = append(writes, e.indexing("SREM", peer)...)
	}
	return writes, err
}

// membersOf are the ids as they stand in Redis: these, or all if ids is nil.
func (e *Engine) membersOf(ids []int64) (members []string, err error) {
	if ids == nil {
		return e.members(e.key("peers"))
	}
	for _, id := range ids {
		members = append(members, strconv.FormatInt(id, 10))
	}
	return members, nil
}

func (e *Engine) peerKeys(ids []int64) []string {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = e.key("peer:", id)
	}
	return keys
}

func (e *Engine) indexed(sets []string) ([]tgsession.Peer, error) {
	ids, err := e.members(sets...)
	if err != nil {
		return nil, err
	}
	return peersOf(e.hashes(e.keysOf("peer:", ids)))
}

// indexing adds a peer to the sets by which it is found, or takes it out.
func (e *Engine) indexing(command string, peer tgsession.Peer) (writes []write) {
	for _, username := range peer.Usernames {
		writes = append(writes, write{command, e.key("username:", username), peer.ID})
	}
	if peer.PhoneNumber != nil {
		writes = append(writes, write{command, e.key("phone:", *peer.PhoneNumber), peer.ID})
	}
	return writes
}

func fieldsOfPeer(peer tgsession.Peer) fields {
	values := fields{}.add("id", peer.ID).add("type", int32(peer.Type))
	if peer.TypeName != "" {
		values = values.add("type_name", peer.TypeName)
	}
	if len(peer.Usernames) > 0 {
		values = values.add("usernames", strings.Join(peer.Usernames, between))
	}
	values = add(values, "access_hash", peer.AccessHash)
	values = add(values, "phone_number", peer.PhoneNumber)
	values = add(values, "name", peer.Name)
	return add(values, "last_update_on", peer.LastUpdateOn)
}

// peersOf leaves out those that were removed after their ids were read.
func peersOf(rows []row, err error) (peers []tgsession.Peer, failed error) {
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if r := &rows[i]; r.isThere() {
			peers = append(peers, peerOf(r))
			if r.err != nil {
				return nil, r.err
			}
		}
	}
	return peers, nil
}

func peerOf(r *row) tgsession.Peer {
	peer := tgsession.Peer{
		ID: r.must("id"), AccessHash: r.number("access_hash"), Type: tgsession.PeerType(r.must("type")),
		TypeName: r.values["type_name"], PhoneNumber: r.text("phone_number"), Name: r.text("name"),
		LastUpdateOn: r.number("last_update_on"),
	}
	if usernames := r.text("usernames"); usernames != nil {
		peer.Usernames = strings.Split(*usernames, between)
	}
	return peer
}
