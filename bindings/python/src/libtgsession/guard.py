"""Around every fallible call: a status becomes an answer or an exception."""

from __future__ import annotations

from typing import Any

from ._native import ffi
from .errors import FIRST_ERROR, take

_ERROR = ffi.typeof("tgs_error **")


def call(function: Any, *arguments: Any) -> int:
    """Gives TGS_OK or an ordinary answer, and raises for everything else."""
    error = ffi.new(_ERROR)
    status: int = function(*arguments, error)
    if status >= FIRST_ERROR:
        raise take(status, error)
    return status
