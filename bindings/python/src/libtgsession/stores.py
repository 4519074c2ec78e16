"""Stores that keep many sessions."""

from __future__ import annotations

import json
from typing import List

from ._native import ffi, lib
from .guard import call
from .text import Location, encode_location, take


def list_sessions(location: Location) -> List[str]:
    """The names of the sessions in a database: "mongodb://host/", "postgresql://host/database", "sqlite:///file"."""
    names = ffi.new("char **")
    call(lib.tgs_list_sessions, encode_location(location), names)
    found: List[str] = json.loads(take(names))
    return found
