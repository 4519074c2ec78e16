"""Telethon from 0.18: SQLiteSession and, from 1.3, StringSession."""

import datetime

from .common import CHANNEL, SqliteDriver, bare_id, describe_input_peer, finish, kind_of, make_tl, plain

UTC = datetime.timezone.utc


def hex_of(auth_key):
    return auth_key.key.hex() if auth_key and auth_key.key else None


class Library(SqliteDriver):
    async def open(self, path, options):
        from telethon.sessions import SQLiteSession
        # options: {"store_tmp_auth_key_on_disk": true}, from 1.43 on.
        self.s = SQLiteSession(path, **options)

    async def save(self):
        self.s.save()

    async def close(self):
        self.s.close()

    async def rows(self, query):
        return self.s._conn.execute(query).fetchall()

    def make_key(self, text):
        from telethon.crypto import AuthKey
        return None if text is None else AuthKey(data=bytes.fromhex(text))

    async def set_session(self, fields):
        s = self.s
        if fields.keys() & {"dc_id", "server_address", "port"}:
            s.set_dc(fields.get("dc_id", s._dc_id), fields.get("server_address", s.server_address),
                     fields.get("port", s.port))
        if "auth_key" in fields:
            s.auth_key = self.make_key(fields["auth_key"])
        if "takeout_id" in fields and hasattr(s, "takeout_id"):
            s.takeout_id = fields["takeout_id"]
        if "tmp_auth_key" in fields and hasattr(s, "tmp_auth_key"):
            s.tmp_auth_key = self.make_key(fields["tmp_auth_key"])
        if "user_id" in fields and self.entry.get("self_entity"):
            self.remember_self(fields["user_id"])

    def remember_self(self, user_id):
        """As TelegramClient does it: the account's own id is the hash of entity 0."""
        types = self.types()
        me = types.InputPeerUser(0, user_id)
        self.s.process_entities(types.contacts.ResolvedPeer(None, [me], []))

    def known_fields(self, s):
        fields = {"dc_id": s._dc_id, "server_address": s.server_address, "port": s.port,
                  "auth_key": hex_of(s.auth_key)}
        if hasattr(s, "takeout_id"):
            fields["takeout_id"] = plain(s.takeout_id)
        if hasattr(s, "tmp_auth_key"):
            # Not s.tmp_auth_key: in 1.43 to 1.45 that getter answers with auth_key.
            fields["tmp_auth_key"] = hex_of(s._tmp_auth_key)
        return fields

    async def session(self):
        fields = self.known_fields(self.s)
        if self.entry.get("self_entity"):
            try:
                fields["user_id"] = self.s.get_input_entity(0).access_hash
            except ValueError:
                fields["user_id"] = None
        return fields

    def types(self):
        from telethon.tl import types
        return types

    def to_tl(self, peer):
        types, kind, names = self.types(), kind_of(peer["id"]), peer.get("usernames") or [None]
        common = {"id": bare_id(peer["id"]), "access_hash": peer["access_hash"],
                  "username": names[0], "title": peer.get("name") or ""}
        if kind == "chat":
            return make_tl(types.Chat, **common)
        if kind == "channel":
            return make_tl(types.Channel, megagroup=peer.get("type") != "channel", **common)
        return make_tl(types.User, bot=peer.get("type") == "bot", first_name=peer.get("name"),
                       phone=peer.get("phone_number"), **common)

    async def update_peers(self, peers, via):
        objects = [self.to_tl(peer) for peer in peers]
        if via == "disconnect":
            await finish(self.disconnect(objects))
        else:
            self.s.process_entities(objects)

    def disconnect(self, objects):
        """What the client saves when it disconnects: until 1.36 without names."""
        import logging
        from types import SimpleNamespace

        from telethon import TelegramClient
        from telethon._updates import ChannelState, EntityCache, MessageBox, SessionState
        types, cache = self.types(), EntityCache()
        users = [o for o in objects if isinstance(o, types.User)]
        chats = [o for o in objects if not isinstance(o, types.User)]
        cache.extend(users, chats)
        cache.set_self_user(users[0].id, False, users[0].access_hash)
        box = MessageBox(logging.getLogger("oracle"))
        channels = [ChannelState(o.id, 42) for o in chats if isinstance(o, types.Channel)]
        box.load(SessionState(0, 0, False, 1001, 5, 1700000000, 77, None), channels)
        client = SimpleNamespace(session=self.s, _mb_entity_cache=cache, _message_box=box)
        return TelegramClient._save_states_and_entities(client)

    async def set_states(self, states):
        if not hasattr(self.s, "set_update_state"):
            return
        for state in states:
            date = datetime.datetime.fromtimestamp(state["date"], tz=UTC)
            self.s.set_update_state(bare_id(state["id"]), make_tl(
                self.types().updates.State, pts=state["pts"], qts=state["qts"], date=date,
                seq=state["seq"], unread_count=0))

    async def states(self):
        if not hasattr(self.s, "set_update_state"):
            return None
        ids = [row[0] for row in await self.rows("SELECT id FROM update_state")]
        found = [(i, self.s.get_update_state(i)) for i in ids]
        return [{"id": CHANNEL - i if i else 0, "pts": s.pts, "qts": s.qts,
                 "date": int(s.date.replace(tzinfo=UTC).timestamp()), "seq": s.seq}
                for i, s in found]

    def file_class(self, kind):
        types = self.types()
        return types.InputPhoto if kind == 1 else types.InputDocument

    async def set_files(self, files):
        for file in files:
            instance = make_tl(self.file_class(file["type"]), id=file["id"],
                               access_hash=file["access_hash"])
            self.s.cache_file(bytes.fromhex(file["md5"]), file["size"], instance)

    async def files(self):
        keys = await self.rows("SELECT md5_digest, file_size, type, id, hash FROM sent_files")
        return [{"md5": bytes(md5).hex(), "size": size, "type": kind, "id": i, "access_hash": h}
                for md5, size, kind, i, h in keys]

    async def lookup(self, what, key):
        return describe_input_peer(self.s.get_input_entity(key))

    async def export_string(self):
        from telethon.sessions import StringSession
        return StringSession.save(self.s)

    async def read_string(self, text):
        from telethon.sessions import StringSession
        return self.known_fields(StringSession(text))
