"""Kills a library in the middle of a write, to get what a crash leaves behind."""

import hashlib
import os
import time

from client import start

TRIES = 60
CHURN_BATCH = 700
SPILL_PAGES = 2
JOURNAL_STATE = ("What .read in the .json shows, as the library recovered it: the hot -journal "
                 "has to be rolled back.")
WAL_STATE = ("What .read in the .json shows, as the library recovered it: some or all of it is in "
             "the -wal only, and frames after its last commit do not count.")


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).digest()


def is_hot_journal(file):
    """Whether SQLite would roll this journal back: it is not empty and its header is not zeroed."""
    try:
        with open(file + "-journal", "rb") as journal:
            return journal.read(8) == bytes.fromhex("d9d505f920a163d7")
    except FileNotFoundError:
        return False


def end(process):
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def kill_in_a_write(key, file, peers, session=None, cache_pages=SPILL_PAGES):
    """Holds the file open after the peers were written and before any save, then
    kills. Where the library commits by itself at once, the kill comes in between."""
    before = digest(file) if os.path.exists(file) else None
    process = start(key, "hold", file, peers=peers, via="client", session=session or {},
                    cache_pages=cache_pages)
    if "ready" not in process.stdout.readline():
        end(process)
        raise RuntimeError("%s did not hold %s" % (key, file))
    end(process)
    made_by = "hold: %d peers written without save(), then SIGKILL" % len(peers)
    if os.path.exists(file + "-wal"):
        return {"made_by": made_by, "committed": WAL_STATE}
    if is_hot_journal(file) and digest(file) != before:
        return {"made_by": made_by, "committed": JOURNAL_STATE}
    return kill_between_commits(key, file)


def kill_between_commits(key, file):
    for _ in range(TRIES):
        process = start(key, "churn", file, rounds=100000, batch=CHURN_BATCH, via="client", cache_pages=SPILL_PAGES)
        process.stdout.readline()
        changed = wait_for_a_spill(file)
        end(process)
        if changed and is_hot_journal(file):
            return {"made_by": "churn: %d peers a round, SIGKILL while a round was being written"
                    % CHURN_BATCH, "committed": JOURNAL_STATE + " Of the churn's peers one whole "
                    "round is there: access_hash // 1000000 is the same in all."}
    raise RuntimeError("%s left no hot journal in %d tries" % (key, TRIES))


def wait_for_a_spill(file):
    """Waits until there is a journal beside a database that has changed since the journal appeared."""
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        if is_hot_journal(file):
            first = os.stat(file).st_mtime_ns
            while is_hot_journal(file) and time.monotonic() < limit:
                if os.stat(file).st_mtime_ns != first:
                    return True
    return False
