"""What both kinds of client say, and the data that they are answered. All of it is invented."""

import hashlib
import json
import sys

ME = 7770001234567
ME_HASH = 2829611664124752829
LEARNED = 777000103
LEARNED_HASH = -9223372036854775808
LEARNED_USERNAME = "tgs_learned"
LEARNED_PHONE_NUMBER = "99966110003"
ROOM = 1777000303
ROOM_MARK = -1000000000000 - ROOM
ROOM_HASH = 9223372036854775807
ROOM_USERNAMES = ["tgs_room", "tgs_room_two"]
COUNTRY = "NL"


def say(value):
    json.dump(value, sys.stdout)


def key_id(key):
    return hashlib.sha1(key).digest()[-8:].hex()


def main(answers, run):
    """The two verbs: `answers`, and `run FILE HOST PORT`."""
    verb, *arguments = sys.argv[1:]
    if verb == "answers":
        say({str(request): bytes(answer).hex() for request, answer in answers().items()})
    elif verb == "run":
        path, host, port = arguments
        say(run(path, host, int(port)))
    else:
        sys.exit(f"there is no verb {verb}")
