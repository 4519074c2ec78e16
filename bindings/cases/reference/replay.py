"""The format of the cases, for any runner in Python: reads them, fills in variables, compares answers."""

import json
import os
import shutil
import tempfile
import time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIXTURES = os.path.join(os.path.dirname(os.path.dirname(HERE)), "tests", "fixtures")
# The answers that are texts of JSON: what a case says of them has to be in them, and more may be.
JSON_ANSWERS = {"description", "diagnosis", "report"}
JSON_LISTS = {"names", "ids"}
NOW_TOLERANCE = 60  # seconds


class Failed(AssertionError):
    """A step that did not do what its case says."""


class Answer:
    """What a call came to: a status by name, its outputs by name, and the error's message."""

    def __init__(self, status, outputs=None, message=""):
        self.status, self.outputs, self.message = status, outputs or {}, message


def all_cases():
    """(noun, case) for each case of each file."""
    for name in sorted(os.listdir(HERE)):
        if name.endswith(".json"):
            with open(os.path.join(HERE, name), encoding="utf-8") as file:
                for case in json.load(file, parse_int=_exact):
                    yield name[:-5], case


def _exact(digits):
    """Not every language reads a larger number rightly: it has to be written as a text."""
    if abs(int(digits)) > 2**53:
        raise ValueError("%s has to be written as a text" % digits)
    return int(digits)


def replay(case, call):
    """Replays a case. `call(name, arguments, keep_as)` makes one call and gives an Answer."""
    with tempfile.TemporaryDirectory() as folder:
        variables = {"TMP": folder, "STORE": "sqlite:///" + folder, "FIXTURES": FIXTURES, "KEY": KEY.hex(), "KEY2": KEY2.hex(),
                     "NEWKEY": os.urandom(len(KEY)).hex()}
        for number, step in enumerate(case["steps"], 1):
            try:
                _replay_step(step, call, variables)
            except Exception as error:
                raise Failed("step %d, %s: %s" % (number, step["call"], error)) from error


def _replay_step(step, call, variables):
    arguments = fill_in(step.get("args", {}), variables)
    expected = step.get("status", "TGS_OK")
    if step["call"] in HELPERS:
        answer = Answer("TGS_OK", HELPERS[step["call"]](**arguments))
    else:
        answer = call(step["call"], arguments, step.get("as"))
    if answer.status != expected:
        raise Failed("%s instead of %s %s" % (answer.status, expected, answer.message))
    _check_message(answer, step, variables)
    _check_result(answer.outputs, fill_in(step.get("result", {}), variables))
    for output, variable in step.get("keep", {}).items():
        variables[variable] = answer.outputs[output]


def _check_message(answer, step, variables):
    if answer.status.startswith("TGS_ERROR") != bool(answer.message):
        raise Failed("the message is %r with %s" % (answer.message, answer.status))
    for part in fill_in(step.get("message", []), variables):
        if part not in answer.message:
            raise Failed("%r is not in the message %r" % (part, answer.message))
    for part in fill_in(step.get("message_lacks", []), variables):
        if part in answer.message:
            raise Failed("%r is in the message" % part)


def _check_result(outputs, expected):
    for name, wanted in expected.items():
        if name not in outputs:
            raise Failed("there is no %s in %r" % (name, sorted(outputs)))
        got = outputs[name]
        if name in JSON_ANSWERS and isinstance(wanted, dict):
            difference = lacks(json.loads(got), wanted, name)
        elif name in JSON_LISTS:
            difference = differs(json.loads(got), wanted, name)
        else:
            difference = differs(got, wanted, name)
        if difference:
            raise Failed(difference)


def fill_in(value, variables):
    """Puts variables in the place of `$NAME` and `$NAME/...`, anywhere in a value."""
    if isinstance(value, dict):
        return {key: fill_in(inner, variables) for key, inner in value.items()}
    if isinstance(value, list):
        return [fill_in(inner, variables) for inner in value]
    if isinstance(value, str) and value.startswith("$"):
        name, slash, rest = value[1:].partition("/")
        if name in variables:
            return variables[name] + slash + rest if slash else variables[name]
    return value


def lacks(got, wanted, where):
    """What an object has not that is wanted of it, or None. Lists have to be equally long."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        parts = ((name, got.get(name, "nothing"), inner) for name, inner in wanted.items())
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        parts = ((index, got[index], inner) for index, inner in enumerate(wanted))
    else:
        return differs(got, wanted, where)
    found = (lacks(inner, want, "%s.%s" % (where, name)) for name, inner, want in parts)
    return next((one for one in found if one), None)


def differs(got, wanted, where):
    """How a value differs from the wanted one, or None. Objects and lists have to be the same all through."""
    if wanted == "$any":
        return None if got is not None else "%s is absent" % where
    if wanted == "$now":
        return None if abs(int(got) - time.time()) < NOW_TOLERANCE else "%s is %r, not now" % (where, got)
    if isinstance(wanted, dict) and isinstance(got, dict) and set(wanted) == set(got):
        found = (differs(got[name], wanted[name], "%s.%s" % (where, name)) for name in wanted)
        return next((one for one in found if one), None)
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        found = (differs(*pair, "%s.%d" % (where, index)) for index, pair in enumerate(zip(got, wanted)))
        return next((one for one in found if one), None)
    return None if _equal(got, wanted) else "%s is %r, not %r" % (where, got, wanted)


def _equal(got, wanted):
    # A number beyond 2^53 is written as text; true and 1 are different answers.
    if isinstance(wanted, str) and isinstance(got, int) and not isinstance(got, bool):
        return str(got) == wanted
    return got == wanted and isinstance(got, bool) == isinstance(wanted, bool)


def _write_file(path, bytes):
    with open(path, "wb") as file:
        file.write(bytearray.fromhex(bytes))
    return {}


def _copy_file(source, target):
    shutil.copyfile(source, target)
    return {}


def _check_file(path):
    found = os.path.exists(path)
    return {"exists": found, "mode": oct(os.stat(path).st_mode & 0o777)[2:] if found and os.name == "posix" else None}


# Steps that are no calls of the library.
HELPERS = {"write_file": _write_file, "copy_file": _copy_file, "check_file": _check_file}
# Two auth keys that belong to nobody: $KEY and $KEY2, in hexadecimal digits.
KEY = bytes((7 * index + 3) % 256 for index in range(256))
KEY2 = bytes((5 * index + 1) % 256 for index in range(256))
