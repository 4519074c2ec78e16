"""Calls a function of the C interface and turns its status into an answer or an exception."""

from __future__ import annotations

from typing import Any

from ._native import ffi
from .errors import FIRST_ERROR, take

_ERROR = ffi.typeof("tgs_error **")


def call(function: Any, *arguments: Any) -> int:
    """Returns TGS_OK or an ordinary answer such as TGS_NOT_FOUND; raises a TgsError for any other status."""
    error = ffi.new(_ERROR)
    status: int = function(*arguments, error)
    if status >= FIRST_ERROR:
        raise take(status, error)
    return status
