"""Python's own fault handler tells where a crash was: no test here may ever need it."""

import faulthandler
import os
from pathlib import Path

import pytest

faulthandler.enable()

ROOT = Path(__file__).resolve().parents[3]
ORACLE = Path(os.environ.get("TGS_ORACLE_DIR") or ROOT / "target" / "oracle")

# They run in a process for each client, started by test_clients.py.
collect_ignore = [] if os.environ.get("TGS_CLIENT") else ["clients"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "my_account.session"


@pytest.fixture
def session():
    from libtgsession import Session

    with Session.open(":memory:") as opened:
        yield opened


@pytest.fixture
def file(path):
    from libtgsession import Session

    with Session.open(path) as opened:
        yield opened
