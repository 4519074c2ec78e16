"""Rounds: every candidate in turn in each of them, so that what slows the machine down for a while slows all."""

import shutil
from statistics import median

from driver import Failed
from operations import ONCE, bulk_calls, units

# What is told of a round, per unit.
CLOCKS = ("seconds", "cpu")
MEASURES = (*CLOCKS, "bytes", "writes", "syncs")
# What follows from a bulk that failed.
NO_FILE = "has no file of so many peers"
# The dearest operation of the largest sizes has fewer rounds.
MANY_PEERS, FEW_ROUNDS = 1_000_000, 3
# Seconds: who takes longer for one round has no further one.
LONG_ROUND = 60


class Measure:
    """One operation at one number of peers."""

    def __init__(self, operation, peers, rounds, seconds):
        self.operation = operation
        self.peers = peers
        self.rounds = min(rounds, FEW_ROUNDS) if operation.key == "bulk" and peers >= MANY_PEERS else rounds
        self.seconds = seconds
        self.results = {}
        self.ended = set()

    def run(self, drivers):
        """What became of each candidate: {"rounds": [...]} or {"failed": why}; what it lacks is left out."""
        able = [driver for driver in drivers if self.operation.key not in driver.candidate.lacks]
        calls = {driver: self.attempt(driver, self.fitting_calls) for driver in able}
        for number in range(self.rounds):
            # Nobody always comes after the same one.
            turn = number % max(1, len(able))
            for driver in able[turn:] + able[:turn]:
                if not self.is_over(driver):
                    self.attempt(driver, self.round, number, calls[driver])
        return self.results

    def result(self, driver):
        return self.results.setdefault(driver.candidate.key, {"rounds": []})

    def is_over(self, driver):
        return driver in self.ended or "failed" in self.result(driver)

    def attempt(self, driver, work, *arguments):
        try:
            if self.operation.key not in ("bulk", "create") and driver.filled is None:
                raise Failed(NO_FILE)
            return work(driver, *arguments)
        except Failed as failure:
            self.results[driver.candidate.key] = {"failed": str(failure)}

    def fitting_calls(self, driver):
        """As many calls as fit into a round, by one that is not counted."""
        if self.operation.key == "bulk":
            return bulk_calls(self.peers)
        pilot = min(self.operation.pilot, self.most())
        taken = self.timed(driver, self.rounds, pilot)["seconds"] / pilot
        return max(1, min(self.most(), int(self.seconds / max(taken, 1e-9))))

    def most(self):
        return min(self.operation.most, self.peers) if self.operation.key in ONCE else self.operation.most

    def round(self, driver, number, calls):
        taken = self.timed(driver, number, calls)
        count = units(self.operation, calls, self.peers)
        self.result(driver)["calls"] = calls
        if taken["seconds"] > LONG_ROUND:
            self.ended.add(driver)
        self.result(driver)["rounds"].append({name: taken.get(name, 0) / count for name in MEASURES})

    def timed(self, driver, number, calls):
        file = self.file(driver, number)
        if self.operation.key == "bulk":
            driver.filled = None
        self.warm(driver)
        taken = driver.round(self.operation.key, file, self.peers, number * calls, calls)
        if self.operation.key == "bulk":
            driver.filled = file
        return taken

    def file(self, driver, number):
        if self.operation.key not in ("bulk", "create"):
            return driver.filled
        self.clean(driver)
        return driver.folder / f"{self.operation.key}{number}.session"

    def warm(self, driver):
        """Brings what is read into the system's page cache: who rewrites the file to open it would have it there, and nobody else."""
        for path in driver.folder.rglob("*"):
            if path.is_file():
                with path.open("rb", buffering=0) as file:
                    while file.read(1 << 20):
                        pass

    def clean(self, driver):
        """What the round before made: the files of a client have any name, and some are folders."""
        for made in driver.folder.glob(f"{self.operation.key}*"):
            shutil.rmtree(made) if made.is_dir() and not made.is_symlink() else made.unlink()


def summary(results):
    """Medians of each candidate, and of the rounds' ratios to ours through C."""
    base = results.get("c", {}).get("rounds", [])
    for result in results.values():
        rounds = result.get("rounds", [])
        if not rounds:
            continue
        result["median"] = {name: median(one[name] for one in rounds) for name in MEASURES}
        pairs = list(zip(rounds, base))
        if pairs:
            result["ratio"] = {clock: median(one[clock] / max(ours[clock], 1e-12) for one, ours in pairs) for clock in CLOCKS}
    return {who: published(result) for who, result in results.items()}


def published(result):
    """Of the rounds the times alone, and no digits that mean nothing."""
    if not result.get("rounds"):
        return result
    rounds = {clock: [one[clock] for one in result["rounds"]] for clock in CLOCKS}
    return {**result, **{part: rounded(value) for part, value in {**result, "rounds": rounds}.items() if part != "calls"}}


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, list) else float(f"{value:.6g}")
