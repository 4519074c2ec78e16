"""What this package repeats of the header is equal to it."""

import re

import libtgsession
import pytest
from conftest import ROOT
from libtgsession import errors, peer_type
from libtgsession._native import check_abi, ffi, lib

HEADER = (ROOT / "include" / "tgsession.h").read_text(encoding="utf-8")


def numbers_of(enum):
    body = re.search(r"typedef enum %s \{(.*?)\}" % enum, HEADER, re.DOTALL).group(1)
    return {name: int(number) for name, number in re.findall(r"^ +(TGS_\w+) = (\d+)", body, re.MULTILINE)}


def test_statuses():
    ours = {f"TGS_{status.name}": int(status) for status in libtgsession.Status}
    assert ours == numbers_of("tgs_status")
    assert len(ours) > 15
    for name, number in ours.items():
        assert libtgsession.status_name(number) == name


def test_each_failure_has_an_exception():
    failures = {number for number in numbers_of("tgs_status").values() if number >= errors.FIRST_ERROR}
    assert failures | {libtgsession.Status.EXPIRED} == set(errors.CLASSES)
    for number, cls in errors.CLASSES.items():
        assert issubclass(cls, libtgsession.TgsError) and cls.status == number
        assert cls.__name__ in libtgsession.__all__


def test_peer_types():
    ours = {f"TGS_PEER_TYPE_{kind.name}": kind.number for kind in libtgsession.PeerType}
    assert {**ours, "TGS_PEER_TYPE_UNKNOWN": peer_type.UNKNOWN} == numbers_of("tgs_peer_type")


def test_every_function_of_the_header_is_there():
    functions = re.findall(r"\b(tgs_\w+)\([^)]", re.sub(r"/\*.*?\*/", "", HEADER, flags=re.DOTALL))
    assert len(functions) > 50
    assert [name for name in functions if not hasattr(lib, name)] == []


def test_constants():
    for name in ("TGS_ABI_VERSION", "TGS_AUTH_KEY_LEN", "TGS_USERNAME_EXPIRY_NEVER", "TGS_USERNAME_EXPIRY_AS_CLIENT"):
        assert getattr(lib, name) == int(re.search(rf"^#define {name} (\S+)", HEADER, re.MULTILINE).group(1))


def test_the_packed_struct_is_the_headers():
    from libtgsession._peer_structs import LAYOUT

    values = (ffi.sizeof("tgs_peer"), -5, 2**62, True, 100, 11, 22, 3, 44, 55, -66)
    block = ffi.from_buffer(LAYOUT.pack(*values).ljust(values[0], b"\0"))
    peer = ffi.cast("tgs_peer *", block)
    pointers = {"type_name", "usernames", "phone_number", "name"}
    for (name, _), value in zip(ffi.typeof("tgs_peer").fields, values):
        found = getattr(peer, name)
        assert (int(ffi.cast("uintptr_t", found)) if name in pointers else found) == value, name


def test_another_binary_interface_is_refused_with_both_numbers():
    check_abi(7, 7)
    with pytest.raises(ImportError, match=r"version 7 .*version 9"):
        check_abi(7, 9)
