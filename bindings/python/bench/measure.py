"""Two things in turn, several rounds, medians."""

import inspect
import statistics
import time

ROUNDS = 7


async def finish(value):
    return await value if inspect.isawaitable(value) else value


async def seconds_each(work, times):
    started = time.perf_counter()
    for turn in range(times):
        await finish(work(turn))
    return (time.perf_counter() - started) / times


async def compare(works, times):
    """The median seconds of each work, and the rounds that went into it."""
    taken = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            taken[name].append(await seconds_each(work, times))
    return {name: statistics.median(rounds) for name, rounds in taken.items()}


def show(label, medians):
    theirs, ours = medians["theirs"], medians["ours"]
    print(f"{label:44} {theirs * 1e6:10.1f} {ours * 1e6:10.1f} {theirs / ours:8.2f}", flush=True)
