"""Runs statements on a file with SQLCipher: one on each line of standard input, its rows as a line of JSON."""

import json
import sys

import sqlcipher3

connection = sqlcipher3.connect(sys.argv[1], isolation_level=None, timeout=5)
for line in sys.stdin:
    try:
        answer = [list(row) for row in connection.execute(line)]
    except sqlcipher3.Error as error:
        answer = str(error)
    if line.startswith("PRAGMA key"):
        answer = []
    print(json.dumps(answer, default=repr), flush=True)
