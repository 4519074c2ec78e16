"""Pools of threads for calls that would block the event loop.

A lookup takes about 6 microseconds, and a round trip to a thread 50 to 100: so lookups run in the event loop, unless a
write is under way. A write waits for the disk or for another program's lock, and runs in a thread. Lookups have a pool of
their own, where no write is before them.

The pools are our own. The loop's default threads may all be busy with the program's own calls, and a round trip through
`concurrent.futures` takes 100 microseconds more, which is longer than a write. Their threads end with the last storage.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import queue
import threading
import weakref
from collections import deque
from typing import Any, Callable, Deque, List, Optional, Tuple

THREADS = 4

# The event loop that waits, its future, the function and its arguments.
Job = Tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Callable[..., Any], Tuple[Any, ...]]


class Worker:
    """A thread that runs one job at a time."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._jobs: queue.SimpleQueue[Optional[Job]] = queue.SimpleQueue()
        self.submit = self._jobs.put
        # A daemon, because it never ends by itself: `Pool.finish` waits for its current job.
        self._thread = threading.Thread(target=self._run, name="tgsession", daemon=True)
        self._thread.start()

    def join(self) -> None:
        self.submit(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            job = self._jobs.get()
            if job is None:
                return
            while job is not None:
                job = self._execute(*job)
            if self._pool.is_over(self):
                return

    def _execute(
        self, loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any], function: Any, arguments: Any
    ) -> Optional[Job]:
        """Runs a job and returns the next one that is waiting, if any."""
        result = error = None
        # A call that was cancelled while it waited is not made.
        if not future.cancelled():
            try:
                result = function(*arguments)
            except BaseException as raised:
                error = raised
        waiting = self._pool.next_of(self)
        try:
            loop.call_soon_threadsafe(set_outcome, future, result, error)
        except RuntimeError:
            pass  # the loop is closed: nobody waits for the result
        return waiting


class Pool:
    """Up to THREADS workers. The last one used is reused first, because its stack is still in the processor's cache."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: List[Worker] = []
        self._idle: List[Worker] = []
        self._waiting: Deque[Job] = deque()
        self._users: weakref.WeakSet[Any] = weakref.WeakSet()
        # The last user has left.
        self._is_over = False

    def enter(self, user: Any) -> None:
        with self._lock:
            self._users.add(user)
            self._is_over = False

    def leave(self, user: Any) -> None:
        """After the last user no thread is left, but for those that are at work: they end after it."""
        with self._lock:
            self._users.discard(user)
            if self._users:
                return
            self._is_over = True
            idle, self._idle = self._idle, []
            self._workers = [worker for worker in self._workers if worker not in idle]
        for worker in idle:
            worker.join()

    def is_over(self, worker: Worker) -> bool:
        """Whether the last user left while this worker was at work."""
        with self._lock:
            if self._is_over and worker in self._idle:
                self._idle.remove(worker)
                self._workers.remove(worker)
                return True
            return False

    def put(self, job: Job) -> None:
        with self._lock:
            if self._idle:
                worker = self._idle.pop()
            elif len(self._workers) < THREADS:
                worker = Worker(self)
                self._workers.append(worker)
            else:
                self._waiting.append(job)
                return
        worker.submit(job)

    def next_of(self, worker: Worker) -> Optional[Job]:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            if worker in self._workers:
                self._idle.append(worker)
            return None

    def finish(self) -> None:
        """Waits for all jobs, then ends the threads."""
        with self._lock:
            workers, self._workers, self._idle = self._workers, [], []
        for worker in workers:
            worker.join()


def set_outcome(future: asyncio.Future[Any], result: Any, error: Optional[BaseException]) -> None:
    if future.done():
        return  # it was cancelled
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


pool = Pool()
lookups = Pool()


def reset() -> None:
    """A forked process has a copy of the pools, but none of their threads."""
    global pool, lookups
    pool, lookups = Pool(), Pool()


def finish() -> None:
    pool.finish()
    lookups.finish()


atexit.register(finish)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=reset)


def run_in_thread(function: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
    """Calls the function in a thread of the pool. Returns a future to await."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    pool.put((loop, future, function, arguments))
    return future


def read_in_thread(function: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
    """The same for a lookup, which no write is before."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    lookups.put((loop, future, function, arguments))
    return future


def enter(user: Any) -> None:
    """A storage begins to use the threads."""
    pool.enter(user)
    lookups.enter(user)


def leave(user: Any) -> None:
    """A storage needs them no longer."""
    pool.leave(user)
    lookups.leave(user)
