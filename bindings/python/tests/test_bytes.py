"""Bytes in, bytes out."""

import os
import sqlite3

import libtgsession
import pytest
from libtgsession import Peer, PeerType, Session

KEY = bytes(range(256))


@pytest.fixture
def whole():
    with Session.open(":memory:") as session:
        session.set_data(dc_id=2, api_id=1, test_mode=False, auth_key=KEY, user_id=5, is_bot=False)
        session.update_peers([Peer(5, 1, PeerType.USER, ("ada",))])
        return session.to_bytes()


def test_a_session_lives_in_bytes(whole, tmp_path):
    for data in (whole, bytearray(whole), memoryview(whole)):
        with Session.open_bytes(data) as session:
            assert (session.format, session.auth_key, session.peer_by_username("ada").id) == ("pyrogram@3", KEY, 5)
            assert session.change_count == 0
            session.update_peers([Peer(6)])
            assert session.change_count == 1
            packed = session.to_bytes(compress=True)
    assert len(packed) < len(whole)
    assert [peer.id for peer in Session.open_bytes(packed).peers()] == [5, 6]
    path = tmp_path / "a.session"
    path.write_bytes(Session.open_bytes(packed).to_bytes())
    assert sqlite3.connect(path).execute("SELECT count(*) FROM peers").fetchone() == (2,)


def test_bad_bytes(whole):
    for data in (b"", b"no session", os.urandom(5000), whole[:50], whole[: len(whole) // 2]):
        with pytest.raises((libtgsession.NotASessionError, libtgsession.CorruptError)):
            Session.open_bytes(data)
    with pytest.raises(TypeError):
        Session.open_bytes("text")
    with pytest.raises(libtgsession.ReadOnlyError):
        Session.open_bytes(whole, read_only=True).api_id = 7
    with pytest.raises(libtgsession.InvalidArgumentError):
        Session.open_bytes(whole).to_bytes("pyrogram@99")


def test_only_a_store_lists_its_sessions(tmp_path):
    for location in (":memory:", tmp_path, "cassandra://host/"):
        with pytest.raises(libtgsession.UnsupportedError):
            libtgsession.list_sessions(location)
