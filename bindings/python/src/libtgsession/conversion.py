"""From one session to another, to a session string, and to a description."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Optional, Tuple, Union

from . import options
from ._native import ffi, lib
from .guard import call
from .status import Status
from .text import Location, encode, encode_location, take

#: Values that the caller knows, for `Session.convert`.
Overrides = Mapping[str, Union[int, bool, str, bytes]]


def convert(source: Any, target: Any, overrides: Overrides, keep_foreign_tables: bool) -> Dict[str, Any]:
    report, texts = ffi.new("char **"), override_texts(overrides)
    chosen = options.make(keep_foreign_tables=keep_foreign_tables)
    call(lib.tgs_convert_with_options, source, target, chosen, ffi.new("char *[]", texts), len(texts), report)
    return load(take(report))


def export_file(
    source: Any, format: str, path: Location, overrides: Overrides, passcode: Optional[str]
) -> Dict[str, Any]:
    report, texts = ffi.new("char **"), override_texts(overrides)
    where = encode(format, "the format"), encode_location(path)
    chosen = options.make(passcode=passcode)
    call(lib.tgs_export_file_with_options, source, *where, chosen, ffi.new("char *[]", texts), len(texts), report)
    return load(take(report))


def override_texts(overrides: Overrides) -> List[Any]:
    return [ffi.new("char[]", encode(f"{name}={value_text(value)}", name)) for name, value in overrides.items()]


def value_text(value: Union[int, bool, str, bytes]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.hex() if isinstance(value, (bytes, bytearray)) else str(value)


def export(session: Any, format: str) -> str:
    text = ffi.new("char **")
    call(lib.tgs_export_session_string, session, encode(format, "the format"), text, ffi.NULL)
    return take(text)


def export_with_report(session: Any, format: str) -> Tuple[str, Dict[str, Any]]:
    text, report = ffi.new("char **"), ffi.new("char **")
    call(lib.tgs_export_session_string, session, encode(format, "the format"), text, report)
    return take(text), load(take(report))


def inspect(session: Any, show_secrets: bool) -> Dict[str, Any]:
    description = ffi.new("char **")
    call(lib.tgs_inspect, session, bool(show_secrets), description)
    return load(take(description))


def diagnose(text: str) -> Dict[str, Any]:
    """What any text is: whether a session string, of which kind, whether intact, what is missing. No secrets."""
    diagnosis = ffi.new("char **")
    call(lib.tgs_diagnose, encode(text, "the text"), diagnosis)
    return load(take(diagnosis))


def default_server_address(dc_id: int, test_mode: bool = False) -> Optional[Tuple[str, int]]:
    """The address and port of a data centre, as clients write them; None for an unknown one."""
    server_address, port = ffi.new("char **"), ffi.new("uint16_t *")
    status = call(lib.tgs_default_server_address, dc_id, bool(test_mode), server_address, port)
    return None if status == Status.NOT_FOUND else (take(server_address), port[0])


def load(text: str) -> Dict[str, Any]:
    loaded: Dict[str, Any] = json.loads(text)
    return loaded


__all__: List[str] = ["Overrides", "convert", "default_server_address", "diagnose", "export", "export_file", "inspect"]
