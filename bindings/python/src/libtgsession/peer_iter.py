"""Iterating over complete peers."""

from __future__ import annotations

from typing import Any, Iterable, Iterator, Optional, Tuple

from . import errors
from ._native import NULL, ffi, lib
from ._peer_structs import LAYOUT
from .guard import call
from .peer_type import BY_NUMBER, OTHER, AnyPeerType
from .peers import Peer
from .status import Status

_next = lib.tgs_peer_iter_next
_OK = int(Status.OK)


class PeerIterator(Iterator[Peer]):
    """The peers as they were when it was made, in ascending order of their ids. For one thread at a time."""

    def __init__(self, session: Any, ids: Optional[Iterable[int]]) -> None:
        wanted = NULL if ids is None else ffi.new("int64_t[]", list(ids))
        if ids is not None and len(wanted) == 0:
            # NULL would be all peers.
            self._iter = None
            return
        out = ffi.new("tgs_peer_iter **")
        call(lib.tgs_peer_iter_new, session, wanted, 0 if ids is None else len(wanted), out)
        self._iter = ffi.gc(out[0], lib.tgs_peer_iter_free)
        self._peer, self._error = ffi.new("tgs_peer **"), ffi.new("tgs_error **")

    def __next__(self) -> Peer:
        if self._iter is None:
            raise StopIteration
        status = _next(self._iter, self._peer, self._error)
        if status == _OK:
            return read(self._peer[0])
        if status != Status.NOT_FOUND:
            raise errors.take(status, self._error)
        ffi.release(self._iter)
        self._iter = None
        raise StopIteration


def read(pointer: Any) -> Peer:
    """A struct of the iterator's; its texts are copied."""
    (_, peer_id, access_hash, has_access_hash, number, type_name, _, count, phone_number, name, seen) = LAYOUT.unpack_from(
        ffi.buffer(pointer)
    )
    return Peer(
        peer_id,
        access_hash if has_access_hash else None,
        read_type(number, type_name),
        read_usernames(pointer, count) if count else (),
        read_text(phone_number) if phone_number else None,
        read_text(name) if name else None,
        seen or None,
    )


def read_type(number: int, type_name: int) -> AnyPeerType:
    return read_text(type_name) if number == OTHER else BY_NUMBER[number]


def read_usernames(pointer: Any, count: int) -> Tuple[str, ...]:
    return tuple(ffi.string(text).decode() for text in ffi.unpack(pointer.usernames, count))


def read_text(address: int) -> str:
    text: bytes = ffi.string(ffi.cast("char *", address))
    return text.decode()
