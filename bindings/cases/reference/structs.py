"""The header's structs for ctypes, and how a case writes them: absent is null, a peer's type is its name."""

import ctypes
from ctypes import POINTER, Structure, c_bool, c_char_p, c_int32, c_int64, c_size_t, c_uint8, c_uint16, c_uint64


class Peer(Structure):
    _fields_ = [("size", c_size_t), ("id", c_int64), ("access_hash", c_int64), ("has_access_hash", c_bool),
                ("type", c_int32), ("type_name", c_char_p), ("usernames", POINTER(c_char_p)),
                ("username_count", c_size_t), ("phone_number", c_char_p), ("name", c_char_p),
                ("last_update_on", c_int64)]


class InputPeer(Structure):
    _fields_ = [("size", c_size_t), ("id", c_int64), ("bare_id", c_int64), ("access_hash", c_int64),
                ("last_update_on", c_int64), ("type", c_int32), ("has_access_hash", c_bool)]


class UpdateState(Structure):
    _fields_ = [("size", c_size_t), ("id", c_int64), ("pts", c_int64), ("qts", c_int64), ("date", c_int64),
                ("seq", c_int64), ("has_pts", c_bool), ("has_qts", c_bool), ("has_date", c_bool), ("has_seq", c_bool)]


class SentFile(Structure):
    _fields_ = [("size", c_size_t), ("md5", c_uint8 * 16), ("file_size", c_int64), ("id", c_int64),
                ("access_hash", c_int64), ("type", c_int32)]


class SessionData(Structure):
    _fields_ = [("size", c_size_t), ("dc_id", c_int32), ("api_id", c_int32), ("server_address", c_char_p),
                ("auth_key", POINTER(c_uint8)), ("tmp_auth_key", POINTER(c_uint8)), ("date", c_int64),
                ("user_id", c_int64), ("takeout_id", c_int64), ("port", c_uint16), ("test_mode", c_bool),
                ("is_bot", c_bool), ("has_dc_id", c_bool), ("has_port", c_bool), ("has_api_id", c_bool),
                ("has_test_mode", c_bool), ("has_date", c_bool), ("has_user_id", c_bool), ("has_is_bot", c_bool),
                ("has_takeout_id", c_bool)]


class Counts(Structure):
    _fields_ = [("size", c_size_t), ("peers", c_uint64), ("usernames", c_uint64), ("update_states", c_uint64),
                ("sent_files", c_uint64), ("values", c_uint64)]


class ReportEntry(Structure):
    _fields_ = [("size", c_size_t), ("subject", c_char_p), ("outcome", c_char_p), ("detail", c_char_p),
                ("number", c_int64), ("has_number", c_bool)]


class DcAddress(Structure):
    _fields_ = [("size", c_size_t), ("server_address", c_char_p), ("port", c_uint16), ("is_media_only", c_bool)]


class DataCenter(Structure):
    _fields_ = [("size", c_size_t), ("auth_key", POINTER(c_uint8)), ("tmp_auth_key", POINTER(c_uint8)),
                ("tmp_expires_at", c_int64), ("addresses", POINTER(DcAddress)), ("address_count", c_size_t),
                ("dc_id", c_int32), ("has_tmp_expires_at", c_bool)]


STRUCTS = {"tgs_peer": Peer, "tgs_input_peer": InputPeer, "tgs_update_state": UpdateState, "tgs_sent_file": SentFile,
           "tgs_session_data": SessionData, "tgs_counts": Counts, "tgs_report_entry": ReportEntry,
           "tgs_dc_address": DcAddress, "tgs_dc": DataCenter}
KEYS = ("auth_key", "tmp_auth_key")


def array(kind, values, header):
    """A C array of numbers or structs."""
    if kind not in STRUCTS:
        return (c_int64 * len(values))(*[int(value) for value in values])
    return (STRUCTS[kind] * len(values))(*[write(kind, value, header) for value in values])


def write(kind, value, header):
    """A struct from what a case writes."""
    struct = STRUCTS[kind]()
    names = [name for name, _ in struct._fields_]
    for name, inner in value.items():
        if name not in names:
            raise TypeError("%s has no %s" % (type(struct).__name__, name))
        if inner is not None:
            setattr(struct, name, _to_c(name, inner, struct, header))
            if "has_" + name in names:
                setattr(struct, "has_" + name, True)
    struct.size = ctypes.sizeof(struct)
    if isinstance(struct, Peer):
        struct.username_count = len(value.get("usernames") or [])
    if isinstance(struct, DataCenter):
        struct.address_count = len(value.get("addresses") or [])
    return struct


def _to_c(name, value, struct, header):
    if name == "md5":
        return (c_uint8 * 16)(*bytes.fromhex(value))
    if name == "usernames":
        texts = [text.encode() for text in value]
        return ctypes.cast((c_char_p * len(texts))(*texts), POINTER(c_char_p))
    if name == "addresses":
        return ctypes.cast(array("tgs_dc_address", value, header), POINTER(DcAddress))
    if name == "type" and isinstance(struct, Peer):
        return header.numbers[value]
    if name in KEYS:
        return _key(value, header)
    if name in ("type_name", "phone_number", "name", "server_address"):
        return value.encode()
    return int(value)


def _key(digits, header):
    """A key of any other length would be read beyond its end: no language can say that."""
    key = bytes.fromhex(digits)
    if len(key) != header.numbers["TGS_AUTH_KEY_LEN"]:
        raise ValueError("a key in a struct has %d bytes" % len(key))
    return ctypes.cast((c_uint8 * len(key))(*key), POINTER(c_uint8))


def read(struct, header):
    """A struct as a case writes it."""
    names = [name for name, _ in struct._fields_]
    shown = [name for name in names if not name.startswith("has_") and name not in ("size", "username_count", "address_count")]
    return {name: _from_c(name, struct, header) for name in shown}


def read_found(struct, header):
    """The same of one in an array of answers: who was not found has the id 0."""
    return None if isinstance(struct, InputPeer) and struct.id == 0 else read(struct, header)


def _from_c(name, struct, header):
    value = getattr(struct, name)
    if not getattr(struct, "has_" + name, True):
        return None
    if name == "md5":
        return bytes(value).hex()
    if name in KEYS:
        return bytes(value[: header.numbers["TGS_AUTH_KEY_LEN"]]).hex() if value else None
    if name == "usernames" and isinstance(struct, Peer):
        return [value[index].decode() for index in range(struct.username_count)]
    if name == "addresses":
        return [read(value[index], header) for index in range(struct.address_count)]
    if name == "type" and not isinstance(struct, SentFile):
        return next(key for key, number in header.numbers.items()
                    if key.startswith("TGS_PEER_TYPE_") and number == value)
    if name == "last_update_on":
        return value or None  # 0 says: not known
    return value.decode() if isinstance(value, bytes) else value
