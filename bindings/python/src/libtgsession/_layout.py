"""Reads structs of the C interface with Python's struct module."""

from __future__ import annotations

import struct
from typing import Any

from ._native import ffi


class Layout(struct.Struct):
    """All fields of a struct, in order. One call of `unpack_from` costs less than one field access through cffi."""

    CODES = {"size_t": "N", "int64_t": "q", "int32_t": "i", "_Bool": "?"}

    def __init__(self, name: str) -> None:
        codes = "".join(self.code(field.type) for _, field in ffi.typeof(name).fields)
        # With the trailing padding of an array element.
        super().__init__(f"@{codes}0P")
        if self.size != ffi.sizeof(name):
            raise ImportError(f"this compiler lays {name} out in another way than Python's struct module")

    def code(self, ctype: Any) -> str:
        return "P" if ctype.kind == "pointer" else self.CODES[ctype.cname]
