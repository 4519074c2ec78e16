"""A storage for Kurigram: `Client("my_account", storage_engine=SQLiteStorage("my_account", workdir))`."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any, Iterable, List, Optional, Sequence, Tuple, Union

from pyrogram import raw
from pyrogram.storage import Storage, UpdateState

from .. import update_states
from ..session import Session
from ._storage import MEMORY, SessionStorage, known_address
from ._update_state import by_date
from ._write_behind import Batch

Ids = Union[int, Iterable[int]]

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
    ):
        self.name = name
        self.in_memory = in_memory
        # For a new file; an existing one keeps its mode.
        self.use_wal = use_wal
        # Kurigram reads a session string in memory only.
        place = MEMORY if in_memory else Path(workdir) / (name + self.FILE_EXTENSION)
        self._set_location(place, session_string if in_memory else None)
        self.session_string = session_string
        # Sequence numbers of queued update states: each depends on the one before.
        self._steps = count()

    # ---- Peers: Kurigram passes a peer's usernames in a second call, and only if it has some.

    async def update_peers(self, peers: Iterable[Tuple[int, int, str, Optional[str]]]) -> None:
        rows = list(peers)
        if self._write_behind is not None:
            await self._queue("peers", ((row[0], row) for row in rows))
        elif rows:
            await self._write(self._update_peers_keeping_usernames, rows)

    def _write_batch(self, batch: Batch) -> None:
        if batch.peers:
            self._update_peers_keeping_usernames(list(batch.peers.values()))
        if batch.usernames:
            self._set_usernames(batch.usernames)
        if batch.states:
            self._change_states(batch.states.values())

    def _update_peers_keeping_usernames(self, rows: List[Sequence[Any]]) -> None:
        with self._change:
            usernames = {peer.id: peer.usernames for peer in self._session.peers(row[0] for row in rows)}
            self._session.update_peers(
                (peer_id, access_hash, kind, usernames.get(peer_id), phone_number, None, None)
                for peer_id, access_hash, kind, phone_number in rows
            )

    async def update_usernames(self, usernames: Iterable[Tuple[int, List[Optional[str]]]]) -> None:
        told = {peer_id: [name for name in names if name is not None] for peer_id, names in usernames}
        if self._write_behind is not None:
            await self._queue("usernames", told.items())
        elif told:
            await self._write(self._set_usernames, told)

    # ---- Update states

    async def get_update_states(self, ids: Optional[Ids] = None) -> List[UpdateState]:
        await self._flush_queue()
        states = self._session.update_states()
        wanted = None if ids is None else set(as_ids(ids))
        return [UpdateState(*state) for state in by_date(states) if wanted is None or state.id in wanted]

    async def set_update_state(self, update_state: Union[UpdateState, Iterable[UpdateState]]) -> None:
        await self._take_steps([update_state] if isinstance(update_state, UpdateState) else update_state)

    async def delete_update_state(self, state_id: Ids) -> None:
        await self._take_steps(as_ids(state_id))

    async def _take_steps(self, steps: Iterable[Step]) -> None:
        if self._write_behind is not None:
            await self._queue("states", zip(self._steps, steps))
        else:
            await self._write(self._change_states, list(steps))

    def _change_states(self, steps: Iterable[Step]) -> None:
        """Kurigram omits values that an update does not have: then the old value stays."""
        with self._change:
            before = {state.id: state for state in self._session.update_states()}
            after = dict(before)
            for step in steps:
                if isinstance(step, int):
                    after.pop(step, None)
                else:
                    old = after.get(step.id) or update_states.UpdateState(step.id)
                    told = {name: getattr(step, name) for name in update_states.VALUES}
                    after[step.id] = old._replace(**{name: new for name, new in told.items() if new is not None})
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
        session: Session = self._session
        address = known_address(session)
        return address[index] if address else None

    async def version(self, value: Any = object) -> Any:
        return self._version(value)


def as_ids(ids: Ids) -> Iterable[int]:
    return (ids,) if isinstance(ids, int) else ids
