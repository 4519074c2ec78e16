"""A commit that lasts until the test ends it, and a handle that nobody may touch meanwhile: a read by it would wait."""

import contextlib
import threading
from functools import partial

import libtgsession as tgs
from libtgsession.clients import _write_behind
from libtgsession.fields import Field

WRITES = ("update_peers", "merge_peers")
READS = (
    "peer_by_id", "peer_by_username", "peer_by_phone_number", "peer_by_name", "_first_peer", "peers", "update_state",
    "update_states", "sent_file", "user_id", "dc_id",
)  # fmt: skip


@contextlib.contextmanager
def blocked(monkeypatch, handle):
    """Gives an event that is set once a batch is being written by this handle. It is committed when the block ends."""
    entered, go = threading.Event(), threading.Event()
    with monkeypatch.context() as patched:
        # Long enough for another handle.
        patched.setattr(_write_behind, "SOON", 0.0)
        for name in WRITES:
            patched.setattr(tgs.Session, name, held(getattr(tgs.Session, name), handle, entered, go))
        for name in READS:
            method = vars(tgs.Session)[name]
            if isinstance(method, Field):
                read = partial(method.__get__, owner=tgs.Session)
                patched.setattr(tgs.Session, name, property(refused(read, handle, entered, go)))
            else:
                patched.setattr(tgs.Session, name, refused(method, handle, entered, go))
        try:
            yield entered
            assert entered.is_set()
        finally:
            go.set()


def held(write, handle, entered, go):
    def wait_and_write(session, peers):
        if session is handle:
            entered.set()
            assert go.wait(60)
        return write(session, peers)

    return wait_and_write


def refused(read, handle, entered, go):
    def guarded(session, *arguments):
        assert session is not handle or not entered.is_set() or go.is_set(), "this waits for the commit"
        return read(session, *arguments)

    return guarded
