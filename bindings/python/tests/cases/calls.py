"""Each function of include/tgsession.h -> what this package calls it."""

import json

import libtgsession
from libtgsession import Session, TgsError, UsernameExpired
from memory_engine import FailingEngine, MemoryEngine, TakenEngine
from reference.replay import Answer

from . import values

# The package calls it by itself, where this says.
BY_ITSELF = {
    "tgs_error_status": "TgsError.status",
    "tgs_error_message": "TgsError.message",
    "tgs_error_free": "when the TgsError is made",
    "tgs_string_free": "when the text was read",
    "tgs_options_new": "Session.open",
    "tgs_options_free": "after opening",
    "tgs_options_set_read_only": "read_only of Session.open",
    "tgs_options_set_create": "create of Session.open",
    "tgs_options_set_format": "format of Session.open",
    "tgs_options_set_expected_format": "expected_format of Session.open",
    "tgs_options_set_busy_timeout": "busy_timeout of Session.open",
    "tgs_options_set_max_bytes": "max_bytes of Session.open and open_bytes",
    "tgs_options_set_cache_size": "cache_size of Session.open",
    "tgs_options_set_passphrase": "passphrase of Session.open and open_bytes",
    "tgs_options_set_encryption_key": "encryption_key of Session.open and open_bytes",
    "tgs_options_set_database_key": "database_key of Session.open and open_bytes",
    "tgs_options_set_passcode": "passcode of Session.open",
    "tgs_options_set_account": "account of Session.open",
    "tgs_options_set_keep_foreign_tables": "keep_foreign_tables of Session.convert",
    "tgs_options_set_username_expiry": "username_expiry of Session.open",
    "tgs_options_set_wal": "wal of Session.open",
    "tgs_options_set_exclusive": "exclusive of Session.open",
    "tgs_options_set_lease": "lease of Session.open",
    "tgs_session_data_free": "when the data was copied",
    "tgs_dc_free": "when the data centre was copied",
    "tgs_report_new": "not needed: lists and reports are objects of Python",
    "tgs_report_next": "not needed: lists and reports are objects of Python",
    "tgs_report_free": "not needed: lists and reports are objects of Python",
    "tgs_answer_value": "after Engine.get_values",
    "tgs_bytes_free": "when the bytes were copied",
    "tgs_answer_session_data": "after Engine.get_data",
    "tgs_answer_peers": "after Engine.get_peers and its like",
    "tgs_answer_update_states": "after Engine.get_update_states",
    "tgs_answer_sent_files": "after Engine.get_sent_files",
    "tgs_answer_holder": "after Engine.take_lease",
    "tgs_answer_cause": "when a method of an Engine raises",
}

NOT_FOUND = object()


def found(name, value):
    return NOT_FOUND if value is None else {name: value}


class World:
    """The sessions and iterators of a case, by their names; `keep_as` is the name that the step gives."""

    def __init__(self):
        self.handles = {}
        self.engines = {}

    def call(self, name, arguments, keep_as):
        """One call, as a case writes it."""
        named = {key: self.handles.get(value, value) if key in HANDLES else value for key, value in arguments.items()}
        try:
            answer = CALLS[name](self, keep_as, **named)
        except UsernameExpired:
            return Answer("TGS_EXPIRED")
        except TgsError as error:
            return Answer(f"TGS_{error.status.name}", message=str(error))
        return Answer("TGS_NOT_FOUND") if answer is NOT_FOUND else Answer("TGS_OK", answer)

    def close_all(self):
        for handle in self.handles.values():
            if isinstance(handle, Session):
                handle.close()
        self.handles.clear()

    def engine(self, name):
        """The engine of that name: one place, as long as the case lasts."""
        if name == "failing":
            return FailingEngine()
        return self.engines.setdefault(name, TakenEngine() if name == "taken" else MemoryEngine())

    def keep(self, keep_as, handle):
        self.handles[keep_as] = handle

    def drop(self, iterator):
        """Python frees an iterator with its last name; the case may drop it again."""
        self.handles = {name: None if handle is iterator else handle for name, handle in self.handles.items()}


# Arguments that are names of the world.
HANDLES = {"session", "source", "target", "iter"}


def field(name):
    def get(world, keep_as, session):
        return found(name, getattr(session, name))

    def put(world, keep_as, session, **value):
        (given,) = value.values()
        setattr(session, name, values.whole(given) if name != "server_address" else given)

    return {f"tgs_get_{name}": get, f"tgs_set_{name}": put}


def key_field(name):
    def get(world, keep_as, session):
        return found("key", values.digits(getattr(session, name)))

    def put(world, keep_as, session, key):
        setattr(session, name, values.octets(key))

    return {f"tgs_get_{name}": get, f"tgs_set_{name}": put}


def default_server_address(dc_id, test_mode):
    answer = libtgsession.default_server_address(dc_id, test_mode)
    return NOT_FOUND if answer is None else {"server_address": answer[0], "port": answer[1]}


def export(session, format):
    text, report = session.export_with_report(format)
    return {"text": text, "report": json.dumps(report)}


def convert(source, target, overrides, options=None):
    known = dict(one.split("=", 1) for one in overrides)
    return {"report": json.dumps(source.convert(target, known, **(options or {})))}


def export_file(source, format, path, overrides, options=None):
    known = dict(one.split("=", 1) for one in overrides)
    return {"report": json.dumps(source.export_file(format, path, known, **(options or {})))}


def prune_peers(world, keep_as, session, seen_before, peer_type, keep_newest):
    kept = None if keep_newest == -1 else keep_newest
    return {"removed": session.prune_peers(seen_before=seen_before, keep_newest=kept, type=values.kind_of(peer_type, None))}


def sent_file(session, md5, file_size, type):
    return found("file", values.sent_file(session.sent_file(values.octets(md5), file_size, type)))


def set_data(session, data, which):
    """What `which` names and `data` lacks becomes absent."""
    names = [name[len("TGS_FIELD_") :].lower() for name in which]
    given = {name: data.get(name) for name in names}
    for name in set(given) & {"auth_key", "tmp_auth_key"}:
        given[name] = values.octets(given[name])
    session.set_data(**{name: value if name == "server_address" else values.whole(value) for name, value in given.items()})


def session_data(session):
    data = session.get_session_data()._asdict()
    return {"data": {**data, "auth_key": values.digits(data["auth_key"]), "tmp_auth_key": values.digits(data["tmp_auth_key"])}}


def open_bytes(octets, options):
    return Session.open_bytes(values.octets(octets), **values.options(options))


def open_age(octets, passphrase, identity, options):
    return Session.open_age(values.octets(octets), passphrase=passphrase, identity=identity, **values.options(options))


# A call answers its outputs, NOT_FOUND or nothing. Arguments have the names that the header gives them.
CALLS = {
    "tgs_abi_version": lambda w, n: {"return": libtgsession.abi_version()},
    "tgs_version": lambda w, n: {"return": libtgsession.version()},
    "tgs_status_name": lambda w, n, status: {"return": libtgsession.status_name(status)},
    "tgs_open": lambda w, n, location, options: w.keep(n, Session.open(location, **values.options(options))),
    "tgs_open_string": lambda w, n, text, options: w.keep(n, Session.open_string(text, **values.options(options))),
    "tgs_open_bytes": lambda w, n, bytes, options: w.keep(n, open_bytes(bytes, options)),
    "tgs_open_engine": lambda w, n, engine, options:
        w.keep(n, Session.open_engine(w.engine(engine), **values.options(options))),
    "tgs_list_sessions": lambda w, n, location: {"names": json.dumps(libtgsession.list_sessions(location))},
    "tgs_set_session_data": lambda w, n, session, data, which: set_data(session, data, which),
    "tgs_get_session_data": lambda w, n, session: session_data(session),
    "tgs_get_counts": lambda w, n, session: {"counts": session.get_counts()._asdict()},
    "tgs_set_value": lambda w, n, session, name, bytes: session.values.__setitem__(name, values.octets(bytes)),
    "tgs_get_value": lambda w, n, session, name: found("bytes", values.digits(session.values.get(name))),
    "tgs_delete_value": lambda w, n, session, name: session.values.discard(name),
    "tgs_list_values": lambda w, n, session: {"names": json.dumps(list(session.values))},
    "tgs_set_dc": lambda w, n, session, dc: session.data_centers.__setitem__(dc["dc_id"], values.new_data_center(dc)),
    "tgs_get_dc": lambda w, n, session, dc_id: found("dc", values.data_center(dc_id, session.data_centers.get(dc_id))),
    "tgs_delete_dc": lambda w, n, session, dc_id: session.data_centers.discard(dc_id),
    "tgs_list_dcs": lambda w, n, session: {"ids": json.dumps(list(session.data_centers))},
    "tgs_to_bytes": lambda w, n, session, format, compress: {"bytes": session.to_bytes(format, compress).hex()},
    "tgs_to_age": lambda w, n, session, format, passphrase, recipients:
        {"bytes": session.to_age(format=format, passphrase=passphrase, recipients=recipients).hex()},
    "tgs_open_age": lambda w, n, bytes, passphrase, identity, options:
        w.keep(n, open_age(bytes, passphrase, identity, options)),
    "tgs_change_count": lambda w, n, session: {"count": session.change_count},
    "tgs_save": lambda w, n, session: session.save(),
    "tgs_change_passphrase": lambda w, n, session, passphrase: session.change_passphrase(passphrase),
    "tgs_change_encryption_key": lambda w, n, session, key: session.change_encryption_key(bytes.fromhex(key)),
    "tgs_close": lambda w, n, session: session.close(),
    "tgs_delete": lambda w, n, session: session.delete(),
    "tgs_get_format": lambda w, n, session: {"format": session.format},
    **field("dc_id"), **field("server_address"), **field("port"), **field("api_id"), **field("test_mode"),
    **field("date"), **field("user_id"), **field("is_bot"), **field("takeout_id"),
    **key_field("auth_key"), **key_field("tmp_auth_key"),
    "tgs_default_server_address": lambda w, n, dc_id, test_mode: default_server_address(dc_id, test_mode),
    "tgs_update_peers": lambda w, n, session, peers: session.update_peers(map(values.new_peer, peers)),
    "tgs_merge_peers": lambda w, n, session, peers: session.merge_peers(map(values.new_peer, peers)),
    "tgs_delete_peers": lambda w, n, session, ids: session.delete_peers(map(values.whole, ids)),
    "tgs_delete_all_peers": lambda w, n, session: session.delete_all_peers(),
    "tgs_prune_peers": prune_peers,
    "tgs_compact": lambda w, n, session, max_bytes: {"freed": session.compact(max_bytes)},
    "tgs_get_peers": lambda w, n, session, ids:
        {"peers": [values.input_peer(peer) for peer in session.get_peers_by_id(map(values.whole, ids))]},
    "tgs_get_peer_by_id": lambda w, n, session, id:
        found("peer", values.input_peer(session.peer_by_id(values.whole(id)))),
    "tgs_get_peer_by_username": lambda w, n, session, username:
        found("peer", values.input_peer(session.peer_by_username(username))),
    "tgs_get_peer_by_phone_number": lambda w, n, session, phone_number:
        found("peer", values.input_peer(session.peer_by_phone_number(phone_number))),
    "tgs_peer_iter_new": lambda w, n, session, ids:
        w.keep(n, session.peers(None if ids is None else map(values.whole, ids))),
    "tgs_peer_iter_next": lambda w, n, iter: found("peer", values.peer(next(iter, None))),
    "tgs_peer_iter_free": lambda w, n, iter: w.drop(iter),
    "tgs_get_update_state": lambda w, n, session, id: found("state", values.shown_state(session.update_state(values.whole(id)))),
    "tgs_get_peer_by_name": lambda w, n, session, name: found("peer", values.input_peer(session.peer_by_name(name))),
    "tgs_get_update_states": lambda w, n, session: {"states": [one._asdict() for one in session.update_states()]},
    "tgs_set_update_states": lambda w, n, session, states: session.set_update_states(map(values.update_state, states)),
    "tgs_delete_update_state": lambda w, n, session, id: session.delete_update_state(values.whole(id)),
    "tgs_get_sent_files": lambda w, n, session: {"files": list(map(values.sent_file, session.sent_files()))},
    "tgs_get_sent_file": lambda w, n, session, md5, file_size, type: sent_file(session, md5, file_size, type),
    "tgs_cache_sent_files": lambda w, n, session, files: session.cache_sent_files(map(values.new_sent_file, files)),
    "tgs_export_session_string": lambda w, n, session, format: export(session, format),
    "tgs_convert": lambda w, n, source, target, overrides: convert(source, target, overrides),
    "tgs_convert_with_options": lambda w, n, source, target, options, overrides: convert(
        source, target, overrides, options
    ),
    "tgs_export_file": lambda w, n, source, format, path, overrides: export_file(source, format, path, overrides),
    "tgs_export_file_with_options": lambda w, n, source, format, path, options, overrides: export_file(
        source, format, path, overrides, options
    ),
    "tgs_inspect": lambda w, n, session, show_secrets: {"description": json.dumps(session.inspect(show_secrets))},
    "tgs_diagnose": lambda w, n, text: {"diagnosis": json.dumps(libtgsession.diagnose(text))},
}  # fmt: skip
