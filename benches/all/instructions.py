"""Instructions of the programs in C and C++, counted by valgrind's callgrind within the calls that are timed, and nowhere else. They
hardly depend on what else the machine does. System calls are not in them."""

import json
import re
import shutil
import subprocess

from operations import OPERATIONS, bulk_calls, units

VALGRIND = ("valgrind", "--tool=callgrind", "--toggle-collect=measured", "--callgrind-out-file=/dev/null")
CALLS = {"create": 3, "open": 10, "known_50": 10, "known_200": 10, "new_200": 3, "export": 20}
MOST_PEERS = 100_000
SECONDS = 900


def available():
    return shutil.which(VALGRIND[0]) is not None


def count(driver, operation, peers):
    """Instructions per unit, or None if valgrind cannot run the program."""
    calls = bulk_calls(peers) if operation.key == "bulk" else CALLS.get(operation.key, 500)
    is_made = operation.key in ("bulk", "create")
    file = driver.folder / f"counted-{operation.key}.session" if is_made else driver.filled
    step = {"step": "begin", "operation": operation.key, "file": str(file), "peers": peers, "from": 10**6, "calls": calls}
    lines = "".join(json.dumps({**step, "step": name}) + "\n" for name in ("begin", "run", "end"))
    run = subprocess.run(
        [*VALGRIND, *driver.candidate.command], input=lines, capture_output=True, text=True, timeout=SECONDS, cwd=driver.folder
    )
    for made in driver.folder.glob("counted-*"):
        made.unlink()
    found = re.search(r"Collected : (\d+)", run.stderr)
    return int(found.group(1)) / units(operation, calls, peers) if run.returncode == 0 and found else None


def count_all(drivers, peers):
    """{operation: {candidate: instructions per unit}} at one number of peers."""
    counted = [driver for driver in drivers if driver.candidate.is_counted and driver.filled is not None]
    able = {
        operation.key: [driver for driver in counted if operation.key not in driver.candidate.lacks] for operation in OPERATIONS
    }
    return {
        operation.key: {driver.candidate.key: count(driver, operation, peers) for driver in able[operation.key]}
        for operation in OPERATIONS
        if able[operation.key]
    }
