"""What a call of the package costs, without a client: microseconds, medians.

    calls.py
"""

import asyncio
import sqlite3
import tempfile

from libtgsession import Peer, Session
from libtgsession._peer_structs import Packed
from measure import ROUNDS, compare, show

PEERS = 10_000
NEW = 200


def batch(count, first=1):
    return [Peer(n, -n, "user", (f"name{n}",), f"49{n}") for n in range(first, first + count)]


async def measure(label, work, times):
    medians = await compare({label: work}, times)
    print(f"{label:44} {medians[label] * 1e6:10.2f}", flush=True)


async def new_peers(folder):
    """What SQLite alone takes for them, in this thread: no storage that commits them can take less."""
    paths = {name: f"{folder}/{name}.session" for name in ("theirs", "ours")}
    ours = Session.open(paths["ours"], wal=True)
    Session.open(paths["theirs"], wal=True).close()
    plain = sqlite3.connect(paths["theirs"])
    plain.execute("PRAGMA synchronous = NORMAL")
    brought = [batch(NEW, 10**9 + turn * NEW) for turn in range(ROUNDS * 10)]
    rows = iter([[(*peer[:3], peer.usernames[0], peer.phone_number) for peer in peers] for peers in brought])
    unseen = iter(brought)

    def insert(turn):
        plain.executemany("INSERT INTO peers (id, access_hash, type, username, phone_number) VALUES (?, ?, ?, ?, ?)", next(rows))
        plain.commit()

    medians = await compare({"theirs": insert, "ours": lambda turn: ours.update_peers(next(unseen))}, 10)
    print(f"{NEW} new peers in a WAL file: INSERT and COMMIT by sqlite3, and update_peers")
    show("", medians)
    plain.close()
    ours.close()


async def main():
    with tempfile.TemporaryDirectory() as folder:
        for place in (":memory:", f"{folder}/a.session"):
            print("memory" if place == ":memory:" else "a file")
            with Session.open(place) as session:
                session.update_peers(batch(PEERS))
                await measure("  peer_by_id", lambda turn, s=session: s.peer_by_id(turn % PEERS + 1), 5000)
                await measure("  peer_by_username", lambda turn, s=session: s.peer_by_username(f"name{turn % PEERS + 1}"), 2000)
                await measure("  user_id", lambda turn, s=session: s.user_id, 2000)
                for count in (1, 200, 5000):
                    peers = batch(count)
                    await measure(f"  update_peers({count})", lambda turn, s=session, p=peers: s.update_peers(p), 5)
                await measure(f"  list(peers()) of {PEERS}", lambda turn, s=session: list(s.peers()), 1)
        print("Python's part of update_peers")
        for count in (1, 200, 5000):
            peers = batch(count)
            await measure(f"  packing {count}", lambda turn, p=peers: Packed(p), 20)
        await new_peers(folder)


if __name__ == "__main__":
    asyncio.run(main())
