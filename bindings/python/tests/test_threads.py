"""Threads that use, and close, one session at the same time; and no leaks."""

import gc
import os
import sys
import threading

import libtgsession as tgs
import pytest
from libtgsession import Peer, Session, UpdateState
from locks import locked

# Everything that a thread may meet whose session is closed by another.
CLOSED = tgs.ClosedError


def test_close_while_others_read_and_write(path):
    for round in range(30):
        session = Session.open(path)
        session.update_peers([Peer(n, n, "user", [f"name{n}"]) for n in range(1, 50)])
        started, failures = threading.Barrier(5), []

        def use(work, started=started, failures=failures):
            started.wait()
            try:
                for n in range(1, 10_000_000):
                    work(n)
            except CLOSED:
                return
            except BaseException as error:
                failures.append(error)

        works = [
            lambda n, s=session: s.peer_by_id(n % 50 + 1),
            lambda n, s=session: list(s.peers()),
            lambda n, s=session: s.update_peers([Peer(n % 50 + 1, n, "user", ["x"])]),
            lambda n, s=session: (s.set_update_states([UpdateState(0, n)]), s.inspect()),
        ]
        threads = [threading.Thread(target=use, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        started.wait()
        threading.Event().wait(0.002 * (round % 10))
        session.close()
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive()
        assert failures == []


def test_answers_of_threads_are_not_mixed_up():
    with Session.open(":memory:") as session:
        session.update_peers([Peer(n, n * 1000, "user") for n in range(1, 101)])
        wrong = []

        def read(first):
            for turn in range(3000):
                n = (first + turn) % 100 + 1
                found = session.peer_by_id(n)
                if found[:3] != (n, n, n * 1000):
                    wrong.append((n, found))

        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        threads = [threading.Thread(target=read, args=(first,)) for first in (0, 30, 60)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(before)
        assert wrong == []


def test_the_gil_is_free_during_a_call(path):
    """A call that waits for a lock lets other threads run: the one that has the lock let go, for one."""
    with Session.open(path, busy_timeout=30) as session, locked(path) as let_go:
        timer = threading.Timer(0.2, let_go)
        timer.start()
        session.user_id = 5
        assert not timer.is_alive()
        assert session.user_id == 5


def memory_kb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def use_once(path, number):
    session = Session.open(path if number % 2 else ":memory:", busy_timeout=0)
    session.update_peers([Peer(5, number, "user", ["anna"], "49")])
    assert session.peer_by_username("anna").access_hash == number
    with pytest.raises(tgs.InvalidArgumentError):
        session.update_peers([Peer(0)])
    next(session.peers())
    if number % 3:
        session.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_ten_thousand_sessions_leave_nothing_behind():
    """With half of them in files; a third is left to the garbage collector. A tmpfs, if there is one: no disk is tested."""
    import tempfile

    shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=shm) as folder:
        path = os.path.join(folder, "a.session")
        for number in range(1000):
            use_once(path, number)
        gc.collect()
        fds, memory = len(os.listdir("/proc/self/fd")), memory_kb()
        for number in range(10_000):
            use_once(path, number)
        gc.collect()
        assert len(os.listdir("/proc/self/fd")) == fds
        # A leaked session in memory would be some kilobytes each.
        assert memory_kb() - memory < 8 * 1024
