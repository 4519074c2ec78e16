"""Our storages and the clients' own ones: the same calls, in turn, in the same run.

    adapters.py [KEY...]

Each client runs in a process of its own. Times are microseconds per call; the ratio is how many times as fast ours is.
Both files are made by the client itself, so they are WAL where it likes that. "in its transaction": Pyrogram, Kurigram,
Pyrofork and Telethon leave a write transaction open, in which their reads take no lock, and which nobody else can read;
"saved": after save(). Electrogram leaves it open until update_state or a field. There ours writes behind the call: the
last column is how much later what a call brought is in the file, per call of a round; theirs is not until save().
"new": peers that the file does not have; "again": peers that it has, as Telegram tells them over and over.
"""

import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent / "tests"
KEYS = [
    "pyrogram-2.0.106", "hydrogram-0.2.0", "kurigram-2.2.26", "electrogram-0.3.230", "pyrofork-2.3.69",
    "pyrotgfork-2.2.24.1", "telethon-1.45.0",
]  # fmt: skip
PEERS = 10_000
BATCH = 200
LARGE = 30_000
TURNS = 1000
LOGIN = {"dc_id": 2, "api_id": 5, "test_mode": False, "auth_key": bytes(range(256)), "user_id": 777, "is_bot": False}


def main(keys):
    if "TGS_CLIENT" in os.environ:
        sys.path[:0] = [str(TESTS / "clients"), str(TESTS)]
        # The library of a client that is noisy when it is imported.
        measured = telethon() if os.environ["TGS_CLIENT"].startswith("telethon") else family()
        return asyncio.get_event_loop().run_until_complete(measured)
    print(f"{'':44} {'theirs µs':>10} {'ours µs':>10} {'ratio':>8} {'behind µs':>10}")
    for key in keys or KEYS:
        print(key, flush=True)
        subprocess.run([sys.executable, __file__], env={**os.environ, "TGS_CLIENT": key}, check=True)


def row_shape(name):
    if name == "kurigram":
        return lambda n: (n, -n, "user", f"49{n}")
    if name == "pyrotgfork":
        return lambda n: (n, -n, "user", [f"name{n}"], f"49{n}")
    return lambda n: (n, -n, "user", f"name{n}", f"49{n}")


async def family():
    import conftest  # noqa: F401 - puts the client on the path
    import family as client
    from measure import ROUNDS, compare, finish, show

    with tempfile.TemporaryDirectory() as folder:
        pair = client.both(Path(folder))
        storages = {"theirs": pair.theirs, "ours": pair.ours}
        # Both files are made by the client, in the journal mode that it likes.
        for side in storages:
            made = client.make_file(client.theirs, Path(folder) / side)
            await made.open()
            await made.close()
        await pair.open()
        row = row_shape(client.NAME)

        def each(method, choose=None):
            """The method of both storages, with an argument that depends on the turn and was made before."""
            if choose is None:
                return {name: (lambda _, call=getattr(storage, method): call()) for name, storage in storages.items()}
            arguments = [choose(turn) for turn in range(TURNS)]
            return {
                name: (lambda turn, call=getattr(storage, method): call(arguments[turn]))
                for name, storage in storages.items()
            }

        async def run(label, works, times):
            show("  " + label, await compare(works, times, pair.ours._flush))

        # Made before they are brought: the clock is the storages'.
        batches = [[row(10**6 + turn * BATCH + n) for n in range(BATCH)] for turn in range(5)]
        names = [[(peer[0], [f"name{peer[0]}"]) for peer in batch] for batch in batches]
        unused = itertools.count(10**9)

        def new(count, times):
            """For each storage the same peers, which it has not."""
            brought = [[row(next(unused)) for _ in range(count)] for _ in range(ROUNDS * times)]

            def bring(storage, mine):
                return lambda turn: storage.update_peers(next(mine))

            return {name: bring(storage, iter(brought)) for name, storage in storages.items()}

        def again(turn):
            return batches[turn % 5]

        async def fill():
            for storage in storages.values():
                for first in range(1, PEERS, 1000):
                    rows = [row(n) for n in range(first, first + 1000)]
                    await storage.update_peers(rows)
                    if client.NAME == "kurigram":
                        await storage.update_usernames([(n, [f"name{n}"]) for n in range(first, first + 1000)])
                    if client.NAME in ("electrogram", "pyrofork"):
                        await storage.update_usernames([])

        def peer(turn):
            return turn * 7919 % PEERS + 1

        async def lookups(when):
            await run(f"get_peer_by_id, {when}", each("get_peer_by_id", peer), 1000)
            await run(f"get_peer_by_username, {when}", each("get_peer_by_username", lambda t: f"name{peer(t)}"), 500)
            await run(f"get_peer_by_phone_number, {when}", each("get_peer_by_phone_number", lambda t: f"49{peer(t)}"), 500)

        await fill()
        await lookups("in its transaction" if client.NAME in ("pyrogram", "kurigram", "pyrofork") else "just written")
        for storage in storages.values():
            await storage.save()
        await lookups("saved")
        await run("get_peer_by_id of nobody", missing(storages), 500)
        await run(f"update_peers({BATCH}), new", new(BATCH, 10), 10)
        await run(f"update_peers({BATCH}), again", each("update_peers", again), 20)
        if client.NAME == "kurigram":
            await run(f"update_usernames({BATCH})", each("update_usernames", lambda turn: names[turn % 5]), 20)
        await run("update_peers(1), new", new(1, 20), 20)
        await run("update_peers(1), again", each("update_peers", lambda turn: [row(turn + 1)]), 20)
        await run(f"update_peers({BATCH}) new, save", saving(new(BATCH, 5), storages), 5)
        await run(f"update_peers({BATCH}) again, save", saving(each("update_peers", again), storages), 10)
        await large(row, each, new, run)
        await run("username while peers wait", waiting(storages, new, lambda turn: f"name{peer(turn)}"), 50)
        await run("user_id()", each("user_id"), 500)
        await run("user_id(value)", each("user_id", lambda turn: turn + 1), 20)
        await run("save", each("save"), 20)
        for storage in storages.values():
            for field, value in LOGIN.items():
                await finish(getattr(storage, field)(value))
        await run("export_session_string", each("export_session_string"), 50)
        await finish(pair.close())
        show("  open, close", await compare(opening(storages), 5))


async def large(row, each, new, run):
    """What a client brings of an account with many chats, at once."""
    await run(f"update_peers({LARGE}), new", new(LARGE, 1), 1)
    if "kurigram" in os.environ["TGS_CLIENT"]:
        names = [(n, [f"name{n}"]) for n in range(10**6, 10**6 + LARGE)]
        await run(f"update_usernames({LARGE})", each("update_usernames", lambda turn: names), 1)


def waiting(storages, new, name):
    """A new peer is brought, and another one is looked up."""
    bring = new(1, 50)

    def both(side, storage):
        async def work(turn):
            await bring[side](turn)
            await storage.get_peer_by_username(name(turn))

        return work

    return {side: both(side, storage) for side, storage in storages.items()}


def missing(storages):
    def ask(storage):
        async def work(turn):
            try:
                await storage.get_peer_by_id(-5)
            except KeyError:
                return

        return work

    return {name: ask(storage) for name, storage in storages.items()}


def saving(works, storages):
    def both(name):
        async def work(turn):
            await works[name](turn)
            await storages[name].save()

        return work

    return {name: both(name) for name in storages}


def opening(storages):
    def both(storage):
        async def work(turn):
            await storage.open()
            await storage.close()

        return work

    return {name: both(storage) for name, storage in storages.items()}


async def telethon():
    import datetime

    import conftest  # noqa: F401 - puts the client on the path
    from libtgsession.clients.telethon import Session
    from measure import ROUNDS, compare, show
    from telethon.sessions import SQLiteSession
    from telethon.tl import types

    with tempfile.TemporaryDirectory() as folder:
        sessions = {"theirs": SQLiteSession(f"{folder}/theirs"), "ours": Session(f"{folder}/ours")}

        def users(first, count):
            return [
                types.User(id=first + n, access_hash=n + 1, username=f"name{first + n}", phone=f"49{first + n}", first_name=f"N {n}")
                for n in range(count)
            ]

        def peer(turn):
            return turn * 7919 % PEERS + 1

        async def run(label, method, choose, times):
            arguments = [choose(turn) for turn in range(times)]
            works = {
                name: (lambda turn, call=getattr(session, method): call(*arguments[turn]))
                for name, session in sessions.items()
            }
            show("  " + label, await compare(works, times, sessions["ours"]._write_behind.flush))

        date = datetime.datetime.now(tz=datetime.timezone.utc)
        for session in sessions.values():
            session.process_entities(users(1, PEERS))
        for when in ("in its transaction", "saved"):
            await run(f"get_input_entity(id), {when}", "get_input_entity", lambda turn: (types.PeerUser(peer(turn)),), 500)
            await run(f"get_input_entity(int), {when}", "get_input_entity", lambda turn: (peer(turn),), 500)
            for session in sessions.values():
                session.save()
        await run("get_input_entity(username)", "get_input_entity", lambda turn: (f"name{peer(turn)}",), 30)
        await run("get_input_entity(phone)", "get_input_entity", lambda turn: (f"+49{peer(turn)}",), 30)
        await run("get_entity_rows_by_name", "get_entity_rows_by_name", lambda turn: (f"N {peer(turn)}",), 10)
        batches = [users(10**6 + n * BATCH, BATCH) for n in range(5)]
        # Each session takes them in turn, ten a round.
        new = [users(10**7 + n * BATCH, BATCH) for n in range(10 * ROUNDS)]
        unused = {name: iter(new) for name in sessions}
        works = {
            name: (lambda turn, name=name, session=session: session.process_entities(next(unused[name])))
            for name, session in sessions.items()
        }
        show(f"  process_entities({BATCH}), new", await compare(works, 10, sessions["ours"]._write_behind.flush))
        await run(f"process_entities({BATCH}), again", "process_entities", lambda turn: (batches[turn % 5],), 10)
        saved = {name: storing(session, users) for name, session in sessions.items()}
        show(f"  process_entities({BATCH}) new, save", await compare(saved, 5, sessions["ours"]._write_behind.flush))
        many = users(10**8, LARGE)
        await run(f"process_entities({LARGE})", "process_entities", lambda turn: (many,), 1)
        works = {name: asking(session, users, peer) for name, session in sessions.items()}
        show("  username while entities wait", await compare(works, 30, sessions["ours"]._write_behind.flush))
        state = types.updates.State(1, 2, date, 3, unread_count=0)
        await run("set_update_state", "set_update_state", lambda turn: (turn, state), 20)
        await run("get_update_state", "get_update_state", lambda turn: (turn,), 20)
        await run("save", "save", lambda turn: (), 20)
        for session in sessions.values():
            session.close()


def storing(session, users):
    """New entities are brought and saved."""
    unused = itertools.count(3 * 10**8, BATCH)

    def work(turn):
        session.process_entities(users(next(unused), BATCH))
        session.save()

    return work


def asking(session, users, peer):
    """A new entity is brought, and another one is looked up."""
    unused = itertools.count(2 * 10**8)

    def work(turn):
        session.process_entities(users(next(unused), 1))
        session.get_input_entity(f"name{peer(turn)}")

    return work


if __name__ == "__main__":
    main(sys.argv[1:])
