"""A program of the plan: started, asked one step after the other, and stopped if it takes too long."""

import json
import os
import select
import subprocess
from pathlib import Path

from candidates import ROOT
from counters import Counters


class Failed(Exception):
    """The program said why, ended, or took too long."""


class Driver:
    def __init__(self, candidate, work: Path, counting_library: Path, limit):
        self.candidate = candidate
        self.limit = limit
        self.folder = work / candidate.key
        self.folder.mkdir(parents=True)
        self.counters = Counters(self.folder / "counters", counting_library)
        self.log = self.folder / "log.txt"
        self.process = None
        # Of the last "bulk": all that reads reads it.
        self.filled = None

    def start(self):
        environment = {**os.environ, **self.candidate.environment, **self.counters.environment}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.candidate.command, env=environment, cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, bufsize=0,
            )  # fmt: skip
        self.version = self.answer()["version"]

    def stop(self):
        if self.process is None:
            return
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.process = None

    def kill(self):
        self.process.kill()
        self.stop()

    def answer(self):
        """One line; a program says nothing but its answers."""
        line = b""
        while not line.endswith(b"\n"):
            if not select.select([self.process.stdout], [], [], self.limit)[0]:
                self.kill()
                raise Failed(f"took longer than {self.limit:g} s")
            part = self.process.stdout.read(65536)
            if not part:
                raise Failed("its program ended: " + self.last_words())
            line += part
        answer = json.loads(line)
        if "failed" in answer:
            raise Failed(self.without_folders(answer["failed"]))
        return answer

    def last_words(self):
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return self.without_folders(lines[-1]) if lines else "it says nothing"

    def without_folders(self, text):
        """Results are published: they do not name this machine's folders."""
        return text.replace(str(self.folder), "").replace(str(ROOT), "").replace(str(Path.home()), "~")

    def ask(self, step):
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(json.dumps(step).encode() + b"\n")
        except BrokenPipeError:
            raise Failed("its program ended: " + self.last_words()) from None
        return self.answer()

    def round(self, operation, file, peers, first, calls):
        """Seconds by the clock and of the processor, and what was written: of all calls together."""
        step = {"step": "begin", "operation": operation, "file": str(file), "peers": peers, "from": first, "calls": calls}
        try:
            self.ask(step)
            before = self.counters.read()
            taken = self.ask({**step, "step": "run"})
            taken.update(self.counters.since(before))
            self.ask({**step, "step": "end"})
        except Failed:
            self.stop()
            raise
        return taken
