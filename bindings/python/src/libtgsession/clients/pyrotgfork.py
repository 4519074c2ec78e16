"""A storage for pyrotgfork: `Client("my_account", storage_engine=SQLiteStorage("my_account", workdir))`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterable, List, Optional, Sequence, Tuple

from pyrogram import raw
from pyrogram.storage import Storage

from ._storage import MEMORY
from ._update_state import UpdateStateStorage


class SQLiteStorage(UpdateStateStorage, Storage):
    VERSION = 6
    NEW_FILE = "kurigram@6"
    TYPES = raw.types

    def __init__(
        self,
        name: str,
        workdir: Path,
        session_string: Optional[str] = None,
        in_memory: Optional[bool] = False,
        use_wal: Optional[bool] = True,
        **told: Any,
    ):
        super().__init__(name)
        self.in_memory = in_memory
        # For a new file; an existing one keeps its mode.
        self.use_wal = use_wal
        place = MEMORY if in_memory else Path(workdir) / (name + self.FILE_EXTENSION)
        self._set_location(place, session_string.strip() if isinstance(session_string, str) else session_string, told)

    async def update_peers(self, peers: List[Tuple[int, int, str, List[str], str]]):
        await self._update_peers(with_usernames(peers))

    async def update_usernames(self, usernames: List[Tuple[int, List[str]]]):
        if usernames:
            await self._write(self._set_usernames, dict(usernames))

    async def update_state(self, value: Any = object) -> Any:
        return await self._update_state(value)

    async def version(self, value: Any = object) -> Any:
        return self._version(value)


def with_usernames(rows: Iterable[Sequence[Any]]) -> List[Sequence[Any]]:
    return [
        (peer_id, access_hash, kind, usernames, phone_number, None, None)
        for peer_id, access_hash, kind, usernames, phone_number in rows
    ]
