"""What the two sides write. Nothing here is real: keys are hashes, phones lie in Telegram's test range."""

import hashlib


def auth_key(label):
    """256 bytes that look like a key."""
    return b"".join(hashlib.sha256(b"%s %d" % (label.encode(), n)).digest() for n in range(8)).hex()


def auth_key_id(key):
    """The public name of a key: safe to show."""
    return hashlib.sha1(bytes.fromhex(key)).digest()[-8:].hex()


def peer(marked_id, kind, access_hash, username=None, phone=None):
    return {"id": marked_id, "type": kind, "access_hash": access_hash,
            "usernames": [username] if username else [], "phone_number": phone}


def session_of(client):
    return {"dc_id": 4, "api_id": 12345, "test_mode": False, "auth_key": auth_key("demo of " + client),
            "user_id": 777000123456, "is_bot": False}


# The client writes these ...
BY_CLIENT = [
    peer(777000123456, "user", -6144115421302178177, "tgs_me", "99966110900"),
    peer(777000801, "bot", 9007199254740993, "tgs_demo_bot"),
    peer(-777000802, "group", 0),
    peer(-1001777000803, "channel", -1, "tgs_demo_news"),
]

# ... and bindings/c/quickstart.c these: one of each type.
BY_C = [
    peer(777000900901, "user", 101, "tgsquickuser", "99966110901"),
    peer(777000902, "bot", -2 ** 63, "tgs_quick_bot"),
    peer(-777000903, "group", 0),
    peer(-1001777000904, "channel", -104, "tgsquicknews"),
    peer(-1001777000905, "supergroup", 2 ** 63 - 1),
]

PEERS = BY_CLIENT + BY_C


def lookups():
    """Each way to ask for each peer."""
    return {"ids": [p["id"] for p in PEERS],
            "usernames": [name for p in PEERS for name in p["usernames"]],
            "phones": [p["phone_number"] for p in PEERS if p["phone_number"]]}


def input_peer(p):
    """What a client answers to a lookup of this peer."""
    if p["id"] > 0:
        return {"kind": "user", "id": p["id"], "access_hash": p["access_hash"]}
    if p["type"] == "group":
        return {"kind": "chat", "id": -p["id"], "access_hash": None}
    return {"kind": "channel", "id": -1000000000000 - p["id"], "access_hash": p["access_hash"]}
