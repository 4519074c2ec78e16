"""The thread that writes for all storages.

A batch is written BATCH_DELAY after its first values, so that a burst needs one commit and is not slowed down; some more if
there are thousands, because the client is about to tell their usernames. While a write waits for another program's lock, a
second thread writes for the other storages. The threads end with the last storage.
"""

from __future__ import annotations

import queue
import threading
import time
import weakref
from typing import TYPE_CHECKING, List, Optional, Tuple

if TYPE_CHECKING:
    from ._write_behind import WriteBehind

# Seconds that values are collected before they are written.
BATCH_DELAY = 0.02
DELAY_PER_VALUE = 1e-5

# A thread ends after this many idle seconds, so that a storage that was never closed can be freed.
IDLE_TIMEOUT = 60.0

# A write that has taken so many seconds waits for somebody else: the others get a thread of their own.
STUCK_AFTER = 0.1
MAX_THREADS = 4


class Writer:
    """Writes batches in the order in which they are due."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._due: queue.SimpleQueue[Optional[Tuple[float, WriteBehind]]] = queue.SimpleQueue()
        self._storages: weakref.WeakSet[WriteBehind] = weakref.WeakSet()
        self._threads: List[WriterThread] = []

    def schedule(self, storage: WriteBehind, values: int) -> float:
        """Returns when the storage is due."""
        with self._lock:
            self._storages.add(storage)
            now = time.monotonic()
            if len(self._threads) < MAX_THREADS and all(thread.is_stuck(now) for thread in self._threads):
                self._threads.append(WriterThread(self, self._due))
            when = now + BATCH_DELAY + DELAY_PER_VALUE * values
            self._due.put((when, storage))
            return when

    def leave(self, storage: WriteBehind) -> None:
        """A storage was closed. After the last one no thread is left."""
        with self._lock:
            self._storages.discard(storage)
            if self._storages:
                return
            threads, self._threads = self._threads, []
            # Whoever comes now gets other threads, and another queue.
            due, self._due = self._due, queue.SimpleQueue()
            for thread in threads:
                thread.ending.set()
                due.put(None)
        for thread in threads:
            thread.join()

    def retire(self, thread: WriterThread) -> bool:
        """Whether an idle thread may end."""
        with self._lock:
            if thread not in self._threads or not self._due.empty():
                return False
            self._threads.remove(thread)
            return True


class WriterThread(threading.Thread):
    def __init__(self, writer: Writer, due: queue.SimpleQueue[Optional[Tuple[float, WriteBehind]]]) -> None:
        super().__init__(name="tgsession-writer", daemon=True)
        self._writer, self._due = writer, due
        self.ending = threading.Event()
        # When the current write began.
        self._since: Optional[float] = None
        self.start()

    def is_stuck(self, now: float) -> bool:
        since = self._since
        return since is not None and now - since > STUCK_AFTER

    def run(self) -> None:
        while True:
            try:
                due = self._due.get(timeout=IDLE_TIMEOUT)
            except queue.Empty:
                if self._writer.retire(self):
                    return
                continue
            if due is None:
                return
            self._write(*due)
            # Not kept alive while this thread waits.
            del due

    def _write(self, when: float, storage: WriteBehind) -> None:
        delay = when - time.monotonic()
        if delay > 0:
            self.ending.wait(min(delay, BATCH_DELAY))
        if delay > BATCH_DELAY and not self.ending.is_set():
            # Others may be due earlier.
            self._due.put((when, storage))
            return
        self._since = time.monotonic()
        storage.write_due(when)
        self._since = None


shared = Writer()


def reset() -> None:
    """A forked process has none of the threads."""
    global shared
    shared = Writer()
