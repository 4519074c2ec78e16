"""Pyrogram until 0.14: the client itself keeps the session, in a JSON file."""

import os

from .common import describe_input_peer
from .storage import StorageDriver, name_and_folder

FIELDS = ("dc_id", "test_mode", "auth_key", "user_id", "date", "is_bot")


class Library(StorageDriver):
    async def open(self, path, options):
        from pyrogram import Client
        name, folder = name_and_folder(path)
        self.c = Client(name, api_id=12345, api_hash="0" * 32, workdir=str(folder))
        # Without a file load_session() would ask Telegram for a key.
        if os.path.exists(path):
            self.c.load_session()

    async def close(self):
        """Nothing stays open."""

    async def save(self):
        from pyrogram.client.ext import Syncer
        # At login the client writes the session only, later its peers too.
        if self.c.peers_by_id:
            Syncer.sync(self.c)
        else:
            self.c.save_session()

    async def set_session(self, fields):
        for name in FIELDS:
            if name in fields:
                value = fields[name]
                setattr(self.c, name, bytes.fromhex(value) if name == "auth_key" else value)

    async def session(self):
        fields = {name: getattr(self.c, name, None) for name in FIELDS}
        fields["auth_key"] = fields["auth_key"].hex()
        return fields

    def types(self):
        from pyrogram.api import types
        return types

    async def update_peers(self, peers, via):
        self.c.fetch_peers([self.to_tl(peer) for peer in peers])

    async def set_states(self, states):
        """The format has no place for them."""

    async def states(self):
        return None

    def book(self, what):
        return {"ids": self.c.peers_by_id, "usernames": self.c.peers_by_username,
                "phones": self.c.peers_by_phone}[what]

    async def lookup(self, what, key):
        return describe_input_peer(self.book(what)[key])

    def keys_of(self, what, peer):
        return [key for key, other in self.book(what).items() if other is peer]

    async def dump(self):
        peers = [{"id": i, "access_hash": getattr(p, "access_hash", None),
                  "usernames": self.keys_of("usernames", p),
                  "phone_number": (self.keys_of("phones", p) or [None])[0]}
                 for i, p in sorted(self.c.peers_by_id.items())]
        return {"peers": peers}
