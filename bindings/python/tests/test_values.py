"""Values beside a session as a mapping, and all fields at once."""

import pytest
from libtgsession import InvalidArgumentError, Session, SessionData


@pytest.fixture
def session(tmp_path):
    with Session.open(tmp_path / "a.session", format="telethon@8") as session:
        yield session


def test_they_are_a_mapping(session):
    values = session.values
    assert (len(values), list(values), dict(values)) == (0, [], {})
    values["salts"] = b"\0\1"
    values["config"] = bytearray(b"{}")
    values["zero"] = b""
    assert dict(values) == {"config": b"{}", "salts": b"\0\1", "zero": b""}
    assert list(values) == ["config", "salts", "zero"] and len(values) == 3
    assert "salts" in values and "other" not in values and 5 not in values
    assert values.get("other") is None and values.pop("zero") == b""
    del values["config"]
    with pytest.raises(KeyError):
        del values["config"]
    with pytest.raises(KeyError):
        values["config"]
    values.discard("config")
    assert dict(session.values) == {"salts": b"\0\1"}


def test_no_value_is_shown(session):
    session.values["salts"] = b"a secret"
    assert "secret" not in repr(session.values) and "salts" in repr(session.values)


@pytest.mark.parametrize("name", ["", " salts", "a\nb", "n" * 256])
def test_a_name_that_is_none(session, name):
    for call in (lambda: session.values[name], lambda: session.values.__setitem__(name, b""), lambda: session.values.discard(name)):
        with pytest.raises(InvalidArgumentError):
            call()


def test_a_value_is_bytes_of_a_megabyte_at_most(session):
    session.values["large"] = bytes(1 << 20)
    assert session.values["large"] == bytes(1 << 20)
    with pytest.raises(InvalidArgumentError):
        session.values["large"] = bytes((1 << 20) + 1)
    with pytest.raises(TypeError):
        session.values["large"] = "text"


def test_all_fields_at_once(session):
    empty = session.get_session_data()
    assert isinstance(empty, SessionData) and empty.auth_key is None and empty.user_id is None
    session.set_data(dc_id=4, auth_key=bytes(range(256)), user_id=5, server_address="149.154.167.91", is_bot=False)
    data = session.get_session_data()
    assert (data.dc_id, data.auth_key, data.user_id, data.is_bot) == (4, bytes(range(256)), 5, False)
    assert data.server_address == "149.154.167.91"


def test_counts(session):
    session.values["salts"] = b"1"
    counts = session.get_counts()
    assert (counts.peers, counts.usernames, counts.update_states, counts.sent_files, counts.values) == (0, 0, 0, 0, 1)
