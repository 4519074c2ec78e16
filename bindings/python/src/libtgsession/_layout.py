"""Structs of the C interface for Python's struct module."""

from __future__ import annotations

import struct
from typing import Any

from ._native import ffi


class Layout(struct.Struct):
    """All fields of a struct, in their order: one call of `unpack_from` costs less than one field of cffi's."""

    CODES = {"size_t": "N", "int64_t": "q", "int32_t": "i", "_Bool": "?"}

    def __init__(self, name: str) -> None:
        codes = "".join(self.code(field.type) for _, field in ffi.typeof(name).fields)
        # Padded at its end as in an array.
        super().__init__(f"@{codes}0P")
        if self.size != ffi.sizeof(name):
            raise ImportError(f"this compiler lays {name} out in another way than Python's struct module")

    def code(self, ctype: Any) -> str:
        return "P" if ctype.kind == "pointer" else self.CODES[ctype.cname]
