"""Paths: the list of libraries, their folders, the fixtures."""

import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
FIXTURES = os.path.join(ROOT, "tests", "fixtures")

with open(os.path.join(HERE, "libraries.json")) as _file:
    LIBRARIES = json.load(_file)

# Those that need no server: they have files, and so fixtures.
WITH_FILES = [key for key, entry in LIBRARIES.items() if not entry.get("server")]


def oracle_dir():
    return os.environ.get("TGS_ORACLE_DIR") or os.path.join(ROOT, "target", "oracle")


def library_dir(key):
    return os.path.join(oracle_dir(), key)
