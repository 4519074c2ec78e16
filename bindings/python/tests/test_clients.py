"""The real clients over our storages, offline. Each in a process of its own: most share the module name `pyrogram`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ORACLE

HERE = Path(__file__).parent / "clients"

FAMILY = [
    "pyrogram-2.0.106", "hydrogram-0.2.0", "kurigram-2.2.26", "electrogram-0.3.230", "pyrofork-2.3.69",
    "pyrotgfork-2.2.24.1",
]  # fmt: skip
TELETHON = ["telethon-1.24.0", "telethon-1.36.0", "telethon-1.40.0", "telethon-1.43.2", "telethon-1.45.0"]


def run(key, *files):
    folder = ORACLE / key
    assert folder.is_dir(), f"{folder} is not there: run tests/oracle/install.py {key}"
    # -s: a test that warns (the clients do) says so in its process only.
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    command += [str(HERE / file) for file in files]
    done = subprocess.run(command, env={**os.environ, "TGS_CLIENT": key}, capture_output=True, text=True, timeout=600)
    passed = re.search(r"(\d+) passed", done.stdout)
    assert done.returncode == 0 and passed, done.stdout[-6000:] + done.stderr[-2000:]
    return int(passed.group(1))


@pytest.mark.parametrize("key", FAMILY)
def test_pyrograms_family(key):
    assert run(key, "test_family.py", "test_contract.py") >= 30


def test_pyrofork_in_mongodb():
    assert run("pyrofork-2.3.69-mongodb", "test_mongo.py") >= (4 if "TGS_MONGODB" in os.environ else 1)


@pytest.mark.parametrize("key", TELETHON)
def test_telethon(key):
    assert run(key, "test_telethon.py", "test_contract_telethon.py") >= 25


def test_the_package_imports_no_client():
    code = "import sys, libtgsession, libtgsession.clients; print({'pyrogram', 'hydrogram', 'telethon'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"
