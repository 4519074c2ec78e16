"""The C functions that stand before the methods of an `Engine`."""

from __future__ import annotations

import functools
from typing import Any, Callable, Dict, Iterable, List

from . import errors, sent_files, session_data, update_states
from ._native import NULL, ffi, lib
from ._peer_structs import Packed
from .engine import Engine, has
from .guard import call
from .peer_iter import read as read_peer
from .peers import Peer
from .session_bytes import lend
from .status import Status
from .text import encode

# The engines that sessions are open over, by the address that their functions get as their context.
_engines: Dict[int, Any] = {}
_OPTIONAL = (
    "get_peers_by_username", "get_peers_by_phone_number", "delete_peers", "save", "remove", "begin", "finish", "take_lease",
    "release_lease", "get_values", "set_value",
)  # fmt: skip
_REQUIRED = (
    "get_session_data", "set_session_data", "put_peers", "get_peers", "get_update_states", "set_update_states",
    "delete_update_state", "get_sent_files", "cache_sent_files",
)  # fmt: skip


def open_engine(engine: Engine, options: Any) -> Any:
    """The handle of a session over an engine."""
    if not isinstance(engine, Engine):
        raise TypeError(f"the engine must be an Engine, not {type(engine).__name__}")
    context = ffi.new_handle(engine)
    table, location = ffi.new("tgs_engine *"), ffi.new("char[]", encode(engine.location, "the engine's location"))
    table.size, table.version = ffi.sizeof(table[0]), lib.TGS_ENGINE_VERSION
    table.flags = (lib.TGS_ENGINE_PERSISTENT if engine.persistent else 0) | (
        lib.TGS_ENGINE_USERNAMES_EXPIRE if engine.usernames_expire else 0
    )
    table.context, table.location, table.destroy = context, location, lib.tgs_py_destroy
    for name in (*_REQUIRED, *(name for name in _OPTIONAL if has(engine, name))):
        setattr(table, name, getattr(lib, f"tgs_py_{name}"))
    out = ffi.new("tgs_session **")
    _engines[_address(context)] = context
    try:
        call(lib.tgs_open_engine, table, options, out)
    except BaseException:
        del _engines[_address(context)]
        raise
    return out[0]


def _address(context: Any) -> int:
    address: int = int(ffi.cast("uintptr_t", context))
    return address


def _answers(method: Callable[..., None]) -> Callable[..., None]:
    """A C function: gets the context first and the answer last, and gives a status."""

    @functools.wraps(method)
    def function(context: Any, *arguments: Any) -> int:
        answer = arguments[-1]
        try:
            method(ffi.from_handle(context), *arguments)
            return int(Status.OK)
        except BaseException as error:  # no exception may pass through C
            errors.raised.error = error
            status = int(error.status) if isinstance(error, errors.TgsError) else int(Status.ERROR_SERVER)
            text = str(error) if isinstance(error, errors.TgsError) else f"{type(error).__name__}: {error}"
            lib.tgs_answer_cause(answer, text.replace("\0", "").encode("utf-8", "replace"), NULL)
            return status if status >= int(Status.ERROR_INVALID_ARGUMENT) else int(Status.ERROR_SERVER)

    ffi.def_extern(name=f"tgs_py_{method.__name__}", error=int(Status.ERROR_INTERNAL))(function)
    return method


def _destroy(context: Any) -> None:
    engine = ffi.from_handle(context)
    _engines.pop(_address(context), None)
    engine.close()


ffi.def_extern(name="tgs_py_destroy")(_destroy)


def _peers(structs: Any, count: int) -> List[Peer]:
    return [read_peer(structs + index) for index in range(count)]


def _answer_peers(answer: Any, peers: Iterable[Peer]) -> None:
    packed = Packed(peers)
    call(lib.tgs_answer_peers, answer, packed.pointer, packed.count)


@_answers
def get_session_data(engine: Engine, answer: Any) -> None:
    data = engine.get_data()
    struct, _, alive = session_data.to_struct(data._asdict())
    call(lib.tgs_answer_session_data, answer, struct)
    del alive


@_answers
def set_session_data(engine: Engine, data: Any, which: int, _: Any) -> None:
    engine.set_data(session_data.from_struct(data, which))


@_answers
def put_peers(engine: Engine, peers: Any, count: int, _: Any) -> None:
    engine.put_peers(_peers(peers, count))


@_answers
def get_peers(engine: Engine, ids: Any, count: int, answer: Any) -> None:
    _answer_peers(answer, engine.get_peers(None if ids == NULL else ffi.unpack(ids, count)))


@_answers
def delete_peers(engine: Engine, ids: Any, count: int, _: Any) -> None:
    engine.delete_peers(None if ids == NULL else ffi.unpack(ids, count))


@_answers
def get_peers_by_username(engine: Engine, usernames: Any, count: int, answer: Any) -> None:
    names = [ffi.string(name).decode() for name in ffi.unpack(usernames, count)]
    _answer_peers(answer, engine.get_peers_by_username(names))


@_answers
def get_peers_by_phone_number(engine: Engine, phone_number: Any, answer: Any) -> None:
    _answer_peers(answer, engine.get_peers_by_phone_number(ffi.string(phone_number).decode()))


@_answers
def get_update_states(engine: Engine, answer: Any) -> None:
    structs = update_states.to_structs(engine.get_update_states())
    call(lib.tgs_answer_update_states, answer, structs, len(structs))


@_answers
def set_update_states(engine: Engine, states: Any, count: int, _: Any) -> None:
    engine.set_update_states([update_states.from_struct(states[index]) for index in range(count)])


@_answers
def delete_update_state(engine: Engine, id: int, _: Any) -> None:
    engine.delete_update_state(id)


@_answers
def get_sent_files(engine: Engine, answer: Any) -> None:
    structs = sent_files.to_structs(engine.get_sent_files())
    call(lib.tgs_answer_sent_files, answer, structs, len(structs))


@_answers
def cache_sent_files(engine: Engine, files: Any, count: int, _: Any) -> None:
    engine.cache_sent_files([sent_files.from_struct(files[index]) for index in range(count)])


@_answers
def save(engine: Engine, _: Any) -> None:
    engine.save()


@_answers
def remove(engine: Engine, _: Any) -> None:
    engine.remove()


@_answers
def begin(engine: Engine, _: Any) -> None:
    engine.begin()


@_answers
def finish(engine: Engine, keep: bool, _: Any) -> None:
    engine.finish(bool(keep))


@_answers
def take_lease(engine: Engine, key_id: Any, token: Any, owner: Any, seconds: int, answer: Any) -> None:
    key, mine, name = (ffi.string(text).decode() for text in (key_id, token, owner))
    holder = engine.take_lease(key, mine, name, seconds)
    if holder is not None:
        call(lib.tgs_answer_holder, answer, encode(holder.owner, "the lease's owner"), holder.since)


@_answers
def get_values(engine: Engine, names: Any, count: int, answer: Any) -> None:
    wanted = None if names == NULL else [ffi.string(name).decode() for name in ffi.unpack(names, count)]
    for name, value in engine.get_values(wanted).items():
        lent, length = lend(value, "a value")
        call(lib.tgs_answer_value, answer, encode(name, "the name"), lent if length else NULL, length)


@_answers
def set_value(engine: Engine, name: Any, value: Any, length: int, _: Any) -> None:
    engine.set_value(ffi.string(name).decode(), None if value == NULL else bytes(ffi.buffer(value, length)))


@_answers
def release_lease(engine: Engine, key_id: Any, token: Any, _: Any) -> None:
    engine.release_lease(ffi.string(key_id).decode(), ffi.string(token).decode())
