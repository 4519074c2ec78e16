"""What a storage promises its client: the same test on the client's own class and on ours."""

import asyncio
import errno
import sqlite3
import threading
import time

import commits
import family
import libtgsession as tgs
import pytest
from family import HAS_STATES, NAME, finish, make_file, ours, raw, theirs
from locks import locked, locking_again_and_again
from test_family import KEY, LOGIN, make_their_table, rows, shaped

SIDES = pytest.mark.parametrize("side", [theirs, ours], ids=["theirs", "ours"])


def ours_writes_behind():
    return family.file_class(ours).WRITES_BEHIND


async def opened(side, folder, **told):
    storage = family.file_class(side)("my_account", folder, **told)
    await storage.open()
    await make_their_table(storage)
    return storage


async def name(storage, number, username):
    """Tells a peer with a username, as this client does."""
    await storage.update_peers([shaped(number, -number, "user", username, f"49{number}")])
    if NAME == "kurigram":
        await storage.update_usernames([(number, [username])])


@SIDES
def test_ids_that_telegram_never_uses(loop, tmp_path, side):
    async def run():
        storage = await opened(side, tmp_path)
        await storage.update_peers(
            [shaped(0, 5, "user", None, None), shaped(1, 6, "user", None, None), shaped(-1001, 0, "group", None, None)]
        )
        for _ in range(2):
            assert await storage.get_peer_by_id(0) == raw.types.InputPeerUser(user_id=0, access_hash=5)
            assert await storage.get_peer_by_id(1) == raw.types.InputPeerUser(user_id=1, access_hash=6)
            assert await storage.get_peer_by_id(-1001) == raw.types.InputPeerChat(chat_id=1001)
            await storage.save()
        for field in ("user_id", "dc_id", "api_id"):
            for value in (0, 1):
                await finish(getattr(storage, field)(value))
                assert await finish(getattr(storage, field)()) == value
        await storage.close()

    loop.run_until_complete(run())


@SIDES
@pytest.mark.skipif(not HAS_STATES, reason="this client keeps no update states")
def test_states_of_any_id(loop, tmp_path, side):
    states = [(-1001777000301, 9, 1, 50, 3), (-1001, 1, 2, 60, 4), (0, 5, 6, 70, 7), (1, 2, 3, 80, 5)]

    async def run():
        storage = await opened(side, tmp_path)
        if NAME == "kurigram":
            await storage.set_update_state([theirs.UpdateState(*state) for state in states])
            await storage.set_update_state(theirs.UpdateState(1, 3, None, None, None))
            assert [(state.id, state.pts) for state in await storage.get_update_states([1, 0, 5])] == [(0, 5), (1, 3)]
            await storage.delete_update_state([-1001, 0])
            found = [(state.id, state.pts, state.qts, state.date, state.seq) for state in await storage.get_update_states()]
        else:
            for state in [*states, (1, 3, 3, 80, 5)]:
                await storage.update_state(state)
            for state_id in (-1001, 0):
                await storage.update_state(state_id)
            found = await storage.update_state()
        assert [tuple(state) for state in found] == [states[0], (1, 3, 3, 80, 5)]
        await storage.close()

    loop.run_until_complete(run())


@SIDES
def test_another_programs_lock(loop, tmp_path, side):
    """Writing raises sqlite3's own error; lookups answer at once, also of what is not in the file yet."""

    async def run():
        storage = await opened(side, tmp_path)
        await name(storage, 7770001, "anna")
        await storage.save()
        with locked(storage.database):
            started = time.monotonic()
            if side is ours:
                await asyncio.wait([asyncio.ensure_future(storage.update_peers(rows(3, first=7770005)))], timeout=0.5)
                # The writer has begun to wait for the lock.
                await asyncio.sleep(0.1)
            for _ in range(20):
                assert (await storage.get_peer_by_id(7770001)).user_id == 7770001
                assert (await storage.get_peer_by_username("anna")).user_id == 7770001
                assert (await storage.get_peer_by_phone_number("497770001")).user_id == 7770001
                with pytest.raises(KeyError):
                    await storage.get_peer_by_username("nobody")
            if side is ours and storage.WRITES_BEHIND:
                assert (await storage.get_peer_by_phone_number("497770005")).user_id == 7770005
            assert time.monotonic() - started < 3
            with pytest.raises(sqlite3.OperationalError, match="lock"):
                await finish(storage.user_id(5))
        # Nothing of it is lost.
        await storage.save()
        await storage.close()

    loop.run_until_complete(run())


@SIDES
def test_a_bad_file(loop, tmp_path, side):
    (tmp_path / "my_account.session").write_bytes(b"no database" * 500)
    threads = set(threading.enumerate())

    async def run():
        storage = make_file(side, tmp_path)
        with pytest.raises(sqlite3.DatabaseError):
            await storage.open()
        # Theirs is left half open, with a thread.
        if side is theirs:
            await finish(storage.conn.close())

    loop.run_until_complete(run())
    if side is ours:
        assert not set(threading.enumerate()) - threads


@SIDES
def test_no_folder(loop, tmp_path, side):
    async def run():
        with pytest.raises(sqlite3.OperationalError) as raised:
            await opened(side, tmp_path / "nowhere")
        if side is ours:
            assert isinstance(raised.value, FileNotFoundError)
            assert raised.value.errno == errno.ENOENT
            assert raised.value.filename == str(tmp_path / "nowhere" / "my_account.session")

    loop.run_until_complete(run())


@SIDES
def test_deleting_what_is_not_there(loop, tmp_path, side):
    async def run():
        storage = await opened(side, tmp_path)
        await storage.close()
        await storage.delete()
        with pytest.raises(FileNotFoundError) as raised:
            await storage.delete()
        assert raised.value.errno == errno.ENOENT
        assert str(raised.value.filename) == str(tmp_path / "my_account.session")

    loop.run_until_complete(run())


@SIDES
def test_the_time_is_pythons(loop, tmp_path, side, monkeypatch):
    async def run():
        storage = await opened(side, tmp_path)
        await name(storage, 7770001, "anna")
        await storage.save()
        assert (await storage.get_peer_by_username("anna")).user_id == 7770001
        later = time.time() + 9 * 60 * 60
        monkeypatch.setattr(time, "time", lambda: later)
        with pytest.raises(KeyError, match="Username expired: anna"):
            await storage.get_peer_by_username("anna")
        await storage.save()
        assert await finish(storage.date()) == int(later)
        await storage.close()

    loop.run_until_complete(run())


@SIDES
def test_a_closed_storage(loop, tmp_path, side):
    async def run():
        storage = await opened(side, tmp_path)
        await storage.close()
        # aiosqlite has an error of its own.
        with pytest.raises((sqlite3.ProgrammingError, ValueError)):
            await storage.get_peer_by_id(5)

    loop.run_until_complete(run())


@SIDES
def test_a_session_string_reads_no_peers(loop, tmp_path, side, monkeypatch):
    async def run():
        storage = await opened(side, tmp_path)
        for field, value in LOGIN.items():
            await finish(getattr(storage, field)(value))
        await storage.update_peers(rows(50))
        await storage.save()
        if side is ours:
            for method in ("peers", "export_session_string", "export_with_report", "inspect"):
                monkeypatch.delattr(tgs.Session, method)
        text = await storage.export_session_string()
        monkeypatch.undo()
        with tgs.Session.open_string(text) as session:
            assert (session.auth_key, session.user_id, session.dc_id) == (KEY, 7770001234, 4)
        await storage.close()

    loop.run_until_complete(run())


# ---- What only ours promises


def test_a_bad_row_is_told_and_its_neighbours_are_stored(loop, tmp_path):
    async def run():
        storage = await opened(ours, tmp_path)
        await name(storage, 7770001, "anna")
        if NAME == "kurigram":
            await storage.set_update_state(theirs.UpdateState(0, 5, 6, 70, 7))
        bad = [shaped(7770002, 5, "user", None, "49\x00"), shaped(2**70, 5, "user", None, None), shaped("x", 5, "user", None, None)]
        for row in bad:
            update = storage.update_peers([shaped(7770003, 1, "user", None, None), row, shaped(7770004, 1, "user", None, None)])
            if NAME == "electrogram":
                # It swallows them, and so do we.
                await update
                continue
            with pytest.raises(tgs.InvalidArgumentError, match=f"cannot store peer {row[0]!r}"):
                await update
        if NAME == "kurigram":
            with pytest.raises(tgs.InvalidArgumentError, match="cannot store peer 7770005"):
                await storage.update_usernames([(7770005, ["a\x00"]), (7770003, ["third"])])
        await storage.close()
        with tgs.Session.open(storage.database) as session:
            assert {peer.id for peer in session.peers()} == {7770001, 7770003, 7770004}
            assert session.peer_by_username("anna").id == 7770001
            if NAME == "kurigram":
                assert session.peer_by_username("third").id == 7770003
                assert session.update_state(0).pts == 5

    loop.run_until_complete(run())


def test_queued_peers_are_looked_up_as_they_will_be(loop, tmp_path, monkeypatch):
    """Each answer while peers wait is the one that comes once they are in the file."""

    async def answers(storage):
        found = {}
        for question in ("anna", "Anna", "@anna", "ben", "carl", "gone"):
            found[question] = await family.outcome(storage.get_peer_by_username(question))
        for question in ("497770001", "+49 7770001", "497770002", "497770003", "49gone"):
            found[question] = await family.outcome(storage.get_peer_by_phone_number(question))
        for question in (7770001, 7770002, 7770003, 5):
            found[question] = await family.outcome(storage.get_peer_by_id(question))
        return found

    async def run():
        storage = await opened(ours, tmp_path)
        await name(storage, 7770001, "anna")
        await name(storage, 7770002, "gone")
        await storage.save()
        # Another peer takes the name, one gives its own up, and a new one comes.
        await name(storage, 7770003, "anna")
        await name(storage, 7770002, "ben")
        await storage.update_peers([shaped(7770001, 99, "bot", "carl", "497770001")])
        if NAME == "kurigram":
            await storage.update_usernames([(7770001, ["carl"])])
        expected = await answers(storage)
        await storage.save()
        assert await answers(storage) == expected
        assert expected["anna"].user_id == 7770003 and expected["@anna"] == expected["anna"]
        assert expected["gone"] == (KeyError, ("Username not found: gone",))
        assert expected["carl"].access_hash == 99
        await storage.close()

    loop.run_until_complete(run())


def test_what_is_written_during_a_lookup_is_believed(loop, tmp_path, monkeypatch):
    async def run():
        storage = await opened(ours, tmp_path)
        has_lost = storage._has_lost

        def late(_, writer, found, key):
            writer.flush()
            return has_lost(writer, found, key)

        await name(storage, 7770001, "anna")
        await storage.save()
        await name(storage, 7770001, "bertha")
        monkeypatch.setattr(type(storage), "_has_lost", late)
        with pytest.raises(KeyError):
            await storage.get_peer_by_username("anna")
        await storage.close()

    loop.run_until_complete(run())


def test_lookups_wait_for_no_commit(loop, tmp_path):
    async def run():
        storage = await opened(ours, tmp_path)
        for number in range(7770001, 7770051):
            await name(storage, number, f"name{number}")
        await storage.save()
        flushes = []
        if storage._write_behind is not None:
            flush = storage._write_behind.flush
            storage._write_behind.flush = lambda: (flushes.append(1), flush())
            started = time.monotonic()
            for n in range(200):
                await storage.update_peers([shaped(8880001 + n, 1, "user", None, None)])
                assert (await storage.get_peer_by_username(f"name{7770001 + n % 50}")).user_id == 7770001 + n % 50
            # It took 22 ms each.
            assert not flushes and time.monotonic() - started < 3
        await storage.close()

    loop.run_until_complete(run())


@pytest.mark.skipif(not ours_writes_behind(), reason="this client commits in each call, which waits")
def test_lookups_beside_a_commit_wait_for_nothing(loop, tmp_path, monkeypatch):
    """While a batch has the session's handle, what a client asks for is answered without it, and in the event loop."""

    async def run():
        storage = await opened(ours, tmp_path)
        for number in range(7770001, 7770006):
            await name(storage, number, f"name{number}")
        await finish(storage.user_id(5))
        if NAME == "kurigram":
            await storage.set_update_state(theirs.UpdateState(0, 5, 6, 70, 7))
        await storage.save()
        with commits.blocked(monkeypatch, storage._session) as entered:
            changed, new = shaped(7770002, 99, "user", "newname", "497770002"), shaped(7770007, 98, "user", None, None)
            await storage.update_peers([changed, new])
            while not entered.is_set():
                await asyncio.sleep(0.001)
            # It waits for the next batch.
            await storage.update_peers([shaped(7770003, 97, "user", "name7770003", "497770003")])
            for number, hash in ((1, -7770001), (2, 99), (3, 97), (7, 98)):
                assert (await storage.get_peer_by_id(7770000 + number)).access_hash == hash
            for number, hash in ((1, -7770001), (3, 97), (4, -7770004)):
                assert (await storage.get_peer_by_username(f"name777000{number}")).access_hash == hash
                assert (await storage.get_peer_by_phone_number(f"49777000{number}")).access_hash == hash
            with pytest.raises(KeyError):
                await storage.get_peer_by_id(7770006)
            for question in ("nobody", "a\0b", ""):
                with pytest.raises(KeyError):
                    await storage.get_peer_by_username(question)
            assert await finish(storage.user_id()) == 5
            if NAME == "kurigram":
                assert [(state.id, state.pts) for state in await storage.get_update_states()] == [(0, 5)]
                assert await storage.server_address() == "149.154.167.51"
            elif HAS_STATES:
                assert await storage.update_state() == []
        await storage.save()
        assert (await storage.get_peer_by_id(7770002)).access_hash == 99
        await storage.close()

    loop.run_until_complete(run())


def test_tasks_and_threads_that_use_one_storage_beside_another_programs_locks(loop, tmp_path):
    """Each of 8 event loops sees at once what it brought, and none of it is lost."""
    storage = loop.run_until_complete(opened(ours, tmp_path))
    failed = []

    async def use(first):
        for turn in range(1, 11):
            for number in (first, first + turn):
                await storage.update_peers([shaped(number, turn, "user", None, f"49{number}")])
                assert (await storage.get_peer_by_id(number)).access_hash == turn
                assert (await storage.get_peer_by_phone_number(f"49{number}")).access_hash == turn
                await name(storage, number, f"name{number}x{turn}")
                assert (await storage.get_peer_by_username(f"name{number}x{turn}")).user_id == number
                await storage.update_peers([shaped(number, turn, "user", f"name{number}x{turn}", f"49{number}")])
            if turn % 5 == 0:
                await storage.save()

    async def use_all(first):
        await asyncio.gather(*(use(first + task * 100) for task in range(4)))

    def work(first):
        own = asyncio.new_event_loop()
        try:
            own.run_until_complete(use_all(first))
        except BaseException as error:
            failed.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=work, args=(7770001 + 1000 * n,)) for n in range(8)]
    with locking_again_and_again(storage.database):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    loop.run_until_complete(storage.close())
    with tgs.Session.open(storage.database) as session:
        found = {peer.id: peer.access_hash for peer in session.peers()}
    firsts = [7770001 + 1000 * n + 100 * task for n in range(8) for task in range(4)]
    assert found == {first + turn: turn or 10 for first in firsts for turn in range(11)}


def test_hundreds_at_once_and_nothing_left(loop, tmp_path):
    threads = set(threading.enumerate())

    async def run():
        storages = []
        for n in range(60):
            (tmp_path / str(n)).mkdir()
            storages.append(await opened(ours, tmp_path / str(n)))
        for storage in storages:
            await storage.update_peers(rows(2))
        assert len(set(threading.enumerate()) - threads) <= 10
        await asyncio.gather(*(storage.save() for storage in storages))
        await asyncio.gather(*(storage.close() for storage in storages))

    loop.run_until_complete(run())
    assert not set(threading.enumerate()) - threads


def test_a_telethon_file_with_what_it_does_not_tell(loop, tmp_path):
    path = tmp_path / "my_account.session"
    with tgs.Session.open(path, format="telethon@8") as session:
        session.set_data(dc_id=4, server_address="149.154.167.91", port=443, auth_key=KEY)
        session.update_peers([tgs.Peer(7770001, 5, None, ["anna"])])

    async def run():
        with pytest.raises(tgs.IncompleteError, match="user_id="):
            await opened(ours, tmp_path, api_id=5)
        async with family.file_class(ours)(
            "my_account", tmp_path, api_id=5, user_id=7770001234, is_bot=False, test_mode=False
        ) as storage:
            assert [await finish(getattr(storage, field)()) for field in LOGIN] == list(LOGIN.values())
            assert (await storage.get_peer_by_username("anna")).access_hash == 5
        # Told once, it is known.
        async with family.file_class(ours)("my_account", tmp_path, user_id=5) as storage:
            assert await storage.user_id() == 7770001234
            assert "telethon@8" in repr(storage)
        with pytest.raises(TypeError, match="usr_id"):
            family.file_class(ours)("my_account", tmp_path, usr_id=5)

    loop.run_until_complete(run())
    assert sqlite3.connect(path).execute("SELECT version FROM version").fetchone() == (8,)
