"""Compares all that a client sees with all that was written. Values of keys are never shown."""

import time

from expected import PEERS, input_peer

SECRET = "auth_key"
PEER_FIELDS = ("id", "type", "access_hash", "usernames", "phone_number")


class Comparison:
    """Counts what is equal, and keeps what is not."""

    def __init__(self):
        self.equal = 0
        self.problems = []

    def same(self, what, expected, seen):
        if expected == seen:
            self.equal += 1
        elif SECRET in what:
            self.problems.append("%s differs" % what)
        else:
            self.problems.append("%s is %r, not %r" % (what, seen, expected))

    def recent(self, what, seen):
        """Within the two minutes that a slow machine needs."""
        now = time.time()
        self.same("%s is recent" % what, True, seen is not None and now - 120 <= seen <= now + 1)


def fields(comparison, expected, seen):
    for name, value in expected.items():
        comparison.same("the field " + name, value, seen.get(name))


def peers(comparison, seen):
    by_id = {p["id"]: p for p in seen}
    comparison.same("the peers' ids", sorted(p["id"] for p in PEERS), sorted(by_id))
    for expected in PEERS:
        found = by_id.get(expected["id"], {})
        for name in PEER_FIELDS:
            comparison.same("%s of peer %d" % (name, expected["id"]), expected[name], found.get(name))
        comparison.recent("the sighting of peer %d" % expected["id"], found.get("last_update_on"))


def lookups(comparison, seen):
    for p in PEERS:
        asked = [("ids", p["id"])] + [("usernames", name) for name in p["usernames"]]
        asked += [("phones", p["phone_number"])] if p["phone_number"] else []
        for what, key in asked:
            comparison.same("the answer to %s" % key, input_peer(p), seen[what].get(str(key)))
