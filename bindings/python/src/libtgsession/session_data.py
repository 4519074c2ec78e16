"""All fields of a session at once."""

from __future__ import annotations

from typing import Any, List, Mapping, NamedTuple, Optional, Tuple

from . import errors
from ._native import NULL, ffi, lib
from .guard import call
from .text import encode

KEY_LEN: int = lib.TGS_AUTH_KEY_LEN
_KEYS = ("auth_key", "tmp_auth_key")


class SessionData(NamedTuple):
    """The fields of a session. None is absent."""

    dc_id: Optional[int] = None
    server_address: Optional[str] = None
    port: Optional[int] = None
    api_id: Optional[int] = None
    test_mode: Optional[bool] = None
    auth_key: Optional[bytes] = None
    date: Optional[int] = None
    user_id: Optional[int] = None
    is_bot: Optional[bool] = None
    takeout_id: Optional[int] = None
    tmp_auth_key: Optional[bytes] = None


BITS = {name: int(getattr(lib, f"TGS_FIELD_{name.upper()}")) for name in SessionData._fields}


def to_struct(values: Mapping[str, Any]) -> Tuple[Any, int, List[Any]]:
    """The struct, which fields it tells of, and what has to stay alive as long as the struct."""
    struct, which, alive = ffi.new("tgs_session_data *"), 0, []
    struct.size = ffi.sizeof(struct[0])
    for name, value in values.items():
        if name not in BITS:
            raise TypeError(f"a session has no field {name!r}; it has {', '.join(BITS)}")
        which |= BITS[name]
        if value is None:
            continue
        if name == "server_address" or name in _KEYS:
            memory = _memory(name, value)
            alive.append(memory)
            setattr(struct, name, memory)
        else:
            _set_number(struct, name, value)
    return struct, which, alive


def _memory(name: str, value: Any) -> Any:
    return key_memory(name, value) if name in _KEYS else ffi.new("char[]", encode(value, name))


def key_memory(name: str, value: Any) -> Any:
    """A copy of a key: C takes no length of it."""
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise TypeError(f"{name} must be bytes, not {type(value).__name__}")
    if len(value) != KEY_LEN:
        raise errors.InvalidArgumentError(f"{name} has {KEY_LEN} bytes, not {len(value)}")
    return ffi.new("uint8_t[]", bytes(value))


def _set_number(struct: Any, name: str, value: Any) -> None:
    try:
        setattr(struct, name, value)
    except OverflowError as error:
        raise errors.InvalidArgumentError(f"{name} is out of range: {error}") from error
    setattr(struct, f"has_{name}", True)


def read(session: Any) -> SessionData:
    """All fields, at one moment; the library's keys are wiped."""
    out = ffi.new("tgs_session_data **")
    call(lib.tgs_get_session_data, session, out)
    try:
        return SessionData(**from_struct(out[0], sum(BITS.values())))
    finally:
        lib.tgs_session_data_free(out[0])


def from_struct(struct: Any, which: int) -> Mapping[str, Any]:
    """The fields in `which`, by their names; None is absent."""
    return {name: _value(struct, name) for name, bit in BITS.items() if which & bit}


def _value(struct: Any, name: str) -> Any:
    if name in _KEYS:
        key = getattr(struct, name)
        return None if key == NULL else bytes(ffi.buffer(key, KEY_LEN))
    if name == "server_address":
        return None if struct.server_address == NULL else ffi.string(struct.server_address).decode()
    return getattr(struct, name) if getattr(struct, f"has_{name}") else None
