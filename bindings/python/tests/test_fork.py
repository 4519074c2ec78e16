"""A forked process has handles that are its parent's: each call says so, and the child can make its own."""

import multiprocessing
import os
import threading

import libtgsession as tgs
import pytest
from libtgsession import Peer, Session

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")


def refused(session, peers):
    """What each way of using a parent's session raises."""
    calls = [
        lambda: session.user_id,
        lambda: session.update_peers([Peer(1)]),
        lambda: session.peer_by_id(1),
        lambda: session.save(),
        lambda: next(peers),
    ]
    kinds = []
    for call in calls:
        try:
            call()
            kinds.append(None)
        except Exception as error:
            kinds.append((type(error), "forked" in str(error)))
    session.close()
    return kinds


def in_child(check):
    """Whether a check holds in a forked process, which is killed if it hangs."""
    child = os.fork()
    if child == 0:
        import signal

        signal.alarm(60)
        ok = False
        try:
            ok = check()
        finally:
            os._exit(0 if ok else 1)
    return os.waitpid(child, 0)[1] == 0


def test_a_child_of_a_process_with_threads_does_not_hang(path, tmp_path):
    with Session.open(path) as session, Session.open(":memory:") as memory:
        session.update_peers([Peer(n, n) for n in range(1, 50)])
        over = threading.Event()

        def use():
            while not over.is_set():
                session.update_peers([Peer(5, 5, "user", [f"name{id(object())}"])])
                memory.update_peers([Peer(5, 5)])
                session.peer_by_id(5)

        threads = [threading.Thread(target=use) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            for number in range(20):
                peers = session.peers()
                next(peers)

                def check(number=number, peers=peers):
                    expected = [(tgs.ClosedError, True)] * 5
                    if refused(session, peers) != expected or refused(memory, peers) != expected:
                        return False
                    with Session.open(tmp_path / f"child{number}.session") as own:
                        own.update_peers([Peer(7, 7)])
                        return own.peer_by_id(7).access_hash == 7

                assert in_child(check)
        finally:
            over.set()
            for thread in threads:
                thread.join()
        session.update_peers([Peer(9, 99)])
        assert session.peer_by_id(9).access_hash == 99


def work(path, number):
    with Session.open(path, busy_timeout=60) as session:
        session.update_peers([Peer(number, number)])
    return number


def test_workers_of_multiprocessing_open_their_own(path):
    with Session.open(path) as session:
        session.update_peers([Peer(1, 1)])
        with multiprocessing.get_context("fork").Pool(4) as pool:
            assert sorted(pool.starmap(work, [(path, number) for number in range(2, 30)])) == list(range(2, 30))
        assert len(list(session.peers())) == 29


def open_often(path):
    for _ in range(100):
        with Session.open(path, busy_timeout=60) as session:
            assert session.user_id is None
    return 1


def test_workers_that_open_at_once_share_no_position_in_the_file(path):
    with Session.open(path) as session:
        session.update_peers([Peer(1, 1)])
        with multiprocessing.get_context("fork").Pool(4) as pool:
            assert sum(pool.map(open_often, [path] * 16)) == 16
