#!/usr/bin/env python3
"""Replays the cases against the C library itself: run_c.py [LIBRARY]. It proves the cases, and that none is missing."""

import faulthandler
import os
import sys

from reference.library import Library
from reference.replay import all_cases, replay

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HEADER = os.path.join(ROOT, "include", "tgsession.h")
# Functions that answer nothing but success, so that no case can show them failing.
NEVER_FAIL = {"tgs_diagnose", "tgs_options_set_read_only", "tgs_options_set_create", "tgs_options_set_busy_timeout",
              "tgs_options_set_max_bytes", "tgs_options_set_cache_size", "tgs_options_set_passcode",
              "tgs_options_set_keep_foreign_tables"}

TIME_LIMIT = 120  # seconds: a call that never returns is told with its place, not waited for


def main():
    faulthandler.dump_traceback_later(TIME_LIMIT, exit=True)
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(target, "release", "libtgsession.so")
    library = Library(path, HEADER)
    problems, count = [], 0
    for noun, case in all_cases():
        count += 1
        try:
            try:
                replay(case, library.call)
            finally:
                library.close_all()
        except Exception as error:
            problems.append("%s: %s: %s" % (noun, case["name"], error))
    problems += uncovered(library)
    for problem in problems:
        print(problem, file=sys.stderr)
    print("%d cases, %d functions, %d problems" % (count, len(library.header.functions), len(problems)))
    return 1 if problems else 0


def uncovered(library):
    """The functions that no case shows in success, and in failure where they can fail."""
    for function in library.header.functions.values():
        statuses = library.called.get(function.name, set())
        if "TGS_OK" not in statuses:
            yield "no case shows %s in success" % function.name
        fallible = function.result == "tgs_status" and function.name != "tgs_error_status"
        if fallible and function.name not in NEVER_FAIL and not statuses - {"TGS_OK"}:
            yield "no case shows %s failing" % function.name


if __name__ == "__main__":
    sys.exit(main())
