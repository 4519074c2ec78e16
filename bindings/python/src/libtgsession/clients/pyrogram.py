"""Storages for Pyrogram 2.

    client = Client("my_account")
    client.storage = FileStorage("my_account", client.workdir)
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Optional, Tuple

from pyrogram import raw
from pyrogram.storage import Storage

from ._storage import MEMORY, SessionStorage, with_one_username


class PyrogramStorage(SessionStorage, Storage):
    VERSION = 3
    NEW_FILE = "pyrogram@3"
    WRITES_BEHIND = True
    TYPES = raw.types

    async def update_peers(self, peers: List[Tuple[int, int, str, str, str]]):
        await self._update_peers(with_one_username(peers))

    def version(self, value: int = object) -> Any:  # type: ignore[assignment]
        return self._version(value)


class FileStorage(PyrogramStorage):
    def __init__(self, name: str, workdir: Path, **told: Any):
        super().__init__(name)
        self._set_location(Path(workdir) / (name + self.FILE_EXTENSION), None, told)


class MemoryStorage(PyrogramStorage):
    def __init__(self, name: str, session_string: Optional[str] = None, **told: Any):
        super().__init__(name)
        self._set_location(MEMORY, session_string, told)
