"""The values of the cases and those of the package, both ways."""

from libtgsession import DataCenter, DcAddress, Lease, Peer, PeerType, SentFile, UpdateState

TYPE = "TGS_PEER_TYPE_"


def whole(value):
    """A number, which a case writes as text beyond 2^53."""
    return int(value) if isinstance(value, str) else value


def octets(digits):
    return None if digits is None else bytes.fromhex(digits)


def digits(octets):
    return None if octets is None else octets.hex()


def options(options):
    """The keyword arguments of Session.open: seconds, where C has milliseconds."""
    given = dict(options or {})
    if "busy_timeout" in given:
        given["busy_timeout"] /= 1000
    for key in {"encryption_key", "database_key"} & given.keys():
        given[key] = bytes.fromhex(given[key])
    if isinstance(given.get("lease"), dict):
        given["lease"] = Lease(**given["lease"])
    return given


def kind_of(name, type_name):
    """An unknown type is None here, and another one is its name."""
    if name in (None, TYPE + "UNKNOWN"):
        return None
    return type_name if name == TYPE + "OTHER" and type_name is not None else PeerType[name[len(TYPE) :]]


def name_of(kind):
    return TYPE + (kind.name if isinstance(kind, PeerType) else "OTHER")


def new_peer(peer):
    given = dict(peer)
    kind = kind_of(given.pop("type", None), given.pop("type_name", None))
    return Peer(**{**given, "access_hash": whole(given.get("access_hash")), "type": kind})


def peer(found):
    if found is None:
        return None
    type_name = None if isinstance(found.type, PeerType) else found.type
    usernames = list(found.usernames)
    return {**found._asdict(), "usernames": usernames, "type": name_of(found.type), "type_name": type_name}


def input_peer(found):
    return found and {**found._asdict(), "type": name_of(found.type)}


def new_data_center(dc):
    addresses = tuple(DcAddress(**address) for address in dc.get("addresses") or ())
    return DataCenter(octets(dc.get("auth_key")), octets(dc.get("tmp_auth_key")), dc.get("tmp_expires_at"), addresses)


def data_center(id, found):
    if found is None:
        return None
    keys = {"auth_key": digits(found.auth_key), "tmp_auth_key": digits(found.tmp_auth_key)}
    return {**found._asdict(), **keys, "dc_id": id, "addresses": [one._asdict() for one in found.addresses]}


def update_state(state):
    return UpdateState(**{name: whole(value) for name, value in state.items()})


def shown_state(state):
    return state and state._asdict()


def new_sent_file(file):
    return SentFile(octets(file["md5"]), file["file_size"], file["type"], whole(file["id"]), whole(file["access_hash"]))


def sent_file(file):
    if file is None:
        return None
    return {"md5": digits(file.md5), "file_size": file.size, "type": file.type, "id": file.id, "access_hash": file.access_hash}
