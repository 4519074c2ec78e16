"""tgsession through its Python package, below the plan of make bench-all."""

import asyncio

from libtgsession import Peer, Session, version
from plan import LOGIN, serve


class Storage:
    def open(self, file):
        self.session = Session.open(file)
        self.update = self.session.update_peers
        self.by_id = self.session.peer_by_id
        self.by_username = self.session.peer_by_username
        self.by_phone = self.session.peer_by_phone_number
        self.export_string = self.session.export_session_string

    def close(self):
        self.session.close()

    def log_in(self):
        self.session.set_data(**LOGIN)

    def rows(self, peers):
        return [Peer(marked_id, access_hash, "user", (username,), phone) for marked_id, access_hash, username, phone in peers]

    def field(self):
        return self.session.user_id

    def hash_of(self, peer):
        return peer.access_hash


asyncio.run(serve(Storage(), version()))
