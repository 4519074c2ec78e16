"""Shared by all drivers: ids, answers, TL objects, and the raw contents of a file."""

import inspect

CHANNEL = -1000000000000


class Driver:
    """One library. A driver fills in these methods; verbs.py calls nothing else.

    open(path, options)          opens or makes the file with the library
    set_session(fields)          writes the given fields, and only these
    update_peers(peers, via)     "storage": the library's storage, called directly;
                                 "client": TL objects through the client's own code
    set_states(states), set_files(files)
    save(), close()
    session(), states(), files() the library's own getters
    lookup(what, key)            what is "ids", "usernames" or "phones"
    rows(query)                  a query on the library's own connection
    export_string(), read_string(text)
    """

    def __init__(self, key, entry):
        self.key = key
        self.entry = entry

    async def set_states(self, states):
        """Only for libraries that keep update states."""

    async def set_files(self, files):
        """Only for libraries that keep sent files."""

    async def states(self):
        return None

    async def files(self):
        return None


async def finish(value):
    """Some libraries are asynchronous, some are not, some are both."""
    return await value if inspect.isawaitable(value) else value


def kind_of(marked_id):
    if marked_id > 0:
        return "user"
    return "channel" if marked_id <= CHANNEL else "chat"


def bare_id(marked_id):
    if marked_id > 0:
        return marked_id
    return CHANNEL - marked_id if marked_id <= CHANNEL else -marked_id


def describe_input_peer(peer):
    """The answer of a lookup, the same for every library's InputPeer classes."""
    name = type(peer).__name__
    if name == "InputPeerUser":
        return {"kind": "user", "id": peer.user_id, "access_hash": peer.access_hash}
    if name == "InputPeerChat":
        return {"kind": "chat", "id": peer.chat_id, "access_hash": None}
    if name == "InputPeerChannel":
        return {"kind": "channel", "id": peer.channel_id, "access_hash": peer.access_hash}
    raise TypeError("not an InputPeer: " + name)


def describe_error(error):
    text = " ".join(str(part) for part in error.args)
    return {"error": "%s: %s" % (type(error).__name__, text)}


def make_tl(cls, **known):
    """A TL object of any layer. Required fields that we do not pass are empty."""
    values = {}
    for name, parameter in inspect.signature(cls.__init__).parameters.items():
        if name in known:
            values[name] = known[name]
        elif name != "self" and parameter.default is parameter.empty:
            values[name] = "" if name == "title" else 0 if name == "date" else None
    return cls(**values)


def plain(value):
    """A database value as JSON: bytes are written as {"hex": ...}."""
    return {"hex": bytes(value).hex()} if isinstance(value, (bytes, memoryview)) else value


async def dump_tables(driver):
    """Every table as the library's own connection sees it, to compare by."""
    tables = {}
    schema = await driver.rows("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
    for kind, name, _ in schema:
        if kind == "table" and not name.startswith("sqlite_"):
            columns = [row[1] for row in await driver.rows("PRAGMA table_info(%s)" % name)]
            rows = await driver.rows("SELECT * FROM %s" % name)
            tables[name] = {"columns": columns, "rows": [[plain(v) for v in row] for row in rows]}
    journal = (await driver.rows("PRAGMA journal_mode"))[0][0]
    return {
        "tables": tables,
        "schema": [{"type": t, "name": n, "sql": s} for t, n, s in schema],
        "journal_mode": journal,
    }


def records(dump, table):
    content = dump["tables"].get(table, {"columns": [], "rows": []})
    return [dict(zip(content["columns"], row)) for row in content["rows"]]


def peers_of(dump):
    """The peers in neutral form, whatever the shape of the tables."""
    names = {}
    for row in records(dump, "usernames"):
        # Kurigram: (id, username), many a peer. Pyrofork: (id = the name, peer_id).
        peer, name = (row["peer_id"], row["id"]) if "peer_id" in row else (row["id"], row["username"])
        names.setdefault(peer, []).append(name)
    peers = []
    for row in records(dump, "peers"):
        first = [row["username"]] if row.get("username") is not None else []
        rest = [n for n in names.get(row["id"], []) if n is not None and n not in first]
        peers.append({
            "id": row["id"], "access_hash": row["access_hash"], "type": row["type"],
            "usernames": first + rest, "phone_number": row["phone_number"],
            "last_update_on": row["last_update_on"]})
    for row in records(dump, "entities"):
        peers.append({
            "id": row["id"], "access_hash": row["hash"], "name": row["name"],
            "usernames": [row["username"]] if row["username"] is not None else [],
            "phone_number": None if row["phone"] is None else str(row["phone"]),
            "last_update_on": row.get("date")})
    # Telethon's own account is not a peer: it is entity 0, with its id in the hash.
    return sorted((p for p in peers if p["id"] != 0), key=lambda p: p["id"])


class SqliteDriver(Driver):
    async def dump(self):
        return await dump_tables(self)
