"""Another program that holds a file's lock.

It has to be another process: POSIX locks do not hold within one, and Python's SQLite is not the library's SQLite.
"""

import contextlib
import subprocess
import sys

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""


@contextlib.contextmanager
def locked(path):
    """Gives a function that lets go of the lock."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
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
