"""What a session is as a Python object, whatever its methods are."""

from __future__ import annotations

import contextlib
import difflib
import os
import warnings
from typing import Any, Iterator

from . import errors
from .text import Location


class Handle:
    """Owns a handle of the library. It cannot be copied, and has no attributes but its own."""

    _handle: Any = None
    _is_open = False
    # Whether it holds a file, a connection or a lease: the program should close it.
    _holds_something = False

    @property
    def is_open(self) -> bool:
        """Whether it was neither closed nor deleted through this object."""
        return self._is_open

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(type(self), name):
            close = difflib.get_close_matches(name, [known for known in dir(type(self)) if not known.startswith("_")], 1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise AttributeError(f"a {type(self).__name__} has no attribute {name!r}{hint}")
        object.__setattr__(self, name, value)

    def __reduce_ex__(self, _: Any) -> Any:
        raise TypeError(f"a {type(self).__name__} cannot be copied or pickled: open its location again, or convert it")

    def __bool__(self) -> bool:
        """Also without peers."""
        return True

    def __del__(self) -> None:
        if self._is_open and self._holds_something:
            warnings.warn(f"{self!r} was not closed", ResourceWarning, source=self, stacklevel=2)


@contextlib.contextmanager
def naming(location: Location) -> Iterator[None]:
    """Gives an error of the operating system its file name, as those of `open` have."""
    try:
        yield
    except errors.IoError as error:
        name = os.fspath(location)
        # Not a URL, which may hold a password.
        if "://" not in name:
            error.filename = name
        raise
