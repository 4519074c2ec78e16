#!/usr/bin/env python3
"""One session, two Python clients and a C program: demo.py QUICKSTART CLIENT...

Each client (a key of tests/oracle/libraries.json) makes a session with its own storage class, the C program works on
it, and the client reads it again. Nothing talks to Telegram, and no key is shown.
"""

import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "oracle"))

import compare  # noqa: E402
import expected  # noqa: E402
from client import Oracle  # noqa: E402

BOLD, GREEN, RED, PLAIN = (
    ("\033[1m", "\033[32m", "\033[31m", "\033[0m") if sys.stdout.isatty() else ("",) * 4)


def headline(text):
    print("\n%s%s%s" % (BOLD, text, PLAIN), flush=True)


def line(text, colour=""):
    print("   %s%s%s" % (colour, text.rstrip(), PLAIN if colour else ""), flush=True)


def show_session(session):
    shown = {**session, "is_bot": bool(session["is_bot"])}
    line("   ".join("%s %s" % (name, shown[name]) for name in ("dc_id", "api_id", "user_id", "is_bot")))
    line("auth_key hidden, its id is %s" % expected.auth_key_id(session["auth_key"]))


def show_peers(peers):
    for p in sorted(peers, key=lambda p: -p["id"]):
        names = "".join(" @" + name for name in p["usernames"])
        names += " +" + p["phone_number"] if p["phone_number"] else ""
        by_c = any(p["id"] == c["id"] for c in expected.BY_C)
        line("%-10s %15d  %-28s%s" % (p["type"], p["id"], names, " by C" if by_c else ""), GREEN if by_c else "")


def run_c(quickstart, path):
    """Runs the C program on the file. The session string comes through a pipe and is never on a disk."""
    reader, writer = os.pipe()
    command = [quickstart, path, "/dev/fd/%d" % writer]
    run = subprocess.run(command, pass_fds=[writer], capture_output=True, text=True)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    if run.returncode != 0:
        sys.exit("quickstart failed: " + run.stderr)
    return run.stdout.splitlines(), text


def show_c(lines):
    for text in lines:
        word, rest = text.split(None, 1)
        if word == "opened":
            found = json.loads(rest)
            line("opened  a %(format)s@%(version)d session: dc_id %(dc_id)d, user_id %(user_id)d" % found)
            line("        %(peers)d peers, auth_key_id %(auth_key_id)s" % found)
        else:
            line(text)


def check_file(name, ask, path, session, comparison):
    headline("%s opens the file that C wrote" % name)
    seen = ask("read", path, lookups=expected.lookups())
    show_peers(seen["peers"])
    line("%d lookups by id, username and phone number" % sum(map(len, seen["lookups"].values())))
    compare.fields(comparison, session, seen["session"])
    comparison.recent("the date of the save", seen["session"]["date"])
    compare.peers(comparison, seen["peers"])
    compare.lookups(comparison, seen["lookups"])


def check_string(name, ask, path, session, text, comparison):
    headline("%s opens the session string that C exported" % name)
    seen = ask("read-string", string=text)["session"]
    show_session(seen)
    compare.fields(comparison, session, seen)
    comparison.same("the session string (auth_key and all)", ask("string", path)["string"], text)


def one_client(key, quickstart, path, comparison):
    name = key.replace("-", " ").capitalize()
    session = expected.session_of(key)
    with Oracle(key) as ask:
        headline("%s makes %s" % (name, os.path.basename(path)))
        ask("write", path, session=session, peers=expected.BY_CLIENT)
        show_session(session)
        show_peers(expected.BY_CLIENT)
        headline("C opens the same file, adds five peers and exports the session string")
        lines, text = run_c(quickstart, path)
        show_c(lines)
        line("wrote   a Pyrogram session string: %d characters, into a pipe, seen by nobody" % len(text))
        check_file(name, ask, path, session, comparison)
        check_string(name, ask, path, session, text, comparison)


def main(quickstart, keys):
    comparison = compare.Comparison()
    with tempfile.TemporaryDirectory() as folder:  # for its owner only
        for key in keys:
            path = os.path.join(folder, "my_account_of_%s.session" % key.split("-")[0])
            one_client(key, quickstart, path, comparison)
    print()
    for problem in comparison.problems:
        line("✗ " + problem, RED)
    names = " and ".join(key.replace("-", " ").capitalize() for key in keys)
    if comparison.problems:
        line("%s do NOT see what C wrote: %d differences." % (names, len(comparison.problems)), BOLD + RED)
        return 1
    line("✓ %s see what C wrote: %s." % ("Both clients" if len(keys) == 2 else "The clients", names), BOLD + GREEN)
    line("  %d values compared: every field, peer and lookup, and the session string." % comparison.equal)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
