"""One exception for each status. It also derives from Python's own exception of the same meaning, if there is one, and from
that of `sqlite3`, which is what the clients' own storages raise.
"""

from __future__ import annotations

import errno
import sqlite3
import threading
from typing import Any, Dict, Type

from ._native import ffi, lib
from .status import Status

# What a method of an `Engine` raised in this thread: the cause of the error that the library makes of it.
raised = threading.local()

# Below it are success and the ordinary answers, which come without an error object.
FIRST_ERROR = 10


class TgsError(Exception):
    """Why a call failed. It names the session and the cause and holds no secret."""

    status: Status = Status.ERROR_INTERNAL

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class UsernameExpired(TgsError):
    """The username was last seen too long ago to be trusted: ask Telegram."""

    status = Status.EXPIRED


class InvalidArgumentError(TgsError, ValueError):
    """An argument is not UTF-8, of a wrong length or out of range."""

    status = Status.ERROR_INVALID_ARGUMENT


class ClosedError(TgsError, sqlite3.ProgrammingError):
    """The session was closed or deleted."""

    status = Status.ERROR_CLOSED


class ReadOnlyError(TgsError, sqlite3.OperationalError):
    """The session, its file or its medium is read-only."""

    status = Status.ERROR_READ_ONLY


class UnsupportedError(TgsError):
    """This session, or this build of the library, cannot do that."""

    status = Status.ERROR_UNSUPPORTED


class IoError(TgsError, OSError, sqlite3.OperationalError):
    """The operating system refused to read or write. `filename` is what was to be opened, if a call opened it."""

    status = Status.ERROR_IO
    number = errno.EIO

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.errno = self.number


class SessionNotFoundError(IoError, FileNotFoundError):
    """There is no such file or folder."""

    status = Status.ERROR_FILE_NOT_FOUND
    number = errno.ENOENT


class PermissionDeniedError(IoError, PermissionError):
    """The operating system denies access."""

    status = Status.ERROR_PERMISSION_DENIED
    number = errno.EACCES


class DiskFullError(IoError):
    """No space is left."""

    status = Status.ERROR_DISK_FULL
    number = errno.ENOSPC


class LockedError(TgsError, sqlite3.OperationalError):
    """Another program holds the session's lock."""

    status = Status.ERROR_LOCKED


class NotASessionError(TgsError, sqlite3.DatabaseError):
    """The file is not a session that this library knows."""

    status = Status.ERROR_NOT_A_SESSION


class CorruptError(TgsError, sqlite3.DatabaseError):
    """The session is damaged."""

    status = Status.ERROR_CORRUPT


class UnknownVersionError(TgsError, sqlite3.DatabaseError):
    """The session's version is newer than this library."""

    status = Status.ERROR_UNKNOWN_VERSION


class BadSessionStringError(TgsError, ValueError, sqlite3.DatabaseError):
    """A text is not an intact session string."""

    status = Status.ERROR_BAD_SESSION_STRING


class WrongKeyError(TgsError, sqlite3.DatabaseError):
    """The session is encrypted, and what was given does not decrypt it, or nothing was given."""

    status = Status.ERROR_WRONG_KEY


class IncompleteError(TgsError):
    """A value that the target requires is unknown; the message names it."""

    status = Status.ERROR_INCOMPLETE


class ServerError(TgsError):
    """A server cannot be reached or answered with an error."""

    status = Status.ERROR_SERVER


class InUseError(TgsError):
    """The auth key is in use elsewhere."""

    status = Status.ERROR_IN_USE


class InternalError(TgsError):
    """A defect of the library."""

    status = Status.ERROR_INTERNAL


CLASSES: Dict[int, Type[TgsError]] = {
    int(cls.status): cls
    for cls in (
        UsernameExpired, InvalidArgumentError, ClosedError, ReadOnlyError, UnsupportedError, IoError,
        SessionNotFoundError, PermissionDeniedError, DiskFullError, LockedError, NotASessionError, CorruptError,
        UnknownVersionError, BadSessionStringError, WrongKeyError, IncompleteError, ServerError, InUseError,
        InternalError,
    )
}  # fmt: skip


def take(status: int, error: Any) -> TgsError:
    """The exception for a failed call; frees the error object."""
    message: bytes = ffi.string(lib.tgs_error_message(error[0]))
    lib.tgs_error_free(error[0])
    error[0] = ffi.NULL
    # A library that is newer than this package may know statuses that it does not.
    failure = CLASSES.get(status, TgsError)(message.decode("utf-8", "replace"))
    cause, raised.error = getattr(raised, "error", None), None
    if cause is not None and str(cause) in failure.message:
        failure.__cause__ = cause
    return failure
