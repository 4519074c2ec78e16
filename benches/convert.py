"""make bench-convert: a conversion by the command line, beside plain SQLite that inserts the same peers.

    convert.py BUILD CLI PEERS

BUILD is where `make bench-programs` puts its programs, CLI the command tgsession. All take turns in each of three rounds. The time is
that of the processor, in seconds; the memory is the most that the command's process has had, in MB. Both are medians.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent / "all"))
from bench import write_layout
from candidates import Candidate
from driver import Driver
from operations import bulk_calls

ROUNDS = 3
TARGETS = ("pyrogram@3", "telethon@8", "kurigram", "mtcute")
LIMIT = 600


def started(work, build, key, *command):
    """One of the programs of `make bench-all`; it starts when it is asked."""
    return Driver(Candidate(key, key, key, command), work, build / "counters.so", LIMIT)


def bulk(driver, file, peers):
    """Seconds that a program takes to bring all peers into a new file."""
    return driver.round("bulk", file, peers, 0, bulk_calls(peers))["cpu"]


def convert(command, source, target, layout):
    """Seconds and megabytes of one conversion."""
    arguments = [command, "convert", str(source), str(target), "--to", layout]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"bench-convert: {' '.join(arguments)} failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6


def main(build, command, peers):
    with tempfile.TemporaryDirectory(dir=build) as folder:
        work = Path(folder)
        write_layout(build, work)
        ours = started(work, build, "ours", str(build / "ours"))
        plain = started(work, build, "floor", str(build / "floor"), str(build / "layout.sql"))
        source, inserted_file = work / "source.session", work / "inserted.session"
        bulk(ours, source, peers)
        inserted, converted = [], {layout: [] for layout in TARGETS}
        for _ in range(ROUNDS):
            inserted.append(bulk(plain, inserted_file, peers))
            inserted_file.unlink()
            for layout, found in converted.items():
                target = work / "converted.session"
                found.append(convert(command, source, target, layout))
                target.unlink()
        ours.stop()
        plain.stop()
    floor = median(inserted)
    print(f"{peers:,} peers\n{'':22} {'seconds':>8} {'to SQLite':>10} {'MB':>6}\n{'SQLite inserts them':22} {floor:8.2f}")
    for layout, found in converted.items():
        seconds, megabytes = (median(values) for values in zip(*found))
        print(f"{'convert to ' + layout:22} {seconds:8.2f} {seconds / floor:10.2f} {megabytes:6.0f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
