"""One client, named by $TGS_CLIENT, and all that tells it from the others."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
ORACLE = Path(os.environ.get("TGS_ORACLE_DIR") or ROOT / "target" / "oracle")
KEY = os.environ["TGS_CLIENT"]

sys.path.insert(0, str(ORACLE / KEY))
sys.path.append(str(ROOT / "bindings" / "python" / "tests"))
# Modules that Python itself dropped, for old clients.
sys.path.append(str(ROOT / "tests" / "oracle" / "shims"))

# Clients make their event loop when they are imported.
asyncio.set_event_loop(asyncio.new_event_loop())


@pytest.fixture
def loop():
    return asyncio.get_event_loop()
