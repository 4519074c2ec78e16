"""Stands between a client and a server, and counts."""

import socket
import threading
from urllib.parse import urlsplit


class Proxy:
    """`url` is the server's, by way of this; `turns` are the times that a client began to wait for an answer; `now` and
    `most` are the connections that are, and were at once, open."""

    def __init__(self, url):
        parts = urlsplit(url)
        self.server = (parts.hostname, parts.port)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        port = self.listener.getsockname()[1]
        self.url = url.replace(f":{parts.port}/", f":{port}/")
        self.turns = self.now = self.most = 0
        self.lock = threading.Lock()

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.server)
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.now += 1
                self.most = max(self.most, self.now)
            state = {"asking": False}
            threading.Thread(target=self.carry, args=(client, server, state, True), daemon=True).start()
            threading.Thread(target=self.carry, args=(server, client, state, False), daemon=True).start()

    def carry(self, source, target, state, asking):
        while True:
            try:
                data = source.recv(1 << 16)
            except OSError:
                data = b""
            if not data:
                break
            with self.lock:
                # Many packets in one direction are one turn.
                if asking and not state["asking"]:
                    self.turns += 1
                state["asking"] = asking
            try:
                target.sendall(data)
            except OSError:
                break
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        if asking:
            with self.lock:
                self.now -= 1
