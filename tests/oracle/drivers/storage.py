"""The part that all SQLite storages of Pyrogram's family share."""

from pathlib import Path
from types import SimpleNamespace

from .common import SqliteDriver, bare_id, describe_input_peer, finish, make_tl

FIELDS = ("dc_id", "server_address", "port", "api_id", "test_mode", "auth_key",
          "date", "user_id", "is_bot")
LOOKUPS = {"ids": "get_peer_by_id", "usernames": "get_peer_by_username",
           "phones": "get_peer_by_phone_number"}


def name_and_folder(path):
    """The folder and the name without its extension, which the libraries add themselves."""
    path = Path(path)
    if path.suffix != ".session":
        raise ValueError("this library's files end in .session: " + path.name)
    return path.name[:-len(".session")], path.parent


def one_username(peer):
    names = peer.get("usernames") or [None]
    return (peer["id"], peer["access_hash"], peer["type"], names[0], peer.get("phone_number"))


def all_usernames(peer):
    return one_username(peer)[:3] + (peer.get("usernames") or None, peer.get("phone_number"))


class StorageDriver(SqliteDriver):
    """Subclasses create the storage: make_file, make_memory, client, types."""

    async def open(self, path, options):
        self.storage = self.make_file(*name_and_folder(path), options)
        await finish(self.storage.open())

    async def save(self):
        await finish(self.storage.save())

    async def close(self):
        await finish(self.storage.close())

    async def rows(self, query):
        return await finish((await finish(self.storage.conn.execute(query))).fetchall())

    def known_fields(self):
        return [name for name in FIELDS if hasattr(type(self.storage), name)]

    async def get(self, name):
        return await finish(getattr(self.storage, name)())

    async def set(self, name, value):
        await finish(getattr(self.storage, name)(value))

    async def set_session(self, fields):
        for name in self.known_fields():
            if name in fields:
                value = fields[name]
                is_key = name == "auth_key" and value is not None
                await self.set(name, bytes.fromhex(value) if is_key else value)

    async def session(self):
        fields = {name: await self.get(name) for name in self.known_fields()}
        if fields["auth_key"] is not None:
            fields["auth_key"] = fields["auth_key"].hex()
        return fields

    async def update_peers(self, peers, via):
        if via == "client":
            await self.fetch_peers(peers)
        else:
            await getattr(self, "store_" + self.entry["peers"])(peers)

    async def store_one(self, peers):
        await finish(self.storage.update_peers([one_username(p) for p in peers]))

    async def store_list(self, peers):
        await finish(self.storage.update_peers([all_usernames(p) for p in peers]))

    async def store_fork(self, peers):
        """Pyrofork, Electrogram: the first name with the peer, several in a table."""
        await self.store_one(peers)
        several = [p for p in peers if len(p.get("usernames", [])) > 1]
        names = [(p["id"], name) for p in several for name in p["usernames"]]
        await finish(self.storage.update_usernames(names))

    async def store_kurigram(self, peers):
        rows = [(p["id"], p["access_hash"], p["type"], p.get("phone_number")) for p in peers]
        await finish(self.storage.update_peers(rows))
        await finish(self.storage.update_usernames([(p["id"], p.get("usernames", [])) for p in peers]))

    async def fetch_peers(self, peers):
        """The client's own code, from what Telegram sends to the rows of the file."""
        objects = [self.to_tl(peer) for peer in peers]
        await finish(self.client().fetch_peers(SimpleNamespace(storage=self.storage), objects))

    def to_tl(self, peer):
        types, kind, names = self.types(), peer["type"], peer.get("usernames", [])
        common = {"id": bare_id(peer["id"]), "access_hash": peer["access_hash"],
                  "title": peer.get("name") or "", "first_name": peer.get("name")}
        if kind == "group":
            return make_tl(types.Chat, **common)
        if len(names) > 1 and hasattr(types, "Username"):
            # Telegram leaves `username` out when there are several.
            common["usernames"] = [make_tl(types.Username, username=n, active=True) for n in names]
        elif names:
            common["username"] = names[0]
        if kind in ("user", "bot"):
            return make_tl(types.User, bot=kind == "bot", phone=peer.get("phone_number"), **common)
        if kind == "community":
            return make_tl(types.Community, **common)
        return make_tl(types.Channel, broadcast=kind == "channel", megagroup=kind != "channel",
                       forum=kind == "forum", monoforum=kind == "direct", **common)

    async def set_states(self, states):
        rows = [tuple(s.get(k) for k in ("id", "pts", "qts", "date", "seq")) for s in states]
        if hasattr(self.storage, "set_update_state"):
            await finish(self.storage.set_update_state([self.update_state_class()(*r) for r in rows]))
        elif hasattr(self.storage, "update_state"):
            for row in rows:
                await finish(self.storage.update_state(row))

    async def states(self):
        if hasattr(self.storage, "get_update_states"):
            found = [(s.id, s.pts, s.qts, s.date, s.seq) for s in await self.storage.get_update_states()]
        elif hasattr(self.storage, "update_state"):
            found = await finish(self.storage.update_state())
        else:
            return None
        return [dict(zip(("id", "pts", "qts", "date", "seq"), row)) for row in found]

    async def lookup(self, what, key):
        return describe_input_peer(await finish(getattr(self.storage, LOOKUPS[what])(key)))

    async def export_string(self):
        return await finish(self.storage.export_session_string())

    async def read_string(self, text):
        self.storage = self.make_memory(text)
        await finish(self.storage.open())
        fields = await self.session()
        await self.close()
        return fields
