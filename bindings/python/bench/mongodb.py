"""Pyrofork's MongoStorage and our engine on one server, in turn: $TGS_MONGODB tells which (tests/servers/run mongodb).

    mongodb.py
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[3]
ORACLE = Path(os.environ.get("TGS_ORACLE_DIR") or ROOT / "target" / "oracle")
sys.path.insert(0, str(ORACLE / "pyrofork-2.3.69-mongodb"))

import measure
from libtgsession import Peer, Session
from measure import compare, show

PEERS = 400
BATCH = 200
# FerretDB 1.24 never answers a command that changes more documents one by one, as MongoStorage's does, than it has
# connections to its own database, a hundred to SQLite and fewer to PostgreSQL: each holds one until the command is done.
MOST_CHANGES = 20
SESSIONS = 100
OF_EACH = 10


def ours_of(first, count):
    return [Peer(n, -n, "user", (f"name{n}",), f"49{n}") for n in range(first, first + count)]


def theirs_of(first, count):
    return [(n, -n, "user", f"name{n}", f"49{n}") for n in range(first, first + count)]


def their_connection(url):
    from motor.motor_asyncio import AsyncIOMotorClient
    return AsyncIOMotorClient(url)


async def their_session(connection, name):
    # Here, so that a process of ours alone does not hold it in its memory.
    from pyrogram.storage.mongo_storage import MongoStorage
    storage = MongoStorage(name, connection)
    await storage.open()
    return storage


async def calls(url, mark):
    theirs = await their_session(their_connection(url), f"theirs_{mark}")
    ours = Session.open(f"{url}ours_{mark}")
    await theirs.update_peers(theirs_of(1, PEERS))  # all new: those it answers
    ours.update_peers(ours_of(1, PEERS))

    async def pair(label, their, our, times):
        show(label, await compare({"theirs": their, "ours": our}, times))

    def number(turn):
        return turn * 37 % PEERS + 1

    print(f"{'a call, microseconds':44} {'theirs':>10} {'ours':>10} {'times':>8}")
    await pair("get by id", lambda turn: theirs.get_peer_by_id(number(turn)), lambda turn: ours.peer_by_id(number(turn)), 50)
    await pair("get by username", lambda turn: theirs.get_peer_by_username(f"name{number(turn)}"), lambda turn: ours.peer_by_username(f"name{number(turn)}"), 50)
    await pair("get by phone number", lambda turn: theirs.get_peer_by_phone_number(f"49{number(turn)}"), lambda turn: ours.peer_by_phone_number(f"49{number(turn)}"), 50)
    await pair("read user_id", lambda _: theirs.user_id(), lambda _: ours.user_id, 50)
    seen, known = theirs_of(1, MOST_CHANGES), ours_of(1, MOST_CHANGES)
    await pair("update_peers(1), seen before", lambda _: theirs.update_peers(seen[:1]), lambda _: ours.update_peers(known[:1]), 20)
    # It takes seconds for a batch: it reads every document for each that it changes.
    measure.ROUNDS = 3
    await pair(f"update_peers({MOST_CHANGES}), seen before", lambda _: theirs.update_peers(seen), lambda _: ours.update_peers(known), 1)
    again = await compare({"ours": lambda _: ours.update_peers(ours_of(1, BATCH))}, 1)
    print(f"{f'update_peers({BATCH}), seen before':44} {'no answer':>10} {again['ours'] * 1e6:10.1f}")
    # Ids that nobody has yet, other ones each time.
    fresh = {"theirs": 1_000_000, "ours": 1_000_000}

    def next_of(who, make):
        fresh[who] += BATCH
        return make(fresh[who], BATCH)

    await pair(f"update_peers({BATCH}), new", lambda _: theirs.update_peers(next_of("theirs", theirs_of)), lambda _: ours.update_peers(next_of("ours", ours_of)), 1)


class Counter:
    """Forwards to a server and counts: commands, and how often one was sent while none was under way."""

    def __init__(self, url):
        parts = urlsplit(url)
        self.server = (parts.hostname, parts.port)
        self.lock = threading.Lock()
        self.commands = self.trips = self.under_way = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"mongodb://127.0.0.1:{self.listener.getsockname()[1]}/"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(self.server)
            waiting = []
            for source, target, sent in ((client, server, True), (server, client, False)):
                threading.Thread(target=self.forward, args=(source, target, sent, waiting), daemon=True).start()

    def forward(self, source, target, sent, waiting):
        stream = source.makefile("rb")
        while header := stream.read(4):
            message = header + stream.read(int.from_bytes(header, "little") - 4)
            # The drivers' own watching of the server is no call.
            if sent:
                counts = not any(word in message[:80] for word in (b"hello", b"isMaster", b"ismaster", b"endSessions"))
                waiting.append(counts)
                self.note(counts, 1)
            else:
                self.note(waiting.pop(0), -1)
            target.sendall(message)

    def note(self, counts, change):
        with self.lock:
            if counts and change > 0:
                self.commands += 1
                self.trips += self.under_way == 0
            self.under_way += change if counts else 0

    def take(self):
        with self.lock:
            taken, self.commands, self.trips = (self.trips, self.commands), 0, 0
            return taken


async def round_trips(url, mark):
    counter = Counter(url)
    theirs = await their_session(their_connection(counter.url), f"their_trips_{mark}")
    ours = Session.open(f"{counter.url}our_trips_{mark}")
    names = [(5, "one"), (5, "two")]

    async def their_client():
        await theirs.update_peers([(5, 6, "user", "one", None)])
        await theirs.update_usernames(names)

    ours.update_peers(ours_of(2_000, BATCH))  # makes the indexes
    print(f"\n{'round trips one after another (commands)':44} {'theirs':>10} {'ours':>10}")
    for label, their, our in (
        ("update_peers(1)", lambda: theirs.update_peers(theirs_of(1, 1)), lambda: ours.update_peers(ours_of(1, 1))),
        ("  with two usernames", their_client, lambda: ours.update_peers([Peer(5, 6, "user", ("one", "two"), None)])),
        (f"update_peers({BATCH})", lambda: theirs.update_peers(theirs_of(1_000, BATCH)), lambda: ours.update_peers(ours_of(1_000, BATCH))),
        ("get by id", lambda: theirs.get_peer_by_id(1), lambda: ours.peer_by_id(1)),
        ("get by username", lambda: theirs.get_peer_by_username("name1"), lambda: ours.peer_by_username("name1")),
        ("get by a second username", lambda: theirs.get_peer_by_username("two"), lambda: ours.peer_by_username("two")),
        ("read user_id", lambda: theirs.user_id(), lambda: ours.user_id),
    ):
        counter.take()
        await their()
        of_theirs = counter.take()
        our()
        of_ours = counter.take()
        print(f"{label:44} {'%d (%d)' % of_theirs:>10} {'%d (%d)' % of_ours:>10}")


def resident():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])


def connections(url):
    wanted = ":%04X" % urlsplit(url).port
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(line[2].endswith(wanted) and line[3] == "01" for line in lines)


def report(url, started, before):
    taken = time.perf_counter() - started
    print(json.dumps([taken, connections(url) - before, resident()]))


async def their_hundred(url, mark):
    before, started = connections(url), time.perf_counter()
    connection = their_connection(url)

    async def work(n):
        storage = await their_session(connection, f"their_{mark}_{n}")
        await storage.update_peers(theirs_of(1, OF_EACH))
        for turn in range(OF_EACH):
            await storage.get_peer_by_username(f"name{turn + 1}")
        return storage

    _kept = await asyncio.gather(*map(work, range(SESSIONS)))
    report(url, started, before)


def our_hundred(url, mark):
    before, started = connections(url), time.perf_counter()

    def work(n):
        session = Session.open(f"{url}our_{mark}_{n}")
        session.update_peers(ours_of(1, OF_EACH))
        for turn in range(OF_EACH):
            session.peer_by_username(f"name{turn + 1}")
        return session

    with ThreadPoolExecutor(32) as pool:
        _kept = list(pool.map(work, range(SESSIONS)))
    report(url, started, before)


def hundred(mark):
    print(f"\n{f'{SESSIONS} sessions at once in one process':44} {'theirs':>10} {'ours':>10}")
    rounds = {"theirs": [], "ours": []}
    for turn in range(3):
        for who, found in rounds.items():
            answer = subprocess.run([sys.executable, __file__, who, f"{mark}_{turn}"], check=True, capture_output=True, text=True)
            found.append(json.loads(answer.stdout.splitlines()[-1]))
    middle = {who: [sorted(column)[1] for column in zip(*found)] for who, found in rounds.items()}
    for label, column, form in ((f"seconds: open, {OF_EACH} peers, {OF_EACH} lookups", 0, "%.2f"), ("connections", 1, "%d"), ("the process's memory, KiB", 2, "%d")):
        print(f"{label:44} {form % middle['theirs'][column]:>10} {form % middle['ours'][column]:>10}")


def main():
    url, mark = os.environ["TGS_MONGODB"], f"{os.getpid()}_{int(time.time())}"
    if len(sys.argv) == 3:
        return asyncio.run(their_hundred(url, sys.argv[2])) if sys.argv[1] == "theirs" else our_hundred(url, sys.argv[2])
    asyncio.run(calls(url, mark))
    asyncio.run(round_trips(url, mark))
    hundred(mark)


if __name__ == "__main__":
    main()
