"""Calls of functions that fill the caller's array and return the total count."""

from __future__ import annotations

from typing import Any, Callable, List, TypeVar

from ._native import ffi
from .guard import call

INITIAL_CAPACITY = 64

T = TypeVar("T")


def read_all(function: Any, session: Any, struct_name: str, convert: Callable[[Any], T]) -> List[T]:
    """All elements, each converted, because the structs are freed with the array."""
    capacity, count = INITIAL_CAPACITY, ffi.new("size_t *")
    while True:
        array = ffi.new(f"{struct_name}[]", capacity)
        array[0].size = ffi.sizeof(struct_name)  # the library sets it in all that it fills
        call(function, session, array, capacity, count)
        if count[0] <= capacity:
            return [convert(array[index]) for index in range(count[0])]
        # Another program may add elements between the calls: then there is a third call.
        capacity = count[0]
