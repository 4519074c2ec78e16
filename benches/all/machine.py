"""On what it was measured, and with what: nothing that names the machine or its folders."""

import os
import platform
import sqlite3
import statistics
import subprocess
import time


def first_line(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return None


def field_of(path, name):
    try:
        with open(path) as file:
            return next((line.partition(":")[2].strip() for line in file if line.startswith(name)), None)
    except OSError:
        return None


def sync_microseconds(folder):
    """What the disk takes for 4 KiB that have to be on it: the floor of every commit that syncs."""
    path = folder / "sync-probe"
    taken = []
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(101):
        os.pwrite(file, bytes(4096), 0)
        start = time.perf_counter()
        os.fsync(file)
        taken.append(time.perf_counter() - start)
    os.close(file)
    path.unlink()
    return round(statistics.median(taken) * 1e6, 1)


def describe(folder):
    memory = field_of("/proc/meminfo", "MemTotal")
    return {
        "cpu": field_of("/proc/cpuinfo", "model name") or platform.processor(),
        "processors": os.cpu_count(),
        "memory_gib": round(int(memory.split()[0]) / 2**20) if memory else None,
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        "file_system": first_line("stat", "-f", "-c", "%T", str(folder)),
        "sync_us": sync_microseconds(folder),
    }


def versions():
    return {
        "commit": first_line("git", "describe", "--always", "--dirty"),
        "python": platform.python_version(),
        "python_sqlite": sqlite3.sqlite_version,
        "node": first_line("node", "--version"),
        "go": first_line("go", "env", "GOVERSION"),
        "rustc": first_line("rustc", "--version"),
        "cc": first_line("cc", "--version"),
        "valgrind": first_line("valgrind", "--version"),
    }


def load():
    return [round(value, 2) for value in os.getloadavg()]
