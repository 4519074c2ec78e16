#!/usr/bin/env python3
"""Each library writes a session and reads it back: selftest.py [KEY...].

What must come back is what the library has a place for; the rest is not looked at.
"""

import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import sample
from client import Oracle, OracleError
from generate import account_of, is_telethon
from paths import LIBRARIES, WITH_FILES

PARALLEL = 2


def differences(given, found, path):
    return ["%s: wrote %r, read %r" % (path, given, found)] if given != found else []


def check_session(given, found):
    wrong = []
    for name in found:
        # The date of a JSON file is the current time; old libraries do not have these fields.
        if name in given and name != "date":
            wrong += differences(given[name], found[name], "session." + name)
    return wrong


def is_storable(key, entry, peer):
    """Whether this library's own code stores such a peer."""
    hashed = peer["access_hash"]
    if peer["type"] == "group":
        return True
    if is_telethon(entry):
        return hashed is not None and (hashed != 0 or entry["schema"] >= 6 or entry["schema"] == 1)
    return hashed is not None or entry["driver"] not in ("pyrogram1", "pyrogram_json")


def check_peers(key, entry, peers, found):
    stored = {peer["id"]: peer for peer in found}
    wrong = []
    for peer in peers:
        if not is_storable(key, entry, peer):
            continue
        if peer["id"] not in stored:
            wrong.append("peer %d is missing" % peer["id"])
            continue
        got = stored[peer["id"]]
        if peer["type"] != "group":
            wrong += differences(peer["access_hash"], got["access_hash"], "access_hash of %d" % peer["id"])
        if entry["driver"] != "telethon_json":  # which keeps ids and hashes alone
            wrong += differences(peer["usernames"][:1], got["usernames"][:1], "username of %d" % peer["id"])
            wrong += differences(peer["phone_number"], got["phone_number"], "phone of %d" % peer["id"])
    return wrong


def check_rows(given, found, name):
    if found is None:
        return []
    # Where an older sent_files table lacks a column the library reads none.
    return differences(sorted(map(str, given)), sorted(map(str, found)), name)


def round_trip(key):
    entry = LIBRARIES[key]
    steps = account_of(key, entry)
    peers = [peer for step in steps for peer in step["peers"]]
    with tempfile.TemporaryDirectory() as folder, Oracle(key) as oracle:
        file = os.path.join(folder, "selftest.session")
        for step in steps:
            oracle("write", file, **step)
        read = oracle("read", file, lookups=sample.lookups(peers))
    wrong = check_session(steps[0]["session"], read["session"])
    wrong += check_peers(key, entry, peers, read["peers"])
    wrong += check_rows(steps[0]["update_states"], read.get("update_states"), "update_states")
    wrong += check_rows(steps[0]["sent_files"], read.get("sent_files"), "sent_files")
    if "error" in read["lookups"]["ids"]["777000101"] or "error" not in read["lookups"]["ids"]["777999999"]:
        wrong.append("lookups by id: %r" % read["lookups"]["ids"])
    return wrong


def outcome(key):
    try:
        return round_trip(key)
    except OracleError as error:
        return [error.reason()]


def main(keys):
    failed = 0
    with ThreadPoolExecutor(PARALLEL) as pool:
        for key, wrong in zip(keys, pool.map(outcome, keys)):
            failed += bool(wrong)
            print("%s: %s" % (key, "; ".join(wrong) or "ok"), flush=True)
    print("%d passed, %d failed" % (len(keys) - failed, failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:] or WITH_FILES)
