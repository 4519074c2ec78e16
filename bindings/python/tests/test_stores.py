"""Sessions in databases: the locations are URLs, all else is the same. tests/servers/run starts the servers."""

import os

import libtgsession
import pytest
from libtgsession import Lease, Peer, PeerType, Session

DATA = {
    "dc_id": 4, "api_id": 12345, "test_mode": False, "auth_key": bytes(range(256)), "user_id": 777_000_123, "is_bot": False,
}  # fmt: skip


def server(name):
    url = os.environ.get(name)
    assert url, f"{name} names no server: run `make test-python`"
    return url


@pytest.fixture(params=["TGS_MONGODB", "TGS_POSTGRESQL", "TGS_MARIADB", "sqlite"])
def store(request, tmp_path):
    """The store, and the location of a session in it."""
    name = f"python_{os.getpid()}_{request.param.lower()}"
    url = f"sqlite:///{tmp_path}/sessions.db" if request.param == "sqlite" else server(request.param)
    location = f"{url}{name}?remove_peers=true" if url.startswith("mongodb") else f"{url}?session={name}"
    yield url, location, name
    Session.open(location).delete()


def test_a_session_lives_in_a_database(store, tmp_path):
    url, location, name = store
    with Session.open(location) as session:
        session.set_data(**DATA)
        session.update_peers([Peer(5, -(2**63), PeerType.USER, ("ada",), "999661")])
    with Session.open(location, create=False) as session:
        assert {name: getattr(session, name) for name in DATA} == DATA
        assert session.peer_by_username("@Ada").id == session.peer_by_phone_number("+99 9661").id == 5
        with Session.open(tmp_path / "a.session") as file:
            session.convert(file)
            assert file.peer_by_id(5).access_hash == -(2**63)
        with Session.open_bytes(session.to_bytes("pyrogram@3", compress=True)) as back:
            assert back.auth_key == DATA["auth_key"]
    assert name in libtgsession.list_sessions(url)


def test_a_lease_holds_in_a_store(store):
    _, location, _ = store
    key = os.urandom(256)
    first = Session.open(location, lease=Lease("the first", 3))
    first.set_data(**{**DATA, "auth_key": key})
    with pytest.raises(libtgsession.InUseError, match="in use by the first since 20"):
        Session.open(location, lease=True)
    first.close()
    Session.open(location, lease=True).close()


def test_a_server_that_is_not_there():
    for location in ("mongodb://me:hush@127.0.0.1:1/a", "postgresql://me:hush@127.0.0.1:1/db?session=a"):
        with pytest.raises(libtgsession.ServerError) as caught:
            Session.open(location, busy_timeout=0.5)
        assert "127.0.0.1:1" in str(caught.value) and "hush" not in str(caught.value)
