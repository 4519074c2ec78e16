"""Reads include/tgsession.h: the functions, their parameters, and the numbers of the enums and constants."""

import re
from collections import namedtuple

Parameter = namedtuple("Parameter", "type name")
Function = namedtuple("Function", "name result parameters")


class Header:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
        self.functions = {function.name: function for function in _functions(text)}
        self.numbers = _numbers(text)

    def status(self, name):
        """The number of a status; a case with a misspelt one must not pass."""
        return self.numbers[name]

    def status_name(self, number):
        statuses = (name for name in self.numbers if re.match(r"TGS_(OK|NOT_FOUND|EXPIRED|ERROR_\w+)$", name))
        return next(name for name in statuses if self.numbers[name] == number)


def _functions(text):
    for result, name, parameters in re.findall(r"^([\w ]+?[ *]+)(tgs_\w+)\(([^)]*)\);", text, flags=re.M):
        listed = [] if parameters.strip() in ("", "void") else parameters.split(",")
        yield Function(name, _type(result), [_parameter(one) for one in listed])


def _parameter(text):
    kind, name = re.match(r"(.*?)(\w+)$", " ".join(text.split())).groups()
    return Parameter(_type(kind), name)


def _type(text):
    """A type without the words that say nothing here: `const char **`, `tgs_session *`."""
    return re.sub(r"\b(struct|enum|TGS_API) ", "", " ".join(text.split()))


def _numbers(text):
    found = re.findall(r"^\s*(TGS_\w+) = (\d+),", text, flags=re.M)
    found += re.findall(r"^#define (TGS_\w+) (-?\d+)$", text, flags=re.M)
    return {name: int(number) for name, number in found}
