"""What a session promises Telethon: the same test on Telethon's own class and on ours."""

import copy
import datetime
import sqlite3
import threading
import time

import commits
import libtgsession as tgs
import pytest
from libtgsession.clients.telethon import Session
from locks import locked, locking_again_and_again
from telethon.crypto import AuthKey
from telethon.sessions import SQLiteSession
from telethon.tl import types
from test_telethon import AUTH_KEY, make

SIDES = pytest.mark.parametrize("cls", [SQLiteSession, Session], ids=["theirs", "ours"])


def user(number, **values):
    return make(types.User, id=number, access_hash=values.pop("access_hash", -number), **values)


def state(pts, when=1700000000):
    date = datetime.datetime.fromtimestamp(when, tz=datetime.timezone.utc)
    return types.updates.State(pts, 2, date, 3, unread_count=0)


@SIDES
def test_it_is_a_sqlite_session(tmp_path, cls):
    session = cls(str(tmp_path / "account"))
    assert isinstance(session, SQLiteSession) and session.filename == str(tmp_path / "account.session")
    session.close()


@SIDES
def test_states_of_any_id(tmp_path, cls):
    session = cls(str(tmp_path / "account"))
    for number in (0, 1, -1001, 1777000301):
        assert session.get_update_state(number) is None
        session.set_update_state(number, state(number + 5000))
    for _ in range(2):
        for number in (0, 1, -1001, 1777000301):
            assert session.get_update_state(number) == state(number + 5000)
        if hasattr(SQLiteSession, "get_update_states"):
            assert len(list(session.get_update_states())) == 4
        session.save()
    session.close()


@SIDES
def test_ids_that_are_asked_for_without_a_mark(tmp_path, cls):
    session = cls(str(tmp_path / "account"))
    session.process_entities([user(1), make(types.Chat, id=2, title="G"), make(types.Channel, id=3, access_hash=9, title="C")])
    session.process_entities([user(3), user(2)])
    for _ in range(2):
        found = [session.get_entity_rows_by_id(number, exact=False) for number in (1, 2, 3, 4)]
        assert found == [(1, -1), (-2, 0), (-1000000000003, 9), None]
        session.save()
    session.close()


@SIDES
def test_another_programs_lock(tmp_path, cls):
    session = cls(str(tmp_path / "account"))
    session.process_entities([user(7770001, username="annabel", phone="497770001", first_name="Anna")])
    session.save()
    with locked(session.filename):
        started = time.monotonic()
        if cls is Session:
            session.process_entities([user(7770002, username="benjamin", phone="497770002", first_name="Ben")])
            # The writer has begun to wait for the lock.
            time.sleep(0.1)
            for question in (7770002, "benjamin", "+497770002"):
                assert session.get_input_entity(question).user_id == 7770002
            assert session.get_entity_rows_by_name("Ben") == (7770002, -7770002)
        for question in (7770001, "annabel", "+497770001"):
            assert session.get_input_entity(question).user_id == 7770001
        assert session.get_entity_rows_by_name("Anna") == (7770001, -7770001)
        with pytest.raises(ValueError):
            session.get_input_entity("nobody")
        assert time.monotonic() - started < 3
        with pytest.raises(sqlite3.OperationalError, match="lock"):
            session.process_entities([user(7770003)])
            session.save()
    session.save()
    session.close()


@SIDES
def test_a_bad_file(tmp_path, cls):
    (tmp_path / "account.session").write_bytes(b"no database" * 500)
    with pytest.raises(sqlite3.DatabaseError):
        cls(str(tmp_path / "account"))


@SIDES
def test_no_folder(tmp_path, cls):
    with pytest.raises(sqlite3.OperationalError) as raised:
        cls(str(tmp_path / "nowhere" / "account"))
    if cls is Session:
        assert raised.value.filename == str(tmp_path / "nowhere" / "account.session")


@SIDES
def test_the_time_is_pythons(tmp_path, cls, monkeypatch):
    session = cls(str(tmp_path / "account"))
    later = time.time() + 9 * 60 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    session.process_entities([user(7770001, username="anna")])
    session.save()
    session.close()
    (date,) = sqlite3.connect(session.filename).execute("SELECT date FROM entities WHERE id = 7770001").fetchone()
    assert date == int(later)


# ---- What only ours promises


def test_a_bad_entity_is_told_and_its_neighbours_are_stored(tmp_path):
    session = Session(tmp_path / "account")
    session.process_entities([user(7770001, username="anna")])
    session.set_update_state(0, state(5))
    session.cache_file(b"d" * 16, 6, make(types.InputDocument, id=3, access_hash=4))
    with pytest.raises(tgs.InvalidArgumentError, match="cannot store peer 7770002: a text has a NUL in it"):
        session.process_entities([user(7770003), user(7770002, first_name="a\0b"), user(7770004)])
    session.save()
    session.close()
    with tgs.Session.open(session.filename) as other:
        assert [peer.id for peer in other.peers()] == [7770001, 7770003, 7770004]
        assert other.update_state(0).pts == 5 and other.sent_file(b"d" * 16, 6, 0).id == 3


def test_queued_entities_are_looked_up_as_they_will_be(tmp_path):
    session = Session(tmp_path / "account")
    session.process_entities([user(1, username="anna", phone="491", first_name="Anna"), user(2, username="gone", first_name="B")])
    session.save()
    session.process_entities([user(3, username="anna", phone="493")])
    session.process_entities([user(2, username="ben", phone="492", first_name="Ben")])
    session.process_entities([user(1, access_hash=99, username="carl", first_name="Carl")])
    session.cache_file(b"d" * 16, 6, make(types.InputDocument, id=3, access_hash=4))

    def answers():
        found = [session.get_entity_rows_by_username(name) for name in ("anna", "ben", "carl", "gone", "")]
        found += [session.get_entity_rows_by_phone(number) for number in ("491", "492", "493", 493)]
        found += [session.get_entity_rows_by_name(name) for name in ("Anna", "B", "Ben", "Carl", "ben", "")]
        return [*found, session.get_file(b"d" * 16, 6, types.InputDocument).id]

    expected = answers()
    session.save()
    assert answers() == expected
    assert expected[:5] == [(3, -3), (2, -2), (1, 99), None, None]
    session.close()


@pytest.mark.parametrize("saved", [False, True], ids=["queued", "saved"])
def test_an_input_peer_tells_only_its_hash(tmp_path, saved):
    session = Session(tmp_path / "account")
    session.process_entities([user(1, username="anna", phone="491", first_name="Anna")])
    session.process_entities([make(types.Channel, id=2, access_hash=5, title="News", username="news")])
    if saved:
        session.save()
    session.process_entities([types.InputPeerUser(1, 99), types.InputPeerUser(3, 7)])
    session.process_entities([make(types.ChannelForbidden, id=2, access_hash=6, title="Closed")])
    for _ in range(2):
        assert session.get_entity_rows_by_username("anna") == session.get_entity_rows_by_phone("491") == (1, 99)
        assert session.get_entity_rows_by_name("Anna") == session.get_entity_rows_by_id(1) == (1, 99)
        assert session.get_entity_rows_by_username("news") == (-1000000000002, 6)
        # Old versions give such a channel no name.
        by_name = session.get_entity_rows_by_name
        assert (by_name("Closed") or by_name("News")) == (-1000000000002, 6)
        assert session.get_entity_rows_by_id(3) == (3, 7)
        session.save()
    # A whole user tells that there is none.
    session.process_entities([user(1, first_name="Anna")])
    assert session.get_entity_rows_by_username("anna") is None
    session.close()


def test_lookups_wait_for_no_commit(tmp_path):
    session = Session(tmp_path / "account")
    session.process_entities([user(n, username=f"name{n}", phone=f"49{n}", first_name=f"N {n}") for n in range(1, 51)])
    session.save()
    flush, flushes = session._write_behind.flush, []
    session._write_behind.flush = lambda: (flushes.append(1), flush())
    started = time.monotonic()
    for n in range(200):
        session.process_entities([user(1000 + n, username=f"new{n}")])
        wanted = n % 50 + 1
        for question in (f"name{wanted}", f"+49{wanted}", wanted):
            assert session.get_input_entity(question).user_id == wanted
        assert session.get_entity_rows_by_name(f"N {wanted}") == (wanted, -wanted)
    assert not flushes and time.monotonic() - started < 5
    session.close()


def test_lookups_beside_a_commit_wait_for_nothing(tmp_path, monkeypatch):
    """While a batch has the session's handle, all that Telethon asks for is answered without it."""
    session = Session(tmp_path / "account")
    session.process_entities([user(n, username=f"name{n}", phone=f"49{n}", first_name=f"N {n}") for n in range(1, 6)])
    session.process_entities([types.InputPeerUser(0, 5), make(types.Chat, id=9, title="G")])
    session.set_update_state(0, state(7))
    session.cache_file(b"d" * 16, 6, make(types.InputDocument, id=3, access_hash=4))
    session.save()
    monkeypatch.chdir("/")
    with commits.blocked(monkeypatch, session._session) as entered:
        changed = user(2, access_hash=99, username="newname", phone="492", first_name="N 2")
        session.process_entities([changed, user(7, username="name1")])
        assert entered.wait(30)
        # These wait for the next batch.
        session.process_entities([user(3, access_hash=98, username="name3")])
        session.process_entities([types.InputPeerUser(4, 97)])
        for question, hash in ((1, -1), (2, 99), (3, 98), (4, 97), ("newname", 99), ("name1", -7), ("name4", 97), ("+491", -1)):
            assert session.get_input_entity(question).access_hash == hash
        assert session.get_input_entity(types.PeerUser(5)).access_hash == -5 and session.get_input_entity(9).chat_id == 9
        assert session.get_entity_rows_by_name("N 5") == (5, -5) and session.get_entity_rows_by_name("N 3") is None
        for question in (6, "nobody", "name2", "+4999"):
            with pytest.raises(ValueError):
                session.get_input_entity(question)
        assert session.get_entity_rows_by_id(0) == (0, 5)
        assert session.get_update_state(0) == state(7) and session.get_update_state(5) is None
        assert session.get_file(b"d" * 16, 6, types.InputDocument).id == 3
        if hasattr(SQLiteSession, "get_update_states"):
            assert list(session.get_update_states()) == [(0, state(7))]
    session.save()
    assert session.get_entity_rows_by_username("name4") == (4, 97) and session.get_entity_rows_by_username("name2") is None
    session.close()


def test_threads_that_use_one_session_beside_another_programs_locks(tmp_path):
    """Each thread sees at once what it brought, and none of it is lost."""
    session = Session(tmp_path / "account")
    failed = []

    def work(first):
        try:
            for turn in range(1, 21):
                for number in (first, first + turn):
                    session.process_entities([user(number, access_hash=turn, username=f"name{number}x{turn}", phone=f"{number}")])
                    session.set_update_state(first, state(turn))
                    for exact in (True, False):
                        assert session.get_entity_rows_by_id(number, exact) == (number, turn)
                    assert session.get_entity_rows_by_username(f"name{number}x{turn}") == (number, turn)
                    assert session.get_entity_rows_by_phone(f"{number}") == (number, turn)
                    assert session.get_update_state(first).pts == turn
                if turn > 1:
                    assert session.get_entity_rows_by_username(f"name{first}x{turn - 1}") is None
                if turn % 10 == 0:
                    session.save()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(1000, 9000, 1000)]
    with locking_again_and_again(session.filename):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    session.save()
    session.close()
    with tgs.Session.open(session.filename) as other:
        found = {peer.id: peer.access_hash for peer in other.peers()}
    assert found == {first + turn: turn or 20 for first in range(1000, 9000, 1000) for turn in range(21)}


def test_what_the_file_does_not_tell(tmp_path):
    session = Session(tmp_path / "account")
    session.set_dc(4, "149.154.167.91", 443)
    session.auth_key = AuthKey(data=AUTH_KEY)
    session.close()
    session = Session(tmp_path / "account", user_id=7770001234, is_bot=False, api_id=5, test_mode=False)
    assert "telethon@" in repr(session)
    session.close()
    with tgs.Session.open(session.filename) as other:
        assert (other.user_id, other.is_bot, other.api_id, other.test_mode) == (7770001234, False, 5, False)
    with pytest.raises(TypeError, match="usr_id"):
        Session(tmp_path / "account", usr_id=5)


def test_it_opens_nothing_by_pythons_sqlite(tmp_path):
    session = Session(tmp_path / "account")
    with pytest.raises(tgs.UnsupportedError):
        session._execute("select 1")
    with pytest.raises(TypeError, match="copied"):
        copy.copy(session)
    session.close()
