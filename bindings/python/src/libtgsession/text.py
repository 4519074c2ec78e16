"""Converts texts between Python and the library."""

from __future__ import annotations

import os
from typing import Any, Union

from . import errors
from ._native import ffi, lib

Location = Union[str, "os.PathLike[str]"]


def encode(text: str, what: str) -> bytes:
    """A text as the library takes it: UTF-8, without a NUL inside."""
    if not isinstance(text, str):
        raise TypeError(f"{what} must be a str, not {type(text).__name__}")
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise errors.InvalidArgumentError(f"{what} is not UTF-8: it has a lone surrogate") from error
    if b"\0" in encoded:
        raise errors.InvalidArgumentError(f"{what} has a NUL in it")
    return encoded


def encode_location(location: Location) -> bytes:
    """A path as text; bytes would be read as UTF-8 by the library, and here a file's name may be anything."""
    return encode(os.fspath(location), "the location")


def take(out: Any) -> str:
    """The text that the library gave into a `char **`; wipes and frees it there."""
    try:
        text: bytes = ffi.string(out[0])
        return text.decode()
    finally:
        lib.tgs_string_free(out[0])
