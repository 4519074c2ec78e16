"""An engine of the runner's own behind tgs_open_engine: a session in dictionaries, and one whose server is gone."""

import copy
import ctypes
import time
from ctypes import CFUNCTYPE, POINTER, c_bool, c_char_p, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_void_p

from . import structs

# The engine's names in the cases that are more than names.
FAILING = "failing"
TAKEN = "taken"
HOLDER = ("bot 2 on another machine", 1700000000)

PEERS, STATES, FILES = POINTER(structs.Peer), POINTER(structs.UpdateState), POINTER(structs.SentFile)
# The functions of tgs_engine, in the header's order, with what stands between the context and the answer.
FUNCTIONS = {
    "get_session_data": [],
    "set_session_data": [POINTER(structs.SessionData), c_uint32],
    "put_peers": [PEERS, c_size_t],
    "get_peers": [POINTER(c_int64), c_size_t],
    "get_peers_by_username": [POINTER(c_char_p), c_size_t],
    "get_peers_by_phone_number": [c_char_p],
    "get_update_states": [],
    "set_update_states": [STATES, c_size_t],
    "delete_update_state": [c_int64],
    "get_sent_files": [],
    "cache_sent_files": [FILES, c_size_t],
    "save": [],
    "remove": [],
    "begin": [],
    "finish": [c_bool],
    "take_lease": [c_char_p, c_char_p, c_char_p, c_uint32],
    "release_lease": [c_char_p, c_char_p],
    "delete_peers": [POINTER(c_int64), c_size_t],
    "get_values": [POINTER(c_char_p), c_size_t],
    "set_value": [c_char_p, POINTER(c_uint8), c_size_t],
}
TYPES = {name: CFUNCTYPE(c_int32, c_void_p, *between, c_void_p) for name, between in FUNCTIONS.items()}
DESTROY = CFUNCTYPE(None, c_void_p)


class Table(ctypes.Structure):
    """tgs_engine."""

    _fields_ = [("size", c_size_t), ("version", c_uint32), ("flags", c_uint32), ("context", c_void_p),
                ("location", c_char_p), ("destroy", DESTROY), *TYPES.items()]


class Place:
    """Where an engine keeps a session: all that the engines of one name see. Values are as a case writes them."""

    def __init__(self):
        self.clear()
        self.leases = {}  # key id: (token, owner, since)

    def clear(self):
        self.data, self.peers, self.states, self.files, self.values = {}, {}, {}, {}, {}


class Engine:
    """The table of functions over a place; the library may call it until it destroys it."""

    def __init__(self, library, name, place):
        self.library, self.header, self.name, self.place = library, library.header, name, place
        self.before = None  # what `finish` goes back to
        self.destroyed = 0  # how often
        numbers = self.header.numbers
        self.table = Table(size=ctypes.sizeof(Table), version=numbers["TGS_ENGINE_VERSION"],
                           flags=numbers["TGS_ENGINE_PERSISTENT"] + numbers["TGS_ENGINE_USERNAMES_EXPIRE"],
                           location=b"the engine " + name.encode(), destroy=DESTROY(self._destroy))
        for function, kind in TYPES.items():
            setattr(self.table, function, kind(self._guarded(getattr(self, function))))
        library.engines.append(self)

    def _destroy(self, _context):
        self.destroyed += 1

    def _guarded(self, function):
        """An exception must not be lost on its way through C."""
        def call(_context, *arguments):
            answer = arguments[-1]
            try:
                if self.name == FAILING:
                    raise ConnectionError("the server is gone")
                function(*arguments)
                return self.header.numbers["TGS_OK"]
            except Exception as error:
                self._answer("tgs_answer_cause", answer, str(error).encode())
                return self.header.numbers["TGS_ERROR_SERVER"]
        return call

    def _answer(self, function, answer, *values):
        """A call that has to succeed: what it is given is right."""
        status = getattr(self.library.dll, function)(answer, *values, None)
        if status != 0:
            raise AssertionError("%s: %s" % (function, self.header.status_name(status)))
        self.library.called.setdefault(function, set()).add("TGS_OK")

    def _answer_array(self, function, kind, answer, values):
        values = list(values)
        self._answer(function, answer, structs.array(kind, values, self.header), len(values))

    def get_session_data(self, answer):
        data = structs.write("tgs_session_data", self.place.data, self.header)
        self._answer("tgs_answer_session_data", answer, ctypes.byref(data))

    def set_session_data(self, data, which, _answer):
        given = structs.read(data.contents, self.header)
        for name, value in given.items():
            if which & self.header.numbers["TGS_FIELD_" + name.upper()]:
                self.place.data[name] = value

    def put_peers(self, peers, count, _answer):
        for peer in self._read(peers, count):
            self.place.peers[peer["id"]] = peer

    def get_peers(self, ids, count, answer):
        wanted = list(self.place.peers) if not ids else ids[:count]
        found = [self.place.peers[id] for id in wanted if id in self.place.peers]
        self._answer_array("tgs_answer_peers", "tgs_peer", answer, found)

    def delete_peers(self, ids, count, _answer):
        for id in list(self.place.peers) if not ids else ids[:count]:
            self.place.peers.pop(id, None)

    def get_peers_by_username(self, usernames, count, answer):
        wanted = {usernames[index].decode() for index in range(count)}
        found = [peer for peer in self.place.peers.values() if wanted & set(peer["usernames"])]
        self._answer_array("tgs_answer_peers", "tgs_peer", answer, found)

    def get_peers_by_phone_number(self, phone_number, answer):
        found = [peer for peer in self.place.peers.values() if peer["phone_number"] == phone_number.decode()]
        self._answer_array("tgs_answer_peers", "tgs_peer", answer, found)

    def get_update_states(self, answer):
        self._answer_array("tgs_answer_update_states", "tgs_update_state", answer, self.place.states.values())

    def set_update_states(self, states, count, _answer):
        for state in self._read(states, count):
            self.place.states[state["id"]] = state

    def delete_update_state(self, id, _answer):
        self.place.states.pop(id, None)

    def get_sent_files(self, answer):
        self._answer_array("tgs_answer_sent_files", "tgs_sent_file", answer, self.place.files.values())

    def cache_sent_files(self, files, count, _answer):
        for file in self._read(files, count):
            self.place.files[file["md5"], file["file_size"], file["type"]] = file

    def save(self, _answer):
        pass

    def remove(self, _answer):
        self.place.clear()

    def begin(self, _answer):
        place = self.place
        self.before = copy.deepcopy((place.data, place.peers, place.states, place.files, place.values))

    def finish(self, keep, _answer):
        if not keep:
            place = self.place
            place.data, place.peers, place.states, place.files, place.values = self.before
        self.before = None

    def take_lease(self, key_id, token, owner, _seconds, answer):
        held = (None, *HOLDER) if self.name == TAKEN else self.place.leases.get(key_id)
        if held and held[0] != token:
            self._answer("tgs_answer_holder", answer, held[1].encode(), held[2])
        else:
            self.place.leases[key_id] = (token, owner.decode(), int(time.time()))

    def release_lease(self, key_id, token, _answer):
        if self.place.leases.get(key_id, (None,))[0] == token:
            del self.place.leases[key_id]

    def get_values(self, names, count, answer):
        wanted = list(self.place.values) if not names else [names[index] for index in range(count)]
        for name in wanted:
            if name in self.place.values:
                value = self.place.values[name]
                self._answer("tgs_answer_value", answer, name, ctypes.create_string_buffer(value, max(len(value), 1)), len(value))

    def set_value(self, name, value, len, _answer):
        if value:
            self.place.values[name] = ctypes.string_at(value, len)
        else:
            self.place.values.pop(name, None)

    def _read(self, array, count):
        return [structs.read(array[index], self.header) for index in range(count)]
