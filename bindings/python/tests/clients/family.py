"""A client of Pyrogram's family: its own storages, ours, and what differs between the clients."""

import importlib
import inspect
from types import SimpleNamespace

from conftest import KEY

NAME = KEY.split("-")[0]
client_module = importlib.import_module("hydrogram" if NAME == "hydrogram" else "pyrogram")
theirs = importlib.import_module(f"{client_module.__name__}.storage")
ours = importlib.import_module(f"libtgsession.clients.{NAME}")
raw = client_module.raw
types = raw.types

ONE_CLASS = NAME in ("hydrogram", "kurigram", "pyrotgfork")
HAS_STATES = NAME not in ("pyrogram", "hydrogram")
HAS_USERNAMES = HAS_STATES


def file_class(side):
    return side.SQLiteStorage if ONE_CLASS else side.FileStorage


def make_file(side, folder):
    return file_class(side)("my_account", folder)


def make_memory(side, folder, session_string=None):
    if NAME == "hydrogram":
        return side.SQLiteStorage("memory", session_string=session_string, use_memory=True)
    if ONE_CLASS:
        return side.SQLiteStorage("memory", folder, session_string=session_string, in_memory=True)
    return side.MemoryStorage("memory", session_string)


def make_client(storage, folder):
    """As each client lets one pass a storage."""
    options = {"name": "my_account", "api_id": 12345, "api_hash": "hash", "workdir": str(folder)}
    if NAME == "pyrogram":
        client = client_module.Client(**options)
        client.storage = storage
    else:
        argument = {"hydrogram": "session_storage_engine", "kurigram": "storage_engine", "pyrotgfork": "storage_engine"}
        client = client_module.Client(**options, **{argument.get(NAME, "storage"): storage})
    assert client.storage is storage
    return client


async def finish(value):
    return await value if inspect.isawaitable(value) else value


def make(cls, **known):
    """A TL object: what its layer requires and we do not say is empty."""
    parameters = inspect.signature(cls.__init__).parameters
    values = {name: known[name] for name in parameters if name in known}
    for name, parameter in parameters.items():
        if name not in values and name != "self" and parameter.default is parameter.empty:
            values[name] = "" if name == "title" else 0 if name == "date" else None
    return cls(**values)


def usernames(*names):
    return [make(types.Username, username=name, active=True) for name in names]


def telegram_peers():
    """What Telegram sends: every kind of peer, with and without names and numbers."""
    peers = [
        make(types.User, id=7770001, access_hash=-5, username="Anna", phone="491700000001"),
        make(types.User, id=7770002, access_hash=2**63 - 1, usernames=usernames("First", "Second", "Third")),
        make(types.User, id=7770003, access_hash=11, bot=True, username="my_bot"),
        make(types.User, id=7770004, access_hash=0, min=True, username="min"),
        make(types.User, id=2**33 + 7, access_hash=None),
        make(types.Chat, id=501, title="A group"),
        make(types.ChatForbidden, id=502, title="Closed"),
        make(types.Channel, id=1777000301, access_hash=-(2**63), title="News", broadcast=True, username="News"),
        make(types.Channel, id=1777000302, access_hash=5, title="S", megagroup=True, usernames=usernames("Sup", "Sup2")),
        make(types.ChannelForbidden, id=1777000303, access_hash=6, title="F", broadcast=True),
    ]
    if NAME == "kurigram":
        peers += [
            make(types.Channel, id=1777000304, access_hash=7, title="Forum", forum=True, megagroup=True),
            make(types.Channel, id=2999999999999, access_hash=8, title="Direct", monoforum=True),
            make(types.Community, id=1777000306, access_hash=9, title="Community"),
        ]
    return peers


QUESTIONS = [
    7770001, "anna", "@Anna", "491700000001", "+491700000001", 7770002, "first", 7770003, "my_bot", 2**33 + 7, -501, -502,
    -1001777000301, "news", -1001777000302, "sup", -1001777000303, "me",
]  # fmt: skip
if NAME != "kurigram":
    # The others ask for the id first, whatever it is written with.
    QUESTIONS.append("7770003")
if HAS_USERNAMES:
    # Electrogram stores a channel's names under an id that it then does not find.
    QUESTIONS += ["second", "third"] + ([] if NAME == "electrogram" else ["sup2"])
if NAME == "kurigram":
    QUESTIONS += [-1001777000304, -1000000000000 - 2999999999999, -1001777000306]


async def outcome(awaitable):
    """An answer, or the exception with its text."""
    try:
        answer = await finish(awaitable)
    except Exception as error:
        return type(error), error.args
    return answer


class Both(SimpleNamespace):
    """Their storage and ours, in two folders, asked the same."""

    async def open(self):
        await self.theirs.open()
        await self.ours.open()

    async def close(self):
        await self.theirs.close()
        await self.ours.close()

    async def set(self, field, value):
        """What a setter answers is nothing, or whatever SQLite answered."""
        await finish(getattr(self.theirs, field)(value))
        assert await finish(getattr(self.ours, field)(value)) is None

    async def ask(self, method, *arguments):
        """Their answer, once ours is equal to it."""
        expected = await outcome(getattr(self.theirs, method)(*arguments))
        found = await outcome(getattr(self.ours, method)(*arguments))
        assert found == expected, f"{method}{arguments}"
        return expected


def both(folder, make_storage=make_file, *arguments):
    (folder / "theirs").mkdir()
    (folder / "ours").mkdir()
    return Both(
        theirs=make_storage(theirs, folder / "theirs", *arguments), ours=make_storage(ours, folder / "ours", *arguments)
    )
