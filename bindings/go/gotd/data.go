package gotd

import (
	"crypto/sha1"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"

	"github.com/gotd/td/session"
	"github.com/gotd/td/tg"
)

// dataVersion is the only version that gotd reads.
const dataVersion = 1

// stored is what gotd hands to a session.Storage.
type stored struct {
	Version int
	Data    session.Data
}

var errBadKey = errors.New("gotd: the auth key has another length than 256, or its id than 8")

// encode makes gotd's JSON.
func encode(data session.Data) ([]byte, error) {
	return json.Marshal(stored{Version: dataVersion, Data: data})
}

// decode reads gotd's JSON. Its errors never show a key.
func decode(text []byte) (session.Data, error) {
	var read stored
	if err := json.Unmarshal(text, &read); err != nil {
		return session.Data{}, errors.New("gotd: this is not gotd's session")
	}
	if read.Version != dataVersion {
		return session.Data{}, fmt.Errorf("gotd: a session of version %d, not %d", read.Version, dataVersion)
	}
	data := read.Data
	if len(data.AuthKey) != 256 || len(data.AuthKeyID) != 8 { // whether it is the key's id gotd checks itself
		return session.Data{}, errBadKey
	}
	return data, nil
}

// keyID is the id of an auth key: the last 8 bytes of its SHA-1, as MTProto has it.
func keyID(key []byte) []byte {
	sum := sha1.Sum(key)
	return sum[12:]
}

// address is where the data centre of the data answers, invalid if nobody tells. The servers' own list is right after
// a migration, when Addr is still that of the data centre before.
func address(data session.Data, now netip.AddrPort) netip.AddrPort {
	var best netip.AddrPort
	for _, option := range data.Config.DCOptions {
		place, plain := plainAddress(option)
		switch {
		case option.ID != data.DC || !plain:
		case place == now:
			return now // there is no reason to change it
		case !best.IsValid() || (place.Addr().Is4() && !best.Addr().Is4()):
			best = place
		}
	}
	if best.IsValid() {
		return best
	}
	place, _ := netip.ParseAddrPort(data.Addr)
	return place
}

// plainAddress is the address of an option, and whether any client can use it.
func plainAddress(option tg.DCOption) (netip.AddrPort, bool) {
	host, err := netip.ParseAddr(option.IPAddress)
	plain := err == nil && option.Port > 0 && option.Port <= 65535 &&
		!option.MediaOnly && !option.CDN && !option.TCPObfuscatedOnly
	return netip.AddrPortFrom(host, uint16(option.Port)), plain
}
