#!/usr/bin/env python3
"""Installs the client libraries of libraries.json, each into a folder of its own.

    install.py [KEY...]

The folder is target/oracle of the repository, or $TGS_ORACLE_DIR. An entry
that is already there is left alone; its stamp file says what was installed.
"""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from paths import LIBRARIES, library_dir, oracle_dir

PARALLEL = 2


def stamp_of(entry):
    """What an installation depends on: its pins, and this Python's version."""
    text = json.dumps([entry["requirements"], sys.version_info[:2]])
    return hashlib.sha256(text.encode()).hexdigest()


def find_pip():
    """This Python's own pip, or that of a virtual environment made for it."""
    pip = [sys.executable, "-m", "pip"]
    if subprocess.run(pip + ["--version"], capture_output=True).returncode == 0:
        return pip
    venv = os.path.join(oracle_dir(), "venv")
    python = os.path.join(venv, "bin", "python")
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    return [python, "-m", "pip"]


def install(pip, key, entry):
    folder = library_dir(key)
    stamp_file = os.path.join(folder, ".stamp")
    stamp = stamp_of(entry)
    if os.path.exists(stamp_file) and pathlib.Path(stamp_file).read_text() == stamp:
        return "present"
    shutil.rmtree(folder, ignore_errors=True)
    run = subprocess.run(
        pip + ["install", "--quiet", "--no-deps", "--target", folder] + entry["requirements"],
        capture_output=True, text=True)
    if run.returncode != 0:
        return "FAILED\n" + run.stderr
    with open(stamp_file, "w") as file:
        file.write(stamp)
    return "installed"


def main(keys):
    unknown = [key for key in keys if key not in LIBRARIES]
    if unknown:
        sys.exit("not in libraries.json: " + ", ".join(unknown))
    os.makedirs(oracle_dir(), exist_ok=True)
    pip = find_pip()
    with ThreadPoolExecutor(PARALLEL) as pool:
        jobs = {key: pool.submit(install, pip, key, LIBRARIES[key]) for key in keys or LIBRARIES}
        failed = 0
        for key, job in jobs.items():
            outcome = job.result()
            failed += outcome.startswith("FAILED")
            print(key + ": " + outcome, flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
