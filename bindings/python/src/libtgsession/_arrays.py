"""Functions that fill an array of the caller's and say how much there was."""

from __future__ import annotations

from typing import Any, Callable, List, TypeVar

from ._native import ffi
from .guard import call

FIRST_ROOM = 64

T = TypeVar("T")


def read_all(function: Any, session: Any, struct_name: str, convert: Callable[[Any], T]) -> List[T]:
    """All of them, converted: a struct of the array lives no longer than the array."""
    room, count = FIRST_ROOM, ffi.new("size_t *")
    while True:
        array = ffi.new(f"{struct_name}[]", room)
        array[0].size = ffi.sizeof(struct_name)  # the library sets it in all that it fills
        call(function, session, array, room, count)
        if count[0] <= room:
            return [convert(array[index]) for index in range(count[0])]
        # Another program may add some meanwhile: then there is a third call.
        room = count[0]
