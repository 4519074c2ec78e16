"""clients.py KEY: the storage of a Python client of tests/oracle/libraries.json, below the plan of make bench-all.

The drivers of tests/oracle open the files, shape the rows and log in. What is timed is the client's own method, and nothing else.
"""

import asyncio
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "oracle"))
sys.path.insert(1, str(Path(__file__).resolve().parent))

from oracle import load_driver
from plan import LOGIN, finish, serve

# What these bring is committed at once; what the others bring is not in the file before save().
COMMITS = ("hydrogram", "pyrotgfork", "pyrofork", "electrogram")


class Family:
    """Pyrogram and its forks: coroutines of one storage class."""

    def __init__(self, driver, commits):
        self.driver = driver
        self.commits = commits

    async def open(self, file):
        await self.driver.open(os.path.abspath(file), {})
        storage = self.driver.storage
        self.by_id = storage.get_peer_by_id
        self.by_username = storage.get_peer_by_username
        self.by_phone = storage.get_peer_by_phone_number
        self.field = storage.user_id
        self.export_string = storage.export_session_string

    async def close(self):
        await self.driver.close()

    async def log_in(self):
        await self.driver.set_session({**LOGIN, "auth_key": LOGIN["auth_key"].hex()})
        await self.driver.save()

    def rows(self, peers):
        """The calls that bring them: one method, or two where usernames have one of their own."""
        shape = self.driver.entry["peers"]
        if shape == "kurigram":
            return [
                ("update_peers", [(marked_id, access_hash, "user", phone) for marked_id, access_hash, _, phone in peers]),
                ("update_usernames", [(marked_id, [username]) for marked_id, _, username, _ in peers]),
            ]
        rows = [
            (marked_id, access_hash, "user", [username] if shape == "list" else username, phone)
            for marked_id, access_hash, username, phone in peers
        ]
        calls = [("update_peers", rows)]
        # As the client does for peers with one username: it commits there.
        return [*calls, ("update_usernames", [])] if shape == "fork" else calls

    async def update(self, rows):
        await self.update_only(rows)
        if not self.commits:
            await finish(self.driver.storage.save())

    async def update_only(self, rows):
        for method, batch in rows:
            await finish(getattr(self.driver.storage, method)(batch))

    def hash_of(self, peer):
        return peer.access_hash


class Telethon:
    """SQLiteSession: what Telegram sends goes in, as objects; nothing is a coroutine."""

    def __init__(self, driver):
        self.driver = driver

    async def open(self, file):
        await self.driver.open(os.path.abspath(file), {})
        session = self.driver.s
        self.by_id = self.by_username = self.by_phone = session.get_input_entity
        self.update_only = session.process_entities
        self.save = session.save

    async def close(self):
        await self.driver.close()

    async def log_in(self):
        fields = {"dc_id": 2, "server_address": "149.154.167.51", "port": 443, "auth_key": LOGIN["auth_key"].hex()}
        await self.driver.set_session(fields)
        await self.driver.save()

    def rows(self, peers):
        from telethon.tl.types import User

        return [
            User(id=marked_id, access_hash=access_hash, username=username, phone=phone, first_name="")
            for marked_id, access_hash, username, phone in peers
        ]

    def update(self, rows):
        self.update_only(rows)
        self.save()

    def field(self):
        return self.driver.s.dc_id

    def export_string(self):
        from telethon.sessions import StringSession

        return StringSession.save(self.driver.s)

    def hash_of(self, peer):
        return peer.access_hash


def main(key):
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    driver = load_driver(key)
    name, _, version = key.partition("-")
    storage = Telethon(driver) if name == "telethon" else Family(driver, name in COMMITS)
    loop.run_until_complete(serve(storage, version))


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    # Some libraries leave a thread running, and a normal exit would wait for it.
    os._exit(0)
