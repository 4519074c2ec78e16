"""Values that wait to be written, and whose username, phone number or name they have."""

from __future__ import annotations

from collections import deque
from typing import Any, Callable, Deque, Dict, Hashable, Iterable, Iterator, List, Optional, Tuple

Items = List[Tuple[Any, Any]]

# Of a value of a kind, with its key: the usernames, phone numbers and names by which it is looked up.
KeysOf = Callable[[str, Any, Any], Iterable[Hashable]]


def no_keys(kind: str, key: Any, value: Any) -> Iterable[Hashable]:
    return ()


class Batch:
    """Queued values, by kind and key. A later value replaces an earlier one, and moves to the end."""

    KINDS = ("peers", "usernames", "states", "files")
    __slots__ = (*KINDS, "_fresh", "_owners")

    def __init__(self) -> None:
        self.peers: Dict[int, Any] = {}
        self.usernames: Dict[int, Any] = {}
        self.states: Dict[int, Any] = {}
        self.files: Dict[Any, Any] = {}
        # What `owner` has not looked at yet: most batches are written before anybody asks.
        self._fresh: Deque[Tuple[str, Items]] = deque()
        # By kind: usernames are written after peers, so that who is told one there has it.
        self._owners: Dict[str, Dict[Hashable, Any]] = {"usernames": {}, "peers": {}}

    def __len__(self) -> int:
        return len(self.peers) + len(self.usernames) + len(self.states) + len(self.files)

    def add(self, kind: str, items: Items) -> None:
        values: Dict[Any, Any] = getattr(self, kind)
        before = len(values)
        values.update(items)
        if len(values) != before + len(items):
            # Some keys were there, or were repeated.
            for key, value in items:
                del values[key]
                values[key] = value
        self._fresh.append((kind, items))

    def owner(self, key: Hashable, keys_of: KeysOf, newer: Optional[Batch] = None) -> Optional[Tuple[str, Any]]:
        """The kind and the key of the value that was the last to tell this username, phone number or name, and still does: no value
        of the same kind in a newer batch replaces it.
        """
        while self._fresh:
            kind, items = self._fresh.popleft()
            owners = self._owners.get(kind)
            if owners is not None:
                owners.update((told, item) for item, value in items for told in keys_of(kind, item, value))
        for kind, owners in self._owners.items():
            item = owners.get(key)
            if item is None or (newer is not None and item in getattr(newer, kind)):
                continue
            if key in keys_of(kind, item, getattr(self, kind)[item]):
                return kind, item
        return None

    def parts(self) -> Iterator[Batch]:
        """Smaller batches that hold the same, in order: one for each kind, or the halves of the only one."""
        kinds = [kind for kind in self.KINDS if getattr(self, kind)]
        for kind in kinds:
            items = list(getattr(self, kind).items())
            middle = len(items) // 2 if len(kinds) == 1 else len(items)
            for half in (items[:middle], items[middle:]):
                if half:
                    part = Batch()
                    part.add(kind, half)
                    yield part

    def name(self) -> str:
        """What the first value is, for an error about it."""
        for kind, noun in (("peers", "peer"), ("usernames", "the usernames of"), ("states", "update state"), ("files", "sent file")):
            for key in getattr(self, kind):
                return f"{noun} {key}" if isinstance(key, int) else f"a {noun}"
        return "nothing"


EMPTY = Batch()
