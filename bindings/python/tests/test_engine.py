"""A storage engine in Python, under everything that the library does above it."""

import gc
import os
import threading

import libtgsession
import pytest
from libtgsession import Lease, Peer, PeerType, SentFile, Session, UpdateState
from memory_engine import MemoryEngine

STATE = UpdateState(0, pts=5, qts=None, date=0, seq=7)
FILE = SentFile(b"m" * 16, 100, 0, 7, -7)
DATA = {
    "dc_id": 4, "server_address": "149.154.167.91", "port": 443, "api_id": 12345, "test_mode": False,
    "auth_key": bytes(range(256)), "date": 1_700_000_000, "user_id": 777_000_123, "is_bot": False,
    "takeout_id": -1, "tmp_auth_key": bytes(reversed(range(256))),
}  # fmt: skip


@pytest.fixture
def engine():
    return MemoryEngine()


def test_all_that_is_written_is_found_again(engine):
    session = Session.open_engine(engine)
    session.set_data(**DATA)
    peers = [
        Peer(5, -(2**63), PeerType.USER, ("ada", "ada_two"), "999661", "Ada", 1_700_000_000),
        Peer(-1_001_777_000_303, None, "a new type", (), None, None, None),
    ]
    session.update_peers(peers)
    session.set_update_states([STATE])
    session.cache_sent_files([FILE])
    again = Session.open_engine(engine)
    assert {name: getattr(again, name) for name in DATA} == DATA
    read = list(again.peers())
    assert read[1] == peers[0]
    assert read[0][:3] == (-1_001_777_000_303, None, "a new type") and read[0].last_update_on > 1_700_000_000
    assert again.peer_by_id(5).access_hash == -(2**63)
    with pytest.raises(libtgsession.UsernameExpired):
        again.peer_by_username("@ADA")
    assert again.peer_by_phone_number("+99 96 61").id == 5
    assert again.update_states() == [STATE]
    assert again.sent_files() == [FILE] and again.sent_file(FILE.md5, 100, 0) == FILE
    session.delete_update_state(0)
    assert again.update_states() == []


def test_the_rules_are_the_librarys(engine):
    session = Session.open_engine(engine)
    session.update_peers([Peer(5, 1, PeerType.USER, ("moved", "kept"))])
    session.update_peers([Peer(6, 1, PeerType.USER, ("moved",))])
    assert session.peer_by_username("moved").id == 6
    assert engine.peers[5].usernames == ("kept",)


def test_conversion_and_strings_work_over_it(engine, tmp_path):
    session = Session.open_engine(engine)
    session.set_data(**DATA)
    session.update_peers([Peer(5, 1, PeerType.USER, ("ada",))])
    with Session.open(tmp_path / "a.session") as file:
        session.convert(file)
        assert file.peer_by_username("ada").id == 5
    text = session.export_session_string("telethon")
    assert Session.open_string(text).auth_key == DATA["auth_key"]
    with Session.open_bytes(session.to_bytes("telethon@8", compress=True)) as back:
        assert back.format == "telethon@8" and back.user_id == DATA["user_id"]
    assert session.format == "custom"


def test_one_field_is_written_alone(engine):
    session = Session.open_engine(engine)
    session.set_data(**DATA)
    session.set_data(api_id=7, user_id=None)
    assert (session.api_id, session.user_id, session.dc_id) == (7, None, 4)
    with pytest.raises(TypeError, match="no field 'colour'"):
        session.set_data(colour="blue")
    with pytest.raises(libtgsession.InvalidArgumentError):
        session.set_data(port=70_000)
    with pytest.raises(libtgsession.InvalidArgumentError):
        session.set_data(auth_key=b"short")
    with pytest.raises(TypeError):
        session.set_data(auth_key="text")
    assert session.port == 443


class Failing(MemoryEngine):
    def __init__(self, error):
        super().__init__()
        self.error = error

    def put_peers(self, peers):
        raise self.error

    def get_update_states(self):
        return "no states"


def test_an_exception_is_the_cause_of_the_error():
    broken = ConnectionError("the server is gone")
    session = Session.open_engine(Failing(broken))
    with pytest.raises(libtgsession.ServerError, match="cannot write 'kept': ConnectionError: the server is gone") as caught:
        session.update_peers([Peer(5)])
    assert caught.value.__cause__ is broken
    assert session.change_count == 0


def test_an_error_of_this_package_keeps_its_status():
    session = Session.open_engine(Failing(libtgsession.LockedError("somebody writes")))
    with pytest.raises(libtgsession.LockedError, match="cannot write 'kept': somebody writes"):
        session.update_peers([Peer(5)])


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3), ValueError("a \0 and \udc80")])
def test_nothing_passes_through_c(error):
    session = Session.open_engine(Failing(error))
    with pytest.raises(libtgsession.ServerError):
        session.update_peers([Peer(5)])


def test_a_wrong_answer_is_an_error():
    session = Session.open_engine(Failing(None))
    with pytest.raises(libtgsession.ServerError, match="TypeError"):
        session.update_states()


def test_the_session_that_is_served_cannot_be_called():
    class Curious(MemoryEngine):
        def get_update_states(self):
            return self.session.update_states()

    engine = Curious()
    engine.session = Session.open_engine(engine)
    with pytest.raises(libtgsession.InvalidArgumentError, match="the session that it serves"):
        engine.session.update_states()
    engine.session.close()


def test_what_an_engine_cannot_do():
    class Plain(MemoryEngine):
        remove = libtgsession.Engine.remove

    with pytest.raises(libtgsession.UnsupportedError, match="remove"):
        Session.open_engine(Plain()).delete()
    with pytest.raises(TypeError):
        Session.open_engine(object())
    with pytest.raises(TypeError):
        libtgsession.Engine()


def test_what_is_not_there_is_not_made(engine):
    with pytest.raises(libtgsession.SessionNotFoundError):
        Session.open_engine(engine, create=False)
    assert engine.closed == 0
    Session.open_engine(engine).set_data(dc_id=2)
    with pytest.raises(libtgsession.ReadOnlyError):
        Session.open_engine(engine, read_only=True).set_data(dc_id=3)


def test_it_is_closed_once_however_the_session_ends(engine):
    Session.open_engine(engine).close()
    assert engine.closed == 1
    session = Session.open_engine(engine)
    session.delete()
    session.close()
    session.close()
    assert engine.closed == 1  # `delete` resets the engine
    session = Session.open_engine(engine)
    del session
    gc.collect()
    assert engine.closed == 2


def test_many_threads(engine):
    session = Session.open_engine(engine)

    def write(first):
        for id in range(first, first + 50):
            session.update_peers([Peer(id, id, PeerType.USER)])
            assert session.peer_by_id(id).access_hash == id

    threads = [threading.Thread(target=write, args=(1 + 100 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(session.peers())) == 200


def test_a_lease_through_it(engine):
    key = os.urandom(256)
    session = Session.open_engine(engine, lease=Lease("the first", 3))
    session.auth_key = key
    assert [owner for _, owner in engine.leases.values()] == ["the first"]
    with pytest.raises(libtgsession.InUseError, match="in use by the first since 20"):
        Session.open_engine(engine, lease=True)
    # Another copy of the same key on this machine.
    with pytest.raises(libtgsession.InUseError, match="in use by the first"):
        Session.open(":memory:", lease=True).auth_key = key
    session.close()
    assert engine.leases == {}
    Session.open_engine(engine, lease=Lease("the second")).close()
    for lease in (Lease(seconds=2), Lease(seconds=90_000), Lease(owner=" ")):
        with pytest.raises(libtgsession.InvalidArgumentError):
            Session.open(":memory:", lease=lease)
