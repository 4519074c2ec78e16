"""Storages for Pyrofork: `Client("my_account", storage=FileStorage("my_account", workdir))`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Optional, Tuple

from pyrogram import raw
from pyrogram.storage import Storage

from ._mongo import MongoSession
from ._storage import MEMORY, with_one_username
from ._update_state import UpdateStateStorage
from ._username_pairs import UsernamePairsStorage


class PyroforkStorage(UpdateStateStorage, UsernamePairsStorage, Storage):
    VERSION = 4
    NEW_FILE = "pyrofork@4"
    WRITES_BEHIND = True
    TYPES = raw.types
    SORTED = False

    async def update_peers(self, peers: List[Tuple[int, int, str, str, str]]):
        await self._update_peers(with_one_username(peers))

    async def update_usernames(self, usernames: List[Tuple[int, str]]):
        await self._update_username_pairs(usernames)

    async def update_state(self, value: Any = object) -> Any:
        return await self._update_state(value)

    async def remove_state(self, chat_id: int) -> None:
        await self._update_state(chat_id)

    def version(self, value: Any = object) -> Any:
        return self._version(value)


class FileStorage(PyroforkStorage):
    def __init__(self, name: str, workdir: Path, **told: Any):
        super().__init__(name)
        self._set_location(Path(workdir) / (name + self.FILE_EXTENSION), None, told)


class MemoryStorage(PyroforkStorage):
    def __init__(self, name: str, session_string: Optional[str] = None, **told: Any):
        super().__init__(name)
        self._set_location(MEMORY, session_string, told)


class MongoStorage(MongoSession, PyroforkStorage):
    """`Client("my_account", storage=MongoStorage("my_account", connection))`, where the client's own takes `mongodb=`."""
