"""The type of a peer."""

from __future__ import annotations

from enum import Enum
from typing import Dict, Optional, Union

from ._native import lib


class PeerType(str, Enum):
    """A text, the one that clients store: `PeerType.USER == "user"`. Its number is the one of `tgs_peer_type`."""

    USER = "user"
    BOT = "bot"
    GROUP = "group"
    CHANNEL = "channel"
    SUPERGROUP = "supergroup"
    FORUM = "forum"
    DIRECT = "direct"
    COMMUNITY = "community"
    #: The answer of a lookup for a type that the library does not know: `Session.peers([id])` tells its name.
    OTHER = "other"

    # So that a PeerType and its text find the same entry of a dict.
    __hash__ = str.__hash__

    @property
    def number(self) -> int:
        number: int = getattr(lib, f"TGS_PEER_TYPE_{self.name}")
        return number


#: What a peer's type is said with: one of these, or any text that a client came up with later.
AnyPeerType = Union[PeerType, str]

UNKNOWN: int = lib.TGS_PEER_TYPE_UNKNOWN
OTHER: int = lib.TGS_PEER_TYPE_OTHER

BY_NUMBER: Dict[int, PeerType] = {kind.number: kind for kind in PeerType}
#: None is a type that is not told.
NUMBERS: Dict[Optional[str], int] = {kind.value: kind.number for kind in PeerType if kind is not PeerType.OTHER}
NUMBERS[None] = UNKNOWN
