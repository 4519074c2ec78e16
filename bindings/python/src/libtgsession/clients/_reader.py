"""Reads of a file into which batches are written behind the calls: none waits for a batch.

A batch has the session's handle until it is committed, and a read by that handle would wait for it. Asking first whether a
batch is on its way is not enough: a call into the library lets go of the GIL, and the writer's thread, which waits for it
just then, begins its batch before the call has the handle. So a read keeps batches from beginning, and what comes while
one is on its way is read by a second handle.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from .. import errors
from ..options import USERNAME_EXPIRY_NEVER
from ..session import Session

if TYPE_CHECKING:
    from ._write_behind import WriteBehind

# No answer: only a wait would give one.
NOT_NOW: Any = object()

# A method of `Session`, or any function that takes one first.
Question = Callable[..., Any]

# Opens the second handle.
Open = Callable[[], Session]


class Reader:
    """The reads of one storage. Thread-safe."""

    def __init__(self, writer: WriteBehind, open: Optional[Open]) -> None:
        self._writer, self._open = writer, open
        # Open while a batch is on its way, and only if somebody asked meanwhile: it costs a descriptor.
        self._second: Optional[Session] = None
        self.reset()

    def reset(self) -> None:
        """Also called in a forked process, where a lock may be another thread's."""
        #: Held by each batch while it is written, and by each read through the session's own handle. A signal's handler,
        #: which may save in the middle of a read, has it already.
        self.turn = threading.RLock()
        self._lock = threading.RLock()

    def ask(self, session: Session, question: Question, *arguments: Any) -> Any:
        """The answer of the file, or NOT_NOW. A batch that waits for its turn goes first."""
        turn = self.turn
        if self._writer.is_writing or not turn.acquire(False):
            return self.ask_beside(question, *arguments)
        try:
            return question(session, *arguments)
        finally:
            turn.release()

    def ask_beside(self, question: Question, *arguments: Any) -> Any:
        """What the file answers beside a batch, as it was before it; or NOT_NOW, as during the last moment of a commit."""
        if self._open is None or (self._second is None and self._writer.is_soon_done):
            return NOT_NOW
        with self._lock:
            # Whoever ends a batch closes the handle afterwards.
            if not self._writer.is_writing:
                return NOT_NOW
            try:
                if self._second is None:
                    self._second = self._open()
                return question(self._second, *arguments)
            except errors.InvalidArgumentError:
                raise
            except errors.TgsError:
                return NOT_NOW

    def close(self) -> None:
        """After each batch."""
        if self._second is not None:
            with self._lock:
                second, self._second = self._second, None
                if second is not None:
                    second.close()


def opener(path: Union[str, os.PathLike[str]]) -> Open:
    """Opens the same file once more, wherever the program has gone meanwhile; it waits for nobody's lock."""
    place = os.path.abspath(path)
    known = identity(place)

    def open() -> Session:
        if identity(place) != known:
            raise errors.SessionNotFoundError("another file has taken the name")
        return Session.open(place, create=False, busy_timeout=0, username_expiry=USERNAME_EXPIRY_NEVER)

    return open


def identity(path: str) -> Any:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
