"""Reads beside batches that are written: none waits for a batch, and none answers from another file."""

import os
import threading

import pytest
from libtgsession import InvalidArgumentError, LockedError, Session, SessionNotFoundError
from libtgsession.clients import _write_behind, _writer
from libtgsession.clients._reader import NOT_NOW, opener
from libtgsession.clients._write_behind import WriteBehind
from locks import locked

ROW = (1, 2, "user", ("anna",), None, None, None)


class Blocked:
    """Writes a batch, but only when it is told to."""

    def __init__(self, session):
        self.session, self.entered, self.go = session, threading.Event(), threading.Event()

    def __call__(self, batch):
        self.entered.set()
        assert self.go.wait(30)
        self.session.update_peers(batch.peers.values())


class Untouchable:
    """A handle that a batch has: whoever asks it waits."""

    def __getattr__(self, name):
        raise AssertionError(f"{name} waits for the batch")


@pytest.fixture
def write(file, monkeypatch):
    # It takes long from its beginning.
    monkeypatch.setattr(_write_behind, "SOON", 0.0)
    write = Blocked(file)
    yield write
    write.go.set()


def test_no_batch_begins_in_the_middle_of_a_read(file, write):
    """A call into the library lets go of the GIL: the writer's thread, which waits for it just then, must not be first."""
    writer = WriteBehind(write)
    writer.put("peers", [(1, ROW)])

    def question(session, id):
        while not writer.is_writing:
            pass
        # It is its turn, and it has the handle only after this.
        assert not write.entered.wait(0.05)
        return session.peer_by_id(id)

    assert writer.reader.ask(file, question, 1) is None
    write.go.set()
    writer.close()
    assert file.peer_by_id(1).access_hash == 2


def test_a_batch_is_read_beside_and_not_waited_for(file, write, path):
    file.update_peers([(7, 8, "user", ("ben",), None, None, None)])
    writer = WriteBehind(write, open=opener(path))
    writer.put("peers", [(1, ROW)])
    assert write.entered.wait(30)
    ask = writer.reader.ask
    assert ask(Untouchable(), Session.peer_by_username, "ben").access_hash == 8
    assert ask(Untouchable(), Session.peer_by_id, 7).access_hash == 8
    assert ask(Untouchable(), Session.peer_by_id, 1) is None
    assert ask(Untouchable(), getattr, "user_id") is None
    with pytest.raises(InvalidArgumentError):
        ask(Untouchable(), Session.peer_by_username, "a\0b")
    second = writer.reader._second
    assert second.is_open
    write.go.set()
    writer.close()
    # It cost a descriptor.
    assert writer.reader._second is None and not second.is_open
    assert ask(file, Session.peer_by_username, "anna").id == 1
    assert writer.reader.ask_beside(Session.peer_by_id, 1) is NOT_NOW


def test_no_handle_is_opened_beside_a_batch_that_is_soon_done(file, write, path, monkeypatch):
    monkeypatch.setattr(_write_behind, "SOON", 3600.0)
    writer = WriteBehind(write, open=opener(path))
    writer.put("peers", [(1, ROW)])
    assert write.entered.wait(30)
    assert writer.reader.ask(Untouchable(), Session.peer_by_id, 1) is NOT_NOW
    # A batch of many values takes longer.
    monkeypatch.setattr(_write_behind, "FEW_VALUES", 1)
    assert writer.reader.ask(Untouchable(), Session.peer_by_id, 1) is None
    # What is open is used.
    monkeypatch.setattr(_write_behind, "FEW_VALUES", 2)
    assert writer.reader.ask(Untouchable(), Session.peer_by_id, 1) is None
    write.go.set()
    writer.close()


def test_without_another_handle_there_is_no_answer_now(write):
    writer = WriteBehind(write)
    writer.put("peers", [(1, ROW)])
    assert write.entered.wait(30)
    assert writer.reader.ask(Untouchable(), Session.peer_by_id, 7) is NOT_NOW
    write.go.set()
    writer.close()


@pytest.mark.parametrize("error", [LockedError, SessionNotFoundError])
def test_a_file_that_cannot_be_read_now_is_no_error(write, error):
    def fail():
        raise error("not now")

    writer = WriteBehind(write, open=fail)
    writer.put("peers", [(1, ROW)])
    assert write.entered.wait(30)
    assert writer.reader.ask(Untouchable(), Session.peer_by_id, 7) is NOT_NOW
    write.go.set()
    writer.close()


def test_the_second_handle_waits_for_no_lock(file, path):
    with locked(path, "EXCLUSIVE"), pytest.raises(LockedError):
        opener(path)()


def test_the_second_handle_is_of_the_same_file(file, path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    open = opener(path.name)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    open().close()
    os.rename(path, tmp_path / "moved.session")
    with pytest.raises(SessionNotFoundError):
        open()
    with Session.open(path), pytest.raises(SessionNotFoundError):
        open()


def test_a_signals_handler_may_flush_in_the_middle_of_a_read(file):
    writer = WriteBehind(lambda batch: file.update_peers(batch.peers.values()))
    writer.put("peers", [(1, ROW)])

    def question(session):
        writer.flush()
        return session.peer_by_id(1)

    assert writer.reader.ask(file, question).access_hash == 2
    writer.close()


def test_a_forked_process_waits_for_no_thread_of_its_parent(file):
    writer = WriteBehind(lambda batch: file.update_peers(batch.peers.values()))
    taken, go = threading.Event(), threading.Event()

    def read(session):
        taken.set()
        assert go.wait(30)

    thread = threading.Thread(target=writer.reader.ask, args=(file, read))
    thread.start()
    assert taken.wait(30)
    writer._reset()
    writer.put("peers", [(1, ROW)])
    writer.flush()
    assert file.peer_by_id(1).access_hash == 2
    go.set()
    # It gives back a lock that nobody waits for any more.
    thread.join()
    writer.close()


def test_what_comes_after_a_flush_waits_its_own_time(monkeypatch):
    """A batch that was flushed leaves a time in the queue. Values that come later are not written at that time."""
    shared = _writer.Writer()
    monkeypatch.setattr(_writer, "shared", shared)
    batches = []
    writer, other = (WriteBehind(lambda batch: batches.append(list(batch.peers))) for _ in range(2))
    monkeypatch.setattr(_writer, "BATCH_DELAY", 0.05)
    writer.put("peers", [(1, "a")])
    writer.flush()
    monkeypatch.setattr(_writer, "BATCH_DELAY", 3600.0)
    writer.put("peers", [(2, "b")])
    monkeypatch.setattr(_writer, "BATCH_DELAY", 0.05)
    other.put("peers", [(3, "c")])
    with other._condition:
        assert other._condition.wait_for(lambda: other.is_empty, 30)
    assert batches == [[1], [3]]
    writer.close()
    assert batches == [[1], [3], [2]]
    other.close()
