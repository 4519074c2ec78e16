"""A storage for Kurigram: `Client("my_account", storage_engine=SQLiteStorage("my_account", workdir))`."""

from __future__ import annotations

from itertools import chain, count
from pathlib import Path
from typing import Any, Dict, Hashable, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from pyrogram import raw
from pyrogram.storage import Storage, UpdateState

from .. import update_states
from ..peers import InputPeer
from ..session import Session
from ._batch import Batch
from ._lookups import row_keys
from ._row_checks import Columns, is_plain
from ._storage import MEMORY, SessionStorage, as_found, known_address
from ._update_state import by_date, is_state_id
from ._write_behind import WriteBehind

Ids = Union[int, Iterable[int]]

# Of a peer: its id, access hash, type and phone number.
PARTS = 4

# A state that is set, or the id of one that is deleted.
Step = Union[UpdateState, int]


class SQLiteStorage(SessionStorage, Storage):
    VERSION = 7
    NEW_FILE = "kurigram@7"
    WRITES_BEHIND = True
    TYPES = raw.types

    def __init__(
        self,
        name: str,
        workdir: Path,
        session_string: Optional[str] = None,
        in_memory: bool = False,
        use_wal: bool = False,
        **told: Any,
    ):
        self.name = name
        self.in_memory = in_memory
        # For a new file; an existing one keeps its mode.
        self.use_wal = use_wal
        # Kurigram reads a session string in memory only.
        place = MEMORY if in_memory else Path(workdir) / (name + self.FILE_EXTENSION)
        self._set_location(place, session_string if in_memory else None, told)
        self.session_string = session_string
        # Sequence numbers of queued update states: each depends on the one before.
        self._steps = count()
        # Those of ids that the library does not take.
        self._odd_states: Dict[int, update_states.UpdateState] = {}

    # ---- Peers: Kurigram passes a peer's usernames in a second call, and only if it has some.

    async def update_peers(self, peers: Iterable[Tuple[int, int, str, Optional[str]]]) -> None:
        rows: List[Sequence[Any]] = list(peers)
        if len(rows) == 1 and self._write_behind is not None and is_plain_row(rows[0]):
            # The most frequent batch: what a message tells.
            await self._queue("peers", ((rows[0][0], rows[0]),))
            return
        if any(row[0] == 0 for row in rows):
            self._peer_0 = as_found([row for row in rows if row[0] == 0][-1])
            rows = [row for row in rows if row[0] != 0]
        if self._write_behind is not None:
            await self._queue_peers(rows, columns)
        elif rows:
            await self._write(self._write_peers, rows, {})

    def _keys_of(self, kind: str, key: Any, value: Any) -> Iterable[Hashable]:
        return row_keys((), value[3]) if kind == "peers" else row_keys(value, None) if kind == "usernames" else ()

    async def _has_lost(self, writer: WriteBehind, found: InputPeer, key: Hashable) -> bool:
        is_number = str(key).startswith("+")
        return writer.find("peers" if is_number else "usernames", found.id) is not None

    def _write_batch(self, batch: Batch) -> None:
        if batch.peers:
            self._write_peers(list(batch.peers.values()), batch.usernames)
        others = {peer_id: names for peer_id, names in batch.usernames.items() if peer_id not in batch.peers}
        if others:
            self._set_usernames(others)
        if batch.states:
            self._change_states(batch.states.values())

    def _write_peers(self, rows: List[Sequence[Any]], usernames: Mapping[int, List[str]]) -> None:
        """Peers that are told without their usernames keep those that they have."""
        with self._change:
            kept = [row for row in rows if row[0] not in usernames]
            told = [row for row in rows if row[0] in usernames] if len(kept) < len(rows) else []
            # The last one who was told a username has it.
            self._session.merge_peers([*with_usernames(kept, {}), *with_usernames(told, usernames)])

    async def update_usernames(self, usernames: Iterable[Tuple[int, List[Optional[str]]]]) -> None:
        told = {peer_id: [name for name in names if name is not None] for peer_id, names in usernames}
        if self._write_behind is not None:
            await self._queue_usernames(told)
        elif told:
            await self._write(self._set_usernames, told)

    # ---- Update states

    async def get_update_states(self, ids: Optional[Ids] = None) -> List[UpdateState]:
        writer = self._write_behind
        while True:
            written = 0 if writer is None else writer.written
            queued = [] if writer is None else [step for _, step in writer.values("states")]
            states = {state.id: state for state in await self._read(Session.update_states)}
            if writer is None or writer.written == written:
                break
        take_steps(states, queued)
        wanted = None if ids is None else set(as_ids(ids))
        found = by_date(sorted([*states.values(), *self._odd_states.values()], key=lambda state: state.id))
        return [UpdateState(*state) for state in found if wanted is None or state.id in wanted]

    async def set_update_state(self, update_state: Union[UpdateState, Iterable[UpdateState]]) -> None:
        await self._take_steps([update_state] if isinstance(update_state, UpdateState) else update_state)

    async def delete_update_state(self, state_id: Ids) -> None:
        await self._take_steps(as_ids(state_id))

    async def _take_steps(self, steps: Iterable[Step]) -> None:
        steps = list(steps)
        odd = [step for step in steps if not is_state_id(id_of(step))]
        if odd:
            take_steps(self._odd_states, odd)
            steps = [step for step in steps if is_state_id(id_of(step))]
        if self._write_behind is not None:
            await self._queue("states", zip(self._steps, steps))
        else:
            await self._write(self._change_states, steps)

    def _change_states(self, steps: Iterable[Step]) -> None:
        with self._change:
            before = {state.id: state for state in self._session.update_states()}
            after = dict(before)
            take_steps(after, steps)
            for state_id in before.keys() - after.keys():
                self._session.delete_update_state(state_id)
            changed = [state for state in after.values() if state != before.get(state.id)]
            if changed:
                self._session.set_update_states(changed)

    # ---- Fields: only Kurigram asks for the address.

    async def server_address(self, value: Any = object) -> Any:
        return await self._address("server_address", value, 0)

    async def port(self, value: Any = object) -> Any:
        return await self._address("port", value, 1)

    async def _address(self, name: str, value: Any, index: int) -> Any:
        current = await self._field(name, value)
        if value is not object or current is not None:
            return current
        address = await self._read(known_address)
        return address[index] if address else None

    async def version(self, value: Any = object) -> Any:
        return self._version(value)


def as_ids(ids: Ids) -> Iterable[int]:
    return (ids,) if isinstance(ids, int) else ids


def id_of(step: Step) -> int:
    return step if isinstance(step, int) else step.id


def take_steps(states: Dict[int, update_states.UpdateState], steps: Iterable[Step]) -> None:
    """Kurigram omits values that an update does not have: then the old value stays."""
    for step in steps:
        if isinstance(step, int):
            states.pop(step, None)
        else:
            old = states.get(step.id) or update_states.UpdateState(step.id)
            told = {name: getattr(step, name) for name in update_states.VALUES}
            states[step.id] = old._replace(**{name: new for name, new in told.items() if new is not None})


def with_usernames(rows: Iterable[Sequence[Any]], usernames: Mapping[int, Any]) -> List[Sequence[Any]]:
    """For `merge_peers`: usernames of None are not told, and a phone number of "" is none."""
    get = usernames.get
    return [
        (peer_id, access_hash, kind, get(peer_id), phone_number or "", None, None)
        for peer_id, access_hash, kind, phone_number in rows
    ]


def is_plain_row(row: Sequence[Any]) -> bool:
    return len(row) == PARTS and row[0] != 0 and is_plain(row[:2], (row[2], "" if row[3] is None else row[3]))


def columns(rows: List[Sequence[Any]]) -> Columns:
    ids, hashes, kinds, phone_numbers = zip(*rows) if rows else ((),) * 4
    return ids, hashes, chain(kinds, phone_numbers)
