"""The positions up to which updates were processed."""

from __future__ import annotations

from typing import Any, Iterable, List, NamedTuple, Optional, Tuple

from ._arrays import read_all
from ._layout import Layout
from ._native import ffi, lib
from .errors import FIRST_ERROR, take
from .guard import call
from .status import Status

_STATE, _ERROR = ffi.typeof("tgs_update_state *"), ffi.typeof("tgs_error **")
_OK = int(Status.OK)
SIZE: int = ffi.sizeof("tgs_update_state")

_unpack = Layout("tgs_update_state").unpack_from

# Places for answers, as in peers.py.
_places: List[Tuple[Any, Any, Any]] = []


class UpdateState(NamedTuple):
    """No state, a state with an absent value (None), and 0 are three different things."""

    #: 0 for the account, else the marked id of a channel.
    id: int
    pts: Optional[int] = None
    qts: Optional[int] = None
    date: Optional[int] = None
    seq: Optional[int] = None


VALUES = UpdateState._fields[1:]

# The members of tgs_update_state: its size, the id, pts, qts, date and seq, and whether each of the four is known.
Members = Tuple[int, int, int, int, int, int, bool, bool, bool, bool]


def read(session: Any) -> List[UpdateState]:
    return read_all(lib.tgs_get_update_states, session, "tgs_update_state", from_struct)


def find_members(session: Any, id: int) -> Optional[Members]:
    """A client's session makes its own object of the answer: another one on the way would cost a fifth."""
    try:
        place = _places.pop()
    except IndexError:
        state = ffi.new(_STATE, {"size": SIZE})
        place = (state, ffi.new(_ERROR), ffi.buffer(state))
    state, error, view = place
    status = lib.tgs_get_update_state(session, id, state, error)
    if status >= FIRST_ERROR:
        raise take(status, error)
    found: Optional[Members] = _unpack(view) if status == _OK else None
    _places.append(place)
    return found


def find(session: Any, id: int) -> Optional[UpdateState]:
    members = find_members(session, id)
    return None if members is None else from_members(members)


def from_struct(state: Any) -> UpdateState:
    return from_members(_unpack(ffi.buffer(ffi.addressof(state), SIZE)))


def from_members(members: Members) -> UpdateState:
    _, id, pts, qts, date, seq, has_pts, has_qts, has_date, has_seq = members
    return UpdateState(
        id, pts if has_pts else None, qts if has_qts else None, date if has_date else None, seq if has_seq else None
    )


def write(session: Any, states: Iterable[UpdateState]) -> None:
    structs = to_structs(states)
    call(lib.tgs_set_update_states, session, structs, len(structs))


def to_structs(states: Iterable[UpdateState]) -> Any:
    return ffi.new("tgs_update_state[]", [to_struct(UpdateState(*state)) for state in states])


def to_struct(state: UpdateState) -> Any:
    known = {name: getattr(state, name) for name in VALUES if getattr(state, name) is not None}
    return {"size": SIZE, "id": state.id, **known, **{f"has_{name}": True for name in known}}
