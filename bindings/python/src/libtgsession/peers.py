"""Peers: what they are, and finding them."""

from __future__ import annotations

from typing import Any, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from . import errors
from ._layout import Layout
from ._native import NULL, ffi, lib
from .errors import FIRST_ERROR
from .guard import call
from .peer_type import BY_NUMBER, AnyPeerType, PeerType
from .status import Status


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


_INPUT_PEER, _INPUT_PEERS = ffi.typeof("tgs_input_peer *"), ffi.typeof("tgs_input_peer[]")
_IDS = ffi.typeof("int64_t[]")
_ERROR = ffi.typeof("tgs_error **")
_OK, _NOT_FOUND = int(Status.OK), int(Status.NOT_FOUND)

# Places for answers, taken and given back by each call: popping is atomic, and so safe for threads and signal handlers.
_places: List[Tuple[Any, Any, Any]] = []
# Of FEW peers that are asked for in one call.
_few_places: List[Tuple[Any, Any, Any, Any]] = []
FEW = 4

_layout = Layout("tgs_input_peer")
_unpack = _layout.unpack_from
_new = tuple.__new__


def find(function: Any, handle: Any, key: Any) -> Optional[InputPeer]:
    """Asks one of the three lookups."""
    try:
        place = _places.pop()
    except IndexError:
        peer = ffi.new(_INPUT_PEER, {"size": _layout.size})
        place = (peer, ffi.new(_ERROR), ffi.buffer(peer))
    peer, error, view = place
    status = function(handle, key, peer, error)
    if status == _OK:
        _, id, bare_id, access_hash, seen, number, has_access_hash = _unpack(view)
        _places.append(place)
        # Without the Python function that a NamedTuple has for this.
        return _new(InputPeer, (id, bare_id, access_hash if has_access_hash else None, BY_NUMBER[number], seen or None))
    if status == _NOT_FOUND:
        _places.append(place)
        return None
    raise failure(status, key, error)


def find_all(handle: Any, ids: Iterable[int]) -> List[Optional[InputPeer]]:
    """Asks for many by their ids, in one call."""
    wanted = list(ids)
    count = len(wanted)
    if count == 0:
        call(lib.tgs_get_peers, handle, NULL, 0, NULL)
        return []
    if count > FEW:
        return _read_all(handle, wanted, _new_places(count))
    try:
        places = _few_places.pop()
    except IndexError:
        places = _new_places(FEW)
    found = _read_all(handle, wanted, places)
    _few_places.append(places)
    return found


def _new_places(count: int) -> Tuple[Any, Any, Any, Any]:
    peers = ffi.new(_INPUT_PEERS, count)
    peers[0].size = _layout.size  # the library sets it in all that it fills
    return ffi.new(_IDS, count), peers, ffi.new(_ERROR), ffi.buffer(peers)


def _read_all(handle: Any, wanted: List[int], places: Tuple[Any, Any, Any, Any]) -> List[Optional[InputPeer]]:
    ids, peers, error, view = places
    count = len(wanted)
    ids[0:count] = wanted
    status = lib.tgs_get_peers(handle, ids, count, peers, error)
    if status >= FIRST_ERROR:
        raise errors.take(status, error)
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
