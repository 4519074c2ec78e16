"""What a login has at data centres: keys and addresses."""

from __future__ import annotations

import json
from typing import Any, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from . import errors
from ._native import NULL, ffi, lib
from .guard import call
from .session_data import KEY_LEN, key_memory
from .status import Status
from .text import encode, take


class DcAddress(NamedTuple):
    """Where a data centre is reached. Whether it is a test server, `Session.test_mode` tells."""

    #: IPv4 or IPv6, without brackets.
    server_address: str
    port: int
    #: Whether it serves files only.
    is_media_only: bool = False


class DataCenter(NamedTuple):
    """What a login has at a data centre. None is absent."""

    auth_key: Optional[bytes] = None
    #: The temporary key of perfect forward secrecy.
    tmp_auth_key: Optional[bytes] = None
    #: Unix seconds after which the temporary key is not valid any more.
    tmp_expires_at: Optional[int] = None
    #: In the order in which they are tried: 64 at most.
    addresses: Tuple[DcAddress, ...] = ()

    def __repr__(self) -> str:
        # The keys are the login.
        keys = [f"{name} of {len(key)} bytes" for name, key in zip(self._fields, self[:2]) if key is not None]
        return f"<DataCenter {', '.join([*keys, *map(str, self.addresses)])}>"


class DataCenters(Mapping[int, DataCenter]):
    """The data centres of a login by their ids: the home one, whose keys and first address are fields, and others.

    `data_centers[4] = DataCenter(auth_key=key)` replaces what is known of one. Of the home one, the keys that are given are
    written to the fields, and those that are None stay there; and `del` leaves the fields as they are, so that it is still there.
    They are copied by a conversion, are in `to_bytes`, and go when another account logs in.
    """

    def __init__(self, session: Any) -> None:
        self._session = session

    def __getitem__(self, id: int) -> DataCenter:
        out = ffi.new("tgs_dc **")
        if call(lib.tgs_get_dc, self._session, id, out) == Status.NOT_FOUND:
            raise KeyError(id)
        try:
            return _from_struct(out[0])
        finally:
            lib.tgs_dc_free(out[0])

    def __setitem__(self, id: int, data_center: DataCenter) -> None:
        struct, alive = _to_struct(id, DataCenter(*data_center))
        call(lib.tgs_set_dc, self._session, struct)
        del alive

    def __delitem__(self, id: int) -> None:
        if id not in self:
            raise KeyError(id)
        self.discard(id)

    def __contains__(self, id: object) -> bool:
        return id in self._ids()

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids())

    def __len__(self) -> int:
        return len(self._ids())

    def __repr__(self) -> str:
        return f"<DataCenters {', '.join(map(str, self._ids()))}>"

    def discard(self, id: int) -> None:
        """Removes what is known of a data centre; nothing need be known."""
        call(lib.tgs_delete_dc, self._session, id)

    def _ids(self) -> List[int]:
        ids = ffi.new("char **")
        call(lib.tgs_list_dcs, self._session, ids)
        found: List[int] = json.loads(take(ids))
        return found


def _to_struct(id: int, data_center: DataCenter) -> Tuple[Any, List[Any]]:
    """The struct, and what has to stay alive as long as it."""
    addresses, alive = _to_addresses(data_center.addresses)
    struct = ffi.new("tgs_dc *", {"size": ffi.sizeof("tgs_dc"), "addresses": addresses, "address_count": len(addresses)})
    try:
        struct.dc_id = id
        if data_center.tmp_expires_at is not None:
            struct.tmp_expires_at, struct.has_tmp_expires_at = data_center.tmp_expires_at, True
    except OverflowError as error:
        raise errors.InvalidArgumentError(f"data centre {id}: a number is out of range: {error}") from error
    for name in ("auth_key", "tmp_auth_key"):
        key = getattr(data_center, name)
        if key is not None:
            memory = key_memory(name, key)
            alive.append(memory)
            setattr(struct, name, memory)
    return struct, [addresses, *alive]


def _to_addresses(addresses: Iterable[DcAddress]) -> Tuple[Any, List[Any]]:
    given = [DcAddress(*address) for address in addresses]
    texts = [ffi.new("char[]", encode(address.server_address, "server_address")) for address in given]
    size = ffi.sizeof("tgs_dc_address")
    try:
        structs = ffi.new(
            "tgs_dc_address[]",
            [(size, text, address.port, address.is_media_only) for text, address in zip(texts, given)],
        )
    except OverflowError as error:
        raise errors.InvalidArgumentError(f"the port of an address is out of range: {error}") from error
    return structs, texts


def _from_struct(struct: Any) -> DataCenter:
    addresses = (struct.addresses[index] for index in range(struct.address_count))
    return DataCenter(
        _key(struct.auth_key),
        _key(struct.tmp_auth_key),
        struct.tmp_expires_at if struct.has_tmp_expires_at else None,
        tuple(DcAddress(ffi.string(one.server_address).decode(), one.port, one.is_media_only) for one in addresses),
    )


def _key(key: Any) -> Optional[bytes]:
    return None if key == NULL else bytes(ffi.buffer(key, KEY_LEN))
