"""Calls the C library by the header's own declarations: no function is listed by hand, so none can be forgotten.

A parameter's type tells how it is passed. A new function of known types needs nothing here; one with a type
that is not known stops the runner with a sentence that says so.
"""

import ctypes
from ctypes import byref, c_bool, c_char_p, c_int32, c_int64, c_size_t, c_uint8, c_uint16, c_uint32, c_uint64, c_void_p

from . import structs
from .engine import Engine, Place
from .header import Header
from .replay import Answer

SCALARS = {"bool": c_bool, "int32_t": c_int32, "int64_t": c_int64, "uint8_t": c_uint8, "uint16_t": c_uint16,
           "uint32_t": c_uint32, "uint64_t": c_uint64, "size_t": c_size_t, "tgs_status": c_int32, "const char *": c_char_p, "void": None}
# A case writes their names; of an error or a text it can only write null.
HANDLES = ("tgs_session", "tgs_peer_iter", "tgs_options", "tgs_error", "tgs_answer", "tgs_report", "char")

CLOSERS = {"tgs_session": "tgs_close", "tgs_peer_iter": "tgs_peer_iter_free", "tgs_report": "tgs_report_free"}


class Library:
    def __init__(self, path, header_path):
        self.header = Header(header_path)
        self.dll = ctypes.CDLL(path)
        self.handles = {}
        self.places = {}  # an engine's name in this case: where it keeps its session
        self.engines = []  # those that the library took over
        self.called = {}  # function: the set of statuses it gave
        for function in self.header.functions.values():
            symbol = getattr(self.dll, function.name)  # AttributeError: the library lacks what the header promises
            symbol.restype = SCALARS.get(function.result, c_void_p)
            symbol.argtypes = [SCALARS.get(one.type, c_void_p) for one in function.parameters]

    def call(self, name, arguments, keep_as=None):
        """One call, as a case writes it."""
        arguments = dict(arguments)
        # A keyword argument elsewhere is an object here.
        failed = self._make_options(arguments) if "options" in arguments else None
        try:
            return failed or self._call(name, arguments, keep_as)
        finally:
            self._raw("tgs_options_free", self.handles.pop("options", None))

    def close_all(self):
        """Frees what a case left open."""
        for kind, handle in self.handles.values():
            self._raw(CLOSERS[kind], (kind, handle))
        self.handles.clear()
        self.places.clear()
        engines, self.engines = self.engines, []
        if any(engine.destroyed != 1 for engine in engines):
            raise AssertionError("an engine was not destroyed, or twice")

    def _raw(self, name, handle):
        self.called.setdefault(name, set()).add("TGS_OK")
        getattr(self.dll, name)(handle and handle[1])

    def _make_options(self, arguments):
        options = arguments["options"]
        if options is None:
            return None
        self.called.setdefault("tgs_options_new", set()).add("TGS_OK")
        self.handles["options"] = ("tgs_options", self.dll.tgs_options_new())
        arguments["options"] = "options"
        for name, value in options.items():
            function = self.header.functions["tgs_options_set_" + name]
            values = _lease(value) if name == "lease" else {function.parameters[1].name: value}
            answer = self._call(function.name, {"options": "options", **values}, None)
            if answer.status != "TGS_OK":
                return answer
        return None

    def _call(self, name, arguments, keep_as):
        function = self.header.functions[name]
        call = Call(self, function, arguments)
        returned = call.run()
        status = self.header.status_name(returned) if function.result == "tgs_status" else "TGS_OK"
        ordinary = status in ("TGS_OK", "TGS_NOT_FOUND", "TGS_EXPIRED")
        if self.dll.tgs_error_status(call.error) != (0 if ordinary else returned):
            raise AssertionError("the error object tells another status than the call")
        self.called.setdefault(name, set()).add(status)
        if status != "TGS_OK":
            return Answer(status, message=call.message())
        outputs = call.outputs(keep_as)
        if function.result not in ("tgs_status", "void"):
            outputs["return"] = returned.decode() if isinstance(returned, bytes) else returned
        return Answer(status, outputs)

    def open_engine(self, name):
        """A new engine over the place of that name."""
        return Engine(self, name, self.places.setdefault(name, Place()))

    def bytes(self, pointer, count):
        """Bytes that are given to us: read and freed."""
        found = ctypes.string_at(pointer, count)
        self.called.setdefault("tgs_bytes_free", set()).add("TGS_OK")
        self.dll.tgs_bytes_free(pointer, count)
        return found.hex()

    def text(self, pointer):
        """A text that is given to us: read and freed."""
        if not pointer:
            return None
        found = ctypes.string_at(pointer).decode()
        self._raw("tgs_string_free", ("char", pointer))
        return found


def _lease(value):
    """`true`, or who holds it and for how long."""
    return {"lease": bool(value), "owner": None, "seconds": 0, **(value if isinstance(value, dict) else {})}


class Call:
    """One call: its C arguments, and where its answers arrive."""

    def __init__(self, library, function, arguments):
        self.library, self.function, self.given = library, function, arguments
        self.kept = []  # what we lend must live until the call is over
        self.places, self.kinds = {}, {}  # out parameter: where its answer arrives, and of what type it is
        self.error = c_void_p()
        self.room = 0
        self.engine = None

    def run(self):
        """Runs it; twice where the first run tells how much room the answer needs."""
        returned = self._run()
        if self.engine and returned != 0:
            self.library.engines.remove(self.engine)  # it stayed ours
        if returned == 0 and self._is_array():
            self.room = self.places["count"].value
            returned = self._run()
        unknown = set(self.given) - {one.name for one in self.function.parameters}
        if unknown:
            raise TypeError("%s has no %s" % (self.function.name, sorted(unknown)))
        return returned

    def _run(self):
        arguments, self.lengths = [], []
        for parameter in self.function.parameters:
            arguments.append(self._argument(parameter))
        return getattr(self.library.dll, self.function.name)(*arguments)

    def _argument(self, parameter):
        kind, name = parameter
        if kind == "tgs_error **":
            return byref(self.error)
        if kind == "size_t":
            return self.room if name == "capacity" else self.lengths[-1]
        if kind in SCALARS:
            return self._scalar(kind, self._take(name))
        if kind == "const tgs_engine *":
            return self._engine(self._take(name))
        bare = kind.replace("const ", "").rstrip(" *")
        if bare in HANDLES and kind.count("*") == 1:
            return self._handle(self._take(name))
        if kind.startswith("const ") and not kind.endswith("**"):
            return self._input(parameter, bare)
        return self._place(parameter, bare)

    def _is_array(self):
        return "capacity" in [one.name for one in self.function.parameters]

    def _take(self, name):
        if name not in self.given:
            raise TypeError("%s: %s is not given" % (self.function.name, name))
        return self.given[name]

    def _engine(self, name):
        if name is None:
            return None
        self.engine = self.library.open_engine(name)
        return byref(self.engine.table)

    def _scalar(self, kind, value):
        if isinstance(value, list):  # bits
            return sum(self.library.header.numbers[bit] for bit in value)
        if kind == "const char *":
            return None if value is None else value.encode()
        return self.library.header.numbers.get(value) if isinstance(value, str) and value[:3] == "TGS" else \
            (value if isinstance(value, bool) else int(value))

    def _handle(self, name):
        return None if name is None else self.library.handles[name][1]

    def _input(self, parameter, bare):
        """What we only lend: an optional number, bytes, an array of texts, numbers or structs."""
        value = self._take(parameter.name)
        if value is None:
            self.lengths.append(0)
            return None
        if bare == "uint8_t":
            value = bytes.fromhex(value)
            kept = ctypes.create_string_buffer(value, max(len(value), 1))
        elif bare == "char":
            kept = (c_char_p * len(value))(*[text.encode() for text in value])
        elif isinstance(value, list):
            kept = structs.array(bare, value, self.library.header)
        elif isinstance(value, dict):
            kept = structs.array(bare, [value], self.library.header)
        else:
            kept, value = (SCALARS[bare] * 1)(value if isinstance(value, bool) else int(value)), [value]
        self.lengths.append(len(value))
        self.kept.append(kept)
        return ctypes.cast(kept, c_void_p)

    def _place(self, parameter, bare):
        """Room for an answer."""
        kind, name = parameter
        if kind.endswith("**"):
            place = c_void_p()
        elif bare == "uint8_t":
            place = (c_uint8 * self.library.header.numbers["TGS_AUTH_KEY_LEN"])()
            self.lengths.append(len(place))
        elif self._is_array() and kind != "size_t *":
            place = structs.array(bare, [{}] * self.room, self.library.header)
        elif bare in structs.STRUCTS and ("size_t", "count") in self.function.parameters:  # one for each that is given
            place = structs.array(bare, [{}] * self.lengths[-1], self.library.header)
        elif bare in structs.STRUCTS:
            place = structs.write(bare, {}, self.library.header)
        elif bare in SCALARS:
            place = SCALARS[bare]()
        else:
            raise TypeError("%s: teach this runner the type %r" % (self.function.name, kind))
        self.places[name] = place
        self.kinds[name] = (kind, bare)
        return byref(place)

    def message(self):
        if not self.error:
            return ""
        for name in ("tgs_error_status", "tgs_error_message"):
            self.library.called.setdefault(name, set()).add("TGS_OK")
        message = self.library.dll.tgs_error_message(self.error).decode()
        self.library._raw("tgs_error_free", ("error", self.error))
        return message

    def outputs(self, keep_as):
        found = {}
        for name, (kind, bare) in self.kinds.items():
            place = self.places[name]
            if keep_as and bare in HANDLES:
                self.library.handles[keep_as] = (bare, place.value)
            elif kind == "char **":
                found[name] = self.library.text(place.value)
            elif kind == "uint8_t **":
                found[name] = self.library.bytes(place.value, self.places["len"].value)
            elif kind == "const tgs_session_data **":
                found[name] = structs.read(structs.SessionData.from_address(place.value), self.library.header)
                self.library._raw("tgs_session_data_free", (bare, place.value))
            elif kind == "const tgs_dc **":
                found[name] = structs.read(structs.DataCenter.from_address(place.value), self.library.header)
                self.library._raw("tgs_dc_free", (bare, place.value))
            elif kind in ("const tgs_peer **", "const tgs_report_entry **"):
                found[name] = structs.read(structs.STRUCTS[bare].from_address(place.value), self.library.header)
            elif bare == "uint8_t":
                found[name] = bytes(place).hex()
            elif isinstance(place, ctypes.Array):
                found[name] = [structs.read_found(one, self.library.header) for one in place]
            elif bare in structs.STRUCTS:
                found[name] = structs.read(place, self.library.header)
            elif kind != "size_t *":  # a count or a length, which the answer has already
                found[name] = place.value
        return found
