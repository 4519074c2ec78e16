"""Values that a client keeps beside its session, and how much there is of everything."""

from __future__ import annotations

import json
from typing import Any, Iterator, List, MutableMapping, NamedTuple

from . import session_bytes
from ._native import NULL, ffi, lib
from .guard import call
from .status import Status
from .text import encode, take


class Counts(NamedTuple):
    """How many rows of each kind a session has."""

    peers: int
    #: Those of all peers together.
    usernames: int
    update_states: int
    sent_files: int
    #: Those of `Session.values`.
    values: int


def count(session: Any) -> Counts:
    counts = ffi.new("tgs_counts *", {"size": ffi.sizeof("tgs_counts")})
    call(lib.tgs_get_counts, session, counts)
    return Counts(*(int(getattr(counts, name)) for name in Counts._fields))


class Values(MutableMapping[str, bytes]):
    """Values of your own beside the session (salts, a configuration): bytes by their names. No other client sees them.

    A name has 1 to 255 bytes, without white space at its ends and control characters; a value has 1048576 bytes at most.
    They are copied by a conversion, are in `to_bytes`, and stay when another account logs in.
    """

    def __init__(self, session: Any) -> None:
        self._session = session

    def __getitem__(self, name: str) -> bytes:
        out, length = ffi.new("uint8_t **"), ffi.new("size_t *")
        if call(lib.tgs_get_value, self._session, encode(name, "the name"), out, length) == Status.NOT_FOUND:
            raise KeyError(name)
        try:
            return bytes(ffi.buffer(out[0], length[0]))
        finally:
            lib.tgs_bytes_free(out[0], length[0])

    def __setitem__(self, name: str, value: bytes) -> None:
        lent, length = session_bytes.lend(value, "a value")
        call(lib.tgs_set_value, self._session, encode(name, "the name"), lent if length else NULL, length)

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        call(lib.tgs_delete_value, self._session, encode(name, "the name"))

    def __contains__(self, name: object) -> bool:
        return name in self._names()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def __repr__(self) -> str:
        return f"<Values {', '.join(self._names())}>"

    def discard(self, name: str) -> None:
        """Removes a value; it need not be there."""
        call(lib.tgs_delete_value, self._session, encode(name, "the name"))

    def _names(self) -> List[str]:
        names = ffi.new("char **")
        call(lib.tgs_list_values, self._session, names)
        found: List[str] = json.loads(take(names))
        return found
