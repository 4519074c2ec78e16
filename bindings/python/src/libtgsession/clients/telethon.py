"""A session for Telethon 1: `TelegramClient(Session("my_account"), api_id, api_hash)`.

Telethon calls its session in the event loop and does not await it, so lookups run there and writes are queued.
"""

from __future__ import annotations

import contextlib
import datetime
import os
from itertools import chain
from typing import Any, Dict, Hashable, Iterable, Iterator, List, Optional, Sequence, Tuple

from telethon import utils
from telethon.crypto import AuthKey
from telethon.sessions import sqlite
from telethon.sessions.memory import MemorySession, _SentFileType
from telethon.tl import TLObject, types
from telethon.tl.types import InputDocument, InputPhoto, PeerChannel, PeerChat, PeerUser

from .. import errors, session
from .._peer_structs import FEW, Packed
from ..conversion import default_server_address
from ..options import USERNAME_EXPIRY_NEVER
from ..peer_type import PeerType
from ..peers import InputPeer, Peer, find_by_id
from ..sent_files import SentFile, SentFileType
from ..update_states import Members, UpdateState, find_members
from ._batch import Batch
from ._clock import pretended
from ._lookups import name_key, phone_key, row_keys, username_key
from ._reader import NOT_NOW, Open, Question, opener
from ._row_checks import Columns, checked
from ._storage import INVALID_VALUE, checked_told, fill
from ._update_state import is_state_id
from ._write_behind import WriteBehind

EXTENSION = ".session"
MEMORY = ":memory:"

# Telethon before 1.24 has an older layout and cannot open a file of a version that it does not know.
NEW_FILE = f"telethon@{min(max(sqlite.CURRENT_VERSION, 7), 8)}"

CHANNEL = -1000000000000

# Entity 0 is the account itself: its id is stored instead of an access hash.
SELF = 0

KINDS = (PeerChannel, PeerChat, PeerUser)

# Bound here: an update state is asked for with each batch of updates.
from_timestamp, UTC = datetime.datetime.fromtimestamp, datetime.timezone.utc
State = types.updates.State

# Greater bare ids of channels are another matter for Telethon.
MAX_PLAIN_CHANNEL = 2**31

Row = Tuple[int, int]

# Of an entity: its marked id, access hash, username, phone number and name.
Values = Tuple[int, int, Optional[str], Any, Optional[str]]


class Session(sqlite.SQLiteSession):
    """Replaces Telethon's SQLiteSession, with the same file name. It is one only for who asks: all it does is done here.

    api_id, user_id, is_bot, test_mode: what the file does not tell, and another client needs to open it.
    """

    def __init__(self, session_id: Any = None, store_tmp_auth_key_on_disk: bool = False, **told: Any):
        # Telethon's own would open the file by Python's SQLite.
        MemorySession.__init__(self)
        self._told = checked_told(type(self), told)
        self.filename = MEMORY
        self.save_entities = True
        self.store_tmp_auth_key_on_disk = store_tmp_auth_key_on_disk
        if session_id:
            self.filename = os.fspath(session_id)
            if not self.filename.endswith(EXTENSION):
                self.filename += EXTENSION
        self._opened: Optional[session.Session] = None
        self._open_again: Optional[Open] = None
        self._write_behind = WriteBehind(self._write_batch, keys_of, self._open_second)
        # Of ids that the library does not take: they live as long as this object.
        self._odd_states: Dict[int, Any] = {}
        # Whether something was written since the last save.
        self._unsaved = False
        self._load()

    @property
    def _session(self) -> session.Session:
        """Opens the session again if needed, because Telethon uses a session after closing it."""
        if self._opened is None:
            self._opened = session.Session.open(
                self.filename, format=NEW_FILE, username_expiry=USERNAME_EXPIRY_NEVER
            )
            # Telethon's layout has no column for types; it derives what it needs from the ids.
            self._has_types = not self._opened.format.startswith("telethon")
            self._open_again = None if self.filename == MEMORY else opener(self.filename)
        return self._opened

    def _open_second(self) -> session.Session:
        if self._open_again is None:
            raise errors.UnsupportedError("there is no file")
        return self._open_again()

    def _ask(self, question: Question, *arguments: Any) -> Any:
        """Asks the session. The event loop does not wait for a batch that is on its way, but for the last moment of its commit."""
        opened = self._opened
        if opened is None:
            opened = self._session
        writer = self._write_behind
        if not writer.is_empty:
            found = writer.reader.ask(opened, question, *arguments)
            if found is not NOT_NOW:
                return found
        return question(opened, *arguments)

    def _load(self) -> None:
        """Telethon keeps the fields in attributes. Sessions of other clients may lack the address."""
        opened = self._session
        fill(opened, self._told)
        self._dc_id = opened.dc_id or 0
        self._server_address, self._port = opened.server_address, opened.port
        self._auth_key, self._tmp_auth_key = as_key(opened.auth_key), as_key(opened.tmp_auth_key)
        self._takeout_id = opened.takeout_id
        if self._auth_key and not self._server_address:
            address = default_server_address(self._dc_id, bool(opened.test_mode))
            self._server_address, self._port = address or (None, None)

    def __repr__(self) -> str:
        state = "closed" if self._opened is None else self._opened.format
        return f"<{type(self).__module__}.{type(self).__name__} {self.filename!r} ({state})>"

    def __reduce_ex__(self, _: Any) -> Any:
        raise TypeError("a session cannot be copied: make another one with the same name")

    def _cursor(self) -> Any:
        raise errors.UnsupportedError("this session is not open in Python's SQLite: use its methods, or libtgsession.Session")

    def clone(self, to_instance: Any = None) -> Any:
        cloned = super().clone(to_instance)
        cloned.save_entities = self.save_entities
        return cloned

    # ---- Fields

    def set_dc(self, dc_id: Any, server_address: Any, port: Any) -> None:
        MemorySession.set_dc(self, dc_id, server_address, port)
        self._unsaved = True
        self._session.set_data(server_address=server_address or None, port=port or None, dc_id=dc_id or None)

    def _set(self, field: str, value: Any) -> None:
        self._unsaved = True
        setattr(self._session, field, value)

    @property
    def dc_id(self) -> int:
        return self._dc_id

    @property
    def auth_key(self) -> Any:
        return self._auth_key

    @auth_key.setter
    def auth_key(self, value: Any) -> None:
        self._auth_key = value
        self._set("auth_key", value.key if value else None)

    @property
    def tmp_auth_key(self) -> Any:
        return self._tmp_auth_key

    @tmp_auth_key.setter
    def tmp_auth_key(self, value: Any) -> None:
        self._tmp_auth_key = value
        if self.store_tmp_auth_key_on_disk:
            self._set("tmp_auth_key", value.key if value else None)

    @property
    def takeout_id(self) -> Any:
        return self._takeout_id

    @takeout_id.setter
    def takeout_id(self, value: Any) -> None:
        self._takeout_id = value
        self._set("takeout_id", value)

    # ---- Update states: Telethon uses bare ids for channels here.

    def get_update_state(self, entity_id: int) -> Any:
        wanted = marked(entity_id)
        if wanted in self._odd_states:
            return as_state(self._odd_states[wanted])
        writer = self._write_behind
        if writer.is_empty:
            opened = self._opened
            found = find_members((self._session if opened is None else opened)._handle, wanted)
        else:
            queued = writer.find("states", wanted)
            if queued is not None:
                return as_state(as_update_state(wanted, queued))
            found = self._ask(session.Session._update_state_members, wanted)
        return None if found is None else state_of(found)

    def set_update_state(self, entity_id: int, state: Any) -> None:
        wanted = marked(entity_id)
        if is_state_id(wanted):
            self._queue("states", ((wanted, state),))
        else:
            self._odd_states[wanted] = as_update_state(wanted, state)

    def get_update_states(self) -> Iterator[Tuple[int, Any]]:
        states = {state.id: state for state in self._ask(session.Session.update_states)}
        # After the file: what is written meanwhile is seen twice, and not missed.
        queued = self._write_behind.values("states")
        states.update((wanted, as_update_state(wanted, state)) for wanted, state in queued)
        states.update(self._odd_states)
        return ((marked(wanted), as_state(state)) for wanted, state in sorted(states.items(), key=id_of))

    # ---- Opening and closing

    def save(self) -> None:
        if self._unsaved:
            self._write_behind.flush()
            self._session.save()
            self._unsaved = False

    def close(self) -> None:
        if self.filename != MEMORY and self._opened is not None:
            try:
                self._write_behind.close()
            finally:
                self._opened.close()
                self._opened = None

    def delete(self) -> bool:
        if self.filename == MEMORY:
            return True
        with contextlib.suppress(errors.TgsError):
            self._write_behind.flush()
        try:
            with session.Session.open(self.filename, create=False) as there:
                there.delete()
        except (OSError, errors.TgsError):
            return False
        self.close()
        return True

    @classmethod
    def list_sessions(cls) -> Any:
        return [os.path.splitext(name)[0] for name in os.listdir(".") if name.endswith(EXTENSION)]

    # ---- Writes behind the calls: Telethon's own session leaves them in an open transaction

    def _queue(self, kind: str, items: Iterable[Tuple[Any, Any]]) -> None:
        self._unsaved = True
        # Opens the session in this thread, if needed.
        _ = self._session
        if self._write_behind.put(kind, items):
            self._write_behind.flush()

    def _write_batch(self, batch: Batch) -> None:
        """Runs in the writer's thread. Entities come first, because an update state implies that they are stored."""
        if SELF in batch.peers:
            self._session.user_id = batch.peers[SELF][1]
        if batch.peers:
            self._write_peers([row for row in batch.peers.values() if row[0] != SELF])
        if batch.states:
            self._session.set_update_states(as_update_state(*state) for state in batch.states.items())
        if batch.files:
            self._session.cache_sent_files(batch.files.values())

    def _write_peers(self, rows: List[Sequence[Any]]) -> None:
        now = pretended()
        if now is None and not self._has_types and len(rows) > FEW:
            ids, hashes, usernames, phones, names = zip(*rows)
            if None not in hashes:
                # By columns: tuples of our own would cost a third of the batch.
                told = [username or None for username in usernames], [str(phone) if phone else None for phone in phones]
                self._session._update_packed(Packed.with_one_username(ids, hashes, *told, names))
                return
        self._session.update_peers(as_peer(now, *row) for row in rows)

    # ---- Entities

    def _entities_to_rows(self, tlo: Any) -> Any:
        if self._has_types or not self._makes_own_rows():
            return super()._entities_to_rows(tlo)
        rows = []
        for entity in entities_of(tlo):
            plain = PLAIN.get(type(entity))
            row = None if plain is None else plain(entity)
            if row is None:
                row = self._entity_to_row(entity)
            if row:
                rows.append(row)
        return rows

    @classmethod
    def _makes_own_rows(cls) -> bool:
        """Whether no class below has its own idea of them."""
        return cls._entity_to_row is Session._entity_to_row and cls._entity_values_to_row is MemorySession._entity_values_to_row

    def _entity_to_row(self, e: Any) -> Any:
        row = super()._entity_to_row(e)
        if row is None:
            return None
        if not hasattr(e, "username") and row[0] != SELF and not (is_group(row[0]) and row[4]):
            row = self._with_what_is_known(row)
        return (*row, type_of(e)) if self._has_types else row

    def _with_what_is_known(self, row: Any) -> Any:
        """Of an input peer, or a channel that is closed to the account. It tells an access hash, and not that there is no
        username: Telethon's own session loses it, and the phone number and the name.
        """
        id, access_hash, _, _, name = row
        queued = self._write_behind.find("peers", id)
        if queued is not None:
            username, phone, known_name = queued[2:5]
        else:
            known = self._ask(whole_peer, id)
            if known is None:
                return row
            username, phone, known_name = next(iter(known.usernames), None), known.phone_number, known.name
        return id, access_hash, username, phone, name or known_name

    def process_entities(self, tlo: Any) -> None:
        """Raises for entities that can never be stored; the others are."""
        if not self.save_entities:
            return
        rows = self._entities_to_rows(tlo)
        if rows:
            good, error = checked(rows, columns)
            self._queue("peers", [(row[0], row) for row in good])
            if error is not None:
                raise error

    # Lookups look among the queued values, then in the file: none waits for a flush.

    def get_entity_rows_by_phone(self, phone: Any) -> Optional[Row]:
        text = str(phone)
        return self._look_up(session.Session.peer_by_phone_number, text, phone_key(text))

    def get_entity_rows_by_username(self, username: str) -> Optional[Row]:
        return self._look_up(session.Session.peer_by_username, username, username_key(username))

    def get_entity_rows_by_name(self, name: str) -> Optional[Row]:
        return self._look_up(session.Session.peer_by_name, name, name_key(name))

    def _look_up(self, find: Question, text: str, key: Optional[Hashable]) -> Optional[Row]:
        if key is None:
            return None
        writer = self._write_behind
        try:
            if writer.is_empty:
                return as_row(self._ask(find, text))
            while True:
                written = writer.written
                owner = writer.owner(key)
                row = None if owner is None else writer.find("peers", owner[1])
                if row is not None:
                    return row[0], row[1] or 0
                found = self._ask(find, text)
                # What was queued may have been written meanwhile: then both are asked again.
                if writer.written == written:
                    break
        except INVALID_VALUE:
            return None
        # A queued value of that entity has another one.
        return None if found is None or writer.find("peers", found.id) is not None else as_row(found)

    def get_entity_rows_by_id(self, id: int, exact: bool = True) -> Optional[Row]:
        if id == SELF:
            queued = self._write_behind.find("peers", SELF)
            user_id = self._ask(getattr, "user_id") if queued is None else queued[1]
            return None if user_id is None else (SELF, user_id)
        if exact:
            return self._row_by_id(id)
        # SQLite tries the ids of an `in (...)` in ascending order: a channel's, a group's, a user's.
        ids = (CHANNEL - id, -id, id) if id > 0 else tuple(utils.get_peer_id(kind(id)) for kind in KINDS)
        writer = self._write_behind
        if not writer.is_empty and any(writer.find("peers", marked_id) for marked_id in ids):
            return next((row for row in map(self._row_by_id, ids) if row is not None), None)
        found = self._ask(session.Session._first_peer, ids)
        return None if found is None else (found[1], found[3])

    def _row_by_id(self, id: int) -> Optional[Row]:
        writer = self._write_behind
        if writer.is_empty:
            opened = self._opened
            found = find_by_id((self._session if opened is None else opened)._handle, id)
        else:
            queued = writer.find("peers", id)
            if queued is not None:
                return id, queued[1] or 0
            found = self._ask(session.Session._values_by_id, id)
        # An access hash that is not known is 0 there.
        return None if found is None else (id, found[3])

    # ---- Sent files

    def cache_file(self, md5_digest: bytes, file_size: int, instance: Any) -> None:
        if not isinstance(instance, (InputDocument, InputPhoto)):
            raise TypeError("Cannot cache %s instance" % type(instance))
        kind = SentFileType(_SentFileType.from_type(type(instance)).value)
        file = SentFile(md5_digest, file_size, kind, instance.id, instance.access_hash)
        self._queue("files", ((file[:3], file),))

    def get_file(self, md5_digest: bytes, file_size: int, cls: Any) -> Any:
        kind = _SentFileType.from_type(cls).value
        file = self._write_behind.find("files", (md5_digest, file_size, kind))
        if file is None:
            file = self._ask(session.Session.sent_file, md5_digest, file_size, kind)
        # Older versions had two parameters, newer ones three, the last of which is `file_reference`.
        return file and cls(file.id, file.access_hash, *([b""] if takes_reference(cls) else []))


def as_key(key: Optional[bytes]) -> Any:
    return AuthKey(data=key) if key else None


def marked(entity_id: int) -> int:
    """The bare id of a channel becomes a marked one and the other way round; 0 is the account in both."""
    return CHANNEL - entity_id if entity_id else entity_id


def as_state(state: UpdateState) -> Any:
    return State(state.pts, state.qts, from_timestamp(state.date or 0, UTC), state.seq, 0)


def state_of(found: Members) -> Any:
    """The same from the members of a struct, where what is not known is 0."""
    _, _, pts, qts, date, seq, has_pts, has_qts, _, has_seq = found
    return State(pts if has_pts else None, qts if has_qts else None, from_timestamp(date, UTC), seq if has_seq else None, 0)


def as_update_state(id: int, state: Any) -> UpdateState:
    return UpdateState(id, state.pts, state.qts, int(state.date.timestamp()), state.seq)


def whole_peer(opened: session.Session, id: int) -> Optional[Peer]:
    return next(opened.peers([id]), None)


def as_row(found: Optional[InputPeer]) -> Optional[Row]:
    return found and (found.id, found.access_hash or 0)


def as_peer(seen: Optional[int], id: int, hash: int, username: Any, phone: Any, name: Any, kind: Any = None) -> Any:
    return id, hash, kind, (username,) if username else (), str(phone) if phone else None, name, seen


def keys_of(kind: str, key: Any, value: Any) -> Iterable[Hashable]:
    """The username, phone number and name of a queued entity."""
    if kind != "peers":
        return ()
    _, _, username, phone, name = value[:5]
    return chain(row_keys((username,), str(phone) if phone else None), (("name", name),) if name else ())


def columns(rows: List[Sequence[Any]]) -> Columns:
    ids, hashes, usernames, phones, names = list(zip(*rows))[:5]
    return ids, hashes, chain(usernames, names, (str(phone) for phone in phones if phone))


def plain_user(user: Any) -> Optional[Values]:
    """The values that Telethon stores of nearly all users, in a third of its time; None of those that its own code decides on."""
    if user.min or user.access_hash is None or not user.id:
        return None
    username, first, last = user.username, user.first_name, user.last_name
    name = f"{first} {last}" if first and last else first or last or None
    return user.id, user.access_hash, username.lower() if username else None, user.phone, name


def plain_channel(channel: Any) -> Optional[Values]:
    if channel.min or channel.access_hash is None or not 0 < channel.id < MAX_PLAIN_CHANNEL:
        return None
    username = channel.username
    return CHANNEL - channel.id, channel.access_hash, username.lower() if username else None, None, channel.title or None


def entities_of(tlo: Any) -> Iterable[Any]:
    """A list is one of entities; of an answer of Telegram's, in the order in which Telethon stores them."""
    if not isinstance(tlo, TLObject) and utils.is_list_like(tlo):
        return tlo  # type: ignore[no-any-return]
    single = [getattr(tlo, name) for name in ("user", "chat") if hasattr(tlo, name)]
    several = [getattr(tlo, name, None) for name in ("chats", "users")]
    return chain(single, *filter(utils.is_list_like, several))


# Of just these classes: others may have another meaning.
PLAIN = {types.User: plain_user, types.Channel: plain_channel}


def id_of(item: Tuple[int, Any]) -> int:
    return item[0]


def is_group(id: int) -> bool:
    return CHANNEL <= id < 0


def type_of(entity: Any) -> Optional[PeerType]:
    if isinstance(entity, types.User):
        return PeerType.BOT if entity.bot else PeerType.USER
    if isinstance(entity, types.Channel):
        return PeerType.CHANNEL if entity.broadcast else PeerType.SUPERGROUP
    return None


def takes_reference(cls: Any) -> bool:
    return "file_reference" in cls.__init__.__code__.co_varnames
