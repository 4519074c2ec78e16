"""A storage engine of your own: subclass `Engine`, and give it to `Session.open_engine`.

The engine stores what it is given and returns it unchanged. The rules (who has a username, which peer is newest, what
has expired, what a conversion needs) are the library's, and work over it.
"""

from __future__ import annotations

import abc
from typing import Any, Iterable, Mapping, NamedTuple, Optional, Sequence

from .peers import Peer
from .sent_files import SentFile
from .session_data import SessionData
from .update_states import UpdateState


class LeaseHolder(NamedTuple):
    """The current holder of a lease."""

    #: What was given when the lease was taken.
    owner: str
    #: When that was, in Unix seconds.
    since: int


class Engine(abc.ABC):
    """Where a session is kept.

    One method is called at a time, from any thread. Each is done wholly, or raises and changes nothing. A `TgsError`
    passes through with its status; any other exception becomes a `ServerError`, with the exception as its cause. No
    exception's text may hold a secret. Usernames and phone numbers arrive normalized. No method may use the session that
    it serves. Methods that are not abstract may be left as they are.
    """

    #: Where the session is, as errors name it: "redis://host/0 my_account". No secret.
    location: str = "a Python engine"
    #: What was written is there when the place is opened again.
    persistent: bool = True
    #: Usernames expire, as in Pyrogram's family.
    usernames_expire: bool = False

    @abc.abstractmethod
    def get_data(self) -> SessionData:
        """Reads the fields."""

    @abc.abstractmethod
    def set_data(self, values: Mapping[str, Any]) -> None:
        """Writes these fields, by their names in `SessionData`; None makes one absent. The others stay."""

    @abc.abstractmethod
    def put_peers(self, peers: Sequence[Peer]) -> None:
        """Replaces peers by their ids."""

    @abc.abstractmethod
    def get_peers(self, ids: Optional[Sequence[int]]) -> Iterable[Peer]:
        """Reads the peers with these ids, or all, in any order."""

    def delete_peers(self, ids: Optional[Sequence[int]]) -> None:
        """Deletes the peers with these ids, if they exist, or all. Without it peers cannot be deleted."""
        raise NotImplementedError

    def get_peers_by_username(self, usernames: Sequence[str]) -> Iterable[Peer]:
        """Reads every peer that has one of these usernames. Without it all peers are read."""
        raise NotImplementedError

    def get_peers_by_phone_number(self, phone_number: str) -> Iterable[Peer]:
        """Reads every peer that has this phone number. Without it all peers are read."""
        raise NotImplementedError

    @abc.abstractmethod
    def get_update_states(self) -> Iterable[UpdateState]:
        """Reads the update states, in any order."""

    @abc.abstractmethod
    def set_update_states(self, states: Sequence[UpdateState]) -> None:
        """Replaces update states by their ids."""

    @abc.abstractmethod
    def delete_update_state(self, id: int) -> None:
        """Removes an update state; it need not be there."""

    @abc.abstractmethod
    def get_sent_files(self) -> Iterable[SentFile]:
        """Reads the sent files, in any order."""

    @abc.abstractmethod
    def cache_sent_files(self, files: Sequence[SentFile]) -> None:
        """Replaces sent files by their MD5, size and type."""

    def save(self) -> None:
        """Makes what was written survive a loss of power. Optional."""
        raise NotImplementedError

    def remove(self) -> None:
        """Removes the session and everything that belongs to it. Without it a session cannot be deleted."""
        raise NotImplementedError

    def begin(self) -> None:
        """Begins a transaction of several calls, which `finish` ends. Without it there are no transactions."""
        raise NotImplementedError

    def finish(self, keep: bool) -> None:
        """Commits the transaction, or rolls it back. Required with `begin`."""
        raise NotImplementedError

    def take_lease(self, key_id: str, token: str, owner: str, seconds: int) -> Optional[LeaseHolder]:
        """Takes the lease on an auth key if it is free or expired, or renews it if `token` holds it.

        Where somebody else holds it, changes nothing and answers who. Atomic among all machines. Without it leases hold
        on this machine only. Called from a thread of the library's too.
        """
        raise NotImplementedError

    def release_lease(self, key_id: str, token: str) -> None:
        """Releases a lease, if `token` holds it. Required with `take_lease`."""
        raise NotImplementedError

    def get_values(self, names: Optional[Sequence[str]]) -> Mapping[str, bytes]:
        """Reads the values with these names, or all, by their names. They may be secrets.

        Without it there are none: writing one is an UnsupportedError.
        """
        raise NotImplementedError

    def set_value(self, name: str, value: Optional[bytes]) -> None:
        """Sets a value; None removes it, if it is there. Required with `get_values`."""
        raise NotImplementedError

    def close(self) -> None:  # noqa: B027 - optional for an engine
        """Called once, when the session is closed."""


def has(engine: Engine, method: str) -> bool:
    """Whether an engine overrides a method."""
    return getattr(type(engine), method) is not getattr(Engine, method)
