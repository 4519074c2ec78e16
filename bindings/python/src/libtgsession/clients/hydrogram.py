"""A storage for Hydrogram: `Client("my_account", session_storage_engine=SQLiteStorage("my_account", workdir))`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Optional, Tuple

from hydrogram import raw
from hydrogram.storage import BaseStorage

from ._storage import MEMORY, SessionStorage, with_one_username


class SQLiteStorage(SessionStorage, BaseStorage):
    VERSION = 3
    NEW_FILE = "pyrogram@3"
    use_wal = True
    TYPES = raw.types

    def __init__(
        self,
        name: str,
        workdir: Optional[Path] = None,
        session_string: Optional[str] = None,
        use_memory: bool = False,
        **told: Any,
    ):
        super().__init__(name)
        file = Path(workdir) / (name + self.FILE_EXTENSION) if workdir and not use_memory else MEMORY
        self._set_location(file, session_string, told)

    async def update_peers(self, peers: List[Tuple[int, int, str, Optional[str], Optional[str]]]) -> None:
        await self._update_peers(with_one_username(peers))

    async def version(self, value: Any = object) -> Any:
        return self._version(value)
