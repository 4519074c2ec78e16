"""Who is measured: a program each, which reads the plan. What is not built is left out, and the run says so."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# The clients' own classes: a key of tests/oracle/libraries.json, and its name.
PYTHON_CLIENTS = {
    "pyrogram-2.0.106": "Pyrogram",
    "hydrogram-0.2.0": "Hydrogram",
    "kurigram-2.2.26": "Kurigram",
    "pyrotgfork-2.2.24.1": "pyrotgfork",
    "pyrofork-2.3.69": "Pyrofork",
    "electrogram-0.3.230": "Electrogram",
    "telethon-1.45.0": "Telethon",
}
# Those that leave their transaction open: for these a batch is measured without the commit too.
OPEN_TRANSACTION = ("pyrogram", "kurigram", "telethon")
SPECIAL = frozenset({"only_200"})


@dataclass(frozen=True)
class Candidate:
    key: str
    label: str
    # "ours", "floor" or "client".
    group: str
    command: tuple
    lacks: frozenset = SPECIAL
    environment: dict = field(default_factory=dict)
    # Compiled and in C or C++: callgrind counts its instructions.
    is_counted: bool = False

    @property
    def is_built(self):
        return all(Path(part).exists() for part in self.command if os.sep in str(part)) and shutil.which(self.command[0])


def candidates(build, python, library):
    """`build` is where make put the programs, `python` has our wheel, `library` is the shared library."""
    own, modules = str(build / "ours"), build / "node"
    floor = (str(build / "floor"), str(build / "layout.sql"))
    no_export = SPECIAL | {"export"}
    by_id_only = no_export | {"by_username", "by_phone"}
    node_library = {"TGSESSION_LIBRARY": str(library)}
    found = [
        Candidate("c", "tgsession, C", "ours", (own,), is_counted=True),
        Candidate("c-wal", "tgsession, C, WAL", "ours", (own, "wal"), is_counted=True),
        Candidate("cpp", "tgsession, C++", "ours", (str(build / "ours-cpp"),), is_counted=True),
        Candidate("go", "tgsession, Go", "ours", (str(build / "ours-go"),)),
        Candidate("python", "tgsession, Python", "ours", (python, "-B", str(HERE / "python" / "ours.py"))),
        Candidate("node", "tgsession, Node", "ours", ("node", str(HERE / "node" / "ours.mjs")), environment=node_library),
        Candidate("floor", "SQLite, C", "floor", floor, no_export, is_counted=True),
        Candidate("floor-wal", "SQLite, C, WAL", "floor", (*floor, "wal"), no_export, is_counted=True),
    ]
    for key, label in PYTHON_CLIENTS.items():
        name = key.partition("-")[0]
        lacks = frozenset() if name in OPEN_TRANSACTION else SPECIAL
        found.append(Candidate(name, label, "client", (python, "-B", str(HERE / "python" / "clients.py"), key), lacks))
    return [
        *found,
        Candidate("grammers", "grammers", "client", (str(build / "grammers"),), by_id_only),
        Candidate("mtcute", "mtcute", "client", ("node", str(modules / "mtcute.mjs")), SPECIAL),
        Candidate("gramjs", "GramJS", "client", ("node", str(modules / "gramjs.mjs")), by_id_only),
    ]
