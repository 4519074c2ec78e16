"""Peers are checked by the call that brings them, so that a mistake is told to who made it.

The columns of all rows are checked at once, in C; only if that fails, row by row.
"""

from __future__ import annotations

import struct
from typing import Any, Callable, Iterable, List, NamedTuple, Sequence, Tuple

from .._peer_structs import ONE_TEXT
from ._write_behind import as_one, caused_by

#: From rows: their ids, their access hashes, and all their texts and types (None is no text).
Columns = Tuple[Sequence[int], Sequence[Any], Iterable[Any]]


PAIR = struct.Struct("2q")


class Checked(NamedTuple):
    good: List[Sequence[Any]]
    # Tells which rows are not, and why.
    error: Any


def checked(rows: List[Sequence[Any]], columns: Callable[[List[Sequence[Any]]], Columns]) -> Checked:
    try:
        check(*columns(rows))
    except (struct.error, TypeError, ValueError, IndexError, AttributeError):
        return one_by_one(rows, columns)
    return Checked(rows, None)


def is_plain(ids: Sequence[Any], texts: Sequence[Any]) -> bool:
    """Whether one row needs no further check, as nearly all do: its id and access hash, and its texts."""
    try:
        PAIR.pack(*ids)
        # Neither a NUL nor a lone surrogate is printable.
        return "".join(texts).isprintable()
    except (struct.error, TypeError):
        return False


def check(ids: Sequence[int], hashes: Sequence[Any], texts: Iterable[Any]) -> None:
    struct.pack(f"{len(ids)}q", *ids)
    struct.pack(f"{len(hashes)}q", *[value or 0 for value in hashes])
    # Raises for what is no text, or not UTF-8.
    block = "".join([text for text in texts if text is not None])
    if "\0" in block:
        raise ValueError("a text has a NUL in it")
    if not block.isascii():
        block.encode()


def one_by_one(rows: List[Sequence[Any]], columns: Callable[[List[Sequence[Any]]], Columns]) -> Checked:
    good, failures = [], []
    for row in rows:
        try:
            check(*columns([row]))
            good.append(row)
        except (struct.error, TypeError, ValueError, IndexError, AttributeError) as error:
            failures.append(caused_by(error, f"cannot store peer {row[0]!r}: {reason(error)}"))
    return Checked(good, as_one(failures))


def reason(error: Exception) -> str:
    if isinstance(error, struct.error):
        return f"a number is none, or out of range ({error})"
    if isinstance(error, UnicodeEncodeError):
        return "a text is not UTF-8: it has a lone surrogate"
    return str(error)


def several(usernames: Any) -> Sequence[Any]:
    """A peer's usernames, which are several texts."""
    if isinstance(usernames, str):
        raise TypeError(ONE_TEXT)
    return usernames or ()


