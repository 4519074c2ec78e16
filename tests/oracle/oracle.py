#!/usr/bin/env python3
"""Drives a real client library: oracle.py KEY VERB FILE, JSON in, JSON out.

Verbs: write read string read-string hold churn info, and serve, which takes
{"verb", "file", "input"} one a line and answers each with one line, to save
the seconds that importing a library costs. README.md has examples.
"""

import asyncio
import importlib
import json
import os
import sys
import traceback

from paths import HERE, LIBRARIES, library_dir


def load_driver(key):
    """The driver, with the library of this key and no other on the path."""
    folder = library_dir(key)
    if not os.path.exists(os.path.join(folder, ".stamp")):
        sys.exit("%s is not installed: run install.py %s" % (key, key))
    sys.path.insert(0, folder)
    # Old libraries import modules that newer Pythons have dropped.
    sys.path.append(os.path.join(HERE, "shims"))
    sys.path.insert(0, HERE)
    entry = LIBRARIES[key]
    module = importlib.import_module("drivers." + entry["driver"])
    return module.Library(key, entry)


def say(answer):
    print(json.dumps(answer, ensure_ascii=False), file=ANSWERS, flush=True)


def listen():
    return sys.stdin.readline()


async def perform(driver, verb, path, data):
    from drivers import verbs
    if verb in verbs.TALKING:
        return await verbs.TALKING[verb](driver, path, data, say, listen)
    return await verbs.PLAIN[verb](driver, path, data)


async def serve(driver):
    for line in iter(listen, ""):
        job = json.loads(line)
        try:
            say(await perform(driver, job["verb"], job["file"], job.get("input", {})))
        except Exception:
            say({"failed": traceback.format_exc()})


def main(key, verb, path):
    # Old libraries call `get_event_loop()`, which created a loop in their time.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    driver = load_driver(key)
    if "://" not in path:
        path = os.path.abspath(path)
    if verb == "serve":
        return loop.run_until_complete(serve(driver))
    line = listen() if verb in ("hold", "churn") else sys.stdin.read()
    say(loop.run_until_complete(perform(driver, verb, path, json.loads(line or "{}"))))


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in LIBRARIES:
        sys.exit(__doc__)
    # Some libraries print advice. Standard output is for answers only.
    ANSWERS = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        main(*sys.argv[1:])
        status = 0
    except Exception:
        traceback.print_exc()
        status = 1
    sys.stderr.flush()
    # Some libraries leave a thread running, and a normal exit would wait for it.
    os._exit(status)
