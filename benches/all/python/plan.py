"""The plan of make bench-all in Python: benches/all/README.md has the protocol. A program gives `serve` a storage of its own:

open(file), close(), log_in()       opens what is there, makes what is not
rows(peers), update(rows)           what the client's own code would pass; committed when it returns
update_only(rows)                   the same without the commit, where the client leaves its transaction open
by_id(id), by_username(name), by_phone(number), field(), export_string()

Each may be a coroutine. `hash_of(answer)` is the access hash of a lookup's answer.
"""

import inspect
import json
import os
import sys
import time

STRIDE = 7919
HOT = 64
BATCHES = 5
NEW_PEERS_FROM = 100_000_000
BULK = 10_000
LOGIN = {"dc_id": 2, "api_id": 5, "test_mode": False, "auth_key": bytes(range(256)), "user_id": 777, "is_bot": False}


async def finish(value):
    return await value if inspect.isawaitable(value) else value


def invent(number):
    marked_id = 777_000_000_000 + number
    return (marked_id, -marked_id * 1_000_003, f"tgs_user_{number}", f"99966{number:07}")


def invent_each(count, first=0, stride=1, modulus=sys.maxsize):
    return [invent((first + at * stride) % modulus) for at in range(count)]


class Plan:
    """One step after the other: `begin` leaves the calls to make in self.calls, as (function, arguments)."""

    def __init__(self, storage):
        self.storage = storage
        self.calls = []
        self.opened = False

    async def open(self, step):
        await finish(self.storage.open(step["file"]))
        self.opened = True

    async def begin(self, step):
        kind, _, number = step["operation"].partition("_")
        is_batch = kind in ("known", "new", "only")
        await (self.begin_batches(step, kind, int(number)) if is_batch else getattr(self, "begin_" + step["operation"])(step))

    async def begin_create(self, step):
        self.calls = [(self.create, (f"{step['file']}-{step['from'] + at}.session",)) for at in range(step["calls"])]

    async def create(self, file):
        await finish(self.storage.open(file))
        await finish(self.storage.close())

    async def begin_open(self, step):
        self.calls = [(self.open_and_close, (step["file"],))] * step["calls"]

    async def open_and_close(self, file):
        await finish(self.storage.open(file))
        await finish(self.storage.field())
        await finish(self.storage.close())

    async def begin_bulk(self, step):
        batches = [self.storage.rows(invent_each(min(BULK, step["peers"]), first)) for first in range(0, step["peers"], BULK)]
        await self.open(step)
        await finish(self.storage.log_in())
        self.calls = [(self.storage.update, (batch,)) for batch in batches]

    async def begin_batches(self, step, kind, size):
        """known: peers that the session brought before. only: the same without the commit. new: peers that it has not."""
        count = step["calls"] if kind == "new" else BATCHES
        first = NEW_PEERS_FROM + step["from"] * size if kind == "new" else 0
        peers = invent_each(count * size, first, 1, sys.maxsize if kind == "new" else step["peers"])
        batches = [self.storage.rows(peers[at * size : (at + 1) * size]) for at in range(count)]
        await self.open(step)
        update = self.storage.update_only if kind == "only" else self.storage.update
        for batch in [] if kind == "new" else batches:
            await finish(update(batch))
        self.calls = [(update, (batches[at % count],)) for at in range(step["calls"])]

    async def begin_by_id(self, step):
        await self.begin_lookups(step, "by_id", 0)

    async def begin_by_username(self, step):
        await self.begin_lookups(step, "by_username", 2)

    async def begin_by_phone(self, step):
        await self.begin_lookups(step, "by_phone", 3)

    async def begin_lookups(self, step, method, key):
        peers = invent_each(step["calls"], step["from"] * STRIDE, STRIDE, step["peers"])
        await self.open(step)
        look_up = getattr(self.storage, method)
        # What the first lookup of an open file costs belongs to "open".
        await self.check(look_up, invent(0), key)
        self.calls = [(look_up, (peer[key],)) for peer in peers]

    async def begin_by_id_hot(self, step):
        peers = invent_each(HOT, 0, STRIDE, step["peers"])
        await self.open(step)
        for _ in range(4):
            for peer in peers:
                await self.check(self.storage.by_id, peer, 0)
        self.calls = [(self.storage.by_id, (peers[at % HOT][0],)) for at in range(step["calls"])]

    async def check(self, look_up, peer, key):
        answer = await finish(look_up(peer[key]))
        if self.storage.hash_of(answer) != peer[1]:
            raise ValueError(f"peer {peer[0]} has another access hash")

    async def begin_field(self, step):
        await self.begin_same(step, "field")

    async def begin_export(self, step):
        await self.begin_same(step, "export_string")

    async def begin_same(self, step, method):
        await self.open(step)
        call = getattr(self.storage, method)
        if not await finish(call()):
            raise ValueError("there is nothing to read")
        self.calls = [(call, ())] * step["calls"]

    async def run(self, step):
        is_awaited = bool(self.calls) and inspect.iscoroutinefunction(self.calls[0][0])
        cpu, start = time.process_time(), time.perf_counter()
        if is_awaited:
            for call, arguments in self.calls:
                await call(*arguments)
        else:
            for call, arguments in self.calls:
                call(*arguments)
        end, cpu_end = time.perf_counter(), time.process_time()
        return {"seconds": end - start, "cpu": cpu_end - cpu}

    async def end(self, step):
        self.calls = []
        if self.opened:
            await finish(self.storage.close())
        self.opened = False


async def serve(storage, version):
    # Some libraries print advice. Standard output is for answers only.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    plan = Plan(storage)
    print(json.dumps({"version": version}), file=answers, flush=True)
    for line in iter(sys.stdin.readline, ""):
        step = json.loads(line)
        try:
            answer = await getattr(plan, step["step"])(step)
        except Exception as error:
            print(json.dumps({"failed": f"{type(error).__name__}: {error}"}), file=answers, flush=True)
            raise
        print(json.dumps(answer or {}), file=answers, flush=True)
