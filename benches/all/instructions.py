"""Instructions of the programs in C and C++, counted by valgrind's callgrind within the calls that are timed, and nowhere else.
They hardly depend on what else the machine does. System calls are not in them.
"""

import json
import re
import shutil
import subprocess

from operations import OPERATIONS, bulk_calls, units

VALGRIND = ("valgrind", "--quiet", "--tool=callgrind", "--toggle-collect=measured", "--dump-after=measured")
CALLS = {"create": 3, "open": 10, "known_50": 10, "known_200": 10, "new_200": 3, "export": 20}
MOST_PEERS = 100_000
SECONDS = 1800


def available():
    return shutil.which(VALGRIND[0]) is not None


def calls_of(operation, peers):
    return bulk_calls(peers) if operation.key == "bulk" else CALLS.get(operation.key, 500)


def steps(driver, operation, peers):
    is_made = operation.key in ("bulk", "create")
    file = driver.folder / f"counted-{operation.key}.session" if is_made else driver.filled
    step = {"operation": operation.key, "file": str(file), "peers": peers, "from": 10**6, "calls": calls_of(operation, peers)}
    return "".join(json.dumps({"step": name, **step}) + "\n" for name in ("begin", "run", "end"))


def count(driver, operations, peers):
    """{operation: instructions per unit}: one run of the program, one dump after each operation."""
    dumps = driver.folder / "counted-dump"
    command = [*VALGRIND, f"--callgrind-out-file={dumps}", *driver.candidate.command]
    plan = "".join(steps(driver, operation, peers) for operation in operations)
    try:
        subprocess.run(command, input=plan, capture_output=True, text=True, timeout=SECONDS, cwd=driver.folder)
    except subprocess.TimeoutExpired:
        return {}
    found = {}
    for number, operation in enumerate(operations, 1):
        path = dumps.with_name(f"{dumps.name}.{number}")
        summary = re.search(r"^(?:summary|totals): (\d+)", path.read_text(), re.MULTILINE) if path.exists() else None
        if summary:
            found[operation.key] = round(int(summary.group(1)) / units(operation, calls_of(operation, peers), peers))
    for made in driver.folder.glob("counted-*"):
        made.unlink()
    return found


def count_all(drivers, peers, say):
    """{operation: {candidate: instructions per unit}} at one number of peers."""
    counted = {}
    for driver in drivers:
        if driver.candidate.is_counted and driver.filled is not None:
            say(f"    {driver.candidate.label}")
            able = [operation for operation in OPERATIONS if operation.key not in driver.candidate.lacks]
            for operation, found in count(driver, able, peers).items():
                counted.setdefault(operation, {})[driver.candidate.key] = found
    return counted
