"""A write-behind queue: a call returns at once, and a thread passes its values to the library.

It is for clients whose own storage leaves such writes in an open transaction until `save`, so that a killed process loses
them all. Here they are in the file some milliseconds later, and `flush` waits for that.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from typing import Any, Callable, Hashable, Iterable, List, Optional, Tuple

from .. import errors
from . import _writer
from ._batch import EMPTY, Batch, KeysOf, no_keys
from ._reader import Open, Reader

# The most values that may be queued; beyond it calls wait.
MAX_PENDING = 100_000

# A batch of so few values, which has taken so few seconds, is waited for: another handle would cost as much.
FEW_VALUES = 500
SOON = 0.002

# So many values that could not be written are named in one error.
MAX_NAMED = 3


def may_retry(error: BaseException) -> bool:
    """Whether the same values may be written another time: not if they themselves are at fault."""
    is_refusal = isinstance(error, errors.TgsError) and not isinstance(error, errors.InvalidArgumentError)
    return is_refusal or not isinstance(error, Exception)


class WriteBehind:
    """The queue of one storage, which the thread of all storages writes in order, with the function `write`. Thread-safe."""

    def __init__(self, write: Callable[[Batch], None], keys_of: KeysOf = no_keys, open: Optional[Open] = None) -> None:
        """open: makes another handle of the file, which is read while a batch is written."""
        self._write, self._keys_of = write, keys_of
        self.reader = Reader(self, open)
        self._reset()
        _all.add(self)

    def _reset(self) -> None:
        """Also called in a forked process: the parent writes what is queued."""
        # Taken as such where nobody waits: the condition's own methods are Python's.
        self._lock = threading.Lock()
        self._condition = threading.Condition(self._lock)
        self.reader.reset()
        # When the writer's thread is to write what is queued.
        self._due: Optional[float] = None
        # When the last batch began.
        self._since = 0.0
        self._pending, self._in_flight = Batch(), EMPTY
        # An error that no caller has received yet.
        self._error: Optional[BaseException] = None
        # Why the last batch failed and stays queued; None after one that succeeded.
        self._failing: Optional[BaseException] = None
        #: Whether the library has everything. Read without the lock.
        self.is_empty = True
        #: How many batches were written, or failed.
        self.written = 0

    # ---- Queueing

    def put(self, kind: str, items: Iterable[Tuple[Any, Any]]) -> bool:
        """Queues values by key. Raises the error of an earlier write. True if so much is queued that the caller should flush."""
        items = list(items)
        with self._lock:
            pending = self._pending
            if self._failing is not None and len(pending) + len(self._in_flight) > MAX_PENDING:
                # Do not fill the memory with values that cannot be written.
                self._schedule()
                self._error = None
                raise self._failing
            if items:
                pending.add(kind, items)
                self.is_empty = False
                if self._due is None:
                    self._schedule()
            if self._error is not None:
                self._raise()
        return len(pending) > MAX_PENDING

    def find(self, kind: str, key: Any) -> Any:
        """The queued value of a key, or None. `_pending` comes first, because values move from it to `_in_flight`."""
        found = getattr(self._pending, kind).get(key)
        return getattr(self._in_flight, kind).get(key) if found is None else found

    def owner(self, key: Hashable) -> Optional[Tuple[str, Any]]:
        """The kind and the key of the queued value that has this username, phone number or name, or None."""
        with self._lock:
            found = self._pending.owner(key, self._keys_of)
            if found is not None or self._in_flight is EMPTY:
                return found
            return self._in_flight.owner(key, self._keys_of, newer=self._pending)

    def values(self, kind: str) -> List[Tuple[Any, Any]]:
        """Everything of a kind that is queued, in order."""
        with self._condition:
            return [*getattr(self._in_flight, kind).items(), *getattr(self._pending, kind).items()]

    @property
    def is_writing(self) -> bool:
        """Whether a batch is on its way into the file, so that a lookup there may have to wait for its commit."""
        return self._in_flight is not EMPTY

    @property
    def is_soon_done(self) -> bool:
        """Whether the batch on its way will probably be in the file within a moment."""
        return len(self._in_flight) < FEW_VALUES and time.monotonic() - self._since < SOON

    def flush(self) -> None:
        """Writes everything, in this thread, or raises why not: then the values stay queued."""
        has_tried = False
        while True:
            with self._condition:
                while self._in_flight is not EMPTY:
                    has_tried = True
                    self._condition.wait()
                if self._error is not None and (has_tried or self._error is not self._failing):
                    self._raise()
                # What failed is tried again: that is the answer that counts.
                self._error = None
                if not len(self._pending):
                    return
            has_tried = True
            self.write_pending()

    def close(self) -> None:
        """Flushes. After the last storage no thread is left. The queue may be used again."""
        try:
            self.flush()
        finally:
            _writer.shared.leave(self)

    def _raise(self) -> None:
        error, self._error = self._error, None
        assert error is not None
        raise error

    def _schedule(self) -> None:
        if self._due is None and len(self._pending):
            self._due = _writer.shared.schedule(self, len(self._pending))

    # ---- Writing

    def write_due(self, when: float) -> None:
        """Writes what is queued, if that is due: what was flushed meanwhile may have been followed by values that may wait."""
        with self._condition:
            is_due = self._due == when
        if is_due:
            self.write_pending()

    def write_pending(self) -> None:
        """Writes what is queued, unless another thread is writing: that one sees to the rest."""
        with self._condition:
            self._due = None
            if self._in_flight is not EMPTY or not len(self._pending):
                return
            self._since = time.monotonic()
            self._in_flight, self._pending = self._pending, Batch()
        dropped: List[Exception] = []
        error: Optional[BaseException] = None
        try:
            with self.reader.turn:
                self._write_or_split(self._in_flight, dropped)
        except BaseException as raised:
            error = raised
        with self._condition:
            if error is not None:
                self._put_back(self._in_flight)
            # Who finds nothing in flight must see that it was written.
            self.written += 1
            self._in_flight = EMPTY
            self._error = error or (as_one(dropped) if dropped else self._error)
            self._failing = error
            self.is_empty = not len(self._pending)
            if error is None:
                self._schedule()
            self._condition.notify_all()
        self.reader.close()

    def _write_or_split(self, batch: Batch, dropped: List[Exception]) -> None:
        """Writes a batch. If a value of it can never be written, all others are."""
        try:
            self._write(batch)
        except Exception as error:
            if may_retry(error):
                raise
            if len(batch) == 1:
                dropped.append(caused_by(error, f"cannot store {batch.name()}: {error}"))
                return
            for part in batch.parts():
                self._write_or_split(part, dropped)

    def _put_back(self, batch: Batch) -> None:
        newer, self._pending = self._pending, batch
        for kind in Batch.KINDS:
            values = list(getattr(newer, kind).items())
            if values:
                batch.add(kind, values)


def as_one(failures: List[Exception]) -> Exception:
    """One error that names them."""
    if len(failures) == 1:
        return failures[0]
    told = "; ".join(map(str, failures[:MAX_NAMED]))
    more = f"; and {len(failures) - MAX_NAMED} more" if len(failures) > MAX_NAMED else ""
    return caused_by(failures[0], told + more)


def caused_by(cause: Exception, message: str) -> Exception:
    made = errors.InvalidArgumentError(message)
    made.__cause__ = cause
    return made


_all: weakref.WeakSet[WriteBehind] = weakref.WeakSet()


def flush_all() -> None:
    """A program that ends without closing its storages loses nothing."""
    for writer in list(_all):
        try:
            writer.flush()
        except errors.TgsError:
            pass  # the program ends: nobody can handle it


def reset_all() -> None:
    _writer.reset()
    for writer in list(_all):
        writer._reset()


atexit.register(flush_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=reset_all)
