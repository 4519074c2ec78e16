"""Two things in turn, several rounds, medians."""

import inspect
import statistics
import time

ROUNDS = 11


async def finish(value):
    return await value if inspect.isawaitable(value) else value


async def seconds_each(work, times):
    started = time.perf_counter()
    for turn in range(times):
        await finish(work(turn))
    return (time.perf_counter() - started) / times


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
    if len(works) == 2:
        taken["ratio"] = [theirs / ours for theirs, ours in zip(taken["theirs"], taken["ours"])]
    return {name: statistics.median(rounds) for name, rounds in taken.items() if rounds}


def show(label, medians):
    theirs, ours, behind = medians["theirs"], medians["ours"], medians.get("behind", 0)
    behind = f"{behind * 1e6:10.1f}" if behind > 5e-6 else ""
    print(f"{label:44} {theirs * 1e6:10.1f} {ours * 1e6:10.1f} {medians['ratio']:8.2f} {behind}", flush=True)
