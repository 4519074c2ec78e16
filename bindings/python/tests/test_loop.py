"""The threads beside the event loop."""

import asyncio
import threading
import time

import pytest
from libtgsession.clients._loop import THREADS, Pool


@pytest.fixture
def pool():
    pool = Pool()
    yield pool
    pool.finish()


def call(pool, function, *arguments):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    pool.put((loop, future, function, arguments))
    return future


def run(work):
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


def test_an_answer_and_an_exception(pool):
    async def work():
        assert await call(pool, divmod, 7, 2) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            await call(pool, divmod, 7, 0)
        assert await call(pool, threading.current_thread) is not threading.current_thread()

    run(work())


def test_more_calls_than_threads_are_all_made(pool):
    async def work():
        def slow(n):
            time.sleep(0.01)
            return n, threading.current_thread()

        answers = await asyncio.gather(*(call(pool, slow, n) for n in range(50)))
        assert [n for n, _ in answers] == list(range(50))
        assert len({thread for _, thread in answers}) == THREADS

    run(work())


def test_one_after_another_goes_to_the_same_thread(pool):
    async def work():
        return {await call(pool, threading.current_thread) for _ in range(50)}

    assert len(run(work())) == 1


def test_what_was_given_up_before_its_turn_is_not_made(pool):
    async def work():
        made, go = [], threading.Event()
        busy = [call(pool, go.wait) for _ in range(THREADS)]
        waiting, wanted = call(pool, made.append, "given up"), call(pool, made.append, "wanted")
        waiting.cancel()
        go.set()
        await asyncio.gather(*busy, wanted)
        return made

    assert run(work()) == ["wanted"]


def test_a_loop_that_was_closed_stops_nobody_else(pool):
    go, started = threading.Event(), threading.Event()

    async def leave():
        call(pool, lambda: (started.set(), go.wait()))

    run(leave())
    assert started.wait(10)
    go.set()

    async def work():
        return await asyncio.gather(*(call(pool, int, n) for n in range(2 * THREADS)))

    assert run(work()) == list(range(2 * THREADS))


def test_the_end_waits_for_what_is_under_way(pool):
    made = []

    async def leave():
        for n in range(2 * THREADS):
            call(pool, lambda n=n: (time.sleep(0.05), made.append(n)))

    run(leave())
    pool.finish()
    assert sorted(made) == list(range(2 * THREADS))

    async def work():
        return await call(pool, int, 5)

    assert run(work()) == 5
