"""make bench-all: runs everybody, writes RESULTS/results.json, prints the tables and draws the plots.

    bench.py --build FOLDER --python PYTHON --library LIBRARY [--peers 1000 100000] [--rounds 7] [--only KEY...] [--results FOLDER]
    bench.py --draw RESULTS.json     the tables and the plots of a run, again
"""

import argparse
import datetime
import json
import re
import shutil
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import instructions
import machine
import table
from candidates import candidates
from driver import Driver, Failed
from measure import CLOCKS, NO_FILE, Measure, summary
from operations import OPERATIONS

STARTED = time.monotonic()


def say(text):
    elapsed = int(time.monotonic() - STARTED)
    print(f"[{elapsed // 60:3}:{elapsed % 60:02}] {text}", file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draw", type=Path, help="only print and draw what a run has written")
    parser.add_argument("--build", type=Path, help="where make put the programs")
    parser.add_argument("--python", default=sys.executable, help="the Python in which the wheel is installed")
    parser.add_argument("--library", type=Path, help="the shared library")
    parser.add_argument("--peers", type=int, nargs="+", default=[1000, 100_000], help="1000, or multiples of 10000")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.2, help="of one round of one operation")
    parser.add_argument("--limit", type=float, default=900, help="seconds after which a step of a candidate is given up")
    parser.add_argument("--clock", choices=CLOCKS, help="what is shown: by default the time; of a busy machine the processor's")
    parser.add_argument("--only", nargs="*", default=[], help="keys of candidates; none: all")
    parser.add_argument("--no-instructions", action="store_true", help="without callgrind, which takes a few minutes")
    parser.add_argument("--results", type=Path, help="where the results are written")
    options = parser.parse_args()
    wrong = [peers for peers in options.peers if peers != 1000 and (peers < 10_000 or peers % 10_000)]
    if wrong:
        parser.error(f"peers are 1000 or a multiple of 10000, not {wrong[0]}")
    return options


def write_layout(build, work):
    """What ours makes, as SQL: the floor makes the same, whatever it is."""
    from candidates import Candidate

    driver = Driver(Candidate("layout", "layout", "ours", (str(build / "ours"),)), work, build / "counters.so", 60)
    driver.round("create", driver.folder / "empty", 1000, 0, 1)
    driver.stop()
    database = sqlite3.connect(driver.folder / "empty-0.session")
    # iterdump has the rows too: the version, and the one of the login.
    made = [line for line in database.iterdump() if line not in ("BEGIN TRANSACTION;", "COMMIT;")]
    database.close()
    (build / "layout.sql").write_text("\n".join(made) + "\n")


def check_same_sqlite(drivers, library):
    """The floor is the SQLite that is in the library, or it says nothing."""
    floor = next((driver for driver in drivers if driver.candidate.key == "floor"), None)
    if floor is not None and floor.version.encode() not in library.read_bytes():
        sys.exit(f"bench-all: the library has another SQLite than the floor ({floor.version}): build the programs again")


def start_all(options, work):
    drivers = []
    known = candidates(options.build, options.python, options.library)
    unknown = set(options.only) - {candidate.key for candidate in known}
    if unknown:
        sys.exit(f"bench-all: there is no candidate {', '.join(sorted(unknown))}; there are {', '.join(one.key for one in known)}")
    for candidate in known:
        if options.only and candidate.key not in options.only:
            continue
        if not candidate.is_built:
            say(f"without {candidate.label}: it is not built")
            continue
        driver = Driver(candidate, work, options.build / "counters.so", options.limit)
        try:
            driver.start()
            drivers.append(driver)
        except Failed as failure:
            say(f"without {candidate.label}: {failure}")
    return drivers


def measure_size(options, drivers, peers):
    found = {}
    for operation in OPERATIONS:
        say(f"{peers:,} peers: {operation.title}")
        results = summary(Measure(operation, peers, options.rounds, options.seconds).run(drivers))
        for driver in drivers:
            why = results.get(driver.candidate.key, {}).get("failed")
            if why and why != NO_FILE:
                say(f"    {driver.candidate.label}: {why}")
        found[operation.key] = results
    return found


def run(options):
    with tempfile.TemporaryDirectory(dir=options.build) as folder:
        work = Path(folder)
        results = {
            "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
            "machine": machine.describe(work),
            "load": {"before": machine.load()},
            "rounds": options.rounds,
            "clock": options.clock or CLOCKS[0],
            "unit": "seconds, bytes, writes, syncs and instructions are per call, or per peer where a call brings peers",
            "candidates": {},
            "sizes": {},
            "instructions": {},
        }
        write_layout(options.build, work)
        for peers in options.peers:
            measure_at(options, work / str(peers), peers, results)
            save(results, options.results)
        return results


def measure_at(options, work, peers, results):
    drivers = start_all(options, work)
    check_same_sqlite(drivers, options.library)
    results["versions"] = machine.versions()
    for driver in drivers:
        about = {"label": driver.candidate.label, "group": driver.candidate.group, "version": driver.version}
        results["candidates"].setdefault(driver.candidate.key, about)
    results["sizes"][str(peers)] = measure_size(options, drivers, peers)
    results["load"]["after"] = machine.load()
    # Also before the instructions, which take minutes: whoever stops it there has the rest.
    save(results, options.results)
    if not options.no_instructions and instructions.available() and peers <= instructions.MOST_PEERS:
        say(f"{peers:,} peers: instructions")
        results["instructions"][str(peers)] = instructions.count_all(drivers, peers, say)
    for driver in drivers:
        driver.stop()
    shutil.rmtree(work)


def as_json(results):
    """A line for each list of numbers, not for each number."""
    text = json.dumps(results, indent=1)
    return re.sub(r"\[[-\d.e,\s]+\]", lambda found: " ".join(found[0].split()), text) + "\n"


def save(results, folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(as_json(results))


def main():
    options = arguments()
    if options.draw:
        results, folder = json.loads(options.draw.read_text()), options.draw.parent
        results["clock"] = options.clock or results["clock"]
    else:
        results, folder = run(options), options.results
    text = table.markdown(results)
    print(text)
    (folder / "results.md").write_text(text)
    # Not before: who only measures needs no matplotlib until here, and a run is not lost without it.
    import plot

    for name in plot.draw(results, folder):
        say(f"drawn: {name}")


if __name__ == "__main__":
    main()
