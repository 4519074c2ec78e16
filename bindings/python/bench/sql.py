"""Our sessions in a database beside those of AlchemySession (telethon-session-sqlalchemy), alternating, on the same server.

    tests/servers/run postgresql mariadb -- python bench/sql.py

TGS_POSTGRESQL and TGS_MARIADB name the servers. Alone with a URL and a count it opens sessions, and says what that took:

    sql.py memory ours|core|orm URL COUNT
"""

import asyncio
import os
import pathlib
import subprocess
import sys
import threading

from proxy import Proxy

ROOT = pathlib.Path(__file__).resolve().parents[3]
KEY = "alchemysession-0.2.16"
ORACLE = pathlib.Path(os.environ.get("TGS_ORACLE_DIR") or ROOT / "target" / "oracle")
sys.path.insert(0, str(ORACLE / KEY))

PEERS = 10_000
BATCH = 200
SESSIONS = 100


class Ours:
    def __init__(self, url, prefix):
        self.location = f"{url}?table_prefix={prefix}"

    def open(self, name):
        from libtgsession import Session
        return Session.open(f"{self.location}&session={name}")

    def batch(self, first, count):
        from libtgsession import Peer
        return [Peer(n, -n, "user", (f"name{n}",), f"49{n}") for n in range(first, first + count)]

    def update(self, session, batch):
        session.update_peers(batch)

    def by_id(self, session, id):
        return session.peer_by_id(id).access_hash

    def by_username(self, session, username):
        return session.peer_by_username(username).access_hash

    def close(self):
        """The last session closes the connections."""


class Theirs:
    def __init__(self, url, prefix, core_mode):
        import sqlalchemy
        from alchemysession import AlchemySessionContainer
        self.engine = sqlalchemy.create_engine(url.replace("mysql://", "mysql+pymysql://"))
        self.container = AlchemySessionContainer(self.engine, table_prefix=prefix)
        self.container.core_mode = core_mode

    def open(self, name):
        return self.container.new_session(name)

    def batch(self, first, count):
        from telethon.tl.types import User
        return [User(n, access_hash=-n, username=f"name{n}", phone=f"49{n}", first_name=f"name{n}")
                for n in range(first, first + count)]

    def update(self, session, batch):
        session.process_entities(batch)

    def by_id(self, session, id):
        found = session.get_entity_rows_by_id(id)[1]
        self.release()
        return found

    def by_username(self, session, username):
        found = session.get_entity_rows_by_username(username)[1]
        self.release()
        return found

    def release(self):
        # The ORM would keep its transaction, and what it has read, until the next write.
        self.container.db.rollback()

    def close(self):
        self.container.db.remove()
        self.engine.dispose()


def kinds(url, prefix):
    # Ours first: AlchemySession cannot make its tables in MariaDB.
    ours = Ours(url, prefix)
    ours.open("tables").close()
    return {"ours": ours, "core": Theirs(url, prefix, True), "orm": Theirs(url, prefix, False)}


def show(label, medians, unit=1e6):
    best = min(medians["core"], medians["orm"])
    columns = "".join(f"{medians[name] * unit:12.1f}" for name in ("core", "orm", "ours"))
    print(f"  {label:34}{columns}{best / medians['ours']:9.1f}", flush=True)


async def calls(url):
    from measure import compare
    every = kinds(url, "bench_")
    sessions = {}
    for name, kind in every.items():
        sessions[name] = kind.open(f"bench-{name}")
        for first in range(1, PEERS, 1_000):
            kind.update(sessions[name], kind.batch(first, 1_000))
    batches = {name: kind.batch(1, BATCH) for name, kind in every.items()}

    def works(work):
        return {name: lambda turn, n=name, k=kind: work(n, k, turn) for name, kind in every.items()}

    show(f"update_peers of {BATCH}",
         await compare(works(lambda n, k, turn: k.update(sessions[n], batches[n])), 5))
    show("get by id",
         await compare(works(lambda n, k, turn: k.by_id(sessions[n], turn % PEERS + 1)), 200))
    show("get by username",
         await compare(works(lambda n, k, turn: k.by_username(sessions[n], f"name{turn % PEERS + 1}")), 50))
    crowds = {name: [kind.open(f"crowd-{name}-{n}") for n in range(SESSIONS)] for name, kind in every.items()}
    small = {name: kind.batch(1, 20) for name, kind in every.items()}
    show(f"{SESSIONS} sessions at once",
         await compare(works(lambda n, k, turn: crowd(k, crowds[n], small[n])), 1))
    for kind in every.values():
        kind.close()


def crowd(kind, sessions, batch):
    """Each in a thread of its own sees 20 peers, and asks for two."""
    def use(session):
        kind.update(session, batch)
        assert kind.by_id(session, 7) == -7
        assert kind.by_username(session, "name9") == -9
        if isinstance(kind, Theirs):
            kind.container.db.remove()

    threads = [threading.Thread(target=use, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def round_trips(url):
    """How often a call waits for the server, and how many connections a crowd needs: counted between them."""
    with Proxy(url) as proxy:
        every = kinds(proxy.url, "bench_")
        found = {"update": {}, "id": {}, "username": {}, "connections": {}}
        for name, kind in every.items():
            session, batch = kind.open(f"bench-{name}"), kind.batch(1, BATCH)
            for _ in range(2):  # the first time prepares
                counts = [proxy.turns]
                for work, arguments in ((kind.update, (session, batch)), (kind.by_id, (session, 5)),
                                        (kind.by_username, (session, "name5"))):
                    work(*arguments)
                    counts.append(proxy.turns)
            for what, before, after in zip(found, counts, counts[1:]):
                found[what][name] = after - before
            proxy.most = proxy.now
            already = proxy.now
            crowd(kind, [kind.open(f"crowd-{name}-{n}") for n in range(SESSIONS)], kind.batch(1, 20))
            # Its own connection is one of them.
            found["connections"][name] = proxy.most - already + 1
        for kind in every.values():
            kind.close()
    for what, label in (("update", f"round trips, update_peers of {BATCH}"), ("id", "round trips, get by id"),
                        ("username", "round trips, get by username"),
                        ("connections", f"connections, {SESSIONS} sessions")):
        show(label, found[what], 1)


async def merging(url):
    """Ours alone, for AlchemySession does not merge: an update of peers that are there beside a merge of them."""
    from libtgsession import Peer
    from measure import compare
    with Proxy(url) as proxy:
        ours = Ours(url, "bench_")
        session = ours.open("bench-merged")
        session.update_peers(ours.batch(1, PEERS))
        # Other hashes each turn, so that no turn finds what it would write.
        whole = [[peer._replace(access_hash=turn) for peer in ours.batch(1, BATCH)] for turn in (1, 2)]
        hashes = [[Peer(peer.id, peer.access_hash) for peer in batch] for batch in whole]
        works = {
            f"update_peers of {BATCH} known": lambda session, turn: session.update_peers(whole[turn % 2]),
            f"merge_peers of {BATCH}, their hashes": lambda session, turn: session.merge_peers(hashes[turn % 2]),
            f"merge_peers of {BATCH}, all of them": lambda session, turn: session.merge_peers(whole[turn % 2]),
        }
        medians = await compare({what: lambda turn, w=work: w(session, turn) for what, work in works.items()}, 10)
        counted = Ours(proxy.url, "bench_").open("bench-merged")
        for what, work in works.items():
            for turn in (0, 1):  # the first time prepares
                before = proxy.turns
                work(counted, turn)
            print(f"  {what:34}{medians[what] * 1e6:36.1f}{proxy.turns - before:9} round trips", flush=True)
        session.close()
        counted.close()


def memory(url):
    each, whole = {}, {}
    for name in ("core", "orm", "ours"):
        command = [sys.executable, "-B", __file__, "memory", name, url, "1000"]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        each[name], whole[name] = map(float, printed.split())
    show("KiB a session, 1000 open", each, 1)
    show("MiB of the process with them", whole, 1)


def open_many(name, url, count):
    kind = Ours(url, "bench_") if name == "ours" else Theirs(url, "bench_", name == "core")
    sessions = [kind.open("first")]
    before = resident()
    sessions += [kind.open(f"many-{n}") for n in range(int(count))]
    after = resident()
    print((after - before) / len(sessions), after / 1024)


def resident():
    """KiB of this process in memory."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def main():
    for name, variable in (("PostgreSQL", "TGS_POSTGRESQL"), ("MariaDB", "TGS_MARIADB")):
        url = os.environ.get(variable)
        if url is None:
            sys.exit(f"{variable} names no server: run this as `make bench-sql`")
        print(f"{name + ' (us a call)':36}{'their core':>12}{'their ORM':>12}{'ours':>12}{'times':>9}", flush=True)
        asyncio.run(calls(url))
        round_trips(url)
        asyncio.run(merging(url))
        memory(url)


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        open_many(*sys.argv[2:])
    else:
        main()
