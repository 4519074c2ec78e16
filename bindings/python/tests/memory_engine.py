"""An engine in Python dictionaries, which outlive the session."""

import libtgsession
from libtgsession import Engine, LeaseHolder, SessionData


class MemoryEngine(Engine):
    location = "kept"
    usernames_expire = True

    def __init__(self):
        self.data, self.peers, self.states, self.files, self.leases = SessionData(), {}, {}, {}, {}
        self.values = {}
        self.closed = 0

    def get_data(self):
        return self.data

    def set_data(self, values):
        self.data = self.data._replace(**values)

    def put_peers(self, peers):
        self.peers.update({peer.id: peer for peer in peers})

    def get_peers(self, ids):
        return [peer for peer in self.peers.values() if ids is None or peer.id in ids]

    def delete_peers(self, ids):
        for id in list(self.peers) if ids is None else ids:
            self.peers.pop(id, None)

    def get_peers_by_username(self, usernames):
        return [peer for peer in self.peers.values() if set(usernames) & set(peer.usernames)]

    def get_update_states(self):
        return self.states.values()

    def set_update_states(self, states):
        self.states.update({state.id: state for state in states})

    def delete_update_state(self, id):
        self.states.pop(id, None)

    def get_sent_files(self):
        return self.files.values()

    def cache_sent_files(self, files):
        self.files.update({(file.md5, file.size, file.type): file for file in files})

    def remove(self):
        self.__init__()

    def take_lease(self, key_id, token, owner, seconds):
        held = self.leases.setdefault(key_id, (token, owner))
        return None if held[0] == token else LeaseHolder(held[1], 1_700_000_000)

    def release_lease(self, key_id, token):
        if self.leases.get(key_id, (None,))[0] == token:
            del self.leases[key_id]

    def get_values(self, names):
        return {name: value for name, value in self.values.items() if names is None or name in names}

    def set_value(self, name, value):
        if value is None:
            self.values.pop(name, None)
        else:
            self.values[name] = value

    def close(self):
        self.closed += 1


class FailingEngine(Engine):
    """All its methods fail."""

    location = "failing"

    def fail(self, *_):
        raise libtgsession.ServerError("the server is gone")

    get_data = set_data = put_peers = get_peers = get_peers_by_username = get_peers_by_phone_number = fail
    get_update_states = set_update_states = delete_update_state = get_sent_files = cache_sent_files = fail
    delete_peers = save = remove = begin = finish = take_lease = release_lease = get_values = set_value = fail


class TakenEngine(MemoryEngine):
    """Every lease is somebody else's, on another machine."""

    def take_lease(self, key_id, token, owner, seconds):
        return LeaseHolder("bot 2 on another machine", 1_700_000_000)
