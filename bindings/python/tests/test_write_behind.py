"""Writes behind a call: in order, seen by reads, soon in the file, and no error is lost."""

import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest
from libtgsession import InvalidArgumentError, LockedError, Session
from libtgsession.clients import _write_behind, _writer
from libtgsession.clients._batch import Batch
from libtgsession.clients._write_behind import WriteBehind
from locks import locked


class Gate:
    """A writer that notes its batches, and waits or fails as it is told."""

    def __init__(self):
        self.open, self.entered, self.batches, self.errors = threading.Event(), threading.Event(), [], []
        self.open.set()

    def __call__(self, batch):
        self.entered.set()
        assert self.open.wait(30)
        if self.errors:
            raise self.errors.pop(0)
        self.batches.append({kind: dict(getattr(batch, kind)) for kind in Batch.KINDS if getattr(batch, kind)})


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
def shared(monkeypatch):
    """A thread of this test alone."""
    writer = _writer.Writer()
    monkeypatch.setattr(_writer, "shared", writer)
    return writer


def test_everything_arrives_in_order(gate):
    writer = WriteBehind(gate)
    for n in range(500):
        writer.put("peers", [(n % 7, n)])
        writer.put("states", [(0, n)])
    writer.flush()
    assert writer.is_empty
    seen = [batch["states"][0] for batch in gate.batches if "states" in batch]
    assert seen == sorted(seen) and seen[-1] == 499
    merged = {}
    for batch in gate.batches:
        merged.update(batch.get("peers", {}))
    assert merged == {n % 7: n for n in range(493, 500)}


def test_a_later_value_comes_last(gate):
    gate.open.clear()
    writer = WriteBehind(gate)
    writer.put("peers", [(0, "x")])
    assert gate.entered.wait(30)
    # A username goes to who comes last: the second time of 1 comes after 2.
    writer.put("peers", [(1, "a"), (2, "b")])
    writer.put("peers", [(1, "c")])
    gate.open.set()
    writer.flush()
    assert list(gate.batches[-1]["peers"].items()) == [(2, "b"), (1, "c")]


def test_reads_see_what_is_on_its_way(gate):
    gate.open.clear()
    writer = WriteBehind(gate)
    assert writer.is_empty and writer.find("peers", 1) is None
    writer.put("peers", [(1, "in flight"), (2, "in flight")])
    assert not writer.is_empty
    assert gate.entered.wait(30)
    writer.put("peers", [(2, "pending"), (3, "pending")])
    assert [writer.find("peers", n) for n in (1, 2, 3, 4)] == ["in flight", "pending", "pending", None]
    gate.open.set()
    writer.flush()
    assert [writer.find("peers", n) for n in (1, 2, 3)] == [None, None, None]


def test_an_error_surfaces_once_and_nothing_is_lost(gate):
    writer = WriteBehind(gate)
    gate.errors = [LockedError("locked")] * 1000
    writer.put("peers", [(1, "a"), (2, "b")])
    with pytest.raises(LockedError):
        writer.flush()
    assert writer.find("peers", 1) == "a"
    writer.put("peers", [(1, "newer")])
    with pytest.raises(LockedError):
        writer.flush()
    # What may have failed meanwhile is not told if it now succeeds.
    writer._error = writer._failing
    gate.errors = []
    writer.flush()
    assert {n: value for batch in gate.batches for n, value in batch["peers"].items()} == {1: "newer", 2: "b"}
    assert writer.is_empty


def test_an_error_surfaces_at_the_next_call(gate):
    writer = WriteBehind(gate)
    gate.errors = [LockedError("locked")]
    writer.put("peers", [(1, "a")])
    with writer._condition:
        assert writer._condition.wait_for(lambda: writer._error is not None, 30)
    assert not writer.is_empty
    with pytest.raises(LockedError):
        writer.put("peers", [(2, "b")])
    writer.flush()
    assert {n for batch in gate.batches for n in batch["peers"]} == {1, 2}


def test_what_can_never_be_written_is_told_and_dropped(gate):
    writer = WriteBehind(gate)
    gate.errors = [InvalidArgumentError("no peer")]
    writer.put("peers", [(1, "a")])
    with pytest.raises(InvalidArgumentError):
        writer.flush()
    writer.flush()
    assert writer.is_empty and gate.batches == []


def test_a_writer_that_fails_on_and_on_fills_no_memory(gate, monkeypatch):
    monkeypatch.setattr(_write_behind, "MAX_PENDING", 10)
    writer = WriteBehind(gate)
    gate.errors = [LockedError("locked")] * 1000
    refused = 0
    for n in range(100):
        try:
            if writer.put("peers", [(n, n)]):
                writer.flush()
        except LockedError:
            refused += 1
    assert refused > 10
    gate.errors.clear()
    while not writer.is_empty:
        try:
            writer.flush()
        except LockedError:
            pass
    taken = {n for batch in gate.batches for n in batch["peers"]}
    # What was refused is not there, what was taken is.
    assert 10 <= len(taken) <= 12 and taken == set(range(len(taken)))


def test_calls_wait_when_too_much_is_on_its_way(gate, monkeypatch):
    monkeypatch.setattr(_write_behind, "MAX_PENDING", 10)
    gate.open.clear()
    writer = WriteBehind(gate)
    writer.put("peers", [(0, 0)])
    assert gate.entered.wait(30)
    assert writer.put("peers", [(n, n) for n in range(10)]) is False
    assert writer.put("peers", [(10, 10)]) is True
    gate.open.set()
    writer.flush()


def test_from_many_threads(tmp_path):
    with Session.open(tmp_path / "a.session") as session:
        writer = WriteBehind(lambda batch: session.update_peers(batch.peers.values()))

        def bring(first):
            for n in range(first, first + 200):
                writer.put("peers", [(n, (n, -n, "user", (), None, None, None))])
                row = writer.find("peers", n)
                assert row is not None or session.peer_by_id(n).access_hash == -n
            writer.flush()
            assert all(session.peer_by_id(n).access_hash == -n for n in range(first, first + 200))

        failed = []

        def run(first):
            try:
                bring(first)
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=run, args=(first,)) for first in range(1, 2001, 250)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []


def test_it_waits_for_another_programs_lock(tmp_path):
    path = tmp_path / "a.session"
    with Session.open(path, busy_timeout=30) as session:
        writer = WriteBehind(lambda batch: session.update_peers(batch.peers.values()))
        with locked(path) as let_go:
            writer.put("peers", [(1, (1, 2, "user", (), None, None, None))])
            assert writer.find("peers", 1) is not None
            let_go()
            writer.flush()
        assert session.peer_by_id(1).access_hash == 2


def test_the_thread_ends_when_idle_and_begins_again(gate, shared, monkeypatch):
    monkeypatch.setattr(_writer, "IDLE_TIMEOUT", 0.01)
    writer = WriteBehind(gate)
    for n in range(3):
        writer.put("peers", [(n, n)])
        (thread,) = shared._threads
        thread.join(30)
        assert not thread.is_alive() and shared._threads == []
    assert [batch["peers"] for batch in gate.batches] == [{0: 0}, {1: 1}, {2: 2}]


def test_one_thread_for_all_and_none_after_the_last_is_closed(gate, shared):
    writers = [WriteBehind(gate) for _ in range(100)]
    for n, writer in enumerate(writers):
        writer.put("peers", [(n, n)])
    assert len(shared._threads) == 1
    threads = list(shared._threads)
    for writer in writers:
        writer.close()
    assert shared._threads == [] and not any(thread.is_alive() for thread in threads)
    assert {n for batch in gate.batches for n in batch["peers"]} == set(range(100))
    # And again.
    writers[0].put("peers", [(5, 5)])
    writers[0].close()
    assert gate.batches[-1] == {"peers": {5: 5}}


def test_a_storage_that_waits_for_a_lock_keeps_nobody_waiting(gate, shared, monkeypatch):
    monkeypatch.setattr(_writer, "STUCK_AFTER", 0.0)
    gate.open.clear()
    stuck, other = WriteBehind(gate), Gate()
    free = WriteBehind(other)
    stuck.put("peers", [(1, 1)])
    assert gate.entered.wait(30)
    free.put("peers", [(2, 2)])
    assert other.entered.wait(30) and not gate.batches
    gate.open.set()
    stuck.close()
    free.close()
    assert (gate.batches, other.batches) == ([{"peers": {1: 1}}], [{"peers": {2: 2}}])


def test_only_the_bad_value_of_a_batch_is_lost(gate):
    def write(batch):
        if 13 in batch.peers or 13 in batch.states:
            raise InvalidArgumentError("thirteen")
        gate(batch)

    writer = WriteBehind(write)
    writer.put("peers", [(n, n) for n in range(40)])
    writer.put("usernames", [(n, [f"name{n}"]) for n in range(5)])
    writer.put("states", [(n, n) for n in range(20)])
    writer.put("files", [((b"5", 1, 2), 3)])
    with pytest.raises(InvalidArgumentError, match="cannot store peer 13: thirteen; cannot store update state 13: thirteen") as raised:
        writer.flush()
    assert str(raised.value.__cause__.__cause__) == "thirteen"
    found = {kind: {} for kind in Batch.KINDS}
    for batch in gate.batches:
        for kind, values in batch.items():
            found[kind].update(values)
    assert set(found["peers"]) == set(range(40)) - {13}
    assert set(found["states"]) == set(range(20)) - {13}
    assert len(found["usernames"]) == 5 and len(found["files"]) == 1
    assert writer.is_empty


def test_what_was_put_back_is_still_found(gate):
    writer = WriteBehind(gate)
    gate.errors = [LockedError("locked")]
    writer.put("peers", [(1, "a")])
    with pytest.raises(LockedError):
        writer.flush()
    assert not writer.is_empty and writer.find("peers", 1) == "a"
    writer.flush()
    assert writer.is_empty and gate.batches == [{"peers": {1: "a"}}]


def test_a_name_of_a_peer_in_flight_stays_when_newer_usernames_replace_others():
    def names(kind, key, value):
        return value

    in_flight, newer = Batch(), Batch()
    in_flight.add("peers", [(1, ("main",))])
    in_flight.add("usernames", [(1, ("main", "second"))])
    newer.add("usernames", [(1, ("third",))])
    # They replace the second one; what the peer itself was told stays.
    assert [in_flight.owner(name, names, newer) for name in ("main", "second")] == [("peers", 1), None]
    newer.add("peers", [(1, ("other",))])
    assert in_flight.owner("main", names, newer) is None
    assert in_flight.owner("main", names) == ("usernames", 1)


def test_the_owner_of_a_name_is_the_last_who_told_it(gate):
    gate.open.clear()
    writer = WriteBehind(gate, lambda kind, key, names: names)
    writer.put("peers", [(1, ["a", "b"]), (2, ["c"])])
    assert [writer.owner(name) for name in "abcd"] == [("peers", 1), ("peers", 1), ("peers", 2), None]
    assert gate.entered.wait(30)
    # These come after a batch that is being written.
    writer.put("peers", [(2, ["a"]), (3, ["d"])])
    assert [writer.owner(name) for name in "abcd"] == [("peers", 2), ("peers", 1), None, ("peers", 3)]
    writer.put("peers", [(2, [])])
    assert [writer.owner(name) for name in "abcd"] == [("peers", 1), ("peers", 1), None, ("peers", 3)]
    gate.open.set()
    writer.close()
    assert writer.owner("a") is None


SCRIPT = """
import os, signal, sys
from libtgsession import Session
from libtgsession.clients._write_behind import WriteBehind

session = Session.open(sys.argv[1])
writer = WriteBehind(lambda batch: session.update_peers(batch.peers.values()))

def bring(first, count):
    writer.put("peers", [(n, (n, -n, "user", (), None, None, None)) for n in range(first, first + count)])
"""


def run(path, code):
    return subprocess.run([sys.executable, "-c", SCRIPT + textwrap.dedent(code), str(path)], capture_output=True, text=True)


def test_a_program_that_ends_without_closing_loses_nothing(tmp_path):
    done = run(tmp_path / "a.session", "bring(1, 300)")
    assert (done.returncode, done.stderr) == (0, "")
    with Session.open(tmp_path / "a.session") as session:
        assert len(list(session.peers())) == 300


def test_a_killed_program_loses_nothing_that_was_flushed_and_no_half_batch(tmp_path):
    code = """
        bring(1, 200)
        writer.flush()
        first = 1001
        bring(first, 100)
        first += 100
        # Until the first of them are in the file, and more are under way.
        while writer.find("peers", 1001) is not None or first < 20000:
            bring(first, 100)
            first += 100
        os.kill(os.getpid(), signal.SIGKILL)
    """
    done = run(tmp_path / "a.session", code)
    assert done.returncode == -signal.SIGKILL
    with Session.open(tmp_path / "a.session") as session:
        ids = {peer.id for peer in session.peers()}
    assert set(range(1, 201)) <= ids
    later = sorted(ids - set(range(1, 201)))
    # Of what came after, some calls from the first on, each of them whole.
    assert later and later == list(range(1001, 1001 + len(later))) and len(later) % 100 == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_forked_process_writes_its_own(tmp_path):
    # From 3.12 on Python warns of any fork beside threads.
    code = """
        import warnings
        warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
        bring(1, 100)
        child = os.fork()
        if child == 0:
            assert writer.is_empty
            seen = []
            writer._write = lambda batch: seen.extend(batch.peers)
            bring(5000, 3)
            writer.flush()
            os._exit(0 if seen == [5000, 5001, 5002] else 1)
        assert os.waitpid(child, 0)[1] == 0
    """
    done = run(tmp_path / "a.session", code)
    assert (done.returncode, done.stderr) == (0, "")
    with Session.open(tmp_path / "a.session") as session:
        assert len(list(session.peers())) == 100
