"""A write-behind queue: a call returns at once, and a thread passes its values to the library.

It is for clients whose own storage leaves such writes in an open transaction until `save`, so that a killed process loses
them all. Here they are in the file some milliseconds later, and `flush` waits for that.
"""

from __future__ import annotations

import atexit
import os
import queue
import threading
import weakref
from typing import Any, Callable, Dict, Iterable, Optional, Tuple

from .. import errors

# The most values that may be queued; beyond it calls wait.
MAX_PENDING = 10_000

# Seconds that the thread collects values before it writes: a burst then needs one commit and is not slowed down.
# `flush` cuts this short.
BATCH_DELAY = 0.02

# The thread ends after this many idle seconds, so that a storage that was never closed can be freed.
IDLE_TIMEOUT = 60.0

# Errors that a retry cannot mend. After any other error the next call retries.
PERMANENT_ERRORS = (errors.InvalidArgumentError, TypeError)


class Batch:
    """Queued values, by kind and key. A later value replaces an earlier one, and moves to the end."""

    KINDS = ("peers", "usernames", "states", "files")
    __slots__ = KINDS

    def __init__(self) -> None:
        self.peers: Dict[int, Any] = {}
        self.usernames: Dict[int, Any] = {}
        self.states: Dict[int, Any] = {}
        self.files: Dict[Any, Any] = {}

    def __len__(self) -> int:
        return len(self.peers) + len(self.usernames) + len(self.states) + len(self.files)

    def add(self, kind: str, items: Iterable[Tuple[Any, Any]]) -> None:
        values: Dict[Any, Any] = getattr(self, kind)
        if not values:
            items = list(items)
            values.update(items)
            if len(values) == len(items):
                return
            # Some keys were repeated.
            values.clear()
        for key, value in items:
            values.pop(key, None)
            values[key] = value


EMPTY = Batch()


class WriteBehind:
    """One thread that writes batches in order, with the function `write`. Thread-safe."""

    def __init__(self, write: Callable[[Batch], None]) -> None:
        self._write = write
        self._reset()
        _all.add(self)

    def _reset(self) -> None:
        """Also called in a forked process, which has no writer thread: the parent writes what is queued."""
        self._condition = threading.Condition(threading.Lock())
        self._wakeups: Any = queue.SimpleQueue()
        self._thread: Optional[threading.Thread] = None
        self._awake = False
        self._skip_delay = threading.Event()
        self._pending, self._in_flight = Batch(), EMPTY
        # An error that no caller has received yet.
        self._error: Optional[BaseException] = None
        # Why the last batch failed; None after one that succeeded.
        self._failing: Optional[BaseException] = None

    # ---- Queueing

    def put(self, kind: str, items: Iterable[Tuple[Any, Any]]) -> bool:
        """Queues values by key. Raises the error of an earlier write. True if so much is queued that the caller should flush."""
        with self._condition:
            pending = self._pending
            if self._failing is not None and len(pending) + len(self._in_flight) > MAX_PENDING:
                # Do not fill the memory with values that cannot be written.
                self._wake()
                self._error = None
                raise self._failing
            pending.add(kind, items)
            self._wake()
            if self._error is not None:
                self._raise()
        return len(pending) > MAX_PENDING

    def find(self, kind: str, key: Any) -> Any:
        """The queued value of a key, or None. `_pending` comes first, because the thread moves values from it to `_in_flight`."""
        found = getattr(self._pending, kind).get(key)
        return getattr(self._in_flight, kind).get(key) if found is None else found

    @property
    def is_empty(self) -> bool:
        """Whether the library has everything."""
        return not self._awake and self._in_flight is EMPTY and self._error is None

    def flush(self) -> None:
        """Waits until the library has everything, or raises why not: then the values stay queued."""
        with self._condition:
            while self._error is None and (self._in_flight is not EMPTY or len(self._pending)):
                self._wake()
                self._skip_delay.set()
                self._condition.wait()
            if self._error is not None:
                self._raise()

    def _raise(self) -> None:
        error, self._error = self._error, None
        assert error is not None
        raise error

    def _wake(self) -> None:
        if not self._awake and len(self._pending):
            self._awake = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="tgsession-writer", daemon=True)
                self._thread.start()
            self._wakeups.put(None)

    # ---- Writing

    def _run(self) -> None:
        while True:
            try:
                self._wakeups.get(timeout=IDLE_TIMEOUT)
            except queue.Empty:
                with self._condition:
                    if not self._awake:
                        self._thread = None
                        return
                continue
            self._skip_delay.wait(BATCH_DELAY)
            self._write_pending()

    def _write_pending(self) -> None:
        with self._condition:
            self._in_flight = self._pending
            self._pending = Batch()
            self._awake = False
            self._skip_delay.clear()
        error: Optional[BaseException] = None
        try:
            self._write(self._in_flight)
        except BaseException as raised:
            error = raised
        with self._condition:
            if error is not None and not isinstance(error, PERMANENT_ERRORS):
                self._put_back(self._in_flight)
            self._in_flight = EMPTY
            self._error = error or self._error
            self._failing = error
            self._condition.notify_all()

    def _put_back(self, batch: Batch) -> None:
        newer, self._pending = self._pending, batch
        for kind in Batch.KINDS:
            batch.add(kind, getattr(newer, kind).items())


_all: weakref.WeakSet[WriteBehind] = weakref.WeakSet()


def flush_all() -> None:
    """A program that ends without closing its storages loses nothing."""
    for writer in list(_all):
        try:
            writer.flush()
        except errors.TgsError:
            pass  # the program ends: nobody can handle it


def reset_all() -> None:
    for writer in list(_all):
        writer._reset()


atexit.register(flush_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=reset_all)
