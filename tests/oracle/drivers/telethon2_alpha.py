"""Telethon 2's alphas of 2021 and 2022: SQLiteSession with the tables datacenter, session, channel and entity."""

import ipaddress

from .common import CHANNEL, Driver, bare_id, kind_of, plain

TYPES = {"user": "U", "bot": "B", "group": "G", "channel": "C", "supergroup": "M"}
EMPTY_STATE = {"user_id": 0, "dc_id": 0, "bot": False, "pts": 0, "qts": 0, "date": 0, "seq": 0, "takeout_id": None}


def marked_id(entity):
    kind = chr(entity.ty)
    return entity.id if kind in "UB" else -entity.id if kind == "G" else CHANNEL - entity.id


class Library(Driver):
    async def open(self, path, options):
        from telethon._sessions.sqlite import SQLiteSession
        self.s = SQLiteSession(path)

    async def save(self):
        await self.s.save()

    async def close(self):
        """The session has no close()."""
        self.s._conn.close()

    async def rows(self, query):
        return self.s._conn.execute(query).fetchall()

    async def change_state(self, **changes):
        from telethon._sessions.types import SessionState
        state = await self.s.get_state()
        known = {name: getattr(state, name) for name in EMPTY_STATE} if state else EMPTY_STATE
        await self.s.set_state(SessionState(**{**known, **changes}))

    async def set_session(self, fields):
        from telethon._sessions.types import DataCenter
        if "auth_key" in fields:
            address = int(ipaddress.ip_address(fields["server_address"]))
            await self.s.insert_dc(DataCenter(id=fields["dc_id"], ipv4=address, ipv6=None, port=fields["port"],
                                              auth=bytes.fromhex(fields["auth_key"])))
        names = {"user_id": "user_id", "dc_id": "dc_id", "is_bot": "bot", "takeout_id": "takeout_id"}
        await self.change_state(**{names[name]: value for name, value in fields.items() if name in names})

    async def session(self):
        state = await self.s.get_state()
        if not state:
            return {}
        fields = {"dc_id": state.dc_id, "takeout_id": plain(state.takeout_id)}
        if state.user_id:
            # Until it is known who is logged in, bot is no more than the column's default.
            fields.update(user_id=state.user_id, is_bot=bool(state.bot))
        for dc in await self.s.get_all_dc():
            if dc.id == state.dc_id:
                fields.update(server_address=str(ipaddress.ip_address(dc.ipv4)), port=dc.port, auth_key=dc.auth.hex())
        own = await self.s.get_entity(None, 0)
        if not state.user_id and own:
            fields["user_id"] = own.hash
        return fields

    async def update_peers(self, peers, via):
        from telethon._sessions.types import Entity, EntityType
        known = [p for p in peers if p["access_hash"] is not None or p["type"] == "group"]
        await self.s.insert_entities([
            Entity(ty=EntityType(ord(TYPES[p["type"]])), id=bare_id(p["id"]), hash=p["access_hash"] or 0)
            for p in known])

    async def set_states(self, states):
        from telethon._sessions.types import ChannelState
        for state in states:
            if state["id"] == 0:
                await self.change_state(**{name: state[name] for name in ("pts", "qts", "date", "seq")})
            else:
                await self.s.insert_channel_state(ChannelState(bare_id(state["id"]), state["pts"]))

    async def states(self):
        state = await self.s.get_state()
        found = [{"id": CHANNEL - channel.channel_id, "pts": channel.pts, "qts": None, "date": None, "seq": None}
                 for channel in await self.s.get_all_channel_states()]
        if state and (state.pts or state.qts or state.date or state.seq):
            found.append({"id": 0, "pts": state.pts, "qts": state.qts, "date": state.date, "seq": state.seq})
        return found

    async def lookup(self, what, key):
        entity = await self.s.get_entity(None, bare_id(key)) if what == "ids" else None
        if entity is None or marked_id(entity) != key:
            raise KeyError(key)
        kind = kind_of(key)
        return {"kind": kind, "id": entity.id, "access_hash": None if kind == "chat" else entity.hash}

    async def dump(self):
        from telethon._sessions.types import Entity
        letters = {letter: name for name, letter in TYPES.items()}
        rows = [Entity(*row) for row in await self.rows("SELECT ty, id, hash FROM entity WHERE id <> 0")]
        peers = [{"id": marked_id(entity), "access_hash": entity.hash, "type": letters[chr(entity.ty)],
                  "usernames": [], "phone_number": None} for entity in rows]
        return {"peers": sorted(peers, key=lambda peer: peer["id"])}

    async def export_string(self):
        raise ModuleNotFoundError("No module named StringSession for a session that is in a file")
