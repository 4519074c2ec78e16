"""Peers as an array of `tgs_peer`.

Python's struct module packs many of them twice as fast as cffi sets their fields; of a few it is the other way round.
"""

from __future__ import annotations

import struct
from itertools import accumulate, chain, count, islice, repeat
from operator import add, mul
from typing import Any, Iterable, Iterator, List, Optional, Sequence

from . import errors
from ._layout import Layout
from ._native import NULL, ffi
from .peer_type import NUMBERS, OTHER, AnyPeerType, PeerType
from .peers import UNTOLD, Peer

LAYOUT = Layout("tgs_peer")
SIZE: int = ffi.sizeof("tgs_peer")
POINTER: int = ffi.sizeof("void *")
PARTS = len(Peer._fields)
ONE_TEXT = "usernames must be several texts, not one"
PEERS, ARRAY = ffi.typeof("tgs_peer *"), ffi.typeof("tgs_peer[]")
CHARS, POINTERS = ffi.typeof("char[]"), ffi.typeof("char *[]")
ADDRESS = ffi.typeof("uintptr_t")


# So few peers are set field by field.
FEW = 6


class Packed:
    """An array of `tgs_peer`, and what its pointers lead to."""

    def __init__(self, peers: Iterable[Sequence[Any]]) -> None:
        rows = list(peers)
        self.count = len(rows)
        self.kept: List[Any] = []
        try:
            self.pointer = self.by_fields(rows) if len(rows) <= FEW else self.by_columns(rows)
        except UnicodeEncodeError as error:
            raise not_utf_8(error) from error

    @classmethod
    def with_one_username(
        cls,
        ids: Sequence[int],
        hashes: Sequence[int],
        usernames: Sequence[Optional[str]],
        phone_numbers: Sequence[Optional[str]],
        names: Sequence[Optional[str]],
    ) -> Packed:
        """Of columns: peers that have at most one username, a type that their ids tell, and are seen now."""
        packed = cls.__new__(cls)
        packed.count = len(ids)
        try:
            texts = Texts(usernames, phone_numbers, names)
        except UnicodeEncodeError as error:
            raise not_utf_8(error) from error
        username_pointers, phones, shown = map(texts.addresses, (usernames, phone_numbers, names))
        username_arrays = struct.pack(f"{packed.count}P", *username_pointers)
        structs = packed_structs(
            repeat(SIZE), ids, hashes, repeat(True), repeat(NUMBERS[None]), repeat(0), count(address(username_arrays), POINTER),
            map(bool, username_pointers), phones, shown, repeat(0),
        )  # fmt: skip
        packed.kept = [structs, texts, username_arrays]
        packed.pointer = ffi.cast(PEERS, ffi.from_buffer(structs))
        return packed

    # ---- A few

    def by_fields(self, rows: Sequence[Sequence[Any]]) -> Any:
        structs = ffi.new(ARRAY, len(rows))
        for struct_, row in zip(structs, rows):
            if len(row) != PARTS:
                raise wrong_parts(len(row))
            peer_id, access_hash, kind, usernames, phone_number, name, seen = row
            struct_.size = SIZE
            number = NUMBERS.get(kind, OTHER)
            try:
                struct_.id = peer_id
                if access_hash is not None:
                    struct_.access_hash, struct_.has_access_hash = access_hash, True
                struct_.type = number
                if seen:
                    struct_.last_update_on = seen
            except (OverflowError, TypeError) as error:
                raise wrong_number(error) from error
            if number == OTHER:
                struct_.type_name = self.text(checked_other(kind))
            if usernames is not None and usernames is not UNTOLD:
                struct_.username_count, struct_.usernames = len(usernames), self.texts(checked_usernames(usernames))
            if phone_number is not None:
                struct_.phone_number = self.text(phone_number)
            if name is not None:
                struct_.name = self.text(name)
        return structs

    def texts(self, texts: Sequence[Optional[str]]) -> Any:
        pointers = ffi.new(POINTERS, [NULL if text is None else self.text(text) for text in texts])
        self.kept.append(pointers)
        return pointers

    def text(self, text: str) -> Any:
        encoded = str.encode(text)
        if 0 in encoded:
            raise errors.InvalidArgumentError("a peer's text has a NUL in it")
        made = ffi.new(CHARS, encoded)
        self.kept.append(made)
        return made

    # ---- Many

    def by_columns(self, rows: Sequence[Sequence[Any]]) -> Any:
        """Each column in C: Python's own steps for each peer would cost more."""
        for parts in set(map(len, rows)):
            if parts != PARTS:
                raise wrong_parts(parts)
        ids, hashes, kinds, usernames, phone_numbers, names, seen = zip(*rows)
        numbers = list(map(NUMBERS.get, kinds, repeat(OTHER)))
        others = other_names(kinds, numbers) if OTHER in numbers else ()
        flat = flattened(usernames)
        counts = [len(several) if several else 0 for several in usernames]
        texts = Texts(flat, phone_numbers, names, others)
        # Taken in the order in which they stand there.
        username_pointers, phones, shown, types = map(texts.addresses, (flat, phone_numbers, names, others))
        username_arrays = struct.pack(f"{len(flat)}P", *username_pointers)
        # The array of a peer without usernames is empty, wherever it stands.
        arrays: Iterator[int] = accumulate(map(mul, counts, repeat(POINTER)), initial=address(username_arrays))
        if UNTOLD in usernames or None in usernames:  # `in` finds an empty tuple too: that costs time only
            arrays = untold_is_null(arrays, usernames)
        known = None not in hashes
        structs = packed_structs(
            repeat(SIZE), ids,
            hashes if known else [value or 0 for value in hashes],
            repeat(True) if known else [value is not None for value in hashes],
            numbers, types or repeat(0), arrays, counts, phones, shown,
            [value or 0 for value in seen],
        )  # fmt: skip
        self.kept = [structs, texts, username_arrays]
        return ffi.cast(PEERS, ffi.from_buffer(structs))


class Texts:
    """The texts of several columns, with their NULs, in one block; None is NULL."""

    def __init__(self, *columns: Sequence[Optional[str]]) -> None:
        there = [text for column in columns for text in column if text is not None]
        self.block = ("\0".join(there) + "\0").encode()
        if self.block.count(0) != max(len(there), 1):
            raise errors.InvalidArgumentError("a peer's text has a NUL in it")
        sizes = map(len, there) if self.block.isascii() else map(len, map(str.encode, there))
        self.starts = accumulate(map(add, sizes, repeat(1)), initial=address(self.block))

    def addresses(self, column: Sequence[Optional[str]]) -> List[int]:
        """Of the next column."""
        if None not in column:
            return list(islice(self.starts, len(column)))
        starts = self.starts
        return [0 if text is None else next(starts) for text in column]


def packed_structs(*columns: Iterable[Any]) -> bytes:
    try:
        return b"".join(map(LAYOUT.pack, *columns))
    except struct.error as error:
        raise wrong_number(error) from error


def untold_is_null(arrays: Iterable[int], usernames: Sequence[Optional[Sequence[str]]]) -> Iterator[int]:
    return (0 if several is None or several is UNTOLD else array for array, several in zip(arrays, usernames))


def flattened(usernames: Sequence[Optional[Sequence[str]]]) -> List[str]:
    if str in map(type, usernames):
        raise TypeError(ONE_TEXT)
    return list(chain.from_iterable(filter(None, usernames)))


def checked_usernames(usernames: Sequence[str]) -> Sequence[str]:
    if isinstance(usernames, str):
        raise TypeError(ONE_TEXT)
    return usernames


def other_names(kinds: Sequence[Optional[AnyPeerType]], numbers: Sequence[int]) -> List[Optional[str]]:
    """Of the types that have no number."""
    return [checked_other(kind) if number == OTHER else None for kind, number in zip(kinds, numbers)]


def checked_other(kind: Any) -> str:
    if kind is PeerType.OTHER:
        raise errors.InvalidArgumentError("PeerType.OTHER is no type of a peer: write its name")
    name: str = kind
    return name


def not_utf_8(error: UnicodeEncodeError) -> errors.InvalidArgumentError:
    return errors.InvalidArgumentError(f"a peer's text is not UTF-8: {error.reason}")


def wrong_parts(parts: int) -> TypeError:
    return TypeError(f"a peer has {PARTS} parts, not {parts}")


def wrong_number(error: Exception) -> errors.InvalidArgumentError:
    return errors.InvalidArgumentError(f"a number of a peer is none, or out of range: {error}")


def address(block: Any) -> int:
    pointed: int = int(ffi.cast(ADDRESS, ffi.from_buffer(block)))
    return pointed
