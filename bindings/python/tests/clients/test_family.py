"""Our storages and the clients' own ones: the same methods, the same answers, the same files."""

import asyncio
import inspect
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import family
import libtgsession as tgs
import pytest
from family import HAS_STATES, HAS_USERNAMES, NAME, Both, both, finish, make_client, make_file, make_memory, ours, outcome, theirs
from locks import locked

KEY = bytes(range(256))
LOGIN = {"dc_id": 4, "api_id": 5, "test_mode": False, "auth_key": KEY, "user_id": 7770001234, "is_bot": False}

# They make and migrate the tables, and hand out SQLite's connection: that is not done here.
THEIRS_ONLY = {"create", "update", "conn", "executor", "loop"}


def classes():
    if family.ONE_CLASS:
        return ["SQLiteStorage"]
    return ["FileStorage", "MemoryStorage"]


def parameters(function):
    """But for what our constructors can be told beside theirs."""
    found = inspect.signature(function).parameters.values()
    return [(p.name, p.kind, p.default) for p in found if p.name != "told"]


@pytest.mark.parametrize("name", classes())
def test_nothing_is_missing(name):
    their_class, our_class = getattr(theirs, name), getattr(ours, name)
    assert issubclass(our_class, getattr(theirs, "BaseStorage", None) or theirs.Storage)
    checked = 0
    for attribute in dir(their_class):
        if attribute.startswith("_") and attribute != "__init__" or attribute in THEIRS_ONLY:
            continue
        their, our = getattr(their_class, attribute), getattr(our_class, attribute)
        if not callable(their):
            assert our == their, attribute
            continue
        assert parameters(our) == parameters(their), attribute
        assert inspect.iscoroutinefunction(our) == inspect.iscoroutinefunction(their), attribute
        checked += 1
    assert checked >= 18


@pytest.mark.parametrize("make_storage", [make_file, make_memory])
def test_fields(loop, tmp_path, make_storage):
    async def run():
        pair = both(tmp_path, make_storage)
        await pair.open()
        fields = {
            "dc_id": 4, "api_id": 12345, "test_mode": False, "auth_key": KEY, "date": 1700000000, "user_id": 7770001234,
            "is_bot": True,
        }  # fmt: skip
        if NAME == "kurigram":
            fields |= {"server_address": "2001:b28:f23f:f005::a", "port": 80}
        for name in [*fields, "version"]:
            await pair.ask(name)
        for name, value in fields.items():
            await pair.set(name, value)
            assert await pair.ask(name) == value
        assert len(await pair.ask("export_session_string")) == 362
        for name in ("api_id", "test_mode", "auth_key", "user_id", "is_bot"):
            await pair.set(name, None)
            assert await pair.ask(name) is None
        await pair.close()

    loop.run_until_complete(run())


def test_session_strings(loop, tmp_path):
    async def run():
        source = make_memory(theirs, tmp_path)
        await source.open()
        for name, value in LOGIN.items():
            await finish(getattr(source, name)(value))
        pair = both(tmp_path, make_memory, await source.export_session_string())
        await pair.open()
        for name in ("dc_id", "api_id", "test_mode", "auth_key", "user_id", "is_bot", "date"):
            await pair.ask(name)
        await pair.ask("export_session_string")
        if NAME == "kurigram":
            assert await pair.ask("server_address") == "149.154.167.91"
            assert await pair.ask("port") == 443
        await pair.close()

    loop.run_until_complete(run())


def test_the_clients_own_code_finds_every_peer(loop, tmp_path):
    """fetch_peers with Telegram's objects, then resolve_peer by id, username and phone: as over the client's storage."""

    async def resolve(storage, folder):
        client = make_client(storage, folder)
        await storage.open()
        is_min = await client.fetch_peers(family.telegram_peers())
        client.is_connected = True
        answers = {question: await client.resolve_peer(question) for question in family.QUESTIONS}
        # An entirely known peer is stored again with each message.
        await client.fetch_peers(family.telegram_peers())
        assert {question: await client.resolve_peer(question) for question in family.QUESTIONS} == answers
        await storage.save()
        await storage.close()
        return is_min, answers

    async def run():
        pair = both(tmp_path)
        expected = await resolve(pair.theirs, tmp_path)
        found = await resolve(pair.ours, tmp_path)
        assert found == expected
        assert expected[0] is True and len(expected[1]) >= 19

    loop.run_until_complete(run())


@pytest.mark.parametrize("make_storage", [make_file, make_memory])
def test_answers_and_exceptions(loop, tmp_path, make_storage):
    async def run():
        pair = both(tmp_path, make_storage)
        await pair.open()
        await fill(pair)
        for key in (7770001, "7770001", " +7770001 ", "anna", "", None, 5, 0, -5, 2**63 - 1, 7770001.0, 1.5):
            await pair.ask("get_peer_by_id", key)
        for key in ("anna", "nobody", "", None, "a b", "x" * 5000):
            await pair.ask("get_peer_by_username", key)
        for key in ("491700000001", "12345", "", None):
            await pair.ask("get_peer_by_phone_number", key)
        for storage in (pair.theirs, pair.ours):
            with pytest.raises(OverflowError):
                await storage.get_peer_by_id(2**64)
        assert await pair.ask("get_peer_by_id", 5) == (KeyError, ("ID not found: 5",))
        assert await pair.ask("get_peer_by_username", "nobody") == (KeyError, ("Username not found: nobody",))
        assert await pair.ask("get_peer_by_phone_number", "1") == (KeyError, ("Phone number not found: 1",))
        await pair.close()

    loop.run_until_complete(run())


def shaped(number, access_hash, kind, name, phone_number):
    """A row for update_peers, in this client's shape."""
    names = {"kurigram": (), "pyrotgfork": ([name] if name else None,)}.get(NAME, (name,))
    return (number, access_hash, kind, *names, phone_number)


def rows(count, first=7770001, kind="user"):
    """update_peers' rows in this client's shape."""

    def phone_number(n):
        return None if NAME == "kurigram" and n % 2 == 0 else f"49{n}"

    return [shaped(n, -n, kind, f"name{n}" if n % 3 else None, phone_number(n)) for n in range(first, first + count)]


async def fill(pair):
    for storage in (pair.theirs, pair.ours):
        await storage.update_peers([shaped(7770001, 5, "user", "anna", "491700000001")])
        if NAME == "kurigram":
            await storage.update_usernames([(7770001, ["anna"])])
        await make_their_table(storage)


async def make_their_table(storage):
    """Until Electrogram's client calls this, its own storage fails for want of a table."""
    if NAME == "electrogram":
        await storage.update_usernames([])


def test_usernames_expire(loop, tmp_path, monkeypatch):
    for side in (theirs, ours):
        monkeypatch.setattr(family.file_class(side), "USERNAME_TTL", 0)

    async def run():
        pair = both(tmp_path)
        await pair.open()
        await fill(pair)
        await asyncio.sleep(2.1)
        assert await pair.ask("get_peer_by_username", "anna") == (KeyError, ("Username expired: anna",))
        assert await pair.ask("get_peer_by_id", 7770001)
        await pair.close()

    loop.run_until_complete(run())


def test_an_unknown_type(loop, tmp_path):
    async def run():
        pair = both(tmp_path)
        await pair.open()
        for storage in (pair.theirs, pair.ours):
            await storage.update_peers(rows(1, kind="gigagroup"))
        assert await pair.ask("get_peer_by_id", 7770001) == (ValueError, ("Invalid peer type: gigagroup",))
        await pair.close()

    loop.run_until_complete(run())


@pytest.mark.skipif(not HAS_USERNAMES, reason="this client keeps one username a peer, in update_peers")
def test_usernames_are_replaced(loop, tmp_path):
    def named(*names):
        if NAME in ("kurigram", "pyrotgfork"):
            return [(7770001, list(names))]
        return [(7770001, name) for name in names]

    async def run():
        pair = both(tmp_path)
        await pair.open()
        # Pyrofork and Electrogram keep the first name beside the others.
        main = "anna" if NAME in ("pyrofork", "electrogram") else None
        for storage in (pair.theirs, pair.ours):
            await fill(Both(theirs=storage, ours=storage))
            await storage.update_usernames(named("anna", "second", "third"))
        for name in ("anna", "second", "third"):
            assert not isinstance(await pair.ask("get_peer_by_username", name), tuple)
        for storage in (pair.theirs, pair.ours):
            await storage.update_usernames(named("fourth"))
            await storage.update_usernames([])
        for name in ("second", "third", "fourth", *([main] if main else ["anna"])):
            await pair.ask("get_peer_by_username", name)
        if NAME == "kurigram":
            # Kurigram stores a peer without its usernames, and they stay.
            for storage in (pair.theirs, pair.ours):
                await storage.update_peers([(7770001, 6, "user", None)])
            assert (await pair.ask("get_peer_by_username", "fourth")).access_hash == 6
        await pair.close()

    loop.run_until_complete(run())


NUMBERS = range(7770001, 7770007)


async def call_by_chance(pair, chance):
    """One call, the same on both sides. No two peers share a name or a number: their own rules for that are unlike ours.
    Nor are names told apart from a peer where the client forgets none of them."""
    number = chance.choice(NUMBERS)
    name, phone_number = f"name{number}_{chance.randrange(3)}", f"49{number}{chance.randrange(3)}"
    match chance.randrange(12):
        case 0 | 1 | 2:
            row = shaped(
                number, chance.choice([1, -5, 2**62]), chance.choice(["user", "bot"]), chance.choice([None, name]),
                chance.choice([None, phone_number]),
            )  # fmt: skip
            for storage in (pair.theirs, pair.ours):
                await storage.update_peers([row])
        case 3 if NAME in ("kurigram", "pyrotgfork"):
            names = [f"name{number}_{turn}" for turn in range(chance.randrange(3))]
            for storage in (pair.theirs, pair.ours):
                await storage.update_usernames([(number, names)])
        case 4:
            await pair.set("user_id", chance.randrange(1, 100))
        case 5:
            await pair.ask(chance.choice(["user_id", "dc_id", "api_id"]))
        case 6 | 7:
            await pair.ask("get_peer_by_id", number)
        case 8 | 9:
            await pair.ask("get_peer_by_phone_number", phone_number)
        case _:
            await pair.ask("get_peer_by_username", name)


@pytest.mark.parametrize("seed", [1, 2])
def test_calls_in_an_order_of_chance(loop, tmp_path, seed):
    chance = random.Random(seed)

    async def run():
        pair = both(tmp_path)
        await pair.open()
        for storage in (pair.theirs, pair.ours):
            # A client tells names of peers that it has told.
            await storage.update_peers([shaped(number, 1, "user", None, None) for number in NUMBERS])
            await make_their_table(storage)
        for _ in range(3):
            for _ in range(80):
                await call_by_chance(pair, chance)
            for storage in (pair.theirs, pair.ours):
                await storage.save()
            await pair.close()
            pair = Both(theirs=make_file(theirs, tmp_path / "theirs"), ours=make_file(ours, tmp_path / "ours"))
            await pair.open()
        await pair.close()

    loop.run_until_complete(run())


STATES = [(-1001777000301, 9, None, 50, 3), (0, 5, 6, 70, None), (-1001777000302, None, None, None, None), (-1001777000303, 1, 0, 60, 0)]


@pytest.mark.skipif(not HAS_STATES, reason="this client keeps no update states")
def test_update_states(loop, tmp_path):
    async def kurigram(pair):
        def make_state(values):
            return theirs.UpdateState(*values)

        await pair.ask("set_update_state", [make_state(state) for state in STATES])
        assert len(await pair.ask("get_update_states")) == 4
        await pair.ask("set_update_state", make_state((0, 8, None, None, 2)))
        await pair.ask("set_update_state", [])
        assert await pair.ask("get_update_states", 0) == [make_state((0, 8, 6, 70, 2))]
        for ids in ([0, -1001777000301], [], 5, None, (0,)):
            await pair.ask("get_update_states", ids)
        for ids in (0, 5, [], [-1001777000301, 5]):
            await pair.ask("delete_update_state", ids)
        assert len(await pair.ask("get_update_states")) == 2

    async def others(pair):
        for state in [*STATES, (0, 8, None, 75, 2)]:
            await pair.ask("update_state", state)
        if NAME == "pyrofork":
            await pair.ask("remove_state", -1001777000301)
        else:
            await pair.ask("update_state", -1001777000301)
        assert len(await pair.ask("update_state")) == 3
        assert (0, 8, None, 75, 2) in [tuple(state) for state in await pair.ask("update_state")]

    async def run():
        pair = both(tmp_path)
        await pair.open()
        await (kurigram if NAME == "kurigram" else others)(pair)
        await pair.close()

    loop.run_until_complete(run())


async def everything(storage):
    """All that a storage answers about the peers and fields that `write_all` wrote."""
    names = ["dc_id", "api_id", "test_mode", "auth_key", "user_id", "is_bot", "version"]
    answers = {name: await finish(getattr(storage, name)()) for name in names}
    for n in range(7770001, 7770041):
        answers[n] = await outcome(storage.get_peer_by_id(n))
        answers[f"name{n}"] = await outcome(storage.get_peer_by_username(f"name{n}"))
        answers[f"49{n}"] = await outcome(storage.get_peer_by_phone_number(f"49{n}"))
    if NAME == "kurigram":
        answers["states"] = await storage.get_update_states()
    elif HAS_STATES:
        answers["states"] = [tuple(state) for state in await storage.update_state()]
    return answers


async def write_all(storage):
    for name, value in LOGIN.items():
        await finish(getattr(storage, name)(value))
    await storage.update_peers(rows(40))
    await make_their_table(storage)
    if NAME == "kurigram":
        await storage.update_usernames([(n, [f"name{n}", f"also{n}"]) for n in range(7770001, 7770030)])
        await storage.set_update_state([theirs.UpdateState(*state) for state in STATES])
    elif HAS_STATES:
        for state in STATES:
            await storage.update_state(state)
    await storage.save()


@pytest.mark.parametrize("writer, reader", [(ours, theirs), (theirs, ours)], ids=["ours to theirs", "theirs to ours"])
def test_one_file_for_both(loop, tmp_path, writer, reader):
    async def run():
        storage = make_file(writer, tmp_path)
        await storage.open()
        await write_all(storage)
        expected = await everything(storage)
        await storage.close()
        storage = make_file(reader, tmp_path)
        await storage.open()
        found = await everything(storage)
        assert found == expected
        assert sum(not isinstance(answer, tuple) for answer in found.values()) > 70
        await storage.close()

    loop.run_until_complete(run())


def test_a_login_by_the_client(loop, tmp_path, monkeypatch):
    """load_session makes a key for a new session, and keeps the key of one that is logged in."""
    made = []

    class Auth:
        def __init__(self, *arguments):
            pass

        async def create(self):
            made.append(1)
            return KEY

    monkeypatch.setattr(f"{family.client_module.__name__}.client.Auth", Auth)

    async def run():
        for logins in (1, 1):
            storage = make_file(ours, tmp_path)
            await make_client(storage, tmp_path).load_session()
            assert await storage.auth_key() == KEY and len(made) == logins
            assert await storage.dc_id() == 2 and await storage.api_id() == 12345
            await storage.user_id(7770001234)
            await storage.is_bot(False)
            await storage.close()
        assert make_client(make_file(theirs, tmp_path), tmp_path)

    loop.run_until_complete(run())


def test_a_foreign_session_is_not_thrown_away(loop, tmp_path):
    path = tmp_path / "my_account.session"

    async def run():
        with tgs.Session.open(path, format="telethon@8") as session:
            session.dc_id, session.server_address, session.port, session.auth_key = 4, "149.154.167.91", 443, KEY
        storage = make_file(ours, tmp_path)
        with pytest.raises(tgs.IncompleteError, match="user_id"):
            await storage.open()
        with tgs.Session.open(path) as session:
            assert session.auth_key == KEY
            session.user_id, session.is_bot, session.api_id, session.test_mode = 7770001234, False, 5, False
        storage = make_file(ours, tmp_path)
        await storage.open()
        assert (await storage.auth_key(), await storage.user_id()) == (KEY, 7770001234)
        await storage.update_peers(rows(3))
        assert (await storage.get_peer_by_id(7770001)).access_hash == -7770001
        await storage.close()
        assert sqlite3.connect(path).execute("SELECT version FROM version").fetchone() == (8,)

    loop.run_until_complete(run())


def test_delete_after_close_as_log_out_does(loop, tmp_path):
    async def run():
        storage = make_file(ours, tmp_path)
        await storage.open()
        await storage.update_peers(rows(3))
        await storage.close()
        await storage.delete()
        assert list(tmp_path.iterdir()) == []
        with pytest.raises(FileNotFoundError):
            await storage.delete()
        memory = make_memory(ours, tmp_path)
        await memory.open()
        await memory.delete()
        await memory.close()

    loop.run_until_complete(run())


def test_before_and_after(loop, tmp_path):
    async def run():
        storage = make_file(ours, tmp_path)
        with pytest.raises(tgs.ClosedError, match="not opened"):
            await storage.get_peer_by_id(5)
        await storage.open()
        await storage.close()
        with pytest.raises(tgs.ClosedError):
            await storage.get_peer_by_id(5)
        await storage.open()
        with pytest.raises(KeyError):
            await storage.get_peer_by_id(5)
        await storage.close()

    loop.run_until_complete(run())


def test_the_event_loop_goes_on_while_a_write_waits(loop, tmp_path):
    """Another program holds the file's lock until the loop has turned a hundred times."""

    async def write_and_save(storage):
        await storage.update_peers(rows(5))
        await storage.save()

    async def run():
        storage = make_file(ours, tmp_path)
        await storage.open()
        await storage.update_peers(rows(1))
        with locked(storage.database) as let_go:
            write = asyncio.ensure_future(write_and_save(storage))
            for _ in range(100):
                await asyncio.sleep(0.001)
            # Pyrogram's other tasks look peers up meanwhile.
            lookup = asyncio.ensure_future(storage.get_peer_by_id(7770001))
            for _ in range(100):
                await asyncio.sleep(0.001)
            assert not write.done()
            let_go()
            await write
        await lookup
        assert await storage.get_peer_by_id(7770005)
        await storage.close()

    loop.run_until_complete(run())


def is_queued(storage):
    return storage._write_behind is not None and not storage._write_behind.is_empty


def test_peers_reach_the_file_without_save(loop, tmp_path):
    """Also where the client's own storage keeps them in an open transaction; and nobody is locked out meanwhile."""

    async def run():
        storage = make_file(ours, tmp_path)
        await storage.open()
        with tgs.Session.open(storage.database) as other:
            for first in (7770001, 7770101):
                await storage.update_peers(rows(5, first=first))
                # Until the queue has heard that they are in the file, it answers from what it has brought there.
                while other.peer_by_id(first + 4) is None or is_queued(storage):
                    await asyncio.sleep(0.001)
                other.update_peers([tgs.Peer(first, 99, "user")])
                assert (await storage.get_peer_by_id(first)).access_hash == 99
        await storage.close()

    loop.run_until_complete(run())


def test_a_killed_program_loses_nothing_that_was_saved(loop, tmp_path):
    code = (
        "import asyncio, os, pathlib, signal, sys\n"
        f"sys.path[:0] = {[str(Path(__file__).parent), str(Path(__file__).parents[1])]!r}\n"
        "import conftest, family, test_family\n"
        "async def run():\n"
        "    storage = family.make_file(family.ours, pathlib.Path(sys.argv[1]))\n"
        "    await storage.open()\n"
        "    await storage.update_peers(test_family.rows(40))\n"
        "    await storage.save()\n"
        "    await storage.update_peers(test_family.rows(3, first=7770101))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.get_event_loop().run_until_complete(run())\n"
    )
    done = subprocess.run([sys.executable, "-B", "-c", code, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with tgs.Session.open(tmp_path / "my_account.session") as session:
        ids = [peer.id for peer in session.peers()]
    # What was saved; and the last call's peers, all of them or none, as it had not been committed by save.
    assert ids[:40] == list(range(7770001, 7770041)) and len(ids) in (40, 43)


def test_lookups_while_tasks_write(loop, tmp_path):
    async def run():
        storage = make_file(ours, tmp_path)
        await storage.open()
        await storage.update_peers(rows(40))

        async def write(n):
            await storage.update_peers(rows(5, first=7770001 + n))

        async def read(n):
            return (await storage.get_peer_by_id(7770001 + n)).user_id

        answers = await asyncio.gather(*(task(n) for n in range(30) for task in (write, read)))
        assert answers[1::2] == [7770001 + n for n in range(30)]
        await storage.close()

    loop.run_until_complete(run())
