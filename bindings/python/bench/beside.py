"""What a lookup costs in the event loop while batches are on their way into the file: Telethon's session, percentiles.

    TGS_CLIENT=telethon-1.45.0 beside.py

A lookup is asked every half millisecond, by username and by id in turn, for as long as a batch waits or is written. The
client's own class writes nothing before `save`, which then has the event loop for the whole commit: the last column.
"""

import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path[:0] = [str(TESTS / "clients"), str(TESTS)]

import conftest  # noqa: F401 - puts the client on the path
from libtgsession.clients.telethon import Session
from telethon.sessions import SQLiteSession
from telethon.tl import types

KNOWN = 10_000
BATCHES = {1: 50, 200: 50, 30_000: 3}


def users(first, count):
    numbers = range(first, first + count)
    return [types.User(id=n, access_hash=n, username=f"name{n}", phone=f"49{n}", first_name=f"N {n}") for n in numbers]


def lookups(session, size, rounds):
    """The microseconds of those that met a batch in the file, and of all others."""
    met, others = [], []
    writer, number = session._write_behind, 1
    for turn in range(rounds):
        session.process_entities(users(10**6 * size + turn * size, size))
        while not writer.is_empty:
            number = number % KNOWN + 1
            meets = writer.is_writing
            started = time.perf_counter()
            session.get_input_entity(f"name{number}" if number % 2 else number)
            taken = (time.perf_counter() - started) * 1e6
            (met if meets or writer.is_writing else others).append(taken)
            time.sleep(0.0005)
    return met, others


def commit(session, size, rounds):
    taken = []
    for turn in range(rounds):
        session.process_entities(users(10**6 * size + turn * size, size))
        started = time.perf_counter()
        session.save()
        taken.append((time.perf_counter() - started) * 1e6)
    return taken


def percentiles(values):
    ordered = sorted(values)
    return [ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.9, 0.99)] if ordered else [0, 0, 0]


def main():
    print("µs       lookups that meet a batch    others              their save")
    print("entities     50 %     90 %     99 %     50 %     99 %")
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Session(f"{folder}/ours"), SQLiteSession(f"{folder}/theirs")
        for session in (ours, theirs):
            session.process_entities(users(1, KNOWN))
            session.save()
        for size, rounds in BATCHES.items():
            met, others = lookups(ours, size, rounds)
            (half, most, nearly_all), (usual, _, slow) = percentiles(met), percentiles(others)
            save = percentiles(commit(theirs, size, rounds))[0]
            print(f"{size:8} {half:8.0f} {most:8.0f} {nearly_all:8.0f} {usual:8.0f} {slow:8.0f} {save:14.0f}", flush=True)
        ours.close()
        theirs.close()


if __name__ == "__main__":
    main()
