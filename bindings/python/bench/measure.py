"""Two things in turn, several rounds, medians."""

import inspect
import os
import statistics
import time

# On a machine that does other things too: the processor time of the calling thread, and the least of more rounds. What
# another thread does, and what waits for a disk, is not counted then.
IS_BUSY = os.environ.get("TGS_BENCH_CLOCK") == "processor"
ROUNDS = 25 if IS_BUSY else 11
clock = time.thread_time if IS_BUSY else time.perf_counter
typical = min if IS_BUSY else statistics.median


async def finish(value):
    return await value if inspect.isawaitable(value) else value


async def seconds_each(work, times):
    started = clock()
    first = work(0)
    # Asked once: it takes as long as a lookup.
    if inspect.isawaitable(first):
        await first
        for turn in range(1, times):
            await work(turn)
    else:
        for turn in range(1, times):
            work(turn)
    return (clock() - started) / times


async def compare(works, times, settle=None):
    """The median seconds of each work, and of the rounds' "ratios", theirs to ours: what slows the machine down for a
    while slows both. `settle` waits for what a work left behind its calls: "behind" are its seconds.
    """
    taken = {name: [] for name in [*works, "behind"]}
    for _ in range(ROUNDS):
        for name, work in works.items():
            taken[name].append(await seconds_each(work, times))
        if settle:
            # Before it is the other's turn: nothing may run beside it.
            taken["behind"].append(await seconds_each(lambda turn: settle(), 1) / times)
    result = {name: typical(rounds) for name, rounds in taken.items() if rounds}
    if len(works) == 2:
        ratios = [theirs / ours for theirs, ours in zip(taken["theirs"], taken["ours"])]
        result["ratio"] = result["theirs"] / result["ours"] if IS_BUSY else statistics.median(ratios)
    return result


def show(label, medians):
    theirs, ours, behind = medians["theirs"], medians["ours"], medians.get("behind", 0)
    behind = f"{behind * 1e6:10.1f}" if behind > 5e-6 else ""
    print(f"{label:44} {theirs * 1e6:10.1f} {ours * 1e6:10.1f} {medians['ratio']:8.2f} {behind}", flush=True)
