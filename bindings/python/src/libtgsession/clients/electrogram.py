"""Storages for Electrogram: `Client("my_account", storage=FileStorage("my_account", workdir))`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Optional, Tuple

from pyrogram import raw
from pyrogram.storage import Storage

from ..session import Session
from ._mongo import MongoSession
from ._storage import MEMORY
from ._update_state import UpdateStateStorage
from ._username_pairs import UsernamePairsStorage


class ElectrogramStorage(UpdateStateStorage, UsernamePairsStorage, Storage):
    VERSION = 4
    NEW_FILE = "pyrofork@4"
    use_wal = True
    WRITES_BEHIND = True
    TYPES = raw.types

    async def update_peers(self, peers: List[Tuple[int, int, str, Optional[str], Optional[str]]]) -> None:
        await self._update_peers_or_log(peers)

    async def update_usernames(self, usernames: List[Tuple[int, str]]) -> None:
        await self._update_username_pairs(usernames)

    async def update_state(self, update_state: Any = object) -> Any:
        return await self._update_state(update_state)

    async def remove_state(self, chat_id: int) -> None:
        """Electrogram's client calls it when it leaves a chat; its own storage lacks it."""
        await self._update_state(chat_id)

    async def version(self, value: Any = object) -> Any:
        return self._version(value)


class FileStorage(ElectrogramStorage):
    def __init__(self, name: str, workdir: Path, **told: Any) -> None:
        super().__init__(name)
        self._set_location(Path(workdir) / (name + self.FILE_EXTENSION), None, told)


class MemoryStorage(ElectrogramStorage):
    # The values that Electrogram makes up for a session string of Telethon.
    TELETHON_STRING = {"api_id": 0, "test_mode": False, "user_id": 9999, "is_bot": False}

    def __init__(
        self, name: str, session_string: Optional[str] = None, is_telethon_string: bool = False, **told: Any
    ) -> None:
        super().__init__(name)
        self.is_telethon_string = is_telethon_string
        self._set_location(MEMORY, session_string, told)

    def _fill(self, session: Session) -> None:
        super()._fill(session)
        if self.is_telethon_string and self.session_string:
            for field, value in self.TELETHON_STRING.items():
                if getattr(session, field) is None:
                    setattr(session, field, value)


class MongoStorage(MongoSession, ElectrogramStorage):
    """`Client("my_account", storage=MongoStorage("my_account", connection))`, where the client's own takes `mongodb=`."""
