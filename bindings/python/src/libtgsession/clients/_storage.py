"""The common part of the storages for the Pyrogram family. A client's module adds its base class, types and differences."""

from __future__ import annotations

import logging
import re
import time
from threading import Lock
from typing import Any, Dict, Iterable, List, Optional, Sequence

from .. import errors
from .._peer_structs import Packed
from ..conversion import default_server_address
from ..peer_type import PeerType
from ..peers import InputPeer
from ..session import Session
from ._loop import run_in_thread
from ._write_behind import Batch, WriteBehind

log = logging.getLogger(__name__)

MEMORY = ":memory:"

# What these clients write into a new session.
NEW_SESSION_DEFAULTS: Dict[str, Any] = {"dc_id": 2, "date": 0}

LOGIN = ("dc_id", "api_id", "test_mode", "auth_key", "user_id", "is_bot")

# If one of these is missing, the clients take the session for empty and discard its auth key.
REQUIRED_FIELDS = ("test_mode", "user_id", "is_bot")

# In these layouts a missing value means that a login was interrupted: the client then logs in again, as it should.
OWN_LAYOUTS = frozenset({"pyrogram", "pyrofork", "kurigram", "memory"})

# Raised for a value that no peer can have, such as None or a text with a NUL.
INVALID_VALUE = (errors.InvalidArgumentError, TypeError)

USERS = frozenset({PeerType.USER, PeerType.BOT})
CHANNEL = -1000000000000

KINDS: Dict[str, PeerType] = {kind.value: kind for kind in PeerType}

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

    def _set_location(self, database: Any, session_string: Optional[str]) -> None:
        self.database = database
        self.session_string = session_string
        # Held while a value is read, changed and written back.
        self._change = Lock()

    # ---- Opening and closing

    async def open(self) -> None:
        self._session = await run_in_thread(self._open)
        if self.WRITES_BEHIND and self.database != MEMORY:
            self._write_behind = WriteBehind(self._write_batch)

    def _open(self) -> Session:
        if self.database == MEMORY and self.session_string:
            session = Session.open_string(self.session_string, username_expiry=self.USERNAME_TTL)
        else:
            session = Session.open(
                self.database, format=self.NEW_FILE, wal=bool(self.use_wal), username_expiry=self.USERNAME_TTL
            )
            if self.session_string:
                self._load(session, self.session_string)
        self._fill(session)
        self._check_complete(session)
        if session.auth_key and session.api_id is None and self.session_string:
            log.warning("You are using an old session string format. Use export_session_string to update")
        return session

    def _load(self, session: Session, session_string: str) -> None:
        """Copies the login of a session string into the file."""
        with Session.open_string(session_string) as source:
            session.set_data(**{field: getattr(source, field) for field in LOGIN}, date=0)

    def _fill(self, session: Session) -> None:
        """Overridden for a client that knows values which the session does not have."""

    def _check_complete(self, session: Session) -> None:
        layout = session.format
        if layout.split("@")[0] in OWN_LAYOUTS or session.auth_key is None:
            return
        missing = [field for field in REQUIRED_FIELDS if getattr(session, field) is None]
        if missing:
            session.close()
            raise errors.IncompleteError(
                f"this {layout} session has no {', '.join(missing)}, without which the client would discard its auth key: "
                f"set it once with libtgsession.Session, or convert the session"
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

    async def close(self) -> None:
        await self._write(self._close)

    def _close(self) -> None:
        try:
            self._flush()
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

    async def _flush_queue(self) -> None:
        """Before a read that needs everything that was queued."""
        if self._write_behind is not None and not self._write_behind.is_empty:
            await run_in_thread(self._write_behind.flush)

    def _write_batch(self, batch: Batch) -> None:
        """Runs in the writer's thread."""
        if batch.peers:
            self._write_rows(batch.peers.values())

    def _write_rows(self, rows: Iterable[Sequence[Any]]) -> None:
        rows = list(rows)
        try:
            self._session.update_peers(rows)
        except INVALID_VALUE:
            # One queued row is invalid: the others are written.
            failed = None
            for row in rows:
                try:
                    self._session.update_peers([row])
                except INVALID_VALUE as error:
                    failed = error
            if failed is not None:
                raise failed from None

    async def _find_queued(self, writer: WriteBehind, peer_id: int) -> Optional[InputPeer]:
        row = writer.find("peers", peer_id)
        if row is not None and row[2] in KINDS:
            return as_found(row)
        if row is not None:
            await run_in_thread(writer.flush)
        found: Optional[InputPeer] = await run_in_thread(self._session.peer_by_id, peer_id)
        return found

    # ---- Peers

    # Each of the three is written out: another coroutine in between would cost a tenth of the whole.

    async def get_peer_by_id(self, peer_id: Any) -> Any:
        key = peer_id if peer_id.__class__ is int else as_integer(peer_id)
        if key is None:
            found = None
        elif self._write_behind is not None and not self._write_behind.is_empty:
            found = await self._find_queued(self._write_behind, key)
        elif self._writing:
            found = await run_in_thread(self._session.peer_by_id, key)
        else:
            found = self._session.peer_by_id(key)
        if found is None:
            raise KeyError(f"ID not found: {peer_id}")
        return self._input_peer(found)

    async def get_peer_by_username(self, username: str) -> Any:
        await self._flush_queue()
        try:
            find = self._session.peer_by_username
            found = await run_in_thread(find, username) if self._writing else find(username)
        except errors.UsernameExpired:
            raise KeyError(f"Username expired: {username}") from None
        except INVALID_VALUE:
            found = None
        if found is None:
            raise KeyError(f"Username not found: {username}")
        return self._input_peer(found)

    async def get_peer_by_phone_number(self, phone_number: str) -> Any:
        await self._flush_queue()
        try:
            find = self._session.peer_by_phone_number
            found = await run_in_thread(find, phone_number) if self._writing else find(phone_number)
        except INVALID_VALUE:
            found = None
        if found is None:
            raise KeyError(f"Phone number not found: {phone_number}")
        return self._input_peer(found)

    def _input_peer(self, found: InputPeer) -> Any:
        kind = found.type
        if kind in USERS:
            return self.TYPES.InputPeerUser(user_id=found.bare_id, access_hash=found.access_hash)
        if kind is PeerType.GROUP:
            return self.TYPES.InputPeerChat(chat_id=found.bare_id)
        if kind is not PeerType.OTHER:
            return self.TYPES.InputPeerChannel(channel_id=found.bare_id, access_hash=found.access_hash)
        raise ValueError(f"Invalid peer type: {next(self._session.peers([found.id])).type}")

    async def _update_peers(self, rows: List[Sequence[Any]]) -> None:
        if self._write_behind is not None:
            await self._queue("peers", ((row[0], row) for row in rows))
        elif len(rows) > PACK_IN_LOOP_MAX:
            await self._write(self._session.update_peers, rows)
        elif rows:
            await self._write(self._session._update_packed, Packed(rows))

    def _set_usernames(self, usernames: Dict[int, Sequence[str]]) -> None:
        """Gives peers other usernames, and changes nothing else of them."""
        with self._change:
            peers = list(self._session.peers(usernames))
            self._session.update_peers([peer._replace(usernames=usernames[peer.id]) for peer in peers])

    # ---- Fields

    async def _field(self, name: str, value: Any) -> Any:
        if value is object:
            if self._writing or not (self._write_behind is None or self._write_behind.is_empty):
                current = await run_in_thread(getattr, self._session, name)
            else:
                current = getattr(self._session, name)
            return NEW_SESSION_DEFAULTS.get(name) if current is None else current
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
        text: str = self._session.export_session_string("pyrogram")
        return text


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
    return InputPeer(peer_id, bare_id, access_hash, KINDS[kind], None)


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
