"""Telethon until 0.15: a JSON file with the ids and hashes of entities, without their names."""

from . import telethon1
from .common import describe_input_peer


class Library(telethon1.Library):
    async def open(self, path, options):
        from telethon.tl.session import Session
        self.s = Session.try_load_or_create_new(path[:-len(".session")])

    async def close(self):
        """The library has nothing to close."""

    async def set_session(self, fields):
        for name in ("server_address", "port"):
            if name in fields:
                setattr(self.s, name, fields[name])
        if "auth_key" in fields:
            self.s.auth_key = self.make_key(fields["auth_key"])

    async def session(self):
        return {"server_address": self.s.server_address, "port": self.s.port,
                "auth_key": telethon1.hex_of(self.s.auth_key)}

    async def set_files(self, files):
        """The format has no place for them."""

    async def files(self):
        return None

    async def states(self):
        return None

    async def update_peers(self, peers, via):
        # Session.process_entities() would swallow any error of this call.
        self.s.entities.process([self.to_tl(peer) for peer in peers])

    async def lookup(self, what, key):
        from telethon import utils
        if what == "ids":
            bare, kind = utils.resolve_id(key)
            return describe_input_peer(self.s.entities.get_input_entity(kind(bare)))
        return describe_input_peer(utils.get_input_peer(self.s.entities[key]))

    async def dump(self):
        pairs = sorted(self.s.entities.get_input_list())
        return {"peers": [{"id": i, "access_hash": h, "usernames": [], "phone_number": None}
                          for i, h in pairs]}
