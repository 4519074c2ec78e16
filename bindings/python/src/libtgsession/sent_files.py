"""Files that were uploaded before (Telethon)."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Iterable, List, NamedTuple, Optional

from . import errors
from ._arrays import read_all
from ._native import ffi, lib
from .guard import call
from .status import Status

MD5_LEN = 16
STRUCT_SIZE: int = ffi.sizeof("tgs_sent_file")


class SentFileType(IntEnum):
    DOCUMENT = 0
    PHOTO = 1


class SentFile(NamedTuple):
    #: The MD5 of its content, 16 bytes.
    md5: bytes
    size: int
    type: SentFileType
    id: int
    access_hash: int


def check_md5(md5: bytes) -> bytes:
    if len(md5) != MD5_LEN:
        raise errors.InvalidArgumentError(f"an MD5 has {MD5_LEN} bytes, not {len(md5)}")
    return bytes(md5)


def read(session: Any) -> List[SentFile]:
    return read_all(lib.tgs_get_sent_files, session, "tgs_sent_file", from_struct)


def find(session: Any, md5: bytes, size: int, type: int) -> Optional[SentFile]:
    file = ffi.new("tgs_sent_file *", {"size": STRUCT_SIZE})
    status = call(lib.tgs_get_sent_file, session, check_md5(md5), size, int(type), file)
    return None if status == Status.NOT_FOUND else from_struct(file)


def write(session: Any, files: Iterable[SentFile]) -> None:
    structs = to_structs(files)
    call(lib.tgs_cache_sent_files, session, structs, len(structs))


def to_structs(files: Iterable[SentFile]) -> Any:
    return ffi.new("tgs_sent_file[]", [to_struct(SentFile(*file)) for file in files])


def from_struct(file: Any) -> SentFile:
    md5: bytes = ffi.unpack(ffi.cast("char *", file.md5), MD5_LEN)
    return SentFile(md5, file.file_size, SentFileType(file.type), file.id, file.access_hash)


def to_struct(file: SentFile) -> Any:
    md5 = list(check_md5(file.md5))
    return {
        "size": STRUCT_SIZE, "md5": md5, "file_size": file.size, "type": int(file.type), "id": file.id,
        "access_hash": file.access_hash,
    }  # fmt: skip
