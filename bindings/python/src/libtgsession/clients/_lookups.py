"""How a peer is looked up among values that wait to be written: as the library compares, and in its words."""

from __future__ import annotations

import re
from typing import Any, Hashable, Iterable, Iterator, Optional

NO_DIGITS = re.compile("[^0-9]+")


def username_key(username: Any) -> Optional[Hashable]:
    """In any case, with or without "@". None for what nobody has."""
    if not isinstance(username, str):
        return None
    name = username.strip()
    name = (name[1:] if name.startswith("@") else name).lower()
    return name or None


def phone_key(phone_number: Any) -> Optional[Hashable]:
    """Its digits. The plus tells it from a username."""
    if not isinstance(phone_number, str):
        return None
    # Clients tell numbers as bare digits.
    is_bare = phone_number.isascii() and phone_number.isdigit()
    digits = phone_number if is_bare else NO_DIGITS.sub("", phone_number)
    return "+" + digits if digits else None


def name_key(name: Any) -> Optional[Hashable]:
    return ("name", name) if name else None


def row_keys(usernames: Iterable[Any], phone_number: Any) -> Iterator[Hashable]:
    for username in usernames:
        key = username_key(username)
        if key is not None:
            yield key
    if phone_number:
        key = phone_key(phone_number)
        if key is not None:
            yield key
