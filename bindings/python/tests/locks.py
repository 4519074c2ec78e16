"""Another program that holds a file's lock.

It has to be another process: POSIX locks do not hold within one, and Python's SQLite is not the library's SQLite.
"""

import contextlib
import subprocess
import sys

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN " + sys.argv[2])
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""


# Holds each lock for some milliseconds, and nothing as long.
AGAIN = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
print("ready", flush=True)
for turn in range(10**9):
    try:
        connection.execute(("BEGIN IMMEDIATE", "BEGIN EXCLUSIVE")[turn % 2])
        time.sleep(0.005)
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        pass
    time.sleep(0.01)
"""


@contextlib.contextmanager
def locking_again_and_again(path):
    """Another program, which locks the file and lets go of it all the time."""
    holder = subprocess.Popen([sys.executable, "-c", AGAIN, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "ready\n"
        yield
        assert holder.poll() is None
    finally:
        holder.kill()
        holder.communicate(timeout=30)


@contextlib.contextmanager
def locked(path, how="IMMEDIATE"):
    """Gives a function that lets go of the lock."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def let_go():
        with contextlib.suppress(BrokenPipeError):
            holder.stdin.write("\n")
            holder.stdin.flush()

    try:
        assert holder.stdout.readline() == "held\n"
        yield let_go
    finally:
        let_go()
        holder.communicate(timeout=30)
