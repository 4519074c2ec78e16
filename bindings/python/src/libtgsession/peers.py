"""Peers: what they are, and finding them."""

from __future__ import annotations

import struct
from typing import Any, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from . import errors
from ._layout import Layout
from ._native import NULL, ffi, lib
from .guard import call
from .peer_type import BY_NUMBER, AnyPeerType, PeerType
from .status import Status
from .text import encode


class _Untold(Tuple[str, ...]):
    """No usernames, because none are told."""


#: The usernames of a peer that tells none. They are empty, but `Session.merge_peers` leaves those that the session has.
UNTOLD: Sequence[str] = _Untold()


class Peer(NamedTuple):
    """Everything that is known of a peer. A value that is left out is unknown; to `Session.merge_peers` it is not told."""

    #: The marked id: a user's is positive, a basic group's -id, a channel's -1000000000000 - id.
    id: int
    access_hash: Optional[int] = None
    #: None, in a peer that you write, derives the type from the marked id: user, group or channel.
    type: Optional[AnyPeerType] = None
    #: The main one first. In any case, with or without "@".
    usernames: Sequence[str] = UNTOLD
    #: With or without "+" and spaces.
    phone_number: Optional[str] = None
    #: The display name (Telethon).
    name: Optional[str] = None
    #: When the peer was last seen, in Unix seconds. None: not known, or, when you write it, now.
    last_update_on: Optional[int] = None


class InputPeer(NamedTuple):
    """The answer of a lookup: as much as Telegram's InputPeer needs."""

    id: int
    #: The id without its mark, as Telegram's own methods take it.
    bare_id: int
    access_hash: Optional[int]
    type: PeerType
    last_update_on: Optional[int]


_INPUT_PEER = ffi.typeof("tgs_input_peer *")
_ERROR = ffi.typeof("tgs_error **")
_OK, _NOT_FOUND = int(Status.OK), int(Status.NOT_FOUND)

# Places for answers, taken and given back by each call: popping is atomic, and so safe for threads and signal handlers.
_places: List[Tuple[Any, Any, Any]] = []

# The same for three peers.
THREE = 3
_places_of_three: List[Tuple[Any, ...]] = []
_pack_three = struct.Struct(f"{THREE}q").pack_into

_layout = Layout("tgs_input_peer")
_unpack = _layout.unpack_from
_new = tuple.__new__
_by_id, _by_phone_number = lib.tgs_get_peer_by_id, lib.tgs_get_peer_by_phone_number


# The members of tgs_input_peer: its size, the id, the bare id, the access hash, the time, the type's number, whether the hash is known.
Values = Tuple[int, int, int, int, int, int, bool]


def find_values(function: Any, handle: Any, key: Any) -> Optional[Values]:
    """Asks one of the lookups. A client's storage makes its own object of the answer: another one on the way would cost a third."""
    try:
        place = _places.pop()
    except IndexError:
        peer = ffi.new(_INPUT_PEER, {"size": _layout.size})
        place = (peer, ffi.new(_ERROR), ffi.buffer(peer))
    peer, error, view = place
    status = function(handle, key, peer, error)
    if status == _OK:
        values: Values = _unpack(view)
        _places.append(place)
        return values
    if status == _NOT_FOUND:
        _places.append(place)
        return None
    raise failure(status, key, error)


def find_by_id(handle: Any, id: int) -> Optional[Values]:
    return find_values(_by_id, handle, id)


def find_by_phone_number(handle: Any, phone_number: str) -> Optional[Values]:
    return find_values(_by_phone_number, handle, encode(phone_number, "the phone number"))


def find(function: Any, handle: Any, key: Any) -> Optional[InputPeer]:
    """The same as a named tuple."""
    values = find_values(function, handle, key)
    if values is None:
        return None
    _, id, bare_id, access_hash, seen, number, has_access_hash = values
    # Without the Python function that a NamedTuple has for this.
    return _new(InputPeer, (id, bare_id, access_hash if has_access_hash else None, BY_NUMBER[number], seen or None))


def find_first(handle: Any, ids: Sequence[int]) -> Optional[Values]:
    """The peer with the first of THREE ids that one has, in one call."""
    try:
        place = _places_of_three.pop()
    except IndexError:
        wanted, peers = ffi.new("int64_t[]", THREE), ffi.new("tgs_input_peer[]", THREE)
        peers[0].size = _layout.size  # the library sets it in all that it fills
        place = (wanted, ffi.buffer(wanted), peers, ffi.buffer(peers), ffi.new(_ERROR))
    wanted, wanted_view, peers, view, error = place
    try:
        _pack_three(wanted_view, 0, *ids)
    except struct.error:
        raise OverflowError(f"an id is out of range: {ids}") from None
    status = lib.tgs_get_peers(handle, wanted, THREE, peers, error)
    if status != _OK:
        raise errors.take(status, error)
    for values in _layout.iter_unpack(view):
        if values[1]:
            _places_of_three.append(place)
            return values
    _places_of_three.append(place)
    return None


def find_all(handle: Any, ids: Iterable[int]) -> List[Optional[InputPeer]]:
    """Asks for many by their ids, in one call."""
    wanted = list(ids)
    count = len(wanted)
    if count == 0:
        call(lib.tgs_get_peers, handle, NULL, 0, NULL)
        return []
    structs = ffi.new("tgs_input_peer[]", count)
    structs[0].size = _layout.size  # the library sets it in all that it fills
    call(lib.tgs_get_peers, handle, ffi.new("int64_t[]", wanted), count, structs)
    view = ffi.buffer(structs)
    return [_found(_unpack(view, place)) for place in range(0, count * _layout.size, _layout.size)]


def _found(values: Tuple[Any, ...]) -> Optional[InputPeer]:
    _, id, bare_id, access_hash, seen, number, has_access_hash = values
    if id == 0:
        return None
    return InputPeer(id, bare_id, access_hash if has_access_hash else None, BY_NUMBER[number], seen or None)


def failure(status: int, key: Any, error: Any) -> errors.TgsError:
    if status == Status.EXPIRED:
        return errors.UsernameExpired(f"the username '{ffi.string(ffi.from_buffer(key)).decode()}' has expired")
    return errors.take(status, error)
