package tgsession_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/tgsession/tgsession/bindings/go"
)

// The values of the cases and those of the package, both ways.

// arguments are all that a step may give, by the names in the header. What is null or left out is nil.
type arguments struct {
	// Names that a case defines.
	Session string `json:"session"`
	Source  string `json:"source"`
	Target  string `json:"target"`
	Iter    string `json:"iter"`

	Location    string   `json:"location"`
	Path        string   `json:"path"`
	Text        string   `json:"text"`
	Username    string   `json:"username"`
	PhoneNumber string   `json:"phone_number"`
	Format      string   `json:"format"`
	Overrides   []string `json:"overrides"`
	ShowSecrets bool     `json:"show_secrets"`
	Name        string   `json:"name"`
	Bytes       bytes    `json:"bytes"`
	Compress    bool     `json:"compress"`
	Passphrase  *string  `json:"passphrase"`
	Recipients  []string `json:"recipients"`
	Identity    string   `json:"identity"`
	Engine      string   `json:"engine"`
	Options     *options `json:"options"`

	Status int32 `json:"status"`
	ID     whole `json:"id"`
	Size   whole `json:"file_size"`
	Type   int32 `json:"type"`
	MD5    bytes `json:"md5"`

	DCID          *whole  `json:"dc_id"`
	ServerAddress *string `json:"server_address"`
	Port          *whole  `json:"port"`
	APIID         *whole  `json:"api_id"`
	TestMode      *bool   `json:"test_mode"`
	Key           bytes   `json:"key"`
	Date          *whole  `json:"date"`
	UserID        *whole  `json:"user_id"`
	IsBot         *bool   `json:"is_bot"`
	TakeoutID     *whole  `json:"takeout_id"`

	DC    dataCenter  `json:"dc"`
	Data  sessionData `json:"data"`
	Which []string    `json:"which"`

	SeenBefore whole    `json:"seen_before"`
	KeepNewest whole    `json:"keep_newest"`
	MaxBytes   whole    `json:"max_bytes"`
	PeerType   peerType `json:"peer_type"`

	IDs    []whole       `json:"ids"`
	Peers  []peer        `json:"peers"`
	States []updateState `json:"states"`
	Files  []sentFile    `json:"files"`
}

// orEmpty is what a binding takes for a NULL that the C function refuses.
func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// decoded reads a step's arguments. One that is not known is a mistake, of the case or of this runner.
func decoded(args object) (*arguments, error) {
	decoder := json.NewDecoder(strings.NewReader(string(must(json.Marshal(args)))))
	decoder.DisallowUnknownFields()
	read := &arguments{}
	return read, decoder.Decode(read)
}

// encoded makes of an answer what encoding/json reads from the case itself.
func encoded(answer object) (written object) {
	decoder := json.NewDecoder(strings.NewReader(string(must(json.Marshal(answer)))))
	decoder.UseNumber()
	check(decoder.Decode(&written))
	return written
}

// whole is a number, which a case writes as text beyond 2^53.
type whole int64

func (w *whole) UnmarshalJSON(text []byte) error {
	number, err := strconv.ParseInt(strings.Trim(string(text), `"`), 10, 64)
	*w = whole(number)
	return err
}

// known is a field's value in the package's type.
func known[T int32 | int64 | uint16](number *whole) *T {
	if number == nil {
		return nil
	}
	value := T(*number)
	if int64(value) != int64(*number) {
		panic("a number does not fit")
	}
	return &value
}

// bytes are hexadecimal digits; nil is null.
type bytes []byte

func (b *bytes) UnmarshalJSON(text []byte) (err error) {
	if string(text) == "null" {
		return nil
	}
	*b, err = hex.DecodeString(strings.Trim(string(text), `"`))
	return err
}

func (b bytes) MarshalJSON() ([]byte, error) {
	if b == nil {
		return []byte("null"), nil
	}
	return json.Marshal(hex.EncodeToString(b))
}

type options struct {
	ReadOnly       bool    `json:"read_only"`
	Create         *bool   `json:"create"`
	Format         string  `json:"format"`
	ExpectedFormat string  `json:"expected_format"`
	BusyTimeout    *int64  `json:"busy_timeout"`
	MaxBytes       *uint64 `json:"max_bytes"`
	CacheSize      *uint32 `json:"cache_size"`
	Passphrase     *string `json:"passphrase"`
	EncryptionKey  bytes   `json:"encryption_key"`
	DatabaseKey    bytes   `json:"database_key"`
	Passcode       *string `json:"passcode"`
	Account        *int64  `json:"account"`
	KeepForeign    bool    `json:"keep_foreign_tables"`
	UsernameExpiry *int64  `json:"username_expiry"`
	WAL            bool    `json:"wal"`
	Exclusive      bool    `json:"exclusive"`
	Lease          *lease  `json:"lease"`
}

// lease is true, false, or its terms.
type lease struct {
	wanted  bool
	Owner   *string `json:"owner"`
	Seconds int64   `json:"seconds"`
}

func (l *lease) UnmarshalJSON(text []byte) error {
	if text[0] != '{' {
		return json.Unmarshal(text, &l.wanted)
	}
	type terms lease // without this method
	l.wanted = true
	return json.Unmarshal(text, (*terms)(l))
}

func (l *lease) list() (list []tgsession.Option) {
	if l == nil || !l.wanted {
		return nil
	}
	list = append(list, tgsession.WithLease(time.Duration(l.Seconds)*time.Second))
	if l.Owner != nil {
		list = append(list, tgsession.LeaseOwner(*l.Owner))
	}
	return list
}

func (o *options) list() (list []tgsession.Option) {
	if o == nil {
		return nil
	}
	if o.ReadOnly {
		list = append(list, tgsession.ReadOnly())
	}
	if o.Create != nil && !*o.Create {
		list = append(list, tgsession.MustExist())
	}
	if o.Format != "" {
		list = append(list, tgsession.Format(o.Format))
	}
	if o.ExpectedFormat != "" {
		list = append(list, tgsession.ExpectedFormat(o.ExpectedFormat))
	}
	if o.BusyTimeout != nil {
		list = append(list, tgsession.BusyTimeout(time.Duration(*o.BusyTimeout)*time.Millisecond))
	}
	if o.MaxBytes != nil {
		list = append(list, tgsession.MaxBytes(*o.MaxBytes))
	}
	if o.CacheSize != nil {
		list = append(list, tgsession.CacheSize(*o.CacheSize))
	}
	if o.Passphrase != nil {
		list = append(list, tgsession.Passphrase(*o.Passphrase))
	}
	if o.EncryptionKey != nil {
		list = append(list, tgsession.EncryptionKey(o.EncryptionKey))
	}
	if o.DatabaseKey != nil {
		list = append(list, tgsession.DatabaseKey(o.DatabaseKey))
	}
	if o.Passcode != nil {
		list = append(list, tgsession.Passcode(*o.Passcode))
	}
	if o.Account != nil {
		list = append(list, tgsession.Account(*o.Account))
	}
	if o.KeepForeign {
		list = append(list, tgsession.KeepForeignTables())
	}
	if o.UsernameExpiry != nil {
		list = append(list, tgsession.UsernameExpiry(*o.UsernameExpiry))
	}
	if o.WAL {
		list = append(list, tgsession.WAL())
	}
	if o.Exclusive {
		list = append(list, tgsession.Exclusive())
	}
	return append(list, o.Lease.list()...)
}

type sessionData struct {
	DCID          *whole  `json:"dc_id"`
	ServerAddress *string `json:"server_address"`
	Port          *whole  `json:"port"`
	APIID         *whole  `json:"api_id"`
	TestMode      *bool   `json:"test_mode"`
	AuthKey       bytes   `json:"auth_key"`
	Date          *whole  `json:"date"`
	UserID        *whole  `json:"user_id"`
	IsBot         *bool   `json:"is_bot"`
	TakeoutID     *whole  `json:"takeout_id"`
	TmpAuthKey    bytes   `json:"tmp_auth_key"`
}

func (d sessionData) ours() tgsession.SessionData {
	return tgsession.SessionData{
		DCID: known[int32](d.DCID), ServerAddress: d.ServerAddress, Port: known[uint16](d.Port), APIID: known[int32](d.APIID),
		TestMode: d.TestMode, AuthKey: d.AuthKey, Date: known[int64](d.Date), UserID: known[int64](d.UserID),
		IsBot: d.IsBot, TakeoutID: known[int64](d.TakeoutID), TmpAuthKey: d.TmpAuthKey,
	}
}

func newSessionData(ours tgsession.SessionData) sessionData {
	return sessionData{
		DCID: shown(ours.DCID), ServerAddress: ours.ServerAddress, Port: shown(ours.Port), APIID: shown(ours.APIID),
		TestMode: ours.TestMode, AuthKey: ours.AuthKey, Date: shown(ours.Date), UserID: shown(ours.UserID),
		IsBot: ours.IsBot, TakeoutID: shown(ours.TakeoutID), TmpAuthKey: ours.TmpAuthKey,
	}
}

// shown is a field's value as a case has it.
func shown[T int32 | int64 | uint16](value *T) *whole {
	if value == nil {
		return nil
	}
	number := whole(*value)
	return &number
}

type dataCenter struct {
	DCID         whole       `json:"dc_id"`
	AuthKey      bytes       `json:"auth_key"`
	TmpAuthKey   bytes       `json:"tmp_auth_key"`
	TmpExpiresAt *whole      `json:"tmp_expires_at"`
	Addresses    []dcAddress `json:"addresses"`
}

type dcAddress struct {
	ServerAddress string `json:"server_address"`
	Port          uint16 `json:"port"`
	IsMediaOnly   bool   `json:"is_media_only"`
}

func (d dataCenter) ours() tgsession.DataCenter {
	return tgsession.DataCenter{
		ID: int32(d.DCID), AuthKey: d.AuthKey, TmpAuthKey: d.TmpAuthKey, TmpExpiresAt: known[int64](d.TmpExpiresAt),
		Addresses: each(d.Addresses, func(one dcAddress) tgsession.DCAddress { return tgsession.DCAddress(one) }),
	}
}

func newDataCenter(ours tgsession.DataCenter) dataCenter {
	return dataCenter{
		DCID: whole(ours.ID), AuthKey: ours.AuthKey, TmpAuthKey: ours.TmpAuthKey, TmpExpiresAt: shown(ours.TmpExpiresAt),
		Addresses: each(ours.Addresses, func(one tgsession.DCAddress) dcAddress { return dcAddress(one) }),
	}
}

type counts struct {
	Peers        int `json:"peers"`
	Usernames    int `json:"usernames"`
	UpdateStates int `json:"update_states"`
	SentFiles    int `json:"sent_files"`
	Values       int `json:"values"`
}

// fields are the names of bits in the header.
var fields = map[string]tgsession.Field{
	"TGS_FIELD_DC_ID":          tgsession.FieldDCID,
	"TGS_FIELD_SERVER_ADDRESS": tgsession.FieldServerAddress,
	"TGS_FIELD_PORT":           tgsession.FieldPort,
	"TGS_FIELD_API_ID":         tgsession.FieldAPIID,
	"TGS_FIELD_TEST_MODE":      tgsession.FieldTestMode,
	"TGS_FIELD_AUTH_KEY":       tgsession.FieldAuthKey,
	"TGS_FIELD_DATE":           tgsession.FieldDate,
	"TGS_FIELD_USER_ID":        tgsession.FieldUserID,
	"TGS_FIELD_IS_BOT":         tgsession.FieldIsBot,
	"TGS_FIELD_TAKEOUT_ID":     tgsession.FieldTakeoutID,
	"TGS_FIELD_TMP_AUTH_KEY":   tgsession.FieldTmpAuthKey,
}

func bits(names []string) (sum tgsession.Field) {
	for _, name := range names {
		field, ok := fields[name]
		if !ok {
			panic("there is no field " + name)
		}
		sum |= field
	}
	return sum
}

// peerType is its name in the header.
type peerType tgsession.PeerType

func (p peerType) MarshalJSON() ([]byte, error) {
	return json.Marshal("TGS_PEER_TYPE_" + strings.ToUpper(tgsession.PeerType(p).String()))
}

func (p *peerType) UnmarshalJSON(text []byte) error {
	for *p = peerType(tgsession.PeerUnknown); *p <= peerType(tgsession.PeerOther); *p++ {
		if string(must(p.MarshalJSON())) == string(text) {
			return nil
		}
	}
	return errors.New("there is no type " + string(text))
}

type peer struct {
	ID           whole    `json:"id"`
	AccessHash   *whole   `json:"access_hash"`
	Type         peerType `json:"type"`
	TypeName     *string  `json:"type_name"`
	Usernames    []string `json:"usernames"`
	PhoneNumber  *string  `json:"phone_number"`
	Name         *string  `json:"name"`
	LastUpdateOn *whole   `json:"last_update_on"`
}

func (p peer) ours() tgsession.Peer {
	ours := tgsession.Peer{
		ID: int64(p.ID), AccessHash: known[int64](p.AccessHash), Type: tgsession.PeerType(p.Type), Usernames: p.Usernames,
		PhoneNumber: p.PhoneNumber, Name: p.Name, LastUpdateOn: known[int64](p.LastUpdateOn),
	}
	if p.TypeName != nil {
		ours.TypeName = *p.TypeName
	}
	return ours
}

func newPeer(ours tgsession.Peer) peer {
	shown := peer{
		ID: whole(ours.ID), AccessHash: (*whole)(ours.AccessHash), Type: peerType(ours.Type), Usernames: []string{},
		PhoneNumber: ours.PhoneNumber, Name: ours.Name, LastUpdateOn: (*whole)(ours.LastUpdateOn),
	}
	if ours.TypeName != "" {
		shown.TypeName = &ours.TypeName
	}
	shown.Usernames = append(shown.Usernames, ours.Usernames...)
	return shown
}

type inputPeer struct {
	ID           int64    `json:"id"`
	BareID       int64    `json:"bare_id"`
	AccessHash   *int64   `json:"access_hash"`
	Type         peerType `json:"type"`
	LastUpdateOn *int64   `json:"last_update_on"`
}

func newInputPeer(ours tgsession.InputPeer) inputPeer {
	return inputPeer{ours.ID, ours.BareID, ours.AccessHash, peerType(ours.Type), ours.LastUpdateOn}
}

type updateState struct {
	ID   whole  `json:"id"`
	Pts  *whole `json:"pts"`
	Qts  *whole `json:"qts"`
	Date *whole `json:"date"`
	Seq  *whole `json:"seq"`
}

func (s updateState) ours() tgsession.UpdateState {
	return tgsession.UpdateState{
		ID: int64(s.ID), Pts: (*int64)(s.Pts), Qts: (*int64)(s.Qts), Date: (*int64)(s.Date), Seq: (*int64)(s.Seq),
	}
}

func newUpdateState(ours tgsession.UpdateState) updateState {
	return updateState{whole(ours.ID), (*whole)(ours.Pts), (*whole)(ours.Qts), (*whole)(ours.Date), (*whole)(ours.Seq)}
}

type sentFile struct {
	MD5        bytes `json:"md5"`
	Size       whole `json:"file_size"`
	Type       int32 `json:"type"`
	ID         whole `json:"id"`
	AccessHash whole `json:"access_hash"`
}

func (f sentFile) ours() tgsession.SentFile {
	return tgsession.SentFile{
		MD5: [16]byte(f.MD5), Size: int64(f.Size), Type: tgsession.SentFileType(f.Type),
		ID: int64(f.ID), AccessHash: int64(f.AccessHash),
	}
}

func newSentFile(ours tgsession.SentFile) sentFile {
	return sentFile{ours.MD5[:], whole(ours.Size), int32(ours.Type), whole(ours.ID), whole(ours.AccessHash)}
}

// each converts a list; of none it makes an empty one.
func each[From, To any](list []From, convert func(From) To) []To {
	converted := make([]To, len(list))
	for i := range list {
		converted[i] = convert(list[i])
	}
	return converted
}
