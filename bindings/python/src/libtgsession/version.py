"""Versions."""

from __future__ import annotations

from ._native import ffi, lib


def version() -> str:
    """The version of the library, like "0.1.0"."""
    text: bytes = ffi.string(lib.tgs_version())
    return text.decode()


def abi_version() -> int:
    """The version of the library's binary interface."""
    number: int = lib.tgs_abi_version()
    return number
