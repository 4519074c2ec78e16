"""An open session."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple, Type, Union

from . import (
    _engine_calls,
    age,
    conversion,
    errors,
    fields,
    options,
    peers,
    sent_files,
    session_bytes,
    session_data,
    update_states,
)
from ._handle import Handle, naming
from ._native import ffi, lib
from ._peer_structs import Packed
from .data_centers import DataCenters
from .engine import Engine
from .guard import call
from .peer_iter import PeerIterator
from .peer_type import NUMBERS, PeerType
from .peers import InputPeer, Peer
from .sent_files import SentFile
from .session_data import SessionData
from .text import Location, encode, encode_location, take
from .update_states import Members, UpdateState
from .values import Counts, Values, count


class Session(Handle):
    """Thread-safe. Each call is atomic, and its writes are on disk when it returns. Made by `Session.open`."""

    dc_id = fields.IntField("int32_t", "The account's home data centre.")
    server_address = fields.StrField("The address of the data centre, IPv4 or IPv6. Most clients store none.")
    port = fields.IntField("uint16_t", "The TCP port of the data centre.")
    api_id = fields.IntField("int32_t", "The application's id.")
    test_mode = fields.BoolField("Whether the auth key belongs to Telegram's test servers.")
    auth_key = fields.BytesField("The secret that is the login, 256 bytes. None: not logged in.")
    date = fields.IntField("int64_t", "When the session was last saved, in Unix seconds.")
    user_id = fields.IntField("int64_t", "The account's own id. None means unknown; never invent one.")
    is_bot = fields.BoolField("Whether the account is a bot. None means unknown.")
    takeout_id = fields.IntField("int64_t", "The takeout that is under way (Telethon).")
    tmp_auth_key = fields.BytesField("The temporary key of perfect forward secrecy (Telethon 8).")

    def __init__(self, handle: Any) -> None:
        # The library ignores a second close, so it is also the destructor.
        self._handle = ffi.gc(handle, lib.tgs_close)
        self._is_open = True

    # ---- Opening and closing

    @classmethod
    def open(
        cls,
        location: Location,
        *,
        read_only: bool = False,
        create: bool = True,
        format: Optional[str] = None,
        wal: bool = False,
        busy_timeout: float = 5.0,
        username_expiry: int = options.USERNAME_EXPIRY_AS_CLIENT,
        lease: options.AnyLease = False,
        expected_format: Optional[str] = None,
        max_bytes: Optional[int] = None,
        passphrase: Optional[str] = None,
        encryption_key: Optional[bytes] = None,
        database_key: Optional[bytes] = None,
        passcode: Optional[str] = None,
        account: Optional[int] = None,
        exclusive: bool = False,
        cache_size: Optional[int] = None,
    ) -> Session:
        """Opens a path, ":memory:", a session string or a URL, of any client; opening writes nothing.

        read_only: nothing changes, whatever is called, and what is not there is not made.
        create: whether what is not there is made, or is a SessionNotFoundError.
        format: of a new file, like "pyrogram@3" (the default), "kurigram@7", "pyrofork@4", "telethon@8".
        wal: whether a new file is made in SQLite's WAL mode, where writing costs less.
        busy_timeout: how many seconds a call waits for another program's lock and other threads' calls, together.
        username_expiry: after how many seconds a username is no longer believed.
        lease: True, or a `Lease`: the same auth key open for use twice is an InUseError.
        expected_format: what the session has, like "pyrogram-1"; one that has another format is refused.
        max_bytes: of what is read into memory as a whole, and of a single value; None is 256 MB.
        passphrase: of an encrypted file, or of a file that is made (SQLCipher 4); a wrong one is a WrongKeyError.
        encryption_key: 32 bytes in place of a passphrase, or 48 with the salt.
        database_key: of another client's own encrypted file, which is only read: the database key of TDLib's td.binlog, the
            api_hash or session_key of WTelegramClient's, the SessionAESKey of gogram's. An empty one is a key, too.
        passcode: of Telegram Desktop's tdata, as it is typed; a wrong one is a WrongKeyError.
        account: of Telegram Desktop's tdata: its index there, from 0, or its user id; None is the one that it shows.
        exclusive: whether a SQLite file is this session's alone while it is open; reading then needs no lock. Others find it
            locked, and who opens it read_only reads a copy.
        cache_size: how many answers of lookups, fields and update states of a SQLite file are kept in memory, until somebody
            else has written the file; 0 for none, None for 10,000 and of lookups those that are asked for again.
        """
        made = options.make(
            read_only, create, format, wal, busy_timeout, username_expiry, lease, expected_format, max_bytes,
            passphrase, encryption_key, database_key, passcode, account, exclusive, cache_size,
        )  # fmt: skip
        with naming(location):
            session = cls._open(lib.tgs_open, encode_location(location), made)
        session._holds_something = location != ":memory:"
        return session

    @classmethod
    def open_string(
        cls,
        text: str,
        *,
        read_only: bool = False,
        username_expiry: int = options.USERNAME_EXPIRY_AS_CLIENT,
        lease: options.AnyLease = False,
        expected_format: Optional[str] = None,
    ) -> Session:
        """Opens a session string of any client, in memory. Damage from copying and pasting is corrected.

        expected_format: a text that could also be what is left of a longer string is read only if its format is named.
        """
        made = options.make(
            read_only, username_expiry=username_expiry, lease=lease, expected_format=expected_format
        )
        return cls._open(lib.tgs_open_string, encode(text, "the session string"), made)

    @classmethod
    def open_bytes(
        cls,
        data: bytes,
        *,
        read_only: bool = False,
        username_expiry: int = options.USERNAME_EXPIRY_AS_CLIENT,
        lease: options.AnyLease = False,
        expected_format: Optional[str] = None,
        max_bytes: Optional[int] = None,
        passphrase: Optional[str] = None,
        encryption_key: Optional[bytes] = None,
        database_key: Optional[bytes] = None,
    ) -> Session:
        """Opens a client's complete SQLite file or JSON, as it is, by gzip or in base64, or a text with a session string.

        It is in memory: `to_bytes` gives it back, peers included; `change_count` tells when that is worth while. More than
        `max_bytes` when unpacked is an UnsupportedError; None is 256 MB.
        """
        made = options.make(
            read_only, username_expiry=username_expiry, lease=lease, expected_format=expected_format, max_bytes=max_bytes,
            passphrase=passphrase, encryption_key=encryption_key, database_key=database_key,
        )  # fmt: skip
        return cls._open(lib.tgs_open_bytes, *session_bytes.lend(data), made)

    @classmethod
    def open_age(
        cls,
        data: bytes,
        *,
        passphrase: Optional[str] = None,
        identity: Optional[str] = None,
        read_only: bool = False,
        username_expiry: int = options.USERNAME_EXPIRY_AS_CLIENT,
        lease: options.AnyLease = False,
        expected_format: Optional[str] = None,
        max_bytes: Optional[int] = None,
    ) -> Session:
        """Opens an age file, with armor or without, that `to_age` or any age tool made; in memory from then on.

        passphrase: of one that has a passphrase; it takes about a second and 256 MB of memory, without the GIL.
        identity: the text of an identity file (AGE-SECRET-KEY-1… lines), of one that is encrypted to recipients.

        What is given is not its own: WrongKeyError. It was cut off or changed: CorruptError.
        """
        made = options.make(
            read_only, username_expiry=username_expiry, lease=lease, expected_format=expected_format, max_bytes=max_bytes
        )
        secrets = age.secret(passphrase, "the passphrase"), age.secret(identity, "the identity")
        return cls._open(lib.tgs_open_age, *session_bytes.lend(data), *secrets, made)

    @classmethod
    def open_engine(
        cls,
        engine: Engine,
        *,
        read_only: bool = False,
        create: bool = True,
        username_expiry: int = options.USERNAME_EXPIRY_AS_CLIENT,
        lease: options.AnyLease = False,
    ) -> Session:
        """Opens a session in a storage engine of your own; `Engine.close` is called when the session is closed."""
        made = options.make(read_only, create, username_expiry=username_expiry, lease=lease)
        session = cls(_engine_calls.open_engine(engine, made))
        session._holds_something = True
        return session

    @classmethod
    def _open(cls, function: Any, *arguments: Any) -> Session:
        out = ffi.new("tgs_session **")
        call(function, *arguments, out)
        return cls(out[0])

    def save(self) -> None:
        """Makes everything survive a loss of power. A killed process loses nothing without it."""
        call(lib.tgs_save, self._handle)

    def close(self) -> None:
        """Closes the session; nothing is lost without `save`. A second call is ignored."""
        self._is_open = False
        lib.tgs_close(self._handle)

    def change_passphrase(self, passphrase: str) -> None:
        """Encrypts the file anew with another passphrase, in one transaction. Only an encrypted file has one."""
        call(lib.tgs_change_passphrase, self._handle, encode(passphrase, "the passphrase"))

    def change_encryption_key(self, key: bytes) -> None:
        """Encrypts the file anew with a key of 32 bytes in place of a passphrase or another key."""
        call(lib.tgs_change_encryption_key, self._handle, *session_bytes.lend(key, "the encryption key"))

    def delete(self) -> None:
        """Deletes the session and all files that belong to it."""
        call(lib.tgs_delete, self._handle)
        self._is_open = False

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    @property
    def format(self) -> str:
        """The layout and its version, like "kurigram@7"."""
        out = ffi.new("char **")
        call(lib.tgs_get_format, self._handle, out)
        return take(out)

    def __repr__(self) -> str:
        try:
            return f"<Session {self.format}>"
        except errors.TgsError as error:
            return f"<Session: {error}>"

    def get_session_data(self) -> SessionData:
        """All fields, as they are at one moment."""
        return session_data.read(self._handle)

    def get_counts(self) -> Counts:
        """How many rows of each kind there are, without reading them."""
        return count(self._handle)

    @property
    def values(self) -> Values:
        """Values of your own that are kept beside the session: a mapping of names to bytes."""
        return Values(self._handle)

    @property
    def data_centers(self) -> DataCenters:
        """What the login has at data centres: a mapping of their ids to keys and addresses."""
        return DataCenters(self._handle)

    def __len__(self) -> int:
        """The number of its peers."""
        return count(self._handle).peers

    def set_data(self, **values: Any) -> None:
        """Sets several fields, by their names, in one transaction: all of them, or none. None makes one absent."""
        struct, which, alive = session_data.to_struct(values)
        call(lib.tgs_set_session_data, self._handle, struct, which)
        del alive

    def to_bytes(self, format: Optional[str] = None, compress: bool = False) -> bytes:
        """The whole session as a complete SQLite file, which its client opens. Guard it like a password.

        format: the layout, like "pyrogram@3"; None for the session's own.
        compress: by gzip, to about a third.
        """
        return session_bytes.take(self._handle, format, compress)

    def to_age(
        self,
        *,
        passphrase: Optional[str] = None,
        recipients: Optional[Sequence[str]] = None,
        format: Optional[str] = None,
    ) -> bytes:
        """The whole session as an age file, with a passphrase or to recipients (age1…): `age -d` gives its client's file.

        format: the layout of that file, like "pyrogram@3"; None for the session's own.
        """
        return age.encrypt(self._handle, format, passphrase, recipients)

    @property
    def change_count(self) -> int:
        """The number of calls through this object that changed the session. If you store the bytes elsewhere, store them
        again when this grows."""
        out = ffi.new("uint64_t *")
        call(lib.tgs_change_count, self._handle, out)
        return int(out[0])

    # ---- Peers

    def update_peers(self, new: Iterable[Union[Peer, Sequence[Any]]]) -> None:
        """Adds peers, or replaces those with the same ids: all of them, or none. Pass thousands in one call."""
        self._update_packed(Packed(new))

    def _update_packed(self, packed: Packed) -> None:
        call(lib.tgs_update_peers, self._handle, packed.pointer, packed.count)

    def merge_peers(self, told: Iterable[Union[Peer, Sequence[Any]]]) -> None:
        """Changes what is told of peers, and leaves the rest as the session has it: all of them, or none.

        What a `Peer` leaves out, or has as None, is not told. That there is none is said by usernames of () or [], and by a
        phone_number or name of "". A username that is told moves; last_update_on is written always, and None is now.
        """
        packed = Packed(told)
        call(lib.tgs_merge_peers, self._handle, packed.pointer, packed.count)

    def delete_peers(self, ids: Iterable[int]) -> None:
        """Deletes the peers with these marked ids: all of them, or none. An id that no peer has is ignored."""
        wanted = ffi.new("int64_t[]", list(ids))
        call(lib.tgs_delete_peers, self._handle, wanted, len(wanted))

    def delete_all_peers(self) -> None:
        """Deletes all peers. The login, the update states and the sent files stay."""
        call(lib.tgs_delete_all_peers, self._handle)

    def prune_peers(
        self, *, seen_before: Optional[int] = None, keep_newest: Optional[int] = None, type: Optional[PeerType] = None
    ) -> int:
        """Deletes the peers that were last seen long ago, and the oldest of too many, and returns how many: all of them, or none.

        Args:
            seen_before: Unix seconds. Peers that were last seen before are deleted; one whose time is not known is not.
            keep_newest: How many stay of those that were seen last; one whose time is not known counts as the oldest.
            type: Only peers of this type are counted and deleted; of all types if None.

        The account itself, update states and sent files stay. The file does not become smaller: the next peers take the place,
        or `compact` gives it back.
        """
        removed = ffi.new("uint64_t *")
        kind = NUMBERS[None] if type is None else PeerType(type).number
        kept = -1 if keep_newest is None else keep_newest
        call(lib.tgs_prune_peers, self._handle, seen_before or 0, kind, kept, removed)
        return int(removed[0])

    def compact(self, max_bytes: int = 0) -> int:
        """Gives the room in its SQLite file that nothing is in back to the file system, and returns how many bytes.

        Args:
            max_bytes: About how many bytes this call may write at most; 0 for as many as it takes. Call it until it returns 0.

        A file without incremental auto_vacuum can only be written anew as a whole, while other programs wait: UnsupportedError
        where that takes more than `max_bytes`.
        """
        freed = ffi.new("int64_t *")
        call(lib.tgs_compact, self._handle, max_bytes, freed)
        return int(freed[0])

    def get_peers_by_id(self, ids: Iterable[int]) -> List[Optional[InputPeer]]:
        """Finds many peers by their marked ids in one call, each at the place of its id; None where no peer has it."""
        return peers.find_all(self._handle, ids)

    def _first_peer(self, ids: Sequence[int]) -> Optional[peers.Values]:
        return peers.find_first(self._handle, ids)

    def _values_by_id(self, id: int) -> Optional[peers.Values]:
        return peers.find_by_id(self._handle, id)

    def peer_by_id(self, id: int) -> Optional[InputPeer]:
        """Finds a peer by its marked id."""
        return peers.find(lib.tgs_get_peer_by_id, self._handle, id)

    def peer_by_username(self, username: str) -> Optional[InputPeer]:
        """Finds a peer by any of its usernames, or raises UsernameExpired."""
        return peers.find(lib.tgs_get_peer_by_username, self._handle, encode(username, "the username"))

    def peer_by_phone_number(self, phone_number: str) -> Optional[InputPeer]:
        """Finds a peer by its phone number, with or without "+" and spaces."""
        return peers.find(lib.tgs_get_peer_by_phone_number, self._handle, encode(phone_number, "the phone number"))

    def peer_by_name(self, name: str) -> Optional[InputPeer]:
        """Finds a peer by its display name (Telethon), of several the one with the lowest id. It searches all peers."""
        return peers.find(lib.tgs_get_peer_by_name, self._handle, encode(name, "the name"))

    def peers(self, ids: Optional[Iterable[int]] = None) -> PeerIterator:
        """Whole peers as they are now, in ascending order of their ids: those with the given ids, or all."""
        return PeerIterator(self._handle, ids)

    # ---- Update states

    def update_states(self) -> List[UpdateState]:
        """In ascending order of their ids."""
        return update_states.read(self._handle)

    def update_state(self, id: int) -> Optional[UpdateState]:
        """The one with that id."""
        return update_states.find(self._handle, id)

    def _update_state_members(self, id: int) -> Optional[Members]:
        return update_states.find_members(self._handle, id)

    def set_update_states(self, states: Iterable[UpdateState]) -> None:
        """Adds update states, or replaces those with the same ids: all of them, or none."""
        update_states.write(self._handle, states)

    def delete_update_state(self, id: int) -> None:
        """Removes an update state; it need not be there."""
        call(lib.tgs_delete_update_state, self._handle, id)

    # ---- Sent files

    def sent_files(self) -> List[SentFile]:
        """In ascending order of MD5, size and type."""
        return sent_files.read(self._handle)

    def sent_file(self, md5: bytes, size: int, type: int) -> Optional[SentFile]:
        return sent_files.find(self._handle, md5, size, type)

    def cache_sent_files(self, files: Iterable[SentFile]) -> None:
        """Adds sent files, or replaces those with the same MD5, size and type: all of them, or none."""
        sent_files.write(self._handle, files)

    # ---- Conversion

    def convert(
        self,
        target: Session,
        overrides: Optional[conversion.Overrides] = None,
        *,
        keep_foreign_tables: bool = False,
    ) -> Dict[str, Any]:
        """Copies everything to another session, in one transaction, and reports what became of each field and table.

        overrides: values that you know, like {"user_id": 123456}; they win over this session's.
        keep_foreign_tables: takes along the tables of other programs in this session's file, with their rows. An
            UnsupportedError, and nothing is written, where the target is no SQLite file.
        Raises IncompleteError, and writes nothing, where the target's client would destroy the session for want of one.
        """
        return conversion.convert(self._handle, target._handle, overrides or {}, keep_foreign_tables)

    def export_session_string(self, format: str = "pyrogram") -> str:
        """The whole login in one text, without its peers. Guard it like a password.

        format: "pyrogram", "pyrogram-1", "telethon", "gramjs", "mtcute", "mtkruto" or "gogram".
        """
        return conversion.export(self._handle, format)

    def export_with_report(self, format: str = "pyrogram") -> Tuple[str, Dict[str, Any]]:
        """The session string, and a report of what it holds, for which all peers are read."""
        return conversion.export_with_report(self._handle, format)

    def export_file(
        self,
        format: str,
        path: Location,
        overrides: Optional[conversion.Overrides] = None,
        *,
        passcode: Optional[str] = None,
    ) -> Dict[str, Any]:
        """Writes the session as a new file of another client, and reports what it leaves out.

        format: "gotd" (the JSON of gotd/td), "gogram" (under the key in gogram's source: whoever can read the file has the
            login), "grammers" (the file of 0.4 to 0.7), the databases "mtcute" and "grammers-sqlite" (0.8 and later), or
            for a new folder "storesession" (GramJS, teleproto) or "tdata".
        path: never one that is there already.
        overrides: as for `convert`.
        passcode: of a new "tdata", which Telegram Desktop asks for; an UnsupportedError where the format has none.
        """
        return conversion.export_file(self._handle, format, path, overrides or {}, passcode)

    def inspect(self, show_secrets: bool = False) -> Dict[str, Any]:
        """What the session is and holds. Safe to paste, unless you ask for the secrets."""
        return conversion.inspect(self._handle, show_secrets)
