"""Runs oracle.py processes and talks to them, for generate.py and selftest.py."""

import json
import os
import subprocess
import sys

from paths import HERE

ORACLE = os.path.join(HERE, "oracle.py")


class OracleError(Exception):
    """The library raised an error; the text is its traceback."""

    def reason(self):
        return str(self).strip().splitlines()[-1]


class Oracle:
    """One library in one process, which answers many requests."""

    def __init__(self, key):
        self.key = key
        self.process = start(key, "serve", "-")

    def __call__(self, verb, file="-", **data):
        request = {"verb": verb, "file": file, "input": data}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        answer = json.loads(line) if line else {"failed": "the process of %s ended" % self.key}
        if "failed" in answer:
            raise OracleError(answer["failed"])
        return answer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def start(key, verb, file, **data):
    """A separate process, for hold and churn: they run until they are killed."""
    process = subprocess.Popen(
        [sys.executable, ORACLE, key, verb, file], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if verb in ("hold", "churn"):
        process.stdin.write(json.dumps(data) + "\n")
        process.stdin.flush()
    return process
