"""What runs beside the event loop, and what in it.

A lookup takes about 6 microseconds, and moving it to a thread and back 50 to 100: lookups run in the loop. Whatever
writes waits for the disk, or for another program's lock, and runs in a thread.

The threads are our own. The loop's default ones may all be busy with what the program's user put there, and
`concurrent.futures` takes 100 microseconds more to get there and back, which is more than a write takes.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import queue
import threading
from collections import deque
from typing import Any, Callable, Deque, List, Optional, Tuple

THREADS = 4

# The loop that waits, its future, and the call.
Job = Tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Callable[..., Any], Tuple[Any, ...]]


class Lane:
    """A thread that makes one call after another."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._jobs: queue.SimpleQueue[Optional[Job]] = queue.SimpleQueue()
        self.give = self._jobs.put
        # A daemon, as it never ends by itself: `Pool.finish` waits for what it is at.
        self._thread = threading.Thread(target=self._run, name="tgsession", daemon=True)
        self._thread.start()

    def join(self) -> None:
        self.give(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            job = self._jobs.get()
            if job is None:
                return
            while job is not None:
                job = self._make(*job)

    def _make(
        self, loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any], function: Any, arguments: Any
    ) -> Optional[Job]:
        """Makes a call, and gives the next one, if one is waiting."""
        result = error = None
        # Who gave it up before its turn does not want it made.
        if not future.cancelled():
            try:
                result = function(*arguments)
            except BaseException as raised:
                error = raised
        waiting = self._pool.next_of(self)
        try:
            loop.call_soon_threadsafe(settle, future, result, error)
        except RuntimeError:
            pass  # the loop was closed: nobody waits any more
        return waiting


class Pool:
    """Some lanes. The one that was used last is the next: its stack is still in a cache."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lanes: List[Lane] = []
        self._idle: List[Lane] = []
        self._waiting: Deque[Job] = deque()

    def put(self, job: Job) -> None:
        with self._lock:
            if self._idle:
                lane = self._idle.pop()
            elif len(self._lanes) < THREADS:
                lane = Lane(self)
                self._lanes.append(lane)
            else:
                self._waiting.append(job)
                return
        lane.give(job)

    def next_of(self, lane: Lane) -> Optional[Job]:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            if lane in self._lanes:
                self._idle.append(lane)
            return None

    def finish(self) -> None:
        """Waits for all calls, and ends the threads."""
        with self._lock:
            lanes, self._lanes, self._idle = self._lanes, [], []
        for lane in lanes:
            lane.join()


def settle(future: asyncio.Future[Any], result: Any, error: Optional[BaseException]) -> None:
    if future.done():
        return  # cancelled meanwhile
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


pool = Pool()


def renew() -> None:
    """A forked process has the pool, but not its threads."""
    global pool
    pool = Pool()


atexit.register(lambda: pool.finish())
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=renew)


def off_loop(function: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
    """Calls it in a thread. Await what this gives."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    pool.put((loop, future, function, arguments))
    return future
