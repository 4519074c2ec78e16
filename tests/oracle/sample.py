"""The invented accounts and peers that the fixtures are made of. Nothing here is real:
keys are hashes of a label, phones lie in Telegram's test range 99966, names begin tgs_."""

import hashlib

I64_MAX, I64_MIN = 2 ** 63 - 1, -2 ** 63
BIG_USER = 7770001234567      # over 2^32, as today's accounts
SMALL_USER = 777000123        # below 2^31, as Pyrogram's first strings need
DATE = 1700000000

ADDRESSES = {1: "149.154.175.53", 2: "149.154.167.51", 3: "149.154.175.100",
             4: "149.154.167.91", 5: "91.108.56.130", 203: "91.105.192.100"}
TEST_ADDRESSES = {1: "149.154.175.10", 2: "149.154.167.40", 3: "149.154.175.117"}


def auth_key(label):
    """256 bytes: SHA-256 of the label and a counter."""
    parts = (hashlib.sha256(b"%s %d" % (label.encode(), n)).digest() for n in range(8))
    return b"".join(parts).hex()


def access_hash(label):
    return int.from_bytes(hashlib.sha256(label.encode()).digest()[:8], "big", signed=True)


def session(label, dc_id=4, user_id=BIG_USER, is_bot=False, test_mode=False, **other):
    table = TEST_ADDRESSES if test_mode else ADDRESSES
    fields = {"dc_id": dc_id, "server_address": table[dc_id], "port": 80 if test_mode else 443,
              "api_id": 12345, "test_mode": test_mode, "auth_key": auth_key(label),
              "user_id": user_id, "is_bot": is_bot, "date": DATE}
    fields.update(other)
    return fields


def peer(marked, kind, hashed, usernames=(), phone=None, name=None):
    return {"id": marked, "access_hash": hashed, "type": kind, "usernames": list(usernames),
            "phone_number": phone, "name": name}


def plain_peers():
    """Peers that every library can hold, ids within 32 bits for the oldest ones."""
    return [
        peer(777000101, "user", access_hash("anna"), ["tgs_anna"], "99966110001", "Анна Ёжикова"),
        peer(777000102, "user", I64_MAX, (), "99966110002", "Zoë O'Hara"),
        peer(777000103, "user", I64_MIN, ["tgs_three", "tgs_three_b", "tgs_three_c"], None, "三"),
        peer(777000104, "bot", access_hash("robot"), ["tgs_robot_bot"], None, "Robot 🤖"),
        peer(-777000201, "group", 0, (), None, "Книжный клуб"),
        peer(-1001777000301, "channel", -1, ["tgs_news"], None, "News"),
        peer(-1001777000302, "channel", access_hash("many"), ["tgs_many", "tgs_many_b"], None, "Many"),
        peer(-1001777000303, "supergroup", access_hash("talk"), ["tgs_talk"], None, "Talk"),
        peer(-1001777000304, "supergroup", 1, (), None, "Quiet"),
    ]


def wide_peers():
    """Ids over 32 bits, access hashes of 0 and NULL."""
    return [
        peer(BIG_USER, "user", access_hash("me"), ["tgs_me"], "99966119999", "Me"),
        peer(7770009999999, "bot", 0, ["tgs_zero_bot"], None, "Zero"),
        peer(777000105, "user", None, ["tgs_null"], None, "Null"),
        peer(-1004777000305, "supergroup", 0, ["tgs_zero_group"], None, "Zero group"),
        peer(-1004777000306, "channel", None, (), None, "Null channel"),
    ]


def kurigram_peers():
    return [
        peer(-1001777000401, "forum", access_hash("forum"), ["tgs_forum"], None, "Forum"),
        peer(-1000000000000 - 2999777000402, "direct", access_hash("direct"), (), None, "Direct"),
        peer(-1001777000403, "community", access_hash("community"), (), None, "Community"),
    ]


def odd_peers():
    """What TL objects cannot express: a group without a hash, which old conversions leave behind."""
    return [peer(-777000202, "group", None, (), None, "Old group")]


def moved_username():
    """One username on two peers: the user had it first, the supergroup later."""
    return ([peer(777000101, "user", access_hash("anna"), ["tgs_moved"])],
            [peer(-1001777000303, "supergroup", access_hash("talk"), ["tgs_moved"])])


def later_peers():
    """Peers written after an upgrade: two known peers with new usernames, and a new one."""
    return [
        peer(777000101, "user", access_hash("anna 2"), ["tgs_anna_new"], "99966110001", "Anna"),
        peer(-1001777000302, "channel", access_hash("many"), ["tgs_many_b", "tgs_many_d"], None, "Many"),
        peer(777000106, "user", access_hash("late"), ["tgs_late"], None, "Late"),
    ]


def crowd(count):
    return [peer(777100000 + n, "user", access_hash("crowd %d" % n),
                 ["tgs_crowd_%d" % n, "tgs_crowd_%d_b" % n], None, "Crowd %d" % n)
            for n in range(count)]


def states(null_allowed):
    rows = [{"id": 0, "pts": 1001, "qts": 5, "date": DATE, "seq": 77},
            {"id": -1001777000301, "pts": 42, "qts": 0, "date": DATE + 1, "seq": 0}]
    if null_allowed:
        rows.append({"id": -1001777000303, "pts": 2 ** 31 + 7, "qts": None, "date": None, "seq": None})
        rows.append({"id": -1004777000305, "pts": None, "qts": None, "date": DATE + 3, "seq": None})
    return rows


def files():
    return [{"md5": hashlib.md5(b"tgs %d" % n).hexdigest(), "size": 1024 * (n + 1), "type": n % 2,
             "id": access_hash("file %d" % n), "access_hash": access_hash("file hash %d" % n)}
            for n in range(3)]


def lookups(peers):
    """Every lookup that these peers answer, and one lookup of each kind that finds nothing."""
    return {"ids": [p["id"] for p in peers] + [777999999],
            "usernames": sorted({n for p in peers for n in p["usernames"]}) + ["tgs_nobody"],
            "phones": [p["phone_number"] for p in peers if p["phone_number"]] + ["99966119998"]}
