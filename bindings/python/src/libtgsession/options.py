"""How a session is opened."""

from __future__ import annotations

from typing import Any, Optional

from . import errors
from ._native import ffi, lib
from .guard import call
from .text import encode

#: Usernames never expire.
USERNAME_EXPIRY_NEVER: int = lib.TGS_USERNAME_EXPIRY_NEVER
#: Usernames expire as in the session's own client: after 8 hours in Pyrogram's family, never in Telethon's.
USERNAME_EXPIRY_AS_CLIENT: int = lib.TGS_USERNAME_EXPIRY_AS_CLIENT

MAX_MILLISECONDS = 2**32 - 1


def make(
    read_only: bool, create: bool, format: Optional[str], wal: bool, busy_timeout: float, username_expiry: int
) -> Any:
    """A `tgs_options` that frees itself."""
    options = ffi.gc(lib.tgs_options_new(), lib.tgs_options_free)
    call(lib.tgs_options_set_read_only, options, bool(read_only))
    call(lib.tgs_options_set_create, options, bool(create))
    if format is not None:
        call(lib.tgs_options_set_format, options, encode(format, "the format"))
    call(lib.tgs_options_set_wal, options, bool(wal))
    call(lib.tgs_options_set_busy_timeout, options, milliseconds(busy_timeout))
    call(lib.tgs_options_set_username_expiry, options, username_expiry)
    return options


def milliseconds(seconds: float) -> int:
    if not 0 <= seconds * 1000 <= MAX_MILLISECONDS:
        raise errors.InvalidArgumentError(f"busy_timeout must be from 0 to {MAX_MILLISECONDS // 1000} seconds")
    return int(seconds * 1000)
