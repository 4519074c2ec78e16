"""Whatever is passed: an exception of Python's, never a crash."""

import libtgsession as tgs
import pytest
from libtgsession import Peer, SentFile, Session, UpdateState

EXPECTED = (tgs.TgsError, TypeError, ValueError, OverflowError, AttributeError)

NASTY = [
    None, object(), 5.5, "", "\0", "a\0b", "\udcff", "\ud800x", b"bytes", b"\xff\xfe", -1, 2**31, 2**63, 2**64, -(2**63) - 1,
    [], {}, (), "x" * 1_000_000, [None], [[]], [(1,)], [Peer("5")], [Peer(5, "hash")], [Peer(5, 2**63)], [Peer(5, 1, "\0")],
    [Peer(5, 1, "\udcff")], [Peer(5, 1, "")], [Peer(5, 1, 7)], [Peer(5, 1, None, "anna")], [Peer(5, 1, None, [None])],
    [Peer(5, 1, None, [b"anna"])], [Peer(5, 1, None, iter(["anna"]))], [Peer(5, 1, None, ["a\0b"])], [Peer(5, 1, None, 7)],
    [Peer(5, 1, None, (), 49)], [Peer(5, 1, None, (), None, "\udcff")], [Peer(5, last_update_on="now")], [Peer(2**64)],
    [UpdateState(None)], [UpdateState(2**64)], [UpdateState(0, "1")], [SentFile(None, 1, 0, 1, 1)],
    [SentFile(b"x" * 16, 1, 2**40, 1, 1)], [SentFile(b"x" * 17, 1, 0, 1, 1)], float("nan"), float("inf"),
]  # fmt: skip

CALLS = {
    "open": lambda s, x: Session.open(x, create=False),
    "open_string": lambda s, x: Session.open_string(x),
    "format": lambda s, x: Session.open(":memory:", format=x) if x is not None else s.missing,
    "busy_timeout": lambda s, x: Session.open(":memory:", busy_timeout=x if isinstance(x, str) else -1.0),
    "username_expiry": lambda s, x: Session.open(":memory:", username_expiry=x if not isinstance(x, int) else -7),
    "by_username": lambda s, x: s.peer_by_username(x),
    "by_phone_number": lambda s, x: s.peer_by_phone_number(x),
    "by_name": lambda s, x: s.peer_by_name(x),
    "state": lambda s, x: s.update_state(x),
    "by_id": lambda s, x: s.peer_by_id(x),
    "peers": lambda s, x: s.peers(x) if x is not None else s.missing,
    "update_peers": lambda s, x: s.update_peers(x),
    "states": lambda s, x: s.set_update_states(x),
    "delete_state": lambda s, x: s.delete_update_state(x),
    "files": lambda s, x: s.cache_sent_files(x),
    "file": lambda s, x: s.sent_file(x, x, x),
    "export": lambda s, x: s.export_session_string(x),
    "convert": lambda s, x: s.convert(x),
    "overrides": lambda s, x: s.convert(Session.open(":memory:"), {"user_id": x}),
    "diagnose": lambda s, x: tgs.diagnose(x),
    **{
        name: (lambda name: lambda s, x: setattr(s, name, x if x is not None else object()))(name)
        for name in ("dc_id", "server_address", "port", "api_id", "test_mode", "auth_key", "date", "user_id", "takeout_id")
    },
}

# What is no mistake in some call: texts and numbers that nobody has, empty batches, a text that diagnose explains.
FINE = {
    "open": {"", "x" * 1_000_000},
    "by_username": {"", "x" * 1_000_000}, "by_phone_number": {"", "x" * 1_000_000},
    "by_name": {"", "x" * 1_000_000}, "state": {-1, 2**31},
    "by_id": {-1, 2**31}, "delete_state": {-1, 2**31}, "diagnose": {"", "x" * 1_000_000},
    "date": {-1, 2**31}, "user_id": {2**31}, "takeout_id": {-1, 2**31}, "server_address": {"x" * 1_000_000},
    # Bytes are also numbers in a row, and may be a text in hexadecimal digits.
    "peers": {b"bytes", b"\xff\xfe"}, "overrides": {b"bytes", 2**31},
    "dc_id": set(), "format": set(),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_every_call_with_every_nasty_value(session, name):
    refused = 0
    for value in NASTY:
        try:
            CALLS[name](session, value)
        except EXPECTED:
            refused += 1
        else:
            empty = hasattr(value, "__len__") and not value
            assert empty or is_fine(name, value), f"{name}({value!r:.60}) was accepted"
    assert refused > len(NASTY) // 2
    assert session.peer_by_id(5) is None


def is_fine(name, value):
    return isinstance(value, (str, int, bytes)) and value in FINE.get(name, ())


def test_no_half_of_a_refused_batch(session):
    for value in NASTY:
        if isinstance(value, list) and value and isinstance(value[0], Peer):
            with pytest.raises(EXPECTED):
                session.update_peers([Peer(1000), *value])
    assert list(session.peers()) == []


def test_a_handle_that_is_none_of_ours():
    from libtgsession._native import ffi

    session = Session.__new__(Session)
    session._handle = ffi.cast("tgs_session *", 0xDEAD0)
    with pytest.raises(tgs.ClosedError):
        session.peer_by_id(5)
    session._handle = ffi.NULL
    with pytest.raises(tgs.InvalidArgumentError):
        session.peer_by_id(5)


def test_a_folder_is_no_session(tmp_path):
    with pytest.raises(tgs.TgsError):
        Session.open(tmp_path)
