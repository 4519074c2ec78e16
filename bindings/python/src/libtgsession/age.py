"""A session as a file of age: https://age-encryption.org."""

from __future__ import annotations

from typing import Any, Optional, Sequence

from . import session_bytes
from ._native import NULL, ffi, lib
from .text import encode


def encrypt(session: Any, format: Optional[str], passphrase: Optional[str], recipients: Optional[Sequence[str]]) -> bytes:
    if isinstance(recipients, (str, bytes)):
        raise TypeError("recipients must be a list of str, not one")
    texts = [ffi.new("char[]", encode(one, "a recipient")) for one in recipients or ()]
    array = ffi.new("char *[]", texts) if texts else NULL
    layout = NULL if format is None else encode(format, "the format")
    return session_bytes.receive(lib.tgs_to_age, session, layout, secret(passphrase, "the passphrase"), array, len(texts))


def secret(text: Optional[str], what: str) -> Any:
    return NULL if text is None else encode(text, what)
