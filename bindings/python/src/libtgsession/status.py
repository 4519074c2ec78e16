"""What a call came to, in the numbers of include/tgsession.h."""

from __future__ import annotations

from enum import IntEnum

from ._native import ffi, lib


class Status(IntEnum):
    """The numbers of `tgs_status`; a test keeps them equal to the header's."""

    OK = 0
    NOT_FOUND = 1
    EXPIRED = 2
    ERROR_INVALID_ARGUMENT = 10
    ERROR_CLOSED = 11
    ERROR_READ_ONLY = 12
    ERROR_UNSUPPORTED = 13
    ERROR_IO = 20
    ERROR_FILE_NOT_FOUND = 21
    ERROR_PERMISSION_DENIED = 22
    ERROR_DISK_FULL = 23
    ERROR_LOCKED = 24
    ERROR_NOT_A_SESSION = 30
    ERROR_CORRUPT = 31
    ERROR_UNKNOWN_VERSION = 32
    ERROR_BAD_SESSION_STRING = 33
    ERROR_WRONG_KEY = 34
    ERROR_INCOMPLETE = 40
    ERROR_SERVER = 50
    ERROR_IN_USE = 51
    ERROR_INTERNAL = 90


# The C compiler makes the enum unsigned: a negative number, which no status has, cannot be passed.
UNKNOWN = 2**31 - 1


def status_name(status: int) -> str:
    """The library's name of a status, like "TGS_ERROR_LOCKED"; "TGS_STATUS_UNKNOWN" for a number that it does not know."""
    text: bytes = ffi.string(lib.tgs_status_name(status if status >= 0 else UNKNOWN))
    return text.decode()
