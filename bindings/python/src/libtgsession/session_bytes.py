"""A session in bytes."""

from __future__ import annotations

from typing import Any, Optional, Tuple

from ._native import NULL, ffi, lib
from .guard import call
from .text import encode


def lend(data: Any, name: str = "a session in bytes") -> Tuple[Any, int]:
    """Bytes of the caller's for the time of a call."""
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"{name} must be bytes, not {type(data).__name__}")
    return ffi.from_buffer("uint8_t[]", data), len(data)


def take(session: Any, format: Optional[str], compress: bool) -> bytes:
    """The session's bytes."""
    layout = NULL if format is None else encode(format, "the format")
    return receive(lib.tgs_to_bytes, session, layout, bool(compress))


def receive(function: Any, *arguments: Any) -> bytes:
    """Bytes that a function gives; those of the library are wiped."""
    out, length = ffi.new("uint8_t **"), ffi.new("size_t *")
    call(function, *arguments, out, length)
    try:
        return bytes(ffi.buffer(out[0], length[0]))
    finally:
        lib.tgs_bytes_free(out[0], length[0])
