"""Peers: writing them and finding them."""

from __future__ import annotations

import struct
from itertools import accumulate, chain, repeat
from operator import add, mul
from typing import Any, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from . import errors
from ._native import ffi
from .peer_type import BY_NUMBER, NUMBERS, OTHER, UNKNOWN, AnyPeerType, PeerType
from .status import Status


class Peer(NamedTuple):
    """All that is known of a peer. What is left out is unknown."""

    #: The marked id: a user's is positive, a basic group's -id, a channel's -1000000000000 - id.
    id: int
    access_hash: Optional[int] = None
    #: None: not told, when you write it. What is read is then what the id's mark tells: user, group or channel.
    type: Optional[AnyPeerType] = None
    #: The main one first. In any case, with or without "@".
    usernames: Sequence[str] = ()
    #: With or without "+" and spaces.
    phone_number: Optional[str] = None
    #: The display name (Telethon).
    name: Optional[str] = None
    #: When the peer was last seen, in Unix seconds. None: not known, or, when you write it, now.
    last_update_on: Optional[int] = None


class InputPeer(NamedTuple):
    """The answer of a lookup: as much as Telegram's InputPeer needs."""

    id: int
    #: The id without its mark, as Telegram's own methods take it.
    bare_id: int
    access_hash: Optional[int]
    type: PeerType
    last_update_on: Optional[int]


class Layout(struct.Struct):
    """`tgs_peer` for Python's struct module, which packs ten times as fast as cffi sets fields."""

    CODES = {"size_t": "N", "int64_t": "q", "int32_t": "i", "_Bool": "?"}

    def __init__(self) -> None:
        fields = ffi.typeof("tgs_peer").fields
        super().__init__("@" + "".join(self.code(field.type) for _, field in fields))
        if self.size != ffi.sizeof("tgs_peer"):
            raise ImportError("this compiler lays tgs_peer out in another way than Python's struct module")

    def code(self, ctype: Any) -> str:
        return "P" if ctype.kind == "pointer" else self.CODES[ctype.cname]


LAYOUT = Layout()
SIZE: int = ffi.sizeof("tgs_peer")
POINTER: int = ffi.sizeof("void *")
PEERS = ffi.typeof("tgs_peer *")

_INPUT_PEER = ffi.typeof("tgs_input_peer *")
_ERROR = ffi.typeof("tgs_error **")
_OK, _NOT_FOUND = int(Status.OK), int(Status.NOT_FOUND)

# Places for answers, taken and given back by each call: popping is atomic, and so safe for threads and signal handlers.
_places: List[Tuple[Any, Any]] = []


def find(function: Any, handle: Any, key: Any) -> Optional[InputPeer]:
    """Asks one of the three lookups."""
    try:
        place = _places.pop()
    except IndexError:
        place = (ffi.new(_INPUT_PEER), ffi.new(_ERROR))
    peer, error = place
    status = function(handle, key, peer, error)
    if status == _OK:
        access_hash = peer.access_hash if peer.has_access_hash else None
        found = InputPeer(peer.id, peer.bare_id, access_hash, BY_NUMBER[peer.type], peer.last_update_on or None)
        _places.append(place)
        return found
    if status == _NOT_FOUND:
        _places.append(place)
        return None
    raise failure(status, key, error)


def failure(status: int, key: Any, error: Any) -> errors.TgsError:
    if status == Status.EXPIRED:
        return errors.UsernameExpired(f"the username '{ffi.string(ffi.from_buffer(key)).decode()}' has expired")
    return errors.take(status, error)


class Packed:
    """Peers as C structs. It works by columns, each of them in C: Python's own steps for each peer would cost more."""

    def __init__(self, peers: Iterable[Sequence[Any]]) -> None:
        rows = list(peers)
        self.count = len(rows)
        if not rows:
            self.structs = b""
            return
        try:
            ids, hashes, kinds, usernames, phone_numbers, names, seen = zip(*rows)
        except ValueError as error:
            raise TypeError(f"a peer has {len(Peer._fields)} parts: {error}") from error
        numbers = list(map(NUMBERS.get, kinds, repeat(OTHER)))
        others = OTHER in numbers
        self.type_names = Texts([check_other(kind) if n == OTHER else None for kind, n in zip(kinds, numbers)] if others else kinds[:0])
        self.usernames = Usernames(usernames)
        self.phone_numbers, self.names = Texts(phone_numbers), Texts(names)
        columns = (
            repeat(SIZE), ids, [value or 0 for value in hashes], [value is not None for value in hashes], numbers,
            self.type_names.addresses if others else repeat(0), self.usernames.addresses, self.usernames.counts,
            self.phone_numbers.addresses, self.names.addresses, [value or 0 for value in seen],
        )  # fmt: skip
        try:
            self.structs = b"".join(map(LAYOUT.pack, *columns))
        except struct.error as error:
            raise errors.InvalidArgumentError(f"a number of a peer is none, or out of range: {error}") from error

    def pointer(self) -> Any:
        return ffi.cast(PEERS, ffi.from_buffer(self.structs))


class Usernames:
    """For each peer an array of pointers to texts; all arrays stand in one block, as do the texts."""

    def __init__(self, usernames: Sequence[Optional[Sequence[str]]]) -> None:
        if str in map(type, usernames):
            raise TypeError("usernames must be several texts, not one")
        self.counts = [len(names) if names else 0 for names in usernames]
        self.texts = Texts(list(chain.from_iterable(filter(None, usernames))))
        count = sum(self.counts)
        self.pointers = struct.pack(f"{count}P", *self.texts.addresses[:count])
        base = address(self.pointers)
        # The array of a peer without usernames is empty, wherever it stands.
        self.addresses = list(accumulate(map(mul, self.counts, repeat(POINTER)), initial=base))


class Texts:
    """Texts with their NULs in one block; None is NULL."""

    def __init__(self, texts: Sequence[Optional[str]]) -> None:
        self.addresses: Sequence[int] = [0] * len(texts)
        full = None not in texts
        there: Sequence[Any] = texts if full else [text for text in texts if text is not None]
        if not there:
            return
        try:
            self.block = ("\0".join(there) + "\0").encode()
        except UnicodeEncodeError as error:
            raise errors.InvalidArgumentError(f"a peer's text is not UTF-8: {error.reason}") from error
        if self.block.count(0) != len(there):
            raise errors.InvalidArgumentError("a peer's text has a NUL in it")
        sizes = map(len, there) if self.block.isascii() else map(len, map(str.encode, there))
        starts = accumulate(map(add, sizes, repeat(1)), initial=address(self.block))
        self.addresses = list(starts) if full else [0 if text is None else next(starts) for text in texts]


def check_other(kind: AnyPeerType) -> str:
    if kind is PeerType.OTHER:
        raise errors.InvalidArgumentError("PeerType.OTHER is no type of a peer: write its name")
    return kind


def address(block: Any) -> int:
    pointed: int = int(ffi.cast("uintptr_t", ffi.from_buffer(block)))
    return pointed
