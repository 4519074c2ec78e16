"""A storage engine for Redis: `Session.open_engine(RedisEngine(client, "my_account"))`.

How a session stands in Redis is told in README.md; the engines in C and Go share it.
"""

import contextlib
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence

import redis
from libtgsession import Engine, LeaseHolder, LockedError, Peer, PeerType, SentFile, ServerError, SessionData, UpdateState

KEYS = ("auth_key", "tmp_auth_key")
TRUTHS = ("test_mode", "is_bot")
STATE = ("pts", "qts", "date", "seq")

TAKE = """
local held = redis.call('GET', KEYS[1])
local since = redis.call('TIME')[1]
if held then
  local token, began = string.match(held, '^(%S+) (%S+) ')
  if token ~= ARGV[1] then return held end
  since = began
end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. since .. ' ' .. ARGV[2], 'PX', ARGV[3])
return false
"""
RELEASE = """
local held = redis.call('GET', KEYS[1])
if held and string.match(held, '^(%S+) ') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return false
"""

Write = Callable[[Any], Any]


class RedisEngine(Engine):
    """One session. The client is the caller's: its time-outs and its retries are this engine's."""

    usernames_expire = True

    def __init__(self, client: "redis.Redis", name: str) -> None:
        self.client = client
        self.prefix = "tgsession:{%s}:" % name.replace("%", "%25").replace("}", "%7D")
        place = client.get_connection_kwargs()
        self.location = f"redis://{place.get('host')}:{place.get('port')}/{place.get('db')} {name}"
        # What `begin` began: a connection that watches, and what is to be written.
        self.watching: Any = None
        self.writes: List[Write] = []

    def key(self, *parts: Any) -> str:
        return self.prefix + ":".join(map(str, parts))

    @property
    def reader(self) -> Any:
        return self.watching or self.client

    def write(self, *writes: Write) -> None:
        """Gathers, or writes at once."""
        with self.change():
            self.writes += writes

    @contextlib.contextmanager
    def change(self) -> Iterator[None]:
        """A transaction of its own, or a part of the one that `begin` began."""
        alone = self.watching is None
        if alone:
            self.begin()
        try:
            yield
        except BaseException:
            if alone:
                self.finish(False)
            raise
        if alone:
            self.finish(True)

    def begin(self) -> None:
        self.writes = []
        self.watching = self.client.pipeline()
        try:
            self.watching.watch(self.key("version"))
        except BaseException:
            self.finish(False)
            raise

    def finish(self, keep: bool) -> None:
        pipeline, self.watching = self.watching, None
        try:
            if keep and self.writes:
                pipeline.multi()
                for write in self.writes:
                    write(pipeline)
                pipeline.incr(self.key("version"))
                pipeline.execute()
        except redis.WatchError as error:
            raise LockedError("another client wrote meanwhile") from error
        except redis.ResponseError as error:
            # redis-py puts the command before what the server said, and with it the key or a value.
            raise ServerError(str(error).rpartition(" of pipeline caused error: ")[2]) from None
        finally:
            pipeline.reset()

    # ---- Fields

    def get_data(self) -> SessionData:
        found = self.reader.hgetall(self.key("data"))
        return SessionData(**{name.decode(): field(name.decode(), value) for name, value in found.items()})

    def set_data(self, values: Mapping[str, Any]) -> None:
        there = {name: int(value) if name in TRUTHS else value for name, value in values.items() if value is not None}
        absent = [name for name, value in values.items() if value is None]
        if there:
            self.write(lambda to: to.hset(self.key("data"), mapping=there))
        if absent:
            self.write(lambda to: to.hdel(self.key("data"), *absent))

    # ---- Peers

    def put_peers(self, peers: Sequence[Peer]) -> None:
        with self.change():
            for old in self.get_peers([peer.id for peer in peers]):
                self.writes.append(lambda to, old=old: self.remove_peer(to, old))
            for peer in peers:
                self.writes.append(lambda to, peer=peer: self.add_peer(to, peer))

    def delete_peers(self, ids: Optional[Sequence[int]]) -> None:
        with self.change():
            wanted = [whole(id) for id in (self.reader.smembers(self.key("peers")) if ids is None else ids)]
            for old in self.get_peers(wanted):
                self.writes.append(lambda to, old=old: self.remove_peer(to, old))
            if wanted:
                self.writes.append(lambda to: to.srem(self.key("peers"), *wanted))

    def remove_peer(self, to: Any, peer: Peer) -> None:
        to.delete(self.key("peer", peer.id))
        for name in self.names_of(peer):
            to.srem(name, peer.id)

    def add_peer(self, to: Any, peer: Peer) -> None:
        row = {
            "id": peer.id,
            "type": 0 if peer.type is None else peer.type.number if isinstance(peer.type, PeerType) else 100,
            "access_hash": peer.access_hash,
            "type_name": peer.type if peer.type is not None and not isinstance(peer.type, PeerType) else None,
            "usernames": "\0".join(peer.usernames) or None,
            "phone_number": peer.phone_number,
            "name": peer.name,
            "last_update_on": peer.last_update_on,
        }
        to.hset(self.key("peer", peer.id), mapping={name: value for name, value in row.items() if value is not None})
        to.sadd(self.key("peers"), peer.id)
        for name in self.names_of(peer):
            to.sadd(name, peer.id)

    def names_of(self, peer: Peer) -> List[str]:
        """The sets by which a peer is found."""
        phones = [self.key("phone", peer.phone_number)] if peer.phone_number else []
        return [self.key("username", username) for username in peer.usernames] + phones

    def get_peers(self, ids: Optional[Sequence[int]]) -> List[Peer]:
        wanted = self.reader.smembers(self.key("peers")) if ids is None else ids
        return [peer(row) for row in self.rows(self.key("peer", whole(id)) for id in wanted) if row]

    def get_peers_by_username(self, usernames: Sequence[str]) -> List[Peer]:
        return self.get_peers(list(self.reader.sunion([self.key("username", username) for username in usernames])))

    def get_peers_by_phone_number(self, phone_number: str) -> List[Peer]:
        return self.get_peers(list(self.reader.smembers(self.key("phone", phone_number))))

    def rows(self, keys: Iterable[str]) -> List[Dict[bytes, bytes]]:
        """Hashes, in one round trip; those that a transaction reads are watched by its version."""
        pipeline = self.client.pipeline(transaction=False)
        for key in keys:
            pipeline.hgetall(key)
        return pipeline.execute()

    # ---- Update states and sent files

    def get_update_states(self) -> List[UpdateState]:
        ids = self.reader.smembers(self.key("states"))
        rows = self.rows(self.key("state", whole(id)) for id in ids)
        return [UpdateState(**{name.decode(): int(value) for name, value in row.items()}) for row in rows if row]

    def set_update_states(self, states: Sequence[UpdateState]) -> None:
        for state in states:
            row = {name: value for name, value in state._asdict().items() if value is not None}
            key = self.key("state", state.id)
            self.write(
                lambda to, key=key: to.delete(key),
                lambda to, key=key, row=row: to.hset(key, mapping=row),
                lambda to, state=state: to.sadd(self.key("states"), state.id),
            )

    def delete_update_state(self, id: int) -> None:
        self.write(lambda to: to.delete(self.key("state", id)), lambda to: to.srem(self.key("states"), id))

    def get_sent_files(self) -> List[SentFile]:
        names = self.reader.smembers(self.key("files"))
        return [sent_file(row) for row in self.rows(self.key("file", name.decode()) for name in names) if row]

    def cache_sent_files(self, files: Sequence[SentFile]) -> None:
        for file in files:
            name = f"{file.md5.hex()}:{file.size}:{int(file.type)}"
            row = {"file": name, "id": file.id, "access_hash": file.access_hash}
            self.write(
                lambda to, name=name, row=row: to.hset(self.key("file", name), mapping=row),
                lambda to, name=name: to.sadd(self.key("files"), name),
            )

    # ---- Values

    def get_values(self, names: Optional[Sequence[str]]) -> Mapping[str, bytes]:
        key = self.key("values")
        if names is None:
            return {name.decode(): value for name, value in self.reader.hgetall(key).items()}
        found = self.reader.hmget(key, list(names)) if names else []
        return {name: value for name, value in zip(names, found) if value is not None}

    def set_value(self, name: str, value: Optional[bytes]) -> None:
        key = self.key("values")
        self.write(lambda to: to.hdel(key, name) if value is None else to.hset(key, name, value))

    # ---- The whole session

    def remove(self) -> None:
        self.begin()
        try:
            keys = [self.key(name) for name in ("data", "values", "peers", "states", "files", "version")]
            for peer in self.get_peers(None):
                keys += [self.key("peer", peer.id), *self.names_of(peer)]
            keys += [self.key("state", state.id) for state in self.get_update_states()]
            keys += [self.key("file", name.decode()) for name in self.reader.smembers(self.key("files"))]
            self.watching.multi()
            self.watching.delete(*keys)
            self.watching.execute()
        except redis.WatchError as error:
            raise LockedError("another client wrote meanwhile") from error
        finally:
            self.finish(False)

    def take_lease(self, key_id: str, token: str, owner: str, seconds: int) -> Optional[LeaseHolder]:
        held = self.client.eval(TAKE, 1, f"tgsession:lease:{key_id}", token, owner, seconds * 1000)
        if held is None:
            return None
        _, since, name = held.decode().split(" ", 2)
        return LeaseHolder(name, int(since))

    def release_lease(self, key_id: str, token: str) -> None:
        self.client.eval(RELEASE, 1, f"tgsession:lease:{key_id}", token)


def whole(number: Any) -> int:
    """A number as Redis gives it."""
    return int(number)


def field(name: str, value: bytes) -> Any:
    if name in KEYS:
        return value
    if name == "server_address":
        return value.decode()
    return bool(int(value)) if name in TRUTHS else int(value)


def peer(row: Dict[bytes, bytes]) -> Peer:
    there = {name.decode(): value for name, value in row.items()}
    number, type_name = int(there["type"]), there.get("type_name")
    kinds = {kind.number: kind for kind in PeerType}
    usernames = there.get("usernames")
    return Peer(
        id=int(there["id"]),
        access_hash=int(there["access_hash"]) if "access_hash" in there else None,
        type=type_name.decode() if type_name is not None else kinds.get(number),
        usernames=tuple(usernames.decode().split("\0")) if usernames else (),
        phone_number=there["phone_number"].decode() if "phone_number" in there else None,
        name=there["name"].decode() if "name" in there else None,
        last_update_on=int(there["last_update_on"]) if "last_update_on" in there else None,
    )


def sent_file(row: Dict[bytes, bytes]) -> SentFile:
    md5, size, kind = row[b"file"].decode().split(":")
    return SentFile(bytes.fromhex(md5), int(size), int(kind), int(row[b"id"]), int(row[b"access_hash"]))
