"""The engine in Python on a real server, in turns with the one in C. `make test-redis` runs it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from pathlib import Path

import libtgsession
import pytest
import redis
from libtgsession import Lease, Peer, PeerType, SentFile, Session, UpdateState
from redis_engine import RedisEngine

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ["TGS_REDIS_PROGRAM"]
FIXTURE = ROOT / "tests" / "fixtures" / "kurigram-2.2.26" / "account.session"
DATA = {
    "dc_id": 4, "server_address": "149.154.167.91", "port": 443, "api_id": 12345, "test_mode": False,
    "auth_key": bytes(range(256)), "date": 1_700_000_000, "user_id": 777_000_123, "is_bot": True,
    "takeout_id": -(2**63), "tmp_auth_key": bytes(reversed(range(256))),
}  # fmt: skip
VALUES = {"salts": bytes(range(256)), "empty": b"", "a b:{c}%7D Ключ": b"\r\n\0"}
PEERS = [
    Peer(-1_001_777_000_303, None, "galaxy", (), None, None, 1_600_000_000),
    Peer(5, -(2**63), PeerType.BOT, ("ada", "ada_two"), "999661", "Ada 🧶", 1_700_000_000),
]


class Server:
    """A server of the test's own, that can be killed and started again where it was."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.port = None
        self.start()

    def start(self):
        environment = {**os.environ, **({"TGS_PORT": str(self.port)} if self.port else {})}
        script = ROOT / "tests" / "servers" / "redis.sh"
        started = subprocess.run([script, self.folder.name], env=environment, stdout=subprocess.PIPE, check=True, text=True)
        pid, url = started.stdout.split()
        self.pid, self.port = int(pid), int(url.split(":")[2].split("/")[0])

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        while subprocess.run(["kill", "-0", str(self.pid)], stderr=subprocess.DEVNULL).returncode == 0:
            with open(f"/proc/{self.pid}/stat") as stat:
                if stat.read().split()[2] == "Z":
                    return

    def client(self):
        return redis.Redis(port=self.port, socket_timeout=5, socket_connect_timeout=5)

    def address(self):
        return f"127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.kill()
    server.folder.cleanup()


@pytest.fixture
def client(server):
    client = server.client()
    client.flushall()
    return client


def opened(client, name="my_account", **options):
    return Session.open_engine(RedisEngine(client, name), **options)


def fill(session):
    session.set_data(**DATA)
    session.update_peers(PEERS)
    session.set_update_states([UpdateState(0, 1, None, 0, 4), UpdateState(-1_001_777_000_303, pts=7)])
    session.cache_sent_files([SentFile(b"m" * 16, 100, 0, 7, -7)])
    session.values.update(VALUES)


def test_all_that_is_written_is_found_again(client):
    fill(opened(client))
    again = opened(client)
    assert {name: getattr(again, name) for name in DATA} == DATA
    assert list(again.peers()) == PEERS
    assert again.peer_by_phone_number("999661").id == 5
    assert again.update_states() == [UpdateState(-1_001_777_000_303, pts=7), UpdateState(0, 1, None, 0, 4)]
    assert again.sent_files() == [SentFile(b"m" * 16, 100, 0, 7, -7)]
    assert dict(again.values) == VALUES
    again.set_data(**dict.fromkeys(DATA))
    again.delete_update_state(0)
    assert {name: getattr(again, name) for name in DATA} == dict.fromkeys(DATA)
    assert len(again.update_states()) == 1


def test_a_username_moves(client):
    session = opened(client)
    session.update_peers([Peer(5, 1, PeerType.USER, ("moved", "kept"))])
    session.update_peers([Peer(6, 1, PeerType.USER, ("moved",))])
    assert session.peer_by_username("moved").id == 6 and session.peer_by_username("kept").id == 5
    session.update_peers([Peer(5, 1, PeerType.USER)])
    assert session.peer_by_username("kept") is None


def test_peers_are_deleted(client):
    session = opened(client)
    fill(session)
    session.update_peers([Peer(6, 1, PeerType.USER, ("third",), "999662"), Peer(-7)])
    client.sadd("tgsession:{my_account}:peers", 505)  # an id of which there is no more
    version = int(client.get("tgsession:{my_account}:version"))
    session.delete_peers([5, 404, -7])
    assert int(client.get("tgsession:{my_account}:version")) == version + 1
    assert [peer.id for peer in session.peers()] == [PEERS[0].id, 6]
    assert session.peer_by_username("ada_two") is None and session.peer_by_phone_number("999661") is None
    assert session.peer_by_username("third").id == session.peer_by_phone_number("999662").id == 6
    for gone in ("peer:5", "username:ada", "username:ada_two", "phone:999661", "peer:-7"):
        assert not client.exists("tgsession:{my_account}:" + gone)
    session.delete_all_peers()
    assert list(session.peers()) == [] and session.peer_by_username("third") is None
    assert [key for key in client.keys("*") if any(kind in key for kind in (b":peer", b":username", b":phone"))] == []
    assert session.auth_key == DATA["auth_key"] and len(session.update_states()) == 2 and dict(session.values) == VALUES
    session.update_peers(PEERS)
    assert list(session.peers()) == PEERS


def test_values(client):
    session, other = opened(client), opened(client)
    assert dict(session.values) == {} and "salts" not in session.values
    session.values.update(VALUES)
    assert dict(other.values) == VALUES and other.get_counts().values == 3
    assert client.hgetall("tgsession:{my_account}:values") == {name.encode(): value for name, value in VALUES.items()}
    session.values["salts"] = b"new"
    assert other.values["salts"] == b"new" and other.values["empty"] == b""
    del session.values["salts"]
    session.values.discard("nobody's")
    assert set(other.values) == {"empty", "a b:{c}%7D Ключ"}
    with pytest.raises(KeyError):
        other.values["salts"]


def test_a_transaction_keeps_all_or_nothing(client):
    session, engine = opened(client), RedisEngine(client, "my_account")
    session.update_peers(PEERS)
    for keep in (False, True):
        engine.begin()
        engine.delete_peers([5] if keep else None)
        engine.set_value("salts", b"1")
        assert len(list(session.peers())) == 2 and dict(session.values) == {}
        engine.finish(keep)
        assert [peer.id for peer in session.peers()] == [peer.id for peer in PEERS[: 1 if keep else 2]]
    assert dict(session.values) == {"salts": b"1"}
    engine.begin()
    engine.delete_peers(None)
    session.values["salts"] = b"2"
    with pytest.raises(libtgsession.LockedError):
        engine.finish(True)
    assert [peer.id for peer in session.peers()] == [PEERS[0].id]


def test_no_error_shows_what_was_to_be_written(client):
    session = opened(client)
    client.set("tgsession:{my_account}:values", "text")
    client.set("tgsession:{my_account}:data", "text")
    secret = "".join(("a ", "secret"))  # the traceback shows this file's lines
    for call in (
        lambda: session.values.update(v=secret.encode()),
        lambda: session.set_data(server_address=secret),
    ):
        with pytest.raises(libtgsession.ServerError, match="WRONGTYPE") as caught:
            call()
        assert secret not in "".join(traceback.format_exception(caught.type, caught.value, caught.tb))


def test_names_do_not_meet(client):
    names = ["a", "a}", "a%7D", "{a}", "a:data", "ä b", "x" * 300]
    for number, name in enumerate(names):
        opened(client, name).set_data(api_id=number)
    assert [opened(client, name).api_id for name in names] == list(range(len(names)))
    opened(client, "a").delete()
    assert opened(client, "a").api_id is None and opened(client, "a}").api_id == 1


def test_deleting_leaves_nothing(client):
    session = opened(client)
    fill(session)
    session.delete()
    assert client.keys("*") == []


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def test_python_and_c_share_one_store(server, client, tmp_path):
    source = shutil.copy(FIXTURE, tmp_path)
    with Session.open(source) as file:
        file.values.update(VALUES)
    run(server.address(), "my_account", "import", str(source))
    with Session.open(source, read_only=True) as file:
        session = opened(client)
        assert dict(session.values) == VALUES
        assert session.auth_key == file.auth_key and session.user_id == file.user_id
        assert list(session.peers()) == list(file.peers()) and session.update_states() == file.update_states()
    fill(opened(client, "from_python"))
    target = tmp_path / "exported.session"
    run(server.address(), "from_python", "export", str(target))
    with Session.open(target) as exported:
        assert exported.auth_key == DATA["auth_key"]
        assert [peer.id for peer in exported.peers()] == [peer.id for peer in PEERS]
        assert dict(exported.values) == VALUES
    opened(client, "from_python").delete_all_peers()
    target = tmp_path / "without_peers.session"
    run(server.address(), "from_python", "export", str(target))
    with Session.open(target) as exported:
        assert list(exported.peers()) == [] and dict(exported.values) == VALUES


def test_leases(client):
    first = opened(client, lease=Lease("the first", 3))
    first.auth_key = os.urandom(256)
    with pytest.raises(libtgsession.InUseError, match="in use by the first since 20"):
        opened(client, lease=Lease("the second", 3))
    (key,) = client.keys("tgsession:lease:*")
    assert 0 < client.pttl(key) <= 3000
    # Another machine takes over what a dead one left.
    client.set(key, "token 1700000000 another machine")
    assert RedisEngine(client, "my_account").take_lease(key.decode()[16:], "x", "y", 3).owner == "another machine"
    first.close()
    assert client.get(key) == b"token 1700000000 another machine"


def test_many_write_at_once(server, client):
    def write(first):
        session = opened(server.client())
        for id in range(first, first + 20):
            while True:
                try:
                    session.update_peers([Peer(id, id, PeerType.USER, (f"user{id}",))])
                    break
                except libtgsession.LockedError:
                    pass

    threads = [threading.Thread(target=write, args=(1 + 100 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session = opened(client)
    assert len(list(session.peers())) == 80
    assert all(session.peer_by_username(f"user{id}").id == id for id in (1, 120, 220, 320))


def test_a_server_that_goes_away_and_comes_back(server, client):
    session = opened(client)
    fill(session)
    server.kill()
    for call in (session.update_states, lambda: session.update_peers([Peer(6, 1, PeerType.USER)])):
        with pytest.raises(libtgsession.ServerError, match="my_account"):
            call()
    server.start()
    session.update_peers([Peer(6, 1, PeerType.USER)])
    assert [peer.id for peer in session.peers()] == [PEERS[0].id, 5, 6]


def test_no_server():
    nobody = redis.Redis(port=1, password="a secret", socket_connect_timeout=2)
    with pytest.raises(libtgsession.ServerError) as caught:
        opened(nobody).set_data(api_id=1)
    assert "a secret" not in str(caught.value)
    assert isinstance(caught.value.__cause__, redis.ConnectionError)


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-q", "-p", "no:cacheprovider"]))
