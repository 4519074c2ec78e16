"""Writes that are on their way: the call returns at once, and a thread carries what it brought to the library.

For storages whose clients' own ones do the same and worse: those leave it in an open transaction until `save`, and a
killed process loses all of it. Here it is in the file some milliseconds later, and `flush` waits until it is.
"""

from __future__ import annotations

import atexit
import os
import queue
import threading
import weakref
from typing import Any, Callable, Dict, Iterable, Optional, Tuple

from .. import errors

# So much may be on its way; then calls wait.
ROOM = 10_000

# How many seconds the thread gathers before it writes: what comes in bursts needs one commit, and the burst is not
# disturbed. `flush` waits for none of it.
GATHER = 0.02

# After so many idle seconds the thread ends, so that a storage that nobody closed can go.
LINGER = 60.0

# What cannot be written now or ever; all else is tried again with the next call.
HOPELESS = (errors.InvalidArgumentError, TypeError)


class Batch:
    """What was brought, by kind and key. A later value takes an earlier one's place, and comes last."""

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
            # Some came twice.
            values.clear()
        for key, value in items:
            values.pop(key, None)
            values[key] = value


EMPTY = Batch()


class WriteBehind:
    """One thread that writes, in order, with the function that it is given. Every thread may use it."""

    def __init__(self, write: Callable[[Batch], None]) -> None:
        self._write = write
        self._renew()
        _all.add(self)

    def _renew(self) -> None:
        """A forked process has no thread; what is on its way is the parent's to write."""
        self._change = threading.Condition(threading.Lock())
        self._wanted: Any = queue.SimpleQueue()
        self._thread: Optional[threading.Thread] = None
        self._awake = False
        self._hurry = threading.Event()
        self._pending, self._in_flight = Batch(), EMPTY
        # Not told to anybody yet.
        self._error: Optional[BaseException] = None
        # Why the last batch could not be written, until one can.
        self._failing: Optional[BaseException] = None

    # ---- Bringing

    def put(self, kind: str, items: Iterable[Tuple[Any, Any]]) -> bool:
        """Takes values by key. Raises what went wrong before; true when so much is on its way that it is time to flush."""
        with self._change:
            pending = self._pending
            if self._failing is not None and len(pending) + len(self._in_flight) > ROOM:
                # No memory is filled with what cannot be written.
                self._wake()
                self._error = None
                raise self._failing
            pending.add(kind, items)
            self._wake()
            if self._error is not None:
                self._raise()
        return len(pending) > ROOM

    def find(self, kind: str, key: Any) -> Any:
        """What is on its way under a key, or None. In this order, as the thread moves it from one to the other."""
        found = getattr(self._pending, kind).get(key)
        return getattr(self._in_flight, kind).get(key) if found is None else found

    @property
    def is_empty(self) -> bool:
        """Whether everything is in the library."""
        return not self._awake and self._in_flight is EMPTY and self._error is None

    def flush(self) -> None:
        """Waits until everything is in the library, or raises why it is not: then it stays on its way."""
        with self._change:
            while self._error is None and (self._in_flight is not EMPTY or len(self._pending)):
                self._wake()
                self._hurry.set()
                self._change.wait()
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
            self._wanted.put(None)

    # ---- Writing

    def _run(self) -> None:
        while True:
            try:
                self._wanted.get(timeout=LINGER)
            except queue.Empty:
                with self._change:
                    if not self._awake:
                        self._thread = None
                        return
                continue
            self._hurry.wait(GATHER)
            self._write_pending()

    def _write_pending(self) -> None:
        with self._change:
            self._in_flight = self._pending
            self._pending = Batch()
            self._awake = False
            self._hurry.clear()
        error: Optional[BaseException] = None
        try:
            self._write(self._in_flight)
        except BaseException as raised:
            error = raised
        with self._change:
            if error is not None and not isinstance(error, HOPELESS):
                self._put_back(self._in_flight)
            self._in_flight = EMPTY
            self._error = error or self._error
            self._failing = error
            self._change.notify_all()

    def _put_back(self, batch: Batch) -> None:
        newer, self._pending = self._pending, batch
        for kind in Batch.KINDS:
            batch.add(kind, getattr(newer, kind).items())


_all: weakref.WeakSet[WriteBehind] = weakref.WeakSet()


def flush_all() -> None:
    """A program that ends without closing its storages loses nothing either."""
    for behind in list(_all):
        try:
            behind.flush()
        except errors.TgsError:
            pass  # nobody is left to be told


def renew_all() -> None:
    for behind in list(_all):
        behind._renew()


atexit.register(flush_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=renew_all)
