package tgsession

// #include "shim.h"
import "C"

import (
	"math"
	"time"
)

// Usernames' expiry, beside a number of seconds.
const (
	// UsernameExpiryNever trusts every username.
	UsernameExpiryNever int64 = C.TGS_USERNAME_EXPIRY_NEVER
	// UsernameExpiryAsClient is the default: 8 hours in Pyrogram's family, never in Telethon's.
	UsernameExpiryAsClient int64 = C.TGS_USERNAME_EXPIRY_AS_CLIENT
)

type options struct {
	readOnly       bool
	create         bool
	format         string
	expectedFormat string
	wal            bool
	exclusive      bool
	busyTimeout    time.Duration // below 0: the library's default
	maxBytes       *uint64
	cacheSize      *uint32
	usernameExpiry int64
	passphrase     *string
	encryptionKey  []byte
	hasKey         bool
	databaseKey    []byte
	hasDatabaseKey bool
	passcode       *string
	account        *int64
	keepForeign    bool
	lease          bool
	leaseOwner     *string
	leaseDuration  time.Duration
}

// Option says how a session is opened.
type Option func(*options)

// ReadOnly makes every write fail, and creates nothing.
func ReadOnly() Option { return func(o *options) { o.readOnly = true } }

// MustExist makes Open fail with [ErrFileNotFound] instead of creating a new session.
func MustExist() Option { return func(o *options) { o.create = false } }

// Format is the layout of a new file, like "pyrogram@3" (the default), "kurigram@7" or "telethon@8". An existing
// file keeps its layout.
func Format(name string) Option { return func(o *options) { o.format = name } }

// ExpectedFormat is the format that the session has, like "pyrogram-1" or "kurigram". A session of another format is
// refused, with [ErrNotASession] or [ErrBadSessionString]. A session string that could also be what is left of a longer one
// is read only if its format is named.
func ExpectedFormat(name string) Option { return func(o *options) { o.expectedFormat = name } }

// WAL creates a new file in SQLite's WAL mode: a commit costs less and readers never wait for a writer, but there are two
// more files beside it while it is open. An existing file keeps its mode.
func WAL() Option { return func(o *options) { o.wal = true } }

// Exclusive keeps an existing or a new SQLite file for this session while it is open: reading then needs no lock and costs
// less. Others find it locked; who opens it [ReadOnly] reads a copy. If others use it, opening is [ErrLocked].
func Exclusive() Option { return func(o *options) { o.exclusive = true } }

// BusyTimeout is how long a call waits, for another program's lock and for other calls together, before it fails with
// [ErrLocked]: 5 seconds by default.
func BusyTimeout(wait time.Duration) Option { return func(o *options) { o.busyTimeout = max(wait, 0) } }

// MaxBytes is how large a session may be that is read into memory as a whole, unpacked, and a single value in a file: 256 MB
// by default. What is larger is [ErrUnsupported].
func MaxBytes(count uint64) Option { return func(o *options) { o.maxBytes = &count } }

// CacheSize is how many answers of lookups, fields and update states of a SQLite file are kept in memory, until somebody else has
// written the file: 0 for none. Without it 10,000 are, and of lookups those that are asked for again. An answer takes 70 to 150 bytes.
func CacheSize(answers uint32) Option { return func(o *options) { o.cacheSize = &answers } }

// UsernameExpiry is the age in seconds after which a lookup by username fails with [ErrExpired]: 0 or more,
// [UsernameExpiryNever] or [UsernameExpiryAsClient].
func UsernameExpiry(seconds int64) Option { return func(o *options) { o.usernameExpiry = seconds } }

// Passphrase is that of an encrypted file, or of a new file, which is encrypted with it as SQLCipher 4 does. A wrong one is
// [ErrWrongKey].
func Passphrase(text string) Option { return func(o *options) { o.passphrase = &text } }

// EncryptionKey is a key of 32 bytes in place of a passphrase, or 48 bytes with its salt.
func EncryptionKey(key []byte) Option {
	return func(o *options) { o.encryptionKey, o.hasKey = key, true }
}

// DatabaseKey is the key of another client's own encrypted file, which is only read: the database key of TDLib's td.binlog,
// the api_hash or session_key of a session of WTelegramClient, the SessionAESKey of gogram. An empty one is a key, too. A
// wrong one is [ErrWrongKey].
func DatabaseKey(key []byte) Option {
	return func(o *options) { o.databaseKey, o.hasDatabaseKey = key, true }
}

// Passcode is that of Telegram Desktop's tdata, as it is typed. A wrong one is [ErrWrongKey].
func Passcode(text string) Option { return func(o *options) { o.passcode = &text } }

// Account is the account of Telegram Desktop's tdata that is read: its index there, from 0, or its user id. By default it is
// the one that Telegram Desktop shows.
func Account(account int64) Option { return func(o *options) { o.account = &account } }

// KeepForeignTables takes along the tables of other programs in the source's file, with their rows: for [ConvertWithOptions].
func KeepForeignTables() Option { return func(o *options) { o.keepForeign = true } }

// WithLease leases the auth key while the session is open, because Telegram ends the login if one key is used twice at the
// same time. Opening the key again fails with [ErrInUse], be it in this program, in another one on this machine, or on
// another machine with the same store; the message names the holder and the time. If this program loses the lease, because
// it was suspended for longer, every call fails with [ErrInUse].
//
// The duration is how long a store keeps the lease of a program that was killed: 3 seconds to a day, 0 for the default of 30
// seconds.
func WithLease(duration time.Duration) Option {
	return func(o *options) { o.lease, o.leaseDuration = true, duration }
}

// LeaseOwner is the name of the holder that others are shown; by default the process and the host.
func LeaseOwner(name string) Option { return func(o *options) { o.leaseOwner = &name } }

// withOptions calls a function with the library's options object.
func withOptions(wanted []Option, call func(C.go_options) error) error {
	chosen := options{create: true, busyTimeout: -1, usernameExpiry: UsernameExpiryAsClient}
	for _, option := range wanted {
		if option != nil {
			option(&chosen)
		}
	}
	c := C.go_options{
		read_only:           C.bool(chosen.readOnly),
		create:              C.bool(chosen.create),
		wal:                 C.bool(chosen.wal),
		exclusive:           C.bool(chosen.exclusive),
		busy_timeout:        C.int64_t(rounded(chosen.busyTimeout, time.Millisecond)),
		username_expiry:     C.int64_t(chosen.usernameExpiry),
		keep_foreign_tables: C.bool(chosen.keepForeign),
		lease:               C.bool(chosen.lease),
		lease_seconds:       C.uint32_t(rounded(max(chosen.leaseDuration, 0), time.Second)),
	}
	if chosen.cacheSize != nil {
		c.has_cache_size, c.cache_size = true, C.uint32_t(*chosen.cacheSize)
	}
	if chosen.maxBytes != nil {
		c.has_max_bytes, c.max_bytes = true, C.uint64_t(*chosen.maxBytes)
	}
	if chosen.account != nil {
		c.has_account, c.account = true, C.int64_t(*chosen.account)
	}
	if chosen.hasKey {
		if chosen.passphrase != nil {
			return invalid("a session has a passphrase or an encryption key, not both")
		}
		if len(chosen.encryptionKey) == 0 {
			return invalid("the encryption key is empty")
		}
		key := C.CBytes(chosen.encryptionKey)
		defer wipe((*C.char)(key), len(chosen.encryptionKey))
		c.encryption_key, c.encryption_key_len = (*C.uint8_t)(key), C.size_t(len(chosen.encryptionKey))
	}
	if chosen.hasDatabaseKey {
		key := C.CBytes(chosen.databaseKey) // not nil for none
		defer wipe((*C.char)(key), len(chosen.databaseKey))
		c.database_key, c.database_key_len = (*C.uint8_t)(key), C.size_t(len(chosen.databaseKey))
	}
	return withOptionalText("the format", filled(chosen.format), func(format *C.char) error {
		return withOptionalText("the expected format", filled(chosen.expectedFormat), func(expected *C.char) error {
			return withOptionalText("the owner of a lease", chosen.leaseOwner, func(owner *C.char) error {
				return withOptionalText("the passphrase", chosen.passphrase, func(passphrase *C.char) error {
					return withOptionalText("the passcode", chosen.passcode, func(passcode *C.char) error {
						c.format, c.expected_format, c.lease_owner = format, expected, owner
						c.passphrase, c.passcode = passphrase, passcode
						return call(c)
					})
				})
			})
		})
	})
}

// rounded converts to units, rounded up, so that a short wait does not become 0.
func rounded(wait, unit time.Duration) int64 {
	if wait < 0 {
		return -1
	}
	count := int64(wait / unit)
	if wait%unit != 0 {
		count++
	}
	return min(count, math.MaxUint32)
}
