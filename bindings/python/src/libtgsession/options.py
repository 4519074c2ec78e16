"""How a session is opened."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional, Union

from . import errors, session_bytes
from ._native import NULL, ffi, lib
from .guard import call
from .text import encode

#: Usernames never expire.
USERNAME_EXPIRY_NEVER: int = lib.TGS_USERNAME_EXPIRY_NEVER
#: Usernames expire as in the session's own client: after 8 hours in Pyrogram's family, never in Telethon's.
USERNAME_EXPIRY_AS_CLIENT: int = lib.TGS_USERNAME_EXPIRY_AS_CLIENT

MAX_MILLISECONDS = 2**32 - 1
MAX_SECONDS = 86_400


class Lease(NamedTuple):
    """A lease on the auth key: while the session is open for use, nobody else opens that key for use (InUseError)."""

    #: What others are told who holds it. None: the process and the host.
    owner: Optional[str] = None
    #: In a store that machines share it ends so long after the last sign of life: 3 to 86400; 0 is the default, 30.
    seconds: int = 0


#: True is a lease with the defaults.
AnyLease = Union[bool, Lease]


def make(
    read_only: bool = False,
    create: bool = True,
    format: Optional[str] = None,
    wal: bool = False,
    busy_timeout: float = 5.0,
    username_expiry: int = USERNAME_EXPIRY_AS_CLIENT,
    lease: AnyLease = False,
    expected_format: Optional[str] = None,
    max_bytes: Optional[int] = None,
    passphrase: Optional[str] = None,
    encryption_key: Optional[bytes] = None,
    database_key: Optional[bytes] = None,
    passcode: Optional[str] = None,
    account: Optional[int] = None,
    exclusive: bool = False,
    cache_size: Optional[int] = None,
    keep_foreign_tables: bool = False,
) -> Any:
    """A `tgs_options` that frees itself."""
    options = ffi.gc(lib.tgs_options_new(), lib.tgs_options_free)
    call(lib.tgs_options_set_read_only, options, bool(read_only))
    call(lib.tgs_options_set_create, options, bool(create))
    if format is not None:
        call(lib.tgs_options_set_format, options, encode(format, "the format"))
    if expected_format is not None:
        call(lib.tgs_options_set_expected_format, options, encode(expected_format, "the expected format"))
    call(lib.tgs_options_set_wal, options, bool(wal))
    call(lib.tgs_options_set_exclusive, options, bool(exclusive))
    call(lib.tgs_options_set_busy_timeout, options, milliseconds(busy_timeout))
    call(lib.tgs_options_set_username_expiry, options, username_expiry)
    if max_bytes is not None:
        call(lib.tgs_options_set_max_bytes, options, positive(max_bytes, "max_bytes"))
    if cache_size is not None:
        call(lib.tgs_options_set_cache_size, options, number_of_answers(cache_size))
    if passphrase is not None and encryption_key is not None:
        raise errors.InvalidArgumentError("a session has a passphrase or an encryption key, not both")
    if passphrase is not None:
        call(lib.tgs_options_set_passphrase, options, encode(passphrase, "the passphrase"))
    if encryption_key is not None:
        call(lib.tgs_options_set_encryption_key, options, *session_bytes.lend(encryption_key, "the encryption key"))
    if database_key is not None:  # an empty one is a key, too
        call(lib.tgs_options_set_database_key, options, *session_bytes.lend(database_key, "the database key"))
    if passcode is not None:
        call(lib.tgs_options_set_passcode, options, encode(passcode, "the passcode"))
    if account is not None:
        call(lib.tgs_options_set_account, options, ffi.new("int64_t *", account))
    if keep_foreign_tables:
        call(lib.tgs_options_set_keep_foreign_tables, options, True)
    if lease:
        owner, seconds = lease if isinstance(lease, Lease) else Lease()
        name = NULL if owner is None else encode(owner, "the owner of the lease")
        call(lib.tgs_options_set_lease, options, True, name, whole_seconds(seconds))
    return options


def positive(number: int, name: str) -> int:
    if not 0 <= number < 1 << 64:
        raise errors.InvalidArgumentError(f"{name} must be 0 or more, and less than 2 to the 64th")
    return number


def number_of_answers(number: int) -> int:
    if not 0 <= number < 1 << 32:
        raise errors.InvalidArgumentError("cache_size must be 0 or more, and less than 2 to the 32nd")
    return number


def whole_seconds(seconds: int) -> int:
    if not 0 <= seconds <= MAX_SECONDS:
        raise errors.InvalidArgumentError(f"a lease lasts 3 to {MAX_SECONDS} seconds, not {seconds}")
    return seconds


def milliseconds(seconds: float) -> int:
    if not 0 <= seconds * 1000 <= MAX_MILLISECONDS:
        raise errors.InvalidArgumentError(f"busy_timeout must be from 0 to {MAX_MILLISECONDS // 1000} seconds")
    return int(seconds * 1000)
