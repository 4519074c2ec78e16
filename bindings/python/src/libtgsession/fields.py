"""The fields of a session, as properties. An absent field is None."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, List, Optional, Tuple, Type, TypeVar, Union, overload

from . import text
from ._native import NULL, ffi, lib
from .errors import FIRST_ERROR, take
from .guard import call
from .status import Status

if TYPE_CHECKING:
    from .session import Session

T = TypeVar("T")

_ERROR = ffi.typeof("tgs_error **")
_OK = int(Status.OK)


class Field(Generic[T]):
    """A property that reads from the library each time, because another program may have changed the field."""

    def __init__(self, doc: str) -> None:
        self.__doc__ = doc

    def __set_name__(self, owner: Type[Session], name: str) -> None:
        self.name = name
        self.getter = getattr(lib, f"tgs_get_{name}")
        self.setter = getattr(lib, f"tgs_set_{name}")

    @overload
    def __get__(self, session: None, owner: Type[Session]) -> Field[T]: ...
    @overload
    def __get__(self, session: Session, owner: Type[Session]) -> Optional[T]: ...
    def __get__(self, session: Optional[Session], owner: Type[Session]) -> Union[Field[T], Optional[T]]:
        return self if session is None else self.read(session._handle)

    def __set__(self, session: Session, value: Optional[T]) -> None:
        if value is None:
            call(self.setter, session._handle, *self.absent())
        else:
            self.write(session._handle, value)

    def absent(self) -> Tuple[Any, ...]:
        return (NULL,)

    def read(self, handle: Any) -> Optional[T]:
        raise NotImplementedError

    def write(self, handle: Any, value: T) -> None:
        raise NotImplementedError


class NumberField(Field[T]):
    """Of a number of that type in C."""

    def __init__(self, ctype: str, doc: str) -> None:
        super().__init__(doc)
        self.ctype = ffi.typeof(f"{ctype} *")
        # Places for answers, as in peers.py.
        self.places: List[Tuple[Any, Any]] = []

    def read(self, handle: Any) -> Optional[T]:
        try:
            place = self.places.pop()
        except IndexError:
            place = (ffi.new(self.ctype), ffi.new(_ERROR))
        out, error = place
        status = self.getter(handle, out, error)
        if status >= FIRST_ERROR:
            raise take(status, error)
        value = out[0] if status == _OK else None
        self.places.append(place)
        return value


class IntField(NumberField[int]):
    def write(self, handle: Any, value: int) -> None:
        call(self.setter, handle, ffi.new(self.ctype, value))


class BoolField(NumberField[bool]):
    def __init__(self, doc: str) -> None:
        super().__init__("bool", doc)

    def write(self, handle: Any, value: bool) -> None:
        # Clients also write 0 and 1. Any other value is probably a mistake.
        if value not in (0, 1):
            raise TypeError(f"{self.name} must be a bool, not {type(value).__name__}")
        call(self.setter, handle, ffi.new(self.ctype, bool(value)))


class StrField(Field[str]):
    def read(self, handle: Any) -> Optional[str]:
        out = ffi.new("char **")
        return None if call(self.getter, handle, out) == Status.NOT_FOUND else text.take(out)

    def write(self, handle: Any, value: str) -> None:
        call(self.setter, handle, text.encode(value, self.name))


class BytesField(Field[bytes]):
    """256 bytes. Python cannot wipe a `bytes`: drop it when you are done."""

    def absent(self) -> Tuple[Any, ...]:
        return (NULL, 0)

    def read(self, handle: Any) -> Optional[bytes]:
        out = ffi.new("uint8_t[]", lib.TGS_AUTH_KEY_LEN)
        try:
            status = call(self.getter, handle, out, len(out))
            return None if status == Status.NOT_FOUND else bytes(ffi.buffer(out))
        finally:
            ffi.memmove(out, bytes(len(out)), len(out))

    def write(self, handle: Any, value: bytes) -> None:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise TypeError(f"{self.name} must be bytes, not {type(value).__name__}")
        call(self.setter, handle, ffi.from_buffer("uint8_t[]", value), len(value))
