"""A storage for Kurigram: `Client("my_account", storage_engine=SQLiteStorage("my_account", workdir))`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple, Union

from pyrogram import raw
from pyrogram.storage import Storage, UpdateState

from .. import update_states
from ..session import Session
from ._storage import MEMORY, SessionStorage, known_address
from ._update_state import by_date

Ids = Union[int, Iterable[int]]


class SQLiteStorage(SessionStorage, Storage):
    VERSION = 7
    NEW_FILE = "kurigram@7"
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
        # The file keeps the journal mode that it has; in either, readers and writers wait only milliseconds.
        self.use_wal = use_wal
        # Kurigram reads a session string in memory only.
        place = MEMORY if in_memory else Path(workdir) / (name + self.FILE_EXTENSION)
        self._set_place(place, session_string if in_memory else None)
        self.session_string = session_string

    # ---- Peers: Kurigram brings a peer's usernames afterwards, and only if it has some.

    async def update_peers(self, peers: Iterable[Tuple[int, int, str, Optional[str]]]) -> None:
        rows = list(peers)
        if rows:
            await self._write(self._update_peers_keeping_usernames, rows)

    def _update_peers_keeping_usernames(self, rows: List[Sequence[Any]]) -> None:
        with self._change:
            usernames = {peer.id: peer.usernames for peer in self._session.peers(row[0] for row in rows)}
            self._session.update_peers(
                (peer_id, access_hash, kind, usernames.get(peer_id), phone_number, None, None)
                for peer_id, access_hash, kind, phone_number in rows
            )

    async def update_usernames(self, usernames: Iterable[Tuple[int, List[Optional[str]]]]) -> None:
        told = {peer_id: [name for name in names if name is not None] for peer_id, names in usernames}
        if told:
            await self._write(self._set_usernames, told)

    # ---- Update states

    async def get_update_states(self, ids: Optional[Ids] = None) -> List[UpdateState]:
        states = await self._write(self._session.update_states)
        wanted = None if ids is None else set(as_ids(ids))
        return [UpdateState(*state) for state in by_date(states) if wanted is None or state.id in wanted]

    async def set_update_state(self, update_state: Union[UpdateState, Iterable[UpdateState]]) -> None:
        states = [update_state] if isinstance(update_state, UpdateState) else list(update_state)
        if states:
            await self._write(self._merge_update_states, states)

    def _merge_update_states(self, states: List[UpdateState]) -> None:
        """Kurigram leaves out what an update does not tell: then the old value stays."""
        with self._change:
            known = {state.id: state for state in self._session.update_states()}
            merged: Dict[int, update_states.UpdateState] = {}
            for state in states:
                old = merged.get(state.id) or known.get(state.id) or update_states.UpdateState(state.id)
                told = {name: getattr(state, name) for name in update_states.VALUES}
                merged[state.id] = old._replace(**{name: new for name, new in told.items() if new is not None})
            self._session.set_update_states(merged.values())

    async def delete_update_state(self, state_id: Ids) -> None:
        await self._write(self._delete_update_states, list(as_ids(state_id)))

    def _delete_update_states(self, ids: List[int]) -> None:
        for state_id in ids:
            self._session.delete_update_state(state_id)

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
