"""The common part of the storages for the Pyrogram family. A client's module adds its base class, types and differences."""

from __future__ import annotations

import logging
import re
import struct
import time
from functools import partial
from itertools import chain
from threading import Lock
from typing import Any, Callable, Dict, Hashable, Iterable, List, Mapping, Optional, Sequence

from .. import errors
from .._peer_structs import Packed
from ..conversion import default_server_address
from ..options import USERNAME_EXPIRY_NEVER
from ..peer_type import NUMBERS, OTHER, PeerType
from ..peers import InputPeer, Values, find_by_id, find_by_phone_number
from ..session import Session
from . import _loop
from ._batch import Batch
from ._clock import pretended
from ._lookups import phone_key, row_keys, username_key
from ._loop import read_in_thread, run_in_thread
from ._reader import NOT_NOW, Question, opener
from ._row_checks import Columns, checked, several
from ._write_behind import WriteBehind

log = logging.getLogger(__name__)

MEMORY = ":memory:"

# What these clients write into a new session.
NEW_SESSION_DEFAULTS: Dict[str, Any] = {"dc_id": 2, "date": 0}

LOGIN = ("dc_id", "api_id", "test_mode", "auth_key", "user_id", "is_bot")

# If one of these is missing, the clients take the session for empty and discard its auth key.
REQUIRED_FIELDS = ("test_mode", "user_id", "is_bot")

# What a constructor may be told, for sessions of clients that do not store it.
TOLD_FIELDS = ("api_id", *REQUIRED_FIELDS)

# The clients' tables take 0 and less for these, which means nothing to Telegram, and nothing to the library.
POSITIVE_FIELDS = frozenset({"dc_id", "user_id", "port"})

# In these layouts a missing value means that a login was interrupted: the client then logs in again, as it should.
OWN_LAYOUTS = frozenset({"pyrogram", "pyrofork", "kurigram", "memory"})

# Raised for a value that no peer can have, such as None or a text with a NUL.
INVALID_VALUE = (errors.InvalidArgumentError, TypeError)

USERS = frozenset({PeerType.USER.number, PeerType.BOT.number})
GROUP = PeerType.GROUP.number
CHANNEL = -1000000000000

KINDS: Dict[Optional[str], PeerType] = {kind.value: kind for kind in PeerType}

# Up to this many rows are packed in the event loop, which takes half a millisecond, while they are in the processor's
# cache. Larger batches are packed in the thread.
PACK_IN_LOOP_MAX = 500

INTEGER = re.compile(r"\s*[+-]?\d+\s*\Z", re.ASCII)


class NotOpen:
    """The placeholder for the session until `open`."""

    def __getattr__(self, name: str) -> Any:
        raise errors.ClosedError("the storage was not opened")


class SessionStorage:
    """The methods that all storages of the family share."""

    #: The version of the client's own layout.
    VERSION: int
    USERNAME_TTL = 8 * 60 * 60
    FILE_EXTENSION = ".session"

    #: The layout of a new file: the newest one of this client.
    NEW_FILE: str
    #: Whether the client creates new files in WAL mode.
    use_wal: Any = False
    #: The client's raw.types.
    TYPES: Any
    #: Whether peers are written behind the call, because the client's own storage leaves them in an open transaction.
    WRITES_BEHIND = False

    name: str
    database: Any
    session_string: Optional[str] = None

    _session: Any = NotOpen()
    # The number of writes in progress. A lookup would wait for them, so meanwhile lookups run in a thread too.
    _writing = 0
    _write_behind: Optional[WriteBehind] = None
    # The Unix second of the last save; 0 if something was written since.
    _saved = 0

    def _set_location(self, database: Any, session_string: Optional[str], told: Mapping[str, Any]) -> None:
        """told: what the caller knows, for a session whose own client does not store it."""
        self.database = database
        self.session_string = session_string
        self._told = checked_told(type(self), told)
        # Values that the client's own tables take and the library does not: kept while the storage lives.
        self._odd_fields: Dict[str, int] = {}
        self._peer_0: Optional[InputPeer] = None
        # Held while a value is read, changed and written back.
        self._change = Lock()

    def __repr__(self) -> str:
        state = self._session.format if isinstance(self._session, Session) and self._session.is_open else "not open"
        return f"<{type(self).__module__}.{type(self).__name__} {self.name!r} ({state})>"

    async def __aenter__(self) -> Any:
        await self.open()
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()

    def __reduce_ex__(self, _: Any) -> Any:
        raise TypeError("a storage cannot be copied: make another one with the same arguments")

    # ---- Opening and closing

    async def open(self) -> None:
        _loop.enter(self)
        try:
            self._session = await run_in_thread(self._open)
        except BaseException:
            _loop.leave(self)
            raise
        if self.WRITES_BEHIND and self.database != MEMORY:
            self._write_behind = WriteBehind(self._write_batch, self._keys_of, opener(self.database))

    def _open(self) -> Session:
        if self.database == MEMORY and self.session_string:
            session = Session.open_string(self.session_string, username_expiry=USERNAME_EXPIRY_NEVER)
        else:
            session = self._new()
        try:
            if self.session_string and self.database != MEMORY:
                self._load(session, self.session_string)
            self._fill(session)
            self._check_complete(session)
        except BaseException:
            session.close()
            raise
        if session.auth_key and session.api_id is None and self.session_string:
            log.warning("You are using an old session string format. Use export_session_string to update")
        return session

    def _new(self) -> Session:
        # Usernames expire by Python's clock: see `get_peer_by_username`.
        return Session.open(
            self.database, format=self.NEW_FILE, wal=bool(self.use_wal), username_expiry=USERNAME_EXPIRY_NEVER
        )

    def _load(self, session: Session, session_string: str) -> None:
        """Copies the login of a session string into the file."""
        with Session.open_string(session_string) as source:
            session.set_data(**{field: getattr(source, field) for field in LOGIN}, date=0)

    def _fill(self, session: Session) -> None:
        """Adds what the caller knows and the session does not have."""
        fill(session, self._told)

    def _check_complete(self, session: Session) -> None:
        layout = session.format
        if layout.split("@")[0] in OWN_LAYOUTS or session.auth_key is None:
            return
        missing = [field for field in REQUIRED_FIELDS if getattr(session, field) is None]
        if missing:
            raise errors.IncompleteError(
                f"this {layout} session has no {', '.join(missing)}, without which the client would discard its auth key: "
                f"tell the storage once ({', '.join(f'{name}=' for name in missing)}), or convert the session"
            )

    async def save(self) -> None:
        """A second save within one second, with no write in between, does nothing: the stored date is in seconds."""
        now = int(time.time())
        if self._saved == now:
            return
        await self._write(self._save)
        self._saved = now

    def _save(self) -> None:
        self._flush()
        self._session.save()
        now = pretended()
        if now is not None:
            self._session.date = now

    async def close(self) -> None:
        try:
            await self._write(self._close)
        finally:
            _loop.leave(self)

    def _close(self) -> None:
        writer = self._write_behind
        try:
            if writer is not None:
                writer.close()
        finally:
            self._write_behind = None
            self._session.close()

    async def delete(self) -> None:
        if self.database != MEMORY:
            await self._write(self._delete)

    def _delete(self) -> None:
        """Reopens the file, because clients close a storage before they delete it."""
        with Session.open(self.database, create=False) as session:
            session.delete()
        if isinstance(self._session, Session):
            self._session.close()

    async def _write(self, function: Any, *arguments: Any) -> Any:
        self._saved = 0
        if self.database == MEMORY:
            return function(*arguments)
        self._writing += 1
        try:
            return await run_in_thread(function, *arguments)
        finally:
            self._writing -= 1

    # ---- Writes behind the calls

    async def _queue(self, kind: str, items: Iterable[Any]) -> None:
        self._saved = 0
        if self._write_behind is None:
            raise errors.ClosedError("the storage is not open")
        if self._write_behind.put(kind, items):
            await run_in_thread(self._write_behind.flush)

    def _flush(self) -> None:
        if self._write_behind is not None:
            self._write_behind.flush()

    def _write_batch(self, batch: Batch) -> None:
        """Runs in the writer's thread."""
        if batch.peers:
            self._session.update_peers(batch.peers.values())

    # ---- Peers

    # Lookups look among the queued values, then in the file.

    async def _read(self, question: Question, *arguments: Any) -> Any:
        """Asks the session in the event loop, where a round trip to a thread would cost more; in a thread if it had to wait."""
        writer = self._write_behind
        if writer is None or writer.is_empty:
            if not self._writing:
                return question(self._session, *arguments)
        else:
            ask_now = writer.reader.ask_beside if self._writing else partial(writer.reader.ask, self._session)
            found = ask_now(question, *arguments)
            if found is not NOT_NOW:
                return found
        return await read_in_thread(question, self._session, *arguments)

    async def get_peer_by_id(self, peer_id: Any) -> Any:
        key = peer_id if peer_id.__class__ is int else as_integer(peer_id)
        writer = self._write_behind
        if key and not self._writing and (writer is None or writer.is_empty):
            # The most frequent call: without the object that the others pass on.
            values = find_by_id(self._session._handle, key)
            if values is not None:
                _, _, bare_id, access_hash, _, number, has_access_hash = values
                return self._made(bare_id, access_hash if has_access_hash else None, number, key)
            found = None
        elif not key:
            found = None if key is None else self._peer_0 or self._session.peer_by_id(key)
        elif writer is not None and not writer.is_empty:
            found = await self._find_by_id(writer, key)
        else:
            found = await self._read(Session.peer_by_id, key)
        if found is None:
            raise KeyError(f"ID not found: {peer_id}")
        return self._input_peer(found)

    async def get_peer_by_username(self, username: str) -> Any:
        writer = self._write_behind
        if self._writing or not (writer is None or writer.is_empty):
            found = await self._look_up(writer, by_username, username, username_key(username))
        else:
            found = by_username(self._session, username)
        if found is None:
            raise KeyError(f"Username not found: {username}")
        seen = found.last_update_on
        if seen is not None and abs(time.time() - seen) > self.USERNAME_TTL:
            raise KeyError(f"Username expired: {username}")
        return self._input_peer(found)

    async def get_peer_by_phone_number(self, phone_number: str) -> Any:
        writer = self._write_behind
        if self._writing or not (writer is None or writer.is_empty):
            found = await self._look_up(writer, by_phone_number, phone_number, phone_key(phone_number))
        else:
            values = values_by_phone_number(self._session._handle, phone_number)
            if values is not None:
                _, peer_id, bare_id, access_hash, _, number, has_access_hash = values
                return self._made(bare_id, access_hash if has_access_hash else None, number, peer_id)
            found = None
        if found is None:
            raise KeyError(f"Phone number not found: {phone_number}")
        return self._input_peer(found)

    async def _find_by_id(self, writer: WriteBehind, peer_id: int) -> Optional[InputPeer]:
        row = writer.find("peers", peer_id)
        if row is not None:
            return as_found(row)
        found: Optional[InputPeer] = await self._read(Session.peer_by_id, peer_id)
        return found

    async def _look_up(
        self, writer: Optional[WriteBehind], find: Question, text: str, key: Optional[Hashable]
    ) -> Optional[InputPeer]:
        if key is None:
            return None
        if writer is not None and not writer.is_empty:
            return await self._look_up_queued(writer, find, text, key)
        found: Optional[InputPeer] = await self._read(find, text)
        return found

    async def _look_up_queued(
        self, writer: WriteBehind, find: Question, text: str, key: Hashable
    ) -> Optional[InputPeer]:
        while True:
            written = writer.written
            owner = writer.owner(key)
            for peer_id in () if owner is None else self._ids_of(*owner):
                queued = await self._find_by_id(writer, peer_id)
                if queued is not None:
                    return queued
            found: Optional[InputPeer] = await self._read(find, text)
            has_lost = found is not None and await self._has_lost(writer, found, key)
            row = None if found is None else writer.find("peers", found.id)
            # What was queued may have been written meanwhile: then both are asked again.
            if writer.written == written:
                break
        if found is None or has_lost:
            return None
        return found if row is None else as_found(row)

    # A client's module overrides these three where its values have another shape.

    def _keys_of(self, kind: str, key: Any, value: Any) -> Iterable[Hashable]:
        """The usernames and phone numbers of a queued value."""
        return row_keys(value[3], value[4])

    def _ids_of(self, kind: str, key: int) -> Sequence[int]:
        """The peers that a queued value can be of."""
        return (key,)

    async def _has_lost(self, writer: WriteBehind, found: InputPeer, key: Hashable) -> bool:
        """Whether a peer of the file loses this username or phone number by a queued value, which does not have it."""
        return writer.find("peers", found.id) is not None

    def _input_peer(self, found: InputPeer) -> Any:
        return self._made(found.bare_id, found.access_hash, NUMBERS.get(found.type, OTHER), found.id)

    def _made(self, bare_id: int, access_hash: Optional[int], number: int, peer_id: int) -> Any:
        if number in USERS:
            return self.TYPES.InputPeerUser(user_id=bare_id, access_hash=access_hash)
        if number == GROUP:
            return self.TYPES.InputPeerChat(chat_id=bare_id)
        if number != OTHER:
            return self.TYPES.InputPeerChannel(channel_id=bare_id, access_hash=access_hash)
        raise ValueError(f"Invalid peer type: {next(self._session.peers([peer_id])).type}")

    async def _update_peers(self, rows: List[Sequence[Any]]) -> None:
        if any(row[0] == 0 for row in rows):
            self._peer_0 = as_found([row for row in rows if row[0] == 0][-1])
            rows = [row for row in rows if row[0] != 0]
        if self._write_behind is not None:
            await self._queue_peers(rows, columns)
            return
        try:
            if len(rows) > PACK_IN_LOOP_MAX:
                await self._write(self._session.update_peers, rows)
            elif rows:
                await self._write(self._session._update_packed, Packed(rows))
        except INVALID_VALUE:
            good, error = checked(rows, columns)
            if error is None:
                raise
            await self._write(self._session.update_peers, good)
            raise error from None

    async def _queue_peers(self, rows: List[Sequence[Any]], columns_of: Callable[[List[Sequence[Any]]], Columns]) -> None:
        """Raises for rows that can never be written; the others are queued."""
        good, error = checked(rows, columns_of)
        await self._queue("peers", [(row[0], row) for row in good])
        if error is not None:
            raise error

    async def _queue_usernames(self, usernames: Mapping[int, Sequence[str]]) -> None:
        """Raises for peers with names that can never be written; those of the others are queued."""
        good, error = checked(list(usernames.items()), username_columns)
        await self._queue("usernames", good)
        if error is not None:
            raise error

    def _set_usernames(self, usernames: Dict[int, Sequence[str]]) -> None:
        """Gives peers of the file other usernames, and changes nothing else of them."""
        with self._change:
            known = filter(None, self._session.get_peers_by_id(usernames))
            self._session.merge_peers(
                [(peer.id, None, None, list(usernames[peer.id]), None, None, peer.last_update_on) for peer in known]
            )

    # ---- Fields

    async def _field(self, name: str, value: Any) -> Any:
        if value is object:
            if self._odd_fields and name in self._odd_fields:
                return self._odd_fields[name]
            current = await self._read(getattr, name)
            return NEW_SESSION_DEFAULTS.get(name) if current is None else current
        self._odd_fields.pop(name, None)
        if name in POSITIVE_FIELDS and isinstance(value, int) and value <= 0:
            self._odd_fields[name], value = value, None
        return await self._write(setattr, self._session, name, value)

    async def dc_id(self, value: Any = object) -> Any:
        return await self._field("dc_id", value)

    async def api_id(self, value: Any = object) -> Any:
        return await self._field("api_id", value)

    async def test_mode(self, value: Any = object) -> Any:
        return await self._field("test_mode", value)

    async def auth_key(self, value: Any = object) -> Any:
        return await self._field("auth_key", value)

    async def date(self, value: Any = object) -> Any:
        return await self._field("date", value)

    async def user_id(self, value: Any = object) -> Any:
        writer = self._write_behind
        # Clients ask for it with each message: without the calls that other fields take.
        if value is object and not (self._writing or self._odd_fields) and (writer is None or writer.is_empty):
            return self._session.user_id
        return await self._field("user_id", value)

    async def is_bot(self, value: Any = object) -> Any:
        return await self._field("is_bot", value)

    def _version(self, value: Any) -> Any:
        """The file keeps its version, whatever the client thinks of it."""
        _, _, number = self._session.format.partition("@")
        current = int(number) if number else self.VERSION
        if value is object:
            return current
        if value != current:
            raise errors.UnsupportedError(f"the session stays in version {current}; convert it to get another")
        return None

    async def export_session_string(self) -> str:
        try:
            text: str = await super().export_session_string()  # type: ignore[misc]
        except (struct.error, TypeError):
            # A value is missing, or out of range: the library says which.
            text = await read_in_thread(self._session.export_session_string, "pyrogram")
        return text


def username_columns(rows: List[Sequence[Any]]) -> Columns:
    return [row[0] for row in rows], (), chain.from_iterable(several(row[1]) for row in rows)


def checked_told(storage: type, told: Mapping[str, Any]) -> Dict[str, Any]:
    for name in told:
        if name not in TOLD_FIELDS:
            raise TypeError(f"{storage.__name__} has no argument {name!r}; beside its client's it has {', '.join(TOLD_FIELDS)}")
    return {name: value for name, value in told.items() if value is not None}


def fill(session: Session, told: Mapping[str, Any]) -> None:
    """Adds what is told and the session does not have. It goes on with its own values, and a new one gets its client's."""
    if told and session.auth_key is not None:
        missing = {name: value for name, value in told.items() if getattr(session, name) is None}
        if missing:
            session.set_data(**missing)


def as_integer(key: Any) -> Optional[int]:
    """Clients also ask for the id "123"; SQLite takes a text that is a number for the number."""
    if isinstance(key, str):
        return int(key) if INTEGER.match(key) else None
    if isinstance(key, float):
        return int(key) if key.is_integer() else None
    return int(key) if isinstance(key, int) else None


def as_found(row: Sequence[Any]) -> InputPeer:
    """What a lookup answers once the row is in the file."""
    peer_id, access_hash, kind = row[:3]
    bare_id = peer_id if peer_id >= 0 else CHANNEL - peer_id if peer_id < CHANNEL else -peer_id
    if kind is None:
        kind = PeerType.USER if peer_id >= 0 else PeerType.CHANNEL if peer_id < CHANNEL else PeerType.GROUP
    if kind not in KINDS:
        raise ValueError(f"Invalid peer type: {kind}")
    return InputPeer(peer_id, bare_id, access_hash, KINDS[kind], None)


def by_username(session: Session, username: str) -> Optional[InputPeer]:
    """A lookup, in which nobody has what no peer can have."""
    try:
        return session.peer_by_username(username)
    except INVALID_VALUE:
        return None


def values_by_phone_number(handle: Any, phone_number: str) -> Optional[Values]:
    try:
        return find_by_phone_number(handle, phone_number)
    except INVALID_VALUE:
        return None


def by_phone_number(session: Session, phone_number: str) -> Optional[InputPeer]:
    try:
        return session.peer_by_phone_number(phone_number)
    except INVALID_VALUE:
        return None


def columns(rows: List[Sequence[Any]]) -> Columns:
    """Of rows as the library takes them."""
    ids, hashes, kinds, usernames, phone_numbers, _, _ = zip(*rows) if rows else ((),) * 7
    return ids, hashes, chain(kinds, chain.from_iterable(map(several, usernames)), phone_numbers)


def with_one_username(rows: Iterable[Sequence[Any]]) -> List[Sequence[Any]]:
    """From (id, access_hash, type, username, phone_number): Pyrogram, Hydrogram, Pyrofork, Electrogram."""
    return [
        (peer_id, access_hash, kind, (username,) if username else (), phone_number, None, None)
        for peer_id, access_hash, kind, username, phone_number in rows
    ]


def known_address(session: Session) -> Any:
    """The address and port of the session's data centre, for a layout that stores none."""
    dc_id = session.dc_id
    return default_server_address(NEW_SESSION_DEFAULTS["dc_id"] if dc_id is None else dc_id, bool(session.test_mode))
