"""Opening, closing, fields."""

import os
import stat

import libtgsession as tgs
import pytest
from libtgsession import Session
from locks import locked

KEY = bytes(range(256))
FIELDS = {
    "dc_id": 4, "server_address": "149.154.167.91", "port": 443, "api_id": 12345, "test_mode": False,
    "auth_key": KEY, "date": 1700000000, "user_id": 7770001234, "is_bot": True, "takeout_id": -5,
    "tmp_auth_key": KEY[::-1],
}  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("where", [":memory:", "pyrogram@3", "kurigram@7", "pyrofork@4", "telethon@8"])
def test_a_field_is_kept_and_made_absent(name, where, path):
    with Session.open(where if where == ":memory:" else path, format=None if where == ":memory:" else where) as session:
        if name == "tmp_auth_key":
            session.auth_key = KEY
        setattr(session, name, FIELDS[name])
        assert getattr(session, name) == FIELDS[name]
        assert type(getattr(session, name)) is type(FIELDS[name])
        setattr(session, name, None)
        default = {"dc_id": 2, "date": 0}.get(name) if where.startswith(("pyro", "kuri")) else None
        assert getattr(session, name) in (None, default)


@pytest.mark.parametrize("wal", [False, True])
def test_a_new_file_is_in_wal_mode_if_that_is_wanted(wal, path):
    Session.open(path, wal=wal).close()
    Session.open(path, wal=not wal).close()
    assert path.read_bytes()[18:20] == (b"\2\2" if wal else b"\1\1")
    assert list(path.parent.iterdir()) == [path]


def test_a_file_is_made_for_its_owner_and_kept(path):
    with Session.open(path) as session:
        assert session.format == "pyrogram@3"
        session.auth_key = KEY
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    with Session.open(str(path), create=False, read_only=True) as session:
        assert session.auth_key == KEY
        with pytest.raises(tgs.ReadOnlyError):
            session.user_id = 5


def test_what_is_not_there(path):
    with pytest.raises(FileNotFoundError) as failure:
        Session.open(path, create=False)
    assert isinstance(failure.value, tgs.SessionNotFoundError)
    assert failure.value.status is tgs.Status.ERROR_FILE_NOT_FOUND
    assert str(path) in str(failure.value) and failure.value.message == str(failure.value)


def test_no_session(path):
    path.write_text("something else")
    with pytest.raises(tgs.NotASessionError):
        Session.open(path)


def test_delete(path):
    with Session.open(path) as session:
        session.delete()
        assert not path.exists()
        with pytest.raises(tgs.ClosedError):
            session.dc_id  # noqa: B018


def test_closed(file):
    file.close()
    file.close()
    assert "closed" in repr(file)
    for call in (
        lambda: file.dc_id, lambda: setattr(file, "dc_id", 1), lambda: file.peer_by_id(1), file.peers, file.save,
        lambda: file.update_peers([tgs.Peer(1)]), file.update_states, file.sent_files, file.inspect, file.delete,
        file.export_session_string, lambda: file.peer_by_username("a"), lambda: file.delete_update_state(0),
    ):  # fmt: skip
        with pytest.raises(tgs.ClosedError):
            call()


def test_a_session_string_never_shows(session):
    for name in ("dc_id", "api_id", "test_mode", "auth_key", "user_id", "is_bot"):
        setattr(session, name, FIELDS[name])
    text = session.export_session_string()
    with Session.open_string(f'  "{text}"\n') as opened:
        assert opened.auth_key == KEY
        assert text[5:40] not in repr(opened) + str(opened.inspect())
    with pytest.raises(tgs.BadSessionStringError) as failure:
        Session.open_string(text[:-9])
    assert text[5:40] not in str(failure.value)


def test_busy(path):
    with Session.open(path, busy_timeout=0.01) as session:
        with locked(path):
            with pytest.raises(tgs.LockedError) as failure:
                session.user_id = 5
            assert str(path) in str(failure.value)
            assert session.user_id is None
        session.user_id = 5


def test_versions():
    assert tgs.version().count(".") == 2
    assert tgs.abi_version() == 2


def test_subclasses_open_as_themselves(path):
    class Mine(Session):
        pass

    with Mine.open(path) as session:
        assert type(session) is Mine
