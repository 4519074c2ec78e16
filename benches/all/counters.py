"""What a program wrote and how often it synced, counted by counters.c inside it."""

import struct
from pathlib import Path

# struct counters of counters.c: bytes, writes, syncs.
LAYOUT = "=3Q"
NAMES = ("bytes", "writes", "syncs")


class Counters:
    """A file that the program has mapped: what it counts is there at once."""

    def __init__(self, path: Path, library: Path):
        self.path = path
        path.write_bytes(bytes(struct.calcsize(LAYOUT)))
        self.environment = {"LD_PRELOAD": str(library), "BENCH_COUNTERS": str(path)} if library.exists() else {}

    def read(self):
        return struct.unpack(LAYOUT, self.path.read_bytes())

    def since(self, before):
        return dict(zip(NAMES, (now - then for now, then in zip(self.read(), before))))
