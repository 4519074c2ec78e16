"""What is measured: each operation as every program of the plan knows it."""

from dataclasses import dataclass

# As in every program: benches/all/README.md.
BULK = 10_000


@dataclass(frozen=True)
class Operation:
    key: str
    title: str
    # Peers that one call brings: the result is per peer. 0 for a call that brings none: the result is per call.
    peers: int = 0
    # The calls of the first round, which is not counted and tells how many calls fit into a round; and the most of these.
    pilot: int = 1
    most: int = 1
    # Known to few programs: the others' column stays empty.
    is_special: bool = False

    @property
    def unit(self):
        return "peer" if self.peers else "call"


OPERATIONS = [
    Operation("create", "new file", pilot=2, most=50),
    Operation("bulk", "bulk update", peers=BULK),
    Operation("open", "open, one field, close", pilot=2, most=1000),
    Operation("field", "one field", pilot=100, most=200_000),
    Operation("export", "export of a string", pilot=10, most=20_000),
    Operation("by_id", "by id, each once", pilot=50, most=20_000),
    Operation("by_username", "by username, each once", pilot=2, most=20_000),
    Operation("by_phone", "by phone, each once", pilot=2, most=20_000),
    Operation("by_id_hot", "by id, hot", pilot=100, most=200_000),
    Operation("known_50", "batch of 50 known", peers=50, pilot=2, most=2000),
    Operation("known_200", "batch of 200 known", peers=200, pilot=2, most=1000),
    Operation("only_200", "batch of 200 known, not committed", peers=200, pilot=2, most=1000, is_special=True),
    # Last, and few: it makes the file larger.
    Operation("new_200", "batch of 200 new", peers=200, pilot=1, most=10),
]
BY_KEY = {operation.key: operation for operation in OPERATIONS}
ONCE = ("by_id", "by_username", "by_phone")


def bulk_calls(peers):
    return max(1, peers // BULK)


def units(operation, calls, peers):
    """How many peers, or calls, a number of calls is."""
    if operation.key == "bulk":
        return peers
    return calls * (operation.peers or 1)
